/*!
What a coder saw: for each unit (a sentence, a turn, a document) the labels that were given to it.

Two kinds of table say this. In one, as in `sentences.csv`, every unit has a row, and its labels stand in the column `markers`, separated by `;` (names of markers also by commas): it says which units
were looked at, and is called *closed*. In the other, as in `matches.csv`, every label given has a row, in the column `marker`; units without one are not there. Such a
table is closed only if it has rows without a label for the units in which nothing was seen, or a column `value` with 1 and 0.
*/

use super::table::{Table, few};
use crate::diagnostic::Diagnostic;
use std::collections::{BTreeMap, BTreeSet};

/// What is rated as one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum UnitKind {
    /// A sentence.
    Sentence,
    /// A turn.
    Turn,
    /// A document.
    Document,
}

impl UnitKind {
    /// The name used in results.
    pub fn name(self) -> &'static str {
        match self {
            UnitKind::Sentence => "sentence",
            UnitKind::Turn => "turn",
            UnitKind::Document => "document",
        }
    }
}

/// A unit by document and number; a document has no number.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The document.
    pub document: String,
    /// The sentence or the turn, from 1.
    pub number: Option<u64>,
}

/// Labels by unit.
pub(super) type Labels = BTreeMap<Place, BTreeSet<String>>;

/// All that a coder saw.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Coding {
    /// Whether it says which units were looked at.
    pub is_closed: bool,
    units: Vec<Unit>,
    has_sentences: bool,
    has_turns: bool,
}

#[derive(Clone, Debug, PartialEq)]
struct Unit {
    document: String,
    turn: Option<u64>,
    sentence: Option<u64>,
    labels: Vec<String>,
}

/// The columns that say which unit a row is about.
pub(super) struct Keys {
    document: usize,
    turn: Option<usize>,
    sentence: Option<usize>,
}

impl Keys {
    pub(super) fn of(table: &Table) -> Result<Keys, Box<Diagnostic>> {
        let document = match table.column("document").or(table.column("id")) {
            Some(document) => document,
            None => table.need("document")?,
        };
        Ok(Keys { document, turn: table.column("turn"), sentence: table.column("sentence") })
    }

    /// The smallest kind of unit that rows are about.
    fn kind(&self) -> UnitKind {
        match (self.sentence, self.turn) {
            (Some(_), _) => UnitKind::Sentence,
            (None, Some(_)) => UnitKind::Turn,
            (None, None) => UnitKind::Document,
        }
    }

    pub(super) fn contain(&self, column: usize) -> bool {
        column == self.document || Some(column) == self.turn || Some(column) == self.sentence
    }

    /// Document, turn and sentence of a row.
    pub(super) fn unit(
        &self,
        table: &Table,
        row: usize,
    ) -> Result<(String, Option<u64>, Option<u64>), Box<Diagnostic>> {
        let Some(document) = table.cell(row, self.document) else {
            let fault = table.fault("no-name", row, "this row names no document");
            return Err(Box::new(
                fault.hint("every row needs the name of its document, also if it is that of the row above"),
            ));
        };
        let number = |column: Option<usize>| column.map_or(Ok(None), |column| table.place(row, column));
        Ok((document.to_owned(), number(self.turn)?, number(self.sentence)?))
    }
}

/// The column of sets of labels, and that of single labels.
const SETS: [&str; 2] = ["markers", "codes"];
const SINGLES: [&str; 2] = ["marker", "code"];

/// The first of these columns that the table has.
pub(super) fn first_of(table: &Table, names: &[&str]) -> Option<usize> {
    names.iter().find_map(|name| table.column(name))
}

impl Coding {
    /// Reads a table of labels; none if it is another kind of table.
    ///
    /// # Errors
    /// All faults of all rows.
    pub fn read(table: &Table) -> Result<Option<Coding>, Vec<Diagnostic>> {
        let (sets, singles) = (first_of(table, &SETS), first_of(table, &SINGLES));
        let Some(labels) = sets.or(singles) else { return Ok(None) };
        let value = table.column("value").filter(|_| sets.is_none());
        if let Some(value) = value
            && (0..table.n_rows()).any(|row| !matches!(table.cell(row, value), None | Some("0" | "1")))
        {
            return Ok(None);
        }
        let keys = Keys::of(table).map_err(|fault| vec![*fault])?;
        let mut coding = Coding {
            is_closed: sets.is_some() || value.is_some(),
            has_turns: keys.turn.is_some(),
            ..Coding::default()
        };
        let mut faults = Vec::new();
        let mut seen: BTreeMap<(String, Option<u64>, Option<u64>), usize> = BTreeMap::new();
        for row in 0..table.n_rows() {
            let unit = match keys.unit(table, row) {
                Ok(unit) => unit,
                Err(fault) => {
                    faults.push(*fault);
                    continue;
                }
            };
            if keys.sentence.is_some() && unit.2.is_none() {
                let fault = table.fault("no-place", row, "this row names no sentence");
                faults.push(fault.hint("give the number that the sentence has in sentences.csv"));
                continue;
            }
            if sets.is_some() && seen.insert(unit.clone(), row).is_some() {
                let fault =
                    table.fault("duplicate-unit", row, format!("this {} has a row already", keys.kind().name()));
                let hint = "where a unit has one row, its labels stand in one cell, separated by `;`";
                faults.push(match keys.sentence {
                    Some(_) => fault.hint(hint),
                    None => fault.hint(format!(
                        "{hint}; if its rows are sentences, their numbers belong in a column `sentence` (its columns are {})",
                        few(table.columns())
                    )),
                });
                continue;
            }
            let is_coded = value.is_none_or(|value| table.cell(row, value) == Some("1"));
            let cell = table.cell(row, labels);
            // A row without a label says that the unit was looked at.
            coding.is_closed |= cell.is_none();
            let labels = cell.filter(|_| is_coded).into_iter().flat_map(labels_of);
            let labels = labels.map(str::trim).filter(|label| !label.is_empty()).map(str::to_owned).collect();
            let (document, turn, sentence) = unit;
            coding.has_sentences |= sentence.is_some();
            coding.units.push(Unit { document, turn, sentence, labels });
        }
        if faults.is_empty() { Ok(Some(coding)) } else { Err(faults) }
    }

    /// The kinds of unit by which it can be looked at, the smallest first.
    pub(super) fn kinds(&self) -> Vec<UnitKind> {
        let mut kinds = vec![UnitKind::Document];
        if self.has_turns {
            kinds.insert(0, UnitKind::Turn);
        }
        if self.has_sentences {
            kinds.insert(0, UnitKind::Sentence);
        }
        kinds
    }

    /// The labels by units of a kind.
    pub(super) fn by(&self, kind: UnitKind) -> Labels {
        let mut labels = Labels::new();
        for unit in &self.units {
            let number = match kind {
                UnitKind::Sentence => unit.sentence,
                UnitKind::Turn => unit.turn,
                UnitKind::Document => None,
            };
            let place = Place { document: unit.document.clone(), number };
            labels.entry(place).or_default().extend(unit.labels.iter().cloned());
        }
        labels
    }

    /// The turn of each sentence.
    pub(super) fn turns(&self, kind: UnitKind) -> BTreeMap<Place, u64> {
        let of = |unit: &Unit| {
            let number = if kind == UnitKind::Sentence { unit.sentence } else { unit.turn };
            Some((Place { document: unit.document.clone(), number }, unit.turn?))
        };
        self.units.iter().filter_map(of).collect()
    }

    /// In how many units below the document each label was given, by document.
    pub(super) fn counts(&self, among: &BTreeSet<Place>, kind: UnitKind) -> BTreeMap<(String, String), usize> {
        let mut counts = BTreeMap::new();
        for (place, labels) in self.by(kind).into_iter().filter(|(place, _)| among.contains(place)) {
            for label in with_families(&labels) {
                *counts.entry((place.document.clone(), label)).or_default() += 1;
            }
        }
        counts
    }

    /// All labels that were given.
    pub(super) fn labels(&self) -> BTreeSet<&str> {
        self.units.iter().flat_map(|unit| unit.labels.iter().map(String::as_str)).collect()
    }
}

/// The labels of a cell. Names of markers have no commas, but codes may.
fn labels_of(cell: &str) -> impl Iterator<Item = &str> {
    let is_marker = |label: &str| label.contains('.') && !label.trim().contains(char::is_whitespace);
    let has_commas = cell.contains(',') && cell.split([';', '|', ',']).all(is_marker);
    cell.split(move |c| matches!(c, ';' | '|') || c == ',' && has_commas)
}

/// The family of a marker: what stands before its dot.
pub(super) fn family(label: &str) -> Option<&str> {
    label.split_once('.').map(|(family, _)| family)
}

/// Labels, and the families of those that are markers.
pub(super) fn with_families(labels: &BTreeSet<String>) -> BTreeSet<String> {
    let families = labels.iter().filter_map(|label| family(label)).map(str::to_owned);
    families.chain(labels.iter().cloned()).collect()
}
