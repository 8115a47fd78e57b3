//! Calls that reckon with days.

use motcua_engine::Day;
use motcua_engine::script::expression::{Expression, Kind};
use rust_decimal::Decimal;

use super::formula::Formula;
use super::read::{Cases, Read, Reader, Sum, always, pairs};

impl Reader<'_> {
    /// Returns the dates and numbers of days that a call may give, or nothing where it is not followed.
    pub(super) fn days(&mut self, name: &str, arguments: &[Expression]) -> Option<Cases> {
        match (name, arguments) {
            ("date", [Expression { kind: Kind::Text(text), .. }]) => {
                Some(always(Read::Number(Sum::day(text.parse::<Day>().ok()?))))
            }
            ("date", [year, month, day]) => {
                let mut parts = [0_i64; 3];
                for (slot, part) in parts.iter_mut().zip([year, month, day]) {
                    let cases = self.value(part)?;
                    let [(Formula::Yes, Read::Number(sum))] = cases.as_slice() else { return None };
                    *slot = i64::try_from(sum.rest).ok().filter(|_| sum.parts.is_empty())?;
                }
                let [year, month, day] = parts;
                let day = format!("{year:04}-{month:02}-{day:02}").parse::<Day>().ok()?;
                Some(always(Read::Number(Sum::day(day))))
            }
            ("day_of", [one]) => {
                let mut cases = self.value(one)?;
                for (_, value) in &mut cases {
                    match value {
                        Read::Number(_) => {}
                        Read::Moment(name, there) => *value = Read::Number(self.day_of(&name.clone(), *there)),
                        _ => return None,
                    }
                }
                Some(cases)
            }
            ("days" | "weeks", [one]) => {
                let week = Decimal::from(if name == "weeks" { 7 } else { 1 });
                let mut cases = self.value(one)?;
                for (_, value) in &mut cases {
                    let Read::Number(sum) = value else { return None };
                    *value = Read::Days(sum.times(week)?);
                }
                Some(cases)
            }
            ("add_days", [day, by]) => {
                let (day, by) = (self.value(day)?, self.value(by)?);
                pairs(&day, &by, |day, by| match (day, by) {
                    (Read::Number(day), Read::Number(by)) => Some(Read::Number(day.plus(by)?)),
                    _ => None,
                })
            }
            ("days_between", [from, to]) => {
                let (from, to) = (self.value(from)?, self.value(to)?);
                pairs(&from, &to, |from, to| match (from, to) {
                    (Read::Number(from), Read::Number(to)) => {
                        Some(Read::Number(to.plus(&from.times(Decimal::NEGATIVE_ONE)?)?))
                    }
                    _ => None,
                })
            }
            _ => None,
        }
    }
}
