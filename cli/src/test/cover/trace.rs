//! Reads off journals what tests have shown.

use std::collections::{BTreeMap, BTreeSet};

use motcua_dsl::Scenario;
use motcua_engine::calendar::Reason;
use motcua_engine::clock::{Class, DayReason};
use motcua_engine::plan::{Logic, PlanHash, Trigger};
use motcua_engine::{
    Cause, CommandId, Dossier, Effect, Entry, Event, Firing, GuardSaidNo, Refusal, StateId, TransitionId, World, fold,
};

use super::{Coverage, Fate, Key};
use crate::test::play::{Refused, Verdict};

type Marks = BTreeMap<PlanHash, BTreeSet<Key>>;

/// Returns what some plays have shown of every procedure in the world, in the order of their names. A test that fails shows
/// nothing.
#[must_use]
pub fn trace<'w>(world: &'w World, scenarios: &[Scenario], verdicts: &[&Verdict]) -> Vec<Coverage<'w>> {
    let mut marks = Marks::new();
    let mut tests: BTreeMap<PlanHash, usize> = BTreeMap::new();
    let passed = |verdict: &Verdict| verdict.failures.is_empty();
    for verdict in verdicts.iter().filter(|verdict| passed(verdict)) {
        for (number, journal) in verdict.journals.iter().enumerate() {
            let Some(plan) = opened(journal) else { continue };
            let Some(procedure) = world.procedure(plan) else { continue };
            if number == 0 {
                *tests.entry(plan).or_default() += 1;
            }
            let seen = marks.entry(plan).or_default();
            journaled(&procedure.plan.logic, journal, seen);
            clocks(world, journal, seen);
        }
    }
    for (scenario, verdict) in scenarios.iter().zip(verdicts).filter(|(_, verdict)| passed(verdict)) {
        for refused in &verdict.refused {
            let own = verdict.journals.first().and_then(|journal| opened(journal));
            let plan = own.or_else(|| world.latest(&scenario.procedure).map(|procedure| procedure.plan.hash));
            let Some(procedure) = plan.and_then(|plan| world.procedure(plan)) else { continue };
            let seen = marks.entry(procedure.plan.hash).or_default();
            said_no(&procedure.plan, refused, seen);
        }
    }
    let nothing = BTreeSet::new();
    let versions = world.names().into_iter().flat_map(|name| world.versions(&name).collect::<Vec<_>>());
    versions
        .map(|procedure| {
            let hash = procedure.plan.hash;
            let seen = marks.get(&hash).unwrap_or(&nothing);
            Coverage::new(&procedure.plan, seen, tests.get(&hash).copied().unwrap_or_default())
        })
        .collect()
}

/// Returns the plan that a journal's dossier was opened under.
fn opened(journal: &[Event]) -> Option<PlanHash> {
    journal.first()?.effects.iter().find_map(|effect| match effect {
        Effect::Opened(opened) => Some(opened.plan),
        _ => None,
    })
}

fn journaled(logic: &Logic, journal: &[Event], seen: &mut BTreeSet<Key>) {
    let mut active: Vec<StateId> = Vec::new();
    for event in journal {
        let (mut left, mut entered) = (Vec::new(), Vec::new());
        for effect in &event.effects {
            match effect {
                Effect::Left(state) => left.push(*state),
                Effect::Entered { state, .. } => {
                    entered.push(*state);
                    seen.insert(Key::State(*state));
                }
                Effect::Clock(clock, entry) => {
                    let fate = match entry {
                        Entry::Closed { class: Class::Early, .. } => Fate::Early,
                        Entry::Closed { class: Class::OnTime, .. } => Fate::OnTime,
                        Entry::Closed { class: Class::Late, .. } => Fate::Late,
                        Entry::Suspended { .. } => Fate::Suspended,
                        Entry::Restarted { .. } => Fate::Restarted,
                        Entry::Extended { .. } => Fate::Extended,
                        Entry::Reappointed { .. } => Fate::Reappointed,
                        _ => continue,
                    };
                    seen.insert(Key::Clock(*clock, fate));
                }
                Effect::Tacit(silence) => {
                    seen.insert(Key::Silence(silence.transition));
                }
                _ => {}
            }
        }
        match event.cause {
            Cause::Command { transition: Some(taken), .. } | Cause::Always(taken) => took(logic, taken, seen),
            Cause::Time(firing) => {
                if let Firing::Rung { clock, rung, .. } = firing {
                    seen.insert(Key::Rung(clock, rung));
                }
                let by_time: Vec<TransitionId> = logic
                    .graph
                    .transitions()
                    .filter(|(_, from, to, way)| {
                        let fires = match (way.trigger, firing) {
                            (Trigger::After(clock), Firing::After { clock: run_out }) => clock == run_out,
                            (Trigger::Timer(timer), Firing::Timer { timer: due }) => timer == due,
                            (Trigger::Command(_), Firing::Rung { .. }) => !way.stays,
                            _ => false,
                        };
                        fires && (way.stays && active.contains(from) || left.contains(from) && entered.contains(to))
                    })
                    .map(|(id, ..)| id)
                    .collect();
                for id in by_time {
                    took(logic, id, seen);
                }
            }
            _ => {}
        }
        active.retain(|state| !left.contains(state));
        active.extend(entered);
        waits(logic, &active, event, seen);
    }
}

/// A transition was taken: its guard held, and of those before it that are asked first none did.
fn took(logic: &Logic, taken: TransitionId, seen: &mut BTreeSet<Key>) {
    seen.insert(Key::Transition(taken));
    let (Some((from, _)), Some(way)) = (logic.graph.ends(taken), logic.graph.transition(taken)) else { return };
    if way.when.is_some() {
        seen.insert(Key::Guard(taken, true));
    }
    for (other, start, _, before) in logic.graph.transitions() {
        let asked = before.trigger == way.trigger && (other < taken || way.otherwise);
        if start == from && other != taken && before.when.is_some() && asked {
            seen.insert(Key::Guard(other, false));
        }
    }
}

/// Transitions that are taken by themselves, out of states in which the dossier rests: their guards did not hold.
fn waits(logic: &Logic, active: &[StateId], event: &Event, seen: &mut BTreeSet<Key>) {
    let moves = matches!(event.cause, Cause::Command { events, .. } if events > 1);
    if moves {
        return;
    }
    for (id, from, _, way) in logic.graph.transitions() {
        if way.trigger == Trigger::Always && way.when.is_some() && active.contains(&from) {
            seen.insert(Key::Guard(id, false));
        }
    }
}

/// Clocks whose count went over a holiday.
fn clocks(world: &World, journal: &[Event], seen: &mut BTreeSet<Key>) {
    let Some(dossier) = journal.iter().fold(None::<Dossier>, |dossier, event| Some(fold(dossier, event))) else {
        return;
    };
    for clock in &dossier.clocks {
        let Ok(calendar) = world.calendar_of_clock(&dossier, clock) else { continue };
        let days = clock.ledger.explain_if_resumed(&calendar, dossier.at).unwrap_or_default();
        let over = days.iter().any(|day| match &day.reason {
            DayReason::Off { off } | DayReason::RolledOver { off: Some(off) } => off.kind != Reason::Weekend,
            DayReason::Swapped { .. } => true,
            _ => false,
        });
        if over {
            seen.insert(Key::Clock(clock.id, Fate::OverHoliday));
        }
    }
}

/// A command was refused: which one, and by which guards.
fn said_no(plan: &motcua_engine::plan::Plan, refused: &Refused, seen: &mut BTreeSet<Key>) {
    let logic = &plan.logic;
    let Some(command) = logic.commands.iter().position(|name| *name == refused.command).and_then(CommandId::new) else {
        return;
    };
    seen.insert(Key::Refused(command));
    let Refusal::NotApplicable { guards, .. } = &refused.refusal else { return };
    let is_in = |state: StateId| refused.dossier.as_ref().is_none_or(|dossier| dossier.is_in(state));
    for (id, from, _, way) in logic.graph.transitions() {
        let place = way.when.and_then(|script| plan.words.scripts.get(script.index()));
        let same = |said: &GuardSaidNo| Some(&said.place) == place;
        if way.trigger == Trigger::Command(command) && is_in(from) && guards.iter().any(same) {
            seen.insert(Key::Guard(id, false));
        }
    }
}
