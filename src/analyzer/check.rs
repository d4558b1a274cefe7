/*!
Runs every example of every rule, cue, topic and kind of person: the test of a lexicon.

Three things can be wrong, and have names: **missing**, a hit in which the rule found nothing; **misplaced**, a hit in which it found something, but not
exactly the stretches in braces; **noisy**, a miss in which it found something.
*/

use super::Analyzer;
use crate::diagnostic::Diagnostic;
use crate::document::{Document, Role, Speaker, Turn};
use crate::lexicon::{self, Example, File, RuleKind};
use crate::read;
use crate::span::Span;
use std::collections::BTreeSet;

/// What a check found.
#[derive(Clone, Debug, Default)]
pub struct Checked {
    /// Markers in the lexicon.
    pub n_markers: usize,
    /// Rules checked.
    pub n_rules: usize,
    /// Cues of context checked.
    pub n_cues: usize,
    /// Hits and misses tried.
    pub n_examples: usize,
    /// Every fault of every file, and everything that is missing, misplaced or noisy.
    pub faults: Vec<Diagnostic>,
}

/// Reads a lexicon and runs every example. All faults of all files come out at once, but examples of a file that cannot be read are not run:
/// their failures would only repeat the fault.
pub fn check(files: &[File]) -> Checked {
    let (definitions, mut faults) = lexicon::read(files);
    let (analyzer, unfit) = Analyzer::compile(definitions);
    faults.extend(unfit);
    let broken: BTreeSet<String> =
        faults.iter().filter(|fault| fault.is_error()).map(|fault| fault.file.clone()).collect();
    let mut checked = run_examples(&analyzer);
    checked.faults.retain(|fault| !broken.contains(&fault.file));
    checked.faults.extend(faults);
    checked.faults.sort_by(|a, b| (&a.file, a.span, a.code).cmp(&(&b.file, b.span, b.code)));
    checked
}

fn run_examples(analyzer: &Analyzer) -> Checked {
    let definitions = analyzer.definitions();
    let mut checked = Checked {
        n_markers: definitions.markers.len(),
        n_rules: definitions.rules.len(),
        n_cues: definitions.cues.len(),
        ..Checked::default()
    };
    let mut worker = analyzer.worker();
    for (number, rule) in definitions.rules.iter().enumerate() {
        let file = &definitions.files[rule.file].path;
        let mut find = |example: &Example| {
            let document = document(&example.text);
            analyzer.segment(&mut worker, &document);
            // What weights drop and add is for whole tellings: examples show what the rule finds. Only rules of evidence are nothing else.
            let finds = if rule.kind == RuleKind::Evidence {
                analyzer.matcher.matches_as_in_a_telling(&mut worker.matcher, &document, &worker.segmentation)
            } else {
                analyzer.matcher.finds(&mut worker.matcher, &document, &worker.segmentation)
            };
            let mut spans: Vec<Span> = finds.iter().filter(|find| find.rule == number).map(|find| find.span).collect();
            keep_longest(&mut spans);
            spans
        };
        checked.examples(&rule.id, file, &rule.hits, &rule.misses, &mut find);
    }
    for (number, cue) in definitions.cues.iter().enumerate() {
        let file = &definitions.files[cue.file].path;
        let mut find = |example: &Example| {
            let document = document(&example.text);
            analyzer.segment(&mut worker, &document);
            analyzer.matcher.reached_by(number, &mut worker.matcher, &document, &worker.segmentation)
        };
        checked.examples(&cue.id, file, &cue.hits, &cue.misses, &mut find);
    }
    for (number, topic) in definitions.topics.iter().enumerate() {
        let file = &definitions.files[topic.file].path;
        let mut find = |example: &Example| {
            let document = document(&example.text);
            analyzer.segment(&mut worker, &document);
            let mut spans = analyzer.matcher.speaks_of(number, &mut worker.matcher, &document, &worker.segmentation);
            keep_longest(&mut spans);
            spans
        };
        checked.examples(&topic.name, file, &topic.hits, &topic.misses, &mut find);
    }
    for (number, person) in definitions.persons.iter().enumerate() {
        let file = &definitions.files[person.file].path;
        let mut find = |example: &Example| {
            let document = document(&example.text);
            analyzer.segment(&mut worker, &document);
            let mentions = analyzer.matcher.mentions(&mut worker.matcher, &document, &worker.segmentation);
            mentions.iter().filter(|mention| mention.kind == Some(number)).map(|mention| mention.span).collect()
        };
        checked.examples(&person.id, file, &person.hits, &person.misses, &mut find);
    }
    checked
}

impl Checked {
    fn examples(
        &mut self,
        id: &str,
        file: &str,
        hits: &[Example],
        misses: &[Example],
        find: &mut impl FnMut(&Example) -> Vec<Span>,
    ) {
        self.n_examples += hits.len() + misses.len();
        for hit in hits {
            let found = find(hit);
            if found == hit.spans {
                continue;
            }
            let fault = if found.is_empty() {
                Diagnostic::error("missing", file, hit.span, format!("`{id}` finds nothing in this hit"))
                    .hint("widen the pattern, or loosen a condition (voice, polarity, mood, unless)")
            } else {
                Diagnostic::error("misplaced", file, hit.span, format!("`{id}` finds {}", quoted(&hit.text, &found)))
                    .hint(format!(
                        "the braces hold {}; move them, or change the pattern",
                        quoted(&hit.text, &hit.spans)
                    ))
            };
            self.faults.push(fault);
        }
        for miss in misses {
            let found = find(miss);
            if !found.is_empty() {
                let message = format!("`{id}` finds {} in this miss", quoted(&miss.text, &found));
                self.faults.push(
                    Diagnostic::error("noisy", file, miss.span, message)
                        .hint("narrow the pattern, or add a condition (unless, unless_near, only_near)"),
                );
            }
        }
    }
}

fn quoted(text: &str, spans: &[Span]) -> String {
    let parts: Vec<String> = spans.iter().map(|span| format!("\"{}\"", &text[span.range()])).collect();
    parts.join(" and ")
}

/// An example is a turn of the narrator, unless it has labelled lines of its own.
fn document(text: &str) -> Document {
    if text.contains('\n') {
        return read::text("example", text.as_bytes().to_vec());
    }
    Document {
        id: "example".to_owned(),
        text: text.to_owned(),
        turns: vec![Turn { span: Span::new(0, text.len()), speaker: 0 }],
        speakers: vec![Speaker { label: String::new(), role: Role::Narrator }],
        ..Document::default()
    }
}

/// The overlap law among the finds of one rule.
fn keep_longest(spans: &mut Vec<Span>) {
    spans.sort_by_key(|span| (std::cmp::Reverse(span.len()), span.start));
    let mut kept: Vec<Span> = Vec::new();
    for span in spans.drain(..) {
        if !kept.iter().any(|other| other.overlaps(span)) {
            kept.push(span);
        }
    }
    kept.sort_unstable();
    *spans = kept;
}
