//! Every format and every error on small files, and counts on published logs where they are at hand.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::prelude::*;
use tempfile::TempDir;

use super::*;

const TOO_LONG: &str = "the record that begins here is longer than 1 MiB; a quote or a tag may not be closed";

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn columns() -> Columns {
    let mut columns = Columns::new("case", "what", "when");
    columns.dossier_values = vec!["kind".to_owned()];
    columns.event_values = vec!["sum".to_owned(), "who".to_owned()];
    columns
}

fn xes_columns() -> Columns {
    let columns = columns();
    Columns { dossier_values: columns.dossier_values, event_values: columns.event_values, ..Columns::xes() }
}

/// A log as text: a line for each dossier, then one for each of its events.
fn dump(log: &mut Reader) -> Result<String, LogError> {
    let mut text = String::new();
    let mut batch = Batch::default();
    while log.next_batch(&mut batch)? {
        for trace in batch.traces() {
            writeln!(text, "{} @{} {:?}", trace.id(), trace.line(), trace.value(0)).unwrap();
            for event in trace.events() {
                write!(text, "  {} {:?} @{}", event.activity_name(), event.time(), event.line()).unwrap();
                writeln!(text, " {:?} {:?}", event.value(0), event.value(1)).unwrap();
            }
        }
    }
    assert!(!log.next_batch(&mut batch)?, "an ended log stays ended");
    Ok(text)
}

fn read(name: &str, bytes: &[u8]) -> Result<String, String> {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, bytes).unwrap();
    let columns = if name.contains(".xes") { xes_columns() } else { columns() };
    let read = open(&path, columns).and_then(|mut log| dump(&mut log));
    read.map_err(|error| error.to_string().replace(&format!("{}/", folder.path().display()), ""))
}

fn error(name: &str, bytes: impl AsRef<[u8]>) -> String {
    read(name, bytes.as_ref()).unwrap_err()
}

const CSV: &str = "case,kind,what,when,who,sum,x
A1,red,Open,2006-07-24,\"Bo, \"\"B\"\"\",35.0,
A1,blue,Pay,2006-07-25T10:00:00,,,
B2,,Open,2006-07-24T10:00:00+02:00,Ã,1,
";
const CSV_READ: &str = "A1 @2 Some(\"red\")
  Open Date(13353) @2 Some(\"35.0\") Some(\"Bo, \\\"B\\\"\")
  Pay Local(1153821600) @3 None None
B2 @4 None
  Open Instant(1153728000) @4 Some(\"1\") Some(\"Ã\")
";

#[test]
fn csv_in_all_its_forms() {
    let swapped = |separator: &str| CSV.replace("Bo, ", "Bo# ").replace(',', separator).replace("Bo# ", "Bo, ");
    for (form, bytes) in [
        ("plain", CSV.to_owned()),
        ("marked", format!("\u{feff}{CSV}")),
        ("lines of Windows", CSV.replace('\n', "\r\n")),
        ("no last line end", CSV.trim_end().to_owned()),
        ("semicolons", swapped(";")),
        ("tabs", swapped("\t")),
        ("quoted header", CSV.replace("case,kind", "\"case\",\"kind\"")),
    ] {
        assert_eq!(read("log.csv", bytes.as_bytes()).as_deref(), Ok(CSV_READ), "{form}");
        assert_eq!(read("LOG.CSV.GZ", &gzip(bytes.as_bytes())).as_deref(), Ok(CSV_READ), "{form}, gzip");
    }
    let members = [gzip(&CSV.as_bytes()[..50]), gzip(&CSV.as_bytes()[50..])].concat();
    assert_eq!(read("log.csv.gz", &members).as_deref(), Ok(CSV_READ), "two gzip members");
}

#[test]
fn lines_are_counted_through_blank_lines_and_quotes() {
    let text = "case,what,when,kind,sum,who\r\n\r\nA,\"x\r\ny\",2006-07-24,,,\r\n\r\n\r\nA,z,2006-07-25,,,\r\n";
    let expected = "A @3 None\n  x\r\ny Date(13353) @3 None None\n  z Date(13354) @7 None None\n";
    assert_eq!(read("log.csv", text.as_bytes()).as_deref(), Ok(expected));
    assert_eq!(read("log.csv", b"case,what,when,kind,sum,who\n\n").as_deref(), Ok(""));
}

const XES: &str = r#"<?xml version="1.0" encoding="UTF-8" ?>
<!-- a log -->
<log xes.version="1.0" xmlns="http://www.xes-standard.org/">
  <extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>
  <global scope="event"><string key="who" value="nobody"/></global>
  <classifier name="Activity" keys="concept:name"/>
  <float key="sum" value="1"><float key="sum" value="2"/></float>
  <trace>
    <string key="concept:name" value="A &amp; 1"/>
    <string key="kind" value="red"><string key="kind" value="nested"/></string>
    <event>
      <string key="who" value="Bo &#x22;B&quot;"/>
      <date key="time:timestamp" value="2006-07-24T10:00:00.000+02:00"/>
      <string key="concept:name" value="Open"/>
      <list key="l"><values><string key="who" value="inner"/></values></list>
    </event>
    <event
        ><string key="concept:name" value="Pay"/><float key="sum" value="35.0"/>
      <date key="time:timestamp" value="2006-07-25"/><unknown key="who" value="no"/></event>
  </trace>
  <trace><string key="concept:name" value="empty"/></trace>
</log>
"#;
const XES_READ: &str = "A & 1 @8 Some(\"red\")
  Open Instant(1153728000) @11 None Some(\"Bo \\\"B\\\"\")
  Pay Date(13354) @17 Some(\"35.0\") None
empty @21 None
";

#[test]
fn xes_in_all_its_forms() {
    for (form, text) in [
        ("plain", XES.to_owned()),
        ("marked", format!("\u{feff}{XES}")),
        ("lines of Windows", XES.replace('\n', "\r\n")),
        ("prefixed", XES.replace("<event", "<x:event").replace("</event", "</x:event")),
        ("single quotes", XES.replace("\"Pay\"", "'Pay'")),
    ] {
        assert_eq!(read("log.xes", text.as_bytes()).as_deref(), Ok(XES_READ), "{form}");
        assert_eq!(read("log.xes.gz", &gzip(text.as_bytes())).as_deref(), Ok(XES_READ), "{form}, gzip");
    }
}

#[test]
fn values_that_never_came() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("log.xes");
    fs::write(&path, XES).unwrap();
    let mut columns = xes_columns();
    columns.event_values.push("lost".to_owned());
    let mut log = open(&path, columns).unwrap();
    assert_eq!(log.never_seen(), ["kind", "sum", "who", "lost"]);
    dump(&mut log).unwrap();
    assert_eq!(log.never_seen(), ["lost"]);
    assert_eq!(log.progress(), (XES.len() as u64, XES.len() as u64));
}

#[test]
fn files_that_are_no_log() {
    let missing = open(Path::new("no/such.csv"), columns()).unwrap_err().to_string();
    assert_eq!(missing, "`no/such.csv`: no such file");
    let folder = TempDir::with_suffix(".csv").unwrap();
    assert!(open(folder.path(), columns()).unwrap_err().to_string().ends_with(": is a folder, not a log"));
    let unknown = "unknown kind of log; the name must end in `.csv`, `.xes`, `.csv.gz` or `.xes.gz`";
    for name in ["log.txt", "log", "csv", "log.gz", "log.csv.zip"] {
        assert_eq!(error(name, CSV), format!("`{name}`: {unknown}"));
    }
    for name in ["log.csv", "log.xes", "log.csv.gz", "log.xes.gz"] {
        assert_eq!(error(name, ""), format!("`{name}`: the log is empty"));
    }
    assert_eq!(error("log.csv", "\u{feff}"), "`log.csv`: the log is empty");
    assert_eq!(error("log.csv", "\n\n"), "`log.csv`: the log is empty");
    assert_eq!(error("log.csv.gz", gzip(b"")), "`log.csv.gz`: the log is empty");
    assert_eq!(error("log.xes", "<!-- nothing -->"), "`log.xes`, line 1: the log is empty");
    let not = "`log.csv.gz`: is not compressed although its name ends in `.gz`; take `.gz` off the name";
    assert_eq!(error("log.csv.gz", CSV), not);
    assert_eq!(error("log.csv", gzip(b"x")), "`log.csv`: is compressed by gzip; add `.gz` to its name");
}

#[test]
fn encodings_that_are_not_utf8() {
    for (name, big) in [("UTF-16LE", false), ("UTF-16BE", true)] {
        for text in [CSV.to_owned(), format!("\u{feff}{CSV}")] {
            let units = text.encode_utf16();
            let bytes: Vec<u8> =
                units.flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect();
            let expected =
                format!("`log.csv`: is encoded in {name}, not UTF-8; convert it: `iconv -f {name} -t UTF-8`");
            assert_eq!(error("log.csv", &bytes), expected);
        }
    }
    let latin = |text: &str| text.chars().map(|c| if c == 'Ã' { 0xc3 } else { c as u8 }).collect::<Vec<u8>>();
    let advice = "text that is not UTF-8; if it is in an older encoding convert it: `iconv -f WINDOWS-1252 -t UTF-8`";
    assert_eq!(error("log.csv", latin(CSV)), format!("`log.csv`, line 4, column `who`, dossier `B2`: {advice}"));
    assert_eq!(error("log.csv", latin("caseÃ,x\n")), format!("`log.csv`, line 1: {advice}"));
    let xes = latin(&XES.replace("Open", "Ã"));
    assert_eq!(error("log.xes", xes), format!("`log.xes`, line 14, dossier `A & 1`: {advice}"));
    let told = "is encoded in latin1, not UTF-8; convert it: `iconv -f latin1 -t UTF-8`";
    assert_eq!(error("log.xes", XES.replace("UTF-8", "latin1")), format!("`log.xes`, line 1: {told}"));
}

#[test]
fn gzip_that_ends_early_says_how_far_it_got() {
    let mut text = "case,what,when,kind,sum,who\n".to_owned();
    for row in 0..60_000 {
        writeln!(text, "D{},a{},2006-07-24,,{},", row / 3, row % 7, row * 7919 % 10_007).unwrap();
    }
    let whole = gzip(text.as_bytes());
    for length in [11, 100, whole.len() / 2, whole.len() - 9, whole.len() - 1] {
        let message = error("log.csv.gz", &whole[..length]);
        assert!(message.ends_with("the gzip data ends early, here; fetch the file again"), "{length}: {message}");
        if length > 1000 {
            let line: u64 = message.split("line ").nth(1).unwrap().split(',').next().unwrap().parse().unwrap();
            let dossier: u64 = message.split("dossier `D").nth(1).unwrap().split('`').next().unwrap().parse().unwrap();
            assert!(line > 20_000 && dossier.abs_diff((line - 2) / 3) <= 1, "{message}");
        }
    }
    let mut damaged = whole;
    let middle = damaged.len() / 2;
    damaged[middle..middle + 40].fill(0xff);
    let message = error("log.csv.gz", &damaged);
    assert!(message.contains("the gzip data is damaged here (") && message.contains("line "), "{message}");
    let xes = gzip(XES.as_bytes());
    let message = error("log.xes.gz", &xes[..xes.len() - 12]);
    assert!(message.contains(", line ") && message.contains("ends early"), "{message}");
}

#[test]
fn headers_that_lack_a_column() {
    let missing = error("log.csv", "Case,kind,what,wehn,sum,who\n");
    let there = "there are `Case`, `kind`, `what`, `wehn`, `sum`, `who`";
    assert_eq!(missing, format!("`log.csv`, line 1: no column `case`; did you mean `Case`? {there}"));
    let missing = error("log.csv", "case,kind,what,date,sum,who\n");
    let there = "there are `case`, `kind`, `what`, `date`, `sum`, `who`";
    assert_eq!(missing, format!("`log.csv`, line 1: no column `when`; {there}"));
    let twice = "`log.csv`, line 1: the header has two columns `case`; rename one";
    assert_eq!(error("log.csv", "case,case,kind,what,when,sum,who\n"), twice);
    let many = error("log.csv", ",".repeat(20_000));
    assert_eq!(many, "`log.csv`, line 1: more than 16384 columns");
}

#[test]
fn rows_that_do_not_fit() {
    let rows = |rows: &str| error("log.csv", format!("case,what,when,kind,sum,who\nA,x,2006-07-24,,,\n{rows}\n"));
    let short = "`log.csv`, line 3, dossier `B`: the row has 5 columns, the header has 6";
    assert_eq!(rows("B,x,2006-07-24,,"), short);
    assert_eq!(rows("B,x,2006-07-24,,,,"), short.replace("has 5", "has 7"));
    let none = "has no value; every dossier needs a name, every event an activity and a time";
    assert_eq!(rows("A,,2006-07-24,,,"), format!("`log.csv`, line 3, column `what`, dossier `A`: {none}"));
    assert_eq!(rows("A,x,,,,"), format!("`log.csv`, line 3, column `when`, dossier `A`: {none}"));
    let no_day = "`log.csv`, line 3, column `when`, dossier `A`: there is no such time as `2013-02-30`";
    assert_eq!(rows("A,x,2013-02-30,,,"), no_day);
    assert!(rows("A,x,soon,,,").contains("dossier `A`: `soon` is not a time; write it as `2006-07-24`"));
    let back = "the dossier comes back after other dossiers; sort the log by dossier";
    let again = rows("B,x,2006-07-24,,,\nA,x,2006-07-24,,,");
    assert_eq!(again, format!("`log.csv`, line 4, column `case`, dossier `A`: {back}"));
    let open = rows(&format!("C,\"{}", "x,y\n".repeat(400_000)));
    assert_eq!(open, format!("`log.csv`, line 3, dossier `A`: {TOO_LONG}"));
}

#[test]
fn a_line_of_100_megabytes_is_an_error_after_the_first_of_them() {
    let folder = TempDir::new().unwrap();
    let case = |name: &str, start: &str, columns: Columns| {
        let path = folder.path().join(name);
        fs::write(&path, start).unwrap();
        fs::OpenOptions::new().write(true).open(&path).unwrap().set_len(100 << 20).unwrap();
        let mut log = match open(&path, columns) {
            Ok(log) => log,
            Err(error) => return error.to_string(),
        };
        let error = dump(&mut log).unwrap_err().to_string();
        assert!(log.progress().0 < 2 << 20, "{name}: read {:?}", log.progress());
        error
    };
    let header = "case,what,when,kind,sum,who\n";
    let event = &XES[..XES.find("Open").unwrap()];
    for (start, place) in [
        ("xyz", "line 1: "),
        (header, "line 2: "),
        (&format!("{header}A,x,2006-07-24,,,\nA,\""), "line 3, dossier `A`: "),
    ] {
        let message = case("log.csv", start, columns());
        assert!(message.contains(place) && message.ends_with(TOO_LONG), "{message}");
    }
    for (start, place) in
        [("<log", "line 1: "), ("<log><!--", "line 1: "), ("<log>", "line 1: "), (event, "line 14, dossier `A & 1`: ")]
    {
        let message = case("log.xes", start, xes_columns());
        assert!(message.contains(place) && message.ends_with(TOO_LONG), "{message}");
    }
    let zipped = gzip(format!("{header}A,{},2006-07-24,,,\n", "x".repeat(3 << 20)).as_bytes());
    assert_eq!(error("log.csv.gz", zipped), format!("`log.csv.gz`, line 2: {TOO_LONG}"));
}

#[test]
fn a_column_that_is_no_dossier_or_no_activity() {
    let rows: String = (0..300_000).map(|_| "A,x,2006-07-24,,,\n").collect();
    let message = error("log.csv", format!("case,what,when,kind,sum,who\n{rows}"));
    assert!(message.starts_with("`log.csv`, line 262146, column `case`, dossier `A`: the dossier has more than"));
    let long = format!("<string key=\"who\" value=\"{}\"/>", "x".repeat(1 << 19)).repeat(130);
    for (at, key) in [("    <event>", "kind"), ("      <list", "who")] {
        let attributes = long.replace("who", key);
        let message = error("log.xes", XES.replace(at, &format!("{attributes}{at}")));
        assert!(message.contains("dossier `A & 1`: the dossier has more than"), "{message}");
    }
    let mut text = "case,what,when,kind,sum,who\n".to_owned();
    for row in 0..70_000 {
        writeln!(text, "{row},{row},2006-07-24,,,").unwrap();
    }
    let message = error("log.csv", text);
    assert!(message.contains("line 65538, column `what`, dossier `65536`: more than 65536 different activities"));
}

#[test]
fn xes_that_is_broken() {
    let cut = |at: &str| error("log.xes", &XES[..XES.find(at).unwrap()]);
    let ends = "the file may have been cut off";
    assert_eq!(cut("<trace>"), format!("`log.xes`, line 8: the XML ends inside <log>; {ends}"));
    assert_eq!(cut("<event>"), format!("`log.xes`, line 11, dossier `A & 1`: the XML ends inside <trace>; {ends}"));
    assert_eq!(cut("<date"), format!("`log.xes`, line 13, dossier `A & 1`: the XML ends inside <event>; {ends}"));
    assert!(cut("Open").starts_with("`log.xes`, line 14, dossier `A & 1`: broken XML: "));
    let swapped = error("log.xes", XES.replace("    </event>", "    </trace>"));
    assert!(swapped.starts_with("`log.xes`, line 16, dossier `A & 1`: broken XML: "), "{swapped}");
    let entity = error("log.xes", XES.replace("\"Open\"", "\"&open;\""));
    assert!(entity.starts_with("`log.xes`, line 14, column `concept:name`, dossier `A & 1`: broken XML"), "{entity}");
    let other = "`log.xes`, line 1: is not XES: the outermost element is <pnml>, not <log>";
    assert_eq!(error("log.xes", "<pnml></pnml>"), other);
    let deep = format!("<log>{}", "<a>".repeat(1000));
    assert_eq!(error("log.xes", deep), "`log.xes`, line 1: elements nested more than 128 deep");
    let none = "has no value; every dossier needs a name, every event an activity and a time";
    let nameless = XES.replace("key=\"concept:name\" value=\"A &amp; 1\"", "key=\"x\"");
    assert_eq!(error("log.xes", nameless), format!("`log.xes`, line 20, column `concept:name`: {none}"));
    let timeless = XES.replace("<date key=\"time:timestamp\" value=\"2006-07-25\"/>", "");
    let place = "`log.xes`, line 19, column `time:timestamp`, dossier `A & 1`";
    assert_eq!(error("log.xes", timeless), format!("{place}: {none}"));
    let no_day = error("log.xes", XES.replace("2006-07-25", "2006-02-30"));
    assert_eq!(no_day, format!("{place}: there is no such time as `2006-02-30`"));
    let twice = error("log.xes", XES.replace("\"empty\"", "\"A &amp; 1\""));
    assert!(twice.contains("line 21, dossier `A & 1`: the dossier comes back"), "{twice}");
}

proptest! {
    #[test]
    fn any_bytes_are_answered(bytes in prop::collection::vec(any::<u8>(), 0..300), kind in 0..4_usize) {
        let name = ["log.csv", "log.xes", "log.csv.gz", "log.xes.gz"][kind];
        let _ = read(name, &if kind > 1 { gzip(&bytes) } else { bytes });
    }

    #[test]
    fn a_damaged_log_is_answered(cut in 0..1300_usize, byte in any::<u8>(), xes in any::<bool>()) {
        let (name, text) = if xes { ("log.xes", XES) } else { ("log.csv", CSV) };
        let mut bytes = text.as_bytes().to_vec();
        let cut = cut % bytes.len();
        bytes[cut] = byte;
        let _ = read(name, &bytes);
        let _ = read(name, &bytes[..cut]);
    }

    #[test]
    fn quotes_do_not_change_what_is_read(rows in prop::collection::vec(("[a-c]", "[x;' é]{0,4}"), 0..20), end in 0..3_usize) {
        let end = ["\n", "\r\n", "\r"][end];
        let write = |quote: &str| {
            let mut text = format!("case,what,when,kind,sum,who{end}");
            for (at, (activity, value)) in rows.iter().enumerate() {
                write!(text, "D{at},{activity},2006-07-24,{quote}{value}{quote},{value},{end}").unwrap();
            }
            read("log.csv", text.as_bytes())
        };
        prop_assert_eq!(write(""), write("\""));
    }

    #[test]
    fn what_was_written_is_read(cells in prop::collection::vec(("[a-c]{1}", "[\"',;\r\n é]{0,4}"), 0..40)) {
        let mut text = "case,what,when,kind,sum,who\n".to_owned();
        let mut expected = Vec::new();
        for (at, (activity, value)) in cells.iter().enumerate() {
            write!(text, "D{at},{activity},2006-07-24,,\"{}\",\r\n", value.replace('"', "\"\"")).unwrap();
            expected.push((format!("D{at}"), activity.clone(), Some(value.clone()).filter(|value| !value.is_empty())));
        }
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("log.csv");
        fs::write(&path, text).unwrap();
        let (mut log, mut batch, mut found) = (open(&path, columns()).unwrap(), Batch::default(), Vec::new());
        while log.next_batch(&mut batch).unwrap() {
            for trace in batch.traces() {
                let event = trace.events().next().unwrap();
                let value = event.value(0).map(str::to_owned);
                found.push((trace.id().to_owned(), event.activity_name().to_owned(), value));
            }
        }
        prop_assert_eq!(found, expected);
    }
}

/// A log of the folder `shared/data` beside the repository, which is not part of it.
fn published(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data").join(name);
    if !path.exists() {
        eprintln!("skipped: {name} is not here");
        return None;
    }
    Some(path)
}

/// Dossiers, events, variants.
fn counts(path: &Path, columns: Columns) -> (usize, usize, usize) {
    let mut log = open(path, columns).unwrap();
    let (mut batch, mut variants) = (Batch::default(), HashSet::new());
    let (mut dossiers, mut events) = (0, 0);
    while log.next_batch(&mut batch).unwrap() {
        dossiers += batch.traces().len();
        events += batch.event_count();
        for trace in batch.traces() {
            variants.insert(trace.events().map(|event| event.activity()).collect::<Vec<_>>());
        }
    }
    (dossiers, events, variants.len())
}

#[test]
fn published_logs_have_their_known_counts() {
    let csv = |time: &str| Columns::new("case", "activity", time);
    for (name, columns, expected) in [
        ("road_fines.csv.gz", csv("date"), (150_370, 561_470, 231)),
        ("hospital_billing.csv.gz", csv("time"), (100_000, 451_359, 1_020)),
        ("receipt.xes.gz", Columns::xes(), (1_434, 8_577, 116)),
        ("bpic2012.xes.gz", Columns::xes(), (13_087, 262_200, 4_366)),
        ("bpic2020_domestic_cleaned.xes.gz", Columns::xes(), (10_357, 55_628, 90)),
    ] {
        if let Some(path) = published(name) {
            assert_eq!(counts(&path, columns), expected, "{name}");
        }
    }
}
