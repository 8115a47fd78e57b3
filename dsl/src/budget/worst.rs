//! The worst date on which a clock can begin, and the way that takes longest then.

use motcua_engine::calendar::{Calendar, Ends, FirstDay, Length, Term, TimeError, Unit};
use motcua_engine::clock::{Class, Ledger};
use motcua_engine::{Day, Instant, TimeOfDay};

use super::days::{around, days};
use super::graph::{Graph, Visit};
use super::net::Within;
use super::subject::Subject;
use super::time::{End, Seed, Time};
use super::{Measure, Over};

/// About so many terms are counted for one clock at most; what does not fit into that is said with the days that were tried.
pub(super) const MOST_TERMS: usize = 100_000;

/// The worst beginning.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) start: Instant,
    pub(super) due: Instant,
    pub(super) end: End,
    pub(super) limit: Term,
    pub(super) over: Over,
    /// No other limit may hold there.
    pub(super) sure: bool,
    /// Where the clock stands still on the way for longer than an instant.
    pub(super) stops: Vec<Standstill>,
}

/// A time in which a clock stands still.
#[derive(Clone, Copy, Debug)]
pub(super) struct Standstill {
    pub(super) visit: usize,
    pub(super) from: Instant,
    pub(super) to: Instant,
}

/// What was found, and on which days it was looked for.
#[derive(Debug)]
pub(super) struct Search {
    /// The worst over all.
    pub(super) worst: Option<Found>,
    /// The first and the last day that were tried; nothing where every week is like any other.
    pub(super) days: Option<(Day, Day)>,
    /// Some day could be counted.
    pub(super) counted: bool,
}

/// Returns whether all terms are working days, so that one week is like another: halves only where every day that is worked has
/// two sessions, and nothing is taken by time at midnight, where it matters whether the next day is worked.
pub(super) fn is_plain(time: Time<'_>, graph: &Graph, subject: &Subject) -> bool {
    let spec = time.calendar.spec();
    let sessions = spec.weeks.iter().flat_map(|week| &week.week).chain(&spec.week);
    let sessions = sessions.chain(spec.worked.iter().filter_map(|day| day.sessions.as_ref()));
    let halved = sessions.filter(|sessions| !sessions.is_empty()).all(|sessions| sessions.len() > 1);
    let plain = |term: &Term| match term.length {
        Length::SameWorkingDay { .. } => true,
        Length::Of { half, unit, .. } => unit == Unit::WorkingDay && (halved || !half),
    };
    let limits = subject.limits.iter().all(|(_, limit)| matches!(limit, Within::Term(term) if plain(term)));
    limits && terms(time, graph).iter().all(plain) && !fires_at_midnight(time, graph)
}

fn fires_at_midnight(time: Time<'_>, graph: &Graph) -> bool {
    graph.visits.iter().filter(|visit| visit.spends()).any(|visit| {
        let mut timers =
            visit.edges.iter().filter_map(|edge| edge.timer).filter_map(|timer| time.net.timers.get(timer));
        let midnight = |term: Term| term.ends == Some(Ends::Midnight);
        timers.any(|timer| timer.on_last_day || midnight(timer.term))
            || visit.edges.iter().filter_map(|edge| edge.after).any(midnight)
            || visit.branches.iter().any(|branch| fires_at_midnight(time, branch))
    })
}

/// Returns the terms that are counted while a clock runs.
pub(super) fn terms(time: Time<'_>, graph: &Graph) -> Vec<Term> {
    terms_of(time, graph.visits.iter())
}

/// Returns the terms that are counted in some visits.
pub(super) fn terms_of<'v>(time: Time<'_>, visits: impl Iterator<Item = &'v Visit>) -> Vec<Term> {
    let mut found: Vec<Term> = Vec::new();
    for visit in visits.filter(|visit| visit.spends()) {
        let timers = visit.timers.iter().filter_map(|timer| time.net.timers.get(*timer)).map(|timer| timer.term);
        let ways = visit.edges.iter().filter_map(|edge| edge.after);
        let outer = visit.outer.iter().map(|(_, cap)| *cap);
        for term in visit.caps.iter().copied().chain(outer).chain(timers).chain(ways) {
            if !found.contains(&term) {
                found.push(term);
            }
        }
        for term in visit.branches.iter().flat_map(|branch| terms(time, branch)) {
            if !found.contains(&term) {
                found.push(term);
            }
        }
    }
    found
}

/// Searches all days for the worst beginning.
pub(super) fn search(time: Time<'_>, graph: &Graph, subject: &Subject, plain: bool) -> Search {
    let times = Times::new(time, graph, subject);
    let mut found = Search { worst: None, days: None, counted: false };
    for days in days(time, plain, times.weight(graph)) {
        found.days = (!plain).then_some(days);
        found.look(time, graph, subject, &times, days);
        if found.counted {
            break;
        }
    }
    found
}

/// Searches as many days around one as there is time for.
pub(super) fn search_around(time: Time<'_>, graph: &Graph, subject: &Subject, day: Day) -> Search {
    let times = Times::new(time, graph, subject);
    let days = around(time, day, times.weight(graph));
    let mut found = Search { worst: None, days: Some(days), counted: false };
    found.look(time, graph, subject, &times, days);
    found
}

impl Search {
    fn look(&mut self, time: Time<'_>, graph: &Graph, subject: &Subject, times: &Times, (first, last): (Day, Day)) {
        let mut day = first;
        while day <= last {
            for start in times.on(time.calendar, day) {
                // What needs a year that is not covered is no beginning.
                let Ok(worst) = at(time, graph, subject, start) else { continue };
                self.counted = true;
                let is_worse = |worst: &Found| self.worst.as_ref().is_none_or(|known| known.key() < worst.key());
                if let Some(worst) = worst.filter(is_worse) {
                    self.worst = Some(worst);
                }
            }
            day = day.plus(1);
        }
    }
}

/// Returns the worst way for one beginning.
pub(super) fn at(time: Time<'_>, graph: &Graph, subject: &Subject, start: Instant) -> Result<Option<Found>, TimeError> {
    let pass = time.pass(graph, Seed::Clock(start))?;
    of(time, subject, start, &pass.ends)
}

/// Returns the worst of some ends, each held against the limits that may hold then.
pub(super) fn of(time: Time<'_>, subject: &Subject, start: Instant, ends: &[End]) -> Result<Option<Found>, TimeError> {
    let mut worst: Option<Found> = None;
    let dues: Vec<Option<Term>> = subject.limits.iter().map(|(_, limit)| term(limit)).collect();
    for end in ends.iter().copied() {
        let sure = end.limits.is_power_of_two();
        for limit in dues.iter().enumerate().filter(|(i, _)| end.limits & (1 << i) != 0).filter_map(|(_, term)| *term) {
            let (due, over) = over(time.calendar, limit, start, end.at)?;
            let found = Found { start, due, end, limit, over, sure, stops: Vec::new() };
            if worst.as_ref().is_none_or(|known| known.key() < found.key()) {
                worst = Some(found);
            }
        }
    }
    Ok(worst)
}

pub(super) fn term(limit: &Within) -> Option<Term> {
    match limit {
        Within::Term(term) => Some(*term),
        Within::Nothing | Within::Data => None,
    }
}

impl Found {
    /// What is late without doubt is worse than what may be, and that worse than what is in time.
    pub(super) fn key(&self) -> (bool, bool, i64) {
        (self.over.late && self.sure, self.over.late, self.over.weight())
    }
}

/// Returns when a limit is due, and by how much an end misses it, or how much is left.
pub(super) fn over(
    calendar: &Calendar,
    limit: Term,
    start: Instant,
    end: Instant,
) -> Result<(Instant, Over), TimeError> {
    let ledger = Ledger::new(start, limit);
    let due = ledger.due(calendar)?;
    let late = ledger.class(calendar, end)? == Class::Late;
    Ok((due.instant, amount(calendar, limit, (due.instant, due.day), end, late)?))
}

/// Returns by how much an end misses what is due, or how much is left.
pub(super) fn amount(
    calendar: &Calendar,
    limit: Term,
    (due, due_day): (Instant, Day),
    end: Instant,
    late: bool,
) -> Result<Over, TimeError> {
    let day = calendar.local(end).0;
    let days = i64::from(day.since(due_day));
    let working = match limit.length {
        Length::SameWorkingDay { .. } => true,
        Length::Of { unit, .. } => unit == Unit::WorkingDay,
    };
    let (measure, count) = if !limit.length.is_whole_days() {
        (Measure::Seconds, end.since(due))
    } else if working {
        match calendar.working_days_between(due_day, day)? {
            // Late on a day off.
            0 if late => (Measure::Days, days),
            count => (Measure::WorkingDays, count),
        }
    } else {
        (Measure::Days, days)
    };
    Ok(Over { late, count, measure })
}

/// The times of a day at which a clock may begin and something may differ.
#[expect(clippy::struct_excessive_bools, reason = "each is asked for alone, in any combination")]
#[derive(Clone, Debug)]
pub(super) struct Times {
    cutoffs: Vec<TimeOfDay>,
    sessions: bool,
    hours: bool,
    /// A day on which something begins counts until its close.
    counts_first: bool,
    /// Any other may be the worst one: hours are counted beside something else.
    pub(super) any_second: bool,
    pub(super) split: Split,
}

/// How a day is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Split {
    /// In parts within which nothing differs.
    InParts,
    /// As one part.
    Whole,
}

impl Times {
    pub(super) fn new(time: Time<'_>, graph: &Graph, subject: &Subject) -> Self {
        let mut all = terms(time, graph);
        all.extend(subject.limits.iter().filter_map(|(_, limit)| term(limit)));
        Self::of(&all)
    }

    /// Returns these times for when a day is taken as a whole.
    pub(super) fn by_day(&self) -> Self {
        Self { split: Split::Whole, ..self.clone() }
    }

    /// Returns about how many terms are counted for the beginnings of one day. Where branches go on side by side, of which there
    /// are few, more time is taken.
    pub(super) fn weight(&self, graph: &Graph) -> usize {
        weight_of_pass(graph).saturating_mul(self.most())
    }

    fn of(terms: &[Term]) -> Self {
        let mut cutoffs: Vec<TimeOfDay> = terms
            .iter()
            .filter_map(|term| match term.length {
                Length::SameWorkingDay { cutoff } => cutoff,
                Length::Of { .. } => None,
            })
            .collect();
        cutoffs.sort_unstable();
        cutoffs.dedup();
        cutoffs.truncate(4);
        let hours = terms.iter().any(|term| matches!(term.length, Length::Of { unit, .. } if unit.seconds().is_some()));
        // Those of one kind add up to the same whenever they begin.
        let all = |of: [Unit; 2]| {
            let counts = |term: &Term| match term.length {
                Length::Of { unit, .. } => of.contains(&unit) && term.ends.is_none() && term.roll.is_none(),
                Length::SameWorkingDay { .. } => false,
            };
            terms.iter().all(counts)
        };
        let any_second = hours && !all([Unit::WorkingHour, Unit::WorkingMinute]) && !all([Unit::Hour, Unit::Minute]);
        let counts_first = terms.iter().any(|term| term.first_day == FirstDay::Counts);
        let sessions = hours || terms.iter().any(|term| matches!(term.length, Length::Of { half: true, .. }));
        Self { cutoffs, sessions, hours, counts_first, any_second, split: Split::InParts }
    }

    fn most(&self) -> usize {
        2 + self.cutoffs.len() * (1 + usize::from(self.hours))
            + usize::from(self.sessions) * 2
            + usize::from(self.hours) * 2
            + usize::from(self.counts_first)
    }

    /// Returns the last instant of each part of a day within which nothing differs, those that are likely first; where hours are
    /// counted, of which there are more the earlier it is, the first as well.
    pub(super) fn on(&self, calendar: &Calendar, day: Day) -> Vec<Instant> {
        let mut found = Vec::with_capacity(self.most());
        if let Ok(close) = calendar.close(day) {
            found.push(close);
            if self.hours {
                found.extend(calendar.opening(day));
            }
            if self.sessions {
                let noon = calendar.first_session_end(day);
                found.extend(noon.iter().copied());
                found.extend(noon.iter().map(|noon| noon.plus(1)));
            }
            found.extend(self.cutoffs.iter().map(|cutoff| calendar.instant(day, *cutoff)));
            found.extend(calendar.spec().cutoff.map(|cutoff| calendar.instant(day, cutoff)));
            found.extend(self.counts_first.then(|| close.plus(-1)));
        }
        if self.hours {
            found.push(calendar.start_of_day(day));
            let after = self.cutoffs.iter().map(|cutoff| calendar.instant(day, *cutoff).plus(1));
            found.extend(after.filter(|after| calendar.local(*after).0 == day));
        }
        found.push(calendar.end_of_day(day));
        found
    }
}

/// Returns about how many terms are counted for one beginning.
pub(super) fn weight_of_pass(graph: &Graph) -> usize {
    let patience = if graph.is_side() { 8 } else { 1 };
    (weight(graph) / patience).max(1)
}

/// Returns about how many terms one pass counts.
fn weight(graph: &Graph) -> usize {
    let one = |visit: &Visit| 1 + visit.edges.len() + visit.branches.iter().map(weight).sum::<usize>();
    graph.visits.iter().filter(|visit| visit.matters).map(one).sum()
}
