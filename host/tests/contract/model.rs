//! Whatever is done to a store, it answers as the one in memory does.

use std::collections::BTreeMap;

use motcua_host::{Appended, Change, Loaded, Memory, Store};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::{Place, at, elsewhere, lease, one};

/// Something that is done: a group of changes, each of a dossier, resting on a version that may be wrong, or on a history that may be
/// another one.
type Group = Vec<(u8, bool, bool, u32, Option<i64>)>;

pub(crate) fn agrees_with_memory(place: &Place) {
    // One place for all cases: each has dossiers of its own.
    let (store, memory) = ((place.open)(), Memory::new());
    let groups = proptest::collection::vec(
        proptest::collection::vec(
            (0..4_u8, prop::bool::weighted(0.8), prop::bool::weighted(0.1), 0..3_u32, prop::option::of(0..50_i64)),
            1..5,
        ),
        1..12,
    );
    let case = std::cell::Cell::new(0_u32);
    let mut runner = TestRunner::new(Config { cases: 24, failure_persistence: None, ..Config::default() });
    runner
        .run(&groups, |groups: Vec<Group>| {
            case.set(case.get() + 1);
            for group in groups {
                let id = |dossier: u8| format!("{:04}-{dossier}", case.get());
                let mut transactions = Vec::new();
                // As the transactions so far leave the dossiers.
                let mut left = BTreeMap::new();
                for (dossier, fits, strays, records, wakes_at) in group {
                    let (id, wakes_at) = (id(dossier), wakes_at.map(at));
                    let kept = match memory.load(&id, None).unwrap() {
                        Loaded::Kept(kept) => (kept.version, kept.wakes_at),
                        _ => (0, None),
                    };
                    let before = if fits { kept.0 } else { kept.0 + 1 };
                    let records = records.max(u32::from(before == 0));
                    let (version, woke_at) = left.get(&dossier).copied().unwrap_or(kept);
                    if before == version {
                        left.insert(dossier, (before + records, wakes_at));
                    }
                    let from = if strays { 1 } else { u32::MAX };
                    let change = elsewhere(&id, from, before, records);
                    transactions.push(one(Change { woke_at, wakes_at, ..change }));
                }
                let fits =
                    |appended: Vec<Appended>| appended.iter().map(|a| *a != Appended::Conflict).collect::<Vec<_>>();
                prop_assert_eq!(
                    fits(memory.append(&transactions).unwrap()),
                    fits(store.append(&transactions).unwrap())
                );
                for dossier in 0..4 {
                    let found = |store: &dyn Store| match store.load(&id(dossier), None).unwrap() {
                        Loaded::Kept(kept) => Some((kept.version, kept.head, kept.wakes_at, kept.records)),
                        _ => None,
                    };
                    prop_assert_eq!(found(&memory), found(&*store));
                }
                prop_assert_eq!(memory.next_wake().unwrap(), store.next_wake().unwrap());
                let due = |store: &dyn Store| store.due(at(25), None, 1000, lease(1, 25)).unwrap();
                prop_assert_eq!(due(&memory), due(&*store));
            }
            Ok(())
        })
        .unwrap();
}
