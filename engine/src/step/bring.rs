//! What a command brings: fields, documents, arguments, checked against what the transition asks for.

use smol_str::SmolStr;

use super::{Draft, Step};
use crate::command::{Command, Problem};
use crate::event::Effect;
use crate::plan::{FieldPlan, Need, TransitionPlan, Type};
use crate::world::{Patterns, Procedure, nfc};
use crate::{DocumentId, Dossier, FieldId, RoleId, Value};

/// Returns the unit of a dossier, also of one that is being opened.
pub(super) fn unit<'d>(dossier: &'d Dossier, draft: &'d Draft<'_>) -> &'d SmolStr {
    match draft.effects.first() {
        Some(Effect::Opened(opened)) => &opened.unit,
        _ => &dossier.unit,
    }
}

/// Returns the office that a role is bound to for this dossier.
pub(super) fn office(step: Step<'_>, role: RoleId, draft: &Draft<'_>) -> Option<SmolStr> {
    step.world.office(unit(step.dossier, draft), step.procedure, role).map(|(office, _)| office.clone())
}

/// Adds the fields and documents that a command brings to a transition, and returns its arguments; then what does not
/// fit, and apart from it what is not asked for or missing: with those, the guard is asked first.
pub(super) fn brought(
    step: Step<'_>,
    command: &Command,
    transition: &TransitionPlan,
    effects: &mut Vec<Effect>,
) -> (Vec<(SmolStr, Value)>, Vec<Problem>, Vec<Problem>) {
    let logic = &step.procedure.plan.logic;
    let (mut arguments, mut wrong, mut unmet) = (Vec::new(), Vec::new(), Vec::new());
    if transition.needs.is_empty() && command.data.is_empty() && command.documents.is_empty() {
        return (arguments, wrong, unmet);
    }
    for (name, value) in &command.data {
        let name = nfc(name);
        let needed = transition.needs.iter().find(|need| match need {
            Need::Field(field) => logic.fields.get(field.index()).is_some_and(|plan| plan.name == *name),
            Need::Argument(argument, _) => *argument == *name,
            Need::Documents | Need::Document(_) => false,
        });
        match needed {
            Some(Need::Field(field)) => match typed(step, *field, value) {
                Ok(_) if is_set(effects, *field) => wrong.push(Problem::new(&*name, "stands there twice")),
                Ok(value) => effects.push(Effect::Set(*field, Some(value))),
                Err(rule) => wrong.push(Problem::new(&*name, rule)),
            },
            Some(Need::Argument(argument, ty)) => match value.clone().into_type(ty) {
                Ok(value) => {
                    // The journal alone says later what the command brought: a field is set, an argument is told.
                    effects.push(Effect::Argument(Box::new((argument.clone(), value.clone()))));
                    arguments.push((argument.clone(), value));
                }
                Err(rule) => wrong.push(Problem::new(&*name, rule)),
            },
            _ => unmet.push(Problem::new(&*name, "is not asked for here")),
        }
    }
    documents(step, command, transition, effects, &mut wrong, &mut unmet);
    if let Some(reason) = &command.reason
        && transition.needs.iter().any(|need| matches!(need, Need::Argument(name, Type::Text) if name == "reason"))
        && arguments.iter().all(|(name, _)| name != "reason")
    {
        arguments.push(("reason".into(), Value::from(reason.as_str())));
    }
    for need in &transition.needs {
        let lacking = match need {
            Need::Field(field) if !is_set(effects, *field) => {
                logic.fields.get(field.index()).map(|plan| (&plan.name, plan.ty.to_string()))
            }
            Need::Argument(name, ty) if arguments.iter().all(|(given, _)| given != name) => {
                Some((name, ty.to_string()))
            }
            Need::Document(id) if !effects.iter().any(|e| matches!(e, Effect::Received(given, _) if given == id)) => {
                logic.documents.get(id.index()).map(|plan| (&plan.name, "document".into()))
            }
            _ => None,
        };
        if let Some((name, kind)) = lacking
            && wrong.iter().all(|problem| problem.field != *name)
        {
            unmet.push(Problem::new(name.clone(), format!("is missing ({kind})")));
        }
        if *need == Need::Documents && command.documents.is_empty() && !logic.documents.is_empty() {
            unmet.push(Problem::new("documents", "are missing"));
        }
    }
    (arguments, wrong, unmet)
}

fn is_set(effects: &[Effect], wanted: FieldId) -> bool {
    effects.iter().any(|effect| matches!(effect, Effect::Set(field, _) if *field == wanted))
}

fn documents(
    step: Step<'_>,
    command: &Command,
    transition: &TransitionPlan,
    effects: &mut Vec<Effect>,
    wrong: &mut Vec<Problem>,
    unmet: &mut Vec<Problem>,
) {
    let logic = &step.procedure.plan.logic;
    for (name, copies) in &command.documents {
        let name = nfc(name);
        let known = logic.documents.iter().position(|plan| plan.name == *name).and_then(DocumentId::new);
        match known {
            None => wrong.push(Problem::new(&*name, "is no document of this procedure")),
            Some(_) if *copies == 0 => wrong.push(Problem::new(&*name, "needs one copy at least")),
            Some(id)
                if transition.needs.contains(&Need::Documents) || transition.needs.contains(&Need::Document(id)) =>
            {
                effects.push(Effect::Received(id, *copies));
            }
            Some(_) => unmet.push(Problem::new(&*name, "is not asked for here")),
        }
    }
}

fn typed(step: Step<'_>, field: FieldId, value: &Value) -> Result<Value, String> {
    let Some(plan) = step.procedure.plan.logic.fields.get(field.index()) else { return Err("is not known".into()) };
    let value = value.clone().into_type(&plan.ty)?;
    fits(step.procedure, field, plan, &value)?;
    Ok(value)
}

/// Says whether a value of a field's type, each item and each part of it, lies in its range and matches its pattern.
pub(crate) fn fits(procedure: &Procedure, field: FieldId, plan: &FieldPlan, value: &Value) -> Result<(), String> {
    procedure.patterns(field).map_or(Ok(()), |patterns| within(patterns, plan, value))
}

fn within(patterns: &Patterns, plan: &FieldPlan, value: &Value) -> Result<(), String> {
    match value {
        Value::List(items) => {
            let fits = |(i, item)| within(patterns, plan, item).map_err(|rule| format!("item {}: {rule}", i + 1));
            return items.iter().enumerate().try_for_each(fits);
        }
        Value::Record(values) => {
            let mut parts = plan.ty.parts().iter().zip(&patterns.parts);
            return parts.try_for_each(|(part, patterns)| {
                let brought = values.iter().find(|(name, _)| *name == part.name);
                let rule = brought.map_or(Ok(()), |(_, value)| within(patterns, part, value));
                rule.map_err(|rule| format!("the part `{}`: {rule}", part.name))
            });
        }
        _ => {}
    }
    if let Some((low, high)) = &plan.range {
        let inside = match (value, low, high) {
            (Value::Integer(v), Value::Integer(low), Value::Integer(high)) => low <= v && v <= high,
            (Value::Decimal(v), Value::Decimal(low), Value::Decimal(high)) => low <= v && v <= high,
            (Value::Date(v), Value::Date(low), Value::Date(high)) => low <= v && v <= high,
            _ => true,
        };
        if !inside {
            return Err(format!("`{value}` is not in {low}..{high}"));
        }
    }
    if let (Some(pattern), Value::Text(text)) = (&patterns.whole, value)
        && !pattern.is_match(&nfc(text.as_str()))
    {
        return Err(format!("{value} does not match `{}`", plan.pattern.as_deref().unwrap_or_default()));
    }
    Ok(())
}
