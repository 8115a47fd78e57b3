//! Copies of a store that another process writes to, what is found out about a store, and logs that name nobody.

#![expect(clippy::unwrap_used, reason = "helpers of tests have nobody to hand an error to")]

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// Returns the program, to be run from the root of the repository.
fn motcua(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_motcua"));
    command
        .args(arguments)
        .env("LC_ALL", "C")
        .env("NO_COLOR", "1")
        .env("COLUMNS", "200")
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(".."))
        .stdin(Stdio::null());
    command
}

fn done(arguments: &[&str]) -> Output {
    motcua(arguments).output().unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn name(folder: &tempfile::TempDir, file: &str) -> String {
    folder.path().join(file).display().to_string()
}

/// Gives commands to a process without end: those of the example, again and again under other ids; until they are not taken.
fn write_on(mut to: impl Write) {
    let april = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/one_stop/april.jsonl");
    let april = std::fs::read_to_string(april).unwrap();
    let lines: Vec<_> = april.lines().filter(|line| line.contains("\"dossier\"")).collect();
    for n in 0.. {
        for line in &lines {
            if writeln!(to, "{}", line.replace("\"D", &format!("\"R{n}-D"))).is_err() {
                return;
            }
        }
    }
}

#[test]
fn a_copy_of_a_store_that_another_process_writes_to_is_whole() {
    let folder = tempfile::tempdir().unwrap();
    let db = name(&folder, "dossiers.db");
    let first = out(&done(&["run", "examples/one_stop/april.jsonl", "--db", &db]));
    let mut writing = motcua(&["run", "-", "--db", &db]);
    writing.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut writing = writing.spawn().unwrap();
    let to = writing.stdin.take().unwrap();
    let writer = std::thread::spawn(move || write_on(to));
    // Until the copies show that the other process goes on meanwhile.
    let mut dossiers = Vec::new();
    for n in 0..40 {
        let copy = name(&folder, &format!("copy{n}.db"));
        let made = done(&["backup", "--db", &db, "-o", &copy]);
        assert!(out(&made).contains("is a copy of the store"), "{}", err(&made));
        let verified = done(&["verify", "--db", &copy]);
        assert_eq!(verified.status.code(), Some(0), "{}", out(&verified));
        dossiers.push(out(&verified).split(' ').next().unwrap().parse::<u32>().unwrap());
        if n > 1 && dossiers.last() > dossiers.first() {
            // What was answered before stands in it, and is answered as the first time.
            let told = |db: &str| out(&done(&["explain", "--db", db, "D10", "--now", "2025-05-07T08:00"]));
            assert_eq!(told(&copy), told(&db));
            let again = out(&done(&["run", "examples/one_stop/april.jsonl", "--db", &copy]));
            let count = |answers: &str, answer: &str| answers.matches(&format!(r#""answer":"{answer}""#)).count();
            let commands = count(&first, "accepted") + count(&first, "already_done");
            assert_eq!((count(&again, "already_done"), count(&again, "accepted")), (commands, 0));
            break;
        }
    }
    assert!(writing.try_wait().unwrap().is_none(), "the other process writes until it is stopped");
    writing.kill().unwrap();
    writing.wait().unwrap();
    writer.join().unwrap();
    assert!(dossiers.is_sorted() && dossiers.last() > dossiers.first(), "{dossiers:?}");
}

#[test]
fn what_cannot_be_copied_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let (db, copy) = (name(&folder, "dossiers.db"), name(&folder, "copy.db"));
    let said = |db: &str| {
        let output = done(&["backup", "--db", db, "-o", &copy]);
        assert_eq!(output.status.code(), Some(2), "{}", out(&output));
        err(&output)
    };
    assert!(said(&db).contains("is not there"));
    assert!(said("postgres://localhost/x").contains("is saved with `pg_dump`"));
    done(&["run", "examples/one_stop/april.jsonl", "--db", &db]);
    std::fs::write(&copy, "something else").unwrap();
    assert!(said(&db).contains("there is such a file already"));
    assert_eq!(std::fs::read_to_string(&copy).unwrap(), "something else");
}

#[test]
fn a_changed_plan_is_found_out_and_snapshots_are_dropped() {
    let folder = tempfile::tempdir().unwrap();
    let db = name(&folder, "dossiers.db");
    done(&["run", "examples/one_stop/april.jsonl", "--db", &db]);
    let dropped = done(&["verify", "--db", &db, "--drop-snapshots"]);
    assert_eq!((dropped.status.code(), err(&dropped).as_str()), (Some(0), ""), "{}", out(&dropped));
    // A limit of three days becomes one of nine, byte for byte as long.
    let bytes = std::fs::read(&db).unwrap();
    let (found, other) = (br#""limit":{"term":"3 working days"#, br#""limit":{"term":"9 working days"#);
    let at = bytes.windows(found.len()).position(|part| part == found);
    let Some(at) = at else { return assert!(at.is_some(), "no plan has a limit of three working days") };
    let changed = [&bytes[..at], other, &bytes[at + found.len()..]].concat();
    std::fs::write(&db, changed).unwrap();
    let verified = done(&["verify", "--db", &db]);
    assert_eq!(verified.status.code(), Some(1));
    let said = out(&verified);
    assert!(said.contains("was changed: its bytes have another hash: go back to a backup"), "{said}");
    assert!(said.trim_end().ends_with("1 fault was found, see above"), "{said}");
}

#[test]
fn logs_are_written_where_they_are_asked_for_and_name_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let run = |log: &str, format: &str, db: &str| {
        let db = name(&folder, db);
        let mut run = motcua(&["run", "examples/one_stop/april.jsonl", "--db", &db]);
        run.env("MOTCUA_LOG", log).env("MOTCUA_LOG_FORMAT", format).output().unwrap()
    };
    let (silent, text, json) = (run("", "", "a.db"), run("info", "", "b.db"), run("motcua_host=debug", "json", "c.db"));
    assert!(!err(&silent).contains("accepted"), "{}", err(&silent));
    assert_eq!(out(&text), out(&silent));
    assert!(err(&text).contains("INFO motcua_host::told: accepted"), "{}", err(&text));
    let lines = err(&json);
    let lines: Vec<serde_json::Value> = lines.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    let accepted = lines.iter().find(|line| line["fields"]["message"] == "accepted");
    let accepted = accepted.map(|line| (&line["level"], line["fields"]["procedure"].is_string()));
    assert_eq!(accepted, Some((&"INFO".into(), true)));
    for personal in ["Lâm Văn T", "counter.thuan_bac", "43C8001234"] {
        assert!(out(&text).contains(personal) || personal == "43C8001234", "{personal} is not in the answers");
        assert!(!err(&text).contains(personal) && !err(&json).contains(personal), "{personal} is told");
    }
    for (log, format, said) in
        [("loud=very", "", "a level is expected"), ("info", "xml", "`text` or `json` is expected")]
    {
        let wrong = run(log, format, "d.db");
        assert_eq!(wrong.status.code(), Some(2));
        assert!(err(&wrong).contains(said), "{}", err(&wrong));
    }
}
