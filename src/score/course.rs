/*!
Over the course of the telling: each family in tenths of the narrator's words.

A sentence belongs to the tenth in which its middle word stands. The tenths are those of the *telling*, not of the life told.
*/

use super::observed::{Observed, Seen};
use super::{families, family_names};
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

/// The ten stretches of a telling.
pub fn course(definitions: &Definitions, observed: &Observed) -> Course {
    let family_of = families(definitions);
    let n_families = family_names(definitions).len();
    let empty = Stretch { families: vec![0; n_families], ..Stretch::default() };
    let mut course = vec![empty; STRETCHES];
    let words: usize = observed.sentences.iter().map(|seen| seen.words).sum();
    let mut before = 0;
    for seen in &observed.sentences {
        let stretch = &mut course[place(before, seen, words)];
        before += seen.words;
        stretch.words += seen.words;
        stretch.sentences += 1;
        for &(marker, count) in observed.counts(seen) {
            stretch.families[family_of[marker]] += count;
        }
    }
    course
}

/// The stretch of a sentence with `before` words before it.
fn place(before: usize, seen: &Seen, words: usize) -> usize {
    // Twice the middle, so that whole numbers do.
    let middle = 2 * before + seen.words;
    (middle * STRETCHES / (2 * words).max(1)).min(STRETCHES - 1)
}
