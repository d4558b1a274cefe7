/*!
What the units of a sentence weigh: the weighted lexicon compiled.

A thing weighs once in a sentence, however often it is there. Which things a word is, is found once per distinct word and kept in the [`WordTable`], so to weigh a sentence is to add up
a few rows for every word, and to look up its pairs.
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
    /// The pairs and their rows, each at the first free place from [`slot_of`] its key on; where none is, [`NO_PAIR`].
    #[serde(with = "super::raw")]
    pairs: Vec<(u64, u32)>,
    /// Tells of most other pairs that they are not among those, without a look into the table (Bloom 1970, with one function).
    #[serde(with = "super::raw")]
    maybe: Vec<u64>,
    /// What each thing alone weighs for every family, by the order of the lexicon's tables of weights; row by row, each of them [`Weigher::width`] wide.
    #[serde(with = "super::raw")]
    alone: Vec<f32>,
    /// What each pair weighs for the families for which it weighs anything.
    together: Rows<(u32, f32)>,
    /// What each row weighs for markers, given their family.
    leanings: Rows<(u32, f32)>,
    /// The atoms that stand first in pairs.
    firsts: FxHashMap<Atom, Before>,
    /// The atoms that stand second in pairs.
    seconds: FxHashSet<Atom>,
}

/// Signs of what an atom stands before in pairs: directly, and with one unit between.
type Before = [Signature; 2];

/// An atom that stands first in pairs that weigh.
#[derive(Clone, Copy)]
pub(super) struct Pairing {
    atom: Atom,
    before: Before,
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

/// The key of no pair: nothing stands before the greatest number there is.
const NO_PAIR: (u64, u32) = (u64::MAX, 0);

/// Spreads keys evenly over the upper bits (Knuth 1973, vol. 3, section 6.4).
fn spread(key: u64) -> u64 {
    key.wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

/// Where the search for a pair begins, among a power of two of places.
fn slot_of(key: u64, n_slots: usize) -> usize {
    (((spread(key) >> 32) * n_slots as u64) >> 32) as usize
}

/// So many numbers are added at once.
const AT_ONCE: usize = 4;

/// The bits of [`Weigher::maybe`], as a power of two: few enough to stay near the processor.
const MAYBE_BITS: u32 = 19;

/// Where the bit of a pair stands: its block, and the bit alone.
fn maybe_bit(key: u64) -> (usize, u64) {
    let at = spread(key) >> (64 - MAYBE_BITS);
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
        let mut single: Vec<(Atom, Row)> = self.single.into_iter().collect();
        single.sort_unstable_by_key(|(atom, _)| *atom);
        let mut pairs: Vec<(u64, Row)> = self.pairs.into_iter().collect();
        pairs.sort_unstable_by_key(|(key, _)| *key);
        weigher.n_single = single.len() as u32;
        for (row, (atom, own)) in (0..).zip(single) {
            weigher.single.insert(atom, row);
            let first = weigher.alone.len();
            weigher.alone.resize(first + weigher.width(), 0.0);
            own.families.iter().for_each(|&(family, weight)| weigher.alone[first + family as usize] += weight);
            weigher.leanings.push(own.leanings);
        }
        weigher.maybe = vec![0; 1 << (MAYBE_BITS - 6)];
        // A third of the places is free, so that few searches go further than the first.
        weigher.pairs = vec![NO_PAIR; (pairs.len() * 3 / 2).next_power_of_two()];
        for (row, (key, own)) in (weigher.n_single..).zip(pairs) {
            let (block, bit) = maybe_bit(key);
            weigher.maybe[block] |= bit;
            let (first, second, has_gap) = ((key >> 32) as Atom, key as u32 >> 1, key & 1);
            weigher.firsts.entry(first).or_default()[has_gap as usize].add(second);
            weigher.seconds.insert(second);
            let free = weigher.place_of(key);
            weigher.pairs[free] = (key, row);
            weigher.together.push(own.families);
            weigher.leanings.push(own.leanings);
        }
        weigher
    }
}

/// Some of 64 rows that follow each other: the number of the block, and a bit for each.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct SomeRows(u32, u64);

impl SomeRows {
    fn one(row: u32) -> SomeRows {
        SomeRows(row / 64, 1 << (row % 64))
    }
}

/// The rows that were met in a sentence.
#[derive(Default)]
pub struct Met {
    bits: Vec<u64>,
    /// The blocks with rows that were met.
    blocks: Vec<u32>,
    /// Room for what they weigh, as wide as a row.
    sums: Vec<f32>,
}

impl Met {
    /// Calls `each` with those of the rows that were not met before.
    fn new_ones(&mut self, rows: SomeRows, mut each: impl FnMut(u32)) {
        let SomeRows(block, bits) = rows;
        if block as usize >= self.bits.len() {
            self.bits.resize(block as usize + 1, 0);
        }
        let met = &mut self.bits[block as usize];
        if *met == 0 {
            self.blocks.push(block);
        }
        let mut rest = bits & !*met;
        *met |= bits;
        while rest != 0 {
            each(block * 64 + rest.trailing_zeros());
            rest &= rest - 1;
        }
    }

    /// Whether the row was not met before.
    fn insert(&mut self, row: u32) -> bool {
        let mut is_new = false;
        self.new_ones(SomeRows::one(row), |_| is_new = true);
        is_new
    }

    fn clear(&mut self) {
        for block in self.blocks.drain(..) {
            self.bits[block as usize] = 0;
        }
    }
}

/// Something that weighs in a sentence: its row, and the unit, or the two units, where it is met first.
#[derive(Clone, Copy, Debug)]
pub struct Thing {
    row: u32,
    units: (u32, u32),
}

impl Weigher {
    /// How wide rows are: all families, and what makes them a multiple of what the machine adds at once.
    fn width(&self) -> usize {
        self.n_families.next_multiple_of(AT_ONCE)
    }

    /// What a row weighs for one family.
    fn weight(&self, row: u32, family: usize) -> f32 {
        match row.checked_sub(self.n_single) {
            None => self.alone[row as usize * self.width() + family],
            Some(pair) => {
                let own = self.together.of(pair as usize).iter().find(|(own, _)| *own as usize == family);
                own.map_or(0.0, |(_, weight)| *weight)
            }
        }
    }

    /// The rows of those of the atoms that weigh alone, into `some`.
    pub(super) fn rows(&self, atoms: &[Atom], some: &mut Vec<SomeRows>) {
        let first = some.len();
        for row in atoms.iter().filter_map(|atom| self.single.get(atom).copied()) {
            let SomeRows(block, bit) = SomeRows::one(row);
            match some[first..].iter_mut().find(|rows| rows.0 == block) {
                Some(rows) => rows.1 |= bit,
                None => some.push(SomeRows(block, bit)),
            }
        }
    }

    /// Those of the atoms that stand first in pairs.
    pub(super) fn pairing(&self, atoms: &[Atom]) -> impl Iterator<Item = Pairing> {
        atoms.iter().filter_map(|&atom| Some(Pairing { atom, before: *self.firsts.get(&atom)? }))
    }

    /// Where a pair stands, or would stand: some places are always free, and they are a power of two.
    fn place_of(&self, key: u64) -> usize {
        let n_slots = self.pairs.len();
        let mut at = slot_of(key, n_slots);
        while self.pairs[at].0 != key && self.pairs[at] != NO_PAIR {
            at = (at + 1) & (n_slots - 1);
        }
        at
    }

    /// The row of a pair.
    fn row_of(&self, key: u64) -> Option<u32> {
        let met = self.pairs[self.place_of(key)];
        (met.0 == key).then_some(met.1)
    }

    /// Those of the atoms that stand second in pairs.
    pub(super) fn seconds(&self, atoms: &[Atom]) -> impl Iterator<Item = Atom> {
        atoms.iter().copied().filter(|atom| self.seconds.contains(atom))
    }
}

/// Adds a row to another of the same width.
fn add(sums: &mut [f32], row: &[f32]) {
    for (sums, row) in sums.as_chunks_mut::<AT_ONCE>().0.iter_mut().zip(row.as_chunks::<AT_ONCE>().0) {
        sums.iter_mut().zip(row).for_each(|(sum, weight)| *sum += weight);
    }
}

impl Vocabulary {
    /// What the units weigh for every family, without what every sentence weighs. What was met before is forgotten.
    pub fn weigh(&self, table: &WordTable, units: &[Unit], met: &mut Met, sums: &mut [f32]) {
        met.clear();
        let width = self.weigher.width();
        let Weigher { alone, together, n_single, .. } = &self.weigher;
        let mut room = std::mem::take(&mut met.sums);
        room.clear();
        room.resize(width, 0.0);
        for &rows in units.iter().flat_map(|&unit| table.weighing(unit)) {
            met.new_ones(rows, |row| add(&mut room, &alone[row as usize * width..][..width]));
        }
        sums.iter_mut().zip(&room).for_each(|(sum, weight)| *sum += weight);
        met.sums = room;
        self.pairs(table, units, |_, _, row| {
            if met.insert(row) {
                let own = together.of((row - n_single) as usize);
                own.iter().for_each(|&(family, weight)| sums[family as usize] += weight);
            }
        });
    }

    /// The things that weigh, where each is met first, into `things` (cleared first). What was met before is forgotten.
    pub fn things(&self, table: &WordTable, units: &[Unit], met: &mut Met, things: &mut Vec<Thing>) {
        met.clear();
        things.clear();
        for (at, &unit) in (0..).zip(units) {
            for &rows in table.weighing(unit) {
                met.new_ones(rows, |row| things.push(Thing { row, units: (at, at) }));
            }
        }
        self.pairs(table, units, |first, second, row| {
            if met.insert(row) {
                things.push(Thing { row, units: (first as u32, second as u32) });
            }
        });
    }

    /// What each of `n_units` units contributes for one family. Both units of a pair have half of what it weighs.
    pub fn contributions(&self, things: &[Thing], n_units: usize, family: usize) -> Vec<f32> {
        let mut contributions = vec![0.0; n_units];
        for &Thing { row, units: (first, second) } in things {
            let weight = self.weigher.weight(row, family);
            if first == second {
                contributions[first as usize] += weight;
            } else {
                contributions[first as usize] += weight / 2.0;
                contributions[second as usize] += weight / 2.0;
            }
        }
        contributions
    }

    /// How much the things speak for each marker, given its family: into `leanings`, one for each.
    pub fn leanings(&self, things: &[Thing], leanings: &mut [f32]) {
        leanings.fill(0.0);
        for thing in things {
            for &(marker, weight) in self.weigher.leanings.of(thing.row as usize) {
                leanings[marker as usize] += weight;
            }
        }
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
                for pairing in firsts.iter().filter(|pairing| pairing.before[distance - 1].meets(signs)) {
                    for &second in seconds {
                        let key = pair_key(pairing.atom, second, distance == 2);
                        let (block, bit) = maybe_bit(key);
                        if maybe[block] & bit != 0
                            && let Some(row) = self.weigher.row_of(key)
                        {
                            each(at, at + distance, row);
                        }
                    }
                }
            }
        }
    }
}
