/*!
What questions ask about: the topic of every turn.

The topics are patterns of the lexicon, in the language of its rules, looked for in what interviewers say. An answer has the topic of its question. A short question without a
topic (*And then?*) goes on with the one before it; a longer one asks about something that is not known.
*/

use crate::diagnostic::Diagnostic;
use crate::document::{Document, Role};
use crate::lexicon::Definitions;
use crate::pattern::{Compiler, Presence, Program, Search, Unit, Vocabulary, WordTable, read_units};
use crate::segment::Segmentation;
use crate::span::Span;

/// The most words of a question that goes on with the topic before it.
const FOLLOW_UP_WORDS: usize = 15;

/// The compiled topics of a lexicon.
pub(super) struct Topics {
    vocabulary: Vocabulary,
    programs: Vec<Program>,
    /// The programs of each topic.
    topics: Vec<Vec<usize>>,
}

/// One thread's memory of the words of questions.
#[derive(Default)]
pub(super) struct QuestionWords {
    table: WordTable,
    presence: Presence,
    units: Vec<Unit>,
    room: Vec<(u128, u128)>,
}

impl Topics {
    /// Compiles the topics. With them every pattern that cannot be compiled.
    pub(super) fn compile(definitions: &Definitions) -> (Topics, Vec<Diagnostic>) {
        let mut compiler = Compiler::new(definitions);
        let topics = definitions.topics.iter().map(|topic| compiler.patterns(&topic.patterns, None)).collect();
        let (vocabulary, programs, faults) = compiler.finish();
        (Topics { vocabulary, programs, topics }, faults)
    }

    /// The topic of every turn, as an index into the topics of the lexicon.
    pub(super) fn of_turns(
        &self,
        words: &mut QuestionWords,
        document: &Document,
        segmentation: &Segmentation,
    ) -> Vec<Option<usize>> {
        let mut topics = Vec::with_capacity(document.turns.len());
        let is_asked = document.speakers.iter().any(|speaker| speaker.role == Role::Interviewer);
        if self.topics.is_empty() || !is_asked {
            topics.resize(document.turns.len(), None);
            return topics;
        }
        let mut current = None;
        let mut sentences = segmentation.sentences.iter().enumerate().peekable();
        for turn in 0..document.turns.len() {
            let is_question = document.speaker_of(turn).role == Role::Interviewer;
            let (mut found, mut n_words) = (None, 0);
            while let Some((number, sentence)) = sentences.next_if(|(_, sentence)| sentence.turn <= turn) {
                if is_question && sentence.turn == turn {
                    n_words += sentence.n_words;
                    self.read(number, words, document, segmentation);
                    let topic = (0..self.topics.len()).find(|&topic| {
                        let mut search = words.search(&self.vocabulary);
                        self.topics[topic].iter().any(|&program| self.programs[program].is_found(&mut search))
                    });
                    found = topic.or(found);
                }
            }
            if is_question && (found.is_some() || n_words > FOLLOW_UP_WORDS) {
                current = found;
            }
            topics.push(current);
        }
        topics
    }

    /// Where the text speaks of the topic.
    pub(super) fn finds(
        &self,
        topic: usize,
        words: &mut QuestionWords,
        document: &Document,
        segmentation: &Segmentation,
    ) -> Vec<Span> {
        let mut spans = Vec::new();
        for number in 0..segmentation.sentences.len() {
            self.read(number, words, document, segmentation);
            for &program in self.topics.get(topic).into_iter().flatten() {
                let mut found = Vec::new();
                self.programs[program].all(&mut words.search(&self.vocabulary), |find| found.push(find));
                spans.extend(found.into_iter().map(|find| {
                    let token = |unit: usize| segmentation.tokens[words.units[unit].token as usize].span;
                    Span::new(token(find.start).start as usize, token(find.end - 1).end as usize)
                }));
            }
        }
        spans
    }

    /// Reads the words of one sentence.
    fn read(&self, number: usize, words: &mut QuestionWords, document: &Document, segmentation: &Segmentation) {
        let sentence = segmentation.sentences[number];
        let tokens = &segmentation.tokens[sentence.first_token..sentence.end_token];
        words.table.prepare(&self.vocabulary);
        read_units(&document.text, tokens, sentence.first_token, &self.vocabulary, &mut words.table, &mut words.units);
        words.presence.of(&self.vocabulary, &words.table, &words.units);
    }
}

impl QuestionWords {
    fn search<'a>(&'a mut self, vocabulary: &'a Vocabulary) -> Search<'a> {
        Search { vocabulary, table: &self.table, units: &self.units, presence: &self.presence, room: &mut self.room }
    }
}
