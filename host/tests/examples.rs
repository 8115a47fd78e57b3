//! The examples of the embedder's guide, run as they are built.

use std::error::Error;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;

use serde_json::{Value, json};

#[expect(dead_code, reason = "`main` is the program's")]
#[path = "../../examples/embed_durable.rs"]
mod embed_durable;
#[expect(dead_code, reason = "`main` is the program's")]
#[path = "../../examples/embed_in_process.rs"]
mod embed_in_process;
#[expect(dead_code, reason = "`main` is the program's")]
#[path = "../../examples/http_host.rs"]
mod http_host;

/// The definition that the examples take dossiers through.
pub(crate) const DEFINITION: &str = include_str!("../../examples/embedding/tree_felling.tthc");

/// Writes the bundle that the guide has `motcua compile` write.
fn bundle(folder: &Path) -> String {
    let path = folder.join("tree_felling.json");
    let bundle = motcua_tests::bundle(&[("tree_felling.tthc", DEFINITION)]).unwrap();
    std::fs::write(&path, serde_json::to_vec(&bundle).unwrap()).unwrap();
    path.display().to_string()
}

/// Returns what an example says.
fn said(example: impl FnOnce(&[String], &mut Vec<u8>) -> Result<(), Box<dyn Error>>, arguments: &[String]) -> String {
    let mut out = Vec::new();
    example(arguments, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn embed_in_process_decides_and_says_why_not() {
    let folder = tempfile::tempdir().unwrap();
    let said = said(embed_in_process::run, &[bundle(folder.path())]);
    let lines: Vec<&str> = said.lines().collect();
    let beginnings = [
        "kept: {\"v\":",
        "refused: `decide` ",
        "kept: {\"v\":",
        "possible now: decide by parks",
        "at 2026-03-05T",
        "at 2026-03-05T",
    ];
    assert_eq!(lines.len(), beginnings.len(), "{said}");
    for (line, beginning) in lines.iter().zip(beginnings) {
        assert!(line.starts_with(beginning), "{line}");
    }
    assert!(lines[5].contains(", told at 2026-03-06T") && lines[5].contains("notice"), "{}", lines[5]);
}

#[test]
fn embed_durable_keeps_and_does_nothing_twice() {
    let folder = tempfile::tempdir().unwrap();
    let arguments = [bundle(folder.path()), folder.path().join("dossiers.db").display().to_string()];
    let run = || said(embed_durable::run, &arguments);
    let first = run();
    let lines: Vec<&str> = first.lines().collect();
    assert_eq!(
        lines[..3],
        ["20 opened, 0 opened before", "ward-2026-0001 has 2 events", "lan may do something on 19 dossiers"]
    );
    assert_eq!(lines[3], "20 dossiers were late, 40 events");
    let sound = "ward-2026-0001 is what was written: 4 events, ";
    assert!(lines[4].starts_with(sound), "{first}");
    let again = run();
    let again: Vec<&str> = again.lines().collect();
    assert_eq!((again[0], again[3]), ("0 opened, 20 opened before", "0 dossiers were late, 0 events"));
    assert_eq!(again[4], lines[4], "the chain ends where it did");
}

/// A running service; it goes on until the tests end.
struct Service {
    address: String,
}

impl Service {
    fn start(bundle: &str, db: &str) -> Self {
        let (out, mut into) = std::io::pipe().unwrap();
        let arguments = [bundle.to_owned(), db.to_owned(), "127.0.0.1:0".to_owned()];
        std::thread::spawn(move || http_host::run(&arguments, &mut into).unwrap());
        let mut line = String::new();
        BufReader::new(out).read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("listening on ").unwrap_or_else(|| panic!("{line:?}")).to_owned();
        Self { address }
    }

    fn ask(&self, method: &str, path: &str, body: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let (host, length) = (&self.address, body.len());
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Type: application/json\r\n\
            Content-Length: {length}\r\n\r\n{body}"
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
    }

    fn json(&self, method: &str, path: &str, body: &Value) -> (u16, Value) {
        let (status, body) = self.ask(method, path, &body.to_string());
        (status, serde_json::from_str(&body).unwrap_or_else(|_| panic!("{status}: {body}")))
    }
}

#[test]
fn http_host_takes_commands_and_says_why_not() {
    let folder = tempfile::tempdir().unwrap();
    let (bundle, db) = (bundle(folder.path()), folder.path().join("dossiers.db").display().to_string());
    let service = Service::start(&bundle, &db);
    let post = |path: &str, body: Value| service.json("POST", path, &body);

    let open = |id: &str| {
        json!({ "id": id, "command": "open", "actor": "portal", "role": "citizen",
            "open": { "dossier": "", "procedure": "tree_felling", "unit": "ward" },
            "data": { "applicant": "Lâm Văn T", "height": 12 } })
    };
    let (status, opened) = post("/series/T", open("p1"));
    assert_eq!((status, &opened["dossier"], &opened["version"]), (201, &json!("T-0001"), &json!(1)), "{opened}");
    let (status, again) = post("/series/T", open("p1"));
    assert_eq!((status, &again), (200, &opened), "the first answer again");

    let by = |id: &str, role: &str, actor: &str, command: &str| json!({ "id": id, "command": command, "actor": actor, "role": role });
    let commands = "/dossiers/T-0001/commands";
    let refused = [
        (by("x1", "parks", "head_of_parks", "decide"), 409, "not_applicable"),
        (by("x2", "parks", "head_of_parks", "accept"), 403, "not_permitted"),
        (
            json!({ "id": "x3", "command": "accept", "actor": "lan", "role": "counter", "data": { "height": "high" } }),
            422,
            "invalid",
        ),
        (json!({ "id": "x4", "command": "accept", "actor": "lan", "role": "counter", "seen": 0 }), 409, "conflict"),
    ];
    for (command, expected, kind) in refused {
        let (status, why) = post(commands, command.clone());
        assert_eq!(status, expected, "{command}: {why}");
        assert!(why["refusal"].get(kind).is_some() && why["title"].is_string(), "{why}");
    }
    assert_eq!(service.ask("POST", commands, "{").0, 400);
    assert_eq!(service.ask("POST", commands, r#"{"id":"x5","command":"accept","actors":"lan"}"#).0, 422);
    assert_eq!(post(commands, by("d1", "counter", "lan", "accept")).0, 200);

    let (status, dossier) = service.json("GET", "/dossiers/T-0001", &Value::Null);
    assert_eq!((status, &dossier["card"]["states"], &dossier["version"]), (200, &json!(["examining"]), &json!(2)));
    assert_eq!(dossier["possible"][0]["command"], "decide");
    assert_eq!(service.json("GET", "/dossiers/T-0002", &Value::Null).0, 404);
    let (_, inbox) = service.json("GET", "/inbox/head_of_parks", &Value::Null);
    assert_eq!(
        (inbox[0]["card"]["dossier"].as_str(), inbox[0]["possible"][0]["command"].as_str()),
        (Some("T-0001"), Some("decide"))
    );
    assert_eq!(service.json("GET", "/inbox/lan", &Value::Null).1, json!([]));

    let (status, metrics) = service.ask("GET", "/metrics", "");
    assert_eq!(status, 200);
    for line in [
        r#"motcua_commands_total{answer="accepted"} 2"#,
        r#"motcua_commands_total{answer="already_done"} 1"#,
        r#"motcua_commands_refused_total{reason="not_permitted"} 1"#,
        r#"motcua_outbox_waiting{destination="log"} 1"#,
        "motcua_transaction_seconds_count 2",
        "# EOF",
    ] {
        assert!(metrics.lines().any(|said| said == line), "{line} is not in:\n{metrics}");
    }

    // Another one on the same file knows what this one has answered.
    let other = Service::start(&bundle, &db);
    let (status, again) = other.json("POST", "/series/T", &open("p1"));
    assert_eq!((status, &again["dossier"]), (200, &json!("T-0001")));
    assert_eq!(other.json("GET", "/dossiers/T-0001", &Value::Null).1["version"], 2);
}
