/*!
What a word stands in: whose voice, negation, question, hypothesis, tense, person.

A word list counts *"she said it was nothing"*, *"it was never nothing"* and *"if it had been nothing"* alike. The rules of this program do not, because
before a find counts, its context is looked at. Two sources of context are combined: quotation marks, which are form ([`quotations`]), and
*cues*, which are knowledge: patterns in `context.toml` that give an attribute to the words they reach.

Context is worked out only for sentences in which a rule found something.
*/

mod cues;
mod quotations;

pub(crate) use cues::is_overlapped;
pub use cues::{Context, Cues, Scoped};
pub use quotations::{is_in_quotation, quotations, quotations_in_parts};
