//! Twice the text is twice the work, whatever its shape. Counted are steps of matching, not seconds, so that the answer is the same on every machine.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, reason = "a test reads the built-in lexicon")]

use crate::support::shapes;
use std::fmt::Write as _;
use throughline::analyzer::Analyzer;
use throughline::lexicon::{self, File};
use throughline::read;

/// Words of the shorter text.
const N_WORDS: usize = 10_000;
/// The most that the steps for twice the text may be of those for once.
const MOST: f64 = 2.1;
/// Steps that any text may cost besides.
const FREE: f64 = 10_000.0;

#[test]
fn twice_the_text_is_twice_the_work() {
    let analyzer = Analyzer::new(lexicon::parse(&lexicon::builtin()).unwrap()).unwrap();
    let mut worker = analyzer.worker();
    let mut steps = |text: String| {
        let before = worker.steps();
        analyzer.analyze_with(&mut worker, read::text("shape", text.into_bytes()));
        (worker.steps() - before) as f64
    };
    let mut table = String::new();
    let mut is_linear = true;
    for (name, shape) in shapes::SHAPES {
        let (once, twice) = (steps(shape(N_WORDS)), steps(shape(2 * N_WORDS)));
        writeln!(table, "{name}: {once} steps, {twice} for twice the text").unwrap();
        is_linear &= twice <= MOST * once + FREE;
    }
    assert!(is_linear, "{table}");
    assert!(steps(shapes::SHAPES[0].1(N_WORDS)) > 0.0, "nothing is counted");
}

/// A lexicon whose one rule asks of every pronoun whom it means.
fn asks_of_pronouns() -> Analyzer {
    let is_kept = |file: &File| {
        !file.path.starts_with("markers/") && !file.path.starts_with("weights/") && file.path != "scales.toml"
    };
    let mut files: Vec<File> = lexicon::builtin().into_iter().filter(is_kept).collect();
    let text = "marker = \"test.she\"\ntitle = \"She\"\nabout = \"For tests.\"\nsources = [\"Nobody (2026)\"]\n\
                [[rule]]\nid = \"she\"\nmatch = \"she\"\nwhom = \"caregiver\"\nhits = [\"{She}\"]\nmisses = [\"x\"]\n";
    files.push(File { path: "markers/test/she.toml".to_owned(), text: text.to_owned() });
    Analyzer::new(lexicon::parse(&files).unwrap()).unwrap()
}

#[test]
fn who_is_meant_is_asked_once_a_sentence() {
    const N_PRONOUNS: usize = 10_000;
    let analyzer = asks_of_pronouns();
    let mut worker = analyzer.worker();
    // The opening, what is repeated for each pronoun, and whether the pronoun may mean the mother.
    let shapes = [
        ("one sentence, meant", "My mother ", "and she ", true),
        ("one sentence, another meant", "My landlady ", "and she ", false),
        ("one turn, meant", "My mother. ", "She sat. ", true),
        ("one turn, nobody known", "It rained. ", "She sat. ", true),
        ("one turn, all named", "It rained. ", "My landlady said she sat. ", false),
    ];
    for (name, opening, again, is_found) in shapes {
        let mut steps = |n: usize| {
            let before = worker.steps();
            let text = format!("{opening}{}", again.repeat(n));
            let analysis = analyzer.analyze_with(&mut worker, read::text("shape", text.into_bytes()));
            assert_eq!(analysis.matches.len(), if is_found { n } else { 0 }, "{name}");
            (worker.steps() - before) as f64
        };
        let (once, twice) = (steps(N_PRONOUNS), steps(2 * N_PRONOUNS));
        assert!(twice <= MOST * once + FREE, "{name}: {once} steps, {twice} for twice the text");
    }
}
