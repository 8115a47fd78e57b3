//! What no test has shown yet, as text and as JSON.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::{Coverage, KINDS, percent};
use crate::lang::Lang;
use crate::say;

/// How wide the names of the kinds are.
const WIDTH: usize = 12;

/// Returns what was shown of each procedure, and by name what was not.
#[must_use]
pub fn text(lang: Lang, all: &[Coverage<'_>]) -> String {
    let mut text = String::new();
    let (tested, untested): (Vec<_>, Vec<_>) = all.iter().partition(|one| one.tests > 0);
    for one in tested {
        let logic = &one.plan.logic;
        let ((seen, count), percent) = (one.count(), percent([one]));
        let (name, version) = (&logic.name, logic.version);
        let title = say!(
            lang,
            "cover-procedure",
            name = name,
            version = version,
            seen = seen,
            count = count,
            percent = percent
        );
        let _ = writeln!(text, "{title}");
        for kind in KINDS {
            let (seen, count) = one.of(kind);
            if count > 0 {
                let (name, of) =
                    (say!(lang, "cover-kind", kind = kind), say!(lang, "cover-of", seen = seen, count = count));
                let _ = writeln!(text, "  {name:<WIDTH$} {of}");
            }
            for item in one.items.iter().filter(|item| item.key.kind() == kind && !item.seen) {
                let place = item.line.as_ref().map(|(_, line)| format!("  {}", say!(lang, "cover-line", line = *line)));
                let missing = match item.beyond {
                    None => say!(lang, "cover-missing", name = item.name),
                    Some(beyond) => say!(lang, "cover-beyond", name = item.name, why = beyond.key()),
                };
                let _ = writeln!(text, "    {missing}{}", place.unwrap_or_default());
            }
        }
    }
    if !untested.is_empty() {
        let names: Vec<_> =
            untested.iter().map(|one| format!("{}@{}", one.plan.logic.name, one.plan.logic.version)).collect();
        let _ = writeln!(text, "{}", say!(lang, "cover-untested", names = names.join(", ")));
    }
    let _ = writeln!(text, "{}", say!(lang, "cover-all", percent = percent(all)));
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
                    let Some(object) = said.as_object_mut() else { return said };
                    if let Some((file, line)) = &item.line {
                        object.insert("file".to_owned(), json!(file));
                        object.insert("line".to_owned(), json!(line));
                    }
                    if let Some(beyond) = item.beyond {
                        object.insert("beyond".to_owned(), json!(beyond.key()));
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
