/*!
Files under temporary names, which they lose when they are whole; and that none of them is left behind, however the program ends.
*/

use super::pages::is_page;
use super::places::unwritten;
use std::collections::BTreeSet;
use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tempfile::{NamedTempFile, TempDir};

/// How names of files begin that are not whole,
const PREFIX: &str = ".throughline-";
/// and how many letters and figures follow.
const LETTERS: usize = 6;

/// What has a temporary name now, to be removed if the user ends the program at once.
struct Waiting {
    paths: BTreeSet<PathBuf>,
    /// Whether the program is ending, so that nothing new may come.
    is_closed: bool,
    /// Whether results get their names, which takes a moment and is not broken off.
    is_placing: bool,
}

static WAITING: Mutex<Waiting> = Mutex::new(Waiting { paths: BTreeSet::new(), is_closed: false, is_placing: false });
/// Tells that results have their names.
static PLACED: Condvar = Condvar::new();
/// For so long it is waited for.
const PATIENCE: Duration = Duration::from_secs(20);

/// What waits; nobody else makes, names or removes anything meanwhile.
fn waiting() -> MutexGuard<'static, Waiting> {
    WAITING.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Waiting {
    fn is_open(&self) -> io::Result<()> {
        if self.is_closed { Err(io::ErrorKind::Interrupted.into()) } else { Ok(()) }
    }
}

/// A file with a temporary name in the folder.
pub(super) fn temporary(folder: &Path) -> io::Result<BufWriter<NamedTempFile>> {
    let mut builder = builder();
    // A temporary file is for its owner alone; results are for colleagues too, as far as the user's mask allows.
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    let mut waiting = waiting();
    waiting.is_open()?;
    let file = builder.tempfile_in(folder)?;
    // By its lock it is known that the program lives. Where a lock would keep others from reading, there is none.
    #[cfg(unix)]
    let _ = file.as_file().try_lock();
    waiting.paths.insert(file.path().to_owned());
    Ok(BufWriter::with_capacity(1 << 16, file))
}

/// A folder with a temporary name, in this one or in that of the system: for its owner alone, and gone when it is dropped.
pub(super) fn temporary_folder(parent: Option<&Path>) -> io::Result<TempDir> {
    let mut builder = builder();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(fs::Permissions::from_mode(0o700));
    }
    let mut waiting = waiting();
    waiting.is_open()?;
    let folder = match parent {
        Some(parent) => builder.tempdir_in(parent)?,
        None => builder.tempdir()?,
    };
    waiting.paths.insert(folder.path().to_owned());
    Ok(folder)
}

fn builder() -> tempfile::Builder<'static, 'static> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(PREFIX).rand_bytes(LETTERS);
    builder
}

/// Writes a file into a folder with a temporary name.
pub(super) fn write_into(folder: &TempDir, name: &str, bytes: &[u8]) -> io::Result<()> {
    let waiting = waiting();
    waiting.is_open()?;
    fs::write(folder.path().join(name), bytes)
}

/// Gives a file its name when it is whole on the disk, so that no power cut leaves an empty one in place of another.
pub(super) fn settle(file: NamedTempFile, path: &Path) -> io::Result<()> {
    file.as_file().sync_all()?;
    let mut waiting = waiting();
    waiting.is_open()?;
    let temporary = file.path().to_owned();
    file.persist(path).map_err(|error| error.error)?;
    waiting.paths.remove(&temporary);
    Ok(())
}

/// The file, when all that was written is in it.
pub(super) fn whole(file: BufWriter<NamedTempFile>) -> io::Result<NamedTempFile> {
    file.into_inner().map_err(io::IntoInnerError::into_error)
}

/// Gives a file its name when all that was written is in it.
pub(super) fn place(file: BufWriter<NamedTempFile>, path: &Path) -> io::Result<()> {
    settle(whole(file)?, path)
}

/// A file with a temporary name in the folder of `path`.
pub(super) fn beside(path: &Path) -> io::Result<BufWriter<NamedTempFile>> {
    temporary(path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new(".")))
}

/// Writes a file under a temporary name, which it loses when all is done. What is wrong with the place is told in words.
pub(super) fn write(path: &Path, fill: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let told = |error: io::Error| unwritten(path, &error);
    let mut file = beside(path).map_err(told)?;
    fill(&mut file)?;
    settle(whole(file)?, path).map_err(told)
}

/// Gives results their names, and is not broken off by a signal.
pub(super) fn undisturbed<T>(place: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
    {
        let mut waiting = waiting();
        waiting.is_open()?;
        waiting.is_placing = true;
    }
    let placed = place();
    waiting().is_placing = false;
    PLACED.notify_all();
    placed
}

/// Removes everything that has a temporary name, and lets nothing new come: for the end of the program.
pub(super) fn remove_all() {
    let placed = PLACED.wait_timeout_while(waiting(), PATIENCE, |waiting| waiting.is_placing);
    let (mut waiting, _) = placed.unwrap_or_else(PoisonError::into_inner);
    waiting.is_closed = true;
    std::mem::take(&mut waiting.paths).iter().for_each(|path| remove(path));
}

/// Removes what a program that was killed left in a folder, unless one that lives is at work there. Where files have no locks, nothing tells that, and all stays.
#[cfg(unix)]
pub(super) fn remove_left(folder: &Path) {
    let Ok(entries) = folder.read_dir() else { return };
    let left: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).filter(|path| is_ours(path)).collect();
    let is_free = |path: &Path| fs::OpenOptions::new().write(true).open(path).is_ok_and(|file| file.try_lock().is_ok());
    if left.iter().all(|path| path.is_dir() || is_free(path)) {
        left.iter().for_each(|path| remove(path));
    }
}

#[cfg(not(unix))]
pub(super) fn remove_left(_: &Path) {}

/// Whether it has a name that this program gives to what is not whole, and holds nothing else.
#[cfg_attr(not(unix), expect(dead_code))]
fn is_ours(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let is_name = name
        .strip_prefix(PREFIX)
        .is_some_and(|rest| rest.len() == LETTERS && rest.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    let all_pages =
        || path.read_dir().is_ok_and(|mut inside| inside.all(|page| page.is_ok_and(|page| is_page(&page.path()))));
    is_name && (!path.is_dir() || all_pages())
}

/// What cannot be removed stays: the user has asked for something else.
fn remove(path: &Path) {
    let _ = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
}
