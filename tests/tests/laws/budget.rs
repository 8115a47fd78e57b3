//! What a budget says of its longest way, the engine does; and who keeps the limits of a budget that can be kept is never late.

use std::fmt::Write as _;

use motcua_dsl::{Budget, Source, Verdict, check_with_budgets, compile_unproven};
use motcua_engine::clock::Class;
use motcua_engine::{Instant, World, wakes_at};
use motcua_tests::scenario::{Ended, Play};
use proptest::prelude::*;

const CALENDAR: &str = r#"
calendar office {
    zone "Asia/Ho_Chi_Minh"
    covers 2024 to 2025
    week mon-fri 07:30-11:30, 13:30-17:00
    off 2024-02-08 to 2024-02-14 "Tết"
    off 2024-04-29 swapped "swapped"
    off 2024-04-30 to 2024-05-01 "holidays"
    worked 2024-05-04 for 2024-04-29
    off 2025-01-27 to 2025-01-31 "Tết"
}
"#;

/// How somebody holds a dossier.
#[derive(Clone, Debug)]
enum Holds {
    /// An office, so long.
    Office(&'static str),
    /// A body that is asked, until silence decides.
    Silence(&'static str),
    /// Nobody, until time has passed.
    After(&'static str),
    /// The citizen, while the clock stands still.
    Citizen,
    /// Two offices at once, each so long.
    Both([&'static str; 2]),
}

#[derive(Clone, Debug)]
struct Shape {
    holds: Vec<Holds>,
    /// From one state past the next.
    skips: Vec<bool>,
    /// From a state back to the one before, once.
    backs: Vec<bool>,
    limit: String,
}

fn limits(mixed: bool) -> impl Strategy<Value = &'static str> {
    let plain = [
        "1 working day",
        "2 working days",
        "0.5 working days",
        "1.5 working days",
        "same working day",
        "same working day, after 15:00 the next",
        "2 working days, at 24:00",
    ];
    let more = ["3 days", "1 week, no roll", "4 working hours", "30 hours", "2 days, first day counts"];
    let all: Vec<&str> = if mixed { plain.into_iter().chain(more).collect() } else { plain.into() };
    prop::sample::select(all)
}

fn shape() -> impl Strategy<Value = Shape> {
    (any::<bool>(), 1_usize..5).prop_flat_map(|(mixed, states)| {
        let citizen = if mixed { 0 } else { 2 };
        let holds = prop_oneof![
            6 => limits(mixed).prop_map(Holds::Office),
            2 => limits(false).prop_map(Holds::Silence),
            1 => limits(mixed).prop_map(Holds::After),
            citizen => Just(Holds::Citizen),
            2 => [limits(mixed), limits(mixed)].prop_map(Holds::Both),
        ];
        let unit = if mixed {
            prop::sample::select(vec!["working days", "days", "working hours"])
        } else {
            prop::sample::select(vec!["working days", "working days", ".5 working days"])
        };
        (
            prop::collection::vec(holds, states),
            prop::collection::vec(any::<bool>(), states),
            prop::collection::vec(prop::bool::weighted(0.3), states),
            (1_u32..14, unit).prop_map(|(count, unit)| match unit {
                ".5 working days" => format!("{count}.5 working days"),
                "working hours" => format!("{} working hours", count * 6),
                "working days" if count == 1 => "1 working day".to_owned(),
                "days" if count == 1 => "1 day".to_owned(),
                _ => format!("{count} {unit}"),
            }),
        )
            .prop_map(|(holds, skips, backs, limit)| Shape { holds, skips, backs, limit })
    })
}

/// Returns the definition of a shape.
fn text(shape: &Shape) -> String {
    let mut text = format!(
        "use calendar office\nprocedure p {{\n roles {{ a b citizen outside }}\n clock processing {{ limit {}  runs from s0 until done{} }}\n on open by citizen -> s0\n",
        shape.limit,
        shape.holds.iter().enumerate().filter(|(_, holds)| matches!(holds, Holds::Citizen)).fold(
            String::new(),
            |all, (i, _)| if all.is_empty() { format!("  suspends in s{i}") } else { format!("{all}, s{i}") }
        ),
    );
    let last = shape.holds.len();
    let name = |i: usize| if i >= last { "done".to_owned() } else { format!("s{i}") };
    for (i, holds) in shape.holds.iter().enumerate() {
        let next = name(i + 1);
        let mut ways = format!("on go{i} -> {next} ");
        if shape.skips.get(i) == Some(&true) && i + 1 < last {
            write!(ways, "on skip{i} -> {} ", name(i + 2)).unwrap();
        }
        if shape.backs.get(i) == Some(&true) && i > 0 {
            write!(ways, "on back{i} once -> {} ", name(i - 1)).unwrap();
        }
        let state = match holds {
            Holds::Office(limit) => format!("state s{i} by a within {limit} {{ {ways} }}"),
            Holds::Silence(limit) => format!(
                "state s{i} by b {{ {ways} no answer within {limit} of processing means consent -> {next} basis \"Luật A\" }}"
            ),
            Holds::After(limit) => format!("state s{i} by citizen {{ {ways} after {limit} -> {next} }}"),
            Holds::Citizen => format!("state s{i} by citizen {{ {ways} }}"),
            Holds::Both([first, second]) => format!(
                "parallel s{i} {{ branch x by a {{ state w{i} initial within {first} {{ on x{i} -> e }} state e final }} \
                 branch y by b {{ state w{i} initial within {second} {{ on y{i} -> e }} state e final }} join all -> {next} }}"
            ),
        };
        writeln!(text, " {state}").unwrap();
    }
    text + " state done final\n}\n" + CALENDAR
}

fn measured(shape: &Shape) -> (Budget, World) {
    let sources = [Source { path: "p.tthc".into(), text: text(shape) }];
    let (checked, budgets) = check_with_budgets(&sources);
    let bundle = compile_unproven(&sources).map_err(|found| format!("{}\n{found:#?}", text(shape))).unwrap();
    let exceeded = checked.findings.iter().any(|finding| finding.id == "budget-exceeded");
    let budget = budgets.into_iter().next().unwrap();
    assert_eq!(exceeded, budget.verdict == Verdict::Exceeded, "{}", text(shape));
    (budget, World::load(bundle).unwrap())
}

/// Plays a dossier of which every office keeps its limits, and others do what they like.
fn kept(world: &World, start: Instant, choices: &[u32]) -> Result<Vec<Ended>, String> {
    let logic = &world.latest("p").unwrap().plan.logic;
    let mut play = Play::new(world, logic);
    play.give("open", None, start)?;
    let mut choices = choices.iter().cycle().copied();
    let mut now = start;
    for _ in 0..200 {
        let places = play.places();
        if places.is_empty() {
            return Ok(play.ended("processing"));
        }
        let mut next = || i64::from(choices.next().unwrap_or_default());
        let (state, name) = places.get(usize::try_from(next()).unwrap() % places.len()).unwrap();
        let ways = play.ways(*state);
        let way = *ways.get(usize::try_from(next()).unwrap() % ways.len()).unwrap();
        let command = play.command(way).unwrap();
        let dossier = play.dossier.clone().unwrap();
        let calendar = world.calendar_of(&dossier).unwrap();
        // What an office owes in any of its states bounds what it does next; others act within 40 days.
        let due = dossier.clocks.iter().filter(|clock| clock.is_open());
        let owed = due.filter(|clock| logic.clocks.get(clock.id.index()).unwrap().name.starts_with("within"));
        let owed = owed.map(|clock| clock.ledger.due(calendar).unwrap().instant).min();
        let latest = owed.unwrap_or(now.plus(40 * 86_400)).max(now);
        let at = match next() % 3 {
            0 => latest,
            _ => now.plus(next() * 3600 % (latest.since(now) + 1)),
        };
        // What time does by itself comes first, and may lead to a state with a limit of its own.
        if let Some(wake) = wakes_at(world, &dossier).filter(|wake| *wake <= at) {
            now = wake;
            play.look(wake);
            continue;
        }
        now = at;
        let still = play.places().iter().any(|(_, here)| here == name);
        // What is taken once is refused the second time.
        if still {
            let _ = play.give(&command, Some(name), at);
        }
    }
    Ok(play.ended("processing"))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn the_longest_way_takes_what_the_budget_says(shape in shape()) {
        let (budget, world) = measured(&shape);
        let worst = budget.worst.as_ref().unwrap();
        prop_assert!(budget.holes.is_empty() && budget.rounds.is_empty(), "{}\n{budget:#?}", text(&shape));
        let logic = &world.latest("p").unwrap().plan.logic;
        let mut play = Play::new(&world, logic);
        let played = play.along(worst);
        prop_assert!(played.is_ok(), "{}\n{played:?}\n{worst:#?}", text(&shape));
        let class = if worst.over.late { Class::Late } else { play.ended("processing")[0].class };
        let said = Ended { at: worst.done.at, due: worst.due.at, class };
        prop_assert_eq!(play.ended("processing"), [said], "{}\n{:#?}", text(&shape), worst);
        prop_assert_eq!(worst.over.late, class == Class::Late);
        prop_assert_eq!(worst.over.late, budget.verdict == Verdict::Exceeded);
    }

    #[test]
    fn who_keeps_the_limits_of_a_budget_that_is_kept_is_never_late(
        (shape, runs) in (shape(), prop::collection::vec((0_i64..500 * 24, prop::collection::vec(0_u32..1000, 40)), 8))
    ) {
        let (budget, world) = measured(&shape);
        if budget.verdict != Verdict::Kept {
            return Ok(());
        }
        let start: Instant = "2024-01-08T00:00:00Z".parse().unwrap();
        for (hours, choices) in runs {
            let ended = kept(&world, start.plus(hours * 3600), &choices);
            prop_assert!(ended.is_ok(), "{}\n{ended:?}", text(&shape));
            for end in ended.unwrap() {
                prop_assert!(end.class != Class::Late, "{}\n{end:?}\n{budget:#?}", text(&shape));
            }
        }
    }
}

#[test]
fn both_kinds_of_budgets_come_up() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut seen = [0; 2];
    for _ in 0..30 {
        let (budget, _) = measured(&shape().new_tree(&mut runner).unwrap().current());
        match budget.verdict {
            Verdict::Kept => seen[0] += 1,
            Verdict::Exceeded => seen[1] += 1,
            _ => {}
        }
    }
    assert!(seen.iter().all(|count| *count >= 4), "{seen:?}");
}
