/*!
What the units of a sentence weigh: the weighted lexicon compiled.

The weights of single things are added up once per distinct word and kept in the [`WordTable`], so to weigh a sentence is to add up its words and to look up
its pairs.
*/

use super::Atom;
use super::rows::Rows;
use super::vocabulary::Vocabulary;
use super::words::{Unit, WordTable};
use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};

/// Everything that weighs, by the atoms of which it is made.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct Weigher {
    /// How many families are weighed.
    pub(super) n_families: usize,
    /// Things that weigh alone, and the numbers of their rows.
    single: FxHashMap<Atom, u32>,
    /// Pairs, by [`pair_key`], and their rows.
    pairs: FxHashMap<u64, PairRow>,
    /// Tells of most other pairs that they are not among those, without a look into the table (Bloom 1970, with one function).
    maybe: Vec<u64>,
    /// What they weigh for families, by the order of the lexicon's tables of weights.
    families: Rows<(u32, f32)>,
    /// What they weigh for markers, given their family.
    leanings: Rows<(u32, f32)>,
    /// The atoms that stand first in pairs, with the signs of what they stand before: directly, and with one unit between.
    firsts: FxHashMap<Atom, [Signature; 2]>,
    /// The atoms that stand second in pairs.
    seconds: FxHashSet<Atom>,
}

/// Where it stands what a pair weighs.
#[derive(Clone, Copy, Serialize, Deserialize)]
struct PairRow {
    /// The number of its row.
    row: u32,
    /// Where that begins and ends in the families, told once more so that the machine need not fetch it from elsewhere.
    families: (u32, u32),
}

/// An atom that stands first in pairs that weigh.
#[derive(Clone, Copy)]
pub(super) struct Pairing {
    atom: Atom,
    /// Of what it stands before: directly, and with one unit between.
    before: [Signature; 2],
}

/// Tells of most sets of atoms that they have none in common with another: a bit for every atom, which others share (Bloom 1970, with one function).
#[derive(Clone, Copy, Default, Serialize, Deserialize)]
pub(super) struct Signature(u64);

impl Signature {
    pub(super) fn of(atoms: &[Atom]) -> Signature {
        let mut signature = Signature::default();
        atoms.iter().for_each(|&atom| signature.add(atom));
        signature
    }

    fn add(&mut self, atom: Atom) {
        self.0 |= 1 << (atom.wrapping_mul(0x9E37_79B1) >> 26);
    }

    /// Whether the two may have an atom in common; right when it says no.
    fn meets(self, other: Signature) -> bool {
        self.0 & other.0 != 0
    }
}

/// What weighs, while a lexicon is compiled.
#[derive(Default)]
pub(super) struct Weighed {
    /// Things that weigh alone.
    pub(super) single: FxHashMap<Atom, Row>,
    /// Pairs, by [`pair_key`].
    pub(super) pairs: FxHashMap<u64, Row>,
}

/// The key of a pair of which the second stands directly after the first, or with one unit between.
pub(super) fn pair_key(first: Atom, second: Atom, has_gap: bool) -> u64 {
    u64::from(first) << 32 | u64::from(second) << 1 | u64::from(has_gap)
}

/// The pair of a key.
fn pair_of(key: u64) -> (Atom, Atom, bool) {
    ((key >> 32) as Atom, (key as u32) >> 1, key & 1 == 1)
}

/// The bits of [`Weigher::maybe`], as a power of two: few enough to stay near the processor.
const MAYBE_BITS: u32 = 18;

/// Where the bit of a pair stands: its block, and the bit alone.
fn maybe_bit(key: u64) -> (usize, u64) {
    let at = key.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (64 - MAYBE_BITS);
    (at as usize / 64, 1 << (at % 64))
}

/// What one thing weighs.
#[derive(Default)]
pub(super) struct Row {
    /// For families, by the order of the lexicon's tables of weights.
    pub(super) families: Vec<(u32, f32)>,
    /// For markers, given their family.
    pub(super) leanings: Vec<(u32, f32)>,
}

impl Weighed {
    /// Lays the weights out for reading.
    pub(super) fn finish(self, n_families: usize) -> Weigher {
        let mut weigher = Weigher { n_families, ..Weigher::default() };
        let mut n_rows = 0;
        let mut add = |row: Row| {
            weigher.families.push(row.families);
            weigher.leanings.push(row.leanings);
            n_rows += 1;
            n_rows - 1
        };
        let mut single: Vec<(Atom, Row)> = self.single.into_iter().collect();
        single.sort_unstable_by_key(|(atom, _)| *atom);
        let mut pairs: Vec<(u64, Row)> = self.pairs.into_iter().collect();
        pairs.sort_unstable_by_key(|(key, _)| *key);
        weigher.maybe = vec![0; 1 << (MAYBE_BITS - 6)];
        for (key, _) in &pairs {
            let (block, bit) = maybe_bit(*key);
            weigher.maybe[block] |= bit;
            let (first, second, has_gap) = pair_of(*key);
            weigher.firsts.entry(first).or_default()[usize::from(has_gap)].add(second);
            weigher.seconds.insert(second);
        }
        weigher.single = single.into_iter().map(|(atom, row)| (atom, add(row))).collect();
        let pairs: Vec<(u64, u32)> = pairs.into_iter().map(|(key, row)| (key, add(row))).collect();
        let families = &weigher.families;
        let row_of = |(key, row): (u64, u32)| (key, PairRow { row, families: families.stretch(row as usize) });
        weigher.pairs = pairs.into_iter().map(row_of).collect();
        weigher
    }
}

impl Weigher {
    /// What these rows weigh together, family by family; nothing if there are none.
    pub(super) fn together(&self, rows: &[u32]) -> Option<Vec<f32>> {
        let mut sums = None;
        for &row in rows {
            let sums = sums.get_or_insert_with(|| vec![0.0; self.n_families]);
            for &(family, weight) in self.families.of(row as usize) {
                sums[family as usize] += weight;
            }
        }
        sums
    }

    /// The rows of those of the atoms that weigh alone.
    pub(super) fn rows(&self, atoms: &[Atom]) -> impl Iterator<Item = u32> {
        atoms.iter().filter_map(|atom| self.single.get(atom).copied())
    }

    /// Those of the atoms that stand first in pairs.
    pub(super) fn pairing(&self, atoms: &[Atom]) -> impl Iterator<Item = Pairing> {
        atoms.iter().filter_map(|&atom| Some(Pairing { atom, before: *self.firsts.get(&atom)? }))
    }

    /// Those of the atoms that stand second in pairs.
    pub(super) fn seconds(&self, atoms: &[Atom]) -> impl Iterator<Item = Atom> {
        atoms.iter().copied().filter(|atom| self.seconds.contains(atom))
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
            for &(family, weight) in self.weigher.families.within(row.families) {
                sums[family as usize] += weight;
            }
        });
    }

    /// What each unit contributes for one family. Both units of a pair have half of what it weighs.
    pub fn contributions(&self, table: &WordTable, units: &[Unit], family: usize) -> Vec<f32> {
        let alone = |unit: &Unit| table.weights(*unit).get(family).copied().unwrap_or(0.0);
        let mut contributions: Vec<f32> = units.iter().map(alone).collect();
        self.pairs(table, units, |first, second, row| {
            for (_, weight) in
                self.weigher.families.within(row.families).iter().filter(|(own, _)| *own as usize == family)
            {
                contributions[first] += weight / 2.0;
                contributions[second] += weight / 2.0;
            }
        });
        contributions
    }

    /// How much the units speak for each of `n_markers` markers, given its family.
    pub fn leanings(&self, table: &WordTable, units: &[Unit], n_markers: usize) -> Vec<f32> {
        let mut leanings = vec![0.0; n_markers];
        let mut add = |row: usize| {
            for &(marker, weight) in self.weigher.leanings.of(row) {
                leanings[marker as usize] += weight;
            }
        };
        units.iter().flat_map(|&unit| table.weighing(unit)).for_each(|&row| add(row as usize));
        self.pairs(table, units, |_, _, row| add(row.row as usize));
        leanings
    }

    /// Calls `each` with the two units and the row of every pair that weighs.
    fn pairs(&self, table: &WordTable, units: &[Unit], mut each: impl FnMut(usize, usize, PairRow)) {
        let maybe = &self.weigher.maybe[..];
        if maybe.is_empty() {
            return;
        }
        for (at, &unit) in units.iter().enumerate() {
            let firsts = table.pairing(unit);
            if firsts.is_empty() {
                continue;
            }
            for distance in [1, 2] {
                let Some(&other) = units.get(at + distance) else { break };
                let (seconds, signs) = table.seconds(other);
                for first in firsts.iter().filter(|first| first.before[distance - 1].meets(signs)) {
                    for &second in seconds {
                        let key = pair_key(first.atom, second, distance == 2);
                        let (block, bit) = maybe_bit(key);
                        if maybe[block] & bit != 0
                            && let Some(&row) = self.weigher.pairs.get(&key)
                        {
                            each(at, at + distance, row);
                        }
                    }
                }
            }
        }
    }
}
