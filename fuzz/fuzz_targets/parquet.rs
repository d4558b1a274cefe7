//! Parquet files.
#![no_main]

mod shared;

target!(|bytes| shared::table(bytes, throughline::read::Format::Parquet));
