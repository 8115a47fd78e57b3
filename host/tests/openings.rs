//! Openings: what is to be opened is taken for not there, and the store is asked only where that was wrong.

use motcua_engine::{Answer, Refusal};
use motcua_host::{Asked, Host, Loaded, Reply, Request, Store, verify};
use smol_str::SmolStr;

use crate::hosts::{opening, way, world};
use crate::recording::Recording;

/// A host as it is after a restart, or another one.
fn host(store: &Recording) -> Host {
    Host::new(world(), Box::new(store.clone()), &["log"])
}

fn ask(host: &Host, asked: Asked) -> Reply {
    host.ask(asked).unwrap()
}

/// Returns the opening by a command of another id.
fn anew(dossier: &str) -> Asked {
    let mut asked = opening(dossier);
    if let Request::Give(command) = &mut asked.request {
        command.id = "c9".into();
    }
    asked
}

fn events(store: &Recording, dossier: &str) -> u32 {
    verify::dossier(store, dossier).unwrap().unwrap().unwrap().events
}

#[test]
fn an_opening_asks_the_store_once() {
    let store = Recording::default();
    let host = host(&store);
    assert!(matches!(ask(&host, opening("D1")).answer, Answer::Accepted(_)));
    assert_eq!(store.asked(), 1);
    let all: Vec<_> = ["D2", "D3", "D4"].into_iter().flat_map(way).collect();
    assert!(host.ask_all(&all).iter().all(|reply| matches!(reply.as_ref().unwrap().answer, Answer::Accepted(_))));
    assert_eq!(store.asked(), 4, "a group is looked up before, each of its dossiers here");
    for asked in way("D5") {
        assert!(matches!(ask(&host, asked).answer, Answer::Accepted(_)));
    }
    assert_eq!(store.asked(), 7, "a way of seven commands");
}

#[test]
fn a_refused_opening_is_refused_after_a_look() {
    let store = Recording::default();
    let mut asked = opening("D1");
    if let Request::Give(command) = &mut asked.request {
        command.role = "nobody".into();
    }
    let refused = ask(&host(&store), asked.clone());
    assert!(matches!(refused.answer, Answer::Refused(_)) && refused.dossier.is_none(), "{refused:?}");
    assert_eq!(store.asked(), 1);
    assert_eq!(store.load("D1", None).unwrap(), Loaded::Absent);
    // Where it is there by now, the refusal is about what is there.
    ask(&host(&store), opening("D1"));
    assert_eq!(ask(&host(&store), asked).dossier.map(|dossier| dossier.version), Some(1));
}

#[test]
fn a_repeated_opening_gets_its_first_answer_after_a_restart() {
    let store = Recording::default();
    let Answer::Accepted(first) = ask(&host(&store), opening("D1")).answer else { panic!("not accepted") };
    for command in way("D1").split_off(1) {
        ask(&host(&store), command);
    }
    store.asked();
    let again = ask(&host(&store), opening("D1"));
    assert!(matches!(again.answer, Answer::AlreadyDone { first: 1, .. }), "{again:?}");
    assert_eq!((again.again, again.dossier.map(|dossier| dossier.version)), (first, Some(7)));
    assert_eq!(store.asked(), 3, "refused by the store, loaded, and the first answer read");
    assert_eq!(events(&store, "D1"), 7);
}

#[test]
fn a_dossier_that_is_there_is_not_opened_by_another_command() {
    let store = Recording::default();
    ask(&host(&store), opening("D1"));
    let remembering = host(&store);
    ask(&remembering, way("D1").remove(1));
    let (unknown, known) = (ask(&host(&store), anew("D1")), ask(&remembering, anew("D1")));
    assert_eq!(unknown, known);
    let Answer::Refused(refusal) = unknown.answer else { panic!("{unknown:?}") };
    assert!(matches!(*refusal, Refusal::Conflict { version: 2, .. }), "{refusal:?}");
    assert_eq!(events(&store, "D1"), 2);
}

#[test]
fn of_a_group_nothing_rests_on_an_opening_that_is_refused() {
    let store = Recording::default();
    ask(&host(&store), opening("D2"));
    let group: Vec<_> = ["D1", "D2", "D3"].into_iter().map(anew).chain([way("D2").remove(1)]).collect();
    let replies = host(&store).ask_all(&group);
    let said: Vec<_> =
        replies.iter().map(|reply| matches!(reply.as_ref().unwrap().answer, Answer::Accepted(_))).collect();
    assert_eq!(said, [true, false, true, true], "{replies:?}");
    let found = ["D1", "D2", "D3"].map(|id| events(&store, id));
    assert_eq!(found, [1, 2, 1]);
}

#[test]
fn an_id_that_nobody_can_have_is_refused_unasked() {
    let store = Recording::default();
    for id in [SmolStr::default(), "D".repeat(257).into()] {
        let reply = ask(&host(&store), Asked { dossier: id.clone(), ..opening("D1") });
        assert!(matches!(reply.answer, Answer::Refused(_)), "{reply:?}");
    }
    assert_eq!(store.asked(), 0);
}

#[test]
fn what_was_opened_is_said_again_by_a_store_that_keeps_nothing_more() {
    let store = Recording::default();
    ask(&host(&store), opening("D1"));
    store.fill();
    let again = ask(&host(&store), opening("D1"));
    assert!(matches!(again.answer, Answer::AlreadyDone { .. }), "{again:?}");
    assert!(host(&store).ask(opening("D2")).is_err());
}
