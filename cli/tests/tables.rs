//! Decision tables from the built program: found by `use`, and the largest one that is accepted is answered.

#![expect(clippy::unwrap_used, reason = "helpers of tests have nobody to hand an error to")]

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

const PROCEDURE: &str = "procedure p {
    roles { clerk }
    data { n integer in 1..4096  rate integer = 0 }
    on open by clerk needs n -> received
    state received by clerk { on finish do { data.rate = rate(data.n); } -> done }
    state done final outcome data.rate
}
";
const STORY: &str = r#"{"dossier":"D1","id":"1","command":"open","procedure":"p","unit":"u","actor":"a","role":"clerk","at":"2026-08-03T09:00:00Z","data":{"n":4096}}
{"dossier":"D1","id":"2","command":"finish","actor":"a","role":"clerk","at":"2026-08-03T10:00:00Z"}
"#;

fn motcua(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_motcua"));
    command.args(arguments).env("LC_ALL", "C").env("NO_COLOR", "1").current_dir(folder).stdin(Stdio::null());
    command.output().unwrap()
}

/// Returns a folder with some files.
fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

/// Returns what `run` says of the story.
fn run(folder: &Path) -> String {
    let output = motcua(folder, &["run", "story.jsonl", "--procedures", "p.tthc"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn a_table_is_found_by_its_name_beside_the_file_that_uses_it() {
    let table = "table rate(n integer in 1..4096) -> integer unique {\n| n || rate |\n| - || 7 * n |\n}\n";
    let used = format!("use table rate\n{PROCEDURE}");
    let folder = folder(&[("p.tthc", &used), ("tables/rate.tthc", table), ("story.jsonl", STORY)]);
    assert!(run(folder.path()).contains("28672"), "the table is not asked");
}

#[test]
fn a_table_that_is_nowhere_is_a_finding_and_files_that_use_each_other_end() {
    let lone = folder(&[("p.tthc", &format!("use table rate\n{PROCEDURE}"))]);
    let output = motcua(lone.path(), &["check", "p.tthc"]);
    let said = String::from_utf8_lossy(&output.stdout).into_owned() + String::from_utf8_lossy(&output.stderr).as_ref();
    assert!(output.status.code() == Some(1) && said.contains("there is no table `rate`"), "{said}");

    let table = |name: &str, other: &str| {
        format!(
            "use table {other}\ntable {name}(n integer in 1..4096) -> integer unique {{\n| n || {name} |\n| - || 1 |\n}}\n"
        )
    };
    let (rate, back) = (table("rate", "back"), table("back", "rate"));
    let used = format!("use table rate\n{PROCEDURE}");
    let files =
        [("p.tthc", used.as_str()), ("tables/rate.tthc", &rate), ("tables/back.tthc", &back), ("story.jsonl", STORY)];
    run(folder(&files).path());
}

#[test]
fn the_largest_table_is_answered_in_its_last_row_and_a_larger_one_is_a_finding() {
    let with_rows = |rows: u32| {
        let mut text = "table rate(n integer in 1..4096) -> integer first {\n| n || rate |\n".to_owned();
        for n in 1..=rows {
            writeln!(text, "| {} || {n} |", n.min(4096)).unwrap();
        }
        text + "}\n" + PROCEDURE
    };
    let largest = folder(&[("p.tthc", &with_rows(4096)), ("story.jsonl", STORY)]);
    assert!(run(largest.path()).contains(r#""settled":4096"#), "the last row does not answer");
    let larger = folder(&[("p.tthc", &with_rows(100_000))]);
    let output = motcua(larger.path(), &["check", "p.tthc"]);
    let said = String::from_utf8_lossy(&output.stdout).into_owned() + String::from_utf8_lossy(&output.stderr).as_ref();
    assert!(output.status.code() == Some(1) && said.contains("table-size"), "{said}");
}
