/*!
Dictionaries as tables, in three forms that their heads tell apart:

```text
DicTerm,affect,posemo      word,category,weight       joy,anger
happy,X,X                  happy,joy,1.5              happy,mad
mad,X,                     mad,anger,2                glad,furious
```

A matrix with a row a word and a column a category (`.dicx` of LIWC-22), whose cells are marks or weights; a row a word and category, perhaps with a weight; and a column a
category, with its words below. The separator is a comma, a semicolon or a tab.
*/

use super::{Dictionary, Entry, Remark};
use csv::{ReaderBuilder, StringRecord};

/// Heads of columns with words, with categories, and with weights, in lower case. These are names of columns, no knowledge of a language.
const TERMS: [&str; 8] = ["dicterm", "term", "word", "words", "entry", "token", "pattern", "phrase"];
const CATEGORIES: [&str; 8] =
    ["category", "categories", "class", "label", "marker", "dimension", "construct", "emotion"];
const WEIGHTS: [&str; 6] = ["weight", "weights", "score", "value", "valence", "rating"];

pub(super) fn read(text: &str, name: &str) -> Result<Dictionary, Remark> {
    let mut dictionary = Dictionary::default();
    let rows = rows(text, &mut dictionary);
    let Some(((_, head), rows)) = rows.split_first() else {
        return Err(Remark {
            line: 1,
            code: "empty-file",
            message: "the file is empty".to_owned(),
            hint: String::new(),
        });
    };
    let lower: Vec<String> = head.iter().map(|cell| cell.trim().to_lowercase()).collect();
    let column = |names: &[&str]| lower.iter().position(|cell| names.contains(&cell.as_str()));
    match (column(&TERMS), column(&CATEGORIES)) {
        (Some(term), Some(category)) => long(&mut dictionary, rows, term, category, column(&WEIGHTS)),
        (Some(term), None) if head.len() > 1 => matrix(&mut dictionary, head, rows, term),
        // One column: a list of words, with a head or without.
        _ if head.len() == 1 => {
            let own = dictionary.category(&[name.to_owned()]);
            let is_head = TERMS.contains(&lower[0].as_str());
            let first = (1, head.clone());
            let entries = std::iter::once(&first).chain(rows).skip(usize::from(is_head));
            let entries = entries.filter_map(|(line, row)| Some(Entry::new(row.get(0)?.trim(), *line)));
            dictionary.categories[own].entries = entries.filter(|entry| !entry.text.is_empty()).collect();
        }
        _ => columns(&mut dictionary, head, rows),
    }
    Ok(dictionary)
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
                dictionary.remark(line, "bad-row", format!("a row cannot be read: {error}"), "left out");
            }
        }
    }
    rows
}

fn long(
    dictionary: &mut Dictionary,
    rows: &[(usize, StringRecord)],
    term: usize,
    category: usize,
    weight: Option<usize>,
) {
    for (line, row) in rows {
        let cell = |at: usize| row.get(at).unwrap_or_default().trim();
        let (text, name) = (cell(term), cell(category));
        if text.is_empty() || name.is_empty() {
            dictionary.remark(*line, "empty-cell", "the row has no word or no category", "left out");
            continue;
        }
        let Some(weight) = weight.map_or(Some(1.0), |at| number(cell(at))) else {
            let cell = weight.map_or("", cell);
            dictionary.remark(*line, "bad-weight", format!("the weight `{cell}` is no number"), "left out");
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
            dictionary.remark(*line, "empty-cell", "the row has no word", "left out");
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
                        dictionary.remark(*line, "bad-weight", message, "left out");
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
