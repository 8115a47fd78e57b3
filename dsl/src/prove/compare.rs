//! Comparisons: of a fact with a value, of facts with one another, of what lies in a list.

use motcua_engine::Value;
use motcua_engine::plan::Type;
use motcua_engine::script::expression::{Expression, Kind};
use rust_decimal::Decimal;
use smol_str::{SmolStr, format_smolstr};

use super::formula::{Fact, Formula, Nature};
use super::read::{Read, Reader, Sum};
use crate::table::Part;

impl Reader<'_> {
    /// Returns when a comparison of two values holds, or nothing where it is not followed.
    pub(super) fn compare(&mut self, operator: &str, a: &Read, b: &Read) -> Option<Formula> {
        if operator == "!=" {
            return Some(self.compare("==", a, b)?.not());
        }
        let equal = operator == "==";
        Some(match (a, b) {
            (Read::Absent, Read::Absent) => yes(equal),
            (Read::Absent, other) | (other, Read::Absent) if equal => self.is_there(other)?.not(),
            (Read::Absent, _) | (_, Read::Absent) => Formula::No,
            (Read::Number(a), Read::Number(b)) => {
                let difference = a.plus(&b.times(Decimal::NEGATIVE_ONE)?)?;
                self.against_zero(operator, &difference)?
            }
            (Read::Moment(name, there), Read::Number(_)) => {
                let day = self.day_of(name, *there);
                self.compare(operator, &Read::Number(day), b)?
            }
            (Read::Number(_), Read::Moment(name, there)) => {
                let day = self.day_of(name, *there);
                self.compare(operator, a, &Read::Number(day))?
            }
            (Read::Moment(one, here), Read::Moment(other, there)) => {
                if one == other {
                    let there = self.facts.present(*here);
                    return Some(if equal {
                        Formula::Yes
                    } else {
                        Formula::all([yes(operator.ends_with('=')), there])
                    });
                }
                let turned = one > other;
                let (first, second) = if turned { (other, one) } else { (one, other) };
                let name = format_smolstr!("from {second} to {first}");
                let reads = vec![first.clone(), second.clone()];
                let new = || Fact { reads, ..Fact::new(name.clone(), Type::Integer, Nature::Given) };
                let difference = Sum::of(self.facts.named(&name, new));
                let difference = if turned { difference.times(Decimal::NEGATIVE_ONE)? } else { difference };
                let holds = self.against_zero(operator, &difference)?;
                Formula::all([self.facts.present(*here), self.facts.present(*there), holds])
            }
            (Read::Text(fact), Read::Word(word)) | (Read::Word(word), Read::Text(fact)) if equal => {
                self.facts.is(*fact, vec![is_word(word)])
            }
            (Read::Word(a), Read::Word(b)) if equal => yes(a == b),
            (Read::Text(a), Read::Text(b)) if equal && a == b => Formula::Yes,
            (Read::Text(a), Read::Text(b)) if equal => {
                let words = |fact: u32| match self.facts.get(fact).map(|fact| &fact.ty) {
                    Some(Type::OneOf(words)) => Some(words.clone()),
                    _ => None,
                };
                let (one, other) = (words(*a)?, words(*b)?);
                let mut any = Vec::new();
                for word in one.iter().filter(|word| other.contains(word)) {
                    any.push(Formula::all([
                        self.facts.is(*a, vec![is_word(word)]),
                        self.facts.is(*b, vec![is_word(word)]),
                    ]));
                }
                Formula::any(any)
            }
            (Read::Flag(_) | Read::Truth(_), Read::Flag(_) | Read::Truth(_)) if equal => {
                let mut any = Vec::new();
                for value in [true, false] {
                    any.push(Formula::all([self.is_boolean(a, value), self.is_boolean(b, value)]));
                }
                Formula::any(any)
            }
            (Read::Other(opaque), like) => {
                let value = self.as_value(opaque, like)?;
                self.compare(operator, &value, b)?
            }
            (like, Read::Other(opaque)) => {
                let value = self.as_value(opaque, like)?;
                self.compare(operator, a, &value)?
            }
            _ => return None,
        })
    }

    fn is_boolean(&mut self, value: &Read, wanted: bool) -> Formula {
        match value {
            Read::Flag(fact) => self.facts.is(*fact, vec![Part::Is(Value::Boolean(wanted))]),
            Read::Truth(formula) if wanted => formula.clone(),
            Read::Truth(formula) => formula.not(),
            _ => Formula::No,
        }
    }

    /// Returns when a sum is less than nothing, nothing, or more.
    fn against_zero(&mut self, operator: &str, sum: &Sum) -> Option<Formula> {
        let (mut parts, mut bound) = (sum.parts.clone(), Decimal::ZERO.checked_sub(sum.rest)?);
        let Some((_, first)) = parts.first().copied() else {
            return Some(yes(match operator {
                "==" => bound.is_zero(),
                "<" => Decimal::ZERO < bound,
                "<=" => Decimal::ZERO <= bound,
                ">" => Decimal::ZERO > bound,
                _ => Decimal::ZERO >= bound,
            }));
        };
        // The first fact stands there once, and what follows is one and the same sum however it was written.
        let by = |number: Decimal, by: Decimal| {
            let part = number.checked_div(by)?;
            (part.checked_mul(by)? == number).then_some(part)
        };
        let divided: Option<Vec<_>> = parts.iter().map(|(fact, times)| Some((*fact, by(*times, first)?))).collect();
        let whole = |reader: &Self, parts: &[(u32, Decimal)]| {
            parts.iter().all(|(fact, times)| {
                let ty = reader.facts.get(*fact).map(|fact| &fact.ty);
                times.fract().is_zero() && matches!(ty, Some(Type::Integer | Type::Date))
            })
        };
        let mut turned = first.is_sign_negative();
        // Whole numbers stay whole, or it would be forgotten that they are.
        let smallest = |parts: &[(u32, Decimal)]| {
            let divisor = parts.iter().try_fold(0_i128, |all, (_, times)| {
                Some(super::linear::common(all, i128::try_from(*times).ok()?.abs()))
            })?;
            Decimal::try_from_i128_with_scale(divisor, 0).ok().filter(|divisor| !divisor.is_zero())
        };
        let wholly = whole(self, &parts);
        let divisor = match divided {
            Some(divided) if !wholly || whole(self, &divided) => Some(first),
            _ if wholly => smallest(&parts).map(|divisor| if turned { -divisor } else { divisor }),
            _ => None,
        };
        let ends = divisor.and_then(|divisor| match by(bound, divisor) {
            Some(end) => Some((divisor, end)),
            // Between two whole numbers it does not matter where exactly.
            None if wholly => bound.checked_div(divisor).map(|end| (divisor, end)),
            None => None,
        });
        match ends {
            Some((divisor, end)) => {
                for (_, times) in &mut parts {
                    *times = times.checked_div(divisor)?;
                }
                bound = end;
            }
            None => turned = false,
        }
        let operator = match (operator, turned) {
            ("<", true) => ">",
            ("<=", true) => ">=",
            (">", true) => "<",
            (">=", true) => "<=",
            (operator, _) => operator,
        };
        let fact = match parts.as_slice() {
            [(fact, times)] if *times == Decimal::ONE => *fact,
            _ => self.sum(&parts, whole(self, &parts)),
        };
        let integer = self.facts.get(fact).is_some_and(|fact| matches!(fact.ty, Type::Integer | Type::Date));
        let value = |number: Decimal| Value::Decimal(number);
        let part = match operator {
            "==" if integer && !bound.fract().is_zero() => return Some(Formula::No),
            "==" => Part::Is(value(bound)),
            "<" | "<=" if integer && !bound.fract().is_zero() => Part::Below(value(bound.floor()), true),
            ">" | ">=" if integer && !bound.fract().is_zero() => Part::Above(value(bound.ceil()), true),
            "<" | "<=" => Part::Below(value(bound), operator == "<="),
            _ => Part::Above(value(bound), operator == ">="),
        };
        let mut all = vec![self.facts.is(fact, vec![part])];
        if matches!(self.facts.get(fact).map(|fact| &fact.nature), Some(Nature::Sum(_))) {
            for (part, _) in &parts {
                all.push(self.facts.present(*part));
            }
        }
        Some(Formula::all(all))
    }

    fn sum(&mut self, parts: &[(u32, Decimal)], whole: bool) -> u32 {
        let written: Vec<String> =
            parts.iter().map(|(fact, times)| format!("{} × {fact}", times.normalize())).collect();
        let name = SmolStr::new(written.join(" + "));
        let ty = if whole { Type::Integer } else { Type::Decimal };
        self.facts.named(&name, || Fact::new(name.clone(), ty, Nature::Sum(parts.to_vec())))
    }

    /// Returns when an item is one of a list.
    pub(super) fn within(&mut self, whole: &Expression, item: &Expression, list: &Expression) -> Option<Formula> {
        if let Kind::List(items) = &list.kind {
            let one = self.value(item)?;
            let mut any = Vec::new();
            for each in items {
                let other = self.value(each)?;
                for (when, a) in &one {
                    for (and, b) in &other {
                        let Some(holds) = self.compare("==", a, b) else { return self.not_followed(whole, false) };
                        any.push(Formula::all([when.clone(), and.clone(), holds]));
                    }
                }
            }
            return Some(self.one_cell(Formula::any(any)));
        }
        let held = self.value(list)?;
        let item = self.value(item)?;
        if let ([(Formula::Yes, Read::Thing(fact, Type::List(_)))], [(Formula::Yes, constant)]) =
            (held.as_slice(), item.as_slice())
            && let Some(constant) = written(constant)
        {
            let name = self.facts.get(*fact).map(|fact| fact.name.clone())?;
            let reads = vec![self.thing(*fact)?];
            let name = format_smolstr!("{constant} in {name}");
            let (key, under) = (format_smolstr!("{name} : {}", reads.join(" ")), Some(*fact));
            let new = || Fact { reads, under, ..Fact::new(name.clone(), Type::Boolean, Nature::Held) };
            let fact = self.facts.named(&key, new);
            return Some(self.facts.is(fact, vec![Part::Is(Value::Boolean(true))]));
        }
        self.not_followed(whole, false)
    }

    /// Joins alternatives about one fact into one cell.
    fn one_cell(&mut self, formula: Formula) -> Formula {
        let Formula::Any(parts) = &formula else { return formula };
        let mut asked = Vec::with_capacity(parts.len());
        let mut of = None;
        for part in parts {
            let Formula::Is(fact, cell, true) = part else { return formula };
            if of.is_some_and(|known| known != *fact) {
                return formula;
            }
            of = Some(*fact);
            let Some(cell) = self.facts.get(*fact).and_then(|fact| fact.cells.get(*cell as usize)) else {
                return formula;
            };
            if cell.negated || cell.parts.is_empty() {
                return formula;
            }
            asked.extend(cell.parts.iter().cloned());
        }
        of.map_or(Formula::No, |fact| self.facts.is(fact, asked))
    }
}

fn yes(holds: bool) -> Formula {
    if holds { Formula::Yes } else { Formula::No }
}

pub(super) fn is_word(word: &SmolStr) -> Part {
    Part::Is(Value::from(word.as_str()))
}

/// Returns a value that stands in the text.
fn written(value: &Read) -> Option<String> {
    match value {
        Read::Word(word) => Some(format!("\"{word}\"")),
        Read::Number(sum) if sum.parts.is_empty() => Some(sum.rest.normalize().to_string()),
        _ => None,
    }
}
