/*!
What is known of a document as a whole, whichever of its sentences are looked at.
*/

use crate::context::{quotations, quotations_in_parts};
use crate::document::Document;
use crate::hands::Hands;
use crate::segment::Segmentation;
use crate::span::Span;
use rustc_hash::FxHashMap;
use std::ops::Range;
use std::sync::{Mutex, PoisonError};

/// A document with its sentences, and what its turns are.
pub(super) struct Whole<'a> {
    pub(super) document: &'a Document,
    pub(super) segmentation: &'a Segmentation,
    /// Words of every turn.
    pub(super) turn_words: Vec<usize>,
    /// The sentences of every turn.
    pub(super) turns: Vec<Range<usize>>,
    /// Turns that reach over several sections, ascending, with their quotations.
    long: Vec<(usize, Vec<Span>)>,
    /// (program, long turn) → whether it is found there. It would take long to find out again in every section.
    found: Mutex<FxHashMap<(usize, usize), bool>>,
}

impl<'a> Whole<'a> {
    /// A document that is looked at as one.
    pub(super) fn new(document: &'a Document, segmentation: &'a Segmentation) -> Whole<'a> {
        let mut turn_words = vec![0; document.turns.len()];
        let mut turns = vec![0..0; document.turns.len()];
        for (number, sentence) in segmentation.sentences.iter().enumerate() {
            turn_words[sentence.turn] += sentence.n_words;
            let range: &mut Range<usize> = &mut turns[sentence.turn];
            if range.start == range.end {
                range.start = number;
            }
            range.end = number + 1;
        }
        Whole { document, segmentation, turn_words, turns, long: Vec::new(), found: Mutex::default() }
    }

    /// One that is looked at in sections: what turns of more than `n_bytes` have is found once for all of them.
    pub(super) fn in_sections(
        document: &'a Document,
        segmentation: &'a Segmentation,
        hands: &dyn Hands,
        n_bytes: usize,
    ) -> Whole<'a> {
        let mut whole = Whole::new(document, segmentation);
        let turns = document.turns.iter().enumerate().filter(|(_, turn)| turn.span.len() > n_bytes);
        whole.long =
            turns.map(|(turn, own)| (turn, quotations_in_parts(&document.text, own.span, hands, n_bytes))).collect();
        whole
    }

    fn long(&self, turn: usize) -> Option<&[Span]> {
        let at = self.long.binary_search_by_key(&turn, |(turn, _)| *turn).ok()?;
        Some(&self.long[at].1)
    }

    /// Whether the program is found in a turn, as `find_out` says; of a long turn that is asked once.
    pub(super) fn is_in_turn(&self, program: usize, turn: usize, find_out: impl FnOnce() -> bool) -> bool {
        if self.long(turn).is_none() {
            return find_out();
        }
        let found = || self.found.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(&known) = found().get(&(program, turn)) {
            return known;
        }
        // Not under the lock: two that find the same out are better than one that waits.
        let is_found = find_out();
        found().insert((program, turn), is_found);
        is_found
    }
}

/// The quotations of the turn that was looked at last.
#[derive(Default)]
pub(super) struct Quoted(Option<(usize, Vec<Span>)>);

impl Quoted {
    /// Those of this turn, which are found once as long as no other is asked for.
    pub(super) fn of<'q>(&'q mut self, whole: &'q Whole<'_>, turn: usize) -> &'q [Span] {
        if let Some(spans) = whole.long(turn) {
            return spans;
        }
        let known = self.0.take().filter(|(known, _)| *known == turn);
        let spans =
            known.map_or_else(|| quotations(&whole.document.text, whole.document.turns[turn].span), |(_, spans)| spans);
        &self.0.insert((turn, spans)).1
    }
}
