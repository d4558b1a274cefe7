/*!
`throughline agreement A.csv B.csv`: two coders held against each other, or a coder against the program.
*/

use super::Exit;
use super::study::{BootstrapArguments, Print, Tables, print, write_all};
use crate::report::study::{csv, terminal};
use crate::study::{self, Asked, UnitKind};
use anstream::eprintln;
use clap::{Args, ValueEnum};
use std::io;
use std::path::PathBuf;

/// What may stand in the tables, and what the figures are, behind the options of `--help`.
const FIGURES: &str = "\
Both tables are of one of these kinds, with commas, semicolons or tabs:

  labels, a row a unit    document, sentence, markers      labels separated by ;  as in sentences.csv
  labels, a row a label   document, sentence, marker       as in matches.csv; an empty marker is a unit without a label
  values, a row a value   document, measure, value         also with sentence or turn
  values, a row a unit    document (or id), and a column for each measure, as in documents.csv

`turn` may stand in place of `sentence`, and neither is needed if whole documents were rated. A table with a row a label does not say what was looked at \
and left without one: then the other table says it, or --units.

  percent   share of units that both rate alike
  kappa     agreement beyond chance, of categories (Cohen 1960)
  AC1       the same, steady where a label is rare (Gwet 2008)
  alpha     1 − disagreement seen / disagreement by chance, of categories or numbers (Krippendorff 2004)
  ICC(2,1)  absolute agreement of numbers, two-way random effects, one rater (Shrout & Fleiss 1979)

Intervals are 95 % percentile bootstrap intervals over documents, or over units if there is one document (Efron & Tibshirani 1993). NA stands for a figure that does not \
exist, such as the kappa of a label that nobody gave. Do not tell one of these figures alone.

With -o, agreement.csv has the figures, confusion.csv what A said where B said what, disagreements.csv every unit about which they differ. Exit codes: 0 done; 2 wrong \
usage or a faulty table.";

#[derive(Args)]
#[command(after_long_help = FIGURES)]
pub(super) struct Arguments {
    /// What the first rater says: a table, or a folder of `score -o`, of which sentences.csv is taken
    a: PathBuf,
    /// What the second rater says
    b: PathBuf,
    /// Look at this label, family or measure only (may be given several times)
    #[arg(long, value_name = "NAME")]
    measure: Vec<String>,
    /// Take the numbers of this measure for names of categories (may be given several times)
    #[arg(long, value_name = "NAME")]
    categories: Vec<String>,
    /// For labels: count a sentence, a turn or a document as one decision; each of them unless given
    #[arg(long, value_enum, value_name = "UNIT")]
    unit: Option<Unit>,
    /// A table of all units that both looked at, such as sentences.csv
    #[arg(long, value_name = "FILE")]
    units: Option<PathBuf>,
    /// Write agreement.csv, confusion.csv and disagreements.csv into this folder
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,
    /// How to print the results; a table on a terminal, agreement.csv when piped, unless given
    #[arg(long, value_enum)]
    format: Option<Print>,
    #[command(flatten)]
    bootstrap: BootstrapArguments,
}

#[derive(Clone, Copy, ValueEnum)]
enum Unit {
    Sentence,
    Turn,
    Document,
}

pub(super) fn run(arguments: &Arguments) -> io::Result<Exit> {
    let mut tables = Tables::default();
    let mut read = |path: &PathBuf| tables.read(path, "sentences.csv");
    let (a, b) = (read(&arguments.a), read(&arguments.b));
    let units = arguments.units.as_ref().map(&mut read);
    let bootstrap = arguments.bootstrap.bootstrap();
    let unit = arguments.unit.map(|unit| match unit {
        Unit::Sentence => UnitKind::Sentence,
        Unit::Turn => UnitKind::Turn,
        Unit::Document => UnitKind::Document,
    });
    let asked = |units| Asked { names: &arguments.measure, categories: &arguments.categories, unit, units, bootstrap };
    let compared = match (a, b, &units) {
        (Some(a), Some(b), None) => Some(study::agreement(&a, &b, &asked(None))),
        (Some(a), Some(b), Some(Some(units))) => Some(study::agreement(&a, &b, &asked(Some(units)))),
        _ => None,
    };
    let Some(agreement) = tables.told(compared) else { return Ok(Exit::Usage) };
    for note in &agreement.notes {
        eprintln!("note: {note}");
    }
    if let Some(folder) = &arguments.output {
        write_all(
            folder,
            [&arguments.a, &arguments.b].into_iter().chain(&arguments.units),
            &[
                ("agreement.csv", &|out| csv::agreement(&agreement, out)),
                ("confusion.csv", &|out| csv::confusion(&agreement, out)),
                ("disagreements.csv", &|out| csv::disagreements(&agreement, out)),
            ],
        )?;
    }
    print(arguments.format, |print, out| match print {
        Print::Table => terminal::agreement(&agreement, out),
        Print::Csv => csv::agreement(&agreement, out),
    })?;
    Ok(Exit::Done)
}
