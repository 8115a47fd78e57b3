//! `motcua fmt`: what it writes, what it leaves alone, and its exit codes.

#![expect(clippy::unwrap_used, reason = "a helper of a test that cannot go on says so by a panic")]

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

const GOOD: &str = "procedure p {\n    state done final\n}\n";
const LOOSE: &str = "procedure p {\n\tstate   done final }";

fn motcua(folder: &Path, arguments: &[&str], input: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_motcua"))
        .arg("fmt")
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A program that does not read its input may be gone already.
    let _ = child.stdin.take().unwrap().write_all(input);
    child.wait_with_output().unwrap()
}

fn said(output: &Output) -> (i32, String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
}

fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

#[test]
fn only_what_is_not_formatted_is_written() {
    let folder = folder(&[("good.tthc", GOOD), ("loose.tthc", LOOSE), ("note.txt", LOOSE)]);
    let at = |name: &str| folder.path().join(name);
    let before = fs::metadata(at("good.tthc")).unwrap().modified().unwrap();
    let (code, stdout, stderr) = said(&motcua(folder.path(), &["."], b""));
    assert_eq!((code, stderr.as_str()), (0, ""));
    assert_eq!(stdout, "formatted: ./loose.tthc\n2 files: 1 formatted\n");
    assert_eq!(fs::read_to_string(at("loose.tthc")).unwrap(), GOOD);
    assert_eq!(fs::read_to_string(at("note.txt")).unwrap(), LOOSE);
    assert_eq!(fs::metadata(at("good.tthc")).unwrap().modified().unwrap(), before);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 3);
    assert_eq!(said(&motcua(folder.path(), &["."], b"")).1, "2 files: 0 formatted\n");
}

#[test]
fn check_and_diff_write_nothing() {
    let folder = folder(&[("good.tthc", GOOD), ("loose.tthc", LOOSE)]);
    let (code, stdout, _) = said(&motcua(folder.path(), &["--check", "."], b""));
    assert_eq!((code, stdout.as_str()), (1, "not formatted: ./loose.tthc\n2 files: 1 not formatted\n"));
    let (code, stdout, _) = said(&motcua(folder.path(), &["--diff", "loose.tthc"], b""));
    assert_eq!(code, 0);
    assert!(stdout.contains("-\tstate   done final }") && stdout.contains("+    state done final\n+}\n"), "{stdout}");
    assert_eq!(said(&motcua(folder.path(), &["--check", "good.tthc"], b"")).0, 0);
    assert_eq!(fs::read_to_string(folder.path().join("loose.tthc")).unwrap(), LOOSE);
}

#[test]
fn standard_input_becomes_standard_output() {
    let here = Path::new(".");
    assert_eq!(said(&motcua(here, &["-"], LOOSE.as_bytes())), (0, GOOD.into(), String::new()));
    assert_eq!(said(&motcua(here, &["-", "--check"], GOOD.as_bytes())), (0, String::new(), String::new()));
    assert_eq!(said(&motcua(here, &["-", "--check"], LOOSE.as_bytes())).0, 1);
    let (code, stdout, stderr) = said(&motcua(here, &["-"], b"procedure p { stat x final }"));
    assert_eq!((code, stdout.as_str()), (2, ""));
    assert!(
        stderr.contains("`stat` is not known here") && stderr.contains("standard input: left as it is"),
        "{stderr}"
    );
    assert_eq!(said(&motcua(here, &["-", "good"], b"")).0, 2);
}

#[test]
fn what_cannot_be_formatted_is_left_and_said() {
    let broken = "procedure p { stat x final }";
    let folder = folder(&[("broken.tthc", broken), ("loose.tthc", LOOSE)]);
    fs::write(folder.path().join("utf16.tthc"), b"\xFF\xFEu\0").unwrap();
    let (code, stdout, stderr) = said(&motcua(folder.path(), &["."], b""));
    assert_eq!(code, 2);
    assert_eq!(stdout, "formatted: ./loose.tthc\n3 files: 1 formatted, 2 left as they were\n");
    assert!(stderr.contains("`stat` is not known here"), "{stderr}");
    assert!(stderr.contains("broken.tthc: left as it is") && stderr.contains("is UTF-16"), "{stderr}");
    assert_eq!(fs::read_to_string(folder.path().join("broken.tthc")).unwrap(), broken);
    assert_eq!(said(&motcua(folder.path(), &["--check", "broken.tthc"], b"")).0, 2);
    assert_eq!(said(&motcua(folder.path(), &["nowhere"], b"")).0, 2);
}

#[test]
fn odd_files_lose_nothing() {
    let folder = folder(&[("locked.tthc", LOOSE), ("marked.tthc", ""), ("windows.tthc", "")]);
    let at = |name: &str| folder.path().join(name);
    let mut permissions = fs::metadata(at("locked.tthc")).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(at("locked.tthc"), permissions).unwrap();
    fs::write(at("marked.tthc"), format!("\u{feff}{GOOD}")).unwrap();
    fs::write(at("windows.tthc"), GOOD.replace('\n', "\r\n")).unwrap();
    let (code, stdout, stderr) = said(&motcua(folder.path(), &["."], b""));
    assert_eq!(code, 2);
    assert_eq!(stdout, "formatted: ./marked.tthc\n3 files: 1 formatted, 1 left as it was\n");
    assert_eq!(stderr, "error: `./locked.tthc` is read-only: it is left as it is\n");
    assert_eq!(fs::read_to_string(at("locked.tthc")).unwrap(), LOOSE);
    assert_eq!(fs::read_to_string(at("marked.tthc")).unwrap(), GOOD);
}

#[cfg(unix)]
#[test]
fn permissions_and_links_stay() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = folder(&[("loose.tthc", LOOSE)]);
    let at = |name: &str| folder.path().join(name);
    fs::set_permissions(at("loose.tthc"), fs::Permissions::from_mode(0o640)).unwrap();
    symlink("loose.tthc", at("link.tthc")).unwrap();
    assert_eq!(
        said(&motcua(folder.path(), &["link.tthc", "loose.tthc"], b"")).1,
        "formatted: link.tthc\n1 file: 1 formatted\n"
    );
    assert!(fs::symlink_metadata(at("link.tthc")).unwrap().is_symlink());
    assert_eq!(fs::metadata(at("loose.tthc")).unwrap().permissions().mode() & 0o777, 0o640);
    assert_eq!(fs::read_to_string(at("loose.tthc")).unwrap(), GOOD);
}
