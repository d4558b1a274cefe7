/*!
`throughline check INPUT…`: what should not stand in an anonymised transcript, and where. The values themselves are never printed.
*/

use super::inputs::{Source, sources};
use super::{Exit, LexiconArguments, ReadArguments, show_faults};
use crate::document::Document;
use crate::lexicon::File;
use crate::privacy::Patterns;
use crate::read::Format;
use crate::report::{privacy, terminal::printable};
use crate::span::LineIndex;
use anstream::{eprintln, println};
use clap::{Args, ValueEnum};
use std::collections::BTreeMap;
use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;

#[derive(Args)]
pub(super) struct Arguments {
    /// Transcripts, tables of them, or folders; - for standard input
    #[arg(required = true, value_name = "INPUT")]
    inputs: Vec<PathBuf>,
    /// How to print what was found; lines on a terminal, CSV when piped, unless given
    #[arg(long, value_enum)]
    format: Option<Print>,
    #[command(flatten)]
    lexicon: LexiconArguments,
    #[command(flatten)]
    read: ReadArguments,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Print {
    /// file:line:column and what it is, for eyes; of a table the document, and line:column in its text
    Lines,
    /// A table
    Csv,
}

pub(super) fn run(arguments: &Arguments) -> io::Result<Exit> {
    let Some(joined) = arguments.lexicon.joined()? else { return Ok(Exit::Usage) };
    let files = joined.files;
    let Some(conventions) = arguments.lexicon.conventions(&files) else { return Ok(Exit::Usage) };
    let Some(patterns) = patterns(&files, false) else { return Ok(Exit::Usage) };
    let Some(options) = arguments.read.options(conventions)? else { return Ok(Exit::Usage) };
    let is_terminal = io::stdout().is_terminal();
    let print = arguments.format.unwrap_or(if is_terminal { Print::Lines } else { Print::Csv });
    let (sources, mut failures, _) = sources(&arguments.inputs, None);
    let mut tally = Tally::default();
    if print == Print::Csv {
        privacy::head(&mut io::stdout().lock())?;
    }
    for mut source in sources {
        source.settle(&options);
        let result = each_document(&source, &options, |document, row| tally.document(&patterns, document, row, print));
        match result {
            Ok(told) => told?,
            Err(failure) => failures.push(failure),
        }
    }
    for failure in &failures {
        eprintln!("failed: {}", printable(&format!("{}: {}", failure.file, failure.message)));
    }
    let n_found: usize = tally.kinds.values().sum();
    let kinds: Vec<String> = tally.kinds.iter().map(|(name, n)| format!("{n} {name}")).collect();
    let kinds = if kinds.is_empty() { "nothing found".to_owned() } else { kinds.join(", ") };
    let failed = if failures.is_empty() { String::new() } else { format!(", {} failed", failures.len()) };
    let noun = if tally.n_documents == 1 { "document" } else { "documents" };
    eprintln!("{} {noun}: {kinds}{failed}", tally.n_documents);
    if n_found == 0 && failures.is_empty() {
        eprintln!("Names that stand alone are not found: this is a sieve, and no proof that a text is anonymous.");
    }
    Ok(if n_found == 0 && failures.is_empty() { Exit::Done } else { Exit::SomeFailed })
}

/// What the lexicon looks for; shows faults and gives nothing if there are any. A lexicon without `privacy.toml` looks for what the built-in one does.
pub(super) fn patterns(files: &[File], only_cheap: bool) -> Option<Patterns> {
    let file = files.iter().find(|file| file.path == "privacy.toml");
    let (path, text) = file.map_or(("privacy.toml", crate::privacy::BUILT_IN), |file| (&file.path, &file.text));
    let parse = if only_cheap { Patterns::parse_cheap } else { Patterns::parse };
    match parse(text, path) {
        Ok(patterns) => Some(patterns),
        Err(faults) => {
            show_faults(&faults, None, &[File { path: path.to_owned(), text: text.to_owned() }]);
            None
        }
    }
}

/// Calls `each` with every document of a source, and of a table with the id of the row.
fn each_document(
    source: &Source,
    options: &crate::read::Options,
    mut each: impl FnMut(&Document, Option<&str>) -> io::Result<()>,
) -> Result<io::Result<()>, super::inputs::Failure> {
    if source.format == Format::Text {
        return source.document(options).map(|document| each(&document, None));
    }
    let mut failure = None;
    for row in source.rows(options)? {
        match row {
            Ok(document) => {
                if let Err(error) = each(&document, Some(&document.id)) {
                    return Ok(Err(error));
                }
            }
            Err(failed) => failure = failure.or(Some(failed)),
        }
    }
    failure.map_or(Ok(Ok(())), Err)
}

/// What was found so far.
#[derive(Default)]
struct Tally {
    n_documents: usize,
    kinds: BTreeMap<String, usize>,
}

impl Tally {
    /// Looks through one document and prints what is found in it. Of a table the place is that in the text of the document, so its `row` is named, too.
    fn document(
        &mut self,
        patterns: &Patterns,
        document: &Document,
        row: Option<&str>,
        print: Print,
    ) -> io::Result<()> {
        self.n_documents += 1;
        let found = patterns.find(document);
        for find in &found {
            *self.kinds.entry(patterns.name(find.kind).to_owned()).or_default() += 1;
        }
        if print == Print::Csv {
            let mut out = io::stdout().lock();
            privacy::finds(patterns, document, &found, &mut out)?;
            return out.flush();
        }
        let index = LineIndex::new(&document.text);
        for find in &found {
            let place = index.place(&document.text, find.span.start as usize);
            let what = patterns.about(find.kind);
            let (line, column) = (place.line, place.column);
            let at = match row {
                None => format!("{}:{line}:{column}", document.file),
                Some(id) => format!("{}: document `{id}`, {line}:{column} in its text", document.file),
            };
            println!("{}", printable(&format!("{at}: {what}")));
        }
        Ok(())
    }
}
