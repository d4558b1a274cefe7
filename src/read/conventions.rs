/*!
What people call speakers and columns: the words of [`Conventions`], read from `speakers.toml`.

Labels and column names are compared by a key: lower case, without full stops, white space as single spaces (column names: without spaces,
`_` and `-` as well). Everything a language or a laboratory decides is in the file; this module only knows that there are narrators,
interviewers, others, pairs that explain each other, and words that look like labels and are none.
*/

use crate::diagnostic::Diagnostic;
use crate::document::{Role, TokenKind};
use crate::span::Span;
use rustc_hash::{FxHashMap, FxHashSet};
use serde::Deserialize;
use std::sync::LazyLock;

/// What was taken out of a text is named in at most so many words; longer brackets are remarks.
const LONGEST_PLACEHOLDER: usize = 4;

/// The words by which speakers and columns are known: the contents of `speakers.toml`, ready for use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conventions {
    /// What a label means on its own, by its key.
    labels: FxHashMap<String, Known>,
    /// Labels that mean something only together.
    pairs: Vec<Pair>,
    /// What stands before the narrator's name in a heading; lower case.
    pub(super) headings: Vec<String>,
    /// How headings between the passages of a report of coding end.
    pub(super) heading_ends: Vec<String>,
    /// Keys of columns that hold the text, best first.
    pub(super) text_columns: Vec<String>,
    /// Keys of columns that name the row, best first.
    pub(super) id_columns: Vec<String>,
    /// Keys of JSON fields that hold turns.
    pub(super) turn_fields: Vec<String>,
    /// Keys of JSON fields that say who speaks.
    pub(super) speaker_fields: Vec<String>,
    /// Keys of columns that say who speaks, in tables with one turn a row.
    pub(super) speaker_columns: Vec<String>,
    /// Keys of columns that say when, in tables with one turn a row.
    pub(super) time_columns: Vec<String>,
    /// Words of notes that tell of a pause; lower case.
    pub(super) pauses: Vec<String>,
    /// Words of notes that tell of speech nobody could hear; lower case.
    pub(super) inaudible: Vec<String>,
    /// Words of notes about what else was heard, seen or remarked; lower case.
    remarks: FxHashSet<String>,
    /// Words that stand for what was taken out of a text; lower case.
    taken_out: FxHashSet<String>,
    /// Words in the names of tiers that hold no speech; lower case.
    pub(super) other_tiers: Vec<String>,
    /// Words in the names of tiers that hold single words; lower case.
    pub(super) word_tiers: Vec<String>,
    /// The language; texts of others are noted. `None`: not looked at.
    language: Option<Language>,
}

/// A language that narrators are expected to speak.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Language {
    /// Its ISO 639-3 code.
    pub(super) code: String,
    /// Common words of it that other languages do not have; lower case.
    pub(super) words: FxHashSet<String>,
}

/// What the conventions say of one label.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Known {
    /// A speaker of this role.
    Role(Role),
    /// No speaker, though it looks like one.
    NotSpeaker,
}

/// Two labels that explain each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pair {
    /// Key of the one who asks.
    pub(super) interviewer: String,
    /// Key of the one who tells.
    pub(super) narrator: String,
    /// Whether the number behind the label counts turns rather than speakers.
    pub(super) counts_turns: bool,
    /// Whether it is also used the other way round, so that questions decide.
    pub(super) is_open: bool,
}

/// `speakers.toml` as it stands on disk.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    roles: Roles,
    #[serde(default)]
    pairs: Vec<FilePair>,
    labels: Labels,
    columns: Columns,
    #[serde(default)]
    sounds: Sounds,
    #[serde(default)]
    placeholders: Placeholders,
    #[serde(default)]
    tiers: Tiers,
    language: Option<FileLanguage>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileLanguage {
    code: toml::Spanned<String>,
    #[serde(default)]
    words: Vec<String>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct Tiers {
    #[serde(default)]
    not_speech: Vec<String>,
    #[serde(default)]
    words: Vec<String>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct Sounds {
    #[serde(default)]
    pauses: Vec<String>,
    #[serde(default)]
    inaudible: Vec<String>,
    #[serde(default)]
    remarks: Vec<String>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct Placeholders {
    #[serde(default)]
    taken_out: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Roles {
    narrator: Vec<String>,
    interviewer: Vec<String>,
    #[serde(default)]
    neutral: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FilePair {
    interviewer: toml::Spanned<String>,
    narrator: toml::Spanned<String>,
    #[serde(default)]
    numbers: Numbers,
    #[serde(default)]
    roles: PairRoles,
}

#[derive(Deserialize, Default, Clone, Copy, PartialEq)]
#[serde(rename_all = "lowercase")]
enum PairRoles {
    #[default]
    Fixed,
    Open,
}

#[derive(Deserialize, Default, Clone, Copy, PartialEq)]
#[serde(rename_all = "lowercase")]
enum Numbers {
    #[default]
    Speakers,
    Turns,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Labels {
    #[serde(default)]
    not_speakers: Vec<String>,
    #[serde(default)]
    headings: Vec<String>,
    #[serde(default)]
    heading_ends: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Columns {
    text: Vec<String>,
    id: Vec<String>,
    #[serde(default)]
    turns: Vec<String>,
    #[serde(default)]
    speaker: Vec<String>,
    #[serde(default)]
    turn_speaker: Vec<String>,
    #[serde(default)]
    turn_time: Vec<String>,
}

impl Conventions {
    /// Reads the text of a `speakers.toml`; `file` is its name in messages. Unknown fields are refused, and so is a label with two roles
    /// and a pair of one label with itself.
    pub fn parse(toml_text: &str, file: &str) -> Result<Conventions, Vec<Diagnostic>> {
        let read: File = toml::from_str(toml_text).map_err(|error| {
            let span = error.span().unwrap_or(0..0);
            vec![Diagnostic::error(
                "speakers-syntax",
                file,
                Span::new(span.start, span.end),
                error.message().to_owned(),
            )]
        })?;
        let mut faults = Vec::new();
        let mut labels = FxHashMap::default();
        // Roles come last: a word that stands in both lists is a speaker.
        for word in &read.labels.not_speakers {
            labels.insert(label_key(word), Known::NotSpeaker);
        }
        let lists = [
            (Role::Other, &read.roles.neutral),
            (Role::Interviewer, &read.roles.interviewer),
            (Role::Narrator, &read.roles.narrator),
        ];
        for (role, list) in lists {
            for word in list {
                if let Some(Known::Role(earlier)) = labels.insert(label_key(word), Known::Role(role))
                    && earlier != role
                {
                    let message = format!("the label `{word}` has two roles");
                    let at = toml_text.find(&format!("\"{word}\"")).unwrap_or(0);
                    faults.push(Diagnostic::error("speakers-role", file, Span::new(at, at + word.len() + 2), message));
                }
            }
        }
        let mut pairs = Vec::new();
        for pair in read.pairs {
            let (interviewer, narrator) = (label_key(pair.interviewer.get_ref()), label_key(pair.narrator.get_ref()));
            if interviewer == narrator {
                let span = pair.narrator.span();
                let message = format!("the label `{narrator}` is paired with itself");
                faults.push(Diagnostic::error("speakers-pair", file, Span::new(span.start, span.end), message));
            }
            pairs.push(Pair {
                interviewer,
                narrator,
                counts_turns: pair.numbers == Numbers::Turns,
                is_open: pair.roles == PairRoles::Open,
            });
        }
        if let Some(FileLanguage { code, .. }) = &read.language
            && whatlang::Lang::from_code(code.get_ref().as_str()).is_none()
        {
            let message = format!("`{}` is no language that the program can tell from others", code.get_ref());
            let fault =
                Diagnostic::error("speakers-language", file, Span::new(code.span().start, code.span().end), message);
            faults.push(fault.hint(
                "write the three letters of ISO 639-3, such as \"eng\" or \"deu\"; without [language] nobody looks in which language narrators speak",
            ));
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        let columns = |names: &[String]| names.iter().map(|name| column_key(name)).collect();
        Ok(Conventions {
            labels,
            pairs,
            headings: read.labels.headings.iter().map(|words| words.to_lowercase()).collect(),
            heading_ends: read.labels.heading_ends,
            text_columns: columns(&read.columns.text),
            id_columns: columns(&read.columns.id),
            turn_fields: columns(&read.columns.turns),
            speaker_fields: columns(&read.columns.speaker),
            speaker_columns: columns(&read.columns.turn_speaker),
            time_columns: columns(&read.columns.turn_time),
            pauses: read.sounds.pauses.iter().map(|word| word.to_lowercase()).collect(),
            other_tiers: read.tiers.not_speech.iter().map(|word| word.to_lowercase()).collect(),
            word_tiers: read.tiers.words.iter().map(|word| word.to_lowercase()).collect(),
            inaudible: read.sounds.inaudible.iter().map(|word| word.to_lowercase()).collect(),
            remarks: read.sounds.remarks.iter().map(|word| word.to_lowercase()).collect(),
            taken_out: read.placeholders.taken_out.iter().map(|word| word.to_lowercase()).collect(),
            language: read.language.map(|FileLanguage { code, words }| Language {
                code: code.into_inner(),
                words: words.into_iter().collect(),
            }),
        })
    }

    /// What the label of this key means on its own; numbers and single letters behind it are left out of account, and with `by_last_word`
    /// so is what stands before its last word.
    pub(super) fn known(&self, key: &str, by_last_word: bool) -> Option<Known> {
        if let Some(&known) = self.labels.get(key) {
            return Some(known);
        }
        let base = base(key);
        if base != key
            && let Some(&known) = self.labels.get(base)
        {
            return Some(known);
        }
        let (first, last) = (key.split(' ').next()?, key.rsplit(' ').next()?);
        if first == last {
            return None;
        }
        // Several words: "speaker b", "unidentified woman interviewer", "monday 3 march", "part ii".
        if last.chars().count() == 1
            && let Some(&known) = self.labels.get(key.trim_end_matches(last).trim_end())
        {
            return Some(known);
        }
        let is_number = |word: &str| {
            word.starts_with(|c: char| c.is_ascii_digit()) || word.chars().all(|c| matches!(c, 'i' | 'v' | 'x' | 'l'))
        };
        let is_none = |word: &str| matches!(self.labels.get(word), Some(Known::NotSpeaker));
        if key.split(' ').all(|word| is_none(word) || is_number(word)) && key.split(' ').any(is_none) {
            return Some(Known::NotSpeaker);
        }
        match self.labels.get(base_word(last)) {
            Some(&Known::Role(role)) if by_last_word && last.len() > 3 => Some(Known::Role(role)),
            _ => None,
        }
    }

    /// The language that narrators are expected to speak, if one is.
    pub(super) fn language(&self) -> Option<&Language> {
        self.language.as_ref()
    }

    /// The same conventions for texts in whatever language.
    pub fn for_any_language(self) -> Conventions {
        Conventions { language: None, ..self }
    }

    /// Whether this is a note of the transcriber about what was heard, and no name.
    pub(super) fn is_sound(&self, text: &str) -> bool {
        self.is_pause_or_inaudible(&text.to_lowercase())
    }

    fn is_pause_or_inaudible(&self, lower: &str) -> bool {
        self.pauses.iter().chain(&self.inaudible).any(|known| known == lower)
    }

    /// What a square or angle bracket around `inner` holds, which has this form: a sound or remark if one of its words is known as such; what was taken out if it
    /// begins with a capital, or its first or last word stands for such things. Long notes are remarks.
    pub(super) fn in_bracket(&self, inner: &str, form: TokenKind) -> TokenKind {
        if self.remarks.is_empty() && self.taken_out.is_empty() {
            return form;
        }
        let lower = inner.to_lowercase();
        let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
        let is_sound = |word: &&str| self.remarks.contains(*word) || self.is_pause_or_inaudible(word);
        let stands_for = |word: Option<&&str>| word.is_some_and(|word| self.taken_out.contains(*word));
        if words.iter().any(is_sound) {
            TokenKind::Aside
        } else if words.len() <= LONGEST_PLACEHOLDER
            && (inner.trim_start().starts_with(char::is_uppercase)
                || stands_for(words.first())
                || stands_for(words.last()))
        {
            TokenKind::Placeholder
        } else {
            form
        }
    }

    /// The pairs, best first.
    pub(super) fn pairs(&self) -> &[Pair] {
        &self.pairs
    }

    /// Whether a label of this key may be one half of a pair.
    pub(super) fn is_half(&self, key: &str) -> bool {
        let base = base(key);
        self.pairs.iter().any(|pair| pair.interviewer == base || pair.narrator == base)
    }

    /// Whether the numbers behind a label of this key count turns and not speakers.
    pub(super) fn counts_turns(&self, base: &str) -> bool {
        self.pairs.iter().any(|pair| pair.counts_turns && (pair.interviewer == base || pair.narrator == base))
    }
}

impl Default for Conventions {
    /// The conventions built into the program, from `lexicons/en/speakers.toml`.
    fn default() -> Conventions {
        BUILT_IN.clone()
    }
}

static BUILT_IN: LazyLock<Conventions> = LazyLock::new(|| {
    let text = include_str!("../../lexicons/en/speakers.toml");
    // A test reads the embedded file, so the second arm is never taken; conventions that know nothing are the honest rest.
    Conventions::parse(text, "speakers.toml").unwrap_or_else(|_| Conventions {
        labels: FxHashMap::default(),
        pairs: Vec::new(),
        headings: Vec::new(),
        heading_ends: Vec::new(),
        text_columns: Vec::new(),
        id_columns: Vec::new(),
        turn_fields: Vec::new(),
        speaker_fields: Vec::new(),
        speaker_columns: Vec::new(),
        time_columns: Vec::new(),
        pauses: Vec::new(),
        inaudible: Vec::new(),
        remarks: FxHashSet::default(),
        taken_out: FxHashSet::default(),
        other_tiers: Vec::new(),
        word_tiers: Vec::new(),
        language: None,
    })
});

/// The key of a label: lower case, without full stops, single spaces.
pub(super) fn label_key(label: &str) -> String {
    let mut key = String::new();
    push_label_key(label, &mut key);
    key
}

/// The same, into a buffer that is used again.
pub(super) fn push_label_key(label: &str, key: &mut String) {
    key.clear();
    for c in label.chars() {
        match c {
            '.' => {}
            '’' => key.push('\''),
            c if c.is_whitespace() => {
                if !key.is_empty() && !key.ends_with(' ') {
                    key.push(' ');
                }
            }
            c if c.is_ascii() => key.push(c.to_ascii_lowercase()),
            c => key.extend(c.to_lowercase()),
        }
    }
    key.truncate(key.trim_end().len());
}

/// A label's key without the number behind it: `p` for `p1`, `p-01`, `p 3`, `p #3`. All of it where nothing would be left.
pub(super) fn base(key: &str) -> &str {
    base_word(key)
}

fn base_word(key: &str) -> &str {
    let cut = key.trim_end_matches(|c: char| c.is_ascii_digit());
    if cut.len() == key.len() {
        return key;
    }
    let cut = cut.trim_end_matches([' ', '#', '-', '_']);
    if cut.is_empty() { key } else { cut }
}

/// The key of a column: lower case, without white space, `_` and `-`.
pub(super) fn column_key(name: &str) -> String {
    name.chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '_' | '-' | '\u{feff}'))
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_file_is_read() {
        let conventions = Conventions::parse(include_str!("../../lexicons/en/speakers.toml"), "speakers.toml").unwrap();
        assert_eq!(conventions, Conventions::default());
        assert!(!conventions.labels.is_empty());
    }

    #[test]
    fn labels_are_known_with_numbers_and_letters() {
        let conventions = Conventions::default();
        let (narrator, interviewer, other, none) = (
            Some(Known::Role(Role::Narrator)),
            Some(Known::Role(Role::Interviewer)),
            Some(Known::Role(Role::Other)),
            Some(Known::NotSpeaker),
        );
        let cases = [
            ("P", narrator),
            ("P1", narrator),
            ("P-01", narrator),
            ("Participant  3", narrator),
            ("Participant #3", narrator),
            ("INT1", interviewer),
            ("Unidentified Woman Interviewer", interviewer),
            ("Interviewer B", interviewer),
            ("Speaker 1", other),
            ("Speaker B", other),
            ("P.S.", none),
            ("Mon 3 March", none),
            ("Monday morning", none),
            ("Part II", none),
            ("Part 2", none),
            ("Mary Smith", None),
            ("R1", None),
            ("May Smith", None),
        ];
        for (label, want) in cases {
            assert_eq!(conventions.known(&label_key(label), true), want, "{label}");
        }
    }

    #[test]
    fn faults_are_told_with_their_place() {
        let good =
            "roles = { narrator = [\"p\"], interviewer = [\"i\"] }\nlabels = {}\ncolumns = { text = [], id = [] }\n";
        assert!(Conventions::parse(good, "s.toml").is_ok());
        let cases = [
            ("unknown field", good.replace("labels = {}", "labels = { oops = 1 }"), "speakers-syntax"),
            ("no TOML", "roles = [".to_owned(), "speakers-syntax"),
            ("two roles", good.replace("\"i\"", "\"P\""), "speakers-role"),
            (
                "paired with itself",
                format!("{good}[[pairs]]\ninterviewer = \"q\"\nnarrator = \"Q\"\n"),
                "speakers-pair",
            ),
        ];
        for (name, text, code) in cases {
            let faults = Conventions::parse(&text, "s.toml").unwrap_err();
            assert_eq!(faults.iter().map(|fault| fault.code).collect::<Vec<_>>(), [code], "{name}");
            assert!(faults[0].span.end as usize <= text.len(), "{name}");
        }
    }
}
