/*!
Patterns → programs, and with them the vocabulary: every word, stem, prefix, expression and list that they ask for.
*/

use super::builder::{Anchor, Builder, TOO_LONG};
use super::classes::{Classes, ClassesByAtom};
use super::expressions::Expressions;
use super::halves::halves;
use super::pool::{Pool, PoolInMaking};
use super::program::Program;
use super::raw::LongRow;
use super::rows::{Named, Rows};
use super::sequences::{Gap, Sequence};
use super::vocabulary::{
    CompiledList, GAP_STOP, N_MARKS, Phrases, Signs, Slot, Vocabulary, mark_atom, mark_named, normal,
};
use super::weigher::{Weighed, Weigher};
use super::{Atom, Class, Group};
use crate::diagnostic::Diagnostic;
use crate::lexicon::{Contraction, Definitions, Feature, Node, Pattern, Sign, Weight, WeightTable, Word};
use rustc_hash::{FxHashMap, FxHashSet};
use std::borrow::Cow;

/// How many of a million words are too rare for the table of frequencies.
const RARE_SHARE: f32 = 300_000.0;

/// Turns patterns into programs and gathers the vocabulary they need.
pub struct Compiler<'a> {
    definitions: &'a Definitions,
    vocabulary: Vocabulary,
    exact: FxHashMap<String, Vec<Atom>>,
    prefixes: FxHashMap<String, Vec<Atom>>,
    stems: FxHashMap<String, Vec<Atom>>,
    weighed: Weighed,
    known: FxHashMap<Word, Atom>,
    /// What [`Compiler::word`] has already worked out.
    known_words: FxHashMap<String, Vec<Vec<Atom>>>,
    list_numbers: FxHashMap<String, usize>,
    programs: Vec<Builder>,
    faults: Vec<Diagnostic>,
    /// Of the atoms of single words, how common the word is.
    frequencies: FxHashMap<Atom, f32>,
    word_frequencies: FxHashMap<&'a str, f32>,
    n_atoms: usize,
}

impl<'a> Compiler<'a> {
    /// A compiler for the patterns of these definitions.
    pub fn new(definitions: &'a Definitions) -> Compiler<'a> {
        let mut contractions = FxHashMap::default();
        let mut suffixes = Vec::new();
        for Contraction { form, is_suffix, words } in &definitions.contractions {
            if *is_suffix {
                suffixes.push((form.clone(), words.clone()));
            } else {
                contractions.insert(form.clone(), words.clone());
            }
        }
        let mut spellings = FxHashMap::default();
        let mut spelling_prefixes = FxHashMap::default();
        for (from, to) in &definitions.spellings {
            match (from.strip_suffix('*'), to.strip_suffix('*')) {
                (Some(from), Some(to)) => {
                    spelling_prefixes.insert(from.to_owned(), to.to_owned());
                }
                _ => {
                    spellings.insert(from.clone(), to.clone());
                }
            }
        }
        let mut compiler = Compiler {
            definitions,
            vocabulary: Vocabulary {
                stemmer: definitions.stemmer,
                exact: Named::default(),
                prefixes: Named::default(),
                stems: Named::default(),
                regexes: Expressions::default(),
                regex_atoms: Vec::new(),
                contractions,
                suffixes,
                fillers: definitions.fillers.iter().cloned().collect(),
                spellings,
                spelling_lengths: spelling_prefixes.keys().map(String::len).collect(),
                spelling_prefixes,
                lists: Vec::new(),
                list_names: Vec::new(),
                phrase_firsts: FxHashSet::default(),
                anchored: Rows::default(),
                telling: ClassesByAtom::default(),
                placed: ClassesByAtom::default(),
                pool: Pool::default(),
                weigher: Weigher::default(),
                gap_stop: GAP_STOP,
            },
            exact: FxHashMap::default(),
            prefixes: FxHashMap::default(),
            stems: FxHashMap::default(),
            weighed: Weighed::default(),
            known: FxHashMap::default(),
            known_words: FxHashMap::default(),
            list_numbers: FxHashMap::default(),
            programs: Vec::new(),
            faults: Vec::new(),
            frequencies: FxHashMap::default(),
            word_frequencies: definitions.frequencies.iter().map(|(word, n)| (word.as_str(), *n)).collect(),
            n_atoms: N_MARKS + 1,
        };
        for (name, frequency) in &definitions.frequencies {
            if let Some(mark) = mark_named(name) {
                compiler.frequencies.insert(mark_atom(mark), *frequency);
            }
        }
        for word in &definitions.gap_stops {
            compiler.enter(&Word::Exact(word.clone()), GAP_STOP);
        }
        compiler
    }

    /// Compiles patterns and returns the numbers of their programs. Programs with a group are found through their anchors;
    /// the others are run when somebody asks. Faults come out of [`Compiler::finish`].
    pub fn patterns(&mut self, patterns: &[Pattern], group: Option<Group>) -> Vec<usize> {
        let mut numbers = Vec::new();
        for pattern in patterns {
            // Each alternative of a pattern has its own rarest words to be found by.
            let branches = match &pattern.node {
                Node::Either(branches) => branches.as_slice(),
                whole => std::slice::from_ref(whole),
            };
            let (words, longer): (Vec<&Node>, Vec<&Node>) =
                branches.iter().partition(|branch| matches!(branch, Node::Word(_) | Node::List(_)));
            let words = (!words.is_empty()).then(|| Node::Either(words.into_iter().cloned().collect()));
            let mut waiting: Vec<Cow<'_, Node>> = words.iter().chain(longer).rev().map(Cow::Borrowed).collect();
            while let Some(branch) = waiting.pop() {
                let mut builder = Builder::new(group);
                if let Err(error) = builder.build(self, &branch) {
                    if error.code == TOO_LONG
                        && let Some([first, second]) = halves(&branch)
                    {
                        waiting.extend([Cow::Owned(second), Cow::Owned(first)]);
                        continue;
                    }
                    let file = &self.definitions.files[pattern.file].path;
                    self.faults.push(Diagnostic::error(error.code, file, pattern.span, error.message).hint(error.hint));
                }
                self.programs.push(builder);
                numbers.push(self.programs.len() - 1);
            }
        }
        numbers
    }

    /// Takes in tables of weights. Their families are numbered in this order.
    pub fn weigh(&mut self, tables: &[WeightTable]) {
        self.vocabulary.weigher.n_families = tables.len();
        let mut stems: FxHashMap<&str, Atom> = FxHashMap::default();
        for (family, table) in tables.iter().enumerate() {
            for Weight { feature: Feature { first, then }, weight, leanings, .. } in &table.entries {
                let first = self.sign(first, &mut stems);
                let gap = match then.iter().position(|(has_gap, _)| *has_gap) {
                    None => Gap::Nowhere,
                    Some(0) => Gap::AfterFirst,
                    Some(_) => Gap::AfterSecond,
                };
                let then: Vec<Atom> = then.iter().map(|(_, sign)| self.sign(sign, &mut stems)).collect();
                let row = match then[..] {
                    [] => self.weighed.single.entry(first).or_default(),
                    [second, ref rest @ ..] => {
                        let pair = Sequence::pair(first, second, gap);
                        let sequence = rest.first().map_or(pair, |&third| pair.followed_by(third, gap));
                        self.weighed.sequences.entry(sequence).or_default()
                    }
                };
                row.families.push((family as u32, *weight));
                let leanings = table.markers.iter().copied().zip(leanings.iter().copied());
                let leanings = leanings.filter(|(_, leaning)| *leaning != 0.0);
                row.leanings.extend(leanings.map(|(marker, leaning)| (marker as u32, leaning)));
            }
        }
    }

    fn sign<'s>(&mut self, sign: &'s Sign, stems: &mut FxHashMap<&'s str, Atom>) -> Atom {
        match sign {
            Sign::Mark(mark) => mark_atom(*mark),
            Sign::List(name) => {
                let list = self.list(name);
                self.vocabulary.lists[list].single
            }
            // As the stemmer leaves it: to stem a stem may change it.
            Sign::Stem(stem) => *stems.entry(stem).or_insert_with(|| {
                let atom = self.n_atoms as Atom;
                self.n_atoms += 1;
                self.stems.entry(stem.clone()).or_default().push(atom);
                atom
            }),
        }
    }

    /// The finished vocabulary and programs, in the order in which they were compiled, and every pattern that could not be:
    /// too long, or without a word to hold on to. The program of such a pattern finds nothing.
    pub fn finish(mut self) -> (Vocabulary, LongRow<Program>, Vec<Diagnostic>) {
        self.vocabulary.regexes.finish();
        self.vocabulary.exact = self.exact.into();
        self.vocabulary.prefixes = self.prefixes.into();
        self.vocabulary.stems = self.stems.into();
        // What an atom costs is how often a word has it.
        let mut costs = vec![1.0f32; self.n_atoms];
        for (word, frequency) in &self.definitions.frequencies {
            match mark_named(word) {
                Some(mark) => costs[mark_atom(mark) as usize] += frequency,
                None => {
                    for atom in self.vocabulary.read(word).into_iter().flatten() {
                        costs[atom as usize] += frequency;
                    }
                }
            }
        }
        // A regular expression fits rare words as often as common ones, and the rare ones are no entries of the table.
        let n_known = self.definitions.frequencies.len().max(1) as f32;
        let mut n_fitting = vec![0.0f32; self.vocabulary.regex_atoms.len()];
        for (word, _) in &self.definitions.frequencies {
            for number in self.vocabulary.regexes.of(word) {
                n_fitting[number] += 1.0;
            }
        }
        for (atom, n_fitting) in self.vocabulary.regex_atoms.iter().zip(n_fitting) {
            costs[*atom as usize] += RARE_SHARE * n_fitting / n_known;
        }
        let firsts = self.vocabulary.lists.iter().flat_map(|list| list.phrases.firsts());
        self.vocabulary.phrase_firsts = firsts.collect();
        self.vocabulary.list_names = self.list_numbers.into_iter().collect();
        self.vocabulary.list_names.sort_unstable();
        let mut telling = Classes::default();
        let mut placed = Classes::default();
        let mut pool = PoolInMaking::default();
        let mut built = Vec::with_capacity(self.programs.len());
        for builder in self.programs {
            built.push(builder.finish(&costs, &mut telling, &mut placed, &self.vocabulary.lists, &mut pool));
        }
        let telling_numbers = telling.sort(&costs);
        let told_by = |class: Option<Class>| class.map(|class| telling_numbers[class.number()]);
        let placed_numbers = placed.sort(&costs);
        let place = |class: Class| placed_numbers[class.number()];
        let mut programs = LongRow::default();
        let mut anchored = vec![Vec::new(); self.n_atoms];
        for (number, (mut program, anchors)) in built.into_iter().enumerate() {
            program.required = program.required.map(told_by);
            for Anchor { group, atoms, partner, around, position } in anchors {
                let around = around.renumbered(place);
                let slot = (Slot { group, program: number as u32, around, position }, told_by(partner));
                for atom in atoms {
                    anchored[atom as usize].push(slot);
                }
            }
            programs.push(&program);
        }
        self.vocabulary.pool = pool.finish(place);
        self.vocabulary.anchored = anchored.into_iter().collect();
        self.vocabulary.weigher = self.weighed.finish(self.vocabulary.weigher.n_families, &costs);
        self.vocabulary.telling = telling.finish(self.n_atoms);
        self.vocabulary.placed = placed.finish(self.n_atoms);
        (self.vocabulary, programs, self.faults)
    }

    fn new_atom(&mut self) -> Atom {
        self.n_atoms += 1;
        (self.n_atoms - 1) as Atom
    }

    /// The atoms of a word in a pattern, unit by unit: contractions are taken apart as in texts.
    pub(super) fn word(&mut self, word: &Word) -> Vec<Vec<Atom>> {
        let Word::Exact(text) = word else { return vec![vec![self.atom(word)]] };
        if let Some(known) = self.known_words.get(text) {
            return known.clone();
        }
        let mut units = Vec::new();
        for readings in self.vocabulary.take_apart(&normal(text)) {
            units.push(readings.into_iter().map(|reading| self.atom(&Word::Exact(reading))).collect());
        }
        self.known_words.insert(text.clone(), units.clone());
        units
    }

    fn atom(&mut self, word: &Word) -> Atom {
        if let Some(&atom) = self.known.get(word) {
            return atom;
        }
        let atom = self.new_atom();
        self.enter(word, atom);
        self.known.insert(word.clone(), atom);
        if let Word::Exact(text) = word
            && let Some(&frequency) = self.word_frequencies.get(text.as_str())
        {
            self.frequencies.insert(atom, frequency);
        }
        atom
    }

    /// Lets every word that fits have the atom.
    fn enter(&mut self, word: &Word, atom: Atom) {
        let vocabulary = &mut self.vocabulary;
        match word {
            Word::Exact(text) => {
                let key = vocabulary.spelled(text);
                self.exact.entry(key).or_default().push(atom);
            }
            Word::Prefix(text) => {
                let key = vocabulary.spelled(&normal(text));
                self.prefixes.entry(key).or_default().push(atom);
            }
            Word::Stem(text) => {
                let key = vocabulary.stem(&vocabulary.spelled(&normal(text)));
                self.stems.entry(key).or_default().push(atom);
            }
            Word::Regex(source) => {
                vocabulary.regexes.push(source);
                vocabulary.regex_atoms.push(atom);
            }
        }
    }

    /// The number of a list, compiled on first use. Unknown lists were refused when the lexicon was read.
    pub(super) fn list(&mut self, name: &str) -> usize {
        if let Some(&number) = self.list_numbers.get(name) {
            return number;
        }
        let [single, head, tail, sign, led_sign, leader, opening_sign, follower] = [(); 8].map(|()| self.new_atom());
        let signs = Signs { led: led_sign, leader, opening: opening_sign, follower };
        let mut entries = Vec::new();
        gather(self.definitions, name, &mut Vec::new(), &mut entries);
        let mut phrases = Vec::new();
        for entry in entries {
            let places: Vec<Vec<Atom>> = match entry {
                Node::Word(word) => {
                    let units = self.word(word);
                    if units.len() == 1 {
                        self.enter_unit(word, single, false);
                        continue;
                    }
                    units
                }
                Node::Sequence(parts) => {
                    let words = parts.iter().filter_map(|part| match part {
                        Node::Word(word) => Some(word),
                        _ => None,
                    });
                    words.flat_map(|word| self.word(word)).collect()
                }
                _ => continue,
            };
            for &first in &places[0] {
                phrases.push((first, places[1..].to_vec()));
            }
            let (opening, closing) = match entry {
                Node::Sequence(parts) => (parts.first(), parts.last()),
                other => (Some(other), Some(other)),
            };
            if let (Some(Node::Word(opening)), Some(Node::Word(closing))) = (opening, closing) {
                self.enter_unit(opening, head, false);
                self.enter_unit(closing, tail, true);
            }
            self.enter_sign(entry, sign, &signs);
        }
        let phrases = Phrases::new(phrases);
        let number = self.vocabulary.lists.len();
        self.vocabulary.lists.push(CompiledList {
            single,
            head: (!phrases.is_empty()).then_some(head),
            tail,
            sign,
            signs,
            phrases,
        });
        self.list_numbers.insert(name.to_owned(), number);
        number
    }

    /// Lets the rarest unit of a phrase have the atom `sign`, and a unit beside it one that tells so.
    fn enter_sign(&mut self, phrase: &Node, sign: Atom, signs: &Signs) {
        let words: Vec<&Word> = match phrase {
            Node::Sequence(parts) => {
                parts.iter().filter_map(|part| if let Node::Word(word) = part { Some(word) } else { None }).collect()
            }
            Node::Word(word) => vec![word],
            _ => Vec::new(),
        };
        // Every unit as the words it can be.
        let units: Vec<Vec<Word>> = words
            .into_iter()
            .flat_map(|word| match word {
                Word::Exact(text) => {
                    let readings = |readings: Vec<String>| readings.into_iter().map(Word::Exact).collect::<Vec<_>>();
                    self.vocabulary.take_apart(&normal(text)).into_iter().map(readings).collect()
                }
                other => vec![vec![other.clone()]],
            })
            .collect();
        let frequency = |unit: &Vec<Word>| {
            let of = |word: &Word| match word {
                Word::Exact(text) => self.word_frequencies.get(text.as_str()).copied().unwrap_or(0.0),
                _ => 100.0,
            };
            unit.iter().map(of).sum::<f32>()
        };
        let rarity = |&a: &usize, &b: &usize| frequency(&units[a]).total_cmp(&frequency(&units[b]));
        let Some(rarest) = (0..units.len()).min_by(rarity) else { return };
        let (own, beside, at) = match rarest.checked_sub(1) {
            Some(before) => (signs.led, signs.leader, before),
            None => (signs.opening, signs.follower, 1),
        };
        for word in &units[rarest] {
            self.enter(word, sign);
            self.enter(word, own);
        }
        for word in units.get(at).into_iter().flatten() {
            self.enter(word, beside);
        }
    }

    /// Lets the first unit of `word`, or the last, have the atom.
    fn enter_unit(&mut self, word: &Word, atom: Atom, is_last: bool) {
        match word {
            Word::Exact(text) => {
                let mut units = self.vocabulary.take_apart(&normal(text));
                let at = if is_last { units.len() - 1 } else { 0 };
                for reading in units.swap_remove(at) {
                    self.enter(&Word::Exact(reading), atom);
                }
            }
            other => self.enter(other, atom),
        }
    }

    /// Guesses how common the words of these atoms are, while the vocabulary is still growing: frequent words are known by name.
    pub(super) fn rarity(&self, atoms: &[Atom]) -> f32 {
        atoms.iter().map(|atom| 1.0 + self.frequencies.get(atom).copied().unwrap_or(0.0)).sum()
    }

    /// The atoms of a compiled list: of single words, of the heads of phrases if it has any, and its sign.
    pub(super) fn list_atoms(&self, number: usize) -> (Atom, Option<Atom>, Atom) {
        let list = &self.vocabulary.lists[number];
        (list.single, list.head, list.sign)
    }

    /// Units of the longest phrase of a list; 1 if it has none.
    pub(super) fn longest_phrase(&self, list: usize) -> usize {
        self.vocabulary.lists[list].phrases.longest()
    }
}

/// The entries of a list and of the lists in it. Circles were refused when the lexicon was read; `path` only makes sure of an end.
fn gather<'d>(definitions: &'d Definitions, name: &str, path: &mut Vec<String>, entries: &mut Vec<&'d Node>) {
    if path.iter().any(|seen| seen == name) {
        return;
    }
    path.push(name.to_owned());
    for entry in definitions.lists.get(name).map(|list| list.entries.as_slice()).unwrap_or_default() {
        match entry {
            Node::List(inner) => gather(definitions, inner, path, entries),
            other => entries.push(other),
        }
    }
    path.pop();
}
