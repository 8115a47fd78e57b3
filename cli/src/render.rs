//! Findings as text for people, as JSON for programs, and as annotations for CI.

use std::fmt::{self, Display, Write};

use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents, SourceCode,
    SourceSpan, SpanContents,
};
use motcua_dsl::syntax::Span;
use motcua_dsl::{Checked, Edit, Finding, Fix, Label, Sentence, Severity, Source};
use serde_json::json;

use crate::lang::Lang;
use crate::{output, say};

/// The most bytes of a line that are shown before and after the words in question.
const MOST_CONTEXT: usize = 240;
/// The most bytes that are underlined.
const MOST_MARKED: usize = 160;

/// Returns findings as text, in a language that they are said in: each with its words underlined, what makes them wrong, what to do, and its page.
pub fn text(sources: &[Source], findings: &[Finding], lang: Lang) -> String {
    let files: Vec<Indexed<'_>> = sources.iter().map(Indexed::new).collect();
    let theme = if output::is_coloured() { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    let handler = GraphicalReportHandler::new_themed(theme)
        .with_width(usize::from(output::width().min(120)))
        .with_links(false)
        .with_break_words(false);
    let mut text = String::new();
    for finding in findings {
        let shown = Shown::new(finding, &files, lang);
        if handler.render_report(&mut text, &shown).is_err() {
            let _ = writeln!(text, "{}: {}", finding.id, finding.message);
        }
        text.push('\n');
    }
    text
}

/// Returns what was found as one JSON object: `findings`, how many there are of each severity, what is `exempted`, and `budgets`
/// where they are asked for.
///
/// # Errors
/// Where `serde_json` cannot write it, which no finding brings about.
pub fn json(sources: &[Source], checked: &Checked, budgets: Option<serde_json::Value>) -> serde_json::Result<String> {
    let files: Vec<Indexed<'_>> = sources.iter().map(Indexed::new).collect();
    let place = |label: &Label| {
        let (file, from, to) = place(&files, label.span);
        json!({
            "file": file, "line": from.0, "column": from.1, "end_line": to.0, "end_column": to.1,
            "start": label.span.start, "end": label.span.end, "text": label.text,
        })
    };
    let fix = |fix: &Fix| {
        let edit = |edit: &Edit| json!({ "at": place(&Label { span: edit.span, text: Sentence::default() }), "text": edit.text });
        json!({ "title": fix.title, "edits": fix.edits.iter().map(edit).collect::<Vec<_>>() })
    };
    let one = |finding: &Finding| {
        json!({
            "id": finding.id, "severity": finding.severity, "message": finding.message,
            "at": place(&finding.primary), "because": finding.because.iter().map(place).collect::<Vec<_>>(),
            "help": finding.help, "fix": finding.fix.as_ref().map(fix), "page": page(finding.id),
        })
    };
    let exempted = checked.exempted.iter().map(|exempted| {
        let accepted = Label { span: exempted.at, text: Sentence::default() };
        json!({ "finding": one(&exempted.finding), "reason": exempted.reason, "accepted": place(&accepted) })
    });
    let counts = Counts::of(checked);
    let mut whole = json!({
        "files": sources.len(), "errors": counts.errors, "warnings": counts.warnings, "notes": counts.notes,
        "findings": checked.findings.iter().map(one).collect::<Vec<_>>(), "exempted": exempted.collect::<Vec<_>>(),
    });
    if let (Some(budgets), Some(keys)) = (budgets, whole.as_object_mut()) {
        keys.insert("budgets".to_owned(), budgets);
    }
    Ok(serde_json::to_string_pretty(&whole)? + "\n")
}

/// Returns findings as workflow commands of GitHub Actions, which show them beside the lines of a change.
pub fn github(sources: &[Source], findings: &[Finding]) -> String {
    let files: Vec<Indexed<'_>> = sources.iter().map(Indexed::new).collect();
    let data = |text: &str| text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    let property = |text: &str| data(text).replace(':', "%3A").replace(',', "%2C");
    let mut text = String::new();
    for finding in findings {
        let (file, (line, column), (end_line, end_column)) = place(&files, finding.primary.span);
        let level = match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "notice",
        };
        let help = finding.help.as_ref().map(|help| format!("\n{help}")).unwrap_or_default();
        // Columns over several lines are refused by the service that shows them.
        let columns = if line == end_line { format!(",col={column},endColumn={end_column}") } else { String::new() };
        let _ = writeln!(
            text,
            "::{level} file={},line={line},endLine={end_line}{columns},title={}::{}",
            property(file),
            property(finding.id),
            data(&format!("{}{help}", finding.message)),
        );
    }
    text
}

/// How many findings there are of each severity, and how many are accepted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Errors.
    pub errors: usize,
    /// Warnings.
    pub warnings: usize,
    /// Notes.
    pub notes: usize,
    /// What is accepted in the text.
    pub exempted: usize,
}

impl Counts {
    /// Counts what was found.
    pub fn of(checked: &Checked) -> Self {
        let count = |severity| checked.findings.iter().filter(|finding| finding.severity == severity).count();
        Self {
            errors: count(Severity::Error),
            warnings: count(Severity::Warning),
            notes: count(Severity::Note),
            exempted: checked.exempted.len(),
        }
    }

    /// Returns them in words.
    pub fn told(self, lang: Lang) -> String {
        let errors = (self.errors > 0).then(|| say!(lang, "check-errors", n = self.errors));
        let warnings = (self.warnings > 0).then(|| say!(lang, "check-warnings", n = self.warnings));
        let notes = (self.notes > 0).then(|| say!(lang, "check-notes", n = self.notes));
        let nothing = (self.errors + self.warnings + self.notes == 0).then(|| say!(lang, "check-nothing"));
        let exempted = (self.exempted > 0).then(|| say!(lang, "check-exempted", n = self.exempted));
        let said: Vec<String> = [errors, warnings, notes, nothing, exempted].into_iter().flatten().collect();
        said.join(", ")
    }
}

/// Returns where a finding is explained.
fn page(id: &str) -> String {
    format!("docs/findings/{id}.md")
}

/// Returns the file of a span, and lines and columns of its ends, from 1, columns in characters.
pub(crate) fn place<'a>(files: &[Indexed<'a>], span: Span) -> (&'a str, (usize, usize), (usize, usize)) {
    let Some(file) = files.get(span.file as usize) else { return ("", (1, 1), (1, 1)) };
    (&file.source.path, file.position(span.start as usize), file.position(span.end as usize))
}

/// A source whose lines are known, so that many findings in one large file are shown fast.
#[derive(Debug)]
pub(crate) struct Indexed<'a> {
    source: &'a Source,
    /// Where each line begins.
    lines: Vec<usize>,
}

impl<'a> Indexed<'a> {
    pub(crate) fn new(source: &'a Source) -> Self {
        let ends = source.text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
        Self { source, lines: std::iter::once(0).chain(ends).collect() }
    }

    /// Returns the number of the line that a byte is in, from 0, and where it begins.
    fn line_of(&self, offset: usize) -> (usize, usize) {
        let line = self.lines.partition_point(|start| *start <= offset).saturating_sub(1);
        (line, self.lines.get(line).copied().unwrap_or_default())
    }

    fn position(&self, offset: usize) -> (usize, usize) {
        let offset = self.source.text.floor_char_boundary(offset);
        let (line, start) = self.line_of(offset);
        (line + 1, self.slice(start, offset).chars().count() + 1)
    }

    fn slice(&self, from: usize, to: usize) -> &'a str {
        self.source.text.get(from..to).unwrap_or_default()
    }

    /// Returns the part of a span that is underlined: no more than its first line.
    fn marked(&self, span: Span) -> SourceSpan {
        let text = &self.source.text;
        let start = text.floor_char_boundary(span.start as usize);
        let end = text.floor_char_boundary((span.end as usize).min(start + MOST_MARKED)).max(start);
        let length = self.slice(start, end).lines().next().map_or(0, |line| line.trim_end().len());
        (start, length).into()
    }
}

impl SourceCode for Indexed<'_> {
    fn read_span<'b>(
        &'b self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'b> + 'b>, MietteError> {
        let text = &self.source.text;
        let (start, end) = (span.offset(), span.offset().saturating_add(span.len()));
        if end > text.len() {
            return Err(MietteError::OutOfBounds);
        }
        let (first, _) = self.line_of(start);
        let (last, _) = self.line_of(end);
        let (from, line, column) = if before == 0 && after == 0 {
            let (line, column) = self.position(start);
            (start, line - 1, column - 1)
        } else {
            let line = first.saturating_sub(before);
            let from = self.lines.get(line).copied().unwrap_or_default();
            let clipped = text.ceil_char_boundary(start.saturating_sub(MOST_CONTEXT));
            if clipped > from { (clipped, self.line_of(clipped).0, 0) } else { (from, line, 0) }
        };
        let to = self.lines.get(last + after + 1).copied().unwrap_or(text.len());
        let to = to.min(text.floor_char_boundary(end.saturating_add(MOST_CONTEXT))).max(end);
        let contents = self.slice(from, to);
        Ok(Box::new(MietteSpanContents::new_named(
            self.source.path.clone(),
            contents.as_bytes(),
            (from, contents.len()).into(),
            line,
            column,
            contents.lines().count(),
        )))
    }
}

/// A finding, or its places in one further file, as the renderer wants it.
#[derive(Debug)]
struct Shown<'a> {
    /// The finding; none for further files.
    finding: Option<&'a Finding>,
    lang: Lang,
    file: Option<&'a Indexed<'a>>,
    labels: Vec<LabeledSpan>,
    /// One for each further file that has something to say.
    others: Vec<Shown<'a>>,
}

impl<'a> Shown<'a> {
    fn new(finding: &'a Finding, files: &'a [Indexed<'a>], lang: Lang) -> Self {
        let mut shown = Self::in_file(files, finding.primary.span, lang);
        shown.finding = Some(finding);
        shown.add(&finding.primary, true);
        for label in &finding.because {
            let known = |other: &&mut Self| other.is_of(files, label.span);
            if shown.is_of(files, label.span) {
                shown.add(label, false);
            } else if let Some(other) = shown.others.iter_mut().find(known) {
                other.add(label, false);
            } else {
                let mut other = Self::in_file(files, label.span, lang);
                other.add(label, true);
                shown.others.push(other);
            }
        }
        shown
    }

    fn in_file(files: &'a [Indexed<'a>], span: Span, lang: Lang) -> Self {
        Self { finding: None, lang, file: files.get(span.file as usize), labels: Vec::new(), others: Vec::new() }
    }

    fn is_of(&self, files: &[Indexed<'_>], span: Span) -> bool {
        let path = files.get(span.file as usize).map(|file| &file.source.path);
        self.file.map(|file| &file.source.path) == path
    }

    fn add(&mut self, label: &Label, primary: bool) {
        let Some(file) = self.file else { return };
        let text = Some(label.text.to_string()).filter(|text| !text.is_empty());
        let span = file.marked(label.span);
        self.labels.push(if primary {
            LabeledSpan::new_primary_with_span(text, span)
        } else {
            LabeledSpan::new_with_span(text, span)
        });
    }
}

impl Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.finding {
            Some(finding) => f.write_str(&finding.message),
            None => f.write_str(&say!(self.lang, "check-because")),
        }
    }
}

impl std::error::Error for Shown<'_> {}

impl Diagnostic for Shown<'_> {
    fn code<'b>(&'b self) -> Option<Box<dyn Display + 'b>> {
        self.finding.map(|finding| Box::new(finding.id) as Box<dyn Display>)
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.finding.map(|finding| finding.severity) {
            Some(Severity::Error) => miette::Severity::Error,
            Some(Severity::Warning) => miette::Severity::Warning,
            Some(Severity::Note) | None => miette::Severity::Advice,
        })
    }

    fn help<'b>(&'b self) -> Option<Box<dyn Display + 'b>> {
        let help = self.finding?.help.as_ref()?;
        Some(Box::new(help))
    }

    fn url<'b>(&'b self) -> Option<Box<dyn Display + 'b>> {
        self.finding.map(|finding| Box::new(page(finding.id)) as Box<dyn Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.file.map(|file| file as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().cloned()))
    }

    fn related<'b>(&'b self) -> Option<Box<dyn Iterator<Item = &'b dyn Diagnostic> + 'b>> {
        if self.others.is_empty() {
            return None;
        }
        Some(Box::new(self.others.iter().map(|other| other as &dyn Diagnostic)))
    }
}
