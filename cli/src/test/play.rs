//! Plays a scenario: commands at their instants, the clock turned between them, and what is expected looked at.

use motcua_dsl::Scenario;
use motcua_dsl::syntax::{Act, Advance, Bring, Given, Length as Written, Moment, Span, Term as WrittenTerm, TestStep};
use motcua_engine::calendar::{Calendar, Ends, Length, Roll, Term};
use motcua_engine::plan::{Need, Type};
use motcua_engine::{Command, Dossier, Event, Instant, Opening, Procedure, Refusal, Value, World};
use smol_str::{SmolStr, ToSmolStr, format_smolstr};

use super::accept::Edit;
use super::clocks::Seen;
use super::expect::{Mismatch, Scene};
use super::host::Host;
use super::story;
use crate::lang::Lang;
use crate::when;

/// What came of a scenario.
#[derive(Clone, Debug, Default)]
pub struct Verdict {
    /// What was not as expected; empty where it passes.
    pub failures: Vec<Failure>,
    /// What happened until the first failure, and how its clocks stand.
    pub story: String,
    /// The values of `any` that it fails with, by the name of what is brought.
    pub drawn: Vec<(String, String)>,
    /// The journals of its dossiers, that of the test first.
    pub journals: Vec<Vec<Event>>,
    /// Commands that were refused as expected.
    pub refused: Vec<Refused>,
}

/// A command that was refused.
#[derive(Clone, Debug)]
pub struct Refused {
    /// The command.
    pub command: SmolStr,
    /// The states that the dossier was in.
    pub dossier: Option<Dossier>,
    /// Why.
    pub refusal: Refusal,
}

/// Something that was not as expected.
#[derive(Clone, Debug)]
pub struct Failure {
    /// Where it stands.
    pub span: Span,
    /// What was expected.
    pub expected: String,
    /// What was.
    pub found: String,
    /// What would make it pass, where a value can be put in its place.
    pub edit: Option<Edit>,
}

/// Plays a scenario, with these values for its `any`, in their order.
pub(super) fn play(world: &World, scenario: &Scenario, drawn: &[(SmolStr, Option<Value>)]) -> Verdict {
    let mut play = Play {
        world,
        scenario,
        calendar: None,
        host: Host::new(world),
        clock: None,
        since: 0,
        looked: false,
        given: 0,
        drawn,
        verdict: Verdict::default(),
    };
    for step in &scenario.steps {
        if !play.step(step) {
            break;
        }
    }
    if !play.verdict.failures.is_empty() && play.verdict.story.is_empty() {
        play.verdict.story = play.story();
    }
    let mut verdict = play.verdict;
    verdict.journals = play.host.cases().iter().map(|case| case.journal.clone()).collect();
    verdict
}

struct Play<'w> {
    world: &'w World,
    scenario: &'w Scenario,
    /// In whose zone the instants of the test stand.
    calendar: Option<&'w Calendar>,
    host: Host<'w>,
    clock: Option<Instant>,
    /// The first event of the steps right above what is expected.
    since: usize,
    /// The step before was an expectation.
    looked: bool,
    given: u32,
    drawn: &'w [(SmolStr, Option<Value>)],
    verdict: Verdict,
}

impl<'w> Play<'w> {
    /// Takes a step; returns whether the story goes on.
    fn step(&mut self, step: &TestStep) -> bool {
        if let TestStep::Expect(expected, _) = step {
            self.looked = true;
            self.look(expected);
            return true;
        }
        if std::mem::take(&mut self.looked) {
            self.since = self.host.cases().first().map_or(0, |case| case.journal.len());
        }
        match step {
            TestStep::Act(act) => self.act(act),
            TestStep::Advance(how, span) => self.advance(how, *span),
            TestStep::Given(_) | TestStep::Expect(..) => true,
        }
    }

    fn fail(&mut self, span: Span, expected: impl Into<String>, found: impl Into<String>, edit: Option<Edit>) -> bool {
        if self.verdict.failures.is_empty() {
            self.verdict.story = self.story();
        }
        self.verdict.failures.push(Failure { span, expected: expected.into(), found: found.into(), edit });
        false
    }

    fn story(&self) -> String {
        story::tell(self.world, self.host.cases(), self.clock)
    }

    fn look(&mut self, expected: &[motcua_dsl::syntax::Expect]) {
        let (Some(now), Some(dossier)) = (self.clock, self.host.own()) else { return };
        let Some(procedure) = self.world.procedure(dossier.plan) else { return };
        let journal = self.host.cases().first().map(|case| case.journal.as_slice()).unwrap_or_default();
        let recent = journal.get(self.since..).unwrap_or_default();
        let calendar = self.calendar.unwrap_or(procedure_calendar(self.world, dossier, procedure));
        let scene = Scene { world: self.world, procedure, dossier, journal, recent, calendar, now };
        let wrong: Vec<(Span, Mismatch)> =
            expected.iter().filter_map(|expect| Some((expect.span, scene.check(expect).err()?))).collect();
        for (span, mismatch) in wrong {
            self.fail(span, mismatch.expected, mismatch.found, mismatch.edit);
        }
    }

    fn advance(&mut self, how: &Advance, span: Span) -> bool {
        let until = match how {
            Advance::To(moment) => self.moment(moment, None).ok_or_else(|| "its day is not known".to_owned()),
            Advance::By(term) => self.after(term),
            Advance::UntilDue(clock) => self.due(&clock.text),
            Advance::PastDue(clock) => self.due(&clock.text).map(|due| due.plus(1)),
        };
        match until {
            Ok(until) => self.turn(until, span),
            Err(found) => self.fail(span, "the clock goes on", found, None),
        }
    }

    /// Turns the clock to an instant; returns whether the story goes on.
    fn turn(&mut self, until: Instant, span: Span) -> bool {
        if let Some(clock) = self.clock.filter(|clock| until < *clock) {
            let (from, to) = (self.said(clock), self.said(until));
            return self.fail(span, format!("the clock goes on from {from}"), format!("this is {to}"), None);
        }
        self.clock = Some(until);
        if self.host.advance(until) {
            return true;
        }
        self.fail(span, "what falls due on the way comes to an end", "more than 20,000 firings, and no end", None)
    }

    fn due(&self, name: &str) -> Result<Instant, String> {
        let (Some(dossier), Some(now)) = (self.host.own(), self.clock) else {
            return Err("there is no dossier".into());
        };
        let Some(procedure) = self.world.procedure(dossier.plan) else { return Err("its plan is not loaded".into()) };
        let seen = Seen::find(self.world, &procedure.plan.logic, dossier, name, now)?;
        if !seen.clock.is_open() {
            return Err(format!("`{name}` has ended"));
        }
        seen.due()
    }

    /// Returns the instant so long after now.
    fn after(&self, term: &WrittenTerm) -> Result<Instant, String> {
        let (Some(calendar), Some(now)) = (self.calendar, self.clock) else {
            return Err("there is nothing to count from".to_owned());
        };
        let Written::Of { amount, unit, .. } = &term.length else { return Err("it has no length".to_owned()) };
        let half = amount.ends_with(".5");
        let count = amount.trim_end_matches(".5").parse().map_err(|_| format!("`{amount}` is too large"))?;
        let length = Length::Of { count, half, unit: *unit };
        let mut counted = Term::of(length);
        if length.is_whole_days() {
            counted.ends = Some(term.ends.unwrap_or(Ends::SameTime));
        }
        if unit.is_calendar() {
            counted.roll = Some(term.roll.unwrap_or(Roll::None));
        }
        counted.end(calendar, now).map(|due| due.instant).map_err(|error| error.to_string())
    }

    /// Returns an instant as a test says it; a time of day alone is one of the day of `on`, or of today.
    fn moment(&self, moment: &Moment, on: Option<Instant>) -> Option<Instant> {
        let Moment::At(day, time, _) = moment else { return None };
        let calendar = self.calendar?;
        let day = day.or_else(|| on.or(self.clock).map(|at| calendar.local(at).0))?;
        Some(calendar.instant(day, *time))
    }

    fn said(&self, at: Instant) -> String {
        self.calendar.map_or_else(|| at.to_string(), |calendar| when::local(Lang::English, calendar, at))
    }

    fn act(&mut self, act: &Act) -> bool {
        let opens = self.host.own().is_none();
        let span = act.command.span;
        let Some(procedure) = self.procedure(act) else {
            let expected = format!("`{}`", act.command.text);
            let found = act.called.as_ref().map_or_else(
                || format!("`{}` has no version in force", self.scenario.procedure),
                |called| format!("no dossier of `{}` has been called", called.text),
            );
            return self.fail(span, expected, found, None);
        };
        if opens {
            self.calendar = Some(self.world.calendar_for(&self.scenario.unit, procedure));
        }
        let later = match act.after.as_ref().map(|term| self.after(term)).transpose() {
            Ok(later) => later,
            Err(found) => return self.fail(span, "an instant", found, None),
        };
        let at = act.at.as_ref().and_then(|at| self.moment(at, later)).or(later).or(self.clock);
        let Some(at) = at else { return self.fail(span, "an instant", "none is known", None) };
        let told = act.told.as_ref().and_then(|told| self.moment(told, None));
        // What is told late was no news to the clock before it happened.
        if told.is_none() && !self.turn(at, act.span) {
            return false;
        }
        let now = told.unwrap_or(at);
        if told.is_some() && !self.turn_told(at, now, act.span) {
            return false;
        }
        let id = match &act.called {
            None => SmolStr::new_static(Host::DOSSIER),
            Some(called) => self.host.called(&called.text).map(|dossier| dossier.id.clone()).unwrap_or_default(),
        };
        let unit = match &act.called {
            None => self.scenario.unit.clone(),
            Some(called) => self.host.called(&called.text).map(|dossier| dossier.unit.clone()).unwrap_or_default(),
        };
        let command = match self.command(act, procedure, &unit, (at, opens)) {
            Ok(command) => command,
            Err((span, found)) => return self.fail(span, "a value", found, None),
        };
        let before = self.host.own().cloned();
        let answer = self.host.give(&id, &command, now);
        // What fell due between the instant and its telling happens now that it is told.
        if told.is_some() && !self.host.advance(now) {
            return self.fail(span, "what falls due on the way comes to an end", "no end", None);
        }
        self.answered(act, before, answer)
    }

    /// Lets time pass before what is told late.
    fn turn_told(&mut self, at: Instant, now: Instant, span: Span) -> bool {
        let upto = self.clock.map_or(at, |clock| clock.max(at));
        if now < upto {
            let (told, at) = (self.said(now), self.said(upto));
            return self.fail(span, format!("told after {at}"), format!("told {told}"), None);
        }
        self.clock = Some(now);
        self.host.advance(at) || self.fail(span, "what falls due on the way comes to an end", "no end", None)
    }

    fn procedure(&self, act: &Act) -> Option<&'w Procedure> {
        if let Some(called) = &act.called {
            return self.world.procedure(self.host.called(&called.text)?.plan);
        }
        if let Some(dossier) = self.host.own() {
            return self.world.procedure(dossier.plan);
        }
        let Some(Moment::At(Some(day), ..)) = &act.at else { return self.world.latest(&self.scenario.procedure) };
        self.world.version(&self.scenario.procedure, self.scenario.version, *day)
    }

    fn answered(&mut self, act: &Act, before: Option<Dossier>, answer: Result<(), Box<Refusal>>) -> bool {
        match (answer, &act.refused) {
            (Ok(()), None) => true,
            (Ok(()), Some((span, _))) => {
                let expected = format!("`{}` is refused", act.command.text);
                self.fail(*span, expected, "it was done", None)
            }
            (Err(refusal), None) => {
                let found = self.sentence(&refusal);
                self.fail(
                    act.command.span,
                    format!("`{}` is done", act.command.text),
                    format!("refused: {found}"),
                    None,
                )
            }
            (Err(refusal), Some((_, why))) => {
                let found = self.sentence(&refusal);
                self.verdict.refused.push(Refused {
                    command: act.command.text.clone(),
                    dossier: before,
                    refusal: *refusal,
                });
                if let Some(why) = why.as_ref().filter(|why| !found.contains(&why.text)) {
                    let edit = Edit { span: why.span, text: motcua_dsl::quoted(&found) };
                    self.fail(why.span, format!("refused, because \"{}\"", why.text), found, Some(edit));
                }
                true
            }
        }
    }

    fn sentence(&self, refusal: &Refusal) -> String {
        self.calendar.map_or_else(|| refusal.to_string(), |calendar| refusal.sentence(calendar))
    }

    fn command(
        &mut self,
        act: &Act,
        procedure: &Procedure,
        unit: &SmolStr,
        (at, opens): (Instant, bool),
    ) -> Result<Command, (Span, String)> {
        self.given += 1;
        let role = act.by.as_ref().map(|role| role.text.clone()).unwrap_or_default();
        let actor = match &act.actor {
            Some(actor) => actor.text.to_smolstr(),
            None => officer(self.world, unit, &role),
        };
        let mut command = Command {
            id: format_smolstr!("t{}", self.given),
            command: act.command.text.clone(),
            actor,
            role,
            at: Some(at),
            state: act.state.as_ref().map(|state| state.text.clone()),
            open: (opens && act.called.is_none()).then(|| Opening {
                dossier: SmolStr::new_static(Host::DOSSIER),
                procedure: self.scenario.procedure.clone(),
                version: self.scenario.version,
                unit: unit.clone(),
            }),
            ..Command::default()
        };
        for bring in &act.with {
            self.bring(bring, procedure, &mut command)?;
        }
        Ok(command)
    }

    fn bring(&mut self, bring: &Bring, procedure: &Procedure, command: &mut Command) -> Result<(), (Span, String)> {
        let logic = &procedure.plan.logic;
        let name = &bring.name.text;
        let documents = &logic.documents;
        let ty = type_of(procedure, &command.command, name);
        let Some(value) = &bring.value else {
            let wanted = documents.iter().filter(|document| *name == "documents" || document.name == *name);
            command.documents.extend(wanted.map(|document| (document.name.clone(), document.copies)));
            return Ok(());
        };
        if matches!(value.given, Given::Any | Given::AnyIn(..) | Given::AnyOf(_)) {
            let (_, drawn) = self.drawn.first().cloned().unwrap_or_default();
            self.drawn = self.drawn.get(1..).unwrap_or_default();
            command.data.extend(drawn.map(|value| (name.clone(), value)));
            return Ok(());
        }
        if ty.is_none()
            && let Some(document) = documents.iter().find(|document| document.name == *name)
        {
            let copies = value.typed(&Type::Integer).map_err(|wrong| (wrong.span, wrong.message.to_string()))?;
            let Value::Integer(copies) = copies else { return Ok(()) };
            command.documents.push((document.name.clone(), u32::try_from(copies).unwrap_or(0)));
            return Ok(());
        }
        let is_reason = *name == "reason" && logic.fields.iter().all(|field| field.name != "reason");
        let ty = ty.unwrap_or(if *name == "to" { &Type::Date } else { &Type::Text });
        let typed = value.typed(ty).map_err(|wrong| (wrong.span, wrong.message.to_string()))?;
        match typed {
            Value::Text(text) if is_reason => command.reason = Some(SmolStr::new(text.as_str())),
            typed => command.data.push((name.clone(), local(typed, ty, self.calendar))),
        }
        Ok(())
    }
}

/// Returns the type of what a command brings: of a field, or of an argument of it.
pub(super) fn type_of<'p>(procedure: &'p Procedure, command: &str, name: &str) -> Option<&'p Type> {
    let logic = &procedure.plan.logic;
    let field = logic.fields.iter().find(|field| field.name == *name).map(|field| &field.ty);
    let argument = || {
        let id = logic.commands.iter().position(|known| *known == *command)?;
        let takes = |trigger: motcua_engine::plan::Trigger| matches!(trigger, motcua_engine::plan::Trigger::Command(known) if known.index() == id);
        let ways = logic.graph.transitions().filter(|(.., way)| takes(way.trigger));
        ways.flat_map(|(.., way)| &way.needs).find_map(|need| match need {
            Need::Argument(known, ty) if known == name => Some(ty),
            _ => None,
        })
    };
    field.or_else(argument)
}

/// Returns a value with its instants in the zone of the calendar.
pub(super) fn local(value: Value, ty: &Type, calendar: Option<&Calendar>) -> Value {
    match (value, ty) {
        (Value::Text(text), Type::Instant) => {
            let at = calendar.and_then(|calendar| calendar.parse_instant(text.as_str()).ok());
            at.map_or(Value::Text(text), Value::Instant)
        }
        (Value::List(values), Type::List(inner)) => {
            Value::List(values.into_iter().map(|value| local(value, inner, calendar)).collect())
        }
        (Value::Record(parts), Type::Record(fields)) => {
            let of = |name: &SmolStr| fields.iter().find(|field| field.name == *name).map(|field| &field.ty);
            let part = |(name, value): (SmolStr, Value)| match of(&name) {
                Some(ty) => (name, local(value, ty, calendar)),
                None => (name, value),
            };
            Value::Record(parts.into_iter().map(part).collect())
        }
        (value, _) => value,
    }
}

/// Returns somebody who may act in a role in a unit: an officer of the office that it is bound to, or its head.
pub(super) fn officer(world: &World, unit: &str, role: &str) -> SmolStr {
    let binding = world.unit(unit).and_then(|unit| unit.bindings.iter().find(|binding| binding.role == role));
    let office = binding
        .and_then(|binding| world.unit(&binding.unit)?.offices.iter().find(|office| office.name == binding.office));
    let known = office.and_then(|office| office.officers.first().or(office.head.as_ref()));
    known.cloned().unwrap_or_else(|| role.into())
}

fn procedure_calendar<'w>(world: &'w World, dossier: &Dossier, procedure: &'w Procedure) -> &'w Calendar {
    world.calendar_of(dossier).unwrap_or_else(|| world.calendar_for(&dossier.unit, procedure))
}
