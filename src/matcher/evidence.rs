/*!
The weight of whole sentences: what is left to say when the rules have spoken.

A rule sees one frame. A table of weights ([`WeightTable`](crate::lexicon::WeightTable)) sees all words of the sentence, a little of its neighbours and of the whole telling.
Where it finds too little, a find of a rule is dropped; where it finds enough, the sentence is a match without one. Where sentences can be weighed so, weak rules are not needed. First each sentence
is weighed by itself, and then what surrounds it comes in:

```text
own(i)   = bias + length · ln(1 + words) + the weight of each thing in it, once
total(i) = the sum over aspects of weight · aspect, and over pairs of aspects of weight · aspect · aspect
aspects   own(i); before: own(i-1); after: own(i+1); document: mean(own); find: whether a rule found the family in it;
           with: own(i) of other families; telling: mean(own) of other families; place: p; p²; opening: whether it is one of the first two
```

over the sentences of the narrator, p from 0 for the first to 1 for the last, and nearer to ½ the fewer there are. Rules that go by the form of a sentence are not dropped.
*/

use super::compile::SearchedWith;
use super::{Match, Matcher, Surroundings, Worker};
use crate::context::quotations;
use crate::document::{Document, Role};
use crate::lexicon::{Aspect, Definitions, N_OPENING, RuleKind, WeightTable};
use crate::pattern::{Found, Group, Groups, Met, Thing, Unit, UnitKind, WordTable, read_units, signs_of_units};
use crate::segment::Segmentation;
use crate::span::Span;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// In a telling of so many sentences the place of each counts half.
const SHORT_TELLING: f32 = 10.0;

/// What the weights of a lexicon are for.
#[derive(Serialize, Deserialize)]
pub(super) struct Evidence {
    tables: Vec<Table>,
    /// For every marker the rule that its added matches have.
    rules: Vec<Option<usize>>,
    /// For every marker its table.
    table_of: Vec<Option<usize>>,
}

/// The numbers of one table that belong to no word.
#[derive(Serialize, Deserialize)]
struct Table {
    keep: f32,
    add: f32,
    bias: f32,
    length: f32,
    second: SecondStep,
    longest: usize,
    found: f32,
    rare: f32,
    alone: usize,
    /// The markers that can be added.
    markers: Vec<usize>,
}

/// What is taken of the aspects of a sentence, by their numbers: see [`number_of`].
#[derive(Default, Serialize, Deserialize)]
struct SecondStep {
    weights: Vec<f32>,
    bounds: Vec<(f32, f32)>,
    products: Vec<Products>,
    /// What a find adds, and what it adds times other aspects.
    find: f32,
    find_times: Vec<(u16, f32)>,
}

/// The products of one aspect with those from another on.
#[derive(Serialize, Deserialize)]
struct Products {
    of: u16,
    from: u16,
    weights: Vec<f32>,
}

/// The number of an aspect. `family` gives the number of the table of a family.
fn number_of(aspect: &Aspect, n_families: usize, family: impl Fn(&str) -> Option<usize>) -> Option<usize> {
    Some(match aspect {
        Aspect::Own => OWN,
        Aspect::Before => BEFORE,
        Aspect::After => AFTER,
        Aspect::Document => DOCUMENT,
        Aspect::Place => PLACE,
        Aspect::PlaceSquared => PLACE_SQUARED,
        Aspect::Opening => OPENING,
        Aspect::Find => FIND,
        Aspect::With(other) => WITH + family(other)?,
        Aspect::Telling(other) => WITH + n_families + family(other)?,
    })
}

const OWN: usize = 0;
const BEFORE: usize = 1;
const AFTER: usize = 2;
const DOCUMENT: usize = 3;
const PLACE: usize = 4;
const PLACE_SQUARED: usize = 5;
const OPENING: usize = 6;
const FIND: usize = 7;
/// From here on one number for every family: what the sentence weighs for it; then as many again: what all sentences do.
const WITH: usize = 8;

impl SecondStep {
    fn new(weights: &WeightTable, n_families: usize, family: impl Fn(&str) -> Option<usize>) -> SecondStep {
        let number = |aspect: &Aspect| number_of(aspect, n_families, &family);
        let n_aspects = WITH + 2 * n_families;
        let mut second = SecondStep {
            weights: vec![0.0; n_aspects],
            bounds: vec![(f32::NEG_INFINITY, f32::INFINITY); n_aspects],
            ..SecondStep::default()
        };
        second.weights[OWN] = 1.0;
        for (aspect, weight) in &weights.aspects {
            match number(aspect) {
                Some(FIND) => second.find = *weight,
                Some(number) => second.weights[number] = *weight,
                None => {}
            }
        }
        for (aspect, low) in &weights.lows {
            if let Some(number) = number(aspect) {
                second.bounds[number].0 = *low;
            }
        }
        for (aspect, high) in &weights.highs {
            if let Some(number) = number(aspect) {
                second.bounds[number].1 = *high;
            }
        }
        let mut products = vec![Vec::new(); n_aspects];
        for (a, b, weight) in &weights.products {
            match (number(a), number(b)) {
                (Some(FIND), Some(FIND)) => second.find += *weight,
                (Some(FIND), Some(other)) | (Some(other), Some(FIND)) => {
                    second.find_times.push((other as u16, *weight));
                }
                (Some(a), Some(b)) => {
                    products[a.min(b)].resize(n_aspects, 0.0);
                    products[a.min(b)][a.max(b)] += *weight;
                }
                _ => {}
            }
        }
        for (of, row) in products.into_iter().enumerate() {
            let weighs = |weight: &f32| *weight != 0.0;
            if let (Some(from), Some(last)) = (row.iter().position(weighs), row.iter().rposition(weighs)) {
                let weights = row[from..=last].to_vec();
                second.products.push(Products { of: of as u16, from: from as u16, weights });
            }
        }
        second
    }

    /// What a sentence with these aspects weighs, without a find and with one. The aspects are brought between their bounds; `taken` is room to work in.
    fn weigh(&self, aspects: &mut [f32], taken: &mut Vec<f32>) -> (f32, f32) {
        for (aspect, (low, high)) in aspects.iter_mut().zip(&self.bounds) {
            *aspect = aspect.max(*low).min(*high);
        }
        // What is taken times each aspect: its own weight, and of every product the other aspect's part.
        taken.clear();
        taken.extend_from_slice(&self.weights);
        for Products { of, from, weights } in &self.products {
            let of = aspects[usize::from(*of)];
            let others = &mut taken[usize::from(*from)..];
            others.iter_mut().zip(weights).for_each(|(taken, weight)| *taken += of * weight);
        }
        let total: f32 = taken.iter().zip(&*aspects).map(|(taken, aspect)| taken * aspect).sum();
        let find: f32 = self.find_times.iter().map(|&(other, weight)| weight * aspects[usize::from(other)]).sum();
        (total, total + self.find + find)
    }
}

/// The narrator's sentences of one document, read and weighed.
#[derive(Default)]
pub(super) struct Told {
    /// Indices of the sentences.
    sentences: Vec<usize>,
    /// For every such sentence where its units end; the first begin at 0.
    ends: Vec<usize>,
    units: Vec<Unit>,
    /// For every such sentence what its own words weigh for each family.
    own: Vec<f32>,
    /// The same with its neighbours and the whole telling, without a find of a rule.
    totals: Vec<f32>,
    /// The same with a find.
    with_find: Vec<f32>,
    /// Room to work in.
    aspects: Vec<f32>,
    taken: Vec<f32>,
}

impl Told {
    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.sentences.len()
    }

    /// The index of sentence `at` of these among all sentences of the document.
    pub(super) fn number(&self, at: usize) -> usize {
        self.sentences[at]
    }

    /// Where the sentence with this index stands among these.
    pub(super) fn place_of(&self, number: usize) -> Option<usize> {
        self.sentences.binary_search(&number).ok()
    }

    /// The units of sentence `at` of these.
    pub(super) fn units(&self, at: usize) -> &[Unit] {
        let start = if at == 0 { 0 } else { self.ends[at - 1] };
        &self.units[start..self.ends[at]]
    }

    pub(super) fn clear(&mut self) {
        self.sentences.clear();
        self.ends.clear();
        self.units.clear();
        self.own.clear();
        self.totals.clear();
        self.with_find.clear();
    }
}

/// What weighs in a sentence, for all families for which it is added.
#[derive(Default)]
pub(super) struct Weighing {
    met: Met,
    /// Which of the sentences told it is; none at the beginning of a document.
    at: Option<usize>,
    things: Vec<Thing>,
    /// How much it leans to each marker, given its family.
    leanings: Vec<f32>,
}

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

impl Evidence {
    pub(super) fn new(definitions: &Definitions) -> Evidence {
        let mut rules = vec![None; definitions.markers.len()];
        for (number, rule) in definitions.rules.iter().enumerate() {
            if rule.kind == RuleKind::Evidence {
                rules[rule.marker] = Some(number);
            }
        }
        let position = |family: &str| definitions.weights.iter().position(|weights| weights.family == family);
        let table = |weights: &WeightTable| {
            let &WeightTable { keep, add, bias, length, longest, found, rare, alone, .. } = weights;
            let second = SecondStep::new(weights, definitions.weights.len(), position);
            let longest = if longest > 0.0 { longest as usize } else { usize::MAX };
            let markers = weights.markers.iter().copied().filter(|&marker| rules[marker].is_some()).collect();
            let alone = alone as usize;
            Table { keep, add, bias, length, second, longest, found, rare, alone, markers }
        };
        let tables = definitions.weights.iter().map(table).collect();
        let table_of = definitions.markers.iter().map(|marker| position(&marker.family)).collect();
        Evidence { tables, rules, table_of }
    }
}

impl Matcher {
    /// Reads the narrator's sentences and weighs them; the worker then holds them.
    pub(super) fn read_told(&self, worker: &mut Worker, document: &Document, segmentation: &Segmentation) {
        let Worker { table, told, units, weighing, .. } = worker;
        table.prepare(&self.vocabulary, segmentation.known.id());
        told.clear();
        weighing.at = None;
        for (number, sentence) in segmentation.sentences.iter().enumerate() {
            if document.speaker_of(sentence.turn).role != Role::Narrator {
                continue;
            }
            let (tokens, words) = segmentation.of(sentence);
            read_units(&document.text, tokens, words, sentence.first_token, &self.vocabulary, table, units);
            told.sentences.push(number);
            told.units.extend_from_slice(units);
            told.ends.push(told.units.len());
            let ln_words = (1.0 + sentence.n_words as f32).ln();
            let first = told.own.len();
            told.own.extend(self.evidence.tables.iter().map(|table| table.bias + table.length * ln_words));
            self.vocabulary.weigh(table, units, &mut weighing.met, &mut told.own[first..]);
        }
        self.add_up(told);
    }

    fn add_up(&self, told: &mut Told) {
        let tables = &self.evidence.tables;
        let n_families = tables.len();
        let n = told.len();
        let Told { own, totals, with_find, aspects, taken, .. } = told;
        let own_of = |at: usize, family: usize| own[at * n_families + family];
        let mean = |family: usize| (0..n).map(|at| own_of(at, family)).sum::<f32>() / n as f32;
        let means: Vec<f32> = (0..n_families).map(mean).collect();
        // In a short telling, such as the answer to one question, no place means much.
        let share = n as f32 / (n as f32 + SHORT_TELLING);
        for at in 0..n {
            let place = 0.5 + share * (at as f32 / (n.max(2) - 1) as f32 - 0.5);
            for (family, table) in tables.iter().enumerate() {
                aspects.clear();
                aspects.resize(WITH, 0.0);
                aspects[OWN] = own_of(at, family);
                aspects[BEFORE] = if at > 0 { own_of(at - 1, family) } else { means[family] };
                aspects[AFTER] = if at + 1 < n { own_of(at + 1, family) } else { means[family] };
                aspects[DOCUMENT] = means[family];
                aspects[PLACE] = place;
                aspects[PLACE_SQUARED] = place * place;
                aspects[OPENING] = if at < N_OPENING { share } else { 0.0 };
                aspects.extend_from_slice(&own[at * n_families..][..n_families]);
                aspects.extend_from_slice(&means);
                let (total, total_with_find) = table.second.weigh(aspects, taken);
                totals.push(total);
                with_find.push(total_with_find);
            }
        }
    }

    /// The groups whose finds may stand in sentence `at` of those told: not those of families for which it weighs too little.
    pub(super) fn groups_worth_searching(&self, told: &Told, at: usize, is_in_telling: bool) -> Groups {
        let tables = &self.evidence.tables;
        let totals = &told.with_find[at * tables.len()..][..tables.len()];
        tables.iter().zip(totals).enumerate().fold(Groups::ALL, |groups, (number, (table, total))| {
            // In so short a text there is no telling around the sentence by which to know better than the rules.
            if !is_in_telling && told.len() <= table.alone {
                return groups;
            }
            let without = |groups: Groups, group: Option<Group>| group.map_or(groups, |group| groups.without(group));
            let groups = without(groups, SearchedWith::weak(number));
            if *total < table.keep { without(groups, SearchedWith::family(number)) } else { groups }
        })
    }

    /// Adds matches where sentences without finds weigh enough; in very short texts only if they are to be taken as parts of a telling. Sorted, as `finds` are.
    pub(super) fn add_by_weight(
        &self,
        worker: &mut Worker,
        document: &Document,
        segmentation: &Segmentation,
        mut finds: Vec<Match>,
        is_in_telling: bool,
    ) -> Vec<Match> {
        let Evidence { tables, table_of, .. } = &self.evidence;
        let n_families = tables.len();
        let Worker { table: words, told, weighing, presence, room, trial, cues_found, context, .. } = worker;
        // The sentence whose context is known.
        let mut context_of = None;
        let mut has_find = vec![false; told.totals.len()];
        let place_of = |find: &Match| Some((table_of[self.rules[find.rule].marker]?, told.place_of(find.sentence)?));
        for find in &finds {
            if let Some((family, at)) = place_of(find) {
                has_find[at * n_families + family] = true;
            }
        }
        // A telling in which rules find nothing of a family for a hundred sentences has none of it that weights could find: it is of another kind.
        let n_told = told.len() as f32;
        let share = |family: usize| {
            let n_found = has_find.iter().skip(family).step_by(n_families).filter(|has| **has).count() as f32;
            (n_found + 1.0) / (n_told + 10.0)
        };
        let shares: Vec<f32> = (0..n_families).map(share).collect();
        // Where rules find it more rarely still, most of what they find is something else, and must weigh as much as what is added.
        finds.retain(|find| {
            place_of(find).is_none_or(|(family, at)| {
                let table = &tables[family];
                let is_sure = self.rules[find.rule].is_sure;
                is_sure || shares[family] >= table.rare || told.totals[at * n_families + family] >= table.add
            })
        });
        let n_finds = finds.len();
        // Of the turn that was looked at last.
        let mut quoted: (usize, Vec<Span>) = (usize::MAX, Vec::new());
        for (at, &sentence) in told.sentences.iter().enumerate() {
            for (family, table) in tables.iter().enumerate() {
                let number = at * n_families + family;
                let n_words = segmentation.sentences[sentence].n_words;
                if (is_in_telling || told.len() > table.alone)
                    && shares[family] >= table.found
                    && !has_find[number]
                    && told.totals[number] >= table.add
                    && n_words <= table.longest
                {
                    let turn = segmentation.sentences[sentence].turn;
                    if quoted.0 != turn {
                        quoted = (turn, quotations(&document.text, document.turns[turn].span));
                    }
                    if !is_mostly_quoted(segmentation, sentence, &quoted.1) {
                        self.weighing(words, told, at, weighing);
                        let Some((found, add)) = self.add(told, segmentation, at, family, weighing) else { continue };
                        let units = told.units(at);
                        if context_of != Some(at) {
                            context_of = Some(at);
                            presence.of(&self.vocabulary, words, units);
                            trial.begin();
                            let mut search = self.search(words, units, room);
                            search.presence = Some(presence);
                            let around =
                                Surroundings { quoted: &quoted.1, tokens: &segmentation.tokens, asks_for_verbs: false };
                            self.look_at_context(&mut search, &around, trial, cues_found, context);
                        }
                        let search = self.search(words, units, room);
                        if context.allows(&search, found, &self.rules[add.rule].conditions) {
                            finds.push(add);
                        }
                    }
                }
            }
        }
        if finds.len() > n_finds {
            finds.sort_unstable();
        }
        finds
    }

    /// Finds what weighs in sentence `at` of those told, unless that is known.
    fn weighing(&self, words: &WordTable, told: &Told, at: usize, weighing: &mut Weighing) {
        if weighing.at != Some(at) {
            let Weighing { met, things, leanings, .. } = weighing;
            self.vocabulary.things(words, told.units(at), met, things);
            leanings.resize(self.evidence.rules.len(), 0.0);
            self.vocabulary.leanings(things, leanings);
            weighing.at = Some(at);
        }
    }

    /// The match of a sentence that weighs enough, and its units: its marker is the one that its words lean to most, its span the stretch that weighs most.
    fn add(
        &self,
        told: &Told,
        segmentation: &Segmentation,
        at: usize,
        family: usize,
        weighing: &Weighing,
    ) -> Option<(Found, Match)> {
        let Weighing { things, leanings, .. } = weighing;
        let units = told.units(at);
        let markers = self.evidence.tables[family].markers.iter().copied();
        let marker = markers.max_by(|&a, &b| leanings[a].total_cmp(&leanings[b]))?;
        let contributions = self.vocabulary.contributions(things, units.len(), family);
        let is_word = |at: &usize| units[*at].kind == UnitKind::Word;
        let most = (0..units.len()).filter(is_word).map(|at| contributions[at]).fold(0.0, f32::max);
        let heavy = |at: &usize| is_word(at) && contributions[*at] >= most / 2.0;
        let first = (0..units.len()).find(heavy)?;
        let last = (first..units.len()).rfind(heavy)?;
        let of = |unit: usize| segmentation.tokens[units[unit].token as usize].span;
        let span = Span { start: of(first).start, end: of(last).end };
        let rule = self.evidence.rules[marker]?;
        Some((Found { start: first, end: last + 1 }, Match { sentence: told.number(at), span, rule }))
    }

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
                for (distance, between) in [(1, ""), (2, "_ ")] {
                    let there = signs.get(at + distance).map(Vec::as_slice).unwrap_or_default();
                    for a in here.iter().filter(|sign| sign.pairs()) {
                        for b in there.iter().filter(|sign| sign.pairs()) {
                            *counts.entry(format!("{a} {between}{b}")).or_default() += 1;
                        }
                    }
                }
            }
            all.push(SentenceFeatures { start: sentence.span.start, n_words: sentence.n_words, counts });
        }
        all
    }
}

/// Whether most words of the sentence stand in quotation marks. What others said is theirs.
fn is_mostly_quoted(segmentation: &Segmentation, number: usize, quoted: &[Span]) -> bool {
    let sentence = segmentation.sentences[number];
    let tokens = &segmentation.tokens[sentence.first_token..sentence.end_token];
    let first = quoted.partition_point(|quote| quote.end <= sentence.span.start);
    let near = &quoted[first..];
    let is_quoted =
        |span: Span| near.iter().take_while(|quote| quote.start <= span.start).any(|quote| span.start < quote.end);
    let n_quoted = tokens.iter().filter(|token| token.kind.is_word() && is_quoted(token.span)).count();
    2 * n_quoted > sentence.n_words
}
