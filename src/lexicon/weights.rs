/*!
`weights/<family>.tsv`: how much each word, pair of words or list speaks for a family of markers.

Such a table is a weighted lexicon (Sap et al. 2014): its numbers were estimated from coded narratives, not thought out. It says what is left when
no rule fits: whether a sentence as a whole sounds like one that a coder marks.
*/

use super::Mark;
use super::fields::Faults;
use super::pattern::MARKS;
use crate::diagnostic::Diagnostic;
use crate::span::Span;
use serde::{Deserialize, Serialize};

/// The weights of one family. A sentence weighs the sum of what is in it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct WeightTable {
    /// The family.
    pub family: String,
    /// Indices into [`Definitions::markers`](super::Definitions::markers): the columns after the first.
    pub markers: Vec<usize>,
    /// A find of the family stands only in a sentence that weighs at least so much.
    pub keep: f32,
    /// A sentence without a find is a match if it weighs at least so much.
    pub add: f32,
    /// What every sentence weighs.
    pub bias: f32,
    /// Times the natural logarithm of one more than the words of the sentence.
    pub length: f32,
    /// What is taken times each aspect of the second step. What is not named counts for nothing, but [`Aspect::Own`], which counts once.
    pub aspects: Vec<(Aspect, f32)>,
    /// What is taken times the product of two aspects.
    pub products: Vec<(Aspect, Aspect, f32)>,
    /// An aspect that is less counts as so much.
    pub lows: Vec<(Aspect, f32)>,
    /// An aspect that is more counts as so much.
    pub highs: Vec<(Aspect, f32)>,
    /// Sentences of more words are not matches by their weight alone: sums over many words are large by chance. No bound if 0.
    pub longest: f32,
    /// Matches are added only to a telling in which rules find something of any family that has such a share in at least this share of the sentences, 0 to 1;
    /// with ten more sentences and half a find more, because few sentences prove little.
    pub found: f32,
    /// In a telling of which rules find the family in less than this share of the sentences, with ten more and one find more, a find must weigh as much as what is added.
    pub rare: f32,
    /// In texts of at most so many sentences of the narrator nothing is dropped and nothing added.
    pub alone: f32,
    /// Everything else that weighs.
    pub entries: Vec<Weight>,
    /// Index into the lexicon's files.
    pub file: usize,
}

/// No thing weighs more, for a family or against it. The program keeps weights in hundredths, as small numbers.
const MAX_WEIGHT: f32 = 300.0;

/// So many sentences open a telling.
pub const N_OPENING: usize = 2;

/// What the second step looks at, when each sentence has been weighed by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Aspect {
    /// What the sentence weighs by itself for the family.
    Own,
    /// The same of the narrator's sentence before.
    Before,
    /// The same of the narrator's sentence after.
    After,
    /// The mean of all the narrator's sentences.
    Document,
    /// 1 if a rule found the family in the sentence, or else 0.
    Find,
    /// What the sentence weighs by itself for another family.
    With(String),
    /// The mean weight of all the narrator's sentences for another family.
    Telling(String),
    /// The place of the sentence among the narrator's, from 0 for the first to 1 for the last; in a short text nearer to ½.
    Place,
    /// The square of its place.
    PlaceSquared,
    /// Whether it is one of the first [`N_OPENING`] sentences: 1, less in a short text; or else 0.
    Opening,
}

impl Aspect {
    /// Reads what stands in brackets: `own`, `with FAMILY`.
    fn parse(text: &str) -> Option<Aspect> {
        Some(match text {
            "own" => Aspect::Own,
            "before" => Aspect::Before,
            "after" => Aspect::After,
            "document" => Aspect::Document,
            "find" => Aspect::Find,
            "place" => Aspect::Place,
            "place squared" => Aspect::PlaceSquared,
            "opening" => Aspect::Opening,
            other => match other.split_once(' ')? {
                ("with", family) => Aspect::With(family.to_owned()),
                ("telling", family) => Aspect::Telling(family.to_owned()),
                _ => return None,
            },
        })
    }

    /// The other family that it names.
    fn family(&self) -> Option<&str> {
        match self {
            Aspect::With(family) | Aspect::Telling(family) => Some(family),
            _ => None,
        }
    }
}

/// What an entry in brackets says of the second step.
enum Said {
    Aspect(Aspect),
    Product(Aspect, Aspect),
    Low(Aspect),
    High(Aspect),
}

impl Said {
    /// Reads `(own)`, `(own * before)`, `(low own)`, `(high own)`.
    fn parse(entry: &str) -> Option<Said> {
        let said = entry.strip_prefix('(')?.strip_suffix(')')?;
        if let Some((a, b)) = said.split_once(" * ") {
            return Some(Said::Product(Aspect::parse(a)?, Aspect::parse(b)?));
        }
        match said.split_once(' ') {
            Some(("low", of)) => Aspect::parse(of).map(Said::Low),
            Some(("high", of)) => Aspect::parse(of).map(Said::High),
            _ => Aspect::parse(said).map(Said::Aspect),
        }
    }

    fn aspects(&self) -> [Option<&Aspect>; 2] {
        match self {
            Said::Aspect(aspect) | Said::Low(aspect) | Said::High(aspect) => [Some(aspect), None],
            Said::Product(a, b) => [Some(a), Some(b)],
        }
    }
}

/// Something that weighs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Weight {
    /// What must be there.
    pub feature: Feature,
    /// How much it speaks for the family, however often it is there; -300 to 300, to hundredths.
    pub weight: f32,
    /// How much it speaks for each of [`WeightTable::markers`], given the family.
    pub leanings: Vec<f32>,
    /// Where it stands.
    pub span: Span,
}

/// What may weigh: one thing, or a sequence of two or three.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Feature {
    /// The first thing.
    pub first: Sign,
    /// Those that follow it, and whether one thing of any kind stands before each: see [`Feature::FORMS`].
    pub then: Vec<(bool, Sign)>,
}

/// One thing in a sentence.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Sign {
    /// A word with this stem, written as the stemmer leaves it.
    Stem(String),
    /// A word that is an entry of this list.
    List(String),
    /// A punctuation mark, or the beginning of the sentence.
    Mark(Mark),
}

impl Sign {
    /// Whether it may stand in a sequence. A word is in too many lists.
    pub fn follows(&self) -> bool {
        !matches!(self, Sign::List(_))
    }

    /// Reads `~stem`, `@list`, `<,>` or `^`.
    fn parse(text: &str) -> Option<Sign> {
        if let Some(stem) = text.strip_prefix('~') {
            return (!stem.is_empty()).then(|| Sign::Stem(stem.to_owned()));
        }
        if let Some(name) = text.strip_prefix('@') {
            return (!name.is_empty()).then(|| Sign::List(name.to_owned()));
        }
        if text == "^" {
            return Some(Sign::Mark(Mark::Start));
        }
        let inner = text.strip_prefix('<')?.strip_suffix('>')?;
        MARKS.iter().find(|(name, _)| *name == inner).map(|(_, mark)| Sign::Mark(*mark))
    }
}

impl std::fmt::Display for Sign {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Sign::Stem(stem) => write!(f, "~{stem}"),
            Sign::List(name) => write!(f, "@{name}"),
            Sign::Mark(Mark::Start) => f.write_str("^"),
            Sign::Mark(mark) => {
                let name = MARKS.iter().find(|(_, known)| known == mark).map_or("", |(name, _)| name);
                write!(f, "<{name}>")
            }
        }
    }
}

impl Feature {
    /// The forms of sequences: before which of those that follow one thing of any kind stands.
    pub const FORMS: [&[bool]; 5] = [&[false], &[true], &[false, false], &[false, true], &[true, false]];

    fn parse(text: &str) -> Option<Feature> {
        let mut parts = text.split(' ');
        let first = Sign::parse(parts.next()?)?;
        let (mut then, mut form) = (Vec::new(), Vec::new());
        while let Some(part) = parts.next() {
            let has_gap = part == "_";
            form.push(has_gap);
            then.push((has_gap, Sign::parse(if has_gap { parts.next()? } else { part })?));
        }
        let is_known = form.is_empty() || Feature::FORMS.contains(&form.as_slice());
        is_known.then_some(Feature { first, then })
    }

    /// All things in it.
    pub(super) fn signs(&self) -> impl Iterator<Item = &Sign> {
        std::iter::once(&self.first).chain(self.then.iter().map(|(_, sign)| sign))
    }
}

impl std::fmt::Display for Feature {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.first)?;
        for (has_gap, sign) in &self.then {
            write!(f, "{}{sign}", if *has_gap { " _ " } else { " " })?;
        }
        Ok(())
    }
}

/// Reads `weights/<family>.tsv`.
pub(super) fn weights(text: &str, family: &str, file: usize, names: &[String], faults: &Faults<'_>) -> WeightTable {
    let mut weights = WeightTable { family: family.to_owned(), file, ..WeightTable::default() };
    let fault = |code, span, message: String, hint: &str| {
        faults.push(Diagnostic::error(code, faults.file, span, message).hint(hint));
    };
    let is_family = |family: &str| names.iter().any(|name| name.split('.').next() == Some(family));
    if !is_family(family) {
        let message = format!("there is no family `{family}`");
        let hint = "the file is named after the family it weighs; if the family was removed, remove the file, too";
        fault("unknown-family", Span::new(0, 0), message, hint);
        return weights;
    }
    let mut has_header = false;
    for (line, span) in lines(text) {
        let mut cells = line.split('\t');
        let entry = cells.next().unwrap_or_default();
        if !has_header {
            has_header = true;
            weights.markers = header(cells.skip(1), family, span, names, faults);
            continue;
        }
        let numbers: Option<Vec<f32>> =
            cells.map(|cell| cell.trim().parse().ok().filter(|n: &f32| n.is_finite())).collect();
        let Some((&weight, leanings)) = numbers.as_ref().and_then(|numbers| numbers.split_first()) else {
            let message = format!("`{entry}` is not followed by numbers");
            fault(
                "bad-weight",
                span,
                message,
                "write the entry, a tab, and its weight, with a tab between all numbers",
            );
            continue;
        };
        let named = match entry {
            "(keep)" => Some(&mut weights.keep),
            "(add)" => Some(&mut weights.add),
            "(bias)" => Some(&mut weights.bias),
            "(length)" => Some(&mut weights.length),
            "(longest)" => Some(&mut weights.longest),
            "(found)" => Some(&mut weights.found),
            "(rare)" => Some(&mut weights.rare),
            "(alone)" => Some(&mut weights.alone),
            _ => None,
        };
        if let Some(named) = named {
            *named = weight;
            continue;
        }
        if let Some(said) = Said::parse(entry) {
            let others = said.aspects().into_iter().flatten().filter_map(Aspect::family);
            if let Some(other) = others.into_iter().find(|&other| other == family || !is_family(other)) {
                let message = format!("there is no other family `{other}`");
                fault("unknown-family", span, message, "name another family of the lexicon, or remove the line");
                continue;
            }
            match said {
                Said::Aspect(aspect) => weights.aspects.push((aspect, weight)),
                Said::Product(a, b) => weights.products.push((a, b, weight)),
                Said::Low(aspect) => weights.lows.push((aspect, weight)),
                Said::High(aspect) => weights.highs.push((aspect, weight)),
            }
            continue;
        }
        let Some(feature) = Feature::parse(entry) else {
            let message = format!("`{entry}` is nothing that can weigh");
            fault(
                "bad-weight",
                span,
                message,
                "write ~stem, @list, a mark such as <,>, or two or three of them: `~a ~b`, `~a _ ~b`, `~a ~b _ ~c`",
            );
            continue;
        };
        if weight.abs() > MAX_WEIGHT {
            let message = format!("`{entry}` weighs {weight}");
            let hint = format!("write a number from -{MAX_WEIGHT} to {MAX_WEIGHT}: weights are kept in hundredths");
            fault("bad-weight", span, message, &hint);
            continue;
        }
        let mut leanings = leanings.to_vec();
        leanings.resize(weights.markers.len(), 0.0);
        weights.entries.push(Weight { feature, weight, leanings, span });
    }
    weights
}

/// The markers named in the first line after `entry` and `weight`.
fn header<'a>(
    cells: impl Iterator<Item = &'a str>,
    family: &str,
    span: Span,
    names: &[String],
    faults: &Faults<'_>,
) -> Vec<usize> {
    let mut markers = Vec::new();
    for cell in cells {
        let name = format!("{family}.{}", cell.trim());
        match names.iter().position(|known| *known == name) {
            Some(marker) => markers.push(marker),
            None => {
                let known: Vec<&str> =
                    names.iter().map(String::as_str).filter(|known| known.starts_with(family)).collect();
                let column = cell.trim();
                let meant =
                    super::nearest(&name, &known).map_or(String::new(), |near| format!("; or did you mean `{near}`?"));
                let fault =
                    Diagnostic::error("unknown-marker", faults.file, span, format!("there is no marker `{name}`"));
                faults.push(
                    fault.hint(format!(
                        "if the marker was removed, remove the column `{column}` from every line{meant}"
                    )),
                );
            }
        }
    }
    markers
}

/// Every line that is neither empty nor a comment, and where it stands. Entries hold no `#`.
fn lines(text: &str) -> impl Iterator<Item = (&str, Span)> {
    let mut start = 0;
    text.split('\n').filter_map(move |line| {
        let at = start;
        start += line.len() + 1;
        let kept = line.trim_end_matches('\r');
        let is_entry = !kept.trim().is_empty() && !kept.starts_with('#');
        is_entry.then(|| (kept, Span::new(at, at + kept.len())))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn features_are_written_as_they_are_read() {
        for text in [
            "~hit",
            "@harm-verb",
            "<,>",
            "^ ~she",
            "~hit ~me",
            "~hit _ ~me",
            "~so <...>",
            "~he ~hit ~me",
            "~he _ ~hit ~me",
            "^ ~he _ ~me",
        ] {
            assert_eq!(Feature::parse(text).map(|feature| feature.to_string()).as_deref(), Some(text));
        }
        for text in ["hit", "~", "~a _ ~b _ ~c", "~a ~b ~c ~d", "~a _", "<~>", ""] {
            assert_eq!(Feature::parse(text), None, "{text}");
        }
    }
}
