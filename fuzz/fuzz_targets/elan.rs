//! ELAN.
#![no_main]

mod shared;

target!(|bytes| shared::file_behind(&[b"<?xml"], b"<?xml version=\"1.0\"?><ANNOTATION_DOCUMENT><TIME_ORDER>", bytes));
