//! Scales: values worked out by hand, and what must hold whatever is told.
#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "a test reads its fixtures")]

use proptest::prelude::*;
use std::sync::LazyLock;
use throughline::document::{Document, Role, Speaker, Turn};
use throughline::hands::OneByOne;
use throughline::lexicon::{self, Definitions, Formula, Measure, Weights};
use throughline::matcher::Match;
use throughline::score::{Missing, Observed, Parts, Score, Scorer, Unit, UnitScore, WordMemory};
use throughline::segment::{Abbreviations, Segmentation, segment};
use throughline::span::Span;

const FILLING: &str = "Plain sounds stand along these lines carrying nothing for anybody.";
const SENTENCES: usize = 100;

struct Fixture {
    definitions: Definitions,
    scorer: Scorer,
}

static ENGLISH: LazyLock<Fixture> = LazyLock::new(|| {
    let definitions = lexicon::parse(&lexicon::builtin()).unwrap();
    Fixture { scorer: Scorer::new(&definitions), definitions }
});

impl Fixture {
    fn marker(&self, name: &str) -> usize {
        let at = self.definitions.markers.iter().position(|marker| marker.name == name);
        at.unwrap_or_else(|| panic!("no marker {name}"))
    }

    fn scale(&self, name: &str) -> usize {
        let at = self.definitions.scales.iter().position(|scale| scale.name == name);
        at.unwrap_or_else(|| panic!("no scale {name}"))
    }

    /// Turns of sentences, with matches of markers in the narrator's sentences by number. Turns that begin with `?` are an interviewer's.
    fn observed(&self, turns: &[Vec<String>], found: &[(usize, usize)]) -> (Document, Observed) {
        let (document, _, observed) = self.read(turns, found);
        (document, observed)
    }

    fn read(&self, turns: &[Vec<String>], found: &[(usize, usize)]) -> (Document, Segmentation, Observed) {
        let mut document = Document {
            speakers: [Role::Narrator, Role::Interviewer].map(|role| Speaker { label: String::new(), role }).to_vec(),
            ..Document::default()
        };
        for turn in turns {
            let text = turn.join(" ");
            let from = document.text.len();
            let (speaker, text) = match text.strip_prefix('?') {
                Some(question) => (1, question),
                None => (0, text.as_str()),
            };
            document.text += text;
            document.turns.push(Turn { span: Span::new(from, document.text.len()), speaker });
            document.text.push('\n');
        }
        let segmentation = segment(&document, &Abbreviations::new(&[], &[]));
        let own: Vec<usize> = (0..segmentation.sentences.len())
            .filter(|&number| document.turns[segmentation.sentences[number].turn].speaker == 0)
            .collect();
        let mut matches: Vec<Match> = found
            .iter()
            .map(|&(marker, sentence)| Match {
                sentence: own[sentence],
                span: segmentation.sentences[own[sentence]].span,
                rule: self.definitions.rules.iter().position(|rule| rule.marker == marker).unwrap(),
            })
            .collect();
        matches.sort();
        let observed = self.scorer.observe(
            &self.definitions,
            &mut WordMemory::default(),
            &document,
            &segmentation,
            &matches,
            &Parts::ONE,
        );
        (document, segmentation, observed)
    }

    fn score_by(&self, turns: &[Vec<String>], found: &[(usize, usize)], unit: Unit) -> (Score, Vec<UnitScore>) {
        let (document, segmentation, observed) = self.read(turns, found);
        let score = self.scorer.document(&self.definitions, &document, &observed, &OneByOne);
        (score, self.scorer.units(&self.definitions, &document, &segmentation, &[], &observed, unit))
    }

    fn score(&self, turns: &[Vec<String>], found: &[(usize, usize)]) -> Score {
        self.score_by(turns, found, Unit::Document).0
    }
}

fn filling(n: usize) -> Vec<String> {
    vec![FILLING.to_owned(); n]
}

#[test]
fn values_worked_out_by_hand() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/scales/table.txt");
    let text = std::fs::read_to_string(path).unwrap();
    let (mut scale, mut found, mut sentences) = (String::new(), Vec::new(), filling(SENTENCES));
    let mut wrong = Vec::new();
    let mut tested = std::collections::BTreeSet::new();
    let english = &*ENGLISH;
    for (number, line) in text.lines().enumerate() {
        let place = number + 1;
        match line.trim() {
            "" => {}
            comment if comment.starts_with('#') => {}
            name if !line.starts_with(' ') => scale = name.to_owned(),
            says if says.starts_with("say ") => {
                let (at, words) = says["say ".len()..].split_once(' ').unwrap();
                assert_eq!(words.split(' ').count(), 10, "line {place}");
                sentences[at.parse::<usize>().unwrap() - 1] = words.to_owned();
            }
            expected if expected.starts_with("= ") => {
                let expected = expected.split_whitespace().nth(1).unwrap();
                let score = english.score(&[std::mem::replace(&mut sentences, filling(SENTENCES))], &found);
                assert_eq!(score.words, 1000);
                let value = score.scales[english.scale(&scale)].map(|value| value.value);
                let is_right = match (expected, value) {
                    ("NA", value) => value.is_none(),
                    (number, Some(value)) => (number.parse::<f64>().unwrap() - value).abs() < 6e-5,
                    (_, None) => false,
                };
                if !is_right {
                    wrong.push(format!("line {place}: {scale} is {value:?}, not {expected}"));
                }
                tested.insert(scale.clone());
                found.clear();
            }
            matches => {
                for one in matches.split_whitespace() {
                    let (marker, places) = one.split_once('@').unwrap();
                    let places = places.split(',').map(|place| place.parse::<usize>().unwrap() - 1);
                    found.extend(places.map(|place| (english.marker(marker), place)));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let missing = english.definitions.scales.iter().filter(|scale| !tested.contains(&scale.name));
    let missing: Vec<&str> = missing.map(|scale| scale.name.as_str()).collect();
    assert_eq!(missing, ["relation"], "scales without a case (relation is below)");
}

/// Relation and quantity need questions.
#[test]
fn answers_are_held_against_their_questions() {
    let english = &*ENGLISH;
    let turns = [
        vec!["?Tell me about your mother.".to_owned()],
        // 30 words; takes up the question; the second sentence refers back, the third has neither word nor reference.
        [
            vec!["My mother sang.".to_owned(), "She sang loudly.".to_owned()],
            filling(2),
            vec!["Rain fell all day.".to_owned()],
        ]
        .concat(),
        vec!["?Mm-hm.".to_owned()],
        filling(7),
        vec!["?And did you like school?".to_owned()],
        vec!["No.".to_owned()],
    ];
    let score = english.score(&turns, &[]);
    assert_eq!((score.words, score.turns, score.questions), (101, 3, 2), "a listening sound asks nothing");
    assert_eq!((score.mean_answer_words, score.median_answer_words), (Some(50.5), Some(50.5)));
    let of = |name: &str| &score.measured[english.scale(name)];
    // 100 words to an open question: at least 20, at most 250. One word to a closed question is enough.
    assert_eq!(of("quantity").value.unwrap().value, 1.0);
    let parts: Vec<f64> = of("relation").parts.iter().map(|part| part.unwrap().value).collect();
    // question: the first answer takes up `mother`, the second nothing of `school`. neighbours: pairs in one turn; see the sentences above.
    assert_eq!(parts[0], 0.5);
    // Turn 2: sang–sang linked; filling is linked to what stands before by its *these*, twice; rain is not. Turn 4: six linked pairs.
    assert!((parts[1] - 9.0 / 10.0).abs() < 1e-9, "{}", parts[1]);
    assert_eq!(parts[2], 1.0);

    // Ten words to an open question are half of what is asked for.
    let turns = [
        vec!["?Tell me about your mother.".to_owned()],
        filling(1),
        vec!["?What was your father like?".to_owned()],
        filling(9),
    ];
    // Mean of 10 / 20 and 1: the bound is the greater of 20 words and 0.33 × the median of 50.
    assert_eq!(english.score(&turns, &[]).scales[english.scale("quantity")].unwrap().value, 0.75);
}

/// An answer may go on in another turn; its question counts where it begins.
#[test]
fn a_question_counts_in_one_unit() {
    let english = &*ENGLISH;
    let question = || vec!["?Why was that so?".to_owned()];
    let turns = [
        filling(3),
        question(),
        filling(1),
        vec!["?Mm-hm.".to_owned()],
        filling(4),
        question(),
        filling(2),
        filling(6),
    ];
    for unit in [Unit::Turn, Unit::Section, Unit::Speaker] {
        let (score, units) = english.score_by(&turns, &[], unit);
        assert_eq!((score.questions, score.mean_answer_words), (2, Some(65.0)));
        let questions: Vec<usize> = units.iter().map(|unit| unit.score.questions).collect();
        assert_eq!(questions.iter().sum::<usize>(), score.questions, "{unit:?}");
        let answers: Vec<_> = units.iter().map(|unit| unit.score.mean_answer_words.map(|mean| mean as usize)).collect();
        match unit {
            // The whole answer, though half of it stands in the next turn.
            Unit::Turn => {
                assert_eq!(questions, [0, 1, 0, 1, 0]);
                assert_eq!(answers, [None, Some(50), None, Some(80), None]);
            }
            Unit::Section => assert_eq!((questions, answers), (vec![0, 1, 1], vec![None, Some(50), Some(80)])),
            _ => assert_eq!(answers, [Some(65)]),
        }
    }
}

#[test]
fn short_units_carry_no_scale_and_say_so() {
    let english = &*ENGLISH;
    let turns = [filling(9), vec!["?Why was that so?".to_owned()], filling(11), filling(30)];
    let (score, units) = english.score_by(&turns, &[(english.marker("narrative.meaning"), 9)], Unit::Turn);
    assert!(score.flags.is_empty(), "{:?}", score.flags);
    assert_eq!(units.iter().map(|unit| unit.turn).collect::<Vec<_>>(), [Some(0), Some(2), Some(3)]);
    let flags: Vec<_> = units.iter().map(|unit| unit.score.flags.join(" ")).collect();
    assert_eq!(flags, ["no_scales", "short", ""]);
    assert!(units[0].score.scales.iter().all(Option::is_none));
    assert!(units[0].score.measured.iter().all(|measured| measured.missing == Some(Missing::TooShort)));
    let theme = english.scale("theme");
    assert!(units[1].score.scales[theme].unwrap().value > 0.0 && units[2].score.scales[theme].unwrap().value == 0.0);
    assert_eq!(units.iter().map(|unit| unit.score.words).sum::<usize>(), score.words);
    let (_, speakers) = english.score_by(&turns, &[], Unit::Speaker);
    assert_eq!(speakers.len(), 1);
    assert_eq!(speakers[0].score.words, score.words);
}

/// A section is what stands under a heading; else an answer; else a block between blank lines.
#[test]
fn sections() {
    let english = &*ENGLISH;
    let words = |turns: &[Vec<String>]| -> Vec<(Option<usize>, usize)> {
        let (_, units) = english.score_by(turns, &[], Unit::Section);
        units.iter().map(|unit| (unit.section, unit.score.words)).collect()
    };
    let block = |head: &str, n: usize| vec![format!("{head}{}", filling(n).join(" "))];
    assert_eq!(words(&[block("", 2), block("\n", 3), block("", 1)]), [(Some(0), 20), (Some(1), 40)]);
    assert_eq!(words(&[block("", 2), block("***\n", 3), block("\n", 1)]), [(Some(0), 20), (Some(1), 40)]);
    let question = || vec!["?Why was that so?".to_owned()];
    let asked = [block("", 1), question(), block("", 2), block("\n", 2), question(), block("", 3)];
    assert_eq!(words(&asked), [(Some(0), 10), (Some(1), 40), (Some(2), 30)]);
    let marked = [&[vec!["# Home".to_owned()]], &asked[..]].concat();
    assert_eq!(words(&marked), [(Some(0), 81)], "the heading is said by the narrator and counts");
}

#[test]
fn the_pattern_says_what_holds_it_down() {
    let english = &*ENGLISH;
    let scale = english.scale("earned_secure");
    let score = english.score(&[filling(SENTENCES)], &[]);
    assert_eq!(score.measured[scale].missing, Some(Missing::NotApplicable));
    assert_eq!(score.measured[english.scale("manner")].lowest, None, "nothing holds it down");
    let adversity = english.marker("adversity.rejection");
    let score = english.score(&[filling(SENTENCES)], &[10, 20, 30, 40].map(|at| (adversity, at)));
    let parts = english.definitions.scales[scale].formula.parts();
    assert_eq!(parts[score.measured[scale].lowest.unwrap()].name, "reflection_or_change");
}

/// What was not seen in 1,000 words may still be there: up to 3.689 times (Garwood 1936).
#[test]
fn what_does_not_occur_is_not_certain() {
    let english = &*ENGLISH;
    let score = english.score(&[filling(SENTENCES)], &[]);
    let causality = score.scales[english.scale("causality")].unwrap();
    assert_eq!((causality.value, causality.low), (0.0, 0.0));
    assert!((causality.high - 3.689 / (3.689 + 8.0)).abs() < 1e-4, "{causality:?}");
    // Each part of manner alone at its limit: definite and finished 8 / 11.689 = 0.6844, contained 4 / 7.689 = 0.5202, own_words 6 / 9.689 = 0.6193.
    // Fourth roots 0.9095, 0.9095, 0.8493, 0.8871; distances 0.0905, 0.0905, 0.1507, 0.1129; root of the sum of squares 0.2277.
    let manner = score.scales[english.scale("manner")].unwrap();
    assert_eq!((manner.value, manner.high), (1.0, 1.0));
    assert!((manner.low - (1.0 - 0.2277)).abs() < 2e-4, "{manner:?}");
}

#[test]
fn families_over_the_telling() {
    let english = &*ENGLISH;
    let (meaning, loss) = (english.marker("narrative.meaning"), english.marker("adversity.loss"));
    // 50 sentences of 10 words: five in each tenth. Sentences are counted from 0.
    let found = [(meaning, 0), (meaning, 4), (meaning, 5), (meaning, 49), (loss, 20), (loss, 40)];
    let (_, observed) = english.observed(&[filling(21), filling(29)], &found);
    let mut families: Vec<&str> = english.definitions.markers.iter().map(|marker| marker.family.as_str()).collect();
    families.dedup();
    let family = |name: &str| families.iter().position(|known| *known == name).unwrap();
    let course = english.scorer.course(&observed);
    assert!(course.iter().all(|tenth| (tenth.words, tenth.sentences) == (50, 5)), "{course:?}");
    let of = |name: &str| course.iter().map(|tenth| tenth.families[family(name)]).collect::<Vec<_>>();
    assert_eq!(of("narrative"), [2, 1, 0, 0, 0, 0, 0, 0, 0, 1]);
    assert_eq!(of("adversity"), [0, 0, 0, 0, 1, 0, 0, 0, 1, 0]);
    // Two sentences to either side: 18–20, for the turn ends there, and 38–42.
    let [inside, outside] = english.scorer.passages(&english.definitions, &observed);
    assert_eq!((inside.sentences, outside.sentences), (8, 42));
    assert_eq!((inside.families[family("adversity")], inside.families[family("narrative")]), (2, 0));
    assert_eq!(outside.families[family("narrative")], 4);

    // A single sentence stands in the middle of the telling; nothing stands nowhere.
    let (_, observed) = english.observed(&[filling(1)], &[]);
    assert_eq!(english.scorer.course(&observed)[5].sentences, 1);
    let (_, observed) = english.observed(&[vec!["?Why?".to_owned()]], &[]);
    assert!(english.scorer.course(&observed).iter().all(|tenth| tenth.words == 0));
}

/// A telling: matches anywhere in 40 sentences.
fn matches() -> impl Strategy<Value = Vec<(usize, usize)>> {
    let n = ENGLISH.definitions.markers.len();
    prop::collection::vec((0..n, 0..40usize), 0..40)
}

fn values(score: &Score) -> Vec<Option<f64>> {
    score.scales.iter().map(|value| value.map(|value| value.value)).collect()
}

/// In which direction a match of the marker moves a scale on its own: 1, −1, or nothing if it depends on what stands beside it.
fn direction(formula: &Formula, marker: usize, scales: &[lexicon::Scale]) -> Option<f64> {
    let of = |weights: &Weights| {
        let joint = weights.together.iter().filter(|(markers, _)| markers.contains(&marker)).map(|(_, weight)| *weight);
        let single = weights.single.iter().filter(|(known, _)| *known == marker).map(|(_, weight)| *weight);
        joint.chain(single).map(f64::signum).fold(None, agree)
    };
    fn agree(all: Option<f64>, one: f64) -> Option<f64> {
        match all {
            None => Some(one),
            Some(all) if all == one || one == 0.0 => Some(all),
            Some(0.0) => Some(one),
            Some(_) => Some(f64::NAN),
        }
    }
    let measure = |measure: &Measure| match measure {
        Measure::Rate { weights, forgiven_by, .. } if !forgiven_by.contains(&marker) => of(weights),
        Measure::Rate { .. } => Some(f64::NAN),
        Measure::Ratio { good, bad, .. } => {
            [of(good), of(bad).map(|sign| -sign)].into_iter().flatten().fold(None, agree)
        }
        Measure::Share { markers } => markers.contains(&marker).then_some(1.0),
        Measure::Backed { claims, backing, .. } => {
            (claims.contains(&marker) || backing.contains(&marker)).then_some(f64::NAN)
        }
        Measure::Consistent { first, then, bridges, .. } => {
            [first, then, bridges].iter().any(|markers| markers.contains(&marker)).then_some(f64::NAN)
        }
        Measure::Linked { .. } | Measure::Length { .. } => None,
        Measure::Scale(index) => direction(&scales[*index].formula, marker, scales),
    };
    match formula {
        Formula::WeightedRate(weights) => of(weights),
        Formula::Measure(own) => measure(own),
        Formula::Mean(parts) | Formula::Product { parts, .. } => parts
            .iter()
            .filter_map(|part| measure(&part.measure).map(|sign| if part.is_inverted { -sign } else { sign }))
            .fold(None, agree),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_scale_moves_in_the_stated_direction(found in matches(), marker in 0..ENGLISH.definitions.markers.len(), at in 0..40usize) {
        let english = &*ENGLISH;
        let before = values(&english.score(&[filling(40)], &found));
        let after = values(&english.score(&[filling(40)], &[found.as_slice(), &[(marker, at)]].concat()));
        for (number, scale) in english.definitions.scales.iter().enumerate() {
            let (Some(before), Some(after)) = (before[number], after[number]) else { continue };
            let moved = after - before;
            match direction(&scale.formula, marker, &english.definitions.scales) {
                None => prop_assert!(moved.abs() < 1e-9, "{} moved by {moved}", scale.name),
                Some(sign) => prop_assert!(sign.is_nan() || moved * sign > -1e-9, "{} moved by {moved}, not {sign}", scale.name),
            }
        }
    }

    #[test]
    fn a_telling_told_twice_is_the_same(found in matches()) {
        let english = &*ENGLISH;
        let turns = [vec!["?Tell me about your mother.".to_owned()], filling(40)];
        let again: Vec<(usize, usize)> = found.iter().map(|&(marker, at)| (marker, at + 40)).collect();
        let once = english.score(&turns, &found);
        let twice = english.score(&[turns.clone(), turns].concat(), &[found, again].concat());
        for (once, twice) in once.features.iter().zip(&twice.features) {
            prop_assert!((once.rate.unwrap().value - twice.rate.unwrap().value).abs() < 1e-9);
            prop_assert!((once.sentence_share - twice.sentence_share).abs() < 1e-9);
        }
        for ((once, twice), scale) in values(&once).into_iter().zip(values(&twice)).zip(&english.definitions.scales) {
            match (once, twice) {
                (Some(once), Some(twice)) => prop_assert!((once - twice).abs() < 1e-9, "{}: {once} {twice}", scale.name),
                (once, twice) => prop_assert_eq!(once, twice, "{}", scale.name),
            }
        }
    }

    #[test]
    fn words_without_markers_never_raise_a_rate(found in matches(), more in 1..60usize) {
        let english = &*ENGLISH;
        let (few, many) = (english.score(&[filling(40)], &found), english.score(&[filling(40 + more)], &found));
        for (few, many) in few.features.iter().chain(&few.families).zip(many.features.iter().chain(&many.families)) {
            prop_assert!(many.rate.unwrap().value <= few.rate.unwrap().value + 1e-12);
            prop_assert!(many.rate.unwrap().high <= few.rate.unwrap().high + 1e-12);
        }
    }

    #[test]
    fn intervals_hold_their_values(found in matches()) {
        let english = &*ENGLISH;
        let score = english.score(&[filling(40)], &found);
        let parts = score.measured.iter().flat_map(|measured| measured.parts.iter().copied());
        for value in score.scales.iter().copied().chain(parts).flatten() {
            prop_assert!(value.low <= value.value + 1e-9 && value.value <= value.high + 1e-9, "{value:?}");
        }
        // What does not exceed 1 has no interval that does.
        for (scale, value) in english.definitions.scales.iter().zip(&score.scales) {
            if let (Some(value), false) = (value, matches!(scale.formula, Formula::WeightedRate(_))) {
                prop_assert!(value.low >= 0.0 && value.high <= 1.0 + 1e-9, "{}: {value:?}", scale.name);
            }
        }
    }

    /// Klein & Boals (2010); Buchheim & Mergenthaler (2000): what the literature forbids.
    #[test]
    fn insight_never_raises_coherence_and_pain_never_lowers_balance(found in matches(), at in 0..40usize) {
        let english = &*ENGLISH;
        let with = |marker: &str| {
            values(&english.score(&[filling(40)], &[found.as_slice(), &[(english.marker(marker), at)]].concat()))
        };
        let before = values(&english.score(&[filling(40)], &found));
        let insight = with("reflective.insight");
        for name in ["quality", "manner", "relation", "context", "chronology", "causality", "theme", "coherence"] {
            prop_assert_eq!(before[english.scale(name)], insight[english.scale(name)], "{}", name);
        }
        let balance = english.scale("balance");
        for marker in ["balance.plain_pain", "adversity.violence", "adversity.loss", "preoccupied.involving_anger", "unresolved.loss"] {
            prop_assert!(with(marker)[balance].unwrap() >= before[balance].unwrap() - 1e-9, "{}", marker);
        }
        prop_assert!(with("dismissing.idealising")[balance].unwrap() < before[balance].unwrap());
    }
}
