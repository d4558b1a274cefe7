//! (being written)
use crate::document::{Document, Sentence, Token, TokenKind};
use crate::span::Span;
use unicode_segmentation::UnicodeSegmentation;
/// Tokens and sentences.
#[derive(Default)]
pub struct Segmentation { 
/// Tokens
pub tokens: Vec<Token>,
/// Sentences
 pub sentences: Vec<Sentence> }
/// A
pub struct Abbreviations;
impl Abbreviations {
/// n
 pub fn new(_: &[String], _: &[String]) -> Abbreviations { Abbreviations } }
/// s
pub fn segment_into(document: &Document, _: &Abbreviations, out: &mut Segmentation) {
    out.tokens.clear(); out.sentences.clear();
    for (turn, t) in document.turns.iter().enumerate() {
        let text = &document.text[t.span.range()];
        let mut first = out.tokens.len(); let mut w = 0;
        let base = t.span.start as usize;
        let close = |out: &mut Segmentation, first: &mut usize, w: &mut usize| {
            let n = out.tokens.len();
            if n > *first { let span = Span { start: out.tokens[*first].span.start, end: out.tokens[n-1].span.end };
              out.sentences.push(Sentence { span, turn, first_token: *first, end_token: n, n_words: *w }); }
            *first = n; *w = 0;
        };
        let mut pending = false;
        for (at, s) in text.split_word_bound_indices() {
            if s.trim().is_empty() { if pending { close(out, &mut first, &mut w); pending = false; } continue; }
            let kind = if s.chars().any(char::is_alphabetic) { TokenKind::Word } else if s.chars().any(char::is_numeric) { TokenKind::Number } else { TokenKind::Punctuation };
            if kind.is_word() { w += 1; }
            if kind == TokenKind::Punctuation && out.tokens.len() > first { let n = out.tokens.len(); let prev = out.tokens[n-1];
              if prev.kind == TokenKind::Punctuation && prev.span.end as usize == base + at && s == "." && document.text[prev.span.range()].starts_with('.') { out.tokens[n-1].span.end += 1; continue; } }
            out.tokens.push(Token { span: Span::new(base + at, base + at + s.len()), kind });
            if matches!(s, "." | "?" | "!" | "…") { pending = true; } else if kind.is_word() { pending = false; }
        }
        close(out, &mut first, &mut w);
    }
}
