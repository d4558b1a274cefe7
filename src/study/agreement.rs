/*!
Two raters held against each other: two coders, or a coder and the program.

For labels (markers, and their families) each unit is one decision, given or not; for values each measure is compared as it is, numbers or categories. Figures and
their sources are in `figures`. Their intervals are drawn over documents, for units of one document resemble each other, and over units only if there is one document
(percentile bootstrap, Efron & Tibshirani 1993, ch. 13).

By document, a label counts as given where it was given once; its ICC is that of the *number* of units with it.
*/

use super::coding::{UnitKind, family};
use super::figures::{FIGURES, ICC, Tally, Values as Figures};
use super::ratings::Ratings;
use super::table::{Table, few};
use super::{agreement_labels, agreement_values};
use crate::diagnostic::Diagnostic;
use crate::evaluate::{Bootstrap, Estimate};
use crate::lexicon::nearest;
use std::collections::{BTreeMap, BTreeSet};

/// All that is said of two raters.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Agreement {
    /// One for each subject and kind of unit.
    pub lines: Vec<Line>,
    /// What the one said where the other said what, the most frequent first.
    pub confusions: Vec<Confusion>,
    /// Every unit about which they differ.
    pub disagreements: Vec<Disagreement>,
    /// Whether intervals are drawn over documents; else over units.
    pub is_over_documents: bool,
    /// What was left out, and what looks odd.
    pub notes: Vec<String>,
}

/// What a line is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// A family of markers.
    Family,
    /// A marker or another label.
    Marker,
    /// A measure of numbers or categories.
    Measure,
}

impl Subject {
    /// The name used in results.
    pub fn name(self) -> &'static str {
        match self {
            Subject::Family => "family",
            Subject::Marker => "marker",
            Subject::Measure => "measure",
        }
    }
}

/// The figures of one subject.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// What it is.
    pub subject: Subject,
    /// Its name.
    pub name: String,
    /// What was rated as one.
    pub unit: UnitKind,
    /// How many units both rated.
    pub n: usize,
    /// For labels: to how many units A gave it, B, and both.
    pub coded: Option<[usize; 3]>,
    /// In the order of [`FIGURES`].
    pub figures: [Option<Estimate>; FIGURES.len()],
}

/// One cell of a table of what A said and what B said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confusion {
    /// `markers`, or the name of a measure.
    pub of: String,
    /// What A said; empty for nothing.
    pub a: String,
    /// What B said.
    pub b: String,
    /// How often.
    pub n: usize,
}

/// One unit about which the two differ.
#[derive(Clone, Debug, PartialEq)]
pub struct Disagreement {
    /// The document.
    pub document: String,
    /// The turn.
    pub turn: Option<u64>,
    /// The sentence.
    pub sentence: Option<u64>,
    /// `markers`, or the name of a measure.
    pub of: String,
    /// What A alone says.
    pub a: String,
    /// What B alone says.
    pub b: String,
}

/// Two tables as raters, and what is asked about them.
pub struct Asked<'a> {
    /// Labels or measures; without any, all.
    pub names: &'a [String],
    /// Measures whose numbers are names of categories.
    pub categories: &'a [String],
    /// The kind of unit; without one, every kind that both tables have.
    pub unit: Option<UnitKind>,
    /// A table of all units that were looked at.
    pub units: Option<&'a Table>,
    /// How intervals are drawn.
    pub bootstrap: Bootstrap,
}

/// Holds the tables of two raters against each other.
///
/// # Errors
/// All faults of the tables; that they are of different kinds, have nothing in common, or do not say what was looked at.
pub fn agreement(a: &Table, b: &Table, asked: &Asked<'_>) -> Result<Agreement, Vec<Diagnostic>> {
    let (left, right) = match (Ratings::read(a), Ratings::read(b)) {
        (Ok(left), Ok(right)) => (left, right),
        (left, right) => return Err([left.err(), right.err()].into_iter().flatten().flatten().collect()),
    };
    match (left, right) {
        (Ratings::Coded(left), Ratings::Coded(right)) => agreement_labels::coded((a, &left), (b, &right), asked),
        (Ratings::Valued(left), Ratings::Valued(right)) => agreement_values::valued((a, &left), (b, &right), asked),
        _ => {
            let message = format!("this table and {} are of different kinds: labels of units, and values", a.file);
            let fault = b.fault_of_head("different-kinds", message);
            Err(vec![fault.hint("compare a table with a column `markers` or `marker` with another such table")])
        }
    }
}

/// What is said of tables without a common unit.
pub(super) fn nothing_in_common(a: &Table, b: &Table, of_a: &[String], of_b: &[String]) -> Diagnostic {
    let fault = b.fault_of_head("nothing-in-common", format!("no unit of {} is in this table", a.file));
    fault.hint(format!("documents are {} there, and {} here; both must have the same names", few(of_a), few(of_b)))
}

/// The labels or measures that were asked for.
pub(super) fn wanted(all: BTreeSet<String>, names: &[String], table: &Table) -> Result<Vec<String>, Vec<Diagnostic>> {
    if names.is_empty() {
        return Ok(all.into_iter().collect());
    }
    let known: Vec<&str> = all.iter().map(String::as_str).collect();
    let missing = names.iter().filter(|name| !all.contains(*name)).map(|name| {
        let fault = table.fault_of_head("unknown-measure", format!("neither of the two has `{name}`"));
        match nearest(name, &known) {
            Some(near) => fault.hint(format!("did you mean `{near}`?")),
            None => fault.hint(format!("there are {}", few(&known))),
        }
    });
    let missing: Vec<Diagnostic> = missing.collect();
    if !missing.is_empty() {
        return Err(missing);
    }
    Ok(all.into_iter().filter(|label| names.iter().any(|name| name == label || family(label) == Some(name))).collect())
}

/// Cells of a table of what A said and what B said, the most frequent first.
pub(super) fn sorted(of: &str, cells: BTreeMap<(String, String), usize>) -> Vec<Confusion> {
    let cell = |((a, b), n)| Confusion { of: of.to_owned(), a, b, n };
    let mut found: Vec<Confusion> = cells.into_iter().map(cell).collect();
    found.sort_by(|left, right| right.n.cmp(&left.n).then_with(|| (&left.a, &left.b).cmp(&(&right.a, &right.b))));
    found
}

/// For each subject the first of its two tallies over all clusters, and its figures, where the second stands in for what the first does not have.
pub(super) fn estimates(
    clusters: &[Vec<[Tally; 2]>],
    bootstrap: Bootstrap,
) -> Vec<(Tally, [Option<Estimate>; FIGURES.len()])> {
    let Some(first) = clusters.first() else { return Vec::new() };
    let values = |times: &[u32]| -> Vec<(Tally, Figures)> {
        let mut sums: Vec<[Tally; 2]> = first.iter().map(|[one, other]| [one.emptied(), other.emptied()]).collect();
        for (cluster, times) in clusters.iter().zip(times).filter(|(_, times)| **times > 0) {
            for (sums, tallies) in sums.iter_mut().zip(cluster) {
                sums.iter_mut().zip(tallies).for_each(|(sum, tally)| sum.add(tally, f64::from(*times)));
            }
        }
        let all = sums.into_iter().map(|[decisions, numbers]| {
            let (mut figures, others) = (decisions.figures(), numbers.figures());
            figures[ICC] = figures[ICC].or(others[ICC]);
            (decisions, figures)
        });
        all.collect()
    };
    let whole = values(&vec![1; clusters.len()]);
    let figures = |drawn: Vec<(Tally, Figures)>| -> Vec<Figures> { drawn.into_iter().map(|(_, own)| own).collect() };
    let (tallies, whole): (Vec<Tally>, Vec<Figures>) = whole.into_iter().unzip();
    tallies.into_iter().zip(bootstrap.estimates(clusters.len(), whole, |times| figures(values(times)))).collect()
}
