//! `cargo xtask memory`: whether memory stays flat while a table goes through that is larger than any memory should be.
//!
//! A table is made on the fly and piped in; the greatest resident memory of the program is read from `/proc`, so this runs on Linux alone.

use super::bench::narratives;
use super::{cargo, target};
use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// What the README promises, in MiB.
const MOST: u64 = 200;

/// Options: `--megabytes N` (1000), `--format csv|jsonl` (both), `--binary PATH`.
pub(super) fn memory(arguments: &[&str]) -> Result<(), String> {
    let mut megabytes = 1000;
    let mut formats = vec!["csv", "jsonl"];
    let mut binary = None;
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        let value = rest.next().ok_or_else(|| format!("{argument} needs a value"))?;
        match *argument {
            "--megabytes" => megabytes = value.parse().map_err(|_| "--megabytes needs a number")?,
            "--format" => formats = vec![value],
            "--binary" => binary = Some(PathBuf::from(value)),
            other => return Err(format!("memory: no such option: {other}")),
        }
    }
    if !cfg!(target_os = "linux") {
        eprintln!("SKIPPED memory: resident memory is read from /proc, which only Linux has");
        return Ok(());
    }
    let binary = match binary {
        Some(binary) => binary,
        None => {
            cargo(&["build", "--release", "--quiet"])?;
            target().join("release/throughline")
        }
    };
    let texts = narratives()?;
    println!("| table | MB | seconds | MB/s | greatest resident memory (MiB) |\n|---|---|---|---|---|");
    let mut is_flat = true;
    for format in formats {
        let (bytes, seconds, resident) = pipe(&binary, format, megabytes * 1_000_000, &texts)?;
        let mb = bytes as f64 / 1e6;
        println!("| {format} | {mb:.0} | {seconds:.1} | {:.1} | {resident} |", mb / seconds);
        is_flat &= resident <= MOST;
    }
    if is_flat { Ok(()) } else { Err(format!("more than {MOST} MiB resident")) }
}

/// Pipes a table of so many bytes in; gives the bytes, the seconds, and the greatest resident memory in MiB.
fn pipe(binary: &PathBuf, format: &str, n_bytes: u64, texts: &[String]) -> Result<(u64, f64, u64), String> {
    let out = target().join("bench/memory");
    fs::create_dir_all(&out).map_err(|error| error.to_string())?;
    let started = Instant::now();
    let mut child = Command::new(binary)
        .args(["score", "-", "--input-format", format, "-o"])
        .arg(&out)
        .stdin(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| error.to_string())?;
    let mut pipe = child.stdin.take().ok_or("no pipe")?;
    let (is_done, peak) = (AtomicBool::new(false), AtomicU64::new(0));
    let status_file = format!("/proc/{}/status", child.id());
    let written = std::thread::scope(|scope| {
        scope.spawn(|| {
            while !is_done.load(Ordering::Relaxed) {
                let status = fs::read_to_string(&status_file).unwrap_or_default();
                let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
                let kib = line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0);
                peak.fetch_max(kib / 1024, Ordering::Relaxed);
                std::thread::sleep(Duration::from_millis(20));
            }
        });
        let written = write_rows(&mut pipe, format, n_bytes, texts);
        drop(pipe);
        let status = child.wait();
        is_done.store(true, Ordering::Relaxed);
        match (written, status) {
            (Ok(written), Ok(status)) if status.success() => Ok(written),
            (written, status) => Err(format!("{format}: {written:?}, {status:?}")),
        }
    })?;
    Ok((written, started.elapsed().as_secs_f64(), peak.load(Ordering::Relaxed)))
}

fn write_rows(pipe: &mut impl Write, format: &str, n_bytes: u64, texts: &[String]) -> std::io::Result<u64> {
    let mut written = 0;
    if format == "csv" {
        pipe.write_all(b"id,text\n")?;
    }
    for number in 0_u64.. {
        if written >= n_bytes {
            break;
        }
        let text = &texts[number as usize % texts.len()];
        let row = match format {
            "csv" => format!("{number},\"{}\"\n", text.replace('"', "\"\"")),
            _ => format!("{}\n", serde_json::json!({ "id": number.to_string(), "text": text })),
        };
        pipe.write_all(row.as_bytes())?;
        written += row.len() as u64;
    }
    Ok(written)
}
