//! Chores of the project: `cargo xtask test` runs every check there is, in the order in which a fault is found soonest; `bench` and `memory` measure.
#![allow(clippy::disallowed_methods, reason = "chores meet the world")]

mod bench;
mod memory;

use std::env;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

const USAGE: &str = "\
usage: cargo xtask test      format, lints, tests, doc tests, lexicon check, docs, and the core alone for wasm32
       cargo xtask bench     speed beside `wc -w`, ripgrep and PyPI's liwc, empath, vaderSentiment and spacy
                             [--rounds N] [--binary PATH] [--no-peers]
       cargo xtask memory    resident memory while a large table is piped in
                             [--megabytes N] [--format csv|jsonl] [--binary PATH]";

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let result = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["test"] => test(),
        ["bench", ref rest @ ..] => bench::bench(rest),
        ["memory", ref rest @ ..] => memory::memory(rest),
        _ => Err(USAGE.to_owned()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

fn test() -> Result<(), String> {
    const WASM: &str = "wasm32-unknown-unknown";
    // What a minimal installation of the toolchain lacks; says so and goes on where there is no rustup.
    for needed in [&["component", "add", "rustfmt", "clippy"][..], &["target", "add", WASM]] {
        if run("rustup", needed, &[]).is_err() {
            eprintln!("rustup {} did not work; going on with what is installed", needed.join(" "));
        }
    }
    cargo(&["fmt", "--all", "--check"])?;
    // With the feature that is off by default, so that its code is looked at, too.
    let clippy = ["clippy", "--workspace", "--all-targets", "--features", "parquet", "--quiet", "--", "-D", "warnings"];
    cargo(&clippy)?;
    cargo(&["test", "--workspace", "--quiet"])?;
    cargo(&["test", "--quiet", "--features", "parquet", "--test", "all", "--", "parquet::", "layers::"])?;
    cargo(&["run", "--quiet", "--", "lexicon", "check"])?;
    cargo(&["clippy", "--lib", "--no-default-features", "--target", WASM, "--quiet", "--", "-D", "warnings"])?;
    cargo(&["build", "--lib", "--no-default-features", "--target", WASM, "--quiet"])?;
    let strict = [("RUSTDOCFLAGS", "-D warnings")];
    run("cargo", &["doc", "--no-deps", "--quiet"], &strict)?;
    instructions()?;
    println!("all checks passed");
    Ok(())
}

/// Counts instructions, where that can be done: a tenth more than were stated is a fault.
fn instructions() -> Result<(), String> {
    let runner = env::var_os("GUNGRAUN_RUNNER").unwrap_or_else(|| "gungraun-runner".into());
    let is_there = |program: &OsStr| Command::new(program).arg("--version").output().is_ok();
    if is_there(OsStr::new("valgrind")) && is_there(&runner) {
        return cargo(&["bench", "--quiet", "--bench", "instructions"]);
    }
    println!("SKIPPED counting instructions: it needs valgrind, and `cargo install gungraun-runner --version 0.19.1`");
    Ok(())
}

/// The folder of the project.
fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("."))
}

/// The folder into which cargo builds.
fn target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

fn cargo(arguments: &[&str]) -> Result<(), String> {
    run("cargo", arguments, &[])
}

fn run(program: &str, arguments: &[&str], variables: &[(&str, &str)]) -> Result<(), String> {
    let line = format!("{program} {}", arguments.join(" "));
    println!("── {line}");
    // Inside `cargo run`, cargo names itself in a variable.
    let path = if program == "cargo" { env::var("CARGO").unwrap_or_else(|_| "cargo".into()) } else { program.into() };
    // All is built from nothing here, mostly: what would make the next build quicker takes two gigabytes, and time to write.
    let status =
        Command::new(path).args(arguments).env("CARGO_INCREMENTAL", "0").envs(variables.iter().copied()).status();
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{line}: {status}")),
        Err(error) => Err(format!("{line}: {error}")),
    }
}
