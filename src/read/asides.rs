/*!
Notes of the transcriber that are worth a number: how often the narrator pauses, and how often nobody could hear what was said.

They are found by form (a length of time in brackets, dots in brackets) and by the words of the conventions. The words of a note are never words of
the narrator; `segment` sees to that.
*/

use super::Conventions;
use crate::document::{Document, Role, TokenKind};
use crate::segment;
use crate::span::Span;

/// How far behind a bracket its end is looked for, in bytes.
const LONGEST: usize = 64;

/// Counts pauses and passages that could not be heard in the narrator's turns.
pub(super) fn count(document: &mut Document, conventions: &Conventions) {
    let mut tokens = Vec::new();
    for turn in &document.turns {
        let is_narrator = document.speakers.get(turn.speaker).is_some_and(|speaker| speaker.role == Role::Narrator);
        if !is_narrator {
            continue;
        }
        let mut at = turn.span.start as usize;
        let end = turn.span.end as usize;
        while let Some(offset) = memchr::memchr3(b'[', b'(', b'<', &document.text.as_bytes()[at..end]) {
            at += offset;
            let mut limit = end.min(at + LONGEST);
            while !document.text.is_char_boundary(limit) {
                limit -= 1;
            }
            tokens.clear();
            segment::tokens(&document.text, Span::new(at, limit), &mut tokens);
            let first = tokens.first().copied();
            match first.filter(|token| token.kind == TokenKind::Aside) {
                Some(aside) => {
                    let words = document.text[aside.span.range()].trim_matches(['[', ']', '(', ')', '<', '>', ' ']);
                    if is_pause(words, conventions) {
                        document.pauses.push(aside.span.start);
                    }
                    if has_word(words, &conventions.inaudible) {
                        document.inaudible.push(aside.span.start);
                    }
                    at = aside.span.end as usize;
                }
                None => at += 1,
            }
        }
    }
}

/// Whether it is the length of a pause (`0.5`, `3`, `2s`), dots, or says that it is one.
fn is_pause(words: &str, conventions: &Conventions) -> bool {
    let is_dots = !words.is_empty() && words.chars().all(|c| matches!(c, '.' | '…'));
    let number = words.trim_end_matches(|c: char| c.is_alphabetic()).trim();
    let is_length = number.len() + 4 > words.len()
        && number.bytes().any(|byte| byte.is_ascii_digit())
        && number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    is_dots || is_length || has_word(words, &conventions.pauses)
}

fn has_word(words: &str, list: &[String]) -> bool {
    let words = words.to_lowercase();
    words.split(|c: char| !c.is_alphabetic()).any(|word| list.iter().any(|known| known == word))
}

#[cfg(test)]
mod tests {
    use super::super::text;

    #[test]
    fn pauses_and_the_inaudible_are_counted_for_the_narrator() {
        let cases = [
            ("I was (.) in (0.5) Leeds ((long pause)) [pause 3s] then (...) gone.", 5, 0),
            ("[inaudible 00:12] it was [unintelligible] and (inaudible).", 0, 3),
            ("(1950) it was (so they say) and [laughs] (00:01:12).", 0, 0),
            ("I: Where (pause)?\nP: In [pause] Leeds.\nI: [inaudible]", 1, 0),
        ];
        for (said, n_pauses, n_inaudible) in cases {
            let document = text("t", said.as_bytes().to_vec());
            assert_eq!((document.pauses.len(), document.inaudible.len()), (n_pauses, n_inaudible), "{said}");
        }
    }
}
