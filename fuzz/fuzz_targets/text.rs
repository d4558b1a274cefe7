//! Plain text: encodings, labels, notes; and whatever else the bytes say they are. PDF, which is slow, has a target of its own.
#![no_main]

mod shared;

use std::sync::LazyLock;
use throughline::read::Options;

/// The usual options with the detector of languages.
static WITH_LANGUAGE: LazyLock<Options> = LazyLock::new(Options::default);

target!(|bytes| {
    if bytes.starts_with(b"%PDF-") {
        return;
    }
    shared::file_with(bytes, if bytes.len() % 8 == 0 { &WITH_LANGUAGE } else { &shared::USUAL });
});
