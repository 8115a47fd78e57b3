//! What a budget says of its longest way, the engine does; and who keeps the limits of a budget that can be kept is never late.

use std::fmt::Write as _;

use motcua_dsl::{Budget, Source, Step, Verdict, check_with_budgets, compile_unproven};
use motcua_engine::clock::Class;
use motcua_engine::{Instant, World, wakes_at};
use motcua_tests::scenario::{Ended, Play};
use proptest::prelude::*;

pub(super) const CALENDAR: &str = r#"
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
    /// The citizen, while the clock stands still; at most so long where something is said.
    Citizen(Option<&'static str>),
    /// Two offices at once; the first does two things one after another.
    Both([&'static str; 3]),
}

#[derive(Clone, Debug)]
struct Shape {
    holds: Vec<Holds>,
    /// From one state past the next.
    skips: Vec<bool>,
    /// From a state back to the one before, once.
    backs: Vec<bool>,
    limit: (u32, &'static str),
    clock: Runs,
}

/// What a clock counts from and ends with, besides from the first state to the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Runs {
    Through,
    /// It counts from the registration.
    Earlier,
    /// From the latest time that the first state was come to.
    Later,
    /// From within a branch, where there is one.
    FromBranch,
    /// To within a branch, where there is one.
    ToBranch,
}

pub(super) fn limits(mixed: bool) -> impl Strategy<Value = &'static str> {
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
        let windows = prop::option::weighted(0.3, prop::sample::select(vec!["3 days", "10 days", "30 days"]));
        let holds = prop_oneof![
            6 => limits(mixed).prop_map(Holds::Office),
            2 => limits(false).prop_map(Holds::Silence),
            1 => limits(mixed).prop_map(Holds::After),
            2 => windows.prop_map(Holds::Citizen),
            2 => [limits(mixed), limits(mixed), limits(mixed)].prop_map(Holds::Both),
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
            (1_u32..14, unit),
            prop_oneof![
                4 => Just(Runs::Through),
                1 => Just(Runs::Earlier),
                1 => Just(Runs::Later),
                2 => Just(Runs::FromBranch),
                2 => Just(Runs::ToBranch),
            ],
        )
            .prop_map(|(holds, skips, backs, limit, clock)| Shape { holds, skips, backs, limit, clock })
    })
}

/// Returns the definition of a shape.
fn text(shape: &Shape) -> String {
    let limit = match shape.limit {
        (count, ".5 working days") => format!("{count}.5 working days"),
        (count, "working hours") => format!("{} working hours", count * 6),
        (1, "working days") => "1 working day".to_owned(),
        (1, "days") => "1 day".to_owned(),
        (count, unit) => format!("{count} {unit}"),
    };
    let branch = shape.holds.iter().position(|holds| matches!(holds, Holds::Both(_)));
    // Silence is asked for where the clock is sure to run.
    let branch = branch.filter(|_| !shape.holds.iter().any(|holds| matches!(holds, Holds::Silence(_))));
    let runs = match (shape.clock, branch) {
        (Runs::Earlier, _) => "from s0 counted from the earlier of reg and first s0 until done".to_owned(),
        (Runs::Later, _) => "from s0 counted from the later of reg and latest s0 until done".to_owned(),
        (Runs::FromBranch, Some(i)) => format!("from x{i} until done"),
        (Runs::ToBranch, Some(i)) => format!("from s0 until z{i}, done"),
        _ => "from s0 until done".to_owned(),
    };
    let stands: Vec<String> = (0..shape.holds.len())
        .filter(|i| matches!(shape.holds.get(*i), Some(Holds::Citizen(_))))
        .map(|i| format!("s{i}"))
        .collect();
    let stands = if stands.is_empty() { String::new() } else { format!("  suspends in {}", stands.join(", ")) };
    let mut text = format!(
        "use calendar office\nprocedure p {{\n roles {{ a b citizen outside }}\n clock processing {{ limit {limit}  runs {runs}{stands} }}\n \
         on open by citizen -> reg\n state reg by a within 1 working day {{ on accept -> s0 }}\n",
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
            Holds::Citizen(None) => format!("state s{i} by citizen {{ {ways} }}"),
            Holds::Citizen(Some(window)) => {
                format!("state s{i} by citizen {{ {ways} window {window} for go{i} otherwise -> lapsed }}")
            }
            Holds::Both([first, then, second]) => format!(
                "parallel s{i} {{ branch x by a {{ state w{i} initial within {first} {{ on x{i} -> v }} \
                 state v within {then} {{ on z{i} -> e }} state e final }} \
                 branch y by b {{ state w{i} initial within {second} {{ on y{i} -> e }} state e final }} join all -> {next} }}"
            ),
        };
        writeln!(text, " {state}").unwrap();
    }
    let lapsed = if text.contains("lapsed") { " state lapsed final\n" } else { "" };
    text + lapsed + " state done final\n}\n" + CALENDAR
}

fn measured(shape: &Shape) -> (Budget, World) {
    measured_text(&text(shape))
}

fn measured_text(text: &str) -> (Budget, World) {
    let sources = [Source { path: "p.tthc".into(), text: text.to_owned() }];
    let (checked, budgets) = check_with_budgets(&sources);
    let bundle = compile_unproven(&sources).map_err(|found| format!("{text}\n{found:#?}")).unwrap();
    let exceeded = checked.findings.iter().any(|finding| finding.id == "budget-exceeded");
    let budget = budgets.into_iter().next().unwrap();
    assert_eq!(exceeded, budget.verdict == Verdict::Exceeded, "{text}");
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

/// The longest way takes what is said, and is late when it is said to be.
fn takes_what_is_said(shape: &Shape, budget: &Budget, world: &World) -> Result<(), TestCaseError> {
    let Some(worst) = budget.worst.as_ref() else {
        prop_assert!(matches!(budget.verdict, Verdict::NeverEnds), "{}\n{budget:#?}", text(shape));
        return Ok(());
    };
    prop_assert!(budget.holes.is_empty() && budget.rounds.is_empty(), "{}\n{budget:#?}", text(shape));
    let logic = &world.latest("p").unwrap().plan.logic;
    let mut play = Play::new(world, logic);
    let played = play.along(worst);
    prop_assert!(played.is_ok(), "{}\n{played:?}\n{worst:#?}", text(shape));
    let ended = play.ended("processing");
    let class = if worst.over.late { Class::Late } else { ended.first().map_or(Class::Late, |ended| ended.class) };
    let said = Ended { at: worst.done.at, due: worst.due.at, class };
    prop_assert_eq!(ended, [said], "{}\n{:#?}", text(shape), worst);
    prop_assert_eq!(worst.over.late, class == Class::Late);
    prop_assert_eq!(worst.over.late, budget.verdict == Verdict::Exceeded);
    Ok(())
}

/// Returns the longest limit that is not kept, and the one after it.
fn boundary(of: &impl Fn(u32) -> Shape) -> (u32, u32) {
    let (mut missed, mut held) = (0_u32, 128_u32);
    while held - missed > 1 {
        let middle = missed.midpoint(held);
        if measured(&of(middle)).0.verdict == Verdict::Kept {
            held = middle;
        } else {
            missed = middle;
        }
    }
    (missed, held)
}

pub(super) type Plays = Vec<(i64, Vec<u32>)>;

/// Who keeps the limits of a budget that is kept is never late.
pub(super) fn is_never_late(text: &str, budget: &Budget, world: &World, runs: &Plays) -> Result<(), TestCaseError> {
    if budget.verdict != Verdict::Kept {
        return Ok(());
    }
    let start: Instant = "2024-01-08T00:00:00Z".parse().unwrap();
    for (hours, choices) in runs {
        let ended = kept(world, start.plus(hours * 3600), choices);
        prop_assert!(ended.is_ok(), "{}\n{ended:?}", text);
        for end in ended.unwrap() {
            prop_assert!(end.class != Class::Late, "{}\n{end:?}\n{budget:#?}", text);
        }
    }
    Ok(())
}

pub(super) fn runs() -> impl Strategy<Value = Plays> {
    prop::collection::vec((0_i64..500 * 24, prop::collection::vec(0_u32..1000, 40)), 8)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn the_longest_way_takes_what_the_budget_says(shape in shape()) {
        let (budget, world) = measured(&shape);
        takes_what_is_said(&shape, &budget, &world)?;
    }

    #[test]
    fn who_keeps_the_limits_of_a_budget_that_is_kept_is_never_late((shape, runs) in (shape(), runs())) {
        let (budget, world) = measured(&shape);
        is_never_late(&text(&shape), &budget, &world, &runs)?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, ..ProptestConfig::default() })]

    /// Days off far back count like any others, although there are more days than are tried one by one.
    #[test]
    fn who_keeps_a_budget_of_many_years_is_never_late((shape, runs) in (shape(), runs())) {
        let of = |count: u32| Shape { limit: (count, shape.limit.1), ..shape.clone() };
        let (missed, held) = boundary(&of);
        for count in [missed, held, held + 2].into_iter().filter(|count| (1..128).contains(count)) {
            let years = text(&of(count)).replace(
                "covers 2024 to 2025",
                "covers 1990 to 2025\n    off 1995-06-05 to 1995-07-14 closure \"flood\"",
            );
            let (budget, world) = measured_text(&years);
            // The week before the flood, and its first two.
            let then = -250_824;
            let runs = runs.iter().map(|(hours, choices)| (then + hours % 504, choices.clone())).collect();
            is_never_late(&years, &budget, &world, &runs)?;
        }
    }

    /// The shortest limit that is kept, and the one below it, which is not.
    #[test]
    fn a_limit_is_kept_from_some_length_on((shape, runs) in (shape(), runs())) {
        let of = |count: u32| Shape { limit: (count, shape.limit.1), ..shape.clone() };
        let (missed, held) = boundary(&of);
        for count in [missed, held].into_iter().filter(|count| (1..128).contains(count)) {
            let shape = of(count);
            let (budget, world) = measured(&shape);
            takes_what_is_said(&shape, &budget, &world)?;
            is_never_late(&text(&shape), &budget, &world, &runs)?;
        }
    }
}

#[test]
fn clocks_that_stand_still_are_decided() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let (mut late, mut undecided, mut all) = (0, 0, 0);
    while all < 12 {
        let shape = shape().new_tree(&mut runner).unwrap().current();
        let stands = |i: &usize| matches!(shape.holds.get(*i), Some(Holds::Citizen(None)));
        if shape.limit.1 != "days" || !(1..shape.holds.len()).any(|i| stands(&i)) {
            continue;
        }
        all += 1;
        let of = |count: u32| Shape { limit: (count, "days"), ..shape.clone() };
        let budget = measured(&of(boundary(&of).0.max(1))).0;
        let stood = |step: &Step| step.stands && step.from != step.to;
        late += usize::from(budget.worst.is_some_and(|worst| worst.over.late && worst.path.iter().any(stood)));
        undecided += usize::from(budget.verdict == Verdict::Undecided);
    }
    assert!(late >= 4 && undecided <= 2, "{late} late, {undecided} undecided");
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
