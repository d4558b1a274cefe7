/*!
Runs every example of every rule, cue, topic and kind of person: the test of a lexicon.

Three things can be wrong, and have names: **missing**, a hit in which the rule found nothing; **misplaced**, a hit in which it found something, but not
exactly the stretches in braces; **noisy**, a miss in which it found something.
*/

use super::Analyzer;
use super::loosened::Loosened;
use super::never_found::never_found;
use crate::diagnostic::Diagnostic;
use crate::document::{Document, Role, Speaker, Turn};
use crate::lexicon::{self, Conditions, Example, File, Mood, Polarity, RuleKind, Voice};
use crate::privacy;
use crate::read;
use crate::span::Span;
use std::collections::BTreeSet;

/// Of so many rules that find nothing in a hit it is told why: each is compiled anew for it.
const EXPLAINED: usize = 50;

/// What is said of a hit of a rule that goes by weight alone.
const EVIDENCE_MISSING: &str = "its sentence does not weigh enough for this marker, or is not told as having been: take another hit, or weigh anew (*Weights* in lexicons/README.md)";

/// What is said of a miss in which something is found, where nothing could have told that it is denied, reported or supposed.
const WITHOUT_CONTEXT: &str = "; without a context.toml nothing is negated, reported or supposed: `throughline lexicon check builtin my-lexicon` lends yours one";

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

/// Faults of the files that other modules read: how speakers are called, and what should not stand in a transcript.
fn of_other_modules(files: &[File]) -> Vec<Diagnostic> {
    let mut faults = Vec::new();
    for file in files {
        let own = match file.path.as_str() {
            "speakers.toml" => read::Conventions::parse(&file.text, &file.path).err().unwrap_or_default(),
            "privacy.toml" => privacy::Patterns::check(&file.text, &file.path),
            _ => continue,
        };
        faults.extend(own.into_iter().map(|fault| match fault.code {
            // What the reader of TOML says of a field is right, but no advice.
            "speakers-syntax" | "privacy-syntax" => {
                fault.hint("`throughline lexicon export DIR` writes a file of this name that is right: compare the two")
            }
            "speakers-role" => fault.hint("leave it in one of the lists of [roles]"),
            "speakers-pair" => fault.hint("name two labels that are used together, such as Q and A"),
            _ => fault,
        }));
    }
    faults
}

/// Reads a lexicon and runs every example. All faults of all files come out at once, but examples of a file that cannot be read are not run:
/// their failures would only repeat the fault.
pub fn check(files: &[File]) -> Checked {
    check_own(files, &|_| true)
}

/// The same of several lexicons that were joined, of which some are known to be right: only examples of files that are one's own are run and counted, and of
/// other files only errors are told.
pub fn check_own(files: &[File], is_own: &dyn Fn(&str) -> bool) -> Checked {
    let (definitions, mut faults) = lexicon::read(files);
    faults.extend(of_other_modules(files));
    faults.extend(never_found(&definitions));
    let (analyzer, unfit) = Analyzer::compile(definitions);
    faults.extend(unfit);
    faults.retain(|fault| fault.is_error() || is_own(&fault.file));
    let broken: BTreeSet<String> =
        faults.iter().filter(|fault| fault.is_error()).map(|fault| fault.file.clone()).collect();
    let is_wanted = |file: &str| is_own(file) && !broken.contains(file);
    // What a sentence weighs is known only if all tables are.
    let can_weigh = !broken.iter().any(|file| file.starts_with("weights/"));
    let mut checked = run_examples(&analyzer, &is_wanted, can_weigh);
    let definitions = analyzer.definitions();
    let n_own =
        |files: &mut dyn Iterator<Item = usize>| files.filter(|&file| is_own(&definitions.files[file].path)).count();
    checked.n_markers = n_own(&mut definitions.markers.iter().map(|marker| marker.file));
    checked.n_rules = n_own(&mut definitions.rules.iter().map(|rule| rule.file));
    checked.n_cues = n_own(&mut definitions.cues.iter().map(|cue| cue.file));
    checked.faults.extend(faults);
    checked.faults.sort_by(|a, b| (&a.file, a.span, a.code).cmp(&(&b.file, b.span, b.code)));
    checked.faults.dedup();
    checked
}

/// Runs the examples of the files that are wanted.
fn run_examples(analyzer: &Analyzer, is_wanted: &dyn Fn(&str) -> bool, can_weigh: bool) -> Checked {
    let definitions = analyzer.definitions();
    let mut checked = Checked::default();
    let mut n_explained = 0;
    let mut worker = analyzer.worker();
    for (number, rule) in definitions.rules.iter().enumerate() {
        let file = &definitions.files[rule.file].path;
        if !is_wanted(file) || rule.kind == RuleKind::Evidence && !can_weigh {
            continue;
        }
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
        let n_before = checked.faults.len();
        checked.examples(&rule.id, file, &rule.hits, &rule.misses, &mut find);
        let own = &mut checked.faults[n_before..];
        if definitions.cues.is_empty() && asks_for_context(&rule.conditions) {
            for fault in own.iter_mut().filter(|fault| fault.code == "noisy") {
                fault.hint.push_str(WITHOUT_CONTEXT);
            }
        }
        if rule.kind == RuleKind::Evidence {
            for fault in own.iter_mut().filter(|fault| fault.code == "missing") {
                EVIDENCE_MISSING.clone_into(&mut fault.hint);
            }
        } else if own.iter().any(|fault| fault.code == "missing") && n_explained < EXPLAINED {
            n_explained += 1;
            let Some(loosened) = Loosened::new(definitions, number) else { continue };
            for fault in own.iter_mut().filter(|fault| fault.code == "missing") {
                if let Some(hit) = rule.hits.iter().find(|hit| hit.span == fault.span) {
                    fault.hint = loosened.advice(&document(&hit.text));
                }
            }
        }
    }
    for (number, cue) in definitions.cues.iter().enumerate() {
        let file = &definitions.files[cue.file].path;
        if !is_wanted(file) {
            continue;
        }
        let mut find = |example: &Example| {
            let document = document(&example.text);
            analyzer.segment(&mut worker, &document);
            analyzer.matcher.reached_by(number, &mut worker.matcher, &document, &worker.segmentation)
        };
        checked.examples(&cue.id, file, &cue.hits, &cue.misses, &mut find);
    }
    for (number, topic) in definitions.topics.iter().enumerate() {
        let file = &definitions.files[topic.file].path;
        if !is_wanted(file) {
            continue;
        }
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
        if !is_wanted(file) {
            continue;
        }
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

/// Whether it matters to a rule how something is said.
fn asks_for_context(conditions: &Conditions) -> bool {
    conditions.voice != Voice::Any || conditions.polarity != Polarity::Any || conditions.mood != Mood::Any
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
                    .hint("change what it looks for, or the hit")
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
