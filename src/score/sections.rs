/*!
Which section of a document a sentence stands in.

A section is, in this order: what stands under a marked heading (a line that begins with `#`, as in Markdown) or between lines of ornaments (`***`, `---`), where the
text has one of these; in an interview, an answer, that is one topic of the questions; else a block between blank lines. What stands before the first heading or question is
a section, too. None of this knows a word of any language.
*/

use super::observed::Seen;
use crate::document::Document;
use crate::segment::Segmentation;

/// For every sentence of the narrator the number of its section, from 0.
pub(super) fn sections(document: &Document, segmentation: &Segmentation, seen: &[Seen]) -> Vec<usize> {
    let marked = starts(&document.text, is_mark);
    let starts = if !marked.is_empty() {
        marked
    } else if seen.iter().any(|seen| seen.answer.is_some()) {
        return numbered(seen.iter().map(|seen| seen.answer.map_or(0, |answer| answer + 1)));
    } else {
        starts_of_blocks(&document.text)
    };
    numbered(seen.iter().map(|seen| {
        let start = segmentation.sentences[seen.sentence].span.start as usize;
        starts.partition_point(|from| *from <= start)
    }))
}

/// Numbers from 0 without gaps, for numbers that never fall.
fn numbered(sections: impl Iterator<Item = usize>) -> Vec<usize> {
    let (mut last, mut number) = (None, 0);
    let next = |section| {
        number += usize::from(last.is_some_and(|last| last != section));
        last = Some(section);
        number
    };
    sections.map(next).collect()
}

/// Lines with their starts.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut start = 0;
    text.split('\n').map(move |line| {
        let from = start;
        start += line.len() + 1;
        (from, line.trim())
    })
}

/// Where lines of a kind begin.
fn starts(text: &str, is_one: impl Fn(&str) -> bool) -> Vec<usize> {
    lines(text).filter(|(_, line)| is_one(line)).map(|(start, _)| start).collect()
}

fn starts_of_blocks(text: &str) -> Vec<usize> {
    let mut is_after_blank = false;
    let mut found = Vec::new();
    for (start, line) in lines(text) {
        if line.is_empty() {
            is_after_blank = true;
        } else if std::mem::take(&mut is_after_blank) {
            found.push(start);
        }
    }
    found
}

/// A heading, or ornaments and nothing else.
fn is_mark(line: &str) -> bool {
    let is_heading = line.trim_start_matches('#').starts_with(' ') && line.starts_with('#');
    let n_ornaments = line.chars().filter(|c| matches!(c, '*' | '-' | '_' | '~' | '=')).count();
    is_heading || n_ornaments >= 3 && line.chars().all(|c| matches!(c, '*' | '-' | '_' | '~' | '=' | ' '))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_and_blocks() {
        for (line, is) in [
            ("# One", true),
            ("## Two", true),
            ("#one", false),
            ("***", true),
            ("* * *", true),
            ("- a", false),
            ("--", false),
        ] {
            assert_eq!(is_mark(line), is, "{line}");
        }
        assert_eq!(starts_of_blocks("a\nb\n\n\nc\n \nd"), [6, 10]);
        assert_eq!(numbered([0, 2, 2, 5].into_iter()), [0, 1, 1, 2]);
    }
}
