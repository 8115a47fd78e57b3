//! Calendars once more, as slowly and plainly as they can be said: everything is found by walking day by day. Of the
//! crate it uses the data types and the arithmetic of single days, and nothing that counts.

use crate::calendar::{CalendarSpec, OffKind, Session};
use crate::instant::{Day, Instant, TimeOfDay};

pub(super) struct Oracle<'a>(pub(super) &'a CalendarSpec);

impl Oracle<'_> {
    fn offset(&self, instant: Instant) -> i64 {
        let mut seconds = self.0.offsets[0].seconds;
        for offset in &self.0.offsets {
            if offset.from <= instant {
                seconds = offset.seconds;
            }
        }
        i64::from(seconds)
    }

    /// The day, and the second of it that a clock on the wall shows.
    pub(super) fn wall(&self, instant: Instant) -> (Day, i64) {
        (self.day(instant), (instant.unix() + self.offset(instant)).rem_euclid(86_400))
    }

    pub(super) fn day(&self, instant: Instant) -> Day {
        let local = instant.unix() + self.offset(instant);
        Day::from_number(i32::try_from(local.div_euclid(86_400)).unwrap())
    }

    pub(super) fn at(&self, day: Day, time: TimeOfDay) -> Instant {
        let local = i64::from(day.number()) * 86_400 + i64::from(time.seconds());
        let reads = |instant: Instant| instant.unix() + self.offset(instant);
        let offsets = self.0.offsets.iter();
        let candidates = offsets.clone().map(|offset| Instant::from_unix(local - i64::from(offset.seconds)));
        let exact = candidates.filter(|instant| reads(*instant) == local);
        let exact = if time.is_again() { exact.max() } else { exact.min() };
        exact.unwrap_or_else(|| offsets.map(|offset| offset.from).find(|from| reads(*from) > local).unwrap())
    }

    pub(super) fn sessions(&self, day: Day) -> Vec<Session> {
        let weekday = |day: Day| day.weekday().num_days_from_monday() as usize;
        let off = self.0.off.iter().find(|off| off.date == day);
        match self.0.worked.iter().find(|worked| worked.date == day) {
            Some(_) if off.is_some_and(|off| off.kind == OffKind::Closure) => Vec::new(),
            Some(worked) => match &worked.sessions {
                Some(sessions) => sessions.clone(),
                None => self.0.week[weekday(worked.for_day.unwrap_or(day))].clone(),
            },
            None if off.is_some() => Vec::new(),
            None => self.0.week[weekday(day)].clone(),
        }
    }

    pub(super) fn works(&self, day: Day) -> bool {
        !self.sessions(day).is_empty()
    }

    /// The nth working day after that day.
    pub(super) fn walk(&self, mut day: Day, n: u32) -> Day {
        for _ in 0..n {
            day = day.plus(1);
            while !self.works(day) {
                day = day.plus(1);
            }
        }
        day
    }

    /// The nth working day before that day.
    pub(super) fn walk_back(&self, mut day: Day, n: u32) -> Day {
        for _ in 0..n {
            day = day.plus(-1);
            while !self.works(day) {
                day = day.plus(-1);
            }
        }
        day
    }

    pub(super) fn opening(&self, day: Day) -> Instant {
        self.at(day, self.sessions(day)[0].from)
    }

    pub(super) fn first_end(&self, day: Day) -> Instant {
        self.at(day, self.sessions(day)[0].to).min(self.midnight(day))
    }

    pub(super) fn close(&self, day: Day) -> Instant {
        self.at(day, self.sessions(day).last().unwrap().to).min(self.midnight(day))
    }

    pub(super) fn midnight(&self, day: Day) -> Instant {
        self.at(day.plus(1), TimeOfDay::MIDNIGHT).plus(-1)
    }

    pub(super) fn spans(&self, day: Day) -> Vec<(Instant, Instant)> {
        let sessions = self.sessions(day);
        sessions.iter().map(|session| (self.at(day, session.from), self.at(day, session.to))).collect()
    }

    /// Whether work goes on in the second that begins with that instant, by the clock on the wall.
    pub(super) fn is_worked(&self, instant: Instant) -> bool {
        let second = u32::try_from((instant.unix() + self.offset(instant)).rem_euclid(86_400)).unwrap();
        let sessions = self.sessions(self.day(instant));
        sessions.iter().any(|session| session.from.seconds() <= second && second < session.to.seconds())
    }

    /// From when something counts, with the calendar's cutoff.
    pub(super) fn counts_from(&self, instant: Instant) -> Instant {
        let day = self.day(instant);
        match self.0.cutoff {
            Some(cutoff) if self.works(day) && instant > self.at(day, cutoff) => self.opening(self.walk(day, 1)),
            _ => instant,
        }
    }

    /// Seconds of work in between.
    pub(super) fn work(&self, from: Instant, to: Instant) -> i64 {
        let mut sum = 0;
        let mut day = self.day(from);
        while day <= self.day(to) {
            for (opens, closes) in self.spans(day) {
                sum += closes.min(to).since(opens.max(from)).max(0);
            }
            day = day.plus(1);
        }
        sum
    }

    pub(super) fn after_work(&self, from: Instant, mut seconds: i64) -> Instant {
        let mut day = self.day(from);
        loop {
            for (opens, closes) in self.spans(day) {
                let opens = opens.max(from);
                let span = closes.since(opens).max(0);
                if span >= seconds {
                    return opens.plus(seconds);
                }
                seconds -= span;
            }
            day = day.plus(1);
        }
    }

    pub(super) fn session_end_after(&self, instant: Instant) -> Instant {
        let mut day = self.day(instant);
        loop {
            for (_, end) in self.spans(day) {
                let end = end.min(self.midnight(day));
                if end > instant {
                    return end;
                }
            }
            day = day.plus(1);
        }
    }
}
