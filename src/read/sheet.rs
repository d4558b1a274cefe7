/*!
Spreadsheets (`.xlsx`, `.xls`, `.ods`) → comma-separated text, to be read like any other table.

Of a workbook the first sheet that has two rows or more is read; a note names the others. Text stays as it was typed (`007`), numbers are written as they are
kept, formulas as their last result. Cells are collected as they come, never as a full rectangle, so that one cell far out makes no large table; and there
are bounds for their number, because a small file can ask for many.

The library that reads `.xlsx` and `.xls` may panic on a broken file, so it works apart; `.ods` is read in `sheet_open`, and what has to be seen to
before an `.xls` is read is in `sheet_old`.
*/

use super::Problem;
use super::apart::apart;
use super::file::refused;
use super::package::{PROTECTED, Package};
use super::{sheet_old, sheet_open};
use crate::document::quoted;
use calamine::{Data, DataRef, Reader, Xls, Xlsx};
use csv::WriterBuilder;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Cursor;

/// The most bytes of text that are taken from a sheet.
const MAX_TEXT: usize = 256 * 1024 * 1024;
/// The most cells that are taken from a sheet.
pub(super) const MAX_CELLS: usize = 4_000_000;
/// The most places that a table may have, empty ones as well.
const MAX_PLACES: usize = 100_000_000;
/// The greatest number of a row or column.
pub(super) const MAX_NUMBER: u32 = 1 << 20;
/// How many sheets a note names at most.
const NAMED_SHEETS: usize = 8;
pub(super) const TOO_LARGE: &str = "more than four million cells, or 256 MiB of text";

/// The cells of a sheet that hold something, by row and column.
#[derive(Default)]
pub(super) struct Cells {
    cells: BTreeMap<(u32, u32), String>,
    n_bytes: usize,
}

impl Cells {
    /// Adds a cell, unless it is empty. `false` if there is no more room.
    pub(super) fn add(&mut self, row: u32, column: u32, text: &str) -> bool {
        if !text.is_empty() {
            self.n_bytes += text.len();
            self.cells.insert((row, column), text.to_owned());
        }
        self.n_bytes <= MAX_TEXT && self.cells.len() <= MAX_CELLS
    }

    /// Repeats the last row, so that it stands there so many times. `false` if there is no more room.
    pub(super) fn repeat_row(&mut self, row: u32, n_times: u32) -> bool {
        let cells: Vec<(u32, String)> =
            self.cells.range((row, 0)..=(row, u32::MAX)).map(|(&(_, column), text)| (column, text.clone())).collect();
        cells.is_empty()
            || (1..n_times).all(|at| cells.iter().all(|(column, text)| self.add(row.saturating_add(at), *column, text)))
    }
}

/// What was read of a workbook.
#[derive(Default)]
pub(super) struct Workbook {
    pub(super) names: Vec<String>,
    /// The number of the first sheet with two rows or more, and its cells.
    chosen: Option<(usize, Cells)>,
}

impl Workbook {
    /// Adds the cells of the sheet that was named last, if they are the ones to be read.
    pub(super) fn add(&mut self, cells: Cells) {
        let first = cells.cells.first_key_value().map(|(place, _)| place.0);
        let last = cells.cells.last_key_value().map(|(place, _)| place.0);
        if self.chosen.is_none() && first < last {
            self.chosen = Some((self.names.len().saturating_sub(1), cells));
        }
    }
}

/// The sheet as comma-separated text, and what is to be noted about the choice.
///
/// # Errors
/// If it is no spreadsheet, protected by a password, empty or too large.
pub(super) fn csv(bytes: Vec<u8>) -> Result<(Vec<u8>, Option<String>), Problem> {
    let Workbook { names, chosen } = workbook(bytes)?;
    let Some((at, Cells { cells, .. })) = chosen else {
        return Err(refused("there is no sheet with a head and a row in it"));
    };
    let named = |(_, name): (usize, &String)| quoted(name);
    let others: Vec<String> = names.iter().enumerate().filter(|&(other, _)| other != at).map(named).collect();
    let note = (!others.is_empty()).then(|| {
        let more = if others.len() > NAMED_SHEETS { " and more" } else { "" };
        let others = others[..others.len().min(NAMED_SHEETS)].join(", ");
        let name = names.get(at).map_or("", String::as_str);
        format!(
            "the sheet {} is read, and not {others}{more}: save each as a file of its own to read them all",
            quoted(name)
        )
    });
    Ok((written(&cells)?, note))
}

/// The sheets of a workbook of any kind.
fn workbook(bytes: Vec<u8>) -> Result<Workbook, Problem> {
    let fault = |what: String| refused(&format!("the spreadsheet cannot be read ({what}): save it as .csv"));
    if bytes.starts_with(&super::file::OLD_OFFICE) {
        if super::file::is_encrypted(&bytes) {
            return Err(refused(PROTECTED));
        }
        return apart(move || old(bytes)).and_then(|book| book).map_err(fault);
    }
    let mut package = Package::open(bytes.clone())?;
    package.check()?;
    if package.has(sheet_open::CONTENT) {
        return sheet_open::sheets(&mut package);
    }
    if package.has("xl/workbook.bin") {
        return Err(refused("a binary workbook (.xlsb): save it as .xlsx"));
    }
    apart(move || new(bytes)).and_then(|book| book).map_err(fault)
}

/// What is said of a sheet that is too large.
pub(super) fn too_large() -> Problem {
    refused(&format!("the spreadsheet cannot be read ({TOO_LARGE}): save it as .csv"))
}

/// The sheets of an `.xlsx`.
fn new(bytes: Vec<u8>) -> Result<Workbook, String> {
    let mut source = Xlsx::new(Cursor::new(bytes)).map_err(|error| error.to_string())?;
    let mut book = Workbook::default();
    for name in source.sheet_names() {
        book.names.push(name.clone());
        if book.chosen.is_some() {
            continue;
        }
        let mut cells = Cells::default();
        let mut reader = source.worksheet_cells_reader(&name).map_err(|error| error.to_string())?;
        while let Some(cell) = reader.next_cell().map_err(|error| error.to_string())? {
            let (row, column) = cell.get_position();
            let data: Data = match cell.get_value() {
                DataRef::SharedString(text) => Data::String((*text).to_owned()),
                other => other.clone().into(),
            };
            if !cells.add(row, column, &shown(&data)) {
                return Err(TOO_LARGE.to_owned());
            }
        }
        book.add(cells);
    }
    Ok(book)
}

/// The sheets of an `.xls`.
fn old(bytes: Vec<u8>) -> Result<Workbook, String> {
    let mut source: Xls<_> =
        Xls::new(Cursor::new(sheet_old::cleaned(bytes)?)).map_err(|error: calamine::XlsError| error.to_string())?;
    let mut book = Workbook::default();
    for name in source.sheet_names() {
        let range = source.worksheet_range(&name).map_err(|error| error.to_string())?;
        book.names.push(name);
        let (top, left) = range.start().unwrap_or_default();
        let mut cells = Cells::default();
        for (row, column, data) in range.used_cells() {
            if !cells.add(top + row as u32, left + column as u32, &shown(data)) {
                return Err(TOO_LARGE.to_owned());
            }
        }
        book.add(cells);
    }
    Ok(book)
}

/// A cell as a person would type it.
fn shown(data: &Data) -> String {
    match data {
        Data::Float(value) => number(*value),
        Data::Empty | Data::Error(_) => String::new(),
        other => other.to_string().trim().to_owned(),
    }
}

/// A number without a fraction that is none.
pub(super) fn number(value: f64) -> String {
    if value.fract() == 0.0 && value.abs() < 1e15 { format!("{value:.0}") } else { value.to_string() }
}

/// The cells as text with commas: rows and columns that hold nothing are left out.
fn written(cells: &BTreeMap<(u32, u32), String>) -> Result<Vec<u8>, Problem> {
    let columns: Vec<u32> = cells.keys().map(|&(_, column)| column).collect::<BTreeSet<u32>>().into_iter().collect();
    let rows: BTreeSet<u32> = cells.keys().map(|&(row, _)| row).collect();
    if rows.len() * columns.len() > MAX_PLACES {
        return Err(refused("a table of more than a hundred million places, most of them empty: save it as .csv"));
    }
    let mut writer = WriterBuilder::new().from_writer(Vec::new());
    let mut left = cells.iter().peekable();
    for row in rows {
        let mut record = vec![""; columns.len()];
        while let Some((&(_, column), text)) = left.next_if(|&(&(other, _), _)| other == row) {
            if let Some(cell) = columns.binary_search(&column).ok().and_then(|at| record.get_mut(at)) {
                *cell = text;
            }
        }
        // Writing into memory does not fail.
        let _ = writer.write_record(&record);
    }
    Ok(writer.into_inner().unwrap_or_default())
}
