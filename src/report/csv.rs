/*!
Tables for R, SPSS and Python: UTF-8, comma, line feed, decimal point, `NA` for a number that does not exist, an empty cell for a text of nothing.

Columns are named in `columns`. Text cells that a spreadsheet would take for a formula (they begin with `=`, `+`, `-`, `@`, a tab or
a carriage return) get an apostrophe in front; line breaks in them are written as spaces.
*/

use super::{Options, columns, marker_name, matches_of, speaker_name};
use crate::analyzer::Analysis;
use crate::document::{Role, without_quotations};
use crate::lexicon::Definitions;
use crate::score::{Feature, Interval, Score, family_names};
use crate::span::LineIndex;
use csv::{Terminator, Writer, WriterBuilder};
use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::{self, Write};

/// What does not exist.
pub(super) const ABSENT: &str = "NA";

/// `documents.csv`: one row a document. `with_head` writes the names of the columns first.
///
/// # Errors
/// What `out` says.
pub fn documents(
    definitions: &Definitions,
    analyses: &[Analysis],
    with_head: bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut table = table(out);
    if with_head {
        table.write_record(columns::documents(definitions).head())?;
    }
    let mut cell = String::new();
    for analysis in analyses {
        table.write_field(safe(&analysis.document.id).as_ref())?;
        table.write_field(safe(&analysis.document.file).as_ref())?;
        length_cells(&mut table, &mut cell, &analysis.score)?;
        for number in [analysis.document.pauses.len(), analysis.document.inaudible.len()] {
            table.write_field(integer(&mut cell, number))?;
        }
        score_cells(&mut table, &mut cell, &analysis.score)?;
        table.write_record(None::<&[u8]>)?;
    }
    table.flush()
}

/// `units.csv`: one row a speaker, a turn, a section or a topic, with the columns of `documents.csv`.
///
/// # Errors
/// What `out` says.
pub fn units(
    definitions: &Definitions,
    analyses: &[Analysis],
    options: Options,
    with_head: bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut table = table(out);
    if with_head {
        table.write_record(columns::units(definitions).head())?;
    }
    let mut cell = String::new();
    for analysis in analyses {
        let document = &analysis.document;
        for unit in &analysis.units {
            table.write_field(safe(&document.id).as_ref())?;
            table.write_field(safe(&document.file).as_ref())?;
            table.write_field(safe(speaker_name(&document.speakers[unit.speaker], options)).as_ref())?;
            for number in [unit.turn, unit.section] {
                match number {
                    Some(number) => table.write_field(integer(&mut cell, number + 1))?,
                    None => table.write_field(ABSENT)?,
                }
            }
            let own_topic = unit.topic.and_then(|topic| definitions.topics.get(topic)).map(|topic| topic.name.as_str());
            let of_turn = || unit.turn.map_or("", |turn| topic(definitions, analysis, turn));
            table.write_field(own_topic.unwrap_or_else(of_turn))?;
            length_cells(&mut table, &mut cell, &unit.score)?;
            for number in [unit.score.pauses, unit.score.inaudible] {
                table.write_field(integer(&mut cell, number))?;
            }
            score_cells(&mut table, &mut cell, &unit.score)?;
            table.write_record(None::<&[u8]>)?;
        }
    }
    table.flush()
}

/// The name of what a turn is about; empty where no question is known.
fn topic<'a>(definitions: &'a Definitions, analysis: &Analysis, turn: usize) -> &'a str {
    let topic = analysis.topics.get(turn).copied().flatten();
    topic.and_then(|topic| definitions.topics.get(topic)).map_or("", |topic| &topic.name)
}

/// The cells of how much is said.
fn length_cells(table: &mut Writer<&mut dyn Write>, cell: &mut String, score: &Score) -> io::Result<()> {
    for number in [score.words, score.sentences, score.turns] {
        table.write_field(integer(cell, number))?;
    }
    table.write_field(decimal(cell, score.mean_turn_words, 2))?;
    table.write_field(decimal(cell, score.median_turn_words, 1))?;
    table.write_field(integer(cell, score.questions))?;
    for (number, places) in [(score.mean_answer_words, 2), (score.median_answer_words, 1)] {
        table.write_field(number.map_or(ABSENT, |number| decimal(cell, number, places)))?;
    }
    Ok(())
}

/// The cells of flags, features and scales.
fn score_cells(table: &mut Writer<&mut dyn Write>, cell: &mut String, score: &Score) -> io::Result<()> {
    table.write_field(score.flags.join(";"))?;
    for feature in score.features.iter().chain(&score.families) {
        table.write_field(integer(cell, feature.count))?;
        interval(table, cell, feature.rate)?;
        table.write_field(decimal(cell, feature.sentence_share, 4))?;
    }
    for &scale in &score.scales {
        interval(table, cell, scale)?;
    }
    Ok(())
}

/// `long.csv`: the numbers of `documents.csv` in long form, one row a document and marker, family or scale.
///
/// # Errors
/// What `out` says.
pub fn long(definitions: &Definitions, analyses: &[Analysis], with_head: bool, out: &mut dyn Write) -> io::Result<()> {
    let mut table = table(out);
    if with_head {
        table.write_record(columns::long().head())?;
    }
    let mut cell = String::new();
    let markers: Vec<&str> = definitions.markers.iter().map(|marker| marker.name.as_str()).collect();
    let families = family_names(definitions);
    let [of_marker, of_family, of_scale] = columns::MEASURES;
    for analysis in analyses {
        let score = &analysis.score;
        let mut row =
            |measure: &str, name: &str, feature: Option<&Feature>, value: Option<Interval>| -> io::Result<()> {
                table.write_field(safe(&analysis.document.id).as_ref())?;
                table.write_field(measure)?;
                table.write_field(name)?;
                table.write_field(integer(&mut cell, score.words))?;
                table.write_field(feature.map_or(ABSENT, |feature| integer(&mut cell, feature.count)))?;
                interval(&mut table, &mut cell, value)?;
                table.write_field(feature.map_or(ABSENT, |feature| decimal(&mut cell, feature.sentence_share, 4)))?;
                table.write_record(None::<&[u8]>)?;
                Ok(())
            };
        for (names, features, measure) in
            [(&markers, &score.features, of_marker), (&families, &score.families, of_family)]
        {
            for (name, feature) in names.iter().zip(features) {
                row(measure, name, Some(feature), feature.rate)?;
            }
        }
        for (scale, &value) in definitions.scales.iter().zip(&score.scales) {
            row(of_scale, &scale.name, None, value)?;
        }
    }
    table.flush()
}

/// `matches.csv`: one row a match.
///
/// # Errors
/// What `out` says.
pub fn matches(
    definitions: &Definitions,
    analyses: &[Analysis],
    options: Options,
    with_head: bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut table = table(out);
    if with_head {
        table.write_record(columns::matches().head())?;
    }
    let mut cell = String::new();
    for analysis in analyses {
        let document = &analysis.document;
        let index = LineIndex::new(&document.text);
        for found in &analysis.matches {
            let turn = analysis.sentences[found.sentence].turn;
            let speaker = document.speaker_of(turn);
            table.write_field(safe(&document.id).as_ref())?;
            table.write_field(integer(&mut cell, turn + 1))?;
            table.write_field(safe(speaker_name(speaker, options)).as_ref())?;
            table.write_field(integer(&mut cell, found.sentence + 1))?;
            for offset in [found.span.start, found.span.end] {
                table.write_field(integer(&mut cell, index.char_offset(&document.text, offset as usize)))?;
            }
            let rule = &definitions.rules[found.rule];
            let marker = &definitions.markers[rule.marker];
            table.write_field(&marker.family)?;
            table.write_field(&marker.name)?;
            table.write_field(&rule.id)?;
            let text = if options.no_text { "" } else { &document.text[found.span.range()] };
            table.write_field(safe(text).as_ref())?;
            table.write_record(None::<&[u8]>)?;
        }
    }
    table.flush()
}

/// `sentences.csv`: one row a narrator sentence.
///
/// # Errors
/// What `out` says.
pub fn sentences(
    definitions: &Definitions,
    analyses: &[Analysis],
    options: Options,
    with_head: bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut table = table(out);
    if with_head {
        table.write_record(columns::sentences().head())?;
    }
    let mut cell = String::new();
    for analysis in analyses {
        let document = &analysis.document;
        let index = LineIndex::new(&document.text);
        for (number, sentence) in analysis.sentences.iter().enumerate() {
            let speaker = document.speaker_of(sentence.turn);
            if speaker.role != Role::Narrator {
                continue;
            }
            table.write_field(safe(&document.id).as_ref())?;
            table.write_field(integer(&mut cell, sentence.turn + 1))?;
            table.write_field(safe(speaker_name(speaker, options)).as_ref())?;
            table.write_field(integer(&mut cell, number + 1))?;
            for offset in [sentence.span.start, sentence.span.end] {
                table.write_field(integer(&mut cell, index.char_offset(&document.text, offset as usize)))?;
            }
            table.write_field(integer(&mut cell, sentence.n_words))?;
            table.write_field(topic(definitions, analysis, sentence.turn))?;
            let mut markers: Vec<&str> =
                matches_of(analysis, number).iter().map(|found| marker_name(definitions, found.rule)).collect();
            markers.sort_unstable();
            markers.dedup();
            table.write_field(markers.join(";"))?;
            let text = if options.no_text { "" } else { &document.text[sentence.span.range()] };
            table.write_field(safe(text).as_ref())?;
            table.write_record(None::<&[u8]>)?;
        }
    }
    table.flush()
}

/// One input that could not be read, or was read with doubt or by a choice worth knowing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The document, if there is one.
    pub document: String,
    /// The file, as given.
    pub file: String,
    /// The line, from 1.
    pub line: Option<usize>,
    /// `failed`: not scored; `doubt`: scored, but a person should look; `note`: a choice that was made.
    pub severity: &'static str,
    /// What it is about.
    pub kind: &'static str,
    /// What was found and what to do.
    pub message: String,
}

impl Problem {
    /// The message as it may be told. Messages quote labels, ids and names of columns, and a table without a head has a text
    /// where the names of columns should be; so with `no_text` all that is quoted is left out.
    pub fn told(&self, options: Options) -> Cow<'_, str> {
        if options.no_text { without_quotations(&self.message) } else { Cow::Borrowed(&self.message) }
    }
}

/// The problems that are shown one by one, and how many there are. So that memory stays flat, the rest is only in `problems.csv`, where each is written as it comes.
#[derive(Clone, Debug, Default)]
pub struct Doubts {
    /// The first of them.
    pub first: Vec<Problem>,
    /// How many there are.
    pub n: usize,
}

impl Doubts {
    /// So many are held.
    pub const MOST: usize = 200;

    /// Counts a problem, unless it is nothing but a choice that was made.
    pub fn add(&mut self, problem: &Problem) {
        if problem.severity == "note" {
            return;
        }
        self.n += 1;
        if self.first.len() < Doubts::MOST {
            self.first.push(problem.clone());
        }
    }
}

/// `problems.csv`: one row a problem.
///
/// # Errors
/// What `out` says.
pub fn problems(problems: &[Problem], options: Options, with_head: bool, out: &mut dyn Write) -> io::Result<()> {
    let mut table = table(out);
    if with_head {
        table.write_record(columns::problems().head())?;
    }
    for problem in problems {
        let line = problem.line.map_or(ABSENT.to_owned(), |line| line.to_string());
        table.write_record([
            safe(&problem.document).as_ref(),
            safe(&problem.file).as_ref(),
            &line,
            problem.severity,
            problem.kind,
            safe(&problem.told(options)).as_ref(),
        ])?;
    }
    table.flush()
}

pub(crate) fn table(out: &mut dyn Write) -> Writer<&mut dyn Write> {
    WriterBuilder::new().terminator(Terminator::Any(b'\n')).from_writer(out)
}

/// A text as a cell: no spreadsheet runs it as a formula, and it stays on one line, for SPSS reads tables line by line. A line break becomes one space, so that
/// lengths stay true.
pub(crate) fn safe(text: &str) -> Cow<'_, str> {
    let is_formula = matches!(text.bytes().next(), Some(b'=' | b'+' | b'-' | b'@' | b'\t' | b'\r'));
    let has_breaks = text.contains(['\n', '\r']);
    if !is_formula && !has_breaks {
        return Cow::Borrowed(text);
    }
    let apostrophe = if is_formula { "'" } else { "" };
    Cow::Owned(format!("{apostrophe}{}", text.replace(['\n', '\r'], " ")))
}

pub(crate) fn integer(cell: &mut String, number: impl itoa::Integer) -> &str {
    cell.clear();
    cell.push_str(itoa::Buffer::new().format(number));
    cell
}

/// The number rounded to so many places; exactly as `{number:.places$}` writes it, but without a negative zero.
pub(super) fn decimal(cell: &mut String, number: f64, places: usize) -> &str {
    cell.clear();
    let scaled = number * 10f64.powi(places as i32);
    let rounded = scaled.round();
    // Whole numbers are written fast. Half-way cases, where the exact decimal expansion decides, are left to the standard library.
    let is_clear = (scaled - rounded).abs() < 0.499_999 && (0.0..1e8).contains(&rounded);
    if is_clear && places > 0 {
        let one = 10u64.pow(places as u32);
        let whole = rounded as u64;
        let mut digits = itoa::Buffer::new();
        cell.push_str(digits.format(whole / one));
        // With a leading one, so that zeros behind the point stay.
        cell.push_str(digits.format(one + whole % one));
        let at = cell.len() - places - 1;
        cell.replace_range(at..=at, ".");
        return cell;
    }
    let _ = write!(cell, "{number:.places$}");
    if cell.starts_with('-') && cell.bytes().all(|byte| matches!(byte, b'-' | b'0' | b'.')) {
        cell.remove(0);
    }
    cell
}

pub(super) fn interval(
    table: &mut Writer<&mut dyn Write>,
    cell: &mut String,
    interval: Option<Interval>,
) -> io::Result<()> {
    match interval {
        Some(Interval { value, low, high }) => {
            for number in [value, low, high] {
                table.write_field(decimal(cell, number, 4))?;
            }
        }
        None => {
            for _ in 0..3 {
                table.write_field(ABSENT)?;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn decimals_are_those_of_the_standard_library(number in prop_oneof![0.0..1e6f64, 0.0..1.0f64, (0u32..4000).prop_map(|n| f64::from(n) / 80.0), -5.0..5.0f64, 0.0..1e300f64], places in 0usize..5) {
            let expected = format!("{number:.places$}");
            let is_zero = expected.bytes().all(|byte| matches!(byte, b'-' | b'0' | b'.'));
            let expected = if is_zero { expected.trim_start_matches('-') } else { &expected };
            let mut cell = String::new();
            prop_assert_eq!(decimal(&mut cell, number, places), expected);
        }
    }
}
