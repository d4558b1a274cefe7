//! What stands where results go: the user's files are spared, those of earlier runs make room, and no temporary file stays behind.
#![cfg(feature = "cli")]
#![allow(clippy::disallowed_methods, reason = "these tests meet the world")]

use crate::support::{Folder, LEXICON, Run};
use std::fs;

const TEXT: &str = "It was nothing. I still wonder about my mother. They always hated us.";

fn texts() -> Folder {
    Folder::with(&[("in/a.txt", TEXT), ("in/b.txt", "I wonder.")])
}

/// All files below a folder.
fn below(folder: &Folder, name: &str) -> Vec<String> {
    let mut found = Vec::new();
    for name in folder.names(name).iter().map(|inner| format!("{name}/{inner}")) {
        if folder.path(&name).is_dir() {
            found.extend(below(folder, &name));
        } else {
            found.push(name);
        }
    }
    found
}

#[track_caller]
fn refused(run: Run, told: &str) {
    let run = run.ends(2);
    assert!(run.err.contains(told), "{}", run.err);
}

#[test]
fn a_table_of_the_user_is_no_result() {
    let own = "id,text\n1,I wonder.\n";
    let all = texts();
    all.score(&["in", "-o", "out"]).ends(0);
    let names = all.names("out");
    for name in ["documents.csv", "sentences.csv", "codebook.csv", "load.R", "report.html", "run.json"] {
        assert!(names.contains(name), "{name}");
    }
    for name in names {
        let folder = texts();
        folder.write(&format!("out/{name}"), own);
        refused(folder.score(&["in", "-o", "out"]), &format!("out/{name}: is not of an earlier run in this folder"));
        assert_eq!(below(&folder, "out"), [format!("out/{name}")]);
        assert_eq!(folder.read(&format!("out/{name}")), own);
        folder.score(&["in", "-o", "out", "--overwrite"]).ends(0);
        assert_eq!(folder.table("out/documents.csv").rows.len(), 2);
    }
    // What would not be written does not stand in the way, and stays.
    let folder = texts();
    folder.write("out/units.csv", own);
    folder.write("out/data/own.csv", own);
    folder.score(&["in", "-o", "out"]).ends(0);
    folder.score(&["in", "-o", "out"]).ends(0);
    assert_eq!((folder.read("out/units.csv"), folder.read("out/data/own.csv")), (own.to_owned(), own.to_owned()));
    refused(folder.score(&["in", "-o", "out", "--unit", "turn"]), "out/units.csv: is not of an earlier run");
}

#[test]
fn results_that_somebody_changed_are_kept() {
    let folder = texts();
    folder.score(&["in", "-o", "out"]).ends(0);
    let coded = folder.read("out/sentences.csv").replace("wonder", "WONDER");
    folder.write("out/sentences.csv", &coded);
    for more in [&[][..], &["--resume"], &["--psych-ds"]] {
        let run = folder.score(&[&["in", "-o", "out"], more].concat());
        refused(run, "out/sentences.csv: was changed since it was written");
        assert_eq!(folder.read("out/sentences.csv"), coded);
    }
    folder.score(&["in", "-o", "out", "--overwrite"]).ends(0);
    assert!(!folder.read("out/sentences.csv").contains("WONDER"));
    // What takes texts out says so in run.json, and can be scored into again; but not what was changed before.
    folder.run(&["redact", "out"]).ends(0);
    folder.score(&["in", "-o", "out"]).ends(0);
    folder.write("out/sentences.csv", &coded);
    folder.run(&["redact", "out"]).ends(0);
    refused(folder.score(&["in", "-o", "out"]), "out/sentences.csv: was changed since it was written");
    // Nor by a run that is done again, even if it was allowed at the time.
    folder.score(&["in", "-o", "out", "--overwrite"]).ends(0);
    folder.write("mine/documents.csv", "precious");
    refused(folder.run(&["rerun", "out", "-o", "mine"]), "mine/documents.csv: is not of an earlier run");
}

/// A run that was killed while its results got their names.
#[test]
fn what_is_half_of_two_runs_makes_room() {
    let folder = texts();
    folder.score(&["in", "-o", "out"]).ends(0);
    folder.write("in/c.txt", TEXT);
    folder.score(&["in", "-o", "next"]).ends(0);
    folder.write("out/documents.csv", folder.read("next/documents.csv"));
    refused(folder.score(&["in", "-o", "out"]), "out/documents.csv: was changed");
    folder.write("out/.throughline-run.json", folder.read("next/run.json"));
    folder.score(&["in", "-o", "out"]).ends(0);
    assert_eq!(
        below(&folder, "out"),
        below(&folder, "next").iter().map(|file| file.replace("next", "out")).collect::<Vec<_>>()
    );
}

/// Folders of results are passed on, and a `run.json` may say anything.
#[test]
fn nothing_outside_of_the_folder_is_touched() {
    let folder = texts();
    folder.score(&["in", "-o", "out", "--unit", "turn"]).ends(0);
    folder.write("victim.txt", TEXT);
    let run = folder.read("out/run.json");
    for name in ["../victim.txt", "data/study-../../../victim_desc-units_data.csv", "own.txt"] {
        folder.write("out/own.txt", TEXT);
        folder.write("out/run.json", run.replace("\"units.csv\"", &format!("\"{name}\"")));
        folder.score(&["in", "-o", "out", "--overwrite"]).ends(0);
        assert!(folder.path("victim.txt").exists() && folder.path("out/own.txt").exists(), "{name}");
    }
}

#[test]
fn folders_of_the_user_stay() {
    let folder = texts();
    fs::create_dir_all(folder.path("out/data")).expect("it is ours");
    folder.write("out/.throughline-backup/notes.txt", TEXT);
    folder.write("out/.throughline-abcdef/notes.txt", TEXT);
    folder.score(&["in", "-o", "out"]).ends(0);
    for name in ["data", ".throughline-backup/notes.txt", ".throughline-abcdef/notes.txt"] {
        assert!(folder.path("out").join(name).exists(), "{name}");
    }
    folder.write("out/report/00001.html", TEXT);
    refused(folder.score(&["in", "-o", "out"]), "00001.html: is no page of a report");
    assert_eq!(folder.read("out/report/00001.html"), TEXT);
}

#[test]
fn inputs_are_spared() {
    let own = "id,text\n1,I wonder.\n";
    let folder = texts();
    folder.write("documents.csv", own);
    for input in ["documents.csv", "."] {
        refused(folder.score(&[input, "-o", ".", "--overwrite"]), "is read, and would be written over");
    }
    // What would go.
    folder.score(&["in", "-o", "out", "--psych-ds"]).ends(0);
    let stale = "out/data/study-out_desc-sentences_data.csv";
    refused(folder.score(&[stale, "-o", "out"]), "is read, and would be written over");
    assert!(folder.path(stale).exists());
    let gold = "{\"document\":\"d\",\"sentences\":[{\"speaker\":\"P\",\"text\":\"I wonder.\",\"markers\":[]}]}\n";
    folder.write("gold.jsonl", gold);
    folder.write("gold/g.jsonl", gold);
    let text = folder.read("in/a.txt");
    let labels = "document,sentence,labels\na,1,x\n";
    folder.write("agreement.csv", labels);
    folder.write("other.csv", labels);
    let commands: [&[&str]; 7] = [
        &["export", "qdpx", "in", "-o", "in/a.txt", "--lexicon", LEXICON],
        &["evaluate", "gold", "-o", "gold/g.jsonl", "--lexicon", LEXICON],
        &["norms", "build", ".", "-o", "documents.csv"],
        &["export", "qdpx", "documents.csv", "-o", "documents.csv", "--lexicon", LEXICON],
        &["evaluate", "gold.jsonl", "-o", "./gold.jsonl", "--lexicon", LEXICON],
        &["agreement", "agreement.csv", "other.csv", "-o", "."],
        &["norms", "build", "documents.csv", "-o", "documents.csv"],
    ];
    for command in commands {
        refused(folder.run(command), "is read, and would be written over");
    }
    assert_eq!((folder.read("documents.csv"), folder.read("in/a.txt")), (own.to_owned(), text));
    assert_eq!(folder.read("gold/g.jsonl"), gold);
    assert_eq!((folder.read("gold.jsonl"), folder.read("agreement.csv")), (gold.to_owned(), labels.to_owned()));
}

#[test]
fn nothing_of_another_layout_is_left() {
    let telling = |folder: &Folder| {
        let files = below(folder, "out").into_iter().filter(|file| !file.ends_with(".parquet"));
        files.filter(|file| folder.read(file).contains("my mother")).collect::<Vec<_>>()
    };
    let layouts: [&[&str]; 2] = [&["--psych-ds"], &["--unit", "turn", "--long"]];
    for (first, second) in [(0, 1), (1, 0)] {
        let folder = texts();
        folder.score(&[&["in", "-o", "out"], layouts[first]].concat()).ends(0);
        assert!(!telling(&folder).is_empty());
        folder.score(&[&["in", "-o", "out", "--no-text"], layouts[second]].concat()).ends(0);
        assert_eq!(telling(&folder), [] as [&str; 0]);
        folder.score(&[&["in", "-o", "fresh/out", "--no-text"], layouts[second]].concat()).ends(0);
        let fresh = below(&folder, "fresh/out").into_iter().map(|file| file.replace("fresh/", ""));
        assert_eq!(below(&folder, "out"), fresh.collect::<Vec<_>>());
    }
}

#[test]
fn a_data_set_is_read_and_made_again_under_any_name() {
    let folder = texts();
    folder.write("in/c.txt", TEXT.repeat(20));
    folder.write("in/d.txt", TEXT.repeat(30));
    folder.score(&["in", "-o", "study", "--psych-ds"]).ends(0);
    fs::rename(folder.path("study"), folder.path("moved")).expect("both are ours");
    let again = folder.run(&["rerun", "moved"]).ends(0);
    assert!(again.out.ends_with("identical\n"), "{}", again.out);
    folder.score(&["in", "-o", "plain"]).ends(0);
    let rows = |first: &str, second: &str| folder.run(&["compare", first, second, "--resamples", "0"]).ends(0).out;
    assert_eq!(rows("moved", "moved"), rows("plain", "plain"));
    folder.run(&["norms", "build", "moved", "-o", "norms.json"]).ends(0);
    folder.run(&["agreement", "moved", "plain", "--resamples", "0"]).ends(0);
}

#[test]
fn tables_of_studies_spare_what_somebody_worked_in() {
    let folder = texts();
    folder.score(&["in", "-o", "a"]).ends(0);
    folder.write("b.csv", "document,sentence,markers\na,1,\n");
    folder.write(
        "gold.jsonl",
        "{\"document\":\"g\",\"sentences\":[{\"speaker\":\"P\",\"text\":\"It rained.\",\"markers\":[]}]}\n",
    );
    folder.write("mine.json", "{\"notes\": \"of mine\"}\n");
    let agree = ["agreement", "a/sentences.csv", "b.csv", "--resamples", "0", "-o", "ag"];
    let stats = ["lexicon", "stats", "in", "--lexicon", LEXICON, "-o", "st"];
    for (command, table) in [(&agree[..], "ag/disagreements.csv"), (&stats[..], "st/rules.csv")] {
        folder.run(command).ends(0);
        // Twice is no harm.
        folder.run(command).ends(0);
        let worked: String = folder.read(table).lines().map(|line| format!("{line},decided\n")).collect();
        folder.write(table, &worked);
        let refused = folder.run(command).ends(2);
        assert!(refused.err.contains(table) && refused.err.contains("other columns"), "{}", refused.err);
        assert_eq!(folder.read(table), worked);
    }
    let evaluate = ["evaluate", "gold.jsonl", "--lexicon", LEXICON, "--resamples", "0", "-o"];
    folder.run(&[&evaluate[..], &["e.json"]].concat()).ends(0);
    folder.run(&[&evaluate[..], &["e.json"]].concat()).ends(0);
    let refused = folder.run(&[&evaluate[..], &["mine.json"]].concat()).ends(2);
    assert!(refused.err.contains("mine.json: is no evaluation"), "{}", refused.err);
}

#[test]
fn what_a_killed_program_left_goes() {
    let folder = texts();
    let many = Folder::new();
    for number in 0..45 {
        many.write(&format!("in/{number}.txt"), TEXT);
    }
    many.score(&["in", "-o", "out"]).ends(0);
    folder.write("out/.throughline-abcDE1", TEXT);
    folder.write("out/.throughline-abcDE2/00001.html", many.read("out/report/00001.html"));
    folder.write("out/.own", TEXT);
    let is_left = || folder.path("out/.throughline-abcDE1").exists();
    // A program that lives holds a lock on its files.
    let in_use = fs::File::open(folder.path("out/.throughline-abcDE1")).expect("it is there");
    in_use.try_lock().expect("nobody else has it");
    folder.score(&["in", "-o", "out", "--no-text"]).ends(0);
    assert!(is_left());
    drop(in_use);
    folder.score(&["in", "-o", "out", "--no-text"]).ends(0);
    assert!(!is_left() && !folder.path("out/.throughline-abcDE2").exists() && folder.path("out/.own").exists());
}

#[cfg(unix)]
mod stopped {
    use super::*;
    use crate::support::signal;
    use std::process::{Child, Command, Stdio};
    use std::thread::sleep;
    use std::time::Duration;

    fn start(folder: &Folder, arguments: &[&str]) -> Child {
        Command::new(env!("CARGO_BIN_EXE_throughline"))
            .args(arguments)
            .current_dir(folder.path(""))
            .env("TMPDIR", folder.path("tmp"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program starts")
    }

    fn interrupt(child: &Child) {
        signal(child, "-INT");
    }

    /// Waits until the program has files that are not whole.
    fn wait_for(folder: &Folder, name: &str) {
        let is_at_work = || folder.names(name).iter().any(|file| file.starts_with(".throughline-"));
        for _ in 0..2000 {
            if is_at_work() {
                return;
            }
            sleep(Duration::from_millis(5));
        }
        panic!("it writes nothing");
    }

    fn long() -> Folder {
        let folder = Folder::new();
        for number in 0..40 {
            folder.write(&format!("in/{number}.txt"), TEXT.repeat(3000));
        }
        fs::create_dir(folder.path("tmp")).expect("it is ours");
        folder
    }

    #[test]
    fn done_again_and_stopped_it_leaves_nothing() {
        let folder = long();
        folder.score(&["in", "-o", "out"]).ends(0);
        let mut child = start(&folder, &["rerun", "out", "-j", "1"]);
        wait_for(&folder, "tmp");
        {
            use std::os::unix::fs::PermissionsExt;
            for name in folder.names("tmp") {
                let mode = fs::metadata(folder.path("tmp").join(name)).expect("it is there").permissions().mode();
                assert_eq!(mode & 0o077, 0, "others may look into it");
            }
        }
        interrupt(&child);
        assert_eq!(child.wait().expect("it ends").code(), Some(130));
        assert!(folder.names("tmp").is_empty());
    }

    /// A terminal that is closed ends the programs in it, unless they were started to go on.
    #[test]
    fn closed_terminals_are_of_no_matter_to_who_was_told_so() {
        let folder = long();
        let arguments = ["score", "in", "-o", "out", "--lexicon", LEXICON, "-j", "1"];
        // What these tests were told themselves, goes on to the program.
        let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
        let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:")).map(str::trim);
        let all_are_told = mask.is_some_and(|mask| u64::from_str_radix(mask, 16).is_ok_and(|mask| mask & 1 == 1));
        for (is_told, code) in [(true, 0), (all_are_told, if all_are_told { 0 } else { 130 })] {
            fs::create_dir_all(folder.path("out")).expect("it is ours");
            let mut child = if is_told {
                let program = env!("CARGO_BIN_EXE_throughline");
                let mut command = Command::new("nohup");
                command.arg(program).args(arguments).current_dir(folder.path(""));
                command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
                command.spawn().expect("the program starts")
            } else {
                start(&folder, &arguments)
            };
            wait_for(&folder, "out");
            signal(&child, "-HUP");
            let ended = child.wait().expect("it ends").code();
            // Only Linux tells what a program was told.
            assert!(ended == Some(code) || !cfg!(target_os = "linux"), "{ended:?}, told: {is_told}");
        }
    }

    #[test]
    fn ended_at_once_it_leaves_nothing() {
        let folder = long();
        fs::create_dir(folder.path("out")).expect("it is ours");
        let mut child = start(&folder, &["score", "in", "-o", "out", "--lexicon", LEXICON, "-j", "1"]);
        wait_for(&folder, "out");
        interrupt(&child);
        sleep(Duration::from_millis(100));
        interrupt(&child);
        assert_eq!(child.wait().expect("it ends").code(), Some(130));
        let left: Vec<String> = folder.names("out").into_iter().filter(|name| name.starts_with('.')).collect();
        assert_eq!(left, [] as [&str; 0]);
        // A command that cannot be stopped halfway.
        let mut child = start(&folder, &["export", "qdpx", "in", "-o", "project.qdpx", "--lexicon", LEXICON]);
        wait_for(&folder, "");
        interrupt(&child);
        assert_eq!(child.wait().expect("it ends").code(), Some(130));
        assert_eq!(folder.names("").into_iter().collect::<Vec<_>>(), ["in", "out", "tmp"]);
    }
}
