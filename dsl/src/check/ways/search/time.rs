//! Which of several things that time does comes first.

use super::{Node, Search};
use crate::check::extends_total::counted;
use crate::check::ways::witness::step;
use crate::model::{Rule, RuleTrigger, Target};
use crate::sentence::say;
use crate::syntax::Action;

impl Search<'_, '_> {
    /// Assumes that nothing else that time does comes before a rule; returns whether that may be.
    pub(super) fn comes_first(&self, node: &mut Node, rule: &Rule<'_>, number: usize, place: usize) -> bool {
        let time = |rule: &Rule<'_>| match rule.trigger {
            RuleTrigger::After(term) if term.of.is_none() => {
                let (kind, count) = counted(term)?;
                Some(((kind, term.first_day, term.roll, term.month_end, term.ends), count))
            }
            _ => None,
        };
        let own = time(rule);
        let mut rivals: Vec<(usize, usize)> = Vec::new();
        for other in node.places.iter().copied() {
            let timed = self.from.get(other).into_iter().flatten().copied().filter(|rival| {
                let Some(rule) = self.rule(*rival).filter(|_| *rival != number) else { return false };
                let acts = rule.transition.actions.iter().any(|action| matches!(action, Action::Do(_)));
                matches!(rule.trigger, RuleTrigger::After(_) | RuleTrigger::Timer(_))
                    && (acts || matches!(rule.target, Target::State(_)))
                    && !node.taken.contains(rival)
            });
            rivals.extend(timed.map(|rival| (rival, other)));
        }
        for (rival, other) in rivals {
            let Some(rule) = self.rule(rival) else { continue };
            let order = match (own, time(rule)) {
                (Some((kind, own)), Some((of, theirs))) if kind == of && other == place => Some(theirs.cmp(&own)),
                _ => None,
            };
            match order {
                Some(std::cmp::Ordering::Greater) => {}
                Some(std::cmp::Ordering::Equal) if number < rival => {}
                Some(_) if !self.assume(node, rule, false) => return false,
                Some(_) => {}
                None => {
                    let tell = |rule, source| step(self.procedure, self.rule(rule)?, source);
                    if let (Some(first), Some(second)) = (tell(number, place), tell(rival, other)) {
                        let before = say!("`{first}` comes before `{second}`", first, second);
                        node.before.extend((!node.before.contains(&before)).then_some(before));
                    }
                }
            }
        }
        true
    }
}
