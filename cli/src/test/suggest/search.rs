//! The shortest way to each transition: the engine itself is asked, state by state, with values that guards may tell apart.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use motcua_dsl::written;
use motcua_engine::calendar::Calendar;
use motcua_engine::plan::{FieldPlan, Graph, Logic, Need, StateKind, TransitionPlan, Trigger, Type};
use motcua_engine::{
    Cause, ClockId, Command, Day, Dossier, Effect, Entry, Event, Instant, Opening, Procedure, StateId, TimeOfDay,
    TransitionId, Value, World, wakes_at,
};
use smol_str::{SmolStr, format_smolstr};

use super::values::{candidates, matters, sets};
use crate::lang::Lang;
use crate::test::cover::{Asked, Why};
use crate::test::give::{local, officer};
use crate::test::heard::{self, Saying};
use crate::test::host::Host;

/// Dossiers that are looked at.
const MOST_NODES: usize = 4_000;
/// Commands that are tried on them, the shortest ways first.
const MOST_TRIES: usize = 10_000;
/// Dossiers in the same states that are followed.
const MOST_ALIKE: usize = 48;
/// Steps of a way.
const LONGEST: usize = 14;

/// A way: the lines of a test, and the states that it leads to.
#[derive(Clone, Debug)]
pub(super) struct Way {
    pub(super) lines: Vec<String>,
    pub(super) states: Vec<String>,
}

/// What was found.
#[derive(Debug, Default)]
pub(super) struct Ways {
    /// The shortest way that takes each transition.
    pub(super) to: BTreeMap<TransitionId, Way>,
    /// The shortest way on which each clock has started without time having passed.
    pub(super) starts: BTreeMap<ClockId, Way>,
    /// The shortest way on which each clock has ended with a command, without time having passed, and when it was due.
    pub(super) ends: BTreeMap<ClockId, (Way, Instant)>,
    /// The shortest way to each refusal that is sought.
    pub(super) refusals: BTreeMap<(Asked, Why), Way>,
    /// The shortest way on which each thing is said that is listened for; one without states ends with a refusal.
    pub(super) said: BTreeMap<Saying, Way>,
    /// The day of the opening.
    pub(super) day: Option<Day>,
}

/// A dossier on the way.
pub(super) struct Node<'w> {
    pub(super) host: Host<'w>,
    pub(super) now: Instant,
    pub(super) lines: Vec<String>,
    /// Time has passed on the way.
    waited: bool,
}

/// What is sought besides transitions and clocks.
#[derive(Debug, Default)]
pub(super) struct Wanted {
    pub(super) refusals: BTreeSet<(Asked, Why)>,
    /// Sides of guards and rows of tables.
    pub(super) said: BTreeSet<Saying>,
}

/// Looks for the ways of a procedure; nothing where no day is known on which it can be opened.
pub(super) fn search(lang: Lang, world: &World, procedure: &Procedure, unit: &str, wanted: Wanted) -> Option<Ways> {
    let calendar = world.calendar_for(unit, procedure);
    let day = opening_day(procedure, calendar)?;
    let now = calendar.instant(day, TimeOfDay::from_hm(9, 0)?);
    let (ways, alike) = (Ways::default(), BTreeMap::new());
    let values =
        procedure.plan.logic.fields.iter().map(|field| worth_a_try(&procedure.plan.logic, field, day)).collect();
    let mut search = Search { lang, world, procedure, calendar, unit, day, values, ways, wanted, alike, tries: 0 };
    search.ways.day = Some(day);
    let mut open = VecDeque::new();
    let begin = Node { host: Host::new(world), now, lines: Vec::new(), waited: false };
    search.openings(&begin, &mut open);
    search.refusals(&begin);
    let mut looked = 0;
    while let Some(node) = open.pop_front().filter(|_| looked < MOST_NODES && search.tries < MOST_TRIES) {
        looked += 1;
        search.refusals(&node);
        if node.lines.len() <= LONGEST {
            search.commands(&node, &mut open);
            search.time(&node, &mut open);
        }
    }
    Some(search.ways)
}

/// Returns a working day on which the version is in force and the calendar is announced, in spring where there is one.
fn opening_day(procedure: &Procedure, calendar: &Calendar) -> Option<Day> {
    let logic = &procedure.plan.logic;
    let years = [2025, 2024, 2026, 2023, 2027, 2019, 2020, 2021, 2022];
    let early = years.into_iter().filter_map(|year| Day::from_ymd(year, 3, 3));
    let in_force = logic.effective.into_iter().map(|day| day.plus(7));
    let fits = |day: &Day| {
        logic.effective.is_none_or(|from| from <= *day)
            && logic.until.is_none_or(|until| day.plus(60) <= until)
            && calendar.next_working(*day).is_ok()
    };
    early.chain(in_force).find(fits).and_then(|day| calendar.next_working(day.plus(-1)).ok())
}

/// A search under way.
pub(super) struct Search<'w> {
    /// In which reasons of refusals are written.
    pub(super) lang: Lang,
    pub(super) world: &'w World,
    pub(super) procedure: &'w Procedure,
    calendar: &'w Calendar,
    pub(super) unit: &'w str,
    pub(super) day: Day,
    /// The values of each field that are worth a try; those of a pattern take long to draw.
    values: Vec<Vec<Value>>,
    pub(super) ways: Ways,
    /// What has not been met with.
    pub(super) wanted: Wanted,
    /// How many dossiers are followed in each set of states.
    alike: BTreeMap<Vec<StateId>, Vec<String>>,
    /// How many commands were tried.
    pub(super) tries: usize,
}

impl<'w> Search<'w> {
    fn logic(&self) -> &'w Logic {
        &self.procedure.plan.logic
    }

    fn openings(&mut self, begin: &Node<'w>, open: &mut VecDeque<Node<'w>>) {
        let ways: Vec<_> = self.ways_from(Graph::START).collect();
        for (_, way) in ways {
            let role =
                way.by.first().and_then(|role| self.logic().roles.get(role.index())).map(|(name, _)| name.clone());
            for (command, said) in self.given("open", way, role.as_ref()) {
                let line = format!("open{} at {} 09:00{}", said.0, self.day, said.1);
                self.take(begin, &command, line, open);
            }
        }
    }

    fn ways_from(&self, state: StateId) -> impl Iterator<Item = (SmolStr, &'w TransitionPlan)> {
        let logic = self.logic();
        logic.graph.transitions().filter(move |(_, from, ..)| *from == state).filter_map(move |(.., way)| {
            let Trigger::Command(command) = way.trigger else { return None };
            Some((logic.commands.get(command.index())?.clone(), way))
        })
    }

    fn commands(&mut self, node: &Node<'w>, open: &mut VecDeque<Node<'w>>) {
        let Some(dossier) = node.host.own() else { return };
        let places: Vec<_> = dossier.active.iter().map(|place| (place.state, place.holder)).collect();
        for (state, holder) in places {
            // Lines that differ in their guards alone are one command.
            let mut asked: Vec<(SmolStr, &TransitionPlan)> = Vec::new();
            for (command, way) in self.ways_from(state).collect::<Vec<_>>() {
                let is_same = |(known, other): &(SmolStr, &TransitionPlan)| {
                    *known == command && other.by == way.by && other.needs == way.needs
                };
                if asked.iter().any(is_same) {
                    continue;
                }
                asked.push((command.clone(), way));
                let role = way.by.first().copied().or(holder);
                let role = role.and_then(|role| self.logic().roles.get(role.index())).map(|(name, _)| name.clone());
                for (given, said) in self.given(&command, way, role.as_ref()) {
                    self.take(node, &given, format!("{command}{}{}", said.0, said.1), open);
                }
            }
        }
    }

    /// Lets time pass to the next instant at which it changes something.
    fn time(&mut self, node: &Node<'w>, open: &mut VecDeque<Node<'w>>) {
        let Some(wakes) = node.host.own().and_then(|dossier| wakes_at(self.world, dossier)) else { return };
        let mut host = node.host.clone();
        let _ = heard::take();
        host.advance(wakes);
        let (day, time) = self.calendar.local(wakes);
        let mut lines = node.lines.clone();
        let line = format!("advance to {day} {time}");
        match lines.last_mut().filter(|last| last.starts_with("advance to ")) {
            Some(last) => *last = line,
            None => lines.push(line),
        }
        self.arrive(node, Node { host, now: wakes, lines, waited: true }, open);
    }

    /// Returns a command with each set of values that is worth a try, and how a test says it: by whom, and with what.
    pub(super) fn given(
        &self,
        name: &str,
        way: &TransitionPlan,
        role: Option<&SmolStr>,
    ) -> Vec<(Command, (String, String))> {
        let logic = self.logic();
        let mut named: Vec<(SmolStr, &Type)> = Vec::new();
        let mut choices = Vec::new();
        let (mut documents, mut papers) = (Vec::new(), Vec::new());
        let mut reason = None;
        for need in &way.needs {
            match need {
                Need::Field(field) => {
                    let known = logic.fields.get(field.index()).zip(self.values.get(field.index()));
                    let Some((field, values)) = known else { continue };
                    named.push((field.name.clone(), &field.ty));
                    choices.push(values.clone());
                }
                Need::Argument(argument, Type::Text) if argument == "reason" => reason = Some(SmolStr::new("…")),
                Need::Argument(argument, ty) => {
                    named.push((argument.clone(), ty));
                    choices.push(any_argument(logic, argument, ty, self.day));
                }
                Need::Documents => {
                    papers.push("documents".to_owned());
                    documents.extend(logic.documents.iter().map(|document| (document.name.clone(), document.copies)));
                }
                Need::Document(document) => {
                    let Some(document) = logic.documents.get(document.index()) else { continue };
                    papers.push(document.name.to_string());
                    documents.push((document.name.clone(), document.copies));
                }
            }
        }
        // Some guards want a dossier that is not complete.
        let first = logic.documents.first().filter(|_| logic.documents.len() > 1 && papers == ["documents"]);
        let part =
            first.map(|document| (vec![(document.name.clone(), document.copies)], vec![document.name.to_string()]));
        let mut found = Vec::new();
        for (documents, papers) in [Some((documents, papers)), part].into_iter().flatten() {
            for values in sets(&choices) {
                let brought =
                    named.iter().zip(&values).map(|((name, ty), value)| format!("{name} = {}", written(value, ty)));
                let reason_said = reason.iter().map(|reason: &SmolStr| format!("reason = \"{reason}\""));
                let all: Vec<String> = brought.chain(papers.iter().cloned()).chain(reason_said).collect();
                let with = if all.is_empty() { String::new() } else { format!(" with {}", all.join(", ")) };
                let role = role.cloned().unwrap_or_default();
                let data = named
                    .iter()
                    .zip(values)
                    .map(|((name, ty), value)| (name.clone(), local(value, ty, Some(self.calendar))));
                let opening = (name == "open").then(|| Opening {
                    dossier: SmolStr::new_static(Host::DOSSIER),
                    procedure: logic.name.clone(),
                    version: Some(logic.version),
                    unit: self.unit.into(),
                });
                let command = Command {
                    command: name.into(),
                    actor: officer(self.world, self.unit, &role),
                    role: role.clone(),
                    data: data.collect(),
                    documents: documents.clone(),
                    reason: reason.clone(),
                    open: opening,
                    ..Command::default()
                };
                let by = if role.is_empty() { String::new() } else { format!(" by {role}") };
                found.push((command, (by, with)));
            }
        }
        found
    }

    /// Gives a command to a copy of the dossier, and follows it where it is done.
    fn take(&mut self, node: &Node<'w>, command: &Command, line: String, open: &mut VecDeque<Node<'w>>) {
        let mut host = node.host.clone();
        let id = SmolStr::new_static(Host::DOSSIER);
        let command = Command { id: format_smolstr!("s{}", node.lines.len()), at: Some(node.now), ..command.clone() };
        self.tries += 1;
        let _ = heard::take();
        match host.give(&id, &command, node.now) {
            Ok(()) => {
                let lines = node.lines.iter().cloned().chain([line]).collect();
                self.arrive(node, Node { host, now: node.now, lines, waited: node.waited }, open);
            }
            Err(refusal) => {
                self.met(node, &command, &refusal);
                let line = format!("{line} {}", self.refused(&command, &refusal));
                self.listen(|| Way { lines: node.lines.iter().cloned().chain([line]).collect(), states: Vec::new() });
            }
        }
    }

    /// Notes what scripts have said on a way since the last time; returns whether something was listened for.
    fn listen(&mut self, way: impl FnOnce() -> Way) -> bool {
        let said = heard::take();
        let new: Vec<Saying> = self.wanted.said.iter().filter(|saying| said.says(saying)).cloned().collect();
        if new.is_empty() {
            return false;
        }
        let way = way();
        for saying in new {
            self.wanted.said.remove(&saying);
            self.ways.said.insert(saying, way.clone());
        }
        true
    }

    /// Notes what a step has shown, and follows the dossier unless many like it are.
    fn arrive(&mut self, before: &Node<'w>, node: Node<'w>, open: &mut VecDeque<Node<'w>>) {
        let Some(case) = node.host.cases().first() else { return };
        let Some(dossier) = case.dossier() else { return };
        let known = before.host.cases().first().map_or(0, |case| case.journal.len());
        let way = Way { lines: node.lines.clone(), states: self.states(dossier) };
        let is_new = self.listen(|| way.clone());
        for event in case.journal.iter().skip(known) {
            for taken in self.taken(event) {
                self.ways.to.entry(taken).or_insert_with(|| way.clone());
            }
            for effect in &event.effects {
                match effect {
                    Effect::Clock(id, Entry::Started { .. }) if !node.waited => {
                        self.ways.starts.entry(*id).or_insert_with(|| way.clone());
                    }
                    Effect::Clock(id, Entry::Closed { due, .. }) if !node.waited => {
                        self.ways.ends.entry(*id).or_insert_with(|| (way.clone(), *due));
                    }
                    _ => {}
                }
            }
        }
        let mut states: Vec<StateId> = dossier.active.iter().map(|place| place.state).collect();
        states.sort_unstable();
        let alike = self.alike.entry(states).or_default();
        let data = format!(
            "{:?}{:?}{:?}",
            dossier.data,
            dossier.documents,
            dossier.marks.iter().map(Option::is_some).collect::<Vec<_>>()
        );
        if (is_new || alike.len() < MOST_ALIKE) && !alike.contains(&data) {
            alike.push(data);
            open.push_back(node);
        }
    }

    /// Returns the transitions that an event takes.
    fn taken(&self, event: &Event) -> Vec<TransitionId> {
        match event.cause {
            Cause::Command { transition: Some(taken), .. } | Cause::Always(taken) => vec![taken],
            Cause::Time(_) => {
                let state = |wanted: bool| {
                    let found = event.effects.iter().filter_map(move |effect| match effect {
                        Effect::Left(state) if !wanted => Some(*state),
                        Effect::Entered { state, .. } if wanted => Some(*state),
                        _ => None,
                    });
                    found.collect::<Vec<_>>()
                };
                let (left, entered) = (state(false), state(true));
                let timed = |way: &TransitionPlan| matches!(way.trigger, Trigger::After(_) | Trigger::Timer(_));
                let ways = self.logic().graph.transitions();
                ways.filter(|(_, from, to, way)| timed(way) && left.contains(from) && entered.contains(to))
                    .map(|(id, ..)| id)
                    .collect()
            }
            _ => Vec::new(),
        }
    }

    fn states(&self, dossier: &Dossier) -> Vec<String> {
        let graph = &self.logic().graph;
        let states: Vec<_> = dossier.active.iter().filter_map(|place| graph.state(place.state)).collect();
        let inner = |name: &str| states.iter().any(|state| state.name.starts_with(&format!("{name}.")));
        let shown =
            states.iter().filter(|state| !(matches!(state.kind, StateKind::Parallel { .. }) && inner(&state.name)));
        shown.map(|state| state.name.to_string()).collect()
    }
}

/// Returns the values of a field that are tried: one where nothing tells them apart.
fn worth_a_try(logic: &Logic, field: &FieldPlan, day: Day) -> Vec<Value> {
    let mut values = candidates(logic, field, day);
    if !matters(logic, field) {
        values.truncate(1);
    }
    values
}

fn any_argument(logic: &Logic, name: &SmolStr, ty: &Type, day: Day) -> Vec<Value> {
    let field = FieldPlan {
        name: name.clone(),
        ty: ty.clone(),
        optional: false,
        personal: false,
        default: None,
        range: None,
        pattern: None,
    };
    candidates(logic, &field, day)
}
