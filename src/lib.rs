/*!
Throughline: a rule-based narrative coherence analyser.
*/

pub mod diagnostic;
pub mod document;
pub mod lexicon;
pub mod read;
pub mod segment;
pub mod span;
