//! A definition in Vietnamese, from the text to what the office is told, and the words of the language from one spelling to
//! the other.

use std::fs;
use std::path::Path;

use crate::program::motcua;

const EXAMPLE: &str = "examples/giay_phep";
const STORY: &str = "examples/giay_phep/commands.jsonl";

#[test]
fn the_example_is_sound_and_formatted() {
    motcua(&["check", EXAMPLE, "--deny", "warnings"]);
    motcua(&["fmt", EXAMPLE, "--check"]);
}

#[test]
fn dossiers_run_through_it() {
    insta::assert_snapshot!("giay_phep", motcua(&["run", STORY, "--procedures", EXAMPLE, "--format", "table"]));
}

#[test]
fn the_program_turns_a_file_into_the_other_spelling_and_back() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("giay_phep.tthc");
    let original = fs::read_to_string(Path::new("..").join(EXAMPLE).join("giay_phep.tthc")).unwrap();
    fs::write(&file, &original).unwrap();
    let path = file.display().to_string();
    motcua(&["fmt", &path, "--spelling", "en"]);
    let english = fs::read_to_string(&file).unwrap();
    assert!(
        english.contains("procedure cấp_phép \"Cấp giấy phép") && english.contains("within 7 working days"),
        "{english}"
    );
    assert!(english.contains("when documents.complete") && english.contains("notify head of holder"), "{english}");
    motcua(&["check", &path, "--deny", "warnings"]);
    let run = |procedures: &str| motcua(&["run", STORY, "--procedures", procedures, "--format", "table"]);
    assert_eq!(run(&path), run(EXAMPLE));
    motcua(&["fmt", &path, "--spelling", "vi"]);
    assert_eq!(fs::read_to_string(&file).unwrap(), original);
}
