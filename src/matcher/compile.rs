/*!
From rules to what is run: every pattern of every rule with what it is for.
*/

use super::persons::Persons;
use super::{Matcher, evidence, kinds};
use crate::context::Cues;
use crate::diagnostic::Diagnostic;
use crate::lexicon::{
    Bounds, Conditions, ContrastOrder, Definitions, PairOrder, Partner, Pattern, Rule, RuleKind, Scope,
};
use crate::pattern::{Compiler, Group};
use serde::{Deserialize, Serialize};

/// A rule with the numbers of its programs.
#[derive(Serialize, Deserialize)]
pub(super) struct CompiledRule {
    pub(super) marker: usize,
    pub(super) kind: CompiledKind,
    pub(super) conditions: Conditions,
    /// Whether its finds stand whatever the sentence weighs.
    pub(super) is_sure: bool,
    pub(super) unless: Vec<usize>,
    pub(super) unless_near: Vec<usize>,
    pub(super) only_near: Vec<usize>,
}

#[derive(Serialize, Deserialize)]
pub(super) enum CompiledKind {
    Pattern,
    Shape(CompiledShape),
    Pair { partner: CompiledPartner, is_present: bool, within: usize, order: PairOrder },
    Contrast { bridge: Vec<usize>, order: ContrastOrder, within: usize, reversals: usize },
    Repeat { times: usize, within: usize, is_same: bool },
    Evidence,
}

#[derive(Serialize, Deserialize)]
pub(super) struct CompiledShape {
    /// Whether it is looked at only where one of its patterns has been found.
    pub(super) is_triggered: bool,
    /// So many of those patterns must be found.
    pub(super) finds_needed: usize,
    pub(super) words: Option<Bounds>,
    pub(super) count: Option<(Vec<usize>, Bounds)>,
    pub(super) is_broken: bool,
    pub(super) answer_words: Option<Bounds>,
    pub(super) question: Vec<usize>,
    pub(super) patterns: Vec<usize>,
}

#[derive(Serialize, Deserialize)]
pub(super) enum CompiledPartner {
    Programs(Vec<usize>),
    Marker(usize),
}

/// The groups in which programs are searched for.
pub(super) struct SearchedWith {
    /// Of what triggers the cues of context.
    pub(super) cues: Group,
    /// Of rules that are searched for in every sentence: sure ones, those that go by its form alone, and those of families without weights.
    always: Group,
}

impl SearchedWith {
    /// The groups of every lexicon.
    pub(super) fn groups() -> SearchedWith {
        SearchedWith { cues: Group::new(0), always: Group::new(1) }
    }

    /// The group of the family with this table of weights; none if there are too many families to tell apart.
    pub(super) fn family(table: usize) -> Option<Group> {
        SearchedWith::numbered(2 * table)
    }

    /// The group of weak rules of this family.
    pub(super) fn weak(table: usize) -> Option<Group> {
        SearchedWith::numbered(2 * table + 1)
    }

    fn numbered(number: usize) -> Option<Group> {
        (2 + number < Group::MAX).then(|| Group::new(2 + number))
    }

    fn rule(&self, definitions: &Definitions, rule: &Rule) -> Group {
        let family = &definitions.markers[rule.marker].family;
        let table = definitions.weights.iter().position(|weights| weights.family == *family);
        let of = if rule.is_weak { SearchedWith::weak } else { SearchedWith::family };
        match (&rule.kind, table.and_then(of)) {
            _ if rule.is_sure => self.always,
            // Of lengths and broken ends weights know nothing.
            (RuleKind::Shape(shape), _) if kinds::sought_first(shape).0.is_empty() => self.always,
            (_, Some(group)) => group,
            (_, None) => self.always,
        }
    }
}

/// What a program is for.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum ProgramRole {
    /// It is run when a rule asks.
    OnDemand,
    /// It triggers a cue of context.
    Cue(usize),
    /// What this rule looks for; for a contrast the good side.
    Main(usize),
    /// The bad side of a contrast.
    Bad(usize),
    /// Without it in a sentence the form of the sentence cannot fit this shape.
    Shape(usize),
}

impl ProgramRole {
    /// The rule that the program triggers.
    pub(super) fn rule(self) -> Option<usize> {
        match self {
            ProgramRole::Main(rule) | ProgramRole::Bad(rule) | ProgramRole::Shape(rule) => Some(rule),
            ProgramRole::OnDemand | ProgramRole::Cue(_) => None,
        }
    }
}

impl CompiledRule {
    /// Whether one find alone does not decide: the rule needs several in the sentence, or a sentence of some form, or something near in it.
    pub(super) fn waits(&self) -> bool {
        !self.only_near.is_empty() && self.conditions.scope == Scope::Sentence
            || match &self.kind {
                CompiledKind::Repeat { .. } | CompiledKind::Contrast { within: 0, .. } | CompiledKind::Shape(_) => true,
                CompiledKind::Pattern
                | CompiledKind::Pair { .. }
                | CompiledKind::Contrast { .. }
                | CompiledKind::Evidence => false,
            }
    }

    /// How many finds it needs in a sentence.
    pub(super) fn finds_needed(&self) -> usize {
        match &self.kind {
            CompiledKind::Repeat { times, .. } => *times,
            CompiledKind::Contrast { within: 0, reversals, .. } => reversals + 1,
            CompiledKind::Shape(shape) => shape.finds_needed,
            CompiledKind::Pattern
            | CompiledKind::Pair { .. }
            | CompiledKind::Contrast { .. }
            | CompiledKind::Evidence => 1,
        }
    }
}

impl Matcher {
    /// Compiles the rules, and says of every pattern that cannot be compiled why. Such a pattern finds nothing.
    pub fn new(definitions: &Definitions) -> (Matcher, Vec<Diagnostic>) {
        let mut compiler = Compiler::new(definitions);
        let searched_with = SearchedWith::groups();
        let cues = Cues::compile(definitions, searched_with.cues, &mut compiler);
        let mut triggers = Vec::new();
        let mut rules = Vec::with_capacity(definitions.rules.len());
        let mut shapes = Vec::new();
        for (number, rule) in definitions.rules.iter().enumerate() {
            let group = searched_with.rule(definitions, rule);
            let mut trigger = |compiler: &mut Compiler<'_>, patterns: &[Pattern], role: ProgramRole| {
                triggers.extend(compiler.patterns(patterns, Some(group)).into_iter().map(|program| (program, role)));
            };
            let main = ProgramRole::Main(number);
            let kind = match &rule.kind {
                RuleKind::Pattern(patterns) => {
                    trigger(&mut compiler, patterns, main);
                    CompiledKind::Pattern
                }
                RuleKind::Shape(shape) => {
                    shapes.push(number);
                    let (sought, finds_needed) = kinds::sought_first(shape);
                    trigger(&mut compiler, sought, ProgramRole::Shape(number));
                    CompiledKind::Shape(CompiledShape {
                        is_triggered: !sought.is_empty(),
                        finds_needed,
                        words: shape.words,
                        count: shape.count.as_ref().map(|(of, bounds)| (compiler.patterns(of, None), *bounds)),
                        is_broken: shape.is_broken,
                        answer_words: shape.answer_words,
                        question: compiler.patterns(&shape.question, None),
                        patterns: compiler.patterns(&shape.patterns, None),
                    })
                }
                RuleKind::Pair(pair) => {
                    trigger(&mut compiler, &pair.patterns, main);
                    let partner = match &pair.partner {
                        Partner::Patterns(patterns) => CompiledPartner::Programs(compiler.patterns(patterns, None)),
                        Partner::Marker(marker) => CompiledPartner::Marker(*marker),
                    };
                    let (is_present, within, order) = (pair.is_present, pair.within, pair.order);
                    CompiledKind::Pair { partner, is_present, within, order }
                }
                RuleKind::Contrast(contrast) => {
                    trigger(&mut compiler, &contrast.good, main);
                    trigger(&mut compiler, &contrast.bad, ProgramRole::Bad(number));
                    CompiledKind::Contrast {
                        bridge: compiler.patterns(&contrast.bridge, None),
                        order: contrast.order,
                        within: contrast.within,
                        reversals: contrast.reversals,
                    }
                }
                RuleKind::Evidence => CompiledKind::Evidence,
                RuleKind::Repeat(repeat) => {
                    trigger(&mut compiler, &repeat.patterns, main);
                    CompiledKind::Repeat { times: repeat.times, within: repeat.within, is_same: repeat.is_same }
                }
            };
            rules.push(CompiledRule {
                marker: rule.marker,
                kind,
                is_sure: rule.is_sure,
                unless: compiler.patterns(&rule.conditions.unless, None),
                unless_near: compiler.patterns(&rule.conditions.unless_near, None),
                only_near: compiler.patterns(&rule.conditions.only_near, None),
                conditions: rule.conditions.without_patterns(),
            });
        }
        let topics = definitions.topics.iter().map(|topic| compiler.patterns(&topic.patterns, None)).collect();
        let persons = Persons::compile(definitions, &mut compiler);
        compiler.weigh(&definitions.weights);
        let (vocabulary, programs, faults) = compiler.finish();
        let mut roles: Vec<ProgramRole> = (0..programs.len())
            .map(|program| cues.of_program(program).map_or(ProgramRole::OnDemand, ProgramRole::Cue))
            .collect();
        for (program, role) in triggers {
            roles[program] = role;
        }
        let waits = roles.iter().map(|role| role.rule().is_some_and(|rule| rules[rule].waits())).collect();
        let evidence = evidence::Evidence::new(definitions);
        (Matcher { vocabulary, programs, cues, rules, roles, shapes, waits, evidence, topics, persons }, faults)
    }
}
