//! Compiles a calendar into rank and select tables, so that counting N working days takes no longer for a larger N.

use super::error::{CalendarError, TimeError};
use super::index::Index;
use super::spec::{CalendarSpec, DayOff, OffKind, Offset, Session, WorkedDay};
use super::version::CalendarHash;
use super::zone::Zone;
use crate::instant::Day;

/// A calendar that answers: which days are worked, when they open and close, and what N working days are.
///
/// # Example: a deadline that skips a weekend
/// ```
/// # use motcua_engine::calendar::{Calendar, CalendarSpec, Offset, Session};
/// # use motcua_engine::{Day, Instant, TimeOfDay};
/// let hours = |from, to| Session { from: TimeOfDay::from_hm(from, 0).unwrap(), to: TimeOfDay::from_hm(to, 0).unwrap() };
/// let worked = vec![hours(8, 12), hours(13, 17)];
/// let calendar = Calendar::compile(CalendarSpec {
///     name: "office".into(),
///     label: None,
///     zone: "Asia/Ho_Chi_Minh".into(),
///     offsets: vec![Offset { from: Instant::MIN, seconds: 7 * 3600 }],
///     first_year: 2024,
///     last_year: 2024,
///     announced_from: None,
///     announced_until: None,
///     week: std::array::from_fn(|day| if day < 5 { worked.clone() } else { Vec::new() }),
///     weeks: Vec::new(),
///     off: Vec::new(),
///     worked: Vec::new(),
///     cutoff: None,
/// })?;
/// let friday: Day = "2024-03-08".parse()?;
/// assert_eq!(calendar.add_working_days(friday, 1)?.to_string(), "2024-03-11");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    pub(super) spec: CalendarSpec,
    pub(super) zone: Zone,
    /// The first covered day; without coverage, the tables are empty.
    pub(super) first: Day,
    /// Rank: for each covered day twice the number of working days before it, and one more if it is worked.
    pub(super) rank: Box<[u32]>,
    /// Select: the working days in order. What else is known of them stands in tables of its own, so that counting
    /// days reads four bytes and no more.
    pub(super) working: Box<[Day]>,
    /// Which of the patterns each working day has.
    pub(super) pattern: Box<[u32]>,
    /// The different sessions of days; those of the weeks come first, seven each.
    pub(super) patterns: Vec<Vec<Session>>,
    /// Seconds of work in all working days before each.
    pub(super) work_before: Index,
    /// Seconds of work in all working days.
    pub(super) total_work: i64,
    /// The first and the last day of which days off are announced and not projected.
    pub(super) announced: (Day, Day),
    /// What identifies this version.
    pub(super) hash: CalendarHash,
}

impl Calendar {
    /// The calendar that answers for this data. Days off and worked days outside the covered years are ignored; of
    /// several days off on one date the first one names it.
    ///
    /// # Errors
    /// When the years are no range, the UTC offsets or sessions are out of order, or a day is off and worked.
    pub fn compile(mut spec: CalendarSpec) -> Result<Self, CalendarError> {
        check_years(&spec)?;
        check_offsets(&spec)?;
        for week in std::iter::once(&spec.week).chain(spec.weeks.iter().map(|later| &later.week)) {
            for (sessions, day) in week.iter().zip(WEEKDAYS) {
                check_sessions(&spec, sessions, day)?;
            }
        }
        if !spec.weeks.is_sorted_by(|a, b| a.from < b.from) {
            return Err(CalendarError::Weeks { calendar: spec.name });
        }
        spec.off.sort_by_key(|off| off.date);
        spec.off.dedup_by_key(|off| off.date);
        spec.worked.sort_by_key(|worked| worked.date);
        spec.worked.dedup_by_key(|worked| worked.date);
        Self::build(spec)
    }

    /// A calendar that knows its zone and nothing of days off: enough for terms that neither roll nor count work.
    ///
    /// # Errors
    /// When the UTC offsets are missing or out of order.
    pub fn civil(zone: &str, offsets: Vec<Offset>) -> Result<Self, CalendarError> {
        Self::compile(CalendarSpec {
            name: zone.to_owned(),
            label: None,
            zone: zone.to_owned(),
            offsets,
            first_year: 1,
            last_year: 0,
            announced_from: None,
            announced_until: None,
            week: Default::default(),
            weeks: Vec::new(),
            off: Vec::new(),
            worked: Vec::new(),
            cutoff: None,
        })
    }

    /// The data it was compiled from, with days off and worked days sorted by date.
    pub fn spec(&self) -> &CalendarSpec {
        &self.spec
    }

    fn build(spec: CalendarSpec) -> Result<Self, CalendarError> {
        let first = Day::from_ymd(spec.first_year, 1, 1).unwrap_or(Day::MIN);
        let covered = if spec.last_year < spec.first_year {
            0
        } else {
            let last = Day::from_ymd(spec.last_year, 12, 31).unwrap_or(Day::MAX);
            last.since(first).cast_unsigned() + 1
        };
        let mut calendar = Self {
            patterns: spec.week.iter().chain(spec.weeks.iter().flat_map(|later| &later.week)).cloned().collect(),
            zone: Zone::new(&spec.offsets),
            announced: announced(&spec),
            spec,
            first,
            rank: Box::default(),
            working: Box::default(),
            pattern: Box::default(),
            work_before: Index::default(),
            total_work: 0,
            hash: CalendarHash::default(),
        };
        calendar.fill(covered, Self::pattern_of)?;
        calendar.hash = calendar.hashed();
        Ok(calendar)
    }

    /// Builds the tables of so many days from the first on, each with the sessions of a pattern or off.
    pub(super) fn fill<E>(
        &mut self,
        covered: u32,
        mut pattern_of: impl FnMut(&mut Self, Day) -> Result<Option<u32>, E>,
    ) -> Result<(), E> {
        let (mut rank, mut working, mut patterns, mut work_before) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        // No more working days than the days of 9999 years, so twice their number fits.
        let mut before = 0_u32;
        for offset in 0..covered {
            let day = self.first.plus(offset.cast_signed());
            let pattern = pattern_of(self, day)?;
            rank.push(before * 2 + u32::from(pattern.is_some()));
            if let Some(pattern) = pattern {
                before += 1;
                working.push(day);
                patterns.push(pattern);
                work_before.push(self.total_work);
                self.total_work += self.seconds_of(day, pattern);
            }
        }
        self.rank = rank.into();
        self.working = working.into();
        self.pattern = patterns.into();
        self.work_before = Index::new(work_before, 1);
        Ok(())
    }

    /// Which sessions a day has; a new pattern is added for sessions of its own.
    fn pattern_of(&mut self, day: Day) -> Result<Option<u32>, CalendarError> {
        let off = find_off(&self.spec, day);
        let Some(worked) = find_worked(&self.spec, day) else {
            let pattern = pattern_of_week(&self.spec, day);
            let open = off.is_none() && self.patterns.get(pattern).is_some_and(|sessions| !sessions.is_empty());
            return Ok(open.then(|| u32::try_from(pattern).unwrap_or_default()));
        };
        match off {
            Some(off) if off.kind == OffKind::Closure => return Ok(None),
            Some(off) => {
                let (calendar, name) = (self.spec.name.clone(), off.name.clone());
                return Err(CalendarError::OffAndWorked { calendar, day, name });
            }
            None => {}
        }
        let pattern = if let Some(sessions) = &worked.sessions {
            check_sessions(&self.spec, sessions, &day.to_string())?;
            let sessions = sessions.clone();
            self.patterns.iter().position(|known| *known == sessions).unwrap_or_else(|| {
                self.patterns.push(sessions);
                self.patterns.len() - 1
            })
        } else {
            pattern_of_week(&self.spec, worked.for_day.unwrap_or(day))
        };
        if self.patterns.get(pattern).is_none_or(Vec::is_empty) {
            return Err(CalendarError::NoSessions { calendar: self.spec.name.clone(), day });
        }
        Ok(Some(u32::try_from(pattern).unwrap_or_default()))
    }

    fn seconds_of(&self, day: Day, pattern: u32) -> i64 {
        let (sessions, day) = (self.sessions_like(pattern), self.local_day(day));
        sessions.iter().map(|session| day.at(session.to).since(day.at(session.from))).sum()
    }

    #[cold]
    pub(super) fn uncovered(&self, year: i32) -> TimeError {
        TimeError::Uncovered { calendar: self.spec.name.as_str().into(), year }
    }
}

const WEEKDAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

pub(super) fn find_off(spec: &CalendarSpec, day: Day) -> Option<&DayOff> {
    spec.off.binary_search_by_key(&day, |off| off.date).ok().and_then(|index| spec.off.get(index))
}

pub(super) fn find_worked(spec: &CalendarSpec, day: Day) -> Option<&WorkedDay> {
    spec.worked.binary_search_by_key(&day, |worked| worked.date).ok().and_then(|index| spec.worked.get(index))
}

/// Which pattern the week in force gives a day.
fn pattern_of_week(spec: &CalendarSpec, day: Day) -> usize {
    spec.weeks.partition_point(|week| week.from <= day) * 7 + day.days_since_monday()
}

/// The first and the last day of the announced years; of a range without a year, none.
pub(super) fn announced(spec: &CalendarSpec) -> (Day, Day) {
    let first = spec.announced_from.map_or(1, |year| year.max(1));
    let last = spec.announced_until.map_or(9999, |year| year.min(9999));
    let first = Day::from_ymd(first, 1, 1).unwrap_or(Day::MAX);
    // Without a last year the range ends before it begins.
    (first, Day::from_ymd(last, 12, 31).unwrap_or_else(|| first.plus(-1)))
}

fn check_years(spec: &CalendarSpec) -> Result<(), CalendarError> {
    let (first, last) = (spec.first_year, spec.last_year);
    if (1..=9999).contains(&first) && last <= 9999 && last >= first - 1 {
        return Ok(());
    }
    Err(CalendarError::Years { calendar: spec.name.clone(), first, last })
}

fn check_offsets(spec: &CalendarSpec) -> Result<(), CalendarError> {
    let sorted = spec.offsets.is_sorted_by(|a, b| a.from < b.from);
    let small = spec.offsets.iter().all(|offset| (-86_399..=86_399).contains(&offset.seconds));
    if sorted && small && !spec.offsets.is_empty() {
        return Ok(());
    }
    Err(CalendarError::Offsets { calendar: spec.name.clone() })
}

fn check_sessions(spec: &CalendarSpec, sessions: &[Session], day: &str) -> Result<(), CalendarError> {
    let forward = sessions.iter().all(|session| session.from < session.to);
    if forward && sessions.is_sorted_by(|a, b| a.to <= b.from) {
        return Ok(());
    }
    Err(CalendarError::Sessions { calendar: spec.name.clone(), day: day.to_owned() })
}
