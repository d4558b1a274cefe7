//! Chores of the project: `cargo xtask test` runs every check there is, in the order in which a fault is found soonest.
#![allow(clippy::disallowed_methods, reason = "chores meet the world")]

use std::env;
use std::process::{Command, ExitCode};

const USAGE: &str =
    "usage: cargo xtask test    format, lints, tests, doc tests, lexicon check, docs, and the core alone for wasm32";

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let result = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["test"] => test(),
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
    cargo(&["clippy", "--workspace", "--all-targets", "--quiet", "--", "-D", "warnings"])?;
    cargo(&["test", "--workspace", "--quiet"])?;
    cargo(&["run", "--quiet", "--", "lexicon", "check"])?;
    cargo(&["clippy", "--lib", "--no-default-features", "--target", WASM, "--quiet", "--", "-D", "warnings"])?;
    cargo(&["build", "--lib", "--no-default-features", "--target", WASM, "--quiet"])?;
    let strict = [("RUSTDOCFLAGS", "-D warnings")];
    run("cargo", &["doc", "--no-deps", "--quiet"], &strict)?;
    println!("all checks passed");
    Ok(())
}

fn cargo(arguments: &[&str]) -> Result<(), String> {
    run("cargo", arguments, &[])
}

fn run(program: &str, arguments: &[&str], variables: &[(&str, &str)]) -> Result<(), String> {
    let line = format!("{program} {}", arguments.join(" "));
    println!("── {line}");
    // Inside `cargo run`, cargo names itself in a variable.
    let path = if program == "cargo" { env::var("CARGO").unwrap_or_else(|_| "cargo".into()) } else { program.into() };
    let status = Command::new(path).args(arguments).envs(variables.iter().copied()).status();
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{line}: {status}")),
        Err(error) => Err(format!("{line}: {error}")),
    }
}
