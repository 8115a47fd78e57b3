//! What is asked of a durable store: inboxes, periods, the forms 05 and 06.

#![expect(clippy::unwrap_used, reason = "helpers of tests have nobody to hand an error to")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value as Json;

use crate::program::library;
use crate::schemas::given::{schema, valid};

/// A store with the dossiers of April at the one-stop shop.
struct April {
    folder: tempfile::TempDir,
    db: PathBuf,
}

fn program(folder: &Path, arguments: &[&str]) -> Output {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut command = Command::new(env!("CARGO_BIN_EXE_motcua"));
    command.args(arguments).current_dir(root).env("LC_ALL", "C").env("NO_COLOR", "1").env("COLUMNS", "200");
    command.env("TMPDIR", folder).output().unwrap()
}

impl April {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let db = folder.path().join("dossiers.db");
        let ran = program(
            folder.path(),
            &["run", "examples/one_stop/april.jsonl", "--db", db.to_str().unwrap(), "--procedures", library()],
        );
        assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
        Self { folder, db }
    }

    fn asked(&self, command: &str, more: &[&str]) -> Output {
        let given = [command, "--db", self.db.to_str().unwrap(), "--procedures", library()];
        let arguments = [&given[..], more].concat();
        program(self.folder.path(), &arguments)
    }

    fn said(&self, command: &str, more: &[&str]) -> String {
        let output = self.asked(command, more);
        assert!(output.status.success(), "{command} {more:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// Returns a document, valid by its schema.
    fn told(&self, command: &str, name: &str, more: &[&str]) -> Json {
        let output = self.said(command, &[more, &["--format", "json"]].concat());
        valid(&schema(name), &output, command).remove(0)
    }
}

const NOW: &str = "2025-05-13T17:00";

fn ids(document: &Json, key: &str) -> Vec<String> {
    document[key].as_array().unwrap().iter().map(|one| one["dossier"].as_str().unwrap().to_owned()).collect()
}

fn number(row: &Json, key: &str) -> u64 {
    row[key].as_u64().unwrap()
}

const CLASSES: [&str; 7] = ["early", "on_time", "late", "ended", "running", "suspended", "overdue"];

#[test]
fn every_number_of_a_period_adds_up_and_opens() {
    let april = April::new();
    let mut closing = 0;
    for (from, to) in [("2025-04-01", "2025-04-15"), ("2025-04-16", "2025-04-30"), ("2025-05-01", "2025-05-12")] {
        for by in [&[][..], &["--by", "unit"], &["--by", "office", "--by", "procedure"]] {
            let period = ["--from", from, "--to", to, "--now", NOW];
            let told = april.told("report", "period", &[&period[..], by].concat());
            let total = &told["total"];
            assert_eq!(number(total, "carried"), closing, "{from} {by:?}");
            let both = number(total, "carried") + number(total, "received");
            assert_eq!(CLASSES.iter().map(|class| number(total, class)).sum::<u64>(), both);
            for key in CLASSES.iter().chain(&["carried", "received"]) {
                let rows = told["rows"].as_array().unwrap();
                let sum: u64 = rows.iter().map(|row| number(row, key)).sum();
                assert!(by.is_empty() || sum == number(total, key), "{from} {by:?} {key}");
                let list = [&period[..], &["--list", key]].concat();
                let listed = april.told("report", "period", &list);
                assert_eq!(listed["open"].as_array().unwrap().len() as u64, number(total, key), "{from} {key}");
            }
        }
        let period = ["--from", from, "--to", to, "--now", NOW];
        let total = april.told("report", "period", &period)["total"].take();
        closing = ["running", "suspended", "overdue"].iter().map(|class| number(&total, class)).sum();
    }
}

#[test]
fn an_inbox_tells_what_is_due_first() {
    let april = April::new();
    let told = april.told("inbox", "inbox", &["--office", "thuan_bac.finance", "--now", NOW]);
    assert!(!ids(&told, "dossiers").is_empty(), "{told}");
    let head = april.told("inbox", "inbox", &["head_finance", "--now", NOW]);
    assert_eq!(ids(&head, "dossiers"), ids(&told, "dossiers"));
    // Page by page it is the same.
    let whole = ids(&april.told("inbox", "inbox", &["--role", "counter", "--now", NOW]), "dossiers");
    let (mut paged, mut after) = (Vec::new(), None::<String>);
    loop {
        let mut more = vec!["--role", "counter", "--now", NOW, "--limit", "1"];
        more.extend(after.iter().flat_map(|after| ["--after", after.as_str()]));
        let page = april.told("inbox", "inbox", &more);
        paged.extend(ids(&page, "dossiers"));
        match page["next"].as_str() {
            Some(next) => after = Some(next.to_owned()),
            None => break,
        }
    }
    assert_eq!(paged, whole);
}

#[test]
fn a_dossier_is_found_by_what_people_know_of_it() {
    let april = April::new();
    let found = |more: &[&str]| ids(&april.told("find", "find", &[more, &["--now", NOW]].concat()), "dossiers");
    assert_eq!(found(&["--applicant", "Lê Văn D"]), ["D03"]);
    assert_eq!(found(&[]).len(), 16);
    assert_eq!(found(&["--in-hand"]).len() + found(&["--settled"]).len(), 16);
    let late = found(&["--late"]);
    assert!(!late.is_empty() && late.iter().all(|id| found(&["--in-hand", "--due-before", NOW]).contains(id)));
    assert!(found(&["--procedure", "housing_permit", "--unit", "thuan_bac"]).contains(&"D03".to_owned()));
}

#[test]
fn a_slip_accounts_for_the_whole_limit() {
    let april = April::new();
    for id in found_all(&april) {
        let slip = april.told("slip", "slip", &[&id, "--now", NOW]);
        let rows = slip["rows"].as_array().unwrap();
        assert!(rows.is_sorted_by_key(|row| row["from"].as_str().unwrap().to_owned()), "{id}");
        let Some(whole) = slip["used"].as_array() else { continue };
        let halves = |amounts: &Json| -> f64 {
            amounts.as_array().unwrap().iter().map(|one| one["amount"].as_f64().unwrap()).sum()
        };
        // What nobody of the house had is not in the lines; what several had is in each.
        let parallel =
            rows.iter().any(|row| row["to"].is_null()) && rows.iter().filter(|row| row["to"].is_null()).count() > 1;
        if !whole.is_empty()
            && !parallel
            && rows.is_sorted_by(|one, next| one["to"] == next["from"] || one["to"].is_null())
        {
            assert!(
                rows.iter().map(|row| halves(&row["used"])).sum::<f64>() <= halves(&slip["used"]) + 0.01,
                "{id}: {slip}"
            );
        }
    }
    insta::assert_snapshot!(april.said("slip", &["D10", "--now", NOW]));
    insta::assert_snapshot!(april.said("slip", &["D10", "--now", NOW, "--lang", "vi"]));
}

fn found_all(april: &April) -> Vec<String> {
    ids(&april.told("find", "find", &["--now", NOW]), "dossiers")
}

#[test]
fn a_book_has_every_dossier_of_its_unit() {
    let april = April::new();
    let mut all = Vec::new();
    for unit in ["ninh_thuan", "thuan_bac", "bac_phong", "bac_son", "cong_hai", "loi_hai", "phuoc_chien", "phuoc_khang"]
    {
        let book = april.told("book", "book", &["--unit", unit, "--from", "2025-04-01", "--to", "2025-05-31"]);
        all.extend(ids(&book, "dossiers"));
    }
    all.sort();
    let mut found = found_all(&april);
    found.sort();
    assert_eq!(all, found);
    insta::assert_snapshot!(april.said("book", &["--unit", "thuan_bac", "--from", "2025-04-01", "--to", "2025-04-30"]));
}

#[test]
fn people_read_tables() {
    let april = April::new();
    let period = ["--from", "2025-04-16", "--to", "2025-04-30", "--now", NOW];
    insta::assert_snapshot!(april.said("report", &[&period[..], &["--by", "office", "--list", "overdue"]].concat()));
    insta::assert_snapshot!(april.said("report", &[&period[..], &["--by", "unit", "--lang", "vi"]].concat()));
    insta::assert_snapshot!(april.said("inbox", &["--office", "thuan_bac.finance", "--now", NOW]));
    insta::assert_snapshot!(april.said("find", &["--unit", "thuan_bac", "--in-hand", "--now", NOW]));
}

#[test]
fn what_is_wrong_is_said() {
    let april = April::new();
    let wrong = |command: &str, more: &[&str]| {
        let output = april.asked(command, more);
        assert_eq!(output.status.code(), Some(2), "{command} {more:?}");
        assert!(output.stdout.is_empty());
        String::from_utf8(output.stderr).unwrap().replace(april.folder.path().to_str().unwrap(), "…")
    };
    let period = ["--from", "2025-04-01", "--to", "2025-04-30"];
    let mut said = String::new();
    for (command, more) in [
        ("inbox", &["nobody_at_all"][..]),
        ("inbox", &["--office", "thuan_bac.infrastrukture"]),
        ("inbox", &["--role", "kounter"]),
        ("find", &["--unit", "thuan_bak"]),
        ("find", &["--after", "D99"]),
        ("slip", &["D99"]),
        ("book", &[&["--unit", "nowhere"][..], &period].concat()),
        ("report", &["--from", "2025-05-01", "--to", "2025-04-30"]),
        ("report", &["--from", "2025-05-01", "--to", "tomorrow"]),
        ("report", &[&period[..], &["--by", "month"]].concat()),
        ("report", &[&period[..], &["--now", "2025-03-01"]].concat()),
    ] {
        said += &wrong(command, more);
    }
    insta::assert_snapshot!(said);
    let text = april.folder.path().join("text.db");
    std::fs::write(
        &text,
        "a text, and long enough to be looked at as if it were a header of a database file of any kind",
    )
    .unwrap();
    for db in [text.to_str().unwrap(), "nowhere.db", "examples", "mysql://host/db"] {
        let output = program(april.folder.path(), &["inbox", "--db", db, "--role", "counter"]);
        assert_eq!(output.status.code(), Some(2), "{db}");
        assert!(String::from_utf8_lossy(&output.stderr).starts_with("error: "), "{db}");
    }
}
