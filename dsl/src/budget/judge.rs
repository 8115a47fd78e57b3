//! What comes of a clock that no way makes late which goes on at once wherever it stands still.

use motcua_engine::Day;
use motcua_engine::calendar::{Calendar, Ends, FirstDay, Length, Roll, Term, Unit};

use super::days;
use super::graph::{Graph, Visit};
use super::kept::{self, Proof};
use super::net::Within;
use super::stops::{self, Weighed};
use super::subject::Subject;
use super::time::Time;
use super::worst::{self, Found, Times};
use super::{Budget, Open, Verdict};

/// A clock and the ways over which it runs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Judge<'j> {
    pub(super) time: Time<'j>,
    pub(super) graph: &'j Graph,
    pub(super) subject: &'j Subject,
    /// Every week is like any other.
    pub(super) plain: bool,
    /// Not all that is counted are working days.
    pub(super) mixed: bool,
    /// Nor whole ones, so that a stretch takes more or less of them as it begins.
    pub(super) uneven: bool,
}

impl Judge<'_> {
    /// Returns what comes of the clock, and the worst way on which it stands still for longer than an instant, where it is late
    /// on that, or is to be `shown`.
    pub(super) fn in_time(&self, shown: bool, budget: &mut Budget) -> (Verdict, Option<Found>) {
        let holes = !budget.holes.is_empty();
        if !budget.rounds.is_empty() || holes && !self.is_rest(budget) {
            return (Verdict::Unbounded, None);
        }
        let mut worst = None;
        if stops::matter(self.graph, self.subject, self.uneven) {
            let least = holes.then(|| self.with_least());
            // Far less is counted for whole days, and they are enough for most.
            let in_whole_days = !holes && self.is_kept_in_whole_days();
            if shown || !in_whole_days {
                match stops::weigh(self, shown) {
                    Weighed::Late(found) => return (Verdict::Exceeded, Some(*found)),
                    Weighed::Kept(found) => worst = found.map(|found| *found),
                    Weighed::Open(_) if in_whole_days => {}
                    Weighed::Open(why) => {
                        budget.undecided = Some(why);
                        return (Verdict::Undecided, None);
                    }
                }
            }
            match least.map(|least| stops::weigh(&least, false)) {
                Some(Weighed::Late(_)) => return (Verdict::Unbounded, None),
                Some(Weighed::Open(why)) => {
                    budget.undecided = Some(why);
                    return (Verdict::Undecided, None);
                }
                Some(Weighed::Kept(_)) | None => {}
            }
        }
        let verdict = match (holes, budget.others.is_empty()) {
            (true, _) => Verdict::Rest,
            (false, false) => Verdict::KeptWithOthers,
            (false, true) => Verdict::Kept,
        };
        (verdict, worst)
    }

    /// Returns the first and the last day on which the clock is let begin, and go on; nothing where every week is like any other.
    pub(super) fn days(&self) -> Option<(Day, Day)> {
        let times = Times::new(self.time, self.graph, self.subject);
        days::all(self.time, self.plain, times.weight(self.graph)).filter(|_| !self.plain)
    }

    /// Returns whether it is kept even if all that hangs on the hour takes whole working days: of these a stretch takes as many whenever
    /// it begins.
    fn is_kept_in_whole_days(&self) -> bool {
        let Judge { time, graph, subject, plain, .. } = *self;
        let whole = |limit: &Within| matches!(limit, Within::Term(term) if is_whole(time.calendar, term));
        let limits = subject.limits.iter().all(|(_, limit)| whole(limit));
        if self.mixed || !limits || stops::matter(graph, subject, false) {
            return false;
        }
        let time = Time { whole: true, ..time };
        match kept::prove(time, graph, subject, plain) {
            Proof::Kept => true,
            Proof::Late(_) => false,
            Proof::Open => self.is_found_in_time(time),
        }
    }

    /// Returns whether no day makes the clock late, and all of them were tried.
    fn is_found_in_time(&self, time: Time<'_>) -> bool {
        let Judge { graph, subject, plain, .. } = *self;
        days::tries_all(time, plain, Times::new(time, graph, subject).weight(graph))
            && worst::search(time, graph, subject, plain).worst.is_some_and(|found| !found.over.late)
    }

    /// Returns whether no way comes to more than one state of an office without a limit: that one has the rest of the term, and
    /// there is some.
    fn is_rest(&self, budget: &Budget) -> bool {
        let offices = budget.holes.iter().all(|hole| hole.why == Open::Office);
        if !offices || !budget.is_budgeted || open_on_a_way(self.graph) > 1 {
            return false;
        }
        let Judge { time, graph, subject, plain, .. } = self.with_least();
        kept::prove(time, graph, subject, plain) == Proof::Kept
            || !Times::new(time, graph, subject).any_second && self.with_least().is_found_in_time(time)
    }

    /// Lets states without a limit take the least time that there is.
    fn with_least(&self) -> Self {
        let length = if self.mixed {
            Length::Of { count: 1, half: false, unit: Unit::Hour }
        } else {
            Length::Of { count: 0, half: true, unit: Unit::WorkingDay }
        };
        let time = Time { least: Some(Term::of(length)), ..self.time };
        Self { time, plain: worst::is_plain(time, self.graph, self.subject), ..*self }
    }
}

/// Returns how many visits that nothing bounds lie on one way at most.
fn open_on_a_way(graph: &Graph) -> usize {
    // No time passes where a dossier is led on at once.
    let stays = |visit: &Visit| !visit.stands && visit.edges.iter().any(|edge| !edge.still);
    let is_open = |visit: &Visit| visit.open.is_some_and(|open| open != Open::Theirs) && stays(visit);
    let own = |visit: &Visit| {
        let bounded = !visit.caps.is_empty() || visit.joins_by_itself();
        let inside = visit.branches.iter().map(open_on_a_way).max().filter(|_| !bounded).unwrap_or_default();
        if is_open(visit) { inside + 1 } else { inside }
    };
    let mut before = vec![0_usize; graph.visits.len()];
    let mut most = 0;
    for at in graph.order.iter().flatten() {
        let Some(visit) = graph.visits.get(*at).filter(|visit| visit.matters) else { continue };
        let count = before.get(*at).copied().unwrap_or_default() + own(visit);
        most = most.max(count);
        for (_, to) in graph.carried(*at) {
            if let Some(slot) = before.get_mut(to) {
                *slot = count.max(*slot);
            }
        }
    }
    most
}

/// Returns the terms that are counted, the limits of the clock among them.
pub(super) fn terms(time: Time<'_>, graph: &Graph, subject: &Subject) -> Vec<Term> {
    let mut terms = worst::terms(time, graph);
    terms.extend(subject.limits.iter().filter_map(|(_, limit)| match limit {
        Within::Term(term) => Some(*term),
        Within::Nothing | Within::Data => None,
    }));
    terms
}

/// Returns whether a term counts the same whatever is off.
pub(super) fn is_civil(term: &Term) -> bool {
    match term.length {
        Length::Of { unit: Unit::Hour | Unit::Minute, .. } => true,
        Length::Of { unit, .. } => unit.is_calendar() && term.roll == Some(Roll::None) && term.ends.is_none(),
        Length::SameWorkingDay { .. } => false,
    }
}

/// Returns whether a term is of whole working days, as many whenever on a day it begins: up to the end of the last of those that follow.
pub(super) fn is_whole(calendar: &Calendar, term: &Term) -> bool {
    let counts = matches!(term.length, Length::Of { unit: Unit::WorkingDay, half: false, .. });
    counts && !hangs_on_the_hour(calendar, term)
}

/// Returns whether a term is longer or shorter as it begins sooner or later on a day, besides by the half of it.
fn hangs_on_the_hour(calendar: &Calendar, term: &Term) -> bool {
    calendar.spec().cutoff.is_some()
        || matches!(term.length, Length::SameWorkingDay { .. })
        || term.first_day == FirstDay::Counts
        || matches!(term.ends, Some(Ends::Opening | Ends::SameTime))
}

/// Returns whether a term is of working days.
pub(super) fn is_working_day(term: &Term) -> bool {
    matches!(term.length, Length::SameWorkingDay { .. } | Length::Of { unit: Unit::WorkingDay, .. })
}
