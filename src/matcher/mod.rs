/*!
Rules applied to texts: compiled, immutable [`Matcher`]; a document in, [`Match`]es out.

```text
for every sentence of the narrator
    tokens → units                                   (pattern::read_units)
    units with an anchor → run the anchored programs (most units have none)
    nothing found → next sentence
    context of the sentence                          (context::Cues)
    conditions → finds                               (this module; `kinds` for contrast, repeat, shape)
then what needs other sentences: near conditions, pairs, questions (`near`), who is meant (`persons`)
then the overlap law
```

A rule never looks at raw text, and nothing here knows a word of any language.
*/

mod compile;
mod evidence;
mod examples;
mod features;
mod kinds;
mod near;
mod persons;
mod second;
mod sections;
mod surroundings;
mod topics;
mod trial;
mod whole;

pub use features::SentenceFeatures;
pub use persons::Mention;

use crate::context::{Context, Cues, is_overlapped};
use crate::document::{Document, Sentence};
use crate::lexicon::Scope;
use crate::pattern::{
    Anchored, Found, Groups, LongRow, Positions, Presence, Program, Search, Unit, UnitKind, Vocabulary, WordTable,
    read_units,
};
use crate::segment::Segmentation;
use crate::span::Span;
use compile::{CompiledRule, ProgramRole, SearchedWith};
use evidence::Told;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::ops::Range;
use surroundings::Surroundings;
use trial::Trial;
use whole::{Quoted, Whole};

/// A stretch of text in which a rule recognised its marker.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Match {
    /// Index of the sentence.
    pub sentence: usize,
    /// Where it stands in the document's text.
    pub span: Span,
    /// Index into [`Definitions::rules`](crate::lexicon::Definitions::rules).
    pub rule: usize,
}

/// All rules of a lexicon, compiled. Shared between threads; each brings its own [`Worker`].
#[derive(Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Matcher {
    vocabulary: Vocabulary,
    programs: LongRow<Program>,
    cues: Cues,
    rules: Vec<CompiledRule>,
    /// What each program is for.
    roles: Vec<ProgramRole>,
    /// Rules of kind shape.
    shapes: Vec<usize>,
    /// For every program whether its rule waits for the whole sentence: see [`Matcher::run_waiting`].
    waits: Vec<bool>,
    evidence: evidence::Evidence,
    /// The programs of each topic.
    topics: Vec<Vec<usize>>,
    persons: persons::Persons,
}

/// Whether somebody else spoke before this turn.
fn is_answer(document: &Document, turn: usize) -> bool {
    let speaker = |turn: usize| document.turns[turn].speaker;
    turn > 0 && speaker(turn - 1) != speaker(turn)
}

/// Every anchor of programs of these groups in the sentence, with what it must have around it: program and unit, in the order of the units.
fn anchored(search: &Search<'_>, groups: Groups, anchored: &mut Vec<Anchored>) {
    let mut before = [search.units[0]; 2];
    for (at, &unit) in search.units.iter().enumerate() {
        let is_soft = unit.kind == UnitKind::SoftMark;
        if search.table.groups(unit).meet(groups) {
            let mut rest = search.units[at + 1..].iter().filter(|unit| unit.kind != UnitKind::SoftMark);
            let after = rest.next().copied().unwrap_or(unit);
            let after = [after, rest.next().copied().unwrap_or(after)];
            search.table.slots(unit, groups, search.presence, |slot| {
                if slot.fits(search.table, before, after) {
                    let anchor = slot.anchor(at);
                    if !anchored.last_mut().is_some_and(|last| last.is_joined_by(&anchor)) {
                        anchored.push(anchor);
                    }
                }
            });
        }
        before = if is_soft { before } else { [unit, before[0]] };
    }
}

/// A find that conditions in its own sentence allow.
#[derive(Clone, Copy)]
struct Find {
    rule: usize,
    sentence: usize,
    span: Span,
}

/// One thread's words and room to work in. Keep it from document to document: words are worked out once.
#[derive(Default)]
pub struct Worker {
    table: WordTable,
    units: Vec<Unit>,
    presence: Presence,
    room: Vec<(Positions, Positions)>,
    context: Context,
    trial: Trial,
    /// The anchors in the sentence.
    anchored: Vec<Anchored>,
    /// The anchors of rules that wait.
    waiting: Vec<Anchored>,
    cues_found: Vec<(usize, Found)>,
    finds: Vec<Find>,
    told: Told,
    /// What weighs in the sentence that is weighed.
    weighing: evidence::Weighing,
    sides: kinds::Sides,
    memory: near::Memory,
    persons: persons::Known,
}

impl Worker {
    /// A worker that knows no word yet.
    pub fn new() -> Worker {
        Worker::default()
    }

    /// How often a pattern has read a word or mark, in all documents so far: the work of matching, whatever the machine.
    pub fn steps(&self) -> u64 {
        self.table.steps()
    }
}

impl Matcher {
    /// Everything that every rule finds in the narrator's turns, in order of sentence, span and rule, *before* weights and the overlap law.
    pub fn finds(&self, worker: &mut Worker, document: &Document, segmentation: &Segmentation) -> Vec<Match> {
        self.read_told(worker, document, segmentation);
        let all = 0..worker.told.len();
        self.find_all(worker, &Whole::new(document, segmentation), all, |_, _| Groups::ALL)
    }

    /// The finds that weights and the overlap law leave, and what weights add: within a marker the longest wins, then the leftmost. In order of sentence and span.
    pub fn matches(&self, worker: &mut Worker, document: &Document, segmentation: &Segmentation) -> Vec<Match> {
        self.read_told(worker, document, segmentation);
        self.matches_in_told(worker, document, segmentation)
    }

    /// The same for an example of a rule of kind `evidence`: a sentence or two that are weighed as if they stood in a telling.
    pub fn matches_as_in_a_telling(
        &self,
        worker: &mut Worker,
        document: &Document,
        segmentation: &Segmentation,
    ) -> Vec<Match> {
        self.read_told(worker, document, segmentation);
        worker.told.is_excerpt = true;
        self.matches_in_told(worker, document, segmentation)
    }

    /// The matches in the sentences that the worker has read.
    fn matches_in_told(&self, worker: &mut Worker, document: &Document, segmentation: &Segmentation) -> Vec<Match> {
        let whole = Whole::new(document, segmentation);
        let all = 0..worker.told.len();
        // What would not stand is not searched for.
        let finds = self.find_all(worker, &whole, all, |told, at| self.groups_worth_searching(told, at));
        let has_find = self.has_find(&worker.told, &finds);
        let shares = self.shares(&self.n_found(&has_find), worker.told.len());
        let finds = self.add_by_weight(worker, &whole, &shares, &has_find, finds);
        self.keep_longest_of_all(&finds)
    }

    /// Applies the overlap law to finds in the order of their sentences.
    fn keep_longest_of_all(&self, finds: &[Match]) -> Vec<Match> {
        let mut kept = Vec::with_capacity(finds.len());
        let mut rest = finds;
        while let Some(first) = rest.first() {
            let n_here = rest.partition_point(|find| find.sentence == first.sentence);
            let (here, after) = rest.split_at(n_here);
            self.keep_longest(here, &mut kept);
            rest = after;
        }
        kept
    }

    /// Applies the overlap law to the finds of one sentence.
    fn keep_longest(&self, finds: &[Match], kept: &mut Vec<Match>) {
        let marker = |find: &Match| self.rules[find.rule].marker;
        let mut order: Vec<&Match> = finds.iter().collect();
        order.sort_by_key(|find| (marker(find), std::cmp::Reverse(find.span.len()), find.span.start, find.rule));
        let first = kept.len();
        for same in order.chunk_by(|a, b| marker(a) == marker(b)) {
            // Ends by beginnings of what is kept; it does not overlap, so only the nearest to the left and to the right can.
            let mut taken: BTreeMap<u32, u32> = BTreeMap::new();
            for find in same {
                let Span { start, end } = find.span;
                if taken.range(..end).next_back().is_none_or(|(_, &other)| other <= start) {
                    taken.insert(start, end);
                    kept.push(**find);
                }
            }
        }
        kept[first..].sort_unstable();
    }

    /// What the rules of the groups that `groups` names find in each of the sentences told, in order of sentence, span and rule. The finds of those in `here` are kept; the
    /// others are there for what goes over from one sentence to another.
    fn find_all(
        &self,
        worker: &mut Worker,
        whole: &Whole<'_>,
        here: Range<usize>,
        groups: impl Fn(&Told, usize) -> Groups,
    ) -> Vec<Match> {
        worker.finds.clear();
        worker.memory.clear();
        worker.persons.clear();
        worker.sides.clear();
        let mut quoted = Quoted::default();
        let Whole { document, segmentation, turn_words, .. } = whole;
        let cues = SearchedWith::groups().cues;
        for at in 0..worker.told.len() {
            let number = worker.told.number(at);
            let sentence = &segmentation.sentences[number];
            let units = worker.told.units(at);
            let sought = groups(&worker.told, at).without(cues);
            let turn_words = turn_words[sentence.turn];
            let form =
                kinds::Form { n_words: sentence.n_words, turn_words, is_answer: is_answer(document, sentence.turn) };
            worker.presence.of(number, &self.vocabulary, &worker.table, units);
            let mut search = self.search(&worker.table, units, &worker.presence, &mut worker.room);
            worker.trial.begin(self.programs.len());
            worker.anchored.clear();
            anchored(&search, sought, &mut worker.anchored);
            worker.waiting.clear();
            for anchor in &worker.anchored {
                if self.waits[anchor.program as usize] {
                    worker.waiting.push(*anchor);
                } else {
                    self.run(&mut search, anchor, &mut worker.trial);
                }
            }
            self.run_waiting(&mut search, form, &mut worker.waiting, &mut worker.trial);
            self.drop_hopeless(&mut worker.trial.raw);
            self.choose_shapes(form, search.units, &mut worker.trial);
            if worker.trial.raw.is_empty() && worker.trial.shapes.is_empty() {
                continue;
            }
            let asks = worker.trial.raw.iter().any(|&(program, _)| self.asks_for_verbs(self.roles[program]));
            let quoted = quoted.of(whole, sentence.turn);
            let around = Surroundings { quoted, tokens: &segmentation.tokens, asks_for_verbs: asks };
            self.look_at_context(&mut search, &around, &mut worker.trial, &mut worker.cues_found, &mut worker.context);
            let place = kinds::Place {
                sentence: number,
                turn: sentence.turn,
                text: &document.text,
                tokens: &segmentation.tokens,
            };
            self.judge(&mut search, &place, &worker.context, &worker.trial, &mut worker.sides, &mut worker.finds);
        }
        let number = |at: usize| worker.told.number(at);
        let here = if here.is_empty() { 0..0 } else { number(here.start)..number(here.end - 1) + 1 };
        self.look_around(worker, whole, &here);
        let finds = worker.finds.iter();
        let mut matches: Vec<Match> =
            finds.map(|find| Match { sentence: find.sentence, span: find.span, rule: find.rule }).collect();
        matches.sort_unstable();
        matches.dedup();
        matches
    }

    /// Reads a sentence: the worker then holds its units.
    fn read(&self, worker: &mut Worker, document: &Document, segmentation: &Segmentation, sentence: &Sentence) {
        let (tokens, words) = segmentation.of(sentence);
        let (table, units) = (&mut worker.table, &mut worker.units);
        read_units(&document.text, tokens, words, sentence.first_token, &self.vocabulary, table, units);
    }

    /// Whether a find of the program needs to know tense or person.
    fn asks_for_verbs(&self, role: ProgramRole) -> bool {
        let (ProgramRole::Main(rule) | ProgramRole::Bad(rule)) = role else { return false };
        let conditions = &self.rules[rule].conditions;
        conditions.tense.is_some() || conditions.person.is_some()
    }

    /// A search in the units of a sentence, of which it is known which classes are present.
    fn search<'a>(
        &'a self,
        table: &'a WordTable,
        units: &'a [Unit],
        presence: &'a Presence,
        room: &'a mut Vec<(Positions, Positions)>,
    ) -> Search<'a> {
        Search { vocabulary: &self.vocabulary, table, units, presence, room }
    }

    /// A search in the sentence with this index: in what has been read of it, if it is one of those told, or else it is read.
    fn search_in<'a>(
        &'a self,
        worker: &'a mut Worker,
        document: &Document,
        segmentation: &Segmentation,
        number: usize,
    ) -> Search<'a> {
        let at = worker.told.place_of(number);
        if at.is_none() {
            self.read(worker, document, segmentation, &segmentation.sentences[number]);
        }
        let Worker { told, table, units, presence, room, .. } = worker;
        let units = at.map_or(units.as_slice(), |at| told.units(at));
        presence.of(number, &self.vocabulary, table, units);
        self.search(table, units, presence, room)
    }

    /// Whether the conditions that need only the sentence allow this find. `known` are the programs that have been looked for in all of it.
    fn allows(
        &self,
        search: &mut Search<'_>,
        context: &Context,
        known: &mut FxHashMap<usize, bool>,
        rule: usize,
        found: Found,
    ) -> bool {
        let rule = &self.rules[rule];
        if !context.allows(search, found, &rule.conditions)
            || is_overlapped(&rule.unless, &self.programs, search, found)
        {
            return false;
        }
        if rule.conditions.scope != Scope::Sentence {
            return true;
        }
        let mut is_near = |programs: &[usize], search: &mut Search<'_>| {
            let mut is_found =
                |&program: &usize| *known.entry(program).or_insert_with(|| self.programs.at(program).is_found(search));
            programs.iter().any(&mut is_found)
        };
        (rule.only_near.is_empty() || is_near(&rule.only_near, search)) && !is_near(&rule.unless_near, search)
    }
}
