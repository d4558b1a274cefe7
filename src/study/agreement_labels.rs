/*!
The agreement of two raters in labels: each unit is one decision about each label, given or not.
*/

use super::agreement::{Agreement, Asked, Disagreement, Line, Subject, estimates, nothing_in_common, sorted, wanted};
use super::coding::{Coding, Labels, Place, UnitKind, family, with_families};
use super::figures::Tally;
use super::table::{Table, few};
use crate::diagnostic::Diagnostic;
use crate::lexicon::nearest;
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn coded(
    a: (&Table, &Coding),
    b: (&Table, &Coding),
    asked: &Asked<'_>,
) -> Result<Agreement, Vec<Diagnostic>> {
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
            let of_other = documents(&of_b);
            of_a.iter().filter(|place| of_other.contains(&place.document)).cloned().collect()
        }
        (None, false, true) => {
            let of_other = documents(&of_a);
            of_b.iter().filter(|place| of_other.contains(&place.document)).cloned().collect()
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
