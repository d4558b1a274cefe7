/*!
Tables of a study, in the manner of the other tables: `NA` for a figure that does not exist, never 0.
*/

use crate::report::columns;
use crate::report::csv::{ABSENT, decimal, integer, safe, table};
use crate::study::{Agreement, Comparison, Estimate, FIGURES, Flag, Norms, Table};
use csv::Writer;
use std::io::{self, Write};

/// `changes.csv`: one row a person and measure.
///
/// # Errors
/// What `out` says.
pub fn changes(comparison: &Comparison, out: &mut dyn Write) -> io::Result<()> {
    let mut table = table(out);
    table.write_record([
        "id",
        "measure",
        "before",
        "after",
        "change",
        "change_lo",
        "change_hi",
        "rci",
        "reliable_change",
    ])?;
    let mut cell = String::new();
    for changed in &comparison.measures {
        for person in &changed.persons {
            table.write_field(safe(&person.id).as_ref())?;
            table.write_field(&changed.measure)?;
            for number in [person.before, person.after, person.change] {
                table.write_field(decimal(&mut cell, number, 4))?;
            }
            limits(&mut table, &mut cell, person.interval)?;
            optional(&mut table, &mut cell, person.index)?;
            table.write_field(person.flag().map_or(ABSENT, Flag::name))?;
            table.write_record(None::<&[u8]>)?;
        }
    }
    table.flush()
}

/// `groups.csv`: one row a measure, with what is said of the group, and what reliable changes rest on.
///
/// # Errors
/// What `out` says.
pub fn groups(comparison: &Comparison, out: &mut dyn Write) -> io::Result<()> {
    let mut table = table(out);
    table.write_record([
        "measure",
        "n",
        "mean_before",
        "sd_before",
        "mean_after",
        "sd_after",
        "correlation",
        "mean_change",
        "mean_change_lo",
        "mean_change_hi",
        "g",
        "g_lo",
        "g_hi",
        "rises",
        "falls",
        "reliability",
        "reliability_source",
    ])?;
    let mut cell = String::new();
    for changed in &comparison.measures {
        table.write_field(&changed.measure)?;
        table.write_field(integer(&mut cell, changed.before.n))?;
        for moments in [changed.before, changed.after] {
            optional(&mut table, &mut cell, (moments.n > 0).then_some(moments.mean))?;
            optional(&mut table, &mut cell, moments.sd)?;
        }
        optional(&mut table, &mut cell, changed.correlation)?;
        crate::report::csv::interval(&mut table, &mut cell, changed.change)?;
        estimate(&mut table, &mut cell, changed.effect)?;
        for flag in [Flag::Rise, Flag::Fall] {
            match &changed.reliability {
                Some(_) => table.write_field(integer(&mut cell, changed.count(flag)))?,
                None => table.write_field(ABSENT)?,
            }
        }
        optional(&mut table, &mut cell, changed.reliability.as_ref().map(|reliability| reliability.value))?;
        table.write_field(safe(changed.reliability.as_ref().map_or(ABSENT, |of| of.source.as_str())).as_ref())?;
        table.write_record(None::<&[u8]>)?;
    }
    table.flush()
}

/// `norms.csv`: where the documents of a table, such as `documents.csv`, stand in a sample.
///
/// # Errors
/// What `out` says.
pub fn standings(documents: &Table, norms: &Norms, with_head: bool, out: &mut dyn Write) -> io::Result<()> {
    let mut table = table(out);
    if with_head {
        table.write_record(columns::norms().head())?;
    }
    let mut cell = String::new();
    let Some(id) = documents.column("id") else { return table.flush() };
    for row in 0..documents.n_rows() {
        for norm in &norms.measures {
            let Some(column) = documents.column(&norm.measure) else { continue };
            let value: Option<f64> = documents.cell(row, column).and_then(|cell| cell.parse().ok());
            let standing = value.and_then(|value| norm.standing(value));
            table.write_field(safe(documents.cell(row, id).unwrap_or_default()).as_ref())?;
            table.write_field(&norm.measure)?;
            optional(&mut table, &mut cell, value)?;
            optional(&mut table, &mut cell, standing.and_then(|standing| standing.z))?;
            match standing {
                Some(standing) => {
                    for percent in [standing.percentile, standing.interval.0, standing.interval.1] {
                        table.write_field(decimal(&mut cell, percent, 1))?;
                    }
                }
                None => [ABSENT; 3].iter().try_for_each(|none| table.write_field(none))?,
            }
            table.write_field(integer(&mut cell, norm.values.len()))?;
            table.write_record(None::<&[u8]>)?;
        }
    }
    table.flush()
}

/// `agreement.csv`: one row a subject and kind of unit.
///
/// # Errors
/// What `out` says.
pub fn agreement(agreement: &Agreement, out: &mut dyn Write) -> io::Result<()> {
    let mut table = table(out);
    let mut head = ["level", "name", "unit", "n", "a", "b", "both"].map(str::to_owned).to_vec();
    for figure in FIGURES {
        head.extend([figure.to_owned(), format!("{figure}_lo"), format!("{figure}_hi")]);
    }
    table.write_record(&head)?;
    let mut cell = String::new();
    for line in &agreement.lines {
        for name in [line.subject.name(), safe(&line.name).as_ref(), line.unit.name()] {
            table.write_field(name)?;
        }
        table.write_field(integer(&mut cell, line.n))?;
        match line.coded {
            Some(coded) => coded.iter().try_for_each(|n| table.write_field(integer(&mut cell, *n)))?,
            None => [ABSENT; 3].iter().try_for_each(|none| table.write_field(none))?,
        }
        line.figures.iter().try_for_each(|figure| estimate(&mut table, &mut cell, *figure))?;
        table.write_record(None::<&[u8]>)?;
    }
    table.flush()
}

/// `confusion.csv`: how often A said the one where B said the other; an empty cell is nothing.
///
/// # Errors
/// What `out` says.
pub fn confusion(agreement: &Agreement, out: &mut dyn Write) -> io::Result<()> {
    let mut table = table(out);
    table.write_record(["of", "a", "b", "n"])?;
    for cell in &agreement.confusions {
        table.write_record([&*safe(&cell.of), &*safe(&cell.a), &*safe(&cell.b), &cell.n.to_string()])?;
    }
    table.flush()
}

/// `disagreements.csv`: every unit about which the two differ, with what each alone says.
///
/// # Errors
/// What `out` says.
pub fn disagreements(agreement: &Agreement, out: &mut dyn Write) -> io::Result<()> {
    let mut table = table(out);
    table.write_record(["document", "turn", "sentence", "of", "a", "b"])?;
    let number = |number: Option<u64>| number.map_or(ABSENT.to_owned(), |number| number.to_string());
    for one in &agreement.disagreements {
        let (turn, sentence) = (number(one.turn), number(one.sentence));
        table.write_record([
            &*safe(&one.document),
            &turn,
            &sentence,
            &*safe(&one.of),
            &*safe(&one.a),
            &*safe(&one.b),
        ])?;
    }
    table.flush()
}

fn optional(table: &mut Writer<&mut dyn Write>, cell: &mut String, number: Option<f64>) -> io::Result<()> {
    Ok(table.write_field(number.map_or(ABSENT, |number| decimal(cell, number, 4)))?)
}

fn limits(table: &mut Writer<&mut dyn Write>, cell: &mut String, limits: Option<(f64, f64)>) -> io::Result<()> {
    optional(table, cell, limits.map(|(low, _)| low))?;
    optional(table, cell, limits.map(|(_, high)| high))
}

fn estimate(table: &mut Writer<&mut dyn Write>, cell: &mut String, estimate: Option<Estimate>) -> io::Result<()> {
    optional(table, cell, estimate.map(|estimate| estimate.value))?;
    limits(table, cell, estimate.and_then(|estimate| estimate.interval))
}
