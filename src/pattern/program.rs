/*!
One pattern as a position automaton, and how it is run.

Every place in a pattern where a unit can stand is a *position*, a bit of a `u128`. `follow[p]` are the positions that may come after `p`.
To run a program from a start is to keep, for every offset, the set of positions whose unit ended there. Entries of a list that are phrases
jump several units ahead; soft marks (commas, quotation marks) are stepped over by *carrying* a set across them, except beside a gap.
*/

use super::by_atom::{ByAtom, HasAtom};
use super::vocabulary::{
    AROUND, Around, Classes, CompiledList, Compiler, FIRST_WORD_ATOM, Phrase, Vocabulary, mark_atom,
};
use super::words::{AtomFilter, Presence, Unit, UnitKind, WordTable};
use super::{Atom, Class};
use crate::lexicon::Node;

const MAX_POSITIONS: usize = 120;
/// More marks than this in a row are not stepped over.
const MAX_MARKS: usize = 6;

/// A class that units belong to more often than this, per million, is in most sentences; its presence tells nothing.
const COMMON: f32 = 50_000.0;

/// So many classes of which a sentence must have a unit are looked at for each program.
const MAX_REQUIRED: usize = 3;

/// A compiled pattern.
pub struct Program {
    /// Its number among all programs.
    pub(super) number: u32,
    /// Where its atoms stand in it.
    pub(super) places: ByAtom<Place>,
    /// Of its atoms.
    pub(super) filter: AtomFilter,
    /// Lists with phrases, and the positions that a phrase of each fits.
    phrases: Box<[(usize, u128)]>,
    follow: Box<[u128]>,
    precede: Box<[u128]>,
    first: u128,
    last: u128,
    /// Gaps: positions that any word fits.
    pub(super) gaps: u128,
    /// Positions that a mark fits.
    marks: u128,
    /// Telling classes that a sentence must have a unit of each.
    required: Box<[Class]>,
    /// A match has at most so many units, marks that are stepped over not counted.
    max_units: usize,
    /// The positions by one of which any match is found.
    anchors: u128,
    /// At most so many units stand between the start of a match and its anchor, marks that are stepped over not counted.
    anchor_offset: usize,
}

/// Where an atom stands in a program.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) atom: Atom,
    pub(super) position: u8,
    pub(super) kind: PlaceKind,
}

impl HasAtom for Place {
    fn atom(&self) -> Atom {
        self.atom
    }
}

/// What a unit with the atom is to the position.
#[derive(Clone, Copy)]
pub(super) enum PlaceKind {
    /// All of it.
    Single,
    /// The first unit of a phrase.
    Head,
    /// The last unit of a phrase.
    Tail,
    /// The unit by which a phrase is found.
    Sign,
}

/// The positions of one program that one unit fits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Fit {
    /// By itself.
    pub(super) single: u128,
    /// As the first unit of a phrase.
    pub(super) head: u128,
    /// As the last unit of a phrase.
    pub(super) tail: u128,
    /// As the unit by which a phrase is found.
    pub(super) sign: u128,
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

/// Where programs are run: the units of one sentence, and room to work in.
pub struct Search<'a> {
    /// The vocabulary the programs were compiled with.
    pub vocabulary: &'a Vocabulary,
    /// The worker's words.
    pub table: &'a WordTable,
    /// The units of the sentence.
    pub units: &'a [Unit],
    /// The classes of words in it.
    pub presence: &'a Presence,
    /// Room to work in; its content means nothing.
    pub room: &'a mut Vec<(u128, u128)>,
}

impl Program {
    /// Whether the sentence may contain a match at all. Cheap, and right when it says no.
    pub fn is_possible(&self, presence: &Presence) -> bool {
        self.required.iter().all(|&class| presence.has(class))
    }

    /// How far before the end of a match its start can be, in units.
    pub fn reach(&self) -> usize {
        2 * self.max_units
    }

    /// Where matches that have their anchor at unit `at` may begin, last first, into `starts` (cleared first). `next` is the unit after
    /// the anchor, soft marks aside.
    ///
    /// Reads backward from the anchor, so that it ends at the first unit that does not fit: after one or two, mostly. What it finds may still
    /// not match (phrases are followed by their ends alone), but what it does not find cannot.
    pub fn starts(&self, search: &Search<'_>, at: usize, next: Unit, starts: &mut Vec<usize>) {
        starts.clear();
        let Search { table, units, .. } = search;
        let fit = table.fit(units[at], self);
        // Positions that unit `at` fits, then those that the units before fit.
        let mut done = (fit.single | fit.head) & self.anchors;
        // Phrases of which a word has been seen and the first is still to come. The anchor may be any word of a phrase.
        let mut inside = fit.sign & self.anchors;
        if inside == 0 && fit.head & done == 0 && done & self.last == 0 {
            // A word must follow directly, unless a mark may stand between.
            let wanted = self.after(done);
            if wanted & self.marks == 0 {
                let fit = table.fit(next, self);
                if (fit.single | fit.head) & wanted == 0 {
                    return;
                }
            }
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
            let wanted = self.before(done);
            if (wanted | inside) == 0 {
                break;
            }
            let unit = units[before];
            let fit = table.fit(unit, self);
            if unit.kind == UnitKind::SoftMark {
                n_marks += 1;
                if n_marks > MAX_MARKS {
                    break;
                }
                done |= fit.single & wanted;
            } else {
                n_marks = 0;
                n_words += 1;
                inside |= wanted & fit.tail;
                done = (fit.single & wanted) | (fit.head & inside);
                if (done | inside) == 0 {
                    break;
                }
            }
            if done & self.first != 0 {
                starts.push(before);
            }
        }
    }

    /// The longest match that begins at unit `start`, if any.
    pub fn longest_at(&self, search: &mut Search<'_>, start: usize) -> Option<Found> {
        let Search { vocabulary, table, units, room, .. } = search;
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
                if offset == 0 { self.first } else { self.after(ended) | (self.after(carried) & !self.gaps) };
            if enterable != 0 {
                let fit = table.fit(unit, self);
                let entered = fit.single & enterable;
                if entered != 0 {
                    reach_offset(room, offset + 1).0 |= entered;
                }
                if fit.head & enterable != 0 {
                    for &(list, positions) in &self.phrases {
                        let entered = fit.head & enterable & positions;
                        if entered != 0 {
                            phrase_ends(vocabulary, list, table, units, at, |end| {
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
        // Marks and edges at the ends belong to the pattern, not to what it found.
        let is_word = |at: usize| units[at].kind == UnitKind::Word;
        let best = best?;
        let words = (start..best).rev().find(|&at| is_word(at)).and_then(|last| {
            let first = (start..=last).find(|&at| is_word(at))?;
            Some(Found { start: first, end: last + 1 })
        });
        // A pattern of marks alone (where a scope ends) finds its marks.
        Some(words.unwrap_or(Found { start, end: best }))
    }

    /// Every match, leftmost first, the longest from each start, none inside the one before.
    pub fn all(&self, search: &mut Search<'_>, mut each: impl FnMut(Found)) {
        if !self.is_possible(search.presence) {
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
        self.is_possible(search.presence)
            && (0..search.units.len())
                .any(|start| self.may_begin(search, start) && self.longest_at(search, start).is_some())
    }

    /// Whether a match may begin at this unit. Cheap.
    pub fn may_begin(&self, search: &Search<'_>, start: usize) -> bool {
        let fit = search.table.fit(search.units[start], self);
        (fit.single | fit.head) & self.first != 0
    }

    fn after(&self, mut positions: u128) -> u128 {
        let mut after = 0;
        while positions != 0 {
            after |= self.follow[positions.trailing_zeros() as usize];
            positions &= positions - 1;
        }
        after
    }

    fn before(&self, mut positions: u128) -> u128 {
        let mut before = 0;
        while positions != 0 {
            before |= self.precede[positions.trailing_zeros() as usize];
            positions &= positions - 1;
        }
        before
    }
}

fn reach_offset(room: &mut Vec<(u128, u128)>, offset: usize) -> &mut (u128, u128) {
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
    let phrases = &vocabulary.lists[list].phrases;
    for &atom in table.atoms(units[at]) {
        for Phrase { places, .. } in phrases.of(atom) {
            if let Some(end) = phrase_end(places, table, units, at) {
                each(end);
            }
        }
    }
}

fn phrase_end(places: &[Vec<Atom>], table: &WordTable, units: &[Unit], at: usize) -> Option<usize> {
    let mut at = at + 1;
    for place in &places[1..] {
        let mut unit = *units.get(at)?;
        let mut n_marks = 0;
        while unit.kind == UnitKind::SoftMark && n_marks < MAX_MARKS {
            at += 1;
            n_marks += 1;
            unit = *units.get(at)?;
        }
        let atoms = table.atoms(unit);
        if !place.iter().any(|atom| atoms.binary_search(atom).is_ok()) {
            return None;
        }
        at += 1;
    }
    Some(at)
}

/// A program in the making.
pub(super) struct Builder {
    pub(super) is_trigger: bool,
    atoms: Vec<(Atom, u128)>,
    phrases: Vec<(Atom, usize, u128)>,
    follow: Vec<u128>,
    gaps: u128,
    marks: u128,
    whole: Part,
}

/// A part of a pattern while it is compiled.
#[derive(Default)]
struct Part {
    first: u128,
    last: u128,
    is_optional: bool,
    min_units: usize,
    max_units: usize,
    required: Vec<Required>,
}

/// A set of atoms of which any match must contain one, and how far from its start at least and at most.
struct Required {
    atoms: Vec<Atom>,
    offset: (usize, usize),
}

impl Part {
    /// Whether a match must contain a word.
    fn has_word(&self) -> bool {
        self.required.iter().any(|set| set.atoms.iter().all(|&atom| atom >= FIRST_WORD_ATOM))
    }
}

impl Builder {
    pub(super) fn new(is_trigger: bool) -> Builder {
        Builder {
            is_trigger,
            atoms: Vec::new(),
            phrases: Vec::new(),
            follow: Vec::new(),
            gaps: 0,
            marks: 0,
            whole: Part { is_optional: true, ..Part::default() },
        }
    }

    pub(super) fn build(&mut self, compiler: &mut Compiler<'_>, node: &Node) -> Result<(), CompileError> {
        self.whole = self.node(compiler, node)?;
        if self.whole.is_optional || (self.is_trigger && !self.whole.has_word()) {
            return Err(CompileError {
                code: "no-anchor",
                message: "nothing in this pattern has to be there".into(),
                hint: "write at least one word, stem or @list that cannot be left out",
            });
        }
        Ok(())
    }

    fn position(&mut self) -> Result<u128, CompileError> {
        if self.follow.len() == MAX_POSITIONS {
            return Err(CompileError {
                code: "pattern-too-long",
                message: format!("this pattern has more than {MAX_POSITIONS} positions"),
                hint: "put alternatives into a list, or write several patterns: match = [\"…\", \"…\"]",
            });
        }
        self.follow.push(0);
        Ok(1 << (self.follow.len() - 1))
    }

    fn node(&mut self, compiler: &mut Compiler<'_>, node: &Node) -> Result<Part, CompileError> {
        match node {
            Node::Word(word) => {
                let units = compiler.word(word);
                let mut whole = Part { is_optional: true, ..Part::default() };
                for atoms in units {
                    let part = self.single(atoms)?;
                    whole = self.then(whole, part);
                }
                Ok(whole)
            }
            Node::List(name) => {
                let list = compiler.list(name);
                self.lists_and_atoms(compiler, &[list], Vec::new())
            }
            Node::Mark(mark) => {
                let part = self.single(vec![mark_atom(*mark)])?;
                self.marks |= part.first;
                Ok(part)
            }
            Node::Gap { min, max } => {
                let mut whole = Part { is_optional: true, ..Part::default() };
                for number in 0..*max {
                    let bit = self.position()?;
                    self.gaps |= bit;
                    let is_optional = number >= *min;
                    let min_units = usize::from(!is_optional);
                    let part =
                        Part { first: bit, last: bit, is_optional, min_units, max_units: 1, required: Vec::new() };
                    whole = self.then(whole, part);
                }
                Ok(whole)
            }
            Node::Sequence(parts) => {
                let mut whole = Part { is_optional: true, ..Part::default() };
                for part in parts {
                    let part = self.node(compiler, part)?;
                    whole = self.then(whole, part);
                }
                Ok(whole)
            }
            Node::Optional(inner) => {
                let mut part = self.node(compiler, inner)?;
                part.is_optional = true;
                part.min_units = 0;
                part.required.clear();
                Ok(part)
            }
            Node::Either(branches) => self.either(compiler, branches),
        }
    }

    fn either(&mut self, compiler: &mut Compiler<'_>, branches: &[Node]) -> Result<Part, CompileError> {
        // Alternatives of one word each share a position.
        let mut lists = Vec::new();
        let mut atoms = Vec::new();
        let mut parts = Vec::new();
        for branch in branches {
            match branch {
                Node::List(name) => lists.push(compiler.list(name)),
                Node::Word(word) => {
                    let mut units = compiler.word(word);
                    if units.len() == 1 {
                        atoms.append(&mut units[0]);
                    } else {
                        parts.push(self.node(compiler, branch)?);
                    }
                }
                other => parts.push(self.node(compiler, other)?),
            }
        }
        if !lists.is_empty() || !atoms.is_empty() {
            parts.push(self.lists_and_atoms(compiler, &lists, atoms)?);
        }
        let mut whole = Part { min_units: usize::MAX, ..Part::default() };
        let mut required = Required { atoms: Vec::new(), offset: (usize::MAX, 0) };
        let mut all_required = true;
        for part in parts {
            whole.first |= part.first;
            whole.last |= part.last;
            whole.is_optional |= part.is_optional;
            whole.min_units = whole.min_units.min(part.min_units);
            whole.max_units = whole.max_units.max(part.max_units);
            // Any set of the branch will do; that of the rarest words is best.
            match part
                .required
                .into_iter()
                .min_by(|a, b| compiler.rarity(&a.atoms).total_cmp(&compiler.rarity(&b.atoms)))
            {
                Some(set) => {
                    required.atoms.extend(set.atoms);
                    required.offset.0 = required.offset.0.min(set.offset.0);
                    required.offset.1 = required.offset.1.max(set.offset.1);
                }
                None => all_required = false,
            }
        }
        if all_required {
            required.atoms.sort_unstable();
            required.atoms.dedup();
            whole.required.push(required);
        }
        Ok(whole)
    }

    fn lists_and_atoms(
        &mut self,
        compiler: &Compiler<'_>,
        lists: &[usize],
        mut atoms: Vec<Atom>,
    ) -> Result<Part, CompileError> {
        let mut heads = Vec::new();
        let mut max_units = 1;
        let mut signs = atoms.clone();
        for &list in lists {
            let (single, head, sign) = compiler.list_atoms(list);
            atoms.push(single);
            signs.push(single);
            if let Some(head) = head {
                signs.push(sign);
                heads.push((head, list));
                max_units = max_units.max(compiler.longest_phrase(list));
            }
        }
        let mut part = self.single(atoms)?;
        part.max_units = max_units;
        part.required[0] = Required { atoms: signs, offset: (0, max_units - 1) };
        for (head, list) in heads {
            self.phrases.push((head, list, part.first));
        }
        Ok(part)
    }

    fn single(&mut self, atoms: Vec<Atom>) -> Result<Part, CompileError> {
        let bit = self.position()?;
        self.atoms.extend(atoms.iter().map(|&atom| (atom, bit)));
        let required = vec![Required { atoms, offset: (0, 0) }];
        Ok(Part { first: bit, last: bit, is_optional: false, min_units: 1, max_units: 1, required })
    }

    fn then(&mut self, before: Part, after: Part) -> Part {
        let mut last = before.last;
        while last != 0 {
            self.follow[last.trailing_zeros() as usize] |= after.first;
            last &= last - 1;
        }
        let mut required = before.required;
        required.extend(after.required.into_iter().map(|Required { atoms, offset: (nearest, farthest) }| Required {
            atoms,
            offset: (nearest + before.min_units, farthest + before.max_units),
        }));
        Part {
            first: before.first | if before.is_optional { after.first } else { 0 },
            last: after.last | if after.is_optional { before.last } else { 0 },
            is_optional: before.is_optional && after.is_optional,
            min_units: before.min_units + after.min_units,
            max_units: before.max_units + after.max_units,
            required,
        }
    }

    /// The program, and by what it is found: the rarest of its required sets, and what may stand beside it.
    pub(super) fn finish(
        mut self,
        number: usize,
        costs: &[f32],
        telling: &mut Classes,
        beside: &mut Classes,
        lists: &[CompiledList],
    ) -> (Program, Vec<Anchor>) {
        let n = self.follow.len();
        let mut places = Vec::with_capacity(self.atoms.len());
        let mut place = |atom: Atom, mut positions: u128, kind: PlaceKind| {
            while positions != 0 {
                places.push(Place { atom, position: positions.trailing_zeros() as u8, kind });
                positions &= positions - 1;
            }
        };
        for &(atom, position) in &self.atoms {
            place(atom, position, PlaceKind::Single);
        }
        for &(head, list, positions) in &self.phrases {
            place(head, positions, PlaceKind::Head);
            place(lists[list].tail, positions, PlaceKind::Tail);
            place(lists[list].sign, positions, PlaceKind::Sign);
        }
        let cost = |set: &Required| set.atoms.iter().map(|&atom| costs[atom as usize]).sum::<f32>();
        let required = std::mem::take(&mut self.whole.required);
        let mut required: Vec<(f32, Required)> = required.into_iter().map(|set| (cost(&set), set)).collect();
        required.sort_by(|(a, _), (b, _)| a.total_cmp(b));
        let (anchor_atoms, anchor_offset) =
            required.first().map_or((Vec::new(), 0), |(_, anchor)| (anchor.atoms.clone(), anchor.offset.1));
        let is_anchor = |atom: Atom| anchor_atoms.contains(&atom);
        let single = self.atoms.iter().filter(|(atom, _)| is_anchor(*atom)).fold(0, |all, (_, at)| all | at);
        let phrased = self.phrases.iter().filter(|(_, list, _)| is_anchor(lists[*list].sign));
        let anchors = phrased.fold(single, |all, (.., at)| all | at);
        let mut precede = vec![0; n];
        for (before, &after) in self.follow.iter().enumerate() {
            let mut rest: u128 = after;
            while rest != 0 {
                precede[rest.trailing_zeros() as usize] |= 1 << before;
                rest &= rest - 1;
            }
        }
        let skipped = usize::from(self.is_trigger);
        let rare = required.iter().skip(skipped).take_while(|(cost, _)| *cost <= COMMON).take(MAX_REQUIRED);
        let required: Box<[Class]> = rare.map(|(_, set)| telling.of(set.atoms.clone())).collect();
        let partner = required.first().copied();
        // A word inside a phrase has the other words of the phrase beside it; a word by itself has what the pattern says.
        let is_sign = |atom: &Atom| self.phrases.iter().any(|(_, list, _)| lists[*list].sign == *atom);
        let (signs, singles): (Vec<Atom>, Vec<Atom>) = anchor_atoms.into_iter().partition(is_sign);
        let mut found_by = Vec::new();
        if self.is_trigger && !singles.is_empty() {
            let around = self.around(single, beside, lists);
            found_by.push(Anchor { atoms: singles, partner, around });
        }
        if self.is_trigger && !signs.is_empty() {
            found_by.push(Anchor { atoms: signs, partner, around: Around::default() });
        }
        let program = Program {
            number: number as u32,
            filter: AtomFilter::of(places.iter().map(|place| place.atom)),
            places: ByAtom::new(places),
            phrases: self.phrases.into_iter().map(|(_, list, positions)| (list, positions)).collect(),
            precede: precede.into(),
            first: self.whole.first,
            last: self.whole.last,
            gaps: self.gaps,
            marks: self.marks,
            required,
            max_units: self.whole.max_units,
            anchors,
            anchor_offset,
            follow: self.follow.into(),
        };
        (program, found_by)
    }

    /// What must stand around a unit that fits one of these positions by itself; nothing where anything may.
    fn around(&self, positions: u128, classes: &mut Classes, lists: &[CompiledList]) -> Around {
        // Where a gap or a mark may stand, anything may.
        let open = self.gaps | self.marks;
        let phrased = self.phrases.iter().fold(0, |all, (.., at)| all | at);
        let mut sides = [[None; AROUND]; 2];
        for (is_after, side) in sides.iter_mut().enumerate() {
            let is_after = is_after == 1;
            let edge = if is_after { self.whole.last } else { self.whole.first };
            let mut at = positions;
            for (distance, class) in side.iter_mut().enumerate() {
                let beside = self.beside(at, is_after);
                // Farther away than a phrase may be anything.
                if at & edge != 0 || beside & open != 0 || (distance > 0 && at & phrased != 0) {
                    break;
                }
                let singles = self.atoms.iter().filter(|(_, at)| at & beside != 0).map(|&(atom, _)| atom);
                let phrases = self.phrases.iter().filter(|(.., at)| at & beside != 0);
                let ends = phrases.map(|&(head, list, _)| if is_after { head } else { lists[list].tail });
                *class = Some(classes.of(singles.chain(ends).collect()));
                at = beside;
            }
        }
        let [before, after] = sides;
        Around { before, after }
    }

    /// The positions directly after these, or before them.
    fn beside(&self, positions: u128, is_after: bool) -> u128 {
        let mut beside = 0;
        for (position, &follow) in self.follow.iter().enumerate() {
            if is_after && positions >> position & 1 == 1 {
                beside |= follow;
            } else if !is_after && follow & positions != 0 {
                beside |= 1 << position;
            }
        }
        beside
    }
}

/// By what a program is found in a text.
pub(super) struct Anchor {
    /// A unit with one of these.
    pub(super) atoms: Vec<Atom>,
    /// The rarest of the classes that must be in the same sentence.
    pub(super) partner: Option<Class>,
    /// What stands around it.
    pub(super) around: Around,
}

/// Why a pattern cannot be compiled.
pub(super) struct CompileError {
    /// A lasting name.
    pub(super) code: &'static str,
    /// What is wrong.
    pub(super) message: String,
    /// What to do.
    pub(super) hint: &'static str,
}

impl Compiler<'_> {
    /// Units of the longest phrase of a list; 1 if it has none.
    fn longest_phrase(&self, list: usize) -> usize {
        self.vocabulary().lists[list].phrases.all().map(|phrase| phrase.places.len()).max().unwrap_or(1)
    }
}
