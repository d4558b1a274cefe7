/*!
Tables → one document a row, as a stream: which column holds the text, which names the row, and what to do with broken rows.

Memory stays flat: a table holds one row, at most the first 200 rows while it guesses the columns, and eight bytes for each id that was read, to keep ids
unique. Nothing is guessed without a note.

A table may also hold one *turn* a row (so may JSON lines): it has a column that says who speaks, or the times of Whisper. Then the rows that follow each other with one id are
one document, and a table without ids that come again is one document altogether. What the column with the speakers is called does not matter where one of few, who take turns, mostly asks
(`is_talk`); and such a table may have no head. A row without a speaker goes on with the one before it.
*/

use super::conventions::column_key;
use super::delimited::{Lines, Record, Records, problem, stopped};
use super::encoding::Stream;
use super::ids::{self, Ids};
use super::jsonl::{self, Object};
#[cfg(feature = "parquet")]
use super::parquet::{self, Anywhere};
use super::spoken::{self, Utterance};
use super::{Format, Options, Problem, document, encoding};
use crate::delimiter::delimiter;
use crate::diagnostic::counted;
use crate::document::{Document, Note, NoteKind, quoted};
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
/// How many columns a message names at most.
const NAMED_COLUMNS: usize = 20;

/// A table being read: an iterator over its rows, each a document or a problem.
pub struct Table {
    /// What was decided about the table as a whole: columns, delimiter, encoding. May grow while the rows are read, if an encoding shows late.
    pub notes: Vec<Note>,
    rows: Rows,
    /// Rows read while guessing.
    ahead: VecDeque<Result<Row, Problem>>,
    options: Options,
    file: String,
    stem: String,
    n_rows: usize,
    ids: Ids,
    /// How often an id was met, by its hash; of those alone that were met more than once.
    again: FxHashMap<u64, u32>,
    is_over: bool,
    /// Which columns say whose turn a row is, if a row is a turn.
    turns: Option<TurnColumns>,
    /// The document whose rows are being read, where a row is a turn.
    begun: Option<Begun>,
}

/// The columns of a table with one turn a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct TurnColumns {
    speaker: Option<usize>,
    /// The column whose value is that of the document; without it all rows are one.
    id: Option<usize>,
}

/// A document whose rows are being read.
struct Begun {
    id: Option<String>,
    line: usize,
    utterances: Vec<Utterance>,
    /// How long its text is, in bytes. What makes it too long is not held.
    n_bytes: usize,
}

/// Where rows come from, and which columns matter.
enum Rows {
    Cells { records: Cells, record: Record, n_columns: usize, text: usize, id: Option<usize> },
    Objects { lines: Box<Lines>, raw: Vec<u8>, names: Vec<String>, text: Option<String>, id: Option<String> },
}

/// Where rows of cells come from.
enum Cells {
    Delimited(Box<Records>),
    #[cfg(feature = "parquet")]
    Parquet(Box<parquet::Rows>),
}

/// A row as it was read.
enum Row {
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
}

/// Begins to read a table: its header, and as many rows as it takes to find the columns. `file` is its name, for ids and messages.
///
/// Fails if there is no table to be read: no text at all, no row, or no such column as was asked for.
///
/// A packed table is unpacked on the way; a spreadsheet is held whole.
pub fn table(source: Box<dyn Read + Send>, format: Format, file: &str, options: &Options) -> Result<Table, Problem> {
    let source = super::unpacked(source)
        .map_err(|error| super::file::refused(&format!("cannot be unpacked ({error}): pack or copy it again")))?;
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
        return Err(Problem { row: None, line: None, message });
    }
    let lines = Box::new(Lines::new(stream));
    let rows = Rows::Objects { lines, raw: Vec::new(), names: Vec::new(), text: None, id: None };
    let table = Table { notes, ..Table::of(rows, file, options) };
    match format {
        Format::Jsonl => objects(table),
        Format::Csv => cells(table, b','),
        Format::Tsv => cells(table, b'\t'),
        _ => Err(Problem { row: None, line: None, message: "a text is no table: read it with `text`".to_owned() }),
    }
}

/// A Parquet file from a source that cannot be read from any place: it is held whole.
#[cfg(feature = "parquet")]
fn held_parquet(source: Box<dyn Read + Send>, file: &str, options: &Options) -> Result<Table, Problem> {
    let mut bytes = Vec::new();
    let n = source.take(super::MAX_FILE as u64 + 1).read_to_end(&mut bytes).map_err(|error| stopped(&error, 1))?;
    if n > super::MAX_FILE {
        return Err(super::file::refused(
            "longer than 512 MiB, which is more than is held of a packed or piped Parquet file: unpack it, or name the file itself",
        ));
    }
    parquet_table(Box::new(std::io::Cursor::new(bytes)), file, options)
}

#[cfg(not(feature = "parquet"))]
fn held_parquet(_source: Box<dyn Read + Send>, _file: &str, _options: &Options) -> Result<Table, Problem> {
    Err(super::file::refused(super::NO_PARQUET))
}

/// Begins to read a Parquet file, row group by row group. `file` is its name, for ids and messages.
///
/// # Errors
/// As [`table()`].
#[cfg(feature = "parquet")]
pub fn parquet_table(source: Box<dyn Anywhere>, file: &str, options: &Options) -> Result<Table, Problem> {
    let mut rows = parquet::Rows::open(source)?;
    let names: Vec<String> = rows.names.iter().map(|name| name.trim().to_owned()).collect();
    let notes = rows.note.take().map(choice_note).into_iter().collect();
    let (records, record) = (Cells::Parquet(Box::new(rows)), Record::default());
    let rows = Rows::Cells { records, record, n_columns: names.len(), text: 0, id: None };
    choose_columns(Table { notes, ..Table::of(rows, file, options) }, &names, true)
}

/// A spreadsheet, as the table that it is when it is written with commas.
#[cfg(feature = "sheets")]
fn sheet(source: Box<dyn Read + Send>, file: &str, options: &Options) -> Result<Table, Problem> {
    let mut bytes = Vec::new();
    let n = source.take(super::MAX_FILE as u64 + 1).read_to_end(&mut bytes).map_err(|error| stopped(&error, 1))?;
    if n > super::MAX_FILE {
        return Err(super::file::refused(
            "longer than 512 MiB, which is more than is read as one spreadsheet: divide it",
        ));
    }
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
    let mut bytes = Vec::new();
    let most = super::file::MAX_JSON;
    let n = source.take(most as u64 + 1).read_to_end(&mut bytes).map_err(|error| stopped(&error, 1))?;
    if n > most {
        return Err(super::file::refused("longer than 64 MiB, which is more than is read as one JSON file"));
    }
    let text = encoding::decode(bytes, &mut Vec::new());
    let lines = jsonl::lines_of_list(text.trim_start_matches('\u{feff}'), options).ok_or_else(|| {
        super::file::refused("no JSON list of documents: each must be an object with a text, or turns")
    })?;
    let mut table = table(Box::new(std::io::Cursor::new(lines)), Format::Jsonl, file, options)?;
    table.notes.insert(
        0,
        choice_note("a JSON list is read as one document an item; its items are counted as lines".to_owned()),
    );
    Ok(table)
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
            let result = match self.turns {
                Some(columns) => match row.and_then(|row| self.turn(row, columns)) {
                    Ok(None) => continue,
                    Ok(Some(begun)) => self.spoken(begun),
                    Err(problem) => Err(problem),
                },
                None => row.and_then(|row| self.document(row)),
            };
            return Some(result.map_err(|problem| Problem { row: Some(self.n_rows), ..problem }));
        }
    }
}

impl Table {
    /// A table of these rows, none of them read.
    fn of(rows: Rows, file: &str, options: &Options) -> Table {
        let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
        Table {
            notes: Vec::new(),
            rows,
            ahead: VecDeque::new(),
            options: options.clone(),
            file: file.to_owned(),
            stem: super::stem(name).to_owned(),
            n_rows: 0,
            ids: Ids::default(),
            again: FxHashMap::default(),
            is_over: false,
            turns: None,
            begun: None,
        }
    }

    /// Adds a row that is a turn to the document begun, and gives the one before it if this row begins another.
    fn turn(&mut self, row: Row, columns: TurnColumns) -> Result<Option<Begun>, Problem> {
        let (line, id, speaker, text) = match (&self.rows, row) {
            (&Rows::Cells { n_columns, text, .. }, Row::Cells(record)) => {
                if record.len() != n_columns {
                    return Err(wrong_length(&record, n_columns));
                }
                let cell = |at: Option<usize>| at.map(|at| record.field(at).trim().to_owned());
                (record.line, cell(columns.id), cell(columns.speaker), record.field(text).to_owned())
            }
            (Rows::Objects { names, text: Some(text), .. }, Row::Object(Object { fields, line, .. })) => {
                let cell = |at: Option<usize>| {
                    let value = fields.get(names.get(at?)?);
                    Some(value.and_then(jsonl::text_of).unwrap_or_default().trim().to_owned())
                };
                let said = match fields.get(text).map(jsonl::text_of) {
                    None => return Err(problem(line, &format!("there is no field {} in it", quoted(&short(text))))),
                    Some(None) => {
                        return Err(problem(line, &format!("the field {} holds no text", quoted(&short(text)))));
                    }
                    Some(Some(said)) => said,
                };
                (line, cell(columns.id), cell(columns.speaker), said)
            }
            _ => return Err(Problem { row: None, line: None, message: "a row of another kind".to_owned() }),
        };
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
                Ok(begun.replace(Begun { id, line, utterances: vec![utterance], n_bytes }))
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

    fn document(&mut self, row: Row) -> Result<Document, Problem> {
        let (id, line, mut document) = match (&self.rows, row) {
            (&Rows::Cells { n_columns, text, id, .. }, Row::Cells(record)) => {
                if record.len() != n_columns {
                    return Err(wrong_length(&record, n_columns));
                }
                let id = id.map(|at| record.field(at).trim().to_owned());
                let text = record.field(text).to_owned();
                let options = self.options_of(id.as_deref());
                (id, record.line, document(String::new(), text, Vec::new(), &options))
            }
            (Rows::Objects { text, id, .. }, Row::Object(Object { fields, line, .. })) => {
                let id = id.as_ref().map(|name| match fields.get(name) {
                    Some(Value::Null | Value::Array(_) | Value::Object(_)) | None => String::new(),
                    Some(Value::Bool(value)) => value.to_string(),
                    Some(value) => jsonl::text_of(value).unwrap_or_default().trim().to_owned(),
                });
                let options = self.options_of(id.as_deref());
                let turns =
                    if self.options.text_column.is_none() { jsonl::turn_field(&fields, &self.options) } else { None };
                let document = match (turns, text) {
                    (Some(items), _) => jsonl::spoken(String::new(), items, &options)
                        .ok_or_else(|| problem(line, "one of its turns has no text")),
                    (None, Some(name)) => match fields.get(name).map(jsonl::text_of) {
                        None => Err(problem(line, &format!("there is no field {} in it", quoted(name)))),
                        Some(None) => Err(problem(line, &format!("the field {} holds no text", quoted(name)))),
                        Some(Some(mut text)) => {
                            encoding::unify_line_breaks(&mut text);
                            Ok(document(String::new(), text, Vec::new(), &options))
                        }
                    },
                    (None, None) => Err(problem(line, "there is no field in it that holds text, or turns with texts")),
                };
                (id, line, document?)
            }
            _ => return Err(Problem { row: None, line: None, message: "a row of another kind".to_owned() }),
        };
        if let Some(problem) = self.options.too_long_plain(document.text.len()) {
            return Err(Problem { line: Some(line), ..problem });
        }
        document.file = self.file.clone();
        document.id = self.unique(id, line, &mut document.notes);
        Ok(document)
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
        let mut unique = format!("{id}#{n}");
        while !self.ids.insert(&unique) {
            *n += 1;
            unique = format!("{id}#{n}");
        }
        notes.push(table_note(
            format!("the id occurs more than once; this row is called {}", quoted(&short(&unique))),
            Some(line),
        ));
        unique
    }
}

fn wrong_length(record: &Record, n_columns: usize) -> Problem {
    problem(
        record.line,
        &format!("{} where the header has {n_columns}: mend the row", counted(record.len(), "field", "fields")),
    )
}

impl Rows {
    fn read(&mut self) -> Option<Result<Row, Problem>> {
        match self {
            Rows::Cells { records, record, .. } => {
                let result = match records {
                    Cells::Delimited(records) => records.read(record)?,
                    #[cfg(feature = "parquet")]
                    Cells::Parquet(rows) => rows.read(record)?,
                };
                Some(result.map(|()| Row::Cells(record.clone())))
            }
            Rows::Objects { lines, raw, .. } => Some(jsonl::read(lines, raw)?.map(Row::Object)),
        }
    }

    /// The stream the rows come from, if they are text.
    fn stream(&mut self) -> Option<&mut Stream> {
        match self {
            Rows::Cells { records: Cells::Delimited(records), .. } => Some(records.stream()),
            #[cfg(feature = "parquet")]
            Rows::Cells { .. } => None,
            Rows::Objects { lines, .. } => Some(lines.stream()),
        }
    }
}

/// Reads the header of a table with delimiters and finds its columns.
fn cells(mut table: Table, usual: u8) -> Result<Table, Problem> {
    let Rows::Objects { lines, .. } = table.rows else {
        return Err(problem(1, "the table was begun already"));
    };
    let mut records = Records::new(*lines, usual);
    let fail = |error: std::io::Error| stopped(&error, 1);
    let too_long =
        || problem(1, "its first line is longer than 64 MiB, which is more than is read as one row: is it a table?");
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
            table.notes.push(choice_note(format!("the columns are divided by {name}, not by commas")));
        }
    }
    let mut header = Record::default();
    match records.read(&mut header) {
        None => return Err(Problem { row: None, line: None, message: "there is no row in it".to_owned() }),
        Some(Err(problem)) => return Err(problem),
        Some(Ok(())) => {}
    }
    let is_data = header.fields().all(|cell| cell.chars().count() > HEADER_CHARS);
    let names: Vec<String> = if is_data {
        let message =
            "the first row is long text and not a header; it is read as data, and columns are numbered".to_owned();
        table.notes.push(table_note(message, Some(header.line)));
        table.ahead.push_back(Ok(Row::Cells(header.clone())));
        (1..=header.len()).map(|n| n.to_string()).collect()
    } else {
        header.fields().map(|name| name.trim().to_owned()).collect()
    };
    let (records, record) = (Cells::Delimited(Box::new(records)), Record::default());
    table.rows = Rows::Cells { records, record, n_columns: names.len(), text: 0, id: None };
    if !is_data && table.has_no_head(&names) {
        let message =
            "the first row names no columns and is read as a turn like the others; columns are numbered".to_owned();
        table.notes.push(table_note(message, Some(header.line)));
        table.ahead.push_front(Ok(Row::Cells(header)));
        let names: Vec<String> = (1..=names.len()).map(|n| n.to_string()).collect();
        return choose_columns(table, &names, true);
    }
    choose_columns(table, &names, !is_data)
}

/// Finds the columns of a table of cells with these names; `has_head` if they are its own.
fn choose_columns(mut table: Table, names: &[String], has_head: bool) -> Result<Table, Problem> {
    let asked = |column: &Option<String>| column.as_deref().map(|name| find(names, name)).transpose();
    let text = match asked(&table.options.text_column)? {
        Some(at) => chosen(&mut table.notes, "text", &names[at], "as asked for", at),
        None if names.len() == 1 => chosen(&mut table.notes, "text", &names[0], "the only column", 0),
        None => match by_name(names, &table.options.conventions.text_columns) {
            Some(at) => chosen(&mut table.notes, "text", &names[at], "by its name", at),
            None => {
                let at = table.longest(names.len());
                guessed(&mut table.notes, &names[at], at)
            }
        },
    };
    let asked_id = asked(&table.options.id_column)?;
    if has_head && table.takes_turns(names, text, asked_id) {
        if let Rows::Cells { text: text_at, .. } = &mut table.rows {
            *text_at = text;
        }
        return Ok(table);
    }
    let id = match asked_id {
        Some(at) => Some(chosen(&mut table.notes, "id", &names[at], "as asked for", at)),
        None => match by_name(names, &table.options.conventions.id_columns).filter(|&at| at != text) {
            Some(at) => Some(chosen(&mut table.notes, "id", &names[at], "by its name", at)),
            None => {
                table.notes.push(choice_note("no column names the rows; they are numbered".to_owned()));
                None
            }
        },
    };
    if let Rows::Cells { text: text_at, id: id_at, .. } = &mut table.rows {
        (*text_at, *id_at) = (text, id);
    }
    Ok(table)
}

/// Reads the first objects and finds their fields.
fn objects(mut table: Table) -> Result<Table, Problem> {
    table.look_ahead();
    if table.ahead.is_empty() {
        return Err(Problem { row: None, line: None, message: "there is no row in it".to_owned() });
    }
    // Names in order of their first appearance, with the letters of their texts.
    let mut names: Vec<String> = Vec::new();
    let mut lengths: Vec<usize> = Vec::new();
    let mut has_turns = false;
    for row in &table.ahead {
        let Ok(Row::Object(object)) = row else {
            continue;
        };
        has_turns |= jsonl::turn_field(&object.fields, &table.options).is_some();
        for (name, value) in &object.fields {
            let at = names.iter().position(|known| known == name).unwrap_or_else(|| {
                names.push(name.clone());
                lengths.push(0);
                names.len() - 1
            });
            lengths[at] += match value {
                Value::String(text) => text.len(),
                Value::Array(_) => jsonl::text_of(value).map_or(0, |text| text.len()),
                _ => 0,
            };
        }
    }
    let asked = |column: &Option<String>| column.as_deref().map(|name| find(&names, name)).transpose();
    let text = match asked(&table.options.text_column)? {
        Some(at) => Some(chosen(&mut table.notes, "text", &names[at], "as asked for", at)),
        None if has_turns => {
            table.notes.push(choice_note("the text is read from turns that say who speaks".to_owned()));
            by_name(&names, &table.options.conventions.text_columns)
        }
        None => match by_name(&names, &table.options.conventions.text_columns) {
            Some(at) => Some(chosen(&mut table.notes, "text", &names[at], "by its name", at)),
            None => {
                let longest = lengths.iter().copied().max().filter(|&n| n > 0);
                let at = longest.and_then(|most| lengths.iter().position(|&n| n == most));
                at.map(|at| guessed(&mut table.notes, &names[at], at))
            }
        },
    };
    let asked_id = asked(&table.options.id_column)?;
    if let Some(at) = text.filter(|_| !has_turns)
        && table.takes_turns(&names, at, asked_id)
    {
        if let Rows::Objects { names: all, text, .. } = &mut table.rows {
            *text = names.get(at).cloned();
            *all = names;
        }
        return Ok(table);
    }
    let id = match asked_id {
        Some(at) => Some(chosen(&mut table.notes, "id", &names[at], "as asked for", at)),
        None => {
            let by_name = by_name(&names, &table.options.conventions.id_columns).filter(|&at| Some(at) != text);
            if by_name.is_none() {
                table.notes.push(choice_note("no field names the rows; they are numbered".to_owned()));
            }
            by_name.map(|at| chosen(&mut table.notes, "id", &names[at], "by its name", at))
        }
    };
    if let Rows::Objects { text: text_name, id: id_name, .. } = &mut table.rows {
        *text_name = text.and_then(|at| names.get(at).cloned());
        *id_name = id.and_then(|at| names.get(at).cloned());
    }
    Ok(table)
}

impl Table {
    /// Takes over what was noted of the text of the rows.
    fn take_notes(&mut self) {
        if let Some(stream) = self.rows.stream() {
            self.notes.append(&mut stream.notes);
        }
    }

    /// Reads rows until there are enough to guess by.
    fn look_ahead(&mut self) {
        let mut n_bytes: usize = self.ahead.iter().flatten().map(Row::size).sum();
        while self.ahead.len() < GUESS_ROWS
            && n_bytes < GUESS_BYTES
            && let Some(row) = self.rows.read()
        {
            n_bytes += row.as_ref().map_or(0, Row::size);
            self.ahead.push_back(row);
        }
    }

    /// Decides whether a row is a turn, and notes what was decided if it is.
    fn takes_turns(&mut self, names: &[String], text: usize, asked_id: Option<usize>) -> bool {
        let Some(columns) = self.turn_columns(names, text, asked_id) else {
            return false;
        };
        let speaker = match columns.speaker {
            Some(at) => format!("who speaks is read from the column {}", quoted(&short(&names[at]))),
            None => "nobody is named".to_owned(),
        };
        let id = match columns.id {
            Some(at) => format!("rows with one {} are one document", quoted(&short(&names[at]))),
            None => "all rows are one document".to_owned(),
        };
        self.notes.push(choice_note(format!("every row is read as a turn: {speaker}, {id}")));
        self.turns = Some(columns);
        true
    }

    /// The columns that make a row a turn, if they do.
    ///
    /// A column that says who speaks makes turns of the rows, unless every row has an id of its own and most have a speaker of their own: then they are
    /// documents. So does a pair of times beside the text, if nothing names the rows.
    fn turn_columns(&mut self, names: &[String], text: usize, asked_id: Option<usize>) -> Option<TurnColumns> {
        let conventions = &self.options.conventions;
        let named = by_name(names, &conventions.speaker_columns).filter(|&at| at != text && asked_id != Some(at));
        let keys: Vec<String> = names.iter().map(|name| column_key(name)).collect();
        let n_times = keys.iter().filter(|key| conventions.time_columns.contains(key)).count();
        let id_columns: Vec<usize> = (conventions.id_columns.iter())
            .filter_map(|key| keys.iter().position(|known| known == key))
            .filter(|&at| at != text && Some(at) != named)
            .collect();
        let speaker = named.or_else(|| self.talk_column(names, text).filter(|&at| asked_id != Some(at)));
        let id_columns: Vec<usize> = id_columns.into_iter().filter(|&at| Some(at) != speaker).collect();
        if speaker.is_none() && (n_times < 2 || asked_id.is_some() || names.len() > n_times + 1 + id_columns.len()) {
            return None;
        }
        self.look_ahead();
        let n_rows = self.values(names, text).len();
        let n_distinct = |at: usize| {
            let mut values: Vec<String> = self.values(names, at);
            values.sort_unstable();
            values.dedup();
            values.len()
        };
        if asked_id.is_some() {
            return speaker.map(|_| TurnColumns { speaker, id: asked_id });
        }
        // An id that never comes again is that of a turn.
        if let Some(&id) = id_columns.iter().find(|&&at| n_distinct(at) < n_rows) {
            return Some(TurnColumns { speaker, id: Some(id) });
        }
        let comes_again = speaker.is_some_and(|at| n_distinct(at) * 2 <= n_rows);
        (id_columns.is_empty() || n_times > 0 || comes_again).then_some(TurnColumns { speaker, id: None })
    }

    /// The values of a column in the first rows, row by row, without broken rows.
    fn values(&self, names: &[String], at: usize) -> Vec<String> {
        let value = |row: &Result<Row, Problem>| match row {
            Ok(Row::Cells(record)) if record.len() == names.len() => Some(record.field(at).trim().to_owned()),
            Ok(Row::Object(object)) => {
                let value = object.fields.get(&names[at]).and_then(jsonl::text_of);
                Some(value.unwrap_or_default().trim().to_owned())
            }
            _ => None,
        };
        self.ahead.iter().filter_map(value).collect()
    }

    /// The column that says who speaks though it is called otherwise: few names come again and again, in turn, and one of them mostly asks.
    fn talk_column(&mut self, names: &[String], text: usize) -> Option<usize> {
        if names.len() < 2 {
            return None;
        }
        self.look_ahead();
        let said = self.values(names, text);
        (0..names.len()).find(|&at| at != text && is_talk(&self.values(names, at), &said))
    }

    /// Whether the first row is no head: a column holds its value again, and it says who speaks.
    fn has_no_head(&mut self, names: &[String]) -> bool {
        let conventions = &self.options.conventions;
        let known = [
            &conventions.text_columns,
            &conventions.id_columns,
            &conventions.speaker_columns,
            &conventions.time_columns,
        ];
        if names.len() < 2 || known.iter().any(|keys| by_name(names, keys).is_some()) {
            return false;
        }
        let text = self.longest(names.len());
        let with_first = |at: usize| [vec![names[at].clone()], self.values(names, at)].concat();
        let said = with_first(text);
        let is_talk = |at: usize| {
            let speakers = with_first(at);
            speakers[1..].contains(&names[at]) && is_talk(&speakers, &said)
        };
        (0..names.len()).any(|at| at != text && is_talk(at))
    }

    /// Reads the first rows and returns the column with most text in them.
    fn longest(&mut self, n_columns: usize) -> usize {
        self.look_ahead();
        let mut lengths = vec![0usize; n_columns];
        for row in self.ahead.iter().flatten() {
            let Row::Cells(record) = row else {
                continue;
            };
            if record.len() == n_columns {
                lengths.iter_mut().zip(record.fields()).for_each(|(length, cell)| *length += cell.len());
            }
        }
        let most = lengths.iter().copied().max().unwrap_or_default();
        lengths.iter().position(|&length| length == most).unwrap_or_default()
    }
}

/// How many speakers a talk has at most, where only their turns tell them.
const MOST_SPEAKERS: usize = 8;

/// Whether these are the speakers of what is said, row by row: few, each again and again, in turn; half of what one of them says are questions, and next to nothing that another says.
fn is_talk(speakers: &[String], said: &[String]) -> bool {
    let mut voices: Vec<(&str, usize, usize)> = Vec::new();
    for (speaker, said) in speakers.iter().zip(said) {
        let asks = usize::from(said.trim_end().ends_with('?'));
        match voices.iter().position(|voice| voice.0 == speaker) {
            Some(at) => voices[at] = (speaker, voices[at].1 + 1, voices[at].2 + asks),
            None if voices.len() < MOST_SPEAKERS => voices.push((speaker, 1, asks)),
            None => return false,
        }
    }
    let changes = speakers.windows(2).filter(|pair| pair[0] != pair[1]).count();
    let is_name =
        |voice: &(&str, usize, usize)| voice.0.chars().any(char::is_alphabetic) && voice.0.chars().count() <= 40;
    let asks = |voice: &(&str, usize, usize)| voice.1 > 1 && voice.2 * 2 >= voice.1;
    let tells = |voice: &(&str, usize, usize)| voice.1 > 1 && voice.2 * 5 <= voice.1;
    voices.len() > 1
        && voices.iter().all(is_name)
        && voices.iter().any(asks)
        && voices.iter().any(tells)
        && changes * 2 >= speakers.len()
        && voices.len() * 2 <= speakers.len()
}

/// The column the user asked for: by its exact name, else by its key. Otherwise a problem that names those there are.
fn find(names: &[String], wanted: &str) -> Result<usize, Problem> {
    let key = column_key(wanted);
    let exact = names.iter().position(|name| name == wanted);
    exact.or_else(|| names.iter().position(|name| column_key(name) == key)).ok_or_else(|| {
        let mut all = names.iter().take(NAMED_COLUMNS).map(|name| quoted(&short(name))).collect::<Vec<_>>().join(", ");
        if names.len() > NAMED_COLUMNS {
            all.push_str(&format!(" and {} more", names.len() - NAMED_COLUMNS));
        }
        Problem {
            row: None,
            line: None,
            message: format!("there is no column {}; the columns are {all}", quoted(&short(wanted))),
        }
    })
}

/// The best column by its name.
fn by_name(names: &[String], keys: &[String]) -> Option<usize> {
    let names: Vec<String> = names.iter().map(|name| column_key(name)).collect();
    keys.iter().find_map(|key| names.iter().position(|name| name == key))
}

/// Notes which column was chosen, and why, and returns it.
fn chosen(notes: &mut Vec<Note>, what: &str, name: &str, why: &str, at: usize) -> usize {
    notes.push(choice_note(format!("the {what} is read from the column {}, {why}", quoted(&short(name)))));
    at
}

/// Notes that the column with the longest texts is taken as the text, which is a guess, and returns it.
fn guessed(notes: &mut Vec<Note>, name: &str, at: usize) -> usize {
    let message = format!("the text is read from the column {}, which has the longest texts", quoted(&short(name)));
    notes.push(table_note(message, None));
    at
}

/// A choice that is worth knowing and no reason to doubt.
fn choice_note(message: String) -> Note {
    Note { kind: NoteKind::Columns, message, line: None }
}

fn table_note(message: String, line: Option<usize>) -> Note {
    Note { kind: NoteKind::Table, message, line }
}

/// At most 40 characters of a name.
fn short(name: &str) -> String {
    if name.chars().count() <= 40 { name.to_owned() } else { name.chars().take(39).chain(['…']).collect() }
}
