//! What a script can read: the facts of the dossier with their types, its own variables, and what is known to be there.

use std::collections::HashMap;

use motcua_engine::script::expression::{Expression, Kind};
use smol_str::{SmolStr, format_smolstr};

use super::{Type, Typed};
use crate::lower::types::type_of;
use crate::model::Procedure;
use crate::syntax::{Span, Transition, Trigger};

/// The variables of a script, and what is known to be there where it has come to.
#[derive(Clone, Debug, Default)]
pub(super) struct Scope {
    pub(super) variables: Vec<(SmolStr, Typed)>,
    /// Facts, variables and their parts that are not absent.
    pub(super) present: Vec<SmolStr>,
}

impl Scope {
    pub(super) fn knows(&self, key: &str) -> bool {
        self.present.iter().any(|known| known == key)
    }

    pub(super) fn learn(&mut self, key: SmolStr) {
        if !self.knows(&key) {
            self.present.push(key);
        }
    }

    /// Forgets what is known of something and its parts.
    pub(super) fn forget(&mut self, key: &str) {
        self.present
            .retain(|known| known.strip_prefix(key).is_none_or(|rest| !rest.is_empty() && !rest.starts_with('.')));
    }

    pub(super) fn declare(&mut self, name: &SmolStr, typed: Typed) {
        self.forget(name);
        self.variables.push((name.clone(), typed));
    }

    /// Gives a variable another type.
    pub(super) fn retype(&mut self, name: &str, ty: Type) {
        if let Some((_, typed)) = self.variables.iter_mut().rev().find(|(known, _)| known == name) {
            typed.ty = ty;
        }
    }

    /// Keeps what is known on both of two ways, and the variables of both.
    pub(super) fn meet(&mut self, other: &Self) {
        self.present.retain(|key| other.knows(key));
        for ((_, typed), (_, there)) in self.variables.iter_mut().zip(&other.variables) {
            if let Some(both) = typed.clone().or(there.clone()) {
                *typed = both;
            }
        }
    }
}

/// Returns the key of something that can be checked once and read later.
pub(super) fn key(expression: &Expression) -> Option<SmolStr> {
    match &expression.kind {
        Kind::Fact(path) => Some(SmolStr::new(path.join("."))),
        Kind::Variable(name) => Some(name.clone()),
        Kind::Part { of, name, .. } => key(of).map(|of| format_smolstr!("{of}.{name}")),
        _ => None,
    }
}

/// The facts of a dossier with their types.
pub(super) struct Facts<'p> {
    procedure: &'p Procedure<'p>,
    fields: HashMap<&'p str, Typed>,
    /// What `arg.outcome` is in the lines that answer a call, by where they stand.
    outcomes: Vec<(Span, Typed)>,
}

impl<'p> Facts<'p> {
    pub(super) fn new(procedure: &'p Procedure<'p>, outcomes: Vec<(Span, Typed)>) -> Self {
        let mut fields = HashMap::new();
        for field in &procedure.syntax.data {
            let ty = type_of(&field.ty).map_or(Type::Unknown, |ty| Type::of(&ty));
            let optional = field.optional && ty != Type::Unknown;
            let from = Some((field.name.text.clone(), field.name.span));
            // Of two fields with one name the first is meant, as everywhere.
            fields.entry(field.name.text.as_str()).or_insert(Typed { optional, from, ..ty.into() });
        }
        Self { procedure, fields, outcomes }
    }

    /// Returns the facts that a function sees: none.
    pub(super) fn none(procedure: &'p Procedure<'p>) -> Self {
        Self { procedure, fields: HashMap::new(), outcomes: Vec::new() }
    }

    pub(super) fn field(&self, name: &str) -> Option<&Typed> {
        self.fields.get(name)
    }

    /// Returns the type of a fact; not known where its name stands for nothing.
    pub(super) fn of(&self, path: &[SmolStr], of: Option<&Transition>) -> Typed {
        let words: Vec<&str> = path.iter().map(SmolStr::as_str).collect();
        match words.as_slice() {
            ["data", name] => self.fields.get(name).cloned().unwrap_or_else(Typed::unknown),
            ["documents", "complete"] => Type::Boolean.into(),
            ["documents", "missing"] => Type::list(Type::Text).into(),
            ["documents", name] if self.procedure.documents.get(name).is_some() => Type::Integer.into(),
            ["first" | "latest", name] if self.procedure.event(name).is_ok() => Type::Instant.into(),
            ["clock", name, what] if self.procedure.clocks.get(name).is_some() => match *what {
                "running" | "suspended" | "ended" | "overdue" => Type::Boolean.into(),
                "due" => {
                    let from = self.procedure.clocks.get(name).and_then(|clock| self.procedure.clocks.word(clock));
                    let from = from.map(|word| (word.text.clone(), word.span));
                    Typed { optional: true, from, ..Type::Instant.into() }
                }
                _ => Typed::unknown(),
            },
            ["arg", "outcome"] if of.is_some_and(|line| matches!(line.trigger, Trigger::Outcome { .. })) => {
                let line = self.outcomes.iter().find(|(span, _)| of.is_some_and(|line| line.span == *span));
                line.map_or_else(Typed::unknown, |(_, typed)| typed.clone())
            }
            ["arg", name] => {
                let need = of.iter().flat_map(|transition| &transition.needs).find(|need| need.name.text == *name);
                let ty = need.and_then(|need| need.ty.as_ref()).and_then(|ty| type_of(ty).ok());
                let from = need.map(|need| (need.name.text.clone(), need.name.span));
                ty.map_or_else(Typed::unknown, |ty| Typed { from, ..Type::of(&ty).into() })
            }
            ["now"] => Type::Instant.into(),
            ["dossier", "id" | "unit"] => Type::Text.into(),
            _ => Typed::unknown(),
        }
    }
}
