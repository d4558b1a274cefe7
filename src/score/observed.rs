/*!
What every sentence of the narrator adds to every scale.

Each measure is made of sums over sentences: a claim and its backing, a pair and its link. What a sentence adds is worked out once, with its
neighbours and its question in sight. Units, resamples and stretches of the telling are then nothing but choices of sentences.
*/

use super::parts::Parts;
use super::telling::{Answer, Row, Telling, class, share_one};
use super::words::Class;
use crate::document::Document;
use crate::lexicon::{Definitions, Formula, LinkTo, Measure, Weights};
use crate::matcher::Match;
use std::ops::Range;

/// The sums every choice of sentences has.
pub(super) const WORDS: usize = 0;
pub(super) const SENTENCES: usize = 1;
const FIRST_FREE: usize = 2;

/// Where the sums and word classes of every measure stand.
pub(super) struct Layout {
    /// For every scale, for every of its measures.
    pub(super) slots: Vec<Vec<Slot>>,
    /// How many sums there are.
    pub(super) n_sums: usize,
}

/// Where one measure's sums begin, and where its classes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Slot {
    pub(super) sum: usize,
    class: Class,
}

impl Layout {
    /// The layout, with the lists of every class.
    pub(super) fn new(definitions: &Definitions) -> (Layout, Vec<Vec<String>>) {
        let kinds = &definitions.word_kinds;
        let mut groups: Vec<Vec<String>> =
            [&kinds.function, &kinds.backchannel, &kinds.closed_question, &kinds.open_question]
                .map(|list| list.iter().cloned().collect())
                .to_vec();
        debug_assert_eq!(groups.len(), usize::from(class::FIRST_FREE));
        let mut sum = FIRST_FREE;
        let mut slot_of = |n_sums: usize, own: Vec<Vec<String>>| {
            let slot = Slot { sum, class: groups.len() as Class };
            sum += n_sums;
            groups.extend(own);
            slot
        };
        let mut slots = Vec::new();
        for scale in &definitions.scales {
            slots.push(match &scale.formula {
                Formula::WeightedRate(weights) => vec![slot_of(weights.together.len(), Vec::new())],
                formula => formula.measures().map(|measure| slot_of(n_sums(measure), measure.word_groups())).collect(),
            });
        }
        (Layout { slots, n_sums: sum }, groups)
    }
}

fn n_sums(measure: &Measure) -> usize {
    match measure {
        Measure::Scale(_) => 0,
        Measure::Rate { .. } | Measure::Share { .. } => 1,
        _ => 2,
    }
}

/// What the sentences of one document add.
#[derive(Clone, Debug, Default)]
pub struct Observed {
    pub(super) sentences: Vec<Seen>,
    counts: Vec<(usize, usize)>,
    sums: Vec<(usize, f64)>,
}

/// One sentence of the narrator, as far as scores need it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seen {
    /// Index of the sentence among all of the document.
    pub(super) sentence: usize,
    pub(super) turn: usize,
    pub(super) answer: Option<usize>,
    pub(super) words: usize,
    pub(super) pauses: usize,
    pub(super) inaudible: usize,
    counts: (usize, usize),
    sums: (usize, usize),
}

/// An answer of the whole telling.
#[derive(Clone, Copy, Debug)]
pub(super) struct Answered {
    /// Index of its first sentence among all of the document.
    pub(super) first: usize,
    /// Its words, in whatever units they stand.
    pub(super) words: usize,
}

impl Observed {
    /// The answers, in order.
    pub(super) fn answers(&self) -> Vec<Answered> {
        let answers = self.sentences.chunk_by(|a, b| a.answer == b.answer).filter(|same| same[0].answer.is_some());
        let whole =
            |same: &[Seen]| Answered { first: same[0].sentence, words: same.iter().map(|seen| seen.words).sum() };
        answers.map(whole).collect()
    }

    /// Gives every pause and every passage that could not be heard to the sentence in which it stands, or to the first of its turn if it stands before that.
    /// `starts` are the beginnings of the sentences.
    pub(super) fn hear(&mut self, document: &Document, starts: &[u32]) {
        let sentences = &mut self.sentences;
        let mut give = |noted: &[u32], to: fn(&mut Seen) -> &mut usize| {
            for &at in noted {
                let next = starts.partition_point(|&start| start <= at);
                let is_here = |seen: &Seen| document.turns[seen.turn].span.range().contains(&(at as usize));
                let before = next.checked_sub(1).filter(|&before| is_here(&sentences[before]));
                if let Some(number) = before.or((next < sentences.len() && is_here(&sentences[next])).then_some(next)) {
                    *to(&mut sentences[number]) += 1;
                }
            }
        };
        give(&document.pauses, |seen| &mut seen.pauses);
        give(&document.inaudible, |seen| &mut seen.inaudible);
    }

    /// Markers found in a sentence with how often, by marker.
    pub(super) fn counts(&self, seen: &Seen) -> &[(usize, usize)] {
        &self.counts[seen.counts.0..seen.counts.1]
    }

    /// What a sentence adds to which sums.
    pub(super) fn sums(&self, seen: &Seen) -> &[(usize, f64)] {
        &self.sums[seen.sums.0..seen.sums.1]
    }
}

/// A telling with its matches.
struct Scene<'a> {
    rows: &'a [Row],
    telling: &'a Telling,
    /// For every row its markers, sorted, with how often.
    counts: Vec<Counts>,
    /// For every scale and every of its measures what [`Scene::adverse`] says.
    adverse: Vec<Vec<Vec<Class>>>,
}

/// Markers with how often.
type Counts = Vec<(usize, usize)>;

/// What some rows add, the first of them this one.
struct Rows {
    first: usize,
    sums: Vec<Vec<(usize, f64)>>,
}

impl Rows {
    fn range(&self) -> Range<usize> {
        self.first..self.first + self.sums.len()
    }

    fn add(&mut self, row: usize, sum: usize, amount: f64) {
        self.sums[row - self.first].push((sum, amount));
    }

    /// Adds what every row gives to one sum.
    fn each(&mut self, sum: usize, of: impl Fn(usize) -> f64) {
        for row in self.range() {
            let amount = of(row);
            if amount != 0.0 {
                self.add(row, sum, amount);
            }
        }
    }

    /// Counts rows that `is_one`, and of these those that are `is_good`.
    fn share(&mut self, sum: usize, is_one: impl Fn(usize) -> bool, is_good: impl Fn(usize) -> bool) {
        for row in self.range() {
            if is_one(row) {
                self.add(row, sum, 1.0);
                if is_good(row) {
                    self.add(row, sum + 1, 1.0);
                }
            }
        }
    }
}

/// Works out what every sentence adds. `matches` are sorted by sentence.
pub(super) fn observe(
    definitions: &Definitions,
    layout: &Layout,
    telling: &Telling,
    matches: &[Match],
    parts: &Parts<'_>,
) -> Observed {
    let rows = &telling.rows;
    let counts = parts.each(rows.len(), |here| counts(definitions, &rows[here], matches)).into_iter().flatten();
    let mut scene = Scene { rows, telling, counts: counts.collect(), adverse: Vec::new() };
    let scales = definitions.scales.iter().zip(&layout.slots);
    scene.adverse = scales.map(|(scale, slots)| scene.adverse(&scale.formula, slots)).collect();
    let scene = scene;
    let sums = parts.each(rows.len(), |here| scene.sums(definitions, layout, here));
    let mut observed = Observed::default();
    for ((row, counts), sums) in scene.rows.iter().zip(&scene.counts).zip(sums.iter().flatten()) {
        let (from_count, from_sum) = (observed.counts.len(), observed.sums.len());
        observed.counts.extend(counts);
        observed.sums.extend(sums);
        observed.sentences.push(Seen {
            sentence: row.sentence,
            turn: row.turn,
            answer: row.answer,
            words: row.words,
            pauses: 0,
            inaudible: 0,
            counts: (from_count, observed.counts.len()),
            sums: (from_sum, observed.sums.len()),
        });
    }
    observed
}

/// For every row its markers, sorted, with how often.
fn counts(definitions: &Definitions, rows: &[Row], matches: &[Match]) -> Vec<Counts> {
    let mut rest = matches;
    let counts = rows.iter().map(|row| {
        let from = rest.partition_point(|found| found.sentence < row.sentence);
        let to = rest.partition_point(|found| found.sentence <= row.sentence);
        let mut markers: Vec<usize> = rest[from..to].iter().map(|found| definitions.rules[found.rule].marker).collect();
        rest = &rest[to..];
        markers.sort_unstable();
        markers.chunk_by(|left, right| left == right).map(|same| (same[0], same.len())).collect()
    });
    counts.collect()
}

impl Scene<'_> {
    /// What the rows of `here` add to every sum.
    fn sums(&self, definitions: &Definitions, layout: &Layout, here: Range<usize>) -> Vec<Vec<(usize, f64)>> {
        let mut sums = Rows { first: here.start, sums: vec![Vec::new(); here.len()] };
        for ((scale, slots), adverse) in definitions.scales.iter().zip(&layout.slots).zip(&self.adverse) {
            match &scale.formula {
                Formula::WeightedRate(weights) => {
                    for (number, (markers, _)) in weights.together.iter().enumerate() {
                        sums.each(slots[0].sum + number, |row| self.together(row, markers));
                    }
                }
                formula => {
                    for ((measure, slot), adverse) in formula.measures().zip(slots).zip(adverse) {
                        self.measure(measure, *slot, adverse, &mut sums);
                    }
                }
            }
        }
        sums.sums
    }

    /// For every measure of a scale the classes of persons of whom something adverse is told that nothing bridges, wherever in the telling.
    fn adverse(&self, formula: &Formula, slots: &[Slot]) -> Vec<Vec<Class>> {
        let of = |(measure, slot): (&Measure, &Slot)| {
            let Measure::Consistent { then, bridges, within, persons, .. } = measure else { return Vec::new() };
            let is_bridged = |row| self.near(row, *within, *within, |other| self.has_any(other, bridges));
            let groups = slot.class..slot.class + persons.len() as Class;
            let is_told_of = |person: &Class| {
                let is_adverse = |row: usize| self.has_any(row, then) && self.rows[row].has(*person);
                (0..self.rows.len()).any(|row| is_adverse(row) && !is_bridged(row))
            };
            groups.filter(is_told_of).collect()
        };
        formula.measures().zip(slots).map(of).collect()
    }

    fn count(&self, row: usize, marker: usize) -> usize {
        let counts = &self.counts[row];
        counts.binary_search_by_key(&marker, |(known, _)| *known).map_or(0, |at| counts[at].1)
    }

    fn has_any(&self, row: usize, markers: &[usize]) -> bool {
        self.counts[row].iter().any(|(marker, _)| markers.binary_search(marker).is_ok())
    }

    fn together(&self, row: usize, markers: &[usize]) -> f64 {
        let has_all = !self.counts[row].is_empty() && markers.iter().all(|&marker| self.count(row, marker) > 0);
        f64::from(u8::from(has_all))
    }

    fn weighted(&self, row: usize, weights: &Weights) -> f64 {
        let single: f64 = weights.single.iter().map(|&(marker, weight)| weight * self.count(row, marker) as f64).sum();
        single + weights.together.iter().map(|(markers, weight)| weight * self.together(row, markers)).sum::<f64>()
    }

    /// Rows of the same answer, or without answers of the same turn, from `back` before to `on` after, that satisfy `is_wanted`.
    fn near(&self, row: usize, back: usize, on: usize, is_wanted: impl Fn(usize) -> bool) -> bool {
        let place =
            |row: usize| (self.rows[row].answer, self.rows[row].answer.is_none().then_some(self.rows[row].turn));
        let last = (row + on).min(self.rows.len() - 1);
        (row.saturating_sub(back)..=last).any(|other| place(other) == place(row) && is_wanted(other))
    }

    fn measure(&self, measure: &Measure, slot: Slot, adverse: &[Class], sums: &mut Rows) {
        let Slot { sum, class } = slot;
        match measure {
            Measure::Scale(_) => {}
            Measure::Rate { weights, forgiven_by, within, .. } => sums.each(sum, |row| {
                let amount = self.weighted(row, weights);
                let is_forgiven =
                    amount != 0.0 && self.near(row, *within, *within, |other| self.has_any(other, forgiven_by));
                if is_forgiven { 0.0 } else { amount }
            }),
            Measure::Ratio { good, bad, .. } => {
                sums.each(sum, |row| self.weighted(row, good));
                sums.each(sum + 1, |row| self.weighted(row, bad));
            }
            Measure::Share { markers } => {
                sums.each(sum, |row| f64::from(u8::from(self.has_any(row, markers))));
            }
            Measure::Backed { claims, claim_words, backing, after, before, .. } => {
                let groups = class..class + claim_words.len() as Class;
                let is_claim = |row: usize| {
                    self.has_any(row, claims)
                        || !claim_words.is_empty() && groups.clone().all(|group| self.rows[row].has(group))
                };
                let is_backed = |row| self.near(row, *before, *after, |other| self.has_any(other, backing));
                sums.share(sum, is_claim, is_backed);
            }
            Measure::Consistent { first, bridges, within, .. } => {
                let is_bridged = |row| self.near(row, *within, *within, |other| self.has_any(other, bridges));
                let is_kept = |row: usize| is_bridged(row) || !adverse.iter().any(|&person| self.rows[row].has(person));
                sums.share(sum, |row| self.has_any(row, first), is_kept);
            }
            Measure::Linked { to: LinkTo::Sentence, referents } => {
                let has_content = |row: usize| !self.rows[row].stems.is_empty();
                let is_pair = |row: usize| {
                    row > 0
                        && self.rows[row - 1].turn == self.rows[row].turn
                        && has_content(row - 1)
                        && (has_content(row) || referents.is_some() && self.rows[row].has(class))
                };
                let is_linked = |row: usize| {
                    share_one(&self.rows[row - 1].stems, &self.rows[row].stems)
                        || referents.is_some() && self.rows[row].has(class)
                };
                sums.share(sum, is_pair, is_linked);
            }
            Measure::Linked { to: LinkTo::Question, referents } => {
                for (number, answer) in self.answers(sums.range()) {
                    if answer.asked.is_empty() {
                        continue;
                    }
                    let rows = self.rows[answer.first_row..].iter().take(OPENING);
                    let is_linked = rows
                        .take_while(|row| row.answer == Some(number))
                        .any(|row| share_one(&row.stems, &answer.asked) || referents.is_some() && row.has(class));
                    sums.add(answer.first_row, sum, 1.0);
                    if is_linked {
                        sums.add(answer.first_row, sum + 1, 1.0);
                    }
                }
            }
            Measure::Length { shorter, longer, least_open, most } => {
                let median = self.telling.median_answer;
                for (_, answer) in self.answers(sums.range()) {
                    let low = if answer.is_closed { 0.0 } else { least_open.max(shorter * median) };
                    let high = most.max(longer * median);
                    let words = answer.words as f64;
                    let fit = if words < low {
                        words / low
                    } else if words > high {
                        high / words
                    } else {
                        1.0
                    };
                    sums.add(answer.first_row, sum, 1.0);
                    sums.add(answer.first_row, sum + 1, fit);
                }
            }
        }
    }

    /// The answers that begin in these rows, with their numbers.
    fn answers(&self, rows: Range<usize>) -> impl Iterator<Item = (usize, &Answer)> {
        let answers = &self.telling.answers;
        let first = answers.partition_point(|answer| answer.first_row < rows.start);
        answers.iter().enumerate().skip(first).take_while(move |(_, answer)| answer.first_row < rows.end)
    }
}

/// How many sentences of an answer are compared with its question.
const OPENING: usize = 3;
