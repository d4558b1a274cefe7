//! Praat's TextGrid.
#![no_main]

mod shared;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| shared::file_behind(b"File type = \"ooTextFile\"\nObject class = \"TextGrid\"\n\n", bytes));
