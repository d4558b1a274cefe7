//! The guide in `docs/` as a test: every command in a block of kind `console` is run, one after the other, and must print what stands below it.
//!
//! `[..]` stands for any part of a line, `...` on a line of its own for any lines, `? N` behind the output for the exit code (0 unless given). A line that begins with `>` goes
//! on with the command.
#![cfg(all(feature = "cli", unix))]
#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "a test reads files and runs programs")]

use snapbox::{Assert, IntoData};
use std::fs;
use std::path::Path;
use std::process::Command;

/// A command of the guide.
#[derive(Debug, Default, PartialEq)]
struct Step {
    line: usize,
    command: String,
    expected: String,
    code: i32,
}

fn steps(text: &str) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let mut is_inside = false;
    for (number, line) in text.lines().enumerate() {
        if line.starts_with("```") {
            is_inside = line == "```console";
        } else if !is_inside {
        } else if let Some(command) = line.strip_prefix("$ ") {
            steps.push(Step { line: number + 1, command: command.to_owned(), ..Step::default() });
        } else if let Some(step) = steps.last_mut() {
            if let Some(more) = line.strip_prefix('>').filter(|_| step.expected.is_empty()) {
                step.command.push('\n');
                step.command.push_str(more.strip_prefix(' ').unwrap_or(more));
            } else if let Some(code) = line.strip_prefix("? ") {
                step.code = code.parse().unwrap();
            } else if !line.is_empty() {
                step.expected.push_str(line);
                step.expected.push('\n');
            }
        }
    }
    steps
}

/// Runs a page from its first command to its last, in a folder that has the project's narratives in it.
fn follow(page: &str) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink(root.join("corpus"), folder.path().join("corpus")).unwrap();
    let programs = Path::new(env!("CARGO_BIN_EXE_throughline")).parent().unwrap();
    let path = format!("{}:{}", programs.display(), std::env::var("PATH").unwrap());
    let steps = steps(&fs::read_to_string(root.join("docs").join(page)).unwrap());
    assert!(!steps.is_empty(), "{page} has no command");
    for step in steps {
        let mut shell = Command::new("sh");
        shell.args(["-c", &format!("exec 2>&1\n{}", step.command)]).current_dir(folder.path()).env("PATH", &path);
        for variable in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "COLUMNS", "TERM"] {
            shell.env_remove(variable);
        }
        let output = shell.output().unwrap();
        // Empty lines are for readers: blocks leave them out.
        let printed: String = String::from_utf8(output.stdout).unwrap();
        let printed: String = printed.lines().filter(|line| !line.is_empty()).map(|line| format!("{line}\n")).collect();
        let place = format!("docs/{page}:{}: {}", step.line, step.command);
        assert_eq!(output.status.code(), Some(step.code), "{place}\n{printed}");
        let same = Assert::new().try_eq(Some(&place), printed.clone().into_data(), step.expected.into_data());
        assert!(same.is_ok(), "{place}\n{}", same.unwrap_err());
    }
}

#[test]
fn start() {
    follow("start.md");
}

#[test]
fn study() {
    follow("study.md");
}

#[test]
fn lexicon() {
    follow("lexicon.md");
}

#[test]
fn numbers() {
    follow("numbers.md");
}

#[test]
fn commands_are_read_as_they_are_meant() {
    let text = "$ not this\n```console\n$ one \\\n> two\nout\n...\n\n$ three\n? 2\n```\n```text\n$ nor this\n```\n";
    let found = steps(text);
    assert_eq!(found.len(), 2);
    assert_eq!(found[0], Step { line: 3, command: "one \\\ntwo".into(), expected: "out\n...\n".into(), code: 0 });
    assert_eq!((found[1].command.as_str(), found[1].code), ("three", 2));
}
