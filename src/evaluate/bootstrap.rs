/*!
How sure a figure is: the bootstrap over documents (Efron & Tibshirani 1993).

What is drawn again, with replacement, are whole **documents**: sentences of one narrator resemble each other, and intervals that took them for independent
would be too narrow. Each resample has as many documents as there are; the interval runs from the 2.5th to the 97.5th percentile of a figure's
values in the resamples (the percentile interval, ch. 13). A resample in which the figure does not exist is left out.

The generator is PCG-64 (O'Neill 2014), whose numbers are the same on every machine: the same seed gives the same bytes.
*/

use crate::score::percentile;
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64;

/// How intervals are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bootstrap {
    /// How often documents are drawn again; 0 for no intervals.
    pub resamples: u32,
    /// Where the random numbers begin.
    pub seed: u64,
}

impl Default for Bootstrap {
    /// 1,000 resamples, as is usual for percentile intervals.
    fn default() -> Bootstrap {
        Bootstrap { resamples: 1000, seed: 1 }
    }
}

/// 2.5 % of fewer values is not one value.
const FEWEST_VALUES: usize = 40;

impl Bootstrap {
    /// Gives `each` resample: how often it has each of `n` documents. None if there are fewer than two, for these cannot tell how much documents differ.
    pub(crate) fn resample(self, n: usize, mut each: impl FnMut(&[u32])) {
        // Always 32 bits, so that the numbers are the same whatever the width of the machine.
        let Some(many) = u32::try_from(n).ok().filter(|many| *many >= 2) else { return };
        let mut random = Pcg64::seed_from_u64(self.seed);
        let mut times = vec![0; n];
        for _ in 0..self.resamples {
            times.fill(0);
            for _ in 0..n {
                times[random.random_range(0..many) as usize] += 1;
            }
            each(&times);
        }
    }
}

/// From the 2.5th to the 97.5th percentile of `values`, which are sorted by this. `None` if there are too few.
pub(crate) fn interval(values: &mut [f64]) -> Option<(f64, f64)> {
    if values.len() < FEWEST_VALUES {
        return None;
    }
    values.sort_unstable_by(f64::total_cmp);
    Some((percentile(values, 0.025), percentile(values, 0.975)))
}
