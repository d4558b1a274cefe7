/*!
What all programs are made of, in long rows: a program says by stretches of them what is its own.

So programs are small and may stay in the image of the built-in lexicon, and equal parts of them are held once.
*/

use super::Class;
use super::program::Positions;
use super::raw::{LongRow, Raw, Run};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

/// What programs are made of, one behind the other.
#[derive(Default, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub(super) struct Pool {
    /// What a unit must be to fit a position by itself; none for a gap.
    pub(super) singles: LongRow<Option<Class>>,
    /// What a unit must be to stand in a phrase, for positions that phrases fit.
    pub(super) phrase_classes: LongRow<PhraseClasses>,
    /// For every position those that may follow it, and those that may precede it.
    pub(super) follow: LongRow<Positions>,
    /// Lists with phrases, and the positions that a phrase of each fits.
    pub(super) phrases: LongRow<(u32, Positions)>,
}

/// A part of a row of things, `start..end`.
#[derive(Clone, Copy)]
pub(super) struct Stretch {
    start: u32,
    end: u32,
}

impl Raw for Stretch {
    const SIZE: usize = <[u32; 2]>::SIZE;

    fn put(&self, bytes: &mut Vec<u8>) {
        [self.start, self.end].put(bytes);
    }

    #[inline]
    fn take(bytes: &[u8]) -> Stretch {
        let [start, end] = Raw::take(bytes);
        Stretch { start, end }
    }
}

impl Stretch {
    pub(super) fn of<T: Raw>(self, all: &LongRow<T>) -> Run<'_, T> {
        all.run(self.start as usize..self.end as usize)
    }
}

/// A long row in the making, in which equal stretches are one: the programs of one pattern are much alike.
pub(super) struct Shared<T> {
    all: LongRow<T>,
    known: FxHashMap<Vec<u8>, Stretch>,
}

impl<T> Default for Shared<T> {
    fn default() -> Shared<T> {
        Shared { all: LongRow::default(), known: FxHashMap::default() }
    }
}

impl<T: Raw> Shared<T> {
    /// Where these things stand: with an equal stretch, or behind all others.
    pub(super) fn stretch(&mut self, things: &[T]) -> Stretch {
        let mut bytes = Vec::new();
        things.iter().for_each(|thing| thing.put(&mut bytes));
        let all = &mut self.all;
        *self.known.entry(bytes).or_insert_with(|| {
            let start = all.len() as u32;
            things.iter().for_each(|thing| all.push(thing));
            Stretch { start, end: all.len() as u32 }
        })
    }

    /// The whole row.
    pub(super) fn finish(self) -> LongRow<T> {
        self.all
    }
}

/// A [`Pool`] in the making.
#[derive(Default)]
pub(super) struct PoolInMaking {
    pub(super) singles: Shared<Option<Class>>,
    pub(super) phrase_classes: Shared<PhraseClasses>,
    pub(super) follow: Shared<Positions>,
    pub(super) phrases: Shared<(u32, Positions)>,
}

impl PoolInMaking {
    /// What the programs are made of, with new numbers of the classes.
    pub(super) fn finish(self, renumbered: impl Fn(Class) -> Class) -> Pool {
        let in_phrase = |PhraseClasses { head, tail, sign }| {
            let [head, tail, sign] = [head, tail, sign].map(&renumbered);
            PhraseClasses { head, tail, sign }
        };
        Pool {
            singles: self.singles.finish().iter().map(|class| class.map(&renumbered)).collect(),
            phrase_classes: self.phrase_classes.finish().iter().map(in_phrase).collect(),
            follow: self.follow.finish(),
            phrases: self.phrases.finish(),
        }
    }
}

/// What a unit must be to stand in a phrase at a position.
#[derive(Clone, Copy)]
pub(super) struct PhraseClasses {
    /// As its first.
    pub(super) head: Class,
    /// As its last.
    pub(super) tail: Class,
    /// As the one by which it is found.
    pub(super) sign: Class,
}

impl Raw for PhraseClasses {
    const SIZE: usize = <[Class; 3]>::SIZE;

    fn put(&self, bytes: &mut Vec<u8>) {
        [self.head, self.tail, self.sign].put(bytes);
    }

    fn take(bytes: &[u8]) -> PhraseClasses {
        let [head, tail, sign] = Raw::take(bytes);
        PhraseClasses { head, tail, sign }
    }
}
