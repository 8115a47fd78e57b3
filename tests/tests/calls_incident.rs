//! A fault in what answers an outcome: it is an incident of the dossier that waits, and not lost.

#![expect(clippy::unwrap_used, reason = "a helper of a test that cannot go on says so by a panic")]

use motcua_engine::{
    Answer, Command, Dossier, Effect, Event, Firing, Instant, Opening, Outcome, Refusal, Value, World, bring_outcome,
    decide, deliveries, fold, open_called,
};

const TEXT: &str = "
procedure land {
    data { n integer = 0 }
    roles { clerk }
    on open by clerk -> asking
    state asking by clerk {
        call tax counts inside
        on outcome issued do { data.n = quotient(10, data.n); } -> granted
        on outcome otherwise -> refused
        on repair do { data.n = 5; }
    }
    state granted final
    state refused final
}
procedure tax {
    roles { officer }
    on open by officer -> issued
    state issued final
}";

fn at(minute: i64) -> Instant {
    "2025-03-03T09:00:00+07:00".parse::<Instant>().unwrap().plus(minute * 60)
}

fn kept(dossier: Option<Dossier>, events: &[Event]) -> Dossier {
    events.iter().fold(dossier, |dossier, event| Some(fold(dossier, event))).unwrap()
}

fn give(world: &World, dossier: Option<&Dossier>, name: &str, minute: i64) -> Result<Vec<Event>, Box<Refusal>> {
    let open = || Opening { dossier: "D".into(), procedure: "land".into(), ..Opening::default() };
    let command = Command {
        id: format!("{name} {minute}").into(),
        command: name.into(),
        actor: "an".into(),
        role: "clerk".into(),
        open: dossier.is_none().then(open),
        ..Command::default()
    };
    match decide(world, dossier, &command, at(minute)) {
        Answer::Accepted(events) => Ok(events),
        Answer::Refused(refusal) => Err(refusal),
        Answer::AlreadyDone { .. } => Ok(Vec::new()),
    }
}

#[test]
fn it_is_kept_and_the_outcome_is_taken_up_after_retry() {
    let world = motcua_tests::world(&[("land.tthc", TEXT)]).unwrap();
    let mut land = kept(None, &give(&world, None, "open", 0).unwrap());
    let opened = land.rare.calls[0].clone();
    let outcome = Outcome { call: opened.id, state: "issued".into(), value: Value::from("issued"), at: at(1) };
    let bring = |land: &Dossier, minute: i64| match bring_outcome(&world, land, &outcome, at(minute)) {
        Answer::Accepted(events) => events,
        other => panic!("{other:?}"),
    };
    let events = bring(&land, 1);
    let [Event { effects, .. }] = &events[..] else { panic!("{events:?}") };
    assert!(matches!(&effects[..], [Effect::Incident(_)]), "{effects:?}");
    land = kept(Some(land), &events);
    assert_eq!(land.rare.incidents[0].firing, Firing::Outcome { call: 0 });
    assert!(land.rare.calls[0].is_waiting());
    // As long as it stands, however often the outcome is told again.
    assert_eq!(bring(&land, 2), []);
    // Whoever tries again without having put it right has the incident again.
    land = kept(Some(land.clone()), &give(&world, Some(&land), "retry", 3).unwrap());
    assert!(land.rare.incidents.is_empty());
    land = kept(Some(land.clone()), &bring(&land, 4));
    assert_eq!(land.rare.incidents.len(), 1);
    for (minute, name) in [(5, "repair"), (6, "retry")] {
        land = kept(Some(land.clone()), &give(&world, Some(&land), name, minute).unwrap());
    }
    land = kept(Some(land.clone()), &bring(&land, 7));
    assert_eq!((land.outcome.clone(), land.rare.incidents.len()), (Some(Value::from("granted")), 0));
    assert!(matches!(bring_outcome(&world, &land, &outcome, at(8)), Answer::AlreadyDone { .. }));
}

#[test]
fn the_called_dossier_is_told_of_nothing() {
    let world = motcua_tests::world(&[("land.tthc", TEXT)]).unwrap();
    let events = give(&world, None, "open", 0).unwrap();
    let land = kept(None, &events);
    let calls: Vec<_> = events.iter().flat_map(|event| deliveries(&world, &land, event)).collect();
    let [motcua_engine::Delivery::Open(call)] = &calls[..] else { panic!("{calls:?}") };
    let Answer::Accepted(opened) = open_called(&world, None, call, at(1)) else { panic!("it is opened") };
    let tax = kept(None, &opened);
    let told: Vec<_> = opened.iter().flat_map(|event| deliveries(&world, &tax, event)).collect();
    let [motcua_engine::Delivery::Outcome { outcome, .. }] = &told[..] else { panic!("{told:?}") };
    let Answer::Accepted(events) = bring_outcome(&world, &land, outcome, at(2)) else { panic!("an incident is kept") };
    let after = kept(Some(land), &events);
    assert!(events.iter().all(|event| deliveries(&world, &after, event).is_empty()));
}
