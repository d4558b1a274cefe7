//! What people send: empty, broken, huge and wrongly named files. Each is read as well as it can be, or refused by name, and the others are scored.
#![cfg(feature = "cli")]
#![allow(clippy::disallowed_methods, reason = "these tests meet the world")]

use crate::support::{Folder, Run, Table};
use std::fs;

/// One input, and what must be told of it.
struct Case {
    name: &'static str,
    file: &'static str,
    bytes: Vec<u8>,
    code: i32,
    /// Ids and matches of its documents.
    documents: Vec<(&'static str, usize)>,
    /// Severity, kind and a part of the message, for every problem but notes.
    problems: Vec<(&'static str, &'static str, &'static str)>,
}

fn case(name: &'static str, file: &'static str, bytes: impl Into<Vec<u8>>) -> Case {
    Case { name, file, bytes: bytes.into(), code: 0, documents: Vec::new(), problems: Vec::new() }
}

impl Case {
    fn fails(mut self) -> Case {
        self.code = 1;
        self
    }

    fn document(mut self, id: &'static str, n_matches: usize) -> Case {
        self.documents.push((id, n_matches));
        self
    }

    fn problem(mut self, severity: &'static str, kind: &'static str, message: &'static str) -> Case {
        self.problems.push((severity, kind, message));
        self
    }
}

fn utf_16(text: &str, with_mark: bool, is_little: bool) -> Vec<u8> {
    let units = with_mark.then_some(0xFEFF).into_iter().chain(text.encode_utf16());
    units.flat_map(|unit| if is_little { unit.to_le_bytes() } else { unit.to_be_bytes() }).collect()
}

/// Words of another language than that of the lexicon.
const GERMAN: &str = "Ich bin in einem kleinen Dorf aufgewachsen, und meine Mutter hat den ganzen Tag gearbeitet. Mein Vater war selten zu Hause, und wenn er \
    kam, dann war es still. Wir Kinder haben viel am Fluss und im Wald gespielt, und am Abend hat uns die Großmutter etwas vorgelesen. ";

fn cases() -> Vec<Case> {
    // Bytes of all kinds, without any pattern.
    let binary: Vec<u8> = (0..5000u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    let latin = |text: &str| text.chars().map(|c| u8::try_from(c as u32).unwrap_or(0x92)).collect::<Vec<u8>>();
    let rows: String = (0..9000).map(|n| format!("r{n},So it goes.\n")).collect();
    let late = format!("id,text\nearly,It was nothing.\n{rows}late,\"My mother felt d\u{e9}j\u{e0} vu.\"\n");
    let mut late_documents = case("an encoding that shows late in a table", "late.csv", latin(&late))
        .problem("doubt", "encoding", "windows-1252")
        .document("early", 1);
    late_documents.documents.push(("late", 1));
    vec![
        case("an empty file", "a.txt", "").document("a", 0).problem("doubt", "empty", "no word"),
        case("white space alone", "a.txt", " \n\t\r\n").document("a", 0).problem("doubt", "empty", "no word"),
        case("a byte order mark alone", "a.txt", "\u{feff}").document("a", 0).problem("doubt", "empty", "no word"),
        case("punctuation alone", "a.txt", "... ?! 🙂").document("a", 0).problem("doubt", "empty", "no word"),
        case("another language", "a.txt", GERMAN.repeat(2)).fails().problem("failed", "language", "German"),
        case("another language beside English in a table", "t.csv", format!("id,text\na,I wonder.\nb,\"{GERMAN}{GERMAN}\"\n"))
            .fails()
            .document("a", 1)
            .problem("failed", "language", "German"),
        case("a number and an address that name a person", "a.txt", "I wonder. Write to jo@example.org or ring 0113 496 0123.")
            .document("a", 1)
            .problem("doubt", "privacy", "an e-mail address (1), a phone number (1)"),
        case("a list of documents", "t.json", "[{\"id\":\"x\",\"text\":\"I wonder.\"},\n{\"id\":\"y\",\"text\":\"So.\"}]")
            .document("x", 1)
            .document("y", 0),
        case("a list of turns", "t.json", "[{\"speaker\":\"I\",\"text\":\"Why?\"},{\"speaker\":\"P\",\"text\":\"I wonder.\"},{\"speaker\":\"I\",\"text\":\"So?\"},{\"speaker\":\"P\",\"text\":\"So.\"}]")
            .document("t", 1),
        case("one word", "a.txt", "Hello").document("a", 0),
        case("bytes of no kind", "a.txt", binary.clone()).fails().problem("failed", "unreadable", "no text"),
        case("a Word file that is broken", "a.txt", [b"PK\x03\x04", &binary[..]].concat()).fails().problem(
            "failed",
            "unreadable",
            "damaged",
        ),
        case("NULs in a text", "a.txt", "It was\u{0}nothing. I wonder about all those years there.")
            .document("a", 2)
            .problem("doubt", "encoding", "1 control character"),
        case("UTF-16 with its mark", "a.txt", utf_16("I wonder – “yes”.", true, true)).document("a", 1),
        case("UTF-16, big end first", "a.txt", utf_16("I wonder – “yes”.", true, false)).document("a", 1),
        case("UTF-16 without its mark", "a.txt", utf_16("I wonder about it – “yes”.", false, true))
            .document("a", 1)
            .problem("doubt", "encoding", "UTF-16LE"),
        case("windows-1252", "a.txt", latin("In the café I don’t recall much. I wonder.")).document("a", 2).problem(
            "doubt",
            "encoding",
            "windows-1252",
        ),
        case("UTF-8 cut in two", "a.txt", ["é è ê I wonder ".as_bytes(), &[0xE2, 0x82]].concat())
            .document("a", 1)
            .problem("doubt", "encoding", "not valid UTF-8"),
        case("spaces and letters of many kinds in the name", "in é 日本 (1).txt", "I wonder.")
            .document("in é 日本 (1)", 1),
        case("no ending", "README", "I wonder.").document("README", 1),
        case("an unknown ending, named by itself", "notes.text.bak", "I wonder.").document("notes.text", 1),
        case("an old Mac's line breaks", "a.txt", "P: I wonder.\rI: Why?\rP: It was nothing.\r").document("a", 2),
        case("only an interviewer", "a.txt", "I: Was it nothing?\nI: I wonder.\nI: Why?\n").document("a", 0).problem(
            "doubt",
            "narrator_doubtful",
            "nobody",
        ),
        case("a broken row in a table", "t.csv", "id,text\na,I wonder.\nb,\"x\" y\nc,1,2\nd,It was nothing.\n")
            .fails()
            .document("a", 1)
            .document("d", 1)
            .problem("failed", "unreadable", "closing quotation mark")
            .problem("failed", "unreadable", "3 fields"),
        case("a quote that is never closed", "t.csv", "id,text\na,I wonder.\nb,\"It was\nc,It was nothing.\n")
            .fails()
            .document("a", 1)
            .document("c", 1)
            .problem("failed", "unreadable", "never closed"),
        case("an empty table", "t.csv", "").fails().problem("failed", "unreadable", "no row"),
        case("a head and no row", "t.csv", "id,text\n").fails().problem("failed", "unreadable", "no row"),
        case("no column called text", "t.csv", "code,year,said\nx,1990,I wonder about that.\ny,1991,So.\n")
            .problem("doubt", "table", "longest texts")
            .document("x", 1)
            .document("y", 0),
        case("columns without any text", "t.csv", "a,b\n1,2\n3,4\n")
            .problem("doubt", "table", "longest texts")
            .document("t:1", 0)
            .document("t:2", 0),
        case("semicolons", "t.csv", "id;text\na;I wonder, she wonders.\n").document("a", 1),
        case("ids that stand twice, or not at all", "t.csv", "id,text\nx,I wonder.\nx,So.\n,So.\n")
            .document("x", 1)
            .document("x#2", 0)
            .document("t:3", 0),
        case(
            "a broken line among lines",
            "t.jsonl",
            "{\"id\":\"a\",\"text\":\"I wonder.\"}\n{\"id\":\n[1]\n\n{\"id\":\"d\",\"text\":\"It was nothing.\"}\n",
        )
        .fails()
        .document("a", 1)
        .document("d", 1)
        .problem("failed", "unreadable", "not valid JSON")
        .problem("failed", "unreadable", "one JSON object a line"),
        case("a first line that is broken", "t.jsonl", "not json\n{\"id\":\"a\",\"text\":\"I wonder.\"}\n{\"id\":\"b\",\"text\":\"So.\"}\n")
            .fails()
            .document("a", 1)
            .document("b", 0)
            .problem("failed", "unreadable", "not valid JSON"),
        case("prose that is called JSON lines", "t.jsonl", "It was nothing.\nI wonder.\n")
            .fails()
            .problem("failed", "unreadable", "not valid JSON")
            .problem("failed", "unreadable", "not valid JSON"),
        case("lines without text", "t.jsonl", "{\"id\":1}\n{\"id\":2}\n")
            .fails()
            .problem("failed", "unreadable", "no field in it that holds text")
            .problem("failed", "unreadable", "no field in it that holds text"),
        case("no line", "t.jsonl", "\n").fails().problem("failed", "unreadable", "no row"),
        late_documents,
    ]
}

/// Every case together with a good file, before and after it.
#[test]
fn bad_input_is_told_of_and_the_rest_is_scored() {
    for case in cases() {
        let name = case.name;
        let folder = Folder::with(&[("before.txt", "I wonder."), ("later.txt", "It was nothing.")]);
        folder.write(case.file, &case.bytes);
        let run = folder.score(&["before.txt", case.file, "later.txt", "-o", "out"]);
        assert_eq!(run.code, case.code, "{name}: {}", run.err);
        let documents = folder.table("out/documents.csv");
        let matches = folder.table("out/matches.csv");
        let problems = folder.table("out/problems.csv");
        let ids = documents.column("id");
        assert_eq!((ids[0], ids[ids.len() - 1]), ("before", "later"), "{name}");
        assert_eq!(matches.rows_with("document", "before").len(), 1, "{name}");
        assert_eq!(matches.rows_with("document", "later").len(), 1, "{name}");
        let is_long = ids.len() > 50;
        assert!(is_long || ids.len() == case.documents.len() + 2, "{name}: {ids:?}");
        for (id, n_matches) in &case.documents {
            let row = documents.row_with("id", id);
            assert_eq!(documents.cell(row, "file"), case.file, "{name}");
            assert_eq!(matches.rows_with("document", id).len(), *n_matches, "{name}: {id}");
        }
        // What is odd about a table is told of most of them, and is no concern of cases that do not speak of it.
        let lists_table = case.problems.iter().any(|(_, kind, _)| *kind == "table");
        let told: Vec<usize> = (0..problems.rows.len())
            .filter(|&row| {
                problems.cell(row, "severity") != "note" && (lists_table || problems.cell(row, "kind") != "table")
            })
            .collect();
        assert_eq!(told.len(), case.problems.len(), "{name}: {:?}", problems.rows);
        for (severity, kind, message) in &case.problems {
            let is_told = told.iter().any(|&row| {
                problems.cell(row, "file") == case.file
                    && problems.cell(row, "severity") == *severity
                    && problems.cell(row, "kind") == *kind
                    && problems.cell(row, "message").contains(message)
            });
            assert!(is_told, "{name}: no {severity} {kind} with `{message}` in {:?}", problems.rows);
            assert!(run.err.contains(message), "{name}: standard error tells of it, too: {}", run.err);
        }
    }
}

/// Lines are those of the file, as an editor counts them.
#[test]
fn problems_have_the_line() {
    let folder = Folder::with(&[
        ("t.csv", "\u{feff}id,text\r\na,\"two\r\nlines\"\r\nb,1,2\r\n"),
        ("l.jsonl", "{\"text\":\"x\"}\n\n{broken\n"),
        ("m.jsonl", "broken\n{\"text\":\"x\"}\n"),
    ]);
    folder.score(&["t.csv", "l.jsonl", "m.jsonl", "-o", "out"]).ends(1);
    let problems = folder.table("out/problems.csv");
    let lines: Vec<(&str, &str)> = problems
        .rows_with("severity", "failed")
        .into_iter()
        .map(|row| (problems.cell(row, "file"), problems.cell(row, "line")))
        .collect();
    assert_eq!(lines, [("t.csv", "4"), ("l.jsonl", "3"), ("m.jsonl", "1")]);
}

/// Whoever wants to may score what is in another language.
#[test]
fn any_language_is_scored_if_asked_for() {
    let folder = Folder::with(&[("a.txt", GERMAN.repeat(2))]);
    folder.score(&["a.txt", "--any-language", "-o", "out"]).ends(0);
    assert_eq!(folder.table("out/documents.csv").column("id"), ["a"]);
    assert!(folder.read("out/run.json").contains("any_language"));
}

fn failed(folder: &Folder, arguments: &[&str]) -> (Run, Vec<String>, Vec<String>) {
    let run = folder.score(&[arguments, &["-o", "out"]].concat());
    let problems = folder.table("out/problems.csv");
    let files = problems.rows_with("severity", "failed").into_iter();
    let files = files.map(|row| problems.cell(row, "file").to_owned()).collect();
    let ids = folder.table("out/documents.csv").column("id").into_iter().map(str::to_owned).collect();
    (run, files, ids)
}

#[test]
fn what_cannot_be_opened() {
    let folder = Folder::with(&[("in/good.txt", "I wonder."), ("others/picture.png", "x")]);
    fs::create_dir_all(folder.path("folder.txt")).unwrap();
    // What is asked for, what fails of it, and what is scored.
    let cases = [
        ("a missing file", ["in", "missing.txt"], "missing.txt", "good"),
        ("a missing table", ["missing.csv", "in"], "missing.csv", "good"),
        ("a folder with the name of a text", ["folder.txt", "in"], "folder.txt", "good"),
        ("a folder without texts", ["in", "others"], "others", "good"),
    ];
    for (name, arguments, file, id) in cases {
        let (run, files, ids) = failed(&folder, &arguments);
        assert_eq!(run.code, 1, "{name}");
        assert_eq!(files, [file], "{name}");
        assert_eq!(ids, [id], "{name}");
        assert!(run.err.contains(file) && !run.err.contains("panic"), "{name}: {}", run.err);
    }
}

#[cfg(unix)]
#[test]
fn links_and_permissions() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = Folder::with(&[("in/good.txt", "I wonder."), ("locked/l.txt", "I wonder."), ("loop/good.txt", "So.")]);
    symlink("nowhere", folder.path("in/dangling.txt")).unwrap();
    symlink(".", folder.path("loop/round")).unwrap();
    let (run, files, ids) = failed(&folder, &["in"]);
    assert_eq!((run.code, files, ids), (1, vec!["in/dangling.txt".to_owned()], vec!["good".to_owned()]));
    let (run, files, ids) = failed(&folder, &["loop"]);
    assert_eq!((run.code, files, ids), (1, vec!["loop/round".to_owned()], vec!["good".to_owned()]));
    fs::set_permissions(folder.path("locked/l.txt"), fs::Permissions::from_mode(0o000)).unwrap();
    // Who may read everything cannot be refused.
    if fs::read(folder.path("locked/l.txt")).is_err() {
        let (run, files, ids) = failed(&folder, &["locked", "in/good.txt"]);
        assert_eq!((run.code, files, ids), (1, vec!["locked/l.txt".to_owned()], vec!["good".to_owned()]));
        assert!(run.err.contains("may not read"), "{}", run.err);
    }
}

/// No two documents of a run have one name, wherever they come from: tables of results are joined by it.
#[test]
fn ids_are_unique_in_a_run() {
    let folder = Folder::with(&[
        ("1.txt", "So."),
        ("c/1.txt", "So."),
        ("a/x.txt", "So."),
        ("b/x.txt", "So."),
        ("a/x.md", "So."),
        ("one.csv", "id,text\n1,I wonder.\n2,So.\n"),
        ("two.csv", "id,text\n1,It was nothing.\n2,So.\none:1,So.\n"),
        ("three.jsonl", "{\"id\":\"2\",\"text\":\"So.\"}\n"),
        ("sub/two.csv", "id,text\n1,So.\n"),
    ]);
    let inputs = ["one.csv", "a", "b", "two.csv", "1.txt", "three.jsonl", "sub/two.csv", "c/1.txt"];
    let run = folder.score(&[&inputs[..], &["-o", "out"]].concat()).ends(0);
    let documents = folder.table("out/documents.csv");
    let mut ids = documents.column("id");
    assert_eq!(ids.len(), 12);
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 12, "{:?}", documents.column("id"));
    // Evidence belongs to one document.
    let matches = folder.table("out/matches.csv");
    for row in 0..matches.rows.len() {
        documents.row_with("id", matches.cell(row, "document"));
    }
    // That a name was changed is told.
    assert!(run.err.contains("two.csv"), "{}", run.err);
}

/// Whatever the length of lines, words and sentences, the program ends, and its memory of what was said is right.
#[test]
fn long_texts_are_read_to_their_end() {
    let words = |n: usize| "so it went and on it went ".repeat(n / 7);
    let cases: [(&str, String, usize, usize); 4] = [
        ("a line of 10 MB", format!("{}I wonder.", "It went on. ".repeat(10_000_000 / 12)), 833_333 * 3 + 2, 1),
        ("a million words without a full stop", format!("{} my mother felt it", words(1_000_000)), 142_857 * 7 + 4, 1),
        ("a word of 10 MB", format!("I wonder {} it was nothing", "x".repeat(10_000_000)), 6, 2),
        ("a million lines", format!("{}I wonder.", "\n".repeat(1_000_000)), 2, 1),
    ];
    for (name, text, n_words, n_matches) in cases {
        let folder = Folder::with(&[("long.txt", text)]);
        folder.score(&["long.txt", "-o", "out"]).ends(0);
        let documents = folder.table("out/documents.csv");
        assert_eq!(documents.number(0, "words") as usize, n_words, "{name}");
        assert_eq!(folder.table("out/matches.csv").rows.len(), n_matches, "{name}");
    }
}

/// A row that is longer than a row may be is passed over, and the next is read.
#[test]
fn a_row_that_is_too_long() {
    let folder = Folder::new();
    folder.write(
        "t.jsonl",
        format!(
            "{{\"id\":\"big\",\"text\":\"{}\"}}\n{{\"id\":\"small\",\"text\":\"I wonder.\"}}\n",
            "a ".repeat(34 << 20)
        ),
    );
    let (run, files, ids) = failed(&folder, &["t.jsonl"]);
    assert_eq!((run.code, files, ids), (1, vec!["t.jsonl".to_owned()], vec!["small".to_owned()]));
    let printed = Table::of(&folder.score(&["t.jsonl"]).out);
    assert_eq!(printed.column("id"), ["small"]);
}

/// A build that does not know Parquet says so, and does not pass over what may be the whole study.
#[cfg(not(feature = "parquet"))]
#[test]
fn parquet_without_its_feature() {
    let bytes = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/formats/parquet/documents-snappy.parquet");
    let folder = Folder::with(&[("in/good.txt", "I wonder about that.")]);
    folder.write("in/study.parquet", fs::read(bytes).expect("a fixture"));
    let told = folder.score(&["in", "-o", "out"]).ends(1).err;
    assert!(told.contains("in/study.parquet: a Parquet file") && told.contains("--features parquet"), "{told}");
    assert_eq!(folder.table("out/documents.csv").column("id"), ["good"]);
    let told = folder.score(&["in/good.txt", "-o", "out", "--format", "parquet"]).ends(2).err;
    assert!(told.contains("--features parquet"), "{told}");
}
