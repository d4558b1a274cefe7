/*!
`score --resume`: what an earlier run left in the folder of results, document by document.

A document is kept if the earlier run had the same program version, lexicon and options, and if the file it came from has the same hash. Its rows are then copied from the earlier
tables as they stand, so that the new tables are those of a run without an earlier one. A table of texts is one input: its rows are kept together, if it was read to its end.
*/

use super::batch::FAILED;
use super::inputs::hash_of;
use super::rerun::arguments_of;
use super::score;
use super::shape::RUN;
use crate::document::NoteKind;
use crate::lexicon::Definitions;
use crate::report::csv::Problem;
use crate::report::run::{self, Input, Written};
use crate::report::tables::{Extent, TableName};
use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::Mutex;

/// What an earlier run left.
pub(super) struct Earlier {
    tables: BTreeMap<TableName, Table>,
    /// Of every input that was read to its end, its hash and its documents in order.
    inputs: HashMap<String, (String, Vec<String>)>,
    /// Its problems by file.
    problems: HashMap<String, Vec<Problem>>,
}

/// A table whose rows are in the order of documents.
struct Table {
    file: Mutex<File>,
    /// Where the rows of a document are, from byte to byte, and how many.
    rows: HashMap<String, (u64, u64, usize)>,
}

impl Earlier {
    /// What the folder holds; or why nothing of it can be kept, in a sentence.
    pub(super) fn open(
        folder: &Path,
        definitions: &Definitions,
        arguments: &score::Arguments,
        settings: &[Input],
        extent: Extent,
    ) -> io::Result<Result<Earlier, String>> {
        let text = match std::fs::read_to_string(folder.join(RUN)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Ok(Err("there are no earlier results in the folder".to_owned()));
            }
            text => text?,
        };
        let written = match run::read(&text) {
            Ok(written) => written,
            Err(message) => return Ok(Err(format!("its {RUN} cannot be used: {message}"))),
        };
        if let Some(reason) = differs(&written, definitions, arguments, settings) {
            return Ok(Err(reason));
        }
        let mut tables = BTreeMap::new();
        for table in TableName::ALL.into_iter().filter(|table| table.has_documents() && table.is_wanted(extent)) {
            let name = table.file();
            let path = folder.join(name);
            let stated = written.results.iter().find(|result| result.file == name);
            let Ok(file) = File::open(&path) else {
                return Ok(Err(format!("{name} is missing")));
            };
            if stated
                .is_none_or(|stated| !hash_of(&path).is_ok_and(|found| found == (stated.bytes, stated.sha256.clone())))
            {
                return Ok(Err(format!("{name} was changed since")));
            }
            match Table::read(file) {
                Ok(rows) => tables.insert(table, rows),
                Err(message) => return Ok(Err(format!("{name} cannot be used: {message}"))),
            };
        }
        let mut inputs: HashMap<String, (String, Vec<String>)> =
            written.inputs.into_iter().map(|input| (input.file, (input.sha256, Vec::new()))).collect();
        for (document, file) in first_two_columns(&folder.join(TableName::Documents.file()))? {
            if let Some((_, documents)) = inputs.get_mut(&file) {
                documents.push(document);
            }
        }
        let problems = problems(&folder.join(TableName::Problems.file()), &mut inputs)?;
        Ok(Ok(Earlier { tables, inputs, problems }))
    }

    /// The documents of an input, if it is as it was and all of it was scored.
    pub(super) fn documents(&self, file: &str, sha256: &str) -> Option<&[String]> {
        let (known, documents) = self.inputs.get(file)?;
        (known == sha256 && !documents.is_empty()).then_some(documents.as_slice())
    }

    /// Whether an input of this name was read to its end.
    pub(super) fn knows(&self, file: &str) -> bool {
        self.inputs.contains_key(file)
    }

    /// What was noted of an input.
    pub(super) fn problems(&self, file: &str) -> &[Problem] {
        self.problems.get(file).map_or(&[], Vec::as_slice)
    }

    /// How many rows a table has of a document.
    pub(super) fn n_rows(&self, table: TableName, document: &str) -> usize {
        self.tables.get(&table).and_then(|table| table.rows.get(document)).map_or(0, |&(_, _, n)| n)
    }

    /// Copies the rows of a document.
    pub(super) fn copy(&self, table: TableName, document: &str, out: &mut dyn Write) -> io::Result<()> {
        let Some(table) = self.tables.get(&table) else { return Ok(()) };
        let Some(&(from, to, _)) = table.rows.get(document) else { return Ok(()) };
        let mut file = table.file.lock().map_err(|_| io::Error::other("the earlier results cannot be read"))?;
        file.seek(SeekFrom::Start(from))?;
        let copied = io::copy(&mut (&mut *file).take(to - from), out)?;
        if copied == to - from { Ok(()) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
    }
}

impl Table {
    fn read(file: File) -> Result<Table, String> {
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(io::BufReader::new(&file));
        let told = |error: csv::Error| error.to_string();
        reader.byte_headers().map_err(told)?;
        let mut rows: HashMap<String, (u64, u64, usize)> = HashMap::new();
        let mut record = csv::StringRecord::new();
        loop {
            let from = reader.position().byte();
            if !reader.read_record(&mut record).map_err(told)? {
                break;
            }
            let to = reader.position().byte();
            let Some(document) = record.get(0) else { continue };
            match rows.get_mut(document) {
                Some(found) if found.1 == from => *found = (found.0, to, found.2 + 1),
                Some(_) => return Err("the rows of a document do not stand together".to_owned()),
                None => {
                    rows.insert(document.to_owned(), (from, to, 1));
                }
            }
        }
        drop(reader);
        Ok(Table { file: Mutex::new(file), rows })
    }
}

/// Why results of that run cannot stand beside results of this one.
fn differs(
    written: &Written,
    definitions: &Definitions,
    arguments: &score::Arguments,
    settings: &[Input],
) -> Option<String> {
    let version = env!("CARGO_PKG_VERSION");
    if written.version != version {
        return Some(format!("they were made by version {}, and this is {version}", written.version));
    }
    if written.lexicon.sha256 != definitions.hash {
        return Some(format!("they were made with another lexicon ({})", written.lexicon.name));
    }
    match arguments_of(written) {
        Err(reason) => Some(reason),
        Ok(earlier) if earlier.deciding() != arguments.deciding() => {
            Some("they were made with other options".to_owned())
        }
        Ok(_) if written.settings != settings => Some("the table of speakers has changed".to_owned()),
        Ok(_) => None,
    }
}

/// The first two cells of every row.
fn first_two_columns(path: &Path) -> io::Result<Vec<(String, String)>> {
    let reader = csv::Reader::from_path(path);
    let mut found = Vec::new();
    for record in reader.map_err(io::Error::other)?.records() {
        let record = record.map_err(io::Error::other)?;
        let cell = |at: usize| record.get(at).unwrap_or_default().to_owned();
        found.push((cell(0), cell(1)));
    }
    Ok(found)
}

/// The problems of every file. An input with a problem that this version does not know is not kept.
fn problems(
    path: &Path,
    inputs: &mut HashMap<String, (String, Vec<String>)>,
) -> io::Result<HashMap<String, Vec<Problem>>> {
    let mut found: HashMap<String, Vec<Problem>> = HashMap::new();
    for record in csv::Reader::from_path(path).map_err(io::Error::other)?.records() {
        let record = record.map_err(io::Error::other)?;
        let cell = |at: usize| record.get(at).unwrap_or_default();
        let file = cell(1).to_owned();
        let severity = [FAILED, "doubt", "note"].into_iter().find(|name| *name == cell(3));
        match (severity, NoteKind::named(cell(4))) {
            (Some(severity), Some(kind)) if severity != FAILED => {
                found.entry(file.clone()).or_default().push(Problem {
                    document: cell(0).to_owned(),
                    file,
                    line: cell(2).parse().ok(),
                    severity,
                    kind: kind.name(),
                    message: cell(5).to_owned(),
                })
            }
            // What failed is tried again.
            _ => {
                inputs.remove(&file);
            }
        }
    }
    Ok(found)
}
