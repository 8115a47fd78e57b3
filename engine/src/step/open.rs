//! Opens a dossier.

use smol_str::SmolStr;

use super::decide::{Attempted, Run, cause, effective, invalid, known};
use super::idempotency::body;
use super::{Draft, Step};
use crate::command::{Answer, Command, Opening, Refusal};
use crate::event::{Effect, Opened};
use crate::plan::Graph;
use crate::world::{Procedure, World, nfc};
use crate::{Day, Instant};

/// The longest id that a dossier may have, in bytes.
const LONGEST_ID: usize = 256;

/// Returns the events that open a dossier.
pub(super) fn open(
    world: &World,
    command: &Command,
    opening: &Opening,
    now: Instant,
    corrects: bool,
) -> Result<Answer, Refusal> {
    if opening.dossier.is_empty() || opening.dossier.len() > LONGEST_ID {
        return Err(invalid("dossier", format!("an id has 1 to {LONGEST_ID} bytes")));
    }
    let latest = latest(world, opening)?;
    // The zone and the day are those of the procedure's own calendar; its latest version says which one that is.
    let calendar = world.calendar_for(&opening.unit, latest);
    let at = effective(command, Instant::MIN, now, calendar)?;
    let procedure = procedure(world, opening, calendar.local(at).0)?;
    if world.organisation().is_some() && world.unit(&opening.unit).is_none() {
        return Err(invalid("unit", format!("`{}` is no unit of the organisation", opening.unit)));
    }
    let mut nothing = super::fold::unopened();
    nothing.unit = SmolStr::new(nfc(&opening.unit));
    let run = Run::new(world, procedure, &nothing, now);
    let mut run = if corrects { run.correcting() } else { run };
    let step = run.step(at);
    let id =
        known(step, "open").ok_or_else(|| invalid("procedure", format!("`{}` cannot be opened", opening.procedure)))?;
    let role = step.acting(&command.actor, &command.role)?;
    run.told_in_time(command, role, at)?;
    // That somebody else may open it another way matters only where nobody of this role could.
    let (mut refusal, mut may) = (None, Vec::new());
    let ways = |otherwise: bool| {
        let known = procedure.on_command(Graph::START, id);
        known
            .filter_map(|way| Some((way, procedure.transition(way.id)?)))
            .filter(move |(_, t)| t.otherwise == otherwise)
    };
    for (way, transition) in ways(false).chain(ways(true)) {
        // As with every command: what one of the others needs and lacks is no reason for `otherwise`.
        if transition.otherwise && matches!(refusal, Some(Refusal::Invalid { .. })) {
            break;
        }
        if !transition.by.is_empty() && role.is_none_or(|role| !transition.by.contains(&role)) {
            may.extend(transition.by.iter().filter(|role| !may.contains(*role)).copied().collect::<Vec<_>>());
            continue;
        }
        let effects = vec![self::opening(step, &opening.dossier, &nothing.unit)];
        match step.attempt(command, Graph::START, way, transition, effects)? {
            Attempted::Taken(mut effects, brought) => {
                step.hand(&command.actor, id, &mut effects);
                let cause = cause(command, body(command), id, role, Some(way.id), brought);
                run.push(at, cause, Draft { effects, ..Draft::default() });
                run.settle(at).map_err(Refusal::Fault)?;
                return Ok(Answer::Accepted(run.counted()));
            }
            Attempted::Wrong(problems) => {
                refusal.get_or_insert(Refusal::Invalid { problems });
            }
            Attempted::GuardSaidNo(said) => {
                let command = command.command.clone();
                let (states, possible) = (Vec::new(), vec![SmolStr::new_static("open")]);
                refusal.get_or_insert(Refusal::NotApplicable { command, states, possible, guards: vec![said] });
            }
        }
    }
    let barred = || {
        let name = |role: &crate::RoleId| procedure.plan.logic.roles.get(role.index()).map(|(name, _)| name.clone());
        let may = may.iter().filter_map(name).collect();
        Refusal::NotPermitted { command: "open".into(), role: command.role.clone(), may }
    };
    Err(refusal.unwrap_or_else(barred))
}

fn latest<'w>(world: &'w World, opening: &Opening) -> Result<&'w Procedure, Refusal> {
    let name = &opening.procedure;
    world.latest(name).ok_or_else(|| {
        let known = world.names().join(", ");
        invalid("procedure", format!("`{name}` is not known; known are: {known}"))
    })
}

fn procedure<'w>(world: &'w World, opening: &Opening, day: Day) -> Result<&'w Procedure, Refusal> {
    let name = &opening.procedure;
    world.version(name, opening.version, day).ok_or_else(|| {
        let which = opening.version.map_or_else(|| format!("is in force on {day}"), |n| format!("has the number {n}"));
        invalid("version", format!("no version of `{name}` {which}"))
    })
}

/// Returns the effect with which a dossier begins.
pub(crate) fn opening(step: Step<'_>, dossier: &SmolStr, unit: &SmolStr) -> Effect {
    let logic = &step.procedure.plan.logic;
    Effect::Opened(Box::new(Opened {
        dossier: dossier.clone(),
        procedure: logic.name.clone(),
        version: logic.version,
        plan: step.procedure.plan.hash,
        unit: unit.clone(),
        calendar: Some(SmolStr::new(&step.calendar.spec().name)),
        calendar_version: Some(step.calendar.hash()),
        organisation: step.world.organisation().map(|organisation| organisation.name.clone()),
        data: logic.fields.iter().map(|field| field.default.clone()).collect(),
        documents: u16::try_from(logic.documents.len()).unwrap_or(u16::MAX),
        marks: u16::try_from(logic.marks.len()).unwrap_or(u16::MAX),
        caller: None,
    }))
}
