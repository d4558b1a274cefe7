/*!
How far a run is: documents, megabytes a second, time left. On standard error, and only if that is a terminal.
*/

use super::inputs::Source;
use indicatif::{ProgressBar, ProgressState, ProgressStyle};
use std::fmt::Write;
use std::fs;
use std::io::{self, IsTerminal};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// A bar that counts bytes of the inputs and documents. Shared between threads.
pub(super) struct Progress {
    bar: ProgressBar,
    n_documents: Arc<AtomicU64>,
}

impl Progress {
    /// Nothing is shown.
    pub(super) fn hidden() -> Progress {
        Progress { bar: ProgressBar::hidden(), n_documents: Arc::default() }
    }

    /// A bar for these sources, if there is a terminal to show it on.
    pub(super) fn of(sources: &[Source]) -> Progress {
        if !io::stderr().is_terminal() {
            return Progress::hidden();
        }
        let size = |source: &Source| source.path.as_ref().map(|path| fs::metadata(path).map_or(0, |meta| meta.len()));
        // How long standard input is, nobody knows.
        let total: Option<u64> = sources.iter().map(size).sum();
        let n_documents = Arc::new(AtomicU64::new(0));
        let counted = Arc::clone(&n_documents);
        let documents = move |_: &ProgressState, out: &mut dyn Write| {
            // Writing into the line of a terminal's bar cannot fail in a way that matters.
            let _ = write!(out, "{}", counted.load(Ordering::Relaxed));
        };
        let (bar, template) = match total {
            Some(total) => (
                ProgressBar::new(total),
                "{bar:30} {percent}%  {documents} documents  {decimal_bytes_per_sec}  {eta} left",
            ),
            None => (
                ProgressBar::new_spinner(),
                "{spinner} {documents} documents  {decimal_bytes}  {decimal_bytes_per_sec}",
            ),
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style.with_key("documents", documents));
        }
        bar.enable_steady_tick(Duration::from_millis(250));
        Progress { bar, n_documents }
    }

    /// So many bytes of the inputs are done.
    pub(super) fn add_bytes(&self, n: u64) {
        self.bar.inc(n);
    }

    /// A document is done.
    pub(super) fn add_document(&self) {
        self.n_documents.fetch_add(1, Ordering::Relaxed);
    }

    /// Takes the bar away.
    pub(super) fn end(&self) {
        self.bar.finish_and_clear();
    }
}
