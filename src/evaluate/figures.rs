/*!
Figures of agreement, each with its formula and source.

All are made from three counts over the narrator's sentences ([`Counts`]): how often a label was coded, found, and both.
A figure that does not exist is `None`, never 0: where a label was not coded once, nothing can be said of how well it is found.

| figure | is | range | source |
|---|---|---|---|
| precision | of what was found, the share that was coded | 0 to 1 | van Rijsbergen (1979), ch. 7 |
| recall | of what was coded, the share that was found | 0 to 1 | van Rijsbergen (1979), ch. 7 |
| F1 | harmonic mean of the two | 0 to 1 | van Rijsbergen (1979), ch. 7, with equal weights |
| kappa | agreement beyond that of chance; 0 is chance | −1 to 1 | Cohen (1960) |
| macro average | mean of the families' figures: every family counts the same | as the figure | Sokolova & Lapalme (2009); for F1 the mean of F1s, as Opitz & Burst (2019) advise |
| micro average | figure of the families' summed counts: every decision counts the same | as the figure | Sokolova & Lapalme (2009) |
| interval | 95 % percentile bootstrap over documents | | Efron & Tibshirani (1993), ch. 13 |

Averages are taken over the families that were coded at least once. If nothing was found of one of them, it has no precision; in the macro average it counts
with 0, so that silence is not rewarded.
*/

use super::Tally;
use super::bootstrap::{Bootstrap, Estimate, Figures};

/// The names of the figures, in the order of [`Row::figures`].
pub const FIGURES: [&str; 4] = ["precision", "recall", "f1", "kappa"];

// Where each stands among them.
pub(super) const PRECISION: usize = 0;
pub(super) const RECALL: usize = 1;
pub(super) const F1: usize = 2;
pub(super) const KAPPA: usize = 3;

/// The figures of one label.
pub(super) type Values = Figures<{ FIGURES.len() }>;

/// What a row of figures is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Mean of the families' figures.
    Macro,
    /// Figure of the families' summed counts.
    Micro,
    /// A family.
    Family,
    /// A marker.
    Marker,
}

impl Level {
    /// The name used in results.
    pub fn name(self) -> &'static str {
        match self {
            Level::Macro => "macro",
            Level::Micro => "micro",
            Level::Family => "family",
            Level::Marker => "marker",
        }
    }
}

/// How often a label was coded and found in the narrator's sentences.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Sentences of the narrator.
    pub sentences: u64,
    /// Sentences in which it was coded.
    pub support: u64,
    /// Sentences in which it was found.
    pub found: u64,
    /// Sentences in which it was coded and found: true positives.
    pub agreed: u64,
}

impl Counts {
    /// Adds `other`, `times` times.
    pub(super) fn add(&mut self, other: &Counts, times: u64) {
        self.sentences += times * other.sentences;
        self.support += times * other.support;
        self.found += times * other.found;
        self.agreed += times * other.agreed;
    }

    /// Share of what was found that was coded. `None` if nothing was coded, or nothing found.
    pub fn precision(&self) -> Option<f64> {
        (self.support > 0 && self.found > 0).then(|| self.agreed as f64 / self.found as f64)
    }

    /// Share of what was coded that was found. `None` if nothing was coded.
    pub fn recall(&self) -> Option<f64> {
        (self.support > 0).then(|| self.agreed as f64 / self.support as f64)
    }

    /// Harmonic mean of precision and recall, 0 if nothing was found. `None` if nothing was coded.
    pub fn f1(&self) -> Option<f64> {
        (self.support > 0).then(|| 2.0 * self.agreed as f64 / (self.support + self.found) as f64)
    }

    /// Cohen's kappa of coder and program, who both say yes or no of every sentence: (*p*ₒ − *p*ₑ) / (1 − *p*ₑ), where *p*ₒ is how often they say the
    /// same, and *p*ₑ how often they would if each said yes as often as they do, but by chance. `None` if nothing was coded, or if both always say yes.
    ///
    /// ```
    /// use throughline::evaluate::Counts;
    /// // Of 50 sentences both say yes to 20 and no to 15; the coder alone says yes to 5, the program alone to 10.
    /// // pₒ = (20 + 15)/50 = 0.70. The coder says yes to 25/50, the program to 30/50: pₑ = 0.5 × 0.6 + 0.5 × 0.4 = 0.50.
    /// // κ = (0.70 − 0.50)/(1 − 0.50) = 0.40.
    /// let counts = Counts { sentences: 50, support: 25, found: 30, agreed: 20 };
    /// assert!((counts.kappa().expect("it was coded") - 0.40).abs() < 1e-12);
    /// ```
    pub fn kappa(&self) -> Option<f64> {
        let [n, coded, found, both] = [self.sentences, self.support, self.found, self.agreed].map(|count| count as f64);
        let observed = (n - coded - found + 2.0 * both) / n;
        let expected = (coded * found + (n - coded) * (n - found)) / (n * n);
        (self.support > 0 && expected < 1.0).then(|| (observed - expected) / (1.0 - expected))
    }

    fn values(&self) -> Values {
        let mut values = Values::default();
        values[PRECISION] = self.precision();
        values[RECALL] = self.recall();
        values[F1] = self.f1();
        values[KAPPA] = self.kappa();
        values
    }
}

/// The figures of a marker, a family or an average.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// What it is about.
    pub level: Level,
    /// Its name; `families` for averages.
    pub name: String,
    /// What it was made from; a macro average is made from no counts of its own.
    pub counts: Option<Counts>,
    /// The figures in the order of [`FIGURES`]; `None` where one does not exist.
    pub figures: [Option<Estimate>; FIGURES.len()],
}

/// Figures of every label, in the order of [`Tally::labels`], then the macro and the micro average over families.
pub fn figures(tally: &Tally, bootstrap: Bootstrap) -> Vec<Row> {
    let documents: Vec<&[Counts]> = tally.documents.iter().map(|document| document.counts.as_slice()).collect();
    let levels: Vec<Level> = tally.labels.iter().map(|label| label.level).collect();
    let sums = sums(&documents, levels.len(), &vec![1; documents.len()]);
    let (values, micro) = values(&levels, &sums);
    let figures = bootstrap.estimates(documents.len(), values, |times| {
        self::values(&levels, &self::sums(&documents, levels.len(), times)).0
    });
    let names = tally.labels.iter().map(|label| (label.level, label.name.clone(), None));
    let averages = [(Level::Macro, None), (Level::Micro, Some(micro))];
    let averages = averages.map(|(level, counts)| (level, AVERAGED.to_owned(), counts));
    let own = sums.iter().copied().map(Some).chain([None, None]);
    let rows = names.chain(averages).zip(own).zip(figures);
    rows.map(|(((level, name, average), own), figures)| Row { level, name, counts: own.or(average), figures }).collect()
}

/// What averages are taken over, as their name.
pub(super) const AVERAGED: &str = "families";

/// The counts of every label, with document `d` taken `times[d]` times.
pub(super) fn sums(documents: &[&[Counts]], n_labels: usize, times: &[u32]) -> Vec<Counts> {
    let mut sums = vec![Counts::default(); n_labels];
    for (counts, &times) in documents.iter().zip(times).filter(|(_, times)| **times > 0) {
        for (sum, counts) in sums.iter_mut().zip(*counts) {
            sum.add(counts, u64::from(times));
        }
    }
    sums
}

/// The figures of every label, of the macro and of the micro average; and the counts of the last.
pub(super) fn values(levels: &[Level], sums: &[Counts]) -> (Vec<Values>, Counts) {
    let mut values: Vec<Values> = sums.iter().map(Counts::values).collect();
    let families = || levels.iter().zip(sums).filter(|(level, sum)| **level == Level::Family && sum.support > 0);
    let mean = |figure: usize| {
        let known = families().filter_map(|(_, sum)| match sum.values()[figure] {
            // Nothing was found of a family that was coded.
            None if figure == PRECISION => Some(0.0),
            value => value,
        });
        let known: Vec<f64> = known.collect();
        (!known.is_empty()).then(|| known.iter().sum::<f64>() / known.len() as f64)
    };
    values.push(std::array::from_fn(mean));
    let mut pooled = Counts::default();
    families().for_each(|(_, sum)| pooled.add(sum, 1));
    values.push(pooled.values());
    (values, pooled)
}
