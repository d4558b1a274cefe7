/*!
What sentences are to a table of weights: from this weights are estimated.
*/

use super::{Matcher, Worker};
use crate::document::{Document, Role};
use crate::pattern::signs_of_units;
use crate::segment::Segmentation;
use std::collections::BTreeMap;

/// What one sentence is to a table of weights.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SentenceFeatures {
    /// Where it begins in the document's text.
    pub start: u32,
    /// Its words.
    pub n_words: usize,
    /// How often each feature is in it, written as in tables of weights.
    pub counts: BTreeMap<String, u32>,
}

impl Matcher {
    /// What the narrator's sentences are to a table of weights: what weights are estimated from.
    pub fn features(
        &self,
        worker: &mut Worker,
        document: &Document,
        segmentation: &Segmentation,
    ) -> Vec<SentenceFeatures> {
        worker.table.prepare(&self.vocabulary, segmentation.known.id());
        let mut all = Vec::new();
        for sentence in &segmentation.sentences {
            if document.speaker_of(sentence.turn).role != Role::Narrator {
                continue;
            }
            let tokens = &segmentation.tokens[sentence.first_token..sentence.end_token];
            self.read(worker, document, segmentation, sentence);
            let signs = signs_of_units(&document.text, tokens, &self.vocabulary, &worker.units, sentence.first_token);
            let mut counts: BTreeMap<String, u32> = BTreeMap::new();
            for (at, here) in signs.iter().enumerate() {
                for sign in here {
                    *counts.entry(sign.to_string()).or_default() += 1;
                }
                for (distance, between) in [(1, ""), (2, "_ ")] {
                    let there = signs.get(at + distance).map(Vec::as_slice).unwrap_or_default();
                    for a in here.iter().filter(|sign| sign.pairs()) {
                        for b in there.iter().filter(|sign| sign.pairs()) {
                            *counts.entry(format!("{a} {between}{b}")).or_default() += 1;
                        }
                    }
                }
            }
            all.push(SentenceFeatures { start: sentence.span.start, n_words: sentence.n_words, counts });
        }
        all
    }
}
