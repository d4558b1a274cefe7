/*!
E-books (`.epub`): the chapters in reading order. Covers, tables of contents and pictures have no words of the text and give nothing.
*/

use super::Problem;
use super::file::refused;
use super::html;
use super::xml::{Piece, Walk, attribute, walk};

use super::package::Package;
use rustc_hash::{FxHashMap, FxHashSet};

/// The longest text of a book, in bytes.
const LONGEST: usize = 128 * 1024 * 1024;

/// The words of an e-book.
pub(super) fn words(package: &mut Package) -> Result<String, Problem> {
    let mut root = String::new();
    walk(&package.text("META-INF/container.xml")?, |piece| {
        if let Piece::Start("rootfile", element) = piece
            && root.is_empty()
        {
            root = attribute(element, "full-path");
        }
        Walk::On
    })?;
    let folder = root.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
    // Chapters by their names, and their order; the table of contents is none.
    let mut items: FxHashMap<String, String> = FxHashMap::default();
    let mut order = Vec::new();
    walk(&package.text(&root)?, |piece| {
        match piece {
            Piece::Start("item", element) if !attribute(element, "properties").contains("nav") => {
                items.insert(attribute(element, "id"), attribute(element, "href"));
            }
            Piece::Start("itemref", element) => order.push(attribute(element, "idref")),
            _ => {}
        }
        Walk::On
    })?;
    let mut text = String::new();
    // A chapter has one place; a list that names it a thousand times is no book.
    let mut taken = FxHashSet::default();
    for name in order.iter().filter_map(|id| items.get(id)).filter(|name| taken.insert(name.as_str())) {
        let name = format!("{folder}{}", decoded(name.split('#').next().unwrap_or_default()));
        if !package.has(&name) {
            continue;
        }
        text.push_str(&html::words(&package.text(&name)?));
        if text.len() > LONGEST {
            return Err(refused(
                "its chapters are longer than 128 MiB, which is more than is read as one document: divide it",
            ));
        }
        text.push('\n');
    }
    Ok(text)
}

/// An address with its `%20` and the like resolved.
fn decoded(address: &str) -> String {
    let mut bytes = Vec::with_capacity(address.len());
    let mut rest = address.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let hex = after.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
        match hex.filter(|_| byte == b'%').and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(value) => {
                bytes.push(value);
                rest = &after[2..];
            }
            None => {
                bytes.push(byte);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
