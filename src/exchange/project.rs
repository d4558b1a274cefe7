/*!
Reads REFI-QDA projects: who coded which passages of which texts with which codes.

What is read is text. Pictures, sounds, films and passages of pages are told as problems, but for PDF files that bring their text along.

Programs count positions differently where texts have CRLF, characters beyond the basic plane or a byte order mark. The standard says code points of the text; whether a
program kept to it shows in the passages' names, which most programs fill with the words of the passage. So the way of counting under which most names fit is taken,
and that of the standard where names tell nothing.
*/

use crate::read::encoding;
use crate::read::package::Package;
use crate::read::xml::{Piece, Walk, attribute, walk};
use std::collections::BTreeMap;

/// A project as read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Project {
    /// The program that wrote it; empty if it does not say.
    pub origin: String,
    /// Names of users by their identifiers.
    pub users: BTreeMap<String, String>,
    /// All codes.
    pub codes: Vec<Code>,
    /// All texts.
    pub sources: Vec<Source>,
    /// What could not be read, in sentences.
    pub problems: Vec<String>,
}

/// A code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Code {
    /// Its identifier.
    pub guid: String,
    /// Its name, and before it those of the codes it stands in.
    pub path: Vec<String>,
}

/// A text with its passages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Source {
    /// Its name.
    pub name: String,
    /// The text with line feeds as the only line breaks and without byte order mark.
    pub text: String,
    /// The coded passages.
    pub passages: Vec<Passage>,
}

/// A coded passage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passage {
    /// Where it begins: a byte of [`Source::text`].
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// Identifiers of codes and of who gave them; the user is empty if the project does not say.
    pub codings: Vec<(String, String)>,
}

/// Passages with positions as the file says them.
#[derive(Default)]
struct RawSource {
    name: String,
    path: String,
    content: Option<String>,
    passages: Vec<RawPassage>,
    has_whole_codings: bool,
}

#[derive(Default)]
struct RawPassage {
    name: String,
    start: Option<usize>,
    end: Option<usize>,
    user: String,
    codings: Vec<(String, String)>,
}

/// Reads a project from the bytes of a `.qdpx`.
///
/// # Errors
/// If it is no such file or damaged, in a sentence.
pub fn read(bytes: Vec<u8>) -> Result<Project, String> {
    let mut package = Package::open(bytes).map_err(|problem| problem.message)?;
    let Some(name) = package.names.iter().find(|name| name.ends_with(".qde")).cloned() else {
        return Err("there is no project.qde in it: export it again as a REFI-QDA project (.qdpx)".to_owned());
    };
    let xml = package.text(&name).map_err(|problem| problem.message)?;
    let mut project = Project::default();
    let raw = parse(&xml, &mut project)?;
    for source in raw {
        let bytes = match &source.content {
            Some(content) => content.clone().into_bytes(),
            None => match part(&mut package, &source.path) {
                Ok(bytes) => bytes,
                Err(why) => {
                    project.problems.push(format!("the text `{}` is left out: {why}", source.name));
                    continue;
                }
            },
        };
        project.sources.push(placed(source, bytes, &mut project.problems));
    }
    Ok(project)
}

/// The bytes of the text that a path like `internal://….txt` names.
fn part(package: &mut Package, path: &str) -> Result<Vec<u8>, String> {
    if path.is_empty() {
        return Err("the project says of no plain text of it".to_owned());
    }
    let file = path.strip_prefix("internal://").unwrap_or(path);
    if file.contains("://") {
        return Err(format!("its text lies outside of the project, in {path}"));
    }
    // NVivo writes `sources/`, others `Sources/`, and some no folder and no `internal://`.
    let found = package.names.iter().find(|name| match name.split_once('/') {
        Some((folder, inside)) => folder.eq_ignore_ascii_case("sources") && inside == file || *name == file,
        None => *name == file,
    });
    let Some(name) = found.cloned() else { return Err(format!("{file} is not in the project")) };
    package.bytes(&name).map_err(|problem| problem.message)
}

/// Walks through `project.qde`.
fn parse(xml: &str, project: &mut Project) -> Result<Vec<RawSource>, String> {
    let mut sources: Vec<RawSource> = Vec::new();
    let mut path: Vec<String> = Vec::new();
    let mut is_in_passage = false;
    let mut is_in_source = false;
    let mut coder: Option<String> = None;
    let mut whole = String::new();
    let mut not_text: BTreeMap<&str, usize> = BTreeMap::new();
    let result = walk(xml, |piece| {
        match piece {
            Piece::Start("Project", element) => project.origin = attribute(element, "origin"),
            Piece::Start("User", element) => {
                let name =
                    [attribute(element, "name"), attribute(element, "id")].into_iter().find(|name| !name.is_empty());
                let guid = plain(&attribute(element, "guid"));
                project.users.insert(guid.clone(), name.unwrap_or(guid));
            }
            Piece::Start("Code", element) => {
                path.push(attribute(element, "name"));
                project.codes.push(Code { guid: plain(&attribute(element, "guid")), path: path.clone() });
            }
            Piece::End("Code") => {
                path.pop();
            }
            Piece::Start("PDFSource", element) => whole = attribute(element, "name"),
            Piece::Start(name @ ("PictureSource" | "AudioSource" | "VideoSource"), _) => {
                let what = match name {
                    "PictureSource" => "pictures",
                    "AudioSource" => "recordings",
                    _ => "films",
                };
                *not_text.entry(what).or_default() += 1;
                return Walk::Skip;
            }
            Piece::Start("PDFSelection", _) => {
                *not_text.entry("passages marked on the pages of a PDF").or_default() += 1;
                return Walk::Skip;
            }
            Piece::Start("Note", _) => return Walk::Skip,
            Piece::Start(element_name @ ("TextSource" | "Representation"), element) => {
                let own = attribute(element, "name");
                let name = if element_name == "Representation" && !whole.is_empty() { whole.clone() } else { own };
                let path = attribute(element, "plainTextPath");
                // A text without a name is called by its file.
                let file = path.rsplit('/').next().unwrap_or_default();
                let name = if name.is_empty() { file.strip_suffix(".txt").unwrap_or(file).to_owned() } else { name };
                sources.push(RawSource { name, path, ..RawSource::default() });
                is_in_source = true;
            }
            Piece::End("TextSource" | "Representation") => is_in_source = false,
            Piece::Start("PlainTextContent", _) if is_in_source => {
                if let Some(source) = sources.last_mut() {
                    source.content = Some(String::new());
                }
            }
            Piece::Text(text, "PlainTextContent") if is_in_source => {
                if let Some(content) = sources.last_mut().and_then(|source| source.content.as_mut()) {
                    content.push_str(text);
                }
            }
            Piece::Start("PlainTextSelection", element) if is_in_source => {
                let number = |name: &str| attribute(element, name).trim().parse().ok();
                let passage = RawPassage {
                    name: attribute(element, "name"),
                    start: number("startPosition"),
                    end: number("endPosition"),
                    user: plain(&attribute(element, "creatingUser")),
                    codings: Vec::new(),
                };
                if let Some(source) = sources.last_mut() {
                    source.passages.push(passage);
                }
                is_in_passage = true;
            }
            Piece::End("PlainTextSelection") => is_in_passage = false,
            Piece::Start("Coding", element) => coder = Some(plain(&attribute(element, "creatingUser"))),
            Piece::End("Coding") => coder = None,
            Piece::Start("CodeRef", element) => {
                if let (Some(user), Some(source)) = (&coder, sources.last_mut().filter(|_| is_in_source)) {
                    match source.passages.last_mut().filter(|_| is_in_passage) {
                        Some(passage) => {
                            let user = if user.is_empty() { passage.user.clone() } else { user.clone() };
                            passage.codings.push((plain(&attribute(element, "targetGUID")), user));
                        }
                        None => source.has_whole_codings = true,
                    }
                }
            }
            _ => {}
        }
        Walk::On
    });
    result.map_err(|problem| problem.message)?;
    for (what, n) in not_text {
        project.problems.push(format!("left out, for only texts are read: {what} ({n})"));
    }
    for source in sources.iter().filter(|source| source.has_whole_codings) {
        let message = format!("codes given to the whole of `{}` are left out: only passages are read", source.name);
        project.problems.push(message);
    }
    Ok(sources)
}

/// A GUID without braces, in lower case.
fn plain(guid: &str) -> String {
    guid.trim().trim_start_matches('{').trim_end_matches('}').to_ascii_lowercase()
}

/// A way of counting positions.
#[derive(Clone, Copy)]
struct Counting {
    /// A CRLF counts as one.
    crlf_is_one: bool,
    /// Characters beyond the basic plane count as two.
    utf_16: bool,
    /// The byte order mark counts.
    bom: bool,
}

/// The text with its passages in bytes.
fn placed(source: RawSource, bytes: Vec<u8>, problems: &mut Vec<String>) -> Source {
    let (raw, has_bom) = match String::from_utf8(bytes) {
        Ok(text) => match text.strip_prefix('\u{feff}') {
            Some(rest) => (rest.to_owned(), true),
            None => (text, false),
        },
        // In another encoding; what positions count there cannot be told.
        Err(error) => (encoding::decode(error.into_bytes(), &mut Vec::new()), false),
    };
    let mut text = raw.clone();
    encoding::unify_line_breaks(&mut text);
    let has_crlf = raw.contains("\r\n");
    let is_wide = raw.chars().any(|c| c.len_utf16() == 2);
    let mut best = (0, None);
    for crlf_is_one in [false, true] {
        for utf_16 in [false, true] {
            for bom in [false, true] {
                if (crlf_is_one && !has_crlf) || (utf_16 && !is_wide) || (bom && !has_bom) {
                    continue;
                }
                let offsets = offsets(&raw, Counting { crlf_is_one, utf_16, bom });
                let fits = |passage: &&RawPassage| {
                    let cut = cut(passage, &offsets).map(|(start, end)| words(&text[start..end]));
                    let name = words(&passage.name);
                    !name.is_empty()
                        && cut.is_some_and(|cut| cut == name || (name.len() > 20 && cut.starts_with(&name)))
                };
                let n = source.passages.iter().filter(fits).count();
                if best.1.is_none() || n > best.0 {
                    best = (n, Some(offsets));
                }
            }
        }
    }
    let (n_fitting, offsets) = (best.0, best.1.unwrap_or_default());
    if has_crlf && n_fitting == 0 && !source.passages.is_empty() {
        problems.push(format!(
            "the text `{}` has CRLF line breaks, and nothing tells how its program counts them: look whether passages are where they were coded",
            source.name
        ));
    }
    let mut passages = Vec::new();
    for passage in source.passages {
        match cut(&passage, &offsets) {
            Some((start, end)) => passages.push(Passage { start, end, codings: passage.codings }),
            None => problems.push(format!(
                "a passage of `{}` is left out: its positions ({} to {}) do not lie in the text",
                source.name,
                passage.start.map_or("none".to_owned(), |at| at.to_string()),
                passage.end.map_or("none".to_owned(), |at| at.to_string()),
            )),
        }
    }
    Source { name: source.name, text, passages }
}

/// For every position, counted in this way, the byte of the text with line feeds only; and one more for the end.
fn offsets(raw: &str, counting: Counting) -> Vec<usize> {
    let mut offsets = if counting.bom { vec![0] } else { Vec::new() };
    let mut at = 0;
    let mut chars = raw.chars().peekable();
    while let Some(c) = chars.next() {
        offsets.push(at);
        if counting.utf_16 && c.len_utf16() == 2 {
            offsets.push(at);
        }
        // A CR, alone or with its LF, is one line feed in the text that was made of it.
        at += if c == '\r' { 1 } else { c.len_utf8() };
        if c == '\r' && chars.peek() == Some(&'\n') {
            chars.next();
            if !counting.crlf_is_one {
                offsets.push(at - 1);
            }
        }
    }
    offsets.push(at);
    offsets
}

fn cut(passage: &RawPassage, offsets: &[usize]) -> Option<(usize, usize)> {
    let (start, end) = (*offsets.get(passage.start?)?, *offsets.get(passage.end?)?);
    (start < end).then_some((start, end))
}

fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
