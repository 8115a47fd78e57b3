//! Events per second of `motcua replay`, the whole program with its start, on a log of road fines that is made up the
//! same in every run.
//!
//! The floors stand beside it, on the same bytes: unpacking them, splitting them into cells with bare csv-core, and
//! going over their tags with bare quick-xml.

#![expect(clippy::expect_used, reason = "a bench has nobody to hand an error to")]

use std::fmt::Write as _;
use std::fs;
use std::io::{Read, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;

use chrono::{Days, NaiveDate};
use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;

/// How many dossiers the log has.
const DOSSIERS: usize = 20_000;
const SEED: u64 = 2_026;

fn main() {
    assert!(fitting() > DOSSIERS * 9 / 10, "the log is one of road fines");
    divan::main();
}

/// Activities with the days that pass before each, and how many of a hundred dossiers go this way. The shares are near
/// those of the published log.
const WAYS: [(usize, &[(&str, u64)]); 5] = [
    (31, &[("Create Fine", 0), ("Payment", 12)]),
    (13, &[("Create Fine", 0), ("Send Fine", 85), ("Payment", 4)]),
    (
        14,
        &[
            ("Create Fine", 0),
            ("Send Fine", 80),
            ("Insert Fine Notification", 14),
            ("Add penalty", 60),
            ("Payment", 30),
        ],
    ),
    (
        39,
        &[
            ("Create Fine", 0),
            ("Send Fine", 80),
            ("Insert Fine Notification", 14),
            ("Add penalty", 60),
            ("Send for Credit Collection", 500),
        ],
    ),
    (3, &[("Create Fine", 0), ("Send Fine", 80), ("Insert Fine Notification", 14), ("Payment", 20)]),
];

/// Numbers that look random and are the same in every run (splitmix64).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) >> 33).unwrap_or(0) % bound
    }
}

/// A log in memory and as files.
struct Log {
    events: usize,
    csv: Vec<u8>,
    xes: Vec<u8>,
    gzip: Vec<u8>,
    folder: tempfile::TempDir,
}

static LOG: LazyLock<Log> = LazyLock::new(|| {
    let (mut csv, mut xes) =
        (String::from("case,activity,date,amount,expense,total_payment,points,dismissal\n"), String::new());
    let mut events = 0;
    let mut numbers = Numbers(SEED);
    xes.push_str("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<log xes.version=\"1.0\">\n");
    for number in 0..DOSSIERS {
        let mut share = numbers.below(100);
        let way = WAYS
            .iter()
            .find(|(part, _)| {
                share < *part || {
                    share -= part;
                    false
                }
            })
            .map_or(WAYS[0].1, |way| way.1);
        let first = NaiveDate::from_ymd_opt(2006, 1, 1).expect("a date");
        let mut day = first + Days::new(numbers.below(1_500) as u64);
        let amount = 20 + numbers.below(100);
        writeln!(xes, "  <trace>\n    <string key=\"concept:name\" value=\"A{number}\"/>").expect("a string takes all");
        for (activity, after) in way {
            day = day + Days::new(*after);
            let cells = match *activity {
                "Create Fine" => [format!("{amount}.0"), String::new(), "0.0".into(), "0".into(), "NIL".into()],
                "Send Fine" => [String::new(), "11.0".into(), String::new(), String::new(), String::new()],
                "Add penalty" => {
                    [format!("{}.0", amount * 2), String::new(), String::new(), String::new(), String::new()]
                }
                "Payment" => {
                    [String::new(), String::new(), format!("{}.0", amount * 2 + 11), String::new(), String::new()]
                }
                _ => Default::default(),
            };
            writeln!(csv, "A{number},{activity},{day},{}", cells.join(",")).expect("a string takes all");
            writeln!(
                xes,
                "    <event>\n      <string key=\"concept:name\" value=\"{activity}\"/>\n      \
                 <date key=\"time:timestamp\" value=\"{day}T00:00:00.000+01:00\"/>"
            )
            .expect("a string takes all");
            let keys = ["amount", "expense", "total_payment", "points", "dismissal"];
            for (key, cell) in keys.iter().zip(&cells).filter(|(_, cell)| !cell.is_empty()) {
                writeln!(xes, "      <string key=\"{key}\" value=\"{cell}\"/>").expect("a string takes all");
            }
            xes.push_str("    </event>\n");
            events += 1;
        }
        xes.push_str("  </trace>\n");
    }
    xes.push_str("</log>\n");
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    gzip.write_all(csv.as_bytes()).expect("memory");
    let gzip = gzip.finish().expect("memory");
    let folder = tempfile::tempdir().expect("a folder");
    for (name, bytes) in [("log.csv", csv.as_bytes()), ("log.xes", xes.as_bytes()), ("log.csv.gz", &gzip)] {
        fs::write(folder.path().join(name), bytes).expect("a file");
    }
    let map = fs::read_to_string(example("road_fine.map.toml")).expect("the map");
    let map = map.replace("\"case\"", "\"concept:name\"");
    let map =
        map.replace("activity = \"activity\"", "activity = \"concept:name\"").replace("\"date\"", "\"time:timestamp\"");
    fs::write(folder.path().join("xes.map.toml"), map).expect("a file");
    Log { events, csv: csv.into(), xes: xes.into(), gzip, folder }
});

fn example(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/road_fines").join(name)
}

/// Returns the program on one of the log's files.
fn replay(log: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_motcua"));
    command.arg("replay").arg(example("road_fine.tthc")).arg(LOG.folder.path().join(log)).args(["--format", "json"]);
    if log.ends_with("xes") {
        command.arg("--map").arg(LOG.folder.path().join("xes.map.toml"));
    }
    command.stderr(Stdio::inherit());
    command
}

/// Returns how many dossiers fit, after making sure that all three files say the same.
fn fitting() -> usize {
    let reports = ["log.csv", "log.csv.gz", "log.xes"].map(|log| replay(log).output().expect("the program").stdout);
    assert!(reports.iter().all(|report| Some(report) == reports.first()), "a log is the same in every form");
    let report: serde_json::Value = serde_json::from_slice(&reports[0]).expect("a report");
    report.get("fit").and_then(serde_json::Value::as_u64).and_then(|fit| usize::try_from(fit).ok()).unwrap_or_default()
}

fn events() -> ItemsCount {
    ItemsCount::new(LOG.events)
}

fn measure(bencher: Bencher<'_, '_>, log: &str) {
    bencher.counter(events()).bench_local(|| replay(log).output().expect("the program"));
}

#[divan::bench(sample_count = 20, sample_size = 1)]
fn replay_csv(bencher: Bencher<'_, '_>) {
    measure(bencher, "log.csv");
}

#[divan::bench(sample_count = 20, sample_size = 1)]
fn replay_csv_gzip(bencher: Bencher<'_, '_>) {
    measure(bencher, "log.csv.gz");
}

#[divan::bench(sample_count = 20, sample_size = 1)]
fn replay_xes(bencher: Bencher<'_, '_>) {
    measure(bencher, "log.xes");
}

/// What the program takes before its first event: it reads and compiles the definition.
#[divan::bench(sample_count = 20, sample_size = 1)]
fn floor_start(bencher: Bencher<'_, '_>) {
    let definition = example("road_fine.tthc");
    bencher.bench_local(|| {
        Command::new(env!("CARGO_BIN_EXE_motcua")).arg("check").arg(&definition).output().expect("the program")
    });
}

#[divan::bench(sample_count = 20)]
fn floor_csv_core(bencher: Bencher<'_, '_>) {
    bencher.counter(events()).counter(BytesCount::new(LOG.csv.len())).bench_local(|| {
        let (mut reader, mut cell, mut rest, mut cells) =
            (csv_core::Reader::new(), [0; 1 << 10], LOG.csv.as_slice(), 0);
        loop {
            let (result, read, _) = reader.read_field(rest, &mut cell);
            rest = rest.get(read..).unwrap_or_default();
            match result {
                csv_core::ReadFieldResult::End => return cells,
                csv_core::ReadFieldResult::Field { .. } => cells += 1,
                csv_core::ReadFieldResult::InputEmpty | csv_core::ReadFieldResult::OutputFull => {}
            }
        }
    });
}

#[divan::bench(sample_count = 20)]
fn floor_gunzip(bencher: Bencher<'_, '_>) {
    bencher.counter(events()).counter(BytesCount::new(LOG.csv.len())).bench_local(|| {
        let mut bytes = Vec::with_capacity(LOG.csv.len());
        GzDecoder::new(LOG.gzip.as_slice()).read_to_end(&mut bytes).expect("whole data");
        bytes
    });
}

#[divan::bench(sample_count = 20)]
fn floor_quick_xml(bencher: Bencher<'_, '_>) {
    bencher.counter(events()).counter(BytesCount::new(LOG.xes.len())).bench_local(|| {
        let mut reader = quick_xml::Reader::from_reader(LOG.xes.as_slice());
        let mut tags = 0;
        while !matches!(reader.read_event().expect("sound XML"), quick_xml::events::Event::Eof) {
            tags += 1;
        }
        tags
    });
}
