//! The weeks of a calendar: which one holds from which day on.

use motcua_engine::Day;
use motcua_engine::calendar::Session;

use super::sessions;
use crate::syntax::WeekLine;

/// The sessions of Monday to Sunday.
pub(crate) type Week = [Vec<Session>; 7];

/// The week that holds before all others, and each later one with its first day.
#[derive(Clone, Debug, Default)]
pub(crate) struct Weeks {
    /// Before all others.
    pub(crate) first: Week,
    /// From a day on, in order.
    pub(crate) later: Vec<(Day, Week)>,
}

impl Weeks {
    /// Returns the weeks that some lines give.
    pub(crate) fn new(lines: &[WeekLine]) -> Self {
        let begins = lines.iter().filter_map(|line| line.from);
        let ends = lines.iter().filter_map(|line| line.until).map(|until| until.plus(1));
        let mut turns: Vec<Day> = begins.chain(ends).collect();
        turns.sort_unstable();
        turns.dedup();
        let mut weeks = Self { first: week(lines, Day::MIN), later: Vec::new() };
        for turn in turns {
            let next = week(lines, turn);
            if *weeks.on(turn) != next {
                weeks.later.push((turn, next));
            }
        }
        weeks
    }

    /// Returns the week that holds on a day.
    pub(crate) fn on(&self, day: Day) -> &Week {
        let after = self.later.partition_point(|(from, _)| *from <= day);
        after.checked_sub(1).and_then(|at| self.later.get(at)).map_or(&self.first, |(_, week)| week)
    }

    /// Returns whether the week has sessions on a day.
    pub(crate) fn works(&self, day: Day) -> bool {
        self.on(day).get(day.days_since_monday()).is_some_and(|sessions| !sessions.is_empty())
    }
}

fn week(lines: &[WeekLine], day: Day) -> Week {
    let mut week = Week::default();
    for line in lines.iter().filter(|line| holds(line, day)) {
        for weekday in &line.days {
            if let Some(of_day) = week.get_mut(usize::from(*weekday)) {
                of_day.extend(sessions(&line.sessions));
            }
        }
    }
    for of_day in &mut week {
        of_day.sort_by_key(|session| session.from);
    }
    week
}

/// Returns whether a line holds on a day.
pub(crate) fn holds(line: &WeekLine, day: Day) -> bool {
    line.from.is_none_or(|from| from <= day) && line.until.is_none_or(|until| day <= until)
}
