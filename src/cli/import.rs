/*!
`throughline import …`: what people coded by hand in programs for qualitative analysis, for `agreement` and `evaluate`.
*/

use super::export::file_name;
use super::places::{counted, make_folder, table_text, unread};
use super::standing::spare_inputs;
use super::temporary::{place, temporary};
use super::{Exit, LexiconArguments, ReadArguments, show_faults};
use crate::exchange::{codings, project};
use crate::lexicon::File;
use crate::report;
use anstream::{eprintln, println};
use clap::{Args, Subcommand};
use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::PathBuf;

#[derive(Subcommand)]
pub(super) enum Command {
    /// Read the codings of a REFI-QDA project (.qdpx of NVivo, ATLAS.ti, MAXQDA, QualCoder …)
    Qdpx(Qdpx),
}

#[derive(Args)]
pub(super) struct Qdpx {
    /// The project
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// A folder for the codings: for each coder CODER.csv (for `agreement`) and CODER.jsonl (for `evaluate`), and problems.csv
    #[arg(short, long, value_name = "DIR")]
    output: PathBuf,
    /// Which code is which marker, where their names do not say so: a CSV file with the columns code and marker
    #[arg(long, value_name = "FILE")]
    codes: Option<PathBuf>,
    /// Leave every quotation and every speaker's name out of CODER.csv, and write no CODER.jsonl
    #[arg(long)]
    no_text: bool,
    #[command(flatten)]
    lexicon: LexiconArguments,
    #[command(flatten)]
    read: ReadArguments,
}

pub(super) fn run(command: &Command) -> io::Result<Exit> {
    let Command::Qdpx(arguments) = command;
    let Some((analyzer, conventions)) = arguments.lexicon.load()? else { return Ok(Exit::Usage) };
    let definitions = analyzer.definitions();
    let Some(read) = arguments.read.options(conventions)? else { return Ok(Exit::Usage) };
    let names = match &arguments.codes {
        None => codings::Names::new(),
        Some(path) => {
            let text = table_text(path).map_err(|error| unread(path, &error))?;
            let file = path.display().to_string();
            match codings::names(&text, &file, definitions) {
                Ok(names) => names,
                Err(faults) => {
                    show_faults(&faults, None, &[File { path: file, text }]);
                    return Ok(Exit::Usage);
                }
            }
        }
    };
    let bytes = std::fs::read(&arguments.file).map_err(|error| unread(&arguments.file, &error))?;
    let project = match project::read(bytes) {
        Ok(project) => project,
        Err(why) => {
            eprintln!("error: {}: {why}", arguments.file.display());
            return Ok(Exit::Usage);
        }
    };
    let (coders, mut problems) = codings::codings(&analyzer, &project, &names, &read);
    for problem in &mut problems {
        problem.file = arguments.file.display().to_string();
    }
    let options = report::Options { no_text: arguments.no_text };
    const SHOWN: usize = 20;
    for problem in problems.iter().take(SHOWN) {
        let of = if problem.document.is_empty() { String::new() } else { format!(" ({})", problem.document) };
        eprintln!("note: {}", report::terminal::printable(&format!("{}{of}: {}", problem.file, problem.told(options))));
    }
    if problems.len() > SHOWN {
        eprintln!("… and {} more; problems.csv has all", problems.len() - SHOWN);
    }
    if coders.is_empty() {
        eprintln!("error: {}: there is no coded passage in it that could be read", arguments.file.display());
        return Ok(Exit::Usage);
    }
    let folder = &arguments.output;
    make_folder(folder)?;
    let write = |name: String, results: &dyn Fn(&mut dyn Write) -> io::Result<()>| -> io::Result<()> {
        let path = folder.join(name);
        spare_inputs([path.clone()], arguments.codes.iter().chain([&arguments.file]))?;
        let mut file = temporary(folder)?;
        results(&mut file)?;
        place(file, &path)
    };
    let mut taken = BTreeSet::from(["problems".to_owned()]);
    for coder in &coders {
        let name = file_name(&coder.name, &mut taken);
        write(format!("{name}.csv"), &|out| codings::sentences(definitions, coder, options, out))?;
        if !options.no_text {
            write(format!("{name}.jsonl"), &|out| codings::narratives(definitions, coder, out))?;
        }
        let n_coded: usize = coder.documents.iter().flat_map(|coded| &coded.markers).map(Vec::len).sum();
        println!(
            "{}: {}, {} of sentences",
            coder.name,
            counted(coder.documents.len(), "document", "documents"),
            counted(n_coded, "coding", "codings")
        );
    }
    write("problems.csv".to_owned(), &|out| report::csv::problems(&problems, options, true, out))?;
    println!("written to {}", folder.display());
    Ok(Exit::Done)
}
