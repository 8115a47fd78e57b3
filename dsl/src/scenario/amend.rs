//! Binds what is no command: what is corrected, the version that a dossier moves to, the calendar that it is counted on anew.

use super::bind::{BUILT_IN, Binder, Subject};
use super::{Fault, Rule};
use crate::model::Kind;
use crate::resolve::nearest;
use crate::syntax::{Amend, Amendment, Moment, Word};

impl<'s, 'm, 'a> Binder<'s, 'm, 'a> {
    /// Binds a step of a test about a procedure; returns what the steps after it are about.
    pub(super) fn amend(&mut self, amend: &Amend, name: &Word, subject: &'s Subject<'m, 'a>) -> &'s Subject<'m, 'a> {
        self.one_instant(amend.at.as_ref(), amend.after.as_ref());
        self.open_moment(amend.at.as_ref());
        if let Some(role) = &amend.by {
            self.role(role, subject);
        }
        match &amend.what {
            Amendment::Correct { voids, instead } => {
                if voids.is_empty() && instead.is_empty() {
                    let help = "say what is void, or what happened instead: `correct void accept instead refuse by …`";
                    self.faults.push(Fault::new(Rule::Shape, "this corrects nothing", amend.span, help));
                }
                for word in voids {
                    self.happened(word, subject);
                }
                for act in instead {
                    if let Some((span, _)) = &act.refused {
                        let message = "what happened instead was not refused";
                        let help = "say `refused` of the correction, before `instead`";
                        self.faults.push(Fault::new(Rule::Shape, message, *span, help));
                    }
                    if voids.is_empty() && !matches!(act.at, Some(Moment::At(Some(_), ..) | Moment::Row(_))) {
                        let message = "when did this happen?";
                        let help = "add `at 2024-03-04 09:00`: nothing that is void says it";
                        self.faults.push(Fault::new(Rule::Shape, message, act.span, help));
                    }
                    self.open_moment(act.at.as_ref());
                    self.given(act, subject);
                }
                subject
            }
            Amendment::Migrate(number, span) => {
                let moved = self.subject(name, Some((*number, *span)), None);
                moved.filter(|_| amend.refused.is_none()).unwrap_or(subject)
            }
            Amendment::Recount(calendar) => {
                if self.shelf.calendar(&calendar.text).is_none() {
                    let known = self.shelf.calendar_names();
                    let near = nearest(&calendar.text, known.map(|word| (word.text.as_str(), Some(word.span))));
                    self.missing(Kind::Calendar, calendar, near);
                }
                subject
            }
        }
    }

    /// Something that can be void: a command, or what a clock, the limit of a state or a timer has made happen.
    fn happened(&mut self, word: &Word, subject: &Subject<'_, '_>) {
        let procedure = subject.procedure;
        let text = word.text.as_str();
        let known = procedure.commands.get(text).is_some()
            || BUILT_IN.iter().any(|(name, _)| text == *name)
            || procedure.clocks.get(text).is_some()
            || procedure.states.get(text).is_some()
            || procedure.syntax.timers.iter().any(|timer| timer.name.text == text);
        if !known {
            let commands = procedure.commands.iter().map(|(name, span)| (name.as_str(), span));
            let clocks = procedure.clocks.iter().map(|name| (name.text.as_str(), Some(name.span)));
            self.missing(Kind::Command, word, nearest(text, commands.chain(clocks)));
        }
    }
}
