//! Walks one procedure and binds each name where it is used.

use motcua_engine::plan::ScriptKind;
use smol_str::SmolStr;

use super::{Near, nearest, scripts::mark};
use crate::model::{Ambiguous, Event, Kind, Model, Names, NoEvent, Procedure, Unknown};
use crate::syntax::{
    self, Action, Anchor, Inside, Length, Need, Recipient, RecordValue, Span, Term, Transition, Trigger, Word,
};

/// So many unknown names get a suggestion; comparing more with all names would take too long.
const SUGGESTIONS: usize = 100;

/// Returns the procedure with everything bound that can be.
pub(super) fn bind<'a>(procedure: Procedure<'a>, model: &mut Model<'a>) -> Procedure<'a> {
    let mut binder = Binder { procedure, model, suggested: 0 };
    let syntax = binder.procedure.syntax;
    for document in &syntax.documents {
        binder.optional(ScriptKind::Guard, document.when.as_ref(), None);
    }
    for state in &syntax.states {
        binder.state(state);
    }
    for shared in &syntax.shared {
        if let syntax::From::States(words) = &shared.from {
            binder.states(words, shared.inside);
        }
        binder.transition(&shared.transition, shared.inside);
    }
    for timer in &syntax.timers {
        binder.states(&timer.from, None);
        binder.term(&timer.term);
        binder.anchor(&timer.anchor);
        binder.transition(&timer.transition, None);
    }
    for clock in &syntax.clocks {
        binder.clock(clock);
    }
    for amends in syntax.backdates.iter().chain(&syntax.corrects) {
        binder.term(&amends.at_most);
        for role in &amends.by {
            binder.role(role);
        }
    }
    for command in syntax.four_eyes.iter().flat_map(|line| &line.commands) {
        binder.command(command);
    }
    for moves in &syntax.moves {
        for (_, to) in &moves.states {
            binder.states(std::slice::from_ref(to), None);
        }
        for (clock, _) in &moves.clocks {
            if binder.procedure.clocks.get(&clock.text).is_none() {
                let near = binder.suggest(&clock.text, listed(&binder.procedure.clocks));
                binder.unknown(Kind::Clock, &clock.text, clock.span, near);
            }
        }
    }
    for line in &syntax.record {
        if let RecordValue::Code(code) = &line.value {
            let fee = binder.read_text(ScriptKind::Value, code, without_currency(&code.text), None);
            binder.procedure.fees.push(fee);
        }
    }
    binder.procedure
}

/// Returns a price without the currency after it, which is no rhai.
fn without_currency(price: &str) -> &str {
    let price = price.trim_end();
    match price.rsplit_once(' ') {
        Some((amount, code)) if code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_uppercase()) => amount,
        _ => price,
    }
}

/// A procedure whose names are being bound.
pub(super) struct Binder<'m, 'a> {
    pub(super) procedure: Procedure<'a>,
    model: &'m mut Model<'a>,
    suggested: usize,
}

impl<'a> Binder<'_, 'a> {
    fn state(&mut self, state: &'a syntax::State) {
        if let Some(role) = &state.by {
            self.role(role);
        }
        if let Some(term) = &state.within {
            self.term(term);
        }
        self.optional(ScriptKind::Value, state.outcome.as_ref(), None);
        self.actions(&state.entry, None);
        self.actions(&state.exit, None);
        if let Some(call) = &state.call {
            call.with.iter().for_each(|passed| self.field(&passed.ours));
            if let syntax::CallPlace::UnitOf(role) = &call.place {
                self.role(role);
            }
        }
        for transition in &state.transitions {
            self.transition(transition, state.inside);
        }
        for branch in state.parallel.iter().flat_map(|parallel| &parallel.branches) {
            if let Some(role) = &branch.by {
                self.role(role);
            }
            self.optional(ScriptKind::Guard, branch.when.as_ref(), None);
        }
    }

    fn transition(&mut self, transition: &'a Transition, inside: Option<Inside>) {
        if let Some(term) = transition.trigger.term() {
            self.term(term);
        }
        if let Trigger::Window { commands, .. } = &transition.trigger {
            for command in commands {
                self.command(command);
            }
        }
        for role in &transition.by {
            self.role(role);
        }
        for need in &transition.needs {
            self.need(need);
        }
        self.optional(ScriptKind::Guard, transition.when.as_ref(), Some(transition));
        self.actions(&transition.actions, Some(transition));
        self.states(transition.target.as_slice(), inside);
    }

    fn need(&mut self, need: &Need) {
        let name = &need.name;
        if let Some(field) = self.procedure.fields.get(&name.text) {
            mark(&mut self.procedure.used.fields, field);
        } else if let Some(document) = self.procedure.documents.get(&name.text) {
            mark(&mut self.procedure.used.documents, document);
        } else if name.text == "documents" {
            self.procedure.used.documents.fill(true);
        } else if need.ty.is_none() {
            let candidates = listed(&self.procedure.fields).chain(listed(&self.procedure.documents));
            let near = self.suggest(&name.text, candidates.chain([("documents", None)]));
            self.unknown(Kind::Need, &name.text, name.span, near);
        }
    }

    fn actions(&mut self, actions: &'a [Action], of: Option<&'a Transition>) {
        for action in actions {
            match action {
                Action::Do(code) => self.script(ScriptKind::Effect, code, of),
                Action::Issue(_) => {}
                Action::Notify(to, _) => {
                    for recipient in to {
                        if let Recipient::Role(role) | Recipient::HeadOf(role) = recipient {
                            self.role(role);
                        }
                    }
                }
                Action::Reassign(role) => self.role(role),
                Action::Take(command) => self.command(command),
            }
        }
    }

    fn command(&mut self, command: &Word) {
        if self.procedure.commands.get(&command.text).is_none() {
            let names = self.procedure.commands.iter().map(|(name, span)| (name.as_str(), span));
            let near = self.suggest(&command.text, names);
            self.unknown(Kind::Command, &command.text, command.span, near);
        }
    }

    fn clock(&mut self, clock: &'a syntax::Clock) {
        for limit in &clock.limits {
            self.term(&limit.term);
            self.optional(ScriptKind::Guard, limit.when.as_ref(), None);
        }
        self.events(&clock.from);
        self.events(&clock.until);
        if let Some(anchor) = &clock.anchor {
            self.anchor(anchor);
        }
        for suspends in &clock.suspends {
            self.states(&suspends.states, None);
            self.events(&suspends.on);
            self.events(&suspends.until);
            self.optional(ScriptKind::Guard, suspends.when.as_ref(), None);
        }
        for restarts in &clock.restarts {
            self.events(&restarts.on);
            self.optional(ScriptKind::Guard, restarts.when.as_ref(), None);
        }
        if let Some(extends) = &clock.extends {
            self.term(&extends.at_most);
            extends.in_total.iter().for_each(|term| self.term(term));
            for role in &extends.by {
                self.role(role);
            }
        }
        if let Some(reappoints) = &clock.reappoints {
            reappoints.at_latest.iter().for_each(|term| self.term(term));
            for role in &reappoints.by {
                self.role(role);
            }
            self.actions(&reappoints.actions, None);
        }
        for rung in &clock.rungs {
            if let syntax::RungAt::Every { until: Some(until), .. } = &rung.at {
                for role in &until.by {
                    self.role(role);
                }
            }
            self.actions(&rung.actions, None);
        }
    }

    fn term(&mut self, term: &Term) {
        match &term.length {
            Length::Data { field, .. } | Length::Until(field) => self.field(field),
            Length::SameWorkingDay { .. } | Length::Of { .. } => {}
        }
        if let Some(clock) = &term.of {
            self.clock_at(&clock.text, clock.span);
        }
    }

    pub(super) fn clock_at(&mut self, name: &SmolStr, span: Span) {
        if let Some(clock) = self.procedure.clocks.get(name) {
            mark(&mut self.procedure.used.clocks, clock);
        } else {
            let near = self.suggest(name, listed(&self.procedure.clocks));
            self.unknown(Kind::Clock, name, span, near);
        }
    }

    fn anchor(&mut self, anchor: &Anchor) {
        match anchor {
            Anchor::Event { name, .. } => self.event_at(&name.text, name.span),
            Anchor::Data(field) => self.field(field),
            Anchor::Earlier(anchors, _) | Anchor::Later(anchors, _) => {
                for anchor in anchors {
                    self.anchor(anchor);
                }
            }
        }
    }

    fn optional(&mut self, kind: ScriptKind, code: Option<&'a syntax::Code>, of: Option<&'a Transition>) {
        if let Some(code) = code {
            self.script(kind, code, of);
        }
    }

    fn field(&mut self, word: &Word) {
        if let Some(field) = self.procedure.fields.get(&word.text) {
            mark(&mut self.procedure.used.fields, field);
        } else {
            let near = self.near_field(&word.text);
            self.unknown(Kind::Field, &word.text, word.span, near);
        }
    }

    pub(super) fn role(&mut self, word: &Word) {
        if let Some(role) = self.procedure.roles.get(&word.text) {
            mark(&mut self.procedure.used.roles, role);
        } else {
            let near = self.suggest(&word.text, listed(&self.procedure.roles));
            self.unknown(Kind::Role, &word.text, word.span, near);
        }
    }

    fn states(&mut self, words: &[Word], inside: Option<Inside>) {
        for word in words {
            if self.procedure.state_named(&word.text, inside).is_none() {
                let near = self.in_branch(&word.text);
                let near = near.or_else(|| self.suggest(&word.text, listed(&self.procedure.states)));
                self.unknown(Kind::State, &word.text, word.span, near);
            }
        }
    }

    fn events(&mut self, words: &[Word]) {
        for word in words {
            self.event_at(&word.text, word.span);
        }
    }

    pub(super) fn event_at(&mut self, name: &SmolStr, span: Span) {
        match self.procedure.event(name) {
            Ok(Event::State(_) | Event::Command(_)) => {}
            Err(NoEvent::Both(state, command)) => {
                let state = self.procedure.states.word(state).map(|word| word.span);
                let command = self.procedure.commands.iter().nth(command).and_then(|(_, span)| span);
                self.model.ambiguous.push(Ambiguous { name: name.clone(), span, state, command });
            }
            Err(NoEvent::Unknown) => {
                let commands = self.procedure.commands.iter().map(|(name, span)| (name.as_str(), span));
                let near = self.in_branch(name);
                let near = near.or_else(|| self.suggest(name, listed(&self.procedure.states).chain(commands)));
                self.unknown(Kind::Event, name, span, near);
            }
        }
    }

    /// Returns a state of a branch that has this name in its branch.
    fn in_branch(&self, name: &str) -> Option<Near> {
        let short = |word: &&Word| word.text.strip_suffix(name).is_some_and(|branch| branch.ends_with('.'));
        let mut states = self.procedure.states.iter().take_while(|_| self.suggested < SUGGESTIONS);
        let found = states.find(short);
        found.map(|word| Near { name: word.text.to_string(), declared: Some(word.span), is_only: false })
    }

    pub(super) fn near_field(&self, name: &str) -> Option<Near> {
        self.suggest(name, listed(&self.procedure.fields))
    }

    fn suggest<'n>(&self, name: &str, names: impl Iterator<Item = (&'n str, Option<Span>)>) -> Option<Near> {
        if self.suggested < SUGGESTIONS { nearest(name, names) } else { None }
    }

    pub(super) fn unknown(&mut self, kind: Kind, name: &SmolStr, span: Span, near: Option<Near>) {
        self.suggested += 1;
        let in_lost = self.procedure.lost;
        self.model.unknown.push(Unknown { kind, name: name.clone(), span, near, in_lost });
    }
}

fn listed<'n>(names: &'n Names<'_>) -> impl Iterator<Item = (&'n str, Option<Span>)> {
    names.iter().map(|word| (word.text.as_str(), Some(word.span)))
}
