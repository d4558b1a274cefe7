/*!
The whole way from a document to its analysis.

An [`Analyzer`] is made once from a lexicon and shared; it has no state that changes. A [`Worker`] is one thread's memory of words.
After loading, nothing here can fail.
*/

mod built_in;
mod check;
mod loosened;
mod never_found;

pub use check::{Checked, check, check_own};

use crate::diagnostic::Diagnostic;
use crate::document::{Document, Sentence};
use crate::hands::{Hands, OneByOne};
use crate::lexicon::Definitions;
use crate::matcher::{self, Match, Matcher, SentenceFeatures};
use crate::score::{Course, Observed, Parts, Score, Scorer, Stretch, Unit, UnitScore, WordMemory};
use crate::segment::{Abbreviations, Segmentation, segment_in_sections, segment_into};

/// A document of so many bytes is long.
const IN_SECTIONS: usize = 256 << 10;
/// Its sections have about so many.
const SECTION: usize = 128 << 10;

/// A compiled lexicon, ready to analyse documents from any number of threads.
pub struct Analyzer {
    definitions: Definitions,
    matcher: Matcher,
    abbreviations: Abbreviations,
    scorer: Scorer,
    unit: Unit,
}

/// What was found in one document.
#[derive(Clone, Debug)]
pub struct Analysis {
    /// The document itself.
    pub document: Document,
    /// All sentences of all turns.
    pub sentences: Vec<Sentence>,
    /// Matches in the narrator's sentences, in order of place.
    pub matches: Vec<Match>,
    /// The numbers.
    pub score: Score,
    /// The numbers of its parts, if they were asked for with [`Analyzer::by`].
    pub units: Vec<UnitScore>,
    /// The families over the course of the telling.
    pub course: Course,
    /// The families inside and outside of passages about what was hard.
    pub passages: [Stretch; 2],
    /// What each turn is about, as the question asked: an index into the topics of the lexicon.
    pub topics: Vec<Option<usize>>,
}

/// One thread's memory of words and room to work in. It belongs to the analyzer that made it.
pub struct Worker {
    lexicon: String,
    matcher: matcher::Worker,
    segmentation: Segmentation,
    words: WordMemory,
}

impl Worker {
    /// How often a pattern has read a word or mark, in all documents so far: the work of matching, whatever the machine.
    pub fn steps(&self) -> u64 {
        self.matcher.steps()
    }
}

impl Analyzer {
    /// Compiles the definitions.
    ///
    /// # Errors
    /// Every pattern that cannot be compiled.
    pub fn new(definitions: Definitions) -> Result<Analyzer, Vec<Diagnostic>> {
        let (analyzer, faults) = Analyzer::compile(definitions);
        if faults.is_empty() { Ok(analyzer) } else { Err(faults) }
    }

    /// Compiles what can be compiled, and says what cannot.
    fn compile(definitions: Definitions) -> (Analyzer, Vec<Diagnostic>) {
        let (matcher, faults) = Matcher::new(&definitions);
        (Analyzer::ready(definitions, matcher), faults)
    }

    fn ready(definitions: Definitions, matcher: Matcher) -> Analyzer {
        let abbreviations = Abbreviations::new(&definitions.abbreviations, &definitions.abbreviations_that_may_end)
            .with_openers(&definitions.sentence_openers);
        let scorer = Scorer::new(&definitions);
        Analyzer { definitions, matcher, abbreviations, scorer, unit: Unit::Document }
    }

    /// The same analyzer, which scores parts of documents, too.
    pub fn by(self, unit: Unit) -> Analyzer {
        Analyzer { unit, ..self }
    }

    /// The lexicon it was made from.
    pub fn definitions(&self) -> &Definitions {
        &self.definitions
    }

    /// A worker that knows no word yet.
    pub fn worker(&self) -> Worker {
        Worker {
            lexicon: self.definitions.hash.clone(),
            matcher: matcher::Worker::new(),
            segmentation: Segmentation::default(),
            words: WordMemory::default(),
        }
    }

    /// What the narrator's sentences are to a table of weights, and what rules alone find in them. For those who estimate weights.
    pub fn features(&self, worker: &mut Worker, document: &Document) -> (Vec<SentenceFeatures>, Vec<Match>) {
        self.segment(worker, document);
        let features = self.matcher.features(&mut worker.matcher, document, &worker.segmentation);
        let mut finds = self.matcher.finds(&mut worker.matcher, document, &worker.segmentation);
        // Where sentences are weighed weak rules are not tried.
        finds.retain(|find| !self.definitions.rules[find.rule].is_weak);
        (features, finds)
    }

    /// Analyses one document.
    pub fn analyze(&self, document: Document) -> Analysis {
        self.analyze_with(&mut self.worker(), document)
    }

    /// The same with a worker that is kept from document to document, which saves working the same words out again.
    pub fn analyze_with(&self, worker: &mut Worker, document: Document) -> Analysis {
        self.segment(worker, &document);
        let matches = self.matcher.matches(&mut worker.matcher, &document, &worker.segmentation);
        let definitions = &self.definitions;
        let Worker { segmentation, words, .. } = &mut *worker;
        let observed = self.scorer.observe(definitions, words, &document, segmentation, &matches, &Parts::ONE);
        let analysis = self.conclude(worker, document, matches, &observed, &OneByOne);
        Analysis { sentences: worker.segmentation.sentences.clone(), ..analysis }
    }

    /// The same of a document of any length: a long one is analysed in sections, by as many hands as there are. That gives what [`Analyzer::analyze_with`] gives, to the last bit.
    pub fn analyze_by(&self, hands: &dyn Hands, worker: &mut Worker, document: Document) -> Analysis {
        if document.text.len() < IN_SECTIONS {
            return self.analyze_with(worker, document);
        }
        self.analyze_in_sections(hands, worker, document, SECTION)
    }

    /// The same in sections of about so many bytes of text, however short the document is.
    pub fn analyze_in_sections(
        &self,
        hands: &dyn Hands,
        worker: &mut Worker,
        document: Document,
        n_bytes: usize,
    ) -> Analysis {
        self.make_own(worker);
        segment_in_sections(&document, &self.abbreviations, &mut worker.segmentation, hands, n_bytes);
        let Worker { matcher, segmentation, words, .. } = worker;
        let matches = self.matcher.matches_in_sections(matcher, &document, segmentation, hands, n_bytes);
        let definitions = &self.definitions;
        // A sentence is about a hundred bytes long.
        let parts = Parts::of(hands, n_bytes / 100);
        let observed = self.scorer.observe(definitions, words, &document, segmentation, &matches, &parts);
        let analysis = self.conclude(worker, document, matches, &observed, hands);
        // The room for a long document is not kept for the next.
        let Segmentation { sentences, known, .. } = std::mem::take(&mut worker.segmentation);
        worker.segmentation.known = known;
        Analysis { sentences, ..analysis }
    }

    /// The numbers of what was observed; the sentences are left out.
    fn conclude(
        &self,
        worker: &mut Worker,
        document: Document,
        matches: Vec<Match>,
        observed: &Observed,
        hands: &dyn Hands,
    ) -> Analysis {
        let definitions = &self.definitions;
        let score = self.scorer.document(definitions, &document, observed, hands);
        let topics = self.matcher.topics(&mut worker.matcher, &document, &worker.segmentation);
        let units = match self.unit {
            Unit::Document => Vec::new(),
            unit => self.scorer.units(definitions, &document, &worker.segmentation, &topics, observed, unit),
        };
        let course = self.scorer.course(observed);
        let passages = self.scorer.passages(definitions, observed);
        Analysis { document, sentences: Vec::new(), matches, score, units, course, passages, topics }
    }

    /// Makes a worker of another analyzer one of this.
    fn make_own(&self, worker: &mut Worker) {
        if worker.lexicon != self.definitions.hash {
            // What words are in another lexicon means nothing here.
            *worker = self.worker();
        }
    }

    /// Cuts the document into sentences, which the worker then holds.
    fn segment(&self, worker: &mut Worker, document: &Document) {
        self.make_own(worker);
        segment_into(document, &self.abbreviations, &mut worker.segmentation);
    }
}
