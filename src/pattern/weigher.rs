/*!
What the units of a sentence weigh: the weighted lexicon compiled.

The weights of single things are added up once per distinct word and kept in the [`WordTable`], so to weigh a sentence is to add up its words and to look up
its pairs.
*/

use super::Atom;
use super::vocabulary::Vocabulary;
use super::words::{Unit, WordTable};
use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};

/// Everything that weighs, by the atoms of which it is made.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct Weigher {
    /// How many families are weighed.
    pub n_families: usize,
    /// Things that weigh alone.
    pub(super) single: FxHashMap<Atom, Row>,
    /// Pairs, by [`pair_key`], and the numbers of their rows.
    pub(super) pairs: FxHashMap<u64, u32>,
    /// What pairs weigh.
    pub(super) pair_rows: Vec<Row>,
    /// The same for families: for every pair one number a family.
    pub(super) pair_weights: Vec<f32>,
    /// The atoms of which pairs are made.
    pub(super) paired: FxHashSet<Atom>,
}

/// The key of a pair of which the second stands directly after the first, or with one unit between.
pub(super) fn pair_key(first: Atom, second: Atom, has_gap: bool) -> u64 {
    u64::from(first) << 32 | u64::from(second) << 1 | u64::from(has_gap)
}

/// What one thing weighs.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct Row {
    /// For families, by the order of the lexicon's tables of weights.
    pub(super) families: Vec<(usize, f32)>,
    /// For markers, given their family.
    pub(super) leanings: Vec<(usize, f32)>,
}

impl Weigher {
    /// The row of a pair, made if there is none.
    pub(super) fn pair_row(&mut self, first: Atom, second: Atom, has_gap: bool) -> &mut Row {
        let next = self.pair_rows.len() as u32;
        let number = *self.pairs.entry(pair_key(first, second, has_gap)).or_insert(next);
        if number == next {
            self.pair_rows.push(Row::default());
        }
        &mut self.pair_rows[number as usize]
    }

    /// Lays the weights of pairs out for reading.
    pub(super) fn finish(&mut self) {
        self.pair_weights = vec![0.0; self.pair_rows.len() * self.n_families];
        for (row, weights) in self.pair_rows.iter().zip(self.pair_weights.chunks_exact_mut(self.n_families.max(1))) {
            for &(family, weight) in &row.families {
                weights[family] += weight;
            }
        }
    }

    /// What units with these atoms weigh by themselves, family by family; nothing if they weigh nothing.
    pub(super) fn alone(&self, atoms: &[Atom]) -> Option<Vec<f32>> {
        let mut sums = None;
        for row in atoms.iter().filter_map(|atom| self.single.get(atom)) {
            let sums = sums.get_or_insert_with(|| vec![0.0; self.n_families]);
            for &(family, weight) in &row.families {
                sums[family] += weight;
            }
        }
        sums
    }
}

impl Vocabulary {
    /// What the units weigh for every family, without what every sentence weighs.
    pub fn weigh(&self, table: &WordTable, units: &[Unit], sums: &mut [f32]) {
        for &unit in units {
            for (sum, weight) in sums.iter_mut().zip(table.weights(unit)) {
                *sum += weight;
            }
        }
        let n_families = self.weigher.n_families;
        self.pairs(table, units, |_, _, row| {
            let weights = &self.weigher.pair_weights[row * n_families..][..n_families];
            for (sum, weight) in sums.iter_mut().zip(weights) {
                *sum += weight;
            }
        });
    }

    /// What each unit contributes for one family. Both units of a pair have half of what it weighs.
    pub fn contributions(&self, table: &WordTable, units: &[Unit], family: usize) -> Vec<f32> {
        let alone = |unit: &Unit| table.weights(*unit).get(family).copied().unwrap_or(0.0);
        let mut contributions: Vec<f32> = units.iter().map(alone).collect();
        self.pairs(table, units, |first, second, row| {
            let weight = self.weigher.pair_weights[row * self.weigher.n_families + family];
            contributions[first] += weight / 2.0;
            contributions[second] += weight / 2.0;
        });
        contributions
    }

    /// How much the units speak for each of `n_markers` markers, given its family.
    pub fn leanings(&self, table: &WordTable, units: &[Unit], n_markers: usize) -> Vec<f32> {
        let mut leanings = vec![0.0; n_markers];
        let mut add = |row: &Row| {
            for &(marker, weight) in &row.leanings {
                leanings[marker] += weight;
            }
        };
        let single = units.iter().flat_map(|&unit| table.atoms(unit)).filter_map(|atom| self.weigher.single.get(atom));
        single.for_each(&mut add);
        self.pairs(table, units, |_, _, row| add(&self.weigher.pair_rows[row]));
        leanings
    }

    /// Calls `each` with the two units and the row of every pair that weighs.
    fn pairs(&self, table: &WordTable, units: &[Unit], mut each: impl FnMut(usize, usize, usize)) {
        for (at, &unit) in units.iter().enumerate() {
            let firsts = table.paired(unit);
            if firsts.is_empty() {
                continue;
            }
            for distance in [1, 2] {
                let Some(&other) = units.get(at + distance) else { break };
                for &first in firsts {
                    for &second in table.paired(other) {
                        if let Some(&row) = self.weigher.pairs.get(&pair_key(first, second, distance == 2)) {
                            each(at, at + distance, row as usize);
                        }
                    }
                }
            }
        }
    }
}
