//! `check --fix`, data first: `fix/NAME.before.tthc` becomes `fix/NAME.after.tthc`, and nothing worse comes of it.

#![expect(clippy::unwrap_used, reason = "a helper of a test that cannot go on says so by a panic")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn cases() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fix");
    let mut cases: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.retain(|path| path.to_string_lossy().ends_with(".before.tthc"));
    cases.sort();
    cases
}

fn motcua(folder: &Path, arguments: &[&str]) -> Output {
    let mut program = Command::new(env!("CARGO_BIN_EXE_motcua"));
    program.args(arguments).current_dir(folder).env("LC_ALL", "C").output().unwrap()
}

fn said(output: &Output) -> (String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (text(&output.stdout), text(&output.stderr))
}

/// A folder with one definition.
fn folder(text: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("p.tthc");
    fs::write(&file, text).unwrap();
    (folder, file)
}

#[test]
fn what_was_surely_meant_is_written() {
    let all = cases();
    assert!(all.len() >= 10, "{} cases", all.len());
    for before in all {
        let name = before.display();
        let (folder, file) = folder(&fs::read_to_string(&before).unwrap());
        let (_, stderr) = said(&motcua(folder.path(), &["check", "--fix", "p.tthc"]));
        let fixed = fs::read_to_string(&file).unwrap();
        let after = before.to_string_lossy().replace(".before.", ".after.");
        if std::env::var_os("BLESS").is_some() {
            fs::write(&after, format!("{fixed}// {}\n", stderr.trim().replace('\n', "\n// "))).unwrap();
        }
        let wanted = fs::read_to_string(&after).unwrap_or_default();
        assert_eq!(format!("{fixed}// {}\n", stderr.trim().replace('\n', "\n// ")), wanted, "{name}");
        // What is fixed stays so.
        let (_, stderr) = said(&motcua(folder.path(), &["check", "--fix", "p.tthc"]));
        assert!(stderr.ends_with("0 fixes made in 0 files\n"), "{name}: {stderr}");
        assert_eq!(fs::read_to_string(&file).unwrap(), fixed, "{name}");
    }
}

const WRONG: &str =
    "procedure p {\n    roles { clerk }\n    on open by clerk -> receved\n    state received final\n}\n";

#[test]
fn a_difference_is_shown_and_nothing_written() {
    let (folder, file) = folder(WRONG);
    let output = motcua(folder.path(), &["check", "--fix", "--diff", "p.tthc"]);
    let (stdout, stderr) = said(&output);
    assert!(stdout.contains("-    on open by clerk -> receved\n+    on open by clerk -> received\n"), "{stdout}");
    assert_eq!((stderr.as_str(), output.status.code()), ("1 fix to make in 1 file\n", Some(1)));
    assert_eq!(fs::read_to_string(file).unwrap(), WRONG);
}

#[test]
fn a_mark_and_what_is_named_by_nobody_stay() {
    let (folder, file) = folder(&format!("\u{feff}{WRONG}"));
    let used = WRONG.replace("procedure p", "use calendar office\nprocedure p").replace("receved", "received");
    fs::write(folder.path().join("user.tthc"), used).unwrap();
    fs::create_dir(folder.path().join("calendars")).unwrap();
    let calendar = "calendar office { zone \"Asia/Ho_Chi_Minh\" covers 2024 to 2026 week mon-fri 08:00 – 17:00 }\n";
    fs::write(folder.path().join("calendars/office.tthc"), calendar).unwrap();
    let output = motcua(folder.path(), &["check", "--fix", "p.tthc", "user.tthc"]);
    assert!(said(&output).1.contains("1 fix made in 1 file"), "{:?}", said(&output));
    assert_eq!(fs::read_to_string(file).unwrap(), format!("\u{feff}{}", WRONG.replace("receved", "received")));
    assert_eq!(fs::read_to_string(folder.path().join("calendars/office.tthc")).unwrap(), calendar);
}

#[test]
fn what_cannot_be_written_is_said_and_still_wrong() {
    let (folder, file) = folder(WRONG);
    let mut permissions = fs::metadata(&file).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&file, permissions).unwrap();
    let output = motcua(folder.path(), &["check", "--fix", "p.tthc", "--format", "json"]);
    let (stdout, stderr) = said(&output);
    assert!(stderr.contains("0 fixes made in 0 files\nerror: `p.tthc` is read-only"), "{stderr}");
    assert!(stdout.contains("there is no state `receved`"), "{stdout}");
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(fs::read_to_string(file).unwrap(), WRONG);
}
