/*!
Patterns compiled: what a word can be, and automata over sequences of words.

Three ideas carry the speed.

* **Atoms.** Whatever a pattern can ask of one word (this word, a prefix, a stem, membership of a list) is an *atom*. What a word can be is
  worked out once per distinct word and kept in a [`WordTable`], and so is which places of which program it fits, once somebody has asked. Stems
  and regular expressions never touch running text.
* **Programs.** A pattern becomes a position automaton (Glushkov 1961): one bit for each place a word can stand, so a step is a few bit
  operations, nothing is ever tried twice, and the time is linear in the text. Every pattern has a greatest length.
* **Anchors.** Every program names the rarest set of atoms one of which any match must contain, another that must be in the same sentence,
  and what may stand around the anchor ([`Slot`]). Words that anchor nothing, most words, touch no program; most others cost a few looked-up bits.

Texts are read as [`Unit`]s: contractions taken apart (*don't* is *do* and *not*), fillers and asides left out, punctuation kept.
*/

mod builder;
mod by_atom;
mod compiler;
mod expressions;
mod group;
mod program;
mod rows;
mod vocabulary;
mod weigher;
mod words;

use serde::{Deserialize, Serialize};
use std::num::NonZeroU32;

pub use compiler::Compiler;
pub use group::{Group, Groups};
pub use program::{Found, Positions, Program, Search};
pub use vocabulary::{Slot, Vocabulary};
pub use words::{Presence, Unit, UnitKind, WordTable, read_units, signs_of_units};

/// What a pattern can ask of one word: this word, a prefix, a stem, an expression, membership of a list. A number given by the [`Compiler`].
pub(crate) type Atom = u32;

/// A set of atoms one of which a place in a pattern asks for. Equal sets have one number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Class(NonZeroU32);

impl Class {
    fn new(number: usize) -> Class {
        Class(NonZeroU32::MIN.saturating_add(number as u32))
    }

    /// Its number, from 0.
    fn number(self) -> usize {
        self.0.get() as usize - 1
    }

    /// Where its bit stands in a row of bits: the block of 64, and the bit alone.
    fn bit(self) -> (usize, u64) {
        (self.number() / 64, 1 << (self.number() % 64))
    }
}
