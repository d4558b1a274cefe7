/*!
Two raters held against each other: two coders, or a coder and the program.

For labels (markers, and their families) each unit is one decision, given or not; for values each measure is compared as it is, numbers or categories. Figures and
their sources are in `figures`. Their intervals are drawn over documents, for units of one document resemble each other, and over units only if there is one document
(percentile bootstrap, Efron & Tibshirani 1993, ch. 13).

By document, a label counts as given where it was given once; its ICC is that of the *number* of units with it.
*/

use super::coding::{Coding, Labels, Place, UnitKind, family, with_families};
use super::figures::{FIGURES, Tally, Values as Figures};
use super::ratings::{Key, Ratings, Values};
use super::sample::Moments;
use super::table::{Table, few};
use crate::diagnostic::Diagnostic;
use crate::evaluate::{Bootstrap, Estimate, bootstrap_interval};
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
        (Ratings::Coded(left), Ratings::Coded(right)) => coded((a, &left), (b, &right), asked),
        (Ratings::Valued(left), Ratings::Valued(right)) => valued((a, &left), (b, &right), asked),
        _ => {
            let message = format!("this table and {} are of different kinds: labels of units, and values", a.file);
            let fault = b.fault_of_head("different-kinds", message);
            Err(vec![fault.hint("compare a table with a column `markers` or `marker` with another such table")])
        }
    }
}

// ---- labels ----

fn coded(a: (&Table, &Coding), b: (&Table, &Coding), asked: &Asked<'_>) -> Result<Agreement, Vec<Diagnostic>> {
    let mut kinds = a.1.kinds();
    kinds.retain(|kind| b.1.kinds().contains(kind));
    let smallest = kinds[0];
    let mut agreement = Agreement::default();
    let all = universe(a, b, asked.units, smallest, &mut agreement.notes)?;
    let (left, right) = (among(a.1.by(smallest), &all), among(b.1.by(smallest), &all));
    if all.is_empty() {
        return Err(vec![nothing_in_common(a.0, b.0, &names_of(a.1), &names_of(b.1))]);
    }
    let labels: BTreeSet<String> = left.values().chain(right.values()).flatten().cloned().collect();
    let labels = wanted(with_families(&labels), asked.names, b.0)?;
    spellings(a, b, &mut agreement.notes);
    let documents: BTreeSet<&str> = all.iter().map(|place| place.document.as_str()).collect();
    agreement.is_over_documents = documents.len() > 1;
    for &kind in kinds.iter().filter(|kind| asked.unit.is_none_or(|unit| unit == **kind)) {
        let (left, right, units) = if kind == smallest {
            (left.clone(), right.clone(), all.clone())
        } else {
            let up = |labels: &Labels, coding: &Coding| gathered(labels, coding, smallest, kind);
            let (left, right) = (up(&left, a.1), up(&right, b.1));
            let units = left.keys().chain(right.keys()).cloned().collect();
            (left, right, units)
        };
        let is_counted = kind == UnitKind::Document && smallest != kind;
        let counts = is_counted.then(|| (a.1.counts(&all, smallest), b.1.counts(&all, smallest)));
        let mut clusters: BTreeMap<Place, Vec<[Tally; 2]>> = BTreeMap::new();
        for place in &units {
            let cluster = Place {
                document: place.document.clone(),
                number: place.number.filter(|_| !agreement.is_over_documents),
            };
            let tallies =
                clusters.entry(cluster).or_insert_with(|| vec![[Tally::categories(2), Tally::numbers()]; labels.len()]);
            let given = |labels: &Labels| labels.get(place).map(with_families).unwrap_or_default();
            let (given_a, given_b) = (given(&left), given(&right));
            for (label, [decisions, numbers]) in labels.iter().zip(tallies) {
                decisions.rate(usize::from(given_a.contains(label)), usize::from(given_b.contains(label)));
                if let Some((of_a, of_b)) = &counts {
                    let key = (place.document.clone(), label.clone());
                    let count = |of: &BTreeMap<_, usize>| of.get(&key).copied().unwrap_or(0) as f64;
                    numbers.measure(count(of_a), count(of_b));
                }
            }
        }
        let clusters: Vec<Vec<[Tally; 2]>> = clusters.into_values().collect();
        let drawn = estimates(&clusters, asked.bootstrap);
        for (label, (sum, figures)) in labels.iter().zip(drawn) {
            let is_family = labels.iter().any(|other| family(other) == Some(label));
            agreement.lines.push(Line {
                subject: if is_family { Subject::Family } else { Subject::Marker },
                name: label.clone(),
                unit: kind,
                n: sum.n() as usize,
                coded: sum.coded().map(|coded| coded.map(|n| n as usize)),
                figures,
            });
        }
    }
    confuse(&left, &right, &labels, &mut agreement);
    for place in &all {
        let none = BTreeSet::new();
        let given = |of: &Labels| -> BTreeSet<String> {
            of.get(place).unwrap_or(&none).iter().filter(|label| labels.contains(*label)).cloned().collect()
        };
        let (given_a, given_b) = (given(&left), given(&right));
        if given_a == given_b {
            continue;
        }
        let only = |one: &BTreeSet<String>, other| one.difference(other).cloned().collect::<Vec<_>>().join(";");
        agreement.disagreements.push(Disagreement {
            document: place.document.clone(),
            turn: place.number.filter(|_| smallest == UnitKind::Turn),
            sentence: place.number.filter(|_| smallest == UnitKind::Sentence),
            of: "markers".to_owned(),
            a: only(&given_a, &given_b),
            b: only(&given_b, &given_a),
        });
    }
    Ok(agreement)
}

/// The units that both looked at.
fn universe(
    a: (&Table, &Coding),
    b: (&Table, &Coding),
    units: Option<&Table>,
    kind: UnitKind,
    notes: &mut Vec<String>,
) -> Result<BTreeSet<Place>, Vec<Diagnostic>> {
    let places = |coding: &Coding| coding.by(kind).into_keys().collect::<BTreeSet<Place>>();
    let (of_a, of_b) = (places(a.1), places(b.1));
    let documents =
        |places: &BTreeSet<Place>| -> BTreeSet<String> { places.iter().map(|place| place.document.clone()).collect() };
    let all: BTreeSet<Place> = match (units, a.1.is_closed, b.1.is_closed) {
        (Some(table), ..) => {
            let listed = Coding::read(table)?.ok_or_else(|| {
                vec![table.fault_of_head("missing-column", "this table lists no units").hint("give sentences.csv")]
            })?;
            places(&listed)
        }
        (None, true, true) => of_a.intersection(&of_b).cloned().collect(),
        (None, true, false) => {
            of_a.iter().filter(|place| documents(&of_b).contains(&place.document)).cloned().collect()
        }
        (None, false, true) => {
            of_b.iter().filter(|place| documents(&of_a).contains(&place.document)).cloned().collect()
        }
        (None, false, false) => {
            let message = format!(
                "neither this table nor {} says which {}s were looked at without a find",
                a.0.file,
                kind.name()
            );
            let fault = b.0.fault_of_head("no-units", message);
            return Err(vec![fault.hint("name a table of all units with --units, such as sentences.csv")]);
        }
    };
    let of_units = documents(&all);
    for (table, coding, own) in [(a.0, a.1, &of_a), (b.0, b.1, &of_b)] {
        let is_there = |place: &&Place| of_units.contains(&place.document);
        let outside = own.iter().filter(is_there).filter(|place| !all.contains(*place)).count();
        if outside > 0 {
            let those =
                if coding.is_closed { "that the other does not have" } else { "that are not among those looked at" };
            notes.push(format!("{}: {}s {those} are left out: {outside}", table.file, kind.name()));
        }
        let strange: Vec<String> = documents(own).difference(&of_units).cloned().collect();
        if !strange.is_empty() && !of_units.is_empty() {
            let names: Vec<&str> = strange.iter().map(String::as_str).collect();
            let why = if a.1.is_closed && b.1.is_closed || units.is_some() {
                "left out, because they are in this table alone"
            } else {
                "left out, because the other table has no label in them and does not say that they were read (--units does)"
            };
            notes.push(format!("{}: documents {why}: {}", table.file, few(&names)));
        }
    }
    Ok(all)
}

fn among(mut labels: Labels, all: &BTreeSet<Place>) -> Labels {
    labels.retain(|place, _| all.contains(place));
    labels
}

/// Labels of small units as those of the larger units that they belong to.
fn gathered(labels: &Labels, coding: &Coding, from: UnitKind, to: UnitKind) -> Labels {
    let mut found = Labels::new();
    let turns = if to == UnitKind::Turn { coding.turns(from) } else { BTreeMap::new() };
    for (place, own) in labels {
        let number = turns.get(place).copied();
        if to == UnitKind::Turn && number.is_none() {
            continue;
        }
        let place = Place { document: place.document.clone(), number };
        found.entry(place).or_default().extend(own.iter().cloned());
    }
    found
}

fn names_of(coding: &Coding) -> Vec<String> {
    coding.by(UnitKind::Document).into_keys().map(|place| place.document).collect()
}

fn nothing_in_common(a: &Table, b: &Table, of_a: &[String], of_b: &[String]) -> Diagnostic {
    let few = |names: &[String]| few(&names.iter().map(String::as_str).collect::<Vec<_>>());
    let fault = b.fault_of_head("nothing-in-common", format!("no unit of {} is in this table", a.file));
    fault.hint(format!("documents are {} there, and {} here; both must have the same names", few(of_a), few(of_b)))
}

/// The labels or measures that were asked for.
fn wanted(all: BTreeSet<String>, names: &[String], table: &Table) -> Result<Vec<String>, Vec<Diagnostic>> {
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

/// Tells of labels of one rater that look like another spelling of one of the other's.
fn spellings(a: (&Table, &Coding), b: (&Table, &Coding), notes: &mut Vec<String>) {
    let (labels, others) = (a.1.labels(), b.1.labels());
    let alone: Vec<&str> = others.difference(&labels).copied().collect();
    for label in labels.difference(&others) {
        // Such as `minimizing` and `minimising`, not `loss` and `love`.
        let near = nearest(label, &alone).filter(|near| near.len().abs_diff(label.len()) < 3 && label.len() > 8);
        if let Some(near) = near {
            notes.push(format!("{}: `{label}` is in this table alone; is it the `{near}` of the other?", a.0.file));
        }
    }
}

/// What both gave stands on the diagonal; what one gave alone, beside what the other gave alone.
fn confuse(left: &Labels, right: &Labels, wanted: &[String], agreement: &mut Agreement) {
    let mut cells: BTreeMap<(String, String), usize> = BTreeMap::new();
    let none = BTreeSet::new();
    let places: BTreeSet<&Place> = left.keys().chain(right.keys()).collect();
    for place in places {
        let (a, b) = (left.get(place).unwrap_or(&none), right.get(place).unwrap_or(&none));
        let of = |labels: &mut dyn Iterator<Item = &String>| -> Vec<String> {
            labels.filter(|label| wanted.contains(*label)).cloned().collect()
        };
        for label in of(&mut a.intersection(b)) {
            *cells.entry((label.clone(), label)).or_default() += 1;
        }
        let (only_a, only_b) = (of(&mut a.difference(b)), of(&mut b.difference(a)));
        match (only_a.is_empty(), only_b.is_empty()) {
            (true, true) => {}
            (false, true) => only_a.into_iter().for_each(|a| *cells.entry((a, String::new())).or_default() += 1),
            (true, false) => only_b.into_iter().for_each(|b| *cells.entry((String::new(), b)).or_default() += 1),
            (false, false) => {
                for a in &only_a {
                    for b in &only_b {
                        *cells.entry((a.clone(), b.clone())).or_default() += 1;
                    }
                }
            }
        }
    }
    agreement.confusions.extend(sorted("markers", cells));
}

fn sorted(of: &str, cells: BTreeMap<(String, String), usize>) -> Vec<Confusion> {
    let cell = |((a, b), n)| Confusion { of: of.to_owned(), a, b, n };
    let mut found: Vec<Confusion> = cells.into_iter().map(cell).collect();
    found.sort_by(|left, right| right.n.cmp(&left.n).then_with(|| (&left.a, &left.b).cmp(&(&right.a, &right.b))));
    found
}

// ---- values ----

fn valued(a: (&Table, &Values), b: (&Table, &Values), asked: &Asked<'_>) -> Result<Agreement, Vec<Diagnostic>> {
    let in_both: BTreeSet<String> = a.1.measures.iter().filter(|name| b.1.measures.contains(name)).cloned().collect();
    if in_both.is_empty() {
        let fault = b.0.fault_of_head("nothing-in-common", format!("no measure of {} is in this table", a.0.file));
        let names = |values: &Values| few(&values.measures.iter().map(String::as_str).collect::<Vec<_>>());
        return Err(vec![fault.hint(format!("there it is {}; here {}", names(a.1), names(b.1)))]);
    }
    let chosen = wanted(in_both, asked.names, b.0)?;
    let mut agreement = Agreement::default();
    let units =
        |values: &Values| -> BTreeSet<Key> { values.by_measure.values().flat_map(BTreeMap::keys).cloned().collect() };
    let (of_a, of_b) = (units(a.1), units(b.1));
    let both: BTreeSet<Key> = of_a.intersection(&of_b).cloned().collect();
    let documents = |keys: &BTreeSet<Key>| -> Vec<String> {
        keys.iter().map(|key| key.0.clone()).collect::<BTreeSet<_>>().into_iter().collect()
    };
    if both.is_empty() {
        return Err(vec![nothing_in_common(a.0, b.0, &documents(&of_a), &documents(&of_b))]);
    }
    for (table, own) in [(a.0, &of_a), (b.0, &of_b)] {
        let n = own.difference(&both).count();
        if n > 0 {
            agreement.notes.push(format!("{}: {n} units that the other does not have are left out", table.file));
        }
    }
    agreement.is_over_documents = documents(&both).len() > 1;
    let kind = match both.iter().next() {
        Some((_, _, Some(_))) => UnitKind::Sentence,
        Some((_, Some(_), _)) => UnitKind::Turn,
        _ => UnitKind::Document,
    };
    // In the order of the first table.
    for measure in a.1.measures.iter().filter(|measure| chosen.contains(*measure)) {
        let pairs: Vec<(&Key, _, _)> = both
            .iter()
            .filter_map(|key| Some((key, a.1.by_measure[measure].get(key)?, b.1.by_measure[measure].get(key)?)))
            .collect();
        let is_numeric = a.1.is_numeric(measure) && b.1.is_numeric(measure) && !asked.categories.contains(measure);
        let categories: Vec<&str> = a.1.said(measure).union(&b.1.said(measure)).copied().collect();
        // Free text is no rating.
        if !is_numeric && categories.len() > MOST_CATEGORIES && asked.names.is_empty() {
            agreement.notes.push(format!(
                "`{measure}` has {} different texts and is passed over; --measure {measure} takes it",
                categories.len()
            ));
            continue;
        }
        let at = |text: &str| categories.binary_search(&text).unwrap_or(0);
        let numbers: Vec<f64> = pairs.iter().flat_map(|(_, a, b)| [a.number, b.number]).flatten().collect();
        let middle = Moments::of(&numbers).mean;
        let empty = if is_numeric { Tally::numbers() } else { Tally::categories(categories.len()) };
        let mut clusters: BTreeMap<Key, Vec<[Tally; 2]>> = BTreeMap::new();
        let mut cells: BTreeMap<(String, String), usize> = BTreeMap::new();
        for (key, a, b) in pairs {
            let cluster = if agreement.is_over_documents { (key.0.clone(), None, None) } else { key.clone() };
            let tallies = clusters.entry(cluster).or_insert_with(|| vec![[empty.clone(), Tally::numbers()]]);
            let is_same = if is_numeric {
                let (a, b) = (a.number.unwrap_or_default(), b.number.unwrap_or_default());
                tallies[0][0].measure(a - middle, b - middle);
                a == b
            } else {
                tallies[0][0].rate(at(&a.text), at(&b.text));
                *cells.entry((a.text.clone(), b.text.clone())).or_default() += 1;
                a.text == b.text
            };
            if !is_same {
                agreement.disagreements.push(Disagreement {
                    document: key.0.clone(),
                    turn: key.1,
                    sentence: key.2,
                    of: measure.clone(),
                    a: a.text.clone(),
                    b: b.text.clone(),
                });
            }
        }
        agreement.confusions.extend(sorted(measure, cells));
        let clusters: Vec<Vec<[Tally; 2]>> = clusters.into_values().collect();
        for (sum, figures) in estimates(&clusters, asked.bootstrap) {
            agreement.lines.push(Line {
                subject: Subject::Measure,
                name: measure.clone(),
                unit: kind,
                n: sum.n() as usize,
                coded: None,
                figures,
            });
        }
    }
    Ok(agreement)
}

/// A measure with more different texts is not one of categories.
const MOST_CATEGORIES: usize = 30;

// ---- figures with their intervals ----

/// For each subject the first of its two tallies over all clusters, and its figures, where the second stands in for what the first does not have.
fn estimates(clusters: &[Vec<[Tally; 2]>], bootstrap: Bootstrap) -> Vec<(Tally, [Option<Estimate>; FIGURES.len()])> {
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
    let mut drawn: Vec<[Vec<f64>; FIGURES.len()]> = vec![Default::default(); first.len()];
    bootstrap.resample(clusters.len(), |times| {
        for (drawn, (_, figures)) in drawn.iter_mut().zip(values(times)) {
            drawn.iter_mut().zip(figures).for_each(|(drawn, figure)| drawn.extend(figure));
        }
    });
    let all = values(&vec![1; clusters.len()]).into_iter().zip(&mut drawn).map(|((sum, figures), drawn)| {
        let mut drawn = drawn.iter_mut();
        let estimates = figures.map(|figure| {
            let interval = drawn.next().and_then(|drawn| bootstrap_interval(drawn));
            figure.map(|value| Estimate { value, interval })
        });
        (sum, estimates)
    });
    all.collect()
}

/// The place of the ICC among the figures.
const ICC: usize = 4;
