/*!
Words of patterns and lists that no text can have: `hate.`, where texts are cut into *hate* and a full stop.

Nothing is guessed: a word is cut as texts are cut, and what comes out as something else than one word is never found. A pattern that cannot do without such
a word is an error; one among others, in a list or as an alternative, is only useless, and a warning.
*/

use crate::diagnostic::Diagnostic;
use crate::document::TokenKind;
use crate::lexicon::{Definitions, Node, Word, every_pattern};
use crate::segment;
use crate::span::Span;
use std::collections::BTreeSet;

/// A fault for each.
pub(super) fn never_found(definitions: &Definitions) -> Vec<Diagnostic> {
    let contracted = definitions.contractions.iter().flat_map(|contraction| &contraction.words).flatten();
    let known = Known {
        definitions,
        parts: contracted.map(String::as_str).collect(),
        contracted: (definitions.contractions.iter())
            .filter(|contraction| !contraction.is_suffix)
            .map(|contraction| contraction.form.as_str())
            .collect(),
        fillers: definitions.fillers.iter().map(String::as_str).collect(),
    };
    let mut found = Vec::new();
    for pattern in every_pattern(definitions) {
        let is_lost = !known.can_be_found(&pattern.node, 0);
        let file = &definitions.files[pattern.file].path;
        pattern.node.each_word(&mut |word| {
            let Some(hint) = known.why_never(word) else { return };
            if !is_lost && known.is_harmless(word) {
                return;
            }
            let text = text_of(word);
            let span = match pattern.source.to_lowercase().replace('’', "'").find(text) {
                Some(at) if pattern.span.len() == pattern.source.len() && pattern.source.is_ascii() => {
                    Span::new(pattern.span.start as usize + at, pattern.span.start as usize + at + text.len())
                }
                _ => pattern.span,
            };
            let make: fn(&'static str, &str, Span, String) -> Diagnostic =
                if is_lost { Diagnostic::error } else { Diagnostic::warning };
            found.push(make("never-found", file, span, format!("`{text}` is never found in a text")).hint(hint));
        });
    }
    for list in definitions.lists.values() {
        let file = &definitions.files[list.file];
        for entry in &list.entries {
            entry.each_word(&mut |word| {
                let Some(hint) = known.why_never(word).filter(|_| !known.is_harmless(word)) else { return };
                let text = text_of(word);
                let span = place_in_list(&file.text, text);
                let message = format!("`{text}` is never found in a text");
                found.push(Diagnostic::warning("never-found", &file.path, span, message).hint(hint));
            });
        }
    }
    found
}

struct Known<'a> {
    definitions: &'a Definitions,
    /// Words that texts have only where a contraction is taken apart.
    parts: BTreeSet<&'a str>,
    /// What is read as other words, in texts and in patterns.
    contracted: BTreeSet<&'a str>,
    fillers: BTreeSet<&'a str>,
}

impl Known<'_> {
    /// Whether some text could have it, as far as its words are concerned.
    fn can_be_found(&self, node: &Node, depth: usize) -> bool {
        match node {
            Node::Word(word) => self.why_never(word).is_none(),
            // Lists that contain themselves are told elsewhere, and so are those that are not there.
            Node::List(name) => match self.definitions.lists.get(name) {
                Some(list) if depth < 8 => list.entries.iter().any(|entry| self.can_be_found(entry, depth + 1)),
                _ => true,
            },
            Node::Sequence(parts) => parts.iter().all(|part| self.can_be_found(part, depth)),
            Node::Either(branches) => branches.iter().any(|branch| self.can_be_found(branch, depth)),
            Node::Optional(_) | Node::Gap { .. } | Node::Mark(_) => true,
        }
    }

    /// Whether it is written out of care beside a form that is found: `he 'd` beside `he would`, `um`, `mothers'`. Alone it is told all the same.
    fn is_harmless(&self, word: &Word) -> bool {
        text_of(word).contains('\'') || self.fillers.contains(text_of(word))
    }

    /// What to do about a word that is never found.
    fn why_never(&self, word: &Word) -> Option<String> {
        let text = text_of(word);
        match word {
            Word::Regex(_) => return None,
            // The word goes on: it need only begin as a word does.
            Word::Prefix(_) if is_one_word(&format!("{text}a")) => return None,
            _ if self.fillers.contains(text) => {
                return Some("it is a filler (lexicon.toml), which matching passes over: leave it out".to_owned());
            }
            _ if is_one_word(text) || self.parts.contains(text) || self.contracted.contains(text) => return None,
            _ => {}
        }
        let words = words_of(text).join(" ");
        Some(match words.is_empty() || words == text {
            true => "write a word as texts have it, between spaces".to_owned(),
            false => format!("texts are read as `{words}` there: write that; marks are written <.> or <,>"),
        })
    }
}

fn text_of(word: &Word) -> &str {
    match word {
        Word::Exact(text) | Word::Prefix(text) | Word::Stem(text) | Word::Regex(text) => text,
    }
}

/// Whether a text that is this is read as one word.
fn is_one_word(text: &str) -> bool {
    words_of(text) == [text]
}

fn words_of(text: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    segment::tokens(text, Span::new(0, text.len()), &mut tokens);
    tokens.retain(|token| matches!(token.kind, TokenKind::Word | TokenKind::Number));
    tokens.iter().map(|token| &text[token.span.range()]).collect()
}

/// The line of a list that has the word, or its beginning if the word is written otherwise.
fn place_in_list(list: &str, word: &str) -> Span {
    let mut start = 0;
    for line in list.split('\n') {
        let entry = line.split('#').next().unwrap_or_default();
        if entry.to_lowercase().replace('’', "'").split_whitespace().any(|part| part.trim_matches(['~', '*']) == word)
        {
            let from = start + (entry.len() - entry.trim_start().len());
            return Span::new(from, from + entry.trim().len());
        }
        start += line.len() + 1;
    }
    Span::new(0, 0)
}
