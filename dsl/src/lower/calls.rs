//! Calls of other procedures.

use motcua_engine::StateId;
use motcua_engine::plan::{CallPlace, CallPlan};

use super::{Lowering, TooLarge, state_id};
use crate::syntax;

impl Lowering<'_, '_> {
    pub(super) fn call(&self, call: &syntax::Call) -> Result<CallPlan, TooLarge> {
        let with = call.with.iter().map(|passed| Ok((passed.theirs.text.clone(), self.field(&passed.ours)?)));
        Ok(CallPlan {
            procedure: call.procedure.text.clone(),
            place: match &call.place {
                syntax::CallPlace::Here => CallPlace::Here,
                syntax::CallPlace::Unit(unit) => CallPlace::Unit(unit.text.clone()),
                syntax::CallPlace::UnitOf(role) => CallPlace::UnitOf(self.role(role)?),
            },
            with: with.collect::<Result<_, _>>()?,
            counts: call.counts.ok_or(TooLarge)?.0,
        })
    }

    /// Returns the states in which the clocks of this procedure stand still, as what they call counts outside.
    pub(super) fn counted_outside(&self) -> Result<Vec<StateId>, TooLarge> {
        let states = self.procedure.syntax.states.iter().enumerate();
        let states = states.filter(|(_, state)| state.counts_outside().is_some());
        states.map(|(i, _)| state_id(i)).collect()
    }
}
