//! Twice the text is twice the work, whatever its shape. Counted are steps of matching, not seconds, so that the answer is the same on every machine.
#![cfg(feature = "cli")]

#[allow(dead_code, reason = "each test uses what it needs")]
#[path = "support/shapes.rs"]
mod shapes;

use std::fmt::Write as _;
use throughline::analyzer::Analyzer;
use throughline::{lexicon, read};

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
