//! `syntax -> model`: binds every name to the thing it names, over all files.
//!
//! Nothing is judged here. What cannot be bound is listed in the model, and each piece is bound even when its
//! neighbours could not be.

mod bind;
mod calls;
mod decisions;
mod scripts;
mod suggest;
mod tables;

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::diagnostic::{Finding, Severity};
use crate::model::{Duplicate, Kind, Model, Unknown};
use crate::syntax::{self, File, Item, Span, UseKind, Word};

pub(crate) use scripts::{is_function, mark, nfc};
pub(crate) use suggest::{Near, folded, nearest};

/// Returns the model of all files; `faults` are what the parser found, and `texts` the files as they were read.
pub(crate) fn resolve<'a>(files: &'a [File], texts: &[&str], faults: &[Finding]) -> Model<'a> {
    let mut model = Model { lost: lost(files, faults), ..Model::default() };
    let shelf = Shelf::new(files, &mut model);
    shelf.bases(faults, &mut model);
    for file in files {
        let shared = shelf.shared(file, faults, &mut model);
        let before = model.procedures.len();
        for item in &file.items {
            if let Item::Procedure(procedure) = item {
                let lost = model.is_lost(procedure.span);
                let resolved = tables::procedure(procedure, &shared, lost, &mut model);
                let resolved = bind::bind(resolved, &mut model);
                model.procedures.push(resolved);
            }
        }
        uncalled(file, &shared, before, &mut model);
        decisions::uncalled(files, file, &shared, before, &mut model);
    }
    decisions::alone(files, &mut model);
    versions(&mut model);
    organisations(&mut model);
    calls::bind(&mut model, faults);
    forget_lost(&mut model, texts);
    model
}

/// Returns the items that errors stand in: an item goes on until the next one begins.
fn lost(files: &[File], faults: &[Finding]) -> HashSet<(u32, u32)> {
    let starts: BTreeSet<(u32, u32)> = files
        .iter()
        .flat_map(|file| &file.items)
        .map(|item| match item {
            Item::Use(used) => used.name.span,
            Item::Procedure(procedure) => procedure.span,
            Item::Organisation(organisation) => organisation.span,
            Item::Calendar(calendar) => calendar.span,
            Item::Script(script) => script.name.span,
            Item::Table(table) => table.name.span,
        })
        .map(|span| (span.file, span.start))
        .collect();
    let errors = faults.iter().filter(|fault| fault.severity == Severity::Error).map(|fault| fault.primary.span);
    errors
        .filter_map(|at| starts.range(..=(at.file, at.start)).next_back().copied().filter(|(file, _)| *file == at.file))
        .collect()
}

/// What a file brings in by its `use` lines.
#[derive(Default)]
struct Shared<'a> {
    calendar: Option<&'a syntax::Calendar>,
    organisation: Option<&'a syntax::Organisation>,
    scripts: Vec<&'a syntax::Script>,
    /// Those of the file itself first.
    tables: Vec<&'a syntax::Table>,
}

/// Everything that `use` can bring in, by name.
struct Shelf<'a> {
    calendars: HashMap<&'a str, &'a syntax::Calendar>,
    organisations: HashMap<&'a str, &'a syntax::Organisation>,
    scripts: HashMap<&'a str, &'a syntax::Script>,
    tables: HashMap<&'a str, &'a syntax::Table>,
}

impl<'a> Shelf<'a> {
    fn new(files: &'a [File], model: &mut Model<'a>) -> Self {
        let mut shelf = Self {
            calendars: HashMap::new(),
            organisations: HashMap::new(),
            scripts: HashMap::new(),
            tables: HashMap::new(),
        };
        let mut place = |kind, name: &'a Word, first: Option<&Word>| {
            let Some(first) = first else { return true };
            model.duplicates.push(Duplicate { kind, name: name.text.clone(), span: name.span, first: first.span });
            false
        };
        for item in files.iter().flat_map(|file| &file.items) {
            match item {
                Item::Calendar(c) => {
                    if place(Kind::Calendar, &c.name, shelf.calendars.get(c.name.text.as_str()).map(|c| &c.name)) {
                        shelf.calendars.insert(&c.name.text, c);
                        model.calendars.push(c);
                    }
                }
                Item::Organisation(o) => {
                    let first = shelf.organisations.get(o.name.text.as_str()).map(|o| &o.name);
                    if place(Kind::Organisation, &o.name, first) {
                        shelf.organisations.insert(&o.name.text, o);
                        model.organisations.push(o);
                    }
                }
                Item::Script(s) => {
                    if place(Kind::Script, &s.name, shelf.scripts.get(s.name.text.as_str()).map(|s| &s.name)) {
                        shelf.scripts.insert(&s.name.text, s);
                        model.libraries.push(scripts::library(&s.code));
                    }
                }
                Item::Table(t) => {
                    if place(Kind::Table, &t.name, shelf.tables.get(t.name.text.as_str()).map(|t| &t.name)) {
                        shelf.tables.insert(&t.name.text, t);
                    }
                }
                Item::Use(_) | Item::Procedure(_) => {}
            }
        }
        shelf
    }

    /// Lists the names of calendars underneath that stand for nothing.
    fn bases(&self, faults: &[Finding], model: &mut Model<'a>) {
        // The calendar may stand where some file could not be read.
        if faults.iter().any(|fault| fault.severity == Severity::Error) {
            return;
        }
        for base in model.calendars.iter().filter_map(|calendar| calendar.over.as_ref()) {
            if !self.calendars.contains_key(base.text.as_str()) {
                let near = self.near(UseKind::Calendar, &base.text);
                let (kind, name, span) = (Kind::Calendar, base.text.clone(), base.span);
                model.unknown.push(Unknown { kind, name, span, near, in_lost: false });
            }
        }
    }

    fn shared(&self, file: &'a File, faults: &[Finding], model: &mut Model<'a>) -> Shared<'a> {
        let own = file.items.iter().filter_map(|item| if let Item::Table(table) = item { Some(table) } else { None });
        let first = |table: &&syntax::Table| {
            self.tables.get(table.name.text.as_str()).is_some_and(|t| t.name.span == table.name.span)
        };
        let mut shared = Shared { tables: own.filter(first).collect(), ..Shared::default() };
        let mut seen: HashMap<(UseKind, &str), Span> = HashMap::new();
        let procedures = file.items.iter().any(|item| matches!(item, Item::Procedure(_)));
        let units = file.items.iter().any(|item| matches!(item, Item::Organisation(_)));
        for item in &file.items {
            let Item::Use(used) = item else { continue };
            let (name, kind) = (used.name.text.as_str(), kind(used.kind));
            // A file speaks of one calendar and one organisation; of scripts and tables it may use many.
            let key = if matches!(used.kind, UseKind::Script | UseKind::Table) { name } else { "" };
            if let Some(first) = seen.insert((used.kind, key), used.name.span) {
                let name = used.name.text.clone();
                model.used_twice.push(used.name.span);
                model.duplicates.push(Duplicate { kind, name, span: used.name.span, first });
                continue;
            }
            let found = match used.kind {
                UseKind::Calendar => {
                    shared.calendar = self.calendars.get(name).copied();
                    shared.calendar.is_some()
                }
                UseKind::Organisation => {
                    shared.organisation = self.organisations.get(name).copied();
                    shared.organisation.is_some()
                }
                UseKind::Script => {
                    shared.scripts.extend(self.scripts.get(name));
                    self.scripts.contains_key(name)
                }
                UseKind::Table => {
                    let found = self.tables.get(name).copied();
                    let of_the_file =
                        |table: &&syntax::Table| shared.tables.iter().any(|own| own.name.span == table.name.span);
                    shared.tables.extend(found.filter(|table| !of_the_file(table)));
                    found.is_some()
                }
            };
            if !found {
                // The thing may stand where some file could not be read.
                if faults.iter().all(|fault| fault.severity != Severity::Error) {
                    model.unknown.push(Unknown {
                        kind,
                        name: used.name.text.clone(),
                        span: used.name.span,
                        near: self.near(used.kind, &used.name.text),
                        in_lost: false,
                    });
                }
            } else if !(procedures || used.kind == UseKind::Calendar && (units || lies_under(file, name))) {
                model.unused.push(used);
            }
        }
        shared
    }

    fn near(&self, kind: UseKind, name: &str) -> Option<Near> {
        let mut words: Vec<&Word> = match kind {
            UseKind::Calendar => self.calendars.values().map(|c| &c.name).collect(),
            UseKind::Organisation => self.organisations.values().map(|o| &o.name).collect(),
            UseKind::Script => self.scripts.values().map(|s| &s.name).collect(),
            UseKind::Table => self.tables.values().map(|t| &t.name).collect(),
        };
        words.sort_by_key(|word| word.span);
        nearest(name, words.into_iter().map(|w| (w.text.as_str(), Some(w.span))))
    }
}

/// Returns whether a calendar of the file lies over the calendar of this name.
fn lies_under(file: &File, name: &str) -> bool {
    let over = |item: &Item| matches!(item, Item::Calendar(c) if c.over.as_ref().is_some_and(|base| base.text == name));
    file.items.iter().any(over)
}

fn kind(used: UseKind) -> Kind {
    match used {
        UseKind::Calendar => Kind::Calendar,
        UseKind::Organisation => Kind::Organisation,
        UseKind::Script => Kind::Script,
        UseKind::Table => Kind::Table,
    }
}

/// Lists shared scripts of which no procedure of the file calls anything.
fn uncalled<'a>(file: &'a File, shared: &Shared<'a>, before: usize, model: &mut Model<'a>) {
    let procedures = model.procedures.get(before..).unwrap_or_default();
    if procedures.is_empty() || procedures.iter().any(|procedure| procedure.lost) {
        return;
    }
    let mut unused = Vec::new();
    for script in &shared.scripts {
        let functions = motcua_engine::script::functions(&nfc(&script.code.text)).unwrap_or_default();
        let called = |name| procedures.iter().any(|procedure| procedure.used.functions.contains(name));
        if !functions.is_empty() && !functions.iter().any(|(name, ..)| called(name)) {
            unused.extend(file.items.iter().filter_map(|item| match item {
                Item::Use(used) if used.kind == UseKind::Script && used.name.text == script.name.text => Some(used),
                _ => None,
            }));
        }
    }
    model.unused.append(&mut unused);
}

/// Lists procedures that stand there twice in the same version.
fn versions(model: &mut Model<'_>) {
    let mut seen: HashMap<(&str, u32), Span> = HashMap::new();
    for procedure in &model.procedures {
        let name = &procedure.syntax.name;
        let version = procedure.version();
        if let Some(first) = seen.insert((name.text.as_str(), version), name.span) {
            let duplicate = Duplicate { kind: Kind::Procedure, name: name.text.clone(), span: name.span, first };
            model.duplicates.push(duplicate);
        }
    }
}

/// Binds what organisations name: calendars, units, offices.
fn organisations(model: &mut Model<'_>) {
    let (mut unknown, mut duplicates) = (Vec::new(), Vec::new());
    let calendars: HashSet<&str> = model.calendars.iter().map(|calendar| calendar.name.text.as_str()).collect();
    // A dossier names its unit without the organisation.
    let mut known: HashMap<&str, Span> = HashMap::new();
    for organisation in &model.organisations {
        let units = flat(&organisation.units);
        let offices: HashMap<&str, HashMap<&str, Span>> = units
            .iter()
            .map(|(unit, _)| {
                (unit.name.text.as_str(), unit.offices.iter().map(|o| (o.name.text.as_str(), o.name.span)).collect())
            })
            .collect();
        let mut lost = |kind, word: &Word, near| {
            unknown.push(Unknown { kind, name: word.text.clone(), span: word.span, near, in_lost: false });
        };
        let twice = |kind, words: &mut dyn Iterator<Item = &Word>, duplicates: &mut Vec<Duplicate>| {
            let mut seen: HashMap<&str, Span> = HashMap::new();
            for word in words {
                let first = *seen.entry(word.text.as_str()).or_insert(word.span);
                if first != word.span {
                    duplicates.push(Duplicate { kind, name: word.text.clone(), span: word.span, first });
                }
            }
        };
        for (unit, _) in &units {
            let first = *known.entry(unit.name.text.as_str()).or_insert(unit.name.span);
            if first != unit.name.span {
                let name = unit.name.text.clone();
                duplicates.push(Duplicate { kind: Kind::Unit, name, span: unit.name.span, first });
            }
        }
        for (unit, _) in &units {
            twice(Kind::Office, &mut unit.offices.iter().map(|o| &o.name), &mut duplicates);
            twice(Kind::Binding, &mut unit.bindings.iter().flat_map(|b| &b.roles), &mut duplicates);
            if let Some(word) = &unit.calendar
                && !calendars.contains(word.text.as_str())
            {
                let names = model.calendars.iter().map(|c| (c.name.text.as_str(), Some(c.name.span)));
                lost(Kind::Calendar, word, nearest(&word.text, names));
            }
            for binding in &unit.bindings {
                let place = binding.unit.as_ref().unwrap_or(&unit.name);
                match offices.get(place.text.as_str()) {
                    None => {
                        let names = units.iter().map(|(u, _)| (u.name.text.as_str(), Some(u.name.span)));
                        lost(Kind::Unit, place, nearest(&place.text, names));
                    }
                    Some(places) if !places.contains_key(binding.office.text.as_str()) => {
                        let mut names: Vec<_> = places.iter().map(|(name, span)| (*name, Some(*span))).collect();
                        names.sort_by_key(|(_, span)| *span);
                        lost(Kind::Office, &binding.office, nearest(&binding.office.text, names.into_iter()));
                    }
                    Some(_) => {}
                }
            }
        }
    }
    model.unknown.append(&mut unknown);
    model.duplicates.append(&mut duplicates);
}

/// Returns all units in the order written, each with the unit that it stands in.
pub(crate) fn flat(units: &[syntax::OrgUnit]) -> Vec<(&syntax::OrgUnit, Option<&syntax::OrgUnit>)> {
    let mut found = Vec::new();
    let mut rest: Vec<_> = units.iter().rev().map(|unit| (unit, None)).collect();
    while let Some((unit, parent)) = rest.pop() {
        found.push((unit, parent));
        rest.extend(unit.units.iter().rev().map(|inner| (inner, Some(unit))));
    }
    found
}

/// Forgets unknown names that may be declared in a part that could not be read: those that stand in the file more
/// often than they were found missing.
fn forget_lost(model: &mut Model<'_>, texts: &[&str]) {
    let mut missing: HashMap<(u32, &str), usize> = HashMap::new();
    for unknown in model.unknown.iter().filter(|u| u.in_lost) {
        *missing.entry((unknown.span.file, unknown.name.as_str())).or_default() += 1;
    }
    if missing.is_empty() {
        return;
    }
    let mut standing: HashMap<(u32, String), usize> = HashMap::new();
    let mut files: Vec<u32> = missing.keys().map(|(file, _)| *file).collect();
    files.sort_unstable();
    files.dedup();
    for file in files {
        let text = texts.get(file as usize).copied().unwrap_or_default();
        for word in words(text) {
            *standing.entry((file, word)).or_default() += 1;
        }
    }
    let sure: Vec<bool> = model
        .unknown
        .iter()
        .map(|u| {
            let found = missing.get(&(u.span.file, u.name.as_str())).copied().unwrap_or_default();
            !u.in_lost || standing.get(&(u.span.file, u.name.to_string())).is_none_or(|n| *n <= found)
        })
        .collect();
    let mut sure = sure.into_iter();
    model.unknown.retain(|_| sure.next().unwrap_or(true));
}

/// Returns the words of a text in NFC.
fn words(text: &str) -> impl Iterator<Item = String> {
    use unicode_normalization::UnicodeNormalization;
    let part = |c: char| c.is_alphanumeric() || c == '_' || unicode_normalization::char::is_combining_mark(c);
    text.split(move |c| !part(c)).filter(|word| !word.is_empty()).map(|word| word.nfc().collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Source;

    #[test]
    fn in_a_damaged_procedure_only_names_that_stand_nowhere_else_are_unknown() {
        let text = "procedure p { roles { clerk }  on open by clerk -> waiting\n\
                    state received final { on wait -> dne } /* state waiting: this could not be read */ }";
        let source = Source { path: String::new(), text: text.into() };
        let (file, faults) = crate::parse(0, &source);
        assert!(faults.is_empty(), "{faults:?}");
        let at = u32::try_from(text.find("state waiting").unwrap()).unwrap();
        let fault = Finding::error("syntax", "", Span { file: 0, start: at, end: at + 1 });
        let names = |faults: &[Finding]| -> Vec<String> {
            let files = [file.clone()];
            resolve(&files, &[text], faults).unknown.iter().map(|unknown| unknown.name.to_string()).collect()
        };
        assert_eq!(names(&[]), ["dne", "waiting"]);
        assert_eq!(names(&[fault]), ["dne"]);
    }
}
