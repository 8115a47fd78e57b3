//! What every store promises, as tests. `contract!` makes a module of them for one store.

mod erased;
mod find;
mod heads;
mod model;
mod outbox;

use motcua_engine::Instant;
use motcua_host::chain::{Hash, Record};
use motcua_host::{
    Appended, Change, Definition, DefinitionKind, Due, Kept, Known, Lease, Loaded, Memory, Outgoing, Store, Taken,
    Transaction,
};
use smol_str::SmolStr;

pub(crate) use erased::*;
pub(crate) use find::*;
pub(crate) use heads::*;
pub(crate) use model::agrees_with_memory;
pub(crate) use outbox::*;

/// Where a store is, and how it is opened; several at once are several hosts.
pub(crate) struct Place {
    /// Opens it.
    pub(crate) open: Box<dyn Fn() -> Box<dyn Store>>,
    /// What is dropped with the place.
    #[expect(dead_code, reason = "it is kept, and not looked at")]
    pub(crate) guard: Box<dyn std::any::Any>,
    /// What is kept is there when it is opened again.
    pub(crate) lasting: bool,
}

impl Place {
    /// Returns a place in memory; it is gone with the store, so it is opened once.
    pub(crate) fn shared(store: Memory) -> Self {
        let store = std::cell::RefCell::new(Some(store));
        let open = move || Box::new(store.borrow_mut().take().expect("opened once")) as Box<dyn Store>;
        Self { open: Box::new(open), guard: Box::new(()), lasting: false }
    }
}

/// Makes a test of each promise for the store that an expression makes a fresh place of.
macro_rules! contract {
    ($place:expr) => {
        $crate::contract::contract!(@ $place; a_dossier_is_what_was_kept, a_conflict_leaves_nothing_behind,
            an_opening_of_what_is_there_is_a_conflict, several_are_loaded_at_once, what_is_known_is_not_told_again,
            a_wrong_idea_of_when_a_dossier_wakes_is_a_conflict, wakes_come_in_order,
            a_snapshot_stands_for_what_is_before_it, definitions_are_kept_once, numbers_have_no_gaps,
            dossiers_are_paged_in_the_order_of_their_ids, a_group_goes_on_with_what_it_opens,
            hosts_of_one_store_see_each_other, what_is_kept_is_there_after_opening_again, agrees_with_memory,
            messages_leave_in_order, what_is_lent_comes_again, what_is_dead_can_be_sent_again, what_was_not_tried_is_as_it_was,
            what_waits_is_counted_and_listed,
            destinations_are_apart, what_is_looked_for_is_found, what_is_erased_is_gone, an_erasure_on_an_older_version_erases_nothing,
            a_card_stays_until_there_is_another, what_rests_on_another_history_is_a_conflict,
            a_group_that_rests_on_what_is_refused_is_refused);
    };
    (@ $place:expr; $($promise:ident),*) => {
        $(#[test]
        fn $promise() {
            $crate::contract::$promise(&$place);
        })*
    };
}
pub(crate) use contract;

/// An instant, in seconds after the year 1970 began.
pub(crate) fn at(seconds: i64) -> Instant {
    Instant::from_unix(seconds)
}

/// What a host lends for ten seconds.
pub(crate) fn lease(host: u64, now: i64) -> Lease {
    Lease { host, until: at(now + 10) }
}

/// A change that adds some records to a dossier of a version; the bytes need not be events for a store.
pub(crate) fn change(dossier: &str, before: u32, records: u32) -> Change {
    elsewhere(dossier, u32::MAX, before, records)
}

/// A change as [`change`] makes it, but in a history in which something else has happened from a version on.
pub(crate) fn elsewhere(dossier: &str, from: u32, before: u32, records: u32) -> Change {
    let mut head = Hash::genesis(dossier);
    let mut all = Vec::new();
    for number in 1..=before + records {
        let other = if number > from { " elsewhere" } else { "" };
        let mut record = Record::of(head, &format!("{dossier} {number}{other}")).unwrap();
        // Every other one has something beside it.
        record.set_seal((number % 2 == 0).then(|| format!("seal of {dossier} {number}").into_bytes()));
        head = record.hash();
        all.push(record);
    }
    Change {
        dossier: dossier.into(),
        key: None,
        before,
        woke_at: None,
        records: all.split_off(before as usize),
        erases: false,
        head,
        wakes_at: None,
        snapshot: None,
        outgoing: Vec::new(),
        card: None,
        carded: None,
    }
}

pub(crate) fn one(change: Change) -> Transaction {
    Transaction { changes: vec![change], ..Transaction::default() }
}

pub(crate) fn kept(store: &dyn Store, dossier: &str) -> Kept {
    match store.load(dossier, None).unwrap() {
        Loaded::Kept(kept) => *kept,
        other => panic!("`{dossier}` is {other:?}"),
    }
}

fn all(appended: &[Appended]) -> bool {
    appended.iter().all(|appended| *appended != Appended::Conflict)
}

pub(crate) fn a_dossier_is_what_was_kept(place: &Place) {
    let store = (place.open)();
    assert_eq!(store.load("D1", None).unwrap(), Loaded::Absent);
    let first = Change { wakes_at: Some(at(5)), ..change("D1", 0, 2) };
    assert!(all(&store.append(&[one(first.clone())]).unwrap()));
    let then = Change { woke_at: Some(at(5)), wakes_at: Some(at(9)), ..change("D1", 2, 1) };
    assert!(all(&store.append(&[one(then.clone())]).unwrap()));
    let found = kept(&*store, "D1");
    assert_eq!((found.version, found.head, found.wakes_at, found.snapshot), (3, then.head, Some(at(9)), None));
    assert_eq!(found.records, [first.records, then.records.clone()].concat());
    assert_eq!(store.journal("D1", 2).unwrap(), then.records);
    assert_eq!(store.journal("D2", 0).unwrap(), []);
}

pub(crate) fn a_conflict_leaves_nothing_behind(place: &Place) {
    let store = (place.open)();
    assert!(all(&store.append(&[one(change("D1", 0, 1))]).unwrap()));
    let definition = Definition { kind: DefinitionKind::Plan, hash: vec![1], body: b"{}".to_vec() };
    let number = Taken { series: "s".into(), number: 1 };
    let queued = Outgoing { destination: "log".into(), event: 1, effect: 0, refused: None };
    let fits = Change { wakes_at: Some(at(1)), outgoing: vec![queued], ..change("D2", 0, 1) };
    // The first change fits, the second rests on a version that is not there.
    let half =
        Transaction { definitions: vec![definition], numbers: vec![number], changes: vec![fits, change("D1", 2, 1)] };
    let appended = store.append(&[half, one(change("D3", 0, 1)), one(change("D1", 1, 1))]).unwrap();
    assert_eq!(appended[0], Appended::Conflict);
    assert!(all(&appended[1..]));
    assert_eq!(store.load("D2", None).unwrap(), Loaded::Absent);
    assert_eq!(store.next_wake().unwrap(), None);
    assert_eq!(store.latest_number("s").unwrap(), 0);
    assert_eq!(store.definition(DefinitionKind::Plan, &[1]).unwrap(), None);
    assert!(store.claim("log", at(100), 10, lease(1, 100)).unwrap().is_empty());
    assert_eq!((kept(&*store, "D1").version, kept(&*store, "D3").version), (2, 1));
}

pub(crate) fn an_opening_of_what_is_there_is_a_conflict(place: &Place) {
    let store = (place.open)();
    let appended = store.append(&[one(change("D1", 0, 1)), one(change("D1", 0, 1))]).unwrap();
    assert!(all(&appended[..1]));
    assert_eq!(appended[1], Appended::Conflict);
    assert_eq!(kept(&*store, "D1").version, 1);
}

pub(crate) fn several_are_loaded_at_once(place: &Place) {
    let store = (place.open)();
    let opened = [change("D1", 0, 2), Change { snapshot: Some(b"one".to_vec()), ..change("D2", 0, 1) }].map(one);
    assert!(all(&store.append(&opened).unwrap()));
    let ids = ["D2", "D3", "D1"].map(SmolStr::new);
    let alone: Vec<_> = ids.iter().map(|id| store.load(id, None).unwrap()).collect();
    assert_eq!(store.load_all(&ids).unwrap(), alone);
    assert_eq!(alone[1], Loaded::Absent);
}

pub(crate) fn what_is_known_is_not_told_again(place: &Place) {
    let store = (place.open)();
    let appended = store.append(&[one(change("D1", 0, 1)), one(change("D2", 0, 1))]).unwrap();
    let [Appended::Kept(first), Appended::Kept(_)] = appended.as_slice() else { panic!("{appended:?}") };
    let known = Known { key: first[0], version: 1 };
    assert_eq!(kept(&*store, "D1").key, known.key);
    assert_eq!(store.load("D1", Some(known)).unwrap(), Loaded::Same);
    assert!(all(&store.append(&[one(Change { key: Some(known.key), ..change("D1", 1, 1) })]).unwrap()));
    assert!(matches!(store.load("D1", Some(known)).unwrap(), Loaded::Kept(kept) if kept.version == 2));
}

pub(crate) fn a_wrong_idea_of_when_a_dossier_wakes_is_a_conflict(place: &Place) {
    let store = (place.open)();
    let opened = store.append(&[one(Change { wakes_at: Some(at(5)), ..change("D1", 0, 1) })]).unwrap();
    let [Appended::Kept(keys)] = opened.as_slice() else { panic!("{opened:?}") };
    // Another host has moved the wake-up alone, which leaves the version.
    let moved = Change { woke_at: Some(at(5)), wakes_at: Some(at(9)), ..change("D1", 1, 0) };
    assert_eq!(store.append(&[one(moved)]).unwrap(), [Appended::Kept(keys.clone())]);
    for key in [None, Some(keys[0])] {
        let stale = Change { key, woke_at: Some(at(5)), wakes_at: Some(at(7)), ..change("D1", 1, 1) };
        assert_eq!(store.append(&[one(stale)]).unwrap(), [Appended::Conflict]);
    }
    assert_eq!(store.next_wake().unwrap(), Some(at(9)));
}

pub(crate) fn wakes_come_in_order(place: &Place) {
    let store = (place.open)();
    let wakes = |dossier: &str, seconds| one(Change { wakes_at: Some(at(seconds)), ..change(dossier, 0, 1) });
    let opened = [wakes("c", 7), wakes("b", 7), wakes("a", 9), wakes("d", 3), wakes("e", 30)];
    assert!(all(&store.append(&opened).unwrap()));
    assert!(all(&store.append(&[one(change("f", 0, 1))]).unwrap()));
    assert_eq!(store.next_wake().unwrap(), Some(at(3)));
    let ids = |due: Vec<Due>| due.into_iter().map(|due| due.dossier.to_string()).collect::<String>();
    let due = store.due(at(9), None, 3, lease(1, 9)).unwrap();
    assert_eq!(ids(due.clone()), "dbc");
    assert_eq!(ids(store.due(at(9), due.last(), 3, lease(1, 9)).unwrap()), "a");
    // One goes, one is put off, one comes earlier.
    let moved = |dossier: &str, woke: i64, wakes: Option<i64>| {
        one(Change { woke_at: Some(at(woke)), wakes_at: wakes.map(at), ..change(dossier, 1, 1) })
    };
    assert!(all(&store.append(&[moved("b", 7, None), moved("c", 7, Some(40)), moved("e", 30, Some(2))]).unwrap()));
    assert_eq!(ids(store.due(at(100), None, 10, lease(1, 100)).unwrap()), "edac");
    assert_eq!(store.next_wake().unwrap(), Some(at(2)));
}

pub(crate) fn a_snapshot_stands_for_what_is_before_it(place: &Place) {
    let store = (place.open)();
    assert!(all(&store.append(&[one(Change { snapshot: Some(b"two".to_vec()), ..change("D1", 0, 2) })]).unwrap()));
    assert!(all(&store.append(&[one(change("D1", 2, 1))]).unwrap()));
    let found = kept(&*store, "D1");
    assert_eq!(found.snapshot, Some((2, b"two".to_vec())));
    assert_eq!(found.records, change("D1", 2, 1).records);
    store.drop_snapshots().unwrap();
    let found = kept(&*store, "D1");
    assert_eq!((found.snapshot, found.records), (None, change("D1", 0, 3).records));
}

pub(crate) fn definitions_are_kept_once(place: &Place) {
    let store = (place.open)();
    let definition =
        |body: &[u8]| Definition { kind: DefinitionKind::Calendar, hash: vec![7; 16], body: body.to_vec() };
    let with =
        |dossier: &str, body: &[u8]| Transaction { definitions: vec![definition(body)], ..one(change(dossier, 0, 1)) };
    assert!(all(&store.append(&[with("D1", b"first"), with("D2", b"second")]).unwrap()));
    assert_eq!(store.definition(DefinitionKind::Calendar, &[7; 16]).unwrap().as_deref(), Some(b"first".as_slice()));
    assert_eq!(store.definition(DefinitionKind::Plan, &[7; 16]).unwrap(), None);
}

pub(crate) fn numbers_have_no_gaps(place: &Place) {
    let store = (place.open)();
    let taking = |dossier: &str, number| {
        let numbers = vec![Taken { series: "hcm-240304".into(), number }];
        Transaction { numbers, ..one(change(dossier, 0, 1)) }
    };
    let appended = store.append(&[taking("a", 1), taking("b", 1), taking("c", 2), taking("d", 4)]).unwrap();
    let conflicts: Vec<_> = appended.iter().map(|appended| *appended == Appended::Conflict).collect();
    assert_eq!(conflicts, [false, true, false, true]);
    assert_eq!(store.latest_number("hcm-240304").unwrap(), 2);
    assert_eq!(store.load("b", None).unwrap(), Loaded::Absent);
}

pub(crate) fn dossiers_are_paged_in_the_order_of_their_ids(place: &Place) {
    let store = (place.open)();
    let opened: Vec<_> = ["b", "B", "đ", "a", "z"].map(|id| one(change(id, 0, 1))).into();
    assert!(all(&store.append(&opened).unwrap()));
    assert_eq!(store.dossiers("", 3).unwrap(), ["B", "a", "b"]);
    assert_eq!(store.dossiers("b", 3).unwrap(), ["z", "đ"]);
}

pub(crate) fn a_group_goes_on_with_what_it_opens(place: &Place) {
    let store = (place.open)();
    assert!(all(&store.append(&[one(change("D1", 0, 1)), one(change("D1", 1, 1)), one(change("D1", 2, 2))]).unwrap()));
    assert_eq!(store.journal("D1", 0).unwrap(), change("D1", 0, 4).records);
}

pub(crate) fn hosts_of_one_store_see_each_other(place: &Place) {
    if !place.lasting {
        return;
    }
    let (one_host, other) = ((place.open)(), (place.open)());
    assert!(all(&one_host.append(&[one(change("D1", 0, 1))]).unwrap()));
    let found = kept(&*other, "D1");
    assert!(all(&other.append(&[one(Change { key: Some(found.key), ..change("D1", 1, 1) })]).unwrap()));
    let stale = one(Change { key: Some(found.key), ..change("D1", 1, 1) });
    assert_eq!(one_host.append(&[stale]).unwrap(), [Appended::Conflict]);
    let known = Known { key: found.key, version: 1 };
    assert!(matches!(one_host.load("D1", Some(known)).unwrap(), Loaded::Kept(kept) if kept.version == 2));
}

pub(crate) fn what_is_kept_is_there_after_opening_again(place: &Place) {
    if !place.lasting {
        return;
    }
    let change = Change { wakes_at: Some(at(5)), ..change("D1", 0, 3) };
    assert!(all(&(place.open)().append(&[one(change.clone())]).unwrap()));
    let store = (place.open)();
    assert_eq!(kept(&*store, "D1").records, change.records);
    assert_eq!(store.next_wake().unwrap(), Some(at(5)));
}
