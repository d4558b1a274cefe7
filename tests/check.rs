//! `throughline check`: what it tells, where, and that it never tells the value.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, reason = "a test")]

use crate::support::{Folder, Table};

#[test]
fn kinds_and_places_without_values() {
    let folder = Folder::with(&[
        ("in/a.txt", "Interviewer: Where?\nP: Mrs. Crabtree was there, and é [NAME].\nP: Ring 0113 496 0123.\n"),
        ("in/b.csv", "id,text\nx,My name is Josephine.\ny,Nothing here.\n"),
        ("in/c.txt", "We went on Boxing Day with [NAME] and Person A.\n"),
    ]);
    let run = folder.run(&["check", "in"]).ends(1);
    let table = Table::of(&run.out);
    let rows: Vec<String> = (0..table.rows.len())
        .map(|row| ["document", "file", "line", "column", "kind"].map(|name| table.cell(row, name)).join(" "))
        .collect();
    assert_eq!(rows, ["a in/a.txt 2 9 name", "a in/a.txt 3 9 phone", "x in/b.csv 1 12 name"]);
    let lines = folder.run(&["check", "in", "--format", "lines"]).ends(1);
    assert!(lines.out.contains("in/a.txt:2:9: a name after a title"), "{}", lines.out);
    // A line within a cell is none of the file.
    assert!(lines.out.contains("in/b.csv: document `x`, 1:12 in its text: "), "{}", lines.out);
    for shown in [&run.out, &run.err, &lines.out, &lines.err] {
        for value in ["Crabtree", "0123", "Josephine"] {
            assert!(!shown.contains(value), "{shown}");
        }
    }
    assert!(run.err.contains("4 documents: 2 name, 1 phone"), "{}", run.err);
}

#[test]
fn exit_codes() {
    let folder = Folder::with(&[("good.txt", "We went there."), ("bad.txt", "Mail jo@example.org.")]);
    let clean = folder.run(&["check", "good.txt"]).ends(0);
    assert!(clean.err.contains("nothing found") && clean.err.contains("no proof"), "{}", clean.err);
    folder.run(&["check", "bad.txt"]).ends(1);
    folder.run(&["check", "good.txt", "missing.txt"]).ends(1);
    folder.run(&["check"]).ends(2);
    folder.write("lexicon/privacy.toml", "[[kind]]\nname = 1\n");
    let faulty = folder.run(&["check", "good.txt", "--lexicon", "lexicon"]).ends(2);
    assert!(faulty.err.contains("privacy.toml"), "{}", faulty.err);
}
