/*!
`throughline redact DIR`: results without texts, made of results with them.
*/

use super::Exit;
use super::inputs::hash_of;
use super::pages::{is_page, is_run};
use super::places::{counted, is_full, make_folder};
use super::shape::{RESULT_TEXTS, RUN};
use super::standing::Standing;
use super::temporary::{place, temporary};
use crate::report::{html, loaders, redact};
use anstream::eprintln;
use clap::Args;
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, BufReader, Write};
use std::path::{Path, PathBuf};
use walkdir::WalkDir;

#[derive(Args)]
#[command(after_help = "Examples:
  throughline redact results                  take the texts out of results
  throughline redact results -o to-share      leave results as it is, and write a copy that can be shared")]
pub(super) struct Arguments {
    /// A folder that `throughline score -o` wrote
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Write into this new folder, and leave the other as it is
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,
}

pub(super) fn run(arguments: &Arguments) -> io::Result<Exit> {
    let folder = &arguments.folder;
    if !is_run(&folder.join(RUN)) {
        eprintln!("error: {}: there are no results in it (no {RUN} of this program)", folder.display());
        return Ok(Exit::Usage);
    }
    if let Some(output) = &arguments.output {
        if is_full(output) {
            eprintln!("error: {}: there is something in it already; name a new folder", output.display());
            return Ok(Exit::Usage);
        }
        make_folder(output)?;
    }
    let mut files = Vec::new();
    for entry in WalkDir::new(folder).sort_by_file_name() {
        let entry = entry.map_err(io::Error::from)?;
        let is_inside_output = arguments.output.as_ref().is_some_and(|output| entry.path().starts_with(output));
        if entry.file_type().is_file() && !is_inside_output {
            files.push(entry.into_path());
        }
    }
    // It tells the hashes of the others as they are then; but of one that was changed since, it goes on to say that.
    files.sort_by_key(|path| *path == folder.join(RUN));
    let unchanged = Standing::in_folder(folder).unchanged(folder);
    let mut n_done = 0;
    let mut others = Vec::new();
    for path in &files {
        let inside = path.strip_prefix(folder).unwrap_or(path);
        let target = arguments.output.as_ref().map_or_else(|| path.clone(), |output| output.join(inside));
        match file(path, &target, &unchanged) {
            Ok(true) => n_done += 1,
            Ok(false) => others.push((inside, "it is no result that this program knows".to_owned())),
            Err(error) => others.push((inside, error.to_string())),
        }
    }
    let place = arguments.output.as_ref().unwrap_or(folder);
    eprintln!("{} without texts → {}", counted(n_done, "file", "files"), place.display());
    if others.is_empty() {
        return Ok(Exit::Done);
    }
    let what = if arguments.output.is_some() { "left out" } else { "left unchanged, and may hold texts" };
    eprintln!("{} {what}:", counted(others.len(), "file was", "files were"));
    for (inside, why) in &others {
        eprintln!("  {}: {why}", inside.display());
    }
    if arguments.output.is_none() {
        eprintln!("Look at them before you share the folder, or write a copy that has only what is safe: -o DIR.");
    }
    Ok(Exit::SomeFailed)
}

/// Writes one file without its texts; `false` if it is none that can be known to be without.
fn file(path: &Path, target: &Path, unchanged: &BTreeSet<String>) -> io::Result<bool> {
    let parent = target.parent().unwrap_or(Path::new("."));
    let input = BufReader::new(File::open(path)?);
    let ending = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    if ending == "parquet" {
        return parquet(path, target);
    }
    let is_known = match ending.as_str() {
        "html" => is_page(path),
        "csv" | "jsonl" => true,
        _ => RESULT_TEXTS.contains(&&*name) || loaders::NAMES.contains(&&*name),
    };
    if !is_known {
        return Ok(false);
    }
    fs::create_dir_all(parent)?;
    let mut out = temporary(parent)?;
    let is_ours = match ending.as_str() {
        "html" => {
            let page = html::without_text(&fs::read_to_string(path)?);
            out.write_all(page.map_err(io::Error::other)?.as_bytes())?;
            true
        }
        "csv" => redact::table(input, &mut out)?,
        "jsonl" => redact::lines(input, &mut out)?,
        _ if name == RUN => {
            let hash_now = |result: &str| unchanged.get(result).and_then(|name| hash_of(&parent.join(name)).ok());
            redact::run(input, hash_now, &mut out)?;
            true
        }
        // What explains and loads tables is made of the lexicon alone.
        _ => {
            io::copy(&mut { input }, &mut out)?;
            true
        }
    };
    if is_ours {
        place(out, target)?;
    }
    Ok(is_ours)
}

/// Writes a Parquet file anew, of the table beside it that is without its texts by now: tables come before it by their names.
#[cfg(feature = "parquet")]
fn parquet(path: &Path, target: &Path) -> io::Result<bool> {
    use crate::report::parquet::{Head, table};
    let csv = File::open(target.with_extension("csv"))
        .map_err(|_| io::Error::other("the .csv file of which it was made is not beside it"))?;
    let head = Head::read(&File::open(path)?)?;
    let mut out = temporary(target.parent().unwrap_or(Path::new(".")))?;
    table(&head, BufReader::new(csv), &mut out)?;
    place(out, target)?;
    Ok(true)
}

#[cfg(not(feature = "parquet"))]
fn parquet(_: &Path, _: &Path) -> io::Result<bool> {
    Err(io::Error::other("this program was built without the feature that reads Parquet"))
}
