/*!
Web Annotations (<https://www.w3.org/TR/annotation-model/>): the matches of one document as an annotation collection in JSON-LD.

Each annotation says where by position (code points, end exclusive) and, unless quotations are to be left out, by the words and what stands around them, so that a text that
has changed a little is still found.
*/

use super::guid::guid;
use crate::analyzer::Analysis;
use crate::lexicon::Definitions;
use crate::report::{Options, made_by};
use crate::span::LineIndex;
use serde_json::{Value, json};
use std::io::{self, Write};

/// How many characters before and after a match are quoted.
const AROUND: usize = 32;

/// Writes the annotations of one document.
///
/// # Errors
/// What `out` says.
pub fn annotations(
    definitions: &Definitions,
    analysis: &Analysis,
    options: Options,
    out: &mut dyn Write,
) -> io::Result<()> {
    let document = &analysis.document;
    let text = &document.text;
    let index = LineIndex::new(text);
    let source = format!("urn:uuid:{}", guid(&["source", &document.id, text]));
    let mut items: Vec<Value> = Vec::with_capacity(analysis.matches.len());
    for found in &analysis.matches {
        let rule = &definitions.rules[found.rule];
        let marker = &definitions.markers[rule.marker];
        let (from, to) = (found.span.start as usize, found.span.end as usize);
        let (start, end) = (index.char_offset(text, from), index.char_offset(text, to));
        let own = guid(&["annotation", &source, &marker.name, &rule.id, &start.to_string(), &end.to_string()]);
        let mut selectors = vec![json!({ "type": "TextPositionSelector", "start": start, "end": end })];
        if !options.no_text {
            selectors.push(json!({
                "type": "TextQuoteSelector",
                "exact": &text[from..to],
                "prefix": last_characters(&text[..from]),
                "suffix": first_characters(&text[to..]),
            }));
        }
        items.push(json!({
            "id": format!("urn:uuid:{own}"),
            "type": "Annotation",
            "motivation": "classifying",
            "body": [
                { "type": "TextualBody", "purpose": "classifying", "value": marker.name },
                { "type": "TextualBody", "purpose": "describing", "value": format!("{}: rule {}", marker.title, rule.id), "language": "en" },
            ],
            "target": { "source": source, "selector": selectors },
        }));
    }
    let collection = json!({
        "@context": "http://www.w3.org/ns/anno.jsonld",
        "id": format!("urn:uuid:{}", guid(&["annotations", &source, &definitions.hash])),
        "type": "AnnotationCollection",
        "label": document.id,
        "creator": { "type": "Software", "name": made_by(definitions) },
        "total": items.len(),
        "first": {
            "id": format!("urn:uuid:{}", guid(&["page", &source, &definitions.hash])),
            "type": "AnnotationPage",
            "startIndex": 0,
            "items": items,
        },
    });
    serde_json::to_writer_pretty(&mut *out, &collection)?;
    out.write_all(b"\n")
}

fn last_characters(text: &str) -> &str {
    let from = text.char_indices().rev().nth(AROUND - 1).map_or(0, |(at, _)| at);
    &text[from..]
}

fn first_characters(text: &str) -> &str {
    let to = text.char_indices().nth(AROUND).map_or(text.len(), |(at, _)| at);
    &text[..to]
}
