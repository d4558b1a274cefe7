/*!
One pattern as a position automaton, and how it is run.

Every place in a pattern where a unit can stand is a *position*, a bit of [`Positions`]. `follow[p]` are the positions that may come after `p`.
To run a program from a start is to keep, for every offset, the set of positions whose unit ended there. Entries of a list that are phrases
jump several units ahead; soft marks (commas, quotation marks) are stepped over by *carrying* a set across them, except beside a gap.
*/

use super::Class;
use super::builder::MAX_REQUIRED;
use super::pool::{PhraseClasses, Stretch};
use super::raw::{Raw, Run};
use super::vocabulary::{AfterFirst, Vocabulary};
use super::words::{Presence, Unit, UnitKind, WordTable};

/// Positions of one program: a bit for each.
pub type Positions = u64;

/// More marks than this in a row are not stepped over.
const MAX_MARKS: usize = 6;

/// A compiled pattern.
pub struct Program {
    /// For every position, what a unit must be to fit it by itself; none for a gap.
    pub(super) singles: Stretch,
    /// Positions that a phrase fits.
    pub(super) phrased: Positions,
    /// For every one of those, what a unit must be to stand in it.
    pub(super) phrase_classes: Stretch,
    /// Lists with phrases, and the positions that a phrase of each fits.
    pub(super) phrases: Stretch,
    pub(super) follow: Stretch,
    pub(super) precede: Stretch,
    pub(super) first: Positions,
    pub(super) last: Positions,
    /// Gaps: positions that any word fits.
    pub(super) gaps: Positions,
    /// Telling classes that a sentence must have a unit of each.
    pub(super) required: [Option<Class>; MAX_REQUIRED],
    /// A match has at most so many units, marks that are stepped over not counted.
    pub(super) max_units: usize,
    /// The positions by one of which any match is found.
    pub(super) anchors: Positions,
    /// At most so many units stand between the start of a match and its anchor, marks that are stepped over not counted.
    pub(super) anchor_offset: usize,
}

/// What of a program is in the image, and how: stretches, sets of positions, required classes, greatest lengths.
type Written = ([Stretch; 5], ([Positions; 5], ([Option<Class>; MAX_REQUIRED], [u32; 2])));

impl Raw for Program {
    const SIZE: usize = Written::SIZE;

    fn put(&self, bytes: &mut Vec<u8>) {
        [self.singles, self.phrase_classes, self.phrases, self.follow, self.precede].put(bytes);
        [self.phrased, self.first, self.last, self.gaps, self.anchors].put(bytes);
        self.required.put(bytes);
        [self.max_units as u32, self.anchor_offset as u32].put(bytes);
    }

    // Inlined, so that only what is asked for is read.
    #[inline]
    fn take(bytes: &[u8]) -> Program {
        let (stretches, (positions, (required, [max_units, anchor_offset]))) = Written::take(bytes);
        let [singles, phrase_classes, phrases, follow, precede] = stretches;
        let [phrased, first, last, gaps, anchors] = positions;
        let (max_units, anchor_offset) = (max_units as usize, anchor_offset as usize);
        Program {
            singles,
            phrased,
            phrase_classes,
            phrases,
            follow,
            precede,
            first,
            last,
            gaps,
            required,
            max_units,
            anchors,
            anchor_offset,
        }
    }
}

/// A stretch of units, `start..end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Found {
    /// Index of its first word.
    pub start: usize,
    /// Index one past its last word.
    pub end: usize,
}

impl Found {
    /// Whether the two share a unit.
    pub fn overlaps(self, other: Found) -> bool {
        self.start < other.end && other.start < self.end
    }
}

/// A unit by which a program may find a match.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Anchored {
    /// The program.
    pub program: u32,
    /// Index of the unit.
    pub at: u32,
    /// The positions that the unit fits by itself.
    pub fits: Positions,
    /// Whether it may be a word of a phrase.
    pub is_in_phrase: bool,
}

impl Anchored {
    /// Takes in another anchor if it is of the same program and unit.
    pub fn is_joined_by(&mut self, other: &Anchored) -> bool {
        let is_same = (self.program, self.at) == (other.program, other.at);
        if is_same {
            self.fits |= other.fits;
            self.is_in_phrase |= other.is_in_phrase;
        }
        is_same
    }
}

/// Where programs are run: the units of one sentence, and room to work in.
pub struct Search<'a> {
    /// The vocabulary the programs were compiled with.
    pub vocabulary: &'a Vocabulary,
    /// The worker's words.
    pub table: &'a WordTable,
    /// The units of the sentence.
    pub units: &'a [Unit],
    /// The telling classes of words in it.
    pub presence: &'a Presence,
    /// Room to work in; its content means nothing.
    pub room: &'a mut Vec<(Positions, Positions)>,
}

impl Search<'_> {
    /// Whether the sentence has a unit of the class, a telling one.
    pub fn has(&self, class: Class) -> bool {
        self.presence.has(class)
    }
}

impl Program {
    /// Whether the sentence may contain a match at all. Cheap, and right when it says no.
    pub fn is_possible(&self, search: &Search<'_>) -> bool {
        self.required.iter().flatten().all(|&class| search.has(class))
    }

    /// How far before the end of a match its start can be, in units.
    pub fn reach(&self) -> usize {
        2 * self.max_units
    }

    /// Where matches that have this anchor may begin, last first, into `starts` (cleared first).
    ///
    /// Reads forward from the anchor to see whether a match can end, then backward, so that it ends at the first unit that does not fit: after one or two, mostly. What it finds may still
    /// not match (phrases are followed by their ends alone), but what it does not find cannot.
    pub fn starts(&self, search: &Search<'_>, anchor: &Anchored, starts: &mut Vec<usize>) {
        starts.clear();
        let at = anchor.at as usize;
        let units = search.units;
        let pool = &search.vocabulary.pool;
        // Positions that unit `at` fits, then those that the units before fit.
        let mut done = anchor.fits;
        // Phrases of which a word has been seen and the first is still to come. The anchor may be any word of a phrase.
        let mut inside = 0;
        if anchor.is_in_phrase {
            done |= self.heads(search, units[at], self.anchors);
            inside = self.signs(search, units[at], self.anchors);
        } else if !self.may_end(search, at, done) {
            return;
        }
        if done & self.first != 0 {
            starts.push(at);
        }
        let mut n_words = 0;
        let mut n_marks = 0;
        for before in (0..at).rev() {
            if n_words > self.anchor_offset {
                break;
            }
            let wanted = after(self.precede.of(&pool.follow), done);
            if (wanted | inside) == 0 {
                break;
            }
            let unit = units[before];
            if unit.kind == UnitKind::SoftMark {
                n_marks += 1;
                if n_marks > MAX_MARKS {
                    break;
                }
                done |= self.fits(search, unit, wanted);
            } else {
                n_marks = 0;
                n_words += 1;
                inside |= self.tails(search, unit, wanted);
                done = self.fits(search, unit, wanted) | self.heads(search, unit, inside);
                if (done | inside) == 0 {
                    break;
                }
            }
            if done & self.first != 0 {
                starts.push(before);
            }
        }
    }

    /// Whether a match can end that has reached these positions with unit `at`. Right when it says no: phrases are taken to go on.
    fn may_end(&self, search: &Search<'_>, at: usize, reached: Positions) -> bool {
        let follow = self.follow.of(&search.vocabulary.pool.follow);
        // As in `longest_end`.
        let (mut ended, mut carried) = (reached, 0);
        for &unit in &search.units[at + 1..] {
            if ended & self.last != 0 {
                return true;
            }
            let enterable = after(follow, ended) | (after(follow, carried) & !self.gaps);
            if self.heads(search, unit, enterable) != 0 {
                return true;
            }
            carried = if unit.kind == UnitKind::SoftMark { (ended | carried) & !self.gaps } else { 0 };
            ended = self.fits(search, unit, enterable);
            if ended | carried == 0 {
                return false;
            }
        }
        ended & self.last != 0
    }

    /// The longest match that begins at unit `start`, if any.
    pub fn longest_at(&self, search: &mut Search<'_>, start: usize) -> Option<Found> {
        let mut room = std::mem::take(search.room);
        let end = self.longest_end(search, &mut room, start);
        *search.room = room;
        // Marks and edges at the ends belong to the pattern, not to what it found.
        let is_word = |at: usize| search.units[at].kind == UnitKind::Word;
        let end = end?;
        let words = (start..end).rev().find(|&at| is_word(at)).and_then(|last| {
            let first = (start..=last).find(|&at| is_word(at))?;
            Some(Found { start: first, end: last + 1 })
        });
        // A pattern of marks alone (where a scope ends) finds its marks.
        Some(words.unwrap_or(Found { start, end }))
    }

    fn longest_end(&self, search: &Search<'_>, room: &mut Vec<(Positions, Positions)>, start: usize) -> Option<usize> {
        let Search { vocabulary, table, units, .. } = *search;
        let pool = &vocabulary.pool;
        let follow = self.follow.of(&pool.follow);
        // room[offset] = (positions that ended here, positions carried here over soft marks)
        room.clear();
        room.push((0, 0));
        let mut best = None;
        let mut offset = 0;
        let mut n_marks = 0;
        while offset < room.len() {
            let (ended, carried) = room[offset];
            if ended & self.last != 0 {
                best = Some(start + offset);
            }
            let at = start + offset;
            let Some(&unit) = units.get(at) else { break };
            let enterable =
                if offset == 0 { self.first } else { after(follow, ended) | (after(follow, carried) & !self.gaps) };
            if enterable != 0 {
                let entered = self.fits(search, unit, enterable);
                if entered != 0 {
                    reach_offset(room, offset + 1).0 |= entered;
                }
                let begun = self.heads(search, unit, enterable);
                if begun != 0 {
                    for (list, positions) in self.phrases.of(&pool.phrases).iter() {
                        let entered = begun & positions;
                        if entered != 0 {
                            phrase_ends(vocabulary, list as usize, table, units, at, |end| {
                                reach_offset(room, end - start).0 |= entered;
                            });
                        }
                    }
                }
            }
            if unit.kind == UnitKind::SoftMark && offset > 0 && n_marks < MAX_MARKS {
                n_marks += 1;
                let over = (ended | carried) & !self.gaps;
                if over != 0 {
                    reach_offset(room, offset + 1).1 |= over;
                }
            } else if unit.kind != UnitKind::SoftMark {
                n_marks = 0;
            }
            offset += 1;
        }
        best
    }

    /// Every match, leftmost first, the longest from each start, none inside the one before.
    pub fn all(&self, search: &mut Search<'_>, mut each: impl FnMut(Found)) {
        if !self.is_possible(search) {
            return;
        }
        let mut start = 0;
        while start < search.units.len() {
            if self.may_begin(search, start)
                && let Some(found) = self.longest_at(search, start)
            {
                each(found);
                start = found.end.max(start + 1);
            } else {
                start += 1;
            }
        }
    }

    /// Whether there is any match.
    pub fn is_found(&self, search: &mut Search<'_>) -> bool {
        self.is_possible(search)
            && (0..search.units.len())
                .any(|start| self.may_begin(search, start) && self.longest_at(search, start).is_some())
    }

    /// Whether a match may begin at this unit. Cheap.
    pub fn may_begin(&self, search: &Search<'_>, start: usize) -> bool {
        let unit = search.units[start];
        self.fits(search, unit, self.first) != 0 || self.heads(search, unit, self.first) != 0
    }

    /// Those of the positions that the unit fits by itself.
    fn fits(&self, search: &Search<'_>, unit: Unit, positions: Positions) -> Positions {
        if positions == 0 {
            return 0;
        }
        let table = search.table;
        table.step();
        let classes = self.singles.of(&search.vocabulary.pool.singles);
        let is_fit = |position: &usize| classes.at(*position).is_some_and(|class| table.belongs(unit, class));
        let fitting = set(ones(positions & !self.gaps).filter(is_fit));
        if positions & self.gaps != 0 && table.is_passed_over(unit) { fitting | positions & self.gaps } else { fitting }
    }

    /// Those of the positions that a phrase fits which begins with the unit.
    #[inline]
    fn heads(&self, search: &Search<'_>, unit: Unit, positions: Positions) -> Positions {
        self.in_phrase(search, unit, positions, |classes| classes.head)
    }

    /// Those of the positions that a phrase fits which ends with the unit.
    fn tails(&self, search: &Search<'_>, unit: Unit, positions: Positions) -> Positions {
        self.in_phrase(search, unit, positions, |classes| classes.tail)
    }

    /// Those of the positions that a phrase fits which is found by the unit.
    fn signs(&self, search: &Search<'_>, unit: Unit, positions: Positions) -> Positions {
        self.in_phrase(search, unit, positions, |classes| classes.sign)
    }

    fn in_phrase(
        &self,
        search: &Search<'_>,
        unit: Unit,
        positions: Positions,
        class: impl Fn(PhraseClasses) -> Class,
    ) -> Positions {
        let positions = positions & self.phrased;
        // Most programs have no phrases, so what comes behind this stands by itself.
        if positions == 0 { 0 } else { self.in_some_phrase(search, unit, positions, class) }
    }

    fn in_some_phrase(
        &self,
        search: &Search<'_>,
        unit: Unit,
        positions: Positions,
        class: impl Fn(PhraseClasses) -> Class,
    ) -> Positions {
        search.table.step();
        let classes = self.phrase_classes.of(&search.vocabulary.pool.phrase_classes);
        // The position's place among those that have phrases.
        let place = |position: usize| n_before(self.phrased, position);
        set(ones(positions).filter(|&position| search.table.belongs(unit, class(classes.at(place(position))))))
    }
}

/// The positions, one by one.
pub(super) fn ones(mut positions: Positions) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        (positions != 0).then(|| {
            let position = positions.trailing_zeros() as usize;
            positions &= positions - 1;
            position
        })
    })
}

/// How many of the positions come before this one.
pub(super) fn n_before(positions: Positions, position: usize) -> usize {
    (positions & ((1 << position) - 1)).count_ones() as usize
}

/// The set of positions that come one by one.
fn set(positions: impl Iterator<Item = usize>) -> Positions {
    positions.fold(0, |all, position| all | 1 << position)
}

/// The positions that may follow these, or precede them.
fn after(follow: Run<'_, Positions>, positions: Positions) -> Positions {
    ones(positions).fold(0, |after, position| after | follow.at(position))
}

fn reach_offset(room: &mut Vec<(Positions, Positions)>, offset: usize) -> &mut (Positions, Positions) {
    if room.len() <= offset {
        room.resize(offset + 1, (0, 0));
    }
    &mut room[offset]
}

/// Calls `each` with the end of every phrase of the list that begins at unit `at`.
fn phrase_ends(
    vocabulary: &Vocabulary,
    list: usize,
    table: &WordTable,
    units: &[Unit],
    at: usize,
    mut each: impl FnMut(usize),
) {
    let list = &vocabulary.lists[list];
    for &atom in table.firsts(units[at]) {
        for phrase in list.phrases.from(atom) {
            if let Some(end) = phrase_end(phrase, table, units, at) {
                each(end);
            }
        }
    }
}

fn phrase_end(phrase: AfterFirst<'_>, table: &WordTable, units: &[Unit], at: usize) -> Option<usize> {
    let mut at = at + 1;
    for place in phrase {
        let mut unit = *units.get(at)?;
        let mut n_marks = 0;
        while unit.kind == UnitKind::SoftMark && n_marks < MAX_MARKS {
            at += 1;
            n_marks += 1;
            unit = *units.get(at)?;
        }
        let atoms = table.atoms(unit);
        if !place.iter().any(|atom| atoms.binary_search(&atom).is_ok()) {
            return None;
        }
        at += 1;
    }
    Some(at)
}
