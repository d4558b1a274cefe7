/*!
Things in the order of their atoms: the places of a program, the phrases of a list.
*/

use super::Atom;

/// What has an atom.
pub(super) trait HasAtom {
    fn atom(&self) -> Atom;
}

/// The things of an atom, of things in the order of their atoms.
pub(super) fn of_atom<T: HasAtom>(things: &[T], atom: Atom) -> impl Iterator<Item = &T> {
    let from = things.partition_point(|thing| thing.atom() < atom);
    things[from..].iter().take_while(move |thing| thing.atom() == atom)
}
