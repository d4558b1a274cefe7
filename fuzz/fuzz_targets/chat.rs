//! CHAT.
#![no_main]

mod shared;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| shared::file_behind(b"@UTF8\n@Begin\n@Participants:\tPAR Participant, INV Investigator\n*PAR:\t", bytes));
