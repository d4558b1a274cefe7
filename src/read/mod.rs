/*!
Bytes → [`Document`]s: the only module that knows input formats, and who speaks in a transcript.

A text file is one document ([`text`]); a table (CSV, TSV, JSON lines, Parquet) is one document a row ([`table`]), read as a stream, so that a file of
any size needs little memory. Reading never refuses a text: what is odd is read as well as it can be, and a note in the document says so. A
row that cannot be read is a [`Problem`], and the rows after it are read all the same.

There are no files here: callers give bytes, or anything that can be read from. What speakers and columns are usually called is
data, in `lexicons/en/speakers.toml` ([`Conventions`]). How labels and the narrator are found is told in `label`, `turns` and `narrator`, how bytes
become text in `encoding`.

```
use throughline::read;
use throughline::document::Role;
let document = read::text("s1", b"I: Where were you born?\nP: In Leeds, I think.\n".to_vec());
assert_eq!(document.turns.len(), 2);
assert_eq!(document.speakers[1].role, Role::Narrator);
```
*/

#[cfg(any(feature = "parquet", feature = "pdf", feature = "sheets"))]
mod apart;
mod asides;
mod captions;
mod cast;
mod chat;
mod columns;
mod content;
mod conventions;
mod delimited;
pub(crate) mod encoding;
mod epub;
mod file;
mod headings;
mod html;
mod ids;
mod jsonl;
mod label;
mod language;
mod narrator;
mod office;
pub(crate) mod package;
mod packed;
mod page;
#[cfg(feature = "parquet")]
pub mod parquet;
#[cfg(feature = "pdf")]
mod pdf;
mod questions;
mod rtf;
#[cfg(feature = "sheets")]
mod sheet;
#[cfg(feature = "sheets")]
mod sheet_old;
#[cfg(feature = "sheets")]
mod sheet_open;
mod spoken;
pub(crate) mod table;
mod table_columns;
mod table_turns;
mod tiers;
mod turns;
pub(crate) mod xml;

#[cfg(any(feature = "parquet", feature = "pdf", feature = "sheets"))]
pub use apart::THREAD as LIBRARY_THREAD;
pub use asides::know_brackets;
pub use cast::Cast;
pub use content::{HEAD, format_of};
pub use conventions::Conventions;
pub use file::{MAX_FILE, MAX_JSON, file, too_long};
pub use ids::Ids;
pub use packed::unpacked;
#[cfg(feature = "parquet")]
pub use table::parquet_table;
pub use table::{Table, is_list, table};

use crate::document::{Document, Note, NoteKind};
use std::sync::LazyLock;

/// The longest text that is read, in bytes: positions are 32 bits wide.
const MAX_TEXT: usize = u32::MAX as usize - 1;

/// What the user says about the input.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Labels of the speakers to be scored, `*` for everyone who does not ask; empty: found by the rules of `narrator`.
    pub narrator: Vec<String>,
    /// Labels of speakers who ask, beside those the conventions know.
    pub interviewer: Vec<String>,
    /// Labels of speakers who neither tell nor ask.
    pub other: Vec<String>,
    /// Who is who in single documents.
    pub cast: Cast,
    /// The column, or JSON field, that holds the text; `None`: found by name or by length.
    pub text_column: Option<String>,
    /// The column, or JSON field, that names the row; `None`: found by name, else rows are numbered.
    pub id_column: Option<String>,
    /// The longest text, in bytes, that is read as one document; `None`: as long as positions go. What it takes to read and score a document is in proportion to it.
    pub max_text: Option<usize>,
    /// The same of a text that stands in its file, or in the row of a table, as it is, neither packed nor wrapped in markup; `None`: as [`Options::max_text`] says. A short file may
    /// unpack to a long text, but nobody makes a long plain one without knowing.
    pub max_plain: Option<usize>,
    /// What speakers and columns are usually called.
    pub conventions: Conventions,
}

impl Options {
    /// The longest file, in bytes, that is read as one document: markup and times take several times the place of the words.
    pub fn max_file(&self) -> usize {
        let most = self.max_text.map_or(MAX_FILE, |bytes| bytes.saturating_mul(8).min(MAX_FILE));
        most.max(self.max_plain.unwrap_or(0))
    }

    /// The longest plain text.
    fn max_plain(&self) -> Option<usize> {
        self.max_plain.or(self.max_text)
    }

    /// The same for what is unpacked.
    fn of_packed(&self) -> Options {
        Options { max_plain: None, ..self.clone() }
    }

    /// What is said of a text of so many bytes, if it is too long.
    fn too_long(&self, n_bytes: usize) -> Option<Problem> {
        Options::longer(n_bytes, self.max_text)
    }

    /// The same of a plain text.
    fn too_long_plain(&self, n_bytes: usize) -> Option<Problem> {
        Options::longer(n_bytes, self.max_plain())
    }

    fn longer(n_bytes: usize, most: Option<usize>) -> Option<Problem> {
        let most = most.filter(|&most| n_bytes > most)?;
        let message = format!(
            "its text is {} MiB long, and at most {} MiB are read as one document, because memory is bounded: divide it, or allow more with `--max-text`",
            n_bytes.div_ceil(1 << 20),
            most >> 20
        );
        Some(file::refused(&message))
    }
}

/// What kind of file it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// One document, of whatever kind its content says: plain text, captions, JSON with turns.
    Text,
    /// A table with commas (or semicolons, or tabs, which is noted).
    Csv,
    /// A table with tabs.
    Tsv,
    /// One JSON object a line.
    Jsonl,
    /// A JSON list of documents; see [`is_list`].
    Json,
    /// A Parquet file. Without the feature `parquet` it is known and refused.
    Parquet,
    /// A spreadsheet.
    #[cfg(feature = "sheets")]
    Sheet,
}

impl Format {
    /// The format by the ending of a file name, whatever its case; `None` if this module does not read it.
    pub fn of_name(file_name: &str) -> Option<Format> {
        let (mut stem, mut ending) = file_name.rsplit_once('.')?;
        if PACKED.iter().any(|packed| ending.eq_ignore_ascii_case(packed)) {
            (stem, ending) = stem.rsplit_once('.')?;
        }
        if stem.is_empty() || stem.ends_with(['/', '\\']) {
            return None;
        }
        let ending = ending.to_ascii_lowercase();
        let of = |(endings, format): &(&[&str], Format)| endings.contains(&ending.as_str()).then_some(*format);
        ENDINGS.iter().find_map(of)
    }

    /// All endings that this build reads, for a message.
    pub fn endings() -> String {
        let is_read = |format: Format| format != Format::Parquet || cfg!(feature = "parquet");
        let all = ENDINGS
            .iter()
            .filter(|&&(_, format)| is_read(format))
            .flat_map(|(endings, _)| endings.iter().map(|ending| format!(".{ending}")));
        all.collect::<Vec<_>>().join(", ")
    }
}

/// Endings of packed files, behind the ending of what is in them.
const PACKED: [&str; 3] = ["gz", "zst", "zstd"];

/// The endings by which files are found, with what they hold.
const ENDINGS: &[(&[&str], Format)] = &[
    (
        &[
            "txt", "text", "md", "markdown", "docx", "odt", "rtf", "html", "htm", "xhtml", "epub", "vtt", "srt", "lrc",
            "json",
        ],
        Format::Text,
    ),
    (&["cha", "eaf", "textgrid"], Format::Text),
    #[cfg(feature = "pdf")]
    (&["pdf"], Format::Text),
    (&["csv"], Format::Csv),
    (&["tsv", "tab"], Format::Tsv),
    (&["jsonl", "ndjson"], Format::Jsonl),
    (&["parquet"], Format::Parquet),
    #[cfg(feature = "sheets")]
    (&["xlsx", "xls", "ods"], Format::Sheet),
];

/// The first bytes of a Parquet file, in the clear or encrypted.
pub(crate) const PARQUET: [&[u8]; 2] = [b"PAR1", b"PARE"];

/// What a program says that was built without the feature.
#[cfg(not(feature = "parquet"))]
pub(crate) const NO_PARQUET: &str = "a Parquet file, and this program was built without the feature for them: build it with `--features parquet`, or save the table as .csv";

/// A file's name without its ending, and without that of what packs it.
pub fn stem(name: &str) -> &str {
    let cut = |name: &'_ str| name.rfind('.').filter(|&at| at > 0).unwrap_or(name.len());
    let outer = &name[..cut(name)];
    let is_packed =
        PACKED.iter().any(|packed| name.len() > outer.len() && name[outer.len() + 1..].eq_ignore_ascii_case(packed));
    if is_packed { &outer[..cut(outer)] } else { outer }
}

/// Something that could not be read. What comes after it is read all the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The row, from 1; the header is not counted.
    pub row: Option<usize>,
    /// The line of the file, from 1; of a Parquet file the row.
    pub line: Option<usize>,
    /// What is wrong and what to do, in a sentence; quotes names of columns, never the text.
    pub message: String,
}

/// Reads one text with the default [`Options`]. Never refuses; see [`Document::notes`].
pub fn text(id: &str, bytes: Vec<u8>) -> Document {
    static USUAL: LazyLock<Options> = LazyLock::new(Options::default);
    text_with(id, bytes, &USUAL)
}

/// Reads one text. Never refuses: bytes that are no text give an empty document with a note.
pub fn text_with(id: &str, bytes: Vec<u8>, options: &Options) -> Document {
    file(id, bytes, options).unwrap_or_else(|problem| {
        let note = Note { kind: NoteKind::Encoding, message: problem.message, line: problem.line };
        Document { id: id.to_owned(), notes: vec![note], ..Document::default() }
    })
}

/// A document of decoded text: control characters left out, turns and speakers found.
fn document(id: String, text: String, notes: Vec<Note>, options: &Options) -> Document {
    let mut document = Document { id, text, notes, ..Document::default() };
    if is_too_long(&mut document) {
        return document;
    }
    encoding::clean_controls(&mut document.text, &mut document.notes);
    let n_mended = encoding::mend_apostrophes(&mut document.text);
    document.notes.extend(encoding::mended(n_mended));
    if let Some(columns::Talk { heading, utterances, message }) = columns::talk(&document.text, options) {
        let mut notes = document.notes;
        notes.push(file::rewritten("a table of turns"));
        notes.push(Note { kind: NoteKind::Columns, message, line: None });
        return spoken::document(document.id, utterances, &heading, notes, options);
    }
    turns::find(&mut document, options);
    headings::leave_out(&mut document, &options.conventions);
    finish(&mut document, options);
    document
}

/// What is counted and looked at when it is known who speaks.
fn finish(document: &mut Document, options: &Options) {
    asides::find(document, &options.conventions);
    document.notes.extend(options.conventions.language().and_then(|language| language::note(document, language)));
}

/// Empties a document that is too long for 32 bits, with a note.
fn is_too_long(document: &mut Document) -> bool {
    let is_too_long = document.text.len() > MAX_TEXT;
    if is_too_long {
        let message = "longer than 4 GiB, which is more than is read as one text: divide it".to_owned();
        document.notes.push(Note { kind: NoteKind::Encoding, message, line: None });
        document.text = String::new();
    }
    is_too_long
}

#[cfg(test)]
mod tests;
