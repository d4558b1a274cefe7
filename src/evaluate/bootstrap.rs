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

    /// Figures of several things, with their intervals. `figures` says what they are when each of the `n` documents is taken so often; `whole` are those of all documents, taken once.
    pub(crate) fn estimates<const N: usize>(
        self,
        n: usize,
        whole: impl IntoIterator<Item = Figures<N>>,
        figures: impl Fn(&[u32]) -> Vec<Figures<N>>,
    ) -> Vec<[Option<Estimate>; N]> {
        let whole: Vec<Figures<N>> = whole.into_iter().collect();
        // Of every figure the values that exist.
        let mut drawn: Vec<[Vec<f64>; N]> = whole.iter().map(|_| std::array::from_fn(|_| Vec::new())).collect();
        self.resample(n, |times| {
            for (drawn, figures) in drawn.iter_mut().zip(figures(times)) {
                drawn.iter_mut().zip(figures).for_each(|(drawn, figure)| drawn.extend(figure));
            }
        });
        let estimate = |(value, mut drawn): (Option<f64>, Vec<f64>)| {
            value.map(|value| Estimate { value, interval: interval(&mut drawn) })
        };
        let rows = whole.into_iter().zip(drawn);
        rows.map(|(whole, drawn)| {
            let mut each = whole.into_iter().zip(drawn);
            std::array::from_fn(|_| each.next().and_then(estimate))
        })
        .collect()
    }
}

/// Figures of one thing; `None` where one does not exist.
pub(crate) type Figures<const N: usize> = [Option<f64>; N];

/// A figure with its interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The figure.
    pub value: f64,
    /// Lower and upper limit of its 95 % interval. `None` if there are fewer than two documents, or too few resamples in which the figure exists.
    pub interval: Option<(f64, f64)>,
}

/// From the 2.5th to the 97.5th percentile of `values`, which are sorted by this. `None` if there are too few.
pub(crate) fn interval(values: &mut [f64]) -> Option<(f64, f64)> {
    if values.len() < FEWEST_VALUES {
        return None;
    }
    values.sort_unstable_by(f64::total_cmp);
    Some((percentile(values, 0.025), percentile(values, 0.975)))
}
