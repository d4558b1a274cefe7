/*!
`throughline norms`: a sample of one's own as norms, and what stands in such a file. Where documents stand among them, `score --norms` says.
*/

use super::Exit;
use super::places::{counted, unreadable};
use super::standing::{spare_inputs, table_in};
use super::study::{Print, Tables, made, print, warn_of_lexicons};
use super::temporary::write;
use crate::report::study::{norms as file, terminal};
use crate::study::Norms;
use anstream::eprintln;
use clap::Subcommand;
use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

#[derive(Subcommand)]
pub(super) enum Command {
    /// Make norms of the results of a sample
    Build {
        /// Results of the sample: folders of `score -o`, or documents.csv
        #[arg(required = true, value_name = "RESULT")]
        results: Vec<PathBuf>,
        /// Take this measure: a column, scale, family or marker (may be given several times); every scale unless given
        #[arg(long, value_name = "NAME")]
        measure: Vec<String>,
        /// Write the norms into this file
        #[arg(short, long, value_name = "FILE")]
        output: PathBuf,
    },
    /// Show norms: mean, standard deviation and percentiles of each measure
    Show {
        /// A file of `norms build`
        norms: PathBuf,
    },
}

/// Fewer documents get a warning.
const FEW: usize = 30;

pub(super) fn run(command: &Command) -> io::Result<Exit> {
    match command {
        Command::Build { results, measure, output } => build(results, measure, output),
        Command::Show { norms } => {
            let Some(norms) = read(norms) else { return Ok(Exit::Usage) };
            print(Some(Print::Table), |_, out| terminal::norms(&norms, out))?;
            Ok(Exit::Done)
        }
    }
}

/// The table that norms are made of.
const DOCUMENTS: &str = "documents.csv";

fn build(results: &[PathBuf], measures: &[String], output: &Path) -> io::Result<Exit> {
    spare_inputs([output.to_owned()], results.iter().map(|path| table_in(path, DOCUMENTS)))?;
    let mut tables = Tables::default();
    let results = &once_each(results);
    let read: Option<Vec<_>> =
        results.iter().map(|path| tables.read(path, DOCUMENTS)).collect::<Vec<_>>().into_iter().collect();
    let makers: Vec<_> = results.iter().filter_map(|path| made(path)).collect();
    for pair in makers.windows(2) {
        warn_of_lexicons(pair.first(), pair.last(), "parts of the sample");
    }
    let maker = makers.first().filter(|_| makers.len() == results.len()).cloned();
    let Some(norms) = tables.told(read.map(|read| Norms::build(&read, measures, maker))) else {
        return Ok(Exit::Usage);
    };
    if norms.made.is_none() {
        eprintln!(
            "note: run.json is not beside every table, so the norms do not say with which lexicon they were made"
        );
    }
    if norms.n_documents < FEW {
        eprintln!(
            "warning: norms of {} are rough; the intervals of percentiles show how rough",
            counted(norms.n_documents, "document", "documents")
        );
    }
    write(output, |out| file::write(&norms, out))?;
    let n = norms.n_left_out;
    let left_out = if n > 0 { format!(", {n} too short for scales left out") } else { String::new() };
    eprintln!(
        "{} of {}{left_out} → {}",
        counted(norms.measures.len(), "measure", "measures"),
        counted(norms.n_documents, "document", "documents"),
        output.display()
    );
    Ok(Exit::Done)
}

/// The results without those that were given before, whether as a folder or as its table: a document counts once.
fn once_each(results: &[PathBuf]) -> Vec<PathBuf> {
    let mut seen = BTreeSet::new();
    let is_new = |path: &&PathBuf| {
        let table = table_in(path, DOCUMENTS);
        let is_new = seen.insert(table.canonicalize().unwrap_or(table));
        if !is_new {
            eprintln!("note: {} is given more than once: it is read once, and counts once", path.display());
        }
        is_new
    };
    results.iter().filter(is_new).cloned().collect()
}

/// Norms from a file; tells what is wrong with it and gives nothing.
pub(super) fn read(path: &Path) -> Option<Norms> {
    let text = std::fs::read_to_string(path).map_err(|error| unreadable(&error));
    match text.and_then(|text| file::read(&text)) {
        Ok(norms) => Some(norms),
        Err(message) => {
            eprintln!("error: {}: {message}", path.display());
            None
        }
    }
}
