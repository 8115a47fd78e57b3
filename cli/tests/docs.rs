//! Every definition that the documents show is read by the compiler, and what they say about the library is true of it.

#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests have nobody to hand an error to")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use motcua_dsl::{Severity, Source, Spelling, check, format_as};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Returns the documents for people: those of `docs/` itself, the chapters of the guide and the README, where there is one.
fn documents() -> Vec<PathBuf> {
    let mut pages: Vec<PathBuf> = ["docs", "docs/guide"]
        .into_iter()
        .flat_map(|folder| fs::read_dir(root().join(folder)).unwrap())
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "md"))
        .chain([root().join("README.md")])
        .filter(|path| path.is_file())
        .collect();
    pages.sort();
    pages
}

/// Returns the definitions below a folder.
fn definitions(folder: &Path) -> Vec<Source> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "tthc") {
                found.push(Source { path: path.display().to_string(), text: read(&path) });
            }
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

/// Returns the blocks of a page whose fence says exactly `info`, each with the number of its first line.
fn blocks(page: &str, info: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut open: Option<(bool, usize, String)> = None;
    for (number, line) in page.lines().enumerate() {
        match (line.strip_prefix("```"), open.take()) {
            (Some(said), None) => open = Some((said.trim() == info, number + 2, String::new())),
            (Some(_), Some((wanted, first, text))) => found.extend(wanted.then_some((first, text))),
            (None, Some((wanted, first, text))) => open = Some((wanted, first, text + line + "\n")),
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "a fence is not closed");
    found
}

/// Returns what each fence of a page says after its backticks; of one that closes a block, nothing.
fn fences(page: &str) -> impl Iterator<Item = &str> {
    page.lines().filter_map(|line| line.strip_prefix("```")).map(str::trim)
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap().to_string_lossy().into_owned()
}

/// Returns what is wrong with a definition that is read together with the calendars and organisations of the library.
fn errors(name: String, text: String, shelf: &[Source]) -> Vec<String> {
    let mut sources = vec![Source { path: name, text }];
    sources.extend(shelf.iter().cloned());
    let found = check(&sources).findings.into_iter();
    found
        .filter(|finding| finding.severity == Severity::Error)
        .map(|finding| format!("{}: {}", finding.id, finding.message))
        .collect()
}

fn shelf() -> Vec<Source> {
    let procedures = root().join("procedures");
    let mut shelf = definitions(&procedures.join("calendars"));
    shelf.extend(definitions(&procedures.join("organisations")));
    shelf
}

#[test]
fn every_whole_definition_in_the_documents_compiles() {
    let shelf = shelf();
    let mut seen = 0;
    for path in documents() {
        for (line, text) in blocks(&read(&path), "tthc") {
            let place = format!("{}:{line}", path.display());
            assert_eq!(errors(place.clone(), text, &shelf), Vec::<String>::new(), "{place}");
            seen += 1;
        }
    }
    assert!(seen >= 3, "only {seen} definitions were found in the documents");
}

#[test]
fn every_part_in_the_documents_compiles_where_it_stands() {
    let (shelf, frames) = (shelf(), root().join("cli/tests/data/pages"));
    let mut unused: BTreeSet<String> = definitions(&frames).iter().map(|frame| stem(Path::new(&frame.path))).collect();
    for path in documents() {
        let page = read(&path);
        for name in fences(&page).filter_map(|info| info.strip_prefix("tthc,in=")) {
            let frame = read(&frames.join(name).with_extension("tthc"));
            assert!(frame.contains("// the block\n"), "the frame `{name}` has no place for a block");
            for (line, part) in blocks(&page, &format!("tthc,in={name}")) {
                let place = format!("{}:{line}", path.display());
                let text = frame.replace("// the block\n", &part);
                assert_eq!(errors(place.clone(), text, &shelf), Vec::<String>::new(), "{place}");
            }
            unused.remove(name);
        }
    }
    assert_eq!(unused, BTreeSet::new(), "frames that no block stands in");
}

#[test]
fn no_definition_in_the_documents_is_left_unread() {
    for path in documents() {
        let page = read(&path);
        let known = |info: &str| info == "tthc" || info.starts_with("tthc,in=") || info.starts_with("tthc,from=");
        let unread: Vec<&str> = fences(&page).filter(|info| info.starts_with("tthc") && !known(info)).collect();
        assert_eq!(unread, Vec::<&str>::new(), "{}", path.display());
    }
}

#[test]
fn a_definition_with_a_fault_would_be_noticed() {
    let text = "procedure p { roles { clerk }  on open by clerk -> receved  state received final }";
    assert_eq!(errors("p.tthc".into(), text.into(), &shelf()), ["name-unknown: there is no state `receved`"]);
}

#[test]
fn every_quotation_in_the_documents_stands_in_its_file() {
    let squeeze = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut files = BTreeSet::new();
    for path in documents() {
        let page = read(&path);
        for name in fences(&page).filter_map(|info| info.strip_prefix("tthc,from=")) {
            let source = Source { path: name.to_owned(), text: read(&root().join(name)) };
            // A chapter may quote in English what stands in the library in Vietnamese.
            let english = format_as(&source, Spelling::English).unwrap();
            let spellings = [squeeze(&source.text), squeeze(&english)];
            for (line, part) in blocks(&page, &format!("tthc,from={name}")) {
                let stands = spellings.iter().any(|file| file.contains(&squeeze(&part)));
                assert!(stands, "{}:{line} is not in {name}:\n{part}", path.display());
            }
            files.insert(name.to_owned());
        }
    }
    assert!(!files.is_empty());
    let mut definitions = shelf();
    for name in files {
        definitions.push(Source { text: read(&root().join(&name)), path: name });
    }
    let found = check(&definitions).findings.into_iter().filter(|finding| finding.severity == Severity::Error);
    assert_eq!(found.map(|finding| finding.message).collect::<Vec<_>>(), Vec::<String>::new());
}

#[test]
fn the_library_has_no_findings() {
    let checked = check(&definitions(&root().join("procedures")));
    let said: Vec<_> = checked.findings.iter().map(|finding| format!("{}: {}", finding.id, finding.message)).collect();
    assert_eq!(said, Vec::<String>::new());
}
