//! A correction is as if it had been so from the start.

use motcua_engine::{
    Answer, Cause, Command, Correction, Dossier, Effect, Event, Instant, Message, Refusal, correct, fold, tick,
    wakes_at,
};
use proptest::prelude::*;

use super::given::*;

/// A history that is told in its order from the start: what a correction must come to.
fn told_from_the_start(commands: &[Command], until: Instant) -> Option<Kept> {
    let mut kept =
        Kept { world: &WORLD, now: commands.first()?.at?, dossier: None, journal: Vec::new(), given: Vec::new() };
    for command in commands {
        kept.now = command.at?;
        if !matches!(kept.give(command), Answer::Accepted(_)) {
            return None;
        }
    }
    kept.tick(until);
    Some(kept)
}

/// The commands of a journal that stand, each at its instant.
fn commands_of(journal: &[Event], given: &[Command], voids: &[u32]) -> Vec<Command> {
    let stands = |event: &&Event| !voids.contains(&event.number);
    let command = |event: &Event| match &event.cause {
        Cause::Command { id, .. } => {
            let given = given.iter().find(|command| command.id == *id).unwrap();
            Some(Command { at: Some(event.at), seen: None, ..given.clone() })
        }
        _ => None,
    };
    journal.iter().filter(stands).filter_map(command).collect()
}

/// What the outside has heard and was not told to forget, in the order of its text.
fn heard(journal: &[Event]) -> Vec<String> {
    let mut heard: Vec<&Message> = Vec::new();
    for effect in journal.iter().flat_map(|event| &event.effects) {
        match effect {
            Effect::Message(message) => heard.push(message),
            Effect::Withdrawn(sent) => {
                let at = heard.iter().position(|message| **message == sent.message).unwrap();
                heard.remove(at);
            }
            _ => {}
        }
    }
    let mut heard: Vec<String> = heard.iter().map(|message| format!("{message:?}")).collect();
    heard.sort_unstable();
    heard
}

/// The events that a refused correction would have had named.
fn named(refusal: &Refusal) -> Vec<u32> {
    let Refusal::Invalid { problems } = refusal else { return Vec::new() };
    let asked = problems.iter().filter(|problem| problem.rule.contains("name it as well"));
    asked.filter_map(|problem| problem.rule.strip_prefix("event ")?.split(' ').next()?.parse().ok()).collect()
}

/// A dossier without what says only how its journal came about.
fn apart_from_numbers(dossier: &Dossier) -> Dossier {
    Dossier { version: 0, accepted: Vec::new(), ..dossier.clone() }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn a_correction_is_as_if_it_had_been_so_from_the_start(
        story in stories(),
        late in sound_command(),
        (back, voided) in (0_i64..60 * 86_400, prop::option::of(any::<prop::sample::Index>())),
    ) {
        let mut kept = played(&story);
        kept.tick(kept.now);
        let opened = kept.journal[0].at;
        let late = Command { id: "late".into(), at: Some(kept.now.plus(-back).max(opened)), ..late };
        let commands: Vec<u32> = kept.journal.iter().skip(1).filter(|event| matches!(event.cause, Cause::Command { .. })).map(|event| event.number).collect();
        // What nothing follows is an ordinary command.
        prop_assume!(voided.is_some() && !commands.is_empty() || kept.journal.iter().any(|event| event.at > late.at.unwrap()));
        let mut correction = Correction {
            id: "correction".into(),
            actor: "an".into(),
            role: "chair".into(),
            reason: "it was not so".into(),
            voids: voided.filter(|_| !commands.is_empty()).map(|index| *index.get(&commands)).into_iter().collect(),
            instead: vec![late.clone()],
        };
        let mut answer = correct(&WORLD, &kept.journal, &correction, kept.now);
        while let Answer::Refused(refusal) = &answer {
            let missing = named(refusal);
            if missing.is_empty() {
                break;
            }
            prop_assert!(missing.iter().all(|number| !correction.voids.contains(number)), "{missing:?} was named");
            correction.voids.extend(missing);
            answer = correct(&WORLD, &kept.journal, &correction, kept.now);
        }
        let mut commands = commands_of(&kept.journal, &kept.given, &correction.voids);
        let replaced = kept.journal.iter().filter(|event| correction.voids.contains(&event.number) && event.at == late.at.unwrap());
        let order = replaced.filter(|event| matches!(event.cause, Cause::Command { .. })).map(|event| event.number).next().unwrap_or(u32::MAX);
        let before = kept.journal.iter().filter(|event| !correction.voids.contains(&event.number)).filter(|event| matches!(event.cause, Cause::Command { .. })).filter(|event| (event.at, event.number) <= (late.at.unwrap(), order)).count();
        commands.insert(before, late);
        let until = kept.journal.last().unwrap().at.max(commands[before].at.unwrap());
        let oracle = told_from_the_start(&commands, until);
        if let Answer::Accepted(events) = answer {
            kept.keep(&events);
            let oracle = oracle.unwrap();
            prop_assert_eq!(apart_from_numbers(kept.dossier.as_ref().unwrap()), apart_from_numbers(oracle.dossier.as_ref().unwrap()));
            prop_assert_eq!(heard(&kept.journal), heard(&oracle.journal));
            let again = kept.journal.iter().fold(None, |dossier, event| Some(fold(dossier, event)));
            prop_assert_eq!(&again, &kept.dossier);
            prop_assert!(kept.journal.iter().zip(1..).all(|(event, number)| event.number == number));
            // The same correction again is done already.
            let again = correct(&WORLD, &kept.journal, &correction, kept.now);
            prop_assert!(matches!(again, Answer::AlreadyDone { .. }), "{:?}", again);
        } else {
            prop_assert!(oracle.is_none(), "{answer:?} though {commands:?} could have happened");
        }
    }

    #[test]
    fn no_correction_makes_anything_panic(
        story in stories(),
        corrections in prop::collection::vec(
            (prop::collection::vec(0_u32..30, 0..8), prop::collection::vec((any_command(), -60 * 86_400_i64..86_400), 0..3), any::<bool>()),
            1..5,
        ),
        wild in any::<i64>(),
    ) {
        let mut kept = played(&story);
        for (n, (voids, instead, named_too)) in corrections.into_iter().enumerate() {
            let at = |(m, (command, back)): (usize, (Command, i64))| {
                let at = if back % 50 == 0 { Instant::from_unix(wild) } else { kept.now.plus(back) };
                Command { id: format!("i{n}.{m}").into(), at: Some(at), ..command }
            };
            let mut correction = Correction {
                id: format!("k{n}").into(),
                actor: "an".into(),
                role: "chair".into(),
                reason: "it was not so".into(),
                voids,
                instead: instead.into_iter().enumerate().map(at).collect(),
            };
            let mut answer = correct(&WORLD, &kept.journal, &correction, kept.now);
            // What must be named is named, and what cannot be void is not, so that some are accepted.
            for _ in 0..3 {
                let Answer::Refused(refusal) = &answer else { break };
                prop_assert!(!refusal.to_string().is_empty());
                let missing = named(refusal);
                if !named_too || missing.is_empty() { break }
                correction.voids.retain(|number| !missing.contains(number));
                correction.voids.extend(missing);
                answer = correct(&WORLD, &kept.journal, &correction, kept.now);
            }
            if let Answer::Accepted(events) = answer {
                kept.keep(&events);
                let again = kept.journal.iter().fold(None, |dossier, event| Some(fold(dossier, event)));
                prop_assert_eq!(&again, &kept.dossier);
                let done = correct(&WORLD, &kept.journal, &correction, kept.now);
                let first_again = matches!(done, Answer::AlreadyDone { .. });
                prop_assert!(first_again, "{done:?}");
            }
            let _ = kept.dossier.as_ref().map(|dossier| (wakes_at(&WORLD, dossier), tick(&WORLD, dossier, kept.now).len()));
        }
        let _ = correct(&WORLD, &kept.journal, &Correction { id: "w".into(), ..Correction::default() }, Instant::from_unix(wild));
    }
}
