//! Tidy checks: the rooms' direction, where foreign types may stand, the length of files, words that do not belong.

#![expect(clippy::unwrap_used, reason = "helpers of tests have nobody to hand an error to")]

use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// Returns the files below a folder with one of some endings, in order, with their text.
fn files(folder: &str, endings: &[&str]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_dir() && name != "target" && !name.starts_with('.') {
                folders.push(path);
            } else if endings.iter().any(|ending| name.ends_with(ending)) {
                let short = path.strip_prefix(root()).unwrap().display().to_string();
                found.push((short, std::fs::read_to_string(&path).unwrap_or_default()));
            }
        }
    }
    found.sort();
    found
}

fn report(what: &str, wrong: &[String]) {
    assert!(wrong.is_empty(), "{what}:\n{}", wrong.join("\n"));
}

#[test]
fn the_direction_of_the_rooms_never_turns() {
    let may: [(&str, &[&str]); 4] = [
        ("engine", &[]),
        ("dsl", &["motcua-engine"]),
        ("host", &["motcua-engine"]),
        ("cli", &["motcua-dsl", "motcua-engine", "motcua-host"]),
    ];
    for (room, allowed) in may {
        let manifest: toml::Table =
            std::fs::read_to_string(root().join(room).join("Cargo.toml")).unwrap().parse().unwrap();
        let depends = manifest["dependencies"].as_table().unwrap();
        let wrong: Vec<String> = depends
            .keys()
            .filter(|name| name.starts_with("motcua") && !allowed.contains(&name.as_str()))
            .map(|name| format!("{room} depends on {name}"))
            .collect();
        report("an arrow turns round", &wrong);
    }
}

#[test]
fn foreign_types_stay_in_their_rooms() {
    let rooms = [
        ("pest", "dsl/src/parse"),
        ("rhai", "engine/src/script"),
        ("petgraph", "engine/src/plan/graph.rs"),
        ("rusqlite", "host/src/sqlite"),
        ("ureq", "host/src/deliver"),
    ];
    let mut wrong = Vec::new();
    for (path, text) in ["engine/src", "dsl/src", "host/src", "cli/src"].iter().flat_map(|room| files(room, &[".rs"])) {
        for (name, room) in rooms {
            let used = text
                .lines()
                .filter(|line| !line.trim_start().starts_with("//"))
                .any(|line| line.contains(&format!("{name}::")) || line.contains(&format!("{name}_derive::")));
            // The compiler looks at a plan's graph with algorithms of the same library.
            let algorithms =
                name == "petgraph" && (path.starts_with("dsl/src/check") || path.starts_with("dsl/src/budget"));
            if used && !path.starts_with(room) && !algorithms {
                wrong.push(format!("{path} uses {name}, which belongs into {room}"));
            }
        }
    }
    report("a foreign type has left its room", &wrong);
}

#[test]
fn files_are_short() {
    let wrong: Vec<String> = ["engine", "dsl", "host", "cli", "tests"]
        .iter()
        .flat_map(|room| files(room, &[".rs"]))
        .filter(|(_, text)| text.lines().count() > 500)
        .map(|(path, text)| format!("{path} has {} lines", text.lines().count()))
        .collect();
    report("files over 500 lines are split", &wrong);
}

#[test]
fn nothing_is_left_unfinished() {
    // Written in halves, or this file would be found.
    let words = [["TO", "DO"], ["FIX", "ME"], ["XX", "X:"], ["todo", "!("], ["unimplemented", "!("], ["#[ig", "nore"]];
    let mut wrong = Vec::new();
    for (path, text) in
        ["engine", "dsl", "host", "cli", "tests", "fuzz"].iter().flat_map(|room| files(room, &[".rs", ".pest"]))
    {
        for (n, line) in text.lines().enumerate() {
            if words.iter().any(|halves| line.contains(&halves.concat())) {
                wrong.push(format!("{path}:{}: {}", n + 1, line.trim()));
            }
        }
    }
    report("unfinished work", &wrong);
}

#[test]
fn every_finding_has_its_page_and_every_page_its_finding() {
    let mut ids: Vec<String> = motcua_dsl::FINDINGS.iter().map(|id| (*id).to_owned()).collect();
    let mut pages: Vec<String> = files("docs/findings", &[".md"])
        .into_iter()
        .filter_map(|(path, _)| Some(Path::new(&path).file_stem()?.to_str()?.to_owned()))
        .filter(|name| name != "README")
        .collect();
    ids.sort();
    pages.sort();
    assert_eq!(ids, pages);
}

#[test]
fn definitions_are_formatted() {
    let mut wrong = Vec::new();
    for (path, text) in ["procedures", "examples"].iter().flat_map(|folder| files(folder, &[".tthc"])) {
        let source = motcua_dsl::Source { path: path.clone(), text };
        if motcua_dsl::format(&source).ok().as_ref() != Some(&source.text) {
            wrong.push(path);
        }
    }
    report("not formatted, see `motcua fmt`", &wrong);
}

/// One executable a room: a file that its `all.rs` does not name would be a test that nobody runs.
#[test]
fn every_file_of_tests_is_run() {
    let mut wrong = Vec::new();
    for room in ["cli", "dsl", "host", "tests"] {
        let folder = root().join(room).join("tests");
        let all = std::fs::read_to_string(folder.join("all.rs")).unwrap();
        for entry in std::fs::read_dir(&folder).unwrap().flatten() {
            let path = entry.path();
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            let holds_a_subject = path.extension().is_some_and(|ending| ending == "rs") || path.join("mod.rs").exists();
            if holds_a_subject && name != "all" && !all.lines().any(|line| line == format!("mod {name};")) {
                wrong.push(format!("{room}/tests/{name}"));
            }
        }
    }
    report("a file of tests that its `all.rs` does not name", &wrong);
}
