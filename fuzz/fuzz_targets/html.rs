//! HTML.
#![no_main]

mod shared;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| shared::file_behind(b"<!DOCTYPE html><html><body>", bytes));
