/*!
What a word can be: from its letters to its atoms.

The vocabulary is built while patterns are compiled and is immutable afterwards. [`Vocabulary::read`] is the slow path, run once per distinct word.
*/

use super::classes::ClassesByAtom;
use super::expressions::Expressions;
use super::pool::Pool;
use super::program::Anchored;
use super::raw::{LongRow, Raw, Run};
use super::rows::{Named, Rows, partition_point};
use super::weigher::Weigher;
use super::words::{Unit, WordTable};
use super::{Atom, Class, Group};
use crate::lexicon::{MARKS, Mark, Sign, Stemmer};
use rust_stemmers::{Algorithm, Stemmer as Snowball};
use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Marks come first among the atoms, in the order of [`Mark`]; then the atom of the words that no gap passes over.
pub(super) const N_MARKS: usize = MARKS.len() + 2;
pub(super) const GAP_STOP: Atom = N_MARKS as Atom;
/// All atoms from here on are of words.
pub(super) const FIRST_WORD_ATOM: Atom = GAP_STOP;

/// A word longer than this is no word of any lexicon.
pub(super) const MAX_WORD_BYTES: usize = 64;

/// What every word can be.
#[derive(Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Vocabulary {
    pub(super) stemmer: Stemmer,
    pub(super) exact: Named<Atom>,
    pub(super) prefixes: Named<Atom>,
    pub(super) stems: Named<Atom>,
    /// Their atoms are in `regex_atoms`, in the same order.
    pub(super) regexes: Expressions,
    pub(super) regex_atoms: Vec<Atom>,
    pub(super) contractions: FxHashMap<String, Vec<Vec<String>>>,
    pub(super) suffixes: Vec<(String, Vec<Vec<String>>)>,
    pub(super) fillers: FxHashSet<String>,
    pub(super) spellings: FxHashMap<String, String>,
    pub(super) spelling_prefixes: FxHashMap<String, String>,
    /// How long those are, in bytes, ascending.
    pub(super) spelling_lengths: BTreeSet<usize>,
    pub(super) lists: Vec<CompiledList>,
    /// The names of the lists, sorted, and their numbers.
    pub(super) list_names: Vec<(String, usize)>,
    /// The atoms by which phrases begin.
    pub(super) phrase_firsts: FxHashSet<Atom>,
    /// For every atom, the programs anchored to it, each with a class that must be in the sentence.
    pub(super) anchored: Rows<(Slot, Option<Class>)>,
    /// The telling classes: those whose absence from a sentence rules programs out.
    pub(super) telling: ClassesByAtom,
    /// The classes that are asked for at one place: by a position of a program, or beside an anchor.
    pub(super) placed: ClassesByAtom,
    /// Parts of programs.
    pub(super) pool: Pool,
    /// What weighs.
    pub(super) weigher: Weigher,
    /// Given to the words that no gap passes over.
    pub(super) gap_stop: Atom,
}

/// A trigger program that is tried at a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Slot {
    /// What it is searched for with.
    pub group: Group,
    /// The program.
    pub program: u32,
    /// What stands around the unit.
    pub(super) around: Around,
    /// The position that the unit fits by itself; none if it is a word of a phrase.
    pub(super) position: Option<u8>,
}

/// So many units on each side of an anchor are looked at.
pub(super) const AROUND: usize = 2;

/// The classes of the units around an anchor, the nearest first, soft marks aside; anything where there is none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Around {
    pub(super) before: [Option<Class>; AROUND],
    pub(super) after: [Option<Class>; AROUND],
}

impl Around {
    /// The same with new numbers of the classes.
    pub(super) fn renumbered(self, number: impl Fn(Class) -> Class) -> Around {
        let [before, after] = [self.before, self.after].map(|side| side.map(|class| class.map(&number)));
        Around { before, after }
    }
}

/// The position of a slot that has none, in the image.
const NO_POSITION: u8 = u8::MAX;

/// A slot in the image: group, program, what stands around, position.
type WrittenSlot = ((u8, u32), (([Option<Class>; AROUND], [Option<Class>; AROUND]), u8));

impl Raw for Slot {
    const SIZE: usize = WrittenSlot::SIZE;

    fn put(&self, bytes: &mut Vec<u8>) {
        (self.group.number(), self.program).put(bytes);
        (self.around.before, self.around.after).put(bytes);
        self.position.unwrap_or(NO_POSITION).put(bytes);
    }

    #[inline]
    fn take(bytes: &[u8]) -> Slot {
        let ((group, program), ((before, after), position)) = WrittenSlot::take(bytes);
        let position = (position != NO_POSITION).then_some(position);
        Slot { group: Group::new(group.into()), program, around: Around { before, after }, position }
    }
}

impl Slot {
    /// The anchor that unit `at` is.
    pub fn anchor(&self, at: usize) -> Anchored {
        let fits = self.position.map_or(0, |position| 1 << position);
        Anchored { program: self.program, at: at as u32, fits, is_in_phrase: self.position.is_none() }
    }

    /// Whether the anchor may stand between these units, the nearest first.
    pub fn fits(&self, table: &WordTable, before: [Unit; 2], after: [Unit; 2]) -> bool {
        let is_there = |(class, unit): (&Option<Class>, Unit)| class.is_none_or(|class| table.belongs(unit, class));
        self.around.before.iter().zip(before).all(is_there) && self.around.after.iter().zip(after).all(is_there)
    }
}

/// A list, ready to be matched.
#[derive(Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub(super) struct CompiledList {
    /// Given to every word that is an entry by itself.
    pub(super) single: Atom,
    /// Given to every word that begins a phrase of the list, if it has phrases.
    pub(super) head: Option<Atom>,
    /// Given to every word that ends a phrase of the list.
    pub(super) tail: Atom,
    /// Given to the rarest word of every phrase: without it in a sentence there is no phrase of the list in it.
    pub(super) sign: Atom,
    /// The same word with what stands beside it.
    pub(super) signs: Signs,
    pub(super) phrases: Phrases,
}

/// By which pairs of words the phrases of a list are found.
#[derive(Serialize, Deserialize)]
pub(super) struct Signs {
    /// Given to the rarest word of a phrase if another stands before it in the phrase,
    pub(super) led: Atom,
    /// and to that other.
    pub(super) leader: Atom,
    /// Given to the rarest word of a phrase if it is the first,
    pub(super) opening: Atom,
    /// and to the second.
    pub(super) follower: Atom,
}

/// The phrases of a list.
#[derive(Default, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub(super) struct Phrases {
    /// An atom of the first unit of each, ascending.
    firsts: LongRow<Atom>,
    /// What is behind it: for every unit the number of atoms one of which must be there, and these.
    rests: Rows<Atom>,
}

impl Phrases {
    /// Phrases, each by an atom of its first unit and those of every unit after it.
    pub(super) fn new(mut phrases: Vec<(Atom, Vec<Vec<Atom>>)>) -> Phrases {
        phrases.sort_unstable();
        phrases.dedup();
        let mut all = Phrases::default();
        for (first, rest) in phrases {
            all.firsts.push(&first);
            all.rests.push(rest.into_iter().flat_map(|atoms| std::iter::once(atoms.len() as Atom).chain(atoms)));
        }
        all
    }

    /// Whether there is none.
    pub(super) fn is_empty(&self) -> bool {
        self.firsts.is_empty()
    }

    /// The atoms by which they begin.
    pub(super) fn firsts(&self) -> impl Iterator<Item = Atom> {
        self.firsts.run(0..self.firsts.len()).iter()
    }

    /// Of the phrases by whose first unit the atom stands, the atoms of every unit after it.
    pub(super) fn from(&self, atom: Atom) -> impl Iterator<Item = AfterFirst<'_>> {
        let from = partition_point(self.firsts.len(), |at| self.firsts.at(at) < atom);
        let own = (from..self.firsts.len()).take_while(move |&at| self.firsts.at(at) == atom);
        own.map(|at| AfterFirst(self.rests.of(at)))
    }

    /// Units of the longest; 1 if there is none.
    pub(super) fn longest(&self) -> usize {
        (0..self.firsts.len()).map(|at| 1 + AfterFirst(self.rests.of(at)).count()).max().unwrap_or(1)
    }
}

/// The atoms of every unit of a phrase after the first.
pub(super) struct AfterFirst<'a>(Run<'a, Atom>);

impl<'a> Iterator for AfterFirst<'a> {
    type Item = Run<'a, Atom>;

    fn next(&mut self) -> Option<Run<'a, Atom>> {
        let (n, rest) = self.0.split_first()?;
        let (atoms, rest) = rest.split_at(n as usize)?;
        self.0 = rest;
        Some(atoms)
    }
}

/// The mark or edge that a pattern writes so.
pub(super) fn mark_named(name: &str) -> Option<Mark> {
    match name {
        "^" => Some(Mark::Start),
        "$" => Some(Mark::End),
        _ => {
            let inner = name.strip_prefix('<')?.strip_suffix('>')?;
            MARKS.iter().find(|(text, _)| *text == inner).map(|(_, mark)| *mark)
        }
    }
}

/// The atom of a punctuation mark or sentence edge.
pub(super) fn mark_atom(mark: Mark) -> Atom {
    mark as Atom
}

impl Vocabulary {
    /// The units of a word: none for a filler, two or more for a contraction; each with its sorted atoms.
    pub(super) fn read(&self, word: &str) -> Vec<Vec<Atom>> {
        if word.len() > MAX_WORD_BYTES {
            return vec![Vec::new()];
        }
        let word = normal(word);
        if self.fillers.contains(&word) {
            return Vec::new();
        }
        self.take_apart(&word).into_iter().map(|readings| self.atoms_of_readings(&readings)).collect()
    }

    /// What a word is to a table of weights, unit by unit as in [`Vocabulary::read`]: its stems, and the lists it is an entry of.
    pub(super) fn signs(&self, word: &str) -> Vec<Vec<Sign>> {
        let word = normal(word);
        if self.fillers.contains(&word) {
            return Vec::new();
        }
        let of_unit = |readings: Vec<String>| {
            let stems: BTreeSet<String> = readings.iter().map(|reading| self.stem(&self.spelled(reading))).collect();
            let atoms = self.atoms_of_readings(&readings);
            let lists =
                self.list_names.iter().filter(|(_, number)| atoms.binary_search(&self.lists[*number].single).is_ok());
            let lists = lists.map(|(name, _)| Sign::List(name.clone()));
            stems.into_iter().map(Sign::Stem).chain(lists).collect()
        };
        self.take_apart(&word).into_iter().map(of_unit).collect()
    }

    /// The words a contraction stands for, each with its readings; the word itself if it is none.
    pub(super) fn take_apart(&self, word: &str) -> Vec<Vec<String>> {
        if let Some(words) = self.contractions.get(word) {
            return words.clone();
        }
        if word.contains('\'') {
            for (suffix, words) in &self.suffixes {
                if let Some(beginning) = word.strip_suffix(suffix.as_str())
                    && !beginning.is_empty()
                {
                    let mut all = vec![vec![beginning.to_owned()]];
                    all.extend(words.iter().cloned());
                    return all;
                }
            }
        }
        vec![vec![word.to_owned()]]
    }

    fn atoms_of_readings(&self, readings: &[String]) -> Vec<Atom> {
        let mut atoms = Vec::new();
        for word in readings {
            self.atoms_of(&self.spelled(word), &mut atoms);
        }
        atoms.sort_unstable();
        atoms.dedup();
        atoms
    }

    fn atoms_of(&self, word: &str, atoms: &mut Vec<Atom>) {
        atoms.extend(self.exact.of(word).iter());
        if !self.stems.is_empty() {
            atoms.extend(self.stems.of(&self.stem(word)).iter());
        }
        atoms.extend(self.prefixes.of_beginnings(word));
        atoms.extend(self.regexes.of(word).into_iter().map(|number| self.regex_atoms[number]));
    }

    pub(super) fn stem(&self, word: &str) -> String {
        match self.stemmer {
            Stemmer::English => Snowball::create(Algorithm::English).stem(word).into_owned(),
            Stemmer::None => word.to_owned(),
        }
    }

    /// The spelling under which a word is kept.
    pub(super) fn spelled(&self, word: &str) -> String {
        if let Some(spelling) = self.spellings.get(word) {
            return spelling.clone();
        }
        for &length in &self.spelling_lengths {
            let Some((beginning, rest)) = word.split_at_checked(length) else { continue };
            if let Some(to) = self.spelling_prefixes.get(beginning) {
                return format!("{to}{rest}");
            }
        }
        word.to_owned()
    }
}

/// Lower case, straight apostrophes, no zero-width characters.
pub(super) fn normal(word: &str) -> String {
    let straight = |c: char| match c {
        '’' | '‘' | 'ʼ' | '＇' => Some('\''),
        '\u{200b}'..='\u{200d}' | '\u{ad}' | '\u{2060}' | '\u{feff}' => None,
        c => Some(c),
    };
    word.chars().filter_map(straight).flat_map(char::to_lowercase).collect()
}
