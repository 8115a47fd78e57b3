//! Statements: what they set, and which of them run.

use motcua_engine::script::expression::{Expression, Kind};
use smol_str::SmolStr;

use super::infer::Typing;
use super::scope::key;
use super::{Rule, Type, Typed};
use crate::resolve::nearest;
use crate::sentence::say;

impl<'p> Typing<'p> {
    /// Walks statements in the scope at hand, and returns what the last one gives.
    pub(super) fn block(&mut self, block: &'p [Expression]) -> Typed {
        let mut gives = Typed::from(Type::Absent);
        for statement in block {
            gives = self.expression(statement);
            if gives.ty == Type::Never {
                break;
            }
            // After `if x == () { return … }` x is there.
            if let Kind::If(condition, then, None) = &statement.kind
                && matches!(then.last().map(|last| &last.kind), Some(Kind::Leave(..)))
            {
                self.assume(condition, false);
            }
        }
        gives
    }

    /// Walks statements between braces: their variables end with them.
    pub(super) fn inner(&mut self, block: &'p [Expression]) -> Typed {
        let variables = self.scope.variables.len();
        let gives = self.block(block);
        self.scope.variables.truncate(variables);
        gives
    }

    pub(super) fn choice(
        &mut self,
        whole: &Expression,
        condition: &'p Expression,
        then: &'p [Expression],
        otherwise: Option<&'p [Expression]>,
    ) -> Typed {
        let typed = self.expression(condition);
        self.condition(condition, &typed, "a condition");
        let before = self.scope.clone();
        self.assume(condition, true);
        let one = self.inner(then);
        let after = std::mem::replace(&mut self.scope, before);
        self.assume(condition, false);
        let other = otherwise.map_or_else(|| Type::Absent.into(), |otherwise| self.inner(otherwise));
        match (&one.ty, &other.ty) {
            (Type::Never, _) => return other,
            (_, Type::Never) => self.scope = after,
            _ => self.scope.meet(&after),
        }
        // A statement gives nothing that anybody reads.
        if one.ty == Type::Absent || other.ty == Type::Absent {
            return one.or(other).unwrap_or_else(Typed::unknown);
        }
        self.either(whole, &one, &other)
    }

    pub(super) fn each(&mut self, names: &[SmolStr], list: &'p Expression, body: &'p [Expression]) -> Typed {
        let typed = self.expression(list);
        let item = match self.present(list, &typed) {
            Type::List(of) => *of,
            ty if ty.is_silent() => Typed::unknown(),
            ty => {
                let message = say!("{list} is {ty}, and no list", list = self.quoted(list), ty);
                self.fault(Rule::Mismatch, &list.at, message, &[&typed], "`for` goes through a list or a `range(…)`");
                Typed::unknown()
            }
        };
        let variables = self.scope.variables.len();
        self.forget_set(body);
        let before = self.scope.clone();
        for (i, name) in names.iter().enumerate() {
            self.scope.declare(name, if i == 0 { item.clone() } else { Type::Integer.into() });
        }
        self.inner(body);
        self.scope.variables.truncate(variables);
        self.scope.meet(&before);
        Type::Absent.into()
    }

    pub(super) fn repeat(&mut self, condition: Option<&'p Expression>, body: &'p [Expression]) -> Typed {
        self.forget_set(body);
        if let Some(condition) = condition {
            let typed = self.expression(condition);
            self.condition(condition, &typed, "a condition");
        }
        let before = self.scope.clone();
        if let Some(condition) = condition {
            self.assume(condition, true);
        }
        self.inner(body);
        self.scope.meet(&before);
        Type::Absent.into()
    }

    /// Forgets what is known of everything that statements set: they may have run before.
    fn forget_set(&mut self, block: &[Expression]) {
        let mut rest: Vec<&Expression> = block.iter().collect();
        while let Some(statement) = rest.pop() {
            match &statement.kind {
                Kind::Set(_, both) => {
                    let [target, _] = &**both;
                    if let Some(key) = key(target) {
                        self.scope.forget(&key);
                    }
                }
                Kind::If(_, then, otherwise) => rest.extend(then.iter().chain(otherwise.iter().flatten())),
                Kind::For(_, _, body) | Kind::Loop(_, body) | Kind::Block(body) => rest.extend(body),
                Kind::Let(_, Some(value)) => rest.push(value),
                _ => {}
            }
        }
    }

    pub(super) fn set(
        &mut self,
        whole: &'p Expression,
        operator: Option<&'static str>,
        both: &'p [Expression; 2],
    ) -> Typed {
        let [target, value] = both;
        let new = self.expression(value);
        // What is given cannot be set, whatever its type: that is said by itself.
        if matches!(&target.kind, Kind::Fact(path) if path.first().is_none_or(|root| root != "data")) {
            return Type::Absent.into();
        }
        let new = match operator {
            None => new,
            Some(operator) => {
                let old = self.expression(target);
                if let (Type::List(of), "+") = (&old.ty, operator)
                    && !matches!(new.ty, Type::List(_))
                {
                    let of = (**of).clone();
                    self.fits(target, &of, value, &new);
                    old
                } else {
                    self.arithmetic(operator, &whole.at, whole, (target, &old), (value, &new))
                }
            }
        };
        // What it may hold, whatever is known of it now.
        let key = key(target);
        if let Some(key) = &key {
            self.scope.forget(key);
            if key.starts_with("data.") && (new.optional || matches!(new.ty, Type::Absent | Type::Unknown)) {
                self.taken_away.push(key.clone());
            }
        }
        if let Kind::Variable(name) = &target.kind {
            let known = self.scope.variables.iter().rposition(|(known, _)| known == name);
            if let Some((_, typed)) = known.and_then(|at| self.scope.variables.get_mut(at)) {
                if let Some(both) = typed.clone().or(new.clone()) {
                    *typed = both;
                } else {
                    let old = typed.clone();
                    self.fits(target, &old, value, &new);
                }
            }
        } else {
            let old = self.expression(target);
            if operator.is_none() || !new.ty.is_silent() {
                self.fits(target, &old, if operator.is_some() { whole } else { value }, &new);
            }
        }
        if let Some(key) = key
            && !new.optional
            && !matches!(new.ty, Type::Absent | Type::Unknown)
        {
            self.scope.learn(key);
        }
        Type::Absent.into()
    }

    /// Checks that a value can be stored where something stands.
    fn fits(&mut self, target: &Expression, old: &Typed, value: &Expression, new: &Typed) {
        if old.ty.is_silent() || new.ty.is_silent() {
            return;
        }
        let name = self.quoted(target);
        if new.ty == Type::Absent && old.optional {
            return;
        }
        if new.ty == Type::Absent {
            let message = say!("{name} cannot be absent", name);
            self.fault(Rule::Assign, &value.at, message, &[old], "declare it with `?`, or give it a value");
            return;
        }
        if !stores(&old.ty, &new.ty) {
            if let (Type::Words(words), Type::Words(said)) = (&old.ty, &new.ty)
                && let Some(other) = said.iter().find(|word| !words.contains(word))
            {
                let near = nearest(other, words.iter().map(|word| (word.as_str(), None)));
                let help = near.map_or_else(
                    || say!("it is {ty}", ty = old.ty),
                    |near| say!("did you mean \"{near}\"?", near = near.name),
                );
                let message = say!("{name} cannot become \"{other}\"", name, other);
                self.fault(Rule::Assign, &value.at, message, &[old], help);
                return;
            }
            let help = match (&old.ty, &new.ty) {
                (Type::Integer, ty) if ty.is_number() => "round it: `to_int(round_half_up(…, 0))`",
                (Type::Date, Type::Instant) => "take its day: `day_of(…)`",
                (Type::Date, ty) if ty.is_text() => "write a date as `date(\"2025-04-30\")`",
                (Type::Text, ty) if !matches!(ty, Type::List(_) | Type::Record(_)) => "write it out: `to_string(…)`",
                (ty, text) if ty.is_number() && text.is_text() => "write a number without quotes",
                (Type::Words(_), Type::Text) => "give it one of its words",
                _ => "give it a value of its type",
            };
            let message = say!(
                "{name} is {ty}, and {value} is {ty2}",
                name,
                ty = old.ty,
                value = self.quoted(value),
                ty2 = new.ty
            );
            self.fault(Rule::Assign, &value.at, message, &[old, new], help);
            return;
        }
        if new.optional && !old.optional {
            self.present(value, new);
        }
    }
}

/// Returns whether a field of one type can hold a value of another.
pub(super) fn stores(field: &Type, value: &Type) -> bool {
    match (field, value) {
        (a, b) if a.is_silent() || b.is_silent() => true,
        (Type::Money(a), Type::Money(b)) => a == b,
        (Type::Decimal | Type::Money(_), value) => value.is_number(),
        (Type::Text, value) => value.is_text(),
        (Type::Words(words), Type::Words(said)) => said.iter().all(|word| words.contains(word)),
        (Type::List(a), Type::List(b)) => (a.optional || !b.optional && b.ty != Type::Absent) && stores(&a.ty, &b.ty),
        (Type::Record(parts), Type::Record(given)) => {
            let known = |name: &SmolStr| parts.iter().any(|(part, _)| part == name);
            given.iter().all(|(name, _)| known(name))
                && parts.iter().all(|(name, part)| match given.iter().find(|(given, _)| given == name) {
                    Some((_, typed)) if typed.ty == Type::Absent => part.optional,
                    Some((_, typed)) => stores(&part.ty, &typed.ty),
                    None => part.optional,
                })
        }
        (a, b) => a == b,
    }
}
