//! The cases of `tests/terms/` once more, through the program; and under other zones and languages of the machine.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests that cannot go on say so by a panic"
)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// A case as arguments of `motcua due`, with what is expected: the start of the due instant, or words of the error.
struct Case {
    place: String,
    arguments: Vec<String>,
    due: Option<String>,
    error: Option<String>,
}

fn text(value: &toml::Value) -> String {
    value.as_str().unwrap().to_owned()
}

/// Returns every `nth` case of all files, and writes their calendars into a folder.
fn cases(folder: &Path, nth: usize) -> Vec<Case> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for entry in std::fs::read_dir(root.join("../procedures/calendars")).unwrap() {
        let path = entry.unwrap().path();
        std::fs::copy(&path, folder.join(path.file_name().unwrap())).unwrap();
    }
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(root.join("../tests/terms")).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|ending| ending == "toml"));
    files.sort();
    let mut found = Vec::new();
    for path in files {
        let file: toml::Table = std::fs::read_to_string(&path).unwrap().parse().unwrap();
        for (name, calendar) in file.get("calendars").and_then(toml::Value::as_table).into_iter().flatten() {
            std::fs::write(folder.join(format!("{name}.tthc")), text(calendar)).unwrap();
        }
        for (index, case) in file["case"].as_array().unwrap().iter().enumerate() {
            let case = case.as_table().unwrap();
            // The program resumes nothing.
            if case.contains_key("resumed") || index % nth != 0 {
                continue;
            }
            let one = |name: &str| case.get(name).map(text);
            let calendar = one("calendar").unwrap_or_else(|| text(&file["calendar"]));
            let mut arguments = vec![format!("--calendar={calendar}")];
            arguments.extend([format!("--from={}", text(&case["from"])), format!("--limit={}", text(&case["limit"]))]);
            let edges = one("edges").map(|edges| format!("--suspension-edges={edges}"));
            let restart = one("restart").map(|restart| format!("--restart={restart}"));
            arguments.extend(edges.into_iter().chain(restart));
            for name in ["suspended", "extend"] {
                for value in case.get(name).and_then(toml::Value::as_array).into_iter().flatten() {
                    arguments.push(format!("--{name}={}", text(value)));
                }
            }
            let place = format!("{}: {arguments:?}", path.file_name().unwrap().display());
            found.push(Case { place, arguments, due: one("due"), error: one("error") });
        }
    }
    found
}

fn due(folder: &Path, case: &Case, machine: &[(&str, &str)]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_motcua"));
    command.arg("due").args(&case.arguments).args(["--format", "json", "--procedures"]).arg(folder);
    command.envs(machine.iter().copied()).stdin(Stdio::null()).output().unwrap()
}

#[test]
fn due_says_what_the_cases_say() {
    let folder = tempfile::tempdir().unwrap();
    let cases = cases(folder.path(), 1);
    assert!(cases.len() >= 80, "the cases are gone");
    let mut wrong = Vec::new();
    for case in &cases {
        let output = due(folder.path(), case, &[]);
        let said = String::from_utf8_lossy(&output.stderr).replace('\n', " ");
        let agrees = match (&case.due, &case.error) {
            (Some(due), _) => {
                let whole: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
                let found = whole["due"].as_str().unwrap_or_default().to_owned();
                found.starts_with(due.as_str()) || found.replacen(":00+", "+", 1) == *due
            }
            (None, Some(error)) => {
                let words = said.split_whitespace().collect::<Vec<_>>().join(" ");
                output.status.code() != Some(0) && words.contains(error.as_str())
            }
            (None, None) => false,
        };
        if !agrees {
            wrong.push(format!("{}\n  {}{said}", case.place, String::from_utf8_lossy(&output.stdout)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Zones and languages that a machine may have.
const MACHINES: [&[(&str, &str)]; 4] = [
    &[("TZ", "UTC"), ("LANG", "C"), ("LC_ALL", "C")],
    &[("TZ", "America/New_York"), ("LANG", "vi_VN.UTF-8"), ("LC_ALL", "vi_VN.UTF-8")],
    &[("TZ", "Pacific/Kiritimati"), ("LANG", "tr_TR.UTF-8"), ("LC_ALL", "tr_TR.UTF-8"), ("LC_TIME", "ar_EG")],
    &[("TZ", "Europe/Rome"), ("LANG", "de_DE"), ("LANGUAGE", "de"), ("LC_ALL", "")],
];

/// No answer depends on the machine's zone, language or number of processors (law 6).
#[test]
fn due_says_the_same_on_every_machine() {
    let folder = tempfile::tempdir().unwrap();
    for case in cases(folder.path(), 6) {
        let [first, others @ ..] = MACHINES.map(|machine| {
            let output = due(folder.path(), &case, machine);
            (output.status.code(), output.stdout, output.stderr)
        });
        for (other, machine) in others.iter().zip(MACHINES.iter().skip(1)) {
            assert_eq!(&first, other, "{} under {machine:?}", case.place);
        }
    }
}

#[test]
fn journals_and_reports_are_the_same_on_every_machine() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let commands: [&[&str]; 2] = [
        &["run", "cli/tests/data/good/commands.jsonl", "--procedures", "cli/tests/data/good"],
        &["replay", "examples/road_fines/road_fine.tthc", "examples/road_fines/sample.csv", "--format", "json"],
    ];
    let started = |program: &str, first: &[&str], arguments: &[&str], machine: &[(&str, &str)]| {
        let mut command = Command::new(program);
        command.args(first).args(arguments).envs(machine.iter().copied()).current_dir(&root).stdin(Stdio::null());
        command.output()
    };
    let program = env!("CARGO_BIN_EXE_motcua");
    for arguments in commands {
        let expected = started(program, &[], arguments, MACHINES[0]).unwrap();
        assert!(expected.stdout.len() > 200, "{arguments:?}: {}", String::from_utf8_lossy(&expected.stderr));
        for machine in MACHINES {
            let output = started(program, &[], arguments, machine).unwrap();
            assert_eq!(expected.stdout, output.stdout, "{arguments:?} under {machine:?}");
        }
        match started("taskset", &["-c", "0", program], arguments, MACHINES[0]) {
            Ok(output) if output.status.code() == expected.status.code() => {
                assert_eq!(expected.stdout, output.stdout, "on one processor");
            }
            _ => eprintln!("skipped: {arguments:?} on one processor, as `taskset` is missing here"),
        }
    }
}
