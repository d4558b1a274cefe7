/*!
The command line.
*/
#![allow(clippy::print_stdout, clippy::disallowed_methods, reason = "the command line meets the world")]
pub mod faults;
use crate::lexicon::File;
use std::process::ExitCode;
/// main
pub fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().collect();
    let mut files = Vec::new();
    let dir = std::path::Path::new(&args[3]);
    for e in walkdir::WalkDir::new(dir).sort_by_file_name().into_iter().flatten() {
        if e.file_type().is_file() {
            let path = e.path().strip_prefix(dir).map(|p| p.to_string_lossy().into_owned()).unwrap_or_default();
            files.push(File { path, text: std::fs::read_to_string(e.path()).unwrap_or_default() });
        }
    }
    let c = crate::analyzer::check(&files);
    print!("{}", faults::render(&c.faults, "", &files, false));
    println!("{} rules, {} examples, {} faults", c.n_rules, c.n_examples, c.faults.len());
    ExitCode::SUCCESS
}
