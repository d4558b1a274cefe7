/*!
Sequences of two or three things, and a table of those that weigh: made to say no quickly, and to wait for memory once.
*/

use super::Atom;
use super::raw::{LongRow, Raw};
use serde::{Deserialize, Serialize};

/// Two or three things that follow each other, of which at one place one unit of any kind may stand between: the first, the second, and the third with that place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Sequence([u32; 3]);

/// The place of a unit of any kind in a [`Sequence`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gap {
    /// There is none.
    Nowhere,
    AfterFirst,
    AfterSecond,
}

/// Stands for the third of a pair. There are never so many atoms.
const NO_THIRD: Atom = Atom::MAX >> 2;

/// No sequence: no atom has the greatest number there is.
const NO_SEQUENCE: Sequence = Sequence([u32::MAX; 3]);

/// The bits of [`Sequences::maybe`], as a power of two: few enough to stay near the processor.
const MAYBE_BITS: u32 = 21;

impl Sequence {
    pub(super) fn pair(first: Atom, second: Atom, gap: Gap) -> Sequence {
        Sequence([first, second, NO_THIRD << 2 | gap as u32])
    }

    /// The pair and a third thing.
    pub(super) fn followed_by(self, third: Atom, gap: Gap) -> Sequence {
        let Sequence([first, second, _]) = self;
        Sequence([first, second, third << 2 | gap as u32])
    }

    /// What it is made of.
    pub(super) fn atoms(self) -> (Atom, Atom, Option<Atom>) {
        let Sequence([first, second, rest]) = self;
        (first, second, Some(rest >> 2).filter(|&third| third != NO_THIRD))
    }

    pub(super) fn gap(self) -> Gap {
        match self.0[2] & 3 {
            0 => Gap::Nowhere,
            1 => Gap::AfterFirst,
            _ => Gap::AfterSecond,
        }
    }

    /// The pair by which it begins.
    pub(super) fn beginning(self) -> Sequence {
        let (first, second, _) = self.atoms();
        let gap = if self.gap() == Gap::AfterFirst { Gap::AfterFirst } else { Gap::Nowhere };
        Sequence::pair(first, second, gap)
    }

    /// A number that is spread evenly over the upper bits (Knuth 1973, vol. 3, section 6.4).
    fn spread(self) -> u64 {
        let Sequence([first, second, rest]) = self;
        let pair = u64::from(first) << 32 | u64::from(second);
        (pair.wrapping_mul(0xD6E8_FEB8_6659_FD93) ^ u64::from(rest)).wrapping_mul(0x9E37_79B9_7F4A_7C15)
    }

    /// Where its bit stands in [`Sequences::maybe`]: the block, and the bit alone.
    fn maybe_bit(self) -> (usize, u64) {
        let at = self.spread() >> (64 - MAYBE_BITS);
        (at as usize / 64, 1 << (at % 64))
    }
}

impl Raw for Sequence {
    const SIZE: usize = <[u32; 3]>::SIZE;

    fn put(&self, bytes: &mut Vec<u8>) {
        self.0.put(bytes);
    }

    #[inline]
    fn take(bytes: &[u8]) -> Sequence {
        Sequence(Raw::take(bytes))
    }
}

/// A table of sequences, each with a number.
#[derive(Default, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub(super) struct Sequences {
    /// Each at the first free place from [`first_place`] on, with its number; where none is, [`NO_SEQUENCE`].
    places: LongRow<(Sequence, u32)>,
    /// Tells of most other sequences that they are neither among those nor begin one, without a look at the places (Bloom 1970, with one function).
    maybe: LongRow<u64>,
}

impl Sequences {
    /// The table of these, which are all different, numbered from 0.
    pub(super) fn of(sequences: impl ExactSizeIterator<Item = Sequence>) -> Sequences {
        // Half of the places are free, so that searches do not go far.
        let n_places = sequences.len() * 2 + 1;
        let mut places = vec![(NO_SEQUENCE, 0); n_places];
        let mut maybe = vec![0; 1 << (MAYBE_BITS - 6)];
        for (number, sequence) in (0..).zip(sequences) {
            for sequence in [sequence.beginning(), sequence] {
                let (block, bit) = sequence.maybe_bit();
                maybe[block] |= bit;
            }
            let mut at = first_place(sequence, n_places);
            while places[at].0 != NO_SEQUENCE {
                at = next_place(at, n_places);
            }
            places[at] = (sequence, number);
        }
        Sequences { places: places.into_iter().collect(), maybe: maybe.into_iter().collect() }
    }

    /// Whether the sequence may be in the table, or begin one that is. Cheap, and right when it says no.
    pub(super) fn may_have(&self, sequence: Sequence) -> bool {
        let (block, bit) = sequence.maybe_bit();
        self.maybe.at(block) & bit != 0
    }

    /// The numbers of those of these that are in the table: into `numbers`. To look at one place is to wait for memory, and for many at once is no longer than for one; `looks` is room for
    /// what is seen.
    pub(super) fn numbers(
        &self,
        sequences: &[Sequence],
        numbers: &mut Vec<Option<u32>>,
        looks: &mut Vec<(Sequence, u32)>,
    ) {
        let n = self.places.len();
        looks.clear();
        looks.extend(sequences.iter().map(|&sequence| self.places.at(first_place(sequence, n))));
        numbers.clear();
        numbers.extend(sequences.iter().zip(looks).map(|(&sequence, look)| {
            let mut at = first_place(sequence, n);
            loop {
                match *look {
                    (there, number) if there == sequence => return Some(number),
                    (NO_SEQUENCE, _) => return None,
                    _ => at = next_place(at, n),
                }
                *look = self.places.at(at);
            }
        }));
    }
}

/// Where to look for a sequence first, among `n` places.
fn first_place(sequence: Sequence, n: usize) -> usize {
    (((sequence.spread() >> 32) * n as u64) >> 32) as usize
}

/// And where after `at`.
fn next_place(at: usize, n: usize) -> usize {
    if at + 1 < n { at + 1 } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sequence_has_its_number_and_no_other_has_one() {
        let all = |odd: u32| {
            (0..3000u32).map(move |n| {
                let (first, second, third) = (n % 7, n % 50, 2 * n + odd);
                match n % 5 {
                    0 => Sequence::pair(third, second, Gap::Nowhere),
                    1 => Sequence::pair(first, third, Gap::AfterFirst),
                    2 => Sequence::pair(first, second, Gap::Nowhere).followed_by(third, Gap::Nowhere),
                    3 => Sequence::pair(first, second, Gap::AfterFirst).followed_by(third, Gap::AfterFirst),
                    _ => Sequence::pair(first, second, Gap::Nowhere).followed_by(third, Gap::AfterSecond),
                }
            })
        };
        let table = Sequences::of(all(0));
        let numbers = |table: &Sequences, sequences: Vec<Sequence>| {
            let (mut numbers, mut looks) = (Vec::new(), Vec::new());
            table.numbers(&sequences, &mut numbers, &mut looks);
            numbers
        };
        assert_eq!(numbers(&table, all(0).collect()), (0..3000).map(Some).collect::<Vec<_>>());
        assert!(all(0).all(|sequence| table.may_have(sequence) && table.may_have(sequence.beginning())));
        assert_eq!(numbers(&table, all(1).collect()), vec![None; 3000]);
        assert!(all(1).filter(|&sequence| table.may_have(sequence)).count() < 100);
        let triple = Sequence::pair(1, 2, Gap::Nowhere).followed_by(3, Gap::AfterSecond);
        assert_eq!((triple.atoms(), triple.gap()), ((1, 2, Some(3)), Gap::AfterSecond));
        assert_eq!(triple.beginning(), Sequence::pair(1, 2, Gap::Nowhere));
        let empty = Sequences::of(std::iter::empty());
        assert_eq!((empty.may_have(triple), numbers(&empty, vec![triple])), (false, vec![None]));
    }
}
