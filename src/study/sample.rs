/*!
A few numbers of a sample. The distributions come from the crate `statrs`.
*/

use crate::score::Interval;
use statrs::distribution::{ContinuousCDF, StudentsT};

/// Mean and spread of a sample.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moments {
    /// How many values there are.
    pub n: usize,
    /// Their mean; 0 of none.
    pub mean: f64,
    /// Their standard deviation, with n − 1; none of fewer than two.
    pub sd: Option<f64>,
}

impl Moments {
    /// Of these values.
    pub fn of(values: &[f64]) -> Moments {
        let n = values.len();
        let mean = values.iter().sum::<f64>() / n.max(1) as f64;
        let squares: f64 = values.iter().map(|value| (value - mean) * (value - mean)).sum();
        Moments { n, mean, sd: (n > 1).then(|| (squares / (n - 1) as f64).sqrt()) }
    }
}

/// Pearson's correlation of pairs; none of fewer than three or where one side is always the same.
pub(super) fn correlation(pairs: &[(f64, f64)]) -> Option<f64> {
    let (left, right): (Vec<f64>, Vec<f64>) = pairs.iter().copied().unzip();
    let (l, r) = (Moments::of(&left), Moments::of(&right));
    let products: f64 = pairs.iter().map(|(left, right)| (left - l.mean) * (right - r.mean)).sum();
    let spread = l.sd? * r.sd? * (pairs.len() - 1) as f64;
    (pairs.len() > 2 && spread > 0.0).then(|| products / spread)
}

/// The mean with its 95 % interval by Student's t; the interval is none for fewer than two values, so then all is.
pub fn mean_interval(values: &[f64]) -> Option<Interval> {
    let Moments { n, mean, sd } = Moments::of(values);
    let t = StudentsT::new(0.0, 1.0, n.checked_sub(1).filter(|freedom| *freedom > 0)? as f64).ok()?;
    let half = t.inverse_cdf(0.975) * sd? / (n as f64).sqrt();
    Some(Interval { value: mean, low: mean - half, high: mean + half })
}

/// By what an effect size of two times `n` values is made smaller, because small samples overstate it (Hedges 1981, the approximation).
pub fn hedges_correction(n: usize) -> f64 {
    1.0 - 3.0 / (4.0 * (2.0 * n as f64) - 9.0)
}
