//! Parquet files.
#![no_main]

mod shared;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| shared::table(bytes, throughline::read::Format::Parquet));
