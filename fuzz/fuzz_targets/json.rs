//! One JSON file: turns, a text, a list.
#![no_main]

mod shared;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    shared::file(bytes);
    if throughline::read::is_list(bytes, &throughline::read::Options::default()) {
        shared::table(bytes, throughline::read::Format::Json);
    }
});
