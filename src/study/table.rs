/*!
A table of commas as a person may have made it: a head, rows with their lines, cells by name.

Semicolons and tabs do as well as commas, whichever the head has most of, and what a line `sep=…` before it names; with semicolons a decimal comma is read as a point, as spreadsheets of
many countries write it. `NA` and an empty cell stand for what does not exist. An apostrophe before `=`, `+`, `-` or `@`, with which cells are made safe for
spreadsheets, is not part of the cell.
*/

use crate::delimiter;
use crate::diagnostic::{Diagnostic, counted};
use crate::lexicon::nearest;
use crate::span::Span;
use std::borrow::Borrow;

/// A table with a head.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// Its name in messages.
    pub file: String,
    columns: Vec<String>,
    rows: Vec<Row>,
    head: Span,
    has_decimal_comma: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Row {
    span: Span,
    cells: Vec<String>,
}

impl Table {
    /// Reads a table; `file` is its name in messages.
    ///
    /// # Errors
    /// All faults of the table: no head, a row with more or fewer cells than the head, a column named twice.
    pub fn parse(text: &str, file: &str) -> Result<Table, Vec<Diagnostic>> {
        let (begin, delimiter) = delimiter::head(text);
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(delimiter)
            .has_headers(false)
            .flexible(true)
            .trim(csv::Trim::All)
            .from_reader(&text.as_bytes()[begin..]);
        let mut rows: Vec<Row> = Vec::new();
        for record in reader.records() {
            // Only what is not UTF-8 is an error here, and the text is.
            let Ok(record) = record else { continue };
            let from = record.position().map_or(0, |position| begin + position.byte() as usize).min(text.len());
            // The reader counts the line break before a row to it.
            let start = from + text[from..].bytes().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
            if let Some(last) = rows.last_mut() {
                last.span.end = last.span.end.min(start as u32);
            }
            rows.push(Row { span: Span::new(start, text.len()), cells: record.iter().map(plain).collect() });
        }
        rows.retain(|row| row.cells.iter().any(|cell| !cell.is_empty()));
        for row in &mut rows {
            row.span =
                Span::new(row.span.start as usize, row.span.start as usize + text[row.span.range()].trim_end().len());
        }
        if rows.is_empty() {
            let fault = Diagnostic::error("empty-table", file, Span::new(0, 0), "the table is empty");
            return Err(vec![
                fault.hint("its first line names the columns; below it stands one row for each document, unit or code"),
            ]);
        }
        let Row { span: head, cells: columns } = rows.remove(0);
        let mut faults = Vec::new();
        for (at, name) in columns.iter().enumerate() {
            if !name.is_empty() && columns[..at].contains(name) {
                let message = format!("the column `{name}` is there twice");
                faults.push(
                    Diagnostic::error("duplicate-column", file, head, message)
                        .hint("give each column a name of its own"),
                );
            }
        }
        for row in &rows {
            if row.cells.len() != columns.len() {
                let message = format!(
                    "this row has {}, the head has {}",
                    counted(row.cells.len(), "cell", "cells"),
                    columns.len()
                );
                let is_long = text[row.span.range()].contains('\n');
                let hint = if is_long {
                    "a quotation mark that is opened in this line and never closed takes in what follows"
                } else if row.cells.len() < columns.len() {
                    "an empty cell needs its comma, too"
                } else {
                    "a cell with a comma in it has to stand in quotation marks"
                };
                faults.push(Diagnostic::error("cells", file, row.span, message).hint(hint));
            }
        }
        let table = Table { file: file.to_owned(), columns, rows, head, has_decimal_comma: delimiter == b';' };
        if faults.is_empty() { Ok(table) } else { Err(faults) }
    }

    /// The names of the columns.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// How many rows there are.
    pub fn n_rows(&self) -> usize {
        self.rows.len()
    }

    /// The column of this name, whatever its case.
    pub fn column(&self, name: &str) -> Option<usize> {
        let exact = self.columns.iter().position(|column| column == name);
        exact.or_else(|| self.columns.iter().position(|column| column.eq_ignore_ascii_case(name)))
    }

    /// The column of this name, or a fault that says which there are.
    pub(super) fn need(&self, name: &str) -> Result<usize, Box<Diagnostic>> {
        self.column(name).ok_or_else(|| {
            let names: Vec<&str> = self.columns.iter().map(String::as_str).collect();
            let hint = match nearest(name, &names) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("its columns are {}", few(&names)),
            };
            Box::new(self.fault_of_head("missing-column", format!("there is no column `{name}`")).hint(hint))
        })
    }

    /// What stands in a cell; none if it is empty or `NA`.
    pub fn cell(&self, row: usize, column: usize) -> Option<&str> {
        let cell = self.rows[row].cells[column].as_str();
        (!cell.is_empty() && cell != "NA").then_some(cell)
    }

    /// The number in a cell, none if there is nothing, or a fault.
    pub(super) fn number(&self, row: usize, column: usize) -> Result<Option<f64>, Box<Diagnostic>> {
        let Some(cell) = self.cell(row, column) else { return Ok(None) };
        self.parsed(cell).map(Some).ok_or_else(|| {
            let message = format!("`{cell}` in the column `{}` is no number", self.columns[column]);
            Box::new(
                self.fault("no-number", row, message)
                    .hint("write numbers with a point, and NA or nothing for what does not exist"),
            )
        })
    }

    /// The whole number from 1 in a cell, none if there is nothing, or a fault.
    pub(super) fn place(&self, row: usize, column: usize) -> Result<Option<u64>, Box<Diagnostic>> {
        let Some(cell) = self.cell(row, column) else { return Ok(None) };
        cell.parse().ok().filter(|number| *number > 0).map(Some).ok_or_else(|| {
            let message = format!("`{cell}` in the column `{}` is no whole number from 1", self.columns[column]);
            Box::new(
                self.fault("no-place", row, message)
                    .hint("sentences and turns are counted from 1, as in sentences.csv"),
            )
        })
    }

    /// Whether a column has numbers and nothing else; false if it has none at all.
    pub(super) fn is_numeric(&self, column: usize) -> bool {
        let mut cells = (0..self.rows.len()).filter_map(|row| self.cell(row, column)).peekable();
        cells.peek().is_some() && cells.all(|cell| self.parsed(cell).is_some())
    }

    fn parsed(&self, cell: &str) -> Option<f64> {
        let number = if self.has_decimal_comma { cell.replacen(',', ".", 1).parse() } else { cell.parse() };
        number.ok().filter(|number: &f64| number.is_finite())
    }

    /// The line of a row, for messages of more than one row.
    pub(super) fn fault(&self, code: &'static str, row: usize, message: impl Into<String>) -> Diagnostic {
        Diagnostic::error(code, &self.file, self.rows[row].span, message)
    }

    pub(super) fn fault_of_head(&self, code: &'static str, message: impl Into<String>) -> Diagnostic {
        Diagnostic::error(code, &self.file, self.head, message)
    }
}

/// A cell without the apostrophe that keeps spreadsheets from running it.
fn plain(cell: &str) -> String {
    let bare = cell.strip_prefix('\'').filter(|bare| bare.starts_with(['=', '+', '-', '@']));
    bare.unwrap_or(cell).to_owned()
}

/// The first few of many names.
pub(super) fn few<S: Borrow<str>>(names: &[S]) -> String {
    const SHOWN: usize = 8;
    match names.len() {
        n if n <= SHOWN => names.join(", "),
        n => format!("{} and {} more", names[..SHOWN].join(", "), n - SHOWN),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_of_all_kinds() {
        for text in [
            "id,x\na,1.5\nb,NA\n",
            "id;x\r\na;1,5\r\n\r\nb;\r\n",
            "id\tx\na\t1.5\nb\tNA",
            "\"id\",x\n\"a\",1.5\n b , \n",
            "\n\nid;x\na;1,5\nb;\n",
            "sep=;\r\nid;x\r\na;1,5\r\nb;NA\r\n",
        ] {
            let table = Table::parse(text, "t.csv").unwrap();
            assert_eq!((table.n_rows(), table.column("ID"), table.is_numeric(1)), (2, Some(0), true), "{text}");
            assert_eq!(table.number(0, 1).unwrap(), Some(1.5), "{text}");
            assert_eq!((table.cell(1, 0), table.number(1, 1).unwrap()), (Some("b"), None), "{text}");
        }
        let table = Table::parse("id,x\n'-a,'1\n", "t.csv").unwrap();
        assert_eq!((table.cell(0, 0), table.cell(0, 1)), (Some("-a"), Some("'1")));
    }

    #[test]
    fn faults_have_their_rows() {
        let text = "id,x\na,1\nb\nc,\"2\nd,3\n";
        let faults = Table::parse(text, "t.csv").unwrap_err();
        let places: Vec<&str> = faults.iter().map(|fault| &text[fault.span.range()]).collect();
        assert_eq!(places, ["b"], "{faults:#?}");
        let table = Table::parse("id,x\r\na,1\r\nb,two\r\n", "t.csv").unwrap();
        let fault = table.number(1, 1).unwrap_err();
        assert_eq!(&"id,x\r\na,1\r\nb,two\r\n"[fault.span.range()], "b,two");
        let text = "\nsep=;\nid;x\na;1\nb\n";
        assert_eq!(&text[Table::parse(text, "t.csv").unwrap_err()[0].span.range()], "b");
        assert_eq!(Table::parse("", "t.csv").unwrap_err()[0].code, "empty-table");
        assert_eq!(Table::parse("x,x\n1,2\n", "t.csv").unwrap_err()[0].code, "duplicate-column");
    }
}
