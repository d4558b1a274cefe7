/*!
A sample of one's own as norms: where does a document stand among those of the sample?

| figure | is | source |
|---|---|---|
| z | (value − mean) / standard deviation of the sample |  |
| percentile | share of the sample below, and half of those level with it, in percent | Crawford, Garthwaite & Slick (2009) |
| its interval | 95 % interval of that share in the population, by a Beta distribution with Jeffreys's prior: (below + ½ level + ½, above + ½ level + ½) | Crawford, Garthwaite & Slick (2009) |

The interval is as wide as the sample is small: percentiles of thirty documents are rough. Norms hold for texts that came about in the same way as those of the
sample (the same questions, spoken or written, the same language and place), scored with the same lexicon, and for no others. They are no cut-offs.

Of the sample only the values of each measure are kept, in order of size, so that no row can be put together again.
*/

use super::sample::Moments;
use super::table::Table;
use super::waves::measures;
use crate::diagnostic::Diagnostic;
use statrs::distribution::{Beta, ContinuousCDF};

/// What made the numbers of a sample.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Made {
    /// Version of the program.
    pub version: String,
    /// Name and version of the lexicon.
    pub lexicon: String,
    /// Its hash.
    pub sha256: String,
}

/// Norms of a sample.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Norms {
    /// What made the numbers, if it is known.
    pub made: Option<Made>,
    /// Documents of the sample that are long enough to carry scales.
    pub n_documents: usize,
    /// Documents that were left out because they are too short.
    pub n_left_out: usize,
    /// One for each measure.
    pub measures: Vec<Norm>,
}

/// The sample's values of one measure.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Norm {
    /// The name of its column.
    pub measure: String,
    /// The values in order of size.
    pub values: Vec<f64>,
}

/// Where a value stands in a sample.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Standing {
    /// Standard deviations above the mean; none if the sample does not vary.
    pub z: Option<f64>,
    /// Percent of the sample below it.
    pub percentile: f64,
    /// Limits of the 95 % interval of the percentile.
    pub interval: (f64, f64),
    /// How many values the sample has.
    pub n: usize,
}

/// Fewer values make no norm.
const FEWEST: usize = 2;

impl Norms {
    /// Makes norms of tables such as `documents.csv`, which are taken for one sample. `names` are the measures; without any, every scale. Documents flagged `empty` or
    /// `no_scales` are left out.
    ///
    /// # Errors
    /// All faults of all tables; a measure with fewer than two values.
    pub fn build(tables: &[Table], names: &[String], made: Option<Made>) -> Result<Norms, Vec<Diagnostic>> {
        let all: Vec<&Table> = tables.iter().collect();
        let Some(first) = all.first() else { return Ok(Norms::default()) };
        let measures = measures(&all, names, "id")?;
        let mut norms = Norms { made, ..Norms::default() };
        let mut faults = Vec::new();
        let mut values: Vec<Vec<f64>> = vec![Vec::new(); measures.len()];
        for table in tables {
            let flags = table.column("flags");
            let columns: Vec<usize> = measures.iter().filter_map(|measure| table.column(measure)).collect();
            for row in 0..table.n_rows() {
                let flags = flags.and_then(|flags| table.cell(row, flags)).unwrap_or_default();
                if flags.split(';').any(|flag| flag == "no_scales" || flag == "empty") {
                    norms.n_left_out += 1;
                    continue;
                }
                norms.n_documents += 1;
                for (values, column) in values.iter_mut().zip(&columns) {
                    match table.number(row, *column) {
                        Ok(number) => values.extend(number),
                        Err(fault) => faults.push(*fault),
                    }
                }
            }
        }
        // A scale that does not apply to any of these documents has no norm; a sample without any norm is a fault.
        for (measure, mut values) in measures.into_iter().zip(values) {
            values.sort_unstable_by(f64::total_cmp);
            if values.len() >= FEWEST {
                norms.measures.push(Norm { measure, values });
            } else if !names.is_empty() {
                faults.push(first.fault_of_head(
                    "small-sample",
                    format!("`{measure}` has {} values, and norms need two at least", values.len()),
                ));
            }
        }
        if norms.measures.is_empty() && faults.is_empty() {
            faults.push(
                first
                    .fault_of_head("small-sample", "no measure has two values or more")
                    .hint("give the results of more documents"),
            );
        }
        if faults.is_empty() { Ok(norms) } else { Err(faults) }
    }

    /// The norm of a measure.
    pub fn of(&self, measure: &str) -> Option<&Norm> {
        self.measures.iter().find(|norm| norm.measure == measure)
    }
}

impl Norm {
    /// Mean and spread.
    pub fn moments(&self) -> Moments {
        Moments::of(&self.values)
    }

    /// Where `value` stands; none if there are no values.
    pub fn standing(&self, value: f64) -> Option<Standing> {
        let n = self.values.len();
        let below = self.values.partition_point(|known| *known < value);
        let level = self.values.partition_point(|known| *known <= value) - below;
        let (below, n_all) = (below as f64 + level as f64 / 2.0, n as f64);
        let beta = Beta::new(below + 0.5, n_all - below + 0.5).ok().filter(|_| n > 0)?;
        let Moments { mean, sd, .. } = self.moments();
        Some(Standing {
            z: sd.filter(|sd| *sd > 0.0).map(|sd| (value - mean) / sd),
            percentile: 100.0 * below / n_all,
            interval: (100.0 * beta.inverse_cdf(0.025), 100.0 * beta.inverse_cdf(0.975)),
            n,
        })
    }
}
