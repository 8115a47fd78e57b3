//! A procedure changes while dossiers are under way: they stay on their version until they are taken over to another one.

#![expect(clippy::unwrap_used, reason = "helpers of tests have nobody to hand an error to")]

use std::path::Path;
use std::process::{Command, Output};

use crate::program::motcua;

const EXAMPLE: &str = "examples/reform";
const STORY: &str = "examples/reform/commands.jsonl";

/// A folder with the journal of the example.
struct Kept(tempfile::TempDir);

impl Kept {
    fn new() -> Self {
        let kept = Self(tempfile::tempdir().unwrap());
        motcua(&["run", STORY, "--procedures", EXAMPLE, "--journal", &kept.journal()]);
        kept
    }

    fn journal(&self) -> String {
        self.0.path().join("journal").display().to_string()
    }

    fn text(&self) -> String {
        std::fs::read_to_string(self.journal()).unwrap()
    }

    /// Returns what is printed, without the name of the folder.
    fn told(&self, command: &str, more: &[&str]) -> String {
        let journal = self.journal();
        motcua(&[&[command, "--journal", &journal, "--procedures", EXAMPLE], more].concat())
            .replace(&journal, "JOURNAL")
    }

    fn output(&self, procedures: &str, more: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_motcua"))
            .args(["migrate", "--journal", &self.journal(), "--procedures", procedures])
            .args(more)
            .env("LC_ALL", "C")
            .env("NO_COLOR", "1")
            .env("COLUMNS", "200")
            .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(".."))
            .output()
            .unwrap()
    }
}

/// Writes the story with one house of nine floors, and a version that takes five at most, and returns where they are.
pub(crate) fn too_tall(folder: &Path) -> (String, String) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let story = std::fs::read_to_string(root.join(STORY)).unwrap();
    let tall = |line: &str| {
        let floors = if line.contains(r#""dossier": "D1""#) { r#""floors": 9"# } else { r#""floors": 2"# };
        line.replace(r#""floors": 2"#, floors)
    };
    // Whoever came under the later version is left out: it is another text here.
    let story: Vec<String> = story.lines().filter(|line| !line.contains(r#""dossier": "D5""#)).map(tall).collect();
    let text = std::fs::read_to_string(root.join(EXAMPLE).join("building_permit.tthc")).unwrap();
    let (first, second) = text.split_once("    moves from version 1 {").unwrap();
    let second = second.replacen("floors integer ", "floors integer in 1..5 ", 1);
    let (told, texts) = (folder.join("tall.jsonl"), folder.join("texts"));
    std::fs::create_dir(&texts).unwrap();
    std::fs::write(&told, story.join("\n")).unwrap();
    std::fs::write(texts.join("building_permit.tthc"), format!("{first}    moves from version 1 {{{second}")).unwrap();
    (told.display().to_string(), texts.display().to_string())
}

#[test]
fn the_example_is_sound() {
    motcua(&["check", EXAMPLE, "--deny", "warnings"]);
}

#[test]
fn a_dry_run_tells_what_becomes_of_each_and_writes_nothing() {
    let kept = Kept::new();
    let before = kept.text();
    let told = kept.told("migrate", &[]);
    assert!(told.contains("5 dossiers = 3 going over + 1 there already + 1 settled + 0 that cannot"), "{told}");
    assert!(told.contains("nothing was written: --apply adds"), "{told}");
    let told = kept.told("migrate", &["--lang", "vi", "--dry-run"]);
    assert!(told.contains("5 hồ sơ = 3 chuyển sang + 1 đã theo + 1 đã giải quyết xong"), "{told}");
    let json: serde_json::Value = serde_json::from_str(&kept.told("migrate", &["--format", "json"])).unwrap();
    let first = &json["dossiers"][1];
    assert_eq!(first["verdict"], "moves");
    assert_eq!(first["due"][0]["old"], first["due"][0]["new"], "what was promised stands");
    assert_eq!(kept.text(), before);
}

#[test]
fn what_went_over_is_told_with_the_names_of_each_version() {
    let kept = Kept::new();
    let before = kept.text();
    let reason = "Nghị định 217/2026/NĐ-CP";
    let told = kept.told("migrate", &["--apply", "--reason", reason]);
    assert!(told.contains("to `JOURNAL`"), "{told}");
    let after = kept.text();
    assert!(after.starts_with(&before), "a journal is only added to");
    assert_eq!(after.matches("\"migrated\":{\"reason\":\"Nghị định 217/2026/NĐ-CP\"}").count(), 3, "{after}");
    assert!(kept.told("migrate", &["--apply"]).contains("nothing to write"));
    assert_eq!(kept.text(), after, "who is there goes nowhere");
    let told = kept.told("explain", &["D1", "--now", "2026-07-02T09:00"]);
    assert!(told.contains("Under version 2 since") && told.contains("before under version 1"), "{told}");
    assert!(kept.told("explain", &["D2", "--now", "2026-07-02T09:00", "--lang", "vi"]).contains("Theo phiên bản 2"));
    let json: serde_json::Value =
        serde_json::from_str(&kept.told("explain", &["D1", "--now", "2026-07-02T09:00", "--format", "json"])).unwrap();
    assert_eq!(json["version"], 2);
    assert_eq!(json["versions"][0]["from"], 1);
    assert_eq!(json["places"][0]["state"], "appraising");
    assert_eq!(json["clocks"][0]["account"][1]["held"][0]["role"], "urban");
    // As it was before it went over.
    let then = kept.told("explain", &["D1", "--now", "2026-06-30T09:00"]);
    assert!(then.contains("Kiểm tra thực địa"), "{then}");
    let report = kept.told("report", &["--by", "procedure"]);
    assert!(report.lines().any(|line| line.trim().starts_with("building_permit") && line.contains('5')), "{report}");
    // Life goes on under the new version.
    let more = kept.0.path().join("more.jsonl");
    let line =
        r#"{"dossier":"D1","id":"9","command":"propose","actor":"an","role":"construction","at":"2026-07-02T09:00"}"#;
    std::fs::write(&more, format!("{line}\n")).unwrap();
    let ran = motcua(&["run", more.to_str().unwrap(), "--procedures", EXAMPLE, "--journal", &kept.journal()]);
    assert!(ran.contains("\"accepted\"") && ran.contains("signing"), "{ran}");
}

#[test]
fn who_cannot_go_keeps_all_where_they_are_unless_others_are_named() {
    // The latest dossier came before the later version was in force.
    const NOW: [&str; 2] = ["--now", "2026-07-01T08:00"];
    let kept = Kept(tempfile::tempdir().unwrap());
    let (story, texts) = too_tall(kept.0.path());
    motcua(&["run", &story, "--procedures", EXAMPLE, "--journal", &kept.journal()]);
    let before = kept.text();
    let output = kept.output(&texts, &[&NOW[..], &["--apply"]].concat());
    assert_eq!(output.status.code(), Some(1));
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(told.contains("nothing was written: 1 dossier cannot go over"), "{told}");
    let told = String::from_utf8(kept.output(&texts, &[&NOW[..], &["--format", "json"]].concat()).stdout).unwrap();
    assert!(told.contains("version 2 does not take the value of `floors`"), "{told}");
    assert_eq!(kept.text(), before);
    let output = kept.output(&texts, &[&NOW[..], &["--apply", "--dossier", "D2", "--dossier", "D4"]].concat());
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stdout));
    assert_eq!(kept.text().matches("\"migrated\":{\"reason\"").count(), 2);
}

#[test]
fn wrong_usage_is_said() {
    let kept = Kept::new();
    for (more, said) in [
        (&["--procedure", "building_permit", "--to", "3"][..], "`building_permit` has no version 3: there are 1, 2"),
        (&["--procedure", "building_permi"], "did you mean `building_permit`?"),
        (&["--dossier", "D9"], "no dossier is called `D9`"),
        (&["--to", "2"], "--procedure <NAME>"),
        (&["--now", "yesterday"], "`--now`"),
    ] {
        let output = kept.output(EXAMPLE, more);
        assert_eq!(output.status.code(), Some(2), "{more:?}");
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(told.contains(said), "{told}");
    }
    // Back to an earlier version nobody goes.
    let output =
        kept.output(EXAMPLE, &["--procedure", "building_permit", "--to", "1", "--dossier", "D5", "--format", "json"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8(output.stdout).unwrap().contains("does not come after version 2"));
}
