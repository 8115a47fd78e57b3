//! Drop a folder with `procedure.tthc` and `story.jsonl` into `cases/` and it is a case.

use std::path::Path;

#[test]
fn stories() {
    let mut cases: Vec<_> = std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("cases"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    cases.sort();
    assert!(cases.len() > 10, "the cases are gone");
    for case in cases {
        let name = case.file_name().unwrap().to_str().unwrap();
        let mut texts: Vec<(String, String)> = std::fs::read_dir(&case)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|ending| ending == "tthc"))
            .map(|path| (path.file_name().unwrap().to_str().unwrap().to_owned(), std::fs::read_to_string(&path).unwrap()))
            .collect();
        texts.sort();
        let texts: Vec<(&str, &str)> = texts.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        let world = motcua_tests::world(&texts).unwrap_or_else(|findings| panic!("{name}: {findings}"));
        let story = std::fs::read_to_string(case.join("story.jsonl")).unwrap();
        let told = motcua_tests::tell(&world, &story).unwrap_or_else(|error| panic!("{name}: {error}"));
        insta::with_settings!({ snapshot_path => case.clone(), prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!("told", told);
        });
    }
}
