//! A store of a million dossiers that are all to be woken some day: how long it opens, sweeps and finds what is due.

use std::time::{Duration, Instant as Clock};

use motcua_engine::{Instant, Outlook, Standing};
use motcua_host::chain::{Hash, Record};
use motcua_host::{Appended, Card, Change, Host, Lease, Post, Sqlite, Store, Transaction};

/// How many of the dossiers are due when they are looked for.
const DUE: i64 = 100_000;

pub(super) fn measure(dossiers: i64) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("million.db");
    {
        let store = Sqlite::open(&path).unwrap();
        let numbers: Vec<i64> = (0..dossiers).collect();
        for group in numbers.chunks(20_000) {
            let group: Vec<_> = group.iter().map(|n| opened(*n)).collect();
            assert!(store.append(&group).unwrap().iter().all(|appended| *appended != Appended::Conflict));
        }
    }
    println!("{dossiers} dossiers that wake some day");
    let clock = Clock::now();
    let store = Sqlite::open(&path).unwrap();
    let first = store.next_wake().unwrap();
    println!("  opened, and the first wake-up known, in {:.1} ms", clock.elapsed().as_secs_f64() * 1e3);
    let before = first.unwrap_or(Instant::MIN).plus(-1);
    let lease = Lease { host: 1, until: Instant::MAX };
    let clock = Clock::now();
    assert!(store.uncarded(1).unwrap().is_empty());
    println!("  asked for dossiers without a card: {:.1} ms", clock.elapsed().as_secs_f64() * 1e3);
    let host = Host::new(super::world(), Box::new(Sqlite::open(&path).unwrap()), &[]);
    for when in ["just after somebody has written", "once nobody has for four seconds"] {
        let sweeps = 100_000;
        let clock = Clock::now();
        for _ in 0..sweeps {
            assert_eq!(host.wake(before, |_| {}).unwrap().dossiers, 0);
        }
        println!("  a sweep, {when}: {:.0} ns", clock.elapsed().as_secs_f64() * 1e9 / f64::from(sweeps));
        std::thread::sleep(Duration::from_secs(4).saturating_sub(clock.elapsed()));
        assert_eq!(host.wake(before, |_| {}).unwrap().dossiers, 0);
    }
    for round in ["first", "second"] {
        let (mut after, mut found) = (None, 0);
        let clock = Clock::now();
        loop {
            let due = store.due(Instant::from_unix(DUE - 1), after.as_ref(), 256, lease).unwrap();
            let Some(last) = due.last().cloned() else { break };
            found += due.len();
            after = Some(last);
        }
        let each = clock.elapsed().as_secs_f64() * 1e9 / found as f64;
        println!("  {found} that are due, 256 at a time: {each:.0} ns each, the {round} time");
    }
}

/// A dossier with one record; the bytes need not be an event for a store.
fn opened(n: i64) -> Transaction {
    let dossier = format!("thuan_bac-240304-{n:07}");
    let record = Record::of(Hash::genesis(&dossier), &"a record of some hundred bytes ".repeat(3)).unwrap();
    // Of a thousand that came together, not in the order in which they came.
    let at = n - n % 1000 + n.wrapping_mul(7_919) % 1000;
    let change = Change {
        head: record.hash(),
        records: vec![record],
        dossier: dossier.into(),
        key: None,
        before: 0,
        woke_at: None,
        wakes_at: Some(Instant::from_unix(at)),
        snapshot: None,
        outgoing: Vec::new(),
        card: Some(card(n, at).into()),
        carded: None,
        erases: false,
    };
    Transaction { changes: vec![change], ..Transaction::default() }
}

/// A card of somebody among five thousand names, in one of fifty offices.
fn card(n: i64, at: i64) -> Card {
    let office = Some(format!("thuan_bac.office_{:02}", n % 50).into());
    Card {
        unit: "thuan_bac".into(),
        procedure: "housing_permit".into(),
        applicant: Some(format!("Nguyễn Văn {:04}", n.wrapping_mul(7_919) % 5000).into()),
        office: None,
        received: Instant::from_unix(n),
        at: Instant::from_unix(n),
        due: Some(Instant::from_unix(at)),
        outlook: Outlook::Is(Standing::Running),
        settled: None,
        posts: vec![Post { state: "examining".into(), role: Some("examiner".into()), office }],
    }
}
