/*!
What brackets hold: notes of the transcriber, some of them worth a number (how often the narrator pauses, how often nobody could hear what was said), or what stands
for a name that was taken out.

They are found by form (a length of time in brackets, dots in brackets) and by the words of the conventions. The words of a note are never words of
the narrator; `segment` sees to that, and is told of the brackets whose words say something else than their form: `[Name of School]`, `[LAUGHTER]`.
*/

use super::Conventions;
use crate::document::{Document, Role, Token, TokenKind};
use crate::segment;
use crate::span::{Span, floor};

/// How far behind a bracket its end is looked for, in bytes.
const LONGEST: usize = 64;

/// Finds what brackets are by their words, and counts pauses and passages that could not be heard in the narrator's turns.
pub(super) fn find(document: &mut Document, conventions: &Conventions) {
    let found = Found::new(document, conventions);
    (document.pauses, document.inaudible, document.brackets) = (found.pauses, found.inaudible, found.brackets);
}

/// Finds what brackets are by their words in a text that was not read here, such as a coded narrative.
pub fn know_brackets(document: &mut Document, conventions: &Conventions) {
    document.brackets = Found::new(document, conventions).brackets;
}

/// What the brackets of a text are, as [`Document`] has it.
#[derive(Default)]
struct Found {
    pauses: Vec<u32>,
    inaudible: Vec<u32>,
    brackets: Vec<(u32, TokenKind)>,
}

impl Found {
    fn new(document: &Document, conventions: &Conventions) -> Found {
        let mut found = Found::default();
        let mut tokens = Vec::new();
        for turn in &document.turns {
            let is_narrator = document.speakers.get(turn.speaker).is_some_and(|speaker| speaker.role == Role::Narrator);
            let mut at = turn.span.start as usize;
            let end = turn.span.end as usize;
            while let Some(offset) = memchr::memchr3(b'[', b'(', b'<', &document.text.as_bytes()[at..end]) {
                at += offset;
                let limit = floor(&document.text, end.min(at + LONGEST));
                tokens.clear();
                segment::tokens(&document.text, Span::new(at, limit), &mut tokens);
                let is_bracket = |token: &&Token| matches!(token.kind, TokenKind::Aside | TokenKind::Placeholder);
                match tokens.first().filter(is_bracket) {
                    Some(bracket) => {
                        found.add(&document.text, *bracket, is_narrator, conventions);
                        at = bracket.span.end as usize;
                    }
                    None => at += 1,
                }
            }
        }
        found.brackets.sort_unstable_by_key(|&(start, _)| start);
        found
    }

    fn add(&mut self, text: &str, bracket: Token, is_narrator: bool, conventions: &Conventions) {
        let start = bracket.span.start;
        let shown = &text[bracket.span.range()];
        // A possessive ending may stand behind it.
        let shown = shown.rfind([']', ')', '>']).map_or(shown, |close| &shown[..close]);
        let words = shown.trim_matches(['[', '(', ')', '<', ' ']);
        let mut kind = bracket.kind;
        if !shown.starts_with('(') {
            kind = conventions.in_bracket(words, kind);
        }
        if kind != bracket.kind {
            self.brackets.push((start, kind));
        }
        if kind == TokenKind::Aside && is_narrator {
            if is_pause(words, conventions) {
                self.pauses.push(start);
            }
            if has_word(words, &conventions.inaudible) {
                self.inaudible.push(start);
            }
        }
    }
}

/// Whether it is the length of a pause (`0.5`, `3`, `2s`), dots, or says that it is one.
fn is_pause(words: &str, conventions: &Conventions) -> bool {
    let is_dots = !words.is_empty() && words.chars().all(|c| matches!(c, '.' | '…'));
    let number = words.trim_end_matches(|c: char| c.is_alphabetic()).trim();
    let is_length = number.len() + 4 > words.len()
        && number.bytes().any(|byte| byte.is_ascii_digit())
        && number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    is_dots || is_length || has_word(words, &conventions.pauses)
}

fn has_word(words: &str, list: &[String]) -> bool {
    let words = words.to_lowercase();
    words.split(|c: char| !c.is_alphabetic()).any(|word| list.iter().any(|known| known == word))
}

#[cfg(test)]
mod tests {
    use super::super::text;
    use super::*;

    /// What stands for a name counts as one word, what was heard or remarked as none, whatever the case.
    #[test]
    fn brackets_are_known_by_their_words() {
        let placeholders = [
            "[NAME]",
            "[Name]",
            "[City]",
            "[Mother]",
            "[Name of School]",
            "[redacted]",
            "[anonymised]",
            "[name]",
            "[place removed]",
            "[Leeds]",
            "[her husband's name]",
            "[Élodie]",
            "<Name>",
            "[XXX]",
            "[NAME_1]",
            "[Date of Birth]",
            "[town 2]",
            "[phone number]",
        ];
        let asides = [
            "[laughs]",
            "[Laughs]",
            "[LAUGHTER]",
            "[pause]",
            "[Pause]",
            "[Pause 3s]",
            "[inaudible]",
            "[INAUDIBLE]",
            "[Inaudible 00:12]",
            "[crying]",
            "[crosstalk]",
            "[Crosstalk]",
            "[long silence]",
            "[phone rings]",
            "[Phone rings]",
            "[Door slams]",
            "[Interviewer laughs]",
            "[Clears throat]",
            "[Tape ends]",
            "[points at the wall]",
            "[Mm-hm]",
            "[Interviewer: yeah]",
            "[00:12]",
            "[1]",
            "[Music]",
            "[sic]",
            "(laughs)",
            "<Coughs>",
            "[She looks out of the window for a while]",
        ];
        for (cases, n_words) in [(&placeholders[..], 3), (&asides[..], 2)] {
            for case in cases {
                // Beside ASCII alone, beside letters for which the standard is asked, and possessive.
                let texts =
                    [format!("was {case} there"), format!("a\u{301}s {case} там"), format!("was {case}'s there")];
                let is_placeholder = n_words == 3;
                for text in &texts[..if is_placeholder { 3 } else { 2 }] {
                    let document = text_of(text);
                    let segmentation = segment::segment(&document, &segment::Abbreviations::default());
                    let n: usize = segmentation.sentences.iter().map(|sentence| sentence.n_words).sum();
                    assert_eq!(n, n_words, "{text}");
                }
            }
        }
    }

    /// Without lists, as in a lexicon of another language, form decides.
    #[test]
    fn form_decides_without_lists() {
        let none = Conventions::parse(
            "[roles]\nnarrator = []\ninterviewer = []\n[labels]\n[columns]\ntext = []\nid = []\n",
            "speakers.toml",
        );
        let mut document = text_of("was [Name] there [LAUGHTER]");
        know_brackets(&mut document, &none.unwrap());
        assert_eq!(document.brackets, []);
    }

    fn text_of(text: &str) -> Document {
        super::super::text("t", text.as_bytes().to_vec())
    }

    #[test]
    fn pauses_and_the_inaudible_are_counted_for_the_narrator() {
        let cases = [
            ("I was (.) in (0.5) Leeds ((long pause)) [pause 3s] then (...) gone.", 5, 0),
            ("[inaudible 00:12] it was [unintelligible] and (inaudible).", 0, 3),
            ("(1950) it was (so they say) and [laughs] (00:01:12).", 0, 0),
            ("I: Where (pause)?\nP: In [pause] Leeds.\nI: [inaudible]", 1, 0),
            ("It was [PAUSE] hard [Inaudible] then [UNCLEAR].", 1, 2),
        ];
        for (said, n_pauses, n_inaudible) in cases {
            let document = text("t", said.as_bytes().to_vec());
            assert_eq!((document.pauses.len(), document.inaudible.len()), (n_pauses, n_inaudible), "{said}");
        }
    }
}
