//! One line with a transition: where it leads, who may, what it needs, when it holds, and what it does.

use motcua_engine::plan::{Tacit, Trigger};
use smol_str::SmolStr;

use super::actions::{self, Done};
use super::change::{Change, Found, Kind, Whom};
use super::ladder;
use super::side::{Pair, Side, lacking, listed};
use super::terms::{self, Placed, Time};
use super::ways::{Line, whom};
use crate::sentence::{Sentence, say};
use crate::syntax;

pub(super) fn compare(pair: &Pair<'_, '_, '_>, state: &SmolStr, old: &Line<'_>, new: &Line<'_>, found: &mut Found) {
    let (way, whom) = (new.said(), whom(&pair.new, new));
    let mut add = |kind, whom, said: Sentence| {
        found.add(Change::new(kind, whom, said).of(state).at(old.span, new.span));
    };
    if old.to != new.to || old.plan.stays != new.plan.stays {
        let said = say!("{way} leads to `{new}`, before to `{old}`", way, new = new.to, old = old.to);
        add(Kind::LeadsElsewhere, whom, said);
    }
    if matches!(new.plan.trigger, Trigger::Command(_)) {
        givers(pair, old, new, &mut add);
    }
    needs(pair, old, new, whom, &mut add);
    guards(pair, old, new, whom, &mut add);
    match (old.plan.once.is_some(), new.plan.once.is_some()) {
        (false, true) => add(Kind::OnceNew, whom, say!("{way} is possible once only", way)),
        (true, false) => add(Kind::OnceGone, whom, say!("{way} is possible more than once", way)),
        _ => {}
    }
    if old.plan.otherwise != new.plan.otherwise {
        let said = if new.plan.otherwise {
            say!("{way} leads to `{to}` only where no other line applies", way, to = new.to)
        } else {
            say!("{way} leads to `{to}` also where another line applies", way, to = new.to)
        };
        add(Kind::OtherwiseOther, whom, said);
    }
    match (old.plan.tacit, new.plan.tacit) {
        (Some(before), Some(after)) if before != after => {
            let means = |tacit: Tacit| -> Sentence {
                match tacit {
                    Tacit::Consent => "consent".into(),
                    Tacit::Refusal => "refusal".into(),
                }
            };
            let said = say!("silence means {new}, before {old}", new = means(after), old = means(before));
            add(Kind::SilenceMeans, Whom::Citizen, said);
        }
        _ => {}
    }
    time(pair, state, old, new, found);
    let (before, after) = (&old.plan.actions, &new.plan.actions);
    let occasion = say!("on {way}", way);
    let (before, after) =
        (Done { actions: before, span: Some(old.span) }, Done { actions: after, span: Some(new.span) });
    actions::compare(pair, state, &occasion, before, after, found);
}

fn givers(pair: &Pair<'_, '_, '_>, old: &Line<'_>, new: &Line<'_>, add: &mut impl FnMut(Kind, Whom, Sentence)) {
    // Where nobody is named, who holds the state may: that another one holds it is said there.
    if old.plan.by.is_empty() && new.plan.by.is_empty() {
        return;
    }
    let before = pair.old.givers(old.from, &old.plan.by);
    let after = pair.new.givers(new.from, &new.plan.by);
    let (was, is) = (pair.old.roles(&before), pair.new.roles(&after));
    let same = |one: &SmolStr, other: &SmolStr| one == other;
    let way = new.said();
    for role in lacking(&is, &was, same) {
        let ids: Vec<_> = after.iter().copied().filter(|id| pair.new.role(*id) == *role).collect();
        add(Kind::GiverNew, pair.new.whom(&ids), say!("{way} may be given by `{role}` too", way, role));
    }
    for role in lacking(&was, &is, same) {
        let ids: Vec<_> = before.iter().copied().filter(|id| pair.old.role(*id) == *role).collect();
        add(Kind::GiverGone, pair.old.whom(&ids), say!("{way} may be given by `{role}` no more", way, role));
    }
}

fn needs(
    pair: &Pair<'_, '_, '_>,
    old: &Line<'_>,
    new: &Line<'_>,
    whom: Whom,
    add: &mut impl FnMut(Kind, Whom, Sentence),
) {
    let needs = |side: &Side<'_, '_>, line: &Line<'_>| -> Vec<SmolStr> {
        line.plan.needs.iter().map(|need| side.need(need)).collect()
    };
    let (was, is) = (needs(&pair.old, old), needs(&pair.new, new));
    let way = new.said();
    let (come, gone) = (lacking(&is, &was, |a, b| a == b), lacking(&was, &is, |a, b| a == b));
    if !come.is_empty() {
        add(Kind::NeedNew, whom, say!("{way} must bring {needs} too", way, needs = listed(come)));
    }
    if !gone.is_empty() {
        add(Kind::NeedGone, whom, say!("{way} need not bring {needs} any more", way, needs = listed(gone)));
    }
}

fn guards(
    pair: &Pair<'_, '_, '_>,
    old: &Line<'_>,
    new: &Line<'_>,
    whom: Whom,
    add: &mut impl FnMut(Kind, Whom, Sentence),
) {
    if old.guard == new.guard {
        return;
    }
    let way = new.said();
    let (was, is) = (pair.old.script(old.plan.when), pair.new.script(new.plan.when));
    // What happens by itself is no right: more of it is not better.
    let is_command = matches!(new.plan.trigger, Trigger::Command(_));
    match (&old.guard, &new.guard) {
        (None, Some(_)) => {
            let kind = if is_command { Kind::GuardNew } else { Kind::GuardOther };
            add(kind, whom, say!("{way} leads to `{to}` only when `{new}`", way, to = new.to, new = is));
        }
        (Some(_), None) => {
            let kind = if is_command { Kind::GuardGone } else { Kind::GuardOther };
            add(kind, whom, say!("{way} leads to `{to}` always, before when `{old}`", way, to = new.to, old = was));
        }
        _ => {
            let said =
                say!("{way} leads to `{to}` when `{new}`, before when `{old}`", way, to = new.to, new = is, old = was);
            add(Kind::GuardOther, whom, said);
        }
    }
}

/// Compares when time alone takes a line.
fn time(pair: &Pair<'_, '_, '_>, state: &SmolStr, old: &Line<'_>, new: &Line<'_>, found: &mut Found) {
    let clock = |side: &Side<'_, '_>, line: &Line<'_>| match line.plan.trigger {
        Trigger::After(clock) => side.plan.logic.clocks.get(clock.index()).cloned(),
        _ => None,
    };
    let (Some(before), Some(after)) = (clock(&pair.old, old), clock(&pair.new, new)) else { return };
    let span = |line: &Line<'_>| line.written.trigger.term().map_or(line.span, |term| term.span);
    let holder = pair.new.givers(new.from, &[]);
    let time = match new.plan.tacit {
        Some(Tacit::Consent) => Time::Consent,
        Some(Tacit::Refusal) => Time::Refusal,
        None if holder.iter().any(|role| pair.new.is_outside(*role)) => Time::Citizen,
        None => Time::Itself,
    };
    if let (Some(was), Some(is)) = (before.limits.first(), after.limits.first()) {
        let (was, is) = (Placed { limit: &was.limit, span: span(old) }, Placed { limit: &is.limit, span: span(new) });
        terms::limit(pair, state, time, was, is, found);
    }
    let with = |side: &Side<'_, '_>, clock: Option<_>| clock.map(|clock| side.clock(clock));
    let (was, is) = (with(&pair.old, before.stops_with), with(&pair.new, after.stops_with));
    if was != is {
        let said = super::states::stops_with(is.as_ref(), was.as_ref());
        found.add(Change::new(Kind::StopsWith, time.whom(), said).of(state).at(old.span, new.span));
    }
    let announced = |side: &Side<'_, '_>, plan: &motcua_engine::plan::ClockPlan| -> Vec<String> {
        plan.rungs.iter().map(|rung| ladder::at(side, &rung.at)).collect()
    };
    let (was, is) = (announced(&pair.old, &before), announced(&pair.new, &after));
    if was != is {
        let words = |side: &Side<'_, '_>, line: &Line<'_>| match &line.written.trigger {
            syntax::Trigger::Silence { announced: Some(term), .. } => say!("`{term}`", term = side.words(term.span)),
            _ => "as nothing says".into(),
        };
        let (is, was) = (words(&pair.new, new), words(&pair.old, old));
        let said = say!("silence is announced {new}, before {old}", new = is, old = was);
        found.add(Change::new(Kind::SilenceAnnounced, Whom::Office, said).of(state).at(old.span, new.span));
    }
}
