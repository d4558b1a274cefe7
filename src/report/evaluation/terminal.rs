/*!
Evaluations for eyes: two decimals, `NA` for a figure that does not exist, families with their markers below them.
*/

use super::told;
use crate::evaluate::{Change, Comparison, Disagreement, Estimate, Judged, Kind, Level, Row};
use crate::lexicon::Definitions;
use crate::report::terminal::{BOLD, DIM, RESET, printable};
use std::io::{self, Write};

const NAME_WIDTH: usize = 33;

/// All figures.
///
/// # Errors
/// What `out` says.
pub fn figures(rows: &[Row], n_documents: usize, n_sentences: u64, out: &mut dyn Write) -> io::Result<()> {
    write!(out, "{BOLD}{:NAME_WIDTH$}{:>6}{:>7}{:>6}", "", "coded", "found", "both")?;
    for figure in ["precision", "recall", "F1", "kappa"] {
        write!(out, "  {figure:<17}")?;
    }
    writeln!(out, "{RESET}")?;
    for row in rows {
        let name = printable(&row.name);
        let (style, name) = match row.level {
            Level::Macro | Level::Micro => (BOLD, format!("{} average over {name}", row.level.name())),
            Level::Family => (BOLD, name),
            Level::Marker => ("", format!("  {name}")),
        };
        if row.level == Level::Macro {
            writeln!(out)?;
        }
        write!(out, "{style}{name:NAME_WIDTH$}")?;
        match row.counts {
            Some(counts) => write!(out, "{:>6}{:>7}{:>6}", counts.support, counts.found, counts.agreed)?,
            None => write!(out, "{:19}", "")?,
        }
        for figure in row.figures {
            match figure {
                Some(Estimate { value, interval }) => write!(out, "  {value:>5.2}{:12}", range(interval))?,
                None => write!(out, "  {:>5}{:12}", "NA", "")?,
            }
        }
        writeln!(out, "{}", if style.is_empty() { "" } else { RESET })?;
    }
    let has_intervals = rows.iter().flat_map(|row| row.figures).flatten().any(|figure| figure.interval.is_some());
    let brackets = if has_intervals { " In brackets the 95 % interval, drawn over documents." } else { "" };
    writeln!(
        out,
        "{DIM}{n_documents} documents, {n_sentences} sentences of the narrator.{brackets} NA: there is no such figure.{RESET}"
    )
}

/// Every sentence about which coder and program disagree.
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
    for kind in [Kind::Missed, Kind::FalseAlarm] {
        let own: Vec<&Disagreement> = disagreements.iter().filter(|disagreement| disagreement.kind == kind).collect();
        let what = match kind {
            Kind::Missed => "missed: coded and not found",
            Kind::FalseAlarm => "false alarms: found and not coded",
        };
        writeln!(out, "{BOLD}{label}, {what} ({}){RESET}\n", own.len())?;
        for told in own.into_iter().filter_map(|disagreement| told(definitions, judged, label, disagreement)) {
            writeln!(out, "{}, sentence {}: {}", printable(told.document), told.sentence, printable(told.text))?;
            let coded = if told.coded.is_empty() { "nothing".to_owned() } else { told.coded.join(", ") };
            writeln!(out, "    {DIM}coded{RESET} {coded}")?;
            if told.found.is_empty() {
                writeln!(out, "    {DIM}found{RESET} nothing")?;
            }
            for found in told.found {
                let words = printable(found.words);
                writeln!(out, "    {DIM}found{RESET} {} [{words}] {DIM}{}{RESET}", found.marker, found.rule)?;
            }
            writeln!(out)?;
        }
    }
    Ok(())
}

/// What changed, the largest changes first.
///
/// # Errors
/// What `out` says.
pub fn comparison(comparison: &Comparison, out: &mut dyn Write) -> io::Result<()> {
    write!(out, "{BOLD}{:NAME_WIDTH$}{:>6}", "", "coded")?;
    for figure in ["precision", "recall", "F1"] {
        write!(out, "  {figure:<32}")?;
    }
    writeln!(out, "{RESET}")?;
    for level in [Level::Macro, Level::Micro, Level::Family, Level::Marker] {
        let own = || comparison.changes.iter().filter(|change| change.level == level);
        let n_same = own().filter(|change| is_same(change)).count();
        if level == Level::Family || level == Level::Marker {
            writeln!(out)?;
        }
        for change in own().filter(|change| !is_same(change) || matches!(level, Level::Macro | Level::Micro)) {
            let name = match level {
                Level::Macro | Level::Micro => format!("{} average over {}", level.name(), change.name),
                Level::Family | Level::Marker => printable(&change.name),
            };
            let support = change.support.map_or(String::new(), |support| support.to_string());
            write!(out, "{name:NAME_WIDTH$}{support:>6}")?;
            for figure in 0..3 {
                let side = |value: Option<f64>| value.map_or("NA".to_owned(), |value| format!("{value:.2}"));
                let (before, after) = (side(change.before[figure]), side(change.after[figure]));
                let by = match change.change[figure] {
                    Some(Estimate { value, interval }) => format!("{} {}", signed(value), signed_range(interval)),
                    None => "NA".to_owned(),
                };
                write!(out, "  {before:>4} → {after:>4} {by:<20}")?;
            }
            writeln!(out)?;
        }
        let what = if level == Level::Family { "families" } else { "markers" };
        if n_same > 0 && matches!(level, Level::Family | Level::Marker) {
            writeln!(out, "{DIM}{what} without a change: {n_same}{RESET}")?;
        }
    }
    writeln!(
        out,
        "{DIM}{} documents. In brackets the 95 % interval of the change, drawn over documents. NA: there is no such figure.{RESET}",
        comparison.n_documents
    )
}

/// Whether no figure shows a change.
fn is_same(change: &Change) -> bool {
    change.before == change.after
}

fn range(interval: Option<(f64, f64)>) -> String {
    interval.map_or(String::new(), |(low, high)| format!(" [{low:.2} {high:.2}]"))
}

fn signed_range(interval: Option<(f64, f64)>) -> String {
    interval.map_or(String::new(), |(low, high)| format!("[{} {}]", signed(low), signed(high)))
}

/// Two decimals with a sign; nothing has none.
fn signed(number: f64) -> String {
    let text = format!("{number:+.2}");
    if text[1..] == *"0.00" { "0.00".to_owned() } else { text }
}
