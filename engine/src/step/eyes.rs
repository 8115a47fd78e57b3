//! Four eyes: who has had a hand in a dossier leaves the other commands of the rule to somebody else.

use smol_str::SmolStr;

use super::Step;
use super::decide::invalid;
use crate::CommandId;
use crate::command::{Command, Refusal};
use crate::dossier::Hand;
use crate::event::Effect;
use crate::world::nfc;

impl<'a> Step<'a> {
    /// Returns who has given another command of a rule of four eyes that a command is in, on this dossier ever, each with the
    /// number of the rule.
    pub(crate) fn hands(self, id: CommandId) -> impl Iterator<Item = (&'a Hand, usize)> {
        let rules = &self.procedure.plan.logic.four_eyes;
        let others = self.dossier.rare.hands.iter().filter(move |hand| hand.command != id);
        others.filter_map(move |hand| {
            let rule = rules.iter().position(|rule| rule.contains(&id) && rule.contains(&hand.command))?;
            Some((hand, rule))
        })
    }

    /// Says whether who gives a command has given no other one of the same rule of four eyes.
    pub(super) fn is_another_hand(self, command: &Command, id: CommandId) -> Result<(), Refusal> {
        let actor = nfc(&command.actor);
        let Some((hand, rule)) = self.hands(id).find(|(hand, _)| *hand.actor == *actor) else { return Ok(()) };
        let plan = &self.procedure.plan;
        let gave = plan.logic.commands.get(hand.command.index()).map(SmolStr::as_str).unwrap_or_default();
        let basis = plan.words.eyes_basis.get(rule).filter(|basis| !basis.is_empty());
        let basis = basis.map(|basis| format!(" ({})", basis.join("; "))).unwrap_or_default();
        let why = format!("`{actor}` gave `{gave}` on this dossier: four eyes, so somebody else gives this{basis}");
        Err(invalid("actor", why))
    }

    /// Adds to the effects of a command that who gave it has had a hand in the dossier.
    pub(crate) fn hand(self, actor: &str, id: CommandId, effects: &mut Vec<Effect>) {
        if self.procedure.plan.logic.four_eyes.iter().any(|rule| rule.contains(&id)) {
            effects.push(Effect::Hand(Box::new(Hand { command: id, actor: SmolStr::new(nfc(actor)) })));
        }
    }
}
