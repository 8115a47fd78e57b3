//! Builds clocks and their ladders.

use super::Builder;
use crate::diagnostic::Finding;
use crate::parse::tree::{Branch, Branches, Kind};
use crate::sentence::say;
use crate::syntax::{Acknowledged, Clock, Code, Extends, Limit, OnCommand, Reappoints, Rung, RungAt, Suspends, Text};

impl<'t> Builder<'t> {
    pub(super) fn clock(&mut self, branch: Branch<'t>) -> Option<Clock> {
        let mut parts = branch.branches();
        let mut clock = Clock {
            name: self.name(&mut parts)?,
            was: self.was(&mut parts),
            label: self.label(&mut parts),
            limits: Vec::new(),
            from: Vec::new(),
            anchor: None,
            until: Vec::new(),
            suspends: Vec::new(),
            restarts: Vec::new(),
            extends: None,
            reappoints: None,
            rungs: Vec::new(),
            basis: Vec::new(),
            span: self.whole(branch),
        };
        parts.for_each(|part| self.clock_member(part, &mut clock));
        Some(clock)
    }

    pub(super) fn clock_member(&mut self, branch: Branch<'t>, clock: &mut Clock) {
        match branch.kind() {
            Kind::limit => clock.limits.extend(branch.branches().filter_map(|case| self.limit(case))),
            Kind::runs => self.runs(branch, clock),
            Kind::suspends => clock.suspends.push(self.suspends(branch)),
            Kind::restarts => {
                let on = branch.branches().next().map(|events| self.names(events)).unwrap_or_default();
                let (when, basis) = self.guard(branch.branches());
                clock.restarts.push(OnCommand { on, when, basis });
            }
            Kind::extends => {
                let extends = self.extends(branch);
                self.once(&mut clock.extends, extends, branch);
            }
            Kind::reappoints => {
                let reappoints = self.reappoints(branch);
                self.once(&mut clock.reappoints, reappoints, branch);
            }
            Kind::escalate => clock.rungs.extend(branch.branches().filter_map(|rung| self.rung(rung))),
            Kind::basis => clock.basis.extend(self.text_in(branch)),
            Kind::accepts => self.accepts(branch, clock.span),
            _ => {}
        }
    }

    fn limit(&mut self, branch: Branch<'t>) -> Option<Limit> {
        let mut parts = branch.branches();
        if branch.kind() == Kind::other_case {
            return self.limit(parts.next()?);
        }
        let term = self.term(parts.next()?)?;
        let (when, basis) = self.guard(parts);
        Some(Limit { term, when, basis })
    }

    /// `when …` and `basis "…"` among the clauses of a line.
    fn guard(&mut self, parts: Branches<'t>) -> (Option<Code>, Vec<Text>) {
        let (mut when, mut basis) = (None, Vec::new());
        for part in parts {
            match part.kind() {
                Kind::when => {
                    let code = self.code_in(part);
                    self.once(&mut when, code, part);
                }
                Kind::basis => basis.extend(self.text_in(part)),
                _ => {}
            }
        }
        (when, basis)
    }

    fn runs(&mut self, branch: Branch<'t>, clock: &mut Clock) {
        for part in branch.branches() {
            match part.kind() {
                Kind::runs_from => {
                    let from = self.names(part);
                    self.fill(&mut clock.from, from, branch);
                }
                Kind::counted => {
                    let anchor = part.branches().next().and_then(|anchor| self.anchor(anchor));
                    self.once(&mut clock.anchor, anchor, part);
                }
                Kind::until => {
                    let until = self.names(part);
                    self.fill(&mut clock.until, until, part);
                }
                _ => clock.basis.extend(self.text_in(part)),
            }
        }
    }

    fn suspends(&mut self, branch: Branch<'t>) -> Suspends {
        let (when, basis) = self.guard(branch.branches());
        let mut suspends = Suspends { states: Vec::new(), on: Vec::new(), until: Vec::new(), when, edges: None, basis };
        for part in branch.branches() {
            let names = self.names(part);
            match part.kind() {
                Kind::in_states => self.fill(&mut suspends.states, names, part),
                Kind::on_events => self.fill(&mut suspends.on, names, part),
                Kind::until => self.fill(&mut suspends.until, names, part),
                Kind::both_edges => self.once(&mut suspends.edges, Some(true), part),
                Kind::asking_day => self.once(&mut suspends.edges, Some(false), part),
                _ => {}
            }
        }
        suspends
    }

    fn extends(&mut self, branch: Branch<'t>) -> Option<Extends> {
        let mut parts = branch.branches();
        let mut extends = Extends {
            times: self.times(parts.next()?),
            at_most: self.term(parts.next()?)?,
            in_total: None,
            agreement: false,
            by: Vec::new(),
            basis: Vec::new(),
            span: self.whole(branch),
        };
        for part in parts {
            match part.kind() {
                Kind::in_total => {
                    let term = part.branches().next().and_then(|term| self.term(term));
                    self.once(&mut extends.in_total, term, part);
                }
                Kind::agreement => self.flag(&mut extends.agreement, part),
                Kind::granted_by => {
                    let by = self.names(part);
                    self.fill(&mut extends.by, by, part);
                }
                _ => extends.basis.extend(self.text_in(part)),
            }
        }
        Some(extends)
    }

    fn reappoints(&mut self, branch: Branch<'t>) -> Option<Reappoints> {
        let mut parts = branch.branches();
        let mut reappoints = Reappoints {
            times: self.times(parts.next()?),
            at_latest: None,
            by: Vec::new(),
            actions: Vec::new(),
            basis: Vec::new(),
            span: self.whole(branch),
        };
        for part in parts {
            match part.kind() {
                Kind::at_latest => {
                    let term = part.branches().next().and_then(|term| self.term(term));
                    self.once(&mut reappoints.at_latest, term, part);
                }
                Kind::granted_by => {
                    let by = self.names(part);
                    self.fill(&mut reappoints.by, by, part);
                }
                Kind::basis => reappoints.basis.extend(self.text_in(part)),
                _ => reappoints.actions.extend(self.action(part)),
            }
        }
        Some(reappoints)
    }

    /// How often: `once`, `twice`, `3 times`.
    fn times(&mut self, branch: Branch<'t>) -> u32 {
        match branch.kind() {
            Kind::once => 1,
            Kind::twice => 2,
            _ => self.number_in(branch).unwrap_or_default(),
        }
    }

    pub(super) fn rung(&mut self, branch: Branch<'t>) -> Option<Rung> {
        let mut parts = branch.branches();
        let first = parts.next()?;
        let mut at = match first.kind() {
            Kind::share => RungAt::Share(self.number(first.branches().next()?)),
            Kind::when_due => RungAt::Due,
            Kind::every => RungAt::Every { term: self.term(first.branches().next()?)?, at_most: None, until: None },
            Kind::before_due => RungAt::Before(self.term(first.branches().next()?)?),
            _ => RungAt::After(self.term(first.branches().next()?)?),
        };
        let mut actions = Vec::new();
        for part in parts {
            match (part.kind(), &mut at) {
                (Kind::at_most, RungAt::Every { at_most, .. }) => {
                    let bound = self.number_in(part);
                    self.once(at_most, bound, part);
                }
                (Kind::acknowledged, RungAt::Every { until, .. }) => {
                    let by = part.branches().next().map(|by| self.names(by)).unwrap_or_default();
                    let acknowledged = Acknowledged { by, span: self.whole(part) };
                    self.once(until, Some(acknowledged), part);
                }
                (Kind::at_most | Kind::acknowledged, _) => {
                    let message = "only a rung that repeats has a bound";
                    let clause = if part.kind() == Kind::at_most { "at most … times" } else { "until acknowledged" };
                    let help = say!("leave `{clause}` out, or begin the rung with `every … overdue`", clause);
                    self.findings.push(Finding::error("syntax-bound", message, self.whole(part)).help(help));
                }
                _ => actions.extend(self.action(part)),
            }
        }
        Some(Rung { at, actions, span: self.whole(branch) })
    }
}
