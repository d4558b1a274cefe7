/*!
Figures of agreement of two raters, each with its formula and source.

| figure | is | for | source |
|---|---|---|---|
| percent | share of units both rate alike | all | |
| kappa | (pₒ − pₑ) / (1 − pₑ), pₑ = Σ p_A(k) p_B(k) | categories | Cohen (1960) |
| ac1 | the same with pₑ = Σ π(k) (1 − π(k)) / (K − 1), π(k) the mean of both raters' shares | categories | Gwet (2008) |
| alpha | 1 − Dₒ / Dₑ: disagreement as seen and as by chance, of categories or of squared distances | all | Krippendorff (2004) |
| icc | ICC(2,1): two-way random effects, absolute agreement, one rater | numbers | Shrout & Fleiss (1979) |

Kappa and alpha are low where a category is very rare or very common, though the two agree almost everywhere; AC1 is not (Gwet 2008). So all stand side by side, and none
should be told alone.

Units that one of the two did not rate are left out. A figure that does not exist, such as the kappa of a marker that neither coded, is `None`.
*/

use crate::evaluate::Figures;

/// The names of the figures, in the order of [`Tally::figures`].
pub const FIGURES: [&str; 5] = ["percent", "kappa", "ac1", "alpha", "icc"];

/// The place of the ICC among them.
pub(super) const ICC: usize = FIGURES.len() - 1;

/// All figures of one subject.
pub(super) type Values = Figures<{ FIGURES.len() }>;

/// Two raters' ratings of some units, added up: all that figures are made from. Tallies of documents can be added, so that documents can be drawn again.
#[derive(Clone, Debug, PartialEq)]
pub enum Tally {
    /// Categories: how often A said the one and B the other, `counts[a × k + b]`.
    Categories {
        /// How many categories there are.
        k: usize,
        /// The table, row by row.
        counts: Vec<f64>,
    },
    /// Numbers: sums over units, of numbers counted from some middle, so that they lose no digits.
    Numbers {
        /// Units.
        n: f64,
        /// Units with the same number.
        same: f64,
        /// Σa, Σb, Σa², Σb², Σab.
        sums: [f64; 5],
    },
}

impl Tally {
    /// An empty table of `k` categories.
    pub fn categories(k: usize) -> Tally {
        Tally::Categories { k, counts: vec![0.0; k * k] }
    }

    /// No numbers yet.
    pub fn numbers() -> Tally {
        Tally::Numbers { n: 0.0, same: 0.0, sums: [0.0; 5] }
    }

    /// Adds a unit with these categories.
    pub fn rate(&mut self, a: usize, b: usize) {
        if let Tally::Categories { k, counts } = self {
            counts[a * *k + b] += 1.0;
        }
    }

    /// Adds a unit with these numbers.
    pub fn measure(&mut self, a: f64, b: f64) {
        if let Tally::Numbers { n, same, sums } = self {
            *n += 1.0;
            *same += f64::from(u8::from(a == b));
            for (sum, value) in sums.iter_mut().zip([a, b, a * a, b * b, a * b]) {
                *sum += value;
            }
        }
    }

    /// Adds another tally of the same subject, taken so many times.
    pub(super) fn add(&mut self, other: &Tally, times: f64) {
        match (self, other) {
            (Tally::Categories { counts, .. }, Tally::Categories { counts: others, .. }) => {
                counts.iter_mut().zip(others).for_each(|(sum, count)| *sum += count * times);
            }
            (Tally::Numbers { n, same, sums }, Tally::Numbers { n: other_n, same: other_same, sums: other_sums }) => {
                *n += other_n * times;
                *same += other_same * times;
                sums.iter_mut().zip(other_sums).for_each(|(sum, other)| *sum += other * times);
            }
            _ => {}
        }
    }

    /// The same, empty.
    pub(super) fn emptied(&self) -> Tally {
        match self {
            Tally::Categories { k, .. } => Tally::categories(*k),
            Tally::Numbers { .. } => Tally::numbers(),
        }
    }

    /// How many units both rated.
    pub fn n(&self) -> f64 {
        match self {
            Tally::Categories { counts, .. } => counts.iter().sum(),
            Tally::Numbers { n, .. } => *n,
        }
    }

    /// How often A, B and both gave the last category: of two categories, *coded*.
    pub fn coded(&self) -> Option<[f64; 3]> {
        match self {
            Tally::Categories { k: 2, counts } => Some([counts[2] + counts[3], counts[1] + counts[3], counts[3]]),
            _ => None,
        }
    }

    /// The figures in the order of [`FIGURES`].
    ///
    /// ```
    /// use throughline::study::Tally;
    /// let mut tally = Tally::categories(2);
    /// for (a, b) in [(1, 1), (1, 0), (0, 0), (0, 0)] {
    ///     tally.rate(a, b);
    /// }
    /// let [percent, kappa, ..] = tally.figures();
    /// // By chance: 2/4 × 1/4 + 2/4 × 3/4 = 1/2.
    /// assert_eq!((percent, kappa), (Some(0.75), Some(0.5)));
    /// ```
    pub fn figures(&self) -> Values {
        match self {
            Tally::Categories { k, counts } => of_categories(*k, counts),
            Tally::Numbers { n, same, sums } => of_numbers(*n, *same, *sums),
        }
    }
}

fn of_categories(k: usize, counts: &[f64]) -> Values {
    let n: f64 = counts.iter().sum();
    if n == 0.0 {
        return [None; FIGURES.len()];
    }
    let share_of_a = |a: usize| counts[a * k..(a + 1) * k].iter().sum::<f64>() / n;
    let share_of_b = |b: usize| (0..k).map(|a| counts[a * k + b]).sum::<f64>() / n;
    let both: Vec<f64> = (0..k).map(|at| (share_of_a(at) + share_of_b(at)) / 2.0).collect();
    let agreed = (0..k).map(|at| counts[at * k + at]).sum::<f64>() / n;
    let beyond = |chance: f64| (chance < 1.0 - 1e-12).then(|| (agreed - chance) / (1.0 - chance));
    let kappa = beyond((0..k).map(|at| share_of_a(at) * share_of_b(at)).sum());
    let ac1 = (k > 1).then(|| both.iter().map(|share| share * (1.0 - share)).sum::<f64>() / (k - 1) as f64);
    // Of 2n ratings, pairs are drawn without putting back.
    let ratings = 2.0 * n;
    let differ = both.iter().map(|share| share * (1.0 - share)).sum::<f64>() * ratings / (ratings - 1.0);
    let alpha = (differ > 1e-12).then(|| 1.0 - (1.0 - agreed) / differ);
    [Some(agreed), kappa, ac1.and_then(beyond), alpha, None]
}

fn of_numbers(n: f64, same: f64, sums: [f64; 5]) -> Values {
    if n == 0.0 {
        return [None; FIGURES.len()];
    }
    let [a, b, aa, bb, ab] = sums;
    let (sum, squares) = (a + b, aa + bb);
    let ratings = 2.0 * n;
    // Mean squared distance within units, and over all pairs of ratings.
    let seen = (aa + bb - 2.0 * ab) / n;
    let chance = 2.0 * (ratings * squares - sum * sum) / (ratings * (ratings - 1.0));
    let is_flat = chance <= 1e-12 * (squares / ratings).max(f64::MIN_POSITIVE);
    let alpha = (!is_flat).then(|| 1.0 - seen / chance);
    let icc = (n > 1.0 && !is_flat).then(|| {
        let mean = sum * sum / ratings;
        let rows = (squares + 2.0 * ab) / 2.0 - mean;
        let columns = (a * a + b * b) / n - mean;
        let rest = (squares - mean - rows - columns).max(0.0);
        let (rows, rest) = (rows / (n - 1.0), rest / (n - 1.0));
        (rows - rest) / (rows + rest + 2.0 * (columns - rest) / n)
    });
    [Some(same / n), None, None, alpha, icc.filter(|icc| icc.is_finite())]
}
