//! The pages of the findings: each id has one, what stands under *Wrong* is found, what stands under *Right* is not.
//!
//! Pages of rules are written from the doc comments of the rules by `BLESS=1 cargo test`.

#![expect(clippy::unwrap_used, reason = "a helper of a test that cannot go on says so by a panic")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use motcua_dsl::{FINDINGS, Source, check};

fn room() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn pages() -> PathBuf {
    room().join("../docs/findings")
}

fn sources(folder: &Path, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(std::fs::read_to_string(&path).unwrap());
        }
    }
}

/// Returns the first text literal directly after each `before`.
fn literals<'t>(text: &'t str, before: &str) -> Vec<&'t str> {
    text.split(before).skip(1).filter_map(|rest| rest.trim_start().strip_prefix('"')?.split('"').next()).collect()
}

#[test]
fn every_id_in_the_source_is_listed_and_sorted() {
    let mut texts = Vec::new();
    sources(&room().join("src"), &mut texts);
    let mut ids = BTreeSet::new();
    for text in &texts {
        for before in ["Finding::error(", "Finding::warning(", ".error(", "const ID: &str ="] {
            ids.extend(literals(text, before));
        }
    }
    assert_eq!(ids.into_iter().collect::<Vec<_>>(), FINDINGS);
}

#[test]
fn pages_of_rules_are_their_doc_comments() {
    let mut texts = Vec::new();
    sources(&room().join("src/check"), &mut texts);
    for text in &texts {
        let Some(id) = literals(text, "const ID: &str =").first().copied() else { continue };
        let mut page = format!("# {id}\n\n");
        for line in text.lines().filter_map(|line| line.strip_prefix("//!")) {
            let line = line.strip_prefix(' ').unwrap_or(line);
            page += if line.starts_with("# ") { "#" } else { "" };
            page += line;
            page.push('\n');
        }
        let path = pages().join(format!("{id}.md"));
        if std::env::var_os("BLESS").is_some() {
            std::fs::write(&path, &page).unwrap();
        }
        let written = std::fs::read_to_string(&path).unwrap_or_default();
        assert_eq!(written, page, "{id}: run the tests with BLESS=1");
    }
}

/// Returns the texts in code blocks under a heading.
fn blocks<'p>(page: &'p str, heading: &str) -> Vec<&'p str> {
    let section = page.split("\n## ").find_map(|section| section.strip_prefix(heading)).unwrap_or_default();
    section.split("```tthc\n").skip(1).filter_map(|rest| rest.split("\n```").next()).collect()
}

#[test]
fn what_is_wrong_is_found_and_what_is_right_is_not() {
    let mut faults = Vec::new();
    for id in FINDINGS {
        let page = std::fs::read_to_string(pages().join(format!("{id}.md"))).unwrap();
        for (heading, expected) in [("Wrong\n", true), ("Right\n", false)] {
            let texts = blocks(&page, heading);
            if texts.is_empty() {
                faults.push(format!("{id}: nothing under {heading}"));
            }
            // What is too large for a plan is too large for a page.
            if *id == "size" && expected {
                continue;
            }
            for text in texts {
                let found = check(&[Source { path: format!("{id}.tthc"), text: text.to_owned() }]).findings;
                if found.iter().any(|finding| finding.id == *id) != expected {
                    let ids: Vec<_> = found.iter().map(|finding| (finding.id, finding.message.as_str())).collect();
                    faults.push(format!("{id}, {heading}: {ids:?}"));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn the_index_names_every_page() {
    let index = std::fs::read_to_string(pages().join("README.md")).unwrap();
    for id in FINDINGS {
        assert!(index.contains(&format!("[`{id}`]({id}.md): ")), "{id} is not in the index");
    }
}
