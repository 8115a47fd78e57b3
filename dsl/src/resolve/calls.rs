//! Binds what a call names outside of its own procedure: the procedure that is called, its unit, the fields that are filled.

use motcua_engine::plan::Type;
use smol_str::SmolStr;

use super::{Near, flat, nearest};
use crate::lower::types::type_of;
use crate::model::{Ends, Kind, Model, Procedure, Unknown};
use crate::syntax::{Call, CallPlace};

impl<'a> Model<'a> {
    /// Returns the versions of a called procedure under which a dossier of the caller can open one.
    pub(crate) fn called<'m>(
        &'m self,
        caller: &'m Procedure<'a>,
        call: &'m Call,
    ) -> impl Iterator<Item = &'m Procedure<'a>> {
        let from = caller.period().0;
        let versions = self.every().filter(|called| called.syntax.name.text == call.procedure.text);
        versions.filter(move |called| called.period().1.is_none_or(|until| from.is_none_or(|from| from <= until)))
    }

    /// Returns how a called procedure may end, over all its versions; nothing where no version could be read.
    pub(crate) fn ends(&self, caller: &Procedure<'a>, call: &Call) -> Option<Ends> {
        let mut all = Ends::default();
        let mut versions = 0;
        for called in self.called(caller, call) {
            versions += usize::from(!called.lost);
            ends(called, &mut all);
        }
        Some(all).filter(|_| versions > 0)
    }
}

fn ends(called: &Procedure<'_>, all: &mut Ends) {
    // What ends a branch of parallel work ends no dossier.
    let finals = called.syntax.states.iter().filter(|state| state.is_final.is_some() && state.inside.is_none());
    for end in finals {
        let mut add = |name: &str, span| {
            all.known.entry(SmolStr::new(name)).or_insert(span);
        };
        let Some(code) = &end.outcome else {
            add(&end.name.text, end.name.span);
            continue;
        };
        let text = code.text.trim();
        let field = text.strip_prefix("data.").and_then(|name| called.fields.get(name));
        let ty = field.and_then(|at| called.syntax.data.get(at)).and_then(|field| type_of(&field.ty).ok());
        match ty {
            Some(Type::OneOf(words)) => words.iter().for_each(|word| add(word, code.span)),
            Some(Type::Boolean) => {
                add("false", code.span);
                add("true", code.span);
                all.other = true;
            }
            _ => match text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
                Some(word) if !word.contains(['"', '\\']) => add(word, code.span),
                _ => all.computed = Some(code.span),
            },
        }
    }
}

/// Lists the names in calls that stand for nothing.
pub(super) fn bind(model: &mut Model<'_>) {
    let shelf = model.shelf;
    let mut unknown = Vec::new();
    for procedure in &model.procedures {
        for call in procedure.syntax.states.iter().filter_map(|state| state.call.as_deref()) {
            let mut lost = |kind, word: &crate::syntax::Word, near: Option<Near>| {
                unknown.push(Unknown { kind, name: word.text.clone(), span: word.span, near, in_lost: false });
            };
            if let CallPlace::Unit(unit) = &call.place {
                let units = || shelf.organisations.iter().flat_map(|o| flat(&o.units)).map(|(unit, _)| &unit.name);
                if !units().any(|known| known.text == unit.text) {
                    lost(Kind::Unit, unit, nearest(&unit.text, units().map(|n| (n.text.as_str(), Some(n.span)))));
                }
            }
            let versions = || model.every().filter(|called| called.syntax.name.text == call.procedure.text);
            let Some(called) = versions().last() else {
                let names = shelf.procedure_names().map(|name| (name.text.as_str(), Some(name.span)));
                lost(Kind::Called, &call.procedure, nearest(&call.procedure.text, names));
                continue;
            };
            for passed in &call.with {
                let known = |p: &Procedure<'_>| p.fields.get(&passed.theirs.text).is_some();
                if !versions().any(known) {
                    let fields = called.fields.iter().map(|field| (field.text.as_str(), Some(field.span)));
                    lost(Kind::Field, &passed.theirs, nearest(&passed.theirs.text, fields));
                }
            }
        }
    }
    shelf.missing(unknown, model);
}
