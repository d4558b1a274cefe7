/*!
`throughline lexicon import FILE`: a dictionary of another program as a lexicon.

The lexicon is checked before it is written, and every entry is tried: what would never be found in a text is left out and told, like all else that a lexicon cannot say.
*/

use super::places::{counted, is_new, make_folder, unread};
use super::{Exit, faults};
use crate::analyzer::{Analyzer, check};
use crate::document::{Document, Role, Speaker, Turn};
use crate::lexicon::import::{Asked, Format, Imported, Sample, import};
use crate::lexicon::{self, File};
use crate::read;
use crate::span::Span;
use anstream::{eprint, eprintln, println};
use clap::{Args, ValueEnum};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::io;
use std::path::PathBuf;

#[derive(Args)]
pub(super) struct Arguments {
    /// The dictionary: LIWC .dic (2007 to 2015) or .dicx, quanteda YAML, or a table of words (.csv, .tsv)
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// A new or empty folder for the lexicon
    #[arg(short, long, value_name = "DIR")]
    output: PathBuf,
    /// What kind of dictionary it is; by the ending of its name unless given
    #[arg(long, value_enum)]
    format: Option<Kind>,
    /// The name of the dictionary, which is the family of its markers; that of the file unless given
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// The language of the dictionary
    #[arg(long, value_name = "TAG", default_value = "en")]
    language: String,
    /// Where it comes from, as a reference
    #[arg(long, value_name = "TEXT")]
    source: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// LIWC .dic
    Liwc,
    /// .dicx, or any table of words
    Table,
    /// quanteda YAML
    Yaml,
}

/// So many remarks are shown; all stand in the folder.
const SHOWN: usize = 10;
/// Where.
const REMARKS: &str = "IMPORT.md";

pub(super) fn run(arguments: &Arguments) -> io::Result<Exit> {
    let folder = &arguments.output;
    if !is_new(folder) {
        return Ok(Exit::Usage);
    }
    let file = arguments.file.display().to_string();
    let bytes = std::fs::read(&arguments.file).map_err(|error| unread(&arguments.file, &error))?;
    let given = arguments.format.map(|kind| match kind {
        Kind::Liwc => Format::Liwc,
        Kind::Table => Format::Table,
        Kind::Yaml => Format::Yaml,
    });
    let Some(format) = given.or_else(|| Format::of_name(&file)) else {
        eprintln!("error: {file}: its ending does not say what kind of dictionary it is; say it with --format");
        return Ok(Exit::Usage);
    };
    let stem = arguments.file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let asked = Asked {
        name: arguments.name.clone().unwrap_or(stem),
        file: file.clone(),
        language: arguments.language.clone(),
        source: arguments.source.clone(),
        sha256: crate::report::hex(&Sha256::digest(&bytes)),
    };
    let mut notes = Vec::new();
    let text = read::encoding::decode(bytes, &mut notes);
    let notes: Vec<String> = notes.into_iter().map(|note| note.message).collect();
    let shown = [File { path: file.clone(), text: text.clone() }];
    // What is never found is known only when all else is a lexicon that can be tried.
    let tried = import(&text, format, &asked, &[]).and_then(|imported| {
        let never = never_found(&imported);
        if never.is_empty() { Ok(imported) } else { import(&text, format, &asked, &never) }
    });
    let imported = match tried {
        Ok(imported) => imported,
        Err(refusal) => {
            eprint!("{}", faults::render(&[*refusal], "", &shown, true));
            return Ok(Exit::Usage);
        }
    };
    let checked = check(&imported.files);
    // What is never found of conditions of entries does no harm, and `lexicon check` tells it.
    if checked.faults.iter().any(|fault| fault.is_error() && fault.code != "never-found") {
        eprint!("{}", faults::render(&checked.faults, &format!("{}/", folder.display()), &imported.files, true));
        eprintln!(
            "error: the dictionary was read, but the lexicon that was made of it has faults: a fault of the program, not of your file"
        );
        return Ok(Exit::Usage);
    }
    for file in imported.files.iter().chain([&remarks(&imported, &asked, &text, &notes)]) {
        let path = folder.join(&file.path);
        if let Some(parent) = path.parent() {
            make_folder(parent)?;
        }
        std::fs::write(path, &file.text)?;
    }
    eprint!("{}", faults::render(&imported.remarks[..imported.remarks.len().min(SHOWN)], "", &shown, true));
    if imported.remarks.len() > SHOWN {
        eprintln!("… and {} more; all stand in {}", imported.remarks.len() - SHOWN, folder.join(REMARKS).display());
    }
    for note in &notes {
        println!("{note}");
    }
    if !imported.understood.is_empty() {
        println!("read as {}", imported.understood);
    }
    println!(
        "{} of {} in {} written to {}; score with it: throughline score --lexicon {} INPUT",
        imported.n_said,
        counted(imported.n_entries, "entry", "entries"),
        counted(checked.n_markers, "marker", "markers"),
        folder.display(),
        folder.display(),
    );
    Ok(Exit::Done)
}

/// Entries in whose own text their marker is not found, or not as a whole.
fn never_found(imported: &Imported) -> Vec<Sample> {
    let Ok(analyzer) = lexicon::parse(&imported.files).and_then(Analyzer::new) else { return Vec::new() };
    let definitions = analyzer.definitions();
    let mut worker = analyzer.worker();
    let mut is_found = |sample: &Sample| {
        let document = Document {
            text: sample.text.clone(),
            turns: vec![Turn { span: Span::new(0, sample.text.len()), speaker: 0 }],
            speakers: vec![Speaker { label: String::new(), role: Role::Narrator }],
            ..Document::default()
        };
        let analysis = analyzer.analyze_with(&mut worker, document);
        let whole = Span::new(0, sample.text.len());
        analysis.matches.iter().any(|found| {
            found.span == whole && definitions.markers[definitions.rules[found.rule].marker].name == sample.marker
        })
    };
    imported.samples.iter().filter(|sample| !is_found(sample)).cloned().collect()
}

/// What was imported and what could not be said, for people who come to the folder later.
fn remarks(imported: &Imported, asked: &Asked, dictionary: &str, notes: &[String]) -> File {
    let mut text = format!(
        "# {}\n\nImported from {} (SHA-256 {}) by {} {}: {} of {}.\n\n\
         Rules ask for no voice, polarity or mood, as the dictionary does not. Their hits and misses are made of the entries: they show that entries are read as they were \
         meant, not that a category measures what its name says.\n",
        asked.name,
        asked.file,
        asked.sha256,
        env!("CARGO_PKG_NAME"),
        env!("CARGO_PKG_VERSION"),
        imported.n_said,
        counted(imported.n_entries, "entry", "entries"),
    );
    if !imported.understood.is_empty() {
        let _ = writeln!(text, "\nIt was read as {}.", imported.understood);
    }
    for note in notes {
        let _ = writeln!(text, "\nOf the file: {note}.");
    }
    if !imported.remarks.is_empty() {
        text.push_str("\n| line | what |\n|---|---|\n");
    }
    for remark in &imported.remarks {
        let line = dictionary[..remark.span.start as usize].matches('\n').count() + 1;
        let hint = if remark.hint.is_empty() { String::new() } else { format!(" ({})", remark.hint) };
        // Writing into a String cannot fail.
        let _ = writeln!(text, "| {line} | {}{} |", remark.message.replace('|', "\\|"), hint.replace('|', "\\|"));
    }
    File { path: REMARKS.to_owned(), text }
}
