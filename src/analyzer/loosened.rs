/*!
Why a rule finds nothing in one of its hits: which of its conditions stops it.

The rule is compiled again, once for every condition that it has, each time without that condition, and once without any. What then finds something
names the condition. That is done only for a hit that fails, so it may take its time.
*/

use super::Analyzer;
use crate::document::Document;
use crate::lexicon::{Conditions, Definitions, Mood, Partner, Polarity, Rule, RuleKind, Voice};

/// A rule without each of its conditions in turn, and at last without all.
pub(super) struct Loosened {
    analyzer: Analyzer,
    /// The conditions, in the order of the rules.
    names: Vec<&'static str>,
}

impl Loosened {
    /// The rule of this number. None if it has nothing that could be loosened.
    pub(super) fn new(definitions: &Definitions, number: usize) -> Option<Loosened> {
        let rule = &definitions.rules[number];
        if rule.kind == RuleKind::Evidence {
            return None;
        }
        let with = |conditions: Conditions| Rule { conditions, ..rule.clone() };
        let (names, mut rules): (Vec<_>, Vec<_>) =
            without_each(&rule.conditions).map(|(name, conditions)| (name, with(conditions))).unzip();
        let any = Conditions { voice: Voice::Any, polarity: Polarity::Any, mood: Mood::Any, ..Conditions::default() };
        rules.push(with(any));
        // A pair may look for matches of another marker.
        if let RuleKind::Pair(pair) = &rule.kind
            && let Partner::Marker(marker) = pair.partner
        {
            rules.extend(definitions.rules.iter().filter(|rule| rule.marker == marker).cloned());
        }
        let hash = format!("{} without the conditions of {}", definitions.hash, rule.id);
        let definitions = Definitions { rules, weights: Vec::new(), topics: Vec::new(), hash, ..definitions.clone() };
        Some(Loosened { analyzer: Analyzer::compile(definitions).0, names })
    }

    /// What to do about a hit in which the rule finds nothing.
    pub(super) fn advice(&self, document: &Document) -> String {
        let mut worker = self.analyzer.worker();
        self.analyzer.segment(&mut worker, document);
        let found = self.analyzer.matcher.finds(&mut worker.matcher, document, &worker.segmentation);
        let finds = |rule: usize| found.iter().any(|find| find.rule == rule);
        let alone: Vec<&str> = (0..self.names.len()).filter(|&rule| finds(rule)).map(|rule| self.names[rule]).collect();
        let quoted = |names: &[&str]| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>();
        match alone.as_slice() {
            [] if finds(self.names.len()) => {
                format!("several of its conditions stop it here, each by itself: of {}", quoted(&self.names).join(", "))
            }
            [] => "no condition stops it here: the pattern does not fit; change the pattern or the hit".to_owned(),
            names => {
                let names = quoted(names).join(" or ");
                format!("the pattern fits, but its condition {names} stops it here; change the condition or the hit")
            }
        }
    }
}

/// The conditions without each that asks for something, and the name of that.
fn without_each(conditions: &Conditions) -> impl Iterator<Item = (&'static str, Conditions)> {
    let all = conditions.clone();
    let each = [
        ("voice", all.voice != Voice::Any, Conditions { voice: Voice::Any, ..all.clone() }),
        ("polarity", all.polarity != Polarity::Any, Conditions { polarity: Polarity::Any, ..all.clone() }),
        ("mood", all.mood != Mood::Any, Conditions { mood: Mood::Any, ..all.clone() }),
        ("tense", all.tense.is_some(), Conditions { tense: None, ..all.clone() }),
        ("person", all.person.is_some(), Conditions { person: None, ..all.clone() }),
        ("whom", !all.whom.is_empty(), Conditions { whom: Vec::new(), ..all.clone() }),
        ("unless", !all.unless.is_empty(), Conditions { unless: Vec::new(), ..all.clone() }),
        ("unless_near", !all.unless_near.is_empty(), Conditions { unless_near: Vec::new(), ..all.clone() }),
        ("only_near", !all.only_near.is_empty(), Conditions { only_near: Vec::new(), ..all }),
    ];
    each.into_iter().filter(|(_, is_set, _)| *is_set).map(|(name, _, conditions)| (name, conditions))
}
