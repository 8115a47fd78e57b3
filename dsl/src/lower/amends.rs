//! Who may say late what happened, who may correct what was said, and what one person may not do alone.

use motcua_engine::CommandId;
use motcua_engine::plan::{BackdatePlan, CorrectPlan};

use super::{Lowering, TooLarge, clocks};

/// The commands of each `four eyes`, and beside them the legal basis of each.
type FourEyes = (Vec<Vec<CommandId>>, Vec<Vec<String>>);

impl Lowering<'_, '_> {
    pub(super) fn backdates(&self) -> Result<Option<BackdatePlan>, TooLarge> {
        let Some(amends) = &self.procedure.syntax.backdates else { return Ok(None) };
        let at_most = clocks::fixed(&amends.at_most)?;
        Ok(Some(BackdatePlan { at_most, by: self.roles(&amends.by)?, reason: amends.reason }))
    }

    /// Returns the rules of four eyes; in which order they are written makes no difference.
    pub(super) fn four_eyes(&self) -> Result<FourEyes, TooLarge> {
        let mut lines = Vec::with_capacity(self.procedure.syntax.four_eyes.len());
        for line in &self.procedure.syntax.four_eyes {
            let ids = line.commands.iter().filter_map(|word| self.procedure.commands.get(&word.text));
            let mut commands = ids.map(|id| CommandId::new(id).ok_or(TooLarge)).collect::<Result<Vec<_>, _>>()?;
            commands.sort_unstable();
            commands.dedup();
            lines.push((commands, line.basis.iter().map(|text| text.text.clone()).collect()));
        }
        lines.sort_unstable();
        Ok(lines.into_iter().unzip())
    }

    pub(super) fn corrects(&self) -> Result<Option<CorrectPlan>, TooLarge> {
        let Some(amends) = &self.procedure.syntax.corrects else { return Ok(None) };
        Ok(Some(CorrectPlan { at_most: clocks::fixed(&amends.at_most)?, by: self.roles(&amends.by)? }))
    }
}
