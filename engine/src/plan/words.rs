//! What people read: labels, the published record, legal basis, places in the text. Nothing here decides.

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

/// The words of a plan; each list runs parallel to its list in the logic.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Words {
    /// What the procedure is called.
    pub label: Option<String>,
    /// The published record.
    pub record: Record,
    /// Labels of the fields.
    pub fields: Vec<Option<String>>,
    /// Labels of the documents.
    pub documents: Vec<Option<String>>,
    /// Labels of the roles.
    pub roles: Vec<Option<String>>,
    /// Labels of the states.
    pub states: Vec<Option<String>>,
    /// Labels of the clocks.
    pub clocks: Vec<Option<String>>,
    /// Legal basis of the clocks.
    pub clock_basis: Vec<Vec<String>>,
    /// Legal basis of extending each named clock; empty when none has any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub extend_basis: Vec<Vec<String>>,
    /// Legal basis of moving the promised date of each named clock; empty when none has any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reappoint_basis: Vec<Vec<String>>,
    /// Legal basis of each rule of four eyes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub eyes_basis: Vec<Vec<String>>,
    /// Labels of the timers.
    pub timers: Vec<Option<String>>,
    /// What the rules (lines with a transition) say.
    pub rules: Vec<RuleWords>,
    /// Where the scripts stand.
    pub scripts: Vec<Place>,
    /// Labels of the forms.
    pub forms: Vec<Option<String>>,
}

/// The words of one rule.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct RuleWords {
    /// Where it stands.
    pub place: Place,
    /// Its legal basis.
    pub basis: Vec<String>,
}

/// A place in a text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The file, as it was named when it was compiled.
    pub file: SmolStr,
    /// The line, from 1.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
}

/// The published record of a procedure (Decree 63/2010, 8.2).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// The code in the national database.
    pub code: Option<String>,
    /// The field of administration.
    pub field: Option<String>,
    /// The level: commune, district, province, central.
    pub level: Option<String>,
    /// Who decides.
    pub authority: Option<String>,
    /// Who applies.
    pub applies_to: Vec<String>,
    /// Conditions.
    pub conditions: Vec<String>,
    /// Legal basis.
    pub basis: Vec<String>,
    /// What comes out: name and label.
    pub results: Vec<(SmolStr, Option<String>)>,
    /// Forms to fill in: name and label.
    pub forms: Vec<(SmolStr, Option<String>)>,
    /// Ways of handing in: name and label.
    pub ways: Vec<(SmolStr, Option<String>)>,
    /// The fee, as written.
    pub fee: Option<String>,
    /// How many copies of the dossier.
    pub copies: Option<u32>,
}
