//! The facts that guards read: fields, documents, events, clocks, arguments.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use motcua_engine::Value;
use motcua_engine::plan::{FieldPlan, ScriptKind, Type};
use motcua_engine::script::expression::{Expression, Kind};
use rust_decimal::Decimal;
use smol_str::{SmolStr, format_smolstr};

use super::formula::{Fact, Formula, Nature};
use super::read::{Cases, Opaque, Read, Reader, Sum, always};
use crate::lower::types::{field, type_of};
use crate::model::Procedure;
use crate::syntax::Document;
use crate::table::{Part, is_ordered, number};

/// What a procedure says of its facts, as far as it was asked.
pub(super) struct Sources<'p> {
    known: HashMap<SmolStr, Read>,
    /// Fields that effects set, and those that commands bring; worked out when the first field is read.
    set: Option<(HashSet<&'p str>, HashSet<&'p str>)>,
    /// Some guard reads how many copies of a document there are.
    counts: bool,
    complete: Option<Formula>,
}

/// What a dossier holds after some steps.
#[derive(Clone, Debug, Default)]
pub(super) struct Known {
    /// What each field may be, by its number.
    pub(super) fields: Vec<Rc<Cases>>,
    /// How many copies of each document there are.
    pub(super) documents: Vec<Sum>,
    /// What the command brings besides fields.
    pub(super) arguments: Vec<(SmolStr, Read)>,
    /// Tells one reading from another: what is no field may be different each time.
    pub(super) reading: u32,
}

impl<'p> Sources<'p> {
    pub(super) fn new(procedure: &'p Procedure<'p>) -> Self {
        let readings = procedure.scripts.iter().filter_map(|script| script.reading.as_ref().ok());
        let mut paths = readings.flat_map(|reading| &reading.paths).map(|used| used.path.as_slice());
        let counts = paths
            .any(|path| matches!(path, [root, name] if root == "documents" && name != "complete" && name != "missing"));
        Self { known: HashMap::new(), set: None, counts, complete: None }
    }
}

impl Reader<'_> {
    /// Returns the key of a fact: what the command brings is another thing than what the dossier holds.
    pub(super) fn key(&self, path: &[SmolStr]) -> SmolStr {
        let name = path.join(".");
        if self.known.is_some() {
            return self.stamped(&name);
        }
        match path {
            [root, field, ..] if root == "data" && self.is_brought(field) => format_smolstr!("+{name}"),
            [root, argument, ..] if root == "arg" => format_smolstr!("+{argument}"),
            _ => name.into(),
        }
    }

    /// Returns the key of a fact that may be another one at each reading.
    fn stamped(&self, key: &str) -> SmolStr {
        self.known.as_ref().map_or_else(|| key.into(), |known| format_smolstr!("{key}@{}", known.reading))
    }

    /// Returns what a field or an argument may be after the steps that are followed.
    pub(super) fn held(&self, root: &str, name: &str) -> Option<Cases> {
        let known = self.known.as_ref()?;
        if root == "data" {
            return Some(known.fields.get(self.procedure.fields.get(name)?)?.to_vec());
        }
        known.arguments.iter().find(|(argument, _)| argument == name).map(|(_, read)| always(read.clone()))
    }

    fn is_brought(&self, field: &str) -> bool {
        let needs = self.of.map_or(&[][..], |transition| &transition.needs);
        needs.iter().any(|need| need.ty.is_none() && need.name.text == field)
    }

    /// Returns what a fact is.
    pub(super) fn fact(&mut self, path: &[SmolStr]) -> Option<Read> {
        if let (Some(known), [root, name]) = (&self.known, path)
            && root == "documents"
            && name != "missing"
        {
            return Some(match self.procedure.documents.get(name) {
                Some(document) if name != "complete" => Read::Number(known.documents.get(document)?.clone()),
                _ => Read::Truth(self.complete_now()?),
            });
        }
        let key = self.key(path);
        if let Some(known) = self.sources.known.get(&key) {
            return Some(known.clone());
        }
        let read = self.new_fact(path, &key)?;
        self.sources.known.insert(key, read.clone());
        Some(read)
    }

    fn new_fact(&mut self, path: &[SmolStr], key: &SmolStr) -> Option<Read> {
        let words: Vec<&str> = path.iter().map(SmolStr::as_str).collect();
        Some(match words.as_slice() {
            ["data", name] => {
                let at = self.procedure.fields.get(name)?;
                let plan = field(self.procedure.syntax.data.get(at)?)?;
                let brought = self.is_brought(name);
                let (mut by_effects, mut never_set) = (false, false);
                let (effects, commands) = self.set_fields();
                if !effects.is_empty() || !commands.contains(name) {
                    by_effects = effects.contains(name) || effects.contains("");
                    never_set = !by_effects && !commands.contains(name);
                }
                let nature = if brought { Nature::Brought } else { Nature::Stored(at) };
                self.field_fact(key, path.join(".").into(), &plan, nature, by_effects && !brought, never_set)
            }
            ["arg", name] => {
                let needs = self.of.map_or(&[][..], |transition| &transition.needs);
                let need = needs.iter().find(|need| need.name.text == *name)?;
                let ty = type_of(need.ty.as_ref()?).ok()?;
                let plan = FieldPlan {
                    name: need.name.text.clone(),
                    ty,
                    optional: false,
                    personal: false,
                    default: None,
                    range: None,
                    pattern: None,
                };
                self.field_fact(key, path.join(".").into(), &plan, Nature::Brought, false, false)
            }
            ["documents", "complete"] => Read::Truth(self.complete()?),
            ["documents", "missing"] => return None,
            ["documents", name] => {
                self.procedure.documents.get(name)?;
                Read::Number(Sum::of(self.copies(name)))
            }
            ["first" | "latest", name] => {
                let there = self.there(&format_smolstr!("{name} has happened"));
                Read::Moment(key.clone(), there)
            }
            ["clock", name, "due"] => {
                let there = self.there(&format_smolstr!("clock.{name}.due"));
                Read::Moment(key.clone(), there)
            }
            ["clock", name, _] => {
                let reads = vec![format_smolstr!("clock.{name}")];
                let new = || Fact { reads, ..Fact::new(key.clone(), Type::Boolean, Nature::Given) };
                Read::Flag(self.facts.named(key, new))
            }
            ["now"] => {
                let there = self.facts.named(key, || Fact::new(key.clone(), Type::Text, Nature::Given));
                Read::Moment(key.clone(), there)
            }
            ["dossier", "id" | "unit"] => {
                let new = || Fact { reads: vec![key.clone()], ..Fact::new(key.clone(), Type::Text, Nature::Given) };
                Read::Text(self.facts.named(key, new))
            }
            _ => return None,
        })
    }

    /// Returns the fact that something has happened, or that an instant is known.
    fn there(&mut self, name: &SmolStr) -> u32 {
        let name = &self.stamped(name);
        self.facts.named(name, || Fact { optional: true, ..Fact::new(name.clone(), Type::Text, Nature::Given) })
    }

    /// Returns the fields that effects set and those that commands bring; an empty name stands for all.
    fn set_fields(&mut self) -> &(HashSet<&str>, HashSet<&str>) {
        let procedure = self.procedure;
        self.sources.set.get_or_insert_with(|| {
            let effects = procedure.scripts.iter().filter(|script| script.kind == ScriptKind::Effect);
            let paths = effects.filter_map(|script| script.reading.as_ref().ok()).flat_map(|reading| &reading.paths);
            let set = paths.filter(|used| used.assigned).filter_map(|used| match used.path.as_slice() {
                [root] if root == "data" => Some(""),
                [root, name, ..] if root == "data" => Some(name.as_str()),
                _ => None,
            });
            let needs = procedure.rules.iter().flat_map(|rule| &rule.transition.needs);
            (set.collect(), needs.map(|need| need.name.text.as_str()).collect())
        })
    }

    pub(super) fn field_fact(
        &mut self,
        key: &SmolStr,
        name: SmolStr,
        plan: &FieldPlan,
        nature: Nature,
        by_effects: bool,
        never_set: bool,
    ) -> Read {
        let ty = match &plan.ty {
            Type::List(_) | Type::Record(_) | Type::Instant => Type::Text,
            ty => ty.clone(),
        };
        let pattern = plan.pattern.as_ref().filter(|_| !by_effects && plan.ty == Type::Text).map(SmolStr::new);
        // Only what is brought is held against its range.
        let bounds = plan.range.as_ref().filter(|_| !by_effects && is_ordered(&ty));
        let range = bounds.and_then(|(low, high)| number(low).zip(number(high)));
        // A default that lies outside is said where it stands.
        let inside =
            |value: &Value| number(value).is_none_or(|n| range.is_none_or(|(low, high)| low <= n && n <= high));
        let default = plan.default.clone().filter(inside);
        let optional = plan.optional && !matches!(nature, Nature::Brought);
        // Of an instant, a list or a record only its presence is a fact.
        let reads = match &plan.ty {
            Type::List(_) | Type::Record(_) | Type::Instant => Vec::new(),
            _ => vec![key.clone()],
        };
        let fact = self.facts.named(key, || Fact {
            range,
            optional,
            pattern,
            reads,
            default: default.clone(),
            never_set,
            ..Fact::new(name, ty, nature)
        });
        if let Some(default) = default {
            // Its default is cut out, for where it has no other value.
            self.facts.is(fact, vec![Part::Is(default)]);
        }
        match &plan.ty {
            Type::Boolean => Read::Flag(fact),
            Type::Text | Type::OneOf(_) => Read::Text(fact),
            Type::Instant => Read::Moment(key.clone(), fact),
            Type::List(_) | Type::Record(_) => Read::Thing(fact, plan.ty.clone()),
            Type::Integer | Type::Decimal | Type::Money(_) | Type::Date => Read::Number(Sum::of(fact)),
        }
    }

    fn copies(&mut self, document: &str) -> u32 {
        let name = format_smolstr!("documents.{document}");
        // As many as anybody would hand in: no bound that a guard could meet.
        let range = Some((Decimal::ZERO, Decimal::from(u32::MAX)));
        let new = || Fact { range, reads: vec![name.clone()], ..Fact::new(name.clone(), Type::Integer, Nature::Given) };
        self.facts.named(&name, new)
    }

    /// Returns when all papers are there: by itself, where they can be lacking whatever else holds.
    fn complete(&mut self) -> Option<Formula> {
        if let Some(known) = &self.sources.complete {
            return Some(known.clone());
        }
        let documents = &self.procedure.syntax.documents;
        let formula = if !self.sources.counts && documents.iter().any(|document| document.when.is_none()) {
            let name = SmolStr::new_static("documents.complete");
            let new = || Fact { reads: vec![name.clone()], ..Fact::new(name.clone(), Type::Boolean, Nature::Given) };
            let fact = self.facts.named(&name, new);
            self.facts.is(fact, vec![Part::Is(Value::Boolean(true))])
        } else {
            let mut all = Vec::new();
            for document in documents {
                let fact = self.copies(&document.name.text);
                let enough = self.facts.is(fact, vec![Part::Above(Value::Integer(document.copies.into()), true)]);
                all.push(Formula::any([self.is_required(document)?.not(), enough]));
            }
            Formula::all(all)
        };
        self.sources.complete = Some(formula.clone());
        Some(formula)
    }

    /// Returns when all papers are there by what is known now.
    fn complete_now(&mut self) -> Option<Formula> {
        let mut all = Vec::new();
        for (at, document) in self.procedure.syntax.documents.iter().enumerate() {
            let held = self.known.as_ref()?.documents.get(at)?.clone();
            let asked = Read::Number(Sum::number(document.copies.into()));
            let enough = self.compare(">=", &Read::Number(held), &asked)?;
            all.push(Formula::any([self.is_required(document)?.not(), enough]));
        }
        Some(Formula::all(all))
    }

    /// Returns when a paper is required.
    fn is_required(&mut self, document: &Document) -> Option<Formula> {
        let Some(code) = &document.when else { return Some(Formula::Yes) };
        let script = self.procedure.scripts.get(self.procedure.script(code)? as usize)?;
        let [guard] = script.reading.as_ref().ok()?.body.as_slice() else { return None };
        let (text, of) = (std::mem::replace(&mut self.text, script.text.clone()), self.of.take());
        let when = self.truth(guard);
        (self.text, self.of) = (text, of);
        when
    }

    /// Returns a part of a record.
    pub(super) fn part(&mut self, expression: &Expression) -> Option<Read> {
        let Kind::Part { of, name, .. } = &expression.kind else { return None };
        let cases = self.value(of)?;
        let [(Formula::Yes, Read::Thing(record, Type::Record(parts)))] = cases.as_slice() else { return None };
        let plan = parts.iter().find(|part| part.name == *name)?;
        let (record, plan) = (*record, plan.clone());
        let above = self.facts.get(record)?.clone();
        let name = format_smolstr!("{}.{name}", above.name);
        let root = self.thing(record)?;
        let key = format_smolstr!("{root}.{}", plan.name);
        if let Some(known) = self.sources.known.get(&key) {
            return Some(known.clone());
        }
        let followed = self.known.is_some();
        let by_effects = match &above.nature {
            nature if followed => !matches!(nature, Nature::Brought),
            _ => above.name.split('.').nth(1).is_some_and(|field| {
                let (effects, _) = self.set_fields();
                effects.contains(field) || effects.contains("")
            }),
        };
        let nature = if followed { above.nature.clone() } else { Nature::Brought };
        // A part has no value of its own when the dossier is opened: it is as its record is.
        let plan = FieldPlan { default: None, ..plan };
        let read = self.field_fact(&key, name, &plan, nature, by_effects, false);
        if let Read::Flag(fact) | Read::Text(fact) | Read::Moment(_, fact) | Read::Thing(fact, _) = &read {
            self.lies_under(*fact, record, plan.optional);
        } else if let Read::Number(sum) = &read {
            let fact = sum.parts.first().map(|(fact, _)| *fact);
            self.lies_under(fact?, record, plan.optional);
        }
        self.sources.known.insert(key, read.clone());
        Some(read)
    }

    /// Returns the key of a list or a record, whose presence is a fact.
    pub(super) fn thing(&self, fact: u32) -> Option<SmolStr> {
        if self.known.is_some() {
            return Some(format_smolstr!("{}#{fact}", self.facts.get(fact)?.name));
        }
        let fact = self.facts.get(fact)?;
        let brought = matches!(fact.nature, Nature::Brought) && fact.under.is_none();
        Some(if brought { format_smolstr!("+{}", fact.name) } else { fact.name.clone() })
    }

    fn lies_under(&mut self, fact: u32, record: u32, optional: bool) {
        if let Some(fact) = self.facts.get_mut(fact) {
            (fact.under, fact.optional) = (Some(record), optional);
        }
    }

    /// Returns the day of an instant.
    pub(super) fn day_of(&mut self, instant: &SmolStr, there: u32) -> Sum {
        let name = format_smolstr!("day_of({instant})");
        Sum::of(self.facts.named(&name, || Fact {
            reads: vec![instant.clone()],
            under: Some(there),
            ..Fact::new(name.clone(), Type::Date, Nature::Given)
        }))
    }

    /// Returns the fact of what is not followed, as a value.
    pub(super) fn as_value(&mut self, opaque: &Opaque, like: &Read) -> Option<Read> {
        let ty = match like {
            Read::Number(_) => Type::Decimal,
            Read::Word(_) | Read::Text(_) => Type::Text,
            Read::Flag(_) | Read::Truth(_) => Type::Boolean,
            Read::Other(other) => other.ty.clone()?,
            _ => return None,
        };
        let fact = self.fact_of(opaque, &ty);
        Some(match &self.facts.get(fact)?.ty {
            Type::Boolean => Read::Flag(fact),
            ty if is_ordered(ty) => Read::Number(Sum::of(fact)),
            _ => Read::Text(fact),
        })
    }
}
