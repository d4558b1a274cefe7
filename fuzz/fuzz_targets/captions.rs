//! Captions: WebVTT, and what is like it.
#![no_main]

mod shared;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| shared::file_behind(b"WEBVTT\n\n00:01.000 --> 00:02.000\n", bytes));
