//! Dossiers in a durable store: the same answers as in memory, kept, woken, told, exported and verified.

#![expect(clippy::unwrap_used, reason = "helpers of tests have nobody to hand an error to")]

use std::path::Path;
use std::process::Output;

use crate::program::output;

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// A folder with the name of a store in it.
fn place() -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let db = folder.path().join("dossiers.db").display().to_string();
    (folder, db)
}

/// Each example with its definitions.
const EXAMPLES: [&[&str]; 6] = [
    &["examples/one_stop/april.jsonl"],
    &["examples/one_stop/correction.jsonl"],
    &["examples/one_stop/refused.jsonl"],
    &["examples/side_by_side/commands.jsonl", "--procedures", "examples/side_by_side"],
    &["examples/tacit_consent/commands.jsonl", "--procedures", "examples/tacit_consent"],
    &["examples/land_use/commands.jsonl", "--procedures", "examples/land_use"],
];

#[test]
fn a_store_answers_as_memory_does() {
    for example in EXAMPLES {
        for format in ["json", "table"] {
            let (_folder, db) = place();
            let run = [&["run"], example, &["--format", format]].concat();
            let (memory, store) = (output(&run), output(&[&run[..], &["--db", &db]].concat()));
            assert_eq!(in_order(&out(&store)), in_order(&out(&memory)), "{example:?}: {}", err(&store));
            assert_eq!(store.status.code(), memory.status.code());
            assert_eq!(output(&["verify", "--db", &db]).status.code(), Some(0));
        }
    }
}

/// What a tick made happen is told in the order in which it fell due by a store, and in that of the openings in memory.
fn in_order(answers: &str) -> Vec<serde_json::Value> {
    let mut answers: Vec<serde_json::Value> =
        answers.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|_| line.into())).collect();
    for fired in answers.iter_mut().filter_map(|answer| answer.get_mut("fired")?.as_array_mut()) {
        fired.sort_by_key(|fired| fired["dossier"].to_string());
    }
    answers
}

#[test]
fn the_first_answers_stand_when_all_is_given_again() {
    let (_folder, db) = place();
    let run = ["run", "examples/one_stop/april.jsonl", "--db", &db];
    let (first, again) = (out(&output(&run)), out(&output(&run)));
    let count = |answers: &str, answer: &str| answers.matches(&format!(r#""answer":"{answer}""#)).count();
    let commands = count(&first, "accepted") + count(&first, "already_done");
    assert_eq!((count(&again, "already_done"), count(&again, "accepted")), (commands, 0));
}

#[test]
fn a_dossier_is_told_exported_and_verified() {
    let (folder, db) = place();
    let journal = folder.path().join("april.journal").display().to_string();
    output(&["run", "examples/one_stop/april.jsonl", "--db", &db]);
    output(&["run", "examples/one_stop/april.jsonl", "--journal", &journal]);
    let now = ["--now", "2024-05-07T08:00"];
    let told = output(&[&["explain", "--db", &db, "D10"][..], &now].concat());
    assert_eq!(out(&told), out(&output(&[&["explain", "--journal", &journal, "D10"][..], &now].concat())));
    let report = |from: &str, name: &str| out(&output(&[&["report", from, name, "--by", "unit"][..], &now].concat()));
    assert_eq!(report("--db", &db), report("--journal", &journal));

    let export = folder.path().join("d10.export").display().to_string();
    assert_eq!(output(&["export", "--db", &db, "D10", "-o", &export]).status.code(), Some(0));
    let verified = output(&["verify", &export]);
    assert!(out(&verified).starts_with("D10: "), "{}", out(&verified));
    let text = std::fs::read_to_string(&export).unwrap();
    std::fs::write(&export, text.replacen("\"number\":2,", "\"number\":2 ", 1)).unwrap();
    let broken = output(&["verify", &export]);
    assert_eq!((broken.status.code(), out(&broken).contains("event 2 of `D10`")), (Some(1), true), "{}", out(&broken));
}

#[test]
fn time_goes_on_between_runs() {
    let (folder, db) = place();
    let commands = folder.path().join("some.jsonl").display().to_string();
    let april = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/one_stop/april.jsonl"));
    std::fs::write(&commands, april.unwrap().split_inclusive('\n').take(30).collect::<String>()).unwrap();
    output(&["run", &commands, "--db", &db]);
    let tick = |now: &str| output(&["tick", "--db", &db, "--now", now]);
    let woken = tick("2025-06-30T08:00");
    assert_eq!(woken.status.code(), Some(0));
    assert!(out(&woken).contains(r#""fired":[{"dossier""#), "{}", out(&woken));
    assert!(out(&tick("2025-06-30T08:00")).contains(r#""fired":[]"#));
    assert_eq!(output(&["verify", "--db", &db]).status.code(), Some(0));
}

#[test]
fn what_is_no_store_is_said() {
    let (folder, db) = place();
    let said = |arguments: &[&str]| {
        let output = output(arguments);
        assert_eq!(output.status.code(), Some(2), "{}", out(&output));
        err(&output)
    };
    assert!(said(&["tick", "--db", &db]).contains("is not there"));
    assert!(said(&["run", "--db", &db, "--journal", "x"]).contains("cannot be used with"));
    assert!(said(&["run", "--db", "mysql://localhost/x"]).contains("not supported: `--db mysql://…`"));
    let text = folder.path().join("text.db").display().to_string();
    std::fs::write(&text, "this is a text that is long enough to be no header of a database\n".repeat(9)).unwrap();
    assert!(said(&["run", "--db", &text]).contains("it is no SQLite database"));
    assert!(said(&["verify", "--db", &text]).contains("it is no SQLite database"));
    output(&["run", "examples/one_stop/april.jsonl", "--db", &db]);
    let bytes = std::fs::read(&db).unwrap();
    let cut = folder.path().join("cut.db").display().to_string();
    std::fs::write(&cut, &bytes[..bytes.len() / 2]).unwrap();
    assert!(said(&["verify", "--db", &cut]).contains("it was cut off"));
    assert!(said(&["run", "--db", &cut]).contains("it was cut off"));
    let nobody = said(&["export", "--db", &db, "D99", "-o", &text]);
    assert!(nobody.contains("`D99` is not known"), "{nobody}");
}
