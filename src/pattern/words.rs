/*!
From tokens to units: the table of distinct words, and the stream that programs read.
*/

use super::by_atom::of_atom;
use super::program::{Fit, Place, PlaceKind, Pool, Program};
use super::vocabulary::{Slot, Vocabulary, mark_atom};
use super::{Atom, Class, Group, Groups};
use crate::document::{Token, TokenKind};
use crate::lexicon::{Mark, Sign};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use std::cell::Cell;

/// One thing that a pattern can stand on: a word, a part of a contraction, a punctuation mark, an edge of the sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unit {
    /// Index into the worker's [`WordTable`].
    pub entry: u32,
    /// Index of the token it comes from. Edges have that of the nearest token.
    pub token: u32,
    /// What it is to a pattern.
    pub kind: UnitKind,
}

impl Unit {
    /// Whether it is a question mark.
    pub fn is_question_mark(self) -> bool {
        self.entry == mark_entry(Mark::Question)
    }

    /// Whether it is a mark by which a sentence breaks off: dots or a dash.
    pub fn is_break(self) -> bool {
        self.entry == mark_entry(Mark::Ellipsis) || self.entry == mark_entry(Mark::Dash)
    }

    /// Whether it is a mark by which a sentence ends.
    pub fn is_terminal(self) -> bool {
        [Mark::Period, Mark::Question, Mark::Exclamation].into_iter().any(|mark| self.entry == mark_entry(mark))
    }
}

/// What a [`Unit`] is to a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnitKind {
    /// A word.
    Word,
    /// A mark that may stand unnoticed between two words.
    SoftMark,
    /// A mark that must be written in the pattern.
    HardMark,
    /// An edge of the sentence.
    Edge,
}

/// Every distinct word met so far with what it can be. One per worker, so that nothing is locked.
pub struct WordTable {
    /// For every word, by its number, where its entries begin in `units`, and how many they are.
    words: Vec<(u32, u8)>,
    /// Whose numbers these are.
    numbered_by: u64,
    units: Vec<u32>,
    /// What a word can be. Words that can be the same have one entry: most can be nothing.
    entries: Vec<Entry>,
    by_atoms: FxHashMap<Box<[Atom]>, u32>,
    /// Atoms of the entries.
    pool: Vec<Atom>,
    /// Telling classes of the entries that have few.
    few: Vec<Class>,
    slots: Vec<Slot>,
    /// The slots of an entry group by group.
    parts: Vec<Part>,
    weights: Vec<f32>,
    paired: Vec<Atom>,
    firsts: Vec<Atom>,
    /// Rows of bits: the telling classes of entries that have many.
    telling_rows: Vec<u64>,
    /// For every entry, a row of bits: the classes it belongs to of those that are asked for beside an anchor.
    rows: Vec<u64>,
    /// The same rows folded into a few blocks.
    short_rows: Vec<[u64; SHORT]>,
    /// Blocks of 64 classes in a row.
    n_blocks: usize,
    /// Rows of bits: the atoms of entries that have many.
    atom_rows: Vec<u64>,
    /// What [`WordTable::fit`] has worked out, where it may be found again.
    known: Box<[Cell<Known>]>,
    /// How often [`WordTable::fit`] was asked.
    n_asked: Cell<u64>,
}

#[derive(Clone, Copy)]
struct Entry {
    atoms: (u32, u32),
    telling: Telling,
    /// The groups of its slots.
    groups: Groups,
    /// Where its slots stand among the parts.
    parts: (u32, u32),
    /// What it weighs, family by family, if it weighs anything.
    weights: (u32, u32),
    /// Its atoms that stand in pairs that weigh.
    paired: (u32, u32),
    /// Its atoms by which phrases begin.
    firsts: (u32, u32),
    is_gap_stop: bool,
    /// See [`AtomFilter`].
    filter: AtomFilter,
    /// Where its row of bits begins, one for each atom, if it has many.
    bits: Option<u32>,
}

/// The slots of one entry and one group.
#[derive(Clone, Copy)]
struct Part {
    group: Group,
    slots: (u32, u32),
}

/// The telling classes of an entry.
#[derive(Clone, Copy)]
enum Telling {
    /// Where they stand among those of all such entries.
    Few(u32, u32),
    /// Where their row of bits begins.
    Many(u32),
}

/// Blocks of a row of classes after folding.
const SHORT: usize = 4;

/// Entries with more telling classes than this have a row of bits.
const FEW: usize = 24;

/// Entries with more atoms than this have a row of bits for them.
const MANY_ATOMS: usize = 24;

/// What an entry is to a program.
#[derive(Clone, Copy)]
struct Known {
    entry: u32,
    program: u32,
    fit: Fit,
}

const UNKNOWN: Known = Known { entry: u32::MAX, program: u32::MAX, fit: Fit { single: 0, head: 0, tail: 0, sign: 0 } };

/// So many answers of [`WordTable::fit`] are kept: a power of two. What is worked out later takes the place of what was before.
const N_KNOWN: usize = 1 << 15;

/// A word that has not been met.
const UNMET: (u32, u8) = (u32::MAX, 0);

/// The entry of a word without atoms: placeholders.
const NEUTRAL: u32 = 16;

const MARK_ORDER: [Mark; 13] = [
    Mark::Start,
    Mark::End,
    Mark::Any,
    Mark::Comma,
    Mark::Semicolon,
    Mark::Colon,
    Mark::Dash,
    Mark::Ellipsis,
    Mark::Period,
    Mark::Question,
    Mark::Exclamation,
    Mark::Bracket,
    Mark::Quotation,
];

impl WordTable {
    /// An empty table; see [`WordTable::prepare`].
    pub fn new() -> WordTable {
        WordTable {
            words: Vec::new(),
            numbered_by: 0,
            units: Vec::new(),
            entries: Vec::new(),
            by_atoms: FxHashMap::default(),
            pool: Vec::new(),
            few: Vec::new(),
            slots: Vec::new(),
            parts: Vec::new(),
            weights: Vec::new(),
            paired: Vec::new(),
            firsts: Vec::new(),
            telling_rows: Vec::new(),
            rows: Vec::new(),
            short_rows: Vec::new(),
            n_blocks: 0,
            atom_rows: Vec::new(),
            known: Box::default(),
            n_asked: Cell::new(0),
        }
    }

    fn clear(&mut self, vocabulary: &Vocabulary) {
        self.slots.clear();
        self.parts.clear();
        self.weights.clear();
        self.paired.clear();
        self.firsts.clear();
        self.rows.clear();
        self.short_rows.clear();
        self.telling_rows.clear();
        self.atom_rows.clear();
        self.n_blocks = vocabulary.n_beside.div_ceil(64);
        self.known = vec![Cell::new(UNKNOWN); N_KNOWN].into();
        self.words.clear();
        self.units.clear();
        self.by_atoms.clear();
        self.entries.clear();
        self.pool.clear();
        self.few.clear();
        for mark in MARK_ORDER {
            let mut atoms = vec![mark_atom(mark)];
            if !matches!(mark, Mark::Start | Mark::End | Mark::Any) {
                atoms.push(mark_atom(Mark::Any));
            }
            atoms.sort_unstable();
            self.push(&atoms, vocabulary);
        }
        while self.entries.len() <= NEUTRAL as usize {
            self.push(&[], vocabulary);
        }
    }

    fn push(&mut self, atoms: &[Atom], vocabulary: &Vocabulary) -> u32 {
        let mut slots: Vec<Slot> =
            atoms.iter().flat_map(|&atom| vocabulary.anchored.of(atom as usize)).copied().collect();
        slots.sort_unstable();
        slots.dedup();
        let mut groups = Groups::default();
        let first_part = self.parts.len() as u32;
        for part in slots.chunk_by(|a, b| a.group == b.group) {
            let first_slot = self.slots.len() as u32;
            self.slots.extend_from_slice(part);
            groups = groups.with(part[0].group);
            self.parts.push(Part { group: part[0].group, slots: (first_slot, self.slots.len() as u32) });
        }
        let mut telling: Vec<Class> =
            atoms.iter().flat_map(|&atom| vocabulary.telling.of(atom as usize)).copied().collect();
        telling.sort_unstable();
        telling.dedup();
        let many = (telling.len() > FEW).then(|| {
            let row = self.telling_rows.len();
            self.telling_rows.resize(row + vocabulary.n_telling.div_ceil(64), 0);
            for class in telling.drain(..) {
                let (block, bit) = class.bit();
                self.telling_rows[row + block] |= bit;
            }
            Telling::Many(row as u32)
        });
        let first_weight = self.weights.len() as u32;
        self.weights.extend(vocabulary.weigher.alone(atoms).unwrap_or_default());
        let weights = (first_weight, self.weights.len() as u32);
        let first_paired = self.paired.len() as u32;
        self.paired.extend(atoms.iter().filter(|atom| vocabulary.weigher.paired.contains(atom)));
        let paired = (first_paired, self.paired.len() as u32);
        let first_first = self.firsts.len() as u32;
        self.firsts.extend(atoms.iter().filter(|atom| vocabulary.phrase_firsts.contains(atom)));
        let firsts = (first_first, self.firsts.len() as u32);
        let bits = (atoms.len() > MANY_ATOMS).then(|| {
            let row = self.atom_rows.len();
            self.atom_rows.resize(row + vocabulary.n_atoms.div_ceil(64), 0);
            for &atom in atoms {
                self.atom_rows[row + atom as usize / 64] |= 1 << (atom % 64);
            }
            row as u32
        });
        let first_atom = self.pool.len() as u32;
        self.pool.extend_from_slice(atoms);
        self.entries.push(Entry {
            atoms: (first_atom, self.pool.len() as u32),
            telling: many.unwrap_or_else(|| {
                let start = self.few.len() as u32;
                self.few.append(&mut telling);
                Telling::Few(start, self.few.len() as u32)
            }),
            groups,
            parts: (first_part, self.parts.len() as u32),
            weights,
            paired,
            firsts,
            is_gap_stop: atoms.contains(&vocabulary.gap_stop),
            filter: AtomFilter::of(atoms.iter().copied()),
            bits,
        });
        let row = self.rows.len();
        let mut short = [0; SHORT];
        self.rows.resize(row + self.n_blocks, 0);
        for &class in atoms.iter().flat_map(|&atom| vocabulary.beside.of(atom as usize)) {
            let (block, bit) = class.bit();
            self.rows[row + block] |= bit;
            short[block % SHORT] |= bit;
        }
        self.short_rows.push(short);
        self.entries.len() as u32 - 1
    }

    /// Where the entries of a word's units begin in `units`, and how many they are; by the number of the word.
    fn look_up(&mut self, number: u32, word: &str, vocabulary: &Vocabulary) -> (u32, u8) {
        if let Some(&known) = self.words.get(number as usize)
            && known != UNMET
        {
            return known;
        }
        let first = self.units.len() as u32;
        let units = vocabulary.read(word);
        let known = (first, units.len() as u8);
        for atoms in units {
            let entry = match self.by_atoms.get(atoms.as_slice()) {
                Some(&entry) => entry,
                None => {
                    let entry = self.push(&atoms, vocabulary);
                    self.by_atoms.insert(atoms.into(), entry);
                    entry
                }
            };
            self.units.push(entry);
        }
        if self.words.len() <= number as usize {
            self.words.resize(number as usize + 1, UNMET);
        }
        self.words[number as usize] = known;
        known
    }

    pub(super) fn atoms(&self, unit: Unit) -> &[Atom] {
        let (start, end) = self.entries[unit.entry as usize].atoms;
        &self.pool[start as usize..end as usize]
    }

    /// Which positions of the program the unit fits.
    pub(super) fn fit(&self, pool: &Pool, unit: Unit, program: &Program) -> Fit {
        self.n_asked.set(self.n_asked.get().wrapping_add(1));
        let known = &self.entries[unit.entry as usize];
        if !known.filter.meets(program.filter) {
            let is_passed = unit.kind == UnitKind::Word && !known.is_gap_stop;
            return Fit { single: if is_passed { program.gaps } else { 0 }, ..Fit::default() };
        }
        let (entry, number) = (unit.entry, program.number);
        // Multiplied by odd numbers and folded, so that neighbours fall apart.
        let mixed = entry.wrapping_mul(0x9E37_79B1) ^ number.wrapping_mul(0x85EB_CA77);
        let cell = &self.known[(mixed >> 15) as usize % N_KNOWN];
        let known = cell.get();
        if known.entry == entry && known.program == number {
            return known.fit;
        }
        let fit = self.work_out(pool, unit, program);
        cell.set(Known { entry, program: number, fit });
        fit
    }

    fn work_out(&self, pool: &Pool, unit: Unit, program: &Program) -> Fit {
        let places = program.places.of(&pool.places);
        let mut fit = Fit::default();
        let entry = &self.entries[unit.entry as usize];
        if unit.kind == UnitKind::Word && !entry.is_gap_stop {
            fit.single = program.gaps;
        }
        let mut add = |place: &Place| {
            let positions = match place.kind {
                PlaceKind::Single => &mut fit.single,
                PlaceKind::Head => &mut fit.head,
                PlaceKind::Tail => &mut fit.tail,
                PlaceKind::Sign => &mut fit.sign,
            };
            *positions |= 1 << place.position;
        };
        if let Some(row) = entry.bits {
            // Of a word with many atoms, the places of the program are nearly always fewer.
            let row = &self.atom_rows[row as usize..];
            let is_its = |atom: Atom| row[atom as usize / 64] >> (atom % 64) & 1 == 1;
            places.iter().filter(|place| is_its(place.atom)).for_each(add);
        } else {
            let (start, end) = entry.atoms;
            let atoms = &self.pool[start as usize..end as usize];
            atoms.iter().flat_map(|&atom| of_atom(places, atom)).for_each(&mut add);
        }
        fit
    }

    /// Whether the unit belongs to the class, one of those that are asked for beside an anchor.
    pub(super) fn is_beside(&self, unit: Unit, class: Class) -> bool {
        let (block, bit) = class.bit();
        // Most words belong to few classes, and then the short row says no: the long ones do not fit into the caches of the machine.
        self.short_rows[unit.entry as usize][block % SHORT] & bit != 0
            && self.rows[unit.entry as usize * self.n_blocks + block] & bit != 0
    }

    /// What the unit weighs by itself, family by family; empty if it weighs nothing.
    pub(super) fn weights(&self, unit: Unit) -> &[f32] {
        let (start, end) = self.entries[unit.entry as usize].weights;
        &self.weights[start as usize..end as usize]
    }

    /// Its atoms that stand in pairs that weigh.
    pub(super) fn paired(&self, unit: Unit) -> &[Atom] {
        let (start, end) = self.entries[unit.entry as usize].paired;
        &self.paired[start as usize..end as usize]
    }

    /// Its atoms by which phrases begin.
    pub(super) fn firsts(&self, unit: Unit) -> &[Atom] {
        let (start, end) = self.entries[unit.entry as usize].firsts;
        &self.firsts[start as usize..end as usize]
    }

    /// How often a program has read a unit, since the table was made: the work of matching, whatever the machine.
    pub fn steps(&self) -> u64 {
        self.n_asked.get()
    }

    /// The groups of the programs anchored to the unit.
    pub fn groups(&self, unit: Unit) -> Groups {
        self.entries[unit.entry as usize].groups
    }

    /// The programs of these groups anchored to the unit, ascending within a group.
    pub fn slots(&self, unit: Unit, groups: Groups) -> impl Iterator<Item = &Slot> {
        let (start, end) = self.entries[unit.entry as usize].parts;
        let parts = self.parts[start as usize..end as usize].iter().filter(move |part| groups.has(part.group));
        parts.flat_map(|part| &self.slots[part.slots.0 as usize..part.slots.1 as usize])
    }

    /// Forgets all words if these are not the numbers it knows them by, and sets an empty table up. Call it only where no unit is in use.
    pub fn prepare(&mut self, vocabulary: &Vocabulary, numbered_by: u64) {
        if self.entries.is_empty() || self.numbered_by != numbered_by {
            self.clear(vocabulary);
            self.numbered_by = numbered_by;
        }
    }
}

/// Tells quickly that two sets of atoms have none in common: a bit for every atom, which few others share (Bloom 1970, with one function).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct AtomFilter(u128);

impl AtomFilter {
    pub(super) fn of(atoms: impl Iterator<Item = Atom>) -> AtomFilter {
        AtomFilter(atoms.fold(0, |bits, atom| bits | Self::bit(atom)))
    }

    fn bit(atom: Atom) -> u128 {
        1 << (atom.wrapping_mul(0x9E37_79B1) >> 25)
    }

    /// Whether the two may have an atom in common; right when it says no.
    fn meets(self, other: AtomFilter) -> bool {
        self.0 & other.0 != 0
    }
}

/// Which telling classes a sentence has a unit of: a bit for each.
#[derive(Default)]
pub struct Presence {
    bits: Vec<u64>,
}

impl Presence {
    /// Notes the telling classes of the units of a new sentence.
    pub fn of(&mut self, vocabulary: &Vocabulary, table: &WordTable, units: &[Unit]) {
        self.bits.clear();
        self.bits.resize(vocabulary.n_telling.div_ceil(64), 0);
        for &unit in units {
            match table.entries[unit.entry as usize].telling {
                Telling::Few(start, end) => {
                    for class in &table.few[start as usize..end as usize] {
                        let (block, bit) = class.bit();
                        self.bits[block] |= bit;
                    }
                }
                Telling::Many(row) => {
                    let row = &table.telling_rows[row as usize..][..self.bits.len()];
                    for (block, more) in self.bits.iter_mut().zip(row) {
                        *block |= more;
                    }
                }
            }
        }
    }

    /// Whether it has a unit of the class.
    pub fn has(&self, class: Class) -> bool {
        let (block, bit) = class.bit();
        self.bits[block] & bit != 0
    }
}

impl Default for WordTable {
    fn default() -> WordTable {
        WordTable::new()
    }
}

/// Reads the tokens of one sentence as units, between two edges, into `units` (cleared first).
/// `words` are the numbers of their words, `first` is the index of the first of `tokens`.
pub fn read_units(
    text: &str,
    tokens: &[Token],
    words: &[u32],
    first: usize,
    vocabulary: &Vocabulary,
    table: &mut WordTable,
    units: &mut Vec<Unit>,
) {
    units.clear();
    units.push(Unit { entry: mark_entry(Mark::Start), token: first as u32, kind: UnitKind::Edge });
    let mut n_at_last_word = 1;
    for (offset, token) in tokens.iter().enumerate() {
        let number = (first + offset) as u32;
        match token.kind {
            TokenKind::Word | TokenKind::Number => {
                let (start, n_units) = table.look_up(words[offset], &text[token.span.range()], vocabulary);
                for &entry in &table.units[start as usize..][..usize::from(n_units)] {
                    units.push(Unit { entry, token: number, kind: UnitKind::Word });
                }
                n_at_last_word = units.len();
            }
            TokenKind::Placeholder => {
                units.push(Unit { entry: NEUTRAL, token: number, kind: UnitKind::Word });
                n_at_last_word = units.len();
            }
            TokenKind::Aside => {}
            TokenKind::Punctuation => {
                let is_inside_word = is_joined(text, tokens, offset);
                if let Some(mark) = mark_of(&text[token.span.range()], is_inside_word) {
                    // Whatever stands before the first word opens the sentence and says nothing.
                    let is_soft = matches!(mark, Mark::Comma | Mark::Quotation) || units.len() == 1;
                    let kind = if is_soft { UnitKind::SoftMark } else { UnitKind::HardMark };
                    units.push(Unit { entry: mark_entry(mark), token: number, kind });
                }
            }
        }
    }
    // Whatever stands after the last word closes it.
    for unit in &mut units[n_at_last_word..] {
        unit.kind = UnitKind::SoftMark;
    }
    let last = (first + tokens.len().saturating_sub(1)) as u32;
    units.push(Unit { entry: mark_entry(Mark::End), token: last, kind: UnitKind::Edge });
}

fn mark_entry(mark: Mark) -> u32 {
    mark as u32
}

/// Whether the token touches words on both sides, as a hyphen does.
fn is_joined(text: &str, tokens: &[Token], at: usize) -> bool {
    let touches = |a: Option<&Token>, b: Option<&Token>| match (a, b) {
        (Some(a), Some(b)) => a.span.end == b.span.start,
        _ => false,
    };
    let single = text[tokens[at].span.range()].len() == 1;
    let before = at.checked_sub(1).and_then(|before| tokens.get(before));
    single && touches(before, tokens.get(at)) && touches(tokens.get(at), tokens.get(at + 1))
}

/// What a punctuation token is; nothing if patterns need not see it (hyphens inside words, emoji, asterisks).
fn mark_of(text: &str, is_inside_word: bool) -> Option<Mark> {
    let mut chars = text.chars();
    let first = chars.next()?;
    let is_run = chars.next().is_some();
    Some(match first {
        ',' | '،' | '、' | '，' => Mark::Comma,
        ';' => Mark::Semicolon,
        ':' => Mark::Colon,
        '-' | '‐' | '‑' if is_inside_word => return None,
        '-' | '–' | '—' | '―' | '‒' => Mark::Dash,
        '…' => Mark::Ellipsis,
        '.' if is_run => Mark::Ellipsis,
        '.' | '。' | '।' => Mark::Period,
        '?' | '？' => Mark::Question,
        '!' | '！' => Mark::Exclamation,
        '(' | ')' | '[' | ']' | '{' | '}' => Mark::Bracket,
        '"' | '“' | '”' | '„' | '«' | '»' | '‹' | '›' | '‘' | '’' | '\'' | '`' | '‚' => {
            Mark::Quotation
        }
        _ => return None,
    })
}

/// What each unit is to a table of weights, for the tokens that [`read_units`] read.
pub fn signs_of_units(
    text: &str,
    tokens: &[Token],
    vocabulary: &Vocabulary,
    units: &[Unit],
    first: usize,
) -> Vec<Vec<Sign>> {
    let mut words = FxHashMap::default();
    let mut signs = Vec::with_capacity(units.len());
    for unit in units {
        let token = tokens[unit.token as usize - first];
        signs.push(match (unit.kind, MARK_ORDER.get(unit.entry as usize)) {
            (UnitKind::Edge, Some(Mark::Start)) => vec![Sign::Mark(Mark::Start)],
            (UnitKind::SoftMark | UnitKind::HardMark, Some(mark)) => vec![Sign::Mark(*mark)],
            (UnitKind::Word, None) if unit.entry != NEUTRAL => {
                let word = &text[token.span.range()];
                let rest = words.entry(unit.token).or_insert_with(|| vocabulary.signs(word).into_iter());
                rest.next().unwrap_or_default()
            }
            _ => Vec::new(),
        });
    }
    signs
}
