//! What loops go by: a clock that somebody hands them, and rests that a stop cuts short.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant as Monotonic};

use motcua_engine::Instant;

/// What says what time it is; a host reads no clock of its own.
pub type Clock<'c> = &'c (dyn Fn() -> Instant + Sync);

/// How long a stop may go unnoticed.
const SLICE: Duration = Duration::from_millis(50);

/// Returns after a time, or as soon as a stop is wanted.
pub(crate) fn rest(duration: Duration, stop: &AtomicBool) {
    let begun = Monotonic::now();
    while !stop.load(Ordering::Relaxed) {
        let left = duration.saturating_sub(begun.elapsed());
        if left.is_zero() {
            return;
        }
        std::thread::sleep(left.min(SLICE));
    }
}

/// A clock that never goes back: where the one it follows does, it goes on from where it was.
///
/// What was put off by the one, to be tried in a minute, is tried in a minute whatever becomes of the other.
#[derive(Debug)]
pub(crate) struct Steady {
    base: Instant,
    since: Monotonic,
}

impl Steady {
    pub(crate) fn new() -> Self {
        Self { base: Instant::MIN, since: Monotonic::now() }
    }

    /// Returns what time it is, given what the other clock says.
    pub(crate) fn at(&mut self, told: Instant) -> Instant {
        self.after(told, self.since.elapsed())
    }

    fn after(&mut self, told: Instant, elapsed: Duration) -> Instant {
        let held = self.base.plus(i64::try_from(elapsed.as_secs()).unwrap_or(i64::MAX));
        if told >= held {
            (self.base, self.since) = (told, Monotonic::now());
        }
        told.max(held)
    }
}

/// Rests that double from a second up to a bound while something goes wrong.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Patience(u32);

impl Patience {
    /// Returns how many seconds to wait now.
    pub(crate) fn wait(&mut self) -> i64 {
        self.0 = (self.0 + 1).min(7);
        i64::from((1_u32 << (self.0 - 1)).min(60))
    }

    pub(crate) fn renew(&mut self) {
        self.0 = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_steady_clock_follows_forwards_alone() {
        let mut steady = Steady::new();
        let at = |seconds| Instant::from_unix(seconds);
        assert_eq!(steady.after(at(1_000), Duration::ZERO), at(1_000));
        // An hour on by a jump, then back: it goes on from there by the time that passes.
        assert_eq!(steady.after(at(4_600), Duration::from_secs(1)), at(4_600));
        assert_eq!(steady.after(at(1_010), Duration::from_secs(10)), at(4_610));
        assert_eq!(steady.after(at(1_070), Duration::from_secs(70)), at(4_670));
        assert_eq!(steady.after(at(5_000), Duration::from_secs(80)), at(5_000));
    }

    #[test]
    fn patience_doubles_up_to_a_minute() {
        let mut patience = Patience::default();
        let waits: Vec<i64> = (0..9).map(|_| patience.wait()).collect();
        assert_eq!(waits, [1, 2, 4, 8, 16, 32, 60, 60, 60]);
        patience.renew();
        assert_eq!(patience.wait(), 1);
    }

    #[test]
    fn a_stop_cuts_a_rest_short() {
        rest(Duration::from_hours(1), &AtomicBool::new(true));
        rest(Duration::ZERO, &AtomicBool::new(false));
    }
}
