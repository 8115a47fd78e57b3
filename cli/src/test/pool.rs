//! Plays scenarios side by side, on all cores; what comes of them stands in their order.

use std::io::IsTerminal;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use motcua_dsl::Scenario;

use super::any;
use super::play::Verdict;
use super::worlds::Worlds;
use crate::lang::Lang;
use crate::say;

/// So many scenarios are taken at a time.
const BATCH: usize = 32;
/// How long work takes before its progress is shown.
const PATIENCE: Duration = Duration::from_secs(1);

/// Returns what comes of scenarios, and how long each took; `keep` says whether the journals of those that pass are wanted.
#[must_use]
pub fn run(lang: Lang, worlds: &Worlds, scenarios: &[Scenario], keep: bool) -> Vec<(Verdict, Duration)> {
    let threads = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let next = AtomicUsize::new(0);
    let bar = Progress::new(lang, scenarios.len());
    let work = || {
        let mut done: Vec<(usize, (Verdict, Duration))> = Vec::new();
        loop {
            let from = next.fetch_add(BATCH, Ordering::Relaxed);
            let Some(batch) = scenarios.get(from..(from + BATCH).min(scenarios.len())).filter(|b| !b.is_empty()) else {
                return done;
            };
            for (at, scenario) in batch.iter().enumerate() {
                let began = Instant::now();
                let mut verdict = any::played(lang, worlds, scenario);
                if !keep {
                    (verdict.journals, verdict.refused, verdict.said) = Default::default();
                }
                done.push((from + at, (verdict, began.elapsed())));
            }
            bar.add(batch.len());
        }
    };
    let mut all: Vec<(usize, (Verdict, Duration))> = std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(work)).collect();
        let mut all = work();
        // A thread that has panicked has said so; what it had is missing and will be counted as missing.
        all.extend(others.into_iter().filter_map(|thread| thread.join().ok()).flatten());
        all
    });
    bar.end();
    all.sort_by_key(|(at, _)| *at);
    all.into_iter().map(|(_, verdict)| verdict).collect()
}

/// A line that counts, on a terminal, when work takes long.
struct Progress {
    bar: ProgressBar,
    began: Instant,
}

impl Progress {
    fn new(lang: Lang, all: usize) -> Self {
        let bar = ProgressBar::with_draw_target(u64::try_from(all).ok(), ProgressDrawTarget::hidden());
        if let Ok(style) = ProgressStyle::with_template(&format!(
            "{{bar:30}} {{pos}}/{{len}} {}",
            say!(lang, "test-left", time = "{eta}")
        )) {
            bar.set_style(style);
        }
        Self { bar, began: Instant::now() }
    }

    fn add(&self, done: usize) {
        if self.bar.is_hidden() && self.began.elapsed() > PATIENCE && std::io::stderr().is_terminal() {
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        self.bar.inc(u64::try_from(done).unwrap_or_default());
    }

    fn end(&self) {
        self.bar.finish_and_clear();
    }
}
