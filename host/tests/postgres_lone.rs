//! PostgreSQL: one change with one event has a statement for each of its shapes, and all of them keep what the store in memory keeps.

use std::sync::Arc;

use motcua_engine::{Instant, Outlook};
use motcua_host::{
    Appended, Card, Change, Definition, DefinitionKind, Loaded, Memory, Post, Postgres, Store, Transaction,
};

use crate::contract::{at, change, elsewhere, kept, lease, one};
use crate::server::Server;

const WAKES: [Option<i64>; 3] = [None, Some(10), Some(20)];

fn card(seen: i64, posts: usize) -> Arc<Card> {
    let post = |n| Post { state: format!("state {n}").into(), role: Some("role".into()), office: None };
    let card = Card {
        unit: "unit".into(),
        procedure: "procedure".into(),
        applicant: Some("An".into()),
        office: Some(format!("office {seen}").into()),
        received: at(1),
        at: at(seen),
        due: Some(at(seen + 7)),
        outlook: Outlook::RunsUntil(at(seen + 8)),
        settled: None,
        posts: (0..posts).map(post).collect(),
    };
    card.into()
}

/// Returns what stores have of a dossier but for their own key, and who is due by an instant at which nothing is lent any more.
fn seen(store: &dyn Store, dossier: &str) -> impl PartialEq + std::fmt::Debug + use<> {
    let kept = kept(store, dossier);
    let due = store.due(at(1000), None, 1000, lease(9, 1000)).unwrap();
    let card =
        store.find(&motcua_host::Query { dossier: Some(dossier.into()), ..Default::default() }, None, 9).unwrap();
    let card: Vec<_> = card.into_iter().map(|found| found.card).collect();
    (kept.version, kept.head, kept.wakes_at, kept.records, kept.card, due, card)
}

#[test]
fn each_shape_of_a_change_is_kept_as_in_memory() {
    let Some(server) = Server::shared() else { return };
    let (store, memory) = (Postgres::open(&server.database()).unwrap(), Memory::new());
    let mut dossiers = 0;
    // An event of an even number has a seal.
    for (before, after, more, sealed) in shapes() {
        dossiers += 1;
        let id = format!("D{dossiers:03}");
        let first = if sealed { 1 } else { 2 };
        let carded = card(5, 2);
        let opened = Change { wakes_at: before.map(at), card: Some(carded.clone()), ..change(&id, 0, first) };
        let wakes_at = after.map(at);
        let next = card(if more % 2 == 0 { 6 } else { 15 }, more);
        let changed = Change {
            woke_at: before.map(at),
            wakes_at,
            card: Some(next),
            carded: Some(carded),
            ..change(&id, first, 1)
        };
        for store in [&store as &dyn Store, &memory] {
            let keys = store.append(&[one(opened.clone())]).unwrap();
            let [Appended::Kept(keys)] = keys.as_slice() else { panic!("{keys:?}") };
            let changed = one(Change { key: keys.first().copied(), ..changed.clone() });
            let said: Vec<_> = (0..2).map(|_| store.append(std::slice::from_ref(&changed)).unwrap()).collect();
            assert_eq!(said, [[Appended::Kept(keys.clone())], [Appended::Conflict]], "{id} {changed:?}");
            // As many events as it has, the last of which is another one.
            let stray = elsewhere(&id, first, first + 1, 1);
            let stray = Change {
                woke_at: wakes_at,
                records: stray.records,
                head: stray.head,
                before: first + 1,
                ..changed.changes[0].clone()
            };
            assert_eq!(store.append(&[one(stray)]).unwrap(), [Appended::Conflict], "{id}, elsewhere");
            let mut other = changed;
            other.changes[0].before += 1;
            other.changes[0].woke_at = Some(at(99));
            assert_eq!(store.append(&[other]).unwrap(), [Appended::Conflict], "woken at another instant");
        }
        assert_eq!(seen(&store, &id), seen(&memory, &id), "{id} {changed:?}");
    }
    assert_eq!(dossiers, 72);
}

fn shapes() -> impl Iterator<Item = (Option<i64>, Option<i64>, usize, bool)> {
    let wakes = WAKES.into_iter().flat_map(|before| WAKES.into_iter().map(move |after| (before, after)));
    let more = wakes.flat_map(|(before, after)| (0..4).map(move |more| (before, after, more)));
    more.flat_map(|(before, after, more)| [false, true].map(|sealed| (before, after, more, sealed)))
}

#[test]
fn an_opening_is_kept_with_what_it_is_pinned_to() {
    let Some(server) = Server::shared() else { return };
    let (store, memory) = (Postgres::open(&server.database()).unwrap(), Memory::new());
    let definition = Definition { kind: DefinitionKind::Plan, hash: b"hash".to_vec(), body: b"{}".to_vec() };
    for (n, wakes_at) in WAKES.into_iter().enumerate() {
        for definitions in [Vec::new(), vec![definition.clone()]] {
            for sealed in [false, true] {
                let id = format!("D{n}{}{sealed}", definitions.len());
                let mut opened = Change { wakes_at: wakes_at.map(at), card: Some(card(5, n)), ..change(&id, 0, 1) };
                opened.records[0].set_seal(sealed.then(|| b"seal".to_vec()));
                let opened = Transaction { definitions: definitions.clone(), ..one(opened) };
                for store in [&store as &dyn Store, &memory] {
                    assert!(matches!(*store.append(std::slice::from_ref(&opened)).unwrap(), [Appended::Kept(_)]));
                    assert_eq!(store.append(std::slice::from_ref(&opened)).unwrap(), [Appended::Conflict]);
                }
                assert_eq!(seen(&store, &id), seen(&memory, &id));
            }
        }
    }
    assert_eq!(store.definition(DefinitionKind::Plan, b"hash").unwrap(), Some(b"{}".to_vec()));
    // What is refused leaves nothing.
    let late = Definition { hash: b"late".to_vec(), ..definition };
    let again = Change { card: Some(card(5, 1)), ..change("D01true", 0, 1) };
    let again = Transaction { definitions: vec![late], ..one(again) };
    assert_eq!(store.append(&[again]).unwrap(), [Appended::Conflict]);
    assert_eq!(store.definition(DefinitionKind::Plan, b"late").unwrap(), None);
}

#[test]
fn what_happens_to_a_dossier_that_is_due_ends_its_lease() {
    let Some(server) = Server::shared() else { return };
    let store = Postgres::open(&server.database()).unwrap();
    let wakes = |of: Change| Change { woke_at: Some(at(10)), wakes_at: Some(at(10)), ..of };
    let opened = Change { woke_at: None, card: Some(card(5, 1)), ..wakes(change("D1", 0, 1)) };
    let [Appended::Kept(keys)] = &*store.append(&[one(opened)]).unwrap() else { panic!("not kept") };
    let lent = |host| store.due(at(12), None, 9, lease(host, 12)).unwrap().len();
    assert_eq!((lent(1), lent(2)), (1, 0));
    for (before, seen, free) in [(1, 12, 1), (2, 13, 1)] {
        let key = keys.first().copied();
        let (card, carded) = (Some(card(seen, 1)), Some(card(5, 1)));
        let changed = Change { key, card, carded, ..wakes(change("D1", before, 1)) };
        assert!(matches!(*store.append(&[one(changed)]).unwrap(), [Appended::Kept(_)]));
        assert_eq!(lent(u64::from(before) + 2), free, "it can be lent again");
    }
    assert!(
        matches!(store.load("D1", None).unwrap(), Loaded::Kept(kept) if kept.wakes_at == Some(Instant::from_unix(10)))
    );
}
