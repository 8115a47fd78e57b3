//! What no test has shown yet, as text and as JSON.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::{Coverage, KINDS, percent};

/// Returns what was shown of each procedure, and by name what was not.
#[must_use]
pub fn text(all: &[Coverage<'_>]) -> String {
    let mut text = String::new();
    let (tested, untested): (Vec<_>, Vec<_>) = all.iter().partition(|one| one.tests > 0);
    for one in tested {
        let logic = &one.plan.logic;
        let (seen, count) = one.count();
        let _ =
            writeln!(text, "{}, version {}: {seen} of {count} shown ({}%)", logic.name, logic.version, percent([one]));
        for kind in KINDS {
            let own = || one.items.iter().filter(|item| item.key.kind() == kind);
            let (seen, count) = (own().filter(|item| item.seen).count(), own().count());
            if count > 0 {
                let _ = writeln!(text, "  {kind:<12} {seen} of {count}");
            }
            for item in own().filter(|item| !item.seen) {
                let place = item.line.as_ref().map(|(_, line)| format!("  (line {line})")).unwrap_or_default();
                let _ = writeln!(text, "    not shown: {}{place}", item.name);
            }
        }
    }
    if !untested.is_empty() {
        let names: Vec<_> =
            untested.iter().map(|one| format!("{}@{}", one.plan.logic.name, one.plan.logic.version)).collect();
        let _ = writeln!(text, "no test at all: {}", names.join(", "));
    }
    let _ = writeln!(text, "all together: {}%", percent(all));
    text
}

/// Returns the same for programs.
#[must_use]
pub fn json(all: &[Coverage<'_>]) -> Value {
    let procedures: Vec<Value> = all
        .iter()
        .map(|one| {
            let items: Vec<Value> = one
                .items
                .iter()
                .map(|item| {
                    let mut said = json!({ "kind": item.key.kind(), "name": item.name, "shown": item.seen });
                    if let (Some((file, line)), Some(said)) = (&item.line, said.as_object_mut()) {
                        said.insert("file".to_owned(), json!(file));
                        said.insert("line".to_owned(), json!(line));
                    }
                    said
                })
                .collect();
            let (seen, count) = one.count();
            json!({
                "procedure": one.plan.logic.name, "version": one.plan.logic.version, "tests": one.tests,
                "shown": seen, "of": count, "items": items,
            })
        })
        .collect();
    json!({ "percent": percent(all), "procedures": procedures })
}
