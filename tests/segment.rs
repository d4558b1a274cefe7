/*!
Tokens and sentences of small texts, written so that a person can check them: every file of `tests/segment` has the text, a line `---`, and then
one line per sentence with its tokens and their kinds (`W`ord, `N`umber, `P`laceholder, `A`side, `.` punctuation).

With `UPDATE_SNAPSHOTS=1` the expectations are written anew.
*/
#![allow(clippy::disallowed_methods, reason = "tests read their fixtures")]

use std::path::PathBuf;
use throughline::document::{Document, Role, Speaker, TokenKind, Turn};
use throughline::segment::{Abbreviations, segment};
use throughline::span::Span;

const SEPARATOR: &str = "\n---\n";

fn abbreviations() -> Abbreviations {
    let list = |words: &[&str]| words.iter().map(|word| word.to_string()).collect::<Vec<String>>();
    let may_end = ["etc", "no", "a.m", "p.m", "u.s", "jr", "ph.d", "i"];
    let never = ["mr", "mrs", "ms", "dr", "prof", "st", "vs", "e.g", "i.e", "approx"];
    Abbreviations::new(&list(&[&never[..], &may_end[..]].concat()), &list(&may_end)).with_openers(&list(&["she", "i"]))
}

fn document(text: &str) -> Document {
    Document {
        text: text.to_string(),
        turns: vec![Turn { span: Span::new(0, text.len()), speaker: 0 }],
        speakers: vec![Speaker { label: String::new(), role: Role::Narrator }],
        ..Document::default()
    }
}

/// One line per sentence: its words, then its tokens.
fn render(text: &str) -> String {
    let document = document(text);
    let segmentation = segment(&document, &abbreviations());
    let mut lines = String::new();
    for sentence in &segmentation.sentences {
        lines += &format!("{:>2}", sentence.n_words);
        for token in &segmentation.tokens[sentence.first_token..sentence.end_token] {
            let kind = match token.kind {
                TokenKind::Word => "W",
                TokenKind::Number => "N",
                TokenKind::Placeholder => "P",
                TokenKind::Aside => "A",
                TokenKind::Punctuation => ".",
            };
            lines += &format!(" {kind}:{}", visible(&document.text[token.span.range()]));
        }
        lines.push('\n');
    }
    lines
}

/// Spaces and what cannot be seen, made visible.
fn visible(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            ' ' => "␣".to_string(),
            '\u{200B}'..='\u{200F}' | '\u{FE0F}' | '\u{FEFF}' | '\u{AD}' | '\0'..='\u{1F}' | '\u{7F}' => {
                format!("\\u{{{:X}}}", c as u32)
            }
            '\u{300}'..='\u{36F}' => format!("\\u{{{:X}}}", c as u32),
            c => c.to_string(),
        })
        .collect()
}

#[test]
fn snapshots() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/segment");
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    assert!(paths.len() >= 25, "only {} snapshots", paths.len());
    let is_update = std::env::var_os("UPDATE_SNAPSHOTS").is_some();
    let mut faults = String::new();
    for path in paths {
        let content = std::fs::read_to_string(&path).unwrap();
        let (text, expected) = content.split_once(SEPARATOR).unwrap_or((content.trim_end_matches('\n'), ""));
        let found = render(text);
        if is_update {
            std::fs::write(&path, format!("{text}{SEPARATOR}{found}")).unwrap();
        } else if found != expected {
            faults += &format!("{}:\n{text}\nexpected:\n{expected}found:\n{found}\n", path.display());
        }
    }
    assert!(faults.is_empty(), "\n{faults}");
}
