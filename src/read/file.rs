/*!
A file that is one document: what kind it is, by its content, and the reader for it.

Endings are no more than a hint for finding files; what a file is it says itself, so that a Word file called `.txt` is read as what it is. What cannot be
read is refused with a reason.
*/

use super::jsonl;
use super::spoken;
use super::{Options, Problem, captions, document, encoding};
use crate::document::{Document, Note, NoteKind};
use serde_json::Value;

/// The longest JSON file, in bytes: it is held whole, and takes several times its size.
const MAX_JSON: usize = 64 * 1024 * 1024;

/// Reads a file that is one document. `id` is the name of the document.
///
/// # Errors
/// A [`Problem`] that says what the file is and what to do, if no words can be read from it.
pub fn file(id: &str, bytes: Vec<u8>, options: &Options) -> Result<Document, Problem> {
    let mut notes = Vec::new();
    let text = encoding::decode(bytes, &mut notes);
    if text.is_empty()
        && let Some(note) = notes.first()
    {
        return Err(refused(&note.message));
    }
    let id = id.to_owned();
    if captions::is_captions(&text) {
        notes.push(rewritten("captions"));
        return Ok(spoken::document(id, captions::utterances(&text), "", notes, options));
    }
    if text.trim_start().starts_with(['{', '[']) && text.trim_end().ends_with(['}', ']']) {
        return match json(&id, &text, options) {
            // Brackets of a text that is no JSON.
            None => Ok(document(id, text, notes, options)),
            Some(result) => result,
        };
    }
    if text.trim_start().starts_with("%\n") {
        return Err(refused("this is a LIWC dictionary and no transcript; a lexicon is given by --lexicon"));
    }
    Ok(document(id, text, notes, options))
}

/// A document from JSON: an object with turns or a text, or a list of turns. `None` if it is no JSON.
fn json(id: &str, text: &str, options: &Options) -> Option<Result<Document, Problem>> {
    if text.len() > MAX_JSON {
        return Some(Err(refused("longer than 64 MiB, which is more than is read as one JSON file")));
    }
    let value: Value = serde_json::from_str(text).ok()?;
    let found = match &value {
        Value::Object(fields) => match jsonl::turn_field(fields, options) {
            Some(items) => jsonl::spoken(id.to_owned(), items, options),
            None => jsonl::field(fields, &options.conventions.text_columns)
                .and_then(jsonl::text_of)
                .map(|text| document(id.to_owned(), text, Vec::new(), options)),
        },
        Value::Array(items) => jsonl::spoken(id.to_owned(), items, options),
        _ => None,
    };
    Some(match found {
        Some(mut document) => {
            document.notes.insert(0, rewritten("JSON"));
            Ok(document)
        }
        None => Err(refused(
            "JSON with neither turns that have a text, nor a text; a list of documents is read as JSON lines, one object a line (.jsonl)",
        )),
    })
}

/// Why a file is not read.
pub(super) fn refused(message: &str) -> Problem {
    Problem { row: None, line: None, message: message.to_owned() }
}

/// The note that says from what the text was made.
pub(super) fn rewritten(what: &str) -> Note {
    let message = format!("read as {what}; positions count in the words as they were taken from it");
    Note { kind: NoteKind::Format, message, line: None }
}
