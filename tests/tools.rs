//! What surrounds scoring: matches in context, the use of a lexicon, runs that are stopped, gone on with and done again, help and manual pages.
#![cfg(feature = "cli")]
#![allow(
    clippy::disallowed_methods,
    clippy::print_stderr,
    reason = "these tests meet the world, and say what they skip"
)]

use crate::support::{self, Folder, LEXICON, Run, Table};
use std::fs;

const A: &str = "I: What was it like?\nP: It was nothing. I still wonder about my mother. My mother felt small, and I wondered why.\n\
                 I: It was nothing?\nP: She said it was nothing. My father felt old.\n";
const B: &str = "It was nothing, really. They always hated us. I wonder.";

fn texts() -> Folder {
    Folder::with(&[("in/a.txt", A), ("in/b.txt", B)])
}

fn with_lexicon(folder: &Folder, arguments: &[&str]) -> Run {
    folder.run(&[arguments, &["--lexicon", LEXICON]].concat())
}

#[test]
fn kwic_shows_what_score_counts() {
    let folder = texts();
    folder.score(&["in", "-o", "out"]).ends(0);
    let matches = folder.table("out/matches.csv");
    for sought in ["dismissing.minimising", "reflective", "i-wonder"] {
        let shown = Table::of(&with_lexicon(&folder, &["kwic", sought, "in"]).ends(0).out);
        let expected: Vec<usize> = (0..matches.rows.len())
            .filter(|&row| ["family", "marker", "rule"].iter().any(|column| matches.cell(row, column) == sought))
            .collect();
        assert!(!expected.is_empty());
        assert_eq!(shown.rows.len(), expected.len(), "{sought}");
        for (row, expected) in expected.into_iter().enumerate() {
            for column in ["document", "turn", "speaker", "sentence", "start", "end", "marker", "rule", "text"] {
                assert_eq!(shown.cell(row, column), matches.cell(expected, column), "{sought}, row {row}");
            }
        }
    }
}

#[test]
fn contexts_stay_in_the_turn_and_are_sorted() {
    let folder = texts();
    let shown =
        Table::of(&with_lexicon(&folder, &["kwic", "reflective.mental_states", "in", "--width", "23"]).ends(0).out);
    let lines: Vec<[&str; 3]> =
        (0..shown.rows.len()).map(|row| ["left", "text", "right"].map(|column| shown.cell(row, column))).collect();
    assert_eq!(
        lines,
        [
            ["It was nothing.", "I still wonder", "about my mother. My"],
            ["wonder about my mother.", "My mother felt", "small, and I wondered"],
            ["mother felt small, and", "I wondered", "why."],
            ["said it was nothing.", "My father felt", "old."],
            ["They always hated us.", "I wonder", "."],
        ]
    );
    let order = |by: &str, column: &str| {
        let table = Table::of(&with_lexicon(&folder, &["kwic", "reflective", "in", "--sort", by]).ends(0).out);
        table.column(column).into_iter().map(str::to_lowercase).collect::<Vec<_>>()
    };
    let last_words: Vec<String> =
        order("left", "left").iter().map(|left| left.rsplit(' ').next().unwrap_or_default().to_owned()).collect();
    assert_eq!(last_words, ["and", "mother.", "nothing.", "nothing.", "us."]);
    assert_eq!(order("hit", "text")[..2], ["i still wonder", "i wonder"]);
    assert_eq!(order("right", "right")[0], ".");
}

#[test]
fn kwic_takes_patterns_and_shows_their_faults() {
    let folder = texts();
    let found = |arguments: &[&str]| Table::of(&with_lexicon(&folder, arguments).ends(0).out);
    // Whatever voice, negated or not; the interviewer is not searched.
    let nothing = found(&["kwic", "it was nothing", "in"]);
    assert_eq!(nothing.column("text"), ["It was nothing", "it was nothing", "It was nothing"]);
    assert_eq!(
        found(&["kwic", "my @caregiver _{0,2} (small|old)", "in"]).column("text"),
        ["My mother felt small", "My father felt old"]
    );
    // The name of a family is also a word.
    assert_eq!(found(&["kwic", "--pattern", "reflective", "in"]).rows.len(), 0);
    let refused: [(&[&str], &str); 7] = [
        (&["kwic", "it was (nothing", "in"], "unbalanced-group"),
        (&["kwic", "my @caregver", "in"], "did you mean `@caregiver`?"),
        (&["kwic", "_ _", "in"], "no-anchor"),
        (&["kwic", "", "in"], "empty-pattern"),
        (&["kwic", "dismissing.minimisin", "in"], "did you mean `dismissing.minimising`?"),
        (&["kwic", "dismissing.minimising", "in", "--no-text"], "lexicon stats --no-text"),
        (&["kwic", "dismissing.minimising"], "INPUT"),
    ];
    for (arguments, told) in refused {
        let run = with_lexicon(&folder, arguments).ends(2);
        assert!(run.err.contains(told), "{arguments:?}: {}", run.err);
        assert_eq!(run.out, "", "{arguments:?}");
    }
    assert!(
        with_lexicon(&folder, &["kwic", "caregiver-feld", "in"])
            .ends(0)
            .err
            .contains("did you mean the rule `caregiver-felt`?")
    );
    with_lexicon(&folder, &["kwic", "reflective", "in", "missing.txt"]).ends(1);
}

#[test]
fn kwic_for_eyes_is_aligned() {
    let folder = texts();
    let shown = with_lexicon(&folder, &["kwic", "reflective", "in", "--format", "table"]).ends(0);
    assert!(shown.out.lines().all(|line| line.chars().count() <= 100), "{}", shown.out);
    let starts: Vec<Option<usize>> = ["I still wonder", "My mother felt", "I wondered  ", "My father felt"]
        .iter()
        .map(|hit| shown.out.lines().find_map(|line| line.find(hit)))
        .collect();
    assert!(starts.iter().all(|start| start.is_some() && *start == starts[0]), "{starts:?}\n{}", shown.out);
    assert!(shown.err.contains("5 matches in 2 documents"), "{}", shown.err);
}

#[test]
fn the_use_of_a_lexicon_is_counted() {
    let folder = texts();
    let stats =
        |arguments: &[&str]| with_lexicon(&folder, &[&["lexicon", "stats", "in"], arguments].concat()).ends(0).out;
    let rules = Table::of(&stats(&[]));
    assert_eq!(rules.rows.len(), 6);
    let row = rules.row_with("rule", "i-wonder");
    assert_eq!(
        [rules.number(row, "finds"), rules.number(row, "matches"), rules.number(row, "documents")],
        [3.0, 3.0, 2.0]
    );
    assert_eq!(rules.cell(row, "share_of_marker"), "0.6000");
    let silent = rules.row_with("marker", "dismissing.lack_of_recall");
    assert_eq!((rules.cell(silent, "matches"), rules.cell(silent, "share_of_marker")), ("0", "NA"));
    let markers = Table::of(&stats(&["--table", "markers"]));
    let row = markers.row_with("marker", "reflective.mental_states");
    assert_eq!(
        ["rules", "silent_rules", "matches", "documents", "sentences"].map(|column| markers.cell(row, column)),
        ["2", "0", "5", "2", "4"]
    );
    let words = Table::of(&stats(&["--table", "words"]));
    let of_marker = words.rows_with("marker", "reflective.mental_states");
    let felt = of_marker.iter().find(|&&row| words.cell(row, "word") == "felt").copied().unwrap_or_default();
    assert_eq!(
        ["matches", "share", "inside", "outside"].map(|column| words.cell(felt, column)),
        ["2", "0.4000", "2", "0"]
    );
    let overlap = Table::of(&stats(&["--table", "overlap"]));
    assert_eq!(overlap.rows.len(), 0, "{overlap:?}");
    let summary = stats(&["--table", "summary"]);
    assert!(summary.contains("Rules without a match: 2 of 6") && summary.contains("felt 40 %"), "{summary}");
    // Words of the texts are quotations.
    assert!(!stats(&["--table", "summary", "--no-text"]).contains("felt"));
    with_lexicon(&folder, &["lexicon", "stats", "in", "--table", "words", "--no-text"]).ends(2);
    with_lexicon(&folder, &["lexicon", "stats", "in", "-o", "use", "--no-text"]).ends(0);
    assert_eq!(folder.names("use").into_iter().collect::<Vec<_>>(), ["markers.csv", "overlap.csv", "rules.csv"]);
}

#[test]
fn a_run_is_done_again() {
    let folder = texts();
    folder.score(&["in", "-o", "out", "--unit", "turn"]).ends(0);
    let again = folder.run(&["rerun", "out/run.json"]).ends(0);
    assert!(again.out.ends_with("identical\n") && again.out.contains("inputs    same       2 files"), "{}", again.out);
    // A changed, a new and a removed input, one after the other.
    folder.write("in/b.txt", "It was nothing.");
    let changed = folder.run(&["rerun", "out", "-o", "new"]).ends(1);
    for told in ["in/b.txt: other content", "documents.csv: other content, from line 3 on", "not identical"] {
        assert!(changed.out.contains(told), "{told}: {}", changed.out);
    }
    assert_eq!(folder.table("new/documents.csv").rows.len(), 2);
    folder.write("in/c.txt", "I wonder.");
    assert!(folder.run(&["rerun", "out"]).ends(1).out.contains("in/c.txt: is new"));
    fs::remove_file(folder.path("in/a.txt")).unwrap_or_default();
    assert!(folder.run(&["rerun", "out"]).ends(1).out.contains("in/a.txt: is gone"));
    // Another version, another lexicon, results that somebody changed.
    let folder = texts();
    folder.score(&["in", "-o", "out"]).ends(0);
    let run = folder.read("out/run.json");
    folder.write(
        "out/run.json",
        run.replace(concat!("\"version\": \"", env!("CARGO_PKG_VERSION")), "\"version\": \"0.0.1"),
    );
    assert!(folder.run(&["rerun", "out"]).ends(1).out.contains("was 0.0.1, is"));
    folder.write("out/run.json", run.replacen("\"sha256\": \"", "\"sha256\": \"0000", 1));
    assert!(folder.run(&["rerun", "out"]).ends(1).out.contains("lexicon   differs"));
    folder.write("out/run.json", run);
    folder.write("out/matches.csv", "document\n");
    assert!(folder.run(&["rerun", "out"]).ends(1).out.contains("not the one that was written"));
    // What cannot be done again says why.
    folder.write("note.json", "{\"a\": 1}");
    folder.score_from(&["-", "-o", "piped"], b"I wonder.").ends(0);
    folder.score(&["in", "-o", "withheld", "--narrator", "P", "--no-text"]).ends(0);
    let refused = [
        ("nowhere.json", "there is no such file"),
        ("note.json", "no run.json of this program"),
        ("piped", "standard input"),
        ("withheld/run.json", "which speakers were named"),
    ];
    for (path, told) in refused {
        let run = folder.run(&["rerun", path]).ends(2);
        assert!(run.err.contains(told), "{path}: {}", run.err);
    }
    folder.score(&["in", "-o", "own"]).ends(0);
    assert!(folder.run(&["rerun", "own", "-o", "own"]).ends(2).err.contains("cannot go into the folder"));
}

/// Every whole file of results but for `run.json`, which tells of the clock and the command, and the page, which is not made of kept rows.
fn results(folder: &Folder, name: &str) -> Vec<(String, String)> {
    let path = |file: &String| format!("{name}/{file}");
    let is_table = |file: &String| {
        let is_ours = folder.path(&path(file)).is_file() && !file.starts_with(".throughline-");
        is_ours && file != "run.json" && !file.ends_with(".html")
    };
    let names = folder.names(name).into_iter().filter(is_table);
    names.map(|file| (file.clone(), folder.read(&path(&file)))).collect()
}

#[test]
fn what_has_not_changed_is_kept() {
    let folder = texts();
    folder.write("in/t.csv", "id,text\n1,I wonder.\n2,It was nothing.\n");
    folder.write("in/u.csv", "id,text\n9,They always hated us.\n");
    folder.score(&["in", "-o", "out"]).ends(0);
    // A new file between the others, a changed text, a changed table.
    folder.write("in/aa.txt", "My mother felt cold.");
    folder.write("in/b.txt", "I wondered.");
    folder.write("in/u.csv", "id,text\n9,They never hated us.\n8,I wonder.\n");
    let resumed = folder.score(&["in", "-o", "out", "--resume"]).ends(0);
    assert!(resumed.err.contains("7 documents (3 kept)"), "{}", resumed.err);
    // Kept rows have no transcripts: there is no page, and it is said why.
    assert!(!folder.path("out/report.html").exists() && resumed.err.contains("no report.html"), "{}", resumed.err);
    folder.score(&["in", "-o", "fresh"]).ends(0);
    assert_eq!(results(&folder, "out"), results(&folder, "fresh"));
    // Nothing is kept where anything else has changed, and it says what.
    let cases: [(&[&str], &str); 2] =
        [(&["in", "-o", "out", "--unit", "turn"], "other options"), (&["in", "-o", "elsewhere"], "no earlier results")];
    for (arguments, told) in cases {
        let run = folder.score(&[arguments, &["--resume"][..]].concat()).ends(0);
        assert!(run.err.contains(told) && !run.err.contains("kept)"), "{}", run.err);
    }
    folder.score(&["in", "-o", "out"]).ends(0);
    let text = folder.read("out/matches.csv");
    folder.write("out/matches.csv", text.replace("wonder", "WONDER"));
    let run = folder.score(&["in", "-o", "out", "--resume", "--overwrite"]).ends(0);
    assert!(run.err.contains("matches.csv was changed since"), "{}", run.err);
    assert!(folder.path("out/report.html").exists() && !run.err.contains("no report.html"), "{}", run.err);
    // Everything has changed: nothing is kept, and there is a page.
    for name in ["a.txt", "aa.txt", "b.txt"] {
        folder.write(&format!("some/{name}"), "I wonder.");
    }
    folder.score(&["some", "-o", "some-out"]).ends(0);
    for name in ["a.txt", "aa.txt", "b.txt"] {
        folder.write(&format!("some/{name}"), "I wondered.");
    }
    let run = folder.score(&["some", "-o", "some-out", "--resume"]).ends(0);
    assert!(folder.path("some-out/report.html").exists() && !run.err.contains("kept"), "{}", run.err);
    assert_eq!(results(&folder, "out"), results(&folder, "fresh"));
    let run = folder.run(&["score", "in", "-o", "out", "--resume"]).ends(0);
    assert!(run.err.contains("another lexicon"), "{}", run.err);
}

#[cfg(unix)]
mod stopped {
    use super::*;
    use crate::support::signal;
    use std::io::{BufRead, BufReader, Write};
    use std::process::{Child, Command, Stdio};
    use std::time::Duration;

    fn start(folder: &Folder, arguments: &[&str]) -> Child {
        Command::new(env!("CARGO_BIN_EXE_throughline"))
            .args([&["score", "--lexicon", LEXICON], arguments].concat())
            .current_dir(folder.path(""))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts")
    }

    /// A table that is being written while it is read, stopped in the midst, and gone on with.
    #[test]
    fn ctrl_c_leaves_whole_files() {
        let folder = texts();
        let row = |number: usize| {
            format!("{{\"id\":\"{number}\",\"text\":\"I wonder. {}\"}}\n", "It was nothing. ".repeat(12))
        };
        let pipe = folder.path("rows.jsonl");
        assert!(Command::new("mkfifo").arg(&pipe).status().is_ok_and(|status| status.success()));
        let mut child = start(&folder, &["in", "rows.jsonl", "-o", "out"]);
        let mut rows = fs::OpenOptions::new().write(true).open(&pipe).expect("a reader is there");
        // A pipe holds 64 KiB, so most of these have been read when all are written.
        for number in 0..3000 {
            rows.write_all(row(number).as_bytes()).expect("it reads");
        }
        signal(&child, "-INT");
        let mut told = BufReader::new(child.stderr.take().expect("it was piped"));
        let mut lines = String::new();
        while !lines.contains("stopping") {
            assert!(told.read_line(&mut lines).expect("it tells") > 0, "{lines}");
        }
        // It reads on until it sees that it shall stop; then nobody reads any more.
        for number in 3000..6000 {
            if rows.write_all(row(number).as_bytes()).is_err() {
                break;
            }
        }
        drop(rows);
        assert_eq!(child.wait().expect("it ends").code(), Some(130));
        while told.read_line(&mut lines).expect("it tells") > 0 {}
        assert!(lines.contains("stopped before the end"), "{lines}");
        let documents = folder.table("out/documents.csv");
        assert!((512..6002).contains(&documents.rows.len()), "{}", documents.rows.len());
        assert!(documents.rows.iter().all(|row| row.len() == documents.head.len()));
        let run: serde_json::Value = serde_json::from_str(&folder.read("out/run.json")).expect("it is whole");
        assert_eq!((run["complete"].as_bool(), run["inputs"].as_array().map(Vec::len)), (Some(false), Some(2)));
        fs::remove_file(&pipe).expect("it is ours");
        folder.write("rows.jsonl", (0..3000).map(row).collect::<String>());
        let resumed = folder.score(&["in", "rows.jsonl", "-o", "out", "--resume"]).ends(0);
        assert!(resumed.err.contains("3002 documents (2 kept)"), "{}", resumed.err);
        folder.score(&["in", "rows.jsonl", "-o", "fresh"]).ends(0);
        assert_eq!(results(&folder, "out"), results(&folder, "fresh"));
    }

    /// Killed at any moment, every file is the earlier one or the new one.
    #[test]
    fn a_killed_run_leaves_no_half_file() {
        let folder = Folder::new();
        for number in 0..300 {
            folder.write(&format!("in/{number}.txt"), format!("I wonder about {number}. {}", B.repeat(20)));
        }
        folder.write("first.txt", A);
        folder.score(&["in", "-o", "new"]).ends(0);
        folder.score(&["first.txt", "-o", "old"]).ends(0);
        let started = std::time::Instant::now();
        folder.score(&["in", "-o", "timed"]).ends(0);
        let whole = started.elapsed();
        let mut n_killed = 0;
        for moment in 1..=12 {
            let _ = fs::remove_dir_all(folder.path("out"));
            folder.score(&["first.txt", "-o", "out"]).ends(0);
            let mut child = start(&folder, &["in", "-o", "out"]);
            std::thread::sleep(whole.mul_f64(f64::from(moment) / 11.0).max(Duration::from_millis(1)));
            let _ = child.kill();
            n_killed += usize::from(child.wait().expect("it ends").code().is_none());
            for (file, text) in results(&folder, "out") {
                let is_whole = ["old", "new"].iter().any(|from| text == folder.read(&format!("{from}/{file}")));
                assert!(is_whole, "moment {moment}: half of {file}");
            }
            if let Ok(run) = fs::read_to_string(folder.path("out/run.json")) {
                assert!(serde_json::from_str::<serde_json::Value>(&run).is_ok(), "moment {moment}");
            }
        }
        assert!(n_killed > 0, "no run was killed before its end");
    }

    /// A file system that is full: what stood there before is as it was, nothing else is left, and the message says so.
    #[test]
    fn a_full_disk_harms_nothing() {
        let folder = texts();
        fs::create_dir(folder.path("small")).expect("it is ours");
        let small = folder.path("small");
        let mount = Command::new("mount").args(["-t", "tmpfs", "-o", "size=256k", "tmpfs"]).arg(&small).output();
        if !mount.is_ok_and(|output| output.status.success()) {
            eprintln!("SKIPPED a_full_disk_harms_nothing: this user may not mount a small file system");
            return;
        }
        let unmount = Unmount(small);
        folder.score(&["in", "-o", "small/out"]).ends(0);
        let before = (folder.names("small/out"), results(&folder, "small/out"), folder.read("small/out/run.json"));
        folder.write("long/a.txt", B.repeat(20_000));
        let full = folder.score(&["long", "-o", "small/out"]).ends(2);
        assert!(full.err.contains("small/out") && full.err.contains("as it was"), "{}", full.err);
        assert_eq!(
            (folder.names("small/out"), results(&folder, "small/out"), folder.read("small/out/run.json")),
            before
        );
        drop(unmount);
    }

    struct Unmount(std::path::PathBuf);

    impl Drop for Unmount {
        fn drop(&mut self) {
            let _ = Command::new("umount").arg(&self.0).status();
        }
    }
}

/// The names of all commands of the program, as its help lists them.
fn commands(folder: &Folder, path: &[&str]) -> Vec<Vec<String>> {
    let help = folder.run(&[path, &["--help"]].concat()).ends(0).out;
    let listed = help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    let names = listed.filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    let mut all = Vec::new();
    for name in names.filter_map(|line| line.split_whitespace().next()).filter(|name| *name != "help") {
        let inner = [path, &[name]].concat();
        all.push(inner.iter().map(|part| (*part).to_owned()).collect());
        all.extend(commands(folder, &inner));
    }
    all
}

#[test]
fn every_command_has_examples_and_a_page() {
    let folder = Folder::new();
    let commands = commands(&folder, &[]);
    assert!(commands.len() > 10 && commands.contains(&vec!["lexicon".to_owned(), "stats".to_owned()]), "{commands:?}");
    folder.run(&["man", "pages"]).ends(0);
    let pages = folder.names("pages");
    for command in &commands {
        let arguments: Vec<&str> = command.iter().map(String::as_str).chain(["--help"]).collect();
        let help = folder.run(&arguments).ends(0).out;
        let example = format!("throughline {}", command.join(" "));
        assert!(help.contains("Examples:") && help.contains(&example), "no example in `{example} --help`:\n{help}");
        let page = format!("throughline-{}.1", command.join("-"));
        assert!(pages.contains(&page), "no page {page} in {pages:?}");
        assert!(folder.read(&format!("pages/{page}")).contains("Examples:"), "no example in {page}");
    }
}

#[test]
fn shells_learn_the_commands() {
    let folder = Folder::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = folder.run(&["completions", shell]).ends(0).out;
        assert!(["kwic", "rerun", "resume"].iter().all(|word| script.contains(word)), "{shell}");
    }
    folder.run(&["completions", "abacus"]).ends(2);
}

/// Every shape is read, scored and written; twice the text has twice the words.
#[test]
fn shapes_grow_as_they_say() {
    let folder = Folder::new();
    for (number, (_, shape)) in support::shapes::SHAPES.iter().enumerate() {
        folder.write(&format!("in/{number:02}-1.txt"), shape(600));
        folder.write(&format!("in/{number:02}-2.txt"), shape(1200));
    }
    let documents = Table::of(&folder.score(&["in"]).ends(0).out);
    for (number, (name, _)) in support::shapes::SHAPES.iter().enumerate() {
        let [one, two] = [0, 1].map(|which| documents.number(2 * number + which, "words"));
        let is_empty = name.contains("quotation marks");
        assert!(if is_empty { two == 0.0 } else { (1.9..=2.1).contains(&(two / one)) }, "{name}: {one} {two}");
    }
}
