//! One script about one dossier, looked up once: to ask it again and again, or to hold what answers it against the interpreter.

use std::fmt;

use smol_str::SmolStr;

use super::bind::Facts;
use super::compile::Script;
use super::fault::{Fault, FaultKind};
use crate::event::Effect;
use crate::plan::{Place, ScriptKind};
use crate::world::World;
use crate::{Dossier, FieldId, Instant, ScriptId, Value};

/// A script about a dossier: all that it reads is found already.
#[derive(Clone, Copy)]
pub struct Asked<'a> {
    script: &'a Script,
    facts: Facts<'a>,
}

/// What a script says.
#[derive(Clone, Debug, PartialEq)]
pub enum Said {
    /// Whether a guard holds.
    Holds(bool),
    /// What an expression is.
    Is(Value),
    /// What statements set; what they send out besides is left out.
    Sets(Vec<(FieldId, Option<Value>)>),
}

impl fmt::Debug for Asked<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Facts { dossier, pending, arguments, now, .. } = &self.facts;
        write!(f, "`{}` at {now} on {dossier:?} with {pending:?} and {arguments:?}", self.script.text())
    }
}

impl<'a> Asked<'a> {
    /// Returns a script of a dossier's procedure about the dossier as it is.
    ///
    /// # Errors
    /// The world does not hold it.
    #[inline]
    pub fn about(world: &'a World, dossier: &'a Dossier, script: ScriptId, now: Instant) -> Result<Self, Fault> {
        let unknown =
            || Fault { kind: FaultKind::Other, message: "the guard is not known".into(), place: Place::default() };
        let procedure = world.procedure(dossier.plan).ok_or_else(unknown)?;
        let script = procedure.script(script).ok_or_else(unknown)?;
        let facts = Facts { world, procedure, dossier, known: None, pending: &[], arguments: &[], now };
        Ok(Self { script, facts })
    }

    /// Returns the script about the dossier in the middle of an event: after some effects, with what the command brings.
    #[must_use]
    pub fn amid(mut self, effects: &'a [Effect], arguments: &'a [(SmolStr, Value)]) -> Self {
        (self.facts.pending, self.facts.arguments) = (effects, arguments);
        self
    }

    /// Returns whether the guard holds.
    ///
    /// # Errors
    /// The guard failed.
    #[inline]
    pub fn holds(&self) -> Result<bool, Fault> {
        self.facts.world.interpreter().holds(self.script, &self.facts)
    }

    /// Returns what the script says without the interpreter; nothing where only the interpreter can say.
    #[must_use]
    pub fn lowered(&self) -> Option<Said> {
        let (script, facts) = (self.script, &self.facts);
        match script.kind() {
            ScriptKind::Guard => script.quick_truth(facts).map(Said::Holds),
            ScriptKind::Value => script.quick_value(facts).map(Said::Is),
            ScriptKind::Effect => script.quick_changes(facts).map(|set| Said::Sets(set.into_vec())),
        }
    }

    /// Returns what the interpreter says: the reference for every other way of asking.
    ///
    /// # Errors
    /// The script failed.
    pub fn interpreted(&self) -> Result<Said, Fault> {
        let (rhai, script, facts) = (self.facts.world.interpreter(), self.script, &self.facts);
        match script.kind() {
            ScriptKind::Guard => rhai.interpreted_truth(script, facts).map(Said::Holds),
            ScriptKind::Value => rhai.interpreted_value(script, facts).map(Said::Is),
            ScriptKind::Effect => rhai.interpreted_run(script, facts).map(|out| Said::Sets(out.set.into_vec())),
        }
    }
}
