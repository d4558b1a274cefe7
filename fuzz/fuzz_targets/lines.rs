//! JSON lines.
#![no_main]

mod shared;

target!(|bytes| shared::table(bytes, throughline::read::Format::Jsonl));
