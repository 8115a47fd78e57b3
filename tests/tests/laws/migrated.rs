//! A dossier that goes on under another version keeps what was used, what was promised and what it knows.

use std::sync::LazyLock;

use motcua_engine::plan::PlanHash;
use motcua_engine::{
    Clock, Dossier, Effect, Event, Instant, MigrateError, Migrated, World, account, fold, histories, migrate,
    stretches, tick,
};
use proptest::prelude::*;

use super::given::*;

/// What `moves` says of the clock that has a limit in the data.
const VERDICTS: [&str; 5] =
    ["", "clock handling keeps", "clock handling longer", "clock handling shorter", "clock handling restarts"];
const SHORTER: usize = 3;
const RESTARTS: usize = 4;

/// The definition of the stories beside a second version of it, with other names, another order and another term.
static WORLDS: LazyLock<Vec<(World, PlanHash)>> = LazyLock::new(|| VERDICTS.map(world).into());

fn world(verdict: &str) -> (World, PlanHash) {
    let first = include_str!("../../../fuzz/fuzz_targets/decide.tthc");
    let second = first.split("\ncalendar office").next().unwrap().to_owned();
    let words = [
        ("version 1", &*format!("version 2\n    moves from version 1 {{ consulted -> asked  {verdict} }}")),
        ("data {", "data {\n        extra integer = 7"),
        ("area     decimal", "size was area decimal"),
        ("data.area", "data.size"),
        ("needs area,", "needs size,"),
        ("roles { counter urban chair", "roles { director was chair  urban counter"),
        ("by chair", "by director"),
        ("to chair", "to director"),
        ("urban, chair", "urban, director"),
        ("notify(\"chair\"", "notify(\"director\""),
        ("processing", "handling"),
        ("clock handling", "clock handling was processing"),
        ("limit data.days working days", "limit 9 working days when data.count > 3 otherwise data.days working days"),
        ("state consulted", "state asked"),
        ("-> consulted", "-> asked"),
        ("state working by", "state in_work was working by"),
        ("-> working", "-> in_work"),
    ];
    let mut second = words.iter().fold(second, |text, (old, new)| text.replace(old, new));
    second = second.replace("asked  clock handling was processing", "asked  clock handling");
    let world = motcua_tests::world(&[("first.tthc", first), ("second.tthc", &second)]).unwrap();
    let hash = world.latest("fuzzed").unwrap().plan.hash;
    (world, hash)
}

fn folded(journal: &[Event]) -> Dossier {
    journal.iter().fold(None, |dossier, event| Some(fold(dossier, event))).unwrap()
}

fn migrated(journal: &[Event]) -> Option<(usize, &Migrated)> {
    journal.iter().enumerate().find_map(|(at, event)| match event.effects.first() {
        Some(Effect::Migrated(migrated)) => Some((at, &**migrated)),
        _ => None,
    })
}

/// What was used of a clock by an instant, as its journal tells.
fn used(world: &World, journal: &[Event], dossier: &Dossier, clock: &Clock, now: Instant) -> Vec<i64> {
    let told = histories(journal);
    let history = told.iter().rfind(|told| told.clock.id == clock.id && told.plan == dossier.plan).unwrap();
    let on = world.calendar_of_clock(dossier, clock).unwrap();
    let told = account(&stretches(journal), history.present().unwrap(), &on, now).unwrap();
    for (index, whole) in told.whole.used.iter().enumerate() {
        let parts = told.parts.iter().map(|part| part.reading.used.get(index).unwrap().ticks);
        assert_eq!(parts.sum::<i64>(), whole.ticks);
    }
    told.whole.used.iter().map(|amount| amount.ticks).collect()
}

fn due(world: &World, dossier: &Dossier, clock: &Clock, now: Instant) -> Instant {
    let on = world.calendar_of_clock(dossier, clock).unwrap();
    clock.ledger.due_if_resumed(&on, if clock.is_suspended() { now } else { Instant::MIN }).unwrap().instant
}

#[test]
fn the_stories_go_over_in_every_way() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;

    let mut runner = TestRunner::deterministic();
    let (mut moved, mut suspended, mut expired) = (0, 0, 0);
    for n in 0..400_usize {
        let kept = played(&stories().new_tree(&mut runner).unwrap().current());
        let (world, to) = &WORLDS[n % WORLDS.len()];
        if let Ok(Some(_)) = migrate(world, kept.dossier.as_ref().unwrap(), *to, kept.now, "") {
            let clocks = &kept.dossier.as_ref().unwrap().clocks;
            moved += 1;
            suspended += usize::from(clocks.iter().any(Clock::is_suspended));
            expired += usize::from(clocks.iter().any(|clock| clock.is_open() && clock.expired));
        }
    }
    assert!(moved > 100 && suspended > 5 && expired > 10, "{moved} {suspended} {expired}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn another_version_keeps_what_was_used_and_what_was_promised(
        story in stories(), verdict in 0..VERDICTS.len(), wait in 0_i64..20 * 86_400, later in 0_i64..90 * 86_400,
    ) {
        let mut kept = played(&story);
        let (world, to) = &WORLDS[verdict];
        let now = kept.now.plus(wait);
        let found = match migrate(world, kept.dossier.as_ref().unwrap(), *to, now, "") {
            Ok(found) => found.unwrap(),
            Err(MigrateError::Settled | MigrateError::Incident(_) | MigrateError::Fault(_)) => return Ok(()),
            Err(why) => return Err(TestCaseError::fail(why.to_string())),
        };
        kept.keep(&found.events);
        let (at, moved) = migrated(&kept.journal).unwrap();
        let (before, after) = kept.journal.split_at(at);
        let old = folded(before);
        let new = folded(&kept.journal[..=at]);
        prop_assert_eq!(&new.plan, to);
        prop_assert_eq!(&old.accepted, &new.accepted);
        prop_assert_eq!(old.active.len(), new.active.len());
        prop_assert!(after.iter().enumerate().all(|(n, event)| event.number as usize == at + n + 1));
        // The journal alone gives the dossier again, and so do its bytes.
        prop_assert_eq!(&folded(&kept.journal), kept.dossier.as_ref().unwrap());
        let bytes = serde_json::to_string(&kept.journal).unwrap();
        let read: Vec<Event> = serde_json::from_str(&bytes).unwrap();
        prop_assert_eq!(&read, &kept.journal);
        for (from, goes_on) in &moved.clocks {
            let (one, other) = (old.clock(*from).unwrap(), new.clock(*goes_on).unwrap());
            prop_assert_eq!(one.is_open(), other.is_open());
            let name = world.latest("fuzzed").unwrap().plan.logic.clocks[goes_on.index()].name.clone();
            if !one.is_open() || (name == "handling" && verdict == RESTARTS) {
                continue;
            }
            prop_assert_eq!(one.is_suspended(), other.is_suspended(), "{}", name);
            prop_assert_eq!(one.extensions, other.extensions);
            let spent = used(world, before, &old, one, now);
            prop_assert_eq!(spent, used(world, &kept.journal[..=at], &new, other, now), "{}", &name);
            let (promised, promises) = (due(world, &old, one, now), due(world, &new, other, now));
            if name == "handling" && verdict == SHORTER {
                prop_assert!(promises <= promised);
            } else {
                prop_assert!(promises >= promised, "{}: {} before {}", name, promises, promised);
            }
        }
        // What runs is told, and who holds it.
        let held = stretches(&kept.journal);
        let held: Vec<_> = held.iter().filter(|held| held.to.is_none()).map(|held| (held.state, held.holder)).collect();
        let dossier = kept.dossier.clone().unwrap();
        prop_assert_eq!(held, dossier.active.iter().map(|place| (place.state, place.holder)).collect::<Vec<_>>());
        let told = histories(&kept.journal);
        for clock in &dossier.clocks {
            let history = told.iter().rfind(|told| told.clock.id == clock.id && told.plan == *to).unwrap();
            prop_assert_eq!(&history.clock, clock);
            prop_assert_eq!(&history.present().unwrap().ledger, &clock.ledger);
        }
        // It goes on, and is there.
        prop_assert_eq!(migrate(world, &dossier, *to, now, "").unwrap(), None);
        let events = tick(world, &dossier, now.plus(later));
        let ticked = events.iter().fold(dossier, |dossier, event| fold(Some(dossier), event));
        prop_assert_eq!(&ticked.plan, to);
    }
}
