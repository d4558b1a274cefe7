//! What all targets do: read bytes, and hold what was read to what must be true of any document.

use throughline::document::Document;
use throughline::read::{self, Format, Options};

/// Reads one file.
#[allow(dead_code, reason = "every target uses a part of it")]
pub fn file(bytes: &[u8]) {
    if let Ok(document) = read::file("d", bytes.to_vec(), &Options::default()) {
        holds(&document);
    }
}

/// Reads one file that begins with these bytes, so that it is taken for what they say.
#[allow(dead_code, reason = "every target uses a part of it")]
pub fn file_behind(head: &[u8], bytes: &[u8]) {
    file(&[head, bytes].concat());
}

/// Reads one table.
#[allow(dead_code, reason = "every target uses a part of it")]
pub fn table(bytes: &[u8], format: Format) {
    let source = Box::new(std::io::Cursor::new(bytes.to_vec()));
    if let Ok(table) = read::table(source, format, "t", &Options::default()) {
        table.flatten().for_each(|document| holds(&document));
    }
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
}
