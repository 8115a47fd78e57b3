//! Carries what is queued to one destination: claim, send, settle. Nothing of the store is held while the network is slow.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant as Monotonic};

use motcua_engine::Instant;
use sha2::{Digest, Sha256};
use smol_str::SmolStr;

use crate::deliver::{Destination, Said};
use crate::error::HostError;
use crate::host::Host;
use crate::pace::{Clock, Patience, Steady, rest};
use crate::store::{Outcome, Parcel, Sending, Tried};

/// How often a message is tried before it is given up: over some three days and a half.
pub const MOST_TRIES: u32 = 30;

/// How long a destination may take for one message; what is claimed together is lent for longer.
pub const LONGEST_SEND: Duration = Duration::from_secs(30);

/// How many messages are claimed together. So many at most are sent twice by whoever is killed.
const TOGETHER: usize = 16;

/// For how long what was claimed together is sent; the rest of it goes back.
const SENDING: Duration = Duration::from_secs(20);

/// How long nothing is asked for where nothing was to be sent.
const IDLE: Duration = Duration::from_millis(500);

/// The first wait before another try, and the longest, in seconds.
const WAITS: (i64, i64) = (5, 6 * 3600);

/// What is queued for one destination, and the way there.
///
/// Several threads may work at one outbox, and several programs at one queue: what one has claimed the others leave alone.
///
/// # Example: what is queued goes to standard output
/// ```
/// # use motcua_host::{Host, HostError, Outbox, deliver::Log};
/// # use motcua_engine::Instant;
/// # use std::sync::atomic::AtomicBool;
/// fn printed(host: &Host, now: Instant) -> Result<usize, HostError> {
///     let log = Log::to(std::io::stdout());
///     let outbox = Outbox::new(host, "log", &log);
///     Ok(outbox.drain(&|| now, &AtomicBool::new(false))?.delivered)
/// }
/// ```
#[derive(Debug)]
pub struct Outbox<'h> {
    host: &'h Host,
    queue: SmolStr,
    destination: &'h dyn Destination,
    source: String,
    pause: Mutex<Pause>,
}

/// Until when nothing is sent, because the destination is away.
#[derive(Debug)]
struct Pause {
    clock: Steady,
    until: Instant,
    patience: Patience,
}

/// What came of messages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Passed {
    /// How many are delivered.
    pub delivered: usize,
    /// Those that are tried again later, and why.
    pub again: Vec<(Sending, String)>,
    /// Those that are dead, and why.
    pub dead: Vec<(Sending, String)>,
    /// Why nothing gets through at present, where that is so.
    pub away: Option<String>,
}

impl Passed {
    fn tried(&self) -> usize {
        self.delivered + self.again.len() + self.dead.len()
    }
}

impl<'h> Outbox<'h> {
    /// Returns the outbox of a queue, one of [`Host::destinations`], on the way to a destination.
    #[must_use]
    pub fn new(host: &'h Host, queue: &str, destination: &'h dyn Destination) -> Self {
        let pause = Pause { clock: Steady::new(), until: Instant::MIN, patience: Patience::default() };
        let (queue, source) = (queue.into(), "urn:motcua".to_owned());
        Self { host, queue, destination, source, pause: Mutex::new(pause) }
    }

    /// Returns it with another source: what tells the messages of this store from those of others.
    #[must_use]
    pub fn from_source(self, source: &str) -> Self {
        Self { source: source.to_owned(), ..self }
    }

    /// Sends what may be sent now, until nothing is left, the destination is away, or a stop is wanted.
    ///
    /// # Errors
    /// The store failed; what was sent and not settled is sent again.
    pub fn drain(&self, now: Clock<'_>, stop: &AtomicBool) -> Result<Passed, HostError> {
        let mut all = Passed::default();
        loop {
            let passed = self.pass(now, stop)?;
            let tried = passed.tried();
            all.delivered += passed.delivered;
            all.again.extend(passed.again);
            all.dead.extend(passed.dead);
            all.away = passed.away;
            if tried == 0 || all.away.is_some() || stop.load(Ordering::Relaxed) {
                return Ok(all);
            }
        }
    }

    /// Sends what comes up until a stop is wanted, and tells what came of it. Where the store fails it says so and goes on.
    pub fn follow(&self, now: Clock<'_>, stop: &AtomicBool, told: &dyn Fn(Result<&Passed, &HostError>)) {
        let mut patience = Patience::default();
        while !stop.load(Ordering::Relaxed) {
            let passed = self.pass(now, stop);
            if !matches!(&passed, Ok(passed) if passed.tried() == 0) {
                told(passed.as_ref());
            }
            match passed {
                Ok(passed) => {
                    patience.renew();
                    if passed.tried() == 0 {
                        rest(IDLE, stop);
                    }
                }
                Err(_) => rest(Duration::from_secs(patience.wait().unsigned_abs()), stop),
            }
        }
    }

    /// Sends a few messages.
    ///
    /// # Errors
    /// The store failed; what was sent and not settled is sent again.
    pub fn pass(&self, now: Clock<'_>, stop: &AtomicBool) -> Result<Passed, HostError> {
        let mut passed = Passed::default();
        let Some(steady) = self.steady(now()) else { return Ok(passed) };
        let parcels = self.host.store().claim(&self.queue, steady, TOGETHER, self.host.lease(steady))?;
        let (begun, mut tried, mut failed) = (Monotonic::now(), Vec::with_capacity(parcels.len()), None);
        for parcel in parcels {
            let over = stop.load(Ordering::Relaxed) || begun.elapsed() >= SENDING;
            let outcome = if over || passed.away.is_some() || failed.is_some() {
                Outcome::Untried
            } else {
                self.send(&parcel, now, &mut passed).unwrap_or_else(|error| {
                    failed = Some(error);
                    Outcome::Untried
                })
            };
            tried.push(Tried { sending: parcel.sending, outcome });
        }
        if let Err(why) = self.destination.flush() {
            self.unsent(&mut tried, now(), &mut passed, &why);
        }
        if !tried.is_empty() {
            self.host.store().settle(&tried)?;
        }
        passed.count(tried);
        failed.map_or(Ok(passed), Err)
    }

    /// Sends one message, and returns what is noted of it.
    fn send(&self, parcel: &Parcel, now: Clock<'_>, passed: &mut Passed) -> Result<Outcome, HostError> {
        let message = match self.host.message(&parcel.sending, &self.source) {
            Ok(message) => message,
            Err(error @ HostError::Store(_)) => return Err(error),
            Err(error) => return Ok(self.again(parcel, now(), 0, error.to_string())),
        };
        Ok(match self.destination.send(&message, now()) {
            Said::Delivered => {
                self.pause().patience.renew();
                Outcome::Delivered
            }
            Said::Again { why } => self.again(parcel, now(), 0, why),
            Said::Refused { why } => Outcome::Dead { failure: why },
            Said::Away { why, seconds } => {
                passed.away = Some(why.clone());
                let wait = self.quiet(now(), seconds);
                self.again(parcel, now(), wait, why)
            }
        })
    }

    /// Returns that a message is tried again, or given up where that has been often enough.
    fn again(&self, parcel: &Parcel, now: Instant, at_least: i64, failure: String) -> Outcome {
        let tries = parcel.attempts.saturating_add(1);
        if tries >= MOST_TRIES {
            return Outcome::Dead { failure: format!("given up after {tries} tries: {failure}") };
        }
        let wait = wait(&parcel.sending, tries).max(at_least);
        Outcome::Again { at: self.pause().clock.at(now).plus(wait), failure }
    }

    /// Takes back that messages are delivered which the destination could not keep.
    fn unsent(&self, tried: &mut [Tried], now: Instant, passed: &mut Passed, why: &str) {
        let wait = self.quiet(now, None);
        let at = self.pause().clock.at(now).plus(wait);
        passed.away = Some(why.to_owned());
        for tried in tried.iter_mut().filter(|tried| tried.outcome == Outcome::Delivered) {
            tried.outcome = Outcome::Again { at, failure: why.to_owned() };
        }
    }

    /// Lets the destination be for a while, and returns for how many seconds.
    fn quiet(&self, now: Instant, seconds: Option<i64>) -> i64 {
        let mut pause = self.pause();
        let wait = pause.patience.wait().max(seconds.unwrap_or(0).min(WAITS.1));
        let until = pause.clock.at(now).plus(wait);
        pause.until = pause.until.max(until);
        wait
    }

    /// Returns what time it is by a clock that does not go back; nothing while the destination is to be let be.
    fn steady(&self, now: Instant) -> Option<Instant> {
        let mut pause = self.pause();
        let steady = pause.clock.at(now);
        (steady >= pause.until).then_some(steady)
    }

    fn pause(&self) -> MutexGuard<'_, Pause> {
        self.pause.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Passed {
    fn count(&mut self, tried: Vec<Tried>) {
        for Tried { sending, outcome } in tried {
            match outcome {
                Outcome::Delivered => self.delivered += 1,
                Outcome::Again { failure, .. } => self.again.push((sending, failure)),
                Outcome::Dead { failure } => self.dead.push((sending, failure)),
                Outcome::Untried | Outcome::Anew => {}
            }
        }
    }
}

/// Returns for how many seconds a message waits after so many tries: twice as long each time, and between the half and the whole of
/// it by its id, so that what failed together does not come again together.
fn wait(sending: &Sending, tries: u32) -> i64 {
    let (first, longest) = WAITS;
    let whole = first.saturating_mul(1_i64 << tries.saturating_sub(1).min(32)).min(longest);
    let hash = Sha256::digest(format!("{}:{}:{tries}", sending.destination, sending.id()));
    let drawn = hash.iter().take(4).fold(0_i64, |drawn, byte| drawn << 8 | i64::from(*byte));
    whole / 2 + drawn % (whole - whole / 2 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_and_are_the_same_each_time() {
        let sending = |id: &str| Sending { destination: "web".into(), dossier: id.into(), event: 1, effect: 0 };
        let waits: Vec<i64> = (1..MOST_TRIES).map(|tries| wait(&sending("D1"), tries)).collect();
        assert_eq!(waits, (1..MOST_TRIES).map(|tries| wait(&sending("D1"), tries)).collect::<Vec<_>>());
        for (tries, wait) in (1..).zip(&waits) {
            let whole = (5 << (tries - 1).min(13)).min(6 * 3600);
            assert!((whole / 2..=whole).contains(wait), "{tries}: {wait}");
        }
        let days = |seconds: i64| seconds / 86_400;
        assert!((2..=4).contains(&days(waits.iter().sum())), "{waits:?}");
        let apart: std::collections::BTreeSet<i64> = (0..100).map(|n| wait(&sending(&format!("D{n}")), 12)).collect();
        assert!(apart.len() > 90, "{}", apart.len());
    }
}
