//! A sentence that keeps its pattern and what fills it apart, so that it can be said in another language.
//!
//! It reads as the English sentence wherever a string is read; [`say!`] makes one from a pattern and named arguments.

use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;

use smol_str::SmolStr;

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
pub struct Sentence(Box<Parts>);

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Parts {
    english: String,
    pattern: Option<&'static str>,
    arguments: Vec<(&'static str, Sentence)>,
    /// What stands in backticks and is spelt otherwise in the file that is spoken of.
    respelt: Vec<(String, String)>,
}

impl Sentence {
    /// Returns a pattern with its arguments; [`say!`] checks that they are what it names.
    pub(crate) fn new(pattern: &'static str, arguments: Vec<(&'static str, Self)>) -> Self {
        let english = fill(pattern, |name| {
            let found = arguments.iter().find(|(known, _)| *known == name);
            found.map(|(_, argument)| argument.to_string())
        });
        Self(Box::new(Parts { english, pattern: Some(pattern), arguments, respelt: Vec::new() }))
    }

    /// Returns the same; the compiler has seen that places and arguments fit each other.
    pub(crate) fn checked(pattern: &'static str, arguments: Vec<(&'static str, Self)>, _: fmt::Arguments<'_>) -> Self {
        Self::new(pattern, arguments)
    }

    /// Returns words that no language says otherwise: a name, a number, a piece of a definition.
    pub fn verbatim(words: impl Into<String>) -> Self {
        Self(Box::new(Parts { english: words.into(), ..Parts::default() }))
    }

    /// Returns parts one after another, with something between them.
    pub(crate) fn joined(parts: impl IntoIterator<Item = Self>, between: &str) -> Self {
        let join = |before, next| {
            let parts = vec![("before", before), ("between", Self::verbatim(between)), ("next", next)];
            Self::new("{before}{between}{next}", parts)
        };
        parts.into_iter().reduce(join).unwrap_or_default()
    }

    /// Spells what stands in backticks otherwise.
    pub(crate) fn respell(&mut self, spell: impl for<'q> Fn(&'q str) -> Cow<'q, str>) {
        let english = std::mem::take(&mut self.0.english);
        for quoted in english.split('`').skip(1).step_by(2) {
            let there = spell(quoted);
            if there != quoted {
                self.0.respelt.push((quoted.to_owned(), there.into_owned()));
            }
        }
        self.0.english = self.spelt(english);
    }

    /// Returns this sentence, filled in some language, with what stands in backticks as the file that is spoken of spells it.
    #[must_use]
    pub fn spelt(&self, filled: String) -> String {
        if self.0.respelt.is_empty() {
            return filled;
        }
        let spelt = |quoted| self.0.respelt.iter().find(|(word, _)| word == quoted).map(|(_, there)| there.as_str());
        let parts = filled.split('`').enumerate();
        let parts = parts.map(|(i, part)| if i % 2 == 1 { spelt(part).unwrap_or(part) } else { part });
        parts.collect::<Vec<_>>().join("`")
    }

    /// Returns the English sentence.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0.english
    }

    /// Returns the English pattern, with `{name}` where an argument goes; nothing for what no language says otherwise.
    #[must_use]
    pub fn pattern(&self) -> Option<&'static str> {
        self.0.pattern
    }

    /// Returns the arguments by name.
    #[must_use]
    pub fn arguments(&self) -> &[(&'static str, Self)] {
        &self.0.arguments
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

impl Deref for Sentence {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0.english
    }
}

impl AsRef<str> for Sentence {
    fn as_ref(&self) -> &str {
        &self.0.english
    }
}

impl fmt::Display for Sentence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0.english)
    }
}

impl serde::Serialize for Sentence {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0.english)
    }
}

impl PartialEq<str> for Sentence {
    fn eq(&self, other: &str) -> bool {
        self.0.english == other
    }
}

impl PartialEq<&str> for Sentence {
    fn eq(&self, other: &&str) -> bool {
        self.0.english == *other
    }
}

impl PartialEq<String> for Sentence {
    fn eq(&self, other: &String) -> bool {
        self.0.english == *other
    }
}

impl From<&'static str> for Sentence {
    fn from(sentence: &'static str) -> Self {
        Self::new(sentence, Vec::new())
    }
}

impl From<&Self> for Sentence {
    fn from(text: &Self) -> Self {
        text.clone()
    }
}

/// Something that can fill a place of a pattern.
pub(crate) trait Part {
    /// Returns it as a text; what is no [`Sentence`] is said the same in every language.
    fn part(&self) -> Sentence;
}

impl Part for Sentence {
    fn part(&self) -> Sentence {
        self.clone()
    }
}

impl<T: Part + ?Sized> Part for &T {
    fn part(&self) -> Sentence {
        (**self).part()
    }
}

macro_rules! verbatim {
    ($($kind:ty),*) => {$(
        impl Part for $kind {
            fn part(&self) -> Sentence {
                Sentence::verbatim(self.to_string())
            }
        }
    )*};
}
verbatim!(str, String, SmolStr, char, i32, i64, u8, u16, u32, u64, usize, Cow<'_, str>);
verbatim!(motcua_engine::Day, motcua_engine::TimeOfDay, motcua_engine::Value, motcua_engine::plan::Type);

/// Returns a [`Sentence`]: `say!("there is no {kind} `{name}`", kind = kind.word(), name)`.
///
/// A place without an argument, and an argument without a place, do not compile.
macro_rules! say {
    ($pattern:literal $(, $name:ident $(= $value:expr)?)* $(,)?) => {
        $crate::sentence::Sentence::checked(
            $pattern,
            vec![$((stringify!($name), $crate::sentence::say!(@ $name $(= $value)?))),*],
            format_args!($pattern $(, $name = "")*),
        )
    };
    (@ $name:ident) => { $crate::sentence::Part::part(&$name) };
    (@ $name:ident = $value:expr) => { $crate::sentence::Part::part(&$value) };
}
pub(crate) use say;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_filled() {
        let kind = Sentence::from("state");
        let text = say!("no {kind} `{name}` in `{{ {name} }}`", kind, name = "done");
        assert_eq!(text, "no state `done` in `{ done }`");
        assert_eq!(text.arguments()[0].1.pattern(), Some("state"));
        assert_eq!(text.arguments()[1].1.pattern(), None);
        assert_eq!(fill("{a} {b} } {{}}", |name| (name == "a").then(|| "{b}".into())), "{b} {b} } {}");
    }

    #[test]
    fn what_is_quoted_is_spelt_as_in_the_file_in_every_language() {
        let mut text = say!("declare it: `state {name} …`, not state", name = "done");
        text.respell(|quoted| Cow::Owned(quoted.replace("state", "trạng thái")));
        assert_eq!(text, "declare it: `trạng thái done …`, not state");
        assert_eq!(text.spelt("hãy khai báo: `state done …`".to_owned()), "hãy khai báo: `trạng thái done …`");
    }
}
