/*!
Things kept by their atom, found in a step or two.
*/

use super::Atom;

/// Things in the order of their atoms, with a hash table (open addressing, at most half full) that says where those of an atom begin.
pub(super) struct ByAtom<T> {
    things: Box<[T]>,
    /// One more than the number of the first thing of an atom, or 0.
    first: Box<[u32]>,
}

/// What has an atom.
pub(super) trait HasAtom {
    fn atom(&self) -> Atom;
}

impl<T: HasAtom> ByAtom<T> {
    pub(super) fn new(mut things: Vec<T>) -> ByAtom<T> {
        things.sort_by_key(T::atom);
        let mut first = vec![0; (2 * things.len()).next_power_of_two().max(8)];
        let mut last = None;
        for (number, thing) in things.iter().enumerate() {
            let atom = thing.atom();
            if last.replace(atom) == Some(atom) {
                continue;
            }
            let mut at = home(atom, first.len());
            while first[at] != 0 {
                at = (at + 1) % first.len();
            }
            first[at] = number as u32 + 1;
        }
        ByAtom { things: things.into(), first: first.into() }
    }

    /// The things of an atom.
    pub(super) fn of(&self, atom: Atom) -> impl Iterator<Item = &T> {
        let mut at = home(atom, self.first.len());
        let from = loop {
            match self.first[at] {
                0 => break self.things.len(),
                number if self.things[number as usize - 1].atom() == atom => break number as usize - 1,
                _ => at = (at + 1) & (self.first.len() - 1),
            }
        };
        self.things[from..].iter().take_while(move |thing| thing.atom() == atom)
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &T> {
        self.things.iter()
    }
}

/// Where the search for an atom begins in a table of `len` places, a power of two.
fn home(atom: Atom, len: usize) -> usize {
    (atom.wrapping_mul(0x9E37_79B1) >> 15) as usize & (len - 1)
}
