//! A sentence that keeps its pattern and what fills it apart, so that it can be said in another language.
//!
//! It reads as the English sentence wherever a string is read; [`text!`] makes one from a pattern and named arguments.

use std::fmt;
use std::ops::Deref;

/// A sentence, or a part of one.
///
/// ```
/// let checked = motcua_dsl::check(&[motcua_dsl::Source {
///     path: "p.tthc".into(),
///     text: "procedure p { roles { clerk }  on open by clerk -> receved  state received final }".into(),
/// }]);
/// let message = &checked.findings[0].message;
/// assert_eq!(&**message, "there is no state `receved`");
/// assert_eq!(message.pattern(), Some("there is no {kind} `{name}`"));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text {
    english: String,
    pattern: Option<&'static str>,
    arguments: Vec<(&'static str, Text)>,
}

impl Text {
    /// Returns a pattern with its arguments; [`text!`] checks that they are what it names.
    pub(crate) fn new(pattern: &'static str, arguments: Vec<(&'static str, Self)>) -> Self {
        let english = fill(pattern, |name| {
            let found = arguments.iter().find(|(known, _)| *known == name);
            found.map(|(_, argument)| argument.english.clone())
        });
        Self { english, pattern: Some(pattern), arguments }
    }

    /// Returns words that no language says otherwise: a name, a number, a piece of a definition.
    pub fn verbatim(words: impl Into<String>) -> Self {
        Self { english: words.into(), ..Self::default() }
    }

    /// Returns the English sentence.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.english
    }

    /// Returns the English pattern, with `{name}` where an argument goes; nothing for what no language says otherwise.
    #[must_use]
    pub fn pattern(&self) -> Option<&'static str> {
        self.pattern
    }

    /// Returns the arguments by name.
    #[must_use]
    pub fn arguments(&self) -> &[(&'static str, Self)] {
        &self.arguments
    }
}

/// Returns a pattern with each `{name}` replaced; `{{` and `}}` stand for braces, and what has no argument stays.
pub fn fill(pattern: &str, argument: impl Fn(&str) -> Option<String>) -> String {
    let mut text = String::with_capacity(pattern.len() + 32);
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once(['{', '}']) {
        text.push_str(before);
        let sign = rest.get(before.len()..=before.len()).unwrap_or_default();
        if let Some(after) = after.strip_prefix(sign) {
            text.push_str(sign);
            rest = after;
            continue;
        }
        let found = after.split_once('}').and_then(|(name, after)| Some((argument(name)?, after)));
        let Some((value, after)) = found else {
            text.push_str(sign);
            rest = after;
            continue;
        };
        text.push_str(&value);
        rest = after;
    }
    text.push_str(rest);
    text
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        &self.english
    }
}

impl AsRef<str> for Text {
    fn as_ref(&self) -> &str {
        &self.english
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.english)
    }
}

impl serde::Serialize for Text {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.english)
    }
}

impl PartialEq<str> for Text {
    fn eq(&self, other: &str) -> bool {
        self.english == other
    }
}

impl PartialEq<&str> for Text {
    fn eq(&self, other: &&str) -> bool {
        self.english == *other
    }
}

impl PartialEq<String> for Text {
    fn eq(&self, other: &String) -> bool {
        self.english == *other
    }
}

impl From<&'static str> for Text {
    fn from(sentence: &'static str) -> Self {
        Self::new(sentence, Vec::new())
    }
}

impl From<String> for Text {
    fn from(sentence: String) -> Self {
        Self::verbatim(sentence)
    }
}

impl From<&String> for Text {
    fn from(sentence: &String) -> Self {
        Self::verbatim(sentence)
    }
}

impl From<&Self> for Text {
    fn from(text: &Self) -> Self {
        text.clone()
    }
}

/// Something that can fill a place of a pattern.
pub(crate) trait Part {
    /// Returns it as a text; what is no [`Text`] is said the same in every language.
    fn part(&self) -> Text;
}

impl Part for Text {
    fn part(&self) -> Text {
        self.clone()
    }
}

impl<T: Part + ?Sized> Part for &T {
    fn part(&self) -> Text {
        (**self).part()
    }
}

macro_rules! verbatim {
    ($($kind:ty),*) => {$(
        impl Part for $kind {
            fn part(&self) -> Text {
                Text::verbatim(self.to_string())
            }
        }
    )*};
}
verbatim!(
    str,
    String,
    smol_str::SmolStr,
    char,
    i32,
    i64,
    u8,
    u16,
    u32,
    u64,
    usize,
    chrono::NaiveDate,
    std::borrow::Cow<'_, str>
);

/// Returns a [`Text`]: `text!("there is no {kind} `{name}`", kind = kind.word(), name)`.
///
/// A place without an argument, and an argument without a place, do not compile.
macro_rules! text {
    ($pattern:literal $(, $name:ident $(= $value:expr)?)* $(,)?) => {{
        let _ = format_args!($pattern $(, $name = "")*);
        $crate::text::Text::new($pattern, vec![$((stringify!($name), $crate::text::text!(@ $name $(= $value)?))),*])
    }};
    (@ $name:ident) => { $crate::text::Part::part(&$name) };
    (@ $name:ident = $value:expr) => { $crate::text::Part::part(&$value) };
}
pub(crate) use text;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_filled() {
        let kind = Text::from("state");
        let text = text!("no {kind} `{name}` in `{{ {name} }}`", kind, name = "done");
        assert_eq!(text, "no state `done` in `{ done }`");
        assert_eq!(text.arguments()[0].1.pattern(), Some("state"));
        assert_eq!(text.arguments()[1].1.pattern(), None);
        assert_eq!(fill("{a} {b} } {{}}", |name| (name == "a").then(|| "{b}".into())), "{b} {b} } {}");
    }
}
