/*!
From matches to numbers: counts, rates and scales, each with what it rests on and how sure it is.

Only the narrator's words are counted. A rate is per 1,000 narrator words; its interval is the exact Poisson interval (Garwood 1936).
A scale is a weighted sum of rates; its interval is that of Fay & Feuer (1997) for a sum of weighted Poisson counts, and where some weights are
negative, the two sides are joined by the method of variance estimates recovery (Zou & Donner 2008).
Rates say how often something was *said*; nothing here is a measure of a person.
*/

mod intervals;

pub use intervals::{Interval, Intervals};

use crate::document::{Document, NoteKind, Role, Sentence};
use crate::lexicon::{Definitions, Formula};
use crate::matcher::Match;

/// Below so many narrator words no scale is given.
pub const MIN_WORDS_FOR_SCALES: usize = 100;
/// Below so many narrator words a unit is flagged `short`.
pub const MIN_WORDS: usize = 250;

/// All numbers of one unit (a document).
#[derive(Clone, Debug, PartialEq)]
pub struct Score {
    /// The narrator's words.
    pub words: usize,
    /// The narrator's sentences.
    pub sentences: usize,
    /// The narrator's turns.
    pub turns: usize,
    /// Mean words per narrator turn; 0 without turns.
    pub mean_turn_words: f64,
    /// Median words per narrator turn; 0 without turns.
    pub median_turn_words: f64,
    /// What to be careful about, by name.
    pub flags: Vec<&'static str>,
    /// One feature for every marker of the lexicon, in its order.
    pub features: Vec<Feature>,
    /// One value for every scale of the lexicon, in its order.
    pub scales: Vec<Option<Interval>>,
}

/// A marker in a unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Feature {
    /// Matches.
    pub count: usize,
    /// Matches per 1,000 narrator words with its 95 % interval; none without words.
    pub rate: Option<Interval>,
    /// Share of narrator sentences with at least one match, 0 to 1.
    pub sentence_share: f64,
}

/// Scores one document.
pub fn score(
    definitions: &Definitions,
    intervals: &Intervals,
    document: &Document,
    sentences: &[Sentence],
    matches: &[Match],
) -> Score {
    let is_narrator = |turn: usize| document.speakers[document.turns[turn].speaker].role == Role::Narrator;
    let mut words = 0;
    let mut n_sentences = 0;
    let mut turn_words: Vec<usize> = Vec::new();
    let mut current_turn = None;
    for sentence in sentences.iter().filter(|sentence| is_narrator(sentence.turn)) {
        if current_turn != Some(sentence.turn) {
            current_turn = Some(sentence.turn);
            turn_words.push(0);
        }
        if let Some(last) = turn_words.last_mut() {
            *last += sentence.n_words;
        }
        words += sentence.n_words;
        n_sentences += 1;
    }

    let n_markers = definitions.markers.len();
    let mut counts = vec![0; n_markers];
    let mut in_sentences = vec![0usize; n_markers];
    let mut last_seen = vec![usize::MAX; n_markers];
    for found in matches {
        let marker = definitions.rules[found.rule].marker;
        counts[marker] += 1;
        if last_seen[marker] != found.sentence {
            last_seen[marker] = found.sentence;
            in_sentences[marker] += 1;
        }
    }
    let features = counts.iter().zip(&in_sentences).map(|(&count, &n)| Feature {
        count,
        rate: intervals.rate(count, words),
        sentence_share: if n_sentences == 0 { 0.0 } else { n as f64 / n_sentences as f64 },
    });
    let features: Vec<Feature> = features.collect();
    let scales = definitions.scales.iter().map(|scale| {
        let Formula::WeightedRate(weights) = &scale.formula;
        (words >= MIN_WORDS_FOR_SCALES).then(|| {
            let weighted: Vec<(f64, usize)> =
                weights.iter().map(|&(marker, weight)| (weight, counts[marker])).collect();
            intervals.weighted_rate(&weighted, words)
        })
    });

    Score {
        words,
        sentences: n_sentences,
        turns: turn_words.len(),
        mean_turn_words: if turn_words.is_empty() { 0.0 } else { words as f64 / turn_words.len() as f64 },
        median_turn_words: median(&mut turn_words),
        flags: flags(document, words),
        features,
        scales: scales.collect(),
    }
}

fn flags(document: &Document, words: usize) -> Vec<&'static str> {
    let mut flags = Vec::new();
    match words {
        0 => flags.push("empty"),
        words if words < MIN_WORDS_FOR_SCALES => flags.push("no_scales"),
        words if words < MIN_WORDS => flags.push("short"),
        _ => {}
    }
    for kind in [NoteKind::Encoding, NoteKind::NarratorDoubtful, NoteKind::Table] {
        if document.notes.iter().any(|note| note.kind == kind) {
            flags.push(kind.name());
        }
    }
    flags
}

fn median(numbers: &mut [usize]) -> f64 {
    numbers.sort_unstable();
    let n = numbers.len();
    match n {
        0 => 0.0,
        n if n % 2 == 1 => numbers[n / 2] as f64,
        n => (numbers[n / 2 - 1] + numbers[n / 2]) as f64 / 2.0,
    }
}
