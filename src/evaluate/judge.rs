/*!
What was coded beside what was found, sentence by sentence, and where the two part.
*/

use super::gold::{Coded, CodedSentence};
use crate::analyzer::{Analyzer, Worker};
use crate::document::Document;
use crate::lexicon::Definitions;
use crate::matcher::Match;
use crate::span::Span;

/// A coded narrative with what was found in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// The narrative.
    pub document: Document,
    /// The narrator's sentences, as the coder cut them.
    pub sentences: Vec<JudgedSentence>,
}

/// A sentence of the narrator with its coding and what was found in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JudgedSentence {
    /// Its number in the document, from 1; sentences of the interviewer are counted too.
    pub number: usize,
    /// Where it stands in the document's text.
    pub span: Span,
    /// The markers coded (indices into [`Definitions::markers`]), sorted, each once.
    pub coded: Vec<usize>,
    /// The matches that begin in it, in order of place.
    pub matches: Vec<Match>,
}

/// Analyses a coded narrative. Its coding takes no part in this.
pub fn judge(analyzer: &Analyzer, worker: &mut Worker, mut coded: Coded) -> Judged {
    let analysis = analyzer.analyze_with(worker, std::mem::take(&mut coded.document));
    let mut found = vec![Vec::new(); coded.sentences.len()];
    for own in analysis.matches {
        found[coded.sentence_at(own.span.start)].push(own);
    }
    // The narrator's sentences alone are searched, so no match begins in one of the interviewer.
    let judged = |(number, (sentence, matches)): (usize, (CodedSentence, Vec<Match>))| {
        let CodedSentence { span, is_narrator, markers } = sentence;
        is_narrator.then_some(JudgedSentence { number: number + 1, span, coded: markers, matches })
    };
    let sentences = coded.sentences.into_iter().zip(found).enumerate().filter_map(judged).collect();
    Judged { document: analysis.document, sentences }
}

/// In what coder and program disagree about a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Coded and not found.
    Missed,
    /// Found and not coded.
    FalseAlarm,
}

impl Kind {
    /// The name used in results.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Missed => "missed",
            Kind::FalseAlarm => "false_alarm",
        }
    }
}

/// A sentence about which coder and program disagree: indices into the narratives judged and their sentences.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Disagreement {
    /// In what they disagree.
    pub kind: Kind,
    /// Index of the narrative.
    pub document: usize,
    /// Index into [`Judged::sentences`].
    pub sentence: usize,
}

/// Where coder and program disagree about `label`, a marker or a family: what was missed first, then false alarms, each in the order of the narratives.
pub fn disagreements(definitions: &Definitions, judged: &[Judged], label: &str) -> Vec<Disagreement> {
    let mut all = Vec::new();
    for (document, narrative) in judged.iter().enumerate() {
        for (sentence, both) in narrative.sentences.iter().enumerate() {
            let is_coded = both.coded.iter().any(|&marker| is_labelled(definitions, marker, label));
            let is_found = both.matches.iter().any(|found| is_found_as(definitions, found, label));
            let kind = match (is_coded, is_found) {
                (true, false) => Kind::Missed,
                (false, true) => Kind::FalseAlarm,
                _ => continue,
            };
            all.push(Disagreement { kind, document, sentence });
        }
    }
    all.sort_by_key(|disagreement| disagreement.kind);
    all
}

/// Whether a match is one of `label`, a marker or a family.
pub(crate) fn is_found_as(definitions: &Definitions, found: &Match, label: &str) -> bool {
    is_labelled(definitions, definitions.rules[found.rule].marker, label)
}

fn is_labelled(definitions: &Definitions, marker: usize, label: &str) -> bool {
    let marker = &definitions.markers[marker];
    marker.name == label || marker.family == label
}
