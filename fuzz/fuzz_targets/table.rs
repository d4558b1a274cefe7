//! Tables with commas and tabs.
#![no_main]

mod shared;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    shared::table(bytes, throughline::read::Format::Csv);
    shared::table(bytes, throughline::read::Format::Tsv);
});
