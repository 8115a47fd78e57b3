//! For programs: `docs/schemas/test.schema.json` describes it.

use motcua_dsl::syntax::Span;
use serde_json::{Value, json};

use super::{Report, title};

/// Returns the run as one object; `coverage` is added where there is one.
///
/// # Errors
/// Where `serde_json` cannot write it, which no run brings about.
pub fn json(report: &Report<'_>, coverage: Option<Value>) -> serde_json::Result<String> {
    let place = |span: Span| {
        let at = report.at(span);
        json!({ "file": at.path, "line": at.line, "column": at.column })
    };
    let tests: Vec<Value> = report
        .all()
        .map(|(scenario, verdict, _)| {
            let failures: Vec<Value> = verdict
                .failures
                .iter()
                .map(|failure| {
                    let mut said =
                        json!({ "at": place(failure.span), "expected": failure.expected, "found": failure.found });
                    if let (Some(edit), Some(said)) = (&failure.edit, said.as_object_mut()) {
                        said.insert("would_pass_with".to_owned(), json!(edit.text));
                    }
                    said
                })
                .collect();
            let mut said = json!({
                "name": scenario.name, "title": title(scenario), "procedure": scenario.procedure,
                "at": place(scenario.row.as_ref().map_or(scenario.span, |(_, span)| *span)),
                "passed": failures.is_empty(), "failures": failures,
            });
            if let Some(said) = said.as_object_mut() {
                if let Some((row, _)) = &scenario.row {
                    said.insert("row".to_owned(), json!(row));
                }
                if !verdict.failures.is_empty() {
                    said.insert(
                        "story".to_owned(),
                        json!(verdict.story.lines().map(str::trim_start).collect::<Vec<_>>()),
                    );
                    let drawn = verdict.drawn.iter().map(|(name, value)| (name.clone(), json!(value)));
                    said.insert("drawn".to_owned(), Value::Object(drawn.collect()));
                }
            }
            said
        })
        .collect();
    let (all, failed) = (tests.len(), report.failed());
    let mut whole = json!({ "format": 1, "tests": all, "passed": all - failed, "failed": failed, "results": tests });
    if let (Some(coverage), Some(keys)) = (coverage, whole.as_object_mut()) {
        keys.insert("coverage".to_owned(), coverage);
    }
    Ok(serde_json::to_string_pretty(&whole)? + "\n")
}
