/*!
Who is meant by pronouns, with the built-in lexicon.

`tests/persons/table.txt` has one telling a line, with the kind of person after every pronoun. Tellings that the program does not get right stand under the heading
*known to fail*: every one of them must fail, so that one which is got right at last is moved up.
*/
#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "tests read their fixtures")]

use std::fmt::Write as _;
use throughline::analyzer::Analyzer;
use throughline::document::{Document, Role, Speaker, Turn};
use throughline::lexicon::{self, File};
use throughline::span::Span;

const TABLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/persons/table.txt");
const KNOWN_TO_FAIL: &str = "known to fail";
/// What the table says of a pronoun that can mean nobody who was named.
const NOBODY: &str = "nobody";

/// The built-in lexicon with other markers: one for every kind of person, which finds every word that may mean such a person.
fn analyzer() -> (Analyzer, Vec<String>) {
    let builtin = lexicon::builtin();
    let persons = lexicon::parse(&builtin).unwrap_or_else(|faults| panic!("{faults:#?}")).persons;
    let kinds: Vec<String> = persons.into_iter().map(|person| person.id).collect();
    let is_kept = |file: &File| {
        !file.path.starts_with("markers/") && !file.path.starts_with("weights/") && file.path != "scales.toml"
    };
    let mut files: Vec<File> = builtin.into_iter().filter(is_kept).collect();
    for kind in &kinds {
        let text = format!(
            "marker = \"person.{kind}\"\ntitle = \"A word about somebody\"\nabout = \"For tests.\"\nsources = [\"Nobody (2026)\"]\n\
             [[rule]]\nid = \"any-word-{kind}\"\nmatch = \"/.+/\"\nwhom = \"{kind}\"\nvoice = \"any\"\npolarity = \"any\"\nmood = \"any\"\n\
             hits = [\"{{x}}\"]\nmisses = [\"x\"]\n"
        );
        files.push(File { path: format!("markers/person/{kind}.toml"), text });
    }
    let definitions = lexicon::parse(&files).unwrap_or_else(|faults| panic!("{faults:#?}"));
    (Analyzer::new(definitions).unwrap_or_else(|faults| panic!("{faults:#?}")), kinds)
}

/// The text without marks, and every marked pronoun with whom it means.
fn unmarked(line: &str) -> (String, Vec<(Span, &str)>) {
    let mut text = String::new();
    let mut pronouns = Vec::new();
    let mut rest = line;
    while let Some((before, marked)) = rest.split_once('{') {
        let (marked, after) = marked.split_once('}').unwrap_or_else(|| panic!("a brace is not closed: {line}"));
        let (pronoun, kind) = marked.split_once('|').unwrap_or_else(|| panic!("no bar in {{{marked}}}: {line}"));
        text += before;
        let start = text.len();
        text += pronoun;
        pronouns.push((Span::new(start, text.len()), kind));
        rest = after;
    }
    (text + rest, pronouns)
}

/// Whom the word is taken to mean: one kind, or nobody, of whom every kind may be meant.
fn meant<'k>(analyzer: &Analyzer, kinds: &'k [String], text: &str, words: &[(Span, &str)]) -> Vec<&'k str> {
    let document = Document {
        text: text.to_owned(),
        turns: vec![Turn { span: Span::new(0, text.len()), speaker: 0 }],
        speakers: vec![Speaker { label: String::new(), role: Role::Narrator }],
        ..Document::default()
    };
    let analysis = analyzer.analyze(document);
    let rules = &analyzer.definitions().rules;
    let of = |word: Span| {
        let is_found = |kind: &&String| {
            let id = format!("any-word-{kind}");
            analysis.matches.iter().any(|found| found.span == word && rules[found.rule].id == id)
        };
        let found: Vec<&String> = kinds.iter().filter(is_found).collect();
        match found.as_slice() {
            [kind] => kind.as_str(),
            all if all.len() == kinds.len() => NOBODY,
            _ => "?",
        }
    };
    words.iter().map(|&(word, _)| of(word)).collect()
}

#[test]
fn pronouns_mean_who_was_named() {
    let table = std::fs::read_to_string(TABLE).unwrap();
    let (analyzer, kinds) = analyzer();
    let (mut wrong, mut heading, mut n_pronouns) = (String::new(), "", 0);
    for (number, line) in table.lines().enumerate() {
        if let Some(next) = line.strip_prefix("==") {
            heading = next.trim();
        }
        if line.is_empty() || line.starts_with(['#', '=']) {
            continue;
        }
        let (text, pronouns) = unmarked(line);
        let is_known = |kind: &str| kind == NOBODY || kinds.iter().any(|known| known == kind);
        assert!(!pronouns.is_empty() && pronouns.iter().all(|(_, kind)| is_known(kind)), "line {}: {line}", number + 1);
        n_pronouns += pronouns.len();
        let found = meant(&analyzer, &kinds, &text, &pronouns);
        let is_right = found.iter().zip(&pronouns).all(|(found, (_, kind))| found == kind);
        if is_right == (heading == KNOWN_TO_FAIL) {
            writeln!(wrong, "table.txt:{}: {}: {line}", number + 1, found.join(", ")).unwrap();
        }
    }
    assert!(n_pronouns >= 60, "only {n_pronouns} pronouns");
    assert!(wrong.is_empty(), "\n{wrong}");
}

/// What the page for writers of lexicons shows can be used as it stands.
#[test]
fn the_example_of_the_readme_is_right() {
    let readme = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/lexicons/README.md")).unwrap();
    let (_, rest) = readme.split_once("## Who is meant").unwrap();
    let block = rest.split("```").nth(1).unwrap().trim_start_matches("toml\n");
    let is_kept = |file: &File| {
        ["lists/", "lexicon.toml", "contractions.txt", "spellings.txt"].iter().any(|part| file.path.starts_with(part))
    };
    let mut files: Vec<File> = lexicon::builtin().into_iter().filter(is_kept).collect();
    files.push(File { path: "persons.toml".to_owned(), text: block.to_owned() });
    let faults = throughline::analyzer::check(&files).faults;
    let errors: Vec<_> = faults.iter().filter(|fault| fault.is_error()).collect();
    assert!(errors.is_empty(), "{errors:#?}");
}
