//! HTML.
#![no_main]

mod shared;

target!(|bytes| shared::file_behind(&[b"<"], b"<!DOCTYPE html><html><body>", bytes));
