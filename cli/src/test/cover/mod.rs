//! What tests have shown of a procedure, and what no test has shown yet.
//!
//! ```text
//! plan -> items      journals -> marks (trace)      items with marks -> text, JSON, a page
//! ```

mod page;
mod report;
mod trace;

use motcua_engine::plan::{ClockPlan, Logic, Plan, StateKind, TransitionPlan, Trigger};
use motcua_engine::{ClockId, CommandId, StateId, TransitionId};

pub use page::page;
pub use report::{json, text};
pub use trace::trace;

/// What may happen to a clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fate {
    Early,
    OnTime,
    Late,
    Suspended,
    Restarted,
    Extended,
    Reappointed,
    /// Its count went over a holiday, or its last day was moved by one.
    OverHoliday,
}

impl Fate {
    fn word(self) -> &'static str {
        match self {
            Self::Early => "early",
            Self::OnTime => "on time",
            Self::Late => "late",
            Self::Suspended => "suspended",
            Self::Restarted => "restarted",
            Self::Extended => "extended",
            Self::Reappointed => "promised anew",
            Self::OverHoliday => "over a holiday",
        }
    }
}

/// Something that a test can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key {
    State(StateId),
    Transition(TransitionId),
    /// The guard of a transition held, or did not.
    Guard(TransitionId, bool),
    Rung(ClockId, u16),
    Refused(CommandId),
    Clock(ClockId, Fate),
    Silence(TransitionId),
}

impl Key {
    /// Returns the kind of thing, as reports name it.
    fn kind(self) -> &'static str {
        match self {
            Self::State(_) => "states",
            Self::Transition(_) => "transitions",
            Self::Guard(..) => "guards",
            Self::Rung(..) => "rungs",
            Self::Refused(_) => "refusals",
            Self::Clock(..) | Self::Silence(_) => "terms",
        }
    }
}

/// The kinds, in the order in which they are told.
const KINDS: [&str; 6] = ["states", "transitions", "guards", "refusals", "terms", "rungs"];

/// One thing that a test can show, and whether one has.
#[derive(Clone, Debug)]
pub(super) struct Item {
    key: Key,
    name: String,
    /// Where it stands, where that is known.
    line: Option<(String, u32)>,
    seen: bool,
}

/// What tests have shown of one version of a procedure.
#[derive(Debug)]
pub struct Coverage<'p> {
    plan: &'p Plan,
    items: Vec<Item>,
    /// How many tests it has.
    tests: usize,
}

impl<'p> Coverage<'p> {
    fn new(plan: &'p Plan, seen: &std::collections::BTreeSet<Key>, tests: usize) -> Self {
        let mut items = items(plan);
        for item in &mut items {
            item.seen = seen.contains(&item.key);
        }
        Self { plan, items, tests }
    }

    /// Returns the plan of the procedure.
    #[must_use]
    pub fn plan(&self) -> &'p Plan {
        self.plan
    }

    /// Returns the transitions that no test has taken, with their names.
    pub(super) fn missing_transitions(&self) -> Vec<(String, TransitionId)> {
        let missing = self.items.iter().filter(|item| !item.seen);
        missing
            .filter_map(|item| match item.key {
                Key::Transition(id) => Some((item.name.clone(), id)),
                _ => None,
            })
            .collect()
    }

    /// Returns how many things were shown, and how many there are.
    #[must_use]
    pub fn count(&self) -> (usize, usize) {
        (self.items.iter().filter(|item| item.seen).count(), self.items.len())
    }
}

/// Returns how many percent of all was shown, rounded down: nothing is left where it says 100.
#[must_use]
pub fn percent<'c, 'p: 'c>(all: impl IntoIterator<Item = &'c Coverage<'p>>) -> usize {
    let (seen, count) = all.into_iter().map(Coverage::count).fold((0, 0), |(a, b), (c, d)| (a + c, b + d));
    (seen * 100).checked_div(count).unwrap_or(100)
}

fn items(plan: &Plan) -> Vec<Item> {
    let logic = &plan.logic;
    let mut found = Vec::new();
    let mut add = |key, name: String, line| found.push(Item { key, name, line, seen: false });
    let place = |way: &TransitionPlan| {
        plan.words.rules.get(way.rule.index()).map(|rule| (rule.place.file.to_string(), rule.place.line))
    };
    for (id, state) in logic.graph.states().filter(|(_, state)| !matches!(state.kind, StateKind::Start)) {
        add(Key::State(id), state.name.to_string(), None);
    }
    for (id, from, to, way) in logic.graph.transitions() {
        let name = transition(logic, from, to, way);
        add(Key::Transition(id), name.clone(), place(way));
        if let Some(script) = way.when {
            let text =
                logic.scripts.get(script.index()).map(|script| script.text.trim().to_owned()).unwrap_or_default();
            for holds in [true, false] {
                let side = if holds { "holds" } else { "does not hold" };
                add(Key::Guard(id, holds), format!("`{text}` {side} ({name})"), place(way));
            }
        }
        if let Some(tacit) = way.tacit {
            let state = logic.graph.state(from).map(|state| state.name.as_str()).unwrap_or_default();
            add(Key::Silence(id), format!("{state}: silence means {}", tacit.name()), place(way));
        }
    }
    for (number, name) in logic.commands.iter().enumerate() {
        if let Some(id) = CommandId::new(number) {
            add(Key::Refused(id), name.to_string(), None);
        }
    }
    for (number, clock) in logic.clocks.iter().enumerate() {
        let Some(id) = ClockId::new(number) else { continue };
        let named = clock.of_state.is_none();
        for fate in if named { fates(clock) } else { Vec::new() } {
            add(Key::Clock(id, fate), format!("{} {}", clock.name, fate.word()), None);
        }
        for (number, rung) in clock.rungs.iter().enumerate() {
            let Ok(number) = u16::try_from(number) else { continue };
            add(Key::Rung(id, number), format!("{}, {}", clock.name, crate::sketch::rung_at(&rung.at)), None);
        }
    }
    found
}

/// Returns what may happen to a clock of the procedure.
fn fates(clock: &ClockPlan) -> Vec<Fate> {
    let mut fates = Vec::new();
    if !clock.ends.is_empty() {
        fates.extend([Fate::Early, Fate::OnTime, Fate::Late]);
    }
    let may = [
        (Fate::Suspended, !clock.suspends.is_empty()),
        (Fate::Restarted, !clock.restarts.is_empty()),
        (Fate::Extended, clock.extends.is_some()),
        (Fate::Reappointed, clock.reappoints.is_some()),
        (Fate::OverHoliday, true),
    ];
    fates.extend(may.into_iter().filter(|(_, may)| *may).map(|(fate, _)| fate));
    fates
}

/// Returns a transition as reports name it: `received: accept -> checking`.
fn transition(logic: &Logic, from: StateId, to: StateId, way: &TransitionPlan) -> String {
    let state = |id: StateId| logic.graph.state(id).map(|state| state.name.as_str()).unwrap_or_default();
    let clock = |id: ClockId| logic.clocks.get(id.index()).map(|clock| clock.name.to_string()).unwrap_or_default();
    let what = match way.trigger {
        Trigger::Command(command) => logic.commands.get(command.index()).map(ToString::to_string).unwrap_or_default(),
        Trigger::Always => "always".to_owned(),
        Trigger::Join => "join".to_owned(),
        Trigger::After(id) => clock(id),
        Trigger::Timer(timer) => {
            let name = logic.timers.get(timer.index()).map(|timer| timer.name.as_str()).unwrap_or_default();
            format!("timer {name}")
        }
        Trigger::Outcome if way.outcomes.is_empty() => "outcome otherwise".to_owned(),
        Trigger::Outcome => format!("outcome {}", way.outcomes.join(", ")),
    };
    let target = if way.stays { String::new() } else { format!(" -> {}", state(to)) };
    match state(from) {
        "" => format!("{what}{target}"),
        from => format!("{from}: {what}{target}"),
    }
}
