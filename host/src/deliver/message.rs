//! A message as it leaves: a CloudEvent 1.0 in the structured mode of JSON.
//!
//! The queue does not hold the text: it is read from the journal, in the names of the plan that the dossier was under then.

use motcua_engine::{Address, Dossier, Effect, Event, Instant, MessageKind, Procedure, fold};
use serde::Serialize;
use smol_str::SmolStr;

use crate::error::HostError;
use crate::host::Host;
use crate::store::Sending;

/// A message, ready to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Which; [`Sending::id`] is what a receiver knows a repetition by.
    pub sending: Sending,
    /// The event in JSON.
    pub body: Vec<u8>,
}

/// The attributes of CloudEvents 1.0, and the data.
#[derive(Serialize)]
struct CloudEvent<'a> {
    specversion: &'static str,
    id: String,
    source: &'a str,
    r#type: &'static str,
    subject: &'a str,
    time: String,
    datacontenttype: &'static str,
    data: Data<'a>,
}

#[derive(Serialize)]
struct Data<'a> {
    dossier: &'a str,
    procedure: &'a str,
    version: u32,
    unit: &'a str,
    /// The number of the event in the journal.
    event: u32,
    /// Which of its effects it is.
    effect: u16,
    /// When it took effect, and when it was told.
    at: String,
    recorded: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    form: Option<&'a str>,
    to: Vec<To<'a>>,
    /// The message that is withdrawn.
    #[serde(skip_serializing_if = "Option::is_none")]
    withdraws: Option<String>,
}

#[derive(Serialize)]
struct To<'a> {
    role: &'a str,
    head: bool,
    /// The office, as `unit.office`, or the name of its head; nothing for roles outside of the organisation.
    resolved: Option<&'a str>,
}

impl Host {
    /// Returns a message that the store has queued, told from its journal.
    ///
    /// # Errors
    /// The store failed, or the journal or the plan of then cannot be read.
    pub fn message(&self, sending: &Sending, source: &str) -> Result<Message, HostError> {
        let missing = || HostError::Unreadable {
            dossier: sending.dossier.clone(),
            number: sending.event,
            why: format!("effect {} of it is no message", sending.effect),
        };
        let mut dossier = None;
        let mut last = None;
        for event in self.events(&sending.dossier, 0)? {
            if event.number > sending.event {
                break;
            }
            dossier = Some(fold(dossier, &event));
            last = Some(event);
        }
        let (dossier, event) =
            dossier.zip(last).filter(|(_, event)| event.number == sending.event).ok_or_else(missing)?;
        self.ready(&dossier)?;
        let world = self.world();
        let procedure = world.procedure(dossier.plan).ok_or_else(|| HostError::NoPlan(sending.dossier.clone()))?;
        let told = |at: Instant| {
            world.calendar_of(&dossier).map_or_else(|| at.to_string(), |calendar| calendar.format_instant(at))
        };
        let said = told_of(sending, source, procedure, &dossier, &event, &told).ok_or_else(missing)?;
        let body = serde_json::to_vec(&said).map_err(|_| missing())?;
        Ok(Message { sending: sending.clone(), body })
    }
}

fn told_of<'a>(
    sending: &'a Sending,
    source: &'a str,
    procedure: &'a Procedure,
    dossier: &'a Dossier,
    event: &'a Event,
    told: &dyn Fn(Instant) -> String,
) -> Option<CloudEvent<'a>> {
    let (message, earlier) = match event.effects.get(usize::from(sending.effect))? {
        Effect::Message(message) => (&**message, None),
        Effect::Withdrawn(sent) => (&sent.message, Some((sent.event, sent.effect))),
        _ => return None,
    };
    let logic = &procedure.plan.logic;
    let to = |to: &'a Address| To {
        role: logic.roles.get(to.role.index()).map(|(name, _)| name.as_str()).unwrap_or_default(),
        head: to.head,
        resolved: to.resolved.as_ref().map(SmolStr::as_str),
    };
    let form = match message.kind {
        MessageKind::Form(form) => logic.forms.get(form.index()).map(SmolStr::as_str),
        MessageKind::Notice | MessageKind::Log => None,
    };
    let withdraws = earlier.map(|(event, effect)| Sending { event, effect, ..sending.clone() }.id());
    Some(CloudEvent {
        specversion: "1.0",
        id: sending.id(),
        source,
        r#type: kind(message.kind, withdraws.is_some()),
        subject: &sending.dossier,
        time: told(event.at),
        datacontenttype: "application/json",
        data: Data {
            dossier: &sending.dossier,
            procedure: &logic.name,
            version: logic.version,
            unit: &dossier.unit,
            event: sending.event,
            effect: sending.effect,
            at: told(event.at),
            recorded: told(event.recorded),
            text: message.text.as_deref(),
            form,
            to: message.to.iter().map(to).collect(),
            withdraws,
        },
    })
}

fn kind(kind: MessageKind, withdrawn: bool) -> &'static str {
    match (kind, withdrawn) {
        (MessageKind::Notice, false) => "motcua.notice",
        (MessageKind::Form(_), false) => "motcua.form",
        (MessageKind::Log, false) => "motcua.log",
        (MessageKind::Notice, true) => "motcua.notice.withdrawn",
        (MessageKind::Form(_), true) => "motcua.form.withdrawn",
        (MessageKind::Log, true) => "motcua.log.withdrawn",
    }
}
