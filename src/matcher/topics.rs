/*!
What questions ask about: the topic of every turn.

The topics are patterns of the lexicon, in the language of its rules, looked for in what interviewers say. An answer has the topic of its question. A short question without a
topic (*And then?*) goes on with the one before it; a longer one asks about something that is not known.
*/

use super::{Matcher, Worker};
use crate::document::{Document, Role};
use crate::segment::Segmentation;

/// The most words of a question that goes on with the topic before it.
const FOLLOW_UP_WORDS: usize = 15;

impl Matcher {
    /// The topic of every turn, as an index into the topics of the lexicon.
    pub fn topics(&self, worker: &mut Worker, document: &Document, segmentation: &Segmentation) -> Vec<Option<usize>> {
        let mut topics = Vec::with_capacity(document.turns.len());
        let is_asked = document.speakers.iter().any(|speaker| speaker.role == Role::Interviewer);
        if self.topics.is_empty() || !is_asked {
            topics.resize(document.turns.len(), None);
            return topics;
        }
        worker.table.prepare(&self.vocabulary, segmentation.known.id());
        let mut current = None;
        let mut sentences = segmentation.sentences.iter().enumerate().peekable();
        for turn in 0..document.turns.len() {
            let is_question = document.speaker_of(turn).role == Role::Interviewer;
            let (mut found, mut n_words) = (None, 0);
            while let Some((number, sentence)) = sentences.next_if(|(_, sentence)| sentence.turn <= turn) {
                if is_question && sentence.turn == turn {
                    n_words += sentence.n_words;
                    let mut search = self.search_in(worker, document, segmentation, number);
                    let mut is_found = |&program: &usize| self.programs.at(program).is_found(&mut search);
                    found = self.topics.iter().position(|topic| topic.iter().any(&mut is_found)).or(found);
                }
            }
            if is_question && (found.is_some() || n_words > FOLLOW_UP_WORDS) {
                current = found;
            }
            topics.push(current);
        }
        topics
    }
}
