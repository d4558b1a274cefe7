//! Topics of questions, with the built-in lexicon: which turn is about what.
#![allow(clippy::unwrap_used, reason = "a test")]

use throughline::analyzer::Analyzer;
use throughline::score::Unit;
use throughline::{lexicon, read};

#[test]
fn an_answer_has_the_topic_of_its_question() {
    let analyzer = Analyzer::new(lexicon::parse(&lexicon::builtin()).unwrap()).unwrap();
    let text = "I: Let us start with your childhood. Where did you grow up?\nP: In Leeds.\n\
                I: How did you get on with your mother when you were little?\nP: Well enough.\n\
                I: And then?\nP: Then she went to work.\n\
                I: Which words would you use to describe her?\nP: Strict, and fair.\n\
                I: I would like to hear about the work that you did in the mill in the years before the war, and how you came to it.\nP: I was a weaver.\n\
                I: Has all that shaped who you are?\nP: Yes.\n";
    let analysis = analyzer.analyze(read::text("t", text.as_bytes().to_vec()));
    let names: Vec<&str> = (analysis.topics.iter())
        .map(|topic| topic.map_or("-", |topic| analyzer.definitions().topics[topic].name.as_str()))
        .collect();
    let want = ["background", "relationship", "relationship", "describing-words", "-", "effects"];
    assert_eq!(names, want.map(|name| [name, name]).concat());
}

#[test]
fn a_telling_without_questions_has_no_topics() {
    let analyzer = Analyzer::new(lexicon::parse(&lexicon::builtin()).unwrap()).unwrap();
    let analysis = analyzer.analyze(read::text("t", b"I got on with my mother. She died.".to_vec()));
    assert_eq!(analysis.topics, [None]);
}

#[test]
fn topics_are_units_wherever_they_are_asked_and_pauses_are_theirs() {
    let analyzer = Analyzer::new(lexicon::parse(&lexicon::builtin()).unwrap()).unwrap().by(Unit::Topic);
    let text = "I: How did you get on with your mother when you were little?\nP: [pause] Well enough. She (0.5) sang.\n\
                I: Which words would you use to describe her?\nP: Strict, [inaudible 00:12] and fair.\n\
                I: And how was it with your mother when you were small?\nP: Good [pause] days.\n";
    let analysis = analyzer.analyze(read::text("t", text.as_bytes().to_vec()));
    let units: Vec<(&str, usize, usize, usize)> = (analysis.units.iter())
        .map(|unit| {
            let name = unit.topic.map_or("-", |topic| analyzer.definitions().topics[topic].name.as_str());
            (name, unit.score.turns, unit.score.pauses, unit.score.inaudible)
        })
        .collect();
    assert_eq!(units, [("relationship", 2, 3, 0), ("describing-words", 1, 0, 1)]);
}
