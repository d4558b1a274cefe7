/*!
Scales: what `scales.toml` says about how markers add up.

A scale has a *formula*. The formulas are a closed set ([`Formula`], [`Measure`]); which markers go into them, with what weight, where they saturate and
where they come from is data. A composite scale (`mean`, `product`) has named parts, each a measure of its own or another scale, so that no number is made
of numbers that are not shown.
*/

use super::fields::{Faults, Fields, Placed};
use super::rules::{MAX_SENTENCES, unknown_marker};
use super::syntax::with_table;
use crate::diagnostic::Diagnostic;
use crate::span::Span;
use serde::{Deserialize, Serialize};

/// One number made from markers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Scale {
    /// Its name, used in column names.
    pub name: String,
    /// For headings.
    pub title: String,
    /// What it means, and what it must not be taken for.
    pub about: String,
    /// How it is computed.
    pub formula: Formula,
    /// Where it comes from.
    pub sources: Vec<String>,
}

/// The closed set of formulas.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Formula {
    /// A weighted sum of rates per 1,000 words; may be negative, and has no upper end.
    WeightedRate(Weights),
    /// A measure from 0 to 1.
    Measure(Measure),
    /// The weighted mean of those parts that have a value.
    Mean(Vec<Part>),
    /// The weighted geometric mean of those parts that have a value: no part can make up for one that is near zero. No value if none of the markers
    /// in `needs` was found.
    Product {
        /// The factors.
        parts: Vec<Part>,
        /// Markers of which one at least must be found.
        needs: Vec<usize>,
        /// What is said if none is.
        unmet: String,
    },
}

/// Markers with weights.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Weights {
    /// Marker index and weight, for every match; sorted by marker.
    pub single: Vec<(usize, f64)>,
    /// Markers that must stand in one sentence, and what every such sentence adds.
    pub together: Vec<(Vec<usize>, f64)>,
}

/// A part of a composite scale.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Part {
    /// Its name within the scale.
    pub name: String,
    /// What a low value means, in plain words that go on a sentence.
    pub when_low: String,
    /// Its share in the mean; exponent in a product.
    pub weight: f64,
    /// Whether 1 less the value is taken.
    pub is_inverted: bool,
    /// Whether the scale has no value if this part has none.
    pub is_required: bool,
    /// What is measured.
    pub measure: Measure,
}

/// The closed set of measures, each from 0 to 1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Measure {
    /// A weighted rate that saturates: r / (r + half), with r per 1,000 words and not below 0.
    Rate {
        /// What is counted.
        weights: Weights,
        /// The rate at which the value is one half.
        half: f64,
        /// A sentence does not count if one of these stands within `within` sentences of it.
        forgiven_by: Vec<usize>,
        /// Sentences before or after, of the same answer.
        within: usize,
    },
    /// Good against bad: (g + prior) / (g + b + 2 prior), rates per 1,000 words. One half if there is neither.
    Ratio {
        /// What speaks for it.
        good: Weights,
        /// What speaks against it.
        bad: Weights,
        /// How much of both is supposed before anything is seen.
        prior: f64,
    },
    /// Share of sentences with at least one of the markers.
    Share {
        /// The markers.
        markers: Vec<usize>,
    },
    /// Share of sentences that claim something and have something to back it near: (b + prior) / (b + u + 2 prior), with b and u the backed and the
    /// unbacked claims per 1,000 words; no value without claims.
    Backed {
        /// A sentence with one of these markers is a claim.
        claims: Vec<usize>,
        /// So is one with a word of each of these groups of lists.
        claim_words: Vec<Vec<String>>,
        /// Markers that back it.
        backing: Vec<usize>,
        /// How many sentences on, of the same answer, the backing may stand.
        after: usize,
        /// How many sentences back.
        before: usize,
        /// How much of both is supposed before anything is seen, so that one claim does not decide; may be 0.
        prior: f64,
    },
    /// Share of sentences with one of the markers `first` that no sentence with one of `then` about the same person contradicts unbridged; 1 without
    /// such sentences, for what is not said is not contradicted.
    Consistent {
        /// Praise.
        first: Vec<usize>,
        /// Acts that do not go with it.
        then: Vec<usize>,
        /// What joins the two, if it stands near either.
        bridges: Vec<usize>,
        /// Sentences to either side in which a bridge may stand.
        within: usize,
        /// Lists of words for one kind of person each.
        persons: Vec<Vec<String>>,
    },
    /// Share of pairs that have a content word in common, or whose second has a word that refers back; no value without pairs.
    Linked {
        /// What the pairs are.
        to: LinkTo,
        /// List of words that refer back; may be empty.
        referents: Option<String>,
    },
    /// How well the lengths of answers fit: 1 for an answer within its bounds, less the farther outside it is; the mean over answers.
    Length {
        /// An answer to an open question is too short below this share of the narrator's own median,
        shorter: f64,
        /// and in any case below so many words.
        least_open: f64,
        /// An answer is too long only above so many times the median
        longer: f64,
        /// and so many words.
        most: f64,
    },
    /// Another scale, by its place among the scales.
    Scale(usize),
}

/// What is compared in [`Measure::Linked`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LinkTo {
    /// An answer's first sentences and its question.
    Question,
    /// A sentence and the one before it in the same turn.
    Sentence,
}

/// Passages that are looked at by themselves: sentences with one of these markers, and those near.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passages {
    /// The markers, sorted.
    pub markers: Vec<usize>,
    /// Sentences before and after, of the same turn.
    pub within: usize,
}

/// Two scales that are no opposites, and between which documents are drawn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plane {
    /// The name of the scale that goes across.
    pub across: String,
    /// The name of the scale that goes up.
    pub up: String,
}

/// What a file of scales says.
#[derive(Default)]
pub(super) struct Read {
    pub(super) scales: Vec<Scale>,
    pub(super) word_kinds: WordKinds,
    pub(super) passages: Passages,
    pub(super) plane: Option<Plane>,
}

/// Lists that tell what kind of word a word is, for what is measured without rules; each may be missing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WordKinds {
    /// Words that carry no topic.
    pub function: Option<String>,
    /// Words by which an interviewer only shows that they listen.
    pub backchannel: Option<String>,
    /// First or second words of questions that yes or no answers.
    pub closed_question: Option<String>,
    /// Words that open such a question all the same.
    pub open_question: Option<String>,
}

impl WordKinds {
    /// All lists that are named.
    pub fn lists(&self) -> impl Iterator<Item = &String> {
        [&self.function, &self.backchannel, &self.closed_question, &self.open_question].into_iter().flatten()
    }
}

impl Formula {
    /// The name used in lexicons.
    pub fn name(&self) -> &'static str {
        match self {
            Formula::WeightedRate(_) => "weighted_rate",
            Formula::Measure(measure) => measure.name(),
            Formula::Mean(_) => "mean",
            Formula::Product { .. } => "product",
        }
    }

    /// The parts of a composite formula; none of others.
    pub fn parts(&self) -> &[Part] {
        match self {
            Formula::Mean(parts) | Formula::Product { parts, .. } => parts,
            Formula::WeightedRate(_) | Formula::Measure(_) => &[],
        }
    }

    /// The measures it is made of.
    pub fn measures(&self) -> impl Iterator<Item = &Measure> {
        let own = match self {
            Formula::Measure(measure) => Some(measure),
            _ => None,
        };
        own.into_iter().chain(self.parts().iter().map(|part| &part.measure))
    }
}

impl Measure {
    /// The name used in lexicons.
    pub fn name(&self) -> &'static str {
        match self {
            Measure::Rate { .. } => "rate",
            Measure::Ratio { .. } => "ratio",
            Measure::Share { .. } => "share",
            Measure::Backed { .. } => "backed",
            Measure::Consistent { .. } => "consistent",
            Measure::Linked { .. } => "linked",
            Measure::Length { .. } => "length",
            Measure::Scale(_) => "scale",
        }
    }

    /// Groups of lists that it looks words up in.
    pub fn word_groups(&self) -> Vec<Vec<String>> {
        match self {
            Measure::Backed { claim_words, .. } => claim_words.clone(),
            Measure::Consistent { persons, .. } => persons.clone(),
            Measure::Linked { referents: Some(list), .. } => vec![vec![list.clone()]],
            _ => Vec::new(),
        }
    }
}

/// Names of all lists that scales use.
pub(super) fn lists<'a>(scales: &'a [Scale], kinds: &'a WordKinds) -> Vec<String> {
    let measures = scales.iter().flat_map(|scale| scale.formula.measures());
    let mut names: Vec<String> = measures.flat_map(|measure| measure.word_groups().concat()).collect();
    names.extend(kinds.lists().cloned());
    names
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    WeightedRate,
    Rate,
    Ratio,
    Share,
    Backed,
    Consistent,
    Linked,
    Length,
    Scale,
    Mean,
    Product,
}

const MEASURES: [(&str, Kind); 8] = [
    ("rate", Kind::Rate),
    ("ratio", Kind::Ratio),
    ("share", Kind::Share),
    ("backed", Kind::Backed),
    ("consistent", Kind::Consistent),
    ("linked", Kind::Linked),
    ("length", Kind::Length),
    ("scale", Kind::Scale),
];
const FORMULAS: [(&str, Kind); 10] = [
    ("weighted_rate", Kind::WeightedRate),
    ("mean", Kind::Mean),
    ("product", Kind::Product),
    MEASURES[0],
    MEASURES[1],
    MEASURES[2],
    MEASURES[3],
    MEASURES[4],
    MEASURES[5],
    MEASURES[6],
];

/// What a reader of scales needs to know.
struct Reader<'a> {
    markers: &'a [String],
    faults: &'a Faults<'a>,
    /// Names of the scales so far, each with whether it runs from 0 to 1.
    known: Vec<(String, bool)>,
}

/// Adds the scales of one file to those of others. A scale of a name that is taken is a fault.
pub(super) fn append(scales: &mut Vec<Scale>, own: Vec<Scale>, faults: &Faults<'_>) {
    let before = scales.len();
    for mut scale in own {
        if scales[..before].iter().any(|known| known.name == scale.name) {
            let message = format!("the scale `{}` is defined in another file, too", scale.name);
            let fault = Diagnostic::error("duplicate-scale", faults.file, Span::new(0, 0), message);
            faults.push(fault.hint("rename one of them"));
        }
        // Parts name scales of their own file by their place in it.
        if let Formula::Mean(parts) | Formula::Product { parts, .. } = &mut scale.formula {
            for part in parts {
                if let Measure::Scale(index) = &mut part.measure {
                    *index += before;
                }
            }
        }
        scales.push(scale);
    }
}

/// Reads `scales.toml`.
pub(super) fn read(text: &str, markers: &[String], faults: &Faults<'_>) -> Read {
    let mut read = Read::default();
    with_table(text, "`scales.toml`", faults, |fields, _| {
        if let Some(table) = fields.table("words", "`words`") {
            let list = |key| table.string(key).map(|name| name.value);
            read.word_kinds = WordKinds {
                function: list("function"),
                backchannel: list("backchannel"),
                closed_question: list("closed_question"),
                open_question: list("open_question"),
            };
            table.finish();
        }
        let mut reader = Reader { markers, faults, known: Vec::new() };
        if let Some(table) = fields.table("passages", "`passages`") {
            let within = table.number_between("within", 0, 0, MAX_SENTENCES);
            read.passages = Passages { markers: reader.required_markers(&table, "about"), within };
            table.finish();
        }
        for table in fields.tables("scale", "a scale") {
            let (name, scale) = reader.scale(&table);
            table.finish();
            let Some(name) = name else { continue };
            if reader.known.iter().any(|(known, _)| *known == name.value) {
                let message = format!("the scale `{}` is defined twice", name.value);
                faults.push(
                    Diagnostic::error("duplicate-scale", faults.file, name.span, message).hint("rename one of them"),
                );
            }
            if let Some(scale) = scale {
                reader.known.push((name.value, !matches!(scale.formula, Formula::WeightedRate(_))));
                read.scales.push(scale);
            }
        }
        if let Some(table) = fields.table("plane", "`plane`") {
            read.plane = reader.plane(&table);
            table.finish();
        }
    });
    read
}

impl Reader<'_> {
    fn plane(&self, table: &Fields<'_>) -> Option<Plane> {
        let named = |key| {
            let name = table.required_string(key)?;
            if self.known.iter().any(|(known, _)| *known == name.value) {
                return Some(name.value);
            }
            let message = format!("there is no scale `{}` in this file", name.value);
            let fault = Diagnostic::error("unknown-scale", self.faults.file, name.span, message);
            self.faults.push(fault.hint("name two scales of this file, or leave `[plane]` out"));
            None
        };
        let (across, up) = (named("across"), named("up"));
        Some(Plane { across: across?, up: up? })
    }

    fn scale(&self, table: &Fields<'_>) -> (Option<Placed<String>>, Option<Scale>) {
        let name = table.required_string("name");
        let title = table.required_string("title").map(|title| title.value).unwrap_or_default();
        let about = table.required_string("about").map(|about| about.value).unwrap_or_default();
        let sources: Vec<String> = table.full_strings("sources").into_iter().map(|source| source.value).collect();
        if table.lacks("sources") {
            self.faults.push(
                Diagnostic::error("no-source", self.faults.file, table.place(), "the scale names no source")
                    .hint("add `sources = [\"Author (year), what of it\"]`"),
            );
        }
        table.required("formula");
        let formula = match table.choice("formula", &FORMULAS) {
            Some(Kind::WeightedRate) => Some(Formula::WeightedRate(self.weights(table, "weights"))),
            Some(Kind::Mean) => Some(Formula::Mean(self.parts(table))),
            Some(Kind::Product) => {
                let unmet = table.string("unmet").map(|text| text.value).unwrap_or_default();
                Some(Formula::Product { parts: self.parts(table), needs: self.markers(table, "needs"), unmet })
            }
            Some(kind) => self.measure(table, kind).map(Formula::Measure),
            None => None,
        };
        let named = name.as_ref().map(|name| name.value.clone()).unwrap_or_default();
        (name, formula.map(|formula| Scale { name: named, title, about, formula, sources }))
    }

    fn parts(&self, table: &Fields<'_>) -> Vec<Part> {
        let mut parts = Vec::new();
        for table in table.tables("part", "a part") {
            let name = table.required_string("name").map(|name| name.value).unwrap_or_default();
            let when_low = table.required_string("when_low").map(|text| text.value).unwrap_or_default();
            let weight = self.positive(&table, "weight", Some(1.0));
            let is_inverted = table.boolean("inverted").unwrap_or(false);
            let is_required = table.boolean("required").unwrap_or(false);
            table.required("formula");
            let measure = table.choice("formula", &MEASURES).and_then(|kind| self.measure(&table, kind));
            table.finish();
            if let Some(measure) = measure {
                parts.push(Part { name, when_low, weight, is_inverted, is_required, measure });
            }
        }
        if !table.has("part") {
            self.missing(table, "part", "add a [[scale.part]] with name, when_low and formula");
        }
        parts
    }

    fn measure(&self, table: &Fields<'_>, kind: Kind) -> Option<Measure> {
        let count = |key| table.number_between(key, 0, 0, MAX_SENTENCES);
        Some(match kind {
            Kind::Rate => Measure::Rate {
                weights: self.weights(table, "weights"),
                half: self.positive(table, "half", None),
                forgiven_by: self.markers(table, "forgiven_by"),
                within: count("within"),
            },
            Kind::Ratio => Measure::Ratio {
                good: self.weights(table, "good"),
                bad: self.weights(table, "bad"),
                prior: self.positive(table, "prior", None),
            },
            Kind::Share => Measure::Share { markers: self.required_markers(table, "markers") },
            Kind::Backed => Measure::Backed {
                claims: self.required_markers(table, "claims"),
                claim_words: self.word_groups(table, "claim_words"),
                backing: self.required_markers(table, "backing"),
                after: count("after"),
                before: count("before"),
                prior: if table.has("prior") { self.positive(table, "prior", None) } else { 0.0 },
            },
            Kind::Consistent => Measure::Consistent {
                first: self.required_markers(table, "first"),
                then: self.required_markers(table, "then"),
                bridges: self.markers(table, "bridges"),
                within: count("within"),
                persons: self.word_groups(table, "persons"),
            },
            Kind::Linked => {
                table.required("to");
                let to = table.choice("to", &[("question", LinkTo::Question), ("sentence", LinkTo::Sentence)])?;
                Measure::Linked { to, referents: table.string("referents").map(|list| list.value) }
            }
            Kind::Length => Measure::Length {
                shorter: self.positive(table, "shorter", None),
                longer: self.positive(table, "longer", None),
                least_open: self.positive(table, "least_open", None),
                most: self.positive(table, "most", None),
            },
            Kind::Scale => {
                let name = table.required_string("scale")?;
                match self.known.iter().position(|(known, is_unit)| *is_unit && *known == name.value) {
                    Some(index) => Measure::Scale(index),
                    None => {
                        let message = format!("there is no scale `{}` from 0 to 1 above this one", name.value);
                        let fault = Diagnostic::error("unknown-scale", self.faults.file, name.span, message);
                        self.faults.push(
                            fault.hint(
                                "a part can be a scale that stands higher up in the file and is no weighted_rate",
                            ),
                        );
                        return None;
                    }
                }
            }
            Kind::WeightedRate | Kind::Mean | Kind::Product => return None,
        })
    }

    /// A number above 0.
    fn positive(&self, table: &Fields<'_>, key: &'static str, default: Option<f64>) -> f64 {
        match (table.number(key), default) {
            (Some(number), _) if number.value > 0.0 && number.value.is_finite() => return number.value,
            (Some(number), _) => {
                let message = format!("`{key}` must be above 0");
                self.faults.push(Diagnostic::error("out-of-range", self.faults.file, number.span, message));
            }
            (None, Some(default)) => return default,
            (None, None) if table.has(key) => {} // said already that it is no number
            (None, None) => self.missing(table, key, "add it as a number above 0"),
        }
        1.0
    }

    fn missing(&self, table: &Fields<'_>, key: &str, hint: &str) {
        let message = format!("the scale has no `{key}`");
        self.faults.push(Diagnostic::error("missing-field", self.faults.file, table.place(), message).hint(hint));
    }

    fn weights(&self, table: &Fields<'_>, key: &'static str) -> Weights {
        let mut weights = Weights::default();
        match table.table(key, "`weights`") {
            Some(inner) => {
                for (name, weight) in inner.named_numbers() {
                    for marker in self.expand(&name) {
                        if weights.single.iter().any(|(known, _)| *known == marker) {
                            self.weighed_twice(marker, name.span);
                        }
                        weights.single.push((marker, weight));
                    }
                }
            }
            None => self.missing(table, key, "add lines like \"family.marker\" = 1.0, or \"family.*\" = 1.0"),
        }
        weights.single.sort_by_key(|(marker, _)| *marker);
        if key == "weights" {
            for table in table.tables("together", "a combination") {
                let markers = self.required_markers(&table, "markers");
                let weight = self.positive(&table, "weight", Some(1.0));
                table.finish();
                weights.together.push((markers, weight));
            }
        }
        weights
    }

    fn weighed_twice(&self, marker: usize, at: Span) {
        let marker = &self.markers[marker];
        let message = format!("`{marker}` is weighed twice here, by its own name and by that of its family");
        let fault = Diagnostic::error("weighed-twice", self.faults.file, at, message);
        self.faults.push(fault.hint("name every marker of the family with its own weight, instead of `family.*`"));
    }

    fn markers(&self, table: &Fields<'_>, key: &'static str) -> Vec<usize> {
        let mut markers: Vec<usize> = table.strings(key).iter().flat_map(|name| self.expand(name)).collect();
        markers.sort_unstable();
        markers.dedup();
        markers
    }

    fn required_markers(&self, table: &Fields<'_>, key: &'static str) -> Vec<usize> {
        if !table.has(key) {
            self.missing(table, key, "add markers, as [\"family.marker\"] or [\"family.*\"]");
        }
        self.markers(table, key)
    }

    /// Lists in groups: `[["one", "other"], ["third"]]`.
    fn word_groups(&self, table: &Fields<'_>, key: &'static str) -> Vec<Vec<String>> {
        let groups = table.string_groups(key).into_iter();
        groups.map(|group| group.into_iter().map(|list| list.value).collect()).collect()
    }

    /// The markers that a name means: one, or with `family.*` all of a family.
    fn expand(&self, name: &Placed<String>) -> Vec<usize> {
        let is_meant = |marker: &String| match name.value.strip_suffix('*') {
            Some(family) => family.ends_with('.') && marker.starts_with(family),
            None => *marker == name.value,
        };
        let found: Vec<usize> = (0..self.markers.len()).filter(|&index| is_meant(&self.markers[index])).collect();
        if found.is_empty() {
            unknown_marker(name, self.markers, self.faults);
        }
        found
    }
}
