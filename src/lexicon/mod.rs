/*!
Knowledge as data: lexicon files → [`Definitions`], with all faults of all files at once.

A lexicon is a folder of text files, described for its writers in `lexicons/README.md`. This module reads the files into plain data
and checks everything that can be checked without a text: fields, patterns, names of lists, ids, sources. It knows nothing of matching; the `pattern`
module turns patterns into automata, and `analyzer::check` runs the examples.

```
use throughline::lexicon;

let definitions = lexicon::parse(&lexicon::builtin()).expect("the built-in lexicon has no faults");
assert!(definitions.markers.iter().any(|marker| marker.name == "dismissing.minimising"));
```
*/

mod fields;
pub mod import;
mod join;
mod pattern;
mod persons;
mod plain;
mod references;
mod rules;
mod scales;
mod settings;
mod syntax;
mod weights;

pub use pattern::{MARKS, Mark, Node, Pattern, PatternError, Word, parse as parse_pattern};
pub use scales::{Formula, LinkTo, Measure, Part, Passages, Plane, Scale, Weights, WordKinds};
pub use weights::{Aspect, Feature, N_OPENING, Sign, Weight, WeightTable};

pub use join::{Joined, is_for_language_of_builtin, join};
pub use references::every_pattern;

pub(crate) use fields::nearest;

use crate::diagnostic::Diagnostic;
use crate::span::Span;
use fields::Faults;
use include_dir::{Dir, include_dir};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

/// The file that says who may be meant.
const PERSONS: &str = "persons.toml";

static BUILTIN: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/lexicons/en");

/// One file of a lexicon.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct File {
    /// Path inside the lexicon's folder, with `/` between parts: `markers/earned/repair.toml`.
    pub path: String,
    /// Its content.
    pub text: String,
}

/// Everything a lexicon says, read and cross-checked, not yet compiled.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Definitions {
    /// Name of the lexicon.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Its language, as a BCP 47 tag.
    pub language: String,
    /// The stemming algorithm for `~stem`.
    pub stemmer: Stemmer,
    /// SHA-256 of all files, in hexadecimal: two lexicons with the same hash are the same.
    pub hash: String,
    /// Lower-case words without final full stop whose full stop does not end a sentence.
    pub abbreviations: Vec<String>,
    /// Of these, those that may end one all the same.
    pub abbreviations_that_may_end: Vec<String>,
    /// Words that are no names: an initial with its full stop before one of them ends a sentence.
    pub sentence_openers: Vec<String>,
    /// Words that matching passes over.
    pub fillers: Vec<String>,
    /// Words that no gap of a pattern passes over: negations.
    pub gap_stops: Vec<String>,
    /// How contracted words are taken apart.
    pub contractions: Vec<Contraction>,
    /// Spellings that are one word: the beginning of a word, and what it is read as.
    pub spellings: Vec<(String, String)>,
    /// Occurrences per million words of the commonest words.
    pub frequencies: Vec<(String, f32)>,
    /// Word lists by name.
    pub lists: BTreeMap<String, List>,
    /// Markers, sorted by name.
    pub markers: Vec<Marker>,
    /// Rules of all markers, in the order of the markers, then of the file.
    pub rules: Vec<Rule>,
    /// How context is recognised.
    pub cues: Vec<Cue>,
    /// The pronouns of the third person.
    pub pronouns: Vec<Pronoun>,
    /// Kinds of persons that pronouns may mean.
    pub persons: Vec<PersonKind>,
    /// How markers add up.
    pub scales: Vec<Scale>,
    /// What words weigh, family by family.
    pub weights: Vec<WeightTable>,
    /// What questions may ask about, best known first.
    pub topics: Vec<Topic>,
    /// Lists for what scales measure without rules.
    pub word_kinds: WordKinds,
    /// Passages inside and outside of which families are counted.
    pub passages: Passages,
    /// The two scales between which documents are drawn, if there are such.
    pub plane: Option<Plane>,
    /// The files, for messages that quote them.
    pub files: Vec<File>,
    /// Faults that do not prevent use.
    #[serde(skip)]
    pub warnings: Vec<Diagnostic>,
}

impl Definitions {
    /// What scoring and reporting need of them once they are compiled: without examples, patterns, weights, files, and the lists that no scale names.
    pub fn for_use(mut self) -> Definitions {
        for rule in &mut self.rules {
            rule.hits.clear();
            rule.misses.clear();
            rule.conditions = rule.conditions.without_patterns();
            rule.kind.clear_patterns();
        }
        self.topics.iter_mut().for_each(|topic| {
            topic.patterns.clear();
            topic.hits.clear();
            topic.misses.clear();
        });
        let mut used = BTreeSet::new();
        for name in scales::lists(&self.scales, &self.word_kinds) {
            self.with_inner_lists(&name, &mut used);
        }
        self.lists.retain(|name, _| used.contains(name));
        self.cues.clear();
        self.pronouns.clear();
        self.persons.clear();
        self.weights.clear();
        self.files.clear();
        self
    }

    /// Adds a list, and those in it, to `used`.
    fn with_inner_lists(&self, name: &str, used: &mut BTreeSet<String>) {
        if used.insert(name.to_owned()) {
            for entry in self.lists.get(name).into_iter().flat_map(|list| &list.entries) {
                references::list_names(entry, &mut |inner| self.with_inner_lists(inner, used));
            }
        }
    }
}

/// A stemming algorithm.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stemmer {
    /// Snowball English (Porter 2), as in the crate `rust-stemmers` 1.2.
    #[default]
    English,
    /// No stemming: `~word` is that word.
    None,
}

impl Stemmer {
    /// The name used in lexicons and results.
    pub fn name(self) -> &'static str {
        match self {
            Stemmer::English => "english",
            Stemmer::None => "none",
        }
    }
}

/// How one contracted form is taken apart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contraction {
    /// The form in lower case: a whole word, or, with `is_suffix`, the end of one.
    pub form: String,
    /// Whether the form is the end of a word, whose beginning stays a word of its own.
    pub is_suffix: bool,
    /// What it stands for, word by word; each with its possible readings.
    pub words: Vec<Vec<String>>,
}

/// A named word list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct List {
    /// Its entries: words, phrases, and other lists.
    pub entries: Vec<Node>,
    /// Index into the lexicon's files.
    pub file: usize,
}

/// A named sign that the lexicon can recognise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marker {
    /// Full name: `family.marker`.
    pub name: String,
    /// The part before the dot.
    pub family: String,
    /// For headings.
    pub title: String,
    /// What it means and what must not be mistaken for it.
    pub about: String,
    /// Where it comes from.
    pub sources: Vec<String>,
    /// Index into the lexicon's files.
    pub file: usize,
}

/// One way in which a marker is recognised.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// Unique in the lexicon.
    pub id: String,
    /// Index into [`Definitions::markers`].
    pub marker: usize,
    /// What it looks for.
    pub kind: RuleKind,
    /// Under which conditions.
    pub conditions: Conditions,
    /// Whether what it finds is so weak a sign that it counts only where sentences cannot be weighed in a telling.
    pub is_weak: bool,
    /// Whether what it finds is so plain that it stands whatever the sentence weighs.
    pub is_sure: bool,
    /// Texts in which it must find exactly the marked stretches.
    pub hits: Vec<Example>,
    /// Texts in which it must find nothing.
    pub misses: Vec<Example>,
    /// Why it is as it is; may be empty.
    pub about: String,
    /// Index into the lexicon's files.
    pub file: usize,
    /// Where its id stands in the file.
    pub span: Span,
}

/// Something that the questions of a life interview ask about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Topic {
    /// The name used in results.
    pub name: String,
    /// What it is about.
    pub about: String,
    /// How questions about it are recognised.
    pub patterns: Vec<Pattern>,
    /// Questions that are about it; what it is recognised by stands in braces.
    pub hits: Vec<Example>,
    /// Questions that are not.
    pub misses: Vec<Example>,
    /// Index into the lexicon's files.
    pub file: usize,
    /// Where its name stands in the file.
    pub span: Span,
}

/// A pronoun of the third person, in all its forms.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pronoun {
    /// Unique among pronouns.
    pub id: String,
    /// Its forms.
    pub patterns: Vec<Pattern>,
    /// Index into the lexicon's files.
    pub file: usize,
    /// Where its id stands in the file.
    pub span: Span,
}

/// A kind of person: who is meant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonKind {
    /// Unique among kinds of persons; the name by which rules ask for it.
    pub id: String,
    /// Who belongs to it.
    pub about: String,
    /// For pronouns (indices into [`Definitions::pronouns`]) the words by which persons are named whom they may mean from then on.
    pub named: Vec<(usize, Vec<Pattern>)>,
    /// Nobody is named where one of these overlaps the words.
    pub unless: Vec<Pattern>,
    /// Texts in which exactly the marked names and pronouns mean such a person.
    pub hits: Vec<Example>,
    /// Texts in which none does.
    pub misses: Vec<Example>,
    /// Index into the lexicon's files.
    pub file: usize,
    /// Where its id stands in the file.
    pub span: Span,
}

/// The closed set of rule kinds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RuleKind {
    /// One of these patterns in a sentence.
    Pattern(Vec<Pattern>),
    /// The form of a sentence.
    Shape(Shape),
    /// A pattern with, or without, something near.
    Pair(Pair),
    /// Two opposed judgements.
    Contrast(Contrast),
    /// One thing again and again.
    Repeat(Repeat),
    /// The weight of the whole sentence: see [`WeightTable`].
    Evidence,
}

impl RuleKind {
    /// The name used in lexicons and results.
    pub fn name(&self) -> &'static str {
        match self {
            RuleKind::Pattern(_) => "pattern",
            RuleKind::Shape(_) => "shape",
            RuleKind::Pair(_) => "pair",
            RuleKind::Contrast(_) => "contrast",
            RuleKind::Repeat(_) => "repeat",
            RuleKind::Evidence => "evidence",
        }
    }
}

impl RuleKind {
    /// All its patterns, whatever each of them is for.
    pub fn patterns(&self) -> impl Iterator<Item = &Pattern> {
        let groups: [&[Pattern]; 3] = match self {
            RuleKind::Pattern(patterns) => [patterns, &[], &[]],
            RuleKind::Shape(Shape { count, question, patterns, .. }) => {
                [count.as_ref().map_or(&[], |(of, _)| of), question, patterns]
            }
            RuleKind::Pair(Pair { patterns, partner: Partner::Patterns(partners), .. }) => [patterns, partners, &[]],
            RuleKind::Pair(Pair { patterns, partner: Partner::Marker(_), .. }) => [patterns, &[], &[]],
            RuleKind::Contrast(Contrast { good, bad, bridge, .. }) => [good, bad, bridge],
            RuleKind::Repeat(Repeat { patterns, .. }) => [patterns, &[], &[]],
            RuleKind::Evidence => [&[], &[], &[]],
        };
        groups.into_iter().flatten()
    }

    fn clear_patterns(&mut self) {
        match self {
            RuleKind::Pattern(patterns) => patterns.clear(),
            RuleKind::Shape(shape) => {
                shape.count = None;
                shape.question.clear();
                shape.patterns.clear();
            }
            RuleKind::Pair(pair) => {
                pair.patterns.clear();
                pair.partner = Partner::Patterns(Vec::new());
            }
            RuleKind::Contrast(contrast) => {
                contrast.good.clear();
                contrast.bad.clear();
                contrast.bridge.clear();
            }
            RuleKind::Repeat(repeat) => repeat.patterns.clear(),
            RuleKind::Evidence => {}
        }
    }
}

/// Bounds of a number, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bounds {
    /// At least.
    pub min: usize,
    /// At most.
    pub max: usize,
}

impl Bounds {
    /// Whether `number` lies within.
    pub fn contain(self, number: usize) -> bool {
        self.min <= number && number <= self.max
    }
}

/// What the form of a sentence must be. Everything given must hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shape {
    /// Words in the sentence.
    pub words: Option<Bounds>,
    /// How often one of these patterns occurs in it.
    pub count: Option<(Vec<Pattern>, Bounds)>,
    /// Whether it breaks off: dots, a dash, or no mark at the end of a turn.
    pub is_broken: bool,
    /// Words in the whole turn.
    pub answer_words: Option<Bounds>,
    /// The interviewer's turn before must contain one of these.
    pub question: Vec<Pattern>,
    /// The sentence must contain one of these.
    pub patterns: Vec<Pattern>,
}

/// A pattern with, or without, something near it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pair {
    /// What is found.
    pub patterns: Vec<Pattern>,
    /// What must, or must not, be near.
    pub partner: Partner,
    /// Whether the partner must be there, or must be absent.
    pub is_present: bool,
    /// Sentences before or after, of the same turn.
    pub within: usize,
    /// Where the partner is looked for.
    pub order: PairOrder,
}

/// The other half of a [`Pair`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Partner {
    /// One of these patterns.
    Patterns(Vec<Pattern>),
    /// A match of this marker (index into [`Definitions::markers`]).
    Marker(usize),
}

/// Where the partner of a pair is looked for. The sentence itself always belongs to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PairOrder {
    /// Before or after.
    Either,
    /// Only before.
    Before,
    /// Only after.
    After,
}

/// Two opposed judgements of one person or thing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contrast {
    /// The good side.
    pub good: Vec<Pattern>,
    /// The bad side.
    pub bad: Vec<Pattern>,
    /// What must stand between them; nothing if empty.
    pub bridge: Vec<Pattern>,
    /// Which comes first.
    pub order: ContrastOrder,
    /// 0: both in one sentence; 1: the second may stand in the next.
    pub within: usize,
    /// How often the judgement turns.
    pub reversals: usize,
}

/// Which side of a contrast comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ContrastOrder {
    /// Either.
    Either,
    /// The good one.
    GoodFirst,
    /// The bad one.
    BadFirst,
}

/// One thing again and again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Repeat {
    /// What is repeated.
    pub patterns: Vec<Pattern>,
    /// At least so often.
    pub times: usize,
    /// Words from the first to the last.
    pub within: usize,
    /// Whether it must be the very same words.
    pub is_same: bool,
}

/// Under which conditions a rule's find counts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conditions {
    /// Whose words.
    pub voice: Voice,
    /// Negated from outside, or not.
    pub polarity: Polarity,
    /// Said as a fact, a hypothesis or a question.
    pub mood: Mood,
    /// Of its verb or clause.
    pub tense: Option<Tense>,
    /// Of its subject.
    pub person: Option<Person>,
    /// Only if it speaks of one of these kinds of persons (indices into [`Definitions::persons`]), as far as that is known; of anybody if empty.
    pub whom: Vec<usize>,
    /// Not if one of these overlaps.
    pub unless: Vec<Pattern>,
    /// Not if one of these is near.
    pub unless_near: Vec<Pattern>,
    /// Only if one of these is near.
    pub only_near: Vec<Pattern>,
    /// What near means.
    pub scope: Scope,
}

impl Conditions {
    /// Those that need no pattern.
    pub fn without_patterns(&self) -> Conditions {
        let &Conditions { voice, polarity, mood, tense, person, scope, .. } = self;
        Conditions { voice, polarity, mood, tense, person, scope, whom: self.whom.clone(), ..Conditions::default() }
    }
}

/// Whose words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Voice {
    /// The narrator's.
    #[default]
    Narrator,
    /// Reported from others.
    Other,
    /// Anyone's.
    Any,
}

/// Whether a negation from outside reaches a match.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Polarity {
    /// None does.
    #[default]
    Affirmed,
    /// One does.
    Negated,
    /// Either.
    Any,
}

/// How something is said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Mood {
    /// As a fact.
    #[default]
    Actual,
    /// As a hypothesis.
    Hypothetical,
    /// In a question.
    Question,
    /// In any way.
    Any,
}

/// Tense of a clause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Tense {
    /// Past.
    Past,
    /// Present.
    Present,
    /// Future.
    Future,
}

/// Grammatical person of a clause's subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Person {
    /// I, we.
    First,
    /// You.
    Second,
    /// Anyone else.
    Third,
}

/// Where the `_near` conditions look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Scope {
    /// In the sentence.
    #[default]
    Sentence,
    /// In it and its two neighbours of the same turn.
    Neighbours,
    /// In the whole turn.
    Turn,
}

/// A text with the stretches that must be found in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Example {
    /// The text without braces.
    pub text: String,
    /// What stood in braces.
    pub spans: Vec<Span>,
    /// Where the example stands in the file.
    pub span: Span,
}

/// How one attribute of context is recognised.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cue {
    /// Unique among cues.
    pub id: String,
    /// What it gives to the words it reaches.
    pub attribute: Attribute,
    /// The words that show it.
    pub patterns: Vec<Pattern>,
    /// Which words it reaches.
    pub reach: Reach,
    /// At most so many words beyond the cue.
    pub words: usize,
    /// The reach ends before one of these.
    pub until: Vec<Pattern>,
    /// No cue if one of these overlaps it.
    pub unless: Vec<Pattern>,
    /// Texts in which exactly the marked words must get the attribute.
    pub hits: Vec<Example>,
    /// Texts in which no word may get it.
    pub misses: Vec<Example>,
    /// Index into the lexicon's files.
    pub file: usize,
    /// Where its id stands in the file.
    pub span: Span,
}

/// What a word may stand in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Attribute {
    /// Speech reported from someone else.
    OtherVoice,
    /// The narrator's own reported speech: words in quotation marks are theirs.
    OwnVoice,
    /// Negated.
    Negated,
    /// Supposed, wished or imagined.
    Hypothetical,
    /// A question (besides those that end in a question mark).
    Question,
    /// A statement in spite of its question mark.
    Statement,
    /// A verb in the past.
    Past,
    /// A verb in the present.
    Present,
    /// A verb in the future.
    Future,
    /// A subject of the first person.
    First,
    /// A subject of the second person.
    Second,
    /// A subject of the third person.
    Third,
}

/// The attributes and their names in lexicons.
pub const ATTRIBUTES: [(&str, Attribute); 12] = [
    ("other_voice", Attribute::OtherVoice),
    ("own_voice", Attribute::OwnVoice),
    ("negated", Attribute::Negated),
    ("hypothetical", Attribute::Hypothetical),
    ("question", Attribute::Question),
    ("statement", Attribute::Statement),
    ("past", Attribute::Past),
    ("present", Attribute::Present),
    ("future", Attribute::Future),
    ("first", Attribute::First),
    ("second", Attribute::Second),
    ("third", Attribute::Third),
];

/// Which words a cue reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reach {
    /// Its own words.
    Itself,
    /// Those after it, up to a strong punctuation mark.
    After,
    /// The same, and finds that begin in its midst: *if he had* supposes *he had hit me*.
    Onward,
    /// Those before it, back to a strong punctuation mark.
    Before,
    /// The whole sentence.
    Sentence,
}

/// The lexicon that is built in.
pub fn builtin() -> Vec<File> {
    let mut files = Vec::new();
    collect(&BUILTIN, &mut files);
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}

fn collect(folder: &Dir<'_>, files: &mut Vec<File>) {
    for file in folder.files() {
        if let (Some(path), Some(text)) = (file.path().to_str(), file.contents_utf8()) {
            files.push(File { path: path.replace('\\', "/"), text: text.to_owned() });
        }
    }
    for inner in folder.dirs() {
        collect(inner, files);
    }
}

/// Reads the files of a lexicon.
///
/// # Errors
/// Every error in every file, and with them the warnings, sorted by file and place.
pub fn parse(files: &[File]) -> Result<Definitions, Vec<Diagnostic>> {
    let (mut definitions, faults) = read(files);
    if faults.iter().any(Diagnostic::is_error) {
        return Err(faults);
    }
    definitions.warnings = faults;
    Ok(definitions)
}

/// Reads what can be read of the files of a lexicon, and says of the rest what is wrong with it. For a checker of lexicons; to use one, see [`parse`].
pub fn read(files: &[File]) -> (Definitions, Vec<Diagnostic>) {
    let mut files = files.to_vec();
    files.sort_by(|a, b| a.path.cmp(&b.path));
    let mut definitions = Definitions { hash: hash(&files), ..Definitions::default() };
    let mut found = Vec::new();
    let mut cues = Vec::new();
    let mut scales: Vec<Scale> = Vec::new();
    let mut has_settings = false;

    // Rules refer to persons by name. Those of lexicons that were joined to this one come after its own, and refer to its pronouns.
    let is_of_persons = |path: &str| path == PERSONS || file_name(path, "persons/", ".toml").is_some();
    for (index, file) in files.iter().enumerate().filter(|(_, file)| is_of_persons(&file.path)) {
        let faults = Faults { file: &file.path, found: RefCell::new(Vec::new()) };
        let text = file.text.strip_prefix('\u{feff}').unwrap_or(&file.text);
        persons::persons(text, index, &faults, &mut definitions);
        found.extend(faults.found.into_inner());
    }
    // Markers first get their numbers by name, so that rules and scales can refer to them.
    let names: Vec<String> = files.iter().filter_map(|file| marker_name(&file.path)).collect();
    for (index, file) in files.iter().enumerate() {
        let faults = Faults { file: &file.path, found: RefCell::new(Vec::new()) };
        let text = file.text.strip_prefix('\u{feff}').unwrap_or(&file.text);
        match file.path.as_str() {
            "lexicon.toml" => {
                has_settings = true;
                settings::lexicon(text, &faults, &mut definitions);
            }
            "context.toml" => cues = settings::context(text, index, &faults),
            "scales.toml" => {
                let own = scales::read(text, &names, &faults);
                (definitions.word_kinds, definitions.passages) = (own.word_kinds, own.passages);
                definitions.plane = own.plane;
                scales::append(&mut scales, own.scales, &faults);
            }
            "contractions.txt" => definitions.contractions = plain::contractions(text, &faults),
            "spellings.txt" => definitions.spellings = plain::spellings(text, &faults),
            "frequencies.txt" => definitions.frequencies = plain::frequencies(text, &faults),
            // Topics are sought in the order in which they stand: those of lexicons that were joined to this one after its own.
            path if path == "topics.toml" || file_name(path, "topics/", ".toml").is_some() => {
                definitions.topics.extend(settings::topics(text, index, &faults));
            }
            path if is_of_persons(path) => {} // read before
            "speakers.toml" => {} // conventions of transcripts: read by the `read` module
            "privacy.toml" => {}  // what to look for in `check`: read by the `privacy` module
            // Scales that come with a lexicon which was joined to this one.
            path if file_name(path, "scales/", ".toml").is_some() => {
                scales::append(&mut scales, scales::read(text, &names, &faults).scales, &faults);
            }
            path => match (marker_name(path), list_name(path), family_weighed(path)) {
                (Some(name), ..) => rules::marker(text, &name, index, &names, &faults, &mut definitions),
                (_, Some(name), _) => {
                    definitions.lists.insert(name.to_owned(), plain::list(text, index, &faults));
                }
                (.., Some(family)) => {
                    definitions.weights.push(weights::weights(text, family, index, &names, &faults));
                }
                _ if path.ends_with(".md") => {}
                _ => faults.push(
                    Diagnostic::warning("unknown-file", path, Span::new(0, 0), "this file is not part of a lexicon")
                        .hint("nothing of it is used; markers are markers/<family>/<marker>.toml, lists are lists/<name>.txt, weights are weights/<family>.tsv"),
                ),
            },
        }
        found.extend(faults.found.into_inner());
    }
    if !has_settings {
        let fault =
            Diagnostic::error("missing-file", "lexicon.toml", Span::new(0, 0), "the lexicon has no `lexicon.toml`");
        found.push(fault.hint("add one with name, version, language and stemmer; see lexicons/README.md"));
    }
    definitions.cues = cues;
    definitions.scales = scales;
    definitions.files = files;
    found = collected(found, &names);
    found.extend(references::check(&definitions, &found));
    found.sort_by(|a, b| (&a.file, a.span, a.code).cmp(&(&b.file, b.span, b.code)));
    found.dedup();
    (definitions, found)
}

/// The faults, with those taken together that say of one family in one file that it is not there: who removes a family need not read a fault a line.
fn collected(found: Vec<Diagnostic>, names: &[String]) -> Vec<Diagnostic> {
    let mut kept: Vec<Diagnostic> = Vec::new();
    // By file and family, the first fault and how many more there are.
    let mut first: BTreeMap<(String, String), (usize, usize)> = BTreeMap::new();
    for fault in found {
        let family = match fault.code {
            "unknown-marker" | "unknown-family" => {
                fault.message.split('`').nth(1).and_then(|name| name.split('.').next())
            }
            _ => None,
        };
        let is_lost = |family: &&str| !names.iter().any(|name| name.split('.').next() == Some(*family));
        match family.filter(is_lost) {
            Some(family) => {
                let counted = first.entry((fault.file.clone(), family.to_owned())).or_insert((kept.len(), 0));
                if counted.0 < kept.len() {
                    counted.1 += 1;
                    continue;
                }
                kept.push(fault);
            }
            None => kept.push(fault),
        }
    }
    for ((_, family), (at, n_more)) in first.into_iter().filter(|(_, (_, n_more))| *n_more > 0) {
        let fault = &mut kept[at];
        let names = if n_more == 1 { "place in this file names" } else { "places in this file name" };
        fault.message = format!("there is no family `{family}`; {n_more} more {names} it");
        fault.hint = format!(
            "if the family was removed, remove every line that names `{family}` here; lexicons/README.md tells how a family is switched off"
        );
    }
    kept
}

/// `markers/earned/repair.toml` → `earned.repair`.
fn marker_name(path: &str) -> Option<String> {
    let (family, marker) = path.strip_prefix("markers/")?.strip_suffix(".toml")?.split_once('/')?;
    (!marker.contains('/')).then(|| format!("{family}.{marker}"))
}

/// `lists/caregiver.txt` → `caregiver`.
fn list_name(path: &str) -> Option<&str> {
    file_name(path, "lists/", ".txt")
}

/// `weights/earned.tsv` → `earned`.
fn family_weighed(path: &str) -> Option<&str> {
    file_name(path, "weights/", ".tsv")
}

/// The name of a file directly inside a folder, without its ending.
fn file_name<'a>(path: &'a str, folder: &str, ending: &str) -> Option<&'a str> {
    path.strip_prefix(folder)?.strip_suffix(ending).filter(|name| !name.contains('/'))
}

fn hash(files: &[File]) -> String {
    let mut hasher = Sha256::new();
    for file in files {
        for part in [&file.path, &file.text] {
            hasher.update((part.len() as u64).to_le_bytes());
            hasher.update(part.as_bytes());
        }
    }
    hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
