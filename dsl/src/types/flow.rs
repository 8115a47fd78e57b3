//! Which fields are there in a state, whatever way led to it.
//!
//! A way brings what its command `needs`, and what its guard asks for; a field that no effect ever takes away stays. So
//! `outcome data.verdict` needs no check where each way to the end has brought a verdict.

use std::collections::HashMap;

use motcua_engine::script::expression::Expression;
use smol_str::SmolStr;

use super::infer::Typing;
use crate::model::{Model, Origin, Procedure, Script, Target};
use crate::syntax::Span;

/// For each state the fields that are there, as `data.x`.
#[derive(Debug, Default)]
pub(crate) struct Flow {
    there: Vec<Vec<SmolStr>>,
    /// The state of each final outcome and the states of each transition, by where their text stands.
    of_code: HashMap<Span, Vec<usize>>,
    /// Where something is wrong with the types of the procedure's scripts, or of functions that they call.
    pub(crate) faulty: Vec<Span>,
}

impl Flow {
    /// Follows every way from the opening until nothing more is learnt.
    pub(super) fn new<'p>(procedure: &'p Procedure<'p>, typing: &mut Typing<'p>, taken_away: &[SmolStr]) -> Self {
        let mut of_code: HashMap<Span, Vec<usize>> = HashMap::new();
        for (i, state) in procedure.syntax.states.iter().enumerate() {
            of_code.extend(state.outcome.as_ref().map(|code| (code.span, vec![i])));
        }
        let mut ways = Vec::new();
        for rule in &procedure.rules {
            let sources = procedure.sources(rule);
            of_code.insert(rule.transition.span, sources.clone());
            if let Target::State(target) = rule.target {
                let mut brings = typing.brings(rule.transition);
                brings.retain(|field| !taken_away.contains(field));
                ways.push((sources, rule.origin == Origin::Start, target, brings));
            }
        }
        // Before anything is known of a state, everything may be there: ways only take from it.
        let mut there: Vec<Option<Vec<SmolStr>>> = vec![None; procedure.states.len()];
        let mut moved = true;
        while moved {
            moved = false;
            for (sources, opens, target, brings) in &ways {
                let from = sources.iter().filter_map(|source| there.get(*source)?.clone());
                let from: Vec<_> = from.chain(opens.then(Vec::new)).collect();
                for mut known in from {
                    known.extend(brings.iter().filter(|field| !known.contains(field)).cloned().collect::<Vec<_>>());
                    let Some(slot) = there.get_mut(*target) else { continue };
                    match slot {
                        None => {
                            *slot = Some(known);
                            moved = true;
                        }
                        Some(before) => {
                            let many = before.len();
                            before.retain(|field| known.contains(field));
                            moved |= before.len() < many;
                        }
                    }
                }
            }
        }
        Self { there: there.into_iter().map(Option::unwrap_or_default).collect(), of_code, faulty: Vec::new() }
    }

    /// Returns whether a field is there on entering a state.
    pub(super) fn is_there(&self, state: usize, field: &str) -> bool {
        self.there.get(state).is_some_and(|there| there.iter().any(|known| known == field))
    }

    /// Returns the fields that are there in a state.
    pub(crate) fn there(&self, state: usize) -> &[SmolStr] {
        self.there.get(state).map(Vec::as_slice).unwrap_or_default()
    }

    /// Returns the fields that are there wherever a script is run.
    pub(crate) fn at(&self, script: &Script<'_>) -> Vec<SmolStr> {
        let code = script.of.map_or(script.code.span, |transition| transition.span);
        let mut states = self.of_code.get(&code).into_iter().flatten().map(|state| self.there.get(*state));
        let first = states.next().flatten().cloned().unwrap_or_default();
        states.fold(first, |mut all, state| {
            all.retain(|field| state.is_some_and(|there| there.contains(field)));
            all
        })
    }
}

impl<'p> Typing<'p> {
    /// Returns the fields that are there once a transition has been taken, as `data.x`.
    fn brings(&mut self, transition: &'p crate::syntax::Transition) -> Vec<SmolStr> {
        self.scope = super::scope::Scope::default();
        self.learn_needs(transition);
        let guard = transition.when.as_ref().and_then(|code| self.guard(code));
        if let Some(guard) = guard {
            self.assume(guard, true);
        }
        let known = std::mem::take(&mut self.scope.present);
        known.into_iter().filter(|key| key.starts_with("data.") && key.matches('.').count() == 1).collect()
    }

    /// Returns the expression of a guard.
    pub(super) fn guard(&self, code: &crate::syntax::Code) -> Option<&'p Expression> {
        let script = self.procedure.scripts.get(self.procedure.script(code)? as usize)?;
        match script.reading.as_ref().ok()?.body.as_slice() {
            [guard] => Some(guard),
            _ => None,
        }
    }
}

/// Types all scripts, and keeps in the model what is wrong with them.
pub(crate) fn infer(model: &mut Model<'_>) {
    let (mut faults, mut flows) = (Vec::new(), Vec::with_capacity(model.procedures.len()));
    for procedure in &model.procedures {
        // A part that could not be read may have declared anything.
        if procedure.lost {
            flows.push(Flow::default());
            continue;
        }
        let mut typing =
            Typing::new(procedure, super::scope::Facts::new(procedure, super::passed::outcomes(model, procedure)));
        let scripts = || procedure.scripts.iter().chain(&procedure.fees);
        if procedure.syntax.data.iter().any(|field| field.optional) && !procedure.missing_ways {
            // What effects take away is found first, on a walk of which nothing else is kept.
            scripts().for_each(|script| super::check(&mut typing, procedure, script));
            let taken_away = std::mem::take(&mut typing.taken_away);
            typing.flow = Flow::new(procedure, &mut typing, &taken_away);
            typing.faults.clear();
            typing.called.clear();
            typing.passed();
        }
        scripts().for_each(|script| super::check(&mut typing, procedure, script));
        typing.flow.faulty = typing.faults.iter().map(|fault| fault.span).collect();
        faults.append(&mut typing.faults);
        flows.push(typing.flow);
    }
    (model.types, model.flows) = (faults, flows);
}
