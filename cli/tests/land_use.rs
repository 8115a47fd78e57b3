//! A dossier that calls another procedure, as the board, `run`, `explain` and the graph tell it.

use std::fs;

use crate::program::motcua;

const EXAMPLE: &str = "examples/land_use";
const STORY: &str = "examples/land_use/commands.jsonl";

#[test]
fn the_example_is_sound() {
    motcua(&["check", EXAMPLE, "--deny", "warnings"]);
}

#[test]
fn the_caller_and_the_called_dossier_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("journal").display().to_string();
    let run = motcua(&["run", STORY, "--procedures", EXAMPLE, "--journal", &journal]);
    insta::assert_snapshot!("land_use_run", run);
    let explain = |dossier: &str, more: &[&str]| {
        motcua(&[&["explain", "--journal", &journal, "--procedures", EXAMPLE, dossier], more].concat())
    };
    insta::assert_snapshot!("land_use_explain", explain("L1", &[]));
    insta::assert_snapshot!("land_use_explain_vi", explain("L1", &["--lang", "vi"]));
    insta::assert_snapshot!("land_use_explain_called", explain("L1/2", &[]));
    insta::assert_snapshot!("land_use_explain_withdrawn", explain("L2/2", &[]));
    insta::assert_snapshot!("land_use_explain_json", explain("L1", &["--format", "json"]));
}

#[test]
fn the_board_shows_both_dossiers() {
    insta::assert_snapshot!("land_use", motcua(&["run", STORY, "--procedures", EXAMPLE, "--format", "table"]));
}

#[test]
fn what_a_stopped_program_had_not_delivered_is_delivered_later_and_what_it_had_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("journal");
    let path = journal.display().to_string();
    motcua(&["run", STORY, "--procedures", EXAMPLE, "--journal", &path]);
    let whole = fs::read_to_string(&journal).unwrap();
    // Nothing new is asked for.
    let nothing = folder.path().join("nothing.jsonl");
    fs::write(&nothing, "").unwrap();
    let again =
        |journal: &str| motcua(&["run", &nothing.display().to_string(), "--procedures", EXAMPLE, "--journal", journal]);
    again(&path);
    assert_eq!(fs::read_to_string(&journal).unwrap(), whole, "what was delivered changes nothing");

    // The program was stopped between the event that calls and the opening of what is called.
    let opens = whole.lines().position(|line| line.contains("L1/2") && line.contains("opened")).unwrap();
    let cut: String = whole.lines().take(opens).fold(String::new(), |all, line| all + line + "\n");
    fs::write(&journal, cut).unwrap();
    again(&path);
    let healed = fs::read_to_string(&journal).unwrap();
    let opening = |text: &str| text.lines().nth(opens).map(ToOwned::to_owned);
    assert_eq!(opening(&healed), opening(&whole), "it is opened as it was called");
}

#[test]
fn the_graph_shows_what_is_called() {
    let graph = |format| motcua(&["graph", "land_use", "--procedures", EXAMPLE, "--format", format]);
    insta::assert_snapshot!("land_use_dot", graph("dot"));
    let svg = graph("svg");
    roxmltree::Document::parse(&svg).unwrap();
    for word in ["tax_notice", "in the unit of tax", "outcome issued", "outcome otherwise"] {
        assert!(svg.contains(word), "the picture does not name `{word}`");
    }
}
