//! States: new ones, those that are no more, who holds them, how they end, and what is done on entry and exit.

use motcua_engine::plan::{StateKind, StatePlan};
use motcua_engine::{RoleId, StateId};

use super::actions::{self, Done};
use super::change::{Change, Found, Kind, Whom};
use super::flight::Flight;
use super::side::{Pair, Side, is_start};
use super::terms::{self, Placed, Time};
use crate::sentence::{Sentence, say};

pub(super) fn compare(pair: &Pair<'_, '_, '_>, flight: &Flight, found: &mut Found) {
    let pairs = pair.states();
    for (name, id, state) in pair.new.states().filter(|(_, id, _)| pairs.iter().all(|(_, (known, _))| known != id)) {
        let is_final = matches!(state.kind, StateKind::Final { .. });
        let said = match (is_final, state.holder) {
            (true, _) => say!("the final state `{name}` is new", name),
            (false, None) => say!("the state `{name}` is new", name),
            (false, Some(role)) => {
                say!("the state `{name}` is new, held by `{role}`", name, role = pair.new.role(role))
            }
        };
        let kind = if is_final { Kind::FinalNew } else { Kind::StateNew };
        found.add(Change::new(kind, held(&pair.new, state.holder), said).of(&name).at(None, pair.new.state_span(id)));
    }
    for (name, id, state) in pair.old.states().filter(|(_, id, _)| pairs.iter().all(|((known, _), _)| known != id)) {
        gone(pair, flight, (&name, id, state), found);
    }
    for (old, new) in pairs {
        one(pair, old, new, found);
    }
}

/// Returns whom the work in a state concerns.
fn held(side: &Side<'_, '_>, holder: Option<RoleId>) -> Whom {
    holder.map_or(Whom::Office, |role| side.whom(&[role]))
}

fn gone(
    pair: &Pair<'_, '_, '_>,
    flight: &Flight,
    (common, id, state): (&smol_str::SmolStr, StateId, &StatePlan),
    found: &mut Found,
) {
    let name = &state.name;
    let journey = flight.states.iter().find(|journey| journey.state == *name);
    let (kind, whom, said) = match (&state.kind, journey.map(|journey| &journey.to)) {
        (StateKind::Final { .. }, _) => {
            (Kind::FinalGone, Whom::Citizen, say!("there is no final state `{name}` any more", name))
        }
        (_, Some(Some(to))) => {
            let said = say!("there is no state `{name}` any more: its dossiers go to `{to}`", name, to);
            (Kind::StateGone, Whom::Dossiers, said)
        }
        (_, Some(None)) => {
            let said = say!("there is no state `{name}` any more, and nothing says where its dossiers go", name);
            (Kind::StateStranded, Whom::Dossiers, said)
        }
        // Parallel work that leads to one state takes the states of its branches along.
        (_, None) => (Kind::StateGone, Whom::Dossiers, say!("there is no state `{name}` any more", name)),
    };
    found.add(Change::new(kind, whom, said).of(common).at(pair.old.state_span(id), None));
}

fn kind_of(kind: &StateKind) -> Sentence {
    match kind {
        StateKind::Final { .. } => "a final state".into(),
        StateKind::Done => "the end of a branch".into(),
        StateKind::Parallel { .. } => "parallel work".into(),
        _ => "a state in which somebody works".into(),
    }
}

fn one(
    pair: &Pair<'_, '_, '_>,
    (before, old): (StateId, &StatePlan),
    (after, new): (StateId, &StatePlan),
    found: &mut Found,
) {
    let name = pair.new.state(after);
    let at = (pair.old.state_span(before), pair.new.state_span(after));
    let mut add = |kind, whom, said: Sentence| {
        found.add(Change::new(kind, whom, said).of(&name).at(at.0, at.1));
    };
    if std::mem::discriminant(&old.kind) != std::mem::discriminant(&new.kind) {
        let said = say!("it is {new} now, and was {old}", new = kind_of(&new.kind), old = kind_of(&old.kind));
        add(Kind::StateKind, Whom::Dossiers, said);
    }
    if let (StateKind::Final { outcome: was }, StateKind::Final { outcome: is }) = (&old.kind, &new.kind)
        && pair.old.code(*was) != pair.new.code(*is)
    {
        let outcome = |side: &Side<'_, '_>, script: Option<_>| match script {
            Some(_) => say!("`{outcome}`", outcome = side.script(script)),
            None => "its own name".into(),
        };
        let said =
            say!("the outcome is {new}, and was {old}", new = outcome(&pair.new, *is), old = outcome(&pair.old, *was));
        add(Kind::OutcomeOther, Whom::Citizen, said);
    }
    holder(pair, old.holder, new.holder, &mut add);
    let limits = |side: &Side<'_, '_>, state: &StatePlan, id: StateId| {
        let clock = side.plan.logic.clocks.get(state.within?.index())?;
        let span = side.written(id)?.within.as_ref()?.span;
        Some((clock.limits.first()?.limit.clone(), span, clock.stops_with.map(|clock| side.clock(clock))))
    };
    let outside = new.holder.is_some_and(|role| pair.new.is_outside(role));
    let (time, come, lost) = if outside {
        (Time::Citizen, Kind::TimeNew, Kind::TimeGone)
    } else {
        (Time::Promise, Kind::LimitNew, Kind::LimitGone)
    };
    match (limits(&pair.old, old, before), limits(&pair.new, new, after)) {
        (None, None) => {}
        (None, Some((_, span, _))) => {
            add(come, time.whom(), say!("it has a limit now: `{new}`", new = pair.new.words(span)));
        }
        (Some((_, span, _)), None) => {
            add(lost, time.whom(), say!("it has no limit any more: it was `{old}`", old = pair.old.words(span)));
        }
        (Some((was, from, with)), Some((is, to, other))) => {
            if with != other {
                add(Kind::StopsWith, time.whom(), stops_with(other.as_ref(), with.as_ref()));
            }
            let (old, new) = (Placed { limit: &was, span: from }, Placed { limit: &is, span: to });
            terms::limit(pair, &name, time, old, new, found);
        }
    }
    super::parallel::compare(pair, (before, old), (after, new), found);
    if is_start(after) {
        return;
    }
    let (from, to) = at;
    let done = |actions, span| Done { actions, span };
    actions::compare(pair, &name, &"on entry".into(), done(&old.entry, from), done(&new.entry, to), found);
    actions::compare(pair, &name, &"on leaving".into(), done(&old.exit, from), done(&new.exit, to), found);
}

/// Says with which clock a limit stands still.
pub(super) fn stops_with(new: Option<&smol_str::SmolStr>, old: Option<&smol_str::SmolStr>) -> Sentence {
    let clock = |clock: Option<&smol_str::SmolStr>| match clock {
        Some(clock) => say!("with `{clock}`", clock),
        None => "with no clock".into(),
    };
    say!("it stands still {new}, before {old}", new = clock(new), old = clock(old))
}

fn holder(
    pair: &Pair<'_, '_, '_>,
    old: Option<RoleId>,
    new: Option<RoleId>,
    add: &mut impl FnMut(Kind, Whom, Sentence),
) {
    let name = |side: &Side<'_, '_>, role: Option<RoleId>| role.map(|role| side.role(role));
    if name(&pair.old, old) == name(&pair.new, new) {
        return;
    }
    let who = |side: &Side<'_, '_>, role: Option<RoleId>| match role {
        Some(role) => say!("`{role}`", role = side.role(role)),
        None => "nobody".into(),
    };
    let outside = new.is_some_and(|role| pair.new.is_outside(role));
    let kind = if outside { Kind::HolderCitizen } else { Kind::HolderOther };
    let said = say!("it is held by {new}, before by {old}", new = who(&pair.new, new), old = who(&pair.old, old));
    add(kind, held(&pair.new, new), said);
}
