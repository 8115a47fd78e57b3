//! The documents build as a book, every page is in it, and no link in it leads nowhere.

#![expect(clippy::unwrap_used, reason = "helpers of tests have nobody to hand an error to")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use mdbook_driver::MDBook;

fn docs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs")
}

/// Returns the files below a folder with an ending, each as its path from there.
fn files(folder: &Path, ending: &str) -> BTreeSet<PathBuf> {
    let (mut found, mut folders) = (BTreeSet::new(), vec![folder.to_owned()]);
    while let Some(inside) = folders.pop() {
        for entry in fs::read_dir(inside).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|its| its == ending) {
                found.insert(path.strip_prefix(folder).unwrap().to_owned());
            }
        }
    }
    found
}

/// Returns the links of a built page that lead to another file of the book.
fn links(html: &str) -> impl Iterator<Item = &str> {
    html.split(" href=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .filter_map(|link| link.split('#').next())
        .filter(|link| !link.is_empty() && !link.contains(':'))
}

#[test]
fn the_book_builds_with_every_page_and_no_dead_link() {
    let built = tempfile::tempdir().unwrap();
    let mut book = MDBook::load(docs()).unwrap_or_else(|error| panic!("{error:?}"));
    book.config.build.build_dir = built.path().to_owned();
    book.build().unwrap_or_else(|error| panic!("{error:?}"));

    let chapters: BTreeSet<PathBuf> = book
        .iter()
        .filter_map(|item| match item {
            mdbook_driver::book::BookItem::Chapter(chapter) => chapter.source_path.clone(),
            _ => None,
        })
        .collect();
    let mut pages = files(&docs(), "md");
    pages.remove(Path::new("SUMMARY.md"));
    assert_eq!(chapters, pages, "SUMMARY.md and the folder differ");

    let mut dead = Vec::new();
    for page in files(built.path(), "html") {
        let html = fs::read_to_string(built.path().join(&page)).unwrap();
        let folder = built.path().join(&page).parent().unwrap().to_owned();
        dead.extend(
            links(&html).filter(|link| !folder.join(link).exists()).map(|link| format!("{}: {link}", page.display())),
        );
    }
    assert_eq!(dead, Vec::<String>::new());
}
