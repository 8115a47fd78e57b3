//! Dossiers in flight: which states go over to the new version, which stay, and what holds a dossier back besides.

use motcua_engine::plan::{Carry, Graph, Inside, Need, Plan, StateKind, StatePlan};
use motcua_engine::{FieldId, StateId};
use smol_str::SmolStr;

use super::clocks::suspensions;
use super::names::{Hop, What};
use super::side::Pair;
use crate::sentence::{Sentence, say};

/// How dossiers of a state come to another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum By {
    /// It has the same name.
    Name,
    /// `was` says it.
    Was,
    /// `moves from version` says it.
    Moves,
}

/// What becomes of the dossiers of one state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Journey {
    /// The state of the old version.
    pub state: SmolStr,
    /// That of the new version; nothing where they stay.
    pub to: Option<SmolStr>,
    /// What says so.
    pub by: Option<By>,
    /// Why they stay.
    pub why: Option<Sentence>,
}

/// What becomes of dossiers in flight.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Flight {
    /// The states in which a dossier is under way, as written.
    pub states: Vec<Journey>,
    /// What is to be known besides: which clocks keep their terms, and what holds a dossier back.
    pub besides: Vec<Sentence>,
}

/// Returns what becomes of dossiers that go from a version to a later one, over those that lie between.
pub(super) fn flight(whole: &Hop<'_>) -> Flight {
    let mut flight = Flight::default();
    if whole.old.logic.version >= whole.to.logic.version {
        return flight;
    }
    let (hops, gap) = hops(whole);
    let states = whole.old.logic.graph.states().filter(|(id, _)| *id != Graph::START);
    for (_, state) in states.filter(|(_, state)| !matches!(state.kind, StateKind::Final { .. })) {
        let mut journey = Journey { state: state.name.clone(), to: None, by: None, why: None };
        if let Some(gap) = &gap {
            journey.why = Some(gap.clone());
            flight.states.push(journey);
            continue;
        }
        let (mut at, mut by) = (state.name.clone(), By::Name);
        let mut ended = false;
        for hop in &hops {
            match step(hop, &at) {
                Step::To(to, how) => (at, by) = (to, by.max(how)),
                Step::Ends => ended = true,
                Step::Stays(why) => journey.why = Some(why),
            }
            if ended || journey.why.is_some() {
                break;
            }
        }
        if ended {
            continue;
        }
        if journey.why.is_none() {
            (journey.to, journey.by) = (Some(at), Some(by));
        }
        flight.states.push(journey);
    }
    flight
}

/// Returns the steps that dossiers take, as the engine takes them; why there is no way where one is silent about the version before.
fn hops<'p>(whole: &Hop<'p>) -> (Vec<Hop<'p>>, Option<Sentence>) {
    let (mut steps, mut old) = (Vec::new(), whole.old);
    while old.logic.version < whole.to.logic.version {
        let after = |plan: &&&Plan| plan.logic.version > old.logic.version;
        let between: Vec<&Plan> = whole.between.iter().filter(after).copied().collect();
        let at_once = Hop { old, between, to: whole.to };
        if at_once.moves().is_some() {
            steps.push(at_once);
            break;
        }
        let next = at_once.between.first().copied().unwrap_or(whole.to);
        let step = Hop { old, between: Vec::new(), to: next };
        if step.moves().is_none() {
            let gap = say!(
                "version {to} does not say `moves from version {from}`: where a version is silent, nobody moves to it",
                to = next.logic.version,
                from = old.logic.version
            );
            return (steps, Some(gap));
        }
        steps.push(step);
        old = next;
    }
    (steps, None)
}

enum Step {
    To(SmolStr, By),
    /// The parallel around it leads to one state, and takes it along.
    Ends,
    Stays(Sentence),
}

fn state<'p>(plan: &'p Plan, name: &str) -> Option<(StateId, &'p StatePlan)> {
    plan.logic.graph.states().find(|(id, state)| *id != Graph::START && state.name == name)
}

/// Returns the state that one goes on as.
fn goes(hop: &Hop<'_>, name: &str) -> Option<(SmolStr, By)> {
    if let Some((_, to)) = hop.moves().and_then(|moves| moves.states.iter().find(|(from, _)| from == name)) {
        return Some((hop.to.logic.graph.state(*to)?.name.clone(), By::Moves));
    }
    let (_, to) = hop.pairs(What::State).into_iter().find(|(was, _)| was == name)?;
    let by = if to == name { By::Name } else { By::Was };
    Some((to, by))
}

fn step(hop: &Hop<'_>, name: &SmolStr) -> Step {
    let around = |inside: &Inside| hop.old.logic.graph.state(inside.parallel);
    let mut inside = state(hop.old, name).and_then(|(_, state)| state.inside);
    while let Some(parallel) = inside.as_ref().and_then(around) {
        let to = goes(hop, &parallel.name).and_then(|(to, _)| state(hop.to, &to));
        if to.is_some_and(|(_, to)| !matches!(to.kind, StateKind::Parallel { .. })) {
            return Step::Ends;
        }
        inside = parallel.inside;
    }
    let version = hop.to.logic.version;
    let Some((to, by)) = goes(hop, name) else {
        return Step::Stays(say!(
            "version {version} has no state `{name}`, and does not say where its dossiers go",
            version,
            name
        ));
    };
    match state(hop.to, &to) {
        Some((_, plan)) if matches!(plan.kind, StateKind::Final { .. }) => Step::Stays(say!(
            "`{to}` of version {version} is final: a dossier is settled by a decision, not by a new version",
            to,
            version
        )),
        _ => Step::To(to, by),
    }
}

/// Adds what is to be known besides.
pub(super) fn besides(pair: &Pair<'_, '_, '_>, hop: &Hop<'_>, narrowed: &[SmolStr], flight: &mut Flight) {
    if flight.states.is_empty() {
        return;
    }
    let (old, new) = (&hop.old.logic, &hop.to.logic);
    let clocks = hop.pairs(What::Clock);
    let version = new.version;
    for name in What::Clock.names(hop.old).iter().filter(|name| clocks.iter().all(|(was, _)| was != *name)) {
        flight.besides.push(say!(
            "a dossier in which `{name}` runs stays: version {version} has no such clock",
            name,
            version
        ));
    }
    let carried = hop.moves().map(|moves| moves.clocks.as_slice()).unwrap_or_default();
    for (was, is) in &clocks {
        let at = |name: &SmolStr, side: &motcua_engine::plan::Logic| {
            side.clocks.iter().find(|clock| clock.of_state.is_none() && clock.name == *name).cloned()
        };
        let (Some(before), Some(after)) = (at(was, old), at(is, new)) else { continue };
        let named = |id: &motcua_engine::ClockId| new.clocks.get(id.index()).is_some_and(|clock| clock.name == *is);
        let carry = carried.iter().find(|(id, _)| named(id)).map(|(_, carry)| *carry);
        let limits = |clock: &motcua_engine::plan::ClockPlan| {
            clock.limits.iter().map(|limit| limit.limit.clone()).collect::<Vec<_>>()
        };
        let moves = carry.is_some() || limits(&before) != limits(&after);
        let name = is;
        if moves {
            flight.besides.push(match carry.unwrap_or_default() {
                Carry::Keeps => say!("`{name}` keeps the term that was promised, less what was used of it", name),
                Carry::Restarts => say!("`{name}` begins anew with the new term", name),
                Carry::Shorter => say!("`{name}` goes on with the term that is due earlier", name),
                Carry::Longer => say!("`{name}` goes on with the term that is due later", name),
            });
        }
        let kept = suspensions(&pair.new, &after);
        if suspensions(&pair.old, &before).iter().any(|stop| !kept.contains(stop)) {
            flight.besides.push(say!(
                "a dossier in which `{name}` stands still by what version {version} does not know waits until it goes on",
                name,
                version
            ));
        }
    }
    fields(hop, narrowed, flight);
}

/// Says which fields hold a dossier back, and which are left behind; `narrowed` are those that take less than before.
fn fields(hop: &Hop<'_>, narrowed: &[SmolStr], flight: &mut Flight) {
    let new = &hop.to.logic;
    let (pairs, version) = (hop.pairs(What::Field), new.version);
    for (i, field) in new.fields.iter().enumerate() {
        let name = &field.name;
        let was = pairs.iter().find(|(_, is)| is == name).map(|(was, _)| was);
        if was.is_none() {
            let bare = !field.optional && field.default.is_none();
            if bare && FieldId::new(i).is_some_and(|id| opens_with(hop.to, id)) {
                flight.besides.push(say!(
                    "a dossier stays that lacks `{name}`: version {version} asks for it when one is opened",
                    name,
                    version
                ));
            }
            continue;
        }
        if narrowed.contains(name) {
            flight.besides.push(say!("a dossier stays whose `{name}` version {version} does not take", name, version));
        }
    }
    for (what, names) in [(What::Field, pairs), (What::Document, hop.pairs(What::Document))] {
        for name in what.names(hop.old).iter().filter(|name| names.iter().all(|(was, _)| was != *name)) {
            flight.besides.push(say!("`{name}` is left behind: it stands in the journal alone", name));
        }
    }
}

/// Returns whether every way to open a dossier asks for a field.
fn opens_with(plan: &Plan, field: FieldId) -> bool {
    let mut opening = plan.logic.graph.transitions().filter(|(_, from, ..)| *from == Graph::START);
    opening.all(|(_, _, _, way)| way.needs.contains(&Need::Field(field)))
}
