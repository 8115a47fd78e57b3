//! Sentences by their English pattern: what a language says for each, as messages of Fluent.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt::Write as _;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};

/// What a language says for patterns.
pub(super) struct Catalogue {
    /// The names of messages by pattern.
    names: HashMap<String, String>,
    messages: FluentBundle<FluentResource>,
}

impl Catalogue {
    /// Returns a catalogue of pairs: the English pattern, and what is said for it with the same places.
    pub(super) fn new(code: &str, pairs: impl IntoIterator<Item = (String, String)>) -> Self {
        let (mut names, mut text) = (HashMap::new(), String::new());
        for (number, (pattern, said)) in pairs.into_iter().enumerate() {
            let name = format!("said-{number}");
            let _ = writeln!(text, "{name} = {}", in_fluent(&said));
            names.insert(pattern, name);
        }
        Self { names, messages: super::bundle(code, text) }
    }

    /// Returns whether anything is said for a pattern.
    #[cfg(test)]
    pub(super) fn says(&self, pattern: &str) -> bool {
        self.names.contains_key(pattern)
    }

    /// Returns what is said for a pattern, with its places filled; nothing where the catalogue lacks it.
    pub(super) fn say<'n>(&self, pattern: &str, filled: impl IntoIterator<Item = (&'n str, String)>) -> Option<String> {
        let message = self.messages.get_message(self.names.get(pattern)?)?;
        let arguments: FluentArgs<'_> = filled.into_iter().map(|(name, value)| (Cow::Borrowed(name), value)).collect();
        let said = self.messages.format_pattern(message.value()?, Some(&arguments), &mut Vec::new());
        Some(said.into_owned())
    }
}

/// Returns a pattern as Fluent writes it: `{name}` is `{ $name }` there, and any other brace is a text of its own.
fn in_fluent(pattern: &str) -> String {
    let mut text = String::with_capacity(pattern.len() + 16);
    let mut rest = pattern;
    while let Some(at) = rest.find(['{', '}']) {
        let (before, from) = rest.split_at(at);
        text.push_str(before);
        let place = from.strip_prefix('{').and_then(|from| from.split_once('}')).filter(|(name, _)| is_name(name));
        if let Some((name, after)) = place {
            text.extend(["{ $", name, " }"]);
            rest = after;
            continue;
        }
        let brace = if from.starts_with('{') { "{" } else { "}" };
        text.extend(["{ \"", brace, "\" }"]);
        rest = from.strip_prefix(brace).unwrap_or_default();
        // Two stand for one.
        rest = rest.strip_prefix(brace).unwrap_or(rest);
    }
    text.push_str(rest);
    text
}

fn is_name(text: &str) -> bool {
    text.starts_with(|char: char| char.is_ascii_lowercase())
        && text.chars().all(|char| char.is_ascii_alphanumeric() || char == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_filled_and_braces_stay() {
        let pairs =
            [("a {kind} {{ {kind} }}", "một {kind} {{ {kind} }}"), ("[{x}", "[{x}"), ("{ a } {8}", "{ b } {8}")];
        let catalogue = Catalogue::new("vi", pairs.map(|(pattern, said)| (pattern.to_owned(), said.to_owned())));
        let say = |pattern: &str, name, value: &str| catalogue.say(pattern, [(name, value.to_owned())]);
        assert_eq!(say("a {kind} {{ {kind} }}", "kind", "`{x}`").unwrap(), "một `{x}` { `{x}` }");
        assert_eq!(say("[{x}", "x", " 1 ").unwrap(), "[ 1 ");
        assert_eq!(say("{ a } {8}", "x", "").unwrap(), "{ b } {8}");
        assert_eq!(say("b", "x", "1"), None);
    }
}
