/*!
What a change of the lexicon did to the figures.

Two evaluations of the same coded narratives are compared document by document: in each resample both have the same documents, so what makes a document
hard counts on both sides, and the interval is that of the change itself (the percentile interval of Efron & Tibshirani 1993, ch. 13, over pairs). If it does not
hold 0, the change does not hang on one or two documents.
*/

use super::bootstrap::{Bootstrap, Estimate};
use super::figures::{AVERAGED, Counts, F1, FIGURES, KAPPA, Level, PRECISION, RECALL, Values, sums, values};
use super::{DocumentCounts, Label, Tally};
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

/// How the figures of one label changed.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// What it is about.
    pub level: Level,
    /// Its name; `families` for averages.
    pub name: String,
    /// Sentences in which it was coded; `None` for the macro average.
    pub support: Option<u64>,
    /// The figures before, in the order of [`FIGURES`]; `None` where one does not exist.
    pub before: [Option<f64>; FIGURES.len()],
    /// The figures after.
    pub after: [Option<f64>; FIGURES.len()],
    /// After minus before, where both exist.
    pub change: [Option<Estimate>; FIGURES.len()],
}

/// What became of the figures from one evaluation to another.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Comparison {
    /// Averages, then families, then markers; in each the largest change of F1 first.
    pub changes: Vec<Change>,
    /// How many documents were compared.
    pub n_documents: usize,
    /// Documents that stand in one of the two alone, or are coded differently, and so were left out.
    pub left_out: Vec<String>,
}

/// Compares two evaluations in the documents that both have with the same coding. A label that one of them does not have has no figures there.
pub fn compare(before: &Tally, after: &Tally, bootstrap: Bootstrap) -> Comparison {
    let labels: BTreeSet<&Label> = before.labels.iter().chain(&after.labels).collect();
    let labels: Vec<&Label> = labels.into_iter().collect();
    let levels: Vec<Level> = labels.iter().map(|label| label.level).collect();
    let sides = [before, after].map(|tally| Side::new(tally, &labels));
    let ids: BTreeSet<&str> = sides.iter().flat_map(|side| side.documents.keys().copied()).collect();
    let mut left_out = Vec::new();
    let mut paired: [Vec<&[Counts]>; 2] = Default::default();
    for id in ids {
        match (sides[0].documents.get(id), sides[1].documents.get(id)) {
            (Some(before), Some(after)) if are_coded_alike(&sides, before, after) => {
                paired[0].push(before);
                paired[1].push(after);
            }
            _ => left_out.push(id.to_owned()),
        }
    }
    let n_documents = paired[0].len();
    let figures = |times: &[u32]| {
        let of = |side: usize| {
            let sums = sums(&paired[side], levels.len(), times);
            let (mut values, micro) = values(&levels, &sums);
            for (values, _) in values.iter_mut().zip(&sides[side].has).filter(|(_, has)| !**has) {
                *values = Values::default();
            }
            (values, sums, micro)
        };
        (of(0), of(1))
    };
    let ((values_before, sums_before, micro), (values_after, sums_after, _)) = figures(&vec![1; n_documents]);
    let changes_of = |before: &[Values], after: &[Values]| -> Vec<Values> {
        before.iter().zip(after).map(|(before, after)| minus(after, before)).collect()
    };
    let whole = changes_of(&values_before, &values_after);
    let estimates = bootstrap.estimates(n_documents, whole, |times| {
        let ((before, ..), (after, ..)) = figures(times);
        changes_of(&before, &after)
    });
    let support = sums_before.iter().zip(&sums_after).map(|(before, after)| Some(before.support.max(after.support)));
    let names = labels.iter().map(|label| (label.level, label.name.clone()));
    let names = names.chain([Level::Macro, Level::Micro].map(|level| (level, AVERAGED.to_owned())));
    let support = support.chain([None, Some(micro.support)]);
    let values = values_before.into_iter().zip(values_after);
    let rows = names.zip(support).zip(values).zip(estimates);
    let mut changes: Vec<Change> = rows
        .map(|((((level, name), support), (before, after)), change)| Change {
            level,
            name,
            support,
            before,
            after,
            change,
        })
        .collect();
    changes.sort_by(largest_first);
    Comparison { changes, n_documents, left_out }
}

/// An evaluation, its counts brought into the order of the common labels.
struct Side<'a> {
    /// Whether it has each of them.
    has: Vec<bool>,
    documents: BTreeMap<&'a str, Vec<Counts>>,
}

impl<'a> Side<'a> {
    fn new(tally: &'a Tally, labels: &[&Label]) -> Side<'a> {
        let places: BTreeMap<&Label, usize> = tally.labels.iter().zip(0..).collect();
        let places: Vec<Option<usize>> = labels.iter().map(|label| places.get(*label).copied()).collect();
        let reordered = |document: &DocumentCounts| {
            let sentences = document.counts.first().map_or(0, |counts| counts.sentences);
            let none = Counts { sentences, ..Counts::default() };
            places
                .iter()
                .map(|place| place.and_then(|place| document.counts.get(place).copied()).unwrap_or(none))
                .collect()
        };
        let documents = tally.documents.iter().map(|document| (document.document.as_str(), reordered(document)));
        Side { has: places.iter().map(Option::is_some).collect(), documents: documents.collect() }
    }
}

/// Whether the same was coded, as far as counts can tell. A label that one side does not have cannot have been coded.
fn are_coded_alike(sides: &[Side<'_>; 2], before: &[Counts], after: &[Counts]) -> bool {
    let has_both = sides[0].has.iter().zip(&sides[1].has).map(|(before, after)| *before && *after);
    let mut counts = before.iter().zip(after).zip(has_both);
    counts.all(|((before, after), has_both)| {
        before.sentences == after.sentences && (!has_both || before.support == after.support)
    })
}

fn minus(left: &Values, right: &Values) -> Values {
    std::array::from_fn(|figure| Some(left[figure]? - right[figure]?))
}

/// By level, then by the size of the change of F1, then of precision and recall, then by name.
fn largest_first(left: &Change, right: &Change) -> Ordering {
    const BY_WEIGHT: [usize; FIGURES.len()] = [F1, PRECISION, RECALL, KAPPA];
    // What has no change comes last.
    let size = |change: &Change, figure: usize| change.change[figure].map_or(-1.0, |change| change.value.abs());
    let by_size = BY_WEIGHT.iter().map(|&figure| size(right, figure).total_cmp(&size(left, figure)));
    let by_size = by_size.fold(Ordering::Equal, Ordering::then);
    left.level.cmp(&right.level).then(by_size).then_with(|| left.name.cmp(&right.name))
}
