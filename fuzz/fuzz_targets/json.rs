//! One JSON file: turns, a text, a list of documents; Whisper.
#![no_main]

mod shared;

use throughline::read::{Format, is_list};

target!(|bytes| {
    shared::file_behind(&[b"[", b"{"], b"{", bytes);
    if is_list(bytes, &shared::USUAL) {
        shared::table(bytes, Format::Json);
    }
});
