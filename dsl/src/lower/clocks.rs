//! Clocks and timers.

use motcua_engine::calendar::{Length, Unit};
use motcua_engine::clock::Edges;
use motcua_engine::plan::{
    AcknowledgePlan, Action, Anchor, ClockPlan, EventRef, ExtendPlan, Limit, LimitPlan, ReappointPlan, Recipient,
    RestartPlan, RungAt, RungPlan, SuspendPlan, TimerPlan,
};
use motcua_engine::{ClockId, StateId};

use super::{Lowering, TooLarge, state_id, term};
use crate::model::{Event, Origin, RuleTrigger};
use crate::syntax::{self, Clock, Occurrence, Term};

/// Returns a term as an author would say it in a name.
pub(crate) fn said(written: &Term) -> String {
    match &written.length {
        syntax::Length::Data { field, unit } => format!("data.{} {}", field.text, unit_said(*unit)),
        syntax::Length::Until(field) => format!("data.{}", field.text),
        syntax::Length::SameWorkingDay { .. } | syntax::Length::Of { .. } => {
            term::term(written).map(|term| term.to_string()).unwrap_or_default()
        }
    }
}

fn unit_said(unit: motcua_engine::calendar::Unit) -> String {
    let two = Length::new(2, unit).map(|length| motcua_engine::calendar::Term::of(length).to_string());
    two.map(|said| said.trim_start_matches("2 ").to_owned()).unwrap_or_default()
}

impl Lowering<'_, '_> {
    /// Returns the named clocks.
    pub(super) fn clocks(&mut self) -> Result<Vec<ClockPlan>, TooLarge> {
        self.procedure.syntax.clocks.iter().map(|clock| self.clock(clock)).collect()
    }

    /// Returns the named timers.
    pub(super) fn timers(&mut self) -> Result<Vec<TimerPlan>, TooLarge> {
        let mut found = Vec::with_capacity(self.procedure.syntax.timers.len());
        for timer in &self.procedure.syntax.timers {
            found.push(TimerPlan {
                name: timer.name.text.clone(),
                anchor: self.anchor(&timer.anchor)?,
                term: term::term(&timer.term).map_err(|_| TooLarge)?,
                on_last_day: timer.on_last_day,
            });
        }
        Ok(found)
    }

    fn clock(&mut self, clock: &Clock) -> Result<ClockPlan, TooLarge> {
        let limits = clock
            .limits
            .iter()
            .map(|limit| Ok(LimitPlan { when: self.script(limit.when.as_ref()), limit: self.limit(&limit.term)? }));
        let limits = limits.collect::<Result<_, _>>()?;
        let anchor = clock.anchor.as_ref().map(|anchor| self.anchor(anchor)).transpose()?;
        let extends = clock.extends.as_ref().map(|extends| self.extends(extends)).transpose()?;
        let reappoints = clock.reappoints.as_ref().map(|reappoints| self.reappoints(reappoints)).transpose()?;
        let mut rungs = Vec::with_capacity(clock.rungs.len());
        for rung in &clock.rungs {
            rungs.push(RungPlan { at: self.rung_at(&rung.at)?, actions: self.actions(&rung.actions)? });
        }
        Ok(ClockPlan {
            name: clock.name.text.clone(),
            of_state: None,
            stops_with: None,
            limits,
            starts: self.events(&clock.from)?,
            anchor,
            ends: self.events(&clock.until)?,
            suspends: self.suspends(clock)?,
            edges: edges(clock),
            restarts: self.restarts(clock)?,
            extends,
            reappoints,
            rungs,
        })
    }

    /// Returns the anonymous clock of a state: it starts when the state is entered and dies with it.
    pub(super) fn clock_of_state(&self, name: String, state: StateId, term: &Term) -> Result<ClockPlan, TooLarge> {
        let stops_with =
            term.of.as_ref().map(|clock| self.procedure.clocks.get(&clock.text).and_then(ClockId::new).ok_or(TooLarge));
        Ok(ClockPlan {
            name: name.into(),
            of_state: Some(state),
            stops_with: stops_with.transpose()?,
            limits: vec![LimitPlan { when: None, limit: self.limit(term)? }],
            starts: vec![EventRef::Enter(state)],
            anchor: None,
            ends: Vec::new(),
            suspends: Vec::new(),
            edges: Edges::default(),
            restarts: Vec::new(),
            extends: None,
            reappoints: None,
            rungs: Vec::new(),
        })
    }

    fn limit(&self, written: &Term) -> Result<Limit, TooLarge> {
        let term = term::term(written).map_err(|_| TooLarge)?;
        Ok(match &written.length {
            syntax::Length::Data { field, unit } => Limit::Field { field: self.field(field)?, unit: *unit, like: term },
            syntax::Length::Until(field) => Limit::Until(self.field(field)?),
            syntax::Length::SameWorkingDay { .. } | syntax::Length::Of { .. } => Limit::Term(term),
        })
    }

    fn anchor(&mut self, anchor: &syntax::Anchor) -> Result<Anchor, TooLarge> {
        Ok(match anchor {
            syntax::Anchor::Event { which, name } => {
                let event = self.event(&name.text)?;
                let mark = self.mark(event)?;
                // Where only one occurrence is possible the first is the latest.
                if *which == Some(Occurrence::Latest) { Anchor::Latest(mark) } else { Anchor::First(mark) }
            }
            syntax::Anchor::Data(field) => Anchor::Field(self.field(field)?),
            syntax::Anchor::Earlier(anchors, _) => Anchor::Earlier(self.anchors(anchors)?),
            syntax::Anchor::Later(anchors, _) => Anchor::Later(self.anchors(anchors)?),
        })
    }

    fn anchors(&mut self, anchors: &[syntax::Anchor]) -> Result<Vec<Anchor>, TooLarge> {
        anchors.iter().map(|anchor| self.anchor(anchor)).collect()
    }

    /// Returns what suspends a clock: what is written, the states that wait for a restart, and those that wait for what
    /// they call and counts outside.
    fn suspends(&self, clock: &Clock) -> Result<Vec<SuspendPlan>, TooLarge> {
        let mut found = Vec::with_capacity(clock.suspends.len() + clock.restarts.len());
        for suspends in &clock.suspends {
            let states = suspends.states.iter().filter_map(|word| self.procedure.states.get(&word.text));
            found.push(SuspendPlan {
                states: states.map(state_id).collect::<Result<_, _>>()?,
                on: self.events(&suspends.on)?,
                until: self.events(&suspends.until)?,
                when: self.script(suspends.when.as_ref()),
            });
        }
        let restarts: Vec<_> = clock.restarts.iter().flat_map(|r| &r.on).collect();
        let commands: Vec<_> = restarts
            .iter()
            .filter_map(|word| match self.procedure.event(&word.text) {
                Ok(Event::Command(command)) => Some(command),
                _ => None,
            })
            .collect();
        let mut waiting: Vec<usize> = self
            .procedure
            .rules
            .iter()
            .filter_map(|rule| match (&rule.origin, rule.trigger) {
                (Origin::Own(state), RuleTrigger::Command(command)) if commands.contains(&command) => Some(*state),
                _ => None,
            })
            .collect();
        waiting.dedup();
        if !waiting.is_empty() {
            let states = waiting.into_iter().map(state_id).collect::<Result<_, _>>()?;
            found.push(SuspendPlan { states, on: Vec::new(), until: Vec::new(), when: None });
        }
        let states = self.counted_outside()?;
        if !states.is_empty() {
            found.push(SuspendPlan { states, on: Vec::new(), until: Vec::new(), when: None });
        }
        Ok(found)
    }

    fn restarts(&self, clock: &Clock) -> Result<Vec<RestartPlan>, TooLarge> {
        let plan = |restarts: &syntax::OnCommand| {
            Ok(RestartPlan { on: self.events(&restarts.on)?, when: self.script(restarts.when.as_ref()) })
        };
        clock.restarts.iter().map(plan).collect()
    }

    fn extends(&self, extends: &syntax::Extends) -> Result<ExtendPlan, TooLarge> {
        Ok(ExtendPlan {
            times: extends.times,
            at_most: fixed(&extends.at_most)?,
            in_total: extends.in_total.as_ref().map(fixed).transpose()?,
            agreement: extends.agreement,
            by: self.roles(&extends.by)?,
        })
    }

    fn reappoints(&mut self, reappoints: &syntax::Reappoints) -> Result<ReappointPlan, TooLarge> {
        Ok(ReappointPlan {
            times: reappoints.times,
            at_latest: reappoints.at_latest.as_ref().map(fixed).transpose()?,
            by: self.roles(&reappoints.by)?,
            actions: self.actions(&reappoints.actions)?,
        })
    }

    fn rung_at(&self, at: &syntax::RungAt) -> Result<RungAt, TooLarge> {
        Ok(match at {
            syntax::RungAt::Share(percent) => RungAt::Share(*percent),
            syntax::RungAt::Before(term) => RungAt::Before(fixed(term)?),
            syntax::RungAt::Due => RungAt::Due,
            syntax::RungAt::After(term) => RungAt::After(fixed(term)?),
            syntax::RungAt::Every { term, at_most, until } => RungAt::Every {
                length: fixed(term)?,
                at_most: at_most.ok_or(TooLarge)?,
                until: until
                    .as_ref()
                    .map(|until| self.roles(&until.by).map(|by| AcknowledgePlan { by }))
                    .transpose()?,
            },
        })
    }
}

/// Returns the notice before silence decides: to who owes the answer and their head, a working day before when nothing is said.
pub(super) fn announcement(written: Option<&Term>) -> Result<RungPlan, TooLarge> {
    let before = match written {
        Some(term) => fixed(term)?,
        None => Length::new(1, Unit::WorkingDay).map_err(|_| TooLarge)?,
    };
    let to = vec![Recipient::Holder, Recipient::HeadOfHolder];
    Ok(RungPlan { at: RungAt::Before(before), actions: vec![Action::Notify { to, text: None }] })
}

/// Returns which days of a suspension do not count.
pub(crate) fn edges(clock: &Clock) -> Edges {
    match clock.suspends.iter().find_map(|suspends| suspends.edges) {
        Some(true) => Edges::Both,
        Some(false) => Edges::Asking,
        None => Edges::Default,
    }
}

pub(super) fn fixed(written: &Term) -> Result<Length, TooLarge> {
    term::length(&written.length).ok().flatten().ok_or(TooLarge)
}
