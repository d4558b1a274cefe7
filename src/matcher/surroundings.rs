/*!
The context of one sentence: the cues in it are run, and the quotations of its turn looked up.
*/

use super::compile::{ProgramRole, SearchedWith};
use super::{Matcher, Trial, anchored};
use crate::context::Context;
use crate::document::Token;
use crate::pattern::{Found, Groups, Search};
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
}
