//! Dossiers in a store go over to another version of their procedure: looked at first, stopped half-way, gone on with.

#![expect(clippy::unwrap_used, reason = "helpers of tests have nobody to hand an error to")]

use std::fmt::Write as _;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

const EXAMPLE: &str = "examples/reform";
const STORY: &str = "examples/reform/commands.jsonl";
const REASON: &str = "Nghị định 217/2026/NĐ-CP";

/// A folder with a store that the example's dossiers are in, or others of its procedure.
struct Kept(tempfile::TempDir);

impl Kept {
    fn new() -> Self {
        Self::of(STORY)
    }

    fn of(commands: &str) -> Self {
        let kept = Self(tempfile::tempdir().unwrap());
        let ran = kept.motcua("run", &[commands, "--procedures", EXAMPLE]);
        assert_eq!(ran.status.code(), Some(0), "{}", err(&ran));
        kept
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn command(&self, command: &str, more: &[&str]) -> Command {
        let mut program = Command::new(env!("CARGO_BIN_EXE_motcua"));
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        program.arg(command).arg("--db").arg(self.path("dossiers.db")).args(more).current_dir(root);
        program.env("LC_ALL", "C").env("NO_COLOR", "1").env("COLUMNS", "200").stdin(Stdio::null());
        program
    }

    fn motcua(&self, command: &str, more: &[&str]) -> Output {
        self.command(command, more).output().unwrap()
    }

    fn migrate(&self, more: &[&str]) -> Output {
        let shared = ["--procedures", EXAMPLE, "--now", "2026-07-01T08:00"];
        self.motcua("migrate", &[&shared, more].concat())
    }

    /// Returns the report of a migration that has nothing to complain about.
    fn json(&self, more: &[&str]) -> serde_json::Value {
        let output = self.migrate(&[&["--format", "json"], more].concat());
        assert_eq!(output.status.code(), Some(0), "{}", err(&output));
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// Returns the bytes of a dossier with its chain of hashes.
    fn export(&self, dossier: &str) -> Vec<u8> {
        let file = self.path("export");
        let output = self.motcua("export", &[dossier, "-o", file.to_str().unwrap()]);
        assert_eq!(output.status.code(), Some(0), "{}", err(&output));
        std::fs::read(file).unwrap()
    }

    fn assert_sound(&self) {
        let output = self.motcua("verify", &[]);
        assert_eq!(output.status.code(), Some(0), "{}", out(&output));
    }
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn sums(report: &serde_json::Value) -> [u64; 4] {
    ["moves", "there", "settled", "refused"].map(|verdict| report[verdict].as_u64().unwrap())
}

const DOSSIERS: [&str; 5] = ["D1", "D2", "D3", "D4", "D5"];

#[test]
fn a_store_is_told_of_as_a_journal_is_and_a_dry_run_changes_nothing() {
    let kept = Kept::new();
    let before = DOSSIERS.map(|dossier| kept.export(dossier));
    let journal = kept.path("journal").display().to_string();
    let from_journal = |more: &[&str]| {
        let shared = ["--journal", &journal, "--procedures", EXAMPLE, "--now", "2026-07-01T08:00"];
        let mut command = Command::new(env!("CARGO_BIN_EXE_motcua"));
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let output = command.arg("migrate").args(shared).args(more).env("LC_ALL", "C").current_dir(root).output();
        output.unwrap()
    };
    let run = ["run", STORY, "--procedures", EXAMPLE, "--journal", &journal];
    let mut ran = Command::new(env!("CARGO_BIN_EXE_motcua"));
    let ran = ran.args(run).current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("..")).output().unwrap();
    assert_eq!(ran.status.code(), Some(0), "{}", err(&ran));

    let mut of_journal: serde_json::Value =
        serde_json::from_slice(&from_journal(&["--format", "json"]).stdout).unwrap();
    // A journal is told in the order of the openings, a store in that of the ids.
    of_journal["dossiers"].as_array_mut().unwrap().sort_by_key(|one| one["dossier"].to_string());
    assert_eq!(kept.json(&["--dry-run"]), of_journal);
    assert_eq!(sums(&of_journal), [3, 1, 1, 0]);

    let one = ["--dossier", "D1", "--lang", "vi"];
    let named = |output: Output, place: &str| out(&output).replace(place, "PLACE");
    let db = kept.path("dossiers.db").display().to_string();
    assert_eq!(named(kept.migrate(&one), &db), named(from_journal(&one), &journal));
    let table = out(&kept.migrate(&[]));
    assert!(table.contains("5 dossiers = 3 going over + 1 there already + 1 settled + 0 that cannot"), "{table}");
    assert!(table.contains("nothing was written: --apply adds"), "{table}");
    assert_eq!(DOSSIERS.map(|dossier| kept.export(dossier)), before);
}

#[test]
fn each_goes_over_once_with_its_reason() {
    let kept = Kept::new();
    let settled = kept.export("D3");
    let apply = ["--procedure", "building_permit", "--from", "1", "--to", "2", "--apply", "--reason", REASON];
    let first = kept.json(&apply);
    // Who is under version 2 is not meant.
    assert_eq!((sums(&first), &first["applied"]), ([3, 0, 1, 0], &true.into()));
    assert_eq!(sums(&kept.json(&["--apply", "--reason", REASON])), [0, 4, 1, 0]);
    assert_eq!(sums(&kept.json(&apply)), [0, 0, 1, 0]);
    let export = String::from_utf8(kept.export("D1")).unwrap();
    assert_eq!(export.matches("\"migrated\":{\"reason\":\"Nghị định 217/2026/NĐ-CP\"}").count(), 1, "{export}");
    assert_eq!(kept.export("D3"), settled);
    kept.assert_sound();
    // Life goes on under the new version.
    let more = kept.path("more.jsonl");
    let line =
        r#"{"dossier":"D1","id":"9","command":"propose","actor":"an","role":"construction","at":"2026-07-02T09:00"}"#;
    std::fs::write(&more, format!("{line}\n")).unwrap();
    let ran = kept.motcua("run", &[more.to_str().unwrap(), "--procedures", EXAMPLE]);
    assert!(out(&ran).contains("\"accepted\"") && out(&ran).contains("signing"), "{}", out(&ran));
}

/// Returns a file with that many dossiers of version 1 in flight.
fn many(folder: &Path, dossiers: usize) -> PathBuf {
    let mut lines = String::new();
    for number in 0..dossiers {
        let _ = writeln!(
            lines,
            r#"{{"dossier":"P{number:05}","id":"1","command":"open","procedure":"building_permit","unit":"xa_a","actor":"an","role":"citizen","at":"2026-06-15T09:00","data":{{"owner":"A","floors":2}},"documents":"all"}}"#
        );
    }
    let path = folder.join("many.jsonl");
    std::fs::write(&path, lines).unwrap();
    path
}

#[test]
fn who_is_stopped_on_the_way_goes_on_where_he_was() {
    const ALL: u64 = 700;
    let folder = tempfile::tempdir().unwrap();
    let kept = Kept::of(many(folder.path(), 700).to_str().unwrap());
    let arguments = ["--procedures", EXAMPLE, "--now", "2026-07-01T08:00", "--apply", "--reason", REASON];
    let mut child = kept.command("migrate", &arguments).stdout(Stdio::piped()).spawn().unwrap();
    // A page is told once it is kept; nobody reads on, and the pipe holds less than a page.
    child.stdout.as_mut().unwrap().read_exact(&mut [0]).unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    let [moves, there, settled, refused] = sums(&kept.json(&[]));
    assert_eq!((moves + there, settled, refused), (ALL, 0, 0));
    assert!(moves > 0 && there > 0, "{moves} are left, {there} are there");
    kept.assert_sound();
    // Two that go on at once do each dossier once.
    let both = [(); 2].map(|()| kept.command("migrate", &arguments).stdout(Stdio::piped()).spawn().unwrap());
    for child in both {
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    }
    assert_eq!(sums(&kept.json(&["--apply"])), [0, ALL, 0, 0]);
    for dossier in ["P00000", "P00300", "P00699"] {
        let export = String::from_utf8(kept.export(dossier)).unwrap();
        assert_eq!(export.matches("\"migrated\":{\"reason\"").count(), 1, "{dossier}");
    }
    kept.assert_sound();
}

#[test]
fn who_cannot_go_stays_and_keeps_no_other() {
    let apart = tempfile::tempdir().unwrap();
    let (story, texts) = crate::migrate::too_tall(apart.path());
    let kept = Kept::of(&story);
    let migrate = |more: &[&str]| {
        kept.motcua("migrate", &[&["--procedures", &texts, "--now", "2026-07-01T08:00"], more].concat())
    };
    let before = kept.export("D1");
    for (more, said) in [(&[][..], "--apply adds"), (&["--apply"], "added")] {
        let output = migrate(more);
        assert_eq!(output.status.code(), Some(1));
        let told = out(&output);
        assert!(told.contains("1 dossier cannot go over and stays as it is") && told.contains(said), "{told}");
    }
    assert_eq!(kept.export("D1"), before);
    let left: serde_json::Value = serde_json::from_slice(&migrate(&["--format", "json"]).stdout).unwrap();
    assert_eq!(sums(&left), [0, 2, 1, 1]);
    kept.assert_sound();
}

#[test]
fn another_text_of_the_same_version_is_no_version() {
    let kept = Kept::new();
    let texts = kept.path("texts");
    std::fs::create_dir(&texts).unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let text = std::fs::read_to_string(root.join(EXAMPLE).join("building_permit.tthc")).unwrap();
    let edited = text.replace("within 2.5 working days", "within 2 working days");
    assert_ne!(edited, text);
    std::fs::write(texts.join("building_permit.tthc"), edited).unwrap();
    let texts = texts.display().to_string();
    let before = kept.export("D5");
    let arguments = ["--procedures", &texts, "--now", "2026-07-01T08:00", "--apply", "--dossier", "D5"];
    let output = kept.motcua("migrate", &[&arguments[..], &["--format", "json"]].concat());
    assert_eq!(output.status.code(), Some(1));
    assert!(out(&output).contains("version 2 reads otherwise now"), "{}", out(&output));
    let output = kept.motcua("migrate", &[&arguments[..], &["--lang", "vi"]].concat());
    assert!(out(&output).contains("số phiên bản mới"), "{}", out(&output));
    assert_eq!(kept.export("D5"), before);
}

#[test]
fn wrong_usage_of_a_store_is_said() {
    let kept = Kept::new();
    for (more, said) in [
        (&["--procedure", "building_permit", "--to", "3"][..], "`building_permit` has no version 3: there are 1, 2"),
        (&["--procedure", "building_permi"], "did you mean `building_permit`?"),
        (&["--dossier", "D9"], "no dossier is called `D9`"),
        (&["--from", "1"], "--procedure <NAME>"),
        (&["--journal", "x"], "cannot be used with"),
        (&["--apply", "--dry-run"], "cannot be used with"),
    ] {
        let output = kept.migrate(more);
        assert_eq!(output.status.code(), Some(2), "{more:?}");
        assert!(err(&output).contains(said), "{}", err(&output));
    }
    let nowhere = kept.path("nowhere.db").display().to_string();
    let output = Command::new(env!("CARGO_BIN_EXE_motcua")).args(["migrate", "--db", &nowhere]).output().unwrap();
    assert!(err(&output).contains("is not there"), "{}", err(&output));
    let down = ["--procedure", "building_permit", "--to", "1", "--dossier", "D5", "--apply", "--format", "json"];
    let output = kept.migrate(&down);
    assert_eq!(output.status.code(), Some(1));
    assert!(out(&output).contains("does not come after version 2"), "{}", out(&output));
}
