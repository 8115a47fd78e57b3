//! The languages that are spoken: messages by name, in `cli/locales/en.ftl` and `cli/locales/vi.ftl`.
//!
//! [`say!`](crate::say!) is the way to say one: a message that a language lacks does not compile. That the languages take
//! the same variables, and every call gives them, is tested (`lang/tests.rs`).

use std::sync::{LazyLock, OnceLock};

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

/// The messages as written.
pub(crate) const FILES: [(Lang, &str); 2] =
    [(Lang::English, include_str!("../locales/en.ftl")), (Lang::Vietnamese, include_str!("../locales/vi.ftl"))];

/// A language that is spoken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Lang {
    /// English.
    #[default]
    #[value(name = "en")]
    English,
    /// Vietnamese, as administrative texts say it.
    #[value(name = "vi")]
    Vietnamese,
}

static ENGLISH: LazyLock<FluentBundle<FluentResource>> = LazyLock::new(|| spoken(Lang::English));
static VIETNAMESE: LazyLock<FluentBundle<FluentResource>> = LazyLock::new(|| spoken(Lang::Vietnamese));

fn spoken(lang: Lang) -> FluentBundle<FluentResource> {
    let text = FILES.iter().find(|(known, _)| *known == lang).map(|(_, text)| (*text).to_owned());
    bundle(lang.code(), text.unwrap_or_default())
}

/// Returns the messages of a text; what does not parse of it is left out.
fn bundle(code: &str, text: String) -> FluentBundle<FluentResource> {
    let mut bundle = FluentBundle::new_concurrent(vec![code.parse::<LanguageIdentifier>().unwrap_or_default()]);
    // Marks of direction are for mixed scripts on a page; in a terminal they are noise.
    bundle.set_use_isolating(false);
    // Both can fail only for files that a test has refused: a message that does not parse is left out of the resource.
    let _ = bundle.add_builtins();
    let resource = FluentResource::try_new(text).unwrap_or_else(|(resource, _)| resource);
    let _ = bundle.add_resource(resource);
    bundle
}

/// The language that is asked for on the command line.
static ASKED: OnceLock<Option<Lang>> = OnceLock::new();

impl Lang {
    /// Notes the language that is asked for, once; later ones are not heard.
    pub fn choose(asked: Option<Self>) {
        let _ = ASKED.set(asked);
    }

    /// Returns the language of what people read.
    #[must_use]
    pub fn current() -> Self {
        Self::chosen(Self::asked())
    }

    /// Returns the language that is asked for by name.
    #[must_use]
    pub fn asked() -> Option<Self> {
        ASKED.get().copied().flatten()
    }

    /// Returns the language of what machines read: English, unless another one is asked for by name.
    #[must_use]
    pub fn of_machines() -> Self {
        Self::asked().unwrap_or_default()
    }

    /// Returns the language that is asked for, else that of the environment: Vietnamese where the first of `LC_ALL`,
    /// `LC_MESSAGES` and `LANG` that says something begins with `vi`, and English otherwise.
    #[must_use]
    pub fn chosen(asked: Option<Self>) -> Self {
        asked.unwrap_or_else(|| {
            let names = ["LC_ALL", "LC_MESSAGES", "LANG"];
            let said = names.iter().filter_map(std::env::var_os).find(|value| !value.is_empty());
            Self::named(&said.unwrap_or_default().to_string_lossy())
        })
    }

    /// Returns the other language.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::English => Self::Vietnamese,
            Self::Vietnamese => Self::English,
        }
    }

    /// Returns the code of the language, as in `--lang`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Vietnamese => "vi",
        }
    }

    /// Returns the language of a locale's name.
    fn named(locale: &str) -> Self {
        let language = locale.split(['_', '-', '.', '@']).next().unwrap_or_default();
        if language.eq_ignore_ascii_case("vi") { Self::Vietnamese } else { Self::English }
    }

    /// Returns a message; [`say!`](crate::say!) checks its name.
    #[must_use]
    pub fn message(self, id: &str, arguments: Vec<(&'static str, FluentValue<'static>)>) -> String {
        let arguments: FluentArgs<'_> = arguments.into_iter().collect();
        let bundle = match self {
            Self::English => &*ENGLISH,
            Self::Vietnamese => &*VIETNAMESE,
        };
        let Some(pattern) = bundle.get_message(id).and_then(|message| message.value()) else { return id.to_owned() };
        let mut errors = Vec::new();
        let said = bundle.format_pattern(pattern, Some(&arguments), &mut errors).into_owned();
        debug_assert!(errors.is_empty(), "{id}: {errors:?}");
        said
    }
}

/// Something that a message can name.
pub trait Say {
    /// Returns it as a value of a message.
    fn value(&self) -> FluentValue<'static>;
}

impl Say for &str {
    fn value(&self) -> FluentValue<'static> {
        FluentValue::from((*self).to_owned())
    }
}

impl Say for &smol_str::SmolStr {
    fn value(&self) -> FluentValue<'static> {
        FluentValue::from(self.to_string())
    }
}

impl Say for String {
    fn value(&self) -> FluentValue<'static> {
        FluentValue::from(self.clone())
    }
}

macro_rules! numbers {
    ($($number:ty),*) => {$(
        impl Say for $number {
            fn value(&self) -> FluentValue<'static> {
                FluentValue::from(*self)
            }
        }
    )*};
}
numbers!(i32, u32, i64, usize);

/// Returns whether every language has a message. It is asked while this program is compiled.
#[must_use]
#[expect(
    clippy::indexing_slicing,
    reason = "a slice has no other way in a constant, and this runs in the compiler alone"
)]
pub const fn is_defined(id: &str) -> bool {
    let (mut file, mut everywhere) = (0, true);
    while file < FILES.len() {
        everywhere = everywhere && defines(FILES[file].1.as_bytes(), id.as_bytes());
        file += 1;
    }
    everywhere
}

/// Returns whether a line of a file begins with `id =`.
#[expect(
    clippy::indexing_slicing,
    reason = "a slice has no other way in a constant, and this runs in the compiler alone"
)]
const fn defines(text: &[u8], id: &[u8]) -> bool {
    let (mut at, mut begins) = (0, true);
    while at + id.len() + 2 <= text.len() {
        if begins && text[at + id.len()] == b' ' && text[at + id.len() + 1] == b'=' {
            let mut same = 0;
            while same < id.len() && text[at + same] == id[same] {
                same += 1;
            }
            if same == id.len() {
                return true;
            }
        }
        begins = text[at] == b'\n';
        at += 1;
    }
    false
}

/// Returns a message in a language: `say!(lang, "why-from", term = term, day = day)`.
#[macro_export]
macro_rules! say {
    ($lang:expr, $id:literal $(, $name:ident = $value:expr)* $(,)?) => {{
        const { assert!($crate::lang::is_defined($id), "a language lacks this message") }
        $crate::lang::Lang::message($lang, $id, vec![$((stringify!($name), $crate::lang::Say::value(&$value))),*])
    }};
}

mod catalogue;
mod findings;
#[cfg(test)]
mod findings_tests;
mod refusals;
#[cfg(test)]
mod tests;
