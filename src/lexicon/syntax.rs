/*!
The form of a file: a text as a table of TOML, or what is wrong with its form, told for people who write it by hand or in a word processor.
*/

use super::fields::{Faults, Fields, span_of};
use crate::diagnostic::Diagnostic;
use crate::span::{self, Span};
use toml::de::DeTable;

/// Parses the text as TOML, reporting its syntax faults, and hands its fields to `body`.
pub(super) fn with_table(text: &str, what: &'static str, faults: &Faults<'_>, body: impl FnOnce(&Fields<'_>, &str)) {
    let (table, errors) = DeTable::parse_recoverable(text);
    let errors: Vec<(Span, &str)> =
        errors.iter().map(|error| (error.span().map_or(Span::new(0, 0), span_of), error.message())).collect();
    syntax(text, &errors, faults);
    // After a syntax fault the rest of the table may be misread; its faults would only confuse.
    if errors.is_empty() {
        let fields = Fields::new(table.get_ref(), Span::new(0, 0), what, faults);
        body(&fields, text);
        fields.finish();
    }
}

/// Says what is wrong with the form of a file. Behind one mistake the parser finds others that are none: of a table only the first is told.
fn syntax(text: &str, errors: &[(Span, &str)], faults: &Faults<'_>) {
    let curly: Vec<Span> = errors.iter().filter_map(|(span, _)| curly_mark(text, *span)).collect();
    if let Some(&first) = curly.first() {
        let message = "these are “curly” quotation marks, as word processors make them";
        let fault = Diagnostic::error("curly-quotes", faults.file, first, message);
        faults.push(
            fault.hint(
                "write straight ones, \"…\", everywhere in the file; an editor for plain text leaves them straight",
            ),
        );
        return;
    }
    let mut last = None;
    for &(span, message) in errors {
        let at = span.start as usize;
        let n_heads = text[..at.min(text.len())].matches("\n[").count();
        if last.replace(n_heads) == Some(n_heads) {
            continue;
        }
        let raw = text.get(span.range()).unwrap_or_default();
        let hint = if message.contains("escape") || raw.starts_with('\\') {
            r"between double quotation marks a backslash begins an escape: write the text in single ones, '…', or the backslash twice, \\"
        } else if message.contains("array") || message.contains("`]`") {
            "an array begins with [, ends with ], and has commas between its texts: a ] may be missing before this"
        } else if message.contains("duplicate") {
            "a field stands once in a table; several patterns or examples stand in one array, [\"…\", \"…\"]"
        } else {
            "a line is `name = \"text\"`, `name = [\"one\", \"two\"]` or a head such as [[rule]]; what follows # is a comment"
        };
        faults.push(Diagnostic::error("toml-syntax", faults.file, span, message.to_owned()).hint(hint));
        if message.contains("array") {
            // What should follow the array is read as what is in it, to the end of the file.
            break;
        }
    }
}

/// Where in the line of a fault a curly quotation mark stands outside of straight ones.
fn curly_mark(text: &str, fault: Span) -> Option<Span> {
    let at = span::floor(text, fault.start as usize);
    let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
    let line = text[start..].lines().next()?;
    let mut open = None;
    for (offset, c) in line.char_indices() {
        match (c, open) {
            ('#', None) => return None,
            ('"' | '\'', None) => open = Some(c),
            (c, Some(mark)) if c == mark => open = None,
            ('“' | '”' | '„' | '‟' | '‘' | '’', None) => {
                return Some(Span::new(start + offset, start + offset + c.len_utf8()));
            }
            _ => {}
        }
    }
    None
}
