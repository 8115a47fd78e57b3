//! Terms, calendars and journals as JSON.

use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;

use super::given::*;
use crate::program::library;

#[test]
fn due() {
    let validator = schema("due");
    let mut reasons = BTreeSet::new();
    for more in [
        &["--from", "2025-04-24T16:00", "--limit", "3 working days", "--extend", "5 working days"][..],
        &["--from", "2024-03-04T09:00", "--limit", "5 days", "--suspended", "2024-03-05..2024-03-06"],
        &["--from", "2024-03-04T09:00", "--limit", "2 days", "--suspended", "2024-03-05T10:00.."],
        &["--from", "2024-03-04T09:00", "--limit", "5 days", "--roll", "none"],
        &["--from", "2024-03-04T09:00", "--limit", "5 days", "--roll", "backward"],
        &["--from", "2024-03-04T09:00", "--limit", "12 working hours"],
        &["--from", "2024-03-04T09:00", "--limit", "3 working days", "--backward"],
        &["--from", "2024-03-04T09:00", "--limit", "2 months"],
        &["--from", "2024-03-04T09:00", "--limit", "200 years"],
    ] {
        let arguments = [&["due", "--calendar", "vn_state", "--format", "json"][..], more].concat();
        for document in valid(&validator, &motcua(&arguments, ""), &more.join(" ")) {
            let days = document["days"].as_array().unwrap();
            reasons.extend(days.iter().map(|day| day["reason"].as_str().unwrap().to_owned()));
            refuses(&validator, &document, &[], &["due", "days", "projected"]);
        }
    }
    for reason in ["start_day", "counted", "swapped", "time", "off", "suspended", "rolled_over", "last_day"] {
        assert!(reasons.contains(reason), "{reason} in {reasons:?}");
    }
}

#[test]
fn calendar() {
    let validator = schema("calendar");
    for year in ["2024", "2025", "2026"] {
        let output = motcua(&["calendar", "vn_state", "--year", year, "--format", "json"], "");
        let documents = valid(&validator, &output, year);
        refuses(&validator, &documents[0], &[], &["year", "off", "worked", "announced"]);
    }
}

/// Returns definitions, and commands to dossiers of theirs.
fn journals() -> [(&'static str, &'static str); 5] {
    [
        ("examples/reform", "examples/reform/commands.jsonl"),
        (library(), "examples/one_stop/april.jsonl"),
        ("cli/tests/data/good", "cli/tests/data/good/explain.jsonl"),
        ("cli/tests/data/promises", "cli/tests/data/promises/commands.jsonl"),
        ("examples/land_use", "examples/land_use/commands.jsonl"),
    ]
}

#[test]
fn explain() {
    let validator = schema("explain");
    let mut filled = BTreeSet::new();
    for (procedures, commands) in journals() {
        let (_kept, path) = journal(procedures, commands);
        let explain = |dossier: &str, more: &[&str]| {
            let arguments = ["explain", dossier, "--journal", &path, "--procedures", procedures, "--format", "json"];
            valid(&validator, &motcua(&[&arguments, more].concat(), ""), dossier)
        };
        let dossiers: BTreeSet<String> = fs::read_to_string(&path)
            .unwrap()
            .lines()
            .filter_map(|line| serde_json::from_str::<Value>(line).unwrap()["dossier"].as_str().map(str::to_owned))
            .collect();
        assert!(dossiers.len() > 2, "{dossiers:?}");
        for dossier in &dossiers {
            let early = explain(dossier, &["--now", "2024-05-02T09:00"]);
            for document in explain(dossier, &[]).into_iter().chain(early) {
                let lists = document["clocks"].as_array().unwrap().iter().flat_map(|clock| clock.as_object().unwrap());
                let lists = lists.chain(document.as_object().unwrap());
                let full = lists.filter(|(_, value)| value.as_array().is_some_and(|list| !list.is_empty()));
                filled.extend(full.map(|(key, _)| key.clone()));
                let required = ["dossier", "procedure", "received", "now", "settled", "places", "clocks", "steps"];
                refuses(&validator, &thinned(&document), &[], &required);
            }
        }
    }
    for key in ["places", "clocks", "steps", "extended", "suspended", "restarted", "days", "account", "left", "used"] {
        assert!(filled.contains(key), "no dossier has {key}: {filled:?}");
    }
}

#[test]
fn report() {
    let validator = schema("report");
    for (procedures, commands) in journals() {
        let (_kept, path) = journal(procedures, commands);
        for more in [
            &[][..],
            &["--by", "unit", "--by", "procedure", "--by", "month"],
            &["--by", "month", "--open", "late", "--clock", "processing"],
        ] {
            let arguments = ["report", "--journal", &path, "--procedures", procedures, "--format", "json"];
            for document in valid(&validator, &motcua(&[&arguments, more].concat(), ""), commands) {
                refuses(&validator, &document, &[], &["now", "by", "clock", "rows", "total", "open"]);
            }
        }
    }
}

#[test]
fn migrate() {
    let validator = schema("migrate");
    let (_kept, path) = journal("examples/reform", "examples/reform/commands.jsonl");
    let arguments = ["migrate", "--journal", &path, "--procedures", "examples/reform", "--format", "json"];
    let mut seen = BTreeSet::new();
    let back = ["--procedure", "building_permit", "--to", "1", "--dossier", "D5"];
    for more in [&[][..], &["--apply"], &["--dossier", "D3"], &back] {
        for document in valid(&validator, &motcua(&[&arguments, more].concat(), ""), "migrate") {
            let verdicts = document["dossiers"].as_array().unwrap().iter().map(|one| one["verdict"].as_str().unwrap());
            seen.extend(verdicts.map(str::to_owned));
            refuses(
                &validator,
                &document,
                &[],
                &["now", "applied", "dossiers", "moves", "there", "settled", "refused"],
            );
        }
    }
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), ["moves", "refused", "settled", "there"]);
    let explain = ["explain", "D1", "--journal", &path, "--procedures", "examples/reform", "--format", "json"];
    for document in valid(&schema("explain"), &motcua(&explain, ""), "explain") {
        assert_eq!(document["versions"].as_array().unwrap().len(), 1);
    }
}

#[test]
fn reproject() {
    let validator = schema("reproject");
    let folder = tempfile::tempdir().unwrap();
    let (texts, path) = (text(&folder.path().join("permit.tthc")), text(&folder.path().join("journal")));
    let commands = text(&folder.path().join("commands.jsonl"));
    let write = |week: &str, lines: &str| {
        let procedure = "use calendar office  procedure permit { roles { clerk }  on open by clerk -> received  \
                         clock all { limit 5 working days  runs from received until done }  \
                         timer late 6 working days after first received notify clerk \"late\"  \
                         state received by clerk { on sign -> done }  state done final }";
        let calendar =
            format!("calendar office {{ zone \"Asia/Ho_Chi_Minh\" covers 2025 to 2025 week {week} {lines} }}");
        fs::write(&texts, format!("{procedure}\n{calendar}\n")).unwrap();
    };
    let swap = "off 2025-05-02 swapped \"Đổi\" worked 2025-04-26 for 2025-05-02";
    write("mon-fri 07:30-17:00", swap);
    let open = json!({
        "dossier": "D1", "id": "1", "command": "open", "procedure": "permit", "role": "clerk", "at": "2025-04-24T09:00",
    });
    fs::write(&commands, format!("{open}\n")).unwrap();
    let ran = motcua(&["run", &commands, "--procedures", &texts, "--journal", &path], "");
    assert!(ran.contains("\"accepted\""), "{ran}");
    let mut seen = BTreeSet::new();
    for (week, lines) in [
        ("mon-fri 07:30-17:00", swap),
        ("mon-fri 07:30-17:00", "off 2025-04-29 closure \"Bão\" basis \"Công điện 168\""),
        ("mon-fri 07:30-16:00", swap),
        ("mon-fri 07:30-17:00", "cutoff 08:00"),
    ] {
        write(week, lines);
        let output = motcua(&["reproject", "--journal", &path, "--procedures", &texts, "--format", "json"], "");
        for document in valid(&validator, &output, lines) {
            for change in
                document["moves"].as_array().unwrap().iter().flat_map(|one| one["changes"].as_array().unwrap())
            {
                seen.insert(change["change"].as_str().unwrap().to_owned());
            }
            let required = ["now", "applied", "moves", "refused", "dossiers", "on_new_versions", "moved_dates"];
            refuses(&validator, &document, &[], &required);
        }
    }
    for change in ["off", "worked", "hours", "cutoff"] {
        assert!(seen.contains(change), "{change} in {seen:?}");
    }
}
