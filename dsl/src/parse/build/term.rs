//! Builds terms with their conventions, and anchors.

use motcua_engine::calendar::{Ends, FirstDay, MonthEnd, Roll, Unit};

use super::Builder;
use crate::diagnostic::Finding;
use crate::parse::tree::{Branch, Branches, Kind};
use crate::sentence::say;
use crate::syntax::{Anchor, Length, Occurrence, Term, Word};

impl<'t> Builder<'t> {
    pub(super) fn term(&mut self, branch: Branch<'t>) -> Option<Term> {
        let mut parts = branch.branches();
        let mut term = Term {
            length: self.length(parts.next()?)?,
            first_day: None,
            roll: None,
            month_end: None,
            ends: None,
            of: None,
            span: self.whole(branch),
        };
        parts.for_each(|part| self.convention(part, &mut term));
        Some(term)
    }

    fn length(&mut self, branch: Branch<'t>) -> Option<Length> {
        let mut parts = branch.branches();
        Some(match branch.kind() {
            Kind::same_day => Length::SameWorkingDay { cutoff: parts.next().and_then(|time| self.time(time)) },
            Kind::until_date => Length::Until(self.data_field(parts.next()?)?),
            Kind::data_length => {
                Length::Data { field: self.data_field(parts.next()?)?, unit: self.unit_of_time(&mut parts) }
            }
            _ => {
                let amount = parts.next()?;
                let (written, span) = (self.str(amount).into(), self.span(amount));
                Length::Of { amount: written, unit: self.unit_of_time(&mut parts), span }
            }
        })
    }

    /// `data.FIELD`: the field's name.
    pub(super) fn data_field(&self, branch: Branch<'t>) -> Option<Word> {
        self.name_in(branch)
    }

    pub(super) fn unit_of_time(&mut self, parts: &mut Branches<'t>) -> Unit {
        let working = parts.accept(Kind::working);
        let Some(word) = parts.next() else { return Unit::Day };
        match (self.keyword(word).trim_end_matches('s'), working) {
            ("day", Some(_)) => Unit::WorkingDay,
            ("hour", Some(_)) => Unit::WorkingHour,
            ("minute", Some(_)) => Unit::WorkingMinute,
            (unit, Some(working)) => {
                let ends = [working, word].map(|part| (part.start(), part.end()));
                let [start, end] =
                    [ends.map(|(start, _)| start).into_iter().min(), ends.map(|(_, end)| end).into_iter().max()];
                let span = self.span_of(start.unwrap_or_default(), end.unwrap_or_default());
                let message = say!("there are no working {unit}s", unit);
                let help = "working time is counted in working days, working hours or working minutes";
                self.findings.push(Finding::error("syntax-unit", message, span).help(help));
                Unit::WorkingDay
            }
            ("hour", None) => Unit::Hour,
            ("minute", None) => Unit::Minute,
            ("week", None) => Unit::Week,
            ("month", None) => Unit::Month,
            ("year", None) => Unit::Year,
            _ => Unit::Day,
        }
    }

    /// Adds one convention, or `of CLOCK`, to a term.
    pub(super) fn convention(&mut self, part: Branch<'t>, term: &mut Term) {
        match part.kind() {
            Kind::of => {
                let clock = self.name_in(part);
                self.once(&mut term.of, clock, part);
            }
            Kind::at_close => self.once(&mut term.ends, Some(Ends::Close), part),
            Kind::at_midnight => self.once(&mut term.ends, Some(Ends::Midnight), part),
            Kind::at_opening => self.once(&mut term.ends, Some(Ends::Opening), part),
            Kind::at_same_time => self.once(&mut term.ends, Some(Ends::SameTime), part),
            Kind::first_day_counts => self.once(&mut term.first_day, Some(FirstDay::Counts), part),
            Kind::first_day_not_counted => self.once(&mut term.first_day, Some(FirstDay::NotCounted), part),
            Kind::from_next_day => self.once(&mut term.first_day, Some(FirstDay::FromNextDay), part),
            Kind::no_roll => self.once(&mut term.roll, Some(Roll::None), part),
            Kind::roll_forward => self.once(&mut term.roll, Some(Roll::Forward), part),
            Kind::roll_backward => self.once(&mut term.roll, Some(Roll::Backward), part),
            Kind::months_as_30 => self.once(&mut term.month_end, Some(MonthEnd::ThirtyDays), part),
            Kind::month_end_last => self.once(&mut term.month_end, Some(MonthEnd::LastDay), part),
            Kind::month_end_next => self.once(&mut term.month_end, Some(MonthEnd::NextMonthsFirstDay), part),
            _ => {}
        }
    }

    pub(super) fn anchor(&self, branch: Branch<'t>) -> Option<Anchor> {
        let mut parts = branch.branches();
        Some(match branch.kind() {
            Kind::earlier => Anchor::Earlier(parts.filter_map(|part| self.anchor(part)).collect(), self.whole(branch)),
            Kind::later => Anchor::Later(parts.filter_map(|part| self.anchor(part)).collect(), self.whole(branch)),
            Kind::data_anchor => Anchor::Data(self.data_field(parts.next()?)?),
            _ => {
                let which = parts.accept(Kind::which).map(|which| match self.keyword(which) {
                    "first" => Occurrence::First,
                    _ => Occurrence::Latest,
                });
                Anchor::Event { which, name: self.given(parts.next()?, Kind::event) }
            }
        })
    }
}
