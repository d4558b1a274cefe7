/*!
From sums over sentences to scales, their parts and their intervals.

Rates have exact intervals (see `intervals`). For everything else the interval is a bootstrap over sentences (Efron & Tibshirani 1993, percentile
interval, ch. 13): as many sentences as there are, drawn again with replacement, 200 times, from a fixed seed, so that the same text always gives the same
interval. It says how much the number hangs on single sentences of this text; it knows nothing of what the narrator would say another day.

What does not occur at all occurs in no resample either, and the bootstrap would take it for certain. So for every count that is 0, the scales are worked out once
more with its exact upper limit in place (Garwood 1936; with weights, the widest, as in Fay & Feuer 1997); the distances are joined as those of
independent parts (Zou & Donner 2008), and the interval reaches at least so far.
*/

use super::intervals::{Interval, Intervals, percentile};
use super::observed::{Layout, Observed, SENTENCES, Seen, Slot, WORDS};
use super::{MIN_WORDS_FOR_SCALES, PER_WORDS};
use crate::lexicon::{Definitions, Formula, Measure, Part, Scale, Weights};
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64;

/// A scale in one unit.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Measured {
    /// Its value with a 95 % interval.
    pub value: Option<Interval>,
    /// Its parts, in the order of the lexicon, as they go in (an inverted part is inverted); empty if it has none.
    pub parts: Vec<Option<Interval>>,
    /// The part that holds the scale down most, by its weight and its distance from 1; none if all parts are near 1.
    pub lowest: Option<usize>,
    /// Why there is no value.
    pub missing: Option<Missing>,
}

/// Why a scale has no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// Fewer than [`MIN_WORDS_FOR_SCALES`] words.
    TooShort,
    /// What the scale needs was not told: not applicable, which is not the same as low.
    NotApplicable,
    /// There is nothing of the kind that it measures, such as answers or claims.
    NothingToMeasure,
}

/// How often sentences are drawn again.
const RESAMPLES: usize = 200;
const SEED: u64 = 1;

/// Value and parts of every scale for one choice of sentences.
type Values = Vec<(Option<f64>, Vec<Option<f64>>)>;

/// All scales of the sentences `seen`; `counts` are those of the markers in them.
pub(super) fn scales(
    definitions: &Definitions,
    layout: &Layout,
    intervals: &Intervals,
    observed: &Observed,
    seen: &[Seen],
    counts: &[usize],
) -> Vec<Measured> {
    let words: usize = seen.iter().map(|seen| seen.words).sum();
    if words < MIN_WORDS_FOR_SCALES {
        return definitions
            .scales
            .iter()
            .map(|scale| Measured {
                parts: vec![None; scale.formula.parts().len()],
                missing: Some(Missing::TooShort),
                ..Measured::default()
            })
            .collect();
    }
    let mut sums = vec![0.0; layout.n_sums];
    for seen in seen {
        add(observed, seen, &mut sums);
    }
    let is_met = |scale: &Scale| match &scale.formula {
        Formula::Product { needs, .. } => needs.is_empty() || needs.iter().any(|&marker| counts[marker] > 0),
        _ => true,
    };
    let met: Vec<bool> = definitions.scales.iter().map(is_met).collect();
    let values = values(definitions, layout, &met, &sums);
    let drawn = resamples(definitions, layout, &met, observed, seen);
    let reach = Reach::new(definitions, layout, &met, &sums, &values, intervals.poisson(0).1);
    definitions
        .scales
        .iter()
        .enumerate()
        .map(|(number, scale)| match &scale.formula {
            Formula::WeightedRate(weights) => {
                let single = weights.single.iter().map(|&(marker, weight)| (weight, counts[marker]));
                let first = layout.slots[number][0].sum;
                let together =
                    weights.together.iter().enumerate().map(|(at, (_, weight))| (*weight, sums[first + at] as usize));
                let weighted: Vec<(f64, usize)> = single.chain(together).collect();
                Measured { value: Some(intervals.weighted_rate(&weighted, words)), ..Measured::default() }
            }
            formula => {
                let (value, parts) = &values[number];
                let of = |at: usize| -> Vec<Option<f64>> { drawn.iter().map(|values| values[number].1[at]).collect() };
                let missing = match value {
                    Some(_) => None,
                    None if !met[number] => Some(Missing::NotApplicable),
                    None => Some(Missing::NothingToMeasure),
                };
                Measured {
                    value: value.map(|value| {
                        let drawn = drawn.iter().map(|values| values[number].0).collect();
                        reach.scales[number].widen(around(value, drawn))
                    }),
                    parts: parts
                        .iter()
                        .enumerate()
                        .map(|(at, value)| value.map(|value| reach.parts[number][at].widen(around(value, of(at)))))
                        .collect(),
                    lowest: value.and_then(|_| lowest(formula.parts(), parts)),
                    missing,
                }
            }
        })
        .collect()
}

/// How far values may lie from where they are because of counts that are 0.
struct Reach {
    scales: Vec<Distance>,
    parts: Vec<Vec<Distance>>,
}

/// Sums of squared distances.
#[derive(Clone, Copy, Default)]
struct Distance {
    below: f64,
    above: f64,
}

impl Reach {
    /// `limit` is the upper limit of a count of 0.
    fn new(
        definitions: &Definitions,
        layout: &Layout,
        met: &[bool],
        sums: &[f64],
        known: &Values,
        limit: f64,
    ) -> Reach {
        let mut reach = Reach {
            scales: vec![Distance::default(); known.len()],
            parts: known.iter().map(|(_, parts)| vec![Distance::default(); parts.len()]).collect(),
        };
        let mut sums = sums.to_vec();
        for (sum, weight) in counted(definitions, layout) {
            if sums[sum] != 0.0 || weight <= 0.0 {
                continue;
            }
            sums[sum] = limit * weight;
            let other = values(definitions, layout, met, &sums);
            sums[sum] = 0.0;
            for (number, (value, parts)) in other.iter().enumerate() {
                reach.scales[number].add(known[number].0, *value);
                for (at, part) in parts.iter().enumerate() {
                    reach.parts[number][at].add(known[number].1[at], *part);
                }
            }
        }
        reach
    }
}

impl Distance {
    fn add(&mut self, from: Option<f64>, to: Option<f64>) {
        if let (Some(from), Some(to)) = (from, to) {
            let side = if to < from { &mut self.below } else { &mut self.above };
            *side += (to - from) * (to - from);
        }
    }

    fn widen(self, interval: Interval) -> Interval {
        let Interval { value, low, high } = interval;
        Interval {
            value,
            low: low.min((value - self.below.sqrt()).max(0.0)),
            high: high.max((value + self.above.sqrt()).min(1.0)),
        }
    }
}

/// The sums that are weighted counts, with the widest weight of each.
fn counted(definitions: &Definitions, layout: &Layout) -> Vec<(usize, f64)> {
    let widest = |weights: &Weights| {
        let single = weights.single.iter().map(|(_, weight)| *weight);
        single.chain(weights.together.iter().map(|(_, weight)| *weight)).fold(0.0, f64::max)
    };
    let mut found = Vec::new();
    for (scale, slots) in definitions.scales.iter().zip(&layout.slots) {
        for (measure, slot) in scale.formula.measures().zip(slots) {
            match measure {
                Measure::Rate { weights, .. } => found.push((slot.sum, widest(weights))),
                Measure::Ratio { good, bad, .. } => {
                    found.extend([(slot.sum, widest(good)), (slot.sum + 1, widest(bad))]);
                }
                _ => {}
            }
        }
    }
    found
}

fn add(observed: &Observed, seen: &Seen, sums: &mut [f64]) {
    sums[WORDS] += seen.words as f64;
    sums[SENTENCES] += 1.0;
    for &(sum, amount) in observed.sums(seen) {
        sums[sum] += amount;
    }
}

fn resamples(
    definitions: &Definitions,
    layout: &Layout,
    met: &[bool],
    observed: &Observed,
    seen: &[Seen],
) -> Vec<Values> {
    let is_bootstrapped = |scale: &Scale| !matches!(scale.formula, Formula::WeightedRate(_));
    // Always 32 bits, so that the numbers are the same whatever the width of the machine.
    let n = u32::try_from(seen.len()).unwrap_or(u32::MAX);
    if n < 2 || !definitions.scales.iter().any(is_bootstrapped) {
        return Vec::new();
    }
    let mut random = Pcg64::seed_from_u64(SEED);
    let mut sums = vec![0.0; layout.n_sums];
    (0..RESAMPLES)
        .map(|_| {
            sums.fill(0.0);
            for _ in 0..n {
                add(observed, &seen[random.random_range(0..n) as usize], &mut sums);
            }
            values(definitions, layout, met, &sums)
        })
        .collect()
}

/// The interval of `value` from its values in the resamples. Where it does not exist in half of them, anything from 0 to 1 is possible.
fn around(value: f64, drawn: Vec<Option<f64>>) -> Interval {
    let n = drawn.len();
    let mut drawn: Vec<f64> = drawn.into_iter().flatten().collect();
    if drawn.is_empty() || drawn.len() * 2 < n {
        return Interval { value, low: 0.0, high: 1.0 };
    }
    drawn.sort_unstable_by(f64::total_cmp);
    let low = percentile(&drawn, 0.025).min(value);
    Interval { value, low, high: percentile(&drawn, 0.975).max(value) }
}

fn values(definitions: &Definitions, layout: &Layout, met: &[bool], sums: &[f64]) -> Values {
    let mut done: Values = Vec::with_capacity(definitions.scales.len());
    for (number, scale) in definitions.scales.iter().enumerate() {
        let slots = &layout.slots[number];
        let parts = |parts: &[Part]| -> Vec<Option<f64>> {
            let value = |(part, slot): (&Part, &Slot)| {
                let value = measure(&part.measure, *slot, sums, &done)?;
                Some(if part.is_inverted { 1.0 - value } else { value })
            };
            parts.iter().zip(slots).map(value).collect()
        };
        done.push(match &scale.formula {
            Formula::WeightedRate(_) => (None, Vec::new()),
            Formula::Measure(own) => (measure(own, slots[0], sums, &done), Vec::new()),
            Formula::Mean(own) => {
                let values = parts(own);
                (mean(own, &values), values)
            }
            Formula::Product { parts: own, .. } => {
                let values = parts(own);
                (met[number].then(|| product(own, &values)).flatten(), values)
            }
        });
    }
    done
}

fn mean(parts: &[Part], values: &[Option<f64>]) -> Option<f64> {
    let known = known(parts, values)?;
    let weight: f64 = known.iter().map(|(weight, _)| weight).sum();
    Some(known.iter().map(|(own, value)| own * value).sum::<f64>() / weight)
}

fn product(parts: &[Part], values: &[Option<f64>]) -> Option<f64> {
    let known = known(parts, values)?;
    let weight: f64 = known.iter().map(|(weight, _)| weight).sum();
    Some(known.iter().map(|(own, value)| value.powf(own / weight)).product())
}

/// Weights and values of the parts that have one; none if there is none, or none of a part that is required.
fn known(parts: &[Part], values: &[Option<f64>]) -> Option<Vec<(f64, f64)>> {
    let mut known = Vec::with_capacity(parts.len());
    for (part, value) in parts.iter().zip(values) {
        match value {
            Some(value) => known.push((part.weight, *value)),
            None if part.is_required => return None,
            None => {}
        }
    }
    (!known.is_empty()).then_some(known)
}

/// The part with the greatest weighted distance from 1: with equal weights the lowest.
fn lowest(parts: &[Part], values: &[Option<f64>]) -> Option<usize> {
    let gap = |at: &usize| values[*at].map_or(f64::NEG_INFINITY, |value| parts[*at].weight * (1.0 - value));
    // What rounds to 1.00 holds nothing down.
    let known = (0..parts.len()).filter(|&at| values[at].is_some_and(|value| value < 0.995));
    known.max_by(|a, b| gap(a).total_cmp(&gap(b)).then(b.cmp(a)))
}

/// The value of a measure; `done` are the scales above.
fn measure(measure: &Measure, slot: Slot, sums: &[f64], done: &Values) -> Option<f64> {
    let first = || sums[slot.sum];
    let second = || sums[slot.sum + 1];
    let rate = |sum: f64| (sum * PER_WORDS / sums[WORDS]).max(0.0);
    match measure {
        Measure::Scale(index) => done[*index].0,
        Measure::Rate { half, .. } => {
            let rate = rate(first());
            (sums[WORDS] > 0.0).then(|| rate / (rate + half))
        }
        Measure::Ratio { prior, .. } => {
            let (good, bad) = (rate(first()), rate(second()));
            (sums[WORDS] > 0.0).then(|| (good + prior) / (good + bad + 2.0 * prior))
        }
        Measure::Share { .. } => (sums[SENTENCES] > 0.0).then(|| first() / sums[SENTENCES]),
        Measure::Backed { prior, .. } => {
            let (claims, backed) = (rate(first()), rate(second()));
            (claims > 0.0).then(|| (backed + prior) / (claims + 2.0 * prior))
        }
        Measure::Consistent { .. } => Some(if first() > 0.0 { second() / first() } else { 1.0 }),
        Measure::Linked { .. } | Measure::Length { .. } => (first() > 0.0).then(|| second() / first()),
    }
}
