//! What is looked for is found: as [`Query::admits`] says, in its order, page by page.

use std::sync::Arc;

use motcua_engine::{Instant, Outlook, Standing};
use motcua_host::{Appended, Bookmark, Card, Change, Found, Memory, Order, Post, Query, Store};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::{Place, at, change, one};

/// A change that has a card and nothing else.
fn carded(dossier: &str, before: u32, card: &Card) -> Change {
    Change { card: Some(Arc::new(card.clone())), ..change(dossier, before, 1) }
}

fn names(prefix: &'static str) -> impl Strategy<Value = smol_str::SmolStr> {
    (0..3_u8).prop_map(move |n| smol_str::format_smolstr!("{prefix}{n}"))
}

fn posts() -> impl Strategy<Value = Vec<Post>> {
    let post = (names("state"), prop::option::of(names("role")), prop::option::of(names("office")));
    prop::collection::vec(post.prop_map(|(state, role, office)| Post { state, role, office }), 0..3)
}

/// The next card of a dossier: another one, or that of before in which only so much is another.
#[derive(Clone, Debug)]
struct Changed(Card, u8);

impl Changed {
    fn of(self, before: Option<&Card>, unit: smol_str::SmolStr) -> Card {
        let Self(card, how) = self;
        match (before.cloned(), how) {
            (Some(before), 0) => Card { at: card.at, office: card.office, ..before },
            (Some(before), 1) => Card { at: card.at, due: card.due, outlook: card.outlook, ..before },
            (Some(before), 2) => Card { posts: card.posts, ..before },
            (Some(before), 3) => Card { posts: before.posts, unit, ..card },
            _ => Card { unit, ..card },
        }
    }
}

fn changed_cards() -> impl Strategy<Value = Changed> {
    (cards(), 0..5_u8).prop_map(|(card, how)| Changed(card, how))
}

fn cards() -> impl Strategy<Value = Card> {
    let who =
        (names("unit"), names("procedure"), prop::option::of(names("Nguyễn ")), prop::option::of(names("office")));
    let when = (0..20_i64, 0..20_i64, prop::option::of(0..20_i64), 0..5_i64, prop::option::of(0..20_i64), 0..6_usize);
    (who, when, posts()).prop_map(|((unit, procedure, applicant, office), when, posts)| {
        let (received, seen, due, more, settled, standing) = when;
        // Nothing is late before it is due, and what is overdue was running until then: the last class is never fixed.
        let outlook = match (due, settled) {
            (Some(due), None) => Outlook::RunsUntil(at(due + more)),
            _ => Outlook::Is(Standing::ALL[standing]),
        };
        let (due, settled) = (due.map(at), settled.map(at));
        Card { unit, procedure, applicant, office, received: at(received), at: at(seen), due, outlook, settled, posts }
    })
}

fn queries() -> impl Strategy<Value = Query> {
    let some = |name| prop::option::weighted(0.2, names(name));
    let when = || prop::option::weighted(0.2, (0..20_i64).prop_map(at));
    let what = (some("unit"), some("procedure"), some("Nguyễn "), some("role"), some("state"));
    let offices = prop_oneof![2 => Just(Vec::new()), 1 => prop::collection::vec(names("office"), 1..3)];
    let instants = (when(), when(), when(), when(), when());
    let rest = (prop::option::weighted(0.2, any::<bool>()), any::<bool>());
    (what, offices, instants, rest).prop_map(|(what, offices, instants, (settled, by_due))| {
        let (unit, procedure, applicant, role, state) = what;
        let (received_from, received_before, open_at, due_before, late_at) = instants;
        let order = if by_due { Order::Due } else { Order::Received };
        Query {
            dossier: None,
            unit,
            procedure,
            applicant,
            offices,
            role,
            state,
            received_from,
            received_before,
            open_at,
            settled,
            due_before,
            late_at,
            order,
        }
    })
}

/// Returns everything that is found, in pages of three.
fn pages(store: &dyn Store, query: &Query) -> Vec<Found> {
    let (mut found, mut after): (Vec<Found>, Option<Bookmark>) = (Vec::new(), None);
    loop {
        let page = store.find(query, after, 3).unwrap();
        assert!(page.len() <= 3);
        let Some(last) = page.last() else { return found };
        after = Some(last.bookmark(query.order));
        found.extend(page);
    }
}

pub(crate) fn what_is_looked_for_is_found(place: &Place) {
    let (store, memory) = ((place.open)(), Memory::new());
    let case = std::cell::Cell::new(0_u32);
    let mut runner = TestRunner::new(Config { cases: 24, failure_persistence: None, ..Config::default() });
    let changes = prop::collection::vec((0..6_u8, changed_cards(), any::<bool>()), 1..24);
    let input = (changes, prop::collection::vec(queries(), 24));
    let test = |(changes, queries): (Vec<(u8, Changed, bool)>, Vec<Query>)| {
        case.set(case.get() + 1);
        let mut versions = [0_u32; 6];
        let mut latest = std::collections::BTreeMap::new();
        for (dossier, changed, knows) in changes {
            let version = &mut versions[usize::from(dossier)];
            // All cases are in one place: the unit keeps them apart.
            let unit = smol_str::format_smolstr!("{}-{}", case.get(), changed.0.unit);
            let id = smol_str::format_smolstr!("{}-{dossier}", case.get());
            let card = changed.of(latest.get(&id), unit);
            // A host that knows the card of before says so, or does not.
            let before = latest.get(&id).filter(|_| knows).cloned().map(Arc::new);
            for store in [&*store, &memory] {
                let change = Change { carded: before.clone(), ..carded(&id, *version, &card) };
                assert_ne!(store.append(&[one(change)]).unwrap()[0], Appended::Conflict);
                assert_eq!(super::kept(store, &id).card.as_ref(), Some(&card));
            }
            *version += 1;
            latest.insert(id, card);
        }
        for query in queries {
            for unit in ["unit0", "unit1", "unit2"] {
                let query = Query { unit: Some(smol_str::format_smolstr!("{}-{unit}", case.get())), ..query.clone() };
                let found = pages(&*store, &query);
                prop_assert_eq!(&found, &pages(&memory, &query));
                prop_assert!(found.is_sorted_by_key(|found| found.bookmark(query.order)));
                let mut ids: Vec<_> = found.iter().map(|found| (&found.dossier, &found.card)).collect();
                ids.sort_unstable_by_key(|(id, _)| *id);
                let wanted: Vec<_> = latest.iter().filter(|(id, card)| query.admits(id, card)).collect();
                prop_assert_eq!(ids, wanted);
            }
        }
        Ok(())
    };
    runner.run(&input, test).unwrap();
}

pub(crate) fn a_card_stays_until_there_is_another(place: &Place) {
    let store = (place.open)();
    let card = Card {
        unit: "unit".into(),
        procedure: "procedure".into(),
        applicant: None,
        office: None,
        received: at(1),
        at: at(1),
        due: None,
        outlook: Outlook::Is(Standing::Running),
        settled: None,
        posts: vec![Post { state: "received".into(), role: None, office: None }],
    };
    let by_id = |id: &str| {
        let found = store.find(&Query { dossier: Some(id.into()), ..Query::default() }, None, 2).unwrap();
        found.into_iter().map(|found| found.card).collect::<Vec<_>>()
    };
    let kept = store.append(&[one(change("b", 0, 1)), one(change("a", 0, 1)), one(carded("c", 0, &card))]).unwrap();
    assert!(kept.iter().all(|kept| *kept != Appended::Conflict));
    assert_eq!(store.uncarded(10).unwrap(), ["a", "b"]);
    assert_eq!(store.uncarded(1).unwrap(), ["a"]);
    let refused = store.append(&[one(carded("a", 7, &card)), one(change("c", 1, 1))]).unwrap();
    assert_eq!(refused[0], Appended::Conflict);
    assert_eq!((by_id("a"), by_id("c")), (Vec::new(), vec![card.clone()]));
    // A card may come without anything that happens.
    let alone = Change { records: Vec::new(), head: change("b", 0, 1).head, ..carded("b", 1, &card) };
    assert_ne!(store.append(&[one(alone)]).unwrap()[0], Appended::Conflict);
    assert_eq!((by_id("b"), store.uncarded(10).unwrap()), (vec![card], vec!["a".into()]));
    assert_eq!(super::kept(&*store, "b").version, 1);
    assert!(store.find(&Query::default(), None, 0).unwrap().is_empty());
    // Also of a dossier whose key is known, as of most.
    let key = Some(super::kept(&*store, "c").key);
    let moved = Card { due: Some(at(9)), posts: Vec::new(), ..by_id("c").remove(0) };
    assert_ne!(store.append(&[one(Change { key, ..carded("c", 2, &moved) })]).unwrap()[0], Appended::Conflict);
    assert_eq!(by_id("c"), [moved]);
    assert_eq!(Instant::MAX, Found { key: 1, dossier: "b".into(), card: by_id("b").remove(0) }.bookmark(Order::Due).at);
}
