/*!
The pages of a report in a result folder, and how files of ours are told from files of the user.
*/

use super::temporary::{temporary_folder, write_into};
use crate::report::html;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// The name of the page for people.
pub(super) const REPORT: &str = "report.html";

/// Writes a page of the report where it waits until all is done.
pub(super) fn write(folder: &Path, pages: &mut Option<TempDir>, name: &str, bytes: &[u8]) -> io::Result<()> {
    let waiting = match pages {
        Some(waiting) => waiting,
        None => pages.insert(temporary_folder(Some(folder))?),
    };
    write_into(waiting, name, bytes)
}

/// Files that are no pages and stand under names of pages.
pub(super) fn in_the_way(folder: &Path) -> Vec<PathBuf> {
    let entries = folder.join(html::FOLDER).read_dir().into_iter().flatten().flatten();
    let is_name = |path: &PathBuf| {
        let is_number =
            path.file_stem().is_some_and(|stem| stem.to_string_lossy().bytes().all(|byte| byte.is_ascii_digit()));
        is_number && path.extension().is_some_and(|ending| ending == "html")
    };
    entries.map(|entry| entry.path()).filter(|path| is_name(path) && !is_page(path)).collect()
}

/// Gives the pages of the report their place, and takes away those that an earlier run left.
pub(super) fn place(pages: Option<TempDir>, folder: &Path) -> io::Result<()> {
    let place = folder.join(html::FOLDER);
    for old in placed(&place)? {
        fs::remove_file(old)?;
    }
    let Some(pages) = pages else {
        // Only if nothing of the user's stands in it.
        return match fs::remove_dir(&place) {
            Err(error) if !matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::DirectoryNotEmpty) => {
                Err(error)
            }
            _ => Ok(()),
        };
    };
    fs::create_dir_all(&place)?;
    for page in fs::read_dir(pages.path())? {
        let page = page?;
        fs::rename(page.path(), place.join(page.file_name()))?;
    }
    Ok(())
}

/// The pages of reports in a folder: files with names of ours and a head of ours. None if there is no such folder.
fn placed(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut found = Vec::new();
    for entry in entries {
        let path = entry?.path();
        if is_page(&path) {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// Whether a file is the `run.json` of this program.
pub(super) fn is_run(path: &Path) -> bool {
    let mut head = Vec::new();
    let is_read = fs::File::open(path).is_ok_and(|file| file.take(100).read_to_end(&mut head).is_ok());
    is_read && String::from_utf8_lossy(&head).contains(concat!("\"program\": \"", env!("CARGO_PKG_NAME"), "\""))
}

/// Whether a file is a page of a report.
pub(super) fn is_page(path: &Path) -> bool {
    let mut head = Vec::new();
    let is_html = path.extension().is_some_and(|ending| ending == "html");
    is_html
        && path.is_file()
        && fs::File::open(path).is_ok_and(|file| file.take(2048).read_to_end(&mut head).is_ok())
        && html::is_page(&head)
}
