//! `motcua deliver`, `outbox` and `work`: messages of a store get to a log and to a webhook, and what is dead is sent again.

#![expect(clippy::unwrap_used, reason = "helpers of tests have nobody to hand an error to")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, Mutex};

use serde_json::Value as Json;

use crate::schemas::given::{refuses, schema};

fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_motcua"));
    command.args(arguments).env("LC_ALL", "C").env("NO_COLOR", "1").env("COLUMNS", "200").stdin(Stdio::null());
    command.current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(".."));
    command
}

/// Runs the program, and returns its exit code and what it says.
fn motcua(arguments: &[&str]) -> (i32, String, String) {
    let Output { status, stdout, stderr } = program(arguments).output().unwrap();
    (status.code().unwrap(), String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap())
}

/// A store of an example with forms, notices and rungs, and a folder beside it.
pub(crate) struct Place {
    folder: tempfile::TempDir,
    pub(crate) db: String,
}

const EXAMPLE: &str = "examples/giay_phep";

impl Place {
    pub(crate) fn filled(queues: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let db = folder.path().join("dossiers.db").display().to_string();
        let mut run = vec!["run", "examples/giay_phep/commands.jsonl", "--procedures", EXAMPLE, "--db", &db];
        run.extend(queues.iter().flat_map(|queue| ["--queue", queue]));
        // One of its commands is refused, as it should be.
        assert_eq!(motcua(&run).0, 1);
        Self { folder, db }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn name(&self, name: &str) -> String {
        self.path(name).display().to_string()
    }

    fn events(&self, log: &str) -> Vec<Json> {
        let lines = std::fs::read_to_string(self.path(log)).unwrap();
        lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

/// A receiver that answers with a status, which can be set, and counts.
pub(crate) struct Receiver {
    pub(crate) url: String,
    status: Arc<AtomicU16>,
    bodies: Arc<Mutex<Vec<Json>>>,
}

impl Receiver {
    pub(crate) fn start(status: u16) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let (status, bodies) = (Arc::new(AtomicU16::new(status)), Arc::new(Mutex::new(Vec::new())));
        let (says, keeps) = (status.clone(), bodies.clone());
        std::thread::spawn(move || {
            for mut stream in listener.incoming().map_while(Result::ok) {
                let mut reader = BufReader::new(stream.try_clone().unwrap());
                let mut length = 0;
                let mut line = String::new();
                while reader.read_line(&mut line).unwrap_or(0) > 2 {
                    if let Some(said) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                        length = said.trim().parse().unwrap();
                    }
                    line.clear();
                }
                let mut body = vec![0; length];
                if reader.read_exact(&mut body).is_ok() && length > 0 {
                    keeps.lock().unwrap().push(serde_json::from_slice(&body).unwrap());
                    let status = says.load(Ordering::Relaxed);
                    let said = format!("HTTP/1.1 {status} X\r\nconnection: close\r\ncontent-length: 0\r\n\r\n");
                    drop(stream.write_all(said.as_bytes()));
                }
            }
        });
        Self { url, status, bodies }
    }

    fn count(&self) -> usize {
        self.bodies.lock().unwrap().len()
    }
}

fn outbox(db: &str, with: &[&str]) -> (i32, Json) {
    let (code, said, err) = motcua(&[&["outbox", "--db", db, "--format", "json"], with].concat());
    (code, serde_json::from_str(&said).unwrap_or_else(|_| err.into()))
}

#[test]
fn a_log_gets_everything_once() {
    let place = Place::filled(&[]);
    let log = place.name("messages.jsonl");
    let (_, before) = outbox(&place.db, &[]);
    let waiting = before["queues"][0]["waiting"].as_u64().unwrap();
    assert!(waiting > 3 && before["messages"].as_array().unwrap().len() as u64 == waiting, "{before}");
    let deliver = ["deliver", "--db", &place.db, "--log", &log];
    let said = format!("outside: {waiting} delivered, 0 to be tried again, 0 dead\n");
    assert_eq!(motcua(&deliver), (0, said, String::new()));
    assert_eq!(motcua(&deliver).1, "outside: 0 delivered, 0 to be tried again, 0 dead\n");
    let events = place.events("messages.jsonl");
    assert_eq!(events.len() as u64, waiting);
    let listed: Vec<&Json> = before["messages"].as_array().unwrap().iter().map(|message| &message["id"]).collect();
    let mut sent: Vec<&Json> = events.iter().map(|event| &event["id"]).collect();
    sent.sort_by_key(|id| listed.iter().position(|listed| listed == id));
    assert_eq!(sent, listed);
    assert_eq!(
        motcua(&["outbox", "--db", &place.db]),
        (0, "nothing waits and nothing is dead\n".into(), String::new())
    );
    let (code, said, _) = motcua(&["--lang", "vi", "outbox", "--db", &place.db]);
    assert_eq!((code, said.as_str()), (0, "không có tin nhắn nào đang chờ hay không gửi được\n"));
}

#[test]
fn what_a_webhook_refuses_is_dead_and_goes_again_by_hand() {
    let place = Place::filled(&[]);
    let receiver = Receiver::start(410);
    let deliver = ["deliver", "--db", &place.db, "--webhook", &receiver.url];
    let (code, said, err) = motcua(&deliver);
    let (dead_code, dead) = outbox(&place.db, &["--dead"]);
    let messages = dead["messages"].as_array().unwrap();
    let count = messages.len();
    assert_eq!((code, dead_code, receiver.count()), (1, 1, count));
    assert_eq!(said, format!("outside: 0 delivered, 0 to be tried again, {count} dead\n"));
    assert_eq!(err.lines().count(), count);
    assert!(err.contains(": it answered 410; it is dead: motcua outbox"), "{err}");
    assert_eq!((&messages[0]["why"], &messages[0]["tries"]), (&"it answered 410".into(), &1.into()));
    let text = motcua(&["outbox", "--db", &place.db, "--limit", "1"]).1;
    assert!(text.contains("it answered 410") && text.contains("Only the first 1 are shown"), "{text}");

    receiver.status.store(200, Ordering::Relaxed);
    let id = messages[0]["id"].as_str().unwrap();
    let (code, again) = outbox(&place.db, &["--again", id]);
    assert_eq!((code, &again["again"], &again["queues"][0]["waiting"]), (1, &serde_json::json!([id]), &1.into()));
    assert_eq!(motcua(&deliver).1, "outside: 1 delivered, 0 to be tried again, 0 dead\n");
    let (code, again) = outbox(&place.db, &["--all"]);
    assert_eq!((code, again["again"].as_array().unwrap().len()), (0, count - 1));
    assert_eq!(motcua(&deliver).0, 0);
    assert_eq!(receiver.count(), 2 * count);
    let gone = motcua(&["outbox", "--db", &place.db, "--again", id]);
    assert_eq!((gone.0, gone.2.contains(&format!("no message `{id}` waits or is dead"))), (2, true), "{}", gone.2);
}

#[test]
fn what_cannot_be_sent_now_is_tried_later() {
    let place = Place::filled(&[]);
    let receiver = Receiver::start(503);
    let (code, said, err) = motcua(&["deliver", "--db", &place.db, "--webhook", &receiver.url]);
    assert_eq!(code, 1, "{said}");
    assert!(err.contains("`outside` is away: it answered 503"), "{err}");
    let (code, waiting) = outbox(&place.db, &[]);
    let tried = waiting["messages"].as_array().unwrap().iter().find(|message| message["tries"] == 1).unwrap();
    assert_eq!((code, &tried["dead"]), (0, &false.into()));
    // By hand it goes at once.
    receiver.status.store(200, Ordering::Relaxed);
    outbox(&place.db, &["--again", tried["id"].as_str().unwrap()]);
    assert_eq!(motcua(&["deliver", "--db", &place.db, "--webhook", &receiver.url]).2, "");
}

#[test]
fn each_receiver_has_its_queue() {
    let place = Place::filled(&["portal", "archive"]);
    let receiver = Receiver::start(200);
    let (log, secret) = (place.name("messages.jsonl"), place.name("secret"));
    std::fs::write(&secret, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n").unwrap();
    let (portal, archive) = (format!("portal={}", receiver.url), format!("archive={log}"));
    let alone = motcua(&["deliver", "--db", &place.db, "--log", &archive]);
    assert_eq!(alone.0, 0);
    assert!(alone.2.starts_with("`portal` has "), "{}", alone.2);
    let both = ["deliver", "--db", &place.db, "--webhook", &portal, "--secret-file", &secret, "--log", &archive];
    assert_eq!((motcua(&both).0, receiver.count()), (0, place.events("messages.jsonl").len()));
}

#[test]
fn wrong_receivers_are_said_before_anything_is_sent() {
    let place = Place::filled(&[]);
    let (empty, log) = (place.name("empty"), place.name("messages.jsonl"));
    std::fs::write(&empty, "\n").unwrap();
    let webhook = ["--webhook", "http://127.0.0.1:9/"];
    for (with, said) in [
        (&[][..], "name where messages go"),
        (&["--webhook", "ftp://x"], "not supported: a webhook with `ftp:`"),
        (&["--log", &log, "--log", "/dev/null"], "two receivers have the queue `outside`"),
        (&["--log", "a=/dev/null", "--log", "a=-"], "two receivers have the queue `a`"),
        (&["--log", "/nowhere/at/all"], "cannot write `/nowhere/at/all`"),
        (&["--secret-file", &empty], "--webhook"),
        (&[&webhook[..], &["--secret-file", &empty]].concat(), "the secret is empty"),
        (&[&webhook[..], &["--secret-file", "/nowhere"]].concat(), "cannot read `/nowhere`"),
        (&[&webhook[..], &["--authorities", &empty]].concat(), "there is no certificate in PEM"),
        (&[&webhook[..], &["--timeout", "31"]].concat(), "31 is not in 1..=30"),
    ] {
        let (code, _, err) = motcua(&[&["deliver", "--db", &place.db], with].concat());
        assert_eq!((code, err.contains(said)), (2, true), "{with:?}: {err}");
    }
    for (with, said) in [
        (&["--again", "x"][..], "`x` is no id of a message"),
        (&["--again", "x:1:0"], "no message `x:1:0` waits or is dead"),
        (&["--again", "x:1:70000"], "`x:1:70000` is no id"),
        (&["--queue", "Ä"], "`Ä` is no name of a queue"),
    ] {
        let (code, _, err) = motcua(&[&["outbox", "--db", &place.db], with].concat());
        assert_eq!((code, err.contains(said)), (2, true), "{with:?}: {err}");
    }
    let (code, _, err) = motcua(&["run", "--db", &place.db, "--queue", "dossiers"]);
    assert_eq!((code, err.contains("is that of what other dossiers did not take")), (2, true), "{err}");
}

/// What the example leaves to time happens, and goes out, in one service that ends when it is told to.
#[test]
fn a_service_wakes_delivers_and_stops_when_it_is_told_to() {
    let place = Place::filled(&[]);
    let log = place.name("messages.jsonl");
    let before = outbox(&place.db, &[]).1["queues"][0]["waiting"].as_u64().unwrap();
    let mut work = program(&["work", "--db", &place.db, "--log", &log, "--procedures", EXAMPLE]);
    let mut work = work.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let mut said = BufReader::new(work.stderr.take().unwrap());
    let mut line = String::new();
    // The example is of a year that is over: all that it left to time is due.
    said.read_line(&mut line).unwrap();
    assert!(line.contains(" woken: "), "{line}");
    let begun = std::time::Instant::now();
    while outbox(&place.db, &[]).1["queues"] != serde_json::json!([]) {
        assert!(begun.elapsed() < std::time::Duration::from_mins(1), "messages are left");
    }
    let killed = Command::new("kill").args(["-TERM", &work.id().to_string()]).status().unwrap();
    assert!(killed.success());
    assert_eq!(work.wait().unwrap().code(), Some(0));
    let events = place.events("messages.jsonl");
    assert!(events.len() as u64 > before, "{} events, {before} before", events.len());
    assert_eq!(motcua(&["verify", "--db", &place.db]).0, 0);
    assert!(motcua(&["tick", "--db", &place.db, "--procedures", EXAMPLE]).1.contains(r#""fired":[]"#));
}

/// The attributes that the specification of CloudEvents asks for stand in the schema of messages.
#[test]
fn messages_and_the_outbox_are_as_their_schemas_say() {
    let (message, listed) = (schema("message"), schema("outbox"));
    let place = Place::filled(&[]);
    let (_, full) = outbox(&place.db, &[]);
    refuses(&listed, &full, &[], &["queues", "messages", "more", "again"]);
    motcua(&["deliver", "--db", &place.db, "--log", &place.name("messages.jsonl")]);
    let events = place.events("messages.jsonl");
    let of = |kind: &str| events.iter().find(|event| event["type"] == kind).cloned().unwrap();
    for kind in ["motcua.notice", "motcua.form"] {
        refuses(&message, &of(kind), &[], &["specversion", "id", "source", "type", "subject", "time", "data"]);
    }
    assert!(events.iter().all(|event| message.is_valid(event)));
    let receiver = Receiver::start(410);
    let other = Place::filled(&[]);
    motcua(&["deliver", "--db", &other.db, "--webhook", &receiver.url]);
    let (_, dead) = outbox(&other.db, &[]);
    refuses(&listed, &dead, &[], &["queues"]);
    assert!(receiver.bodies.lock().unwrap().iter().all(|event| message.is_valid(event)));
    assert!(listed.is_valid(&outbox(&other.db, &["--all"]).1));
}
