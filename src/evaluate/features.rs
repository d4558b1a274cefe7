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
    /// How often each feature is in it.
    pub features: BTreeMap<String, u32>,
}

/// The coded sentences of the narrator, in order.
pub fn features(analyzer: &Analyzer, worker: &mut Worker, coded: &Coded) -> Vec<Weighable> {
    let definitions = analyzer.definitions();
    let name = |marker: usize| definitions.markers[marker].name.clone();
    let starts: Vec<u32> = coded.sentences.iter().map(|sentence| sentence.span.start).collect();
    // A sentence of the program belongs to the coded sentence in which it begins.
    let place = |start: u32| starts.partition_point(|&other| other <= start).saturating_sub(1);
    let mut all: Vec<Weighable> = (coded.sentences.iter().enumerate())
        .map(|(number, sentence)| Weighable {
            document: coded.document.id.clone(),
            sentence: number + 1,
            words: 0,
            coded: sentence.markers.iter().map(|&marker| name(marker)).collect(),
            found: BTreeSet::new(),
            features: BTreeMap::new(),
        })
        .collect();
    let (weighed, finds) = analyzer.features(worker, &coded.document);
    for sentence in weighed {
        let own = &mut all[place(sentence.start)];
        own.words += sentence.n_words;
        for (feature, count) in sentence.counts {
            *own.features.entry(feature).or_default() += count;
        }
    }
    for find in finds {
        all[place(find.span.start)].found.insert(name(definitions.rules[find.rule].marker));
    }
    let is_narrator: Vec<bool> = coded.sentences.iter().map(|sentence| sentence.is_narrator).collect();
    all.into_iter().zip(is_narrator).filter(|(_, is_narrator)| *is_narrator).map(|(own, _)| own).collect()
}
