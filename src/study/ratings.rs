/*!
A rater's table of whatever kind: labels of units ([`Coding`]), or a value of each measure for each unit ([`Values`]).

Values stand either in one row a value (columns `measure`, `scale` or `variable`, and `value`), or in one row a unit with a column for each measure, as in
`documents.csv`. A measure whose values are all numbers is one of numbers, any other one of categories.
*/

use super::coding::{Coding, Keys, first_of};
use super::table::Table;
use crate::diagnostic::Diagnostic;
use std::collections::{BTreeMap, BTreeSet};

/// What one rater says.
#[derive(Clone, Debug, PartialEq)]
pub enum Ratings {
    /// Labels of units.
    Coded(Coding),
    /// Values of measures.
    Valued(Values),
}

/// Document, turn, sentence.
pub(super) type Key = (String, Option<u64>, Option<u64>);

/// Values of measures by unit.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Values {
    /// The measures in the order of the table.
    pub measures: Vec<String>,
    /// For each measure, for each unit what was said.
    pub(super) by_measure: BTreeMap<String, BTreeMap<Key, Said>>,
}

/// A value as it was written, and as a number if it is one.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Said {
    pub(super) text: String,
    pub(super) number: Option<f64>,
}

/// Columns that say what a unit is and not how it was rated.
const NOT_RATED: [&str; 8] = ["file", "speaker", "text", "flags", "start", "end", "rule", "coder"];

impl Ratings {
    /// Reads a table of whatever kind.
    ///
    /// # Errors
    /// All faults of all rows, or that it is no kind of table that is known.
    pub fn read(table: &Table) -> Result<Ratings, Vec<Diagnostic>> {
        if let Some(coding) = Coding::read(table)? {
            return Ok(Ratings::Coded(coding));
        }
        Ok(Ratings::Valued(Values::read(table)?))
    }
}

impl Values {
    fn read(table: &Table) -> Result<Values, Vec<Diagnostic>> {
        let keys = Keys::of(table).map_err(|fault| vec![*fault])?;
        let named = first_of(table, &["measure", "scale", "variable", "marker", "code"]);
        let long = named.zip(table.column("value"));
        let part = table.column("part");
        let wide: Vec<usize> = (0..table.columns().len())
            .filter(|&column| {
                let name = table.columns()[column].as_str();
                let is_limit = name.ends_with("_lo") || name.ends_with("_hi");
                !keys.contain(column) && !is_limit && !NOT_RATED.contains(&name) && !name.is_empty()
            })
            .collect();
        if long.is_none() && wide.is_empty() {
            let fault = table.fault_of_head("no-measure", "there is nothing in this table that was rated");
            return Err(vec![fault.hint("labels stand in a column `markers` or `marker`, values in columns named after what was measured, or in `measure` and `value`")]);
        }
        let mut values = Values::default();
        let mut faults = Vec::new();
        for row in 0..table.n_rows() {
            let key = match keys.unit(table, row) {
                Ok(key) => key,
                Err(fault) => {
                    faults.push(*fault);
                    continue;
                }
            };
            let mut say = |measure: &str, column: usize| {
                if !values.by_measure.contains_key(measure) {
                    values.measures.push(measure.to_owned());
                }
                let units = values.by_measure.entry(measure.to_owned()).or_default();
                let Some(text) = table.cell(row, column) else { return };
                let said = Said { text: text.to_owned(), number: table.number(row, column).ok().flatten() };
                if units.insert(key.clone(), said).is_some() {
                    let fault =
                        table.fault("duplicate-unit", row, format!("this unit has a value of `{measure}` already"));
                    faults.push(fault.hint("give each unit one row; the two coders stand in two files"));
                }
            };
            match long {
                Some((name, value)) => match table.cell(row, name) {
                    Some(name) => {
                        let part = part.and_then(|part| table.cell(row, part));
                        say(&part.map_or(name.to_owned(), |part| format!("{name}/{part}")), value);
                    }
                    None => faults.push(table.fault("no-name", row, "this row does not say what was measured")),
                },
                None => wide.iter().for_each(|&column| say(&table.columns()[column], column)),
            }
        }
        if faults.is_empty() { Ok(values) } else { Err(faults) }
    }

    /// Whether all values of a measure are numbers.
    pub(super) fn is_numeric(&self, measure: &str) -> bool {
        self.by_measure.get(measure).is_some_and(|units| units.values().all(|said| said.number.is_some()))
    }

    /// All that was said of a measure, each once.
    pub(super) fn said(&self, measure: &str) -> BTreeSet<&str> {
        self.by_measure.get(measure).into_iter().flat_map(BTreeMap::values).map(|said| said.text.as_str()).collect()
    }
}
