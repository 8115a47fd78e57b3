//! The stretches in which a clock runs, from where it begins or goes on to where it comes to stand still or ends, begun in each part
//! of each day.

use motcua_engine::calendar::{Calendar, TimeError};
use motcua_engine::{Day, Instant};
use smallvec::SmallVec;

use super::bound::{self, From, Latest};
use super::graph::{Graph, Visit};
use super::time::{Anchors, End, Point, Seed, Time};
use super::worst::{Split, Times};

/// A stretch that begins within a part of a day.
#[derive(Debug)]
pub(super) struct Leg {
    /// The first instant of the part.
    pub(super) first: Instant,
    /// Its last, from which all that follows is latest.
    pub(super) at: Instant,
    /// Where the clock comes to stand still, and when at latest.
    pub(super) stops: Vec<(usize, Instant)>,
    /// When the clock ends at latest of which these limits may hold.
    pub(super) latest: SmallVec<[bound::End; 2]>,
    /// How it ends; nothing of a stretch that bounds others, in which nobody asks for the way.
    pub(super) ends: Vec<End>,
    /// When the branch is done at latest.
    pub(super) done: Option<Instant>,
}

/// All stretches of a graph.
#[derive(Debug, Default)]
pub(super) struct Legs {
    /// Those from the beginning.
    pub(super) entry: Vec<Leg>,
    /// Those from where the clock stands still, in an order in which ways lead on.
    pub(super) stops: Vec<Stop>,
}

/// The stretches that follow a visit in which the clock stands still.
#[derive(Debug)]
pub(super) struct Stop {
    pub(super) visit: usize,
    pub(super) legs: Vec<Leg>,
    /// The stretches within the branches of a parallel in which the clock stands still now and then.
    pub(super) branches: Vec<Legs>,
}

impl Legs {
    /// Returns the stretches that begin on some days. Those of a time that `bounds` stand for all beginnings of the part of a day,
    /// and for every way on; the others are taken exactly so.
    pub(super) fn of(time: Time<'_>, graph: &Graph, times: &Times, days: &[Day], is_branch: bool) -> Self {
        let time = Time { halts: true, ..time };
        let nothing = Anchors::from_elem(None, time.net.timers.len());
        let entry =
            legs(
                time,
                times,
                days,
                graph,
                None,
                |at| {
                    if is_branch { Seed::Branch(at, &nothing) } else { Seed::Clock(at) }
                },
            );
        let mut stops = Vec::new();
        let in_order = graph.order.iter().flatten().copied();
        let visits: Vec<usize> = if time.is_simple() { graph.merged().visits().collect() } else { in_order.collect() };
        for visit in visits {
            let Some(written) = graph.visits.get(visit).filter(|written| written.matters) else { continue };
            let is_bound = time.bounds && (written.breaks || written.may_stand);
            if !written.is_stop() && !is_bound {
                continue;
            }
            let legs = legs(time, times, days, graph, Some(visit), |at| {
                Seed::At(visit, Point::new(at, time.nothing(at), None, false))
            });
            let within = written.branches.iter().filter(|_| time.bounds && written.breaks && !written.is_stop());
            let branches = within.map(|branch| Self::of(time, branch, times, days, true)).collect();
            stops.push(Stop { visit, legs, branches });
        }
        Self { entry, stops }
    }

    /// Returns how many days the longest stretch takes.
    pub(super) fn longest(&self, calendar: &Calendar) -> i32 {
        let day = |at: Instant| calendar.local(at).0;
        let takes = |leg: &Leg| {
            let stops = leg.stops.iter().map(|(_, at)| *at);
            let until = stops.chain(leg.latest.iter().map(|(_, at)| *at)).chain(leg.done).max();
            until.map_or(0, |until| day(until).since(day(leg.first)))
        };
        let all = self.entry.iter().chain(self.stops.iter().flat_map(|stop| &stop.legs));
        all.map(takes).max().unwrap_or_default()
    }
}

fn legs<'s>(
    time: Time<'_>,
    times: &Times,
    days: &[Day],
    graph: &Graph,
    begun: Option<usize>,
    seed: impl Fn(Instant) -> Seed<'s>,
) -> Vec<Leg> {
    let mut found = Vec::with_capacity(days.len());
    let mut latest = Latest::default();
    for day in days {
        for (first, at) in times.parts(time.calendar, *day) {
            // What needs a year that is not covered is no beginning.
            found.extend(leg(time, graph, (begun, seed(at)), (first, at), &mut latest).ok());
        }
    }
    found
}

fn leg(
    time: Time<'_>,
    graph: &Graph,
    (begun, seed): (Option<usize>, Seed<'_>),
    (first, at): (Instant, Instant),
    latest: &mut Latest,
) -> Result<Leg, TimeError> {
    let stops = |visit: &Visit| visit.halts() || time.bounds && visit.may_stand;
    let stops = |visit: usize| graph.visits.get(visit).is_some_and(|visit| visit.matters && stops(visit));
    let is_stop = |visit: usize| begun != Some(visit) && stops(visit);
    if time.is_simple() {
        let from = match (begun, &seed) {
            (Some(visit), _) => From::Visit(visit),
            (None, Seed::Branch(..)) => From::Branch,
            (None, _) => From::Clock,
        };
        time.latest(graph, from, at, latest)?;
        let stops = latest.begins(graph.merged()).filter(|(visit, _)| is_stop(*visit)).collect();
        let done = latest.done(graph.merged());
        return Ok(Leg { first, at, stops, latest: latest.ends.as_slice().into(), ends: Vec::new(), done });
    }
    let pass = time.pass(graph, seed)?;
    let stops = pass.points().filter(|(visit, _)| is_stop(*visit)).map(|(visit, point)| (visit, point.at)).collect();
    let done = pass.done(graph).map(|(_, at)| at);
    let latest = pass.ends.iter().map(|end| (end.limits, end.at)).collect();
    let ends = if time.bounds { Vec::new() } else { pass.ends };
    Ok(Leg { first, at, stops, latest, ends, done })
}

impl Times {
    /// Returns the parts of a day within which nothing differs but how much of the day is over; the whole of it where that is enough.
    pub(super) fn parts(&self, calendar: &Calendar, day: Day) -> Vec<(Instant, Instant)> {
        if self.split == Split::Whole {
            return vec![(calendar.start_of_day(day), calendar.end_of_day(day))];
        }
        let mut lasts = self.on(calendar, day);
        lasts.sort_unstable();
        lasts.dedup();
        let mut first = calendar.start_of_day(day);
        let mut parts = Vec::with_capacity(lasts.len());
        for last in lasts {
            parts.push((first, last));
            first = last.plus(1);
        }
        parts
    }
}
