/*!
Tables of an evaluation for R, SPSS and Python, in the manner of the other tables: `NA` for a figure that does not exist, never 0.
*/

use super::told;
use crate::evaluate::{Comparison, Disagreement, Estimate, FIGURES, Judged, Row};
use crate::lexicon::Definitions;
use crate::report::csv::{decimal, integer, safe, table};
use csv::Writer;
use std::io::{self, Write};

/// One row a family, a marker, an average: what was coded and found, and every figure with its interval.
///
/// # Errors
/// What `out` says.
pub fn figures(rows: &[Row], out: &mut dyn Write) -> io::Result<()> {
    let mut table = table(out);
    let mut head = ["level", "name", "sentences", "support", "found", "true_positives"].map(str::to_owned).to_vec();
    for figure in FIGURES {
        head.extend([figure.to_owned(), format!("{figure}_lo"), format!("{figure}_hi")]);
    }
    table.write_record(&head)?;
    let mut cell = String::new();
    for row in rows {
        table.write_field(row.level.name())?;
        table.write_field(safe(&row.name).as_ref())?;
        let counts = row.counts.map(|counts| [counts.sentences, counts.support, counts.found, counts.agreed]);
        match counts {
            Some(counts) => counts.iter().try_for_each(|&count| table.write_field(integer(&mut cell, count)))?,
            None => ["NA"; 4].iter().try_for_each(|none| table.write_field(none))?,
        }
        for figure in row.figures {
            estimate(&mut table, &mut cell, figure)?;
        }
        table.write_record(None::<&[u8]>)?;
    }
    table.flush()
}

/// One row a sentence about which coder and program disagree. Names, rules and words are separated by `;`, in one order.
///
/// # Errors
/// What `out` says.
pub fn disagreements(
    definitions: &Definitions,
    judged: &[Judged],
    label: &str,
    disagreements: &[Disagreement],
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut table = table(out);
    table.write_record(["label", "kind", "document", "sentence", "coded", "found", "rules", "words", "text"])?;
    for told in disagreements.iter().filter_map(|disagreement| told(definitions, judged, label, disagreement)) {
        let joined = |part: fn(&super::Found<'_>) -> String| told.found.iter().map(part).collect::<Vec<_>>().join(";");
        table.write_record([
            label,
            told.kind.name(),
            safe(told.document).as_ref(),
            &told.sentence.to_string(),
            &told.coded.join(";"),
            &joined(|found| found.marker.to_owned()),
            &joined(|found| found.rule.to_owned()),
            safe(&joined(|found| found.words.to_owned())).as_ref(),
            safe(told.text).as_ref(),
        ])?;
    }
    table.flush()
}

/// One row a family, a marker, an average: every figure before and after, and its change with its interval.
///
/// # Errors
/// What `out` says.
pub fn comparison(comparison: &Comparison, out: &mut dyn Write) -> io::Result<()> {
    let mut table = table(out);
    let mut head = ["level", "name", "support"].map(str::to_owned).to_vec();
    for figure in FIGURES {
        head.extend(["before", "after", "change", "change_lo", "change_hi"].map(|part| format!("{figure}_{part}")));
    }
    table.write_record(&head)?;
    let mut cell = String::new();
    for change in &comparison.changes {
        table.write_field(change.level.name())?;
        table.write_field(safe(&change.name).as_ref())?;
        match change.support {
            Some(support) => table.write_field(integer(&mut cell, support))?,
            None => table.write_field("NA")?,
        }
        for figure in 0..FIGURES.len() {
            number(&mut table, &mut cell, change.before[figure])?;
            number(&mut table, &mut cell, change.after[figure])?;
            estimate(&mut table, &mut cell, change.change[figure])?;
        }
        table.write_record(None::<&[u8]>)?;
    }
    table.flush()
}

fn estimate(table: &mut Writer<&mut dyn Write>, cell: &mut String, estimate: Option<Estimate>) -> io::Result<()> {
    let interval = estimate.and_then(|estimate| estimate.interval);
    number(table, cell, estimate.map(|estimate| estimate.value))?;
    number(table, cell, interval.map(|(low, _)| low))?;
    number(table, cell, interval.map(|(_, high)| high))
}

fn number(table: &mut Writer<&mut dyn Write>, cell: &mut String, number: Option<f64>) -> io::Result<()> {
    match number {
        Some(number) => table.write_field(decimal(cell, number, 4))?,
        None => table.write_field("NA")?,
    }
    Ok(())
}
