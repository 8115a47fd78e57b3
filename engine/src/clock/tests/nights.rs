//! The nights in which the clocks change, second by second.

use super::oracle::Oracle;
use super::samples::{beirut, compiled, rome_nights};
use crate::instant::{Instant, TimeOfDay};

/// By the clock on the wall, second by second, over the nights in which the clocks change.
#[test]
fn every_second_of_a_changing_night_is_read_and_counted() {
    for spec in [rome_nights(), beirut()] {
        let (calendar, oracle) = (compiled(spec.clone()), Oracle(&spec));
        for start in ["2024-03-30T20:00:00Z", "2024-10-26T18:00:00Z"] {
            let start: Instant = start.parse().unwrap();
            let mut worked = 0;
            let mut first_read = std::collections::BTreeMap::new();
            for at in (0..12 * 3600).map(|second| start.plus(second)) {
                let (day, time) = calendar.local(at);
                assert_eq!((day, i64::from(time.seconds())), oracle.wall(at));
                first_read.entry((day, time)).or_insert(at);
                if at.unix() % 97 == 0 {
                    assert_eq!(calendar.work_between(start, at), Ok(worked), "{at}");
                }
                worked += i64::from(oracle.is_worked(at));
            }
            assert!(worked > 0);
            // A time that came twice is the earlier one; one that never came is the instant of the change.
            let (mut day, mut second) = oracle.wall(start);
            let mut latest = start;
            while day <= oracle.wall(start.plus(11 * 3600)).0
                && first_read.range((day, time(second))..).next().is_some()
            {
                let read = first_read.get(&(day, time(second))).copied();
                let found = calendar.instant(day, time(second));
                match read {
                    Some(read) => assert_eq!(found, read),
                    None => assert_eq!(found, latest.plus(1), "{day} {second}"),
                }
                latest = read.unwrap_or(latest);
                (day, second) = if second == 86_399 { (day.plus(1), 0) } else { (day, second + 1) };
            }
        }
    }
}

fn time(second: i64) -> TimeOfDay {
    TimeOfDay::from_seconds(second.try_into().unwrap()).unwrap()
}
