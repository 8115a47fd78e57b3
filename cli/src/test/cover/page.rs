//! A page with the graphs: what was shown is green, what was not is red.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use motcua_engine::plan::Trigger;

use super::{Coverage, KINDS, Key, percent};
use crate::graph::Edge;
use crate::lang::Lang;
use crate::{graph, say, sketch};

const STYLE: &str = "\
body{font-family:'Noto Sans','Segoe UI',Arial,sans-serif;margin:2em;color:#111827}h2{margin-top:2em}\
svg{max-width:100%;height:auto;border:1px solid #e5e7eb}table{border-collapse:collapse}\
td,th{border:1px solid #d1d5db;padding:.25em .6em;text-align:left;vertical-align:top}\
.yes{color:#166534}.no{color:#991b1b}.beyond{color:#6b7280}\
.shown>.box{fill:#dcfce7!important}.unshown>.box{fill:#fee2e2!important;stroke-dasharray:4 3}\
.shown>.line{stroke:#15803d!important}.shown>.tip{fill:#15803d!important}\
.unshown>.line{stroke:#b91c1c!important}.unshown>.tip{fill:#b91c1c!important}\
.partly>.line{stroke:#b45309!important}.partly>.tip{fill:#b45309!important}";

/// Returns the page, which needs nothing besides itself.
#[must_use]
pub fn page(lang: Lang, all: &[Coverage<'_>]) -> String {
    let mut page = format!(
        "<!DOCTYPE html>\n<html lang=\"{}\"><head><meta charset=\"utf-8\"><title>{}</title>\
         <style>{STYLE}</style></head><body>\n<h1>{}</h1>\n",
        lang.code(),
        say!(lang, "cover-title"),
        say!(lang, "cover-title-percent", percent = percent(all))
    );
    for one in all {
        let logic = &one.plan.logic;
        let title = one.plan.words.label.as_deref().unwrap_or_default();
        let (seen, count) = one.count();
        let (name, version) = (escaped(&logic.name), logic.version);
        let head = say!(lang, "cover-head", name = name, version = version, seen = seen, count = count);
        let _ = writeln!(page, "<h2 id=\"{name}-{version}\">{head}</h2><p>{}</p>", escaped(title));
        if one.tests == 0 {
            let _ = writeln!(page, "<p class=\"no\">{}</p>", say!(lang, "cover-no-test"));
            continue;
        }
        page.push_str(&coloured(one));
        page.push_str("<table>\n");
        for kind in KINDS {
            let own: Vec<_> = one.items.iter().filter(|item| item.key.kind() == kind).collect();
            if own.is_empty() {
                continue;
            }
            let _ = write!(page, "<tr><th>{}</th><td>", say!(lang, "cover-kind", kind = kind));
            for item in own {
                let (class, mark, name) = match item.beyond.filter(|_| !item.seen) {
                    Some(beyond) => ("beyond", "–", say!(lang, "cover-beyond", name = item.name, why = beyond.key())),
                    None if item.seen => ("yes", "✓", item.name.clone()),
                    None => ("no", "✗", item.name.clone()),
                };
                let _ = write!(page, "<div class=\"{class}\">{mark} {}</div>", escaped(&name));
            }
            page.push_str("</td></tr>\n");
        }
        page.push_str("</table>\n");
    }
    page.push_str("</body></html>\n");
    page
}

/// Returns the graph of a procedure with a class on every box and line: their tool tips say which they are.
fn coloured(one: &Coverage<'_>) -> String {
    let drawing = sketch::drawing(one.plan);
    let graph = &one.plan.logic.graph;
    let seen = |key: Key| one.items.iter().any(|item| item.key == key && item.seen);
    let mut states: BTreeMap<String, bool> = BTreeMap::new();
    for (id, state) in graph.states() {
        states.insert(escaped(&state.name), seen(Key::State(id)));
    }
    // Several transitions may look the same in the picture.
    let mut lines: BTreeMap<String, (bool, bool)> = BTreeMap::new();
    let mut edges = drawing.edges.iter().peekable();
    for (id, from, to, way) in graph.transitions() {
        let shown = seen(Key::Transition(id));
        let name = |id| graph.state(id).map(|state| state.name.as_str()).unwrap_or_default();
        // A join is drawn from where each branch is done.
        let joins = |edge: &&Edge| edge.to == name(to) && edge.from != name(from);
        let mut is_first = way.trigger != Trigger::Join;
        while let Some(edge) = edges.next_if(|edge| is_first || way.trigger == Trigger::Join && joins(edge)) {
            is_first = false;
            let tip = escaped(&format!("{} --{}→ {}", edge.from, edge.label, edge.to));
            let known = lines.entry(tip).or_insert((false, false));
            known.0 |= shown;
            known.1 |= !shown;
        }
    }
    let svg = graph::svg(&drawing);
    let mut out = String::with_capacity(svg.len());
    let mut parts = svg.split("<g><title>");
    out.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let tip = part.split("</title>").next().unwrap_or_default();
        let told: Vec<(bool, bool)> = tip
            .lines()
            .filter_map(|line| lines.iter().find(|(known, _)| line.starts_with(known.as_str())).map(|(_, seen)| *seen))
            .collect();
        let state = tip.lines().next().and_then(|id| states.get(id));
        let class = match (state, told.iter().any(|seen| seen.0), told.iter().any(|seen| seen.1)) {
            (Some(true), ..) | (None, true, false) => "shown",
            (Some(false), ..) | (None, false, true) => "unshown",
            (None, true, true) => "partly",
            (None, false, false) => "",
        };
        let _ = write!(out, "<g class=\"{class}\"><title>{part}");
    }
    out
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&apos;")
}
