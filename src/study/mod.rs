/*!
What is done with the results of a study: two waves compared, a sample as norms, two coders held against each other.

Everything here starts from **tables** ([`Table`]): our own results (`documents.csv`, `sentences.csv`, `matches.csv`), or simple tables that people made. So
results of last year can be compared with those of today, and nothing need be scored again.

```text
tables of two waves   → compare      change of each person with interval, reliable change, effect size of the group
table of a sample     → Norms        mean, standard deviation, percentiles; where one document stands among them
tables of two coders  → agreement    percent, kappa, AC1, alpha, ICC, confusions, by marker and unit
```

All faults of all tables are told at once, each with its line; a table with a fault is not used at all, for a statistic of what happened to be readable
misleads. A figure that does not exist is `None`, never 0. No random number is drawn but from a seed that was given. There are no cut-offs between persons and no
classes of them: a reliable change is a statement about two texts and the error of a measure.
*/

mod agreement;
mod agreement_labels;
mod agreement_values;
mod coding;
mod figures;
mod norms;
mod ratings;
mod sample;
mod table;
mod waves;

pub use agreement::{Agreement, Asked, Confusion, Disagreement, Line, Subject, agreement};
pub use coding::{Coding, Place, UnitKind};
pub use figures::{FIGURES, Tally};
pub use norms::{Made, Norm, Norms, Standing};
pub use ratings::{Ratings, Values};
pub use sample::{Moments, hedges_correction, mean_interval};
pub use table::Table;
pub use waves::{Changed, Comparison, Flag, Person, Reliabilities, Reliability, Value, Wave, compare};

pub use crate::evaluate::{Bootstrap, Estimate};
