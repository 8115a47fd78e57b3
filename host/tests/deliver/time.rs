//! Clocks that jump, and a stop of a week: each wake-up fires once, at its own instant, and what it sends is sent once.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use motcua_engine::{Cause, Event, Instant};
use motcua_host::deliver::Log;
use motcua_host::{Host, HostError, Outbox, Passed, verify};

use super::{Turned, asked, drained, filled, memory, sqlite, start};

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;

/// What fired in a dossier, and when it was due.
fn fired(host: &Host, dossier: &str) -> Vec<(Instant, Cause)> {
    let events: Vec<Event> = host.events(dossier, 0).unwrap();
    let timed = events.into_iter().filter(|event| matches!(event.cause, Cause::Time(_)));
    timed.map(|event| (event.at, event.cause)).collect()
}

/// What a machine's clock says one look after the other, in seconds from the beginning.
fn clocks() -> Vec<(&'static str, Vec<i64>)> {
    let end = 14 * DAY;
    let hourly: Vec<i64> = (0..=end / HOUR).map(|hour| hour * HOUR).collect();
    // At 17:00 on the third working day the limit ends: the jumps are around it.
    let due = 3 * DAY + 8 * HOUR;
    vec![
        ("once, at the end", vec![end]),
        ("hour by hour", hourly.clone()),
        ("a week's stop", [&hourly[..24], &[9 * DAY, end]].concat()),
        ("an hour forward and back", vec![due - HOUR, due + 1, due - HOUR + 1, due, due + 2, end]),
        ("an hour back", vec![due + 1, due + 1 - HOUR, due + 2 - HOUR, due + 1, end]),
        ("to and fro each time", hourly.iter().flat_map(|at| [*at, at + HOUR, at - HOUR]).chain([end]).collect()),
    ]
}

#[test]
fn whatever_the_clock_does_a_wake_up_fires_once_at_its_instant() {
    let mut told = None;
    for (what, looks) in clocks() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("dossiers.db");
        // Two hosts take turns, and the first one is started anew in the middle.
        let (mut one, other) = (sqlite(&path), sqlite(&path));
        filled(&one, 3, 0);
        let (lines, log) = (Lines::default(), |lines: &Lines| Log::to(lines.clone()));
        let (log, clock) = (log(&lines), Turned::new());
        for (n, look) in looks.iter().enumerate() {
            if n == looks.len() / 2 {
                drop(one);
                one = sqlite(&path);
            }
            let host = if n % 2 == 0 { &one } else { &other };
            host.wake(start().plus(*look), |_| {}).unwrap();
            drained(&Outbox::new(host, "log", &log), &clock);
        }
        let all: Vec<_> = (0..3).map(|n| fired(&one, &format!("D{n}"))).collect();
        for (n, fired) in all.iter().enumerate() {
            // Expiry or the first rung, and three more a working day apart.
            assert_eq!(fired.len(), told.as_ref().map_or(fired.len(), |told: &Vec<Vec<_>>| told[n].len()), "{what}");
            assert!(fired.len() >= 4, "{what}: {fired:?}");
            let apart: BTreeSet<_> = fired.iter().map(|(at, cause)| format!("{at} {cause:?}")).collect();
            assert_eq!(apart.len(), fired.len(), "{what}: {fired:?}");
            verify::dossier(one.store(), &format!("D{n}")).unwrap().unwrap().unwrap();
        }
        let told = told.get_or_insert_with(|| all.clone());
        assert_eq!(all, *told, "{what}");
        // Each message that it led to went out once.
        let sent = lines.ids();
        assert_eq!(sent.len(), 3 * 4, "{what}: {sent:?}");
        assert_eq!(sent.iter().collect::<BTreeSet<_>>().len(), sent.len(), "{what}");
    }
}

/// Lines that a log has written.
#[derive(Clone, Default)]
pub(super) struct Lines(std::sync::Arc<std::sync::Mutex<Vec<u8>>>);

impl std::io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Lines {
    pub(super) fn ids(&self) -> Vec<String> {
        let lines = self.0.lock().unwrap();
        let id = |event: serde_json::Value| event["id"].as_str().unwrap().to_owned();
        serde_json::Deserializer::from_slice(&lines).into_iter().map(|event| id(event.unwrap())).collect()
    }
}

/// What was put off while the clock was an hour ahead is not put off by an hour once it is back: the loop's own clock goes on.
#[test]
fn what_waits_for_a_clock_that_was_set_back_does_not_wait_longer() {
    let host = memory();
    filled(&host, 1, 0);
    let (clock, lines) = (Turned::new(), Lines::default());
    let log = Log::to(lines.clone());
    let outbox = Outbox::new(&host, "log", &log);
    clock.turn(HOUR);
    assert_eq!(drained(&outbox, &clock), Passed::default());
    let _ = host.ask(asked("D0", "s", "say", Some("now"))).unwrap();
    // Lent out by somebody who is gone since, by the clock that was ahead.
    let now = clock.now();
    assert_eq!(host.store().claim("log", now, 9, host.lease(now.plus(-60))).unwrap().len(), 1);
    clock.turn(-HOUR);
    assert_eq!(drained(&outbox, &clock).delivered, 2);
}

#[test]
fn a_loop_wakes_until_it_is_stopped() {
    let host = memory();
    filled(&host, 2, 0);
    let (stop, looks) = (AtomicBool::new(false), AtomicUsize::new(0));
    let now = || start().plus(if looks.fetch_add(1, Ordering::Relaxed) == 0 { 0 } else { 14 * DAY });
    let mut told = Vec::new();
    host.keep_awake(&now, &stop, |woken: Result<_, &HostError>| {
        let woken: &motcua_host::Woken = woken.unwrap();
        told.push((woken.dossiers, woken.events));
        stop.store(true, Ordering::Relaxed);
    });
    assert_eq!((told.len(), looks.load(Ordering::Relaxed)), (1, 2));
    assert!(told[0].0 >= 2 && told[0].1 >= 8, "{told:?}");
}
