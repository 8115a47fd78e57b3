//! Acknowledges a repeated rung: whoever was told knows, and is told no more until counting begins anew.

use smallvec::SmallVec;
use smol_str::{SmolStr, format_smolstr};

use super::Step;
use super::built_in::{Open, only, text};
use super::decide::invalid;
use super::fold::ACKNOWLEDGED;
use crate::command::{Command, Refusal};
use crate::event::{Effect, Entry};
use crate::plan::{AcknowledgePlan, Action, Recipient, RungAt, RungPlan};
use crate::world::nfc;
use crate::{ClockId, RoleId};

/// A rung that has told somebody and is told again until acknowledged.
#[derive(Clone, Copy, Debug)]
pub(super) struct Unacknowledged<'a> {
    pub(super) clock: Open<'a>,
    number: u16,
    rung: &'a RungPlan,
    until: &'a AcknowledgePlan,
}

impl<'a> Step<'a> {
    /// Returns the rungs that have fired and that nobody has acknowledged, in the order written.
    pub(super) fn unacknowledged(self) -> impl Iterator<Item = Unacknowledged<'a>> {
        self.open_clocks().flat_map(|clock| {
            let rungs = clock.1.rungs.iter().zip(&clock.2.rungs).enumerate();
            rungs.filter_map(move |(i, (rung, times))| match &rung.at {
                RungAt::Every { until: Some(until), .. } if (1..ACKNOWLEDGED).contains(times) => {
                    Some(Unacknowledged { clock, number: u16::try_from(i).ok()?, rung, until })
                }
                _ => None,
            })
        })
    }

    /// Returns who may acknowledge a rung: those that are named, or else those that it tells. `true`: only the head of the
    /// office, since the rung tells nobody else there.
    pub(super) fn may_acknowledge(self, rung: &Unacknowledged<'_>) -> SmallVec<[(RoleId, bool); 2]> {
        if !rung.until.by.is_empty() {
            return rung.until.by.iter().map(|role| (*role, false)).collect();
        }
        let holders = self.holders();
        let told = rung.rung.actions.iter().flat_map(|action| match action {
            Action::Notify { to, .. } => to.as_slice(),
            _ => &[],
        });
        let mut may: SmallVec<[(RoleId, bool); 2]> = SmallVec::new();
        for recipient in told {
            match recipient {
                Recipient::Holder => may.extend(holders.iter().map(|role| (*role, false))),
                Recipient::HeadOfHolder => may.extend(holders.iter().map(|role| (*role, true))),
                Recipient::Role(role) => may.push((*role, false)),
                Recipient::HeadOf(role) => may.push((*role, true)),
            }
        }
        // A role that is told itself stands before its head.
        may.sort_unstable();
        may.dedup_by_key(|(role, _)| *role);
        may
    }

    pub(super) fn acknowledge(self, command: &Command, role: Option<RoleId>) -> Result<Vec<Effect>, Refusal> {
        only(command, &["clock"])?;
        let wanted = text(command, "clock")?.map(nfc);
        let of_clock = |rung: &Unacknowledged<'_>| wanted.as_ref().is_none_or(|name| rung.clock.1.name == **name);
        let rungs: SmallVec<[_; 2]> = self.unacknowledged().filter(of_clock).collect();
        if rungs.is_empty() {
            return Err(invalid("clock", "nothing of this clock waits for an acknowledgement"));
        }
        let mut may: Vec<SmolStr> = Vec::new();
        let mut done: SmallVec<[(ClockId, u16); 2]> = SmallVec::new();
        for rung in &rungs {
            for (by, head) in self.may_acknowledge(rung) {
                if role == Some(by) && (!head || self.heads(by, command)) {
                    done.push((rung.clock.0, rung.number));
                } else if let Some((name, _)) = self.procedure.plan.logic.roles.get(by.index()) {
                    may.push(if head { format_smolstr!("head of {name}") } else { name.clone() });
                }
            }
        }
        let Some((first, _)) = done.first() else {
            may.dedup();
            return Err(Refusal::NotPermitted { command: command.command.clone(), role: command.role.clone(), may });
        };
        if done.iter().any(|(clock, _)| clock != first) {
            return Err(invalid("clock", "name one: several clocks wait for an acknowledgement"));
        }
        Ok(done.into_iter().map(|(clock, rung)| Effect::Clock(clock, Entry::Acknowledged { rung })).collect())
    }

    /// Returns whether somebody is the head of the office of a role; where none is named, whoever acts in the role is.
    fn heads(self, role: RoleId, command: &Command) -> bool {
        let office = self.world.office(&self.dossier.unit, self.procedure, role);
        office.and_then(|(_, head)| head).is_none_or(|head| *head == *nfc(&command.actor))
    }
}
