/*!
Key words in context: every match with what stands before and after it, one line each.

A context is taken from the turn of the match alone, so that nobody else's words stand beside it; white space becomes single spaces, and words at its far end are
whole. What is sought decides the caller.
*/

use super::csv::{integer, safe, table as csv_table};
use super::terminal::{BOLD, DIM, RESET, printable, shortened};
use super::{Options, speaker_name};
use crate::analyzer::Analysis;
use crate::lexicon::Definitions;
use crate::matcher::Match;
use crate::span::LineIndex;
use std::io::{self, Write};
use unicode_width::UnicodeWidthStr;

/// One match in its context.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Id of the document.
    pub document: String,
    /// The turn, from 1.
    pub turn: usize,
    /// Who speaks.
    pub speaker: String,
    /// The sentence, from 1.
    pub sentence: usize,
    /// First character, from 0.
    pub start: usize,
    /// One past the last character.
    pub end: usize,
    /// Index into [`Definitions::rules`].
    pub rule: usize,
    /// What stands before.
    pub left: String,
    /// The words of the match.
    pub hit: String,
    /// What stands after.
    pub right: String,
}

/// How lines are put in order. Lines that are alike in it keep the order of the documents.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// As they stand in the documents.
    #[default]
    Document,
    /// By the words before, the nearest first.
    Left,
    /// By the words of the match.
    Hit,
    /// By the words after.
    Right,
}

/// The matches of an analysis that are `wanted`, in order, each with at most `width` characters on either side.
pub fn lines(analysis: &Analysis, wanted: &dyn Fn(&Match) -> bool, width: usize) -> Vec<Line> {
    let document = &analysis.document;
    let mut found = analysis.matches.iter().filter(|found| wanted(found)).peekable();
    if found.peek().is_none() {
        return Vec::new();
    }
    let index = LineIndex::new(&document.text);
    let line = |found: &Match| {
        let turn = analysis.sentences[found.sentence].turn;
        let around = document.turns[turn].span;
        let text = |from: u32, to: u32| document.text.get(from as usize..to as usize).unwrap_or_default();
        Line {
            document: document.id.clone(),
            turn: turn + 1,
            speaker: speaker_name(document.speaker_of(turn), Options::default()).to_owned(),
            sentence: found.sentence + 1,
            start: index.char_offset(&document.text, found.span.start as usize),
            end: index.char_offset(&document.text, found.span.end as usize),
            rule: found.rule,
            left: before(text(around.start, found.span.start), width),
            hit: spaced(text(found.span.start, found.span.end)),
            right: after(text(found.span.end, around.end), width),
        }
    };
    found.map(line).collect()
}

/// Puts lines in order.
pub fn sort(lines: &mut [Line], order: Order) {
    let words = |text: &str| -> Vec<String> {
        let words = text.split(|c: char| !c.is_alphanumeric() && c != '\'' && c != '’').filter(|word| !word.is_empty());
        words.map(str::to_lowercase).collect()
    };
    match order {
        Order::Document => {}
        Order::Left => lines.sort_by_cached_key(|line| {
            let mut words = words(&line.left);
            words.reverse();
            words
        }),
        Order::Hit => lines.sort_by_cached_key(|line| words(&line.hit)),
        Order::Right => lines.sort_by_cached_key(|line| words(&line.right)),
    }
}

/// One row a match: the columns of `matches.csv`, and before and after the text its context.
///
/// # Errors
/// What `out` says.
pub fn csv(definitions: &Definitions, lines: &[Line], with_head: bool, out: &mut dyn Write) -> io::Result<()> {
    let mut table = csv_table(out);
    if with_head {
        table.write_record([
            "document", "turn", "speaker", "sentence", "start", "end", "family", "marker", "rule", "left", "text",
            "right",
        ])?;
    }
    let mut cell = String::new();
    for line in lines {
        let rule = &definitions.rules[line.rule];
        let marker = &definitions.markers[rule.marker];
        table.write_field(safe(&line.document).as_ref())?;
        table.write_field(integer(&mut cell, line.turn))?;
        table.write_field(safe(&line.speaker).as_ref())?;
        for number in [line.sentence, line.start, line.end] {
            table.write_field(integer(&mut cell, number))?;
        }
        for text in [&marker.family, &marker.name, &rule.id, &line.left, &line.hit, &line.right] {
            table.write_field(safe(text).as_ref())?;
        }
        table.write_record(None::<&[u8]>)?;
    }
    table.flush()
}

/// Lines for eyes: document, what stands before (to the right), the match, what stands after. `width` is the terminal's; `names` says of a rule how it is named
/// at the end of a line, if at all.
///
/// # Errors
/// What `out` says.
pub fn table(
    lines: &[Line],
    names: &dyn Fn(usize) -> Option<String>,
    width: usize,
    out: &mut dyn Write,
) -> io::Result<()> {
    // Longer ones run on into the room of what stands after.
    const WIDEST_HIT: usize = 24;
    let widest = |of: &dyn Fn(&Line) -> usize, most: usize| lines.iter().map(of).max().unwrap_or(0).min(most);
    let id_width = widest(&|line| line.document.width(), (width / 6).clamp(8, 24)).max(4);
    let hit_width = widest(&|line| line.hit.width(), WIDEST_HIT);
    let name_width = widest(&|line| names(line.rule).map_or(0, |name| name.width()), 30);
    let room = width.saturating_sub(id_width + name_width + 6);
    let before = (room * 2 / 5).max(12);
    let after = room.saturating_sub(before).max(hit_width + 12);
    let pad = |text: &str, columns: usize| " ".repeat(columns.saturating_sub(text.width()));
    for line in lines {
        let id = shortened(&line.document, id_width);
        let left = last_columns(&line.left, before);
        let hit = first_columns(&line.hit, after);
        let gap = pad(&hit, hit_width);
        let right = first_columns(&line.right, after.saturating_sub(hit.width() + gap.len() + 2));
        write!(out, "{DIM}{id}{}{RESET}  {}{left}  {BOLD}{hit}{RESET}", pad(&id, id_width), pad(&left, before))?;
        match names(line.rule) {
            Some(name) => {
                let used = hit.width() + gap.len() + 2 + right.width();
                let to_name = " ".repeat(after.saturating_sub(used) + 2);
                writeln!(out, "{gap}  {right}{to_name}{DIM}{}{RESET}", first_columns(&name, name_width))?;
            }
            None if right.is_empty() => writeln!(out)?,
            None => writeln!(out, "{gap}  {right}")?,
        }
    }
    Ok(())
}

/// The last columns of a text, whole words of it.
fn last_columns(text: &str, most: usize) -> String {
    let text = printable(text);
    if text.width() <= most {
        return text;
    }
    let mut cut = text.as_str();
    while cut.width() > most {
        let mut chars = cut.chars();
        chars.next();
        cut = chars.as_str();
    }
    cut.split_once(' ').map_or(cut, |(_, whole)| whole).to_owned()
}

/// The first columns of a text. What is cut shows it.
fn first_columns(text: &str, most: usize) -> String {
    let mut text = printable(text);
    if text.width() > most {
        while text.width() + 1 > most && text.pop().is_some() {}
        text.push('…');
    }
    text
}

/// Single spaces for all white space.
fn spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The last `width` characters, whole words of them.
fn before(text: &str, width: usize) -> String {
    // White space is cut to one character each, so a stretch four times as long nearly always holds enough.
    let from = text.char_indices().rev().nth(width.saturating_mul(4)).map_or(0, |(at, _)| at);
    let all = spaced(&text[from..]);
    let n = all.chars().count();
    if n <= width {
        return all;
    }
    let cut: String = all.chars().skip(n - width).collect();
    let is_whole = all.chars().nth(n - width - 1).is_some_and(char::is_whitespace);
    match cut.split_once(' ') {
        Some((_, whole)) if !is_whole => whole.to_owned(),
        _ => cut.trim_start().to_owned(),
    }
}

/// The first `width` characters, whole words of them. Marks that stand right behind the match stay there.
fn after(text: &str, width: usize) -> String {
    let to = text.char_indices().nth(width.saturating_mul(4)).map_or(text.len(), |(at, _)| at);
    let all = spaced(&text[..to]);
    if all.chars().count() <= width {
        return all;
    }
    let cut: String = all.chars().take(width).collect();
    let is_whole = all.chars().nth(width).is_some_and(char::is_whitespace);
    match cut.rsplit_once(' ') {
        Some((whole, _)) if !is_whole => whole.to_owned(),
        _ => cut.trim_end().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contexts_hold_whole_words() {
        let cases = [
            ("one two three", 100, "one two three", "one two three"),
            ("one two three", 5, "three", "one"),
            ("one two three", 8, "three", "one two"),
            ("one two three", 9, "two three", "one two"),
            ("one\n\n two\tthree ", 9, "two three", "one two"),
            ("überlang", 4, "lang", "über"),
            ("", 4, "", ""),
            ("one two", 0, "", ""),
        ];
        for (text, width, left, right) in cases {
            assert_eq!((before(text, width).as_str(), after(text, width).as_str()), (left, right), "{text:?} {width}");
        }
    }

    #[test]
    fn the_nearest_word_before_decides() {
        let line = |left: &str, right: &str| Line {
            document: String::new(),
            turn: 1,
            speaker: String::new(),
            sentence: 1,
            start: 0,
            end: 0,
            rule: 0,
            left: left.into(),
            hit: String::new(),
            right: right.into(),
        };
        let mut lines = vec![line("a zoo", "x"), line("z “Ant", ", B"), line("b ant,", "a")];
        sort(&mut lines, Order::Left);
        assert_eq!(lines.iter().map(|line| line.left.as_str()).collect::<Vec<_>>(), ["b ant,", "z “Ant", "a zoo"]);
        sort(&mut lines, Order::Right);
        assert_eq!(lines.iter().map(|line| line.right.as_str()).collect::<Vec<_>>(), ["a", ", B", "x"]);
    }

    #[test]
    fn wide_characters_keep_columns() {
        assert_eq!(last_columns("這是 中文字", 7), "中文字");
        assert_eq!(first_columns("中文字", 4), "中…");
    }
}
