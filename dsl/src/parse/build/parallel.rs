//! Builds parallel work: the parallel is a state, and the states of its branches follow it in the procedure's list.

use smol_str::{SmolStr, format_smolstr};

use super::Builder;
use super::state::unmarked;
use crate::diagnostic::Finding;
use crate::parse::tree::{Branch as Part, Kind};
use crate::sentence::say;
use crate::syntax::{Branch, Inside, Joins, Parallel, Procedure, State, Trigger};

/// The names of a parallel and a branch stand before those of all their states, so together they have so many bytes at most.
const LONGEST: usize = 512;

impl<'t> Builder<'t> {
    pub(super) fn parallel(&mut self, part: Part<'t>, procedure: &mut Procedure, inside: Option<Inside>) {
        let mut parts = part.branches();
        let Some(name) = self.name(&mut parts) else { return };
        let state = State { parallel: Some(Box::new(Parallel::default())), ..unmarked(name, self.whole(part)) };
        let at = procedure.states.len();
        procedure.states.push(state);
        if let Some(inside) = inside {
            place(procedure, at, inside);
        }
        parts.for_each(|part| self.parallel_member(part, procedure, at));
        // Only now is it known whether its head names a holder of its own.
        if let Some(inside) = inside {
            hold(procedure, at, inside);
        }
    }

    /// Builds what stands in the head or the body of the parallel that is the state `at`.
    pub(super) fn parallel_member(&mut self, part: Part<'t>, procedure: &mut Procedure, at: usize) {
        match part.kind() {
            Kind::branch => self.branch(part, procedure, at),
            _ => {
                if let Some(state) = procedure.states.get_mut(at) {
                    self.state_part(part, state);
                }
            }
        }
    }

    fn branch(&mut self, part: Part<'t>, procedure: &mut Procedure, at: usize) {
        let mut parts = part.branches();
        let Some(name) = self.name(&mut parts) else { return };
        let mut branch = Branch { name, label: None, by: None, when: None, span: self.whole(part) };
        let mut members = Vec::new();
        for part in parts {
            match part.kind() {
                Kind::text => {
                    let label = self.quoted(part);
                    self.once(&mut branch.label, Some(label), part);
                }
                Kind::by => {
                    let role = self.one_role(part);
                    self.once(&mut branch.by, role, part);
                }
                Kind::when => {
                    let when = self.code_in(part);
                    self.once(&mut branch.when, when, part);
                }
                _ => members.push(part),
            }
        }
        let Some(state) = procedure.states.get_mut(at) else { return };
        if prefix(state, &branch).is_none() {
            let message = say!(
                "the names around the states of this branch are longer than {longest} bytes together",
                longest = LONGEST
            );
            let help = "give the parallel or the branch a shorter name";
            self.findings.push(Finding::error("size", message, branch.name.span).help(help));
        }
        let Some(parallel) = state.parallel.as_deref_mut() else { return };
        let inside = Inside { parallel: at, branch: parallel.branches.len() };
        parallel.branches.push(branch);
        for part in members {
            self.branch_member(part, procedure, inside);
        }
    }

    /// Builds what stands in the body of a branch.
    pub(super) fn branch_member(&mut self, part: Part<'t>, procedure: &mut Procedure, inside: Inside) {
        match part.kind() {
            Kind::parallel => self.parallel(part, procedure, Some(inside)),
            Kind::from => procedure.shared.extend(self.from(part, Some(inside))),
            Kind::accepts => {
                let scope = around(procedure, inside).map_or(procedure.span, |(_, branch)| branch.span);
                self.accepts(part, scope);
            }
            _ => {
                if let Some(state) = self.state(part) {
                    procedure.states.push(state);
                    let at = procedure.states.len() - 1;
                    place(procedure, at, inside);
                    hold(procedure, at, inside);
                }
            }
        }
    }

    pub(super) fn joins(&mut self, part: Part<'t>) -> Option<Trigger> {
        let span = self.whole(part);
        let joins = match part.kind() {
            Kind::join_all => Joins::All,
            Kind::join_any => Joins::Any,
            _ => {
                let mut numbers = part.branches();
                let (count, of) = (numbers.next()?, numbers.next()?);
                Joins::Of { count: self.number(count), of: self.number(of), span }
            }
        };
        Some(Trigger::Join(joins, span))
    }
}

/// Puts a state into a branch: it has its full name.
fn place(procedure: &mut Procedure, at: usize, inside: Inside) {
    let before = around(procedure, inside).and_then(|(parallel, branch)| prefix(parallel, branch));
    let Some(state) = procedure.states.get_mut(at) else { return };
    if let Some(before) = before {
        state.name.text = format_smolstr!("{before}.{}", state.name.text);
    }
    state.inside = Some(inside);
}

/// Gives a state of a branch the branch's holder where it has none of its own.
fn hold(procedure: &mut Procedure, at: usize, inside: Inside) {
    let by = around(procedure, inside).and_then(|(_, branch)| branch.by.clone());
    let Some(state) = procedure.states.get_mut(at) else { return };
    // Nobody has anything left to do where a branch is done.
    if state.by.is_none() && state.is_final.is_none() {
        state.by = by;
    }
}

/// Returns the parallel and the branch that something is inside of.
fn around(procedure: &Procedure, inside: Inside) -> Option<(&State, &Branch)> {
    let parallel = procedure.states.get(inside.parallel)?;
    Some((parallel, parallel.parallel.as_ref()?.branches.get(inside.branch)?))
}

/// Returns what stands before the names of a branch's states; nothing where it is too long to stand before each of them.
fn prefix(parallel: &State, branch: &Branch) -> Option<SmolStr> {
    let (parallel, branch) = (&parallel.name.text, &branch.name.text);
    (parallel.len() + branch.len() < LONGEST).then(|| format_smolstr!("{parallel}.{branch}"))
}
