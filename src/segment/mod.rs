/*!
From text to tokens and sentences.

Words are the words of Unicode's text segmentation ([UAX #29](https://www.unicode.org/reports/tr29/)), so that `don't`, `3.5` and `naïve` are one
word each and every other tool that follows the standard counts alike. Around them stand the pieces that transcripts have and the standard does not know:
redacted names and bracketed sounds, each one token ([`tokens`](tokens())). Sentences are found over the tokens by form alone ([`sentences`](sentences())).

This module knows no word of any language: it goes by marks, case, digits and white space. The one list it needs, the abbreviations whose full stop does
not end a sentence, is handed in, and so is what brackets are whose words say something else than their form ([`Document::brackets`]). It cannot fail, and takes time in proportion to the text whatever the text is.

```
use throughline::document::{Document, Role, Speaker, Turn};
use throughline::segment::{segment, Abbreviations};
use throughline::span::Span;

let text = "Dr. Jones rang. [laughs] I didn't answer.".to_string();
let document = Document {
    turns: vec![Turn { span: Span::new(0, text.len()), speaker: 0 }],
    speakers: vec![Speaker { label: String::new(), role: Role::Narrator }],
    text,
    ..Document::default()
};
let segmentation = segment(&document, &Abbreviations::new(&["dr".to_string()], &[]));
let sentences: Vec<&str> = segmentation.sentences.iter().map(|sentence| &document.text[sentence.span.range()]).collect();
assert_eq!(sentences, ["Dr. Jones rang.", "[laughs] I didn't answer."]);
assert_eq!(segmentation.sentences[1].n_words, 3);
```
*/

mod marks;
mod sections;
mod sentences;
mod tokens;
mod words;

pub use sections::segment_in_sections;
pub use sentences::{Abbreviations, sentences};
pub use tokens::{tokens, tokens_as};

pub use words::{MAX_WORD_BYTES, Words};

use crate::document::{Document, Sentence, Token, TokenKind};

/// The tokens and sentences of a document, those of every turn in order.
#[derive(Clone, Debug, Default)]
pub struct Segmentation {
    /// All tokens, in the order of the turns.
    pub tokens: Vec<Token>,
    /// All sentences, in the order of the turns; every token belongs to exactly one.
    pub sentences: Vec<Sentence>,
    /// For every token the number of its word among [`Segmentation::known`]; of those that are no words it means nothing.
    pub words: Vec<u32>,
    /// The distinct words met so far, in this document and, if it is used again, those before.
    pub known: Words,
}

impl Segmentation {
    /// The tokens of a sentence, and the numbers of their words.
    pub fn of(&self, sentence: &Sentence) -> (&[Token], &[u32]) {
        let range = sentence.first_token..sentence.end_token;
        (&self.tokens[range.clone()], &self.words[range])
    }
}

/// The tokens and sentences of all turns of `document`, whoever speaks.
pub fn segment(document: &Document, abbreviations: &Abbreviations) -> Segmentation {
    let mut segmentation = Segmentation::default();
    segment_into(document, abbreviations, &mut segmentation);
    segmentation
}

/// The same into `segmentation`, which is cleared first; for many documents in a row this saves the allocations.
pub fn segment_into(document: &Document, abbreviations: &Abbreviations, segmentation: &mut Segmentation) {
    segmentation.tokens.clear();
    segmentation.sentences.clear();
    segmentation.words.clear();
    segmentation.known.make_room();
    for (number, turn) in document.turns.iter().enumerate() {
        let first = segmentation.tokens.len();
        tokens_as(&document.text, turn.span, &document.brackets, &mut segmentation.tokens);
        sentences(&document.text, number, &segmentation.tokens, first, abbreviations, &mut segmentation.sentences);
    }
    let Segmentation { tokens, words, known, .. } = segmentation;
    words.extend(tokens.iter().map(|token| match token.kind {
        TokenKind::Word | TokenKind::Number => known.number(&document.text[token.span.range()]),
        TokenKind::Placeholder | TokenKind::Aside | TokenKind::Punctuation => 0,
    }));
}

#[cfg(test)]
mod tests;
