/*!
Studies for eyes: two decimals, `NA` for a figure that does not exist.
*/

use crate::report::terminal::{BOLD, DIM, RESET, printable};
use crate::score::percentile;
use crate::study::{Agreement, Comparison, Estimate, Flag, Norms, Subject, Table, UnitKind};
use std::io::{self, Write};

const NAME_WIDTH: usize = 31;

/// Two waves: each measure, and the persons who changed reliably.
///
/// # Errors
/// What `out` says.
pub fn comparison(comparison: &Comparison, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "{BOLD}{:NAME_WIDTH$}{:>4}{:>9}{:>9}  {:<24}{:<22}{:>6}{:>6}{RESET}",
        "", "n", "before", "after", "mean change", "g", "rises", "falls"
    )?;
    for changed in &comparison.measures {
        let (before, after) = (changed.before, changed.after);
        let name = printable(changed.measure.strip_prefix("scale_").unwrap_or(&changed.measure));
        write!(out, "{name:NAME_WIDTH$}{:>4}", before.n)?;
        if before.n == 0 {
            writeln!(out, "  {DIM}nobody has it in both waves{RESET}")?;
            continue;
        }
        write!(out, "{:>9}{:>9}", two(before.mean), two(after.mean))?;
        let change =
            changed.change.map(|change| Estimate { value: change.value, interval: Some((change.low, change.high)) });
        write!(out, "  {:<24}{:<22}", told(change), told(changed.effect))?;
        match &changed.reliability {
            Some(_) => writeln!(out, "{:>6}{:>6}", changed.count(Flag::Rise), changed.count(Flag::Fall))?,
            None => writeln!(out, "{:>6}{:>6}", "NA", "NA")?,
        }
    }
    let mut is_first = true;
    for changed in &comparison.measures {
        for person in changed.persons.iter().filter(|person| matches!(person.flag(), Some(Flag::Rise | Flag::Fall))) {
            if std::mem::take(&mut is_first) {
                writeln!(out, "\n{BOLD}Reliable changes{RESET}")?;
            }
            let name = printable(changed.measure.strip_prefix("scale_").unwrap_or(&changed.measure));
            let id = printable(&person.id);
            let index = person.index.unwrap_or_default();
            let (before, after) = (two(person.before), two(person.after));
            writeln!(out, "{id:NAME_WIDTH$}  {name:20} {before:>8} → {after:<8} RCI {}", two(index))?;
        }
    }
    writeln!(out, "\n{BOLD}What they rest on{RESET}")?;
    let mut sources: Vec<(&str, Vec<String>)> = Vec::new();
    for changed in &comparison.measures {
        let name = changed.measure.strip_prefix("scale_").unwrap_or(&changed.measure);
        let (source, told) = match &changed.reliability {
            Some(reliability) => (reliability.source.as_str(), format!("{name} {:.2}", reliability.value)),
            None => (
                "no reliability, so no change is called reliable: these texts differ by no more than the error within them",
                name.to_owned(),
            ),
        };
        match sources.iter_mut().find(|(known, _)| *known == source) {
            Some((_, names)) => names.push(told),
            None => sources.push((source, vec![told])),
        }
    }
    for (source, names) in sources {
        writeln!(out, "{}: {}", printable(source), names.join(", "))?;
    }
    writeln!(
        out,
        "{DIM}{} persons in both waves. In brackets 95 % intervals. A reliable change (Jacobson & Truax 1991) is more than the error of the measure: neither better nor worse.{RESET}",
        comparison.n_persons
    )
}

/// Norms of a sample.
///
/// # Errors
/// What `out` says.
pub fn norms(norms: &Norms, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "{BOLD}{:NAME_WIDTH$}{:>6}{:>9}{:>9}{:>9}{:>9}{:>9}{:>9}{:>9}{RESET}",
        "", "n", "mean", "sd", "5 %", "25 %", "50 %", "75 %", "95 %"
    )?;
    for norm in &norms.measures {
        let moments = norm.moments();
        let name = printable(&norm.measure);
        write!(out, "{name:NAME_WIDTH$}{:>6}{:>9.2}{:>9.2}", moments.n, moments.mean, moments.sd.unwrap_or_default())?;
        for share in [0.05, 0.25, 0.5, 0.75, 0.95] {
            write!(out, "{:>9.2}", percentile(&norm.values, share))?;
        }
        writeln!(out)?;
    }
    let left_out = match norms.n_left_out {
        0 => String::new(),
        n => format!("; {n} too short for scales were left out"),
    };
    write!(out, "{DIM}{} documents{left_out}.", norms.n_documents)?;
    match &norms.made {
        Some(made) => writeln!(
            out,
            " Scored by version {} with the lexicon {} ({}).{RESET}",
            printable(&made.version),
            printable(&made.lexicon),
            printable(made.sha256.get(..12).unwrap_or(&made.sha256))
        ),
        None => writeln!(out, " Not known with which lexicon.{RESET}"),
    }
}

/// Where the documents of a table, such as `documents.csv`, stand in a sample.
///
/// # Errors
/// What `out` says.
pub fn standings(documents: &Table, norms: &Norms, with_head: bool, out: &mut dyn Write) -> io::Result<()> {
    if with_head {
        writeln!(
            out,
            "{BOLD}{:36}  {:NAME_WIDTH$}{:>8}{:>8}  {:<20}{:>6}{RESET}",
            "document", "measure", "value", "z", "percentile", "of n"
        )?;
    }
    let Some(id) = documents.column("id") else { return Ok(()) };
    for row in 0..documents.n_rows() {
        for norm in &norms.measures {
            let Some(column) = documents.column(&norm.measure) else { continue };
            let value: Option<f64> = documents.cell(row, column).and_then(|cell| cell.parse().ok());
            let (name, document) = (printable(&norm.measure), printable(documents.cell(row, id).unwrap_or_default()));
            write!(out, "{document:36}  {name:NAME_WIDTH$}")?;
            match value.and_then(|value| Some((value, norm.standing(value)?))) {
                Some((value, standing)) => {
                    let (low, high) = standing.interval;
                    let z = standing.z.map_or("NA".to_owned(), two);
                    let percentile = format!("{:.0} ({low:.0} to {high:.0})", standing.percentile);
                    writeln!(out, "{:>8}{z:>8}  {percentile:<20}{:>6}", two(value), standing.n)?;
                }
                None => writeln!(out, "{:>8}", "NA")?,
            }
        }
    }
    Ok(())
}

/// Two raters: every figure, and what one said where the other said something else.
///
/// # Errors
/// What `out` says.
pub fn agreement(agreement: &Agreement, out: &mut dyn Write) -> io::Result<()> {
    const MOST_CONFUSIONS: usize = 12;
    let mut last: Option<UnitKind> = None;
    for line in &agreement.lines {
        if last.replace(line.unit) != Some(line.unit) {
            let unit = format!("by {}", line.unit.name());
            write!(out, "{BOLD}{unit:NAME_WIDTH$}{:>6}{:>6}{:>6}{:>6}", "n", "A", "B", "both")?;
            for figure in ["percent", "kappa", "AC1", "alpha", "ICC(2,1)"] {
                write!(out, "  {figure:<17}")?;
            }
            writeln!(out, "{RESET}")?;
        }
        let name = printable(&line.name);
        let (style, name) = match line.subject {
            Subject::Family => (BOLD, name),
            Subject::Marker if name.contains('.') => ("", format!("  {name}")),
            Subject::Marker | Subject::Measure => ("", name),
        };
        write!(out, "{style}{name:NAME_WIDTH$}{:>6}", line.n)?;
        match line.coded {
            Some([a, b, both]) => write!(out, "{a:>6}{b:>6}{both:>6}")?,
            None => write!(out, "{:18}", "")?,
        }
        for figure in line.figures {
            write!(out, "  {:<17}", told(figure))?;
        }
        writeln!(out, "{}", if style.is_empty() { "" } else { RESET })?;
    }
    let unlike: Vec<_> = agreement.confusions.iter().filter(|cell| cell.a != cell.b).collect();
    if !unlike.is_empty() {
        writeln!(out, "\n{BOLD}What A said where B said otherwise{RESET}")?;
        for cell in unlike.iter().take(MOST_CONFUSIONS) {
            let name = |name: &str| if name.is_empty() { "nothing".to_owned() } else { printable(name) };
            let of = if cell.of == "markers" { String::new() } else { format!("{}: ", printable(&cell.of)) };
            writeln!(out, "{:>5} × {of}{} – {}", cell.n, name(&cell.a), name(&cell.b))?;
        }
        if unlike.len() > MOST_CONFUSIONS {
            writeln!(
                out,
                "{DIM}… and {} more; -o writes all into confusion.csv{RESET}",
                unlike.len() - MOST_CONFUSIONS
            )?;
        }
    }
    let over = if agreement.is_over_documents { "documents" } else { "units, for there is one document" };
    writeln!(
        out,
        "{DIM}In brackets the 95 % interval, drawn over {over}. NA: there is no such figure. By document, the ICC is that of how often a label was given.{RESET}"
    )
}

fn told(estimate: Option<Estimate>) -> String {
    match estimate.map(|Estimate { value, interval }| (two(value), interval)) {
        Some((value, Some((low, high)))) => format!("{value:>5} ({} to {})", two(low), two(high)),
        Some((value, None)) => format!("{value:>5}"),
        None => format!("{:>5}", "NA"),
    }
}

/// Two decimals, and no negative zero.
fn two(number: f64) -> String {
    let shown = format!("{number:.2}");
    if shown == "-0.00" { "0.00".to_owned() } else { shown }
}
