//! `throughline evaluate` as its users meet it.
//!
//! Each file in `tests/evaluate/` holds the files of a small folder (sections `== path`) and, behind `== throughline …`, what the program prints when it is run
//! there with the lexicon of the tests: standard output, standard error, exit code. Those named `fault-…` are one for every fault of coded narratives.
//! `UPDATE_GOLDEN=1 cargo test --test all evaluate::` writes what is printed. Read it aloud.
#![cfg(feature = "cli")]
#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "these tests meet the world")]

use crate::support::{self, Folder, LEXICON, Run, Table};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// Two coded narratives. Figures that follow from them are worked out in `figures_are_those_worked_out_by_hand`.
const GOLD: &str = concat!(
    r#"{"document": "a", "medium": "interview", "sentences": ["#,
    r#"{"speaker": "I", "text": "Was it nothing?", "markers": []}, "#,
    r#"{"speaker": "P", "text": "It was nothing.", "markers": ["dismissing.minimising"]}, "#,
    r#"{"speaker": "P", "text": "I don’t recall much.", "markers": []}, "#,
    r#"{"speaker": "P", "text": "She was cold, and I told myself that it did not matter.", "markers": ["dismissing.minimising"]}, "#,
    r#"{"speaker": "I", "text": "And now?", "markers": []}, "#,
    r#"{"speaker": "P", "text": "I still wonder about her.", "markers": ["reflective.mental_states"]}, "#,
    r#"{"speaker": "P", "text": "So it goes.", "markers": []}]}"#,
    "\n",
    r#"{"document": "b", "medium": "letter", "sentences": ["#,
    r#"{"speaker": "P", "text": "They always hated us.", "markers": ["balance.absolutism"]}, "#,
    r#"{"speaker": "P", "text": "It was no big deal.", "markers": ["dismissing.minimising"]}, "#,
    r#"{"speaker": "P", "text": "Looking back, it was cold.", "markers": ["reflective.mental_states"]}, "#,
    r#"{"speaker": "P", "text": "We moved in the spring.", "markers": []}]}"#,
    "\n",
);

impl Folder {
    /// `throughline evaluate …` with the lexicon of the tests.
    fn evaluate(&self, arguments: &[&str]) -> Run {
        self.run(&[&["evaluate", "--lexicon", LEXICON], arguments].concat())
    }
}

#[test]
fn runs_look_as_agreed() {
    let update = std::env::var_os("UPDATE_GOLDEN").is_some();
    let mut wrong = Vec::new();
    for path in goldens() {
        let golden = fs::read_to_string(&path).unwrap();
        let folder = Folder::new();
        let mut found = String::new();
        for section in golden.split("== ").skip(1) {
            let (title, body) = section.split_once('\n').unwrap_or((section, ""));
            let _ = writeln!(found, "== {title}");
            let Some(command) = title.strip_prefix("throughline ") else {
                folder.write(title, body);
                found.push_str(body);
                continue;
            };
            let mut arguments: Vec<&str> = command.split(' ').collect();
            if !arguments.contains(&"--compare") {
                arguments.extend(["--lexicon", LEXICON]);
            }
            let run = folder.run(&arguments);
            for line in run.out.lines() {
                let _ = writeln!(found, "{}", line.trim_end());
            }
            if !run.err.is_empty() {
                found.push_str("-- standard error\n");
            }
            for line in run.err.trim_end().lines() {
                let _ = writeln!(found, "{}", line.trim_end());
            }
            let _ = writeln!(found, "-- exit code {}", run.code);
        }
        if found == golden {
            continue;
        }
        if update {
            fs::write(&path, found).unwrap();
        } else {
            wrong.push(format!("{}: expected\n{golden}\nfound\n{found}", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_fault_of_coded_narratives_has_a_golden_file() {
    let names: BTreeSet<String> =
        goldens().iter().map(|path| path.file_stem().unwrap().to_string_lossy().into_owned()).collect();
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/evaluate/gold.rs")).unwrap();
    let mut codes = BTreeSet::new();
    for opening in [".fault(", "Diagnostic::warning("] {
        let rests = text.split(opening).skip(1);
        let names = rests.filter_map(|rest| rest.trim_start().strip_prefix('"')?.split('"').next());
        codes.extend(names.map(str::to_owned));
    }
    assert!(codes.len() >= 10, "the test must find the codes: {codes:?}");
    for code in codes {
        let name = format!("fault-{code}");
        assert!(names.contains(&name), "a fault without a golden file: {name}");
        let golden = fs::read_to_string(root().join(format!("{name}.txt"))).unwrap();
        assert!(golden.contains(&format!("[{code}]")), "{name}: no such fault in it");
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/evaluate")
}

fn goldens() -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = fs::read_dir(root()).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

/// Nine sentences of narrators.
///
/// dismissing: coded in a2, a4, b2; found in a2, a3, b2; both in two. Precision and recall 2/3, F1 2/3. Both say the same of
/// 2 and of 9 − 3 − 3 + 2 = 5 sentences: pₒ = 7/9; pₑ = (3 × 3 + 6 × 6)/81 = 5/9; κ = (7 − 5)/(9 − 5) = 0.5.
///
/// reflective: coded in a6 and b3; found in both (in b3 as another marker). All 1. balance: coded and found in b1. All 1.
///
/// macro: (2/3 + 1 + 1)/3 = 8/9; κ (0.5 + 1 + 1)/3 = 0.8333.
///
/// micro: of 27 decisions 6 yes of the coder, 6 of the program, 5 of both: 5/6; pₒ = 25/27; pₑ = (6 × 6 + 21 × 21)/27² = 477/729;
/// κ = (675 − 477)/(729 − 477) = 0.7857.
///
/// reflective.mental_states: coded in a6 and b3, found in a6. Precision 1, recall 1/2, F1 2/3; pₒ = 8/9; pₑ = (2 × 1 + 7 × 8)/81 = 58/81;
/// κ = (72 − 58)/(81 − 58) = 0.6087. reflective.then_now and dismissing.lack_of_recall were never coded.
#[test]
fn figures_are_those_worked_out_by_hand() {
    let folder = Folder::with(&[("gold.jsonl", GOLD)]);
    let table = Table::of(&folder.evaluate(&["gold.jsonl"]).ends(0).out);
    let none = ["NA"; 4];
    let expected: [(&str, [&str; 4], [&str; 4]); 10] = [
        ("balance", ["9", "1", "1", "1"], ["1.0000"; 4]),
        ("balance.absolutism", ["9", "1", "1", "1"], ["1.0000"; 4]),
        ("dismissing", ["9", "3", "3", "2"], ["0.6667", "0.6667", "0.6667", "0.5000"]),
        ("dismissing.lack_of_recall", ["9", "0", "1", "0"], none),
        ("dismissing.minimising", ["9", "3", "2", "2"], ["1.0000", "0.6667", "0.8000", "0.7273"]),
        ("reflective", ["9", "2", "2", "2"], ["1.0000"; 4]),
        ("reflective.mental_states", ["9", "2", "1", "1"], ["1.0000", "0.5000", "0.6667", "0.6087"]),
        ("reflective.then_now", ["9", "0", "1", "0"], none),
        ("families", none, ["0.8889", "0.8889", "0.8889", "0.8333"]),
        ("families", ["27", "6", "6", "5"], ["0.8333", "0.8333", "0.8333", "0.7857"]),
    ];
    assert_eq!(table.rows.len(), expected.len());
    for (row, (name, counts, figures)) in expected.into_iter().enumerate() {
        assert_eq!(table.cell(row, "name"), name);
        let cells = |columns: [&str; 4]| columns.map(|column| table.cell(row, column));
        assert_eq!(cells(["sentences", "support", "found", "true_positives"]), counts, "{name}");
        assert_eq!(cells(["precision", "recall", "f1", "kappa"]), figures, "{name}");
    }
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    let folder = Folder::with(&[("gold.jsonl", GOLD.to_owned() + &more_documents(20))]);
    let results = |arguments: &[&str]| {
        let printed = ["table", "csv", "json"]
            .map(|format| folder.evaluate(&[&["gold.jsonl", "--format", format], arguments].concat()).ends(0).out);
        folder.evaluate(&[&["gold.jsonl", "-o", "out.json"], arguments].concat()).ends(0);
        assert_eq!(folder.read("out.json"), printed[2], "-o writes what --format json prints");
        printed
    };
    let first = results(&["-j", "1"]);
    for arguments in [&["-j", "4"][..], &["-j", "2", "--seed", "1"], &["--resamples", "1000"]] {
        assert_eq!(results(arguments), first, "{arguments:?}");
    }
    assert_ne!(results(&["--seed", "2"]), first);
}

/// Documents in which a cue is coded now and then, and found more often.
fn more_documents(n: usize) -> String {
    let mut lines = String::new();
    for document in 0..n {
        let sentences: Vec<String> = (0..10)
            .map(|sentence| {
                let text = if (document + sentence) % 3 == 0 { "I wonder." } else { "So it goes." };
                let markers = if (document * sentence) % 4 == 1 { "\"reflective.mental_states\"" } else { "" };
                format!("{{\"speaker\": \"P\", \"text\": \"{text}\", \"markers\": [{markers}]}}")
            })
            .collect();
        let _ = writeln!(lines, "{{\"document\": \"more-{document}\", \"sentences\": [{}]}}", sentences.join(", "));
    }
    lines
}

#[test]
fn what_is_written_holds_counts_and_no_word_of_a_text() {
    let folder = Folder::with(&[("in/gold.jsonl", GOLD), ("in/README.md", "# Coding"), ("in/notes.txt", "I wonder.")]);
    folder.evaluate(&["in", "-o", "out.json"]).ends(0);
    let text = folder.read("out.json");
    assert!(!text.contains("nothing") && !text.contains("wonder"), "{text}");
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(json["kind"], "evaluation");
    assert_eq!(json["lexicon"]["name"], "throughline-tests");
    assert_eq!(json["inputs"].as_array().unwrap().len(), 1, "other files of a folder are passed over");
    assert_eq!(json["documents"][1]["document"], "b");
    assert_eq!(json["documents"][1]["sentences"], 4);
    assert_eq!(json["documents"][0]["counts"]["dismissing"]["true_positives"], 1);
    assert_eq!(json["figures"][3]["name"], "dismissing.lack_of_recall");
    assert!(json["figures"][3]["recall"].is_null());
}

#[test]
fn a_change_of_the_lexicon_is_shown() {
    let folder = Folder::with(&[("gold.jsonl", GOLD)]);
    for name in support::lexicon_files() {
        folder.write(&format!("lexicon/{name}"), fs::read_to_string(Path::new(LEXICON).join(&name)).unwrap());
    }
    let rule = folder.read("lexicon/markers/dismissing/lack_of_recall.toml");
    // Nothing is found that was not coded, and what was missed still is.
    folder.write(
        "lexicon/markers/dismissing/lack_of_recall.toml",
        rule.replace("(much|anything|a thing)", "anything")
            .replace("{I don’t recall much}", "{I don’t recall anything}"),
    );
    folder.evaluate(&["gold.jsonl", "-o", "before.json"]).ends(0);
    folder.run(&["evaluate", "gold.jsonl", "--lexicon", "lexicon", "-o", "after.json"]).ends(0);
    let table = Table::of(&folder.run(&["evaluate", "--compare", "before.json", "after.json"]).ends(0).out);
    assert_eq!(table.column("level")[..3], ["macro", "micro", "family"]);
    let row = table.row_with("name", "dismissing");
    assert_eq!(row, 2, "the largest change comes first");
    let cells = ["precision_before", "precision_after", "precision_change", "recall_change", "f1_change"];
    assert_eq!(cells.map(|column| table.cell(row, column)), ["0.6667", "1.0000", "0.3333", "0.0000", "0.1333"]);
    assert_eq!(table.cell(table.row_with("name", "dismissing.lack_of_recall"), "f1_change"), "NA");
    // Written as JSON, too.
    folder.run(&["evaluate", "--compare", "before.json", "after.json", "-o", "change.json"]).ends(0);
    let json: serde_json::Value = serde_json::from_str(&folder.read("change.json")).unwrap();
    assert_eq!(json["changes"][2]["name"], "dismissing");
    assert_eq!(json["changes"][2]["precision"]["change"]["value"], 0.3333);
}

#[test]
fn help_tells_what_each_figure_is_and_its_source() {
    let run = Folder::new().run(&["evaluate", "--help"]).ends(0);
    for told in
        ["precision", "recall", "F1", "Cohen 1960", "Efron & Tibshirani 1993", "NA stands for", "--seed", "Exit codes"]
    {
        assert!(run.out.contains(told), "{told}: {}", run.out);
    }
}

#[test]
fn exit_codes() {
    let folder = Folder::with(&[
        ("gold.jsonl", GOLD),
        ("more.jsonl", "{\n"),
        ("latin.jsonl", "{}\n"),
        ("empty/notes.txt", "So."),
        ("other.json", "{\"kind\": \"run\"}"),
        (
            "impossible.json",
            r#"{"kind": "evaluation", "schema_version": 1, "figures": [{"level": "family", "name": "a"}], "documents": [{"document": "d", "sentences": 1, "counts": {"a": {"support": 1, "found": 1, "true_positives": 2}}}]}"#,
        ),
        ("none.json", r#"{"kind": "evaluation", "schema_version": 1, "figures": [], "documents": []}"#),
        ("later.json", r#"{"kind": "evaluation", "schema_version": 9, "figures": [], "documents": []}"#),
    ]);
    folder.write("latin.jsonl", b"{}\n{\"document\": \"caf\xe9\"}\n");
    folder.evaluate(&["gold.jsonl", "-o", "a.json"]).ends(0);
    let cases: [(&str, &[&str], i32, &str); 20] = [
        ("all evaluated", &["gold.jsonl"], 0, ""),
        ("a faulty file beside a good one", &["more.jsonl", "gold.jsonl"], 1, "1 of 3 documents left out"),
        ("a missing file beside a good one", &["gold.jsonl", "missing.jsonl"], 1, "missing.jsonl"),
        ("a folder without coded narratives", &["empty", "gold.jsonl"], 1, "end in .jsonl"),
        ("another encoding", &["latin.jsonl", "gold.jsonl"], 1, "latin.jsonl:2: not a UTF-8 text"),
        ("nothing readable", &["more.jsonl"], 2, "no coded narrative"),
        ("nothing there", &["missing.jsonl"], 2, "no such file"),
        ("the same file twice", &["gold.jsonl", "gold.jsonl"], 1, "duplicate-document"),
        ("no input", &[], 2, "GOLD"),
        ("no such format", &["gold.jsonl", "--format", "xml"], 2, "xml"),
        ("no such marker", &["gold.jsonl", "--errors", "dismissing.minimizing"], 2, "`dismissing.minimising`"),
        ("no such family", &["gold.jsonl", "--errors", "earned"], 2, "balance, dismissing, reflective"),
        ("too many resamples", &["gold.jsonl", "--resamples", "1000000"], 2, "100000"),
        ("a folder that is not there", &["gold.jsonl", "-o", "no/such/folder/x.json"], 2, "no/such/folder/x.json"),
        ("one file to compare", &["--compare", "a.json"], 2, "--compare"),
        ("narratives and a comparison", &["gold.jsonl", "--compare", "a.json", "a.json"], 2, "cannot be used with"),
        (
            "compare what is no evaluation",
            &["--compare", "other.json", "gold.jsonl"],
            2,
            "gold.jsonl: not an evaluation",
        ),
        ("compare what cannot be", &["--compare", "a.json", "impossible.json"], 2, "document `d` cannot be right"),
        ("compare nothing with something", &["--compare", "none.json", "a.json"], 2, "no document in common"),
        ("compare a later format", &["--compare", "later.json", "a.json"], 2, "format 9"),
    ];
    for (name, arguments, code, told) in cases {
        let lexicon = if arguments.contains(&"--compare") { &[][..] } else { &["--lexicon", LEXICON] };
        let run = folder.run(&[&["evaluate"], arguments, lexicon].concat());
        assert_eq!(run.code, code, "{name}: {}", run.err);
        assert!(run.err.contains(told), "{name}: {}", run.err);
        assert!(code != 2 || run.out.is_empty(), "{name}: results without a run: {}", run.out);
    }
    let piped = folder.run(&["evaluate", "--lexicon", LEXICON, "-"]);
    assert_eq!(piped.code, 2, "{}", piped.err);
}
