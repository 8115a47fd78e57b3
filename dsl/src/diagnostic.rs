//! A finding: what is wrong, on which word, because of what, and what to do.

use crate::sentence::{Sentence, say};
use crate::syntax::Span;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing; never fails a check.
    Note,
    /// Suspicious; fails a check under `--deny warnings`.
    Warning,
    /// Wrong: the definition is not compiled.
    Error,
}

/// A place in a file and what to say there.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Label {
    /// Where.
    pub span: Span,
    /// What to say at that place.
    pub text: Sentence,
}

/// What the checker has to say about one cause.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Finding {
    /// Its stable id, such as `name-unknown`: the name of its page in `docs/findings/`.
    pub id: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong, in the author's words: lower case, no full stop, names in backticks.
    pub message: Sentence,
    /// The very word.
    pub primary: Label,
    /// "Because": the other places that make it wrong.
    pub because: Vec<Label>,
    /// What to do: one line.
    pub help: Option<Sentence>,
    /// An edit that is surely what was meant.
    pub fix: Option<Fix>,
}

/// Edits of one file that belong together: all of them are made, or none.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Fix {
    /// What they do, as a short imperative.
    pub title: Sentence,
    /// The edits, in the order of their places; none overlaps another.
    pub edits: Vec<Edit>,
}

/// Words that are replaced.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Edit {
    /// What is replaced; empty where something is inserted.
    pub span: Span,
    /// What stands there then.
    pub text: String,
}

impl Finding {
    /// Returns an error about the words at `span`.
    pub fn error(id: &'static str, message: impl Into<Sentence>, span: Span) -> Self {
        Self {
            id,
            severity: Severity::Error,
            message: message.into(),
            primary: Label { span, text: Sentence::default() },
            because: Vec::new(),
            help: None,
            fix: None,
        }
    }

    /// Returns a warning about the words at `span`.
    pub fn warning(id: &'static str, message: impl Into<Sentence>, span: Span) -> Self {
        Self { severity: Severity::Warning, ..Self::error(id, message, span) }
    }

    /// Returns a note about the words at `span`.
    pub fn note(id: &'static str, message: impl Into<Sentence>, span: Span) -> Self {
        Self { severity: Severity::Note, ..Self::error(id, message, span) }
    }

    /// Returns the finding with a text at its own place.
    #[must_use]
    pub fn here(mut self, text: impl Into<Sentence>) -> Self {
        self.primary.text = text.into();
        self
    }

    /// Returns the finding with a second place that explains it.
    #[must_use]
    pub fn because(mut self, span: Span, text: impl Into<Sentence>) -> Self {
        self.because.push(Label { span, text: text.into() });
        self
    }

    /// Returns the finding with its one line of help.
    #[must_use]
    pub fn help(mut self, text: impl Into<Sentence>) -> Self {
        self.help = Some(text.into());
        self
    }

    /// Returns the finding with the edit that puts `new` in the place of its words.
    #[must_use]
    pub(crate) fn replace(self, new: impl Into<String>) -> Self {
        let edit = Edit { span: self.primary.span, text: new.into() };
        self.edit(vec![edit])
    }

    /// Returns the finding with edits that belong together.
    #[must_use]
    pub(crate) fn edit(mut self, edits: Vec<Edit>) -> Self {
        let title = match edits.first().map(|edit| &edit.text) {
            Some(new) if !new.trim().is_empty() => say!("write `{new}`", new),
            _ => "delete what stands there".into(),
        };
        self.fix = Some(Fix { title, edits });
        self
    }
}
