/*!
Things kept by their atom: the places of a program, the phrases of a list. All things of an atom stand in a row, and a hash table says where.
*/

use super::Atom;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

/// What has an atom.
pub(super) trait HasAtom {
    fn atom(&self) -> Atom;
}

/// Things in the order of their atoms.
#[derive(Serialize, Deserialize)]
pub(super) struct ByAtom<T> {
    things: Box<[T]>,
    /// For every atom the number of its first thing.
    first: FxHashMap<Atom, u32>,
}

impl<T: HasAtom> ByAtom<T> {
    pub(super) fn new(mut things: Vec<T>) -> ByAtom<T> {
        things.sort_by_key(T::atom);
        let mut first = FxHashMap::default();
        for (number, thing) in things.iter().enumerate() {
            first.entry(thing.atom()).or_insert(number as u32);
        }
        ByAtom { things: things.into(), first }
    }

    /// The things of an atom.
    pub(super) fn of(&self, atom: Atom) -> impl Iterator<Item = &T> {
        let from = self.first.get(&atom).map_or(self.things.len(), |&first| first as usize);
        self.things[from..].iter().take_while(move |thing| thing.atom() == atom)
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &T> {
        self.things.iter()
    }
}
