/*!
What single words are to the scales: content or not, with which stem, and in which of the lists that scales use.

Only the single words of a list count here; its phrases are for rules. Like everywhere, a word is stemmed once and then remembered.
*/

use crate::document::{Token, TokenKind};
use crate::lexicon::{Definitions, Node, Stemmer, Word};
use crate::segment::Words;
use rust_stemmers::{Algorithm, Stemmer as Snowball};
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;

/// A group of lists; a word is in it if one of them has it.
pub(super) type Class = u16;

/// Classes of words, ready to be asked.
pub(super) struct WordClasses {
    exact: FxHashMap<String, Vec<Class>>,
    prefixes: Vec<(String, Class)>,
    stems: FxHashMap<String, Vec<Class>>,
    stemmer: Option<Snowball>,
    /// Ends of contracted words, such as `'s`.
    suffixes: Vec<String>,
    /// Words that carry no topic.
    function: Class,
}

/// What a word is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct WordInfo {
    /// Number of its stem within one [`WordMemory`]; none for a word that carries no topic.
    pub(super) stem: Option<u32>,
    /// Where its classes stand among those of all words.
    classes: (u32, u32),
}

/// The words met so far. One per worker; it belongs to the classes that filled it.
#[derive(Default)]
pub struct WordMemory {
    /// For every word, by its number, where it stands among `infos`.
    known: Vec<u32>,
    /// Whose numbers these are.
    numbered_by: u64,
    infos: Vec<WordInfo>,
    /// Classes of the words, one word behind the other, sorted in each.
    classes: Vec<Class>,
    stems: FxHashMap<Box<str>, u32>,
}

/// A word that has not been met.
const UNMET: u32 = u32::MAX;

impl WordMemory {
    /// Forgets all words if these are not the numbers it knows them by; between documents only, for stems have their numbers as long as one is read.
    pub(super) fn prepare(&mut self, numbered_by: u64) {
        if self.numbered_by != numbered_by {
            *self = WordMemory { numbered_by, ..WordMemory::default() };
        }
    }

    /// Whether the word with this number has been met.
    pub(super) fn knows(&self, number: u32) -> bool {
        self.known.get(number as usize).is_some_and(|&at| at != UNMET)
    }

    /// What the word with this number is; it must have been met.
    pub(super) fn info(&self, number: u32) -> WordInfo {
        self.infos[self.known[number as usize] as usize]
    }

    /// The classes of a word, sorted.
    pub(super) fn classes(&self, info: WordInfo) -> &[Class] {
        &self.classes[info.classes.0 as usize..info.classes.1 as usize]
    }
}

impl WordClasses {
    /// `groups` become the classes 0, 1, …; the class `function` is that of words without topic.
    pub(super) fn new(definitions: &Definitions, groups: &[Vec<String>], function: Class) -> WordClasses {
        let algorithm = match definitions.stemmer {
            Stemmer::English => Some(Algorithm::English),
            Stemmer::None => None,
        };
        let suffixes = definitions.contractions.iter().filter(|contraction| contraction.is_suffix);
        let mut classes = WordClasses {
            exact: FxHashMap::default(),
            prefixes: Vec::new(),
            stems: FxHashMap::default(),
            stemmer: algorithm.map(Snowball::create),
            suffixes: suffixes.map(|contraction| contraction.form.clone()).collect(),
            function,
        };
        for (class, lists) in groups.iter().enumerate() {
            let mut seen = BTreeSet::new();
            for list in lists {
                classes.add_list(definitions, list, class as Class, &mut seen);
            }
        }
        let whole = definitions.contractions.iter().filter(|contraction| !contraction.is_suffix);
        for form in whole.map(|contraction| &contraction.form).chain(&definitions.fillers) {
            classes.exact.entry(form.clone()).or_default().push(function);
        }
        classes
    }

    fn add_list(&mut self, definitions: &Definitions, name: &str, class: Class, seen: &mut BTreeSet<String>) {
        if !seen.insert(name.to_owned()) {
            return;
        }
        let Some(list) = definitions.lists.get(name) else { return };
        for node in &list.entries {
            self.add(definitions, node, class, seen);
        }
    }

    fn add(&mut self, definitions: &Definitions, node: &Node, class: Class, seen: &mut BTreeSet<String>) {
        match node {
            Node::Word(Word::Exact(word)) => self.exact.entry(word.clone()).or_default().push(class),
            Node::Word(Word::Prefix(start)) => self.prefixes.push((start.clone(), class)),
            Node::Word(Word::Stem(word)) => {
                let stem = self.stem(word);
                self.stems.entry(stem).or_default().push(class);
            }
            Node::List(inner) => self.add_list(definitions, inner, class, seen),
            Node::Either(branches) => branches.iter().for_each(|node| self.add(definitions, node, class, seen)),
            Node::Word(Word::Regex(_)) | Node::Sequence(_) | Node::Optional(_) | Node::Gap { .. } | Node::Mark(_) => {}
        }
    }

    fn stem(&self, word: &str) -> String {
        self.stemmer.as_ref().map_or_else(|| word.to_owned(), |stemmer| stemmer.stem(word).into_owned())
    }

    /// Works out what all words of the tokens are that have not been met.
    pub(super) fn learn(&self, memory: &mut WordMemory, text: &str, tokens: &[Token], words: &[u32]) {
        for (token, &number) in tokens.iter().zip(words) {
            if token.kind == TokenKind::Word && !memory.knows(number) {
                self.learn_one(memory, number, &text[token.span.range()]);
            }
        }
    }

    /// Works out what `word`, as it stands in the text, is; `number` is its own.
    pub(super) fn learn_one(&self, memory: &mut WordMemory, number: u32, word: &str) {
        // Words that are too long to be any have one number.
        let info = if number == Words::TOO_LONG { WordInfo::default() } else { self.work_out(memory, word) };
        let at = memory.infos.len();
        if memory.known.len() <= number as usize {
            memory.known.resize(number as usize + 1, UNMET);
        }
        memory.known[number as usize] = at as u32;
        memory.infos.push(info);
    }

    fn work_out(&self, memory: &mut WordMemory, word: &str) -> WordInfo {
        let plain = word.to_lowercase().replace('\u{2019}', "'");
        let mut classes: BTreeSet<Class> = self.exact.get(&plain).into_iter().flatten().copied().collect();
        // What is said of *mother* is said of *mother's*; *don't* is a function word as *do* is.
        let base = self.suffixes.iter().find_map(|suffix| plain.strip_suffix(suffix.as_str()));
        let base = base.filter(|base| !base.is_empty()).unwrap_or(&plain);
        let stem = self.stem(base);
        classes.extend(self.exact.get(base).into_iter().flatten());
        classes.extend(self.stems.get(&stem).into_iter().flatten());
        classes.extend(self.prefixes.iter().filter(|(start, _)| base.starts_with(start)).map(|(_, class)| class));
        let is_content = !classes.contains(&self.function) && base.chars().any(char::is_alphabetic);
        let next = memory.stems.len() as u32;
        let stem = is_content.then(|| *memory.stems.entry(stem.into()).or_insert(next));
        let first = memory.classes.len() as u32;
        memory.classes.extend(classes);
        WordInfo { stem, classes: (first, memory.classes.len() as u32) }
    }
}
