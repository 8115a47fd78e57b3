//! `motcua replay` as people and scripts meet it: what it says, and its exit codes.

#![expect(clippy::unwrap_used, reason = "a helper of a test that cannot go on says so by a panic")]

use std::fs::{self, File};
use std::io::{BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use serde_json::{Value, json};
use tempfile::TempDir;
use unicode_normalization::UnicodeNormalization;

const HEADER: &str = "case,activity,date,amount,expense,total_payment,points,dismissal\n";
const OPENED: &str = "F1,Create Fine,2020-01-10,40.0,,0.0,0,NIL\n";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().unwrap()
}

fn example(name: &str) -> String {
    root().join("examples/road_fines").join(name).display().to_string()
}

/// Runs the program in a folder.
fn replay(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_motcua"));
    command.arg("replay").args(arguments).current_dir(folder).stdin(Stdio::null()).output().unwrap()
}

/// Returns what is said of a log of these bytes, on standard error, by the exit code 2 and nothing on standard output.
fn unreadable(name: &str, bytes: &[u8]) -> String {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(name), bytes).unwrap();
    refused(folder.path(), &[&example("road_fine.tthc"), name])
}

fn refused(folder: &Path, arguments: &[&str]) -> String {
    let output = replay(folder, arguments);
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), output.stdout.as_slice()), (Some(2), &b""[..]), "{said}");
    said
}

/// Returns the report on a log of road fines.
fn report(name: &str, bytes: &[u8]) -> Value {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(name), bytes).unwrap();
    found(folder.path(), &[&example("road_fine.tthc"), name, "--format", "json"])
}

/// Returns the report that a replay ends with: whatever it has found, it was asked for.
fn found(folder: &Path, arguments: &[&str]) -> Value {
    let output = replay(folder, arguments);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!((output.status.code(), said.as_ref()), (Some(0), ""));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn csv(rows: &str) -> Vec<u8> {
    format!("{HEADER}{OPENED}{rows}").into_bytes()
}

#[test]
fn a_gzip_that_ends_early_is_named_with_its_line() {
    let rows: Vec<String> =
        (0..4000).map(|day| format!("F1,Payment,2020-02-{:02},,,{day}.0,,\n", day % 28 + 1)).collect();
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    gzip.write_all(&csv(&rows.concat())).unwrap();
    let whole = gzip.finish().unwrap();
    let cut = &whole[..whole.len() / 2];
    let mut text = Vec::new();
    GzDecoder::new(cut).read_to_end(&mut text).unwrap_err();
    let line = text.split(|byte| *byte == b'\n').count();
    assert_eq!(
        unreadable("fines.csv.gz", cut),
        format!(
            "error: `fines.csv.gz`, line {line}, dossier `F1`: the gzip data ends early, here; fetch the file again\n"
        )
    );
    assert_eq!(report("fines.csv.gz", &whole)["events"], 4001);
}

#[test]
fn a_line_of_100_megabytes_is_refused_fast() {
    let folder = tempfile::tempdir().unwrap();
    let mut file = BufWriter::new(File::create(folder.path().join("fines.csv")).unwrap());
    file.write_all(&csv("F1,Payment,2020-02-10,")).unwrap();
    let part = vec![b'4'; 1 << 20];
    (0..100).for_each(|_| file.write_all(&part).unwrap());
    drop(file);
    let since = Instant::now();
    let said = refused(folder.path(), &[&example("road_fine.tthc"), "fines.csv"]);
    assert!(since.elapsed() < Duration::from_secs(20), "{:?}", since.elapsed());
    assert_eq!(
        said,
        "error: `fines.csv`, line 3, dossier `F1`: the record that begins here is longer than 1 MiB; a quote or a tag may not be closed\n"
    );
}

#[test]
fn what_is_wrong_in_a_row_is_named_with_line_and_column() {
    assert_eq!(
        unreadable("fines.csv", &csv("F1,Payment,2020-01-15,,,40.0,\n")),
        "error: `fines.csv`, line 3, dossier `F1`: the row has 7 columns, the header has 8\n"
    );
    assert_eq!(
        unreadable("fines.csv", &csv("F1,Payment,2020-02-30,,,40.0,,\n")),
        "error: `fines.csv`, line 3, column `date`, dossier `F1`: there is no such time as `2020-02-30`\n"
    );
    assert_eq!(
        unreadable("fines.csv", &csv("F1,Payment,2020-02-20,,,forty,,\n")),
        "error: `fines.csv`, line 3, column `total_payment`, dossier `F1`: the field `total_payment` cannot take this: \
         `\"forty\"` is no decimal\n"
    );
    assert_eq!(
        unreadable("fines.csv", b"case,activity,date\nF1,Create Fine,2020-01-10\n"),
        "error: `fines.csv`, line 1: no column `amount`; there are `case`, `activity`, `date`\n"
    );
    let latin = [&csv("F1,Payment,2020-02-20,,,40.0,,N")[..], &b"\xE9\n"[..]].concat();
    assert_eq!(
        unreadable("fines.csv", &latin),
        "error: `fines.csv`, line 3, column `dismissal`, dossier `F1`: text that is not UTF-8; if it is in an older \
         encoding convert it: `iconv -f WINDOWS-1252 -t UTF-8`\n"
    );
}

#[test]
fn a_log_in_utf_16_says_how_to_convert_it() {
    let text = String::from_utf8(csv("")).unwrap();
    let little: Vec<u8> = "\u{feff}".chars().chain(text.chars()).flat_map(|c| (c as u16).to_le_bytes()).collect();
    assert_eq!(
        unreadable("fines.csv", &little),
        "error: `fines.csv`: is encoded in UTF-16LE, not UTF-8; convert it: `iconv -f UTF-16LE -t UTF-8`\n"
    );
}

#[test]
fn a_file_that_is_missing_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let (definition, log) = (example("road_fine.tthc"), example("sample.csv"));
    assert_eq!(refused(folder.path(), &[&definition, "none.csv"]), "error: `none.csv`: no such file\n");
    let said = refused(folder.path(), &[&definition, &log, "--map", "none.toml"]);
    assert!(said.starts_with("error: cannot read the map `none.toml`: "), "{said}");
    assert!(said.ends_with("; write one, or name it with `--map FILE`\n"), "{said}");
    // Beside a definition that was copied alone there is no map.
    fs::copy(&definition, folder.path().join("fine.tthc")).unwrap();
    fs::copy(example("italy.tthc"), folder.path().join("italy.tthc")).unwrap();
    let said = refused(folder.path(), &["fine.tthc", &log]);
    assert!(said.starts_with("error: cannot read the map `fine.map.toml`: "), "{said}");
    let said = refused(folder.path(), &["none.tthc", &log]);
    assert!(said.starts_with("error: cannot read `none.tthc`: "), "{said}");
    fs::write(folder.path().join("bad.toml"), "dossier = \"case\"\nactivity = \n").unwrap();
    let said = refused(folder.path(), &[&definition, &log, "--map", "bad.toml"]);
    assert!(said.starts_with("error: `bad.toml`, line 2, column 12: "), "{said}");
}

#[test]
fn a_definition_that_cannot_be_played_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let log = example("sample.csv");
    fs::write(folder.path().join("wrong.tthc"), "procedure p { on open -> nowhere }\n").unwrap();
    let output = replay(folder.path(), &["wrong.tthc", &log]);
    let findings = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(findings.contains("there is no state `nowhere`"), "{findings}");
    let said = refused(folder.path(), &[&example("italy.tthc"), &log]);
    assert!(said.ends_with("italy.tthc` defines no procedure\n"), "{said}");
    let output = replay(folder.path(), &["wrong.tthc"]);
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn what_does_not_fit_is_a_finding_and_no_error() {
    let report = report("fines.csv", &csv("F1,Dance,2020-01-12,,,,,\nF1,Payment,2020-01-15,,,40.0,,\n"));
    assert_eq!((&report["fit"], &report["unfit"]), (&json!(0), &json!(1)));
    let deviation = json!({ "state": "created", "event": "Dance", "reason": "unknown_event", "dossiers": 1 });
    assert_eq!(report["deviations"], json!([deviation]));
}

/// A definition whose command has accents, and a map and a log in this or that normal form.
fn accents(map: &str, log: &str) -> Value {
    let folder: TempDir = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write(
        "p.tthc",
        "procedure p {\n    roles { quầy }\n    on open by quầy -> mở\n    state mở by quầy { on trả_kết_quả -> xong }\n    \
         state xong final\n}\n",
    );
    write("p.map.toml", map);
    write("log.csv", log);
    found(folder.path(), &["p.tthc", "log.csv", "--format", "json"])
}

#[test]
fn activities_are_the_same_in_every_normal_form() {
    let map = "dossier = \"case\"\nactivity = \"activity\"\ntime = \"date\"\n\n[activities]\n\"Nộp\" = \"open\"\n\
               \"Trả kết quả\" = \"trả_kết_quả\"\n";
    let log = "case,activity,date\nA,Nộp,2024-03-04\nA,Trả kết quả,2024-03-05\n";
    let decomposed = |text: &str| text.nfd().collect::<String>();
    assert_ne!(decomposed(log), log);
    for (map, log) in [
        (map.to_owned(), log.to_owned()),
        (map.to_owned(), decomposed(log)),
        (decomposed(map), log.to_owned()),
        (decomposed(map), decomposed(log)),
    ] {
        let report = accents(&map, &log);
        assert_eq!((&report["fit"], &report["deviations"]), (&json!(1), &json!([])), "{map}{log}");
    }
}

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

#[test]
fn the_report_has_exactly_these_keys() {
    let report = found(&root(), &[&example("road_fine.tthc"), &example("sample.csv"), "--format", "json"]);
    let mut wanted = ["procedure", "dossiers", "events", "variants", "fit", "unfit", "deviations", "clocks", "timers"];
    wanted.sort_unstable();
    assert_eq!(keys(&report), wanted);
    for deviation in report["deviations"].as_array().unwrap() {
        assert_eq!(keys(deviation), ["dossiers", "event", "reason", "state"]);
    }
    assert_eq!(keys(&report["clocks"]), ["judge_appeal", "prefecture_appeal", "sending"]);
    for clock in report["clocks"].as_object().unwrap().values() {
        assert_eq!(keys(clock), ["early", "ended", "late", "on_time", "overdue", "running", "suspended"]);
    }
    assert_eq!(keys(&report["timers"]), ["penalty"]);
    assert_eq!(keys(&report["timers"]["penalty"]), ["earlier", "fired", "later", "same_day", "unrecorded"]);
}

/// The published log lies beside the project, and is no part of it.
#[test]
fn the_published_log_gives_the_published_figures() {
    let log = root().join("../shared/data/road_fines.csv.gz");
    if !log.exists() {
        eprintln!("skipped: road_fines.csv.gz is not here");
        return;
    }
    let log = log.display().to_string();
    let play = |definition: &str, guards: &str| {
        found(&root(), &[&example(definition), &log, "--check", guards, "--format", "json"])
    };
    let fines = play("road_fine.tthc", "all");
    assert_eq!((&fines["dossiers"], &fines["events"]), (&json!(150_370), &json!(561_470)));
    assert_eq!(fines["timers"]["penalty"]["same_day"], 79_860);
    for (guards, fit) in [("flow", 146_773), ("flow,time", 97_741), ("all", 85_404)] {
        let report = play("normative.tthc", guards);
        assert_eq!(report["fit"], fit, "{guards}");
        assert_eq!(report["unfit"], 150_370 - fit, "{guards}");
    }
}

#[test]
fn who_did_it_is_a_column_and_four_eyes_are_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write(
        "permit.tthc",
        "procedure permit { roles { clerk  chair } four eyes prepare, sign
            on open by clerk -> drafting
            state drafting by clerk { on prepare -> signing }
            state signing by chair { on sign -> done }
            state done final }",
    );
    let map = "dossier = \"case\"\nactivity = \"what\"\ntime = \"when\"\nactor = \"who\"\n[activities]\nopen = \"open\"\n\
               prepare = \"prepare\"\nsign = \"sign\"\n";
    write("permit.map.toml", map);
    let rows = |case: &str, signer: &str| {
        format!("{case},open,2025-03-03,an\n{case},prepare,2025-03-04,an\n{case},sign,2025-03-05,{signer}\n")
    };
    write("log.csv", &format!("case,what,when,who\n{}{}", rows("D1", "an"), rows("D2", "chi")));
    let output = replay(folder.path(), &["permit.tthc", "log.csv", "--format", "json"]);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["fit"], 1, "{report}");
    assert_eq!(report["deviations"][0]["reason"], "four_eyes", "{report}");
}
