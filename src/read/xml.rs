/*!
What the formats made of XML or HTML have in common: the walk through a file, entities, and names without their prefix.

Only the entities of HTML and numbers are known. Entities that a file declares itself are never looked up, so that no file can make much out of little or
reach outside itself.
*/

use super::Problem;
use super::file::refused;
use crate::document::{Note, NoteKind};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// A piece of XML: names without their prefix.
pub(crate) enum Piece<'a> {
    Start(&'a str, &'a BytesStart<'a>),
    End(&'a str),
    /// Text and the element it stands in.
    Text(&'a str, &'a str),
}

/// What to do with the element that begins.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Walk {
    On,
    /// Pass over it and all that is in it.
    Skip,
}

/// Walks through a document. Entities that the document declares are left out; returns how many times it names them, or others that nobody knows.
pub(crate) fn walk(xml: &str, mut visit: impl FnMut(Piece<'_>) -> Walk) -> Result<usize, Problem> {
    let mut n_left_out = 0;
    let mut reader = Reader::from_str(xml);
    reader.config_mut().expand_empty_elements = true;
    // Names of the elements we are in, and how many of them when skipping began.
    let mut open: Vec<String> = Vec::new();
    let mut skipped_at = None;
    let fault = |what: &str, at: u64| {
        let line = memchr::memchr_iter(b'\n', &xml.as_bytes()[..xml.len().min(at as usize)]).count() + 1;
        refused(&format!("the file is damaged ({what} in line {line} of its text): save it again"))
    };
    loop {
        let event = reader.read_event().map_err(|error| fault(&error.to_string(), reader.error_position()))?;
        match event {
            Event::Start(element) => {
                let name = element.local_name().as_ref().to_owned();
                if skipped_at.is_none() && visit(Piece::Start(&name, &element)) == Walk::Skip {
                    skipped_at = Some(open.len());
                }
                open.push(name);
            }
            Event::End(_) => {
                let Some(name) = open.pop() else {
                    return Err(fault("an end without a beginning", reader.buffer_position()));
                };
                match skipped_at {
                    Some(depth) if depth == open.len() => skipped_at = None,
                    Some(_) => {}
                    None => {
                        visit(Piece::End(&name));
                    }
                }
            }
            Event::Text(text) if skipped_at.is_none() => {
                visit(Piece::Text(&text.xml10_content(), open.last().map_or("", String::as_str)));
            }
            Event::CData(text) if skipped_at.is_none() => {
                visit(Piece::Text(&text.xml10_content(), open.last().map_or("", String::as_str)));
            }
            Event::GeneralRef(name) if skipped_at.is_none() => match character(&name.xml10_content()) {
                Some(c) => {
                    visit(Piece::Text(c.encode_utf8(&mut [0; 4]), open.last().map_or("", String::as_str)));
                }
                None => n_left_out += 1,
            },
            Event::Eof if open.is_empty() => return Ok(n_left_out),
            Event::Eof => return Err(fault("it ends too early", reader.buffer_position())),
            _ => {}
        }
    }
}

/// What is noted of entities that were left out.
pub(super) fn left_out(n: usize) -> Option<Note> {
    let (what, are, they) = if n == 1 { ("1 entity", "is", "it stands") } else { ("entities", "are", "they stand") };
    let what = if n == 1 { what.to_owned() } else { format!("{n} {what}") };
    let message = format!(
        "{what} that the file declares itself {are} left out where {they} among the words: such entities can fill the memory, or bring in other files"
    );
    (n > 0).then_some(Note { kind: NoteKind::Incomplete, message, line: None })
}

/// The value of an attribute, by its name without prefix; empty if there is none.
///
/// Nobody looks whether a name comes twice, which would take the square of their number.
pub(crate) fn attribute(element: &BytesStart<'_>, name: &str) -> String {
    let found =
        element.attributes().with_checks(false).flatten().find(|attribute| attribute.key.local_name().as_ref() == name);
    found.map_or(String::new(), |attribute| resolved(&attribute.value))
}

/// The longest name of an entity, in bytes.
const LONGEST_NAME: usize = 32;

/// The character that the entity at the beginning of `text` stands for, and the entity's length in bytes. `None` if it is none.
pub(super) fn entity(text: &str) -> Option<(char, usize)> {
    let body = text.strip_prefix('&')?;
    // No name is longer, and nobody looks farther: a text may be nothing but ampersands.
    let beginning = &body.as_bytes()[..body.len().min(LONGEST_NAME + 1)];
    let end = memchr::memchr(b';', beginning).filter(|&end| end > 0)?;
    Some((character(&body[..end])?, end + 2))
}

/// What a name or number between `&` and `;` stands for.
pub(super) fn character(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        return char::from_u32(code).filter(|&c| c != '\0');
    }
    let resolved = quick_xml::escape::resolve_html5_entity(name)?;
    let mut chars = resolved.chars();
    chars.next().filter(|_| chars.next().is_none())
}

/// The text with its entities resolved; those that are not known stay.
pub(super) fn resolved(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = memchr::memchr(b'&', rest.as_bytes()) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        match entity(rest) {
            Some((c, len)) => {
                out.push(c);
                rest = &rest[len..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}
