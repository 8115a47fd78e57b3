//! Binds the names of a map to a procedure.

use motcua_engine::calendar::{Length, Term, Unit};
use motcua_engine::plan::{Logic, Type};
use motcua_engine::{ClockId, CommandId, FieldId, Procedure, Replay, RoleId, TimerId};
use smol_str::SmolStr;
use toml::Spanned;
use unicode_normalization::UnicodeNormalization;

use super::error::MapError;
use super::map::{Extension, MapFile, Meaning};
use crate::log::Columns;

/// What the columns and activities of a log mean to a procedure.
#[derive(Debug)]
pub struct Mapping {
    /// What is read of the log.
    pub(super) columns: Columns,
    /// The place of who did it among the values of an event.
    pub(super) actor: Option<usize>,
    /// What the opening brings, from values of the dossier.
    pub(super) opening: Vec<Bring>,
    /// What an event brings, from values of the event.
    pub(super) fields: Vec<Bring>,
    /// Dates of the dossier that stand for commands.
    pub(super) dates: Vec<(usize, CommandId)>,
    /// What activities mean, by name in normal form C.
    activities: Vec<(String, Deed)>,
    /// Extensions that the log implies.
    pub(super) extensions: Vec<Granted>,
    /// Due instants that the log recorded.
    pub(super) due: Vec<(ClockId, usize)>,
}

/// A column that brings a field.
#[derive(Debug)]
pub(super) struct Bring {
    /// Which of the values that are read.
    pub(super) slot: usize,
    pub(super) field: FieldId,
    pub(super) name: String,
    pub(super) ty: Type,
}

/// What an activity means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Deed {
    Command(CommandId, Option<RoleId>),
    Timer(TimerId),
    Ignore,
}

/// A clock is extended where two dates of the dossier stand far enough apart.
#[derive(Debug)]
pub(super) struct Granted {
    pub(super) clock: ClockId,
    pub(super) by: Length,
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) at_least: i32,
}

impl Mapping {
    /// Returns a map bound to a procedure.
    ///
    /// # Errors
    /// A command, field, role, timer or clock that the procedure does not have, an activity that is named twice, a
    /// term that is none.
    pub fn resolve(file: &MapFile, procedure: &Procedure, replay: &Replay<'_>) -> Result<Self, MapError> {
        let written = &file.written;
        let logic = &procedure.plan.logic;
        let mut columns = Columns::new(&written.dossier, &written.activity, &written.time);
        let mut bring = |table: &std::collections::BTreeMap<Spanned<String>, String>, of_dossier: bool| {
            let values = if of_dossier { &mut columns.dossier_values } else { &mut columns.event_values };
            let bound = table.iter().map(|(name, column)| {
                let field = replay
                    .field(name.get_ref())
                    .ok_or_else(|| unknown(file, name, name.get_ref(), "field", fields(logic)))?;
                let ty = logic.fields.get(field.index()).map_or(Type::Text, |plan| plan.ty.clone());
                if matches!(ty, Type::List(_) | Type::Record(_)) {
                    return Err(
                        file.wrong(name, format!("the field `{}` is a {ty}: a log cannot bring it", name.get_ref()))
                    );
                }
                Ok(Bring { slot: slot(values, column), field, name: name.get_ref().clone(), ty })
            });
            bound.collect::<Result<Vec<_>, _>>()
        };
        let (opening, fields) = (bring(&written.opening, true)?, bring(&written.fields, false)?);
        let values = &mut columns.dossier_values;
        let mut dates = Vec::new();
        for (attribute, name) in &written.dates {
            dates.push((slot(values, attribute.get_ref()), command(file, name, name.get_ref(), logic, replay)?));
        }
        let clock = |name: &Spanned<String>| {
            replay
                .clock_named(name.get_ref())
                .ok_or_else(|| unknown(file, name, name.get_ref(), "clock", clocks(logic)))
        };
        let mut due = Vec::new();
        for (name, attribute) in &written.due {
            due.push((clock(name)?, slot(values, attribute)));
        }
        let mut extensions = Vec::new();
        for (name, Extension { by, from, to, at_least }) in &written.extend {
            extensions.push(Granted {
                clock: clock(name)?,
                by: length(file, by)?,
                from: slot(values, from),
                to: slot(values, to),
                at_least: days(file, at_least)?,
            });
        }
        let mut activities: Vec<(String, Deed)> = Vec::new();
        for (activity, meaning) in &written.activities {
            let name: String = activity.get_ref().nfc().collect();
            if activities.iter().any(|(known, _)| *known == name) {
                return Err(file.wrong(activity, format!("the activity `{name}` is there twice")));
            }
            activities.push((name, deed(file, meaning, logic, replay)?));
        }
        let actor = written.actor.as_ref().map(|actor| slot(&mut columns.event_values, actor));
        Ok(Self { columns, actor, opening, fields, dates, activities, extensions, due })
    }

    /// Returns what an activity means; nothing when the map does not know it.
    pub(super) fn deed(&self, activity: &str) -> Option<Deed> {
        let name: String = activity.nfc().collect();
        self.activities.iter().find(|(known, _)| *known == name).map(|(_, deed)| *deed)
    }
}

fn deed(file: &MapFile, meaning: &Spanned<Meaning>, logic: &Logic, replay: &Replay<'_>) -> Result<Deed, MapError> {
    let command = |name: &str| command(file, meaning, name, logic, replay);
    Ok(match meaning.get_ref() {
        Meaning::Command(name) => Deed::Command(command(name)?, None),
        Meaning::CommandBy(by) => {
            let role = by.role.as_ref().map(|role| {
                let roles = logic.roles.iter().map(|(name, _)| name.as_str());
                replay.role(role).ok_or_else(|| unknown(file, meaning, role, "role", roles))
            });
            Deed::Command(command(&by.command)?, role.transpose()?)
        }
        Meaning::Timer(record) => {
            let timers = logic.timers.iter().map(|timer| timer.name.as_str());
            let timer = replay.timer_named(&record.timer);
            Deed::Timer(timer.ok_or_else(|| unknown(file, meaning, &record.timer, "timer", timers))?)
        }
        Meaning::Ignore(ignored) if ignored.ignore => Deed::Ignore,
        Meaning::Ignore(_) => return Err(file.wrong(meaning, "`ignore` is `true`, or the activity means a command")),
    })
}

fn command<T>(
    file: &MapFile,
    place: &Spanned<T>,
    name: &str,
    logic: &Logic,
    replay: &Replay<'_>,
) -> Result<CommandId, MapError> {
    let known = logic.commands.iter().map(SmolStr::as_str);
    replay.command(name).ok_or_else(|| unknown(file, place, name, "command", known))
}

fn fields(logic: &Logic) -> impl Iterator<Item = &str> {
    logic.fields.iter().map(|field| field.name.as_str())
}

fn clocks(logic: &Logic) -> impl Iterator<Item = &str> {
    logic.clocks.iter().filter(|clock| clock.of_state.is_none()).map(|clock| clock.name.as_str())
}

/// Returns the place of a column among those that are read, where it is put if it is new.
fn slot(values: &mut Vec<String>, column: &str) -> usize {
    let known = values.iter().position(|known| known == column);
    known.unwrap_or_else(|| {
        values.push(column.to_owned());
        values.len() - 1
    })
}

/// Returns the error that an unknown name is, with what may have been meant.
fn unknown<'n, T>(
    file: &MapFile,
    place: &Spanned<T>,
    name: &str,
    what: &str,
    known: impl Iterator<Item = &'n str>,
) -> MapError {
    let written: String = name.nfc().collect();
    let mut known: Vec<&str> = known.collect();
    known.sort_unstable();
    let most = (written.chars().count() / 3).max(1);
    let near = known.iter().map(|known| (strsim::damerau_levenshtein(known, &written), *known));
    let help = match near.min() {
        Some((distance, near)) if distance <= most => format!("did you mean `{near}`?"),
        _ if known.is_empty() => format!("the procedure has no {what}"),
        _ => format!("there are {}", known.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")),
    };
    file.wrong(place, format!("the procedure has no {what} `{written}`; {help}"))
}

fn length(file: &MapFile, text: &Spanned<String>) -> Result<Length, MapError> {
    text.get_ref().parse::<Term>().map(|term| term.length).map_err(|error| file.wrong(text, error.to_string()))
}

/// Returns a length in calendar days.
fn days(file: &MapFile, text: &Spanned<String>) -> Result<i32, MapError> {
    let days = match length(file, text)? {
        Length::Of { count, unit: Unit::Day, .. } => Some(count),
        Length::Of { count, unit: Unit::Week, .. } => count.checked_mul(7),
        _ => None,
    };
    let days = days.and_then(|days| i32::try_from(days).ok());
    days.ok_or_else(|| file.wrong(text, format!("`{}` is no number of days or weeks", text.get_ref())))
}
