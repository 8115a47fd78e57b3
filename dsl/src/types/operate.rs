//! Operators: what they take and give.

use std::ops::Range;

use motcua_engine::script::expression::{Expression, Kind};

use super::infer::Typing;
use super::{Rule, Type, Typed};
use crate::resolve::nearest;
use crate::sentence::say;

impl<'p> Typing<'p> {
    pub(super) fn unary(&mut self, operator: &str, operand: &'p Expression) -> Typed {
        let typed = self.expression(operand);
        if operator == "!" {
            self.condition(operand, &typed, "what `!` turns around");
            return Type::Boolean.into();
        }
        let ty = self.present(operand, &typed);
        if ty.is_number() || ty.is_silent() {
            return Typed { whole: typed.whole, ..ty.into() };
        }
        let message = say!(
            "`{operator}` stands before a number, and {operand} is {ty}",
            operator,
            operand = self.quoted(operand),
            ty
        );
        self.fault(Rule::Mismatch, &operand.at, message, &[&typed], "only numbers have a sign");
        Typed::unknown()
    }

    pub(super) fn binary(
        &mut self,
        whole: &'p Expression,
        operator: &'static str,
        at: &Range<usize>,
        both: &'p [Expression; 2],
    ) -> Typed {
        let [left, right] = both;
        match operator {
            "&&" | "||" => {
                let typed = self.expression(left);
                self.condition(left, &typed, say!("each side of `{operator}`", operator));
                // The right side is asked only where the left one has not decided.
                let before = self.scope.clone();
                self.assume(left, operator == "&&");
                let typed = self.expression(right);
                self.condition(right, &typed, say!("each side of `{operator}`", operator));
                self.scope = before;
                Type::Boolean.into()
            }
            "??" => {
                let (one, other) = (self.expression(left), self.expression(right));
                self.either(whole, &one.present(), &other)
            }
            "in" | "!in" => {
                self.within(left, right);
                Type::Boolean.into()
            }
            "==" | "!=" | "<" | "<=" | ">" | ">=" => {
                let (one, other) = (self.expression(left), self.expression(right));
                self.compare(operator, left, &one, right, &other);
                Type::Boolean.into()
            }
            _ => {
                let (one, other) = (self.expression(left), self.expression(right));
                self.arithmetic(operator, at, whole, (left, &one), (right, &other))
            }
        }
    }

    /// Returns the type of a value that is one or the other.
    pub(super) fn either(&mut self, whole: &Expression, one: &Typed, other: &Typed) -> Typed {
        // The first is there whenever it is taken, so whether the whole is hangs on the second alone.
        let Some(both) = one.clone().or(other.clone()) else {
            let message = say!("{whole} is {ty} or {ty2}", whole = self.quoted(whole), ty = one.ty, ty2 = other.ty);
            self.fault(Rule::Mismatch, &whole.at, message, &[one, other], "both must be of one type");
            return Typed::unknown();
        };
        both
    }

    pub(super) fn compare(
        &mut self,
        operator: &str,
        left: &Expression,
        one: &Typed,
        right: &Expression,
        other: &Typed,
    ) {
        let equality = matches!(operator, "==" | "!=");
        if equality && (one.ty == Type::Absent || other.ty == Type::Absent) {
            return;
        }
        if !one.ty.goes_with(&other.ty) || one.ty == Type::Absent || other.ty == Type::Absent {
            self.unlike(left, one, right, other);
            return;
        }
        let ordered = |ty: &Type| !matches!(ty, Type::List(_) | Type::Record(_) | Type::Closure);
        for (side, typed) in [(left, one), (right, other)] {
            if !equality && !ordered(&typed.ty) {
                let message =
                    say!("{side} is {ty}, and none is less than another", side = self.quoted(side), ty = typed.ty);
                self.fault(Rule::Mismatch, &side.at, message, &[typed], "compare a part of it");
                return;
            }
            self.present(side, typed);
        }
    }

    /// Says that two values can never be equal.
    fn unlike(&mut self, left: &Expression, one: &Typed, right: &Expression, other: &Typed) {
        // A text as it stands there is what is wrong rather than the field beside it.
        let literal = |side: &Expression| !matches!(side.kind, Kind::Fact(_) | Kind::Variable(_) | Kind::Part { .. });
        let (side, typed, with, known) =
            if literal(left) && !literal(right) { (left, one, right, other) } else { (right, other, left, one) };
        if let (Type::Words(said), Type::Words(words)) = (&typed.ty, &known.ty)
            && let [said] = said.as_slice()
        {
            let near = nearest(said, words.iter().map(|word| (word.as_str(), None)));
            let help = near.map_or_else(
                || say!("it is {ty}", ty = known.ty),
                |near| say!("did you mean \"{near}\"?", near = near.name),
            );
            let message = say!("{with} is never \"{said}\"", with = self.quoted(with), said);
            self.fault(Rule::Mismatch, &side.at, message, &[known], help);
            return;
        }
        let help = match (&typed.ty, &known.ty) {
            (ty, Type::Date | Type::Instant) | (Type::Date | Type::Instant, ty) if ty.is_text() => {
                "write a date as `date(\"2025-04-30\")`"
            }
            (ty, number) | (number, ty) if ty.is_text() && number.is_number() => "write a number without quotes",
            (ty, Type::Boolean) | (Type::Boolean, ty) if ty.is_text() => {
                "a boolean is `true` or `false`, without quotes"
            }
            _ => "compare values of one type",
        };
        let message = say!(
            "{with} is {ty}, and {side} is {ty2}: they never go together",
            with = self.quoted(with),
            ty = known.ty,
            side = self.quoted(side),
            ty2 = typed.ty
        );
        self.fault(Rule::Mismatch, &side.at, message, &[known, typed], help);
    }

    fn within(&mut self, item: &'p Expression, list: &'p Expression) {
        let typed = self.expression(item);
        if let Kind::List(items) = &list.kind {
            for each in items {
                let other = self.expression(each);
                self.compare("==", item, &typed, each, &other);
            }
            self.present(item, &typed);
            return;
        }
        let holder = self.expression(list);
        self.holds(list, &holder, item, &typed);
    }

    /// Checks that a list, a text or a record can hold an item.
    pub(super) fn holds(&mut self, list: &Expression, holder: &Typed, item: &Expression, typed: &Typed) {
        let ty = self.present(list, holder);
        match &ty {
            ty if ty.is_silent() => {}
            Type::List(of)
                if !of.ty.goes_with(&typed.ty) && !matches!((&of.ty, &typed.ty), (Type::Words(_), Type::Words(_))) =>
            {
                let message = say!(
                    "{list} holds {ty}, and {item} is {ty2}",
                    list = self.quoted(list),
                    ty = of.ty,
                    item = self.quoted(item),
                    ty2 = typed.ty
                );
                self.fault(Rule::Mismatch, &item.at, message, &[typed, holder], "ask for a value of its type");
            }
            Type::List(of) => {
                let of = Typed { from: holder.from.clone(), ..(**of).clone() };
                self.compare("==", list, &of, item, typed);
            }
            ty if (ty.is_text() || matches!(ty, Type::Record(_))) && (typed.ty.is_text() || typed.ty.is_silent()) => {
                self.present(item, typed);
            }
            ty if ty.is_text() || matches!(ty, Type::Record(_)) => {
                let message = say!(
                    "{item} is {ty}, and {list} holds only texts",
                    item = self.quoted(item),
                    ty = typed.ty,
                    list = self.quoted(list)
                );
                self.fault(Rule::Mismatch, &item.at, message, &[typed, holder], "ask for a text");
            }
            ty => {
                let message = say!("{list} is {ty}, and no list", list = self.quoted(list), ty);
                self.fault(Rule::Mismatch, &list.at, message, &[holder], "write `x in [a, b]`");
            }
        }
    }

    /// Returns whether two numbers can be calculated with so: an amount is no factor of an amount, and a division says
    /// how it is rounded.
    fn calculates(&self, operator: &str, a: &Type, b: &Type, whole: &Expression) -> bool {
        use Type::{Integer, Money};
        match (operator, a, b) {
            ("*" | "%", Money(_), Money(_)) | ("/" | "%", _, Money(_)) if !matches!((operator, a), ("/", Money(_))) => {
                false
            }
            ("**", a, b) => !matches!((a, b), (Money(_), _) | (_, Money(_))),
            ("/", Integer, Integer) => false,
            ("/", ..) => self.rounded.as_ref() == Some(&whole.at),
            _ => true,
        }
    }

    /// Returns what an operation on two values gives.
    pub(super) fn arithmetic(
        &mut self,
        operator: &'static str,
        at: &Range<usize>,
        whole: &Expression,
        (left, one): (&Expression, &Typed),
        (right, other): (&Expression, &Typed),
    ) -> Typed {
        use Type::{Boolean, Date, Decimal, Instant, Integer, List, Money, Term};
        let (a, b) = (self.present(left, one), self.present(right, other));
        match (operator, &a, &b) {
            (_, a, b) if a.is_silent() || b.is_silent() => {
                let text = operator == "+" && (a.is_text() || b.is_text());
                return if text { Type::Text.into() } else { Typed::unknown() };
            }
            ("+", a, b)
                if (a.is_text() || b.is_text()) && !matches!((a, b), (Type::Closure, _) | (_, Type::Closure)) =>
            {
                return Type::Text.into();
            }
            ("+", List(a), List(b)) if (**a).clone().or((**b).clone()).is_some() => {
                return Type::list((**a).clone().or((**b).clone()).unwrap_or_else(Typed::unknown)).into();
            }
            (".." | "..=" | "<<" | ">>" | "|" | "&" | "^", Integer, Integer) => {
                return if operator.starts_with("..") { Type::list(Integer).into() } else { Integer.into() };
            }
            ("|" | "&" | "^", Boolean, Boolean) => return Boolean.into(),
            ("+" | "-", Date, Term(_)) => return Date.into(),
            ("+" | "-", Term(one), Term(two)) if one == two => return Term(one).into(),
            ("*", Term(unit), Integer) | ("*", Integer, Term(unit)) => return Term(unit).into(),
            ("+" | "-" | "*" | "/" | "%" | "**", a, b)
                if a.is_number() && b.is_number() && self.calculates(operator, a, b, whole) =>
            {
                if let Some(both) = Typed::from(a.clone()).or(b.clone().into()) {
                    // What is calculated with a decimal is one.
                    let whole = one.may_be_whole() && other.may_be_whole();
                    if operator == "/" && whole {
                        let (side, typed) = if one.whole { (left, one) } else { (right, other) };
                        let message = say!(
                            "when it runs {side} may be a whole number, and then the rest is dropped",
                            side = self.quoted(side)
                        );
                        self.fault(
                            Rule::Mismatch,
                            &side.at,
                            message,
                            &[typed],
                            "make it a decimal first: `to_decimal(…)`",
                        );
                        return Typed::unknown();
                    }
                    // An amount in an amount is a number.
                    let share = matches!((a, b), (Money(_), Money(_))) && operator == "/";
                    return if share {
                        Type::Decimal.into()
                    } else {
                        Typed { whole: whole && both.ty != Integer, ..both }
                    };
                }
            }
            _ => {}
        }
        let help = match (operator, &a, &b) {
            ("/", Integer, Integer) => {
                "`quotient(a, b)` drops the rest; `round_half_up(to_decimal(a) / b, 0)` rounds it, as do `round_up`, `round_down` and others"
            }
            ("*" | "%" | "**", Money(_), Money(_)) => "an amount is multiplied with a number",
            ("/", Integer | Decimal | Money(_), Integer | Decimal | Money(_)) => {
                "divide last, and say how the quotient is rounded: `round_half_up(… / …, 2)`, `round_up`, `round_down`"
            }
            ("+" | "-", Instant, Term(_)) => "take its day: `day_of(…)`",
            ("+", Term(_), Date) => "write the date first",
            ("+" | "-", Term(_), Term(_)) => "move the date twice: by one, then by the other",
            ("+" | "-", Date, Integer) => "say which days: `date + working_days(5)`, `date + days(5)`",
            ("+" | "-", Instant, Integer) => "take its day, and say which days: `day_of(…) + working_days(5)`",
            ("-", Date | Instant, Date | Instant) => "count with `days_between(from, to)`",
            (_, Money(_), Money(_)) => "amounts in two currencies are never one sum",
            _ => "calculate with numbers",
        };
        let message = match (operator, &a, &b) {
            ("/", Integer, Integer) => say!("{whole} would drop its rest", whole = self.quoted(whole)),
            ("/", a, b) if a.is_number() && b.is_number() && !matches!((a, b), (Integer | Decimal, Money(_))) => {
                say!("nothing says how {whole} is rounded", whole = self.quoted(whole))
            }
            _ => say!(
                "{left} is {a}, and {right} is {b}: `{operator}` does not go with them",
                left = self.quoted(left),
                a,
                right = self.quoted(right),
                b,
                operator
            ),
        };
        self.fault(Rule::Mismatch, at, message, &[one, other], help);
        Typed::unknown()
    }
}
