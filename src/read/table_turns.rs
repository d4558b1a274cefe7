/*!
Whether the rows of a table are turns of talks, and which columns say whose turn each is and in which talk.

What the column with the speakers is called does not matter where what stands in it is plain: few names come again and again, in turn, and one of them mostly asks.
*/

use super::conventions::column_key;
use super::table::Table;
use super::table_columns::{Column, by_name, choice_note, short};
use crate::document::quoted;

/// The columns of a table with one turn a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct TurnColumns {
    pub(super) speaker: Option<Column>,
    /// The column whose value is that of the document; without it all rows are one.
    pub(super) id: Option<Column>,
}

impl Table {
    /// Decides whether a row is a turn, and notes what was decided if it is.
    pub(super) fn takes_turns(&mut self, all: &[Column], text: usize, asked_id: Option<usize>) -> bool {
        let Some(columns) = self.turn_columns(all, text, asked_id) else {
            return false;
        };
        let speaker = match &columns.speaker {
            Some(column) => format!("who speaks is read from the column {}", quoted(&short(&column.name))),
            None => "nobody is named".to_owned(),
        };
        let id = match &columns.id {
            Some(column) => format!("rows with one {} are one document", quoted(&short(&column.name))),
            None => "all rows are one document".to_owned(),
        };
        self.notes.push(choice_note(format!("every row is read as a turn: {speaker}, {id}")));
        self.columns.turns = Some(columns);
        true
    }

    /// The columns that make a row a turn, if they do.
    ///
    /// A column that says who speaks makes turns of the rows, unless every row has an id of its own and most have a speaker of their own: then they are
    /// documents. So does a pair of times beside the text, if nothing names the rows.
    fn turn_columns(&mut self, all: &[Column], text: usize, asked_id: Option<usize>) -> Option<TurnColumns> {
        let conventions = &self.options.conventions;
        let named = by_name(all, &conventions.speaker_columns).filter(|&at| at != text && asked_id != Some(at));
        let keys: Vec<String> = all.iter().map(|column| column_key(&column.name)).collect();
        let n_times = keys.iter().filter(|key| conventions.time_columns.contains(key)).count();
        let id_columns: Vec<usize> = (conventions.id_columns.iter())
            .filter_map(|key| keys.iter().position(|known| known == key))
            .filter(|&at| at != text && Some(at) != named)
            .collect();
        let speaker = named.or_else(|| self.talk_column(all, text).filter(|&at| asked_id != Some(at)));
        let id_columns: Vec<usize> = id_columns.into_iter().filter(|&at| Some(at) != speaker).collect();
        if speaker.is_none() && (n_times < 2 || asked_id.is_some() || all.len() > n_times + 1 + id_columns.len()) {
            return None;
        }
        self.look_ahead();
        let column = |at: Option<usize>| at.map(|at| all[at].clone());
        if asked_id.is_some() {
            return speaker.map(|_| TurnColumns { speaker: column(speaker), id: column(asked_id) });
        }
        let n_rows = self.values(&all[text]).len();
        let n_distinct = |at: usize| {
            let mut values = self.values(&all[at]);
            values.sort_unstable();
            values.dedup();
            values.len()
        };
        // An id that never comes again is that of a turn.
        if let Some(&id) = id_columns.iter().find(|&&at| n_distinct(at) < n_rows) {
            return Some(TurnColumns { speaker: column(speaker), id: column(Some(id)) });
        }
        let comes_again = speaker.is_some_and(|at| n_distinct(at) * 2 <= n_rows);
        let is_of_turns = id_columns.is_empty() || n_times > 0 || comes_again;
        is_of_turns.then(|| TurnColumns { speaker: column(speaker), id: None })
    }

    /// The values of a column in the first rows, row by row, without broken rows.
    fn values(&self, column: &Column) -> Vec<String> {
        let rows = self.ahead.iter().flatten().filter(|row| row.wrong_length(&self.columns).is_none());
        rows.map(|row| row.cell(column)).collect()
    }

    /// The column that says who speaks though it is called otherwise: few names come again and again, in turn, and one of them mostly asks.
    fn talk_column(&mut self, all: &[Column], text: usize) -> Option<usize> {
        if all.len() < 2 {
            return None;
        }
        self.look_ahead();
        let said = self.values(&all[text]);
        (0..all.len()).find(|&at| at != text && is_talk(&self.values(&all[at]), &said))
    }

    /// Whether the first row is no head: a column holds its value again, and it says who speaks.
    pub(super) fn has_no_head(&mut self, all: &[Column]) -> bool {
        let conventions = &self.options.conventions;
        let known = [
            &conventions.text_columns,
            &conventions.id_columns,
            &conventions.speaker_columns,
            &conventions.time_columns,
        ];
        if all.len() < 2 || known.iter().any(|keys| by_name(all, keys).is_some()) {
            return false;
        }
        let text = self.longest(all).unwrap_or_default();
        let with_first = |column: &Column| [vec![column.name.clone()], self.values(column)].concat();
        let said = with_first(&all[text]);
        let is_talk = |column: &Column| {
            let speakers = with_first(column);
            speakers[1..].contains(&column.name) && is_talk(&speakers, &said)
        };
        all.iter().any(|column| column.at != text && is_talk(column))
    }
}

/// How many speakers a talk has at most, where only their turns tell them.
const MOST_SPEAKERS: usize = 8;
/// The longest name of such a speaker, in characters.
const NAME_CHARS: usize = 40;

/// How much one speaker says.
struct Voice<'a> {
    name: &'a str,
    n_turns: usize,
    /// How many of them end with a question mark.
    n_questions: usize,
}

impl Voice<'_> {
    fn has_name(&self) -> bool {
        self.name.chars().any(char::is_alphabetic) && self.name.chars().count() <= NAME_CHARS
    }

    /// At least half of what is said asks.
    fn asks(&self) -> bool {
        self.n_turns > 1 && self.n_questions * 2 >= self.n_turns
    }

    /// At most a fifth of what is said asks.
    fn tells(&self) -> bool {
        self.n_turns > 1 && self.n_questions * 5 <= self.n_turns
    }
}

/// Whether these are the speakers of what is said, row by row: few, each again and again, in turn; half of what one of them says are questions, and next to nothing that another says.
fn is_talk(speakers: &[String], said: &[String]) -> bool {
    let mut voices: Vec<Voice> = Vec::new();
    for (name, said) in speakers.iter().zip(said) {
        let at = match voices.iter().position(|voice| voice.name == name) {
            Some(at) => at,
            None if voices.len() == MOST_SPEAKERS => return false,
            None => {
                voices.push(Voice { name, n_turns: 0, n_questions: 0 });
                voices.len() - 1
            }
        };
        voices[at].n_turns += 1;
        voices[at].n_questions += usize::from(said.trim_end().ends_with('?'));
    }
    let changes = speakers.windows(2).filter(|pair| pair[0] != pair[1]).count();
    voices.len() > 1
        && voices.iter().all(Voice::has_name)
        && voices.iter().any(Voice::asks)
        && voices.iter().any(Voice::tells)
        && changes * 2 >= speakers.len()
        && voices.len() * 2 <= speakers.len()
}
