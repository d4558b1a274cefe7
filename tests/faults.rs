//! Every fault that an author of a lexicon can meet, as people see it.
//!
//! Each file in `tests/faults/` is named after a fault. It holds a small lexicon (sections `== path`) and, behind `== faults`, exactly what
//! `throughline lexicon check` says. To add a fault, add a file; `UPDATE_GOLDEN=1 cargo test --test all faults::` writes the last section. Read it aloud.
#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "a test reads its fixtures")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use throughline::analyzer;
use throughline::cli::faults::render;
use throughline::lexicon::File;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

#[test]
fn faults_look_as_agreed() {
    let update = std::env::var_os("UPDATE_GOLDEN").is_some();
    let mut wrong = Vec::new();
    for path in goldens() {
        let golden = fs::read_to_string(&path).unwrap();
        let mut sections: Vec<(&str, &str)> =
            golden.split("== ").skip(1).map(|section| section.split_once('\n').unwrap_or((section, ""))).collect();
        let (_, expected) = sections.pop().unwrap();
        let files: Vec<File> =
            sections.iter().map(|(path, text)| File { path: (*path).to_owned(), text: (*text).to_owned() }).collect();
        let checked = analyzer::check(&files);
        let found = render(&checked.faults, "", &files, false);
        let found: String = found.lines().map(|line| format!("{}\n", line.trim_end())).collect();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        if name != "all-at-once" && !checked.faults.iter().any(|fault| fault.code == name) {
            wrong.push(format!("{name}: no such fault in\n{found}"));
        }
        if found.trim_end() == expected.trim_end() {
            continue;
        }
        if update {
            let head = golden.split("== faults\n").next().unwrap();
            fs::write(&path, format!("{head}== faults\n{}\n", found.trim_end())).unwrap();
        } else {
            wrong.push(format!("{name}: expected\n{expected}\nfound\n{found}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_fault_has_a_golden_file() {
    let names: BTreeSet<String> =
        goldens().iter().map(|path| path.file_stem().unwrap().to_string_lossy().into_owned()).collect();
    let mut codes = BTreeSet::new();
    for folder in ["src/lexicon", "src/pattern", "src/analyzer", "src/privacy"] {
        // What is said of dictionaries of other programs, and of several lexicons together, is tested in `tests/dictionaries.rs`.
        let paths = fs::read_dir(root().join(folder)).unwrap().map(|entry| entry.unwrap().path());
        for path in paths.filter(|path| path.is_file() && !path.ends_with("join.rs")) {
            let text = fs::read_to_string(path).unwrap();
            let code = text.split("#[cfg(test)]").next().unwrap();
            // A code is the first string after one of these.
            for opening in ["Diagnostic::error(", "Diagnostic::warning(", ".error(", "code: "] {
                for rest in code.split(opening).skip(1) {
                    if let Some(name) = rest.trim_start().strip_prefix('"').and_then(|rest| rest.split('"').next()) {
                        codes.insert(name.to_owned());
                    }
                }
            }
        }
    }
    assert!(codes.len() > 35, "the test must find the codes: {codes:?}");
    let missing: Vec<&String> = codes.difference(&names).collect();
    assert!(missing.is_empty(), "faults without a golden file: {missing:?}");
}

fn goldens() -> Vec<PathBuf> {
    let entries = fs::read_dir(root().join("tests/faults")).unwrap();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}
