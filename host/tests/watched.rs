//! What a host tells those who watch it: enough to know how it fares, and nothing personal.

use std::cell::RefCell;
use std::fmt::{Debug, Write};
use std::sync::Once;

use motcua_engine::plan::PlanHash;
use motcua_engine::{Answer, Command, Correction, Instant, Opening, Value};
use motcua_host::{Asked, Host, Lease, Outcome, Request, Sqlite, Store, Tried};
use motcua_tests::permit::{TIMED, commands, start};
use rusqlite::Connection;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};

use crate::hosts::{memory, opening, sqlite, way};

/// What stands in every personal value of these tests.
const MARK: &str = "Nguyễn-Thị-Bí-Mật";

thread_local! {
    /// What this thread has been told since it began to listen.
    static TOLD: RefCell<Option<Vec<String>>> = const { RefCell::new(None) };
}

/// Writes down each span and each event with all of their fields, for a thread that listens.
#[derive(Clone, Debug)]
struct Listener;

impl Listener {
    fn write(line: String) {
        TOLD.with_borrow_mut(|told| told.as_mut().map(|told| told.push(line)));
    }
}

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0, " {}={value:?}", field.name()).unwrap();
    }
}

impl<S: Subscriber> Layer<S> for Listener {
    fn on_new_span(&self, attributes: &Attributes<'_>, _: &Id, _: Context<'_, S>) {
        let mut line = Line(format!("span {}", attributes.metadata().name()));
        attributes.record(&mut line);
        Self::write(line.0);
    }

    fn on_record(&self, _: &Id, values: &Record<'_>, _: Context<'_, S>) {
        let mut line = Line("record".to_owned());
        values.record(&mut line);
        Self::write(line.0);
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut line = Line(format!("{}", event.metadata().level()));
        event.record(&mut line);
        Self::write(line.0);
    }
}

/// Returns what is told to this thread while something is done.
///
/// One subscriber serves all threads: whether a place tells anybody is remembered by the process, and tests beside this one would
/// make it forget.
fn told(by: impl FnOnce()) -> Vec<String> {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| tracing::subscriber::set_global_default(tracing_subscriber::registry().with(Listener)).unwrap());
    TOLD.set(Some(Vec::new()));
    by();
    TOLD.take().unwrap_or_default()
}

fn marked(what: &str) -> String {
    format!("{MARK} {what}")
}

/// Returns what is asked about a dossier, everything in it that somebody may write is marked: what is accepted and what is not.
fn asked() -> Vec<Asked> {
    let mut all = way("D1");
    all.extend(way("D1"));
    all.push(opening("D3"));
    for asked in &mut all {
        let Request::Give(command) = &mut asked.request else { continue };
        command.actor = marked("actor").into();
        command.reason = Some(marked("reason").into());
        for (name, value) in &mut command.data {
            if name == "applicant" {
                *value = Value::from(marked("applicant").as_str());
            }
        }
    }
    let wrong = |change: fn(&mut Command)| {
        let mut command = Command { id: "wrong".into(), actor: marked("actor").into(), ..commands(TIMED).remove(0) };
        change(&mut command);
        Asked { dossier: "D3".into(), request: Request::Give(command), now: start().plus(7200) }
    };
    all.extend([
        wrong(|command| command.command = marked("command").into()),
        wrong(|command| command.role = marked("role").into()),
        wrong(|command| command.role = "chair".into()),
        wrong(|command| command.state = Some(marked("state").into())),
        wrong(|command| command.seen = Some(9)),
        wrong(|command| command.data.push((marked("field").into(), Value::from(marked("value").as_str())))),
        wrong(|command| command.data.push(("area".into(), Value::from(marked("value").as_str())))),
        wrong(|command| command.documents.push((marked("document").into(), 1))),
    ]);
    let mut nowhere = opening("D2");
    if let Request::Give(command) = &mut nowhere.request {
        command.open.as_mut().unwrap().procedure = marked("procedure").into();
        command.open.as_mut().unwrap().unit = marked("unit").into();
    }
    let correction = Correction {
        id: "k1".into(),
        actor: marked("actor").into(),
        role: marked("role").into(),
        reason: marked("reason").into(),
        voids: vec![2],
        instead: Vec::new(),
    };
    let request = |request| Asked { dossier: "D1".into(), request, now: start().plus(7200) };
    let reason = || marked("reason").into();
    all.extend([
        nowhere,
        request(Request::Correct(correction)),
        request(Request::Migrate { to: PlanHash::default(), reason: reason() }),
        request(Request::Reproject { reason: reason() }),
    ]);
    all
}

fn lease() -> Lease {
    Lease { host: 1, until: Instant::MAX }
}

#[test]
fn nothing_personal_is_told_or_counted() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("dossiers.db");
    let host = sqlite(&path);
    let told = told(|| {
        let replies = host.ask_all(&asked());
        assert_eq!(
            replies.iter().filter(|reply| matches!(reply, Ok(r) if matches!(r.answer, Answer::Accepted(_)))).count(),
            9
        );
        for asked in asked() {
            drop(host.ask(asked));
        }
        host.wake(start().plus(90 * 86_400), |_| {}).unwrap();
        let claimed = host.store().claim("log", start(), 9, lease()).unwrap();
        let failure = marked("answer");
        let tried = claimed.iter().map(|parcel| Tried {
            sending: parcel.sending.clone(),
            outcome: Outcome::Dead { failure: failure.clone() },
        });
        host.store().settle(&tried.collect::<Vec<_>>()).unwrap();
        // An event that cannot be read, and whose reading would quote it.
        let hand = Connection::open(&path).unwrap();
        let text = format!(r#"{{"v":1,"number":"{MARK}"}}"#);
        let broken = "UPDATE event SET record = CAST(substr(record, 1, 32) || ?1 AS BLOB) WHERE key & 16777215 = 1";
        assert_eq!(hand.execute(broken, [text]).unwrap(), 2);
        hand.execute("DELETE FROM seal", []).unwrap();
        hand.execute("UPDATE wake SET at = 0", []).unwrap();
        hand.execute("UPDATE dossier SET wakes_at = 0", []).unwrap();
        hand.execute("DELETE FROM snapshot", []).unwrap();
        hand.execute("INSERT OR IGNORE INTO wake VALUES (0, 'D3')", []).unwrap();
        let again = sqlite(&path);
        let failed = again.ask(way("D1").remove(1)).unwrap_err();
        assert!(failed.to_string().contains(MARK), "what is said would quote it: {failed}");
        again.wake(start().plus(90 * 86_400), |_| {}).unwrap();
        let metrics = [host.metrics(start()).unwrap(), again.metrics(start()).unwrap()].concat();
        assert!(!metrics.contains(MARK), "{metrics}");
    });
    let personal: Vec<&String> =
        told.iter().filter(|line| line.contains("Bí-Mật") || line.contains("Nguyễn")).collect();
    assert!(personal.is_empty(), "{personal:#?}");
    // All of that was told of, so that it could have been found.
    for part in [
        "span decide",
        "span append",
        "span wake",
        "message=claimed",
        "accepted",
        "already done",
        "refused",
        "failed",
        "not woken",
    ] {
        assert!(told.iter().any(|line| line.contains(part)), "{part} was not told:\n{}", told.join("\n"));
    }
    for reason in ["conflict", "not_permitted", "not_applicable", "invalid", "unreadable", "migrate"] {
        let said = format!("reason=\"{reason}\"");
        assert!(told.iter().any(|line| line.contains(&said)), "{said} was not told:\n{}", told.join("\n"));
    }
}

#[test]
fn a_span_says_what_was_asked_and_an_event_what_came_of_it() {
    let host = memory();
    let told = told(|| drop(host.ask(opening("D1"))));
    let expected = [
        r#"span decide request="give" command="c0" dossier="D1""#,
        "span append transactions=1 events=1",
        "DEBUG message=appended kept=1 conflicts=0 seconds=",
        r#"INFO message=accepted request="give" command="c0" dossier="D1" procedure="permit_timed" unit="" version=1 events=1 beside=0"#,
    ];
    assert_eq!(told.len(), expected.len(), "{told:#?}");
    for (line, expected) in told.iter().zip(expected) {
        assert!(line.starts_with(expected), "{line}\n{expected}");
    }
}

fn has(metrics: &str, line: &str) {
    assert!(metrics.lines().any(|said| said == line), "{line} is not in:\n{metrics}");
}

/// How a store's queues and its lag are told, of any store.
fn measured(store: Box<dyn Store>) {
    let world = motcua_tests::world(&[("tree_felling.tthc", crate::examples::DEFINITION)]).unwrap();
    let host = Host::new(world, store, &["log", "webhook"]);
    for (dossier, seconds) in [("T2", 0), ("T1", 60)] {
        let opening =
            Opening { dossier: dossier.into(), procedure: "tree_felling".into(), unit: "ward".into(), version: None };
        let data = vec![("applicant".into(), Value::from("Lâm")), ("height".into(), Value::Integer(9))];
        let by = |role: &str, command: &str| Command {
            id: command.into(),
            command: command.into(),
            actor: "lan".into(),
            role: role.into(),
            ..Command::default()
        };
        let commands = [Command { open: Some(opening), data, ..by("citizen", "open") }, by("counter", "accept")];
        for command in commands {
            let request = Request::Give(command);
            let reply = host.ask(Asked { dossier: dossier.into(), request, now: start().plus(seconds) }).unwrap();
            assert!(matches!(reply.answer, Answer::Accepted(_)), "{reply:?}");
        }
    }
    let (sent, now) = (start(), start().plus(90));
    let waiting = host.store().queues().unwrap();
    let [log, webhook] = waiting.as_slice() else { panic!("{waiting:?}") };
    assert_eq!((log.destination.as_str(), log.dead), ("log", 0));
    assert_eq!(host.store().oldest("log").unwrap(), Some(sent));
    assert_eq!((webhook.destination.as_str(), webhook.waiting), ("webhook", log.waiting));
    let claimed = host.store().claim("log", now, 9, lease()).unwrap();
    let tried = claimed.into_iter().map(|parcel| parcel.sending);
    let outcomes = [Outcome::Delivered, Outcome::Dead { failure: "gone".into() }];
    let tried: Vec<_> = tried.zip(outcomes).map(|(sending, outcome)| Tried { sending, outcome }).collect();
    host.store().settle(&tried).unwrap();
    let metrics = host.metrics(now).unwrap();
    has(&metrics, &format!("motcua_outbox_waiting{{destination=\"log\"}} {}", log.waiting - 2));
    has(&metrics, r#"motcua_outbox_dead{destination="log"} 1"#);
    has(&metrics, r#"motcua_outbox_oldest_seconds{destination="webhook"} 90.0"#);
    has(&metrics, r#"motcua_commands_total{answer="accepted"} 4"#);
}

#[test]
fn queues_are_measured_in_every_store() {
    measured(Box::new(motcua_host::Memory::new()));
    let folder = tempfile::tempdir().unwrap();
    measured(Box::new(Sqlite::open(&folder.path().join("dossiers.db")).unwrap()));
    let Some(server) = crate::server::Server::shared() else { return };
    measured(motcua_host::open(&server.database()).unwrap());
}

#[test]
fn lag_conflicts_and_what_time_did_are_counted() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("dossiers.db");
    let (host, other) = (sqlite(&path), sqlite(&path));
    let [first, accept] = [0, 1].map(|n| way("D1").remove(n));
    let mut late = accept.clone();
    if let Request::Give(command) = &mut late.request {
        command.id = "late".into();
    }
    for (host, asked) in [(&host, first), (&other, accept), (&host, late)] {
        drop(host.ask(asked).unwrap());
    }
    has(&host.metrics(start()).unwrap(), "motcua_conflicts_total 1");
    let due = host.store().next_wake().unwrap().unwrap();
    has(&host.metrics(due.plus(7)).unwrap(), "motcua_wake_lag_seconds 7.0");
    let woken = host.wake(due.plus(7), |_| {}).unwrap();
    let metrics = host.metrics(due.plus(7)).unwrap();
    has(&metrics, "motcua_wake_lag_seconds 0.0");
    has(&metrics, &format!("motcua_fired_total {}", woken.events));
    has(&metrics, "motcua_stuck 0");
    assert!(woken.events > 0);
}
