//! What the rules find, in files with carets under the very words.
//!
//! `tests/check/faulty/*.tthc` hold lines such as `//   ^^^^ error name-unknown: there is no state`, under the words that
//! the finding is about; `BLESS=1 cargo test` writes them anew. Files in `tests/check/sound` look suspicious and have no
//! findings. The pages of the rules are tests as well: what stands under *Wrong* is found, what stands under *Right* not.

#![expect(clippy::unwrap_used, reason = "a helper of a test that cannot go on says so by a panic")]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use motcua_dsl::{Finding, Severity, Source, check, compile};
use motcua_engine::World;

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn files(folder: &Path, ending: &str) -> Vec<(String, String)> {
    let mut found: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == ending))
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read_to_string(&path).unwrap()))
        .collect();
    found.sort();
    found
}

fn source(name: &str, text: &str) -> Source {
    Source { path: name.to_owned(), text: text.to_owned() }
}

fn findings(name: &str, text: &str) -> Vec<Finding> {
    check(&[source(name, text)]).findings
}

fn is_caret_line(line: &str) -> bool {
    line.trim_start().strip_prefix("//").is_some_and(|rest| rest.trim_start().starts_with('^'))
}

/// Returns the text with a line of carets under each finding, and none besides.
fn annotated(name: &str, text: &str) -> String {
    let plain: String =
        text.lines().filter(|line| !is_caret_line(line)).fold(String::new(), |all, line| all + line + "\n");
    let source = source(name, &plain);
    let findings = check(std::slice::from_ref(&source)).findings;
    let mut found = String::new();
    for (i, line) in plain.lines().enumerate() {
        writeln!(found, "{line}").unwrap();
        for finding in &findings {
            let span = finding.primary.span;
            let (at, column) = source.position(span.start as usize);
            if at != i + 1 {
                continue;
            }
            let (end, last) = source.position(span.end as usize);
            let width = if end == at { last - column } else { line.chars().count() + 1 - column };
            let severity = match finding.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Note => "note",
            };
            let carets = "^".repeat(width.max(1));
            // A finding in the first two columns has no room for `//` before it.
            let indent = " ".repeat(column.saturating_sub(3));
            writeln!(found, "//{indent}{carets} {severity} {}: {}", finding.id, finding.message).unwrap();
            if column < 3 {
                writeln!(found, "//^ (from column {column})").unwrap();
            }
        }
    }
    found
}

#[test]
fn faulty_files_are_found_to_the_word() {
    let folder = folder("tests/check/faulty");
    let all = files(&folder, "tthc");
    assert!(all.len() >= 150, "{} files", all.len());
    let bless = std::env::var_os("BLESS").is_some();
    let mut wrong = Vec::new();
    for (name, text) in all {
        let found = annotated(&name, &text);
        if bless {
            std::fs::write(folder.join(&name), found).unwrap();
        } else if found != text {
            wrong.push(format!("--- {name}: this is found now\n{found}"));
        } else {
            assert!(text.lines().any(is_caret_line), "{name} has no findings");
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_finding_says_what_to_do() {
    for (name, text) in files(&folder("tests/check/faulty"), "tthc") {
        for finding in findings(&name, &text).into_iter().filter(|finding| !finding.id.starts_with("syntax")) {
            let message = &finding.message;
            assert!(finding.help.is_some() || !finding.because.is_empty(), "{name}: {message}");
            assert!(!message.ends_with('.') && !message.chars().next().unwrap().is_uppercase(), "{name}: {message}");
        }
    }
}

#[test]
fn sound_files_have_no_findings_and_load() {
    let all = files(&folder("tests/check/sound"), "tthc");
    assert!(all.len() >= 160, "{} files", all.len());
    for (name, text) in all {
        let found = findings(&name, &text);
        assert!(found.is_empty(), "{name}: {found:#?}");
        let bundle = compile(&[source(&name, &text)]).unwrap();
        World::load(bundle).unwrap_or_else(|refused| panic!("{name}: {refused}"));
    }
}

#[test]
fn a_plan_with_a_circular_document_is_refused_at_load() {
    let (name, text) = ("documents_all_at_once.tthc", "tests/check/sound/documents_all_at_once.tthc");
    let mut bundle = compile(&[source(name, &std::fs::read_to_string(folder(text)).unwrap())]).unwrap();
    let logic = &mut bundle.plans[0].logic;
    let when = logic.documents[2].when.unwrap();
    logic.scripts[when.index()].text = "documents.missing.is_empty()".into();
    let refused = World::load(bundle).unwrap_err().to_string();
    assert_eq!(
        refused,
        "the plan of `permit` cannot be used: whether the document `plan` is required depends on `documents.missing`, \
         which depends on it in turn"
    );
}

/// Returns the piece of the language under a heading of a rule's page.
fn example(page: &str, heading: &str) -> String {
    let lines =
        page.lines().filter_map(|line| line.strip_prefix("//!")).map(|line| line.strip_prefix(' ').unwrap_or(line));
    lines
        .skip_while(|line| *line != heading)
        .skip_while(|line| *line != "```tthc")
        .skip(1)
        .take_while(|line| *line != "```")
        .fold(String::new(), |all, line| all + line + "\n")
}

#[test]
fn the_page_of_each_rule_is_true() {
    for (file, page) in files(&folder("src/check"), "rs") {
        if file == "mod.rs" || file == "ways.rs" {
            continue;
        }
        let id = file.trim_end_matches(".rs").replace('_', "-");
        assert!(page.contains(&format!("const ID: &str = \"{id}\";")), "{file} has the id of its name");
        let headings = ["# What", "# Why", "# Wrong", "# Right"];
        let places: Vec<_> = headings
            .iter()
            .map(|h| page.find(&format!("//! {h}\n")).unwrap_or_else(|| panic!("{file}: {h}")))
            .collect();
        assert!(places.is_sorted(), "{file}");
        let wrong = findings(&file, &example(&page, "# Wrong"));
        // The limits of a plan are too large for a page.
        if id != "size" {
            assert!(wrong.iter().all(|finding| finding.id == id) && !wrong.is_empty(), "{file}: {wrong:#?}");
        }
        let right = findings(&file, &example(&page, "# Right"));
        assert!(right.is_empty(), "{file}: {right:#?}");
    }
}
