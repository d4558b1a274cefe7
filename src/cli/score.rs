/*!
`throughline score INPUT…`: many documents, in parallel, results in order.

How inputs become results is told in `batch`, where results go in `results`; here are the arguments, and what the user is told.
*/

use super::batch::Batch;
use super::check;
use super::inputs::sources;
use super::results::{Print, Results, Shape};
use super::{Exit, LexiconArguments, ReadArguments};
use crate::read::Format;
use crate::report::columns::Extent;
use crate::report::csv::Problem;
use crate::report::html::Report;
use crate::report::layout::Layout;
use crate::report::{self, run::Run};
use crate::score::Unit;
use crate::study::Norms;
use anstream::eprintln;
use clap::{Args, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

#[derive(Args)]
pub(super) struct Arguments {
    /// Texts (.txt, .docx, .odt, .rtf, .pdf, .vtt, .srt, .cha, .eaf …), tables of texts or turns (.csv, .tsv, .jsonl, .xlsx, .ods), folders of these, or - for standard input
    #[arg(required = true, value_name = "INPUT")]
    inputs: Vec<PathBuf>,
    /// Write documents.csv, matches.csv, sentences.csv, scales.csv, course.csv, passages.csv, problems.csv, report.html and run.json into this folder, and what explains and loads them:
    /// codebook.csv, datapackage.json, load.R, load.py and load.sps
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
    /// With -o: write tables only, no report.html
    #[arg(long, requires = "output")]
    no_report: bool,
    /// Score parts of documents, too: into units.csv with -o, instead of documents.csv without
    #[arg(long, value_enum, value_name = "UNIT", default_value = "document")]
    unit: UnitName,
    /// Write long.csv, too: one row a document and marker, family or scale; without -o, print it instead of documents.csv
    #[arg(long)]
    long: bool,
    /// Begin tables with a byte order mark, by which Excel knows UTF-8
    #[arg(long)]
    bom: bool,
    /// With -o: lay the results out as a Psych-DS data set, with the tables in data/ and a dataset_description.json
    #[arg(long, requires = "output")]
    psych_ds: bool,
    /// Say where documents stand in a sample of your own (a file of `norms build`): into norms.csv with -o, instead of documents.csv without
    #[arg(long, value_name = "FILE")]
    norms: Option<PathBuf>,
    /// How many threads; all cores unless given
    #[arg(short = 'j', long, value_name = "N")]
    threads: Option<usize>,
    #[command(flatten)]
    lexicon: LexiconArguments,
    #[command(flatten)]
    read: ReadArguments,
}

#[derive(Clone, Copy, ValueEnum)]
enum InputFormat {
    Text,
    Csv,
    Tsv,
    Jsonl,
    #[cfg(feature = "sheets")]
    Sheet,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
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
        let layout = if self.psych_ds {
            let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
            Layout::psych_ds(&folder.file_name().unwrap_or_default().to_string_lossy())
        } else {
            Layout::Plain
        };
        let extent = Extent { unit: self.unit.unit(), has_long: self.long, has_norms: norms.is_some() };
        Shape { extent, layout, has_bom: self.bom, norms }
    }
}

pub(super) fn run(arguments: &Arguments) -> io::Result<Exit> {
    let started = Instant::now();
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
    if let Some(made) = norms.as_ref().and_then(|norms| norms.made.as_ref())
        && made.sha256 != definitions.hash
    {
        eprintln!("warning: the norms were made with another lexicon ({}); make them anew with this one", made.lexicon);
    }
    let mut results = match &arguments.output {
        Some(folder) => {
            let report = (!arguments.no_report).then(|| Report::new(definitions, options));
            Results::in_folder(folder, options, arguments.shape(folder, norms), report)?
        }
        None => {
            let is_terminal = io::stdout().is_terminal();
            let print = arguments.format.unwrap_or(if is_terminal { Print::Table } else { Print::Csv });
            Results::printed(print, options, arguments.shape(Path::new(""), norms))
        }
    };
    let Some(read) = arguments.read.options(conventions)? else { return Ok(Exit::Usage) };
    let Some(privacy) = check::patterns(&definitions.files, true) else { return Ok(Exit::Usage) };
    let mut batch = Batch::new(&analyzer, read, arguments.threads, &sources)?;
    batch.privacy = Some(privacy);
    batch.wants_hashes = arguments.output.is_some();
    batch.progress = progress(sources.len());
    batch.take_all(sources, failures, skipped, &mut results)?;
    let (mut run, problems) = batch.finish(&mut results)?;
    run.seconds = started.elapsed().as_secs_f64();
    run.finished_unix = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    run.options = stated_options(arguments);
    tell(&problems, &run, options, arguments.output.as_deref());
    results.finish(definitions, &run, &problems)?;
    // The program is about to end, and the system takes a compiled lexicon back faster than it could be taken apart.
    std::mem::forget(analyzer);
    Ok(if run.n_failed == 0 { Exit::Done } else { Exit::SomeFailed })
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
    let more = if output.is_some() { "problems.csv has all" } else { "with -o, problems.csv has all" };
    super::batch::tell(problems, options, more);
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
    let unit = arguments.unit.unit();
    for (name, is_given) in [("long", arguments.long), ("bom", arguments.bom), ("psych_ds", arguments.psych_ds)] {
        add(name, is_given.then(|| "true".to_owned()));
    }
    add("unit", (unit != Unit::Document).then(|| unit.name().to_owned()));
    add("lexicon", arguments.lexicon.stated());
    add("norms", arguments.norms.as_ref().map(|path| path.to_string_lossy().into_owned()));
    add("speakers", arguments.read.speakers.as_ref().map(|path| path.to_string_lossy().into_owned()));
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
