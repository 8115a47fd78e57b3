//! The series of commands that findings show, played in the engine with the data that they name.
//!
//! Each is played three times: what it does not name is brought as the first, the middle and the last of what may be. For
//! small definitions every dossier that the engine can come to is tried as well: what is found is what it comes to, by the
//! shortest way, and what is not found it never comes to.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of a test that cannot go on say so by a panic"
)]

mod tried;

use std::path::Path;

use motcua_dsl::{Finding, Source, check, compile_despite};
use motcua_engine::plan::{FieldPlan, Logic, Need, Trigger, Type};
use motcua_engine::{
    Answer, Command, Dossier, Event, Instant, Opening, Refusal, Value, World, decide, fold, tick, wakes_at,
};

/// What may be found in a definition that is played.
const FOUND: [&str; 8] = [
    "budget-exceeded",
    "clock-contradiction",
    "graph-automatic-cycle",
    "graph-no-way-out",
    "join-never",
    "join-starves",
    "silence-incomplete",
    "silence-receipt",
];

const CALENDAR: &str = "
calendar of_tests {
    zone \"Asia/Ho_Chi_Minh\"
    covers 2023 to 2030
    week mon-fri 07:30-11:30, 13:30-17:00
}
";

/// One step of a series as it is told.
#[derive(Clone, Debug)]
struct Told<'m> {
    name: &'m str,
    branch: Option<&'m str>,
    data: Vec<(&'m str, &'m str)>,
}

/// Returns the series that a message shows, and whether it assumes something.
fn series(message: &str) -> Option<(Vec<Told<'_>>, bool)> {
    let (_, rest) = message.rsplit_once(" (`")?;
    let (series, rest) = rest.split_once('`')?;
    let steps = series.split(" · ").map(|step| {
        let (name, data) = step.split_once(" with ").unwrap_or((step, ""));
        let timed = ["after ", "no answer within ", "timer ", "outcome "].iter().any(|word| name.starts_with(word));
        let (name, branch) = match name.rsplit_once(" in ") {
            Some((name, branch)) => (name, Some(branch)),
            None => (name, None),
        };
        let data = data.split(", ").filter(|part| !part.is_empty()).map(|part| part.split_once(" = ").unwrap());
        Told { name: if timed { "" } else { name }, branch, data: data.collect() }
    });
    Some((steps.collect(), rest.starts_with(", assuming that ")))
}

/// Plays series in one procedure.
struct Player<'w> {
    world: &'w World,
    logic: &'w Logic,
    /// Which of what may be is brought where nothing is named.
    pick: usize,
}

fn begin() -> Instant {
    "2024-03-04T09:00:00+07:00".parse().unwrap()
}

/// What a series came to.
#[derive(Debug)]
enum Came {
    There(Box<Dossier>, Vec<Event>),
    /// The last command goes round for ever.
    Round,
}

/// Returns whether a command is refused as what follows it goes round for ever.
fn is_round(refusal: &Refusal) -> bool {
    matches!(refusal, Refusal::Fault(fault) if fault.message.contains("do not settle"))
}

impl Player<'_> {
    /// Returns a value that somebody names.
    fn value(ty: &Type, words: &str) -> Value {
        match ty {
            Type::Boolean => Value::Boolean(words == "true"),
            Type::Integer => Value::Integer(words.parse().unwrap()),
            Type::Decimal | Type::Money(_) => Value::Decimal(words.parse().unwrap()),
            Type::Date => Value::Date(words.parse().unwrap()),
            _ if words == "another text" => Value::from("zz"),
            _ => Value::from(words.trim_matches('"')),
        }
    }

    /// Returns a value that a field may have.
    fn any(&self, plan: &FieldPlan) -> Value {
        let at = |len: usize| [0, len / 2, len - 1][self.pick];
        match (&plan.ty, &plan.range) {
            (Type::Integer, Some((Value::Integer(low), Value::Integer(high)))) => {
                Value::Integer([*low, i64::midpoint(*low, *high), *high][self.pick])
            }
            (Type::Decimal | Type::Money(_) | Type::Date, Some((low, high))) => [low, low, high][self.pick].clone(),
            (Type::Boolean, _) => Value::Boolean(self.pick > 0),
            (Type::Integer, _) => Value::Integer([-7, 0, 900][self.pick]),
            (Type::Decimal | Type::Money(_), _) => Value::Decimal([0, 1, 900][self.pick].into()),
            (Type::Date, _) => Value::Date("2024-03-05".parse().unwrap()),
            (Type::Instant, _) => Value::Instant(begin()),
            (Type::OneOf(words), _) => Value::from(words[at(words.len())].as_str()),
            (Type::List(_), _) => Value::List(Box::default()),
            (Type::Record(parts), _) => {
                Value::Record(parts.iter().map(|part| (part.name.clone(), self.any(part))).collect())
            }
            (Type::Text, _) => Value::from(["", "An", "Bình"][self.pick]),
        }
    }

    /// Returns a command that brings what is needed, as far as it is named so.
    fn command(&self, told: &Told<'_>, needs: &[Need], role: &str, id: usize) -> Command {
        let mut command = Command {
            id: format!("c{id}").into(),
            command: told.name.into(),
            actor: format!("actor {id}").into(),
            role: role.into(),
            ..Command::default()
        };
        let named = |name: &str| told.data.iter().find(|(known, _)| *known == name).map(|(_, value)| *value);
        for need in needs {
            match need {
                Need::Field(field) => {
                    let plan = &self.logic.fields[field.index()];
                    let value = named(&plan.name).map_or_else(|| self.any(plan), |words| Self::value(&plan.ty, words));
                    command.data.push((plan.name.clone(), value));
                }
                Need::Argument(name, ty) if name == "reason" => {
                    let value = named(name).map_or_else(|| Value::from("x"), |words| Self::value(ty, words));
                    command.data.push((name.clone(), value));
                }
                Need::Argument(name, ty) => {
                    let plan = FieldPlan {
                        name: name.clone(),
                        ty: ty.clone(),
                        optional: false,
                        personal: false,
                        default: None,
                        range: None,
                        pattern: None,
                    };
                    let value = named(name).map_or_else(|| self.any(&plan), |words| Self::value(ty, words));
                    command.data.push((name.clone(), value));
                }
                Need::Document(_) | Need::Documents => {
                    for (at, document) in self.logic.documents.iter().enumerate() {
                        if let Need::Document(id) = need
                            && id.index() != at
                        {
                            continue;
                        }
                        let name = format!("documents.{}", document.name);
                        let copies =
                            named(&name).map_or_else(|| u32::try_from(self.pick).unwrap() + 1, |n| n.parse().unwrap());
                        if copies > 0 {
                            command.documents.push((document.name.clone(), copies));
                        }
                    }
                }
            }
        }
        command
    }

    /// Returns what a command comes to, each way in which somebody may give it.
    fn step(&self, dossier: Option<&Dossier>, told: &Told<'_>, id: usize) -> Vec<Came> {
        let mut came = Vec::new();
        let command = self.logic.commands.iter().position(|name| name == told.name);
        let Some(command) = command else { return came };
        let from = |state: motcua_engine::StateId| match dossier {
            None => state.index() == 0,
            Some(dossier) => dossier.active.iter().any(|place| place.state == state),
        };
        for (_, state, _, transition) in self.logic.graph.transitions() {
            let name = self.logic.graph.state(state).unwrap().name.clone();
            let here = told.branch.is_none_or(|branch| name.rsplit('.').nth(1) == Some(branch));
            if !matches!(transition.trigger, Trigger::Command(id) if id.index() == command) || !from(state) || !here {
                continue;
            }
            let mut roles: Vec<&str> = self.logic.roles.iter().map(|(name, _)| name.as_str()).collect();
            roles.push("");
            for role in roles {
                let mut command = self.command(told, &transition.needs, role, id);
                match dossier {
                    None => {
                        command.open = Some(Opening {
                            dossier: "D".into(),
                            procedure: self.logic.name.clone(),
                            ..Opening::default()
                        });
                    }
                    Some(_) => command.state = Some(name.clone()),
                }
                match decide(self.world, dossier, &command, dossier.map_or_else(begin, |dossier| dossier.at)) {
                    Answer::Accepted(events) => {
                        let after = events.iter().fold(dossier.cloned(), |dossier, event| Some(fold(dossier, event)));
                        came.push(Came::There(Box::new(after.unwrap()), events));
                    }
                    Answer::Refused(refusal) => {
                        if is_round(&refusal) {
                            came.push(Came::Round);
                        }
                    }
                    Answer::AlreadyDone { .. } => {}
                }
            }
        }
        came
    }

    /// Returns what time comes to, until a state is left.
    fn time(&self, dossier: &Dossier) -> Vec<Came> {
        let mut dossier = dossier.clone();
        for _ in 0..100 {
            let Some(at) = wakes_at(self.world, &dossier) else { return Vec::new() };
            let events = tick(self.world, &dossier, at);
            let before: Vec<_> = dossier.active.iter().map(|place| place.state).collect();
            dossier = events.iter().fold(dossier, |dossier, event| fold(Some(dossier), event));
            if !dossier.active.iter().map(|place| place.state).eq(before) {
                return vec![Came::There(Box::new(dossier), events)];
            }
        }
        Vec::new()
    }

    /// Returns whether a series comes to where it says, in any way in which it can be understood.
    fn comes(&self, dossier: Option<&Dossier>, steps: &[Told<'_>], is: &dyn Fn(&Came) -> bool) -> bool {
        let Some((first, rest)) = steps.split_first() else { return false };
        let came = match dossier {
            Some(dossier) if first.name.is_empty() => self.time(dossier),
            _ => self.step(dossier, first, steps.len()),
        };
        came.iter().any(|came| match came {
            came if rest.is_empty() => is(came),
            Came::There(dossier, _) => self.comes(Some(dossier), rest, is),
            Came::Round => false,
        })
    }
}

/// Returns whether a dossier is what a finding says that it is.
fn is_there(world: &World, logic: &Logic, finding: &Finding, came: &Came) -> bool {
    let quoted: Vec<&str> = finding.message.split('`').skip(1).step_by(2).collect();
    let Came::There(dossier, events) = came else { return finding.id == "graph-automatic-cycle" };
    let name = |state| logic.graph.state(state).unwrap().name.as_str();
    let within = |state: &str| dossier.active.iter().any(|place| name(place.state) == state);
    let lacks = || {
        logic.documents.iter().zip(&dossier.documents).any(|(document, held)| {
            let asked =
                document.when.is_none_or(|when| motcua_engine::holds(world, dossier, when, dossier.at).unwrap());
            asked && *held < document.copies
        })
    };
    match finding.id {
        "graph-no-way-out" | "graph-once" | "silence-receipt" => within(quoted[0]),
        "silence-incomplete" => within(quoted[0]) && lacks(),
        "suspends-forever" => {
            let clock = logic.clocks.iter().position(|clock| clock.name == quoted[0]).unwrap();
            within(quoted[1]) && dossier.clocks.iter().any(|c| c.id.index() == clock && c.is_suspended())
        }
        "join-starves" | "join-never" => dossier.active.len() > 1,
        // With this filling it settles.
        "graph-automatic-cycle" => false,
        // It comes at once.
        "join-leaves-running" => events.len() > 1 && dossier.active.len() == 1,
        other => panic!("{other} shows a series"),
    }
}

/// How many series were played, and how many assume something.
#[derive(Debug, Default)]
struct Count {
    played: usize,
    assuming: usize,
}

/// Plays the series of all findings of a text.
fn play(name: &str, text: &str, count: &mut Count) -> Result<(), String> {
    let source = Source { path: name.into(), text: text.into() };
    let findings = check(std::slice::from_ref(&source)).findings;
    let shown: Vec<_> = findings.iter().filter_map(|finding| Some((finding, series(&finding.message)?))).collect();
    if shown.is_empty() {
        return Ok(());
    }
    // A join that never comes is refused where it is loaded.
    let text = if findings.iter().any(|f| f.id == "join-never") {
        text.replace("join all", "join any")
    } else {
        text.to_owned()
    };
    // Without a calendar no working day is counted, and no clock starts.
    let text = if text.contains("use calendar") { text } else { format!("use calendar of_tests\n{text}{CALENDAR}") };
    let source = Source { path: name.into(), text };
    let Ok(bundle) = compile_despite(std::slice::from_ref(&source), &FOUND) else { return Ok(()) };
    let plans = bundle.plans.clone();
    let world = World::load(bundle).map_err(|refused| format!("{name}: {refused}"))?;
    for (finding, (steps, assumes)) in shown {
        if assumes {
            count.assuming += 1;
            continue;
        }
        count.played += 1;
        for pick in 0..3 {
            let arrives = plans.iter().any(|plan| {
                let logic = &plan.logic;
                let player = Player { world: &world, logic, pick };
                player.comes(None, &steps, &|came| is_there(&world, logic, finding, came))
            });
            if !arrives {
                return Err(format!("{name}: {} ({pick})\n{}", finding.message, source.text));
            }
        }
    }
    Ok(())
}

#[test]
fn every_series_in_faulty_files_comes_to_where_it_says() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/check/faulty");
    let (mut count, mut wrong) = (Count::default(), Vec::new());
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        wrong.extend(play(&path.file_name().unwrap().to_string_lossy(), &text, &mut count).err());
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count.played >= 40 && count.assuming <= 8, "{count:?}");
}
