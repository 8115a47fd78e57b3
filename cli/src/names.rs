//! What people call the parts of a dossier: its states, roles, offices, clocks, and who did what.

use motcua_engine::calendar::Calendar;
use motcua_engine::plan::StateKind;
use motcua_engine::{Called, Cause, ClockId, Dossier, Event, Place, Procedure, RoleId, Silence, StateId, Value, World};
use smol_str::SmolStr;

use crate::lang::Lang;
use crate::say;

/// The names in one dossier.
#[derive(Clone, Debug)]
pub struct Names<'a> {
    /// What they are looked up in.
    pub world: &'a World,
    /// The dossier's procedure.
    pub procedure: &'a Procedure,
    /// Its calendar.
    pub calendar: &'a Calendar,
    /// The unit that received it.
    pub unit: SmolStr,
}

fn label(labels: &[Option<String>], index: usize) -> Option<String> {
    labels.get(index).cloned().flatten()
}

impl Names<'_> {
    /// Returns the name and the label of a state.
    pub fn state(&self, id: StateId) -> (String, Option<String>) {
        let plan = &self.procedure.plan;
        let name = plan.logic.graph.state(id).map(|state| state.name.to_string()).unwrap_or_default();
        (name, label(&plan.words.states, id.index()))
    }

    /// Returns the places of a dossier that people hear of: a parallel that nobody holds is named by its branches.
    pub fn places<'d>(&self, dossier: &'d Dossier) -> impl Iterator<Item = &'d Place> {
        let is_parallel = |place: &Place| {
            let state = self.procedure.plan.logic.graph.state(place.state);
            state.is_some_and(|state| matches!(state.kind, StateKind::Parallel { .. }))
        };
        dossier.active.iter().filter(move |place| place.holder.is_some() || !is_parallel(place))
    }

    /// Returns what people call a state.
    pub fn state_label(&self, id: StateId) -> String {
        let (name, label) = self.state(id);
        label.unwrap_or(name)
    }

    /// Returns the name and the label of a role.
    pub fn role(&self, id: RoleId) -> (String, Option<String>) {
        let plan = &self.procedure.plan;
        let name = plan.logic.roles.get(id.index()).map(|(name, _)| name.to_string()).unwrap_or_default();
        (name, label(&plan.words.roles, id.index()))
    }

    /// Returns who holds a state: the office, as far as it is known, else the role.
    pub fn holder(&self, role: Option<RoleId>, office: Option<&SmolStr>) -> Option<String> {
        let role = role?;
        let (name, label) = self.role(role);
        let bound = self.world.office(&self.unit, self.procedure, role).map(|(path, _)| path);
        Some(office.or(bound).map(|path| self.office(path)).or(label).unwrap_or(name))
    }

    /// Returns what people call an office that is named as `unit.office`.
    pub fn office(&self, path: &str) -> String {
        let Some((unit, office)) = path.rsplit_once('.') else { return path.to_owned() };
        let unit = self.world.unit(unit);
        let office = unit.and_then(|unit| unit.offices.iter().find(|known| known.name == office));
        let office = office.map(|office| office.label.clone().unwrap_or_else(|| office.name.to_string()));
        match (office, unit.and_then(|unit| unit.label.as_ref())) {
            (Some(office), Some(unit)) => format!("{office}, {unit}"),
            (Some(office), None) => office,
            (None, _) => path.to_owned(),
        }
    }

    /// Returns the name, the label and the legal basis of a clock.
    pub fn clock(&self, id: ClockId) -> (String, Option<String>, &[String]) {
        let plan = &self.procedure.plan;
        let name = plan.logic.clocks.get(id.index()).map(|clock| clock.name.to_string()).unwrap_or_default();
        let basis = plan.words.clock_basis.get(id.index()).map(Vec::as_slice).unwrap_or_default();
        (name, label(&plan.words.clocks, id.index()), basis)
    }

    /// Returns the command of an event; nothing for what happened by itself.
    pub fn command(&self, event: &Event) -> Option<String> {
        if matches!(event.cause, Cause::Corrected(_)) {
            return Some("correct".to_owned());
        }
        let Cause::Command { command, .. } = &event.cause else { return None };
        let named = self.procedure.plan.logic.commands.get(command.index());
        named.map(ToString::to_string).or_else(|| event.built_in().map(ToOwned::to_owned))
    }

    /// Returns what silence has decided, by which law, and who owed the answer.
    pub fn silence(&self, lang: Lang, silence: &Silence) -> String {
        let who = self.holder(silence.owed_by, silence.office.as_ref());
        let who = who.unwrap_or_else(|| say!(lang, "explain-nobody"));
        let basis = self.procedure.plan.basis_of(silence.transition).join("; ");
        say!(lang, "deed-silence", means = silence.means.name(), basis = basis, who = who)
    }

    /// Returns whose outcome a dossier waits for, if it has called another procedure.
    pub fn waits(&self, lang: Lang, dossier: &Dossier) -> Option<String> {
        let waiting = dossier.rare.calls.iter().filter(|call| call.is_waiting());
        let told: Vec<_> = waiting.map(|call| self.waits_for(lang, call)).collect();
        Some(told.join("\n")).filter(|told| !told.is_empty())
    }

    fn waits_for(&self, lang: Lang, call: &Called) -> String {
        say!(lang, "waits-for", part = self.part(lang, &call.id, &call.procedure, &call.unit))
    }

    /// Returns what people call a dossier that calls or is called: its id, its procedure and its unit.
    pub fn part(&self, lang: Lang, dossier: &str, procedure: &str, unit: &str) -> String {
        let latest = self.world.latest(procedure);
        let label = latest.and_then(|procedure| procedure.plan.words.label.clone());
        let procedure = label.unwrap_or_else(|| procedure.to_owned());
        say!(lang, "call-part", dossier = dossier, procedure = procedure, unit = self.unit(unit))
    }

    /// Returns what people call a unit.
    pub fn unit(&self, name: &str) -> String {
        self.world.unit(name).and_then(|unit| unit.label.clone()).unwrap_or_else(|| name.to_owned())
    }

    /// Returns what made an event happen, in words.
    pub fn deed(&self, lang: Lang, event: &Event) -> String {
        let (actor, role, reason) = match &event.cause {
            Cause::Corrected(corrected) => (&corrected.actor, &Some(corrected.role), &Some(corrected.reason.clone())),
            Cause::Always(_) => return say!(lang, "deed-automatic"),
            Cause::Time(_) => {
                let silence = event.silence().map(|silence| self.silence(lang, silence));
                return silence.unwrap_or_else(|| say!(lang, "deed-time"));
            }
            Cause::Migrated { reason } => return say!(lang, "deed-migrated", reason = reason.as_str()),
            Cause::Reprojected { reason } => return say!(lang, "deed-reprojected", reason = reason.as_str()),
            Cause::Erased { reason } => return say!(lang, "deed-erased", reason = reason.as_str()),
            Cause::Command { actor, role, reason, .. } => (actor, role, reason),
        };
        let command = self.command(event).unwrap_or_default();
        let who = match (actor.as_str(), self.holder(*role, None)) {
            ("", role) => role,
            (actor, Some(role)) => Some(say!(lang, "in-brackets", text = actor, more = role)),
            (actor, None) => Some(actor.to_owned()),
        };
        let deed = if let Some(who) = who {
            say!(lang, "deed-by", command = command, who = who)
        } else {
            say!(lang, "deed-command", command = command)
        };
        // One that was erased is empty.
        match reason.as_ref().filter(|reason| !reason.is_empty()) {
            Some(reason) => say!(lang, "deed-reason", deed = deed, reason = reason.as_str()),
            None => deed,
        }
    }
}

/// Returns an outcome as people write it.
pub fn outcome(value: &Value) -> String {
    match value {
        Value::Text(text) => text.to_string(),
        other => other.to_string(),
    }
}

/// Returns how an unknown name is helped: the nearest of the known ones, or all of them.
pub fn instead(name: &str, known: &[&str]) -> String {
    let most = (name.chars().count() / 3).max(1);
    let near = known.iter().map(|known| (strsim::damerau_levenshtein(known, name), *known)).min();
    match near {
        Some((distance, near)) if distance <= most => format!("did you mean `{near}`?"),
        None => "there is none".to_owned(),
        Some(_) => {
            let listed: Vec<String> = known.iter().take(12).map(|name| format!("`{name}`")).collect();
            let more = if known.len() > 12 { format!(" and {} more", known.len() - 12) } else { String::new() };
            format!("there are {}{more}", listed.join(", "))
        }
    }
}
