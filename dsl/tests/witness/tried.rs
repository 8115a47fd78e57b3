//! Small definitions, of which every dossier is tried that the engine can come to.

use std::collections::{BTreeSet, HashSet, VecDeque};
use std::fmt::Write as _;

use motcua_dsl::{Finding, Source, check, compile_despite};
use motcua_engine::plan::{Logic, Need, Trigger};
use motcua_engine::{Answer, Command, Dossier, Opening, Value, World, decide, fold};
use proptest::prelude::*;
use proptest::sample::select;

use super::{Count, FOUND, begin, is_round, play, series};

const GUARDS: [&str; 17] = [
    "documents.complete",
    "documents.plan == 0 && data.a > 0",
    "!documents.complete || data.flag",
    "data.a > 1",
    "data.a == 1",
    "data.a + data.b > 2",
    "data.b == 2",
    "data.b < 1",
    "data.b > data.a",
    "data.zone == \"x\"",
    "data.zone != \"x\"",
    "data.flag",
    "!data.flag",
    "data.flag && data.a > 0",
    "data.flag || data.zone == \"x\"",
    "(if data.flag { data.a } else { data.b }) == 2",
    "rate(data.zone, data.b) > 1",
];

const EFFECTS: [&str; 8] = [
    "data.b = data.a;",
    "data.b = 2;",
    "data.b = 0;",
    "data.flag = !data.flag;",
    "if data.flag { data.b = 2; } else { data.b = data.a; }",
    "if data.a > 1 { data.zone = \"y\"; data.flag = true; }",
    "let c = data.a; data.b = c; log(\"told\");",
    "if data.b < 3 { data.b += 1; }",
];

/// One transition: what takes it, what it needs, its guard, what it does, where it leads.
#[derive(Clone, Debug)]
struct Way {
    kind: usize,
    needs: usize,
    guard: Option<&'static str>,
    effect: Option<&'static str>,
    to: usize,
}

/// Work in two branches: whether one takes part, how it is answered and how it is lost, what that does.
#[derive(Clone, Debug)]
struct Both {
    part: Option<&'static str>,
    answer: Option<&'static str>,
    lose: Option<&'static str>,
    effect: Option<&'static str>,
}

fn both() -> impl Strategy<Value = Both> {
    let guard = || prop_oneof![1 => select(&GUARDS[..]).prop_map(Some), 1 => Just(None)];
    (guard(), guard(), guard(), prop::option::of(select(&EFFECTS[..]))).prop_map(|(part, answer, lose, effect)| Both {
        part,
        answer,
        lose,
        effect,
    })
}

fn way() -> impl Strategy<Value = Way> {
    let guard = prop_oneof![2 => select(&GUARDS[..]).prop_map(Some), 1 => Just(None)];
    let effect = prop_oneof![1 => select(&EFFECTS[..]).prop_map(Some), 1 => Just(None)];
    (0..8_usize, 0..5_usize, guard, effect, 0..7_usize).prop_map(|(kind, needs, guard, effect, to)| Way {
        kind,
        needs,
        guard,
        effect,
        to,
    })
}

/// Returns a definition with so many states, each with ways to the others, to the end, and to where dossiers are lost.
fn text(states: &[Vec<Way>], both: &Both) -> String {
    let mut text = String::from(
        "procedure p {\nroles { clerk  chair }\ndata { a integer in 0..2  b integer = 0  zone one of x, y  flag boolean = false }\n\
         documents { form \"Đơn\" original 1  plan \"Bản vẽ\" copy 1 when data.a > 1 }\n\
         on open by clerk needs a, zone, documents -> s0\n",
    );
    for (at, ways) in states.iter().enumerate() {
        writeln!(text, "state s{at} by clerk {{").unwrap();
        let first = ways.iter().any(|way| (1..=3).contains(&way.kind));
        let mut last = false;
        for way in ways {
            // There is one `otherwise`.
            if way.kind == 4 && std::mem::replace(&mut last, true) {
                continue;
            }
            let trigger = match way.kind {
                0 => "always",
                3 => "on go by clerk, chair",
                4 if first => "on go otherwise",
                1 | 2 | 4 => "on go",
                5 => "on back once",
                _ => "on back",
            };
            let needs = ["", " needs a", " needs flag", " needs zone, flag", " needs a"][way.needs];
            let needs = if way.kind == 0 { "" } else { needs };
            let guard = way.guard.filter(|_| way.kind != 4).map(|guard| format!(" when {guard}")).unwrap_or_default();
            let effect = way.effect.map(|effect| format!(" do {{ {effect} }}")).unwrap_or_default();
            let to = match way.to {
                4 => "lost".to_owned(),
                5 => "done".to_owned(),
                6 => "both".to_owned(),
                to => format!("s{}", to % states.len()),
            };
            writeln!(text, "  {trigger}{needs}{guard}{effect} -> {to}").unwrap();
        }
        text.push_str("  on finish by chair -> done\n}\n");
    }
    let when = |guard: Option<&str>| guard.map(|guard| format!(" when {guard}")).unwrap_or_default();
    let effect = both.effect.map(|effect| format!(" do {{ {effect} }}")).unwrap_or_default();
    writeln!(
        text,
        "parallel both {{\n  branch one by clerk{} {{\n    state asked initial {{ on answer{} -> said  on lose needs flag{}{effect} -> lost }}\n    \
         state lost {{ on look }}\n    state said final\n  }}\n  branch two by chair {{\n    state asked initial {{ on answer{effect} -> said }}\n    state said final\n  }}\n  \
         join all -> s0\n}}\nfrom s0 on divide by clerk -> both",
        when(both.part),
        when(both.answer),
        when(both.lose),
    )
    .unwrap();
    text.push_str(
        "state lost by clerk { on look }\nstate done final\n}\n\
         table rate(zone one of x, y, b integer) -> integer first {\n| zone | b || n |\n| x | < 2 || 1 |\n| y | - || b + 1 |\n| otherwise || 2 |\n}\n",
    );
    text
}

/// What trying everything comes to.
#[derive(Debug)]
struct Tried {
    /// After how many commands the engine comes to some states; nothing where it never does.
    states: Vec<Option<usize>>,
    /// After how many it goes round for ever.
    round: Option<usize>,
}

/// Returns what the engine comes to, by trying everything.
fn tried(world: &World, logic: &Logic, states: &[&str]) -> Tried {
    let mut tried = Tried { states: vec![None; states.len()], round: None };
    let values: Vec<Vec<(&'static str, Value)>> = vec![
        (0..3).map(|n| ("a", Value::Integer(n))).collect(),
        ["x", "y"].map(|word| ("zone", Value::from(word))).to_vec(),
        [false, true].map(|flag| ("flag", Value::Boolean(flag))).to_vec(),
    ];
    let mut next: VecDeque<(Option<Dossier>, usize)> = VecDeque::from([(None, 0)]);
    let papers = [vec![("form", 1)], vec![("plan", 1)], vec![("form", 1), ("plan", 1)]];
    let mut seen: HashSet<String> = HashSet::new();
    while let Some((dossier, depth)) = next.pop_front() {
        let now = dossier.as_ref().map_or_else(begin, |dossier| dossier.at);
        let from = dossier
            .as_ref()
            .map_or(vec![0], |dossier| dossier.active.iter().map(|place| place.state.index()).collect());
        let mut brought: BTreeSet<(String, String, Vec<String>)> = BTreeSet::new();
        for (_, source, _, transition) in logic.graph.transitions() {
            if let Trigger::Command(id) = transition.trigger
                && from.contains(&source.index())
            {
                let name = |need: &Need| match need {
                    Need::Field(field) => logic.fields[field.index()].name.to_string(),
                    _ => String::new(),
                };
                let state = logic.graph.state(source).unwrap().name.to_string();
                brought.insert((
                    state,
                    logic.commands[id.index()].to_string(),
                    transition.needs.iter().map(name).collect(),
                ));
            }
        }
        for (place, command, needs) in brought {
            let mut all: Vec<Vec<(&'static str, Value)>> = vec![Vec::new()];
            for values in values.iter().filter(|values| needs.iter().any(|need| need == values[0].0)) {
                let with = |data: &Vec<(&'static str, Value)>, value: &(&'static str, Value)| {
                    data.iter().cloned().chain([value.clone()]).collect::<Vec<_>>()
                };
                all = all.iter().flat_map(|data| values.iter().map(move |value| with(data, value))).collect();
            }
            let papers = if dossier.is_none() { &papers[..] } else { &[Vec::new()] };
            let each = all.iter().flat_map(|data| papers.iter().map(move |papers| (data, papers)));
            for ((data, papers), role) in each.flat_map(|each| ["clerk", "chair"].map(|role| (each, role))) {
                let command = Command {
                    id: format!("c{depth}").into(),
                    command: command.as_str().into(),
                    actor: "an".into(),
                    role: role.into(),
                    state: dossier.as_ref().map(|_| place.as_str().into()),
                    documents: papers.iter().map(|(name, copies)| ((*name).into(), *copies)).collect(),
                    data: data.iter().map(|(name, value)| ((*name).into(), value.clone())).collect(),
                    open: dossier.is_none().then(|| Opening {
                        dossier: "D".into(),
                        procedure: "p".into(),
                        ..Opening::default()
                    }),
                    ..Command::default()
                };
                let events = match decide(world, dossier.as_ref(), &command, now) {
                    Answer::Accepted(events) => events,
                    Answer::Refused(refusal) => {
                        if is_round(&refusal) {
                            tried.round.get_or_insert(depth + 1);
                        }
                        continue;
                    }
                    Answer::AlreadyDone { .. } => continue,
                };
                let after = events.iter().fold(dossier.clone(), |dossier, event| Some(fold(dossier, event))).unwrap();
                let marks: Vec<bool> = after.marks.iter().map(Option::is_some).collect();
                let places: Vec<usize> = after.active.iter().map(|place| place.state.index()).collect();
                if seen.insert(format!("{places:?} {:?} {:?} {marks:?}", after.data, after.documents)) {
                    let names = after.active.iter().map(|place| &logic.graph.state(place.state).unwrap().name);
                    for at in names.filter_map(|name| states.iter().position(|state| name == state)) {
                        tried.states[at].get_or_insert(depth + 1);
                    }
                    next.push_back((Some(after), depth + 1));
                }
            }
        }
    }
    tried
}

/// What came of holding what is found of a definition against everything that the engine can come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Held {
    /// It is the same.
    Same,
    /// Where the search came to its bounds it says what it assumes, and so it is.
    Assumed,
    /// What it assumes never is.
    TooMuch,
    /// It is no definition.
    None,
}

/// Holds what is found of a definition against everything that the engine can come to.
fn compare(states: &[Vec<Way>], both: &Both) -> Result<Held, String> {
    let source = Source { path: "p".into(), text: text(states, both) };
    let findings = check(std::slice::from_ref(&source)).findings;
    let Ok(bundle) = compile_despite(std::slice::from_ref(&source), &FOUND) else { return Ok(Held::None) };
    let logic = bundle.plans[0].logic.clone();
    let world = World::load(bundle).unwrap();
    let mut held = Held::Same;
    let states = ["lost", "both.one.lost"];
    let tried = tried(&world, &logic, &states);
    // How many steps are shown, and whether something is assumed; nothing where no series is.
    let shown = |finding: &Finding| series(&finding.message).map(|(steps, assumes)| (steps.len(), assumes));
    for (lost, tried) in states.iter().zip(&tried.states) {
        let quoted = format!("`{lost}`");
        let found = findings.iter().find(|f| f.id == "graph-no-way-out" && f.message.contains(&quoted));
        let came = match (found, tried) {
            (None, None) => Held::Same,
            (None, Some(_)) => return Err(format!("{lost} is not found: {}", source.text)),
            (Some(finding), tried) => match (shown(finding), tried) {
                (Some((steps, false)), Some(tried)) if steps == *tried => Held::Same,
                (Some((_, true)) | None, Some(_)) => Held::Assumed,
                (Some((_, true)), None) => Held::TooMuch,
                _ => return Err(format!("{tried:?}: {}\n{}", finding.message, source.text)),
            },
        };
        held = held.max(came);
    }
    let rounds = findings.iter().filter(|f| f.id == "graph-automatic-cycle").map(shown);
    let came = match (rounds.max_by_key(|shown| matches!(shown, Some((_, false)))), tried.round) {
        (None, None) | (Some(Some((_, false))), Some(_)) => Held::Same,
        (Some(Some((_, true))), Some(_)) => Held::Assumed,
        (Some(Some((_, true))), None) => Held::TooMuch,
        _ => return Err(format!("a round is found, or gone, and not the other: {tried:?}\n{}", source.text)),
    };
    play("p", &source.text, &mut Count::default())?;
    Ok(held.max(came))
}

#[test]
fn what_is_shown_is_what_trying_everything_comes_to() {
    let config =
        ProptestConfig { cases: 128, failure_persistence: None, max_shrink_iters: 200, ..ProptestConfig::default() };
    let drawn = (prop::collection::vec(prop::collection::vec(way(), 1..4), 2..4), both());
    let count = std::cell::RefCell::new([0_usize; 4]);
    let mut runner = proptest::test_runner::TestRunner::new(config);
    let ran = runner.run(&drawn, |(states, both)| {
        let held = compare(&states, &both).map_err(TestCaseError::fail)?;
        count.borrow_mut()[held as usize] += 1;
        Ok(())
    });
    ran.unwrap_or_else(|wrong| panic!("{wrong}"));
    let [same, assumed, too_much, none] = *count.borrow();
    assert!(
        same > 64 && assumed * 8 < same && too_much * 32 < same,
        "{same} are the same, {assumed} assume what is, {too_much} what never is, {none} are no definitions"
    );
}
