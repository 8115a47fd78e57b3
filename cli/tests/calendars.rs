//! The calendar of the library year by year, one real office over it, and calendars from and to other programs.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a helper of a test that cannot go on says so by a panic"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use insta::assert_snapshot;
use motcua_engine::Day;
use proptest::prelude::*;
use serde_json::Value;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_path_buf()
}

fn motcua(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_motcua")).args(arguments).current_dir(root()).env("LC_ALL", "C").output().unwrap()
}

fn said(arguments: &[&str]) -> String {
    let output = motcua(arguments);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

/// The days off of a year that the week would work, and the days worked out of turn.
fn year(calendar: &str, year: i32, procedures: &Path) -> (BTreeMap<Day, String>, BTreeSet<Day>) {
    let year = year.to_string();
    let procedures = procedures.display().to_string();
    let json = said(&["calendar", calendar, "--year", &year, "--format", "json", "--procedures", &procedures]);
    let view: Value = serde_json::from_str(&json).unwrap();
    let date = |entry: &Value| day(entry["date"].as_str().unwrap());
    let off = view["off"].as_array().unwrap();
    let off = off.iter().map(|entry| (date(entry), entry["name"].as_str().unwrap().to_owned())).collect();
    (off, view["worked"].as_array().unwrap().iter().map(date).collect())
}

fn state(of: i32) -> (BTreeMap<Day, String>, BTreeSet<Day>) {
    year("vn_state", of, &root().join("procedures"))
}

#[test]
fn the_years_of_the_library() {
    for year in 2012..=2027 {
        let text = said(&["calendar", "vn_state", "--year", &year.to_string()]);
        let projected = text.contains("projected: not announced yet");
        assert_eq!(projected, !(2013..=2026).contains(&year), "{year}");
        assert_snapshot!(format!("vn_state_{year}"), text);
    }
}

#[test]
fn the_law_of_each_year_holds() {
    let names = |of: i32, part: &str| state(of).0.values().filter(|name| name.contains(part)).count();
    let hung = |of| names(of, "Hùng Vương");
    assert_eq!((hung(2006), hung(2007)), (0, 1));
    let second = |of| names(of, "ngày liền kề");
    assert_eq!((second(2020), second(2021)), (0, 1));
    assert_eq!((names(2025, "Văn hóa"), names(2026, "Văn hóa")), (0, 1));
    // With the substitute days, each day of Tết takes a working day away: four of them, five from 2014.
    assert_eq!((names(2012, "Tết Nguyên đán"), names(2013, "Tết Nguyên đán")), (4, 4));
    for of in 2014..=2027 {
        assert_eq!(names(of, "Tết Nguyên đán"), 5, "{of}");
    }
    let next_day = |from: &str| said(&["due", "--calendar", "vn_state", "--from", from, "--limit", "1 working day"]);
    assert!(next_day("1999-09-24T09:00").starts_with("Saturday 1999-09-25"), "Saturdays were worked");
    assert!(next_day("1999-10-01T09:00").starts_with("Monday 1999-10-04"), "until 2 October 1999");
}

/// The calendar that an office kept lies beside the project, and is no part of it.
#[test]
fn a_real_office_is_an_overlay() {
    let data = root().join("../shared/data/vn_office_calendar_2012_2015.json");
    if !data.exists() {
        eprintln!("skipped: vn_office_calendar_2012_2015.json is not here");
        return;
    }
    let data: Value = serde_json::from_slice(&std::fs::read(data).unwrap()).unwrap();
    let kept: BTreeMap<Day, bool> = data["days"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| (day(entry["date"].as_str().unwrap()), entry["off"] == 1))
        .collect();
    let folder = tempfile::tempdir().unwrap();
    for file in ["procedures/calendars/vn_state.tthc", "examples/office_calendar/one_stop_2013.tthc"] {
        let name = Path::new(file).file_name().unwrap();
        std::fs::copy(root().join(file), folder.path().join(name)).unwrap();
    }
    let different = |calendar: &str, of: i32| -> Vec<String> {
        let (off, worked) = year(calendar, of, folder.path());
        let days = kept.iter().filter(|(day, _)| day.year() == of);
        let is_off = |day: Day| off.contains_key(&day) || day.days_since_monday() > 4 && !worked.contains(&day);
        let word = |off| if off { "off" } else { "worked" };
        days.filter(|(day, kept)| is_off(**day) != **kept)
            .map(|(day, kept)| format!("{day}: kept as {}, {} here", word(*kept), word(is_off(*day))))
            .collect()
    };
    let days = kept.keys().filter(|day| (2013..=2015).contains(&day.year())).count();
    assert_eq!(days, 1095);
    for of in 2013..=2015 {
        assert_eq!(different("one_stop_2013", of), [""; 0], "{of}");
    }
    // The office had not filled in Tết 2012 nor its substitute days, and has 2 May in place of 2 April or 3 September.
    assert_eq!(
        different("vn_state", 2012),
        [
            "2012-01-23: kept as worked, off here",
            "2012-01-24: kept as worked, off here",
            "2012-01-25: kept as worked, off here",
            "2012-01-26: kept as worked, off here",
            "2012-01-28: kept as worked, off here",
            "2012-04-02: kept as worked, off here",
            "2012-05-02: kept as off, worked here",
            "2012-09-03: kept as worked, off here",
            "2012-12-31: kept as worked, off here",
        ]
    );
}

/// A folder with files of other programs.
struct Office(tempfile::TempDir);

impl Office {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn write(&self, name: &str, bytes: &[u8]) -> String {
        let path = self.0.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path.display().to_string()
    }

    /// Returns what an import writes or says, and its exit code.
    fn import(&self, bytes: &[u8]) -> (i32, String) {
        let path = self.write("days.ics", bytes);
        let output = motcua(&["calendar", "--from", &path]);
        let text = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        (output.status.code().unwrap(), text.replace(&path, "days.ics"))
    }
}

fn ics(events: &str) -> String {
    format!("BEGIN:VCALENDAR\nVERSION:2.0\nX-WR-TIMEZONE:Asia/Ho_Chi_Minh\n{events}END:VCALENDAR\n")
}

fn event(lines: &str) -> String {
    format!("BEGIN:VEVENT\n{lines}\nEND:VEVENT\n")
}

#[test]
fn what_goes_out_comes_back() {
    for of in 2013..=2026 {
        let out = said(&["calendar", "vn_state", "--year", &of.to_string(), "--format", "ics"]);
        assert!(out.split("\r\n").all(|line| line.len() <= 75 && !line.contains(['\r', '\n'])), "{out}");
        assert_eq!(out, said(&["calendar", "vn_state", "--year", &of.to_string(), "--format", "ics"]));
        let office = Office::new();
        let path = office.write("out.ics", out.as_bytes());
        let imported = motcua(&["calendar", "--from", &path, "--name", "back"]);
        let text = String::from_utf8(imported.stdout).unwrap();
        assert_eq!(imported.status.code(), Some(0), "{of}: {}", String::from_utf8_lossy(&imported.stderr));
        let written = Office::new();
        written.write("back.tthc", text.as_bytes());
        assert_eq!(year("back", of, written.0.path()), state(of), "{of}: {text}");
    }
}

#[test]
fn what_the_language_cannot_say_is_left_out() {
    let all = ics(&[
        "BEGIN:VTIMEZONE\nTZID:x\nBEGIN:STANDARD\nDTSTART:19700101T000000\nEND:STANDARD\nEND:VTIMEZONE\n".to_owned(),
        event("DTSTART;VALUE=DATE:20250430\nDTEND;VALUE=DATE:20250502\nSUMMARY:Lê\u{303} 30/4\\, 1/5"),
        event("DTSTART;VALUE=DATE:20250101\nRRULE:FREQ=YEARLY;COUNT=3\nSUMMARY:Tết"),
        event("DTSTART;VALUE=DATE:20250202\nRRULE:FREQ=YEARLY;UNTIL=20270101\nSUMMARY:Until the year before"),
        event("DTSTART;VALUE=DATE:20250503\nCATEGORIES:x,Worked\nSUMMARY:Làm bù"),
        event("DTSTART;VALUE=DATE:20250901\nDURATION:P2D\nSUMMARY:Two days\nCATEGORIES:closure"),
        event("DTSTART:20250303T090000\nSUMMARY:A meeting"),
        event("DTSTART;VALUE=DATE:20250310\nRRULE:FREQ=WEEKLY\nSUMMARY:Each week"),
        event("DTSTART;VALUE=DATE:20240229\nRRULE:FREQ=YEARLY\nSUMMARY:A leap day"),
        event("DTSTART;VALUE=DATE:20250311\nSTATUS:CANCELLED\nSUMMARY:Not after all"),
        event(&format!("DTSTART;VALUE=DATE:20250312\nRRULE:FREQ=YEARLY;BYSETPOS={}1", "1,".repeat(20_000))),
        "BEGIN:VJOURNAL\nSUMMARY:Buy stamps\nEND:VJOURNAL\n".to_owned(),
    ]
    .concat());
    let (code, text) = Office::new().import(all.as_bytes());
    assert_eq!(code, 1, "{text}");
    assert_snapshot!("left_out", text);
}

#[test]
fn what_is_no_calendar_is_refused_with_its_line() {
    let day = "DTSTART;VALUE=DATE:20250430";
    let twice = ics(&event(&format!("UID:a\n{day}")).repeat(2));
    let utf16: Vec<u8> = "\u{feff}BEGIN:VCALENDAR".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let latin = ics(&event(&format!("{day}\nSUMMARY:?"))).into_bytes();
    let latin: Vec<u8> = latin.into_iter().map(|byte| if byte == b'?' { 0xEA } else { byte }).collect();
    let long = ics(&event(&format!("{day}\nSUMMARY:{}", "x".repeat(100_000))));
    let huge = [b"BEGIN:VCALENDAR\nX:".as_slice(), &vec![b'x'; 100 << 20]].concat();
    let cases: Vec<(&str, Vec<u8>, &str)> = vec![
        ("empty", Vec::new(), "it is empty"),
        ("no ics", b"calendar x {}".to_vec(), "line 1: it is not iCalendar"),
        ("truncated", b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTA".to_vec(), "line 3: it is no property"),
        ("broken off", b"BEGIN:VCALENDAR\nBEGIN:VEVENT\n".to_vec(), "BEGIN:VEVENT of line 2 has no END"),
        ("crossed", b"BEGIN:VCALENDAR\nEND:VEVENT\n".to_vec(), "line 2: END:VEVENT ends BEGIN:VCALENDAR of line 1"),
        ("deep", "BEGIN:VCALENDAR\n".repeat(200_000).into_bytes(), "has no END"),
        ("UTF-16", utf16, "save it as UTF-8"),
        ("Latin-1", latin, "line 6: it is not UTF-8"),
        ("long line", long.into_bytes(), "line 6: it is longer than 64 kB"),
        ("huge line", huge, "it is longer than 16 MB"),
        (
            "backwards",
            ics(&event(&format!("{day}\nDTEND;VALUE=DATE:20250429"))).into(),
            "line 6: the event ends before",
        ),
        ("no start", ics(&event("SUMMARY:x")).into(), "line 4: the event has no DTSTART"),
        ("no date", ics(&event("DTSTART;VALUE=DATE:20250230")).into(), "line 5: `20250230` is no date"),
        ("wide date", ics(&event("DTSTART:202é0101")).into(), "line 5: `202é0101` is no date"),
        ("same UID", twice.into(), "line 9: the UID is that of line 5 too"),
        ("nothing", ics("").into(), "nothing in it is a day off"),
        ("no zone", b"BEGIN:VCALENDAR\nEND:VCALENDAR\n".to_vec(), "give one with --zone"),
        ("two", b"BEGIN:VCALENDAR\nEND:VCALENDAR\nBEGIN:VCALENDAR\n".to_vec(), "line 3: something follows"),
    ];
    let office = Office::new();
    for (name, bytes, wanted) in cases {
        let (code, text) = office.import(&bytes);
        assert_eq!(code, 2, "{name}: {text}");
        assert!(text.contains(wanted), "{name}: {text}");
    }
}

#[test]
fn a_hostile_text_stays_a_text() {
    let hostile = r#"x" } calendar evil { \" // \\n worked 2025-01-02 /* "#;
    let more =
        event(&format!("DTSTART;VALUE=DATE:20250430\nSUMMARY:{hostile}\\n}}\\ncalendar evil {{\nDESCRIPTION:a\"b"));
    let left = event(&format!("DTSTART:20250430T090000\nSUMMARY:{hostile}\\n}}\\ncalendar evil {{"));
    let (code, text) = Office::new().import(ics(&format!("X-WR-CALNAME:{hostile}\n{more}{left}")).as_bytes());
    assert_eq!(code, 1, "{text}");
    let office = Office::new();
    office.write("days.tthc", text.as_bytes());
    let path = office.0.path().join("days.tthc").display().to_string();
    let compiled = office.0.path().join("days.json").display().to_string();
    said(&["compile", &path, "-o", &compiled]);
    let bundle: Value = serde_json::from_slice(&std::fs::read(compiled).unwrap()).unwrap();
    assert_eq!(bundle["calendars"].as_array().unwrap().len(), 1, "{text}");
    assert_eq!(bundle["calendars"][0]["off"].as_array().unwrap().len(), 1, "{text}");
    let name = bundle["calendars"][0]["off"][0]["name"].as_str().unwrap();
    assert!(name.ends_with("\n}\ncalendar evil {"), "{name}");
    for name in ["a`b", "", "a\nb", "a\\b"] {
        let file = office.write("days.ics", ics(&more).as_bytes());
        assert_eq!(motcua(&["calendar", "--from", &file, "--name", name]).status.code(), Some(2), "{name:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever the lines say: an answer with an exit code, and a text that compiles where one is written.
    #[test]
    fn any_file_is_answered(
        texts in prop::collection::vec("\\PC{0,24}", 1..4),
        lines in prop::collection::vec("(DTEND|RRULE|SUMMARY|CATEGORIES|X-MOTCUA-FOR|DURATION)[;:=A-Z0-9]{0,9}:\\PC{0,9}", 0..3),
    ) {
        let said: String = texts.iter().map(|text| event(&format!("DTSTART;VALUE=DATE:20250102\nSUMMARY:{text}"))).collect();
        let strange = event(&format!("DTSTART;VALUE=DATE:20250103\n{}", lines.join("\n")));
        let office = Office::new();
        let (sound, text) = office.import(ics(&said).as_bytes());
        prop_assert_eq!(sound, 0, "{}", text);
        let (code, text) = office.import(ics(&[said, strange].concat()).as_bytes());
        prop_assert!((0..=2).contains(&code), "{}", text);
        if code < 2 {
            let path = office.write("days.tthc", text.as_bytes());
            let bundle = office.0.path().join("days.json").display().to_string();
            let compiled = motcua(&["compile", &path, "-o", &bundle]);
            prop_assert_eq!(compiled.status.code(), Some(0), "{}", text);
        }
    }
}
