//! An erasure: what it reaches, what it refuses, and what is possible afterwards.

use motcua_engine::{Answer, Cause, Refusal};
use motcua_host::{HostError, Memory, Outcome, Query, Request, Sqlite, Tried, export, verify};
use motcua_tests::permit::start;

use super::{MARK, PLAIN, accepted, asked, erase, given, holds, host, now, opening, taken, way};

#[test]
fn a_record_holds_digests_and_the_journal_reads_as_it_was_decided() {
    let host = host(Box::new(Memory::new()));
    let events = taken(&host, way("D1", MARK));
    assert_eq!(host.events("D1", 0).unwrap(), events);
    let records = host.store().journal("D1", 0).unwrap();
    for record in &records {
        let text = std::str::from_utf8(record.event()).unwrap();
        assert!(!text.contains(MARK) && !text.contains("734.52917"), "{text}");
        assert_eq!(record.seal().is_some(), text.contains("{\"sealed"), "{text}");
    }
    // Each of them has something: a name, a reason, a text of a message, an argument, an agreement.
    assert!(records.iter().all(|record| record.seal().is_some()));
    let message = std::str::from_utf8(records[1].event()).unwrap();
    assert!(message.contains(r#""text":{"sealed":"#), "{message}");
}

#[test]
fn nothing_personal_is_left_of_an_erased_dossier() {
    let host = host(Box::new(Memory::new()));
    taken(&host, way("D1", MARK));
    taken(&host, way("D2", MARK));
    let before = host.dossier("D1").unwrap().unwrap();
    let reply = accepted(host.ask(erase("D1")));
    let Answer::Accepted(events) = &reply.answer else { panic!() };
    assert!(
        matches!(&events[..], [only] if matches!(&only.cause, Cause::Erased { reason } if reason.contains("12/QĐ")))
    );
    let after = host.dossier("D1").unwrap().unwrap();
    assert_eq!(reply.dossier.as_deref(), Some(&after));
    for (n, (before, after)) in before.data.iter().zip(&after.data).enumerate() {
        assert_eq!(after.as_ref(), before.as_ref().filter(|_| PLAIN.contains(&n)), "field {n}");
    }
    assert_eq!((&after.active, &after.clocks, after.version), (&before.active, &before.clocks, before.version + 1));
    assert!(after.outcome.is_some() && after.accepted.iter().all(|accepted| accepted.body == 0));
    assert!(!format!("{:?}{after:?}", host.events("D1", 0).unwrap()).contains(MARK));
    let found = host.store().find(&Query { dossier: Some("D1".into()), ..Query::default() }, None, 1).unwrap();
    assert_eq!(found[0].card.applicant, None);
    let mut bytes = Vec::new();
    export::write(host.store(), "D1", &mut bytes).unwrap();
    assert!(!holds(&bytes, MARK) && export::read(&mut bytes.as_slice()).is_ok());
    assert!(verify::dossier(host.store(), "D1").unwrap().unwrap().is_ok());
    // The other dossier is as it was.
    assert!(format!("{:?}", host.events("D2", 0).unwrap()).contains(MARK));
    assert!(verify::dossier(host.store(), "D2").unwrap().unwrap().is_ok());
}

#[test]
fn what_was_answered_is_not_done_again_whatever_it_says() {
    let host = host(Box::new(Memory::new()));
    taken(&host, way("D1", MARK));
    accepted(host.ask(erase("D1")));
    for text in [MARK, "somebody else"] {
        let reply = host.ask(asked("D1", Request::Give(opening("D1", text)), 1001)).unwrap();
        assert!(matches!(reply.answer, Answer::AlreadyDone { first: 1, events: 1 }), "{:?}", reply.answer);
        assert!(!format!("{:?}", reply.again).contains(MARK));
    }
    // Erased twice, it is erased: nothing is added.
    let again = accepted(host.ask(erase("D1")));
    assert_eq!(again.answer, Answer::Accepted(Vec::new()));
    let correction = way("D1", "x").into_iter().find(|asked| matches!(asked.request, Request::Correct(_))).unwrap();
    let mut other = correction;
    if let Request::Correct(correction) = &mut other.request {
        correction.id = "k2".into();
        correction.voids = vec![7];
        correction.instead.clear();
    }
    other.now = now();
    let reply = host.ask(other).unwrap();
    let Answer::Refused(why) = reply.answer else { panic!("{:?}", reply.answer) };
    assert!(why.to_string().contains("erased what was personal"), "{why}");
}

#[test]
fn only_what_is_settled_is_erased_and_for_a_reason() {
    let host = host(Box::new(Memory::new()));
    taken(&host, way("D1", MARK).into_iter().take(3).collect());
    let why = host.ask(erase("D1")).unwrap_err();
    assert!(matches!(&why, HostError::Erase { .. }) && why.to_string().contains("not settled"), "{why}");
    taken(&host, way("D2", MARK));
    let why = host.ask(asked("D2", Request::Erase { reason: " ".into() }, 1000)).unwrap_err();
    assert!(why.to_string().contains("the reason is missing"), "{why}");
    assert!(matches!(host.ask(erase("D9")), Err(HostError::Unknown(_))));
    assert!(format!("{:?}", host.dossier("D1").unwrap()).contains(MARK));
    // Neither attempt has left anything.
    assert!(host.events("D2", 0).unwrap().iter().all(|event| !matches!(event.cause, Cause::Erased { .. })));
}

#[test]
fn a_command_after_an_erasure_in_the_same_group_finds_it() {
    let host = host(Box::new(Memory::new()));
    let mut group = way("D1", MARK);
    group.push(erase("D1"));
    group.push(asked("D1", Request::Give(given("c9", "decide", "chair", &[("verdict", "denied".into())])), 1001));
    let replies = host.ask_all(&group);
    let last = replies.last().unwrap().as_ref().unwrap();
    assert!(
        matches!(&last.answer, Answer::Refused(why) if matches!(**why, Refusal::NotApplicable { .. })),
        "{:?}",
        last.answer
    );
    assert!(!format!("{:?}", host.dossier("D1").unwrap()).contains(MARK));
    assert!(verify::dossier(host.store(), "D1").unwrap().unwrap().is_ok());
}

#[test]
fn another_host_that_had_the_values_at_hand_goes_on_without_them() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("dossiers.db");
    let (one, other) = (host(Box::new(Sqlite::open(&path).unwrap())), host(Box::new(Sqlite::open(&path).unwrap())));
    taken(&one, way("D1", MARK));
    taken(&other, Vec::new());
    let repeated = || asked("D1", Request::Give(opening("D1", MARK)), 1001);
    assert!(matches!(other.ask(repeated()).unwrap().answer, Answer::AlreadyDone { .. }));
    accepted(one.ask(erase("D1")));
    let reply = other.ask(repeated()).unwrap();
    assert!(matches!(reply.answer, Answer::AlreadyDone { .. }));
    assert!(!format!("{reply:?}").contains(MARK), "{reply:?}");
}

#[test]
fn what_waits_to_be_sent_goes_out_without_what_was_sealed() {
    let host = host(Box::new(Memory::new()));
    taken(&host, way("D1", MARK));
    let text = |host: &motcua_host::Host| {
        let (parcel, _) = host.store().waiting("log", None, 9).unwrap().remove(0);
        String::from_utf8(host.message(&parcel.sending, "urn:x").unwrap().body).unwrap()
    };
    assert!(text(&host).contains(&format!("about {MARK}")));
    let lease = host.lease(start());
    let sending = host.store().claim("log", start(), 1, lease).unwrap().remove(0).sending;
    let failure = format!("500: {MARK}");
    host.store().settle(&[Tried { sending, outcome: Outcome::Again { at: start(), failure } }]).unwrap();
    accepted(host.ask(erase("D1")));
    assert!(!text(&host).contains(MARK));
    let waiting = host.store().waiting("log", None, 9).unwrap();
    assert!(waiting.iter().all(|(parcel, _)| parcel.failure.is_none()));
    assert_eq!(waiting[0].0.attempts, 1);
}

#[test]
fn events_without_anything_personal_are_stored_as_they_are() {
    let host = host(Box::new(Memory::new()));
    for asked in crate::hosts::way("D1") {
        accepted(host.ask(asked));
    }
    for (event, record) in host.events("D1", 0).unwrap().iter().zip(host.store().journal("D1", 0).unwrap()) {
        assert_eq!(record.event(), serde_json::to_vec(event).unwrap());
        assert_eq!(record.seal(), None);
    }
}

#[test]
fn a_text_of_a_megabyte_is_sealed_and_erased() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("dossiers.db");
    let host = host(Box::new(Sqlite::open(&path).unwrap()));
    let text = MARK.repeat((1 << 20) / MARK.len());
    // No script makes anything of so much text: that is refused.
    let requests = [opening("D1", &text), given("c1", "refuse", "counter", &[("why", text.as_str().into())])];
    let way = (1..).zip(requests).map(|(minutes, command)| asked("D1", Request::Give(command), minutes));
    let events = taken(&host, way.collect());
    assert_eq!(host.events("D1", 0).unwrap(), events);
    let records = host.store().journal("D1", 0).unwrap();
    assert!(records.iter().all(|record| record.event().len() < 10_000 && !holds(record.event(), MARK)));
    accepted(host.ask(erase("D1")));
    assert!(verify::dossier(host.store(), "D1").unwrap().unwrap().is_ok());
    host.store().rewrite().unwrap();
    assert!(std::fs::metadata(&path).unwrap().len() < 1 << 19);
}
