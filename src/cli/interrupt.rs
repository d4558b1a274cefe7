/*!
Ctrl-C, and the signals by which systems end a program. Where a run can be stopped, the first asks it to, and the run leaves what it has as whole, valid files; the second, and elsewhere
the first, ends the program at once. No file stays behind that is not whole.
*/

use super::temporary;
use std::sync::atomic::{AtomicBool, Ordering};

static IS_ASKED: AtomicBool = AtomicBool::new(false);
static CAN_BE_STOPPED: AtomicBool = AtomicBool::new(false);

/// The exit code of a program that the user stopped, as shells have it: 128 and the number of SIGINT.
pub(super) const EXIT_CODE: u8 = 130;

/// From now on, the first signal only asks.
pub(super) fn listen() {
    CAN_BE_STOPPED.store(true, Ordering::Relaxed);
}

/// From now on, signals are answered.
pub(super) fn handle() {
    let handler = || {
        if !CAN_BE_STOPPED.load(Ordering::Relaxed) || IS_ASKED.swap(true, Ordering::Relaxed) {
            temporary::remove_all();
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
