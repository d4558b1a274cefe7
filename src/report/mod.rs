/*!
Analyses → bytes. One file per format, in it one plain function per table; the names and the order of columns are decided here and nowhere else.

Nothing here opens a file: functions write into whatever they are given. Results of many documents may be written piece by piece, in order; only
the first piece has a head.
*/

pub mod codebook;
pub mod columns;
pub mod csv;
pub mod datapackage;
pub mod evaluation;
pub mod html;
pub mod jsonl;
pub mod kwic;
pub mod layout;
pub mod loaders;
#[cfg(feature = "parquet")]
pub mod parquet;
pub mod privacy;
pub mod redact;
pub mod run;
pub mod scales;
pub mod study;
pub mod tables;
pub mod terminal;
pub mod usage;

pub(crate) use columns::column_name;

use crate::analyzer::Analysis;
use crate::document::{Role, Speaker};
use crate::lexicon::Definitions;

/// What a report may say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Leave out every quotation and every speaker's name, so that results can be shared where transcripts may not.
    pub no_text: bool,
}

/// What made a result, for heads of files: the program and its version, the lexicon, its version and its hash.
pub fn made_by(definitions: &Definitions) -> String {
    format!(
        "{} {}, lexicon {} {} (SHA-256 {})",
        env!("CARGO_PKG_NAME"),
        env!("CARGO_PKG_VERSION"),
        definitions.name,
        definitions.version,
        definitions.hash
    )
}

/// The marker name of a rule.
pub(crate) fn marker_name(definitions: &Definitions, rule: usize) -> &str {
    &definitions.markers[definitions.rules[rule].marker].name
}

/// How results name a speaker: by label, or, where names may not be told, by role.
pub(crate) fn speaker_name(speaker: &Speaker, options: Options) -> &str {
    if options.no_text || speaker.label.is_empty() {
        return match speaker.role {
            Role::Narrator => "narrator",
            Role::Interviewer => "interviewer",
            Role::Other => "other",
        };
    }
    &speaker.label
}

/// For every sentence the matches in it, in order.
pub(crate) fn matches_of(analysis: &Analysis, sentence: usize) -> &[crate::matcher::Match] {
    let from = analysis.matches.partition_point(|found| found.sentence < sentence);
    let to = analysis.matches.partition_point(|found| found.sentence <= sentence);
    &analysis.matches[from..to]
}

/// Four decimals, as in the tables, and no negative zero.
fn round(number: f64) -> f64 {
    (number * 10_000.0).round() / 10_000.0 + 0.0
}

/// Bytes as hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_decimals_without_a_negative_zero() {
        assert_eq!([0.123_46, -0.123_46, 2.0].map(round), [0.1235, -0.1235, 2.0]);
        assert!(round(-0.000_01).is_sign_positive());
    }
}
