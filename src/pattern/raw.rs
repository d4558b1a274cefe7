/*!
Long rows of a compiled lexicon: as bytes of fixed width, little end first, from which each thing is made when it is asked for. So a row of the built-in lexicon stays where it is in the
program, and to start is not to copy ten megabytes: the machine fetches what is used.
*/

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::borrow::Cow;
use std::marker::PhantomData;
use std::ops::Range;

/// Something that is written with a fixed number of bytes.
pub trait Raw: Sized {
    /// How many.
    const SIZE: usize;

    /// Writes it behind `bytes`.
    fn put(&self, bytes: &mut Vec<u8>);

    /// Reads it from [`Raw::SIZE`] bytes.
    fn take(bytes: &[u8]) -> Self;
}

macro_rules! numbers {
    ($($number:ty),*) => {$(
        impl Raw for $number {
            const SIZE: usize = size_of::<$number>();

            fn put(&self, bytes: &mut Vec<u8>) {
                bytes.extend_from_slice(&self.to_le_bytes());
            }

            // Inlined in every build: else each number is a call of `memcpy` for a few bytes.
            #[inline]
            fn take(bytes: &[u8]) -> $number {
                <$number>::from_le_bytes(bytes.first_chunk().copied().unwrap_or_default())
            }
        }
    )*};
}

numbers!(u8, u32, u64, i16, f32);

impl<A: Raw, B: Raw> Raw for (A, B) {
    const SIZE: usize = A::SIZE + B::SIZE;

    fn put(&self, bytes: &mut Vec<u8>) {
        self.0.put(bytes);
        self.1.put(bytes);
    }

    #[inline]
    fn take(bytes: &[u8]) -> (A, B) {
        let (a, b) = bytes.split_at(A::SIZE);
        (A::take(a), B::take(b))
    }
}

impl<T: Raw, const N: usize> Raw for [T; N] {
    const SIZE: usize = N * T::SIZE;

    fn put(&self, bytes: &mut Vec<u8>) {
        self.iter().for_each(|thing| thing.put(bytes));
    }

    #[inline]
    fn take(bytes: &[u8]) -> [T; N] {
        std::array::from_fn(|at| T::take(&bytes[at * T::SIZE..][..T::SIZE]))
    }
}

/// A long row of things: of its own while a lexicon is compiled, in the image afterwards.
#[derive(Clone, Debug)]
pub struct LongRow<T> {
    bytes: Cow<'static, [u8]>,
    of: PhantomData<fn() -> T>,
}

/// Some things of a long row that follow each other.
#[derive(Debug)]
pub(crate) struct Run<'a, T> {
    bytes: &'a [u8],
    of: PhantomData<fn() -> T>,
}

impl<T> Clone for Run<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Run<'_, T> {}

impl<T> Default for LongRow<T> {
    fn default() -> LongRow<T> {
        LongRow { bytes: Cow::Owned(Vec::new()), of: PhantomData }
    }
}

impl<T: Raw> LongRow<T> {
    /// How many things there are.
    pub(crate) fn len(&self) -> usize {
        self.bytes.len() / T::SIZE
    }

    /// Whether there is nothing in it.
    pub(crate) fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// The thing at this place, which must be one of the row's.
    #[inline]
    pub(crate) fn at(&self, place: usize) -> T {
        T::take(&self.bytes[place * T::SIZE..(place + 1) * T::SIZE])
    }

    /// The things at these places, which must be the row's.
    #[inline]
    pub(crate) fn run(&self, places: Range<usize>) -> Run<'_, T> {
        Run { bytes: &self.bytes[places.start * T::SIZE..places.end * T::SIZE], of: PhantomData }
    }

    /// The things, one by one.
    pub(crate) fn iter(&self) -> impl Iterator<Item = T> + '_ {
        self.run(0..self.len()).iter()
    }

    /// Adds a thing behind the others.
    pub(crate) fn push(&mut self, thing: &T) {
        thing.put(self.bytes.to_mut());
    }
}

impl<T: Raw> FromIterator<T> for LongRow<T> {
    fn from_iter<I: IntoIterator<Item = T>>(things: I) -> LongRow<T> {
        let mut row = LongRow::default();
        things.into_iter().for_each(|thing| row.push(&thing));
        row
    }
}

impl<'a, T: Raw + 'a> Run<'a, T> {
    /// No things.
    pub(crate) const NONE: Run<'static, T> = Run { bytes: &[], of: PhantomData };

    /// The thing at this place, which must be one of these.
    #[inline]
    pub(crate) fn at(self, place: usize) -> T {
        T::take(&self.bytes[place * T::SIZE..(place + 1) * T::SIZE])
    }

    /// The first, and those behind it.
    pub(crate) fn split_first(self) -> Option<(T, Run<'a, T>)> {
        let (first, rest) = self.split_at(1)?;
        Some((first.at(0), rest))
    }

    /// The first so many, and those behind them.
    pub(crate) fn split_at(self, n: usize) -> Option<(Run<'a, T>, Run<'a, T>)> {
        let (first, rest) = self.bytes.split_at_checked(n * T::SIZE)?;
        Some((Run { bytes: first, of: PhantomData }, Run { bytes: rest, of: PhantomData }))
    }

    /// The things, one by one.
    #[inline]
    pub(crate) fn iter(self) -> impl Iterator<Item = T> + Clone + 'a {
        self.bytes.chunks_exact(T::SIZE).map(T::take)
    }
}

impl<'a> Run<'a, u8> {
    /// The things themselves.
    pub(crate) fn bytes(self) -> &'a [u8] {
        self.bytes
    }
}

impl<T> Serialize for LongRow<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.bytes)
    }
}

impl<'de: 'static, T: Raw> Deserialize<'de> for LongRow<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<LongRow<T>, D::Error> {
        let bytes = <&'de [u8]>::deserialize(deserializer)?;
        if bytes.len() % T::SIZE != 0 {
            return Err(D::Error::invalid_length(bytes.len(), &"whole things"));
        }
        Ok(LongRow { bytes: Cow::Borrowed(bytes), of: PhantomData })
    }
}

#[cfg(test)]
mod tests {
    use super::{LongRow, Raw};

    #[test]
    fn what_is_written_is_read() {
        let things = [(1u32, [0.5f32, -2.0]), (u32::MAX, [0.0, f32::MAX])];
        let row: LongRow<(u32, [f32; 2])> = things.into_iter().collect();
        let bytes: &'static [u8] = postcard::to_stdvec(&row).unwrap().leak();
        assert_eq!(bytes.len(), 1 + 2 * 12);
        let row: LongRow<(u32, [f32; 2])> = postcard::from_bytes(bytes).unwrap();
        assert_eq!((row.len(), row.at(0), row.at(1)), (2, things[0], things[1]));
        assert_eq!(row.run(1..2).iter().collect::<Vec<_>>(), things[1..]);
        // A row that breaks off inside of a thing is none.
        assert!(postcard::from_bytes::<LongRow<u64>>(bytes).is_ok());
        assert!(postcard::from_bytes::<LongRow<[u8; 7]>>(bytes).is_err());
        assert_eq!(<[u8; 7]>::SIZE, 7);
    }
}
