/*!
The context of marked words with the built-in lexicon: whose voice, polarity, mood, tense, person.

`tests/context/table.txt` has one sentence a line, after the attributes that its marked word must have. Sentences that the cues do not get right stand under
the heading *known to fail*: every one of them must fail, so that one which is got right at last is moved up.
*/
#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "tests read their fixtures")]

use std::fmt::Write as _;
use throughline::analyzer::Analyzer;
use throughline::document::{Document, Role, Speaker, Turn};
use throughline::lexicon::{self, File};
use throughline::span::Span;

const TABLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/context/table.txt");
const KNOWN_TO_FAIL: &str = "known to fail";

/// What the table says of a word, and the condition of a rule that asks for it.
const ATTRIBUTES: [(&str, &str, &str); 13] = [
    ("own", "voice", "narrator"),
    ("other", "voice", "other"),
    ("aff", "polarity", "affirmed"),
    ("neg", "polarity", "negated"),
    ("actual", "mood", "actual"),
    ("hypo", "mood", "hypothetical"),
    ("question", "mood", "question"),
    ("past", "tense", "past"),
    ("present", "tense", "present"),
    ("future", "tense", "future"),
    ("first", "person", "first"),
    ("second", "person", "second"),
    ("third", "person", "third"),
];

/// The built-in lexicon with other markers: one for every attribute, which finds every word that has it.
fn analyzer() -> Analyzer {
    let is_kept = |file: &File| {
        !file.path.starts_with("markers/") && !file.path.starts_with("weights/") && file.path != "scales.toml"
    };
    let mut files: Vec<File> = lexicon::builtin().into_iter().filter(is_kept).collect();
    for (name, field, value) in ATTRIBUTES {
        let mut text = format!(
            "marker = \"context.{name}\"\ntitle = \"A word in context\"\nabout = \"For tests.\"\nsources = [\"Nobody (2026)\"]\n\
             [[rule]]\nid = \"any-word-{name}\"\nmatch = \"/.+/\"\nhits = [\"{{x}}\"]\nmisses = [\"x\"]\n"
        );
        for condition in ["voice", "polarity", "mood"] {
            let value = if condition == field { value } else { "any" };
            writeln!(text, "{condition} = \"{value}\"").unwrap();
        }
        if ["tense", "person"].contains(&field) {
            writeln!(text, "{field} = \"{value}\"").unwrap();
        }
        files.push(File { path: format!("markers/context/{name}.toml"), text });
    }
    let definitions = lexicon::parse(&files).unwrap_or_else(|faults| panic!("{faults:#?}"));
    Analyzer::new(definitions).unwrap_or_else(|faults| panic!("{faults:#?}"))
}

/// One line of the table.
struct Case<'a> {
    line: usize,
    heading: &'a str,
    expected: Vec<&'a str>,
    text: String,
    /// Where the marked word stands.
    word: Span,
}

fn cases(table: &str) -> Vec<Case<'_>> {
    let mut heading = "";
    let mut cases = Vec::new();
    for (number, line) in table.lines().enumerate() {
        let line = line.trim();
        if let Some(next) = line.strip_prefix("==") {
            heading = next.trim();
        } else if !line.is_empty() && !line.starts_with('#') {
            let (attributes, marked) = line.split_once(" | ").unwrap_or_else(|| panic!("line {}: no text", number + 1));
            let expected: Vec<&str> = attributes.split_whitespace().filter(|name| *name != "-").collect();
            let is_known = |name: &&str| ATTRIBUTES.iter().any(|(known, _, _)| known == name);
            assert!(!expected.is_empty() && expected.iter().all(is_known), "line {}: {attributes}", number + 1);
            let (start, end) = (marked.find('{').unwrap(), marked.find('}').unwrap());
            let text = marked.replace(['{', '}'], "");
            cases.push(Case { line: number + 1, heading, expected, text, word: Span::new(start, end - 1) });
        }
    }
    cases
}

/// The attributes that the marked word should have and has not.
fn lacking<'a>(analyzer: &Analyzer, case: &Case<'a>) -> Vec<&'a str> {
    let document = Document {
        text: case.text.clone(),
        turns: vec![Turn { span: Span::new(0, case.text.len()), speaker: 0 }],
        speakers: vec![Speaker { label: String::new(), role: Role::Narrator }],
        ..Document::default()
    };
    let analysis = analyzer.analyze(document);
    let definitions = analyzer.definitions();
    let has = |name: &str| {
        let is_it = |rule: usize| definitions.rules[rule].id == format!("any-word-{name}");
        analysis.matches.iter().any(|found| found.span.overlaps(case.word) && is_it(found.rule))
    };
    case.expected.iter().copied().filter(|name| !has(name)).collect()
}

#[test]
fn marked_words() {
    let table = std::fs::read_to_string(TABLE).unwrap();
    let cases = cases(&table);
    assert!(cases.len() >= 300, "only {} sentences", cases.len());
    let analyzer = analyzer();
    let mut wrong = String::new();
    for case in &cases {
        let lacking = lacking(&analyzer, case);
        let should_fail = case.heading == KNOWN_TO_FAIL;
        if lacking.is_empty() == should_fail {
            let lacking =
                if should_fail { "got right at last".to_owned() } else { format!("not {}", lacking.join(", ")) };
            writeln!(wrong, "table.txt:{}: {lacking}: {}", case.line, case.text).unwrap();
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}
