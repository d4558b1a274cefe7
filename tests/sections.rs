//! A document in sections, by however many hands, is analysed as it is in one piece: to the last bit.
#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "a test reads its corpus")]

use crate::support::shapes;
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use throughline::analyzer::{Analysis, Analyzer, Worker};
use throughline::document::Document;
use throughline::hands::{Hands, OneByOne};
use throughline::lexicon;
use throughline::read;
use throughline::score::Unit;

/// So many threads, each of which takes the next job.
struct Threads(usize);

impl Hands for Threads {
    fn each(&self, n_jobs: usize, job: &(dyn Fn(usize) + Sync)) {
        let next = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for _ in 0..self.0 {
                scope.spawn(|| {
                    loop {
                        match next.fetch_add(1, Ordering::Relaxed) {
                            number if number < n_jobs => job(number),
                            _ => break,
                        }
                    }
                });
            }
        });
    }
}

/// The last job first.
struct Backwards;

impl Hands for Backwards {
    fn each(&self, n_jobs: usize, job: &(dyn Fn(usize) + Sync)) {
        (0..n_jobs).rev().for_each(job);
    }
}

/// Bytes of a section: one sentence each, a few, and more than there are.
const SIZES: [usize; 5] = [1, 90, 700, 5000, 1 << 30];

struct Checked {
    analyzer: Analyzer,
    whole: Worker,
    parts: Worker,
    n_checked: usize,
}

impl Checked {
    fn new() -> Checked {
        let analyzer = Analyzer::new(lexicon::parse(&lexicon::builtin()).unwrap()).unwrap().by(Unit::Section);
        let (whole, parts) = (analyzer.worker(), analyzer.worker());
        Checked { analyzer, whole, parts, n_checked: 0 }
    }

    /// Checks a document with sections of one size, which is another for the next, and with hands that change, too.
    fn check(&mut self, document: Document) {
        self.check_size(document, SIZES[self.n_checked % SIZES.len()]);
    }

    fn check_size(&mut self, document: Document, n_bytes: usize) {
        let hands: [&dyn Hands; 3] = [&OneByOne, &Backwards, &Threads(3)];
        let by = hands[self.n_checked / SIZES.len() % hands.len()];
        self.n_checked += 1;
        let name = format!("{} in sections of {n_bytes} bytes", document.id);
        let whole = self.analyzer.analyze_with(&mut self.whole, document.clone());
        let parts = self.analyzer.analyze_in_sections(by, &mut self.parts, document, n_bytes);
        same(&name, &whole, &parts);
    }
}

/// All that an analysis is, down to the last digit of every number.
fn same(name: &str, whole: &Analysis, parts: &Analysis) {
    assert_eq!(whole.sentences, parts.sentences, "{name}: sentences");
    assert_eq!(whole.matches, parts.matches, "{name}: matches");
    assert_eq!(whole.score, parts.score, "{name}: score");
    assert_eq!(format!("{whole:?}"), format!("{parts:?}"), "{name}");
}

fn files(folder: &str) -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(folder);
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| !path.ends_with("README.md"));
    paths.sort();
    paths.into_iter().map(|path| (path.display().to_string(), fs::read_to_string(path).unwrap())).collect()
}

/// The coded narratives as transcripts.
fn narratives() -> Vec<String> {
    let mut texts = Vec::new();
    for (_, file) in files("gold/train") {
        for line in file.lines() {
            let coded: serde_json::Value = serde_json::from_str(line).unwrap();
            let (mut text, mut last) = (String::new(), String::new());
            for sentence in coded["sentences"].as_array().unwrap() {
                let field = |name: &str| sentence[name].as_str().unwrap_or_default().to_owned();
                if field("speaker") != last {
                    last = field("speaker");
                    text.push_str(&format!("\n{last}: "));
                }
                text.push_str(&field("text"));
                text.push(' ');
            }
            texts.push(text);
        }
    }
    texts
}

#[test]
fn examples() {
    let mut checked = Checked::new();
    let mut all = String::new();
    for (name, text) in files("examples") {
        for size in SIZES {
            checked.check_size(read::text(&name, text.clone().into_bytes()), size);
        }
        // Without its labels it is one turn.
        let told: Vec<&str> = text.lines().map(|line| line.split_once(": ").map_or(line, |(_, told)| told)).collect();
        for end in ["\n", "\n\n", " "] {
            checked.check(read::text(&name, told.join(end).into_bytes()));
        }
        all.push_str(&told.join("\n\n"));
    }
    for size in [1, 333, 4000, 60_000] {
        checked.check_size(read::text("all", all.clone().into_bytes()), size);
    }
}

#[test]
fn coded_narratives() {
    let mut checked = Checked::new();
    let texts = narratives();
    assert!(texts.len() > 1000);
    for (number, text) in texts.iter().enumerate() {
        checked.check(read::text(&number.to_string(), text.clone().into_bytes()));
    }
    // Long enough for draws side by side and for words in the thousands.
    let long = texts.iter().step_by(2).map(|text| text.replace(": ", " ")).collect::<Vec<_>>().join("\n\n");
    for (size, hands) in [(128 << 10, &Threads(2) as &dyn Hands), (10_000, &Threads(8))] {
        let document = read::text("long", long.clone().into_bytes());
        let whole = checked.analyzer.analyze_with(&mut checked.whole, document.clone());
        assert!(whole.score.sentences > 16_384, "{} sentences", whole.score.sentences);
        same("long", &whole, &checked.analyzer.analyze_in_sections(hands, &mut checked.parts, document, size));
    }
}

#[test]
fn hostile_shapes() {
    let mut checked = Checked::new();
    for (name, shape) in shapes::SHAPES {
        for size in SIZES {
            checked.check_size(read::text(name, shape(600).into_bytes()), size);
        }
    }
    let odd = [
        "",
        " ",
        "\n\n\n",
        "a",
        "J.\n\nK. Rowling came.\n\n12:30\n\n(crying\n\nno",
        "He said, \"It was nothing.\n\n\"It was nothing at all.\n\n\n\nI wonder.\" So it goes.",
        "I: Well?\n\nP: Nothing.\n\nIt was nothing.\n\nI: And then?\nP: \nI: So?\nP: I wonder. I wonder.",
        "one\n\ntwo three\n\nfour [laughs and\n\ngoes] five (00:01) six\n\n7. seven",
        "my mother was kind. but she was cold\n\nshe was warm. but then, she was cruel",
        "aaaa bbbb [cc dddd eeee] ffff gggg <hhhh iiii> jjjj kkkk llll mmmm nnnn oooo pppp qqqq rrrr ssss tttt uuuu [vvvv wwww]",
        "é à\u{301} b\u{200d}c 🙂\n\n🙂 🙂🙂 \u{a0}x\u{2003}y\n\n*** z *** \n\n***",
    ];
    for (number, text) in odd.iter().enumerate() {
        for repeated in [1, 7] {
            for size in 1..=40 {
                let document = read::text(&number.to_string(), text.repeat(repeated).into_bytes());
                checked.check_size(document, size);
            }
        }
    }
}
