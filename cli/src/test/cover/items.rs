//! What there is to show of a procedure.

use motcua_dsl::TableRows;
use motcua_engine::calendar::{Length, Term, Unit};
use motcua_engine::plan::{ClockPlan, Graph, Limit, Logic, Plan, StateKind, TransitionPlan, Trigger};
use motcua_engine::{ClockId, ScriptId, StateId};

use super::refusals::{self, Asked};
use super::{Beyond, Fate, Item, Key, Own};
use crate::lang::Lang;
use crate::say;
use crate::test::rung;

/// Returns everything that tests can show of a plan, and what they cannot, with the reason.
pub(super) fn items(lang: Lang, plan: &Plan, own: &Own<'_>) -> Vec<Item> {
    let mut list = List { lang, plan, found: Vec::new() };
    list.graph();
    for (guard, named) in guards(lang, &plan.logic) {
        list.guard(guard, &named, own);
    }
    list.rows(&own.tables);
    list.refusals();
    list.clocks();
    list.found
}

struct List<'p> {
    lang: Lang,
    plan: &'p Plan,
    found: Vec<Item>,
}

impl List<'_> {
    fn add(&mut self, key: Key, name: String, line: Option<(String, u32)>) {
        self.found.push(Item { key, name, line, seen: false, beyond: None });
    }

    /// Adds what no test can show, where there is a reason.
    fn add_unless(&mut self, beyond: Option<Beyond>, key: Key, name: String, line: Option<(String, u32)>) {
        self.found.push(Item { key, name, line, seen: false, beyond });
    }

    fn place(&self, way: &TransitionPlan) -> Option<(String, u32)> {
        let rule = self.plan.words.rules.get(way.rule.index())?;
        Some((rule.place.file.to_string(), rule.place.line))
    }

    fn graph(&mut self) {
        let graph = &self.plan.logic.graph;
        for (id, state) in graph.states().filter(|(_, state)| !matches!(state.kind, StateKind::Start)) {
            self.add(Key::State(id), state.name.to_string(), None);
        }
        for (id, from, to, way) in graph.transitions() {
            let beyond = (way.trigger != Trigger::Always && left_at_once(graph, from)).then_some(Beyond::LeftAtOnce);
            let name = transition(self.lang, &self.plan.logic, from, to, way);
            self.add_unless(beyond, Key::Transition(id), name, self.place(way));
            if let Some(tacit) = way.tacit {
                let state = graph.state(from).map(|state| state.name.as_str()).unwrap_or_default();
                let name = say!(self.lang, "cover-silence", state = state, means = tacit.name());
                self.add_unless(beyond, Key::Silence(id), name, self.place(way));
            }
        }
    }

    fn guard(&mut self, id: ScriptId, named: &str, own: &Own<'_>) {
        let never =
            |holds| own.never.iter().any(|(script, said)| usize::try_from(*script) == Ok(id.index()) && *said == holds);
        let text = self.plan.logic.scripts.get(id.index()).map(|script| script.text.trim().to_owned());
        let place = self.plan.words.scripts.get(id.index()).map(|place| (place.file.to_string(), place.line));
        for holds in [true, false] {
            let side = if holds { "yes" } else { "no" };
            let guard = text.as_deref().unwrap_or_default();
            let name = say!(self.lang, "cover-guard", guard = guard, holds = side, where = named);
            self.add_unless(never(holds).then_some(Beyond::NeverSaid), Key::Guard(id, holds), name, place.clone());
        }
    }

    fn rows(&mut self, tables: &[&TableRows]) {
        for (number, table) in (0..).zip(tables) {
            for (number_of_row, row) in (0..).zip(&table.rows) {
                let name = say!(self.lang, "cover-row", table = &table.table, row = row.text.as_str());
                let beyond = (!row.is_asked).then_some(Beyond::NotAsked);
                let line = Some((row.place.file.to_string(), row.place.line));
                self.add_unless(beyond, Key::Row(number, number_of_row), name, line);
            }
        }
    }

    fn refusals(&mut self) {
        for (asked, why) in refusals::possible(&self.plan.logic) {
            let command = match asked {
                Asked::Own(id) => self.plan.logic.commands.get(id.index()).map(ToString::to_string).unwrap_or_default(),
                Asked::BuiltIn(name) => name.to_owned(),
                Asked::Any => say!(self.lang, "cover-any-command"),
            };
            let name = say!(self.lang, "cover-refused", command = command, why = why.key());
            self.add(Key::Refused(asked, why), name, None);
        }
    }

    fn clocks(&mut self) {
        for (number, clock) in self.plan.logic.clocks.iter().enumerate() {
            let Some(id) = ClockId::new(number) else { continue };
            for fate in if clock.of_state.is_none() { fates(clock) } else { Vec::new() } {
                let name = say!(self.lang, "cover-fate", clock = &clock.name, fate = fate.key());
                self.add(Key::Clock(id, fate), name, None);
            }
            for (number, rung) in clock.rungs.iter().enumerate() {
                let Ok(number) = u16::try_from(number) else { continue };
                self.add(Key::Rung(id, number), rung::of(self.lang, &clock.name, &rung.at), None);
            }
        }
    }
}

/// Returns whether a state is left in the step that enters it, whatever the dossier holds.
pub(super) fn left_at_once(graph: &Graph, state: StateId) -> bool {
    let always = |way: &TransitionPlan| way.trigger == Trigger::Always && way.when.is_none() && way.once.is_none();
    graph.transitions().any(|(_, from, _, way)| from == state && always(way) && !way.stays)
}

/// Returns what may happen to a clock of the procedure.
fn fates(clock: &ClockPlan) -> Vec<Fate> {
    let ends = !clock.ends.is_empty();
    let may = [
        (Fate::Early, ends),
        (Fate::OnTime, ends),
        (Fate::Late, ends),
        (Fate::Suspended, !clock.suspends.is_empty()),
        (Fate::Restarted, !clock.restarts.is_empty()),
        (Fate::Extended, clock.extends.is_some()),
        (Fate::Reappointed, clock.reappoints.is_some()),
        (Fate::OverHoliday, clock.limits.iter().any(|limit| meets_days_off(&limit.limit))),
    ];
    may.into_iter().filter(|(_, may)| *may).map(|(fate, _)| fate).collect()
}

/// Returns whether days off can matter to a limit: hours and minutes of real time know none.
fn meets_days_off(limit: &Limit) -> bool {
    let unit = match limit {
        Limit::Term(Term { length: Length::Of { unit, .. }, .. }) | Limit::Field { unit, .. } => unit,
        Limit::Term(_) | Limit::Until(_) => return true,
    };
    !matches!(unit, Unit::Hour | Unit::Minute)
}

/// Returns every guard of a procedure with what asks it: transitions, branches, limits, what stops a clock or begins it anew,
/// papers.
fn guards(lang: Lang, logic: &Logic) -> Vec<(ScriptId, String)> {
    let mut found: Vec<(ScriptId, String)> = Vec::new();
    for (_, from, to, way) in logic.graph.transitions() {
        found.extend(way.when.map(|when| (when, transition(lang, logic, from, to, way))));
    }
    for (_, state) in logic.graph.states() {
        let StateKind::Parallel { branches, .. } = &state.kind else { continue };
        for branch in branches {
            let name = || say!(lang, "cover-branch", branch = &branch.name, parallel = &state.name);
            found.extend(branch.when.map(|when| (when, name())));
        }
    }
    for clock in &logic.clocks {
        let limits = clock.limits.iter().filter_map(|limit| limit.when);
        found.extend(limits.map(|when| (when, say!(lang, "cover-limit", clock = &clock.name))));
        let suspends = clock.suspends.iter().filter_map(|suspend| suspend.when);
        found.extend(suspends.map(|when| (when, say!(lang, "cover-stands-still", clock = &clock.name))));
        let restarts = clock.restarts.iter().filter_map(|restart| restart.when);
        found.extend(restarts.map(|when| (when, say!(lang, "cover-begins-anew", clock = &clock.name))));
    }
    for document in &logic.documents {
        found.extend(document.when.map(|when| (when, say!(lang, "cover-document", document = &document.name))));
    }
    // A line that several states share has one guard.
    let mut known = std::collections::BTreeSet::new();
    found.retain(|(when, _)| known.insert(when.index()));
    found
}

/// Returns a transition as reports name it: `received: accept -> checking`.
pub(super) fn transition(lang: Lang, logic: &Logic, from: StateId, to: StateId, way: &TransitionPlan) -> String {
    let state = |id: StateId| logic.graph.state(id).map(|state| state.name.as_str()).unwrap_or_default();
    let what = match way.trigger {
        Trigger::Command(command) => logic.commands.get(command.index()).map(ToString::to_string).unwrap_or_default(),
        Trigger::Always => say!(lang, "cover-always"),
        Trigger::Join => say!(lang, "cover-join"),
        Trigger::After(id) => logic.clocks.get(id.index()).map(|clock| clock.name.to_string()).unwrap_or_default(),
        Trigger::Timer(timer) => {
            let name = logic.timers.get(timer.index()).map(|timer| timer.name.as_str()).unwrap_or_default();
            say!(lang, "cover-timer", name = name)
        }
        Trigger::Outcome if way.outcomes.is_empty() => say!(lang, "cover-outcome-otherwise"),
        Trigger::Outcome => say!(lang, "cover-outcome", outcomes = way.outcomes.join(", ")),
    };
    let target = if way.stays { String::new() } else { format!(" -> {}", state(to)) };
    match state(from) {
        "" => format!("{what}{target}"),
        from => format!("{from}: {what}{target}"),
    }
}
