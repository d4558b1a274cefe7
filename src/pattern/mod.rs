/*!
Patterns compiled: what a word can be, and automata over sequences of words.

Three ideas carry the speed.

* **Atoms.** Whatever a pattern can ask of one word (this word, a prefix, a stem, membership of a list) is an *atom*. What a word can be is
  worked out once per distinct word and kept in a [`WordTable`], and so is which *classes* (sets of atoms that a place in a pattern asks for) it
  belongs to: whether a word fits a place is one bit. Stems and regular expressions never touch running text.
* **Programs.** A pattern becomes a position automaton (Glushkov 1961): one bit for each place a word can stand, so a step is a few bit
  operations, nothing is ever tried twice, and the time is linear in the text. Every pattern has a greatest length.
* **Anchors.** Every program names the rarest set of atoms one of which any match must contain, another that must be in the same sentence,
  and what may stand around the anchor ([`Slot`]). Words that anchor nothing, most words, touch no program; most others cost a few looked-up bits.

Texts are read as [`Unit`]s: contractions taken apart (*don't* is *do* and *not*), fillers and asides left out, punctuation kept.
*/

mod builder;
mod classes;
mod compiler;
mod expressions;
mod group;
mod halves;
mod pool;
mod program;
mod raw;
mod rows;
mod sequences;
mod vocabulary;
mod weigher;
mod words;

pub use classes::Class;
pub use compiler::Compiler;
pub use group::{Group, Groups};
pub use program::{Anchored, Found, Positions, Program, Search};
pub use raw::LongRow;
pub use vocabulary::{Slot, Vocabulary};
pub use weigher::{Met, Thing};
pub use words::{Presence, Unit, UnitKind, WordTable, read_units, signs_of_units, span_of};

/// What a pattern can ask of one word: this word, a prefix, a stem, an expression, membership of a list. A number given by the [`Compiler`].
pub(crate) type Atom = u32;
