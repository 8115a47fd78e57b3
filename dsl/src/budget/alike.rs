//! Days that are like one another, so that one of them shows what comes of all.

use motcua_engine::Day;
use motcua_engine::calendar::{CalendarSpec, Ends, Length, Roll, Session, Term, Unit};
use motcua_engine::clock::Edges;

use rustc_hash::FxHashMap;

use super::graph::Graph;
use super::judge::terms as all_terms;
use super::subject::Subject;
use super::time::Time;
use super::worst::terms;

/// So many days longer than a quarter more of what it takes on one day something may take on others.
const FREE: i32 = 10;
/// Where something takes longer than so many days, none is taken for like another.
const MOST_SIGHT: i32 = 64;

/// Returns so few of some days, one after another, that each of those is like one of these as far as it is asked whether a clock is late;
/// all of them where that is not known.
///
/// For clocks that count working days alone, where all of these have the same sessions: then what follows a day is told by
/// whether it is worked, and whether the next one is, into which an instant at its end may lead.
pub(super) fn alike(time: Time<'_>, graph: &Graph, (first, last): (Day, Day), edges: Edges) -> (Day, Day) {
    let calendar = time.calendar;
    let at_any_time = || terms(time, graph).iter().any(|term| term.ends == Some(Ends::SameTime));
    if edges != Edges::Default || !is_uniform(calendar.spec()) || at_any_time() {
        return (first, last);
    }
    let all = last.since(first);
    let kind = |by: i32| {
        let day = first.plus(by);
        let worked = calendar.is_working(day).ok()?;
        // What is taken by itself after the close is taken on the same day.
        let ends_before = !worked || calendar.close(day).ok()?.plus(1) <= calendar.end_of_day(day);
        ends_before.then_some((worked, calendar.is_working(day.plus(1)).ok()?))
    };
    let Some(kinds) = (0..=all).map(kind).collect::<Option<Vec<_>>>() else { return (first, last) };
    let shows_all = |few: &[(bool, bool)]| kinds.iter().all(|kind| few.contains(kind));
    let few = (1..=kinds.len()).find_map(|count| {
        let from = kinds.windows(count).position(shows_all)?;
        Some((from, from + count - 1))
    });
    let day = |by: usize| i32::try_from(by).ok().map(|by| first.plus(by));
    few.and_then(|(from, to)| Some((day(from)?, day(to)?))).unwrap_or((first, last))
}

/// Returns whether all days that are worked have the same sessions.
fn is_uniform(spec: &CalendarSpec) -> bool {
    let weeks = spec.weeks.iter().flat_map(|week| &week.week).chain(&spec.week);
    let worked = spec.worked.iter().filter_map(|day| day.sessions.as_ref());
    let mut all = weeks.chain(worked).filter(|sessions: &&Vec<Session>| !sessions.is_empty());
    all.next().is_none_or(|one| all.all(|other| other == one))
}

/// Days by what they and those after them are like. What begins on two days that see the same takes the same, unless it takes longer
/// than they see.
#[derive(Debug)]
pub(super) struct Alike {
    first: Day,
    /// For each day which it is like.
    groups: Vec<usize>,
    /// What is known of each of these.
    known: Vec<bool>,
    /// How many days each sees.
    sight: i32,
}

impl Alike {
    /// Returns what some days are like, as far as they see; nothing where it is not only asked which sessions the days ahead have.
    pub(super) fn of(
        time: Time<'_>,
        graph: &Graph,
        subject: &Subject,
        (first, last): (Day, Day),
        sight: i32,
    ) -> Option<Self> {
        let calendar = time.calendar;
        let looks_ahead = |term: &Term| {
            let by_month = matches!(term.length, Length::Of { unit: Unit::Month | Unit::Year, .. });
            !by_month && !term.backward && term.roll != Some(Roll::Backward)
        };
        let seen = last.since(first).checked_add(sight)?;
        let (begins, ends) = (calendar.start_of_day(first), calendar.end_of_day(first.plus(seen)));
        let is_shifted = calendar.spec().offsets.iter().any(|offset| begins < offset.from && offset.from <= ends);
        if is_shifted || !all_terms(time, graph, subject).iter().all(looks_ahead) {
            return None;
        }
        let mut sessions: Vec<&[Session]> = Vec::new();
        let kinds: Vec<u8> = (0..=seen).map(|by| kind(calendar.sessions(first.plus(by)).ok(), &mut sessions)).collect();
        let mut numbers: FxHashMap<&[u8], usize> = FxHashMap::default();
        let ahead = kinds.windows(usize::try_from(sight).ok()? + 1);
        let groups: Vec<usize> = ahead
            .map(|ahead| {
                let next = numbers.len();
                *numbers.entry(ahead).or_insert(next)
            })
            .collect();
        Some(Self { first, known: vec![false; numbers.len()], groups, sight })
    }

    fn group(&self, day: Day) -> Option<usize> {
        self.groups.get(usize::try_from(day.since(self.first)).ok()?).copied()
    }

    /// Returns the first day of each kind.
    pub(super) fn firsts(&self) -> Vec<Day> {
        let mut found = Vec::with_capacity(self.known.len());
        // They are numbered as they come up.
        for (by, group) in (0..).zip(&self.groups) {
            if *group == found.len() {
                found.push(self.first.plus(by));
            }
        }
        found
    }

    /// Returns whether what is asked is known of a day.
    pub(super) fn is_known(&self, day: Day) -> bool {
        self.group(day).and_then(|group| self.known.get(group)).is_some_and(|known| *known)
    }

    /// Keeps that it is known of a day, where all that begins on it ends on some day at latest.
    pub(super) fn learn(&mut self, day: Day, until: Day) {
        let sees = until <= day.plus(self.sight);
        if let Some(known) = self.group(day).filter(|_| sees).and_then(|group| self.known.get_mut(group)) {
            *known = true;
        }
    }
}

/// Returns how far days have to see of which something takes so long on one of them; nothing where that is too far.
pub(super) fn sight(takes: i32) -> Option<i32> {
    takes.checked_add(takes / 4)?.checked_add(FREE).filter(|sight| *sight <= MOST_SIGHT)
}

/// Returns the number of the sessions of a day, which is that of a list; one of its own where the day is not covered.
fn kind<'s>(day: Option<&'s [Session]>, known: &mut Vec<&'s [Session]>) -> u8 {
    let Some(day) = day else { return u8::MAX };
    let number = known.iter().position(|other| *other == day).unwrap_or_else(|| {
        known.push(day);
        known.len() - 1
    });
    u8::try_from(number).unwrap_or(u8::MAX)
}
