/*!
`throughline lexicon …`: for those who write lexicons. Check one, show what is in it, export the one that is built in.
*/

use super::places::{counted, make_folder};
use super::{Exit, dictionary, faults, usage};
use crate::analyzer;
use crate::diagnostic::Diagnostic;
use crate::lexicon::{self, File};
use crate::span::Span;
use anstream::{eprintln, print, println};
use clap::Subcommand;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use walkdir::WalkDir;

#[derive(Subcommand)]
pub(super) enum Command {
    /// Run every example of every rule and report every fault
    Check {
        /// The lexicon's folder; the built-in lexicon if left out
        dir: Option<PathBuf>,
    },
    /// Write the built-in lexicon into a folder, to be edited
    Export {
        /// A new or empty folder
        dir: PathBuf,
    },
    /// Make a lexicon of a dictionary of another program: LIWC .dic and .dicx, quanteda YAML, or a table of words
    Import(dictionary::Arguments),
    /// Print what a marker means, its sources, rules and examples
    Show {
        /// A marker such as dismissing.minimising, or the name of a family
        marker: String,
        /// The lexicon's folder; the built-in lexicon if left out
        #[arg(long, value_name = "DIR")]
        lexicon: Option<PathBuf>,
    },
    /// Count how texts use the lexicon: how often each rule fired, which never did, which words carry a marker, which markers stand together
    Stats(usage::Arguments),
}

pub(super) fn run(command: &Command) -> io::Result<Exit> {
    match command {
        Command::Check { dir } => check(dir.as_deref()),
        Command::Export { dir } => export(dir),
        Command::Import(arguments) => dictionary::run(arguments),
        Command::Show { marker, lexicon } => show(marker, lexicon.as_deref()),
        Command::Stats(arguments) => usage::run(arguments),
    }
}

/// The files of a lexicon folder. Hidden files do not belong to it.
pub(super) fn files(folder: &Path) -> io::Result<Vec<File>> {
    let (files, broken) = files_and_broken(folder)?;
    match broken.first() {
        Some(file) => Err(io::Error::other(format!("{}: {NOT_UTF_8}", folder.join(&file.file).display()))),
        None => Ok(files),
    }
}

/// What is said of a file that is no UTF-8.
const NOT_UTF_8: &str = "not a UTF-8 text; save it as UTF-8";

/// The files of a lexicon folder, and a fault for each that is no UTF-8. What can be read of these is among the files, so that other faults can be found.
fn files_and_broken(folder: &Path) -> io::Result<(Vec<File>, Vec<Diagnostic>)> {
    if !folder.is_dir() {
        let message =
            format!("{}: there is no such folder; `throughline lexicon export DIR` makes one", folder.display());
        return Err(io::Error::new(io::ErrorKind::NotFound, message));
    }
    let (mut files, mut broken) = (Vec::new(), Vec::new());
    for entry in WalkDir::new(folder).sort_by_file_name() {
        let entry = entry.map_err(io::Error::other)?;
        if !entry.file_type().is_file() || entry.file_name().to_string_lossy().starts_with('.') {
            continue;
        }
        let inside = entry.path().strip_prefix(folder).unwrap_or(entry.path());
        let path = inside.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/");
        let bytes = std::fs::read(entry.path())?;
        let text = String::from_utf8(bytes).unwrap_or_else(|error| {
            let at = error.utf8_error().valid_up_to();
            let fault = Diagnostic::error("encoding", &path, Span::new(at, at + '\u{fffd}'.len_utf8()), NOT_UTF_8);
            broken.push(fault);
            String::from_utf8_lossy(error.as_bytes()).into_owned()
        });
        files.push(File { path, text });
    }
    Ok((files, broken))
}

pub(super) fn load(folder: Option<&Path>) -> io::Result<(Vec<File>, String)> {
    Ok(match folder {
        Some(folder) => (files(folder)?, format!("{}/", folder.display())),
        None => (lexicon::builtin(), String::new()),
    })
}

fn check(folder: Option<&Path>) -> io::Result<Exit> {
    let (files, broken, prefix) = match folder {
        Some(folder) => {
            let (files, broken) = files_and_broken(folder)?;
            (files, broken, format!("{}/", folder.display()))
        }
        None => (lexicon::builtin(), Vec::new(), String::new()),
    };
    let mut checked = analyzer::check(&files);
    checked.faults.splice(..0, broken);
    let is_coloured = io::stdout().is_terminal();
    print!("{}", faults::render(&checked.faults, &prefix, &files, is_coloured));
    let n_errors = checked.faults.iter().filter(|fault| fault.is_error()).count();
    let n_warnings = checked.faults.len() - n_errors;
    println!(
        "{}, {}, {} of context, {}: {}",
        counted(checked.n_markers, "marker", "markers"),
        counted(checked.n_rules, "rule", "rules"),
        counted(checked.n_cues, "cue", "cues"),
        counted(checked.n_examples, "example", "examples"),
        match (n_errors, n_warnings) {
            (0, 0) => "all right".to_owned(),
            (0, warnings) => format!("no errors, {}", counted(warnings, "warning", "warnings")),
            (errors, 0) => counted(errors, "error", "errors"),
            (errors, warnings) =>
                format!("{}, {}", counted(errors, "error", "errors"), counted(warnings, "warning", "warnings")),
        }
    );
    Ok(if n_errors == 0 { Exit::Done } else { Exit::Usage })
}

fn export(folder: &Path) -> io::Result<Exit> {
    if folder.read_dir().is_ok_and(|mut entries| entries.next().is_some()) {
        eprintln!("error: {} is not empty; name a new folder, so that nothing is overwritten", folder.display());
        return Ok(Exit::Usage);
    }
    let files = lexicon::builtin();
    for file in &files {
        let path = folder.join(&file.path);
        if let Some(parent) = path.parent() {
            make_folder(parent)?;
        }
        std::fs::write(path, &file.text)?;
    }
    println!("{} written to {}", counted(files.len(), "file", "files"), folder.display());
    Ok(Exit::Done)
}

fn show(name: &str, folder: Option<&Path>) -> io::Result<Exit> {
    let (files, _) = load(folder)?;
    let (definitions, _) = lexicon::read(&files);
    let is_meant = |marker: &lexicon::Marker| marker.name == name || marker.family == name;
    let mut n_shown = 0;
    for (number, marker) in definitions.markers.iter().enumerate().filter(|(_, marker)| is_meant(marker)) {
        n_shown += 1;
        println!("\u{1b}[1m{}\u{1b}[0m  {}\n{}", marker.name, marker.title, marker.about);
        for source in &marker.sources {
            println!("  source: {source}");
        }
        for rule in definitions.rules.iter().filter(|rule| rule.marker == number) {
            println!("\n  \u{1b}[1m{}\u{1b}[0m ({})", rule.id, rule.kind.name());
            if !rule.about.is_empty() {
                println!("    {}", rule.about);
            }
            if let lexicon::RuleKind::Pattern(patterns) = &rule.kind {
                for pattern in patterns {
                    println!("    {}", pattern.source);
                }
            }
            for hit in &rule.hits {
                println!("    + {}", marked(hit));
            }
            for miss in &rule.misses {
                println!("    - {}", miss.text);
            }
        }
        println!();
    }
    if n_shown == 0 {
        let mut families: Vec<&str> = definitions.markers.iter().map(|marker| marker.family.as_str()).collect();
        families.dedup();
        eprintln!("error: there is no marker and no family `{name}`; families are {}", families.join(", "));
        return Ok(Exit::Usage);
    }
    Ok(Exit::Done)
}

/// The example with its braces.
fn marked(example: &lexicon::Example) -> String {
    let mut text = example.text.clone();
    for span in example.spans.iter().rev() {
        text.insert(span.end as usize, '}');
        text.insert(span.start as usize, '{');
    }
    text
}
