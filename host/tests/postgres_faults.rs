//! What goes wrong with several hosts on one PostgreSQL: the server stops, hosts are killed, all want the same.
//!
//! After each: every command that was acknowledged is in its journal once, none half, and the chain verifies. `MOTCUA_TRIALS` says how
//! many trials each test makes; each prints it.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use motcua_engine::{Answer, Cause, Event};
use motcua_host::{Asked, Host, HostError, Postgres, Request, StoreError, verify};
use motcua_tests::permit::{TIMED, commands, start};
use smol_str::SmolStr;

use crate::hosts::{memory, opening, way, world};
use crate::server::Server;

/// How many commands a dossier's way has, each of which leads to one event.
const WAY: usize = 7;

/// How many dossiers each client takes their way while the server stops.
const DOSSIERS: usize = 12;

/// How many dossiers are due at once.
const DUE: u32 = 120;

/// A command that was acknowledged: the dossier, and the command's id.
type Acknowledged = (SmolStr, SmolStr);

fn trials(of: &str, few: u32) -> std::ops::Range<u32> {
    let trials = std::env::var("MOTCUA_TRIALS").ok().and_then(|trials| trials.parse().ok()).unwrap_or(few);
    eprintln!("{of}: {trials} trials");
    0..trials
}

/// Returns a number below another one, as chance has it.
fn any(below: u64) -> u64 {
    use std::hash::{BuildHasher, Hasher, RandomState};
    RandomState::new().build_hasher().finish() % below
}

fn host(url: &str) -> Host {
    Host::new(world(), Box::new(Postgres::open(url).unwrap()), &["log"])
}

fn id(asked: &Asked) -> SmolStr {
    let Request::Give(command) = &asked.request else { panic!("a command") };
    command.id.clone()
}

/// Gives a command until it is answered, and returns whether it is done, now or before.
fn insist(host: &Host, asked: &Asked) -> bool {
    loop {
        match host.ask(asked.clone()) {
            Ok(reply) => return !matches!(reply.answer, Answer::Refused(_)),
            Err(HostError::Store(error)) if matches!(*error, StoreError::Lost { .. }) => {
                std::thread::sleep(Duration::from_millis(20));
            }
            Err(error) => panic!("{error}"),
        }
    }
}

/// Says that a database holds what was acknowledged, once, and nothing half.
fn holds(url: &str, acknowledged: &[Acknowledged]) {
    let host = host(url);
    let ids = host.store().dossiers("", 100_000).unwrap();
    let mut found: BTreeMap<Acknowledged, usize> = BTreeMap::new();
    for dossier in &ids {
        let sound = verify::dossier(host.store(), dossier).unwrap().unwrap().unwrap();
        let events = host.events(dossier, 0).unwrap();
        assert_eq!(events.len(), sound.events as usize);
        for event in &events {
            let Cause::Command { id, events, .. } = &event.cause else { continue };
            assert_eq!(*events, 1, "each command of the way leads to one event");
            *found.entry((dossier.clone(), id.clone())).or_default() += 1;
        }
        // The dossier as it is folded is the one whose snapshot or version the store says.
        assert_eq!(host.dossier(dossier).unwrap().unwrap().version, sound.events);
    }
    assert!(found.values().all(|times| *times == 1), "something is there twice");
    for one in acknowledged {
        assert!(found.contains_key(one), "{one:?} was acknowledged and is gone");
    }
}

/// Gives the ways of some dossiers on a thread, and returns what was acknowledged.
fn load(url: &str, dossiers: Vec<String>) -> JoinHandle<Vec<Acknowledged>> {
    let host = host(url);
    std::thread::spawn(move || {
        let asked = dossiers.iter().flat_map(|dossier| way(dossier));
        let done = asked.filter(|asked| insist(&host, asked));
        done.map(|asked| (asked.dossier.clone(), id(&asked))).collect()
    })
}

#[test]
fn a_server_that_stops_loses_nothing_that_was_acknowledged() {
    let Some(server) = Server::start() else { return };
    let (mut commands, mut stops) = (0, 0);
    for trial in trials("server stopped under load", 2) {
        let url = server.database();
        let clients: Vec<_> = (0..4)
            .map(|client| load(&url, (0..DOSSIERS).map(|n| format!("D{trial}-{client}-{n}")).collect()))
            .collect();
        for _ in 0..4 {
            std::thread::sleep(Duration::from_millis(any(400)));
            if clients.iter().all(JoinHandle::is_finished) {
                break;
            }
            server.down();
            stops += 1;
            std::thread::sleep(Duration::from_millis(any(50)));
            server.up();
        }
        let acknowledged: Vec<_> = clients.into_iter().flat_map(|client| client.join().unwrap()).collect();
        assert_eq!(acknowledged.len(), 4 * DOSSIERS * WAY, "each command is answered in the end");
        commands += acknowledged.len();
        holds(&url, &acknowledged);
    }
    eprintln!("server stopped under load: {commands} commands, {stops} stops");
}

/// What a host in a process of its own does: nothing where this is no such process.
#[test]
fn as_a_process_of_its_own() {
    let Ok(url) = std::env::var("MOTCUA_TEST_DATABASE") else { return };
    let host = host(&url);
    if std::env::var_os("MOTCUA_TEST_WAKE").is_some() {
        host.wake(end(), |_| println!("\nwoken")).unwrap();
        return;
    }
    for asked in (0..30).flat_map(|n| way(&format!("D{n:02}"))) {
        if insist(&host, &asked) {
            println!("\nkept {} {}", asked.dossier, id(&asked));
        }
    }
}

fn process(url: &str, wakes: bool) -> Child {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "postgres_faults::as_a_process_of_its_own", "--nocapture"]);
    command.env("MOTCUA_TEST_DATABASE", url).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    if wakes {
        command.env("MOTCUA_TEST_WAKE", "1");
    }
    command.spawn().unwrap()
}

/// Reads what a process says, and kills it once it has said so many lines.
fn killed_after(mut child: Child, lines: u64) -> Vec<String> {
    let mut said = BufReader::new(child.stdout.take().unwrap());
    let mut heard = Vec::new();
    let mut line = String::new();
    let mut left = lines;
    while left > 0 && said.read_line(&mut line).unwrap() > 0 {
        left -= u64::from(line.starts_with("kept") || line.starts_with("woken"));
        heard.push(std::mem::take(&mut line));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    // What it had said before it died counts as well, but for a line that it did not end.
    let mut rest = String::new();
    said.read_to_string(&mut rest).unwrap();
    heard.extend(rest.split_inclusive('\n').filter(|line| line.ends_with('\n')).map(str::to_owned));
    heard
}

fn acknowledged(said: &[String]) -> Vec<Acknowledged> {
    let one = |line: &String| {
        let (dossier, id) = line.strip_prefix("kept ")?.trim_end().split_once(' ')?;
        Some((dossier.into(), id.into()))
    };
    said.iter().filter_map(one).collect()
}

#[test]
fn hosts_go_on_where_one_is_killed() {
    let Some(server) = Server::shared() else { return };
    for trial in trials("two and four hosts, one killed", 2) {
        let url = server.database();
        drop(host(&url));
        let others = if trial % 2 == 0 { 1 } else { 3 };
        // All give the same commands: each is done once, whoever comes first.
        let others: Vec<_> = (0..others).map(|_| process(&url, false)).collect();
        let mut done = acknowledged(&killed_after(process(&url, false), 1 + any(150)));
        for other in others {
            let theirs = acknowledged(&killed_after(other, u64::MAX));
            assert_eq!(theirs.len(), 30 * WAY);
            done.extend(theirs);
        }
        holds(&url, &done);
    }
}

fn end() -> motcua_engine::Instant {
    start().plus(60 * 86_400)
}

/// Returns what has happened to a dossier since it was opened, but for when the host heard of it.
fn fired(host: &Host, dossier: &str) -> Vec<(motcua_engine::Instant, Cause, Vec<motcua_engine::Effect>)> {
    let told = |event: Event| (event.at, event.cause, event.effects);
    host.events(dossier, 1).unwrap().into_iter().map(told).collect()
}

/// Opens dossiers that have fallen due by the end.
fn waiting(host: &Host, dossiers: u32) {
    let asked: Vec<_> = (0..dossiers).flat_map(|n| way(&format!("D{n:03}")).into_iter().take(2)).collect();
    host.ask_all(&asked).into_iter().for_each(|reply| drop(reply.unwrap()));
}

#[test]
fn hosts_that_wake_the_same_dossiers_wake_each_once() {
    let Some(server) = Server::shared() else { return };
    let alone = memory();
    waiting(&alone, 1);
    let expected = alone.wake(end(), |_| {}).unwrap().events;
    let expected = (expected, fired(&alone, "D000"));
    for trial in trials("two hosts wake the same dossiers", 2) {
        let url = server.database();
        let first = host(&url);
        waiting(&first, DUE);
        let wake = |host: Host| std::thread::spawn(move || host.wake(end(), |_| {}).unwrap());
        // Every other time, one more host dies while it wakes, with dossiers lent to it.
        let killed = trial % 2 == 0;
        let dies = killed.then(|| {
            std::thread::spawn({
                let child = process(&url, true);
                move || killed_after(child, 1 + any(100)).iter().filter(|line| line.starts_with("woken")).count()
            })
        });
        let woken = [wake(first), wake(host(&url))].map(|host| host.join().unwrap());
        let mut events: usize = woken.iter().map(|woken| woken.events).sum();
        let last = host(&url);
        if let Some(dies) = dies {
            dies.join().unwrap();
            // Once its lease has run out, the others take over.
            events += last.wake(end().plus(61), |_| {}).unwrap().events;
        }
        assert!(
            events <= DUE as usize * expected.0 && (killed || events == DUE as usize * expected.0),
            "{events} events"
        );
        for n in 0..DUE {
            assert_eq!(fired(&last, &format!("D{n:03}")), expected.1);
        }
        assert!(last.store().next_wake().unwrap().is_none_or(|at| at > end()));
        holds(&url, &[]);
    }
}

#[test]
fn ten_thousand_commands_for_one_dossier_from_four_hosts() {
    let Some(server) = Server::shared() else { return };
    for _ in trials("10,000 commands for one dossier from four hosts", 1) {
        let url = server.database();
        host(&url).ask(opening("D1")).unwrap();
        let accept = |n: u32| {
            let command = motcua_engine::Command { id: format!("n{n}").into(), ..commands(TIMED).remove(0) };
            Asked { dossier: "D1".into(), request: Request::Give(command), now: start().plus(60) }
        };
        let ask = |from: u32| {
            let host = Arc::new(host(&url));
            std::thread::spawn(move || {
                let asked: Vec<_> = (from..from + 2500).map(accept).collect();
                let replies = asked.chunks(100).flat_map(|group| host.ask_all(group));
                replies.filter(|reply| matches!(reply.as_ref().unwrap().answer, Answer::Accepted(_))).count()
            })
        };
        let hosts: Vec<_> = (0..4).map(|n| ask(n * 2500)).collect();
        let accepted: usize = hosts.into_iter().map(|host| host.join().unwrap()).sum();
        assert_eq!(accepted, 1);
        let host = host(&url);
        assert_eq!(verify::dossier(host.store(), "D1").unwrap().unwrap().unwrap().events, 2);
        holds(&url, &[]);
    }
}
