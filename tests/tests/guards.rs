//! The scripts that this project ships are answered without the interpreter.

#![expect(clippy::unwrap_used, reason = "helpers of tests have nobody to hand an error to")]

use std::path::{Path, PathBuf};

use motcua_engine::World;
use motcua_engine::plan::Bundle;

fn definitions(folder: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path: PathBuf = entry.path();
        if path.is_dir() {
            found.extend(definitions(&path));
        } else if path.extension().is_some_and(|ending| ending == "tthc") {
            found.push((path.display().to_string(), std::fs::read_to_string(&path).unwrap()));
        }
    }
    found.sort();
    found
}

/// Returns how many scripts the definitions have, and those that are left to the interpreter.
fn scripts(definitions: &[(String, String)]) -> (usize, Vec<String>) {
    let texts: Vec<(&str, &str)> = definitions.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let bundle: Bundle = motcua_tests::bundle(&texts).unwrap();
    let plans: Vec<_> = bundle.plans.iter().map(|plan| (plan.hash, plan.logic.scripts.clone())).collect();
    let world = World::load(bundle).unwrap();
    let (mut count, mut left) = (0, Vec::new());
    for (hash, scripts) in plans {
        let procedure = world.procedure(hash).unwrap();
        for (script, id) in scripts.iter().zip(0..) {
            count += 1;
            if !procedure.is_lowered(motcua_engine::ScriptId(id)) {
                left.push(script.text.clone());
            }
        }
    }
    (count, left)
}

#[test]
fn every_script_of_the_library_the_examples_and_the_benches_is_lowered() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let texts = definitions(&root.join("procedures"));
    let (library, mut left) = scripts(&texts);
    // Tables that stand on their own, and days between two dates, are left to the interpreter.
    let lines = texts.iter().flat_map(|(_, text)| text.lines().map(str::trim_start));
    let named = lines.filter_map(|line| line.strip_prefix("table ").or_else(|| line.strip_prefix("bảng ")));
    let calls: Vec<String> =
        named.filter_map(|rest| rest.split(['(', ' ']).next()).map(|name| format!("{name}(")).collect();
    left.retain(|text| !text.contains("days_between(") && !calls.iter().any(|call| text.contains(call)));
    assert_eq!(left, [""; 0]);
    let mut others = 0;
    for folder in ["examples/permit_receipt", "examples/road_fines", "tests/benches/definitions"] {
        let (count, left) = scripts(&definitions(&root.join(folder)));
        assert_eq!(left, [""; 0], "{folder}");
        others += count;
    }
    assert!(library >= 15 && others >= 10, "{library} and {others} scripts were looked at");
}
