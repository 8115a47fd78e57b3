//! What few dossiers have: one pointer for all of it, so that the many others pay for nothing.

use std::ops::{Deref, DerefMut};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Fired, Hand, Incident};

/// What few dossiers have.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Rare {
    /// Timers that have come to their day.
    pub timers: Vec<Fired>,
    /// Firings that met a fault and wait for a `retry`.
    pub incidents: Vec<Incident>,
    /// What it has called.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub calls: Vec<crate::Called>,
    /// The dossier that it is a part of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caller: Option<Box<crate::Caller>>,
    /// Who gave which command, where one person may not give another one as well.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hands: Vec<Hand>,
}

static NOTHING: Rare =
    Rare { timers: Vec::new(), incidents: Vec::new(), calls: Vec::new(), caller: None, hands: Vec::new() };

/// A [`Rare`] that is reached as if it were always there. To write to it makes room for it: read first.
#[derive(Clone, Debug, Default)]
pub struct Seldom(Option<Box<Rare>>);

impl Deref for Seldom {
    type Target = Rare;

    fn deref(&self) -> &Rare {
        self.0.as_deref().unwrap_or(&NOTHING)
    }
}

impl DerefMut for Seldom {
    fn deref_mut(&mut self) -> &mut Rare {
        self.0.get_or_insert_default()
    }
}

/// Room that holds nothing is no difference.
impl PartialEq for Seldom {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Serialize for Seldom {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (**self).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Seldom {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Rare::deserialize(deserializer).map(|rare| Self((rare != NOTHING).then(|| Box::new(rare))))
    }
}
