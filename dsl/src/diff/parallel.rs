//! Work of several offices at once, and procedures that are called as a part.

use motcua_engine::StateId;
use motcua_engine::plan::{BranchPlan, CallPlace, CallPlan, StateKind, StatePlan};

use super::change::{Change, Found, Kind, Whom};
use super::side::{Pair, Side};
use crate::sentence::{Sentence, say};

pub(super) fn compare(
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
    calls(pair, (before, after), old.call.as_deref(), new.call.as_deref(), &mut add);
    if let (StateKind::Parallel { branches: was, joins }, StateKind::Parallel { branches: is, joins: waits }) =
        (&old.kind, &new.kind)
    {
        branches(pair, was, is, &mut add);
        let all = |joins: u16, branches: &[BranchPlan]| usize::from(joins) == branches.len();
        // Where all are waited for before and after, a branch more or less says it.
        if joins != waits && !(all(*joins, was) && all(*waits, is)) {
            add(
                Kind::JoinOther,
                Whom::Office,
                say!("of the branches {new} are waited for, before {old}", new = *waits, old = *joins),
            );
        }
    }
}

fn branches(
    pair: &Pair<'_, '_, '_>,
    old: &[BranchPlan],
    new: &[BranchPlan],
    add: &mut impl FnMut(Kind, Whom, Sentence),
) {
    for branch in new {
        let name = &branch.name;
        let Some(before) = old.iter().find(|before| before.name == *name) else {
            add(Kind::BranchNew, Whom::Office, say!("the branch `{name}` is new", name));
            continue;
        };
        if pair.old.code(before.when) != pair.new.code(branch.when) {
            let when = |side: &Side<'_, '_>, script: Option<_>| match script {
                Some(_) => say!("when `{guard}`", guard = side.script(script)),
                None => "always".into(),
            };
            let (new, old) = (when(&pair.new, branch.when), when(&pair.old, before.when));
            add(
                Kind::BranchOther,
                Whom::Office,
                say!("the branch `{name}` takes part {new}, before {old}", name, new, old),
            );
        }
        if pair.old.state(before.initial) != pair.new.state(branch.initial) {
            let state = pair.new.state(branch.initial);
            add(Kind::BranchOther, Whom::Office, say!("the branch `{name}` begins in `{state}`", name, state));
        }
    }
    for name in old.iter().map(|branch| &branch.name).filter(|name| new.iter().all(|branch| branch.name != **name)) {
        add(Kind::BranchGone, Whom::Office, say!("there is no branch `{name}` any more", name));
    }
}

fn calls(
    pair: &Pair<'_, '_, '_>,
    ids: (StateId, StateId),
    old: Option<&CallPlan>,
    new: Option<&CallPlan>,
    add: &mut impl FnMut(Kind, Whom, Sentence),
) {
    match (old, new) {
        (None, None) => {}
        (None, Some(call)) => {
            let procedure = &call.procedure;
            add(Kind::CallNew, Whom::Office, say!("it calls `{procedure}` and waits for its outcome", procedure));
        }
        (Some(call), None) => {
            add(Kind::CallGone, Whom::Office, say!("it calls `{procedure}` no more", procedure = call.procedure));
        }
        (Some(before), Some(after)) => {
            if key(&pair.old, before) != key(&pair.new, after) {
                let words = |side: &Side<'_, '_>, id: StateId| {
                    let call = side.written(id).and_then(|state| state.call.as_ref());
                    call.map(|call| side.words(call.span)).unwrap_or_default()
                };
                let (was, is) = (words(&pair.old, ids.0), words(&pair.new, ids.1));
                add(Kind::CallOther, Whom::Office, say!("it says `{new}`, before `{old}`", new = is, old = was));
            }
        }
    }
}

/// Returns what makes a call another one, in common names.
fn key(side: &Side<'_, '_>, call: &CallPlan) -> String {
    let place = match &call.place {
        CallPlace::UnitOf(role) => CallPlace::Unit(side.role(*role)),
        place => place.clone(),
    };
    let of_role = matches!(call.place, CallPlace::UnitOf(_));
    let with: Vec<_> = call.with.iter().map(|(theirs, ours)| (theirs.clone(), side.field(*ours))).collect();
    format!("{:?}", (&call.procedure, place, of_role, with, call.counts))
}
