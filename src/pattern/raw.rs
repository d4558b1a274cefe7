/*!
Long rows in the image of a compiled lexicon: as bytes of fixed width, little end first, so that reading one is little more than copying it. For `#[serde(with)]`.
*/

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serializer};

/// Something that is written with a fixed number of bytes.
pub(crate) trait Raw: Sized {
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

            fn take(bytes: &[u8]) -> $number {
                let mut own = [0; size_of::<$number>()];
                own.copy_from_slice(bytes);
                <$number>::from_le_bytes(own)
            }
        }
    )*};
}

numbers!(u8, u32, u64, f32);

impl<A: Raw, B: Raw> Raw for (A, B) {
    const SIZE: usize = A::SIZE + B::SIZE;

    fn put(&self, bytes: &mut Vec<u8>) {
        self.0.put(bytes);
        self.1.put(bytes);
    }

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

    fn take(bytes: &[u8]) -> [T; N] {
        std::array::from_fn(|at| T::take(&bytes[at * T::SIZE..][..T::SIZE]))
    }
}

pub(crate) fn serialize<T: Raw, S: Serializer>(things: &[T], serializer: S) -> Result<S::Ok, S::Error> {
    let mut bytes = Vec::with_capacity(things.len() * T::SIZE);
    things.iter().for_each(|thing| thing.put(&mut bytes));
    serializer.serialize_bytes(&bytes)
}

pub(crate) fn deserialize<'de, T: Raw, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<T>, D::Error> {
    let bytes = <&[u8]>::deserialize(deserializer)?;
    if bytes.len() % T::SIZE != 0 {
        return Err(D::Error::invalid_length(bytes.len(), &"whole things"));
    }
    Ok(bytes.chunks_exact(T::SIZE).map(T::take).collect())
}

#[cfg(test)]
mod tests {
    use super::Raw;
    use serde::{Deserialize, Serialize};

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Image<T: Raw>(#[serde(with = "super", bound(serialize = "", deserialize = ""))] Vec<T>);

    #[test]
    fn what_is_written_is_read() {
        let image = Image(vec![(1u32, [0.5f32, -2.0]), (u32::MAX, [0.0, f32::MAX])]);
        let bytes = postcard::to_stdvec(&image).unwrap();
        assert_eq!(bytes.len(), 1 + 2 * 12);
        assert_eq!(postcard::from_bytes::<Image<(u32, [f32; 2])>>(&bytes).unwrap(), image);
        // A row that breaks off inside of a thing is none.
        assert!(postcard::from_bytes::<Image<u64>>(&bytes).is_ok());
        assert!(postcard::from_bytes::<Image<[u8; 7]>>(&bytes).is_err());
    }
}
