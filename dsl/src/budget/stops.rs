//! Clocks that stand still on the way where it matters when they go on: units are mixed, or what is asked after the close of the last
//! day suspends nothing.
//!
//! Whatever the others do, a stretch takes no more than from its worst day. So the worst of all stretches added up is a bound,
//! and what keeps it is kept. Where it does not, a dossier is looked for that goes on at such days one after another.

use motcua_engine::Day;
use motcua_engine::calendar::{Ends, Term};
use motcua_engine::clock::Edges;

use super::Undecided;
use super::adding::{Adding, Bound};
use super::alike::{Alike, alike, sight};
use super::days::{all, tries_all};
use super::graph::{Graph, Visit};
use super::judge::Judge;
use super::left::Limit;
use super::legs::Legs;
use super::shown::Showing;
use super::subject::Subject;
use super::time::Time;
use super::worst::{Found, Times, term, terms_of, weight_of_pass};

/// More terms than these are not counted for one clock.
const MOST_TERMS: usize = 4_000_000;

/// About how long stretches are is seen from so many days.
const DAYS_TO_SEE: usize = 14;

/// Where every week is like any other, a dossier is followed for so many days.
const WEEKS_TO_SHOW: i32 = 140;

/// What comes of a clock that stands still on the way.
#[derive(Debug)]
pub(super) enum Weighed {
    /// It is never late.
    Kept(Option<Box<Found>>),
    /// It is late on this way.
    Late(Box<Found>),
    /// It is not decided.
    Open(Undecided),
}

/// Returns the terms that are counted once the clock has stood still, its limits among them: up to then the worst beginning is tried.
pub(super) fn terms_after(time: Time<'_>, graph: &Graph, subject: &Subject) -> Vec<Term> {
    let stops = |visit: &Visit| visit.matters && (visit.halts() || visit.may_stand);
    let all = graph.visits.iter().enumerate();
    let mut open: Vec<usize> =
        all.filter(|(_, visit)| subject.is_held_perhaps() || stops(visit)).map(|(number, _)| number).collect();
    let mut reached = vec![false; graph.visits.len()];
    while let Some(number) = open.pop() {
        if reached.get_mut(number).is_some_and(|reached| !std::mem::replace(reached, true)) {
            open.extend(graph.carried(number).map(|(_, to)| to));
        }
    }
    let after = graph.visits.iter().zip(&reached).filter(|(_, reached)| **reached).map(|(visit, _)| visit);
    let mut terms = terms_of(time, after);
    terms.extend(subject.limits.iter().filter_map(|(_, limit)| term(limit)));
    terms
}

/// Returns whether it matters when the clock goes on. `uneven`: not all terms after that are whole working days.
pub(super) fn matter(graph: &Graph, subject: &Subject, uneven: bool) -> bool {
    let stops = |visit: &Visit| visit.matters && (visit.halts() || uneven && visit.may_stand);
    let held = uneven && subject.is_held_perhaps();
    (held || graph.visits.iter().any(stops))
        && (uneven || subject.edges != Edges::Default || goes_past_the_close(graph))
}

/// Returns whether an office may take longer than to the close of a day before the clock stands still: what is asked after the
/// close of a term's last day suspends nothing of it, however long the answer takes.
fn goes_past_the_close(graph: &Graph) -> bool {
    let stops = |visit: usize| graph.visits.get(visit).is_some_and(Visit::is_stop);
    let past = |visit: &Visit| {
        let by_time = visit.edges.iter().any(|edge| edge.after.is_some() && edge.to.is_some_and(stops));
        let outer = visit.outer.iter().map(|(_, cap)| cap);
        by_time || visit.caps.iter().chain(outer).any(|cap| cap.ends == Some(Ends::Midnight))
    };
    graph.visits.iter().any(|visit| visit.spends() && past(visit) || visit.branches.iter().any(goes_past_the_close))
}

/// Weighs the stretches of a clock. The longest way of one that is kept is looked for where it is `shown`.
pub(super) fn weigh(judge: &Judge<'_>, shown: bool) -> Weighed {
    let Judge { time, graph, subject, plain, .. } = *judge;
    let times = Times::new(time, graph, subject);
    let limits: Option<Vec<Limit<'_>>> = subject
        .limits
        .iter()
        .filter_map(|(_, limit)| term(limit))
        .map(|term| Limit::new(time.calendar, term, subject.edges))
        .collect();
    let breaks = subject.edges != Edges::Default && graph.visits.iter().any(|visit| visit.matters && visit.breaks);
    let otherwise = breaks || subject.is_held_perhaps() || counts_otherwise(time, graph);
    let Some(limits) = limits.filter(|_| !otherwise) else { return Weighed::Open(Undecided::Stops) };
    let Some(days) = all(time, plain, times.weight(graph)) else { return Weighed::Open(Undecided::Coverage) };
    let stops = graph.visits.iter().filter(|visit| visit.matters && (visit.halts() || visit.may_stand)).count();
    let tried = usize::try_from(days.1.since(days.0) + 1).unwrap_or_default();
    let terms = |weight: usize| weight.saturating_mul(tried).saturating_mul(stops + 1);
    let too_much = terms(times.weight(graph)) > MOST_TERMS;
    let why = if tries_all(time, plain, times.weight(graph)) { Undecided::Size } else { Undecided::Days };
    if terms(weight_of_pass(graph)) > MOST_TERMS {
        return Weighed::Open(why);
    }
    let bounds = |times: &Times, days: &[Day]| Legs::of(Time { bounds: true, ..time }, graph, times, days, false);
    let add = |legs: &Legs, in_order: bool| {
        let mut bound = Bound::default();
        for (number, limit) in limits.iter().enumerate() {
            Adding { time, limit: *limit, number, in_order }.add(graph, legs, None, &mut bound);
        }
        bound
    };
    if !shown || too_much {
        // Few days, and each as a whole, tell of most that they are kept; by how much one is not, only all of them.
        let (few, legs) = if plain {
            let few = each(alike(time, graph, days, subject.edges));
            let legs = bounds(&times.by_day(), &few);
            (few, legs)
        } else {
            unlike(judge, days, |days| bounds(&times.by_day(), days))
        };
        let kept = |legs: &Legs| add(legs, false).is_kept();
        if kept(&legs) || !too_much && few.len() < tried && kept(&bounds(&times, &few)) {
            return Weighed::Kept(None);
        }
    }
    if too_much {
        return Weighed::Open(why);
    }
    let legs = bounds(&times, &each(days));
    let mut bound = add(&legs, false);
    if bound.is_kept() && !shown {
        return Weighed::Kept(None);
    }
    // Weeks that are all alike still come one after another.
    let weeks = days.0.plus(if plain { WEEKS_TO_SHOW } else { 0 }).max(days.1);
    let exact = Legs::of(Time { bounds: false, ..time }, graph, &times, &each((days.0, weeks)), false);
    let shown = limits.iter().enumerate();
    let shown = shown.filter_map(|(number, limit)| Showing::new(time, *limit, number).worst(graph, &exact));
    let worst = shown.max_by_key(Found::key).map(Box::new);
    let late = worst.as_ref().is_some_and(|found| found.over.late);
    if !late && !bound.is_kept() && !plain {
        bound = add(&legs, true);
    }
    match worst {
        Some(found) if late => Weighed::Late(found),
        worst if bound.is_kept() => Weighed::Kept(worst),
        _ if !bound.counted => Weighed::Open(Undecided::Coverage),
        _ => Weighed::Open(bound.over.map_or(Undecided::Close, Undecided::Stretches)),
    }
}

fn each((first, last): (Day, Day)) -> Vec<Day> {
    (0..=last.since(first)).map(|by| first.plus(by)).collect()
}

/// Returns so many of some days that each of the others is like one of them for all stretches, with these.
fn unlike(judge: &Judge<'_>, days: (Day, Day), legs: impl Fn(&[Day]) -> Legs) -> (Vec<Day>, Legs) {
    let Judge { time, graph, subject, .. } = *judge;
    let all = each(days);
    // What a parallel in which the clock stands still may take is added up later.
    let breaks = graph.visits.iter().any(|visit| visit.matters && visit.breaks);
    let some = all.get(..DAYS_TO_SEE).filter(|_| !breaks);
    let sight = some.and_then(|some| sight(legs(some).longest(time.calendar)));
    let few = sight.and_then(|sight| {
        let few = Alike::of(time, graph, subject, days, sight)?.firsts();
        let legs = legs(&few);
        (legs.longest(time.calendar) <= sight).then_some((few, legs))
    });
    few.unwrap_or_else(|| {
        let legs = legs(&all);
        (all, legs)
    })
}

/// Returns whether something is counted in a way that does not add up: from something before the clock stood still, or by a limit that
/// stands still with it.
fn counts_otherwise(time: Time<'_>, graph: &Graph) -> bool {
    graph.visits.iter().filter(|visit| visit.spends() || visit.matters && !visit.inner.is_empty()).any(|visit| {
        let follows = time.net.place(visit.state).is_some_and(|place| place.within_of.is_some());
        let timers = !visit.timers.is_empty() || visit.edges.iter().any(|edge| edge.timer.is_some());
        let beside = visit.since.is_some() || !visit.outer.is_empty();
        follows || timers || beside || visit.branches.iter().any(|branch| counts_otherwise(time, branch))
    })
}
