/*!
What `throughline check` finds, as a table: kind and place, never the value.
*/

use super::csv::{integer, safe, table};
use crate::document::Document;
use crate::privacy::{Find, Patterns};
use crate::span::LineIndex;
use std::io::{self, Write};

/// The columns.
const HEAD: [&str; 7] = ["document", "file", "line", "column", "characters", "kind", "about"];

/// The names of the columns.
///
/// # Errors
/// What `out` says.
pub fn head(out: &mut dyn Write) -> io::Result<()> {
    let mut table = table(out);
    table.write_record(HEAD)?;
    table.flush()
}

/// One row a find. Lines and columns count from 1 in the text as read.
///
/// # Errors
/// What `out` says.
pub fn finds(patterns: &Patterns, document: &Document, found: &[Find], out: &mut dyn Write) -> io::Result<()> {
    let mut table = table(out);
    let index = LineIndex::new(&document.text);
    let mut cell = String::new();
    for find in found {
        let place = index.place(&document.text, find.span.start as usize);
        let n_chars = document.text[find.span.range()].chars().count();
        table.write_field(safe(&document.id).as_ref())?;
        table.write_field(safe(&document.file).as_ref())?;
        for number in [place.line, place.column, n_chars] {
            table.write_field(integer(&mut cell, number))?;
        }
        table.write_field(safe(patterns.name(find.kind)).as_ref())?;
        table.write_field(safe(patterns.about(find.kind)).as_ref())?;
        table.write_record(None::<&[u8]>)?;
    }
    table.flush()
}
