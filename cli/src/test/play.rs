//! Plays a scenario: commands at their instants, the clock turned between them, and what is expected looked at.

use motcua_dsl::Scenario;
use motcua_dsl::syntax::{Act, Advance, Length as Written, Moment, Span, Term as WrittenTerm, TestStep, Text};
use motcua_engine::calendar::{Calendar, Ends, Length, Roll, Term};
use motcua_engine::plan::PlanHash;
use motcua_engine::{Dossier, Event, Instant, Problem, Procedure, Refusal, Value, World};
use smol_str::SmolStr;

use super::accept::Edit;
use super::clocks::Seen;
use super::expect::{Mismatch, Scene};
use super::heard::{self, Said};
use super::host::{Host, MOST_FIRINGS};
use super::story;
use super::worlds::Worlds;
use crate::lang::Lang;
use crate::{say, when};

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
    /// What scripts said, where somebody listens.
    pub said: Said,
}

/// A command that was refused.
#[derive(Clone, Debug)]
pub struct Refused {
    /// The command.
    pub command: SmolStr,
    /// The plan of the dossier, or of the one that was not opened.
    pub plan: PlanHash,
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

/// Why something is not done.
#[derive(Debug)]
pub(super) struct No {
    /// In the language that is spoken.
    told: String,
    /// In the other one: a test may say the reason in either.
    also: String,
    refusal: Option<Box<Refusal>>,
}

impl No {
    /// Returns that a command is refused.
    pub(super) fn refused(lang: Lang, refusal: Box<Refusal>, calendar: Option<&Calendar>) -> Self {
        let told = |lang: Lang| lang.refusal(&refusal, calendar);
        let (told, also) = (told(lang), told(lang.other()));
        Self { told, also, refusal: Some(refusal) }
    }

    /// Returns a reason that the engine says in English.
    pub(super) fn reason(lang: Lang, english: &str) -> Self {
        Self { told: lang.reason(english), also: lang.other().reason(english), refusal: None }
    }

    /// Returns that there is nothing of this name to make void: the engine, which goes by numbers, would say the same.
    pub(super) fn not_standing(told: String) -> Self {
        let problems = vec![Problem::new("voids", "is no event that stands")];
        Self { refusal: Some(Box::new(Refusal::Invalid { problems })), ..Self::told(told) }
    }

    /// Returns a reason that is told already.
    pub(super) fn told(told: String) -> Self {
        Self { also: String::new(), told, refusal: None }
    }
}

/// Plays a scenario, with these values for its `any`, in their order.
pub(super) fn play(lang: Lang, worlds: &Worlds, scenario: &Scenario, drawn: &[(SmolStr, Option<Value>)]) -> Verdict {
    let world = worlds.of(&scenario.unit);
    // What was said before was said to somebody else.
    let _ = heard::take();
    let mut play = Play {
        lang,
        worlds,
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
    verdict.said = heard::take();
    verdict
}

/// A scenario while it is played.
pub(super) struct Play<'w> {
    pub(super) lang: Lang,
    pub(super) worlds: &'w Worlds,
    /// The world as it is now: a re-projection puts another one in its place.
    pub(super) world: &'w World,
    pub(super) scenario: &'w Scenario,
    /// In whose zone the instants of the test stand.
    calendar: Option<&'w Calendar>,
    pub(super) host: Host<'w>,
    clock: Option<Instant>,
    /// The first event of the steps right above what is expected.
    since: usize,
    /// The step before was an expectation.
    looked: bool,
    /// How many commands were given.
    pub(super) given: u32,
    /// What `any` is, as far as it has not been brought.
    pub(super) drawn: &'w [(SmolStr, Option<Value>)],
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
            TestStep::Amend(amend) => self.amend(amend),
            TestStep::Given(_) | TestStep::Expect(..) => true,
        }
    }

    /// Notes a failure; returns that the story does not go on.
    pub(super) fn fail(
        &mut self,
        span: Span,
        expected: impl Into<String>,
        found: impl Into<String>,
        edit: Option<Edit>,
    ) -> bool {
        if self.verdict.failures.is_empty() {
            self.verdict.story = self.story();
        }
        self.verdict.failures.push(Failure { span, expected: expected.into(), found: found.into(), edit });
        false
    }

    fn story(&self) -> String {
        story::tell(self.lang, self.world, self.host.cases(), self.clock)
    }

    fn look(&mut self, expected: &[motcua_dsl::syntax::Expect]) {
        let (Some(now), Some(dossier)) = (self.clock, self.host.own()) else { return };
        let Some(procedure) = self.world.procedure(dossier.plan) else { return };
        let journal = self.host.cases().first().map(|case| case.journal.as_slice()).unwrap_or_default();
        let recent = journal.get(self.since..).unwrap_or_default();
        let calendar = self.calendar.unwrap_or(procedure_calendar(self.world, dossier, procedure));
        let (lang, spelling, world) = (self.lang, self.scenario.spelling, self.world);
        let scene = Scene { lang, spelling, world, procedure, dossier, journal, recent, calendar, now };
        let wrong: Vec<(Span, Mismatch)> =
            expected.iter().filter_map(|expect| Some((expect.span, scene.check(expect, expected).err()?))).collect();
        for (span, mismatch) in wrong {
            self.fail(span, mismatch.expected, mismatch.found, mismatch.edit);
        }
    }

    fn advance(&mut self, how: &Advance, span: Span) -> bool {
        let until = match how {
            Advance::To(moment) => self.moment(moment, None).ok_or_else(|| say!(self.lang, "test-day-unknown")),
            Advance::By(term) => self.after(term),
            Advance::UntilDue(clock) => self.due(&clock.text),
            Advance::PastDue(clock) => self.due(&clock.text).map(|due| due.plus(1)),
        };
        match until {
            Ok(until) => self.turn(until, span),
            Err(found) => self.fail(span, say!(self.lang, "test-goes-on"), found, None),
        }
    }

    /// Turns the clock to an instant; returns whether the story goes on.
    pub(super) fn turn(&mut self, until: Instant, span: Span) -> bool {
        if let Some(clock) = self.clock.filter(|clock| until < *clock) {
            let expected = say!(self.lang, "test-goes-on-from", at = self.said(clock));
            return self.fail(span, expected, say!(self.lang, "test-this-is", at = self.said(until)), None);
        }
        self.clock = Some(until);
        self.host.advance(until) || self.restless(span)
    }

    fn restless(&mut self, span: Span) -> bool {
        let found = say!(self.lang, "test-no-rest", n = MOST_FIRINGS);
        self.fail(span, say!(self.lang, "test-comes-to-rest"), found, None)
    }

    fn due(&self, name: &str) -> Result<Instant, String> {
        let (Some(dossier), Some(now)) = (self.host.own(), self.clock) else {
            return Err(say!(self.lang, "test-no-dossier"));
        };
        let Some(procedure) = self.world.procedure(dossier.plan) else { return Err(say!(self.lang, "test-no-plan")) };
        let seen = Seen::find(self.lang, self.world, &procedure.plan.logic, dossier, name, now)?;
        if !seen.clock.is_open() {
            return Err(say!(self.lang, "test-has-ended", name = name));
        }
        seen.due()
    }

    /// Returns the instant so long after now.
    fn after(&self, term: &WrittenTerm) -> Result<Instant, String> {
        let (Some(calendar), Some(now)) = (self.calendar, self.clock) else {
            return Err(say!(self.lang, "test-nothing-to-count"));
        };
        let no_length = |text: &str| say!(self.lang, "test-no-length", text = text);
        let Written::Of { amount, unit, .. } = &term.length else { return Err(no_length("")) };
        let half = amount.ends_with(".5");
        let count = amount.trim_end_matches(".5").parse().map_err(|_| no_length(amount))?;
        let length = Length::Of { count, half, unit: *unit };
        let mut counted = Term::of(length);
        if length.is_whole_days() {
            counted.ends = Some(term.ends.unwrap_or(Ends::SameTime));
        }
        if unit.is_calendar() {
            counted.roll = Some(term.roll.unwrap_or(Roll::None));
        }
        counted.end(calendar, now).map(|due| due.instant).map_err(|error| self.lang.reason(&error.to_string()))
    }

    /// Returns an instant as a test says it; a time of day alone is one of the day of `on`, or of today.
    pub(super) fn moment(&self, moment: &Moment, on: Option<Instant>) -> Option<Instant> {
        let Moment::At(day, time, _) = moment else { return None };
        let calendar = self.calendar?;
        let day = day.or_else(|| on.or(self.clock).map(|at| calendar.local(at).0))?;
        Some(calendar.instant(day, *time))
    }

    /// Returns the calendar in whose zone the test is.
    pub(super) fn calendar(&self) -> Option<&'w Calendar> {
        self.calendar
    }

    fn said(&self, at: Instant) -> String {
        self.calendar.map_or_else(|| at.to_string(), |calendar| when::local(self.lang, calendar, at))
    }

    /// Returns when a step happens, as it says; nothing, and the failure is noted, where that is not known.
    pub(super) fn when(&mut self, at: Option<&Moment>, after: Option<&WrittenTerm>, span: Span) -> Option<Instant> {
        let later = match after.map(|term| self.after(term)).transpose() {
            Ok(later) => later,
            Err(found) => {
                self.fail(span, say!(self.lang, "test-an-instant"), found, None);
                return None;
            }
        };
        let at = at.and_then(|at| self.moment(at, later)).or(later).or(self.clock);
        if at.is_none() {
            self.fail(span, say!(self.lang, "test-an-instant"), say!(self.lang, "test-none-known"), None);
        }
        at
    }

    fn act(&mut self, act: &Act) -> bool {
        let opens = self.host.own().is_none();
        let span = act.command.span;
        let Some(procedure) = self.procedure(act) else {
            let expected = format!("`{}`", act.command.text);
            let found = match &act.called {
                None => say!(self.lang, "test-no-version", name = &self.scenario.procedure),
                Some(called) => say!(self.lang, "test-not-called", name = &called.text),
            };
            return self.fail(span, expected, found, None);
        };
        if opens {
            self.calendar = Some(self.world.calendar_for(&self.scenario.unit, procedure));
        }
        let Some(at) = self.when(act.at.as_ref(), act.after.as_ref(), span) else { return false };
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
            Err((span, found)) => return self.fail(span, say!(self.lang, "test-a-value"), found, None),
        };
        let answer = self.host.give(&id, &command, now);
        // What fell due between the instant and its telling happens now that it is told.
        if told.is_some() && !self.host.advance(now) {
            return self.restless(span);
        }
        let name = (act.command.text.as_str(), span);
        let answer = answer.map_err(|refusal| No::refused(self.lang, refusal, self.calendar));
        self.answered(name, act.refused.as_ref(), procedure.plan.hash, answer)
    }

    /// Lets time pass before what is told late.
    fn turn_told(&mut self, at: Instant, now: Instant, span: Span) -> bool {
        let upto = self.clock.map_or(at, |clock| clock.max(at));
        if now < upto {
            let expected = say!(self.lang, "test-told-after", at = self.said(upto));
            return self.fail(span, expected, say!(self.lang, "test-told", at = self.said(now)), None);
        }
        self.clock = Some(now);
        self.host.advance(at) || self.restless(span)
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

    /// Compares an answer with what is expected of it; returns whether the story goes on.
    pub(super) fn answered(
        &mut self,
        (command, at): (&str, Span),
        refused: Option<&(Span, Option<Text>)>,
        plan: PlanHash,
        answer: Result<(), No>,
    ) -> bool {
        let lang = self.lang;
        match (answer, refused) {
            (Ok(()), None) => true,
            (Ok(()), Some((span, _))) => {
                let expected = say!(lang, "test-is-refused", command = command);
                self.fail(*span, expected, say!(lang, "test-was-done"), None)
            }
            (Err(no), None) => {
                let found = say!(lang, "test-refused", why = no.told);
                self.fail(at, say!(lang, "test-is-done", command = command), found, None)
            }
            (Err(No { told, also, refusal }), Some((_, why))) => {
                let command = command.into();
                self.verdict.refused.extend(refusal.map(|refusal| Refused { command, plan, refusal: *refusal }));
                let says = |why: &&Text| told.contains(&why.text) || also.contains(&why.text);
                if let Some(why) = why.as_ref().filter(|why| !says(why)) {
                    let edit = Edit { span: why.span, text: motcua_dsl::quoted(&told) };
                    self.fail(why.span, say!(lang, "test-refused-because", why = why.text), told, Some(edit));
                }
                true
            }
        }
    }

    /// Goes on in another world.
    pub(super) fn enter(&mut self, world: &'w World) {
        self.world = world;
        self.host.enter(world);
    }
}

fn procedure_calendar<'w>(world: &'w World, dossier: &Dossier, procedure: &'w Procedure) -> &'w Calendar {
    world.calendar_of(dossier).unwrap_or_else(|| world.calendar_for(&dossier.unit, procedure))
}
