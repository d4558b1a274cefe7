/*!
The distinct words of texts, by number: what a word can be is then looked up by its number, and its letters are looked at once.
*/

use rustc_hash::FxHashMap;
use std::sync::atomic::{AtomicU64, Ordering};

/// So many distinct words are kept; beyond it the numbers start afresh, so that memory stays flat.
const MAX_WORDS: usize = 100_000;

/// A word longer than this, in bytes, is no word of any lexicon, and need not be kept.
pub const MAX_WORD_BYTES: usize = 64;

/// Distinct words and their numbers. Two with the same [`Words::id`] give the same numbers.
#[derive(Clone, Debug)]
pub struct Words {
    id: u64,
    /// Words of at most 15 bytes, as numbers: these need no look at memory that is far away, and most words are short.
    short: FxHashMap<u128, u32>,
    long: FxHashMap<Box<str>, u32>,
}

impl Words {
    /// The number of all words of more than [`MAX_WORD_BYTES`] bytes.
    pub const TOO_LONG: u32 = 0;

    fn new() -> Words {
        // Only ever compared with itself: it says nothing of any result.
        static IDS: AtomicU64 = AtomicU64::new(1);
        Words { id: IDS.fetch_add(1, Ordering::Relaxed), short: FxHashMap::default(), long: FxHashMap::default() }
    }

    /// What tells these numbers from all others.
    pub fn id(&self) -> u64 {
        self.id
    }

    /// The number of a word: the next one if it is new.
    pub(super) fn number(&mut self, word: &str) -> u32 {
        let next = (1 + self.short.len() + self.long.len()) as u32;
        let bytes = word.as_bytes();
        match bytes.len() {
            0..16 => {
                let mut key = [0; 16];
                key[..bytes.len()].copy_from_slice(bytes);
                key[15] = bytes.len() as u8;
                *self.short.entry(u128::from_le_bytes(key)).or_insert(next)
            }
            16..=MAX_WORD_BYTES => match self.long.get(word) {
                Some(&number) => number,
                None => {
                    self.long.insert(word.into(), next);
                    next
                }
            },
            _ => Words::TOO_LONG,
        }
    }

    /// Starts afresh if there are too many. Call it only where no number is in use.
    pub(super) fn make_room(&mut self) {
        if self.short.len() + self.long.len() > MAX_WORDS {
            *self = Words::new();
        }
    }
}

impl Default for Words {
    fn default() -> Words {
        Words::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_has_its_own_number() {
        let mut words = Words::default();
        let all = [
            "a",
            "A",
            "",
            "a\0",
            "mother",
            "grandmother's hou",
            "grandmother's hous",
            "grandmother's",
            "ä",
            "fifteen-bytes-x",
            "sixteen-bytes-xy",
        ];
        let numbers: Vec<u32> = all.iter().map(|word| words.number(word)).collect();
        let mut distinct = numbers.clone();
        distinct.sort_unstable();
        distinct.dedup();
        assert_eq!(distinct.len(), all.len());
        assert_eq!(numbers, all.iter().map(|word| words.number(word)).collect::<Vec<_>>());
        assert_eq!(words.number(&"x".repeat(65)), Words::TOO_LONG);
        assert_ne!(words.id(), Words::default().id());
    }
}
