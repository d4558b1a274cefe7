/*!
How a telling is built: which sentences are the narrator's, which question each answers, what its words are.

An *answer* is all that the narrator says from one question to the next. An interviewer who only shows that they listen asks nothing. A text
without questions has no answers.
*/

use super::parts::Parts;
use super::words::{Class, WordClasses, WordMemory};
use crate::document::{Document, Role, TokenKind};
use crate::segment::Segmentation;
use rustc_hash::FxHashMap;

/// Classes that every telling is read with.
pub(super) mod class {
    use super::Class;

    pub(crate) const FUNCTION: Class = 0;
    pub(crate) const BACKCHANNEL: Class = 1;
    pub(crate) const CLOSED_QUESTION: Class = 2;
    pub(crate) const OPEN_QUESTION: Class = 3;
    /// The first that is free for the measures.
    pub(crate) const FIRST_FREE: Class = 4;
}

/// One sentence of the narrator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    /// Index of the sentence.
    pub(super) sentence: usize,
    /// Index of the turn.
    pub(super) turn: usize,
    /// Index of the answer it belongs to.
    pub(super) answer: Option<usize>,
    /// Its words.
    pub(super) words: usize,
    /// Stems of its content words, sorted.
    pub(super) stems: Vec<u32>,
    /// Classes of its words, sorted.
    pub(super) classes: Vec<Class>,
}

impl Row {
    pub(super) fn has(&self, class: Class) -> bool {
        self.classes.binary_search(&class).is_ok()
    }
}

/// A question with its answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Answer {
    /// Words of the answer.
    pub(super) words: usize,
    /// First row of the answer.
    pub(super) first_row: usize,
    /// Stems of the question's content words, sorted.
    pub(super) asked: Vec<u32>,
    /// Whether yes or no would answer it.
    pub(super) is_closed: bool,
}

/// The structure of one document.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Telling {
    /// The narrator's sentences in order.
    pub(super) rows: Vec<Row>,
    /// The answers in order.
    pub(super) answers: Vec<Answer>,
    /// Median words of an answer; 0 without answers.
    pub(super) median_answer: f64,
}

/// What an interviewer has asked since the narrator last spoke.
#[derive(Default)]
struct Asked {
    has_question: bool,
    is_closed: bool,
    is_opened: bool,
    stems: Vec<u32>,
}

/// One sentence, whoever says it.
struct Said {
    row: Row,
    /// Whether it begins as a question does that yes or no would answer.
    is_closed: bool,
    /// Whether it only shows that somebody listens.
    is_listening: bool,
}

pub(super) fn telling(
    classes: &WordClasses,
    memory: &mut WordMemory,
    document: &Document,
    segmentation: &Segmentation,
    parts: &Parts<'_>,
) -> Telling {
    memory.prepare(segmentation.known.id());
    learn(classes, memory, document, segmentation, parts);
    let memory = &*memory;
    let said = parts.each(segmentation.sentences.len(), |range| {
        range.map(|number| said(memory, segmentation, number)).collect::<Vec<_>>()
    });
    gather(document, segmentation, said.into_iter().flatten())
}

/// Works out what all words of the document are. In parts, each part says which words are new, and they are worked out together: stems have their numbers once for all.
fn learn(
    classes: &WordClasses,
    memory: &mut WordMemory,
    document: &Document,
    segmentation: &Segmentation,
    parts: &Parts<'_>,
) {
    let Segmentation { tokens, words, .. } = segmentation;
    if parts.are_one() {
        return classes.learn(memory, &document.text, tokens, words);
    }
    let known = &*memory;
    let unmet = parts.each(tokens.len(), |range| {
        let mut unmet = FxHashMap::default();
        for at in range {
            if tokens[at].kind == TokenKind::Word && !known.knows(words[at]) {
                unmet.entry(words[at]).or_insert(at);
            }
        }
        let mut unmet: Vec<usize> = unmet.into_values().collect();
        unmet.sort_unstable();
        unmet
    });
    for at in unmet.concat() {
        classes.learn(memory, &document.text, &tokens[at..=at], &words[at..=at]);
    }
}

fn said(memory: &WordMemory, segmentation: &Segmentation, number: usize) -> Said {
    let sentence = &segmentation.sentences[number];
    let mut row = Row {
        sentence: number,
        turn: sentence.turn,
        answer: None,
        words: sentence.n_words,
        stems: Vec::new(),
        classes: Vec::new(),
    };
    let mut n_words = 0;
    let mut is_closed = false;
    let mut is_listening = true;
    let (tokens, words) = segmentation.of(sentence);
    for (token, &word) in tokens.iter().zip(words) {
        match token.kind {
            TokenKind::Word => {
                let info = memory.info(word);
                let classes = memory.classes(info);
                row.stems.extend(info.stem);
                row.classes.extend_from_slice(classes);
                is_listening = is_listening && classes.contains(&class::BACKCHANNEL);
                // The question word may have one word before it.
                is_closed |= n_words < 2 && classes.contains(&class::CLOSED_QUESTION);
                n_words += 1;
            }
            TokenKind::Number | TokenKind::Placeholder => is_listening = false,
            TokenKind::Aside | TokenKind::Punctuation => {}
        }
    }
    sort(&mut row.stems);
    row.classes.sort_unstable();
    row.classes.dedup();
    Said { row, is_closed, is_listening }
}

/// Gives what is said its place: which question it answers.
fn gather(document: &Document, segmentation: &Segmentation, said: impl Iterator<Item = Said>) -> Telling {
    let mut telling = Telling::default();
    let mut asked = Asked::default();
    for (sentence, Said { mut row, is_closed, is_listening }) in segmentation.sentences.iter().zip(said) {
        match document.speaker_of(sentence.turn).role {
            Role::Narrator => {
                if asked.has_question {
                    let Asked { is_closed, is_opened, mut stems, .. } = std::mem::take(&mut asked);
                    sort(&mut stems);
                    let (first_row, is_closed) = (telling.rows.len(), is_closed && !is_opened);
                    telling.answers.push(Answer { words: 0, first_row, asked: stems, is_closed });
                }
                row.answer = telling.answers.len().checked_sub(1);
                if let Some(answer) = telling.answers.last_mut() {
                    answer.words += row.words;
                }
                telling.rows.push(row);
            }
            Role::Interviewer if !is_listening => {
                asked.has_question = true;
                asked.is_closed = is_closed;
                asked.is_opened |= row.has(class::OPEN_QUESTION);
                asked.stems.extend(&row.stems);
            }
            Role::Interviewer | Role::Other => {}
        }
    }
    let mut lengths: Vec<usize> = telling.answers.iter().map(|answer| answer.words).collect();
    telling.median_answer = median(&mut lengths);
    telling
}

fn sort(numbers: &mut Vec<u32>) {
    numbers.sort_unstable();
    numbers.dedup();
}

pub(super) fn median(numbers: &mut [usize]) -> f64 {
    numbers.sort_unstable();
    let n = numbers.len();
    match n {
        0 => 0.0,
        n if n % 2 == 1 => numbers[n / 2] as f64,
        n => (numbers[n / 2 - 1] + numbers[n / 2]) as f64 / 2.0,
    }
}

/// Whether two sorted lists share a number.
pub(super) fn share_one(left: &[u32], right: &[u32]) -> bool {
    left.iter().any(|number| right.binary_search(number).is_ok())
}
