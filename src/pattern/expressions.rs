/*!
Regular expressions for single words: all of them asked at once, and compiled when the first word is.
*/

use regex::RegexSet;
use serde::{Deserialize, Serialize};
use std::sync::OnceLock;

/// A growing set of expressions.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct Expressions {
    sources: Vec<String>,
    #[serde(skip)]
    compiled: OnceLock<RegexSet>,
}

impl Expressions {
    /// Adds an expression; its number is how many there were before.
    pub(super) fn push(&mut self, source: String) {
        self.sources.push(source);
        self.compiled = OnceLock::new();
    }

    /// The numbers of those that match, ascending. The lexicon has already refused what does not compile.
    pub(super) fn of(&self, word: &str) -> impl Iterator<Item = usize> {
        let compiled = self.compiled.get_or_init(|| RegexSet::new(&self.sources).unwrap_or_default());
        compiled.matches(word).into_iter()
    }
}
