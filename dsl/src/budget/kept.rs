//! Proves that no beginning makes a clock late, for many days at once.
//!
//! Terms never end earlier when they begin later (the law *Monotone* of the design's `time.md`; those of which it says nothing are
//! tried day by day). So no way that begins on one of some days ends later than the latest way from
//! the last of them, and none of their limits is due before the one from the first. Where that way is in time, all are. How many
//! days are taken together follows from what is left: with ten working days to spare two weeks are proven at once. Where hours are
//! counted beside days, any second of a day may be the worst one: a day is halved until each part of it is proven.

use motcua_engine::calendar::{Calendar, Ends, MonthEnd, Roll, Term};
use motcua_engine::clock::{Class, Ledger};
use motcua_engine::{Day, Instant};

use super::Measure;
use super::days::{alike, days};
use super::graph::Graph;
use super::subject::Subject;
use super::time::{Seed, Time};
use super::worst::{Found, MOST_TERMS, Times, at, term, terms};

/// After so many proofs in a row twice as many days are tried together.
const CALM: u32 = 4;

/// What is known of all beginnings on the days that are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Proof {
    /// The clock ends, and is never late.
    Kept,
    /// It is late when it begins at this instant.
    Late(Instant),
    /// Nothing is.
    Open,
}

/// Returns what is proven of a clock.
pub(super) fn prove(time: Time<'_>, graph: &Graph, subject: &Subject, plain: bool) -> Proof {
    let times = Times::new(time, graph, subject);
    let limits = subject.limits.iter().filter_map(|(_, limit)| term(limit));
    if waits_for_a_timer(graph) || !terms(time, graph).into_iter().chain(limits).all(is_monotone) {
        return Proof::Open;
    }
    let Some(all) = days(time.calendar, plain, times.weight(graph)).into_iter().next() else { return Proof::Open };
    let (from, last) = if plain { alike(time, graph, all, subject.edges) } else { all };
    // That it ends at all is seen from one beginning, and about how much is left.
    let Some(opening) = times.on(time.calendar, from).first().copied() else { return Proof::Open };
    let Ok(Some(found)) = at(time, graph, subject, opening) else { return Proof::Open };
    if found.over.late {
        return Proof::Late(opening);
    }
    let together = days_left(&found);
    let proving = Proving { time, graph, subject, times: &times };
    let proof = proving.on_days((from, last), together, usize::MAX);
    let rest = if proof == Proof::Kept && !plain { beside(time.calendar, (from, last)) } else { Vec::new() };
    // Of days for which there is no time to try each, most are proven nevertheless.
    let rest = rest.into_iter().map(|days| proving.on_days(days, together, MOST_TERMS / times.weight(graph)));
    rest.into_iter().find(|proof| matches!(proof, Proof::Late(_))).unwrap_or(proof)
}

/// Returns the days of a calendar before and after some.
fn beside(calendar: &Calendar, (first, last): (Day, Day)) -> Vec<(Day, Day)> {
    let years = (calendar.spec().first_year, calendar.spec().last_year);
    let (Some(begins), Some(ends)) = (Day::from_ymd(years.0, 1, 1), Day::from_ymd(years.1, 12, 31)) else {
        return Vec::new();
    };
    [(last.plus(1), ends), (begins, first.plus(-1))].into_iter().filter(|(first, last)| first <= last).collect()
}

/// What is proven of.
struct Proving<'p> {
    time: Time<'p>,
    graph: &'p Graph,
    subject: &'p Subject,
    times: &'p Times,
}

impl Proving<'_> {
    /// Returns what is proven of the beginnings on some days, with so many passes at most.
    fn on_days(&self, (mut from, last): (Day, Day), mut together: i32, mut passes: usize) -> Proof {
        let Proving { time, graph, subject, times } = *self;
        let mut calm = 0;
        let mut halves = MOST_TERMS / times.weight(graph);
        while from <= last {
            let Some(left) = passes.checked_sub(1) else { return Proof::Open };
            passes = left;
            let to = last.min(from.plus(together - 1));
            let whole = time.calendar.start_of_day(from)..time.calendar.end_of_day(to);
            if is_in_time(time, graph, subject, whole.start, whole.end) {
                from = to.plus(1);
                calm += 1;
                if calm == CALM {
                    (together, calm) = (together.saturating_mul(2), 0);
                }
            } else if together > 1 {
                (together, calm) = (together / 2, 0);
            } else {
                match on_day(time, graph, subject, times, from, &mut halves) {
                    Proof::Kept => from = from.plus(1),
                    other => return other,
                }
            }
        }
        Proof::Kept
    }
}

/// Returns about how many beginnings one after another have the same time to spare, a day each.
fn days_left(found: &Found) -> i32 {
    let left = match found.over.measure {
        Measure::Days | Measure::WorkingDays => found.over.count.saturating_neg(),
        Measure::Seconds => found.over.count.saturating_neg() / 86_400,
    };
    i32::try_from(left.clamp(0, 400)).unwrap_or_default() + 1
}

/// Returns what is proven of the beginnings on a day.
fn on_day(time: Time<'_>, graph: &Graph, subject: &Subject, times: &Times, day: Day, halves: &mut usize) -> Proof {
    if times.any_second {
        let parts = times.parts(time.calendar, day).into_iter();
        let proofs = parts.map(|(first, last)| halved(time, graph, subject, (first, last), halves));
        return proofs.into_iter().find(|proof| *proof != Proof::Kept).unwrap_or(Proof::Kept);
    }
    let mut starts = times.on(time.calendar, day).into_iter();
    let late =
        starts.find(|start| !is_in_time(time, graph, subject, *start, *start) && is_late(time, graph, subject, *start));
    late.map_or(Proof::Kept, Proof::Late)
}

/// Halves a part of a day until each part is proven.
fn halved(
    time: Time<'_>,
    graph: &Graph,
    subject: &Subject,
    (first, last): (Instant, Instant),
    halves: &mut usize,
) -> Proof {
    if is_in_time(time, graph, subject, first, last) {
        return Proof::Kept;
    }
    // What begins later needs no earlier year.
    if at(time, graph, subject, first).is_err() {
        return Proof::Kept;
    }
    if let Some(late) = [last, first].into_iter().find(|start| is_late(time, graph, subject, *start)) {
        return Proof::Late(late);
    }
    if first == last {
        return Proof::Kept;
    }
    let Some(left) = halves.checked_sub(1) else { return Proof::Open };
    *halves = left;
    let middle = first.plus(last.since(first) / 2);
    match halved(time, graph, subject, (first, middle), halves) {
        Proof::Kept => halved(time, graph, subject, (middle.plus(1), last), halves),
        other => other,
    }
}

fn is_late(time: Time<'_>, graph: &Graph, subject: &Subject, start: Instant) -> bool {
    // What needs a year that is not covered is no beginning.
    at(time, graph, subject, start).is_ok_and(|found| found.is_some_and(|found| found.over.late))
}

/// Returns whether no way that begins between two instants, both included, is late.
fn is_in_time(time: Time<'_>, graph: &Graph, subject: &Subject, first: Instant, last: Instant) -> bool {
    let Ok(pass) = (Time { bounds: true, ..time }).pass(graph, Seed::Clock(last)) else { return false };
    subject.limits.iter().enumerate().all(|(i, (_, limit))| {
        let ends = pass.ends.iter().filter(|end| end.limits & (1 << i) != 0).map(|end| end.at);
        match (term(limit), ends.max()) {
            (Some(limit), Some(end)) => {
                Ledger::new(first, limit).class(time.calendar, end).is_ok_and(|class| class != Class::Late)
            }
            (None, _) | (_, None) => true,
        }
    })
}

fn is_monotone(term: Term) -> bool {
    let unpromised = term.backward || term.roll == Some(Roll::Backward) || term.ends == Some(Ends::SameTime);
    !unpromised && term.month_end != MonthEnd::ThirtyDays
}

/// Returns whether a timer alone ends some stay in which time passes: what it counts from differs from beginning to beginning.
fn waits_for_a_timer(graph: &Graph) -> bool {
    graph
        .visits
        .iter()
        .filter(|visit| visit.spends())
        .any(|visit| !visit.timers.is_empty() && visit.caps.is_empty() || visit.branches.iter().any(waits_for_a_timer))
}
