/*!
Zip packages: Word, OpenDocument and e-book files. Parts are unpacked one at a time, and never beyond a bound, so that a small file cannot fill the memory.
*/

use super::Problem;
use super::file::refused;
#[cfg(feature = "sheets")]
use std::io;
use std::io::{Cursor, Read};
use zip::ZipArchive;
use zip::result::ZipError;

/// The longest part that is read as a text, in bytes.
const MAX_PART: u64 = 128 * 1024 * 1024;
/// The longest part of a workbook, in bytes.
#[cfg(feature = "sheets")]
const MAX_SHEET: u64 = 256 * 1024 * 1024;
/// How much is unpacked of one package at most, in bytes: many parts may lie in the same place of the file.
const MAX_ALL: u64 = 1024 * 1024 * 1024;

/// The most tags that the strings of a workbook may have: four a string, and four million of them.
#[cfg(feature = "sheets")]
const MAX_TAGS: usize = 16_000_000;

/// A package and the names of its parts.
pub(crate) struct Package {
    archive: ZipArchive<Cursor<Vec<u8>>>,
    /// How much was unpacked so far, in bytes.
    n_unpacked: u64,
    /// The names of the parts, in the order of the package.
    pub(crate) names: Vec<String>,
}

impl Package {
    /// Opens a package.
    ///
    /// # Errors
    /// If it is no package at all, or broken, as one that was only half copied is.
    pub(crate) fn open(bytes: Vec<u8>) -> Result<Package, Problem> {
        if !bytes.starts_with(b"PK") {
            return Err(refused(
                "this is a file of another kind, and no package: look whether it is the file that was meant",
            ));
        }
        let archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| broken(&error))?;
        let names = archive.file_names().filter_map(Result::ok).map(|name| name.into_owned()).collect();
        Ok(Package { archive, n_unpacked: 0, names })
    }

    /// Whether there is a part with this name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.archive.index_for_name(name).is_some()
    }

    /// Whether all parts can be unpacked within bounds, for a reader that has none of its own. That reader keeps all strings of a workbook.
    ///
    /// # Errors
    /// If a part is encrypted, broken or too long.
    #[cfg(feature = "sheets")]
    pub(super) fn check(&mut self) -> Result<(), Problem> {
        for at in 0..self.archive.len() {
            let part = self.archive.by_index(at).map_err(|error| broken(&error))?;
            let is_strings = part.name().is_ok_and(|name| name.eq_ignore_ascii_case("xl/sharedStrings.xml"));
            let mut tags = Tags(0);
            let n = io::copy(&mut part.take(MAX_SHEET + 1), &mut tags).map_err(|error| damaged(&error))?;
            if is_strings && tags.0 > MAX_TAGS {
                return Err(refused("a spreadsheet of more than four million texts: save it as .csv"));
            }
            self.count(n, MAX_SHEET)?;
        }
        Ok(())
    }

    /// The text of a part.
    ///
    /// # Errors
    /// If there is none, if it is encrypted, broken or too long.
    pub(crate) fn text(&mut self, name: &str) -> Result<String, Problem> {
        Ok(super::encoding::decode(self.bytes(name)?, &mut Vec::new()))
    }

    /// The bytes of a part.
    ///
    /// # Errors
    /// If there is none, if it is encrypted, broken or too long.
    pub(crate) fn bytes(&mut self, name: &str) -> Result<Vec<u8>, Problem> {
        let part = self.archive.by_name(name).map_err(|error| broken(&error))?;
        let mut bytes = Vec::new();
        part.take(MAX_PART + 1).read_to_end(&mut bytes).map_err(|error| damaged(&error))?;
        self.count(bytes.len() as u64, MAX_PART)?;
        Ok(bytes)
    }

    /// Adds to what was unpacked.
    fn count(&mut self, n_bytes: u64, most: u64) -> Result<(), Problem> {
        self.n_unpacked += n_bytes;
        if n_bytes > most {
            let most = most >> 20;
            return Err(refused(&format!("unpacks to more than {most} MiB, which is more than is read: divide it")));
        }
        if self.n_unpacked > MAX_ALL {
            return Err(refused(ALL_TOO_LONG));
        }
        Ok(())
    }
}

/// Counts tags of XML in what is written.
#[cfg(feature = "sheets")]
struct Tags(usize);

#[cfg(feature = "sheets")]
impl io::Write for Tags {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += memchr::memchr_iter(b'<', bytes).count();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn broken(error: &ZipError) -> Problem {
    match error {
        ZipError::UnsupportedArchive(what) if what.contains("assword") => refused(PROTECTED),
        ZipError::FileNotFound => refused("the file lacks a part that it must have: save it again"),
        error => damaged(error),
    }
}

fn damaged(error: &dyn std::fmt::Display) -> Problem {
    refused(&format!("the file is damaged and cannot be unpacked ({error}): save or copy it again"))
}

const ALL_TOO_LONG: &str = "unpacks to more than 1 GiB in all, which is more than is read: divide it";

/// What is said of a file with a password.
pub(super) const PROTECTED: &str = "protected by a password: open it, save it without one, and read that";
