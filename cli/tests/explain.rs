//! `due --explain`, `explain` and `report` in both languages, as text, JSON and picture; and what they say to bad input.

#![expect(clippy::unwrap_used, reason = "a helper of a test that cannot go on says so by a panic")]

use std::path::Path;
use std::process::{Command, Output, Stdio};

use insta::assert_snapshot;
use serde_json::Value as Json;

use crate::program::library;

fn motcua(folder: &str, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_motcua"))
        .args(arguments)
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder))
        .env("LC_ALL", "C")
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

fn shown(output: &Output) -> String {
    let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    let said = if stderr.is_empty() { String::new() } else { format!("--- standard error\n{stderr}") };
    format!("{stdout}{said}--- exit {}\n", output.status.code().unwrap())
}

/// A journal that `motcua run` has written, in a folder that goes with it.
struct Written {
    folder: tempfile::TempDir,
    path: String,
}

impl Written {
    fn new(folder: &str, commands: &str, procedures: &str) -> Self {
        let kept = tempfile::tempdir().unwrap();
        let path = kept.path().join("journal").display().to_string();
        let output = motcua(folder, &["run", commands, "--procedures", procedures, "--journal", &path]);
        assert_eq!(output.status.code(), Some(0), "{}", shown(&output));
        Self { folder: kept, path }
    }

    /// The four dossiers of the tests' own definition.
    fn good() -> Self {
        Self::new("tests/data", "good/explain.jsonl", "good")
    }

    fn run(&self, arguments: &[&str]) -> Output {
        motcua("tests/data", &[arguments, &["--journal", &self.path, "--procedures", "good"]].concat())
    }

    fn said(&self, arguments: &[&str]) -> String {
        shown(&self.run(arguments)).replace(&self.path, "JOURNAL")
    }
}

fn due(arguments: &[&str]) -> Output {
    let named = ["due", "--procedures", "good", "--calendar", "office"];
    motcua("tests/data", &[&named, arguments].concat())
}

const APRIL: [&str; 4] = ["--from", "2024-04-26T09:00", "--limit", "3 working days"];

#[test]
fn due_is_told_in_vietnamese() {
    assert_snapshot!(shown(&due(&[&APRIL[..], &["--explain", "--lang", "vi"]].concat())));
    let more = ["--extend", "3 days", "--suspended", "2024-05-02..2024-05-03", "--explain", "--lang", "vi"];
    assert_snapshot!(shown(&due(&[&APRIL[..], &more].concat())));
}

#[test]
fn the_locale_chooses_the_language() {
    let with = |name: &str, value: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_motcua"));
        command.current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data"));
        command.args(["due", "--procedures", "good", "--calendar", "office"]).args(APRIL);
        command.env_remove("LC_ALL").env_remove("LC_MESSAGES").env_remove("LANG").env(name, value);
        String::from_utf8(command.output().unwrap().stdout).unwrap()
    };
    for name in ["LC_ALL", "LC_MESSAGES", "LANG"] {
        assert_eq!(with(name, "vi_VN.UTF-8"), "17:00 ngày 4/5/2024, thứ Bảy (+07:00)\n");
        assert_eq!(with(name, "en_US.UTF-8"), "Saturday 2024-05-04 17:00 (+07:00)\n");
    }
}

#[test]
fn due_draws_a_calendar() {
    let output = due(&[&APRIL[..], &["--format", "svg"]].concat());
    assert_snapshot!(shown(&output));
    let text = String::from_utf8(output.stdout).unwrap();
    roxmltree::Document::parse(&text).unwrap();
    let vietnamese = shown(&due(&[&APRIL[..], &["--format", "svg", "--lang", "vi"]].concat()));
    assert!(vietnamese.contains("Hạn trả 17:00 ngày 4/5/2024, thứ Bảy") && vietnamese.contains("Tháng 4/2024"));
    let long = ["--from", "2024-04-26", "--limit", "30 years, no roll", "--format", "svg"];
    assert!(shown(&due(&long)).contains("not supported: a picture of"), "{}", shown(&due(&long)));
}

#[test]
fn due_has_the_last_conventions_too() {
    let last = |arguments: &[&str]| shown(&due(arguments)).lines().next().unwrap().to_owned();
    let month = ["--from", "2024-01-31", "--limit", "1 month", "--roll", "none"];
    assert_eq!(last(&month), "Thursday 2024-02-29 24:00 (+07:00)");
    assert_eq!(last(&[&month[..], &["--month-end", "last-day"]].concat()), "Thursday 2024-02-29 24:00 (+07:00)");
    let next = [&month[..], &["--month-end", "next-months-first-day"]].concat();
    assert_eq!(last(&next), "Friday 2024-03-01 24:00 (+07:00)");
    let both = [&month[..], &["--month-end", "last-day", "--months-as-30-days"]].concat();
    assert_eq!(due(&both).status.code(), Some(2));
    let late = ["--from", "2024-03-04T15:30", "--limit", "3 working days"];
    assert_eq!(last(&late), "Thursday 2024-03-07 17:00 (+07:00)");
    assert_eq!(last(&[&late[..], &["--cutoff", "15:00"]].concat()), "Friday 2024-03-08 17:00 (+07:00)");
    assert_eq!(last(&[&late[..], &["--cutoff", "15:30"]].concat()), "Thursday 2024-03-07 17:00 (+07:00)");
}

#[test]
fn a_dossier_is_explained_in_both_languages() {
    let journal = Written::good();
    assert_snapshot!(journal.said(&["explain", "E1"]));
    assert_snapshot!(journal.said(&["explain", "E1", "--lang", "vi"]));
    assert_snapshot!(journal.said(&["explain", "E4"]));
    assert_snapshot!(journal.said(&["explain", "E1", "--now", "2024-04-25T09:00", "--clock", "processing"]));
}

#[test]
fn a_dossier_is_explained_to_programs() {
    let journal = Written::good();
    let output = journal.run(&["explain", "E1", "--format", "json"]);
    let told: Json = serde_json::from_slice(&output.stdout).unwrap();
    let clock = &told["clocks"][0];
    assert_eq!((&clock["due"], &clock["standing"]), (&"2024-05-07T17:00:00+07:00".into(), &"early".into()));
    assert_eq!(clock["suspended"][0]["event"]["command"], "ask");
    assert_eq!(clock["extended"][0]["event"]["reason"], "a storm <closed> the road");
    assert_eq!(told["steps"][0]["standing"], "late");
    let sum: i64 =
        clock["account"].as_array().unwrap().iter().map(|part| part["used"][0]["amount"].as_i64().unwrap()).sum();
    assert_eq!(Some(sum), clock["used"][0]["amount"].as_i64());
    assert_snapshot!(serde_json::to_string_pretty(&told).unwrap());
}

#[test]
fn a_dossier_is_drawn() {
    let journal = Written::good();
    let output = journal.run(&["explain", "E1", "--format", "svg"]);
    let text = String::from_utf8(output.stdout).unwrap();
    roxmltree::Document::parse(&text).unwrap();
    assert!(text.contains("a storm &lt;closed&gt; the road") && text.contains("class=\"cell suspended\""), "{text}");
}

#[test]
fn explain_says_what_is_wrong() {
    let journal = Written::good();
    assert_snapshot!(journal.said(&["explain", "E11"]));
    assert_snapshot!(journal.said(&["explain", "E1", "--clock", "procesing"]));
    assert_snapshot!(journal.said(&["explain", "E2", "--now", "2024-01-01"]));
    assert_snapshot!(journal.said(&["explain", "E2", "--now", "yesterday"]));
    let missing = motcua("tests/data", &["explain", "--journal", "nowhere.journal", "E1", "--procedures", "good"]);
    assert_snapshot!(shown(&missing));
    assert!(!Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/nowhere.journal").exists());
    assert_snapshot!(shown(&motcua("tests/data", &["explain", "--db", "x.db", "E1"])));
    let text = std::fs::read_to_string(&journal.path).unwrap();
    for (name, broken) in [
        ("torn", text.get(..text.len() - 9).unwrap().to_owned()),
        ("headless", text.split_inclusive('\n').filter(|line| !line.contains("\"opened\"")).collect()),
        ("prose", "once upon a time\n".to_owned()),
    ] {
        let path = journal.folder.path().join(name).display().to_string();
        std::fs::write(&path, broken).unwrap();
        let output = motcua("tests/data", &["explain", "--journal", &path, "E1", "--procedures", "good"]);
        assert_eq!(output.status.code(), Some(2), "{name}: {}", shown(&output));
        assert!(shown(&output).contains("error: "), "{name}: {}", shown(&output));
    }
}

#[test]
fn a_report_adds_up() {
    let journal = Written::good();
    assert_snapshot!(journal.said(&["report", "--by", "procedure", "--by", "month", "--open", "overdue"]));
    assert_snapshot!(journal.said(&["report", "--lang", "vi", "--open", "late"]));
    assert_snapshot!(journal.said(&["report", "--clock", "procesing"]));
    assert_snapshot!(journal.said(&["report", "--open", "lost"]));
}

const CLASSES: [&str; 7] = ["early", "on_time", "late", "ended", "running", "suspended", "overdue"];

fn sum(row: &Json) -> i64 {
    CLASSES.iter().map(|class| row[class].as_i64().unwrap()).sum()
}

/// Whatever is looked at, by whatever, and whenever: every dossier is in one cell, and each number opens into its dossiers.
#[test]
fn statistics_are_a_partition() {
    let journal = Written::new("..", "examples/one_stop/april.jsonl", library());
    let report = |arguments: &[&str]| -> Json {
        let named = ["report", "--journal", &journal.path, "--procedures", library(), "--format", "json"];
        let output = motcua("..", &[&named[..], arguments].concat());
        serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {}", shown(&output)))
    };
    let looks: [&[&str]; 4] = [&[], &["--by", "unit"], &["--by", "unit", "--by", "procedure"], &["--by", "month"]];
    let instants =
        ["2025-04-01T08:00", "2025-04-16T12:00", "2025-04-25T17:00:01", "2025-05-06T08:00", "2025-06-30T00:00"];
    for now in instants {
        for by in looks {
            let told = report(&[&["--now", now][..], by].concat());
            let rows = told["rows"].as_array().unwrap();
            for row in rows {
                assert_eq!(Some(sum(row)), row["received"].as_i64(), "{row}");
            }
            for class in CLASSES.iter().chain(&["received"]) {
                let added: i64 = rows.iter().map(|row| row[class].as_i64().unwrap()).sum();
                assert_eq!(Some(added), told["total"][class].as_i64(), "{now} {by:?} {class}");
            }
        }
    }
    let mut all = Vec::new();
    for class in CLASSES {
        let told = report(&["--open", class]);
        let open = told["open"].as_array().unwrap();
        assert_eq!(Some(open.len() as u64), told["total"][class].as_u64());
        all.extend(open.iter().map(|one| (one["dossier"].as_str().unwrap().to_owned(), class)));
    }
    all.sort();
    assert_eq!(all.len(), 16);
    assert!(all.windows(2).all(|pair| pair[0].0 != pair[1].0), "{all:?}");
    // What `explain` makes of the journal's history is what `report` makes of the folded dossier.
    for (id, class) in all {
        let named = ["explain", "--journal", &journal.path, "--procedures", library(), "--format", "json"];
        let output = motcua("..", &[&named[..], &[id.as_str()]].concat());
        let told: Json = serde_json::from_slice(&output.stdout).unwrap();
        let own = told["clocks"].as_array().unwrap().first();
        assert_eq!(own.map_or("ended", |clock| clock["standing"].as_str().unwrap()), class, "{id}");
    }
}
