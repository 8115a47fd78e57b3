//! What two texts differ in: nothing where nothing is decided otherwise, something wherever the hash moves.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a helper of a test that cannot go on says so by a panic")]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use motcua_dsl::{Asked, Class, Difference, Incomparable, Kind, Source, Spelling, diff, format_as};
use unicode_normalization::UnicodeNormalization;

use crate::canonical::{Change, DECIDES, NOTHING, WRITTEN, changed, permit};

fn source(text: &str) -> Source {
    Source { path: "permit.tthc".into(), text: text.into() }
}

fn between(old: &str, new: &str) -> Difference {
    let found = diff(&[source(old)], &[source(new)], &Asked::default());
    found.unwrap_or_else(|why| panic!("{why:#?}\n{new}")).remove(0)
}

/// Returns the kinds of what a change of the permit leads to, without that it was edited.
fn kinds((what, old, new): Change) -> Vec<&'static str> {
    let text = permit();
    let found = between(&text, &changed(&text, (what, old, new)));
    let kinds = found.changes.iter().map(|change| change.kind).filter(|kind| *kind != Kind::VersionEdited);
    kinds.map(Kind::id).collect()
}

#[test]
fn what_decides_nothing_is_no_change() {
    // The record and the articles decide nothing, and are told.
    let told = ["a basis", "a code of the record"];
    for change in NOTHING {
        let found = kinds(*change);
        assert_eq!(found.is_empty(), !told.contains(&change.0), "{}: {found:?}", change.0);
    }
    let text = permit();
    for same in [text.nfd().collect(), text.replace('\n', "\r\n"), text.replace("    ", "\t")] {
        assert!(between(&text, &same).changes.is_empty());
    }
    let relabelled = between(&text, &text.replace("\"Housing permit\"", "\"Giấy phép\""));
    assert!(relabelled.only_words);
    assert!(!between(&text, &format!("// a comment\n{text}")).only_words);
}

#[test]
fn whatever_moves_the_hash_is_told() {
    let mut told = String::new();
    for change in DECIDES.iter().chain(WRITTEN) {
        let text = permit();
        let found = between(&text, &changed(&text, *change));
        assert!(!kinds(*change).is_empty() && !kinds(*change).contains(&"other-unsaid"), "{}", change.0);
        writeln!(told, "{}", change.0).unwrap();
        for change in found.changes.iter().filter(|change| change.kind != Kind::VersionEdited) {
            let of = change.of.join(", ");
            writeln!(
                told,
                "    {} {} [{}] {of}: {}",
                change.class().name(),
                change.kind.id(),
                change.whom.name(),
                change.what
            )
            .unwrap();
        }
    }
    insta::assert_snapshot!("told", told);
}

#[test]
fn an_edited_text_without_a_new_number_is_refused_by_its_hash() {
    let text = permit();
    let edited = between(&text, &text.replacen("15 working days when", "14 working days when", 1));
    assert_eq!(edited.changes[0].kind, Kind::VersionEdited);
    assert_eq!(edited.changes[0].class(), Class::Breaking);
    let new = text.replacen("version     3", "version     4", 1);
    assert_eq!(between(&text, &new).changes[0].kind, Kind::VersionNew);
    assert_eq!(between(&new, &text).changes[0].kind, Kind::VersionLower);
}

fn definitions(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for path in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            found.extend(definitions(&path));
        } else if path.extension().is_some_and(|ending| ending == "tthc") {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// Returns the definitions of each folder, read with the calendars and organisations of the library.
fn folders() -> Vec<Vec<Source>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let read =
        |path: &PathBuf| Source { path: path.display().to_string(), text: std::fs::read_to_string(path).unwrap() };
    let shelf: Vec<Source> = ["procedures/calendars", "procedures/organisations", "procedures/tables"]
        .iter()
        .flat_map(|folder| definitions(&root.join(folder)))
        .map(|path| read(&path))
        .collect();
    let all: Vec<PathBuf> =
        ["procedures/vn", "examples", "tests/cases"].iter().flat_map(|room| definitions(&root.join(room))).collect();
    let parents: BTreeSet<&Path> = all.iter().filter_map(|path| path.parent()).collect();
    let of = |parent: &Path| {
        let here: Vec<Source> = all.iter().filter(|path| path.parent() == Some(parent)).map(read).collect();
        // A case that brings its own calendar of a name reads that one alone.
        let named = |source: &Source| {
            let name = Path::new(&source.path).file_stem().unwrap().to_string_lossy();
            ["calendar", "organisation"].iter().any(|kind| {
                here.iter().any(|own| own.text.lines().any(|line| line.starts_with(&format!("{kind} {name} "))))
            })
        };
        let shelf = shelf.iter().filter(|source| !named(source)).cloned();
        here.iter().cloned().chain(shelf.collect::<Vec<_>>()).collect()
    };
    parents.into_iter().map(of).collect()
}

#[test]
fn a_text_differs_in_nothing_from_its_other_spelling() {
    let mut compared = 0;
    for sources in folders() {
        let turned: Vec<Source> = sources
            .iter()
            .map(|source| {
                let other = match Spelling::of(&source.text) {
                    Spelling::Vietnamese => Spelling::English,
                    Spelling::English => Spelling::Vietnamese,
                };
                Source { text: format_as(source, other).unwrap_or_else(|_| source.text.clone()), ..source.clone() }
            })
            .collect();
        match diff(&sources, &turned, &Asked::default()) {
            Ok(found) => {
                for difference in found {
                    assert_eq!(difference.changes, [], "{}", difference.procedure);
                    assert!(!difference.only_words, "{}", difference.procedure);
                    compared += 1;
                }
            }
            Err(Incomparable::Missing(_)) => {}
            Err(why) => panic!("{}: {why:#?}", sources[0].path),
        }
    }
    assert!(compared > 30, "{compared}");
}

#[test]
fn every_kind_has_its_reason_and_its_class_in_the_documents() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/diff.md");
    let page = std::fs::read_to_string(page).unwrap();
    let mut said: Vec<(String, String)> = Vec::new();
    for (class, section) in page.split("\n## ").skip(1).filter_map(|section| section.split_once('\n')) {
        let rows = section.lines().filter(|line| line.starts_with("| `"));
        let cells = rows.filter_map(|line| line.split('|').nth(1));
        let ids = cells.flat_map(|cell| cell.split('`').skip(1).step_by(2));
        said.extend(ids.map(|id| (id.to_owned(), class.to_lowercase())));
    }
    let mut known: Vec<(String, String)> =
        Kind::ALL.iter().map(|kind| (kind.id().to_owned(), kind.class().name().to_owned())).collect();
    said.sort();
    known.sort();
    assert_eq!(said, known);
}

#[test]
fn names_in_between_are_followed_back() {
    let text = |version: u32, state: &str, more: &str| {
        format!(
            "procedure p {{ roles {{ clerk }} version {version} {more} on open by clerk -> {} \
             state {state} by clerk {{ on settle -> done }} state done final }}\n",
            state.split(' ').next().unwrap()
        )
    };
    let (first, second, third) = (
        text(1, "one", ""),
        text(2, "two was one", "moves from version 1 { }"),
        text(3, "three was two", "moves from version 2 { }"),
    );
    let found = between(&first, &format!("{second}{third}"));
    let goes = &found.flight.states[0];
    assert_eq!((goes.state.as_str(), goes.to.as_deref()), ("one", Some("three")));
    let kinds: Vec<_> = found.changes.iter().map(|change| change.kind).collect();
    assert_eq!(kinds, [Kind::VersionNew, Kind::Renamed]);
    // Without the version in between nobody knows that it is the same state.
    let found = between(&first, &third);
    assert!(found.flight.states[0].why.as_ref().is_some_and(|why| why.contains("`moves from version 1`")));
    assert_eq!(found.changes[0].kind, Kind::StateStranded);
}

#[test]
fn what_cannot_be_compared_says_why() {
    let (one, other) = ("procedure p { roles { clerk } on open by clerk -> done state done final }", "procedure q {");
    let sources = |text: &str| [source(text)];
    let why = diff(&sources(one), &sources(other), &Asked::default()).unwrap_err();
    assert!(matches!(why, Incomparable::New(_)), "{why:?}");
    let why = diff(&sources(&format!("{one}\n{one}")), &sources(one), &Asked::default()).unwrap_err();
    assert!(matches!(&why, Incomparable::Old(findings) if findings[0].id == "name-duplicate"), "{why:?}");
    let why = diff(&sources(one), &sources(&one.replace(" p ", " q ")), &Asked::default()).unwrap_err();
    assert_eq!(why.to_string(), "no procedure is in both texts: `OLD` has `p`, `NEW` has `q`");
    let why = diff(&sources(one), &sources(one), &Asked { from: Some(7), ..Asked::default() }).unwrap_err();
    assert_eq!(why.to_string(), "`p` has no version 7 in `OLD`: there are 1");
}
