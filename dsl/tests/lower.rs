//! What lowering makes of a text: one plan as people can read it, and what moves its hash.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a helper of a test that cannot go on says so by a panic")]

use motcua_dsl::{Finding, Severity, Source, check, compile};
use motcua_engine::World;
use motcua_engine::plan::{EventRef, Graph, Limit, Plan, StateKind, Trigger};

const PERMIT: &str = include_str!("lower/permit.tthc");

fn source(text: &str) -> Source {
    Source { path: "permit.tthc".into(), text: text.into() }
}

fn plan(text: &str) -> Plan {
    compile(&[source(text)]).unwrap_or_else(|findings| panic!("{findings:#?}")).plans.remove(0)
}

#[test]
fn a_plan_says_all_that_its_text_says() {
    let bundle = compile(&[source(PERMIT)]).unwrap_or_else(|findings| panic!("{findings:#?}"));
    let json = |value: serde_json::Value| serde_json::to_string_pretty(&value).unwrap();
    insta::assert_snapshot!("plan", json(serde_json::to_value(&bundle.plans).unwrap()));
    insta::assert_snapshot!("calendar", json(serde_json::to_value(&bundle.calendars).unwrap()));
    insta::assert_snapshot!("organisation", json(serde_json::to_value(&bundle.organisations).unwrap()));
    World::load(bundle).unwrap();
}

#[test]
fn the_hash_moves_with_what_decides_and_with_nothing_else() {
    let pinned = plan(PERMIT).hash;
    let same = |what: &str, text: String| {
        assert_ne!(text, PERMIT, "{what}");
        assert_eq!(plan(&text).hash, pinned, "{what}");
    };
    let other = |what: &str, text: String| {
        assert_ne!(text, PERMIT, "{what}");
        assert_ne!(plan(&text).hash, pinned, "{what}");
    };
    same("a comment", format!("// a comment\n{PERMIT}"));
    same("a comment in a guard", PERMIT.replace("when (data.area <= 250.0)", "when (data.area /* m² */ <= 250.0)"));
    same("layout", PERMIT.replace("    ", "\t"));
    same("layout in an effect", PERMIT.replace("data.rounds += 1;", "data.rounds  +=\n 1 ;"));
    same("a label", PERMIT.replace("\"Housing permit\"", "\"A permit\""));
    same("a basis", PERMIT.replace("Art. 102", "Art. 103"));
    same(
        "what is accepted",
        PERMIT.replacen("    on open", "    accepts guard-gap because \"so it is meant\"\n    on open", 1),
    );
    let test = "test \"one\" for housing_permit in seat { open by citizen at 2024-03-04 09:00 expect state received }";
    same("a test", format!("{PERMIT}\n{test}"));
    same("line ends", PERMIT.replace('\n', "\r\n"));
    other("a limit", PERMIT.replace("15 working days when", "14 working days when"));
    other("a guard", PERMIT.replace("<= 250.0", "< 250.0"));
    other("a name", PERMIT.replace("assessing", "examining"));
    other("a text of a script", PERMIT.replace("\"granted\"", "\"denied\""));
    other("a version", PERMIT.replace("version     3", "version 4"));
}

#[test]
fn shared_transitions_start_from_every_state_that_is_not_final() {
    let plan = plan(PERMIT);
    let graph = &plan.logic.graph;
    let withdraw = plan.logic.commands.iter().position(|name| name == "withdraw").unwrap();
    let ways: Vec<_> = graph
        .transitions()
        .filter(|(.., t)| matches!(t.trigger, Trigger::Command(c) if c.index() == withdraw))
        .collect();
    let open = graph.states().filter(|(_, state)| state.kind == StateKind::Work).count();
    assert_eq!(ways.len(), open);
    assert!(ways.iter().all(|(_, from, ..)| *from != Graph::START));
    assert!(ways.iter().all(|(.., t)| t.rule == ways[0].3.rule));
}

#[test]
fn waiting_for_a_restart_suspends_the_clock() {
    let plan = plan(PERMIT);
    let clock = &plan.logic.clocks[0];
    let waiting = plan.logic.graph.states().find(|(_, state)| state.name == "supplementing").unwrap().0;
    assert!(clock.suspends.iter().any(|suspends| suspends.states == [waiting]));
}

#[test]
fn terms_of_states_are_anonymous_clocks() {
    let logic = plan(PERMIT).logic;
    let (_, assessing) = logic.graph.states().find(|(_, state)| state.name == "assessing").unwrap();
    let within = &logic.clocks[assessing.within.unwrap().index()];
    assert_eq!(within.name, "within assessing");
    assert!(matches!(&within.limits[0].limit, Limit::Term(term) if term.to_string() == "7.5 working days"));
    let after = logic.clocks.iter().find(|clock| clock.name.starts_with("after")).unwrap();
    assert_eq!(after.name, "after 30 days in supplementing");
    assert!(matches!(after.starts[..], [EventRef::Enter(_)]));
    assert!(logic.marks.iter().any(|mark| matches!(mark, EventRef::Rule(_))), "`once` is remembered");
}

/// A procedure of many states in a row, each with a second way on.
fn long(states: usize) -> String {
    use std::fmt::Write as _;
    let mut text = "procedure long {\n    roles { clerk }\n    on open by clerk -> s0\n".to_owned();
    for i in 0..states {
        let next = i + 1;
        writeln!(text, "    state s{i} by clerk {{ on go -> s{next}  on skip -> s{} }}", (i + 2).min(states)).unwrap();
    }
    writeln!(text, "    state s{states} final\n}}").unwrap();
    text
}

#[test]
fn fifty_thousand_states_are_compiled_in_linear_time() {
    let plan = plan(&long(50_000));
    assert_eq!(plan.logic.graph.len(), 50_002);
    assert_eq!(plan.logic.graph.transitions().count(), 100_001);
}

#[test]
fn too_many_states_are_a_finding() {
    let found = check(&[source(&long(65_536))]).findings;
    let ids: Vec<_> = found.iter().map(|finding: &Finding| (finding.id, finding.severity)).collect();
    assert_eq!(ids, [("size", Severity::Error)]);
}

#[test]
fn compiling_refuses_what_checking_reports() {
    let wrong = PERMIT.replace("-> refused", "-> refusd");
    let reported = check(&[source(&wrong)]);
    assert!(reported.has_errors());
    assert_eq!(compile(&[source(&wrong)]).unwrap_err(), reported.findings);
}
