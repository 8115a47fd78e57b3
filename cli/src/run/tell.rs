//! Says in names what happened: events without ids.

use motcua_engine::calendar::{Calendar, Term};
use motcua_engine::plan::{Logic, Plan, RungAt};
use motcua_engine::{
    Address, Cause, ClockId, Effect, Entry, Event, Firing, Instant, Message, MessageKind, RoleId, StateId, Value,
};
use serde::Serialize;
use serde_json::{Value as Json, json};
use smol_str::SmolStr;

use crate::sketch;

/// An event in names, instants in local time.
#[derive(Debug, Serialize)]
pub struct Told {
    number: u32,
    at: String,
    cause: Json,
    effects: Vec<Json>,
}

/// The names and the calendar that events are told with.
#[derive(Clone, Copy, Debug)]
pub(super) struct Teller<'a> {
    /// The procedure.
    pub(super) plan: &'a Plan,
    /// What decides in it.
    pub(super) logic: &'a Logic,
    /// The calendar whose zone instants are told in.
    pub(super) calendar: &'a Calendar,
}

impl<'a> Teller<'a> {
    /// Returns an event in names.
    pub(super) fn event(self, event: &Event) -> Told {
        let effects = event.effects.iter().filter_map(|effect| self.effect(effect)).collect();
        let mut cause = self.cause(&event.cause);
        // Commands that every procedure knows have no number of their own; what they do says which one it was.
        if let (Some(name), Json::Object(said)) = (event.built_in(), &mut cause) {
            said.insert("command".into(), name.into());
        }
        Told { number: event.number, at: self.instant(event.at), cause, effects }
    }

    fn instant(self, at: Instant) -> String {
        self.calendar.format_instant(at)
    }

    fn cause(self, cause: &Cause) -> Json {
        match cause {
            Cause::Command { id, command, actor, role, reason, .. } => {
                let name = self.logic.commands.get(command.index()).map(SmolStr::as_str);
                let mut said = json!({ "command": name.unwrap_or_default(), "id": id, "actor": actor });
                let more = [("role", role.map(|role| self.role(role))), ("reason", reason.as_deref())];
                if let Json::Object(said) = &mut said {
                    said.extend(more.into_iter().filter_map(|(key, value)| Some((key.to_owned(), Json::from(value?)))));
                }
                said
            }
            Cause::Corrected(corrected) => json!({
                "corrected": corrected.id, "actor": corrected.actor, "role": self.role(corrected.role),
                "reason": corrected.reason, "voids": corrected.voids, "from": corrected.from,
            }),
            Cause::Always(_) => json!({ "automatic": true }),
            Cause::Migrated { reason } => json!({ "migrated": reason }),
            Cause::Reprojected { reason } => json!({ "reprojected": reason }),
            Cause::Erased { reason } => json!({ "erased": reason }),
            Cause::Time(Firing::After { clock }) => json!({ "after": self.clock(*clock) }),
            Cause::Time(Firing::Timer { timer }) => {
                json!({ "timer": self.logic.timers.get(timer.index()).map(|timer| timer.name.as_str()) })
            }
            Cause::Time(Firing::Expiry { clock }) => json!({ "expired": self.clock(*clock) }),
            Cause::Time(Firing::Rung { clock, rung, time }) => {
                json!({ "rung": self.rung(*clock, *rung), "clock": self.clock(*clock), "time": time })
            }
            Cause::Time(Firing::Outcome { call }) => json!({ "outcome_of_call": call + 1 }),
        }
    }

    /// Returns when a rung fires, in the words of the language.
    fn rung(self, clock: ClockId, rung: u16) -> String {
        let rungs = self.logic.clocks.get(clock.index()).map(|plan| plan.rungs.as_slice()).unwrap_or_default();
        rungs.get(usize::from(rung)).map(|rung| sketch::rung_at(&rung.at)).unwrap_or_default()
    }

    /// Returns what a rung says, where the definition gives it no words.
    fn escalated(self, clock: ClockId, rung: u16, time: u16) -> String {
        let plan = self.logic.clocks.get(clock.index());
        let at = plan.and_then(|plan| plan.rungs.get(usize::from(rung))).map(|rung| &rung.at);
        let silence = self.logic.graph.silence(clock).and_then(|way| way.tacit);
        let clock = self.clock(clock);
        if let (Some(means), Some(RungAt::Before(length))) = (silence, at) {
            return format!("`{clock}` means {} in {}", means.name(), Term::of(*length));
        }
        match at {
            Some(RungAt::Share(percent)) => format!("{percent}% of `{clock}` is used"),
            Some(RungAt::Before(length)) => format!("`{clock}` is due in {}", Term::of(*length)),
            Some(RungAt::Due) | None => format!("`{clock}` has run out"),
            Some(RungAt::After(length)) => format!("`{clock}` ran out {} ago", Term::of(*length)),
            Some(RungAt::Every { at_most, .. }) => format!("`{clock}` is overdue: notice {time} of at most {at_most}"),
        }
    }

    /// Returns what people call a state.
    fn state_label(self, id: StateId) -> &'a str {
        self.plan.words.states.get(id.index()).and_then(Option::as_deref).unwrap_or_else(|| self.state(id))
    }

    /// Returns an effect in names; what only the engine remembers is left out.
    fn effect(self, effect: &Effect) -> Option<Json> {
        Some(match effect {
            Effect::Opened(opened) => {
                let mut said = json!({
                    "opened": opened.dossier, "procedure": opened.procedure, "version": opened.version,
                    "unit": opened.unit,
                });
                if let (Some(caller), Json::Object(said)) = (&opened.caller, &mut said) {
                    said.insert("called_by".into(), caller.dossier.as_str().into());
                }
                said
            }
            Effect::Left(state) => json!({ "left": self.state(*state) }),
            Effect::Entered { state, holder, office } => json!({
                "entered": self.state(*state), "holder": holder.map(|role| self.role(role)), "office": office,
            }),
            Effect::Held { state, holder, office } => json!({
                "held": self.state(*state), "holder": self.role(*holder), "office": office,
            }),
            Effect::Set(field, value) => {
                let name = self.logic.fields.get(field.index()).map(|field| field.name.as_str());
                json!({ "set": name, "to": value.as_ref().map(|value| self.value(value)) })
            }
            Effect::Received(document, copies) => {
                let name = self.logic.documents.get(document.index()).map(|document| document.name.as_str());
                json!({ "received": name, "copies": copies })
            }
            Effect::Clock(clock, entry) => self.entry(self.clock(*clock), entry),
            Effect::Reached(timer, anchor) => json!({
                "timer": self.logic.timers.get(timer.index()).map(|timer| timer.name.as_str()),
                "counted_from": self.instant(*anchor),
            }),
            Effect::Argument(argument) => json!({ "argument": argument.0, "value": self.value(&argument.1) }),
            Effect::Hand(hand) => json!({ "hand": self.logic.commands.get(hand.command.index()), "actor": hand.actor }),
            Effect::Rewound(dossier) => json!({ "rewound": dossier.version }),
            Effect::Migrated(migrated) => json!({ "migrated": migrated.version, "from": migrated.from }),
            Effect::Sent(sent) => json!({ "stands": self.message(&sent.message), "sent_by": sent.event }),
            Effect::Withdrawn(sent) => json!({ "withdrawn": self.message(&sent.message), "sent_by": sent.event }),
            Effect::Message(message) => self.message(message),
            Effect::Tacit(silence) => json!({
                "silence": silence.means, "owed_by": silence.owed_by.map(|role| self.role(role)), "office": silence.office,
                "basis": self.plan.basis_of(silence.transition),
            }),
            Effect::Called(call) => json!({
                "called": call.id, "procedure": call.procedure, "unit": call.unit,
                "data": call.data.iter().map(|(name, value)| (name.to_string(), self.value(value)))
                    .collect::<serde_json::Map<_, _>>(),
            }),
            Effect::CallWithdrawn(call) => json!({ "call_withdrawn": call }),
            Effect::Outcome(brought) => json!({
                "outcome_of": brought.outcome.call, "outcome": self.value(&brought.outcome.value),
                "ended": self.instant(brought.outcome.at), "applied": brought.applied,
            }),
            Effect::LetGo(caller) => json!({ "let_go_by": caller }),
            Effect::Settled(outcome) => json!({ "settled": self.value(outcome) }),
            Effect::Incident(incident) => json!({ "incident": incident.fault }),
            Effect::Retried(_) => json!({ "retried": true }),
            Effect::Calendar { from, to } => json!({ "calendar": to.name, "version": to.hash, "before": from }),
            Effect::Erased(fields) => {
                json!({ "erased": fields.iter().map(|field| self.logic.fields.get(field.index()).map(|field| &field.name)).collect::<Vec<_>>() })
            }
            Effect::Marked(_) => return None,
        })
    }

    fn entry(self, clock: &str, entry: &Entry) -> Json {
        let counted = |what: &str, from: &Instant, term: &Term| json!({ "clock": clock, "is": what, "from": self.instant(*from), "term": term });
        match entry {
            Entry::Started { from, term, announced, .. } => self.announced(counted("started", from, term), *announced),
            Entry::Recounted { from, term } => counted("recounted", from, term),
            Entry::Restarted { from, term, announced } => self.announced(counted("restarted", from, term), *announced),
            Entry::Suspended { .. } => json!({ "clock": clock, "is": "suspended" }),
            Entry::Resumed { .. } => json!({ "clock": clock, "is": "resumed" }),
            Entry::Extended { by, agreement: None } => json!({ "clock": clock, "is": "extended", "by": by }),
            Entry::Extended { by, agreement } => {
                json!({ "clock": clock, "is": "extended", "by": by, "agreement": agreement })
            }
            Entry::Reappointed { to } => json!({ "clock": clock, "is": "reappointed", "to": self.instant(*to) }),
            Entry::Acknowledged { rung } => json!({ "clock": clock, "is": "acknowledged", "rung": rung }),
            Entry::Expired => json!({ "clock": clock, "is": "expired" }),
            Entry::Rung { rung } => json!({ "clock": clock, "is": "escalated", "rung": rung }),
            Entry::Closed { due, class, promise: None } => {
                json!({ "clock": clock, "is": "closed", "due": self.instant(*due), "class": class })
            }
            Entry::Closed { due, class, promise: Some(promise) } => json!({
                "clock": clock, "is": "closed", "due": self.instant(*due), "class": class,
                "promised": self.instant(promise.to), "kept": promise.kept,
            }),
            Entry::Ended => json!({ "clock": clock, "is": "ended" }),
            Entry::Moved { calendar } => json!({ "clock": clock, "is": "moved", "to": calendar.name }),
            Entry::Dropped => json!({ "clock": clock, "is": "dropped" }),
        }
    }

    /// Returns what began to be counted with the due date that was announced, where one was.
    fn announced(self, mut said: Json, announced: Option<Instant>) -> Json {
        if let (Json::Object(said), Some(announced)) = (&mut said, announced) {
            said.insert("announced".into(), self.instant(announced).into());
        }
        said
    }

    fn message(self, message: &Message) -> Json {
        let to: Vec<String> = message.to.iter().map(|to| self.address(to)).collect();
        match message.kind {
            MessageKind::Notice => json!({ "notice": message.text, "to": to }),
            MessageKind::Form(form) => json!({ "form": self.logic.forms.get(form.index()) }),
            MessageKind::Log => json!({ "log": message.text }),
        }
    }

    /// Returns who hears of something: `head of urban (thuan_bac.urban)`.
    pub(super) fn address(self, to: &Address) -> String {
        let head = if to.head { "head of " } else { "" };
        let resolved = to.resolved.as_ref().map(|resolved| format!(" ({resolved})")).unwrap_or_default();
        format!("{head}{}{resolved}", self.role(to.role))
    }

    /// Returns what an event is about, for a notice that has no words of its own.
    pub(super) fn sentence(self, event: &Event) -> String {
        match &event.cause {
            Cause::Time(Firing::Rung { clock, rung, time }) => self.escalated(*clock, *rung, *time),
            Cause::Time(Firing::Expiry { clock }) => format!("`{}` has run out", self.clock(*clock)),
            Cause::Time(Firing::After { clock }) => match event.silence() {
                Some(silence) => format!("{} means {}", self.clock(*clock), silence.means.name()),
                None => format!("{} has passed", self.clock(*clock)),
            },
            Cause::Time(Firing::Timer { timer }) => {
                let name = self.logic.timers.get(timer.index()).map(|timer| timer.name.as_str()).unwrap_or_default();
                format!("`{name}` has come to its day")
            }
            Cause::Time(Firing::Outcome { call }) => format!("the outcome of call {} has come", call + 1),
            Cause::Migrated { reason } | Cause::Reprojected { reason } | Cause::Erased { reason } => reason.to_string(),
            Cause::Always(_) | Cause::Command { .. } | Cause::Corrected(_) => {
                let entered = event.effects.iter().find_map(|effect| match effect {
                    Effect::Entered { state, .. } => Some(format!("it is now at: {}", self.state_label(*state))),
                    _ => None,
                });
                let command = match &event.cause {
                    Cause::Command { command, .. } => self.logic.commands.get(command.index()),
                    _ => None,
                };
                let promised = event.effects.iter().find_map(|effect| match effect {
                    Effect::Clock(_, Entry::Reappointed { to }) => Some(self.instant(*to)),
                    _ => None,
                });
                if let (Some(to), Cause::Command { reason, .. }) = (promised, &event.cause) {
                    return format!("the result is promised for {to}: {}", reason.as_deref().unwrap_or_default());
                }
                let command = command.map(SmolStr::as_str).or_else(|| event.built_in());
                entered.or_else(|| command.map(|name| format!("`{name}`"))).unwrap_or_default()
            }
        }
    }

    fn value(self, value: &Value) -> Json {
        plain(value, self.calendar)
    }

    fn role(self, id: RoleId) -> &'a str {
        self.logic.roles.get(id.index()).map(|(name, _)| name.as_str()).unwrap_or_default()
    }

    fn clock(self, id: ClockId) -> &'a str {
        self.logic.clocks.get(id.index()).map(|clock| clock.name.as_str()).unwrap_or_default()
    }

    fn state(self, id: StateId) -> &'a str {
        self.logic.graph.state(id).map(|state| state.name.as_str()).unwrap_or_default()
    }
}

/// Returns a value as people write it, instants in the calendar's zone.
pub(super) fn plain(value: &Value, calendar: &Calendar) -> Json {
    match value {
        Value::Boolean(value) => json!(value),
        Value::Integer(value) => json!(value),
        Value::Text(text) => json!(text.as_str()),
        // A number of JSON would be read as a float, and exact it would be no longer.
        Value::Decimal(value) => json!(value.to_string()),
        Value::Date(day) => json!(day),
        Value::Instant(at) => json!(calendar.format_instant(*at)),
        Value::List(values) => values.iter().map(|value| plain(value, calendar)).collect(),
        Value::Record(fields) => {
            Json::Object(fields.iter().map(|(name, value)| (name.to_string(), plain(value, calendar))).collect())
        }
    }
}
