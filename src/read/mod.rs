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
