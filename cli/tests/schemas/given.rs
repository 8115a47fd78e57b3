//! What the tests of schemas are made of: the program's output, and documents that one wrong thing makes of it.

use jsonschema::Validator;
use serde_json::{Value, json};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

pub(crate) fn schema(name: &str) -> Validator {
    let path = root().join(format!("docs/schemas/{name}.schema.json"));
    let schema: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    jsonschema::meta::validate(&schema).unwrap_or_else(|error| panic!("{name}: {error}"));
    jsonschema::validator_for(&schema).unwrap()
}

/// Runs the program at the root of the project and returns what it writes.
pub(crate) fn motcua(arguments: &[&str], input: &str) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_motcua"));
    command.args(arguments).current_dir(root()).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_owned();
    // A program that refuses its definitions reads no input.
    let writer = std::thread::spawn(move || drop(stdin.write_all(input.as_bytes())));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

/// Returns the documents of an output, each valid.
pub(crate) fn valid(validator: &Validator, output: &str, what: &str) -> Vec<Value> {
    let documents: Vec<Value> = serde_json::Deserializer::from_str(output).into_iter().map(Result::unwrap).collect();
    for document in &documents {
        if let Some(error) = validator.iter_errors(document).next() {
            panic!("{what}: {error} at `{}` of {document}", error.instance_path());
        }
    }
    documents
}

/// Returns every document that one wrong thing makes of a good one: an unknown key, a value of no kind that anything has.
///
/// What stands below a key of `free` is somebody else's.
pub(crate) fn spoiled(document: &Value, free: &[&str]) -> Vec<(String, Value)> {
    fn places(value: &Value, at: &str, free: &[&str], found: &mut Vec<String>) {
        if free.iter().any(|key| at.ends_with(key)) {
            return;
        }
        found.push(at.to_owned());
        match value {
            Value::Object(keys) => keys.iter().for_each(|(key, value)| {
                places(value, &format!("{at}/{}", key.replace('~', "~0").replace('/', "~1")), free, found);
            }),
            Value::Array(items) => {
                items.iter().enumerate().for_each(|(i, value)| places(value, &format!("{at}/{i}"), free, found));
            }
            _ => {}
        }
    }
    let mut at = Vec::new();
    places(document, "", free, &mut at);
    let mut wrong = Vec::new();
    for place in at {
        let change = |with: &dyn Fn(&mut Value)| {
            let mut changed = document.clone();
            with(changed.pointer_mut(&place).unwrap());
            changed
        };
        wrong.push((format!("a strange value at `{place}`"), change(&|value| *value = json!({ "surprise": [[]] }))));
        if document.pointer(&place).unwrap().is_object() {
            wrong.push((format!("an unknown key in `{place}`"), change(&|value| value["surprise"] = json!([[]]))));
        }
    }
    wrong
}

/// Says whether a schema refuses a document whatever is wrong with it.
pub(crate) fn refuses(validator: &Validator, document: &Value, free: &[&str], required: &[&str]) {
    assert!(validator.is_valid(document), "{document}");
    for (what, wrong) in spoiled(document, free) {
        assert!(!validator.is_valid(&wrong), "{what} is taken for right: {wrong}");
    }
    for key in required {
        let mut wrong = document.clone();
        assert!(wrong.as_object_mut().unwrap().remove(*key).is_some(), "`{key}` in {document}");
        assert!(!validator.is_valid(&wrong), "without `{key}` it is taken for right: {wrong}");
    }
    assert!(!validator.is_valid(&json!([])) && !validator.is_valid(&json!({})) && !validator.is_valid(&Value::Null));
}

/// Returns the folders of the cases, which hold a definition and stories each.
pub(crate) fn cases() -> Vec<PathBuf> {
    let mut cases: Vec<PathBuf> =
        fs::read_dir(root().join("tests/cases")).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.retain(|path| path.is_dir());
    cases.sort();
    cases
}

pub(crate) fn text(path: &Path) -> String {
    path.display().to_string()
}

/// Returns the journal that a file of commands leads to, in a folder that goes with it.
pub(crate) fn journal(procedures: &str, commands: &str) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = text(&folder.path().join("journal"));
    motcua(&["run", commands, "--procedures", procedures, "--journal", &path], "");
    (folder, path)
}

/// Returns a document with but one thing in each list: what is wrong with one is wrong with all.
pub(crate) fn thinned(document: &Value) -> Value {
    match document {
        Value::Array(items) => items.iter().take(1).map(thinned).collect(),
        Value::Object(keys) => keys.iter().map(|(key, value)| (key.clone(), thinned(value))).collect(),
        _ => document.clone(),
    }
}
