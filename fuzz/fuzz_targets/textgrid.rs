//! Praat's TextGrid.
#![no_main]

mod shared;

target!(|bytes| shared::file_behind(
    &[b"File", b"\xFE\xFF", b"\xFF\xFE"],
    b"File type = \"ooTextFile\"\nObject class = \"TextGrid\"\n\n",
    bytes
));
