//! `cargo xtask bench`: how fast the program is beside counting words and beside the tools that people use today.
//!
//! Everything is run side by side, round after round, so that what else the machine does hits all alike; what counts is the median of the rounds and its ratio to that of `wc -w`. The
//! peers come from PyPI into a virtual environment in the target folder. The corpus is built from the narratives in `corpus/`.

use super::{cargo, root, target};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

const DOCUMENTS: usize = 2000;
const DOCUMENT_BYTES: usize = 10_000;
/// The slow ones get the first so many documents.
const PEER_DOCUMENTS: usize = 40;
const ROUNDS: usize = 9;

/// One tool in the table.
struct Tool {
    name: String,
    /// Runs once; seconds and bytes.
    run: Box<dyn Fn() -> Result<(f64, f64), String>>,
    /// Megabytes a second, round by round.
    speeds: Vec<f64>,
}

/// Runs the bench. Options: `--rounds N`, `--binary PATH` for a program that is built already, `--no-peers`.
pub(super) fn bench(arguments: &[&str]) -> Result<(), String> {
    let mut rounds = ROUNDS;
    let mut binary = None;
    let mut with_peers = true;
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        match *argument {
            "--rounds" => rounds = rest.next().and_then(|n| n.parse().ok()).ok_or("--rounds needs a number")?,
            "--binary" => binary = Some(PathBuf::from(rest.next().ok_or("--binary needs a path")?)),
            "--no-peers" => with_peers = false,
            other => return Err(format!("bench: no such option: {other}")),
        }
    }
    let binary = match binary {
        Some(binary) => binary,
        None => {
            cargo(&["build", "--release", "--quiet"])?;
            target().join("release/throughline")
        }
    };
    let folder = target().join("bench");
    let corpus = folder.join("corpus");
    let bytes = build_corpus(&corpus)?;
    let whole = folder.join("whole.txt");
    build_whole(&corpus, &whole)?;
    let lists = folder.join("lists.txt");
    let n_entries = build_lists(&lists)?;
    let mut tools = vec![timed(
        "`wc -w`",
        bytes,
        vec!["sh".into(), "-c".into(), format!("LC_ALL=C wc -w {}/*.txt", corpus.display())],
    )];
    let score = |more: &[&str], input: &Path| {
        let mut line = vec![binary.display().to_string(), "score".to_owned(), input.display().to_string()];
        line.extend(more.iter().map(|argument| (*argument).to_owned()));
        line
    };
    let out = folder.join("results").display().to_string();
    tools.push(timed("**Throughline**, documents.csv, one thread", bytes, score(&["-j", "1"], &corpus)));
    tools.push(timed("**Throughline**, all tables, one thread", bytes, score(&["-j", "1", "-o", &out], &corpus)));
    tools.push(timed("**Throughline**, documents.csv, two threads", bytes, score(&["-j", "2"], &corpus)));
    tools.push(timed("**Throughline**, one document, one thread", bytes, score(&["-j", "1"], &whole)));
    tools.push(timed("**Throughline**, one document, two threads", bytes, score(&["-j", "2"], &whole)));
    let scripts = if with_peers { environment(&folder)? } else { None };
    let ripgrep = scripts.as_ref().map(|scripts| scripts.join("rg")).filter(|path| path.exists());
    match ripgrep.or_else(|| runs("rg").then(|| PathBuf::from("rg"))) {
        Some(rg) => {
            let line = [rg.as_path(), Path::new("-j1"), Path::new("-oiwFf"), &lists, &corpus];
            let line = line.iter().map(|part| part.display().to_string()).collect();
            tools.push(timed(&format!("ripgrep, {n_entries} entries of the word lists"), bytes, line));
        }
        None => eprintln!("SKIPPED ripgrep: neither in the virtual environment nor on the path"),
    }
    if let Some(scripts) = &scripts {
        let script = folder.join("peers.py");
        fs::write(&script, include_str!("peers.py")).map_err(|error| error.to_string())?;
        for (peer, what) in [
            ("liwc", "PyPI `liwc`, the same lists"),
            ("spacy", "PyPI `spacy`, blank + PhraseMatcher, the same lists"),
            ("vaderSentiment", "PyPI `vaderSentiment`, its own lexicon"),
            ("empath", "PyPI `empath`, its own lexicon"),
        ] {
            let python = scripts.join("python");
            let n = PEER_DOCUMENTS.to_string();
            let line = [python, script.clone(), peer.into(), corpus.clone(), n.into(), lists.clone()];
            let line: Vec<String> = line.iter().map(|part| part.display().to_string()).collect();
            tools.push(Tool { name: what.to_owned(), run: Box::new(move || peer_run(&line)), speeds: Vec::new() });
        }
    }
    measure(&mut tools, rounds);
    print_table(&tools, rounds, bytes);
    Ok(())
}

/// A program whose whole run is timed.
fn timed(name: &str, bytes: f64, line: Vec<String>) -> Tool {
    let run = move || {
        let started = Instant::now();
        let status = Command::new(&line[0]).args(&line[1..]).stdout(Stdio::null()).stderr(Stdio::null()).status();
        match status {
            Ok(status) if status.success() => Ok((started.elapsed().as_secs_f64(), bytes)),
            Ok(status) => Err(format!("{}: {status}", line.join(" "))),
            Err(error) => Err(format!("{}: {error}", line.join(" "))),
        }
    };
    Tool { name: name.to_owned(), run: Box::new(run), speeds: Vec::new() }
}

/// A peer in Python, which times itself.
fn peer_run(line: &[String]) -> Result<(f64, f64), String> {
    let output = Command::new(&line[0]).args(&line[1..]).output().map_err(|error| error.to_string())?;
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    let numbers: Vec<f64> = printed.split_whitespace().filter_map(|number| number.parse().ok()).collect();
    match numbers[..] {
        [seconds, bytes, answer] if output.status.success() && answer > 0.0 => Ok((seconds, bytes)),
        _ => Err(format!("{}: {printed}{}", line.join(" "), String::from_utf8_lossy(&output.stderr))),
    }
}

/// One round to warm up, then the rounds that count. A tool that fails falls out and says why.
fn measure(tools: &mut Vec<Tool>, rounds: usize) {
    for round in 0..=rounds {
        eprintln!("round {round} of {rounds}");
        tools.retain_mut(|tool| match (tool.run)() {
            Ok((seconds, bytes)) => {
                if round > 0 {
                    tool.speeds.push(bytes / seconds / 1e6);
                }
                true
            }
            Err(message) => {
                eprintln!("SKIPPED {}: {message}", tool.name);
                false
            }
        });
    }
}

fn print_table(tools: &[Tool], rounds: usize, bytes: f64) {
    let median = |tool: &Tool| {
        let mut speeds = tool.speeds.clone();
        speeds.sort_by(f64::total_cmp);
        speeds.get(speeds.len() / 2).copied().unwrap_or(f64::NAN)
    };
    let reference = tools.first().filter(|tool| tool.name.contains("wc")).map_or(f64::NAN, median);
    println!("{}; {DOCUMENTS} documents, {:.1} MB; medians of {rounds} rounds side by side\n", machine(), bytes / 1e6);
    println!("| tool | MB/s | of `wc -w` | slowest to fastest round |\n|---|---|---|---|");
    for tool in tools {
        let speed = median(tool);
        let slowest = tool.speeds.iter().copied().fold(f64::INFINITY, f64::min);
        let fastest = tool.speeds.iter().copied().fold(0.0, f64::max);
        println!("| {} | {speed:.1} | {:.3} | {slowest:.1}–{fastest:.1} |", tool.name, speed / reference);
    }
}

/// The machine in a line.
fn machine() -> String {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let value = |name: &str| info.lines().find(|line| line.starts_with(name)).and_then(|line| line.split(':').nth(1));
    let n = std::thread::available_parallelism().map_or(1, usize::from);
    format!("{}, {n} cores, {}", value("model name").unwrap_or("unknown processor").trim(), std::env::consts::OS)
}

/// Writes the documents: whole narratives, one after the other, until there is enough. Gives their bytes.
fn build_corpus(folder: &Path) -> Result<f64, String> {
    let told = |error: std::io::Error| error.to_string();
    let texts = narratives()?;
    let _ = fs::remove_dir_all(folder);
    fs::create_dir_all(folder).map_err(told)?;
    let mut bytes = 0;
    for number in 0..DOCUMENTS {
        let mut text = String::new();
        // 7 and the number of texts need have nothing in common for the documents to differ.
        let mut at = number * 7;
        while text.len() < DOCUMENT_BYTES {
            text.push_str(&texts[at % texts.len()]);
            text.push_str("\n\n");
            at += 1;
        }
        bytes += text.len();
        fs::write(folder.join(format!("{number:04}.txt")), text).map_err(told)?;
    }
    Ok(bytes as f64)
}

fn build_whole(corpus: &Path, whole: &Path) -> Result<(), String> {
    let told = |error: std::io::Error| error.to_string();
    let mut text = String::new();
    for number in 0..DOCUMENTS {
        text.push_str(&fs::read_to_string(corpus.join(format!("{number:04}.txt"))).map_err(told)?);
    }
    fs::write(whole, text).map_err(told)
}

/// Every narrative of `corpus/` as a text with labels, in the order of their paths.
pub(super) fn narratives() -> Result<Vec<String>, String> {
    let mut paths = Vec::new();
    for folder in ["examples", "neutral", "bench", "gold/test", "gold/train"] {
        let entries =
            fs::read_dir(root().join("corpus").join(folder)).map_err(|error| format!("corpus/{folder}: {error}"))?;
        paths.extend(entries.filter_map(Result::ok).map(|entry| entry.path()));
    }
    paths.retain(|path| !path.ends_with("README.md"));
    paths.sort();
    let mut texts = Vec::new();
    for path in paths {
        let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        if path.extension().is_none_or(|ending| ending != "jsonl") {
            texts.push(text);
            continue;
        }
        for line in text.lines() {
            let coded: Value = serde_json::from_str(line).map_err(|error| format!("{}: {error}", path.display()))?;
            let mut told = String::new();
            let mut speaker = String::new();
            for sentence in coded["sentences"].as_array().into_iter().flatten() {
                let field = |name: &str| sentence[name].as_str().unwrap_or_default().to_owned();
                if field("speaker") != speaker {
                    speaker = field("speaker");
                    told.push_str(&format!("\n{speaker}: "));
                }
                told.push_str(&field("text"));
                told.push(' ');
            }
            texts.push(told);
        }
    }
    if texts.is_empty() { Err("corpus/ has no narrative".to_owned()) } else { Ok(texts) }
}

/// Writes the words and phrases of the lexicon's lists, one a line, and says how many they are.
fn build_lists(path: &Path) -> Result<usize, String> {
    let folder = root().join("lexicons/en/lists");
    let mut entries = BTreeSet::new();
    for file in fs::read_dir(&folder).map_err(|error| error.to_string())?.filter_map(Result::ok) {
        let text = fs::read_to_string(file.path()).map_err(|error| error.to_string())?;
        let is_plain =
            |line: &&str| !line.is_empty() && line.chars().all(|c| c.is_alphabetic() || matches!(c, ' ' | '\''));
        entries.extend(text.lines().map(str::trim).filter(is_plain).map(str::to_owned));
    }
    let text: String = entries.iter().map(|entry| format!("{entry}\n")).collect();
    fs::write(path, text).map_err(|error| error.to_string())?;
    Ok(entries.len())
}

/// The folder of programs of the virtual environment with the peers in it; nothing, said loudly, where it cannot be made.
fn environment(folder: &Path) -> Result<Option<PathBuf>, String> {
    let venv = folder.join("venv");
    let scripts = venv.join(if cfg!(windows) { "Scripts" } else { "bin" });
    let done = venv.join("installed");
    if done.exists() {
        return Ok(Some(scripts));
    }
    let python = if runs("python3") { "python3" } else { "python" };
    let pip = scripts.join("python").display().to_string();
    let steps: [Vec<&str>; 2] = [
        vec![python, "-m", "venv", venv.to_str().unwrap_or_default()],
        vec![
            &pip,
            "-m",
            "pip",
            "install",
            "--quiet",
            "liwc",
            "empath",
            "vaderSentiment",
            "spacy",
            "ripgrep",
            "setuptools<81",
        ],
    ];
    for step in steps {
        if let Err(message) = super::run(step[0], &step[1..], &[]) {
            eprintln!("SKIPPED the peers from PyPI: {message}");
            return Ok(None);
        }
    }
    fs::write(&done, "").map_err(|error| error.to_string())?;
    Ok(Some(scripts))
}

fn runs(program: &str) -> bool {
    let tried = Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    tried.is_ok_and(|status| status.success())
}
