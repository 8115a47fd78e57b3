//! What rests on another history than the stored one is refused, also where it has as many events.

use motcua_host::chain::Hash;
use motcua_host::{Appended, Change, Definition, DefinitionKind, Store, Taken, Transaction};

use super::{Place, at, change, elsewhere, kept, lease, one};

/// Keeps five events of a dossier, and then a sixth as another host has decided it; returns the dossier's key.
fn overtaken(store: &dyn Store, id: &str) -> u64 {
    let group = [one(change(id, 0, 5)), one(elsewhere(id, 5, 5, 1))];
    assert!(store.append(&group).unwrap().iter().all(|appended| *appended != Appended::Conflict));
    kept(store, id).key
}

/// Says that a dossier is as [`overtaken`] left it, and that its records are a chain.
fn untouched(store: &dyn Store, id: &str) {
    let found = kept(store, id);
    assert_eq!((found.version, found.head, found.wakes_at), (6, elsewhere(id, 5, 5, 1).head, None));
    let mut head = Hash::genesis(id);
    for record in store.journal(id, 0).unwrap() {
        assert_eq!(record.previous(), Some(head));
        head = record.hash();
    }
    assert_eq!(head, found.head);
    let seals = found.records.iter().filter(|record| record.seal().is_some()).count();
    assert_eq!((seals, found.snapshot), (3, None));
    assert!(store.due(at(100), None, 9, lease(1, 100)).unwrap().is_empty());
}

pub(crate) fn what_rests_on_another_history_is_a_conflict(place: &Place) {
    let store = (place.open)();
    let key = overtaken(&*store, "D1");
    // Each of these rests on version 6, and on a sixth event that nobody has kept.
    let stale = || {
        [
            change("D1", 6, 1),
            change("D1", 6, 3),
            Change { wakes_at: Some(at(9)), snapshot: Some(b"six".to_vec()), ..change("D1", 6, 1) },
            // An erasure, and one that is woken at another instant, without an event.
            Change { erases: true, ..change("D1", 6, 1) },
            Change { wakes_at: Some(at(9)), ..change("D1", 6, 0) },
        ]
    };
    for key in [None, Some(key)] {
        for change in stale() {
            let stale = one(Change { key, ..change });
            assert_eq!(store.append(std::slice::from_ref(&stale)).unwrap(), [Appended::Conflict], "{stale:?}");
        }
        let group = stale().map(|change| one(Change { key, ..change }));
        assert!(store.append(&group).unwrap().iter().all(|appended| *appended == Appended::Conflict));
    }
    untouched(&*store, "D1");
    assert!(matches!(*store.append(&[one(elsewhere("D1", 5, 6, 1))]).unwrap(), [Appended::Kept(_)]));
}

pub(crate) fn a_group_that_rests_on_what_is_refused_is_refused(place: &Place) {
    let store = (place.open)();
    let key = Some(overtaken(&*store, "D1"));
    let definition = Definition { kind: DefinitionKind::Plan, hash: vec![1], body: b"{}".to_vec() };
    let on = |key, before| Change { key, ..change("D1", before, 1) };
    let of_both = |before| Transaction {
        definitions: vec![definition.clone()],
        numbers: vec![Taken { series: "s".into(), number: 1 }],
        changes: vec![change("D2", 0, 1), on(None, before)],
    };
    for key in [None, key] {
        // Decided one on the other by a host that has not seen the sixth event: the first is refused, the others have nothing to rest on.
        let group = [one(on(key, 5)), of_both(6), one(on(key, 7)), one(change("D2", 1, 1))];
        assert!(store.append(&group).unwrap().iter().all(|appended| *appended == Appended::Conflict));
        // What has nothing to do with them is kept beside them.
        let other = one(change(if key.is_some() { "D3" } else { "D4" }, 0, 1));
        let said = store.append(&[one(on(key, 5)), one(on(key, 6)), other]).unwrap();
        assert!(matches!(*said, [Appended::Conflict, Appended::Conflict, Appended::Kept(_)]), "{said:?}");
    }
    untouched(&*store, "D1");
    assert_eq!(store.dossiers("", 9).unwrap(), ["D1", "D3", "D4"]);
    assert_eq!((store.latest_number("s").unwrap(), store.definition(DefinitionKind::Plan, &[1]).unwrap()), (0, None));
}
