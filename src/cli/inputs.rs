/*!
From what the user named to documents: files, folders, standard input.

Files are read where they are analysed, several at a time; tables are read row by row, so that memory stays flat however large they are.
*/

use super::pages::{is_page, is_run};
use super::places::unreadable;
use super::shape::{RESULT_TEXTS, RUN, is_table_name};
use crate::document::unused;
use crate::document::{Document, Note, NoteKind};
use crate::read::{self, Format};
use crate::report::hex;
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use walkdir::WalkDir;

/// One file to be read, or standard input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Source {
    /// Nothing for standard input.
    pub(super) path: Option<PathBuf>,
    /// As results name it.
    pub(super) file: String,
    /// The name of its document, if it is one text.
    pub(super) id: String,
    pub(super) format: Format,
    /// Whether the user said what it is, so that its content is not asked.
    is_told: bool,
}

/// A file that is passed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Skipped {
    pub(super) file: String,
    pub(super) why: Why,
    /// How many sources come before it.
    pub(super) after: usize,
}

/// Why a file is passed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Why {
    /// In a folder, and its ending is not one of a text.
    Ending,
    /// It was given before, perhaps under this other name.
    Twice(String),
}

/// Something that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Failure {
    pub(super) file: String,
    pub(super) line: Option<usize>,
    pub(super) message: String,
}

/// The sources that the arguments name, in order, folders sorted and searched to their depth.
///
/// With them what could not be read, and the files in folders that are no texts and are passed over.
pub(super) fn sources(inputs: &[PathBuf], format: Option<Format>) -> (Vec<Source>, Vec<Failure>, Vec<Skipped>) {
    let mut sources = Vec::new();
    let mut skipped = Vec::new();
    let mut failures = Vec::new();
    for input in inputs {
        if input.as_os_str() == "-" {
            sources.push(Source {
                path: None,
                file: "-".into(),
                id: "stdin".into(),
                format: format.unwrap_or(Format::Text),
                is_told: format.is_some(),
            });
        } else if input.is_dir() {
            folder(input, format, &mut sources, &mut failures, &mut skipped);
        } else {
            let id =
                input.file_name().map_or_else(|| shown(input), |name| read::stem(&name.to_string_lossy()).to_owned());
            let known = format.or_else(|| Format::of_name(&shown(input)));
            // What the user names by itself is read, whatever its ending.
            sources.push(Source {
                path: Some(input.clone()),
                file: shown(input),
                id,
                format: known.unwrap_or(Format::Text),
                is_told: format.is_some(),
            });
        }
    }
    let mut skipped = once_each(&mut sources, skipped);
    skipped.sort_by_key(|file| file.after);
    name_apart(&mut sources);
    (sources, failures, skipped)
}

/// Takes out sources that are the file of an earlier one, or standard input again, and adds them to what is passed over.
fn once_each(sources: &mut Vec<Source>, skipped: Vec<Skipped>) -> Vec<Skipped> {
    if sources.len() < 2 {
        return skipped;
    }
    let mut seen: BTreeMap<Option<PathBuf>, String> = BTreeMap::new();
    let mut again = Vec::new();
    // How many are left of so many first ones.
    let mut n_left = vec![0];
    sources.retain(|source| {
        let path = source.path.as_ref().map(|path| path.canonicalize().unwrap_or_else(|_| path.clone()));
        let n = n_left.last().copied().unwrap_or_default();
        let earlier = match seen.entry(path) {
            Entry::Vacant(place) => {
                place.insert(source.file.clone());
                n_left.push(n + 1);
                return true;
            }
            Entry::Occupied(earlier) => earlier.get().clone(),
        };
        n_left.push(n);
        again.push(Skipped { file: source.file.clone(), why: Why::Twice(earlier), after: n });
        false
    });
    let left = |file: Skipped| Skipped { after: n_left.get(file.after).copied().unwrap_or(file.after), ..file };
    skipped.into_iter().map(left).chain(again).collect()
}

fn folder(
    folder: &Path,
    format: Option<Format>,
    sources: &mut Vec<Source>,
    failures: &mut Vec<Failure>,
    skipped: &mut Vec<Skipped>,
) {
    let before = sources.len();
    let n_skipped = skipped.len();
    for entry in WalkDir::new(folder).follow_links(true).sort_by_file_name() {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                let file = error.path().map_or_else(|| shown(folder), shown);
                let message = match error.io_error() {
                    Some(error) => format!("cannot be read: {error}"),
                    None => "a link that leads back to its own folder".to_owned(),
                };
                failures.push(Failure { file, line: None, message });
                continue;
            }
        };
        let path = entry.path();
        // Hidden files, the folder's own README and the marks of Word for files that are open (`~$…`) are not transcripts. Named by themselves they are read.
        let name = entry.file_name().to_string_lossy();
        let is_aside = entry.depth() > 0
            && (name.starts_with('.') || name.starts_with("~$") || name.to_lowercase().starts_with("readme."));
        if !entry.file_type().is_file() || is_aside || is_result(path) {
            continue;
        }
        let Some(known) = Format::of_name(&shown(path)) else {
            skipped.push(Skipped { file: shown(path), why: Why::Ending, after: sources.len() });
            continue;
        };
        let inside = path.strip_prefix(folder).unwrap_or(path);
        let inside = inside.with_file_name(read::stem(&name));
        let id = inside.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/");
        sources.push(Source {
            path: Some(path.to_owned()),
            file: shown(path),
            id,
            format: format.unwrap_or(known),
            is_told: format.is_some(),
        });
    }
    if sources.len() == before {
        let n_others = skipped.len() - n_skipped;
        let others = if n_others > 0 { format!(", only {n_others} of other kinds") } else { String::new() };
        let message = format!(
            "the folder has no text in it{others}; texts end in {} (name a file itself to read it whatever its ending)",
            Format::endings()
        );
        failures.push(Failure { file: shown(folder), line: None, message });
    }
}

/// Whether it is a table or page that an earlier run wrote: people keep results beside their texts.
fn is_result(path: &Path) -> bool {
    let name = path.file_name().map_or_else(Default::default, |name| name.to_string_lossy());
    // Psych-DS has tables a folder below run.json, under longer names.
    let is_of_data = name.starts_with("study-") && name.ends_with("_data.csv");
    let is_name = is_of_data || RESULT_TEXTS.iter().any(|known| name == **known) || is_table_name(&name);
    let run =
        if is_of_data { path.parent().map(|data| data.with_file_name(RUN)) } else { Some(path.with_file_name(RUN)) };
    (is_name && run.is_some_and(|run| is_run(&run))) || is_page(path)
}

/// Size and SHA-256 of a file, read piece by piece.
pub(super) fn hash_of(path: &Path) -> io::Result<(u64, String)> {
    use sha2::Digest;
    let mut file = std::fs::File::open(path)?;
    let mut hasher = sha2::Sha256::new();
    let mut block = vec![0; 1 << 16];
    let mut n_bytes = 0;
    loop {
        match file.read(&mut block)? {
            0 => return Ok((n_bytes, hex(&hasher.finalize()))),
            n => {
                n_bytes += n as u64;
                hasher.update(&block[..n]);
            }
        }
    }
}

/// Two files of one name get their endings, then their paths, then numbers.
fn name_apart(sources: &mut [Source]) {
    let ways: [fn(&Source) -> String; 2] = [
        |source| {
            let ending = source.path.as_deref().and_then(Path::extension);
            ending.map_or_else(|| source.id.clone(), |ending| format!("{}.{}", source.id, ending.to_string_lossy()))
        },
        |source| source.file.clone(),
    ];
    for way in ways {
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for source in sources.iter() {
            *counts.entry(source.id.clone()).or_default() += 1;
        }
        for source in sources.iter_mut() {
            if counts.get(&source.id).is_some_and(|&n| n > 1) {
                source.id = way(source);
            }
        }
    }
    let mut seen = BTreeSet::new();
    for source in sources.iter_mut() {
        source.id = unused(&source.id, '#', |id| seen.insert(id.to_owned()));
    }
}

fn shown(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

impl Source {
    /// Its bytes. A file that is too long to be read is not opened.
    pub(super) fn bytes(&self, options: &read::Options) -> Result<Vec<u8>, Failure> {
        let most = options.max_file() as u64;
        let read = match &self.path {
            Some(path) => match std::fs::metadata(path) {
                Ok(meta) if meta.is_file() && meta.len() > most => {
                    return Err(refused(self.file.clone(), read::too_long(options)));
                }
                _ => std::fs::read(path),
            },
            None => {
                let mut bytes = Vec::new();
                // One more than is read, so that its reader says so.
                io::stdin().lock().take(most + 1).read_to_end(&mut bytes).map(|_| bytes)
            }
        };
        read.map_err(|error| self.failure(&error))
    }

    fn open(&self) -> Result<Box<dyn Read + Send>, Failure> {
        match &self.path {
            Some(path) => match std::fs::File::open(path) {
                Ok(file) => Ok(Box::new(file)),
                Err(error) => Err(self.failure(&error)),
            },
            None => Ok(Box::new(io::stdin())),
        }
    }

    fn failure(&self, error: &io::Error) -> Failure {
        Failure { file: self.file.clone(), line: None, message: unreadable(error) }
    }

    /// Finds out what it is by its content, where its ending may say something else. What cannot be read keeps its format, and its reader says why.
    pub(super) fn settle(&mut self, options: &read::Options) {
        // What a pipe has given once it does not give again.
        let Some(path) = self.path.as_ref().filter(|path| !self.is_told && path.is_file()) else {
            return;
        };
        let beginning = |n: usize| -> io::Result<Vec<u8>> {
            let mut bytes = Vec::new();
            let source = read::unpacked(Box::new(std::fs::File::open(path)?))?;
            source.take(n as u64).read_to_end(&mut bytes).map(|_| bytes)
        };
        let Ok(head) = beginning(read::HEAD) else { return };
        let found = read::format_of(&head, head.len() < read::HEAD, self.format, options);
        let found = found.or_else(|| read::format_of(&beginning(read::MAX_FILE).ok()?, true, self.format, options));
        self.format = found.unwrap_or(self.format);
    }

    /// What is to be told if these bytes of standard input are read as a text and look like rows; nobody named a format or an ending that would have said so.
    pub(super) fn rows_note(&self, bytes: &[u8], options: &read::Options) -> Option<Note> {
        if self.is_told || self.path.is_some() {
            return None;
        }
        let name = match read::format_of(bytes, true, Format::Text, options)? {
            Format::Csv => "csv",
            Format::Tsv => "tsv",
            _ => return None,
        };
        let message =
            format!("it looks like a table and is read as one text: `--input-format {name}` reads one text a row");
        Some(Note { kind: NoteKind::Table, message, line: None })
    }

    /// The text of the source, read with `options`.
    pub(super) fn document(&self, options: &read::Options) -> Result<Document, Failure> {
        let read = read::file(&self.id, self.bytes(options)?, options);
        let mut document = read.map_err(|problem| refused(self.file.clone(), problem))?;
        document.file.clone_from(&self.file);
        Ok(document)
    }

    /// The rows of the source as documents.
    pub(super) fn rows(&self, options: &read::Options) -> Result<Rows, Failure> {
        #[cfg(feature = "parquet")]
        if let Some(path) = self.path.as_ref().filter(|_| self.format == Format::Parquet) {
            return self.parquet(path, options);
        }
        let hash = Hashing::new(self.open()?);
        let totals = hash.totals.clone();
        let table = read::table(Box::new(hash), self.format, &self.name(), options)
            .map_err(|problem| refused(self.file.clone(), problem))?;
        Ok(Rows { table, file: self.file.clone(), totals })
    }

    /// The rows of a Parquet file, which is not read from its beginning to its end: its hash is made first.
    #[cfg(feature = "parquet")]
    fn parquet(&self, path: &Path, options: &read::Options) -> Result<Rows, Failure> {
        use std::io::Seek;
        let failed = |error: io::Error| self.failure(&error);
        let mut hash = Hashing::new(self.open()?);
        io::copy(&mut hash, &mut io::sink()).map_err(failed)?;
        let mut file = std::fs::File::open(path).map_err(failed)?;
        let mut head = Vec::new();
        (&mut file).take(4).read_to_end(&mut head).map_err(failed)?;
        file.rewind().map_err(failed)?;
        let name = self.name();
        let table = if read::PARQUET.iter().any(|mark| head == *mark) {
            read::parquet_table(Box::new(file), &name, options)
        } else {
            // Packed, or something else.
            read::table(Box::new(file), self.format, &name, options)
        };
        let table = table.map_err(|problem| refused(self.file.clone(), problem))?;
        Ok(Rows { table, file: self.file.clone(), totals: hash.totals })
    }

    /// The name of its file, without folders.
    fn name(&self) -> String {
        let name = self.path.as_deref().and_then(Path::file_name);
        name.map_or(self.id.clone(), |name| name.to_string_lossy().into_owned())
    }
}

/// The rows of a table.
pub(super) struct Rows {
    table: read::Table,
    file: String,
    totals: Totals,
}

impl Rows {
    /// Bytes read so far.
    pub(super) fn n_bytes(&self) -> u64 {
        self.totals.0.lock().map_or(0, |totals| totals.0)
    }

    /// What was guessed about the table.
    pub(super) fn notes(&self) -> &[Note] {
        &self.table.notes
    }

    /// Bytes read so far and, at the end, their hash.
    pub(super) fn totals(&self) -> (u64, String) {
        self.totals.get()
    }
}

impl Iterator for Rows {
    type Item = Result<Document, Failure>;

    fn next(&mut self) -> Option<Self::Item> {
        Some(match self.table.next()? {
            Ok(mut document) => {
                document.file.clone_from(&self.file);
                Ok(document)
            }
            Err(problem) => Err(refused(self.file.clone(), problem)),
        })
    }
}

/// The failure that a problem of reading is.
pub(super) fn refused(file: String, problem: read::Problem) -> Failure {
    Failure { file, line: problem.line, message: problem.message }
}

/// Counts and hashes what passes through.
struct Hashing {
    inner: Box<dyn Read + Send>,
    totals: Totals,
}

#[derive(Clone)]
struct Totals(std::sync::Arc<std::sync::Mutex<(u64, sha2::Sha256)>>);

impl Totals {
    fn get(&self) -> (u64, String) {
        use sha2::Digest;
        match self.0.lock() {
            Ok(totals) => (totals.0, hex(&totals.1.clone().finalize())),
            Err(_) => (0, String::new()),
        }
    }
}

impl Hashing {
    fn new(inner: Box<dyn Read + Send>) -> Hashing {
        use sha2::Digest;
        Hashing { inner, totals: Totals(std::sync::Arc::new(std::sync::Mutex::new((0, sha2::Sha256::new())))) }
    }
}

impl Read for Hashing {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        use sha2::Digest;
        let n = self.inner.read(buffer)?;
        if let Ok(mut totals) = self.totals.0.lock() {
            totals.0 += n as u64;
            totals.1.update(&buffer[..n]);
        }
        Ok(n)
    }
}
