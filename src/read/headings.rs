/*!
Headings that a program for qualitative analysis puts between the passages of a report of coding (`<Internals\\P01> - § 1 reference coded [1.21% Coverage]`,
`Reference 1 - 1.21% Coverage`): nobody says them, so turns are cut around them. They are known by how they end, which the conventions say.
*/

use super::Conventions;
use super::turns::trimmed;
use crate::document::{Document, Turn};
use crate::span::Span;

/// The longest heading, in bytes.
const LONGEST: usize = 400;

/// Cuts turns where such a heading stands, and leaves it out.
pub(super) fn leave_out(document: &mut Document, conventions: &Conventions) {
    let text = document.text.as_str();
    let mut lines: Vec<Span> = Vec::new();
    for ending in conventions.heading_ends.iter().filter(|ending| !ending.is_empty()) {
        for at in memchr::memmem::find_iter(text.as_bytes(), ending.as_bytes()) {
            let start = memchr::memrchr(b'\n', &text.as_bytes()[at.saturating_sub(LONGEST)..at]);
            let start = match start {
                Some(offset) => at.saturating_sub(LONGEST) + offset + 1,
                None if at <= LONGEST => 0,
                None => continue,
            };
            let behind = at + ending.len();
            let end = memchr::memchr(b'\n', &text.as_bytes()[behind..]).map_or(text.len(), |offset| behind + offset);
            if text[behind..end].trim().is_empty() {
                lines.push(Span::new(start, end));
            }
        }
    }
    if lines.is_empty() {
        return;
    }
    lines.sort_by_key(|line| line.start);
    let mut lines = lines.into_iter().peekable();
    let mut turns = Vec::with_capacity(document.turns.len() + 8);
    for turn in &document.turns {
        let mut from = turn.span.start as usize;
        while lines.next_if(|line| line.end <= turn.span.start).is_some() {}
        while let Some(line) = lines.next_if(|line| line.start < turn.span.end) {
            turns.push(Turn { span: trimmed(text, from, (line.start as usize).max(from)), speaker: turn.speaker });
            from = (line.end as usize).min(turn.span.end as usize);
        }
        turns.push(Turn { span: trimmed(text, from, turn.span.end as usize), speaker: turn.speaker });
    }
    turns.retain(|turn| !turn.span.is_empty());
    document.turns = turns;
}

#[cfg(test)]
mod tests {
    use super::super::text;

    #[test]
    fn headings_of_reports_are_nobodys_words() {
        let report = "<Internals\\\\P01> - § 2 references coded  [1.21% Coverage]\n\nReference 1 - 0.80% Coverage\n\nI: Where?\nP: In Leeds.\nBy the river.\n\nReference 2 - 0.41% Coverage\n\nP: With them.\nReference 3 - 0.1% Coverage";
        let document = text("t", report.as_bytes().to_vec());
        let turns: Vec<&str> = document.turns.iter().map(|turn| &document.text[turn.span.range()]).collect();
        assert_eq!(turns, ["Where?", "In Leeds.\nBy the river.", "With them."]);
        let whole = text("t", b"Reference 1 - 0.80% Coverage\n\nI was born in Leeds.\n\nReference 2 - 1% Coverage\n\nWe had 40% Coverage in the village, they said.".to_vec());
        let turns: Vec<&str> = whole.turns.iter().map(|turn| &whole.text[turn.span.range()]).collect();
        assert_eq!(turns, ["I was born in Leeds.", "We had 40% Coverage in the village, they said."]);
    }
}
