//! The documents are a book: every page is in its summary once, and no link leads nowhere or out of it.
//!
//! `mdbook build docs` makes it. The tool is not a dependency here: it would double what the tests compile.

#![expect(clippy::unwrap_used, reason = "helpers of tests have nobody to hand an error to")]

use std::fs;
use std::path::{Path, PathBuf};

fn docs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs").canonicalize().unwrap()
}

/// Returns the pages below a folder.
fn pages(folder: &Path) -> Vec<PathBuf> {
    let (mut found, mut folders) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(inside) = folders.pop() {
        for entry in fs::read_dir(inside).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|its| its == "md") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// Returns the files that a page links to, as it spells them; what stands in a block of code is no link.
fn links(page: &Path) -> Vec<String> {
    let text = fs::read_to_string(page).unwrap();
    let outside = text.split("\n```").step_by(2);
    let targets = outside.flat_map(|text| text.split("](").skip(1)).filter_map(|rest| rest.split(')').next());
    let files = targets.filter_map(|link| link.split('#').next());
    files.filter(|link| !link.is_empty() && !link.contains("://")).map(str::to_owned).collect()
}

#[test]
fn every_page_is_in_the_summary_once() {
    let summary = docs().join("SUMMARY.md");
    let mut listed: Vec<PathBuf> = links(&summary).iter().map(|link| docs().join(link)).collect();
    listed.sort();
    let known: Vec<PathBuf> = pages(&docs()).into_iter().filter(|page| *page != summary).collect();
    assert_eq!(listed, known);
}

#[test]
fn no_link_leads_nowhere_or_out_of_the_book() {
    let mut dead = Vec::new();
    for page in pages(&docs()) {
        for link in links(&page) {
            let target = page.parent().unwrap().join(&link).canonicalize();
            if !target.is_ok_and(|target| target.starts_with(docs())) {
                dead.push(format!("{}: {link}", page.display()));
            }
        }
    }
    assert_eq!(dead, Vec::<String>::new());
}
