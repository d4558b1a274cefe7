/*!
What is said of files that cannot be opened or written: which, what was found there, and what to do.
*/

pub(super) use crate::diagnostic::counted;
use crate::document::NoteKind;
use crate::read::encoding::decode;
use anstream::eprintln;
use std::fs;
use std::io;
use std::path::Path;

/// Why a file cannot be read, and what to do.
pub(super) fn unreadable(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file or folder; check the path".to_owned(),
        io::ErrorKind::PermissionDenied => "you may not read this file; check its permissions".to_owned(),
        io::ErrorKind::IsADirectory => "a folder, where a file is expected; name the file in it".to_owned(),
        io::ErrorKind::InvalidData => "not a UTF-8 text; save the file as UTF-8".to_owned(),
        _ => format!("cannot be read: {error}"),
    }
}

/// The text of a table that a person made, in whatever encoding a spreadsheet saved it; why it is none, otherwise. A guess is told on standard error.
pub(super) fn table_text(path: &Path) -> io::Result<String> {
    let mut notes = Vec::new();
    let bytes = fs::read(path)?;
    let is_empty = bytes.is_empty();
    let text = decode(bytes, &mut notes);
    if let (Some(note), true, false) = (notes.first(), text.is_empty(), is_empty) {
        return Err(io::Error::other(note.message.clone()));
    }
    for note in notes.iter().filter(|note| note.kind == NoteKind::Encoding) {
        eprintln!("warning: {}: {}", path.display(), note.message);
    }
    Ok(text.trim_start_matches('\u{feff}').to_owned())
}

/// The same as an error of the program.
pub(super) fn unread(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {}", path.display(), unreadable(error)))
}

/// What is wrong with a place where something cannot be written, as an error of the program.
pub(super) fn unwritten(path: &Path, error: &io::Error) -> io::Error {
    let why = match file_in_the_way(path) {
        Some(file) if file == path && error.kind() == io::ErrorKind::AlreadyExists => {
            "there is a file of this name, and a folder is to be made; name another".to_owned()
        }
        Some(file) if file != path => {
            format!("{} is a file and no folder, so nothing can stand below it; name another place", file.display())
        }
        _ if path.is_dir() && error.kind() != io::ErrorKind::PermissionDenied => {
            format!("cannot be written: there is a folder of this name ({error}); name a file in it")
        }
        _ => match error.kind() {
            io::ErrorKind::NotFound => "cannot be written: its folder is not there; make it first".to_owned(),
            io::ErrorKind::PermissionDenied => {
                "you may not write here; name another place, or check its permissions".to_owned()
            }
            _ => format!("cannot be written: {error}"),
        },
    };
    io::Error::new(error.kind(), format!("{}: {why}", path.display()))
}

/// Makes a folder, and those it stands in, if they are not there.
pub(super) fn make_folder(path: &Path) -> io::Result<()> {
    fs::create_dir_all(path).map_err(|error| unwritten(path, &error))
}

/// Whether there is something in the folder already, so that files could be written over.
pub(super) fn is_full(folder: &Path) -> bool {
    folder.read_dir().is_ok_and(|mut entries| entries.next().is_some())
}

/// Whether there is nothing in the folder yet; otherwise it is told.
pub(super) fn is_new(folder: &Path) -> bool {
    let is_full = is_full(folder);
    if is_full {
        eprintln!("error: {} is not empty; name a new folder, so that nothing is overwritten", folder.display());
    }
    !is_full
}

/// The file on the way to this place, or at it, that is no folder.
fn file_in_the_way(path: &Path) -> Option<&Path> {
    path.ancestors().find(|place| place.is_file())
}

/// A number of threads, from the command line.
pub(super) fn threads(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(0) => Err("at least one thread is needed; leave the option out to use all cores".to_owned()),
        Ok(n) => Ok(n),
        Err(_) => Err("a whole number from 1 is expected; leave the option out to use all cores".to_owned()),
    }
}
