/*!
Dictionaries of other programs → a lexicon: LIWC `.dic` (2007 to 2015) and `.dicx`, quanteda's YAML, and plain tables.

A *dictionary* has categories, and each has entries: words, beginnings of words (`abandon*`), phrases. A category becomes a marker with one list and one rule; the marker's
family is the dictionary. Such a dictionary counts words wherever they stand, so its rules ask for no voice, polarity or mood.

Entries that carry a weight cannot do so in a lexicon, where scales weigh markers: a category with weights becomes one marker for each weight, and a scale that adds them up.

Nothing is passed over in silence: what a lexicon cannot say is told with its line. And every rule has hits and misses, as every rule must, made of its own entries:
they show that an entry is read as it was meant, not that the category measures what its name says. The rules say so, too.
*/

mod entry;
mod liwc;
mod table;
mod write;
mod yaml;

use super::File;
use crate::diagnostic::Diagnostic;
use crate::span::Span;

/// What the format of a dictionary is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// LIWC 2007 to 2015: `.dic`.
    Liwc,
    /// A table: `.dicx` of LIWC-22, or any with words in it.
    Table,
    /// quanteda's YAML.
    Yaml,
}

impl Format {
    /// By the ending of a file name; `None` if it is none of a dictionary.
    pub fn of_name(name: &str) -> Option<Format> {
        match name.rsplit_once('.')?.1.to_ascii_lowercase().as_str() {
            "dic" => Some(Format::Liwc),
            "dicx" | "csv" | "tsv" | "txt" | "tab" => Some(Format::Table),
            "yml" | "yaml" => Some(Format::Yaml),
            _ => None,
        }
    }
}

/// What the user says of a dictionary.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// The name of the dictionary: the family of its markers, and the name of the lexicon.
    pub name: String,
    /// Its file, for messages.
    pub file: String,
    /// Its language, as a BCP 47 tag.
    pub language: String,
    /// Where it comes from, as a reference; the file if there is none.
    pub source: Option<String>,
    /// SHA-256 of the file, in hexadecimal.
    pub sha256: String,
}

/// A dictionary as a lexicon.
#[derive(Clone, Debug, Default)]
pub struct Imported {
    /// The files of the lexicon.
    pub files: Vec<File>,
    /// What could not be said, or was said otherwise, each with its place in the dictionary.
    pub remarks: Vec<Diagnostic>,
    /// How the file was understood, as a sentence; empty where its format leaves no doubt.
    pub understood: String,
    /// How many entries the dictionary has, over all categories.
    pub n_entries: usize,
    /// How many of them are in the lexicon; one that stands in a category twice is in it once.
    pub n_said: usize,
    /// What to try: every entry that is in the lexicon.
    pub samples: Vec<Sample>,
}

/// An entry with a text in which its marker must be found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    /// The marker.
    pub marker: String,
    /// The entry as it stands in the dictionary.
    pub entry: String,
    /// The entry as it stands in the list of the lexicon.
    pub pattern: String,
    /// The text.
    pub text: String,
    /// The line of the dictionary, from 1.
    pub line: usize,
}

/// A dictionary as read, whatever its format.
#[derive(Clone, Debug, Default, PartialEq)]
struct Dictionary {
    categories: Vec<Category>,
    remarks: Vec<Remark>,
    /// Entries that are in no category, because their line is faulty.
    n_left_out: usize,
    /// How the file was understood.
    understood: String,
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Category {
    /// Its name, and before it those of the categories it stands in.
    path: Vec<String>,
    /// A longer name; empty if there is none.
    title: String,
    entries: Vec<Entry>,
}

#[derive(Clone, Debug, PartialEq)]
struct Entry {
    text: String,
    line: usize,
    weight: f64,
    condition: Option<Condition>,
}

/// Under which condition an entry belongs to its category: LIWC 2007 had such entries.
#[derive(Clone, Debug, PartialEq)]
enum Condition {
    /// Behind a word of these categories (indices).
    After(Vec<usize>),
    /// Not behind one.
    NotAfter(Vec<usize>),
    /// Before this word.
    Before(String),
    /// Not before it.
    NotBefore(String),
}

/// Something to tell of a line.
#[derive(Clone, Debug, PartialEq)]
struct Remark {
    line: usize,
    code: &'static str,
    message: String,
    hint: String,
}

impl Dictionary {
    fn remark(&mut self, line: usize, code: &'static str, message: impl Into<String>, hint: impl Into<String>) {
        self.remarks.push(Remark { line, code, message: message.into(), hint: hint.into() });
    }

    /// A remark on an entry that is left out.
    fn leave_out(&mut self, line: usize, code: &'static str, message: impl Into<String>, hint: impl Into<String>) {
        self.n_left_out += 1;
        self.remark(line, code, message, hint);
    }

    /// The category with this path, made if it is not there.
    fn category(&mut self, path: &[String]) -> usize {
        let found = self.categories.iter().position(|category| category.path == path);
        found.unwrap_or_else(|| {
            self.categories.push(Category { path: path.to_vec(), ..Category::default() });
            self.categories.len() - 1
        })
    }
}

impl Entry {
    fn new(text: &str, line: usize) -> Entry {
        Entry { text: text.to_owned(), line, weight: 1.0, condition: None }
    }
}

/// Reads a dictionary and makes a lexicon of it, without the entries of `left_out`, each given by marker and pattern: those that were tried and not found.
///
/// # Errors
/// Why the file is no dictionary.
pub fn import(text: &str, format: Format, asked: &Asked, left_out: &[Sample]) -> Result<Imported, Box<Diagnostic>> {
    let read = match format {
        Format::Liwc => liwc::read(text),
        Format::Table => table::read(text, &asked.name),
        Format::Yaml => yaml::read(text),
    };
    let refused = |remark: Remark| {
        let span = line_span(text, remark.line);
        Box::new(Diagnostic::error(remark.code, &asked.file, span, remark.message).hint(remark.hint))
    };
    let dictionary = read.map_err(refused)?;
    let mut imported = write::lexicon(dictionary, asked, left_out, text);
    if imported.n_said == 0 {
        let message = match imported.remarks.first() {
            Some(first) => format!("no entry of it can be said in a lexicon; the first: {}", first.message),
            None => "no entry of it can be said in a lexicon".to_owned(),
        };
        let hint = match imported.understood.as_str() {
            "" => "look whether the file is a dictionary; --format says which kind".to_owned(),
            understood => format!("it was read as {understood}; look whether that is so"),
        };
        return Err(refused(Remark { line: 1, code: "no-entries", message, hint }));
    }
    // An entry of several categories says the same of itself in each.
    imported.remarks.sort_by(|a, b| (a.span, a.code, &a.message).cmp(&(b.span, b.code, &b.message)));
    imported.remarks.dedup();
    Ok(imported)
}

/// Where a line stands, without its line break.
fn line_span(text: &str, line: usize) -> Span {
    let mut start = 0;
    for (number, content) in text.split('\n').enumerate() {
        if number + 1 == line {
            return Span::new(start, start + content.trim_end().len());
        }
        start += content.len() + 1;
    }
    Span::new(text.len(), text.len())
}

#[cfg(test)]
mod tests;
