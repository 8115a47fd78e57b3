//! Rungs that are said never to fire, and all others, in the engine.

use std::collections::BTreeSet;
use std::path::Path;

use motcua_dsl::{Source, check, compile};
use motcua_engine::{Answer, Cause, Command, Firing, Instant, Opening, World, decide, fold, tick};

#[test]
fn where_no_day_is_worked_those_rungs_fire_that_nothing_is_said_of() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/check/faulty/rung_where_no_day_is_worked.tthc");
    let source = Source { path: "p".into(), text: std::fs::read_to_string(path).unwrap() };
    let said = check(std::slice::from_ref(&source)).findings;
    let said: BTreeSet<usize> = said
        .iter()
        .filter(|finding| finding.id == "rung-never")
        .map(|finding| source.position(finding.primary.span.start as usize).0)
        .collect();
    let rungs = source.text.lines().enumerate().skip_while(|(_, line)| !line.contains("escalate")).skip(1);
    let rungs =
        rungs.filter(|(_, line)| !line.trim_start().starts_with("//")).take_while(|(_, line)| !line.contains('}'));
    let quiet: BTreeSet<usize> =
        rungs.enumerate().filter(|(_, (line, _))| said.contains(&(line + 1))).map(|(rung, _)| rung).collect();
    let world = World::load(compile(std::slice::from_ref(&source)).unwrap()).unwrap();
    let (now, later): (Instant, Instant) =
        ("2024-03-04T09:00:00+01:00".parse().unwrap(), "2024-06-04T09:00:00+02:00".parse().unwrap());
    let open = Command {
        id: "c1".into(),
        command: "open".into(),
        actor: "an".into(),
        role: "clerk".into(),
        open: Some(Opening { dossier: "D".into(), procedure: "permit".into(), ..Opening::default() }),
        ..Command::default()
    };
    let Answer::Accepted(events) = decide(&world, None, &open, now) else { panic!("it opens") };
    let dossier = events.iter().fold(None, |dossier, event| Some(fold(dossier, event))).unwrap();
    let fired = tick(&world, &dossier, later).into_iter().filter_map(|event| match event.cause {
        Cause::Time(Firing::Rung { rung, .. }) => Some(usize::from(rung)),
        _ => None,
    });
    let fired: BTreeSet<usize> = fired.collect();
    assert_eq!((quiet.len(), fired.len()), (5, 5), "{quiet:?} {fired:?}");
    assert!(fired.is_disjoint(&quiet), "{quiet:?} {fired:?}");
}
