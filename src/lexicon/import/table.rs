/*!
Dictionaries as tables, in three forms that their heads tell apart, or else their cells:

```text
DicTerm,affect,posemo      word,category,weight       joy,anger
happy,X,X                  happy,joy,1.5              happy,mad
mad,X,                     mad,anger,2                glad,furious
```

A matrix with a row a word and a column a category (`.dicx` of LIWC-22), whose cells are marks or weights; a row a word and category, perhaps with a weight; and a column a
category, with its words below. The separator is a comma, a semicolon or a tab. Which form it was taken for is told.
*/

use super::{Dictionary, Entry, Remark};
use csv::{ReaderBuilder, StringRecord};
use std::collections::BTreeSet;

/// Heads of columns with words, with categories, and with weights, in lower case. These are names of columns, no knowledge of a language.
const TERMS: [&str; 8] = ["dicterm", "term", "word", "words", "entry", "token", "pattern", "phrase"];
const CATEGORIES: [&str; 8] =
    ["category", "categories", "class", "label", "marker", "dimension", "construct", "emotion"];
const WEIGHTS: [&str; 6] = ["weight", "weights", "score", "value", "valence", "rating"];

pub(super) fn read(text: &str, name: &str) -> Result<Dictionary, Remark> {
    let mut dictionary = Dictionary::default();
    let all = rows(text, &mut dictionary);
    let Some(((_, head), rows)) = all.split_first() else {
        return Err(Remark {
            line: 1,
            code: "empty-file",
            message: "the file is empty".to_owned(),
            hint: String::new(),
        });
    };
    let lower: Vec<String> = head.iter().map(|cell| cell.trim().to_lowercase()).collect();
    let column = |names: &[&str]| lower.iter().position(|cell| names.contains(&cell.as_str()));
    let (terms, categories, weights) = (column(&TERMS), column(&CATEGORIES), column(&WEIGHTS));
    // One column: a list of words, with a head or without.
    if head.len() == 1 {
        let own = dictionary.category(&[name.to_owned()]);
        let entries = all.iter().skip(usize::from(terms.is_some()));
        let entries = entries.filter_map(|(line, row)| Some(Entry::new(row.get(0)?.trim(), *line)));
        dictionary.categories[own].entries = entries.filter(|entry| !entry.text.is_empty()).collect();
        let what = if terms.is_some() { " below a head" } else { "" };
        dictionary.understood = format!("a list of words{what}");
        return Ok(dictionary);
    }
    let title = |at: usize| head.get(at).unwrap_or_default().trim();
    match (terms, categories) {
        (Some(term), Some(category)) => {
            dictionary.understood = row_a_word(title(term), title(category), weights.map(title));
            long(&mut dictionary, rows, Long { term, category, weight: weights });
        }
        (Some(term), None) if are_marks(rows, term) => {
            dictionary.understood = format!("a row a word (`{}`) and a column a category", title(term));
            matrix(&mut dictionary, head, rows, term);
        }
        _ => match Long::of_cells(head.len(), rows, terms, categories) {
            Some(form) => {
                // A head without a name of its own is a row like the others.
                let category = title(form.category);
                let is_head = rows.iter().all(|(_, row)| row.get(form.category).unwrap_or_default().trim() != category);
                dictionary.understood = if is_head {
                    row_a_word(title(form.term), category, form.weight.map(title))
                } else {
                    let places = [Some(form.term), Some(form.category), form.weight];
                    let [term, category, weight] = places.map(|at| at.map_or(String::new(), |at| (at + 1).to_string()));
                    row_a_word(&term, &category, form.weight.map(|_| weight.as_str()))
                };
                long(&mut dictionary, if is_head { rows } else { &all }, form);
            }
            None => {
                columns(&mut dictionary, head, rows);
                let names: Vec<String> = dictionary.categories.iter().map(|own| format!("`{}`", own.path[0])).collect();
                dictionary.understood = format!("a column a category ({})", names.join(", "));
                // A column that is shorter than the other can be nothing else.
                let is_full = |row: &StringRecord| row.iter().filter(|cell| !cell.trim().is_empty()).count() == 2;
                if head.len() == 2 && rows.iter().all(|(_, row)| is_full(row)) {
                    let message = format!("the table was read as two categories: {}", names.join(" and "));
                    let hint = "if every row is a word and its category, call the columns `word` and `category`";
                    dictionary.remark(1, "two-columns", message, hint);
                }
            }
        },
    }
    Ok(dictionary)
}

fn row_a_word(term: &str, category: &str, weight: Option<&str>) -> String {
    let weight = weight.map_or(String::new(), |weight| format!(" and its weight (`{weight}`)"));
    format!("a row a word (column `{term}`) with its category (`{category}`){weight}")
}

/// Whether all that stands beside the words can be cells of a matrix: marks and numbers.
fn are_marks(rows: &[(usize, StringRecord)], term: usize) -> bool {
    let mut cells = rows.iter().flat_map(|(_, row)| row.iter().enumerate().filter(|(at, _)| *at != term));
    let is_mark = |cell: &str| matches!(cell, "X" | "x") || number(cell).is_some();
    // A matrix may have faulty cells, and empty ones.
    cells.any(|(_, cell)| is_mark(cell.trim()))
}

/// Where a table with a row a word has what.
#[derive(Clone, Copy)]
struct Long {
    term: usize,
    category: usize,
    weight: Option<usize>,
}

impl Long {
    /// By what the cells of two columns, or of three with a number in one, say: words are many, categories are few, and each of them comes again.
    /// `None` if they do not say it.
    fn of_cells(
        n_columns: usize,
        rows: &[(usize, StringRecord)],
        term: Option<usize>,
        category: Option<usize>,
    ) -> Option<Long> {
        let cells = |at: usize| rows.iter().map(move |(_, row)| row.get(at).unwrap_or_default().trim());
        let weight = (0..n_columns).find(|at| cells(*at).all(|cell| number(cell).is_some()));
        let words: Vec<usize> = (0..n_columns).filter(|at| Some(*at) != weight).collect();
        let &[first, second] = &words[..] else { return None };
        if cells(first).chain(cells(second)).any(str::is_empty) {
            return None;
        }
        let n_distinct = |at: usize| cells(at).collect::<BTreeSet<_>>().len();
        let of = |term: usize, category: usize| Long { term, category, weight };
        match (term, category) {
            (Some(term), _) => Some(of(term, if term == first { second } else { first })),
            (_, Some(category)) => Some(of(if category == first { second } else { first }, category)),
            _ if n_distinct(second) * 2 <= rows.len() && n_distinct(first) > n_distinct(second) => {
                Some(of(first, second))
            }
            _ if n_distinct(first) * 2 <= rows.len() && n_distinct(second) > n_distinct(first) => {
                Some(of(second, first))
            }
            _ => None,
        }
    }
}

/// The rows with their lines.
fn rows(text: &str, dictionary: &mut Dictionary) -> Vec<(usize, StringRecord)> {
    let head = text.lines().next().unwrap_or_default();
    let n = |separator: u8| head.bytes().filter(|byte| *byte == separator).count();
    let separator = [b',', b';', b'\t'].into_iter().rev().max_by_key(|separator| n(*separator)).unwrap_or(b',');
    let mut reader =
        ReaderBuilder::new().has_headers(false).flexible(true).delimiter(separator).from_reader(text.as_bytes());
    let mut rows = Vec::new();
    for record in reader.records() {
        match record {
            Ok(record) => {
                let line = record.position().map_or(1, |place| place.line() as usize);
                if record.iter().any(|cell| !cell.trim().is_empty()) {
                    rows.push((line, record));
                }
            }
            Err(error) => {
                let line = error.position().map_or(1, |place| place.line() as usize);
                dictionary.leave_out(line, "bad-row", format!("a row cannot be read: {error}"), "left out");
            }
        }
    }
    rows
}

fn long(dictionary: &mut Dictionary, rows: &[(usize, StringRecord)], form: Long) {
    let Long { term, category, weight } = form;
    for (line, row) in rows {
        let cell = |at: usize| row.get(at).unwrap_or_default().trim();
        let (text, name) = (cell(term), cell(category));
        if text.is_empty() || name.is_empty() {
            dictionary.leave_out(*line, "empty-cell", "the row has no word or no category", "left out");
            continue;
        }
        let Some(weight) = weight.map_or(Some(1.0), |at| number(cell(at))) else {
            let cell = weight.map_or("", cell);
            dictionary.leave_out(*line, "bad-weight", format!("the weight `{cell}` is no number"), "left out");
            continue;
        };
        let own = dictionary.category(&[name.to_owned()]);
        dictionary.categories[own].entries.push(Entry { weight, ..Entry::new(text, *line) });
    }
}

fn matrix(dictionary: &mut Dictionary, head: &StringRecord, rows: &[(usize, StringRecord)], term: usize) {
    let others = || head.iter().enumerate().filter(|(at, name)| *at != term && !name.trim().is_empty());
    for (_, name) in others() {
        dictionary.category(&[name.trim().to_owned()]);
    }
    for (line, row) in rows {
        let text = row.get(term).unwrap_or_default().trim();
        if text.is_empty() {
            dictionary.leave_out(*line, "empty-cell", "the row has no word", "left out");
            continue;
        }
        for (at, name) in others() {
            let cell = row.get(at).unwrap_or_default().trim();
            let weight = match cell {
                "" | "0" => continue,
                "X" | "x" => 1.0,
                _ => match number(cell) {
                    Some(weight) => weight,
                    None => {
                        let message = format!(
                            "the cell `{cell}` of `{text}` in the category `{}` is neither X nor a number",
                            name.trim()
                        );
                        dictionary.leave_out(*line, "bad-weight", message, "left out");
                        continue;
                    }
                },
            };
            let own = dictionary.category(&[name.trim().to_owned()]);
            dictionary.categories[own].entries.push(Entry { weight, ..Entry::new(text, *line) });
        }
    }
}

fn columns(dictionary: &mut Dictionary, head: &StringRecord, rows: &[(usize, StringRecord)]) {
    for (at, name) in head.iter().enumerate().filter(|(_, name)| !name.trim().is_empty()) {
        let own = dictionary.category(&[name.trim().to_owned()]);
        for (line, row) in rows {
            let text = row.get(at).unwrap_or_default().trim();
            if !text.is_empty() {
                dictionary.categories[own].entries.push(Entry::new(text, *line));
            }
        }
    }
}

/// A number with a decimal point or a decimal comma.
fn number(cell: &str) -> Option<f64> {
    cell.replace(',', ".").parse().ok().filter(|number: &f64| number.is_finite())
}
