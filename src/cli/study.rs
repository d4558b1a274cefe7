/*!
What the study commands share: tables read with their faults shown, options of the bootstrap, results printed or written.
*/

use super::places::{make_folder, table_text, unreadable, unwritten};
use super::shape::RUN;
use super::show_faults;
use super::standing::{spare_inputs, spare_other_table, table_in};
use super::temporary::{settle, temporary, whole};
use crate::diagnostic::Diagnostic;
use crate::lexicon::File;
use crate::report::run::{self, Written};
use crate::study::{Bootstrap, Made, Table};
use anstream::eprintln;
use clap::{Args, ValueEnum};
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

/// How intervals are drawn.
#[derive(Args)]
pub(super) struct BootstrapArguments {
    /// How often persons, documents or units are drawn again for the intervals; 0 for none
    #[arg(long, value_name = "N", default_value_t = 1000, value_parser = clap::value_parser!(u32).range(..=100_000))]
    resamples: u32,
    /// Where the random numbers of the intervals begin: the same seed gives the same results
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
}

impl BootstrapArguments {
    pub(super) fn bootstrap(&self) -> Bootstrap {
        Bootstrap { resamples: self.resamples, seed: self.seed }
    }
}

/// How results are printed.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Print {
    /// For eyes
    Table,
    /// The first of the tables that -o writes
    Csv,
}

/// Tables that were read, with their texts for faults.
#[derive(Default)]
pub(super) struct Tables {
    files: Vec<File>,
    faults: Vec<Diagnostic>,
    is_broken: bool,
}

impl Tables {
    /// Reads a table; of a folder of results the table `in_folder`. What is wrong is kept and told by [`Tables::tell`].
    pub(super) fn read(&mut self, path: &Path, in_folder: &str) -> Option<Table> {
        let path = table_in(path, in_folder);
        let name = path.display().to_string();
        let text = match table_text(&path) {
            Ok(text) => text,
            Err(error) => {
                eprintln!("error: {name}: {}", unreadable(&error));
                self.is_broken = true;
                return None;
            }
        };
        let table = Table::parse(&text, &name);
        self.files.push(File { path: name, text });
        table.map_err(|faults| self.faults.extend(faults)).ok()
    }

    /// What came of working with the tables, or nothing, and all faults are told.
    pub(super) fn told<T>(&mut self, result: Option<Result<T, Vec<Diagnostic>>>) -> Option<T> {
        let value = match result {
            Some(Ok(value)) => Some(value),
            Some(Err(faults)) => {
                self.faults.extend(faults);
                None
            }
            None => None,
        };
        if self.faults.is_empty() && !self.is_broken {
            return value;
        }
        const SHOWN: usize = 20;
        show_faults(&self.faults[..self.faults.len().min(SHOWN)], None, &self.files);
        if self.faults.len() > SHOWN {
            eprintln!("… and {} more", self.faults.len() - SHOWN);
        }
        None
    }
}

/// What made the results of a folder, if `run.json` tells it.
pub(super) fn made(path: &Path) -> Option<Made> {
    let folder = if path.is_dir() { path } else { path.parent()? };
    let text = std::fs::read_to_string(folder.join(RUN)).ok()?;
    let Written { version, lexicon, .. } = run::read(&text).ok()?;
    Some(Made { version, lexicon: format!("{} {}", lexicon.name, lexicon.version), sha256: lexicon.sha256 })
}

/// Prints results on standard output, in the way that was asked for.
pub(super) fn print(
    asked: Option<Print>,
    results: impl FnOnce(Print, &mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let is_terminal = io::stdout().is_terminal();
    let print = asked.unwrap_or(if is_terminal { Print::Table } else { Print::Csv });
    let mut out = io::BufWriter::new(anstream::AutoStream::auto(io::stdout().lock()));
    results(print, &mut out)?;
    out.flush()
}

/// Writes one table into a buffer.
pub(super) type Fill<'a> = &'a dyn Fn(&mut dyn Write) -> io::Result<()>;

/// Writes tables into a folder, which is made if it is not there; each takes its name when all are done. None takes that of one of the `inputs`, or of a table that
/// somebody has worked in.
pub(super) fn write_all<'a>(
    folder: &Path,
    inputs: impl IntoIterator<Item = &'a PathBuf> + Clone,
    tables: &[(&str, Fill<'_>)],
) -> io::Result<()> {
    let told = |error: io::Error| unwritten(folder, &error);
    spare_inputs(tables.iter().map(|(name, _)| folder.join(name)), inputs)?;
    make_folder(folder)?;
    let mut done = Vec::new();
    for (name, fill) in tables {
        let mut out = temporary(folder).map_err(told)?;
        fill(&mut out)?;
        let file = whole(out)?;
        let path = folder.join(name);
        spare_other_table(&path, file.path())?;
        done.push((file, path));
    }
    for (file, path) in done {
        settle(file, &path).map_err(told)?;
    }
    Ok(())
}

/// Says on standard error that two results were not made with the same lexicon.
pub(super) fn warn_of_lexicons(one: Option<&Made>, other: Option<&Made>, what: &str) {
    if let (Some(one), Some(other)) = (one, other)
        && one.sha256 != other.sha256
    {
        eprintln!(
            "warning: {what} were scored with different lexicons ({}, {} and {}, {}), so a difference may be one of the lexicons; score both with the same",
            one.lexicon,
            short(&one.sha256),
            other.lexicon,
            short(&other.sha256)
        );
    }
}

fn short(hash: &str) -> &str {
    hash.get(..12).unwrap_or(hash)
}
