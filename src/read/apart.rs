/*!
Work of a library that may panic on a broken file and knows no bound of time: it is done on a thread of its own, and who waits for it gives up.

A panic on that thread is an answer, "the file is damaged". So the hook of a program may stay silent about it ([`THREAD`]).
*/

use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

/// The name of the threads on which libraries work. Their panics are answers and need not be told on the terminal.
pub const THREAD: &str = "library";
/// How long a file may take, in seconds.
const MAX_SECONDS: u64 = 120;
/// The stack of the thread, in bytes: some libraries follow how deep a file is nested.
const STACK: usize = 64 * 1024 * 1024;

/// What `work` gives.
///
/// # Errors
/// What is wrong with the file, in a few words, if the work panics or takes too long; then it is left alone, and ends when it ends.
#[cfg(any(feature = "pdf", feature = "sheets"))]
pub(super) fn apart<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, String> {
    let (sender, receiver) = channel();
    let work = move || {
        // Who waited may have given up.
        let _ = sender.send(work());
    };
    let thread = std::thread::Builder::new().name(THREAD.to_owned()).stack_size(STACK).spawn(work);
    thread.map_err(|error| error.to_string())?;
    receiver.recv_timeout(Duration::from_secs(MAX_SECONDS)).map_err(|error| match error {
        RecvTimeoutError::Timeout => "it took more than two minutes".to_owned(),
        RecvTimeoutError::Disconnected => "it is damaged".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_an_answer() {
        assert_eq!(apart(|| 3), Ok(3));
        assert_eq!(apart(|| [1, 2][std::hint::black_box(2)]), Err("it is damaged".to_owned()));
    }
}
