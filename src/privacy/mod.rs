/*!
What should not stand in an anonymised transcript: addresses, numbers, names.

What it looks like is data, in `lexicons/en/privacy.toml` ([`Patterns`]); this module finds the places and never tells the value. Redacted names and
notes of the transcriber are left alone. It is a sieve and no proof: a name that stands alone, without a title, is not found.

[`Patterns::find`] looks for everything, with regular expressions over the whole text. [`Patterns::find_cheaply`] looks only near a sign that is cheap
to find (an `@`, many digits), so that it can be part of every run.

```
use throughline::{document::Document, privacy::Patterns};
let text = "Ring me on 0113 496 0123.".to_owned();
let found = Patterns::default().find(&Document { text, ..Document::default() });
assert_eq!(found.len(), 1);
```
*/

use crate::diagnostic::Diagnostic;
use crate::document::{Document, TokenKind};
use crate::segment;
use crate::span::{Span, ceil, floor};
use regex::Regex;
use rustc_hash::FxHashSet;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::OnceLock;
use toml::Spanned;

/// How far around a cheap sign is looked, in bytes.
const WINDOW: usize = 64;
/// How many bytes that are no digits may stand between digits that belong together.
const BETWEEN_DIGITS: usize = 2;
/// How much of a line around a find is looked at for notes and redacted names, in bytes.
const AROUND: usize = 160;

/// What is looked for: the contents of `privacy.toml`, ready for use.
#[derive(Clone, Debug)]
pub struct Patterns {
    kinds: Vec<Kind>,
}

#[derive(Clone, Debug)]
struct Kind {
    name: String,
    about: String,
    expressions: Vec<Expression>,
    /// Lower-case words that make a find harmless.
    unless: FxHashSet<String>,
    /// Signs near which it is looked for cheaply.
    trigger: Vec<String>,
    /// How many digits must stand together for it to be looked for cheaply; 0 if digits are no sign of it.
    digits: usize,
}

/// A regular expression that is compiled when it is first needed: for most texts never.
#[derive(Clone, Debug)]
struct Expression {
    source: String,
    compiled: OnceLock<Option<Regex>>,
}

impl Expression {
    fn new(source: String) -> Expression {
        Expression { source, compiled: OnceLock::new() }
    }

    /// Compiles it now.
    fn compile(&self) -> Result<(), regex::Error> {
        Regex::new(&self.source).map(|regex| drop(self.compiled.set(Some(regex))))
    }

    /// None if it does not compile.
    fn regex(&self) -> Option<&Regex> {
        self.compiled.get_or_init(|| Regex::new(&self.source).ok()).as_ref()
    }
}

/// Something that should not stand there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Find {
    /// Where it stands in the text.
    pub span: Span,
    /// Which kind it is: see [`Patterns::name`].
    pub kind: usize,
}

/// `privacy.toml` as it stands on disk.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    kind: Vec<FileKind>,
    #[serde(default)]
    lists: BTreeMap<String, Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileKind {
    name: String,
    about: String,
    patterns: Vec<Spanned<String>>,
    #[serde(default)]
    unless: Vec<Spanned<String>>,
    #[serde(default)]
    trigger: Vec<String>,
    #[serde(default)]
    digits: usize,
    hits: Vec<Spanned<String>>,
    misses: Vec<Spanned<String>>,
}

impl Patterns {
    /// Reads the text of a `privacy.toml`; `file` is its name in messages. All faults are told at once but those of its form.
    pub fn parse(toml_text: &str, file: &str) -> Result<Patterns, Vec<Diagnostic>> {
        Patterns::read(toml_text, file, false).map(|(patterns, _)| patterns)
    }

    /// The same with the kinds that [`Patterns::find_cheaply`] looks for alone: the others take time to make.
    pub fn parse_cheap(toml_text: &str, file: &str) -> Result<Patterns, Vec<Diagnostic>> {
        Patterns::read(toml_text, file, true).map(|(patterns, _)| patterns)
    }

    /// Hits in which nothing of their kind is found, and misses in which something is: faults of the file.
    pub fn check(toml_text: &str, file: &str) -> Vec<Diagnostic> {
        let (patterns, kinds) = match Patterns::read(toml_text, file, false) {
            Ok(read) => read,
            Err(faults) => return faults,
        };
        let mut faults = Vec::new();
        for (number, kind) in kinds.iter().enumerate() {
            let is_found = |example: &Spanned<String>| {
                let document = Document { text: example.get_ref().clone(), ..Document::default() };
                patterns.find(&document).iter().any(|find| find.kind == number)
            };
            for (examples, wanted, code, what) in [
                (&kind.hits, true, "missing", "nothing in this hit"),
                (&kind.misses, false, "noisy", "something in this miss"),
            ] {
                let wrong = examples.iter().filter(|example| is_found(example) != wanted);
                faults.extend(wrong.map(|example| {
                    let message = format!("`{}` finds {what}", kind.name);
                    let hint = match wanted {
                        true => "widen a pattern of this kind, or shorten `unless`",
                        false => "narrow a pattern of this kind, or name a list in `unless`",
                    };
                    Diagnostic::error(code, file, span_of(example), message).hint(hint)
                }));
            }
        }
        faults
    }

    fn read(toml_text: &str, file: &str, only_cheap: bool) -> Result<(Patterns, Vec<FileKind>), Vec<Diagnostic>> {
        let mut read: File = toml::from_str(toml_text).map_err(|error| {
            let span = error.span().unwrap_or(0..0);
            let span = Span::new(span.start, span.end);
            vec![Diagnostic::error("privacy-syntax", file, span, error.message().to_owned())]
        })?;
        let mut faults = Vec::new();
        read.kind.retain(|kind| !only_cheap || kind.digits > 0 || !kind.trigger.is_empty());
        let mut kinds = Vec::new();
        for kind in &read.kind {
            let mut expressions = Vec::new();
            for pattern in &kind.patterns {
                // The expressions of the built-in file are known to compile: a test checks them.
                let is_known = toml_text == BUILT_IN;
                match with_lists(pattern.get_ref(), &read.lists).map(Expression::new).and_then(|expression| {
                    let fault = |error: regex::Error| error.to_string().lines().last().unwrap_or_default().to_owned();
                    if is_known { Ok(()) } else { expression.compile().map_err(fault) }.map(|()| expression)
                }) {
                    Ok(expression) => expressions.push(expression),
                    Err(message) => {
                        let is_without_list = message.starts_with("there is no list");
                        let fault = Diagnostic::error("privacy-pattern", file, span_of(pattern), message);
                        faults.push(fault.hint(match is_without_list {
                            true => "`@name` is a list under [lists]: add it there; an @ alone is written `\\x40`",
                            false => "write a regular expression in the syntax of the Rust crate `regex`, in '…' rather than \"…\"",
                        }));
                    }
                }
            }
            let mut unless = FxHashSet::default();
            for name in &kind.unless {
                match read.lists.get(name.get_ref()) {
                    Some(words) => unless.extend(words.iter().map(|word| word.to_lowercase())),
                    None => {
                        let message = format!("there is no list `{}`", name.get_ref());
                        let fault = Diagnostic::error("privacy-list", file, span_of(name), message);
                        faults.push(fault.hint("add it under [lists], or choose one of those that stand there"));
                    }
                }
            }
            let (name, about, trigger) = (kind.name.clone(), kind.about.clone(), kind.trigger.clone());
            kinds.push(Kind { name, about, expressions, unless, trigger, digits: kind.digits });
        }
        if faults.is_empty() { Ok((Patterns { kinds }, read.kind)) } else { Err(faults) }
    }

    /// The name of a kind, as results name it.
    pub fn name(&self, kind: usize) -> &str {
        self.kinds.get(kind).map_or("", |kind| &kind.name)
    }

    /// What a kind is, in a few words.
    pub fn about(&self, kind: usize) -> &str {
        self.kinds.get(kind).map_or("", |kind| &kind.about)
    }

    /// Everything in the text of the document that should not stand there, in order of place.
    pub fn find(&self, document: &Document) -> Vec<Find> {
        let mut found = Vec::new();
        for kind in 0..self.kinds.len() {
            self.find_in(kind, document, Span::new(0, document.text.len()), &mut found);
        }
        settled(document, found)
    }

    /// The same for kinds with a cheap sign, near those signs alone.
    pub fn find_cheaply(&self, document: &Document) -> Vec<Find> {
        let text = document.text.as_str();
        let mut found = Vec::new();
        for (number, kind) in self.kinds.iter().enumerate() {
            for trigger in &kind.trigger {
                for at in memchr::memmem::find_iter(text.as_bytes(), trigger) {
                    self.find_in(number, document, window(text, at, at + trigger.len()), &mut found);
                }
            }
        }
        let kinds = || self.kinds.iter().enumerate().filter(|(_, kind)| kind.digits > 0);
        let least = kinds().map(|(_, kind)| kind.digits).min().unwrap_or(usize::MAX);
        each_cluster(text.as_bytes(), least, |start, end, n_digits| {
            for (number, _) in kinds().filter(|(_, kind)| n_digits >= kind.digits) {
                self.find_in(number, document, window(text, start, end), &mut found);
            }
        });
        settled(document, found)
    }

    /// What is of this kind in a part of the text.
    fn find_in(&self, number: usize, document: &Document, part: Span, found: &mut Vec<Find>) {
        let Some(kind) = self.kinds.get(number) else {
            return;
        };
        let text = &document.text[part.range()];
        for regex in kind.expressions.iter().filter_map(Expression::regex) {
            for captures in regex.captures_iter(text) {
                let Some(hit) = captures.name("it").or_else(|| captures.get(0)) else {
                    continue;
                };
                let is_word = |c: char| !c.is_alphanumeric() && !matches!(c, '\'' | '’');
                if hit.as_str().split(is_word).any(|word| kind.unless.contains(&word.to_lowercase())) {
                    continue;
                }
                let start = part.start as usize + hit.start();
                let span = Span::new(start, start + hit.len());
                if !is_noted(&document.text, span) {
                    found.push(Find { span, kind: number });
                }
            }
        }
    }
}

impl Default for Patterns {
    /// What the built-in lexicon looks for.
    fn default() -> Patterns {
        // A test reads the embedded file, so nothing to look for is never what this gives.
        Patterns::parse(BUILT_IN, "privacy.toml").unwrap_or(Patterns { kinds: Vec::new() })
    }
}

/// The text of the built-in `privacy.toml`.
pub const BUILT_IN: &str = include_str!("../../lexicons/en/privacy.toml");

fn span_of(text: &Spanned<String>) -> Span {
    Span::new(text.span().start, text.span().end)
}

/// The pattern with the entries of lists in place of their names, or what is wrong with it.
fn with_lists(pattern: &str, lists: &BTreeMap<String, Vec<String>>) -> Result<String, String> {
    let mut text = String::new();
    let mut rest = pattern;
    while let Some(at) = rest.find('@') {
        text.push_str(&rest[..at]);
        let behind = &rest[at + 1..];
        let length = behind.find(|c: char| !(c.is_ascii_lowercase() || c == '-')).unwrap_or(behind.len());
        let name = behind[..length].trim_end_matches('-');
        rest = &behind[name.len()..];
        if name.is_empty() {
            text.push('@');
            continue;
        }
        let words = lists.get(name).ok_or_else(|| format!("there is no list `{name}`"))?;
        text.push_str(&words.iter().map(|word| regex::escape(word)).collect::<Vec<_>>().join("|"));
    }
    text.push_str(rest);
    Ok(text)
}

/// The stretch around a sign, on the borders of characters.
fn window(text: &str, start: usize, end: usize) -> Span {
    Span::new(floor(text, start.saturating_sub(WINDOW)), ceil(text, end + WINDOW))
}

/// Calls `each` with every stretch of digits that stand close together, if there are enough of them.
fn each_cluster(bytes: &[u8], least: usize, mut each: impl FnMut(usize, usize, usize)) {
    let (mut start, mut end, mut n_digits) = (0, 0, 0);
    for (at, byte) in bytes.iter().enumerate() {
        if !byte.is_ascii_digit() {
            continue;
        }
        if n_digits == 0 || at - end > BETWEEN_DIGITS || end - start > WINDOW {
            if n_digits >= least {
                each(start, end, n_digits);
            }
            (start, n_digits) = (at, 0);
        }
        (end, n_digits) = (at + 1, n_digits + 1);
    }
    if n_digits >= least && n_digits > 0 {
        each(start, end, n_digits);
    }
}

/// Whether it stands in a note of the transcriber, or in a redacted name.
fn is_noted(text: &str, span: Span) -> bool {
    let (start, end) = (span.start as usize, span.end as usize);
    let (from, to) = (floor(text, start.saturating_sub(AROUND)), ceil(text, end + AROUND));
    let from = memchr::memrchr(b'\n', &text.as_bytes()[from..start]).map_or(from, |at| from + at + 1);
    let to = memchr::memchr(b'\n', &text.as_bytes()[end..to]).map_or(to, |at| end + at);
    let mut tokens = Vec::new();
    segment::tokens(text, Span::new(from, to), &mut tokens);
    // A post code has parts that look like codes of persons; a redacted name holds the find.
    tokens.iter().any(|token| match token.kind {
        TokenKind::Aside => token.span.overlaps(span),
        TokenKind::Placeholder => token.span.start <= span.start && span.end <= token.span.end,
        _ => false,
    })
}

/// In order of place; of finds that overlap that of the first kind; labels of speakers but once.
fn settled(document: &Document, mut found: Vec<Find>) -> Vec<Find> {
    found.sort_unstable_by_key(|find| (find.kind, find.span.start, std::cmp::Reverse(find.span.end)));
    let mut kept: BTreeMap<u32, Find> = BTreeMap::new();
    for find in found {
        let before = kept.range(..find.span.end).next_back();
        if before.is_none_or(|(_, other)| other.span.end <= find.span.start) {
            kept.insert(find.span.start, find);
        }
    }
    let mut labels = FxHashSet::default();
    let mut turns = document.turns.iter().peekable();
    kept.retain(|_, find| {
        while turns.next_if(|turn| turn.span.end <= find.span.start).is_some() {}
        let is_said = turns.peek().is_some_and(|turn| turn.span.start <= find.span.start);
        let value = &document.text[find.span.range()];
        let is_label = !is_said && document.speakers.iter().any(|speaker| speaker.label == value);
        !is_label || labels.insert(value)
    });
    kept.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Role, Speaker, Turn};

    #[test]
    fn hits_and_misses_of_the_embedded_file() {
        let faults = Patterns::check(BUILT_IN, "privacy.toml");
        let shown: Vec<String> = faults
            .iter()
            .map(|fault| format!("{}: {} {}", fault.code, fault.message, &BUILT_IN[fault.span.range()]))
            .collect();
        assert!(shown.is_empty(), "{}", shown.join("\n"));
    }

    #[test]
    fn a_wrong_example_is_a_fault() {
        let file = "[[kind]]\nname = \"a\"\nabout = \"a\"\npatterns = ['b@c']\nhits = [\"x\"]\nmisses = [\"bd\"]\n[lists]\nc = [\"d\"]\n";
        let codes: Vec<&str> = Patterns::check(file, "p.toml").iter().map(|fault| fault.code).collect();
        assert_eq!(codes, ["missing", "noisy"]);
        for (from, to, code) in
            [("name", "nam", "privacy-syntax"), ("@c", "@x", "privacy-pattern"), ("b@c", "(", "privacy-pattern")]
        {
            let faults = Patterns::parse(&file.replacen(from, to, 1), "p.toml").unwrap_err();
            assert_eq!(faults[0].code, code, "{to}");
        }
    }

    #[test]
    fn what_is_cheap_is_found_alike_both_ways() {
        let text = "é".repeat(40) + " a@b.org, 0113 496 0123 and AB 12 34 56 C; www.b.org ü";
        let document = Document { text, ..Document::default() };
        let all = Patterns::default();
        let cheap = Patterns::parse_cheap(BUILT_IN, "privacy.toml").unwrap();
        let shown = |patterns: &Patterns, found: Vec<Find>| {
            found.iter().map(|find| patterns.name(find.kind).to_owned()).collect::<Vec<_>>()
        };
        let want = ["email", "phone", "id_number", "web"];
        assert_eq!(shown(&all, all.find(&document)), want);
        assert_eq!(shown(&cheap, cheap.find_cheaply(&document)), want);
    }

    #[test]
    fn a_label_is_told_once() {
        let text = "Ann Lee: I saw Ann Lee.\nAnn Lee: So.".to_owned();
        let turns = vec![Turn { span: Span::new(9, 23), speaker: 0 }, Turn { span: Span::new(33, 36), speaker: 0 }];
        let speakers = vec![Speaker { label: "Ann Lee".into(), role: Role::Narrator }];
        let found = Patterns::default().find(&Document { text, turns, speakers, ..Document::default() });
        assert_eq!(found.iter().map(|find| find.span.start).collect::<Vec<_>>(), [0, 15]);
    }
}
