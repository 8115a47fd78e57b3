//! `motcua erase`: what is personal in settled dossiers of a store is gone, and the others are as they were.

#![expect(clippy::unwrap_used, reason = "helpers of tests have nobody to hand an error to")]

use crate::program::{library, output};
use crate::schemas::given::{refuses, schema, valid};

/// Returns what a command says, and its exit code.
fn said(arguments: &[&str]) -> (String, Option<i32>) {
    let output = output(&[arguments, &["--procedures", library()]].concat());
    let text = [output.stdout, output.stderr].concat();
    (String::from_utf8(text).unwrap(), output.status.code())
}

const REASON: &str = "Quyết định 12/QĐ-UBND ngày 03/6/2025";

/// Who applies in D04, which is settled, and in D12, which is not.
const NAMES: (&str, &str) = ("Phạm Thị E", "Lâm Văn T");

/// A store with the dossiers of the main example.
fn store() -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let db = folder.path().join("dossiers.db").display().to_string();
    assert_eq!(said(&["run", "examples/one_stop/april.jsonl", "--db", &db]).1, Some(0));
    (folder, db)
}

fn erase<'a>(db: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    [&["erase", "--db", db, "--reason", REASON, "--now", "2025-06-03T08:00"], more].concat()
}

#[test]
fn what_is_erased_is_said_word_for_word() {
    let (_folder, db) = store();
    let (text, code) = said(&erase(&db, &["--dossier", "D04", "--dossier", "D12"]));
    let running = "`D12` keeps its personal data: it is not settled: what it holds is still needed; let it come to its end, or \
        withdraw it, and erase then";
    let anew = "The file is written anew and has nothing of it; backups and exports may";
    assert_eq!(text, format!("D04: erased; event 12 says so\n{running}\n{anew}\n"));
    assert_eq!(code, Some(1));
    let (again, code) = said(&erase(&db, &["--dossier", "D04"]));
    assert_eq!((again, code), (format!("D04: was erased already\n{anew}\n"), Some(0)));
    let (vi, _) = said(&erase(&db, &["--dossier", "D04", "--lang", "vi", "--no-rewrite"]));
    let left = "Tệp chưa được ghi lại và có thể còn sót dữ liệu ấy, cũng như bản sao lưu và bản trích";
    assert_eq!(vi, format!("D04: đã xóa từ trước\n{left}\n"));
    let (json, _) = said(&erase(&db, &["--dossier", "D10", "--format", "json"]));
    assert_eq!(
        json,
        "{\"dossiers\":[{\"dossier\":\"D10\",\"erased\":true,\"event\":9,\"in_clear\":0}],\"rewritten\":true}\n"
    );
    let validator = schema("erase");
    for text in [&json, &said(&erase(&db, &["--dossier", "D12", "--format", "json"])).0] {
        refuses(&validator, &serde_json::from_str(text).unwrap(), &[], &["dossiers", "rewritten"]);
    }
    let (none, code) = said(&erase(&db, &["--dossier", "D99"]));
    assert_eq!(none, "`D99` is not known: look for it with `motcua find`\n");
    assert_eq!(code, Some(1));
    let (vi, _) = said(&erase(&db, &["--dossier", "D12", "--lang", "vi"]));
    assert!(vi.starts_with("`D12` giữ nguyên dữ liệu cá nhân: hồ sơ chưa kết thúc"), "{vi}");
    let (unreasoned, code) = said(&["erase", "--db", &db, "--dossier", "D05", "--reason", " "]);
    assert!(unreasoned.contains("the reason is missing: which order or law wants it erased"), "{unreasoned}");
    assert_eq!(code, Some(1));
}

#[test]
fn no_command_shows_what_was_erased() {
    let (folder, db) = store();
    let period = ["--from", "2025-04-01", "--to", "2025-06-30"];
    let asked: [Vec<&str>; 9] = [
        vec!["explain", "--db", &db, "D04", "--now", "2025-06-04T08:00"],
        vec!["explain", "--db", &db, "D04", "--now", "2025-06-04T08:00", "--format", "json"],
        vec!["slip", "--db", &db, "D04", "--now", "2025-06-04T08:00"],
        [&["book", "--db", &db, "--unit", "thuan_bac"], &period[..]].concat(),
        vec!["find", "--db", &db, "--unit", "thuan_bac", "--now", "2025-06-04T08:00", "--format", "json"],
        vec!["find", "--db", &db, "--applicant", NAMES.0, "--now", "2025-06-04T08:00"],
        vec!["inbox", "--db", &db, "--role", "counter", "--now", "2025-06-04T08:00"],
        [&["report", "--db", &db, "--now", "2025-06-04T08:00"], &period[..]].concat(),
        vec!["run", "examples/one_stop/april.jsonl", "--db", &db],
    ];
    let before: Vec<String> = asked.iter().map(|asked| said(asked).0).collect();
    assert!(before.iter().filter(|text| text.contains(NAMES.0)).count() >= 2, "{before:#?}");
    assert_eq!(said(&erase(&db, &["--dossier", "D04"])).1, Some(0));
    for (asked, before) in asked.iter().zip(&before) {
        let (text, code) = said(asked);
        assert!(!text.contains(NAMES.0), "{asked:?}: {text}");
        assert_eq!((code, before.is_empty()), (Some(0), false), "{asked:?}: {text}");
    }
    // What programs read is as it always is, only emptier.
    valid(&schema("run-answer"), &said(&asked[8]).0, "answers");
    valid(&schema("explain"), &said(&asked[1]).0, "explain");
    valid(&schema("find"), &said(&asked[4]).0, "find");
    let file = std::fs::read(&db).unwrap();
    let holds = |name: &str| file.windows(name.len()).any(|window| window == name.as_bytes());
    assert!(!holds(NAMES.0) && holds(NAMES.1));
    let (verified, code) = said_plain(&["verify", "--db", &db]);
    assert_eq!(code, Some(0), "{verified}");
    let export = folder.path().join("d04.export").display().to_string();
    assert_eq!(said_plain(&["export", "--db", &db, "D04", "-o", &export]).1, Some(0));
    assert!(!std::fs::read_to_string(&export).unwrap().contains(NAMES.0));
    assert_eq!(said_plain(&["verify", &export]).1, Some(0));
}

/// As [`said`], of a command that needs no definitions.
fn said_plain(arguments: &[&str]) -> (String, Option<i32>) {
    let output = output(arguments);
    (String::from_utf8([output.stdout, output.stderr].concat()).unwrap(), output.status.code())
}
