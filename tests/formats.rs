//! One interview in every format that is read: the same turns, the same words, the same matches. `tests/formats/make.py` makes the files.
#![cfg(all(feature = "pdf", feature = "sheets"))]
#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "a test reads its fixtures")]

use std::fs;
use std::path::{Path, PathBuf};
use throughline::analyzer::{Analysis, Analyzer};
use throughline::document::{Document, Role, TokenKind};
use throughline::lexicon;
use throughline::read::{self, Format, Options};
use throughline::segment;

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/formats").join(name)
}

/// The one document of a file.
fn document(path: &Path) -> Document {
    let name = path.file_name().unwrap().to_str().unwrap();
    let bytes = fs::read(path).unwrap();
    match Format::of_name(name).unwrap_or_else(|| panic!("{name}: not found by its ending")) {
        Format::Text => read::file(read::stem(name), bytes, &Options::default()).unwrap(),
        format => {
            let rows = read::table(Box::new(std::io::Cursor::new(bytes)), format, name, &Options::default()).unwrap();
            let mut documents = rows.collect::<Result<Vec<_>, _>>().unwrap();
            assert_eq!(documents.len(), 1, "{name}");
            documents.remove(0)
        }
    }
}

/// Who speaks and what the words are, turn by turn, without white space, asides and signs of Markdown.
fn turns(analysis: &Analysis) -> Vec<String> {
    let document = &analysis.document;
    let role = |turn: usize| match document.speakers[document.turns[turn].speaker].role {
        Role::Narrator => "narrator",
        Role::Interviewer => "interviewer",
        Role::Other => "other",
    };
    let mut turns: Vec<String> = (0..document.turns.len()).map(|turn| role(turn).to_owned()).collect();
    for sentence in &analysis.sentences {
        let mut tokens = Vec::new();
        segment::tokens(&document.text, sentence.span, &mut tokens);
        for token in tokens {
            if token.kind != TokenKind::Aside {
                turns[sentence.turn].push(' ');
                turns[sentence.turn].push_str(&document.text[token.span.range()]);
            }
        }
    }
    turns
}

/// Rules with the words they found.
fn matches(analysis: &Analysis) -> Vec<String> {
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let shown = |found: &throughline::matcher::Match| {
        format!("{}: {}", found.rule, words(&analysis.document.text[found.span.range()]))
    };
    analysis.matches.iter().map(shown).collect()
}

#[test]
fn one_interview_is_the_same_in_every_format() {
    let analyzer = Analyzer::new(lexicon::parse(&lexicon::builtin()).unwrap()).unwrap();
    let usual = analyzer.analyze(document(&folder("interview/letters.txt")));
    assert_eq!(turns(&usual).len(), 8);
    assert!(turns(&usual)[1].starts_with("narrator I grew up in a small town"), "{:?}", turns(&usual));
    assert_eq!((usual.document.pauses.len(), usual.document.inaudible.len()), (1, 1));
    assert!(matches(&usual).len() > 3, "{:?}", matches(&usual));
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder("interview")).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let mut faults = Vec::new();
    for path in &files {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let analysis = analyzer.analyze(document(path));
        let same = [
            ("turns", turns(&analysis) == turns(&usual)),
            ("matches", matches(&analysis) == matches(&usual)),
            ("words", analysis.score.words == usual.score.words),
            ("sentences", analysis.score.sentences == usual.score.sentences),
            ("pauses", analysis.document.pauses.len() == usual.document.pauses.len()),
            ("inaudible", analysis.document.inaudible.len() == usual.document.inaudible.len()),
        ];
        for (what, _) in same.iter().filter(|(_, is_same)| !is_same) {
            faults.push(format!("{name}: other {what}\n{:#?}\n{:#?}", turns(&analysis), analysis.document.notes));
        }
    }
    assert!(faults.is_empty(), "of {} files:\n{}", files.len(), faults.join("\n"));
    assert!(files.len() > 25, "{}", files.len());
}
