//! Drop a folder with definitions (`*.tthc`) and stories (`*.jsonl`) into `cases/` and it is a case.

#![expect(clippy::unwrap_used, reason = "a helper of a test that cannot go on says so by a panic")]

use std::path::{Path, PathBuf};

/// Returns what a folder holds with an ending, in alphabetical order.
fn inside(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut found: Vec<_> = files.filter(|path| path.extension().is_some_and(|known| known == ending)).collect();
    found.sort();
    found
}

#[test]
fn stories() {
    let cases = std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("cases")).unwrap();
    let mut cases: Vec<_> = cases.map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()).collect();
    cases.sort();
    assert!(cases.len() > 10, "the cases are gone");
    let mut wrong = Vec::new();
    for case in cases {
        let name = case.file_name().unwrap().to_str().unwrap().to_owned();
        if let Err(error) = std::panic::catch_unwind(|| told(&case)).unwrap_or_else(|_| Err("another story".to_owned()))
        {
            wrong.push(format!("{name}: {error}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Tells the stories of a case and compares each with its snapshot.
fn told(case: &Path) -> Result<(), String> {
    let texts: Vec<(String, String)> = inside(case, "tthc")
        .into_iter()
        .map(|path| (path.file_name().unwrap().to_str().unwrap().to_owned(), std::fs::read_to_string(&path).unwrap()))
        .collect();
    let texts: Vec<(&str, &str)> = texts.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let world = motcua_tests::world(&texts)?;
    let stories = inside(case, "jsonl");
    assert!(!stories.is_empty(), "no story");
    for story in stories {
        let name = story.file_stem().unwrap().to_str().unwrap();
        let told = motcua_tests::tell(&world, &std::fs::read_to_string(&story).unwrap())?;
        insta::with_settings!({ snapshot_path => case, prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(name, told);
        });
    }
    Ok(())
}
