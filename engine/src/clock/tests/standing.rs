//! The seven classes are a partition, and say what the ledger says.

use proptest::prelude::*;
use smallvec::SmallVec;

use super::given::{calendar, ledger, start, suspensions, term};
use super::samples::compiled;
use crate::clock::{Class, Edges};
use crate::{Clock, ClockId, Standing, Status, standing};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn every_clock_is_in_exactly_one_class(
        spec in calendar(), start in start(), term in term(), spans in suspensions(), after in 0..6_000_000_i64,
        kind in 0..4_u8,
    ) {
        let calendar = compiled(spec);
        let mut ledger = ledger(start, term, &spans, Edges::Default);
        let now = start.plus(after);
        let due = ledger.due(&calendar).unwrap().instant;
        let Ok(class) = ledger.class(&calendar, now) else { return Ok(()) };
        if kind == 3 {
            ledger.suspensions.push(crate::clock::Suspension { from: now, to: None });
        }
        let status = match kind {
            0 => Status::Closed { at: now, due, class },
            1 => Status::Ended { at: now },
            _ => Status::Open,
        };
        let id = ClockId::new(0).unwrap();
        let stopped = u16::from(kind == 3);
        let clock =
            Clock { id, generation: 0, extensions: 0, ledger, status, expired: false, stopped, rungs: SmallVec::new(), appointment: None, places: None, kept: false };
        let told = standing(&clock, &calendar, now).unwrap();
        // Each class by its own definition: exactly one holds.
        let holds = |known: Standing| match known {
            Standing::Early => kind == 0 && class == Class::Early,
            Standing::OnTime => kind == 0 && class == Class::OnTime,
            Standing::Late => kind == 0 && class == Class::Late,
            Standing::Ended => kind == 1,
            Standing::Suspended => kind == 3,
            Standing::Overdue => kind == 2 && class == Class::Late,
            Standing::Running => kind == 2 && class != Class::Late,
        };
        let holding: Vec<Standing> = Standing::ALL.into_iter().filter(|known| holds(*known)).collect();
        prop_assert_eq!(holding, vec![told]);
    }
}
