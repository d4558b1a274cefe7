/*!
Two waves of one study: what changed from one telling of a person to the next, and whether that is more than the error of the measure.

| figure | is | source |
|---|---|---|
| change | after − before |  |
| its interval | from the intervals of both values, taken for independent: the method of variance estimates recovery | Zou & Donner (2008) |
| reliable-change index | change / (√2 · SE), SE = s · √(1 − r), with the standard deviation s before and the reliability r; beyond ±1.96 the change is *reliable* | Jacobson & Truax (1991) |
| mean change | with its interval by Student's t |  |
| g | mean change / √((s²before + s²after) / 2), made smaller for small samples | Cumming (2012); Hedges (1981); Lakens (2013) |
| interval of g | 95 % percentile bootstrap over persons; none for fewer than ten | Efron & Tibshirani (1993), ch. 13 |

**Reliability has a source.** Best is a retest of comparable people, given by the user with where it is from ([`Reliabilities`]). Without one, the error is taken from
the intervals of the values themselves: SE² is the mean of (width / 3.92)², r = 1 − SE² / s². That knows how much a value hangs on single sentences and nothing
of how a person tells on another day, so it is too high, and too many changes are called reliable. The result says which of the two it was.

A reliable change is neither a better nor a worse one: which direction is wanted, no scale says.
*/

use super::sample::{Moments, correlation, hedges_correction, mean_interval};
use super::table::{Table, few};
use crate::diagnostic::Diagnostic;
use crate::evaluate::{Bootstrap, Estimate, bootstrap_interval};
use crate::lexicon::nearest;
use crate::score::Interval;
use std::collections::{BTreeMap, BTreeSet};

/// Beyond this a reliable-change index is one of 5 % or fewer.
const LIMIT: f64 = 1.96;

/// A value, with its interval where the table has one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Value {
    /// The value.
    pub value: f64,
    /// Lower and upper limit of its 95 % interval.
    pub interval: Option<(f64, f64)>,
}

/// The values of one wave: for each person one of each measure, in order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Wave {
    /// By person.
    pub persons: BTreeMap<String, Vec<Option<Value>>>,
}

/// Where a reliability comes from.
#[derive(Clone, Debug, PartialEq)]
pub struct Reliability {
    /// Between 0 and 1.
    pub value: f64,
    /// Where it is from.
    pub source: String,
}

/// Reliabilities that the user gives, by measure.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reliabilities {
    by_measure: BTreeMap<String, Reliability>,
}

/// Of fewer persons a bootstrap knows too little.
const FEWEST_FOR_INTERVAL: usize = 10;

/// What is said of a reliability that was worked out of intervals.
const WITHIN: &str =
    "estimated from the intervals within each text; a retest is needed to know more, and would be lower";

/// All that is said of two waves.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// One for each measure.
    pub measures: Vec<Changed>,
    /// Persons who are there before alone.
    pub only_before: Vec<String>,
    /// Persons who are there after alone.
    pub only_after: Vec<String>,
    /// Persons who are there in both.
    pub n_persons: usize,
}

/// How one measure changed.
#[derive(Clone, Debug, PartialEq)]
pub struct Changed {
    /// The name of its column.
    pub measure: String,
    /// Of the persons who have it in both waves.
    pub before: Moments,
    /// Of the same persons.
    pub after: Moments,
    /// Pearson's correlation of the two.
    pub correlation: Option<f64>,
    /// Mean change.
    pub change: Option<Interval>,
    /// Hedges's g.
    pub effect: Option<Estimate>,
    /// What the reliable-change index rests on.
    pub reliability: Option<Reliability>,
    /// Persons who have it in both waves, by name.
    pub persons: Vec<Person>,
}

/// How one person's value changed.
#[derive(Clone, Debug, PartialEq)]
pub struct Person {
    /// The name in the table.
    pub id: String,
    /// Before.
    pub before: f64,
    /// After.
    pub after: f64,
    /// After − before.
    pub change: f64,
    /// Its 95 % interval.
    pub interval: Option<(f64, f64)>,
    /// The reliable-change index.
    pub index: Option<f64>,
}

/// What a reliable-change index says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flag {
    /// Higher than error alone would have it.
    Rise,
    /// Lower than error alone would have it.
    Fall,
    /// Within what error alone can do.
    None,
}

impl Flag {
    /// The name used in results.
    pub fn name(self) -> &'static str {
        match self {
            Flag::Rise => "rise",
            Flag::Fall => "fall",
            Flag::None => "none",
        }
    }
}

impl Person {
    /// Whether the change is reliable; none without an index.
    pub fn flag(&self) -> Option<Flag> {
        self.index.map(|index| match index {
            index if index > LIMIT => Flag::Rise,
            index if index < -LIMIT => Flag::Fall,
            _ => Flag::None,
        })
    }
}

impl Changed {
    /// How many changed so.
    pub fn count(&self, flag: Flag) -> usize {
        self.persons.iter().filter(|person| person.flag() == Some(flag)).count()
    }
}

/// The columns that `names` name in a table: by the column itself, or as scales, families and markers are called. Without names every scale, or, where the table
/// has none, every column of numbers but `by`.
pub(super) fn measures(tables: &[&Table], names: &[String], by: &str) -> Result<Vec<String>, Vec<Diagnostic>> {
    let in_all = |name: &str| tables.iter().all(|table| table.column(name).is_some());
    let columns: Vec<&str> = tables[0].columns().iter().map(String::as_str).collect();
    let is_limit = |name: &str| name.ends_with("_lo") || name.ends_with("_hi");
    if names.is_empty() {
        let scales = columns.iter().filter(|name| name.starts_with("scale_") && !is_limit(name) && in_all(name));
        let mut chosen: Vec<String> = scales.map(|name| (*name).to_owned()).collect();
        if chosen.is_empty() {
            let numeric = |name: &&&str| {
                !name.eq_ignore_ascii_case(by)
                    && !is_limit(name)
                    && tables.iter().all(|table| table.column(name).is_some_and(|column| table.is_numeric(column)))
            };
            chosen = columns.iter().filter(numeric).map(|name| (*name).to_owned()).collect();
        }
        if chosen.is_empty() {
            let fault = tables[0].fault_of_head("no-measure", "there is no column of numbers to work with");
            return Err(vec![
                fault.hint("give documents.csv, or a table with a column for each measure and numbers in it"),
            ]);
        }
        return Ok(chosen);
    }
    let mut chosen: Vec<String> = Vec::new();
    let mut faults = Vec::new();
    for name in names {
        let plain = name.replace(['.', '-'], "_");
        let found =
            [name.clone(), format!("scale_{plain}"), format!("{plain}_rate")].into_iter().find(|name| in_all(name));
        match found {
            Some(found) if chosen.contains(&found) => {}
            Some(found) => chosen.push(found),
            None => {
                let table = tables.iter().find(|table| table.column(name).is_none()).unwrap_or(&tables[0]);
                let fault = table.fault_of_head("unknown-measure", format!("there is no measure `{name}`"));
                let hint = match nearest(name, &columns) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "name a column, a scale, a family or a marker".to_owned(),
                };
                faults.push(fault.hint(hint));
            }
        }
    }
    if faults.is_empty() { Ok(chosen) } else { Err(faults) }
}

/// The columns of the limits of a measure.
pub(super) fn limits(table: &Table, measure: &str) -> Option<(usize, usize)> {
    let base = measure.strip_suffix("_rate").unwrap_or(measure);
    Some((table.column(&format!("{base}_lo"))?, table.column(&format!("{base}_hi"))?))
}

impl Wave {
    /// The values of `measures` by the column `by`.
    ///
    /// # Errors
    /// No such column, a row without a name, a name twice, what is no number.
    pub fn read(table: &Table, by: &str, measures: &[String]) -> Result<Wave, Vec<Diagnostic>> {
        let id = table.need(by).map_err(|fault| vec![*fault])?;
        let mut columns = Vec::new();
        for measure in measures {
            columns.push((table.need(measure).map_err(|fault| vec![*fault])?, limits(table, measure)));
        }
        let mut wave = Wave::default();
        let mut faults = Vec::new();
        for row in 0..table.n_rows() {
            let Some(person) = table.cell(row, id) else {
                let fault = table.fault("no-name", row, format!("the column `{by}` says nothing in this row"));
                faults.push(fault.hint("each row needs the name by which the two tables are joined"));
                continue;
            };
            let mut number = |column: usize| match table.number(row, column) {
                Ok(number) => number,
                Err(fault) => {
                    faults.push(*fault);
                    None
                }
            };
            let values = columns.iter().map(|(column, limits)| {
                let value = number(*column)?;
                let interval = limits.and_then(|(low, high)| Some((number(low)?, number(high)?)));
                Some(Value { value, interval })
            });
            let values = values.collect();
            if wave.persons.insert(person.to_owned(), values).is_some() {
                let fault = table.fault("duplicate-name", row, format!("`{person}` is there twice"));
                faults.push(
                    fault.hint("a wave has one row for each person; with --by another column can tell them apart"),
                );
            }
        }
        if faults.is_empty() { Ok(wave) } else { Err(faults) }
    }
}

impl Reliabilities {
    /// Reads a table with the columns `measure`, `reliability` and `source`.
    ///
    /// # Errors
    /// A column that is missing, a reliability that is not between 0 and 1, a row without a source.
    pub fn read(table: &Table) -> Result<Reliabilities, Vec<Diagnostic>> {
        let columns = ["measure", "reliability", "source"].map(|name| table.need(name));
        let [measure, reliability, source] = match columns {
            [Ok(measure), Ok(reliability), Ok(source)] => [measure, reliability, source],
            columns => return Err(columns.into_iter().filter_map(Result::err).map(|fault| *fault).collect()),
        };
        let mut found = Reliabilities::default();
        let mut faults = Vec::new();
        for row in 0..table.n_rows() {
            match (table.cell(row, measure), table.number(row, reliability), table.cell(row, source)) {
                (_, Err(fault), _) => faults.push(*fault),
                (None, ..) => faults.push(table.fault("no-name", row, "this row names no measure")),
                (_, Ok(value), _) if !value.is_some_and(|value| value > 0.0 && value < 1.0) => {
                    let fault = table.fault("reliability", row, "a reliability lies between 0 and 1");
                    faults.push(fault.hint("such as the correlation of two tellings a few weeks apart"));
                }
                (.., None) => {
                    let fault = table.fault("no-source", row, "this reliability has no source");
                    faults.push(
                        fault.hint(
                            "say where it is from: the sample, how long between the two tellings, the publication",
                        ),
                    );
                }
                (Some(name), Ok(value), Some(source)) => {
                    let reliability = Reliability { value: value.unwrap_or_default(), source: source.to_owned() };
                    found.by_measure.insert(name.to_owned(), reliability);
                }
            }
        }
        if faults.is_empty() { Ok(found) } else { Err(faults) }
    }

    /// The measures that it names and that `comparison` does not have.
    pub fn unused(&self, comparison: &Comparison) -> Vec<&str> {
        let used: BTreeSet<&str> =
            comparison.measures.iter().filter_map(|changed| Some(self.of(&changed.measure)?.0)).collect();
        self.by_measure.keys().map(String::as_str).filter(|name| !used.contains(name)).collect()
    }

    /// Of a measure, by its column or, where that is not named, the name of the scale: with the name by which it is given.
    fn of(&self, measure: &str) -> Option<(&str, &Reliability)> {
        let bare = measure.strip_prefix("scale_").or(measure.strip_suffix("_rate"));
        let given = |name: &str| self.by_measure.get_key_value(name).map(|(name, given)| (name.as_str(), given));
        given(measure).or_else(|| given(bare?))
    }
}

/// Compares two tables of one study, joined by the column `by`. `names` are the measures; without any, every scale.
///
/// # Errors
/// All faults of both tables; that they have no person in common.
pub fn compare(
    before: &Table,
    after: &Table,
    by: &str,
    names: &[String],
    reliabilities: &Reliabilities,
    bootstrap: Bootstrap,
) -> Result<Comparison, Vec<Diagnostic>> {
    let needed: Vec<Diagnostic> =
        [before, after].iter().filter_map(|table| table.need(by).err()).map(|fault| *fault).collect();
    if !needed.is_empty() {
        return Err(needed);
    }
    let measures = measures(&[before, after], names, by)?;
    let (one, other) = match (Wave::read(before, by, &measures), Wave::read(after, by, &measures)) {
        (Ok(one), Ok(other)) => (one, other),
        (one, other) => {
            return Err([one.err(), other.err()].into_iter().flatten().flatten().collect());
        }
    };
    let only = |these: &Wave, those: &Wave| -> Vec<String> {
        these.persons.keys().filter(|id| !those.persons.contains_key(*id)).cloned().collect()
    };
    let (only_before, only_after) = (only(&one, &other), only(&other, &one));
    let n_persons = one.persons.len() - only_before.len();
    if n_persons == 0 {
        let names = |wave: &Wave| few(&wave.persons.keys().map(String::as_str).collect::<Vec<_>>());
        let fault = after.fault_of_head("nobody-in-common", format!("no `{by}` of {} is in this table", before.file));
        return Err(vec![fault.hint(format!(
            "there it is {}; here {}. Give the same person the same name in both",
            names(&one),
            names(&other)
        ))]);
    }
    let measures = measures.iter().enumerate().map(|(at, measure)| {
        let pairs: Vec<(&str, Value, Value)> = one
            .persons
            .iter()
            .filter_map(|(id, values)| Some((id.as_str(), values[at]?, other.persons.get(id)?[at]?)))
            .collect();
        changed(measure, &pairs, reliabilities.of(measure).map(|(_, given)| given), bootstrap)
    });
    let measures = measures.collect();
    Ok(Comparison { measures, only_before, only_after, n_persons })
}

fn changed(
    measure: &str,
    pairs: &[(&str, Value, Value)],
    given: Option<&Reliability>,
    bootstrap: Bootstrap,
) -> Changed {
    let values: Vec<(f64, f64)> = pairs.iter().map(|(_, before, after)| (before.value, after.value)).collect();
    let (befores, afters): (Vec<f64>, Vec<f64>) = values.iter().copied().unzip();
    let (before, after) = (Moments::of(&befores), Moments::of(&afters));
    let reliability = given.cloned().or_else(|| within_texts(pairs, before.sd?));
    let error = reliability.as_ref().zip(before.sd).map(|(of, sd)| sd * (2.0 * (1.0 - of.value)).sqrt());
    let error = error.filter(|error| *error > 0.0);
    let persons = pairs.iter().map(|(id, before, after)| Person {
        id: (*id).to_owned(),
        before: before.value,
        after: after.value,
        change: after.value - before.value,
        interval: difference(*before, *after),
        index: error.map(|error| (after.value - before.value) / error),
    });
    let changes: Vec<f64> = values.iter().map(|(before, after)| after - before).collect();
    Changed {
        measure: measure.to_owned(),
        correlation: correlation(&values),
        change: mean_interval(&changes),
        effect: effect(&values, bootstrap),
        persons: persons.collect(),
        before,
        after,
        reliability,
    }
}

/// after − before with the interval of Zou & Donner (2008).
fn difference(before: Value, after: Value) -> Option<(f64, f64)> {
    let (low_before, high_before) = before.interval?;
    let (low_after, high_after) = after.interval?;
    let change = after.value - before.value;
    let below = (after.value - low_after).hypot(high_before - before.value);
    let above = (high_after - after.value).hypot(before.value - low_before);
    Some((change - below, change + above))
}

/// The reliability that the intervals of all values tell of; none if the texts do not differ by more than their error.
fn within_texts(pairs: &[(&str, Value, Value)], sd: f64) -> Option<Reliability> {
    let errors: Option<Vec<f64>> = pairs
        .iter()
        .flat_map(|(_, before, after)| [before, after])
        .map(|value| value.interval.map(|(low, high)| ((high - low) / (2.0 * LIMIT)).powi(2)))
        .collect();
    let errors = errors.filter(|errors| !errors.is_empty())?;
    let error = errors.iter().sum::<f64>() / errors.len() as f64;
    let value = 1.0 - error / (sd * sd);
    (value > 0.0).then(|| Reliability { value, source: WITHIN.to_owned() })
}

fn effect(values: &[(f64, f64)], bootstrap: Bootstrap) -> Option<Estimate> {
    let every: Vec<u32> = vec![1; values.len()];
    let value = hedges(values, &every)?;
    let mut drawn = Vec::new();
    if values.len() >= FEWEST_FOR_INTERVAL {
        bootstrap.resample(values.len(), |times| drawn.extend(hedges(values, times)));
    }
    Some(Estimate { value, interval: bootstrap_interval(&mut drawn) })
}

/// Hedges's g of pairs, each taken so many times.
fn hedges(values: &[(f64, f64)], times: &[u32]) -> Option<f64> {
    let taken = || values.iter().zip(times).map(|(value, times)| (*value, f64::from(*times)));
    let n = values.len();
    let mean = |of: fn((f64, f64)) -> f64| taken().map(|(value, times)| of(value) * times).sum::<f64>() / n as f64;
    let (before, after) = (mean(|(before, _)| before), mean(|(_, after)| after));
    let squares: f64 = taken().map(|((b, a), times)| times * ((b - before).powi(2) + (a - after).powi(2))).sum();
    let sd = (squares / (2.0 * (n.checked_sub(1)? as f64))).sqrt();
    // Where all are alike, rounding alone would be divided by.
    let is_flat = sd <= 1e-9 * before.abs().max(after.abs());
    (!is_flat && n > 1).then(|| (after - before) / sd * hedges_correction(n))
}
