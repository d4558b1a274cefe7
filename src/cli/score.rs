/*!
`throughline score INPUT…`: many documents, in parallel, results in order.

Documents are taken in batches of a few megabytes. A batch is read and analysed on all threads and written before the next begins, so memory stays flat, and
results come in the order of the inputs whatever the number of threads.
*/

use super::inputs::{Failure, Source, hex, sources};
use super::{Exit, LexiconArguments, ReadArguments};
use crate::analyzer::{Analysis, Analyzer, Worker};
use crate::document::{Document, Note, NoteKind};
use crate::lexicon::Definitions;
use crate::read::{self, Format};
use crate::report::csv::Problem;
use crate::report::{self, run::Input, run::Run};
use anstream::eprintln;
use clap::{Args, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};
use rayon::iter::{IndexedParallelIterator, IntoParallelIterator, ParallelIterator};
use sha2::{Digest, Sha256};
use std::collections::HashSet;
use std::fs;
use std::hash::{DefaultHasher, Hasher};
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::{Instant, SystemTime, UNIX_EPOCH};
use tempfile::NamedTempFile;

#[derive(Args)]
pub(super) struct Arguments {
    /// Texts (.txt, .md), tables of texts (.csv, .tsv, .jsonl), folders of these, or - for standard input
    #[arg(required = true, value_name = "INPUT")]
    inputs: Vec<PathBuf>,
    /// Write documents.csv, matches.csv, sentences.csv, problems.csv and run.json into this folder
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,
    /// Without -o: how to print the results; a table on a terminal, CSV when piped, unless given
    #[arg(long, value_enum)]
    format: Option<Print>,
    /// Read every input as this, whatever its ending
    #[arg(long, value_enum, value_name = "FORMAT")]
    input_format: Option<InputFormat>,
    /// Leave every quotation and every speaker's name out of the results
    #[arg(long)]
    no_text: bool,
    /// How many threads; all cores unless given
    #[arg(short = 'j', long, value_name = "N")]
    threads: Option<usize>,
    #[command(flatten)]
    lexicon: LexiconArguments,
    #[command(flatten)]
    read: ReadArguments,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Print {
    /// For eyes
    Table,
    /// documents.csv
    Csv,
    /// One JSON object a document, with its matches
    Jsonl,
}

#[derive(Clone, Copy, ValueEnum)]
enum InputFormat {
    Text,
    Csv,
    Tsv,
    Jsonl,
}

pub(super) fn run(arguments: &Arguments) -> io::Result<Exit> {
    let started = Instant::now();
    let Some((analyzer, conventions)) = arguments.lexicon.load()? else { return Ok(Exit::Usage) };
    let threads = rayon::ThreadPoolBuilder::new().num_threads(arguments.threads.unwrap_or(0)).build();
    let threads = threads.map_err(io::Error::other)?;
    let options = report::Options { no_text: arguments.no_text };
    let format = arguments.input_format.map(|format| match format {
        InputFormat::Text => Format::Text,
        InputFormat::Csv => Format::Csv,
        InputFormat::Tsv => Format::Tsv,
        InputFormat::Jsonl => Format::Jsonl,
    });
    let (sources, failures) = sources(&arguments.inputs, format);
    let definitions = analyzer.definitions();
    let mut results = match &arguments.output {
        Some(folder) => Results::Folder(Box::new(Folder::create(folder, options)?)),
        None => {
            let is_terminal = io::stdout().is_terminal();
            let print = arguments.format.unwrap_or(if is_terminal { Print::Table } else { Print::Csv });
            Results::Printed { print, options, is_first: true, for_table: Vec::new() }
        }
    };
    let mut batch = Batch {
        analyzer: &analyzer,
        read: arguments.read.options(conventions),
        workers: Mutex::new(Vec::new()),
        wants_hashes: arguments.output.is_some(),
        threads,
        jobs: Vec::new(),
        n_bytes: 0,
        ids: seen_ids(&sources),
        run: Run::default(),
        problems: Vec::new(),
        progress: progress(sources.len()),
    };
    for failure in failures {
        batch.note(problem_of_failure(failure));
    }
    for source in sources {
        batch.take(source, &mut results)?;
    }
    batch.flush(&mut results)?;
    batch.progress.finish_and_clear();

    let Batch { mut run, problems, .. } = batch;
    run.seconds = started.elapsed().as_secs_f64();
    run.finished_unix = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    run.options = stated_options(arguments);
    tell(&problems, &run, options, arguments.output.as_deref());
    results.finish(definitions, &run, &problems)?;
    Ok(if run.n_failed == 0 { Exit::Done } else { Exit::SomeFailed })
}

/// One document to be analysed: read already (a row), or to be read where it is analysed (a file). What needs no analysis stands between
/// them, so that everything that is told keeps the order of the inputs.
enum Job {
    File(Source),
    Row(Document),
    Problem(Problem),
    /// A table was read to its end.
    Input(Input),
}

/// What became of a job.
enum Done {
    Analysis(Box<Analysis>, Option<Input>),
    Problem(Problem),
    Input(Input),
}

struct Batch<'a> {
    analyzer: &'a Analyzer,
    read: read::Options,
    workers: Mutex<Vec<Worker>>,
    wants_hashes: bool,
    threads: rayon::ThreadPool,
    jobs: Vec<Job>,
    n_bytes: u64,
    /// Hashes of the ids of all documents so far, and of all texts to come. `None` if nothing but one table is read, which sees to it itself.
    ids: Option<HashSet<u64>>,
    run: Run,
    problems: Vec<Problem>,
    progress: ProgressBar,
}

/// A batch is flushed when it holds so many bytes, or so many documents.
const BATCH_BYTES: u64 = 8 << 20;
const BATCH_DOCUMENTS: usize = 512;

impl Batch<'_> {
    fn take(&mut self, source: Source, results: &mut Results) -> io::Result<()> {
        if source.format == Format::Text {
            let size = source.path.as_ref().and_then(|path| fs::metadata(path).ok()).map_or(0, |meta| meta.len());
            return self.add(Job::File(source), size, results);
        }
        let mut rows = match source.rows(&self.read) {
            Ok(rows) => rows,
            Err(failure) => return self.add(Job::Problem(problem_of_failure(failure)), 0, results),
        };
        let mut n_notes = 0;
        let mut n_rows = 0;
        loop {
            let row = rows.next();
            // Some things show late, the encoding for one.
            for note in &rows.notes()[n_notes..] {
                self.add(Job::Problem(problem_of_note("", &source.file, note)), 0, results)?;
            }
            n_notes = rows.notes().len();
            n_rows += 1;
            match row {
                Some(Ok(mut document)) => {
                    self.name_apart(&mut document, &source.id);
                    let size = document.text.len() as u64;
                    self.add(Job::Row(document), size, results)?;
                }
                Some(Err(failure)) => self.add(Job::Problem(problem_of_failure(failure)), 0, results)?,
                None if n_rows == 1 => {
                    let message = "there is a head and no row in it".to_owned();
                    let failure = Failure { file: source.file.clone(), line: None, message };
                    self.add(Job::Problem(problem_of_failure(failure)), 0, results)?;
                    break;
                }
                None => break,
            }
        }
        let (bytes, sha256) = rows.totals();
        self.add(Job::Input(Input { file: source.file, bytes, sha256 }), 0, results)
    }

    /// Gives a row another name if a document of another input has its name.
    fn name_apart(&mut self, document: &mut Document, source: &str) {
        let Some(ids) = &mut self.ids else { return };
        if ids.insert(hash(&document.id)) {
            return;
        }
        let plain = format!("{source}:{}", document.id);
        let mut id = plain.clone();
        let mut number = 2;
        while !ids.insert(hash(&id)) {
            id = format!("{plain}#{number}");
            number += 1;
        }
        let message = format!("the id occurs in another input, too; this row is called `{id}`");
        document.notes.push(Note { kind: NoteKind::Table, message, line: None });
        document.id = id;
    }

    fn add(&mut self, job: Job, size: u64, results: &mut Results) -> io::Result<()> {
        self.jobs.push(job);
        self.n_bytes += size;
        if self.n_bytes >= BATCH_BYTES || self.jobs.len() >= BATCH_DOCUMENTS {
            self.flush(results)?;
        }
        Ok(())
    }

    fn note(&mut self, problem: Problem) {
        self.run.n_failed += usize::from(problem.severity == FAILED);
        self.problems.push(problem);
    }

    /// Analyses the jobs on all threads and writes their results in order.
    fn flush(&mut self, results: &mut Results) -> io::Result<()> {
        self.n_bytes = 0;
        let jobs = std::mem::take(&mut self.jobs);
        let shared = &*self;
        let done: Vec<Done> =
            self.threads.install(|| jobs.into_par_iter().with_max_len(1).map(|job| shared.work(job)).collect());
        let mut analyses = Vec::with_capacity(done.len());
        for done in done {
            match done {
                Done::Analysis(analysis, input) => {
                    let document = &analysis.document;
                    for note in &document.notes {
                        self.problems.push(problem_of_note(&document.id, &document.file, note));
                    }
                    if input.is_some() {
                        self.progress.inc(1);
                    }
                    self.run.inputs.extend(input);
                    self.run.n_documents += 1;
                    self.run.n_matches += analysis.matches.len();
                    analyses.push(*analysis);
                }
                Done::Problem(problem) => self.note(problem),
                Done::Input(input) => {
                    self.progress.inc(1);
                    self.run.inputs.push(input);
                }
            }
        }
        results.write(self.analyzer.definitions(), analyses)
    }

    fn work(&self, job: Job) -> Done {
        let (document, input) = match job {
            Job::Problem(problem) => return Done::Problem(problem),
            Job::Input(input) => return Done::Input(input),
            Job::Row(document) => (document, None),
            Job::File(source) => {
                let bytes = match source.bytes() {
                    Ok(bytes) => bytes,
                    Err(failure) => return Done::Problem(problem_of_failure(failure)),
                };
                let sha256 = if self.wants_hashes { hex(&Sha256::digest(&bytes)) } else { String::new() };
                let input = Input { file: source.file.clone(), bytes: bytes.len() as u64, sha256 };
                let mut document = read::text_with(&source.id, bytes, &self.read);
                document.file = source.file;
                (document, Some(input))
            }
        };
        let idle = self.workers.lock().ok().and_then(|mut workers| workers.pop());
        let mut worker = idle.unwrap_or_else(|| self.analyzer.worker());
        let analysis = self.analyzer.analyze_with(&mut worker, document);
        if let Ok(mut workers) = self.workers.lock() {
            workers.push(worker);
        }
        Done::Analysis(Box::new(analysis), input)
    }
}

/// The ids of all texts, where more than one input is read.
fn seen_ids(sources: &[Source]) -> Option<HashSet<u64>> {
    let texts = sources.iter().filter(|source| source.format == Format::Text);
    (sources.len() > 1).then(|| texts.map(|source| hash(&source.id)).collect())
}

fn hash(id: &str) -> u64 {
    // Always the same keys, so that every run gives the same ids.
    let mut hasher = DefaultHasher::new();
    hasher.write(id.as_bytes());
    hasher.finish()
}

/// The severity of what was not scored.
const FAILED: &str = "failed";

fn problem_of_failure(failure: Failure) -> Problem {
    Problem {
        document: String::new(),
        file: failure.file,
        line: failure.line,
        severity: FAILED,
        kind: "unreadable",
        message: failure.message,
    }
}

fn problem_of_note(document: &str, file: &str, note: &Note) -> Problem {
    let severity = match note.kind {
        NoteKind::Narrator => "note",
        _ => "doubt",
    };
    Problem {
        document: document.to_owned(),
        file: file.to_owned(),
        line: note.line,
        severity,
        kind: note.kind.name(),
        message: note.message.clone(),
    }
}

/// Where results go.
enum Results {
    Folder(Box<Folder>),
    Printed { print: Print, options: report::Options, is_first: bool, for_table: Vec<Analysis> },
}

impl Results {
    fn write(&mut self, definitions: &Definitions, analyses: Vec<Analysis>) -> io::Result<()> {
        match self {
            Results::Folder(folder) => folder.write(definitions, &analyses),
            Results::Printed { print, options, is_first, for_table } => {
                let mut out = BufWriter::new(io::stdout().lock());
                match print {
                    Print::Csv => report::csv::documents(definitions, &analyses, *is_first, &mut out)?,
                    Print::Jsonl => report::jsonl::documents(definitions, &analyses, *options, &mut out)?,
                    // A table for eyes has columns as wide as its widest cell, so it waits for all.
                    Print::Table => for_table.extend(analyses.into_iter().map(without_text)),
                }
                *is_first = false;
                out.flush()
            }
        }
    }

    fn finish(self, definitions: &Definitions, run: &Run, problems: &[Problem]) -> io::Result<()> {
        match self {
            Results::Folder(folder) => folder.finish(definitions, run, problems),
            Results::Printed { print: Print::Table, for_table, .. } => {
                let mut out = anstream::AutoStream::auto(io::stdout().lock());
                if !for_table.is_empty() {
                    report::terminal::table(definitions, &for_table, &mut out)?;
                }
                out.flush()
            }
            Results::Printed { .. } => Ok(()),
        }
    }
}

/// What the table needs of an analysis.
fn without_text(mut analysis: Analysis) -> Analysis {
    analysis.document.text = String::new();
    analysis.document.turns = Vec::new();
    analysis.sentences = Vec::new();
    analysis
}

/// The names of the tables of a result folder.
pub(super) const RESULT_TABLES: [&str; 4] = ["documents.csv", "matches.csv", "sentences.csv", "problems.csv"];
/// The name of what tells how they came about.
pub(super) const RUN: &str = "run.json";

/// The tables of a result folder. Each is written under a temporary name and takes its own when all is done.
struct Folder {
    path: PathBuf,
    options: report::Options,
    documents: BufWriter<NamedTempFile>,
    matches: BufWriter<NamedTempFile>,
    sentences: BufWriter<NamedTempFile>,
    is_first: bool,
}

impl Folder {
    fn create(path: &Path, options: report::Options) -> io::Result<Folder> {
        fs::create_dir_all(path).map_err(|error| {
            io::Error::new(error.kind(), format!("{}: the folder cannot be made: {error}", path.display()))
        })?;
        Ok(Folder {
            path: path.to_owned(),
            options,
            documents: temporary(path)?,
            matches: temporary(path)?,
            sentences: temporary(path)?,
            is_first: true,
        })
    }

    fn write(&mut self, definitions: &Definitions, analyses: &[Analysis]) -> io::Result<()> {
        let is_first = std::mem::take(&mut self.is_first);
        report::csv::documents(definitions, analyses, is_first, &mut self.documents)?;
        report::csv::matches(definitions, analyses, self.options, is_first, &mut self.matches)?;
        report::csv::sentences(definitions, analyses, self.options, is_first, &mut self.sentences)
    }

    fn finish(mut self, definitions: &Definitions, run: &Run, problems: &[Problem]) -> io::Result<()> {
        if self.is_first {
            self.write(definitions, &[])?;
        }
        let mut problem_table = temporary(&self.path)?;
        report::csv::problems(problems, self.options, true, &mut problem_table)?;
        let mut run_json = temporary(&self.path)?;
        report::run::run(definitions, run, &mut run_json)?;
        let tables = [self.documents, self.matches, self.sentences, problem_table];
        for (file, name) in tables.into_iter().zip(RESULT_TABLES).chain([(run_json, RUN)]) {
            let file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
            file.persist(self.path.join(name)).map_err(|error| error.error)?;
        }
        Ok(())
    }
}

fn temporary(folder: &Path) -> io::Result<BufWriter<NamedTempFile>> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".throughline-");
    // A temporary file is for its owner alone; results are for colleagues too, as far as the user's mask allows.
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    Ok(BufWriter::with_capacity(1 << 16, builder.tempfile_in(folder)?))
}

/// A bar on standard error, if that is a terminal and there is more than one file.
fn progress(n_files: usize) -> ProgressBar {
    if n_files < 2 || !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(n_files as u64);
    match ProgressStyle::with_template("{bar:40} {pos}/{len} files, {eta} left") {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

/// Tells on standard error what did not go as it should.
fn tell(problems: &[Problem], run: &Run, options: report::Options, output: Option<&Path>) {
    const SHOWN: usize = 20;
    let worth_telling = |problem: &&Problem| problem.severity != "note";
    for problem in problems.iter().filter(worth_telling).take(SHOWN) {
        let place = match problem.line {
            Some(line) => format!("{}:{line}", problem.file),
            None => problem.file.clone(),
        };
        let of = if problem.document.is_empty() { String::new() } else { format!(" ({})", problem.document) };
        let label = if problem.severity == FAILED { FAILED } else { "note" };
        eprintln!("{label}: {}", report::terminal::printable(&format!("{place}{of}: {}", problem.told(options))));
    }
    let n = problems.iter().filter(worth_telling).count();
    if n > SHOWN {
        let place = if output.is_some() { "problems.csv has all" } else { "with -o, problems.csv has all" };
        eprintln!("… and {} more; {place}", n - SHOWN);
    }
    if let Some(output) = output {
        let failed = if run.n_failed > 0 { format!(", {} failed", run.n_failed) } else { String::new() };
        eprintln!(
            "{} documents, {} matches{failed} → {} ({:.1} s)",
            run.n_documents,
            run.n_matches,
            output.display(),
            run.seconds
        );
    }
}

/// The options that decide about results, by name, for run.json.
fn stated_options(arguments: &Arguments) -> std::collections::BTreeMap<String, String> {
    let list = |paths: &[PathBuf]| paths.iter().map(|path| path.to_string_lossy()).collect::<Vec<_>>().join(" ");
    let mut options = std::collections::BTreeMap::from([("inputs".to_owned(), list(&arguments.inputs))]);
    let mut add = |name: &str, value: Option<String>| {
        options.extend(value.map(|value| (name.to_owned(), value)));
    };
    add("no_text", arguments.no_text.then(|| "true".to_owned()));
    add("lexicon", arguments.lexicon.lexicon.as_ref().map(|path| path.to_string_lossy().into_owned()));
    add("text_column", arguments.read.text_column.clone());
    add("id_column", arguments.read.id_column.clone());
    if !arguments.no_text {
        let names = |labels: &[String]| (!labels.is_empty()).then(|| labels.join(" "));
        add("narrator", names(&arguments.read.narrator));
        add("interviewer", names(&arguments.read.interviewer));
    }
    options
}
