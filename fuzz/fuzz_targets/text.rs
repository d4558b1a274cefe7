//! Plain text: encodings, labels, notes; what the content says that it is; and whatever else the bytes say they are. PDF, which is slow, has a target of its own.
#![no_main]

mod shared;

use std::sync::LazyLock;
use throughline::read::{self, Format, Options};

/// The usual options with the detector of languages.
static WITH_LANGUAGE: LazyLock<Options> = LazyLock::new(Options::default);

target!(|bytes| {
    if bytes.starts_with(b"%PDF-") {
        return;
    }
    let names = [Format::Text, Format::Csv, Format::Tsv, Format::Jsonl, Format::Sheet];
    let named = names[bytes.len() % names.len()];
    assert!(read::format_of(bytes, true, named, &shared::USUAL).is_some());
    read::format_of(bytes, false, named, &shared::USUAL);
    shared::file_with(bytes, if bytes.len() % 8 == 0 { &WITH_LANGUAGE } else { &shared::USUAL });
});
