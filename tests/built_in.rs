//! The lexicon that is compiled while the program is built is the one of its files.
#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "a test reads files")]

use throughline::analyzer::Analyzer;
use throughline::{lexicon, read};

#[test]
fn the_lexicon_that_comes_compiled_is_that_of_its_files() {
    let compiled = Analyzer::built_in().expect("the lexicon has no faults when the program is built");
    let parsed = Analyzer::new(lexicon::parse(&lexicon::builtin()).unwrap()).unwrap();
    let (ours, theirs) = (compiled.definitions(), parsed.definitions());
    assert_eq!(ours.hash, theirs.hash);
    assert_eq!(
        (&ours.name, &ours.version, &ours.markers, &ours.scales),
        (&theirs.name, &theirs.version, &theirs.markers, &theirs.scales)
    );
    let mut n_matches = 0;
    for entry in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/corpus/examples")).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        let [one, other] = [&compiled, &parsed].map(|analyzer| analyzer.analyze(read::text("t", bytes.clone())));
        assert_eq!(one.matches, other.matches);
        assert_eq!((&one.score, &one.topics), (&other.score, &other.topics));
        n_matches += one.matches.len();
    }
    assert!(n_matches > 100, "{n_matches}");
}
