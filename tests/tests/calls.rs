//! A dossier that calls another procedure, and the one that is called, by messages alone: whatever the order and however often
//! they are told, both end as if each message had been told once, at once.

#![expect(clippy::unwrap_used, reason = "a helper of a test that cannot go on says so by a panic")]

use std::collections::BTreeMap;

use motcua_engine::{
    Answer, CallStands, Command, Correction, Delivery, Dossier, Event, Guards, Instant, Opening, Outcome, Refusal,
    Replay, Value, World, bring_outcome, correct, decide, deliveries, fold, open_called, withdraw_called,
};
use proptest::prelude::*;
use smol_str::SmolStr;

const TEXT: &str = r#"
use calendar office
calendar office { zone "Asia/Ho_Chi_Minh"  covers 2025 to 2025  week mon-fri 07:30-17:00 }
procedure land {
    corrects at most 30 days by clerk
    data { parcel text  area decimal }
    roles { clerk }
    clock processing { limit 10 days  runs from open until granted }
    on open by clerk needs parcel, area -> asking
    state asking by clerk {
        call tax with parcel, area as taxed counts outside
        on outcome issued -> second
        on outcome otherwise -> refused
        on skip -> second
    }
    state second by clerk { call tax with parcel, area as taxed counts inside  on outcome otherwise -> granted  on note }
    state granted final
    state refused final
}
procedure both {
    data { parcel text  area decimal }
    roles { clerk }
    clock processing { limit 10 days  runs from open until done }
    on open by clerk needs parcel, area -> working
    parallel working {
        branch tax by clerk {
            state asking initial { call tax with parcel, area as taxed counts inside  on outcome otherwise -> told }
            state told final
        }
        branch land by clerk {
            state looking initial { call check counts outside  on outcome otherwise -> seen }
            state seen final
        }
        join any -> done
    }
    state done final
}
procedure tax {
    corrects at most 30 days by officer
    data { parcel text  taxed decimal in 1..1000 }
    roles { officer }
    on open by officer needs parcel, taxed -> working
    state working by officer { call check counts inside  on outcome otherwise -> ready }
    state ready by officer { on tell -> issued  on waive -> waived }
    state issued final
    state waived final
}
procedure check {
    roles { registrar }
    on open by registrar -> looking
    state looking by registrar { on confirm -> known }
    state known final
}
"#;

fn at(minute: i64) -> Instant {
    "2025-03-03T09:00:00+07:00".parse::<Instant>().unwrap().plus(minute * 60)
}

fn world() -> World {
    motcua_tests::world(&[("land.tthc", TEXT)]).unwrap()
}

/// Dossiers, and what is on its way between them.
struct Post<'w> {
    world: &'w World,
    dossiers: BTreeMap<SmolStr, Dossier>,
    journals: BTreeMap<SmolStr, Vec<Event>>,
    on_its_way: Vec<Delivery>,
    told: Vec<Delivery>,
    /// What `open` opens.
    procedure: SmolStr,
}

impl<'w> Post<'w> {
    fn new(world: &'w World) -> Self {
        Self::of(world, "land")
    }

    fn of(world: &'w World, procedure: &str) -> Self {
        Self {
            world,
            dossiers: BTreeMap::new(),
            journals: BTreeMap::new(),
            on_its_way: Vec::new(),
            told: Vec::new(),
            procedure: procedure.into(),
        }
    }

    fn dossier(&self, id: &str) -> &Dossier {
        self.dossiers.get(id).unwrap()
    }

    /// Returns the states that a dossier is in.
    fn states(&self, id: &str) -> Vec<SmolStr> {
        let dossier = self.dossier(id);
        let graph = &self.world.procedure(dossier.plan).unwrap().plan.logic.graph;
        dossier.active.iter().map(|place| graph.state(place.state).unwrap().name.clone()).collect()
    }

    fn keep(&mut self, id: &SmolStr, answer: Answer) -> Result<(), Box<Refusal>> {
        match answer {
            Answer::Accepted(events) => {
                let mut dossier = self.dossiers.remove(id);
                for event in &events {
                    let next = fold(dossier.take(), event);
                    self.on_its_way.extend(deliveries(self.world, &next, event));
                    dossier = Some(next);
                }
                self.dossiers.insert(id.clone(), dossier.unwrap());
                self.journals.entry(id.clone()).or_default().extend(events);
                Ok(())
            }
            Answer::AlreadyDone { .. } => Ok(()),
            Answer::Refused(refusal) => Err(refusal),
        }
    }

    fn give(&mut self, id: &str, key: &str, name: &str, role: &str, minute: i64) -> Result<(), Box<Refusal>> {
        let id = SmolStr::new(id);
        let procedure = self.procedure.clone();
        let open = (name == "open").then(|| Opening { dossier: id.clone(), procedure, ..Opening::default() });
        let data = if name == "open" {
            vec![("parcel".into(), Value::from("7")), ("area".into(), Value::Integer(100))]
        } else {
            Vec::new()
        };
        let command = Command {
            id: key.into(),
            command: name.into(),
            actor: "a".into(),
            role: role.into(),
            at: Some(at(minute)),
            data,
            open,
            ..Command::default()
        };
        let answer = decide(self.world, self.dossiers.get(&id), &command, at(minute));
        self.keep(&id, answer)
    }

    fn tell(&mut self, delivery: &Delivery, minute: i64) -> Result<(), Box<Refusal>> {
        let (to, now) = (delivery.to().clone(), at(minute));
        let dossier = self.dossiers.get(&to);
        let answer = match (delivery, dossier) {
            (Delivery::Open(call), dossier) => open_called(self.world, dossier, call, now),
            (Delivery::Withdraw(withdrawal), Some(dossier)) => withdraw_called(self.world, dossier, withdrawal, now),
            (Delivery::Outcome { outcome, .. }, Some(dossier)) => bring_outcome(self.world, dossier, outcome, now),
            // Told again later: its dossier has not been opened yet.
            (_, None) => {
                self.on_its_way.push(delivery.clone());
                return Ok(());
            }
        };
        self.keep(&to, answer)
    }

    /// Tells all that is on its way, in an order that the choices give, and tells some of it again.
    fn tell_all(&mut self, minute: i64, choices: &[u8]) {
        let mut choices = choices.iter().copied().cycle();
        let mut left = 200;
        while !self.on_its_way.is_empty() && left > 0 {
            left -= 1;
            let next = usize::from(choices.next().unwrap_or(0)) % self.on_its_way.len();
            let delivery = self.on_its_way.remove(next);
            self.tell(&delivery, minute).unwrap();
            self.told.push(delivery);
            if choices.next().unwrap_or(0) % 3 == 0 {
                let again = usize::from(choices.next().unwrap_or(0)) % self.told.len();
                let delivery = self.told.get(again).unwrap().clone();
                self.tell(&delivery, minute).unwrap();
            }
        }
        assert!(self.on_its_way.is_empty(), "{:?}", self.on_its_way);
    }

    fn ends(&self) -> BTreeMap<SmolStr, String> {
        let told = |dossier: &Dossier| {
            let clocks: Vec<_> = dossier.clocks.iter().map(|clock| (clock.id, clock.status, &clock.ledger)).collect();
            let calls: Vec<_> = dossier.rare.calls.iter().map(|call| (&call.id, &call.stands)).collect();
            format!("{:?} {:?} {clocks:?} {calls:?}", dossier.active, dossier.outcome)
        };
        self.dossiers.iter().map(|(id, dossier)| (id.clone(), told(dossier))).collect()
    }
}

/// Plays the whole life of a dossier that calls twice, the second time after the first call was answered or skipped.
fn play(world: &World, choices: &[u8], skips: bool, waives: bool) -> BTreeMap<SmolStr, String> {
    let mut post = Post::new(world);
    post.give("D", "1", "open", "clerk", 0).unwrap();
    if skips && choices.first().is_some_and(|choice| choice % 2 == 0) {
        // The withdrawal overtakes the call.
        post.on_its_way.reverse();
    }
    post.tell_all(1, choices);
    if skips {
        post.give("D", "2", "skip", "clerk", 2).unwrap();
        post.tell_all(3, choices);
    } else {
        post.give("D/1/1", "1", "confirm", "registrar", 2).unwrap();
        post.tell_all(3, choices);
        post.give("D/1", "1", if waives { "waive" } else { "tell" }, "officer", 4).unwrap();
        post.tell_all(5, choices);
    }
    let second =
        post.dossiers.get("D").unwrap().rare.calls.iter().find(|call| call.is_waiting()).map(|call| call.id.clone());
    if let Some(second) = second {
        let inner = format!("{second}/1");
        post.give(&inner, "1", "confirm", "registrar", 6).unwrap();
        post.tell_all(7, choices);
        post.give(&second, "1", "tell", "officer", 8).unwrap();
        post.tell_all(9, choices);
    }
    post.ends()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_order_and_any_repetition_ends_as_in_order(
        choices in prop::collection::vec(any::<u8>(), 1..40),
        skips: bool,
        waives: bool,
    ) {
        let world = world();
        prop_assert_eq!(play(&world, &choices, skips, waives), play(&world, &[1], skips, waives));
    }
}

#[test]
fn a_call_that_was_left_is_withdrawn_with_all_that_it_has_called_and_its_outcome_is_only_recorded() {
    let world = world();
    let mut post = Post::new(&world);
    post.give("D", "1", "open", "clerk", 0).unwrap();
    post.tell_all(1, &[1]);
    assert!(post.dossiers.get("D").unwrap().clocks.first().unwrap().is_suspended());
    post.give("D/1/1", "1", "confirm", "registrar", 2).unwrap();
    post.tell_all(2, &[1]);
    post.give("D/1", "1", "tell", "officer", 3).unwrap();
    let outcome = post.on_its_way.pop().unwrap();
    // The caller has moved on before it hears.
    post.give("D", "2", "skip", "clerk", 4).unwrap();
    assert!(!post.dossiers.get("D").unwrap().clocks.first().unwrap().is_suspended());
    let state = post.dossiers.get("D").unwrap().active.clone();
    post.tell(&outcome, 5).unwrap();
    let caller = post.dossiers.get("D").unwrap();
    assert_eq!(caller.active, state);
    assert!(matches!(caller.rare.calls.first().unwrap().stands, CallStands::Answered { .. }));
    let known = caller.version;
    post.tell(&outcome, 6).unwrap();
    assert_eq!(post.dossiers.get("D").unwrap().version, known, "told twice, recorded once");
    post.tell_all(7, &[1]);
    assert_eq!(post.dossiers.get("D/1").unwrap().outcome, Some(Value::from("issued")), "what has ended stays");

    let mut post = Post::new(&world);
    post.give("D", "1", "open", "clerk", 0).unwrap();
    post.tell_all(1, &[1]);
    post.give("D", "2", "skip", "clerk", 2).unwrap();
    post.tell_all(3, &[1]);
    for id in ["D/1", "D/1/1"] {
        let dossier = post.dossiers.get(id).unwrap();
        assert_eq!((dossier.outcome.clone(), dossier.active.len()), (Some(Value::from("withdrawn")), 0), "{id}");
    }
}

#[test]
fn what_nobody_may_bring_is_refused_with_the_reason() {
    let world = world();
    let mut post = Post::new(&world);
    post.give("D", "1", "open", "clerk", 0).unwrap();
    post.tell_all(1, &[1]);
    let refused = *post.give("D", "2", "outcome", "clerk", 2).unwrap_err();
    assert!(matches!(&refused, Refusal::NotPermitted { may, .. } if *may == ["D/1"]), "{refused}");
    let outcome = |call: &str, value: &str| Delivery::Outcome {
        to: "D".into(),
        outcome: Outcome { call: call.into(), state: value.into(), value: Value::from(value), at: at(3) },
    };
    let refused = *post.tell(&outcome("X/9", "issued"), 3).unwrap_err();
    assert_eq!(refused.to_string(), "`call`: `X/9` was not called by `D`");
    post.tell(&outcome("D/1", "waived"), 3).unwrap();
    let refused = *post.tell(&outcome("D/1", "issued"), 3).unwrap_err();
    assert!(matches!(refused, Refusal::Invalid { .. }), "{refused}");
}

#[test]
fn our_clock_stands_still_while_what_is_called_counts_outside_and_runs_while_it_counts_inside() {
    let world = world();
    let mut post = Post::new(&world);
    post.give("D", "1", "open", "clerk", 0).unwrap();
    post.tell_all(0, &[1]);
    let day = 24 * 60;
    post.give("D/1/1", "1", "confirm", "registrar", 2 * day).unwrap();
    post.tell_all(2 * day, &[1]);
    assert_eq!(post.states("D/1"), ["ready"]);
    post.give("D/1", "1", "tell", "officer", 3 * day).unwrap();
    post.tell_all(3 * day, &[1]);
    assert_eq!(post.states("D"), ["second"]);
    let clock = |post: &Post<'_>| post.dossier("D").clocks.first().unwrap().clone();
    let suspended: Vec<_> = clock(&post).ledger.suspensions.iter().map(|one| (one.from, one.to)).collect();
    assert_eq!(suspended, [(at(0), Some(at(3 * day)))], "outside: our days do not count");
    assert!(!clock(&post).is_suspended(), "inside: they do");
    let second = post.dossier("D").rare.calls.get(1).unwrap().id.clone();
    post.give(&format!("{second}/1"), "1", "confirm", "registrar", 5 * day).unwrap();
    post.tell_all(5 * day, &[1]);
    post.give(&second, "1", "waive", "officer", 6 * day).unwrap();
    post.tell_all(6 * day, &[1]);
    assert_eq!(post.dossier("D").outcome, Some(Value::from("granted")), "any other outcome");
    assert_eq!(clock(&post).ledger.suspensions.len(), 1);
}

#[test]
fn an_outcome_without_a_line_of_its_own_is_answered_by_otherwise() {
    let world = world();
    let mut post = Post::new(&world);
    post.give("D", "1", "open", "clerk", 0).unwrap();
    post.tell_all(0, &[1]);
    post.give("D/1/1", "1", "confirm", "registrar", 1).unwrap();
    post.tell_all(1, &[1]);
    post.give("D/1", "1", "waive", "officer", 2).unwrap();
    post.tell_all(2, &[1]);
    assert_eq!(post.states("D"), ["refused"]);
}

#[test]
fn branches_call_side_by_side_and_a_join_withdraws_what_the_others_have_called() {
    let world = world();
    let mut post = Post::of(&world, "both");
    post.give("D", "1", "open", "clerk", 0).unwrap();
    let called: Vec<_> =
        post.dossier("D").rare.calls.iter().map(|call| (call.id.clone(), call.procedure.clone())).collect();
    assert_eq!(called, [("D/1".into(), "tax".into()), ("D/1.2".into(), SmolStr::new("check"))]);
    assert!(post.dossier("D").clocks.first().unwrap().is_suspended(), "one of them counts outside");
    post.tell_all(1, &[1]);
    post.give("D/1.2", "1", "confirm", "registrar", 2).unwrap();
    post.tell_all(3, &[1]);
    assert_eq!(post.states("D"), ["done"]);
    for id in ["D/1", "D/1/1"] {
        assert_eq!(post.dossier(id).outcome, Some(Value::from("withdrawn")), "{id}");
    }

    // The other way round: the branch that counts inside is done first.
    let mut post = Post::of(&world, "both");
    post.give("D", "1", "open", "clerk", 0).unwrap();
    post.tell_all(1, &[1]);
    post.give("D/1/1", "1", "confirm", "registrar", 2).unwrap();
    post.tell_all(2, &[1]);
    post.give("D/1", "1", "tell", "officer", 3).unwrap();
    post.tell_all(3, &[1]);
    assert_eq!(
        (post.states("D"), post.dossier("D/1.2").outcome.clone()),
        (vec!["done".into()], Some("withdrawn".into()))
    );
}

#[test]
fn a_correction_leaves_alone_what_another_dossier_rests_on() {
    let world = world();
    let mut post = Post::new(&world);
    post.give("D", "1", "open", "clerk", 0).unwrap();
    post.tell_all(1, &[1]);
    post.give("D/1/1", "1", "confirm", "registrar", 2).unwrap();
    post.tell_all(2, &[1]);
    post.give("D/1", "1", "tell", "officer", 3).unwrap();
    post.tell_all(3, &[1]);
    post.give("D", "2", "note", "clerk", 4).unwrap();
    let correction = |role: &str, void: u32| Correction {
        id: "c".into(),
        role: role.into(),
        reason: "mistake".into(),
        voids: vec![void],
        ..Correction::default()
    };
    let refused = |id: &str, role: &str, void: u32| match correct(
        &world,
        post.journals.get(id).unwrap(),
        &correction(role, void),
        at(5),
    ) {
        Answer::Refused(refusal) => refusal.to_string(),
        other => panic!("{other:?}"),
    };
    let why = refused("D", "clerk", 1);
    assert!(why.contains("goes back over event 1, by which `D/1` has been called"), "{why}");
    let told = post.dossier("D/1").version;
    let why = refused("D/1", "officer", told);
    assert!(why.contains("its outcome has gone to `D`: another dossier rests on that"), "{why}");
    // What came after is our own.
    let last = post.dossier("D").version;
    let answer = correct(&world, post.journals.get("D").unwrap(), &correction("clerk", last), at(5));
    assert!(matches!(&answer, Answer::Accepted(_)), "{answer:?}");
    post.keep(&"D".into(), answer).unwrap();
    assert_eq!(post.states("D"), ["second"]);
    let calls = post.dossier("D").rare.calls.iter().map(motcua_engine::Called::is_waiting).collect::<Vec<_>>();
    assert_eq!(calls, [false, true], "its calls are as they were");
}

#[test]
fn the_version_in_force_is_called_and_stays() {
    let versions = TEXT
        .replace("procedure check {", "procedure check {\n    version 1  effective 2025-03-01 until 2025-03-03")
        + "procedure check {
            version 2  effective 2025-03-04 until 2025-03-04
            roles { registrar }
            on open by registrar -> looking
            state looking by registrar { on confirm -> known }
            state known final
            state unknown final
            from looking on doubt by registrar -> unknown
        }";
    let world = motcua_tests::world(&[("land.tthc", &versions)]).unwrap();
    let day = 24 * 60;
    let version = |post: &Post<'_>, id: &str| world.procedure(post.dossier(id).plan).unwrap().plan.logic.version;
    let mut post = Post::of(&world, "both");
    post.give("D", "1", "open", "clerk", 0).unwrap();
    // The message takes three days: what was called is what was in force then.
    post.tell_all(3 * day, &[1]);
    assert_eq!(version(&post, "D/1.2"), 1);
    let mut post = Post::of(&world, "both");
    post.give("D", "1", "open", "clerk", day).unwrap();
    post.tell_all(day, &[1]);
    assert_eq!(version(&post, "D/1.2"), 2);
    let mut post = Post::of(&world, "both");
    let refused = post.give("D", "1", "open", "clerk", 2 * day).unwrap_err().to_string();
    assert!(
        refused.contains("`check` cannot be called in ``: no version of `check` is in force on 2025-03-05"),
        "{refused}"
    );
}

#[test]
fn a_log_is_not_played_through_a_procedure_that_calls() {
    let world = world();
    let refused = Replay::new(&world, world.latest("land").unwrap(), Guards::Ignored).unwrap_err();
    let said = "a log cannot be played through `land`: `asking` calls another procedure, which is not supported";
    assert_eq!(refused.to_string(), said);
}
