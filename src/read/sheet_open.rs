/*!
Spreadsheets of OpenDocument (`.ods`).

Rows and cells of such a sheet may be repeated by a number, and a few bytes can stand for a million rows of a million cells. So cells are taken one by one from
the XML, and [`Cells`] says when it is enough.
*/

use super::Problem;
use super::file::refused;
use super::package::{PROTECTED, Package};
use super::sheet::{Cells, MAX_NUMBER, Workbook, number};
use super::xml::{Piece, Walk, attribute, walk};
use quick_xml::events::BytesStart;

/// The part in which the sheets are.
pub(super) const CONTENT: &str = "content.xml";
/// Elements whose content is no cell of a sheet.
const SKIPPED: [&str; 8] =
    ["annotation", "tracked-changes", "shapes", "forms", "scripts", "font-face-decls", "automatic-styles", "dde-links"];
/// How many spaces one element stands for at most.
const MAX_SPACES: usize = 100;

/// The place and content of the cell that is being read.
#[derive(Default)]
struct Cell {
    /// How often it comes, itself included.
    n_times: u32,
    /// What is kept beside the text that is shown, if it is of a kind that is kept so.
    value: Option<String>,
    shown: String,
    n_paragraphs: usize,
}

/// The sheets of a package.
///
/// # Errors
/// If it is encrypted, damaged or too large.
pub(super) fn sheets(package: &mut Package) -> Result<Workbook, Problem> {
    if package.has("META-INF/manifest.xml") && package.text("META-INF/manifest.xml")?.contains("encryption-data") {
        return Err(refused(PROTECTED));
    }
    let mut book = Workbook::default();
    let (mut row, mut column, mut n_rows) = (0u32, 0u32, 1u32);
    let mut cells = Cells::default();
    let mut cell = Cell::default();
    // A table may stand in a cell of another; it is no sheet.
    let mut n_tables = 0usize;
    let mut is_full = false;
    walk(&package.text(CONTENT)?, |piece| {
        match piece {
            Piece::Start(name, _) if is_full || SKIPPED.contains(&name) => return Walk::Skip,
            Piece::Start("table", element) => {
                n_tables += 1;
                if n_tables == 1 {
                    (row, cells) = (0, Cells::default());
                    book.names.push(attribute(element, "name"));
                }
            }
            Piece::End("table") => {
                n_tables = n_tables.saturating_sub(1);
                if n_tables == 0 {
                    book.add(std::mem::take(&mut cells));
                }
            }
            _ if n_tables != 1 => {}
            Piece::Start("table-row", element) => (column, n_rows) = (0, repeated("number-rows-repeated", element)),
            Piece::End("table-row") => {
                is_full |= !cells.repeat_row(row, n_rows);
                row = row.saturating_add(n_rows);
            }
            Piece::Start("table-cell" | "covered-table-cell", element) => {
                cell = Cell { n_times: repeated("number-columns-repeated", element), ..Cell::default() };
                let of = |name: &str| attribute(element, name);
                cell.value = match of("value-type").as_str() {
                    "float" | "percentage" | "currency" => {
                        Some(of("value").parse().map_or_else(|_| of("value"), number))
                    }
                    "date" => Some(of("date-value")),
                    "time" => Some(of("time-value")),
                    "boolean" => Some(of("boolean-value")),
                    "error" => Some(String::new()),
                    _ => Some(of("string-value")).filter(|value| !value.is_empty()),
                };
            }
            Piece::End("table-cell" | "covered-table-cell") => {
                let text = cell.value.take().unwrap_or_else(|| std::mem::take(&mut cell.shown));
                let text = text.trim();
                if !text.is_empty() {
                    is_full |= !(0..cell.n_times).all(|at| cells.add(row, column.saturating_add(at), text));
                }
                column = column.saturating_add(cell.n_times);
            }
            Piece::Start("p", _) => {
                if cell.n_paragraphs > 0 {
                    cell.shown.push('\n');
                }
                cell.n_paragraphs += 1;
            }
            Piece::Start("s", element) => {
                let n = attribute(element, "c").parse().unwrap_or(1usize);
                cell.shown.push_str(&" ".repeat(n.clamp(1, MAX_SPACES)));
            }
            Piece::Start("tab", _) => cell.shown.push('\t'),
            Piece::Start("line-break", _) => cell.shown.push('\n'),
            Piece::Text(text, "p" | "span" | "a" | "h") => cell.shown.push_str(text),
            _ => {}
        }
        Walk::On
    })?;
    if is_full {
        return Err(super::sheet::too_large());
    }
    Ok(book)
}

/// How often a row or a cell comes.
fn repeated(name: &str, element: &BytesStart<'_>) -> u32 {
    attribute(element, name).parse().unwrap_or(1).clamp(1, MAX_NUMBER)
}

#[cfg(test)]
mod tests {
    use super::super::Options;
    use super::super::{Format, table};
    use std::io::{Cursor, Write};

    /// The first document of a sheet with these rows, behind the head `id`, `text`.
    fn first(rows: &str) -> Result<String, String> {
        let head = "<table-row><table-cell value-type=\"string\"><p>id</p></table-cell><table-cell value-type=\"string\"><p>text</p></table-cell></table-row>";
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let content = format!("<spreadsheet><table name=\"t\">{head}{rows}</table></spreadsheet>");
        zip.start_file("content.xml", zip::write::SimpleFileOptions::default()).map_err(|error| error.to_string())?;
        zip.write_all(content.as_bytes()).map_err(|error| error.to_string())?;
        let bytes = zip.finish().map_err(|error| error.to_string())?.into_inner();
        let options = Options { text_column: Some("text".to_owned()), ..Options::default() };
        let mut table = table(Box::new(Cursor::new(bytes)), Format::Sheet, "t.ods", &options).map_err(|p| p.message)?;
        let document = table.next().ok_or("no row")?.map_err(|problem| problem.message)?;
        Ok(format!("{}={}", document.id, document.text))
    }

    #[test]
    fn cells_of_every_kind() {
        let cases = [
            (
                "a number and spaces",
                "<table-cell value-type=\"float\" value=\"7\"><p>7.00</p></table-cell><table-cell value-type=\"string\"><p>In<s c=\"2\"/>Leeds</p><p>it <span>was</span>.</p></table-cell>",
                "7=In  Leeds\nit was.",
            ),
            (
                "a date",
                "<table-cell value-type=\"date\" date-value=\"1990-01-02\"><p>2 Jan</p></table-cell><table-cell value-type=\"string\"><p>x</p></table-cell>",
                "1990-01-02=x",
            ),
            (
                "a note",
                "<table-cell value-type=\"boolean\" boolean-value=\"true\"><p>WAHR</p></table-cell><table-cell value-type=\"string\"><annotation><p>no</p></annotation><p>x &amp; y</p></table-cell>",
                "true=x & y",
            ),
            (
                "a cell that comes twice",
                "<table-cell number-columns-repeated=\"2\" value-type=\"string\"><p>x</p></table-cell>",
                "x=x",
            ),
            (
                "a result of a formula",
                "<table-cell value-type=\"percentage\" value=\"0.5\"/><table-cell value-type=\"string\" string-value=\"x\"/>",
                "0.5=x",
            ),
        ];
        for (name, cells, want) in cases {
            let row = format!("<table-row number-rows-repeated=\"2\">{cells}</table-row>");
            assert_eq!(first(&row).as_deref(), Ok(want), "{name}");
        }
    }
}
