/*!
Over the course of the telling: each family in tenths of the narrator's words, and inside and outside of passages about what was hard.

A sentence belongs to the tenth in which its middle word stands. The tenths are those of the *telling*, not of the life told.
*/

use super::Scorer;
use super::observed::{Observed, Seen};
use crate::lexicon::Definitions;

/// How many stretches a telling is cut into.
const STRETCHES: usize = 10;

/// A telling in stretches.
pub type Course = Vec<Stretch>;

/// One stretch of a telling.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stretch {
    /// The narrator's words in it.
    pub words: usize,
    /// The narrator's sentences in it.
    pub sentences: usize,
    /// Matches of every family, in the order of the lexicon.
    pub families: Vec<usize>,
}

impl Scorer {
    /// The ten stretches of a telling.
    pub fn course(&self, observed: &Observed) -> Course {
        let mut course = vec![self.empty_stretch(); STRETCHES];
        let words: usize = observed.sentences.iter().map(|seen| seen.words).sum();
        let mut before = 0;
        for seen in &observed.sentences {
            let stretch = &mut course[place(before, seen, words)];
            before += seen.words;
            stretch.add(observed, seen, &self.family_of);
        }
        course
    }

    /// The sentences inside and those outside of the lexicon's passages, such as those about loss and trauma.
    pub fn passages(&self, definitions: &Definitions, observed: &Observed) -> [Stretch; 2] {
        let [mut inside, mut outside] = [self.empty_stretch(), self.empty_stretch()];
        let about = &definitions.passages;
        let is_about =
            |seen: &Seen| observed.counts(seen).iter().any(|(marker, _)| about.markers.binary_search(marker).is_ok());
        let is_one: Vec<bool> = observed.sentences.iter().map(is_about).collect();
        for (at, seen) in observed.sentences.iter().enumerate() {
            let last = (at + about.within).min(is_one.len() - 1);
            let is_inside = (at.saturating_sub(about.within)..=last)
                .any(|near| is_one[near] && observed.sentences[near].turn == seen.turn);
            let stretch = if is_inside { &mut inside } else { &mut outside };
            stretch.add(observed, seen, &self.family_of);
        }
        [inside, outside]
    }

    fn empty_stretch(&self) -> Stretch {
        Stretch { families: vec![0; self.n_families()], ..Stretch::default() }
    }
}

impl Stretch {
    fn add(&mut self, observed: &Observed, seen: &Seen, family_of: &[usize]) {
        self.words += seen.words;
        self.sentences += 1;
        for &(marker, count) in observed.counts(seen) {
            self.families[family_of[marker]] += count;
        }
    }
}

/// The stretch of a sentence with `before` words before it.
fn place(before: usize, seen: &Seen, words: usize) -> usize {
    // Twice the middle, so that whole numbers do.
    let middle = 2 * before + seen.words;
    (middle * STRETCHES / (2 * words).max(1)).min(STRETCHES - 1)
}
