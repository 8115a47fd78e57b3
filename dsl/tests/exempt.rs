//! What a text accepts with a reason: it is compiled, counted, and no part of the plan.

use motcua_dsl::{Checked, FINDINGS, Severity, Source, check, compile};

fn source(text: &str) -> [Source; 1] {
    [Source { path: "permit.tthc".into(), text: text.into() }]
}

fn checked(text: &str) -> Checked {
    check(&source(text))
}

const LATE: &str = "procedure permit {
    roles { clerk  chair }
    clock processing { limit 3 working days  runs from received until done ACCEPTED }
    on open by clerk -> received
    state received by clerk within 2 working days { on accept -> signing }
    state signing by chair within 2 working days { on sign -> done }
    state done final
}";

#[test]
fn an_error_that_is_accepted_is_compiled() {
    let strict = LATE.replace("ACCEPTED", "");
    assert_eq!(compile(&source(&strict)).unwrap_err()[0].id, "budget-exceeded");
    let accepted = LATE.replace("ACCEPTED", " accepts budget-exceeded because \"halved from 2026 on\"");
    compile(&source(&accepted)).unwrap();
    let found = checked(&accepted);
    assert!(found.findings.is_empty(), "{found:#?}");
    assert_eq!(found.exempted.len(), 1);
    assert_eq!(
        (found.exempted[0].finding.id, found.exempted[0].finding.severity),
        ("budget-exceeded", Severity::Error)
    );
    assert_eq!(found.exempted[0].reason, "halved from 2026 on");
    let at = found.exempted[0].at;
    assert_eq!(&accepted[at.start as usize..at.end as usize], "budget-exceeded");
}

#[test]
fn what_is_accepted_and_why_moves_no_hash() {
    let hash = |text: String| compile(&source(&text)).unwrap().plans[0].hash;
    let one = hash(LATE.replace("ACCEPTED", " accepts budget-exceeded because \"halved from 2026 on\""));
    let other = hash(LATE.replace("ACCEPTED", " accepts budget-exceeded because \"the chair knows\""));
    let outside = LATE.replace("ACCEPTED", "").replace("    roles", "accepts budget-exceeded because \"x\"\n roles");
    assert_eq!((one, one), (other, hash(outside)));
}

#[test]
fn whether_one_is_idle_is_said_once_nothing_else_is_wrong() {
    let idle = "procedure permit {
        roles { clerk }
        accepts guard-overlap because \"both are right\"
        on open by clerk -> done
        state done final
    }";
    assert_eq!(checked(idle).findings[0].id, "exemption-idle");
    let wrong = idle.replace("-> done", "-> dome");
    let ids: Vec<_> = checked(&wrong).findings.iter().map(|finding| finding.id).collect();
    assert!(ids.contains(&"name-unknown") && !ids.contains(&"exemption-idle"), "{ids:?}");
    // What only warns is not proven by `compile`, so nothing is known of it.
    compile(&source(idle)).unwrap();
}

#[test]
fn no_mistake_in_writing_names_or_types_is_accepted() {
    for id in FINDINGS {
        let text = format!(
            "procedure permit {{ roles {{ clerk }} accepts {id} because \"so\" on open by clerk -> done state done final }}"
        );
        let refused = checked(&text).findings.iter().any(|finding| finding.id == "exemption-shape");
        let never = ["syntax", "type-", "script-", "unsupported", "call-", "name-unknown", "name-dup", "exemption"];
        assert!(refused || !never.iter().any(|start| id.starts_with(start)), "{id}");
    }
}

#[test]
fn a_text_that_cannot_be_read_keeps_its_exemptions() {
    let found =
        checked(&LATE.replace("ACCEPTED", "accepts budget-exceeded because \"so\"").replace("state done", "stat done"));
    assert!(found.findings.iter().all(|finding| finding.id.starts_with("syntax")), "{found:#?}");
}

#[test]
fn ten_thousand_exemptions_are_quick() {
    use std::fmt::Write as _;
    let mut text = "procedure permit { roles { clerk } on open by clerk -> s0\n".to_owned();
    for i in 0..2_000 {
        let lines = "accepts guard-gap because \"a\" ".repeat(5);
        let _ = writeln!(text, "state s{i} by clerk {{ {lines} on go -> s{} }}", i + 1);
    }
    text += "state s2000 final }";
    let began = std::time::Instant::now();
    assert_eq!(checked(&text).findings.len(), 10_000);
    assert!(began.elapsed().as_secs() < 20, "{:?}", began.elapsed());
}
