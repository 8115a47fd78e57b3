//! What is to be sent leaves in order, comes again until it is settled, and is not lost when it is given up.

use motcua_host::{Change, Outcome, Outgoing, Parcel, Queue, Sending, Store, Tried};

use super::{Place, at, change, lease, one};

fn queued(destination: &str, event: u32, effect: u16) -> Outgoing {
    Outgoing { destination: destination.into(), event, effect, refused: None }
}

/// Two dossiers, the first with three messages, the second with one.
fn filled(place: &Place) -> Box<dyn Store> {
    let store = (place.open)();
    let first = vec![queued("web", 1, 0), queued("web", 1, 3), queued("web", 2, 0), queued("log", 1, 0)];
    let first = one(Change { outgoing: first, ..change("D1", 0, 2) });
    let second = one(Change { outgoing: vec![queued("web", 1, 2)], ..change("D2", 0, 1) });
    let _ = store.append(&[first, second]).unwrap();
    store
}

fn ids(parcels: &[Parcel]) -> Vec<String> {
    let mut ids: Vec<_> = parcels.iter().map(|parcel| parcel.sending.id()).collect();
    ids.sort();
    ids
}

fn sending(dossier: &str, event: u32, effect: u16) -> Sending {
    Sending { destination: "web".into(), dossier: dossier.into(), event, effect }
}

fn tried(dossier: &str, event: u32, effect: u16, outcome: Outcome) -> Tried {
    Tried { sending: sending(dossier, event, effect), outcome }
}

pub(crate) fn messages_leave_in_order(place: &Place) {
    let store = filled(place);
    let claim = |now| ids(&store.claim("web", at(now), 10, lease(1, now)).unwrap());
    assert_eq!(claim(0), ["D1:1:0", "D2:1:2"]);
    // What stands before the next one is lent out: nothing may pass it.
    assert!(claim(1).is_empty());
    store.settle(&[tried("D1", 1, 0, Outcome::Delivered), tried("D2", 1, 2, Outcome::Delivered)]).unwrap();
    assert_eq!(claim(2), ["D1:1:3"]);
    let again = Outcome::Again { at: at(100), failure: "it answered 500".into() };
    store.settle(&[tried("D1", 1, 3, again)]).unwrap();
    assert!(claim(50).is_empty());
    let parcels = store.claim("web", at(100), 10, lease(1, 100)).unwrap();
    let retried = Parcel { sending: sending("D1", 1, 3), attempts: 1, failure: Some("it answered 500".into()) };
    assert_eq!(parcels, [retried]);
    store.settle(&[tried("D1", 1, 3, Outcome::Delivered)]).unwrap();
    assert_eq!(claim(101), ["D1:2:0"]);
}

pub(crate) fn what_is_lent_comes_again(place: &Place) {
    let store = filled(place);
    assert_eq!(store.claim("web", at(0), 1, lease(1, 0)).unwrap().len(), 1);
    assert_eq!(store.claim("web", at(9), 10, lease(2, 9)).unwrap().len(), 1);
    // The first host has died: after the lease its messages are another's.
    assert_eq!(ids(&store.claim("web", at(19), 10, lease(2, 19)).unwrap()), ["D1:1:0", "D2:1:2"]);
}

pub(crate) fn what_is_dead_can_be_sent_again(place: &Place) {
    let store = filled(place);
    let _ = store.claim("web", at(0), 10, lease(1, 0)).unwrap();
    let gone = || Outcome::Dead { failure: "410 gone".into() };
    store.settle(&[tried("D1", 1, 0, gone()), tried("D2", 1, 2, gone())]).unwrap();
    assert_eq!(ids(&store.dead("web", None, 10).unwrap()), ["D1:1:0", "D2:1:2"]);
    assert_eq!(ids(&store.dead("web", Some(&sending("D1", 1, 0)), 10).unwrap()), ["D2:1:2"]);
    assert!(store.dead("log", None, 10).unwrap().is_empty());
    // Those after it go on.
    assert_eq!(ids(&store.claim("web", at(1), 10, lease(1, 1)).unwrap()), ["D1:1:3"]);
    let again = Outcome::Again { at: at(5), failure: "sent again by hand".into() };
    store.settle(&[tried("D2", 1, 2, again), tried("D1", 1, 3, Outcome::Delivered)]).unwrap();
    assert_eq!(ids(&store.claim("web", at(5), 10, lease(1, 5)).unwrap()), ["D1:2:0", "D2:1:2"]);
    assert_eq!(ids(&store.dead("web", None, 10).unwrap()), ["D1:1:0"]);
    // What no other dossier took is dead from the start.
    let refused = Outgoing { refused: Some("is not known".into()), ..queued("dossiers", 3, 0) };
    let _ = store.append(&[one(Change { outgoing: vec![refused], ..change("D1", 2, 1) })]).unwrap();
    let dead = store.dead("dossiers", None, 10).unwrap();
    assert_eq!((ids(&dead), dead[0].failure.as_deref()), (vec!["D1:3:0".to_owned()], Some("is not known")));
}

pub(crate) fn what_was_not_tried_is_as_it_was(place: &Place) {
    let store = filled(place);
    let claim = |now| store.claim("web", at(now), 10, lease(1, now)).unwrap();
    let first = claim(0);
    store.settle(&[tried("D1", 1, 0, Outcome::Untried), tried("D2", 1, 2, Outcome::Untried)]).unwrap();
    assert_eq!(claim(0), first);
    let again = |at| Outcome::Again { at, failure: "it answered 500".into() };
    store.settle(&[tried("D1", 1, 0, again(at(100))), tried("D2", 1, 2, again(at(0)))]).unwrap();
    let waits = |id: &str, event, effect, attempts, failure: Option<&str>| Parcel {
        sending: sending(id, event, effect),
        attempts,
        failure: failure.map(Into::into),
    };
    let once = claim(1);
    assert_eq!(once, [waits("D2", 1, 2, 1, Some("it answered 500"))]);
    store.settle(&[tried("D2", 1, 2, Outcome::Untried)]).unwrap();
    assert_eq!(claim(1), once);
    store.settle(&[tried("D2", 1, 2, Outcome::Dead { failure: "410 gone".into() })]).unwrap();
    // Anew: the dead one, and one that would have waited.
    store.settle(&[tried("D1", 1, 0, Outcome::Anew), tried("D2", 1, 2, Outcome::Anew)]).unwrap();
    let mut anew = claim(1);
    anew.sort_by(|one, other| one.sending.cmp(&other.sending));
    assert_eq!(anew, [waits("D1", 1, 0, 0, Some("it answered 500")), waits("D2", 1, 2, 0, Some("410 gone"))]);
}

pub(crate) fn what_waits_is_counted_and_listed(place: &Place) {
    let store = filled(place);
    let gone = Outcome::Dead { failure: "410 gone".into() };
    let again = Outcome::Again { at: at(100), failure: "it answered 500".into() };
    store.settle(&[tried("D1", 1, 0, gone), tried("D2", 1, 2, again)]).unwrap();
    let queue = |destination: &str, waiting, dead| Queue { destination: destination.into(), waiting, dead };
    assert_eq!(store.queues().unwrap(), [queue("log", 1, 0), queue("web", 3, 1)]);
    let waiting = |after: Option<&Sending>, limit| store.waiting("web", after, limit).unwrap();
    let (parcels, from): (Vec<_>, Vec<_>) = waiting(None, 10).into_iter().unzip();
    assert_eq!(ids(&parcels), ["D1:1:3", "D1:2:0", "D2:1:2"]);
    assert_eq!(from[2], at(100));
    assert!(from[0] <= at(0));
    let rest = waiting(Some(&sending("D1", 1, 3)), 1);
    assert_eq!((rest.len(), rest[0].0.sending.id()), (1, "D1:2:0".to_owned()));
}

pub(crate) fn destinations_are_apart(place: &Place) {
    let store = filled(place);
    assert_eq!(ids(&store.claim("log", at(0), 10, lease(1, 0)).unwrap()), ["D1:1:0"]);
    assert_eq!(ids(&store.claim("web", at(0), 10, lease(1, 0)).unwrap()), ["D1:1:0", "D2:1:2"]);
    assert!(store.claim("dossiers", at(0), 10, lease(1, 0)).unwrap().is_empty());
}
