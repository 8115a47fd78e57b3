//! Two texts of a procedure side by side: each folder of `tests/data/diff` is a case, with what is said of it as a snapshot.

#![expect(clippy::unwrap_used, reason = "helpers of tests have nobody to hand an error to")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use unicode_normalization::UnicodeNormalization;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn diff(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_motcua"))
        .arg("diff")
        .args(arguments)
        .current_dir(root())
        .env("LC_ALL", "C")
        .env("NO_COLOR", "1")
        .output()
        .unwrap()
}

/// Returns what is printed, with what is said on standard error and the exit code.
fn shown(output: &Output) -> String {
    let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    let said = if stderr.is_empty() { String::new() } else { format!("--- standard error\n{stderr}") };
    format!("{stdout}{said}--- exit {}\n", output.status.code().unwrap())
}

fn case(name: &str) -> [String; 2] {
    ["old", "new"].map(|side| format!("cli/tests/data/diff/{name}/{side}.tthc"))
}

#[test]
fn every_case_is_told() {
    let folder = root().join("cli/tests/data/diff");
    let mut names: Vec<String> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    for name in names {
        let [old, new] = case(&name);
        insta::assert_snapshot!(format!("{name}"), shown(&diff(&[&old, &new])));
        insta::assert_snapshot!(format!("{name}_vi"), shown(&diff(&[&old, &new, "--lang", "vi"])));
    }
}

#[test]
fn the_reform_of_the_examples_is_told() {
    let reform = "examples/reform";
    insta::assert_snapshot!("reform", shown(&diff(&[reform])));
    let named = diff(&[reform, "--procedure", "building_permit", "--from", "1", "--to", "2"]);
    assert_eq!(shown(&named), shown(&diff(&[reform])));
}

#[test]
fn what_is_meant_does_not_fail() {
    let [old, new] = case("stranded");
    let code = |more: &[&str]| diff(&[&[old.as_str(), new.as_str()], more].concat()).status.code();
    assert_eq!(code(&[]), Some(1));
    assert_eq!(code(&["--allow", "tightening"]), Some(1));
    assert_eq!(code(&["--allow", "tightening,breaking"]), Some(0));
    assert_eq!(code(&["--allow", "tightening", "--allow", "breaking"]), Some(0));
    assert_eq!(code(&["--allow", "loosening"]), Some(2));
}

#[test]
fn what_cannot_be_compared_says_why() {
    let [old, new] = case("edited");
    let said = |arguments: &[&str]| shown(&diff(arguments));
    let missing = said(&["nowhere.tthc", &new]);
    assert!(missing.contains("cannot read `nowhere.tthc`") && missing.ends_with("--- exit 2\n"), "{missing}");
    let alone = said(&[&old]);
    assert!(alone.contains("has no procedure of two versions") && alone.ends_with("--- exit 2\n"), "{alone}");
    let bundle = said(&[&old, "bundle.json"]);
    assert!(bundle.contains("not supported: the bundle `bundle.json`") && bundle.ends_with("--- exit 2\n"), "{bundle}");
    let faulty = said(&["cli/tests/data/bad/permit.tthc", &new]);
    assert!(faulty.contains("docs/findings/") && faulty.ends_with("--- exit 1\n"), "{faulty}");
    let other = said(&[&case("silence")[0], &new]);
    assert!(other.contains("no procedure is in both texts: `OLD` has `consult`, `NEW` has `permit`"), "{other}");
    let version = said(&[&old, &new, "--to", "7", "--lang", "vi"]);
    assert!(version.contains("`permit` không có phiên bản 7 trong `NEW`"), "{version}");
    let twice = said(&["tests/cases", "tests/cases", "--procedure", "p"]);
    assert!(twice.contains("name-duplicate") && twice.ends_with("--- exit 1\n"), "{twice}");
}

#[test]
fn letters_may_be_composed_or_not() {
    let [old, new] = case("words");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("new.tthc");
    let text: String = std::fs::read_to_string(root().join(new)).unwrap().nfd().collect();
    std::fs::write(&path, text).unwrap();
    let found = diff(&[&old, &path.display().to_string(), "--procedure", &"cấp_phép".nfd().collect::<String>()]);
    assert_eq!(shown(&found), "cấp_phép, version 1: only words differ\n--- exit 0\n");
}
