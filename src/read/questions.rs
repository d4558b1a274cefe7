/*!
Interviews without labels whose questions are set in bold: paragraphs wholly in bold (or italics) that ask, with plain paragraphs between them.

Only form is looked at: three such paragraphs or more, most of which end with a question mark, that stand before plain ones, do not say twice as much as these, and begin in
the first half of the text. Headings (`# …`) are none; they divide a narrative into sections.

Readers of formats with bold put Markdown's stars around such paragraphs ([`marked`]), so that they need be told from others in one place only.
*/

use super::label;
use super::turns::trimmed;
use crate::span::Span;

/// The longest question, in bytes.
const QUESTION_BYTES: usize = 600;
/// How many questions an interview has at least.
const LEAST: usize = 3;

/// A stretch of the text that one of the two says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Part {
    /// Where it stands, without the signs of bold.
    pub(super) span: Span,
    /// Whether it is a question.
    pub(super) asks: bool,
}

/// Questions and answers in order, if the text is such an interview. What stands before the first question is left out.
pub(super) fn find(text: &str) -> Option<Vec<Part>> {
    let mut parts: Vec<Part> = Vec::new();
    let (mut n_bold, mut n_asking, mut n_answered) = (0usize, 0usize, 0usize);
    let (mut asked, mut told) = (0usize, 0usize);
    let mut start = 0;
    while start < text.len() {
        let end = memchr::memchr(b'\n', &text.as_bytes()[start..]).map_or(text.len(), |at| start + at);
        let line = &text[start..end];
        // Most texts have no sign of bold: nothing is kept of them.
        let question = emphasised(line).map(|(from, to)| Span::new(start + from, start + to));
        match question {
            // A title.
            Some(span) if parts.is_empty() && !asks(&text[span.range()]) => {}
            Some(span) => {
                n_bold += 1;
                n_asking += usize::from(asks(&text[span.range()]));
                asked += span.len();
                match parts.last_mut() {
                    // A question of several paragraphs.
                    Some(last) if last.asks => last.span = Span::new(last.span.start as usize, span.end as usize),
                    _ => parts.push(Part { span, asks: true }),
                }
            }
            None if !parts.is_empty() && !line.trim().is_empty() => {
                let span = trimmed(text, start, end);
                told += span.len();
                match parts.last_mut() {
                    Some(last) if !last.asks => last.span = Span::new(last.span.start as usize, span.end as usize),
                    _ => {
                        n_answered += 1;
                        parts.push(Part { span, asks: false });
                    }
                }
            }
            None => {}
        }
        start = end + 1;
    }
    let first = parts.first()?.span.start as usize;
    let n_questions = parts.iter().filter(|part| part.asks).count();
    (n_questions >= LEAST
        && n_asking >= LEAST
        && n_asking * 10 >= n_bold * 6
        && n_answered * 10 >= n_questions * 8
        && told * 2 > asked
        && first * 2 <= text.len())
    .then_some(parts)
}

/// The text with stars around the stretches that are set in bold, each of them a whole line, if they may be the questions of an interview.
pub(super) fn marked(text: String, bold: &[(usize, usize)]) -> String {
    let lines = || bold.iter().filter_map(|&(start, end)| text.get(start..end)).filter(|line| !line.trim().is_empty());
    let n_bold = lines().count();
    let n_asking = lines().filter(|line| asks(line)).count();
    // Where bold is that of labels, these tell who speaks.
    let has_labels = lines().any(|line| label::mark(line).is_some());
    if n_asking < LEAST || n_asking * 10 < n_bold * 6 || has_labels {
        return text;
    }
    let mut out = String::with_capacity(text.len() + 4 * bold.len());
    let mut done = 0;
    for &(start, end) in bold {
        let span = trimmed(&text, start, end);
        if span.is_empty() || text[span.range()].contains('\n') || (span.start as usize) < done {
            continue;
        }
        out.push_str(&text[done..span.start as usize]);
        out.push_str("**");
        out.push_str(&text[span.range()]);
        out.push_str("**");
        done = span.end as usize;
    }
    out.push_str(&text[done..]);
    out
}

/// Where the words of a line stand that is bold, or italic, from its beginning to its end.
fn emphasised(line: &str) -> Option<(usize, usize)> {
    if !line.starts_with([' ', '*', '_']) || line.len() > QUESTION_BYTES {
        return None;
    }
    let start = line.len() - line.trim_start().len();
    let whole = line.trim();
    let sign = ["***", "**", "__", "*", "_"].into_iter().find(|sign| whole.starts_with(sign))?;
    let inner = whole.strip_prefix(sign)?.strip_suffix(sign)?;
    // Words in bold with others between them: `**a** b **c**`.
    let is_whole = inner.starts_with(|c: char| !c.is_whitespace() && c != '*') && !inner.contains(sign);
    (is_whole && inner.chars().any(char::is_alphabetic))
        .then_some((start + sign.len(), start + sign.len() + inner.len()))
}

/// Whether something is asked.
fn asks(text: &str) -> bool {
    text.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '”' | '’' | '\'' | ')' | ']' | '*' | '_'))
        .ends_with('?')
}
