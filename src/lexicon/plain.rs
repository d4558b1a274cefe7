/*!
The plain text files of a lexicon: lists, contractions, spellings, frequencies. One entry a line; `#` begins a comment.
*/

use super::fields::Faults;
use super::pattern::{self, Node};
use super::{Contraction, List};
use crate::diagnostic::Diagnostic;
use crate::span::Span;
use std::collections::BTreeMap;

/// Every line that says something: its text without comment, and where it stands.
fn entries(text: &str) -> impl Iterator<Item = (&str, Span)> {
    let mut start = 0;
    text.split('\n').filter_map(move |line| {
        let at = start;
        start += line.len() + 1;
        let kept = line.split('#').next().unwrap_or_default();
        let entry = kept.trim();
        let from = at + (kept.len() - kept.trim_start().len());
        (!entry.is_empty()).then(|| (entry, Span::new(from, from + entry.len())))
    })
}

/// Reads `lists/<name>.txt`.
pub(super) fn list(text: &str, file: usize, faults: &Faults<'_>) -> List {
    let mut list = List { entries: Vec::new(), file };
    let mut seen: BTreeMap<String, Span> = BTreeMap::new();
    for (entry, span) in entries(text) {
        match pattern::parse_entry(entry) {
            Ok(node) => {
                if seen.insert(entry.to_lowercase(), span).is_some() {
                    faults.push(
                        Diagnostic::warning(
                            "duplicate-entry",
                            faults.file,
                            span,
                            format!("`{entry}` stands in this list twice"),
                        )
                        .hint("remove one of the two"),
                    );
                    continue;
                }
                list.entries.push(node);
            }
            Err(error) => {
                let at = Span { start: span.start + error.at.start, end: span.start + error.at.end };
                faults.push(Diagnostic::error(error.code, faults.file, at, error.message).hint(error.hint));
            }
        }
    }
    if list.entries.is_empty() {
        faults.push(
            Diagnostic::error("empty-list", faults.file, Span::new(0, 0), "the list has no entries")
                .hint("write one entry a line"),
        );
    }
    list
}

/// Reads `contractions.txt`: `dont  do not`, `*'ll  will`, `*'s  is/has/'s`.
pub(super) fn contractions(text: &str, faults: &Faults<'_>) -> Vec<Contraction> {
    let mut contractions = Vec::new();
    for (entry, span) in entries(text) {
        let mut parts = entry.split_whitespace();
        let form = parts.next().unwrap_or_default().to_lowercase();
        let words: Vec<Vec<String>> = parts.map(|word| word.split('/').map(str::to_lowercase).collect()).collect();
        if words.is_empty() || words.iter().flatten().any(String::is_empty) {
            faults.push(
                Diagnostic::error("bad-contraction", faults.file, span, "a contraction needs the words it stands for")
                    .hint("write `dont  do not`; several readings of one word as `is/has`"),
            );
            continue;
        }
        let (form, is_suffix) = match form.strip_prefix('*') {
            Some(suffix) => (suffix.to_owned(), true),
            None => (form, false),
        };
        contractions.push(Contraction { form, is_suffix, words });
    }
    contractions
}

/// Reads `spellings.txt`: `apologis*  apologiz*` or `grey  gray`.
pub(super) fn spellings(text: &str, faults: &Faults<'_>) -> Vec<(String, String)> {
    let mut spellings = Vec::new();
    for (entry, span) in entries(text) {
        let parts: Vec<&str> = entry.split_whitespace().collect();
        match parts[..] {
            [from, to] if from.ends_with('*') == to.ends_with('*') => {
                spellings.push((from.to_lowercase(), to.to_lowercase()));
            }
            _ => faults.push(
                Diagnostic::error("bad-spelling", faults.file, span, "a line holds two spellings of one word")
                    .hint("write `grey gray`, or `apologis* apologiz*` for all words that begin so"),
            ),
        }
    }
    spellings
}

/// Reads `frequencies.txt`: `the 50000`, occurrences per million words.
pub(super) fn frequencies(text: &str, faults: &Faults<'_>) -> Vec<(String, f32)> {
    let mut frequencies = Vec::new();
    for (entry, span) in entries(text) {
        let parsed = entry.split_once(char::is_whitespace).and_then(|(word, number)| {
            let number: f32 = number.trim().parse().ok()?;
            number.is_finite().then(|| (word.to_lowercase(), number))
        });
        match parsed {
            Some(pair) => frequencies.push(pair),
            None => faults.push(
                Diagnostic::error("bad-frequency", faults.file, span, "a line holds a word and a number")
                    .hint("write `the 50000`: occurrences per million words"),
            ),
        }
    }
    frequencies
}

/// The words of a node, for the duplicate check between lists.
pub(super) fn is_reference(node: &Node) -> Option<&str> {
    match node {
        Node::List(name) => Some(name),
        _ => None,
    }
}
