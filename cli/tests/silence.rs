//! Decisions by silence as the board, `run`, `explain` and the graph tell them: the law, and who owed the answer.

use crate::program::motcua;
use serde_json::Value as Json;

const EXAMPLE: &str = "examples/tacit_consent";
const STORY: &str = "examples/tacit_consent/commands.jsonl";

#[test]
fn the_example_is_sound() {
    motcua(&["check", EXAMPLE, "--deny", "warnings"]);
}

#[test]
fn a_decision_by_silence_is_told_with_its_law_and_who_owed_the_answer() {
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("journal").display().to_string();
    let board = motcua(&["run", STORY, "--procedures", EXAMPLE, "--format", "table", "--journal", &journal]);
    insta::assert_snapshot!("board", board);
    let explain = |dossier: &str, more: &[&str]| {
        motcua(&[&["explain", "--journal", &journal, "--procedures", EXAMPLE, dossier], more].concat())
    };
    insta::assert_snapshot!("explain", explain("D1", &[]));
    insta::assert_snapshot!("explain_vi", explain("D1", &["--lang", "vi"]));
    let json = |dossier: &str| -> Json { serde_json::from_str(&explain(dossier, &["--format", "json"])).unwrap() };
    let steps = json("D1")["steps"].clone();
    let silent = steps.as_array().unwrap().iter().find(|step| step["silence"] == "consent").unwrap().clone();
    assert_eq!((&silent["role"], &silent["standing"]), (&"fire_police".into(), &"late".into()), "{steps}");
    assert_eq!(silent["basis"][0], "Nghị định 217/2026/NĐ-CP, Điều 54.2.c");
    let answered = explain("D2", &[]);
    assert!(!answered.contains("silence"), "who has answered is not told to have been silent: {answered}");
}

#[test]
fn the_events_of_a_run_say_that_silence_decided() {
    let run = motcua(&["run", STORY, "--procedures", EXAMPLE]);
    assert_eq!(run.matches(r#""silence":"consent""#).count(), 1, "{run}");
    assert!(run.contains(r#""owed_by":"fire_police""#), "{run}");
}

#[test]
fn the_graph_draws_silence_dashed_with_what_it_means() {
    let dot = motcua(&["graph", "house_permit", "--procedures", EXAMPLE, "--format", "dot"]);
    let line = dot.lines().find(|line| line.contains("no answer")).unwrap();
    assert!(line.contains("style=\"dashed,bold\""), "{line}");
    assert!(line.contains("2 working days, at 24:00 of processing means consent"), "{line}");
}
