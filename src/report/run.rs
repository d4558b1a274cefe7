/*!
`run.json`: what was done with what, enough to repeat it. The only result with a time stamp.
*/

use crate::lexicon::Definitions;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io::{self, Write};

/// What a run was.
#[derive(Clone, Debug, Default)]
pub struct Run {
    /// The arguments of the program, as given; what may not be told stands as [`WITHHELD`].
    pub command: Vec<String>,
    /// Whether it came to its end, and was not stopped before.
    pub is_complete: bool,
    /// Files besides the inputs that decided about results: who is who.
    pub settings: Vec<Input>,
    /// The files of results.
    pub results: Vec<Input>,
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

/// Stands for an argument that may not be told, such as a speaker's name with `--no-text`.
pub const WITHHELD: &str = "…";

/// One file: an input, or a result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
    command: &'a [String],
    options: &'a BTreeMap<String, String>,
    complete: bool,
    documents: usize,
    matches: usize,
    failed: usize,
    seconds: f64,
    finished_unix: u64,
    settings: &'a [Input],
    results: &'a [Input],
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
        command: &run.command,
        options: &run.options,
        complete: run.is_complete,
        documents: run.n_documents,
        matches: run.n_matches,
        failed: run.n_failed,
        seconds: (run.seconds * 1000.0).round() / 1000.0,
        finished_unix: run.finished_unix,
        settings: &run.settings,
        results: &run.results,
        inputs: &run.inputs,
    };
    serde_json::to_writer_pretty(&mut *out, &json)?;
    out.write_all(b"\n")
}

/// What a written `run.json` says, as far as it is needed to run again or to go on.
#[derive(Clone, Debug, Deserialize)]
pub struct Written {
    /// The program that wrote it.
    pub program: String,
    /// Its version.
    pub version: String,
    /// The lexicon that was used.
    pub lexicon: WrittenLexicon,
    /// The arguments, as given.
    #[serde(default)]
    pub command: Vec<String>,
    /// Options that decide about results, by name.
    #[serde(default)]
    pub options: BTreeMap<String, String>,
    /// Whether the run came to its end.
    #[serde(default = "yes")]
    pub complete: bool,
    /// Files besides the inputs that decided about results.
    #[serde(default)]
    pub settings: Vec<Input>,
    /// The files of results.
    #[serde(default)]
    pub results: Vec<Input>,
    /// The files that were read to their end.
    #[serde(default)]
    pub inputs: Vec<Input>,
}

/// The lexicon that a `run.json` names.
#[derive(Clone, Debug, Deserialize)]
pub struct WrittenLexicon {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// SHA-256 of its files.
    pub sha256: String,
}

fn yes() -> bool {
    true
}

/// Reads what [`run`] wrote.
///
/// # Errors
/// In a sentence, if it is none of ours.
pub fn read(text: &str) -> Result<Written, String> {
    let written: Written =
        serde_json::from_str(text).map_err(|error| format!("no run.json of this program: {error}"))?;
    if written.program != env!("CARGO_PKG_NAME") {
        return Err(format!("written by `{}`, not by this program", written.program));
    }
    Ok(written)
}
