//! A calendar changes while dossiers are under way: they go on with their version of it until they are re-projected.

#![expect(clippy::unwrap_used, reason = "helpers of tests have nobody to hand an error to")]

use std::path::PathBuf;
use std::process::{Command, Output};

use insta::assert_snapshot;

const PROCEDURE: &str = r#"use calendar office
procedure permit {
    version 1
    roles { counter citizen outside }
    clock processing {
        limit 5 working days
        runs from received until done
        suspends in asked
        escalate { 1 working day before due notify counter "soon"  when due notify counter "late" }
    }
    on open by citizen, counter -> received
    state received by counter { on ask -> asked  on sign -> done }
    state asked by citizen { on answer -> received }
    state done final
}
"#;
const CALENDAR: &str = r#"calendar office {
    zone "Asia/Ho_Chi_Minh"
    covers 2025 to 2025
    week mon-fri 07:30-11:30, 13:30-17:00
"#;
/// The closure that a storm brings.
const STORM: &str = "    off 2025-09-25 closure \"Bão số 9\" basis \"Công điện 168\"\n";
/// Five working days from Friday, 19 September: due on Friday, the 26th. D2 is answered on the 24th, D3 is settled.
const COMMANDS: &str = r#"{"dossier":"D1","id":"1","command":"open","procedure":"permit","unit":"a","role":"counter","at":"2025-09-19T09:00"}
{"dossier":"D2","id":"1","command":"open","procedure":"permit","unit":"a","role":"counter","at":"2025-09-19T10:00"}
{"dossier":"D3","id":"1","command":"open","procedure":"permit","unit":"a","role":"counter","at":"2025-09-19T11:00"}
{"dossier":"D2","id":"2","command":"ask","role":"counter","at":"2025-09-22T09:00"}
{"dossier":"D3","id":"2","command":"sign","role":"counter","at":"2025-09-22T10:00"}
"#;

/// An office in a folder of its own.
struct Office(tempfile::TempDir);

impl Office {
    fn new() -> Self {
        let office = Self(tempfile::tempdir().unwrap());
        std::fs::create_dir(office.path("texts")).unwrap();
        office.write("texts/permit.tthc", PROCEDURE);
        office.calendar("");
        office
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).unwrap();
    }

    /// Writes the calendar with what has been announced.
    fn calendar(&self, announced: &str) {
        self.write("texts/office.tthc", &format!("{CALENDAR}{announced}}}\n"));
    }

    fn journal(&self) -> String {
        std::fs::read_to_string(self.path("journal.jsonl")).unwrap()
    }

    fn motcua(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_motcua"));
        command.args(arguments).args(["--journal", "journal.jsonl", "--procedures", "texts"]);
        command.current_dir(self.0.path()).env("NO_COLOR", "1").output().unwrap()
    }

    fn run(&self, commands: &str) -> String {
        self.write("commands.jsonl", commands);
        let output = self.motcua(&["run", "commands.jsonl"]);
        assert_eq!(output.status.code(), Some(0), "{}", shown(&output));
        String::from_utf8(output.stdout).unwrap()
    }

    fn reproject(&self, arguments: &[&str]) -> String {
        shown(&self.motcua(&[&["reproject"], arguments].concat()))
    }
}

fn shown(output: &Output) -> String {
    let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    format!("{stdout}{stderr}--- exit {}\n", output.status.code().unwrap())
}

/// The due instants in answers.
fn dues(answers: &str) -> Vec<String> {
    let due = |line: &str| {
        let answer: serde_json::Value = serde_json::from_str(line).unwrap();
        let dues = answer.get("due").and_then(serde_json::Value::as_array).cloned().unwrap_or_default();
        dues.iter().map(|due| due.get("due").unwrap().as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    answers.lines().flat_map(due).collect()
}

#[test]
fn a_storm_moves_what_is_open_and_says_why() {
    let office = Office::new();
    office.run(COMMANDS);
    assert_snapshot!("nothing_has_changed", office.reproject(&[]));
    office.calendar(STORM);
    let before = office.journal();
    assert_snapshot!("dry_run", office.reproject(&[]));
    assert_snapshot!("dry_run_as_json", office.reproject(&["--format", "json"]));
    assert_eq!(office.journal(), before, "a dry run writes nothing");
    assert_snapshot!("applied", office.reproject(&["--apply", "--now", "2025-09-23T08:00"]));
    let after = office.journal();
    assert!(after.starts_with(&before), "what was kept stays");
    let added: Vec<&str> = after[before.len()..].lines().collect();
    assert!(added[0].starts_with(r#"{"calendar_version""#) && added.len() == 3, "{added:#?}");
    assert!(added[1].contains("2025-09-25 is off now: Bão số 9 (Công điện 168)"), "{added:#?}");
    assert_snapshot!("applied_twice", office.reproject(&["--apply"]));
    assert_eq!(office.journal(), after, "what is done is not done again");
    // The journal goes on: the answer of D2 comes after the two suspended days, and the storm.
    let answers =
        office.run(r#"{"dossier":"D2","id":"3","command":"answer","role":"citizen","at":"2025-09-24T09:00"}"#);
    assert_eq!(dues(&answers), ["2025-10-01T17:00:00+07:00"]);
}

#[test]
fn without_a_re_projection_an_edited_calendar_changes_nothing() {
    let (edited, kept) = (Office::new(), Office::new());
    for office in [&edited, &kept] {
        office.run(COMMANDS);
    }
    edited.calendar(STORM);
    let more = r#"{"dossier":"D2","id":"3","command":"answer","role":"citizen","at":"2025-09-24T09:00"}
{"tick":"2025-09-27T08:00"}
{"dossier":"D1","id":"2","command":"sign","role":"counter","at":"2025-09-29T09:00"}
"#;
    edited.run(more);
    kept.run(more);
    assert_eq!(edited.journal(), kept.journal());
    // A dossier that is opened now counts on the new version, which is kept beside the old one.
    let open = r#"{"dossier":"D9","id":"1","command":"open","procedure":"permit","unit":"a","role":"counter","at":"2025-09-29T09:00"}"#;
    edited.run(open);
    let versions = edited.journal().lines().filter(|line| line.starts_with(r#"{"calendar_version""#)).count();
    assert_eq!(versions, 2);
}

#[test]
fn the_same_journal_is_moved_to_the_same_bytes() {
    let journal = || {
        let office = Office::new();
        office.run(COMMANDS);
        office.calendar(STORM);
        office.reproject(&["--apply", "--reason", "Bão số 9"]);
        office.run(r#"{"tick":"2025-10-03T08:00"}"#);
        office.journal()
    };
    assert_eq!(journal(), journal());
}

#[test]
fn what_was_told_stays_told_and_is_late_no_more() {
    let office = Office::new();
    office.run(COMMANDS);
    office.run(r#"{"tick":"2025-09-27T08:00"}"#);
    // The closure is announced when the limit has run out already.
    office.calendar("    off 2025-09-25 to 2025-09-26 closure \"Bão số 9\"\n");
    assert_snapshot!("no_longer_overdue", office.reproject(&["--apply"]));
    let ticked = office.run(r#"{"tick":"2025-10-02T08:00"}"#);
    assert!(!ticked.contains("expired") && !ticked.contains("rung"), "nothing fires twice: {ticked}");
    let signed = office.run(r#"{"dossier":"D1","id":"2","command":"sign","role":"counter","at":"2025-09-30T09:00"}"#);
    assert!(signed.contains(r#""class":"on_time""#), "{signed}");
}

#[test]
fn what_is_wrong_is_said_and_nothing_is_written() {
    let office = Office::new();
    assert_snapshot!("no_journal", office.reproject(&[]));
    office.run(COMMANDS);
    let journal = office.journal();
    // A version that stops before a due date.
    office.write("texts/office.tthc", &CALENDAR.replace("2025 to 2025", "2024 to 2024"));
    let text = std::fs::read_to_string(office.path("texts/office.tthc")).unwrap();
    office.write("texts/office.tthc", &format!("{text}}}\n"));
    assert_snapshot!("not_covered", office.reproject(&["--apply"]));
    assert_eq!(office.journal(), journal);
    office.calendar(STORM);
    // The version that the dossiers count on is gone.
    let (_, without) = journal.split_once('\n').unwrap();
    office.write("journal.jsonl", without);
    assert_snapshot!("version_gone", office.reproject(&[]));
    office.write("journal.jsonl", &journal.replacen("13:30", "13:00", 1));
    assert_snapshot!("version_changed", office.reproject(&[]));
    office.write("journal.jsonl", &format!("{journal}{{\"dossier\":\"D1\"}}\n"));
    assert_snapshot!("no_event", office.reproject(&[]));
}

#[test]
fn a_bundle_keeps_the_versions_of_an_earlier_one() {
    let office = Office::new();
    let compile = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_motcua"));
        let output = command.args(["compile", "texts"]).args(arguments).current_dir(office.0.path()).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", shown(&output));
        shown(&output)
    };
    compile(&["-o", "first.json"]);
    office.run(COMMANDS);
    office.calendar(STORM);
    assert!(compile(&["-o", "second.json", "--keep", "first.json"]).contains("1 former calendar"));
    // The dossiers count on a version that the bundle has, where the journal has it no more.
    let journal = office.journal();
    office.write("journal.jsonl", journal.split_once('\n').unwrap().1);
    let moved = |procedures: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_motcua"));
        command.args(["reproject", "--journal", "journal.jsonl", "--procedures", procedures]);
        shown(&command.current_dir(office.0.path()).output().unwrap())
    };
    assert!(moved("second.json").contains("2 with 2 moved dates"), "{}", moved("second.json"));
    assert!(moved("texts").contains("is not loaded"));
}

#[test]
fn a_store_is_moved_as_a_journal_is_each_dossier_by_itself() {
    let office = Office::new();
    let motcua = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_motcua"));
        command
            .args(arguments)
            .args(["--db", "office.db", "--procedures", "texts"])
            .args(["--now", "2025-09-23T08:00"]);
        shown(&command.current_dir(office.0.path()).env("NO_COLOR", "1").output().unwrap())
    };
    office.run(COMMANDS);
    let mut kept = Command::new(env!("CARGO_BIN_EXE_motcua"));
    kept.args(["run", "commands.jsonl", "--db", "office.db", "--procedures", "texts"]);
    assert!(kept.current_dir(office.0.path()).output().unwrap().status.success());
    office.calendar(STORM);
    let of_journal = |arguments: &[&str]| office.reproject(&[arguments, &["--now", "2025-09-23T08:00"]].concat());
    let in_store = |text: &str| text.replace("journal.jsonl", "office.db");
    assert_eq!(motcua(&["reproject"]), in_store(&of_journal(&[])));
    assert_eq!(motcua(&["reproject", "--format", "json"]), of_journal(&["--format", "json"]));
    assert_eq!(motcua(&["reproject", "--apply"]), in_store(&of_journal(&["--apply"])));
    assert_eq!(
        motcua(&["reproject", "--apply"]),
        in_store(&of_journal(&["--apply"])),
        "what is done is not done again"
    );
    // A version that stops before a due date: who cannot be counted anew stays, and the others are not held up.
    office.write("texts/office.tthc", &format!("{}}}\n", CALENDAR.replace("2025 to 2025", "2024 to 2024")));
    assert_snapshot!("not_covered_in_a_store", motcua(&["reproject", "--apply"]));
    let mut verify = Command::new(env!("CARGO_BIN_EXE_motcua"));
    let verified = shown(&verify.args(["verify", "--db", "office.db"]).current_dir(office.0.path()).output().unwrap());
    assert!(verified.contains("3 dossiers, 7 events"), "{verified}");
}

#[test]
fn the_password_of_a_database_is_not_shown() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_motcua"));
    command.args(["reproject", "--db", "postgres://clerk:s3cret@127.0.0.1:1/district"]);
    let told = shown(&command.output().unwrap());
    assert!(told.contains("postgres://127.0.0.1/district") && !told.contains("s3cret"), "{told}");
}
