//! Four eyes: who has had a hand in a dossier leaves the other commands of the rule to somebody else.

use smol_str::SmolStr;

use super::Step;
use super::decide::invalid;
use crate::CommandId;
use crate::command::{Command, Refusal};
use crate::dossier::Hand;
use crate::event::Effect;
use crate::world::nfc;

impl Step<'_> {
    /// Says whether who gives a command has given no other one of the same rule of four eyes, on this dossier ever.
    pub(super) fn is_another_hand(self, command: &Command, id: CommandId) -> Result<(), Refusal> {
        let logic = &self.procedure.plan.logic;
        if logic.four_eyes.is_empty() || self.dossier.rare.hands.is_empty() {
            return Ok(());
        }
        let actor = nfc(&command.actor);
        let before = self.dossier.rare.hands.iter().filter(|hand| hand.command != id && *hand.actor == *actor);
        let rules = || logic.four_eyes.iter().enumerate().filter(|(_, rule)| rule.contains(&id));
        for hand in before {
            let Some((rule, _)) = rules().find(|(_, rule)| rule.contains(&hand.command)) else { continue };
            let gave = logic.commands.get(hand.command.index()).map(SmolStr::as_str).unwrap_or_default();
            let basis = self.procedure.plan.words.eyes_basis.get(rule).filter(|basis| !basis.is_empty());
            let basis = basis.map(|basis| format!(" ({})", basis.join("; "))).unwrap_or_default();
            let why = format!("`{actor}` gave `{gave}` on this dossier: four eyes, so somebody else gives this{basis}");
            return Err(invalid("actor", why));
        }
        Ok(())
    }

    /// Adds to the effects of a command that who gave it has had a hand in the dossier.
    pub(super) fn hand(self, command: &Command, id: CommandId, effects: &mut Vec<Effect>) {
        if self.procedure.plan.logic.four_eyes.iter().any(|rule| rule.contains(&id)) {
            effects.push(Effect::Hand(Box::new(Hand { command: id, actor: SmolStr::new(nfc(&command.actor)) })));
        }
    }
}
