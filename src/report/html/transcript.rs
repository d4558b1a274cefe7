/*!
The transcript with its evidence: what was found is underlined in the form and colour of its family and followed by the family's letter; the margin names the marker, and
says with hover or focus by which rule it was found and on what the marker rests.

Matches that overlap make one *passage*, which is one stop for the keyboard. Inside it the text is cut wherever a match begins or ends, and has an
underline for every family there.
*/

use super::family::Families;
use super::text::{Told, quoting};
use crate::analyzer::Analysis;
use crate::document::Role;
use crate::lexicon::Definitions;
use crate::matcher::Match;
use crate::report::Options;
use crate::span::{Span, floor};
use maud::{Markup, Render, html};
use std::ops::Range;

/// Of longer texts only so many bytes are shown: no browser is happy with more, and nobody reads a page of that length.
const MOST_BYTES: usize = 2 << 20;
/// A stretch of text has at most so many underlines.
const MOST_LINES: usize = 3;

/// A piece of a paragraph.
enum Piece {
    /// Bytes of the text.
    Plain(Range<usize>),
    /// Matches that overlap.
    Evidence(Range<usize>),
}

/// What all parts of a transcript need.
struct Shown<'a> {
    definitions: &'a Definitions,
    families: &'a Families,
    analysis: &'a Analysis,
    prefix: &'a str,
}

/// The whole transcript; without texts, a sentence that says so.
pub(super) fn transcript(
    definitions: &Definitions,
    families: &Families,
    analysis: &Analysis,
    options: Options,
    prefix: &str,
) -> Markup {
    let shown = Shown { definitions, families, analysis, prefix };
    let instead = html! { p.none { "The transcript is left out of this page. The list of matches says what was found in which sentence." } };
    if options.no_text {
        return instead;
    }
    quoting(false, shown.whole(), instead)
}

impl Shown<'_> {
    fn whole(&self) -> Markup {
        let document = &self.analysis.document;
        let passages = passages(&self.analysis.matches);
        // Labels are of use only if there is somebody to be told apart.
        let has_labels = document.speakers.len() > 1;
        let n_shown = n_shown(document.turns.iter().map(|turn| turn.span.len()));
        html! {
            div.transcript lang=(self.definitions.language) {
                @for (number, turn) in document.turns[..n_shown].iter().enumerate() {
                    @let speaker = document.speaker_of(number);
                    div.turn.(role(speaker.role)) id={ (self.prefix) "-t" (number + 1) } {
                        @if has_labels && (number == 0 || document.turns[number - 1].speaker != turn.speaker) {
                            p.speaker { bdi { (Told(if speaker.label.is_empty() { role(speaker.role) } else { &speaker.label })) } }
                        }
                        (self.turn(turn.span, &passages))
                    }
                }
                @if n_shown < document.turns.len() || document.turns.iter().any(|turn| turn.span.len() > MOST_BYTES) {
                    p.none { "The text goes on; a page shows two megabytes at most. matches.csv and sentences.csv have all." }
                }
            }
        }
    }

    /// The paragraphs of a turn. `passages` are those of the document.
    fn turn(&self, span: Span, passages: &[Range<usize>]) -> Markup {
        let text = &self.analysis.document.text;
        let start = span.start as usize;
        // One turn may be a whole book.
        let end = floor(text, (span.end as usize).min(start + MOST_BYTES));
        let of = |offset: usize| passages.partition_point(|passage| self.start(passage) < offset);
        let pieces =
            |paragraph: Range<usize>| self.pieces(paragraph.clone(), &passages[of(paragraph.start)..of(paragraph.end)]);
        html! {
            @for paragraph in paragraphs(&text[start..end]) {
                p dir="auto" {
                    @for piece in pieces(start + paragraph.start..start + paragraph.end) {
                        @match piece {
                            Piece::Plain(range) => (Told(&text[range])),
                            Piece::Evidence(passage) => (self.passage(&passage)),
                        }
                    }
                }
            }
        }
    }

    /// A paragraph cut into what is evidence and what is not.
    fn pieces(&self, paragraph: Range<usize>, passages: &[Range<usize>]) -> Vec<Piece> {
        let mut pieces = Vec::new();
        let mut at = paragraph.start;
        for passage in passages {
            let start = self.start(passage);
            if at < start {
                pieces.push(Piece::Plain(at..start));
            }
            pieces.push(Piece::Evidence(passage.clone()));
            at = self.end(passage);
        }
        if at < paragraph.end {
            pieces.push(Piece::Plain(at..paragraph.end));
        }
        pieces
    }

    fn start(&self, passage: &Range<usize>) -> usize {
        self.analysis.matches[passage.start].span.start as usize
    }

    fn end(&self, passage: &Range<usize>) -> usize {
        let ends = self.analysis.matches[passage.clone()].iter().map(|found| found.span.end as usize);
        ends.max().unwrap_or(0)
    }

    /// Evidence, with its letters and its note in the margin.
    fn passage(&self, passage: &Range<usize>) -> Markup {
        let matches = &self.analysis.matches[passage.clone()];
        let text = &self.analysis.document.text;
        let note = format!("{}-m{}", self.prefix, passage.start + 1);
        let mut edges: Vec<usize> =
            matches.iter().flat_map(|found| [found.span.start as usize, found.span.end as usize]).collect();
        edges.sort_unstable();
        edges.dedup();
        html! {
            (self.note(matches, &note))
            mark tabindex="0" aria-describedby=(note) {
                @for edge in edges.windows(2) {
                    @let covering = self.covering(matches, edge[0], edge[1]);
                    (underlined(&text[edge[0]..edge[1]], &covering))
                }
            }
            // A word joiner keeps the letters on the line of what they belong to.
            "\u{2060}"
            sup.signs aria-hidden="true" { @for family in self.families_of(matches) { span.sign.(family.class) { (family.sign) } } }
        }
    }

    /// The classes of the families that have evidence all over a stretch, each once.
    fn covering(&self, matches: &[Match], from: usize, to: usize) -> Vec<&str> {
        let mut classes: Vec<&str> = Vec::new();
        for found in matches.iter().filter(|found| found.span.start as usize <= from && to <= found.span.end as usize) {
            let class = self.families.of(self.definitions.rules[found.rule].marker).class.as_str();
            if !classes.contains(&class) && classes.len() < MOST_LINES {
                classes.push(class);
            }
        }
        classes
    }

    fn families_of(&self, matches: &[Match]) -> Vec<&super::family::Family> {
        let mut numbers: Vec<usize> =
            matches.iter().map(|found| self.families.number(self.definitions.rules[found.rule].marker)).collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers.into_iter().map(|number| &self.families.all[number]).collect()
    }

    /// The note in the margin: markers, and with hover or focus their rules and sources.
    fn note(&self, matches: &[Match], id: &str) -> Markup {
        html! {
            span.note id=(id) role="note" {
                @for found in matches {
                    @let rule = &self.definitions.rules[found.rule];
                    @let marker = &self.definitions.markers[rule.marker];
                    @let family = self.families.of(rule.marker);
                    span.of.(family.class) {
                        span.head { span.sign.(family.class) aria-hidden="true" { (family.sign) } span.marker { (marker.title) } }
                        span.more {
                            span.line { i { (family.name) } " · rule " code { (rule.id) } @if rule.kind.name() != "pattern" { " (" (rule.kind.name()) ")" } }
                            @for source in &marker.sources { span.line { (source) } }
                        }
                    }
                }
            }
        }
    }
}

/// A stretch under the lines of its families, one below the other.
fn underlined(text: &str, classes: &[&str]) -> Markup {
    match classes.split_first() {
        Some((class, rest)) => html! { span class={ "u " (class) " d" (rest.len()) } { (underlined(text, rest)) } },
        None => Told(text).render(),
    }
}

/// The passages: runs of matches that overlap, as ranges of matches.
fn passages(matches: &[Match]) -> Vec<Range<usize>> {
    let mut passages: Vec<Range<usize>> = Vec::new();
    let mut end = 0;
    for (number, found) in matches.iter().enumerate() {
        match passages.last_mut() {
            Some(last) if found.span.start < end => last.end = number + 1,
            _ => passages.push(number..number + 1),
        }
        end = end.max(found.span.end);
    }
    passages
}

/// How many stretches of these lengths are shown.
fn n_shown(lengths: impl Iterator<Item = usize>) -> usize {
    let mut n_bytes = 0;
    lengths
        .take_while(|length| {
            let is_shown = n_bytes < MOST_BYTES;
            n_bytes += length;
            is_shown
        })
        .count()
}

/// The paragraphs of a text: what stands between blank lines, without white space at its ends.
fn paragraphs(text: &str) -> Vec<Range<usize>> {
    let mut paragraphs = Vec::new();
    let mut start = None;
    let mut end = 0;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if line.trim().is_empty() {
            paragraphs.extend(start.take().map(|start| start..end));
        } else {
            start = start.or(Some(at + line.len() - line.trim_start().len()));
            end = at + line.trim_end().len();
        }
        at += line.len();
    }
    paragraphs.extend(start.map(|start| start..end));
    paragraphs
}

fn role(role: Role) -> &'static str {
    match role {
        Role::Narrator => "narrator",
        Role::Interviewer => "interviewer",
        Role::Other => "other",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_stand_between_blank_lines() {
        let table: [(&str, &[&str]); 5] = [
            ("", &[]),
            ("one\nline more", &["one\nline more"]),
            ("  one \n \t\n\n two\n", &["one", "two"]),
            ("\n\n", &[]),
            ("é\n\nü", &["é", "ü"]),
        ];
        for (text, expected) in table {
            let found: Vec<&str> = paragraphs(text).into_iter().map(|range| &text[range]).collect();
            assert_eq!(found, expected, "{text:?}");
        }
    }

    #[test]
    fn matches_that_overlap_are_one_passage() {
        let found = |start, end| Match { sentence: 0, span: Span::new(start, end), rule: 0 };
        let matches = [found(0, 9), found(2, 4), found(3, 12), found(12, 15), found(20, 21)];
        assert_eq!(passages(&matches), [0..3, 3..4, 4..5]);
        assert!(passages(&[]).is_empty());
    }

    #[test]
    fn long_texts_are_cut_at_characters() {
        assert_eq!((floor("aé", 2), floor("aé", 3), floor("", 0)), (1, 3, 0));
        assert_eq!(n_shown([MOST_BYTES, 1, 1].into_iter()), 1);
        assert_eq!(n_shown([1, MOST_BYTES, 1].into_iter()), 2);
    }
}
