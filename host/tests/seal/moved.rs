//! What is personal stays so where a dossier goes over to another version, and where another dossier is called with it.

use motcua_engine::{Answer, Command, Effect, Event, Opening, Value};
use motcua_host::{Host, Memory, Request, verify};
use motcua_tests::permit::{TIMED, start};

use super::{MARK, accepted, asked, erase, given};

/// The second version has the name under another name, and does not mark it any more.
const VERSIONS: (&str, &str) = (
    "move",
    r"
procedure move { version 1 effective 2024-01-01 until 2024-03-10
    data { owner text personal  plot text ? }
    roles { clerk }
    on open by clerk needs owner, plot -> received
    state received by clerk { on note needs plot  on finish -> done }
    state done final
}
procedure move { version 2 effective 2024-03-11
    data { holder was owner text  plot text ? }
    roles { clerk }
    moves from version 1 { }
    on open by clerk needs holder, plot -> received
    state received by clerk { on finish -> done }
    state done final
}
",
);

/// The called procedure marks nothing.
const CALLS: (&str, &str) = (
    "calls",
    r#"
procedure asks {
    data { owner text personal  plot text  said text ? }
    roles { clerk }
    on open by clerk needs owner, plot -> waiting
    state waiting by clerk {
        call answers with owner as name, plot counts inside
        on outcome otherwise -> done
    }
    state done final
}
procedure answers {
    data { name text  plot text  told text ? }
    roles { clerk }
    on open by clerk needs name, plot -> working
    state working by clerk { on tell do { data.told = data.name; } -> told }
    state told final outcome (data.told ?? "nothing")
}
"#,
);

fn host(texts: (&str, &str)) -> Host {
    Host::new(motcua_tests::world(&[texts, TIMED]).unwrap(), Box::new(Memory::new()), &[])
}

fn opening(procedure: &str) -> Command {
    Command {
        open: Some(Opening { dossier: "D1".into(), procedure: procedure.into(), ..Opening::default() }),
        ..given("c0", "open", "clerk", &[("owner", MARK.into()), ("plot", "7/12".into())])
    }
}

/// Says that no record of a dossier has a mark in it, and that its events have, until they are erased.
fn erased(host: &Host, id: &str, still: &str) {
    let events = |host: &Host| format!("{:?}", host.events(id, 0).unwrap());
    assert!(events(host).contains(MARK), "{}", events(host));
    for record in host.store().journal(id, 0).unwrap() {
        let text = std::str::from_utf8(record.event()).unwrap();
        assert!(!text.contains(MARK), "{text}");
    }
    let Answer::Accepted(told) = accepted(host.ask(erase(id))).answer else { panic!() };
    assert!(matches!(&told[..], [Event { effects, .. }] if matches!(effects[..], [Effect::Erased(_)])));
    assert!(!events(host).contains(MARK));
    assert_eq!(host.in_clear(id).unwrap(), 0);
    let dossier = host.dossier(id).unwrap().unwrap();
    assert_eq!(format!("{:?}", dossier.data).contains(still), still == "7/12", "{:?}", dossier.data);
    assert_eq!(verify::dossier(host.store(), id).unwrap().unwrap().map(drop), Ok(()));
}

#[test]
fn a_name_that_another_version_does_not_protect_is_erased_all_the_same() {
    let host = host(VERSIONS);
    accepted(host.ask(asked("D1", Request::Give(opening("move")), 0)));
    let to = host.world().latest("move").unwrap().plan.hash;
    let request = Request::Migrate { to, reason: "the new law".into() };
    let reply = accepted(host.ask(asked("D1", request, 60 * 24 * 10)));
    assert_eq!(reply.dossier.unwrap().data[0], Some(Value::from(MARK)));
    accepted(host.ask(asked("D1", Request::Give(given("c1", "finish", "clerk", &[])), 60 * 24 * 11)));
    // What stands beside it in the event of the move is sealed with it.
    erased(&host, "D1", "nothing");
    assert!(host.dossier("D1").unwrap().unwrap().at > start());
}

#[test]
fn what_a_called_dossier_is_given_is_erased_there_and_here() {
    let host = host(CALLS);
    accepted(host.ask(asked("D1", Request::Give(opening("asks")), 0)));
    accepted(host.ask(asked("D1/1", Request::Give(given("c1", "tell", "clerk", &[])), 1)));
    // The outcome is the name: it has come back to who called.
    let events = format!("{:?}", host.events("D1", 1).unwrap());
    assert!(events.contains(MARK), "{events}");
    erased(&host, "D1", "7/12");
    assert!(format!("{:?}", host.events("D1/1", 0).unwrap()).contains(MARK), "each has a journal of its own");
    erased(&host, "D1/1", "nothing");
}
