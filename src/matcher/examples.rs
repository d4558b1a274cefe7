/*!
What the examples of cues and topics are checked by: where a text has them, sentence by sentence, whoever speaks.
*/

use super::compile::ProgramRole;
use super::{Matcher, Worker};
use crate::context::Context;
use crate::document::Document;
use crate::pattern::{Found, Search, UnitKind, span_of};
use crate::segment::Segmentation;
use crate::span::Span;

impl Matcher {
    /// What one cue of context reaches: from the first word to the last.
    pub fn reached_by(
        &self,
        cue: usize,
        worker: &mut Worker,
        document: &Document,
        segmentation: &Segmentation,
    ) -> Vec<Span> {
        let mut spans = self.spans(worker, document, segmentation, |search| {
            let mut found = Vec::new();
            for (number, role) in self.roles.iter().enumerate() {
                if *role == ProgramRole::Cue(cue) {
                    self.programs.at(number).all(search, |words| found.push((cue, words)));
                }
            }
            let mut context = Context::default();
            self.cues.context(search, &self.programs, &found, &[], &segmentation.tokens, &mut context);
            let words = context.scopes.iter().filter_map(|scoped| {
                let mut words =
                    (scoped.reach.start..scoped.reach.end).filter(|&unit| search.units[unit].kind == UnitKind::Word);
                let start = words.next()?;
                Some(Found { start, end: words.next_back().unwrap_or(start) + 1 })
            });
            words.collect()
        });
        spans.sort_unstable();
        spans.dedup();
        spans
    }

    /// Where the text speaks of the topic.
    pub fn speaks_of(
        &self,
        topic: usize,
        worker: &mut Worker,
        document: &Document,
        segmentation: &Segmentation,
    ) -> Vec<Span> {
        self.spans(worker, document, segmentation, |search| {
            let mut found = Vec::new();
            for &program in self.topics.get(topic).into_iter().flatten() {
                self.programs.at(program).all(search, |find| found.push(find));
            }
            found
        })
    }

    /// Where in the text stands what `find` finds in each sentence.
    fn spans(
        &self,
        worker: &mut Worker,
        document: &Document,
        segmentation: &Segmentation,
        find: impl Fn(&mut Search<'_>) -> Vec<Found>,
    ) -> Vec<Span> {
        let mut spans = Vec::new();
        worker.table.prepare(&self.vocabulary, segmentation.known.id());
        worker.told.clear();
        worker.presence.forget();
        for number in 0..segmentation.sentences.len() {
            let mut search = self.search_in(worker, document, segmentation, number);
            let found = find(&mut search);
            spans.extend(found.into_iter().map(|found| span_of(&segmentation.tokens, search.units, found)));
        }
        spans
    }
}
