/*!
Many short rows in one: a row of things for every number, or for every name. Two or three allocations however many rows there are, so that a compiled lexicon is read in
a moment.
*/

use super::raw::Raw;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

/// A row of things for every number from 0.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(bound(serialize = "T: Raw", deserialize = "T: Raw"))]
pub(super) struct Rows<T> {
    /// Where each row ends among the things.
    #[serde(with = "super::raw")]
    ends: Vec<u32>,
    #[serde(with = "super::raw")]
    things: Vec<T>,
}

impl<T> Default for Rows<T> {
    fn default() -> Rows<T> {
        Rows { ends: Vec::new(), things: Vec::new() }
    }
}

impl<T> Rows<T> {
    /// Adds a row behind the others; its number is how many there were before.
    pub(super) fn push(&mut self, row: impl IntoIterator<Item = T>) {
        self.things.extend(row);
        self.ends.push(self.things.len() as u32);
    }

    /// The row of a number; empty if there is none.
    pub(super) fn of(&self, number: usize) -> &[T] {
        let Some(&end) = self.ends.get(number) else { return &[] };
        let start = number.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.things[start as usize..end as usize]
    }
}

impl<T> FromIterator<Vec<T>> for Rows<T> {
    fn from_iter<I: IntoIterator<Item = Vec<T>>>(all: I) -> Rows<T> {
        let mut rows = Rows::default();
        all.into_iter().for_each(|row| rows.push(row));
        rows
    }
}

/// A row of things for every name.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(bound(serialize = "T: Raw", deserialize = "T: Raw"))]
pub(super) struct Named<T> {
    /// The names, sorted, one behind the other.
    names: String,
    /// Where each ends.
    #[serde(with = "super::raw")]
    ends: Vec<u32>,
    rows: Rows<T>,
}

impl<T> Default for Named<T> {
    fn default() -> Named<T> {
        Named { names: String::new(), ends: Vec::new(), rows: Rows::default() }
    }
}

impl<T> Named<T> {
    fn name(&self, number: usize) -> &str {
        let start = number.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.names[start as usize..self.ends[number] as usize]
    }

    /// The row of a name; empty if there is none.
    pub(super) fn of(&self, name: &str) -> &[T] {
        let at = partition_point(self.ends.len(), |at| self.name(at) < name);
        if at < self.ends.len() && self.name(at) == name { self.rows.of(at) } else { &[] }
    }

    /// The rows of all names by which `word` begins, the shortest first.
    pub(super) fn of_beginnings(&self, word: &str) -> impl Iterator<Item = &T> {
        // Names that begin with the same letters stand together, so each letter more narrows the range down.
        let (mut from, mut to) = (0, self.ends.len());
        let letters = word.char_indices().map(|(at, c)| &word[..at + c.len_utf8()]);
        let ranges = letters.map_while(move |beginning| {
            from += partition_point(to - from, |at| self.name(from + at) < beginning);
            to = from + partition_point(to - from, |at| self.name(from + at).starts_with(beginning));
            (from < to).then_some((from, beginning))
        });
        ranges.filter(|(at, beginning)| self.name(*at) == *beginning).flat_map(|(at, _)| self.rows.of(at))
    }

    /// Whether there is no name.
    pub(super) fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }
}

/// Of `n` things in order, how many come before the first that `is_before` is not true of.
fn partition_point(n: usize, is_before: impl Fn(usize) -> bool) -> usize {
    let (mut from, mut to) = (0, n);
    while from < to {
        let middle = from.midpoint(to);
        if is_before(middle) { from = middle + 1 } else { to = middle }
    }
    from
}

impl<T> From<FxHashMap<String, Vec<T>>> for Named<T> {
    fn from(all: FxHashMap<String, Vec<T>>) -> Named<T> {
        let mut all: Vec<(String, Vec<T>)> = all.into_iter().collect();
        all.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
        let mut named = Named::default();
        for (name, row) in all {
            named.names.push_str(&name);
            named.ends.push(named.names.len() as u32);
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
        assert_eq!([rows.of(0), rows.of(1), rows.of(2), rows.of(3)], [&[1, 2][..], &[], &[3], &[]]);
        let names = ["", "a", "ab", "b", "ä"];
        let all: FxHashMap<String, Vec<usize>> =
            names.iter().enumerate().map(|(number, name)| ((*name).to_owned(), vec![number, number])).collect();
        let named = Named::from(all);
        for (number, name) in names.iter().enumerate() {
            assert_eq!(named.of(name), [number, number], "{name:?}");
        }
        assert_eq!(named.of("aa"), [0usize; 0]);
        let beginnings = |word: &str| named.of_beginnings(word).copied().collect::<Vec<_>>();
        assert_eq!(beginnings("abba"), [1, 1, 2, 2]);
        assert_eq!(beginnings("är"), [4, 4]);
        assert_eq!(beginnings("c"), [0usize; 0]);
    }
}
