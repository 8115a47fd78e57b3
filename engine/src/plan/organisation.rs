//! Units, offices, heads, and which office does what a role does.

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

/// An organisation.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Organisation {
    /// Its name.
    pub name: SmolStr,
    /// Its units, flat, in the order written.
    pub units: Vec<Unit>,
}

/// A unit: a commune, a district, a department.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Unit {
    /// Its name.
    pub name: SmolStr,
    /// What people call it.
    pub label: Option<String>,
    /// Its level: commune, district, province.
    pub level: Option<SmolStr>,
    /// Its calendar.
    pub calendar: Option<SmolStr>,
    /// The unit that it belongs to.
    pub parent: Option<SmolStr>,
    /// Its offices.
    pub offices: Vec<Office>,
    /// Which office does what a role does here.
    pub bindings: Vec<Binding>,
}

/// An office.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Office {
    /// Its name.
    pub name: SmolStr,
    /// What people call it.
    pub label: Option<String>,
    /// The head: a post or an account.
    pub head: Option<SmolStr>,
    /// The officers; where none are named, the host says who belongs to the office.
    pub officers: Vec<SmolStr>,
}

/// A role bound to an office.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Binding {
    /// The role.
    pub role: SmolStr,
    /// The unit of the office.
    pub unit: SmolStr,
    /// The office.
    pub office: SmolStr,
}
