//! The canonical English of terms: written and read.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::term::{Ends, FirstDay, Length, MonthEnd, Roll, Term, TermError, Unit};
use crate::instant::{TimeOfDay, clip};

const SAME_DAY: &str = "same working day";

const UNITS: [(Unit, &str, &str); 9] = [
    (Unit::WorkingDay, "working day", "working days"),
    (Unit::WorkingHour, "working hour", "working hours"),
    (Unit::WorkingMinute, "working minute", "working minutes"),
    (Unit::Hour, "hour", "hours"),
    (Unit::Minute, "minute", "minutes"),
    (Unit::Day, "day", "days"),
    (Unit::Week, "week", "weeks"),
    (Unit::Month, "month", "months"),
    (Unit::Year, "year", "years"),
];

/// One convention, as a word of its own.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Word {
    FirstDay(FirstDay),
    Roll(Roll),
    MonthEnd(MonthEnd),
    Ends(Ends),
    Backward,
}

/// In the canonical order.
const WORDS: [(Word, &str); 14] = [
    (Word::FirstDay(FirstDay::NotCounted), "first day not counted"),
    (Word::FirstDay(FirstDay::Counts), "first day counts"),
    (Word::FirstDay(FirstDay::FromNextDay), "from the next day"),
    (Word::Roll(Roll::Forward), "roll forward"),
    (Word::Roll(Roll::None), "no roll"),
    (Word::Roll(Roll::Backward), "roll backward"),
    (Word::MonthEnd(MonthEnd::LastDay), "last day of the month"),
    (Word::MonthEnd(MonthEnd::NextMonthsFirstDay), "next month's first day"),
    (Word::MonthEnd(MonthEnd::ThirtyDays), "months as 30 days"),
    (Word::Ends(Ends::Close), "at close"),
    (Word::Ends(Ends::Midnight), "at 24:00"),
    (Word::Ends(Ends::Opening), "at opening"),
    (Word::Ends(Ends::SameTime), "at the same time of day"),
    (Word::Backward, "backward"),
];

/// Conventions that definitions spell in more words.
const LONGER: [(&str, &str); 2] =
    [("month end last day", "last day of the month"), ("month end next month's first day", "next month's first day")];

/// The unit's name for more than one.
pub(super) fn plural(unit: Unit) -> &'static str {
    UNITS.iter().find(|(known, ..)| *known == unit).map_or("units", |(_, _, many)| many)
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(plural(*self))
    }
}

impl fmt::Display for Length {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::SameWorkingDay { cutoff: None } => f.write_str(SAME_DAY),
            Self::SameWorkingDay { cutoff: Some(time) } => write!(f, "{SAME_DAY}, after {time} the next"),
            Self::Of { count: 1, half: false, unit } => {
                let one = UNITS.iter().find(|(known, ..)| *known == unit).map_or("unit", |(_, one, _)| one);
                write!(f, "1 {one}")
            }
            Self::Of { count, half, unit } => write!(f, "{count}{} {unit}", if half { ".5" } else { "" }),
        }
    }
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.length.fmt(f)?;
        for (word, text) in WORDS {
            let said = match word {
                Word::FirstDay(first) => first != FirstDay::default() && first == self.first_day,
                Word::Roll(roll) => self.roll == Some(roll),
                Word::MonthEnd(end) => end != MonthEnd::default() && end == self.month_end,
                Word::Ends(ends) => self.ends == Some(ends),
                Word::Backward => self.backward,
            };
            if said {
                write!(f, ", {text}")?;
            }
        }
        Ok(())
    }
}

impl FromStr for Length {
    type Err = TermError;

    /// Reads a bare length: `15 working days`, `0.5 working days`, `same working day, after 15:00 the next`.
    fn from_str(text: &str) -> Result<Self, TermError> {
        let (length, rest) = read_length(text)?;
        match rest.first() {
            None => Ok(length),
            Some(found) => Err(TermError::Bare(clip(found))),
        }
    }
}

impl FromStr for Term {
    type Err = TermError;

    /// Reads a length and its conventions, in any order, divided by commas.
    fn from_str(text: &str) -> Result<Self, TermError> {
        let (length, words) = read_length(text)?;
        let mut term = Self::of(length);
        let mut said = [false; 5];
        for found in words {
            let short = LONGER.iter().find(|(long, _)| *long == found).map_or(found.as_str(), |(_, short)| short);
            let Some((word, _)) = WORDS.iter().find(|(_, known)| *known == short) else {
                let nearest = nearest(&found, WORDS.iter().map(|(_, known)| *known));
                return Err(TermError::Convention { found: clip(&found), nearest });
            };
            let slot = match *word {
                Word::FirstDay(first) => {
                    term.first_day = first;
                    0
                }
                Word::Roll(roll) => {
                    term.roll = Some(roll);
                    1
                }
                Word::MonthEnd(end) => {
                    term.month_end = end;
                    2
                }
                Word::Ends(ends) => {
                    term.ends = Some(ends);
                    3
                }
                Word::Backward => {
                    term.backward = true;
                    4
                }
            };
            match said.get_mut(slot) {
                Some(said) if !*said => *said = true,
                _ => return Err(TermError::Twice(found)),
            }
        }
        if term.backward && matches!(length, Length::SameWorkingDay { .. }) {
            return Err(TermError::SameDay);
        }
        Ok(term)
    }
}

/// The length that a text begins with, and the pieces after it, with single spaces.
fn read_length(text: &str) -> Result<(Length, Vec<String>), TermError> {
    let mut pieces: Vec<String> =
        text.split(',').map(|piece| piece.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    let head = pieces.remove(0);
    if head == SAME_DAY {
        let after = |piece: &String| piece.strip_prefix("after ")?.strip_suffix(" the next")?.parse::<TimeOfDay>().ok();
        let cutoff = pieces.first().and_then(after);
        if cutoff.is_some() {
            pieces.remove(0);
        }
        return Ok((Length::SameWorkingDay { cutoff }, pieces));
    }
    let Some((number, unit)) = head.split_once(' ') else { return Err(not_a_length(&head)) };
    let (count, half) = read_number(number, &head)?;
    let Some((unit, ..)) = UNITS.iter().find(|(_, one, many)| *one == unit || *many == unit) else {
        let nearest = nearest(unit, UNITS.iter().map(|(_, _, many)| *many));
        return Err(TermError::Unit { found: clip(unit), nearest });
    };
    Ok((Length::Of { count, half, unit: *unit }.checked()?, pieces))
}

/// A number alone is told what is wrong with it, if anything is.
fn not_a_length(head: &str) -> TermError {
    read_number(head, head).err().unwrap_or_else(|| TermError::Shape(clip(head)))
}

fn read_number(number: &str, whole: &str) -> Result<(u32, bool), TermError> {
    let (negative, digits) = match number.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, number),
    };
    let (units, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let numeric = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !numeric(units) || !numeric(fraction) {
        return Err(TermError::Shape(clip(whole)));
    }
    if negative {
        return Err(TermError::NotPositive(clip(number)));
    }
    let half = match fraction.trim_end_matches('0') {
        "" => false,
        "5" => true,
        _ => return Err(TermError::Fraction(clip(number))),
    };
    match units.parse::<u32>() {
        Ok(0) if !half => Err(TermError::NotPositive(clip(number))),
        Ok(count) if count <= Length::MOST => Ok((count, half)),
        _ => Err(TermError::TooLarge(clip(number))),
    }
}

/// The known spelling with the fewest differing letters, if they are few.
fn nearest(found: &str, known: impl Iterator<Item = &'static str>) -> Option<&'static str> {
    let found = clip(found);
    let distances = known.map(|word| (distance(&found, word), word));
    distances.min_by_key(|(distance, _)| *distance).filter(|(distance, _)| *distance <= 3).map(|(_, word)| word)
}

/// How many letters to insert, remove or replace (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.chars().count()).collect();
    for (index, left) in a.chars().enumerate() {
        let mut diagonal = index;
        let mut beside = index + 1;
        for (right, cell) in b.chars().zip(row.iter_mut().skip(1)) {
            let replaced = diagonal + usize::from(left != right);
            diagonal = *cell;
            beside = replaced.min(diagonal + 1).min(beside + 1);
            *cell = beside;
        }
        if let Some(first) = row.first_mut() {
            *first = index + 1;
        }
    }
    row.last().copied().unwrap_or_default()
}

macro_rules! as_text {
    ($type:ty) => {
        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
            }
        }
    };
}

as_text!(Length);
as_text!(Term);
