/*!
What stands where results go: whose it is, and what must not be written over.

Results of an earlier run make room for new ones, as `run.json` tells them by their hashes. Everything else in a folder is the user's: texts, codings, a table of the same name.
*/

use super::inputs::hash_of;
use super::pages::is_run;
use super::results::RUN;
use crate::report::layout::Layout;
use crate::report::run;
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

/// The results of an earlier run in a folder, by their names, as `run.json` tells them: their sizes and hashes.
pub(super) struct Standing(BTreeMap<String, (u64, String)>);

impl Standing {
    /// What an earlier run wrote into the folder; nothing if there was none.
    pub(super) fn in_folder(folder: &Path) -> Standing {
        let written = std::fs::read_to_string(folder.join(RUN)).ok().and_then(|text| run::read(&text).ok());
        let results = written.map_or_else(Vec::new, |written| written.results);
        Standing(results.into_iter().map(|result| (result.file, (result.bytes, result.sha256))).collect())
    }

    /// The names of its files.
    pub(super) fn names(&self) -> impl Iterator<Item = &String> {
        self.0.keys()
    }

    /// Why the files with these names cannot be written, each in a sentence: those that are there and are not as the earlier run wrote them.
    pub(super) fn in_the_way(&self, folder: &Path, names: &[String]) -> Vec<String> {
        let why = |name: &String| {
            let path = folder.join(name);
            let what = match self.0.get(name) {
                _ if !path.exists() => return None,
                None if *name == RUN && is_run(&path) => return None,
                Some(known) if is_as_written(&path, known) => return None,
                None => "is not of an earlier run in this folder",
                Some(_) => "was changed since it was written",
            };
            Some(format!("{}: {what}, and would be written over", path.display()))
        };
        let stale = self.names().filter(|name| !names.contains(name));
        names.iter().chain(stale).filter_map(why).collect()
    }
}

fn is_as_written(path: &Path, (bytes, sha256): &(u64, String)) -> bool {
    // Its size is quick to know.
    std::fs::metadata(path).is_ok_and(|data| data.len() == *bytes)
        && hash_of(path).is_ok_and(|(_, found)| found == *sha256)
}

/// The table with this name in a folder of results, however that is laid out.
pub(super) fn table_in(folder: &Path, file: &str) -> PathBuf {
    let standing = Standing::in_folder(folder);
    let layout = Layout::of_files(standing.names().map(String::as_str));
    folder.join(layout.path(file.trim_end_matches(".csv")))
}

/// An error if one of these files is read and would be written over.
pub(super) fn spare_inputs<'a>(
    outputs: impl IntoIterator<Item = PathBuf>,
    inputs: impl IntoIterator<Item = &'a PathBuf> + Clone,
) -> io::Result<()> {
    for output in outputs {
        let Ok(place) = output.canonicalize() else { continue };
        if inputs.clone().into_iter().any(|input| input.canonicalize().is_ok_and(|input| input == place)) {
            let message =
                format!("{}: is read, and would be written over; name another place with -o", output.display());
            return Err(io::Error::new(io::ErrorKind::AlreadyExists, message));
        }
    }
    Ok(())
}
