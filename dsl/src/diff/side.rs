//! One of the two texts, asked in the names that both have: what it calls things, and how it words them.

use std::sync::Arc;

use motcua_engine::calendar::Calendar;
use motcua_engine::plan::{Action, Anchor, EventRef, Graph, Limit, Need, Plan, Recipient, StatePlan};
use motcua_engine::{ClockId, CommandId, FieldId, RoleId, RuleId, ScriptId, StateId};
use smol_str::{SmolStr, format_smolstr};
use unicode_normalization::UnicodeNormalization;

use super::change::Whom;
use super::names::{Common, What};
use crate::Source;
use crate::lower::canonical::tokens;
use crate::model::Procedure;
use crate::sentence::{Sentence, say};
use crate::syntax::{self, Span};

/// So many characters of a piece of the text are shown.
const MOST_SHOWN: usize = 160;

/// One of the two texts.
pub(super) struct Side<'s, 'a> {
    pub(super) procedure: &'s Procedure<'a>,
    pub(super) plan: &'s Plan,
    pub(super) calendar: Option<Arc<Calendar>>,
    pub(super) sources: &'s [Source],
    pub(super) common: Common,
}

impl<'s> Side<'s, '_> {
    /// Returns the words at a place on one line, the first of them where they are many.
    pub(super) fn words(&self, span: Span) -> String {
        let source = self.sources.get(span.file as usize);
        let text = source.and_then(|source| source.text.get(span.start as usize..span.end as usize));
        let text = text.unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
        let text = composed(&text);
        match text.char_indices().nth(MOST_SHOWN) {
            Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default().trim_end()),
            None => text,
        }
    }

    /// Returns the common name of a thing.
    pub(super) fn name(&self, what: What, name: &str) -> SmolStr {
        self.common.get(what, name)
    }

    pub(super) fn state(&self, id: StateId) -> SmolStr {
        let state = self.plan.logic.graph.state(id);
        state.map(|state| self.name(What::State, &state.name)).unwrap_or_default()
    }

    pub(super) fn role(&self, id: RoleId) -> SmolStr {
        let role = self.plan.logic.roles.get(id.index());
        role.map(|(name, _)| self.name(What::Role, name)).unwrap_or_default()
    }

    pub(super) fn roles(&self, ids: &[RoleId]) -> Vec<SmolStr> {
        ids.iter().map(|id| self.role(*id)).collect()
    }

    pub(super) fn field(&self, id: FieldId) -> SmolStr {
        let field = self.plan.logic.fields.get(id.index());
        field.map(|field| self.name(What::Field, &field.name)).unwrap_or_default()
    }

    pub(super) fn clock(&self, id: ClockId) -> SmolStr {
        let clock = self.plan.logic.clocks.get(id.index());
        clock.map(|clock| self.name(What::Clock, &clock.name)).unwrap_or_default()
    }

    pub(super) fn command(&self, id: CommandId) -> SmolStr {
        self.plan.logic.commands.get(id.index()).cloned().unwrap_or_default()
    }

    /// Returns the states with their common names, that before the opening included.
    pub(super) fn states(&self) -> impl Iterator<Item = (SmolStr, StateId, &'s StatePlan)> {
        self.plan.logic.graph.states().map(|(id, state)| (self.state(id), id, state))
    }

    /// Returns a state as written.
    pub(super) fn written(&self, id: StateId) -> Option<&'s syntax::State> {
        self.procedure.syntax.states.get(id.index().checked_sub(1)?)
    }

    /// Returns where a state is named.
    pub(super) fn state_span(&self, id: StateId) -> Option<Span> {
        Some(self.written(id)?.name.span)
    }

    /// Returns a line with a transition as written.
    pub(super) fn line(&self, id: RuleId) -> Option<&'s syntax::Transition> {
        Some(self.procedure.rules.get(id.index())?.transition)
    }

    /// Returns whether a role stands outside of the organisation.
    pub(super) fn is_outside(&self, role: RoleId) -> bool {
        self.plan.logic.roles.get(role.index()).is_some_and(|(_, outside)| *outside)
    }

    /// Returns whom something concerns that some roles do: the citizen where one of them stands outside.
    pub(super) fn whom(&self, roles: &[RoleId]) -> Whom {
        if roles.iter().any(|role| self.is_outside(*role)) { Whom::Citizen } else { Whom::Office }
    }

    /// Returns who may give a command in a state: those that are named, else who holds the state.
    pub(super) fn givers(&self, state: StateId, by: &[RoleId]) -> Vec<RoleId> {
        let holder = || self.plan.logic.graph.state(state).and_then(|state| state.holder);
        if by.is_empty() { holder().into_iter().collect() } else { by.to_vec() }
    }

    /// Returns an event by its common name.
    pub(super) fn event(&self, event: EventRef) -> SmolStr {
        match event {
            EventRef::Enter(state) => self.state(state),
            EventRef::Command(command) => self.command(command),
            EventRef::Rule(rule) => self.line(rule).map(|line| self.words(line.span).into()).unwrap_or_default(),
        }
    }

    pub(super) fn events(&self, events: &[EventRef]) -> Vec<SmolStr> {
        let mut names: Vec<SmolStr> = events.iter().map(|event| self.event(*event)).collect();
        names.sort();
        names.dedup();
        names
    }

    /// Returns a script by its tokens, in common names; nothing where there is none.
    pub(super) fn code(&self, script: Option<ScriptId>) -> Option<String> {
        let text = &self.plan.logic.scripts.get(script?.index())?.text;
        Some(self.tokens(text).join(" "))
    }

    /// Returns the tokens of a piece of rhai, what it reads in common names.
    pub(super) fn tokens(&self, text: &str) -> Vec<SmolStr> {
        let mut found: Vec<SmolStr> = Vec::new();
        for token in tokens(text) {
            let what = match found.as_slice() {
                [.., root, dot] if dot == "." => match root.as_str() {
                    "data" => Some(What::Field),
                    "documents" => Some(What::Document),
                    "clock" => Some(What::Clock),
                    "first" | "latest" => Some(What::State),
                    _ => None,
                },
                _ => None,
            };
            found.push(what.map_or_else(|| token.into(), |what| self.name(what, token)));
        }
        found
    }

    /// Returns a script as it stands in the text.
    pub(super) fn script(&self, script: Option<ScriptId>) -> String {
        let written = script.and_then(|id| self.procedure.scripts.get(id.index()));
        written.map(|script| self.words(script.code.span)).unwrap_or_default()
    }

    pub(super) fn need(&self, need: &Need) -> SmolStr {
        match need {
            Need::Field(field) => self.field(*field),
            Need::Documents => "documents".into(),
            Need::Document(document) => {
                let document = self.plan.logic.documents.get(document.index());
                document.map(|document| self.name(What::Document, &document.name)).unwrap_or_default()
            }
            Need::Argument(name, ty) => format_smolstr!("{name} {ty}"),
        }
    }

    /// Returns from when something counts, in common names.
    pub(super) fn anchor(&self, anchor: &Anchor) -> SmolStr {
        let mark = |mark: &motcua_engine::MarkId| {
            let event = self.plan.logic.marks.get(mark.index());
            event.map(|event| self.event(*event)).unwrap_or_default()
        };
        let several = |word: &str, all: &[Anchor]| {
            format_smolstr!("{word} {}", all.iter().map(|a| self.anchor(a)).collect::<Vec<_>>().join(" and "))
        };
        match anchor {
            Anchor::First(event) => format_smolstr!("first {}", mark(event)),
            Anchor::Latest(event) => format_smolstr!("latest {}", mark(event)),
            Anchor::Field(field) => format_smolstr!("data.{}", self.field(*field)),
            Anchor::Earlier(all) => several("the earlier of", all),
            Anchor::Later(all) => several("the later of", all),
        }
    }

    /// Returns a limit in common names, with its conventions.
    pub(super) fn limit(&self, limit: &Limit) -> String {
        match limit {
            Limit::Term(term) => term.to_string(),
            Limit::Field { field, unit, like } => format!("data.{}/{unit}/{like}", self.field(*field)),
            Limit::Until(field) => format!("until data.{}", self.field(*field)),
        }
    }

    /// Returns something that is done, in common names.
    pub(super) fn action(&self, action: &Action) -> String {
        match action {
            Action::Do(script) => format!("do {}", self.code(Some(*script)).unwrap_or_default()),
            Action::Issue(form) => format!("issue {}", self.form(*form)),
            Action::Notify { to, text } => format!("notify {:?}", (self.recipients(to).as_str(), text)),
            Action::Reassign(role) => format!("reassign {}", self.role(*role)),
            Action::Take(command) => format!("take {}", self.command(*command)),
        }
    }

    pub(super) fn form(&self, form: motcua_engine::FormId) -> SmolStr {
        self.plan.logic.forms.get(form.index()).cloned().unwrap_or_default()
    }

    /// Returns who hears of something, in common names.
    pub(super) fn recipients(&self, to: &[Recipient]) -> Sentence {
        let one = |recipient: &Recipient| match recipient {
            Recipient::Holder => "who holds the dossier".into(),
            Recipient::HeadOfHolder => "the head of who holds the dossier".into(),
            Recipient::Role(role) => say!("`{role}`", role = self.role(*role)),
            Recipient::HeadOf(role) => say!("the head of `{role}`", role = self.role(*role)),
        };
        Sentence::joined(to.iter().map(one), ", ")
    }

    /// Returns whom a notice is for.
    pub(super) fn hearers(&self, to: &[Recipient]) -> Whom {
        let outside = |recipient: &Recipient| matches!(recipient, Recipient::Role(role) if self.is_outside(*role));
        if to.iter().any(outside) { Whom::Citizen } else { Whom::Office }
    }
}

/// A state of one text, with its id.
pub(super) type State<'s> = (StateId, &'s StatePlan);

/// Both texts.
pub(super) struct Pair<'s, 'a, 'b> {
    pub(super) old: Side<'s, 'a>,
    pub(super) new: Side<'s, 'b>,
}

impl<'s> Pair<'s, '_, '_> {
    /// Returns the calendar that terms are compared on: that of the new text, where it names one.
    pub(super) fn calendar(&self) -> Option<&Calendar> {
        self.new.calendar.as_deref().or(self.old.calendar.as_deref())
    }

    /// Returns the states that both texts have, the start first.
    pub(super) fn states(&self) -> Vec<(State<'s>, State<'s>)> {
        let new: Vec<_> = self.new.states().collect();
        let pair = |(name, id, state): (SmolStr, StateId, &'s StatePlan)| {
            let (_, other, there) = new.iter().find(|(known, ..)| *known == name)?;
            Some(((id, state), (*other, *there)))
        };
        self.old.states().filter_map(pair).collect()
    }
}

/// Returns a text with its letters composed.
pub(super) fn composed(text: &str) -> String {
    text.nfc().collect()
}

/// Returns names in backticks, divided by commas.
pub(super) fn listed<'n>(names: impl IntoIterator<Item = &'n SmolStr>) -> Sentence {
    Sentence::joined(names.into_iter().map(|name| say!("`{name}`", name)), ", ")
}

/// Returns what only the first of two lists has, each as often as it has it more.
pub(super) fn lacking<'l, T>(of: &'l [T], other: &[T], same: impl Fn(&T, &T) -> bool) -> Vec<&'l T> {
    let mut taken = vec![false; other.len()];
    let mut left = Vec::new();
    for item in of {
        let found = other.iter().zip(&mut taken).find(|(known, taken)| !**taken && same(item, known));
        match found {
            Some((_, taken)) => *taken = true,
            None => left.push(item),
        }
    }
    left
}

/// Returns whether a state is the one before the opening.
pub(super) fn is_start(id: StateId) -> bool {
    id == Graph::START
}
