//! Proves that no beginning makes a clock late, for many days at once.
//!
//! Terms never end earlier when they begin later (the law *Monotone* of the design's `time.md`; those of which it says nothing are
//! tried day by day). So no way that begins on one of some days ends later than the latest way from
//! the last of them, and none of their limits is due before the one from the first. Where that way is in time, all are. How many
//! days are taken together follows from what is left: with ten working days to spare two weeks are proven at once. Where hours are
//! counted beside days, any second of a day may be the worst one: a day is halved until each part of it is proven.

use motcua_engine::calendar::{self, MonthEnd, Roll, Term};
use motcua_engine::clock::{Class, Ledger};
use motcua_engine::{Day, Instant};
use smallvec::SmallVec;

use super::alike::{Alike, alike, sight};
use super::bound::{End, From, Latest};
use super::days::all;
use super::graph::Graph;
use super::subject::Subject;
use super::time::{Seed, Time};
use super::worst::{MOST_TERMS, Times, at, term, terms, weight_of_pass};

/// About so many terms are counted for the proof of one clock at most.
const MOST_PROVEN: usize = 10 * MOST_TERMS;

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
    let Some(all) = all(time, plain, times.weight(graph)) else { return Proof::Open };
    let (first, last) = if plain { alike(time, graph, all, subject.edges) } else { all };
    // That it ends at all is seen from one beginning, and about how long it takes.
    let Some(opening) = times.on(time.calendar, first).first().copied() else { return Proof::Open };
    let Ok(Some(found)) = at(time, graph, subject, opening) else { return Proof::Open };
    if found.over.late {
        return Proof::Late(opening);
    }
    let day = |at: Instant| time.calendar.local(at).0;
    let sight = sight(day(found.end.at).since(first)).filter(|_| !plain);
    let mut alike = sight.and_then(|sight| Alike::of(time, graph, subject, (first, last), sight));
    let (halves, passes) = (MOST_TERMS / times.weight(graph), MOST_PROVEN / weight_of_pass(graph));
    let mut proving = Proving { time, graph, subject, times, halves, passes, latest: Latest::default() };
    let mut to = last;
    while first <= to {
        if alike.as_ref().is_some_and(|alike| alike.is_known(to)) {
            to = to.plus(-1);
            continue;
        }
        let ends = proving.ends(time.calendar.end_of_day(to));
        let in_time =
            |day: Day| ends.as_ref().is_some_and(|ends| proving.are_in_time(time.calendar.start_of_day(day), ends));
        let mut from = to;
        if in_time(to) {
            while first < from && in_time(from.plus(-1)) {
                from = from.plus(-1);
            }
        } else {
            match proving.on_day(to) {
                Proof::Kept => {}
                other => return other,
            }
        }
        if let (Some(alike), Some(ends)) = (&mut alike, ends) {
            let until = ends.iter().map(|(_, end)| day(*end)).max().unwrap_or(to);
            (0..=to.since(from)).for_each(|by| alike.learn(from.plus(by), until));
        }
        to = from.plus(-1);
    }
    Proof::Kept
}

/// When that of which a limit may hold ends at latest.
type Ends = SmallVec<[(Term, Instant); 2]>;

/// A clock of which something is being proven.
struct Proving<'p> {
    time: Time<'p>,
    graph: &'p Graph,
    subject: &'p Subject,
    times: Times,
    /// How often a part of a day may still be halved.
    halves: usize,
    /// How many passes may still be made.
    passes: usize,
    latest: Latest,
}

impl Proving<'_> {
    /// Returns when all that begins up to an instant ends at latest; nothing where that is not known.
    fn ends(&mut self, last: Instant) -> Option<Ends> {
        self.passes = self.passes.checked_sub(1)?;
        let time = Time { bounds: true, ..self.time };
        let all: SmallVec<[End; 4]> = if time.is_simple() {
            time.latest(self.graph, From::Clock, last, &mut self.latest).ok()?;
            std::mem::take(&mut self.latest.ends)
        } else {
            let pass = time.pass(self.graph, Seed::Clock(last)).ok()?;
            pass.ends.iter().map(|end| (end.limits, end.at)).collect()
        };
        let limits = self.subject.limits.iter().enumerate().filter_map(|(i, (_, limit))| {
            let ends = all.iter().filter(|(limits, _)| limits & (1 << i) != 0).map(|(_, at)| *at);
            Some((term(limit)?, ends.max()?))
        });
        Some(limits.collect())
    }

    /// Returns whether what begins no sooner than at an instant, and ends so at latest, is in time.
    fn are_in_time(&self, first: Instant, ends: &Ends) -> bool {
        ends.iter().all(|(limit, end)| {
            Ledger::new(first, *limit).class(self.time.calendar, *end).is_ok_and(|class| class != Class::Late)
        })
    }

    /// Returns whether no way that begins between two instants, both included, is late.
    fn is_in_time(&mut self, first: Instant, last: Instant) -> bool {
        self.ends(last).is_some_and(|ends| self.are_in_time(first, &ends))
    }

    /// Returns what is proven of the beginnings on a day.
    fn on_day(&mut self, day: Day) -> Proof {
        if self.passes == 0 {
            return Proof::Open;
        }
        if self.times.any_second {
            let parts = self.times.parts(self.time.calendar, day).into_iter();
            let mut proofs = parts.map(|part| self.halved(part));
            return proofs.find(|proof| *proof != Proof::Kept).unwrap_or(Proof::Kept);
        }
        let starts = self.times.on(self.time.calendar, day);
        let late = starts.into_iter().find(|start| !self.is_in_time(*start, *start) && self.is_late(*start));
        late.map_or(Proof::Kept, Proof::Late)
    }

    /// Halves a part of a day until each part is proven.
    fn halved(&mut self, (first, last): (Instant, Instant)) -> Proof {
        if self.is_in_time(first, last) {
            return Proof::Kept;
        }
        // What begins later needs no earlier year.
        if at(self.time, self.graph, self.subject, first).is_err() {
            return Proof::Kept;
        }
        if let Some(late) = [last, first].into_iter().find(|start| self.is_late(*start)) {
            return Proof::Late(late);
        }
        if first == last {
            return Proof::Kept;
        }
        let Some(left) = self.halves.checked_sub(1) else { return Proof::Open };
        self.halves = left;
        let middle = first.plus(last.since(first) / 2);
        match self.halved((first, middle)) {
            Proof::Kept => self.halved((middle.plus(1), last)),
            other => other,
        }
    }

    fn is_late(&self, start: Instant) -> bool {
        // What needs a year that is not covered is no beginning.
        at(self.time, self.graph, self.subject, start).is_ok_and(|found| found.is_some_and(|found| found.over.late))
    }
}

fn is_monotone(term: Term) -> bool {
    let unpromised = term.backward || term.roll == Some(Roll::Backward) || term.ends == Some(calendar::Ends::SameTime);
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
