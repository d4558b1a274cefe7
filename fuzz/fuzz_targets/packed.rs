//! Packed files.
#![no_main]

mod shared;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    shared::file_behind(&[0x1F, 0x8B], bytes);
    shared::file_behind(&[0x28, 0xB5, 0x2F, 0xFD], bytes);
});
