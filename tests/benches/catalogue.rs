//! A catalogue of the size of a country's: all of it checked and formatted on two threads, one file of it changed, one file
//! alone. Says the time, megabytes per second of a core's own time, and the peak of memory; `CATALOGUE_FILES` says how many
//! procedures. What other programs take of the machine lengthens the time and leaves the rate of a core nearly as it is.

#![expect(clippy::expect_used, reason = "a bench has nobody to hand an error to")]

use std::io::{self, Write};
use std::num::NonZeroUsize;
use std::time::{Duration, Instant};
use std::{env, fs, thread};

use motcua_dsl::{Severity, Source, Workspace, format, parse, recognise};
use motcua_tests::catalogue::{self, NATION, SEED};

const THREADS: NonZeroUsize = NonZeroUsize::MIN.saturating_add(1);
/// How often one file is changed.
const EDITS: usize = 21;

/// As the program has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let count = env::var("CATALOGUE_FILES").ok().and_then(|count| count.parse().ok()).unwrap_or(NATION);
    let sources = catalogue::sources(SEED, count);
    let bytes: usize = sources.iter().map(|source| source.text.len()).sum();
    say(&format!("{count} procedures, {:.1} MB, {:.0} MB in memory before", mega(bytes), peak()));
    let sample = sources.get(..sources.len().min(1_600)).unwrap_or_default();
    let few: usize = sample.iter().map(|source| source.text.len()).sum();
    let before = spent();
    let floor = timed(|| sample.iter().for_each(|source| assert!(recognise(&source.text)))).1;
    rate("pest's bare match", few, floor, spent().saturating_sub(before));
    let before = spent();
    let tree = timed(|| sample.iter().for_each(|source| drop(parse(0, source)))).1;
    rate("read to trees", few, tree, spent().saturating_sub(before));

    let before = spent();
    let formatted = timed(|| on_two(&sources, |source| assert!(format(source).is_ok()))).1;
    rate("formatted", bytes, formatted, spent().saturating_sub(before));

    let mut workspace = Workspace::new(THREADS);
    for source in &sources {
        workspace.set(&*source.path, &*source.text);
    }
    let before = spent();
    let (findings, checked) = timed(|| workspace.findings());
    rate("checked", bytes, checked, spent().saturating_sub(before));
    assert!(findings.iter().all(|finding| finding.severity != Severity::Error), "sound procedures");
    say(&format!("{} findings; {:.0} MB in memory at most", findings.len(), peak()));

    let before = spent();
    let changed = sources.iter().rev().take(EDITS).map(|source| edit(&mut workspace, source)).collect();
    let each = spent().saturating_sub(before) / u32::try_from(EDITS).unwrap_or(1);
    say(&format!("one changed file of {count}: {:.1?}, {each:.1?} of a core's time", median(changed)));
    let mut alone = Workspace::default();
    for source in catalogue::sources(SEED, 0) {
        alone.set(source.path, source.text);
    }
    alone.findings();
    let each = sources.iter().rev().take(EDITS).map(|source| edit(&mut alone, source)).collect();
    say(&format!("one file with what it uses: {:.1?}", median(each)));
}

/// Changes a file and looks what is found.
fn edit(workspace: &mut Workspace, source: &Source) -> Duration {
    let text = source.text.replacen("Cấp giấy phép", "Cấp lại giấy phép", 1);
    timed(|| {
        workspace.set(&*source.path, text);
        workspace.findings()
    })
    .1
}

fn on_two(sources: &[Source], act: impl Fn(&Source) + Sync) {
    thread::scope(|scope| {
        for part in 0..THREADS.get() {
            let act = &act;
            scope.spawn(move || sources.iter().skip(part).step_by(THREADS.get()).for_each(act));
        }
    });
}

fn timed<T>(act: impl FnOnce() -> T) -> (T, Duration) {
    let began = Instant::now();
    let done = act();
    (done, began.elapsed())
}

fn median(mut all: Vec<Duration>) -> Duration {
    all.sort_unstable();
    all.get(all.len() / 2).copied().unwrap_or_default()
}

fn rate(what: &str, bytes: usize, took: Duration, spent: Duration) {
    say(&format!("{what} in {took:.2?}: {:.1} MB/s of a core's time", mega(bytes) / spent.as_secs_f64()));
}

/// The processor's time that was taken so far, to a hundredth of a second; none where the system does not tell.
fn spent() -> Duration {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let hundredths = after_name.split_whitespace().skip(11).take(2).filter_map(|number| number.parse::<u64>().ok());
    Duration::from_millis(hundredths.sum::<u64>() * 10)
}

#[expect(clippy::cast_precision_loss, reason = "sizes are told in megabytes")]
fn mega(bytes: usize) -> f64 {
    bytes as f64 / 1e6
}

/// The most memory that was taken so far, in megabytes; none where the system does not tell.
fn peak() -> f64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
    let kilobytes: usize = line.split_whitespace().next().and_then(|number| number.parse().ok()).unwrap_or_default();
    mega(kilobytes * 1024)
}

fn say(line: &str) {
    writeln!(io::stdout().lock(), "{line}").expect("an output");
}
