/*!
Evaluations, their disagreements and their comparisons → bytes. As everywhere in `report`: one file per format, in it one plain function per table.
*/

pub mod csv;
pub mod json;
pub mod terminal;

use super::marker_name;
use crate::evaluate::{Disagreement, Judged, JudgedSentence, Kind, is_found_as};
use crate::lexicon::Definitions;
use crate::matcher::Match;

/// A sentence about which coder and program disagree, in words.
struct Told<'a> {
    document: &'a str,
    /// Number of the sentence in the document, from 1.
    sentence: usize,
    kind: Kind,
    text: &'a str,
    /// Names of the markers coded in it.
    coded: Vec<&'a str>,
    /// A false alarm: the matches that made it one. A miss: all that was found instead.
    found: Vec<Found<'a>>,
}

/// A match, in words.
struct Found<'a> {
    marker: &'a str,
    rule: &'a str,
    words: &'a str,
}

fn told<'a>(
    definitions: &'a Definitions,
    judged: &'a [Judged],
    label: &str,
    disagreement: &Disagreement,
) -> Option<Told<'a>> {
    let narrative = judged.get(disagreement.document)?;
    let sentence: &JudgedSentence = narrative.sentences.get(disagreement.sentence)?;
    let text = narrative.document.text.as_str();
    let is_shown = |found: &&Match| match disagreement.kind {
        Kind::Missed => true,
        Kind::FalseAlarm => is_found_as(definitions, found, label),
    };
    let found = sentence.matches.iter().filter(is_shown).map(|found| Found {
        marker: marker_name(definitions, found.rule),
        rule: &definitions.rules[found.rule].id,
        words: &text[found.span.range()],
    });
    Some(Told {
        document: &narrative.document.id,
        sentence: sentence.number,
        kind: disagreement.kind,
        text: &text[sentence.span.range()],
        coded: sentence.coded.iter().map(|&marker| definitions.markers[marker].name.as_str()).collect(),
        found: found.collect(),
    })
}
