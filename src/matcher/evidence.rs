/*!
The weight of whole sentences: what is left to say when the rules have spoken.

A rule sees one frame. A table of weights ([`WeightTable`](crate::lexicon::WeightTable)) sees all words of the sentence, a little of its neighbours and of the whole telling.
Where it finds too little, a find of a rule is dropped; where it finds enough, the sentence is a match without one. The weight of sentence *i* for a family is

```text
own(i)   = bias + length · ln(1 + words) + the weights of all that is in it
total(i) = own(i) + before · own(i-1) + after · own(i+1) + document · mean(own)
```

over the sentences of the narrator. Rules that go by the form of a sentence are not dropped.
*/

use super::compile::CompiledKind;
use super::{Match, Matcher, Worker};
use crate::context::quotations;
use crate::document::{Document, Role};
use crate::lexicon::{Definitions, RuleKind, WeightTable};
use crate::pattern::{UnitKind, signs_of_units};
use crate::segment::Segmentation;
use crate::span::Span;
use std::collections::BTreeMap;

/// What the weights of a lexicon are for.
pub(super) struct Evidence {
    tables: Vec<Table>,
    /// For every marker the rule that its added matches have.
    rules: Vec<Option<usize>>,
    /// For every marker its table.
    table_of: Vec<Option<usize>>,
}

/// The numbers of one table that belong to no word.
struct Table {
    keep: f32,
    add: f32,
    bias: f32,
    length: f32,
    before: f32,
    after: f32,
    document: f32,
    longest: usize,
    /// The markers that can be added.
    markers: Vec<usize>,
}

/// What the narrator's sentences of a document weigh, as far as their own words go.
#[derive(Default)]
pub(super) struct Weighed {
    /// Indices of the sentences.
    sentences: Vec<usize>,
    /// For every such sentence what it weighs for each family.
    own: Vec<f32>,
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
        let table = |weights: &WeightTable| {
            let &WeightTable { keep, add, bias, length, before, after, document, longest, .. } = weights;
            let longest = if longest > 0.0 { longest as usize } else { usize::MAX };
            let markers = weights.markers.iter().copied().filter(|&marker| rules[marker].is_some()).collect();
            Table { keep, add, bias, length, before, after, document, longest, markers }
        };
        let tables = definitions.weights.iter().map(table).collect();
        let position = |family: &str| definitions.weights.iter().position(|weights| weights.family == family);
        let table_of = definitions.markers.iter().map(|marker| position(&marker.family)).collect();
        Evidence { tables, rules, table_of }
    }
}

impl Weighed {
    pub(super) fn clear(&mut self) {
        self.sentences.clear();
        self.own.clear();
    }
}

impl Matcher {
    /// Notes what the sentence weighs whose units the worker has just read.
    pub(super) fn weigh_sentence(&self, worker: &mut Worker, sentence: usize, n_words: usize) {
        let n_families = self.evidence.tables.len();
        if n_families == 0 {
            return;
        }
        let Weighed { sentences, own } = &mut worker.weighed;
        sentences.push(sentence);
        let ln_words = (1.0 + n_words as f32).ln();
        let first = own.len();
        own.extend(self.evidence.tables.iter().map(|table| table.bias + table.length * ln_words));
        self.vocabulary.weigh(&worker.table, &worker.units, &mut own[first..]);
    }

    /// Drops finds in sentences that weigh too little, and adds matches where sentences without finds weigh enough. Sorted, as `finds` are.
    pub(super) fn weigh(
        &self,
        worker: &mut Worker,
        document: &Document,
        segmentation: &Segmentation,
        mut finds: Vec<Match>,
    ) -> Vec<Match> {
        let Evidence { tables, table_of, .. } = &self.evidence;
        let n_families = tables.len();
        if n_families == 0 || worker.weighed.sentences.is_empty() {
            return finds;
        }
        let totals = self.totals(&worker.weighed);
        let place = |sentence: usize| worker.weighed.sentences.binary_search(&sentence).ok();
        finds.retain(|find| {
            let rule = &self.rules[find.rule];
            let goes_by_form = matches!(rule.kind, CompiledKind::Shape(_));
            match (table_of[rule.marker], place(find.sentence)) {
                (Some(family), Some(at)) if !goes_by_form => totals[at * n_families + family] >= tables[family].keep,
                _ => true,
            }
        });
        let mut has_find = vec![false; totals.len()];
        for find in &finds {
            if let (Some(family), Some(at)) = (table_of[self.rules[find.rule].marker], place(find.sentence)) {
                has_find[at * n_families + family] = true;
            }
        }
        let mut added = Vec::new();
        let sentences = std::mem::take(&mut worker.weighed.sentences);
        // Of the turn that was looked at last.
        let mut quoted: (usize, Vec<Span>) = (usize::MAX, Vec::new());
        for (at, &sentence) in sentences.iter().enumerate() {
            for (family, table) in tables.iter().enumerate() {
                let number = at * n_families + family;
                let n_words = segmentation.sentences[sentence].n_words;
                if !has_find[number] && totals[number] >= table.add && n_words <= table.longest {
                    let turn = segmentation.sentences[sentence].turn;
                    if quoted.0 != turn {
                        quoted = (turn, quotations(&document.text, document.turns[turn].span));
                    }
                    added.extend(self.add(worker, document, segmentation, sentence, family, &quoted.1));
                }
            }
        }
        worker.weighed.sentences = sentences;
        finds.extend(added);
        finds.sort_unstable();
        finds
    }

    fn totals(&self, weighed: &Weighed) -> Vec<f32> {
        let n_families = self.evidence.tables.len();
        let n = weighed.sentences.len();
        let own = |at: usize, family: usize| weighed.own[at * n_families + family];
        let mut totals = weighed.own.clone();
        for (family, table) in self.evidence.tables.iter().enumerate() {
            let mean = (0..n).map(|at| own(at, family)).sum::<f32>() / n as f32;
            for at in 0..n {
                let before = if at > 0 { own(at - 1, family) } else { mean };
                let after = if at + 1 < n { own(at + 1, family) } else { mean };
                totals[at * n_families + family] += table.before * before + table.after * after + table.document * mean;
            }
        }
        totals
    }

    /// The match of a sentence that weighs enough: its marker is the one that its words lean to most, its span the stretch that weighs most.
    fn add(
        &self,
        worker: &mut Worker,
        document: &Document,
        segmentation: &Segmentation,
        number: usize,
        family: usize,
        quoted: &[Span],
    ) -> Option<Match> {
        let sentence = segmentation.sentences[number];
        let tokens = &segmentation.tokens[sentence.first_token..sentence.end_token];
        // What others said is theirs.
        let first = quoted.partition_point(|quote| quote.end <= sentence.span.start);
        let near = &quoted[first..];
        let is_quoted =
            |span: Span| near.iter().take_while(|quote| quote.start <= span.start).any(|quote| span.start < quote.end);
        let n_quoted = tokens.iter().filter(|token| token.kind.is_word() && is_quoted(token.span)).count();
        if 2 * n_quoted > sentence.n_words {
            return None;
        }
        self.read(worker, document, segmentation, &sentence);
        let (table, units) = (&worker.table, &worker.units);
        let leanings = self.vocabulary.leanings(table, units, self.evidence.rules.len());
        let markers = self.evidence.tables[family].markers.iter().copied();
        let marker = markers.max_by(|&a, &b| leanings[a].total_cmp(&leanings[b]))?;
        let contributions = self.vocabulary.contributions(table, units, family);
        let is_word = |at: &usize| units[*at].kind == UnitKind::Word;
        let most = (0..units.len()).filter(is_word).map(|at| contributions[at]).fold(0.0, f32::max);
        let heavy = |at: &usize| is_word(at) && contributions[*at] >= most / 2.0;
        let first = (0..units.len()).find(heavy)?;
        let last = (first..units.len()).rfind(heavy)?;
        let of = |unit: usize| segmentation.tokens[units[unit].token as usize].span;
        let span = Span { start: of(first).start, end: of(last).end };
        Some(Match { sentence: number, span, rule: self.evidence.rules[marker]? })
    }

    /// What the narrator's sentences are to a table of weights: what weights are estimated from.
    pub fn features(
        &self,
        worker: &mut Worker,
        document: &Document,
        segmentation: &Segmentation,
    ) -> Vec<SentenceFeatures> {
        worker.table.prepare(&self.vocabulary);
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
