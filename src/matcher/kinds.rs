/*!
What each kind of rule makes of the raw finds of one sentence.
*/

use super::compile::{CompiledKind, CompiledRule, CompiledShape, ProgramRole};
use super::{Find, Matcher, Trial};
use crate::context::Context;
use crate::document::Token;
use crate::lexicon::{ContrastOrder, Pattern, Shape};
use crate::pattern::{Found, Search, Unit, UnitKind, span_of};
use rustc_hash::FxHashMap;

/// Where the sentence stands.
pub(super) struct Place<'a> {
    pub(super) sentence: usize,
    pub(super) turn: usize,
    pub(super) text: &'a str,
    pub(super) tokens: &'a [Token],
}

/// What is cheap to know of the form of a sentence.
#[derive(Clone, Copy)]
pub(super) struct Form {
    pub(super) n_words: usize,
    /// Words of the turn.
    pub(super) turn_words: usize,
    /// Whether somebody else spoke before this turn.
    pub(super) is_answer: bool,
}

/// The last judgement that contrasts saw, for those that go on in the next sentence: rule, sentence, turn, whether good.
#[derive(Default)]
pub(super) struct Sides {
    last: Vec<(usize, usize, usize, bool)>,
}

impl Sides {
    pub(super) fn clear(&mut self) {
        self.last.clear();
    }
}

impl Matcher {
    /// Turns raw finds into finds: conditions first, then the kind of the rule.
    pub(super) fn judge(
        &self,
        search: &mut Search<'_>,
        place: &Place<'_>,
        context: &Context,
        trial: &Trial,
        sides: &mut Sides,
        finds: &mut Vec<Find>,
    ) {
        // Rules that need all their finds of the sentence together.
        let mut gathered: Vec<(usize, Found, bool)> = Vec::new();
        let mut known = FxHashMap::default();
        for &(program, found) in &trial.raw {
            let (rule, is_bad) = match self.roles[program] {
                ProgramRole::Main(rule) => (rule, false),
                ProgramRole::Bad(rule) => (rule, true),
                ProgramRole::Shape(_) | ProgramRole::Cue(_) | ProgramRole::OnDemand => continue,
            };
            if !self.allows(search, context, &mut known, rule, found) {
                continue;
            }
            match self.rules[rule].kind {
                CompiledKind::Contrast { .. } | CompiledKind::Repeat { .. } => gathered.push((rule, found, !is_bad)),
                _ => finds.push(place.find(search.units, rule, found)),
            }
        }
        gathered.sort_unstable();
        gathered.dedup();
        let mut rest = gathered.as_slice();
        while let Some(&(rule, ..)) = rest.first() {
            let (own, after) = rest.split_at(rest.partition_point(|(other, ..)| *other == rule));
            match &self.rules[rule].kind {
                CompiledKind::Contrast { .. } => self.contrast(search, place, rule, own, sides, finds),
                _ => self.repeat(search, place, rule, own, finds),
            }
            rest = after;
        }
        for &rule in &trial.shapes {
            self.shape(search, place, context, &mut known, rule, finds);
        }
    }

    fn contrast(
        &self,
        search: &mut Search<'_>,
        place: &Place<'_>,
        rule: usize,
        judgements: &[(usize, Found, bool)],
        sides: &mut Sides,
        finds: &mut Vec<Find>,
    ) {
        let CompiledRule { kind: CompiledKind::Contrast { bridge, order, within, reversals }, .. } = &self.rules[rule]
        else {
            return;
        };
        let fits_order = |is_good: bool| match order {
            ContrastOrder::Either => true,
            ContrastOrder::GoodFirst => is_good,
            ContrastOrder::BadFirst => !is_good,
        };
        let is_bridged = |search: &mut Search<'_>, from: usize, to: usize| {
            bridge.is_empty()
                || bridge.iter().any(|&program| {
                    let program = self.programs.at(program);
                    (from..to).any(|start| {
                        program.may_begin(search, start)
                            && program.longest_at(search, start).is_some_and(|found| found.end <= to)
                    })
                })
        };
        let before = sides.last.iter().position(|(other, ..)| *other == rule);
        let carried = before.map(|at| sides.last.swap_remove(at));
        let &(_, first, first_is_good) = &judgements[0];
        if let Some((_, sentence, turn, is_good)) = carried
            && *within > 0
            && *reversals == 1
            && turn == place.turn
            && sentence + 1 == place.sentence
            && is_good != first_is_good
            && fits_order(is_good)
            // The bridge opens this sentence.
            && is_bridged(search, 0, first.start.min(4))
        {
            finds.push(place.find(search.units, rule, first));
        }
        // Follow the judgement from the first on, and note where it turns.
        for (at, &(_, start, start_is_good)) in judgements.iter().enumerate() {
            if !fits_order(start_is_good) {
                continue;
            }
            let (mut end, mut is_good, mut n_turns) = (start, start_is_good, 0);
            for &(_, next, next_is_good) in &judgements[at + 1..] {
                if next.start < end.end {
                    continue;
                }
                if next_is_good == is_good {
                    end = next;
                } else if is_bridged(search, end.end, next.start) {
                    (end, is_good, n_turns) = (next, next_is_good, n_turns + 1);
                    if n_turns == *reversals {
                        break;
                    }
                }
            }
            if n_turns >= *reversals {
                finds.push(place.find(search.units, rule, Found { start: start.start, end: end.end }));
                break;
            }
        }
        if let Some(&(_, _, is_good)) = judgements.last() {
            sides.last.push((rule, place.sentence, place.turn, is_good));
        }
    }

    fn repeat(
        &self,
        search: &mut Search<'_>,
        place: &Place<'_>,
        rule: usize,
        occurrences: &[(usize, Found, bool)],
        finds: &mut Vec<Find>,
    ) {
        let CompiledKind::Repeat { times, within, is_same } = self.rules[rule].kind else { return };
        let words = |found: Found| {
            let span = span_of(place.tokens, search.units, found);
            place.text[span.range()].to_lowercase()
        };
        let mut at = 0;
        while at < occurrences.len() {
            let first = occurrences[at].1;
            let sought = is_same.then(|| words(first));
            let (mut n, mut last, mut after) = (1, first, at + 1);
            for (number, &(_, next, _)) in occurrences.iter().enumerate().skip(at + 1) {
                let n_words =
                    search.units[first.start..next.end].iter().filter(|unit| unit.kind == UnitKind::Word).count();
                if n_words > within {
                    break;
                }
                if next.start >= last.end && sought.as_ref().is_none_or(|sought| *sought == words(next)) {
                    (n, last, after) = (n + 1, next, number + 1);
                }
            }
            if n >= times {
                finds.push(place.find(search.units, rule, Found { start: first.start, end: last.end }));
                at = after;
            } else {
                at += 1;
            }
        }
    }

    fn shape(
        &self,
        search: &mut Search<'_>,
        place: &Place<'_>,
        context: &Context,
        known: &mut FxHashMap<usize, bool>,
        rule: usize,
        finds: &mut Vec<Find>,
    ) {
        let CompiledKind::Shape(shape) = &self.rules[rule].kind else { return };
        let is_word = |unit: &Unit| unit.kind == UnitKind::Word;
        let Some(start) = search.units.iter().position(is_word) else { return };
        let end = search.units.iter().rposition(is_word).map_or(start, |at| at + 1);
        let whole = Found { start, end };
        let is_counted = shape.count.as_ref().is_none_or(|(programs, bounds)| {
            let mut n = 0;
            for &program in programs {
                self.programs.at(program).all(search, |_| n += 1);
            }
            bounds.contain(n)
        });
        let contains = shape.patterns.is_empty()
            || shape.patterns.iter().any(|&program| self.programs.at(program).is_found(search));
        if is_counted && contains && self.allows(search, context, known, rule, whole) {
            finds.push(place.find(search.units, rule, whole));
        }
    }
}

impl Place<'_> {
    fn find(&self, units: &[Unit], rule: usize, found: Found) -> Find {
        Find { rule, sentence: self.sentence, span: span_of(self.tokens, units, found) }
    }
}

/// The patterns without which a sentence cannot have the shape, by which it is then found, and how many finds of them it has at least. No patterns where
/// lengths already rule out most sentences.
pub(super) fn sought_first(shape: &Shape) -> (&[Pattern], usize) {
    const LONG: usize = 30;
    if shape.is_broken || shape.answer_words.is_some() || shape.words.is_some_and(|bounds| bounds.min >= LONG) {
        return (&[], 1);
    }
    // A pattern of marks alone has no word to be found by.
    let are_words = |patterns: &[Pattern]| patterns.iter().all(|pattern| pattern.node.must_have_word());
    match &shape.count {
        Some((of, bounds)) if bounds.min > 0 && are_words(of) => (of, bounds.min),
        _ if are_words(&shape.patterns) => (&shape.patterns, 1),
        _ => (&[], 1),
    }
}

/// Whether the cheap parts of a shape fit: lengths, the end, and that there is a question before.
pub(super) fn may_fit(shape: &CompiledShape, form: Form, units: &[Unit]) -> bool {
    form.n_words > 0
        && shape.words.is_none_or(|bounds| bounds.contain(form.n_words))
        && shape.answer_words.is_none_or(|bounds| bounds.contain(form.turn_words))
        && (shape.question.is_empty() || form.is_answer)
        && (!shape.is_broken || breaks_off(units))
}

/// Whether dots or a dash stand after the last word, and no full stop.
fn breaks_off(units: &[Unit]) -> bool {
    let end = units.iter().rev().skip(1).take_while(|unit| unit.kind == UnitKind::SoftMark);
    let mut breaks = false;
    for unit in end {
        breaks |= unit.is_break();
        if unit.is_terminal() {
            return false;
        }
    }
    breaks
}
