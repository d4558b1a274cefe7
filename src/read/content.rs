/*!
What kind of file it is by its content, where the ending says something else: a Word file called `.csv`, a spreadsheet called `.docx`, a table or JSON lines called
`.txt`, captions called `.tsv`.

Endings decide only what the content leaves open. A text is taken for a table if its head names columns that the conventions know and all rows fit it; what is called a table is
taken for a text if it is known as another format, or if its head names no column and most of its rows do not fit it, or several speak in it.
*/

use super::conventions::{Conventions, column_key};
use super::file::{OLD_OFFICE, is_encrypted};
use super::{Format, Options, PARQUET, captions, chat, encoding, html, table, tiers};
use crate::delimiter::delimiter;

/// No column has a name of more bytes, as the first line of a text often would.
const LONGEST_NAME: usize = 200;

/// How many bytes of the beginning tell of most files what they are.
pub const HEAD: usize = 16 * 1024;
/// How many rows or lines are looked at.
const LOOKED_AT: usize = 200;
/// A head of a table has no cells longer than this, in characters.
const HEADER_CHARS: usize = 60;

/// The format of the file that begins with `head` and is called a `named` one. `None` if more of it must be seen, which is never so if it `is_whole`.
pub fn format_of(head: &[u8], is_whole: bool, named: Format, options: &Options) -> Option<Format> {
    let of_binary = |kind: Option<Kind>| match kind {
        Some(kind) => Some(kind.format()),
        None => is_whole.then_some(named),
    };
    if head.starts_with(b"PK\x03\x04") {
        return of_binary(of_package(head));
    }
    if head.starts_with(&OLD_OFFICE) {
        return of_binary(of_container(head));
    }
    // A text may begin with "PAR1: …", but not with bytes that no text has.
    let is_binary = head.iter().take(64).any(|&byte| byte < 9);
    if is_binary && PARQUET.iter().any(|mark| head.starts_with(mark)) {
        return Some(Format::Parquet);
    }
    if head.starts_with(b"%PDF-") || head.trim_ascii_start().starts_with(b"{\\rtf") {
        return Some(Format::Text);
    }
    let mut text = encoding::decode(head.to_vec(), &mut Vec::new());
    if !is_whole {
        // The last line may be cut.
        text.truncate(text.rfind('\n').map_or(text.len(), |at| at + 1));
    }
    let start = text.trim_start();
    let is_list = start.strip_prefix('[').is_some_and(|inner| inner.trim_start().starts_with('{'));
    if is_list && !is_whole {
        return None;
    }
    Some(if start.is_empty() {
        named
    } else if is_list {
        if table::is_list(head, options) { Format::Json } else { Format::Text }
    } else if start.starts_with('{') {
        of_json(start, named, options)
    } else if is_known_text(&text) {
        Format::Text
    } else {
        of_lines(&text, named, options)
    })
}

/// What a container of several files is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Sheet,
    /// Another: a text, or something that is refused with a reason.
    Text,
}

impl Kind {
    /// Its format; without the feature `sheets` a spreadsheet is a text that is refused.
    fn format(self) -> Format {
        match self {
            #[cfg(feature = "sheets")]
            Kind::Sheet => Format::Sheet,
            _ => Format::Text,
        }
    }
}

/// What a zip package is. Its parts follow each other in the file; the first whose name tells decides.
fn of_package(bytes: &[u8]) -> Option<Kind> {
    const HEADER: usize = 30;
    memchr::memmem::find_iter(bytes, b"PK\x03\x04").find_map(|at| {
        let length = usize::from(u16::from_le_bytes(*bytes.get(at + 26..)?.first_chunk()?));
        let name = bytes.get(at + HEADER..at + HEADER + length)?;
        if name == b"mimetype" {
            let inside = bytes.get(at + HEADER + length..)?;
            let inside = &inside[..inside.len().min(120)];
            let is_sheet = memchr::memmem::find(inside, b"opendocument.spreadsheet").is_some();
            return Some(if is_sheet { Kind::Sheet } else { Kind::Text });
        }
        let is_text =
            [&b"word/"[..], b"ppt/", b"Index/", b"META-INF/container.xml"].iter().any(|part| name.starts_with(part));
        if name.starts_with(b"xl/") { Some(Kind::Sheet) } else { is_text.then_some(Kind::Text) }
    })
}

/// What a container of Office before 2007 is, by the name of the stream that holds what is in it.
fn of_container(bytes: &[u8]) -> Option<Kind> {
    let has = |name: &str| {
        let name: Vec<u8> = name.bytes().flat_map(|byte| [byte, 0]).collect();
        memchr::memmem::find(bytes, &name).is_some()
    };
    if has("WordDocument") || is_encrypted(bytes) {
        Some(Kind::Text)
    } else {
        (has("Workbook") || has("Book")).then_some(Kind::Sheet)
    }
}

/// Whether it is a text of a kind that says so itself.
fn is_known_text(text: &str) -> bool {
    captions::is_captions(text)
        || chat::is_chat(text)
        || tiers::is_text_grid(text)
        || html::is_html(text)
        || text.trim_start().starts_with("<?xml")
}

/// Text that begins with a brace: JSON lines if the first is whole and the second begins so, too, or the first names its text among nothing but simple values; or if it is called so
/// and is not plainly one object over many lines.
fn of_json(text: &str, named: Format, options: &Options) -> Format {
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    let begins = |line: &str| line.starts_with('{');
    let parse = |line: &str| serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(line);
    let first = parse(lines.next().unwrap_or_default());
    if named != Format::Jsonl {
        let names_text = |key: &String| options.conventions.text_columns.contains(&column_key(key));
        let is_row = |object: &serde_json::Map<String, serde_json::Value>| {
            object.keys().any(names_text) && !object.values().any(|value| value.is_object() || value.is_array())
        };
        let is_line = first.is_ok_and(|object| lines.next().map_or_else(|| is_row(&object), begins));
        return if is_line { Format::Jsonl } else { Format::Text };
    }
    // An object over many lines has a first line that is not at its end, and its inner objects are indented.
    let goes_on = first.is_err_and(|error| error.is_eof());
    if goes_on && lines.clone().next().is_some() && !lines.take(LOOKED_AT).any(begins) {
        Format::Text
    } else {
        Format::Jsonl
    }
}

/// Lines of text: a table, or the words of a transcript.
fn of_lines(text: &str, named: Format, options: &Options) -> Format {
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    if first.len() == 5 && first.starts_with("sep=") {
        return Format::Csv;
    }
    let signs = [delimiter(first).0, b'\t'];
    // Most texts have a first line that is no head of a table, and then their other lines need not be looked at.
    let is_called_table = matches!(named, Format::Csv | Format::Tsv);
    let names_text = |&sign: &u8| {
        let mut cells = first.split(char::from(sign)).map(|cell| cell.trim().trim_matches('"'));
        cells.any(|cell| cell.len() <= LONGEST_NAME && options.conventions.text_columns.contains(&column_key(cell)))
    };
    // What is called JSON lines and is no other format has broken lines, of which each is told.
    let otherwise = if named == Format::Jsonl { named } else { Format::Text };
    if !is_called_table && !signs.iter().any(names_text) {
        return otherwise;
    }
    let [commas, tabs] = signs.map(|sign| Rows::read(text, sign, &options.conventions));
    if tabs.is_table() {
        return Format::Tsv;
    }
    if commas.is_table() {
        return Format::Csv;
    }
    match named {
        Format::Csv if commas.is_talk(text, options) => Format::Text,
        Format::Tsv if tabs.is_talk(text, options) => Format::Text,
        Format::Csv | Format::Tsv => named,
        _ => otherwise,
    }
}

/// What is seen of a table: its head, and how its rows fit it.
struct Rows {
    n_columns: usize,
    has_text: bool,
    /// Whether a column besides the text is known: a name, a speaker or a time.
    has_other: bool,
    has_long_head: bool,
    n_rows: usize,
    n_fitting: usize,
}

impl Rows {
    fn read(text: &str, delimiter: u8, conventions: &Conventions) -> Rows {
        let mut reader = csv::ReaderBuilder::new();
        let mut reader = reader.delimiter(delimiter).flexible(true).has_headers(false).from_reader(text.as_bytes());
        let mut records = reader.records().take(LOOKED_AT).flatten();
        let head = records.next().unwrap_or_default();
        let keys: Vec<String> = head.iter().map(column_key).collect();
        let has = |names: &[String]| keys.iter().any(|key| names.contains(key));
        let lengths: Vec<usize> = records.map(|record| record.len()).collect();
        Rows {
            n_columns: head.len(),
            has_text: has(&conventions.text_columns),
            has_other: [&conventions.speaker_columns, &conventions.id_columns, &conventions.time_columns]
                .into_iter()
                .any(|names| has(names)),
            has_long_head: head.iter().any(|cell| cell.chars().count() > HEADER_CHARS),
            n_rows: lengths.len(),
            n_fitting: lengths.iter().filter(|&&length| length == head.len()).count(),
        }
    }

    /// Whether it is a table whatever the file is called.
    fn is_table(&self) -> bool {
        self.n_columns > 1
            && self.has_text
            && self.has_other
            && !self.has_long_head
            && self.n_rows > 0
            && self.n_fitting * 10 >= self.n_rows * 9
    }

    /// Whether it is a transcript though it is called a table.
    fn is_talk(&self, text: &str, options: &Options) -> bool {
        let has_speakers = || {
            let talk = super::document(String::new(), text.to_owned(), Vec::new(), options);
            talk.speakers.len() > 1
        };
        !self.has_text && !self.has_other && self.n_rows > 0 && (self.n_fitting * 2 < self.n_rows || has_speakers())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_by_their_content() {
        let talk = "I: Where, and when?\nP: In Leeds.\nI: And then, and there?\nP: We moved, all of us.\n";
        let tabs = "I\tWhere?\nP\tIn Leeds.\nI\tAnd then?\nP\tWe moved.\n";
        let documents = "id,text\n1,\"It was, they say, so.\"\n2,No.\n";
        let turns = "speaker\ttext\nI\tWhere?\nP\tIn Leeds.\n";
        let cases = [
            ("labels in a table", talk, Format::Csv, Format::Text),
            ("labels before tabs", tabs, Format::Tsv, Format::Text),
            ("a table in a text", documents, Format::Text, Format::Csv),
            ("a table of turns in a text", turns, Format::Text, Format::Tsv),
            ("commas called tabs", documents, Format::Tsv, Format::Csv),
            ("a table", "nr,said\n1,\"I: Where?\"\n2,no\n", Format::Csv, Format::Csv),
            ("names and stories", "Name\tStory of it\nAnn\tIt was so.\nTom\tNo.\n", Format::Tsv, Format::Tsv),
            ("one column", "said\nWhere, and when?\nIn Leeds.\nHere, too.\nThere.\n", Format::Csv, Format::Csv),
            ("captions", "WEBVTT\n\n00:01.000 --> 00:02.000\nYes, here.\n", Format::Csv, Format::Text),
            ("a page", "<html><p>Yes, here.</p>", Format::Csv, Format::Text),
            ("lines of JSON", "{\"text\": \"a\"}\n{\"text\": \"b\"}\n", Format::Text, Format::Jsonl),
            ("one line of JSON", "{\"id\": 7, \"text\": \"a\"}\n", Format::Text, Format::Jsonl),
            ("one line of JSON without a text", "{\"id\": 7, \"b\": \"a\"}\n", Format::Text, Format::Text),
            ("one line of segments", "{\"text\": \"a\", \"segments\": []}\n", Format::Text, Format::Text),
            ("a broken line of JSON", "{\"text\": \n{\"text\": \"b\"}\n", Format::Jsonl, Format::Jsonl),
            ("JSON over many lines", "{\n\"text\": \"a\"\n}\n", Format::Jsonl, Format::Text),
            (
                "a list",
                "[{\"id\": \"a\", \"text\": \"b\"}, {\"id\": \"c\", \"text\": \"d\"}]",
                Format::Csv,
                Format::Json,
            ),
            ("times in brackets", "[00:01] I: Where?\n[00:02] P: Here.\n", Format::Text, Format::Text),
            ("prose", "Text, they say, is long.\nAnd, I think, it is.\n", Format::Text, Format::Text),
            ("no JSON in lines of it", "I was born in Leeds.\nIt was hard, then.\n", Format::Jsonl, Format::Jsonl),
            ("a broken first line", "not json\n{\"id\": \"a\", \"text\": \"b\"}\n", Format::Jsonl, Format::Jsonl),
            ("a first line cut off", "{\"id\":\n[1]\n{\"id\": \"a\", \"text\": \"b\"}\n", Format::Jsonl, Format::Jsonl),
            ("a first line with a fault", "{id: 1}\nno\n", Format::Jsonl, Format::Jsonl),
            ("a table called lines", documents, Format::Jsonl, Format::Csv),
            ("captions called lines", "WEBVTT\n\n00:01.000 --> 00:02.000\nYes, here.\n", Format::Jsonl, Format::Text),
            (
                "JSON over many lines, with objects",
                "{\n \"turns\": [\n  {\"text\": \"a\"},\n  {\"text\": \"b\"}\n ]\n}\n",
                Format::Jsonl,
                Format::Text,
            ),
            ("a participant", "PAR1: I was born in Leeds.\n", Format::Text, Format::Text),
            ("nothing", "", Format::Csv, Format::Csv),
        ];
        for (name, text, named, want) in cases {
            assert_eq!(format_of(text.as_bytes(), true, named, &Options::default()), Some(want), "{name}");
        }
    }
}
