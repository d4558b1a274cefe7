/*!
Shows diagnostics as `rustc` does: code, place, the source line with a caret, what to do.
*/

use crate::diagnostic::{Diagnostic, Severity};
use crate::lexicon::File;
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};

/// Every diagnostic as text, one after the other. `folder` is put before the paths; `files` give the source lines.
pub fn render(diagnostics: &[Diagnostic], folder: &str, files: &[File], is_coloured: bool) -> String {
    let renderer = if is_coloured { Renderer::styled() } else { Renderer::plain() };
    let mut text = String::new();
    for diagnostic in diagnostics {
        let level = match diagnostic.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
        };
        let source = files.iter().find(|file| file.path == diagnostic.file).map_or("", |file| file.text.as_str());
        let path = format!("{folder}{}", diagnostic.file);
        // A caret under half a file helps nobody: a long stretch is marked by its first line.
        let start = (diagnostic.span.start as usize).min(source.len());
        let end = (diagnostic.span.end as usize).clamp(start, source.len());
        let end = source[start..end].find('\n').map_or(end, |at| start + at);
        let annotation = AnnotationKind::Primary.span(start..end).label(diagnostic.label.as_str());
        let group = Group::with_title(level.primary_title(diagnostic.message.as_str()).id(diagnostic.code));
        // Of a file that is not there, or empty, there is nothing to show but its name.
        let mut groups = vec![match source.is_empty() {
            true => group.element(Origin::path(path)),
            false => group.element(Snippet::source(source).path(path).annotation(annotation)),
        }];
        if !diagnostic.hint.is_empty() {
            groups[0] = std::mem::replace(&mut groups[0], Group::with_title(Level::NOTE.primary_title("")))
                .element(Level::HELP.message(diagnostic.hint.as_str()));
        }
        text.push_str(&renderer.render(&groups).to_string());
        text.push_str("\n\n");
    }
    text
}
