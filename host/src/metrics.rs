//! What a host counts, in the format of OpenMetrics: how it answers, how long keeping takes, what lies waiting. Nothing personal.

use std::sync::atomic::AtomicU64;
use std::time::Duration;

use motcua_engine::{Answer, Instant, Refusal};
use prometheus_client::encoding::text;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

use crate::error::HostError;
use crate::host::Host;
use crate::request::{Asked, Reply, Request};
use crate::store::{Queue, StoreError};
use crate::wake::Woken;

type Seconds = Gauge<f64, AtomicU64>;
type Counters = Family<[(&'static str, &'static str); 1], Counter>;
type OfQueue<T> = Family<[(&'static str, String); 1], T>;

/// The upper ends, in seconds, of the ranges that transactions are counted in.
const TRANSACTION_SECONDS: [f64; 12] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0];

/// What a host counts.
#[derive(Debug)]
pub(crate) struct Metrics {
    registry: Registry,
    commands: Counters,
    refused: Counters,
    failed: Counters,
    pub(crate) conflicts: Counter,
    fired: Counter,
    stuck: Gauge,
    transactions: Histogram,
    lag: Seconds,
    waiting: OfQueue<Gauge>,
    dead: OfQueue<Gauge>,
    oldest: OfQueue<Seconds>,
}

impl Metrics {
    pub(crate) fn new() -> Self {
        let metrics = Self {
            registry: Registry::with_prefix("motcua"),
            commands: Counters::default(),
            refused: Counters::default(),
            failed: Counters::default(),
            conflicts: Counter::default(),
            fired: Counter::default(),
            stuck: Gauge::default(),
            transactions: Histogram::new(TRANSACTION_SECONDS),
            lag: Seconds::default(),
            waiting: OfQueue::default(),
            dead: OfQueue::default(),
            oldest: OfQueue::default(),
        };
        metrics.registered()
    }

    fn registered(mut self) -> Self {
        let to = &mut self.registry;
        to.register("commands", "Commands, by how they were answered", self.commands.clone());
        to.register("commands_refused", "Refused commands, by the reason", self.refused.clone());
        to.register("commands_failed", "Commands that could not be answered, by what failed", self.failed.clone());
        let conflicts =
            "Transactions that were decided again because another host was faster, or what they open was there";
        to.register("conflicts", conflicts, self.conflicts.clone());
        to.register("fired", "Events that time made happen", self.fired.clone());
        to.register("stuck", "Dossiers that are due and could not be woken the last time", self.stuck.clone());
        let transactions = "How long a group of transactions took to be kept";
        to.register_with_unit("transaction", transactions, Unit::Seconds, self.transactions.clone());
        let lag = "For how long the dossier that is due first has been due";
        to.register_with_unit("wake_lag", lag, Unit::Seconds, self.lag.clone());
        to.register("outbox_waiting", "Messages that are to be delivered", self.waiting.clone());
        to.register("outbox_dead", "Messages that were given up", self.dead.clone());
        let oldest = "How old the oldest message is that is to be delivered";
        to.register_with_unit("outbox_oldest", oldest, Unit::Seconds, self.oldest.clone());
        self
    }

    /// Counts what a command was answered; what time is asked for is no command.
    pub(crate) fn answered(&self, asked: &Asked, reply: &Result<Reply, HostError>) {
        if matches!(asked.request, Request::Tick) {
            return;
        }
        let answer = match reply {
            Ok(Reply { answer: Answer::Accepted(_), .. }) => "accepted",
            Ok(Reply { answer: Answer::AlreadyDone { .. }, .. }) => "already_done",
            Ok(Reply { answer: Answer::Refused(why), .. }) => {
                self.refused.get_or_create(&[("reason", reason(why))]).inc();
                "refused"
            }
            Err(why) => {
                self.failed.get_or_create(&[("reason", why.kind())]).inc();
                "failed"
            }
        };
        self.commands.get_or_create(&[("answer", answer)]).inc();
    }

    /// Counts what time made happen, and what it could not.
    pub(crate) fn woken(&self, woken: &Woken) {
        self.fired.inc_by(woken.events as u64);
        self.stuck.set(whole(woken.stuck.len() as u64));
    }

    /// Notes how long transactions took to be kept.
    pub(crate) fn kept(&self, took: Duration) {
        self.transactions.observe(took.as_secs_f64());
    }

    fn measure(&self, next_wake: Option<Instant>, queues: &[(Queue, Option<Instant>)], now: Instant) {
        self.lag.set(next_wake.map_or(0.0, |at| seconds(at, now)));
        // A queue that has become empty has nothing, rather than what it had.
        self.waiting.clear();
        self.dead.clear();
        self.oldest.clear();
        for (queue, oldest) in queues {
            let labels = [("destination", queue.destination.to_string())];
            self.waiting.get_or_create(&labels).set(whole(queue.waiting));
            self.dead.get_or_create(&labels).set(whole(queue.dead));
            self.oldest.get_or_create(&labels).set(oldest.map_or(0.0, |at| seconds(at, now)));
        }
    }
}

impl Host {
    /// Returns what this host has counted since it was made, and how the store stands, as text in the format of OpenMetrics.
    ///
    /// # Errors
    /// The store cannot be read.
    ///
    /// # Example: what is scraped
    /// ```
    /// # use motcua_engine::{Instant, World, plan::Bundle};
    /// # use motcua_host::{Host, Memory};
    /// # let bundle: Bundle = serde_json::from_str(r#"{"format":1,"compiler":"","source":"0000000000000000000000000000000000000000000000000000000000000000","plans":[],"calendars":[],"organisations":[]}"#)?;
    /// # let host = Host::new(World::load(bundle)?, Box::new(Memory::new()), &[]);
    /// let text = host.metrics(Instant::from_unix(1_709_517_600))?;
    /// assert!(text.contains("motcua_wake_lag_seconds 0.0\n"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn metrics(&self, now: Instant) -> Result<String, HostError> {
        let queues = self.store().queues()?.into_iter().map(|queue| {
            let oldest = self.store().oldest(&queue.destination)?;
            Ok((queue, oldest))
        });
        let queues: Vec<_> = queues.collect::<Result<_, StoreError>>()?;
        self.counted.measure(self.store().next_wake()?, &queues, now);
        let mut text = String::new();
        // A text takes whatever is written to it.
        let _ = text::encode(&mut text, &self.counted.registry);
        Ok(text)
    }
}

/// Returns the kind of a refusal, as answers in JSON have it; the sentence may hold what was brought.
pub(crate) fn reason(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::Conflict { .. } => "conflict",
        Refusal::NotPermitted { .. } => "not_permitted",
        Refusal::NotApplicable { .. } => "not_applicable",
        Refusal::Invalid { .. } => "invalid",
        Refusal::Fault(_) => "fault",
        Refusal::NotLoaded(_) => "not_loaded",
    }
}

fn whole(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Returns for how long something has been; nothing of what is to come.
#[expect(clippy::cast_precision_loss, reason = "a year has fewer seconds than a float has whole numbers")]
fn seconds(at: Instant, now: Instant) -> f64 {
    now.unix().saturating_sub(at.unix()).max(0) as f64
}
