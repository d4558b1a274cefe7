/*!
The cast of a study: a table by which a person says who is who in every document, so that nothing need be guessed.

The table has the columns `document`, `speaker` and `role`: the name of a document or of its file (empty or `*` for all), the label in the transcript, and
`narrator`, `interviewer` or `other`, or any label of a role that the conventions know.
*/

use super::conventions::{Conventions, Known, column_key, label_key};
use super::table::delimiter;
use super::{Options, stem};
use crate::diagnostic::Diagnostic;
use crate::document::Role;
use crate::span::Span;
use std::borrow::Cow;

/// Who is who in which document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cast {
    /// The name of the table in messages.
    pub file: String,
    parts: Vec<Part>,
}

/// One row of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Part {
    /// Empty for every document.
    document: String,
    speaker: String,
    role: Role,
    /// Where it stands, from 1.
    line: usize,
}

/// The columns a cast has.
const COLUMNS: [&str; 3] = ["document", "speaker", "role"];

impl Cast {
    /// Reads a cast from text whose cells stand between commas, semicolons or tabs; `file` is its name in messages. All faults are told at once.
    pub fn parse(text: &str, file: &str, conventions: &Conventions) -> Result<Cast, Vec<Diagnostic>> {
        let fault = |line: u64, message: String| {
            let before: usize = text.lines().take((line as usize).saturating_sub(1)).map(|line| line.len() + 1).sum();
            let start = before.min(text.len());
            let end = text[start..].find('\n').map_or(text.len(), |len| start + len);
            Diagnostic::error("cast", file, Span::new(start, end), message)
        };
        let (delimiter, _) = delimiter(text.lines().next().unwrap_or_default());
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(delimiter)
            .flexible(true)
            .trim(csv::Trim::All)
            .from_reader(text.as_bytes());
        let head = reader.headers().map_err(|error| vec![fault(1, error.to_string())])?.clone();
        let column = |name: &str| head.iter().position(|cell| column_key(cell) == name);
        let [Some(document), Some(speaker), Some(role)] = COLUMNS.map(column) else {
            return Err(vec![fault(1, format!("a cast has the columns {}", COLUMNS.join(", ")))]);
        };
        let (mut parts, mut faults) = (Vec::new(), Vec::new());
        for record in reader.records() {
            let record = match record {
                Ok(record) => record,
                Err(error) => {
                    faults.push(fault(error.position().map_or(1, csv::Position::line), error.to_string()));
                    continue;
                }
            };
            let line = record.position().map_or(1, csv::Position::line);
            let cell = |at: usize| record.get(at).unwrap_or_default();
            let role = match (cell(role).to_lowercase().as_str(), conventions.known(&label_key(cell(role)), false)) {
                ("narrator", _) => Role::Narrator,
                ("interviewer", _) => Role::Interviewer,
                ("other", _) => Role::Other,
                (_, Some(Known::Role(role))) => role,
                (unknown, _) => {
                    faults.push(fault(line, format!("`{unknown}` is no role: narrator, interviewer or other")));
                    continue;
                }
            };
            if cell(speaker).is_empty() {
                faults.push(fault(line, "the speaker is missing: the label that stands in the transcript".to_owned()));
                continue;
            }
            let document = cell(document).trim_matches('*').to_owned();
            parts.push(Part { document, speaker: cell(speaker).to_owned(), role, line: line as usize });
        }
        if faults.is_empty() { Ok(Cast { file: file.to_owned(), parts }) } else { Err(faults) }
    }

    /// The documents that the table names, each with the line where it is named first.
    pub fn documents(&self) -> Vec<(String, usize)> {
        let mut named: Vec<(String, usize)> = Vec::new();
        for part in self.parts.iter().filter(|part| !part.document.is_empty()) {
            if !named.iter().any(|(document, _)| *document == part.document) {
                named.push((part.document.clone(), part.line));
            }
        }
        named
    }

    /// Whether the name of a document or of its file, as the table has it, means the document `id`.
    pub fn means(name: &str, id: &str) -> bool {
        let last = |name: &'_ str| name.rsplit(['/', '\\']).next().unwrap_or(name).to_lowercase();
        name == id || last(name) == last(id) || stem(&last(name)) == last(id)
    }
}

impl Options {
    /// The options for one document: with the speakers that the cast names for it.
    pub(super) fn of(&self, id: &str) -> Cow<'_, Options> {
        let is_this = |part: &&Part| part.document.is_empty() || Cast::means(&part.document, id);
        let mut parts = self.cast.parts.iter().filter(is_this).peekable();
        if parts.peek().is_none() {
            return Cow::Borrowed(self);
        }
        let mut options = self.clone();
        for part in parts {
            let list = match part.role {
                Role::Narrator => &mut options.narrator,
                Role::Interviewer => &mut options.interviewer,
                Role::Other => &mut options.other,
            };
            list.push(part.speaker.clone());
        }
        Cow::Owned(options)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn casts() {
        let conventions = Conventions::default();
        let cast = Cast::parse(
            "document,speaker,role\np07.docx,Ann,interviewer\np07,Tom, Narrator\n,Eve,other\nq,Bob,client\n",
            "cast.csv",
            &conventions,
        )
        .unwrap();
        let options = Options { cast, ..Options::default() };
        let of = |id: &str| {
            let options = options.of(id);
            (options.narrator.join(" "), options.interviewer.join(" "), options.other.join(" "))
        };
        let want = |a: &str, b: &str, c: &str| (a.to_owned(), b.to_owned(), c.to_owned());
        assert_eq!(of("p07"), want("Tom", "Ann", "Eve"));
        assert_eq!(of("deep/p07"), want("Tom", "Ann", "Eve"));
        assert_eq!(of("q"), want("Bob", "", "Eve"));
        assert_eq!(of("r"), want("", "", "Eve"));
        for (text, n) in [("a,b\n1,2\n", 1), ("document,speaker,role\np,Ann,boss\np,,narrator\n", 2), ("", 1)] {
            assert_eq!(Cast::parse(text, "cast.csv", &conventions).unwrap_err().len(), n, "{text}");
        }
    }
}
