/*!
Who said what → a [`Document`]: for the formats that know it, and need no labels to be found.

The text is made here, one turn a line, `Label: words`. What one speaker says in pieces that follow each other is one turn; a piece without a
speaker goes on with the one before it.
*/

use super::narrator::{self, Voice};
use super::{Options, encoding, finish, is_too_long};
use crate::document::{Document, Note, Speaker, Turn};
use crate::span::Span;
use rustc_hash::FxHashMap;

/// A piece of speech.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Utterance {
    /// Who says it; empty where the format does not say.
    pub(super) speaker: String,
    /// What is said.
    pub(super) text: String,
}

/// A document of these utterances, in their order. `heading` may name the narrator. Where nobody is named, labels are looked for in the text.
pub(super) fn document(
    id: String,
    utterances: Vec<Utterance>,
    heading: &str,
    notes: Vec<Note>,
    options: &Options,
) -> Document {
    if utterances.iter().any(|utterance| !utterance.speaker.trim().is_empty()) {
        return labelled(id, utterances, heading, notes, options);
    }
    let lines: Vec<&str> = utterances.iter().map(|utterance| utterance.text.trim()).collect();
    let found = super::document(id, lines.join("\n"), notes.clone(), options);
    if found.speakers.iter().all(|speaker| speaker.label.is_empty()) {
        return found;
    }
    // Every piece may carry its label, as captions do: pieces of one speaker become one turn.
    let heading = found.turns.first().map_or("", |turn| &found.text[..turn.span.start as usize]).to_owned();
    let utterances = found.turns.iter().map(|turn| Utterance {
        speaker: found.speakers[turn.speaker].label.clone(),
        text: found.text[turn.span.range()].to_owned(),
    });
    let utterances = utterances.collect();
    labelled(found.id, utterances, &heading, notes, options)
}

fn labelled(id: String, utterances: Vec<Utterance>, heading: &str, notes: Vec<Note>, options: &Options) -> Document {
    let mut document = Document { id, notes, ..Document::default() };
    let mut voices: Vec<Voice> = Vec::new();
    let mut by_label: FxHashMap<String, usize> = FxHashMap::default();
    let mut n_mended = 0;
    for utterance in utterances {
        let mut said = utterance.text;
        encoding::unify_line_breaks(&mut said);
        n_mended += encoding::mend_apostrophes(&mut said);
        let said = said.trim();
        if said.is_empty() {
            continue;
        }
        let label = utterance.speaker.split_whitespace().collect::<Vec<_>>().join(" ");
        let speaker = match (document.turns.last(), by_label.get(&label)) {
            (Some(turn), _) if label.is_empty() => turn.speaker,
            (_, Some(&speaker)) => speaker,
            _ => {
                voices.push(Voice::new(&label));
                by_label.insert(label.clone(), voices.len() - 1);
                voices.len() - 1
            }
        };
        voices[speaker].hear(said);
        match document.turns.last_mut() {
            Some(turn) if turn.speaker == speaker => {
                document.text.push(' ');
                document.text.push_str(said);
                turn.span = Span::new(turn.span.start as usize, document.text.len());
            }
            _ => {
                if !document.text.is_empty() {
                    document.text.push('\n');
                }
                if !label.is_empty() {
                    document.text.push_str(&label);
                    document.text.push_str(": ");
                }
                let start = document.text.len();
                document.text.push_str(said);
                document.turns.push(Turn { span: Span::new(start, document.text.len()), speaker });
            }
        }
        if is_too_long(&mut document) {
            document.turns.clear();
            return document;
        }
    }
    encoding::clean_controls(&mut document.text, &mut document.notes);
    document.notes.extend(encoding::mended(n_mended));
    let (roles, notes) = narrator::choose(&voices, heading, options);
    document.speakers =
        voices.into_iter().zip(roles).map(|(voice, role)| Speaker { label: voice.label, role }).collect();
    document.notes.extend(notes);
    finish(&mut document, options);
    document
}
