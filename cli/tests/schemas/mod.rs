//! Every JSON that the program writes is as its schema in `docs/schemas` says, and a wrong one is not.

#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests have nobody to hand an error to")]

pub(crate) mod given;
mod time;

use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use crate::program::library;
use given::*;

#[test]
fn check() {
    let validator = schema("check");
    let folder = tempfile::tempdir().unwrap();
    let mut seen = BTreeSet::new();
    let mut last = Value::Null;
    let mut check = |path: &str| {
        for document in valid(&validator, &motcua(&["check", path, "--format", "json"], ""), path) {
            for finding in document["findings"].as_array().unwrap() {
                seen.insert(finding["severity"].as_str().unwrap().to_owned());
                if !finding["because"].as_array().unwrap().is_empty() {
                    last = document.clone();
                }
            }
        }
    };
    for path in ["procedures", "examples", "cli/tests/data/good", "cli/tests/data/bad", "tests/cases"] {
        check(path);
    }
    // The wrong texts of the pages of findings, each on its own.
    for page in fs::read_dir(root().join("docs/findings")).unwrap() {
        let page = page.unwrap().path();
        let text = fs::read_to_string(&page).unwrap();
        if let Some(wrong) = text.split("```tthc\n").nth(1).and_then(|rest| rest.split("\n```").next()) {
            let path = folder.path().join(page.with_extension("tthc").file_name().unwrap());
            fs::write(&path, wrong).unwrap();
            check(&path.display().to_string());
        }
    }
    assert!(seen.contains("error") && seen.contains("warning"), "{seen:?}");
    refuses(&validator, &last, &[], &["files", "errors", "warnings", "notes", "findings"]);
}

#[test]
fn check_with_budgets() {
    let validator = &schema("check");
    let mut verdicts = BTreeSet::new();
    for path in ["procedures", "examples", "tests/cases", "dsl/tests/check"] {
        for document in valid(validator, &motcua(&["check", path, "--budget", "--format", "json"], ""), path) {
            for budget in document["budgets"].as_array().unwrap() {
                verdicts.insert(budget["verdict"].as_str().unwrap().to_owned());
                let mut wrong = document.clone();
                wrong["budgets"] = json!([budget]);
                wrong["budgets"][0]["surprise"] = json!(1);
                assert!(!validator.is_valid(&wrong));
            }
        }
    }
    assert!(verdicts.len() >= 7, "{verdicts:?}");
}

#[test]
fn test() {
    let validator = schema("test");
    let passing = motcua(&["test", "procedures/vn/construction", "--coverage", "--format", "json"], "");
    assert_eq!(valid(&validator, &passing, "passing").len(), 1);
    let failing = motcua(&["test", "cli/tests/data/scenarios", "--fail-under", "10", "--format", "json"], "");
    let document = valid(&validator, &failing, "failing").remove(0);
    let drawn = document["results"].as_array().unwrap().iter().find(|result| result["drawn"]["area"].is_string());
    assert!(drawn.is_some(), "{document}");
    refuses(&validator, &document, &["/story"], &["format", "tests", "passed", "failed", "results"]);
}

#[test]
fn diff() {
    let validator = schema("diff");
    let (mut seen, mut last) = (BTreeSet::new(), Value::Null);
    for case in fs::read_dir(root().join("cli/tests/data/diff")).unwrap().map(|entry| entry.unwrap().path()) {
        let side = |name: &str| text(&case.join(name));
        let output = motcua(&["diff", &side("old.tthc"), &side("new.tthc"), "--format", "json"], "");
        for document in valid(&validator, &output, &text(&case)) {
            for change in document["procedures"][0]["changes"].as_array().unwrap() {
                seen.insert(change["class"].as_str().unwrap().to_owned());
            }
            last = if case.ends_with("stranded") { document } else { last };
        }
    }
    assert_eq!(seen.len(), 4, "{seen:?}");
    let required = ["procedures", "breaking", "tightening", "loosening", "compatible", "allowed", "fails"];
    refuses(&validator, &last, &[], &required);
}

#[test]
fn graph() {
    let validator = schema("graph");
    let mut drawings = Vec::new();
    let bundle: Value = serde_json::from_str(&fs::read_to_string(library()).unwrap()).unwrap();
    for plan in bundle["plans"].as_array().unwrap() {
        let name = format!("{}@{}", plan["logic"]["name"].as_str().unwrap(), plan["logic"]["version"]);
        drawings.extend(valid(
            &validator,
            &motcua(&["graph", &name, "--procedures", library(), "--format", "json"], ""),
            &name,
        ));
    }
    for case in cases() {
        let arguments = ["graph", "p", "--procedures", &text(&case), "--format", "json"];
        drawings.extend(valid(&validator, &motcua(&arguments, ""), &text(&case)));
    }
    assert!(drawings.len() > 30, "{}", drawings.len());
    for drawing in drawings.iter().take(3) {
        let required = ["name", "title", "spelling", "lanes", "nodes", "edges", "clocks", "timers"];
        refuses(&validator, drawing, &[], &required);
    }
}

/// Returns the bundle of a folder.
fn compiled(path: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("bundle.json");
    motcua(&["compile", path, "-o", &text(&file)], "");
    fs::read_to_string(file).unwrap_or_default()
}

#[test]
fn bundle() {
    let validator = schema("bundle");
    for case in cases() {
        valid(&validator, &compiled(&text(&case)), &text(&case));
    }
    valid(&validator, &compiled("cli/tests/data/good"), "good");
    valid(&validator, &fs::read_to_string(root().join("tests/formats/1/bundle.json")).unwrap(), "format 1");
    let library = valid(&validator, &compiled("procedures"), "procedures");
    let mut small = library[0].clone();
    for list in ["plans", "calendars", "organisations"] {
        small[list].as_array_mut().unwrap().truncate(1);
    }
    small["calendars"][0]["off"].as_array_mut().unwrap().truncate(2);
    small["organisations"][0]["units"].as_array_mut().unwrap().truncate(2);
    let required = ["format", "compiler", "source", "plans", "calendars", "organisations"];
    // What decides, and what people read, is the engine's own.
    refuses(&validator, &small, &["/logic", "/words"], &required);
    for key in ["name", "version", "roles", "commands", "graph"] {
        let mut wrong = small.clone();
        wrong["plans"][0]["logic"][key] = json!({ "surprise": true });
        assert!(key == "graph" || !validator.is_valid(&wrong), "{key}");
        wrong["plans"][0]["logic"].as_object_mut().unwrap().remove(key);
        assert!(!validator.is_valid(&wrong), "{key}");
    }
}

/// Returns a story of a case as lines for `motcua run`.
fn lines(story: &str) -> String {
    let mut lines = String::new();
    for line in story.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#')) {
        let mut line: Value = serde_json::from_str(line).unwrap();
        // What is possible is asked in stories alone.
        if line.get("possible").is_some() {
            continue;
        }
        if let Some(command) = line.get("command").filter(|command| command.is_object()) {
            line = command.clone();
        }
        if let Some(mut correction) = line.get("correct").cloned() {
            let told = line.get("told").cloned().unwrap_or_default();
            let keys = correction.as_object_mut().unwrap();
            keys.extend([("command".to_owned(), json!("correct")), ("at".to_owned(), told)]);
            for command in keys.get_mut("instead").and_then(Value::as_array_mut).into_iter().flatten() {
                flat(command);
            }
            line = correction;
        }
        flat(&mut line);
        let keys = line.as_object_mut().unwrap();
        if keys.contains_key("command") {
            keys.entry("dossier").or_insert(json!("D1"));
        }
        lines += &line.to_string();
        lines.push('\n');
    }
    lines
}

/// Makes an opening of a story one of a line.
fn flat(command: &mut Value) {
    let keys = command.as_object_mut().unwrap();
    if let Some(Value::Object(mut open)) = keys.remove("open") {
        open.remove("dossier");
        keys.extend(open);
    }
}

/// Returns the key that tells an effect or a cause from others.
fn kind(said: &Value) -> String {
    let keys = said.as_object().unwrap();
    let first = [
        "corrected",
        "argument",
        "rewound",
        "stands",
        "withdrawn",
        "called",
        "call_withdrawn",
        "outcome_of",
        "let_go_by",
        "clock",
        "timer",
        "opened",
        "left",
        "entered",
        "held",
        "set",
        "received",
        "notice",
        "form",
        "log",
    ];
    let more = [
        "hand",
        "silence",
        "settled",
        "reprojected",
        "incident",
        "retried",
        "command",
        "automatic",
        "after",
        "expired",
    ];
    let found = first.iter().chain(&more).find(|key| keys.contains_key(**key)).unwrap_or_else(|| panic!("{said}"));
    let is = keys.get("is").and_then(Value::as_str).map(|is| format!(" {is}")).unwrap_or_default();
    format!("{found}{is}")
}

/// The answers, causes and effects that the inputs of `run` have to lead to.
const WANTED: &[&str] = &[
    "accepted",
    "already_done",
    "ticked",
    "invalid",
    "problems",
    "conflict",
    "not_permitted",
    "not_applicable",
    "fault",
    "cause command",
    "cause corrected",
    "argument",
    "rewound",
    "stands",
    "withdrawn",
    "called",
    "call_withdrawn",
    "outcome_of",
    "let_go_by",
    "cause automatic",
    "cause after",
    "cause timer",
    "cause expired",
    "cause clock",
    "opened",
    "left",
    "entered",
    "held",
    "set",
    "received",
    "notice",
    "form",
    "silence",
    "hand",
    "settled",
    "incident",
    "retried",
    "clock started",
    "clock suspended",
    "clock resumed",
    "clock restarted",
    "clock extended",
    "clock reappointed",
    "clock acknowledged",
    "clock escalated",
    "clock expired",
    "clock closed",
    "clock ended",
    "clock dropped",
    "clock moved",
    "clock recounted",
    "timer",
];

#[test]
fn run() {
    let (answers, inputs) = (schema("run-answer"), schema("run-line"));
    let (mut seen, mut samples): (BTreeSet<String>, Vec<Value>) = (BTreeSet::new(), Vec::new());
    let mut run = |procedures: &str, lines: &str, what: &str| {
        let output = motcua(&["run", "--procedures", procedures, "--now", "2025-12-20T08:00:00+07:00"], lines);
        assert_ne!(output, "", "{what}");
        for answer in valid(&answers, &output, what) {
            let number = usize::try_from(answer["line"].as_u64().unwrap()).unwrap();
            let line = number.checked_sub(1).and_then(|at| lines.lines().nth(at));
            if let Some(line) = line.filter(|_| answer["answer"] != "invalid") {
                // Only a line with something wrong in itself may be none by its schema.
                valid(&inputs, line, what);
            }
            let mut kinds = vec![answer["answer"].as_str().unwrap().to_owned()];
            kinds.extend(answer.get("problems").map(|_| "problems".to_owned()));
            let fired = answer["fired"].as_array().into_iter().flatten();
            for event in [&answer].into_iter().chain(fired).filter_map(|at| at["events"].as_array()).flatten() {
                kinds.push(format!("cause {}", kind(&event["cause"])));
                kinds.extend(event["effects"].as_array().unwrap().iter().map(kind));
            }
            let known = seen.len();
            seen.extend(kinds);
            if seen.len() > known {
                samples.push(answer);
            }
        }
    };
    for case in cases() {
        let mut stories: Vec<PathBuf> = fs::read_dir(&case).unwrap().map(|entry| entry.unwrap().path()).collect();
        stories.retain(|path| path.extension().is_some_and(|ending| ending == "jsonl"));
        stories.sort();
        for story in stories {
            run(&text(&case), &lines(&fs::read_to_string(&story).unwrap()), &text(&story));
        }
    }
    for (procedures, file) in [
        ("procedures", "examples/one_stop/april.jsonl"),
        ("procedures", "examples/one_stop/refused.jsonl"),
        ("procedures", "examples/one_stop/correction.jsonl"),
        ("examples/land_use", "examples/land_use/commands.jsonl"),
        ("cli/tests/data/good", "cli/tests/data/good/commands.jsonl"),
        ("cli/tests/data/good", "cli/tests/data/bad/commands.jsonl"),
        ("cli/tests/data/promises", "cli/tests/data/promises/commands.jsonl"),
    ] {
        run(procedures, &fs::read_to_string(root().join(file)).unwrap(), file);
    }
    let unseen: Vec<_> = WANTED.iter().filter(|kind| !seen.contains(**kind)).collect();
    assert!(unseen.is_empty(), "no input leads to {unseen:?}; seen are {seen:?}");
    for sample in &samples {
        // Values of fields are the author's: the schema takes any.
        refuses(
            &answers,
            sample,
            &["/value", "/to", "/settled", "/outcome", "/data", "/read/0/1", "/read/1/1", "/read/2/1"],
            &["line", "answer"],
        );
    }
}

#[test]
fn run_line() {
    let validator = schema("run-line");
    let open = json!({
        "dossier": "D1", "id": "1", "command": "open", "procedure": "p", "unit": "u", "version": 1, "role": "counter",
        "actor": "an", "at": "2024-03-04T09:00", "data": { "area": 120 }, "documents": { "drawings": 2 },
    });
    refuses(&validator, &open, &["/data"], &["dossier", "id", "command", "procedure"]);
    let accept = json!({
        "dossier": "D1", "id": "2", "command": "accept", "seen": 1, "state": "received", "reason": "why",
        "documents": "all",
    });
    refuses(&validator, &accept, &[], &["dossier", "id", "command"]);
    let correct = json!({
        "dossier": "D1", "id": "3", "command": "correct", "actor": "an", "role": "chair", "reason": "why",
        "at": "2024-03-11T09:00", "voids": [2],
        "instead": [
            { "id": "i1", "command": "open", "procedure": "p", "unit": "u", "version": 1, "at": "2024-03-04T09:00" },
            { "id": "i2", "command": "accept", "actor": "an", "role": "counter", "reason": "why", "documents": "all" },
        ],
    });
    refuses(&validator, &correct, &[], &["dossier", "id"]);
    refuses(&validator, &json!({ "tick": "2024-03-04T09:00:00+07:00" }), &[], &["tick"]);
    for (key, value) in
        [("procedure", json!("p")), ("unit", json!("u")), ("voids", json!([1])), ("tick", json!("2024-03-04"))]
    {
        let mut wrong = accept.clone();
        wrong[key] = value;
        assert!(!validator.is_valid(&wrong), "{wrong}");
    }
}

#[test]
fn replay() {
    let validator = schema("replay");
    let log = "examples/road_fines/sample.csv";
    let required = ["procedure", "dossiers", "events", "variants", "fit", "unfit", "deviations", "clocks", "timers"];
    for definition in ["examples/road_fines/road_fine.tthc", "examples/road_fines/normative.tthc"] {
        for guards in ["flow", "flow,time", "all"] {
            let output = motcua(&["replay", definition, log, "--check", guards, "--format", "json"], "");
            let reports = valid(&validator, &output, definition);
            refuses(&validator, &reports[0], &[], &required);
        }
    }
}
