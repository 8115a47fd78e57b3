//! Decisions per second on one thread: `decide` + its events built + `fold`, events dropped, no hashing.
//!
//! The floors stand beside them: the same graph by hand in plain Rust, and the guards alone in bare rhai. Counting
//! allocations costs time itself, so it is a bench of its own: `--bench allocations`.

#![expect(clippy::expect_used, clippy::panic, reason = "a bench has nobody to hand an error to")]

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use motcua_engine::{Answer, Dossier, World, decide, wakes_at};
use motcua_tests::permit::{self, FREE, GUARDED, TIMED, WAY, commands, start};

/// As the program has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    divan::main();
}

fn opened(definition: (&str, &str)) -> (World, Dossier) {
    let (world, event) = permit::open(definition).expect("a sound definition");
    let dossier = permit::opened(&event);
    (world, dossier)
}

/// The commands of the way whose transitions have a guard.
const GUARDS: [usize; 3] = [0, 1, 5];

fn journeys(bencher: Bencher<'_, '_>, definition: (&str, &str)) {
    let (world, opened) = opened(definition);
    let commands = commands(definition);
    let now = start().plus(3600);
    bencher.counter(ItemsCount::new(commands.len())).with_inputs(|| opened.clone()).bench_local_values(
        |mut dossier| {
            for command in &commands {
                match decide(&world, Some(&dossier), command, now) {
                    Answer::Accepted(events) => events.iter().for_each(|event| dossier.apply(event)),
                    other => panic!("{other:?}"),
                }
            }
            dossier
        },
    );
}

/// A journey takes about a microsecond, and reading the clock some hundredths of one: it is read once for so many.
const JOURNEYS: u32 = 32;

#[divan::bench(sample_size = JOURNEYS)]
fn without_guards(bencher: Bencher<'_, '_>) {
    journeys(bencher, FREE);
}

#[divan::bench(sample_size = JOURNEYS)]
fn with_rhai_guards(bencher: Bencher<'_, '_>) {
    journeys(bencher, GUARDED);
}

/// Only the decisions that read a guard, each on a dossier that stands before it: the floor below is their guards alone.
#[divan::bench]
fn guarded_decisions(bencher: Bencher<'_, '_>) {
    let (world, mut dossier) = opened(GUARDED);
    let commands = commands(GUARDED);
    let now = start().plus(3600);
    let mut before = Vec::new();
    for (n, command) in commands.iter().enumerate() {
        if GUARDS.contains(&n) {
            before.push((command, dossier.clone()));
        }
        let Answer::Accepted(events) = decide(&world, Some(&dossier), command, now) else {
            panic!("a way that goes on")
        };
        for event in &events {
            dossier.apply(event);
        }
    }
    bencher.counter(ItemsCount::new(GUARDS.len())).with_inputs(|| before.clone()).bench_local_values(|mut before| {
        for (command, dossier) in &mut before {
            match decide(&world, Some(dossier), command, now) {
                Answer::Accepted(events) => events.iter().for_each(|event| dossier.apply(event)),
                other => panic!("{other:?}"),
            }
        }
        before
    });
}

#[divan::bench(sample_size = JOURNEYS)]
fn with_guards_and_terms(bencher: Bencher<'_, '_>) {
    journeys(bencher, TIMED);
}

/// The three guards of the way in bare rhai, binding included.
#[divan::bench]
fn floor_rhai_guards_bare(bencher: Bencher<'_, '_>) {
    let engine = bare();
    let compile = |text: &str| engine.compile_expression(text).expect("a guard");
    let accept = compile("fee_paid && area <= 250 && floors <= 7");
    let consult = compile(r#"zone == "urban" || zone == "rural""#);
    let sign = compile(r#"verdict == "granted" && opinion == "agree" && advice == "agree" && applicant != """#);
    let area = rust_decimal(120);
    let text = |text: &str| rhai::ImmutableString::from(text);
    let (zone, verdict, agree, applicant) = (text("rural"), text("granted"), text("agree"), text("Nguyễn Văn A"));
    bencher.counter(ItemsCount::new(GUARDS.len())).bench_local(|| {
        let mut scope = rhai::Scope::new();
        scope
            .push_dynamic("fee_paid", true.into())
            .push_dynamic("area", area.into())
            .push_dynamic("floors", 5_i64.into());
        let first = engine.eval_ast_with_scope::<bool>(&mut scope, &accept);
        let mut scope = rhai::Scope::new();
        scope.push_dynamic("zone", zone.clone().into());
        let second = engine.eval_ast_with_scope::<bool>(&mut scope, &consult);
        let mut scope = rhai::Scope::new();
        scope.push_dynamic("verdict", verdict.clone().into()).push_dynamic("opinion", agree.clone().into());
        scope.push_dynamic("advice", agree.clone().into()).push_dynamic("applicant", applicant.clone().into());
        let third = engine.eval_ast_with_scope::<bool>(&mut scope, &sign);
        black_box((first.is_ok_and(|held| held), second.is_ok_and(|held| held), third.is_ok_and(|held| held)))
    });
}

fn rust_decimal(n: i64) -> rust_decimal::Decimal {
    n.into()
}

fn bare() -> rhai::Engine {
    use rhai::packages::Package;
    let mut engine = rhai::Engine::new_raw();
    rhai::packages::CorePackage::new().register_into_engine(&mut engine);
    engine.set_optimization_level(rhai::OptimizationLevel::None);
    // The bounds are the price of running what others wrote, and so belong to the floor.
    let limits = motcua_engine::script::LIMITS;
    engine.set_max_operations(limits.operations).set_max_call_levels(limits.calls);
    engine.set_max_string_size(limits.text).set_max_array_size(limits.items).set_max_map_size(limits.items);
    engine
}

/// The same graph, guards and fields by hand, with nothing kept but the state.
#[divan::bench]
fn floor_plain_rust(bencher: Bencher<'_, '_>) {
    #[derive(Clone)]
    struct Data {
        applicant: &'static str,
        area: i64,
        floors: i64,
        zone: &'static str,
        fee_paid: bool,
        opinion: &'static str,
        advice: &'static str,
        verdict: &'static str,
    }
    let opened = Data {
        applicant: "A",
        area: 120,
        floors: 5,
        zone: "rural",
        fee_paid: true,
        opinion: "",
        advice: "",
        verdict: "",
    };
    bencher.counter(ItemsCount::new(WAY.len())).bench_local(|| {
        let mut data = black_box(opened.clone());
        let mut state = 1;
        for (command, role, brought) in black_box(WAY) {
            match brought {
                Some(("opinion", value)) => data.opinion = value,
                Some(("advice", value)) => data.advice = value,
                Some((_, value)) => data.verdict = value,
                None => {}
            }
            state = match (state, command, role) {
                (1, "accept", "counter") if data.fee_paid && data.area <= 250 && data.floors <= 7 => 2,
                (2, "consult", "urban") if data.zone == "urban" || data.zone == "rural" => 3,
                (3, "answer", "fire") => 4,
                (4, "answer", "planning") => 5,
                (5, "submit", "urban") => 6,
                (6, "sign", "chair")
                    if data.verdict == "granted"
                        && data.opinion == "agree"
                        && data.advice == "agree"
                        && !data.applicant.is_empty() =>
                {
                    7
                }
                _ => panic!("not applicable"),
            };
        }
        state
    });
}

#[divan::bench]
fn wakes(bencher: Bencher<'_, '_>) {
    let (world, dossier) = opened(TIMED);
    bencher.bench_local(|| wakes_at(&world, black_box(&dossier)));
}
