/*!
Coded narratives: JSON lines, one document a line, with every sentence, who says it and which markers a coder saw in it.

```json
{"document": "d01", "sentences": [{"speaker": "P", "text": "It was nothing.", "markers": ["dismissing.minimising"]}]}
```

`speaker` is `P`, the narrator, or `I`, the interviewer. What else a line says (`profile`, `medium`, `about`, who coded it) is for people and passed over.
Coding is written by hand, so all faults of all lines are collected, each with its place; a document with an error is left out, the others are read.

Who speaks is said here, so nothing is guessed: a document is put together from its sentences, with one turn for consecutive sentences of one speaker.
*/

use crate::diagnostic::Diagnostic;
use crate::document::{Document, Role, Speaker, Turn};
use crate::lexicon::{Definitions, File, nearest};
use crate::span::{self, Span};
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// A narrative with its coding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coded {
    /// The narrative as the program reads it.
    pub document: Document,
    /// Its sentences as the coder cut them, whoever speaks.
    pub sentences: Vec<CodedSentence>,
}

impl Coded {
    /// The number of the sentence in which something begins, by its place in the text: a match, or a sentence as the program cut it.
    pub(super) fn sentence_at(&self, start: u32) -> usize {
        self.sentences.partition_point(|sentence| sentence.span.start <= start).saturating_sub(1)
    }
}

/// A sentence with its coding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodedSentence {
    /// Where it stands in the document's text.
    pub span: Span,
    /// Whether the narrator says it. Only these are judged.
    pub is_narrator: bool,
    /// The markers coded (indices into [`Definitions::markers`]), sorted, each once.
    pub markers: Vec<usize>,
}

/// Indices into the speakers of every document.
const NARRATOR: usize = 0;
const INTERVIEWER: usize = 1;

/// Reads coded narratives. Blank lines are passed over.
///
/// With them all faults of all files; the paths in them are those of `files`. A document with an error is not among the narratives.
pub fn read(files: &[File], definitions: &Definitions) -> (Vec<Coded>, Vec<Diagnostic>) {
    let mut coded = Vec::new();
    let mut faults = Vec::new();
    let mut seen = BTreeMap::new();
    for file in files {
        let mut start = 0;
        for (number, line) in file.text.split('\n').enumerate() {
            let mut reader = Reader { definitions, file, start, line: number + 1, faults: Vec::new() };
            start += line.len() + 1;
            if line.trim().is_empty() {
                continue;
            }
            let document = reader.document(line, &mut seen);
            let has_error = reader.faults.iter().any(Diagnostic::is_error);
            coded.extend(document.filter(|_| !has_error));
            faults.append(&mut reader.faults);
        }
    }
    (coded, faults)
}

/// Where each document was seen first, by its name.
type Seen = BTreeMap<String, String>;

/// Reads one line and collects its faults.
struct Reader<'a> {
    definitions: &'a Definitions,
    file: &'a File,
    /// Where the line begins in the file.
    start: usize,
    /// Its number, from 1.
    line: usize,
    faults: Vec<Diagnostic>,
}

/// The document of a line, or one of its sentences.
struct Object<'a> {
    /// What it is, for people: `the document`, `sentence 3`.
    what: String,
    /// Its opening brace.
    head: Span,
    /// Its fields as they stand in the file, so that every part has its place.
    fields: BTreeMap<String, &'a RawValue>,
}

/// A sentence that has no place in a text yet.
struct Said {
    speaker: usize,
    text: String,
    markers: Vec<usize>,
}

impl<'a> Reader<'a> {
    fn document(&mut self, line: &'a str, seen: &mut Seen) -> Option<Coded> {
        let head = Span::new(self.start, self.start + 1);
        let object = match serde_json::from_str(line) {
            Ok(fields) => Object { what: "the document".to_owned(), head, fields },
            Err(error) => {
                self.unreadable(&error, line);
                return None;
            }
        };
        let id = self.text(&object, "document").and_then(|(id, span)| self.name(id, span, seen));
        let (items, span) = self.list(&object, "sentences")?;
        if items.is_empty() {
            self.fault(
                "empty-document",
                span,
                "the document has no sentence",
                "code its sentences, or remove the line",
            );
            return None;
        }
        let numbered = items.iter().enumerate();
        let said: Vec<Said> = numbered.filter_map(|(number, raw)| self.sentence(number + 1, raw)).collect();
        if said.len() < items.len() {
            return None;
        }
        if said.iter().all(|said| said.speaker != NARRATOR) {
            let advice = "sentences of the narrator have \"speaker\": \"P\"";
            self.fault("no-narrator", head, "no sentence is the narrator's, so there is nothing to judge", advice);
            return None;
        }
        Some(assemble(id?, &self.file.path, said))
    }

    /// The document's name, if no document before it has the same.
    fn name(&mut self, id: String, span: Span, seen: &mut Seen) -> Option<String> {
        if id.is_empty() {
            self.fault("empty-name", span, "the document has an empty name", "give it a name of its own");
            return None;
        }
        if let Some(first) = seen.get(&id) {
            let message = format!("the name `{id}` is already that of the document in {first}");
            self.fault("duplicate-document", span, message, "give this one another name, or remove it");
            return None;
        }
        seen.insert(id.clone(), format!("{}:{}", self.file.path, self.line));
        Some(id)
    }

    fn sentence(&mut self, number: usize, raw: &'a RawValue) -> Option<Said> {
        let what = format!("sentence {number}");
        let span = self.span(raw);
        let Ok(fields) = serde_json::from_str(raw.get()) else {
            let advice = "write {\"speaker\": \"P\", \"text\": \"…\", \"markers\": []}";
            self.fault("wrong-type", span, format!("{what} is no object in braces"), advice);
            return None;
        };
        let object = Object { what, head: Span { end: span.start + 1, ..span }, fields };
        // All parts are looked at before one that is missing ends it.
        let speaker = self.speaker(&object);
        let text = self.words(&object);
        let markers = self.markers(&object);
        let (speaker, text, (markers, span)) = (speaker?, text?, markers?);
        if speaker == INTERVIEWER && !markers.is_empty() {
            let message = format!("the markers of {} do not count: it is the interviewer's", object.what);
            let fault = Diagnostic::warning("coded-interviewer", &self.file.path, span, message);
            self.faults.push(fault.hint("remove them, or give the sentence to the narrator with \"speaker\": \"P\""));
        }
        Some(Said { speaker, text, markers })
    }

    fn speaker(&mut self, object: &Object<'a>) -> Option<usize> {
        let (name, span) = self.text(object, "speaker")?;
        match name.as_str() {
            "P" => Some(NARRATOR),
            "I" => Some(INTERVIEWER),
            _ => {
                let message = format!("{} has the unknown speaker `{name}`", object.what);
                self.fault("unknown-speaker", span, message, "write P for the narrator, I for the interviewer");
                None
            }
        }
    }

    fn words(&mut self, object: &Object<'a>) -> Option<String> {
        let (text, span) = self.text(object, "text")?;
        if text.is_empty() {
            let message = format!("{} has an empty text", object.what);
            self.fault("empty-sentence", span, message, "write what was said, or remove the sentence");
            return None;
        }
        Some(text)
    }

    /// The markers of a sentence, and where they stand. `None` if one of them does not exist.
    fn markers(&mut self, object: &Object<'a>) -> Option<(Vec<usize>, Span)> {
        let (items, span) = self.list(object, "markers")?;
        let mut markers = Vec::with_capacity(items.len());
        for &raw in &items {
            let Some(name) = self.string(raw, || format!("a marker of {}", object.what)) else { continue };
            match self.definitions.markers.iter().position(|marker| marker.name == name) {
                Some(marker) => markers.push(marker),
                None => {
                    let message = format!("{} has the unknown marker `{name}`", object.what);
                    let advice = advice_on_marker(&name, self.definitions);
                    self.fault("unknown-marker", self.span(raw), message, advice);
                }
            }
        }
        let all_are_known = markers.len() == items.len();
        markers.sort_unstable();
        markers.dedup();
        all_are_known.then_some((markers, span))
    }

    /// The text in a field, and its place.
    fn text(&mut self, object: &Object<'a>, name: &str) -> Option<(String, Span)> {
        let raw = self.field(object, name)?;
        let text = self.string(raw, || format!("`{name}` of {}", object.what))?;
        Some((text, self.span(raw)))
    }

    /// The list in a field, and its place.
    fn list(&mut self, object: &Object<'a>, name: &str) -> Option<(Vec<&'a RawValue>, Span)> {
        let raw = self.field(object, name)?;
        let span = self.span(raw);
        match serde_json::from_str(raw.get()) {
            Ok(items) => Some((items, span)),
            Err(_) => {
                let message = format!("`{name}` of {} is no list", object.what);
                self.fault("wrong-type", span, message, "write it in square brackets; a list of nothing is []");
                None
            }
        }
    }

    fn field(&mut self, object: &Object<'a>, name: &str) -> Option<&'a RawValue> {
        if let Some(raw) = object.fields.get(name) {
            return Some(raw);
        }
        let others: Vec<&str> = object.fields.keys().map(String::as_str).collect();
        let advice = match nearest(name, &others) {
            Some(other) => format!("it has `{other}`: is that meant?"),
            None => format!("add a field \"{name}\""),
        };
        self.fault("missing-field", object.head, format!("{} has no `{name}`", object.what), advice);
        None
    }

    /// A string without white space around it, and on one line: a coded sentence is one sentence, and line breaks are none of the narrator's.
    fn string(&mut self, raw: &RawValue, what: impl Fn() -> String) -> Option<String> {
        match serde_json::from_str::<String>(raw.get()) {
            Ok(text) => Some(text.replace(char::is_control, " ").trim().to_owned()),
            Err(_) => {
                self.fault(
                    "wrong-type",
                    self.span(raw),
                    format!("{} is no text", what()),
                    "write it in quotation marks",
                );
                None
            }
        }
    }

    fn unreadable(&mut self, error: &serde_json::Error, line: &str) {
        if error.is_data() {
            let head = Span::new(self.start, self.start + 1);
            let advice = "write every document in braces, on a line of its own";
            self.fault("wrong-type", head, "the line is no JSON object", advice);
            return;
        }
        // The line number within the line is always 1: leave it out. Columns count bytes, from 1.
        let what = error.to_string();
        let what = what.split(" at line ").next().unwrap_or_default();
        let column = error.column().saturating_sub(1);
        let at = span::floor(line, column);
        let end = at + line[at..].chars().next().map_or(0, char::len_utf8);
        let advice =
            "look before this place for a comma, bracket or quotation mark too many or too few; a document is one line";
        let span = Span::new(self.start + at, self.start + end);
        self.fault("json-syntax", span, format!("not valid JSON: {what}"), advice);
    }

    fn fault(&mut self, code: &'static str, span: Span, message: impl Into<String>, advice: impl Into<String>) {
        self.faults.push(Diagnostic::error(code, &self.file.path, span, message).hint(advice));
    }

    /// Where a part of the line stands in the file.
    fn span(&self, raw: &RawValue) -> Span {
        // A raw value is a slice of the file's text.
        let start = raw.get().as_ptr() as usize - self.file.text.as_ptr() as usize;
        Span::new(start, start + raw.get().len())
    }
}

/// Names that may have been meant, best first.
fn advice_on_marker(name: &str, definitions: &Definitions) -> String {
    const SHOWN: usize = 3;
    let last = |name: &str| name.rsplit('.').next().unwrap_or_default().to_owned();
    let mut left: Vec<&str> = definitions.markers.iter().map(|marker| marker.name.as_str()).collect();
    let mut near = Vec::new();
    // The same name in another family first, then the nearest spellings.
    near.extend(left.iter().copied().filter(|known| last(known) == last(name)));
    left.retain(|known| !near.contains(known));
    while near.len() < SHOWN
        && let Some(known) = nearest(name, &left)
    {
        near.push(known);
        left.retain(|other| *other != known);
    }
    near.truncate(SHOWN);
    if !near.is_empty() {
        return format!(
            "did you mean {}?",
            near.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" or ")
        );
    }
    let family = name.split('.').next().unwrap_or_default();
    let of_family: Vec<&str> = left.into_iter().filter(|known| known.split('.').next() == Some(family)).collect();
    if of_family.is_empty() {
        let mut families: Vec<&str> = definitions.markers.iter().map(|marker| marker.family.as_str()).collect();
        families.dedup();
        return format!("write it as `family.marker`; families are {}", families.join(", "));
    }
    format!("markers of this family are {}", of_family.join(", "))
}

/// One text of all sentences, with a turn for every stretch of one speaker. Sentences without an end mark, as in messages, end their lines: only so they can be told apart.
fn assemble(id: String, file: &str, said: Vec<Said>) -> Coded {
    let speaker = |label: &str, role| Speaker { label: label.to_owned(), role };
    let mut document = Document {
        id,
        file: file.to_owned(),
        speakers: vec![speaker("P", Role::Narrator), speaker("I", Role::Interviewer)],
        ..Document::default()
    };
    let mut sentences = Vec::with_capacity(said.len());
    for Said { speaker, text, markers } in said {
        let goes_on = document.turns.last().is_some_and(|turn: &Turn| turn.speaker == speaker);
        if !document.text.is_empty() {
            let said = document.text.trim_end_matches(['"', '”', '\'', '’', ')', ']', '*']);
            let is_ended = said.ends_with(['.', '?', '!', '…']);
            document.text.push_str(match (goes_on, is_ended) {
                (true, true) => " ",
                (true, false) => "\n",
                (false, _) => "\n\n",
            });
        }
        let start = document.text.len();
        document.text.push_str(&text);
        let span = Span::new(start, document.text.len());
        match document.turns.last_mut() {
            Some(turn) if goes_on => turn.span.end = span.end,
            _ => document.turns.push(Turn { span, speaker }),
        }
        sentences.push(CodedSentence { span, is_narrator: speaker == NARRATOR, markers });
    }
    Coded { document, sentences }
}
