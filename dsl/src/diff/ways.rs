//! Ways from state to state: which are gained and lost, state by state, and which line goes on as which.

use motcua_engine::StateId;
use motcua_engine::plan::{Tacit, TransitionPlan, Trigger};
use smol_str::{SmolStr, format_smolstr};

use super::change::{Change, Found, Kind, Whom};
use super::lines;
use super::side::{Pair, Side, listed};
use crate::sentence::{Sentence, say};
use crate::syntax::{self, Span};

/// A transition from one state.
#[derive(Clone)]
pub(super) struct Line<'l> {
    pub(super) plan: &'l TransitionPlan,
    pub(super) written: &'l syntax::Transition,
    pub(super) from: StateId,
    /// Where it leads, in common names.
    pub(super) to: SmolStr,
    /// What takes it, in common names.
    pub(super) trigger: SmolStr,
    pub(super) guard: Option<String>,
    pub(super) span: Span,
}

impl Line<'_> {
    /// Returns what takes it, as a part of a sentence.
    pub(super) fn said(&self) -> Sentence {
        match (self.plan.trigger, self.plan.tacit) {
            (Trigger::Command(_) | Trigger::Timer(_), _) => {
                let name = self.trigger.split_once(' ').map_or(self.trigger.as_str(), |(_, name)| name);
                say!("`{name}`", name)
            }
            (_, Some(_)) => "silence".into(),
            (Trigger::Join, _) => "the join".into(),
            (Trigger::After(_), _) => "time alone".into(),
            (Trigger::Outcome, _) => "the outcome".into(),
            _ => "what happens by itself".into(),
        }
    }
}

/// Returns the lines of a state, in the order written.
fn lines<'s>(side: &Side<'s, '_>, state: StateId) -> Vec<Line<'s>> {
    let all = side.plan.logic.graph.transitions().filter(|(_, from, ..)| *from == state);
    let line = |(_, from, to, plan): (_, StateId, StateId, &'s TransitionPlan)| {
        let written = side.line(plan.rule)?;
        let trigger = match (plan.trigger, &written.trigger) {
            (Trigger::Command(command), _) => format_smolstr!("on {}", side.command(command)),
            (Trigger::Timer(timer), _) => {
                let timer = side.plan.logic.timers.get(timer.index());
                format_smolstr!("timer {}", timer.map(|timer| timer.name.as_str()).unwrap_or_default())
            }
            (Trigger::Always, _) => "always".into(),
            (Trigger::Join, _) => "join".into(),
            (Trigger::Outcome, _) => format_smolstr!("outcome {}", plan.outcomes.join(", ")),
            (Trigger::After(_), syntax::Trigger::Silence { .. }) => "silence".into(),
            (Trigger::After(_), syntax::Trigger::Window { .. }) => "window".into(),
            (Trigger::After(_), _) => "after".into(),
        };
        let to = side.state(to);
        Some(Line { plan, written, from, to, trigger, guard: side.code(plan.when), span: written.span })
    };
    all.filter_map(line).collect()
}

pub(super) fn compare(pair: &Pair<'_, '_, '_>, found: &mut Found) {
    let commands = |side: &Side<'_, '_>| side.plan.logic.commands.clone();
    let (before, after) = (commands(&pair.old), commands(&pair.new));
    let lost: Vec<&SmolStr> = before.iter().filter(|name| !after.contains(name)).collect();
    for name in &lost {
        let given = pair.old.procedure.commands.iter().find(|(known, _)| known == name).and_then(|(_, span)| span);
        let said = say!("there is no command `{name}` any more: who gives it is refused", name);
        let right = pair.old.states().flat_map(|(_, id, _)| lines(&pair.old, id));
        let right = right
            .filter(|line| line.trigger == format_smolstr!("on {name}"))
            .any(|line| whom(&pair.old, &line) == Whom::Citizen);
        let concerned = if right { Whom::Citizen } else { Whom::Systems };
        found.add(Change::new(Kind::CommandGone, concerned, said).at(given, None));
    }
    let is_lost = |line: &Line<'_>| lost.iter().any(|name| line.trigger == format_smolstr!("on {name}"));
    let pairs = pair.states();
    for ((old, _), (new, _)) in &pairs {
        let (mut before, after) = (lines(&pair.old, *old), lines(&pair.new, *new));
        before.retain(|line| !is_lost(line));
        of_state(pair, *new, before, after, found);
    }
    // What time and silence do in states that only one text has.
    let by_itself = |line: &Line<'_>| !matches!(line.plan.trigger, Trigger::Command(_) | Trigger::Join);
    for (name, id, _) in pair.old.states().filter(|(_, id, _)| pairs.iter().all(|((known, _), _)| known != id)) {
        lines(&pair.old, id).into_iter().filter(by_itself).for_each(|line| gone(pair, &name, &line, found));
    }
    for (name, id, _) in pair.new.states().filter(|(_, id, _)| pairs.iter().all(|(_, (known, _))| known != id)) {
        lines(&pair.new, id).into_iter().filter(by_itself).for_each(|line| come(pair, &name, &line, found));
    }
}

/// Pairs the lines of a state that have the same trigger: first those that agree in most.
fn of_state(pair: &Pair<'_, '_, '_>, state: StateId, mut old: Vec<Line<'_>>, new: Vec<Line<'_>>, found: &mut Found) {
    let name = pair.new.state(state);
    let mut new: Vec<(usize, Line<'_>)> = new.into_iter().enumerate().collect();
    let passes: [fn(&Line<'_>, &Line<'_>) -> bool; 4] = [
        |old, new| old.to == new.to && old.guard == new.guard && old.plan.otherwise == new.plan.otherwise,
        |old, new| old.guard == new.guard && old.plan.otherwise == new.plan.otherwise,
        |old, new| old.to == new.to,
        |_, _| true,
    ];
    let mut pairs: Vec<(usize, SmolStr)> = Vec::new();
    for agrees in passes {
        let mut left = Vec::new();
        for line in old {
            let same = |(_, other): &(usize, Line<'_>)| other.trigger == line.trigger && agrees(&line, other);
            match new.iter().position(same) {
                Some(at) => {
                    let (place, other) = new.remove(at);
                    lines::compare(pair, &name, &line, &other, found);
                    pairs.push((place, line.trigger.clone()));
                }
                None => left.push(line),
            }
        }
        old = left;
    }
    for line in &old {
        gone(pair, &name, line, found);
    }
    for (_, line) in &new {
        come(pair, &name, line, found);
    }
}

/// Says that the lines of a command are tried in another order, where that is all.
pub(super) fn order(pair: &Pair<'_, '_, '_>, found: &mut Found) {
    for ((old, _), (new, _)) in pair.states() {
        let (before, after) = (lines(&pair.old, old), lines(&pair.new, new));
        let key = |line: &Line<'_>| (line.trigger.clone(), line.to.clone(), line.guard.clone());
        let both: Vec<_> =
            before.iter().map(key).filter(|line| after.iter().map(key).any(|other| other == *line)).collect();
        let there: Vec<_> = after.iter().map(key).filter(|line| both.contains(line)).collect();
        let mut said: Vec<&SmolStr> = Vec::new();
        for (trigger, ..) in &both {
            let of = |lines: &[(SmolStr, SmolStr, Option<String>)]| -> Vec<_> {
                lines.iter().filter(|line| line.0 == *trigger).cloned().collect()
            };
            if of(&both) == of(&there) || said.contains(&trigger) {
                continue;
            }
            said.push(trigger);
            let name = SmolStr::new(trigger.trim_start_matches("on "));
            let what = say!("the lines of {command} are tried in another order", command = listed([&name]));
            let change = Change::new(Kind::LinesOther, Whom::Dossiers, what).of(&pair.new.state(new));
            found.add(change.at(pair.old.state_span(old), pair.new.state_span(new)));
        }
    }
}

/// Returns whom a line concerns: who may give its command, or the dossier that moves by itself.
pub(super) fn whom(side: &Side<'_, '_>, line: &Line<'_>) -> Whom {
    match (line.plan.trigger, line.plan.tacit) {
        (Trigger::Command(_), _) => side.whom(&side.givers(line.from, &line.plan.by)),
        (_, Some(_)) => Whom::Citizen,
        _ => Whom::Dossiers,
    }
}

fn gone(pair: &Pair<'_, '_, '_>, state: &SmolStr, line: &Line<'_>, found: &mut Found) {
    let whom = whom(&pair.old, line);
    let kind = match (line.plan.trigger, line.plan.tacit) {
        (Trigger::Command(_), _) if whom == Whom::Citizen => Kind::RightGone,
        (Trigger::Command(_), _) => Kind::WayGone,
        (_, Some(Tacit::Consent)) => Kind::ConsentGone,
        (_, Some(Tacit::Refusal)) => Kind::RefusalGone,
        _ => Kind::AutomaticGone,
    };
    let said = say!("there is no `{line}` any more", line = pair.old.words(line.span));
    found.add(Change::new(kind, whom, said).of(state).at(line.span, None));
}

fn come(pair: &Pair<'_, '_, '_>, state: &SmolStr, line: &Line<'_>, found: &mut Found) {
    let whom = whom(&pair.new, line);
    let kind = match (line.plan.trigger, line.plan.tacit) {
        (Trigger::Command(_), _) if whom == Whom::Citizen => Kind::RightNew,
        (Trigger::Command(_), _) => Kind::WayNew,
        (_, Some(Tacit::Consent)) => Kind::ConsentNew,
        (_, Some(Tacit::Refusal)) => Kind::RefusalNew,
        _ => Kind::AutomaticNew,
    };
    let said = say!("there is `{line}` now", line = pair.new.words(line.span));
    found.add(Change::new(kind, whom, said).of(state).at(None, line.span));
}
