/*!
`run.json`: what was done with what, enough to repeat it. The only result with a time stamp.
*/

use crate::lexicon::Definitions;
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::{self, Write};

/// What a run was.
#[derive(Clone, Debug, Default)]
pub struct Run {
    /// Options that were given, by name.
    pub options: BTreeMap<String, String>,
    /// The input files.
    pub inputs: Vec<Input>,
    /// Documents scored.
    pub n_documents: usize,
    /// Matches found.
    pub n_matches: usize,
    /// Inputs that failed.
    pub n_failed: usize,
    /// Seconds from start to end.
    pub seconds: f64,
    /// When it ended: seconds since 1970, UTC.
    pub finished_unix: u64,
}

/// One input file.
#[derive(Clone, Debug, Serialize)]
pub struct Input {
    /// As given.
    pub file: String,
    /// Its size.
    pub bytes: u64,
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
}

#[derive(Serialize)]
struct Json<'a> {
    program: &'static str,
    version: &'static str,
    lexicon: Lexicon<'a>,
    options: &'a BTreeMap<String, String>,
    documents: usize,
    matches: usize,
    failed: usize,
    seconds: f64,
    finished_unix: u64,
    inputs: &'a [Input],
}

#[derive(Serialize)]
struct Lexicon<'a> {
    name: &'a str,
    version: &'a str,
    language: &'a str,
    stemmer: &'static str,
    sha256: &'a str,
    markers: usize,
    rules: usize,
}

/// Writes `run.json`.
///
/// # Errors
/// What `out` says.
pub fn run(definitions: &Definitions, run: &Run, out: &mut dyn Write) -> io::Result<()> {
    let json = Json {
        program: env!("CARGO_PKG_NAME"),
        version: env!("CARGO_PKG_VERSION"),
        lexicon: Lexicon {
            name: &definitions.name,
            version: &definitions.version,
            language: &definitions.language,
            stemmer: definitions.stemmer.name(),
            sha256: &definitions.hash,
            markers: definitions.markers.len(),
            rules: definitions.rules.len(),
        },
        options: &run.options,
        documents: run.n_documents,
        matches: run.n_matches,
        failed: run.n_failed,
        seconds: (run.seconds * 1000.0).round() / 1000.0,
        finished_unix: run.finished_unix,
        inputs: &run.inputs,
    };
    serde_json::to_writer_pretty(&mut *out, &json)?;
    out.write_all(b"\n")
}
