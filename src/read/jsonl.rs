/*!
JSON lines: one object a line.

An object gives a document in one of two ways: a field holds the text (or a list of texts, which are paragraphs), or a field holds turns, each with
a speaker and a text. The second is how coded narratives come; consecutive items of one speaker are one turn. Broken lines are problems with the
column that `serde_json` names, and the lines behind them are read all the same.
*/

use super::conventions::column_key;
use super::delimited::{Line, Lines, problem, stopped, too_long};
use super::spoken::{self, Utterance};
use super::{Options, Problem};
use crate::document::Document;
use serde_json::{Map, Value};

/// An object and the line it stands on.
#[derive(Clone, Debug)]
pub(super) struct Object {
    /// Its fields.
    pub(super) fields: Map<String, Value>,
    /// The line, from 1.
    pub(super) line: usize,
    /// How long it is as it was written, in bytes.
    pub(super) n_bytes: usize,
}

/// The next object; `None` at the end. Blank lines are passed over.
pub(super) fn read(lines: &mut Lines, raw: &mut Vec<u8>) -> Option<Result<Object, Problem>> {
    loop {
        raw.clear();
        let line = lines.next_number();
        match lines.read(raw) {
            Err(error) => return Some(Err(stopped(&error, line))),
            Ok(Line::End) => return None,
            Ok(Line::TooLong) => return Some(Err(too_long(line))),
            Ok(Line::Read) if raw.trim_ascii().is_empty() => {}
            Ok(Line::Read) => return Some(parse(raw, line)),
        }
    }
}

fn parse(raw: &[u8], line: usize) -> Result<Object, Problem> {
    match serde_json::from_slice::<Value>(raw) {
        Ok(Value::Object(fields)) => Ok(Object { fields, line, n_bytes: raw.len() }),
        Ok(_) => Err(problem(line, "one JSON object a line is expected, with braces around it")),
        Err(error) => {
            // The line number within the line is always 1: leave it out.
            let what = error.to_string();
            let what = what.split(" at line ").next().unwrap_or_default();
            Err(problem(line, &format!("not valid JSON: {what} (column {})", error.column())))
        }
    }
}

/// The name of the field of turns, if there is one: known by its name, and a list of objects.
pub(super) fn turn_field<'a>(fields: &'a Map<String, Value>, options: &Options) -> Option<&'a [Value]> {
    options.conventions.turn_fields.iter().find_map(|wanted| {
        fields.iter().filter(|(name, _)| column_key(name) == *wanted).find_map(|(_, value)| match value {
            Value::Array(items) if !items.is_empty() && items.iter().all(Value::is_object) => Some(items.as_slice()),
            _ => None,
        })
    })
}

/// Whether these items of a JSON list are turns of one talk rather than documents: each has a text and none has turns of its own, few speakers come
/// again, or times stand beside the texts; and no name of a document comes again with other turns.
pub(super) fn is_talk(items: &[Value], options: &Options) -> bool {
    let conventions = &options.conventions;
    let objects: Option<Vec<&Map<String, Value>>> = items.iter().map(Value::as_object).collect();
    let Some(objects) = objects.filter(|objects| !objects.is_empty()) else {
        return false;
    };
    let has_text = |fields: &&Map<String, Value>| {
        turn_field(fields, options).is_none() && field(fields, &conventions.text_columns).is_some()
    };
    if !objects.iter().all(has_text) {
        return false;
    }
    let values = |keys: &[String]| {
        let mut values: Vec<String> = objects
            .iter()
            .filter_map(|fields| text_of(field(fields, keys)?))
            .filter(|value| !value.is_empty())
            .collect();
        let n = values.len();
        values.sort_unstable();
        values.dedup();
        (n, values.len())
    };
    let (n_spoken, n_speakers) = values(&conventions.speaker_fields);
    let is_speaker = |key: &&String| !conventions.speaker_fields.contains(key);
    let ids: Vec<String> = conventions.id_columns.iter().filter(is_speaker).cloned().collect();
    let (n_named, n_names) = values(&ids);
    let comes_again = n_named > n_names && n_names > 1;
    let n_times = |fields: &Map<String, Value>| {
        fields.keys().filter(|name| conventions.time_columns.contains(&column_key(name))).count()
    };
    let has_speakers = n_spoken * 2 > objects.len() && n_speakers * 2 <= n_spoken;
    let is_timed = objects.iter().all(|fields| n_times(fields) > 1);
    !comes_again && (has_speakers || is_timed || n_spoken == objects.len() && n_named == 0)
}

/// A JSON list of documents as JSON lines; nothing if it is none, or the turns of one talk.
pub(super) fn lines_of_list(text: &str, options: &Options) -> Option<String> {
    if !text.trim_start().starts_with('[') {
        return None;
    }
    let items: Vec<&serde_json::value::RawValue> = serde_json::from_str(text).ok()?;
    let is_object = |item: &&serde_json::value::RawValue| item.get().starts_with('{');
    if items.is_empty() || !items.iter().all(is_object) {
        return None;
    }
    let values: Vec<Value> =
        items.iter().map(|item| serde_json::from_str(item.get())).collect::<Result<_, _>>().ok()?;
    if is_talk(&values, options) {
        return None;
    }
    // Line breaks stand between the parts of an item, never in its strings.
    let lines: Vec<String> = items.iter().map(|item| item.get().replace(['\n', '\r'], " ")).collect();
    Some(lines.join("\n"))
}

/// The text a value holds: a string, a number, or a list of such, as paragraphs. `None` for what holds no text.
pub(super) fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Null => Some(String::new()),
        Value::Number(number) => Some(number.to_string()),
        Value::Array(items) => {
            let texts: Option<Vec<&str>> = items.iter().map(Value::as_str).collect();
            Some(texts?.join("\n\n"))
        }
        Value::Bool(_) | Value::Object(_) => None,
    }
}

/// A document of turns that say who speaks. `None` if an item has no text.
pub(super) fn spoken(id: String, items: &[Value], options: &Options) -> Option<Document> {
    let utterance = |item: &Value| {
        let fields = item.as_object()?;
        let text = text_of(field(fields, &options.conventions.text_columns)?)?;
        let speaker = field(fields, &options.conventions.speaker_fields).and_then(text_of).unwrap_or_default();
        Some(Utterance { speaker, text })
    };
    let utterances = items.iter().map(utterance).collect::<Option<Vec<_>>>()?;
    Some(spoken::document(id, utterances, "", Vec::new(), options))
}

/// The first field with one of these keys, best first.
pub(super) fn field<'a>(fields: &'a Map<String, Value>, keys: &[String]) -> Option<&'a Value> {
    keys.iter().find_map(|wanted| fields.iter().find(|(name, _)| column_key(name) == *wanted).map(|(_, value)| value))
}
