/*!
Files under temporary names, which they lose when they are whole; and that none of them is left behind, however the program ends.
*/

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use tempfile::{NamedTempFile, TempDir};

/// How names of files begin that are not whole.
const PREFIX: &str = ".throughline-";

/// What has a temporary name now, to be removed if the user ends the program at once.
static WAITING: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

fn with_waiting<T>(of: impl FnOnce(&mut BTreeSet<PathBuf>) -> T) -> T {
    of(&mut WAITING.lock().unwrap_or_else(PoisonError::into_inner))
}

/// A file with a temporary name in the folder.
pub(super) fn temporary(folder: &Path) -> io::Result<BufWriter<NamedTempFile>> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(PREFIX);
    // A temporary file is for its owner alone; results are for colleagues too, as far as the user's mask allows.
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    let file = builder.tempfile_in(folder)?;
    // By its lock it is known that the program lives. A file system without locks leaves what a killed program left.
    let _ = file.as_file().try_lock();
    with_waiting(|waiting| waiting.insert(file.path().to_owned()));
    Ok(BufWriter::with_capacity(1 << 16, file))
}

/// A folder with a temporary name, in this one or in that of the system: for its owner alone, and gone when it is dropped.
pub(super) fn temporary_folder(parent: Option<&Path>) -> io::Result<TempDir> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(PREFIX);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(fs::Permissions::from_mode(0o700));
    }
    let folder = match parent {
        Some(parent) => builder.tempdir_in(parent)?,
        None => builder.tempdir()?,
    };
    with_waiting(|waiting| waiting.insert(folder.path().to_owned()));
    Ok(folder)
}

/// Gives a file its name when it is whole on the disk, so that no power cut leaves an empty one in place of another.
pub(super) fn settle(file: NamedTempFile, path: &Path) -> io::Result<()> {
    file.as_file().sync_all()?;
    with_waiting(|waiting| waiting.remove(file.path()));
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

/// Removes everything that has a temporary name; for the end of the program.
pub(super) fn remove_all() {
    for path in with_waiting(std::mem::take) {
        remove(&path);
    }
}

/// Removes what a program that was killed left in a folder: unless one that lives is at work there.
pub(super) fn remove_left(folder: &Path) {
    let Ok(entries) = folder.read_dir() else { return };
    let is_ours = |path: &PathBuf| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(PREFIX));
    let left: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).filter(is_ours).collect();
    let is_in_use = |path: &PathBuf| path.is_file() && !File::open(path).is_ok_and(|file| file.try_lock().is_ok());
    if !left.iter().any(is_in_use) {
        left.iter().for_each(|path| remove(path));
    }
}

/// What cannot be removed stays: the user has asked for something else.
fn remove(path: &Path) {
    let _ = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
}
