//! Corrections by `motcua run`, and what the journal then tells.

#![expect(clippy::unwrap_used, reason = "helpers of tests have nobody to hand an error to")]

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

const STORY: &str = "examples/one_stop/correction.jsonl";

fn motcua(arguments: &[&str], input: &str) -> String {
    let mut child = Command::new(env!("CARGO_BIN_EXE_motcua"))
        .args(arguments)
        .env("LC_ALL", "C")
        .env("NO_COLOR", "1")
        .env("COLUMNS", "200")
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(".."))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap()
}

fn story() -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(STORY)).unwrap()
}

#[test]
fn a_correction_withdraws_what_it_undoes_and_is_explained() {
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("journal").display().to_string();
    let board = motcua(&["run", STORY, "--format", "table", "--journal", &journal], "");
    assert!(board.contains("withdrawn: Sắp hết hạn trong ngày"), "{board}");
    assert!(board.contains("Giấy khai sinh đã có") && !board.contains("overdue"), "{board}");
    assert!(board.contains("limit kept"), "the answer came in time after all: {board}");
    let told = motcua(&["explain", "--journal", &journal, "D1"], "");
    assert!(told.contains("Corrected Tue 22 Apr 2025"), "{told}");
    assert_eq!(told.matches("no longer stands").count(), 3, "{told}");
    let json: serde_json::Value =
        serde_json::from_str(&motcua(&["explain", "--journal", &journal, "D1", "--format", "json"], "")).unwrap();
    assert_eq!(json["corrections"][0]["voids"].as_array().unwrap().len(), 3);
    // The journal reads back to the same dossier, and the same correction is done already.
    let last = story().lines().last().unwrap().to_owned();
    let again = motcua(&["run", "--journal", &journal], &last);
    assert!(again.contains(r#""answer":"already_done""#) && again.contains(r#""ready""#), "{again}");
}

#[test]
fn a_wrong_key_of_a_correction_is_named_with_its_column() {
    let story = story();
    let opened: String = story.lines().take(2).map(|line| line.to_owned() + "\n").collect();
    let begins = r#"{"dossier":"D1","id":"x","command":""#;
    for (line, message, key) in [
        (r#"sign","voids":[1]}"#, "`voids` belongs to `correct` alone", "\"voids\""),
        (r#"correct","data":{"a":1}}"#, "`data` does not belong to `correct`", "\"data\""),
        (r#"correct","at":"2025-04-20"}"#, "a correction is told now", "\"at\""),
        (r#"correct","instead":[{"id":"i","command":"sign","at":"soon"}]}"#, "soon", "\"soon\""),
        (r#"correct","instead":[{"id":"i","command":"sign","unit":"u"}]}"#, "belong to `open` alone", "\"i\""),
        (r#"correct","instead":[{"id":"i","command":"open"}]}"#, "`procedure` is missing", "\"i\""),
        (r#"correct","instead":[{"id":"i","command":"sign","seen":1}]}"#, "unknown key `seen`", "\":1"),
    ] {
        let line = format!("{begins}{line}");
        let answers = motcua(&["run"], &(opened.clone() + line.as_str()));
        let answer: serde_json::Value = serde_json::from_str(answers.lines().last().unwrap()).unwrap();
        assert_eq!(answer["answer"], "invalid", "{answer}");
        assert!(answer["message"].as_str().unwrap().contains(message), "{answer}");
        assert_eq!(answer["column"].as_u64().unwrap(), line.find(key).unwrap() as u64 + 1, "{line}: {answer}");
    }
}
