//! Lines of input: bounded, and read with the place of what is wrong.

use std::fmt;
use std::io::{self, BufRead, Read};
use std::marker::PhantomData;

use motcua_engine::Value;
use serde::Deserialize;
use serde::de::{self, Deserializer, MapAccess, Visitor};
use smol_str::SmolStr;

/// The longest line that is read, in bytes.
pub(super) const LONGEST: usize = 1 << 20;

/// One line: a command for a dossier, or a tick of the clock.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Line {
    /// The clock is turned to this instant.
    pub tick: Option<String>,
    /// The dossier.
    pub dossier: Option<SmolStr>,
    /// The idempotency key, unique per dossier.
    pub id: Option<SmolStr>,
    /// What is wanted.
    pub command: Option<SmolStr>,
    /// For `open`: the procedure.
    pub procedure: Option<SmolStr>,
    /// For `open`: its version; the one in force on the day when absent.
    pub version: Option<u32>,
    /// For `open`: the unit that receives the dossier.
    pub unit: Option<SmolStr>,
    /// Who asks.
    pub actor: SmolStr,
    /// In which role.
    pub role: SmolStr,
    /// When it took effect.
    pub at: Option<String>,
    /// The version of the dossier that the actor had seen.
    pub seen: Option<u32>,
    /// The state that is meant.
    pub state: Option<SmolStr>,
    /// Fields and arguments.
    pub data: Pairs<Value>,
    /// Documents and how many copies.
    pub documents: Documents,
    /// Why.
    pub reason: Option<SmolStr>,
    /// For `correct`: the numbers of the events that are void.
    pub voids: Option<Vec<u32>>,
    /// For `correct`: what happened instead.
    pub instead: Option<Vec<Instead>>,
}

/// A command of a correction: it happened instead of what is void.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Instead {
    /// The idempotency key, unique per dossier.
    pub id: SmolStr,
    /// What was wanted.
    pub command: SmolStr,
    /// When it took effect; when the correction is told when absent.
    pub at: Option<String>,
    /// For `open`: the procedure.
    pub procedure: Option<SmolStr>,
    /// For `open`: its version; the one in force on the day when absent.
    pub version: Option<u32>,
    /// For `open`: the unit that received the dossier.
    pub unit: Option<SmolStr>,
    /// Who asked.
    #[serde(default)]
    pub actor: SmolStr,
    /// In which role.
    #[serde(default)]
    pub role: SmolStr,
    /// The state that is meant.
    pub state: Option<SmolStr>,
    /// Fields and arguments.
    #[serde(default)]
    pub data: Pairs<Value>,
    /// Documents and how many copies.
    #[serde(default)]
    pub documents: Documents,
    /// Why.
    pub reason: Option<SmolStr>,
}

/// Names and values in the order written, each name once.
#[derive(Debug)]
pub struct Pairs<T>(pub Vec<(SmolStr, T)>);

impl<T> Default for Pairs<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

/// The documents that a command brings.
#[derive(Debug)]
pub enum Documents {
    /// `"all"`: as many of each as the procedure asks for.
    All,
    /// These.
    Named(Pairs<u32>),
}

impl Default for Documents {
    fn default() -> Self {
        Self::Named(Pairs::default())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Pairs<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_map(PairsVisitor(PhantomData))
    }
}

struct PairsVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for PairsVisitor<T> {
    type Value = Pairs<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of names and values")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut pairs: Vec<(SmolStr, T)> = Vec::new();
        while let Some((name, value)) = map.next_entry::<SmolStr, T>()? {
            if pairs.iter().any(|(known, _)| *known == name) {
                return Err(de::Error::custom(format!("`{name}` stands there twice")));
            }
            pairs.push((name, value));
        }
        Ok(Pairs(pairs))
    }
}

impl<'de> Deserialize<'de> for Documents {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct AllOrNamed;
        impl<'de> Visitor<'de> for AllOrNamed {
            type Value = Documents;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("`\"all\"`, or an object of documents and numbers of copies")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Documents, E> {
                if text == "all" { Ok(Documents::All) } else { Err(E::invalid_value(de::Unexpected::Str(text), &self)) }
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Documents, A::Error> {
                PairsVisitor(PhantomData).visit_map(map).map(Documents::Named)
            }
        }
        from.deserialize_any(AllOrNamed)
    }
}

/// Why a line is no command.
#[derive(Debug, PartialEq, Eq)]
pub struct Wrong {
    /// What is wrong with it.
    pub message: String,
    /// The column in characters, from 1.
    pub column: usize,
    /// The dossier that it names, as far as it can be read.
    pub dossier: Option<SmolStr>,
    /// The command's id, likewise.
    pub id: Option<SmolStr>,
}

impl Wrong {
    /// Returns what is wrong at a key of a line.
    pub fn at_key(text: &str, key: &str, message: impl Into<String>) -> Self {
        let column = text.find(&format!("\"{key}\"")).map_or(1, |at| column(text, at));
        Self { message: message.into(), column, dossier: None, id: None }
    }

    /// Returns what is wrong with a text that stands somewhere below a key of a line.
    pub fn at_value(text: &str, key: &str, value: &str, message: impl Into<String>) -> Self {
        let below = text.find(&format!("\"{key}\"")).unwrap_or(0);
        let value = serde_json::Value::from(value).to_string();
        match text.get(below..).and_then(|rest| rest.find(&value)) {
            Some(at) => Self { message: message.into(), column: column(text, below + at), dossier: None, id: None },
            None => Self::at_key(text, key, message),
        }
    }
}

fn column(text: &str, offset: usize) -> usize {
    text.get(..text.floor_char_boundary(offset)).unwrap_or_default().chars().count() + 1
}

/// A line as it came in.
#[derive(Debug, PartialEq, Eq)]
pub enum Raw {
    /// A text.
    Text(String),
    /// Something that is no text: its bytes up to here are.
    NotUtf8 {
        /// The column in characters, from 1.
        column: usize,
    },
    /// More than a line may have.
    TooLong,
}

impl Raw {
    /// Returns the text, or nothing where it is none.
    pub fn text(&self) -> &str {
        match self {
            Self::Text(text) => text,
            Self::NotUtf8 { .. } | Self::TooLong => "",
        }
    }

    /// Returns the command or the tick that it says.
    ///
    /// # Errors
    /// It is too long, no text, no JSON, or has a key or a value that no command has.
    pub fn parse(&self) -> Result<Line, Wrong> {
        let wrong = |message: String, column| Err(Wrong { message, column, dossier: None, id: None });
        let text = match self {
            Self::Text(text) => text.trim_end(),
            Self::NotUtf8 { column } => {
                return wrong("the bytes from here are not UTF-8: save the input as UTF-8".into(), *column);
            }
            Self::TooLong => return wrong(format!("the line has more than {LONGEST} bytes"), LONGEST + 1),
        };
        // An array would be taken as the values of the keys in their order.
        if !text.trim_start().starts_with('{') {
            return wrong("a line is one JSON object: a command or a tick".into(), 1);
        }
        let error = match serde_json::from_str::<Line>(text) {
            Ok(line) => return Ok(line),
            Err(error) => error,
        };
        let said = error.to_string();
        let message = said.rsplit_once(" at line ").map_or(said.as_str(), |(message, _)| message);
        let message =
            message.replace("unknown field", "unknown key").replace("EOF while parsing", "the line ends within");
        Err(Wrong {
            message,
            column: column(text, error.column().saturating_sub(1)),
            dossier: named(text, "dossier"),
            id: named(text, "id"),
        })
    }
}

/// Returns the text that stands at a key of a line, also of one that is no JSON: it says whose the line is.
fn named(text: &str, key: &str) -> Option<SmolStr> {
    let (_, rest) = text.split_once(&format!("\"{key}\""))?;
    let (value, _) = rest.trim_start().strip_prefix(':')?.trim_start().strip_prefix('"')?.split_once('"')?;
    Some(SmolStr::new(value))
}

/// The lines of an input, numbered from 1; empty ones are left out.
#[derive(Debug)]
pub struct Lines<R> {
    input: R,
    number: usize,
}

impl<R: BufRead> Lines<R> {
    /// Returns the lines of an input.
    pub fn new(input: R) -> Self {
        Self { input, number: 0 }
    }

    /// Returns the next line with its number, or nothing at the end.
    ///
    /// # Errors
    /// The input cannot be read.
    pub fn next_line(&mut self) -> io::Result<Option<(usize, Raw)>> {
        loop {
            let mut bytes = Vec::new();
            let most = u64::try_from(LONGEST).unwrap_or(u64::MAX) + 1;
            if self.input.by_ref().take(most).read_until(b'\n', &mut bytes)? == 0 {
                return Ok(None);
            }
            self.number += 1;
            if bytes.len() > LONGEST && bytes.last() != Some(&b'\n') {
                self.skip_line()?;
                return Ok(Some((self.number, Raw::TooLong)));
            }
            if self.number == 1 && bytes.starts_with(b"\xEF\xBB\xBF") {
                bytes.drain(..3);
            }
            if bytes.trim_ascii().is_empty() {
                continue;
            }
            let raw = String::from_utf8(bytes).map_or_else(
                |error| {
                    let valid = error.as_bytes().get(..error.utf8_error().valid_up_to()).unwrap_or_default();
                    Raw::NotUtf8 { column: String::from_utf8_lossy(valid).chars().count() + 1 }
                },
                Raw::Text,
            );
            return Ok(Some((self.number, raw)));
        }
    }

    /// Passes over the rest of a line without keeping it.
    fn skip_line(&mut self) -> io::Result<()> {
        loop {
            let part = self.input.fill_buf()?;
            let (passed, ended) = match part.iter().position(|byte| *byte == b'\n') {
                Some(at) => (at + 1, true),
                None => (part.len(), part.is_empty()),
            };
            self.input.consume(passed);
            if ended {
                return Ok(());
            }
        }
    }
}
