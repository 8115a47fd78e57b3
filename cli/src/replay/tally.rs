//! Sums over dossiers. Adding tallies up gives the same whatever the order.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use motcua_engine::plan::Graph;
use motcua_engine::{Instant, Outlook, Procedure, StateId};

use super::report::{ClockCounts, Deviation, DueCounts, Named, Reason, Report, TimerCounts};

/// The word for the state before the opening.
const UNOPENED: &str = "unopened";

/// What one worker has counted.
#[derive(Debug)]
pub(super) struct Tally {
    pub(super) dossiers: u64,
    pub(super) events: u64,
    /// Hashes of the sequences of activities.
    pub(super) variants: HashSet<u64>,
    pub(super) fit: u64,
    pub(super) deviations: BTreeMap<(StateId, Arc<str>, Reason), u64>,
    pub(super) clocks: Vec<ClockTally>,
    pub(super) timers: Vec<TimerTally>,
    pub(super) due: Vec<DueCounts>,
    /// The latest event.
    pub(super) last: Instant,
}

/// A clock over dossiers. The end of the log, which says what is overdue, is known only at the end: so open clocks are
/// kept as a histogram of their last instants in time.
#[derive(Clone, Debug, Default)]
pub(super) struct ClockTally {
    counts: ClockCounts,
    open: BTreeMap<Instant, u64>,
}

/// A timer over dossiers, with a histogram of the instants at which it would still fire, recorded or not.
#[derive(Clone, Debug, Default)]
pub(super) struct TimerTally {
    pub(super) counts: TimerCounts,
    pending: BTreeMap<(Instant, bool), u64>,
}

impl ClockTally {
    /// Counts a clock of a dossier; `by` is an instant that the log reaches for certain.
    pub(super) fn count(&mut self, outlook: Outlook, by: Instant) {
        match outlook {
            Outlook::RunsUntil(last) if last >= by => *self.open.entry(last).or_default() += 1,
            known => self.counts.add(known.at(by), 1),
        }
    }

    fn settled(mut self, end: Instant) -> ClockCounts {
        for (last, dossiers) in std::mem::take(&mut self.open) {
            self.counts.add(Outlook::RunsUntil(last).at(end), dossiers);
        }
        self.counts
    }
}

impl TimerTally {
    /// Counts a dossier in which the timer fires.
    pub(super) fn fires(&mut self, recorded: bool, dossiers: u64) {
        self.counts.fired += dossiers;
        self.counts.unrecorded += if recorded { 0 } else { dossiers };
    }

    /// Counts a dossier in which the timer will fire at an instant if nothing else happens; `by` is an instant that the
    /// log reaches for certain.
    pub(super) fn will_fire(&mut self, at: Instant, recorded: bool, by: Instant) {
        if at <= by {
            self.fires(recorded, 1);
        } else {
            *self.pending.entry((at, recorded)).or_default() += 1;
        }
    }

    fn settled(mut self, end: Instant) -> TimerCounts {
        for ((_, recorded), dossiers) in std::mem::take(&mut self.pending).into_iter().filter(|((at, _), _)| *at <= end)
        {
            self.fires(recorded, dossiers);
        }
        self.counts
    }
}

impl Tally {
    /// Returns a tally of nothing.
    pub(super) fn new(clocks: usize, timers: usize, due: usize) -> Self {
        Self {
            dossiers: 0,
            events: 0,
            variants: HashSet::new(),
            fit: 0,
            deviations: BTreeMap::new(),
            clocks: vec![ClockTally::default(); clocks],
            timers: vec![TimerTally::default(); timers],
            due: vec![DueCounts::default(); due],
            last: Instant::MIN,
        }
    }

    /// Adds another tally.
    pub(super) fn add(&mut self, other: Self) {
        self.dossiers += other.dossiers;
        self.events += other.events;
        self.variants.extend(other.variants);
        self.fit += other.fit;
        self.last = self.last.max(other.last);
        for (deviation, dossiers) in other.deviations {
            *self.deviations.entry(deviation).or_default() += dossiers;
        }
        for (mine, theirs) in self.clocks.iter_mut().zip(other.clocks) {
            let (a, b) = (&mut mine.counts, theirs.counts);
            a.early += b.early;
            a.on_time += b.on_time;
            a.late += b.late;
            a.ended += b.ended;
            a.running += b.running;
            a.suspended += b.suspended;
            a.overdue += b.overdue;
            for (last, dossiers) in theirs.open {
                *mine.open.entry(last).or_default() += dossiers;
            }
        }
        for (mine, theirs) in self.timers.iter_mut().zip(other.timers) {
            let (a, b) = (&mut mine.counts, theirs.counts);
            a.fired += b.fired;
            a.same_day += b.same_day;
            a.earlier += b.earlier;
            a.later += b.later;
            a.unrecorded += b.unrecorded;
            for (firing, dossiers) in theirs.pending {
                *mine.pending.entry(firing).or_default() += dossiers;
            }
        }
        for (a, b) in self.due.iter_mut().zip(other.due) {
            a.same_second += b.same_second;
            a.same_minute += b.same_minute;
            a.same_day += b.same_day;
            a.earlier += b.earlier;
            a.later += b.later;
            a.unrecorded += b.unrecorded;
        }
    }

    /// Returns the report; open clocks stand as they do at `now`, or at the end of the log.
    pub(super) fn report(self, procedure: &Procedure, names: Names, now: Option<Instant>) -> Report {
        let end = now.unwrap_or(self.last);
        let logic = &procedure.plan.logic;
        let state = |id: StateId| match logic.graph.state(id) {
            Some(state) if id != Graph::START => state.name.to_string(),
            _ => UNOPENED.to_owned(),
        };
        let deviation = |((id, event, reason), dossiers)| Deviation { state: state(id), event, reason, dossiers };
        let mut deviations: Vec<Deviation> = self.deviations.into_iter().map(deviation).collect();
        deviations.sort_by(|a, b| {
            let key = |d: &Deviation| (std::cmp::Reverse(d.dossiers), d.state.clone(), Arc::clone(&d.event), d.reason);
            key(a).cmp(&key(b))
        });
        let clocks = self.clocks.into_iter().map(|clock| clock.settled(end));
        let timers = self.timers.into_iter().map(|timer| timer.settled(end));
        Report {
            procedure: logic.name.to_string(),
            dossiers: self.dossiers,
            events: self.events,
            variants: u64::try_from(self.variants.len()).unwrap_or(u64::MAX),
            fit: self.fit,
            unfit: self.dossiers - self.fit,
            deviations,
            clocks: Named(names.clocks.into_iter().zip(clocks).collect()),
            timers: Named(names.timers.into_iter().zip(timers).collect()),
            due: Named(names.due.into_iter().zip(self.due).collect()),
        }
    }
}

/// What is counted, by name.
#[derive(Clone, Debug)]
pub(super) struct Names {
    pub(super) clocks: Vec<String>,
    pub(super) timers: Vec<String>,
    pub(super) due: Vec<String>,
}
