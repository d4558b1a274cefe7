/*!
Word (`.docx`) and OpenDocument text (`.odt`): the words of the body, one paragraph a line.

Tracked deletions, comments, footnotes, headers, footers, field codes and hidden text are not what the speaker said and are left out; tracked insertions are
read. What is in bold, what is hidden, also by a style, and what is a table is put together in `page`. Numbers of lists are not in the text of these formats.
*/

use super::Problem;
use super::file::refused;
use super::package::{PROTECTED, Package};
use super::page::Page;
use super::xml::{Piece, Walk, attribute, left_out, walk};
use crate::document::Note;
use quick_xml::events::BytesStart;
use std::collections::HashMap;

/// Elements of Word whose content is not read.
const WORD_SKIPPED: [&str; 13] = [
    "del",
    "moveFrom",
    "delText",
    "instrText",
    "pPrChange",
    "rPrChange",
    "Fallback",
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

/// What a style says of words: whether they are in bold, and whether they are hidden.
#[derive(Clone, Copy, Default)]
struct Look {
    is_bold: Option<bool>,
    is_hidden: Option<bool>,
}

impl Look {
    /// This one where it says something, else the other.
    fn or(self, other: Look) -> Look {
        Look { is_bold: self.is_bold.or(other.is_bold), is_hidden: self.is_hidden.or(other.is_hidden) }
    }
}

/// The words of a Word file.
pub(super) fn word(package: &mut Package) -> Result<(String, Option<Note>), Problem> {
    let is_body = |name: &&String| name.starts_with("word/document") && name.ends_with(".xml");
    let name = package.names.iter().find(is_body).cloned().unwrap_or_default();
    let styles = word_styles(package);
    let xml = package.text(&name)?;
    let mut page = Page::new();
    // What the paragraph's style says, what the run's style says and what the run itself says.
    let (mut paragraph, mut styled, mut run) = (Look::default(), Look::default(), Look::default());
    let (mut in_run, mut in_properties) = (false, false);
    let style = |element: &BytesStart<'_>| styles.get(&attribute(element, "val")).copied().unwrap_or_default();
    let n_left_out = walk(&xml, |event| {
        match event {
            Piece::Start("pPr", _) => in_properties = true,
            Piece::End("pPr") => in_properties = false,
            Piece::Start("pStyle", element) if in_properties => paragraph = style(element),
            // The mark of a paragraph has a look of its own.
            Piece::Start("rPr" | "tabs" | "sectPr", _) if in_properties => return Walk::Skip,
            Piece::Start(name, _) if WORD_SKIPPED.contains(&name) => return Walk::Skip,
            Piece::Start("p", _) => {
                page.begin_paragraph();
                paragraph = Look::default();
            }
            Piece::Start("r", _) => (in_run, styled, run) = (true, Look::default(), Look::default()),
            Piece::Start("b", element) if in_run => run.is_bold = Some(is_on(element)),
            Piece::Start("rStyle", element) if in_run => {
                styled = style(element);
                if attribute(element, "val") == "Strong" {
                    styled.is_bold = Some(true);
                }
            }
            Piece::Start("vanish", element) if in_run => run.is_hidden = Some(is_on(element)),
            Piece::Start("tab", _) => page.push("\t"),
            Piece::Start("br" | "cr", _) => page.end_line(),
            Piece::Start("noBreakHyphen", _) => page.push("-"),
            Piece::Start("tr", _) => page.begin_row(),
            Piece::End("r") => (in_run, styled, run) = (false, Look::default(), Look::default()),
            Piece::End("p") => {
                page.end_paragraph();
                paragraph = Look::default();
            }
            Piece::End("tc") => page.end_cell(),
            Piece::End("tr") => page.end_row(),
            Piece::Text(text, "t") => page.push(text),
            _ => {}
        }
        let look = run.or(styled).or(paragraph);
        (page.is_bold, page.is_hidden) = (look.is_bold.unwrap_or_default(), look.is_hidden.unwrap_or_default());
        Walk::On
    })?;
    Ok((page.finish(), left_out(n_left_out)))
}

/// The looks of the styles of a Word file, by their names; none if they cannot be read. A style is what its own words say, else what the one says that it is based on.
fn word_styles(package: &mut Package) -> HashMap<String, Look> {
    const STYLES: &str = "word/styles.xml";
    let mut looks: Vec<(String, String, Look)> = Vec::new();
    let Some(xml) = package.has(STYLES).then(|| package.text(STYLES).ok()).flatten() else {
        return HashMap::new();
    };
    let _ = walk(&xml, |event| {
        match (event, looks.last_mut()) {
            (Piece::Start("docDefaults" | "latentStyles" | "tblStylePr", _), _) => return Walk::Skip,
            (Piece::Start("style", element), _) => {
                looks.push((attribute(element, "styleId"), String::new(), Look::default()));
            }
            (Piece::Start("basedOn", element), Some(last)) => last.1 = attribute(element, "val"),
            (Piece::Start("b", element), Some(last)) => last.2.is_bold = Some(is_on(element)),
            (Piece::Start("vanish", element), Some(last)) => last.2.is_hidden = Some(is_on(element)),
            _ => {}
        }
        Walk::On
    });
    inherited(looks)
}

/// Looks by name, of names, the names they are based on, and what they say themselves.
fn inherited(looks: Vec<(String, String, Look)>) -> HashMap<String, Look> {
    let own: HashMap<&str, (&str, Look)> =
        looks.iter().map(|(name, based_on, look)| (name.as_str(), (based_on.as_str(), *look))).collect();
    let look_of = |name: &str| {
        let (mut look, mut at) = (Look::default(), name);
        // Ten generations are more than any file has; a circle ends here, too.
        for _ in 0..10 {
            let Some(&(based_on, said)) = own.get(at) else { break };
            look = look.or(said);
            at = based_on;
        }
        look
    };
    looks.iter().map(|(name, _, _)| (name.clone(), look_of(name))).collect()
}

/// The words of an OpenDocument text.
pub(super) fn open_document(package: &mut Package) -> Result<(String, Option<Note>), Problem> {
    if package.has("META-INF/manifest.xml") && package.text("META-INF/manifest.xml")?.contains("encryption-data") {
        return Err(refused(PROTECTED));
    }
    const STYLES: &str = "styles.xml";
    let mut looks = Vec::new();
    if let Some(xml) = package.has(STYLES).then(|| package.text(STYLES).ok()).flatten() {
        let _ = walk(&xml, |event| open_style(&event, &mut looks));
    }
    let xml = package.text("content.xml")?;
    // The styles of a text stand before its body.
    let _ = walk(&xml, |event| match event {
        Piece::Start("body", _) => Walk::Skip,
        event => open_style(&event, &mut looks),
    });
    let looks = inherited(looks);
    let mut page = Page::new();
    let mut n_paragraphs = 0usize;
    // The looks of the paragraphs and spans around a place.
    let mut around: Vec<Look> = Vec::new();
    let n_left_out = walk(&xml, |event| {
        match event {
            Piece::Start("automatic-styles", _) => return Walk::Skip,
            Piece::Start(name, _) if OPEN_SKIPPED.contains(&name) => return Walk::Skip,
            Piece::Start(name @ ("p" | "h" | "span"), element) => {
                if name != "span" {
                    page.begin_paragraph();
                    n_paragraphs += 1;
                }
                let look = looks.get(&attribute(element, "style-name")).copied().unwrap_or_default();
                around.push(look.or(around.last().copied().unwrap_or_default()));
            }
            Piece::Start("tab", _) => page.push("\t"),
            Piece::Start("line-break", _) => page.end_line(),
            Piece::Start("s", element) => {
                let n = attribute(element, "c").parse().unwrap_or(1usize);
                page.push(&" ".repeat(n.clamp(1, 100)));
            }
            Piece::Start("table-row", _) => page.begin_row(),
            Piece::End(name @ ("p" | "h" | "span")) => {
                around.pop();
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
        let look = around.last().copied().unwrap_or_default();
        (page.is_bold, page.is_hidden) = (look.is_bold.unwrap_or_default(), look.is_hidden.unwrap_or_default());
        Walk::On
    })?;
    Ok((page.finish(), left_out(n_left_out)))
}

/// Takes up what an element of OpenDocument says of styles.
fn open_style(event: &Piece<'_>, looks: &mut Vec<(String, String, Look)>) -> Walk {
    match (event, looks.last_mut()) {
        (Piece::Start("style", element), _) => {
            looks.push((attribute(element, "name"), attribute(element, "parent-style-name"), Look::default()));
        }
        (Piece::Start("text-properties", element), Some(last)) => {
            let weight = attribute(element, "font-weight");
            let number = weight.parse().unwrap_or(0u32);
            last.2 = Look {
                is_bold: (!weight.is_empty()).then_some(weight == "bold" || number >= 600),
                is_hidden: match attribute(element, "display").as_str() {
                    "" => None,
                    display => Some(display == "none"),
                },
            };
        }
        _ => {}
    }
    Walk::On
}

/// Whether a switch of Word is on: it is unless it says no.
fn is_on(element: &BytesStart<'_>) -> bool {
    !matches!(attribute(element, "val").as_str(), "0" | "false" | "off" | "none")
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
            result.map(|_| words).map_err(|problem| problem.message)
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

    /// A reader of packages.
    type Read = fn(&mut Package) -> Result<(String, Option<Note>), Problem>;

    /// The words of a package of these parts.
    fn words(parts: &[(&str, &str)], read: Read) -> String {
        let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        for (name, content) in parts {
            zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
            std::io::Write::write_all(&mut zip, content.as_bytes()).unwrap();
        }
        let bytes = zip.finish().unwrap().into_inner();
        read(&mut Package::open(bytes).unwrap()).unwrap().0
    }

    #[test]
    fn bold_and_hidden_by_style() {
        let styles = "<w:styles><w:docDefaults><w:rPr><w:b/></w:rPr></w:docDefaults><w:style w:styleId=\"Q\"><w:rPr><w:b/></w:rPr></w:style>\
            <w:style w:styleId=\"Who\"><w:basedOn w:val=\"Q\"/></w:style><w:style w:styleId=\"Loop\"><w:basedOn w:val=\"Loop\"/></w:style>\
            <w:style w:styleId=\"Gone\"><w:rPr><w:vanish/></w:rPr></w:style></w:styles>";
        let run = |props: &str, words: &str| {
            format!("<w:r><w:rPr>{props}</w:rPr><w:t xml:space=\"preserve\">{words}</w:t></w:r>")
        };
        let body = [
            "<w:document><w:body><w:p>",
            &run("<w:rStyle w:val=\"Who\"/>", "Ann"),
            &run("", " was here."),
            &run("<w:rStyle w:val=\"Gone\"/>", " hidden"),
            "</w:p><w:p><w:pPr><w:pStyle w:val=\"Q\"/><w:tabs><w:tab/></w:tabs><w:rPr><w:vanish/></w:rPr><w:pPrChange><w:pPr><w:pStyle w:val=\"Gone\"/></w:pPr></w:pPrChange></w:pPr>",
            &run("", "Tom"),
            &run("<w:b w:val=\"0\"/><w:rPrChange><w:rPr><w:b/></w:rPr></w:rPrChange>", " was there."),
            "</w:p><w:p><w:pPr><w:pStyle w:val=\"Loop\"/></w:pPr>",
            &run("", "Eve was not."),
            "</w:p></w:body></w:document>",
        ]
        .concat();
        let parts = [("word/styles.xml", styles), ("word/document.xml", body.as_str())];
        assert_eq!(words(&parts, word), "Ann\twas here.\nTom\twas there.\nEve was not.\n");
        let style = |name: &str, parent: &str, props: &str| {
            format!(
                "<style:style style:name=\"{name}\" style:parent-style-name=\"{parent}\"><style:text-properties {props}/></style:style>"
            )
        };
        let named = format!(
            "<office:styles>{}{}</office:styles>",
            style("Who", "", "fo:font-weight=\"bold\""),
            style("Gone", "", "text:display=\"none\"")
        );
        let body = format!(
            "<office:document-content><office:automatic-styles>{}</office:automatic-styles><office:body><office:text>\
             <text:p><text:span text:style-name=\"T1\">Ann</text:span> was here.<text:span text:style-name=\"Gone\"> hidden</text:span></text:p>\
             </office:text></office:body></office:document-content>",
            style("T1", "Who", "")
        );
        let parts = [("styles.xml", named.as_str()), ("content.xml", body.as_str())];
        assert_eq!(words(&parts, open_document), "Ann\twas here.\n");
    }
}
