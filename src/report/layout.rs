/*!
Where the tables of a result folder stand.

Usually side by side, under their own names. With [`Layout::PsychDs`] the folder is a Psych-DS data set (<https://psych-ds.github.io>): tables in `data/` under names of
keywords and values, and a `dataset_description.json`.
*/

use super::columns::Table;
use crate::lexicon::Definitions;
use serde_json::json;
use std::io::{self, Write};

/// How a result folder is laid out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Layout {
    /// Tables side by side under their own names.
    #[default]
    Plain,
    /// A Psych-DS data set of a study with this name: letters and digits only.
    PsychDs(String),
}

/// The name of what describes a Psych-DS data set.
pub const DESCRIPTION: &str = "dataset_description.json";
/// The folder of its tables.
pub const DATA: &str = "data";

impl Layout {
    /// A Psych-DS data set for a study of this name, of which letters and digits are kept.
    pub fn psych_ds(name: &str) -> Layout {
        let kept: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
        Layout::PsychDs(if kept.is_empty() { "narratives".to_owned() } else { kept })
    }

    /// The layout of the data set with these files, by the study that their names tell; plain if they are none.
    pub fn of_files<'a>(mut files: impl Iterator<Item = &'a str>) -> Layout {
        let is_name = |study: &&str| !study.is_empty() && study.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let study = files.find_map(|file| {
            let (study, _) = file.strip_prefix(DATA)?.strip_prefix("/study-")?.split_once("_desc-")?;
            Some(study).filter(is_name)
        });
        study.map_or(Layout::Plain, |study| Layout::PsychDs(study.to_owned()))
    }

    /// The path of a table in the folder, with `/` between parts.
    pub fn path(&self, table: &str) -> String {
        match self {
            Layout::Plain => format!("{table}.csv"),
            Layout::PsychDs(study) => format!("{DATA}/study-{study}_desc-{table}_data.csv"),
        }
    }
}

/// `dataset_description.json` of a Psych-DS data set. `variableMeasured` names every column of every table, each once.
///
/// # Errors
/// What `out` says.
pub fn description(definitions: &Definitions, study: &str, tables: &[Table], out: &mut dyn Write) -> io::Result<()> {
    let mut variables: Vec<serde_json::Value> = Vec::new();
    for column in tables.iter().flat_map(|table| &table.columns) {
        if variables.iter().any(|known| known["name"] == column.name.as_str()) {
            continue;
        }
        let mut variable = json!({ "@type": "PropertyValue", "name": column.name, "description": column.about });
        if !column.unit.is_empty() {
            variable["unitText"] = json!(column.unit);
        }
        variables.push(variable);
    }
    let description = json!({
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "name": study,
        "description": format!("Cues in the language of narratives, counted by {}", super::made_by(definitions)),
        "schemaVersion": "Psych-DS 1.0.0",
        "variableMeasured": variables,
    });
    serde_json::to_writer_pretty(&mut *out, &description)?;
    out.write_all(b"\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_psych_ds() {
        let pattern = regex::Regex::new("^data/([a-z]+-[a-zA-Z0-9]+)(_[a-z]+-[a-zA-Z0-9]+)*_data\\.(csv|tsv)$");
        let pattern = pattern.expect("a pattern");
        for (name, path) in [
            ("results", "data/study-results_desc-documents_data.csv"),
            ("my results-2", "data/study-myresults2_desc-documents_data.csv"),
            ("é", "data/study-narratives_desc-documents_data.csv"),
        ] {
            let found = Layout::psych_ds(name).path("documents");
            assert_eq!(found, path);
            assert!(pattern.is_match(&found), "{found}");
        }
    }
}
