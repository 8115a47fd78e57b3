//! What is measured: a clock with what moves it, or the limit of a parallel.

use std::cell::Cell;

use motcua_engine::clock::Edges;

use super::Over;
use super::anchor::Anchored;
use super::facts::{Change, Guard, Known};
use super::net::{Net, Way, Within, shortest};
use crate::lower::term;
use crate::model::{Event, Origin, RuleTrigger};
use crate::syntax::{self, Inside, Word};

/// How a clock stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Phase {
    /// It has not started, or has ended.
    Off,
    /// It has ended, and what it counted from is known still.
    Ended,
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
    /// What has happened of that which a clock waits for to count from the latest of it.
    pub(super) seen: u8,
    /// What has been taken of that which is taken at most once.
    pub(super) once: u32,
    /// What may have been.
    pub(super) maybe: u32,
    pub(super) known: Known,
}

impl Standing {
    /// Returns whether time counts, or will have once the clock begins.
    pub(super) fn counts(&self) -> bool {
        matches!(self.phase, Phase::Anchored | Phase::On)
    }
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
        self.0.iter().any(|event| event.is(command, entered))
    }
}

/// What is measured.
#[derive(Debug, Default)]
pub(super) struct Subject {
    from: Events,
    until: Events,
    anchor: Option<Anchored>,
    restarts: Vec<(Events, Guard)>,
    stands_in: Vec<(Vec<usize>, Guard)>,
    held: Vec<(Events, Events, Guard)>,
    /// The limits in the order written.
    pub(super) limits: Vec<(Guard, Within)>,
    /// Which days of a suspension do not count.
    pub(super) edges: Edges,
    /// The branch in which it begins and ends.
    pub(super) scope: Option<Inside>,
    /// The branches within that in which something moves it.
    pub(super) followed: Vec<Inside>,
    /// The parallels whose followed branches go on side by side: there are several, or one that may be left before it is done, or
    /// that may take no part.
    side: Vec<usize>,
    /// It begins again, and counts from what happened before it ended.
    begins_on_the_past: Cell<bool>,
}

/// Why a clock is not measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Undecided {
    /// It counts from a date in the data.
    Date,
    /// It counts from the earlier of several events that happen again, or from what comes of several such choices.
    Anchor,
    /// Its limit stands in the data.
    Limit,
    /// Its limit is no term, which is said already.
    Invalid,
    /// What moves it happens in several branches of parallel work, or in one that is not waited for: of the longest way it is not
    /// certain that a dossier can take it.
    Branches,
    /// The same, and such a branch holds parallel work of its own.
    Nested,
    /// A limit on the way stands still with another clock.
    Follows,
    /// There is too much to walk over.
    Size,
    /// There are more days on which it may begin than could be tried.
    Days,
    /// Units are mixed, and no calendar is used.
    NoCalendar,
    /// The calendar does not cover the years that are needed.
    Coverage,
    /// The clock stands still on the way, and something there is not counted stretch by stretch.
    Stops,
    /// The stretches between which the clock stands still are too long together by so much, and no dossier was found that is.
    Stretches(Over),
    /// Hours are counted beside days, and not every second of a day could be tried.
    Hours,
    /// The clock may come to stand still once it has run out, and no dossier was found that does.
    Close,
}

impl Subject {
    /// Returns a clock with what moves it.
    pub(super) fn clock(net: &Net<'_, '_>, clock: &syntax::Clock) -> Result<Self, Undecided> {
        let procedure = net.procedure;
        let events =
            |words: &[Word]| Events(words.iter().filter_map(|word| procedure.event(&word.text).ok()).collect());
        let anchor = clock.anchor.as_ref().map(|anchor| Anchored::of(net, anchor)).transpose()?;
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
        let states = procedure.syntax.states.iter().enumerate();
        let called = states.filter(|(_, state)| state.counts_outside().is_some()).map(|(number, _)| number);
        stands_in.push((called.collect(), Guard::default()));
        let limits = clock.limits.iter();
        let limits: Vec<_> = limits.map(|l| (net.facts.guard(l.when.as_ref()), shortest(procedure, &l.term))).collect();
        if held.len() > 15 || limits.len() > 31 {
            return Err(Undecided::Size);
        }
        if clock.limits.iter().any(|limit| term::term(&limit.term).is_err()) {
            return Err(Undecided::Invalid);
        }
        if limits.is_empty() || limits.iter().any(|(_, limit)| !matches!(limit, Within::Term(_))) {
            return Err(Undecided::Limit);
        }
        // What is the latest of them does not move one that was restarted.
        if anchor.as_ref().is_some_and(Anchored::moves) && !restarts.is_empty() {
            return Err(Undecided::Anchor);
        }
        let (from, until) = (events(&clock.from), events(&clock.until));
        let edges = crate::lower::edges(clock);
        let (followed, side) = (Vec::new(), Vec::new());
        let mut subject = Self {
            from,
            until,
            anchor,
            restarts,
            stands_in,
            held,
            limits,
            edges,
            followed,
            side,
            scope: None,
            begins_on_the_past: Cell::new(false),
        };
        subject.look_into_branches(net)?;
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

    /// Finds the branches in which something moves the clock: the innermost around all of it, and those within that one.
    fn look_into_branches(&mut self, net: &Net<'_, '_>) -> Result<(), Undecided> {
        let lists = [&self.from, &self.until].into_iter();
        let lists = lists.chain(self.restarts.iter().map(|(events, _)| events));
        let lists = lists.chain(self.held.iter().flat_map(|(on, until, _)| [on, until]));
        let anchors = self.anchor.iter().flat_map(|anchor| anchor.events.iter().map(|(event, _)| event));
        let events = lists.flat_map(|events| &events.0).chain(anchors);
        // One that may be left before it is done does not stand for itself.
        let is_done = |inside: &Inside| {
            let all = net.procedure.branch(*inside).and_then(|(parallel, _)| parallel.parallel.as_ref());
            net.procedure.joins(inside.parallel) == all.map(|all| all.branches.len())
        };
        // Nor is it sure that a state of one in which the clock stands still can be passed by while the others go on.
        let stands = self.stands_in.iter().flat_map(|(states, _)| states.iter().copied());
        let stands = stands.filter(|state| net.procedure.around(*state).any(|inside| !is_done(&inside)));
        let events = events.copied().chain(stands.map(Event::State));
        let around = |inside: Option<Inside>| -> Vec<Inside> {
            let outer = inside.into_iter().flat_map(|inside| net.procedure.around(inside.parallel));
            let mut around: Vec<Inside> = inside.into_iter().chain(outer).collect();
            around.reverse();
            around
        };
        let mut chains: Vec<Vec<Inside>> = events.flat_map(|event| places(net, event)).map(around).collect();
        chains.sort_by_key(Vec::len);
        chains.dedup();
        let Some(shortest) = chains.first() else { return Ok(()) };
        let in_all = |i: usize| chains.iter().all(|chain| chain.get(i) == shortest.get(i));
        let common = (0..shortest.len()).take_while(|i| in_all(*i) && shortest.get(*i).is_some_and(is_done));
        let common = common.count();
        self.scope = common.checked_sub(1).and_then(|last| shortest.get(last)).copied();
        for inside in chains.iter().flat_map(|chain| chain.iter().skip(common)) {
            if self.followed.contains(inside) {
                continue;
            }
            if self.followed.len() == 16 {
                return Err(Undecided::Size);
            }
            self.followed.push(*inside);
        }
        for inside in &self.followed {
            let Some((_, branch)) = net.procedure.branch(*inside) else { continue };
            let alone = self.followed.iter().filter(|other| other.parallel == inside.parallel).count() == 1;
            let is_plain = alone && branch.when.is_none() && is_done(inside);
            if !is_plain && !self.side.contains(&inside.parallel) {
                self.side.push(inside.parallel);
            }
        }
        let is_parallel = |state: usize| net.procedure.state(state).is_some_and(|state| state.parallel.is_some());
        let nested = |parallel: &usize| {
            let moves = |inside: Inside| inside.parallel == *parallel && self.followed.contains(&inside);
            net.within(*parallel).filter(|state| net.procedure.around(*state).any(moves)).any(is_parallel)
        };
        if self.side.iter().any(nested) { Err(Undecided::Nested) } else { Ok(()) }
    }

    /// Returns whether it may count from something before it began for the first time, which nobody knows here.
    pub(super) fn begins_on_the_past(&self) -> bool {
        self.begins_on_the_past.get()
    }

    /// Returns the branch of a parallel in which something moves the clock, with its number.
    pub(super) fn followed(&self, parallel: usize) -> Option<(usize, Inside)> {
        self.followed.iter().copied().enumerate().find(|(_, inside)| inside.parallel == parallel)
    }

    /// Returns whether the followed branches of a parallel go on side by side.
    pub(super) fn is_side(&self, parallel: usize) -> bool {
        self.side.contains(&parallel)
    }

    /// Returns the branches of a parallel in which something moves the clock, with their numbers.
    pub(super) fn sides(&self, parallel: usize) -> impl Iterator<Item = (usize, Inside)> {
        self.followed.iter().copied().enumerate().filter(move |(_, inside)| inside.parallel == parallel)
    }

    /// Returns how many instants are kept from which something counts.
    pub(super) fn slots(&self) -> usize {
        if self.side.is_empty() { self.followed.len() } else { 2 * self.followed.len() }
    }

    /// Returns whether the clock stands still in a state; where that is not known, it runs.
    pub(super) fn stands(&self, state: usize, known: &Known) -> bool {
        self.stands_in.iter().any(|(states, guard)| states.contains(&state) && guard.holds(known) == Some(true))
    }

    /// Returns whether the clock may stand still in a state, as far as is known.
    pub(super) fn may_stand(&self, state: usize, known: &Known) -> bool {
        self.stands_in.iter().any(|(states, guard)| states.contains(&state) && guard.holds(known) != Some(false))
    }

    /// Returns whether it is not always known whether the clock stands still between two events.
    pub(super) fn is_held_perhaps(&self) -> bool {
        self.held.iter().any(|(_, _, guard)| guard.is_said)
    }

    /// Returns the guards by which the clock may stand still in a state, as far as is known, or between two events.
    pub(super) fn suspending(&self, state: usize, known: &Known) -> impl Iterator<Item = Guard> {
        let here = self.stands_in.iter().filter(move |(states, _)| states.contains(&state)).map(|(_, guard)| guard);
        let held = self.held.iter().map(|(_, _, guard)| guard);
        here.chain(held).filter(|guard| guard.holds(known).is_none()).cloned()
    }

    /// Returns the guards that are not understood by which a command may begin it anew.
    pub(super) fn restarting(&self, is_given: impl Fn(usize) -> bool) -> Vec<Guard> {
        let is = |event: &Event| matches!(event, Event::Command(command) if is_given(*command));
        let of = self.restarts.iter().filter(|(on, guard)| guard.opaque && on.0.iter().any(is));
        of.map(|(_, guard)| guard.clone()).collect()
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
        if let Some(anchor) = &self.anchor {
            anchor.happens(&mut now, &mut moved, command, entered);
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
                Phase::Ended if starts => {
                    self.begins_on_the_past.set(true);
                    return false;
                }
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
                let ended = if self.anchor.is_some() { Phase::Ended } else { Phase::Off };
                (now.phase, now.held) = (ended, 0);
                moved.ended = Some(self.limits_that_may_hold(&now.known));
            }
            true
        });
        found
    }

    /// Returns the limits by which the clock may have run out before a way is taken after which they may not hold, or it counts anew:
    /// that it is in time later on does not mend that. What it used before it stood still to be restarted is forgiven. A clock that ends
    /// with the way is held against what held before it. `beside` may happen at any time before.
    pub(super) fn held_until(
        &self,
        before: &Standing,
        (way, beside, runs): (&Way, &[Change], bool),
        after: &Standing,
        moved: &mut Moved,
    ) -> Option<u32> {
        let anew = moved.fresh && moved.ended.is_none();
        if before.phase != Phase::On || if anew { !runs } else { self.limits.len() == 1 } {
            return None;
        }
        let all = way.brought.iter().chain(&way.ends).chain(&way.done).chain(beside);
        let changed: Vec<usize> = all.map(Change::fact).collect();
        // What its guard says of what is changed is so only now.
        let mut known = before.known.clone();
        way.guard.learn(&mut known);
        for fact in &changed {
            if let (Some(slot), Some(before)) = (known.get_mut(*fact), before.known.get(*fact)) {
                slot.clone_from(before);
            }
        }
        let held = self.limits_that_may_hold(&known);
        if moved.ended.is_some() && !moved.fresh {
            moved.ended = Some(held);
            return None;
        }
        let read = self.limits.iter().flat_map(|(guard, _)| guard.facts());
        let is_changed = read.into_iter().any(|fact| changed.contains(&fact));
        let still = match moved.ended {
            Some(limits) => limits,
            None if anew => 0,
            None => Some(self.limits_that_may_hold(&after.known))
                .filter(|limits| !is_changed || limits.is_power_of_two())
                .unwrap_or_default(),
        };
        let gone = held & !still;
        (gone != 0).then_some(gone)
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
    // One that does not run yet knows no restart.
    if now.phase != Phase::On {
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
