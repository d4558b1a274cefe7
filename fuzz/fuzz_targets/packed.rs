//! Packed files and packed tables: gzip and Zstandard.
#![no_main]

mod shared;

const GZIP: &[u8] = &[0x1F, 0x8B];
const ZSTANDARD: &[u8] = &[0x28, 0xB5, 0x2F, 0xFD];

target!(|bytes| {
    shared::file_behind(&[GZIP, ZSTANDARD], ZSTANDARD, bytes);
    shared::table(bytes, throughline::read::Format::Csv);
});
