//! Definitions that mix all that a procedure can say: who keeps the limits of a budget that is kept is never late.

use motcua_dsl::{Budget, Source, Verdict, check_with_budgets, compile_unproven};
use motcua_engine::calendar::Calendar;
use motcua_engine::clock::Class;
use motcua_engine::plan::{Need, TransitionPlan, Trigger};
use motcua_engine::{Clock, Effect, Event, Instant, Value, World, wakes_at};
use motcua_tests::scenario::Play;
use proptest::prelude::*;
use smol_str::SmolStr;

use super::mixed::text;

fn budgets(text: &str) -> Vec<Budget> {
    check_with_budgets(&[Source { path: "p.tthc".into(), text: text.to_owned() }]).1
}

fn verdict(budgets: &[Budget]) -> Option<Verdict> {
    budgets.iter().find(|budget| budget.name == "processing" && !budget.is_parallel).map(|budget| budget.verdict)
}

fn is_kept(verdict: Option<Verdict>) -> bool {
    matches!(verdict, Some(Verdict::Kept | Verdict::KeptWithOthers))
}

/// Numbers one after another, as many as are asked for.
struct Chance(u64);

impl Chance {
    fn below(&mut self, count: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % count.max(1)
    }
}

/// Plays a dossier of which every office keeps its limits, and others do what they like; returns what was late.
fn late(world: &World, kept: &[&str], start: Instant, seed: u64) -> Option<String> {
    let logic = &world.latest("p").unwrap().plan.logic;
    let mut play = Play::new(world, logic);
    play.give("open", None, start).ok()?;
    let mut chance = Chance(seed);
    // Some act as late as they can, some at once.
    let patience = chance.below(4);
    // What is held up by a fault waits for somebody to mend that.
    let is_faulty = |event: &Event| event.effects.iter().any(|effect| matches!(effect, Effect::Incident(_)));
    let (mut now, mut waits) = (start, None);
    for _ in 0..150 {
        if play.journal.last().is_some_and(is_faulty) {
            return None;
        }
        let dossier = play.dossier.clone()?;
        let calendar = world.calendar_of(&dossier)?;
        let open = || dossier.clocks.iter().filter(|clock| clock.is_open() && !clock.is_suspended());
        let name = |clock: &Clock| logic.clocks.get(clock.id.index()).map(|plan| plan.name.clone()).unwrap();
        let is_late =
            |clock: &&Clock| kept.contains(&name(clock).as_str()) && clock.ledger.is_overdue(calendar, now) == Ok(true);
        let said = |clock: &Clock| format!("`{}` is open past its end at {now}\n{}", name(clock), told(&play));
        let restarts =
            |clock: &&Clock| logic.clocks.get(clock.id.index()).is_some_and(|clock| !clock.restarts.is_empty());
        if let Some(clock) = open().filter(is_late).find(|clock| !restarts(clock)) {
            return Some(said(clock));
        }
        // What is used before a restart is forgiven, where there is one.
        waits = open().filter(is_late).find(restarts).map(said);
        if let Some(late) = kept.iter().find(|kept| play.ended(kept).iter().any(|ended| ended.class == Class::Late)) {
            return Some(format!("`{late}` ended late\n{}", told(&play)));
        }
        let owed = open().filter(|clock| name(clock).starts_with("within") && !kept.contains(&name(clock).as_str()));
        let owed = owed.filter_map(|clock| Some(clock.ledger.due(calendar).ok()?.instant)).min();
        let latest = owed.unwrap_or(now.plus(40 * 86_400)).max(now);
        let ways = ways(&play);
        let at = match chance.below(4) {
            choice if choice < patience => latest,
            3 => now,
            _ => now.plus(i64::try_from(chance.below(1 + usize::try_from(latest.since(now)).unwrap())).unwrap()),
        };
        let at = near(calendar, at, chance.below(8)).clamp(now, latest);
        if let Some(wake) = wakes_at(world, &dossier).filter(|wake| *wake <= at) {
            now = wake;
            play.look(wake);
            continue;
        }
        now = at;
        let calls = play.waits();
        if !calls.is_empty() && chance.below(2) == 0 {
            let call = calls.get(chance.below(calls.len())).unwrap();
            let _ = play.outcome(call, ["x", "y"].get(chance.below(2)).unwrap(), at);
            continue;
        }
        if chance.below(12) == 0 {
            let by = SmolStr::new(format!("{} working days", 1 + chance.below(3)));
            let _ = play.manage("extend", "a", vec![("by".into(), by.as_str().into())], at);
        }
        if chance.below(20) == 0 {
            let _ =
                play.manage("reappoint", "a", vec![("to".into(), at.plus(9 * 86_400).to_string().as_str().into())], at);
        }
        let Some((state, way)) = ways.get(chance.below(ways.len())) else {
            if ways.is_empty() && calls.is_empty() && wakes_at(world, &dossier).is_none() {
                return waits;
            }
            continue;
        };
        let command = play.command(way)?;
        let fields = way.needs.iter().filter_map(|need| match need {
            Need::Field(field) => logic.fields.get(field.index()).map(|field| field.name.clone()),
            _ => None,
        });
        let data = fields.map(|field| (field, Value::Boolean(chance.below(2) == 0))).collect();
        let _ = play.bring(&command, Some(state), data, at);
    }
    waits
}

/// Returns an instant of the same day at which something may differ.
fn near(calendar: &Calendar, at: Instant, choice: usize) -> Instant {
    let day = calendar.local(at).0;
    match (choice, calendar.close(day), calendar.opening(day)) {
        (0, ..) => calendar.end_of_day(day),
        (1, Ok(close), _) => close,
        (2, _, Ok(opening)) => opening,
        _ => at,
    }
}

/// Returns all that somebody may do, with the state in which it is done.
fn ways<'w>(play: &Play<'w>) -> Vec<(String, &'w TransitionPlan)> {
    let here = |id| play.dossier.as_ref().is_some_and(|dossier| dossier.is_in(id));
    let ways = play.logic.graph.transitions().filter(|(_, from, _, _)| here(*from));
    let ways = ways.filter(|(_, _, _, way)| matches!(way.trigger, Trigger::Command(_)));
    ways.filter_map(|(_, from, _, way)| Some((play.logic.graph.state(from)?.name.to_string(), way))).collect()
}

/// Returns what has happened, for whoever looks why.
fn told(play: &Play<'_>) -> String {
    let told = |event: &Event| format!("{} {:?} {:?}", event.at, event.cause, event.effects);
    play.journal.iter().map(told).collect::<Vec<_>>().join("\n")
}

/// Returns what is said of a definition that keeps the shortest limit that it can, and of the budgets of its parallels.
fn shortest(tape: &[u16]) -> (u32, Vec<Budget>) {
    let of = |limit: u32| budgets(&text(tape, limit));
    let (mut missed, mut held) = (1_u32, 96_u32);
    let most = of(held);
    if !is_kept(verdict(&most)) {
        return (held, most);
    }
    while held - missed > 1 {
        let middle = missed.midpoint(held);
        if is_kept(verdict(&of(middle))) {
            held = middle;
        } else {
            missed = middle;
        }
    }
    (held, of(held))
}

fn tapes() -> impl Strategy<Value = Vec<u16>> {
    prop::collection::vec(any::<u16>(), 300)
}

/// What was found of a definition, which is played where it is kept.
#[derive(Debug, Default)]
struct Seen {
    compiled: bool,
    kept: bool,
}

/// Who keeps the limits of a budget that is kept is never late.
fn is_never_late(tape: &[u16], runs: &[(i64, u64)]) -> Result<Seen, TestCaseError> {
    let (limit, budgets) = shortest(tape);
    let text = text(tape, limit);
    let Ok(bundle) = compile_unproven(&[Source { path: "p.tthc".into(), text: text.clone() }]) else {
        return Ok(Seen::default());
    };
    let kept = budgets.iter().filter(|budget| is_kept(Some(budget.verdict)));
    let kept: Vec<String> = kept
        .map(|budget| if budget.is_parallel { format!("within {}", budget.name) } else { budget.name.to_string() })
        .collect();
    let kept: Vec<&str> = kept.iter().map(String::as_str).collect();
    let world = World::load(bundle).unwrap();
    let start: Instant = "2024-01-08T00:00:00Z".parse().unwrap();
    for (hours, seed) in runs.iter().filter(|_| !kept.is_empty()) {
        let late = late(&world, &kept, start.plus(hours * 3600), *seed);
        prop_assert!(late.is_none(), "{text}\n{}", late.unwrap_or_default());
    }
    Ok(Seen { compiled: true, kept: is_kept(verdict(&budgets)) })
}

fn runs() -> impl Strategy<Value = Vec<(i64, u64)>> {
    // What begins later may need a year that is not covered.
    prop::collection::vec((0_i64..250 * 24, any::<u64>()), 12)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    #[test]
    fn who_keeps_the_limits_of_any_mixture_is_never_late((tape, runs) in (tapes(), runs())) {
        is_never_late(&tape, &runs)?;
    }
}

#[test]
fn most_mixtures_compile_and_many_are_kept() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let (mut compiled, mut kept) = (0, 0);
    for _ in 0..24 {
        let seen = is_never_late(&tapes().new_tree(&mut runner).unwrap().current(), &[]).unwrap();
        compiled += usize::from(seen.compiled);
        kept += usize::from(seen.kept);
    }
    assert!(compiled >= 18 && kept >= 5, "{compiled} compiled, {kept} kept");
}
