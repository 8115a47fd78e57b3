//! Clocks that branches move side by side: what a budget says of its longest way, the engine does; and who keeps the limits of one that
//! is kept is never late.

use std::fmt::Write as _;

use motcua_dsl::{Budget, Source, Verdict, check_with_budgets, compile_unproven};
use motcua_engine::World;
use motcua_engine::clock::Class;
use motcua_tests::scenario::{Ended, Play};
use proptest::prelude::*;
use proptest::sample::Index;

use super::budget::{CALENDAR, is_never_late, limits, runs};

/// A state of a branch.
#[derive(Clone, Debug)]
struct Stage {
    limit: &'static str,
    holds: Holds,
    /// A way past all that follows.
    skips: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Holds {
    Office,
    /// A body whose silence leads on.
    Silence,
    /// The citizen, with a limit that nobody makes him keep.
    Theirs,
    /// The citizen, without any.
    Citizen,
}

#[derive(Clone, Debug)]
struct Branch {
    stages: Vec<Stage>,
    /// It takes part only then.
    when: bool,
}

#[derive(Clone, Debug)]
struct Shape {
    before: &'static str,
    branches: Vec<Branch>,
    joins: Index,
    within: Option<&'static str>,
    after: &'static str,
    from: Index,
    until: Vec<Index>,
    until_done: bool,
    /// The clock stands still in this state of a branch.
    stands: Option<Index>,
    /// From one command to another.
    held: Option<(Index, Index)>,
    limit: (u32, &'static str),
}

fn branch(mixed: bool) -> impl Strategy<Value = Branch> {
    let holds = prop_oneof![
        12 => Just(Holds::Office),
        1 => Just(Holds::Silence),
        1 => Just(Holds::Theirs),
        1 => Just(Holds::Citizen),
    ];
    let stage = (limits(mixed), holds, prop::bool::weighted(0.3));
    let stage = stage.prop_map(|(limit, holds, skips)| Stage { limit, holds, skips });
    let stages = prop::collection::vec(stage, 1..4);
    (stages, prop::bool::weighted(0.08)).prop_map(|(stages, when)| Branch { stages, when })
}

fn shape() -> impl Strategy<Value = Shape> {
    prop::bool::weighted(0.3).prop_flat_map(|mixed| {
        let unit = if mixed { vec!["working days", "days"] } else { vec!["working days"] };
        let places = (
            any::<Index>(),
            prop::collection::vec(any::<Index>(), 0..3),
            any::<bool>(),
            prop::option::weighted(0.2, any::<Index>()),
            prop::option::weighted(0.15, any::<(Index, Index)>()),
        );
        (
            (limits(mixed), prop::collection::vec(branch(mixed), 2..4), any::<Index>()),
            (prop::option::weighted(0.2, limits(mixed)), limits(mixed)),
            places,
            (1_u32..14, prop::sample::select(unit)),
        )
            .prop_map(|((before, branches, joins), (within, after), places, limit)| {
                let (from, until, until_done, stands, held) = places;
                Shape { before, branches, joins, within, after, from, until, until_done, stands, held, limit }
            })
    })
}

impl Shape {
    /// Returns all that is entered in branches, by its path.
    fn states(&self, ends: bool) -> Vec<String> {
        let branches = self.branches.iter().enumerate();
        let names = branches.flat_map(|(b, branch)| {
            let end = ends.then(|| format!("par.b{b}.e"));
            (0..branch.stages.len()).map(move |i| format!("par.b{b}.w{i}")).chain(end)
        });
        names.collect()
    }

    fn joins(&self) -> usize {
        1 + self.joins.index(self.branches.len())
    }

    fn clock(&self) -> String {
        let (states, events) = (self.states(false), self.states(true));
        let from: Vec<String> = ["s0", "par"].map(String::from).into_iter().chain(states.iter().cloned()).collect();
        let from = self.from.get(&from);
        let mut until: Vec<String> = self.until.iter().map(|until| until.get(&events).clone()).collect();
        until.extend((self.until_done || until.is_empty()).then(|| "done".to_owned()));
        until.retain(|until| until != from);
        until.sort();
        until.dedup();
        if until.is_empty() {
            until.push("done".to_owned());
        }
        let stands = self.stands.map_or_else(String::new, |state| format!("  suspends in {}", state.get(&states)));
        let command = |index: Index| index.get(states.as_slice()).replace("par.", "go_").replace('.', "_");
        let held = self.held.map(|(on, until)| (command(on), command(until)));
        let held = held.filter(|(on, until)| on != until);
        let held = held.map_or_else(String::new, |(on, until)| format!("  suspends on {on} until {until}"));
        let limit = match self.limit {
            (1, unit) => format!("1 {}", unit.trim_end_matches('s')),
            (count, unit) => format!("{count} {unit}"),
        };
        format!("clock processing {{ limit {limit}  runs from {from} until {}{stands}{held} }}", until.join(", "))
    }

    /// Returns the definition.
    fn text(&self) -> String {
        let mut text = format!(
            "use calendar office\nprocedure p {{\n roles {{ a b citizen outside }}\n data {{ f boolean = false }}\n {}\n \
             on open by citizen -> s0\n state s0 by a within {} {{ on go do {{ data.f = true; }} -> par  on go_not -> par }}\n",
            self.clock(),
            self.before,
        );
        // What time ends is told as if it did by then.
        let silent = self.branches.iter().flat_map(|branch| &branch.stages).any(|stage| stage.holds == Holds::Silence);
        let within = self.within.filter(|_| !silent).map(|within| format!("by a within {within}")).unwrap_or_default();
        writeln!(text, " parallel par {within} {{").unwrap();
        for (b, branch) in self.branches.iter().enumerate() {
            let when = if branch.when { "when data.f" } else { "" };
            writeln!(text, "  branch b{b} by a {when} {{").unwrap();
            for (i, stage) in branch.stages.iter().enumerate() {
                let next = if i + 1 == branch.stages.len() { "e".to_owned() } else { format!("w{}", i + 1) };
                let initial = if i == 0 { "initial" } else { "" };
                let limit = stage.limit;
                let (holder, within, silence) = match stage.holds {
                    Holds::Office => ("a", format!("within {limit}"), String::new()),
                    Holds::Silence => ("b", String::new(), format!("after {limit} -> {next}")),
                    Holds::Theirs => ("citizen", format!("within {limit}"), String::new()),
                    Holds::Citizen => ("citizen", String::new(), String::new()),
                };
                let skip = if stage.skips && next != "e" { format!("on skip_b{b}_w{i} -> e ") } else { String::new() };
                writeln!(
                    text,
                    "   state w{i} {initial} by {holder} {within} {{ on go_b{b}_w{i} -> {next} {skip}{silence} }}"
                )
                .unwrap();
            }
            text += "   state e final\n  }\n";
        }
        let count = self.branches.len();
        let names = (0..count).map(|b| format!("b{b}")).collect::<Vec<_>>().join(", ");
        let join = match self.joins() {
            joins if joins == count => "join all".to_owned(),
            1 => format!("join any notify a \"{names} done\""),
            joins => format!("join {joins} of {count} notify a \"{names} done\""),
        };
        writeln!(text, "  {join} -> s1\n }}\n state s1 by a within {} {{ on finish -> done }}", self.after).unwrap();
        text + " state done final\n}\n" + CALENDAR
    }
}

fn measured(shape: &Shape) -> (Budget, World) {
    let text = shape.text();
    let sources = [Source { path: "p.tthc".into(), text: text.clone() }];
    let (_, budgets) = check_with_budgets(&sources);
    let bundle =
        compile_unproven(&sources).map_err(|found| format!("{text}\n{}", found.first().unwrap().message)).unwrap();
    (budgets.into_iter().find(|budget| budget.name == "processing").unwrap(), World::load(bundle).unwrap())
}

/// The longest way of what is late takes what is said.
fn takes_what_is_said(shape: &Shape, budget: &Budget, world: &World) -> Result<(), TestCaseError> {
    if budget.verdict != Verdict::Exceeded {
        return Ok(());
    }
    let worst = budget.worst.as_ref().unwrap();
    // Who waits for somebody without end is told as if time had led on at once behind him.
    let silent = shape.branches.iter().flat_map(|branch| &branch.stages).any(|stage| stage.holds == Holds::Silence);
    if silent && !budget.holes.is_empty() {
        return Ok(());
    }
    // One that begins and ends in one branch is measured from the beginning of that.
    if worst.lead.first().is_none_or(|step| step.state.is_some()) {
        return Ok(());
    }
    let logic = &world.latest("p").unwrap().plan.logic;
    let said = Ended { at: worst.done.at, due: worst.due.at, class: Class::Late };
    // What happens at one instant can happen in any order.
    let mut played = Vec::new();
    for order in 0..6 {
        let mut play = Play::new(world, logic);
        let refused = play.along_branches(worst, order).err();
        played.push((refused, play.ended("processing")));
        if played.last() == Some(&(None, vec![said])) {
            return Ok(());
        }
    }
    prop_assert!(false, "{}\n{played:#?}\n{worst:#?}", shape.text());
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn the_longest_way_of_branches_takes_what_the_budget_says(shape in shape()) {
        let (budget, world) = measured(&shape);
        takes_what_is_said(&shape, &budget, &world)?;
    }

    #[test]
    fn who_keeps_the_limits_of_branches_is_never_late((shape, runs) in (shape(), runs())) {
        let (budget, world) = measured(&shape);
        is_never_late(&shape.text(), &budget, &world, &runs)?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, ..ProptestConfig::default() })]

    /// The shortest limit that is kept, and the one below it, which is not.
    #[test]
    fn a_limit_of_branches_is_kept_from_some_length_on((shape, runs) in (shape(), runs())) {
        let of = |count: u32| Shape { limit: (count, shape.limit.1), ..shape.clone() };
        let (mut missed, mut held) = (0_u32, 64_u32);
        while held - missed > 1 {
            let middle = missed.midpoint(held);
            let is_kept = measured(&of(middle)).0.verdict == Verdict::Kept;
            (missed, held) = if is_kept { (missed, middle) } else { (middle, held) };
        }
        for count in [missed, held].into_iter().filter(|count| (1..64).contains(count)) {
            let shape = of(count);
            let (budget, world) = measured(&shape);
            takes_what_is_said(&shape, &budget, &world)?;
            is_never_late(&shape.text(), &budget, &world, &runs)?;
        }
    }
}

#[test]
fn most_clocks_that_branches_move_are_decided() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let (mut kept, mut exceeded, mut undecided) = (0, 0, 0);
    for _ in 0..100 {
        let (budget, _) = measured(&shape().new_tree(&mut runner).unwrap().current());
        match budget.verdict {
            Verdict::Kept | Verdict::KeptWithOthers => kept += 1,
            Verdict::Exceeded => exceeded += 1,
            Verdict::Undecided => undecided += 1,
            _ => {}
        }
    }
    assert!(kept >= 25 && exceeded >= 8 && undecided <= 16, "{kept} kept, {exceeded} exceeded, {undecided} undecided");
}
