/*!
Ctrl-C, and the signals by which systems end a program. Where a run can be stopped, the first asks it to, and the run leaves what it has as whole, valid files; the second, and elsewhere
the first, ends the program at once. No file stays behind that is not whole.
*/

use super::temporary;
use std::io::Write;
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
    on_signals(|| {
        if !CAN_BE_STOPPED.load(Ordering::Relaxed) || IS_ASKED.swap(true, Ordering::Relaxed) {
            temporary::remove_all();
            std::process::exit(EXIT_CODE.into());
        }
        // A terminal that was closed cannot be told.
        let _ = writeln!(
            anstream::stderr(),
            "\nstopping: what is done is being written; once more ends the program at once"
        );
    });
}

/// Where nothing can be set, a signal ends the program as it always did.
#[cfg(unix)]
fn on_signals(answer: impl Fn() + Send + 'static) {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    let hang_up = (!ignores_hang_ups()).then_some(SIGHUP);
    if let Ok(mut signals) = signal_hook::iterator::Signals::new([SIGINT, SIGTERM].into_iter().chain(hang_up)) {
        std::thread::spawn(move || signals.forever().for_each(|_| answer()));
    }
}

#[cfg(not(unix))]
fn on_signals(answer: impl Fn() + Send + 'static) {
    let _ = ctrlc::set_handler(answer);
}

/// Whether the program was started to go on when its terminal is closed, as `nohup` does. Where the system does not tell, it was.
#[cfg(unix)]
fn ignores_hang_ups() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    // A bit for each signal, of which this is the first.
    ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).is_none_or(|mask| mask & 1 == 1)
}

/// Whether the user has asked to stop.
pub(super) fn is_asked() -> bool {
    IS_ASKED.load(Ordering::Relaxed)
}
