/*!
The settings of a lexicon: `lexicon.toml`, `context.toml` and `topics.toml`.
*/

use super::fields::{Faults, Placed};
use super::rules::RuleReader;
use super::syntax::with_table;
use super::{ATTRIBUTES, Cue, Definitions, Reach, Stemmer, Topic};

/// So many words, and not more, may a cue say that it reaches; without a number it reaches all.
const MAX_WORDS: usize = 1000;

/// Reads `lexicon.toml`.
pub(super) fn lexicon(text: &str, faults: &Faults<'_>, definitions: &mut Definitions) {
    with_table(text, "`lexicon.toml`", faults, |fields, _| {
        let plain = |texts: Vec<Placed<String>>| texts.into_iter().map(|text| text.value.to_lowercase()).collect();
        definitions.name = fields.required_string("name").map(|name| name.value).unwrap_or_default();
        definitions.version = fields.required_string("version").map(|version| version.value).unwrap_or_default();
        definitions.language = fields.required_string("language").map(|language| language.value).unwrap_or_default();
        let stemmers = [("english", Stemmer::English), ("none", Stemmer::None)];
        definitions.stemmer = fields.choice("stemmer", &stemmers).unwrap_or_default();
        definitions.abbreviations = plain(fields.strings("abbreviations"));
        definitions.abbreviations_that_may_end = plain(fields.strings("abbreviations_that_may_end"));
        definitions.sentence_openers = plain(fields.strings("sentence_openers"));
        definitions.gap_stops = plain(fields.strings("gap_stops"));
        definitions.fillers = plain(fields.strings("fillers"));
    });
}

/// Reads `context.toml`.
pub(super) fn context(text: &str, file: usize, faults: &Faults<'_>) -> Vec<Cue> {
    let mut cues = Vec::new();
    with_table(text, "`context.toml`", faults, |fields, source| {
        for table in fields.tables("cue", "a cue") {
            let reader = RuleReader { fields: &table, source, file, names: &[], persons: &[], faults };
            let id = reader.id();
            table.required("sets");
            let attribute = table.has("sets").then(|| table.choice("sets", &ATTRIBUTES)).flatten();
            let patterns = reader.required_patterns("match");
            let reaches = [
                ("itself", Reach::Itself),
                ("after", Reach::After),
                ("onward", Reach::Onward),
                ("before", Reach::Before),
                ("sentence", Reach::Sentence),
            ];
            let reach = table.choice("reaches", &reaches).unwrap_or(Reach::Itself);
            let words = table.number_between("words", usize::MAX, 0, MAX_WORDS);
            let until = reader.patterns("until");
            let unless = reader.patterns("unless");
            table.string("about");
            let (hits, misses) = reader.examples(&id);
            table.finish();
            if let (Some(id), Some(attribute), Some(patterns)) = (id, attribute, patterns) {
                let (id, span) = (id.value, id.span);
                cues.push(Cue { id, attribute, patterns, reach, words, until, unless, hits, misses, file, span });
            }
        }
    });
    cues
}

/// Reads `topics.toml`.
pub(super) fn topics(text: &str, file: usize, faults: &Faults<'_>) -> Vec<Topic> {
    let mut topics = Vec::new();
    with_table(text, "`topics.toml`", faults, |fields, source| {
        for table in fields.tables("topic", "a topic") {
            let reader = RuleReader { fields: &table, source, file, names: &[], persons: &[], faults };
            let name = reader.id();
            let about = table.required_string("about").map(|about| about.value).unwrap_or_default();
            let patterns = reader.required_patterns("match");
            let (hits, misses) = reader.examples(&name);
            table.finish();
            if let (Some(name), Some(patterns)) = (name, patterns) {
                let Placed { value: name, span } = name;
                topics.push(Topic { name, about, patterns, hits, misses, file, span });
            }
        }
    });
    topics
}
