//! `--lang vi`: findings, refusals, pictures and help, as people see them; machines hear English unless asked.

#![expect(clippy::unwrap_used, reason = "a helper of a test that cannot go on says so by a panic")]

use std::path::Path;
use std::process::Command;

/// Runs the program in the folder of the tests' files; returns what it says on both streams.
fn said(locale: &str, arguments: &[&str]) -> String {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data");
    let mut program = Command::new(env!("CARGO_BIN_EXE_motcua"));
    let output = program.args(arguments).current_dir(data).env("LC_ALL", locale).output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    String::from_utf8(text).unwrap()
}

#[test]
fn findings_follow_the_language_and_machines_hear_english() {
    let text = said("vi_VN.UTF-8", &["check", "bad/permit.tthc"]);
    for part in ["không có trạng thái `receved`", "ý bạn là `received`?", "đã kiểm tra 1 tệp"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert_eq!(text, said("C", &["check", "bad/permit.tthc", "--lang", "vi"]));
    for format in ["json", "sarif", "github"] {
        let arguments = ["check", "bad/permit.tthc", "--format", format];
        let text = said("vi_VN.UTF-8", &arguments);
        assert!(text.contains("there is no state `receved`"), "{text}");
        assert_eq!(text, said("C", &arguments));
        let text = said("C", &[&arguments[..], &["--lang", "vi"]].concat());
        assert!(text.contains("không có trạng thái `receved`") && text.contains("name-unknown"), "{text}");
    }
    let text = said("C", &["compile", "bad/permit.tthc", "-o", "/nowhere/x.json", "--lang", "vi"]);
    assert!(text.contains("không có trạng thái `receved`"), "{text}");
}

#[test]
fn refusals_follow_the_language() {
    let refused = |arguments: &[&str]| {
        said(
            "C",
            &[&["run", "../../../examples/one_stop/refused.jsonl", "--procedures", "../../../procedures"], arguments]
                .concat(),
        )
    };
    let (english, vietnamese) = (refused(&[]), refused(&["--lang", "vi"]));
    let messages = |text: &str| -> Vec<String> {
        let lines = text.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
        lines.filter_map(|line| Some(line["message"].as_str()?.to_owned())).collect()
    };
    let pairs: Vec<_> = messages(&english).into_iter().zip(messages(&vietnamese)).collect();
    assert!(!pairs.is_empty(), "{english}");
    let engine =
        |(english, _): &&(String, String)| english.contains("is not possible") || english.contains(" may not ");
    for (english, vietnamese) in pairs.iter().filter(engine) {
        assert!(vietnamese.contains("không"), "{english} / {vietnamese}");
    }
    assert!(pairs.iter().filter(engine).count() > 0, "{pairs:?}");
}

#[test]
fn pictures_and_help_follow_the_language() {
    let graph = |arguments: &[&str]| said("C", &[&["graph", "permit", "--procedures", "good"], arguments].concat());
    assert!(graph(&[]).contains("CLOCKS"));
    assert!(graph(&["--lang", "vi"]).contains("THỜI HẠN"));
    let help = said("vi_VN.UTF-8", &["check", "--help"]);
    assert!(help.contains("Cách dùng: motcua check") && help.contains("Ví dụ:"), "{help}");
    assert!(said("vi", &["--lang", "en", "--help"]).contains("Usage: motcua"));
}
