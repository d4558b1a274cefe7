/*!
One JSON object a document and line, for programs: the same numbers as in the tables, with the matches inside.
*/

use super::scales::note;
use super::{Options, column_name, round, speaker_name};
use crate::analyzer::Analysis;
use crate::lexicon::Definitions;
use crate::score::{Feature, Interval, family_names};
use crate::span::LineIndex;
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::{self, Write};

/// The version of this format; it grows when a field changes its meaning.
pub const SCHEMA_VERSION: u32 = 1;

#[derive(Serialize)]
struct Line<'a> {
    schema_version: u32,
    id: &'a str,
    file: &'a str,
    words: usize,
    sentences: usize,
    turns: usize,
    mean_turn_words: f64,
    median_turn_words: f64,
    questions: usize,
    mean_answer_words: Option<f64>,
    median_answer_words: Option<f64>,
    pauses: usize,
    inaudible: usize,
    flags: &'a [&'static str],
    markers: BTreeMap<&'a str, Marker>,
    families: BTreeMap<&'a str, Marker>,
    scales: BTreeMap<String, Option<Bounds>>,
    parts: BTreeMap<String, BTreeMap<&'a str, Option<Bounds>>>,
    notes: BTreeMap<String, String>,
    matches: Vec<Found<'a>>,
}

#[derive(Serialize)]
struct Marker {
    n: usize,
    rate: Option<f64>,
    lo: Option<f64>,
    hi: Option<f64>,
    sentence_share: f64,
}

#[derive(Serialize)]
struct Bounds {
    value: f64,
    lo: f64,
    hi: f64,
}

#[derive(Serialize)]
struct Found<'a> {
    turn: usize,
    speaker: &'a str,
    sentence: usize,
    start: usize,
    end: usize,
    family: &'a str,
    marker: &'a str,
    rule: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<&'a str>,
}

/// One line a document.
///
/// # Errors
/// What `out` says.
pub fn documents(
    definitions: &Definitions,
    analyses: &[Analysis],
    options: Options,
    out: &mut dyn Write,
) -> io::Result<()> {
    for analysis in analyses {
        serde_json::to_writer(&mut *out, &line(definitions, analysis, options))?;
        out.write_all(b"\n")?;
    }
    Ok(())
}

fn line<'a>(definitions: &'a Definitions, analysis: &'a Analysis, options: Options) -> Line<'a> {
    let document = &analysis.document;
    let index = LineIndex::new(&document.text);
    let position = |offset: u32| index.char_offset(&document.text, offset as usize);
    let score = &analysis.score;
    let matches = analysis.matches.iter().map(|found| {
        let turn = analysis.sentences[found.sentence].turn;
        let rule = &definitions.rules[found.rule];
        let marker = &definitions.markers[rule.marker];
        Found {
            turn: turn + 1,
            speaker: speaker_name(document.speaker_of(turn), options),
            sentence: found.sentence + 1,
            start: position(found.span.start),
            end: position(found.span.end),
            family: &marker.family,
            marker: &marker.name,
            rule: &rule.id,
            text: (!options.no_text).then(|| &document.text[found.span.range()]),
        }
    });
    let markers = definitions.markers.iter().zip(&score.features);
    let markers = markers.map(|(marker, feature)| (marker.name.as_str(), marker_line(feature)));
    let families = family_names(definitions).into_iter().zip(&score.families);
    let families = families.map(|(family, feature)| (family, marker_line(feature)));
    let bounds =
        |value: Option<Interval>| value.map(|i| Bounds { value: round(i.value), lo: round(i.low), hi: round(i.high) });
    let scales = definitions.scales.iter().zip(&score.scales);
    let scales = scales.map(|(scale, value)| (column_name(&scale.name), bounds(*value)));
    let measured = || definitions.scales.iter().zip(&score.measured);
    let parts = measured().filter(|(_, measured)| !measured.parts.is_empty()).map(|(scale, measured)| {
        let parts = scale.formula.parts().iter().zip(&measured.parts);
        (column_name(&scale.name), parts.map(|(part, value)| (part.name.as_str(), bounds(*value))).collect())
    });
    let notes = measured().map(|(scale, measured)| (column_name(&scale.name), note(scale, measured)));
    Line {
        schema_version: SCHEMA_VERSION,
        id: &document.id,
        file: &document.file,
        words: score.words,
        sentences: score.sentences,
        turns: score.turns,
        mean_turn_words: round(score.mean_turn_words),
        median_turn_words: round(score.median_turn_words),
        questions: score.questions,
        mean_answer_words: score.mean_answer_words.map(round),
        median_answer_words: score.median_answer_words.map(round),
        pauses: document.pauses.len(),
        inaudible: document.inaudible.len(),
        flags: &score.flags,
        markers: markers.collect(),
        families: families.collect(),
        scales: scales.collect(),
        parts: parts.collect(),
        notes: notes.filter(|(_, note)| !note.is_empty()).collect(),
        matches: matches.collect(),
    }
}

fn marker_line(feature: &Feature) -> Marker {
    let of = |part: fn(Interval) -> f64| feature.rate.map(|rate| round(part(rate)));
    let (rate, lo, hi) = (of(|i| i.value), of(|i| i.low), of(|i| i.high));
    Marker { n: feature.count, rate, lo, hi, sentence_share: round(feature.sentence_share) }
}
