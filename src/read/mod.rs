//! (being written)
use crate::document::{Document, Role, Speaker, Turn};
use crate::span::Span;
/// t
pub fn text(id: &str, bytes: Vec<u8>) -> Document {
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let mut d = Document { id: id.into(), speakers: vec![Speaker { label: "I".into(), role: Role::Interviewer }, Speaker { label: "P".into(), role: Role::Narrator }], ..Document::default() };
    let mut at = 0;
    for line in text.split('\n') {
        let speaker = usize::from(!line.starts_with("I"));
        let skip = if line.starts_with("I:") || line.starts_with("P:") { 2 } else if line.starts_with("Interviewer:") { 12 } else { 0 };
        d.turns.push(Turn { span: Span::new(at + skip, at + line.len()), speaker });
        at += line.len() + 1;
    }
    d.text = text;
    d
}
/// o
#[derive(Clone, Default)]
pub struct Options {
/// n
pub narrator: Vec<String>, 
/// i
pub interviewer: Vec<String>, 
/// t
pub text_column: Option<String>, 
/// d
pub id_column: Option<String>, 
/// c
pub conventions: Conventions }
/// c
#[derive(Clone, Default)]
pub struct Conventions;
impl Conventions { 
/// p
pub fn parse(_: &str, _: &str) -> Result<Conventions, Vec<crate::diagnostic::Diagnostic>> { Ok(Conventions) } }
/// f
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format { 
/// t
Text, 
/// c
Csv, 
/// t
Tsv, 
/// j
Jsonl }
impl Format { 
/// o
pub fn of_name(name: &str) -> Option<Format> { name.ends_with(".txt").then_some(Format::Text) } }
/// p
#[derive(Debug)]
pub struct Problem { 
/// r
pub row: Option<usize>, 
/// l
pub line: Option<usize>, 
/// m
pub message: String }
/// t
pub struct Table { 
/// n
pub notes: Vec<crate::document::Note> }
impl Iterator for Table { type Item = Result<Document, Problem>; fn next(&mut self) -> Option<Self::Item> { None } }
/// t
pub fn table(_: Box<dyn std::io::Read + Send>, _: Format, _: &str, _: &Options) -> Result<Table, Problem> { Ok(Table { notes: Vec::new() }) }
/// t
pub fn text_with(id: &str, bytes: Vec<u8>, _: &Options) -> Document { text(id, bytes) }
