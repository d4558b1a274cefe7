/*!
From tokens to units: the table of distinct words, and the stream that programs read.
*/

use super::classes::{Memberships, PresentClasses, SomeClasses};
use super::program::Found;
use super::vocabulary::{Slot, Vocabulary, mark_atom};
use super::weigher::{Leading, Signature, SomeRows};
use super::{Atom, Class, Group, Groups};
use crate::document::{Token, TokenKind};
use crate::lexicon::{Mark, Sign};
use crate::span::Span;
use rustc_hash::FxHashMap;
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
    slots: Vec<Slot>,
    /// For every slot a class that must be in the sentence. By themselves, because most slots are ruled out by them.
    partners: Vec<Option<Class>>,
    /// The slots of an entry group by group.
    parts: Vec<Part>,
    leading: Vec<Leading>,
    others: Vec<Atom>,
    weighing: Vec<SomeRows>,
    /// What all rows of an entry weigh, in hundredths, for every family, one entry behind the other.
    sums: Vec<i32>,
    /// How many numbers that is.
    width: usize,
    firsts: Vec<Atom>,
    /// Telling classes of the entries.
    telling: Vec<SomeClasses>,
    /// The classes of every entry that are asked for at one place.
    placed: Memberships,
    /// How often programs have read a unit.
    n_steps: Cell<u64>,
}

#[derive(Clone, Copy)]
struct Entry {
    atoms: (u32, u32),
    /// The groups of its slots.
    groups: Groups,
    /// Where its slots stand among the parts.
    parts: (u32, u32),
    /// The rows of its atoms that weigh alone.
    weighing: (u32, u32),
    /// Its atoms that stand first in sequences that weigh.
    leading: (u32, u32),
    /// Its other atoms in them,
    others: (u32, u32),
    /// and the signs of those.
    other_signs: Signature,
    /// Its atoms by which phrases begin.
    firsts: (u32, u32),
    /// Its telling classes.
    telling: (u32, u32),
    is_gap_stop: bool,
}

/// The slots of one entry and one group.
#[derive(Clone, Copy)]
struct Part {
    group: Group,
    slots: (u32, u32),
}

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
            slots: Vec::new(),
            partners: Vec::new(),
            parts: Vec::new(),
            leading: Vec::new(),
            others: Vec::new(),
            weighing: Vec::new(),
            sums: Vec::new(),
            width: 0,
            firsts: Vec::new(),
            telling: Vec::new(),
            placed: Memberships::default(),
            n_steps: Cell::new(0),
        }
    }

    fn clear(&mut self, vocabulary: &Vocabulary) {
        self.slots.clear();
        self.partners.clear();
        self.parts.clear();
        self.leading.clear();
        self.others.clear();
        self.weighing.clear();
        self.sums.clear();
        self.width = vocabulary.weigher.width();
        self.firsts.clear();
        self.telling.clear();
        self.placed.clear();
        self.words.clear();
        self.units.clear();
        self.by_atoms.clear();
        self.entries.clear();
        self.pool.clear();
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
        let mut slots: Vec<(Slot, Option<Class>)> =
            atoms.iter().flat_map(|&atom| vocabulary.anchored.of(atom as usize).iter()).collect();
        slots.sort_unstable();
        slots.dedup();
        let mut groups = Groups::default();
        let first_part = self.parts.len() as u32;
        for part in slots.chunk_by(|(a, _), (b, _)| a.group == b.group) {
            let first_slot = self.slots.len() as u32;
            self.slots.extend(part.iter().map(|(slot, _)| slot));
            self.partners.extend(part.iter().map(|(_, partner)| partner));
            let group = part[0].0.group;
            groups = groups.with(group);
            self.parts.push(Part { group, slots: (first_slot, self.slots.len() as u32) });
        }
        let mut telling: Vec<Class> = atoms.iter().flat_map(|&atom| vocabulary.telling.of(atom)).collect();
        telling.sort_unstable();
        telling.dedup();
        let first_telling = self.telling.len() as u32;
        SomeClasses::put(&telling, &mut self.telling);
        self.placed.push(&vocabulary.placed, atoms);
        let first_weighing = self.weighing.len() as u32;
        vocabulary.weigher.rows(atoms, &mut self.weighing, &mut self.sums);
        let weighing = (first_weighing, self.weighing.len() as u32);
        let first_leading = self.leading.len() as u32;
        self.leading.extend(vocabulary.weigher.leading(atoms));
        let leading = (first_leading, self.leading.len() as u32);
        let first_other = self.others.len() as u32;
        self.others.extend(vocabulary.weigher.others(atoms));
        let others = (first_other, self.others.len() as u32);
        let other_signs = Signature::of(&self.others[first_other as usize..]);
        let first_first = self.firsts.len() as u32;
        self.firsts.extend(atoms.iter().filter(|atom| vocabulary.phrase_firsts.contains(atom)));
        let firsts = (first_first, self.firsts.len() as u32);
        let first_atom = self.pool.len() as u32;
        self.pool.extend_from_slice(atoms);
        self.entries.push(Entry {
            atoms: (first_atom, self.pool.len() as u32),
            groups,
            parts: (first_part, self.parts.len() as u32),
            weighing,
            leading,
            others,
            other_signs,
            firsts,
            telling: (first_telling, self.telling.len() as u32),
            is_gap_stop: atoms.contains(&vocabulary.gap_stop),
        });
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

    /// Whether the unit belongs to the class, one of those that are asked for at one place.
    pub(super) fn belongs(&self, unit: Unit, class: Class) -> bool {
        self.placed.has(unit.entry, class)
    }

    /// The telling classes of the unit.
    fn telling(&self, unit: Unit) -> &[SomeClasses] {
        let (start, end) = self.entries[unit.entry as usize].telling;
        &self.telling[start as usize..end as usize]
    }

    /// Whether a gap passes over the unit.
    pub(super) fn is_passed_over(&self, unit: Unit) -> bool {
        unit.kind == UnitKind::Word && !self.entries[unit.entry as usize].is_gap_stop
    }

    /// Counts that a program reads a unit.
    pub(super) fn step(&self) {
        self.n_steps.set(self.n_steps.get().wrapping_add(1));
    }

    /// The rows of its atoms that weigh alone, and what they weigh in all, for every family.
    pub(super) fn weighing(&self, unit: Unit) -> (&[SomeRows], &[i32]) {
        let (start, end) = self.entries[unit.entry as usize].weighing;
        (&self.weighing[start as usize..end as usize], &self.sums[unit.entry as usize * self.width..][..self.width])
    }

    /// Its atoms that stand first in sequences that weigh.
    pub(super) fn leading(&self, unit: Unit) -> &[Leading] {
        let (start, end) = self.entries[unit.entry as usize].leading;
        &self.leading[start as usize..end as usize]
    }

    /// Its atoms that stand second or third in sequences that weigh, and their signs.
    pub(super) fn others(&self, unit: Unit) -> (&[Atom], Signature) {
        let entry = &self.entries[unit.entry as usize];
        (&self.others[entry.others.0 as usize..entry.others.1 as usize], entry.other_signs)
    }

    /// Its atoms by which phrases begin.
    pub(super) fn firsts(&self, unit: Unit) -> &[Atom] {
        let (start, end) = self.entries[unit.entry as usize].firsts;
        &self.firsts[start as usize..end as usize]
    }

    /// How often a program has read a unit, since the table was made: the work of matching, whatever the machine.
    pub fn steps(&self) -> u64 {
        self.n_steps.get()
    }

    /// The groups of the programs anchored to the unit.
    pub fn groups(&self, unit: Unit) -> Groups {
        self.entries[unit.entry as usize].groups
    }

    /// Calls `each` with the programs of these groups anchored to the unit whose partner is present, ascending within a group.
    pub fn slots(&self, unit: Unit, groups: Groups, presence: &Presence, mut each: impl FnMut(&Slot)) {
        let (start, end) = self.entries[unit.entry as usize].parts;
        for part in &self.parts[start as usize..end as usize] {
            if groups.has(part.group) {
                let slots = part.slots.0 as usize..part.slots.1 as usize;
                for (slot, partner) in self.slots[slots.clone()].iter().zip(&self.partners[slots]) {
                    if partner.is_none_or(|class| presence.has(class)) {
                        each(slot);
                    }
                }
            }
        }
    }

    /// Forgets all words if these are not the numbers it knows them by, and sets an empty table up. Call it only where no unit is in use.
    pub fn prepare(&mut self, vocabulary: &Vocabulary, numbered_by: u64) {
        if self.entries.is_empty() || self.numbered_by != numbered_by {
            self.clear(vocabulary);
            self.numbered_by = numbered_by;
        }
    }
}

/// Which telling classes a sentence has a unit of: a bit for each.
#[derive(Default)]
pub struct Presence {
    /// The index of the sentence in the document that is looked at.
    sentence: Option<usize>,
    classes: PresentClasses,
}

impl Presence {
    /// Forgets the sentence: another document is looked at.
    pub fn forget(&mut self) {
        self.sentence = None;
    }

    /// Notes the telling classes of the units of the sentence with this index, unless that is the one before.
    pub fn of(&mut self, sentence: usize, vocabulary: &Vocabulary, table: &WordTable, units: &[Unit]) {
        if self.sentence.replace(sentence) == Some(sentence) {
            return;
        }
        self.classes.clear(&vocabulary.telling);
        for &unit in units {
            self.classes.add(table.telling(unit));
        }
    }

    /// Whether it has a unit of the class.
    pub fn has(&self, class: Class) -> bool {
        self.classes.has(class)
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

/// Where units of a sentence stand in the text. `tokens` are those of the document.
pub fn span_of(tokens: &[Token], units: &[Unit], found: Found) -> Span {
    let of = |unit: usize| tokens[units[unit].token as usize].span;
    Span { start: of(found.start).start, end: of(found.end - 1).end }
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
