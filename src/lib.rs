/*!
Throughline: a rule-based narrative coherence analyser.
*/

pub mod analyzer;
#[cfg(feature = "cli")]
pub mod cli;
pub mod context;
pub mod diagnostic;
pub mod document;
pub mod lexicon;
pub mod matcher;
pub mod pattern;
pub mod read;
pub mod report;
pub mod score;
pub mod segment;
pub mod span;
