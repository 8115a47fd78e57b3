//! What is personal is sealed, can be erased, and the chain holds.

mod erased;
mod law;
mod moved;
mod tampered;
mod upgraded;

use motcua_engine::{Answer, Command, Correction, Instant, Opening, Value, World};
use motcua_host::{Asked, Host, Reply, Request, Store};
use motcua_tests::permit::{TIMED, start};
use smol_str::SmolStr;

const AID: (&str, &str) = ("aid", include_str!("aid.tthc"));

/// What a text holds that must not be found any more.
const MARK: &str = "Bi-Mat";

/// The fields of `aid` that are not personal, nor set by a script that reads what is: `area`, `verdict`.
const PLAIN: [usize; 2] = [6, 11];

fn world() -> World {
    motcua_tests::world(&[AID, TIMED]).unwrap()
}

fn host(store: Box<dyn Store>) -> Host {
    Host::new(world(), store, &["log"])
}

fn asked(dossier: &str, request: Request, minutes: i64) -> Asked {
    Asked { dossier: dossier.into(), request, now: start().plus(60 * minutes) }
}

fn record(parts: &[(&str, Value)]) -> Value {
    Value::Record(parts.iter().map(|(name, value)| (SmolStr::new(name), value.clone())).collect())
}

/// Returns the opening of a dossier by a citizen; each text of it holds what is given.
fn opening(dossier: &str, text: &str) -> Command {
    let heir = |n: i64| {
        record(&[
            ("name", format!("{text} heir {n}").as_str().into()),
            ("share", Value::Decimal("0.5".parse().unwrap())),
        ])
    };
    Command {
        id: "c0".into(),
        command: "open".into(),
        actor: format!("{text} citizen").into(),
        role: "citizen".into(),
        reason: Some(format!("{text} wants it").into()),
        data: vec![
            ("applicant".into(), text.into()),
            ("born".into(), "1961-07-23".into()),
            ("income".into(), Value::Decimal("734.52917".parse().unwrap())),
            ("disabled".into(), Value::Boolean(true)),
            ("heirs".into(), Value::List([heir(1), heir(2)].into())),
            ("home".into(), record(&[("street", text.into()), ("ward", "Một".into())])),
            ("area".into(), Value::Integer(120)),
        ],
        open: Some(Opening { dossier: dossier.into(), procedure: "aid".into(), ..Opening::default() }),
        ..Command::default()
    }
}

fn given(id: &str, command: &str, role: &str, data: &[(&str, Value)]) -> Command {
    Command {
        id: id.into(),
        command: command.into(),
        actor: "an".into(),
        role: role.into(),
        data: data.iter().map(|(name, value)| (SmolStr::new(name), value.clone())).collect(),
        ..Command::default()
    }
}

/// Returns the whole way of a dossier: opened, accepted, remarked upon, extended by an agreement, corrected, decided.
fn way(dossier: &str, text: &str) -> Vec<Asked> {
    let because = |command: Command| Command { reason: Some(format!("{text} because").into()), ..command };
    let correction = Correction {
        id: "k1".into(),
        actor: "an".into(),
        role: "chair".into(),
        reason: format!("{text} was another one").into(),
        voids: vec![3],
        instead: vec![Command {
            at: Some(start().plus(60 * 3)),
            ..given("c2b", "remark", "chair", &[("remark", text.into()), ("pages", Value::Integer(4))])
        }],
    };
    let requests = [
        Request::Give(opening(dossier, text)),
        Request::Give(because(given("c1", "accept", "counter", &[]))),
        Request::Give(given("c2", "remark", "chair", &[("remark", text.into()), ("pages", Value::Integer(3))])),
        Request::Give(because(given(
            "c3",
            "extend",
            "chair",
            &[("by", "9 working days".into()), ("agreement", format!("{text} agrees").as_str().into())],
        ))),
        Request::Correct(correction),
        Request::Give(because(given("c4", "decide", "chair", &[("verdict", "granted".into())]))),
    ];
    (1..).zip(requests).map(|(minutes, request)| asked(dossier, request, minutes)).collect()
}

fn erase(dossier: &str) -> Asked {
    asked(dossier, Request::Erase { reason: "Quyết định 12/QĐ-UBND".into() }, 1000)
}

fn accepted(reply: Result<Reply, motcua_host::HostError>) -> Reply {
    let reply = reply.unwrap();
    assert!(matches!(reply.answer, Answer::Accepted(_)), "{:?}", reply.answer);
    reply
}

/// Takes dossiers their way, and returns what was accepted.
fn taken(host: &Host, ways: Vec<Asked>) -> Vec<motcua_engine::Event> {
    let replies = ways.into_iter().map(|asked| accepted(host.ask(asked)));
    replies.flat_map(|reply| if let Answer::Accepted(events) = reply.answer { events } else { Vec::new() }).collect()
}

fn now() -> Instant {
    start().plus(60 * 2000)
}

fn holds(bytes: &[u8], part: &str) -> bool {
    bytes.windows(part.len()).any(|window| window == part.as_bytes())
}
