//! From a plan to the drawing of its state graph.

use motcua_engine::calendar::Term;
use motcua_engine::plan::{
    Action, Anchor, ClockPlan, EventRef, Graph, Limit, LimitPlan, Logic, Plan, Recipient, RungAt, StateKind, StatePlan,
    TransitionPlan, Trigger,
};
use motcua_engine::{ClockId, FormId, MarkId, RoleId, ScriptId, StateId, TimerId};

mod parallel;

use crate::graph::{ClockNote, Drawing, Edge, EdgeKind, Lane, Node, NodeKind, Spelling, TimerNote};

/// Returns the drawing of a procedure.
pub fn drawing(plan: &Plan) -> Drawing {
    let sketch = Sketch { plan, logic: &plan.logic };
    let lanes = sketch.lanes();
    let nodes = plan.logic.graph.states().map(|(id, state)| sketch.node(id, state, &lanes)).collect();
    let ways = plan.logic.graph.transitions().flat_map(|(_, from, to, transition)| match transition.trigger {
        Trigger::Join => sketch.joined(from, to, transition),
        _ => vec![sketch.edge(from, to, transition)],
    });
    let edges = ways.chain(sketch.forks()).collect();
    let lane = |role: &RoleId| Lane { role: sketch.role(*role), label: label(&plan.words.roles, role.index()) };
    Drawing {
        name: plan.logic.name.to_string(),
        title: plan.words.label.clone().unwrap_or_default(),
        subtitle: Some(sketch.subtitle()),
        spelling: Spelling::English,
        lanes: lanes.iter().map(lane).collect(),
        nodes,
        edges,
        clocks: sketch.clocks(),
        timers: sketch.timers(),
    }
}

fn label(labels: &[Option<String>], index: usize) -> String {
    labels.get(index).cloned().flatten().unwrap_or_default()
}

struct Sketch<'a> {
    plan: &'a Plan,
    logic: &'a Logic,
}

impl Sketch<'_> {
    fn subtitle(&self) -> String {
        let mut parts: Vec<String> = self.plan.words.record.code.iter().cloned().collect();
        parts.push(format!("version {}", self.logic.version));
        parts.extend(self.logic.effective.map(|day| format!("effective {day}")));
        parts.extend(self.logic.until.map(|day| format!("until {day}")));
        parts.join(" · ")
    }

    /// Returns the roles that hold states, in the order written.
    fn lanes(&self) -> Vec<RoleId> {
        let holds = |role: &RoleId| self.logic.graph.states().any(|(_, state)| state.holder == Some(*role));
        (0..self.logic.roles.len()).filter_map(RoleId::new).filter(holds).collect()
    }

    fn node(&self, id: StateId, state: &StatePlan, lanes: &[RoleId]) -> Node {
        let (kind, outcome) = match &state.kind {
            StateKind::Start => (NodeKind::Start, None),
            StateKind::Done => (NodeKind::Final, None),
            StateKind::Parallel { branches, joins } => (self.fork(branches, *joins), None),
            StateKind::Final { outcome } => (NodeKind::Final, outcome.map(|script| self.outcome(script))),
            _ => (NodeKind::State, None),
        };
        let here = EventRef::Enter(id);
        let touches = |clock: &&ClockPlan| {
            let suspends = clock
                .suspends
                .iter()
                .any(|s| s.states.contains(&id) || s.on.contains(&here) || s.until.contains(&here));
            let restarts = clock.restarts.iter().any(|restart| restart.on.contains(&here));
            clock.of_state.is_none()
                && (clock.starts.contains(&here) || clock.ends.contains(&here) || suspends || restarts)
        };
        let label = label(&self.plan.words.states, id.index());
        Node {
            id: self.state(id),
            label: if label.is_empty() { self.state(id) } else { label },
            lane: state.holder.and_then(|holder| lanes.iter().position(|lane| *lane == holder)),
            kind,
            limit: state.within.map(|clock| self.limits(clock)),
            outcome,
            clocks: self.logic.clocks.iter().filter(touches).map(|clock| clock.name.to_string()).collect(),
        }
    }

    fn edge(&self, from: StateId, to: StateId, transition: &TransitionPlan) -> Edge {
        let (label, kind) = match transition.trigger {
            Trigger::Command(command) => {
                let name = self.logic.commands.get(command.index()).map(ToString::to_string).unwrap_or_default();
                (if transition.once.is_some() { format!("{name} (once)") } else { name }, EdgeKind::Command)
            }
            Trigger::Always => ("always".to_owned(), EdgeKind::Automatic),
            // The ways of a join begin where the branches are done.
            Trigger::Join => ("join".to_owned(), EdgeKind::Automatic),
            Trigger::After(clock) => match transition.tacit {
                Some(means) => {
                    (format!("no answer within {} means {}", self.of(clock), means.name()), EdgeKind::Silence)
                }
                None => (format!("after {}", self.of(clock)), EdgeKind::Timed),
            },
            Trigger::Timer(timer) => (self.timer(timer), EdgeKind::Timed),
        };
        let roles: Vec<String> = transition.by.iter().map(|role| self.role(*role)).collect();
        let notes: Vec<String> = transition.actions.iter().filter_map(|action| self.action(action)).collect();
        Edge {
            from: self.state(from),
            to: self.state(to),
            label,
            kind,
            by: Some(roles.join(", ")).filter(|roles| !roles.is_empty()),
            guard: match transition.when {
                Some(script) => Some(self.script(script)),
                None => transition.otherwise.then(|| "otherwise".to_owned()),
            },
            note: Some(notes.join("; ")).filter(|notes| !notes.is_empty()),
            stays: transition.stays,
        }
    }

    /// Returns the term of an anonymous clock, with the clock that it stops with.
    fn of(&self, clock: ClockId) -> String {
        let of = self.logic.clocks.get(clock.index()).and_then(|plan| plan.stops_with);
        let of = of.and_then(|id| self.logic.clocks.get(id.index())).map(|plan| format!(" of {}", plan.name));
        format!("{}{}", self.limits(clock), of.unwrap_or_default())
    }

    fn timer(&self, timer: TimerId) -> String {
        let plan = self.logic.timers.get(timer.index());
        plan.map(|plan| format!("{}: {}", plan.name, self.falls_due(plan))).unwrap_or_default()
    }

    fn falls_due(&self, plan: &motcua_engine::plan::TimerPlan) -> String {
        let day = if plan.on_last_day { ", on the last day" } else { "" };
        format!("{} after {}{day}", plan.term, self.anchor(&plan.anchor))
    }

    fn clocks(&self) -> Vec<ClockNote> {
        let named = self.logic.clocks.iter().enumerate().filter(|(_, clock)| clock.of_state.is_none());
        let note = |(index, clock): (usize, &ClockPlan)| {
            let mut from = self.events(&clock.starts);
            if let Some(anchor) = &clock.anchor {
                from = format!("{from}, counted from {}", self.anchor(anchor));
            }
            ClockNote {
                name: clock.name.to_string(),
                label: label(&self.plan.words.clocks, index),
                limit: self.limit_texts(&clock.limits),
                from,
                until: self.events(&clock.ends),
                escalation: clock
                    .rungs
                    .iter()
                    .map(|rung| format!("{}: {}", rung_at(&rung.at), self.actions(&rung.actions)))
                    .collect(),
            }
        };
        named.map(note).collect()
    }

    fn timers(&self) -> Vec<TimerNote> {
        let timers = self.logic.timers.iter().enumerate();
        let note = |(index, timer): (usize, &motcua_engine::plan::TimerPlan)| TimerNote {
            name: timer.name.to_string(),
            label: label(&self.plan.words.timers, index),
            when: self.falls_due(timer),
        };
        timers.map(note).collect()
    }

    fn limits(&self, clock: ClockId) -> String {
        self.logic.clocks.get(clock.index()).map(|clock| self.limit_texts(&clock.limits)).unwrap_or_default()
    }

    fn limit_texts(&self, limits: &[LimitPlan]) -> String {
        let text = |limit: &LimitPlan| {
            let when = limit.when.map(|script| format!(" when {}", self.script(script))).unwrap_or_default();
            match &limit.limit {
                Limit::Term(term) => format!("{term}{when}"),
                Limit::Field { field, unit, .. } => format!("data.{} {unit}{when}", self.field(field.index())),
                Limit::Until(field) => format!("until data.{}{when}", self.field(field.index())),
            }
        };
        limits.iter().map(text).collect::<Vec<_>>().join(", otherwise ")
    }

    fn anchor(&self, anchor: &Anchor) -> String {
        let several = |word: &str, anchors: &[Anchor]| {
            format!("the {word} of {}", anchors.iter().map(|a| self.anchor(a)).collect::<Vec<_>>().join(" and "))
        };
        match anchor {
            Anchor::First(mark) => format!("first {}", self.mark(*mark)),
            Anchor::Latest(mark) => format!("latest {}", self.mark(*mark)),
            Anchor::Field(field) => format!("data.{}", self.field(field.index())),
            Anchor::Earlier(anchors) => several("earlier", anchors),
            Anchor::Later(anchors) => several("later", anchors),
        }
    }

    fn mark(&self, mark: MarkId) -> String {
        self.logic.marks.get(mark.index()).map(|event| self.event(*event)).unwrap_or_default()
    }

    fn events(&self, events: &[EventRef]) -> String {
        events.iter().map(|event| self.event(*event)).collect::<Vec<_>>().join(", ")
    }

    fn event(&self, event: EventRef) -> String {
        match event {
            EventRef::Enter(state) => self.state(state),
            EventRef::Command(command) => {
                self.logic.commands.get(command.index()).map(ToString::to_string).unwrap_or_default()
            }
            EventRef::Rule(rule) => {
                let mut ways = self.logic.graph.transitions().filter(|(.., transition)| transition.rule == rule);
                ways.next().map(|(_, from, to, transition)| self.edge(from, to, transition).label).unwrap_or_default()
            }
        }
    }

    fn actions(&self, actions: &[Action]) -> String {
        actions.iter().filter_map(|action| self.action(action)).collect::<Vec<_>>().join("; ")
    }

    /// Returns what is done, in the words of the language; statements are left to the text.
    fn action(&self, action: &Action) -> Option<String> {
        Some(match action {
            Action::Do(_) => return None,
            Action::Issue(form) => format!("issue {}", self.form(*form)),
            Action::Notify { to, text } => {
                let to: Vec<String> = to.iter().map(|recipient| self.recipient(*recipient)).collect();
                let text = text.as_ref().map(|text| format!(" \"{text}\"")).unwrap_or_default();
                format!("notify {}{text}", to.join(", "))
            }
            Action::Reassign(role) => format!("reassign to {}", self.role(*role)),
            Action::Take(command) => {
                format!(
                    "take {}",
                    self.logic.commands.get(command.index()).map(ToString::to_string).unwrap_or_default()
                )
            }
        })
    }

    fn recipient(&self, recipient: Recipient) -> String {
        match recipient {
            Recipient::Holder => "holder".into(),
            Recipient::HeadOfHolder => "head of holder".into(),
            Recipient::Role(role) => self.role(role),
            Recipient::HeadOf(role) => format!("head of {}", self.role(role)),
        }
    }

    fn state(&self, id: StateId) -> String {
        if id == Graph::START {
            return String::new();
        }
        self.logic.graph.state(id).map(|state| state.name.to_string()).unwrap_or_default()
    }

    fn role(&self, id: RoleId) -> String {
        self.logic.roles.get(id.index()).map(|(name, _)| name.to_string()).unwrap_or_default()
    }

    fn form(&self, id: FormId) -> String {
        self.logic.forms.get(id.index()).map(ToString::to_string).unwrap_or_default()
    }

    fn field(&self, index: usize) -> &str {
        self.logic.fields.get(index).map(|field| field.name.as_str()).unwrap_or_default()
    }

    /// Returns an outcome: the word alone where it is one.
    fn outcome(&self, id: ScriptId) -> String {
        let text = self.script(id);
        let word =
            text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).filter(|word| !word.contains(['"', '\\']));
        word.map(ToOwned::to_owned).unwrap_or(text)
    }

    fn script(&self, id: ScriptId) -> String {
        self.logic.scripts.get(id.index()).map(|script| script.text.trim().to_owned()).unwrap_or_default()
    }
}

/// Returns when a rung fires, in the words of the language.
pub fn rung_at(at: &RungAt) -> String {
    let length = |length: &motcua_engine::calendar::Length| Term::of(*length);
    match at {
        RungAt::Share(percent) => format!("at {percent}%"),
        RungAt::Before(before) => format!("{} before due", length(before)),
        RungAt::Due => "when due".into(),
        RungAt::After(after) => format!("{} after due", length(after)),
        RungAt::Every { length: every, at_most, until } => {
            let until = if until.is_some() { " until acknowledged" } else { "" };
            format!("every {} overdue, at most {at_most} times{until}", length(every))
        }
    }
}
