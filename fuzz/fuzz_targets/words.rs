//! Tokens and sentences: the quick way for ASCII and its kin must find the words that `unicode-segmentation` finds, whatever the text.
#![no_main]

mod shared;

use std::ops::Range;
use throughline::document::{Document, Role, Speaker, Token, TokenKind, Turn};
use throughline::segment::{Abbreviations, segment};
use throughline::span::Span;
use unicode_segmentation::UnicodeSegmentation;

target!(|bytes| {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let document = Document {
        text: text.to_owned(),
        turns: vec![Turn { span: Span::new(0, text.len()), speaker: 0 }],
        speakers: vec![Speaker { label: String::new(), role: Role::Narrator }],
        ..Document::default()
    };
    let found = segment(&document, &Abbreviations::new(&["mr".to_owned()], &["etc".to_owned()]));
    covers(text, &found.tokens);
    assert_eq!(words(text, &found.tokens), standard_words(text, &found.tokens));
    let mut next = 0;
    for sentence in &found.sentences {
        assert_eq!(sentence.first_token, next);
        assert!(sentence.end_token > next);
        next = sentence.end_token;
    }
    assert_eq!(next, found.tokens.len());
});

/// Every byte that is not white space is in one token.
fn covers(text: &str, tokens: &[Token]) {
    let mut at = 0;
    for token in tokens {
        assert!(!token.span.is_empty());
        assert!(text[at..token.span.start as usize].trim().is_empty());
        at = token.span.end as usize;
    }
    assert!(text[at..].trim().is_empty());
}

/// Whether a token is made of several pieces on purpose: a bracket, or a stamp of time.
fn is_whole(text: &str, token: &Token) -> bool {
    token.kind == TokenKind::Aside
        || token.kind == TokenKind::Placeholder && text[token.span.range()].starts_with(['[', '<', '('])
}

/// The words, but for what is in brackets or a stamp.
fn words(text: &str, tokens: &[Token]) -> Vec<Range<usize>> {
    let is_word = |token: &&Token| token.kind.is_word() && !is_whole(text, token);
    let spans = tokens.iter().filter(is_word).map(|token| token.span.range());
    spans.filter(|span| text[span.clone()].chars().any(char::is_alphanumeric)).collect()
}

/// The same as the standard has them, without the white space that a mark may hang on.
fn standard_words(text: &str, tokens: &[Token]) -> Vec<Range<usize>> {
    let mut wholes = tokens.iter().filter(|token| is_whole(text, token)).map(|token| token.span.range()).peekable();
    let mut words = Vec::new();
    for (at, word) in text.unicode_word_indices() {
        let span = at + word.len() - word.trim_start().len()..at + word.len();
        while wholes.next_if(|whole| whole.end <= span.start).is_some() {}
        if wholes.peek().is_none_or(|whole| span.end <= whole.start) {
            words.push(span);
        }
    }
    words
}
