//! E-books: the package is whole, and its list of contents and its first chapter are anything.
#![no_main]

mod shared;

use std::io::{Cursor, Write};
use zip::write::SimpleFileOptions;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let half = bytes.len() / 2;
    let container = b"<container><rootfiles><rootfile full-path=\"c.opf\"/></rootfiles></container>";
    let chapter = [b"<html><body>", &bytes[half..]].concat();
    let contents = [b"<package><manifest><item id=\"a\" href=\"a.xhtml\"/></manifest><spine><itemref idref=\"a\"/>", &bytes[..half]].concat();
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    let parts: [(&str, &[u8]); 4] = [
        ("mimetype", b"application/epub+zip"),
        ("META-INF/container.xml", container),
        ("c.opf", &contents),
        ("a.xhtml", &chapter),
    ];
    for (name, content) in parts {
        if zip.start_file(name, options).is_ok() {
            let _ = zip.write_all(content);
        }
    }
    shared::file(&zip.finish().map(Cursor::into_inner).unwrap_or_default());
});
