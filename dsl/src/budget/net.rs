//! A procedure made ready for walking: the ways out of each state, who can take them, and what bounds the stay.

use std::collections::HashSet;

use motcua_engine::calendar::{Length, Term};

use super::facts::{Change, Facts, Guard};
use crate::lower::term;
use crate::model::{Event, Origin, Procedure, Rule, RuleTrigger, Target};
use crate::syntax::{self, Anchor, Inside, Occurrence, Transition};

/// More ways than these are not walked.
const MOST_WAYS: usize = 200_000;

/// More timers than these bound no stay.
const MOST_TIMERS: usize = 8;

/// A way out of a state, or, without a target, a line that keeps it.
#[derive(Debug)]
pub(super) struct Way {
    /// The rule.
    pub(super) rule: usize,
    /// Where it leads.
    pub(super) target: Option<usize>,
    /// When it may be taken.
    pub(super) guard: Guard,
    /// An `otherwise`: when none of these holds.
    pub(super) unless: Vec<Guard>,
    /// What is not known any more before its guard is asked.
    pub(super) brought: Vec<Change>,
    /// What is not known any more because of the branches that end with it.
    pub(super) ends: Vec<Change>,
    /// What it does to what is known.
    pub(super) done: Vec<Change>,
    /// Its number among those that are taken at most once and are followed.
    pub(super) once: Option<u32>,
    /// It is taken at most once, which is not followed.
    pub(super) is_loose: bool,
    /// The time after which it is taken by itself; of a length in the data the longest.
    pub(super) after: Option<Term>,
    /// That stands in the data, and may be shorter.
    pub(super) varies: bool,
    /// The timer that takes it, where its anchor is an event: a number of [`Net::timers`].
    pub(super) timer: Option<usize>,
    /// That timer counts anew from whenever the state is entered, so it is sure to fall due in it.
    pub(super) is_sure: bool,
}

/// A timer that counts from an event.
#[derive(Clone, Copy, Debug)]
pub(super) struct Timer {
    number: usize,
    /// From when it counts.
    pub(super) anchor: Event,
    /// From its latest occurrence, not from its first.
    pub(super) latest: bool,
    /// From its latest occurrence, or from the only one that there can be.
    anew: bool,
    /// How long.
    pub(super) term: Term,
    /// It falls due at 00:00 of the last day.
    pub(super) on_last_day: bool,
}

/// What bounds the stay in a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Within {
    /// Nothing.
    Nothing,
    /// So long.
    Term(Term),
    /// Something in the data without an upper bound.
    Data,
}

/// A state.
#[derive(Debug)]
pub(super) struct Place {
    /// Its ways, in the order in which they are tried.
    pub(super) ways: Vec<Way>,
    /// Its own limit.
    pub(super) within: Within,
    /// The clock that its limit stops with.
    pub(super) within_of: Option<usize>,
    /// The clocks with which its limit, or that of a way out of it, comes to stand still.
    pub(super) follows: Vec<usize>,
    /// What is done as it is entered or left.
    moved: Vec<Change>,
    /// An office can lead the dossier out of it.
    pub(super) office: bool,
    /// Some command leads out of it.
    is_left: bool,
    /// An office can give some command.
    held_by_office: bool,
}

/// A procedure made ready.
#[derive(Debug)]
pub(super) struct Net<'p, 'a> {
    /// The procedure.
    pub(super) procedure: &'p Procedure<'a>,
    /// What is known of the data on a way.
    pub(super) facts: Facts<'p, 'a>,
    /// The states, as written.
    pub(super) places: Vec<Place>,
    /// How a dossier is opened.
    pub(super) opens: Vec<Way>,
    /// Timers that lead somewhere and count from an event.
    pub(super) timers: Vec<Timer>,
    /// The commands that ladders take.
    pub(super) taken_by_ladders: Vec<usize>,
    /// Not everything is followed, so some ways may not be there.
    pub(super) loose: bool,
}

impl<'p, 'a> Net<'p, 'a> {
    /// Returns a procedure made ready, or nothing when there is too much of it. `exact` follows what is known of the data and
    /// what can be taken only once.
    pub(super) fn new(procedure: &'p Procedure<'a>, exact: bool) -> Option<Self> {
        let facts = Facts::new(procedure, exact);
        let (mut opens, mut count, mut onces) = (Vec::new(), 0_usize, 0_u32);
        let states = procedure.syntax.states.iter();
        let mut places: Vec<Place> = states.map(|state| place(procedure, &facts, state)).collect();
        let mut loose = !exact;
        let timers = timers(procedure);
        // Those of a state itself are tried before those that several share.
        for own in [true, false] {
            for (i, rule) in procedure.rules.iter().enumerate() {
                let is_own = matches!(rule.origin, Origin::Own(_) | Origin::Start);
                if is_own != own || rule.target == Target::Unknown {
                    continue;
                }
                let once = if !rule.transition.once {
                    None
                } else if exact && onces < u32::BITS {
                    onces += 1;
                    Some(onces - 1)
                } else {
                    loose = true;
                    None
                };
                if rule.origin == Origin::Start {
                    opens.push(way(procedure, &facts, &timers, (i, rule), None, once));
                    continue;
                }
                for source in procedure.sources(rule) {
                    count += 1;
                    if count > MOST_WAYS {
                        return None;
                    }
                    let way = way(procedure, &facts, &timers, (i, rule), Some(source), once);
                    let Some(place) = places.get_mut(source) else { continue };
                    let leaves = way.target.is_some();
                    let is_command = matches!(rule.trigger, RuleTrigger::Command(_));
                    let by_office = is_command && by_office(procedure, source, rule.transition);
                    place.is_left |= leaves && is_command;
                    place.office |= leaves && by_office;
                    place.held_by_office |= by_office;
                    let of = rule.transition.trigger.term().and_then(|term| term.of.as_ref());
                    place.follows.extend(of.and_then(|clock| followed(procedure, clock)));
                    place.ways.push(way);
                }
            }
        }
        for place in &mut places {
            // Who leads on by what makes an automatic transition hold.
            let automatic = |way: &Way| {
                let trigger = procedure.rules.get(way.rule).map(|rule| rule.trigger);
                way.target.is_some() && matches!(trigger, Some(RuleTrigger::Always))
            };
            place.office |= !place.is_left && place.held_by_office && place.ways.iter().any(automatic);
        }
        let taken_by_ladders = taken_by_ladders(procedure);
        let mut net = Self { procedure, facts, places, opens, timers, taken_by_ladders, loose };
        net.look_at_ways();
        net.look_at_others();
        Some(net)
    }

    /// Says of each `otherwise` of a state itself which guards of the same command, for the same roles and with the same needs, do not hold
    /// then.
    fn look_at_others(&mut self) {
        let procedure = self.procedure;
        let words = |words: &'p [syntax::Word]| words.iter().map(|word| &word.text);
        let needs = |of: &'p Transition| of.needs.iter().map(|need| &need.name.text);
        for place in &mut self.places {
            let own = |way: &Way| {
                let rule = procedure.rules.get(way.rule)?;
                let RuleTrigger::Command(command) = rule.trigger else { return None };
                matches!(rule.origin, Origin::Own(_)).then_some((command, rule.transition))
            };
            let all: Vec<_> = place.ways.iter().map(|way| (own(way), way.guard.clone())).collect();
            for way in &mut place.ways {
                let Some((command, otherwise)) = own(way).filter(|(_, way)| way.otherwise.is_some()) else { continue };
                let others = all.iter().filter(|(other, _)| {
                    other.is_some_and(|(given, other)| {
                        given == command
                            && other.otherwise.is_none()
                            && !other.once
                            && words(&other.by).eq(words(&otherwise.by))
                            && needs(other).eq(needs(otherwise))
                    })
                });
                way.unless = others.map(|(_, guard)| guard.clone()).collect();
            }
        }
    }

    /// Says of ways what hangs on other states.
    fn look_at_ways(&mut self) {
        for state in 0..self.places.len() {
            let inside: Vec<usize> = self.within(state).collect();
            let exits = inside.iter().filter_map(|state| self.procedure.state(*state)).flat_map(|state| &state.exit);
            let ends = forgotten(&self.facts.done(exits));
            let sure: Vec<bool> = self.timers.iter().map(|timer| self.counts_from(timer, state)).collect();
            for way in self.places.get_mut(state).into_iter().flat_map(|place| &mut place.ways) {
                if way.target.is_some() {
                    way.ends.clone_from(&ends);
                }
                way.is_sure = way.timer.and_then(|timer| sure.get(timer)).copied().unwrap_or_default();
            }
        }
    }

    /// Returns whether a timer counts anew from whenever a state is entered, or the only one before it, and from nothing else.
    fn counts_from(&self, timer: &Timer, state: usize) -> bool {
        let begins = |inside: Inside| self.begins(inside) == Some(state);
        let is_begun = self.procedure.state(state).and_then(|state| state.inside).is_some_and(begins);
        let ways = self.places.iter().flat_map(|place| &place.ways).map(|way| (way, way.target));
        let opens = self.opens.iter().map(|way| (way, way.target.or_else(|| self.procedure.initial())));
        let wanted = match timer.anchor {
            Event::Command(wanted) => wanted,
            Event::State(anchor) if anchor == state => return timer.anew,
            Event::State(anchor) => {
                let into = |way: &Way| way.target == Some(state);
                let places = self.places.iter().enumerate();
                let others = places.filter(|(from, _)| *from != anchor).flat_map(|(_, place)| &place.ways);
                let is_initial = self.procedure.initial() == Some(state);
                return timer.anew && !is_begun && !is_initial && !others.chain(&self.opens).any(into);
            }
        };
        let given = |way: &Way| match self.procedure.rules.get(way.rule).map(|rule| rule.trigger) {
            Some(RuleTrigger::Command(command)) => command == wanted,
            _ => false,
        };
        timer.anew && !is_begun && ways.chain(opens).all(|(way, target)| given(way) == (target == Some(state)))
    }

    /// Returns the fields that some script sets to what is not understood.
    pub(super) fn made_up(&self) -> Vec<usize> {
        let ways = self.places.iter().flat_map(|place| &place.ways).chain(&self.opens);
        let mut found = Vec::new();
        for way in ways {
            for (i, change) in way.done.iter().enumerate() {
                let fact = change.fact();
                let later = way.done.get(i + 1..).unwrap_or_default();
                let stays = matches!(change, Change::Forget(_)) && later.iter().all(|later| later.fact() != fact);
                if stays && self.facts.is_field(fact) && !found.contains(&fact) {
                    found.push(fact);
                }
            }
        }
        found
    }

    /// Returns whether a rule is taken by a command.
    pub(super) fn is_given(&self, rule: usize, command: usize) -> bool {
        let trigger = self.procedure.rules.get(rule).map(|rule| rule.trigger);
        matches!(trigger, Some(RuleTrigger::Command(given)) if given == command)
    }

    /// Returns what bounds the stay in a state.
    pub(super) fn place(&self, state: usize) -> Option<&Place> {
        self.places.get(state)
    }

    /// Returns whether the limit of a state, or that of a parallel around it, stands still with another clock.
    pub(super) fn follows_another(&self, state: usize, clock: Option<usize>) -> bool {
        let around = self.procedure.around(state).map(|inside| inside.parallel);
        let places = std::iter::once(state).chain(around).filter_map(|state| self.places.get(state));
        places.flat_map(|place| &place.follows).any(|of| Some(*of) != clock)
    }

    /// Returns the states of the branches of a parallel, at any depth.
    pub(super) fn within(&self, parallel: usize) -> impl Iterator<Item = usize> {
        let inside = move |state: &usize| self.procedure.around(*state).any(|inside| inside.parallel == parallel);
        (parallel + 1..self.places.len()).take_while(inside)
    }

    /// Returns what is done inside of a parallel to the facts.
    pub(super) fn touched(&self, parallel: usize) -> Vec<Change> {
        self.touched_in(self.within(parallel))
    }

    /// Returns what is done to the facts beside a branch of a parallel: in the others, and by what keeps the parallel.
    pub(super) fn touched_beside(&self, branch: Inside) -> Vec<Change> {
        let is_own = |state: &usize| self.procedure.around(*state).any(|inside| inside == branch);
        let others = self.touched_in(self.within(branch.parallel).filter(|state| !is_own(state)));
        let ways = self.places.get(branch.parallel).into_iter().flat_map(|place| &place.ways);
        let kept = ways.filter(|way| way.target.is_none()).flat_map(|way| way.brought.iter().chain(&way.done));
        forgotten(others.iter().chain(kept))
    }

    /// Returns what may have been taken inside of a parallel of that which is taken at most once.
    pub(super) fn onces(&self, parallel: usize) -> u32 {
        let ways = self.within(parallel).filter_map(|state| self.places.get(state)).flat_map(|place| &place.ways);
        ways.filter_map(|way| way.once).fold(0, |all, once| all | 1 << once)
    }

    /// Returns what is done in states to the facts.
    pub(super) fn touched_in(&self, states: impl Iterator<Item = usize>) -> Vec<Change> {
        let places = states.filter_map(|state| self.places.get(state));
        let changes = places.flat_map(|place| {
            place.moved.iter().chain(place.ways.iter().flat_map(|way| way.brought.iter().chain(&way.done)))
        });
        forgotten(changes)
    }

    /// Returns the state in which a branch begins.
    pub(super) fn begins(&self, inside: Inside) -> Option<usize> {
        self.procedure.beginnings(inside).first().map(|(state, _)| *state)
    }
}

/// Returns that nothing is known any more of what is changed.
fn forgotten<'c>(changes: impl IntoIterator<Item = &'c Change>) -> Vec<Change> {
    let facts: HashSet<usize> = changes.into_iter().map(Change::fact).collect();
    let mut facts: Vec<usize> = facts.into_iter().collect();
    facts.sort_unstable();
    facts.into_iter().map(Change::Forget).collect()
}

fn place(procedure: &Procedure<'_>, facts: &Facts<'_, '_>, state: &syntax::State) -> Place {
    let within = state.within.as_ref().map_or(Within::Nothing, |term| longest(procedure, term));
    let of = state.within.as_ref().and_then(|term| term.of.as_ref());
    let within_of = of.and_then(|clock| procedure.clocks.get(&clock.text));
    let follows = of.and_then(|clock| followed(procedure, clock)).into_iter().collect();
    let moved = facts.done(state.entry.iter().chain(&state.exit));
    Place { ways: Vec::new(), within, within_of, follows, moved, office: false, is_left: false, held_by_office: false }
}

/// Returns a clock that may come to stand still.
fn followed(procedure: &Procedure<'_>, name: &syntax::Word) -> Option<usize> {
    let clock = procedure.clocks.get(&name.text)?;
    let stands = |clock: &syntax::Clock| !clock.suspends.is_empty() || !clock.restarts.is_empty();
    let calls = procedure.syntax.states.iter().any(|state| state.call.is_some());
    (calls || procedure.syntax.clocks.get(clock).is_some_and(stands)).then_some(clock)
}

fn taken_by_ladders(procedure: &Procedure<'_>) -> Vec<usize> {
    let rungs = procedure.syntax.clocks.iter().flat_map(|clock| &clock.rungs);
    let taken = rungs.flat_map(|rung| &rung.actions).filter_map(|action| match action {
        syntax::Action::Take(command) => procedure.event(&command.text).ok(),
        _ => None,
    });
    let commands = taken.filter_map(|event| if let Event::Command(command) = event { Some(command) } else { None });
    commands.collect()
}

fn way(
    procedure: &Procedure<'_>,
    facts: &Facts<'_, '_>,
    timers: &[Timer],
    (number, rule): (usize, &Rule<'_>),
    source: Option<usize>,
    once: Option<u32>,
) -> Way {
    let target = match rule.target {
        Target::State(state) => Some(state),
        Target::Stay | Target::Unknown => None,
    };
    let written = rule.transition;
    let moves = |state: Option<usize>| state.filter(|_| target.is_some()).and_then(|state| procedure.state(state));
    let left = moves(source).map(|state| state.exit.as_slice()).unwrap_or_default();
    let entered = moves(target).map(|state| state.entry.as_slice()).unwrap_or_default();
    let term = written.trigger.term();
    let after = term.and_then(|term| {
        let plain = matches!(written.trigger, syntax::Trigger::After(_));
        let term = if plain { term.clone() } else { crate::lower::window(term) };
        match longest(procedure, &term) {
            Within::Term(term) => Some(term),
            Within::Nothing | Within::Data => None,
        }
    });
    Way {
        rule: number,
        target,
        guard: facts.guard(written.when.as_ref()),
        unless: Vec::new(),
        brought: facts.brought(written),
        ends: Vec::new(),
        done: facts.done(left.iter().chain(&written.actions).chain(entered)),
        once,
        is_loose: written.once && once.is_none(),
        after,
        varies: after.is_some_and(|_| term.is_some_and(|term| matches!(term.length, syntax::Length::Data { .. }))),
        timer: match rule.trigger {
            RuleTrigger::Timer(number) => timers.iter().position(|timer| timer.number == number),
            _ => None,
        },
        is_sure: false,
    }
}

fn timers(procedure: &Procedure<'_>) -> Vec<Timer> {
    let timers = procedure.syntax.timers.iter().enumerate();
    let followed = timers.filter_map(|(number, timer)| {
        let Anchor::Event { which, name } = &timer.anchor else { return None };
        let term = term::term(&timer.term).ok()?;
        let anchor = procedure.event(&name.text).ok()?;
        let latest = *which == Some(Occurrence::Latest);
        let anew = latest || which.is_none();
        Some(Timer { number, anchor, latest, anew, term, on_last_day: timer.on_last_day })
    });
    followed.take(MOST_TIMERS).collect()
}

/// Returns whether somebody of an office may give a command.
fn by_office(procedure: &Procedure<'_>, state: usize, transition: &Transition) -> bool {
    let inside = |name: &syntax::Word| {
        let role = procedure.roles.get(&name.text).and_then(|role| procedure.syntax.roles.get(role));
        role.is_none_or(|role| !role.outside)
    };
    if transition.by.is_empty() {
        let holder = procedure.state(state).and_then(|state| state.by.as_ref());
        return holder.is_none_or(inside);
    }
    transition.by.iter().any(inside)
}

/// Returns the longest time that a term can be; one in the data has the upper bound of its field.
pub(super) fn longest(procedure: &Procedure<'_>, written: &syntax::Term) -> Within {
    bounded(procedure, written, true)
}

/// Returns the shortest time that a term can be.
pub(super) fn shortest(procedure: &Procedure<'_>, written: &syntax::Term) -> Within {
    bounded(procedure, written, false)
}

fn bounded(procedure: &Procedure<'_>, written: &syntax::Term, upper: bool) -> Within {
    let Ok(term) = term::term(written) else { return Within::Data };
    match &written.length {
        syntax::Length::Of { .. } | syntax::Length::SameWorkingDay { .. } => Within::Term(term),
        syntax::Length::Until(_) => Within::Data,
        syntax::Length::Data { field, unit } => {
            let field = procedure.fields.get(&field.text).and_then(|field| procedure.syntax.data.get(field));
            let range = field.and_then(|field| field.range.as_ref());
            let bound = range.map(|(low, high)| if upper { high } else { low });
            let count = bound.and_then(|word| word.text.replace('_', "").parse::<u32>().ok());
            // Nothing shorter than one unit can be counted.
            let length = count.and_then(|count| Length::new(count.max(1), *unit).ok());
            length.map_or(Within::Data, |length| Within::Term(Term { length, ..term }))
        }
    }
}
