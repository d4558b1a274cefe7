//! Plain text: encodings, labels, notes; and whatever else the bytes say they are.
#![no_main]

mod shared;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| shared::file(bytes));
