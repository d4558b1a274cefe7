/*!
Texts that are tables of turns, one row a line, with tabs between the cells, or with bars around them as Markdown has them: what qualitative programs export and people copy
out of spreadsheets.

Where the first column of a table with tabs says who speaks the lines are labelled like any others, and `turns` reads them. Here are those that it cannot read: with a head that names
the columns (`Timespan`, `Content`, `Speaker`), or with labels in another column than the first. Without a head a column holds labels if they have the form of names, come
again, and stand in nearly all rows; what stands in other columns than the labels and the words must be times or numbers.

The first lines decide. A line without tabs goes on with the row before it.
*/

use super::Options;
use super::conventions::{Conventions, Known, column_key, label_key};
use super::label::{is_name_form, is_time_alone};
use super::spoken::Utterance;
use std::collections::BTreeSet;

/// How many lines are looked at to find the columns.
const LOOKED_AT: usize = 200;
/// How many rows a table without a head has at least.
const LEAST_ROWS: usize = 4;
/// The longest label, in characters.
const LABEL_CHARS: usize = 40;

/// Where a table begins, and what its columns are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Columns {
    /// The first line of its rows, counted from 0 among those that are not blank.
    first: usize,
    speaker: usize,
    text: usize,
}

/// What a table of turns holds.
pub(super) struct Talk {
    /// What stands before it.
    pub(super) heading: String,
    pub(super) utterances: Vec<Utterance>,
    /// How its columns were found.
    pub(super) message: String,
}

/// The turns of the table that this text is, if it is one.
pub(super) fn talk(text: &str, options: &Options) -> Option<Talk> {
    memchr::memchr2(b'\t', b'|', text.as_bytes())?;
    let lines = || text.lines().filter(|line| !line.trim().is_empty() && !is_rule(line));
    let looked_at: Vec<Vec<&str>> = lines().take(LOOKED_AT).map(cells).collect();
    let (columns, has_head) = match with_head(&looked_at, &options.conventions) {
        Some(columns) => (columns, true),
        None => {
            let is_barred = lines().take(LOOKED_AT).all(is_barred);
            (without_head(&looked_at, is_barred, &options.conventions)?, false)
        }
    };
    let mut utterances: Vec<Utterance> = Vec::new();
    for row in lines().skip(columns.first).map(cells) {
        match (row.get(columns.text), utterances.last_mut()) {
            (Some(said), _) => utterances.push(Utterance {
                speaker: row.get(columns.speaker).unwrap_or(&"").trim_end_matches(':').to_owned(),
                text: (*said).to_owned(),
            }),
            (None, Some(last)) if row.len() == 1 => {
                last.text.push(' ');
                last.text.push_str(row[0]);
            }
            (None, _) => {}
        }
    }
    let how = if has_head { "as its head says" } else { "which is where labels come again" };
    let message =
        format!("every line is read as a turn: who speaks is read from column {}, {how}", columns.speaker + 1);
    let heading = lines().take(columns.first).collect::<Vec<_>>().join("\n");
    Some(Talk { heading, utterances, message })
}

/// The line between head and rows of a table of Markdown.
fn is_rule(line: &str) -> bool {
    line.starts_with('|') && line.len() < 400 && line.trim_end().chars().all(|c| matches!(c, '|' | '-' | ':' | ' '))
}

fn is_barred(line: &str) -> bool {
    line.starts_with('|') && line.trim_end().ends_with('|') && line.len() > 2
}

fn cells(line: &str) -> Vec<&str> {
    if is_barred(line) {
        let inner = line.trim_end();
        return inner[1..inner.len() - 1].split('|').map(str::trim).collect();
    }
    line.split('\t').map(str::trim).collect()
}

/// The columns, if a line names them.
fn with_head(rows: &[Vec<&str>], conventions: &Conventions) -> Option<Columns> {
    let find = |row: &[&str], keys: &[String]| {
        let row: Vec<String> = row.iter().map(|cell| column_key(cell)).collect();
        keys.iter().find_map(|key| row.iter().position(|cell| cell == key))
    };
    let heads =
        rows.iter().enumerate().filter(|(_, row)| row.len() > 1 && row.iter().all(|cell| cell.len() <= LABEL_CHARS));
    for (at, row) in heads {
        if let (Some(speaker), Some(text)) =
            (find(row, &conventions.speaker_columns), find(row, &conventions.text_columns))
            && speaker != text
        {
            let n_rows = rows[at + 1..].iter().filter(|row| row.len() > text).count();
            return (n_rows > 1 && n_rows * 2 >= rows.len() - at - 1).then_some(Columns {
                first: at + 1,
                speaker,
                text,
            });
        }
    }
    None
}

/// The columns by what stands in them.
fn without_head(lines: &[Vec<&str>], is_barred: bool, conventions: &Conventions) -> Option<Columns> {
    let width = lines.get(lines.len() / 2).map(Vec::len).filter(|&width| width > 1)?;
    let first = lines.iter().position(|row| row.len() == width)?;
    let rows: Vec<&Vec<&str>> = lines.iter().filter(|row| row.len() == width).collect();
    if rows.len() < LEAST_ROWS || rows.len() * 10 < (lines.len() - first) * 8 {
        return None;
    }
    let is_most = |n: usize| n * 10 >= rows.len() * 9;
    let count = |column: usize, what: &dyn Fn(&str) -> bool| rows.iter().filter(|row| what(row[column])).count();
    let length = |column: usize| rows.iter().map(|row| row[column].len()).sum::<usize>();
    let text = (0..width).max_by_key(|&column| (length(column), std::cmp::Reverse(column)))?;
    let is_speaker = |&column: &usize| {
        let labels: BTreeSet<&str> = rows.iter().map(|row| row[column]).filter(|cell| !cell.is_empty()).collect();
        column != text
            && is_most(count(column, &|cell| is_label(cell, conventions)))
            && labels.len() > 1
            && labels.len() * 2 <= rows.len()
            && length(column) * 2 < length(text)
    };
    // Labels before the first tab are for `turns`.
    let speaker = (0..width).find(is_speaker).filter(|&column| column > 0 || is_barred)?;
    let is_beside = |column: usize| {
        column == text || column == speaker || is_most(count(column, &|cell| cell.is_empty() || is_measure(cell)))
    };
    (0..width).all(is_beside).then_some(Columns { first, speaker, text })
}

fn is_label(cell: &str, conventions: &Conventions) -> bool {
    let label = cell.trim_end_matches(':');
    label.chars().any(char::is_alphabetic)
        && label.chars().count() <= LABEL_CHARS
        && (is_name_form(label) || matches!(conventions.known(&label_key(label), true), Some(Known::Role(_))))
        && !label.ends_with(['.', '?', '!', ','])
}

/// A time, a stretch of time or a number.
fn is_measure(cell: &str) -> bool {
    let is_of_measure = |c: char| {
        c.is_ascii_digit()
            || matches!(c, ':' | '.' | ',' | ';' | '-' | '–' | '>' | ' ' | '[' | ']' | '(' | ')' | '#' | 's')
    };
    is_time_alone(cell)
        || cell.len() <= 40 && cell.chars().any(|c| c.is_ascii_digit()) && cell.chars().all(is_of_measure)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_of_turns() {
        let who = |text: &str| {
            let talk = talk(text, &Options::default());
            talk.map(|talk| {
                talk.utterances.iter().map(|one| format!("{}={}", one.speaker, one.text)).collect::<Vec<_>>()
            })
        };
        let read = Some(vec![
            "Ann=Where were you?".to_owned(),
            "Tom=In Leeds, by the river.".to_owned(),
            "Ann=When?".to_owned(),
            "Tom=Before it all.".to_owned(),
        ]);
        let cases = [
            (
                "head",
                "Timespan\tContent\tSpeaker\n0:01\tWhere were you?\tAnn\n0:02\tIn Leeds, by the river.\tTom\n0:03\tWhen?\tAnn\n0:04\tBefore it all.\tTom\n",
            ),
            (
                "last",
                "0:01\tWhere were you?\tAnn\n0:02\tIn Leeds, by the river.\tTom\n0:03\tWhen?\tAnn\n0:04\tBefore it all.\tTom\n",
            ),
            ("no time", "Where were you?\tAnn\nIn Leeds, by the river.\tTom\nWhen?\tAnn\nBefore it all.\tTom\n"),
            (
                "bars",
                "| Time | Speaker | Text |\n|---|:--|---|\n| 0:01 | Ann | Where were you? |\n| 0:02 | Tom | In Leeds, by the river. |\n| 0:03 | Ann | When? |\n| | Tom | Before it all. |\n",
            ),
            (
                "bars alone",
                "| Ann | Where were you? |\n| Tom | In Leeds, by the river. |\n| Ann | When? |\n| Tom | Before it all. |\n",
            ),
            (
                "numbers",
                "1\t0:01 - 0:02\tAnn:\tWhere were you?\n2\t0:02 - 0:03\tTom:\tIn Leeds, by the river.\n3\t0:04\tAnn:\tWhen?\n4\t0:05\tTom:\tBefore it all.\n",
            ),
        ];
        for (name, text) in cases {
            assert_eq!(who(text), read, "{name}");
        }
        let others = [
            ("labels first", "Ann\tWhere were you?\nTom\tIn Leeds, by the river.\nAnn\tWhen?\nTom\tBefore it all.\n"),
            ("a list", "apples\t3\npears\t4\nplums\t5\nnuts\t6\n"),
            ("prose", "\tI went home.\n\tShe stayed.\n\tWe wrote.\n\tThen not.\n"),
            ("labels that never come again", "Where?\tAnn\nIn Leeds.\tTom\nWhen?\tSue\nBefore it all.\tJim\n"),
        ];
        for (name, text) in others {
            assert_eq!(who(text), None, "{name}");
        }
    }
}
