//! What was used is what the ledger counts, and the sum of the parts is the whole.

use proptest::prelude::*;

use super::given::{calendar, ledger, length, start, suspensions, term};
use super::samples::compiled;
use crate::StateId;
use crate::account::account;
use crate::calendar::{Length, Roll, Term, Unit};
use crate::clock::{Edges, Reading, Tick};
use crate::history::{Generation, Stretch};
use crate::instant::Instant;
use crate::plan::{Graph, PlanHash};

fn generation(ledger: &crate::clock::Ledger, ended: Instant) -> Generation {
    Generation {
        began: 1,
        ledger: ledger.clone(),
        suspended: ledger.suspensions.iter().map(|_| (2, Some(3))).collect(),
        granted: Vec::new(),
        recounted: Vec::new(),
        ended: Some((9, ended)),
    }
}

fn stretches(cuts: &[Instant]) -> Vec<Stretch> {
    let state: StateId = Graph::START;
    let stretch = |(at, from): (usize, &Instant)| {
        let to = cuts.get(at + 1).copied();
        Stretch { state, holder: None, office: None, from: *from, to, began: 1, plan: PlanHash::default() }
    };
    cuts.iter().enumerate().map(stretch).collect()
}

fn used(reading: &Reading) -> Vec<i64> {
    reading.used.iter().map(|amount| amount.ticks).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn the_sum_of_the_parts_is_the_whole(
        spec in calendar(), start in start(), term in term(), spans in suspensions(), more in prop::option::of(length()),
        cuts in prop::collection::vec(0..3_000_000_i64, 0..6), lasted in 0..4_000_000_i64,
    ) {
        let calendar = compiled(spec);
        let mut ledger = ledger(start, term, &spans, Edges::Default);
        ledger.granted.extend(more);
        let end = start.plus(lasted);
        let mut cuts: Vec<Instant> = cuts.iter().map(|by| start.plus(*by)).chain([start]).collect();
        cuts.sort_unstable();
        cuts.dedup();
        let Ok(told) = account(&stretches(&cuts), &generation(&ledger, end), &calendar, end) else { return Ok(()) };
        let meter = ledger.meter(&calendar, end).unwrap();
        prop_assert_eq!(&told.whole, &meter.read(end).unwrap());
        for (index, whole) in told.whole.used.iter().enumerate() {
            let parts: i64 = told.parts.iter().map(|part| part.reading.used[index].ticks).sum();
            prop_assert_eq!(parts, whole.ticks);
            prop_assert!(told.parts.iter().all(|part| part.reading.used[index].ticks >= 0), "{:?}", told.parts);
        }
        let held = |reading: &Reading| reading.suspended.iter().map(|(_, amount)| amount.ticks).sum::<i64>();
        prop_assert_eq!(told.parts.iter().map(|part| held(&part.reading)).sum::<i64>(), held(&told.whole));
    }

    /// Day by day: each day that the ledger counts belongs to who held the dossier when it began.
    #[test]
    fn a_day_belongs_to_who_held_the_dossier_when_it_began(
        spec in calendar(), start in start(), term in term(), spans in suspensions(), count in 1..20_u32,
        unit in prop::sample::select(vec![Unit::WorkingDay, Unit::Day, Unit::Week]),
        cuts in prop::collection::vec(0..3_000_000_i64, 0..6),
    ) {
        let roll = term.roll.filter(|roll| *roll != Roll::Backward);
        let term = Term { length: Length::new(count, unit).unwrap(), roll, ..term };
        let calendar = compiled(spec);
        let ledger = ledger(start, term, &spans, Edges::Default);
        let due = ledger.due(&calendar).unwrap();
        let notes = ledger.explain(&calendar).unwrap();
        let mut cuts: Vec<Instant> = cuts.iter().map(|by| start.plus(*by)).filter(|at| *at < due.instant).collect();
        cuts.push(start);
        cuts.sort_unstable();
        cuts.dedup();
        let told = account(&stretches(&cuts), &generation(&ledger, due.instant), &calendar, due.instant).unwrap();
        for part in &told.parts {
            let mine = notes.iter().filter(|note| {
                let began = calendar.start_of_day(note.date).max(start);
                // What comes at midnight sharp still finds the day with who had it: the day had begun.
                let after = if part.from == start { began >= part.from } else { began > part.from };
                note.counted && after && began <= part.to
            });
            let per_day = if part.reading.used[0].tick == Tick::HalfWorkingDay { 2 } else { 1 };
            prop_assert_eq!(part.reading.used[0].ticks, per_day * i64::try_from(mine.count()).unwrap(), "{:?} {:?}", part, told);
        }
    }

    /// At its due instant a clock has used its limit, no more and no less.
    #[test]
    fn a_limit_is_used_when_it_is_due(
        spec in calendar(), start in start(), length in length(), spans in suspensions(), roll in prop::bool::ANY,
    ) {
        let calendar = compiled(spec);
        // What is suspended while a last day rolls moves it, though the limit was used up before: days are counted then too.
        let roll = if roll && spans.is_empty() { None } else { Some(Roll::None) };
        let ledger = ledger(start, Term { roll, ..Term::of(length) }, &spans, Edges::Default);
        let due = ledger.due(&calendar).unwrap();
        let limit = match length {
            Length::Of { count, half, unit: Unit::WorkingDay } => 2 * i64::from(count) + i64::from(half),
            Length::Of { count, unit: Unit::Week, .. } => 7 * i64::from(count),
            Length::Of { count, unit: Unit::Day, .. } => i64::from(count),
            Length::Of { count, unit, .. } if unit.seconds().is_some() => i64::from(count) * unit.seconds().unwrap(),
            _ => return Ok(()),
        };
        let read = ledger.meter(&calendar, due.instant).unwrap().read(due.instant).unwrap();
        prop_assert_eq!(used(&read), vec![limit]);
    }
}
