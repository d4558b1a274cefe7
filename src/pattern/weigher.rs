/*!
What the units of a sentence weigh: the weighted lexicon compiled.

The weights of single things are added up once per distinct word and kept in the [`WordTable`], so to weigh a sentence is to add up its words and to look up
its pairs.
*/

use super::Atom;
use super::vocabulary::Vocabulary;
use super::words::{Unit, WordTable};
use rustc_hash::{FxHashMap, FxHashSet};

/// Everything that weighs, by the atoms of which it is made.
#[derive(Default)]
pub(super) struct Weigher {
    /// How many families are weighed.
    pub n_families: usize,
    /// Things that weigh alone.
    pub(super) single: FxHashMap<Atom, Row>,
    /// Pairs; the truth value says whether one unit stands between.
    pub(super) pairs: FxHashMap<(Atom, Atom, bool), Row>,
    /// The atoms of which pairs are made.
    pub(super) paired: FxHashSet<Atom>,
}

/// What one thing weighs.
#[derive(Default)]
pub(super) struct Row {
    /// For families, by the order of the lexicon's tables of weights.
    pub(super) families: Vec<(usize, f32)>,
    /// For markers, given their family.
    pub(super) leanings: Vec<(usize, f32)>,
}

impl Weigher {
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
        self.pairs(table, units, |_, _, row| {
            for &(family, weight) in &row.families {
                sums[family] += weight;
            }
        });
    }

    /// What each unit contributes for one family. Both units of a pair have half of what it weighs.
    pub fn contributions(&self, table: &WordTable, units: &[Unit], family: usize) -> Vec<f32> {
        let alone = |unit: &Unit| table.weights(*unit).get(family).copied().unwrap_or(0.0);
        let mut contributions: Vec<f32> = units.iter().map(alone).collect();
        self.pairs(table, units, |first, second, row| {
            let weight: f32 = row.families.iter().filter(|(of, _)| *of == family).map(|(_, weight)| weight).sum();
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
        self.pairs(table, units, |_, _, row| add(row));
        leanings
    }

    fn pairs(&self, table: &WordTable, units: &[Unit], mut each: impl FnMut(usize, usize, &Row)) {
        for (at, &unit) in units.iter().enumerate() {
            let firsts = table.paired(unit);
            if firsts.is_empty() {
                continue;
            }
            for distance in [1, 2] {
                let Some(&other) = units.get(at + distance) else { break };
                for &first in firsts {
                    for &second in table.paired(other) {
                        if let Some(row) = self.weigher.pairs.get(&(first, second, distance == 2)) {
                            each(at, at + distance, row);
                        }
                    }
                }
            }
        }
    }
}
