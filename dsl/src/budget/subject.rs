//! What is measured: a clock with what moves it, or the limit of a parallel.

use super::facts::{Guard, Known};
use super::net::{Net, Within, shortest};
use crate::model::{Event, Origin, RuleTrigger};
use crate::syntax::{self, Anchor, Inside, Occurrence, Word};

/// How a clock stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Phase {
    /// It has not started, or has ended.
    Off,
    /// It does not run yet, and will count from what has happened.
    Anchored,
    /// It runs.
    On,
}

/// Everything that decides how a dossier can go on from a state.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Standing {
    pub(super) phase: Phase,
    /// The suspensions between two events that are open.
    pub(super) held: u16,
    /// What has been taken of that which is taken at most once.
    pub(super) once: u32,
    pub(super) known: Known,
}

/// What a transition does to a clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Moved {
    /// Counting begins with it, or anew.
    pub(super) fresh: bool,
    /// It ends the clock so that it counts: the limits that may hold then, as bits.
    pub(super) ended: Option<u32>,
}

#[derive(Debug, Default)]
struct Events(Vec<Event>);

impl Events {
    fn have(&self, command: Option<usize>, entered: Option<usize>) -> bool {
        self.0.iter().any(|event| match event {
            Event::State(state) => entered == Some(*state),
            Event::Command(given) => command == Some(*given),
        })
    }
}

/// What is measured.
#[derive(Debug, Default)]
pub(super) struct Subject {
    from: Events,
    until: Events,
    anchor: Option<(Event, bool)>,
    restarts: Vec<(Events, Guard)>,
    stands_in: Vec<(Vec<usize>, Guard)>,
    held: Vec<(Events, Events, Guard)>,
    /// The limits in the order written.
    pub(super) limits: Vec<(Guard, Within)>,
    /// The branch in which it begins and ends.
    pub(super) scope: Option<Inside>,
}

/// Why a clock is not measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Undecided {
    /// It counts from a date in the data, or from one of several events.
    Anchor,
    /// Its limit stands in the data.
    Limit,
    /// What moves it happens inside of one branch of parallel work and outside of it.
    Branches,
    /// There is too much to walk over.
    Size,
    /// Units are mixed, and no calendar is used.
    NoCalendar,
    /// The calendar does not cover the years that are needed.
    Coverage,
    /// Units are mixed, and the clock stands still on the way.
    Stops,
    /// The clock may come to stand still after the close of its last day.
    Close,
}

impl Subject {
    /// Returns a clock with what moves it.
    pub(super) fn clock(net: &Net<'_, '_>, clock: &syntax::Clock) -> Result<Self, Undecided> {
        let procedure = net.procedure;
        let events =
            |words: &[Word]| Events(words.iter().filter_map(|word| procedure.event(&word.text).ok()).collect());
        let anchor = match &clock.anchor {
            None => None,
            Some(Anchor::Event { which, name }) => {
                let event = procedure.event(&name.text).map_err(|_| Undecided::Anchor)?;
                Some((event, *which == Some(Occurrence::Latest)))
            }
            Some(_) => return Err(Undecided::Anchor),
        };
        let (mut stands_in, mut held) = (Vec::new(), Vec::new());
        for suspends in &clock.suspends {
            let guard = net.facts.guard(suspends.when.as_ref());
            if !suspends.on.is_empty() {
                held.push((events(&suspends.on), events(&suspends.until), guard.clone()));
            }
            let states = suspends.states.iter().filter_map(|word| procedure.states.get(&word.text)).collect();
            stands_in.push((states, guard));
        }
        let restarts: Vec<_> =
            clock.restarts.iter().map(|r| (events(&r.on), net.facts.guard(r.when.as_ref()))).collect();
        stands_in.push((waiting(net, &restarts), Guard::default()));
        let limits = clock.limits.iter();
        let limits: Vec<_> = limits.map(|l| (net.facts.guard(l.when.as_ref()), shortest(procedure, &l.term))).collect();
        if held.len() > 15 || limits.len() > 31 {
            return Err(Undecided::Size);
        }
        if limits.is_empty() || limits.iter().any(|(_, limit)| !matches!(limit, Within::Term(_))) {
            return Err(Undecided::Limit);
        }
        let (from, until) = (events(&clock.from), events(&clock.until));
        let mut subject = Self { from, until, anchor, restarts, stands_in, held, limits, scope: None };
        subject.scope = subject.scope(net)?;
        Ok(subject)
    }

    /// Returns the limit of a parallel, which stands still with a clock where it says so.
    pub(super) fn parallel(net: &Net<'_, '_>, state: usize, limit: Within) -> Result<Self, Undecided> {
        let of = net.place(state).and_then(|place| place.within_of);
        let clock = of.and_then(|clock| net.procedure.syntax.clocks.get(clock));
        let mut subject = match clock {
            Some(clock) => Self { stands_in: Self::clock(net, clock)?.stands_in, ..Self::default() },
            None => Self::default(),
        };
        subject.limits = vec![(Guard::default(), limit)];
        Ok(subject)
    }

    /// Returns the branch that everything which moves the clock happens in; nothing where that is no branch.
    fn scope(&self, net: &Net<'_, '_>) -> Result<Option<Inside>, Undecided> {
        let lists = [&self.from, &self.until].into_iter();
        let lists = lists.chain(self.restarts.iter().map(|(events, _)| events));
        let lists = lists.chain(self.held.iter().flat_map(|(on, until, _)| [on, until]));
        let mut found: Option<Option<Inside>> = None;
        let events = lists.flat_map(|events| &events.0).chain(self.anchor.iter().map(|(event, _)| event));
        for inside in events.flat_map(|event| places(net, *event)) {
            if *found.get_or_insert(inside) != inside {
                return Err(Undecided::Branches);
            }
        }
        Ok(found.flatten())
    }

    /// Returns whether the clock stands still in a state; where that is not known, it runs.
    pub(super) fn stands(&self, state: usize, known: &Known) -> bool {
        self.stands_in.iter().any(|(states, guard)| states.contains(&state) && guard.holds(known) == Some(true))
    }

    /// Returns how the clock stands after a command, or after a state was entered: once for each way in which a guard of it may
    /// go; nothing when the command would be refused.
    pub(super) fn moved(
        &self,
        before: &Standing,
        command: Option<usize>,
        entered: Option<usize>,
    ) -> Vec<(Standing, Moved)> {
        let mut now = before.clone();
        let mut moved = Moved::default();
        if let Some((event, latest)) = &self.anchor
            && Events(vec![*event]).have(command, entered)
        {
            moved.fresh = now.phase == Phase::Off || *latest;
            now.phase = if now.phase == Phase::Off { Phase::Anchored } else { now.phase };
        }
        for (i, (_, until, _)) in self.held.iter().enumerate() {
            if until.have(command, entered) {
                now.held &= !(1 << i);
            }
        }
        let mut found = vec![(now, moved)];
        for (_, guard) in self.restarts.iter().filter(|(on, _)| on.have(command, entered)) {
            found = found.into_iter().flat_map(|one| restarted(one, guard)).collect();
        }
        let starts = self.from.have(command, entered);
        found.retain_mut(|(now, moved)| {
            match now.phase {
                Phase::Off if starts && self.anchor.is_some() => return false,
                Phase::Off if starts => (now.phase, moved.fresh) = (Phase::On, true),
                Phase::Anchored if starts => now.phase = Phase::On,
                _ => {}
            }
            for (i, (on, _, guard)) in self.held.iter().enumerate() {
                if now.phase == Phase::On && on.have(command, entered) && guard.holds(&now.known) == Some(true) {
                    now.held |= 1 << i;
                }
            }
            if now.phase == Phase::On && self.until.have(command, entered) {
                (now.phase, now.held) = (Phase::Off, 0);
                moved.ended = Some(self.limits_that_may_hold(&now.known));
            }
            true
        });
        found
    }

    fn limits_that_may_hold(&self, known: &Known) -> u32 {
        let mut bits = 0;
        for (i, (guard, _)) in self.limits.iter().enumerate() {
            let holds = guard.holds(known);
            if holds != Some(false) {
                bits |= 1 << i;
            }
            if holds == Some(true) {
                break;
            }
        }
        bits
    }
}

fn restarted((now, moved): (Standing, Moved), guard: &Guard) -> Vec<(Standing, Moved)> {
    if now.phase == Phase::Off {
        return vec![(now, moved)];
    }
    let holds = guard.holds(&now.known);
    let mut found = Vec::new();
    if holds != Some(true) {
        let mut kept = now.clone();
        guard.unlearn(&mut kept.known);
        found.push((kept, moved));
    }
    if holds != Some(false) {
        let mut anew = now;
        guard.learn(&mut anew.known);
        found.push((anew, Moved { fresh: true, ..moved }));
    }
    found
}

/// Returns the states that wait for a restart, in which the clock stands still.
fn waiting(net: &Net<'_, '_>, restarts: &[(Events, Guard)]) -> Vec<usize> {
    let rules = net.procedure.rules.iter();
    let waits = rules.filter_map(|rule| match (&rule.origin, rule.trigger) {
        (Origin::Own(state), RuleTrigger::Command(command)) => {
            restarts.iter().any(|(on, _)| on.have(Some(command), None)).then_some(*state)
        }
        _ => None,
    });
    waits.collect()
}

/// Returns the branches in which something can happen.
fn places(net: &Net<'_, '_>, event: Event) -> Vec<Option<Inside>> {
    let inside = |state: usize| net.procedure.state(state).and_then(|state| state.inside);
    match event {
        Event::State(state) => vec![inside(state)],
        Event::Command(command) => {
            let given = |trigger: RuleTrigger<'_>| matches!(trigger, RuleTrigger::Command(given) if given == command);
            let rules = net.procedure.rules.iter().filter(|rule| given(rule.trigger));
            rules
                .flat_map(|rule| match rule.origin {
                    Origin::Start => vec![None],
                    _ => net.procedure.sources(rule).into_iter().map(inside).collect(),
                })
                .collect()
        }
    }
}
