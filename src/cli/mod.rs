/*!
The command line: the only part that meets files, arguments, threads, clocks and the terminal.

Results go to standard output or into the folder of `-o`; everything else (progress, problems) to standard error.
Exit codes: 0 all scored, 1 some inputs failed and the rest are done, 2 wrong usage or a faulty lexicon, 130 stopped by the user with what was done so far written.
*/
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "this is where the program meets the world"
)]

mod agreement;
mod batch;
mod check;
mod compare;
mod dictionary;
mod evaluate;
mod explain;
mod export;
pub mod faults;
mod folder;
mod help;
mod import;
mod inputs;
mod interrupt;
mod kwic;
mod lexicon;
mod manual;
mod norms;
mod pages;
mod places;
mod progress;
mod redact;
mod rerun;
mod results;
mod resume;
mod scale;
mod score;
mod shape;
mod standing;
mod study;
mod temporary;
mod usage;

use crate::analyzer::Analyzer;
use crate::diagnostic::Diagnostic;
use crate::lexicon::{Definitions, File, Joined};
use crate::read;
use anstream::eprintln;
use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand};
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Shows, sentence by sentence, the cues in language that attachment research calls coherent or incoherent.
///
/// Reads life narratives and interview transcripts and counts markers with the words behind every number. It never diagnoses and never names an
/// attachment class.
#[derive(Parser)]
#[command(name = "throughline", version, max_term_width = 100, arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Score transcripts: files, folders of them, or - for standard input
    Score(score::Arguments),
    /// Look for names, numbers and addresses that should not stand in an anonymised transcript
    Check(check::Arguments),
    /// Show one text with its evidence and the markers in the margin
    Explain(explain::Arguments),
    /// Show matches in context, one a line: of a marker, a family, a rule, or a pattern of your own
    Kwic(kwic::Arguments),
    /// Score again what a run.json describes, and say whether the results are the same
    Rerun(rerun::Arguments),
    /// Measure how well the lexicon agrees with coded narratives
    Evaluate(evaluate::Arguments),
    /// Write texts and matches for programs of qualitative analysis
    #[command(subcommand)]
    Export(export::Command),
    /// Read codings that people made in programs of qualitative analysis
    #[command(subcommand)]
    Import(import::Command),
    /// Take every quotation and every speaker's name out of a folder of results
    Redact(redact::Arguments),
    /// Check, show, export or import a lexicon
    #[command(subcommand)]
    Lexicon(lexicon::Command),
    /// Show how scales are made
    #[command(subcommand)]
    Scale(scale::Command),
    /// Print the completions of commands and options for a shell
    Completions(manual::Completions),
    /// Write the manual pages, one a command
    Man(manual::Man),
    /// Compare two waves of one study: each person's change, reliable changes, the group's effect size
    Compare(compare::Arguments),
    /// Make norms of a sample of your own, for score --norms
    #[command(subcommand)]
    Norms(norms::Command),
    /// Hold two coders against each other, or a coder against the program
    Agreement(agreement::Arguments),
}

/// Which knowledge to use.
#[derive(Args, Clone, Debug)]
struct LexiconArguments {
    /// Use the lexicon in this folder instead of the built-in one; given several times, lexicons are taken together, and `builtin` is the built-in one
    #[arg(long, value_name = "DIR")]
    lexicon: Vec<PathBuf>,
}

/// How to read transcripts.
#[derive(Args, Clone, Debug)]
struct ReadArguments {
    /// Score the speaker with this label (may be given several times); "*" scores everyone who does not ask
    #[arg(long, value_name = "LABEL")]
    narrator: Vec<String>,
    /// This label is an interviewer (may be given several times)
    #[arg(long, value_name = "LABEL")]
    interviewer: Vec<String>,
    /// Who is who in every document: a CSV file with the columns document, speaker and role (narrator, interviewer, other)
    #[arg(long, value_name = "FILE")]
    speakers: Option<PathBuf>,
    /// In tables, the column with the text
    #[arg(long, value_name = "NAME")]
    text_column: Option<String>,
    /// In tables, the column with the name of the document
    #[arg(long, value_name = "NAME")]
    id_column: Option<String>,
    /// Score texts that are not in the language of the lexicon, too
    #[arg(long)]
    any_language: bool,
    /// The longest text, in MiB, that is one document [default: 256 for plain texts and rows of tables, 24 for all that is unpacked or has markup]
    #[arg(long, value_name = "MIB", value_parser = clap::value_parser!(u16).range(1..=4095))]
    max_text: Option<u16>,
}

/// The longest text of a document, in MiB, that is unpacked or taken out of markup, and the longest plain one, unless the user says otherwise.
const MAX_TEXT: (u16, u16) = (24, 256);

/// How the program ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Exit {
    /// Everything was done.
    Done = 0,
    /// Some inputs failed, the rest is done.
    SomeFailed = 1,
    /// Nothing was done: wrong usage, or a faulty lexicon.
    Usage = 2,
    /// The user stopped it; what was done so far is written.
    Stopped = interrupt::EXIT_CODE as isize,
}

/// Runs the program with the arguments of the process.
pub fn main() -> ExitCode {
    #[cfg(any(feature = "parquet", feature = "pdf", feature = "sheets"))]
    quiet_libraries();
    let command = parse().command;
    interrupt::handle();
    let exit = match command {
        Command::Score(arguments) => score::run(&arguments),
        Command::Check(arguments) => check::run(&arguments),
        Command::Explain(arguments) => explain::run(&arguments),
        Command::Kwic(arguments) => kwic::run(&arguments),
        Command::Evaluate(arguments) => evaluate::run(&arguments),
        Command::Export(command) => export::run(&command),
        Command::Import(command) => import::run(&command),
        Command::Redact(arguments) => redact::run(&arguments),
        Command::Lexicon(command) => lexicon::run(&command),
        Command::Scale(command) => scale::run(&command),
        Command::Rerun(arguments) => rerun::run(&arguments),
        Command::Completions(arguments) => manual::completions(&arguments),
        Command::Man(arguments) => manual::man(&arguments),
        Command::Compare(arguments) => compare::run(&arguments),
        Command::Norms(command) => norms::run(&command),
        Command::Agreement(arguments) => agreement::run(&arguments),
    };
    match exit {
        Ok(exit) => ExitCode::from(exit as u8),
        // Who closed the pipe has seen enough.
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(Exit::Usage as u8)
        }
    }
}

/// The program as `clap` knows it, every command with its examples.
fn command() -> clap::Command {
    help::with_examples(Arguments::command())
}

/// The arguments of the process; wrong ones and questions for help end it here.
fn parse() -> Arguments {
    let matches = command().get_matches();
    Arguments::from_arg_matches(&matches).unwrap_or_else(|error| error.exit())
}

/// The library for CSV wraps what went wrong in writing.
fn is_broken_pipe(error: &io::Error) -> bool {
    let wrapped = error.get_ref().and_then(|inner| inner.downcast_ref::<csv::Error>());
    let inner = wrapped.and_then(|error| match error.kind() {
        csv::ErrorKind::Io(error) => Some(error.kind()),
        _ => None,
    });
    inner.unwrap_or(error.kind()) == io::ErrorKind::BrokenPipe
}

/// The libraries for PDF, spreadsheets and Parquet may panic on broken files, which is an answer and told as one.
#[cfg(any(feature = "parquet", feature = "pdf", feature = "sheets"))]
fn quiet_libraries() {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if std::thread::current().name() != Some(read::LIBRARY_THREAD) {
            usual(panic);
        }
    }));
}

/// How speakers and columns are called, by the lexicon's file, or as usual. What is usual is for texts in the language of the built-in lexicon:
/// a lexicon for another one has no use for a watch over that.
fn parse_conventions(files: &[File]) -> Result<read::Conventions, Vec<Diagnostic>> {
    match files.iter().find(|file| file.path == "speakers.toml") {
        Some(file) => read::Conventions::parse(&file.text, &file.path),
        None if crate::lexicon::is_for_language_of_builtin(files) => Ok(read::Conventions::default()),
        None => Ok(read::Conventions::default().for_any_language()),
    }
}

impl LexiconArguments {
    /// The files of the lexicons, taken together if there are several; shows faults and gives nothing if they cannot be.
    fn joined(&self) -> io::Result<Option<Joined>> {
        let mut lexicons = Vec::new();
        for folder in &self.lexicon {
            lexicons.push(if is_builtin(folder) { crate::lexicon::builtin() } else { lexicon::files(folder)? });
        }
        Ok(self.join(lexicons))
    }

    /// These lexicons, which the arguments name, taken together; the built-in one if there are none. Shows faults and gives nothing if that cannot be.
    fn join(&self, mut lexicons: Vec<Vec<File>>) -> Option<Joined> {
        if lexicons.is_empty() {
            return Some(Joined { files: crate::lexicon::builtin(), ..Joined::default() });
        }
        let folders = self.folders();
        if lexicons.len() == 1 {
            let files = lexicons.swap_remove(0);
            let origins = files.iter().map(|file| (file.path.clone(), (0, file.path.clone()))).collect();
            return Some(Joined { files, origins, ..Joined::default() });
        }
        let shown = lexicons.iter().zip(&folders).flat_map(|(files, folder)| {
            files.iter().map(move |file| File { path: format!("{folder}{}", file.path), text: file.text.clone() })
        });
        let shown: Vec<File> = shown.collect();
        match crate::lexicon::join(lexicons, &folders) {
            Ok(joined) => Some(joined),
            Err(faults) => {
                show_faults(&faults, None, &shown);
                eprintln!("The lexicons cannot be taken together.");
                None
            }
        }
    }

    /// Shows faults of lexicons that were joined, with the places where their files stand.
    fn show(&self, joined: &Joined, faults: &[Diagnostic]) {
        // Files are copied to be shown, and a lexicon is large.
        if faults.is_empty() {
            return;
        }
        let folders = self.folders();
        let faults: Vec<Diagnostic> = faults.iter().map(|fault| joined.told(fault, &folders)).collect();
        show_faults(&faults, None, &joined.shown_files(&folders));
    }

    /// The conventions for reading alone; shows faults and gives nothing if there are any.
    fn conventions(&self, files: &[File]) -> Option<read::Conventions> {
        parse_conventions(files).inspect_err(|faults| show_faults(faults, None, files)).ok()
    }

    /// The compiled lexicon and its conventions for reading; shows faults and gives nothing if there are errors.
    fn load(&self) -> io::Result<Option<(Analyzer, read::Conventions)>> {
        if self.lexicon.is_empty()
            && let Some(analyzer) = Analyzer::built_in()
        {
            return Ok(Some((analyzer, read::Conventions::default())));
        }
        self.read_as(Analyzer::new)
    }

    /// All that the lexicon says, and its conventions for reading; shows faults and gives nothing if there are errors.
    fn definitions(&self) -> io::Result<Option<Definitions>> {
        Ok(self.read_as(Ok)?.map(|(definitions, _)| definitions))
    }

    /// What `make` makes of the files of the lexicon.
    fn read_as<T>(
        &self,
        make: impl FnOnce(Definitions) -> Result<T, Vec<Diagnostic>>,
    ) -> io::Result<Option<(T, read::Conventions)>> {
        const SHOWN: usize = 5;
        let Some(joined) = self.joined()? else { return Ok(None) };
        let files = &joined.files;
        let conventions = parse_conventions(files);
        let definitions = crate::lexicon::parse(files).map(|mut definitions| {
            if !joined.name.is_empty() {
                (definitions.name, definitions.version) = (joined.name.clone(), joined.version.clone());
            }
            definitions
        });
        if let Ok(definitions) = &definitions {
            // A marker in a wrong folder would be missing from the results without a word.
            let is_unused = |fault: &&Diagnostic| fault.code == "unknown-file";
            let unused: Vec<Diagnostic> = definitions.warnings.iter().filter(is_unused).cloned().collect();
            self.show(&joined, &unused[..unused.len().min(SHOWN)]);
            if unused.len() > SHOWN {
                eprintln!("… and {} more files that are not part of a lexicon", unused.len() - SHOWN);
            }
        }
        match (definitions.and_then(make), conventions) {
            (Ok(made), Ok(conventions)) => Ok(Some((made, conventions))),
            (made, conventions) => {
                let mut faults = made.err().unwrap_or_default();
                faults.extend(conventions.err().unwrap_or_default());
                faults.retain(Diagnostic::is_error);
                let n = places::counted(faults.len(), "error", "errors");
                faults.truncate(SHOWN);
                self.show(&joined, &faults);
                match &self.lexicon[..] {
                    [] => eprintln!("The built-in lexicon has {n}: a fault of the program, not of your files."),
                    [folder] => eprintln!(
                        "The lexicon has {n} and cannot be used; `throughline lexicon check {}` shows all.",
                        folder.display()
                    ),
                    folders => {
                        let named: Vec<String> = folders.iter().map(|folder| folder.display().to_string()).collect();
                        eprintln!(
                            "The lexicons have {n} and cannot be used together; `throughline lexicon check {}` shows all.",
                            named.join(" ")
                        );
                    }
                }
                Ok(None)
            }
        }
    }

    /// What the lexicons are called in messages: folders with a slash at the end.
    fn folders(&self) -> Vec<String> {
        self.lexicon.iter().map(|folder| format!("{}/", folder.display())).collect()
    }

    /// The lexicons as `run.json` names them, one a line; none if it is the built-in one.
    fn stated(&self) -> Option<String> {
        let named: Vec<_> = self.lexicon.iter().map(|folder| folder.to_string_lossy()).collect();
        (!named.is_empty()).then(|| named.join("\n"))
    }
}

/// Whether the built-in lexicon is meant. A folder of that name can be written as `./builtin`.
fn is_builtin(folder: &Path) -> bool {
    folder.as_os_str() == "builtin"
}

impl ReadArguments {
    /// What they say; shows faults and gives nothing if the cast has any.
    fn options(&self, conventions: read::Conventions) -> io::Result<Option<read::Options>> {
        let cast = match &self.speakers {
            None => read::Cast::default(),
            Some(path) => {
                let file = path.display().to_string();
                let text = places::table_text(path).map_err(|error| {
                    io::Error::new(error.kind(), format!("the table of speakers {}", places::unread(path, &error)))
                })?;
                match read::Cast::parse(&text, &file, &conventions) {
                    Ok(cast) => cast,
                    Err(faults) => {
                        show_faults(&faults, None, &[File { path: file, text }]);
                        return Ok(None);
                    }
                }
            }
        };
        Ok(Some(read::Options {
            narrator: self.narrator.clone(),
            interviewer: self.interviewer.clone(),
            other: Vec::new(),
            cast,
            text_column: self.text_column.clone(),
            id_column: self.id_column.clone(),
            max_text: Some(usize::from(self.max_text.unwrap_or(MAX_TEXT.0)) << 20),
            max_plain: Some(usize::from(self.max_text.unwrap_or(MAX_TEXT.1)) << 20),
            conventions: if self.any_language { conventions.for_any_language() } else { conventions },
        }))
    }
}

/// Writes faults to standard error.
fn show_faults(diagnostics: &[Diagnostic], folder: Option<&Path>, files: &[File]) {
    let folder = folder.map_or(String::new(), |folder| format!("{}/", folder.display()));
    anstream::eprint!("{}", faults::render(diagnostics, &folder, files, true));
}
