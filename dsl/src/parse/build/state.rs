//! Builds states, transitions, timers and what they do.

use motcua_engine::plan::Tacit;

use super::Builder;
use crate::diagnostic::Finding;
use crate::parse::tree::{Branch, Branches, Kind};
use crate::sentence::say;
use crate::syntax::{Action, Need, Recipient, Span, State, Timer, Transition, Trigger, Word};

impl<'t> Builder<'t> {
    pub(super) fn state(&mut self, branch: Branch<'t>) -> Option<State> {
        let mut parts = branch.branches();
        let mut state = unmarked(self.name(&mut parts)?, self.whole(branch));
        parts.for_each(|part| self.state_part(part, &mut state));
        Some(state)
    }

    pub(super) fn state_part(&mut self, part: Branch<'t>, state: &mut State) {
        match part.kind() {
            Kind::text => {
                let label = self.quoted(part);
                self.once(&mut state.label, Some(label), part);
            }
            Kind::was => {
                let was = self.name_in(part);
                self.once(&mut state.was, was, part);
            }
            Kind::initial => self.once(&mut state.is_initial, Some(self.span(part)), part),
            Kind::r#final => self.once(&mut state.is_final, Some(self.span(part)), part),
            Kind::by => {
                let role = self.one_role(part);
                self.once(&mut state.by, role, part);
            }
            Kind::within => {
                let term = part.branches().next().and_then(|term| self.term(term));
                self.once(&mut state.within, term, part);
            }
            Kind::outcome => {
                let outcome = self.code_in(part);
                self.once(&mut state.outcome, outcome, part);
            }
            Kind::basis => state.basis.extend(self.text_in(part)),
            _ => self.state_member(part, state),
        }
    }

    /// The one role of a `by` that says who holds a state.
    pub(super) fn one_role(&mut self, by: Branch<'t>) -> Option<Word> {
        let mut roles = self.names(by).into_iter();
        let first = roles.next();
        if let Some(second) = roles.next() {
            let message = say!("a state is held by one role, and `{second}` is a second one", second = second.text);
            let help = "name the role that answers for the state; other roles can be given commands with `on … by`";
            self.findings.push(Finding::error("syntax-one-role", message, second.span).help(help));
        }
        first
    }

    pub(super) fn state_member(&mut self, branch: Branch<'t>, state: &mut State) {
        match branch.kind() {
            Kind::accepts => self.accepts(branch, state.span),
            Kind::entry => state.entry.extend(branch.branches().filter_map(|part| self.action(part))),
            Kind::exit => state.exit.extend(branch.branches().filter_map(|part| self.action(part))),
            Kind::call => {
                let call = self.call(branch).map(Box::new);
                self.once(&mut state.call, call, branch);
            }
            _ => state.transitions.extend(self.transition(branch)),
        }
    }

    pub(super) fn transition(&mut self, branch: Branch<'t>) -> Option<Transition> {
        let mut parts = branch.branches();
        let first = parts.next()?;
        let trigger = match branch.kind() {
            Kind::on => Trigger::On(self.given(first, Kind::on)),
            Kind::always => Trigger::Always(self.span(first)),
            Kind::after => Trigger::After(self.term(first)?),
            Kind::join => self.joins(first)?,
            Kind::window => {
                let term = self.term(first)?;
                Trigger::Window { term, commands: self.names(parts.next()?) }
            }
            Kind::silence => self.silence(&mut parts)?,
            Kind::on_outcome => {
                let outcomes = parts.accept(Kind::outcomes).map(|names| self.names(names)).unwrap_or_default();
                Trigger::Outcome { outcomes, span: self.span(first) }
            }
            _ => return None,
        };
        let mut transition = empty(trigger, self.whole(branch));
        self.answers = branch.kind() == Kind::on_outcome;
        parts.for_each(|part| self.clause(part, &mut transition));
        self.answers = false;
        Some(transition)
    }

    /// What stands behind `no`; `answer`, `within` and `means` are no branches.
    fn silence(&mut self, parts: &mut Branches<'t>) -> Option<Trigger> {
        let term = parts.next().and_then(|term| self.term(term))?;
        let word = parts.next()?;
        let means = if self.keyword(word) == "consent" { Tacit::Consent } else { Tacit::Refusal };
        let before = parts.accept(Kind::told_before).and_then(|announced| announced.branches().next());
        let announced = before.and_then(|term| self.term(term)).map(Box::new);
        Some(Trigger::Silence { term, means, announced, span: self.span(word) })
    }

    fn clause(&mut self, part: Branch<'t>, transition: &mut Transition) {
        match part.kind() {
            Kind::target => {
                let target = self.name_in(part);
                self.once(&mut transition.target, target, part);
            }
            Kind::when => {
                let when = self.code_in(part);
                self.once(&mut transition.when, when, part);
            }
            Kind::by => {
                let roles = self.names(part);
                self.fill(&mut transition.by, roles, part);
            }
            Kind::needs => {
                let needs = part.branches().filter_map(|need| self.need(need)).collect();
                self.fill(&mut transition.needs, needs, part);
            }
            Kind::once => self.flag(&mut transition.once, part),
            Kind::otherwise_word => self.once(&mut transition.otherwise, Some(self.span(part)), part),
            Kind::basis => transition.basis.extend(self.text_in(part)),
            Kind::accepts => self.accepts(part, transition.span),
            _ => transition.actions.extend(self.action(part)),
        }
    }

    fn need(&mut self, branch: Branch<'t>) -> Option<Need> {
        let mut parts = branch.branches();
        let name = self.given(parts.next()?, Kind::need);
        Some(Need { name, ty: parts.next().and_then(|ty| self.type_name(ty)) })
    }

    pub(super) fn action(&mut self, branch: Branch<'t>) -> Option<Action> {
        Some(match branch.kind() {
            Kind::do_block => Action::Do(self.code_in(branch)?),
            Kind::issue => Action::Issue(self.name_in(branch)?),
            Kind::reassign => Action::Reassign(self.name_in(branch)?),
            Kind::take => Action::Take(self.name_in(branch)?),
            Kind::notify => {
                let mut recipients = Vec::new();
                let mut text = None;
                for part in branch.branches() {
                    match part.kind() {
                        Kind::text => text = Some(self.quoted(part)),
                        _ => recipients.extend(self.recipient(part)),
                    }
                }
                Action::Notify(recipients, text)
            }
            _ => return None,
        })
    }

    pub(super) fn recipient(&self, branch: Branch<'t>) -> Option<Recipient> {
        Some(match branch.kind() {
            Kind::holder => Recipient::Holder(self.span(branch)),
            Kind::head_of => match branch.branches().next()? {
                of if of.kind() == Kind::holder => Recipient::HeadOfHolder(self.whole(branch)),
                of => Recipient::HeadOf(self.word(of)),
            },
            _ => Recipient::Role(self.word(branch)),
        })
    }

    pub(super) fn timer(&mut self, branch: Branch<'t>) -> Option<Timer> {
        let mut parts = branch.branches();
        let name = self.name(&mut parts)?;
        let label = self.label(&mut parts);
        let term = self.term(parts.next()?)?;
        let anchor = self.anchor(parts.next()?)?;
        let transition = empty(Trigger::Always(name.span), self.whole(branch));
        let mut timer = Timer { name, label, term, anchor, on_last_day: false, from: Vec::new(), transition };
        for part in parts {
            match part.kind() {
                Kind::on_last_day => self.flag(&mut timer.on_last_day, part),
                Kind::from_states => {
                    let states = self.names(part);
                    self.fill(&mut timer.from, states, part);
                }
                Kind::target
                | Kind::when
                | Kind::basis
                | Kind::issue
                | Kind::notify
                | Kind::do_block
                | Kind::accepts => self.clause(part, &mut timer.transition),
                _ => self.convention(part, &mut timer.term),
            }
        }
        Some(timer)
    }
}

/// A state of which nothing but the name has been read.
pub(super) fn unmarked(name: Word, span: Span) -> State {
    State {
        name,
        was: None,
        label: None,
        is_final: None,
        is_initial: None,
        by: None,
        within: None,
        outcome: None,
        entry: Vec::new(),
        exit: Vec::new(),
        call: None,
        transitions: Vec::new(),
        parallel: None,
        inside: None,
        basis: Vec::new(),
        span,
    }
}

fn empty(trigger: Trigger, span: Span) -> Transition {
    Transition {
        trigger,
        once: false,
        by: Vec::new(),
        needs: Vec::new(),
        when: None,
        otherwise: None,
        actions: Vec::new(),
        target: None,
        basis: Vec::new(),
        span,
    }
}
