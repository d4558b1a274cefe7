/*!
For eyes: a table of many documents, and one document with its evidence.

Styles are written as ANSI escapes always; the command line strips them where they are not wanted. Colour is never the only sign: evidence also stands in
brackets, and the margin names every marker.
*/

use super::{marker_name, matches_of};
use crate::analyzer::Analysis;
use crate::document::Role;
use crate::lexicon::Definitions;
use crate::matcher::Match;
use crate::score::family_names;
use std::io::{self, Write};

/// One row a document: words, and for every family the matches per 1,000 words.
///
/// # Errors
/// What `out` says.
pub fn table(definitions: &Definitions, analyses: &[Analysis], out: &mut dyn Write) -> io::Result<()> {
    let families = family_names(definitions);
    let name_width = analyses.iter().map(|analysis| analysis.document.id.chars().count()).max().unwrap_or(0);
    let name_width = name_width.clamp(8, 36);
    write!(out, "{BOLD}{:name_width$}  {:>7}", "document", "words")?;
    for family in &families {
        write!(out, "  {:>width$}", family, width = family.len().max(6))?;
    }
    writeln!(out, "  flags{RESET}")?;
    for analysis in analyses {
        let score = &analysis.score;
        let id = shortened(&analysis.document.id, name_width);
        write!(out, "{id:name_width$}  {:>7}", score.words)?;
        for (number, family) in families.iter().enumerate() {
            let n = analysis.matches.iter().filter(|found| family_of(definitions, found) == *family).count();
            let rate = if score.words == 0 { 0.0 } else { n as f64 * 1000.0 / score.words as f64 };
            let width = family.len().max(6);
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
        let pieces = pieces(&document.text, sentence.span.start as usize, sentence.span.end as usize, matches, style);
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
    legend(definitions, analysis, &families, out)
}

fn legend(definitions: &Definitions, analysis: &Analysis, families: &[&str], out: &mut dyn Write) -> io::Result<()> {
    writeln!(out)?;
    for (number, family) in families.iter().enumerate() {
        let n = analysis.matches.iter().filter(|found| family_of(definitions, found) == *family).count();
        if n > 0 {
            writeln!(out, "{}{family}{RESET} {n}", colour(number))?;
        }
    }
    writeln!(out, "{DIM}Cues in language, never a verdict on a person.{RESET}")
}

/// A stretch of text with the style it is shown in; empty for plain.
struct Piece<'a> {
    text: &'a str,
    style: &'static str,
}

/// Cuts a sentence at the edges of its matches. Where matches overlap, the one that begins first gives the colour.
fn pieces<'a>(
    text: &'a str,
    start: usize,
    end: usize,
    matches: &[Match],
    style: impl Fn(&Match) -> &'static str,
) -> Vec<Piece<'a>> {
    let mut pieces = Vec::new();
    let mut at = start;
    for found in matches {
        let (from, to) = ((found.span.start as usize).max(at), (found.span.end as usize).min(end));
        if from >= to {
            continue;
        }
        if at < from {
            pieces.push(Piece { text: &text[at..from], style: "" });
        }
        pieces.push(Piece { text: &text[from..to], style: style(found) });
        at = to;
    }
    if at < end {
        pieces.push(Piece { text: &text[at..end], style: "" });
    }
    pieces
}

/// Lines of at most `width` characters, each with its length in characters.
fn wrapped(pieces: &[Piece<'_>], width: usize) -> Vec<(String, usize)> {
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut n_chars = 0;
    for piece in pieces {
        let is_evidence = !piece.style.is_empty();
        let mut words = piece.text.split_whitespace().peekable();
        let mut is_first = true;
        let glued = !piece.text.starts_with(char::is_whitespace);
        while let Some(word) = words.next() {
            let open = if is_evidence && is_first { "[" } else { "" };
            let close = if is_evidence && words.peek().is_none() { "]" } else { "" };
            let len = word.chars().count() + open.len() + close.len();
            let space = usize::from(n_chars > 0 && !(is_first && glued && !is_evidence));
            let space = if is_first && is_evidence && n_chars > 0 && line.ends_with(['(', '"', '“', '‘']) {
                0
            } else {
                space
            };
            if n_chars + space + len > width && n_chars > 0 {
                lines.push((std::mem::take(&mut line), n_chars));
                n_chars = 0;
            } else if space == 1 {
                line.push(' ');
                n_chars += 1;
            }
            line.push_str(open);
            if is_evidence {
                line.push_str(piece.style);
            }
            line.push_str(&printable(word));
            if is_evidence {
                line.push_str(RESET);
            }
            line.push_str(close);
            n_chars += len;
            is_first = false;
        }
    }
    if n_chars > 0 {
        lines.push((line, n_chars));
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
