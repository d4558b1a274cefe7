/*!
The programs are run in one sentence: where their anchors are, and for rules that wait where the whole sentence gives them a chance.
*/

use super::Matcher;
use super::compile::{CompiledKind, CompiledShape, ProgramRole};
use super::kinds;
use crate::lexicon::Scope;
use crate::pattern::{Anchored, Found, Search, Unit};
use rustc_hash::FxHashMap;

/// What the programs have found in the current sentence.
#[derive(Default)]
pub(super) struct Trial {
    /// Where each program may stand among those that have run (Briggs & Torczon 1993): nothing has to be cleared, and of this long row only what is used is touched.
    places: Vec<u32>,
    /// The programs that have run, and how far each has come.
    progress: Vec<Progress>,
    /// Program, words.
    pub(super) raw: Vec<(usize, Found)>,
    /// Shapes that the sentence may have.
    pub(super) shapes: Vec<usize>,
    /// Room to work in.
    starts: Vec<usize>,
    /// The anchors of cues in the sentence.
    pub(super) anchors: Vec<Anchored>,
}

/// How far a program has come.
#[derive(Clone, Copy)]
struct Progress {
    program: usize,
    /// The unit from which it goes on.
    go_on: usize,
    /// Its last find, by its place among the raw finds.
    last: Option<usize>,
}

impl Trial {
    /// Begins with a new sentence, for so many programs.
    pub(super) fn begin(&mut self, n_programs: usize) {
        if self.places.len() != n_programs {
            self.places = vec![0; n_programs];
        }
        self.progress.clear();
        self.raw.clear();
    }

    /// Where it stands how far the program has come.
    fn place(&mut self, program: usize) -> usize {
        let place = self.places[program] as usize;
        if self.progress.get(place).is_some_and(|known| known.program == program) {
            return place;
        }
        self.places[program] = self.progress.len() as u32;
        self.progress.push(Progress { program, go_on: 0, last: None });
        self.progress.len() - 1
    }
}

impl Matcher {
    /// Runs the programs of rules that wait, where the sentence has enough anchors of the rule, the form it asks for, and what must be near.
    pub(super) fn run_waiting(
        &self,
        search: &mut Search<'_>,
        form: kinds::Form,
        waiting: &mut [Anchored],
        trial: &mut Trial,
    ) {
        let rule_of = |anchor: &Anchored| self.roles[anchor.program as usize].rule();
        // Rules have their programs in a row, so this brings together what belongs together, and keeps the order of the units.
        waiting.sort_unstable();
        for anchors in waiting.chunk_by(|a, b| rule_of(a) == rule_of(b)) {
            let Some(number) = anchors.first().and_then(rule_of) else { continue };
            let rule = &self.rules[number];
            let is_hopeless = match &rule.kind {
                CompiledKind::Shape(shape) => {
                    !kinds::may_fit(shape, form, search.units) || !self.may_contain(shape, search)
                }
                CompiledKind::Contrast { .. } => {
                    let is_bad = |anchor: &Anchored| self.roles[anchor.program as usize] == ProgramRole::Bad(number);
                    anchors.iter().all(is_bad) || !anchors.iter().any(is_bad)
                }
                _ => false,
            };
            let may_be_near = || {
                rule.conditions.scope != Scope::Sentence
                    || rule.only_near.is_empty()
                    || rule.only_near.iter().any(|&program| self.programs.at(program).is_possible(search))
            };
            if is_hopeless || anchors.len() < rule.finds_needed() || !may_be_near() {
                continue;
            }
            for anchor in anchors {
                self.run(search, anchor, trial);
            }
        }
    }

    /// Whether the sentence may contain what the shape asks for. Cheap, and right when it says no.
    fn may_contain(&self, shape: &CompiledShape, search: &Search<'_>) -> bool {
        let is_possible = |&program: &usize| self.programs.at(program).is_possible(search);
        let counted = shape.count.as_ref().is_none_or(|(of, bounds)| bounds.min == 0 || of.iter().any(is_possible));
        counted && (shape.patterns.is_empty() || shape.patterns.iter().any(is_possible))
    }

    /// Which shapes the sentence may have, as far as that is cheap to tell; and takes the finds that only served to tell it out of the raw ones.
    pub(super) fn choose_shapes(&self, form: kinds::Form, units: &[Unit], trial: &mut Trial) {
        let Trial { raw, shapes, .. } = trial;
        shapes.clear();
        for &rule in &self.shapes {
            let CompiledKind::Shape(shape) = &self.rules[rule].kind else { continue };
            let is_sought = || raw.iter().any(|(program, _)| self.roles[*program] == ProgramRole::Shape(rule));
            if kinds::may_fit(shape, form, units) && (!shape.is_triggered || is_sought()) {
                shapes.push(rule);
            }
        }
        raw.retain(|(program, _)| !matches!(self.roles[*program], ProgramRole::Shape(_)));
    }

    /// Drops the finds of rules that need several of them and have too few, before their context is looked at.
    pub(super) fn drop_hopeless(&self, raw: &mut Vec<(usize, Found)>) {
        let rule_that_waits = |program: usize| self.roles[program].rule().filter(|_| self.waits[program]);
        let mut n_finds: FxHashMap<usize, usize> = FxHashMap::default();
        for rule in raw.iter().filter_map(|&(program, _)| rule_that_waits(program)) {
            *n_finds.entry(rule).or_default() += 1;
        }
        raw.retain(|&(program, _)| {
            rule_that_waits(program).is_none_or(|rule| n_finds[&rule] >= self.rules[rule].finds_needed())
        });
    }

    /// Runs a program around the unit that anchors it. Of its matches in a sentence none begins inside the one before.
    pub(super) fn run(&self, search: &mut Search<'_>, anchor: &Anchored, trial: &mut Trial) {
        let number = anchor.program as usize;
        let program = self.programs.at(number);
        if !program.is_possible(search) {
            return;
        }
        program.starts(search, anchor, &mut trial.starts);
        if trial.starts.is_empty() {
            return;
        }
        let place = trial.place(number);
        let mut known = trial.progress[place];
        for &start in trial.starts.iter().rev() {
            let last = known.last.map(|at| trial.raw[at].1);
            if start < known.go_on && last.is_none_or(|last| last.start <= start) {
                continue;
            }
            if let Some(found) = program.longest_at(search, start) {
                // A match that begins farther left but has its anchor farther right comes later, and wins.
                match known.last {
                    Some(at) if trial.raw[at].1.overlaps(found) => trial.raw[at].1 = found,
                    _ => {
                        known.last = Some(trial.raw.len());
                        trial.raw.push((number, found));
                    }
                }
                known.go_on = known.go_on.max(found.end).max(start + 1);
            }
        }
        trial.progress[place] = known;
    }
}
