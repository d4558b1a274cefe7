/*!
Marker files: what a marker is, and its rules with their examples.
*/

use super::fields::{Faults, Fields, Placed, nearest};
use super::pattern::{self, Pattern};
use super::persons;
use super::syntax::with_table;
use super::{
    Bounds, Conditions, Contrast, ContrastOrder, Definitions, Example, Marker, Mood, Pair, PairOrder, Partner, Person,
    PersonKind, Polarity, Repeat, Rule, RuleKind, Scope, Shape, Tense, Voice,
};
use crate::diagnostic::Diagnostic;
use crate::span::Span;

/// So far, in sentences, may anything be from what it goes with: farther than any turn is long.
pub(super) const MAX_SENTENCES: usize = 1000;

/// Reads one marker file into `definitions`.
pub(super) fn marker(
    text: &str,
    name: &str,
    file: usize,
    names: &[String],
    faults: &Faults<'_>,
    definitions: &mut Definitions,
) {
    let index = definitions.markers.len();
    let family = name.split('.').next().unwrap_or_default().to_owned();
    // A marker that cannot be read keeps its place, so that indices by name stay true.
    let mut marker =
        Marker { name: name.to_owned(), family, title: String::new(), about: String::new(), sources: Vec::new(), file };
    let mut rules = Vec::new();
    with_table(text, "a marker", faults, |fields, source| {
        if let Some(stated) = fields.required_string("marker")
            && stated.value != name
        {
            let message = format!("the file's place says `{name}`, this line says `{}`", stated.value);
            faults.push(
                Diagnostic::error("misplaced-marker", faults.file, stated.span, message)
                    .hint("a marker `family.name` stands in markers/family/name.toml"),
            );
        }
        marker.title = fields.required_string("title").map(|title| title.value).unwrap_or_default();
        marker.about = fields.required_string("about").map(|about| about.value).unwrap_or_default();
        marker.sources = fields.full_strings("sources").into_iter().map(|source| source.value).collect();
        if fields.lacks("sources") {
            faults.push(
                Diagnostic::error(
                    "no-source",
                    faults.file,
                    fields.place(),
                    format!("the marker `{name}` names no source"),
                )
                .hint("add `sources = [\"Author (year), what of it\"]`"),
            );
        }
        let tables = fields.tables("rule", "a rule");
        if tables.is_empty() {
            faults.push(
                Diagnostic::warning("no-rule", faults.file, fields.place(), format!("the marker `{name}` has no rule"))
                    .hint("add a [[rule]]"),
            );
        }
        for table in tables {
            let reader = RuleReader { fields: &table, source, file, names, persons: &definitions.persons, faults };
            rules.extend(reader.rule(index));
            table.finish();
        }
    });
    definitions.markers.push(marker);
    definitions.rules.extend(rules);
}

/// Reads the fields that rules and cues share.
pub(super) struct RuleReader<'a> {
    pub(super) fields: &'a Fields<'a>,
    pub(super) source: &'a str,
    pub(super) file: usize,
    pub(super) names: &'a [String],
    pub(super) persons: &'a [PersonKind],
    pub(super) faults: &'a Faults<'a>,
}

impl RuleReader<'_> {
    fn rule(&self, marker: usize) -> Option<Rule> {
        let id = self.id();
        let kind = self.kind();
        let conditions = self.conditions();
        let is_weak = self.fields.boolean("weak").unwrap_or(false);
        let is_sure = self.fields.boolean("sure").unwrap_or(false);
        if is_weak && is_sure {
            let span = self.fields.place();
            let message = "a rule cannot be weak and sure".to_owned();
            let hint =
                "sure: stands whatever its sentence weighs; weak: not tried where sentences are weighed; keep one";
            self.error("weak-and-sure", span, message, hint);
        }
        let (hits, misses) = self.examples(&id);
        let about = self.fields.string("about").map(|about| about.value).unwrap_or_default();
        let id = id?;
        Some(Rule {
            id: id.value,
            marker,
            kind: kind?,
            conditions,
            is_weak,
            is_sure,
            hits,
            misses,
            about,
            file: self.file,
            span: id.span,
        })
    }

    fn error(&self, code: &'static str, span: Span, message: String, hint: &str) {
        self.faults.push(Diagnostic::error(code, self.faults.file, span, message).hint(hint));
    }

    pub(super) fn id(&self) -> Option<Placed<String>> {
        let id = self.fields.required_string("id")?;
        let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if id.value.is_empty() || !id.value.chars().all(fits) {
            let message = format!("`{}` cannot be an id", id.value);
            self.error("bad-id", id.span, message, "an id has lower-case letters, digits and hyphens");
        }
        Some(id)
    }

    fn kind(&self) -> Option<RuleKind> {
        type Reader<'a> = fn(&RuleReader<'a>) -> Option<RuleKind>;
        let kinds: [(&str, Reader<'_>); 6] = [
            ("pattern", |reader| Some(RuleKind::Pattern(reader.required_patterns("match")?))),
            ("shape", |reader| reader.shape()),
            ("pair", |reader| reader.pair()),
            ("contrast", |reader| reader.contrast()),
            ("repeat", |reader| reader.repeat()),
            ("evidence", |_| Some(RuleKind::Evidence)),
        ];
        if self.fields.has("kind") {
            return self.fields.choice("kind", &kinds).and_then(|read| read(self));
        }
        // Ask for it all the same, so that it counts as a known field.
        self.fields.string("kind");
        kinds[0].1(self)
    }

    fn shape(&self) -> Option<RuleKind> {
        let words = self.bounds("words");
        let count = self.fields.table("count", "`count`").and_then(|table| {
            let reader = RuleReader { fields: &table, ..*self };
            let patterns = reader.required_patterns("of");
            let bounds = reader.min_max();
            table.finish();
            patterns.zip(bounds)
        });
        let is_broken = self.fields.choice("ends", &[("broken", true)]).unwrap_or(false);
        let answer_words = self.bounds("answer_words");
        let question = self.patterns("question");
        let patterns = self.patterns("match");
        let has_patterns = !question.is_empty() || !patterns.is_empty();
        if words.is_none() && count.is_none() && !is_broken && answer_words.is_none() && !has_patterns {
            self.error(
                "empty-shape",
                self.fields.place(),
                "a shape must ask for something".into(),
                "give at least one of words, count, ends, answer_words, question, match",
            );
            return None;
        }
        Some(RuleKind::Shape(Shape { words, count, is_broken, answer_words, question, patterns }))
    }

    fn pair(&self) -> Option<RuleKind> {
        let patterns = self.required_patterns("match");
        let fields = ["with", "without", "with_marker", "without_marker"];
        let present = [true, false, true, false];
        let mut found = Vec::new();
        for (at, (field, is_present)) in fields.into_iter().zip(present).enumerate() {
            if !self.fields.has(field) {
                self.fields.string(field);
                continue;
            }
            let partner = if at < 2 {
                self.required_patterns(field).map(Partner::Patterns)
            } else {
                self.fields.string(field).and_then(|name| self.marker(&name)).map(Partner::Marker)
            };
            found.push((partner, is_present));
        }
        let within = self.fields.number_between("within", 1, 0, MAX_SENTENCES);
        let orders = [("either", PairOrder::Either), ("before", PairOrder::Before), ("after", PairOrder::After)];
        let order = self.fields.choice("order", &orders).unwrap_or(PairOrder::Either);
        if found.len() != 1 {
            let message = format!("a pair has exactly one of {}, but here are {}", fields.join(", "), found.len());
            self.error("bad-pair", self.fields.place(), message, "choose what must, or must not, be near");
            return None;
        }
        let (partner, is_present) = found.swap_remove(0);
        Some(RuleKind::Pair(Pair { patterns: patterns?, partner: partner?, is_present, within, order }))
    }

    fn contrast(&self) -> Option<RuleKind> {
        let good = self.required_patterns("good");
        let bad = self.required_patterns("bad");
        let bridge = self.patterns("bridge");
        let orders = [
            ("either", ContrastOrder::Either),
            ("good-first", ContrastOrder::GoodFirst),
            ("bad-first", ContrastOrder::BadFirst),
        ];
        let order = self.fields.choice("order", &orders).unwrap_or(ContrastOrder::Either);
        let within = self.fields.number_between("within", 0, 0, 1);
        let reversals = self.fields.number_between("reversals", 1, 1, 6);
        Some(RuleKind::Contrast(Contrast { good: good?, bad: bad?, bridge, order, within, reversals }))
    }

    fn repeat(&self) -> Option<RuleKind> {
        let patterns = self.required_patterns("of");
        let times = self.fields.number_between("times", 3, 2, 50);
        let within = self.fields.number_between("within", 30, 2, 1000);
        let is_same = self.fields.boolean("same").unwrap_or(false);
        Some(RuleKind::Repeat(Repeat { patterns: patterns?, times, within, is_same }))
    }

    fn bounds(&self, key: &'static str) -> Option<Bounds> {
        let table = self.fields.table(key, "these bounds")?;
        let bounds = RuleReader { fields: &table, ..*self }.min_max();
        table.finish();
        bounds
    }

    fn min_max(&self) -> Option<Bounds> {
        let min = self.fields.integer("min").map(|number| number.value);
        let max = self.fields.integer("max").map(|number| number.value);
        let bounds = Bounds { min: min.unwrap_or(0), max: max.unwrap_or(usize::MAX) };
        if (min, max) == (None, None) || bounds.min > bounds.max {
            self.error(
                "bad-bounds",
                self.fields.place(),
                "bounds need `min`, `max` or both, the smaller first".into(),
                "write for example { min = 6 }",
            );
            return None;
        }
        Some(bounds)
    }

    fn conditions(&self) -> Conditions {
        let fields = self.fields;
        let voices = [("narrator", Voice::Narrator), ("other", Voice::Other), ("any", Voice::Any)];
        let polarities = [("affirmed", Polarity::Affirmed), ("negated", Polarity::Negated), ("any", Polarity::Any)];
        let moods = [
            ("actual", Mood::Actual),
            ("hypothetical", Mood::Hypothetical),
            ("question", Mood::Question),
            ("any", Mood::Any),
        ];
        let tenses = [
            ("any", None),
            ("past", Some(Tense::Past)),
            ("present", Some(Tense::Present)),
            ("future", Some(Tense::Future)),
        ];
        let persons = [
            ("any", None),
            ("first", Some(Person::First)),
            ("second", Some(Person::Second)),
            ("third", Some(Person::Third)),
        ];
        let scopes = [("sentence", Scope::Sentence), ("neighbours", Scope::Neighbours), ("turn", Scope::Turn)];
        Conditions {
            voice: fields.choice("voice", &voices).unwrap_or_default(),
            polarity: fields.choice("polarity", &polarities).unwrap_or_default(),
            mood: fields.choice("mood", &moods).unwrap_or_default(),
            tense: fields.choice("tense", &tenses).unwrap_or_default(),
            person: fields.choice("person", &persons).unwrap_or_default(),
            whom: self.whom(),
            unless: self.patterns("unless"),
            unless_near: self.patterns("unless_near"),
            only_near: self.patterns("only_near"),
            scope: fields.choice("scope", &scopes).unwrap_or_default(),
        }
    }

    /// The kinds of persons of whom a find must speak.
    fn whom(&self) -> Vec<usize> {
        if let Some(span) = self.fields.empty_array("whom") {
            let hint = "write a kind of person between the brackets, or remove the line: then it may be anybody";
            self.error("empty-field", span, "`whom` is empty".into(), hint);
        }
        let mut kinds = Vec::new();
        for name in self.fields.strings("whom") {
            match self.persons.iter().position(|person| person.id == name.value) {
                Some(kind) => kinds.push(kind),
                None => persons::unknown_person(&name, self.persons, self.faults),
            }
        }
        kinds
    }

    fn marker(&self, name: &Placed<String>) -> Option<usize> {
        let found = self.names.iter().position(|known| *known == name.value);
        if found.is_none() {
            unknown_marker(name, self.names, self.faults);
        }
        found
    }

    /// Patterns that must be there.
    pub(super) fn required_patterns(&self, key: &'static str) -> Option<Vec<Pattern>> {
        if !self.fields.has(key) {
            self.fields.required_string(key);
            return None;
        }
        let patterns = self.patterns(key);
        (!patterns.is_empty()).then_some(patterns)
    }

    /// Patterns that may be left out. An array without one is a fault: it would say something else than it seems to.
    pub(super) fn patterns(&self, key: &'static str) -> Vec<Pattern> {
        if let Some(span) = self.fields.empty_array(key) {
            let message = format!("`{key}` has no pattern");
            self.error("empty-pattern", span, message, "write a pattern between the brackets, or remove the line");
        }
        self.parsed(self.fields.strings(key))
    }

    /// Patterns of their texts.
    pub(super) fn parsed(&self, texts: Vec<Placed<String>>) -> Vec<Pattern> {
        let mut patterns = Vec::new();
        for text in texts {
            let span = inner_span(self.source, &text);
            match pattern::parse(&text.value) {
                Ok(node) => patterns.push(Pattern { node, source: text.value, file: self.file, span }),
                Err(error) => {
                    let exact = span.len() == text.value.len();
                    let at = if exact {
                        Span { start: span.start + error.at.start, end: span.start + error.at.end }
                    } else {
                        span
                    };
                    self.error(error.code, at, error.message, error.hint);
                }
            }
        }
        patterns
    }

    pub(super) fn examples(&self, id: &Option<Placed<String>>) -> (Vec<Example>, Vec<Example>) {
        let name = id.as_ref().map_or("", |id| id.value.as_str());
        let place = id.as_ref().map_or(self.fields.place(), |id| id.span);
        let hits = self.example_texts("hits");
        let misses = self.example_texts("misses");
        if self.fields.lacks("hits") {
            let hint = "add `hits = [\"a text with the {stretch to be found} in braces\"]`";
            self.error("no-hit", place, format!("the rule `{name}` has no hit"), hint);
        }
        if self.fields.lacks("misses") {
            let hint = "add `misses = [\"a near text in which it must find nothing\"]`";
            self.error("no-miss", place, format!("the rule `{name}` has no miss"), hint);
        }
        for hit in &hits {
            if hit.spans.is_empty() {
                let message = "a hit must mark what is to be found".into();
                self.error("hit-without-braces", hit.span, message, "put the stretch in {braces}");
            }
        }
        for miss in &misses {
            if !miss.spans.is_empty() {
                let message = "a miss finds nothing, so it has no braces".into();
                self.error("miss-with-braces", miss.span, message, "remove the braces, or make it a hit");
            }
        }
        (hits, misses)
    }

    fn example_texts(&self, key: &'static str) -> Vec<Example> {
        let mut examples = Vec::new();
        for text in self.fields.full_strings(key) {
            match example(&text) {
                Some(example) => examples.push(example),
                None => self.error(
                    "unbalanced-braces",
                    text.span,
                    "the braces of this example do not pair up".into(),
                    "every { needs its }, and they cannot be nested",
                ),
            }
        }
        examples
    }
}

/// Says that no marker has this name.
pub(super) fn unknown_marker(name: &Placed<String>, names: &[String], faults: &Faults<'_>) {
    let known: Vec<&str> = names.iter().map(String::as_str).collect();
    let hint = match nearest(&name.value, &known) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "write it as `family.marker`; it must have a file in markers/".to_owned(),
    };
    faults.push(
        Diagnostic::error("unknown-marker", faults.file, name.span, format!("there is no marker `{}`", name.value))
            .hint(hint),
    );
}

/// Where the text stands between its quotation marks. If it was written with escapes, the span with the marks.
fn inner_span(source: &str, text: &Placed<String>) -> Span {
    let raw = source.get(text.span.range()).unwrap_or_default();
    for quote in ["\"\"\"", "'''", "\"", "'"] {
        if let Some(inner) = raw.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote))
            && inner == text.value
        {
            let start = text.span.start as usize + quote.len();
            return Span::new(start, start + inner.len());
        }
    }
    text.span
}

/// Takes the braces out.
fn example(text: &Placed<String>) -> Option<Example> {
    let mut plain = String::with_capacity(text.value.len());
    let mut spans = Vec::new();
    let mut open = None;
    for c in text.value.chars() {
        match c {
            '{' if open.is_none() => open = Some(plain.len()),
            '}' => spans.push(Span::new(open.take()?, plain.len())),
            '{' => return None,
            _ => plain.push(c),
        }
    }
    open.is_none().then_some(Example { text: plain, spans, span: text.span })
}
