/*!
Spreadsheets (`.xlsx`, `.xls`, `.ods`) → comma-separated text, to be read like any other table.

Of a workbook the first sheet that has two rows or more is read; a note names the others. Text stays as it was typed (`007`), numbers are written as they are
kept, formulas as their last result. Cells are collected as they come, never as a full rectangle, so that one cell far out makes no large table.
*/

use super::Problem;
use super::file::refused;
use super::package::PROTECTED;
use calamine::{Data, DataRef, Reader, Sheets, open_workbook_auto_from_rs};
use csv::WriterBuilder;
use std::collections::BTreeMap;
use std::io::Cursor;

/// The most bytes of text that are taken from a sheet.
const MAX_TEXT: usize = 256 * 1024 * 1024;
/// How many sheets a note names at most.
const NAMED_SHEETS: usize = 8;

/// The cells of a sheet that hold something, by row and column.
type Cells = BTreeMap<(u32, u32), String>;

/// The sheet as comma-separated text, and what is to be noted about the choice.
///
/// # Errors
/// If it is no spreadsheet, protected by a password, or empty.
pub(super) fn csv(bytes: Vec<u8>) -> Result<(Vec<u8>, Option<String>), Problem> {
    let is_old = bytes.starts_with(&super::file::OLD_OFFICE);
    if is_old && super::file::is_encrypted(&bytes) {
        return Err(refused(PROTECTED));
    }
    if !is_old {
        super::package::Package::open(bytes.clone())?.check()?;
    }
    let fault = |what: String| refused(&format!("the spreadsheet cannot be read ({what}): save it as .csv"));
    let mut book = open_workbook_auto_from_rs(Cursor::new(bytes)).map_err(|error| fault(error.to_string()))?;
    let names = book.sheet_names();
    for (at, name) in names.iter().enumerate() {
        let cells = cells(&mut book, name).map_err(&fault)?;
        let rows = cells.keys().map(|&(row, _)| row).collect::<std::collections::BTreeSet<_>>();
        if rows.len() < 2 {
            continue;
        }
        let others: Vec<String> =
            names.iter().enumerate().filter(|&(other, _)| other != at).map(|(_, name)| format!("`{name}`")).collect();
        let note = (!others.is_empty()).then(|| {
            let more = if others.len() > NAMED_SHEETS { " and more" } else { "" };
            let others = others[..others.len().min(NAMED_SHEETS)].join(", ");
            format!(
                "the sheet `{name}` is read, and not {others}{more}: save each as a file of its own to read them all"
            )
        });
        return Ok((written(&cells), note));
    }
    Err(refused("there is no sheet with a head and a row in it"))
}

fn cells(book: &mut Sheets<Cursor<Vec<u8>>>, name: &str) -> Result<Cells, String> {
    let mut cells = Cells::new();
    let mut n_bytes = 0usize;
    let mut add = |row: u32, column: u32, text: String| {
        n_bytes += text.len();
        if !text.is_empty() {
            cells.insert((row, column), text);
        }
        n_bytes <= MAX_TEXT
    };
    let too_long = || "more than 256 MiB of text".to_owned();
    if let Sheets::Xlsx(book) = book {
        let mut reader = book.worksheet_cells_reader(name).map_err(|error| error.to_string())?;
        while let Some(cell) = reader.next_cell().map_err(|error| error.to_string())? {
            let (row, column) = cell.get_position();
            let data: Data = match cell.get_value() {
                DataRef::SharedString(text) => Data::String((*text).to_owned()),
                other => other.clone().into(),
            };
            if !add(row, column, shown(&data)) {
                return Err(too_long());
            }
        }
    } else {
        let range = book.worksheet_range(name).map_err(|error| error.to_string())?;
        let (top, left) = range.start().unwrap_or_default();
        for (row, column, data) in range.used_cells() {
            if !add(top + row as u32, left + column as u32, shown(data)) {
                return Err(too_long());
            }
        }
    }
    Ok(cells)
}

/// A cell as a person would type it.
fn shown(data: &Data) -> String {
    match data {
        Data::Float(number) if number.fract() == 0.0 && number.abs() < 1e15 => format!("{number:.0}"),
        Data::Empty | Data::Error(_) => String::new(),
        other => other.to_string().trim().to_owned(),
    }
}

/// The cells as text with commas: rows that hold nothing are left out, columns begin with the first that holds something.
fn written(cells: &Cells) -> Vec<u8> {
    let columns: std::collections::BTreeSet<u32> = cells.keys().map(|&(_, column)| column).collect();
    let mut writer = WriterBuilder::new().from_writer(Vec::new());
    let mut rows = cells.iter().peekable();
    while let Some(row) = rows.peek().map(|(place, _)| place.0) {
        let mut record = vec![""; columns.len()];
        while let Some((&(_, column), text)) = rows.next_if(|&(&(other, _), _)| other == row) {
            if let Some(cell) = record.get_mut(columns.range(..column).count()) {
                *cell = text;
            }
        }
        // Writing into memory does not fail.
        let _ = writer.write_record(&record);
    }
    writer.into_inner().unwrap_or_default()
}
