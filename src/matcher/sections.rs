/*!
The matches of a long document, section by section.

A section is a row of the narrator's sentences. Three times all sections are gone through, by as many hands as there are; between them stands what belongs to the whole:

```text
read and weigh each sentence by itself        → means over the telling
search, with a margin of neighbours           → in how many sentences each family was found
add by weight, and the overlap law            → matches, in order
```

What a sentence has to do with others reaches no farther than that: `before` and `after` are looked up among all weights; a contrast goes on from the sentence before; a pair with a
marker looks at the finds of as many sentences as its rule says, so the margin is the farthest of these, and one more, whose own neighbour is not known. Near conditions and who is
meant read the sentences they need, wherever they stand. The units of a section are read anew each time: that is a small part of the work, and to hold them would take more memory than all the
rest.
*/

use super::compile::{CompiledKind, CompiledPartner};
use super::evidence::{NFound, Told};
use super::whole::Whole;
use super::{Find, Match, Matcher, Worker};
use crate::document::{Document, Role};
use crate::hands::{self, Hands};
use crate::segment::Segmentation;
use std::ops::Range;
use std::sync::{Mutex, PoisonError};

/// Workers that have nothing to do.
struct Idle(Mutex<Vec<Worker>>);

impl Idle {
    /// Does something with one of them, or with a new one.
    fn with<T>(&self, work: impl FnOnce(&mut Worker) -> T) -> T {
        let idle = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = idle().pop();
        let mut worker = taken.unwrap_or_default();
        let done = work(&mut worker);
        idle().push(worker);
        done
    }
}

/// What was found in a section before anything is added.
struct Searched {
    finds: Vec<Match>,
    n_found: NFound,
    /// What its sentences weigh without a find.
    totals: Vec<f32>,
}

impl Matcher {
    /// The same as [`Matcher::matches`], in sections of about `n_bytes` of text.
    pub fn matches_in_sections(
        &self,
        worker: &mut Worker,
        document: &Document,
        segmentation: &Segmentation,
        hands: &dyn Hands,
        n_bytes: usize,
    ) -> Vec<Match> {
        let whole = Whole::in_sections(document, segmentation, hands, n_bytes);
        let told = told(document, segmentation);
        let sections = hands::jobs(&told, |&number| segmentation.sentences[number].span.len(), n_bytes);
        let idle = Idle(Mutex::new(vec![std::mem::take(worker)]));
        let own = hands::collect(hands, sections.len(), |number| {
            idle.with(|worker| self.weigh_each(worker, &whole, &told[sections[number].clone()]))
        });
        let own = own.concat();
        let means = self.means(&own, told.len());
        let margin = self.margin();
        let searched = hands::collect(hands, sections.len(), |number| {
            let Range { start, end } = sections[number];
            let with_margin = start.saturating_sub(margin + 1)..(end + margin).min(told.len());
            idle.with(|worker| {
                self.read_some(worker, &whole, &told[with_margin.clone()], |_| true);
                self.add_up(&mut worker.told, &own, &means, with_margin.start, told.len());
                let here = start - with_margin.start..end - with_margin.start;
                let finds =
                    self.find_all(worker, &whole, here.clone(), |told, at| self.groups_worth_searching(told, at));
                let n_found = self.n_found(&self.has_find(&worker.told, &finds));
                Searched { finds, n_found, totals: self.totals(&worker.told, here) }
            })
        });
        drop(own);
        let n_found = searched.iter().fold(NFound::default(), |all, section| all.and(&section.n_found));
        let shares = self.shares(&n_found, told.len());
        let matches = hands::collect(hands, sections.len(), |number| {
            let Searched { finds, totals, .. } = &searched[number];
            idle.with(|worker| {
                self.prepare_to_add(worker, &whole, &told[sections[number].clone()], totals, told.len());
                let has_find = self.has_find(&worker.told, finds);
                let finds = self.add_by_weight(worker, &whole, &shares, &has_find, finds.clone());
                self.keep_longest_of_all(&finds)
            })
        });
        *worker = idle.with(std::mem::take);
        matches.concat()
    }

    /// What each of these sentences weighs by itself.
    fn weigh_each(&self, worker: &mut Worker, whole: &Whole<'_>, numbers: &[usize]) -> Vec<f32> {
        self.read_some(worker, whole, numbers, |_| true);
        self.weigh_own(worker, whole);
        std::mem::take(&mut worker.told.own)
    }

    /// Makes the worker hold what adding asks of these sentences: what they weigh, and the units of those that weigh enough for anything.
    fn prepare_to_add(&self, worker: &mut Worker, whole: &Whole<'_>, numbers: &[usize], totals: &[f32], n_told: usize) {
        let n_families = self.n_families();
        let may_be_added = |at: usize| self.is_heavy(&totals[at * n_families..][..n_families]);
        self.read_some(worker, whole, numbers, may_be_added);
        let Told { totals: own, n_all, .. } = &mut worker.told;
        own.extend_from_slice(totals);
        *n_all = n_told;
    }

    /// How many sentences away finds may decide about a find.
    fn margin(&self) -> usize {
        let within = self.rules.iter().map(|rule| match rule.kind {
            CompiledKind::Pair { partner: CompiledPartner::Marker(_), within, .. } => within,
            _ => 0,
        });
        within.max().unwrap_or(0)
    }
}

/// The sentences of the narrator.
pub(super) fn told(document: &Document, segmentation: &Segmentation) -> Vec<usize> {
    let sentences = segmentation.sentences.iter().enumerate();
    let told = sentences.filter(|(_, sentence)| document.speaker_of(sentence.turn).role == Role::Narrator);
    told.map(|(number, _)| number).collect()
}

/// Those of finds that are in the sentences of `here`.
pub(super) fn keep_own(finds: &mut Vec<Find>, here: &Range<usize>) {
    finds.retain(|find| here.contains(&find.sentence));
}
