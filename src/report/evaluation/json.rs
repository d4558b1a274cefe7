/*!
An evaluation as JSON: all figures, and the counts of every document, from which they can be worked out again and compared ([`read`]). It holds no word of
a text and no time stamp: the same narratives, the same lexicon and the same seed give the same bytes.
*/

use super::super::round;
use super::told;
use crate::evaluate::{
    Bootstrap, Comparison, Counts, Disagreement, DocumentCounts, Estimate, Judged, Label, Level, Row, Tally,
};
use crate::lexicon::Definitions;
use crate::report::run::Input;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io::{self, Write};

const SCHEMA_VERSION: u32 = 1;
/// What tells the file from other JSON files.
const KIND: &str = "evaluation";

#[derive(Serialize)]
struct Json<'a> {
    program: &'static str,
    version: &'static str,
    kind: &'static str,
    schema_version: u32,
    lexicon: Lexicon<'a>,
    unit: &'static str,
    interval: Method,
    failed: usize,
    inputs: &'a [Input],
    figures: Vec<Line<'a>>,
    documents: Vec<Document>,
}

#[derive(Serialize)]
struct Lexicon<'a> {
    name: &'a str,
    version: &'a str,
    sha256: &'a str,
}

#[derive(Serialize)]
struct Method {
    method: &'static str,
    level: f64,
    resamples: u32,
    seed: u64,
}

#[derive(Serialize)]
struct Line<'a> {
    level: &'static str,
    name: &'a str,
    sentences: Option<u64>,
    support: Option<u64>,
    found: Option<u64>,
    true_positives: Option<u64>,
    precision: Option<Bounds>,
    recall: Option<Bounds>,
    f1: Option<Bounds>,
    kappa: Option<Bounds>,
}

#[derive(Serialize)]
struct Bounds {
    value: f64,
    lo: Option<f64>,
    hi: Option<f64>,
}

/// The counts of a document; labels that were neither coded nor found are left out.
#[derive(Serialize, Deserialize)]
struct Document {
    document: String,
    sentences: u64,
    counts: BTreeMap<String, Three>,
}

#[derive(Serialize, Deserialize)]
struct Three {
    support: u64,
    found: u64,
    true_positives: u64,
}

/// What a run of the command was, beside its figures.
#[derive(Clone, Debug, Default)]
pub struct Run {
    /// How intervals were drawn.
    pub bootstrap: Bootstrap,
    /// The files of coded narratives.
    pub inputs: Vec<Input>,
    /// Files and documents that could not be read.
    pub n_failed: usize,
}

/// Writes an evaluation.
///
/// # Errors
/// What `out` says.
pub fn evaluation(
    definitions: &Definitions,
    tally: &Tally,
    rows: &[Row],
    run: &Run,
    out: &mut dyn Write,
) -> io::Result<()> {
    let documents = tally.documents.iter().map(|document| Document {
        document: document.document.clone(),
        sentences: document.counts.first().map_or(0, |counts| counts.sentences),
        counts: tally
            .labels
            .iter()
            .zip(&document.counts)
            .filter(|(_, counts)| counts.support + counts.found > 0)
            .map(|(label, &Counts { support, found, agreed, .. })| {
                (label.name.clone(), Three { support, found, true_positives: agreed })
            })
            .collect(),
    });
    let json = Json {
        program: env!("CARGO_PKG_NAME"),
        version: env!("CARGO_PKG_VERSION"),
        kind: KIND,
        schema_version: SCHEMA_VERSION,
        lexicon: Lexicon { name: &definitions.name, version: &definitions.version, sha256: &definitions.hash },
        unit: "sentence of the narrator",
        interval: Method {
            method: "percentile bootstrap over documents",
            level: 0.95,
            resamples: run.bootstrap.resamples,
            seed: run.bootstrap.seed,
        },
        failed: run.n_failed,
        inputs: &run.inputs,
        figures: rows.iter().map(line).collect(),
        documents: documents.collect(),
    };
    pretty(&json, out)
}

fn line(row: &Row) -> Line<'_> {
    let count = |part: fn(&Counts) -> u64| row.counts.as_ref().map(part);
    let [precision, recall, f1, kappa] = row.figures.map(|figure| figure.map(bounds));
    Line {
        level: row.level.name(),
        name: &row.name,
        sentences: count(|counts| counts.sentences),
        support: count(|counts| counts.support),
        found: count(|counts| counts.found),
        true_positives: count(|counts| counts.agreed),
        precision,
        recall,
        f1,
        kappa,
    }
}

fn bounds(estimate: Estimate) -> Bounds {
    let side = |side: fn((f64, f64)) -> f64| estimate.interval.map(|interval| round(side(interval)));
    Bounds { value: round(estimate.value), lo: side(|(low, _)| low), hi: side(|(_, high)| high) }
}

/// What of a written evaluation is read again.
#[derive(Deserialize)]
struct Written {
    kind: String,
    schema_version: u32,
    figures: Vec<WrittenLine>,
    documents: Vec<Document>,
}

#[derive(Deserialize)]
struct WrittenLine {
    level: String,
    name: String,
}

/// Reads the counts of an evaluation that [`evaluation`] wrote.
///
/// # Errors
/// What is wrong and what to do, in a sentence.
pub fn read(text: &str) -> Result<Tally, String> {
    const REPEAT: &str = "write it anew with `throughline evaluate GOLD -o FILE`";
    let written: Written =
        serde_json::from_str(text).map_err(|error| format!("not an evaluation of this program: {error}; {REPEAT}"))?;
    if written.kind != KIND {
        return Err(format!("not an evaluation but `{}`; {REPEAT}", written.kind));
    }
    if written.schema_version != SCHEMA_VERSION {
        return Err(format!(
            "an evaluation in format {}, where this program reads format {SCHEMA_VERSION}; {REPEAT}",
            written.schema_version
        ));
    }
    let levels = [Level::Family, Level::Marker];
    let known = |line: WrittenLine| {
        let level = levels.into_iter().find(|level| level.name() == line.level)?;
        Some(Label { level, name: line.name })
    };
    let labels: Vec<Label> = written.figures.into_iter().filter_map(known).collect();
    let mut documents = Vec::with_capacity(written.documents.len());
    for mut document in written.documents {
        let sentences = document.sentences;
        let counts = labels.iter().map(|label| {
            let none = Three { support: 0, found: 0, true_positives: 0 };
            let Three { support, found, true_positives: agreed } = document.counts.remove(&label.name).unwrap_or(none);
            Counts { sentences, support, found, agreed }
        });
        let counts: Vec<Counts> = counts.collect();
        let are_possible = counts.iter().all(|counts| {
            let either = counts.support.checked_add(counts.found).and_then(|both| both.checked_sub(counts.agreed));
            counts.agreed <= counts.support.min(counts.found) && either.is_some_and(|either| either <= sentences)
        });
        if !are_possible || !document.counts.is_empty() {
            return Err(format!("the counts of the document `{}` cannot be right; {REPEAT}", document.document));
        }
        documents.push(DocumentCounts { document: document.document, counts });
    }
    Ok(Tally { labels, documents })
}

#[derive(Serialize)]
struct DisagreementLine<'a> {
    label: &'a str,
    kind: &'static str,
    document: &'a str,
    sentence: usize,
    coded: Vec<&'a str>,
    found: Vec<FoundLine<'a>>,
    text: &'a str,
}

#[derive(Serialize)]
struct FoundLine<'a> {
    marker: &'a str,
    rule: &'a str,
    words: &'a str,
}

/// Writes the sentences about which coder and program disagree, as one list.
///
/// # Errors
/// What `out` says.
pub fn disagreements(
    definitions: &Definitions,
    judged: &[Judged],
    label: &str,
    disagreements: &[Disagreement],
    out: &mut dyn Write,
) -> io::Result<()> {
    let told = disagreements.iter().filter_map(|disagreement| told(definitions, judged, label, disagreement));
    let lines: Vec<DisagreementLine<'_>> = told
        .map(|told| DisagreementLine {
            label,
            kind: told.kind.name(),
            document: told.document,
            sentence: told.sentence,
            coded: told.coded,
            found: told
                .found
                .iter()
                .map(|found| FoundLine { marker: found.marker, rule: found.rule, words: found.words })
                .collect(),
            text: told.text,
        })
        .collect();
    pretty(&lines, out)
}

#[derive(Serialize)]
struct ComparisonJson<'a> {
    program: &'static str,
    version: &'static str,
    kind: &'static str,
    schema_version: u32,
    documents: usize,
    left_out: &'a [String],
    changes: Vec<ChangeLine<'a>>,
}

#[derive(Serialize)]
struct ChangeLine<'a> {
    level: &'static str,
    name: &'a str,
    support: Option<u64>,
    precision: BeforeAfter,
    recall: BeforeAfter,
    f1: BeforeAfter,
    kappa: BeforeAfter,
}

#[derive(Serialize)]
struct BeforeAfter {
    before: Option<f64>,
    after: Option<f64>,
    change: Option<Bounds>,
}

/// Writes a comparison of two evaluations.
///
/// # Errors
/// What `out` says.
pub fn comparison(comparison: &Comparison, out: &mut dyn Write) -> io::Result<()> {
    let changes = comparison.changes.iter().map(|change| {
        let [precision, recall, f1, kappa] = std::array::from_fn(|at| BeforeAfter {
            before: change.before[at].map(round),
            after: change.after[at].map(round),
            change: change.change[at].map(bounds),
        });
        let (level, name, support) = (change.level.name(), change.name.as_str(), change.support);
        ChangeLine { level, name, support, precision, recall, f1, kappa }
    });
    let json = ComparisonJson {
        program: env!("CARGO_PKG_NAME"),
        version: env!("CARGO_PKG_VERSION"),
        kind: "comparison",
        schema_version: SCHEMA_VERSION,
        documents: comparison.n_documents,
        left_out: &comparison.left_out,
        changes: changes.collect(),
    };
    pretty(&json, out)
}

fn pretty(json: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, json)?;
    out.write_all(b"\n")
}
