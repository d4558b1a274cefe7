/*!
Cues compiled, and the context of one sentence.

A cue gives an attribute to the words it reaches: itself, those after it or before it up to a hard mark, or the whole sentence. Whether a find may count
is then asked of its first word: a negation inside the find is the pattern's own affair, one that reaches it from outside is not. Where a lexicon says so, a cue reaches *onward*: *if he had*
supposes *he had hit me*, too, which begins in its midst.
*/

use super::quotations::is_in_quotation;
use crate::document::Token;
use crate::lexicon::{ATTRIBUTES, Attribute, Conditions, Definitions, Mood, Person, Polarity, Reach, Tense, Voice};
use crate::pattern::{Compiler, Found, Group, LongRow, Program, Search, UnitKind};
use crate::span::Span;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// The compiled cues of a lexicon.
#[derive(Serialize, Deserialize)]
pub struct Cues {
    cues: Vec<CompiledCue>,
    /// For every program, the cue it triggers, if it is one.
    by_program: Vec<Option<usize>>,
}

#[derive(Serialize, Deserialize)]
struct CompiledCue {
    attribute: Attribute,
    reach: Reach,
    words: usize,
    until: Vec<usize>,
    unless: Vec<usize>,
}

/// Words that have an attribute, and the cue that gave it to them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scoped {
    /// What they have.
    pub attribute: Attribute,
    /// The words of the cue.
    pub cue: Found,
    /// The words it reaches.
    pub reach: Found,
    /// Where finds that it reaches begin, at the earliest: with the reach, or in the midst of the cue.
    first: usize,
}

/// The context of one sentence.
#[derive(Clone, Debug, Default)]
pub struct Context {
    /// All that cues and quotation marks give.
    pub scopes: Vec<Scoped>,
    /// Whether the sentence as a whole is a question.
    pub is_question: bool,
    index: Index,
}

/// How far from a quotation *I said* may stand, in units.
const REPORT_REACH: usize = 5;
/// Cues that begin farther before a quotation have nothing to do with it, whatever stands between.
const REPORT_WINDOW: usize = 60;

impl Cues {
    /// Compiles the cues of a lexicon; what triggers them goes into the group.
    pub fn compile(definitions: &Definitions, group: Group, compiler: &mut Compiler<'_>) -> Cues {
        let mut cues = Vec::new();
        let mut by_program = Vec::new();
        for (number, cue) in definitions.cues.iter().enumerate() {
            for program in compiler.patterns(&cue.patterns, Some(group)) {
                by_program.resize(program + 1, None);
                by_program[program] = Some(number);
            }
            cues.push(CompiledCue {
                attribute: cue.attribute,
                reach: cue.reach,
                words: cue.words,
                until: compiler.patterns(&cue.until, None),
                unless: compiler.patterns(&cue.unless, None),
            });
        }
        Cues { cues, by_program }
    }

    /// The cue that this program triggers, if it is one.
    pub fn of_program(&self, program: usize) -> Option<usize> {
        self.by_program.get(program).copied().flatten()
    }

    /// Whether the cue tells tense or person. These stand in every sentence, and few rules ask for them.
    pub fn is_of_verbs(&self, cue: usize) -> bool {
        use Attribute::{First, Future, Past, Present, Second, Third};
        matches!(self.cues[cue].attribute, Past | Present | Future | First | Second | Third)
    }

    /// The context of the sentence in `search`, into `context` (cleared first).
    ///
    /// `found` are the finds of cue programs in it (cue, words); `quoted` the quotations of the turn; `tokens` the tokens of the document.
    pub fn context(
        &self,
        search: &mut Search<'_>,
        programs: &LongRow<Program>,
        found: &[(usize, Found)],
        quoted: &[Span],
        tokens: &[Token],
        context: &mut Context,
    ) {
        context.scopes.clear();
        let mut is_statement = false;
        for &(number, cue) in found {
            let compiled = &self.cues[number];
            if is_overlapped(&compiled.unless, programs, search, cue) {
                continue;
            }
            let reach = self.reach(compiled, programs, search, cue);
            is_statement |= compiled.attribute == Attribute::Statement;
            let first = if compiled.reach == Reach::Onward { cue.start + 1 } else { reach.start };
            context.scopes.push(Scoped { attribute: compiled.attribute, cue, reach, first });
        }
        let question = ends_with_question(search);
        let is_quoted = |token: u32| is_in_quotation(quoted, tokens[token as usize].span.start);
        context.is_question = !is_statement && question.is_some_and(|token| !is_quoted(token));
        quotation_scopes(search, quoted, tokens, &mut context.scopes);
        context.index.fill(&context.scopes, search.units.len());
    }

    fn reach(&self, cue: &CompiledCue, programs: &LongRow<Program>, search: &mut Search<'_>, found: Found) -> Found {
        let n_units = search.units.len();
        match cue.reach {
            Reach::Itself => found,
            Reach::Sentence => Found { start: 0, end: n_units },
            Reach::After | Reach::Onward => {
                let mut end = found.end;
                let mut n_words = 0;
                while end < n_units && n_words < cue.words && search.units[end].kind != UnitKind::HardMark {
                    n_words += usize::from(search.units[end].kind == UnitKind::Word);
                    end += 1;
                }
                if let Some(stop) = first_start(&cue.until, programs, search, found.end..end) {
                    end = stop;
                }
                Found { start: found.end, end }
            }
            Reach::Before => {
                let mut start = found.start;
                let mut n_words = 0;
                while start > 0 && n_words < cue.words && search.units[start - 1].kind != UnitKind::HardMark {
                    start -= 1;
                    n_words += usize::from(search.units[start].kind == UnitKind::Word);
                }
                Found { start, end: found.start }
            }
        }
    }
}

impl Context {
    /// Whether `found` may count under these conditions.
    pub fn allows(&self, search: &Search<'_>, found: Found, conditions: &Conditions) -> bool {
        let is_in = |attribute: Attribute| self.index.of(attribute).reaches(&self.scopes, found);
        let voice = match conditions.voice {
            Voice::Any => true,
            Voice::Narrator => !is_in(Attribute::OtherVoice),
            Voice::Other => is_in(Attribute::OtherVoice),
        };
        let polarity = match conditions.polarity {
            Polarity::Any => true,
            Polarity::Affirmed => !is_in(Attribute::Negated),
            Polarity::Negated => is_in(Attribute::Negated),
        };
        let is_question = || self.is_question || is_in(Attribute::Question);
        let mood = match conditions.mood {
            Mood::Any => true,
            Mood::Actual => !is_question() && !is_in(Attribute::Hypothetical),
            Mood::Hypothetical => is_in(Attribute::Hypothetical),
            Mood::Question => is_question(),
        };
        voice
            && polarity
            && mood
            && conditions.tense.is_none_or(|tense| self.tense(search, found) == Some(tense))
            && conditions.person.is_none_or(|person| self.person(search, found) == person)
    }

    /// The tense of the verb in `found`, or of the nearest one in its clause.
    fn tense(&self, search: &Search<'_>, found: Found) -> Option<Tense> {
        let tenses =
            [(Attribute::Past, Tense::Past), (Attribute::Present, Tense::Present), (Attribute::Future, Tense::Future)];
        self.nearest(search, found, &tenses)
    }

    /// The person of the subject in `found`, or of the nearest one in its clause; without a pronoun the third.
    fn person(&self, search: &Search<'_>, found: Found) -> Person {
        let persons =
            [(Attribute::First, Person::First), (Attribute::Second, Person::Second), (Attribute::Third, Person::Third)];
        self.nearest(search, found, &persons).unwrap_or(Person::Third)
    }

    /// The value of the scope that begins nearest to `found` in its clause: inside first, then before, then after.
    fn nearest<T: Copy>(&self, search: &Search<'_>, found: Found, values: &[(Attribute, T)]) -> Option<T> {
        let clause = clause_around(search, found);
        let mut best: Option<(usize, T)> = None;
        for &(attribute, value) in values {
            let starts = &self.index.of(attribute).starts;
            let (here, after) =
                (starts.partition_point(|&at| at < found.start), starts.partition_point(|&at| at < found.end));
            let inside = starts[here..after].first().map(|at| at - found.start);
            let before = starts[..here].last().filter(|&&at| at >= clause.start).map(|at| 1_000 + (found.start - at));
            let after = starts[after..].first().filter(|&&at| at < clause.end).map(|at| 1_000_000 + (at - found.end));
            if let Some(distance) = inside.or(before).or(after)
                && best.is_none_or(|(known, _)| distance < known)
            {
                best = Some((distance, value));
            }
        }
        best.map(|(_, value)| value)
    }
}

/// The scopes of a sentence by their attribute, in the order of what they reach.
#[derive(Clone, Debug, Default)]
struct Index {
    by_attribute: [Scopes; ATTRIBUTES.len()],
}

/// The scopes of one attribute.
#[derive(Clone, Debug, Default)]
struct Scopes {
    /// Where what they reach begins, ascending.
    starts: Vec<usize>,
    /// Which they are, in the same order.
    numbers: Vec<usize>,
    /// For every one the farthest end of those up to it.
    ends: Vec<usize>,
    /// The first cue and the last of those that reach the whole sentence.
    whole: Option<(Found, Found)>,
}

impl Index {
    fn of(&self, attribute: Attribute) -> &Scopes {
        &self.by_attribute[attribute as usize]
    }

    fn fill(&mut self, scopes: &[Scoped], n_units: usize) {
        for own in &mut self.by_attribute {
            own.starts.clear();
            own.numbers.clear();
            own.ends.clear();
            own.whole = None;
        }
        for (number, scoped) in scopes.iter().enumerate() {
            let own = &mut self.by_attribute[scoped.attribute as usize];
            if scoped.reach.start == 0 && scoped.reach.end == n_units {
                let (first, last) = own.whole.unwrap_or((scoped.cue, scoped.cue));
                own.whole = Some((first.min(scoped.cue), last.max(scoped.cue)));
            } else {
                own.numbers.push(number);
            }
        }
        for own in &mut self.by_attribute {
            let Scopes { starts, numbers, ends, .. } = own;
            numbers.sort_by_key(|&number| scopes[number].first);
            starts.extend(numbers.iter().map(|&number| scopes[number].first));
            let mut farthest = 0;
            ends.extend(numbers.iter().map(|&number| {
                farthest = farthest.max(scopes[number].reach.end);
                farthest
            }));
        }
    }
}

impl Scopes {
    /// Whether one of them reaches the first unit of `found`, by a cue that does not overlap it, or in whose midst it begins.
    fn reaches(&self, scopes: &[Scoped], found: Found) -> bool {
        // A find that overlaps the first cue and the last overlaps all.
        if self.whole.is_some_and(|(first, last)| !first.overlaps(found) || !last.overlaps(found)) {
            return true;
        }
        let n = self.starts.partition_point(|&start| start <= found.start);
        let near = self.numbers[..n].iter().zip(&self.ends[..n]).rev();
        near.take_while(|(_, end)| **end > found.start).any(|(&number, _)| {
            let scoped = &scopes[number];
            let is_within = scoped.first < scoped.cue.end && scoped.cue.start < found.start;
            found.start < scoped.reach.end && (is_within || !scoped.cue.overlaps(found))
        })
    }
}

/// From the last hard mark before `found` to the first after it.
fn clause_around(search: &Search<'_>, found: Found) -> Range<usize> {
    let is_hard = |at: &usize| search.units[*at].kind == UnitKind::HardMark;
    let start = (0..found.start).rev().find(is_hard).map_or(0, |at| at + 1);
    let end = (found.end..search.units.len()).find(is_hard).unwrap_or(search.units.len());
    start..end
}

/// Whether one of the programs finds something that overlaps `found`.
pub(crate) fn is_overlapped(
    numbers: &[usize],
    programs: &LongRow<Program>,
    search: &mut Search<'_>,
    found: Found,
) -> bool {
    numbers.iter().any(|&number| {
        let program = programs.at(number);
        if !program.is_possible(search) {
            return false;
        }
        let from = found.start.saturating_sub(program.reach());
        (from..found.end).any(|start| {
            program.may_begin(search, start)
                && program.longest_at(search, start).is_some_and(|other| other.overlaps(found))
        })
    })
}

/// Where the first find of one of the programs begins in `range`.
fn first_start(
    numbers: &[usize],
    programs: &LongRow<Program>,
    search: &mut Search<'_>,
    range: Range<usize>,
) -> Option<usize> {
    let mut first = None;
    for &number in numbers {
        let program = programs.at(number);
        if !program.is_possible(search) {
            continue;
        }
        let limit = first.unwrap_or(range.end);
        let stop = (range.start..limit)
            .find(|&start| program.may_begin(search, start) && program.longest_at(search, start).is_some());
        first = stop.or(first);
    }
    first
}

/// The token of the question mark that ends the sentence, if one does.
fn ends_with_question(search: &Search<'_>) -> Option<u32> {
    let marks = search.units.iter().rev().skip(1).take_while(|unit| unit.kind == UnitKind::SoftMark);
    marks.filter(|unit| unit.is_question_mark()).map(|unit| unit.token).next()
}

/// Quoted words are another's, unless *I said* stands nearest beside them. What a verb of saying reaches ends where a quotation
/// that follows it ends: *she said, "Go," and left me crying*.
fn quotation_scopes(search: &Search<'_>, quoted: &[Span], tokens: &[Token], scopes: &mut Vec<Scoped>) {
    let (Some(first), Some(last)) = (search.units.first(), search.units.last()) else { return };
    let (from, to) = (tokens[first.token as usize].span.start, tokens[last.token as usize].span.end);
    let begin = quoted.partition_point(|quote| quote.end <= from);
    let is_voice = |scoped: &Scoped| matches!(scoped.attribute, Attribute::OwnVoice | Attribute::OtherVoice);
    let mut voices: Vec<usize> = (0..scopes.len()).filter(|&number| is_voice(&scopes[number])).collect();
    voices.sort_by_key(|&number| scopes[number].cue);
    for quote in quoted[begin..].iter().take_while(|quote| quote.start < to) {
        let start_of = |unit: &crate::pattern::Unit| tokens[unit.token as usize].span.start;
        let start = search.units.partition_point(|unit| start_of(unit) < quote.start);
        let end = search.units.partition_point(|unit| start_of(unit) < quote.end);
        if start >= end {
            continue;
        }
        let reach = Found { start, end };
        let only_marks_before = |from: usize| search.units[from..start].iter().all(|unit| unit.kind != UnitKind::Word);
        let mut nearest: Option<(usize, Attribute)> = None;
        let first = voices.partition_point(|&number| scopes[number].cue.start + REPORT_WINDOW < start);
        for &number in &voices[first..] {
            let scoped = &mut scopes[number];
            let cue = scoped.cue;
            if cue.start > end + REPORT_REACH {
                break;
            }
            let distance = if cue.end <= start {
                start - cue.end
            } else if cue.start >= end {
                cue.start - end
            } else {
                continue;
            };
            // Of two that are as near, the one before introduces the quotation: cues come in no order of place.
            let is_nearer = nearest.is_none_or(|(known, _)| distance < known || distance == known && cue.end <= start);
            if distance <= REPORT_REACH && is_nearer {
                nearest = Some((distance, scoped.attribute));
            }
            if scoped.attribute == Attribute::OtherVoice && cue.end <= start && only_marks_before(cue.end) {
                scoped.reach.end = scoped.reach.end.min(end).max(scoped.reach.start);
            }
        }
        if nearest.is_none_or(|(_, voice)| voice != Attribute::OwnVoice) {
            scopes.push(Scoped {
                attribute: Attribute::OtherVoice,
                cue: Found { start, end: start },
                reach,
                first: start,
            });
        }
    }
}
