/*!
Regular expressions for single words: all of them asked at once.

To make an automaton of them takes as long as to read a page, so that of the built-in lexicon is made while the program is built, and stands in its image.
*/

use super::raw::LongRow;
use regex::RegexSet;
use regex_automata::dfa::{Automaton, StartKind, dense, sparse};
use regex_automata::{Anchored, Input, MatchKind, PatternSet};
use serde::{Deserialize, Serialize};
use std::sync::OnceLock;

/// An automaton that would be larger, in bytes, is not written: some expressions double it with each letter.
const MAX_AUTOMATON: usize = 1 << 21;

/// A growing set of expressions.
#[derive(Default, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub(super) struct Expressions {
    sources: Vec<String>,
    /// The automaton of all, as `regex-automata` writes it; empty if there is none.
    written: LongRow<u8>,
    #[serde(skip)]
    compiled: OnceLock<Compiled>,
}

/// What words are held against.
enum Compiled {
    Automaton(Box<sparse::DFA<Vec<u8>>>),
    /// Makes its automaton while it reads.
    Set(RegexSet),
}

impl Expressions {
    /// Adds an expression, which says what a word must be from its first letter to its last; its number is how many there were before.
    pub(super) fn push(&mut self, source: &str) {
        self.sources.push(format!("^(?:{source})$"));
        self.compiled = OnceLock::new();
    }

    /// Writes the automaton, if it is not too large.
    pub(super) fn finish(&mut self) {
        let config = dense::Config::new()
            .match_kind(MatchKind::All)
            .start_kind(StartKind::Anchored)
            .dfa_size_limit(Some(MAX_AUTOMATON))
            .determinize_size_limit(Some(MAX_AUTOMATON));
        let automaton = dense::Builder::new().configure(config).build_many(&self.sources).ok();
        let written = automaton.and_then(|automaton| automaton.to_sparse().ok());
        self.written =
            written.map(|written| written.to_bytes_little_endian()).unwrap_or_default().into_iter().collect();
    }

    /// The numbers of those that match, ascending. The lexicon has already refused what does not compile.
    pub(super) fn of(&self, word: &str) -> Vec<usize> {
        match self.compiled.get_or_init(|| self.compile()) {
            Compiled::Automaton(automaton) => {
                let mut matched = PatternSet::new(self.sources.len());
                // It cannot stop early: it has no word boundaries of Unicode, for which it would not have been made.
                let _ =
                    automaton.try_which_overlapping_matches(&Input::new(word).anchored(Anchored::Yes), &mut matched);
                matched.iter().map(|number| number.as_usize()).collect()
            }
            Compiled::Set(set) => set.matches(word).into_iter().collect(),
        }
    }

    fn compile(&self) -> Compiled {
        let written = self.written.run(0..self.written.len()).bytes();
        match sparse::DFA::from_bytes(written) {
            Ok((automaton, _)) => Compiled::Automaton(Box::new(automaton.to_owned())),
            Err(_) => Compiled::Set(RegexSet::new(&self.sources).unwrap_or_default()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expressions(sources: &[&str]) -> Expressions {
        let mut expressions = Expressions::default();
        sources.iter().for_each(|source| expressions.push(source));
        expressions
    }

    #[test]
    fn written_or_not_the_same_expressions_match() {
        let sources =
            ["[a-z]{3,}ing", "[0-9]+(st|nd|rd|th)?", "'?[4-9][0-9]", "(19|20)[0-9][0-9]", "[0-9].*", r"\w+\d", "é|ü"];
        let (set, mut automaton) = (expressions(&sources), expressions(&sources));
        automaton.finish();
        assert!(!automaton.written.is_empty());
        let words =
            ["", "sing", "string", "1984", "21st", "'45", "45", "9é!", "ab1", "é", "ü", "ée", "\u{1F600}", "singing1"];
        for word in words {
            assert_eq!(automaton.of(word), set.of(word), "{word:?}");
        }
        assert_eq!(automaton.of("1984"), [1, 3, 4, 5]);
        assert!(matches!(automaton.compiled.get(), Some(Compiled::Automaton(_))));
        assert!(matches!(set.compiled.get(), Some(Compiled::Set(_))));
    }

    #[test]
    fn what_would_be_too_large_is_made_while_reading() {
        let mut expressions = expressions(&["[a-z]*a[a-z]{24}", "b+"]);
        expressions.finish();
        assert!(expressions.written.is_empty());
        assert_eq!(expressions.of("bb"), [1]);
        assert_eq!(expressions.of(&"a".repeat(25)), [0]);
    }
}
