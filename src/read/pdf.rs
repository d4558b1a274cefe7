/*!
PDF: the text layer, page by page, without what comes again at the top and foot of the pages.

A line that stands at the edge of several pages, numbers aside, is a running head or foot and no one's words; so is a number alone. Pages without a text
layer (scans) are told of and not guessed. The library that reads the file may panic on a broken one and knows no bound of time: it works apart.
*/

use super::Problem;
use super::apart::apart;
use super::file::refused;
use super::package::PROTECTED;
use crate::document::{Note, NoteKind};
use std::collections::BTreeMap;

/// The longest file, in bytes.
const MAX_FILE: usize = 128 * 1024 * 1024;
/// How many lines at either edge of a page are looked at.
const EDGE: usize = 2;
/// How many pages a note names at most.
const NAMED_PAGES: usize = 10;

/// The words of a PDF file, and what is to be noted.
///
/// # Errors
/// If it cannot be read, or has no text layer at all.
pub(super) fn words(bytes: Vec<u8>) -> Result<(String, Option<Note>), Problem> {
    if bytes.len() > MAX_FILE {
        return Err(refused("a PDF file longer than 128 MiB: divide it, or save its text"));
    }
    let pages = pages(bytes)?;
    let blank: Vec<usize> =
        (1..).zip(&pages).filter(|(_, page)| page.trim().is_empty()).map(|(number, _)| number).collect();
    if blank.len() == pages.len() {
        return Err(refused("a PDF without a text layer, such as a scan: have it recognised (OCR), or typed out"));
    }
    let note = (!blank.is_empty()).then(|| {
        let more = if blank.len() > NAMED_PAGES { " and more" } else { "" };
        let named = blank.iter().take(NAMED_PAGES).map(usize::to_string).collect::<Vec<_>>().join(", ");
        let message = format!("pages without a text layer are not read: {named}{more}");
        Note { kind: NoteKind::Incomplete, message, line: None }
    });
    Ok((without_edges(&pages), note))
}

/// The text of every page.
fn pages(bytes: Vec<u8>) -> Result<Vec<String>, Problem> {
    let fault = |what: &str| refused(&format!("the PDF file cannot be read ({what}): save its text as .docx or .txt"));
    let work = move || pdf_extract::extract_text_from_mem_by_pages(&bytes).map_err(|error| error.to_string());
    match apart(work) {
        Ok(Ok(pages)) => Ok(pages),
        Ok(Err(error)) if error.contains("ncrypt") || error.contains("assword") => Err(refused(PROTECTED)),
        Ok(Err(error)) | Err(error) => Err(fault(&error)),
    }
}

/// The pages without running heads, feet and page numbers.
fn without_edges(pages: &[String]) -> String {
    let lines = |page: &'_ str| page.lines().map(|line| line.trim().to_owned()).collect::<Vec<_>>();
    let pages: Vec<Vec<String>> = pages.iter().map(|page| lines(page)).collect();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for page in &pages {
        let mut forms: Vec<String> = edges(page).map(|at| form(&page[at])).collect();
        forms.sort_unstable();
        forms.dedup();
        for form in forms {
            *counts.entry(form).or_default() += 1;
        }
    }
    let n_texts = pages.iter().filter(|page| page.iter().any(|line| !line.is_empty())).count();
    let is_running = |line: &str| {
        let form = form(line);
        let is_number = form.chars().all(|c| matches!(c, '#' | '-' | '–' | ' ' | '/' | '.'));
        is_number || n_texts > 1 && counts.get(&form).is_some_and(|&n| n >= 2 && n * 2 >= n_texts)
    };
    let mut text = String::new();
    for page in &pages {
        let dropped: Vec<usize> = edges(page).filter(|&at| is_running(&page[at])).collect();
        let kept = (0..page.len()).filter(|at| !dropped.contains(at)).map(|at| page[at].as_str()).collect::<Vec<_>>();
        text.push_str(kept.join("\n").trim());
        text.push('\n');
    }
    text
}

/// The lines at the edges of a page that hold something.
fn edges(page: &[String]) -> impl Iterator<Item = usize> {
    let filled: Vec<usize> = (0..page.len()).filter(|&at| !page[at].is_empty()).collect();
    let n = filled.len();
    filled.into_iter().enumerate().filter(move |&(nth, _)| nth < EDGE || nth + EDGE >= n).map(|(_, at)| at)
}

/// A line with its numbers as one sign each.
fn form(line: &str) -> String {
    let mut form = String::new();
    for c in line.chars() {
        match c {
            c if c.is_ascii_digit() => {
                if !form.ends_with('#') {
                    form.push('#');
                }
            }
            c => form.push(c),
        }
    }
    form
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn running_heads_and_page_numbers_are_no_words() {
        let page = |n: usize, words: &str| format!("\n\nA talk\n\n{words}\n Page {n} of 3");
        let pages = [page(1, "I: Where?\nP: In"), page(2, "Leeds, in 1950.\nI: When?"), page(3, "P: In May.")];
        assert_eq!(without_edges(&pages), "I: Where?\nP: In\nLeeds, in 1950.\nI: When?\nP: In May.\n");
        let numbers = ["1\nI was there.\n".to_owned(), "It was cold.\n- 2 -".to_owned()];
        assert_eq!(without_edges(&numbers), "I was there.\nIt was cold.\n");
        assert_eq!(without_edges(&["A talk\nIt was cold.".to_owned()]), "A talk\nIt was cold.\n");
    }

    #[test]
    fn what_is_no_pdf() {
        for bytes in [&b"%PDF-1.4\n"[..], b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer<</Root 1 0 R>>\n%%EOF"] {
            assert!(words(bytes.to_vec()).is_err());
        }
    }
}
