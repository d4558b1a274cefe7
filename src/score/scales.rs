/*!
From sums over sentences to scales, their parts and their intervals.

Rates have exact intervals (see `intervals`). For everything else the interval is a bootstrap over sentences (Efron & Tibshirani 1993, percentile
interval, ch. 13): as many sentences as there are, drawn again with replacement, 200 times, from a fixed seed, so that the same text always gives the same
interval. It says how much the number hangs on single sentences of this text; it knows nothing of what the narrator would say another day.

What does not occur at all occurs in no resample either, and the bootstrap would take it for certain. So for every count that is 0, the scales are worked out once
more with its exact upper limit in place (Garwood 1936; with weights, the widest, as in Fay & Feuer 1997); the distances are joined as those of
independent parts (Zou & Donner 2008), and the interval reaches at least so far.
*/

use super::intervals::{Interval, Intervals, percentile_of};
use super::observed::{Layout, Observed, SENTENCES, Seen, Slot, WORDS};
use super::sums::{Draws, Sums};
use super::{MIN_WORDS_FOR_SCALES, PER_WORDS};
use crate::hands::Hands;
use crate::lexicon::{Definitions, Formula, Measure, Part, Scale, Weights};

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

/// One number for each choice of sentences; not a number where there is none.
type Column = Vec<f64>;

/// A scale for several choices of sentences.
struct Values {
    own: Column,
    parts: Vec<Column>,
}

/// The number, if it is one.
fn known(number: f64) -> Option<f64> {
    (!number.is_nan()).then_some(number)
}

/// All scales of the sentences `seen`; `counts` are those of the markers in them.
pub(super) fn scales(
    definitions: &Definitions,
    layout: &Layout,
    (intervals, draws, hands): (&Intervals, &Draws, &dyn Hands),
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
    let sums = Sums::all(observed, seen, layout.n_sums);
    let is_met = |scale: &Scale| match &scale.formula {
        Formula::Product { needs, .. } => needs.is_empty() || needs.iter().any(|&marker| counts[marker] > 0),
        _ => true,
    };
    let met: Vec<bool> = definitions.scales.iter().map(is_met).collect();
    let known_values = values(definitions, layout, &met, &Sums::repeated(&sums, 1));
    let is_bootstrapped = |scale: &Scale| !matches!(scale.formula, Formula::WeightedRate(_));
    let mut drawn = if definitions.scales.iter().any(is_bootstrapped) {
        values(definitions, layout, &met, &Sums::resampled(draws, observed, seen, layout.n_sums, hands))
    } else {
        Vec::new()
    };
    let reach = Reach::new(definitions, layout, &met, &sums, &known_values, intervals.poisson(0).1);
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
                let value = known(known_values[number].own[0]);
                let parts: Vec<Option<f64>> = known_values[number].parts.iter().map(|part| known(part[0])).collect();
                let drawn = &mut drawn[number];
                let missing = match value {
                    Some(_) => None,
                    None if !met[number] => Some(Missing::NotApplicable),
                    None => Some(Missing::NothingToMeasure),
                };
                Measured {
                    value: value.map(|value| reach.scales[number].widen(around(value, &mut drawn.own))),
                    parts: parts
                        .iter()
                        .zip(&mut drawn.parts)
                        .zip(&reach.parts[number])
                        .map(|((value, drawn), reach)| value.map(|value| reach.widen(around(value, drawn))))
                        .collect(),
                    lowest: value.and_then(|_| lowest(formula.parts(), &parts)),
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
        from: &[Values],
        limit: f64,
    ) -> Reach {
        let mut zeros = counted(definitions, layout);
        zeros.retain(|&(sum, weight)| sums[sum] == 0.0 && weight > 0.0);
        // One choice for every count that is 0: the same sums with that one at its limit.
        let mut raised = Sums::repeated(sums, zeros.len());
        for (choice, (sum, weight)) in zeros.into_iter().enumerate() {
            raised.row_mut(sum)[choice] = limit * weight;
        }
        let distance = |from: &Column, to: &Column| {
            let mut distance = Distance::default();
            to.iter().for_each(|&to| distance.add(from[0], to));
            distance
        };
        let to = values(definitions, layout, met, &raised);
        let pairs = || from.iter().zip(&to);
        Reach {
            scales: pairs().map(|(from, to)| distance(&from.own, &to.own)).collect(),
            parts: pairs()
                .map(|(from, to)| from.parts.iter().zip(&to.parts).map(|(from, to)| distance(from, to)).collect())
                .collect(),
        }
    }
}

impl Distance {
    fn add(&mut self, from: f64, to: f64) {
        if !(to - from).is_nan() {
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

/// The interval of `value` from its values in the resamples, of which those stay that are numbers. Where it does not exist in half of them, anything from 0 to 1 is
/// possible.
fn around(value: f64, drawn: &mut Column) -> Interval {
    let n = drawn.len();
    drawn.retain(|number| !number.is_nan());
    if drawn.is_empty() || drawn.len() * 2 < n {
        return Interval { value, low: 0.0, high: 1.0 };
    }
    let low = percentile_of(drawn, 0.025).min(value);
    Interval { value, low, high: percentile_of(drawn, 0.975).max(value) }
}

/// Every scale for every choice.
fn values(definitions: &Definitions, layout: &Layout, met: &[bool], sums: &Sums) -> Vec<Values> {
    let mut done: Vec<Values> = Vec::with_capacity(definitions.scales.len());
    for (number, scale) in definitions.scales.iter().enumerate() {
        let slots = &layout.slots[number];
        let parts = |parts: &[Part]| -> Vec<Column> {
            let column = |(part, slot): (&Part, &Slot)| {
                let mut column = measure(&part.measure, *slot, sums, &done);
                if part.is_inverted {
                    column.iter_mut().for_each(|value| *value = 1.0 - *value);
                }
                column
            };
            parts.iter().zip(slots).map(column).collect()
        };
        let nowhere = || vec![f64::NAN; sums.n_choices];
        done.push(match &scale.formula {
            Formula::WeightedRate(_) => Values { own: nowhere(), parts: Vec::new() },
            Formula::Measure(own) => Values { own: measure(own, slots[0], sums, &done), parts: Vec::new() },
            Formula::Mean(own) => {
                let parts = parts(own);
                let mean = |known: &[(f64, f64)], weight: f64| {
                    known.iter().map(|(own, value)| own * value).sum::<f64>() / weight
                };
                Values { own: together(own, &parts, sums.n_choices, mean), parts }
            }
            Formula::Product { parts: own, .. } => {
                let parts = parts(own);
                let product = |known: &[(f64, f64)], weight: f64| {
                    known.iter().map(|(own, value)| value.powf(own / weight)).product()
                };
                let own = if met[number] { together(own, &parts, sums.n_choices, product) } else { nowhere() };
                Values { own, parts }
            }
        });
    }
    done
}

/// What `join` makes of the weights and values of the parts that have a value, and the sum of those weights; nothing where no part has one, or one that is
/// required has none.
fn together(parts: &[Part], values: &[Column], n_choices: usize, join: impl Fn(&[(f64, f64)], f64) -> f64) -> Column {
    let mut known = Vec::with_capacity(parts.len());
    let one = |choice: usize| {
        known.clear();
        for (part, value) in parts.iter().zip(values) {
            match value[choice].is_nan() {
                true if part.is_required => return f64::NAN,
                true => {}
                false => known.push((part.weight, value[choice])),
            }
        }
        if known.is_empty() {
            return f64::NAN;
        }
        join(&known, known.iter().map(|(weight, _)| weight).sum())
    };
    (0..n_choices).map(one).collect()
}

/// The part with the greatest weighted distance from 1: with equal weights the lowest.
fn lowest(parts: &[Part], values: &[Option<f64>]) -> Option<usize> {
    let gap = |at: &usize| values[*at].map_or(f64::NEG_INFINITY, |value| parts[*at].weight * (1.0 - value));
    // What rounds to 1.00 holds nothing down.
    let known = (0..parts.len()).filter(|&at| values[at].is_some_and(|value| value < 0.995));
    known.max_by(|a, b| gap(a).total_cmp(&gap(b)).then(b.cmp(a)))
}

/// The values of a measure; `done` are the scales above.
fn measure(measure: &Measure, slot: Slot, sums: &Sums, done: &[Values]) -> Column {
    let both = |of: &dyn Fn(f64, f64) -> f64| {
        sums.row(slot.sum).iter().zip(sums.row(slot.sum + 1)).map(|(&first, &second)| of(first, second)).collect()
    };
    let words = sums.row(WORDS);
    // Without words there is no rate.
    let rates = |sum: usize| -> Column {
        let rate =
            |(&sum, &words): (&f64, &f64)| if words > 0.0 { (sum * PER_WORDS / words).max(0.0) } else { f64::NAN };
        sums.row(sum).iter().zip(words).map(rate).collect()
    };
    let both_rates = |of: &dyn Fn(f64, f64) -> f64| {
        rates(slot.sum).into_iter().zip(rates(slot.sum + 1)).map(|(first, second)| of(first, second)).collect()
    };
    match measure {
        Measure::Scale(index) => done[*index].own.clone(),
        Measure::Rate { half, .. } => rates(slot.sum).into_iter().map(|rate| rate / (rate + half)).collect(),
        Measure::Ratio { prior, .. } => both_rates(&|good, bad| (good + prior) / (good + bad + 2.0 * prior)),
        Measure::Share { .. } => {
            let share = |(&with, &all): (&f64, &f64)| if all > 0.0 { with / all } else { f64::NAN };
            sums.row(slot.sum).iter().zip(sums.row(SENTENCES)).map(share).collect()
        }
        Measure::Backed { prior, .. } => both_rates(&|claims, backed| {
            if claims > 0.0 { (backed + prior) / (claims + 2.0 * prior) } else { f64::NAN }
        }),
        Measure::Consistent { .. } => both(&|praised, kept| if praised > 0.0 { kept / praised } else { 1.0 }),
        Measure::Linked { .. } | Measure::Length { .. } => {
            both(&|all, good| if all > 0.0 { good / all } else { f64::NAN })
        }
    }
}
