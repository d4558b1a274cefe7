/*!
For eyes: a table of many documents, and one document with its evidence.

Styles are written as ANSI escapes always; the command line strips them where they are not wanted. Colour is never the only sign: evidence also stands in
brackets, of which overlapping evidence has several kinds, and the margin names every marker.
*/

use super::{Options, marker_name, matches_of, speaker_name};
use crate::analyzer::Analysis;
use crate::document::Role;
use crate::lexicon::Definitions;
use crate::matcher::Match;
use crate::score::{Score, family_names};
use crate::span::Span;
use std::io::{self, Write};

/// One row a document: words, and for every family the matches per 1,000 words.
///
/// # Errors
/// What `out` says.
pub fn table(definitions: &Definitions, analyses: &[Analysis], out: &mut dyn Write) -> io::Result<()> {
    let rows = analyses.iter().map(|analysis| (printable(&analysis.document.id), &analysis.score)).collect();
    rates(definitions, "document", rows, out)
}

/// The same for the units of all documents, one row each: a speaker, a turn, a section or a topic.
///
/// # Errors
/// What `out` says.
pub fn units(
    definitions: &Definitions,
    analyses: &[Analysis],
    options: Options,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut rows = Vec::new();
    for analysis in analyses {
        let document = &analysis.document;
        for unit in &analysis.units {
            let speaker = speaker_name(&document.speakers[unit.speaker], options);
            let topic = unit.topic.and_then(|topic| definitions.topics.get(topic)).map(|topic| topic.name.clone());
            let place = [
                unit.turn.map(|turn| format!("turn {}", turn + 1)),
                unit.section.map(|section| format!("section {}", section + 1)),
                topic,
            ];
            let name = [document.id.clone(), speaker.to_owned()]
                .into_iter()
                .chain(place.into_iter().flatten())
                .filter(|part| !part.is_empty())
                .collect::<Vec<_>>()
                .join(" · ");
            rows.push((printable(&name), &unit.score));
        }
    }
    rates(definitions, "unit", rows, out)
}

/// A table of names with the rates of their scores. Names are whole as far as they fit.
fn rates(definitions: &Definitions, head: &str, rows: Vec<(String, &Score)>, out: &mut dyn Write) -> io::Result<()> {
    let families = family_names(definitions);
    let name_width = rows.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
    let name_width = name_width.clamp(8, 36);
    write!(out, "{BOLD}{head:name_width$}  {:>7}", "words")?;
    for family in &families {
        write!(out, "  {:>width$}", family, width = family.len().max(6))?;
    }
    writeln!(out, "  flags{RESET}")?;
    for (name, score) in rows {
        let name = shortened(&name, name_width);
        write!(out, "{name:name_width$}  {:>7}", score.words)?;
        for (number, family) in families.iter().enumerate() {
            let width = family.len().max(6);
            let n = score.families[number].count;
            let rate = if score.words == 0 { 0.0 } else { n as f64 * 1000.0 / score.words as f64 };
            match n {
                0 => write!(out, "  {DIM}{:>width$}{RESET}", "·")?,
                _ => write!(out, "  {}{rate:>width$.1}{RESET}", colour(number))?,
            }
        }
        writeln!(out, "  {DIM}{}{RESET}", score.flags.join(" "))?;
    }
    writeln!(
        out,
        "{DIM}Matches per 1,000 words of the narrator; · is none. `explain` shows the words. Cues in language, never a verdict on a person.{RESET}"
    )
}

/// One document, sentence by sentence, with evidence marked and markers in the margin. `width` is the terminal's.
///
/// # Errors
/// What `out` says.
pub fn explain(definitions: &Definitions, analysis: &Analysis, width: usize, out: &mut dyn Write) -> io::Result<()> {
    let families = family_names(definitions);
    let style = |found: &Match| {
        let family = family_of(definitions, found);
        families.iter().position(|known| *known == family).map_or("", colour)
    };
    let document = &analysis.document;
    let margin = 32;
    let has_margin = width >= 76;
    let text_width = if has_margin { width.min(120) - margin - 2 } else { width.max(24) };
    writeln!(out, "{BOLD}{}{RESET}  {} words of the narrator", printable(&document.id), analysis.score.words)?;
    for note in &document.notes {
        writeln!(out, "{DIM}{}{RESET}", printable(&note.message))?;
    }
    let mut last_turn = usize::MAX;
    let mut has_overlaps = false;
    for (number, sentence) in analysis.sentences.iter().enumerate() {
        let speaker = document.speaker_of(sentence.turn);
        if sentence.turn != last_turn {
            last_turn = sentence.turn;
            writeln!(out)?;
            if !speaker.label.is_empty() {
                writeln!(out, "{BOLD}{}{RESET}", printable(&speaker.label))?;
            }
        }
        let matches = matches_of(analysis, number);
        let spans: Vec<(Span, &'static str)> = matches.iter().map(|found| (found.span, style(found))).collect();
        let pieces = pieces(&document.text, sentence.span, &spans);
        has_overlaps |= pieces.iter().any(|piece| piece.opens.contains(BRACKETS[1].0));
        let is_narrator = speaker.role == Role::Narrator;
        let lines = wrapped(&pieces, text_width);
        let mut names: Vec<(&str, &str)> =
            matches.iter().map(|found| (marker_name(definitions, found.rule), style(found))).collect();
        names.sort_unstable();
        names.dedup();
        if has_margin {
            for at in 0..lines.len().max(names.len()) {
                let (line, n_chars) = lines.get(at).map_or(("", 0), |(line, n)| (line.as_str(), *n));
                let dim = if is_narrator { "" } else { DIM };
                write!(out, "{dim}{line}{RESET}")?;
                if let Some((name, style)) = names.get(at) {
                    write!(out, "{}{style}{name}{RESET}", " ".repeat(text_width + 2 - n_chars.min(text_width)))?;
                }
                writeln!(out)?;
            }
        } else {
            for (line, _) in &lines {
                writeln!(out, "{line}")?;
            }
            for (name, style) in &names {
                writeln!(out, "    {style}{name}{RESET}")?;
            }
        }
    }
    legend(definitions, analysis, &families, out)?;
    if has_overlaps {
        writeln!(out, "{DIM}Evidence that overlaps other evidence stands in {{ }}, and a third in < >.{RESET}")?;
    }
    writeln!(out, "{DIM}Cues in language, never a verdict on a person.{RESET}")
}

fn legend(definitions: &Definitions, analysis: &Analysis, families: &[&str], out: &mut dyn Write) -> io::Result<()> {
    writeln!(out)?;
    for (number, family) in families.iter().enumerate() {
        let n = analysis.matches.iter().filter(|found| family_of(definitions, found) == *family).count();
        if n > 0 {
            writeln!(out, "{}{family}{RESET} {n}", colour(number))?;
        }
    }
    Ok(())
}

/// Between what evidence stands: the first, and what overlaps it. What overlaps three others is named in the margin alone.
const BRACKETS: [(char, char); 3] = [('[', ']'), ('{', '}'), ('<', '>')];

/// A stretch of text with the style it is shown in, empty for plain, and the brackets around it.
#[derive(Default)]
struct Piece<'a> {
    text: &'a str,
    style: &'static str,
    opens: String,
    closes: String,
}

/// Cuts a sentence at the edges of its evidence, which is in the order of the text. Where evidence overlaps, the one that begins first gives the colour.
fn pieces<'a>(text: &'a str, sentence: Span, evidence: &[(Span, &'static str)]) -> Vec<Piece<'a>> {
    // Where each stands, its style and the number of its brackets; the longer first where two begin together.
    let mut placed: Vec<(Span, &'static str, usize)> = Vec::new();
    let within = |span: Span| Span { start: span.start.max(sentence.start), end: span.end.min(sentence.end) };
    let mut spans: Vec<(Span, &'static str)> = evidence.iter().map(|&(span, style)| (within(span), style)).collect();
    spans.retain(|(span, _)| span.start < span.end);
    spans.sort_by_key(|&(span, _)| (span.start, std::cmp::Reverse(span.end)));
    spans.dedup_by_key(|&mut (span, _)| span);
    for (span, style) in spans {
        let is_taken =
            |number: &usize| placed.iter().any(|(other, _, taken)| taken == number && other.end > span.start);
        if let Some(number) = (0..BRACKETS.len()).find(|number| !is_taken(number)) {
            placed.push((span, style, number));
        }
    }
    let mut edges: Vec<u32> = placed.iter().flat_map(|(span, ..)| [span.start, span.end]).collect();
    edges.extend([sentence.start, sentence.end]);
    edges.sort_unstable();
    edges.dedup();
    let piece = |edges: &[u32]| {
        let (from, to) = (edges[0], edges[1]);
        let style =
            placed.iter().find(|(span, ..)| span.start <= from && to <= span.end).map_or("", |(_, style, _)| style);
        let begin = placed.iter().filter(|(span, ..)| span.start == from);
        let end = placed.iter().rev().filter(|(span, ..)| span.end == to);
        Piece {
            text: &text[from as usize..to as usize],
            style,
            opens: begin.map(|(_, _, number)| BRACKETS[*number].0).collect(),
            closes: end.map(|(_, _, number)| BRACKETS[*number].1).collect(),
        }
    };
    edges.windows(2).map(piece).collect()
}

/// Lines of at most `width` characters, each with its length in characters.
fn wrapped(pieces: &[Piece<'_>], width: usize) -> Vec<(String, usize)> {
    // Words as they are shown, of one piece or of several that touch.
    let mut words: Vec<(String, usize)> = Vec::new();
    let mut touches = false;
    for piece in pieces {
        let n = piece.text.split_whitespace().count();
        for (at, word) in piece.text.split_whitespace().enumerate() {
            let opens = if at == 0 { piece.opens.as_str() } else { "" };
            let closes = if at + 1 == n { piece.closes.as_str() } else { "" };
            let reset = if piece.style.is_empty() { "" } else { RESET };
            let shown = format!("{opens}{}{}{reset}{closes}", piece.style, printable(word));
            let n_chars = [opens, word, closes].iter().map(|part| part.chars().count()).sum();
            match words.last_mut() {
                Some(last) if at == 0 && touches && !piece.text.starts_with(char::is_whitespace) => {
                    last.0.push_str(&shown);
                    last.1 += n_chars;
                }
                _ => words.push((shown, n_chars)),
            }
        }
        touches = !piece.text.ends_with(char::is_whitespace);
    }
    let mut lines: Vec<(String, usize)> = Vec::new();
    for (word, n_chars) in words {
        match lines.last_mut() {
            Some((line, n)) if *n + 1 + n_chars <= width => {
                line.push(' ');
                line.push_str(&word);
                *n += 1 + n_chars;
            }
            _ => lines.push((word, n_chars)),
        }
    }
    lines
}

/// A text may hold anything; a terminal must not obey it.
pub(crate) fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

pub(super) fn shortened(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return printable(text);
    }
    let tail: Vec<char> = text.chars().rev().take(width - 1).collect();
    printable(&std::iter::once('…').chain(tail.into_iter().rev()).collect::<String>())
}

fn family_of<'a>(definitions: &'a Definitions, found: &Match) -> &'a str {
    &definitions.markers[definitions.rules[found.rule].marker].family
}

pub(super) const BOLD: &str = "\u{1b}[1m";
pub(super) const DIM: &str = "\u{1b}[2m";
pub(super) const RESET: &str = "\u{1b}[0m";

/// A colour for the `number`-th family: hues that stay apart for colour-blind readers (Okabe & Ito 2008), from the 256 of a terminal.
fn colour(number: usize) -> &'static str {
    const COLOURS: [&str; 9] = [
        "\u{1b}[38;5;214m",
        "\u{1b}[38;5;167m",
        "\u{1b}[38;5;75m",
        "\u{1b}[38;5;36m",
        "\u{1b}[38;5;178m",
        "\u{1b}[38;5;111m",
        "\u{1b}[38;5;247m",
        "\u{1b}[38;5;175m",
        "\u{1b}[38;5;203m",
    ];
    COLOURS[number % COLOURS.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A sentence with the brackets around these pieces of it.
    fn shown(sentence: &str, evidence: &[&str], width: usize) -> String {
        let span = |words: &&str| {
            let at = sentence.find(words).unwrap();
            (Span::new(at, at + words.len()), "")
        };
        let spans: Vec<(Span, &'static str)> = evidence.iter().map(span).collect();
        let lines = wrapped(&pieces(sentence, Span::new(0, sentence.len()), &spans), width);
        for (line, n) in &lines {
            assert_eq!(line.chars().count(), *n, "{line}");
        }
        lines.into_iter().map(|(line, _)| line).collect::<Vec<_>>().join("/")
    }

    #[test]
    fn overlapping_evidence_is_shown_whole() {
        let said = "Mum died when I was nine, \u{201c}so it goes\u{201d}—I  think.";
        let cases: [(&[&str], &str); 7] = [
            (&[], "Mum died when I was nine, “so it goes”—I think."),
            (&["died when I was"], "Mum [died when I was] nine, “so it goes”—I think."),
            (&["died when I was", "I was nine"], "Mum [died when {I was] nine}, “so it goes”—I think."),
            (&["died when I was nine", "when"], "Mum [died {when} I was nine], “so it goes”—I think."),
            (&["died when", "when I was", "I was nine"], "Mum [died {when] [I was} nine], “so it goes”—I think."),
            (
                &["Mum died when I", "died when I was", "when I was nine"],
                "[Mum {died <when I] was} nine>, “so it goes”—I think.",
            ),
            (&["so it goes", "I  think"], "Mum died when I was nine, “[so it goes]”—[I think]."),
        ];
        for (evidence, want) in cases {
            assert_eq!(shown(said, evidence, 200), want);
        }
        assert_eq!(
            shown(said, &["died when I was", "died when I was"], 200),
            "Mum [died when I was] nine, “so it goes”—I think."
        );
        assert_eq!(shown("It was nothing at all.", &["was nothing"], 12), "It [was/nothing] at/all.");
    }
}
