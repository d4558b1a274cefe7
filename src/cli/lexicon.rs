/*!
`throughline lexicon …`: for those who write lexicons. Check one, show what is in it, export the one that is built in.
*/

use super::places::{counted, is_new, make_folder};
use super::{Exit, LexiconArguments, dictionary, faults, is_builtin, usage};
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
        /// The lexicon's folder; the built-in lexicon if left out. Several are taken together, `builtin` is the built-in one, whose own examples are then not run
        #[arg(value_name = "DIR")]
        dirs: Vec<PathBuf>,
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
        #[command(flatten)]
        lexicon: LexiconArguments,
    },
    /// Count how texts use the lexicon: how often each rule fired, which never did, which words carry a marker, which markers stand together
    Stats(usage::Arguments),
}

pub(super) fn run(command: &Command) -> io::Result<Exit> {
    match command {
        Command::Check { dirs } => check(dirs),
        Command::Export { dir } => export(dir),
        Command::Import(arguments) => dictionary::run(arguments),
        Command::Show { marker, lexicon } => show(marker, lexicon),
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
    // A lexicon may have lost its settings, and is told so; any other folder is not read through.
    let parts = ["lexicon.toml", "markers", "lists", "context.toml", "speakers.toml", "privacy.toml"];
    if parts.iter().all(|part| !folder.join(part).exists()) {
        let message = format!(
            "{}: this folder is no lexicon: it has no lexicon.toml; `throughline lexicon export DIR` writes one out, to be edited",
            folder.display()
        );
        return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
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

fn check(folders: &[PathBuf]) -> io::Result<Exit> {
    let arguments = LexiconArguments { lexicon: folders.to_vec() };
    let mut broken = Vec::new();
    let mut lexicons = Vec::new();
    for (folder, shown) in folders.iter().zip(arguments.folders()) {
        if is_builtin(folder) {
            lexicons.push(lexicon::builtin());
            continue;
        }
        let (files, unread) = files_and_broken(folder)?;
        broken.extend(unread.into_iter().map(|fault| Diagnostic { file: format!("{shown}{}", fault.file), ..fault }));
        lexicons.push(files);
    }
    let Some(joined) = arguments.join(lexicons) else { return Ok(Exit::Usage) };
    let folders_shown = arguments.folders();
    // Of one lexicon all is one's own, and of several all but the built-in one.
    let is_own = |path: &str| match joined.origins.get(path) {
        Some((number, _)) => folders.get(*number).is_none_or(|folder| !is_builtin(folder)),
        None => true,
    };
    let mut checked = analyzer::check_own(&joined.files, &is_own);
    checked.faults = checked.faults.iter().map(|fault| joined.told(fault, &folders_shown)).collect();
    checked.faults.splice(..0, broken);
    let is_coloured = io::stdout().is_terminal();
    print!("{}", faults::render(&checked.faults, "", &joined.shown_files(&folders_shown), is_coloured));
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
    if !is_new(folder) {
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

fn show(name: &str, arguments: &LexiconArguments) -> io::Result<Exit> {
    let Some(joined) = arguments.joined()? else { return Ok(Exit::Usage) };
    let (definitions, _) = lexicon::read(&joined.files);
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
            for pattern in rule.kind.patterns() {
                println!("    {}", pattern.source);
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
