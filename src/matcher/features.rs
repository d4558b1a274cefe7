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
                let following = |at: usize| {
                    let there = signs.get(at).map(Vec::as_slice).unwrap_or_default();
                    there.iter().filter(|sign| sign.follows())
                };
                for a in here.iter().filter(|sign| sign.follows()) {
                    for (next, between) in [(at + 1, ""), (at + 2, "_ ")] {
                        for b in following(next) {
                            let pair = format!("{a} {between}{b}");
                            for c in following(next + 1) {
                                *counts.entry(format!("{pair} {c}")).or_default() += 1;
                            }
                            // After a gap none follows.
                            for c in following(next + 2).filter(|_| between.is_empty()) {
                                *counts.entry(format!("{pair} _ {c}")).or_default() += 1;
                            }
                            *counts.entry(pair).or_default() += 1;
                        }
                    }
                }
            }
            all.push(SentenceFeatures { start: sentence.span.start, n_words: sentence.n_words, counts });
        }
        all
    }
}
