//! Nanoseconds per guard: as the engine asks it, alone, in bare rhai with its facts bound, in plain Rust. Then effects, with
//! and without the interpreter.

#![expect(clippy::expect_used, clippy::panic, reason = "a bench has nobody to hand an error to")]

use divan::{Bencher, black_box};
use motcua_engine::script::Asked;
use motcua_engine::{Command, Day, Dossier, Instant, Opening, ScriptId, World, decide, fold, holds};
use rhai::packages::{Package, StandardPackage};
use rhai::{Dynamic, Engine, ImmutableString, Scope};
use rust_decimal::Decimal;

fn main() {
    divan::main();
}

/// What the guards read, as plain Rust has it.
struct Data {
    paid: bool,
    area: Decimal,
    zone: String,
    kind: String,
    level: String,
    opened: Instant,
    now: Instant,
}

/// A guard in three forms.
struct Guard {
    name: &'static str,
    text: &'static str,
    bare: (&'static str, &'static [&'static str]),
    plain: fn(&Data) -> bool,
}

const GUARDS: [Guard; 5] = [
    Guard { name: "one_field", text: "data.paid", bare: ("paid", &["paid"]), plain: |data| data.paid },
    Guard {
        name: "two_fields",
        text: "data.paid && data.area <= 250",
        bare: ("paid && area <= 250", &["paid", "area"]),
        plain: |data| data.paid && data.area <= Decimal::from(250),
    },
    Guard {
        name: "membership",
        text: r#"data.zone in ["urban", "rural", "heritage"]"#,
        bare: (r#"zone in ["urban", "rural", "heritage"]"#, &["zone"]),
        plain: |data| ["urban", "rural", "heritage"].contains(&data.zone.as_str()),
    },
    Guard {
        name: "three_memberships",
        text: r#"data.zone in ["urban", "rural"] && data.kind in ["new", "repair"] && data.level in ["i", "ii"]"#,
        bare: (
            r#"zone in ["urban", "rural"] && kind in ["new", "repair"] && level in ["i", "ii"]"#,
            &["zone", "kind", "level"],
        ),
        plain: |data| {
            ["urban", "rural"].contains(&data.zone.as_str())
                && ["new", "repair"].contains(&data.kind.as_str())
                && ["i", "ii"].contains(&data.level.as_str())
        },
    },
    Guard {
        name: "elapsed_days",
        text: "days_between(first.open, now) < 90",
        bare: ("days_between(opened, now) < 90", &["opened", "now"]),
        plain: |data| {
            let day = |instant: Instant| instant.unix().div_euclid(86_400);
            day(data.now) - day(data.opened) < 90
        },
    },
];

const NAMES: [&str; 5] = ["one_field", "two_fields", "membership", "three_memberships", "elapsed_days"];

fn guard(name: &str) -> &'static Guard {
    GUARDS.iter().find(|guard| guard.name == name).expect("a guard of the list")
}

fn opened() -> Instant {
    "2024-03-04T09:00:00+07:00".parse().expect("an instant")
}

/// Returns a dossier whose next transition has a guard or effects.
fn dossier(clause: &str) -> (World, Dossier) {
    let text = format!(
        "procedure p {{
    data {{
        area decimal = 120
        paid boolean = true
        zone one of urban, rural, heritage = \"rural\"
        kind one of new, repair = \"repair\"
        level one of i, ii = \"ii\"
        fee decimal = 0
        times integer = 0
    }}
    roles {{ a }}
    on open by a -> s
    state s by a {{ on go {clause} -> t }}
    state t final
}}"
    );
    let world: World = motcua_tests::world(&[("p.tthc", &text)]).expect("a sound definition");
    let command = Command {
        id: "c".into(),
        command: "open".into(),
        role: "a".into(),
        open: Some(Opening { dossier: "D".into(), procedure: "p".into(), ..Opening::default() }),
        ..Command::default()
    };
    let motcua_engine::Answer::Accepted(events) = decide(&world, None, &command, opened()) else { panic!("it opens") };
    let dossier = events.iter().fold(None, |dossier, event| Some(fold(dossier, event))).expect("a dossier");
    (world, dossier)
}

/// As the engine asks it, the look-up of procedure and calendar included.
#[divan::bench(args = NAMES)]
fn engine(bencher: Bencher<'_, '_>, name: &str) {
    let (world, dossier) = dossier(&format!("when {}", guard(name).text));
    let (script, now) = (ScriptId(0), opened().plus(40 * 86_400));
    let procedure = world.procedure(dossier.plan).expect("its procedure");
    assert!(procedure.is_lowered(script), "{name} is answered without the interpreter");
    assert_eq!(holds(&world, &dossier, script, now), Ok(true));
    bencher.bench_local(|| holds(&world, black_box(&dossier), script, now));
}

/// The guard alone, answer and all: what it reads from was found before, as it is in the middle of a decision.
#[divan::bench(args = NAMES)]
fn engine_guard_alone(bencher: Bencher<'_, '_>, name: &str) {
    let (world, dossier) = dossier(&format!("when {}", guard(name).text));
    let asked = Asked::about(&world, &dossier, ScriptId(0), opened().plus(40 * 86_400)).expect("its guard");
    assert_eq!(asked.holds(), Ok(true));
    bencher.bench_local(|| black_box(&asked).holds());
}

/// Statements: one field; a fee with a variable, a condition, rounding and a counter.
const EFFECTS: [(&str, &str); 2] = [
    ("one_field", "data.paid = false;"),
    (
        "fee",
        "let base = data.area * 2.5; if data.zone == \"urban\" { base += 100; } data.fee = round_half_up(base, 0); data.times += 1;",
    ),
];

const EFFECT_NAMES: [&str; 2] = ["one_field", "fee"];

fn effect(name: &str) -> (World, Dossier) {
    let text = EFFECTS.iter().find(|(known, _)| *known == name).map(|(_, text)| text).expect("an effect of the list");
    dossier(&format!("do {{ {text} }}"))
}

/// Statements as the engine runs them, with the vector of what they set.
#[divan::bench(args = EFFECT_NAMES)]
fn effects(bencher: Bencher<'_, '_>, name: &str) {
    let (world, dossier) = effect(name);
    let asked = Asked::about(&world, &dossier, ScriptId(0), opened()).expect("its effect");
    assert_eq!(asked.lowered(), asked.interpreted().ok());
    bencher.bench_local(|| black_box(&asked).lowered());
}

/// The same in the engine's rhai, binding and comparing included.
#[divan::bench(args = EFFECT_NAMES)]
fn effects_interpreted(bencher: Bencher<'_, '_>, name: &str) {
    let (world, dossier) = effect(name);
    let asked = Asked::about(&world, &dossier, ScriptId(0), opened()).expect("its effect");
    bencher.bench_local(|| black_box(&asked).interpreted());
}

/// rhai alone with the bounds of scripts, binding included; dates come with their day already known.
#[divan::bench(args = NAMES)]
fn floor_bare_rhai(bencher: Bencher<'_, '_>, name: &str) {
    let (text, names) = guard(name).bare;
    let mut engine = Engine::new_raw();
    StandardPackage::new().register_into_engine(&mut engine);
    engine.set_max_operations(motcua_engine::script::LIMITS.operations);
    engine.register_fn("days_between", |a: Day, b: Day| i64::from(b.since(a)));
    let ast = engine.compile_expression(text).expect("a guard");
    let word = |text: &str| Dynamic::from(ImmutableString::from(text));
    let value = |name: &str| match name {
        "paid" => true.into(),
        "area" => Decimal::from(120).into(),
        "zone" => word("rural"),
        "kind" => word("repair"),
        "level" => word("ii"),
        "opened" => Dynamic::from(Day::from_number(19_786)),
        _ => Dynamic::from(Day::from_number(19_826)),
    };
    let bound: Vec<(&str, Dynamic)> = names.iter().map(|name| (*name, value(name))).collect();
    let ask = || {
        let mut scope = Scope::new();
        for (name, value) in &bound {
            scope.push_dynamic(*name, value.clone());
        }
        engine.eval_ast_with_scope::<bool>(&mut scope, &ast).unwrap_or(false)
    };
    assert!(ask());
    bencher.bench_local(ask);
}

#[divan::bench(args = NAMES)]
fn floor_plain_rust(bencher: Bencher<'_, '_>, name: &str) {
    let plain = guard(name).plain;
    let data = Data {
        paid: true,
        area: Decimal::from(120),
        zone: "rural".into(),
        kind: "repair".into(),
        level: "ii".into(),
        opened: opened(),
        now: opened().plus(40 * 86_400),
    };
    assert!(plain(&data));
    bencher.bench_local(|| black_box(plain)(black_box(&data)));
}

/// What `engine` costs besides its guard: the same call for `true`.
#[divan::bench]
fn share_of_the_call(bencher: Bencher<'_, '_>) {
    let (world, dossier) = dossier("when true");
    let now = opened();
    bencher.bench_local(|| holds(&world, black_box(&dossier), ScriptId(0), now));
}
