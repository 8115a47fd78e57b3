//! Replays of the examples: of a small log of their own, of broken ones, and of the published logs where they are here.

use std::fmt::Write as _;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use motcua_engine::{Guards, Instant, Replay, World};

use super::report::Reason;
use super::{Job, MapFile, Mapping, Report, replay, table};
use crate::load;

const ROAD_FINE: &str = "road_fines/road_fine.tthc";
const NORMATIVE: &str = "road_fines/normative.tthc";
const PERMIT: &str = "permit_receipt/permit.tthc";

fn example(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples").join(name)
}

/// A log of the folder `shared/data` beside the repository, which is not part of it.
fn published(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data").join(name);
    if path.exists() {
        return Some(path);
    }
    eprintln!("skipped: {name} is not here");
    None
}

struct Play {
    definition: &'static str,
    map: Option<PathBuf>,
    guards: Guards,
    now: Option<Instant>,
    threads: usize,
}

impl Play {
    fn of(definition: &'static str, guards: Guards) -> Self {
        Self { definition, map: None, guards, now: None, threads: 2 }
    }

    fn log(&self, log: &Path) -> Result<Report, String> {
        let definition = example(self.definition);
        let bundle = load::bundle(&load::sources(std::slice::from_ref(&definition)).unwrap()).unwrap();
        let world = World::load(bundle).unwrap();
        let procedure = world.latest(&world.names()[0]).unwrap();
        let map = MapFile::read(&self.map.clone().unwrap_or_else(|| MapFile::beside(&definition)));
        let map = map.map_err(|error| error.to_string())?;
        let played = Replay::new(&world, procedure, self.guards).map_err(|error| error.to_string())?;
        let mapping = Mapping::resolve(&map, procedure, &played);
        let mapping = mapping.map_err(|error| error.to_string())?;
        let Self { guards, now, threads, .. } = *self;
        let job = Job { world: &world, procedure, guards, mapping: &mapping, log, now, threads };
        replay(&job).map_err(|error| error.to_string())
    }
}

/// Dossiers of the sample: paid at once; paid in time; collected; appeals on and after the last day; two still open; an
/// activity that nobody knows; dismissed; collected before it was sent.
#[test]
fn the_sample_as_the_law_means_it() {
    let report = Play::of(ROAD_FINE, Guards::All).log(&example("road_fines/sample.csv")).unwrap();
    insta::assert_snapshot!("road_fine", table(&report, 100));
    insta::assert_snapshot!("road_fine_json", serde_json::to_string_pretty(&report).unwrap());
}

#[test]
fn the_sample_through_the_net() {
    let mut text = String::new();
    for guards in [Guards::Ignored, Guards::OfTime, Guards::All] {
        let report = Play::of(NORMATIVE, guards).log(&example("road_fines/sample.csv")).unwrap();
        let _ = writeln!(text, "{guards:?}\n{}", table(&report, 100));
    }
    insta::assert_snapshot!("normative", text);
}

#[test]
fn the_report_does_not_depend_on_threads() {
    let sample = example("road_fines/sample.csv");
    let reports = [1, 2, 7].map(|threads| Play { threads, ..Play::of(ROAD_FINE, Guards::All) }.log(&sample));
    assert!(reports.iter().all(|report| *report == reports[0]));
}

#[test]
fn now_moves_open_clocks_and_timers() {
    let sample = example("road_fines/sample.csv");
    let at = |now: &str| {
        let now = Some(now.parse().unwrap());
        Play { now, ..Play::of(ROAD_FINE, Guards::All) }.log(&sample).unwrap()
    };
    let (before, after) = (at("2021-10-23T21:59:59Z"), at("2021-10-23T22:00:00Z"));
    assert_eq!(after.timers.0[0].1.fired, before.timers.0[0].1.fired + 1, "00:00 in Rome on the sixtieth day");
    let overdue = |report: &Report| report.clocks.0[1].1.overdue;
    assert_eq!(overdue(&at("2021-10-24T21:59:59Z")), overdue(&before), "the last day is in time");
    assert_eq!(overdue(&at("2021-10-24T22:00:00Z")), overdue(&before) + 1);
}

fn with_log(name: &str, bytes: &[u8]) -> Result<Report, String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, bytes).unwrap();
    Play::of(ROAD_FINE, Guards::All).log(&path)
}

const HEAD: &str = "case,activity,date,amount,expense,total_payment,points,dismissal\n";

fn refused(report: Result<Report, String>, parts: &[&str]) {
    let error = report.unwrap_err();
    for part in parts {
        assert!(error.contains(part), "`{part}` is missing in: {error}");
    }
}

#[test]
fn broken_logs_are_refused_with_their_place() {
    let row = "F1,Create Fine,2020-01-10,40.0,,0.0,0,NIL\n";
    let csv = |text: String| with_log("log.csv", text.as_bytes());
    refused(csv("case,activity,date\n".to_owned() + "F1,Create Fine,2020-01-10\n"), &["log.csv", "no column `amount`"]);
    refused(csv(format!("{HEAD}{row}F2,Create Fine,2020-01-10\n")), &["line 3", "dossier `F2`", "3 columns"]);
    refused(
        csv(format!("{HEAD}{row}F2,Create Fine,2020-02-30,1,,0,0,NIL\n")),
        &["line 3", "column `date`", "`F2`", "2020-02-30"],
    );
    refused(
        csv(format!("{HEAD}{row}F2,Create Fine,2020-02-20,1,,0,many,NIL\n")),
        &["line 3", "column `points`", "`F2`", "`many`"],
    );
    refused(csv(format!("{HEAD}{row}F2,Create Fine,2020-02-20,1e,,0,0,NIL\n")), &["line 3", "column `amount`", "`F2`"]);
    refused(csv(format!("{HEAD}{row}F2,\"{}\n", "x".repeat(2 << 20))), &["line 3", "longer than 1 MiB"]);
    refused(with_log("log.csv", &[0xff, 0xfe, b'c', 0]), &["UTF-16LE"]);
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(fs::read(example("road_fines/sample.csv")).unwrap().as_slice()).unwrap();
    let whole = gzip.finish().unwrap();
    assert!(with_log("log.csv.gz", &whole).is_ok());
    refused(with_log("log.csv.gz", &whole[..whole.len() - 40]), &["log.csv.gz", "ends early"]);
    refused(Play::of(ROAD_FINE, Guards::All).log(Path::new("none.csv")), &["none.csv", "no such file"]);
}

#[test]
fn of_two_faults_the_first_is_told() {
    let mut text = HEAD.to_owned();
    for i in 0..20_000 {
        let points = if i == 9_000 || i == 19_999 { "x" } else { "0" };
        let _ = writeln!(text, "F{i},Create Fine,2020-01-10,40.0,,0.0,{points},NIL");
    }
    for _ in 0..5 {
        refused(with_log("log.csv", text.as_bytes()), &["line 9002", "`F9000`"]);
    }
}

#[test]
fn an_unknown_activity_is_a_deviation() {
    let text = format!("{HEAD}F1,Create Fine,2020-01-10,40.0,,40.0,0,NIL\nF1,Towed,2020-01-11,,,,,\n");
    let report = with_log("log.csv", text.as_bytes()).unwrap();
    let deviation = &report.deviations[0];
    assert_eq!(
        (deviation.reason, &*deviation.event, deviation.state.as_str()),
        (Reason::UnknownEvent, "Towed", "created")
    );
    assert_eq!((report.dossiers, report.events, report.unfit), (1, 2, 1));
}

fn with_map(change: impl Fn(&str) -> String) -> Result<Report, String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("changed.map.toml");
    let text = fs::read_to_string(example("road_fines/road_fine.map.toml")).unwrap();
    fs::write(&path, change(&text)).unwrap();
    Play { map: Some(path), ..Play::of(ROAD_FINE, Guards::All) }.log(&example("road_fines/sample.csv"))
}

#[test]
fn broken_maps_are_refused_with_their_place() {
    let at = ["changed.map.toml", "line "];
    let check = |from: &str, to: &str, parts: &[&str]| {
        let report = with_map(|text| {
            assert!(text.contains(from));
            text.replacen(from, to, 1)
        });
        let parts: Vec<&str> = at.iter().chain(parts).copied().collect();
        refused(report, &parts);
    };
    check("\"send_fine\"", "\"send_fines\"", &["command `send_fines`", "did you mean `send_fine`"]);
    check("amount        =", "amont =", &["field `amont`", "did you mean `amount`"]);
    check("timer = \"penalty\"", "timer = \"fine\"", &["timer `fine`", "`penalty`"]);
    check("timer = \"penalty\"", "timber = \"penalty\"", &["an activity means"]);
    check("dossier  =", "dossiers =", &["dossiers"]);
    check("[fields]", "[field]", &["unknown field `field`"]);
    check("dossier  = \"case\"", "dossier  = ", &["line 2"]);
    let column = with_map(|text| text.replacen("= \"points\"", "= \"pionts\"", 1));
    refused(column, &["sample.csv", "no column `pionts`", "did you mean `points`"]);
    let missing = Play { map: Some("none.toml".into()), ..Play::of(ROAD_FINE, Guards::All) };
    refused(missing.log(&example("road_fines/sample.csv")), &["none.toml", "--map"]);
}

#[test]
fn names_compare_after_normal_form_c() {
    let text = format!("{HEAD}F1,Cre\u{e9} Fine,2020-01-10,40.0,,40.0,0,NIL\n");
    let folder = tempfile::tempdir().unwrap();
    let (map, log) = (folder.path().join("m.toml"), folder.path().join("l.csv"));
    let known = fs::read_to_string(example("road_fines/road_fine.map.toml")).unwrap();
    fs::write(&map, known.replacen("\"Create Fine\"", "\"Cre\u{65}\u{301} Fine\"", 1)).unwrap();
    fs::write(&log, text).unwrap();
    let report = Play { map: Some(map), ..Play::of(ROAD_FINE, Guards::All) }.log(&log).unwrap();
    assert_eq!(report.fit, 1, "composed in the log, decomposed in the map");
}

fn reasons(report: &Report, reason: Reason) -> u64 {
    report.deviations.iter().filter(|deviation| deviation.reason == reason).map(|deviation| deviation.dossiers).sum()
}

/// The counts come from a search over the published net that shares no code with this one.
#[test]
fn all_road_fines_through_the_net() {
    let Some(log) = published("road_fines.csv.gz") else { return };
    for (guards, fit, not_final) in
        [(Guards::Ignored, 146_773, 8), (Guards::OfTime, 97_741, 0), (Guards::All, 85_404, 12_333)]
    {
        let report = Play::of(NORMATIVE, guards).log(&log).unwrap();
        assert_eq!((report.dossiers, report.events, report.variants), (150_370, 561_470, 231));
        assert_eq!((report.fit, report.unfit), (fit, 150_370 - fit), "{guards:?}");
        assert_eq!(reasons(&report, Reason::NotFinal), not_final, "{guards:?}");
    }
}

#[test]
fn all_road_fines_as_the_law_means_it() {
    let Some(log) = published("road_fines.csv.gz") else { return };
    let report = Play::of(ROAD_FINE, Guards::Ignored).log(&log).unwrap();
    assert_eq!((report.dossiers, report.events, report.variants), (150_370, 561_470, 231));
    let penalty = report.timers.0[0].1;
    assert_eq!((penalty.fired, penalty.same_day, penalty.earlier, penalty.later), (79_860, 79_860, 0, 0));
    let classes = |clock: usize| {
        let counts = report.clocks.0[clock].1;
        (counts.early, counts.on_time, counts.late)
    };
    assert_eq!(classes(0), (53_420, 795, 49_772), "sending");
    assert_eq!(classes(1), (3_342, 77, 582), "appeal to the prefect, from the first notification");
    assert_eq!(classes(2), (441, 17, 80), "appeal to the judge, from the latest notice");
}

#[test]
fn the_deadlines_that_a_municipality_recorded() {
    let Some(log) = published("receipt.xes.gz") else { return };
    let report = Play::of(PERMIT, Guards::All).log(&log).unwrap();
    assert_eq!((report.dossiers, report.events, report.variants), (1_434, 8_577, 116));
    let due = report.due.0[0].1;
    assert_eq!(due.same_second + due.same_minute + due.same_day + due.earlier + due.later + due.unrecorded, 1_434);
    assert!(due.same_second + due.same_minute > 950, "{due:?}");
}
