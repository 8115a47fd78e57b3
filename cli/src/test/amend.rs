//! What is no command: a correction of the journal, a move to another version, counting anew on another calendar.

use motcua_dsl::syntax::{Act, Amend, Amendment, Moment, Span, Word};
use motcua_engine::plan::Logic;
use motcua_engine::{
    Answer, Cause, ClockId, Correction, Day, Dossier, Event, Firing, Instant, correct, in_force, migrate, reproject,
};
use smol_str::{SmolStr, format_smolstr};

use super::play::{No, Play};
use crate::say;

/// What came of it: events to keep, or why not; or where the test itself goes wrong, and how.
type Outcome = Result<Result<Vec<Event>, No>, (Span, String)>;

impl Play<'_> {
    /// Takes a step that amends the dossier; returns whether the story goes on.
    pub(super) fn amend(&mut self, amend: &Amend) -> bool {
        let span = amend.span;
        let Some(now) = self.when(amend.at.as_ref(), amend.after.as_ref(), span) else { return false };
        if !self.turn(now, span) {
            return false;
        }
        let name = match amend.what {
            Amendment::Correct { .. } => "correct",
            Amendment::Migrate(..) => "migrate",
            Amendment::Recount(_) => "recount",
        };
        let expected = |play: &Self| say!(play.lang, "test-is-done", command = name);
        let Some(dossier) = self.host.own().cloned() else {
            let found = say!(self.lang, "test-no-dossier");
            return self.fail(span, expected(self), found, None);
        };
        let reason = amend.because.as_ref().map(|text| text.text.as_str()).unwrap_or_default();
        let outcome = match &amend.what {
            Amendment::Correct { voids, instead } => self.correct(amend, (voids, instead), &dossier, (now, reason)),
            Amendment::Migrate(version, at) => self.migrate((*version, *at), &dossier, (now, reason)),
            Amendment::Recount(calendar) => self.recount(calendar, &dossier, (now, reason)),
        };
        match outcome {
            Ok(Ok(events)) => {
                self.host.keep_own(events, now);
                self.answered((name, span), amend.refused.as_ref(), dossier.plan, Ok(()))
            }
            Ok(Err(no)) => self.answered((name, span), amend.refused.as_ref(), dossier.plan, Err(no)),
            Err((span, found)) => self.fail(span, expected(self), found, None),
        }
    }

    fn correct(
        &mut self,
        amend: &Amend,
        (voids, instead): (&[Word], &[Act]),
        dossier: &Dossier,
        (now, reason): (Instant, &str),
    ) -> Outcome {
        let Some(procedure) = self.world.procedure(dossier.plan) else {
            return Err((amend.span, say!(self.lang, "test-no-plan")));
        };
        let journal = self.host.cases().first().map(|case| case.journal.clone()).unwrap_or_default();
        let standing = in_force(&journal);
        let mut numbers = Vec::new();
        let mut first: Option<Instant> = None;
        for word in voids {
            let latest = standing.iter().rfind(|event| is_of(&procedure.plan.logic, event, &word.text));
            let Some(event) = latest else {
                return Ok(Err(No::not_standing(say!(self.lang, "test-nothing-to-correct", command = &word.text))));
            };
            numbers.push(event.number);
            first = Some(first.map_or(event.at, |first| first.min(event.at)));
        }
        let mut commands = Vec::new();
        for act in instead {
            let at = act.at.as_ref().and_then(|at: &Moment| self.moment(at, first)).or(first).unwrap_or(now);
            let opens = act.command.text == "open";
            let command = self.command(act, procedure, &dossier.unit, (at, opens));
            commands.push(command?);
        }
        let role = amend.by.as_ref().map(|role| role.text.clone()).unwrap_or_default();
        let correction = Correction {
            id: format_smolstr!("t{}", self.number()),
            actor: self.actor(amend.actor.as_ref(), &dossier.unit, &role),
            role,
            reason: reason.into(),
            voids: numbers,
            instead: commands,
        };
        Ok(match correct(self.world, &journal, &correction, now) {
            Answer::Accepted(events) => Ok(events),
            Answer::AlreadyDone { .. } => Ok(Vec::new()),
            Answer::Refused(refusal) => Err(No::refused(self.lang, refusal, self.calendar())),
        })
    }

    fn migrate(&self, (version, at): (u32, Span), dossier: &Dossier, (now, reason): (Instant, &str)) -> Outcome {
        let name = &self.scenario.procedure;
        let Some(to) = self.world.version(name, Some(version), Day::from_number(0)) else {
            return Err((at, say!(self.lang, "test-no-version", name = name)));
        };
        Ok(match migrate(self.world, dossier, to.plan.hash, now, reason) {
            Ok(Some(moved)) => Ok(moved.events),
            Ok(None) => Err(No::told(say!(self.lang, "test-is-there"))),
            Err(why) => Err(No::reason(self.lang, &why.to_string())),
        })
    }

    fn recount(&mut self, calendar: &Word, dossier: &Dossier, (now, reason): (Instant, &str)) -> Outcome {
        let own = self.world.calendar_of(dossier).map(|own| own.pin().name).unwrap_or_default();
        let Some(world) = self.worlds.with(&own, &calendar.text) else {
            return Err((calendar.span, say!(self.lang, "test-no-calendar", name = &calendar.text)));
        };
        // What stands in the place of the calendar holds for whoever counts from here on.
        let moved = reproject(world, dossier, now, reason);
        if moved.is_ok() {
            self.enter(world);
        }
        Ok(match moved {
            Ok(Some(moved)) => Ok(moved.events),
            Ok(None) => Err(No::told(say!(self.lang, "test-nothing-moves"))),
            Err(why) => Err(No::reason(self.lang, &why.to_string())),
        })
    }
}

/// Returns whether an event is of a command of this name, or what a clock, the limit of a state or a timer has made happen.
fn is_of(logic: &Logic, event: &Event, name: &str) -> bool {
    let of_clock = |id: ClockId| {
        let clock = logic.clocks.get(id.index());
        clock.is_some_and(|clock| match clock.of_state {
            None => clock.name == name,
            Some(state) => logic.graph.state(state).is_some_and(|state| state.name == name),
        })
    };
    match &event.cause {
        Cause::Command { command, .. } => {
            let own = logic.commands.get(command.index()).map(SmolStr::as_str);
            event.built_in().or(own) == Some(name)
        }
        Cause::Time(Firing::After { clock } | Firing::Expiry { clock } | Firing::Rung { clock, .. }) => {
            of_clock(*clock)
        }
        Cause::Time(Firing::Timer { timer }) => logic.timers.get(timer.index()).is_some_and(|timer| timer.name == name),
        _ => false,
    }
}
