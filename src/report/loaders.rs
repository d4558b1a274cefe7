/*!
Scripts that load the tables of a result folder, with labels: `load.R`, `load.py`, and `load.sps` for SPSS and PSPP.

The first two read `codebook.csv` and are the same in every folder but for their first line, which says what made the results. SPSS has no such means, so its script is
written out, column by column.
*/

use super::columns::{Column, Kind, Table};
use super::layout::Layout;
use super::made_by;
use crate::lexicon::Definitions;
use crate::span::floor;
use std::io::{self, Write};

/// The names of the scripts.
pub const NAMES: [&str; 3] = ["load.R", "load.py", "load.sps"];

/// The scripts: names and bytes.
///
/// # Errors
/// None but what writing into memory says.
pub fn scripts(
    definitions: &Definitions,
    tables: &[Table],
    layout: &Layout,
) -> io::Result<[(&'static str, Vec<u8>); 3]> {
    let headed = |script: &str| format!("# Results of {}\n{script}", made_by(definitions)).into_bytes();
    let mut syntax = Vec::new();
    spss(definitions, tables, layout, &mut syntax)?;
    let [r, python, sps] = NAMES;
    Ok([(r, headed(include_str!("loaders/load.R"))), (python, headed(include_str!("loaders/load.py"))), (sps, syntax)])
}

/// The longest label of a variable, in bytes: SPSS takes 256, and its older editors lines of as many.
const LONGEST_LABEL: usize = 160;

fn spss(definitions: &Definitions, tables: &[Table], layout: &Layout, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "* Results of {}.", made_by(definitions))?;
    out.write_all(
        b"\
* Loads the tables of this folder and saves each as a .sav file with labels.
* Run it in the folder of the results. In SPSS, remove the star of the next line and write where that is.
* CD 'C:\\results'.
* NA is read as system-missing, with a warning that can be passed over; there may be many, and PSPP would stop at the hundredth.
* Names are read up to 255 bytes, texts up to 4000: change A4000 where yours are longer.
SET MXWARNS=1000000.

",
    )?;
    for table in tables {
        let path = layout.path(table.name.name());
        writeln!(out, "* {}: {}", table.name, table.about)?;
        writeln!(out, "GET DATA")?;
        writeln!(out, "  /TYPE=TXT")?;
        writeln!(out, "  /FILE='{path}'")?;
        writeln!(out, "  /ENCODING='UTF8'")?;
        writeln!(out, "  /ARRANGEMENT=DELIMITED")?;
        writeln!(out, "  /DELCASE=LINE")?;
        writeln!(out, "  /FIRSTCASE=2")?;
        writeln!(out, "  /DELIMITERS=\",\"")?;
        writeln!(out, "  /QUALIFIER='\"'")?;
        // The first variable stands beside the keyword: PSPP takes a line that begins with `document` for a command.
        let columns = || table.columns.iter();
        listed(out, "  /VARIABLES=", columns().map(|column| format!("{} {}", column.name, format(column))))?;
        let labels = columns().map(|column| format!("{} '{}'", column.name, quoted(&column.label)));
        listed(out, "VARIABLE LABELS ", labels)?;
        let level = |column: &Column| if column.kind.is_number() { "SCALE" } else { "NOMINAL" };
        listed(out, "VARIABLE LEVEL ", columns().map(|column| format!("{} ({})", column.name, level(column))))?;
        writeln!(out, "SAVE OUTFILE='{}'.\n", path.replace(".csv", ".sav"))?;
    }
    Ok(())
}

/// A command with its items, one a line.
fn listed(out: &mut dyn Write, command: &str, items: impl Iterator<Item = String>) -> io::Result<()> {
    writeln!(out, "{command}{}.", items.collect::<Vec<_>>().join("\n    "))
}

fn format(column: &Column) -> &'static str {
    match column.kind {
        Kind::Text => "A4000",
        Kind::Name | Kind::Choice(_) => "A255",
        Kind::Integer(_) => "F8.0",
        Kind::Number(..) => "F12.4",
    }
}

/// A label between single quotation marks.
fn quoted(label: &str) -> String {
    label[..floor(label, LONGEST_LABEL)].replace('\'', "''").replace(['\n', '\r'], " ")
}
