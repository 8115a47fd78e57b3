//! Inboxes, counts and cards, against what the journals say to somebody who reads them all.

use std::collections::BTreeMap;

use motcua_engine::{Answer, Command, Instant, Opening, Standing, Value, World, in_force, possible};
use motcua_host::{
    Asked, By, Card, Counted, Desk, Host, Memory, Order, Period, Postgres, Query, Request, Sqlite, Store, Tally, name,
};
use motcua_tests::permit::{TIMED, start};
use smol_str::{SmolStr, format_smolstr};

use crate::hosts::world;
use crate::server::Server;

const DAY: i64 = 86_400;

/// Two communes, an office each for the roles of the permit; the second has its chair for both.
const ORGANISATION: &str = r#"
organisation district "Huyện" {
    unit first "Xã Một" level commune calendar office {
        office one_stop "Một cửa" { head head_one officers an }
        office urban "Xây dựng" { head head_urban }
        office chair "Chủ tịch" { head chair_one }
        bind counter to one_stop
        bind urban to urban
        bind fire to urban
        bind planning to urban
        bind chair to chair
    }
    unit second "Xã Hai" level commune calendar office {
        office one_stop "Một cửa" { head head_two }
        bind counter to one_stop
        bind urban to first.urban
        bind fire to first.urban
        bind planning to first.urban
        bind chair to first.chair
    }
}
"#;

fn organised() -> World {
    motcua_tests::world(&[TIMED, ("district", ORGANISATION)]).unwrap()
}

/// What is done to a dossier: received by which unit on which day, and how far it goes, a step every so many days.
fn dossiers() -> Vec<(SmolStr, Vec<Asked>)> {
    let way = [
        ("accept", "counter", "an", None),
        ("consult", "urban", "head_urban", None),
        ("answer", "fire", "head_urban", Some(("opinion", "agree"))),
        ("answer", "planning", "head_urban", Some(("advice", "agree"))),
        ("submit", "urban", "head_urban", Some(("verdict", "granted"))),
        ("sign", "chair", "chair_one", None),
    ];
    let mut all = Vec::new();
    for n in 0..24_i64 {
        let id = format_smolstr!("D{n:02}");
        let (unit, steps, pace) = (if n % 3 == 0 { "second" } else { "first" }, n % 8, 1 + n % 5);
        let received = start().plus(DAY * n);
        let given =
            |command: Command, at: Instant| Asked { dossier: id.clone(), request: Request::Give(command), now: at };
        let opening = Command {
            id: "open".into(),
            command: "open".into(),
            actor: if unit == "first" { "an".into() } else { "head_two".into() },
            role: "counter".into(),
            data: vec![
                ("applicant".into(), Value::from(if n % 2 == 0 { "Nguyễn Văn A" } else { "Trần Thị B" })),
                ("area".into(), Value::Integer(120)),
                ("floors".into(), Value::Integer(5)),
                ("zone".into(), Value::from("rural")),
                ("fee_paid".into(), Value::Boolean(true)),
            ],
            open: Some(Opening { procedure: TIMED.0.into(), unit: unit.into(), ..Opening::default() }),
            ..Command::default()
        };
        let mut asked = vec![given(opening, received)];
        for (step, (command, role, actor, brings)) in way.iter().enumerate().take(usize::try_from(steps).unwrap()) {
            let actor = if *role == "counter" && unit == "second" { "head_two" } else { actor };
            // The seventh is refused in the middle of its way.
            let command = if n == 7 && step == 1 { "refuse" } else { command };
            let brings = brings.filter(|_| command != "refuse");
            let command = Command {
                id: format_smolstr!("c{step}"),
                command: command.into(),
                actor: actor.into(),
                role: (*role).into(),
                data: brings.iter().map(|(field, value)| ((*field).into(), Value::from(*value))).collect(),
                ..Command::default()
            };
            asked.push(given(command, received.plus(DAY * pace * (1 + i64::try_from(step).unwrap()))));
        }
        all.push((id, asked));
    }
    all
}

/// Does everything in the order of time, with the clock's own between.
fn played(host: &Host) -> Instant {
    let mut all: Vec<Asked> = dossiers().into_iter().flat_map(|(_, asked)| asked).collect();
    all.sort_by_key(|asked| asked.now);
    let end = all.last().unwrap().now.plus(DAY);
    for group in all.chunks(5) {
        host.wake(group[0].now, |_| ()).unwrap();
        for reply in host.ask_all(group) {
            let reply = reply.unwrap();
            let done = matches!(reply.answer, Answer::Accepted(_));
            // After a refusal nothing follows.
            assert!(done || reply.dossier.is_some_and(|dossier| dossier.id == "D07"), "{:?}", reply.answer);
        }
    }
    host.wake(end, |_| ()).unwrap();
    end
}

fn memory() -> (Host, Instant) {
    let host = Host::new(organised(), Box::new(Memory::new()), &[]);
    let end = played(&host);
    (host, end)
}

fn counted(host: &Host, period: Period, now: Instant) -> Vec<Counted> {
    let mut all = Vec::new();
    host.counted(period, now, |counted| all.push(counted)).unwrap();
    all
}

/// Returns when a journal's dossier was received and when its limit came to its end before an instant, read off its events.
fn read(host: &Host, id: &str, end: Instant) -> Option<(Instant, Option<Instant>)> {
    let events = host.events(id, 0).unwrap();
    let known: Vec<_> = in_force(&events).into_iter().filter(|event| event.at < end).collect();
    let received = known.first()?.at;
    let ends = |event: &&&motcua_engine::Event| {
        event.effects.iter().any(|effect| matches!(effect, motcua_engine::Effect::Settled(_)))
    };
    Some((received, known.iter().find(ends).map(|event| event.at)))
}

fn periods(end: Instant) -> Vec<Period> {
    let mut cuts: Vec<Instant> = (0..8).map(|n| start().plus(DAY * 9 * n - DAY * 3)).collect();
    cuts.push(end.plus(DAY));
    cuts.iter().zip(cuts.iter().skip(1)).map(|(from, to)| Period { from: *from, to: *to }).collect()
}

#[test]
fn a_card_is_what_the_journal_says() {
    let (host, _) = memory();
    let found = host.store().find(&Query::default(), None, 1000).unwrap();
    assert_eq!(found.len(), 24);
    assert!(host.store().uncarded(10).unwrap().is_empty());
    for one in found {
        let events = host.events(&one.dossier, 0).unwrap();
        assert_eq!(Some(&one.card), Card::before(&host.world(), &events, Instant::MAX).as_ref(), "{}", one.dossier);
    }
}

#[test]
fn the_numbers_of_a_period_add_up() {
    let (host, now) = memory();
    let mut closing = 0;
    let mut classes = BTreeMap::new();
    for period in periods(now) {
        let tally = host.tally(period, now, &[]).unwrap().total;
        assert_eq!(tally.carried, closing, "what is in hand at the end of a period is carried over into the next");
        assert_eq!(tally.carried + tally.received, tally.settled() + tally.in_hand());
        closing = tally.in_hand();
        // Somebody who reads every journal counts the same.
        let (mut carried, mut received, mut settled) = (0, 0, 0);
        for (id, _) in dossiers() {
            let Some((at, end)) = read(&host, &id, period.to.min(now.plus(1))) else { continue };
            if end.is_some_and(|end| end < period.from) {
                continue;
            }
            *(if at < period.from { &mut carried } else { &mut received }) += 1;
            settled += u64::from(end.is_some());
        }
        assert_eq!((tally.carried, tally.received, tally.settled()), (carried, received, settled), "{period:?}");
        for by in [&[By::Unit][..], &[By::Office], &[By::Procedure], &[By::Office, By::Unit]] {
            let Tally { rows, total } = host.tally(period, now, by).unwrap();
            assert_eq!(total, tally);
            let sum = |of: fn(&motcua_host::Counts) -> u64| rows.values().map(of).sum::<u64>();
            assert_eq!((sum(|row| row.carried), sum(|row| row.received)), (total.carried, total.received));
            for standing in Standing::ALL {
                assert_eq!(rows.values().map(|row| row.of(standing)).sum::<u64>(), total.of(standing));
            }
        }
        // Each number can be opened into its dossiers.
        let listed = counted(&host, period, now);
        for standing in Standing::ALL {
            let listed = listed.iter().filter(|one| one.standing == standing).count() as u64;
            assert_eq!(listed, tally.of(standing));
            *classes.entry(standing).or_insert(0) += listed;
        }
        assert_eq!(listed.iter().filter(|one| one.carried).count() as u64, tally.carried);
    }
    for standing in [Standing::Early, Standing::Late, Standing::Running, Standing::Overdue] {
        assert!(classes.get(&standing).is_some_and(|number| *number > 0), "no dossier is ever {standing:?}");
    }
}

#[test]
fn a_past_period_is_counted_as_it_was() {
    let (host, now) = memory();
    for period in periods(now) {
        // Whoever had counted at the end of the period, with what had happened by then, has counted the same.
        let mut all: Vec<Asked> = dossiers().into_iter().flat_map(|(_, asked)| asked).collect();
        all.retain(|asked| asked.now < period.to);
        all.sort_by_key(|asked| asked.now);
        let then = Host::new(organised(), Box::new(Memory::new()), &[]);
        for asked in all {
            then.wake(asked.now, |_| ()).unwrap();
            then.ask(asked).unwrap();
        }
        then.wake(period.to.plus(-1), |_| ()).unwrap();
        let by = [By::Unit, By::Office, By::Procedure];
        let seen = period.to.plus(-1).min(now);
        assert_eq!(then.tally(period, seen, &by).unwrap(), host.tally(period, now, &by).unwrap(), "{period:?}");
    }
}

#[test]
fn an_inbox_is_what_its_owner_may_do() {
    let (host, now) = memory();
    let actors = ["an", "head_one", "head_two", "head_urban", "chair_one"];
    let mut given = 0;
    for actor in actors {
        let offices = Desk::offices_of(&host.world(), actor);
        assert_eq!(offices.len(), 1, "{actor}");
        let desk = Desk { actor: Some(actor.into()), offices: offices.clone(), ..Desk::default() };
        let inbox = host.inbox(&desk, now, None, 1000).unwrap();
        assert!(inbox.is_sorted_by_key(|task| task.found.bookmark(Order::Due)));
        // Page by page it is the same.
        let (mut paged, mut after) = (Vec::new(), None);
        loop {
            let page = host.inbox(&desk, now, after, 2).unwrap();
            let Some(last) = page.last() else { break };
            after = Some(last.found.bookmark(Order::Due));
            paged.extend(page);
        }
        assert_eq!(paged, inbox);
        for (id, _) in dossiers() {
            let dossier = host.dossier(&id).unwrap().unwrap();
            let world = host.world();
            let unit = world.unit(&dossier.unit).unwrap();
            let his = |role: &SmolStr| {
                let binding = unit.bindings.iter().find(|binding| binding.role == *role);
                binding.is_some_and(|at| offices.contains(&format_smolstr!("{}.{}", at.unit, at.office)))
            };
            let may: Vec<_> =
                possible(&world, &dossier, now).into_iter().filter(|way| way.by.iter().any(his)).collect();
            let task = inbox.iter().find(|task| task.found.dossier == id);
            assert_eq!(task.map(|task| task.commands.clone()).unwrap_or_default(), may, "{actor} on {id}");
            given += may.len();
        }
    }
    assert!(given > 8, "{given}");
    assert!(Desk::offices_of(&host.world(), "nobody").is_empty());
    let desk = Desk { role: Some("counter".into()), unit: Some("second".into()), ..Desk::default() };
    assert!(host.inbox(&desk, now, None, 1000).unwrap().iter().all(|task| task.found.card.unit == "second"));
}

#[test]
fn an_applicant_is_found_by_name() {
    let (host, _) = memory();
    let query = Query { applicant: Some(name(" Nguye\u{302}\u{303}n Va\u{306}n A")), ..Query::default() };
    assert_eq!(host.store().find(&query, None, 1000).unwrap().len(), 12);
}

#[test]
fn memory_and_a_file_say_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("dossiers.db");
    says_what_memory_says(&|| Box::new(Sqlite::open(&path).unwrap()));
}

#[test]
fn memory_and_a_database_say_the_same() {
    let Some(server) = Server::shared() else { return };
    let url = server.database();
    says_what_memory_says(&|| Box::new(Postgres::open(&url).unwrap()));
}

fn says_what_memory_says(open: &dyn Fn() -> Box<dyn Store>) {
    let (one, now) = memory();
    let other = Host::new(organised(), open(), &[]);
    played(&other);
    let all = |host: &Host, query: &Query| host.store().find(query, None, 1000).unwrap();
    let mut queries = vec![Query::default(), Query { order: Order::Due, ..Query::default() }];
    queries.push(Query { late_at: Some(now), ..Query::default() });
    queries.push(Query { due_before: Some(now), offices: vec!["first.urban".into()], ..Query::default() });
    queries.push(Query { state: Some("signing".into()), role: Some("chair".into()), ..Query::default() });
    for query in queries {
        assert_eq!(all(&one, &query), all(&other, &query), "{query:?}");
    }
    for period in periods(now) {
        assert_eq!(counted(&one, period, now), counted(&other, period, now));
    }
    let desk = Desk { offices: vec!["first.chair".into()], ..Desk::default() };
    assert_eq!(one.inbox(&desk, now, None, 99).unwrap(), other.inbox(&desk, now, None, 99).unwrap());
    // A host that remembers nothing goes on with the cards that are kept.
    drop(other);
    let again = Host::new(organised(), open(), &[]);
    again.wake(now.plus(DAY * 30), |_| ()).unwrap();
    for found in all(&again, &Query::default()) {
        let events = again.events(&found.dossier, 0).unwrap();
        assert_eq!(Some(&found.card), Card::before(&again.world(), &events, Instant::MAX).as_ref());
    }
}

#[test]
fn a_store_from_before_there_were_cards_gets_them() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("dossiers.db");
    let host = Host::new(organised(), Box::new(Sqlite::open(&path).unwrap()), &[]);
    let now = played(&host);
    let before = host.store().find(&Query::default(), None, 1000).unwrap();
    drop(host);
    let file = rusqlite::Connection::open(&path).unwrap();
    let older =
        "DROP TABLE card; DROP TABLE post; DROP TABLE seal; DELETE FROM refinery_schema_history WHERE version >= 2";
    file.execute_batch(older).unwrap();
    drop(file);
    // The world has no plan: the store keeps it.
    let host = Host::new(
        motcua_tests::world(&[("district", ORGANISATION), OFFICE]).unwrap(),
        Box::new(Sqlite::open(&path).unwrap()),
        &[],
    );
    assert_eq!(host.store().uncarded(100).unwrap().len(), 24);
    let indexed = host.index().unwrap();
    assert_eq!((indexed.cards, indexed.stuck), (24, Vec::new()));
    assert_eq!(host.store().find(&Query::default(), None, 1000).unwrap(), before);
    assert_eq!(host.index().unwrap().cards, 0);
    assert!(motcua_host::verify::dossier(host.store(), "D01").unwrap().unwrap().is_ok());
    assert!(host.tally(Period { from: start(), to: now }, now, &[]).unwrap().total.received > 0);
}

const OFFICE: (&str, &str) = (
    "office",
    r#"
calendar office {
    zone "Asia/Ho_Chi_Minh"
    covers 2024 to 2026
    week mon-fri 07:30-11:30, 13:30-17:00
    off every 01-01 "New Year"
    off 2024-02-08 to 2024-02-14 "Tết"
    off every 09-02 "National Day"
}
"#,
);

#[test]
fn without_an_organisation_roles_have_inboxes() {
    let host = Host::new(world(), Box::new(Memory::new()), &[]);
    assert!(matches!(host.ask(crate::hosts::opening("D1")).unwrap().answer, Answer::Accepted(_)));
    let inbox = |role: &str| {
        let desk = Desk { role: Some(role.into()), ..Desk::default() };
        host.inbox(&desk, start(), None, 10).unwrap()
    };
    let commands: Vec<_> = inbox("counter").remove(0).commands.into_iter().map(|way| way.command).collect();
    assert_eq!(commands, ["accept", "refuse"]);
    assert!(inbox("chair").is_empty());
}
