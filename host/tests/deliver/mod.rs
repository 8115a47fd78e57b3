//! What is queued gets there, in order and at least once, whatever the receiver does, and whoever is killed.

mod faults;
mod log;
mod receiver;
mod time;

use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::Duration;

use motcua_engine::{Answer, Command, Instant, Opening, Value, World};
use motcua_host::deliver::{Secret, Webhook};
use motcua_host::{Asked, Host, MOST_TRIES, Memory, Outbox, Outcome, Passed, Request, Sqlite, Store, Tried};

use receiver::{Does, Receiver};

/// A dossier that says something whenever it is told to, and when it is late.
const LETTER: &str = r#"
use calendar office

procedure letter "Thư" {
    version 3
    data { words text ? }
    roles { counter  citizen outside }
    form slip "Phiếu"
    clock answer {
        limit 3 working days
        runs from waiting until closed
        escalate { when due notify counter "late"  every 1 working day overdue notify counter, at most 3 times }
    }
    on open by counter -> waiting
    state waiting by counter {
        on say needs words do { notify("citizen", data.words); } issue slip
        on close -> closed
    }
    state closed final
}

calendar office {
    zone "Asia/Ho_Chi_Minh"
    covers 2024 to 2026
    week mon-fri 07:30-11:30, 13:30-17:00
}
"#;

fn world() -> World {
    motcua_tests::world(&[("letter", LETTER)]).unwrap()
}

/// When everything begins: a Monday, 4 March 2024, at 09:00 in Hanoi.
fn start() -> Instant {
    motcua_tests::permit::start()
}

fn host(store: Box<dyn Store>) -> Host {
    Host::new(world(), store, &["web", "log"])
}

fn memory() -> Host {
    host(Box::new(Memory::new()))
}

fn sqlite(path: &Path) -> Host {
    host(Box::new(Sqlite::open(path).unwrap()))
}

fn asked(dossier: &str, id: &str, command: &str, words: Option<&str>) -> Asked {
    let open = (command == "open").then(|| Opening { procedure: "letter".into(), ..Opening::default() });
    let data = words.map(|words| ("words".into(), Value::from(words))).into_iter().collect();
    let (id, command, actor, role) = (id.into(), command.into(), "an".into(), "counter".into());
    let command = Command { id, command, actor, role, open, data, ..Command::default() };
    Asked { dossier: dossier.into(), request: Request::Give(command), now: start() }
}

/// Lets dossiers say so many things each; every one of them is two messages.
fn filled(host: &Host, dossiers: usize, says: usize) {
    for n in 0..dossiers {
        let id = format!("D{n}");
        let says = (0..says).map(|say| asked(&id, &format!("s{say}"), "say", Some(&format!("word {say}"))));
        let all: Vec<_> = std::iter::once(asked(&id, "open", "open", None)).chain(says).collect();
        for reply in host.ask_all(&all) {
            let reply = reply.unwrap();
            assert!(matches!(reply.answer, Answer::Accepted(_)), "{reply:?}");
        }
    }
}

/// A clock that is turned by hand.
struct Turned(AtomicI64);

impl Turned {
    fn new() -> Self {
        Self(AtomicI64::new(start().unix()))
    }

    fn now(&self) -> Instant {
        Instant::from_unix(self.0.load(Ordering::Relaxed))
    }

    fn turn(&self, seconds: i64) {
        self.0.fetch_add(seconds, Ordering::Relaxed);
    }
}

static ON: AtomicBool = AtomicBool::new(false);

fn webhook(receiver: &Receiver) -> Webhook {
    Webhook::new(&receiver.url(), Duration::from_millis(500), None).unwrap()
}

fn drained(outbox: &Outbox<'_>, clock: &Turned) -> Passed {
    outbox.drain(&|| clock.now(), &ON).unwrap()
}

/// Says whether ids of one dossier stand in the order of their events and effects, repetitions left out.
fn in_order(ids: &[String]) {
    let mut last = std::collections::BTreeMap::new();
    let mut seen = std::collections::BTreeSet::new();
    for id in ids.iter().filter(|id| seen.insert((*id).clone())) {
        let (dossier, numbers) = id.split_once(':').unwrap();
        let (event, effect) = numbers.split_once(':').unwrap();
        let number: (u32, u16) = (event.parse().unwrap(), effect.parse().unwrap());
        let before = last.insert(dossier.to_owned(), number);
        assert!(before < Some(number), "{id} comes after {before:?} in {ids:?}");
    }
}

#[test]
fn everything_comes_once_in_order_signed_and_as_an_event() {
    let host = memory();
    filled(&host, 5, 4);
    let receiver = Receiver::start(|_, _| Does::Answers(204, ""));
    let secret = Secret::read("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
    let webhook = webhook(&receiver).signed(secret.clone());
    let outbox = Outbox::new(&host, "web", &webhook).from_source("https://one.example.vn/motcua");
    let clock = Turned::new();
    let delivered: usize = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..3).map(|_| scope.spawn(|| drained(&outbox, &clock).delivered)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    assert_eq!(delivered, 40);
    let sent = receiver.sent();
    let ids = receiver.ids();
    in_order(&ids);
    let apart: std::collections::BTreeSet<_> = ids.iter().collect();
    assert_eq!((sent.len(), apart.len()), (40, 40));
    for sent in &sent {
        let header = |name: &str| sent.headers[name].as_str();
        assert_eq!(header(""), "POST /hook?key=a=b HTTP/1.1");
        assert_eq!(header("content-type"), "application/cloudevents+json; charset=utf-8");
        assert_eq!(header("webhook-id"), sent.id());
        assert_eq!(header("webhook-timestamp"), start().unix().to_string());
        assert_eq!(header("webhook-signature"), secret.sign(&sent.id(), start().unix(), &sent.body));
    }
    let event = sent.iter().map(receiver::Sent::event).find(|event| event["id"] == "D3:3:1").unwrap();
    let said = r#"{"specversion":"1.0","id":"D3:3:1","source":"https://one.example.vn/motcua","type":"motcua.notice",
        "subject":"D3","time":"2024-03-04T09:00:00+07:00","datacontenttype":"application/json","data":{"dossier":"D3",
        "procedure":"letter","version":3,"unit":"","event":3,"effect":1,"at":"2024-03-04T09:00:00+07:00",
        "recorded":"2024-03-04T09:00:00+07:00","text":"word 1","to":[{"role":"citizen","head":false,"resolved":null}]}}"#;
    assert_eq!(event, serde_json::from_str::<serde_json::Value>(said).unwrap());
    // The other queue has them all still.
    let queues = host.store().queues().unwrap();
    assert_eq!(queues.iter().map(|queue| (&*queue.destination, queue.waiting)).collect::<Vec<_>>(), [("log", 40)]);
}

/// What a receiver does, and what becomes of the message: delivered, tried again in so many seconds at least, or dead; and whether
/// nothing else is sent meanwhile.
#[test]
fn an_answer_decides_what_becomes_of_a_message() {
    let again = |seconds: i64, away: bool, why: &str| (Some(seconds), away, why.to_owned());
    let dead = |why: &str| (None, false, why.to_owned());
    let answered = |status: u16| format!("it answered {status}: status {status} of a test");
    let hour = "retry-after: 3600\r\n";
    let table = [
        (Does::Answers(500, ""), again(2, false, &answered(500))),
        (Does::Answers(502, ""), again(2, false, &answered(502))),
        (Does::Answers(404, ""), again(2, false, &answered(404))),
        (Does::Answers(401, ""), again(2, false, &answered(401))),
        (Does::Answers(302, "location: http://127.0.0.1:1/\r\n"), again(2, false, &answered(302))),
        (Does::Answers(429, ""), again(2, true, &answered(429))),
        (Does::Answers(429, hour), again(3600, true, &answered(429))),
        (Does::Answers(503, "retry-after: Mon, 04 Mar 2024 03:00:00 GMT\r\n"), again(3600, true, &answered(503))),
        (Does::Answers(500, hour), again(3600, true, &answered(500))),
        (Does::Answers(429, "retry-after: 99999999999\r\n"), again(6 * 3600, true, &answered(429))),
        (Does::Answers(400, ""), dead(&answered(400))),
        (Does::Answers(410, ""), dead(&answered(410))),
        (Does::Answers(422, ""), dead(&answered(422))),
        (Does::Hangs, again(2, true, "no answer within 0 s")),
        (Does::Closes, again(2, true, "the connection failed: ")),
        (Does::Breaks(500), again(2, false, "it answered 500")),
    ];
    for (does, (seconds, away, why)) in table {
        let host = memory();
        filled(&host, 1, 1);
        let (said, clock) = (does.clone(), Turned::new());
        let receiver = Receiver::start(move |_, _| said.clone());
        let webhook = webhook(&receiver);
        let outbox = Outbox::new(&host, "web", &webhook);
        let passed = outbox.pass(&|| clock.now(), &ON).unwrap();
        assert_eq!((passed.delivered, passed.away.is_some()), (0, away), "{does:?}: {passed:?}");
        let Some(seconds) = seconds else {
            assert_eq!((passed.dead.len(), &passed.dead[0].1), (1, &why));
            assert_eq!(host.store().dead("web", None, 9).unwrap()[0].failure.as_deref(), Some(&*why));
            continue;
        };
        assert!(passed.again[0].1.starts_with(&why), "{does:?}: {passed:?}");
        let (parcel, from) = host.store().waiting("web", None, 9).unwrap().remove(0);
        assert_eq!(parcel.attempts, 1);
        // A clock that only goes forwards may be a few seconds ahead where this machine is slow.
        assert!((seconds..seconds + 30).contains(&from.since(start())), "{does:?}: {}", from.since(start()));
    }
    for does in [Does::Answers(200, ""), Does::Answers(202, ""), Does::Answers(204, ""), Does::Breaks(200)] {
        let host = memory();
        filled(&host, 1, 1);
        let (said, clock) = (does.clone(), Turned::new());
        let receiver = Receiver::start(move |_, _| said.clone());
        let webhook = webhook(&receiver);
        assert_eq!(drained(&Outbox::new(&host, "web", &webhook), &clock).delivered, 2, "{does:?}");
    }
}

#[test]
fn while_a_receiver_is_away_nothing_else_is_sent_to_it() {
    let host = memory();
    filled(&host, 6, 1);
    let receiver = Receiver::start(|before, _| match before {
        0 => Does::Answers(429, "retry-after: 600\r\n"),
        _ => Does::Answers(200, ""),
    });
    let (webhook, clock) = (webhook(&receiver), Turned::new());
    let outbox = Outbox::new(&host, "web", &webhook);
    assert_eq!(drained(&outbox, &clock).again.len(), 1);
    clock.turn(500);
    assert_eq!((drained(&outbox, &clock), receiver.sent().len()), (Passed::default(), 1));
    // Those that were not tried have not been counted as tried.
    let tries: Vec<u32> =
        host.store().waiting("web", None, 99).unwrap().iter().map(|(parcel, _)| parcel.attempts).collect();
    assert_eq!((tries.len(), tries.iter().sum::<u32>()), (12, 1));
    clock.turn(101);
    assert_eq!(drained(&outbox, &clock).delivered, 12);
    in_order(&receiver.ids());
}

#[test]
fn what_never_gets_through_is_dead_in_the_end_and_can_be_sent_again() {
    let host = memory();
    filled(&host, 1, 2);
    let fixed = std::sync::Arc::new(AtomicBool::new(false));
    let known = fixed.clone();
    let receiver = Receiver::start(move |_, sent| {
        let fails = sent.id() == "D0:2:1" && !known.load(Ordering::Relaxed);
        Does::Answers(if fails { 500 } else { 200 }, "")
    });
    let (webhook, clock) = (webhook(&receiver), Turned::new());
    let outbox = Outbox::new(&host, "web", &webhook);
    let mut rounds = 0;
    while host.store().dead("web", None, 9).unwrap().is_empty() {
        // Until it is dead, those behind it wait.
        assert!(receiver.ids().iter().all(|id| id == "D0:2:1"));
        drained(&outbox, &clock);
        clock.turn(6 * 3600);
        rounds += 1;
    }
    assert_eq!(rounds, MOST_TRIES);
    let dead = host.store().dead("web", None, 9).unwrap().remove(0);
    let why = "given up after 30 tries: it answered 500: status 500 of a test";
    assert_eq!((dead.sending.id(), dead.failure.as_deref()), ("D0:2:1".to_owned(), Some(why)));
    drained(&outbox, &clock);
    assert_eq!(receiver.ids()[30..], ["D0:2:2", "D0:3:1", "D0:3:2"]);
    fixed.store(true, Ordering::Relaxed);
    host.store().settle(&[Tried { sending: dead.sending, outcome: Outcome::Anew }]).unwrap();
    assert_eq!(drained(&outbox, &clock).delivered, 1);
    assert_eq!(receiver.ids()[33..], ["D0:2:1"]);
    assert!(host.store().queues().unwrap().iter().all(|queue| queue.destination != "web"));
}

#[test]
fn who_is_no_receiver_is_said() {
    for (url, said) in [
        ("", "this is no URL of a webhook: write `https://host/path`"),
        ("example.org", "this is no URL of a webhook: write `https://host/path`"),
        ("ftp://example.org/", "not supported: a webhook with `ftp:`; write `https://…` or `http://…`"),
        (
            "https://a:b@example.org/",
            "not supported: a name and a password in the URL of a webhook; let the receiver check the signature",
        ),
    ] {
        assert_eq!(Webhook::new(url, Duration::from_secs(1), None).unwrap_err().to_string(), said, "{url}");
    }
    let no_certificate = Webhook::new("https://example.org", Duration::from_secs(1), Some(b"no certificate"));
    assert_eq!(no_certificate.unwrap_err().to_string(), "there is no certificate in PEM");
    // Nobody listens there any more.
    let url = Receiver::start(|_, _| Does::Closes).url();
    let host = memory();
    filled(&host, 1, 1);
    let webhook = Webhook::new(&url, Duration::from_secs(1), None).unwrap();
    let passed = drained(&Outbox::new(&host, "web", &webhook), &Turned::new());
    assert!(passed.away.unwrap().starts_with("the connection failed: "), "{:?}", passed.again);
    // What is encrypted is spoken, and who does not speak it is away.
    let receiver = Receiver::start(|_, _| Does::Closes);
    let secure = Webhook::new(&receiver.url().replace("http:", "https:"), Duration::from_millis(500), None).unwrap();
    let passed = drained(&Outbox::new(&host, "log", &secure), &Turned::new());
    assert!(passed.away.is_some() && receiver.sent().is_empty(), "{passed:?}");
}
