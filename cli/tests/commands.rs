//! The program as people and scripts meet it: what it prints, and its exit codes.

#![expect(clippy::unwrap_used, reason = "a helper of a test that cannot go on says so by a panic")]

use std::path::Path;
use std::process::{Command, Output, Stdio};

use insta::assert_snapshot;

/// Runs the program in the folder of the tests' files.
fn motcua(arguments: &[&str]) -> Output {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data");
    Command::new(env!("CARGO_BIN_EXE_motcua"))
        .args(arguments)
        .current_dir(data)
        .env("LC_ALL", "C")
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

/// Runs it on definitions and commands that are fine.
fn with_good(arguments: &[&str]) -> Output {
    motcua(&[arguments, &["--procedures", "good"]].concat())
}

/// Returns what was printed, with the exit code and what concerns the run.
fn shown(output: &Output) -> String {
    let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    let said = if stderr.is_empty() { String::new() } else { format!("--- standard error\n{stderr}") };
    format!("{stdout}{said}--- exit {}\n", output.status.code().unwrap())
}

/// Returns a file in a fresh folder.
fn file(name: &str, bytes: &[u8]) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    (folder, path.display().to_string())
}

#[test]
fn check_says_that_nothing_is_wrong() {
    assert_snapshot!(shown(&motcua(&["check", "good"])));
}

#[test]
fn check_underlines_what_is_wrong() {
    assert_snapshot!(shown(&motcua(&["check", "bad/permit.tthc", "good/calendars"])));
}

#[test]
fn check_writes_json_and_annotations() {
    let output = motcua(&["check", "bad/permit.tthc", "--format", "json"]);
    assert_eq!(output.status.code(), Some(1));
    let whole: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let first = &whole["findings"][0];
    assert_eq!(
        whole["errors"].as_u64(),
        whole["findings"].as_array().map(|all| all.iter().filter(|one| one["severity"] == "error").count() as u64)
    );
    assert_eq!(first["at"]["file"], "bad/permit.tthc");
    assert!(first["page"].as_str().unwrap().starts_with("docs/findings/"));
    assert_snapshot!(shown(&motcua(&["check", "bad/permit.tthc", "--format", "github"])));
}

#[test]
fn check_names_the_file_that_it_cannot_read() {
    let (_kept, path) = file("wide.tthc", &[0xFF, 0xFE, b'u', 0, b's', 0]);
    let output = motcua(&["check", &path]);
    assert_snapshot!(shown(&output).replace(&path, "wide.tthc"));
    let (_kept, path) = file("torn.tthc", b"use calendar office\nproc\xE1\xBB");
    let output = motcua(&["check", &path]);
    assert_snapshot!(shown(&output).replace(&path, "torn.tthc"));
    assert_snapshot!(shown(&motcua(&["check", "nowhere"])));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().display().to_string();
    assert_snapshot!(shown(&motcua(&["check", &path])).replace(&path, "empty"));
}

#[test]
fn a_calendar_is_found_beside_its_user() {
    let folder = tempfile::tempdir().unwrap();
    let inner = folder.path().join("vn/forest");
    std::fs::create_dir_all(&inner).unwrap();
    std::fs::create_dir_all(folder.path().join("calendars")).unwrap();
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/good");
    std::fs::copy(data.join("permit.tthc"), inner.join("permit.tthc")).unwrap();
    std::fs::copy(data.join("calendars/office.tthc"), folder.path().join("calendars/office.tthc")).unwrap();
    let output = motcua(&["check", &inner.join("permit.tthc").display().to_string()]);
    assert!(shown(&output).starts_with("2 files checked"), "{}", shown(&output));
}

#[test]
fn an_organisation_brings_in_the_calendars_of_its_units() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    std::fs::create_dir_all(folder.path().join("calendars")).unwrap();
    std::fs::create_dir_all(folder.path().join("organisations")).unwrap();
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/good");
    std::fs::copy(data.join("calendars/office.tthc"), folder.path().join("calendars/office.tthc")).unwrap();
    write(
        "organisations/town.tthc",
        "organisation town { unit district { unit ward calendar office { office desk { head chief }  bind clerk to desk } } }\n",
    );
    write(
        "permit.tthc",
        "use organisation town\nprocedure permit { roles { clerk } on open by clerk -> done  state done final }\n",
    );
    let output = motcua(&["check", &folder.path().join("permit.tthc").display().to_string()]);
    let said = shown(&output);
    assert!(said.starts_with("3 files checked") && !said.contains("name-unknown"), "{said}");
}

#[test]
fn graph_draws_the_latest_version() {
    assert_snapshot!(shown(&with_good(&["graph", "permit", "--format", "mermaid"])));
    let drawing = with_good(&["graph", "permit@2", "--format", "json"]);
    let drawing: serde_json::Value = serde_json::from_slice(&drawing.stdout).unwrap();
    assert_eq!(drawing["title"], "Tree felling permit");
    assert_eq!(drawing["clocks"][0]["limit"], "5 working days");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("permit.svg");
    let output = with_good(&["graph", "permit", "-o", &path.display().to_string()]);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(0), 0));
    assert!(std::fs::read_to_string(&path).unwrap().starts_with("<svg"));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside the drawing");
    assert_snapshot!(shown(&with_good(&["graph", "pemit"])));
}

#[test]
fn compile_writes_a_bundle_whole_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("all.json").display().to_string();
    let output = motcua(&["compile", "good", "-o", &path]);
    assert_eq!(output.status.code(), Some(0), "{}", shown(&output));
    let run = motcua(&["run", "good/commands.jsonl", "--procedures", &path]);
    assert_eq!(shown(&run), shown(&with_good(&["run", "good/commands.jsonl"])));
    let other = folder.path().join("bad.json");
    let output = motcua(&["compile", "bad/permit.tthc", "-o", &other.display().to_string()]);
    assert_eq!(output.status.code(), Some(1));
    assert!(!other.exists());
    let output = motcua(&["compile", "good", "-o", "/nowhere/at/all.json"]);
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn run_answers_every_line() {
    assert_snapshot!(shown(&with_good(&["run", "good/commands.jsonl"])));
}

#[test]
fn run_tells_due_dates_and_promises_apart() {
    let run = |more: &[&str]| {
        let arguments = [&["run", "promises/commands.jsonl", "--procedures", "promises"], more].concat();
        shown(&motcua(&arguments))
    };
    assert_snapshot!("promises_answered", run(&[]));
    assert_snapshot!("promises_on_the_board", run(&["--format", "table", "--now", "2024-03-20T08:00"]));
}

#[test]
fn run_says_what_is_wrong_with_a_line_and_goes_on() {
    assert_snapshot!(shown(&with_good(&["run", "bad/commands.jsonl"])));
}

#[test]
fn run_bounds_a_line() {
    let mut lines = format!("{{\"dossier\":\"{}\"}}\n", "x".repeat(3 << 20)).into_bytes();
    lines.extend(b"{\"dossier\":\"D1\xFF\"}\n{\"tick\":\"2024-04-22T08:00\"}\n");
    let (_kept, path) = file("huge.jsonl", &lines);
    assert_snapshot!(shown(&with_good(&["run", &path])));
}

#[test]
fn run_prints_a_board() {
    assert_snapshot!(shown(&with_good(&[
        "run",
        "good/commands.jsonl",
        "--format",
        "table",
        "--now",
        "2024-05-07T08:00"
    ])));
}

#[test]
fn run_goes_on_from_its_journal() {
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("journal.jsonl").display().to_string();
    let first = with_good(&["run", "good/commands.jsonl", "--journal", &journal]);
    assert_eq!(first.status.code(), Some(0));
    let kept = std::fs::read_to_string(&journal).unwrap();
    let (_kept, again) = file(
        "again.jsonl",
        b"{\"dossier\":\"D4\",\"id\":\"2\",\"command\":\"accept\",\"role\":\"clerk\",\"at\":\"2024-05-06T10:00\"}\n",
    );
    let second = with_good(&["run", &again, "--journal", &journal]);
    assert!(shown(&second).contains("\"answer\":\"accepted\""), "{}", shown(&second));
    let longer = std::fs::read_to_string(&journal).unwrap();
    assert!(longer.starts_with(&kept) && longer.len() > kept.len());
    std::fs::write(&journal, &longer[..longer.len() - 9]).unwrap();
    let torn = with_good(&["run", &again, "--journal", &journal]);
    assert_eq!(torn.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&torn.stderr).contains("this is no event"));
}

#[test]
fn run_refuses_definitions_with_errors() {
    let output = motcua(&["run", "good/commands.jsonl", "--procedures", "bad/permit.tthc"]);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(1), 0));
    assert!(!output.stderr.is_empty());
}

fn due(arguments: &[&str]) -> String {
    shown(&with_good(&[&["due", "--calendar", "office"], arguments].concat()))
}

#[test]
fn due_tells_the_term_day_by_day() {
    assert_snapshot!(due(&["--from", "2024-04-26T09:00", "--limit", "3 working days", "--explain"]));
    assert_snapshot!(due(&[
        "--from",
        "2024-03-04T09:00",
        "--limit",
        "5 days",
        "--suspended",
        "2024-03-05..2024-03-06",
        "--roll",
        "none",
        "--explain",
    ]));
}

#[test]
fn due_knows_every_convention() {
    let last = |arguments: &[&str]| due(arguments).lines().next().unwrap().to_owned();
    let five = ["--from", "2024-03-04T09:00", "--limit", "5 working days"];
    let with = |more: &[&str]| last(&[&five, more].concat());
    assert_eq!(with(&[]), "Monday 2024-03-11 17:00 (+07:00)");
    assert_eq!(with(&["--first-day", "counts"]), "Friday 2024-03-08 17:00 (+07:00)");
    assert_eq!(with(&["--first-day", "not-counted"]), "Monday 2024-03-11 17:00 (+07:00)");
    assert_eq!(with(&["--ends", "24:00"]), "Monday 2024-03-11 24:00 (+07:00)");
    assert_eq!(with(&["--ends", "opening"]), "Monday 2024-03-11 07:30 (+07:00)");
    assert_eq!(with(&["--ends", "same-time"]), "Monday 2024-03-11 09:00 (+07:00)");
    assert_eq!(with(&["--extend", "2 working days"]), "Wednesday 2024-03-13 17:00 (+07:00)");
    assert_eq!(with(&["--restart", "2024-03-06T10:00"]), "Wednesday 2024-03-13 17:00 (+07:00)");
    assert_eq!(with(&["--backward"]), "Monday 2024-02-26 17:00 (+07:00)");
    let held = ["--suspended", "2024-03-05T10:00..2024-03-06T10:00"];
    assert_eq!(with(&held), "Tuesday 2024-03-12 17:00 (+07:00)");
    assert_eq!(with(&[&held[..], &["--suspension-edges", "both"]].concat()), "Wednesday 2024-03-13 17:00 (+07:00)");
    let month = ["--from", "2024-01-31", "--limit", "1 month"];
    assert_eq!(last(&month), "Thursday 2024-02-29 24:00 (+07:00)");
    assert_eq!(last(&[&month[..], &["--months-as-30-days"]].concat()), "Friday 2024-03-01 24:00 (+07:00)");
    let weekend = ["--from", "2024-03-04", "--limit", "5 days"];
    assert_eq!(last(&weekend), "Monday 2024-03-11 24:00 (+07:00)");
    assert_eq!(last(&[&weekend[..], &["--roll", "backward"]].concat()), "Friday 2024-03-08 24:00 (+07:00)");
}

#[test]
fn due_writes_json() {
    let output = with_good(&[
        "due",
        "--calendar",
        "office",
        "--from",
        "2024-03-08T10:00",
        "--limit",
        "15 working days",
        "--format",
        "json",
    ]);
    let whole: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(whole["due"], "2024-03-29T17:00:00+07:00");
    assert_eq!(whole["days"].as_array().map(Vec::len), Some(22));
}

#[test]
fn due_says_what_it_does_not_understand() {
    assert_snapshot!(due(&["--from", "2024-03-04", "--limit", "5 workdays"]));
    assert_snapshot!(due(&["--from", "yesterday", "--limit", "5 days"]));
    assert_snapshot!(due(&["--from", "2025-12-20", "--limit", "15 working days"]));
    assert_snapshot!(due(&["--from", "2024-03-04", "--limit", "5 days", "--suspended", "2024-03-05"]));
    assert_snapshot!(shown(&with_good(&["due", "--calendar", "offices", "--from", "2024-03-04", "--limit", "5 days"])));
}

#[test]
fn due_names_a_length_that_is_none() {
    for (length, why) in [
        ("0 working days", "`0` is no length of time: it must be more than 0"),
        ("-1 working days", "`-1` is no length of time: it must be more than 0"),
        ("-1", "`-1` is no length of time: it must be more than 0"),
        ("1000000000 days", "`1000000000` is too long: at most 1000000 units"),
        ("99999999999999999999 days", "`99999999999999999999` is too long: at most 1000000 units"),
        ("1000000 working days", "calendar `office` does not cover the year 2026: add its days off"),
        ("1000000 days", "calendar `office` does not cover the year 4762: add its days off"),
        ("1000000 years", "the term runs beyond 9999-12-31, the limit of dates"),
        ("1000000 days, backward, no roll", "the term runs beyond 0001-01-01, the limit of dates"),
    ] {
        let said = due(&["--from", "2024-03-08T10:00", "--limit", length]);
        assert!(said.contains(why) && said.ends_with("--- exit 2\n"), "{length}: {said}");
    }
    for (granted, why) in [("-2 days", "`-2` is no length"), ("1000000 days", "`1000005` is too long")] {
        let said = due(&["--from", "2024-03-08T10:00", "--limit", "5 days", "--extend", granted]);
        assert!(said.contains(why) && said.ends_with("--- exit 2\n"), "{granted}: {said}");
    }
}

#[test]
fn due_names_times_that_clocks_skip_or_show_twice() {
    let calendar = "calendar rome { zone \"Europe/Rome\" covers 2024 to 2026 week mon-fri 08:00-12:00 }";
    let (_folder, path) = file("rome.tthc", calendar.as_bytes());
    let due = |from: &str| {
        shown(&motcua(&["due", "--procedures", &path, "--calendar", "rome", "--limit", "1 hour", "--from", from]))
    };
    assert_eq!(
        due("2024-03-31T02:30"),
        "Sunday 2024-03-31 04:00 (+02:00)\n--- standard error\nwarning: `2024-03-31T02:30` does not exist in \
         Europe/Rome, as clocks were put forward over it: 2024-03-31T03:00:00+02:00 is taken\n--- exit 0\n"
    );
    assert_eq!(
        due("2024-10-27T02:30"),
        "Sunday 2024-10-27 02:30 (+01:00)\n--- standard error\nwarning: `2024-10-27T02:30` comes twice in \
         Europe/Rome: the earlier one, 2024-10-27T02:30:00+02:00, is taken; add an offset to say which\n--- exit 0\n"
    );
    assert_eq!(due("2024-10-27T02:30+01:00"), "Sunday 2024-10-27 03:30 (+01:00)\n--- exit 0\n");
    let (_folder, path) = file("lost.tthc", calendar.replace("Rome", "Romee").as_bytes());
    let lost = shown(&motcua(&[
        "due",
        "--procedures",
        &path,
        "--calendar",
        "rome",
        "--limit",
        "1 hour",
        "--from",
        "2024-03-04",
    ]));
    assert!(
        lost.contains("there is no time zone `Europe/Romee`") && lost.contains("did you mean `Europe/Rome`?"),
        "{lost}"
    );
}

#[test]
fn calendar_shows_a_year() {
    assert_snapshot!(shown(&with_good(&["calendar", "office", "--year", "2024"])));
    assert_snapshot!(shown(&with_good(&["calendar", "office", "--year", "2024", "--format", "json"])));
    assert_snapshot!(shown(&with_good(&["calendar", "office", "--year", "2024", "--format", "ics"])).replace('\r', ""));
    assert_snapshot!(shown(&with_good(&["calendar", "office", "--year", "2030"])));
}

#[test]
fn every_help_has_an_example() {
    for command in ["check", "graph", "compile", "run", "replay", "due", "explain", "report", "calendar"] {
        let output = motcua(&[command, "--help"]);
        let text = shown(&output);
        assert!(text.contains("Example") && text.contains(&format!("  motcua {command}")), "{text}");
    }
}

#[test]
fn due_says_which_flags_have_no_meaning() {
    let said = |more: &[&str]| due(&[&["--from", "2024-03-04T09:00"][..], more].concat());
    for more in [["--suspended", "2024-03-01..2024-03-02"], ["--restart", "2024-03-05"]] {
        let said = said(&[&["--limit", "5 days", "--backward"][..], &more].concat());
        assert!(
            said.contains("counted backward is neither suspended nor restarted") && said.ends_with("exit 2\n"),
            "{said}"
        );
    }
    let early = said(&["--limit", "5 days", "--suspended", "2024-02-01..2024-02-06"]);
    assert!(early.contains("ended before the term began") && early.ends_with("exit 0\n"), "{early}");
    for (limit, ends, wrong) in [
        ("4 hours", "opening", true),
        ("4 working hours", "24:00", true),
        ("2.5 working days", "opening", true),
        ("2.5 working days", "24:00", false),
        ("2 working days", "opening", false),
    ] {
        let said = said(&["--limit", limit, "--ends", ends]);
        assert_eq!(said.contains("changes nothing"), wrong, "{limit}: {said}");
    }
}

/// Everything that reads a journal says what is wrong with it, and leaves it as it is.
#[test]
fn a_damaged_journal_is_named_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal");
    let name = path.display().to_string();
    with_good(&["run", "good/commands.jsonl", "--journal", &name]);
    let whole = std::fs::read_to_string(&path).unwrap();
    let lines: Vec<&str> = whole.lines().collect();
    let second = lines.iter().position(|line| line.contains("\"number\":2,")).unwrap();
    let without = |at: usize| [&lines[..at], &lines[at + 1..]].concat().join("\n") + "\n";
    let first = lines.iter().position(|line| line.contains("\"number\":1,")).unwrap();
    let opening = lines.iter().position(|line| line.contains(&lines[second][..15])).unwrap();
    let damaged: [(String, &str); 8] = [
        (whole[..whole.len() - 9].to_owned(), "this is no event"),
        (whole.trim_end().to_owned(), "the last line is cut off"),
        (without(opening), "a line was lost, moved or written twice"),
        (format!("{whole}{}\n", lines[first]), "a line was lost, moved or written twice"),
        (whole.replace("\"event\":{\"v\":1", "\"event\":{\"v\":9"), "formats up to 1: use a newer one"),
        (whole.replacen("\"v\":1,\"calendar\"", "\"v\":9,\"calendar\"", 1), "formats up to 1: use a newer one"),
        (whole.replacen("\"07:30\"", "\"07:00\"", 1), "it was changed by hand"),
        (whole.replacen('{', "\u{0}", 1), "this is no event"),
    ];
    for (text, why) in damaged {
        std::fs::write(&path, &text).unwrap();
        for command in [&["explain", "D1"][..], &["report"], &["reproject", "--apply"], &["run", "good/commands.jsonl"]]
        {
            let said = shown(&with_good(&[command, &["--journal", &name]].concat()));
            assert!(
                said.contains(why) && said.contains(&name) && said.ends_with("exit 2\n"),
                "{command:?}, {why}: {said}"
            );
            assert_eq!(std::fs::read_to_string(&path).unwrap(), text, "{command:?}, {why}");
        }
    }
}

#[test]
fn a_calendar_is_the_same_however_it_was_saved() {
    let calendar = "calendar lịch {\n zone \"Asia/Ho_Chi_Minh\" covers 2024 to 2024\n week mon-fri 07:30-17:00\n \
                    off 2024-03-06 \"Nghỉ\"\n}\n";
    let decomposed = calendar.replace('ị', "i\u{323}");
    assert_ne!(decomposed, calendar);
    let saved = [calendar.to_owned(), decomposed, calendar.replace('\n', "\r\n"), format!("\u{feff}{calendar}")];
    for text in saved {
        let (_kept, path) = file("calendar.tthc", text.as_bytes());
        for name in ["lịch", "li\u{323}ch"] {
            let term = ["--from", "2024-03-04T09:00", "--limit", "5 working days"];
            let said = shown(&motcua(&[&["due", "--procedures", &path, "--calendar", name][..], &term].concat()));
            assert_eq!(said, "Tuesday 2024-03-12 17:00 (+07:00)\n--- exit 0\n", "{text:?}");
        }
    }
}

#[test]
fn run_keeps_an_outcome_that_meets_a_fault_until_it_is_retried() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let land = write(
        "land.tthc",
        "procedure land {
            data { n integer = 0 }
            roles { clerk }
            on open by clerk -> asking
            state asking by clerk {
                call tax counts inside
                on outcome issued do { data.n = quotient(10, data.n); } -> granted
                on repair do { data.n = 5; }
            }
            state granted final
        }
        procedure tax {
            roles { officer }
            on open by officer -> working
            state working by officer { on issue_it -> issued }
            state issued final
        }",
    );
    let line = |dossier: &str, id: u8, command: &str, role: &str| {
        let more = if command == "open" { r#""procedure": "land", "# } else { "" };
        format!(
            r#"{{"dossier": "{dossier}", "id": "{id}", "command": "{command}", {more}"actor": "an", "role": "{role}", "at": "2025-03-03T1{id}:00"}}"#
        ) + "\n"
    };
    let lines = [
        line("D", 1, "open", "clerk"),
        line("D/1", 2, "issue_it", "officer"),
        line("D", 3, "repair", "clerk"),
        line("D", 4, "retry", "clerk"),
    ];
    let commands = write("commands.jsonl", &lines.concat());
    let output = motcua(&["run", &commands, "--procedures", &land]);
    let answers: Vec<serde_json::Value> =
        String::from_utf8_lossy(&output.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(answers[1]["fired"][0]["events"][0]["cause"]["outcome_of_call"], 1, "{answers:#?}");
    assert_eq!(answers[3]["states"], serde_json::json!(["granted"]), "{answers:#?}");
}
