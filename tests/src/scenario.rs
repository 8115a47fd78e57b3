//! Plays the longest way of a budget in the engine: each step is taken at the last instant of its limit.

use motcua_dsl::{Step, Worst};
use motcua_engine::clock::Class;
use motcua_engine::plan::{Logic, Need, StateKind, TransitionPlan, Trigger};
use motcua_engine::{
    Answer, Command, Dossier, Effect, Entry, Event, Instant, Opening, Outcome, StateId, Value, World, bring_outcome,
    decide, fold, tick, wakes_at,
};
use smol_str::SmolStr;

/// How a clock ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ended {
    /// When.
    pub at: Instant,
    /// When it was due.
    pub due: Instant,
    /// Early, on time or late.
    pub class: Class,
}

/// What is done on a way.
#[derive(Clone, Copy, Debug)]
enum Act<'s> {
    /// A state is left.
    Take(&'s Step),
    /// The branches that are not the longest are ended.
    EndOthers(&'s [Step]),
}

fn through<'s>(step: &'s Step, acts: &mut Vec<(Instant, Act<'s>)>) {
    if !step.branch.is_empty() {
        acts.push((step.from.at, Act::EndOthers(&step.branch)));
    }
    for inner in &step.branch {
        through(inner, acts);
    }
    acts.push((step.to.at, Act::Take(step)));
}

/// Returns the branch that a state stands in, by its path.
fn branch_of(name: &str) -> Option<String> {
    name.rsplit_once('.').map(|(branch, _)| branch.to_owned())
}

/// Returns where a branch comes in an order: of six, all that three have.
fn turned(branch: &str, order: usize) -> usize {
    let number = branch.bytes().last().map_or(0, usize::from) + order;
    if order < 3 { number % 3 } else { 2 - number % 3 }
}

/// Returns whether a clock stands still in a state.
fn is_stop(logic: &Logic, name: &str) -> bool {
    let mut suspends = logic.clocks.iter().flat_map(|clock| &clock.suspends).flat_map(|suspends| &suspends.states);
    suspends.any(|state| logic.graph.state(*state).is_some_and(|state| state.name == name))
}

/// A dossier that is played.
#[derive(Clone, Debug)]
pub struct Play<'w> {
    world: &'w World,
    /// The procedure.
    pub logic: &'w Logic,
    /// The dossier.
    pub dossier: Option<Dossier>,
    /// What has happened.
    pub journal: Vec<Event>,
    given: u32,
    /// What commands bring that need something true or false, and which outcomes come of what is called: one bit after another.
    choices: u64,
    /// What is done before a state is left is done as it is entered.
    is_early: bool,
}

impl<'w> Play<'w> {
    /// Returns a dossier of a procedure that is still to be opened.
    #[must_use]
    pub fn new(world: &'w World, logic: &'w Logic) -> Self {
        Self { world, logic, dossier: None, journal: Vec::new(), given: 0, choices: 0, is_early: false }
    }

    /// Lets commands bring what they need, and called dossiers end, by bits that decide; the first says whether what is done in a
    /// state before it is left is done at once.
    #[must_use]
    pub fn choosing(self, choices: u64) -> Self {
        Self { choices: choices >> 1, is_early: choices & 1 == 1, ..self }
    }

    fn choice(&mut self) -> bool {
        let choice = self.choices & 1 == 1;
        self.choices >>= 1;
        choice
    }

    /// Plays the longest way of a budget.
    ///
    /// # Errors
    /// The engine refuses a command.
    pub fn along(&mut self, worst: &Worst) -> Result<(), String> {
        let begins = worst.start.at;
        for step in &worst.lead {
            self.take(step, begins)?;
        }
        let mut acts = Vec::new();
        for step in &worst.path {
            through(step, &mut acts);
        }
        // Branches go on side by side.
        acts.sort_by_key(|(at, _)| *at);
        for (at, act) in acts {
            match act {
                Act::Take(step) => self.take(step, at)?,
                Act::EndOthers(longest) => self.others(longest, at)?,
            }
        }
        Ok(())
    }

    /// Plays the longest way of a budget on which branches go on side by side. Those of which nothing is told take all the
    /// time that their limits leave them, but none while the clock stands still. Where some of them have to be done at one instant, the `order` says which come first.
    ///
    /// # Errors
    /// The engine refuses a command.
    pub fn along_branches(&mut self, worst: &Worst, order: usize) -> Result<(), String> {
        for step in &worst.lead {
            self.take(step, worst.start.at)?;
        }
        let mut acts: Vec<&Step> = worst.path.iter().flat_map(|step| step.branch.iter().chain([step])).collect();
        acts.sort_by_key(|step| step.to.at);
        let told: Vec<String> = acts.iter().filter_map(|step| branch_of(step.state.as_deref()?)).collect();
        let beside = |name: &str| branch_of(name).is_some_and(|branch| !told.contains(&branch));
        let logic = self.logic;
        let at_once = |name: &str| beside(name) && is_stop(logic, name);
        let mut now = worst.start.at;
        for step in acts {
            let at = step.to.at;
            if at > now {
                self.end(now, order, &at_once)?;
            }
            now = at;
            self.pass(at, &beside)?;
            self.take(step, at)?;
            // Who has to be done by now and is not told is done now.
            let joins = step.by.is_none() && !step.branch.is_empty();
            self.end(at, order, &|name| joins && beside(name))?;
        }
        Ok(())
    }

    /// Lets branches go on at once.
    fn end(&mut self, at: Instant, order: usize, ends: &dyn Fn(&str) -> bool) -> Result<(), String> {
        // All branches together have far fewer states than this.
        for _ in 0..200 {
            let mut places: Vec<_> = self.places().into_iter().filter(|(_, name)| ends(name)).collect();
            places.sort_by_key(|(_, name)| branch_of(name).map(|branch| turned(&branch, order)));
            let Some((state, name)) = places.into_iter().next() else { return Ok(()) };
            let command = self.ways(state).first().and_then(|way| self.command(way)).ok_or("no way")?;
            self.give(&command, Some(&name), at)?;
        }
        Ok(())
    }

    /// Lets time pass until an instant, and returns it.
    fn looked(&mut self, at: Instant) -> Instant {
        self.look(at);
        at
    }

    /// Lets time pass until just before an instant: some offices act at the last instant of their limits, time leads on by itself.
    fn pass(&mut self, until: Instant, acts: &impl Fn(&str) -> bool) -> Result<(), String> {
        for _ in 0..200 {
            let Some(dossier) = self.dossier.clone() else { return Ok(()) };
            let Some(calendar) = self.world.calendar_of(&dossier) else { return Ok(()) };
            let open = dossier.clocks.iter().filter(|clock| clock.is_open());
            let due = open.filter_map(|clock| {
                let name = &self.logic.clocks.get(clock.id.index())?.name;
                let state = name.strip_prefix("within ").filter(|state| acts(state))?;
                Some((clock.ledger.due(calendar).ok()?.instant, state.to_owned()))
            });
            let due = due.min().filter(|(at, _)| *at < until);
            let wake = wakes_at(self.world, &dossier).filter(|wake| *wake <= until);
            let at = match (due, wake) {
                (Some((at, _)), Some(wake)) if wake <= at => self.looked(wake),
                (Some((at, name)), _) => {
                    let place = self.places().into_iter().find(|(_, here)| *here == name);
                    let way = place.and_then(|(state, _)| self.ways(state).first().copied());
                    let command = way.and_then(|way| self.command(way)).ok_or("no way")?;
                    self.give(&command, Some(&name), at)?;
                    at
                }
                (None, Some(wake)) => self.looked(wake),
                (None, None) => return Ok(()),
            };
            let logic = self.logic;
            self.end(at, 0, &|name| acts(name) && is_stop(logic, name))?;
        }
        Err("time does not end".to_owned())
    }

    fn take(&mut self, step: &Step, at: Instant) -> Result<(), String> {
        // What time leads on with is too late for them; of others, both are tried.
        let before = if step.by.is_some() && !self.is_early { at } else { step.from.at };
        for command in &step.before {
            self.give(command, step.state.as_deref(), before)?;
        }
        if let Some(command) = &step.by {
            return self.give(command, step.state.as_deref(), at);
        }
        self.look(at);
        let stays = |state: &str| self.places().iter().any(|(_, here)| here == state);
        let waits = step.state.as_deref().filter(|state| stays(state)).and_then(|_| self.waits().first().cloned());
        match waits {
            Some(call) => {
                let state = if self.choice() { "y" } else { "x" };
                self.outcome(&call, state, at)
            }
            None => Ok(()),
        }
    }

    /// Ends the branches that are not the longest, at once.
    fn others(&mut self, longest: &[Step], at: Instant) -> Result<(), String> {
        let branch = |name: &str| name.rsplit_once('.').map(|(branch, _)| branch.to_owned());
        let spared = longest.first().and_then(|step| step.state.as_deref()).and_then(branch);
        let parallel = spared.as_deref().and_then(|spared| Some(format!("{}.", spared.rsplit_once('.')?.0)));
        let beside = |name: &str| parallel.as_deref().is_some_and(|parallel| name.starts_with(parallel));
        // A branch has far fewer states than this.
        for _ in 0..100 {
            let open = self.places().into_iter().find(|(_, name)| beside(name) && branch(name) != spared);
            let Some((state, name)) = open else { return Ok(()) };
            let ways = self.ways(state);
            let Some(command) = ways.first().and_then(|way| self.command(way)) else { return Ok(()) };
            self.give(&command, Some(&name), at)?;
        }
        Ok(())
    }

    /// Returns the states in which somebody works, with their names.
    #[must_use]
    pub fn places(&self) -> Vec<(StateId, String)> {
        let states = self.logic.graph.states();
        let here = |id: StateId| self.dossier.as_ref().is_some_and(|dossier| dossier.is_in(id));
        let works = states.filter(|(id, state)| here(*id) && matches!(state.kind, StateKind::Work));
        works.map(|(id, state)| (id, state.name.to_string())).collect()
    }

    /// Returns the ways by which a command leads out of a state.
    #[must_use]
    pub fn ways(&self, state: StateId) -> Vec<&'w TransitionPlan> {
        let ways = self.logic.graph.transitions();
        let out = ways.filter(|(_, from, _, way)| *from == state && !way.stays);
        out.map(|(_, _, _, way)| way).filter(|way| matches!(way.trigger, Trigger::Command(_))).collect()
    }

    /// Returns the name of the command that takes a way.
    #[must_use]
    pub fn command(&self, way: &TransitionPlan) -> Option<SmolStr> {
        match way.trigger {
            Trigger::Command(command) => self.logic.commands.get(command.index()).cloned(),
            _ => None,
        }
    }

    /// Returns who may give a command in a state.
    fn role(&self, command: &str, state: Option<&str>) -> SmolStr {
        let named = |id: StateId| self.logic.graph.state(id).is_some_and(|plan| state.is_none_or(|s| plan.name == s));
        let is = |way: &TransitionPlan| self.command(way).is_some_and(|name| name == command);
        let ways = self.logic.graph.transitions().filter(|(_, from, _, way)| named(*from) && is(way));
        let holder = |from: StateId| self.logic.graph.state(from).and_then(|state| state.holder);
        let here = |from: StateId| {
            let mut places = self.dossier.iter().flat_map(|dossier| &dossier.active);
            places.find(|place| place.state == from).and_then(|place| place.holder)
        };
        let mut ways = ways;
        let holds = |from: StateId| here(from).or_else(|| holder(from));
        let role = ways.find_map(|(_, from, _, way)| way.by.first().copied().or_else(|| holds(from)));
        role.and_then(|role| self.logic.roles.get(role.index())).map(|(name, _)| name.clone()).unwrap_or_default()
    }

    /// Gives a command.
    ///
    /// # Errors
    /// The engine refuses it.
    pub fn give(&mut self, command: &str, state: Option<&str>, at: Instant) -> Result<(), String> {
        let named = |id: StateId| self.logic.graph.state(id).is_some_and(|plan| state.is_none_or(|s| plan.name == s));
        let is = |way: &TransitionPlan| self.command(way).is_some_and(|name| name == command);
        let way = self.logic.graph.transitions().find(|(_, from, _, way)| named(*from) && is(way));
        let needs = way.map(|(_, _, _, way)| way.needs.as_slice()).unwrap_or_default();
        let fields = needs.iter().filter_map(|need| match need {
            Need::Field(field) => self.logic.fields.get(field.index()).map(|field| field.name.clone()),
            _ => None,
        });
        let fields: Vec<SmolStr> = fields.collect();
        let data = fields.into_iter().map(|field| (field, Value::Boolean(self.choice()))).collect();
        self.bring(command, state, data, at)
    }

    /// Gives a command that brings something.
    ///
    /// # Errors
    /// The engine refuses it.
    pub fn bring(
        &mut self,
        command: &str,
        state: Option<&str>,
        data: Vec<(SmolStr, Value)>,
        at: Instant,
    ) -> Result<(), String> {
        self.given += 1;
        let open = (command == "open").then(|| Opening {
            dossier: "D".into(),
            procedure: self.logic.name.clone(),
            ..Opening::default()
        });
        let command = Command {
            id: format!("c{}", self.given).into(),
            command: command.into(),
            actor: "an".into(),
            role: self.role(command, state),
            at: None,
            seen: None,
            state: state.filter(|name| name.contains('.')).map(Into::into),
            data,
            documents: Vec::new(),
            reason: None,
            open,
        };
        self.answered(&command.command, decide(self.world, self.dossier.as_ref(), &command, at), at)
    }

    /// Gives a command that every procedure knows.
    ///
    /// # Errors
    /// The engine refuses it.
    pub fn manage(
        &mut self,
        command: &str,
        role: &str,
        data: Vec<(SmolStr, Value)>,
        at: Instant,
    ) -> Result<(), String> {
        self.given += 1;
        let command = Command {
            id: format!("c{}", self.given).into(),
            command: command.into(),
            actor: "an".into(),
            role: role.into(),
            data,
            reason: Some("so it is".into()),
            ..Command::default()
        };
        self.answered(&command.command, decide(self.world, self.dossier.as_ref(), &command, at), at)
    }

    /// Returns the ids of the dossiers that are called and waited for.
    #[must_use]
    pub fn waits(&self) -> Vec<SmolStr> {
        let calls = self.dossier.iter().flat_map(|dossier| &dossier.rare.calls);
        calls.filter(|call| call.is_waiting()).map(|call| call.id.clone()).collect()
    }

    /// Brings the outcome of a dossier that is called: its final state.
    ///
    /// # Errors
    /// The engine refuses it.
    pub fn outcome(&mut self, call: &SmolStr, state: &str, at: Instant) -> Result<(), String> {
        let outcome = Outcome { call: call.clone(), state: state.into(), value: state.into(), at };
        let answer = self.dossier.as_ref().map(|dossier| bring_outcome(self.world, dossier, &outcome, at));
        answer.map_or(Ok(()), |answer| self.answered("outcome", answer, at))
    }

    fn answered(&mut self, command: &str, answer: Answer, at: Instant) -> Result<(), String> {
        match answer {
            Answer::Accepted(events) => {
                self.keep(events);
                Ok(())
            }
            other => Err(format!("`{command}` at {at}: {other:?}")),
        }
    }

    /// Lets time pass until an instant.
    pub fn look(&mut self, at: Instant) {
        let events = self.dossier.as_ref().map(|dossier| tick(self.world, dossier, at)).unwrap_or_default();
        self.keep(events);
    }

    fn keep(&mut self, events: Vec<Event>) {
        for event in events {
            self.dossier = Some(fold(self.dossier.take(), &event));
            self.journal.push(event);
        }
    }

    /// Returns how a clock ended, each time.
    #[must_use]
    pub fn ended(&self, clock: &str) -> Vec<Ended> {
        let is = |id: motcua_engine::ClockId| self.logic.clocks.get(id.index()).is_some_and(|plan| plan.name == clock);
        let effects = self.journal.iter().flat_map(|event| event.effects.iter().map(move |effect| (event.at, effect)));
        effects
            .filter_map(|(at, effect)| match effect {
                Effect::Clock(id, Entry::Closed { due, class, .. }) if is(*id) => {
                    Some(Ended { at, due: *due, class: *class })
                }
                _ => None,
            })
            .collect()
    }
}
