/*!
What stands where results go: whose it is, and what must not be written over.

Results of an earlier run make room for new ones, as `run.json` tells them by their hashes. Everything else in a folder is the user's: texts, codings, a table of the same name.
*/

use super::inputs::hash_of;
use super::pages::{self, is_run};
use super::shape::{RESULT_TEXTS, RUN, is_table_name};
use crate::report::layout::Layout;
use crate::report::loaders;
use crate::report::run::{self, Input};
use crate::report::tables::TableName;
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::io::{self, BufRead};
use std::path::{Path, PathBuf};

/// The name under which `run.json` waits while the files that it tells of get their names. If the program ends meanwhile, some of them are of this run and some of the one before.
pub(super) const COMING: &str = ".throughline-run.json";

/// The results of earlier runs in a folder, by their names: the sizes and hashes that `run.json` tells of them.
pub(super) struct Standing(BTreeMap<String, Vec<(u64, String)>>);

impl Standing {
    /// What earlier runs wrote into the folder; nothing if there was none.
    pub(super) fn in_folder(folder: &Path) -> Standing {
        let mut files: BTreeMap<String, Vec<(u64, String)>> = BTreeMap::new();
        for file in [RUN, COMING] {
            let written = std::fs::read_to_string(folder.join(file)).ok().and_then(|text| run::read(&text).ok());
            for Input { file, bytes, sha256 } in written.map_or_else(Vec::new, |written| written.results) {
                // Folders are passed on: what is not a name of ours is none of our files.
                if is_result_name(&file) {
                    files.entry(file).or_default().push((bytes, sha256));
                }
            }
        }
        Standing(files)
    }

    /// The names of its files.
    pub(super) fn names(&self) -> impl Iterator<Item = &String> {
        self.0.keys()
    }

    /// Those of its files that are as they were written.
    pub(super) fn unchanged(&self, folder: &Path) -> BTreeSet<String> {
        self.names().filter(|name| self.has_written(folder, name)).cloned().collect()
    }

    fn has_written(&self, folder: &Path, name: &str) -> bool {
        let path = folder.join(name);
        let Some(known) = self.0.get(name) else { return false };
        // Its size is quick to know.
        let is_of_size = std::fs::metadata(&path).is_ok_and(|data| known.iter().any(|(bytes, _)| *bytes == data.len()));
        is_of_size && hash_of(&path).is_ok_and(|found| known.contains(&found))
    }

    /// Why the files with these names cannot be written, each in a sentence: those that are there and are not as an earlier run wrote them. So it is with files that would go.
    pub(super) fn in_the_way(&self, folder: &Path, names: &[String]) -> Vec<String> {
        let why = |name: &String| {
            let path = folder.join(name);
            let what = match self.0.contains_key(name) {
                _ if !path.exists() || self.has_written(folder, name) => return None,
                false if *name == RUN && is_run(&path) => return None,
                false => "is not of an earlier run in this folder",
                true => "was changed since it was written",
            };
            Some(format!("{}: {what}, and would be written over", path.display()))
        };
        let stale = self.names().filter(|name| !names.contains(name));
        let mut found: Vec<String> = names.iter().chain(stale).filter_map(why).collect();
        let pages = pages::in_the_way(folder).into_iter();
        found
            .extend(pages.map(|path| format!("{}: is no page of a report, and would be written over", path.display())));
        found
    }
}

/// Whether results have files of this name, with `/` between its parts.
fn is_result_name(name: &str) -> bool {
    is_table_name(name)
        || RESULT_TEXTS.iter().chain(&loaders::NAMES).chain([&pages::REPORT]).any(|known| *known == name)
        || match Layout::of_files([name].into_iter()) {
            Layout::Plain => false,
            of_study => TableName::ALL.iter().any(|table| of_study.path(table.name()) == name),
        }
}

/// The table with this name in a folder of results, however that is laid out; or the table itself, if that is what is named.
pub(super) fn table_in(folder: &Path, file: &str) -> PathBuf {
    if !folder.is_dir() {
        return folder.to_owned();
    }
    let standing = Standing::in_folder(folder);
    let layout = Layout::of_files(standing.names().map(String::as_str));
    folder.join(layout.path(file.trim_end_matches(".csv")))
}

/// An error if one of these files is read and would be written over.
pub(super) fn spare_inputs(
    outputs: impl IntoIterator<Item = PathBuf>,
    inputs: impl IntoIterator<Item = impl AsRef<Path>>,
) -> io::Result<()> {
    let place = |path: PathBuf| Some((path.canonicalize().ok()?, path));
    let outputs: BTreeMap<PathBuf, PathBuf> = outputs.into_iter().filter_map(place).collect();
    let names: BTreeSet<&OsStr> = outputs.keys().filter_map(|place| place.file_name()).collect();
    for input in inputs {
        let input = input.as_ref();
        // Of a folder of many texts few have the name of an output.
        let may_be = input.file_name().is_none_or(|name| names.contains(name)) || input.is_symlink();
        if let Some(output) = input.canonicalize().ok().filter(|_| may_be).and_then(|input| outputs.get(&input)) {
            let message =
                format!("{}: is read, and would be written over; name another place with -o", output.display());
            return Err(io::Error::new(io::ErrorKind::AlreadyExists, message));
        }
    }
    Ok(())
}

/// An error if a table stands at `path` that has other columns than the `new` one, which would take its place: somebody has worked in it, or it is of something else.
/// Tables of studies have no `run.json` that tells them by their hashes.
pub(super) fn spare_other_table(path: &Path, new: &Path) -> io::Result<()> {
    let head = |path: &Path| -> io::Result<String> {
        let mut line = String::new();
        io::BufReader::new(std::fs::File::open(path)?).read_line(&mut line)?;
        Ok(line.trim_end().to_owned())
    };
    // What cannot be read as text is nothing of ours, either.
    if !path.exists() || head(path).is_ok_and(|standing| head(new).is_ok_and(|new| standing == new)) {
        return Ok(());
    }
    let message = format!(
        "{}: has other columns than what would be written over it; name another folder with -o, or move it",
        path.display()
    );
    Err(io::Error::new(io::ErrorKind::AlreadyExists, message))
}
