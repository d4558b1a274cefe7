//! Same input, same bytes out, on any number of threads.
#![cfg(feature = "cli")]
#![allow(clippy::disallowed_methods, reason = "these tests meet the world")]

use crate::support::Folder;
use std::fmt::Write as _;

const SENTENCES: [&str; 12] = [
    "I wonder what became of them.",
    "It was nothing, really.",
    "She said it was nothing.",
    "My mother felt “small” 🙂 in that house.",
    "The road went down to the river and up again, past the mill and the two farms.",
    "I can’t recall much of it.",
    "They always hated us.",
    "Looking back, he was tired.",
    "Was it nothing?",
    "No harm done!",
    "So it goes.",
    "My father thought of the sea, um, when he could.",
];

/// A small generator, so that the batch is the same everywhere.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % sides
    }

    /// A text of up to `most` sentences, some with words that occur nowhere else.
    fn text(&mut self, most: usize) -> String {
        let mut text = String::new();
        for _ in 0..self.roll(most) {
            let sentence = SENTENCES[self.roll(SENTENCES.len())];
            let _ = write!(text, "{sentence} ");
            if self.roll(5) == 0 {
                let _ = write!(text, "Word{} felt odd. ", self.roll(1000));
            }
        }
        text
    }
}

/// 300 documents of very different lengths and more, as files, as a table and as lines, some of them broken.
fn batch() -> Folder {
    let folder = Folder::new();
    let mut dice = Dice(7);
    for number in 0..100 {
        let most = if number % 17 == 0 { 2000 } else { 40 };
        let text = match number % 4 {
            0 => format!("I: {}\nP: {}\nI: Why?\nP: {}\n", dice.text(3), dice.text(most), dice.text(20)),
            _ => dice.text(most),
        };
        folder.write(&format!("in/{}/{number}.txt", number % 3), text);
    }
    let mut table = "id,text\n".to_owned();
    for number in 0..300 {
        let _ = match number % 50 {
            7 => writeln!(table, "{number},a,b"),
            9 => writeln!(table, "1,{:?}", "The same id again."),
            _ => writeln!(table, "{number},\"{}\"", dice.text(60)),
        };
    }
    folder.write("in/table.csv", table);
    let mut lines = String::new();
    for number in 0..300 {
        let _ = match number % 60 {
            11 => writeln!(lines, "{{broken"),
            _ => writeln!(lines, "{{\"id\":\"l{number}\",\"text\":\"{}\"}}", dice.text(60)),
        };
    }
    folder.write("in/lines.jsonl", lines);
    folder.write("in/last.txt", "I wonder.");
    folder
}

#[test]
fn results_do_not_depend_on_the_number_of_threads() {
    let folder = batch();
    let tables = [
        "documents.csv",
        "matches.csv",
        "sentences.csv",
        "scales.csv",
        "course.csv",
        "passages.csv",
        "units.csv",
        "problems.csv",
    ];
    let results = |threads: &str| {
        folder.score(&["in", "missing.txt", "-o", threads, "-j", threads, "--unit", "turn"]).ends(1);
        let mut results: Vec<(String, String)> =
            tables.iter().map(|name| ((*name).to_owned(), folder.read(&format!("{threads}/{name}")))).collect();
        for format in ["jsonl", "table"] {
            let printed = folder.score(&["in", "-j", threads, "--format", format]).ends(1);
            results.push((format.to_owned(), printed.out));
            results.push((format!("{format}, standard error"), printed.err));
        }
        results
    };
    let one = results("1");
    let documents = folder.table("1/documents.csv");
    assert!(documents.rows.len() >= 300, "only {} documents", documents.rows.len());
    assert!(folder.table("1/matches.csv").rows.len() > 1000);
    assert!(folder.table("1/problems.csv").rows_with("severity", "failed").len() > 10);
    for threads in ["2", "8", "1"] {
        for ((name, expected), (_, found)) in one.iter().zip(results(threads)) {
            assert!(*expected == found, "{name} differs with {threads} threads");
        }
    }
}

/// What stands in a batch does not change what is found in a document: a worker's memory of words is memory alone.
#[test]
fn documents_do_not_depend_on_their_neighbours() {
    let folder = batch();
    folder.score(&["in", "-o", "all"]).ends(1);
    let all = folder.table("all/documents.csv");
    for number in [0, 1, 17, 50, 99] {
        let file = format!("in/{}/{number}.txt", number % 3);
        folder.score(&[&file, "-o", "alone"]).ends(0);
        let alone = folder.table("alone/documents.csv");
        // The id depends on how the file was named.
        assert_eq!(alone.rows[0][1..], all.rows[all.row_with("file", &file)][1..], "{file}");
    }
}

/// Composite scales and their bootstrap intervals, with the built-in lexicon: neither the order of documents nor the number of threads changes a cell.
#[test]
fn scales_do_not_depend_on_order_or_threads() {
    let examples = concat!(env!("CARGO_MANIFEST_DIR"), "/corpus/examples");
    let entries = std::fs::read_dir(examples).expect("the examples").map(|entry| entry.expect("an example").path());
    let mut files: Vec<String> = entries.map(|path| path.to_string_lossy().into_owned()).collect();
    files.retain(|file| file.ends_with(".txt"));
    files.sort();
    let folder = Folder::new();
    let rows = |files: &[String], threads: &str| {
        let mut arguments = vec!["score", "-o", "out", "-j", threads];
        arguments.extend(files.iter().map(String::as_str));
        folder.run(&arguments).ends(0);
        let mut rows = folder.table("out/scales.csv").rows;
        rows.sort();
        rows
    };
    let one = rows(&files, "1");
    assert!(one.iter().filter(|row| row[1] == "earned_secure" && row[4] != "NA").count() > 5);
    files.reverse();
    assert_eq!(one, rows(&files, "3"));
}
