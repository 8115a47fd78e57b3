//! Whether something is as a test expects it, and what it is instead.

use std::collections::BTreeSet;

use motcua_dsl::quoted;
use motcua_dsl::syntax::{DueOn, Expect, Fact, Named, Recipient, Span, Standing, TestValue, Word};
use motcua_engine::calendar::{Calendar, Unit};
use motcua_engine::plan::StateKind;
use motcua_engine::{
    Dossier, Effect, Entry, Event, Instant, Message, MessageKind, Possible, Procedure, RoleId, Value, World, possible,
};

use super::accept::Edit;
use super::clocks::{self, Seen};
use super::play::local;
use crate::lang::Lang;
use crate::when;

/// What is looked at.
#[derive(Debug)]
pub(super) struct Scene<'s> {
    pub(super) world: &'s World,
    pub(super) procedure: &'s Procedure,
    pub(super) dossier: &'s Dossier,
    /// All that has happened.
    pub(super) journal: &'s [Event],
    /// What the steps right above have brought about.
    pub(super) recent: &'s [Event],
    pub(super) calendar: &'s Calendar,
    pub(super) now: Instant,
}

/// Something is otherwise than expected.
#[derive(Debug)]
pub(super) struct Mismatch {
    pub(super) expected: String,
    pub(super) found: String,
    pub(super) edit: Option<Edit>,
}

/// What was looked at: whether it holds, what was expected, what is there, and what would make it hold.
struct Look {
    holds: bool,
    expected: String,
    found: String,
    edit: Option<Edit>,
}

impl Scene<'_> {
    /// Looks at one thing.
    ///
    /// # Errors
    /// It is otherwise.
    pub(super) fn check(&self, expect: &Expect) -> Result<(), Mismatch> {
        let look = self.look(&expect.fact);
        if look.holds != expect.not.is_some() {
            return Ok(());
        }
        let (not, edit) = if expect.not.is_some() { ("not ", None) } else { ("", look.edit) };
        Err(Mismatch { expected: format!("{not}{}", look.expected), found: look.found, edit })
    }

    fn look(&self, fact: &Fact) -> Look {
        match fact {
            Fact::State(names) => self.state(names),
            Fact::In(name) => {
                let name = word(name);
                let all: Vec<&str> = self.active().map(|(name, _)| name).collect();
                Look::at(all.contains(&name), format!("in {name}"), all.join(" and "))
            }
            Fact::Holder(names) => self.holder(names),
            Fact::Due { clock, on, because } => self.due(clock, on, because),
            Fact::Promised(clock, on) => self.promised(clock, on),
            Fact::Clock(standing, clock) => self.standing(*standing, clock),
            Fact::Used { amount, unit, span, clock } => self.used(amount, *unit, *span, clock),
            Fact::Issued(form) => {
                let forms = self.messages().filter_map(|message| match message.kind {
                    MessageKind::Form(form) => self.procedure.plan.logic.forms.get(form.index()),
                    _ => None,
                });
                let forms: Vec<&str> = forms.map(AsRef::as_ref).collect();
                Look::at(forms.contains(&form.text.as_str()), format!("issued {}", form.text), or(&forms, "no form"))
            }
            Fact::Notified(to, text) => self.notified(to.as_ref(), text.as_ref().map(|text| text.text.as_str())),
            Fact::Field(field, value) => self.field(field, value.as_ref()),
            Fact::Possible(commands, by) => self.possible(commands, by),
            Fact::Only(commands) => self.only(commands),
            Fact::Outcome(named) => {
                let found = self.dossier.outcome.as_ref().map(plain);
                let wanted = word(named);
                let edit = found.as_ref().and_then(|found| Some(Edit { span: span(named)?, text: quoted(found) }));
                let said = found.clone().unwrap_or_else(|| "none yet".to_owned());
                Look { edit, ..Look::at(found.as_deref() == Some(wanted), format!("outcome {wanted}"), said) }
            }
        }
    }

    /// Returns the states that it is in, with those who hold them; parallels are left out, as their branches say it.
    fn active(&self) -> impl Iterator<Item = (&str, Option<RoleId>)> {
        let graph = &self.procedure.plan.logic.graph;
        self.dossier.active.iter().filter_map(|place| Some((graph.state(place.state)?.name.as_str(), place.holder)))
    }

    fn state(&self, names: &[Named]) -> Look {
        let graph = &self.procedure.plan.logic.graph;
        let is_parallel = |name: &str| {
            let state = graph.states().find(|(_, state)| state.name == name);
            state.is_some_and(|(_, state)| matches!(state.kind, StateKind::Parallel { .. }))
        };
        let inner = |name: &str| self.active().any(|(other, _)| other.starts_with(&format!("{name}.")));
        let implied = |name: &str| is_parallel(name) && inner(name);
        let wanted: BTreeSet<&str> = names.iter().map(word).collect();
        let all: BTreeSet<&str> = self.active().map(|(name, _)| name).collect();
        let without = |set: &BTreeSet<&str>| -> Vec<String> {
            set.iter().filter(|name| !implied(name)).map(ToString::to_string).collect()
        };
        let (expected, found) = (without(&wanted).join(" and "), without(&all).join(" and "));
        let edit = range(names).map(|span| Edit { span, text: found.clone() });
        Look { edit, ..Look::at(expected == found, format!("state {expected}"), found) }
    }

    fn holder(&self, names: &[Named]) -> Look {
        let roles: BTreeSet<&str> = self.active().filter_map(|(_, holder)| self.role(holder?)).collect();
        let wanted: BTreeSet<&str> = names.iter().map(word).collect();
        let said = roles.iter().copied().collect::<Vec<_>>();
        let expected = format!("holder {}", wanted.iter().copied().collect::<Vec<_>>().join(" and "));
        let edit = range(names).filter(|_| !said.is_empty()).map(|span| Edit { span, text: said.join(" and ") });
        Look { edit, ..Look::at(roles == wanted, expected, or(&said, "nobody")) }
    }

    fn role(&self, id: RoleId) -> Option<&str> {
        self.procedure.plan.logic.roles.get(id.index()).map(|(name, _)| name.as_str())
    }

    fn seen(&self, clock: &Word) -> Result<Seen<'_>, String> {
        Seen::find(self.world, &self.procedure.plan.logic, self.dossier, &clock.text, self.now)
    }

    fn due(&self, clock: &Word, on: &DueOn, because: &[motcua_dsl::syntax::Text]) -> Look {
        let expected = format!("due {} {}", clock.text, self.day(on));
        let seen = self.seen(clock);
        let due = match seen.as_ref().map_err(Clone::clone).and_then(Seen::due) {
            Ok(due) => due,
            Err(found) => return Look::at(false, expected, found),
        };
        let look = self.on(on, due, expected);
        if because.is_empty() || !look.holds {
            return look;
        }
        let told = seen.as_ref().map_err(Clone::clone).and_then(Seen::told);
        let (lines, found) = match told {
            Ok(lines) => (lines, "no day of it says so".to_owned()),
            Err(found) => (Vec::new(), found),
        };
        let missing = because.iter().find(|why| !lines.iter().any(|line| line.contains(&why.text)));
        match missing {
            None => look,
            Some(missing) => {
                let days: Vec<&str> =
                    lines.iter().map(String::as_str).filter(|line| !line.contains("weekend")).collect();
                let found = if days.is_empty() { found } else { format!("{found}: {}", days.join("; ")) };
                Look::at(false, format!("due {} because \"{}\"", clock.text, missing.text), found)
            }
        }
    }

    fn promised(&self, clock: &Word, on: &DueOn) -> Look {
        let expected = format!("promised {} {}", clock.text, self.day(on));
        match self.seen(clock).map(|seen| seen.clock.appointment()) {
            Ok(Some(at)) => self.on(on, at, expected),
            Ok(None) => Look::at(false, expected, "nothing is promised besides the due date".to_owned()),
            Err(found) => Look::at(false, expected, found),
        }
    }

    /// Compares an instant with a day, or with an instant where a time of day is named.
    fn on(&self, on: &DueOn, at: Instant, expected: String) -> Look {
        let DueOn::Day(day, time, span) = on else { return Look::at(false, expected, self.said(at)) };
        let (found_day, found_time) = self.calendar.local(at);
        let holds = found_day == *day && time.is_none_or(|time| time == found_time);
        let text = if time.is_some() { format!("{found_day} {found_time}") } else { found_day.to_string() };
        Look { edit: Some(Edit { span: *span, text }), ..Look::at(holds, expected, self.said(at)) }
    }

    fn day(&self, on: &DueOn) -> String {
        match on {
            DueOn::Day(day, None, _) => when::full_day(Lang::English, *day),
            DueOn::Day(day, Some(time), _) => self.said(self.calendar.instant(*day, *time)),
            DueOn::Row(row) => format!("row.{}", row.column.text),
        }
    }

    fn said(&self, at: Instant) -> String {
        when::local(Lang::English, self.calendar, at)
    }

    fn standing(&self, standing: Standing, clock: &Word) -> Look {
        let wanted = match standing {
            Standing::Running => "running",
            Standing::Suspended => "suspended",
            Standing::Overdue => "overdue",
            Standing::Early => "early",
            Standing::OnTime => "on time",
            Standing::Late => "late",
            Standing::Ended => "ended",
        };
        let found = self.seen(clock).map_or_else(
            |found| self.left(clock).map_or(found, ToOwned::to_owned),
            |seen| {
                let due = seen.due().map(|due| format!(", due {}", self.said(due))).unwrap_or_default();
                format!("{}{due}", seen.standing())
            },
        );
        let holds = found == wanted || found.starts_with(&format!("{wanted},"));
        Look::at(holds, format!("{wanted} {}", clock.text), found)
    }

    /// Returns how the limit of a state that was left came to its end.
    fn left(&self, clock: &Word) -> Option<&'static str> {
        let id = clocks::id(&self.procedure.plan.logic, &clock.text)?;
        let effects = self.journal.iter().rev().flat_map(|event| event.effects.iter().rev());
        effects.into_iter().find_map(|effect| match effect {
            Effect::Clock(known, Entry::Closed { class, .. }) if *known == id => Some(clocks::class(*class)),
            Effect::Clock(known, Entry::Ended) if *known == id => Some("ended"),
            _ => None,
        })
    }

    fn used(&self, amount: &str, unit: Unit, at: Span, clock: &Word) -> Look {
        let name = match unit {
            Unit::WorkingDay => "working days",
            Unit::WorkingHour => "working hours",
            Unit::WorkingMinute => "working minutes",
            Unit::Hour => "hours",
            Unit::Minute => "minutes",
            Unit::Day => "days",
            Unit::Week => "weeks",
            Unit::Month => "months",
            Unit::Year => "years",
        };
        let expected = format!("used {amount} {name} of {}", clock.text);
        let halves = match self.seen(clock).and_then(|seen| seen.used(unit)) {
            Ok(halves) => halves,
            Err(found) => return Look::at(false, expected, found),
        };
        let half = if halves % 2 == 0 { "" } else { ".5" };
        let text = format!("{}{half}", halves / 2);
        let holds = text == amount.trim_end_matches(".0");
        Look {
            edit: Some(Edit { span: at, text: text.clone() }),
            ..Look::at(holds, expected, format!("{text} {name}"))
        }
    }

    fn messages(&self) -> impl Iterator<Item = &Message> {
        self.recent.iter().flat_map(|event| &event.effects).filter_map(|effect| match effect {
            Effect::Message(message) => Some(&**message),
            _ => None,
        })
    }

    fn notified(&self, to: Option<&Recipient>, text: Option<&str>) -> Look {
        let notices = || self.messages().filter(|message| message.kind == MessageKind::Notice);
        let holders: Vec<&str> = self.active().filter_map(|(_, holder)| self.role(holder?)).collect();
        let hears = |message: &Message| {
            message.to.iter().any(|address| {
                let Some(role) = self.role(address.role) else { return false };
                match to {
                    None => true,
                    Some(Recipient::Role(word)) => !address.head && word.text == role,
                    Some(Recipient::HeadOf(word)) => address.head && word.text == role,
                    Some(Recipient::Holder(_)) => !address.head && holders.contains(&role),
                    Some(Recipient::HeadOfHolder(_)) => address.head && holders.contains(&role),
                }
            })
        };
        let says = |message: &Message| text.is_none_or(|text| message.text.as_deref() == Some(text));
        let told: Vec<String> = notices().map(|message| self.told(message)).collect();
        let told: Vec<&str> = told.iter().map(String::as_str).collect();
        let reached = notices().any(|message| hears(message) && says(message));
        let who = match to {
            None => "nobody".to_owned(),
            Some(Recipient::Role(word)) => word.text.to_string(),
            Some(Recipient::HeadOf(word)) => format!("head of {}", word.text),
            Some(Recipient::Holder(_)) => "holder".to_owned(),
            Some(Recipient::HeadOfHolder(_)) => "head of holder".to_owned(),
        };
        let what = text.map(|text| format!(" \"{text}\"")).unwrap_or_default();
        let holds = if to.is_some() { reached } else { notices().next().is_none() };
        Look::at(holds, format!("notified {who}{what}"), or(&told, "nobody"))
    }

    fn told(&self, message: &Message) -> String {
        let to = message.to.iter().map(|address| {
            let head = if address.head { "head of " } else { "" };
            format!("{head}{}", self.role(address.role).unwrap_or_default())
        });
        let to = to.collect::<Vec<_>>().join(", ");
        message.text.as_ref().map_or_else(|| to.clone(), |text| format!("{to} \"{text}\""))
    }

    fn field(&self, field: &Word, value: Option<&TestValue>) -> Look {
        let logic = &self.procedure.plan.logic;
        let known = logic.fields.iter().position(|known| known.name == field.text);
        let plan = known.and_then(|at| logic.fields.get(at));
        let found = known.and_then(|at| self.dossier.data.get(at)).and_then(Option::as_ref);
        let said = |value: Option<&Value>| match (value, plan) {
            (Some(Value::Instant(at)), _) => self.said(*at),
            (Some(value), Some(plan)) => motcua_dsl::written(value, &plan.ty),
            _ => "absent".to_owned(),
        };
        let Some((value, plan)) = value.zip(plan) else {
            return Look::at(found.is_none(), format!("data.{} absent", field.text), said(found));
        };
        let wanted = match value.typed(&plan.ty) {
            Ok(wanted) => local(wanted, &plan.ty, Some(self.calendar)),
            Err(wrong) => return Look::at(false, format!("data.{}", field.text), wrong.message.to_string()),
        };
        let edit = found.map(|found| Edit { span: value.span, text: motcua_dsl::written(found, &plan.ty) });
        let expected = format!("data.{} = {}", field.text, said(Some(&wanted)));
        Look { edit, ..Look::at(found == Some(&wanted), expected, said(found)) }
    }

    /// Returns what may be done now: a guard holds, or what the command brings may make it hold.
    fn open(&self) -> Vec<Possible> {
        let all = possible(self.world, self.dossier, self.now);
        all.into_iter().filter(|possible| possible.holds || !possible.needs.is_empty()).collect()
    }

    fn possible(&self, commands: &[Word], by: &[Word]) -> Look {
        let open = self.open();
        let may =
            |possible: &&Possible| possible.by.is_empty() || by.iter().all(|role| possible.by.contains(&role.text));
        let holds = commands.iter().all(|command| {
            open.iter().filter(|possible| possible.command == command.text).any(|possible| may(&possible))
        });
        let by = if by.is_empty() { String::new() } else { format!(" by {}", listed(by, ", ")) };
        Look::at(holds, format!("possible {}{by}", listed(commands, " and ")), names(&open, true))
    }

    fn only(&self, commands: &[Word]) -> Look {
        let open = self.open();
        let found: BTreeSet<&str> = open.iter().map(|possible| possible.command.as_str()).collect();
        let wanted: BTreeSet<&str> = commands.iter().map(|command| command.text.as_str()).collect();
        let span = commands.first().zip(commands.last()).map(|(a, b)| Span { end: b.span.end, ..a.span });
        let text = found.iter().copied().collect::<Vec<_>>().join(" and ");
        let edit = span.filter(|_| !found.is_empty()).map(|span| Edit { span, text });
        let expected = format!("only possible {}", listed(commands, " and "));
        Look { edit, ..Look::at(found == wanted, expected, names(&open, false)) }
    }
}

impl Look {
    fn at(holds: bool, expected: String, found: String) -> Self {
        Self { holds, expected, found, edit: None }
    }
}

/// Returns commands, each once, with those who may give them where that is asked for.
fn names(open: &[Possible], with_roles: bool) -> String {
    let mut all: Vec<String> = Vec::new();
    for possible in open {
        let by = if with_roles && !possible.by.is_empty() {
            format!(" by {}", possible.by.join(", "))
        } else {
            String::new()
        };
        let said = format!("{}{by}", possible.command);
        if !all.contains(&said) {
            all.push(said);
        }
    }
    if all.is_empty() { "nothing".to_owned() } else { all.join("; ") }
}

fn or(all: &[&str], none: &str) -> String {
    if all.is_empty() { none.to_owned() } else { all.join(", ") }
}

fn listed(words: &[Word], between: &str) -> String {
    words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(between)
}

fn word(named: &Named) -> &str {
    match named {
        Named::Word(word) => &word.text,
        Named::Row(row) => &row.column.text,
    }
}

fn span(named: &Named) -> Option<Span> {
    match named {
        Named::Word(word) => Some(word.span),
        Named::Row(_) => None,
    }
}

/// Returns the place of several names.
fn range(names: &[Named]) -> Option<Span> {
    let (first, last) = (span(names.first()?)?, span(names.last()?)?);
    Some(Span { end: last.end, ..first })
}

fn plain(value: &Value) -> String {
    match value {
        Value::Text(text) => text.as_str().to_owned(),
        other => other.to_string(),
    }
}
