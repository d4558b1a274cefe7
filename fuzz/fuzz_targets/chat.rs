//! CHAT.
#![no_main]

mod shared;

target!(|bytes| shared::file_behind(
    &[b"@"],
    b"@UTF8\n@Begin\n@Participants:\tPAR Participant, INV Investigator\n*PAR:\t",
    bytes
));
