//! Nanoseconds per guard: through the engine's own binding, in bare rhai, in plain Rust.

#![expect(clippy::expect_used, clippy::panic, reason = "a bench has nobody to hand an error to")]

use divan::{Bencher, black_box};
use motcua_engine::{Command, Instant, Opening, Value, World, possible};

fn main() {
    divan::main();
}

const GUARDS: [(&str, &str); 4] = [
    ("two_fields", "data.fee_paid && data.area <= 250"),
    ("membership", r#"data.zone in ["urban", "rural", "heritage"]"#),
    (
        "three_memberships",
        r#"data.zone in ["urban", "rural"] && data.kind in ["new", "repair"] && data.level in ["i", "ii"]"#,
    ),
    ("elapsed_days", "days_between(first.open, now) < 90"),
];

fn definition(guard: &str) -> String {
    format!(
        "procedure p {{
    data {{
        area decimal = 120
        fee_paid boolean = true
        zone one of urban, rural, heritage = \"rural\"
        kind one of new, repair = \"repair\"
        level one of i, ii = \"ii\"
    }}
    roles {{ a }}
    on open by a -> s
    state s by a {{ on go when {guard} -> t }}
    state t final
}}"
    )
}

/// `possible` reads the one guard and builds one small answer; the answer's share is in `no_guard`.
#[divan::bench(args = ["no_guard", "two_fields", "membership", "three_memberships", "elapsed_days"])]
fn engine(bencher: Bencher<'_, '_>, name: &str) {
    let guard = GUARDS.iter().find(|(known, _)| *known == name).map_or("true", |(_, guard)| *guard);
    let text = definition(guard);
    let text = if name == "no_guard" { text.replace("when true", "") } else { text };
    let world: World = motcua_tests::world(&[("p.tthc", &text)]).expect("a sound definition");
    let now: Instant = "2024-03-04T09:00:00+07:00".parse().expect("an instant");
    let command = Command {
        id: "c".into(),
        command: "open".into(),
        role: "a".into(),
        open: Some(Opening { dossier: "D".into(), procedure: "p".into(), ..Opening::default() }),
        ..Command::default()
    };
    let motcua_engine::Answer::Accepted(events) = motcua_engine::decide(&world, None, &command, now) else {
        panic!("it opens")
    };
    let dossier = events.iter().fold(None, |d, event| Some(motcua_engine::fold(d, event))).expect("a dossier");
    bencher.bench_local(|| possible(&world, black_box(&dossier), now));
}

#[divan::bench]
fn floor_bare_rhai_two_fields(bencher: Bencher<'_, '_>) {
    use rhai::packages::Package;
    let mut engine = rhai::Engine::new_raw();
    rhai::packages::CorePackage::new().register_into_engine(&mut engine);
    engine.set_max_operations(100_000);
    let guard = engine.compile_expression("fee_paid && area <= 250").expect("a guard");
    let area = Value::from(rust_decimal::Decimal::from(120));
    bencher.bench_local(|| {
        let Value::Decimal(area) = black_box(&area) else { return false };
        let mut scope = rhai::Scope::new();
        scope.push_dynamic("fee_paid", true.into()).push_dynamic("area", (*area).into());
        engine.eval_ast_with_scope::<bool>(&mut scope, &guard).unwrap_or(false)
    });
}

#[divan::bench]
fn floor_plain_rust_two_fields(bencher: Bencher<'_, '_>) {
    let (fee_paid, area) = (true, rust_decimal::Decimal::from(120));
    bencher.bench_local(|| black_box(fee_paid) && *black_box(&area) <= rust_decimal::Decimal::from(250));
}
