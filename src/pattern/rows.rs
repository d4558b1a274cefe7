/*!
Many short rows in one: a row of things for every number, or for every name. They stay where they are in the image of a compiled lexicon.
*/

use super::raw::{LongRow, Raw, Run};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

/// A row of things for every number from 0.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(bound(serialize = "T: Raw", deserialize = "'de: 'static, T: Raw"))]
pub(super) struct Rows<T> {
    /// Where each row begins among the things; the last row begins where they end.
    starts: LongRow<u32>,
    things: LongRow<T>,
}

impl<T> Default for Rows<T> {
    fn default() -> Rows<T> {
        Rows { starts: LongRow::default(), things: LongRow::default() }
    }
}

impl<T: Raw> Rows<T> {
    /// Adds a row behind the others; its number is how many there were before.
    pub(super) fn push(&mut self, row: impl IntoIterator<Item = T>) {
        if self.starts.is_empty() {
            self.starts.push(&0);
        }
        row.into_iter().for_each(|thing| self.things.push(&thing));
        self.starts.push(&(self.things.len() as u32));
    }

    /// The row of a number; empty if there is none.
    pub(super) fn of(&self, number: usize) -> Run<'_, T> {
        if number + 1 >= self.starts.len() {
            return Run::NONE;
        }
        self.things.run(self.starts.at(number) as usize..self.starts.at(number + 1) as usize)
    }
}

impl<T: Raw> FromIterator<Vec<T>> for Rows<T> {
    fn from_iter<I: IntoIterator<Item = Vec<T>>>(all: I) -> Rows<T> {
        let mut rows = Rows::default();
        all.into_iter().for_each(|row| rows.push(row));
        rows
    }
}

/// A row of things for every name.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(bound(serialize = "T: Raw", deserialize = "'de: 'static, T: Raw"))]
pub(super) struct Named<T> {
    /// The names, sorted, one behind the other.
    names: LongRow<u8>,
    /// Where each ends.
    ends: LongRow<u32>,
    rows: Rows<T>,
}

impl<T> Default for Named<T> {
    fn default() -> Named<T> {
        Named { names: LongRow::default(), ends: LongRow::default(), rows: Rows::default() }
    }
}

impl<T: Raw> Named<T> {
    fn name(&self, number: usize) -> &[u8] {
        let start = number.checked_sub(1).map_or(0, |before| self.ends.at(before));
        self.names.run(start as usize..self.ends.at(number) as usize).bytes()
    }

    /// The row of a name; empty if there is none.
    pub(super) fn of(&self, name: &str) -> Run<'_, T> {
        let at = partition_point(self.ends.len(), |at| self.name(at) < name.as_bytes());
        if at < self.ends.len() && self.name(at) == name.as_bytes() { self.rows.of(at) } else { Run::NONE }
    }

    /// The rows of all names by which `word` begins, the shortest first.
    pub(super) fn of_beginnings(&self, word: &str) -> impl Iterator<Item = T> {
        // Names that begin with the same letters stand together, so each letter more narrows the range down.
        let (mut from, mut to) = (0, self.ends.len());
        let letters = word.char_indices().map(|(at, c)| &word.as_bytes()[..at + c.len_utf8()]);
        let ranges = letters.map_while(move |beginning| {
            from += partition_point(to - from, |at| self.name(from + at) < beginning);
            to = from + partition_point(to - from, |at| self.name(from + at).starts_with(beginning));
            (from < to).then_some((from, beginning))
        });
        ranges.filter(|(at, beginning)| self.name(*at) == *beginning).flat_map(|(at, _)| self.rows.of(at).iter())
    }

    /// Whether there is no name.
    pub(super) fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }
}

/// Of `n` things in order, how many come before the first that `is_before` is not true of.
pub(super) fn partition_point(n: usize, is_before: impl Fn(usize) -> bool) -> usize {
    let (mut from, mut to) = (0, n);
    while from < to {
        let middle = from.midpoint(to);
        if is_before(middle) { from = middle + 1 } else { to = middle }
    }
    from
}

impl<T: Raw> From<FxHashMap<String, Vec<T>>> for Named<T> {
    fn from(all: FxHashMap<String, Vec<T>>) -> Named<T> {
        let mut all: Vec<(String, Vec<T>)> = all.into_iter().collect();
        all.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
        let mut named = Named::default();
        for (name, row) in all {
            name.bytes().for_each(|byte| named.names.push(&byte));
            named.ends.push(&(named.names.len() as u32));
            named.rows.push(row);
        }
        named
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_found_by_its_number_and_its_name() {
        let rows: Rows<u8> = [vec![1, 2], vec![], vec![3]].into_iter().collect();
        let row = |number: usize| rows.of(number).iter().collect::<Vec<_>>();
        assert_eq!([row(0), row(1), row(2), row(3)], [vec![1, 2], vec![], vec![3], vec![]]);
        let names = ["", "a", "ab", "b", "ä"];
        let all: FxHashMap<String, Vec<u32>> =
            (0..).zip(&names).map(|(number, name)| ((*name).to_owned(), vec![number, number])).collect();
        let named = Named::from(all);
        let of = |name: &str| named.of(name).iter().collect::<Vec<_>>();
        for (number, name) in (0..).zip(names) {
            assert_eq!(of(name), [number, number], "{name:?}");
        }
        assert_eq!(of("aa"), [0u32; 0]);
        let beginnings = |word: &str| named.of_beginnings(word).collect::<Vec<_>>();
        assert_eq!(beginnings("abba"), [1, 1, 2, 2]);
        assert_eq!(beginnings("är"), [4, 4]);
        assert_eq!(beginnings("c"), [0u32; 0]);
    }
}
