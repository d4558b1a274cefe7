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
use super::second::{AFTER, AT_ONCE, BEFORE, DOCUMENT, OPENING, OWN, PLACE, PLACE_SQUARED, SecondStep, Several, WITH};
use super::sections::told;
use super::surroundings::Surroundings;
use super::whole::{Quoted, Whole};
use super::{Match, Matcher, Worker};
use crate::context::is_in_quotation;
use crate::document::{Document, Sentence, Token};
use crate::lexicon::{Definitions, N_OPENING, RuleKind, WeightTable};
use crate::pattern::{Found, Group, Groups, Met, Thing, Unit, UnitKind, WordTable, read_units, span_of};
use crate::segment::Segmentation;
use crate::span::Span;
use serde::{Deserialize, Serialize};
use std::ops::Range;

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

/// The narrator's sentences of one document, or of a section of it, read and weighed.
#[derive(Default)]
pub(super) struct Told {
    /// Indices of the sentences.
    sentences: Vec<usize>,
    /// For every such sentence where its units end; the first begin at 0.
    ends: Vec<usize>,
    units: Vec<Unit>,
    /// The sequences that weigh in each,
    sequences: Vec<Thing>,
    /// and where those of each end; nothing of sentences that were not weighed here.
    sequence_ends: Vec<usize>,
    /// For every such sentence what its own words weigh for each family.
    pub(super) own: Vec<f32>,
    /// The same with its neighbours and the whole telling, without a find of a rule.
    pub(super) totals: Vec<f32>,
    /// The same with a find.
    with_find: Vec<f32>,
    /// How many there are in the whole document.
    pub(super) n_all: usize,
    /// Whether they are to be taken as parts of a telling, however few they are.
    pub(super) is_excerpt: bool,
    /// Room to work in.
    aspects: Vec<Several>,
    taken: Vec<Several>,
}

impl Told {
    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.sentences.len()
    }

    /// Whether there is a telling around each sentence, by which to know better than the rules: not in a text of so few.
    fn is_telling(&self, table: &Table) -> bool {
        self.is_excerpt || self.n_all > table.alone
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
        &self.units[part(&self.ends, at)]
    }

    /// The sequences that weigh in sentence `at` of these, if it was weighed here.
    fn sequences(&self, at: usize) -> Option<&[Thing]> {
        (at < self.sequence_ends.len()).then(|| &self.sequences[part(&self.sequence_ends, at)])
    }

    pub(super) fn clear(&mut self) {
        self.sentences.clear();
        self.ends.clear();
        self.units.clear();
        self.sequences.clear();
        self.sequence_ends.clear();
        self.own.clear();
        self.totals.clear();
        self.with_find.clear();
        self.n_all = 0;
        self.is_excerpt = false;
    }
}

/// Where part `at` of a row stands, of which each part begins where the one before ends.
fn part(ends: &[usize], at: usize) -> Range<usize> {
    let start = if at == 0 { 0 } else { ends[at - 1] };
    start..ends[at]
}

/// In how many sentences of a telling, or of a section of it, rules found something.
#[derive(Default)]
pub(super) struct NFound {
    /// Each family.
    of_family: Vec<usize>,
    /// Any family whose table asks for a share.
    of_any: usize,
}

impl NFound {
    /// These and those of another section.
    pub(super) fn and(mut self, other: &NFound) -> NFound {
        self.of_family.resize(self.of_family.len().max(other.of_family.len()), 0);
        self.of_family.iter_mut().zip(&other.of_family).for_each(|(own, other)| *own += other);
        self.of_any += other.of_any;
        self
    }
}

/// About the shares of sentences in which rules found something.
pub(super) struct Shares {
    /// Each family. A telling in which they find nothing of one for a hundred sentences has little of it.
    of_family: Vec<f32>,
    /// Any family whose table asks for a share. A telling in which they find next to nothing has nothing that weights could find: it is of another kind.
    of_any: f32,
}

/// What weighs in a sentence, for all families for which it is added.
#[derive(Default)]
pub(super) struct Weighing {
    met: Met,
    /// Which of the sentences told it is; none at the beginning of a document.
    at: Option<usize>,
    things: Vec<Thing>,
    /// Room for how much it leans to each marker of a family.
    leanings: Vec<f32>,
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
        let whole = Whole::new(document, segmentation);
        let told = told(document, segmentation);
        self.read_some(worker, &whole, &told, |_| true);
        self.weigh_own(worker, &whole);
        let own = std::mem::take(&mut worker.told.own);
        self.add_up(&mut worker.told, &own, &self.means(&own, told.len()), 0, told.len());
        worker.told.own = own;
    }

    /// Reads sentences of the narrator; the worker then holds them, and the units of those for which `is_needed`.
    pub(super) fn read_some(
        &self,
        worker: &mut Worker,
        whole: &Whole<'_>,
        numbers: &[usize],
        is_needed: impl Fn(usize) -> bool,
    ) {
        let Worker { table, told, units, weighing, presence, .. } = worker;
        let Whole { document, segmentation, .. } = whole;
        table.prepare(&self.vocabulary, segmentation.known.id());
        told.clear();
        presence.forget();
        weighing.at = None;
        told.sentences.extend_from_slice(numbers);
        for (at, &number) in numbers.iter().enumerate() {
            if is_needed(at) {
                let sentence = &segmentation.sentences[number];
                let (tokens, words) = segmentation.of(sentence);
                read_units(&document.text, tokens, words, sentence.first_token, &self.vocabulary, table, units);
                told.units.extend_from_slice(units);
            }
            told.ends.push(told.units.len());
        }
    }

    /// Weighs each sentence that the worker holds by itself.
    pub(super) fn weigh_own(&self, worker: &mut Worker, whole: &Whole<'_>) {
        let Worker { table, told, weighing, .. } = worker;
        let mut own = std::mem::take(&mut told.own);
        let mut sequences = std::mem::take(&mut told.sequences);
        for (at, &number) in told.sentences.iter().enumerate() {
            let ln_words = (1.0 + whole.segmentation.sentences[number].n_words as f32).ln();
            let first = own.len();
            own.extend(self.evidence.tables.iter().map(|table| table.bias + table.length * ln_words));
            self.vocabulary.weigh(table, told.units(at), &mut weighing.met, &mut sequences, &mut own[first..]);
            told.sequence_ends.push(sequences.len());
        }
        told.own = own;
        told.sequences = sequences;
    }

    /// What the sentences of a whole telling weigh by themselves in the mean, family by family.
    pub(super) fn means(&self, own: &[f32], n_told: usize) -> Vec<f32> {
        let n_families = self.n_families();
        let mean = |family: usize| own.iter().skip(family).step_by(n_families).sum::<f32>() / n_told as f32;
        (0..n_families).map(mean).collect()
    }

    /// How many families are weighed.
    pub(super) fn n_families(&self) -> usize {
        self.evidence.tables.len()
    }

    /// Adds up what the sentences weigh that are held in `told`, of which the first is number `first` among the `n` of the whole telling; `own` is what each of those weighs by
    /// itself.
    pub(super) fn add_up(&self, told: &mut Told, own: &[f32], means: &[f32], first: usize, n: usize) {
        let tables = &self.evidence.tables;
        let n_families = tables.len();
        told.n_all = n;
        let Told { sentences, totals, with_find, aspects, taken, .. } = told;
        let n_here = sentences.len();
        totals.resize(n_here * n_families, 0.0);
        with_find.resize(n_here * n_families, 0.0);
        let own_of = |at: usize, family: usize| own[at * n_families + family];
        // In a short telling, such as the answer to one question, no place means much.
        let share = n as f32 / (n as f32 + SHORT_TELLING);
        let place = |at: usize| 0.5 + share * (at as f32 / (n.max(2) - 1) as f32 - 0.5);
        let mut others = Vec::with_capacity(n_families);
        for begin in (0..n_here).step_by(AT_ONCE) {
            // Behind the last sentence it is weighed again, in vain.
            let of_each = |aspect: &dyn Fn(usize) -> f32| -> Several {
                std::array::from_fn(|number| aspect(first + (begin + number).min(n_here - 1)))
            };
            others.clear();
            others.extend((0..n_families).map(|other| of_each(&|at| own_of(at, other))));
            let places = of_each(&place);
            let openings = of_each(&|at| if at < N_OPENING { share } else { 0.0 });
            for (family, table) in tables.iter().enumerate() {
                let mean = means[family];
                aspects.clear();
                aspects.resize(WITH, Several::default());
                aspects[OWN] = others[family];
                aspects[BEFORE] = of_each(&|at| if at > 0 { own_of(at - 1, family) } else { mean });
                aspects[AFTER] = of_each(&|at| if at + 1 < n { own_of(at + 1, family) } else { mean });
                aspects[DOCUMENT] = [mean; AT_ONCE];
                aspects[PLACE] = places;
                aspects[PLACE_SQUARED] = places.map(|place| place * place);
                aspects[OPENING] = openings;
                aspects.extend_from_slice(&others);
                aspects.extend(means.iter().map(|&mean| [mean; AT_ONCE]));
                let (total, total_with_find) = table.second.weigh(aspects, taken);
                for (number, at) in (begin..n_here).take(AT_ONCE).enumerate() {
                    totals[at * n_families + family] = total[number];
                    with_find[at * n_families + family] = total_with_find[number];
                }
            }
        }
    }

    /// The groups whose finds may stand in sentence `at` of those told: not those of families for which it weighs too little.
    pub(super) fn groups_worth_searching(&self, told: &Told, at: usize) -> Groups {
        let tables = &self.evidence.tables;
        let totals = &told.with_find[at * tables.len()..][..tables.len()];
        tables.iter().zip(totals).enumerate().fold(Groups::ALL, |groups, (number, (table, total))| {
            if !told.is_telling(table) {
                return groups;
            }
            let without = |groups: Groups, group: Option<Group>| group.map_or(groups, |group| groups.without(group));
            let groups = without(groups, SearchedWith::weak(number));
            if *total < table.keep { without(groups, SearchedWith::family(number)) } else { groups }
        })
    }

    /// Adds matches where sentences of a telling without finds weigh enough. Sorted, as `finds` are; `has_find` is what [`Matcher::has_find`] says of these.
    pub(super) fn add_by_weight(
        &self,
        worker: &mut Worker,
        whole: &Whole<'_>,
        shares: &Shares,
        has_find: &[bool],
        mut finds: Vec<Match>,
    ) -> Vec<Match> {
        let Evidence { tables, table_of, .. } = &self.evidence;
        let n_families = tables.len();
        let segmentation = whole.segmentation;
        let Worker { table: words, told, weighing, presence, room, trial, cues_found, context, .. } = worker;
        // The sentence whose context is known.
        let mut context_of = None;
        let place_of = |find: &Match| Some((table_of[self.rules[find.rule].marker]?, told.place_of(find.sentence)?));
        // Where rules find it more rarely still, most of what they find is something else, and must weigh as much as what is added.
        finds.retain(|find| {
            place_of(find).is_none_or(|(family, at)| {
                let table = &tables[family];
                let is_sure = self.rules[find.rule].is_sure;
                is_sure || shares.of_family[family] >= table.rare || told.totals[at * n_families + family] >= table.add
            })
        });
        let n_finds = finds.len();
        let mut quoted = Quoted::default();
        for (at, &sentence) in told.sentences.iter().enumerate() {
            let Sentence { turn, n_words, .. } = segmentation.sentences[sentence];
            for (family, table) in tables.iter().enumerate() {
                let number = at * n_families + family;
                let is_heavy = told.is_telling(table)
                    && (told.is_excerpt || shares.of_any >= table.found)
                    && !has_find[number]
                    && told.totals[number] >= table.add
                    && n_words <= table.longest;
                if !is_heavy || is_mostly_quoted(segmentation, sentence, quoted.of(whole, turn)) {
                    continue;
                }
                self.weighing(words, told, at, weighing);
                let Some((found, add)) = self.add(told, segmentation, at, family, weighing) else { continue };
                let units = told.units(at);
                presence.of(sentence, &self.vocabulary, words, units);
                let mut search = self.search(words, units, presence, room);
                if context_of != Some(at) {
                    context_of = Some(at);
                    trial.begin(self.programs.len());
                    let quoted = quoted.of(whole, turn);
                    let around = Surroundings { quoted, tokens: &segmentation.tokens, asks_for_verbs: false };
                    self.look_at_context(&mut search, &around, trial, cues_found, context);
                }
                if context.allows(&search, found, &self.rules[add.rule].conditions) {
                    finds.push(add);
                }
            }
        }
        if finds.len() > n_finds {
            finds.sort_unstable();
        }
        finds
    }

    /// For every sentence told and every family whether rules found it there.
    pub(super) fn has_find(&self, told: &Told, finds: &[Match]) -> Vec<bool> {
        let Evidence { tables, table_of, .. } = &self.evidence;
        let mut has_find = vec![false; told.len() * tables.len()];
        for find in finds {
            if let (Some(family), Some(at)) = (table_of[self.rules[find.rule].marker], told.place_of(find.sentence)) {
                has_find[at * tables.len() + family] = true;
            }
        }
        has_find
    }

    /// In how many sentences rules found something, by what [`Matcher::has_find`] says.
    pub(super) fn n_found(&self, has_find: &[bool]) -> NFound {
        let Evidence { tables, .. } = &self.evidence;
        let of_family = |family| has_find.iter().skip(family).step_by(tables.len()).filter(|has| **has).count();
        let is_counted = |(find, table): (&bool, &Table)| *find && table.found > 0.0;
        let sentences = has_find.chunks(tables.len().max(1));
        let of_any = sentences.filter(|here| here.iter().zip(tables).any(is_counted)).count();
        NFound { of_family: (0..tables.len()).map(of_family).collect(), of_any }
    }

    /// About the share of sentences in which rules found something, in a telling of so many.
    pub(super) fn shares(&self, n_found: &NFound, n_told: usize) -> Shares {
        let share = |n_found: usize, more: f32| (n_found as f32 + more) / (n_told as f32 + 10.0);
        Shares {
            of_family: n_found.of_family.iter().map(|&n_found| share(n_found, 1.0)).collect(),
            of_any: share(n_found.of_any, 0.5),
        }
    }

    /// What the sentences `here` of those told weigh without a find.
    pub(super) fn totals(&self, told: &Told, here: Range<usize>) -> Vec<f32> {
        told.totals[here.start * self.n_families()..here.end * self.n_families()].to_vec()
    }

    /// Whether a sentence that weighs so much for each family weighs enough for one of them to be added.
    pub(super) fn is_heavy(&self, totals: &[f32]) -> bool {
        self.evidence.tables.iter().zip(totals).any(|(table, total)| *total >= table.add)
    }

    /// Finds what weighs in sentence `at` of those told, unless that is known.
    fn weighing(&self, words: &WordTable, told: &Told, at: usize, weighing: &mut Weighing) {
        if weighing.at != Some(at) {
            let Weighing { met, things, .. } = weighing;
            self.vocabulary.things(words, told.units(at), met, told.sequences(at), things);
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
        weighing: &mut Weighing,
    ) -> Option<(Found, Match)> {
        let Weighing { things, leanings, .. } = weighing;
        let units = told.units(at);
        let markers = &self.evidence.tables[family].markers;
        let (first, last) = (*markers.iter().min()?, *markers.iter().max()?);
        self.vocabulary.leanings(things, first..last + 1, leanings);
        let leaning = |marker: usize| leanings[marker - first];
        let marker = markers.iter().copied().max_by(|&a, &b| leaning(a).total_cmp(&leaning(b)))?;
        let contributions = self.vocabulary.contributions(things, units.len(), family);
        let is_word = |at: &usize| units[*at].kind == UnitKind::Word;
        let most = (0..units.len()).filter(is_word).map(|at| contributions[at]).fold(0.0, f32::max);
        let heavy = |at: &usize| is_word(at) && contributions[*at] >= most / 2.0;
        let first = (0..units.len()).find(heavy)?;
        let last = (first..units.len()).rfind(heavy)?;
        let found = Found { start: first, end: last + 1 };
        let rule = self.evidence.rules[marker]?;
        Some((found, Match { sentence: told.number(at), span: span_of(&segmentation.tokens, units, found), rule }))
    }
}

/// Whether most words of the sentence stand in quotation marks. What others said is theirs.
fn is_mostly_quoted(segmentation: &Segmentation, number: usize, quoted: &[Span]) -> bool {
    let sentence = segmentation.sentences[number];
    let tokens = &segmentation.tokens[sentence.first_token..sentence.end_token];
    let is_quoted_word = |token: &&Token| token.kind.is_word() && is_in_quotation(quoted, token.span.start);
    let n_quoted = tokens.iter().filter(is_quoted_word).count();
    2 * n_quoted > sentence.n_words
}
