//! `syntax -> model`: binds every name to the thing it names, over all files.
//!
//! Nothing is judged here. What cannot be bound is listed in the model, and each piece is bound even when its
//! neighbours could not be.

mod bind;
mod calls;
mod decisions;
mod scripts;
mod sent;
mod shelf;
mod suggest;
mod tables;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::model::{Duplicate, Kind, Model, Procedure, Unknown};
use crate::syntax::{self, File, Item, Span, UseKind, Word};

pub(crate) use scripts::{is_function, mark, nfc};
pub(crate) use sent::sent;
pub(crate) use shelf::{Almanac, Shared, Shelf, Shelved, kind};
pub(crate) use suggest::{Near, folded, nearest};

/// Returns the model of all files on a shelf, or of one of them: then what it calls and its other versions stand beside.
pub(crate) fn resolve<'a>(shelf: &'a Shelf<'a>, of: Option<u32>) -> Model<'a> {
    let mut model = Model::new(shelf);
    let judged = || shelf.files.iter().filter(|file| of.is_none_or(|of| file.number == of));
    for file in judged() {
        shelf.declared(file, &mut model);
    }
    shelf.bases(&mut model);
    for file in judged() {
        let shared = shelf.shared(file.syntax, &mut model);
        let before = model.procedures.len();
        for item in &file.syntax.items {
            if let Item::Procedure(procedure) = item {
                let resolved = procedure_of(procedure, &shared, &mut model);
                model.procedures.push(resolved);
            }
        }
        uncalled(file.syntax, &shared, before, &mut model);
        decisions::uncalled(file.syntax, &shared, before, &mut model);
        decisions::alone(file.syntax, &mut model);
    }
    if let Some(of) = of {
        model.others = others(shelf, of, &model);
    }
    versions(&mut model);
    organisations(&mut model, of);
    calls::bind(&mut model);
    forget_lost(&mut model);
    model
}

fn procedure_of<'a>(syntax: &'a syntax::Procedure, shared: &Shared<'a>, model: &mut Model<'a>) -> Procedure<'a> {
    let lost = model.is_lost(syntax.span);
    let resolved = tables::procedure(syntax, shared, lost, model);
    bind::bind(resolved, model)
}

/// Returns the procedures of other files that those of one file meet: other versions, what is called, what that calls.
fn others<'a>(shelf: &'a Shelf<'a>, of: u32, model: &Model<'a>) -> Vec<Procedure<'a>> {
    let tested = shelf.tests(Some(of)).iter().map(|test| test.procedure.text.as_str());
    let mut wanted: Vec<&str> =
        model.procedures.iter().flat_map(|procedure| meets(procedure.syntax)).chain(tested).collect();
    let mut seen: FxHashSet<&str> = FxHashSet::default();
    let mut found: Vec<(&Shelved<'a>, &'a syntax::Procedure)> = Vec::new();
    while let Some(name) = wanted.pop() {
        if seen.insert(name) {
            for (file, procedure) in shelf.versions(name).filter(|(file, _)| file.number != of) {
                wanted.extend(meets(procedure));
                found.push((file, procedure));
            }
        }
    }
    found.sort_by_key(|(_, procedure)| procedure.span);
    // What is wrong with them is said where they are judged.
    let mut aside = Model::new(shelf);
    let resolved = found.into_iter().map(|(file, procedure)| {
        let shared = shelf.shared(file.syntax, &mut aside);
        procedure_of(procedure, &shared, &mut aside)
    });
    resolved.collect()
}

/// Returns the names of the procedures that one has to do with: its own, for other versions, and what it calls.
pub(crate) fn meets(procedure: &syntax::Procedure) -> impl Iterator<Item = &str> {
    let called = procedure.states.iter().filter_map(|state| Some(state.call.as_ref()?.procedure.text.as_str()));
    std::iter::once(procedure.name.text.as_str()).chain(called)
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
    let mut seen: FxHashMap<(&str, u32), Span> = FxHashMap::default();
    let mut duplicates = Vec::new();
    for procedure in model.every() {
        let name = &procedure.syntax.name;
        let version = procedure.version();
        if let Some(first) = seen.insert((name.text.as_str(), version), name.span) {
            duplicates.push(Duplicate { kind: Kind::Procedure, name: name.text.clone(), span: name.span, first });
        }
    }
    model.duplicates.append(&mut duplicates);
}

/// Binds what organisations name: calendars, units, offices.
fn organisations(model: &mut Model<'_>, of: Option<u32>) {
    let (mut unknown, mut duplicates) = (Vec::new(), Vec::new());
    let shelf = model.shelf;
    // A dossier names its unit without the organisation.
    let mut known: FxHashMap<&str, Span> = FxHashMap::default();
    for organisation in &shelf.organisations {
        let units = flat(&organisation.units);
        if of.is_some_and(|of| of != organisation.name.span.file) {
            for (unit, _) in units {
                known.entry(unit.name.text.as_str()).or_insert(unit.name.span);
            }
            continue;
        }
        let offices: FxHashMap<&str, FxHashMap<&str, Span>> = units
            .iter()
            .map(|(unit, _)| {
                (unit.name.text.as_str(), unit.offices.iter().map(|o| (o.name.text.as_str(), o.name.span)).collect())
            })
            .collect();
        let mut lost = |kind, word: &Word, near| {
            unknown.push(Unknown { kind, name: word.text.clone(), span: word.span, near, in_lost: false });
        };
        let twice = |kind, words: &mut dyn Iterator<Item = &Word>, duplicates: &mut Vec<Duplicate>| {
            let mut seen: FxHashMap<&str, Span> = FxHashMap::default();
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
                && shelf.calendar(&word.text).is_none()
            {
                let names = shelf.calendars.iter().map(|c| (c.name.text.as_str(), Some(c.name.span)));
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
fn forget_lost(model: &mut Model<'_>) {
    let mut missing: FxHashMap<(u32, &str), usize> = FxHashMap::default();
    for unknown in model.unknown.iter().filter(|u| u.in_lost) {
        *missing.entry((unknown.span.file, unknown.name.as_str())).or_default() += 1;
    }
    if missing.is_empty() {
        return;
    }
    let mut standing: FxHashMap<(u32, String), usize> = FxHashMap::default();
    let mut files: Vec<u32> = missing.keys().map(|(file, _)| *file).collect();
    files.sort_unstable();
    files.dedup();
    for file in files {
        let text = model.shelf.text(file);
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
    use std::sync::Arc;

    use super::*;
    use crate::Source;
    use crate::diagnostic::Finding;

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
            let shelf = Shelf::new([(0, text, &file, faults)].into_iter(), Arc::default());
            resolve(&shelf, None).unknown.iter().map(|unknown| unknown.name.to_string()).collect()
        };
        assert_eq!(names(&[]), ["dne", "waiting"]);
        assert_eq!(names(&[fault]), ["dne"]);
    }
}
