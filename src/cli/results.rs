/*!
Where the results of a run go: into a folder of tables, or onto standard output.
*/

use super::batch::Sink;
use super::folder::Folder;
use super::resume::Earlier;
use super::shape::{BOM, Shape};
use crate::analyzer::{Analysis, Analyzer};
use crate::lexicon::Definitions;
use crate::report::csv::{Doubts, Problem};
use crate::report::html::Report;
use crate::report::{self, run::Run};
use crate::score::Unit;
use crate::study::{Norms, Table};
use clap::ValueEnum;
use std::io::{self, BufWriter, Write};
use std::path::Path;

/// How results are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Print {
    /// For eyes
    Table,
    /// documents.csv
    Csv,
    /// One JSON object a document, with its matches
    Jsonl,
    /// With -o: the tables as .parquet files, too, beside the .csv files
    Parquet,
}

/// Where results go.
pub(super) enum Results {
    Folder(Box<Folder>),
    Printed { print: Print, options: report::Options, shape: Shape, is_first: bool, for_table: Vec<Analysis> },
}

impl Results {
    /// Results in a folder, which is made if it is not there.
    pub(super) fn in_folder(
        folder: &Path,
        options: report::Options,
        shape: Shape,
        report: Option<Report>,
    ) -> io::Result<Results> {
        Ok(Results::Folder(Box::new(Folder::create(folder, options, shape, report)?)))
    }

    /// Results on standard output.
    pub(super) fn printed(print: Print, options: report::Options, shape: Shape) -> Results {
        Results::Printed { print, options, shape, is_first: true, for_table: Vec::new() }
    }

    fn add(&mut self, definitions: &Definitions, analyses: Vec<Analysis>) -> io::Result<()> {
        match self {
            Results::Folder(folder) => folder.write(definitions, &analyses),
            Results::Printed { print, options, shape, is_first, for_table } => {
                let mut out = BufWriter::new(io::stdout().lock());
                if *print == Print::Csv && *is_first && shape.has_bom {
                    out.write_all(BOM)?;
                }
                match print {
                    Print::Csv if shape.norms.is_some() => {
                        standings(definitions, &analyses, shape.norms.as_ref(), *is_first, &mut out)?;
                    }
                    Print::Table if shape.norms.is_some() => {
                        let documents = as_table(definitions, &analyses)?;
                        let mut out = anstream::AutoStream::auto(&mut out as &mut dyn Write);
                        if let Some(norms) = &shape.norms {
                            report::study::terminal::standings(&documents, norms, *is_first, &mut out)?;
                        }
                    }
                    Print::Csv if shape.extent.has_long => {
                        report::csv::long(definitions, &analyses, *is_first, &mut out)?;
                    }
                    Print::Csv if shape.extent.unit != Unit::Document => {
                        report::csv::units(definitions, &analyses, *options, *is_first, &mut out)?;
                    }
                    // Parquet goes into a folder, and does not come here.
                    Print::Csv | Print::Parquet => {
                        report::csv::documents(definitions, &analyses, *is_first, &mut out)?;
                    }
                    Print::Jsonl => report::jsonl::documents(definitions, &analyses, *options, &mut out)?,
                    // A table for eyes has columns as wide as its widest cell, so it waits for all.
                    Print::Table => for_table.extend(analyses.into_iter().map(without_text)),
                }
                *is_first = false;
                out.flush()
            }
        }
    }

    /// Brings everything to its end.
    pub(super) fn finish(self, definitions: &Definitions, run: &Run, doubts: &Doubts) -> io::Result<()> {
        match self {
            Results::Folder(folder) => folder.finish(definitions, run, doubts),
            Results::Printed { print: Print::Table, options, shape, for_table, .. } => {
                let mut out = anstream::AutoStream::auto(io::stdout().lock());
                if !for_table.is_empty() {
                    if shape.extent.unit == Unit::Document {
                        report::terminal::table(definitions, &for_table, &mut out)?;
                    } else {
                        report::terminal::units(definitions, &for_table, options, &mut out)?;
                    }
                }
                out.flush()
            }
            Results::Printed { .. } => Ok(()),
        }
    }
}

impl Sink for Results {
    fn write(&mut self, analyzer: &Analyzer, analyses: Vec<Analysis>) -> io::Result<()> {
        self.add(analyzer.definitions(), analyses)
    }

    fn note(&mut self, problem: &Problem) -> io::Result<()> {
        match self {
            Results::Folder(folder) => folder.note(problem),
            Results::Printed { .. } => Ok(()),
        }
    }

    fn keep(&mut self, analyzer: &Analyzer, earlier: &Earlier, documents: &[String]) -> io::Result<()> {
        match self {
            Results::Folder(folder) => folder.keep(analyzer.definitions(), earlier, documents),
            Results::Printed { .. } => Ok(()),
        }
    }
}

/// What the table needs of an analysis.
fn without_text(mut analysis: Analysis) -> Analysis {
    analysis.document.text = String::new();
    analysis.document.turns = Vec::new();
    analysis.sentences = Vec::new();
    analysis
}

/// Where documents stand in a sample. The measures of norms are columns of `documents.csv`, so that is what is looked up.
pub(super) fn standings(
    definitions: &Definitions,
    analyses: &[Analysis],
    norms: Option<&Norms>,
    is_first: bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    let Some(norms) = norms else { return Ok(()) };
    report::study::csv::standings(&as_table(definitions, analyses)?, norms, is_first, out)
}

fn as_table(definitions: &Definitions, analyses: &[Analysis]) -> io::Result<Table> {
    let mut bytes = Vec::new();
    report::csv::documents(definitions, analyses, true, &mut bytes)?;
    Table::parse(&String::from_utf8_lossy(&bytes), "documents.csv")
        .map_err(|_| io::Error::other("documents.csv cannot be read back: a fault of the program"))
}
