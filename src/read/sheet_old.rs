/*!
Spreadsheets of Excel before 2007 (`.xls`), made ready for the library that reads them.

The file is a container, a file system of its own with tables of what follows what; a table that runs in circles would keep the library reading until the
memory is full. So the sheets are taken out of it with the library for containers, which looks for that, and are put into a new one. The records
of the sheets say where their cells are; the library makes a full rectangle of them, so it is looked at before how large that will be.
*/

use super::sheet::{MAX_CELLS, TOO_LARGE};
use cfb::{CompoundFile, Version};
use std::io::{Cursor, Read, Write};

/// The longest stream of records, in bytes.
const MAX_RECORDS: u64 = 128 * 1024 * 1024;
/// The greatest number of sheets.
const MAX_SHEETS: usize = 1000;

/// Kinds of records: where a sheet begins, how large it says it is; and the beginning and end of a sheet or of a chart in it.
const SHEET: u16 = 0x0085;
const DIMENSIONS: u16 = 0x0200;
const BEGIN: u16 = 0x0809;
const END: u16 = 0x000A;
/// Records that hold a cell, whose place they begin with.
const CELLS: [u16; 7] = [0x0203, 0x0204, 0x00D6, 0x0205, 0x027E, 0x00FD, 0x0006];
/// A record that holds several cells of a row, six bytes each.
const ROW_OF_CELLS: u16 = 0x00BD;

/// A new file with the same sheets and nothing else in it.
///
/// # Errors
/// What is wrong with the file, in a few words.
pub(super) fn cleaned(bytes: Vec<u8>) -> Result<Vec<u8>, String> {
    let mut container = CompoundFile::open(Cursor::new(bytes)).map_err(|error| error.to_string())?;
    let name =
        ["/Workbook", "/Book"].into_iter().find(|name| container.is_stream(name)).ok_or("there is no sheet in it")?;
    let mut records = Vec::new();
    let stream = container.open_stream(name).map_err(|error| error.to_string())?;
    let n = stream.take(MAX_RECORDS + 1).read_to_end(&mut records).map_err(|error| error.to_string())?;
    if n as u64 > MAX_RECORDS {
        return Err(TOO_LARGE.to_owned());
    }
    bound(&mut records)?;
    let write = || {
        let mut clean = CompoundFile::create_with_version(Version::V3, Cursor::new(Vec::new()))?;
        clean.create_stream(name)?.write_all(&records)?;
        clean.flush()?;
        std::io::Result::Ok(clean.into_inner().into_inner())
    };
    write().map_err(|error| error.to_string())
}

/// The records from a place on: kind, and where the content begins and ends.
fn records(bytes: &[u8], mut at: usize) -> impl Iterator<Item = (u16, usize, usize)> {
    std::iter::from_fn(move || {
        let &[a, b, c, d] = bytes.get(at..)?.first_chunk()?;
        let start = at + 4;
        let end = start + usize::from(u16::from_le_bytes([c, d]));
        at = end;
        (end <= bytes.len()).then_some((u16::from_le_bytes([a, b]), start, end))
    })
}

/// Sees to it that the cells of all sheets are not too many, and takes back what sheets say about their size, for which room would be made.
fn bound(bytes: &mut [u8]) -> Result<(), String> {
    let starts: Vec<usize> = records(bytes, 0)
        .filter(|&(kind, ..)| kind == SHEET)
        .filter_map(|(_, start, _)| bytes.get(start..)?.first_chunk().map(|&place| u32::from_le_bytes(place) as usize))
        .collect();
    let sheets: std::collections::BTreeSet<usize> = starts.iter().copied().collect();
    if starts.len() > MAX_SHEETS || sheets.len() < starts.len() {
        return Err("its list of sheets is damaged".to_owned());
    }
    let mut n_cells = 0u64;
    for sheet in sheets {
        let number =
            |at: usize| bytes.get(at..).and_then(|rest| rest.first_chunk()).map_or(0, |&two| u16::from_le_bytes(two));
        // The least and the greatest row and column.
        let (mut top, mut left, mut bottom, mut right) = (u64::MAX, u64::MAX, 0, 0);
        let mut sizes = Vec::new();
        let (mut has_begun, mut n_charts) = (false, 0usize);
        for (kind, start, end) in records(bytes, sheet) {
            match kind {
                BEGIN if has_begun => n_charts += 1,
                BEGIN => has_begun = true,
                END if n_charts > 0 => n_charts -= 1,
                END => break,
                _ if n_charts > 0 => {}
                DIMENSIONS => sizes.push(start..end),
                kind if kind == ROW_OF_CELLS || CELLS.contains(&kind) => {
                    let (row, first) = (u64::from(number(start)), u64::from(number(start + 2)));
                    let last = if kind == ROW_OF_CELLS { first + (end - start) as u64 / 6 } else { first };
                    (top, left, bottom, right) = (top.min(row), left.min(first), bottom.max(row), right.max(last));
                }
                _ => {}
            }
        }
        if top <= bottom {
            n_cells += (bottom - top + 1) * (right - left + 1);
        }
        if n_cells > MAX_CELLS as u64 {
            return Err(TOO_LARGE.to_owned());
        }
        sizes.into_iter().for_each(|size| bytes[size].fill(0));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A kind and a content.
    type Record<'a> = (u16, &'a [u8]);

    /// A stream of records with one sheet, which begins behind the list of sheets.
    fn stream(sheet: &[Record<'_>]) -> Vec<u8> {
        let record = |&(kind, content): &Record<'_>| {
            [&kind.to_le_bytes()[..], &(content.len() as u16).to_le_bytes(), content].concat()
        };
        let list = record(&(SHEET, &8u32.to_le_bytes()));
        sheet.iter().fold(list, |stream, part| [stream, record(part)].concat())
    }

    #[test]
    fn how_large_sheets_are_is_known_before() {
        let far = [0xFF, 0xFF, 0xFF, 0, 0, 0];
        let cases: [(&str, Vec<Record<'_>>, bool); 5] = [
            ("one cell", vec![(0x0204, &[1, 0, 1, 0])], true),
            ("cells far apart", vec![(0x0204, &[0; 4]), (0x0204, &far)], false),
            ("behind the end", vec![(0x0204, &[0; 4]), (END, &[]), (0x0204, &far)], true),
            ("in a chart", vec![(BEGIN, &[]), (0x0204, &[0; 4]), (BEGIN, &[]), (0x0203, &far), (END, &[])], true),
            ("no record to its end", vec![(0x0204, &[])], true),
        ];
        for (name, sheet, is_fine) in cases {
            assert_eq!(bound(&mut stream(&sheet)).is_ok(), is_fine, "{name}");
        }
        let mut told = stream(&[(DIMENSIONS, &[0xFF; 14])]);
        assert_eq!(bound(&mut told), Ok(()));
        assert_eq!(told, stream(&[(DIMENSIONS, &[0; 14])]));
    }
}
