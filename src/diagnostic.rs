/*!
One fault, said so that the author of a file can mend it: a code, what is wrong, where, and what to do.

Faults are *data*: they are collected (all of them, not the first) and shown at the rim, where the source line and a caret are added.
*/

use crate::span::Span;

/// So many of something, for a message.
pub(crate) fn counted(n: usize, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Works, but is probably not what was meant.
    Warning,
    /// The file cannot be used as it is.
    Error,
}

/// A fault in a file that a person wrote: a lexicon, a mapping, a coded narrative.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// A name that stays the same from version to version, such as `unknown-field`.
    pub code: &'static str,
    /// What is wrong, in one sentence without a full stop.
    pub message: String,
    /// The file, as it was given.
    pub file: String,
    /// Where in the file.
    pub span: Span,
    /// A few words that stand beside the caret.
    pub label: String,
    /// What to do about it; may be empty.
    pub hint: String,
}

impl Diagnostic {
    /// An error at `span` of `file`, without label or hint.
    pub fn error(code: &'static str, file: &str, span: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            severity: Severity::Error,
            code,
            message: message.into(),
            file: file.to_owned(),
            span,
            label: String::new(),
            hint: String::new(),
        }
    }

    /// A warning at `span` of `file`, without label or hint.
    pub fn warning(code: &'static str, file: &str, span: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic { severity: Severity::Warning, ..Diagnostic::error(code, file, span, message) }
    }

    /// The same with words beside the caret.
    pub fn label(mut self, label: impl Into<String>) -> Diagnostic {
        self.label = label.into();
        self
    }

    /// The same with advice.
    pub fn hint(mut self, hint: impl Into<String>) -> Diagnostic {
        self.hint = hint.into();
        self
    }

    /// Whether this is an error rather than a warning.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}
