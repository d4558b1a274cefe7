/*!
`throughline explain FILE`: one text with its evidence, sentence by sentence.

It takes the first document that fits and reads no further: it is for looking, not for results.
*/

use super::batch::NO_ROW;
use super::inputs::sources;
use super::{Exit, LexiconArguments, ReadArguments};
use crate::read::Format;
use crate::report;
use anstream::eprintln;
use clap::Args;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

#[derive(Args)]
pub(super) struct Arguments {
    /// A text, or - for standard input; of a table or folder the first document, or the one named by --document
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// In a table or folder, the document with this id
    #[arg(long, value_name = "ID")]
    document: Option<String>,
    #[command(flatten)]
    lexicon: LexiconArguments,
    #[command(flatten)]
    read: ReadArguments,
}

/// How many documents are named where the one that was asked for is not there.
const NAMED: usize = 5;

pub(super) fn run(arguments: &Arguments) -> io::Result<Exit> {
    let Some((analyzer, conventions)) = arguments.lexicon.load()? else { return Ok(Exit::Usage) };
    let Some(options) = arguments.read.options(conventions)? else { return Ok(Exit::Usage) };
    let (sources, failures, _) = sources(std::slice::from_ref(&arguments.file), None);
    let mut failure = failures.into_iter().next();
    let (mut others, mut n_others) = (Vec::new(), 0);
    let mut is_wanted = |id: &str| {
        let is_wanted = arguments.document.as_ref().is_none_or(|wanted| wanted == id);
        if !is_wanted {
            n_others += 1;
            // A table may have very many.
            if others.len() < NAMED {
                others.push(format!("`{id}`"));
            }
        }
        is_wanted
    };
    let (mut document, mut broken) = (None, None);
    for mut source in sources {
        source.settle(&options);
        let found = match source.format {
            Format::Text if !is_wanted(&source.id) => continue,
            Format::Text => source.document(&options),
            _ => match source.rows(&options) {
                Ok(mut rows) => match rows.find(|row| match row {
                    Ok(document) => is_wanted(&document.id),
                    Err(failure) => {
                        broken.get_or_insert_with(|| failure.clone());
                        false
                    }
                }) {
                    Some(found) => found,
                    None => continue,
                },
                Err(failure) => Err(failure),
            },
        };
        match found {
            Ok(found) => {
                document = Some(found);
                break;
            }
            Err(found) => failure = failure.or(Some(found)),
        }
    }
    let Some(document) = document else {
        // Where there is no row but broken ones, the first of them says why.
        match failure.or(broken.filter(|_| n_others == 0)) {
            Some(failure) => eprintln!("error: {}: {}", failure.file, failure.message),
            None => {
                let wanted = arguments.document.as_deref().unwrap_or_default();
                let (named, n_more) = (others.join(", "), n_others - others.len());
                let more = if n_more > 0 { format!(" and {n_more} more") } else { String::new() };
                let why = match n_others {
                    0 => NO_ROW.to_owned(),
                    1 => format!("there is no document `{wanted}` in it; there is {named}"),
                    _ => format!("there is no document `{wanted}` in it; there are {named}{more}"),
                };
                let message = format!("{}: {why}", arguments.file.display());
                eprintln!("error: {}", report::terminal::printable(&message));
            }
        }
        return Ok(Exit::SomeFailed);
    };
    if arguments.document.is_none() && (arguments.file.is_dir() || document.id != stem(&arguments.file)) {
        eprintln!("note: this is `{}`, the first document; --document chooses another", document.id);
    }
    let analysis = analyzer.analyze(document);
    let width = terminal_width();
    let mut out = anstream::AutoStream::auto(io::stdout().lock());
    report::terminal::explain(analyzer.definitions(), &analysis, width, &mut out)?;
    out.flush()?;
    Ok(Exit::Done)
}

/// The name of the document in a file that holds one text.
fn stem(path: &Path) -> String {
    match path.file_stem() {
        Some(stem) if path.as_os_str() != "-" => stem.to_string_lossy().into_owned(),
        _ => "stdin".to_owned(),
    }
}

/// Columns of the terminal; 100 where there is none. `COLUMNS` may say otherwise.
pub(super) fn terminal_width() -> usize {
    let stated = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let measured = || terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    stated.or_else(measured).filter(|&width| width > 0).unwrap_or(100)
}
