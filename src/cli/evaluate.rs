/*!
`throughline evaluate GOLD…`: how well the lexicon agrees with coded narratives, where the two part, and what a change of the lexicon did.

What is counted and how is told in `evaluate`; here are the arguments, the files and what the user is told. All faults of all files are told in one
run; a document with a fault is left out and the rest is evaluated.
*/

use super::inputs::{Failure, Source, sources};
use super::places::{counted, unreadable};
use super::standing::spare_inputs;
use super::study::BootstrapArguments;
use super::temporary::write;
use super::{Exit, LexiconArguments, faults};
use crate::evaluate::{self, Judged, Tally, Weighable};
use crate::lexicon::{Definitions, File, nearest};
use crate::read::Format;
use crate::report::evaluation::{csv, json, terminal};
use crate::report::hex;
use crate::report::run::Input;
use anstream::{eprint, eprintln};
use clap::{Args, ValueEnum};
use rayon::iter::{IntoParallelIterator, IntoParallelRefIterator, ParallelIterator};
use sha2::{Digest, Sha256};
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

/// What the figures are, behind the options of `--help`.
const FIGURES: &str = "\
The unit is the narrator's sentence as the coder cut it: in each, a marker was coded or not, and found or not. A match counts for the sentence in which it \
begins. A family is coded, or found, where one of its markers is.

  support    in how many sentences it was coded
  precision  of what was found, the share that was coded (van Rijsbergen 1979)
  recall     of what was coded, the share that was found (van Rijsbergen 1979)
  F1         the harmonic mean of the two
  kappa      agreement of coder and program beyond chance (Cohen 1960)
  macro      mean of the families' figures
  micro      figures of the families' summed counts

Intervals are 95 % percentile bootstrap intervals over documents (Efron & Tibshirani 1993); there is none for fewer than two documents. NA stands for a figure \
that does not exist, as for a marker that was never coded.

Exit codes: 0 all evaluated; 1 some narratives or files could not be read, the rest is done; 2 wrong usage, a faulty lexicon, or nothing that could be read.";

#[derive(Args)]
#[command(
    override_usage = "throughline evaluate [OPTIONS] <GOLD>...\n       throughline evaluate [OPTIONS] --compare <A.json> <B.json>",
    after_long_help = FIGURES,
    // Here it is always documents.
    mut_arg("resamples", |arg| arg.help("How often documents are drawn again for the intervals; 0 for none"))
)]
pub(super) struct Arguments {
    /// Coded narratives (JSON lines: `document` and `sentences`, each with `speaker` P or I, `text`, `markers`), folders of .jsonl files,
    /// or - for standard input
    #[arg(required_unless_present = "compare", value_name = "GOLD")]
    gold: Vec<PathBuf>,
    /// Write the figures, and the counts of every document, into this file as JSON
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// How to print the results; a table on a terminal, CSV when piped, unless given
    #[arg(long, value_enum)]
    format: Option<Print>,
    /// List, in place of the figures, every sentence in which this marker or family was missed or found wrongly
    #[arg(long, value_name = "MARKER|FAMILY")]
    errors: Option<String>,
    /// Show, in place of an evaluation, what changed from one JSON file of `evaluate -o` to another
    #[arg(long, num_args = 2, value_names = ["A.json", "B.json"], conflicts_with_all = ["gold", "errors", "lexicon", "threads"])]
    compare: Option<Vec<PathBuf>>,
    /// Write, in place of an evaluation, what every coded sentence is to a table of weights into this file (JSON lines)
    #[arg(long, value_name = "FILE", conflicts_with_all = ["errors", "output", "format"])]
    features: Option<PathBuf>,
    #[command(flatten)]
    bootstrap: BootstrapArguments,
    /// How many threads; all cores unless given
    #[arg(short = 'j', long, value_name = "N", value_parser = super::places::threads)]
    threads: Option<usize>,
    #[command(flatten)]
    lexicon: LexiconArguments,
}

/// How results are printed.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Print {
    /// For eyes
    Table,
    /// One row a family, a marker, an average
    Csv,
    /// As -o writes it
    Json,
}

pub(super) fn run(arguments: &Arguments) -> io::Result<Exit> {
    match arguments.compare.as_deref() {
        Some([before, after]) => compare(arguments, before, after),
        _ => evaluate(arguments),
    }
}

fn evaluate(arguments: &Arguments) -> io::Result<Exit> {
    let Some((analyzer, conventions)) = arguments.lexicon.load()? else { return Ok(Exit::Usage) };
    let definitions = analyzer.definitions();
    if let Some(label) = &arguments.errors
        && let Some(advice) = unknown_label(definitions, label)
    {
        eprintln!("error: there is no marker and no family `{label}`; {advice}");
        return Ok(Exit::Usage);
    }
    let Gold { files, inputs, failures } = gold(&arguments.gold);
    spare_inputs(arguments.output.iter().chain(&arguments.features).cloned(), files.iter().map(|file| &file.path))?;
    for Failure { file, line, message } in &failures {
        let line = line.map_or(String::new(), |line| format!(":{line}"));
        eprintln!("failed: {file}{line}: {message}");
    }
    let (mut coded, found) = evaluate::read(&files, definitions);
    for coded in &mut coded {
        crate::read::know_brackets(&mut coded.document, &conventions);
    }
    eprint!("{}", faults::render(&found, "", &files, true));
    let n_documents = files.iter().flat_map(|file| file.text.lines()).filter(|line| !line.trim().is_empty()).count();
    let n_left_out = n_documents - coded.len();
    let n_failed = failures.len() + n_left_out;
    if n_left_out > 0 {
        eprintln!("{n_left_out} of {} left out for the errors above", counted(n_documents, "document", "documents"));
    }
    if coded.is_empty() {
        eprintln!("error: there is no coded narrative to evaluate");
        return Ok(Exit::Usage);
    }
    let threads = rayon::ThreadPoolBuilder::new().num_threads(arguments.threads.unwrap_or(0)).build();
    let threads = threads.map_err(io::Error::other)?;
    if let Some(path) = &arguments.features {
        let weighable: Vec<Vec<Weighable>> = threads.install(|| {
            let each = coded.par_iter();
            each.map_init(|| analyzer.worker(), |worker, coded| evaluate::features(&analyzer, worker, coded)).collect()
        });
        write(path, |out| {
            for sentence in weighable.iter().flatten() {
                serde_json::to_writer(&mut *out, sentence)?;
                out.write_all(b"\n")?;
            }
            Ok(())
        })?;
        return Ok(if n_failed == 0 { Exit::Done } else { Exit::SomeFailed });
    }
    let judged: Vec<Judged> = threads.install(|| {
        let each = coded.into_par_iter();
        each.map_init(|| analyzer.worker(), |worker, coded| evaluate::judge(&analyzer, worker, coded)).collect()
    });
    let tally = Tally::new(definitions, &judged);
    let run = json::Run { bootstrap: arguments.bootstrap.bootstrap(), inputs, n_failed };
    let rows = evaluate::figures(&tally, run.bootstrap);
    if let Some(path) = &arguments.output {
        spare_other_file(path)?;
        write(path, |out| json::evaluation(definitions, &tally, &rows, &run, out))?;
    }
    match &arguments.errors {
        Some(label) => {
            let wrong = evaluate::disagreements(definitions, &judged, label);
            print(arguments, |print, out| match print {
                Print::Table => terminal::disagreements(definitions, &judged, label, &wrong, out),
                Print::Csv => csv::disagreements(definitions, &judged, label, &wrong, out),
                Print::Json => json::disagreements(definitions, &judged, label, &wrong, out),
            })?;
        }
        None => print(arguments, |print, out| match print {
            Print::Table => terminal::figures(&rows, tally.documents.len(), tally.n_sentences(), out),
            Print::Csv => csv::figures(&rows, out),
            Print::Json => json::evaluation(definitions, &tally, &rows, &run, out),
        })?,
    }
    Ok(if n_failed == 0 { Exit::Done } else { Exit::SomeFailed })
}

fn compare(arguments: &Arguments, before: &Path, after: &Path) -> io::Result<Exit> {
    spare_inputs(arguments.output.clone(), [before, after])?;
    let read = |path: &Path| {
        let text = std::fs::read_to_string(path).map_err(|error| unreadable(&error));
        text.and_then(|text| json::read(&text)).map_err(|message| format!("{}: {message}", path.display()))
    };
    let (before, after) = match (read(before), read(after)) {
        (Ok(before), Ok(after)) => (before, after),
        (before, after) => {
            for message in [before.err(), after.err()].into_iter().flatten() {
                eprintln!("error: {message}");
            }
            return Ok(Exit::Usage);
        }
    };
    let comparison = evaluate::compare(&before, &after, arguments.bootstrap.bootstrap());
    if !comparison.left_out.is_empty() {
        eprintln!(
            "note: left out, because they stand in one of the two alone or are coded differently: {}",
            comparison.left_out.join(", ")
        );
    }
    if comparison.n_documents == 0 {
        eprintln!("error: the two have no document in common; evaluate the same coded narratives with both lexicons");
        return Ok(Exit::Usage);
    }
    if let Some(path) = &arguments.output {
        write(path, |out| json::comparison(&comparison, out))?;
    }
    print(arguments, |print, out| match print {
        Print::Table => terminal::comparison(&comparison, out),
        Print::Csv => csv::comparison(&comparison, out),
        Print::Json => json::comparison(&comparison, out),
    })?;
    Ok(Exit::Done)
}

/// What can be said of a name that is neither a marker's nor a family's.
fn unknown_label(definitions: &Definitions, label: &str) -> Option<String> {
    let markers = definitions.markers.iter();
    let mut families: Vec<&str> = markers.clone().map(|marker| marker.family.as_str()).collect();
    families.dedup();
    let names: Vec<&str> = families.iter().copied().chain(markers.map(|marker| marker.name.as_str())).collect();
    (!names.contains(&label)).then(|| match nearest(label, &names) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("families are {}", families.join(", ")),
    })
}

/// The files of coded narratives, and what could not be read.
#[derive(Default)]
struct Gold {
    files: Vec<File>,
    inputs: Vec<Input>,
    failures: Vec<Failure>,
}

/// Reads what the arguments name. In folders, files of other kinds are passed over; what is named by itself is read whatever its ending.
fn gold(paths: &[PathBuf]) -> Gold {
    let mut gold = Gold::default();
    for path in paths {
        let (mut found, failures, _) = sources(std::slice::from_ref(path), None);
        if path.is_dir() {
            found.retain(|source| source.format == Format::Jsonl);
            if found.is_empty() {
                let message = "the folder has no coded narratives in it; their files end in .jsonl".to_owned();
                gold.failures.push(Failure { file: path.to_string_lossy().into_owned(), line: None, message });
                continue;
            }
        }
        gold.failures.extend(failures);
        for source in found {
            match file(&source) {
                Ok((file, input)) => {
                    gold.files.push(file);
                    gold.inputs.push(input);
                }
                Err(failure) => gold.failures.push(failure),
            }
        }
    }
    gold
}

fn file(source: &Source) -> Result<(File, Input), Failure> {
    let bytes = source.bytes(&crate::read::Options::default())?;
    let input = Input { file: source.file.clone(), bytes: bytes.len() as u64, sha256: hex(&Sha256::digest(&bytes)) };
    let text = String::from_utf8(bytes).map_err(|error| {
        let before = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        let message = "not a UTF-8 text; save the file as UTF-8".to_owned();
        Failure { file: source.file.clone(), line: Some(line), message }
    })?;
    let text = text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text);
    Ok((File { path: source.file.clone(), text }, input))
}

/// An error if a file that is no evaluation stands where one would be written.
fn spare_other_file(path: &Path) -> io::Result<()> {
    let is_evaluation = || std::fs::read_to_string(path).is_ok_and(|text| json::read(&text).is_ok());
    if !path.exists() || is_evaluation() {
        return Ok(());
    }
    let message = format!("{}: is no evaluation, and would be written over; name another file with -o", path.display());
    Err(io::Error::new(io::ErrorKind::AlreadyExists, message))
}

/// Prints results on standard output, in the way that was asked for.
fn print(arguments: &Arguments, results: impl FnOnce(Print, &mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let is_terminal = io::stdout().is_terminal();
    let print = arguments.format.unwrap_or(if is_terminal { Print::Table } else { Print::Csv });
    let mut out = io::BufWriter::new(anstream::AutoStream::auto(io::stdout().lock()));
    results(print, &mut out)?;
    out.flush()
}
