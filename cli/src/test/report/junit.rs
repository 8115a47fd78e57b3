//! For CI servers: `JUnit` XML, a suite for each file, as the schema of Ant's reports wants it, which is the strictest in use.

use std::fmt::Write as _;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use chrono::DateTime;
use motcua_dsl::Scenario;
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

use super::{Report, title};
use crate::lang::Lang;
use crate::say;
use crate::test::Verdict;

type Out = Writer<Vec<u8>>;

/// Returns the run as an XML document.
///
/// # Errors
/// Where `quick_xml` cannot write into memory, which no run brings about.
pub fn junit(lang: Lang, report: &Report<'_>) -> anyhow::Result<String> {
    let mut out = Writer::new_with_indent(Vec::new(), b' ', 2);
    out.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    out.write_event(Event::Start(BytesStart::new("testsuites")))?;
    let mut files: Vec<u32> = report.scenarios.iter().map(|scenario| scenario.span.file).collect();
    files.dedup();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let now = DateTime::from_timestamp(i64::try_from(now.as_secs()).unwrap_or_default(), 0).unwrap_or_default();
    let timestamp = now.format("%Y-%m-%dT%H:%M:%S").to_string();
    for (id, file) in files.into_iter().enumerate() {
        let cases: Vec<_> = report.all().filter(|(scenario, ..)| scenario.span.file == file).collect();
        suite((lang, report), id, &cases, &timestamp, &mut out)?;
    }
    out.write_event(Event::End(BytesEnd::new("testsuites")))?;
    Ok(String::from_utf8(out.into_inner())? + "\n")
}

fn suite(
    (lang, report): (Lang, &Report<'_>),
    id: usize,
    cases: &[(&Scenario, &Verdict, Duration)],
    timestamp: &str,
    out: &mut Out,
) -> anyhow::Result<()> {
    let path = cases.first().map(|(scenario, ..)| report.at(scenario.span).path).unwrap_or_default();
    let failed = cases.iter().filter(|(_, verdict, _)| !verdict.failures.is_empty()).count();
    let took: Duration = cases.iter().map(|(.., took)| *took).sum();
    let mut start = BytesStart::new("testsuite");
    let (id, tests, failures, time) = (id.to_string(), cases.len().to_string(), failed.to_string(), seconds(took));
    for (key, value) in [
        ("name", path),
        ("package", path),
        ("id", &*id),
        ("timestamp", timestamp),
        ("hostname", "localhost"),
        ("tests", &*tests),
        ("failures", &*failures),
        ("errors", "0"),
        ("skipped", "0"),
        ("time", &*time),
    ] {
        start.push_attribute((key, &*token(value)));
    }
    out.write_event(Event::Start(start))?;
    out.write_event(Event::Empty(BytesStart::new("properties")))?;
    for (scenario, verdict, took) in cases {
        case((lang, report), scenario, verdict, *took, out)?;
    }
    for name in ["system-out", "system-err"] {
        out.write_event(Event::Empty(BytesStart::new(name)))?;
    }
    out.write_event(Event::End(BytesEnd::new("testsuite")))?;
    Ok(())
}

fn case(
    (lang, report): (Lang, &Report<'_>),
    scenario: &Scenario,
    verdict: &Verdict,
    took: Duration,
    out: &mut Out,
) -> anyhow::Result<()> {
    let mut start = BytesStart::new("testcase");
    start.push_attribute(("name", &*token(&title(scenario))));
    start.push_attribute(("classname", &*token(&scenario.procedure)));
    start.push_attribute(("time", &*seconds(took)));
    let Some(first) = verdict.failures.first() else {
        out.write_event(Event::Empty(start))?;
        return Ok(());
    };
    out.write_event(Event::Start(start))?;
    let mut failure = BytesStart::new("failure");
    let (expected, found) = (first.expected.as_str(), first.found.as_str());
    let message = say!(lang, "test-both", expected = expected, found = found);
    failure.push_attribute(("message", &*allowed(&message)));
    failure.push_attribute(("type", "expectation"));
    out.write_event(Event::Start(failure))?;
    let mut told = String::new();
    for failure in &verdict.failures {
        let at = report.at(failure.span);
        let _ = writeln!(told, "{}:{}:{}", at.path, at.line, at.column);
        let _ = writeln!(told, "  {}: {}", say!(lang, "test-expected"), failure.expected);
        let _ = writeln!(told, "  {}: {}", say!(lang, "test-found"), failure.found);
    }
    told += &verdict.story;
    out.write_event(Event::Text(BytesText::new(&allowed(&told))))?;
    out.write_event(Event::End(BytesEnd::new("failure")))?;
    out.write_event(Event::End(BytesEnd::new("testcase")))?;
    Ok(())
}

fn seconds(took: Duration) -> String {
    format!("{:.6}", took.as_secs_f64())
}

/// Returns a text as a token of XML: on one line, without space at its ends or twice in a row.
fn token(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    if words.is_empty() { "-".to_owned() } else { allowed(&words.join(" ")) }
}

/// Returns a text without the characters that XML cannot hold.
fn allowed(text: &str) -> String {
    let fine = |c: &char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    text.chars().filter(fine).collect()
}
