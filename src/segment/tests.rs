/*!
What must hold for every text: words are those of the standard, tokens cover the text, sentences cover the tokens, and time is linear. What
single texts become is written down in `tests/segment`.
*/

use super::*;
use crate::document::{Role, Speaker, TokenKind, Turn};
use crate::span::Span;
use proptest::prelude::*;
use std::ops::Range;
use unicode_segmentation::UnicodeSegmentation;

fn all_tokens(text: &str) -> Vec<Token> {
    let mut out = Vec::new();
    tokens(text, Span::new(0, text.len()), &mut out);
    out
}

fn one_turn(text: &str) -> Document {
    Document {
        text: text.to_string(),
        turns: vec![Turn { span: Span::new(0, text.len()), speaker: 0 }],
        speakers: vec![Speaker { label: String::new(), role: Role::Narrator }],
        ..Document::default()
    }
}

fn abbreviations() -> Abbreviations {
    Abbreviations::new(&["mr".to_string(), "Etc".to_string()], &["etc".to_string()])
}

/// The words as the standard's own implementation has them, without the white space that a mark may hang on.
fn standard_words(text: &str) -> Vec<Range<usize>> {
    text.unicode_word_indices().map(|(at, word)| at + word.len() - word.trim_start().len()..at + word.len()).collect()
}

/// The words of a text without brackets, and that its tokens cover it.
fn checked_words(text: &str) -> Vec<Range<usize>> {
    let tokens = all_tokens(text);
    let mut at = 0;
    for token in &tokens {
        assert!(!token.span.is_empty(), "empty token in {text:?}");
        assert!(text[at..token.span.start as usize].trim().is_empty(), "uncovered text before {token:?} in {text:?}");
        at = token.span.end as usize;
    }
    assert!(text[at..].trim().is_empty(), "uncovered text at the end of {text:?}");
    tokens
        .iter()
        .filter(|token| token.kind.is_word() && text[token.span.range()].chars().any(char::is_alphanumeric))
        .map(|token| token.span.range())
        .collect()
}

/// Every character of the first blocks and the emoji, in every neighbourhood that the quick way has an opinion on.
#[test]
fn words_agree_with_the_standard_character_by_character() {
    let frames = [
        "{}",
        "a{}b",
        "1{}2",
        "a'{}b",
        "a{}'b",
        "a’{}b",
        "é{}é",
        "1.{}2",
        ".{} “{}”",
        "_{}_",
        " {}x",
        "…{}…",
        "{}{}{}",
    ];
    for c in ('\u{0}'..='\u{31FF}').chain('\u{FE00}'..='\u{FFFF}').chain('\u{1F100}'..='\u{1FAFF}') {
        if matches!(c, '[' | '<' | '(') {
            continue;
        }
        for frame in frames {
            let text = frame.replace("{}", c.encode_utf8(&mut [0; 4]));
            assert_eq!(checked_words(&text), standard_words(&text), "{text:?}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn words_agree_with_the_standard(text in r#"([a-cXP01 _'’‘.,:;]|[-"“”–—…*é×\n\t]|[\u{300}\u{301}\u{200D}\u{200B}\u{FE0F}\u{AD}\u{A0}\u{2003}\u{93E}]|[א"ב]|[我あカ]|[👩👍🏽🇬Ⓜ©]|xxx|don't|3,000){0,24}"#) {
        // Stamps of time are no words here.
        prop_assume!(!text.contains(":0") && !text.contains(":1"));
        prop_assert_eq!(checked_words(&text), standard_words(&text));
    }

    #[test]
    fn words_of_any_text_agree_with_the_standard(text in r"[^\[<(\p{Cn}]{0,24}") {
        prop_assume!(!text.contains(':'));
        prop_assert_eq!(checked_words(&text), standard_words(&text));
    }

    /// What a token is does not depend on whether the quick way or the standard cuts what stands around it.
    #[test]
    fn kinds_do_not_depend_on_the_way(
        text in r"(a{1,3}|a['’]a|\[(Na|na|NA|X)\]|<no>|00:0[0-9]:3[0-9](\.500)?|10:30|[ ]{1,2}|[.,-]|\n){0,24}"
    ) {
        let kinds = |text: &str| {
            let known: Vec<(u32, TokenKind)> =
                text.match_indices("[N").map(|(at, _)| (at as u32, TokenKind::Placeholder)).collect();
            let mut out = Vec::new();
            tokens_as(text, Span::new(0, text.len()), &known, &mut out);
            prop_assert_eq!(known.len(), out.iter().filter(|token| text[token.span.range()].starts_with("[N")).count());
            prop_assert!(out.iter().all(|token| !text[token.span.range()].starts_with("[N") || token.kind == TokenKind::Placeholder));
            Ok(out.iter().map(|token| token.kind).collect::<Vec<_>>())
        };
        prop_assert_eq!(kinds(&text)?, kinds(&text.replace('a', "a\u{301}"))?);
    }

    #[test]
    fn every_token_is_in_one_sentence(
        text in r#"([A-Ca-c0-9]{1,3}|[ ]{1,2}|\n{1,2}|[.?!…]{1,2}|["'”’)]|[“(\[<]|[-–•,]|Mr\.|etc\.|\[laughs\]|\[NAME\]|😂|。){0,40}"#
    ) {
        let document = one_turn(&text);
        let found = segment(&document, &abbreviations());
        let mut next = 0;
        for sentence in &found.sentences {
            prop_assert_eq!(sentence.first_token, next);
            prop_assert!(sentence.end_token > next);
            next = sentence.end_token;
            let inside = &found.tokens[sentence.first_token..sentence.end_token];
            prop_assert_eq!(sentence.span.start, inside[0].span.start);
            prop_assert_eq!(sentence.span.end, inside[inside.len() - 1].span.end);
            prop_assert_eq!(sentence.n_words, inside.iter().filter(|token| token.kind.is_word()).count());
        }
        prop_assert_eq!(next, found.tokens.len());
    }
}

/// Shapes on which a careless search would take the square of the time: with a hundred thousand repetitions the test would not end.
#[test]
fn time_is_linear_in_every_shape() {
    let units = [
        "a",
        "a'",
        "a.",
        "\"",
        "“",
        "'",
        ".",
        ". ",
        "…",
        "? ",
        "?\" ",
        "(",
        "((",
        "[",
        "[a",
        "<a ",
        ")",
        "] ",
        "[laughs] ",
        ". [a] ",
        "* ",
        "***",
        "_",
        "- ",
        "\n",
        "\n- ",
        "x",
        "x'",
        "I. ",
        "J. B. ",
        "1. ",
        "e.g. ",
        "a.b.",
        "\u{301}",
        "a\u{301}",
        "'\u{301}",
        "👍",
        "🇬",
        "我",
        "。",
        "a b ",
        " ",
        "\u{A0}",
        "‘a’ ",
        "a ’",
        ". —",
        ". …",
        "” ",
        ". ” ",
    ];
    for unit in units {
        let text = unit.repeat(100_000);
        let found = segment(&one_turn(&text), &abbreviations());
        assert_eq!(found.sentences.last().map_or(0, |sentence| sentence.end_token), found.tokens.len(), "{unit:?}");
    }
}

#[test]
fn turns_are_segmented_one_by_one() {
    let text = "P: I left. He\nI: Why?".to_string();
    let turns = vec![
        Turn { span: Span::new(3, 13), speaker: 0 },
        Turn { span: Span::new(16, 16), speaker: 1 },
        Turn { span: Span::new(17, 21), speaker: 1 },
    ];
    let document = Document { text, turns, ..Document::default() };
    let mut found = segment(&one_turn("something else."), &abbreviations());
    segment_into(&document, &abbreviations(), &mut found);
    let texts: Vec<(usize, &str, usize)> = found
        .sentences
        .iter()
        .map(|sentence| (sentence.turn, &document.text[sentence.span.range()], sentence.n_words))
        .collect();
    assert_eq!(texts, [(0, "I left.", 2), (0, "He", 1), (2, "Why?", 1)]);
    let again = segment(&document, &abbreviations());
    assert_eq!((again.tokens, again.sentences), (found.tokens, found.sentences));
}

#[test]
fn spans_outside_the_text_have_no_tokens() {
    for (name, span) in [
        ("past the end", Span::new(2, 9)),
        ("within a character", Span::new(1, 3)),
        ("reversed", Span { start: 3, end: 0 }),
    ] {
        let mut out = Vec::new();
        tokens("é.x", span, &mut out);
        assert_eq!(out, [], "{name}");
    }
}

#[test]
fn brackets_end_with_the_turn_and_the_line() {
    for (name, text, kinds) in [
        ("closed", "[ab]", vec![TokenKind::Aside]),
        (
            "a line break inside",
            "[a\nb]",
            vec![TokenKind::Punctuation, TokenKind::Word, TokenKind::Word, TokenKind::Punctuation],
        ),
        (
            "closed one byte too late",
            &format!("[{}]", "a".repeat(59)),
            vec![TokenKind::Punctuation, TokenKind::Word, TokenKind::Punctuation],
        ),
        ("as long as may be", &format!("[{}]", "a".repeat(58)), vec![TokenKind::Aside]),
        ("possessive", "[MUM]’s", vec![TokenKind::Placeholder]),
        ("not possessive", "[MUM]’sx", vec![TokenKind::Placeholder, TokenKind::Punctuation, TokenKind::Word]),
    ] {
        let found: Vec<TokenKind> = all_tokens(text).iter().map(|token| token.kind).collect();
        assert_eq!(found, kinds, "{name}");
    }
    let mut out = Vec::new();
    tokens("[ab]", Span::new(0, 3), &mut out);
    assert_eq!(out.len(), 2, "the bracket closes outside the turn");
}
