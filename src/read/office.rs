/*!
Word (`.docx`) and OpenDocument text (`.odt`): the words of the body, one paragraph a line.

Tracked deletions, comments, footnotes, headers, footers, field codes and hidden text are not what the speaker said and are left out; tracked insertions are
read. Paragraphs in bold that may be questions of an interview get Markdown's stars (`questions`). Cells of a table are set off by tabs, so that a table with speakers in its first column is a transcript like any other. Where a paragraph begins with
bold words without a colon, a tab is put behind them, for they may be a label. Numbers of lists are not in the text of these formats.
*/

use super::Problem;
use super::file::refused;
use super::package::{PROTECTED, Package};
use super::questions;
use super::xml::{Piece, Walk, attribute, walk};
use quick_xml::events::BytesStart;
use std::collections::HashSet;

/// The longest bold beginning of a paragraph that may be a label, in bytes.
const LABEL_BYTES: usize = 60;

/// Elements of Word whose content is not read.
const WORD_SKIPPED: [&str; 12] = [
    "del",
    "moveFrom",
    "delText",
    "instrText",
    "Fallback",
    "pPr",
    "tblPr",
    "sectPr",
    "footnote",
    "endnote",
    "comment",
    "sdtPr",
];
/// Elements of OpenDocument whose content is not read.
const OPEN_SKIPPED: [&str; 12] = [
    "annotation",
    "annotation-end",
    "tracked-changes",
    "note",
    "forms",
    "table-of-content",
    "desc",
    "title",
    "scripts",
    "font-face-decls",
    "sequence-decls",
    "ruby-text",
];

/// The words of a Word file.
pub(super) fn word(package: &mut Package) -> Result<String, Problem> {
    let is_body = |name: &&String| name.starts_with("word/document") && name.ends_with(".xml");
    let name = package.names.iter().find(is_body).cloned().unwrap_or_default();
    let xml = package.text(&name)?;
    let mut page = Page::default();
    let mut in_run = false;
    walk(&xml, |event| {
        match event {
            Piece::Start(name, _) if WORD_SKIPPED.contains(&name) => return Walk::Skip,
            Piece::Start("p", _) => page.begin_paragraph(),
            Piece::Start("r", _) => (in_run, page.is_bold, page.is_hidden) = (true, false, false),
            Piece::Start("b", element) if in_run => page.is_bold = is_on(element),
            Piece::Start("rStyle", element) if in_run => page.is_bold = attribute(element, "val") == "Strong",
            Piece::Start("vanish", element) if in_run => page.is_hidden = is_on(element),
            Piece::Start("tab", _) => page.push("\t"),
            Piece::Start("br" | "cr", _) => page.push("\n"),
            Piece::Start("noBreakHyphen", _) => page.push("-"),
            Piece::End("r") => (in_run, page.is_bold, page.is_hidden) = (false, false, false),
            Piece::End("p") => page.end_paragraph(),
            Piece::End("tc") => page.end_cell(),
            Piece::End("tr") => page.end_row(),
            Piece::Text(text, "t") => page.push(text),
            _ => {}
        }
        Walk::On
    })?;
    Ok(page.finish())
}

/// The words of an OpenDocument text.
pub(super) fn open_document(package: &mut Package) -> Result<String, Problem> {
    if package.has("META-INF/manifest.xml") && package.text("META-INF/manifest.xml")?.contains("encryption-data") {
        return Err(refused(PROTECTED));
    }
    let xml = package.text("content.xml")?;
    let mut page = Page::default();
    let (mut bold, mut hidden) = (HashSet::new(), HashSet::new());
    let mut style = String::new();
    let mut n_paragraphs = 0usize;
    // The styles of the spans around a place.
    let mut spans: Vec<(bool, bool)> = Vec::new();
    walk(&xml, |event| {
        match event {
            Piece::Start(name, _) if OPEN_SKIPPED.contains(&name) => return Walk::Skip,
            Piece::Start("style", element) => style = attribute(element, "name"),
            Piece::Start("text-properties", element) => {
                if attribute(element, "font-weight") == "bold" {
                    bold.insert(style.clone());
                }
                if attribute(element, "display") == "none" {
                    hidden.insert(style.clone());
                }
            }
            Piece::Start(name @ ("p" | "h" | "span"), element) => {
                if name != "span" {
                    page.begin_paragraph();
                    n_paragraphs += 1;
                }
                let style = attribute(element, "style-name");
                let (is_bold, is_hidden) = spans.last().copied().unwrap_or_default();
                spans.push((is_bold || bold.contains(&style), is_hidden || hidden.contains(&style)));
            }
            Piece::Start("tab", _) => page.push("\t"),
            Piece::Start("line-break", _) => page.push("\n"),
            Piece::Start("s", element) => {
                let n = attribute(element, "c").parse().unwrap_or(1usize);
                page.push(&" ".repeat(n.clamp(1, 100)));
            }
            Piece::End(name @ ("p" | "h" | "span")) => {
                spans.pop();
                if name != "span" {
                    page.end_paragraph();
                    n_paragraphs = n_paragraphs.saturating_sub(1);
                }
            }
            Piece::End("table-cell") => page.end_cell(),
            Piece::End("table-row") => page.end_row(),
            Piece::Text(text, _) if n_paragraphs > 0 => {
                // Line breaks and indents of the file itself are no more than a space.
                let has_break = text.contains(['\n', '\r']);
                let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
                page.push(if has_break { &words } else { text });
            }
            _ => {}
        }
        (page.is_bold, page.is_hidden) = spans.last().copied().unwrap_or_default();
        Walk::On
    })?;
    Ok(page.finish())
}

/// Whether a switch of Word is on: it is unless it says no.
fn is_on(element: &BytesStart<'_>) -> bool {
    !matches!(attribute(element, "val").as_str(), "0" | "false" | "off" | "none")
}

/// The text as it is put together.
#[derive(Default)]
struct Page {
    text: String,
    is_bold: bool,
    is_hidden: bool,
    /// Where the paragraph begins, and whether all of it so far is bold.
    start: usize,
    is_all_bold: bool,
    /// Paragraphs that are bold from beginning to end.
    bold: Vec<(usize, usize)>,
}

impl Page {
    fn begin_paragraph(&mut self) {
        // A text box stands within a paragraph.
        if self.text.len() > self.start && !self.text.ends_with(['\n', '\t']) {
            self.text.push('\n');
        }
        (self.start, self.is_all_bold) = (self.text.len(), true);
    }

    fn push(&mut self, words: &str) {
        if self.is_hidden {
            return;
        }
        if self.is_all_bold && !self.is_bold && !words.trim().is_empty() {
            self.is_all_bold = false;
            let label = &self.text[self.start..];
            let has_end =
                label.trim_end().ends_with([':', '.', '?', '!', ',', ';', '…', '”', '"']) || label.ends_with('\t');
            if (1..=LABEL_BYTES).contains(&label.trim().len())
                && !has_end
                && !label.contains('\n')
                && !words.trim_start().starts_with([':', '\t', ',', '.', '?', '!'])
                && (label.ends_with(' ') || words.starts_with(' '))
            {
                self.text.truncate(self.text.trim_end().len());
                self.text.push('\t');
                self.text.push_str(words.trim_start());
                return;
            }
        }
        self.text.push_str(words);
    }

    /// The text, with signs around paragraphs in bold if they may be the questions of an interview.
    fn finish(self) -> String {
        questions::marked(self.text, &self.bold)
    }

    fn end_paragraph(&mut self) {
        if self.is_all_bold && self.text.len() > self.start {
            self.bold.push((self.start, self.text.len()));
        }
        self.text.push('\n');
        (self.start, self.is_all_bold) = (self.text.len(), true);
    }

    fn end_cell(&mut self) {
        if self.text.ends_with('\n') {
            self.text.pop();
        }
        self.text.push('\t');
        self.start = self.text.len();
    }

    fn end_row(&mut self) {
        let end = self.text.trim_end_matches('\t').len();
        self.text.truncate(end);
        self.end_paragraph();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn xml_that_is_broken_or_hostile() {
        let words = |xml: &str| {
            let mut words = String::new();
            let result = walk(xml, |piece| {
                if let Piece::Text(text, _) = piece {
                    words.push_str(text);
                }
                Walk::On
            });
            result.map(|()| words).map_err(|problem| problem.message)
        };
        assert_eq!(words("<a>x &amp; y &#228; &eacute;</a>").unwrap(), "x & y ä é");
        let laughs = "<!DOCTYPE a [<!ENTITY b \"ha\"><!ENTITY c \"&b;&b;\">]><a>x&c;y</a>";
        assert_eq!(words(laughs).unwrap(), "xy");
        let outside = "<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]><a>x&b;y</a>";
        assert_eq!(words(outside).unwrap(), "xy");
        for broken in ["<a>x", "<a>x</b>", "</a>", "<a", "<a><b></a>"] {
            assert!(words(broken).unwrap_err().contains("damaged"), "{broken}");
        }
    }
}
