/*!
Sums over several choices of sentences, side by side: what is done with one is done with all, and the machine does several at once.
*/

use super::observed::{Observed, SENTENCES, Seen, WORDS};
use crate::hands::{self, Hands};
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64;
use std::sync::OnceLock;

/// How often sentences are drawn again.
pub(super) const RESAMPLES: usize = 200;
const SEED: u64 = 1;

/// So many choices are drawn at a time; all of them are a multiple.
const AT_ONCE: usize = 20;

/// Every sum of every choice.
pub(super) struct Sums {
    /// How many choices there are.
    pub(super) n_choices: usize,
    /// Sum by sum, in each the choices in a row.
    amounts: Vec<f64>,
}

impl Sums {
    /// `n_choices` times the same sums.
    pub(super) fn repeated(sums: &[f64], n_choices: usize) -> Sums {
        let mut amounts = Vec::with_capacity(sums.len() * n_choices);
        for &amount in sums {
            amounts.resize(amounts.len() + n_choices, amount);
        }
        Sums { n_choices, amounts }
    }

    /// The sums of one choice: all of these sentences.
    pub(super) fn all(observed: &Observed, seen: &[Seen], n_sums: usize) -> Vec<f64> {
        let mut sums = vec![0.0; n_sums];
        for seen in seen {
            each(observed, seen, |sum, amount| sums[sum] += amount);
        }
        sums
    }

    /// The sums of [`RESAMPLES`] choices of as many sentences as there are, with replacement, from a fixed seed; of none if there are fewer than two.
    pub(super) fn resampled(
        draws: &Draws,
        observed: &Observed,
        seen: &[Seen],
        n_sums: usize,
        hands: &dyn Hands,
    ) -> Sums {
        if seen.len() < 2 {
            return Sums { n_choices: 0, amounts: Vec::new() };
        }
        let mut sums = Sums { n_choices: RESAMPLES, amounts: vec![0.0; n_sums * RESAMPLES] };
        let mut add = |first: usize, block: Vec<[f64; AT_ONCE]>| {
            for (sum, amounts) in block.iter().enumerate() {
                sums.row_mut(sum)[first..][..AT_ONCE].copy_from_slice(amounts);
            }
        };
        let block = |times: &[u8]| Sums::block(observed, seen, n_sums, times);
        if seen.len() < SIDE_BY_SIDE {
            draws.each(seen.len(), |first, times| add(first, block(times)));
        } else {
            let blocks = hands::collect(hands, RESAMPLES / AT_ONCE, |number| {
                block(Drawing::new(seen.len(), number as u64).next())
            });
            blocks.into_iter().enumerate().for_each(|(number, block)| add(number * AT_ONCE, block));
        }
        sums
    }

    /// The sums of [`AT_ONCE`] choices: `times` says of every sentence how often each of them has it.
    fn block(observed: &Observed, seen: &[Seen], n_sums: usize, times: &[u8]) -> Vec<[f64; AT_ONCE]> {
        let mut sums = vec![[0.0; AT_ONCE]; n_sums];
        for (seen, times) in seen.iter().zip(times.chunks_exact(AT_ONCE)) {
            let mut wide = [0.0; AT_ONCE];
            for (wide, &times) in wide.iter_mut().zip(times) {
                *wide = f64::from(times);
            }
            each(observed, seen, |sum, amount| {
                for (to, times) in sums[sum].iter_mut().zip(&wide) {
                    *to += amount * times;
                }
            });
        }
        sums
    }

    /// One sum of all choices.
    pub(super) fn row(&self, sum: usize) -> &[f64] {
        &self.amounts[sum * self.n_choices..][..self.n_choices]
    }

    pub(super) fn row_mut(&mut self, sum: usize) -> &mut [f64] {
        &mut self.amounts[sum * self.n_choices..][..self.n_choices]
    }
}

/// Of texts with at most so many sentences it is remembered what was drawn.
const REMEMBERED: usize = 256;

/// Of texts with at least so many sentences every block of choices is drawn from a seed of its own, so that they can be drawn side by side.
const SIDE_BY_SIDE: usize = 1 << 14;

/// Which sentences are drawn. It depends on nothing but their number, so for short texts, which are many, it is worked out once.
pub(super) struct Draws {
    /// By the number of sentences.
    remembered: Vec<OnceLock<Box<[u8]>>>,
}

impl Draws {
    pub(super) fn new() -> Draws {
        Draws { remembered: (0..=REMEMBERED).map(|_| OnceLock::new()).collect() }
    }

    /// Calls `block` for [`AT_ONCE`] choices at a time, with the first of them, and for every sentence how often each of them has it.
    fn each(&self, n_sentences: usize, mut block: impl FnMut(usize, &[u8])) {
        let mut drawing = Drawing::new(n_sentences, 0);
        let firsts = (0..RESAMPLES).step_by(AT_ONCE);
        match self.remembered.get(n_sentences) {
            Some(remembered) => {
                let all = || firsts.clone().flat_map(|_| drawing.next().to_vec()).collect();
                let blocks = remembered.get_or_init(all).chunks_exact(n_sentences * AT_ONCE);
                firsts.clone().zip(blocks).for_each(|(first, times)| block(first, times));
            }
            None => firsts.for_each(|first| block(first, drawing.next())),
        }
    }
}

/// Draws from a fixed seed.
struct Drawing {
    random: Pcg64,
    n_sentences: u32,
    /// How often each sentence was drawn, for a few choices at a time; more than a few times never happens.
    times: Vec<u8>,
}

impl Drawing {
    fn new(n_sentences: usize, number: u64) -> Drawing {
        // Always 32 bits, so that the numbers are the same whatever the width of the machine.
        let n = u32::try_from(n_sentences).unwrap_or(u32::MAX);
        Drawing { random: Pcg64::seed_from_u64(SEED + number), n_sentences: n, times: vec![0; n_sentences * AT_ONCE] }
    }

    fn next(&mut self) -> &[u8] {
        self.times.fill(0);
        for choice in 0..AT_ONCE {
            for _ in 0..self.n_sentences {
                let sentence = self.random.random_range(0..self.n_sentences);
                let drawn = &mut self.times[sentence as usize * AT_ONCE + choice];
                *drawn = drawn.saturating_add(1);
            }
        }
        &self.times
    }
}

/// What a sentence adds.
fn each(observed: &Observed, seen: &Seen, mut add: impl FnMut(usize, f64)) {
    add(WORDS, seen.words as f64);
    add(SENTENCES, 1.0);
    for &(sum, amount) in observed.sums(seen) {
        add(sum, amount);
    }
}
