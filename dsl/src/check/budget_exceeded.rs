//! The states on a way may together take longer than the clock around them allows.
//!
//! # What
//! Every state keeps its own limit, and the clock that runs over them is still missed: the sum is too large on some way, from
//! some day. The same of the `within` of a parallel and the states of its branches. An error; a warning where guards that
//! nobody can compare, what a script makes of a field, or a ladder that takes a command may keep dossiers from that way.
//!
//! # Why
//! An office that follows such a text is late without anybody having done wrong. The finding names the way, and a day and
//! time from which it happens: not every beginning is as bad, where limits count from a cutoff, in halves or in different units.
//! Time in which the clock stands still is not counted, and a restart begins anew. Where it matters when the clock goes on (working days
//! and calendar days take each other's time at Tết), the finding names such days too. What is asked once the clock has run
//! out suspends nothing of it. `motcua check --budget` prints the whole sum.
//!
//! # Wrong
//! ```tthc
//! procedure permit {
//!     roles { clerk  chair }
//!     clock processing { limit 5 working days  runs from received until done }
//!     on open by clerk -> received
//!     state received by clerk within 3 working days { on propose -> signing }
//!     state signing by chair within 3 working days { on sign -> done }
//!     state done final
//! }
//! ```
//!
//! # Right
//! ```tthc
//! procedure permit {
//!     roles { clerk  chair }
//!     clock processing { limit 5 working days  runs from received until done }
//!     on open by clerk -> received
//!     state received by clerk within 3 working days { on propose -> signing }
//!     state signing by chair within 2 working days { on sign -> done }
//!     state done final
//! }
//! ```

use crate::budget::{Budget, Step, Verdict, Worst};
use crate::diagnostic::Finding;
use crate::model::Model;
use crate::sentence::{Sentence, say};

pub(crate) const ID: &str = "budget-exceeded";

/// So many states are pointed at; the others are named.
const SHOWN: usize = 4;

pub(super) fn check(model: &Model<'_>, findings: &mut Vec<Finding>) {
    for budget in &model.budgets {
        let Some(worst) = &budget.worst else { continue };
        match budget.verdict {
            Verdict::Exceeded => findings.push(tell(Finding::error, budget, worst)),
            Verdict::MayExceed => findings.push(tell(Finding::warning, budget, worst)),
            _ => {}
        }
    }
}

fn tell(
    finding: fn(&'static str, Sentence, crate::syntax::Span) -> Finding,
    budget: &Budget,
    worst: &Worst,
) -> Finding {
    let steps: Vec<&Step> = spending(&worst.path);
    let mut names: Vec<&str> = Vec::new();
    let ran_out = steps.iter().position(|step| step.stands && step.from.at > worst.due.at);
    let told = steps.iter().take(ran_out.unwrap_or(steps.len())).filter(|step| !step.stands);
    for name in told.filter_map(|step| step.state.as_deref()) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let names = super::listed(names.into_iter());
    let what = if budget.is_parallel { "the limit of " } else { "" };
    let together = if steps.iter().filter(|step| !step.stands).count() > 1 { " together" } else { "" };
    let message = match worst.sum {
        _ if ran_out.is_some() => say!(
            "{names} may be done only after {what}`{budget}` has run out, and what is asked then suspends nothing of it",
            names,
            what = Sentence::from(what),
            budget = budget.name
        ),
        Some(sum) => {
            let allowed = sum - worst.over.count;
            say!(
                "{names} may take {sum} working days{together}, and {what}`{budget}` allows {allowed}",
                names,
                sum,
                together = Sentence::from(together),
                what = Sentence::from(what),
                budget = budget.name,
                allowed
            )
        }
        None => {
            say!(
                "{names} may take {amount} longer{together} than {what}`{budget}` allows",
                names,
                amount = worst.over.amount(),
                together = Sentence::from(together),
                what = Sentence::from(what),
                budget = budget.name
            )
        }
    };
    let (start, due, done) = (short(&worst.start.local), short(&worst.due.local), short(&worst.done.local));
    let mut finding = finding(ID, message, budget.limit_span).here(say!(
        "begun {start}, due {due}, done at the latest {done}",
        start,
        due,
        done
    ));
    let last = steps.iter().enumerate().filter(|(_, step)| !step.stands).map(|(i, _)| i).nth(SHOWN);
    for step in steps.iter().take(last.unwrap_or(steps.len())) {
        let local = short(&step.to.local);
        let limit = step.limit.as_deref().unwrap_or("so long");
        finding = finding.because(
            step.span,
            if step.stands {
                say!("the clock stands still until {local}", local)
            } else {
                say!("{limit}, until {local}", limit, local)
            },
        );
    }
    let amount = worst.over.amount();
    finding.help(match budget.verdict {
        _ if ran_out.is_some() => {
            "let the states before end sooner: with the working day, without `at 24:00`, or a day earlier".into()
        }
        Verdict::MayExceed => {
            say!("take {amount} off them, or let guards show that no dossier takes this way", amount)
        }
        _ => say!("take {amount} off them, or let the clock stand still where others act: `suspends in …`", amount),
    })
}

/// Returns the steps that take time, those of the longest branch in place of a parallel without a limit of its own.
fn spending(path: &[Step]) -> Vec<&Step> {
    let mut found = Vec::new();
    for step in path.iter().filter(|step| step.to.at > step.from.at) {
        let inner = spending(&step.branch);
        if step.limit.is_none() && !inner.is_empty() || step.branch.last().is_some_and(|last| last.to == step.to) {
            // Of branches side by side only the longest counts.
            found.retain(|before: &&Step| inner.first().is_none_or(|first| before.from.at < first.from.at));
            found.extend(inner);
        } else {
            found.push(step);
        }
    }
    in_a_row(found)
}

/// Returns those steps that lead to the last one: others that branches take meanwhile add nothing.
fn in_a_row(steps: Vec<&Step>) -> Vec<&Step> {
    let mut found: Vec<&Step> = Vec::with_capacity(steps.len());
    for step in steps.into_iter().rev() {
        if found.last().is_none_or(|next| step.to.at <= next.from.at) {
            found.push(step);
        }
    }
    found.reverse();
    found
}

/// Returns an instant without the offset from UTC.
fn short(local: &str) -> String {
    local.get(..19).unwrap_or(local).replace('T', " ")
}
