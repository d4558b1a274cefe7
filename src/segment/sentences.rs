/*!
From tokens to sentences.

The standard's sentence rules break after `Mr.` and never break speech written in small letters, so the splitter is our own. It walks over the tokens of
a turn once. Wherever a mark stands that can end a sentence, it takes along what closes with it (quotation marks, brackets), looks at the white space
behind it and at what follows, and decides by form:

| behind the mark | the sentence |
|---|---|
| a blank line | ends |
| a capital, a digit, an opening mark, a dash, a sign | ends, unless the full stop belongs to an abbreviation, an initial or the number of a list item |
| a small letter | goes on (`'Why?' she said`), unless a line ends here, or the whole turn writes its sentences in small letters |
| no white space | goes on, unless the mark is of a script without capitals |

A line break without a terminator is white space, since lines may be wrapped, unless a list item follows or the turn has no terminator at all: then every
line is a sentence, the form of chats and automatic transcripts. What has no words (an aside, an emoji) is no sentence of its own on a line that has one.

Nothing is looked for far ahead or behind, so that time stays proportional to the text.
*/

use super::marks::Mark;
use crate::document::{Sentence, Token, TokenKind};
use crate::span::Span;
use std::ops::Range;
use std::sync::OnceLock;

/// Sentences in small letters are believed from so many places on at which a small letter follows a terminator.
const SMALL_STARTS: usize = 3;
/// The number of a list item has at most so many digits; more are a year.
const ITEM_DIGITS: usize = 3;

/// Words after which a full stop need not end a sentence.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Abbreviations {
    /// All of them, sorted, in small letters.
    words: Vec<String>,
    /// Those that may end a sentence, sorted, in small letters.
    may_end: Vec<String>,
    /// Words that are no names and begin sentences, sorted, in small letters.
    openers: Vec<String>,
}

impl Abbreviations {
    /// Both lists as a lexicon has them: words without their last full stop (`mr`, `e.g`), in any case and order.
    ///
    /// After a word of `may_end` a capital begins a new sentence; after one that is in `words` alone nothing does. A single capital is taken for an initial
    /// (`J. Jones`) without being listed; listed in `may_end`, it ends a sentence (`my brother and I. We left`) unless it stands among initials.
    pub fn new(words: &[String], may_end: &[String]) -> Abbreviations {
        Abbreviations { words: sorted(words), may_end: sorted(may_end), openers: Vec::new() }
    }

    /// With words, in any case and order, that are no names: an initial before one of them ends a sentence (`I lived with K. She was kind`).
    #[must_use]
    pub fn with_openers(self, openers: &[String]) -> Abbreviations {
        Abbreviations { openers: sorted(openers), ..self }
    }
}

/// The words in small letters, sorted, each once.
fn sorted(list: &[String]) -> Vec<String> {
    let mut list: Vec<String> = list.iter().map(|word| word.to_lowercase()).collect();
    list.sort_unstable();
    list.dedup();
    list
}

/// Adds the sentences of one turn to `out`: `turn` is its number, and its tokens are those of `tokens` from `first` to the end.
///
/// Every token belongs to exactly one sentence. `text` is the text that the tokens point into.
pub fn sentences(
    text: &str,
    turn: usize,
    tokens: &[Token],
    first: usize,
    abbreviations: &Abbreviations,
    out: &mut Vec<Sentence>,
) {
    let of_turn = OfTurn { turn, first, habits: &OnceLock::new() };
    sentences_from(text, &of_turn, tokens, first..tokens.len(), abbreviations, out);
}

/// What is the same for all sections of a turn.
pub(super) struct OfTurn<'a> {
    /// Its number.
    pub(super) turn: usize,
    /// Its first token.
    pub(super) first: usize,
    /// Read when they are first asked for: most turns never need them.
    pub(super) habits: &'a OnceLock<Habits>,
}

/// The sentences of a section of a turn. It must begin where the turn does or behind a blank line, and end likewise: then it is cut as in the whole.
pub(super) fn sentences_from(
    text: &str,
    &OfTurn { turn, first, habits }: &OfTurn<'_>,
    tokens: &[Token],
    section: Range<usize>,
    abbreviations: &Abbreviations,
    out: &mut Vec<Sentence>,
) {
    let splitter = Splitter { text, tokens, first, abbreviations, habits };
    // The sentence being read: its first token, how many words it has, whether a line begins with it.
    let mut start = section.start;
    let mut n_words = 0;
    let mut begins_line = true;
    let mut at = section.start;
    while at < section.end {
        n_words += usize::from(tokens[at].kind.is_word());
        if splitter.is_inside(at) {
            at += 1;
            continue;
        }
        let end = splitter.terminated(at);
        // A terminator takes along marks only, so no word is missed.
        let last = end.map_or(at, |end| end.last);
        let next = last + 1;
        let lines = splitter.line_breaks(last);
        let ends = next >= tokens.len()
            || lines >= 2
            || match &end {
                Some(end) => splitter.ends(end, lines),
                None => lines == 1 && splitter.habits().lines_are_sentences,
            }
            || lines == 1 && splitter.begins_item(next);
        // A sentence without words waits for some, or is part of the one before it, unless it has a line of its own.
        let closes_line = next >= tokens.len() || lines > 0;
        if ends && (n_words > 0 || closes_line) {
            let of_turn = out.last_mut().filter(|before| before.turn == turn && before.end_token == start);
            let span_end = tokens[last].span.end;
            match of_turn {
                Some(before) if n_words == 0 && !begins_line => {
                    before.span.end = span_end;
                    before.end_token = next;
                }
                _ => out.push(Sentence {
                    span: Span { start: tokens[start].span.start, end: span_end },
                    turn,
                    first_token: start,
                    end_token: next,
                    n_words,
                }),
            }
            start = next;
            n_words = 0;
            begins_line = lines > 0;
        }
        at = next;
    }
}

/// What is true of a turn as a whole.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Habits {
    /// There is no terminator in it: its lines are its sentences.
    lines_are_sentences: bool,
    /// Most of its sentences begin with a small letter.
    small_starts: bool,
}

/// A terminator with all that belongs to it.
#[derive(Clone, Copy, Debug)]
struct End {
    /// Index of the terminator.
    mark_at: usize,
    /// Index of the last token that belongs to it.
    last: usize,
    /// What the run of terminators amounts to.
    mark: Mark,
    /// Whether a quotation closes with it.
    has_quote: bool,
    /// Whether anything closes with it.
    has_closers: bool,
}

/// What a token, or the one behind it, says about a new sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Follow {
    /// It can begin one.
    Starts,
    /// It is a number, which can begin one, but can also go with what is before it.
    Number,
    /// It is in small letters.
    Small,
    /// It cannot begin one.
    GoesOn,
}

/// What a full stop behind a word can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stop {
    /// It ends a sentence.
    Plain,
    /// It belongs to an abbreviation written with inner full stops; a capital behind it begins a sentence.
    Dotted,
    /// It belongs to an abbreviation that may end a sentence.
    MayEnd,
    /// It ends none.
    Never,
}

struct Splitter<'a> {
    text: &'a str,
    tokens: &'a [Token],
    first: usize,
    abbreviations: &'a Abbreviations,
    habits: &'a OnceLock<Habits>,
}

/// Whether a blank line stands before token `at` of a text: there a sentence ends, whatever stands around it.
pub(super) fn is_behind_blank_line(text: &str, tokens: &[Token], at: usize) -> bool {
    let (Some(before), Some(token)) = (at.checked_sub(1).and_then(|before| tokens.get(before)), tokens.get(at)) else {
        return false;
    };
    let gap = &text.as_bytes()[before.span.end as usize..token.span.start as usize];
    gap.iter().filter(|byte| **byte == b'\n').nth(1).is_some()
}

impl Splitter<'_> {
    /// Whether, at a glance, neither a terminator nor a line break can be here: true of nearly all tokens, which need no more than this.
    fn is_inside(&self, at: usize) -> bool {
        let bytes = self.text.as_bytes();
        let (Some(token), Some(next)) = (self.tokens.get(at), self.tokens.get(at + 1)) else {
            return false;
        };
        let gap_start = token.span.end as usize;
        let is_plain_gap = match next.span.start as usize - gap_start {
            0 => true,
            1 => bytes[gap_start] != b'\n',
            _ => false,
        };
        let can_end = token.kind == TokenKind::Punctuation
            && match &bytes[token.span.start as usize..] {
                // Dashes and quotation marks, by far the most frequent beyond ASCII.
                [0xE2, 0x80, 0x90..=0x9F, ..] => false,
                [first, ..] => matches!(first, b'.' | b'?' | b'!' | 0x80..),
                [] => false,
            };
        is_plain_gap && !can_end
    }

    fn habits(&self) -> Habits {
        *self.habits.get_or_init(|| self.read_habits())
    }

    /// Reads the terminators of the turn once, to know its habits.
    fn read_habits(&self) -> Habits {
        let mut n_terminators = 0usize;
        let mut n_small = 0usize;
        let mut n_judged = 0usize;
        let mut at = self.first;
        while at < self.tokens.len() {
            if self.tokens[at].kind != TokenKind::Punctuation {
                at += 1;
                continue;
            }
            let Some(end) = self.terminated(at) else {
                at += 1;
                continue;
            };
            at = end.last + 1;
            let is_spaced = end.mark == Mark::Absolute || !self.gap(end.last).is_empty() || at >= self.tokens.len();
            if !is_spaced || self.stop(&end) == Stop::Never {
                continue;
            }
            n_terminators += 1;
            if matches!(end.mark, Mark::Stop | Mark::Strong) && !end.has_quote && self.stop(&end) == Stop::Plain {
                let follow = self.follow(at);
                n_small += usize::from(follow == Follow::Small);
                n_judged += usize::from(follow != Follow::GoesOn);
            }
        }
        Habits {
            lines_are_sentences: n_terminators == 0,
            small_starts: n_small >= SMALL_STARTS && 2 * n_small > n_judged,
        }
    }

    /// The terminator that begins at token `at`, if there is one, with the marks that belong to it.
    fn terminated(&self, at: usize) -> Option<End> {
        let mut mark = self.mark(at).filter(|mark| mark.is_terminator())?;
        let mut last = at;
        let mut has_closers = false;
        let mut has_quote = false;
        while self.gap(last).is_empty() {
            match self.mark(last + 1) {
                Some(next) if next.is_terminator() => {
                    mark = match (mark, next) {
                        _ if has_closers => mark,
                        (Mark::Absolute, _) | (_, Mark::Absolute) => Mark::Absolute,
                        (Mark::Strong, _) | (_, Mark::Strong) => Mark::Strong,
                        _ => Mark::Ellipsis,
                    };
                }
                Some(next) if next.closes(self.word(last + 1)) => {
                    has_closers = true;
                    has_quote |= next != Mark::CloseBracket;
                }
                // A note that touches the end belongs to it: `There.[1] Then`.
                None if self.kind(last + 1) == Some(TokenKind::Aside) => {}
                _ => break,
            }
            last += 1;
        }
        // Some set a space before a closing mark.
        while let Some(next) = self.mark(last + 1)
            && self.line_breaks(last) == 0
            && (next == Mark::CloseQuote || next == Mark::Quote && !has_quote)
            && (!self.gap(last + 1).is_empty() || last + 2 >= self.tokens.len())
        {
            has_closers = true;
            has_quote = true;
            last += 1;
        }
        Some(End { mark_at: at, last, mark, has_quote, has_closers })
    }

    /// Whether the sentence ends at a terminator, behind which are `lines` line breaks (0 or 1).
    fn ends(&self, end: &End, lines: usize) -> bool {
        if end.mark == Mark::Absolute {
            return true;
        }
        if self.gap(end.last).is_empty() {
            return false;
        }
        let follow = self.follow(end.last + 1);
        let stop = self.stop(end);
        match (stop, follow) {
            (Stop::Never, _) | (_, Follow::GoesOn) | (Stop::Dotted | Stop::MayEnd, Follow::Number) => false,
            (_, Follow::Starts | Follow::Number) => true,
            (_, Follow::Small) if end.mark == Mark::Ellipsis || end.has_quote => false,
            (Stop::Plain, Follow::Small) => lines > 0 || self.habits().small_starts,
            (Stop::MayEnd, Follow::Small) => self.habits().small_starts,
            (Stop::Dotted, Follow::Small) => false,
        }
    }

    /// What the full stop of `end` can do. Other terminators end sentences, and so does a full stop behind which something closes.
    fn stop(&self, end: &End) -> Stop {
        let at = end.mark_at;
        if end.mark != Mark::Stop || end.has_closers || at <= self.first || !self.gap(at - 1).is_empty() {
            return Stop::Plain;
        }
        let word = self.word(at - 1);
        match self.tokens[at - 1].kind {
            TokenKind::Number if word.len() <= ITEM_DIGITS && self.begins_line(at - 1) => Stop::Never,
            TokenKind::Word => self.stop_of_word(word, at - 1, end.last + 1),
            _ => Stop::Plain,
        }
    }

    fn stop_of_word(&self, word: &str, at: usize, next: usize) -> Stop {
        let may_end = has(&self.abbreviations.may_end, word);
        let is_listed = may_end || has(&self.abbreviations.words, word);
        let is_dotted = is_dotted(word);
        let are_capitals = word.chars().all(|c| c == '.' || c.is_uppercase());
        if is_initial(word) || is_dotted && are_capitals && !is_listed {
            let is_among_initials = self.is_behind_initial(at) || self.is_initial_with_stop(next);
            // Before anything but a name, an initial is the last word of a sentence.
            let is_before_name = self.follow(next) == Follow::Starts && self.kind(next) != Some(TokenKind::Punctuation);
            let is_last = may_end && !is_among_initials || !is_before_name || self.is_opener(next);
            return match (is_last, is_dotted) {
                (false, _) => Stop::Never,
                (true, false) => Stop::Plain,
                (true, true) => Stop::Dotted,
            };
        }
        if is_listed && !may_end {
            Stop::Never
        } else if !is_listed && !is_dotted {
            Stop::Plain
        } else if self.is_initial_with_stop(next) {
            // A name goes on: `Ph.D. J. Jones`.
            Stop::Never
        } else if is_dotted {
            Stop::Dotted
        } else {
            Stop::MayEnd
        }
    }

    /// Whether token `at` is a word that begins a sentence rather than goes on with a name.
    fn is_opener(&self, at: usize) -> bool {
        !self.is_initial_with_stop(at) && has(&self.abbreviations.openers, self.word(at))
    }

    /// Whether an initial and its full stop stand right before token `at`.
    fn is_behind_initial(&self, at: usize) -> bool {
        at >= self.first + 2 && self.mark(at - 1) == Some(Mark::Stop) && is_initial(self.word(at - 2))
    }

    /// Whether token `at` is an initial with its full stop.
    fn is_initial_with_stop(&self, at: usize) -> bool {
        is_initial(self.word(at)) && self.gap(at).is_empty() && self.mark(at + 1) == Some(Mark::Stop)
    }

    /// What token `at` says about a new sentence; asides say nothing, and behind some marks the word decides.
    fn follow(&self, at: usize) -> Follow {
        let mut at = at;
        while self.kind(at) == Some(TokenKind::Aside) {
            at += 1;
        }
        let Some(mark) = self.mark(at) else {
            return self.follow_word(at);
        };
        match mark {
            Mark::Opener | Mark::Quote | Mark::Sign | Mark::Bullet => Follow::Starts,
            // An elision (’tis), or a quotation that opens.
            Mark::Apostrophe if self.gap(at).is_empty() => self.follow_word(at + 1),
            Mark::Dash if self.kind(at + 1) != Some(TokenKind::Punctuation) => self.follow_word(at + 1),
            Mark::Dash => Follow::Starts,
            // An ellipsis that opens a sentence touches its first word.
            Mark::Ellipsis if self.gap(at).is_empty() => self.follow_word(at + 1),
            _ => Follow::GoesOn,
        }
    }

    fn follow_word(&self, at: usize) -> Follow {
        match self.kind(at) {
            None => Follow::Starts,
            Some(TokenKind::Aside | TokenKind::Punctuation) => Follow::GoesOn,
            Some(TokenKind::Placeholder) => Follow::Starts,
            Some(TokenKind::Number) => Follow::Number,
            Some(TokenKind::Word) => match self.word(at).chars().next() {
                Some(c) if c.is_lowercase() => Follow::Small,
                Some(c) if c.is_numeric() => Follow::Number,
                _ => Follow::Starts,
            },
        }
    }

    /// Whether token `at`, the first of its line, opens an item of a list or a line of dialogue.
    fn begins_item(&self, at: usize) -> bool {
        match self.mark(at) {
            Some(Mark::Bullet | Mark::Dash) => true,
            Some(_) => false,
            None => {
                self.kind(at) == Some(TokenKind::Number)
                    && self.tokens[at].span.len() <= ITEM_DIGITS
                    && self.gap(at).is_empty()
                    && matches!(self.mark(at + 1), Some(Mark::Stop | Mark::CloseBracket))
                    && !self.gap(at + 1).is_empty()
            }
        }
    }

    /// Whether token `at` is the first of its line or turn.
    fn begins_line(&self, at: usize) -> bool {
        at == self.first || self.line_breaks(at - 1) > 0
    }

    /// How many line breaks stand behind token `at`; 2 stands for more.
    fn line_breaks(&self, at: usize) -> usize {
        let gap = self.gap(at).as_bytes();
        match gap {
            [] => 0,
            [byte] => usize::from(*byte == b'\n'),
            _ => gap.iter().filter(|byte| **byte == b'\n').take(2).count(),
        }
    }

    /// The white space between token `at` and the next; empty behind the last.
    fn gap(&self, at: usize) -> &str {
        match (self.tokens.get(at), self.tokens.get(at + 1)) {
            (Some(token), Some(next)) => &self.text[token.span.end as usize..next.span.start as usize],
            _ => "",
        }
    }

    fn kind(&self, at: usize) -> Option<TokenKind> {
        self.tokens.get(at).map(|token| token.kind)
    }

    /// The mark that token `at` is, if it is punctuation.
    fn mark(&self, at: usize) -> Option<Mark> {
        let token = self.tokens.get(at).filter(|token| token.kind == TokenKind::Punctuation)?;
        Some(Mark::of(&self.text[token.span.range()]))
    }

    /// The text of token `at`; empty past the end.
    fn word(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |token| &self.text[token.span.range()])
    }
}

/// Whether `word` is one capital letter.
fn is_initial(word: &str) -> bool {
    let mut chars = word.chars();
    chars.next().is_some_and(char::is_uppercase) && chars.next().is_none()
}

/// Whether `word` is single letters with full stops between them, as in `e.g` and `U.S`.
fn is_dotted(word: &str) -> bool {
    word.contains('.') && word.split('.').all(|part| part.chars().count() == 1 && part.chars().all(char::is_alphabetic))
}

/// Whether a sorted list of words in small letters has `word`, in any case. Compares letter by letter, to copy nothing.
fn has(list: &[String], word: &str) -> bool {
    let small = || word.chars().flat_map(char::to_lowercase);
    list.binary_search_by(|entry| entry.chars().cmp(small())).is_ok()
}
