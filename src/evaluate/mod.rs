/*!
How well the lexicon agrees with coders: coded narratives → agreement by marker and by family.

A *coded narrative* ([`Coded`]) says of every sentence who speaks, and which markers a coder saw in it. [`read`] reads such narratives, [`judge`] has one
analysed and lays what was found beside what was coded, [`Tally`] counts, [`figures`] makes figures of the counts, and [`compare`] says what
a change of the lexicon did to them.

The unit is the **narrator's sentence, as the coder cut it**: in each, a marker was coded or not, and found or not. A match counts for the sentence in which it
begins, so the program may cut sentences in other places than the coder did. A family is coded, or found, where one of its markers is.

It opens no file and draws no random number but from a seed that it is given.

```
use throughline::analyzer::Analyzer;
use throughline::evaluate::{self, Bootstrap, Tally};
use throughline::lexicon;

let line = r#"{"document": "d1", "sentences": [
    {"speaker": "I", "text": "Was it hard?", "markers": []},
    {"speaker": "P", "text": "It was no big deal.", "markers": ["dismissing.minimising"]},
    {"speaker": "P", "text": "We moved in the spring.", "markers": []}]}"#.replace('\n', " ");
let file = lexicon::File { path: "gold.jsonl".into(), text: line };
let analyzer = Analyzer::new(lexicon::parse(&lexicon::builtin()).expect("no faults")).expect("all patterns compile");

let (coded, faults) = evaluate::read(&[file], analyzer.definitions());
assert!(faults.is_empty());
let mut worker = analyzer.worker();
let judged: Vec<_> = coded.into_iter().map(|coded| evaluate::judge(&analyzer, &mut worker, coded)).collect();
let tally = Tally::new(analyzer.definitions(), &judged);
let rows = evaluate::figures(&tally, Bootstrap::default());
let minimising = rows.iter().find(|row| row.name == "dismissing.minimising").expect("a row for every marker");
assert_eq!(minimising.counts.expect("markers have counts").support, 1);
```
*/

mod bootstrap;
mod compare;
mod features;
mod figures;
mod gold;
mod judge;

pub use bootstrap::{Bootstrap, Estimate};
pub(crate) use bootstrap::{Figures, interval as bootstrap_interval};
pub use compare::{Change, Comparison, compare};
pub use features::{Weighable, features};
pub use figures::{Counts, FIGURES, Level, Row, figures};
pub use gold::{Coded, CodedSentence, read};
pub(crate) use judge::is_found_as;
pub use judge::{Disagreement, Judged, JudgedSentence, Kind, disagreements, judge};

use crate::lexicon::Definitions;
use std::collections::BTreeSet;

/// What is counted: a family or a marker.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Label {
    /// [`Level::Family`] or [`Level::Marker`].
    pub level: Level,
    /// Its name: `dismissing`, `dismissing.minimising`.
    pub name: String,
}

/// The counts of one document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentCounts {
    /// Its name.
    pub document: String,
    /// For every label of the [`Tally`], how often it was coded, found, and both.
    pub counts: Vec<Counts>,
}

/// The counts of all documents: all that figures are made from. It holds no word of a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Every family of the lexicon, each followed by its markers.
    pub labels: Vec<Label>,
    /// The documents in order.
    pub documents: Vec<DocumentCounts>,
}

impl Tally {
    /// Counts what was coded and what was found.
    pub fn new(definitions: &Definitions, judged: &[Judged]) -> Tally {
        let mut labels: Vec<Label> = Vec::new();
        // For every marker the indices of its own label and of its family's.
        let mut places: Vec<[usize; 2]> = Vec::new();
        let mut family_at = 0;
        for marker in &definitions.markers {
            if labels.get(family_at).is_none_or(|label| label.name != marker.family) {
                family_at = labels.len();
                labels.push(Label { level: Level::Family, name: marker.family.clone() });
            }
            places.push([family_at, labels.len()]);
            labels.push(Label { level: Level::Marker, name: marker.name.clone() });
        }
        let documents = judged.iter().map(|judged| {
            let mut counts =
                vec![Counts { sentences: judged.sentences.len() as u64, ..Counts::default() }; labels.len()];
            for sentence in &judged.sentences {
                let labels_of = |markers: &mut dyn Iterator<Item = usize>| -> BTreeSet<usize> {
                    markers.flat_map(|marker| places[marker]).collect()
                };
                let coded = labels_of(&mut sentence.coded.iter().copied());
                let found = labels_of(&mut sentence.matches.iter().map(|found| definitions.rules[found.rule].marker));
                coded.iter().for_each(|&label| counts[label].support += 1);
                found.iter().for_each(|&label| counts[label].found += 1);
                coded.intersection(&found).for_each(|&label| counts[label].agreed += 1);
            }
            DocumentCounts { document: judged.document.id.clone(), counts }
        });
        let documents = documents.collect();
        Tally { labels, documents }
    }

    /// Narrator sentences in all documents.
    pub fn n_sentences(&self) -> u64 {
        self.documents.iter().filter_map(|document| document.counts.first()).map(|counts| counts.sentences).sum()
    }
}

#[cfg(test)]
mod tests;
