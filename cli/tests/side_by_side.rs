//! Work of several offices at once, as the board, `explain` and the graph tell it.

use crate::program::motcua;

const EXAMPLE: &str = "examples/side_by_side";
const STORY: &str = "examples/side_by_side/commands.jsonl";

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
