/*!
Speed of what comes behind segmentation and of the whole way, with the built-in lexicon, on about 1 MB of narrative written for the purpose
(`corpus/bench`: an interview and a letter, again and again). Every answer must be that of one copy, times the number of copies.
*/

use divan::Bencher;
use divan::counter::BytesCount;
use std::sync::LazyLock;
use throughline::analyzer::Analyzer;
use throughline::document::{Document, Role, Speaker, Turn};
use throughline::lexicon::{self, File};
use throughline::matcher::{self, Matcher};
use throughline::read;
use throughline::segment::{Abbreviations, Segmentation, segment};
use throughline::span::Span;

const TEXTS: [&str; 2] = [
    include_str!("../corpus/bench/spoken-linen-mill.txt"),
    include_str!("../corpus/bench/written-railway-settlement.txt"),
];
const BYTES: usize = 1_000_000;

static COPIES: LazyLock<usize> = LazyLock::new(|| BYTES / copies(1).text.len());
static FILES: LazyLock<Vec<File>> = LazyLock::new(lexicon::builtin);
static ANALYZER: LazyLock<Analyzer> = LazyLock::new(|| compiled(&FILES));

fn main() {
    divan::main();
}

/// The texts `n` times, in turns of one interviewer and one narrator.
fn copies(n: usize) -> Document {
    let speaker = |role| Speaker { label: String::new(), role };
    let speakers = vec![speaker(Role::Narrator), speaker(Role::Interviewer)];
    let mut document = Document { speakers, ..Document::default() };
    for text in TEXTS.iter().cycle().take(n * TEXTS.len()) {
        let one = read::text("", text.as_bytes().to_vec());
        let before = document.text.len();
        document.turns.extend(one.turns.iter().map(|turn| Turn {
            span: Span::new(before + turn.span.start as usize, before + turn.span.end as usize),
            speaker: usize::from(one.speakers[turn.speaker].role != Role::Narrator),
        }));
        document.text.push_str(&one.text);
        document.text.push_str("\n\n");
    }
    document
}

fn compiled(files: &[File]) -> Analyzer {
    let definitions = lexicon::parse(files).expect("the built-in lexicon has no faults");
    Analyzer::new(definitions).expect("its patterns can be compiled")
}

fn segmented(document: &Document) -> Segmentation {
    let definitions = ANALYZER.definitions();
    segment(document, &Abbreviations::new(&definitions.abbreviations, &definitions.abbreviations_that_may_end))
}

/// Words looked up, rules run, context worked out, on text that is segmented already.
#[divan::bench(max_time = 5)]
fn context_and_matcher(bencher: Bencher<'_, '_>) {
    let (matcher, _) = Matcher::new(ANALYZER.definitions());
    let mut worker = matcher::Worker::new();
    let one = copies(1);
    let n_matches = matcher.matches(&mut worker, &one, &segmented(&one)).len() * *COPIES;
    let document = copies(*COPIES);
    let segmentation = segmented(&document);
    bencher.counter(BytesCount::of_str(&document.text)).bench_local(|| {
        let matches = matcher.matches(&mut worker, &document, &segmentation);
        assert_eq!(matches.len(), n_matches);
    });
}

/// From a document to its analysis, with a worker that knows the words, as for all documents of a run but the first.
#[divan::bench(max_time = 5)]
fn whole(bencher: Bencher<'_, '_>) {
    let mut worker = ANALYZER.worker();
    let one = ANALYZER.analyze_with(&mut worker, copies(1));
    let document = copies(*COPIES);
    bencher.counter(BytesCount::of_str(&document.text)).with_inputs(|| document.clone()).bench_local_values(
        |document| {
            let analysis = ANALYZER.analyze_with(&mut worker, document);
            assert_eq!(analysis.matches.len(), one.matches.len() * *COPIES);
            assert_eq!(analysis.score.words, one.score.words * *COPIES);
            analysis
        },
    );
}

/// Files of the lexicon parsed, checked and compiled: what every start of the program costs.
#[divan::bench(max_time = 5)]
fn lexicon_read_and_compiled(bencher: Bencher<'_, '_>) {
    let n_bytes: usize = FILES.iter().map(|file| file.text.len()).sum();
    let n_rules: usize =
        FILES.iter().flat_map(|file| file.text.lines()).filter(|line| line.trim() == "[[rule]]").count();
    bencher.counter(BytesCount::new(n_bytes)).bench_local(|| {
        let analyzer = compiled(&FILES);
        assert_eq!(analyzer.definitions().rules.len(), n_rules);
        analyzer
    });
}
