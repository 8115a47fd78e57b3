//! Erasing: seals, snapshots and what receivers have said are gone, of one dossier and up to the event that says so.

use motcua_host::{Appended, Change, Outcome, Outgoing, Store, Tried};

use super::{Place, at, change, kept, lease, one};

/// Keeps two dossiers with seals, snapshots and a message that failed.
fn filled(store: &dyn Store) {
    for id in ["D1", "D2"] {
        let sent = Outgoing { destination: "log".into(), event: 1, effect: 0, refused: None };
        let filled = Change { snapshot: Some(b"one".to_vec()), outgoing: vec![sent], ..change(id, 0, 4) };
        assert_ne!(store.append(&[one(filled)]).unwrap()[0], Appended::Conflict);
    }
    let claimed = store.claim("log", at(0), 9, lease(1, 0)).unwrap();
    let outcome = || Outcome::Dead { failure: "no such person".into() };
    let tried: Vec<_> =
        claimed.into_iter().map(|parcel| Tried { sending: parcel.sending, outcome: outcome() }).collect();
    assert_eq!(tried.len(), 2);
    store.settle(&tried).unwrap();
}

fn seals(store: &dyn Store, id: &str) -> Vec<u32> {
    let records = store.journal(id, 0).unwrap();
    (1..).zip(&records).filter(|(_, record)| record.seal().is_some()).map(|(number, _)| number).collect()
}

pub(crate) fn what_is_erased_is_gone(place: &Place) {
    let store = (place.open)();
    filled(&*store);
    let key = Some(kept(&*store, "D1").key);
    // The event of the erasure has no seal; what comes with it afterwards in one group has.
    let erased = Change { key, erases: true, ..change("D1", 4, 1) };
    let group = [one(erased), one(change("D1", 5, 1))];
    assert!(store.append(&group).unwrap().iter().all(|appended| *appended != Appended::Conflict));
    assert_eq!((seals(&*store, "D1"), seals(&*store, "D2")), (vec![6], vec![2, 4]));
    let found = kept(&*store, "D1");
    assert_eq!((found.snapshot, found.version, found.records.len()), (None, 6, 6));
    assert_eq!(found.records, store.journal("D1", 0).unwrap());
    assert_eq!(found.records.iter().map(motcua_host::chain::Record::hash).next_back(), Some(found.head));
    assert!(kept(&*store, "D2").snapshot.is_some());
    let dead = store.dead("log", None, 9).unwrap();
    let said: Vec<_> = dead.iter().map(|parcel| (&*parcel.sending.dossier, parcel.failure.as_deref())).collect();
    assert_eq!(said, [("D1", None), ("D2", Some("no such person"))]);
    // A later seal of the dossier alone, by the shortest way that a store has.
    let key = Some(found.key);
    assert_ne!(store.append(&[one(Change { key, ..change("D1", 6, 2) })]).unwrap()[0], Appended::Conflict);
    assert_ne!(store.append(&[one(Change { key, ..change("D1", 8, 1) })]).unwrap()[0], Appended::Conflict);
    assert_ne!(store.append(&[one(Change { key, ..change("D1", 9, 1) })]).unwrap()[0], Appended::Conflict);
    assert_eq!(seals(&*store, "D1"), [6, 8, 10]);
    let last = change("D1", 9, 1).records.remove(0);
    assert_eq!(store.journal("D1", 9).unwrap(), [last]);
    if place.lasting {
        assert_eq!(seals(&*(place.open)(), "D1"), [6, 8, 10]);
    }
}

pub(crate) fn an_erasure_on_an_older_version_erases_nothing(place: &Place) {
    let store = (place.open)();
    filled(&*store);
    let key = Some(kept(&*store, "D1").key);
    for key in [key, None] {
        let stale = Change { key, erases: true, ..change("D1", 3, 1) };
        assert_eq!(store.append(&[one(stale)]).unwrap(), [Appended::Conflict]);
    }
    assert_eq!(seals(&*store, "D1"), [2, 4]);
    assert!(kept(&*store, "D1").snapshot.is_some());
    assert!(store.dead("log", None, 9).unwrap().iter().all(|parcel| parcel.failure.is_some()));
}
