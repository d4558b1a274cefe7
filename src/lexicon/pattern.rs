/*!
The pattern grammar: from the text a psychologist writes to a tree.

The grammar is described for its writers in `lexicons/README.md`. This module only reads it and says what is wrong with it; what a pattern
*finds* is decided in the `pattern` module, which compiles the tree.
*/

use crate::span::Span;
use serde::{Deserialize, Serialize};

/// A pattern as written and as understood.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pattern {
    /// The tree.
    pub node: Node,
    /// The text it was read from.
    pub source: String,
    /// Index into the lexicon's files.
    pub file: usize,
    /// Where `source` stands in the file, without its quotation marks.
    pub span: Span,
}

/// A part of a pattern.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Node {
    /// One word.
    Word(Word),
    /// Any entry of the list of this name.
    List(String),
    /// Between `min` and `max` words of any kind.
    Gap {
        /// At least so many.
        min: usize,
        /// At most so many.
        max: usize,
    },
    /// A punctuation mark, written out.
    Mark(Mark),
    /// One after the other.
    Sequence(Vec<Node>),
    /// One of several.
    Either(Vec<Node>),
    /// It, or nothing.
    Optional(Box<Node>),
}

impl Node {
    /// Whether every match contains a word that the node names.
    pub fn must_have_word(&self) -> bool {
        match self {
            Node::Word(_) | Node::List(_) => true,
            Node::Sequence(parts) => parts.iter().any(Node::must_have_word),
            Node::Either(branches) => branches.iter().all(Node::must_have_word),
            Node::Gap { .. } | Node::Mark(_) | Node::Optional(_) => false,
        }
    }

    /// Calls `visit` with every word in it. Those of lists stand there.
    pub fn each_word(&self, visit: &mut dyn FnMut(&Word)) {
        match self {
            Node::Word(word) => visit(word),
            Node::Sequence(parts) | Node::Either(parts) => parts.iter().for_each(|part| part.each_word(visit)),
            Node::Optional(inner) => inner.each_word(visit),
            Node::List(_) | Node::Gap { .. } | Node::Mark(_) => {}
        }
    }

    /// Whether it is there even where nothing stands.
    fn may_be_nothing(&self) -> bool {
        match self {
            Node::Optional(_) => true,
            Node::Gap { min, .. } => *min == 0,
            Node::Sequence(parts) => parts.iter().all(Node::may_be_nothing),
            Node::Either(branches) => branches.iter().any(Node::may_be_nothing),
            Node::Word(_) | Node::List(_) | Node::Mark(_) => false,
        }
    }
}

/// What a single word must be.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Word {
    /// This very word, in lower case.
    Exact(String),
    /// A word that begins so.
    Prefix(String),
    /// A word with the same stem as this one.
    Stem(String),
    /// A word that fits this regular expression as a whole.
    Regex(String),
}

/// Punctuation and the edges of a sentence, as patterns speak of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Mark {
    /// `^`
    Start,
    /// `$`
    End,
    /// `<>`: any of those below
    Any,
    /// `<,>`
    Comma,
    /// `<;>`
    Semicolon,
    /// `<:>`
    Colon,
    /// `<->`: hyphen between spaces, en dash, em dash
    Dash,
    /// `<...>`
    Ellipsis,
    /// `<.>`
    Period,
    /// `<?>`
    Question,
    /// `<!>`
    Exclamation,
    /// `<(>`: any bracket
    Bracket,
    /// `<">`: any quotation mark
    Quotation,
}

/// The marks and how they are written between `<` and `>`.
pub const MARKS: [(&str, Mark); 11] = [
    ("", Mark::Any),
    (",", Mark::Comma),
    (";", Mark::Semicolon),
    (":", Mark::Colon),
    ("-", Mark::Dash),
    ("...", Mark::Ellipsis),
    (".", Mark::Period),
    ("?", Mark::Question),
    ("!", Mark::Exclamation),
    ("(", Mark::Bracket),
    ("\"", Mark::Quotation),
];

/// What is wrong with a pattern, and where in it (bytes of the pattern's text).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatternError {
    /// A lasting name.
    pub code: &'static str,
    /// What is wrong.
    pub message: String,
    /// Where.
    pub at: Span,
    /// What to do.
    pub hint: &'static str,
}

/// So deep may groups stand in groups. Nobody reads what is deeper, and every step down takes room on the stack.
const MAX_DEPTH: usize = 32;

/// The widest gap that makes sense inside one sentence.
const MAX_GAP: usize = 12;

/// Reads one pattern.
///
/// # Errors
/// The first fault in it, with its place.
pub fn parse(source: &str) -> Result<Node, PatternError> {
    let mut parser = Parser { source, at: 0, depth: 0, edges: Vec::new() };
    parser.refuse_invisible()?;
    let node = parser.alternatives()?;
    parser.skip_space();
    if parser.at < source.len() {
        return Err(parser.error(
            "unbalanced-group",
            1,
            "a `)` that closes nothing",
            "remove it, or add the `(` it belongs to",
        ));
    }
    if node == Node::Sequence(Vec::new()) {
        return Err(PatternError {
            code: "empty-pattern",
            message: "the pattern is empty".into(),
            at: Span::new(0, source.len()),
            hint: "write at least one word, stem or @list",
        });
    }
    let mut edges = parser.edges.iter();
    match lost_edge(&node, true, true, &mut edges) {
        Some(at) if source[at..].starts_with('^') => Err(PatternError {
            code: "lost-edge",
            message: "`^` is the beginning of the sentence, and something stands before it: this finds nothing".into(),
            at: Span::new(at, at + 1),
            hint: "write it first, or leave it out",
        }),
        Some(at) => Err(PatternError {
            code: "lost-edge",
            message: "`$` is the end of the sentence, and something stands behind it: this finds nothing".into(),
            at: Span::new(at, at + 1),
            hint: "write it last, or leave it out",
        }),
        None => Ok(node),
    }
}

/// Where an edge of the sentence is asked for with something before the beginning, or behind the end, so that the pattern finds nothing. Where something else
/// may stand in its place it is only useless. `edges` are the places of all edges, in order, and all of them are taken.
fn lost_edge<'a>(
    node: &Node,
    may_begin: bool,
    may_end: bool,
    edges: &mut impl Iterator<Item = &'a usize>,
) -> Option<usize> {
    match node {
        Node::Mark(mark @ (Mark::Start | Mark::End)) => {
            let at = edges.next().copied();
            let fits = if *mark == Mark::Start { may_begin } else { may_end };
            at.filter(|_| !fits)
        }
        Node::Sequence(parts) => {
            let mut lost = None;
            for (number, part) in parts.iter().enumerate() {
                let may_begin = may_begin && parts[..number].iter().all(Node::may_be_nothing);
                let may_end = may_end && parts[number + 1..].iter().all(Node::may_be_nothing);
                lost = lost.or(lost_edge(part, may_begin, may_end, edges));
            }
            lost
        }
        Node::Either(branches) => {
            let lost: Vec<_> = branches.iter().map(|branch| lost_edge(branch, may_begin, may_end, edges)).collect();
            if lost.iter().all(Option::is_some) { lost.into_iter().flatten().next() } else { None }
        }
        Node::Optional(inner) => {
            lost_edge(inner, may_begin, may_end, edges);
            None
        }
        Node::Word(_) | Node::List(_) | Node::Gap { .. } | Node::Mark(_) => None,
    }
}

/// Reads one entry of a list: a word, `word*`, `~stem`, `/regex/`, a phrase of these, or `@another-list`.
///
/// # Errors
/// The first fault in it, with its place.
pub(super) fn parse_entry(source: &str) -> Result<Node, PatternError> {
    let mut node = parse(source)?;
    // A word with a hyphen is a group of its parts, so that `?` binds to all of it; in a list it is a phrase.
    if let Node::Either(branches) = &mut node
        && branches.len() == 1
        && !source.contains('(')
    {
        node = branches.swap_remove(0);
    }
    let plain = |node: &Node| matches!(node, Node::Word(_));
    let fits = match &node {
        Node::Word(_) | Node::List(_) => true,
        Node::Sequence(parts) => parts.iter().all(plain),
        _ => false,
    };
    if fits {
        return Ok(node);
    }
    Err(PatternError {
        code: "bad-list-entry",
        message: "a list entry is a word, `word*`, `~stem`, `/regex/`, a phrase of these, or `@list`".into(),
        at: Span::new(0, source.len()),
        hint: "write every variant on a line of its own; groups, gaps and marks belong in patterns",
    })
}

struct Parser<'a> {
    source: &'a str,
    at: usize,
    /// How many groups are open.
    depth: usize,
    /// Where `^` and `$` stand.
    edges: Vec<usize>,
}

impl Parser<'_> {
    fn rest(&self) -> &str {
        &self.source[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn eat(&mut self, expected: char) -> bool {
        let found = self.peek() == Some(expected);
        if found {
            self.at += expected.len_utf8();
        }
        found
    }

    fn skip_space(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
    }

    fn error(&self, code: &'static str, len: usize, message: impl Into<String>, hint: &'static str) -> PatternError {
        let end = (self.at + len).min(self.source.len());
        PatternError { code, message: message.into(), at: Span::new(self.at, end.max(self.at)), hint }
    }

    /// Characters that nobody sees stand in a pattern by mistake, mostly for an escape of TOML.
    fn refuse_invisible(&mut self) -> Result<(), PatternError> {
        let Some((at, found)) = self.source.char_indices().find(|(_, c)| c.is_control() && !c.is_whitespace()) else {
            return Ok(());
        };
        self.at = at;
        let message = format!("an invisible character (U+{:04X}) stands here", found as u32);
        let hint = "between double quotation marks `\\b` is such a character: write the pattern in single ones, '…', or the backslash twice";
        Err(self.error("invisible-character", found.len_utf8(), message, hint))
    }

    fn alternatives(&mut self) -> Result<Node, PatternError> {
        let mut branches = vec![self.sequence()?];
        while self.eat('|') {
            branches.push(self.sequence()?);
        }
        if branches.len() == 1 {
            return Ok(branches.swap_remove(0));
        }
        if branches.contains(&Node::Sequence(Vec::new())) {
            return Err(self.error(
                "empty-alternative",
                1,
                "an alternative is empty",
                "to make the whole group optional, put `?` behind it: `(a|b)?`",
            ));
        }
        Ok(Node::Either(branches))
    }

    fn sequence(&mut self) -> Result<Node, PatternError> {
        let mut parts = Vec::new();
        loop {
            self.skip_space();
            match self.peek() {
                None | Some('|' | ')') => break,
                Some(_) => {
                    let part = self.item()?;
                    let part = if self.eat('?') { Node::Optional(Box::new(part)) } else { part };
                    match part {
                        Node::Sequence(inner) => parts.extend(inner),
                        other => parts.push(other),
                    }
                }
            }
        }
        if parts.len() == 1 {
            return Ok(parts.swap_remove(0));
        }
        Ok(Node::Sequence(parts))
    }

    fn item(&mut self) -> Result<Node, PatternError> {
        match self.peek() {
            Some('(') => self.group(),
            Some('@') => {
                self.at += 1;
                let name = self.take(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
                if !name.is_empty() && self.peek().is_some_and(is_of_word) {
                    let len = self.rest().find(|c: char| !is_of_word(c)).unwrap_or(self.rest().len());
                    return Err(self.error(
                        "bad-list-name",
                        len,
                        format!("the name of the list ends before `{}`", &self.rest()[..len]),
                        "write `@shame` alone for the file lists/shame.txt; names are lower case with hyphens, and a space stands behind them",
                    ));
                }
                if name.is_empty() {
                    return Err(self.error(
                        "bad-list-name",
                        1,
                        "`@` must be followed by the name of a list",
                        "names are lower case with hyphens: `@caregiver`",
                    ));
                }
                Ok(Node::List(name))
            }
            Some('_') => self.gap(),
            Some('^') => {
                self.edges.push(self.at);
                self.at += 1;
                Ok(Node::Mark(Mark::Start))
            }
            Some('$') => {
                self.edges.push(self.at);
                self.at += 1;
                Ok(Node::Mark(Mark::End))
            }
            Some('<') => self.mark(),
            Some('/') => self.regex(),
            Some('~') => {
                self.at += 1;
                let word = self.word();
                if word.is_empty() || word.contains('-') {
                    return Err(self.error("bad-stem", 1, "`~` must be followed by one word", "write `~remember`"));
                }
                Ok(Node::Word(Word::Stem(word)))
            }
            _ => self.plain_word(),
        }
    }

    fn group(&mut self) -> Result<Node, PatternError> {
        let open = self.at;
        if self.depth == MAX_DEPTH {
            let message = format!("more than {MAX_DEPTH} groups stand in each other");
            return Err(self.error("pattern-too-deep", 1, message, "make lists of inner groups, or several patterns"));
        }
        self.depth += 1;
        self.at += 1;
        let node = self.alternatives()?;
        self.depth -= 1;
        if self.eat(')') {
            if node == Node::Sequence(Vec::new()) {
                self.at = open;
                return Err(self.error("empty-alternative", 2, "the group is empty", "write its words, or remove it"));
            }
            // A group stays one item, so that `?` binds to all of it.
            return Ok(match node {
                Node::Sequence(_) => Node::Either(vec![node]),
                other => other,
            });
        }
        self.at = open;
        Err(self.error("unbalanced-group", 1, "this `(` is never closed", "add the `)` where the group ends"))
    }

    fn gap(&mut self) -> Result<Node, PatternError> {
        let open = self.at;
        self.at += 1;
        if !self.eat('{') {
            return Ok(Node::Gap { min: 1, max: 1 });
        }
        let min = self.take(|c| c.is_ascii_digit()).parse::<usize>();
        let comma = self.eat(',');
        let max = if comma { self.take(|c| c.is_ascii_digit()).parse::<usize>() } else { min.clone() };
        let closed = self.eat('}');
        match (min, max) {
            (Ok(min), Ok(max)) if closed && min <= max && (1..=MAX_GAP).contains(&max) => Ok(Node::Gap { min, max }),
            _ => {
                let len = self.at - open;
                self.at = open;
                Err(self.error(
                    "bad-gap",
                    len,
                    format!("a gap is `_` or `_{{0,4}}`, the smaller number first, at most {MAX_GAP}"),
                    "write for example `_{0,4}`",
                ))
            }
        }
    }

    fn mark(&mut self) -> Result<Node, PatternError> {
        let rest = &self.rest()[1..];
        if let Some(close) = rest.find('>')
            && let Some((_, mark)) = MARKS.iter().find(|(text, _)| *text == &rest[..close])
        {
            self.at += close + 2;
            return Ok(Node::Mark(*mark));
        }
        Err(self.error(
            "unknown-mark",
            rest.find('>').map_or(1, |close| close + 2),
            "no such punctuation mark",
            "known are <,> <;> <:> <-> <...> <.> <?> <!> <(> <\"> and <> for any",
        ))
    }

    fn regex(&mut self) -> Result<Node, PatternError> {
        let rest = &self.rest()[1..];
        let Some(close) = rest.find('/') else {
            return Err(self.error(
                "bad-regex",
                1,
                "this `/` is never closed",
                "write the regular expression as `/…/`; it may not contain `/` itself",
            ));
        };
        let source = rest[..close].to_owned();
        if let Err(error) = regex::Regex::new(&source) {
            let reason = error.to_string();
            let reason = reason.lines().last().unwrap_or_default().trim().to_owned();
            return Err(self.error(
                "bad-regex",
                close + 2,
                format!("not a regular expression: {reason}"),
                "see the syntax of the Rust crate `regex`; the expression is tried on one lower-case word",
            ));
        }
        if let Some(why) = fits_no_word(&source) {
            return Err(self.error(
                "bad-regex",
                close + 2,
                format!("a part of this can never fit: {why}"),
                "the expression is tried on one lower-case word at a time; write several words one after the other, without slashes",
            ));
        }
        self.at += close + 2;
        Ok(Node::Word(Word::Regex(source)))
    }

    fn plain_word(&mut self) -> Result<Node, PatternError> {
        let word = self.word();
        if word.is_empty() {
            let found = self.peek().unwrap_or(' ');
            return Err(self.error(
                "stray-character",
                found.len_utf8(),
                format!("`{found}` has no meaning here"),
                "punctuation is written <,>; a gap is `_`; everything else is words",
            ));
        }
        if self.eat('*') {
            if self.peek().is_some_and(is_of_word) {
                self.at -= 1;
                return Err(self.error(
                    "stray-character",
                    1,
                    "`*` stands for the end of a word, and this word goes on behind it",
                    "write `asham*`, or a regular expression for one word: `/asham.*d/`",
                ));
            }
            if word.contains('-') {
                return Err(self.error("stray-character", 1, "`*` cannot follow a hyphen", "write the parts apart"));
            }
            return Ok(Node::Word(Word::Prefix(word)));
        }
        if word.ends_with("..") || !word.contains(char::is_alphanumeric) && word.contains('.') {
            let dots = word.len() - word.trim_end_matches('.').len();
            self.at -= dots;
            return Err(self.error(
                "stray-character",
                dots,
                "dots are no part of a word",
                "dots of the text are written <...>; for words that are left out write a gap, `_{0,4}`",
            ));
        }
        // Hyphens separate words in texts, so they do in patterns.
        let mut parts: Vec<Node> = word
            .split('-')
            .filter(|part| !part.is_empty())
            .map(|part| Node::Word(Word::Exact(part.to_owned())))
            .collect();
        match parts.len() {
            0 => Err(self.error("stray-character", 1, "a hyphen alone has no meaning here", "a dash is written <->")),
            1 => Ok(parts.swap_remove(0)),
            _ => Ok(Node::Either(vec![Node::Sequence(parts)])),
        }
    }

    /// Letters, digits, apostrophes, inner hyphens and dots, in lower case with straight apostrophes.
    fn word(&mut self) -> String {
        let raw = self.take(is_of_word);
        if raw.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase()) {
            return raw;
        }
        raw.to_lowercase().replace('’', "'")
    }

    fn take(&mut self, wanted: impl Fn(char) -> bool) -> String {
        let rest = self.rest();
        let len = rest.find(|c| !wanted(c)).unwrap_or(rest.len());
        let taken = rest[..len].to_owned();
        self.at += len;
        taken
    }
}

/// Whether a character can be part of a word in a pattern.
fn is_of_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '\'' | '’' | '-' | '.') || is_combining(c)
}

/// Why no single lower-case word can fit a regular expression, if that can be seen.
fn fits_no_word(expression: &str) -> Option<&'static str> {
    let mut chars = expression.chars();
    // Without regard to case, or for all but some letters, capitals do no harm.
    let is_case_free = expression.contains("(?") || expression.contains("[^");
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('s') => return Some("no word has white space in it"),
                // What stands in braces is the name of a class of characters.
                Some('p' | 'P' | 'x' | 'u' | 'U') => {
                    if chars.as_str().starts_with('{') {
                        chars.by_ref().find(|c| *c == '}');
                    } else {
                        chars.next();
                    }
                }
                _ => {}
            },
            c if c.is_whitespace() => return Some("no word has white space in it"),
            c if c.is_uppercase() && !is_case_free => return Some("it is tried on words without capitals"),
            _ => {}
        }
    }
    None
}

fn is_combining(c: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_are_named_and_placed() {
        let cases = [
            ("", "empty-pattern", 0),
            ("I (am", "unbalanced-group", 2),
            ("I am)", "unbalanced-group", 4),
            ("(a|)", "empty-alternative", 3),
            ("a () b", "empty-alternative", 2),
            ("a _{4,2}", "bad-gap", 2),
            ("a _{0,99}", "bad-gap", 2),
            ("a <=> b", "unknown-mark", 2),
            ("/[/", "bad-regex", 0),
            ("/abc", "bad-regex", 0),
            ("@ x", "bad-list-name", 1),
            ("~ x", "bad-stem", 1),
            ("never!", "stray-character", 5),
            ("I was ... sad", "stray-character", 6),
            ("hate..", "stray-character", 4),
            ("asham*d", "stray-character", 5),
            ("@shame.txt", "bad-list-name", 6),
            ("/was ashamed/", "bad-regex", 0),
            (r"/was\sashamed/", "bad-regex", 0),
            ("/[A-Z]+/", "bad-regex", 0),
            ("I ^ was", "lost-edge", 2),
            ("(I|we) (^|so $ that|^ was)", "lost-edge", 8),
            ("$ I", "lost-edge", 0),
            ("I \u{8}am", "invisible-character", 2),
        ];
        for (source, code, at) in cases {
            let error = parse(source).expect_err(source);
            assert_eq!((error.code, error.at.start), (code, at), "{source:?}");
        }
        for fine in [
            r"/\p{L}+ing/",
            "/(?i)A+/",
            r"/\S+ed/",
            "(^|and) I",
            "I (am|$)",
            "(I|we) (am|^ was) (<,>|$) so",
            "<,>? ^ I",
            "_{0,2} ^ I $ _{0,1}",
        ] {
            assert!(parse(fine).is_ok(), "{fine}");
        }
    }

    #[test]
    fn depth_has_an_end() {
        let deep = |depth: usize| parse(&format!("{}a{}", "(".repeat(depth), ")".repeat(depth)));
        assert!(deep(MAX_DEPTH).is_ok());
        assert_eq!(deep(MAX_DEPTH + 1).map_err(|error| error.code), Err("pattern-too-deep"));
        assert_eq!(parse(&"(".repeat(1_000_000)).map_err(|error| error.code), Err("pattern-too-deep"));
    }

    #[test]
    fn entries_of_lists_are_phrases() {
        assert_eq!(parse_entry("well-known"), parse_entry("well known"));
        assert!(parse_entry("(well known)").is_err());
    }

    #[test]
    fn trees() {
        let word = |text: &str| Node::Word(Word::Exact(text.into()));
        assert_eq!(parse("Mother"), Ok(word("mother")));
        assert_eq!(
            parse("(a|b c)? x*"),
            Ok(Node::Sequence(vec![
                Node::Optional(Box::new(Node::Either(vec![word("a"), Node::Sequence(vec![word("b"), word("c")])]))),
                Node::Word(Word::Prefix("x".into())),
            ]))
        );
        assert_eq!(
            parse("^ ~calm _{0,2} <,>? $"),
            Ok(Node::Sequence(vec![
                Node::Mark(Mark::Start),
                Node::Word(Word::Stem("calm".into())),
                Node::Gap { min: 0, max: 2 },
                Node::Optional(Box::new(Node::Mark(Mark::Comma))),
                Node::Mark(Mark::End),
            ]))
        );
    }
}
