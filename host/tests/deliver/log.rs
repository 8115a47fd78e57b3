//! The log: whole lines alone, also after a stop in the middle of one.

use std::fs;
use std::io::Write;

use motcua_host::deliver::{Destination, Log, Message, Said};
use motcua_host::{Outbox, Passed, Sending};

use super::{Turned, drained, filled, in_order, memory, start};
use crate::faults::Small;

fn message(body: &str) -> Message {
    let sending = Sending { destination: "log".into(), dossier: "D1".into(), event: 1, effect: 0 };
    Message { sending, body: body.into() }
}

#[test]
fn a_line_that_was_cut_off_is_taken_away_and_others_are_left() {
    let whole = "{\"specversion\":\"1.0\",\"id\":\"a\"}\n";
    for (before, after) in [
        (String::new(), String::new()),
        (whole.to_owned(), whole.to_owned()),
        (format!("{whole}{{\"specversion\":\"1.0\",\"i"), whole.to_owned()),
        (format!("{whole}{{\"sp"), whole.to_owned()),
        ("{\"specversion\":\"1.0\"".to_owned(), String::new()),
        ("a line of somebody else".to_owned(), "a line of somebody else\n".to_owned()),
        (format!("{whole}another"), format!("{whole}another\n")),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("messages.jsonl");
        fs::write(&path, &before).unwrap();
        let log = Log::append(&path).unwrap();
        assert_eq!(log.send(&message("{}"), start()), Said::Delivered);
        log.flush().unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), format!("{after}{{}}\n"), "{before:?}");
        let other = Log::append(&path).unwrap_err().to_string();
        assert_eq!(other, "another program writes to it: name another file");
    }
}

/// Takes so many bytes, and then nothing; or does not keep what it takes.
struct Full(usize, bool);

impl Write for Full {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let taken = bytes.len().min(self.0);
        self.0 -= taken;
        if taken == 0 { Err(std::io::Error::other("no room")) } else { Ok(taken) }
    }

    fn flush(&mut self) -> std::io::Result<()> {
        if self.1 { Ok(()) } else { Err(std::io::Error::other("not kept")) }
    }
}

#[test]
fn what_a_log_does_not_keep_is_not_delivered() {
    for (sink, delivered, why) in [
        (Full(1_000_000, true), 4, None),
        (Full(700, true), 1, Some("the log cannot be written: no room")),
        (Full(1_000_000, false), 0, Some("the log cannot be synced: not kept; start again")),
    ] {
        let host = memory();
        filled(&host, 2, 1);
        let log = Log::to(sink);
        let Passed { delivered: found, away, .. } = drained(&Outbox::new(&host, "log", &log), &Turned::new());
        assert_eq!((found, away.as_deref()), (delivered, why));
        let waiting = host.store().waiting("log", None, 9).unwrap();
        assert_eq!(waiting.len(), 4 - delivered);
    }
}

#[test]
fn a_log_on_a_full_disk_goes_on_where_there_is_room_again() {
    let Some(small) = Small::mounted("16k") else { return println!("skipped: no file system can be mounted here") };
    let path = small.0.path().join("messages.jsonl");
    let ids = || {
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.ends_with('\n'), "the last line is a whole one");
        let id =
            |line: &str| serde_json::from_str::<serde_json::Value>(line).unwrap()["id"].as_str().unwrap().to_owned();
        text.lines().map(id).collect::<Vec<_>>()
    };
    let (host, clock) = (memory(), Turned::new());
    filled(&host, 10, 4);
    let log = Log::append(&path).unwrap();
    let outbox = Outbox::new(&host, "log", &log);
    let full = drained(&outbox, &clock);
    let why = full.away.unwrap();
    assert!(why.starts_with("the log cannot be written: "), "{why}");
    let waiting = host.store().waiting("log", None, 99).unwrap().len();
    assert_eq!((waiting, full.dead), (80 - full.delivered, Vec::new()));
    assert!(full.delivered > 0 && ids().len() >= full.delivered, "{} of {}", ids().len(), full.delivered);
    small.grow("1m");
    clock.turn(3600);
    let rest = drained(&outbox, &clock);
    assert_eq!((rest.delivered, rest.away), (waiting, None));
    in_order(&ids());
    assert_eq!(ids().into_iter().collect::<std::collections::BTreeSet<_>>().len(), 80);
}
