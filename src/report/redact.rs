/*!
Results that were written with texts → the same without: what `--no-text` would have written, made from the files themselves.

Tables are known by their columns, not by their names, for people rename files. What is not known is not touched and not called safe: the caller is told.
*/

use super::run::{Input, WITHHELD};
use super::tables::TableName;
use crate::document::without_quotations;
use csv::{Terminator, WriterBuilder};
use serde::de::{MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::{RawValue, to_raw_value};
use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, BufRead, Read, Write};

/// What stands for a speaker's label.
const NARRATOR: &str = "narrator";

/// The option by which a run writes no texts.
const NO_TEXT: &str = "--no-text";

/// What is done with the cells of a column.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Change {
    /// It stays.
    Keep,
    /// It quotes: left empty.
    Empty,
    /// It names a speaker, of whom only narrators stand in tables.
    Role,
    /// It is a message, which may quote.
    Message,
}

/// Copies a table without its quotations. `false` if it is none of ours: then nothing was written.
///
/// # Errors
/// What `input` or `out` says, and records that are no CSV.
pub fn table(mut input: impl BufRead, out: &mut dyn Write) -> io::Result<bool> {
    const MARK: &[u8] = b"\xef\xbb\xbf";
    let has_mark = input.fill_buf()?.starts_with(MARK);
    if has_mark {
        input.consume(MARK.len());
    }
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(input);
    let mut record = csv::StringRecord::new();
    if !reader.read_record(&mut record)? {
        return Ok(false);
    }
    let head: Vec<String> = record.iter().map(str::to_owned).collect();
    let Some(changes) = changes(&head) else { return Ok(false) };
    if has_mark {
        out.write_all(MARK)?;
    }
    let mut writer = WriterBuilder::new().terminator(Terminator::Any(b'\n')).flexible(true).from_writer(out);
    writer.write_record(&record)?;
    while reader.read_record(&mut record)? {
        for (column, cell) in record.iter().enumerate() {
            match changes.get(column).copied().unwrap_or(Change::Empty) {
                Change::Keep => writer.write_field(cell)?,
                Change::Empty => writer.write_field("")?,
                Change::Role => writer.write_field(NARRATOR)?,
                Change::Message => writer.write_field(without_quotations(cell).as_ref())?,
            }
        }
        writer.write_record(None::<&[u8]>)?;
    }
    writer.flush()?;
    Ok(true)
}

/// What is done with each column of a table of ours; nothing if it is none.
fn changes(head: &[String]) -> Option<Vec<Change>> {
    let table = TableName::of_head(head)?;
    let first_message = head.iter().position(|column| column == "message");
    let change = |(column, name): (usize, &String)| match name.as_str() {
        "text" if table.has_texts() => Change::Empty,
        "speaker" if table.has_speakers() => Change::Role,
        "message" if table == TableName::Problems && Some(column) == first_message => Change::Message,
        _ => Change::Keep,
    };
    Some(head.iter().enumerate().map(change).collect())
}

/// Copies JSON lines of `--format jsonl` without their quotations. `false` if the first line is none of ours: then nothing was written.
///
/// # Errors
/// What `input` or `out` says, and lines that are no JSON.
pub fn lines(input: impl BufRead, out: &mut dyn Write) -> io::Result<bool> {
    let mut is_first = true;
    for line in input.lines() {
        let line = line?;
        let parsed: Result<Object, _> = serde_json::from_str(&line);
        let is_ours = |object: &Object| object.get("schema_version").is_some() && object.get("matches").is_some();
        let mut object = match parsed {
            Ok(object) if is_ours(&object) => object,
            _ if is_first => return Ok(false),
            _ => return Err(io::Error::new(io::ErrorKind::InvalidData, "a line that is no result of this program")),
        };
        is_first = false;
        if let Some(matches) = object.get_mut("matches") {
            let mut found: Vec<Object> = serde_json::from_str(matches.get())?;
            for found in &mut found {
                found.0.retain(|(name, _)| name != "text");
                if let Some(speaker) = found.get_mut("speaker") {
                    *speaker = to_raw_value(NARRATOR)?;
                }
            }
            *matches = to_raw_value(&found)?;
        }
        serde_json::to_writer(&mut *out, &object)?;
        out.write_all(b"\n")?;
    }
    Ok(!is_first)
}

/// Copies `run.json` without the labels of speakers, and says in its options and arguments that there are no texts. `hash_of` gives the sizes and hashes that results have now.
///
/// # Errors
/// What `input` or `out` says, and what is no `run.json`.
pub fn run(
    mut input: impl Read,
    hash_of: impl Fn(&str) -> Option<(u64, String)>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut text = String::new();
    input.read_to_string(&mut text)?;
    let mut object: Object = serde_json::from_str(&text)?;
    if let Some(options) = object.get_mut("options") {
        let mut stated: BTreeMap<String, serde_json::Value> = serde_json::from_str(options.get())?;
        stated.retain(|name, _| !["narrator", "interviewer"].contains(&name.as_str()));
        stated.insert("no_text".into(), "true".into());
        // Indented as it stands in the file, one level in.
        *options = RawValue::from_string(serde_json::to_string_pretty(&stated)?.replace('\n', "\n  "))?;
    }
    if let Some(command) = object.get_mut("command") {
        let mut given: Vec<String> = serde_json::from_str(command.get())?;
        let mut is_label = false;
        for argument in &mut given {
            let option = argument.split('=').next().unwrap_or_default();
            let is_of_labels = ["--narrator", "--interviewer"].contains(&option);
            if std::mem::replace(&mut is_label, is_of_labels && !argument.contains('=')) {
                WITHHELD.clone_into(argument);
            } else if is_of_labels && argument.contains('=') {
                *argument = format!("{option}={WITHHELD}");
            }
        }
        // As the options say, so that who runs it again makes what stands here.
        if !given.is_empty() && !given.iter().any(|argument| argument == NO_TEXT) {
            // Behind `--` everything is an input.
            let place = given.iter().position(|argument| argument == "--").unwrap_or(given.len());
            given.insert(place, NO_TEXT.to_owned());
        }
        *command = RawValue::from_string(serde_json::to_string_pretty(&given)?.replace('\n', "\n  "))?;
    }
    if let Some(results) = object.get_mut("results") {
        let mut stated: Vec<Input> = serde_json::from_str(results.get())?;
        for result in &mut stated {
            if let Some((bytes, sha256)) = hash_of(&result.file) {
                (result.bytes, result.sha256) = (bytes, sha256);
            }
        }
        *results = RawValue::from_string(serde_json::to_string_pretty(&stated)?.replace('\n', "\n  "))?;
    }
    serde_json::to_writer_pretty(&mut *out, &object)?;
    out.write_all(b"\n")
}

/// A JSON object that keeps the order of its fields and all that is not looked at.
struct Object(Vec<(String, Box<RawValue>)>);

impl Object {
    fn get(&self, name: &str) -> Option<&RawValue> {
        self.0.iter().find(|(own, _)| own == name).map(|(_, value)| &**value)
    }

    fn get_mut(&mut self, name: &str) -> Option<&mut Box<RawValue>> {
        self.0.iter_mut().find(|(own, _)| own == name).map(|(_, value)| value)
    }
}

impl Serialize for Object {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Object, D::Error> {
        struct Fields;
        impl<'de> Visitor<'de> for Fields {
            type Value = Object;

            fn expecting(&self, out: &mut fmt::Formatter) -> fmt::Result {
                out.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object, A::Error> {
                let mut fields = Vec::new();
                while let Some(field) = map.next_entry()? {
                    fields.push(field);
                }
                Ok(Object(fields))
            }
        }
        deserializer.deserialize_map(Fields)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn redacted(text: &str) -> Option<String> {
        let mut out = Vec::new();
        table(text.as_bytes(), &mut out).unwrap().then(|| String::from_utf8(out).unwrap())
    }

    #[test]
    fn tables_are_known_by_their_columns() {
        let matches = "document,turn,speaker,sentence,start,end,family,marker,rule,text\na,1,Mary,1,0,4,f,f.m,r,\"I, \"\"so\"\" to speak\"\n";
        let expected =
            "document,turn,speaker,sentence,start,end,family,marker,rule,text\na,1,narrator,1,0,4,f,f.m,r,\n";
        assert_eq!(redacted(matches).as_deref(), Some(expected));
        assert_eq!(redacted(expected).as_deref(), Some(expected), "twice is once");
        let marked = format!("\u{feff}{matches}");
        assert_eq!(redacted(&marked), Some(format!("\u{feff}{expected}")));
        let problems = "document,file,line,severity,kind,message\n,a.csv,NA,failed,unreadable,no column “my secret” in it\na,a.txt,NA,note,narrator,the narrator is “Mary”: `--narrator` chooses\n";
        let told = redacted(problems).unwrap();
        assert!(
            told.contains("no column “…” in it") && told.contains("the narrator is “…”: `--narrator` chooses"),
            "{told}"
        );
        assert_eq!(redacted("id,file,words\na,a.txt,3\n").as_deref(), Some("id,file,words\na,a.txt,3\n"));
        assert_eq!(redacted("left,match,right\na,b,c\n"), None);
        assert_eq!(redacted(""), None);
    }

    #[test]
    fn what_stands_beyond_the_last_column_is_left_out() {
        let table = "document,tenth,words\na,1,20,an extra secret\n";
        assert_eq!(redacted(table).as_deref(), Some("document,tenth,words\na,1,20,\n"));
    }

    #[test]
    fn json_keeps_its_order() {
        let line = r#"{"schema_version":1,"id":"z","matches":[{"turn":1,"speaker":"Mary","rule":"r","text":"I wonder"}],"a":1.50}"#;
        let mut out = Vec::new();
        assert!(lines(format!("{line}\n").as_bytes(), &mut out).unwrap());
        let expected =
            r#"{"schema_version":1,"id":"z","matches":[{"turn":1,"speaker":"narrator","rule":"r"}],"a":1.50}"#;
        assert_eq!(String::from_utf8(out).unwrap(), format!("{expected}\n"));
        assert!(!lines(&b"{\"other\":1}\n"[..], &mut Vec::new()).unwrap());
        assert!(!lines(&b"not json\n"[..], &mut Vec::new()).unwrap());
        assert!(lines(format!("{line}\nbroken\n").as_bytes(), &mut Vec::new()).is_err());
    }
}
