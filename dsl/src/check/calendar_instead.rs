//! `instead of` names no rule that gives days in that year.
//!
//! # What
//! The name stands at no rule of the calendar or of those underneath, the rule gives nothing in that year, or `as` and
//! `instead of` stand at the wrong kind of line.
//!
//! # Why
//! An announced holiday takes the place of what the rule would give. Where it takes the place of nothing, both count.
//!
//! # Wrong
//! ```tthc
//! calendar office {
//!     zone "Asia/Ho_Chi_Minh"
//!     covers 2024 to 2026
//!     week mon-fri 08:00-12:00
//!     off every lunar last day to 01-04 "Tết" as tet
//!     off 2024-02-08 to 2024-02-14 "Tết Giáp Thìn" instead of tett
//! }
//! ```
//!
//! # Right
//! ```tthc
//! calendar office {
//!     zone "Asia/Ho_Chi_Minh"
//!     covers 2024 to 2026
//!     week mon-fri 08:00-12:00
//!     off every lunar last day to 01-04 "Tết" as tet
//!     off 2024-02-08 to 2024-02-14 "Tết Giáp Thìn" instead of tet
//! }
//! ```

use crate::diagnostic::Finding;
use crate::lower::calendar::rules::{holds, replaced};
use crate::model::Model;
use crate::resolve::{Near, nearest};
use crate::sentence::say;
use crate::syntax::{OffDays, OffLine, Word};

const ID: &str = "calendar-instead";

pub(super) fn check(model: &Model<'_>, findings: &mut Vec<Finding>) {
    for calendar in model.calendars.iter().filter(|calendar| !model.is_lost(calendar.span)) {
        let layers = model.layers(calendar);
        if layers.iter().any(|layer| model.is_lost(layer.span)) {
            continue;
        }
        let rules: Vec<(&OffLine, &Word)> = layers
            .iter()
            .flat_map(|layer| &layer.off)
            .filter_map(|line| line.rule.as_ref().map(|name| (line, name)))
            .collect();
        for line in &calendar.off {
            match (line.days, &line.rule, line.instead.first()) {
                (OffDays::Run(..), Some(name), _) => {
                    let finding = Finding::error(ID, "a name by `as` is for rules of every year", name.span);
                    findings.push(finding.help("leave `as` out, or write `off every …`"));
                }
                (OffDays::Every { .. }, _, Some(name)) => {
                    let message = "a rule of every year stands instead of no other one";
                    let finding = Finding::error(ID, message, name.span);
                    findings.push(finding.help("let the other rule end by `until`, and this one begin by `from`"));
                }
                (OffDays::Run(..), None, _) => {
                    findings.extend(line.instead.iter().filter_map(|name| named(line, name, &rules)));
                }
                _ => {}
            }
        }
    }
}

/// Reports a name behind `instead of` that stands for no rule, or for one that gives nothing then.
fn named(line: &OffLine, name: &Word, rules: &[(&OffLine, &Word)]) -> Option<Finding> {
    let meant: Vec<_> = rules.iter().filter(|(_, rule)| rule.text == name.text).collect();
    let Some((rule, _)) = meant.first() else {
        let finding = Finding::error(ID, say!("no rule is called `{name}`", name = name.text), name.span);
        let near = nearest(&name.text, rules.iter().map(|(_, rule)| (rule.text.as_str(), Some(rule.span))));
        return Some(match near {
            Some(Near { name: near, declared: Some(at), .. }) => {
                finding.because(at, "declared here").help(say!("did you mean `{near}`?", near))
            }
            _ => finding.help("name the rule: `off every … as NAME`"),
        });
    };
    if meant.iter().any(|(rule, _)| replaced(rule, line).is_some_and(|year| holds(rule, year))) {
        return None;
    }
    let OffDays::Run(first, _) = line.days else { return None };
    let year = replaced(rule, line).unwrap_or_else(|| first.year());
    let finding = Finding::error(ID, say!("rule `{name}` gives nothing in {year}", name = name.text, year), name.span);
    Some(finding.because(rule.span, "the rule").help("leave `instead of` out, or correct the years of the rule"))
}
