/*!
Instructions, not seconds: what the machine has to do for one text, counted by Callgrind, so that a change that costs is seen whatever else the machine is doing.

It needs `valgrind` and, of the same version as the library, `gungraun-runner` (`cargo install gungraun-runner`). `cargo xtask test` runs it where both are there.
The limits are a tenth above what was counted when they were last set; who makes the program do more on purpose sets them anew.
*/

#![allow(missing_docs, clippy::disallowed_methods, reason = "what the macros make has no docs and reads arguments")]

use gungraun::{Callgrind, EventKind, LibraryBenchmarkConfig, library_benchmark, library_benchmark_group, main};
use std::hint::black_box;
use throughline::analyzer::{Analysis, Analyzer, Worker};
use throughline::document::Document;
use throughline::read;

const TEXTS: [&str; 2] = [
    include_str!("../corpus/examples/blog-toowoomba-blue-esky.txt"),
    include_str!("../corpus/examples/chat-ballarat-stables.txt"),
];

/// An analyzer, a worker that has met all words, and one text of some 20 KB.
fn ready() -> (Analyzer, Worker, Document) {
    let analyzer = analyzer();
    let mut worker = analyzer.worker();
    let text = TEXTS.join("\n\n").repeat(4);
    let document = read::text("t", text.into_bytes());
    analyzer.analyze_with(&mut worker, document.clone());
    (analyzer, worker, document)
}

fn analyzer() -> Analyzer {
    Analyzer::built_in().expect("the built-in lexicon has no faults")
}

// One text, when all of its words are known.
#[library_benchmark(config = LibraryBenchmarkConfig::default().tool(Callgrind::default().hard_limits([(EventKind::Ir, LIMIT_TEXT)])))]
#[bench::known_words(setup = ready)]
fn text((analyzer, mut worker, document): (Analyzer, Worker, Document)) -> (Analyzer, Worker, Analysis) {
    let analysis = analyzer.analyze_with(&mut worker, black_box(document));
    assert!(analysis.matches.len() > 40, "{} matches", analysis.matches.len());
    // Given back, so that taking them apart is not counted.
    (analyzer, worker, analysis)
}

// The built-in lexicon made ready: most of what a start costs.
#[library_benchmark(config = LibraryBenchmarkConfig::default().tool(Callgrind::default().hard_limits([(EventKind::Ir, LIMIT_START)])))]
fn start() -> Analyzer {
    analyzer()
}

/// Counted: 36.9 million, 39.5 since sequences of three weigh, 34.5 since many sequences are looked up at once, 35.8 since rows of classes are kept without their empty blocks, and 34.4 since long patterns are halved where that saves positions. Since long rows are read from their bytes it is more instructions, and less time: 300 documents took an eighth less.
const LIMIT_TEXT: u64 = 35_500_000;
/// Counted: 9.7 million, and 8.9 since the automaton of expressions stands in the image; 24.0 before long rows stayed in the image, and 115.4 before they were read as bytes.
const LIMIT_START: u64 = 10_600_000;

library_benchmark_group!(name = all; benchmarks = text, start);
main!(library_benchmark_groups = all);
