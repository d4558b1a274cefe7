/*!
Throughline: a rule-based narrative coherence analyser.
*/

pub mod context;
pub mod diagnostic;
pub mod document;
pub mod lexicon;
pub mod matcher;
pub mod pattern;
pub mod read;
pub mod segment;
pub mod span;
