/*!
Ctrl-C, and the signals by which systems end a program: the first asks to stop, and the run leaves what it has as whole, valid files; the second ends the program at once.
*/

use std::sync::atomic::{AtomicBool, Ordering};

static IS_ASKED: AtomicBool = AtomicBool::new(false);

/// The exit code of a program that the user stopped, as shells have it: 128 and the number of SIGINT.
pub(super) const EXIT_CODE: u8 = 130;

/// From now on, the first signal only asks.
pub(super) fn listen() {
    let handler = || {
        if IS_ASKED.swap(true, Ordering::Relaxed) {
            std::process::exit(EXIT_CODE.into());
        }
        anstream::eprintln!("\nstopping: what is done is being written; once more ends the program at once");
    };
    // Where no handler can be set, a signal ends the program as it always did.
    let _ = ctrlc::set_handler(handler);
}

/// Whether the user has asked to stop.
pub(super) fn is_asked() -> bool {
    IS_ASKED.load(Ordering::Relaxed)
}
