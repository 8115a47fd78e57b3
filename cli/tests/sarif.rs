//! `check --format sarif` is SARIF 2.1.0 by the schema of its standard, and says what the findings say.

#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests have nobody to hand an error to")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use motcua_dsl::FINDINGS;
use serde_json::{Value, json};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn motcua(arguments: &[&str]) -> Output {
    let mut program = Command::new(env!("CARGO_BIN_EXE_motcua"));
    program.args(arguments).current_dir(root()).env("LC_ALL", "C").output().unwrap()
}

fn validator() -> jsonschema::Validator {
    let text = fs::read_to_string(root().join("cli/tests/sarif/sarif-schema-2.1.0.json")).unwrap();
    // One pattern of the schema closes a bracket that nothing opens, which strict readers of patterns refuse.
    let text = text.replace("{2}]?$", r"{2}\\]?$");
    jsonschema::options().should_validate_formats(true).build(&serde_json::from_str(&text).unwrap()).unwrap()
}

fn log(validator: &jsonschema::Validator, arguments: &[&str]) -> (Value, Option<i32>) {
    let output = motcua(&[&["check", "--format", "sarif"], arguments].concat());
    let log: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{arguments:?}: {error}"));
    let wrong: Vec<String> =
        validator.iter_errors(&log).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(wrong.is_empty(), "{arguments:?}: {wrong:?}");
    (log, output.status.code())
}

#[test]
fn a_log_is_as_the_standard_says() {
    let validator = validator();
    let mut seen = BTreeSet::new();
    for path in ["procedures", "cli/tests/data/bad", "dsl/tests/check/faulty", "dsl/tests/syntax"] {
        let (log, _) = log(&validator, &[path]);
        let run = &log["runs"][0];
        assert_eq!(run["tool"]["driver"]["rules"].as_array().unwrap().len(), FINDINGS.len());
        let mut prints = BTreeSet::new();
        for result in run["results"].as_array().unwrap() {
            let rule = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
            assert_eq!(run["tool"]["driver"]["rules"][rule]["id"], result["ruleId"]);
            assert!(prints.insert(result["partialFingerprints"]["motcua/v1"].to_string()), "{result}");
            seen.extend(["fixes", "relatedLocations"].into_iter().filter(|key| result.get(*key).is_some()));
        }
    }
    assert_eq!(seen.len(), 2, "{seen:?}");
}

#[test]
fn a_result_has_its_places_its_fix_and_its_exit_code() {
    let validator = validator();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a b.tthc");
    let text = "procedure p \"Cấp\" { roles { clerk }\n    on open by clerk -> recêved\n    state received final\n}\n";
    fs::write(&path, text).unwrap();
    let pages = "https://example.org/findings/";
    let (log, code) = log(&validator, &[&path.display().to_string(), "--pages", pages]);
    assert_eq!(code, Some(1));
    let run = &log["runs"][0];
    let result = &run["results"][0];
    assert_eq!(result["message"]["text"], "there is no state `recêved`\ndid you mean `received`?");
    let place = &result["locations"][0]["physicalLocation"];
    let region = json!({ "startLine": 2, "startColumn": 25, "endLine": 2, "endColumn": 32 });
    assert_eq!(place["region"], region);
    let uri = place["artifactLocation"]["uri"].as_str().unwrap();
    assert!(uri.starts_with("file:///") && uri.ends_with("/a%20b.tthc"), "{uri}");
    assert_eq!(result["relatedLocations"][0]["message"]["text"], "`received` stands here");
    let replacement = json!({ "deletedRegion": region, "insertedContent": { "text": "received" } });
    assert_eq!(result["fixes"][0]["artifactChanges"][0]["replacements"], json!([replacement]));
    let rule = &run["tool"]["driver"]["rules"][usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap()];
    assert_eq!(rule["helpUri"], "https://example.org/findings/name-unknown.md");
    assert_eq!(rule["shortDescription"]["text"], "A name stands for nothing.");
}

#[test]
fn what_is_accepted_is_suppressed_with_its_reason_and_known_again() {
    let validator = validator();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("p.tthc");
    let accepts = "accepts name-unused because \"the chair signs from 2026 on\"";
    let text = |line: &str| {
        format!(
            "procedure p {{\n    roles {{ clerk  chair }}\n    {line}\n    on open by clerk -> done\n    state done final\n}}\n"
        )
    };
    let mut results = [text(""), text(accepts)].map(|text| {
        fs::write(&path, text).unwrap();
        let (log, code) = log(&validator, &[&path.display().to_string(), "--deny", "warnings"]);
        (log["runs"][0]["results"].clone(), code)
    });
    assert_eq!((results[0].1, results[1].1), (Some(1), Some(0)));
    let suppressions = results[1].0[0].as_object_mut().unwrap().remove("suppressions").unwrap();
    assert_eq!(suppressions[0]["kind"], "inSource");
    assert_eq!(suppressions[0]["justification"], "the chair signs from 2026 on");
    assert_eq!(suppressions[0]["location"]["physicalLocation"]["region"]["startLine"], 3);
    assert_eq!(results[0].0, results[1].0);
}

#[test]
fn a_wrong_log_is_refused() {
    let validator = validator();
    let (log, code) = log(&validator, &["cli/tests/data/good"]);
    assert_eq!((log["runs"][0]["results"].clone(), code), (json!([]), Some(0)));
    for (at, wrong) in [("/version", json!("2.0")), ("/runs/0/columnKind", json!("bytes")), ("/runs/0/tool", json!({}))]
    {
        let mut log = log.clone();
        *log.pointer_mut(at).unwrap() = wrong;
        assert!(!validator.is_valid(&log), "{at}");
    }
}
