//! Writes a definition of e-PAR in the language: a step is parallel work of one branch, so that its limit encloses its tasks.

use std::fmt::Write as _;

use super::read::{Process, Step};

/// A definition, and what could not be said in the language.
#[derive(Debug)]
pub(crate) struct Converted {
    pub(crate) text: String,
    pub(crate) lost: Vec<String>,
}

/// Returns a name of the language for a code.
pub(crate) fn word(code: &str) -> String {
    code.to_lowercase()
        .split(|c: char| !c.is_alphanumeric())
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join("_")
}

fn label(text: &str) -> String {
    format!("\"{}\"", text.trim().replace('\\', "\\\\").replace('"', "\\\""))
}

/// Returns a limit; nothing for one that is not above 0, which e-PAR writes for "none".
fn within(days: f64, of: &str) -> String {
    match days {
        days if days <= 0.0 => String::new(),
        1.0 => format!(" within 1 working day{of}"),
        days => format!(" within {days} working days{of}"),
    }
}

/// Returns the definition of a procedure.
pub(crate) fn convert(process: &Process) -> Converted {
    let mut lost = Vec::new();
    let groups: Vec<String> = process.steps.iter().fold(Vec::new(), |mut all, step| {
        if !all.contains(&word(&step.group)) {
            all.push(word(&step.group));
        }
        all
    });
    let mut text = format!(
        "use calendar office\n\nprocedure {} {} {{\n    code {}\n    roles {{ {}  citizen outside }}\n",
        word(&process.file),
        label(&process.name),
        label(&process.code),
        groups.join(" "),
    );
    text += &clock(process);
    writeln!(text, "    on open by citizen -> step_1").unwrap();
    for (i, written) in process.steps.iter().enumerate() {
        step(process, i, written, &mut text, &mut lost);
    }
    text += "    state done final\n}\n";
    text += "calendar office {\n    zone \"Asia/Ho_Chi_Minh\"\n    covers 2024 to 2027\n    week mon-fri 07:30-11:30, 13:30-17:00\n}\n";
    Converted { text, lost }
}

/// The stated total; where there is none the clock has no limit, and the checker says so.
fn clock(process: &Process) -> String {
    let limit = match process.total {
        total if total <= 0.0 => String::new(),
        1.0 => "limit 1 working day".to_owned(),
        total => format!("limit {total} working days"),
    };
    let has_total = process.total > 0.0;
    let mut stands: Vec<String> = Vec::new();
    for (i, step) in process.steps.iter().enumerate() {
        // A step of 0 uses nothing of the total.
        if step.time <= 0.0 && has_total {
            stands.push(format!("step_{}", i + 1));
            continue;
        }
        stands.extend(
            step.tasks
                .iter()
                .filter(|task| task.resumes)
                .map(|task| format!("step_{}.work.{}", i + 1, word(&task.code))),
        );
    }
    let suspends = if stands.is_empty() { String::new() } else { format!("  suspends in {}", stands.join(", ")) };
    format!("    clock total {{ {limit}  runs from step_1 until done{suspends} }}\n")
}

fn step(process: &Process, i: usize, step: &Step, text: &mut String, lost: &mut Vec<String>) {
    let name = format!("step_{}", i + 1);
    let stops = step.tasks.iter().any(|task| task.resumes) && process.total > 0.0;
    let of = if stops { " of total" } else { "" };
    writeln!(text, "    parallel {name} {} by {}{} {{", label(&step.name), word(&step.group), within(step.time, of))
        .unwrap();
    writeln!(text, "        branch work by {} {{", word(&step.group)).unwrap();
    let place = |code: &str| {
        let whole = process.steps.iter().enumerate();
        whole
            .flat_map(|(s, step)| step.tasks.iter().enumerate().map(move |(t, task)| (s, t, task)))
            .find(|(.., task)| task.code == code)
    };
    let mut leads_to: Option<String> = None;
    for (t, task) in step.tasks.iter().enumerate() {
        let target = match task.next.as_deref().map(|next| (next, place(next))) {
            None => {
                leads_to = Some("done".to_owned());
                "finished".to_owned()
            }
            // It leads to no task: the name stands for nothing, and the checker says so.
            Some((next, None)) => word(next),
            Some((_, Some((s, _, next)))) if s == i => word(&next.code),
            Some((_, Some((s, 0, _)))) => {
                let to = format!("step_{}", s + 1);
                if leads_to.replace(to.clone()).is_some_and(|known| known != to) {
                    lost.push(format!("{}: the step leads to two others", task.code));
                }
                "finished".to_owned()
            }
            Some((next, Some(_))) => {
                lost.push(format!("{}: leads into the middle of another step, to {next}", task.code));
                "finished".to_owned()
            }
        };
        let initial = if t == 0 { " initial" } else { "" };
        let limit = within(task.time, "");
        let state = word(&task.code);
        writeln!(
            text,
            "            state {state}{initial} {}{limit} {{ on finish_{state} -> {target} }}",
            label(&task.name)
        )
        .unwrap();
    }
    writeln!(text, "            state finished final\n        }}").unwrap();
    // Where all tasks lead to nothing the next step would follow.
    let next = leads_to
        .unwrap_or_else(|| if i + 1 < process.steps.len() { format!("step_{}", i + 2) } else { "done".to_owned() });
    writeln!(text, "        join all -> {next}\n    }}").unwrap();
}
