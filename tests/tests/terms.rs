//! Drop a file with terms (`*.toml`) into `terms/` and each is a case: see `terms/README.md`.

#![expect(clippy::unwrap_used, reason = "a helper of a test that cannot go on says so by a panic")]

use std::collections::BTreeMap;
use std::path::Path;

use motcua_engine::World;
use motcua_engine::calendar::{Calendar, Length, Term};
use motcua_engine::clock::{Class, Due, Edges, Ledger, Suspension};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    calendar: String,
    #[serde(default)]
    calendars: BTreeMap<String, String>,
    case: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    calendar: Option<String>,
    from: String,
    limit: String,
    #[serde(default)]
    suspended: Vec<String>,
    #[serde(default)]
    edges: Edges,
    resumed: Option<String>,
    restart: Option<String>,
    #[serde(default)]
    extend: Vec<String>,
    due: Option<String>,
    error: Option<String>,
    unrolled: Option<String>,
    projected: Option<bool>,
    #[serde(default)]
    early: Vec<String>,
    #[serde(default)]
    on_time: Vec<String>,
    #[serde(default)]
    late: Vec<String>,
    #[serde(default)]
    on: BTreeMap<String, String>,
    why: String,
    #[expect(dead_code, reason = "for people")]
    source: Option<String>,
}

#[test]
fn terms_end_when_the_cases_say() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files: Vec<_> = std::fs::read_dir(root.join("terms")).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|ending| ending == "toml"));
    files.sort();
    let (mut count, mut wrong) = (0, Vec::new());
    for path in files {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let file: File =
            toml::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap_or_else(|e| panic!("{name}: {e}"));
        let world = world(root, &file);
        for case in &file.case {
            count += 1;
            assert!(case.why.len() > 10, "{name}: a case from {} has no reason", case.from);
            assert!(case.due.is_some() != case.error.is_some(), "{name}: either `due` or `error`: {}", case.why);
            let calendar = case.calendar.as_ref().unwrap_or(&file.calendar);
            let calendar = world.calendar(calendar).unwrap_or_else(|| panic!("{name}: no calendar `{calendar}`"));
            if let Err(found) = check(&world, calendar, case) {
                wrong.push(format!("{name}: {} from {}: {found}\n    because {}", case.limit, case.from, case.why));
            }
        }
    }
    assert!(count >= 80, "the cases are gone: {count}");
    assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong.join("\n"));
}

/// The calendars of the procedures, and those of a file.
fn world(root: &Path, file: &File) -> World {
    let folder = root.join("../procedures/calendars");
    let own = file.calendars.iter().map(|(name, text)| (format!("{name}.tthc"), text.clone()));
    let shared = std::fs::read_dir(folder).unwrap().map(|entry| {
        let path = entry.unwrap().path();
        (path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read_to_string(&path).unwrap())
    });
    let mut texts: Vec<(String, String)> = shared.chain(own).collect();
    texts.sort();
    let texts: Vec<(&str, &str)> = texts.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    motcua_tests::world(&texts).unwrap()
}

fn check(world: &World, calendar: &Calendar, case: &Case) -> Result<(), String> {
    let answer = ledger(calendar, case).and_then(|ledger| Ok((due(calendar, case, &ledger)?, ledger)));
    let expected = match (&case.error, answer) {
        (Some(part), Err(error)) if error.contains(part) => return Ok(()),
        (Some(part), Err(error)) => return Err(format!("refused with `{error}`, not with `{part}`")),
        (Some(part), Ok((due, _))) => return Err(format!("due {}, not refused with `{part}`", due.instant)),
        (None, Err(error)) => return Err(format!("refused: {error}")),
        (None, Ok(answer)) => answer,
    };
    let (due, ledger) = expected;
    same("due", &calendar.format_instant(due.instant), &at(calendar, case.due.as_ref().unwrap())?)?;
    if let Some(unrolled) = &case.unrolled {
        same("unrolled", &due.unrolled.to_string(), unrolled)?;
    }
    if let Some(projected) = case.projected {
        same("projected", &(due.projected_year || due.resumes_unknown).to_string(), &projected.to_string())?;
    }
    for (class, ends) in [(Class::Early, &case.early), (Class::OnTime, &case.on_time), (Class::Late, &case.late)] {
        for end in ends {
            let instant = calendar.parse_instant(end).map_err(|error| error.to_string())?;
            let found = ledger.class(calendar, instant).map_err(|error| error.to_string())?;
            same(end, &format!("{found:?}"), &format!("{class:?}"))?;
        }
    }
    for (name, expected) in &case.on {
        let other = world.calendar(name).ok_or_else(|| format!("no calendar `{name}`"))?;
        let due = ledger.due(other).map_err(|error| error.to_string())?;
        same(name, &other.format_instant(due.instant), &at(other, expected)?)?;
    }
    Ok(())
}

fn same(what: &str, found: &str, expected: &str) -> Result<(), String> {
    if found == expected { Ok(()) } else { Err(format!("{what}: {found}, not {expected}")) }
}

fn at(calendar: &Calendar, text: &str) -> Result<String, String> {
    calendar.parse_instant(text).map(|instant| calendar.format_instant(instant)).map_err(|error| error.to_string())
}

fn due(calendar: &Calendar, case: &Case, ledger: &Ledger) -> Result<Due, String> {
    match &case.resumed {
        None => ledger.due(calendar),
        Some(resumed) => ledger.due_if_resumed(calendar, calendar.parse_instant(resumed).map_err(|e| e.to_string())?),
    }
    .map_err(|error| error.to_string())
}

/// The ledger of a case, as a fold over its journal would have left it.
fn ledger(calendar: &Calendar, case: &Case) -> Result<Ledger, String> {
    let instant = |text: &str| calendar.parse_instant(text).map_err(|error| error.to_string());
    let term = case.limit.parse::<Term>().map_err(|error| error.to_string())?;
    let mut ledger = Ledger::new(instant(&case.from)?, term);
    ledger.edges = case.edges;
    for stretch in &case.suspended {
        let (from, to) = stretch.split_once("..").ok_or_else(|| format!("`{stretch}` is no FROM..TO"))?;
        let to = if to.is_empty() { None } else { Some(instant(to)?) };
        ledger.suspensions.push(Suspension { from: instant(from)?, to });
    }
    if let Some(restart) = &case.restart {
        ledger.start = instant(restart)?;
        ledger.suspensions.retain(|suspension| suspension.to.is_none_or(|to| to > ledger.start));
        for suspension in &mut ledger.suspensions {
            suspension.from = suspension.from.max(ledger.start);
        }
    }
    for length in &case.extend {
        ledger.granted.push(length.parse::<Length>().map_err(|error| error.to_string())?);
    }
    Ok(ledger)
}
