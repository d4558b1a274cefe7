//! RTF.
#![no_main]

mod shared;

target!(|bytes| shared::file_behind(&[b"{\\rtf"], b"{\\rtf1", bytes));
