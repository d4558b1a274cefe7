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

mod batch;
mod evaluate;
mod explain;
pub mod faults;
mod help;
mod inputs;
mod interrupt;
mod kwic;
mod lexicon;
mod pages;
mod progress;
mod rerun;
mod results;
mod resume;
mod scale;
mod score;
mod usage;

use crate::analyzer::Analyzer;
use crate::diagnostic::Diagnostic;
use crate::lexicon::File;
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
    /// Show one text with its evidence and the markers in the margin
    Explain(explain::Arguments),
    /// Show matches in context, one a line: of a marker, a family, a rule, or a pattern of your own
    Kwic(kwic::Arguments),
    /// Score again what a run.json describes, and say whether the results are the same
    Rerun(rerun::Arguments),
    /// Measure how well the lexicon agrees with coded narratives
    Evaluate(evaluate::Arguments),
    /// Check, show or export a lexicon
    #[command(subcommand)]
    Lexicon(lexicon::Command),
    /// Show how scales are made
    #[command(subcommand)]
    Scale(scale::Command),
    /// Print the completions of commands and options for a shell
    Completions(pages::Completions),
    /// Write the manual pages, one a command
    Man(pages::Man),
}

/// Which knowledge to use.
#[derive(Args, Clone, Debug)]
struct LexiconArguments {
    /// Use the lexicon in this folder instead of the built-in one
    #[arg(long, value_name = "DIR")]
    lexicon: Option<PathBuf>,
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
}

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
    #[cfg(feature = "pdf")]
    quiet_pdf();
    let exit = match parse().command {
        Command::Score(arguments) => score::run(&arguments),
        Command::Explain(arguments) => explain::run(&arguments),
        Command::Kwic(arguments) => kwic::run(&arguments),
        Command::Evaluate(arguments) => evaluate::run(&arguments),
        Command::Lexicon(command) => lexicon::run(&command),
        Command::Scale(command) => scale::run(&command),
        Command::Rerun(arguments) => rerun::run(&arguments),
        Command::Completions(arguments) => pages::completions(&arguments),
        Command::Man(arguments) => pages::man(&arguments),
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

/// The library for PDF panics on broken files, which is an answer and told as one.
#[cfg(feature = "pdf")]
fn quiet_pdf() {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if std::thread::current().name() != Some(read::pdf::THREAD) {
            usual(panic);
        }
    }));
}

impl LexiconArguments {
    /// The compiled lexicon and its conventions for reading; shows faults and gives nothing if there are errors.
    fn load(&self) -> io::Result<Option<(Analyzer, read::Conventions)>> {
        let files = match &self.lexicon {
            Some(folder) => lexicon::files(folder)?,
            None => crate::lexicon::builtin(),
        };
        let conventions = match files.iter().find(|file| file.path == "speakers.toml") {
            Some(file) => read::Conventions::parse(&file.text, &file.path),
            None => Ok(read::Conventions::default()),
        };
        let analyzer = crate::lexicon::parse(&files).and_then(Analyzer::new);
        match (analyzer, conventions) {
            (Ok(analyzer), Ok(conventions)) => Ok(Some((analyzer, conventions))),
            (analyzer, conventions) => {
                const SHOWN: usize = 5;
                let mut faults = analyzer.err().unwrap_or_default();
                faults.extend(conventions.err().unwrap_or_default());
                faults.retain(Diagnostic::is_error);
                let shown = &faults[..faults.len().min(SHOWN)];
                show_faults(shown, self.lexicon.as_deref(), &files);
                let n = faults.len();
                match &self.lexicon {
                    Some(folder) => eprintln!(
                        "The lexicon has {n} errors and cannot be used; `throughline lexicon check {}` shows all.",
                        folder.display()
                    ),
                    None => {
                        eprintln!("The built-in lexicon has {n} errors: a fault of the program, not of your files.")
                    }
                }
                Ok(None)
            }
        }
    }
}

impl ReadArguments {
    /// What they say; shows faults and gives nothing if the cast has any.
    fn options(&self, conventions: read::Conventions) -> io::Result<Option<read::Options>> {
        let cast = match &self.speakers {
            None => read::Cast::default(),
            Some(path) => {
                let file = path.display().to_string();
                let text = std::fs::read(path)
                    .map_err(|error| io::Error::new(error.kind(), format!("{file} cannot be read: {error}")))?;
                let text = String::from_utf8_lossy(&text).trim_start_matches('\u{feff}').to_owned();
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
            conventions,
        }))
    }
}

/// Writes faults to standard error.
fn show_faults(diagnostics: &[Diagnostic], folder: Option<&Path>, files: &[File]) {
    let folder = folder.map_or(String::new(), |folder| format!("{}/", folder.display()));
    anstream::eprint!("{}", faults::render(diagnostics, &folder, files, true));
}
