//! The rules once more, as slowly and plainly as they can be said: everything is found by walking day by day.

use crate::calendar::{CalendarSpec, Ends, FirstDay, Length, MonthEnd, OffKind, Roll, Session, Term, Unit};
use crate::clock::{Edges, Ledger};
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

    pub(super) fn day(&self, instant: Instant) -> Day {
        let local = instant.unix() + self.offset(instant);
        Day::from_number(i32::try_from(local.div_euclid(86_400)).unwrap())
    }

    pub(super) fn at(&self, day: Day, time: TimeOfDay) -> Instant {
        let local = i64::from(day.number()) * 86_400 + i64::from(time.seconds());
        let reads = |instant: Instant| instant.unix() + self.offset(instant);
        let offsets = self.0.offsets.iter();
        let candidates = offsets.clone().map(|offset| Instant::from_unix(local - i64::from(offset.seconds)));
        let exact = candidates.filter(|instant| reads(*instant) == local).min();
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

    /// The due instant and the unrolled last day of a ledger that has one length and only closed suspensions.
    pub(super) fn due(&self, ledger: &Ledger) -> (Instant, Day) {
        let s = ledger.start;
        let mut spans: Vec<_> = ledger.suspensions.iter().map(|span| (span.from, span.to.unwrap())).collect();
        spans.retain(|(from, to)| from < to);
        spans.sort();
        let mut apart: Vec<(Instant, Instant)> = Vec::new();
        for (from, to) in spans {
            match apart.iter_mut().find(|(_, end)| *end >= from) {
                Some(span) => span.1 = span.1.max(to),
                None => apart.push((from, to)),
            }
        }
        apart.retain(|(_, to)| *to > s);
        // Suspensions bear on the clock one by one, as long as it has not run out before the next.
        let (mut due, mut last) = self.with(ledger, &[]);
        for count in 1..=apart.len() {
            let alive = &apart[..count];
            let (from, to) = alive[count - 1];
            if from > due {
                break;
            }
            let (end, day) = self.with(ledger, alive);
            last = day;
            due = if end > to { end.max(due) } else { self.held_open(&ledger.term, to) };
        }
        (due, last)
    }

    fn held_open(&self, term: &Term, to: Instant) -> Instant {
        let Length::Of { unit: Unit::Day | Unit::Week | Unit::Month | Unit::Year, .. } = term.length else {
            return self.session_end_after(to);
        };
        let mut day = self.day(to);
        loop {
            let works = self.works(day);
            let end = if works && term.ends == Some(Ends::Close) { self.close(day) } else { self.midnight(day) };
            if (works || term.roll == Some(Roll::None)) && end > to {
                return end;
            }
            day = day.plus(1);
        }
    }

    fn suspended(&self, edges: Edges, alive: &[(Instant, Instant)], day: Day) -> bool {
        alive.iter().any(|(from, to)| {
            let (asked, answered) = (self.day(*from), self.day(*to));
            match edges {
                Edges::Default => asked < day && day <= answered,
                Edges::Both => asked <= day && day <= answered,
                Edges::Asking => asked <= day && day < answered,
            }
        })
    }

    /// The end as if only these suspensions were, and nothing were held open.
    fn with(&self, ledger: &Ledger, alive: &[(Instant, Instant)]) -> (Instant, Day) {
        let (s, term) = (ledger.start, &ledger.term);
        let day = self.day(s);
        let farthest = alive.last().map_or(day, |(_, to)| self.day(*to));
        let gone = |from: Day, only_working: bool| {
            let mut count = 0;
            let mut day = from;
            while day <= farthest {
                count += u32::from(self.suspended(ledger.edges, alive, day) && (!only_working || self.works(day)));
                day = day.plus(1);
            }
            count
        };
        let open = self.works(day) && s < self.close(day);
        let includes = term.first_day == FirstDay::Counts;
        match term.length {
            Length::SameWorkingDay { cutoff } => {
                let today =
                    self.works(day) && s <= self.close(day) && cutoff.is_none_or(|cutoff| s <= self.at(day, cutoff));
                let base = if today { day } else { self.walk(day, 1) };
                let last = self.walk(base, gone(if today { day } else { day.plus(1) }, true));
                (self.end(term, last, Ends::Close), last)
            }
            Length::Of { count, half: false, unit: Unit::WorkingDay } => {
                let (count, first) = if includes && open { (count - 1, day) } else { (count, day.plus(1)) };
                let last = self.walk(day, count + gone(first, true));
                (self.end(term, last, Ends::Close), last)
            }
            Length::Of { count, half: true, unit: Unit::WorkingDay } => {
                let idle = self.suspended(ledger.edges, alive, day);
                let morning = !idle && self.sessions(day).len() > 1 && s <= self.first_end(day);
                if term.first_day == FirstDay::NotCounted && morning {
                    let last = self.walk(day, count + gone(day.plus(1), true));
                    return (self.close(last), last);
                }
                if includes && open && !idle {
                    let last = self.walk(day, count + gone(day, true));
                    let early = count > 0 || s < self.first_end(day);
                    return (if early { self.first_end(last) } else { self.close(last) }, last);
                }
                let last = self.walk(day, count + 1 + gone(day.plus(1), true));
                (self.first_end(last), last)
            }
            Length::Of { count, unit: unit @ (Unit::WorkingHour | Unit::WorkingMinute), .. } => {
                let mut seconds = i64::from(count) * if unit == Unit::WorkingHour { 3600 } else { 60 };
                seconds += alive.iter().map(|(from, to)| self.work(s.max(*from), *to)).sum::<i64>();
                let end = self.after_work(s, seconds);
                (end, self.day(end))
            }
            Length::Of { count, unit: unit @ (Unit::Hour | Unit::Minute), .. } => {
                let mut seconds = i64::from(count) * if unit == Unit::Hour { 3600 } else { 60 };
                seconds += alive.iter().map(|(from, to)| to.since(s.max(*from))).sum::<i64>();
                (s.plus(seconds), self.day(s.plus(seconds)))
            }
            Length::Of { count, unit, .. } => {
                let base = Self::civil(day, unit, count, term);
                let moved = gone(if includes { day } else { day.plus(1) }, false);
                let unrolled = base.plus(moved.cast_signed());
                let mut last = unrolled;
                if term.roll == Some(Roll::Backward) {
                    while !self.works(last) {
                        last = last.plus(-1);
                    }
                    if last <= day {
                        last = unrolled;
                    }
                }
                while term.roll != Some(Roll::None) && !self.works(last) {
                    last = last.plus(1);
                }
                (self.end(term, last, Ends::Midnight), unrolled)
            }
        }
    }

    fn end(&self, term: &Term, day: Day, default: Ends) -> Instant {
        if term.ends.unwrap_or(default) == Ends::Close && self.works(day) {
            self.close(day)
        } else {
            self.midnight(day)
        }
    }

    fn civil(day: Day, unit: Unit, count: u32, term: &Term) -> Day {
        let counts = i32::from(term.first_day == FirstDay::Counts);
        match unit {
            Unit::Day => return day.plus(count.cast_signed() - counts),
            Unit::Week => return day.plus(count.cast_signed() * 7 - counts),
            _ => {}
        }
        let months = if unit == Unit::Year { count * 12 } else { count };
        if term.month_end == MonthEnd::ThirtyDays {
            return day.plus((months / 12 * 365 + months % 12 * 30).cast_signed() - counts);
        }
        let (mut year, mut month, number) = day.ymd();
        for _ in 0..months {
            (year, month) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
        }
        let mut clamped = number;
        while Day::from_ymd(year, month, clamped).is_none() {
            clamped -= 1;
        }
        let found = Day::from_ymd(year, month, clamped).unwrap();
        match (clamped == number, counts == 1, term.month_end) {
            (true, true, _) => found.plus(-1),
            (false, false, MonthEnd::NextMonthsFirstDay) => found.plus(1),
            _ => found,
        }
    }
}
