//! PDF. What the library for it panics about is no finding (see `target!`); hanging, filling the memory and overflowing the stack are.
#![no_main]

mod shared;

target!(|bytes| shared::file_behind(&[b"%PDF-"], b"%PDF-1.4\n", bytes));
