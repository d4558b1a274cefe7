/*!
What the units of a sentence weigh: the weighted lexicon compiled.

A thing weighs once in a sentence, however often it is there. The weights of single things are added up once per distinct word and kept in the [`WordTable`], so to weigh a sentence is
mostly to add up its words, and to look up its pairs.
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
    /// How many rows are of things alone; those of pairs follow, in the order of the pairs.
    n_single: u32,
    /// What stands second in each pair, as [`second_key`] writes it, sorted by what stands first and then by that.
    pairs: Vec<u32>,
    /// Tells of most other pairs that they are not among those, without a look into the table (Bloom 1970, with one function).
    maybe: Vec<u64>,
    /// What they weigh for families, by the order of the lexicon's tables of weights.
    families: Rows<(u32, f32)>,
    /// What they weigh for markers, given their family.
    leanings: Rows<(u32, f32)>,
    /// The atoms that stand first in pairs.
    firsts: FxHashMap<Atom, First>,
    /// The atoms that stand second in pairs.
    seconds: FxHashSet<Atom>,
}

/// What is known of an atom that stands first in pairs.
#[derive(Clone, Copy, Default, Serialize, Deserialize)]
struct First {
    /// Of what it stands before: directly, and with one unit between.
    before: [Signature; 2],
    /// Where its pairs begin and end.
    pairs: (u32, u32),
}

/// An atom that stands first in pairs that weigh.
#[derive(Clone, Copy)]
pub(super) struct Pairing {
    atom: Atom,
    first: First,
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

/// The second half of such a key.
fn second_key(key: u64) -> u32 {
    key as u32
}

/// The bits of [`Weigher::maybe`], as a power of two: few enough to stay near the processor.
const MAYBE_BITS: u32 = 19;

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
        let mut add = |row: Row| {
            weigher.families.push(row.families);
            weigher.leanings.push(row.leanings);
        };
        let mut single: Vec<(Atom, Row)> = self.single.into_iter().collect();
        single.sort_unstable_by_key(|(atom, _)| *atom);
        let mut pairs: Vec<(u64, Row)> = self.pairs.into_iter().collect();
        pairs.sort_unstable_by_key(|(key, _)| *key);
        weigher.n_single = single.len() as u32;
        for (row, (atom, own)) in (0..).zip(single) {
            weigher.single.insert(atom, row);
            add(own);
        }
        weigher.maybe = vec![0; 1 << (MAYBE_BITS - 6)];
        for (at, (key, own)) in (0..).zip(pairs) {
            let (block, bit) = maybe_bit(key);
            weigher.maybe[block] |= bit;
            let second = second_key(key);
            let first =
                weigher.firsts.entry((key >> 32) as Atom).or_insert(First { pairs: (at, at), ..First::default() });
            first.before[(second & 1) as usize].add(second >> 1);
            first.pairs.1 = at + 1;
            weigher.seconds.insert(second >> 1);
            weigher.pairs.push(second);
            add(own);
        }
        weigher
    }
}

/// The rows that were met in a sentence.
#[derive(Default)]
pub struct Met {
    bits: Vec<u64>,
    rows: Vec<u32>,
}

impl Met {
    fn has(&self, row: u32) -> bool {
        self.bits.get(row as usize / 64).is_some_and(|bits| bits >> (row % 64) & 1 == 1)
    }

    /// Whether it was not met before.
    fn insert(&mut self, row: u32) -> bool {
        let block = row as usize / 64;
        if block >= self.bits.len() {
            self.bits.resize(block + 1, 0);
        }
        let is_new = self.bits[block] >> (row % 64) & 1 == 0;
        if is_new {
            self.bits[block] |= 1 << (row % 64);
            self.rows.push(row);
        }
        is_new
    }

    fn clear(&mut self) {
        for row in self.rows.drain(..) {
            self.bits[row as usize / 64] = 0;
        }
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
        atoms.iter().filter_map(|&atom| Some(Pairing { atom, first: *self.firsts.get(&atom)? }))
    }

    /// The row of a pair.
    fn row_of(&self, first: First, second: u32) -> Option<u32> {
        let (start, end) = first.pairs;
        let own = &self.pairs[start as usize..end as usize];
        own.binary_search(&second).ok().map(|at| self.n_single + start + at as u32)
    }

    /// Those of the atoms that stand second in pairs.
    pub(super) fn seconds(&self, atoms: &[Atom]) -> impl Iterator<Item = Atom> {
        atoms.iter().copied().filter(|atom| self.seconds.contains(atom))
    }
}

impl Vocabulary {
    /// What the units weigh for every family, without what every sentence weighs. What was met before is forgotten.
    pub fn weigh(&self, table: &WordTable, units: &[Unit], met: &mut Met, sums: &mut [f32]) {
        met.clear();
        let add = |row: u32, sums: &mut [f32]| {
            let families = self.weigher.families.of(row as usize);
            families.iter().for_each(|&(family, weight)| sums[family as usize] += weight);
        };
        for &unit in units {
            let rows = table.weighing(unit);
            if rows.iter().any(|&row| met.has(row)) {
                rows.iter().filter(|&&row| met.insert(row)).for_each(|&row| add(row, sums));
            } else {
                rows.iter().for_each(|&row| {
                    met.insert(row);
                });
                sums.iter_mut().zip(table.weights(unit)).for_each(|(sum, weight)| *sum += weight);
            }
        }
        self.pairs(table, units, |_, _, row| {
            if met.insert(row) {
                add(row, sums);
            }
        });
    }

    /// What each unit contributes for one family: where a thing is met first. Both units of a pair have half of what it weighs.
    pub fn contributions(&self, table: &WordTable, units: &[Unit], family: usize) -> Vec<f32> {
        let (mut contributions, mut met) = (vec![0.0; units.len()], Met::default());
        let weight_of = |row: u32| {
            let own = self.weigher.families.of(row as usize).iter().find(|(own, _)| *own as usize == family);
            own.map_or(0.0, |(_, weight)| *weight)
        };
        for (contribution, &unit) in contributions.iter_mut().zip(units) {
            let new = table.weighing(unit).iter().filter(|&&row| met.insert(row));
            *contribution = new.map(|&row| weight_of(row)).sum();
        }
        self.pairs(table, units, |first, second, row| {
            if met.insert(row) {
                let weight = weight_of(row);
                contributions[first] += weight / 2.0;
                contributions[second] += weight / 2.0;
            }
        });
        contributions
    }

    /// How much the units speak for each of `n_markers` markers, given its family.
    pub fn leanings(&self, table: &WordTable, units: &[Unit], n_markers: usize) -> Vec<f32> {
        let (mut leanings, mut met) = (vec![0.0; n_markers], Met::default());
        let mut add = |row: u32| {
            if met.insert(row) {
                for &(marker, weight) in self.weigher.leanings.of(row as usize) {
                    leanings[marker as usize] += weight;
                }
            }
        };
        units.iter().flat_map(|&unit| table.weighing(unit)).for_each(|&row| add(row));
        self.pairs(table, units, |_, _, row| add(row));
        leanings
    }

    /// Calls `each` with the two units and the row of every pair that weighs.
    fn pairs(&self, table: &WordTable, units: &[Unit], mut each: impl FnMut(usize, usize, u32)) {
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
                for pairing in firsts.iter().filter(|pairing| pairing.first.before[distance - 1].meets(signs)) {
                    for &second in seconds {
                        let key = pair_key(pairing.atom, second, distance == 2);
                        let (block, bit) = maybe_bit(key);
                        if maybe[block] & bit != 0
                            && let Some(row) = self.weigher.row_of(pairing.first, second_key(key))
                        {
                            each(at, at + distance, row);
                        }
                    }
                }
            }
        }
    }
}
