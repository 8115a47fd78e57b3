//! Builds calendars.

use motcua_engine::{Day, TimeOfDay};

use super::Builder;
use crate::diagnostic::Finding;
use crate::parse::tree::{Branch, Kind};
use crate::syntax::{Calendar, OffDays, OffLine, WorkedLine};

impl<'t> Builder<'t> {
    pub(super) fn calendar_member(&mut self, branch: Branch<'t>, calendar: &mut Calendar) {
        match branch.kind() {
            Kind::zone => {
                let zone = self.text_in(branch);
                self.once(&mut calendar.zone, zone, branch);
            }
            Kind::covers => {
                let mut years = branch.branches();
                let covers = years.next().zip(years.next());
                let covers = covers.map(|(from, to)| (self.year(from), self.year(to), self.whole(branch)));
                self.once(&mut calendar.covers, covers, branch);
            }
            Kind::announced => self.once(&mut calendar.announced_until, self.year_in(branch), branch),
            Kind::week => self.week(branch, calendar),
            Kind::cutoff => {
                let cutoff = branch.branches().next().and_then(|time| self.time(time));
                self.once(&mut calendar.cutoff, cutoff, branch);
            }
            Kind::off => calendar.off.extend(self.off(branch)),
            Kind::worked => calendar.worked.extend(self.worked(branch)),
            _ => {}
        }
    }

    fn week(&mut self, branch: Branch<'t>, calendar: &mut Calendar) {
        let mut days = Vec::new();
        let mut sessions = Vec::new();
        for part in branch.branches() {
            if part.kind() == Kind::session {
                sessions.extend(self.session(part));
                continue;
            }
            let mut ends = part.branches().map(|day| weekday(self.str(day)));
            if let Some(first) = ends.next() {
                let last = ends.next().unwrap_or(first);
                let until = if last < first { last + 7 } else { last };
                days.extend((first..=until).map(|day| day % 7));
            }
        }
        calendar.week.push((days, sessions, self.whole(branch)));
    }

    fn session(&mut self, branch: Branch<'t>) -> Option<(TimeOfDay, TimeOfDay)> {
        let mut times = branch.branches();
        let (from, to) = times.next().zip(times.next())?;
        let (from, to) = (self.time(from), self.time(to));
        let session = from.zip(to)?;
        if session.0 >= session.1 {
            let message = "a session ends before it begins";
            self.findings.push(Finding::error("syntax-session", message, self.whole(branch)));
            return None;
        }
        Some(session)
    }

    fn off(&mut self, branch: Branch<'t>) -> Option<OffLine> {
        let mut parts = branch.branches();
        let days = parts.next()?;
        let mut from = None;
        let mut until = None;
        let mut line = OffLine {
            days: OffDays::Every { month: 1, day: 1, from, until },
            name: None,
            kind: None,
            basis: Vec::new(),
            span: self.whole(branch),
        };
        for part in parts {
            match part.kind() {
                Kind::text => {
                    let name = self.quoted(part);
                    self.once(&mut line.name, Some(name), part);
                }
                Kind::off_kind => self.once(&mut line.kind, Some(self.word(part)), part),
                Kind::off_from => self.once(&mut from, self.year_in(part), part),
                Kind::off_until => self.once(&mut until, self.year_in(part), part),
                _ => line.basis.extend(self.text_in(part)),
            }
        }
        line.days = if days.kind() == Kind::every_year {
            let (month, day) = self.month_day(days.branches().next()?)?;
            OffDays::Every { month, day, from, until }
        } else {
            self.run(days)?
        };
        Some(line)
    }

    fn run(&mut self, branch: Branch<'t>) -> Option<OffDays> {
        let mut parts = branch.branches();
        let first = self.day(parts.next()?);
        let last = match parts.next() {
            Some(last) => self.day(last),
            None => first,
        };
        let (first, last) = first.zip(last)?;
        if last < first {
            let message = "a run of days ends before it begins";
            self.findings.push(Finding::error("syntax-date", message, self.whole(branch)));
            return None;
        }
        Some(OffDays::Run(first, last))
    }

    fn month_day(&mut self, branch: Branch<'t>) -> Option<(u32, u32)> {
        let written = self.str(branch);
        let (month, day) = written.split_once('-')?;
        let (month, day) = month.parse().ok().zip(day.parse().ok())?;
        // A leap year, so that 29 February may be named.
        if Day::from_ymd(2024, month, day).is_none() {
            let message = format!("no year has a day `{written}`");
            let help = "the day of every year is written month-day, as in `09-02` for 2 September";
            self.findings.push(Finding::error("syntax-date", message, self.span(branch)).help(help));
            return None;
        }
        Some((month, day))
    }

    fn worked(&mut self, branch: Branch<'t>) -> Option<WorkedLine> {
        let mut parts = branch.branches();
        let day = self.day(parts.next()?)?;
        let mut line = WorkedLine {
            day,
            for_day: None,
            sessions: Vec::new(),
            name: None,
            basis: Vec::new(),
            span: self.whole(branch),
        };
        for part in parts {
            match part.kind() {
                Kind::for_day => {
                    let for_day = self.day_in(part);
                    self.once(&mut line.for_day, for_day, part);
                }
                Kind::sessions => {
                    let sessions = part.branches().filter_map(|session| self.session(session)).collect();
                    self.fill(&mut line.sessions, sessions, part);
                }
                Kind::text => {
                    let name = self.quoted(part);
                    self.once(&mut line.name, Some(name), part);
                }
                _ => line.basis.extend(self.text_in(part)),
            }
        }
        Some(line)
    }
}

/// Days after Monday.
fn weekday(written: &str) -> u8 {
    match written {
        "mon" => 0,
        "tue" => 1,
        "wed" => 2,
        "thu" => 3,
        "fri" => 4,
        "sat" => 5,
        _ => 6,
    }
}
