//! PDF.
#![no_main]

mod shared;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| shared::file_behind(b"%PDF-1.4\n", bytes));
