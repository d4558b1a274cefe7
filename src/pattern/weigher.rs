/*!
What the units of a sentence weigh: the weighted lexicon compiled.

A thing weighs once in a sentence, however often it is there. Which things a word is, and what they weigh in all, is found once per distinct word and kept in the [`WordTable`], so to
weigh a sentence is to add up a row for every word, and to look up its *sequences*: two or three things that follow each other. What takes time is to wait for memory: a sequence has one number,
which is its place in the table, and what it weighs stands there.
*/

use super::Atom;
use super::program::ones;
use super::raw::{LongRow, Raw};
use super::rows::Rows;
use super::sequences::{Gap, Sequence, Sequences};
use super::vocabulary::Vocabulary;
use super::words::{Unit, WordTable};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// Everything that weighs, by the atoms of which it is made.
#[derive(Default, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub(super) struct Weigher {
    /// How many families are weighed.
    pub(super) n_families: usize,
    /// For every atom the number of its row, counted from 1; 0 if it does not weigh alone.
    single: LongRow<u32>,
    /// How many rows are of things alone; those of sequences follow, in the order of their numbers.
    n_single: u32,
    sequences: Sequences,
    /// What each row weighs for every family, by the order of the lexicon's tables of weights; in hundredths; row by row, each of them [`Weigher::width`] wide.
    weights: LongRow<i16>,
    /// What each row weighs for markers, given their family.
    leanings: Rows<(u32, f32)>,
    /// For every atom what it stands before at the beginning of sequences.
    firsts: LongRow<Before>,
    /// For every atom whether it stands in sequences otherwise than first.
    others: LongRow<u8>,
}

/// Signs of what an atom stands before at the beginning of sequences: directly, and with one unit between.
type Before = [Signature; 2];

/// An atom that stands first in sequences that weigh.
#[derive(Clone, Copy)]
pub(super) struct Leading {
    atom: Atom,
    before: Before,
}

/// Tells of most sets of atoms that they have none in common with another: a bit for every atom, which others share (Bloom 1970, with one function).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
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

impl Raw for Signature {
    const SIZE: usize = u64::SIZE;

    fn put(&self, bytes: &mut Vec<u8>) {
        self.0.put(bytes);
    }

    #[inline]
    fn take(bytes: &[u8]) -> Signature {
        Signature(Raw::take(bytes))
    }
}

/// What weighs, while a lexicon is compiled.
#[derive(Default)]
pub(super) struct Weighed {
    /// Things that weigh alone.
    pub(super) single: FxHashMap<Atom, Row>,
    /// Sequences.
    pub(super) sequences: FxHashMap<Sequence, Row>,
}

/// So many numbers are added at once.
const AT_ONCE: usize = 4;

/// Weights are kept in hundredths: small, so that many are near the processor, and whole, so that sums do not hang on their order.
const PARTS: f32 = 100.0;

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
    /// `frequencies` are those of the atoms: what is met often stands together, near the processor.
    pub(super) fn finish(self, n_families: usize, frequencies: &[f32]) -> Weigher {
        let n_atoms = frequencies.len();
        let mut weigher = Weigher { n_families, ..Weigher::default() };
        let mut single: Vec<(Atom, Row)> = self.single.into_iter().collect();
        let share = |atom: Atom| frequencies[atom as usize].max(1.0) / 1e6;
        single.sort_unstable_by(|&(a, _), &(b, _)| share(b).total_cmp(&share(a)).then(a.cmp(&b)));
        let mut sequences: Vec<(Sequence, Row)> = self.sequences.into_iter().collect();
        let frequency = |sequence: Sequence| {
            let (first, second, third) = sequence.atoms();
            share(first) * share(second) * third.map_or(1.0, share)
        };
        sequences.sort_unstable_by(|&(a, _), &(b, _)| frequency(b).total_cmp(&frequency(a)).then(a.cmp(&b)));
        weigher.n_single = single.len() as u32;
        let mut rows = vec![0; n_atoms];
        for (row, (atom, own)) in (1..).zip(single) {
            rows[atom as usize] = row;
            weigher.push(own);
        }
        weigher.single = rows.into_iter().collect();
        let mut firsts = vec![Before::default(); n_atoms];
        let mut others = vec![0; n_atoms];
        weigher.sequences = Sequences::of(sequences.iter().map(|(sequence, _)| *sequence));
        for (sequence, own) in sequences {
            let (first, second, third) = sequence.atoms();
            firsts[first as usize][sequence.beginning().gap() as usize].add(second);
            for other in [Some(second), third].into_iter().flatten() {
                others[other as usize] = 1;
            }
            weigher.push(own);
        }
        weigher.firsts = firsts.into_iter().collect();
        weigher.others = others.into_iter().collect();
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

    /// The numbers of the rows.
    fn numbers(self) -> impl Iterator<Item = u32> {
        let SomeRows(block, bits) = self;
        ones(bits).map(move |bit| block * 64 + bit as u32)
    }
}

/// The rows that were met in a sentence.
#[derive(Default)]
pub struct Met {
    bits: Vec<u64>,
    /// The blocks with rows that were met.
    blocks: Vec<u32>,
    /// Those of the last unit that had not been met.
    new: Vec<SomeRows>,
    /// Room for what they weigh, as wide as a row.
    sums: Vec<i32>,
    /// Room for sequences.
    sought: Sought,
}

impl Met {
    /// Notes the rows as met. Those of them that were not met before.
    fn new_ones(&mut self, rows: SomeRows) -> SomeRows {
        let SomeRows(block, bits) = rows;
        if block as usize >= self.bits.len() {
            self.bits.resize(block as usize + 1, 0);
        }
        let met = &mut self.bits[block as usize];
        if *met == 0 {
            self.blocks.push(block);
        }
        let new = SomeRows(block, bits & !*met);
        *met |= bits;
        new
    }

    /// Adds what rows weigh that were not met before: all at once if that is none of them, or else one by one.
    fn add(&mut self, weigher: &Weigher, rows: &[SomeRows], all: &[i32]) {
        self.new.clear();
        let mut are_all_new = true;
        for &rows in rows {
            let new = self.new_ones(rows);
            are_all_new &= new == rows;
            self.new.push(new);
        }
        if are_all_new {
            add(&mut self.sums, all);
        } else {
            let rows = self.new.iter().flat_map(|rows| rows.numbers());
            rows.for_each(|row| weigher.add(row, &mut self.sums));
        }
    }

    /// Whether the row was not met before.
    fn insert(&mut self, row: u32) -> bool {
        self.new_ones(SomeRows::one(row)).1 != 0
    }

    /// Forgets what was met.
    fn clear(&mut self) {
        for block in self.blocks.drain(..) {
            self.bits[block as usize] = 0;
        }
    }
}

/// The sequences of a sentence that may weigh.
#[derive(Default)]
struct Sought {
    sequences: Vec<Sequence>,
    /// The units of each.
    units: Vec<Units>,
    /// The number of each, if it weighs,
    numbers: Vec<Option<u32>>,
    /// and room for the looks.
    looks: Vec<(Sequence, u32)>,
}

impl Sought {
    fn clear(&mut self) {
        self.sequences.clear();
        self.units.clear();
    }

    fn push(&mut self, sequence: Sequence, units: [usize; 3]) {
        self.sequences.push(sequence);
        self.units.push(units.map(|unit| unit as u32));
    }
}

/// Something that weighs in a sentence: its row, and the units where it is met first.
#[derive(Clone, Copy, Debug)]
pub struct Thing {
    row: u32,
    units: Units,
}

/// One unit, or the two or three of a sequence; in the order of the sentence, the last repeated.
type Units = [u32; 3];

impl Weigher {
    /// How wide rows are: all families, and what makes them a multiple of what the machine adds at once.
    pub(super) fn width(&self) -> usize {
        self.n_families.next_multiple_of(AT_ONCE)
    }

    fn push(&mut self, row: Row) {
        let mut sums = vec![0.0; self.width()];
        row.families.iter().for_each(|&(family, weight)| sums[family as usize] += weight);
        sums.iter().for_each(|sum| self.weights.push(&((sum * PARTS).round() as i16)));
        self.leanings.push(row.leanings);
    }

    /// Adds what a row weighs.
    fn add(&self, row: u32, sums: &mut [i32]) {
        let first = row as usize * self.width();
        let own = self.weights.run(first..first + self.width());
        sums.iter_mut().zip(own.iter()).for_each(|(sum, weight)| *sum += i32::from(weight));
    }

    /// What a row weighs for one family.
    fn weight(&self, row: u32, family: usize) -> f32 {
        f32::from(self.weights.at(row as usize * self.width() + family)) / PARTS
    }

    /// The rows of those of the atoms that weigh alone, into `some`, and what they weigh in all, into `sums`.
    pub(super) fn rows(&self, atoms: &[Atom], some: &mut Vec<SomeRows>, sums: &mut Vec<i32>) {
        let (first, first_sum) = (some.len(), sums.len());
        sums.resize(first_sum + self.width(), 0);
        for row in atoms.iter().filter_map(|&atom| self.single.at(atom as usize).checked_sub(1)) {
            self.add(row, &mut sums[first_sum..]);
            let SomeRows(block, bit) = SomeRows::one(row);
            match some[first..].iter_mut().find(|rows| rows.0 == block) {
                Some(rows) => rows.1 |= bit,
                None => some.push(SomeRows(block, bit)),
            }
        }
    }

    /// Those of the atoms that stand first in sequences.
    pub(super) fn leading(&self, atoms: &[Atom]) -> impl Iterator<Item = Leading> {
        let leading = |&atom: &Atom| Leading { atom, before: self.firsts.at(atom as usize) };
        atoms.iter().map(leading).filter(|leading| leading.before != Before::default())
    }

    /// Those of the atoms that stand second or third in sequences.
    pub(super) fn others(&self, atoms: &[Atom]) -> impl Iterator<Item = Atom> {
        atoms.iter().copied().filter(|atom| self.others.at(*atom as usize) != 0)
    }

    /// Adds the sequences of three that may weigh and begin with this pair, of which these are the places.
    fn triples(
        &self,
        table: &WordTable,
        units: &[Unit],
        pair: Sequence,
        [first, second]: [usize; 2],
        sought: &mut Sought,
    ) {
        let ways: &[_] = match pair.gap() {
            Gap::Nowhere => &[(second + 1, Gap::Nowhere), (second + 2, Gap::AfterSecond)],
            // One gap is all there may be.
            gap => &[(second + 1, gap)],
        };
        for &(third, gap) in ways {
            let Some(&unit) = units.get(third) else { break };
            for &atom in table.others(unit).0 {
                let triple = pair.followed_by(atom, gap);
                if self.sequences.may_have(triple) {
                    sought.push(triple, [first, second, third]);
                }
            }
        }
    }
}

/// Adds a row to another of the same width.
fn add(sums: &mut [i32], row: &[i32]) {
    for (sums, row) in sums.as_chunks_mut::<AT_ONCE>().0.iter_mut().zip(row.as_chunks::<AT_ONCE>().0) {
        sums.iter_mut().zip(row).for_each(|(sum, weight)| *sum += weight);
    }
}

impl Vocabulary {
    /// What the units weigh for every family, without what every sentence weighs. What was met before is forgotten; the sequences that weigh come behind other `sequences`.
    pub fn weigh(
        &self,
        table: &WordTable,
        units: &[Unit],
        met: &mut Met,
        sequences: &mut Vec<Thing>,
        sums: &mut [f32],
    ) {
        met.clear();
        met.sums.clear();
        met.sums.resize(self.weigher.width(), 0);
        for &unit in units {
            let (rows, all) = table.weighing(unit);
            met.add(&self.weigher, rows, all);
        }
        let first = sequences.len();
        self.sequences(table, units, met, |thing| sequences.push(thing));
        // One behind the other, so that to wait for one is to wait for many.
        sequences[first..].iter().for_each(|thing| self.weigher.add(thing.row, &mut met.sums));
        sums.iter_mut().zip(&met.sums).for_each(|(sum, &weight)| *sum += weight as f32 / PARTS);
    }

    /// The things that weigh, where each is met first, into `things` (cleared first). What was met before is forgotten. `sequences` are those of [`Vocabulary::weigh`], if they are known.
    pub fn things(
        &self,
        table: &WordTable,
        units: &[Unit],
        met: &mut Met,
        sequences: Option<&[Thing]>,
        things: &mut Vec<Thing>,
    ) {
        met.clear();
        things.clear();
        for (at, &unit) in (0..).zip(units) {
            for &rows in table.weighing(unit).0 {
                things.extend(met.new_ones(rows).numbers().map(|row| Thing { row, units: [at; 3] }));
            }
        }
        match sequences {
            Some(sequences) => things.extend_from_slice(sequences),
            None => self.sequences(table, units, met, |thing| things.push(thing)),
        }
    }

    /// What each of `n_units` units contributes for one family. The units of a sequence have equal shares of what it weighs.
    pub fn contributions(&self, things: &[Thing], n_units: usize, family: usize) -> Vec<f32> {
        let mut contributions = vec![0.0; n_units];
        for &Thing { row, units } in things {
            let weight = self.weigher.weight(row, family);
            let n_units = 1 + usize::from(units[0] != units[1]) + usize::from(units[1] != units[2]);
            units[..n_units].iter().for_each(|&unit| contributions[unit as usize] += weight / n_units as f32);
        }
        contributions
    }

    /// How much the things speak for each of these markers, given their family: into `leanings`, one for each.
    pub fn leanings(&self, things: &[Thing], markers: Range<usize>, leanings: &mut Vec<f32>) {
        leanings.clear();
        leanings.resize(markers.len(), 0.0);
        for thing in things {
            for (marker, weight) in self.weigher.leanings.of(thing.row as usize).iter() {
                if let Some(leaning) = leanings.get_mut((marker as usize).wrapping_sub(markers.start)) {
                    *leaning += weight;
                }
            }
        }
    }

    /// Calls `each` with every sequence that weighs and was not met before.
    fn sequences(&self, table: &WordTable, units: &[Unit], met: &mut Met, mut each: impl FnMut(Thing)) {
        let weigher = &self.weigher;
        let mut sought = std::mem::take(&mut met.sought);
        sought.clear();
        for (first, &unit) in units.iter().enumerate() {
            let leading = table.leading(unit);
            if leading.is_empty() {
                continue;
            }
            for (second, gap) in [(first + 1, Gap::Nowhere), (first + 2, Gap::AfterFirst)] {
                let Some(&unit) = units.get(second) else { break };
                let (others, signs) = table.others(unit);
                for leading in leading.iter().filter(|leading| leading.before[gap as usize].meets(signs)) {
                    let pairs = others.iter().map(|&other| Sequence::pair(leading.atom, other, gap));
                    for pair in pairs.filter(|&pair| weigher.sequences.may_have(pair)) {
                        sought.push(pair, [first, second, second]);
                        weigher.triples(table, units, pair, [first, second], &mut sought);
                    }
                }
            }
        }
        let Sought { sequences, units, numbers, looks } = &mut sought;
        weigher.sequences.numbers(sequences, numbers, looks);
        for (&units, number) in units.iter().zip(numbers) {
            if let Some(number) = *number {
                let row = weigher.n_single + number;
                if met.insert(row) {
                    each(Thing { row, units });
                }
            }
        }
        met.sought = sought;
    }
}
