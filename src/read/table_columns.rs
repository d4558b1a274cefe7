/*!
Which columns of a table hold the text and the names of its rows: as asked for, else by what they are called, else by what stands in the first rows.

It is the same for columns of cells and fields of objects. Nothing is chosen without a note.
*/

use super::conventions::column_key;
use super::table::{Row, Table};
use super::table_turns::TurnColumns;
use super::{Problem, file};
use crate::document::{Note, NoteKind, quoted};

/// How many columns a message names at most.
const NAMED_COLUMNS: usize = 20;

/// A column of cells, or a field of objects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Column {
    /// Where it stands among the others, from 0.
    pub(super) at: usize,
    pub(super) name: String,
}

impl Column {
    /// All columns of a table, by their names.
    pub(super) fn all(names: impl Iterator<Item = String>) -> Vec<Column> {
        names.enumerate().map(|(at, name)| Column { at, name }).collect()
    }
}

/// What was chosen.
#[derive(Clone, Debug, Default)]
pub(super) struct Columns {
    /// How many cells a row has. Objects have fields as they like.
    pub(super) n_cells: usize,
    pub(super) text: Option<Column>,
    /// The column that names the rows, where a row is a document.
    pub(super) id: Option<Column>,
    /// Which columns say whose turn a row is, if a row is a turn.
    pub(super) turns: Option<TurnColumns>,
}

/// What the names of columns are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Named {
    /// Those of columns of cells, of which one may say who speaks.
    Columns,
    /// Numbers of columns, because the first row is long text: such rows are documents.
    Numbers,
    /// Those of fields.
    Fields,
    /// Those of fields, one of which holds turns.
    FieldsWithTurns,
}

impl Named {
    fn is_of_fields(self) -> bool {
        matches!(self, Named::Fields | Named::FieldsWithTurns)
    }

    /// Whether a row may be a turn.
    fn may_be_turns(self) -> bool {
        matches!(self, Named::Columns | Named::Fields)
    }
}

/// Chooses among these columns.
pub(super) fn choose_columns(mut table: Table, all: &[Column], named: Named) -> Result<Table, Problem> {
    let asked = |column: &Option<String>| column.as_deref().map(|name| find(all, name)).transpose();
    let asked_text = asked(&table.options.text_column)?;
    let text = table.text_column(all, named, asked_text);
    let asked_id = asked(&table.options.id_column)?;
    table.columns.text = text.map(|at| all[at].clone());
    if let Some(at) = text.filter(|_| named.may_be_turns())
        && table.takes_turns(all, at, asked_id)
    {
        return Ok(table);
    }
    let id = match asked_id {
        Some(at) => Some(chosen(&mut table.notes, "id", &all[at], "as asked for")),
        None => match by_name(all, &table.options.conventions.id_columns).filter(|&at| Some(at) != text) {
            Some(at) => Some(chosen(&mut table.notes, "id", &all[at], "by its name")),
            None => {
                let what = if named.is_of_fields() { "field" } else { "column" };
                table.notes.push(choice_note(format!("no {what} names the rows; they are numbered")));
                None
            }
        },
    };
    table.columns.id = id.map(|at| all[at].clone());
    Ok(table)
}

/// The fields of these rows, in the order of their first appearance.
pub(super) fn fields_of<'a>(rows: impl Iterator<Item = &'a Row>) -> Vec<Column> {
    let mut names: Vec<&String> = Vec::new();
    for row in rows {
        let Row::Object(object) = row else { continue };
        for name in object.fields.keys() {
            if !names.contains(&name) {
                names.push(name);
            }
        }
    }
    Column::all(names.into_iter().cloned())
}

impl Table {
    /// Where the text stands; no field may hold any.
    fn text_column(&mut self, all: &[Column], named: Named, asked: Option<usize>) -> Option<usize> {
        let by_name = by_name(all, &self.options.conventions.text_columns);
        match (asked, by_name) {
            (Some(at), _) => Some(chosen(&mut self.notes, "text", &all[at], "as asked for")),
            (None, _) if named == Named::FieldsWithTurns => {
                self.notes.push(choice_note("the text is read from turns that say who speaks".to_owned()));
                by_name
            }
            (None, _) if all.len() == 1 && !named.is_of_fields() => {
                Some(chosen(&mut self.notes, "text", &all[0], "the only column"))
            }
            (None, Some(at)) => Some(chosen(&mut self.notes, "text", &all[at], "by its name")),
            (None, None) => {
                // A table of cells has a text, if it is an empty one.
                let at = self.longest(all).or(if named.is_of_fields() { None } else { Some(0) })?;
                Some(guessed(&mut self.notes, &all[at]))
            }
        }
    }

    /// Reads the first rows and returns the column with most text in them, if there is any.
    pub(super) fn longest(&mut self, all: &[Column]) -> Option<usize> {
        self.look_ahead();
        let whole = || self.ahead.iter().flatten().filter(|row| row.wrong_length(&self.columns).is_none());
        let lengths: Vec<usize> = all.iter().map(|column| whole().map(|row| row.length(column)).sum()).collect();
        let most = lengths.iter().copied().max().filter(|&n| n > 0)?;
        lengths.iter().position(|&length| length == most)
    }
}

/// The column the user asked for: by its exact name, else by its key. Otherwise a problem that names those there are.
fn find(all: &[Column], wanted: &str) -> Result<usize, Problem> {
    let key = column_key(wanted);
    let exact = all.iter().position(|column| column.name == wanted);
    exact.or_else(|| all.iter().position(|column| column_key(&column.name) == key)).ok_or_else(|| {
        let names: Vec<String> = all.iter().take(NAMED_COLUMNS).map(|column| quoted(&short(&column.name))).collect();
        let mut names = names.join(", ");
        if all.len() > NAMED_COLUMNS {
            names.push_str(&format!(" and {} more", all.len() - NAMED_COLUMNS));
        }
        file::refused(&format!("there is no column {}; the columns are {names}", quoted(&short(wanted))))
    })
}

/// The best column by its name.
pub(super) fn by_name(all: &[Column], keys: &[String]) -> Option<usize> {
    let names: Vec<String> = all.iter().map(|column| column_key(&column.name)).collect();
    keys.iter().find_map(|key| names.iter().position(|name| name == key))
}

/// Notes which column was chosen, and why, and returns where it is.
fn chosen(notes: &mut Vec<Note>, what: &str, column: &Column, why: &str) -> usize {
    let name = quoted(&short(&column.name));
    notes.push(choice_note(format!("the {what} is read from the column {name}, {why}")));
    column.at
}

/// Notes that the column with the longest texts is taken as the text, which is a guess, and returns where it is.
fn guessed(notes: &mut Vec<Note>, column: &Column) -> usize {
    let name = quoted(&short(&column.name));
    let message = format!("the text is read from the column {name}, which has the longest texts");
    notes.push(table_note(message, None));
    column.at
}

/// A choice that is worth knowing and no reason to doubt.
pub(super) fn choice_note(message: String) -> Note {
    Note { kind: NoteKind::Columns, message, line: None }
}

/// A reason to doubt the table.
pub(super) fn table_note(message: String, line: Option<usize>) -> Note {
    Note { kind: NoteKind::Table, message, line }
}

/// At most 40 characters of a name.
pub(super) fn short(name: &str) -> String {
    if name.chars().count() <= 40 { name.to_owned() } else { name.chars().take(39).chain(['…']).collect() }
}
