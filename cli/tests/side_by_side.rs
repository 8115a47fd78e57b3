//! Work of several offices at once, as the board, `explain` and the graph tell it.

#![expect(clippy::unwrap_used, reason = "helpers of tests have nobody to hand an error to")]

use std::path::Path;
use std::process::{Command, Stdio};

const EXAMPLE: &str = "examples/side_by_side";
const STORY: &str = "examples/side_by_side/commands.jsonl";

fn motcua(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_motcua"))
        .args(arguments)
        .env("LC_ALL", "C")
        .env("NO_COLOR", "1")
        .env("COLUMNS", "200")
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(".."))
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_example_is_sound() {
    motcua(&["check", EXAMPLE, "--deny", "warnings"]);
}

#[test]
fn a_dossier_is_told_in_each_of_its_places() {
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("journal").display().to_string();
    let board = motcua(&["run", STORY, "--procedures", EXAMPLE, "--format", "table", "--journal", &journal]);
    insta::assert_snapshot!("side_by_side", board);
    let explain =
        |more: &[&str]| motcua(&[&["explain", "--journal", &journal, "--procedures", EXAMPLE, "D1"], more].concat());
    insta::assert_snapshot!("side_by_side_explain", explain(&[]));
    insta::assert_snapshot!("side_by_side_explain_vi", explain(&["--lang", "vi"]));
}

#[test]
fn the_graph_shows_the_branches_and_the_join() {
    let graph = |format| motcua(&["graph", "land_certificate", "--procedures", EXAMPLE, "--format", format]);
    insta::assert_snapshot!("side_by_side_mermaid", graph("mermaid"));
    let svg = graph("svg");
    roxmltree::Document::parse(&svg).unwrap();
    for word in ["Trích đo, kiểm tra:", "∥ land (registry)", "join all"] {
        assert!(svg.contains(word), "the picture does not name `{word}`");
    }
}
