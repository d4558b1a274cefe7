/*!
`report.html`: a run to be read by people.

A page is one file that needs no network and no script; a script only sorts and searches. Up to [`MAX_IN_ONE`] documents, and not more than [`MAX_BYTES_IN_ONE`] bytes of
pages, stand in `report.html` itself. Of more, `report.html` is an overview that leads to a page a document in the folder `report`, for at most [`MAX_PAGES`] documents.

Documents are handed in as they come, and no more is held than those that may yet stand in one file, one page, and a row a document for the overview: memory is
bounded whatever the size of the batch. The pages say what they show and the same bytes come out of the same run; there is no time in them.

```text
document     numbers, bars (bars, chart), arc, transcript, markers      overview     what was read, plane, spread, index
page         head, policy, foot; style.css, script.js                   text, family what quotes a text; letters, lines, colours
```
*/

mod arc;
mod bars;
mod chart;
mod document;
mod family;
mod index;
mod overview;
mod page;
mod plane;
mod row;
mod spread;
mod text;
mod transcript;

pub use page::is_page;
pub use text::without_text;

use super::Options;
use super::csv::Doubts;
use super::run::Run;
use crate::analyzer::Analysis;
use crate::lexicon::Definitions;
use family::Families;
use maud::{Markup, PreEscaped, html};
use row::Row;
use std::io::{self, Write};
use text::Told;

/// So many documents stand in one file.
pub const MAX_IN_ONE: usize = 40;
/// So many bytes of their pages, too.
pub const MAX_BYTES_IN_ONE: usize = 8 << 20;
/// So many documents get a page and a row in the overview; a table is the better thing to look at more.
pub const MAX_PAGES: usize = 10_000;
/// The folder of the pages, beside `report.html`.
pub const FOLDER: &str = "report";

/// Where pages go: takes the name of a file in [`FOLDER`] and what stands in it.
pub type Pages<'a> = dyn FnMut(&str, &[u8]) -> io::Result<()> + 'a;

/// A report in the making.
pub struct Report {
    options: Options,
    families: Families,
    rows: Vec<Row>,
    n_documents: usize,
    /// The documents that may yet stand in one file; none, once there are too many. With pages, the one that waits for a neighbour.
    held: Vec<String>,
    n_bytes: usize,
    has_pages: bool,
}

impl Report {
    /// Nothing is in it yet.
    pub fn new(definitions: &Definitions, options: Options) -> Report {
        Report {
            options,
            families: Families::new(definitions),
            rows: Vec::new(),
            n_documents: 0,
            held: Vec::new(),
            n_bytes: 0,
            has_pages: false,
        }
    }

    /// What the report says of the `ahead`-th document from here, the next being 0; to be handed to [`Report::add`] in order. This is what takes time, and may be
    /// done on any thread.
    pub fn part(&self, definitions: &Definitions, analysis: &Analysis, ahead: usize) -> Part {
        let number = self.n_documents + ahead;
        if number >= MAX_PAGES {
            return Part(None);
        }
        let id = id(number);
        let markup = document::document(definitions, &self.families, analysis, self.options, &id);
        Part(Some((markup.into_string(), Row::new(analysis, format!("#{id}")))))
    }

    /// Takes the next document. Pages that are ready are handed to `pages`.
    ///
    /// # Errors
    /// What `pages` says.
    pub fn add(&mut self, definitions: &Definitions, part: Part, pages: &mut Pages) -> io::Result<()> {
        self.n_documents += 1;
        let Part(Some((markup, row))) = part else { return Ok(()) };
        self.n_bytes += markup.len();
        self.held.push(markup);
        self.rows.push(row);
        if self.held.len() > MAX_IN_ONE || self.n_bytes > MAX_BYTES_IN_ONE {
            self.has_pages |= self.rows.len() > 1;
        }
        if self.has_pages {
            self.write_pages(definitions, false, pages)?;
        }
        Ok(())
    }

    /// Writes the pages of what is held; all but the last, unless it `is_end`.
    fn write_pages(&mut self, definitions: &Definitions, is_end: bool, pages: &mut Pages) -> io::Result<()> {
        let n_kept = usize::from(!is_end);
        let first = self.rows.len() - self.held.len();
        let n = self.held.len().saturating_sub(n_kept);
        for (number, markup) in self.held.drain(..n).enumerate() {
            let number = first + number;
            self.rows[number].href = format!("{FOLDER}/{}", file_name(number));
            let body = html! {
                h1.kicker.running { "Throughline, document " (number + 1) }
                (neighbours(&self.rows, number))
                article.document aria-labelledby=(id(number)) { (PreEscaped(&markup)) }
                (page::caution())
            };
            let whole = page::page(definitions, Told(&self.rows[number].id), body);
            pages(&file_name(number), whole.into_string().as_bytes())?;
        }
        Ok(())
    }

    /// Writes `report.html`, and the pages that still wait.
    ///
    /// # Errors
    /// What `out` or `pages` says.
    pub fn finish(
        mut self,
        definitions: &Definitions,
        run: &Run,
        problems: &Doubts,
        beside: &[(String, String)],
        out: &mut dyn Write,
        pages: &mut Pages,
    ) -> io::Result<()> {
        if self.has_pages {
            self.write_pages(definitions, true, pages)?;
        }
        let batch = overview::Batch {
            rows: &self.rows,
            n_documents: self.n_documents,
            n_matches: run.n_matches,
            n_failed: run.n_failed,
            problems,
            beside,
            options: self.options,
        };
        let body = html! {
            (overview::overview(definitions, &self.families, &batch))
            @for (number, markup) in self.held.iter().enumerate() {
                article.document aria-labelledby=(id(number)) { (PreEscaped(markup)) }
            }
        };
        let title = match &self.rows[..] {
            [row] => html! { "Throughline: " (Told(&row.id)) },
            _ => html! { "Throughline: " (self.n_documents) " documents" },
        };
        out.write_all(page::page(definitions, title, body).into_string().as_bytes())
    }
}

/// What a report says of one document: its page and its row in the overview; nothing if there are too many before it.
pub struct Part(Option<(String, Row)>);

/// Begins all ids of the document with this number.
fn id(number: usize) -> String {
    format!("d{}", number + 1)
}

/// The page of the document with this number.
fn file_name(number: usize) -> String {
    format!("{:05}.html", number + 1)
}

/// The way back, and to the documents before and after.
fn neighbours(rows: &[Row], number: usize) -> Markup {
    html! {
        nav.neighbours aria-label="Documents" {
            a href="../report.html#documents" { "All documents" }
            @if let Some(row) = number.checked_sub(1).map(|before| &rows[before]) {
                a rel="prev" href=(file_name(number - 1)) { "← " (text::name(&row.id)) }
            }
            @if let Some(row) = rows.get(number + 1) {
                a rel="next" href=(file_name(number + 1)) { (text::name(&row.id)) " →" }
            }
        }
    }
}
