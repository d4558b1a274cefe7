/*!
`throughline rerun run.json`: scores again what a `run.json` describes, and says what is the same and what is not.

The new results go into a folder of their own. What is compared, is compared by hash: the program's version, the lexicon, the inputs, the options, the tables. Where the earlier
tables stand beside `run.json`, the first row that differs is named.
*/

use super::inputs::hash_of;
use super::pages::REPORT;
use super::places::{counted, unreadable};
use super::shape::RUN;
use super::temporary::temporary_folder;
use super::{Command, Exit, interrupt, score};
use crate::report::layout::Layout;
use crate::report::run::{self, Input, WITHHELD, Written};
use anstream::{eprintln, println};
use clap::{Args, FromArgMatches};
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

#[derive(Args)]
pub(super) struct Arguments {
    /// The run.json of earlier results, or their folder
    #[arg(value_name = "run.json")]
    run: PathBuf,
    /// Keep the new results in this folder; without it they are only compared
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,
    /// How many threads; all cores unless given
    #[arg(short = 'j', long, value_name = "N", value_parser = super::places::threads)]
    threads: Option<usize>,
}

pub(super) fn run(arguments: &Arguments) -> io::Result<Exit> {
    let path = if arguments.run.is_dir() { arguments.run.join(RUN) } else { arguments.run.clone() };
    let earlier = match read(&path) {
        Ok(earlier) => earlier,
        Err(message) => return refuse(&path, &message),
    };
    let mut again = match arguments_of(&earlier) {
        Ok(again) => again,
        Err(message) => return refuse(&path, &message),
    };
    let folder = path.parent().unwrap_or(Path::new("."));
    let same = |other: &Path| matches!((other.canonicalize(), folder.canonicalize()), (Ok(a), Ok(b)) if a == b);
    if arguments.output.as_deref().is_some_and(same) {
        return refuse(&path, "the new results cannot go into the folder of the earlier ones");
    }
    let mut waiting = None;
    let output = match &arguments.output {
        Some(output) => output.clone(),
        None => waiting.insert(temporary_folder(None)?).path().to_owned(),
    };
    again.output = Some(output.clone());
    again.threads = arguments.threads;
    (again.resume, again.overwrite) = (false, false);
    // Names of tables may tell the folder in which they stood.
    again.layout = Some(Layout::of_files(earlier.results.iter().map(|result| result.file.as_str())));
    interrupt::listen();
    // A run that went on with an earlier one has no page.
    again.no_report |= !earlier.results.iter().any(|result| result.file == REPORT);
    let exit = score::execute(&again, earlier.command.clone(), true)?;
    let new = match (exit, read(&output.join(RUN))) {
        (Exit::Usage, _) => {
            eprintln!(
                "{} names files and lexicons as they are called from the folder in which `score` ran; call `rerun` from there",
                path.display()
            );
            return Ok(exit);
        }
        (Exit::Stopped, _) => return Ok(exit),
        (_, Ok(new)) => new,
        (_, Err(message)) => return Err(io::Error::other(message)),
    };
    Ok(if compare(&earlier, &new, folder, &output) { Exit::Done } else { Exit::SomeFailed })
}

fn refuse(path: &Path, message: &str) -> io::Result<Exit> {
    eprintln!("error: {}: {message}", path.display());
    Ok(Exit::Usage)
}

fn read(path: &Path) -> Result<Written, String> {
    let text = std::fs::read_to_string(path).map_err(|error| unreadable(&error))?;
    run::read(&text)
}

/// The arguments of the earlier run.
pub(super) fn arguments_of(earlier: &Written) -> Result<score::Arguments, String> {
    if earlier.command.is_empty() {
        return Err("it does not say with which arguments the program was called".to_owned());
    }
    if earlier.command.iter().any(|argument| argument.contains(WITHHELD)) {
        return Err(
            "with --no-text it does not tell which speakers were named; call `score` again with them".to_owned()
        );
    }
    let command = std::iter::once(env!("CARGO_PKG_NAME")).chain(earlier.command.iter().map(String::as_str));
    let parsed = super::command().try_get_matches_from(command);
    match parsed.and_then(|matches| super::Arguments::from_arg_matches(&matches)) {
        Ok(super::Arguments { command: Command::Score(arguments) }) if arguments.reads_files() => Ok(arguments),
        Ok(super::Arguments { command: Command::Score(_) }) => {
            Err("it was made from standard input, which is gone".to_owned())
        }
        Ok(_) => Err("it was not made by `score`".to_owned()),
        Err(error) => {
            let reason = error.to_string();
            let reason = reason.lines().next().unwrap_or_default().trim_start_matches("error: ").to_owned();
            Err(format!("this version does not know its arguments: {reason}"))
        }
    }
}

/// Prints what is the same and what differs; true if all is the same.
fn compare(earlier: &Written, new: &Written, folder: &Path, output: &Path) -> bool {
    let mut is_same = true;
    let mut tell = |what: &str, differences: &[String], same: &str| {
        is_same &= differences.is_empty();
        match differences {
            [] => println!("{what:9} same       {same}"),
            [first, rest @ ..] => {
                println!("{what:9} \u{1b}[1mdiffers\u{1b}[0m    {first}");
                rest.iter().for_each(|line| println!("{:20} {line}", ""));
            }
        }
    };
    let differ = |was: &str, is: &str| if was == is { vec![] } else { vec![format!("was {was}, is {is}")] };
    tell("version", &differ(&earlier.version, &new.version), &new.version);
    let lexicon = |written: &Written| {
        let lexicon = &written.lexicon;
        format!("{} {} ({})", lexicon.name, lexicon.version, lexicon.sha256.get(..12).unwrap_or(&lexicon.sha256))
    };
    tell("lexicon", &differ(&lexicon(earlier), &lexicon(new)), &lexicon(new));
    tell("options", &options(earlier, new), "");
    let mut inputs = files(&earlier.settings, &new.settings);
    inputs.extend(files(&earlier.inputs, &new.inputs));
    tell("inputs", &inputs, &counted(new.inputs.len(), "file", "files"));
    if !earlier.complete {
        tell("run", &["the earlier run was stopped before its end".to_owned()], "");
    }
    let mut results = files(&earlier.results, &new.results);
    for line in &mut results {
        let name = line.split(':').next().unwrap_or_default().to_owned();
        if let Some(place) = first_difference(&folder.join(&name), &output.join(&name)) {
            line.push_str(&format!(", {place}"));
        }
    }
    for stated in &earlier.results {
        let path = folder.join(&stated.file);
        if path.exists() && !hash_of(&path).is_ok_and(|found| found == (stated.bytes, stated.sha256.clone())) {
            results.push(format!("{}: the file beside run.json is not the one that was written", stated.file));
        }
    }
    tell("results", &results, &counted(new.results.len(), "file", "files"));
    println!("{}", if is_same { "identical" } else { "not identical" });
    is_same
}

/// Options that are not what they were.
fn options(earlier: &Written, new: &Written) -> Vec<String> {
    let names = earlier.options.keys().chain(new.options.keys().filter(|name| !earlier.options.contains_key(*name)));
    let shown = |value: Option<&String>| value.map_or("nothing".to_owned(), |value| format!("`{value}`"));
    names
        .map(|name| (name, earlier.options.get(name), new.options.get(name)))
        .filter(|(_, was, is)| was != is)
        .map(|(name, was, is)| format!("{name}: was {}, is {}", shown(was), shown(is)))
        .collect()
}

/// Files that are not what they were, at most so many that a person reads them.
fn files(earlier: &[Input], new: &[Input]) -> Vec<String> {
    const SHOWN: usize = 10;
    let by_name = |files: &[Input]| -> BTreeMap<String, (u64, String)> {
        files.iter().map(|file| (file.file.clone(), (file.bytes, file.sha256.clone()))).collect()
    };
    let (was, is) = (by_name(earlier), by_name(new));
    let mut differences = Vec::new();
    for (name, file) in &was {
        match is.get(name) {
            None => differences.push(format!("{name}: is gone or cannot be read")),
            Some(found) if found != file => differences.push(format!("{name}: other content")),
            Some(_) => {}
        }
    }
    differences.extend(is.keys().filter(|name| !was.contains_key(*name)).map(|name| format!("{name}: is new")));
    let n_more = differences.len().saturating_sub(SHOWN);
    differences.truncate(SHOWN);
    if n_more > 0 {
        differences.push(format!("… and {n_more} more"));
    }
    differences
}

/// The first line in which two tables differ, from 1.
fn first_difference(earlier: &Path, new: &Path) -> Option<String> {
    use std::io::{BufRead, BufReader};
    let open = |path: &Path| std::fs::File::open(path).map(|file| BufReader::new(file).split(b'\n'));
    let (mut earlier, mut new) = (open(earlier).ok()?, open(new).ok()?);
    let mut number = 1;
    loop {
        match (earlier.next().and_then(Result::ok), new.next().and_then(Result::ok)) {
            (None, None) => return None,
            (was, is) if was != is => return Some(format!("from line {number} on")),
            _ => number += 1,
        }
    }
}
