/*!
What can only be checked with all files in hand: names of lists, lists that contain themselves, lists that nothing uses, ids that stand twice.
*/

use super::plain::is_reference;
use super::{Attribute, Conditions, Definitions, Mood, Node, Pattern, Polarity, RuleKind, Sign, Voice};
use crate::diagnostic::Diagnostic;
use crate::span::Span;
use std::collections::{BTreeMap, BTreeSet};

const SCALES: &str = "scales.toml";

/// `told` are the faults of single files. What stands in a file with an error may use anything that it names.
pub(super) fn check(definitions: &Definitions, told: &[Diagnostic]) -> Vec<Diagnostic> {
    let broken: BTreeSet<&str> =
        told.iter().filter(|fault| fault.is_error()).map(|fault| fault.file.as_str()).collect();
    let is_named = |text: &str| {
        let files = definitions.files.iter().filter(|file| broken.contains(file.path.as_str()));
        files.into_iter().any(|file| file.text.contains(text))
    };
    let mut found = Vec::new();
    let mut used = BTreeSet::new();
    for pattern in every_pattern(definitions) {
        list_names(&pattern.node, &mut |name| {
            if definitions.lists.contains_key(name) {
                used.insert(name.to_owned());
            } else {
                let at = place_of(pattern, name);
                found.push(unknown_list(definitions, name, &definitions.files[pattern.file].path, at));
            }
        });
    }
    for name in super::scales::lists(&definitions.scales, &definitions.word_kinds) {
        if !definitions.lists.contains_key(&name) {
            let text = definitions.files.iter().find(|file| file.path == SCALES).map_or("", |file| &file.text);
            let at = text.find(&format!("\"{name}\"")).unwrap_or(0);
            found.push(unknown_list(definitions, &name, SCALES, Span::new(at, at + name.len() + 2)));
        }
        used.insert(name);
    }
    for (name, list) in &definitions.lists {
        let file = &definitions.files[list.file];
        for inner in list.entries.iter().filter_map(is_reference) {
            used.insert(inner.to_owned());
            let at = file.text.find(&format!("@{inner}")).unwrap_or(0);
            let at = Span::new(at, at + inner.len() + 1);
            if !definitions.lists.contains_key(inner) {
                found.push(unknown_list(definitions, inner, &file.path, at));
            } else if reaches(definitions, inner, name, &mut BTreeSet::new()) {
                let message = format!("the list `{name}` contains itself through `@{inner}`");
                found.push(Diagnostic::error("circular-list", &file.path, at, message).hint("remove this line"));
            }
        }
    }
    weights(definitions, &mut used, &mut found);
    for (name, list) in &definitions.lists {
        if !used.contains(name) && !is_named(&format!("@{name}")) {
            let message = format!("no pattern, no list and no scale uses `@{name}`");
            let file = &definitions.files[list.file].path;
            let fault = Diagnostic::warning("unused-list", file, Span::new(0, 0), message);
            found.push(fault.hint("use it, or remove the file"));
        }
    }
    found.extend(duplicate_ids(definitions.rules.iter().map(|rule| (&rule.id, rule.file, rule.span)), definitions));
    if !is_named("whom") && !is_named("named") {
        found.extend(super::persons::unused(definitions));
    }
    found.extend(without_cues(definitions));
    let pronouns = definitions.pronouns.iter().map(|pronoun| (&pronoun.id, pronoun.file, pronoun.span));
    found.extend(duplicate_ids(pronouns, definitions));
    let persons = definitions.persons.iter().map(|person| (&person.id, person.file, person.span));
    found.extend(duplicate_ids(persons, definitions));
    found.extend(duplicate_ids(definitions.cues.iter().map(|cue| (&cue.id, cue.file, cue.span)), definitions));
    let topics = definitions.topics.iter().map(|topic| (&topic.name, topic.file, topic.span));
    found.extend(duplicate_ids(topics, definitions));
    found
}

/// Lists that weights name, and rules of evidence that have no weights.
fn weights(definitions: &Definitions, used: &mut BTreeSet<String>, found: &mut Vec<Diagnostic>) {
    for weights in &definitions.weights {
        for entry in &weights.entries {
            for sign in entry.feature.signs() {
                let Sign::List(name) = sign else { continue };
                if definitions.lists.contains_key(name) {
                    used.insert(name.clone());
                } else {
                    found.push(unknown_list(definitions, name, &definitions.files[weights.file].path, entry.span));
                }
            }
        }
    }
    for rule in definitions.rules.iter().filter(|rule| rule.kind == RuleKind::Evidence) {
        if !definitions.weights.iter().any(|weights| weights.markers.contains(&rule.marker)) {
            let marker = &definitions.markers[rule.marker];
            let message = format!("nothing weighs for `{}`", marker.name);
            let fault = Diagnostic::error("no-weights", &definitions.files[rule.file].path, rule.span, message);
            let hint = format!("give the marker a column in weights/{}.tsv, or remove the rule", marker.family);
            found.push(fault.hint(hint));
        }
    }
}

/// Conditions that nothing can tell: rules ask for them, and no cue sets what they ask for. The first rule of each is named.
fn without_cues(definitions: &Definitions) -> Vec<Diagnostic> {
    let is_set = |attribute: Attribute| definitions.cues.iter().any(|cue| cue.attribute == attribute);
    type Asks = (&'static str, fn(&Conditions) -> bool, &'static [Attribute]);
    let asks: [Asks; 5] = [
        ("voice", |asked| asked.voice == Voice::Other, &[Attribute::OtherVoice]),
        ("polarity", |asked| asked.polarity == Polarity::Negated, &[Attribute::Negated]),
        ("mood", |asked| asked.mood == Mood::Hypothetical, &[Attribute::Hypothetical]),
        ("tense", |asked| asked.tense.is_some(), &[Attribute::Past, Attribute::Present, Attribute::Future]),
        ("person", |asked| asked.person.is_some(), &[Attribute::First, Attribute::Second, Attribute::Third]),
    ];
    let mut found = Vec::new();
    for (name, asks, attributes) in asks {
        let mut rules = definitions.rules.iter().filter(|rule| asks(&rule.conditions));
        if let Some(rule) = rules.next()
            && !attributes.iter().any(|&attribute| is_set(attribute))
        {
            let n_more = rules.count();
            let more = if n_more == 0 { String::new() } else { format!(", and {n_more} more ask so") };
            let message = format!("this rule asks for `{name}`, which no cue of a context.toml tells{more}");
            let fault = Diagnostic::warning("no-context", &definitions.files[rule.file].path, rule.span, message);
            found.push(fault.hint(
                "take it together with a lexicon that has a context.toml: `throughline lexicon check builtin my-lexicon`",
            ));
        }
    }
    found
}

fn duplicate_ids<'a>(
    ids: impl Iterator<Item = (&'a String, usize, Span)>,
    definitions: &Definitions,
) -> Vec<Diagnostic> {
    let mut first: BTreeMap<&str, usize> = BTreeMap::new();
    let mut found = Vec::new();
    for (id, file, span) in ids {
        let path = &definitions.files[file].path;
        match first.get(id.as_str()) {
            Some(&other) => {
                let message = format!("the id `{id}` is already used in `{}`", definitions.files[other].path);
                found.push(Diagnostic::error("duplicate-id", path, span, message).hint("give this one another id"));
            }
            None => {
                first.insert(id, file);
            }
        }
    }
    found
}

fn unknown_list(definitions: &Definitions, name: &str, file: &str, at: Span) -> Diagnostic {
    let known: Vec<&str> = definitions.lists.keys().map(String::as_str).collect();
    let hint = match super::fields::nearest(name, &known) {
        Some(near) => format!("did you mean `@{near}`?"),
        None => format!("add a file lists/{name}.txt"),
    };
    Diagnostic::error("unknown-list", file, at, format!("there is no list `{name}`")).hint(hint)
}

/// Where `@name` stands in the pattern, or the whole pattern if it was written with escapes.
fn place_of(pattern: &Pattern, name: &str) -> Span {
    let reference = format!("@{name}");
    match pattern.source.find(&reference) {
        Some(at) if pattern.span.len() == pattern.source.len() => {
            let start = pattern.span.start as usize + at;
            Span::new(start, start + reference.len())
        }
        _ => pattern.span,
    }
}

fn reaches(definitions: &Definitions, from: &str, to: &str, seen: &mut BTreeSet<String>) -> bool {
    if from == to {
        return true;
    }
    if !seen.insert(from.to_owned()) {
        return false;
    }
    let Some(list) = definitions.lists.get(from) else { return false };
    list.entries.iter().filter_map(is_reference).any(|inner| reaches(definitions, inner, to, seen))
}

/// Calls `visit` with the name of every list in a pattern.
pub(super) fn list_names(node: &Node, visit: &mut dyn FnMut(&str)) {
    match node {
        Node::List(name) => visit(name),
        Node::Sequence(parts) | Node::Either(parts) => parts.iter().for_each(|part| list_names(part, visit)),
        Node::Optional(inner) => list_names(inner, visit),
        Node::Word(_) | Node::Gap { .. } | Node::Mark(_) => {}
    }
}

/// Every pattern of the lexicon, wherever it stands.
pub fn every_pattern(definitions: &Definitions) -> Vec<&Pattern> {
    let mut patterns = Vec::new();
    for rule in &definitions.rules {
        patterns.extend(rule.kind.patterns());
        let Conditions { unless, unless_near, only_near, .. } = &rule.conditions;
        patterns.extend(unless.iter().chain(unless_near).chain(only_near));
    }
    for cue in &definitions.cues {
        patterns.extend(cue.patterns.iter().chain(&cue.until).chain(&cue.unless));
    }
    patterns.extend(definitions.topics.iter().flat_map(|topic| &topic.patterns));
    patterns.extend(definitions.pronouns.iter().flat_map(|pronoun| &pronoun.patterns));
    for person in &definitions.persons {
        patterns.extend(person.named.iter().flat_map(|(_, patterns)| patterns).chain(&person.unless));
    }
    patterns
}
