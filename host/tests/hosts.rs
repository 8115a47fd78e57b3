//! Hosts: what is acknowledged is kept, once, whoever asks how often.

use std::path::Path;
use std::sync::Arc;

use motcua_engine::{Answer, Command, Instant, Opening, Refusal, Value, World};
use motcua_host::{Asked, Host, Memory, Reply, Request, Sqlite, Store, Writer, verify};
use motcua_tests::permit::{self, TIMED, commands, start};
use smol_str::SmolStr;

pub(crate) fn world() -> World {
    permit::open(TIMED).unwrap().0
}

pub(crate) fn memory() -> Host {
    Host::new(world(), Box::new(Memory::new()), &["log"])
}

pub(crate) fn sqlite(path: &Path) -> Host {
    Host::new(world(), Box::new(Sqlite::open(path).unwrap()), &["log"])
}

pub(crate) fn opening(dossier: &str) -> Asked {
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
        open: Some(Opening { dossier: dossier.into(), procedure: TIMED.0.into(), ..Opening::default() }),
        ..Command::default()
    };
    Asked { dossier: dossier.into(), request: Request::Give(command), now: start() }
}

pub(crate) fn way(dossier: &str) -> Vec<Asked> {
    let given = commands(TIMED).into_iter();
    let given = given.map(|command| Asked {
        dossier: dossier.into(),
        request: Request::Give(command),
        now: start().plus(3600),
    });
    std::iter::once(opening(dossier)).chain(given).collect()
}

fn accepted(reply: &Reply) -> bool {
    matches!(reply.answer, Answer::Accepted(_))
}

fn sound(store: &dyn Store, id: &str) -> u32 {
    verify::dossier(store, id).unwrap().unwrap().unwrap().events
}

#[test]
fn a_dossier_goes_its_way_in_one_group_and_one_by_one() {
    let (together, apart) = (memory(), memory());
    let replies = together.ask_all(&way("D1"));
    assert!(replies.iter().all(|reply| accepted(reply.as_ref().unwrap())), "{replies:?}");
    for asked in way("D1") {
        assert!(accepted(&apart.ask(asked).unwrap()));
    }
    let journal = |host: &Host| host.store().journal("D1", 0).unwrap();
    assert_eq!(journal(&together), journal(&apart));
    assert_eq!(together.dossier("D1").unwrap(), apart.dossier("D1").unwrap());
    assert_eq!(sound(together.store(), "D1"), 7);
}

#[test]
fn the_first_answer_is_given_again_also_by_another_host() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("dossiers.db");
    let first = sqlite(&path).ask_all(&way("D1"));
    let again = sqlite(&path).ask_all(&way("D1"));
    for (first, again) in first.into_iter().zip(again) {
        let (first, again) = (first.unwrap(), again.unwrap());
        let Answer::Accepted(events) = first.answer else { panic!("{first:?}") };
        assert!(matches!(again.answer, Answer::AlreadyDone { .. }), "{again:?}");
        assert_eq!(again.again, events);
    }
    // The same id with another body is no repetition.
    let mut other = way("D1").remove(1);
    if let Request::Give(command) = &mut other.request {
        command.reason = Some("another one".into());
    }
    let reply = sqlite(&path).ask(other).unwrap();
    assert!(
        matches!(&reply.answer, Answer::Refused(refusal) if matches!(**refusal, Refusal::Invalid { .. })),
        "{reply:?}"
    );
}

#[test]
fn two_hosts_never_decide_on_a_stale_dossier() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("dossiers.db");
    let (one, other) = (sqlite(&path), sqlite(&path));
    for (n, asked) in way("D1").into_iter().enumerate() {
        let host = if n % 2 == 0 { &one } else { &other };
        assert!(accepted(&host.ask(asked).unwrap()));
    }
    assert_eq!(sound(one.store(), "D1"), 7);
    let mut stale = way("D1").remove(1);
    if let Request::Give(command) = &mut stale.request {
        command.id = "late".into();
        command.seen = Some(1);
    }
    let reply = one.ask(stale).unwrap();
    assert!(
        matches!(&reply.answer, Answer::Refused(r) if matches!(**r, Refusal::Conflict { version: 7, .. })),
        "{reply:?}"
    );
}

#[test]
fn hosts_that_race_open_each_dossier_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("dossiers.db");
    drop(sqlite(&path));
    let race = |_| {
        let path = path.clone();
        std::thread::spawn(move || {
            let host = sqlite(&path);
            let asked: Vec<_> = (0..40).flat_map(|n| way(&format!("D{n:02}"))).collect();
            // In groups of a few, so that the two meet within one another's dossiers.
            let replies = asked.chunks(3).flat_map(|group| host.ask_all(group)).map(Result::unwrap);
            replies.filter(accepted).count()
        })
    };
    let hosts: Vec<_> = (0..3).map(race).collect();
    let accepted: usize = hosts.into_iter().map(|host| host.join().unwrap()).sum();
    assert_eq!(accepted, 40 * 7);
    let host = sqlite(&path);
    for n in 0..40 {
        assert_eq!(sound(host.store(), &format!("D{n:02}")), 7);
    }
}

#[test]
fn many_threads_share_one_writer() {
    let folder = tempfile::tempdir().unwrap();
    let host = Arc::new(sqlite(&folder.path().join("dossiers.db")));
    let writer = Arc::new(Writer::start(host.clone()));
    let clients: Vec<_> = (0..8)
        .map(|client| {
            let writer = writer.clone();
            std::thread::spawn(move || {
                let asked = (0..5).flat_map(|n| way(&format!("D{client}-{n}")));
                let tickets: Vec<_> = asked.map(|asked| writer.ask(asked)).collect();
                assert!(tickets.into_iter().all(|ticket| accepted(&ticket.wait().unwrap())));
            })
        })
        .collect();
    for client in clients {
        client.join().unwrap();
    }
    assert_eq!(host.store().dossiers("", 100).unwrap().len(), 40);
}

#[test]
fn ten_thousand_commands_for_one_dossier_are_answered_each() {
    let host = memory();
    host.ask(opening("D1")).unwrap();
    let accept = |n: u32| {
        let command = Command { id: format!("c{n}").into(), ..commands(TIMED).remove(0) };
        Asked { dossier: "D1".into(), request: Request::Give(command), now: start().plus(60) }
    };
    let replies = host.ask_all(&(0..10_000).map(|n| accept(n + 100)).collect::<Vec<_>>());
    assert_eq!(replies.len(), 10_000);
    assert_eq!(replies.iter().filter(|reply| accepted(reply.as_ref().unwrap())).count(), 1);
    assert_eq!(sound(host.store(), "D1"), 2);
}

#[test]
fn an_id_of_a_megabyte_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let host = sqlite(&folder.path().join("dossiers.db"));
    let long = "x".repeat(1 << 20);
    for asked in [opening(&long), Asked { dossier: long.as_str().into(), ..way("D1").remove(1) }] {
        let reply = host.ask(asked).unwrap();
        let Answer::Refused(refusal) = reply.answer else { panic!("accepted") };
        assert_eq!(refusal.to_string(), "`dossier`: an id has 1 to 256 bytes");
    }
    let ticked = host.ask(Asked { dossier: long.as_str().into(), request: Request::Tick, now: start() }).unwrap();
    assert_eq!(ticked.dossier, None);
}

#[test]
fn numbers_follow_one_another_whoever_is_refused() {
    let host = memory();
    let number = |id: &str, area| {
        let Request::Give(mut command) = opening("").request else { panic!("an opening") };
        command.id = id.into();
        command.data[1].1 = area;
        let series = SmolStr::new("hcm-240304");
        Asked { dossier: SmolStr::default(), request: Request::Number { series, command }, now: start() }
    };
    let asked = [number("a", Value::Integer(1)), number("b", Value::from("no number")), number("c", Value::Integer(2))];
    let replies = host.ask_all(&asked);
    let ids =
        replies.iter().map(|reply| reply.as_ref().unwrap().dossier.as_ref().map(|dossier| dossier.id.to_string()));
    assert_eq!(ids.collect::<Vec<_>>(), [Some("hcm-240304-0001".into()), None, Some("hcm-240304-0002".into())]);
}

/// Asks for numbers twice each, in one group and then of another host; a command that is refused has none, and may be mended.
fn numbers_stay(host: impl Fn() -> Host) {
    let number = |series: &str, id: &str, area: Value| {
        let Request::Give(mut command) = opening("").request else { panic!("an opening") };
        command.id = id.into();
        command.data[1].1 = area;
        Asked { dossier: "".into(), request: Request::Number { series: series.into(), command }, now: start() }
    };
    let of = |reply: &Reply| reply.dossier.as_ref().map(|dossier| dossier.id.to_string());
    let some = |id: &str| Some(id.to_owned());
    let (one, wrong) = (Value::Integer(1), Value::from("no number"));
    let group =
        [("s", "a", &one), ("s", "a", &one), ("t", "a", &one), ("s", "b", &wrong), ("s", "c", &one), ("s", "a", &one)];
    let asked: Vec<_> = group.into_iter().map(|(series, id, area)| number(series, id, area.clone())).collect();
    let first: Vec<Reply> = host().ask_all(&asked).into_iter().map(Result::unwrap).collect();
    let ids = [some("s-0001"), some("s-0001"), some("t-0001"), None, some("s-0002"), some("s-0001")];
    assert_eq!(first.iter().map(of).collect::<Vec<_>>(), ids);
    assert_eq!(first.iter().filter(|reply| accepted(reply)).count(), 3);

    let again = host().ask(number("s", "a", one.clone())).unwrap();
    let Answer::Accepted(events) = &first[0].answer else { panic!("{:?}", first[0]) };
    assert!(matches!(again.answer, Answer::AlreadyDone { first: 1, events: 1 }), "{again:?}");
    assert_eq!((of(&again), &again.again), (some("s-0001"), events));
    assert_eq!(of(&host().ask(number("s", "b", one.clone())).unwrap()), some("s-0003"));
    // The same id with another body is no repetition, and takes no number.
    let other = host().ask(number("s", "a", Value::Integer(2))).unwrap();
    assert!(matches!(&other.answer, Answer::Refused(why) if matches!(**why, Refusal::Invalid { .. })), "{other:?}");
    assert_eq!(of(&host().ask(number("s", "d", one)).unwrap()), some("s-0004"));
}

#[test]
fn a_repeated_opening_gets_its_number_again_also_of_another_host() {
    let folder = tempfile::tempdir().unwrap();
    numbers_stay(|| sqlite(&folder.path().join("dossiers.db")));
    let Some(server) = crate::server::Server::shared() else { return };
    let url = server.database();
    numbers_stay(|| Host::new(world(), motcua_host::open(&url).unwrap(), &["log"]));
}

#[test]
fn hosts_that_race_for_numbers_give_each_command_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("dossiers.db");
    drop(sqlite(&path));
    let race = |_| {
        let path = path.clone();
        std::thread::spawn(move || {
            let host = sqlite(&path);
            let number = |n: u32| {
                let Request::Give(mut command) = opening("").request else { panic!("an opening") };
                command.id = format!("c{n}").into();
                let request = Request::Number { series: "s".into(), command };
                host.ask(Asked { dossier: "".into(), request, now: start() }).unwrap().dossier.unwrap().id.clone()
            };
            (0..30).map(number).collect::<Vec<_>>()
        })
    };
    let hosts: Vec<_> = (0..3).map(race).collect();
    let got: Vec<Vec<SmolStr>> = hosts.into_iter().map(|host| host.join().unwrap()).collect();
    assert!(got.iter().all(|numbers| *numbers == got[0]), "{got:?}");
    assert_eq!(sqlite(&path).store().dossiers("", 100).unwrap().len(), 30);
}

#[test]
fn time_is_told_once_however_often_it_is_asked() {
    let (once, often) = (memory(), memory());
    for host in [&once, &often] {
        let asked: Vec<_> = (0..300).flat_map(|n| way(&format!("D{n:03}")).into_iter().take(2)).collect();
        host.ask_all(&asked).into_iter().for_each(|reply| drop(reply.unwrap()));
    }
    let end = start().plus(60 * 86_400);
    let mut told = 0;
    let woken = once.wake(end, |_| told += 1).unwrap();
    assert_eq!((woken.dossiers, woken.stuck.len()), (told, 0));
    assert!(woken.events > 300, "{woken:?}");
    let days = (0..=60).map(|day| often.wake(start().plus(day * 86_400), |_| {}).unwrap().events).sum::<usize>();
    assert_eq!(days, woken.events);
    assert_eq!(once.wake(end, |_| {}).unwrap().events, 0);
    let fired = |host: &Host| {
        let at = |event: &motcua_engine::Event| (event.at, event.cause.clone(), event.effects.clone());
        host.events("D007", 0).unwrap().iter().map(at).collect::<Vec<_>>()
    };
    assert_eq!(fired(&once), fired(&often));
}

#[test]
fn a_clock_that_jumps_back_takes_nothing_back() {
    let host = memory();
    let jump = |n: usize, seconds: i64| Asked { now: start().plus(seconds), ..way("D1").remove(n) };
    for (n, seconds) in [(0, 3600), (1, 0), (2, -3600), (3, 7200)] {
        assert!(accepted(&host.ask(jump(n, seconds)).unwrap()));
    }
    let at: Vec<Instant> = host.events("D1", 0).unwrap().iter().map(|event| event.at).collect();
    assert!(at.is_sorted(), "{at:?}");
}

#[test]
fn what_a_dossier_is_pinned_to_comes_from_the_store() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("dossiers.db");
    assert!(accepted(&sqlite(&path).ask(opening("D1")).unwrap()));
    // A host that was started with another text of the procedure.
    let other = motcua_tests::world(&[permit::FREE]).unwrap();
    let host = Host::new(other, Box::new(Sqlite::open(&path).unwrap()), &[]);
    assert!(accepted(&host.ask(way("D1").remove(1)).unwrap()));
}

/// Returns a host of a store in a file whose dossiers, once overdue, have an event each day: more than a snapshot waits for.
pub(crate) fn overdue(path: &Path, ids: &[&str]) -> Host {
    let text = crate::examples::DEFINITION;
    let text =
        text.replace("when due notify head of parks", "every 24 hours overdue notify head of parks, at most 90 times");
    let world = motcua_tests::world(&[("tree_felling.tthc", &text)]).unwrap();
    let host = Host::new(world, Box::new(Sqlite::open(path).unwrap()), &[]);
    for id in ids {
        let opening =
            Opening { dossier: (*id).into(), procedure: "tree_felling".into(), unit: "ward".into(), version: None };
        let command = Command {
            id: "c0".into(),
            command: "open".into(),
            actor: "lan".into(),
            role: "citizen".into(),
            data: vec![("applicant".into(), Value::from("Lâm")), ("height".into(), Value::Integer(9))],
            open: Some(opening),
            ..Command::default()
        };
        assert!(accepted(
            &host.ask(Asked { dossier: (*id).into(), request: Request::Give(command), now: start() }).unwrap()
        ));
    }
    for day in 0..80 {
        host.wake(start().plus(day * 86_400), |_| {}).unwrap();
    }
    host
}

#[test]
fn a_snapshot_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("dossiers.db");
    let host = overdue(&path, &["T1"]);
    let motcua_host::Loaded::Kept(kept) = host.store().load("T1", None).unwrap() else { panic!("it is there") };
    assert!(kept.snapshot.is_some_and(|(version, _)| version >= 32), "{} events", kept.version);
    let with = host.dossier("T1").unwrap();
    host.store().drop_snapshots().unwrap();
    assert_eq!(host.dossier("T1").unwrap(), with);
    assert_eq!(sqlite(&path).dossier("T1").unwrap(), with);
}
