/*!
What coded sentences are to a table of weights: the material from which weights are estimated.
*/

use super::Coded;
use crate::analyzer::{Analyzer, Worker};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// One coded sentence of the narrator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Weighable {
    /// The document's name.
    pub document: String,
    /// Number of the sentence among all sentences of the document, from 1.
    pub sentence: usize,
    /// Its words.
    pub words: usize,
    /// The markers that a coder saw in it.
    pub coded: Vec<String>,
    /// The markers that rules find in it, weights left aside.
    pub found: BTreeSet<String>,
    /// Those rules, by their ids.
    pub rules: BTreeSet<String>,
    /// How often each feature is in it.
    pub features: BTreeMap<String, u32>,
}

/// The coded sentences of the narrator, in order.
pub fn features(analyzer: &Analyzer, worker: &mut Worker, coded: &Coded) -> Vec<Weighable> {
    let definitions = analyzer.definitions();
    let name = |marker: usize| definitions.markers[marker].name.clone();
    let mut all: Vec<Weighable> = (coded.sentences.iter().enumerate())
        .map(|(number, sentence)| Weighable {
            document: coded.document.id.clone(),
            sentence: number + 1,
            words: 0,
            coded: sentence.markers.iter().map(|&marker| name(marker)).collect(),
            found: BTreeSet::new(),
            rules: BTreeSet::new(),
            features: BTreeMap::new(),
        })
        .collect();
    let (weighed, finds) = analyzer.features(worker, &coded.document);
    for sentence in weighed {
        let own = &mut all[coded.sentence_at(sentence.start)];
        own.words += sentence.n_words;
        for (feature, count) in sentence.counts {
            *own.features.entry(feature).or_default() += count;
        }
    }
    for find in finds {
        let own = &mut all[coded.sentence_at(find.span.start)];
        let rule = &definitions.rules[find.rule];
        own.found.insert(name(rule.marker));
        own.rules.insert(rule.id.clone());
    }
    all.into_iter().zip(&coded.sentences).filter(|(_, coded)| coded.is_narrator).map(|(own, _)| own).collect()
}
