/*!
The cast of a study: a table by which a person says who is who in every document, so that nothing need be guessed.

The table has the columns `document`, `speaker` and `role`: the name of a document or of its file (empty or `*` for all), the label in the transcript, and
`narrator`, `interviewer` or `other`, or any label of a role that the conventions know.
*/

use super::conventions::{Conventions, Known, column_key, label_key};
use super::{Options, stem};
use crate::delimiter;
use crate::diagnostic::Diagnostic;
use crate::document::Role;
use crate::span::Span;
use rustc_hash::{FxHashMap, FxHashSet};
use std::borrow::Cow;
use std::sync::Arc;

/// Who is who in which document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cast {
    /// The name of the table in messages.
    pub file: String,
    /// Options are copied for every document: the rows are not.
    parts: Arc<Parts>,
}

/// The rows of the table, and where those of a document are.
#[derive(Debug, Default, PartialEq, Eq)]
struct Parts {
    rows: Vec<Part>,
    /// Those of every document.
    everywhere: Vec<usize>,
    /// Those of single documents, by the last part of their name in small letters, with and without an ending.
    by_name: FxHashMap<String, Vec<usize>>,
}

impl Parts {
    fn of(rows: Vec<Part>) -> Parts {
        let mut parts = Parts { rows, ..Parts::default() };
        for (at, part) in parts.rows.iter().enumerate() {
            if part.document.is_empty() {
                parts.everywhere.push(at);
                continue;
            }
            let name = last(&part.document);
            if stem(&name) != name {
                parts.by_name.entry(stem(&name).to_owned()).or_default().push(at);
            }
            parts.by_name.entry(name).or_default().push(at);
        }
        parts
    }
}

/// What stands behind the last slash of a name, in small letters.
fn last(name: &str) -> String {
    name.rsplit(['/', '\\']).next().unwrap_or(name).to_lowercase()
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
        let (start, delimiter) = delimiter::head(text);
        let n_before = text[..start].matches('\n').count() as u64;
        let fault = |line: u64, message: String| fault(line + n_before, message);
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(delimiter)
            .flexible(true)
            .trim(csv::Trim::All)
            .from_reader(&text.as_bytes()[start..]);
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
            parts.push(Part { document, speaker: cell(speaker).to_owned(), role, line: (line + n_before) as usize });
        }
        if faults.is_empty() {
            Ok(Cast { file: file.to_owned(), parts: Arc::new(Parts::of(parts)) })
        } else {
            Err(faults)
        }
    }

    /// The documents that the table names, each with the line where it is named first.
    pub fn documents(&self) -> Vec<(String, usize)> {
        let mut known = FxHashSet::default();
        let named = self.parts.rows.iter().filter(|part| !part.document.is_empty());
        named
            .filter(|part| known.insert(part.document.as_str()))
            .map(|part| (part.document.clone(), part.line))
            .collect()
    }

    /// The names in the table, as often as they stand there, that mean the document `id`: as it is called, or by the last part of its name or of its file's, with
    /// or without its ending and in whatever case.
    pub fn names_of<'a>(&'a self, id: &str) -> impl Iterator<Item = &'a str> {
        let rows = self.parts.by_name.get(&last(id)).into_iter().flatten();
        rows.map(|&at| self.parts.rows[at].document.as_str())
    }
}

impl Options {
    /// The options for one document: with the speakers that the cast names for it.
    pub(super) fn of(&self, id: &str) -> Cow<'_, Options> {
        let cast = &self.cast.parts;
        if cast.rows.is_empty() {
            return Cow::Borrowed(self);
        }
        let own = cast.by_name.get(&last(id)).map_or(&[][..], Vec::as_slice);
        let mut parts: Vec<usize> = cast.everywhere.iter().chain(own).copied().collect();
        if parts.is_empty() {
            return Cow::Borrowed(self);
        }
        // As they stand in the table.
        parts.sort_unstable();
        let mut options = self.clone();
        for part in parts.into_iter().map(|at| &cast.rows[at]) {
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

    /// What the maps have to say, asked of every name by itself.
    fn means(name: &str, id: &str) -> bool {
        name == id || last(name) == last(id) || stem(&last(name)) == last(id)
    }

    #[test]
    fn names_mean_what_they_did() {
        let names = [
            "p07",
            "P07",
            "p07.docx",
            "p07.csv.gz",
            "p07.csv",
            "deep/p07",
            "deep\\P07.TXT",
            "deep/",
            "deep",
            ".hidden",
            ".txt",
            "a.b.c",
            "a.b",
            "a",
            "É.txt",
            "é",
            "İ",
            "p 7",
            "p07#2",
            "t:1",
            "t",
            "gz.gz",
            "x.gz",
            "x.",
            "x",
            "/",
            "ß",
            "SS",
        ];
        let rows: Vec<String> = names.iter().map(|name| format!("{name},S,other\n")).collect();
        let text = format!("document,speaker,role\n{}*,Eve,narrator\n{}", rows.concat(), rows.concat());
        let cast = Cast::parse(&text, "cast.csv", &Conventions::default()).unwrap();
        let documents = cast.documents();
        assert_eq!(documents.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), names);
        assert_eq!((documents[0].1, documents[names.len() - 1].1), (2, names.len() + 1));
        let options = Options { cast: cast.clone(), ..Options::default() };
        for id in names.iter().chain(&["", "other", "DEEP/p07.docx"]) {
            let meant: Vec<&str> = names.into_iter().filter(|name| means(name, id)).collect();
            assert_eq!(cast.names_of(id).collect::<Vec<_>>(), [&meant[..], &meant].concat(), "{id}");
            assert_eq!(options.of(id).other.len(), 2 * meant.len(), "{id}");
            assert_eq!(options.of(id).narrator, ["Eve"], "{id}");
        }
    }

    #[test]
    fn speakers_come_as_the_table_has_them() {
        let text =
            "\nsep=;\ndocument;speaker;role\np.txt;A;narrator\n*;B;narrator\nq;X;narrator\np;C;narrator\n;D;narrator\n";
        let cast = Cast::parse(text, "cast.csv", &Conventions::default()).unwrap();
        assert_eq!(cast.documents(), [("p.txt".to_owned(), 4), ("q".to_owned(), 6), ("p".to_owned(), 7)]);
        let options = Options { cast, ..Options::default() };
        assert_eq!(options.of("p").narrator, ["A", "B", "C", "D"]);
    }

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
