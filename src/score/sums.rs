/*!
Sums over several choices of sentences, side by side: what is done with one is done with all, and the machine does several at once.
*/

use super::observed::{Observed, SENTENCES, Seen, WORDS};
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64;

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
        let amounts = sums.iter().flat_map(|&amount| std::iter::repeat_n(amount, n_choices)).collect();
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
    pub(super) fn resampled(observed: &Observed, seen: &[Seen], n_sums: usize) -> Sums {
        // Always 32 bits, so that the numbers are the same whatever the width of the machine.
        let n = u32::try_from(seen.len()).unwrap_or(u32::MAX);
        if n < 2 {
            return Sums { n_choices: 0, amounts: Vec::new() };
        }
        let mut random = Pcg64::seed_from_u64(SEED);
        let mut sums = Sums { n_choices: RESAMPLES, amounts: vec![0.0; n_sums * RESAMPLES] };
        // How often each sentence was drawn, for a few choices at a time; more than a few times never happens.
        let mut times = vec![0u8; seen.len() * AT_ONCE];
        for first in (0..RESAMPLES).step_by(AT_ONCE) {
            times.fill(0);
            for choice in 0..AT_ONCE {
                for _ in 0..n {
                    let drawn = &mut times[random.random_range(0..n) as usize * AT_ONCE + choice];
                    *drawn = drawn.saturating_add(1);
                }
            }
            for (seen, times) in seen.iter().zip(times.chunks_exact(AT_ONCE)) {
                let mut wide = [0.0; AT_ONCE];
                for (wide, &times) in wide.iter_mut().zip(times) {
                    *wide = f64::from(times);
                }
                each(observed, seen, |sum, amount| {
                    for (to, times) in sums.row_mut(sum)[first..][..AT_ONCE].iter_mut().zip(&wide) {
                        *to += amount * times;
                    }
                });
            }
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

/// What a sentence adds.
fn each(observed: &Observed, seen: &Seen, mut add: impl FnMut(usize, f64)) {
    add(WORDS, seen.words as f64);
    add(SENTENCES, 1.0);
    for &(sum, amount) in observed.sums(seen) {
        add(sum, amount);
    }
}
