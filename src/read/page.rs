/*!
The text of a formatted document as it is put together, one paragraph a line: what bold and tables say about who speaks is put into signs that `turns` and `questions` read.

Paragraphs, and lines of paragraphs, in bold that may be questions of an interview get Markdown's stars (`questions`). Where a paragraph begins with bold words
without a colon, a tab is put behind them, for they may be a label; where it begins with a question in bold, the answer behind it gets a line of its own. Cells of a table are
set off by tabs, so that a table with speakers in its first column is a transcript like any other.
*/

use super::questions;

/// The longest bold beginning of a paragraph that may be a label, in bytes.
const LABEL_BYTES: usize = 60;

/// The text as it is put together.
#[derive(Default)]
pub(super) struct Page {
    text: String,
    /// Whether what comes now is in bold, and whether it is hidden.
    pub(super) is_bold: bool,
    pub(super) is_hidden: bool,
    /// Where the line begins, and whether all of it so far is bold.
    start: usize,
    is_all_bold: bool,
    /// Lines that are bold from beginning to end.
    bold: Vec<(usize, usize)>,
    /// Where the row of a table begins, and where its cells end.
    row: usize,
    cells: Vec<usize>,
}

impl Page {
    /// A page with nothing on it.
    pub(super) fn new() -> Page {
        Page { is_all_bold: true, ..Page::default() }
    }

    pub(super) fn begin_paragraph(&mut self) {
        // A text box stands within a paragraph.
        if self.text.len() > self.start && !self.text.ends_with(['\n', '\t']) {
            self.text.push('\n');
        }
        (self.start, self.is_all_bold) = (self.text.len(), true);
    }

    /// Adds words of one paragraph.
    pub(super) fn push(&mut self, words: &str) {
        if self.is_hidden {
            return;
        }
        if self.is_all_bold && !self.is_bold && !words.trim().is_empty() {
            self.is_all_bold = false;
            if self.begin_answer(words) || self.end_label(words) {
                return;
            }
        }
        self.text.push_str(words);
    }

    /// Begins a line behind a question in bold. `false` if no such question stands before these words.
    fn begin_answer(&mut self, words: &str) -> bool {
        let asked = self.text[self.start..].trim_end();
        if !asked.ends_with('?') || !asked.contains(char::is_alphabetic) {
            return false;
        }
        self.text.truncate(self.start + asked.len());
        self.bold.push((self.start, self.text.len()));
        self.text.push('\n');
        self.start = self.text.len();
        self.text.push_str(words.trim_start());
        true
    }

    /// Puts a tab behind words in bold that may be a label. `false` if they may not.
    fn end_label(&mut self, words: &str) -> bool {
        let label = &self.text[self.start..];
        let has_end =
            label.trim_end().ends_with([':', '.', '?', '!', ',', ';', '…', '”', '"']) || label.ends_with('\t');
        let may_be_label = (1..=LABEL_BYTES).contains(&label.trim().len())
            && !has_end
            && !label.contains('\n')
            && !words.trim_start().starts_with([':', '\t', ',', '.', '?', '!'])
            && (label.ends_with(' ') || words.starts_with(' '));
        if may_be_label {
            self.text.truncate(self.text.trim_end().len());
            self.text.push('\t');
            self.text.push_str(words.trim_start());
        }
        may_be_label
    }

    /// Ends a line within a paragraph.
    pub(super) fn end_line(&mut self) {
        if !self.is_hidden {
            self.end_paragraph();
        }
    }

    pub(super) fn end_paragraph(&mut self) {
        if self.is_all_bold && self.text.len() > self.start {
            self.bold.push((self.start, self.text.len()));
        }
        self.text.push('\n');
        (self.start, self.is_all_bold) = (self.text.len(), true);
    }

    pub(super) fn end_cell(&mut self) {
        if self.text.ends_with('\n') {
            self.text.pop();
        }
        self.cells.push(self.text.len());
        self.text.push('\t');
        (self.start, self.is_all_bold) = (self.text.len(), true);
    }

    /// Begins a row, unless one has been begun and not ended.
    pub(super) fn begin_first_cell(&mut self) {
        if self.cells.is_empty() {
            self.begin_row();
        }
    }

    pub(super) fn begin_row(&mut self) {
        self.cells.clear();
        self.row = self.text.len();
    }

    pub(super) fn end_row(&mut self) {
        self.join_lines();
        let end = self.text.trim_end_matches('\t').len();
        self.text.truncate(end);
        self.end_paragraph();
        self.begin_row();
    }

    /// Makes one line of a row whose last cell is not its longest, as where the speaker stands behind the words: else the lines of a cell would part them.
    fn join_lines(&mut self) {
        let mut from = self.row;
        let mut lengths: Vec<usize> = Vec::with_capacity(self.cells.len());
        for &end in &self.cells {
            if end < from {
                return;
            }
            lengths.push(end - from);
            from = end + 1;
        }
        let longest = lengths.iter().copied().max().unwrap_or_default();
        if lengths.len() > 1 && lengths.last().is_some_and(|&last| last < longest) && self.row <= self.text.len() {
            let row = self.text.split_off(self.row).replace('\n', " ");
            self.text.push_str(&row);
        }
    }

    /// The text, with signs around lines in bold if they may be the questions of an interview.
    pub(super) fn finish(self) -> String {
        questions::marked(self.text, &self.bold)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The page of these runs: what stands between stars is in bold, `/` ends a paragraph, `|` a cell, `#` a row.
    fn page(runs: &str) -> String {
        let mut page = Page::new();
        page.begin_row();
        for (at, run) in runs.split('*').enumerate() {
            page.is_bold = at % 2 == 1;
            for piece in run.split_inclusive(['/', '|', '#']) {
                page.push(piece.trim_end_matches(['/', '|', '#']));
                match piece.chars().last() {
                    Some('/') => page.end_paragraph(),
                    Some('|') => page.end_cell(),
                    Some('#') => page.end_row(),
                    _ => {}
                }
            }
        }
        page.finish()
    }

    #[test]
    fn bold_and_tables_are_put_into_signs() {
        let cases = [
            ("a label", "*Ann* was here/*Tom* was there/", "Ann\twas here\nTom\twas there\n"),
            ("a label with a colon", "*Ann:* was here/", "Ann: was here\n"),
            (
                "questions before their answers",
                "*Where was it?* In Leeds./*And then?* We moved./*And now?* Here./",
                "**Where was it?**\nIn Leeds.\n**And then?**\nWe moved.\n**And now?**\nHere.\n",
            ),
            ("a word within", "It was *very* far./", "It was very far.\n"),
            (
                "who speaks first",
                "Ann|Where was it?|#Tom|In Leeds,/by the river.|#",
                "Ann\tWhere was it?\nTom\tIn Leeds,\nby the river.\n",
            ),
            (
                "who speaks last",
                "Where, and when?|Ann|#In Leeds,/by the river.|Tom|#",
                "Where, and when?\tAnn\nIn Leeds, by the river.\tTom\n",
            ),
        ];
        for (name, runs, want) in cases {
            assert_eq!(page(runs), want, "{name}");
        }
    }
}
