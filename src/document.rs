/*!
What a text is to the program: plain data, without behaviour.

A [`Document`] is one text as read, with its turns and speakers. Segmentation adds [`Token`]s and [`Sentence`]s, which point into the
document's text by byte spans; nothing here copies words.
*/

use crate::span::Span;
use std::borrow::Cow;

/// One text as read, with who speaks where.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document {
    /// The name by which results speak of it; unique within a run.
    pub id: String,
    /// Where it came from, as given by the user; empty for a text that came from no file.
    pub file: String,
    /// The text, with line feeds as the only line breaks and without a byte order mark.
    pub text: String,
    /// The turns in order. A text without speaker labels is one turn of the narrator.
    pub turns: Vec<Turn>,
    /// Everyone who has a turn, in order of appearance.
    pub speakers: Vec<Speaker>,
    /// What was odd or had to be guessed in reading.
    pub notes: Vec<Note>,
    /// Where the transcript notes a pause in the narrator's turns, ascending.
    pub pauses: Vec<u32>,
    /// Where it notes that the narrator could not be heard, ascending.
    pub inaudible: Vec<u32>,
    /// Brackets whose words say that they are something else than their form: where they begin, ascending, and what they are.
    pub brackets: Vec<(u32, TokenKind)>,
}

impl Document {
    /// Who has the turn with this index.
    pub fn speaker_of(&self, turn: usize) -> &Speaker {
        &self.speakers[self.turns[turn].speaker]
    }
}

/// One speaker's stretch of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Turn {
    /// The words of the turn, without the label that opens it.
    pub span: Span,
    /// Index into [`Document::speakers`].
    pub speaker: usize,
}

/// One who speaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Speaker {
    /// The label in the transcript, such as `P` or `Mary Smith`; empty if there is none.
    pub label: String,
    /// What they are to the analysis.
    pub role: Role,
}

/// What a speaker is to the analysis.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// Whose life is told: scored.
    Narrator,
    /// Asks the questions: never scored.
    Interviewer,
    /// Anyone else: never scored.
    Other,
}

/// Something odd, found in reading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// What it is about.
    pub kind: NoteKind,
    /// What was found and what was made of it, in a sentence; quotes at most a short label ([`quoted`]), never the text.
    pub message: String,
    /// The line it concerns, from 1, if there is one.
    pub line: Option<usize>,
}

/// What a [`Note`] is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NoteKind {
    /// Nothing to score: no words at all.
    Empty,
    /// Bytes that had to be guessed at, or that are no text.
    Encoding,
    /// Which speaker is the narrator, and why.
    Narrator,
    /// The narrator had to be guessed and may be wrong.
    NarratorDoubtful,
    /// Which column of a table was taken as what, and why.
    Columns,
    /// A row or a table that is odd.
    Table,
    /// In what format the text came, where it had to be rewritten to be read.
    Format,
    /// Part of it could not be read.
    Incomplete,
    /// The narrator speaks another language than that of the lexicon: nothing in it means anything, and it is not scored.
    Language,
    /// Much of it is in another language.
    LanguageDoubtful,
    /// Something in it that may identify a person.
    Privacy,
}

impl NoteKind {
    /// Whether the reading may be wrong, so that a person should look.
    pub fn is_doubt(self) -> bool {
        !matches!(self, NoteKind::Narrator | NoteKind::Columns | NoteKind::Format)
    }

    /// The kind of this name, if there is one.
    pub fn named(name: &str) -> Option<NoteKind> {
        use NoteKind::{
            Columns, Empty, Encoding, Format, Incomplete, Language, LanguageDoubtful, Narrator, NarratorDoubtful,
            Privacy, Table,
        };
        let reading = [Empty, Encoding, Narrator, NarratorDoubtful, Columns, Table, Format, Incomplete];
        let content = [Language, LanguageDoubtful, Privacy];
        reading.into_iter().chain(content).find(|kind| kind.name() == name)
    }

    /// The name used in results.
    pub fn name(self) -> &'static str {
        match self {
            NoteKind::Empty => "empty",
            NoteKind::Encoding => "encoding",
            NoteKind::Narrator => "narrator",
            NoteKind::NarratorDoubtful => "narrator_doubtful",
            NoteKind::Columns => "columns",
            NoteKind::Table => "table",
            NoteKind::Format => "format",
            NoteKind::Incomplete => "incomplete",
            NoteKind::Language => "language",
            NoteKind::LanguageDoubtful => "language_doubtful",
            NoteKind::Privacy => "privacy",
        }
    }
}

/// The marks between which messages quote what comes from the input: labels, ids, names of columns. Nothing else in a message stands between them.
const QUOTES: [char; 2] = ['“', '”'];

/// A name that nothing else has: this one if it is free, else with the first free number behind `sign`, from 2.
pub(crate) fn unused(name: &str, sign: char, mut is_free: impl FnMut(&str) -> bool) -> String {
    if is_free(name) { name.to_owned() } else { numbered(name, sign, &mut 2, is_free) }
}

/// The name with the first free number behind `sign`, from `number`, which becomes that number.
pub(crate) fn numbered(name: &str, sign: char, number: &mut u32, mut is_free: impl FnMut(&str) -> bool) -> String {
    loop {
        let own = format!("{name}{sign}{number}");
        if is_free(&own) {
            return own;
        }
        *number += 1;
    }
}

/// Something of the input as a message quotes it, so that [`without_quotations`] can take it out again.
pub fn quoted(text: &str) -> String {
    let [open, close] = QUOTES;
    // Marks of its own would end the quotation too early.
    format!("{open}{}{close}", text.replace(QUOTES, "\""))
}

/// A message without what it quotes of the input. What it says to do stays; a list of quotations becomes one.
pub fn without_quotations(message: &str) -> Cow<'_, str> {
    let [open, close] = QUOTES;
    let mut out = String::new();
    let mut rest = message;
    while let Some((before, quotation)) = rest.split_once(open) {
        let is_listed = before == ", " && out.ends_with(close);
        if !is_listed {
            out.push_str(before);
            out.extend([open, '…', close]);
        }
        // One without an end, as in a message that was cut, is taken out to its last letter.
        rest = quotation.split_once(close).map_or("", |(_, after)| after);
    }
    if out.is_empty() {
        return Cow::Borrowed(message);
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// One piece of a text that is not white space.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// Where it stands.
    pub span: Span,
    /// What it is.
    pub kind: TokenKind,
}

/// What a [`Token`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TokenKind {
    /// A word: has at least one letter.
    Word,
    /// A number: digits, no letter.
    Number,
    /// A redacted name such as `[NAME]`, `[Name of School]`, `XXXX`, `<PERSON_1>`, `P01`: counts as a word, is never a cue.
    Placeholder,
    /// Something that is not speech, such as `[laughs]` or `(00:01:12)`: does not count as a word, is never a cue.
    Aside,
    /// Punctuation, emoji and other signs.
    Punctuation,
}

impl TokenKind {
    /// Whether it counts as a word.
    pub fn is_word(self) -> bool {
        matches!(self, TokenKind::Word | TokenKind::Number | TokenKind::Placeholder)
    }
}

/// One sentence within a turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sentence {
    /// Where it stands, without white space at its ends.
    pub span: Span,
    /// Index into [`Document::turns`].
    pub turn: usize,
    /// Index of its first token.
    pub first_token: usize,
    /// Index one past its last token.
    pub end_token: usize,
    /// How many words it has.
    pub n_words: usize,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_quoted_can_be_taken_out_and_nothing_else() {
        let odd = quoted("a `very” odd “name");
        let cases = [
            ("`throughline check` shows `where`".to_owned(), "`throughline check` shows `where`"),
            (
                format!("{} is one of {}: `--narrator` says", quoted("A"), quoted("B")),
                "“…” is one of “…”: `--narrator` says",
            ),
            (format!("called {odd}; look"), "called “…”; look"),
            (format!("one of 3 labels: {}, {}, {}", quoted("A"), quoted("B"), quoted("C")), "one of 3 labels: “…”"),
            ("cut off in “the mid".to_owned(), "cut off in “…”"),
        ];
        for (message, want) in cases {
            assert_eq!(without_quotations(&message), want, "{message}");
            assert_eq!(without_quotations(want), want, "twice is once");
        }
    }
}
