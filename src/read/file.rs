/*!
A file that is one document: what kind it is, by its content, and the reader for it.

Endings are no more than a hint for finding files; what a file is it says itself, so that a Word file called `.txt` is read as what it is. What cannot be
read is refused with a reason.
*/

use super::package::{PROTECTED, Package};
use super::spoken::Utterance;
use super::{
    Options, Problem, captions, chat, document, encoding, epub, html, jsonl, office, packed, rtf, spoken, tiers,
};
use crate::document::{Document, Note, NoteKind};
use serde_json::Value;
use std::io::{Cursor, Read};

/// The longest JSON file, in bytes: it is held whole, and takes several times its size.
pub const MAX_JSON: usize = 64 * 1024 * 1024;

/// The longest file, in bytes, packed or not: a text is held whole.
pub const MAX_FILE: usize = 512 * 1024 * 1024;
/// The first bytes of Word and Excel files before 2007, and of newer ones with a password.
pub(super) const OLD_OFFICE: [u8; 8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];

/// Reads a file that is one document. `id` is the name of the document.
///
/// # Errors
/// A [`Problem`] that says what the file is and what to do, if no words can be read from it.
pub fn file(id: &str, bytes: Vec<u8>, options: &Options) -> Result<Document, Problem> {
    content(id, bytes, &options.of(id))
}

/// The same with the options for this document.
fn content(id: &str, bytes: Vec<u8>, options: &Options) -> Result<Document, Problem> {
    if packed::is_packed(&bytes) {
        let options = &options.of_packed();
        let mut inner = Vec::new();
        packed::unpacked(Box::new(Cursor::new(bytes)))
            .and_then(|source| source.take(options.max_file() as u64 + 1).read_to_end(&mut inner))
            .map_err(|error| refused(&format!("cannot be unpacked ({error}): pack or copy it again")))?;
        if packed::is_packed(&inner) {
            return Err(refused("packed twice: unpack it once"));
        }
        return content(id, inner, options);
    }
    if bytes.len() > options.max_file() {
        return Err(too_long(options));
    }
    let mut notes = Vec::new();
    if bytes.starts_with(b"PK\x03\x04") {
        return package(id, bytes, options);
    }
    if bytes.trim_ascii_start().starts_with(b"{\\rtf") {
        return taken(id, rtf::words(&bytes), "RTF", options);
    }
    #[cfg(feature = "pdf")]
    if bytes.starts_with(b"%PDF-") {
        let (text, note) = super::pdf::words(bytes)?;
        let mut document = taken(id, text, "PDF", options)?;
        document.notes.extend(note);
        return Ok(document);
    }
    if bytes.starts_with(&OLD_OFFICE) {
        return Err(refused(if is_encrypted(&bytes) {
            PROTECTED
        } else {
            "a Word file from before 2007 (.doc), or another old Office file: open it in Word or LibreOffice and save it as .docx (a table as .xlsx)"
        }));
    }
    if super::PARQUET.iter().any(|mark| bytes.starts_with(mark)) && bytes.ends_with(&bytes[..4]) {
        return Err(refused("a Parquet file: let its name end in .parquet, or say `--input-format parquet`"));
    }
    let text = encoding::decode(bytes, &mut notes);
    if text.is_empty()
        && let Some(note) = notes.first()
    {
        return Err(refused(&note.message));
    }
    if captions::is_captions(&text) {
        notes.push(rewritten("captions"));
        return said(id, captions::utterances(&text), notes, options);
    }
    if chat::is_chat(&text) {
        notes.push(rewritten("CHAT"));
        return said(id, chat::utterances(&text, &options.conventions), notes, options);
    }
    if tiers::is_text_grid(&text) {
        notes.push(rewritten("a TextGrid"));
        return said(id, tiers::text_grid(&text, &options.conventions)?, notes, options);
    }
    if text.trim_start().starts_with('<') && text.get(..4000).unwrap_or(&text).contains("<ANNOTATION_DOCUMENT") {
        let (utterances, odd) = tiers::elan(&text, &options.conventions)?;
        notes.push(rewritten("ELAN"));
        notes.extend(odd);
        return said(id, utterances, notes, options);
    }
    if html::is_html(&text) {
        return taken(id, html::words(&text), "HTML", options);
    }
    if looks_like_json(&text) {
        return json(id, &text, options);
    }
    if text.trim_start().starts_with("%\n") {
        return Err(refused("this is a LIWC dictionary and no transcript; a lexicon is given by --lexicon"));
    }
    match options.too_long_plain(text.len()) {
        Some(problem) => Err(problem),
        None => Ok(document(id.to_owned(), text, notes, options)),
    }
}

/// Whether it begins as JSON does, and as no transcript with notes in brackets does.
fn looks_like_json(text: &str) -> bool {
    let start = text.trim_start();
    let is_json =
        |open, next: &[char]| start.strip_prefix(open).is_some_and(|inner: &str| inner.trim_start().starts_with(next));
    is_json('{', &['"', '}']) || is_json('[', &['{', ']'])
}

/// What is said of a file that is longer than [`Options::max_file`].
pub fn too_long(options: &Options) -> Problem {
    let what = "read as one document, because memory is bounded: divide it, or allow more with `--max-text`";
    longer_than(options.max_file(), what)
}

/// A document of the words that a file held.
fn taken(id: &str, mut text: String, what: &str, options: &Options) -> Result<Document, Problem> {
    encoding::unify_line_breaks(&mut text);
    let notes = vec![rewritten(what)];
    if captions::is_captions(&text) {
        return said(id, captions::utterances(&text), notes, options);
    }
    match options.too_long(text.len()) {
        Some(problem) => Err(problem),
        None => Ok(document(id.to_owned(), text, notes, options)),
    }
}

/// A document of what is said in a file.
fn said(id: &str, utterances: Vec<Utterance>, notes: Vec<Note>, options: &Options) -> Result<Document, Problem> {
    match options.too_long(utterances.iter().map(|utterance| utterance.text.len()).sum()) {
        Some(problem) => Err(problem),
        None => Ok(spoken::document(id.to_owned(), utterances, "", notes, options)),
    }
}

/// A document from a zip package: Word, OpenDocument.
fn package(id: &str, bytes: Vec<u8>, options: &Options) -> Result<Document, Problem> {
    let mut package = Package::open(bytes)?;
    let kind = if package.has("mimetype") { package.text("mimetype")? } else { String::new() };
    let has = |start: &str| package.names.iter().any(|name| name.starts_with(start));
    let ((text, note), what) = match kind.trim() {
        "application/vnd.oasis.opendocument.text" | "application/vnd.oasis.opendocument.text-template" => {
            (office::open_document(&mut package)?, "OpenDocument")
        }
        "application/vnd.oasis.opendocument.spreadsheet" => {
            return Err(refused("a spreadsheet: let its name end in .ods, or say `--input-format sheet`"));
        }
        "application/epub+zip" => ((epub::words(&mut package)?, None), "an e-book"),
        _ if has("word/document") => (office::word(&mut package)?, "Word"),
        _ if has("xl/") => {
            return Err(refused("a spreadsheet: let its name end in .xlsx, or say `--input-format sheet`"));
        }
        _ if has("ppt/") => return Err(refused("a presentation: save its text as .docx or plain text")),
        _ if has("Index/") => return Err(refused("a file of Apple's Pages: export it as .docx")),
        _ => return Err(refused("a zip file, and neither Word nor OpenDocument: unpack it first")),
    };
    let text = text.trim_matches(['\n', '\r']).to_owned();
    if text.trim().is_empty() {
        return Err(refused("there are no words in it; pictures of text are not read"));
    }
    let mut document = taken(id, text, what, options)?;
    document.notes.extend(note);
    Ok(document)
}

/// Whether an old container holds a document that is encrypted: it says so in UTF-16.
pub(super) fn is_encrypted(bytes: &[u8]) -> bool {
    let name: Vec<u8> = "EncryptedPackage".bytes().flat_map(|byte| [byte, 0]).collect();
    memchr::memmem::find(bytes, &name).is_some()
}

/// A document from JSON: an object with turns or a text, or a list of turns.
fn json(id: &str, text: &str, options: &Options) -> Result<Document, Problem> {
    if text.len() > MAX_JSON {
        return Err(longer_than(MAX_JSON, "read as one JSON file: divide it"));
    }
    let value: Value = serde_json::from_str(text).map_err(|error| {
        let is_lines = text
            .lines()
            .filter(|line| !line.trim().is_empty())
            .take(2)
            .all(|line| line.starts_with('{') && line.ends_with('}'));
        let what = error.to_string();
        let what = what.split(" at line ").next().unwrap_or_default();
        let advice = if is_lines {
            "JSON lines are read from a file that ends in .jsonl, or with `--input-format jsonl`"
        } else {
            "export or copy it again"
        };
        let message = format!("not valid JSON: {what} (column {}); {advice}", error.column());
        Problem { line: Some(error.line()), ..refused(&message) }
    })?;
    let found = match &value {
        Value::Object(fields) => match jsonl::turn_field(fields, options) {
            Some(items) => jsonl::spoken(id.to_owned(), items, options),
            None => jsonl::field(fields, &options.conventions.text_columns)
                .and_then(jsonl::text_of)
                .map(|text| document(id.to_owned(), text, Vec::new(), options)),
        },
        Value::Array(items) if jsonl::is_talk(items, options) => jsonl::spoken(id.to_owned(), items, options),
        _ => None,
    };
    match found {
        Some(mut document) => match options.too_long(document.text.len()) {
            Some(problem) => Err(problem),
            None => {
                document.notes.insert(0, rewritten("JSON"));
                Ok(document)
            }
        },
        None => Err(refused(
            "JSON with neither turns that have a text, nor a text; a list of documents is read if each is an object with a text (or turns)",
        )),
    }
}

/// Why a file is not read.
pub(super) fn refused(message: &str) -> Problem {
    Problem { row: None, line: None, message: message.to_owned() }
}

/// What is said of a file of more than `most` bytes, which is more than is `what`.
pub(super) fn longer_than(most: usize, what: &str) -> Problem {
    refused(&format!("longer than {} MiB, which is more than is {what}", most >> 20))
}

/// The note that says from what the text was made.
pub(super) fn rewritten(what: &str) -> Note {
    let message = format!("read as {what}; positions count in the words as they were taken from it");
    Note { kind: NoteKind::Format, message, line: None }
}
