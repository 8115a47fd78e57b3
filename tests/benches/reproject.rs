//! A million open dossiers on to a new version of their calendar, on all cores; and the floor: each due date counted twice.

#![expect(clippy::expect_used, reason = "a bench has nobody to hand an error to")]

use std::sync::LazyLock;
use std::thread;

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use motcua_engine::calendar::{Calendar, DayOff, OffKind};
use motcua_engine::plan::Bundle;
use motcua_engine::{Dossier, World, reproject};
use motcua_tests::permit::{TIMED, open, opened};

const DOSSIERS: usize = 1_000_000;

fn main() {
    divan::main();
}

/// The world with the storm's version of the calendar beside the one before, and dossiers that came in over three weeks.
static OPEN: LazyLock<(World, Vec<Dossier>)> = LazyLock::new(|| {
    let (_, event) = open(TIMED).expect("a sound definition");
    let mut bundle: Bundle = motcua_tests::bundle(&[TIMED]).expect("a sound definition");
    bundle.former.clone_from(&bundle.calendars);
    let storm = DayOff {
        date: "2024-03-14".parse().expect("a day"),
        name: "Bão số 1".into(),
        kind: OffKind::Closure,
        basis: None,
    };
    bundle.calendars.iter_mut().for_each(|calendar| calendar.off.push(storm.clone()));
    let first = opened(&event);
    let dossiers = (0..DOSSIERS).map(|n| {
        let mut dossier = first.clone();
        let later = i64::try_from(n % 1_814_400).unwrap_or_default();
        dossier.at = dossier.at.plus(later);
        dossier.clocks.iter_mut().for_each(|clock| clock.ledger.start = clock.ledger.start.plus(later));
        dossier
    });
    (World::load(bundle).expect("a sound bundle"), dossiers.collect())
});

fn on_all_cores(bencher: Bencher<'_, '_>, one: impl Fn(&World, &Dossier) -> usize + Sync) {
    let (world, dossiers) = &*OPEN;
    let threads = thread::available_parallelism().map_or(1, usize::from);
    bencher.counter(ItemsCount::new(DOSSIERS)).bench_local(|| {
        thread::scope(|scope| {
            let parts = dossiers.chunks(DOSSIERS.div_ceil(threads));
            let started: Vec<_> = parts
                .map(|part| scope.spawn(|| part.iter().map(|dossier| one(world, dossier)).sum::<usize>()))
                .collect();
            started.into_iter().map(|part| part.join().expect("a thread that ends")).sum::<usize>()
        })
    });
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn a_million(bencher: Bencher<'_, '_>) {
    on_all_cores(bencher, |world, dossier| {
        let found = reproject(world, dossier, dossier.at, "Bão số 1").expect("what can be counted");
        black_box(found).map_or(0, |found| found.moves.len())
    });
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn floor_due_twice(bencher: Bencher<'_, '_>) {
    on_all_cores(bencher, |world, dossier| {
        let old = dossier.calendar.and_then(|hash| world.calendar_version(hash)).expect("the version before");
        let new: &Calendar = world.calendar("office").expect("the version now");
        let moved = dossier.clocks.iter().filter(|clock| clock.ledger.due(old) != clock.ledger.due(new));
        black_box(moved.count())
    });
}
