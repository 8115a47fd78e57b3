//! Reads off journals what tests have shown.

use std::collections::{BTreeMap, BTreeSet};

use motcua_dsl::{Sayings, TableRows};
use motcua_engine::calendar::Reason;
use motcua_engine::clock::{Class, DayReason};
use motcua_engine::plan::{Logic, PlanHash, Trigger};
use motcua_engine::{Cause, Dossier, Effect, Entry, Event, Firing, ScriptId, StateId, TransitionId, World, fold};

use super::{Coverage, Fate, Key, Own, refusals, share_rows};
use crate::lang::Lang;
use crate::test::heard::{Said, Stands, stands};
use crate::test::play::Verdict;

type Marks = BTreeMap<PlanHash, BTreeSet<Key>>;

/// Returns what some plays have shown of every procedure in the world, whose plans can say this, in the order of their names. A
/// test that fails shows nothing.
#[must_use]
pub fn trace<'w>(lang: Lang, world: &'w World, sayings: &Sayings, verdicts: &[&Verdict]) -> Vec<Coverage<'w>> {
    let ears = Ears::new(world, &sayings.tables);
    let mut marks = Marks::new();
    let mut tests: BTreeMap<PlanHash, usize> = BTreeMap::new();
    for verdict in verdicts.iter().filter(|verdict| verdict.failures.is_empty()) {
        for (number, journal) in verdict.journals.iter().enumerate() {
            let Some(plan) = opened(journal) else { continue };
            for (plan, part) in parts(plan, journal) {
                if number == 0 {
                    *tests.entry(plan).or_default() += 1;
                }
                let Some(procedure) = world.procedure(plan) else { continue };
                journaled(&procedure.plan.logic, part, marks.entry(plan).or_default());
            }
            clocks(world, journal, &mut marks);
        }
        ears.heard(&verdict.said, &mut marks);
        for refused in &verdict.refused {
            let Some(procedure) = world.procedure(refused.plan) else { continue };
            let shown = refusals::shown(&procedure.plan.logic, &refused.command, &refused.refusal);
            let seen = marks.entry(refused.plan).or_default();
            seen.extend(shown.into_iter().map(|(asked, why)| Key::Refused(asked, why)));
        }
    }
    let nothing = BTreeSet::new();
    let versions = world.names().into_iter().flat_map(|name| world.versions(&name).collect::<Vec<_>>());
    let mut all: Vec<Coverage<'w>> = versions
        .map(|procedure| {
            let hash = procedure.plan.hash;
            let tables: Vec<&TableRows> = sayings.tables.iter().filter(|table| table.plan == hash).collect();
            let never = sayings.never.iter().filter(|(plan, ..)| *plan == hash);
            let never = never.map(|(_, script, holds)| (*script, *holds)).collect();
            let own = Own { tables, never };
            let seen = marks.get(&hash).unwrap_or(&nothing);
            Coverage::new(lang, &procedure.plan, &own, seen, tests.get(&hash).copied().unwrap_or_default())
        })
        .collect();
    share_rows(&mut all);
    all
}

/// What is said, and what is known by it.
struct Ears<'t> {
    guards: BTreeMap<Stands, ScriptId>,
    rows: BTreeMap<&'t str, (PlanHash, Key)>,
}

impl<'t> Ears<'t> {
    fn new(world: &World, tables: &'t [TableRows]) -> Self {
        let mut guards = BTreeMap::new();
        for procedure in world.names().iter().flat_map(|name| world.versions(name)) {
            for (number, place) in procedure.plan.words.scripts.iter().enumerate() {
                if let Some(id) = ScriptId::new(number) {
                    guards.entry(stands(procedure.plan.hash, place)).or_insert(id);
                }
            }
        }
        let mut rows = BTreeMap::new();
        let mut numbers: BTreeMap<PlanHash, u32> = BTreeMap::new();
        for table in tables {
            let number = numbers.entry(table.plan).or_default();
            for (number_of_row, row) in (0..).zip(&table.rows) {
                rows.insert(row.mark.as_str(), (table.plan, Key::Row(*number, number_of_row)));
            }
            *number += 1;
        }
        Self { guards, rows }
    }

    fn heard(&self, said: &Said, marks: &mut Marks) {
        for (guard, holds) in &said.guards {
            if let Some(id) = self.guards.get(guard) {
                marks.entry(guard.0).or_default().insert(Key::Guard(*id, *holds));
            }
        }
        for row in &said.rows {
            if let Some((plan, key)) = self.rows.get(row.as_str()) {
                marks.entry(*plan).or_default().insert(*key);
            }
        }
    }
}

/// Returns the stretches of a journal with the plan that decided in each, the move to a plan first.
fn parts(opened: PlanHash, journal: &[Event]) -> Vec<(PlanHash, &[Event])> {
    let (mut found, mut plan, mut from) = (Vec::new(), opened, 0);
    for (at, event) in journal.iter().enumerate() {
        let moved = event.effects.iter().find_map(|effect| match effect {
            Effect::Migrated(migrated) => Some(migrated.dossier.plan),
            _ => None,
        });
        if let Some(to) = moved {
            found.push((plan, journal.get(from..at).unwrap_or_default()));
            (plan, from) = (to, at);
        }
    }
    found.push((plan, journal.get(from..).unwrap_or_default()));
    found
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
                Effect::Rewound(start) => active = start.active.iter().map(|place| place.state).collect(),
                Effect::Migrated(moved) => active = moved.dossier.active.iter().map(|place| place.state).collect(),
                _ => {}
            }
        }
        match event.cause {
            Cause::Command { transition: Some(taken), .. } | Cause::Always(taken) => {
                seen.insert(Key::Transition(taken));
            }
            Cause::Time(firing) => {
                if let Firing::Rung { clock, rung, .. } = firing {
                    seen.insert(Key::Rung(clock, rung));
                }
                let by_time = taken_by_time(logic, firing, |state| active.contains(&state), &left, &entered);
                seen.extend(by_time.into_iter().map(Key::Transition));
            }
            _ => {}
        }
        active.retain(|state| !left.contains(state));
        active.extend(entered);
    }
}

/// Returns the transitions that time has taken with a firing, by the states that the dossier was in, those that it left and those that
/// it entered.
pub(in crate::test) fn taken_by_time(
    logic: &Logic,
    firing: Firing,
    was_in: impl Fn(StateId) -> bool,
    left: &[StateId],
    entered: &[StateId],
) -> Vec<TransitionId> {
    let taken = logic.graph.transitions().filter(|(_, from, to, way)| {
        let fires = match (way.trigger, firing) {
            (Trigger::After(clock), Firing::After { clock: run_out }) => clock == run_out,
            (Trigger::Timer(timer), Firing::Timer { timer: due }) => timer == due,
            (Trigger::Command(_), Firing::Rung { .. }) => !way.stays,
            (Trigger::Outcome, Firing::Outcome { .. }) => true,
            _ => false,
        };
        fires && (way.stays && was_in(*from) || left.contains(from) && entered.contains(to))
    });
    taken.map(|(id, ..)| id).collect()
}

/// Clocks whose count went over a holiday.
fn clocks(world: &World, journal: &[Event], marks: &mut Marks) {
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
            marks.entry(dossier.plan).or_default().insert(Key::Clock(clock.id, Fate::OverHoliday));
        }
    }
}
