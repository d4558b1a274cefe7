/*!
`throughline score INPUT…`: many documents, in parallel, results in order.

Documents are taken in batches of a few megabytes. A batch is read and analysed on all threads and written before the next begins, so memory stays flat, and
results come in the order of the inputs whatever the number of threads.
*/

use super::inputs::{Failure, Rows, Source, hex, sources};
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
use std::fs;
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
        run: Run::default(),
        problems: Vec::new(),
        progress: progress(sources.len()),
    };
    for failure in failures {
        batch.fail(failure);
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

/// One document to be analysed: read already (a row), or to be read where it is analysed (a file).
enum Job {
    File(Source),
    Row(Document),
    /// A row that cannot be read; it keeps its place in the order of problems.
    Failed(Failure),
}

struct Batch<'a> {
    analyzer: &'a Analyzer,
    read: read::Options,
    workers: Mutex<Vec<Worker>>,
    wants_hashes: bool,
    threads: rayon::ThreadPool,
    jobs: Vec<Job>,
    n_bytes: u64,
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
            Err(failure) => {
                self.fail(failure);
                return Ok(());
            }
        };
        for note in rows.notes() {
            self.problems.push(problem_of_note("", &source.file, note));
        }
        while let Some(row) = rows.next() {
            match row {
                Ok(document) => {
                    let size = document.text.len() as u64;
                    self.add(Job::Row(document), size, results)?;
                }
                Err(failure) => self.add(Job::Failed(failure), 0, results)?,
            }
        }
        self.finish_table(&source, &rows);
        Ok(())
    }

    fn finish_table(&mut self, source: &Source, rows: &Rows) {
        let (bytes, sha256) = rows.totals();
        self.run.inputs.push(Input { file: source.file.clone(), bytes, sha256 });
        self.progress.inc(1);
    }

    fn add(&mut self, job: Job, size: u64, results: &mut Results) -> io::Result<()> {
        self.jobs.push(job);
        self.n_bytes += size;
        if self.n_bytes >= BATCH_BYTES || self.jobs.len() >= BATCH_DOCUMENTS {
            self.flush(results)?;
        }
        Ok(())
    }

    fn fail(&mut self, failure: Failure) {
        self.run.n_failed += 1;
        self.problems.push(Problem {
            document: String::new(),
            file: failure.file,
            line: failure.line,
            severity: "failed",
            kind: "unreadable",
            message: failure.message,
        });
    }

    /// Analyses the jobs on all threads and writes their results in order.
    fn flush(&mut self, results: &mut Results) -> io::Result<()> {
        self.n_bytes = 0;
        let jobs = std::mem::take(&mut self.jobs);
        let shared = &*self;
        let done: Vec<Result<(Analysis, Option<Input>), Failure>> =
            self.threads.install(|| jobs.into_par_iter().with_max_len(1).map(|job| shared.work(job)).collect());
        let mut analyses = Vec::with_capacity(done.len());
        for result in done {
            match result {
                Ok((analysis, input)) => {
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
                    analyses.push(analysis);
                }
                Err(failure) => self.fail(failure),
            }
        }
        results.write(self.analyzer.definitions(), analyses)
    }

    fn work(&self, job: Job) -> Result<(Analysis, Option<Input>), Failure> {
        let (document, input) = match job {
            Job::Failed(failure) => return Err(failure),
            Job::Row(document) => (document, None),
            Job::File(source) => {
                let bytes = source.bytes()?;
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
        Ok((analysis, input))
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
        for (file, name) in [
            (self.documents, "documents.csv"),
            (self.matches, "matches.csv"),
            (self.sentences, "sentences.csv"),
            (problem_table, "problems.csv"),
            (run_json, "run.json"),
        ] {
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
        let label = if problem.severity == "failed" { "failed" } else { "note" };
        let is_told = !(options.no_text && problem.kind.starts_with("narrator"));
        let message = if is_told { problem.message.as_str() } else { "which speaker is the narrator is in doubt" };
        eprintln!("{label}: {place}{of}: {message}");
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
