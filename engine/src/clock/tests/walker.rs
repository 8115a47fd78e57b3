//! Terms once more, by walking: every length in turn uses up days or seconds one after the other.

use super::oracle::Oracle;
use crate::calendar::{Ends, FirstDay, Length, MonthEnd, Roll, Term, Unit};
use crate::clock::{Class, Edges, Ledger};
use crate::instant::{Day, Instant, TimeOfDay};

type Spans<'a> = &'a [(Instant, Instant)];

/// How far a term has come: an instant, and the last day before it is rolled or held open.
type Reached = (Instant, Day);

const fn is_civil(unit: Unit) -> bool {
    matches!(unit, Unit::Day | Unit::Week | Unit::Month | Unit::Year)
}

/// The seconds of one, for units of time.
const fn seconds(unit: Unit) -> Option<i64> {
    match unit {
        Unit::WorkingHour | Unit::Hour => Some(3600),
        Unit::WorkingMinute | Unit::Minute => Some(60),
        _ => None,
    }
}

impl Oracle<'_> {
    /// The due instant and the unrolled last day of a ledger whose suspensions are closed.
    pub(super) fn due(&self, ledger: &Ledger) -> Reached {
        let lengths = lengths(ledger);
        if ledger.term.backward {
            return self.back(ledger, &lengths);
        }
        let s = self.counts_from(ledger.start);
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
        let (mut due, mut last) = self.with(ledger, &lengths, &[]);
        for count in 1..=apart.len() {
            let alive = &apart[..count];
            let (from, to) = alive[count - 1];
            if from > due {
                break;
            }
            let (end, day) = self.with(ledger, &lengths, alive);
            last = day;
            due = if end > to { end.max(due) } else { self.held_open(&ledger.term, *lengths.last().unwrap(), to) };
        }
        (due, last)
    }

    /// How an end compares with the due date: by day if the last length is in whole days, else by second.
    pub(super) fn class(&self, ledger: &Ledger, end: Instant) -> Class {
        let due = self.due(ledger).0;
        let by_instant = match lengths(ledger).last().unwrap() {
            Length::SameWorkingDay { .. } => false,
            Length::Of { half, unit, .. } => *half || seconds(*unit).is_some(),
        };
        let order = if by_instant { end.cmp(&due) } else { self.day(end).cmp(&self.day(due)) };
        [Class::Early, Class::OnTime, Class::Late][(order as i8 + 1).unsigned_abs() as usize]
    }

    fn held_open(&self, term: &Term, length: Length, to: Instant) -> Instant {
        let Length::Of { unit, .. } = length else { return self.session_end_after(to) };
        if !is_civil(unit) {
            return self.session_end_after(to);
        }
        let mut day = self.day(to);
        loop {
            let works = term.roll == Some(Roll::None) && term.ends != Some(Ends::Close) || self.works(day);
            let end = if works && term.ends == Some(Ends::Close) { self.close(day) } else { self.midnight(day) };
            if (works || term.roll == Some(Roll::None)) && end > to {
                return end;
            }
            day = day.plus(1);
        }
    }

    fn suspended(&self, edges: Edges, alive: Spans, day: Day) -> bool {
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
    fn with(&self, ledger: &Ledger, lengths: &[Length], alive: Spans) -> Reached {
        let mut start = self.counts_from(ledger.start);
        let mut last = self.day(start);
        let mut term = ledger.term;
        for (index, length) in lengths.iter().enumerate() {
            term.length = *length;
            let is_final = index + 1 == lengths.len();
            // What was over when this length began bore on those before it.
            let alive: Vec<_> = alive.iter().copied().filter(|(_, to)| *to > start).collect();
            let alive = alive.as_slice();
            (start, last) = match length {
                Length::Of { unit, .. } if is_civil(*unit) => self.civil(ledger, &term, start, alive, is_final),
                Length::Of { count, unit, .. } if seconds(*unit).is_some() => {
                    let working = matches!(unit, Unit::WorkingHour | Unit::WorkingMinute);
                    let end = self.use_up(start, i64::from(*count) * seconds(*unit).unwrap(), working, alive);
                    (end, self.day(end))
                }
                _ => self.working(ledger, &term, start, alive, is_final),
            };
            term.first_day = FirstDay::NotCounted;
        }
        (start, last)
    }

    /// Uses up seconds, of work or of all time, that are not suspended.
    fn use_up(&self, from: Instant, mut left: i64, working: bool, alive: Spans) -> Instant {
        let mut day = self.day(from);
        loop {
            let whole = vec![(self.midnight(day.plus(-1)).plus(1), self.midnight(day).plus(1))];
            for (opens, closes) in if working { self.spans(day) } else { whole } {
                let mut at = opens.max(from);
                while at < closes {
                    if let Some((_, to)) = alive.iter().find(|(from, to)| *from <= at && at < *to) {
                        at = *to;
                        continue;
                    }
                    let next = alive.iter().map(|(from, _)| *from).filter(|from| *from > at).min();
                    let until = next.map_or(closes, |next| next.min(closes));
                    if until.since(at) >= left {
                        return at.plus(left);
                    }
                    left -= until.since(at);
                    at = until;
                }
            }
            day = day.plus(1);
        }
    }

    /// Working, half and same days. A last length is moved by every suspended working day, one before it uses up its days.
    fn working(&self, ledger: &Ledger, term: &Term, s: Instant, alive: Spans, is_final: bool) -> Reached {
        let day = self.day(s);
        let idle = |day: Day| self.suspended(ledger.edges, alive, day);
        let farthest = alive.last().map_or(day, |(_, to)| self.day(*to));
        // The last of so many working days, of which the first may be `first`.
        let run = |first: Day, count: u32| {
            let mut last = self.walk(first.plus(-1), count);
            if count == 0 {
                last = first.plus(-1);
            }
            if is_final {
                let mut gone = 0;
                let mut day = first;
                while day <= farthest {
                    gone += u32::from(self.works(day) && idle(day));
                    day = day.plus(1);
                }
                return self.walk(last, gone);
            }
            let (mut day, mut used) = (first.plus(-1), 0);
            while used < count {
                day = day.plus(1);
                used += u32::from(self.works(day) && !idle(day));
            }
            day
        };
        let open = self.works(day) && s < self.close(day);
        let includes = term.first_day == FirstDay::Counts;
        let at = |ends: Ends, day: Day| (self.end(ledger, ends, day), day);
        let ends = term.ends.unwrap_or(Ends::Close);
        match term.length {
            Length::SameWorkingDay { cutoff } => {
                let in_time = cutoff.is_none_or(|cutoff| s <= self.at(day, cutoff));
                let today = in_time && self.works(day) && s <= self.close(day);
                let ends = if today && ends == Ends::Opening { Ends::Close } else { ends };
                at(ends, run(if today { day } else { day.plus(1) }, 1))
            }
            Length::Of { count, half: false, .. } => {
                at(ends, run(if includes && open { day } else { day.plus(1) }, count))
            }
            Length::Of { count, .. } => {
                let ends = if ends == Ends::Midnight { ends } else { Ends::Close };
                let first_session = |last: Day| {
                    if ends == Ends::Midnight { at(ends, last) } else { (self.first_end(last), last) }
                };
                let morning = !idle(day) && self.sessions(day).len() > 1 && s <= self.first_end(day);
                match term.first_day {
                    FirstDay::NotCounted if morning => at(ends, run(day, count + 1)),
                    FirstDay::Counts if open && !idle(day) => {
                        let last = run(day, count + 1);
                        if count > 0 || s < self.first_end(day) { first_session(last) } else { at(ends, last) }
                    }
                    _ => first_session(run(day.plus(1), count + 1)),
                }
            }
        }
    }

    fn civil(&self, ledger: &Ledger, term: &Term, s: Instant, alive: Spans, is_final: bool) -> Reached {
        let day = self.day(s);
        let first = if term.first_day == FirstDay::Counts { day } else { day.plus(1) };
        let mut last = ahead(day, term);
        let idle = |day: Day| self.suspended(ledger.edges, alive, day);
        if is_final {
            let farthest = alive.last().map_or(day, |(_, to)| self.day(*to));
            let mut day = first;
            while day <= farthest {
                last = last.plus(i32::from(idle(day)));
                day = day.plus(1);
            }
        } else {
            let mut left = last.since(first) + 1;
            last = first.plus(-1);
            while left > 0 {
                last = last.plus(1);
                left -= i32::from(!idle(last));
            }
            return (self.midnight(last), last);
        }
        let started = self.day(self.counts_from(ledger.start));
        let mut rolled = last;
        if term.roll == Some(Roll::Backward) {
            while !self.works(rolled) {
                rolled = rolled.plus(-1);
            }
            if rolled <= started {
                rolled = last;
            }
        }
        while term.roll != Some(Roll::None) && !self.works(rolled) {
            rolled = rolled.plus(1);
        }
        (self.end(ledger, term.ends.unwrap_or(Ends::Midnight), rolled), last)
    }

    /// Where a day ends, by a convention; on a day off, opening and close are 24:00.
    fn end(&self, ledger: &Ledger, ends: Ends, day: Day) -> Instant {
        let start = if ledger.term.backward { ledger.start } else { self.counts_from(ledger.start) };
        match ends {
            Ends::Close if self.works(day) => self.close(day),
            Ends::Opening if self.works(day) => self.opening(day),
            Ends::Close | Ends::Opening | Ends::Midnight => self.midnight(day),
            Ends::SameTime => {
                let time = u32::try_from(self.wall(start).1).ok().and_then(TimeOfDay::from_seconds);
                self.at(day, time.unwrap())
            }
        }
    }

    fn back(&self, ledger: &Ledger, lengths: &[Length]) -> Reached {
        let mut reached = (ledger.start, self.day(ledger.start));
        let mut term = ledger.term;
        for (index, length) in lengths.iter().enumerate() {
            term.length = *length;
            reached = self.back_by(ledger, &term, reached.0, index + 1 == lengths.len());
            term.first_day = FirstDay::NotCounted;
        }
        reached
    }

    fn back_by(&self, ledger: &Ledger, term: &Term, s: Instant, is_final: bool) -> Reached {
        let day = self.day(s);
        let Length::Of { count, half, unit } = term.length else { unreachable!() };
        if let Some(one) = seconds(unit) {
            let left = i64::from(count) * one;
            let end = if matches!(unit, Unit::Hour | Unit::Minute) { s.plus(-left) } else { self.work_back(s, left) };
            return (end, self.day(end));
        }
        let at = |ends: Ends, day: Day| (self.end(ledger, ends, day), day);
        if is_civil(unit) {
            let last = behind(day, term);
            if !is_final {
                return (self.midnight(last.plus(-1)).plus(1), last);
            }
            let mut rolled = last;
            if term.roll == Some(Roll::Forward) {
                while !self.works(rolled) {
                    rolled = rolled.plus(1);
                }
                if rolled >= self.day(ledger.start) {
                    rolled = last;
                }
            }
            while term.roll != Some(Roll::None) && !self.works(rolled) {
                rolled = rolled.plus(-1);
            }
            let default = if term.roll == Some(Roll::None) { Ends::Midnight } else { Ends::Close };
            return (at(term.ends.unwrap_or(default), rolled).0, last);
        }
        let sessions = self.sessions(day);
        let begun = !sessions.is_empty() && s > self.opening(day);
        let ends = term.ends.unwrap_or(Ends::Close);
        let includes = term.first_day == FirstDay::Counts && begun;
        if !half {
            return at(ends, self.walk_back(day, count - u32::from(includes)));
        }
        let afternoon = sessions.len() > 1 && s >= self.at(day, sessions.last().unwrap().from);
        match term.first_day {
            FirstDay::NotCounted if afternoon => {
                let last = self.walk_back(day, count);
                (self.first_end(last), last)
            }
            FirstDay::Counts if includes => at(ends, self.walk_back(day, count)),
            _ => at(ends, self.walk_back(day, count + 1)),
        }
    }

    fn work_back(&self, from: Instant, mut left: i64) -> Instant {
        let mut day = self.day(from);
        loop {
            for (opens, closes) in self.spans(day).into_iter().rev() {
                let closes = closes.min(from);
                let span = closes.since(opens).max(0);
                if span >= left {
                    return closes.plus(-left);
                }
                left -= span;
            }
            day = day.plus(-1);
        }
    }
}

/// The term and what was granted, neighbours of one unit as one.
pub(super) fn lengths(ledger: &Ledger) -> Vec<Length> {
    let mut all = vec![ledger.term.length];
    for granted in &ledger.granted {
        let last = all.last_mut().unwrap();
        match (*last, *granted) {
            (Length::Of { count, half, unit }, Length::Of { count: more, half: other, unit: same }) if unit == same => {
                let halves = count * 2 + u32::from(half) + more * 2 + u32::from(other);
                *last = Length::Of { count: halves / 2, half: halves % 2 == 1, unit };
            }
            _ => all.push(*granted),
        }
    }
    all
}

/// The month so many months on or back, as its year and number.
fn month(day: Day, months: i32) -> (i32, u32) {
    let (mut year, mut month, _) = day.ymd();
    for _ in 0..months.abs() {
        (year, month) = match (months > 0, month) {
            (true, 12) => (year + 1, 1),
            (true, _) => (year, month + 1),
            (false, 1) => (year - 1, 12),
            (false, _) => (year, month - 1),
        };
    }
    (year, month)
}

/// The day with that number in a month, or its last one; and whether it is there.
fn numbered((year, month): (i32, u32), number: u32) -> (Day, bool) {
    let there = Day::from_ymd(year, month, number);
    let last = (28..=31).rev().find_map(|number| Day::from_ymd(year, month, number)).unwrap();
    (there.unwrap_or(last), there.is_some())
}

/// Whole units as days, or as months.
fn days_or_months(term: &Term) -> (Option<i32>, i32) {
    let Length::Of { count, unit, .. } = term.length else { unreachable!() };
    let count = count.cast_signed();
    match unit {
        Unit::Day => (Some(count), 0),
        Unit::Week => (Some(count * 7), 0),
        _ => {
            let months = if unit == Unit::Year { count * 12 } else { count };
            let thirty = term.month_end == MonthEnd::ThirtyDays;
            (thirty.then_some(months / 12 * 365 + months % 12 * 30), months)
        }
    }
}

/// The unrolled last day of a term in calendar units.
fn ahead(anchor: Day, term: &Term) -> Day {
    // The first day that counts.
    let first = anchor.plus(i32::from(term.first_day != FirstDay::Counts));
    let (days, months) = days_or_months(term);
    if let Some(days) = days {
        return first.plus(days - 1);
    }
    if term.first_day == FirstDay::NotCounted {
        let (last, there) = numbered(month(anchor, months), anchor.ymd().2);
        return last.plus(i32::from(!there && term.month_end == MonthEnd::NextMonthsFirstDay));
    }
    let (next, there) = numbered(month(first, months), first.ymd().2);
    next.plus(-i32::from(there))
}

/// The unrolled first day of a term in calendar units that ends with its anchor.
fn behind(anchor: Day, term: &Term) -> Day {
    let last = anchor.plus(-i32::from(term.first_day != FirstDay::Counts));
    let (days, months) = days_or_months(term);
    if let Some(days) = days {
        return last.plus(1 - days);
    }
    if term.first_day == FirstDay::NotCounted {
        let (day, there) = numbered(month(anchor, -months), anchor.ymd().2);
        return day.plus(i32::from(!there && term.month_end == MonthEnd::NextMonthsFirstDay));
    }
    numbered(month(last, -months), last.ymd().2).0.plus(1)
}
