/*!
What needs other sentences: near conditions with a wider scope, pairs, questions before an answer, and who is meant.

These are looked at after all sentences have been searched, and only for finds that are still standing. Whether a program is found in a sentence is
remembered, so that the time stays linear however many finds ask.
*/

use super::compile::{CompiledKind, CompiledPartner};
use super::sections::keep_own;
use super::whole::Whole;
use super::{Find, Matcher, Worker};
use crate::lexicon::{PairOrder, Scope};
use rustc_hash::FxHashMap;
use std::ops::Range;

/// What is already known of a document.
#[derive(Default)]
pub(super) struct Memory {
    /// (program, sentence) → whether it is found there.
    sentences: FxHashMap<(usize, usize), bool>,
    /// (program, turn) → whether it is found there.
    turns: FxHashMap<(usize, usize), bool>,
}

impl Memory {
    pub(super) fn clear(&mut self) {
        self.sentences.clear();
        self.turns.clear();
    }
}

impl Matcher {
    /// Removes the finds that their surroundings do not allow, and those that are not in the sentences of `here`.
    pub(super) fn look_around(&self, worker: &mut Worker, whole: &Whole<'_>, here: &Range<usize>) {
        let needs = |find: &Find| {
            let rule = &self.rules[find.rule];
            let has_near =
                rule.conditions.scope != Scope::Sentence && !(rule.only_near.is_empty() && rule.unless_near.is_empty());
            has_near
                || !rule.conditions.whom.is_empty()
                || match &rule.kind {
                    CompiledKind::Pair { .. } => true,
                    CompiledKind::Shape(shape) => !shape.question.is_empty(),
                    _ => false,
                }
        };
        if !worker.finds.iter().any(needs) {
            keep_own(&mut worker.finds, here);
            return;
        }
        let mut finds = std::mem::take(&mut worker.finds);
        let markers = self.sentences_by_marker(&finds);
        keep_own(&mut finds, here);
        let mut around = Around { matcher: self, worker, whole };
        finds.retain(|find| !needs(find) || around.allows(find, &markers));
        worker.finds = finds;
    }

    /// For every marker that a pair refers to, the sentences in which rules other than pairs found it, ascending.
    fn sentences_by_marker(&self, finds: &[Find]) -> FxHashMap<usize, Vec<usize>> {
        let mut markers: FxHashMap<usize, Vec<usize>> = FxHashMap::default();
        for rule in &self.rules {
            if let CompiledKind::Pair { partner: CompiledPartner::Marker(marker), .. } = rule.kind {
                markers.entry(marker).or_default();
            }
        }
        for find in finds {
            let rule = &self.rules[find.rule];
            if !matches!(rule.kind, CompiledKind::Pair { .. })
                && let Some(sentences) = markers.get_mut(&rule.marker)
            {
                sentences.push(find.sentence);
            }
        }
        markers
    }
}

struct Around<'a> {
    matcher: &'a Matcher,
    worker: &'a mut Worker,
    whole: &'a Whole<'a>,
}

impl Around<'_> {
    fn allows(&mut self, find: &Find, markers: &FxHashMap<usize, Vec<usize>>) -> bool {
        let matcher = self.matcher;
        let rule = &matcher.rules[find.rule];
        let turn = self.whole.segmentation.sentences[find.sentence].turn;
        let scope = match rule.conditions.scope {
            Scope::Sentence => None,
            Scope::Neighbours => Some(self.neighbours(find.sentence, 1, 1)),
            Scope::Turn => Some(self.whole.turns[turn].clone()),
        };
        if let Some(scope) = scope {
            if !rule.only_near.is_empty() && !self.is_in(&rule.only_near, scope.clone(), turn) {
                return false;
            }
            if self.is_in(&rule.unless_near, scope, turn) {
                return false;
            }
        }
        let whom = &rule.conditions.whom;
        let place = (find.sentence, find.span);
        let text = (self.whole.document, self.whole.segmentation);
        if !whom.is_empty() && !matcher.speaks_of_any(whom, self.worker, text, place, self.whole.turns[turn].start) {
            return false;
        }
        match &rule.kind {
            CompiledKind::Pair { partner, is_present, within, order } => {
                let (before, after) = match order {
                    PairOrder::Either => (*within, *within),
                    PairOrder::Before => (*within, 0),
                    PairOrder::After => (0, *within),
                };
                let range = self.neighbours(find.sentence, before, after);
                let found = match partner {
                    CompiledPartner::Programs(programs) => self.is_in(programs, range, turn),
                    CompiledPartner::Marker(marker) => markers.get(marker).is_some_and(|sentences| {
                        let from = sentences.partition_point(|&sentence| sentence < range.start);
                        sentences.get(from).is_some_and(|&sentence| sentence < range.end)
                    }),
                };
                found == *is_present
            }
            CompiledKind::Shape(shape) if !shape.question.is_empty() => {
                let Some(question) = turn.checked_sub(1) else { return false };
                let speaker = |turn: usize| self.whole.document.turns[turn].speaker;
                speaker(question) != speaker(turn)
                    && self.is_in(&shape.question, self.whole.turns[question].clone(), question)
            }
            _ => true,
        }
    }

    /// The sentence with so many before and after it, of the same turn.
    fn neighbours(&self, sentence: usize, before: usize, after: usize) -> Range<usize> {
        let turn = &self.whole.turns[self.whole.segmentation.sentences[sentence].turn];
        sentence.saturating_sub(before).max(turn.start)..(sentence + after + 1).min(turn.end)
    }

    /// Whether one of the programs is found in one of the sentences, all of one turn.
    fn is_in(&mut self, programs: &[usize], sentences: Range<usize>, turn: usize) -> bool {
        let is_whole_turn = sentences == self.whole.turns[turn];
        if !is_whole_turn {
            let mut sentences = sentences;
            return sentences.any(|sentence| programs.iter().any(|&program| self.is_in_sentence(program, sentence)));
        }
        programs.iter().any(|&program| {
            if let Some(&known) = self.worker.memory.turns.get(&(program, turn)) {
                return known;
            }
            let whole = self.whole;
            let found = whole
                .is_in_turn(program, turn, || sentences.clone().any(|sentence| self.is_in_sentence(program, sentence)));
            self.worker.memory.turns.insert((program, turn), found);
            found
        })
    }

    fn is_in_sentence(&mut self, program: usize, number: usize) -> bool {
        if let Some(&known) = self.worker.memory.sentences.get(&(program, number)) {
            return known;
        }
        let mut search = self.matcher.search_in(self.worker, self.whole.document, self.whole.segmentation, number);
        let found = self.matcher.programs.at(program).is_found(&mut search);
        self.worker.memory.sentences.insert((program, number), found);
        found
    }
}
