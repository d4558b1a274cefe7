/*!
Figures worked out by hand, and what must hold for any figures.
*/

use super::*;
use crate::analyzer::Analyzer;
use crate::lexicon::{self, File};
use proptest::prelude::*;
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64;

fn counts((sentences, support, found, agreed): (u64, u64, u64, u64)) -> Counts {
    Counts { sentences, support, found, agreed }
}

/// Both say yes to `agreed` of `sentences`; the coder says yes to `support`, the program to `found`.
#[test]
fn figures_by_hand() {
    type Case = (&'static str, (u64, u64, u64, u64), [Option<f64>; 4]);
    let cases: [Case; 9] = [
        // Precision 15/20, recall 15/30, F1 = 2 × 15/(30 + 20). Of 100 sentences both say the same of 15 and of 100 − 30 − 20 + 15 = 65: pₒ = 0.80.
        // The coder says yes to 30 %, the program to 20 %: pₑ = 0.3 × 0.2 + 0.7 × 0.8 = 0.62. κ = (0.80 − 0.62)/(1 − 0.62) = 0.18/0.38.
        ("of each some", (100, 30, 20, 15), [Some(0.75), Some(0.5), Some(0.6), Some(0.18 / 0.38)]),
        // Cohen (1960) has agreement beyond chance below 0 where two agree less than chance: pₒ = 0, pₑ = 0.5 × 0.5 + 0.5 × 0.5 = 0.5, κ = −1.
        ("the opposite", (10, 5, 5, 0), [Some(0.0), Some(0.0), Some(0.0), Some(-1.0)]),
        // Yes to half of what was coded and to half of the rest is chance: pₒ = pₑ = 0.5.
        ("chance", (100, 50, 50, 25), [Some(0.5), Some(0.5), Some(0.5), Some(0.0)]),
        ("all right", (10, 3, 3, 3), [Some(1.0), Some(1.0), Some(1.0), Some(1.0)]),
        // pₒ = 7/10 and pₑ = 0.3 × 0 + 0.7 × 1 = 7/10.
        ("nothing found", (10, 3, 0, 0), [None, Some(0.0), Some(0.0), Some(0.0)]),
        ("never coded", (10, 0, 4, 0), [None; 4]),
        ("neither coded nor found", (10, 0, 0, 0), [None; 4]),
        ("always coded and found", (10, 10, 10, 10), [Some(1.0), Some(1.0), Some(1.0), None]),
        ("no sentence", (0, 0, 0, 0), [None; 4]),
    ];
    for (name, case, expected) in cases {
        let counts = counts(case);
        let found = [counts.precision(), counts.recall(), counts.f1(), counts.kappa()];
        for ((found, expected), figure) in found.iter().zip(expected).zip(FIGURES) {
            let is_right = match (found, expected) {
                (Some(found), Some(expected)) => (found - expected).abs() < 1e-12,
                (found, expected) => found.is_none() && expected.is_none(),
            };
            assert!(is_right, "{name}, {figure}: {found:?} for {expected:?}");
        }
    }
}

/// Two families, `a` with two markers.
fn tally(documents: Vec<[(u64, u64, u64, u64); 5]>) -> Tally {
    let label = |name: &str| Label {
        level: if name.contains('.') { Level::Marker } else { Level::Family },
        name: name.to_owned(),
    };
    let documents = documents.into_iter().enumerate().map(|(number, labels)| DocumentCounts {
        document: format!("d{number}"),
        counts: labels.into_iter().map(counts).collect(),
    });
    Tally { labels: ["a", "a.x", "a.y", "b", "b.z"].map(label).to_vec(), documents: documents.collect() }
}

fn row<'a>(rows: &'a [Row], name: &str) -> &'a Row {
    rows.iter().find(|row| row.name == name || row.level.name() == name).unwrap()
}

fn value(row: &Row, figure: &str) -> Option<f64> {
    row.figures[FIGURES.iter().position(|name| *name == figure).unwrap()].map(|estimate| estimate.value)
}

#[test]
fn averages_by_hand() {
    let none = (10, 0, 0, 0);
    let rows = figures(
        &tally(vec![
            [(10, 4, 2, 2), (10, 4, 2, 2), none, none, none],
            [(10, 0, 2, 0), none, (10, 0, 2, 0), (10, 2, 0, 0), (10, 2, 0, 0)],
        ]),
        Bootstrap::default(),
    );
    // a: 4 coded, 4 found, 2 of them right. b: 2 coded, none found, so it has no precision, which counts as 0 in the mean.
    assert_eq!(value(row(&rows, "a"), "precision"), Some(0.5));
    assert_eq!(value(row(&rows, "b"), "precision"), None);
    assert_eq!(value(row(&rows, "macro"), "precision"), Some(0.25));
    assert_eq!(value(row(&rows, "macro"), "recall"), Some(0.25));
    assert_eq!(value(row(&rows, "macro"), "f1"), Some(0.25));
    // Together 6 coded, 4 found, 2 right.
    assert_eq!(row(&rows, "micro").counts, Some(counts((40, 6, 4, 2))));
    assert_eq!(value(row(&rows, "micro"), "precision"), Some(0.5));
    assert_eq!(value(row(&rows, "micro"), "recall"), Some(2.0 / 6.0));
    assert_eq!(value(row(&rows, "micro"), "f1"), Some(0.4));
    // A marker that was never coded has no figures, and a family that was never coded no part in the averages.
    assert_eq!(row(&rows, "a.y").figures, [None; 4]);
    let rows =
        figures(&tally(vec![[(10, 4, 2, 2), (10, 4, 2, 2), none, (10, 0, 3, 0), (10, 0, 3, 0)]]), Bootstrap::default());
    assert_eq!(value(row(&rows, "macro"), "precision"), Some(1.0));
    assert_eq!(row(&rows, "micro").counts, Some(counts((10, 4, 2, 2))));
}

/// Any counts that one label can have in a document of at most 40 sentences.
fn any_counts() -> impl Strategy<Value = (u64, u64, u64, u64)> {
    [0..20u64, 0..8, 0..6, 0..6]
        .prop_map(|[neither, both, missed, wrong]| (neither + both + missed + wrong, both + missed, both + wrong, both))
}

proptest! {
    #[test]
    fn figures_keep_their_ranges(case in any_counts()) {
        let counts = counts(case);
        for share in [counts.precision(), counts.recall(), counts.f1()].into_iter().flatten() {
            prop_assert!((0.0..=1.0).contains(&share));
        }
        if let (Some(precision), Some(recall), Some(f1)) = (counts.precision(), counts.recall(), counts.f1()) {
            prop_assert!(precision.min(recall) - 1e-12 <= f1 && f1 <= precision.max(recall) + 1e-12);
        }
        if let Some(kappa) = counts.kappa() {
            prop_assert!((-1.0 - 1e-12..=1.0 + 1e-12).contains(&kappa));
            // Neither of the two is the truth to kappa.
            let swapped = Counts { support: counts.found, found: counts.support, ..counts };
            prop_assert!(swapped.kappa().is_none_or(|other| (other - kappa).abs() < 1e-12));
        }
        prop_assert_eq!(counts.recall().is_none(), counts.support == 0);
    }

    #[test]
    fn what_is_found_as_it_was_coded_is_1((sentences, support) in (1..40u64, 0..40u64)) {
        let counts = counts((sentences.max(support), support, support, support));
        for figure in [counts.precision(), counts.recall(), counts.f1(), counts.kappa()].into_iter().flatten() {
            prop_assert!((figure - 1.0).abs() < 1e-12);
        }
    }
}

/// Documents that differ much: in some a label is coded often, in most rarely or never.
fn random_tally(seed: u64) -> Tally {
    let mut dice = Pcg64::seed_from_u64(seed);
    let n_documents = dice.random_range(2..30u32);
    let documents = (0..n_documents).map(|_| {
        let sentences = dice.random_range(8..60u64);
        std::array::from_fn(|_| {
            let most = if dice.random_range(0..3u32) == 0 { sentences / 4 } else { 2 };
            let (both, missed, wrong) =
                (dice.random_range(0..=most), dice.random_range(0..=most), dice.random_range(0..=most));
            (sentences.max(both + missed + wrong), both + missed, both + wrong, both)
        })
    });
    tally(documents.collect())
}

#[test]
fn intervals_hold_their_figure_and_depend_on_the_seed_alone() {
    for seed in 0..60 {
        let tally = random_tally(seed);
        let bootstrap = Bootstrap { resamples: 400, seed };
        let rows = figures(&tally, bootstrap);
        for row in &rows {
            for (figure, name) in row.figures.iter().zip(FIGURES) {
                let Some(Estimate { value, interval }) = figure else { continue };
                let (low, high) = interval.expect("there are two documents or more");
                assert!(low <= *value && *value <= high, "{seed}, {} {name}: {low} {value} {high}", row.name);
            }
        }
        assert_eq!(rows, figures(&tally, bootstrap));
        // Of a few documents there are so few resamples that any seed draws them all.
        let is_same = rows == figures(&tally, Bootstrap { seed: seed + 1000, ..bootstrap });
        assert!(!is_same || tally.documents.len() < 6, "{seed}");
    }
}

/// What is drawn is written down here: another generator, or another way of drawing, would change everybody's results.
#[test]
fn draws_are_the_same_everywhere() {
    let mut drawn = Vec::new();
    Bootstrap { resamples: 2, seed: 1 }.resample(5, |times| drawn.push(times.to_vec()));
    assert_eq!(drawn, [[1, 1, 1, 1, 1], [2, 1, 1, 0, 1]]);
}

#[test]
fn one_document_or_few_resamples_give_no_interval() {
    let one = [(10, 4, 4, 2); 5];
    let intervals = |n: usize, resamples: u32| {
        let rows = figures(&tally(vec![one; n]), Bootstrap { resamples, seed: 1 });
        rows.iter().flat_map(|row| row.figures).flatten().filter(|figure| figure.interval.is_some()).count()
    };
    assert_eq!(intervals(1, 1000), 0);
    assert_eq!(intervals(2, 0), 0);
    assert_eq!(intervals(2, 39), 0);
    assert!(intervals(2, 40) > 0);
}

/// Documents that are all alike give an interval of no width.
#[test]
fn without_differences_the_interval_is_the_figure() {
    let rows = figures(&tally(vec![[(10, 4, 5, 2); 5]; 7]), Bootstrap::default());
    for figure in rows.iter().flat_map(|row| row.figures).flatten() {
        let (low, high) = figure.interval.unwrap();
        assert!((low - figure.value).abs() < 1e-12 && (high - figure.value).abs() < 1e-12, "{figure:?}");
    }
}

#[test]
fn a_comparison_with_itself_has_no_change() {
    let tally = random_tally(3);
    let comparison = compare(&tally, &tally, Bootstrap::default());
    assert_eq!(comparison.n_documents, tally.documents.len());
    for change in comparison.changes {
        assert_eq!(change.before, change.after);
        for change in change.change.into_iter().flatten() {
            assert_eq!(change, Estimate { value: 0.0, interval: Some((0.0, 0.0)) });
        }
    }
}

/// The interval of a change is that of the change in each document, and not of how documents differ: here every document gains alike.
#[test]
fn comparisons_are_paired() {
    let documents = |right: fn(u64) -> u64| {
        let each = (1..=12).map(|coded| [(60, 2 * coded, 2 * coded, right(coded)); 5]);
        tally(each.collect())
    };
    let comparison = compare(&documents(|coded| coded), &documents(|coded| 2 * coded), Bootstrap::default());
    for change in &comparison.changes {
        let recall = change.change[1].unwrap();
        let (low, high) = recall.interval.unwrap();
        assert!([recall.value, low, high].iter().all(|number| (number - 0.5).abs() < 1e-12), "{change:?}");
    }
}

#[test]
fn documents_that_do_not_pair_are_left_out() {
    let before = random_tally(5);
    let mut after = before.clone();
    after.documents[0].document = "another".to_owned();
    after.documents[1].counts[3].support += 1;
    after.documents[1].counts[3].sentences += 1;
    let comparison = compare(&before, &after, Bootstrap::default());
    assert_eq!(comparison.left_out, ["another", "d0", "d1"]);
    assert_eq!(comparison.n_documents, before.documents.len() - 2);
}

/// A marker that came with the change has no figure before it, and so no change.
#[test]
fn a_new_marker_has_no_change() {
    let after = random_tally(6);
    let mut before = after.clone();
    before.labels.pop();
    before.documents.iter_mut().for_each(|document| document.counts.truncate(4));
    let comparison = compare(&before, &after, Bootstrap::default());
    assert!(comparison.left_out.is_empty());
    let new = comparison.changes.iter().find(|change| change.name == "b.z").unwrap();
    assert_eq!((new.before, new.change), ([None; 4], [None; 4]));
    assert_ne!(new.after, [None; 4]);
    assert_eq!(comparison.changes.last().unwrap().name, "b.z", "what cannot be compared comes last");
}

fn judged(lines: &str) -> (Analyzer, Vec<Judged>) {
    let analyzer = Analyzer::new(lexicon::parse(&small_lexicon()).unwrap()).unwrap();
    let (coded, faults) =
        read(&[File { path: "gold.jsonl".to_owned(), text: lines.to_owned() }], analyzer.definitions());
    assert!(faults.is_empty(), "{faults:?}");
    let judged = coded.into_iter().map(|coded| judge(&analyzer, &mut analyzer.worker(), coded)).collect();
    (analyzer, judged)
}

/// A lexicon of one marker, which is found in the word *wonder*.
fn small_lexicon() -> Vec<File> {
    let file = |path: &str, text: &str| File { path: path.to_owned(), text: text.to_owned() };
    vec![
        file("lexicon.toml", "name = \"t\"\nversion = \"1\"\nlanguage = \"en\"\nstemmer = \"english\"\n"),
        file(
            "markers/a/x.toml",
            "marker = \"a.x\"\ntitle = \"t\"\nabout = \"a\"\nsources = [\"s\"]\n[[rule]]\nid = \"r\"\nmatch = \"wonder\"\nhits = [\"{wonder}\"]\nmisses = [\"no\"]\n",
        ),
    ]
}

/// Where the coder cuts decides, and not where the program does.
#[test]
fn matches_count_for_the_coded_sentence_in_which_they_begin() {
    let (_, judged) = judged(
        r#"{"document": "d", "sentences": [
            {"speaker": "I", "text": "I wonder why.", "markers": []},
            {"speaker": "P", "text": "I wonder. And you wonder too.", "markers": []},
            {"speaker": "P", "text": "it went on", "markers": []},
            {"speaker": "P", "text": "and I\nwonder", "markers": ["a.x"]},
            {"speaker": "P", "text": "…wonder", "markers": ["a.x", "a.x"]},
            {"speaker": "I", "text": "A wonder.", "markers": []},
            {"speaker": "P", "text": "So.", "markers": []}]}"#
            .replace('\n', " ")
            .as_str(),
    );
    let [judged] = judged.as_slice() else { panic!("{judged:?}") };
    let found: Vec<(usize, usize, usize)> = judged
        .sentences
        .iter()
        .map(|sentence| (sentence.number, sentence.coded.len(), sentence.matches.len()))
        .collect();
    assert_eq!(found, [(2, 0, 2), (3, 0, 0), (4, 1, 1), (5, 1, 1), (7, 0, 0)]);
    for sentence in &judged.sentences {
        for found in &sentence.matches {
            assert!(sentence.span.range().contains(&(found.span.start as usize)));
        }
    }
    assert_eq!(judged.document.turns.len(), 4, "one turn for consecutive sentences of one speaker");
}

/// In messages the line is the sentence; in prose it would break one that was wrapped.
#[test]
fn sentences_without_an_end_mark_end_their_lines() {
    let (_, judged) = judged(concat!(
        r#"{"document": "d", "sentences": [{"speaker": "P", "text": "ok so", "markers": []}, {"speaker": "P", "text": "she went", "markers": []},"#,
        r#" {"speaker": "P", "text": "Oh \"no.\"", "markers": []}, {"speaker": "P", "text": "So…", "markers": []}, {"speaker": "I", "text": "And", "markers": []},"#,
        r#" {"speaker": "P", "text": "Gone.", "markers": []}]}"#,
        "\n"
    ));
    assert_eq!(judged[0].document.text, "ok so\nshe went\nOh \"no.\" So…\n\nAnd\n\nGone.");
}

#[test]
fn perfect_coding_gives_1() {
    let (analyzer, judged) = judged(concat!(
        r#"{"document": "d", "sentences": [{"speaker": "P", "text": "I wonder.", "markers": ["a.x"]}, {"speaker": "P", "text": "So.", "markers": []}]}"#,
        "\n\n",
        r#"{"document": "e", "sentences": [{"speaker": "P", "text": "They wonder.", "markers": ["a.x"]}, {"speaker": "P", "text": "No.", "markers": []}]}"#,
        "\n"
    ));
    let tally = Tally::new(analyzer.definitions(), &judged);
    assert_eq!(tally.n_sentences(), 4);
    for row in figures(&tally, Bootstrap::default()) {
        for figure in row.figures {
            assert_eq!(figure, Some(Estimate { value: 1.0, interval: Some((1.0, 1.0)) }), "{}", row.name);
        }
    }
    assert!(disagreements(analyzer.definitions(), &judged, "a").is_empty());
}
