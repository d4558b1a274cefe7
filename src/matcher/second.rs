/*!
The second step of weighing: what surrounds a sentence, each aspect by itself and two by two.

The formula is told in [`evidence`](super::evidence).
*/

use crate::lexicon::{Aspect, WeightTable};
use serde::{Deserialize, Serialize};

/// What is taken of the aspects of a sentence, by their numbers: see [`number_of`].
#[derive(Default, Serialize, Deserialize)]
pub(super) struct SecondStep {
    weights: Vec<f32>,
    bounds: Vec<(f32, f32)>,
    products: Vec<Products>,
    /// What a find adds, and what it adds times other aspects.
    find: f32,
    find_times: Vec<(u16, f32)>,
}

/// The products of one aspect with those from another on.
#[derive(Serialize, Deserialize)]
struct Products {
    of: u16,
    from: u16,
    weights: Vec<f32>,
}

/// The number of an aspect. `family` gives the number of the table of a family.
fn number_of(aspect: &Aspect, n_families: usize, family: impl Fn(&str) -> Option<usize>) -> Option<usize> {
    Some(match aspect {
        Aspect::Own => OWN,
        Aspect::Before => BEFORE,
        Aspect::After => AFTER,
        Aspect::Document => DOCUMENT,
        Aspect::Place => PLACE,
        Aspect::PlaceSquared => PLACE_SQUARED,
        Aspect::Opening => OPENING,
        Aspect::Find => FIND,
        Aspect::With(other) => WITH + family(other)?,
        Aspect::Telling(other) => WITH + n_families + family(other)?,
    })
}

/// So many sentences are weighed at once, because the machine can.
pub(super) const AT_ONCE: usize = 8;

/// One number for each of several sentences.
pub(super) type Several = [f32; AT_ONCE];

pub(super) const OWN: usize = 0;
pub(super) const BEFORE: usize = 1;
pub(super) const AFTER: usize = 2;
pub(super) const DOCUMENT: usize = 3;
pub(super) const PLACE: usize = 4;
pub(super) const PLACE_SQUARED: usize = 5;
pub(super) const OPENING: usize = 6;
const FIND: usize = 7;
/// From here on one number for every family: what the sentence weighs for it; then as many again: what all sentences do.
pub(super) const WITH: usize = 8;

impl SecondStep {
    /// What a table says. `family` gives the number of the table of a family.
    pub(super) fn new(weights: &WeightTable, n_families: usize, family: impl Fn(&str) -> Option<usize>) -> SecondStep {
        let number = |aspect: &Aspect| number_of(aspect, n_families, &family);
        let n_aspects = WITH + 2 * n_families;
        let mut second = SecondStep {
            weights: vec![0.0; n_aspects],
            bounds: vec![(f32::NEG_INFINITY, f32::INFINITY); n_aspects],
            ..SecondStep::default()
        };
        second.weights[OWN] = 1.0;
        for (aspect, weight) in &weights.aspects {
            match number(aspect) {
                Some(FIND) => second.find = *weight,
                Some(number) => second.weights[number] = *weight,
                None => {}
            }
        }
        for (aspect, low) in &weights.lows {
            if let Some(number) = number(aspect) {
                second.bounds[number].0 = *low;
            }
        }
        for (aspect, high) in &weights.highs {
            if let Some(number) = number(aspect) {
                second.bounds[number].1 = *high;
            }
        }
        let mut products = vec![Vec::new(); n_aspects];
        for (a, b, weight) in &weights.products {
            match (number(a), number(b)) {
                (Some(FIND), Some(FIND)) => second.find += *weight,
                (Some(FIND), Some(other)) | (Some(other), Some(FIND)) => {
                    second.find_times.push((other as u16, *weight));
                }
                (Some(a), Some(b)) => {
                    products[a.min(b)].resize(n_aspects, 0.0);
                    products[a.min(b)][a.max(b)] += *weight;
                }
                _ => {}
            }
        }
        for (of, row) in products.into_iter().enumerate() {
            let weighs = |weight: &f32| *weight != 0.0;
            if let (Some(from), Some(last)) = (row.iter().position(weighs), row.iter().rposition(weighs)) {
                let weights = row[from..=last].to_vec();
                second.products.push(Products { of: of as u16, from: from as u16, weights });
            }
        }
        second
    }

    /// What [`AT_ONCE`] sentences with these aspects weigh, without a find and with one. The aspects are brought between their bounds; `taken` is room to work in.
    pub(super) fn weigh(&self, aspects: &mut [Several], taken: &mut Vec<Several>) -> (Several, Several) {
        for (aspect, &(low, high)) in aspects.iter_mut().zip(&self.bounds) {
            aspect.iter_mut().for_each(|aspect| *aspect = aspect.max(low).min(high));
        }
        // What is taken times each aspect: its own weight, and of every product the other aspect's part.
        taken.clear();
        taken.extend(self.weights.iter().map(|&weight| [weight; AT_ONCE]));
        for Products { of, from, weights } in &self.products {
            let of = aspects[usize::from(*of)];
            let others = &mut taken[usize::from(*from)..];
            others.iter_mut().zip(weights).for_each(|(taken, &weight)| add(taken, &of, &[weight; AT_ONCE]));
        }
        let mut total = [0.0; AT_ONCE];
        taken.iter().zip(&*aspects).for_each(|(taken, aspect)| add(&mut total, taken, aspect));
        let mut find = [0.0; AT_ONCE];
        for &(other, weight) in &self.find_times {
            add(&mut find, &[weight; AT_ONCE], &aspects[usize::from(other)]);
        }
        (total, std::array::from_fn(|at| total[at] + self.find + find[at]))
    }
}

/// Adds the products of `a` and `b` to `sums`.
fn add(sums: &mut Several, a: &Several, b: &Several) {
    for at in 0..AT_ONCE {
        sums[at] += a[at] * b[at];
    }
}
