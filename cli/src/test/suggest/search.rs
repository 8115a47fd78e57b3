//! The shortest way to each transition: the engine itself is asked, state by state, with what `offers` finds worth a try.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::rc::Rc;

use motcua_engine::calendar::Calendar;
use motcua_engine::plan::{Graph, Logic, StateKind, Trigger};
use motcua_engine::{
    Cause, ClockId, Command, Day, Dossier, Effect, Entry, Instant, Procedure, StateId, TimeOfDay, TransitionId, Value,
    World, wakes_at,
};
use smol_str::{SmolStr, format_smolstr};

use super::offers::{Offers, Way as Offered};
use crate::lang::Lang;
use crate::test::cover::{Asked, Why, taken_by_time};
use crate::test::heard::{self, Saying};
use crate::test::host::Host;

/// Dossiers that are looked at.
const MOST_NODES: usize = 4_000;
/// Commands that are tried on them, the shortest ways first.
const MOST_TRIES: usize = 10_000;
/// Dossiers in the same states that are followed.
const MOST_ALIKE: usize = 48;
/// Dossiers in the same states that are waited with until they leave them, and how often time may change something until then.
const MOST_PATIENT: usize = 2;
const MOST_WAITS: usize = 32;
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

/// Dossiers that are yet to be looked at, the shortest ways first.
type Open<'w> = VecDeque<Rc<Node<'w>>>;

/// What tells dossiers in the same states apart.
#[derive(Debug, PartialEq)]
struct Look {
    data: Box<[Option<Value>]>,
    documents: Vec<u32>,
    marks: Vec<bool>,
    /// Clocks whose term has ended, where scripts ask about time.
    expired: Vec<ClockId>,
    /// The day: what time does next depends on when a state was entered.
    day: Day,
}

/// What is sought besides clocks.
#[derive(Debug, Default)]
pub(super) struct Wanted {
    pub(super) transitions: BTreeSet<TransitionId>,
    pub(super) refusals: BTreeSet<(Asked, Why)>,
    /// Sides of guards and rows of tables.
    pub(super) said: BTreeSet<Saying>,
}

/// Looks for the ways of a procedure; nothing where no day is known on which it can be opened.
pub(super) fn search(lang: Lang, world: &World, procedure: &Procedure, unit: &str, wanted: Wanted) -> Option<Ways> {
    let calendar = world.calendar_for(unit, procedure);
    let day = opening_day(procedure, calendar)?;
    let now = calendar.instant(day, TimeOfDay::from_hm(9, 0)?);
    let logic = &procedure.plan.logic;
    let asks_time = logic.scripts.iter().any(|script| script.text.contains("clock.") || script.text.contains("now"));
    let offers = Offers::new(world, procedure, unit, calendar, day, &wanted.said);
    let mut search = Search {
        lang,
        world,
        procedure,
        calendar,
        unit,
        day,
        offers,
        ways: Ways { day: Some(day), ..Ways::default() },
        wanted,
        alike: BTreeMap::new(),
        waited_in: BTreeMap::new(),
        refused_in: BTreeMap::new(),
        asks_time,
        tries: 0,
    };
    let mut open = Open::new();
    let begin = Node { host: Host::new(world), now, lines: Vec::new(), waited: false };
    search.openings(&begin, &mut open);
    search.refusals(&begin);
    let mut looked = 0;
    while let Some(node) = open.pop_front().filter(|_| looked < MOST_NODES && search.tries < MOST_TRIES) {
        if search.is_done() {
            break;
        }
        looked += 1;
        search.refusals(&node);
        if node.lines.len() <= LONGEST {
            search.commands(&node, &mut open);
            search.time(&node, &mut open);
        }
    }
    Some(search.ways)
}

/// Returns a day on which the version is in force, a working day where the calendar announces one, in spring where there is one.
fn opening_day(procedure: &Procedure, calendar: &Calendar) -> Option<Day> {
    let logic = &procedure.plan.logic;
    let years = [2025, 2024, 2026, 2023, 2027, 2019, 2020, 2021, 2022];
    let early = years.into_iter().filter_map(|year| Day::from_ymd(year, 3, 3));
    let first = logic.effective.into_iter().map(|day| day.plus(7));
    let in_force = |day: &Day| {
        logic.effective.is_none_or(|from| from <= *day) && logic.until.is_none_or(|until| day.plus(60) <= until)
    };
    let days: Vec<Day> = early.chain(first).filter(in_force).collect();
    // Without a calendar any day will do, as nothing there counts working days.
    let working = days.iter().find_map(|day| calendar.next_working(day.plus(-1)).ok());
    working.or_else(|| days.first().copied())
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
    pub(super) offers: Offers<'w>,
    pub(super) ways: Ways,
    /// What has not been met with.
    pub(super) wanted: Wanted,
    /// The dossiers that are followed in each set of states, those apart for which time has passed.
    alike: BTreeMap<(Vec<StateId>, bool), Vec<Look>>,
    /// How many dossiers were waited with in each set of states.
    waited_in: BTreeMap<Vec<StateId>, usize>,
    /// How many were given what they refuse, in each set of states with those who gave commands of four eyes.
    pub(super) refused_in: BTreeMap<(Vec<StateId>, Vec<SmolStr>), usize>,
    /// Whether scripts ask about time.
    asks_time: bool,
    /// How many commands were tried.
    pub(super) tries: usize,
}

impl<'w> Search<'w> {
    fn logic(&self) -> &'w Logic {
        &self.procedure.plan.logic
    }

    /// Returns whether nothing is left to be found.
    fn is_done(&self) -> bool {
        let ids = || (0..).map_while(ClockId::new).zip(&self.logic().clocks);
        let own = || ids().filter(|(_, clock)| clock.of_state.is_none());
        self.wanted.transitions.is_empty()
            && self.wanted.refusals.is_empty()
            && self.wanted.said.is_empty()
            && ids().all(|(id, _)| self.ways.starts.contains_key(&id))
            && own().all(|(id, clock)| clock.ends.is_empty() || self.ways.ends.contains_key(&id))
    }

    fn openings(&mut self, begin: &Node<'w>, open: &mut Open<'w>) {
        let ways: Vec<_> = self.ways_from(Graph::START).collect();
        for way in ways {
            for offer in self.offers.of(&way, None).iter() {
                let line = format!("open{} at {} 09:00{}", offer.by, self.day, offer.with);
                self.take(begin, &offer.command, line, open);
            }
        }
    }

    /// Returns the ways that commands take from a state.
    pub(super) fn ways_from(&self, state: StateId) -> impl Iterator<Item = Offered<'w>> + use<'w> {
        let logic = &self.procedure.plan.logic;
        logic.graph.transitions().filter(move |(_, from, ..)| *from == state).filter_map(move |(id, .., plan)| {
            let Trigger::Command(command) = plan.trigger else { return None };
            Some(Offered { id, name: logic.commands.get(command.index())?.clone(), plan })
        })
    }

    fn commands(&mut self, node: &Node<'w>, open: &mut Open<'w>) {
        let Some(dossier) = node.host.own() else { return };
        let places: Vec<_> = dossier.active.iter().map(|place| (place.state, place.holder)).collect();
        for (state, holder) in places {
            // Lines that differ in their guards alone are one command.
            let mut asked: Vec<Offered<'w>> = Vec::new();
            for way in self.ways_from(state).collect::<Vec<_>>() {
                let is_same = |known: &Offered<'_>| {
                    known.name == way.name && known.plan.by == way.plan.by && known.plan.needs == way.plan.needs
                };
                if asked.iter().any(is_same) {
                    continue;
                }
                for offer in self.offers.of(&way, holder).iter() {
                    self.take(node, &offer.command, format!("{}{}{}", way.name, offer.by, offer.with), open);
                }
                asked.push(way);
            }
        }
    }

    /// Lets time pass to the next instant at which it changes something, and with some dossiers until they leave their states.
    fn time(&mut self, node: &Rc<Node<'w>>, open: &mut Open<'w>) {
        let states = states_of(node.host.own());
        let times = self.waited_in.entry(states.clone()).or_default();
        *times += 1;
        let is_patient = *times <= MOST_PATIENT;
        if is_patient && !node.waited {
            self.eve(node, open);
        }
        let hops = if is_patient { MOST_WAITS } else { 1 };
        let mut before = Rc::clone(node);
        for _ in 0..hops {
            let Some(wakes) = before.host.own().and_then(|dossier| wakes_at(self.world, dossier)) else { return };
            let mut host = before.host.clone();
            let _ = heard::take();
            host.advance(wakes);
            let (day, time) = self.calendar.local(wakes);
            let mut lines = before.lines.clone();
            let line = format!("advance to {day} {time}");
            match lines.last_mut().filter(|last| last.starts_with("advance to ")) {
                Some(last) => *last = line,
                None => lines.push(line),
            }
            let after = Rc::new(Node { host, now: wakes, lines, waited: true });
            self.arrive(&before, &after, open);
            if states_of(after.host.own()) != states {
                return;
            }
            before = after;
        }
    }

    /// Waits until the working day before something changes: what goes on from there is where it is when that happens.
    fn eve(&self, node: &Rc<Node<'w>>, open: &mut Open<'w>) {
        let wakes = node.host.own().and_then(|dossier| wakes_at(self.world, dossier));
        let opening = |wakes| {
            let eve = self.calendar.previous_working(self.calendar.local(wakes).0).ok()?;
            self.calendar.opening(eve).ok().filter(|at| *at > node.now)
        };
        let Some(at) = wakes.and_then(opening) else { return };
        let mut host = node.host.clone();
        host.advance(at);
        let (day, time) = self.calendar.local(at);
        let lines = node.lines.iter().cloned().chain([format!("advance to {day} {time}")]).collect();
        open.push_back(Rc::new(Node { host, now: at, lines, waited: true }));
    }

    /// Gives a command to a copy of the dossier, and follows it where it is done.
    fn take(&mut self, node: &Node<'w>, command: &Command, line: String, open: &mut Open<'w>) {
        let id = SmolStr::new_static(Host::DOSSIER);
        let command = Command { id: format_smolstr!("s{}", node.lines.len()), at: Some(node.now), ..command.clone() };
        self.tries += 1;
        let _ = heard::take();
        match node.host.after(&id, &command, node.now) {
            Ok(host) => {
                let lines = node.lines.iter().cloned().chain([line]).collect();
                self.arrive(node, &Rc::new(Node { host, now: node.now, lines, waited: node.waited }), open);
            }
            Err(refusal) => {
                self.met(node, &command, &refusal);
                self.listen(|search| {
                    let line = format!("{line} {}", search.refused(&command, &refusal));
                    Way { lines: node.lines.iter().cloned().chain([line]).collect(), states: Vec::new() }
                });
            }
        }
    }

    /// Notes what scripts have said on a way since the last time; returns whether something was listened for.
    fn listen(&mut self, way: impl FnOnce(&Self) -> Way) -> bool {
        let said = heard::take();
        let new: Vec<Saying> = self.wanted.said.iter().filter(|saying| said.says(saying)).cloned().collect();
        if new.is_empty() {
            return false;
        }
        let way = way(self);
        for saying in new {
            self.wanted.said.remove(&saying);
            self.ways.said.insert(saying, way.clone());
        }
        true
    }

    /// Notes what a step has shown, and follows the dossier unless many like it are.
    fn arrive(&mut self, before: &Node<'w>, node: &Rc<Node<'w>>, open: &mut Open<'w>) {
        let Some(case) = node.host.cases().first() else { return };
        let Some(dossier) = case.dossier() else { return };
        let known = before.host.cases().first().map_or(0, |case| case.journal.len());
        let way = |search: &Self| Way { lines: node.lines.clone(), states: search.states(dossier) };
        let is_new = self.listen(way);
        let mut active = states_of(before.host.own());
        for event in case.journal.iter().skip(known) {
            let (mut left, mut entered) = (Vec::new(), Vec::new());
            for effect in &event.effects {
                match effect {
                    Effect::Left(state) => left.push(*state),
                    Effect::Entered { state, .. } => entered.push(*state),
                    Effect::Clock(id, Entry::Started { .. }) if !node.waited && !self.ways.starts.contains_key(id) => {
                        self.ways.starts.insert(*id, way(self));
                    }
                    Effect::Clock(id, Entry::Closed { due, .. })
                        if !node.waited && !self.ways.ends.contains_key(id) =>
                    {
                        self.ways.ends.insert(*id, (way(self), *due));
                    }
                    _ => {}
                }
            }
            let taken = match event.cause {
                Cause::Command { transition: Some(taken), .. } | Cause::Always(taken) => vec![taken],
                Cause::Time(firing) => {
                    taken_by_time(self.logic(), firing, |state| active.contains(&state), &left, &entered)
                }
                _ => Vec::new(),
            };
            for taken in taken {
                if self.wanted.transitions.remove(&taken) {
                    self.ways.to.insert(taken, way(self));
                }
            }
            active.retain(|state| !left.contains(state));
            active.extend(entered);
        }
        let ended = dossier.clocks.iter().filter(|clock| self.asks_time && clock.expired);
        let look = Look {
            data: dossier.data.clone(),
            documents: dossier.documents.to_vec(),
            marks: dossier.marks.iter().map(Option::is_some).collect(),
            expired: ended.map(|clock| clock.id).collect(),
            day: self.calendar.local(node.now).0,
        };
        let alike = self.alike.entry((states_of(Some(dossier)), node.waited)).or_default();
        if (is_new || alike.len() < MOST_ALIKE) && !alike.contains(&look) {
            alike.push(look);
            open.push_back(Rc::clone(node));
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

/// Returns the states that a dossier is in, in order.
pub(super) fn states_of(dossier: Option<&Dossier>) -> Vec<StateId> {
    let mut states: Vec<StateId> =
        dossier.into_iter().flat_map(|dossier| &dossier.active).map(|place| place.state).collect();
    states.sort_unstable();
    states
}
