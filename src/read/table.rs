/*!
Tables → one document a row, as a stream: which column holds the text, which names the row, and what to do with broken rows.

Memory stays flat: a table holds one row, at most the first 200 rows while it guesses the columns, and eight bytes for each id that was read, to keep ids
unique. Nothing is guessed without a note.

A table may also hold one *turn* a row (so may JSON lines): it has a column that says who speaks, or the times of Whisper. Then the rows that follow each other with one id are
one document, and a table without ids that come again is one document altogether. What the column with the speakers is called does not matter where one of few, who take turns, mostly asks
(`is_talk`); and such a table may have no head. A row without a speaker goes on with the one before it.
*/

use super::delimited::{Lines, MAX_RECORD, Record, Records, problem, stopped};
use super::encoding::Stream;
use super::ids::{self, Ids};
use super::jsonl::{self, Object};
#[cfg(feature = "parquet")]
use super::parquet::{self, Anywhere};
use super::spoken::{self, Utterance};
use super::table_columns::{Column, Columns, Named, choice_note, choose_columns, fields_of, short, table_note};
use super::table_turns::TurnColumns;
use super::{Format, Options, Problem, document, encoding, file};
use crate::delimiter::delimiter;
use crate::diagnostic::counted;
use crate::document::{Document, Note, numbered, quoted};
use rustc_hash::FxHashMap;
use serde_json::Value;
use std::borrow::Cow;
use std::collections::VecDeque;
use std::io::Read;

/// How many rows are looked at to guess the columns.
const GUESS_ROWS: usize = 200;
/// How many bytes of rows are looked at, beyond the first row.
const GUESS_BYTES: usize = 4 * 1024 * 1024;
/// A first row whose cells are all longer than this, in characters, is no header.
const HEADER_CHARS: usize = 60;

/// A table being read: an iterator over its rows, each a document or a problem.
pub struct Table {
    /// What was decided about the table as a whole: columns, delimiter, encoding. May grow while the rows are read, if an encoding shows late.
    pub notes: Vec<Note>,
    rows: Rows,
    /// Rows read while guessing.
    pub(super) ahead: VecDeque<Result<Row, Problem>>,
    pub(super) options: Options,
    file: String,
    stem: String,
    n_rows: usize,
    ids: Ids,
    /// How often an id was met, by its hash; of those alone that were met more than once.
    again: FxHashMap<u64, u32>,
    is_over: bool,
    /// Which columns matter.
    pub(super) columns: Columns,
    /// The document whose rows are being read, where a row is a turn.
    begun: Option<Begun>,
}

/// A document whose rows are being read.
struct Begun {
    id: Option<String>,
    line: usize,
    utterances: Vec<Utterance>,
    /// How long its text is, in bytes. What makes it too long is not held.
    n_bytes: usize,
}

/// Where rows come from.
enum Rows {
    Cells { cells: Cells, record: Record },
    Objects { lines: Box<Lines>, raw: Vec<u8> },
}

/// Where rows of cells come from.
enum Cells {
    Delimited(Box<Records>),
    #[cfg(feature = "parquet")]
    Parquet(Box<parquet::Rows>),
}

/// A row as it was read.
pub(super) enum Row {
    Cells(Record),
    Object(Object),
}

impl Row {
    /// How much it holds, in bytes, roughly.
    fn size(&self) -> usize {
        match self {
            Row::Cells(record) => record.size(),
            Row::Object(object) => object.n_bytes,
        }
    }

    /// The line on which it begins, from 1.
    fn line(&self) -> usize {
        match self {
            Row::Cells(record) => record.line,
            Row::Object(object) => object.line,
        }
    }

    /// How many cells it has, if that is not what it should have.
    pub(super) fn wrong_length(&self, columns: &Columns) -> Option<usize> {
        match self {
            Row::Cells(record) => Some(record.len()).filter(|&n| n != columns.n_cells),
            Row::Object(_) => None,
        }
    }

    /// What stands in a column, without the white space around it; empty where nothing does, or no text.
    pub(super) fn cell(&self, column: &Column) -> String {
        match self {
            Row::Cells(record) => record.field(column.at).trim().to_owned(),
            Row::Object(object) => {
                let value = object.fields.get(&column.name).and_then(jsonl::text_of);
                value.unwrap_or_default().trim().to_owned()
            }
        }
    }

    /// What a column that names rows says: a cell, but a truth value is a name as well, and a list of texts is none.
    fn id(&self, column: &Column) -> String {
        match self {
            Row::Cells(_) => self.cell(column),
            Row::Object(object) => match object.fields.get(&column.name) {
                Some(Value::Bool(value)) => value.to_string(),
                Some(Value::Array(_)) => String::new(),
                _ => self.cell(column),
            },
        }
    }

    /// The text in a column, which a fault calls `called`.
    fn text(&self, column: &Column, called: &str) -> Result<String, Problem> {
        match self {
            Row::Cells(record) => Ok(record.field(column.at).to_owned()),
            Row::Object(object) => match object.fields.get(&column.name).map(jsonl::text_of) {
                None => Err(problem(object.line, &format!("there is no field {} in it", quoted(called)))),
                Some(None) => Err(problem(object.line, &format!("the field {} holds no text", quoted(called)))),
                Some(Some(text)) => Ok(text),
            },
        }
    }

    /// The turns in a field of it, if it has such a field.
    pub(super) fn turns(&self, options: &Options) -> Option<&[Value]> {
        match self {
            Row::Cells(_) => None,
            Row::Object(object) => jsonl::turn_field(&object.fields, options),
        }
    }

    /// How much text a column holds, in bytes.
    pub(super) fn length(&self, column: &Column) -> usize {
        match self {
            Row::Cells(record) => record.field(column.at).len(),
            Row::Object(object) => match object.fields.get(&column.name) {
                Some(Value::String(text)) => text.len(),
                Some(value @ Value::Array(_)) => jsonl::text_of(value).map_or(0, |text| text.len()),
                _ => 0,
            },
        }
    }
}

/// Begins to read a table: its header, and as many rows as it takes to find the columns. `file` is its name, for ids and messages.
///
/// Fails if there is no table to be read: no text at all, no row, or no such column as was asked for.
///
/// A packed table is unpacked on the way; a spreadsheet is held whole.
pub fn table(source: Box<dyn Read + Send>, format: Format, file: &str, options: &Options) -> Result<Table, Problem> {
    let source = super::unpacked(source)
        .map_err(|error| file::refused(&format!("cannot be unpacked ({error}): pack or copy it again")))?;
    #[cfg(feature = "sheets")]
    if format == Format::Sheet {
        return sheet(source, file, options);
    }
    if format == Format::Json {
        return list(source, file, options);
    }
    if format == Format::Parquet {
        return held_parquet(source, file, options);
    }
    let mut stream = Stream::new(source).map_err(|error| stopped(&error, 1))?;
    let notes = std::mem::take(&mut stream.notes);
    if stream.is_no_text() {
        let message = notes.first().map_or_else(|| "there is no text in it".to_owned(), |note| note.message.clone());
        return Err(file::refused(&message));
    }
    let lines = Lines::new(stream);
    match format {
        Format::Jsonl => objects(lines, notes, file, options),
        Format::Csv => cells(lines, b',', notes, file, options),
        Format::Tsv => cells(lines, b'\t', notes, file, options),
        _ => Err(file::refused("a text is no table: read it with `text`")),
    }
}

/// A Parquet file from a source that cannot be read from any place: it is held whole.
#[cfg(feature = "parquet")]
fn held_parquet(source: Box<dyn Read + Send>, file: &str, options: &Options) -> Result<Table, Problem> {
    let what = "held of a packed or piped Parquet file: unpack it, or name the file itself";
    let bytes = read_at_most(source, file::MAX_FILE, what)?;
    parquet_table(Box::new(std::io::Cursor::new(bytes)), file, options)
}

#[cfg(not(feature = "parquet"))]
fn held_parquet(_source: Box<dyn Read + Send>, _file: &str, _options: &Options) -> Result<Table, Problem> {
    Err(file::refused(super::NO_PARQUET))
}

/// Begins to read a Parquet file, row group by row group. `file` is its name, for ids and messages.
///
/// # Errors
/// As [`table()`].
#[cfg(feature = "parquet")]
pub fn parquet_table(source: Box<dyn Anywhere>, file: &str, options: &Options) -> Result<Table, Problem> {
    let mut rows = parquet::Rows::open(source)?;
    let columns = Column::all(rows.names.iter().map(|name| name.trim().to_owned()));
    let notes = rows.note.take().map(choice_note).into_iter().collect();
    let rows = Rows::Cells { cells: Cells::Parquet(Box::new(rows)), record: Record::default() };
    let mut table = Table::of(rows, notes, file, options);
    table.columns.n_cells = columns.len();
    choose_columns(table, &columns, Named::Columns)
}

/// A spreadsheet, as the table that it is when it is written with commas.
#[cfg(feature = "sheets")]
fn sheet(source: Box<dyn Read + Send>, file: &str, options: &Options) -> Result<Table, Problem> {
    let bytes = read_at_most(source, file::MAX_FILE, "read as one spreadsheet: divide it")?;
    let (text, note) = super::sheet::csv(bytes)?;
    let mut table = table(Box::new(std::io::Cursor::new(text)), Format::Csv, file, options)?;
    table.notes.splice(0..0, note.map(|note| table_note(note, None)));
    Ok(table)
}

/// Whether this is a JSON list of documents, which is read as a table ([`Format::Json`]). A list of turns, or anything else, is one document.
pub fn is_list(bytes: &[u8], options: &Options) -> bool {
    let begins = |bytes: &[u8]| bytes.trim_ascii_start().starts_with(b"[") || bytes.starts_with(b"\xEF\xBB\xBF");
    bytes.len() <= super::file::MAX_JSON
        && begins(bytes)
        && std::str::from_utf8(bytes)
            .is_ok_and(|text| jsonl::lines_of_list(text.trim_start_matches('\u{feff}'), options).is_some())
}

/// A JSON list, as the JSON lines that its items are.
fn list(source: Box<dyn Read + Send>, file: &str, options: &Options) -> Result<Table, Problem> {
    let bytes = read_at_most(source, file::MAX_JSON, "read as one JSON file")?;
    let text = encoding::decode(bytes, &mut Vec::new());
    let lines = jsonl::lines_of_list(text.trim_start_matches('\u{feff}'), options)
        .ok_or_else(|| file::refused("no JSON list of documents: each must be an object with a text, or turns"))?;
    let mut table = table(Box::new(std::io::Cursor::new(lines)), Format::Jsonl, file, options)?;
    table.notes.insert(
        0,
        choice_note("a JSON list is read as one document an item; its items are counted as lines".to_owned()),
    );
    Ok(table)
}

/// All bytes of a source. More than `most` are refused, as more than is `what`.
fn read_at_most(source: Box<dyn Read + Send>, most: usize, what: &str) -> Result<Vec<u8>, Problem> {
    let mut bytes = Vec::new();
    let n = source.take(most as u64 + 1).read_to_end(&mut bytes).map_err(|error| stopped(&error, 1))?;
    if n > most { Err(file::longer_than(most, what)) } else { Ok(bytes) }
}

/// Reads the header of a table with delimiters and finds its columns.
fn cells(lines: Lines, usual: u8, mut notes: Vec<Note>, file: &str, options: &Options) -> Result<Table, Problem> {
    let mut records = Records::new(lines, usual);
    find_delimiter(&mut records, usual, &mut notes)?;
    let mut header = Record::default();
    match records.read(&mut header) {
        None => return Err(no_row()),
        Some(Err(problem)) => return Err(problem),
        Some(Ok(())) => {}
    }
    let rows = Rows::Cells { cells: Cells::Delimited(Box::new(records)), record: Record::default() };
    let mut table = Table::of(rows, notes, file, options);
    table.columns.n_cells = header.len();
    let numbers = || Column::all((1..=header.len()).map(|n| n.to_string()));
    if header.fields().all(|cell| cell.chars().count() > HEADER_CHARS) {
        let message =
            "the first row is long text and not a header; it is read as data, and columns are numbered".to_owned();
        table.notes.push(table_note(message, Some(header.line)));
        table.ahead.push_back(Ok(Row::Cells(header.clone())));
        return choose_columns(table, &numbers(), Named::Numbers);
    }
    let columns = Column::all(header.fields().map(|name| name.trim().to_owned()));
    if table.has_no_head(&columns) {
        let message =
            "the first row names no columns and is read as a turn like the others; columns are numbered".to_owned();
        table.notes.push(table_note(message, Some(header.line)));
        table.ahead.push_front(Ok(Row::Cells(header.clone())));
        return choose_columns(table, &numbers(), Named::Columns);
    }
    choose_columns(table, &columns, Named::Columns)
}

/// Finds what divides the columns, from the first line that says anything.
fn find_delimiter(records: &mut Records, usual: u8, notes: &mut Vec<Note>) -> Result<(), Problem> {
    let fail = |error: std::io::Error| stopped(&error, 1);
    let too_long = || {
        let what = "which is more than is read as one row: is it a table?";
        problem(1, &format!("its first line is longer than {} MiB, {what}", MAX_RECORD >> 20))
    };
    let mut first = records.peek().map_err(fail)?.ok_or_else(too_long)?;
    // Excel's way of saying which delimiter it uses.
    if let Some(&[sign]) = first.trim().strip_prefix("sep=").map(str::as_bytes) {
        records.delimiter = sign;
        records.skip_line().map_err(fail)?;
    } else if usual == b',' {
        while first.trim().is_empty() && !first.is_empty() {
            records.skip_line().map_err(fail)?;
            first = records.peek().map_err(fail)?.ok_or_else(too_long)?;
        }
        let (sign, name) = delimiter(&first);
        records.delimiter = sign;
        if sign != b',' {
            notes.push(choice_note(format!("the columns are divided by {name}, not by commas")));
        }
    }
    Ok(())
}

/// Reads the first objects and finds their fields.
fn objects(lines: Lines, notes: Vec<Note>, file: &str, options: &Options) -> Result<Table, Problem> {
    let rows = Rows::Objects { lines: Box::new(lines), raw: Vec::new() };
    let mut table = Table::of(rows, notes, file, options);
    table.look_ahead();
    if table.ahead.is_empty() {
        return Err(no_row());
    }
    let has_turns = table.ahead.iter().flatten().any(|row| row.turns(options).is_some());
    let columns = fields_of(table.ahead.iter().flatten());
    choose_columns(table, &columns, if has_turns { Named::FieldsWithTurns } else { Named::Fields })
}

fn no_row() -> Problem {
    file::refused("there is no row in it")
}

impl Iterator for Table {
    type Item = Result<Document, Problem>;

    fn next(&mut self) -> Option<Result<Document, Problem>> {
        loop {
            let row = match self.ahead.pop_front() {
                Some(row) => row,
                None if self.is_over => return None,
                None => match self.rows.read() {
                    Some(row) => row,
                    None => {
                        self.is_over = true;
                        self.take_notes();
                        return self.begun.take().map(|begun| self.spoken(begun));
                    }
                },
            };
            self.take_notes();
            self.n_rows += 1;
            let result = if self.columns.turns.is_none() {
                row.and_then(|row| self.document(&row))
            } else {
                match row.and_then(|row| self.turn(&row)) {
                    Ok(None) => continue,
                    Ok(Some(begun)) => self.spoken(begun),
                    Err(problem) => Err(problem),
                }
            };
            return Some(result.map_err(|problem| Problem { row: Some(self.n_rows), ..problem }));
        }
    }
}

impl Table {
    /// A table of these rows, none of them read.
    fn of(rows: Rows, notes: Vec<Note>, file: &str, options: &Options) -> Table {
        let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
        Table {
            notes,
            rows,
            ahead: VecDeque::new(),
            options: options.clone(),
            file: file.to_owned(),
            stem: super::stem(name).to_owned(),
            n_rows: 0,
            ids: Ids::default(),
            again: FxHashMap::default(),
            is_over: false,
            columns: Columns::default(),
            begun: None,
        }
    }

    /// Takes over what was noted of the text of the rows.
    fn take_notes(&mut self) {
        if let Some(stream) = self.rows.stream() {
            self.notes.append(&mut stream.notes);
        }
    }

    /// Reads rows until there are enough to guess by.
    pub(super) fn look_ahead(&mut self) {
        let mut n_bytes: usize = self.ahead.iter().flatten().map(Row::size).sum();
        while self.ahead.len() < GUESS_ROWS
            && n_bytes < GUESS_BYTES
            && let Some(row) = self.rows.read()
        {
            n_bytes += row.as_ref().map_or(0, Row::size);
            self.ahead.push_back(row);
        }
    }

    /// A row of cells has as many as the head.
    fn check_length(&self, row: &Row) -> Result<(), Problem> {
        match row.wrong_length(&self.columns) {
            None => Ok(()),
            Some(n) => {
                let (found, wanted) = (counted(n, "field", "fields"), self.columns.n_cells);
                Err(problem(row.line(), &format!("{found} where the header has {wanted}: mend the row")))
            }
        }
    }

    /// Adds a row that is a turn to the document begun, and gives the one before it if this row begins another.
    fn turn(&mut self, row: &Row) -> Result<Option<Begun>, Problem> {
        self.check_length(row)?;
        let Columns { text: Some(text), turns: Some(TurnColumns { speaker, id }), .. } = &self.columns else {
            return Err(no_text_in(row));
        };
        let text = row.text(text, &short(&text.name))?;
        let cell = |column: &Option<Column>| column.as_ref().map(|column| row.cell(column));
        let (id, speaker) = (cell(id), cell(speaker));
        let utterance = Utterance { speaker: speaker.unwrap_or_default(), text };
        match &mut self.begun {
            Some(begun) if begun.id == id || id.as_deref() == Some("") => {
                begun.n_bytes += utterance.text.len();
                match self.options.max_plain().unwrap_or(super::MAX_TEXT) {
                    most if begun.n_bytes > most => begun.utterances = Vec::new(),
                    _ => begun.utterances.push(utterance),
                }
                Ok(None)
            }
            begun => {
                let n_bytes = utterance.text.len();
                Ok(begun.replace(Begun { id, line: row.line(), utterances: vec![utterance], n_bytes }))
            }
        }
    }

    /// The document of its rows.
    fn spoken(&mut self, begun: Begun) -> Result<Document, Problem> {
        if let Some(problem) = self.options.too_long_plain(begun.n_bytes) {
            return Err(Problem { line: Some(begun.line), ..problem });
        }
        let options = match &begun.id {
            None => self.options.of(&self.stem),
            id => self.options_of(id.as_deref()),
        };
        let mut document = spoken::document(String::new(), begun.utterances, "", Vec::new(), &options);
        document.file = self.file.clone();
        document.id = match begun.id {
            None => self.stem.clone(),
            id => self.unique(id, begun.line, &mut document.notes),
        };
        Ok(document)
    }

    /// The document that a row is.
    fn document(&mut self, row: &Row) -> Result<Document, Problem> {
        self.check_length(row)?;
        let (id, line) = (self.columns.id.as_ref().map(|column| row.id(column)), row.line());
        let mut document = self.read_from(row, &self.options_of(id.as_deref()))?;
        if let Some(problem) = self.options.too_long_plain(document.text.len()) {
            return Err(Problem { line: Some(line), ..problem });
        }
        document.file = self.file.clone();
        document.id = self.unique(id, line, &mut document.notes);
        Ok(document)
    }

    /// What a row tells, in turns or as a text.
    fn read_from(&self, row: &Row, options: &Options) -> Result<Document, Problem> {
        let turns = if self.options.text_column.is_none() { row.turns(&self.options) } else { None };
        if let Some(items) = turns {
            return jsonl::spoken(String::new(), items, options)
                .ok_or_else(|| problem(row.line(), "one of its turns has no text"));
        }
        let column = self.columns.text.as_ref().ok_or_else(|| no_text_in(row))?;
        let mut text = row.text(column, &column.name)?;
        if let Row::Object(_) = row {
            encoding::unify_line_breaks(&mut text);
        }
        Ok(document(String::new(), text, Vec::new(), options))
    }

    /// What this row is called that has no id.
    fn by_row(&self) -> String {
        format!("{}:{}", self.stem, self.n_rows)
    }

    /// The options for the document of this row, by its id or by what it is called without one.
    fn options_of(&self, id: Option<&str>) -> Cow<'_, Options> {
        match id.filter(|id| !id.is_empty()) {
            Some(id) => self.options.of(id),
            None => self.options.of(&self.by_row()),
        }
    }

    /// The id of this row: unique in the table, with a note if that took a change.
    fn unique(&mut self, id: Option<String>, line: usize, notes: &mut Vec<Note>) -> String {
        let by_row = || self.by_row();
        let id = match id {
            // Without an id column the rows count themselves, and nothing needs to be remembered.
            None => return by_row(),
            Some(id) if id.is_empty() => {
                notes.push(table_note(format!("the row has no id; it is called {}", quoted(&by_row())), Some(line)));
                by_row()
            }
            Some(id) => id,
        };
        if self.ids.insert(&id) {
            return id;
        }
        let n = self.again.entry(ids::hash(&id)).or_insert(1);
        *n += 1;
        let unique = numbered(&id, '#', n, |unique| self.ids.insert(unique));
        notes.push(table_note(
            format!("the id occurs more than once; this row is called {}", quoted(&short(&unique))),
            Some(line),
        ));
        unique
    }
}

/// What is said of a row where no column holds a text.
fn no_text_in(row: &Row) -> Problem {
    problem(row.line(), "there is no field in it that holds text, or turns with texts")
}

impl Rows {
    fn read(&mut self) -> Option<Result<Row, Problem>> {
        match self {
            Rows::Cells { cells, record } => {
                let result = match cells {
                    Cells::Delimited(records) => records.read(record)?,
                    #[cfg(feature = "parquet")]
                    Cells::Parquet(rows) => rows.read(record)?,
                };
                Some(result.map(|()| Row::Cells(record.clone())))
            }
            Rows::Objects { lines, raw } => Some(jsonl::read(lines, raw)?.map(Row::Object)),
        }
    }

    /// The stream the rows come from, if they are text.
    fn stream(&mut self) -> Option<&mut Stream> {
        match self {
            Rows::Cells { cells: Cells::Delimited(records), .. } => Some(records.stream()),
            #[cfg(feature = "parquet")]
            Rows::Cells { .. } => None,
            Rows::Objects { lines, .. } => Some(lines.stream()),
        }
    }
}
