//! Deadline budgets as a table for people and as JSON for programs: what `motcua check --budget` prints.

use std::fmt::Write as _;

use comfy_table::{ContentArrangement, Table, presets};
use motcua_dsl::{Budget, Hole, Measure, Over, Row, Step, Verdict, Worst};
use motcua_engine::calendar::{Length, Term, Unit};
use serde_json::{Value as Json, json};

use crate::lang::Lang;
use crate::{output, say};

/// Returns budgets as text: for each what was found, the longest way, and a row a state.
pub fn text(budgets: &[Budget], lang: Lang) -> String {
    let mut text = String::new();
    for budget in budgets {
        let kind = if budget.is_parallel { "parallel" } else { "clock" };
        let limit = term(&budget.limit, lang);
        let title = say!(
            lang,
            "budget-title",
            procedure = &budget.procedure,
            version = budget.version,
            kind = kind,
            clock = &budget.name,
            limit = limit.clone()
        );
        let _ = writeln!(text, "{title}");
        let states = match budget.verdict {
            Verdict::Rest => states(&budget.holes),
            _ => states(&budget.others),
        };
        let verdict = say!(lang, "budget-verdict", verdict = word(budget.verdict), states = states);
        let _ = writeln!(text, "  {verdict}");
        if let Some(reason) = budget.why_undecided() {
            let _ = writeln!(text, "  - {}", say!(lang, "budget-undecided", reason = reason));
        }
        for hole in budget.holes.iter().chain(&budget.others) {
            let holder = holder(hole.holder.as_ref(), lang);
            let said = say!(lang, "budget-hole", reason = hole.reason(), state = &hole.state, holder = holder);
            let _ = writeln!(text, "  - {said}");
        }
        for round in &budget.rounds {
            let names: Vec<String> = round.iter().map(|(name, _)| format!("`{name}`")).collect();
            let _ = writeln!(text, "  - {}", say!(lang, "budget-round", states = names.join(", ")));
        }
        if let Some(worst) = &budget.worst {
            told(worst, &limit, lang, &mut text);
        }
        if !budget.states.is_empty() {
            let _ = writeln!(text, "{}", grid(budget, lang).trim_fmt());
        }
        text.push('\n');
    }
    text
}

fn told(worst: &Worst, limit: &str, lang: Lang, text: &mut String) {
    let amount = of(worst.over, lang);
    let over = match (worst.over.late, worst.over.count) {
        (true, _) => "late",
        (false, 0) => "even",
        (false, _) => "left",
    };
    let (start, due, done) = (short(&worst.start.local), short(&worst.due.local), short(&worst.done.local));
    let said = say!(lang, "budget-worst", start = start, due = due, done = done, over = over, amount = amount);
    let _ = writeln!(text, "  {said}");
    if let Some(sum) = worst.sum {
        let sum = Over { late: false, count: sum, measure: worst.over.measure };
        let _ = writeln!(text, "  {}", say!(lang, "budget-sum", sum = of(sum, lang), limit = limit));
    }
    let tried = if let (Some((first, last)), Some(calendar)) = (&worst.tried, &worst.calendar) {
        let (first, last) = (first.to_string(), last.to_string());
        say!(lang, "budget-tried", first = first, last = last, calendar = calendar)
    } else {
        say!(lang, "budget-any-week")
    };
    let _ = writeln!(text, "  {tried}");
    let way: Vec<String> = worst.path.iter().map(named).collect();
    let _ = writeln!(text, "  {}: {}", say!(lang, "budget-critical"), way.join(" → "));
}

/// Returns a step with the longest branch inside of it.
fn named(step: &Step) -> String {
    let name = step.state.as_deref().unwrap_or_default();
    if step.branch.is_empty() {
        return name.to_owned();
    }
    let inside: Vec<String> = step.branch.iter().map(named).collect();
    format!("{name} [{}]", inside.join(" → "))
}

fn grid(budget: &Budget, lang: Lang) -> Table {
    let mut table = Table::new();
    table.load_preset(presets::UTF8_HORIZONTAL_ONLY).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(output::width());
    table.set_header([
        say!(lang, "budget-state"),
        say!(lang, "budget-holder"),
        say!(lang, "budget-limit"),
        say!(lang, "budget-from"),
        say!(lang, "budget-to"),
        say!(lang, "budget-slack"),
    ]);
    let path = budget.worst.as_ref().map(|worst| worst.path.as_slice()).unwrap_or_default();
    for row in &budget.states {
        let holder = match (&row.holder, row.office) {
            (holder, false) if !row.stands => {
                format!("{} ({})", holder.as_deref().unwrap_or("—"), say!(lang, "budget-others"))
            }
            (holder, _) => holder.as_deref().unwrap_or("—").to_owned(),
        };
        let limits = match (row.stands, row.limits.as_slice()) {
            (true, _) => say!(lang, "budget-stands"),
            (false, []) => "—".to_owned(),
            (false, limits) => limits.iter().map(|limit| term(limit, lang)).collect::<Vec<_>>().join(" / "),
        };
        // A state that comes twice on the way has a line for each time.
        let stays: Vec<&Step> =
            steps(path).into_iter().filter(|step| step.state.as_ref() == Some(&row.state)).collect();
        let lines = |side: fn(&Step) -> &str| stays.iter().map(|step| short(side(step))).collect::<Vec<_>>().join("\n");
        table.add_row([
            row.state.to_string(),
            holder,
            limits,
            lines(|step| &step.from.local),
            lines(|step| &step.to.local),
            slack(row, lang),
        ]);
    }
    table
}

fn slack(row: &Row, lang: Lang) -> String {
    match row.slack {
        _ if row.stands => String::new(),
        None => "—".to_owned(),
        Some(over) if over.late => format!("−{}", of(over, lang)),
        Some(over) if over.count == 0 => "0".to_owned(),
        Some(over) => of(over, lang),
    }
}

/// Returns the steps of a way, those of branches behind their parallel.
fn steps(path: &[Step]) -> Vec<&Step> {
    path.iter().flat_map(|step| std::iter::once(step).chain(steps(&step.branch))).collect()
}

fn states(holes: &[Hole]) -> String {
    holes.iter().map(|hole| format!("`{}`", hole.state)).collect::<Vec<_>>().join(", ")
}

fn holder(role: Option<&smol_str::SmolStr>, lang: Lang) -> String {
    role.map_or_else(|| say!(lang, "budget-nobody"), |role| format!("`{role}`"))
}

/// Returns a term in a language; a limit in the data as it is written.
fn term(written: &str, lang: Lang) -> String {
    written.parse::<Term>().map_or_else(|_| written.to_owned(), |term| say::term(lang, &term))
}

/// Returns an amount without its sign.
fn of(over: Over, lang: Lang) -> String {
    let count = over.count.unsigned_abs();
    let length = |unit| u32::try_from(count).ok().and_then(|count| Length::new(count, unit).ok());
    match over.measure {
        Measure::Seconds => say::duration(lang, over.count.abs()),
        Measure::Days => length(Unit::Day).map_or_else(|| count.to_string(), |length| say::length(lang, length)),
        Measure::WorkingDays => {
            length(Unit::WorkingDay).map_or_else(|| count.to_string(), |length| say::length(lang, length))
        }
    }
}

/// Returns an instant to the second without its offset, and without the seconds where they are none.
fn short(local: &str) -> String {
    let text = local.get(..19).unwrap_or(local).replace('T', " ");
    text.strip_suffix(":00").map_or(text.clone(), str::to_owned)
}

fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Kept => "kept",
        Verdict::KeptWithOthers => "kept_with_others",
        Verdict::Rest => "rest",
        Verdict::Exceeded => "exceeded",
        Verdict::MayExceed => "may_exceed",
        Verdict::Unbounded => "unbounded",
        Verdict::NeverEnds => "never_ends",
        Verdict::Undecided => "undecided",
    }
}

/// Returns budgets as JSON.
pub fn json(budgets: &[Budget]) -> Json {
    budgets.iter().map(one).collect()
}

fn one(budget: &Budget) -> Json {
    let hole = |hole: &Hole| json!({ "state": hole.state, "role": hole.holder, "reason": hole.reason() });
    let rounds: Vec<Vec<&str>> =
        budget.rounds.iter().map(|round| round.iter().map(|(name, _)| name.as_str()).collect()).collect();
    json!({
        "procedure": budget.procedure,
        "version": budget.version,
        "clock": (!budget.is_parallel).then_some(&budget.name),
        "parallel": budget.is_parallel.then_some(&budget.name),
        "limit": budget.limit,
        "verdict": word(budget.verdict),
        "undecided": budget.why_undecided(),
        "unbounded": budget.holes.iter().map(hole).collect::<Vec<_>>(),
        "others": budget.others.iter().map(hole).collect::<Vec<_>>(),
        "rounds": rounds,
        "worst": budget.worst.as_ref().map(worst),
        "states": budget.states.iter().map(state).collect::<Vec<_>>(),
    })
}

fn worst(worst: &Worst) -> Json {
    json!({
        "start": worst.start.local,
        "due": worst.due.local,
        "done": worst.done.local,
        "late": worst.over.late,
        "over": over(worst.over),
        "sum": worst.sum,
        "calendar": worst.calendar,
        "tried": worst.tried.map(|(first, last)| json!({ "first": first.to_string(), "last": last.to_string() })),
        "lead": worst.lead.iter().map(step).collect::<Vec<_>>(),
        "path": worst.path.iter().map(step).collect::<Vec<_>>(),
    })
}

/// An amount; below zero it is left.
fn over(over: Over) -> Json {
    json!({ "unit": over.measure, "amount": over.count })
}

fn step(step: &Step) -> Json {
    json!({
        "state": step.state,
        "limit": step.limit,
        "from": step.from.local,
        "to": step.to.local,
        "before": step.before,
        "command": step.by,
        "branch": step.branch.iter().map(self::step).collect::<Vec<_>>(),
    })
}

fn state(row: &Row) -> Json {
    json!({
        "state": row.state,
        "role": row.holder,
        "office": row.office,
        "limits": row.limits,
        "stands_still": row.stands,
        "critical": row.critical,
        "over": row.slack.map(over),
    })
}
