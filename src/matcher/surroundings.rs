/*!
The context of one sentence: the cues in it are run, and the quotations of its turn looked up.
*/

use super::compile::{ProgramRole, SearchedWith};
use super::{Matcher, Trial, Worker, anchored};
use crate::context::Context;
use crate::document::{Document, Token};
use crate::pattern::{Found, Groups, Search, UnitKind};
use crate::segment::Segmentation;
use crate::span::Span;

/// What the context of a sentence is worked out from, beside its words.
pub(super) struct Surroundings<'a> {
    /// The quotations of the turn.
    pub(super) quoted: &'a [Span],
    /// The tokens of the document.
    pub(super) tokens: &'a [Token],
    /// Whether tense and person are asked for.
    pub(super) asks_for_verbs: bool,
}

impl Matcher {
    /// Works the context of a sentence out. The raw finds of the trial stay as they are.
    pub(super) fn look_at_context(
        &self,
        search: &mut Search<'_>,
        around: &Surroundings<'_>,
        trial: &mut Trial,
        cues_found: &mut Vec<(usize, Found)>,
        context: &mut Context,
    ) {
        let mut anchors = std::mem::take(&mut trial.anchors);
        anchors.clear();
        anchored(search, Groups::default().with(SearchedWith::groups().cues), &mut anchors);
        let n_raw = trial.raw.len();
        for anchor in &anchors {
            let ProgramRole::Cue(cue) = self.roles[anchor.program as usize] else { continue };
            if around.asks_for_verbs || !self.cues.is_of_verbs(cue) {
                self.run(search, anchor, trial);
            }
        }
        trial.anchors = anchors;
        cues_found.clear();
        for (program, found) in trial.raw.drain(n_raw..) {
            if let ProgramRole::Cue(cue) = self.roles[program] {
                cues_found.push((cue, found));
            }
        }
        self.cues.context(search, &self.programs, cues_found, around.quoted, around.tokens, context);
    }

    /// What one cue of context reaches, sentence by sentence: from the first word to the last. For the check of its examples.
    pub fn reached_by(
        &self,
        cue: usize,
        worker: &mut Worker,
        document: &Document,
        segmentation: &Segmentation,
    ) -> Vec<Span> {
        let mut spans = Vec::new();
        worker.table.prepare(&self.vocabulary, segmentation.known.id());
        for sentence in &segmentation.sentences {
            self.read(worker, document, segmentation, sentence);
            let mut search = self.search(&worker.table, &worker.units, &mut worker.room);
            let mut found = Vec::new();
            for (number, role) in self.roles.iter().enumerate() {
                if *role == ProgramRole::Cue(cue) {
                    self.programs.at(number).all(&mut search, |words| found.push((cue, words)));
                }
            }
            let mut context = Context::default();
            self.cues.context(&mut search, &self.programs, &found, &[], &segmentation.tokens, &mut context);
            for scoped in &context.scopes {
                let words = scoped.reach.start..scoped.reach.end;
                let mut words = words.filter(|&unit| worker.units[unit].kind == UnitKind::Word);
                let Some(first) = words.next() else { continue };
                let last = words.next_back().unwrap_or(first);
                let span = |unit: usize| segmentation.tokens[worker.units[unit].token as usize].span;
                spans.push(Span { start: span(first).start, end: span(last).end });
            }
        }
        spans.sort_unstable();
        spans.dedup();
        spans
    }
}
