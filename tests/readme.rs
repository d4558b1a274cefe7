//! What the README shows is what the program prints. `UPDATE_GOLD=1` renews the table of the examples.

#![allow(clippy::disallowed_methods, reason = "tests read the README")]

use std::error::Error;
use std::fs;
use std::process::Command;

const README: &str = "README.md";

fn printed(arguments: &[&str]) -> Result<String, Box<dyn Error>> {
    let output = Command::new(env!("CARGO_BIN_EXE_throughline"))
        .args(arguments)
        .env("NO_COLOR", "1")
        .env_remove("COLUMNS")
        .output()?;
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    let lines: Vec<String> = String::from_utf8(output.stdout)?
        .replace("\r\n", "\n")
        .lines()
        .map(|line| line.trim_end().to_owned())
        .collect();
    Ok(lines.join("\n"))
}

/// Where the block of text stands that follows a comment.
fn block(readme: &str, comment: &str) -> Option<std::ops::Range<usize>> {
    let opened = readme.find(comment)?;
    let start = opened + readme[opened..].find("```text\n")? + "```text\n".len();
    Some(start..start + readme[start..].find("\n```")?)
}

#[test]
fn the_table_of_the_examples_is_what_is_printed() -> Result<(), Box<dyn Error>> {
    let readme = fs::read_to_string(README)?.replace("\r\n", "\n");
    let table = printed(&["score", "corpus/examples", "--format", "table"])?;
    let place =
        block(&readme, "<!-- the output of: throughline score corpus/examples --format table -->").ok_or("no table")?;
    if std::env::var_os("UPDATE_GOLD").is_some() {
        fs::write(README, format!("{}{table}{}", &readme[..place.start], &readme[place.end..]))?;
        return Ok(());
    }
    assert_eq!(&readme[place], table, "renew it with UPDATE_GOLD=1");
    Ok(())
}

#[test]
fn the_lines_of_an_interview_are_what_is_printed() -> Result<(), Box<dyn Error>> {
    let readme = fs::read_to_string(README)?.replace("\r\n", "\n");
    let told = printed(&["explain", "corpus/examples/interview-shetland-ferry.txt"])?;
    let place = block(&readme, "<!-- from the output of: throughline explain").ok_or("no lines of an interview")?;
    let shown = &readme[place];
    assert!(told.contains(shown), "README shows\n{shown}\nwhich is not in\n{told}");
    Ok(())
}
