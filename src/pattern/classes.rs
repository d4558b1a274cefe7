/*!
Classes: sets of atoms, one of which a place in a pattern asks for; and which of them a word belongs to.
*/

use super::Atom;
use super::program::n_before;
use super::raw::Raw;
use super::rows::Rows;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use std::num::NonZeroU32;

/// A set of atoms one of which a place in a pattern asks for. Equal sets have one number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Class(NonZeroU32);

impl Class {
    fn new(number: usize) -> Class {
        Class(NonZeroU32::MIN.saturating_add(number as u32))
    }

    /// Its number, from 0.
    pub(super) fn number(self) -> usize {
        self.0.get() as usize - 1
    }

    /// As one of some classes.
    pub(super) fn alone(self) -> SomeClasses {
        SomeClasses { block: self.number() as u32 / u32::BITS, bits: 1 << (self.number() as u32 % u32::BITS) }
    }

    /// Where its bit stands in a short row, evenly spread (Knuth 1973, vol. 3, section 6.4): the block, and the bit alone.
    fn short_bit(self) -> (usize, u64) {
        let spread = u64::from((self.number() as u32).wrapping_mul(0x9E37_79B1));
        let at = (spread * (64 * SHORT as u64)) >> 32;
        ((at / 64) as usize, 1 << (at % 64))
    }

    /// Where its bit stands in a row of bits: the block of 64, and the bit alone.
    fn bit(self) -> (usize, u64) {
        (self.number() / 64, 1 << (self.number() % 64))
    }
}

impl Raw for Class {
    const SIZE: usize = u32::SIZE;

    fn put(&self, bytes: &mut Vec<u8>) {
        self.0.get().put(bytes);
    }

    #[inline]
    fn take(bytes: &[u8]) -> Class {
        Class(NonZeroU32::new(Raw::take(bytes)).unwrap_or(NonZeroU32::MIN))
    }
}

impl Raw for Option<Class> {
    const SIZE: usize = u32::SIZE;

    fn put(&self, bytes: &mut Vec<u8>) {
        self.map_or(0, |class| class.0.get()).put(bytes);
    }

    #[inline]
    fn take(bytes: &[u8]) -> Option<Class> {
        NonZeroU32::new(Raw::take(bytes)).map(Class)
    }
}

/// Some classes whose numbers are near each other: the number of the block, and a bit for each.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct SomeClasses {
    block: u32,
    bits: u32,
}

impl SomeClasses {
    /// Puts these, which are in order, behind others; block by block.
    pub(super) fn put(classes: &[Class], all: &mut Vec<SomeClasses>) {
        for own in classes.iter().map(|class| class.alone()).collect::<Vec<_>>().chunk_by(|a, b| a.block == b.block) {
            all.push(SomeClasses { block: own[0].block, bits: own.iter().fold(0, |all, own| all | own.bits) });
        }
    }
}

/// Classes that are present: a bit for each.
#[derive(Default)]
pub(super) struct PresentClasses(Vec<u32>);

impl PresentClasses {
    /// None of all these.
    pub(super) fn clear(&mut self, all: &ClassesByAtom) {
        self.0.clear();
        self.0.resize(all.n.div_ceil(u32::BITS as usize), 0);
    }

    pub(super) fn add(&mut self, some: &[SomeClasses]) {
        for some in some {
            self.0[some.block as usize] |= some.bits;
        }
    }

    pub(super) fn has(&self, class: Class) -> bool {
        let SomeClasses { block, bits } = class.alone();
        self.0[block as usize] & bits != 0
    }
}

/// Gives equal sets of atoms one number.
#[derive(Default)]
pub(super) struct Classes {
    numbers: FxHashMap<Vec<Atom>, Class>,
}

impl Classes {
    /// The class of a set.
    pub(super) fn of(&mut self, mut set: Vec<Atom>) -> Class {
        set.sort_unstable();
        set.dedup();
        let next = Class::new(self.numbers.len());
        *self.numbers.entry(set).or_insert(next)
    }

    /// Numbers them anew: classes that share their commonest atoms stand side by side, so that a word belongs to classes in few blocks. By its old number the new one of each; `costs`
    /// says how common atoms are.
    pub(super) fn sort(&mut self, costs: &[f32]) -> Vec<Class> {
        let commonest_first = |set: &[Atom]| {
            let mut set = set.to_vec();
            set.sort_unstable_by(|&a, &b| costs[b as usize].total_cmp(&costs[a as usize]).then(a.cmp(&b)));
            set
        };
        let mut sets: Vec<(&Vec<Atom>, &mut Class)> = self.numbers.iter_mut().collect();
        sets.sort_by_cached_key(|(set, _)| commonest_first(set));
        let mut new = vec![Class::new(0); sets.len()];
        for (number, (_, class)) in sets.into_iter().enumerate() {
            new[class.number()] = Class::new(number);
            *class = Class::new(number);
        }
        new
    }

    /// The classes of every atom.
    pub(super) fn finish(self, n_atoms: usize) -> ClassesByAtom {
        let n = self.numbers.len();
        let mut classes = vec![Vec::new(); n_atoms];
        let mut sets: Vec<(Vec<Atom>, Class)> = self.numbers.into_iter().collect();
        sets.sort_unstable_by_key(|(_, class)| *class);
        for (set, class) in sets {
            for atom in set {
                classes[atom as usize].push(class);
            }
        }
        ClassesByAtom { by_atom: classes.into_iter().collect(), n }
    }
}

/// All classes there are.
#[derive(Default, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub(super) struct ClassesByAtom {
    /// For every atom, the classes that contain it.
    by_atom: Rows<Class>,
    /// How many classes there are.
    n: usize,
}

impl ClassesByAtom {
    /// How many blocks of 64 bits a row of bits has, one bit for each class.
    fn n_blocks(&self) -> usize {
        self.n.div_ceil(64)
    }

    /// The classes of an atom.
    pub(super) fn of(&self, atom: Atom) -> impl Iterator<Item = Class> {
        self.by_atom.of(atom as usize).iter()
    }
}

/// Blocks of a short row: as many as the machine fetches at once.
const SHORT: usize = 6;

/// Members of more classes than this, counted once for every atom, have a row of bits, the others a list.
const FEW: usize = 24;

/// For every entry of a table of words the classes it belongs to. Made to say no quickly: most words belong to few classes.
#[derive(Default)]
pub(super) struct Memberships {
    members: Vec<Member>,
    /// Classes of the entries that have few.
    few: Vec<Class>,
    /// Rows of bits of the entries that have many, of which only blocks that are not empty are kept: which ones those are,
    kept: Vec<Kept>,
    /// and the blocks.
    blocks: Vec<u64>,
}

/// Which of 64 blocks of a row are kept: a bit for each, and where they begin.
#[derive(Clone, Copy, Default)]
struct Kept {
    is_kept: u64,
    first: u32,
}

/// What is known of one entry, side by side for the machine to fetch at once.
#[derive(Clone, Copy)]
#[repr(align(64))]
struct Member {
    /// Its classes as bits of a short row, which others share.
    short: [u64; SHORT],
    exact: Exact,
}

/// The classes of an entry.
#[derive(Clone, Copy)]
enum Exact {
    /// Where they stand among those of all such entries.
    Few(u32, u32),
    /// Where it begins to be said which blocks of their row are kept.
    Many(u32),
}

impl Memberships {
    pub(super) fn clear(&mut self) {
        self.members.clear();
        self.few.clear();
        self.kept.clear();
        self.blocks.clear();
    }

    /// Adds the entry with these atoms.
    pub(super) fn push(&mut self, classes: &ClassesByAtom, atoms: &[Atom]) {
        let start = self.few.len();
        self.few.extend(atoms.iter().flat_map(|&atom| classes.of(atom)));
        let own = &self.few[start..];
        let mut short = [0; SHORT];
        for class in own {
            let (block, bit) = class.short_bit();
            short[block] |= bit;
        }
        let exact = if own.len() > FEW {
            let mut row = vec![0; classes.n_blocks()];
            for class in own {
                let (block, bit) = class.bit();
                row[block] |= bit;
            }
            self.few.truncate(start);
            let begin = self.kept.len();
            for part in row.chunks(64) {
                let first = self.blocks.len() as u32;
                self.blocks.extend(part.iter().filter(|block| **block != 0));
                let bits = part.iter().enumerate().map(|(at, block)| u64::from(*block != 0) << at);
                self.kept.push(Kept { is_kept: bits.sum(), first });
            }
            Exact::Many(begin as u32)
        } else {
            Exact::Few(start as u32, self.few.len() as u32)
        };
        self.members.push(Member { short, exact });
    }

    /// Whether the entry belongs to the class.
    pub(super) fn has(&self, entry: u32, class: Class) -> bool {
        let (block, bit) = class.short_bit();
        let member = &self.members[entry as usize];
        member.short[block] & bit != 0
            && match member.exact {
                Exact::Few(start, end) => self.few[start as usize..end as usize].contains(&class),
                Exact::Many(begin) => {
                    let (block, bit) = class.bit();
                    let kept = self.kept[begin as usize + block / 64];
                    kept.place(block).is_some_and(|place| self.blocks[place] & bit != 0)
                }
            }
    }
}

impl Kept {
    /// Where a block of these is kept, if it is.
    fn place(self, block: usize) -> Option<usize> {
        let block = block % 64;
        (self.is_kept & 1 << block != 0).then(|| self.first as usize + n_before(self.is_kept, block))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_belongs_to_the_classes_with_one_of_its_atoms() {
        let mut classes = Classes::default();
        let sets: Vec<Vec<Atom>> = (0..1000).map(|n| vec![n % 50, n % 7, 60 + n]).collect();
        let numbered: Vec<Class> = sets.iter().map(|set| classes.of(set.clone())).collect();
        assert_eq!(classes.of(vec![61, 1]), numbered[1], "equal sets are one");
        let classes = classes.finish(1060);
        let mut memberships = Memberships::default();
        let entries: Vec<Vec<Atom>> = vec![vec![], vec![3], vec![49, 1059], vec![60], vec![5, 6, 700]];
        entries.iter().for_each(|atoms| memberships.push(&classes, atoms));
        for (entry, atoms) in entries.iter().enumerate() {
            for (set, &class) in sets.iter().zip(&numbered) {
                let expected = set.iter().any(|atom| atoms.contains(atom));
                assert_eq!(memberships.has(entry as u32, class), expected, "{atoms:?} in {set:?}");
            }
        }
    }

    #[test]
    fn classes_are_present_with_one_of_their_atoms_whatever_their_numbers() {
        let mut classes = Classes::default();
        let sets: Vec<Vec<Atom>> = (0..1000).map(|n| vec![n % 50, 60 + n]).collect();
        let old: Vec<Class> = sets.iter().map(|set| classes.of(set.clone())).collect();
        let mut costs = vec![1.0; 1060];
        costs[..50].fill(9.0);
        let new = classes.sort(&costs);
        let classes = classes.finish(1060);
        let numbers: Vec<usize> = (0..20).map(|n| new[old[7 + 50 * n].number()].number()).collect();
        assert!(numbers.iter().max() < numbers.iter().min().map(|least| least + 20).as_ref(), "{numbers:?}");
        let present = |atoms: &[Atom]| {
            let mut present = PresentClasses::default();
            present.clear(&classes);
            for &atom in atoms {
                let mut some = Vec::new();
                SomeClasses::put(&classes.of(atom).collect::<Vec<_>>(), &mut some);
                present.add(&some);
            }
            present
        };
        for atoms in [vec![], vec![7], vec![49, 1059], vec![5, 700]] {
            let present = present(&atoms);
            for (set, &class) in sets.iter().zip(&old) {
                let expected = set.iter().any(|atom| atoms.contains(atom));
                assert_eq!(present.has(new[class.number()]), expected, "{atoms:?} in {set:?}");
            }
        }
    }
}
