//! The architecture as a test: a module may import only what stands below it, and every module says what it is.
#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "a test reads the sources")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Every module with those it may import.
fn allowed() -> BTreeMap<&'static str, Vec<&'static str>> {
    BTreeMap::from([
        ("span", vec![]),
        ("hands", vec![]),
        ("delimiter", vec![]),
        ("diagnostic", vec!["span"]),
        ("document", vec!["span"]),
        ("segment", vec!["span", "hands", "document"]),
        ("lexicon", vec!["span", "diagnostic"]),
        ("pattern", vec!["span", "diagnostic", "document", "lexicon"]),
        ("privacy", vec!["span", "diagnostic", "document", "segment"]),
        ("read", vec!["span", "delimiter", "diagnostic", "document", "segment"]),
        ("context", vec!["span", "hands", "document", "segment", "lexicon", "pattern"]),
        ("matcher", vec!["span", "hands", "diagnostic", "document", "segment", "lexicon", "pattern", "context"]),
        (
            "score",
            vec!["span", "hands", "diagnostic", "document", "segment", "lexicon", "pattern", "context", "matcher"],
        ),
        (
            "analyzer",
            vec![
                "span",
                "hands",
                "diagnostic",
                "document",
                "segment",
                "lexicon",
                "pattern",
                "read",
                "privacy",
                "context",
                "matcher",
                "score",
            ],
        ),
        (
            "evaluate",
            vec![
                "span",
                "diagnostic",
                "document",
                "segment",
                "lexicon",
                "pattern",
                "context",
                "matcher",
                "score",
                "analyzer",
            ],
        ),
        (
            "study",
            vec![
                "span",
                "delimiter",
                "diagnostic",
                "document",
                "segment",
                "lexicon",
                "pattern",
                "context",
                "matcher",
                "score",
                "analyzer",
                "evaluate",
            ],
        ),
        (
            "report",
            vec![
                "span",
                "diagnostic",
                "document",
                "segment",
                "lexicon",
                "pattern",
                "context",
                "matcher",
                "score",
                "analyzer",
                "evaluate",
                "study",
                "privacy",
            ],
        ),
        (
            "exchange",
            vec![
                "span",
                "delimiter",
                "diagnostic",
                "document",
                "segment",
                "lexicon",
                "pattern",
                "read",
                "context",
                "matcher",
                "score",
                "analyzer",
                "report",
            ],
        ),
        (
            "cli",
            vec![
                "span",
                "hands",
                "diagnostic",
                "document",
                "segment",
                "lexicon",
                "pattern",
                "read",
                "context",
                "matcher",
                "score",
                "analyzer",
                "evaluate",
                "study",
                "privacy",
                "report",
                "exchange",
            ],
        ),
    ])
}

#[test]
fn imports_point_downward() {
    let allowed = allowed();
    let mut faults = Vec::new();
    for (module, path) in sources() {
        let Some(below) = allowed.get(module.as_str()) else {
            faults.push(format!("{}: the module `{module}` has no place in the layers", path.display()));
            continue;
        };
        let text = fs::read_to_string(&path).unwrap();
        for (number, line) in code_lines(&text) {
            for imported in imports(line) {
                if imported != module && !below.contains(&imported.as_str()) {
                    faults.push(format!("{}:{number}: `{module}` may not import `{imported}`", path.display()));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn the_test_sees_a_wrong_arrow() {
    assert_eq!(imports("use crate::score::Score;"), ["score"]);
    assert_eq!(
        imports("    let x = crate::matcher::Matcher::new(&crate::lexicon::builtin());"),
        ["matcher", "lexicon"]
    );
    assert_eq!(imports("use crate::{report, span::Span};"), ["report", "span"]);
    assert!(imports("use std::fs;").is_empty());
    assert!(!allowed()["segment"].contains(&"lexicon"), "text and knowledge first meet in context and matcher");
}

#[test]
fn only_the_rim_meets_the_world() {
    let banned =
        ["std::fs", "std::env::", "std::net", "std::process", "SystemTime", "Instant::", "println!(", "thread_rng"];
    let mut faults = Vec::new();
    for (module, path) in sources().into_iter().filter(|(module, _)| module != "cli") {
        let text = fs::read_to_string(&path).unwrap();
        for (number, line) in code_lines(&text) {
            faults.extend(
                banned
                    .iter()
                    .filter(|word| line.contains(**word))
                    .map(|word| format!("{}:{number}: `{module}` uses {word}", path.display())),
            );
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_module_says_what_it_is() {
    for (_, path) in sources() {
        let text = fs::read_to_string(&path).unwrap();
        let prose: String = text.lines().take_while(|line| !line.starts_with("use ")).collect();
        assert!(text.starts_with("/*!") && prose.len() > 60, "{}: open it with prose", path.display());
    }
}

#[test]
fn no_file_of_tests_is_left_out() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let all = fs::read_to_string(folder.join("all.rs")).unwrap();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|ending| ending == "rs") && !path.ends_with("all.rs") {
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            assert!(all.contains(&format!("\nmod {name};")), "tests/all.rs does not name {name}");
        }
    }
}

/// Lines before the unit tests that are not comments, with their numbers.
fn code_lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let lines = text.lines().take_while(|line| *line != "#[cfg(test)]").enumerate();
    let mut in_prose = false;
    lines.filter_map(move |(number, line)| {
        in_prose |= line.starts_with("/*!");
        let is_code = !in_prose && !line.trim_start().starts_with("//");
        in_prose &= !line.starts_with("*/");
        is_code.then_some((number + 1, line))
    })
}

/// The modules named behind `crate::` in a line.
fn imports(line: &str) -> Vec<String> {
    let name = |text: &str| text.chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect::<String>();
    let mut found = Vec::new();
    for rest in line.split("crate::").skip(1) {
        if let Some(group) = rest.strip_prefix('{') {
            found.extend(group.split(',').map(|part| name(part.trim())));
        } else {
            found.push(name(rest));
        }
    }
    found.retain(|name| !name.is_empty());
    found
}

/// Every source file of the library with the module it belongs to.
fn sources() -> Vec<(String, PathBuf)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    collect(&root, &mut found);
    found.sort();
    let module = |path: &Path| {
        let inside = path.strip_prefix(&root).unwrap();
        let first = inside.components().next().unwrap().as_os_str().to_string_lossy().into_owned();
        first.trim_end_matches(".rs").to_owned()
    };
    let all = found.into_iter().map(|path| (module(&path), path));
    all.filter(|(module, _)| module != "lib" && module != "main").collect()
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}
