//! Captions: WebVTT, SubRip, the lines of Whisper.
#![no_main]

mod shared;

target!(|bytes| shared::file_behind(&[b"WEBVTT", b"1", b"0", b"["], b"WEBVTT\n\n00:01.000 --> 00:02.000\n", bytes));
