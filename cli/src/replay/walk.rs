//! Walks one dossier of a log through the procedure.

use std::hash::{DefaultHasher, Hasher};
use std::path::Path;
use std::sync::Arc;

use motcua_engine::calendar::Calendar;
use motcua_engine::plan::{Graph, Type};
use motcua_engine::{
    Attempt, Check, ClockId, CommandId, Day, FieldId, Instant, Replay, StateId, TimeOfDay, TimerId, Value, Walk,
};

use super::error::ReplayError;
use super::report::Reason;
use super::resolve::{Bring, Deed, Mapping};
use super::tally::Tally;
use crate::log::{Batch, LogEvent, Place, TimeStamp, Trace};

/// What all workers share.
#[derive(Debug)]
pub(super) struct Setting<'a> {
    pub(super) replay: Replay<'a>,
    pub(super) mapping: &'a Mapping,
    pub(super) calendar: &'a Calendar,
    pub(super) log: &'a Path,
    /// The named clocks and timers.
    pub(super) clocks: Vec<(ClockId, String)>,
    pub(super) timers: Vec<TimerId>,
    pub(super) now: Option<Instant>,
}

/// A worker: the setting, and what it has counted.
#[derive(Debug)]
pub(super) struct Walker<'a> {
    setting: &'a Setting<'a>,
    pub(super) tally: Tally,
    /// What the activities mean, by their numbers.
    deeds: Vec<Option<Deed>>,
}

type Deviates = (StateId, Arc<str>, Reason);

/// A dossier under way.
struct Course<'t> {
    trace: Trace<'t>,
    walk: Walk,
    first_deviation: Option<Deviates>,
    /// Dates of the dossier that stand for commands and are still to come, the earliest last.
    dates: Vec<(Instant, CommandId, usize)>,
    /// The timers that the log has recorded.
    recorded: Vec<TimerId>,
}

impl<'a> Walker<'a> {
    /// Returns a worker that has done nothing.
    pub(super) fn new(setting: &'a Setting<'a>) -> Self {
        let tally = Tally::new(setting.clocks.len(), setting.timers.len(), setting.mapping.due.len());
        Self { setting, tally, deeds: Vec::new() }
    }

    /// Plays the dossiers of a batch.
    pub(super) fn batch(&mut self, batch: &Batch) -> Result<(), ReplayError> {
        let new = batch.activities().iter().skip(self.deeds.len());
        self.deeds.extend(new.map(|name| self.setting.mapping.deed(name)));
        batch.traces().try_for_each(|trace| self.dossier(batch, trace))
    }

    fn dossier(&mut self, batch: &Batch, trace: Trace<'_>) -> Result<(), ReplayError> {
        let setting = self.setting;
        let walk = setting.replay.begin(trace.id(), "");
        let dates = setting.dates(trace)?;
        let mut course = Course { trace, walk, first_deviation: None, dates, recorded: Vec::new() };
        let mut variant = DefaultHasher::new();
        let mut last_name = None;
        for (i, event) in trace.events().enumerate() {
            let at = setting.instant(event.time());
            self.tally.last = self.tally.last.max(at);
            variant.write_usize(event.activity());
            setting.dated(&mut course, Some(at));
            let name = batch.activities().get(event.activity());
            let deed = self.deeds.get(event.activity()).copied().flatten();
            match deed {
                Some(Deed::Ignore) => {}
                None => course.deviates(name, |state| (state, Reason::UnknownEvent)),
                Some(Deed::Timer(timer)) => self.record(&mut course, timer, event, at)?,
                Some(Deed::Command(command, role)) => {
                    let mut data = setting.brought(trace, event)?;
                    if i == 0 {
                        setting.opened(trace, &mut data)?;
                    }
                    let actor = setting.mapping.actor.and_then(|actor| event.value(actor)).map(Into::into);
                    let attempt = Attempt { command, at, role, actor, data: data.into_iter().collect() };
                    if let Err((state, check)) = setting.replay.play(&mut course.walk, &attempt) {
                        course.deviates(name, |_| (state, reason(check)));
                    }
                }
            }
            if i == 0 {
                setting.extend(&mut course, at)?;
            }
            last_name = name;
            self.tally.events += 1;
        }
        setting.dated(&mut course, None);
        let done = setting.replay.finish(&mut course.walk);
        if let Err((state, check)) = done {
            course.deviates(last_name, |_| (state, reason(check)));
        }
        self.tally.dossiers += 1;
        self.tally.variants.insert(variant.finish());
        match course.first_deviation.take() {
            None => self.tally.fit += 1,
            Some(deviation) => *self.tally.deviations.entry(deviation).or_default() += 1,
        }
        self.measure(&course)
    }

    /// Compares the recorded day of a timer with the computed one.
    fn record(
        &mut self,
        course: &mut Course<'_>,
        timer: TimerId,
        event: LogEvent<'_>,
        at: Instant,
    ) -> Result<(), ReplayError> {
        let setting = self.setting;
        let computed = setting.replay.timer_day(&mut course.walk, timer, at);
        let recorded = setting.calendar.local(at).0;
        if let Some(tally) =
            setting.timers.iter().position(|known| *known == timer).and_then(|i| self.tally.timers.get_mut(i))
        {
            match computed.map(|day| day.cmp(&recorded)) {
                Some(std::cmp::Ordering::Equal) => tally.counts.same_day += 1,
                Some(std::cmp::Ordering::Less) => tally.counts.earlier += 1,
                Some(std::cmp::Ordering::Greater) | None => tally.counts.later += 1,
            }
        }
        course.recorded.push(timer);
        let data = setting.brought(course.trace, event)?;
        setting.replay.note(&mut course.walk, at, &data);
        Ok(())
    }

    /// Counts how the clocks, timers and due instants of a dossier stand after its last event.
    fn measure(&mut self, course: &Course<'_>) -> Result<(), ReplayError> {
        let setting = self.setting;
        let place = || Box::new(Place::file(setting.log).line(course.trace.line()).dossier(course.trace.id()));
        let by = setting.now.unwrap_or(self.tally.last);
        for ((id, name), tally) in setting.clocks.iter().zip(&mut self.tally.clocks) {
            let standing = setting.replay.clock(&course.walk, *id);
            let uncounted = |why: motcua_engine::calendar::TimeError| ReplayError::Clock {
                place: place(),
                clock: name.clone(),
                why: why.to_string(),
            };
            if let Some(standing) = standing.map_err(uncounted)? {
                tally.count(standing, by);
            }
        }
        for (timer, tally) in setting.timers.iter().zip(&mut self.tally.timers) {
            let recorded = course.recorded.contains(timer);
            if setting.replay.has_fired(&course.walk, *timer) {
                tally.fires(recorded, 1);
            } else if let Some(at) = setting.replay.will_fire(&course.walk, *timer) {
                tally.will_fire(at, recorded, by);
            }
        }
        for ((clock, slot), tally) in setting.mapping.due.iter().zip(&mut self.tally.due) {
            let computed = setting.replay.due(&course.walk, *clock).ok().flatten();
            let recorded = setting.date(course.trace, *slot)?;
            let count =
                match computed.zip(recorded) {
                    None => &mut tally.unrecorded,
                    Some((computed, recorded)) => match computed.since(recorded) {
                        0 => &mut tally.same_second,
                        -59..=59 => &mut tally.same_minute,
                        apart if setting.calendar.local(computed).0 != setting.calendar.local(recorded).0 => {
                            if apart < 0 { &mut tally.earlier } else { &mut tally.later }
                        }
                        _ => &mut tally.same_day,
                    },
                };
            *count += 1;
        }
        Ok(())
    }
}

impl Course<'_> {
    /// Notes a deviation, unless there was one before.
    fn deviates(&mut self, event: Option<&Arc<str>>, why: impl FnOnce(StateId) -> (StateId, Reason)) {
        if self.first_deviation.is_none() {
            let active = self.walk.dossier().and_then(|dossier| dossier.active.first());
            let (state, reason) = why(active.map_or(Graph::START, |place| place.state));
            self.first_deviation = Some((state, event.map_or_else(|| "".into(), Arc::clone), reason));
        }
    }
}

impl Setting<'_> {
    /// Returns the instant that a time of the log is, in the calendar's zone where the log says none.
    fn instant(&self, time: TimeStamp) -> Instant {
        match time {
            TimeStamp::Date(day) => self.calendar.start_of_day(Day::from_number(day)),
            TimeStamp::Local(seconds) => {
                let day = i32::try_from(seconds.div_euclid(86_400)).unwrap_or(i32::MAX);
                let time = u32::try_from(seconds.rem_euclid(86_400)).ok().and_then(TimeOfDay::from_seconds);
                self.calendar.instant(Day::from_number(day), time.unwrap_or(TimeOfDay::MIDNIGHT))
            }
            TimeStamp::Instant(seconds) => Instant::from_unix(seconds),
        }
    }

    /// Returns a date of a dossier.
    fn date(&self, trace: Trace<'_>, slot: usize) -> Result<Option<Instant>, ReplayError> {
        let Some(text) = trace.value(slot) else { return Ok(None) };
        match TimeStamp::parse(text) {
            Ok(time) => Ok(Some(self.instant(time))),
            Err(error) => {
                let column = self.mapping.columns.dossier_values.get(slot).map_or("", String::as_str);
                let place = Place::file(self.log).line(trace.line()).column(column).dossier(trace.id());
                Err(crate::log::LogError { place: Box::new(place), problem: error.into() }.into())
            }
        }
    }

    /// Returns the dates of a dossier that stand for commands, the earliest last.
    fn dates(&self, trace: Trace<'_>) -> Result<Vec<(Instant, CommandId, usize)>, ReplayError> {
        let mut dates = Vec::new();
        for (slot, command) in &self.mapping.dates {
            dates.extend(self.date(trace, *slot)?.map(|at| (at, *command, *slot)));
        }
        dates.sort_unstable_by_key(|(at, ..)| std::cmp::Reverse(*at));
        Ok(dates)
    }

    /// Plays the dates that come before an instant, or all that are left. The first event opens the dossier: no date
    /// comes before it.
    fn dated(&self, course: &mut Course<'_>, before: Option<Instant>) {
        if before.is_some() && course.walk.dossier().is_none_or(|dossier| dossier.active.is_empty()) {
            return;
        }
        while let Some((at, command, slot)) = course.dates.pop_if(|(at, ..)| before.is_none_or(|before| *at < before)) {
            let attempt = Attempt { command, at, role: None, actor: None, data: std::iter::empty().collect() };
            if let Err((state, check)) = self.replay.play(&mut course.walk, &attempt) {
                let name = self.mapping.columns.dossier_values.get(slot).map(|name| Arc::from(name.as_str()));
                course.deviates(name.as_ref(), |_| (state, reason(check)));
            }
        }
    }

    /// Extends the clocks that the log says were extended.
    fn extend(&self, course: &mut Course<'_>, at: Instant) -> Result<(), ReplayError> {
        for granted in &self.mapping.extensions {
            let from = self.date(course.trace, granted.from)?;
            let to = self.date(course.trace, granted.to)?;
            let day = |instant| self.calendar.local(instant).0;
            if from.zip(to).is_some_and(|(from, to)| day(to).since(day(from)) >= granted.at_least) {
                self.replay.extend(&mut course.walk, at, granted.clock, granted.by);
            }
        }
        Ok(())
    }

    /// Returns the fields that an event brings.
    fn brought(&self, trace: Trace<'_>, event: LogEvent<'_>) -> Result<Vec<(FieldId, Value)>, ReplayError> {
        let mut data = Vec::new();
        for bring in &self.mapping.fields {
            if let Some(cell) = event.value(bring.slot) {
                let columns = &self.mapping.columns.event_values;
                let place = || self.cell(trace, event.line(), columns, bring.slot);
                data.push((bring.field, self.value(bring, cell, place)?));
            }
        }
        Ok(data)
    }

    /// Adds the fields that the opening brings.
    fn opened(&self, trace: Trace<'_>, data: &mut Vec<(FieldId, Value)>) -> Result<(), ReplayError> {
        for bring in &self.mapping.opening {
            if let Some(cell) = trace.value(bring.slot) {
                let columns = &self.mapping.columns.dossier_values;
                let place = || self.cell(trace, trace.line(), columns, bring.slot);
                data.push((bring.field, self.value(bring, cell, place)?));
            }
        }
        Ok(())
    }

    fn cell(&self, trace: Trace<'_>, line: u64, columns: &[String], slot: usize) -> Place {
        let column = columns.get(slot).map_or("", String::as_str);
        Place::file(self.log).line(line).column(column).dossier(trace.id())
    }

    /// Returns what a cell holds as a value of its field.
    fn value(&self, bring: &Bring, cell: &str, place: impl FnOnce() -> Place) -> Result<Value, ReplayError> {
        let value = match bring.ty {
            Type::Integer => {
                cell.trim().parse().map(Value::Integer).map_err(|_| format!("`{cell}` is no whole number"))
            }
            Type::Boolean => {
                cell.trim().parse().map(Value::Boolean).map_err(|_| format!("`{cell}` is neither true nor false"))
            }
            Type::Date => TimeStamp::parse(cell)
                .map(|time| Value::Date(self.calendar.local(self.instant(time)).0))
                .map_err(|error| error.to_string()),
            Type::Instant => {
                TimeStamp::parse(cell).map(|time| Value::Instant(self.instant(time))).map_err(|error| error.to_string())
            }
            _ => Value::from(cell).into_type(&bring.ty),
        };
        value.map_err(|why| ReplayError::Cell { place: Box::new(place()), field: bring.name.clone(), why })
    }
}

fn reason(check: Check) -> Reason {
    match check {
        Check::NotApplicable => Reason::NotApplicable,
        Check::Guard => Reason::Guard,
        Check::NotPermitted => Reason::NotPermitted,
        Check::FourEyes => Reason::FourEyes,
        Check::NotFinal => Reason::NotFinal,
    }
}
