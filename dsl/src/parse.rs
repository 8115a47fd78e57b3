//! Text to syntax: never fails, says everything that is wrong in one run.

mod build;
mod place;
mod tree;

use build::Builder;
use place::Place;
use tree::{Kind, Tree};

use crate::diagnostic::Finding;
use crate::source::Source;
use crate::syntax::File;

/// Returns the tree of a file and what is wrong with its words.
pub fn parse(file_index: u32, source: &Source) -> (File, Vec<Finding>) {
    let mut file = File::default();
    let mut findings = Vec::new();
    match Tree::parse(Kind::file, &source.text) {
        Ok(tree) => {
            let mut builder = Builder { text: &source.text, file: file_index, base: 0, shifts: &[], findings: &mut findings };
            let mut place = Place::File(&mut file);
            tree.branches().for_each(|branch| builder.member(branch, &mut place));
        }
        Err(at) => findings.push(Finding::error("syntax", "not understood", crate::syntax::Span { file: file_index, start: tree::narrow(at), end: tree::narrow(at) })),
    }
    (file, findings)
}

/// Returns whether the grammar matches the whole text, without building anything: the floor that the speed of
/// [`parse`] is compared with.
#[doc(hidden)]
pub fn recognise(text: &str) -> bool {
    tree::recognise(text)
}
