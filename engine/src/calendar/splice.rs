//! One calendar up to an instant and another one from then on: what a clock counts on whose holder moved to a unit with
//! a calendar of its own.
//!
//! Since the result is a calendar, every rule of counting holds on it as on any other, and between two equal calendars
//! nothing changes.

use std::cmp::Ordering;

use super::compile::{Calendar, announced};
use super::error::TimeError;
use super::index::Index;
use super::spec::{CalendarSpec, Offset, Session};
use super::version::CalendarHash;
use super::zone::Zone;
use crate::instant::{Day, Instant, TimeOfDay};

impl Calendar {
    /// The calendar that is this one before `at` and `next` from then on. The day of `at` has the sessions of this one
    /// before it and of `next` after it; a session that is under way in both goes on.
    ///
    /// Where `next` has no work left on that day although this one would have had, the day counts for terms in working
    /// time alone (`by_time`): a whole day that is neither's is nobody's.
    ///
    /// # Errors
    /// When the two are in different zones, or one does not cover the day.
    pub fn spliced(&self, next: &Self, at: Instant, by_time: bool) -> Result<Self, TimeError> {
        if self.spec.offsets != next.spec.offsets && self.spec.zone != next.spec.zone {
            return Err(TimeError::Zones {
                calendar: self.spec.name.as_str().into(),
                next: next.spec.name.as_str().into(),
            });
        }
        let (day, time) = self.local(at);
        if self.covered() == 0 && next.covered() == 0 {
            return Ok(Self { spec: self.joined(next, at, day), ..next.clone() });
        }
        let (old, new) = (self.sessions(day)?, next.sessions(day)?);
        let base = u32::try_from(self.patterns.len()).unwrap_or(u32::MAX);
        let spec = self.joined(next, at, day);
        let mut spliced = Self {
            zone: Zone::new(&spec.offsets),
            announced: announced(&spec),
            spec,
            first: self.first,
            rank: Box::default(),
            working: Box::default(),
            pattern: Box::default(),
            patterns: self.patterns.iter().chain(&next.patterns).cloned().collect(),
            work_before: Index::default(),
            total_work: 0,
            hash: CalendarHash::default(),
        };
        // Where clocks show the time of the move twice, the ends that the move makes are at the one that it was made at.
        let time = if spliced.instant(day, time) == at { time } else { time.again() };
        let of_day = parted(old, new, |time| spliced.instant(day, time), (at, time), by_time);
        let parted = (!of_day.is_empty()).then(|| base + u32::try_from(next.patterns.len()).unwrap_or_default());
        spliced.patterns.push(of_day);
        let covered = next.first.plus(next.covered().cast_signed()).since(self.first).cast_unsigned();
        spliced.fill(covered, |_, date| {
            Ok::<_, TimeError>(match date.cmp(&day) {
                Ordering::Less => self.pattern_on(date)?,
                Ordering::Equal => parted,
                Ordering::Greater => next.pattern_on(date)?.map(|pattern| base + pattern),
            })
        })?;
        Ok(spliced)
    }

    /// How many days are covered.
    pub(super) fn covered(&self) -> u32 {
        u32::try_from(self.rank.len()).unwrap_or(u32::MAX)
    }

    /// Which of the patterns a working day has.
    fn pattern_on(&self, day: Day) -> Result<Option<u32>, TimeError> {
        let rank = self.rank(day)?;
        Ok(if rank.is_working() { self.pattern.get(rank.place()).copied() } else { None })
    }

    /// What people are told of the days, and what holds for the whole.
    fn joined(&self, next: &Self, at: Instant, day: Day) -> CalendarSpec {
        let (old, new) = (&self.spec, &next.spec);
        let mut offsets: Vec<Offset> = old.offsets.iter().filter(|offset| offset.from <= at).copied().collect();
        if offsets.is_empty() {
            offsets.clone_from(&old.offsets);
        } else {
            offsets.extend(new.offsets.iter().filter(|offset| offset.from > at));
        }
        let off = old.off.iter().filter(|off| off.date < day).chain(new.off.iter().filter(|off| off.date >= day));
        let worked = old.worked.iter().filter(|worked| worked.date < day);
        let worked = worked.chain(new.worked.iter().filter(|worked| worked.date >= day));
        CalendarSpec {
            offsets,
            first_year: old.first_year,
            off: off.cloned().collect(),
            worked: worked.cloned().collect(),
            // A cutoff moves the start of a clock alone, and that is with the first.
            cutoff: old.cutoff,
            ..new.clone()
        }
    }
}

/// The sessions of the day on which one calendar gives way to another at an instant, which is `time` of that day. What comes before it is
/// told by instants, as the hands of clocks that are put back come by twice.
fn parted(
    old: &[Session],
    new: &[Session],
    instant: impl Fn(TimeOfDay) -> Instant,
    (at, time): (Instant, TimeOfDay),
    by_time: bool,
) -> Vec<Session> {
    let cut = old.iter().any(|session| instant(session.to) > at);
    let mut parts: Vec<Session> = old
        .iter()
        .filter(|session| instant(session.from) < at)
        .map(|session| Session { to: if instant(session.to) > at { time } else { session.to }, ..*session })
        .collect();
    let mut rest = new.iter().filter(|session| instant(session.to) > at).peekable();
    if rest.peek().is_none() && cut && !by_time {
        return Vec::new();
    }
    for session in rest {
        let under_way = instant(session.from) < at;
        match parts.last_mut() {
            Some(last) if under_way && instant(last.to) == at => last.to = session.to,
            _ => parts.push(Session { from: if under_way { time } else { session.from }, ..*session }),
        }
    }
    parts
}
