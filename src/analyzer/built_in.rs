/*!
The built-in lexicon, which `build.rs` compiles while the program is built.
*/

use super::Analyzer;
use crate::lexicon::Definitions;
use crate::matcher::Matcher;

/// What `build.rs` made of the files of the lexicon; empty if they have faults.
static IMAGE: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/lexicon.image"));

impl Analyzer {
    /// The analyzer of the built-in lexicon, without what only a check of the lexicon needs (examples, patterns and files). The same as parsing and compiling
    /// [`lexicon::builtin`](crate::lexicon::builtin), but many times faster.
    ///
    /// None if the program was built with a faulty lexicon; [`lexicon::parse`](crate::lexicon::parse) and [`Analyzer::new`] then tell the faults.
    pub fn built_in() -> Option<Analyzer> {
        let (definitions, matcher): (Definitions, Matcher) = postcard::from_bytes(IMAGE).ok()?;
        Some(Analyzer::ready(definitions, matcher))
    }
}
