//! What a condition makes sure of: that something is there.

use motcua_engine::script::expression::{Expression, Kind};

use super::infer::Typing;
use super::scope::key;

impl Typing<'_> {
    /// Notes what is known where a condition holds, or where it does not.
    pub(super) fn assume(&mut self, condition: &Expression, holds: bool) {
        match &condition.kind {
            Kind::Unary("!", inner) => self.assume(inner, !holds),
            Kind::Binary("&&", _, both) if holds => both.iter().for_each(|one| self.assume(one, true)),
            Kind::Binary("||", _, both) if !holds => both.iter().for_each(|one| self.assume(one, false)),
            Kind::Binary(operator @ ("==" | "!="), _, both) if holds == (*operator == "!=") => match &**both {
                [one, Expression { kind: Kind::Absent, .. }] | [Expression { kind: Kind::Absent, .. }, one] => {
                    self.learn(one);
                }
                _ => {}
            },
            Kind::Call { name, arguments, .. } if name == "is_absent" && !holds && !self.is_own(name, 1) => {
                if let [one] = arguments.as_slice() {
                    self.learn(one);
                }
            }
            _ => {}
        }
    }

    fn learn(&mut self, expression: &Expression) {
        if let Some(key) = key(expression) {
            self.scope.learn(key);
        }
    }
}
