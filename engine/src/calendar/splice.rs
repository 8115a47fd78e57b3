//! One calendar up to an instant and another one from then on: what a clock counts on whose holder moved to a unit with
//! a calendar of its own.
//!
//! Since the result is a calendar, every rule of counting holds on it as on any other, and between two equal calendars
//! nothing changes.

use super::compile::{Block, Calendar, WorkingDay};
use super::error::TimeError;
use super::spec::{CalendarSpec, Offset, Session};
use super::version::CalendarHash;
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
        if self.covered == 0 && next.covered == 0 {
            return Ok(Self { spec: self.joined(next, at, day), ..next.clone() });
        }
        let ((before, _), (skipped, own)) = (self.rank(day)?, next.rank(day)?);
        let base = u32::try_from(self.patterns.len()).unwrap_or(u32::MAX);
        let mut patterns = self.patterns.clone();
        patterns.extend(next.patterns.iter().cloned());
        let of_day = parted(self.sessions(day)?, next.sessions(day)?, time, by_time);
        let pattern = u32::try_from(patterns.len()).unwrap_or(u32::MAX);
        let has_work = !of_day.is_empty();
        patterns.push(of_day);
        let mut spliced = Self {
            spec: self.joined(next, at, day),
            first: self.first,
            covered: next.first.plus(next.covered.cast_signed()).since(self.first).cast_unsigned(),
            patterns,
            blocks: Box::default(),
            working: Box::default(),
            total_work: 0,
            hash: CalendarHash::default(),
        };
        let mut working: Vec<WorkingDay> = self.working.iter().take(before as usize).copied().collect();
        working.extend(has_work.then_some(WorkingDay { day, pattern, work_before: 0 }));
        let later = next.working.iter().skip(skipped as usize + usize::from(own));
        working.extend(later.map(|later| WorkingDay { pattern: base + later.pattern, ..*later }));
        for entry in &mut working {
            entry.work_before = spliced.total_work;
            spliced.total_work += spliced.seconds_of(entry.day, entry.pattern);
        }
        spliced.blocks = ranked(spliced.first, spliced.covered, &working);
        spliced.working = working.into();
        Ok(spliced)
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

/// The sessions of the day on which one calendar gives way to another at `time`.
fn parted(old: &[Session], new: &[Session], time: TimeOfDay, by_time: bool) -> Vec<Session> {
    let cut = old.iter().any(|session| session.to > time);
    let mut parts: Vec<Session> = old
        .iter()
        .filter(|session| session.from < time)
        .map(|session| Session { to: session.to.min(time), ..*session })
        .collect();
    let rest = new.iter().filter(|session| session.to > time);
    let mut rest =
        rest.map(|session| (session.from < time, Session { from: session.from.max(time), ..*session })).peekable();
    if rest.peek().is_none() && cut && !by_time {
        return Vec::new();
    }
    for (under_way, session) in rest {
        match parts.last_mut() {
            Some(last) if under_way && last.to == time => last.to = session.to,
            _ => parts.push(session),
        }
    }
    parts
}

/// The rank table of some working days.
fn ranked(first: Day, covered: u32, working: &[WorkingDay]) -> Box<[Block]> {
    let mut blocks = vec![Block::default(); covered.div_ceil(64) as usize];
    for entry in working {
        let offset = entry.day.since(first).cast_unsigned();
        if let Some(block) = blocks.get_mut((offset / 64) as usize) {
            block.bits |= 1 << (offset % 64);
        }
    }
    let mut before = 0;
    for block in &mut blocks {
        block.before = before;
        before += block.bits.count_ones();
    }
    blocks.into()
}
