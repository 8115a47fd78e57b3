//! Files that change one after another, and what is found in them: each is judged again only when something that it names has
//! changed.
//!
//! ```text
//! set, remove -> parse what changed -> names touched -> judge who asked for them -> findings
//! ```
//! A file is judged by itself, with what it names of the others beside it; what it `asked` for is kept with its findings. Nothing
//! else is remembered, so what is found after any edits is what [`check`](crate::check) finds in the same files.

mod asked;

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use rustc_hash::{FxHashMap, FxHashSet};

use asked::{Key, asked, declared};

use crate::Checked;
use crate::diagnostic::Finding;
use crate::parse::parse;
use crate::resolve::{Almanac, Shelf};
use crate::source::Source;
use crate::syntax::{File, UseKind};

/// Some files that are read together and edited.
///
/// The number of a file in spans is that of its first `set`: later files have higher ones, and none is given twice. Of two
/// things with one name, the one in the lower file counts.
///
/// # Example: an editor changes one file of two
/// ```
/// use motcua_dsl::Workspace;
/// let mut workspace = Workspace::default();
/// workspace.set("office.tthc", "calendar office { zone \"UTC\" covers 2024 to 2026 week mon-fri 08:00-17:00 }");
/// let permit = "use calendar offices procedure p { roles { r } on open by r -> done state done final }";
/// workspace.set("permit.tthc", permit);
/// let findings = workspace.findings();
/// assert_eq!(findings[0].help.as_deref(), Some("did you mean `office`?"));
/// assert_eq!(workspace.source(findings[0].primary.span.file).unwrap().path, "permit.tthc");
///
/// // Only this file is read and judged again.
/// workspace.set("permit.tthc", permit.replace("offices", "office"));
/// assert_eq!(workspace.findings(), []);
/// ```
#[derive(Debug)]
pub struct Workspace {
    files: BTreeMap<u32, Held>,
    numbers: FxHashMap<String, u32>,
    next: u32,
    threads: usize,
    /// What files declared that have changed or gone since they were judged.
    touched: FxHashSet<Key>,
    was_damaged: bool,
    almanac: Arc<Almanac>,
}

#[derive(Debug)]
struct Held {
    source: Source,
    parsed: Option<Parsed>,
    judged: Option<Judged>,
}

#[derive(Debug)]
struct Parsed {
    file: File,
    faults: Vec<Finding>,
}

/// What was found in a file, and what it asked for.
#[derive(Debug)]
struct Judged {
    findings: Vec<Finding>,
    asked: FxHashSet<Key>,
}

impl Default for Workspace {
    fn default() -> Self {
        Self::new(NonZeroUsize::MIN)
    }
}

impl Workspace {
    /// Returns a workspace without files that reads and judges on so many threads.
    #[must_use]
    pub fn new(threads: NonZeroUsize) -> Self {
        Self {
            files: BTreeMap::new(),
            numbers: FxHashMap::default(),
            next: 0,
            threads: threads.get(),
            touched: FxHashSet::default(),
            was_damaged: false,
            almanac: Arc::default(),
        }
    }

    /// Sets the text of a file, a new one for a new path. Nothing is read before [`Workspace::findings`] is asked.
    pub fn set(&mut self, path: impl Into<String>, text: impl Into<String>) {
        let source = Source { path: path.into(), text: text.into() };
        let number = self.numbers.get(&source.path).copied().unwrap_or(self.next);
        match self.files.get_mut(&number) {
            Some(held) if held.source == source => {}
            Some(held) => {
                self.touched.extend(held.parsed.take().iter().flat_map(|parsed| declared(&parsed.file)));
                (held.source, held.judged) = (source, None);
            }
            None => {
                self.numbers.insert(source.path.clone(), number);
                self.files.insert(number, Held { source, parsed: None, judged: None });
                self.next = self.next.saturating_add(1);
            }
        }
    }

    /// Takes a file away. Returns whether there was one.
    pub fn remove(&mut self, path: &str) -> bool {
        let held = self.numbers.remove(path).and_then(|number| self.files.remove(&number));
        let parsed = held.as_ref().and_then(|held| held.parsed.as_ref());
        self.touched.extend(parsed.iter().flat_map(|parsed| declared(&parsed.file)));
        held.is_some()
    }

    /// Returns a file by the number that spans have.
    #[must_use]
    pub fn source(&self, file: u32) -> Option<&Source> {
        self.files.get(&file).map(|held| &held.source)
    }

    /// Returns all files, in the order of their numbers.
    #[must_use]
    pub fn into_sources(self) -> Vec<Source> {
        self.files.into_values().map(|held| held.source).collect()
    }

    /// Returns what is used and stands in none of the files, each with the number of a file that uses it.
    pub fn missing(&mut self) -> Vec<(u32, UseKind, String)> {
        self.parse();
        let all = self.shelf();
        let mut seen = FxHashSet::default();
        let missing = all.files.iter().flat_map(|file| asked::missing(file, &all));
        missing.filter(|(file, kind, name)| seen.insert((*file, *kind, name.clone()))).collect()
    }

    /// Returns what is wrong with all files, by file and place.
    pub fn findings(&mut self) -> Vec<Finding> {
        self.check().findings
    }

    /// Returns what is wrong with all files, and what is accepted in them, by file and place.
    pub fn check(&mut self) -> Checked {
        self.parse();
        self.judge();
        let mut findings: Vec<Finding> = self
            .files
            .values()
            .filter_map(|held| held.judged.as_ref())
            .flat_map(|judged| &judged.findings)
            .cloned()
            .collect();
        crate::check::order(&mut findings);
        let parsed = self.files.values().filter_map(|held| held.parsed.as_ref());
        let exemptions = parsed.flat_map(|parsed| &parsed.file.exemptions);
        crate::told(findings, exemptions, |file| self.source(file), true)
    }

    /// Reads the files that have changed.
    fn parse(&mut self) {
        let changed: Vec<(u32, &Source)> = self
            .files
            .iter()
            .filter(|(_, held)| held.parsed.is_none())
            .map(|(number, held)| (*number, &held.source))
            .collect();
        let read = on_all(self.threads, &changed, |(number, source)| {
            let (file, faults) = parse(*number, source);
            (*number, Parsed { file, faults })
        });
        for (number, parsed) in read {
            self.touched.extend(declared(&parsed.file));
            if let Some(held) = self.files.get_mut(&number) {
                held.parsed = Some(parsed);
            }
        }
    }

    fn shelf(&self) -> Shelf<'_> {
        let files = self.files.iter().filter_map(|(number, held)| {
            let Parsed { file, faults } = held.parsed.as_ref()?;
            Some((*number, held.source.text.as_str(), file, faults.as_slice()))
        });
        Shelf::new(files, Arc::clone(&self.almanac))
    }

    /// Judges the files that have changed, and those that asked for something that has.
    fn judge(&mut self) {
        if self.touched.iter().any(Key::is_calendar) {
            self.almanac = Arc::default();
        }
        let mut touched = std::mem::take(&mut self.touched);
        let all = self.shelf();
        let is_damaged = all.is_damaged;
        if is_damaged != self.was_damaged {
            touched.insert(Key::Damage);
        }
        let is_due = |judged: &Judged| !judged.asked.is_disjoint(&touched);
        let due: Vec<(u32, &Parsed)> = self
            .files
            .iter()
            .filter(|(_, held)| held.judged.as_ref().is_none_or(is_due))
            .filter_map(|(number, held)| Some((*number, held.parsed.as_ref()?)))
            .collect();
        let judged = on_all(self.threads, &due, |(number, parsed)| {
            let model = crate::judged(&all, Some(*number), true, false);
            let findings = crate::check::check(&model, parsed.faults.clone());
            let mut asked = asked(&parsed.file, &all);
            if model.is_doubtful {
                asked.insert(Key::Damage);
            }
            (*number, Judged { findings, asked })
        });
        for (number, judged) in judged {
            if let Some(held) = self.files.get_mut(&number) {
                held.judged = Some(judged);
            }
        }
        self.was_damaged = is_damaged;
    }
}

/// Does something with each of some things on so many threads, and returns what came out in their order.
fn on_all<T: Sync, R: Send>(threads: usize, all: &[T], act: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let threads = threads.min(all.len());
    if threads < 2 {
        return all.iter().map(act).collect();
    }
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        while let Some((at, one)) = Some(next.fetch_add(1, Ordering::Relaxed)).and_then(|at| Some((at, all.get(at)?))) {
            done.push((at, act(one)));
        }
        done
    };
    let mut found: Vec<(usize, R)> = thread::scope(|scope| {
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        let joined = running.into_iter().map(thread::ScopedJoinHandle::join);
        joined.flat_map(|done| done.unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
    });
    found.sort_by_key(|(at, _)| *at);
    found.into_iter().map(|(_, one)| one).collect()
}
