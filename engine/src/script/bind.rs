//! Hands facts of a dossier to a script, and takes back what it set.

use rhai::{Array, Dynamic, ImmutableString, Map};
use rust_decimal::Decimal;
use smallvec::SmallVec;
use smol_str::SmolStr;

use super::Text;
use super::builtins::{Moment, Sent};
use super::fault::{Fault, FaultKind};
use crate::calendar::Calendar;
use crate::event::Effect;
use crate::plan::{EventRef, FieldPlan, Logic, Place};
use crate::world::{Procedure, World};
use crate::{ClockId, Day, DocumentId, Dossier, FieldId, Instant, MarkId, Value};

/// A fact of a dossier, by the ids of its plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fact {
    Field(FieldId),
    Complete,
    Missing,
    Document(DocumentId),
    First(MarkId),
    Latest(MarkId),
    Clock(ClockId, ClockFact),
    Argument(SmolStr),
    Now,
    Id,
    Unit,
    Outcome,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ClockFact {
    Overdue,
    Suspended,
    Running,
    Ended,
    Due,
}

impl Fact {
    /// Returns the fact that a path stands for, or why there is none.
    pub(crate) fn resolve(path: &[SmolStr], logic: &Logic) -> Result<Self, String> {
        let words: Vec<&str> = path.iter().map(SmolStr::as_str).collect();
        let unknown = || format!("`{}` is not known", words.join("."));
        match words.as_slice() {
            ["data", name] => {
                let at = logic.fields.iter().position(|field| field.name == *name);
                at.and_then(FieldId::new).map(Self::Field).ok_or_else(unknown)
            }
            ["documents", "complete"] => Ok(Self::Complete),
            ["documents", "missing"] => Ok(Self::Missing),
            ["documents", name] => {
                let at = logic.documents.iter().position(|document| document.name == *name);
                at.and_then(DocumentId::new).map(Self::Document).ok_or_else(unknown)
            }
            [which @ ("first" | "latest"), name] => {
                let named = |event: &EventRef| match event {
                    EventRef::Enter(state) => logic.graph.state(*state).is_some_and(|state| state.name == *name),
                    EventRef::Command(command) => logic.commands.get(command.index()).is_some_and(|c| c == name),
                    EventRef::Rule(_) => false,
                };
                let mark = logic.marks.iter().position(named).and_then(MarkId::new).ok_or_else(unknown)?;
                Ok(if *which == "first" { Self::First(mark) } else { Self::Latest(mark) })
            }
            ["clock", name, what] => {
                let at = logic.clocks.iter().position(|clock| clock.name == *name).and_then(ClockId::new);
                let what = match *what {
                    "overdue" => ClockFact::Overdue,
                    "suspended" => ClockFact::Suspended,
                    "running" => ClockFact::Running,
                    "ended" => ClockFact::Ended,
                    "due" => ClockFact::Due,
                    _ => return Err(unknown()),
                };
                at.map(|clock| Self::Clock(clock, what)).ok_or_else(unknown)
            }
            ["arg", name] => Ok(Self::Argument(SmolStr::new(name))),
            ["now"] => Ok(Self::Now),
            ["dossier", "id"] => Ok(Self::Id),
            ["dossier", "unit"] => Ok(Self::Unit),
            ["dossier", "outcome"] => Ok(Self::Outcome),
            _ => Err(unknown()),
        }
    }

    /// Returns whether reading the fact may fail: other guards are asked, or a calendar.
    pub(super) fn may_fail(&self) -> bool {
        matches!(self, Self::Complete | Self::Missing | Self::Clock(_, ClockFact::Overdue | ClockFact::Due))
    }

    /// Returns whether the fact moves with time alone: `now`, elapsed time, clocks.
    pub(crate) fn is_of_time(&self) -> bool {
        matches!(self, Self::Now | Self::First(_) | Self::Latest(_) | Self::Clock(..))
    }
}

/// What a script sees: a dossier, what is about to change in it, and the instant.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Facts<'a> {
    pub(crate) world: &'a World,
    pub(crate) procedure: &'a Procedure,
    pub(crate) dossier: &'a Dossier,
    /// What the dossier counts on, where it has been found already.
    pub(crate) known: Option<&'a Calendar>,
    /// Changes of the event under way, already decided: scripts see them.
    pub(crate) pending: &'a [Effect],
    pub(crate) arguments: &'a [(SmolStr, Value)],
    pub(crate) now: Instant,
}

/// Fields and what they are set to.
pub(crate) type Changes = SmallVec<[(FieldId, Option<Value>); 2]>;

/// What a script changes and sends out.
#[derive(Debug, Default)]
pub(crate) struct Outgoing {
    pub(crate) set: Changes,
    pub(crate) sent: Vec<Sent>,
}

impl<'a> Facts<'a> {
    /// Returns what the dossier counts on; most guards never ask.
    pub(super) fn calendar(&self) -> &'a Calendar {
        self.known.unwrap_or_else(|| self.world.pinned(self.dossier, self.procedure))
    }

    pub(crate) fn field(&self, field: FieldId) -> Option<&'a FieldPlan> {
        self.procedure.plan.logic.fields.get(field.index())
    }

    /// Returns the value of a field as the event under way sees it.
    #[inline]
    pub(crate) fn value(&self, field: FieldId) -> Option<&'a Value> {
        for effect in self.pending.iter().rev() {
            match effect {
                Effect::Set(id, value) if *id == field => return value.as_ref(),
                Effect::Opened(opened) => return opened.data.get(field.index())?.as_ref(),
                _ => {}
            }
        }
        self.dossier.value(field)
    }

    /// Returns the value of a field as rhai sees it; what is absent is `()`.
    pub(crate) fn field_value(&self, field: FieldId) -> Dynamic {
        self.value(field).map_or(Dynamic::UNIT, |value| self.dynamic(value))
    }

    pub(super) fn copies(&self, document: DocumentId) -> u32 {
        let brought = self.pending.iter().filter_map(|effect| match effect {
            Effect::Received(id, copies) if *id == document => Some(*copies),
            _ => None,
        });
        let held = self.dossier.documents.get(document.index()).copied().unwrap_or(0);
        brought.fold(held, u32::saturating_add)
    }

    /// Returns the names of the required documents that the dossier lacks.
    pub(crate) fn missing(&self) -> Result<Vec<SmolStr>, Fault> {
        self.lacking().map(|name| Ok(name?.clone())).collect()
    }

    /// Returns whether the dossier lacks no required document.
    pub(super) fn complete(&self) -> Result<bool, Fault> {
        // To the end, whatever is lacking: a fault of any document's guard is one of all.
        self.lacking().try_fold(true, |_, name| name.map(|_| false))
    }

    fn lacking(&self) -> impl Iterator<Item = Result<&'a SmolStr, Fault>> {
        self.procedure.plan.logic.documents.iter().enumerate().filter_map(|(i, document)| {
            let enough = DocumentId::new(i).is_some_and(|id| self.copies(id) >= document.copies);
            if enough {
                return None;
            }
            let script = document.when.and_then(|script| self.procedure.script(script));
            match script.map_or(Ok(true), |script| self.world.interpreter().holds(script, self)) {
                Ok(true) => Some(Ok(&document.name)),
                Ok(false) => None,
                Err(fault) => Some(Err(fault)),
            }
        })
    }

    pub(super) fn moment(&self, instant: Instant) -> Moment {
        let (day, time) = self.calendar().local(instant);
        Moment { instant, day, time }
    }

    /// Returns a fact as rhai sees it; what is absent is `()`.
    pub(crate) fn read(&self, fact: &Fact) -> Result<Dynamic, Fault> {
        Ok(match fact {
            Fact::Field(field) => self.field_value(*field),
            Fact::Complete => self.complete()?.into(),
            Fact::Missing => Dynamic::from_array(self.missing()?.iter().map(|name| name.as_str().into()).collect()),
            Fact::Document(document) => i64::from(self.copies(*document)).into(),
            Fact::First(mark) => self.mark(*mark).map_or(Dynamic::UNIT, |mark| Dynamic::from(self.moment(mark.first))),
            Fact::Latest(mark) => {
                self.mark(*mark).map_or(Dynamic::UNIT, |mark| Dynamic::from(self.moment(mark.latest)))
            }
            Fact::Clock(clock, what) => self.clock(*clock, *what)?.map_or(Dynamic::UNIT, |value| self.dynamic(&value)),
            Fact::Argument(name) => self.argument(name).map_or(Dynamic::UNIT, |value| self.dynamic(value)),
            Fact::Now => Dynamic::from(self.moment(self.now)),
            Fact::Id => self.dossier.id.as_str().into(),
            Fact::Unit => self.dossier.unit.as_str().into(),
            Fact::Outcome => self.dossier.outcome.as_ref().map_or(Dynamic::UNIT, |value| self.dynamic(value)),
        })
    }

    pub(super) fn mark(&self, mark: MarkId) -> Option<crate::dossier::Mark> {
        self.dossier.marks.get(mark.index()).copied().flatten()
    }

    pub(super) fn argument(&self, name: &str) -> Option<&'a Value> {
        self.arguments.iter().find(|(given, _)| given == name).map(|(_, value)| value)
    }

    pub(super) fn clock(&self, id: ClockId, what: ClockFact) -> Result<Option<Value>, Fault> {
        let Some(clock) = self.dossier.clock(id) else {
            return Ok((what != ClockFact::Due).then_some(Value::Boolean(false)));
        };
        let unknown = |error: crate::calendar::TimeError| Fault {
            kind: FaultKind::Other,
            message: error.to_string(),
            place: Place::default(),
        };
        Ok(Some(match what {
            ClockFact::Suspended => clock.is_suspended().into(),
            ClockFact::Running => (clock.is_open() && !clock.is_suspended()).into(),
            ClockFact::Ended => (!clock.is_open()).into(),
            ClockFact::Overdue => {
                let calendar = self.world.counts_on(self.calendar(), clock).map_err(unknown)?;
                let runs = clock.is_open() && !clock.is_suspended();
                (runs && clock.ledger.is_overdue(&calendar, self.now).map_err(unknown)?).into()
            }
            ClockFact::Due if clock.is_suspended() => return Ok(None),
            ClockFact::Due => {
                let calendar = self.world.counts_on(self.calendar(), clock).map_err(unknown)?;
                clock.ledger.due(&calendar).map_err(unknown)?.instant.into()
            }
        }))
    }

    fn dynamic(&self, value: &Value) -> Dynamic {
        match value {
            Value::Boolean(value) => (*value).into(),
            Value::Integer(value) => (*value).into(),
            Value::Decimal(value) => (*value).into(),
            Value::Text(text) => text.normal().into(),
            Value::Date(day) => Dynamic::from(*day),
            Value::Instant(instant) => Dynamic::from(self.moment(*instant)),
            Value::List(values) => values.iter().map(|value| self.dynamic(value)).collect::<Array>().into(),
            Value::Record(fields) => {
                let fields = fields.iter().map(|(name, value)| (name.as_str().into(), self.dynamic(value)));
                fields.collect::<Map>().into()
            }
        }
    }
}

/// Returns what rhai holds as a value to store, or nothing for what has no place in a dossier.
pub(super) fn value(dynamic: &Dynamic) -> Option<Value> {
    if let Ok(value) = dynamic.as_bool() {
        return Some(Value::Boolean(value));
    }
    if let Ok(value) = dynamic.as_int() {
        return Some(Value::Integer(value));
    }
    if let Some(value) = dynamic.clone().try_cast::<Decimal>() {
        return Some(Value::Decimal(value));
    }
    if let Some(text) = dynamic.clone().try_cast::<ImmutableString>() {
        return Some(Value::Text(Text::from(text.as_str())));
    }
    if let Some(day) = dynamic.clone().try_cast::<Day>() {
        return Some(Value::Date(day));
    }
    if let Some(moment) = dynamic.clone().try_cast::<Moment>() {
        return Some(Value::Instant(moment.instant));
    }
    if let Some(list) = dynamic.clone().try_cast::<Array>() {
        return list.iter().map(value).collect::<Option<Box<[_]>>>().map(Value::List);
    }
    let map = dynamic.clone().try_cast::<Map>()?;
    let fields = map.iter().filter(|(_, v)| !v.is_unit()).map(|(name, v)| Some((SmolStr::new(name), value(v)?)));
    fields.collect::<Option<Box<[_]>>>().map(Value::Record)
}

/// Returns whether two values of rhai are the same to a dossier.
pub(super) fn same(old: &Dynamic, new: &Dynamic) -> bool {
    old.is_unit() == new.is_unit() && value(old) == value(new)
}
