/*!
HTML pages and the chapters of e-books: the words, one block a line.

Read leniently, as browsers do: nothing in a page is an error. Scripts, styles, the head and comments are left out; cells of tables are set off by tabs. No
address in a page is ever followed.
*/

use super::{questions, xml};

/// Elements whose content is not read.
const SKIPPED: [&str; 12] = [
    "script", "style", "head", "template", "noscript", "svg", "select", "textarea", "iframe", "object", "nav", "title",
];
/// Elements that begin and end a line.
const BLOCKS: [&str; 27] = [
    "p",
    "div",
    "li",
    "ul",
    "ol",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "tr",
    "table",
    "section",
    "article",
    "blockquote",
    "dt",
    "dd",
    "dl",
    "pre",
    "header",
    "footer",
    "main",
    "figure",
    "figcaption",
    "body",
    "hr",
];
/// Elements that set words off.
const EMPHASIS: [&str; 4] = ["b", "strong", "i", "em"];
/// Beginnings by which a page is known, in small letters.
const OPENINGS: [&str; 14] = [
    "<!doctype html",
    "<html",
    "<head",
    "<body",
    "<p>",
    "<p ",
    "<div",
    "<h1",
    "<h2",
    "<table",
    "<meta",
    "<article",
    "<section",
    "<main",
];

/// Whether this text is HTML.
pub(super) fn is_html(text: &str) -> bool {
    let mut start = text.trim_start();
    while let Some((comment, rest)) = start.strip_prefix("<!--").and_then(|rest| rest.split_once("-->")) {
        let _ = comment;
        start = rest.trim_start();
    }
    if start.starts_with("<?xml") {
        start = start.split_once("?>").map_or("", |(_, rest)| rest).trim_start();
    }
    let head: String = start.chars().take(16).flat_map(char::to_lowercase).collect();
    OPENINGS.iter().any(|opening| head.starts_with(opening))
}

/// The words of a page.
pub(super) fn words(html: &str) -> String {
    let mut out = Out { text: String::with_capacity(html.len() / 2), is_all_bold: true, ..Out::default() };
    let mut rest = html;
    while let Some(at) = memchr::memchr2(b'<', b'&', rest.as_bytes()) {
        out.push(&rest[..at]);
        rest = &rest[at..];
        if rest.starts_with('&') {
            let (c, len) = xml::entity(rest).unwrap_or(('&', 1));
            out.push_char(c);
            rest = &rest[len..];
            continue;
        }
        if let Some(comment) = rest.strip_prefix("<!--") {
            rest = comment.find("-->").map_or("", |end| &comment[end + 3..]);
            continue;
        }
        let after = &rest[1..];
        if !after.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?')) {
            out.push("<");
            rest = after;
            continue;
        }
        let end = tag_end(after);
        let tag = &after[..end];
        rest = after.get(end + 1..).unwrap_or_default();
        let is_end = tag.starts_with('/');
        let name: String = tag
            .trim_start_matches('/')
            .chars()
            .take_while(|c| c.is_ascii_alphanumeric())
            .map(|c| c.to_ascii_lowercase())
            .collect();
        if SKIPPED.contains(&name.as_str()) && !is_end {
            rest = if tag.ends_with('/') { rest } else { behind_end(rest, &name) };
        } else if EMPHASIS.contains(&name.as_str()) {
            out.depth = if is_end { out.depth.saturating_sub(1) } else { out.depth + 1 };
        } else if name == "br" {
            out.end_line();
            out.text.push('\n');
            out.start = out.text.len();
        } else if matches!(name.as_str(), "td" | "th") {
            if is_end {
                out.text.truncate(out.text.trim_end().len());
                out.text.push('\t');
            }
        } else if BLOCKS.contains(&name.as_str()) {
            out.is_pre = name == "pre" && !is_end;
            out.line();
            // Headings below the title are set off like words in bold; what was left open ends with its block.
            let is_heading =
                name.len() == 2 && name.starts_with('h') && !["h1", "hr"].contains(&name.as_str()) && !is_end;
            out.depth = usize::from(is_heading);
        }
    }
    out.push(rest);
    out.end_line();
    questions::marked(out.text, &out.bold)
}

/// Where the tag ends; a sign within quotation marks does not end it.
fn tag_end(tag: &str) -> usize {
    let mut quote = None;
    for (at, byte) in tag.bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => return at,
            (None, b'"' | b'\'') if tag[..at].ends_with('=') => quote = Some(byte),
            (Some(open), byte) if open == byte => quote = None,
            _ => {}
        }
    }
    // An open quotation mark swallows the rest: take the first end there is.
    memchr::memchr(b'>', tag.as_bytes()).unwrap_or(tag.len())
}

/// What stands behind the end tag of this name; nothing if it is never closed.
fn behind_end<'a>(html: &'a str, name: &str) -> &'a str {
    let mut rest = html;
    while let Some(at) = memchr::memmem::find(rest.as_bytes(), b"</") {
        let after = &rest[at + 2..];
        if after.len() >= name.len()
            && after.is_char_boundary(name.len())
            && after[..name.len()].eq_ignore_ascii_case(name)
        {
            return after.find('>').map_or("", |end| &after[end + 1..]);
        }
        rest = after;
    }
    ""
}

/// The words as they are put together, with white space as a browser shows it.
#[derive(Default)]
struct Out {
    text: String,
    is_pre: bool,
    /// How many elements set off what comes now.
    depth: usize,
    /// Where the line begins, and whether all of it so far is set off.
    start: usize,
    is_all_bold: bool,
    /// Lines that are set off from beginning to end.
    bold: Vec<(usize, usize)>,
}

impl Out {
    fn push(&mut self, words: &str) {
        if self.is_pre {
            self.text.push_str(words);
        } else {
            words.chars().for_each(|c| self.push_char(c));
        }
    }

    /// Begins a line behind a question that is set off, if one stands before.
    fn begin_answer(&mut self) {
        let asked = self.text[self.start..].trim_end();
        if asked.ends_with('?') && asked.contains(char::is_alphabetic) {
            self.text.truncate(self.start + asked.len());
            self.bold.push((self.start, self.text.len()));
            self.text.push('\n');
            self.start = self.text.len();
        }
    }

    fn push_char(&mut self, c: char) {
        let is_space = c.is_ascii_whitespace() || c == '\u{a0}';
        if self.is_all_bold && !is_space && self.depth == 0 {
            self.is_all_bold = false;
            self.begin_answer();
        }
        if !is_space || self.is_pre {
            self.text.push(c);
        } else if !self.text.is_empty() && !self.text.ends_with([' ', '\n', '\t']) {
            self.text.push(' ');
        }
    }

    fn end_line(&mut self) {
        if self.is_all_bold && self.text.len() > self.start {
            self.bold.push((self.start, self.text.len()));
        }
        self.is_all_bold = true;
    }

    fn line(&mut self) {
        let end = self.text.trim_end_matches([' ', '\t']).len();
        self.text.truncate(end);
        self.end_line();
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push('\n');
        }
        self.start = self.text.len();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages() {
        let cases = [
            ("<p>I: Where?</p><p>P: In <b>Leeds</b> &amp; York.</p>", "I: Where?\nP: In Leeds & York.\n"),
            (
                "<html><head><title>T</title><style>p{}</style></head><body>A<br>B<script>x<y</script>C</body></html>",
                "A\nBC\n",
            ),
            (
                "<table><tr><td>I</td><td>Where?</td></tr><tr><td>P</td><td>Here.</td></tr></table>",
                "I\tWhere?\nP\tHere.\n",
            ),
            ("<div>one\n   two&nbsp;three</div><!-- <p>no</p> --><div title='a>b'>four</div>", "one two three\nfour\n"),
            ("<p>3 < 4 & so on", "3 < 4 & so on"),
            ("<p>open <a href=\"x>y", "open y"),
            ("<script>never closed", ""),
            (
                "<p><b>Where?</b></p><p>In Leeds.</p><p><strong>When <i>was</i> it?</strong><br>In May.</p><h3>Why?</h3><div>Work, in <b>York</b>.",
                "**Where?**\nIn Leeds.\n**When was it?**\nIn May.\n**Why?**\nWork, in York.",
            ),
            (
                "<p><b>I: Where?</b></p>P: No.<p><b>I: When?</b></p>P: No.<p><b>I: Why?</b></p>",
                "I: Where?\nP: No.\nI: When?\nP: No.\nI: Why?\n",
            ),
            ("<p><b>Where?</b></p>One.<p><b>Leeds</b></p>Two.<p><b>York</b></p>", "Where?\nOne.\nLeeds\nTwo.\nYork\n"),
        ];
        for (html, want) in cases {
            assert!(is_html(html) || html.starts_with("<script"), "{html}");
            assert_eq!(words(html), want, "{html}");
        }
        for text in ["I < you", "<NAME> was born.", "<!-- c --> text", "", "<cough> Yes."] {
            assert!(!is_html(text), "{text}");
        }
    }
}
