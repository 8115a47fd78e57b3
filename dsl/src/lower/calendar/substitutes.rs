//! Substitute days (*nghỉ bù*) for holidays on days that the week leaves free.

use std::collections::{HashSet, VecDeque};

use motcua_engine::Day;
use motcua_engine::calendar::{DayOff, OffKind};

use super::{Off, basis};
use crate::lower::calendar::weeks::Weeks;
use crate::syntax::SubstituteLine;

/// Returns the substitute days that the lines of a calendar bring, given its days off in order.
///
/// A holiday on a day that the week leaves free is owed a day. The days after it are walked in order: a substitute day
/// that stands there already repays the holiday owed longest, and so does the next day that the week works, that is not
/// off and that is not worked out of turn. So two holidays on one weekend get the two working days after the block.
pub(super) fn substitutes(
    lines: &[SubstituteLine],
    off: &[Off],
    worked: &HashSet<Day>,
    weeks: &Weeks,
    last: Day,
) -> Vec<Off> {
    let mut found = Vec::new();
    let mut owed: VecDeque<(&Off, &SubstituteLine)> = VecDeque::new();
    let mut rest = off.iter().peekable();
    let mut day = Day::MIN;
    while let Some(next) = rest.peek().map(|off| off.day.date).or((!owed.is_empty()).then_some(last)) {
        if owed.is_empty() {
            day = next;
        }
        let mut is_off = false;
        while let Some(off) = rest.next_if(|off| off.day.date == day) {
            is_off = true;
            if off.owes && !weeks.works(day) {
                owed.extend(lines.iter().find(|line| holds(line, day.year())).map(|line| (off, line)));
            }
            if off.day.kind == OffKind::Substitute {
                owed.pop_front();
            }
        }
        if !is_off
            && weeks.works(day)
            && !worked.contains(&day)
            && let Some((holiday, line)) = owed.pop_front()
        {
            found.push(substitute(holiday, line, day));
        }
        if day >= last {
            break;
        }
        day = day.plus(1);
    }
    found
}

fn substitute(holiday: &Off, line: &SubstituteLine, date: Day) -> Off {
    let before = line.name.as_ref().map_or("substitute for", |name| name.text.as_str());
    let name = format!("{before} {}", holiday.day.name);
    let day = DayOff { date, name, kind: OffKind::Substitute, basis: basis(&line.basis) };
    Off { day, owes: false, of: holiday.of }
}

fn holds(line: &SubstituteLine, year: i32) -> bool {
    line.from.is_none_or(|from| from <= year) && line.until.is_none_or(|until| year <= until)
}
