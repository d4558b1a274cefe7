/*!
Who is meant: which kind of person a name or a pronoun stands for.

A pronoun means whoever was named last by such words before it in its sentence; or else whoever was named first in the nearest sentence before it of the same turn: first, because
that is mostly the subject, of whom one goes on to speak (Hobbs 1978). A sentence that such a pronoun opens goes on with the same person. That is simple, and right more often
than not; where it knows nothing it says nothing. Persons are looked for only around finds that ask (`near`), and once in each sentence.
*/

use super::{Matcher, Worker};
use crate::context::is_overlapped;
use crate::document::{Document, Token};
use crate::lexicon::Definitions;
use crate::pattern::{Compiler, Found, LongRow, Program, Search, Unit, UnitKind, span_of};
use crate::segment::Segmentation;
use crate::span::Span;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// So many sentences before its own a pronoun looks for whom it means.
const REACH: usize = 8;
/// So many words may stand between a comma and the name that is added after it: *he was hard, my father*.
const ADDED_AFTER: usize = 1;

/// By which words persons are named, compiled.
#[derive(Serialize, Deserialize)]
pub(super) struct Persons {
    names: Vec<Name>,
    /// For every kind of person the programs that must not overlap its name.
    unless: Vec<Vec<usize>>,
    n_pronouns: usize,
}

#[derive(Serialize, Deserialize)]
struct Name {
    program: usize,
    /// The kind of person; none for the pronoun itself.
    kind: Option<usize>,
    pronoun: usize,
}

/// A name or a pronoun in a text, and whom it means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mention {
    /// Where it stands in the document's text.
    pub span: Span,
    /// Index into [`Definitions::pronouns`]; none for a name.
    pub pronoun: Option<usize>,
    /// Index into [`Definitions::persons`]; none for a pronoun before which nobody is named.
    pub kind: Option<usize>,
}

/// The names and pronouns of one sentence.
#[derive(Default)]
pub(super) struct Mentions {
    /// In order. The kind of a pronoun is here what its own sentence tells.
    all: Vec<Mention>,
    /// For every pronoun the kind of who was named first, if no such pronoun stands before: then it means whom that means.
    opening: Vec<Option<usize>>,
}

impl Persons {
    pub(super) fn compile(definitions: &Definitions, compiler: &mut Compiler<'_>) -> Persons {
        let mut names = Vec::new();
        for (pronoun, own) in definitions.pronouns.iter().enumerate() {
            let programs = compiler.patterns(&own.patterns, None).into_iter();
            names.extend(programs.map(|program| Name { program, kind: None, pronoun }));
        }
        for (kind, person) in definitions.persons.iter().enumerate() {
            for (pronoun, patterns) in &person.named {
                let programs = compiler.patterns(patterns, None).into_iter();
                names.extend(programs.map(|program| Name { program, kind: Some(kind), pronoun: *pronoun }));
            }
        }
        let unless = definitions.persons.iter().map(|person| compiler.patterns(&person.unless, None)).collect();
        Persons { names, unless, n_pronouns: definitions.pronouns.len() }
    }

    /// The names and pronouns of the sentence in `search`.
    fn mentions(&self, search: &mut Search<'_>, programs: &LongRow<Program>, tokens: &[Token]) -> Mentions {
        let mut found: Vec<Named> = Vec::new();
        for &Name { program, kind, pronoun } in &self.names {
            programs.at(program).all(search, |words| found.push(Named { words, kind, pronoun }));
        }
        found.retain(|&Named { words, kind, .. }| {
            kind.is_none_or(|kind| !is_overlapped(&self.unless[kind], programs, search, words))
        });
        let found = longest(found);
        let mut mentions = Mentions { all: Vec::with_capacity(found.len()), opening: vec![None; self.n_pronouns] };
        let (mut last, mut is_open) = (vec![None; self.n_pronouns], vec![true; self.n_pronouns]);
        let end = found.last().filter(|name| name.kind.is_some() && is_added(search.units, name.words));
        let names_at_end = found.iter().rev().take_while(|name| end.is_some_and(|end| end.words == name.words));
        for named in &found {
            let span = span_of(tokens, search.units, named.words);
            if named.kind.is_some() {
                last[named.pronoun] = named.kind;
                mentions.all.push(Mention { span, pronoun: None, kind: named.kind });
            } else {
                let added = names_at_end.clone().find(|name| name.pronoun == named.pronoun).and_then(|name| name.kind);
                let kind = added.or(last[named.pronoun]);
                mentions.all.push(Mention { span, pronoun: Some(named.pronoun), kind });
            }
            if std::mem::take(&mut is_open[named.pronoun]) {
                mentions.opening[named.pronoun] = mentions.all.last().and_then(|mention| mention.kind);
            }
        }
        // A friend may be meant by more than one pronoun, and is one person all the same.
        mentions.all.dedup();
        mentions
    }
}

/// Words by which somebody is named whom the pronoun may mean from then on; without a kind the pronoun itself.
#[derive(Clone, Copy)]
struct Named {
    words: Found,
    kind: Option<usize>,
    pronoun: usize,
}

/// In order, and for each pronoun by itself (*mum and dad* are they; *mum* is she): of what overlaps the longest, then the leftmost, then the pronoun, then the
/// kind that is told of first.
fn longest(mut found: Vec<Named>) -> Vec<Named> {
    found.sort_unstable_by_key(|&Named { words, kind, pronoun }| {
        (pronoun, std::cmp::Reverse(words.end - words.start), words.start, kind)
    });
    let mut kept: BTreeMap<(usize, usize), Named> = BTreeMap::new();
    for named in found {
        let Named { words, pronoun, .. } = named;
        let before = kept.range((pronoun, 0)..(pronoun, words.end)).next_back();
        if before.is_none_or(|(_, other)| other.words.end <= words.start) {
            kept.insert((pronoun, words.start), named);
        }
    }
    let mut kept: Vec<Named> = kept.into_values().collect();
    kept.sort_unstable_by_key(|&Named { words, kind, pronoun }| (words, kind, pronoun));
    kept
}

/// Whether the name ends the sentence and was added behind a comma or dash.
fn is_added(units: &[Unit], name: Found) -> bool {
    let is_word = |unit: &&Unit| unit.kind == UnitKind::Word;
    let between = units[..name.start].iter().rev().take_while(is_word).count();
    let mark = name.start.checked_sub(between + 1).map(|at| units[at]);
    units[name.end..].iter().find(is_word).is_none()
        && between <= ADDED_AFTER
        && mark.is_some_and(|mark| mark.kind == UnitKind::SoftMark || mark.is_break())
}

/// Who is meant in the sentences of one document, as far as somebody has asked.
#[derive(Default)]
pub(super) struct Known {
    sentences: FxHashMap<usize, Mentions>,
}

impl Known {
    pub(super) fn clear(&mut self) {
        self.sentences.clear();
    }
}

impl Matcher {
    /// Whether words that a rule found speak of one of these kinds of persons, as far as that is known: a name or a pronoun in them, or else the last one before
    /// them in the sentence. A pronoun before which nobody is named may mean anybody. `first` is the first sentence of the turn.
    pub(super) fn speaks_of_any(
        &self,
        kinds: &[usize],
        worker: &mut Worker,
        (document, segmentation): (&Document, &Segmentation),
        (sentence, span): (usize, Span),
        first: usize,
    ) -> bool {
        let mentions = self.mentions_in(worker, document, segmentation, sentence);
        let n_before = |at: u32| mentions.all.partition_point(|mention| mention.span.start < at);
        let (from, to) = (n_before(span.start), n_before(span.end));
        // Without any in the find, the one before it.
        let from = if from == to { from.saturating_sub(1) } else { from };
        (from == to)
            || (from..to).any(|number| {
                self.meant(worker, document, segmentation, sentence, number, first)
                    .is_none_or(|kind| kinds.contains(&kind))
            })
    }

    /// Every name and pronoun, and whom it means. For the check of examples, and tests.
    pub fn mentions(&self, worker: &mut Worker, document: &Document, segmentation: &Segmentation) -> Vec<Mention> {
        worker.table.prepare(&self.vocabulary, segmentation.known.id());
        worker.persons.clear();
        worker.told.clear();
        worker.presence.forget();
        let mut found = Vec::new();
        let mut first = 0;
        for (number, sentence) in segmentation.sentences.iter().enumerate() {
            if segmentation.sentences[first].turn != sentence.turn {
                first = number;
            }
            for at in 0..self.mentions_in(worker, document, segmentation, number).all.len() {
                let kind = self.meant(worker, document, segmentation, number, at, first);
                found.extend(worker.persons.sentences[&number].all.get(at).map(|mention| Mention { kind, ..*mention }));
            }
        }
        found
    }

    /// The kind of person that mention `at` of a sentence means.
    fn meant(
        &self,
        worker: &mut Worker,
        document: &Document,
        segmentation: &Segmentation,
        sentence: usize,
        at: usize,
        first: usize,
    ) -> Option<usize> {
        let Mention { pronoun, kind, .. } = self.mentions_in(worker, document, segmentation, sentence).all[at];
        let Some(pronoun) = pronoun else { return kind };
        let before = (first.max(sentence.saturating_sub(REACH))..sentence).rev();
        kind.or_else(|| {
            before
                .into_iter()
                .find_map(|earlier| self.mentions_in(worker, document, segmentation, earlier).opening[pronoun])
        })
    }

    fn mentions_in<'w>(
        &self,
        worker: &'w mut Worker,
        document: &Document,
        segmentation: &Segmentation,
        number: usize,
    ) -> &'w Mentions {
        if !worker.persons.sentences.contains_key(&number) {
            let mut search = self.search_in(worker, document, segmentation, number);
            let mentions = self.persons.mentions(&mut search, &self.programs, &segmentation.tokens);
            worker.persons.sentences.insert(number, mentions);
        }
        &worker.persons.sentences[&number]
    }
}
