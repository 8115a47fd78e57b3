//! The permit procedure of the benches: its definitions, and one dossier's whole way through it.

use motcua_engine::{Answer, Command, Dossier, Event, Instant, Opening, Value, World, decide, fold};

/// The procedure without guards or terms.
pub const FREE: (&str, &str) = ("permit_free", include_str!("../benches/definitions/permit_free.tthc"));
/// The procedure with three guards over eight fields.
pub const GUARDED: (&str, &str) = ("permit", include_str!("../benches/definitions/permit.tthc"));
/// The procedure with guards, a clock over the whole and a limit on each step.
pub const TIMED: (&str, &str) = ("permit_timed", include_str!("../benches/definitions/permit_timed.tthc"));

/// A command of the way, who gives it, and the field that it brings.
pub type Given = (&'static str, &'static str, Option<(&'static str, &'static str)>);

/// The commands of one dossier's way.
pub const WAY: [Given; 6] = [
    ("accept", "counter", None),
    ("consult", "urban", None),
    ("answer", "fire", Some(("opinion", "agree"))),
    ("answer", "planning", Some(("advice", "agree"))),
    ("submit", "urban", Some(("verdict", "granted"))),
    ("sign", "chair", None),
];

/// Returns when the dossier comes in: a Monday, 4 March 2024, at 09:00 in Hanoi.
#[must_use]
pub fn start() -> Instant {
    Instant::from_unix(1_709_517_600)
}

/// Returns the world of one of the definitions, and the event that opens a dossier in it.
///
/// # Errors
/// The definition has errors, or refuses the dossier.
pub fn open(definition: (&str, &str)) -> Result<(World, Event), String> {
    let (procedure, text) = definition;
    let world = crate::world(&[(procedure, text)])?;
    let command = Command {
        id: "c0".into(),
        command: "open".into(),
        actor: "an".into(),
        role: "counter".into(),
        data: vec![
            ("applicant".into(), Value::from("Nguyễn Văn A")),
            ("area".into(), Value::Integer(120)),
            ("floors".into(), Value::Integer(5)),
            ("zone".into(), Value::from("rural")),
            ("fee_paid".into(), Value::Boolean(true)),
        ],
        open: Some(Opening { dossier: "D1".into(), procedure: procedure.into(), ..Opening::default() }),
        ..Command::default()
    };
    let event = match decide(&world, None, &command, start()) {
        Answer::Accepted(events) => events.into_iter().next(),
        _ => None,
    };
    event.map(|event| (world, event)).ok_or_else(|| format!("`{procedure}` refuses the dossier"))
}

/// Returns the dossier that an event opens.
#[must_use]
pub fn opened(event: &Event) -> Dossier {
    fold(None, event)
}

/// Returns the commands of the way; in the procedure without guards they bring nothing.
#[must_use]
pub fn commands(definition: (&str, &str)) -> Vec<Command> {
    let command = |(n, (name, role, field)): (usize, &Given)| Command {
        id: format!("c{}", n + 1).into(),
        command: (*name).into(),
        actor: "an".into(),
        role: (*role).into(),
        data: field
            .iter()
            .filter(|_| definition != FREE)
            .map(|(name, value)| ((*name).into(), Value::from(*value)))
            .collect(),
        ..Command::default()
    };
    WAY.iter().enumerate().map(command).collect()
}
