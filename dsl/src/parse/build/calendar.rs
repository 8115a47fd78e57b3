//! Builds calendars.

use motcua_engine::{Day, TimeOfDay};

use super::Builder;
use crate::diagnostic::Finding;
use crate::parse::tree::{Branch, Kind};
use crate::sentence::{Sentence, say};
use crate::syntax::{Announced, Calendar, OffDays, OffLine, SubstituteLine, WeekLine, WorkedLine, YearDay};

impl<'t> Builder<'t> {
    pub(super) fn calendar_member(&mut self, branch: Branch<'t>, calendar: &mut Calendar) {
        match branch.kind() {
            Kind::accepts => self.accepts(branch, calendar.span),
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
            Kind::text => {
                let label = self.quoted(branch);
                self.once(&mut calendar.label, Some(label), branch);
            }
            Kind::over => self.once(&mut calendar.over, self.name_in(branch), branch),
            Kind::announced => {
                let announced = self.announced(branch);
                self.once(&mut calendar.announced, announced, branch);
            }
            Kind::week => {
                let week = self.week(branch);
                calendar.week.push(week);
            }
            Kind::substitute => {
                let line = self.substitute(branch);
                calendar.substitutes.push(line);
            }
            Kind::cutoff => {
                let cutoff = branch.branches().next().and_then(|time| self.time(time));
                self.once(&mut calendar.cutoff, cutoff, branch);
            }
            Kind::off => calendar.off.extend(self.off(branch)),
            Kind::worked => calendar.worked.extend(self.worked(branch)),
            _ => {}
        }
    }

    fn announced(&self, branch: Branch<'t>) -> Option<Announced> {
        let span = self.whole(branch);
        let mut years = branch.branches();
        let first = years.next()?;
        if first.kind() == Kind::announced_until {
            return Some(Announced { from: None, until: self.year_in(first)?, span });
        }
        Some(Announced { from: Some(self.year(first)), until: self.year(years.next()?), span })
    }

    fn week(&mut self, branch: Branch<'t>) -> WeekLine {
        let span = self.whole(branch);
        let mut line = WeekLine { days: Vec::new(), sessions: Vec::new(), from: None, until: None, span };
        for part in branch.branches() {
            match part.kind() {
                Kind::session => line.sessions.extend(self.session(part)),
                Kind::week_from => {
                    let day = self.day_in(part);
                    self.once(&mut line.from, day, part);
                }
                Kind::week_until => {
                    let day = self.day_in(part);
                    self.once(&mut line.until, day, part);
                }
                _ => {
                    let mut ends = part.branches().map(|day| weekday(self.keyword(day)));
                    let Some(first) = ends.next() else { continue };
                    let last = ends.next().unwrap_or(first);
                    let until = if last < first { last + 7 } else { last };
                    line.days.extend((first..=until).map(|day| day % 7));
                }
            }
        }
        line
    }

    fn substitute(&mut self, branch: Branch<'t>) -> SubstituteLine {
        let span = self.whole(branch);
        let mut line = SubstituteLine { name: None, from: None, until: None, basis: Vec::new(), span };
        for part in branch.branches() {
            match part.kind() {
                Kind::text => {
                    let name = self.quoted(part);
                    self.once(&mut line.name, Some(name), part);
                }
                Kind::from_year => self.once(&mut line.from, self.year_in(part), part),
                Kind::until_year => self.once(&mut line.until, self.year_in(part), part),
                _ => line.basis.extend(self.text_in(part)),
            }
        }
        line
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
        let days = if days.kind() == Kind::every_year { self.every(days) } else { self.run(days) };
        let mut line = OffLine {
            // A line whose days are wrong was reported, and is left out below.
            days: days.unwrap_or(OffDays::Run(Day::MIN, Day::MIN)),
            name: None,
            kind: None,
            from: None,
            until: None,
            rule: None,
            instead: Vec::new(),
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
                Kind::from_year => self.once(&mut line.from, self.year_in(part), part),
                Kind::until_year => self.once(&mut line.until, self.year_in(part), part),
                Kind::rule_name => self.once(&mut line.rule, self.name_in(part), part),
                Kind::instead => self.fill(&mut line.instead, self.names(part), part),
                _ => line.basis.extend(self.text_in(part)),
            }
        }
        days.is_some().then_some(line)
    }

    fn every(&mut self, branch: Branch<'t>) -> Option<OffDays> {
        let parts: Vec<_> = branch.branches().collect();
        // `lunar` before the first day of a run goes for the last one as well.
        let is_lunar = |part: &Branch<'t>| part.branches().any(|word| word.kind() == Kind::lunar);
        let lunar = parts.first().is_some_and(is_lunar);
        if !lunar && let Some(last) = parts.last().filter(|part| is_lunar(part)) {
            let message = "the first day of this run is of the civil calendar, the last one of the lunar calendar";
            let finding = Finding::error("syntax-date", message, self.whole(*last));
            self.findings.push(finding.help("write `lunar` before the first day, or leave it out"));
            return None;
        }
        let mut days = parts.iter().map(|part| self.year_day(*part, lunar));
        let first = days.next()??;
        let last = days.next().unwrap_or(Some(first))?;
        Some(OffDays::Every { lunar, first, last })
    }

    fn year_day(&mut self, branch: Branch<'t>, lunar: bool) -> Option<YearDay> {
        let mut shift = 0;
        let mut found = None;
        for part in branch.branches() {
            match part.kind() {
                Kind::shift => {
                    let days = i32::try_from(self.number_in(part)?).unwrap_or(i32::MAX).min(366);
                    let before = part.branches().any(|word| word.kind() == Kind::before);
                    shift = if before { -days } else { days };
                }
                Kind::last_day if lunar => found = Some(YearDay::EVE),
                Kind::last_day => {
                    let message = "`last day` is that of the lunar year";
                    let finding = Finding::error("syntax-date", message, self.whole(part));
                    self.findings.push(finding.help("write `lunar last day`, or `12-31`"));
                }
                Kind::month_day => found = self.month_day(part, lunar),
                _ => {}
            }
        }
        found.map(|day| YearDay { shift, ..day })
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

    fn month_day(&mut self, branch: Branch<'t>, lunar: bool) -> Option<YearDay> {
        let written = self.str(branch);
        let (month, day) = written.split_once('-')?;
        let (month, day) = month.parse().ok().zip(day.parse().ok())?;
        // A leap year, so that 29 February may be named.
        let exists = if lunar {
            (1..=12).contains(&month) && (1..=30).contains(&day)
        } else {
            Day::from_ymd(2024, month, day).is_some()
        };
        if !exists {
            let which = if lunar { "lunar year" } else { "year" };
            let message = say!("no {which} has a day `{written}`", which = Sentence::from(which), written);
            let help = "the day of every year is written month-day, as in `09-02` for 2 September";
            self.findings.push(Finding::error("syntax-date", message, self.span(branch)).help(help));
            return None;
        }
        Some(YearDay { month, day, shift: 0 })
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
