/*!
The segmentation of a long document, section by section.

Tokens are cut in stretches that end at white space no token reaches over; sentences in stretches that end at blank lines, where every sentence ends whatever stands around it. So
the stretches, put together, are what the whole gives. A text without blank lines is cut into sentences as one.
*/

use super::sentences::{Abbreviations, OfTurn, is_behind_blank_line, sentences_from};
use super::tokens::{next_cut, tokens_as};
use super::{Segmentation, Words};
use crate::document::{Document, Sentence, Token, TokenKind};
use crate::hands::{self, Hands};
use crate::span::Span;
use std::ops::Range;
use std::sync::OnceLock;

/// So many jobs the tokens of a very long document are.
const JOBS: usize = 32;

/// The same as [`segment_into`](super::segment_into), in sections of about `n_bytes` of text.
pub fn segment_in_sections(
    document: &Document,
    abbreviations: &Abbreviations,
    segmentation: &mut Segmentation,
    hands: &dyn Hands,
    n_bytes: usize,
) {
    let Segmentation { tokens, sentences, words, known } = segmentation;
    tokens.clear();
    sentences.clear();
    words.clear();
    known.make_room();
    let stretches = stretches(document, n_bytes);
    // Words of every job are numbered again one by one, so jobs are few, and enough to be shared evenly.
    let jobs = hands::jobs(&stretches, |(_, span)| span.len(), n_bytes.max(document.text.len() / JOBS));
    let cut = hands::collect(hands, jobs.len(), |number| Cut::of(document, &stretches[jobs[number].clone()]));
    let mut turns: Vec<Range<usize>> = vec![0..0; document.turns.len()];
    let n_tokens = cut.iter().map(|cut| cut.tokens.len()).sum();
    tokens.reserve_exact(n_tokens);
    words.reserve_exact(n_tokens);
    let mut stretches = stretches.iter();
    for Cut { tokens: own, ends, words: numbers, distinct } in cut {
        // Each has numbered its words for itself: they get the numbers of the document.
        let renumbered: Vec<u32> =
            distinct.iter().map(|span| span.map_or(0, |span| known.number(&document.text[span.range()]))).collect();
        words.extend(numbers.iter().map(|&number| renumbered[number as usize]));
        let first = tokens.len();
        for (end, (turn, _)) in ends.iter().zip(stretches.by_ref()) {
            let range = &mut turns[*turn];
            if range.start == range.end {
                range.start = first + end.start;
            }
            range.end = first + end.end;
        }
        tokens.extend(own);
    }
    let habits: Vec<OnceLock<_>> = turns.iter().map(|_| OnceLock::new()).collect();
    // A token is about five bytes long with the space behind it.
    let rows = rows(&document.text, tokens, &turns, n_bytes / 5);
    let jobs = hands::jobs(&rows, |(_, row)| row.len(), n_bytes / 5);
    let found = hands::collect(hands, jobs.len(), |number| {
        let mut found: Vec<Sentence> = Vec::new();
        for (turn, row) in &rows[jobs[number].clone()] {
            let own = &turns[*turn];
            let of_turn = OfTurn { turn: *turn, first: own.start, habits: &habits[*turn] };
            sentences_from(&document.text, &of_turn, &tokens[..own.end], row.clone(), abbreviations, &mut found);
        }
        found
    });
    sentences.reserve_exact(found.iter().map(Vec::len).sum());
    found.into_iter().for_each(|found| sentences.extend(found));
}

/// Stretches of turns, none much longer than `n_bytes` where it can be cut.
fn stretches(document: &Document, n_bytes: usize) -> Vec<(usize, Span)> {
    let mut stretches = Vec::new();
    for (number, turn) in document.turns.iter().enumerate() {
        let Range { mut start, end } = turn.span.range();
        // A span that does not lie in the text has no tokens.
        while document.text.get(start..end).is_some() && end - start > n_bytes {
            // Not where it begins, so that there is always something in a stretch.
            let cut = next_cut(&document.text, start + n_bytes.max(1), end);
            stretches.push((number, Span::new(start, cut)));
            start = cut;
        }
        stretches.push((number, Span::new(start, end)));
    }
    stretches
}

/// The tokens of some stretches.
struct Cut {
    tokens: Vec<Token>,
    /// For every stretch which of the tokens are its own.
    ends: Vec<Range<usize>>,
    /// For every token the number of its word among the distinct ones.
    words: Vec<u32>,
    /// Where each distinct word stands first; no word has the first number.
    distinct: Vec<Option<Span>>,
}

impl Cut {
    fn of(document: &Document, stretches: &[(usize, Span)]) -> Cut {
        let mut tokens = Vec::new();
        let mut ends = Vec::with_capacity(stretches.len());
        for (_, span) in stretches {
            let first = tokens.len();
            tokens_as(&document.text, *span, &document.brackets, &mut tokens);
            ends.push(first..tokens.len());
        }
        let mut known = Words::default();
        let mut distinct = vec![None];
        let number = |token: &Token| match token.kind {
            TokenKind::Word | TokenKind::Number => {
                let number = known.number(&document.text[token.span.range()]);
                if number as usize == distinct.len() {
                    distinct.push(Some(token.span));
                }
                number
            }
            TokenKind::Placeholder | TokenKind::Aside | TokenKind::Punctuation => 0,
        };
        let words = tokens.iter().map(number).collect();
        Cut { tokens, ends, words, distinct }
    }
}

/// Rows of tokens of one turn, none much longer than `n_tokens` where a blank line lets it be cut.
fn rows(text: &str, tokens: &[Token], turns: &[Range<usize>], n_tokens: usize) -> Vec<(usize, Range<usize>)> {
    let mut rows = Vec::new();
    for (turn, Range { mut start, end }) in turns.iter().cloned().enumerate() {
        while end - start > n_tokens {
            let from = start + n_tokens.max(1);
            let cut = (from..end).find(|&at| is_behind_blank_line(text, tokens, at)).unwrap_or(end);
            rows.push((turn, start..cut));
            start = cut;
        }
        if start < end {
            rows.push((turn, start..end));
        }
    }
    rows
}
