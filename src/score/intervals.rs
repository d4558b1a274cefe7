/*!
Intervals of rates: how sure a number is. The distributions come from the crate `statrs`; here stand only the formulas that use them, each with its source.
*/

use super::PER_WORDS;
use statrs::distribution::{ChiSquared, ContinuousCDF};
use std::sync::OnceLock;

/// A number with its 95 % interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// The estimate.
    pub value: f64,
    /// Lower limit.
    pub low: f64,
    /// Upper limit.
    pub high: f64,
}

const ALPHA: f64 = 0.05;
/// Counts up to this are worked out once.
const CACHED: usize = 256;

/// Works intervals out; keeps those of small counts. Shared between threads.
pub struct Intervals {
    cache: Vec<OnceLock<(f64, f64)>>,
}

impl Intervals {
    /// Knows nothing yet; intervals are worked out when first asked for.
    pub fn new() -> Intervals {
        Intervals { cache: (0..CACHED).map(|_| OnceLock::new()).collect() }
    }

    /// The exact Poisson interval of a count (Garwood 1936).
    ///
    /// ```
    /// let intervals = throughline::score::Intervals::new();
    /// let (low, high) = intervals.poisson(3);
    /// assert!((low - 0.6187).abs() < 1e-3 && (high - 8.7673).abs() < 1e-3);
    /// assert_eq!(intervals.poisson(0).0, 0.0);
    /// ```
    pub fn poisson(&self, count: usize) -> (f64, f64) {
        let exact = || {
            let n = count as f64;
            let low = if count == 0 { 0.0 } else { quantile(2.0 * n, ALPHA / 2.0) / 2.0 };
            (low, quantile(2.0 * n + 2.0, 1.0 - ALPHA / 2.0) / 2.0)
        };
        match self.cache.get(count) {
            Some(cell) => *cell.get_or_init(exact),
            None => exact(),
        }
    }

    /// Rate per 1,000 words with its interval; none without words.
    pub fn rate(&self, count: usize, words: usize) -> Option<Interval> {
        if words == 0 {
            return None;
        }
        let (low, high) = self.poisson(count);
        let per = PER_WORDS / words as f64;
        Some(Interval { value: count as f64 * per, low: low * per, high: high * per })
    }

    /// Weighted sum of counts per 1,000 words. `words` must not be 0.
    pub fn weighted_rate(&self, weighted: &[(f64, usize)], words: usize) -> Interval {
        let side = |sign: f64| {
            let own = weighted.iter().filter(|(weight, _)| weight * sign > 0.0);
            self.weighted_sum(&own.map(|&(weight, count)| (weight.abs(), count)).collect::<Vec<_>>())
        };
        let (plus, minus) = (side(1.0), side(-1.0));
        let value = plus.value - minus.value;
        let below = (plus.value - plus.low).hypot(minus.high - minus.value);
        let above = (plus.high - plus.value).hypot(minus.value - minus.low);
        let per = PER_WORDS / words as f64;
        Interval { value: value * per, low: (value - below) * per, high: (value + above) * per }
    }

    /// Sum of counts with positive weights, with the interval of Fay & Feuer (1997).
    fn weighted_sum(&self, weighted: &[(f64, usize)]) -> Interval {
        let widest = weighted.iter().map(|(weight, _)| *weight).fold(0.0, f64::max);
        if widest == 0.0 {
            return Interval { value: 0.0, low: 0.0, high: 0.0 };
        }
        let sum: f64 = weighted.iter().map(|(weight, count)| weight * *count as f64).sum();
        if weighted.iter().all(|(weight, _)| *weight == widest) {
            let (low, high) = self.poisson(weighted.iter().map(|(_, count)| count).sum());
            return Interval { value: sum, low: low * widest, high: high * widest };
        }
        let variance: f64 = weighted.iter().map(|(weight, count)| weight * weight * *count as f64).sum();
        let limit = |sum: f64, variance: f64, p: f64| variance / (2.0 * sum) * quantile(2.0 * sum * sum / variance, p);
        let low = if sum == 0.0 { 0.0 } else { limit(sum, variance, ALPHA / 2.0) };
        let high = limit(sum + widest, variance + widest * widest, 1.0 - ALPHA / 2.0);
        Interval { value: sum, low, high }
    }
}

impl Default for Intervals {
    fn default() -> Intervals {
        Intervals::new()
    }
}

/// The value below which a `share` (0 to 1) of `sorted`, ascending and not empty, lies: linear between the two nearest, type 7 of Hyndman & Fan (1996), as R
/// and NumPy have it.
pub(crate) fn percentile(sorted: &[f64], share: f64) -> f64 {
    let place = share * (sorted.len() - 1) as f64;
    let (below, above) = (sorted[place.floor() as usize], sorted[place.ceil() as usize]);
    below + (above - below) * place.fract()
}

/// The same of numbers in any order. Not empty, and without what is not a number. Quick where the `share` is near 0 or 1.
pub(crate) fn percentile_of(numbers: &[f64], share: f64) -> f64 {
    let place = share * (numbers.len() - 1) as f64;
    let (below, above) = (place.floor() as usize, place.ceil() as usize);
    let (below, above) = if above < numbers.len() / 2 {
        let least = least(numbers.iter().copied(), above + 1);
        (least[below], least[above])
    } else {
        let greatest = least(numbers.iter().map(|number| -number), numbers.len() - below);
        (-greatest[numbers.len() - 1 - below], -greatest[numbers.len() - 1 - above])
    };
    below + (above - below) * place.fract()
}

/// The `n` least of the numbers, ascending; `n` is at least 1.
fn least(numbers: impl Iterator<Item = f64>, n: usize) -> Vec<f64> {
    let mut least = vec![f64::INFINITY; n];
    for number in numbers {
        // Mostly not: the least are found early.
        if number < least[n - 1] {
            let at = least.partition_point(|&other| other <= number);
            least[at..].rotate_right(1);
            least[at] = number;
        }
    }
    least
}

/// Quantile of the chi-squared distribution.
fn quantile(freedom: f64, p: f64) -> f64 {
    ChiSquared::new(freedom).map_or(f64::NAN, |distribution| distribution.inverse_cdf(p))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn poisson_limits_are_those_of_published_tables() {
        // Garwood (1936), 95 %: count, low, high.
        let table =
            [(0, 0.0, 3.689), (1, 0.0253, 5.572), (5, 1.623, 11.668), (10, 4.795, 18.390), (100, 81.36, 121.63)];
        let intervals = Intervals::new();
        for (count, low, high) in table {
            let (l, h) = intervals.poisson(count);
            assert!((l - low).abs() < 0.01 && (h - high).abs() < 0.01, "{count}: {l} {h}");
        }
        let (low, high) = intervals.poisson(1000);
        assert!(low > 930.0 && low < 945.0 && high > 1060.0 && high < 1070.0, "{low} {high}");
    }

    #[test]
    fn percentiles_are_the_same_in_any_order() {
        let numbers: Vec<f64> = (0..200).map(|number| f64::from(number * number % 61 - 30)).collect();
        for n in [1, 2, 3, 40, 41, 199, 200] {
            let mut in_order = numbers[..n].to_vec();
            in_order.sort_by(f64::total_cmp);
            for share in [0.0, 0.025, 0.3, 0.5, 0.51, 0.975, 1.0] {
                assert_eq!(percentile_of(&numbers[..n], share), percentile(&in_order, share), "{share} of {n}");
            }
        }
    }

    #[test]
    fn equal_weights_are_the_exact_interval() {
        let intervals = Intervals::new();
        let weighted = intervals.weighted_rate(&[(1.0, 2), (1.0, 3), (0.0, 99)], 500);
        let plain = intervals.rate(5, 500).unwrap();
        assert!((weighted.value - plain.value).abs() < 1e-9);
        assert!((weighted.low - plain.low).abs() < 1e-9 && (weighted.high - plain.high).abs() < 1e-9);
    }

    #[test]
    fn negative_weights_pull_down_and_the_interval_holds_the_value() {
        let intervals = Intervals::new();
        for counts in [(0, 0), (4, 0), (0, 4), (7, 3), (100, 20)] {
            let Interval { value, low, high } =
                intervals.weighted_rate(&[(1.0, counts.0), (2.0, 1), (-1.0, counts.1)], 1000);
            assert!(low <= value && value <= high, "{counts:?}: {low} {value} {high}");
            assert!((value - (counts.0 as f64 + 2.0 - counts.1 as f64)).abs() < 1e-9);
        }
    }
}
