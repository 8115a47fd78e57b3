//! What a workspace finds after any edits is what a check from scratch finds in the same files.

#![expect(clippy::unwrap_used, reason = "a helper of a test that cannot go on says so by a panic")]

use std::fs;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use motcua_dsl::{Finding, Source, Workspace, check, check_with_budgets};
use proptest::prelude::*;

/// Texts that name one another, well and badly; any of them may stand under any path.
const TEXTS: [&str; 26] = [
    "calendar office { zone \"UTC\" covers 2024 to 2026 week mon-fri 08:00-17:00 }",
    "calendar office { zone \"UTC\" covers 2024 to 2025 week mon-fri 08:00-12:00, 13:00-17:00 off every 01-01 }",
    "calendar district over office { off every 05-01 }",
    "calendar office over district { off every 02-02 }",
    "use calendar office organisation town { unit a { office desk bind r to desk } unit b calendar district { office desk bind r to desk } }",
    "organisation city { unit a { office counter bind r to counter } }",
    "script fees { fn fee(n) { n * 2 } }",
    "script fees { fn fee(n) { n + \"x\" } fn other(n) { n } }",
    "script more { fn fee(n) { n } }",
    "table rate(zone one of urban, rural) -> integer unique { | zone || fee | | urban || 1 | | rural || 2 | }",
    "table rate(zone one of urban, rural) -> integer unique { | zone || fee | | urban || 1 | }",
    "table alone(area) -> integer first { | area || n | | < 1 || 2 | }",
    "use calendar office use organisation town procedure p { version 1 effective 2024-01-01 data { n integer ? } roles { r } clock c { limit 3 working days runs from s until e } on open by r needs n -> s state s by r within 4 working days { on go when data.n > 1 -> e } state e final }",
    "use calendar district procedure p { version 2 effective 2025-01-01 roles { r } moves from version 1 { s -> t gone -> t } on open by r -> t state t by r { on go -> e } state e final }",
    "use calendar offices procedure p { version 2 roles { r } on open by r -> t state t by r { on go -> e } state e final }",
    "use script fees procedure q { data { n integer } roles { r } on open by r needs n -> s state s by r { on go when fee(data.n) > 3 -> e on go when fee(data.n) > 5 -> e } state e final }",
    "use script fees use script more procedure q { data { n integer } roles { r } on open by r needs n -> s state s by r { on go when fee(data.n) > 3 -> e on go when data.n > 3 -> e } state e final }",
    "use table rate procedure z { data { zone one of urban, rural } roles { r } on open by r needs zone -> s state s by r { on go when rate(data.zone) > 1 -> e } state e final }",
    "use table rate procedure z2 { roles { r } on open by r -> s state s by r { on go -> e } state e final }",
    "procedure caller { data { n integer } roles { r } on open by r needs n -> s state s by r { call p in the unit of r with n counts outside on outcome e -> e on outcome otherwise -> f } state e final state f final }",
    "procedure caller { roles { r } on open by r -> s state s by r { call called in b counts inside on outcome e -> e } state e final }",
    "procedure called { roles { r } on open by r -> s state s by r { call caller in a counts inside on outcome e -> e } state e final outcome \"done\" }",
    "procedure called { roles { r } on open by r -> s state s by r { on go -> e } state e final }",
    "procedure called { roles { r } on open by r -> s stat s by r { on go => e } state e final }",
    "calendar office { zone \"UTC\" covers 2024 2026",
    "table local(n integer in 1..3) -> integer unique { | n || m | | 1 || 1 | | 2..3 || 2 | } procedure own { data { n integer in 1..3 } roles { r } on open by r needs n -> s state s by r { on go when local(data.n) > 1 -> e } state e final }",
];

/// A workspace, and its files as they should be: in the order in which they came.
struct Pair {
    workspace: Workspace,
    files: Vec<Source>,
}

impl Pair {
    fn new(threads: usize) -> Self {
        Self { workspace: Workspace::new(NonZeroUsize::new(threads).unwrap()), files: Vec::new() }
    }

    fn set(&mut self, path: &str, text: &str) {
        self.workspace.set(path, text);
        match self.files.iter_mut().find(|file| file.path == path) {
            Some(file) => text.clone_into(&mut file.text),
            None => self.files.push(Source { path: path.to_owned(), text: text.to_owned() }),
        }
    }

    fn remove(&mut self, path: &str) {
        let many = self.files.len();
        self.files.retain(|file| file.path != path);
        assert_eq!(self.workspace.remove(path), self.files.len() < many);
    }

    /// Compares, and returns what is found.
    fn compare(&mut self) -> Vec<Finding> {
        let mut found = self.workspace.findings();
        let place = |file: u32| {
            let path = &self.workspace.source(file).unwrap().path;
            u32::try_from(self.files.iter().position(|file| file.path == *path).unwrap()).unwrap()
        };
        for finding in &mut found {
            for label in finding.because.iter_mut().chain([&mut finding.primary]) {
                label.span.file = place(label.span.file);
            }
            for edit in finding.fix.iter_mut().flat_map(|fix| &mut fix.edits) {
                edit.span.file = place(edit.span.file);
            }
        }
        assert_eq!(found, check(&self.files).findings);
        found
    }
}

#[derive(Clone, Debug)]
enum Edit {
    Set(usize, usize),
    Remove(usize),
}

fn edits() -> impl Strategy<Value = Vec<Edit>> {
    let set = (0..8_usize, 0..TEXTS.len()).prop_map(|(path, text)| Edit::Set(path, text));
    let edit = prop_oneof![5 => set, 1 => (0..8_usize).prop_map(Edit::Remove)];
    prop::collection::vec(edit, 1..24)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn after_any_edits_as_from_scratch(edits in edits(), threads in 1..3_usize) {
        let mut pair = Pair::new(threads);
        for edit in edits {
            match edit {
                Edit::Set(path, text) => pair.set(&format!("{path}.tthc"), TEXTS[text]),
                Edit::Remove(path) => pair.remove(&format!("{path}.tthc")),
            }
            pair.compare();
        }
    }
}

fn below(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            below(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "tthc") {
            found.push(path);
        }
    }
    found.sort();
}

#[test]
fn files_that_clash_in_many_names_are_judged_one_by_one_as_together() {
    let mut paths = Vec::new();
    below(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/check/faulty"), &mut paths);
    let mut pair = Pair::new(2);
    for path in &paths {
        pair.set(&path.display().to_string(), &fs::read_to_string(path).unwrap());
    }
    assert!(pair.compare().len() > 100);
    assert_eq!(check(&pair.files), check_with_budgets(&pair.files).0, "what budgets tell changes no finding");
}

#[test]
fn the_library_is_judged_one_by_one_as_together() {
    let mut paths = Vec::new();
    for folder in ["../procedures", "../examples"] {
        below(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut paths);
    }
    let mut pair = Pair::new(2);
    for path in &paths {
        pair.set(&path.display().to_string(), &fs::read_to_string(path).unwrap());
    }
    pair.compare();
    assert_eq!(check(&pair.files), check_with_budgets(&pair.files).0, "what budgets tell changes no finding");
}

#[test]
fn a_name_that_comes_is_seen_where_it_was_missing() {
    let mut pair = Pair::new(1);
    pair.set("p.tthc", TEXTS[12]);
    let ids = |found: Vec<Finding>| found.iter().map(|finding| finding.message.clone()).collect::<Vec<_>>();
    assert!(ids(pair.compare()).iter().any(|said| *said == "there is no calendar `office`"));
    assert_eq!(pair.workspace.missing().len(), 2);
    pair.set("office.tthc", TEXTS[0]);
    assert!(!ids(pair.compare()).iter().any(|said| *said == "there is no calendar `office`"));
    pair.remove("office.tthc");
    pair.compare();
}
