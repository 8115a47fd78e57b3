//! Refusals and their reasons in the language that is spoken.
//!
//! The engine says a reason as an English sentence, which stands so in journals and answers. For Vietnamese it is known again by
//! its shape: `cli/locales/vi/engine.toml` has each English pattern with what is said for it. What has no pattern stays English.

use std::collections::HashMap;
use std::sync::LazyLock;

use motcua_engine::calendar::Calendar;
use motcua_engine::{GuardSaidNo, Refusal, Value};
use smol_str::SmolStr;

use super::Lang;
use super::catalogue::Catalogue;

/// The file.
pub(super) const FILE: &str = include_str!("../../locales/vi/engine.toml");

/// The patterns, those with most letters of their own first, and what is said for them. A file that does not parse, which a
/// test refuses, has none.
static PATTERNS: LazyLock<(Vec<String>, Catalogue)> = LazyLock::new(|| {
    let sections: HashMap<String, HashMap<String, String>> = toml::from_str(FILE).unwrap_or_default();
    let all: Vec<(String, String)> = sections.into_values().flatten().collect();
    let own = |pattern: &str| pieces(pattern).0.iter().map(|piece| piece.len()).sum::<usize>();
    let mut patterns: Vec<String> = all.iter().map(|(pattern, _)| pattern.clone()).collect();
    patterns.sort_by_cached_key(|pattern| (std::cmp::Reverse(own(pattern)), pattern.clone()));
    (patterns, Catalogue::new("vi", all))
});

/// Returns what stands between the places of a pattern, and their names.
fn pieces(pattern: &str) -> (Vec<&str>, Vec<&str>) {
    let (mut between, mut names, mut rest) = (Vec::new(), Vec::new(), pattern);
    while let Some((before, (name, after))) =
        rest.split_once('{').and_then(|(before, after)| Some((before, after.split_once('}')?)))
    {
        between.push(before);
        names.push(name);
        rest = after;
    }
    between.push(rest);
    (between, names)
}

/// Returns what fills the places of a pattern in a sentence of its shape.
fn read<'s>(pattern: &str, sentence: &'s str) -> Option<Vec<(String, &'s str)>> {
    let (between, names) = pieces(pattern);
    let (first, others) = between.split_first()?;
    let mut rest = sentence.strip_prefix(first)?;
    let mut found = Vec::new();
    for (at, (piece, name)) in others.iter().zip(names).enumerate() {
        let is_last = at + 1 == others.len();
        let (value, after) = if is_last { (rest.strip_suffix(piece)?, "") } else { rest.split_once(piece)? };
        found.push((name.to_owned(), value));
        rest = after;
    }
    rest.is_empty().then_some(found)
}

impl Lang {
    /// Returns a reason of the engine in this language; English where it has no other.
    #[must_use]
    pub fn reason(self, english: &str) -> String {
        if self == Self::English {
            return english.to_owned();
        }
        let (patterns, said) = &*PATTERNS;
        let found = patterns.iter().find_map(|pattern| Some((pattern, read(pattern, english)?)));
        let Some((pattern, found)) = found else { return english.to_owned() };
        let filled = found
            .iter()
            .map(|(name, value)| (name.as_str(), if name == "why" { self.reason(value) } else { (*value).to_owned() }));
        said.say(pattern, filled).unwrap_or_else(|| english.to_owned())
    }

    /// Returns a refusal as a sentence with instants in a calendar's zone; without one they are in UTC.
    #[must_use]
    pub fn refusal(self, refusal: &Refusal, calendar: Option<&Calendar>) -> String {
        if self == Self::English {
            return calendar.map_or_else(|| refusal.to_string(), |calendar| refusal.sentence(calendar));
        }
        match refusal {
            Refusal::Conflict { version, states } => {
                say!(self, "refused-conflict", version = *version, states = self.names(states))
            }
            Refusal::NotPermitted { command, role, may } => {
                say!(self, "refused-not-permitted", role = role, command = command, may = self.names(may))
            }
            Refusal::NotApplicable { command, states, possible, guards } => {
                let because: String = guards.iter().map(|guard| self.because(guard, calendar)).collect();
                let within = match states.as_slice() {
                    [] => say!(self, "refused-at-start"),
                    states => say!(self, "refused-in", states = self.names(states)),
                };
                let possible = self.names(possible);
                say!(
                    self,
                    "refused-not-applicable",
                    command = command,
                    within = within,
                    because = because,
                    possible = possible
                )
            }
            Refusal::Invalid { problems } => {
                let told =
                    problems.iter().map(|problem| format!("`{}`: {}", problem.field, self.reason(&problem.rule)));
                told.collect::<Vec<_>>().join("; ")
            }
            Refusal::Fault(fault) => self.reason(&fault.to_string()),
            Refusal::NotLoaded(missing) => self.reason(&missing.to_string()),
        }
    }

    fn names(self, names: &[SmolStr]) -> String {
        if names.is_empty() {
            return say!(self, "refused-none");
        }
        names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
    }

    /// Returns a guard that said no with what it read, as the end of a sentence.
    fn because(self, said: &GuardSaidNo, calendar: Option<&Calendar>) -> String {
        let value = |value: &Option<Value>| match (value, calendar) {
            (None, _) => say!(self, "refused-none"),
            (Some(Value::Instant(at)), Some(calendar)) => calendar.format_instant(*at),
            (Some(value), _) => value.to_string(),
        };
        let read =
            said.read.iter().map(|(path, read)| format!("{path} = {}", value(read))).collect::<Vec<_>>().join(", ");
        let read = if read.is_empty() { read } else { format!(" ({read})") };
        say!(self, "refused-because", guard = said.guard, read = read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_known_by_its_shape() {
        let told = |english: &str| Lang::Vietnamese.reason(english);
        assert_eq!(told("is missing (text)"), "còn thiếu (text)");
        assert_eq!(
            told("version 2 does not take the value of `fee`: `x` is no integer"),
            "phiên bản 2 không nhận giá trị của `fee`: `x` không phải integer"
        );
        assert_eq!(told("what nobody has ever said"), "what nobody has ever said");
        assert_eq!(Lang::English.reason("is missing (text)"), "is missing (text)");
    }
}
