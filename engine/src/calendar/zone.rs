//! Local time: from instants to days and times of day, and back.

use super::compile::Calendar;
use super::spec::Offset;
use crate::instant::{Civil, Day, Instant, InstantError, SECONDS_PER_DAY, TimeOfDay, split_time};

impl Calendar {
    /// The local day and time of day of an instant.
    pub fn local(&self, instant: Instant) -> (Day, TimeOfDay) {
        let seconds = self.offset_at(instant).map_or(0, |(_, offset)| i64::from(offset.seconds));
        split_time(instant.unix().saturating_add(seconds))
    }

    /// The instant of a local day and time of day. When clocks were put forward over it, the instant at which they
    /// were; when they were put back and it came twice, the earlier one. 24:00 is the start of the next day.
    pub fn instant(&self, day: Day, time: TimeOfDay) -> Instant {
        let local = day.start_as_utc() + i64::from(time.seconds());
        if let [only] = self.spec.offsets.as_slice() {
            return Instant::from_unix(local - i64::from(only.seconds));
        }
        // Offsets are under a day, so only those in force within a day of it can matter.
        let near = |seconds| self.offset_at(Instant::from_unix(seconds)).map_or(0, |(index, _)| index);
        let (low, high) = (near(local - SECONDS_PER_DAY), near(local + SECONDS_PER_DAY));
        let mut candidate = Instant::from_unix(local);
        for index in low..=high {
            let Some(offset) = self.spec.offsets.get(index) else { break };
            let next = self.spec.offsets.get(index + 1).map_or(Instant::MAX, |next| next.from);
            candidate = Instant::from_unix(local - i64::from(offset.seconds));
            if candidate < offset.from && index > low {
                return offset.from;
            }
            if candidate < next {
                break;
            }
        }
        candidate
    }

    /// The first instant of a local day.
    pub fn start_of_day(&self, day: Day) -> Instant {
        self.instant(day, TimeOfDay::MIDNIGHT)
    }

    /// The last second of a local day: 24:00 is 23:59:59 (Civil Code 2015, 148.6).
    pub fn end_of_day(&self, day: Day) -> Instant {
        self.instant(day, TimeOfDay::END).plus(-1)
    }

    /// The instant that an ISO 8601 text names; without an offset, in the calendar's zone; a day alone, its 00:00.
    ///
    /// # Errors
    /// When the text has another shape or names a day or time that does not exist.
    pub fn parse_instant(&self, text: &str) -> Result<Instant, InstantError> {
        let civil = Civil::parse(text)?;
        match civil.offset {
            Some(_) => text.parse(),
            None => Ok(self.instant(civil.day, civil.time)),
        }
    }

    /// The instant in local time with its offset, as in `2024-03-29T17:00:00+07:00`.
    pub fn format_instant(&self, instant: Instant) -> String {
        let offset = self.offset_at(instant).map_or(0, |(_, offset)| offset.seconds);
        let (day, time) = self.local(instant);
        let (seconds, east) = (time.seconds(), offset.unsigned_abs());
        let sign = if offset < 0 { '-' } else { '+' };
        format!(
            "{day}T{:02}:{:02}:{:02}{sign}{:02}:{:02}",
            seconds / 3600,
            seconds / 60 % 60,
            seconds % 60,
            east / 3600,
            east / 60 % 60
        )
    }

    fn offset_at(&self, instant: Instant) -> Option<(usize, &Offset)> {
        let index = self.spec.offsets.partition_point(|offset| offset.from <= instant).saturating_sub(1);
        self.spec.offsets.get(index).map(|offset| (index, offset))
    }
}
