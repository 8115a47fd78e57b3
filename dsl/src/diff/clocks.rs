//! Named clocks and timers: new ones, those that are no more, their limits, and what starts, stops and restarts them.

use motcua_engine::ClockId;
use motcua_engine::clock::Edges;
use motcua_engine::plan::{ClockPlan, EventRef, Limit, LimitPlan, RestartPlan, SuspendPlan};
use smol_str::SmolStr;

use super::change::{Change, Found, Kind, Whom};
use super::side::{Pair, Side, lacking, listed};
use super::terms::{self, Placed, Time};
use super::{ladder, rights};
use crate::sentence::{Sentence, say};
use crate::syntax::{self, Span};

/// A named clock of one text.
#[derive(Clone, Copy)]
pub(super) struct Clock<'c> {
    pub(super) plan: &'c ClockPlan,
    pub(super) written: &'c syntax::Clock,
}

fn clocks<'s>(side: &Side<'s, '_>) -> Vec<(SmolStr, Clock<'s>)> {
    let written = &side.procedure.syntax.clocks;
    let named = side.plan.logic.clocks.iter().zip(written).enumerate();
    let named = named.filter_map(|(i, (plan, written))| Some((ClockId::new(i)?, Clock { plan, written })));
    named.map(|(id, clock)| (side.clock(id), clock)).collect()
}

pub(super) fn compare(pair: &Pair<'_, '_, '_>, found: &mut Found) {
    let (old, new) = (clocks(&pair.old), clocks(&pair.new));
    for (name, clock) in &new {
        if let Some((_, before)) = old.iter().find(|(before, _)| before == name) {
            one(pair, name, *before, *clock, found);
            continue;
        }
        let limit = clock.written.limits.first().map(|limit| pair.new.words(limit.term.span));
        let said = say!("the clock `{name}` is new: `{limit}`", name, limit = limit.unwrap_or_default());
        found.add(Change::new(Kind::ClockNew, Whom::Citizen, said).of(name).at(None, clock.written.name.span));
    }
    for (name, clock) in old.iter().filter(|(name, _)| new.iter().all(|(after, _)| after != name)) {
        let limit = clock.written.limits.first().map(|limit| pair.old.words(limit.term.span));
        let said = say!(
            "there is no clock `{name}` any more, which promised `{limit}`: a dossier in which it runs stays",
            name = clock.plan.name,
            limit = limit.unwrap_or_default()
        );
        found.add(Change::new(Kind::ClockGone, Whom::Dossiers, said).of(name).at(clock.written.name.span, None));
    }
    timers(pair, found);
}

/// Returns whose time a clock is: the citizen's where it runs from states alone that stand with him.
fn time(side: &Side<'_, '_>, clock: &ClockPlan) -> Time {
    let outside = |event: &EventRef| match event {
        EventRef::Enter(state) => {
            let state = side.plan.logic.graph.state(*state);
            state.and_then(|state| state.holder).is_some_and(|role| side.is_outside(role))
        }
        _ => false,
    };
    if !clock.starts.is_empty() && clock.starts.iter().all(outside) { Time::Citizen } else { Time::Promise }
}

fn one(pair: &Pair<'_, '_, '_>, name: &SmolStr, old: Clock<'_>, new: Clock<'_>, found: &mut Found) {
    let time = time(&pair.new, new.plan);
    limits(pair, name, time, old, new, found);
    let at = (old.written.name.span, new.written.name.span);
    let mut add = |kind, said: Sentence| {
        found.add(Change::new(kind, Whom::Citizen, said).of(name).at(at.0, at.1));
    };
    let events = |side: &Side<'_, '_>, events: &[EventRef]| side.events(events);
    let (was, is) = (events(&pair.old, &old.plan.starts), events(&pair.new, &new.plan.starts));
    if was != is {
        add(Kind::ClockStarts, say!("it runs from {new}, before from {old}", new = listed(&is), old = listed(&was)));
    }
    let (was, is) = (events(&pair.old, &old.plan.ends), events(&pair.new, &new.plan.ends));
    if was != is {
        add(Kind::ClockEnds, say!("it runs until {new}, before until {old}", new = listed(&is), old = listed(&was)));
    }
    let anchor = |side: &Side<'_, '_>, plan: &ClockPlan| plan.anchor.as_ref().map(|anchor| side.anchor(anchor));
    let (was, is) = (anchor(&pair.old, old.plan), anchor(&pair.new, new.plan));
    if was != is {
        let from = |anchor: Option<SmolStr>| match anchor {
            Some(anchor) => say!("`{anchor}`", anchor),
            None => "what starts it".into(),
        };
        add(Kind::ClockAnchor, say!("it is counted from {new}, before from {old}", new = from(is), old = from(was)));
    }
    stops(pair, old.plan, new.plan, &mut add);
    rights::extensions(pair, name, old, new, found);
    rights::reappointments(pair, name, old, new, found);
    ladder::compare(pair, name, old, new, found);
}

/// Compares limits under the same guard, and what is left in their order.
fn limits(pair: &Pair<'_, '_, '_>, name: &SmolStr, time: Time, old: Clock<'_>, new: Clock<'_>, found: &mut Found) {
    let lines = |side: &Side<'_, '_>, clock: Clock<'_>| -> Vec<(Option<String>, LimitPlan, Span)> {
        let both = clock.plan.limits.iter().zip(&clock.written.limits);
        both.map(|(plan, written)| (side.code(plan.when), plan.clone(), written.term.span)).collect()
    };
    let (mut before, mut after) = (lines(&pair.old, old), lines(&pair.new, new));
    let mut pairs = Vec::new();
    before.retain(|line| {
        let same = after.iter().position(|other| other.0 == line.0);
        if let Some(at) = same {
            pairs.push((line.clone(), after.remove(at)));
        }
        same.is_none()
    });
    let rest = before.len().min(after.len());
    let left: Vec<_> = before.drain(..rest).zip(after.drain(..rest)).collect();
    for (was, is) in &left {
        let when = |side: &Side<'_, '_>, plan: &LimitPlan| match plan.when {
            Some(_) => say!("when `{guard}`", guard = side.script(plan.when)),
            None => "in all other cases".into(),
        };
        let said = say!(
            "the limit `{limit}` holds {new}, before {old}",
            limit = pair.new.words(is.2),
            new = when(&pair.new, &is.1),
            old = when(&pair.old, &was.1)
        );
        found.add(Change::new(Kind::LimitCondition, time.whom(), said).of(name).at(was.2, is.2));
    }
    for (was, is) in pairs.iter().chain(&left) {
        let (was, is) = (Placed { limit: &was.1.limit, span: was.2 }, Placed { limit: &is.1.limit, span: is.2 });
        terms::limit(pair, name, time, was, is, found);
    }
    let shown = |side: &Side<'_, '_>, line: &(Option<String>, LimitPlan, Span)| {
        let (limit, guard) = (side.words(line.2), side.script(line.1.when));
        if line.1.when.is_some() { say!("`{limit}` when `{guard}`", limit, guard) } else { say!("`{limit}`", limit) }
    };
    for line in &before {
        let said = say!("there is no limit {limit} any more", limit = shown(&pair.old, line));
        found.add(Change::new(Kind::LimitCondition, time.whom(), said).of(name).at(line.2, None));
    }
    for line in &after {
        let said = say!("there is a limit {limit} besides", limit = shown(&pair.new, line));
        found.add(Change::new(Kind::LimitCondition, time.whom(), said).of(name).at(None, line.2));
    }
}

/// Returns what suspends a clock, in common names, and how that is said.
fn suspension(side: &Side<'_, '_>, plan: &SuspendPlan) -> (String, Sentence) {
    let mut states: Vec<SmolStr> = plan.states.iter().map(|state| side.state(*state)).collect();
    states.sort();
    let (on, until) = (side.events(&plan.on), side.events(&plan.until));
    let key = format!("{states:?} {on:?} {until:?} {:?}", side.code(plan.when));
    let what = if on.is_empty() {
        say!("in {states}", states = listed(&states))
    } else {
        say!("from {on} until {until}", on = listed(&on), until = listed(&until))
    };
    let said = match plan.when {
        Some(_) => say!("{what} when `{guard}`", what, guard = side.script(plan.when)),
        None => what,
    };
    (key, said)
}

/// Returns what suspends clocks of both texts, so that one that goes on in one text alone is known.
pub(super) fn suspensions(side: &Side<'_, '_>, clock: &ClockPlan) -> Vec<String> {
    clock.suspends.iter().map(|plan| suspension(side, plan).0).collect()
}

fn restart(side: &Side<'_, '_>, plan: &RestartPlan) -> (String, Sentence) {
    let on = side.events(&plan.on);
    let key = format!("{on:?} {:?}", side.code(plan.when));
    let said = match plan.when {
        Some(_) => say!("on {on} when `{guard}`", on = listed(&on), guard = side.script(plan.when)),
        None => say!("on {on}", on = listed(&on)),
    };
    (key, said)
}

fn stops(pair: &Pair<'_, '_, '_>, old: &ClockPlan, new: &ClockPlan, add: &mut impl FnMut(Kind, Sentence)) {
    let same = |one: &(String, Sentence), other: &(String, Sentence)| one.0 == other.0;
    let was: Vec<_> = old.suspends.iter().map(|plan| suspension(&pair.old, plan)).collect();
    let is: Vec<_> = new.suspends.iter().map(|plan| suspension(&pair.new, plan)).collect();
    for (_, when) in lacking(&was, &is, same) {
        add(Kind::SuspensionGone, say!("it stands still no more {when}", when));
    }
    for (_, when) in lacking(&is, &was, same) {
        add(Kind::SuspensionNew, say!("it stands still {when}", when));
    }
    if old.edges != new.edges {
        let days = |edges: Edges| -> Sentence {
            match edges {
                Edges::Default => "the day of the answer".into(),
                Edges::Both => "the days of the question and of the answer".into(),
                Edges::Asking => "the day of the question".into(),
            }
        };
        let said = say!("of a stop {new} does not count, before {old}", new = days(new.edges), old = days(old.edges));
        add(Kind::SuspensionEdges, said);
    }
    let was: Vec<_> = old.restarts.iter().map(|plan| restart(&pair.old, plan)).collect();
    let is: Vec<_> = new.restarts.iter().map(|plan| restart(&pair.new, plan)).collect();
    for (_, when) in lacking(&was, &is, same) {
        add(Kind::RestartGone, say!("it begins anew no more {when}", when));
    }
    for (_, when) in lacking(&is, &was, same) {
        add(Kind::RestartNew, say!("it begins anew {when}", when));
    }
}

fn timers(pair: &Pair<'_, '_, '_>, found: &mut Found) {
    let list = |side: &Side<'_, '_>| {
        let both = side.plan.logic.timers.iter().zip(&side.procedure.syntax.timers);
        both.map(|(plan, written)| (plan.clone(), written.name.span, written.term.span)).collect::<Vec<_>>()
    };
    let (old, new) = (list(&pair.old), list(&pair.new));
    for (plan, span, term) in &new {
        let Some((before, from, old_term)) = old.iter().find(|(before, ..)| before.name == plan.name) else {
            let said = say!("the timer `{name}` is new: `{term}`", name = plan.name, term = pair.new.words(*term));
            found.add(Change::new(Kind::TimerNew, Whom::Dossiers, said).of(&plan.name).at(None, *span));
            continue;
        };
        let (was, is) = (Limit::Term(before.term), Limit::Term(plan.term));
        let (was, is) = (Placed { limit: &was, span: *old_term }, Placed { limit: &is, span: *term });
        terms::limit(pair, &plan.name, Time::Itself, was, is, found);
        let anchors = (pair.old.anchor(&before.anchor), pair.new.anchor(&plan.anchor));
        if anchors.0 != anchors.1 {
            let said = say!("it is counted from `{new}`, before from `{old}`", new = anchors.1, old = anchors.0);
            found.add(Change::new(Kind::TimerAnchor, Whom::Dossiers, said).of(&plan.name).at(*from, *span));
        }
        if before.on_last_day != plan.on_last_day {
            let said = if plan.on_last_day {
                "it falls due as the last day begins, before when it has ended"
            } else {
                "it falls due when the last day has ended, before as it began"
            };
            found.add(Change::new(Kind::TimerAnchor, Whom::Dossiers, said).of(&plan.name).at(*from, *span));
        }
    }
    for (plan, span, _) in old.iter().filter(|(plan, ..)| new.iter().all(|(after, ..)| after.name != plan.name)) {
        let said = say!("there is no timer `{name}` any more", name = plan.name);
        found.add(Change::new(Kind::TimerGone, Whom::Dossiers, said).of(&plan.name).at(*span, None));
    }
}
