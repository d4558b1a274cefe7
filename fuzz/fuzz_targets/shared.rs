//! What all targets do: read bytes, and hold what was read to what must be true of any document.

use std::io::{Cursor, Write};
use std::sync::LazyLock;
use throughline::document::Document;
use throughline::read::{self, Format, Options};
use zip::write::SimpleFileOptions;

/// Defines a target.
///
/// The hook that `libfuzzer-sys` sets ends the process at every panic, also at one that is caught. The libraries for PDF and spreadsheets panic on broken
/// files, and the readers know: they let them work on threads of their own and take the end of such a thread for "the file is damaged". So a panic
/// there is an answer and no finding. Every other panic still ends the process, and so does a stack that overflows or a memory that fills on any thread.
#[macro_export]
macro_rules! target {
    (|$bytes:ident| $body:expr) => {
        libfuzzer_sys::fuzz_target!(
            init: {
                let ends = std::panic::take_hook();
                std::panic::set_hook(Box::new(move |panic| {
                    if std::thread::current().name() != Some(throughline::read::LIBRARY_THREAD) {
                        ends(panic);
                    }
                }));
            },
            |$bytes: &[u8]| $body
        );
    };
}

/// What the user says about the input: nothing. Made once, because the conventions are read from a file. The detector of languages is left out, because it takes
/// most of the time; the target for texts brings it in.
pub static USUAL: LazyLock<Options> = LazyLock::new(|| {
    let options = Options::default();
    Options { conventions: options.conventions.for_any_language(), ..options }
});

/// Reads one file.
#[allow(dead_code, reason = "every target uses a part of this module")]
pub fn file(bytes: &[u8]) {
    file_with(bytes, &USUAL);
}

/// Reads one file with these options.
#[allow(dead_code, reason = "every target uses a part of this module")]
pub fn file_with(bytes: &[u8], options: &Options) {
    if let Ok(document) = read::file("d", bytes.to_vec(), options) {
        holds(&document);
    }
}

/// Reads one file that begins with one of `marks`; other bytes are put behind `head`, so that they are taken for what it says.
#[allow(dead_code, reason = "every target uses a part of this module")]
pub fn file_behind(marks: &[&[u8]], head: &[u8], bytes: &[u8]) {
    if marks.iter().any(|mark| bytes.starts_with(mark)) {
        file(bytes);
    } else {
        file(&[head, bytes].concat());
    }
}

/// Reads one table.
#[allow(dead_code, reason = "every target uses a part of this module")]
pub fn table(bytes: &[u8], format: Format) {
    let source = Box::new(Cursor::new(bytes.to_vec()));
    if let Ok(table) = read::table(source, format, "t", &USUAL) {
        table.flatten().for_each(|document| holds(&document));
    }
}

/// The bytes of several parts of a package: NULs stand between them. Parts that are not there are empty.
#[allow(dead_code, reason = "every target uses a part of this module")]
pub fn parts<const N: usize>(bytes: &[u8]) -> [&[u8]; N] {
    let mut parts = bytes.splitn(N, |&byte| byte == 0);
    std::array::from_fn(|_| parts.next().unwrap_or_default())
}

/// A zip file of these parts, not packed. Checksums are right, which changed bytes of a package never have.
#[allow(dead_code, reason = "every target uses a part of this module")]
pub fn package(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, content) in parts {
        if zip.start_file(*name, options).is_ok() {
            let _ = zip.write_all(content);
        }
    }
    zip.finish().map(Cursor::into_inner).unwrap_or_default()
}

/// XML as it is, or behind `head` if it does not begin like XML.
#[allow(dead_code, reason = "every target uses a part of this module")]
pub fn xml(head: &str, bytes: &[u8]) -> Vec<u8> {
    if bytes.starts_with(b"<?xml") { bytes.to_vec() } else { [head.as_bytes(), bytes].concat() }
}

/// Turns stand in order within the text, on the borders of characters, and each has its speaker.
fn holds(document: &Document) {
    let mut end = 0;
    for turn in &document.turns {
        assert!(turn.span.start as usize >= end);
        assert!(document.text.get(turn.span.range()).is_some());
        assert!(turn.speaker < document.speakers.len());
        end = turn.span.end as usize;
    }
    for &at in document.pauses.iter().chain(&document.inaudible) {
        assert!(document.text.is_char_boundary(at as usize));
    }
}
