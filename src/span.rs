/*!
Byte ranges, and the one place where bytes become lines, columns and characters.

Everywhere inside the program a position is a byte offset into the original text. People and other programs want
characters (Unicode code points), lines and columns; [`LineIndex`] converts at the rim, and nowhere else.
*/

use serde::{Deserialize, Serialize};
use std::ops::Range;

/// A half-open range of bytes, `start..end`, in some text. Texts are at most 4 GiB.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Span {
    /// Offset of the first byte.
    pub start: u32,
    /// Offset one past the last byte.
    pub end: u32,
}

impl Span {
    /// The span of `start..end`. Offsets past 4 GiB saturate.
    pub fn new(start: usize, end: usize) -> Span {
        Span { start: u32::try_from(start).unwrap_or(u32::MAX), end: u32::try_from(end).unwrap_or(u32::MAX) }
    }

    /// The same as a range, to slice with: `&text[span.range()]`.
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// Length in bytes.
    pub fn len(self) -> usize {
        (self.end - self.start) as usize
    }

    /// Whether it covers nothing.
    pub fn is_empty(self) -> bool {
        self.start >= self.end
    }

    /// Whether the two share at least one byte.
    pub fn overlaps(self, other: Span) -> bool {
        self.start < other.end && other.start < self.end
    }
}

/// The last place up to `at` at which a text can be cut.
pub(crate) fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// The first place from `at` on at which a text can be cut; its end, if there is none.
pub(crate) fn ceil(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at += 1;
    }
    at
}

/// A place for people: line and column count from 1, the column in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Line, from 1.
    pub line: usize,
    /// Column in Unicode characters, from 1.
    pub column: usize,
}

/// Turns byte offsets of one text into lines, columns and character positions.
///
/// Character positions are found from check points every 1,024 bytes, so a look-up costs the same anywhere in the text;
/// for a text that is all ASCII it costs nothing.
///
/// ```
/// use throughline::span::LineIndex;
/// let text = "café\nbar";
/// let index = LineIndex::new(text);
/// assert_eq!(index.char_offset(text, 6), 5);
/// assert_eq!(index.place(text, 6).line, 2);
/// assert_eq!(index.place(text, 6).column, 1);
/// ```
#[derive(Clone, Debug)]
pub struct LineIndex {
    /// Byte offset of the beginning of every line.
    line_starts: Vec<u32>,
    /// Characters before every `STEP`-th byte; empty when the text is ASCII.
    checkpoints: Vec<u32>,
}

const STEP: usize = 1024;

impl LineIndex {
    /// Reads the text once.
    pub fn new(text: &str) -> LineIndex {
        let bytes = text.as_bytes();
        let mut line_starts = vec![0];
        line_starts.extend(memchr::memchr_iter(b'\n', bytes).map(|at| Span::new(at + 1, at + 1).start));
        let mut checkpoints = Vec::new();
        if !text.is_ascii() {
            let mut chars = 0u32;
            for block in bytes.chunks(STEP) {
                checkpoints.push(chars);
                chars += n_chars(block);
            }
        }
        LineIndex { line_starts, checkpoints }
    }

    /// How many Unicode characters stand before `offset`. Offsets past the end count as the end.
    pub fn char_offset(&self, text: &str, offset: usize) -> usize {
        let offset = offset.min(text.len());
        let block = offset / STEP;
        match self.checkpoints.get(block) {
            Some(&before) => before as usize + n_chars(&text.as_bytes()[block * STEP..offset]) as usize,
            None if self.checkpoints.is_empty() => offset,
            None => text.chars().count(),
        }
    }

    /// Line and column of `offset`.
    pub fn place(&self, text: &str, offset: usize) -> Place {
        let offset = offset.min(text.len());
        let line = self.line_starts.partition_point(|&start| start as usize <= offset).max(1);
        let start = self.line_starts[line - 1] as usize;
        Place { line, column: n_chars(&text.as_bytes()[start..offset]) as usize + 1 }
    }

    /// The bytes of line `line` (from 1), without its line break; empty past the end.
    pub fn line(&self, text: &str, line: usize) -> Span {
        let Some(&start) = line.checked_sub(1).and_then(|at| self.line_starts.get(at)) else {
            return Span::new(text.len(), text.len());
        };
        let end = self.line_starts.get(line).map_or(text.len(), |&next| next as usize - 1);
        Span::new(start as usize, end)
    }
}

/// Characters that begin in these bytes: every byte that is not a UTF-8 continuation.
fn n_chars(bytes: &[u8]) -> u32 {
    bytes.iter().filter(|&&byte| byte & 0xC0 != 0x80).count() as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_lines_and_columns() {
        let text = format!("é{}\nsecond “line”\r\nthird", "x".repeat(3000));
        let index = LineIndex::new(&text);
        for (chars, (bytes, _)) in text.char_indices().enumerate() {
            assert_eq!(index.char_offset(&text, bytes), chars);
        }
        assert_eq!(index.char_offset(&text, usize::MAX), text.chars().count());
        let third = text.find("third").unwrap_or_default();
        assert_eq!(index.place(&text, third + 2), Place { line: 3, column: 3 });
        assert_eq!(&text[index.line(&text, 3).range()], "third");
        assert!(index.line(&text, 9).is_empty());
    }

    #[test]
    fn a_text_is_cut_between_characters() {
        let text = "aé…b";
        let all: Vec<(usize, usize)> = (0..9).map(|at| (floor(text, at), ceil(text, at))).collect();
        assert_eq!(all, [(0, 0), (1, 1), (1, 3), (3, 3), (3, 6), (3, 6), (6, 6), (7, 7), (7, 7)]);
    }
}
