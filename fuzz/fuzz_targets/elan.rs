//! ELAN.
#![no_main]

mod shared;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| shared::file_behind(b"<?xml version=\"1.0\"?><ANNOTATION_DOCUMENT><TIME_ORDER>", bytes));
