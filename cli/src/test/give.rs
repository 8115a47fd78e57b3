//! Commands as a test gives them: who gives them, and what they bring.

use motcua_dsl::syntax::{Act, Bring, Given, Span, Text};
use motcua_engine::calendar::Calendar;
use motcua_engine::plan::{Need, Trigger, Type};
use motcua_engine::{Command, Instant, Opening, Procedure, Value, World};
use smol_str::{SmolStr, ToSmolStr, format_smolstr};

use super::host::Host;
use super::play::Play;

impl Play<'_> {
    /// Returns a command as it is given.
    ///
    /// # Errors
    /// A value of it is none of its type: its place, and why.
    pub(super) fn command(
        &mut self,
        act: &Act,
        procedure: &Procedure,
        unit: &SmolStr,
        (at, opens): (Instant, bool),
    ) -> Result<Command, (Span, String)> {
        let number = self.number();
        let role = act.by.as_ref().map(|role| role.text.clone()).unwrap_or_default();
        let actor = self.actor(act.actor.as_ref(), unit, &role);
        let mut command = Command {
            id: format_smolstr!("t{number}"),
            command: act.command.text.clone(),
            actor,
            role,
            at: Some(at),
            state: act.state.as_ref().map(|state| state.text.clone()),
            open: (opens && act.called.is_none()).then(|| Opening {
                dossier: SmolStr::new_static(Host::DOSSIER),
                procedure: self.scenario.procedure.clone(),
                version: self.scenario.version,
                unit: unit.clone(),
            }),
            ..Command::default()
        };
        for bring in &act.with {
            self.bring(bring, procedure, &mut command)?;
        }
        Ok(command)
    }

    /// Returns who acts: the one that is named, or somebody who may.
    pub(super) fn actor(&self, named: Option<&Text>, unit: &str, role: &str) -> SmolStr {
        named.map_or_else(|| officer(self.world, unit, role), |actor| actor.text.to_smolstr())
    }

    /// Returns a number that no command before had.
    pub(super) fn number(&mut self) -> u32 {
        self.given += 1;
        self.given
    }

    fn bring(&mut self, bring: &Bring, procedure: &Procedure, command: &mut Command) -> Result<(), (Span, String)> {
        let logic = &procedure.plan.logic;
        let name = &bring.name.text;
        let documents = &logic.documents;
        let ty = type_of(procedure, &command.command, name);
        let Some(value) = &bring.value else {
            let wanted = documents.iter().filter(|document| *name == "documents" || document.name == *name);
            command.documents.extend(wanted.map(|document| (document.name.clone(), document.copies)));
            return Ok(());
        };
        if matches!(value.given, Given::Any | Given::AnyIn(..) | Given::AnyOf(_)) {
            let (_, drawn) = self.drawn.first().cloned().unwrap_or_default();
            self.drawn = self.drawn.get(1..).unwrap_or_default();
            command.data.extend(drawn.map(|value| (name.clone(), value)));
            return Ok(());
        }
        if ty.is_none()
            && let Some(document) = documents.iter().find(|document| document.name == *name)
        {
            let copies = value.typed(&Type::Integer).map_err(|wrong| (wrong.span, wrong.message.to_string()))?;
            let Value::Integer(copies) = copies else { return Ok(()) };
            command.documents.push((document.name.clone(), u32::try_from(copies).unwrap_or(0)));
            return Ok(());
        }
        let is_reason = *name == "reason" && logic.fields.iter().all(|field| field.name != "reason");
        let ty = ty.unwrap_or(if *name == "to" { &Type::Date } else { &Type::Text });
        let typed = value.typed(ty).map_err(|wrong| (wrong.span, wrong.message.to_string()))?;
        match typed {
            Value::Text(text) if is_reason => command.reason = Some(SmolStr::new(text.as_str())),
            typed => command.data.push((name.clone(), local(typed, ty, self.calendar()))),
        }
        Ok(())
    }
}

/// Returns the type of what a command brings: of a field, or of an argument of it.
pub(super) fn type_of<'p>(procedure: &'p Procedure, command: &str, name: &str) -> Option<&'p Type> {
    let logic = &procedure.plan.logic;
    let field = logic.fields.iter().find(|field| field.name == *name).map(|field| &field.ty);
    let argument = || {
        let id = logic.commands.iter().position(|known| *known == *command)?;
        let takes = |trigger: Trigger| matches!(trigger, Trigger::Command(known) if known.index() == id);
        let ways = logic.graph.transitions().filter(|(.., way)| takes(way.trigger));
        ways.flat_map(|(.., way)| &way.needs).find_map(|need| match need {
            Need::Argument(known, ty) if known == name => Some(ty),
            _ => None,
        })
    };
    field.or_else(argument)
}

/// Returns a value with its instants in the zone of the calendar.
pub(super) fn local(value: Value, ty: &Type, calendar: Option<&Calendar>) -> Value {
    match (value, ty) {
        (Value::Text(text), Type::Instant) => {
            let at = calendar.and_then(|calendar| calendar.parse_instant(text.as_str()).ok());
            at.map_or(Value::Text(text), Value::Instant)
        }
        (Value::List(values), Type::List(inner)) => {
            Value::List(values.into_iter().map(|value| local(value, inner, calendar)).collect())
        }
        (Value::Record(parts), Type::Record(fields)) => {
            let of = |name: &SmolStr| fields.iter().find(|field| field.name == *name).map(|field| &field.ty);
            let part = |(name, value): (SmolStr, Value)| match of(&name) {
                Some(ty) => (name, local(value, ty, calendar)),
                None => (name, value),
            };
            Value::Record(parts.into_iter().map(part).collect())
        }
        (value, _) => value,
    }
}

/// Returns somebody who may act in a role in a unit: an officer of the office that it is bound to, or its head.
pub(super) fn officer(world: &World, unit: &str, role: &str) -> SmolStr {
    let binding = world.unit(unit).and_then(|unit| unit.bindings.iter().find(|binding| binding.role == role));
    let office = binding
        .and_then(|binding| world.unit(&binding.unit)?.offices.iter().find(|office| office.name == binding.office));
    let known = office.and_then(|office| office.officers.first().or(office.head.as_ref()));
    known.cloned().unwrap_or_else(|| role.into())
}
