//! Roles: new ones, those that are no more, and which stand outside of the organisation.

use super::change::{Change, Found, Kind, Whom};
use super::names::What;
use super::side::{Pair, Side};
use crate::sentence::say;
use crate::syntax::Span;

fn place(side: &Side<'_, '_>, name: &str) -> Option<Span> {
    side.procedure.syntax.roles.iter().find(|role| role.name.text == name).map(|role| role.name.span)
}

pub(super) fn compare(pair: &Pair<'_, '_, '_>, found: &mut Found) {
    let (old, new) = (&pair.old, &pair.new);
    let whom = |outside: bool| if outside { Whom::Citizen } else { Whom::Office };
    for (name, outside) in &new.plan.logic.roles {
        let before = old.plan.logic.roles.iter().find(|(before, _)| old.name(What::Role, before) == *name);
        let Some((was, before)) = before else {
            let said = say!("the role `{name}` is new", name);
            found.add(Change::new(Kind::RoleNew, whom(*outside), said).of(name).at(None, place(new, name)));
            continue;
        };
        if before != outside {
            let said = if *outside {
                "the role stands outside of the organisation now"
            } else {
                "the role stands outside of the organisation no more"
            };
            let change = Change::new(Kind::RoleOutside, Whom::Citizen, said).of(name);
            found.add(change.at(place(old, was), place(new, name)));
        }
    }
    for (name, outside) in &old.plan.logic.roles {
        let common = old.name(What::Role, name);
        if new.plan.logic.roles.iter().all(|(after, _)| *after != common) {
            let said = say!("there is no role `{name}` any more", name);
            found.add(Change::new(Kind::RoleGone, whom(*outside), said).of(&common).at(place(old, name), None));
        }
    }
}
