//! What of an event is personal, by the plan that the dossier is under.

use motcua_engine::plan::PlanHash;
use motcua_engine::{
    CallStands, Cause, Dossier, Effect, Entry, Event, FieldId, Procedure, RoleId, StateId, Value, World,
};
use smol_str::SmolStr;

use super::Kind;

/// A value of an event: a pointer into its JSON, and what stands there once it is erased.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) at: String,
    pub(super) kind: Kind,
}

/// Which dossier events are of, under which plan.
#[derive(Debug)]
pub(crate) struct Under {
    dossier: SmolStr,
    plan: Option<PlanHash>,
    /// Another dossier has called it: what it was given may be personal there, whatever its own plan calls it.
    called: bool,
}

impl Under {
    /// Returns where the next event of a dossier stands.
    pub(crate) fn of(id: &SmolStr, dossier: Option<&Dossier>) -> Self {
        let called = dossier.is_some_and(|dossier| dossier.rare.caller.is_some());
        Self { dossier: id.clone(), plan: dossier.map(|dossier| dossier.plan), called }
    }

    pub(super) fn dossier(&self) -> &SmolStr {
        &self.dossier
    }

    /// Returns whether anything of the next event is personal, and goes on to the one after it.
    pub(crate) fn is_personal(&mut self, world: &World, event: &Event) -> bool {
        !self.places(world, event).is_empty()
    }

    /// Returns what of the next event is personal, and goes on to the one after it.
    pub(super) fn places(&mut self, world: &World, event: &Event) -> Vec<Place> {
        let before = self.plan.and_then(|plan| world.procedure(plan));
        for effect in &event.effects {
            match effect {
                Effect::Opened(opened) => {
                    self.plan = Some(opened.plan);
                    self.called = opened.caller.is_some();
                }
                Effect::Migrated(migrated) => self.plan = Some(migrated.dossier.plan),
                _ => {}
            }
        }
        let procedure = self.plan.and_then(|plan| world.procedure(plan));
        let mut found =
            Finder { procedure, before: before.or(procedure), called: self.called, role: None, places: Vec::new() };
        found.event(event);
        found.places
    }
}

/// Goes through an event.
struct Finder<'w> {
    procedure: Option<&'w Procedure>,
    /// That of the plan before, where the event takes the dossier over to another one.
    before: Option<&'w Procedure>,
    called: bool,
    /// In which role somebody acts.
    role: Option<RoleId>,
    places: Vec<Place>,
}

impl Finder<'_> {
    fn add(&mut self, kind: Kind, at: String) {
        self.places.push(Place { at, kind });
    }

    fn event(&mut self, event: &Event) {
        let body = match &event.cause {
            Cause::Command { actor, role, reason, .. } => {
                self.role = *role;
                if self.is_outside() && !actor.is_empty() {
                    self.add(Kind::Text, "/cause/command/actor".into());
                }
                if reason.is_some() {
                    self.add(Kind::Nothing, "/cause/command/reason".into());
                }
                Some("/cause/command/body")
            }
            Cause::Corrected(corrected) => {
                self.role = Some(corrected.role);
                if self.is_outside() {
                    self.add(Kind::Text, "/cause/corrected/actor".into());
                }
                self.add(Kind::Text, "/cause/corrected/reason".into());
                Some("/cause/corrected/body")
            }
            Cause::Always(_)
            | Cause::Time(_)
            | Cause::Migrated { .. }
            | Cause::Reprojected { .. }
            | Cause::Erased { .. } => None,
        };
        for (number, effect) in event.effects.iter().enumerate() {
            self.effect(number, effect);
        }
        // Whoever guesses what was brought would know it again by its hash.
        if let Some(body) = body.filter(|_| !self.places.is_empty()) {
            self.add(Kind::Number, body.into());
        }
    }

    fn effect(&mut self, n: usize, effect: &Effect) {
        match effect {
            Effect::Set(field, Some(_)) if self.is_field(*field) => {
                self.add(Kind::Nothing, format!("/effects/{n}/set/1"));
            }
            Effect::Opened(opened) => self.data(&format!("/effects/{n}/opened/data"), &opened.data, false),
            Effect::Argument(argument) if self.is_argument(&argument.0, &argument.1) => {
                self.add(Kind::Text, format!("/effects/{n}/argument/1"));
            }
            Effect::Clock(_, Entry::Extended { agreement: Some(_), .. }) => {
                self.add(Kind::Nothing, format!("/effects/{n}/clock/1/extended/agreement"));
            }
            Effect::Message(message) if message.text.is_some() && self.messages() => {
                self.add(Kind::Nothing, format!("/effects/{n}/message/text"));
            }
            Effect::Sent(sent) if sent.message.text.is_some() && self.messages() => {
                self.add(Kind::Nothing, format!("/effects/{n}/sent/message/text"));
            }
            Effect::Withdrawn(sent) if sent.message.text.is_some() && self.messages() => {
                self.add(Kind::Nothing, format!("/effects/{n}/withdrawn/message/text"));
            }
            Effect::Rewound(dossier) => self.dossier(&format!("/effects/{n}/rewound"), dossier, false),
            Effect::Migrated(migrated) => {
                // Which field was which is not asked: one that was protected before must not come out by its new name.
                let any = |procedure: &Procedure| procedure.personal().fields().next().is_some();
                let all = self.procedure.is_none_or(any) || self.before.is_none_or(any);
                self.dossier(&format!("/effects/{n}/migrated/dossier"), &migrated.dossier, all);
            }
            Effect::Called(call) => {
                for (i, (name, _)) in call.data.iter().enumerate() {
                    if self.is_given(call.state, name) {
                        self.add(Kind::Text, format!("/effects/{n}/called/data/{i}/1"));
                    }
                }
            }
            // What is called like the state is the plan's word.
            Effect::Outcome(brought) if !is_text(&brought.outcome.value, &brought.outcome.state) => {
                self.add(Kind::Text, format!("/effects/{n}/outcome/outcome/value"));
            }
            Effect::Hand(hand) if self.is_outside() && !hand.actor.is_empty() => {
                self.add(Kind::Text, format!("/effects/{n}/hand/actor"));
            }
            Effect::Settled(outcome) if self.is_outcome(outcome) => {
                self.add(Kind::Text, format!("/effects/{n}/settled"));
            }
            Effect::Incident(_) => self.add(Kind::Text, format!("/effects/{n}/incident/fault")),
            _ => {}
        }
    }

    /// A whole dossier stands in the event.
    fn dossier(&mut self, at: &str, dossier: &Dossier, all: bool) {
        self.data(&format!("{at}/data"), &dossier.data, all);
        if dossier.outcome.as_ref().is_some_and(|outcome| self.is_outcome(outcome)) {
            self.add(Kind::Text, format!("{at}/outcome"));
        }
        for (i, _) in dossier.accepted.iter().enumerate().filter(|(_, accepted)| accepted.body != 0) {
            self.add(Kind::Number, format!("{at}/accepted/{i}/body"));
        }
        for i in 0..dossier.rare.incidents.len() {
            self.add(Kind::Text, format!("{at}/incidents/{i}/fault"));
        }
        for i in 0..dossier.rare.hands.len() {
            self.add(Kind::Text, format!("{at}/hands/{i}/actor"));
        }
        for (i, call) in dossier.rare.calls.iter().enumerate() {
            if matches!(call.stands, CallStands::Answered { .. }) {
                self.add(Kind::Text, format!("{at}/calls/{i}/stands/answered/outcome"));
            }
        }
    }

    fn data(&mut self, at: &str, data: &[Option<Value>], all: bool) {
        for (i, _) in data.iter().enumerate().filter(|(_, value)| value.is_some()) {
            if all || FieldId::new(i).is_none_or(|field| self.is_field(field)) {
                self.add(Kind::Nothing, format!("{at}/{i}"));
            }
        }
    }

    fn is_field(&self, field: FieldId) -> bool {
        self.called || self.procedure.is_none_or(|procedure| procedure.personal().is_field(field))
    }

    fn is_argument(&self, name: &str, value: &Value) -> bool {
        self.procedure.is_none_or(|procedure| procedure.personal().is_argument(name, value))
    }

    fn messages(&self) -> bool {
        self.called || self.procedure.is_none_or(|procedure| procedure.personal().messages())
    }

    /// Returns whether who acts does so in a role outside of the organisation: it is a citizen's name then, and no official's.
    fn is_outside(&self) -> bool {
        let outside = |role: RoleId| {
            self.procedure.is_none_or(|procedure| {
                procedure.plan.logic.roles.get(role.index()).is_none_or(|(_, outside)| *outside)
            })
        };
        self.role.is_some_and(outside)
    }

    /// Returns whether a called procedure is given something personal by this name.
    fn is_given(&self, state: StateId, name: &str) -> bool {
        let Some(procedure) = self.procedure else { return true };
        let call = procedure.plan.logic.graph.state(state).and_then(|state| state.call.as_ref());
        let with = call.and_then(|call| call.with.iter().find(|(given, _)| given == name));
        with.is_none_or(|(_, field)| self.is_field(*field))
    }

    /// Returns whether an outcome may come from what is personal; the name of a state is the plan's word.
    fn is_outcome(&self, outcome: &Value) -> bool {
        let Some(procedure) = self.procedure else { return true };
        let states = &procedure.plan.logic.graph;
        (self.called || procedure.personal().outcome())
            && !states.states().any(|(_, state)| is_text(outcome, &state.name))
    }
}

fn is_text(value: &Value, text: &str) -> bool {
    matches!(value, Value::Text(known) if known.as_str() == text)
}
