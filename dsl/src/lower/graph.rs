//! States and transitions.

use motcua_engine::calendar::{Ends, Unit};
use motcua_engine::plan::{
    BranchPlan, ClockPlan, EventRef, Graph, Inside, StateKind, StatePlan, TransitionPlan, Trigger,
};
use motcua_engine::{ClockId, CommandId, RuleId, StateId, TimerId};

use super::{Lowering, TooLarge, state_id};
use crate::model::{Origin, Rule, RuleTrigger, Target};
use crate::syntax::{self, Length};

/// The name of the state before the opening; no author's name has brackets.
const START: &str = "(start)";

impl Lowering<'_, '_> {
    /// Adds all states, with the anonymous clocks of `within`.
    pub(super) fn states(&mut self, clocks: &mut Vec<ClockPlan>) -> Result<(), TooLarge> {
        self.graph.add_state(StatePlan {
            name: START.into(),
            kind: StateKind::Start,
            holder: None,
            within: None,
            entry: Vec::new(),
            exit: Vec::new(),
            call: None,
            inside: None,
        });
        for (i, state) in self.procedure.syntax.states.iter().enumerate() {
            let within = match &state.within {
                Some(term) => {
                    let name = format!("within {}", state.name.text);
                    Some(self.anonymous(clocks, name, state_id(i)?, term)?)
                }
                None => None,
            };
            let kind = match (&state.parallel, state.is_final) {
                (Some(parallel), _) => self.parallel(i, parallel)?,
                (None, Some(_)) if state.inside.is_some() => StateKind::Done,
                (None, Some(_)) => StateKind::Final { outcome: self.script(state.outcome.as_ref()) },
                (None, None) => StateKind::Work,
            };
            let plan = StatePlan {
                name: state.name.text.clone(),
                kind,
                holder: state.by.as_ref().map(|role| self.role(role)).transpose()?,
                within,
                entry: self.actions(&state.entry)?,
                exit: self.actions(&state.exit)?,
                call: state.call.as_deref().map(|call| self.call(call)).transpose()?.map(Box::new),
                inside: state.inside.map(inside).transpose()?,
            };
            self.graph.add_state(plan).ok_or(TooLarge)?;
        }
        Ok(())
    }

    fn parallel(&self, index: usize, parallel: &syntax::Parallel) -> Result<StateKind, TooLarge> {
        let mut branches = Vec::with_capacity(parallel.branches.len());
        for (branch, written) in parallel.branches.iter().enumerate() {
            let begins = self.procedure.beginnings(syntax::Inside { parallel: index, branch }).first();
            let (initial, _) = *begins.ok_or(TooLarge)?;
            let when = self.script(written.when.as_ref());
            branches.push(BranchPlan { name: written.name.text.clone(), initial: state_id(initial)?, when });
        }
        let joins = self.procedure.joins(index).and_then(|joins| u16::try_from(joins).ok());
        Ok(StateKind::Parallel { branches, joins: joins.ok_or(TooLarge)? })
    }

    /// Adds all transitions: one for each state that a rule starts from.
    pub(super) fn transitions(&mut self, clocks: &mut Vec<ClockPlan>) -> Result<(), TooLarge> {
        let procedure = self.procedure;
        for (i, rule) in procedure.rules.iter().enumerate() {
            let id = RuleId::new(i).ok_or(TooLarge)?;
            let plan = self.transition(id, rule)?;
            if rule.origin == Origin::Start {
                self.add(Graph::START, rule, plan)?;
                continue;
            }
            for source in procedure.sources(rule) {
                let from = state_id(source)?;
                let trigger = match rule.trigger {
                    RuleTrigger::After(term) => {
                        let state = procedure.states.word(source).map_or("", |word| word.text.as_str());
                        let said = super::clocks::said(term);
                        Trigger::After(match &rule.transition.trigger {
                            syntax::Trigger::Silence { announced, .. } => {
                                let name = format!("no answer within {said} in {state}");
                                let id = self.anonymous(clocks, name, from, &window(term))?;
                                let notice = super::clocks::announcement(announced.as_deref())?;
                                clocks.last_mut().ok_or(TooLarge)?.rungs.push(notice);
                                id
                            }
                            syntax::Trigger::Window { .. } => {
                                let name = format!("window {said} in {state}");
                                self.anonymous(clocks, name, from, &window(term))?
                            }
                            _ => self.anonymous(clocks, format!("after {said} in {state}"), from, term)?,
                        })
                    }
                    _ => plan.trigger,
                };
                self.add(from, rule, TransitionPlan { trigger, ..plan.clone() })?;
            }
        }
        Ok(())
    }

    fn add(&mut self, from: StateId, rule: &Rule<'_>, plan: TransitionPlan) -> Result<(), TooLarge> {
        let to = match rule.target {
            Target::State(state) => state_id(state)?,
            Target::Stay => from,
            Target::Unknown => return Err(TooLarge),
        };
        self.graph.add_transition(from, to, plan).map(|_| ()).ok_or(TooLarge)
    }

    /// Returns a rule as a transition; the clock of an `after` differs from state to state and is set later.
    fn transition(&mut self, id: RuleId, rule: &Rule<'_>) -> Result<TransitionPlan, TooLarge> {
        let written = rule.transition;
        let trigger = match rule.trigger {
            RuleTrigger::Command(command) => Trigger::Command(CommandId::new(command).ok_or(TooLarge)?),
            RuleTrigger::Always | RuleTrigger::After(_) => Trigger::Always,
            RuleTrigger::Join => Trigger::Join,
            RuleTrigger::Timer(timer) => Trigger::Timer(TimerId::new(timer).ok_or(TooLarge)?),
            RuleTrigger::Outcome => Trigger::Outcome,
        };
        Ok(TransitionPlan {
            rule: id,
            trigger,
            once: written.once.then(|| self.mark(EventRef::Rule(id))).transpose()?,
            by: self.roles(&written.by)?,
            needs: written.needs.iter().map(|need| self.need(need)).collect::<Result<_, _>>()?,
            when: self.script(written.when.as_ref()),
            otherwise: written.otherwise.is_some(),
            actions: self.actions(&written.actions)?,
            stays: rule.target == Target::Stay,
            outcomes: match &written.trigger {
                syntax::Trigger::Outcome { outcomes, .. } => outcomes.iter().map(|word| word.text.clone()).collect(),
                _ => Vec::new(),
            },
            tacit: match written.trigger {
                syntax::Trigger::Silence { means, .. } => Some(means),
                _ => None,
            },
        })
    }

    /// Adds the anonymous clock of a state and returns its id.
    fn anonymous(
        &mut self,
        clocks: &mut Vec<ClockPlan>,
        name: String,
        state: StateId,
        term: &crate::syntax::Term,
    ) -> Result<ClockId, TooLarge> {
        let id = ClockId::new(clocks.len()).ok_or(TooLarge)?;
        clocks.push(self.clock_of_state(name, state, term)?);
        Ok(id)
    }
}

fn inside(written: syntax::Inside) -> Result<Inside, TooLarge> {
    let branch = u16::try_from(written.branch).map_err(|_| TooLarge)?;
    Ok(Inside { parallel: state_id(written.parallel)?, branch })
}

/// Returns the term of a window: also one in working days ends at 24:00, where nothing else is said.
pub(crate) fn window(written: &syntax::Term) -> syntax::Term {
    let at_close = match &written.length {
        Length::Of { unit, .. } | Length::Data { unit, .. } => *unit == Unit::WorkingDay,
        Length::SameWorkingDay { .. } => true,
        Length::Until(_) => false,
    };
    syntax::Term { ends: written.ends.or(at_close.then_some(Ends::Midnight)), ..written.clone() }
}
