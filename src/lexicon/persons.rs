/*!
Kinds of persons, and the pronouns that may mean them: `persons.toml`.
*/

use super::fields::{Faults, Placed, nearest};
use super::rules::RuleReader;
use super::syntax::with_table;
use super::{Definitions, Pattern, PersonKind, Pronoun};
use crate::diagnostic::Diagnostic;

/// Adds what a `persons.toml` says. A pronoun that another file has in the same words is that pronoun.
pub(super) fn persons(text: &str, file: usize, faults: &Faults<'_>, definitions: &mut Definitions) {
    let Definitions { pronouns, persons, .. } = definitions;
    let n_known = pronouns.len();
    with_table(text, "`persons.toml`", faults, |fields, source| {
        for table in fields.tables("pronoun", "a pronoun") {
            let reader = RuleReader { fields: &table, source, file, names: &[], persons: &[], faults };
            let id = reader.id();
            let patterns = reader.required_patterns("match");
            table.finish();
            // One that cannot be read keeps its place, so that what persons say of it is not a second fault.
            let patterns = patterns.unwrap_or_default();
            if let Some(Placed { value: id, span }) = id
                && !pronouns[..n_known].iter().any(|known| known.id == id && is_same(&known.patterns, &patterns))
            {
                pronouns.push(Pronoun { id, patterns, file, span });
            }
        }
        for table in fields.tables("person", "a kind of person") {
            let reader = RuleReader { fields: &table, source, file, names: &[], persons: &[], faults };
            let id = reader.id();
            let about = table.required_string("about").map(|about| about.value).unwrap_or_default();
            let mut named = Vec::new();
            if table.required("named")
                && let Some(names) = table.table("named", "`named`")
            {
                for (pronoun, texts) in names.named_strings() {
                    let patterns = reader.parsed(texts);
                    match pronouns.iter().position(|known: &Pronoun| known.id == pronoun.value) {
                        Some(number) => named.push((number, patterns)),
                        None => unknown_pronoun(&pronoun, pronouns, faults),
                    }
                }
            }
            let unless = reader.patterns("unless");
            let (hits, misses) = reader.examples(&id);
            table.finish();
            if let Some(Placed { value: id, span }) = id {
                persons.push(PersonKind { id, about, named, unless, hits, misses, file, span });
            }
        }
    });
}

fn is_same(some: &[Pattern], others: &[Pattern]) -> bool {
    some.iter().map(|pattern| &pattern.node).eq(others.iter().map(|pattern| &pattern.node))
}

fn unknown_pronoun(name: &Placed<String>, pronouns: &[Pronoun], faults: &Faults<'_>) {
    let known: Vec<&str> = pronouns.iter().map(|pronoun| pronoun.id.as_str()).collect();
    let hint = match nearest(&name.value, &known) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("add a [[pronoun]] with the id `{}` before the persons", name.value),
    };
    let message = format!("there is no pronoun `{}`", name.value);
    faults.push(Diagnostic::error("unknown-pronoun", faults.file, name.span, message).hint(hint));
}

/// Says that no kind of person has this name.
pub(super) fn unknown_person(name: &Placed<String>, persons: &[PersonKind], faults: &Faults<'_>) {
    let known: Vec<&str> = persons.iter().map(|person| person.id.as_str()).collect();
    let hint = match nearest(&name.value, &known) {
        Some(near) => format!("did you mean `{near}`?"),
        None if known.is_empty() => "add it to persons.toml; the lexicon names no persons yet".to_owned(),
        None => format!("add it to persons.toml, or choose one of {}", known.join(", ")),
    };
    let message = format!("there is no kind of person `{}`", name.value);
    faults.push(Diagnostic::error("unknown-person", faults.file, name.span, message).hint(hint));
}

/// Pronouns that can mean nobody, and persons of whom no rule asks.
pub(super) fn unused(definitions: &Definitions) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (number, pronoun) in definitions.pronouns.iter().enumerate() {
        let is_meant = definitions.persons.iter().any(|person| person.named.iter().any(|(known, _)| *known == number));
        if !is_meant {
            let file = &definitions.files[pronoun.file].path;
            let message = format!("the pronoun `{}` means no kind of person", pronoun.id);
            let fault = Diagnostic::warning("unused-pronoun", file, pronoun.span, message);
            found.push(fault.hint("say in `named` of a person by which words it is meant, or remove the pronoun"));
        }
    }
    // Kinds that no rule asks for serve the others: whoever is the landlady is not the mother. But one must be asked for.
    if let Some(person) = definitions.persons.first()
        && definitions.rules.iter().all(|rule| rule.conditions.whom.is_empty())
    {
        let file = &definitions.files[person.file].path;
        let message = "no rule asks for any kind of person".to_owned();
        let fault = Diagnostic::warning("unused-person", file, person.span, message);
        found.push(fault.hint(format!("write `whom = \"{}\"` in a rule, or remove persons.toml", person.id)));
    }
    found
}
