//! Four eyes beyond refusals: what is said to be possible, and logs that are played.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a helper of a test that cannot go on says so by a panic")]

use motcua_dsl::{Source, compile};
use motcua_engine::{
    Answer, Attempt, Check, Command, Dossier, Guards, Instant, Opening, Replay, World, decide, fold, possible,
};

const PERMIT: &str = "procedure permit {
    roles { clerk  chair }
    four eyes prepare, sign basis \"Art. 7\"
    on open by clerk -> drafting
    state drafting by clerk { on prepare -> signing  on note }
    state signing by chair { on sign -> done  on back -> drafting }
    state done final
}";

fn world() -> World {
    let sources = [Source { path: "permit.tthc".into(), text: PERMIT.into() }];
    World::load(compile(&sources).unwrap()).unwrap()
}

fn at(hour: u32) -> Instant {
    format!("2025-03-03T{hour:02}:00:00Z").parse().unwrap()
}

/// Gives commands, each by somebody in a role.
fn after(world: &World, given: &[(&str, &str, &str)]) -> Dossier {
    let mut dossier: Option<Dossier> = None;
    for (i, (name, actor, role)) in (0..).zip(given) {
        let command = Command {
            id: format!("c{i}").into(),
            command: (*name).into(),
            actor: (*actor).into(),
            role: (*role).into(),
            open: (*name == "open").then(|| Opening {
                dossier: "D1".into(),
                procedure: "permit".into(),
                ..Opening::default()
            }),
            ..Command::default()
        };
        let Answer::Accepted(events) = decide(world, dossier.as_ref(), &command, at(8 + i)) else {
            panic!("{name} by {actor} is refused")
        };
        for event in &events {
            dossier = Some(fold(dossier, event));
        }
    }
    dossier.unwrap()
}

#[test]
fn who_prepared_is_named_as_one_who_may_not_sign() {
    let world = world();
    let not = |dossier: &Dossier| -> Vec<(String, Vec<String>)> {
        let found = possible(&world, dossier, at(20)).into_iter();
        found.map(|one| (one.command.to_string(), one.not.iter().map(ToString::to_string).collect())).collect()
    };
    let opened = ("open", "an", "clerk");
    let first = after(&world, &[opened]);
    assert_eq!(not(&first), [("prepare".into(), vec![]), ("note".into(), vec![])]);
    let (an, binh) = (("prepare", "an", "clerk"), ("prepare", "binh", "clerk"));
    let prepared = after(&world, &[opened, binh, ("back", "chi", "chair"), an]);
    assert_eq!(not(&prepared), [("sign".into(), vec!["an".into(), "binh".into()]), ("back".into(), vec![])]);
}

#[test]
fn a_log_in_which_one_person_prepares_and_signs_does_not_fit() {
    let world = world();
    let procedure = world.latest("permit").unwrap();
    let replay = Replay::new(&world, procedure, Guards::All).unwrap();
    let play = |signer: Option<&str>| {
        let mut walk = replay.begin("D1", "");
        for (hour, name, actor) in [(8, "open", Some("an")), (9, "prepare", Some("an")), (10, "sign", signer)] {
            let command = replay.command(name).unwrap();
            let actor = actor.map(Into::into);
            let attempt = Attempt { command, at: at(hour), role: None, actor, data: std::iter::empty().collect() };
            replay.play(&mut walk, &attempt).map_err(|(_, check)| check)?;
        }
        Ok(())
    };
    assert_eq!(play(Some("an")), Err(Check::FourEyes));
    assert_eq!(play(Some("chi")), Ok(()));
    // Who did it is not in every log: then nobody is asked.
    assert_eq!(play(None), Ok(()));
}
