/*!
`throughline compare BEFORE AFTER`: two waves of one study, person by person and as a group.
*/

use super::Exit;
use super::study::{BootstrapArguments, Print, Tables, made, print, warn_of_lexicons, write_all};
use crate::lexicon::nearest;
use crate::report::study::{csv, terminal};
use crate::study::{self, Reliabilities};
use anstream::eprintln;
use clap::Args;
use std::io;
use std::path::PathBuf;

/// What the figures are, behind the options of `--help`.
const FIGURES: &str = "\
Persons are joined by the column of --by, which has to be the same in both waves. Without --measure every scale is compared.

  change           after − before; its interval is made of the intervals of both values (Zou & Donner 2008)
  rci              reliable-change index: change / (√2 · s · √(1 − r)), with the standard deviation s before and the reliability r \
(Jacobson & Truax 1991); beyond ±1.96 the change is called reliable: a rise or a fall
  mean change      with its interval by Student's t
  g                standardised mean change: divided by the root of the mean of both variances, corrected for small samples \
(Cumming 2012, Hedges 1981); its interval is drawn over persons

A reliability comes from you (--reliability), with its source. Without one, the error is estimated from the intervals of the values, which know nothing of how a \
person tells on another day: then too many changes are called reliable, and the results say so. A rise is not a better, a fall not a worse telling.

With -o, changes.csv has one row a person and measure, groups.csv one a measure. Exit codes: 0 done; 2 wrong usage or a faulty table.";

#[derive(Args)]
#[command(after_long_help = FIGURES)]
pub(super) struct Arguments {
    /// Results of the first wave: a folder of `score -o`, its documents.csv, or another table with one row a person
    before: PathBuf,
    /// Results of the second wave
    after: PathBuf,
    /// The column that names the person
    #[arg(long, value_name = "COLUMN", default_value = "id")]
    by: String,
    /// Compare this measure: a column, scale, family or marker (may be given several times)
    #[arg(long, value_name = "NAME")]
    measure: Vec<String>,
    /// Reliabilities: a CSV file with the columns measure, reliability and source
    #[arg(long, value_name = "FILE")]
    reliability: Option<PathBuf>,
    /// Write changes.csv and groups.csv into this folder
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,
    /// How to print the results; a table on a terminal, changes.csv when piped, unless given
    #[arg(long, value_enum)]
    format: Option<Print>,
    #[command(flatten)]
    bootstrap: BootstrapArguments,
}

pub(super) fn run(arguments: &Arguments) -> io::Result<Exit> {
    let mut tables = Tables::default();
    let before = tables.read(&arguments.before, "documents.csv");
    let after = tables.read(&arguments.after, "documents.csv");
    let given = arguments.reliability.as_ref().map(|path| tables.read(path, "reliability.csv"));
    let reliabilities = match given {
        None => Some(Ok(Reliabilities::default())),
        Some(table) => table.map(|table| Reliabilities::read(&table)),
    };
    let bootstrap = arguments.bootstrap.bootstrap();
    let compared = match (before, after, reliabilities) {
        (_, _, Some(Err(faults))) => Some(Err(faults)),
        (Some(before), Some(after), Some(Ok(reliabilities))) => {
            let compared =
                study::compare(&before, &after, &arguments.by, &arguments.measure, &reliabilities, bootstrap);
            Some(compared.map(|comparison| (comparison, reliabilities)))
        }
        _ => None,
    };
    let Some((comparison, reliabilities)) = tables.told(compared) else { return Ok(Exit::Usage) };
    for name in reliabilities.unused(&comparison) {
        let columns: Vec<&str> = comparison.measures.iter().map(|changed| changed.measure.as_str()).collect();
        let bare: Vec<&str> = columns.iter().map(|column| column.strip_prefix("scale_").unwrap_or(column)).collect();
        let near = nearest(name, &columns).or_else(|| nearest(name, &bare));
        let hint = near.map_or(String::new(), |near| format!("; did you mean `{near}`?"));
        eprintln!("warning: the reliability of `{name}` is not used, for no measure of this name is compared{hint}");
    }
    warn_of_lexicons(made(&arguments.before).as_ref(), made(&arguments.after).as_ref(), "the two waves");
    for (ids, wave) in [(&comparison.only_before, "first"), (&comparison.only_after, "second")] {
        if !ids.is_empty() {
            eprintln!("note: in the {wave} wave alone, and left out: {}", ids.join(", "));
        }
    }
    if let Some(folder) = &arguments.output {
        write_all(
            folder,
            [&arguments.before, &arguments.after].into_iter().chain(&arguments.reliability),
            &[
                ("changes.csv", &|out| csv::changes(&comparison, out)),
                ("groups.csv", &|out| csv::groups(&comparison, out)),
            ],
        )?;
    }
    print(arguments.format, |print, out| match print {
        Print::Table => terminal::comparison(&comparison, out),
        Print::Csv => csv::changes(&comparison, out),
    })?;
    Ok(Exit::Done)
}
