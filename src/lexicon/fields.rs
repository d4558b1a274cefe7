/*!
Reads TOML tables field by field and collects *every* fault: wrong types, missing fields, unknown fields.

`serde` stops at the first fault and, with nested types, forgets where it was. A lexicon author mends ten faults in one go, so this small
walker over the parsed table keeps going and keeps places. A field is known because somebody asked for it; whatever was not asked for is unknown.
*/

use crate::diagnostic::Diagnostic;
use crate::span::Span;
use std::cell::RefCell;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A value with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Placed<T> {
    pub(super) value: T,
    pub(super) span: Span,
}

/// Where faults go, and which file they are in.
pub(super) struct Faults<'a> {
    pub(super) file: &'a str,
    pub(super) found: RefCell<Vec<Diagnostic>>,
}

impl Faults<'_> {
    pub(super) fn push(&self, fault: Diagnostic) {
        self.found.borrow_mut().push(fault);
    }
}

/// One table, and which of its fields have been asked for.
pub(super) struct Fields<'a> {
    table: &'a DeTable<'a>,
    place: Span,
    what: &'static str,
    faults: &'a Faults<'a>,
    asked: RefCell<Vec<&'static str>>,
}

pub(super) fn span_of(range: Range<usize>) -> Span {
    Span::new(range.start, range.end)
}

impl<'a> Fields<'a> {
    /// The fields of `table`, which messages call `what`.
    pub(super) fn new(table: &'a DeTable<'a>, place: Span, what: &'static str, faults: &'a Faults<'a>) -> Fields<'a> {
        Fields { table, place, what, faults, asked: RefCell::new(Vec::new()) }
    }

    /// Where the table begins.
    pub(super) fn place(&self) -> Span {
        self.place
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.find(key).is_some()
    }

    fn find(&self, key: &str) -> Option<&'a Spanned<DeValue<'a>>> {
        self.table.iter().find(|(name, _)| name.get_ref().as_ref() == key).map(|(_, value)| value)
    }

    fn get(&self, key: &'static str) -> Option<&'a Spanned<DeValue<'a>>> {
        self.asked.borrow_mut().push(key);
        self.find(key)
    }

    fn wrong_type(&self, key: &str, value: &Spanned<DeValue<'_>>, wanted: &str) {
        let message = format!("`{key}` must be {wanted}, but is of type {}", value.get_ref().type_str());
        self.faults.push(Diagnostic::error("wrong-type", self.faults.file, span_of(value.span()), message));
    }

    /// A text that must be there.
    pub(super) fn required_string(&self, key: &'static str) -> Option<Placed<String>> {
        if !self.required(key) {
            return None;
        }
        self.string(key).filter(|text| {
            let is_empty = text.value.trim().is_empty();
            if is_empty {
                self.empty(key, text.span);
            }
            !is_empty
        })
    }

    /// Says that a field which must say something says nothing.
    fn empty(&self, key: &str, span: Span) {
        let fault = Diagnostic::error("empty-field", self.faults.file, span, format!("`{key}` is empty"));
        self.faults.push(fault.hint("write it between the quotation marks"));
    }

    /// Whether a field that must be there is; if not, that is reported.
    pub(super) fn required(&self, key: &'static str) -> bool {
        if self.has(key) {
            return true;
        }
        self.asked.borrow_mut().push(key);
        let message = format!("{} has no `{key}`", self.what);
        self.faults.push(
            Diagnostic::error("missing-field", self.faults.file, self.place, message)
                .hint(format!("add a line `{key} = \"…\"`")),
        );
        false
    }

    pub(super) fn string(&self, key: &'static str) -> Option<Placed<String>> {
        let value = self.get(key)?;
        match value.get_ref().as_str() {
            Some(text) => Some(Placed { value: text.to_owned(), span: span_of(value.span()) }),
            None => {
                self.wrong_type(key, value, "a text in quotation marks");
                None
            }
        }
    }

    /// One text, or an array of texts.
    pub(super) fn strings(&self, key: &'static str) -> Vec<Placed<String>> {
        self.get(key).map_or_else(Vec::new, |value| self.texts(key, value))
    }

    /// The place of an array that stands there and has nothing in it.
    pub(super) fn empty_array(&self, key: &str) -> Option<Span> {
        let value = self.find(key)?;
        value.get_ref().as_array().is_some_and(|items| items.is_empty()).then(|| span_of(value.span()))
    }

    /// Whether nothing is said of it: it is not there, or has nothing in it.
    pub(super) fn lacks(&self, key: &str) -> bool {
        !self.has(key) || self.empty_array(key).is_some()
    }

    /// Texts, of which none may be empty.
    pub(super) fn full_strings(&self, key: &'static str) -> Vec<Placed<String>> {
        let (full, empty): (Vec<_>, Vec<_>) =
            self.strings(key).into_iter().partition(|text| !text.value.trim().is_empty());
        empty.iter().for_each(|text| self.empty(key, text.span));
        full
    }

    /// All entries of a table whose keys are free names, with texts as values.
    pub(super) fn named_strings(&self) -> Vec<(Placed<String>, Vec<Placed<String>>)> {
        let entry = |(name, value): (&'a Spanned<std::borrow::Cow<'a, str>>, &'a Spanned<DeValue<'a>>)| {
            let key = Placed { value: name.get_ref().to_string(), span: span_of(name.span()) };
            (key, self.texts(name.get_ref(), value))
        };
        self.table.iter().map(entry).collect()
    }

    fn texts(&self, key: &str, value: &Spanned<DeValue<'_>>) -> Vec<Placed<String>> {
        if let Some(text) = value.get_ref().as_str() {
            return vec![Placed { value: text.to_owned(), span: span_of(value.span()) }];
        }
        let Some(items) = value.get_ref().as_array() else {
            self.wrong_type(key, value, "a text, or texts in [ ]");
            return Vec::new();
        };
        let mut texts = Vec::new();
        for item in items.iter() {
            match item.get_ref().as_str() {
                Some(text) => texts.push(Placed { value: text.to_owned(), span: span_of(item.span()) }),
                None => self.wrong_type(key, item, "texts only"),
            }
        }
        texts
    }

    pub(super) fn integer(&self, key: &'static str) -> Option<Placed<usize>> {
        let value = self.get(key)?;
        let number = value.get_ref().as_integer();
        let number = number.and_then(|number| usize::from_str_radix(number.as_str(), number.radix()).ok());
        if number.is_none() {
            self.wrong_type(key, value, "a whole number, 0 or more");
        }
        number.map(|number| Placed { value: number, span: span_of(value.span()) })
    }

    /// A whole number in a range; the default if it is not there or outside of it, which is reported.
    pub(super) fn number_between(&self, key: &'static str, default: usize, min: usize, max: usize) -> usize {
        let Some(number) = self.integer(key) else { return default };
        if !(min..=max).contains(&number.value) {
            let message = format!("`{key}` must be from {min} to {max}, but is {}", number.value);
            let fault = Diagnostic::error("out-of-range", self.faults.file, number.span, message);
            self.faults.push(fault.hint("choose a number in that range"));
            return default;
        }
        number.value
    }

    pub(super) fn number(&self, key: &'static str) -> Option<Placed<f64>> {
        let value = self.get(key)?;
        let number = number(value.get_ref());
        if number.is_none() {
            self.wrong_type(key, value, "a number");
        }
        number.map(|number| Placed { value: number, span: span_of(value.span()) })
    }

    /// An array of arrays of texts.
    pub(super) fn string_groups(&self, key: &'static str) -> Vec<Vec<Placed<String>>> {
        let Some(value) = self.get(key) else { return Vec::new() };
        let Some(groups) = value.get_ref().as_array() else {
            self.wrong_type(key, value, "groups of texts in [[ ]]");
            return Vec::new();
        };
        let mut found = Vec::new();
        for group in groups.iter() {
            let Some(items) = group.get_ref().as_array() else {
                self.wrong_type(key, group, "groups of texts in [[ ]]");
                continue;
            };
            let mut texts = Vec::new();
            for item in items.iter() {
                match item.get_ref().as_str() {
                    Some(text) => texts.push(Placed { value: text.to_owned(), span: span_of(item.span()) }),
                    None => self.wrong_type(key, item, "texts only"),
                }
            }
            found.push(texts);
        }
        found
    }

    pub(super) fn boolean(&self, key: &'static str) -> Option<bool> {
        let value = self.get(key)?;
        let found = value.get_ref().as_bool();
        if found.is_none() {
            self.wrong_type(key, value, "true or false");
        }
        found
    }

    /// One of a closed set of names; the first is the default.
    pub(super) fn choice<T: Copy>(&self, key: &'static str, choices: &[(&str, T)]) -> Option<T> {
        let found = self.string(key)?;
        if let Some((_, choice)) = choices.iter().find(|(name, _)| *name == found.value) {
            return Some(*choice);
        }
        let names: Vec<String> = choices.iter().map(|(name, _)| format!("\"{name}\"")).collect();
        let message = format!("`{key}` cannot be \"{}\"", found.value);
        self.faults.push(
            Diagnostic::error("unknown-value", self.faults.file, found.span, message)
                .hint(format!("one of {}", names.join(", "))),
        );
        None
    }

    /// A table inside this one.
    pub(super) fn table(&self, key: &'static str, what: &'static str) -> Option<Fields<'a>> {
        let value = self.get(key)?;
        match value.get_ref().as_table() {
            Some(table) => Some(Fields::new(table, span_of(value.span()), what, self.faults)),
            None => {
                self.wrong_type(key, value, "a table { … }");
                None
            }
        }
    }

    /// The tables written as `[[key]]`.
    pub(super) fn tables(&self, key: &'static str, what: &'static str) -> Vec<Fields<'a>> {
        let Some(value) = self.get(key) else { return Vec::new() };
        let Some(items) = value.get_ref().as_array() else {
            self.wrong_type(key, value, "tables, each headed by [[ ]]");
            return Vec::new();
        };
        let mut tables = Vec::new();
        for item in items.iter() {
            match item.get_ref().as_table() {
                Some(table) => tables.push(Fields::new(table, span_of(item.span()), what, self.faults)),
                None => self.wrong_type(key, item, "tables only"),
            }
        }
        tables
    }

    /// All entries of a table whose keys are free names, with numbers as values.
    pub(super) fn named_numbers(&self) -> Vec<(Placed<String>, f64)> {
        let mut numbers = Vec::new();
        for (name, value) in self.table.iter() {
            match number(value.get_ref()) {
                Some(number) => {
                    let name = Placed { value: name.get_ref().to_string(), span: span_of(name.span()) };
                    numbers.push((name, number));
                }
                None => self.wrong_type(name.get_ref(), value, "a number"),
            }
        }
        numbers
    }

    /// Reports every field that nobody asked for.
    pub(super) fn finish(self) {
        let asked = self.asked.borrow();
        for (name, _) in self.table.iter() {
            let key = name.get_ref().as_ref();
            if asked.contains(&key) {
                continue;
            }
            let message = format!("{} has no field `{key}`", self.what);
            let mut known: Vec<&str> = asked.clone();
            known.sort_unstable();
            known.dedup();
            let hint = match nearest(key, &known) {
                Some(name) => format!("did you mean `{name}`?"),
                None => format!("known fields: {}", known.join(", ")),
            };
            self.faults
                .push(Diagnostic::error("unknown-field", self.faults.file, span_of(name.span()), message).hint(hint));
        }
    }
}

fn number(value: &DeValue<'_>) -> Option<f64> {
    match value {
        DeValue::Integer(number) => {
            i64::from_str_radix(number.as_str(), number.radix()).ok().map(|number| number as f64)
        }
        DeValue::Float(number) => number.as_str().parse().ok(),
        _ => None,
    }
}

/// The known name that differs in at most a third of its letters, if any.
pub(crate) fn nearest<'n>(name: &str, known: &[&'n str]) -> Option<&'n str> {
    known
        .iter()
        .map(|candidate| (distance(name, candidate), *candidate))
        .filter(|(distance, candidate)| *distance <= candidate.len().max(name.len()) / 3)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// How many letters were left out, added, changed or exchanged with their neighbour, in bytes; names are short and ASCII.
fn distance(left: &str, right: &str) -> usize {
    let (left, right) = (left.as_bytes(), right.as_bytes());
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=right.len()).collect();
    for i in 0..left.len() {
        let mut row = vec![i + 1];
        for j in 0..right.len() {
            let substituted = above[j] + usize::from(left[i] != right[j]);
            let mut least = substituted.min(above[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && left[i] == right[j - 1] && left[i - 1] == right[j] {
                least = least.min(before[j - 1] + 1);
            }
            row.push(least);
        }
        before = std::mem::replace(&mut above, row);
    }
    above[right.len()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lexicon::syntax::with_table;

    #[test]
    fn a_slip_of_the_keys_is_near() {
        assert_eq!(nearest("shmae", &["harm", "shame"]), Some("shame"));
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(nearest("grief", &["harm", "shame"]), None);
    }

    #[test]
    fn whole_numbers_are_read_by_their_radix() {
        let faults = Faults { file: "t.toml", found: RefCell::new(Vec::new()) };
        with_table("a = 0x10\nb = 0b11\nc = 1_000\nd = 0o17\ne = -1", "a test", &faults, |fields, _| {
            let numbers = ["a", "b", "c", "d"].map(|key| fields.integer(key).map(|number| number.value));
            assert_eq!(numbers, [Some(16), Some(3), Some(1000), Some(15)]);
            assert_eq!(fields.number("a").map(|number| number.value), Some(16.0));
            assert_eq!(fields.number("e").map(|number| number.value), Some(-1.0));
        });
        assert_eq!(faults.found.into_inner(), []);
    }

    #[test]
    fn nesting_has_an_end() {
        for text in [format!("a = {}", "[".repeat(100_000)), format!("a{} = 1", ".a".repeat(100_000))] {
            let faults = Faults { file: "t.toml", found: RefCell::new(Vec::new()) };
            with_table(&text, "a test", &faults, |_, _| {});
            assert!(!faults.found.into_inner().is_empty());
        }
    }
}
