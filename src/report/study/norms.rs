/*!
Norms as a file: JSON with the values of each measure in order of size, how many documents they are from, and what made them. No word and no name of a document is in it.
*/

use crate::study::{Made, Norm, Norms};
use serde::{Deserialize, Serialize};
use std::io::{self, Write};

const SCHEMA_VERSION: u32 = 1;
/// What tells the file from other JSON files.
const KIND: &str = "norms";

#[derive(Serialize, Deserialize)]
struct Json {
    kind: String,
    schema_version: u32,
    #[serde(default)]
    made_by: Option<MadeBy>,
    documents: usize,
    documents_left_out: usize,
    measures: Vec<Measure>,
}

#[derive(Serialize, Deserialize)]
struct MadeBy {
    version: String,
    lexicon: String,
    lexicon_sha256: String,
}

#[derive(Serialize, Deserialize)]
struct Measure {
    name: String,
    n: usize,
    mean: f64,
    sd: Option<f64>,
    values: Vec<f64>,
}

/// Writes norms.
///
/// # Errors
/// What `out` says.
pub fn write(norms: &Norms, out: &mut dyn Write) -> io::Result<()> {
    let measure = |norm: &Norm| {
        let moments = norm.moments();
        let (n, mean, sd) = (moments.n, moments.mean, moments.sd);
        Measure { name: norm.measure.clone(), n, mean, sd, values: norm.values.clone() }
    };
    let json = Json {
        kind: KIND.to_owned(),
        schema_version: SCHEMA_VERSION,
        made_by: norms.made.clone().map(|Made { version, lexicon, sha256 }| MadeBy {
            version,
            lexicon,
            lexicon_sha256: sha256,
        }),
        documents: norms.n_documents,
        documents_left_out: norms.n_left_out,
        measures: norms.measures.iter().map(measure).collect(),
    };
    serde_json::to_writer_pretty(&mut *out, &json)?;
    out.write_all(b"\n")
}

/// Reads norms. The message says what is wrong with the file.
///
/// # Errors
/// What is no such file, or one of another version.
pub fn read(text: &str) -> Result<Norms, String> {
    let advice = "norms are made by `throughline norms build`";
    let json: Json = serde_json::from_str(text).map_err(|error| format!("these are no norms: {error}; {advice}"))?;
    if json.kind != KIND || json.schema_version != SCHEMA_VERSION {
        return Err(format!("these are no norms that this version can read; {advice}"));
    }
    let mut norms = Norms {
        made: json.made_by.map(|MadeBy { version, lexicon, lexicon_sha256 }| Made {
            version,
            lexicon,
            sha256: lexicon_sha256,
        }),
        n_documents: json.documents,
        n_left_out: json.documents_left_out,
        measures: Vec::new(),
    };
    for Measure { name, mut values, .. } in json.measures {
        if values.len() < 2 {
            return Err(format!("`{name}` has fewer than two values; {advice}"));
        }
        // Somebody may have written the file by hand.
        values.sort_unstable_by(f64::total_cmp);
        norms.measures.push(Norm { measure: name, values });
    }
    Ok(norms)
}
