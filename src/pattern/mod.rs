/*!
Patterns compiled: what a word can be, and automata over sequences of words.

Three ideas carry the speed.

* **Atoms.** Whatever a pattern can ask of one word (this word, a prefix, a stem, membership of a list) is an *atom*, a number. What a word can be
  is the set of its atoms, worked out once per distinct word and kept in a [`WordTable`]. Stems and regular expressions never touch running text.
* **Programs.** A pattern becomes a position automaton (Glushkov 1961): one bit for each place a word can stand, so a step is a few bit
  operations, nothing is ever tried twice, and the time is linear in the text. Every pattern has a greatest length.
* **Anchors.** Every program names the rarest atoms one of which any match must contain. Words without such an atom, most words, touch no program.

Texts are read as [`Unit`]s: contractions taken apart (*don't* is *do* and *not*), fillers and asides left out, punctuation kept.
*/

mod program;
mod vocabulary;
mod words;

pub use program::{Found, Program, Search};
pub use vocabulary::{Compiler, Vocabulary};
pub use words::{Presence, Unit, UnitKind, WordTable, read_units};

/// What a pattern can ask of one word; a number given by the [`Compiler`].
pub(crate) type Atom = u32;
