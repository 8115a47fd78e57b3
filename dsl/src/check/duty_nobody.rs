//! Nobody may act.
//!
//! # What
//! A state knows commands, and neither the command says who may give it nor does anybody hold the state. Or a role is
//! bound to no office in a unit that handles the procedure. Or a clock `reappoints` without `by`, and no office holds a
//! state; or notices go on `until acknowledged`, and the rung tells nobody who could do that.
//!
//! # Why
//! A command without `by` is given by the role that holds the state. Without one nobody may give it, and the dossier lies
//! there. A role without an office is nobody.
//!
//! # Wrong
//! ```tthc
//! procedure permit {
//!     roles { clerk }
//!     on open by clerk -> received
//!     state received { on finish -> done }
//!     state done final
//! }
//! ```
//!
//! # Right
//! ```tthc
//! procedure permit {
//!     roles { clerk }
//!     on open by clerk -> received
//!     state received by clerk { on finish -> done }
//!     state done final
//! }
//! ```

use std::collections::{HashMap, HashSet};

use crate::diagnostic::Finding;
use crate::model::{Commands, Model, Origin, Procedure, RuleTrigger};
use crate::resolve::flat;
use crate::sentence::say;
use crate::syntax::{Action, OrgUnit, Organisation, RecordValue, RungAt, Span, Word};

const ID: &str = "duty-nobody";

pub(super) fn check(model: &Model<'_>, findings: &mut Vec<Finding>) {
    for procedure in &model.procedures {
        if procedure.lost {
            continue;
        }
        commands(procedure, findings);
        clocks(procedure, findings);
        if let Some(organisation) = procedure.organisation {
            offices(procedure, organisation, findings);
        }
    }
}

/// Says once per state that nobody may give its commands, with the first of them.
fn commands(procedure: &Procedure<'_>, findings: &mut Vec<Finding>) {
    let mut first: HashMap<usize, Span> = HashMap::new();
    for rule in &procedure.rules {
        let RuleTrigger::Command(_) = rule.trigger else { continue };
        if !rule.transition.by.is_empty() {
            continue;
        }
        if rule.origin == Origin::Start {
            let message =
                say!("nobody may give `{ommands}`: no state is held before the opening", ommands = Commands::OPEN);
            let finding = Finding::error(ID, message, rule.transition.span);
            findings.push(finding.help("say who opens a dossier: `on open by ROLE …`"));
        }
        for state in procedure.sources(rule) {
            first.entry(state).or_insert(rule.transition.span);
        }
    }
    for (i, state) in procedure.syntax.states.iter().enumerate() {
        if let (None, None, Some(command)) = (&state.by, state.is_final, first.get(&i)) {
            let message = say!("nobody holds `{state}`, so nobody may give its commands", state = state.name.text);
            let finding = Finding::error(ID, message, state.name.span).because(*command, "this command has no `by`");
            let short = state.name.text.rsplit('.').next().unwrap_or_default();
            let help = match (&state.parallel, state.inside.and_then(|inside| procedure.branch(inside))) {
                (Some(_), _) => say!("say who may give it: `on … by ROLE`, or `parallel {short} by ROLE`", short),
                (None, Some((_, branch))) => {
                    say!("say who holds it: `branch {branch} by ROLE`", branch = branch.name.text)
                }
                (None, None) => say!("say who holds it: `state {short} by ROLE`", short),
            };
            findings.push(finding.help(help));
        }
    }
}

/// Says where nobody may move a promised date, or acknowledge a notice.
fn clocks(procedure: &Procedure<'_>, findings: &mut Vec<Finding>) {
    let inside = |name: &Word| {
        let role = procedure.roles.get(&name.text).and_then(|role| procedure.syntax.roles.get(role));
        role.is_none_or(|role| !role.outside)
    };
    let mut holders =
        procedure.syntax.states.iter().filter(|state| state.is_final.is_none()).filter_map(|s| s.by.as_ref());
    let held = holders.any(inside);
    for clock in &procedure.syntax.clocks {
        if let Some(reappoints) = clock.reappoints.as_ref().filter(|reappoints| reappoints.by.is_empty() && !held) {
            let message = say!("nobody may re-appoint `{clock}`: no office holds a state", clock = clock.name.text);
            let finding = Finding::error(ID, message, reappoints.span);
            findings.push(finding.help("say who may: `reappoints once by ROLE`"));
        }
        for rung in &clock.rungs {
            let RungAt::Every { until: Some(until), .. } = &rung.at else { continue };
            let tells = rung.actions.iter().any(|action| matches!(action, Action::Notify(..)));
            if until.by.is_empty() && !tells {
                let finding = Finding::error(ID, "nobody may acknowledge this: the rung notifies nobody", until.span);
                findings
                    .push(finding.because(rung.span, "it is repeated here").help("write `until acknowledged by ROLE`"));
            }
        }
    }
}

/// Says once per role where no office does what it should.
fn offices(procedure: &Procedure<'_>, organisation: &Organisation, findings: &mut Vec<Finding>) {
    let units = flat(&organisation.units);
    let bound: HashMap<&str, HashSet<&str>> = units
        .iter()
        .map(|(unit, _)| {
            (unit.name.text.as_str(), unit.bindings.iter().flat_map(|b| &b.roles).map(|r| r.text.as_str()).collect())
        })
        .collect();
    let handling = handling(procedure, &units, &bound);
    for (role, used) in procedure.syntax.roles.iter().zip(&procedure.used.roles) {
        let name = role.name.text.as_str();
        if role.outside || !used {
            continue;
        }
        let somewhere = bound.values().any(|roles| roles.contains(name));
        let has_office = |unit: &OrgUnit| bound.get(unit.name.text.as_str()).is_some_and(|roles| roles.contains(name));
        let without: Vec<&OrgUnit> = handling.iter().copied().filter(|unit| !has_office(unit)).collect();
        if somewhere && without.is_empty() {
            continue;
        }
        let message = if somewhere {
            let names = super::listed(without.iter().map(|unit| unit.name.text.as_str()));
            say!("the role `{name}` is bound to no office in {names}", name, names)
        } else {
            say!(
                "the role `{name}` is bound to no office of `{organisation}`",
                name,
                organisation = organisation.name.text
            )
        };
        let mut finding = Finding::error(ID, message, role.name.span);
        let places = without.iter().map(|unit| unit.name.span).take(3);
        for span in if somewhere { places.collect() } else { vec![organisation.name.span] } {
            finding = finding.because(span, "no office here does what the role does");
        }
        findings.push(
            finding.help(say!(
                "write `bind {name} to OFFICE` (or `UNIT.OFFICE`) there, or mark the role as `outside`",
                name
            )),
        );
    }
}

/// Returns the units that handle a procedure: those of its level, where it names one that units have, or else those
/// that bind any of its roles.
fn handling<'o>(
    procedure: &Procedure<'_>,
    units: &[(&'o OrgUnit, Option<&'o OrgUnit>)],
    bound: &HashMap<&str, HashSet<&str>>,
) -> Vec<&'o OrgUnit> {
    let level = procedure.syntax.record.iter().find(|line| line.key.text == "level").map(|line| match &line.value {
        RecordValue::Word(word) => word.text.as_str(),
        RecordValue::Text(text) => text.text.as_str(),
        _ => "",
    });
    let of_level = |unit: &&OrgUnit| level.is_some() && unit.level.as_ref().map(|word| word.text.as_str()) == level;
    let found: Vec<_> = units.iter().map(|(unit, _)| *unit).filter(of_level).collect();
    if !found.is_empty() {
        return found;
    }
    let inside: Vec<&str> =
        procedure.syntax.roles.iter().filter(|role| !role.outside).map(|role| role.name.text.as_str()).collect();
    let binds = |unit: &&OrgUnit| {
        bound.get(unit.name.text.as_str()).is_some_and(|roles| inside.iter().any(|role| roles.contains(role)))
    };
    units.iter().map(|(unit, _)| *unit).filter(binds).collect()
}
