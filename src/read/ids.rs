/*!
The ids met so far, so that no two rows have one.

Of each only a hash of eight bytes is held, in sorted rows without gaps: a hash table takes two to five times as much, and twice that while it grows, which for millions
of rows would be more than all the rest of the program.
*/

use std::hash::{DefaultHasher, Hasher};

/// So many rows, by the first byte of the hash: what is added sorts a small part anew.
const ROWS: usize = 256;
/// So many hashes of a row wait to be sorted in.
const WAITING: usize = 64;

/// A set of ids.
#[derive(Clone, Debug)]
pub struct Ids {
    rows: Vec<Row>,
}

#[derive(Clone, Debug, Default)]
struct Row {
    hashes: Vec<u64>,
    /// So many of them, from the first, are sorted.
    n_sorted: usize,
}

impl Ids {
    /// Adds an id; whether it is new.
    pub fn insert(&mut self, id: &str) -> bool {
        let hash = hash(id);
        let row = &mut self.rows[row_of(hash)];
        let is_new = !row.has(hash);
        if is_new {
            row.add(hash);
        }
        is_new
    }

    /// Whether it was added.
    pub fn contains(&self, id: &str) -> bool {
        let hash = hash(id);
        self.rows[row_of(hash)].has(hash)
    }
}

impl Default for Ids {
    fn default() -> Ids {
        Ids { rows: vec![Row::default(); ROWS] }
    }
}

impl Row {
    fn has(&self, hash: u64) -> bool {
        let (sorted, waiting) = self.hashes.split_at(self.n_sorted);
        sorted.binary_search(&hash).is_ok() || waiting.contains(&hash)
    }

    fn add(&mut self, hash: u64) {
        if self.hashes.len() == self.hashes.capacity() {
            // By an eighth, not by double: room that is never used is memory, too.
            self.hashes.reserve_exact(WAITING.max(self.hashes.len() / 8));
        }
        self.hashes.push(hash);
        if self.hashes.len() - self.n_sorted > WAITING {
            self.hashes.sort_unstable();
            self.n_sorted = self.hashes.len();
        }
    }
}

fn row_of(hash: u64) -> usize {
    (hash >> 56) as usize
}

/// Always with the same keys, so that every run gives the same names.
pub(super) fn hash(id: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(id.as_bytes());
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_id_is_new_once() {
        let mut ids = Ids::default();
        let all = || (0..100_000).map(|number| format!("P{number}"));
        for id in all() {
            assert!(!ids.contains(&id), "{id}");
            assert!(ids.insert(&id), "{id}");
            assert!(!ids.insert(&id), "{id}");
        }
        assert!(all().all(|id| ids.contains(&id)));
        let held: usize = ids.rows.iter().map(|row| row.hashes.capacity()).sum();
        assert!(held < 130_000, "{held} hashes held for 100,000 ids");
    }
}
