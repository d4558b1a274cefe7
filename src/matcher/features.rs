/*!
What sentences are to a table of weights: from this weights are estimated.
*/

use super::{Matcher, Worker};
use crate::document::{Document, Role};
use crate::lexicon::{Feature, Sign};
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
                for form in Feature::FORMS {
                    for sequence in sequences(&signs, at, form) {
                        *counts.entry(sequence.to_string()).or_default() += 1;
                    }
                }
            }
            all.push(SentenceFeatures { start: sentence.span.start, n_words: sentence.n_words, counts });
        }
        all
    }
}

/// The sequences of this form that begin with the unit `at`, by what each unit is.
fn sequences(signs: &[Vec<Sign>], at: usize, form: &[bool]) -> Vec<Feature> {
    let following = |at: usize| signs.get(at).into_iter().flatten().filter(|sign| sign.follows());
    let mut sequences: Vec<Feature> =
        following(at).map(|first| Feature { first: first.clone(), then: Vec::new() }).collect();
    let mut at = at;
    for &has_gap in form {
        at += 1 + usize::from(has_gap);
        let longer = |sequence: &Feature| {
            let sequence = sequence.clone();
            following(at).map(move |sign| {
                let mut longer = sequence.clone();
                longer.then.push((has_gap, sign.clone()));
                longer
            })
        };
        sequences = sequences.iter().flat_map(longer).collect();
    }
    sequences
}
