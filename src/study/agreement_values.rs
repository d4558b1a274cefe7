/*!
The agreement of two raters in values: each measure is compared as it is, in numbers or categories.
*/

use super::agreement::{Agreement, Asked, Disagreement, Line, Subject, estimates, nothing_in_common, sorted, wanted};
use super::coding::UnitKind;
use super::figures::Tally;
use super::ratings::{Key, Values};
use super::sample::Moments;
use super::table::{Table, few};
use crate::diagnostic::Diagnostic;
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn valued(
    a: (&Table, &Values),
    b: (&Table, &Values),
    asked: &Asked<'_>,
) -> Result<Agreement, Vec<Diagnostic>> {
    let in_both: BTreeSet<String> = a.1.measures.iter().filter(|name| b.1.measures.contains(name)).cloned().collect();
    if in_both.is_empty() {
        let fault = b.0.fault_of_head("nothing-in-common", format!("no measure of {} is in this table", a.0.file));
        let names = |values: &Values| few(&values.measures);
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
