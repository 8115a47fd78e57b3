//! Sums of numbers within bounds: whether there are such numbers, and which.
//!
//! One number after the other is taken out (Fourier and Motzkin), and put back in from the last to the first. For
//! whole numbers that is exact where each stands once in a sum, as in comparisons of two fields; elsewhere what comes out
//! is tried, and what does not fit is no answer.

use rust_decimal::Decimal;

/// So many inequalities are kept before it is given up.
const MOST: usize = 600;

/// It was given up, or the numbers grew too large.
#[derive(Clone, Copy, Debug)]
pub(super) struct Endless;

/// The lower and the upper end of something, each with whether it is allowed itself.
pub(super) type Ends = [Option<(Decimal, bool)>; 2];

/// A number with its bounds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Number {
    pub(super) whole: bool,
    pub(super) ends: Ends,
}

/// So many times each number, and the bounds of the sum.
#[derive(Clone, Debug)]
pub(super) struct Total {
    pub(super) parts: Vec<(usize, Decimal)>,
    pub(super) ends: Ends,
}

/// The sum is at most, or less than, a bound.
#[derive(Clone, Debug, PartialEq)]
struct AtMost {
    parts: Vec<Decimal>,
    bound: Decimal,
    strict: bool,
}

impl AtMost {
    /// Sharpens the bound where everything is whole; nothing is left where it holds of itself.
    fn settled(mut self, whole: &[bool]) -> Result<Option<Self>, Endless> {
        if self.parts.iter().all(Decimal::is_zero) {
            let holds = if self.strict { Decimal::ZERO < self.bound } else { Decimal::ZERO <= self.bound };
            return if holds { Ok(None) } else { Ok(Some(self)) };
        }
        let is_whole = |(part, whole): (&Decimal, &bool)| part.is_zero() || (*whole && part.fract().is_zero());
        if self.parts.iter().zip(whole).all(is_whole) {
            let mut divisor = 0_i128;
            for part in &self.parts {
                divisor = common(divisor, i128::try_from(*part).map_err(|_| Endless)?.abs());
            }
            let divisor = Decimal::try_from_i128_with_scale(divisor, 0).map_err(|_| Endless)?;
            if self.strict {
                let below = self.bound.ceil().checked_sub(Decimal::ONE).ok_or(Endless)?;
                (self.bound, self.strict) = (below, false);
            }
            for part in &mut self.parts {
                *part = part.checked_div(divisor).ok_or(Endless)?;
            }
            self.bound = self.bound.checked_div(divisor).ok_or(Endless)?.floor();
        }
        Ok(Some(self))
    }

    fn is_never(&self) -> bool {
        self.parts.iter().all(Decimal::is_zero)
    }

    fn part(&self, at: usize) -> Decimal {
        self.parts.get(at).copied().unwrap_or_default()
    }
}

/// Returns the greatest number that divides two.
pub(super) fn common(a: i128, b: i128) -> i128 {
    if b == 0 { a } else { common(b, a % b) }
}

/// Returns numbers within their bounds for which all totals are within theirs, if there are any.
pub(super) fn find(numbers: &[Number], totals: &[Total]) -> Result<Option<Vec<Decimal>>, Endless> {
    let whole: Vec<bool> = numbers.iter().map(|number| number.whole).collect();
    let single = |(i, number): (usize, &Number)| Total { parts: vec![(i, Decimal::ONE)], ends: number.ends };
    let mut rules = Vec::new();
    for total in numbers.iter().enumerate().map(single).chain(totals.iter().cloned()) {
        for (end, sign) in total.ends.iter().zip([Decimal::NEGATIVE_ONE, Decimal::ONE]) {
            let Some((bound, allowed)) = end else { continue };
            let mut parts = vec![Decimal::ZERO; numbers.len()];
            for (at, times) in &total.parts {
                if let Some(part) = parts.get_mut(*at) {
                    *part = part.checked_add(times.checked_mul(sign).ok_or(Endless)?).ok_or(Endless)?;
                }
            }
            let bound = bound.checked_mul(sign).ok_or(Endless)?;
            rules.extend(AtMost { parts, bound, strict: !allowed }.settled(&whole)?);
        }
    }
    let mut stages = Vec::with_capacity(numbers.len());
    for at in 0..numbers.len() {
        let (with, mut left): (Vec<_>, Vec<_>) = rules.into_iter().partition(|rule: &AtMost| !rule.part(at).is_zero());
        for upper in with.iter().filter(|rule| rule.part(at) > Decimal::ZERO) {
            for lower in with.iter().filter(|rule| rule.part(at) < Decimal::ZERO) {
                let joined = join(upper, lower, at)?.settled(&whole)?;
                left.extend(joined.filter(|joined| !left.contains(joined)).into_iter().collect::<Vec<_>>());
                if left.len() > MOST {
                    return Err(Endless);
                }
            }
        }
        stages.push(with);
        rules = left;
        if rules.iter().any(AtMost::is_never) {
            return Ok(None);
        }
    }
    if rules.iter().any(AtMost::is_never) {
        return Ok(None);
    }
    let mut values = vec![Decimal::ZERO; numbers.len()];
    for (at, rules) in stages.iter().enumerate().rev() {
        let whole = whole.get(at).copied().unwrap_or(false);
        let value = put_back(at, rules, &values, whole)?;
        if let Some(slot) = values.get_mut(at) {
            *slot = value;
        }
    }
    let fits = |rule: &AtMost| -> Option<bool> {
        let sum = sum(rule, &values, None)?;
        Some(if rule.strict { sum < rule.bound } else { sum <= rule.bound })
    };
    // What was divided may have been rounded.
    if stages.iter().flatten().all(|rule| fits(rule) == Some(true)) { Ok(Some(values)) } else { Err(Endless) }
}

/// Adds two rules so that one number falls out.
fn join(upper: &AtMost, lower: &AtMost, at: usize) -> Result<AtMost, Endless> {
    let (up, down) = (-lower.part(at), upper.part(at));
    let mixed = |a: Decimal, b: Decimal| -> Result<Decimal, Endless> {
        let (a, b) = (a.checked_mul(up).ok_or(Endless)?, b.checked_mul(down).ok_or(Endless)?);
        a.checked_add(b).ok_or(Endless)
    };
    let parts = upper.parts.iter().zip(&lower.parts).map(|(a, b)| mixed(*a, *b)).collect::<Result<_, _>>()?;
    Ok(AtMost { parts, bound: mixed(upper.bound, lower.bound)?, strict: upper.strict || lower.strict })
}

/// Adds up all parts but one.
fn sum(rule: &AtMost, values: &[Decimal], but: Option<usize>) -> Option<Decimal> {
    let parts = rule.parts.iter().zip(values).enumerate().filter(|(i, (part, _))| Some(*i) != but && !part.is_zero());
    parts.map(|(_, (part, value))| part.checked_mul(*value)).try_fold(Decimal::ZERO, |sum, next| sum.checked_add(next?))
}

/// Returns a value for one number that goes with those that are known already.
fn put_back(at: usize, rules: &[AtMost], values: &[Decimal], whole: bool) -> Result<Decimal, Endless> {
    let [mut low, mut high]: Ends = [None, None];
    for rule in rules {
        let rest = rule.bound.checked_sub(sum(rule, values, Some(at)).ok_or(Endless)?).ok_or(Endless)?;
        let bound = (rest.checked_div(rule.part(at)).ok_or(Endless)?, rule.strict);
        if rule.part(at) > Decimal::ZERO {
            high =
                Some(high.map_or(bound, |known| if (bound.0, !bound.1) < (known.0, !known.1) { bound } else { known }));
        } else {
            low = Some(low.map_or(bound, |known| if (bound.0, bound.1) > (known.0, known.1) { bound } else { known }));
        }
    }
    let one = Decimal::ONE;
    let above = |(bound, strict): (Decimal, bool)| match (whole, strict) {
        (_, true) => bound.floor().checked_add(one),
        (true, false) => Some(bound.ceil()),
        (false, false) => Some(bound),
    };
    let below = |(bound, strict): (Decimal, bool)| match (whole, strict) {
        (_, true) => bound.ceil().checked_sub(one),
        (true, false) => Some(bound.floor()),
        (false, false) => Some(bound),
    };
    let within = |value: &Decimal| {
        low.is_none_or(|(bound, strict)| if strict { *value > bound } else { *value >= bound })
            && high.is_none_or(|(bound, strict)| if strict { *value < bound } else { *value <= bound })
    };
    let middle = || {
        let (low, high) = (low?.0, high?.0);
        low.checked_add(high.checked_sub(low)?.checked_div(Decimal::TWO)?)
    };
    let tries = [Some(Decimal::ZERO), low.and_then(above), high.and_then(below), middle().filter(|_| !whole)];
    tries.into_iter().flatten().find(within).ok_or(Endless)
}
