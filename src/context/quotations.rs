/*!
Which stretches of a turn stand in quotation marks.

Marks are paired by form, in one pass: a straight `"` opens and closes in turn; typographic marks know their side; a single mark opens only where a word
begins and closes only where one has ended, so that apostrophes stay apostrophes. A quotation that is not closed by the end of its paragraph
goes on if the next paragraph opens with a mark again (the custom of printed dialogue), and is otherwise taken to end with its paragraph.
*/

use crate::hands::{self, Hands};
use crate::span::Span;
use std::ops::Range;

/// A quotation of at most so many words, without inner punctuation, is a word *mentioned*, not speech: the "good" child.
const MENTION_WORDS: usize = 3;

/// The quoted stretches of `within`, in order, without their marks.
pub fn quotations(text: &str, within: Span) -> Vec<Span> {
    let mut found = Vec::new();
    let mut start = within.start as usize;
    let whole = &text[..within.end as usize];
    while start < whole.len() {
        let rest = &whole.as_bytes()[start..];
        let end = memchr::memmem::find(rest, b"\n\n").map_or(whole.len(), |at| start + at);
        paragraph(whole, start, end, &mut found);
        start = end + 2;
    }
    found.retain(|span| is_speech(text, *span));
    found
}

/// Whether what begins at this place stands in one of the quotations, which are in order.
pub fn is_in_quotation(quotations: &[Span], at: u32) -> bool {
    let next = quotations.partition_point(|quotation| quotation.end <= at);
    quotations.get(next).is_some_and(|quotation| quotation.start <= at)
}

/// What [`quotations`] finds, found in parts of about `n_bytes`, each of whole paragraphs: no quotation reaches from one into the next.
pub fn quotations_in_parts(text: &str, within: Span, hands: &dyn Hands, n_bytes: usize) -> Vec<Span> {
    let parts = parts(text, within.range(), n_bytes);
    let found = hands::collect(hands, parts.len(), |number| {
        let Range { start, end } = parts[number];
        quotations(text, Span::new(start, end))
    });
    found.concat()
}

/// Rows of whole paragraphs. A part ends behind the first two line breaks of several, where the search for paragraphs stops wherever it began.
fn parts(text: &str, within: Range<usize>, n_bytes: usize) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let mut start = within.start;
    let mut from = start;
    while let Some(found) = memchr::memmem::find(&text.as_bytes()[from..within.end], b"\n\n") {
        let blank = from + found;
        from = blank + 2;
        from += text.as_bytes()[from..within.end].iter().take_while(|byte| **byte == b'\n').count();
        if blank + 2 - start >= n_bytes.max(1) {
            parts.push(start..blank + 2);
            start = blank + 2;
        }
    }
    parts.push(start..within.end);
    parts
}

fn paragraph(text: &str, from: usize, to: usize, found: &mut Vec<Span>) {
    // The mark that would close the open quotation, and where that began.
    let mut open: Option<(char, usize)> = None;
    // Most text has no marks at all, and a byte search is far faster than looking at every character.
    let bytes = &text.as_bytes()[from..to];
    let may_be_mark = |at: &usize| matches!(bytes[*at], b'"' | b'\'' | b'`' | 0xC2 | 0xE2);
    for at in (0..bytes.len()).filter(may_be_mark) {
        let at = from + at;
        let Some(c) = text[at..to].chars().next() else { break };
        let before = text[from..at].chars().next_back().unwrap_or(' ');
        let next = text[at + c.len_utf8()..to].chars().next().unwrap_or(' ');
        match open {
            Some((close, start)) if closes(c, close, before, next) => {
                found.push(Span::new(start, at));
                open = None;
            }
            Some(_) => {}
            None => {
                if let Some(close) = opens(c, before, next)
                    && (close != '\'' && close != '’' || has_close(&text[at + c.len_utf8()..to], close))
                {
                    open = Some((close, at + c.len_utf8()));
                }
            }
        }
    }
    if let Some((close, start)) = open
        && close != '\''
        && close != '’'
    {
        found.push(Span::new(start, to));
    }
}

/// The mark that closes what `c` opens here, if it opens anything.
fn opens(c: char, before: char, next: char) -> Option<char> {
    let word_begins = !before.is_alphanumeric() && next.is_alphanumeric();
    match c {
        // After a figure it is a measure: six foot two".
        '"' if before.is_alphanumeric() && !next.is_alphanumeric() => None,
        '"' => Some('"'),
        '“' | '„' => Some('”'),
        '«' => Some('»'),
        '‘' if word_begins => Some('’'),
        '\'' if word_begins && before != '"' => Some('\''),
        '`' if word_begins => Some('\''),
        _ => None,
    }
}

fn closes(c: char, close: char, before: char, next: char) -> bool {
    match close {
        // German-style and mixed marks: any right mark closes.
        '”' => matches!(c, '”' | '“') || (c == '"' && !before.is_whitespace()),
        '\'' | '’' => matches!(c, '\'' | '’') && !before.is_whitespace() && !next.is_alphanumeric(),
        other => c == other,
    }
}

/// Whether a single mark that ends a word follows within reason; else the mark was an apostrophe (*’tis*).
fn has_close(rest: &str, close: char) -> bool {
    const REACH: usize = 400;
    let mut before = ' ';
    let mut chars = rest.char_indices().take_while(|(at, _)| *at < REACH).peekable();
    while let Some((_, c)) = chars.next() {
        let next = chars.peek().map_or(' ', |(_, c)| *c);
        // A plural possessive (the boys' room) looks like a close; one after punctuation cannot be.
        if closes(c, close, before, next) {
            return true;
        }
        before = c;
    }
    false
}

fn is_speech(text: &str, span: Span) -> bool {
    let quoted = text[span.range()].trim();
    let is_short = quoted.split_whitespace().count() <= MENTION_WORDS;
    let is_plain = !quoted.contains(['.', ',', '?', '!', '…', ';']);
    let opening = text[..span.start as usize].trim_end_matches(['"', '\'', '“', '‘', '„', '«', '`']);
    let is_introduced = opening.trim_end().ends_with([',', ':']);
    let is_mention = is_short && is_plain && !is_introduced;
    !quoted.is_empty() && !is_mention
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_style() {
        let cases: [(&str, &[&str]); 13] = [
            ("She said, \"It is fine.\" Then left.", &["It is fine."]),
            ("“It’s fine,” he said, “go home now.”", &["It’s fine,", "go home now."]),
            ("He'd say 'you're not hungry, are you' to us.", &["you're not hungry, are you"]),
            ("‘Don’t you start,’ she’d say.", &["Don’t you start,"]),
            ("The boys' room and the girls' room.", &[]),
            ("'Twas the night and 'em lot came.", &[]),
            ("I was the \"good\" child.", &[]),
            ("She said: \"Never.\"", &["Never."]),
            ("«Non, c'est rien», she said.", &["Non, c'est rien"]),
            ("„It was nothing at all“, she said.", &["It was nothing at all"]),
            ("\"It was never closed.\n\nNext paragraph.", &["It was never closed."]),
            ("He was 6'2\" and I feared him.", &[]),
            ("no marks at all", &[]),
        ];
        for (text, expected) in cases {
            let found: Vec<&str> =
                quotations(text, Span::new(0, text.len())).into_iter().map(|span| &text[span.range()]).collect();
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn parts_find_what_the_whole_has() {
        let text = "\"One,\" she said.\n\n\n\"Two is\n\nnot closed.\n\n\n\n\"Three, then.\"\n\n";
        for start in 0..text.len() {
            let within = Span::new(start, text.len());
            for n_bytes in 0..text.len() {
                let found = quotations_in_parts(text, within, &hands::OneByOne, n_bytes);
                assert_eq!(found, quotations(text, within), "from {start} in parts of {n_bytes}");
            }
        }
    }
}
