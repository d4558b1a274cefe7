//! Word and OpenDocument: the package is whole, and the XML in it is anything.
#![no_main]

mod shared;

use std::io::{Cursor, Write};
use zip::write::SimpleFileOptions;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    for (mime, name, head) in [
        ("", "word/document.xml", "<w:document xmlns:w=\"w\"><w:body>"),
        ("application/vnd.oasis.opendocument.text", "content.xml", "<office:document-content><office:body><office:text>"),
    ] {
        shared::file(&package(mime, &[(name, &[head.as_bytes(), bytes].concat())]));
    }
    // The bytes as a package of their own.
    shared::file_behind(b"PK\x03\x04", bytes);
});

/// A zip file of these parts, not packed.
fn package(mime: &str, parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    let mimetype = ("mimetype", mime.as_bytes());
    for (name, content) in (!mime.is_empty()).then_some(mimetype).iter().chain(parts) {
        if zip.start_file(*name, options).is_ok() {
            let _ = zip.write_all(content);
        }
    }
    zip.finish().map(Cursor::into_inner).unwrap_or_default()
}
