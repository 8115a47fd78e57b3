//! Who may say late what happened, and who may correct what was said.

use motcua_engine::plan::{BackdatePlan, CorrectPlan};

use super::{Lowering, TooLarge, clocks};

impl Lowering<'_, '_> {
    pub(super) fn backdates(&self) -> Result<Option<BackdatePlan>, TooLarge> {
        let Some(amends) = &self.procedure.syntax.backdates else { return Ok(None) };
        let at_most = clocks::fixed(&amends.at_most)?;
        Ok(Some(BackdatePlan { at_most, by: self.roles(&amends.by)?, reason: amends.reason }))
    }

    pub(super) fn corrects(&self) -> Result<Option<CorrectPlan>, TooLarge> {
        let Some(amends) = &self.procedure.syntax.corrects else { return Ok(None) };
        Ok(Some(CorrectPlan { at_most: clocks::fixed(&amends.at_most)?, by: self.roles(&amends.by)? }))
    }
}
