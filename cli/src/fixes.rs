//! Edits that are surely what was meant, made in one go: none that overlaps another, and none that makes anything worse.

use std::collections::BTreeMap;
use std::path::PathBuf;

use motcua_dsl::{Checked, Edit, Finding, Severity, Source, check};
use similar::TextDiff;

use crate::output;

/// The mark that some editors write before a text; a source is read without it.
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// What fixing comes to.
#[derive(Debug, Default)]
pub struct Fixed {
    /// The definitions as they are after it.
    pub sources: Vec<Source>,
    /// What is still wrong with them, and what is accepted in them.
    pub checked: Checked,
    /// The files that change, by their place among the definitions, with the number of fixes.
    pub changed: BTreeMap<usize, usize>,
    /// How many fixes were skipped because another one edits the same words.
    pub overlapping: usize,
    /// The files whose fixes would have made something worse, and what, by their place.
    pub worse: BTreeMap<usize, Finding>,
}

impl Fixed {
    /// Returns how many fixes are made.
    #[must_use]
    pub fn count(&self) -> usize {
        self.changed.values().sum()
    }

    /// Returns what changes in each file.
    #[must_use]
    pub fn diff(&self, before: &[Source]) -> String {
        let pairs = before.iter().zip(&self.sources).filter(|(old, new)| old.text != new.text);
        pairs
            .map(|(old, new)| {
                let (path, texts) = (&old.path, TextDiff::from_lines(old.text.as_str(), new.text.as_str()));
                texts.unified_diff().header(path, path).to_string()
            })
            .collect()
    }

    /// Writes the files that change; what cannot be written stays as it was, here too, and is returned with its reason.
    pub fn write(&mut self, before: &[Source]) -> Vec<anyhow::Error> {
        let mut wrong = Vec::new();
        for (old, new) in before.iter().zip(&mut self.sources).filter(|(old, new)| old.text != new.text) {
            let path = PathBuf::from(&old.path);
            let marked = std::fs::read(&path).is_ok_and(|bytes| bytes.starts_with(BYTE_ORDER_MARK.as_bytes()));
            let bytes = |text: &str| if marked { format!("{BYTE_ORDER_MARK}{text}") } else { text.to_owned() };
            if let Err(error) = output::replace(&path, bytes(&old.text).as_bytes(), bytes(&new.text).as_bytes()) {
                wrong.push(error);
                new.text.clone_from(&old.text);
            }
        }
        if !wrong.is_empty() {
            let unwritten =
                |at: &usize| before.get(*at).map(|old| &old.text) == self.sources.get(*at).map(|new| &new.text);
            self.changed.retain(|at, _| !unwritten(at));
            self.checked = check(&self.sources);
        }
        wrong
    }
}

/// Makes the fixes of findings, as far as they are of files that may be edited.
///
/// A file whose fixes would bring an error that was not there before is left as it is.
#[must_use]
pub fn fix(sources: &[Source], checked: &Checked, may_edit: impl Fn(&Source) -> bool) -> Fixed {
    let mut fixed = Fixed::default();
    let mut edits: BTreeMap<usize, (usize, Vec<&Edit>)> = BTreeMap::new();
    for fix in checked.findings.iter().filter_map(|finding| finding.fix.as_ref()) {
        let Some(file) = fix.edits.first().map(|edit| edit.span.file as usize) else { continue };
        if !sources.get(file).is_some_and(&may_edit) {
            continue;
        }
        let (count, taken) = edits.entry(file).or_default();
        if fix.edits.iter().any(|edit| taken.iter().any(|other| overlap(edit, other))) {
            fixed.overlapping += 1;
        } else {
            *count += 1;
            taken.extend(&fix.edits);
        }
    }
    loop {
        fixed.sources = sources.to_vec();
        for (file, (_, taken)) in &mut edits {
            if let Some(source) = fixed.sources.get_mut(*file) {
                apply(&mut source.text, taken);
            }
        }
        if edits.is_empty() {
            fixed.checked = checked.clone();
            break;
        }
        fixed.checked = check(&fixed.sources);
        let worse = worse(&checked.findings, &fixed.checked.findings);
        let mut left = false;
        for finding in worse {
            let file = finding.primary.span.file as usize;
            // What is worse in a file without fixes may come from any of them.
            let guilty: Vec<usize> =
                if edits.contains_key(&file) { vec![file] } else { edits.keys().copied().collect() };
            for file in guilty {
                edits.remove(&file);
                fixed.worse.entry(file).or_insert_with(|| finding.clone());
                left = true;
            }
        }
        if !left {
            break;
        }
    }
    fixed.changed = edits.into_iter().map(|(file, (count, _))| (file, count)).filter(|(_, count)| *count > 0).collect();
    fixed
}

/// Whether two edits touch the same words; two insertions at one place do.
fn overlap(one: &Edit, other: &Edit) -> bool {
    let ((from, to), (start, end)) = ((one.span.start, one.span.end), (other.span.start, other.span.end));
    from < end && start < to || from == start
}

fn apply(text: &mut String, edits: &mut [&Edit]) {
    edits.sort_by_key(|edit| std::cmp::Reverse(edit.span));
    for edit in edits {
        let range = edit.span.start as usize..edit.span.end as usize;
        if text.get(range.clone()).is_some() {
            text.replace_range(range, &edit.text);
        }
    }
}

/// Returns the errors that were not there before; places move, so they are known by what they say.
fn worse(before: &[Finding], after: &[Finding]) -> Vec<Finding> {
    let key = |finding: &Finding| (finding.primary.span.file, finding.id, finding.message.to_string());
    let errors = |findings: &'_ [Finding]| -> Vec<Finding> {
        findings.iter().filter(|finding| finding.severity == Severity::Error).cloned().collect()
    };
    let mut known: BTreeMap<_, usize> = BTreeMap::new();
    for finding in errors(before) {
        *known.entry(key(&finding)).or_default() += 1;
    }
    let mut new = errors(after);
    new.retain(|finding| match known.get_mut(&key(finding)) {
        Some(left) if *left > 0 => {
            *left -= 1;
            false
        }
        _ => true,
    });
    new
}
