//! Tables with commas and tabs.
#![no_main]

mod shared;

use throughline::read::Format;

target!(|bytes| {
    shared::table(bytes, Format::Csv);
    shared::table(bytes, Format::Tsv);
});
