/*!
From the tree of a pattern to its program (Glushkov 1961): positions, what may follow what, and by which words a match is found.
*/

use super::classes::Classes;
use super::compiler::Compiler;
use super::pool::{PhraseClasses, PoolInMaking};
use super::program::{Positions, Program, ones};
use super::vocabulary::{AROUND, Around, CompiledList, FIRST_WORD_ATOM, Signs, mark_atom};
use super::{Atom, Class, Group};
use crate::lexicon::Node;

const MAX_POSITIONS: usize = Positions::BITS as usize;

/// The code of the fault of a pattern with too many positions.
pub(super) const TOO_LONG: &str = "pattern-too-long";

/// A class that units belong to more often than this, per million, is in too many sentences for its presence to tell much of a program that has an anchor.
const COMMON: f32 = 20_000.0;

/// The same of a program that has no anchor and is looked for from the first word to the last: there a class may be in more sentences and still spare work.
const COMMON_WITHOUT_ANCHOR: f32 = 50_000.0;

/// So many classes of which a sentence must have a unit are looked at for each program.
pub(super) const MAX_REQUIRED: usize = 3;

/// A program in the making.
pub(super) struct Builder {
    /// Of a program that is found through its anchors.
    group: Option<Group>,
    atoms: Vec<(Atom, Positions)>,
    phrases: Vec<(Atom, usize, Positions)>,
    follow: Vec<Positions>,
    gaps: Positions,
    marks: Positions,
    whole: Part,
}

/// A part of a pattern while it is compiled.
#[derive(Default)]
struct Part {
    first: Positions,
    last: Positions,
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
    pub(super) fn new(group: Option<Group>) -> Builder {
        Builder {
            group,
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
        if self.whole.is_optional || (self.group.is_some() && !self.whole.has_word()) {
            return Err(CompileError {
                code: "no-anchor",
                message: "nothing in this pattern has to be there".into(),
                hint: "write at least one word, stem or @list that cannot be left out",
            });
        }
        Ok(())
    }

    fn position(&mut self) -> Result<Positions, CompileError> {
        if self.follow.len() == MAX_POSITIONS {
            return Err(CompileError {
                code: TOO_LONG,
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
        costs: &[f32],
        telling: &mut Classes,
        placed: &mut Classes,
        lists: &[CompiledList],
        pool: &mut PoolInMaking,
    ) -> (Program, Vec<Anchor>) {
        let n = self.follow.len();
        let phrased = self.phrases.iter().fold(0, |all, (.., at)| all | at);
        let single_classes: Vec<Option<Class>> = (0..n).map(|position| self.single_class(position, placed)).collect();
        let phrase_classes: Vec<PhraseClasses> =
            ones(phrased).map(|position| self.phrase_classes(position, placed, lists)).collect();
        let cost = |set: &Required| set.atoms.iter().map(|&atom| costs[atom as usize]).sum::<f32>();
        let required = std::mem::take(&mut self.whole.required);
        let mut required: Vec<(f32, Required)> = required.into_iter().map(|set| (cost(&set), set)).collect();
        required.sort_by(|(a, _), (b, _)| a.total_cmp(b));
        let (anchor_atoms, anchor_offset) =
            required.first().map_or((Vec::new(), 0), |(_, anchor)| (anchor.atoms.clone(), anchor.offset.1));
        let is_anchor = |atom: Atom| anchor_atoms.contains(&atom);
        let single = self.atoms.iter().filter(|(atom, _)| is_anchor(*atom)).fold(0, |all, (_, at)| all | at);
        let by_phrase = self.phrases.iter().filter(|(_, list, _)| is_anchor(lists[*list].sign));
        let anchors = by_phrase.fold(single, |all, (.., at)| all | at);
        let mut precede = vec![0; n];
        for (before, &after) in self.follow.iter().enumerate() {
            ones(after).for_each(|after| precede[after] |= 1 << before);
        }
        let (skipped, common) = if self.group.is_some() { (1, COMMON) } else { (0, COMMON_WITHOUT_ANCHOR) };
        let rare = required.iter().skip(skipped).take_while(|(cost, _)| *cost <= common).take(MAX_REQUIRED);
        let mut classes = rare.map(|(_, set)| telling.of(set.atoms.clone()));
        let required = std::array::from_fn(|_| classes.next());
        let partner = required[0];
        let found_by = match self.group {
            Some(group) => self.anchors(group, single, anchor_atoms, partner, placed, lists),
            None => Vec::new(),
        };
        let phrases: Vec<(u32, Positions)> =
            self.phrases.into_iter().map(|(_, list, positions)| (list as u32, positions)).collect();
        let program = Program {
            singles: pool.singles.stretch(&single_classes),
            phrased,
            phrase_classes: pool.phrase_classes.stretch(&phrase_classes),
            phrases: pool.phrases.stretch(&phrases),
            precede: pool.follow.stretch(&precede),
            first: self.whole.first,
            last: self.whole.last,
            gaps: self.gaps,
            required,
            max_units: self.whole.max_units,
            anchors,
            anchor_offset,
            follow: pool.follow.stretch(&self.follow),
        };
        (program, found_by)
    }

    /// By what a program of this group is found: the atoms of its anchor, which fit the positions `single` by themselves, each with what must be beside it.
    fn anchors(
        &self,
        group: Group,
        single: Positions,
        atoms: Vec<Atom>,
        partner: Option<Class>,
        placed: &mut Classes,
        lists: &[CompiledList],
    ) -> Vec<Anchor> {
        // A word inside a phrase has the other words of the phrase beside it; a word by itself has what the pattern says.
        let is_sign = |atom: &Atom| self.phrases.iter().any(|(_, list, _)| lists[*list].sign == *atom);
        let (signs, singles): (Vec<Atom>, Vec<Atom>) = atoms.into_iter().partition(is_sign);
        let mut found_by = Vec::new();
        // Each position has its own surroundings.
        for position in ones(single) {
            let fits = |&&(_, at): &&(Atom, Positions)| at >> position & 1 == 1;
            let atoms = self.atoms.iter().filter(fits).map(|&(atom, _)| atom);
            let atoms = atoms.filter(|atom| singles.contains(atom)).collect();
            let around = self.around(1 << position, placed, lists);
            found_by.push(Anchor { group, atoms, partner, around, position: Some(position as u8) });
        }
        // A sign that could be led could open, too, in another phrase: each has its own slot.
        for &(_, list, _) in self.phrases.iter().filter(|(_, list, _)| signs.contains(&lists[*list].sign)) {
            let Signs { led, leader, opening, follower } = lists[list].signs;
            let mut before = Around::default();
            before.before[0] = Some(placed.of(vec![leader]));
            found_by.push(Anchor { group, atoms: vec![led], partner, around: before, position: None });
            let mut after = Around::default();
            after.after[0] = Some(placed.of(vec![follower]));
            found_by.push(Anchor { group, atoms: vec![opening], partner, around: after, position: None });
        }
        found_by
    }

    /// What a unit must be to fit the position by itself; none for a gap.
    fn single_class(&self, position: usize, classes: &mut Classes) -> Option<Class> {
        let atoms: Vec<Atom> =
            self.atoms.iter().filter(|(_, at)| at >> position & 1 == 1).map(|&(atom, _)| atom).collect();
        (!atoms.is_empty()).then(|| classes.of(atoms))
    }

    /// What a unit must be to stand in a phrase at the position.
    fn phrase_classes(&self, position: usize, classes: &mut Classes, lists: &[CompiledList]) -> PhraseClasses {
        let here = || self.phrases.iter().filter(move |(.., at)| at >> position & 1 == 1);
        PhraseClasses {
            head: classes.of(here().map(|&(head, ..)| head).collect()),
            tail: classes.of(here().map(|&(_, list, _)| lists[list].tail).collect()),
            sign: classes.of(here().map(|&(_, list, _)| lists[list].sign).collect()),
        }
    }

    /// What must stand around a unit that fits one of these positions by itself; nothing where anything may.
    fn around(&self, positions: Positions, classes: &mut Classes, lists: &[CompiledList]) -> Around {
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
    fn beside(&self, positions: Positions, is_after: bool) -> Positions {
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
    /// What the program is searched for with.
    pub(super) group: Group,
    /// A unit with one of these.
    pub(super) atoms: Vec<Atom>,
    /// The rarest of the classes that must be in the same sentence.
    pub(super) partner: Option<Class>,
    /// What stands around it.
    pub(super) around: Around,
    /// The position that it fits by itself; none if it is a word of a phrase.
    pub(super) position: Option<u8>,
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
