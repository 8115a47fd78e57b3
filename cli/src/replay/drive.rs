//! Reads on one thread, walks on the others.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, SyncSender};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant as Moment};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use motcua_engine::{ClockId, Guards, Instant, Procedure, Replay, TimerId, World};

use super::error::ReplayError;
use super::report::Report;
use super::resolve::Mapping;
use super::tally::{Names, Tally};
use super::walk::{Setting, Walker};
use crate::log::{self, Batch};

/// How long work takes before its progress is shown.
const PATIENCE: Duration = Duration::from_secs(1);

/// What is to be played, through what.
#[derive(Debug)]
pub struct Job<'a> {
    /// The world that the procedure lives in.
    pub world: &'a World,
    /// The procedure.
    pub procedure: &'a Procedure,
    /// Which guards are heeded.
    pub guards: Guards,
    /// What the log's columns and activities mean.
    pub mapping: &'a Mapping,
    /// The log.
    pub log: &'a Path,
    /// When open clocks are looked at; at the end of the log when absent.
    pub now: Option<Instant>,
    /// How many threads walk; one more reads.
    pub threads: usize,
}

/// Returns what fits in a log, and what was late.
///
/// # Errors
/// The log cannot be read to its end, or a cell holds no value of its field: the first one in the order of the log.
pub fn replay(job: &Job<'_>) -> Result<Report, ReplayError> {
    let logic = &job.procedure.plan.logic;
    let clocks = logic.clocks.iter().enumerate().filter(|(_, clock)| clock.of_state.is_none());
    let setting = Setting {
        replay: Replay::new(job.world, job.procedure, job.guards)?,
        mapping: job.mapping,
        calendar: job.world.calendar_for("", job.procedure),
        log: job.log,
        clocks: clocks.filter_map(|(i, clock)| Some((ClockId::new(i)?, clock.name.to_string()))).collect(),
        timers: (0..logic.timers.len()).filter_map(TimerId::new).collect(),
        now: job.now,
    };
    let tally = run(&setting, job.threads.max(1))?;
    let clock = |id: &ClockId| logic.clocks.get(id.index()).map(|clock| clock.name.to_string()).unwrap_or_default();
    let names = Names {
        clocks: setting.clocks.iter().map(|(_, name)| name.clone()).collect(),
        timers: logic.timers.iter().map(|timer| timer.name.to_string()).collect(),
        due: job.mapping.due.iter().map(|(id, _)| clock(id)).collect(),
    };
    Ok(tally.report(job.procedure, names, job.now))
}

/// A batch and its number in the order of the log.
type Numbered = (u64, Batch);
/// What went wrong, and in which batch.
type Fault = (u64, ReplayError);

fn run(setting: &Setting<'_>, threads: usize) -> Result<Tally, ReplayError> {
    let mut reader = log::open(setting.log, setting.mapping.columns.clone())?;
    let (full, work) = mpsc::sync_channel::<Numbered>(threads);
    let (empty, spare) = mpsc::sync_channel::<Batch>(2 * threads + 1);
    let work = Mutex::new(work);
    let failed = AtomicBool::new(false);
    thread::scope(|scope| {
        let walk = || walk(setting, &work, &empty, &failed);
        let walkers: Vec<_> = (0..threads).map(|_| scope.spawn(walk)).collect();
        let read = read(&mut reader, full, &spare, &failed);
        let mut tally = Walker::new(setting).tally;
        let mut faults: Vec<Fault> = read.err().into_iter().collect();
        for walker in walkers {
            match walker.join() {
                Ok(Ok(walked)) => tally.add(walked),
                Ok(Err(fault)) => faults.push(fault),
                Err(_) => faults.push((u64::MAX, ReplayError::Worker)),
            }
        }
        // Batches are handed out in order, so the earliest fault is found however the threads run.
        match faults.into_iter().min_by_key(|(number, _)| *number) {
            Some((_, error)) => Err(error),
            None => never_seen(setting, &reader).map_or(Ok(tally), Err),
        }
    })
}

/// Reads batches until the log ends, a fault is met, or somebody else has met one.
fn read(
    reader: &mut log::Reader,
    full: SyncSender<Numbered>,
    spare: &Receiver<Batch>,
    failed: &AtomicBool,
) -> Result<(), Fault> {
    let progress = Progress::new(reader);
    for number in 0.. {
        let mut batch = spare.try_recv().unwrap_or_default();
        let more = reader.next_batch(&mut batch).map_err(|error| (number, error.into()))?;
        if !more || failed.load(Ordering::Relaxed) || full.send((number, batch)).is_err() {
            break;
        }
        progress.show(reader);
    }
    drop(full);
    Ok(())
}

/// Walks batches until there are no more.
fn walk(
    setting: &Setting<'_>,
    work: &Mutex<Receiver<Numbered>>,
    empty: &SyncSender<Batch>,
    failed: &AtomicBool,
) -> Result<Tally, Fault> {
    let mut walker = Walker::new(setting);
    loop {
        let next = work.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok((number, batch)) = next else { return Ok(walker.tally) };
        if let Err(error) = walker.batch(&batch) {
            failed.store(true, Ordering::Relaxed);
            return Err((number, error));
        }
        // With nobody left to fill it again, a batch is dropped.
        let _ = empty.try_send(batch);
    }
}

/// Returns an error when the map names attributes that the log does not have.
fn never_seen(setting: &Setting<'_>, reader: &log::Reader) -> Option<ReplayError> {
    let names: Vec<String> = reader.never_seen().into_iter().map(|name| format!("`{name}`")).collect();
    let log = setting.log.display().to_string();
    (!names.is_empty()).then(|| ReplayError::NeverSeen { log, names: names.join(", ") })
}

/// A bar on the terminal, once work has taken a while.
struct Progress {
    bar: ProgressBar,
    since: Moment,
}

impl Progress {
    fn new(reader: &log::Reader) -> Self {
        let bar = ProgressBar::with_draw_target(Some(reader.progress().1), ProgressDrawTarget::hidden());
        if let Ok(style) = ProgressStyle::with_template("{wide_bar} {percent:>3} %  {eta}") {
            bar.set_style(style);
        }
        Self { bar, since: Moment::now() }
    }

    fn show(&self, reader: &log::Reader) {
        if self.since.elapsed() > PATIENCE {
            if self.bar.is_hidden() {
                self.bar.set_draw_target(ProgressDrawTarget::stderr());
            }
            self.bar.set_position(reader.progress().0);
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
