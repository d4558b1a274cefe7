/*!
`throughline score INPUT…`: many documents, in parallel, results in order.

How inputs become results is told in `batch`, where results go in `results`; here are the arguments, and what the user is told.
*/

use super::batch::{self, Batch};
use super::check;
use super::folder::Halfway;
use super::inputs::{Source, hash_of, sources};
use super::interrupt;
use super::places::counted;
use super::progress::Progress;
use super::results::{Print, Results};
use super::resume::Earlier;
use super::shape::Shape;
use super::standing::{Standing, spare_inputs};
use super::{Exit, LexiconArguments, ReadArguments};
use crate::read::Format;
use crate::report::csv::Doubts;
use crate::report::html::Report;
use crate::report::layout::Layout;
use crate::report::tables::Extent;
use crate::report::{
    self,
    run::{Input, Run, WITHHELD},
};
use crate::score::Unit;
use crate::study::Norms;
use anstream::eprintln;
use clap::{Args, ValueEnum};
use std::collections::BTreeMap;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

#[derive(Args, Clone, Debug)]
pub(super) struct Arguments {
    /// Texts (.txt, .docx, .odt, .rtf, .pdf, .vtt, .srt, .cha, .eaf …), tables of texts or turns (.csv, .tsv, .jsonl, .xlsx, .ods, .parquet), folders of these, or - for standard input
    #[arg(required = true, value_name = "INPUT")]
    inputs: Vec<PathBuf>,
    /// Write documents.csv, matches.csv, sentences.csv, scales.csv, course.csv, passages.csv, problems.csv, report.html and run.json into this folder, and what explains and loads them:
    /// codebook.csv, datapackage.json, load.R, load.py and load.sps
    #[arg(short, long, value_name = "DIR")]
    pub(super) output: Option<PathBuf>,
    /// With -o: keep what an earlier run left in the folder of inputs that have not changed, and score the rest
    #[arg(long, requires = "output", conflicts_with_all = ["psych_ds", "norms"])]
    pub(super) resume: bool,
    /// How to print the results without -o (a table on a terminal, CSV when piped, unless given); with -o, `parquet` writes tables as .parquet, too
    #[arg(long, value_enum)]
    format: Option<Print>,
    /// Read every input as this, whatever its ending
    #[arg(long, value_enum, value_name = "FORMAT")]
    input_format: Option<InputFormat>,
    /// Leave every quotation and every speaker's name out of the results
    #[arg(long)]
    no_text: bool,
    /// With -o: write tables only, no report.html
    #[arg(long, requires = "output")]
    pub(super) no_report: bool,
    /// With -o: write over files in the folder that are not of an earlier run, or that were changed since; they are lost
    #[arg(long, requires = "output")]
    pub(super) overwrite: bool,
    /// Score parts of documents, too: into units.csv with -o, instead of documents without (as a table or CSV)
    #[arg(long, value_enum, value_name = "UNIT", default_value = "document")]
    unit: UnitName,
    /// Write long.csv, too: one row a document and marker, family or scale; without -o, print it instead of documents.csv (as CSV)
    #[arg(long)]
    long: bool,
    /// Begin tables with a byte order mark, by which Excel knows UTF-8
    #[arg(long)]
    bom: bool,
    /// With -o: lay the results out as a Psych-DS data set, with the tables in data/ and a dataset_description.json
    #[arg(long, requires = "output")]
    psych_ds: bool,
    /// Say where documents stand in a sample of your own (a file of `norms build`): into norms.csv with -o, instead of documents without (as a table or CSV)
    #[arg(long, value_name = "FILE")]
    norms: Option<PathBuf>,
    /// How many threads; all cores unless given
    #[arg(short = 'j', long, value_name = "N", value_parser = super::places::threads)]
    pub(super) threads: Option<usize>,
    #[command(flatten)]
    lexicon: LexiconArguments,
    #[command(flatten)]
    read: ReadArguments,
    /// How results are laid out, if that is known.
    #[arg(skip)]
    pub(super) layout: Option<Layout>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum InputFormat {
    Text,
    Csv,
    Tsv,
    Jsonl,
    #[cfg(feature = "sheets")]
    Sheet,
    Parquet,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum UnitName {
    Document,
    Speaker,
    Turn,
    /// Under a heading (# …), or between lines of ***; else an answer; else between blank lines
    Section,
    /// All answers to questions about one topic, wherever they are asked
    Topic,
}

impl UnitName {
    fn unit(self) -> Unit {
        match self {
            UnitName::Document => Unit::Document,
            UnitName::Speaker => Unit::Speaker,
            UnitName::Turn => Unit::Turn,
            UnitName::Section => Unit::Section,
            UnitName::Topic => Unit::Topic,
        }
    }
}

impl Arguments {
    /// Which tables are written into this folder, and how they are laid out.
    fn shape(&self, folder: &Path, norms: Option<Norms>) -> Shape {
        let layout = if let Some(layout) = &self.layout {
            layout.clone()
        } else if self.psych_ds {
            let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
            Layout::psych_ds(&folder.file_name().unwrap_or_default().to_string_lossy())
        } else {
            Layout::Plain
        };
        let extent = Extent { unit: self.unit.unit(), has_long: self.long, has_norms: norms.is_some() };
        Shape { extent, layout, has_bom: self.bom, has_parquet: self.format == Some(Print::Parquet), norms }
    }

    /// How the one table without -o is printed, or what does not go together.
    fn print(&self, is_terminal: bool) -> Result<Print, String> {
        let asked =
            [("--unit", self.unit != UnitName::Document), ("--long", self.long), ("--norms", self.norms.is_some())];
        let asked: Vec<&str> = asked.iter().filter(|(_, is_asked)| *is_asked).map(|(name, _)| *name).collect();
        // Long rows are for programs; the other tables have a form for eyes.
        let usual = if is_terminal && !self.long { Print::Table } else { Print::Csv };
        let print = self.format.unwrap_or(usual);
        match (print, asked.as_slice()) {
            (_, [one, other, ..]) => Err(format!(
                "without -o one table is printed, and `{one}` and `{other}` ask for two: name a folder with -o DIR, or leave one of them out"
            )),
            (Print::Jsonl, [one]) => Err(format!(
                "`{one}` does not go with `--format jsonl`, which prints documents: take `--format csv`, or a folder with -o DIR"
            )),
            (Print::Table, ["--long"]) => {
                Err("`--long` does not go with `--format table`: take `--format csv`, or a folder with -o DIR"
                    .to_owned())
            }
            _ => Ok(print),
        }
    }

    /// Why Parquet cannot be written as asked, if so.
    fn parquet_fault(&self) -> Option<&'static str> {
        if self.format != Some(Print::Parquet) {
            return None;
        }
        if !cfg!(feature = "parquet") {
            return Some(
                "this program was built without the feature that writes Parquet: build it with `--features parquet`, or write CSV",
            );
        }
        if self.output.is_none() {
            return Some("Parquet is written into a folder: name one with -o DIR");
        }
        self.psych_ds
            .then_some("a Psych-DS data set has CSV tables alone: leave out `--format parquet`, or `--psych-ds`")
    }
}

/// Scores what the arguments of the program say.
pub(super) fn run(arguments: &Arguments) -> io::Result<Exit> {
    let command = std::env::args_os().skip(1).map(|argument| argument.to_string_lossy().into_owned()).collect();
    if arguments.output.is_some() {
        interrupt::listen();
    }
    execute(arguments, command, false)
}

/// Scores. `command` is what `run.json` says was called; `is_quiet` tells the user nothing.
pub(super) fn execute(arguments: &Arguments, command: Vec<String>, is_quiet: bool) -> io::Result<Exit> {
    let started = Instant::now();
    if let Some(fault) = arguments.parquet_fault() {
        eprintln!("error: {fault}");
        return Ok(Exit::Usage);
    }
    let print = match &arguments.output {
        Some(_) => Print::Csv,
        None => match arguments.print(io::stdout().is_terminal()) {
            Ok(print) => print,
            Err(fault) => {
                eprintln!("error: {fault}");
                return Ok(Exit::Usage);
            }
        },
    };
    let Some((analyzer, conventions)) = arguments.lexicon.load()? else { return Ok(Exit::Usage) };
    let unit = arguments.unit.unit();
    let analyzer = analyzer.by(unit);
    let options = report::Options { no_text: arguments.no_text };
    let format = arguments.input_format.map(|format| match format {
        InputFormat::Text => Format::Text,
        InputFormat::Csv => Format::Csv,
        InputFormat::Tsv => Format::Tsv,
        InputFormat::Jsonl => Format::Jsonl,
        #[cfg(feature = "sheets")]
        InputFormat::Sheet => Format::Sheet,
        InputFormat::Parquet => Format::Parquet,
    });
    let norms = match &arguments.norms {
        Some(path) => match super::norms::read(path) {
            Some(norms) => Some(norms),
            None => return Ok(Exit::Usage),
        },
        None => None,
    };
    let (sources, failures, skipped) = sources(&arguments.inputs, format);
    let definitions = analyzer.definitions();
    let stated = stated_options(arguments);
    let shape = arguments.shape(arguments.output.as_deref().unwrap_or(Path::new("")), norms);
    if let Some(folder) = &arguments.output
        && is_in_the_way(arguments, &sources, folder, &shape.files(definitions, !arguments.no_report))?
    {
        return Ok(Exit::Usage);
    }
    let earlier = match &arguments.output {
        Some(folder) if arguments.resume => {
            match Earlier::open(
                folder,
                definitions,
                arguments,
                &settings(arguments)?,
                Extent { unit, has_long: arguments.long, ..Extent::default() },
            )? {
                Ok(earlier) => Some(earlier),
                Err(reason) => {
                    eprintln!("note: nothing is kept of earlier results: {reason}; everything is scored");
                    None
                }
            }
        }
        _ => None,
    };
    if let Some(made) = shape.norms.as_ref().and_then(|norms| norms.made.as_ref())
        && made.sha256 != definitions.hash
    {
        eprintln!("warning: the norms were made with another lexicon ({}); make them anew with this one", made.lexicon);
    }
    let mut results = match &arguments.output {
        Some(folder) => {
            let report = (!arguments.no_report).then(|| Report::new(definitions, options));
            Results::in_folder(folder, options, shape, report)?
        }
        None => Results::printed(print, options, shape),
    };
    let Some(read) = arguments.read.options(conventions)? else { return Ok(Exit::Usage) };
    let Some(privacy) = check::patterns(&definitions.files, true) else { return Ok(Exit::Usage) };
    let mut batch = Batch::new(&analyzer, read, arguments.threads, &sources)?;
    batch.privacy = Some(privacy);
    batch.wants_hashes = arguments.output.is_some();
    batch.earlier = earlier;
    if !is_quiet && (arguments.output.is_some() || !io::stdout().is_terminal()) {
        batch.progress = Progress::of(&sources);
    }
    let in_folder = |error: io::Error| match &arguments.output {
        Some(folder) => {
            let place = folder.display();
            let rest = if error.get_ref().is_some_and(|inner| inner.is::<Halfway>()) {
                "some are in their place, others are those of before; mend it and score again"
            } else {
                "what stood there before is as it was"
            };
            io::Error::new(error.kind(), format!("{place}: the results cannot be written: {error}; {rest}"))
        }
        None => error,
    };
    batch.take_all(sources, failures, skipped, &mut results).map_err(in_folder)?;
    let (mut run, doubts) = batch.finish(&mut results).map_err(in_folder)?;
    run.seconds = started.elapsed().as_secs_f64();
    run.finished_unix = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    run.options = stated;
    run.settings = settings(arguments)?;
    run.command = told_command(arguments, command);
    results.finish(definitions, &run, &doubts).map_err(in_folder)?;
    if !is_quiet {
        tell(&doubts, &run, options, arguments.output.as_deref(), batch.n_kept);
        if batch.n_kept > 0 && !arguments.no_report {
            eprintln!(
                "note: no report.html: of documents that are kept there are numbers and no transcript to show; score without --resume for the page"
            );
        }
    }
    let exit = match (run.is_complete, run.n_failed) {
        (false, _) => Exit::Stopped,
        (true, 0) => Exit::Done,
        (true, _) => Exit::SomeFailed,
    };
    // The program is about to end, and the system takes a compiled lexicon back faster than it could be taken apart.
    std::mem::forget(analyzer);
    Ok(exit)
}

/// Whether something stands where results with these names would go that is not to be written over; says what.
fn is_in_the_way(arguments: &Arguments, sources: &[Source], folder: &Path, names: &[String]) -> io::Result<bool> {
    let standing = Standing::in_folder(folder);
    let read = sources.iter().filter_map(|source| source.path.as_ref());
    let read = read.chain(&arguments.read.speakers).chain(&arguments.norms);
    spare_inputs(names.iter().chain(standing.names()).map(|name| folder.join(name)), read)?;
    let in_the_way = standing.in_the_way(folder, names);
    if arguments.overwrite || in_the_way.is_empty() {
        return Ok(false);
    }
    in_the_way.iter().for_each(|why| eprintln!("error: {why}"));
    eprintln!("Nothing was scored. Name another folder with -o, or move these files; with --overwrite they are lost.");
    Ok(true)
}

/// Tells on standard error what did not go as it should.
fn tell(doubts: &Doubts, run: &Run, options: report::Options, output: Option<&Path>, n_kept: usize) {
    let more = if output.is_some() { "problems.csv has all" } else { "with -o, problems.csv has all" };
    batch::tell(doubts, options, more);
    if let Some(output) = output {
        let failed = if run.n_failed > 0 { format!(", {} failed", run.n_failed) } else { String::new() };
        let kept = if n_kept > 0 { format!(" ({n_kept} kept)") } else { String::new() };
        let rest = if run.is_complete { "" } else { ": stopped before the end; the files are whole, --resume goes on" };
        eprintln!(
            "{}{kept}, {}{failed} → {} ({:.1} s){rest}",
            counted(run.n_documents, "document", "documents"),
            counted(run.n_matches, "match", "matches"),
            output.display(),
            run.seconds
        );
    }
}

/// The command as `run.json` may tell it: with `--no-text` without the labels of speakers.
fn told_command(arguments: &Arguments, command: Vec<String>) -> Vec<String> {
    let labels: Vec<&String> = arguments.read.narrator.iter().chain(&arguments.read.interviewer).collect();
    let told = |argument: String| match argument.split_once('=') {
        _ if !arguments.no_text => argument,
        _ if labels.contains(&&argument) => WITHHELD.to_owned(),
        Some((flag @ ("--narrator" | "--interviewer"), _)) => format!("{flag}={WITHHELD}"),
        _ => argument,
    };
    command.into_iter().map(told).collect()
}

/// Files besides the inputs that decide about results.
fn settings(arguments: &Arguments) -> io::Result<Vec<Input>> {
    let of = |path: &PathBuf| {
        let (bytes, sha256) = hash_of(path)?;
        Ok(Input { file: path.to_string_lossy().into_owned(), bytes, sha256 })
    };
    arguments.read.speakers.iter().map(of).collect()
}

/// The options that decide about results, by name, for run.json.
fn stated_options(arguments: &Arguments) -> BTreeMap<String, String> {
    let list = |paths: &[PathBuf]| paths.iter().map(|path| path.to_string_lossy()).collect::<Vec<_>>().join(" ");
    let mut options = BTreeMap::from([("inputs".to_owned(), list(&arguments.inputs))]);
    let mut add = |name: &str, value: Option<String>| {
        options.extend(value.map(|value| (name.to_owned(), value)));
    };
    add("no_text", arguments.no_text.then(|| "true".to_owned()));
    let unit = arguments.unit.unit();
    for (name, is_given) in [("long", arguments.long), ("bom", arguments.bom), ("psych_ds", arguments.psych_ds)] {
        add(name, is_given.then(|| "true".to_owned()));
    }
    add("unit", (unit != Unit::Document).then(|| unit.name().to_owned()));
    add("lexicon", arguments.lexicon.stated());
    let input_format = arguments.input_format.and_then(|format| format.to_possible_value());
    add("input_format", input_format.map(|value| value.get_name().to_owned()));
    add("format", (arguments.format == Some(Print::Parquet)).then(|| "parquet".to_owned()));
    add("norms", arguments.norms.as_ref().map(|path| path.to_string_lossy().into_owned()));
    add("speakers", arguments.read.speakers.as_ref().map(|path| path.to_string_lossy().into_owned()));
    add("max_text", arguments.read.max_text.map(|most| most.to_string()));
    add("any_language", arguments.read.any_language.then(|| "true".to_owned()));
    add("text_column", arguments.read.text_column.clone());
    add("id_column", arguments.read.id_column.clone());
    if !arguments.no_text {
        let names = |labels: &[String]| (!labels.is_empty()).then(|| labels.join(" "));
        add("narrator", names(&arguments.read.narrator));
        add("interviewer", names(&arguments.read.interviewer));
    }
    options
}

impl Arguments {
    /// All that decides about the rows of a document, so that two runs can be compared: not which inputs, nor where results go, nor how many threads.
    pub(super) fn deciding(&self) -> String {
        let rest = Arguments {
            inputs: Vec::new(),
            output: None,
            resume: false,
            no_report: false,
            overwrite: false,
            threads: None,
            ..self.clone()
        };
        format!("{rest:?}")
    }

    /// Whether all inputs are files, so that they can be read again.
    pub(super) fn reads_files(&self) -> bool {
        self.inputs.iter().all(|input| input.as_os_str() != "-")
    }
}
