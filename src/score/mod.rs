/*!
From matches to numbers: counts, rates and scales, each with what it rests on and how sure it is.

Only the narrator's words are counted. A rate is per 1,000 narrator words; its interval is the exact Poisson interval (Garwood 1936).
A weighted sum of rates has the interval of Fay & Feuer (1997), and where some weights are negative, the two sides are joined by the method of variance
estimates recovery (Zou & Donner 2008). Everything else has a bootstrap interval over sentences.
Rates say how often something was *said*; nothing here is a measure of a person.

```text
document, tokens, sentences → telling    answers, questions, stems of content words
telling, matches → observed              what each sentence adds to each sum
some sentences of observed → score       the document, a speaker, a turn, a tenth of the telling
```
*/

mod course;
mod intervals;
mod observed;
mod parts;
mod scales;
mod sections;
mod sums;
mod telling;
mod words;

pub use course::{Course, Stretch};
pub(crate) use intervals::percentile;
pub use intervals::{Interval, Intervals};
pub use observed::Observed;
pub use parts::Parts;
pub use scales::{Measured, Missing};
pub use words::WordMemory;

use crate::document::{Document, NoteKind};
use crate::hands::{Hands, OneByOne};
use crate::lexicon::Definitions;
use crate::matcher::Match;
use crate::segment::Segmentation;
use observed::{Answered, Layout, Seen, observe};
use sums::Draws;
use telling::{class, median, telling};
use words::WordClasses;

/// Below so many narrator words no scale is given.
pub const MIN_WORDS_FOR_SCALES: usize = 100;
/// Below so many narrator words a unit is flagged `short`.
pub const MIN_WORDS: usize = 250;

const PER_WORDS: f64 = 1000.0;

/// What is scored as one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Unit {
    /// All that the narrator says.
    #[default]
    Document,
    /// All that one speaker says, where several are narrators.
    Speaker,
    /// One turn of a narrator.
    Turn,
    /// What stands under a heading, an answer of an interview, or a block between blank lines: see `sections`.
    Section,
    /// All that one speaker says in answer to questions about one topic, wherever they are asked; and all the rest.
    Topic,
}

impl Unit {
    /// The name used in results.
    pub fn name(self) -> &'static str {
        match self {
            Unit::Document => "document",
            Unit::Speaker => "speaker",
            Unit::Turn => "turn",
            Unit::Section => "section",
            Unit::Topic => "topic",
        }
    }
}

/// All numbers of one unit.
#[derive(Clone, Debug, Default, PartialEq)]
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
    /// Questions whose answer begins here: an answer is all that follows one question up to the next.
    pub questions: usize,
    /// Mean words of these answers, whole, even if they go on in other units; none without questions.
    pub mean_answer_words: Option<f64>,
    /// Median words of these answers; none without questions.
    pub median_answer_words: Option<f64>,
    /// Pauses, as the transcript notes them.
    pub pauses: usize,
    /// Passages that could not be heard, as the transcript notes them.
    pub inaudible: usize,
    /// What to be careful about, by name.
    pub flags: Vec<&'static str>,
    /// One feature for every marker of the lexicon, in its order.
    pub features: Vec<Feature>,
    /// One feature for every family of the lexicon, in its order.
    pub families: Vec<Feature>,
    /// One value for every scale of the lexicon, in its order.
    pub scales: Vec<Option<Interval>>,
    /// The parts of every scale, and why there is none where there is none.
    pub measured: Vec<Measured>,
}

/// A marker or a family in a unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Feature {
    /// Matches.
    pub count: usize,
    /// Matches per 1,000 narrator words with its 95 % interval; none without words.
    pub rate: Option<Interval>,
    /// Share of narrator sentences with at least one match, 0 to 1.
    pub sentence_share: f64,
}

/// The score of a part of a document.
#[derive(Clone, Debug, PartialEq)]
pub struct UnitScore {
    /// Whose words: index into the document's speakers.
    pub speaker: usize,
    /// The turn, if the unit is one: index into the document's turns.
    pub turn: Option<usize>,
    /// The section, if the unit is one: its number from 0.
    pub section: Option<usize>,
    /// The topic of the questions, if the unit is one: index into the topics of the lexicon.
    pub topic: Option<usize>,
    /// The numbers.
    pub score: Score,
}

/// What a part of a document is told from others by.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct Key {
    speaker: usize,
    turn: Option<usize>,
    section: Option<usize>,
    topic: Option<usize>,
}

/// Everything that is needed to score, made once from a lexicon.
pub struct Scorer {
    intervals: Intervals,
    draws: Draws,
    layout: Layout,
    classes: WordClasses,
    /// For every marker the number of its family, in the order of the lexicon.
    family_of: Vec<usize>,
}

impl Scorer {
    /// Makes the lists and sums of all scales ready.
    pub fn new(definitions: &Definitions) -> Scorer {
        let (layout, groups) = Layout::new(definitions);
        Scorer {
            intervals: Intervals::new(),
            draws: Draws::new(),
            classes: WordClasses::new(definitions, &groups, class::FUNCTION),
            layout,
            family_of: families(definitions),
        }
    }

    fn n_families(&self) -> usize {
        self.family_of.last().map_or(0, |last| last + 1)
    }

    /// What every sentence of the narrator adds to the numbers, in parts of the telling. `matches` are sorted by sentence.
    pub fn observe(
        &self,
        definitions: &Definitions,
        memory: &mut WordMemory,
        document: &Document,
        segmentation: &Segmentation,
        matches: &[Match],
        parts: &Parts<'_>,
    ) -> Observed {
        let telling = telling(&self.classes, memory, document, segmentation, parts);
        let mut observed = observe(definitions, &self.layout, &telling, matches, parts);
        let starts: Vec<u32> = telling.rows.iter().map(|row| segmentation.sentences[row.sentence].span.start).collect();
        observed.hear(document, &starts);
        observed
    }

    /// The score of the whole document.
    pub fn document(
        &self,
        definitions: &Definitions,
        document: &Document,
        observed: &Observed,
        hands: &dyn Hands,
    ) -> Score {
        self.score(definitions, document, observed, (&observed.sentences, &observed.answers()), hands)
    }

    /// The scores of the parts of a document, in the order in which they begin.
    pub fn units(
        &self,
        definitions: &Definitions,
        document: &Document,
        segmentation: &Segmentation,
        topics: &[Option<usize>],
        observed: &Observed,
        unit: Unit,
    ) -> Vec<UnitScore> {
        let sections = match unit {
            Unit::Section => sections::sections(document, segmentation, &observed.sentences),
            _ => Vec::new(),
        };
        let mut keys: Vec<Key> = Vec::new();
        let mut chosen: Vec<Vec<Seen>> = Vec::new();
        for (at, seen) in observed.sentences.iter().enumerate() {
            let speaker = document.turns[seen.turn].speaker;
            let own = Key { speaker, ..Key::default() };
            let key = match unit {
                Unit::Document => Key { speaker: document.turns[observed.sentences[0].turn].speaker, ..own },
                Unit::Speaker => own,
                Unit::Turn => Key { turn: Some(seen.turn), ..own },
                Unit::Section => Key { section: Some(sections[at]), ..own },
                Unit::Topic => Key { topic: topics.get(seen.turn).copied().flatten(), ..own },
            };
            // Turns and sections come in order; speakers and topics come again, and are few.
            let comes_again = matches!(unit, Unit::Document | Unit::Speaker | Unit::Topic);
            let at = match keys.last() {
                Some(last) if *last == key => Some(keys.len() - 1),
                _ if comes_again => keys.iter().position(|known| *known == key),
                _ => None,
            };
            match at {
                Some(at) => chosen[at].push(*seen),
                None => {
                    keys.push(key);
                    chosen.push(vec![*seen]);
                }
            }
        }
        let answers = observed.answers();
        keys.into_iter()
            .zip(&chosen)
            .map(|(Key { speaker, turn, section, topic }, seen)| UnitScore {
                speaker,
                turn,
                section,
                topic,
                score: self.score(definitions, document, observed, (seen, &answers), &OneByOne),
            })
            .collect()
    }

    /// The score of the sentences that are `seen`. A question counts where its answer begins, and the answer is whole there, wherever it goes on.
    fn score(
        &self,
        definitions: &Definitions,
        document: &Document,
        observed: &Observed,
        (seen, answers): (&[Seen], &[Answered]),
        hands: &dyn Hands,
    ) -> Score {
        let words: usize = seen.iter().map(|seen| seen.words).sum();
        let sum = |same: &[Seen]| same.iter().map(|seen| seen.words).sum();
        let mut turns: Vec<usize> = seen.chunk_by(|a, b| a.turn == b.turn).map(sum).collect();
        let begun =
            seen.iter().filter_map(|seen| answers.get(seen.answer?).filter(|answer| answer.first == seen.sentence));
        let mut answers: Vec<usize> = begun.map(|answer| answer.words).collect();
        let mean = |lengths: &[usize]| lengths.iter().sum::<usize>() as f64 / lengths.len() as f64;
        let mean_answer_words = (!answers.is_empty()).then(|| mean(&answers));
        let (features, families, counts) = self.features(definitions, observed, seen, words);
        let ways = (&self.intervals, &self.draws, hands);
        let measured = scales::scales(definitions, &self.layout, ways, observed, seen, &counts);
        Score {
            words,
            sentences: seen.len(),
            turns: turns.len(),
            mean_turn_words: if turns.is_empty() { 0.0 } else { mean(&turns) },
            median_turn_words: median(&mut turns),
            questions: answers.len(),
            mean_answer_words,
            median_answer_words: mean_answer_words.map(|_| median(&mut answers)),
            pauses: seen.iter().map(|seen| seen.pauses).sum(),
            inaudible: seen.iter().map(|seen| seen.inaudible).sum(),
            flags: flags(document, words),
            features,
            families,
            scales: measured.iter().map(|measured| measured.value).collect(),
            measured,
        }
    }

    /// Features of all markers, of all families, and the counts of the markers.
    fn features(
        &self,
        definitions: &Definitions,
        observed: &Observed,
        seen: &[Seen],
        words: usize,
    ) -> (Vec<Feature>, Vec<Feature>, Vec<usize>) {
        let mut markers = vec![(0, 0usize); definitions.markers.len()];
        let mut families = vec![(0, 0usize); self.n_families()];
        for seen in seen {
            let mut last = None;
            for &(marker, count) in observed.counts(seen) {
                markers[marker].0 += count;
                markers[marker].1 += 1;
                let family = self.family_of[marker];
                families[family].0 += count;
                // Markers are sorted by family.
                families[family].1 += usize::from(last.replace(family) != Some(family));
            }
        }
        let feature = |&(count, in_sentences): &(usize, usize)| Feature {
            count,
            rate: self.intervals.rate(count, words),
            sentence_share: if seen.is_empty() { 0.0 } else { in_sentences as f64 / seen.len() as f64 },
        };
        let counts = markers.iter().map(|(count, _)| *count).collect();
        (markers.iter().map(feature).collect(), families.iter().map(feature).collect(), counts)
    }
}

/// For every marker the number of its family, in the order of the lexicon.
fn families(definitions: &Definitions) -> Vec<usize> {
    let mut number = 0;
    let mut last: Option<&str> = None;
    definitions
        .markers
        .iter()
        .map(|marker| {
            number += usize::from(last.is_some_and(|last| last != marker.family));
            last = Some(&marker.family);
            number
        })
        .collect()
}

/// The families in the order of the lexicon.
pub(crate) fn family_names(definitions: &Definitions) -> Vec<&str> {
    let mut names: Vec<&str> = definitions.markers.iter().map(|marker| marker.family.as_str()).collect();
    names.dedup();
    names
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
