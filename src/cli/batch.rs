/*!
The batches of a run: what is read and analysed on all threads at once, and written before the next is taken.

Documents are taken in batches of a few megabytes, so memory stays flat. Results, problems and inputs come in the order of the inputs whatever the number
of threads, and no two documents of a run have one id.
*/

use super::inputs::{Failure, Skipped, Source, Why, hash_of, refused};
use super::interrupt;
use super::places::counted;
use super::progress::Progress;
use super::resume::Earlier;
use crate::analyzer::{Analysis, Analyzer, Worker};
use crate::document::{Document, Note, NoteKind, quoted, unused};
use crate::hands::Hands;
use crate::privacy::Patterns;
use crate::read::{self, Cast, Format, Ids};
use crate::report::csv::{Doubts, Problem};
use crate::report::tables::TableName;
use crate::report::{self, hex, run::Input, run::Run};
use anstream::eprintln;
use rayon::iter::{IndexedParallelIterator, IntoParallelIterator, ParallelIterator};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::sync::Mutex;

/// Where analyses go, batch by batch, in the order of the inputs.
pub(super) trait Sink: Send {
    /// Takes the next analyses.
    fn write(&mut self, analyzer: &Analyzer, analyses: Vec<Analysis>) -> io::Result<()>;

    /// Takes the next problem.
    fn note(&mut self, _problem: &Problem) -> io::Result<()> {
        Ok(())
    }

    /// Takes over documents of an earlier run, by their ids.
    fn keep(&mut self, _analyzer: &Analyzer, _earlier: &Earlier, _documents: &[String]) -> io::Result<()> {
        Ok(())
    }
}

/// The threads of the pool on which the caller works.
struct Threads;

impl Hands for Threads {
    fn each(&self, n_jobs: usize, job: &(dyn Fn(usize) + Sync)) {
        (0..n_jobs).into_par_iter().with_max_len(1).for_each(job);
    }
}

/// One document to be analysed: read already (a row), or to be read where it is analysed (a file). What needs no analysis stands between
/// them, so that everything that is told keeps the order of the inputs.
enum Job {
    File(Source),
    Row(Document),
    Problem(Problem),
    /// A table was read to its end.
    Input(Input),
    /// A table that is as it was in an earlier run.
    Kept(Input),
}

/// What became of a job.
enum Done {
    Analysis(Box<Analysis>, Option<Input>),
    Problem(Problem, Option<Input>),
    Input(Input),
    /// All documents of an input are as they were.
    Kept(Input),
    /// The user asked to stop before it was taken up.
    Untouched,
}

/// What was read and is not yet written, and what is to be told at the end.
pub(super) struct Batch<'a> {
    analyzer: &'a Analyzer,
    read: read::Options,
    /// What should not stand in a transcript and is cheap to find, if it is to be looked for.
    pub(super) privacy: Option<Patterns>,
    workers: Mutex<Vec<Worker>>,
    /// Whether `run.json` will be written, which names inputs by their hash.
    pub(super) wants_hashes: bool,
    threads: rayon::ThreadPool,
    jobs: Vec<Job>,
    n_bytes: u64,
    /// The ids of all documents so far, and of all texts to come. `None` if nothing but one table is read, which sees to it itself.
    ids: Option<Ids>,
    run: Run,
    doubts: Doubts,
    /// Documents of the table of speakers that were not met so far, with their lines.
    unmet: BTreeMap<String, usize>,
    /// What an earlier run left, if it is to be gone on with.
    pub(super) earlier: Option<Earlier>,
    /// Documents of the earlier run that were taken over.
    pub(super) n_kept: usize,
    pub(super) progress: Progress,
}

/// What is said of a table without rows.
pub(super) const NO_ROW: &str = "there is a head and no row in it";

/// A batch is flushed when it holds so many bytes, or so many documents.
const BATCH_BYTES: u64 = 4 << 20;
const BATCH_DOCUMENTS: usize = 512;

impl<'a> Batch<'a> {
    /// An empty batch. `n_threads` is that of the user; all cores if there is none.
    pub(super) fn new(
        analyzer: &'a Analyzer,
        read: read::Options,
        n_threads: Option<usize>,
        sources: &[Source],
    ) -> io::Result<Batch<'a>> {
        let threads = rayon::ThreadPoolBuilder::new().num_threads(n_threads.unwrap_or(0)).build();
        Ok(Batch {
            analyzer,
            unmet: read.cast.documents().into_iter().collect(),
            read,
            privacy: None,
            workers: Mutex::new(Vec::new()),
            wants_hashes: false,
            threads: threads.map_err(io::Error::other)?,
            jobs: Vec::new(),
            n_bytes: 0,
            ids: seen_ids(sources),
            run: Run::default(),
            doubts: Doubts::default(),
            earlier: None,
            n_kept: 0,
            progress: Progress::hidden(),
        })
    }

    /// Reads all sources, and tells of what could not be read or was passed over in its place among them.
    pub(super) fn take_all(
        &mut self,
        sources: Vec<Source>,
        failures: Vec<Failure>,
        skipped: Vec<Skipped>,
        results: &mut dyn Sink,
    ) -> io::Result<()> {
        for failure in failures {
            self.note(&problem_of_failure(failure), results)?;
        }
        let mut skipped = skipped.into_iter().peekable();
        for (number, source) in sources.into_iter().enumerate() {
            while let Some(file) = skipped.next_if(|file| file.after <= number) {
                self.skip(file, results)?;
            }
            if interrupt::is_asked() {
                return Ok(());
            }
            self.take(source, results)?;
        }
        skipped.try_for_each(|file| self.skip(file, results))
    }

    /// Notes a file that is passed over.
    fn skip(&mut self, Skipped { file, why, .. }: Skipped, results: &mut dyn Sink) -> io::Result<()> {
        let (severity, message) = match why {
            Why::Ending => ("note", format!("passed over: its ending is not one of a text ({})", Format::endings())),
            Why::Twice(earlier) if earlier == file => {
                ("doubt", "given more than once: it is read once, and counts once".to_owned())
            }
            Why::Twice(earlier) => ("doubt", format!("the same file as {earlier}: it is read once, and counts once")),
        };
        let problem = Problem { document: String::new(), file, line: None, severity, kind: "skipped", message };
        self.add(Job::Problem(problem), 0, results)
    }

    /// Reads a source, and writes results whenever there are enough.
    fn take(&mut self, mut source: Source, results: &mut dyn Sink) -> io::Result<()> {
        source.settle(&self.read);
        if source.format == Format::Text {
            self.meet(&source.id);
            let size = source.path.as_ref().and_then(|path| fs::metadata(path).ok()).map_or(0, |meta| meta.len());
            return self.add(Job::File(source), size, results);
        }
        if let Some(input) = self.kept_table(&source) {
            return self.add(Job::Kept(input), 0, results);
        }
        let mut rows = match source.rows(&self.read) {
            Ok(rows) => rows,
            Err(failure) => return self.add(Job::Problem(problem_of_failure(failure)), 0, results),
        };
        let mut n_notes = 0;
        let mut n_rows = 0;
        let mut n_read = 0;
        loop {
            if interrupt::is_asked() {
                return Ok(());
            }
            let row = rows.next();
            self.progress.add_bytes(rows.n_bytes() - n_read);
            n_read = rows.n_bytes();
            // Some things show late, the encoding for one.
            for note in &rows.notes()[n_notes..] {
                self.add(Job::Problem(problem_of_note("", &source.file, note)), 0, results)?;
            }
            n_notes = rows.notes().len();
            n_rows += 1;
            match row {
                Some(Ok(mut document)) => {
                    self.meet(&document.id);
                    self.name_apart(&mut document, &source.id);
                    let size = document.text.len() as u64;
                    self.add(Job::Row(document), size, results)?;
                }
                Some(Err(failure)) => self.add(Job::Problem(problem_of_failure(failure)), 0, results)?,
                None if n_rows == 1 => {
                    let message = NO_ROW.to_owned();
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

    /// A table that is as it was in an earlier run, if none of its documents has a name that another took.
    fn kept_table(&mut self, source: &Source) -> Option<Input> {
        let earlier = self.earlier.as_ref().filter(|earlier| earlier.knows(&source.file))?;
        let (bytes, sha256) = hash_of(source.path.as_deref()?).ok()?;
        let documents = earlier.documents(&source.file, &sha256)?;
        documents.iter().for_each(|document| meet(&mut self.unmet, &self.read.cast, document));
        if let Some(ids) = &mut self.ids {
            if documents.iter().any(|document| ids.contains(document)) {
                return None;
            }
            documents.iter().for_each(|document| _ = ids.insert(document));
        }
        self.progress.add_bytes(bytes);
        Some(Input { file: source.file.clone(), bytes, sha256 })
    }

    /// Takes a document off those of the table of speakers that were not met.
    fn meet(&mut self, id: &str) {
        meet(&mut self.unmet, &self.read.cast, id);
    }

    /// Notes the documents of the table of speakers that nobody has met: their names are misspelt, or they are no part of this run.
    fn note_unmet(&mut self, results: &mut dyn Sink) -> io::Result<()> {
        const NAMED: usize = 5;
        let mut unmet: Vec<(String, usize)> = std::mem::take(&mut self.unmet).into_iter().collect();
        unmet.sort_unstable_by_key(|&(_, line)| line);
        let Some(&(_, line)) = unmet.first() else { return Ok(()) };
        let mut names = unmet.iter().take(NAMED).map(|(name, _)| quoted(name)).collect::<Vec<_>>().join(", ");
        if unmet.len() > NAMED {
            names += &format!(" and {} more", unmet.len() - NAMED);
        }
        let message = format!(
            "{} not among those that were read: {names}; look whether the names are those of the files or ids",
            counted(unmet.len(), "document of this table of speakers is", "documents of this table of speakers are")
        );
        let problem = Problem {
            document: String::new(),
            file: self.read.cast.file.clone(),
            line: Some(line),
            severity: "doubt",
            kind: "speakers",
            message,
        };
        self.note(&problem, results)
    }

    /// Gives a row another name if a document of another input has its name.
    fn name_apart(&mut self, document: &mut Document, source: &str) {
        let Some(ids) = &mut self.ids else { return };
        if ids.insert(&document.id) {
            return;
        }
        let id = unused(&format!("{source}:{}", document.id), '#', |id| ids.insert(id));
        let message = format!("the id occurs in another input, too; this row is called {}", quoted(&id));
        document.notes.push(Note { kind: NoteKind::Table, message, line: None });
        document.id = id;
    }

    fn add(&mut self, job: Job, size: u64, results: &mut dyn Sink) -> io::Result<()> {
        self.jobs.push(job);
        self.n_bytes += size;
        if self.n_bytes >= BATCH_BYTES || self.jobs.len() >= BATCH_DOCUMENTS {
            self.flush(results)?;
        }
        Ok(())
    }

    /// Hands a problem on. None is held but the few that are told at the end: a table may have one a row.
    fn note(&mut self, problem: &Problem, results: &mut dyn Sink) -> io::Result<()> {
        self.run.n_failed += usize::from(problem.severity == FAILED);
        self.doubts.add(problem);
        results.note(problem)
    }

    /// Analyses the jobs on all threads and writes their results in order.
    fn flush(&mut self, results: &mut dyn Sink) -> io::Result<()> {
        self.n_bytes = 0;
        let jobs = std::mem::take(&mut self.jobs);
        let shared = &*self;
        let done: Vec<Done> =
            self.threads.install(|| jobs.into_par_iter().with_max_len(1).map(|job| shared.work(job)).collect());
        // Where something was left undone, no table has been done to its end.
        let is_whole = !done.iter().any(|done| matches!(done, Done::Untouched));
        let mut analyses = Vec::with_capacity(done.len());
        for done in done {
            match done {
                Done::Analysis(analysis, input) => {
                    let document = &analysis.document;
                    for note in &document.notes {
                        self.note(&problem_of_note(&document.id, &document.file, note), results)?;
                    }
                    self.run.inputs.extend(input);
                    self.run.n_documents += 1;
                    self.run.n_matches += analysis.matches.len();
                    analyses.push(*analysis);
                }
                Done::Problem(problem, input) => {
                    self.run.inputs.extend(input);
                    self.note(&problem, results)?;
                }
                Done::Input(input) if is_whole => self.run.inputs.push(input),
                Done::Input(_) => {}
                Done::Kept(input) => {
                    results.write(self.analyzer, std::mem::take(&mut analyses))?;
                    self.keep(input, results)?;
                }
                Done::Untouched => {}
            }
        }
        // On the same threads: what a sink does side by side keeps to the number the user gave.
        self.threads.install(|| results.write(self.analyzer, analyses))
    }

    /// Takes over the documents of an input that is as it was.
    fn keep(&mut self, input: Input, results: &mut dyn Sink) -> io::Result<()> {
        let Some(earlier) = self.earlier.take() else { return Ok(()) };
        let documents = earlier.documents(&input.file, &input.sha256).unwrap_or_default();
        results.keep(self.analyzer, &earlier, documents)?;
        for problem in earlier.problems(&input.file) {
            self.note(problem, results)?;
        }
        self.run.n_documents += documents.len();
        self.run.n_matches +=
            documents.iter().map(|document| earlier.n_rows(TableName::Matches, document)).sum::<usize>();
        self.n_kept += documents.len();
        self.run.inputs.push(input);
        self.earlier = Some(earlier);
        Ok(())
    }

    /// Writes what is left, and tells what the run was.
    pub(super) fn finish(&mut self, results: &mut dyn Sink) -> io::Result<(Run, Doubts)> {
        self.flush(results)?;
        if !interrupt::is_asked() {
            self.note_unmet(results)?;
        }
        self.progress.end();
        self.run.is_complete = !interrupt::is_asked();
        Ok((std::mem::take(&mut self.run), std::mem::take(&mut self.doubts)))
    }

    fn work(&self, job: Job) -> Done {
        if interrupt::is_asked() {
            return Done::Untouched;
        }
        let (document, input) = match job {
            Job::Problem(problem) => return Done::Problem(problem, None),
            Job::Input(input) => return Done::Input(input),
            Job::Kept(input) => return Done::Kept(input),
            Job::Row(document) => (document, None),
            Job::File(source) => {
                let bytes = match source.bytes(&self.read) {
                    Ok(bytes) => bytes,
                    Err(failure) => return Done::Problem(problem_of_failure(failure), None),
                };
                let sha256 = if self.wants_hashes { hex(&Sha256::digest(&bytes)) } else { String::new() };
                let input = Input { file: source.file.clone(), bytes: bytes.len() as u64, sha256 };
                self.progress.add_bytes(input.bytes);
                let kept = self.earlier.as_ref().and_then(|earlier| earlier.documents(&input.file, &input.sha256));
                if kept.is_some_and(|documents| documents == [source.id.as_str()]) {
                    self.progress.add_document();
                    return Done::Kept(input);
                }
                let looks = source.rows_note(&bytes, &self.read);
                match read::file(&source.id, bytes, &self.read) {
                    Ok(mut document) => {
                        document.file = source.file;
                        document.notes.extend(looks);
                        (document, Some(input))
                    }
                    Err(problem) => return Done::Problem(problem_of_failure(refused(source.file, problem)), None),
                }
            }
        };
        if let Some(note) = document.notes.iter().find(|note| note.kind == NoteKind::Language) {
            return Done::Problem(
                Problem { severity: FAILED, ..problem_of_note(&document.id, &document.file, note) },
                input,
            );
        }
        let mut document = document;
        document.notes.extend(self.privacy_note(&document));
        let idle = self.workers.lock().ok().and_then(|mut workers| workers.pop());
        let mut worker = idle.unwrap_or_else(|| self.analyzer.worker());
        let analysis = self.analyzer.analyze_by(&Threads, &mut worker, document);
        if let Ok(mut workers) = self.workers.lock() {
            workers.push(worker);
        }
        self.progress.add_document();
        Done::Analysis(Box::new(analysis), input)
    }

    /// What may identify a person, as far as it is cheap to find: kinds and numbers, no values.
    fn privacy_note(&self, document: &Document) -> Option<Note> {
        let privacy = self.privacy.as_ref()?;
        let mut kinds: Vec<(usize, usize)> = Vec::new();
        for find in privacy.find_cheaply(document) {
            match kinds.iter_mut().find(|(kind, _)| *kind == find.kind) {
                Some((_, n)) => *n += 1,
                None => kinds.push((find.kind, 1)),
            }
        }
        let told: Vec<String> = kinds.iter().map(|&(kind, n)| format!("{} ({n})", privacy.about(kind))).collect();
        let message = format!("may identify a person: {}; `throughline check` shows where", told.join(", "));
        (!kinds.is_empty()).then_some(Note { kind: NoteKind::Privacy, message, line: None })
    }
}

/// Takes the document `id` off those of the table of speakers that were not met.
fn meet(unmet: &mut BTreeMap<String, usize>, cast: &Cast, id: &str) {
    if !unmet.is_empty() {
        cast.names_of(id).for_each(|name| _ = unmet.remove(name));
    }
}

/// The ids of all texts, where more than one input is read.
fn seen_ids(sources: &[Source]) -> Option<Ids> {
    (sources.len() > 1).then(|| {
        let mut ids = Ids::default();
        let texts = sources.iter().filter(|source| source.format == Format::Text);
        texts.for_each(|source| _ = ids.insert(&source.id));
        ids
    })
}

/// Tells on standard error what did not go as it should; `more` says where all of it can be read.
pub(super) fn tell(doubts: &Doubts, options: report::Options, more: &str) {
    const SHOWN: usize = 20;
    for problem in doubts.first.iter().take(SHOWN) {
        let place = match problem.line {
            Some(line) => format!("{}:{line}", problem.file),
            None => problem.file.clone(),
        };
        let of = if problem.document.is_empty() { String::new() } else { format!(" ({})", problem.document) };
        let label = if problem.severity == FAILED { FAILED } else { "note" };
        eprintln!("{label}: {}", report::terminal::printable(&format!("{place}{of}: {}", problem.told(options))));
    }
    if doubts.n > SHOWN {
        eprintln!("… and {} more; {more}", doubts.n - SHOWN);
    }
}

/// The severity of what was not scored.
pub(super) const FAILED: &str = "failed";

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
    let severity = if note.kind.is_doubt() { "doubt" } else { "note" };
    Problem {
        document: document.to_owned(),
        file: file.to_owned(),
        line: note.line,
        severity,
        kind: note.kind.name(),
        message: note.message.clone(),
    }
}
