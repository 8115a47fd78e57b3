//! Which days a line of a calendar is about.

use motcua_engine::Day;

use crate::lunar::{self, LunarDate};
use crate::syntax::{OffDays, OffLine, YearDay};

/// One run of days that a line gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Run {
    /// The year that it belongs to: of a rule the lunar or civil year in which the run ends.
    pub(crate) year: i32,
    /// Its first day.
    pub(crate) first: Day,
    /// Its last day.
    pub(crate) last: Day,
}

impl Run {
    /// Returns its days within some years.
    pub(crate) fn days(self, (first, last): (i32, i32)) -> impl Iterator<Item = Day> {
        let begin = Day::from_ymd(first, 1, 1).map_or(self.first, |begin| self.first.max(begin));
        let end = Day::from_ymd(last, 12, 31).map_or(self.last, |end| self.last.min(end));
        (begin.number()..=end.number()).map(Day::from_number)
    }

    /// Returns how many days lie between two runs; 0 or less when they touch or overlap.
    fn gap(self, other: Self) -> i32 {
        self.first.since(other.last).max(other.first.since(self.last))
    }
}

/// Returns the runs of a line that reach into the covered years, in order.
pub(crate) fn runs(line: &OffLine, (first, last): (i32, i32)) -> Vec<Run> {
    let reaches = |run: &Run| run.first.year() <= last && run.last.year() >= first;
    let OffDays::Run(from, to) = line.days else {
        let years = (first - 1).max(line.from.unwrap_or(i32::MIN))..=(last + 1).min(line.until.unwrap_or(i32::MAX));
        return years.filter_map(|year| of_year(line, year)).filter(reaches).collect();
    };
    let run = Run { year: to.year(), first: from, last: to };
    if reaches(&run) { vec![run] } else { Vec::new() }
}

/// Returns the run of a rule in a year, whether or not the rule is in force then; nothing where the year lacks a day.
pub(crate) fn of_year(line: &OffLine, year: i32) -> Option<Run> {
    let OffDays::Every { lunar, first, last } = line.days else { return None };
    let end = day(last, lunar, year)?;
    // A run over the turn of the year began in the year before.
    let begin = day(first, lunar, year).filter(|begin| *begin <= end).or_else(|| day(first, lunar, year - 1))?;
    (begin <= end).then_some(Run { year, first: begin, last: end })
}

fn day(day: YearDay, lunar: bool, year: i32) -> Option<Day> {
    let date = if day.is_eve() {
        lunar::new_year(year)?.plus(-1)
    } else if lunar {
        LunarDate { year, month: day.month, leap: false, day: day.day }.civil()?
    } else {
        Day::from_ymd(year, day.month, day.day)?
    };
    Some(date.plus(day.shift))
}

/// Returns whether a line holds in a year.
pub(crate) fn holds(line: &OffLine, year: i32) -> bool {
    line.from.is_none_or(|from| from <= year) && line.until.is_none_or(|until| year <= until)
}

/// Returns the year of a rule for which an announced line stands: the one whose run is nearest to it.
pub(crate) fn replaced(rule: &OffLine, announced: &OffLine) -> Option<i32> {
    let OffDays::Run(first, last) = announced.days else { return None };
    let run = Run { year: last.year(), first, last };
    let years = first.year() - 1..=last.year() + 1;
    years.filter_map(|year| of_year(rule, year)).min_by_key(|of_rule| of_rule.gap(run)).map(|of_rule| of_rule.year)
}
