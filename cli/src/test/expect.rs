//! Whether something is as a test expects it, and what it is instead.

use std::collections::BTreeSet;

use motcua_dsl::syntax::{DueOn, Expect, Fact, Named, Recipient, Span, Standing, TestValue, Text, Word};
use motcua_dsl::{Spelling, quoted};
use motcua_engine::calendar::{Calendar, Length, Unit};
use motcua_engine::plan::StateKind;
use motcua_engine::{
    Dossier, Effect, Entry, Event, Instant, Message, MessageKind, Possible, Procedure, RoleId, Value, World, possible,
};

use super::accept::Edit;
use super::clocks::{self, Seen};
use super::give::local;
use super::spell::Speller;
use crate::lang::Lang;
use crate::{say, when};

/// What is looked at.
#[derive(Debug)]
pub(super) struct Scene<'s> {
    pub(super) lang: Lang,
    /// How the words of the file are spelt.
    pub(super) spelling: Spelling,
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
    /// Looks at one thing, that stands in a line with others.
    ///
    /// # Errors
    /// It is otherwise.
    pub(super) fn check(&self, expect: &Expect, line: &[Expect]) -> Result<(), Mismatch> {
        let look = self.look(expect, line);
        let Some(not) = expect.not else {
            return if look.holds {
                Ok(())
            } else {
                Err(Mismatch { expected: look.expected, found: look.found, edit: look.edit })
            };
        };
        if !look.holds {
            return Ok(());
        }
        // The word goes, with the space behind it.
        let edit = Some(Edit { span: Span { end: not.end + 1, ..not }, text: String::new() });
        let expected = say!(self.lang, "test-not", what = look.expected);
        Err(Mismatch { expected, found: look.found, edit })
    }

    fn look(&self, expect: &Expect, line: &[Expect]) -> Look {
        let lang = self.lang;
        match &expect.fact {
            Fact::State(names) => self.state(names),
            Fact::In(name) => {
                let all: Vec<&str> = self.active().map(|(name, _)| name).collect();
                let edit = span(name).zip(all.first()).map(|(span, name)| Edit { span, text: (*name).to_owned() });
                let name = word(name);
                Look { edit, ..Look::at(all.contains(&name), say!(lang, "test-in", name = name), self.joined(&all)) }
            }
            Fact::Holder(names) => self.holder(names),
            Fact::Due { clock, on, because } => self.due(clock, on, because),
            Fact::Promised(clock, on) => self.promised(clock, on),
            Fact::Clock(standing, clock) => self.standing(*standing, clock, expect.span),
            Fact::Used { amount, unit, span, clock } => self.used(amount, *unit, *span, clock),
            Fact::Issued(form) => self.issued(form, expect.span, line),
            Fact::Notified(to, text) => {
                self.notified(to.as_ref(), text.as_ref().map(|text| text.text.as_str()), expect.span)
            }
            Fact::Field(field, value) => self.field(field, value.as_ref(), expect.span),
            Fact::Possible(commands, by) => self.possible(commands, by),
            Fact::Only(commands) => self.only(commands),
            Fact::Outcome(named) => {
                let found = self.dossier.outcome.as_ref().map(plain);
                let wanted = word(named);
                let edit = found.as_ref().and_then(|found| Some(Edit { span: span(named)?, text: quoted(found) }));
                let said = found.clone().unwrap_or_else(|| say!(lang, "test-no-outcome"));
                let expected = say!(lang, "test-outcome", value = wanted);
                Look { edit, ..Look::at(found.as_deref() == Some(wanted), expected, said) }
            }
        }
    }

    fn speller(&self) -> Speller {
        Speller(self.spelling)
    }

    /// Returns names in a sentence.
    fn joined(&self, names: &[&str]) -> String {
        let joined = |first: String, second: &&str| say!(self.lang, "test-and", first = first, second = *second);
        names.split_first().map(|(first, rest)| rest.iter().fold((*first).to_owned(), joined)).unwrap_or_default()
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
        let without = |set: BTreeSet<&'_ str>| -> Vec<String> {
            set.into_iter().filter(|name| !implied(name)).map(ToOwned::to_owned).collect()
        };
        let (wanted, found) = (without(wanted), without(all));
        let names_of = |names: &[String]| names.iter().map(String::as_str).collect::<Vec<_>>().join("\n");
        let found_names: Vec<&str> = found.iter().map(String::as_str).collect();
        let wanted_names: Vec<&str> = wanted.iter().map(String::as_str).collect();
        let edit = range(names).map(|span| Edit { span, text: self.speller().listed(&found_names) });
        let expected = say!(self.lang, "test-state", names = self.joined(&wanted_names));
        Look { edit, ..Look::at(names_of(&wanted) == names_of(&found), expected, self.joined(&found_names)) }
    }

    fn holder(&self, names: &[Named]) -> Look {
        let roles: BTreeSet<&str> = self.active().filter_map(|(_, holder)| self.role(holder?)).collect();
        let wanted: BTreeSet<&str> = names.iter().map(word).collect();
        let said: Vec<&str> = roles.iter().copied().collect();
        let expected = self.joined(&wanted.iter().copied().collect::<Vec<_>>());
        let expected = say!(self.lang, "test-holder", names = expected);
        let edit =
            range(names).filter(|_| !said.is_empty()).map(|span| Edit { span, text: self.speller().listed(&said) });
        let found = if said.is_empty() { say!(self.lang, "test-nobody") } else { said.join(", ") };
        Look { edit, ..Look::at(roles == wanted, expected, found) }
    }

    fn role(&self, id: RoleId) -> Option<&str> {
        self.procedure.plan.logic.roles.get(id.index()).map(|(name, _)| name.as_str())
    }

    fn seen(&self, clock: &Word) -> Result<Seen<'_>, String> {
        Seen::find(self.lang, self.world, &self.procedure.plan.logic, self.dossier, &clock.text, self.now)
    }

    fn due(&self, clock: &Word, on: &DueOn, because: &[Text]) -> Look {
        let expected = say!(self.lang, "test-due", clock = &clock.text, at = self.day(on));
        let seen = self.seen(clock);
        let due = match seen.as_ref().map_err(Clone::clone).and_then(Seen::due) {
            Ok(due) => due,
            Err(found) => return Look::at(false, expected, found),
        };
        let look = self.on(on, due, expected);
        if because.is_empty() || !look.holds {
            return look;
        }
        let told = |lang: Lang| seen.as_ref().map_err(Clone::clone).and_then(|seen| seen.told(lang));
        let lines = match told(self.lang) {
            Ok(lines) => lines,
            Err(found) => return Look::at(false, look.expected, found),
        };
        // The reason may stand there in either language.
        let says = |why: &&Text| {
            let in_one = |lang| told(lang).is_ok_and(|lines| lines.iter().any(|line| line.contains(&why.text)));
            in_one(Lang::English) || in_one(Lang::Vietnamese)
        };
        let Some(missing) = because.iter().find(|why| !says(why)) else { return look };
        let weekend = say!(self.lang, "off-weekend");
        let days: Vec<&str> = lines.iter().map(String::as_str).filter(|line| !line.contains(&weekend)).collect();
        let found = say!(self.lang, "test-no-day");
        let found = if days.is_empty() { found } else { format!("{found}: {}", days.join("; ")) };
        Look::at(false, say!(self.lang, "test-because", what = look.expected, why = missing.text), found)
    }

    fn promised(&self, clock: &Word, on: &DueOn) -> Look {
        let expected = say!(self.lang, "test-promised", clock = &clock.text, at = self.day(on));
        match self.seen(clock).map(|seen| seen.clock.appointment()) {
            Ok(Some(at)) => self.on(on, at, expected),
            Ok(None) => Look::at(false, expected, say!(self.lang, "test-nothing-promised")),
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
            DueOn::Day(day, None, _) => when::full_day(self.lang, *day),
            DueOn::Day(day, Some(time), _) => self.said(self.calendar.instant(*day, *time)),
            DueOn::Row(row) => format!("row.{}", row.column.text),
        }
    }

    fn said(&self, at: Instant) -> String {
        when::local(self.lang, self.calendar, at)
    }

    fn standing(&self, wanted: Standing, clock: &Word, whole: Span) -> Look {
        let lang = self.lang;
        let word = |standing: Standing| say!(lang, "test-standing", standing = clocks::key(standing));
        let seen = self.seen(clock);
        let found = seen.as_ref().map(Seen::standing).ok().or_else(|| self.left(clock));
        let told = match (&seen, found) {
            (Ok(seen), Some(found)) => match seen.due() {
                Ok(due) => say!(lang, "test-standing-due", standing = word(found), at = self.said(due)),
                Err(_) => word(found),
            },
            (_, Some(found)) => word(found),
            (Err(why), None) => why.clone(),
            (Ok(_), None) => String::new(),
        };
        let expected = say!(lang, "test-stands", standing = word(wanted), clock = &clock.text);
        let edit = found.map(|found| Edit { span: whole, text: self.speller().stands(found, &clock.text) });
        Look { edit, ..Look::at(found == Some(wanted), expected, told) }
    }

    /// Returns how the limit of a state that was left came to its end.
    fn left(&self, clock: &Word) -> Option<Standing> {
        let id = clocks::id(&self.procedure.plan.logic, &clock.text)?;
        let effects = self.journal.iter().rev().flat_map(|event| event.effects.iter().rev());
        effects.into_iter().find_map(|effect| match effect {
            Effect::Clock(known, Entry::Closed { class, .. }) if *known == id => Some(clocks::class(*class)),
            Effect::Clock(known, Entry::Ended) if *known == id => Some(Standing::Ended),
            _ => None,
        })
    }

    fn used(&self, amount: &str, unit: Unit, at: Span, clock: &Word) -> Look {
        let lang = self.lang;
        let length = |halves: i64| {
            let (count, half) = (u32::try_from(halves / 2).unwrap_or(u32::MAX), halves % 2 != 0);
            say::length(lang, Length::Of { count, half, unit })
        };
        let whole = amount.trim_end_matches(".0");
        let half = whole.ends_with(".5");
        let wanted = whole.trim_end_matches(".5").parse::<i64>().map(|count| count * 2 + i64::from(half));
        let said = wanted.as_ref().map_or_else(|_| amount.to_owned(), |halves| length(*halves));
        let expected = say!(lang, "test-used", amount = said, clock = &clock.text);
        let halves = match self.seen(clock).and_then(|seen| seen.used(unit)) {
            Ok(halves) => halves,
            Err(found) => return Look::at(false, expected, found),
        };
        let text = format!("{}{}", halves / 2, if halves % 2 == 0 { "" } else { ".5" });
        let edit = Some(Edit { span: at, text });
        Look { edit, ..Look::at(wanted == Ok(halves), expected, length(halves)) }
    }

    fn messages(&self) -> impl Iterator<Item = &Message> {
        self.recent.iter().flat_map(|event| &event.effects).filter_map(|effect| match effect {
            Effect::Message(message) => Some(&**message),
            _ => None,
        })
    }

    fn issued(&self, form: &Word, whole: Span, line: &[Expect]) -> Look {
        let forms = self.messages().filter_map(|message| match message.kind {
            MessageKind::Form(form) => self.procedure.plan.logic.forms.get(form.index()),
            _ => None,
        });
        let forms: Vec<&str> = forms.map(AsRef::as_ref).collect();
        // What another part of the line expects is not what this one means.
        let other = |name: &&&str| {
            line.iter().all(|expect| !matches!(&expect.fact, Fact::Issued(known) if known.text == **name))
        };
        let text = match forms.iter().find(other) {
            Some(found) => self.speller().issued(found, false),
            None => self.speller().issued(&form.text, true),
        };
        let found = if forms.is_empty() { say!(self.lang, "test-no-form") } else { forms.join(", ") };
        let expected = say!(self.lang, "test-issued", form = &form.text);
        let edit = Some(Edit { span: whole, text });
        Look { edit, ..Look::at(forms.contains(&form.text.as_str()), expected, found) }
    }

    fn notified(&self, to: Option<&Recipient>, text: Option<&str>, whole: Span) -> Look {
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
        let reached = notices().any(|message| hears(message) && says(message));
        // A notice to the same people stands first: its words are others.
        let instead = notices().find(|message| hears(message)).or_else(|| notices().next());
        let spelt = instead.and_then(|message| {
            let address = message.to.first()?;
            let words = text.and(message.text.as_deref());
            Some(self.speller().notified(self.role(address.role)?, address.head, words))
        });
        let head_of = |role: &str| say!(self.lang, "test-head-of", role = role);
        let holder = || say!(self.lang, "test-the-holder");
        let who = match to {
            None => say!(self.lang, "test-nobody"),
            Some(Recipient::Role(word)) => word.text.to_string(),
            Some(Recipient::HeadOf(word)) => head_of(&word.text),
            Some(Recipient::Holder(_)) => holder(),
            Some(Recipient::HeadOfHolder(_)) => head_of(&holder()),
        };
        let what = text.map(|text| format!("{who} \"{text}\"")).unwrap_or(who);
        let holds = if to.is_some() { reached } else { notices().next().is_none() };
        let found = if told.is_empty() { say!(self.lang, "test-nobody") } else { told.join(", ") };
        let edit = Some(Edit { span: whole, text: spelt.unwrap_or_else(|| self.speller().nobody()) });
        Look { edit, ..Look::at(holds, say!(self.lang, "test-notified", who = what), found) }
    }

    fn told(&self, message: &Message) -> String {
        let to = message.to.iter().map(|address| {
            let role = self.role(address.role).unwrap_or_default();
            if address.head { say!(self.lang, "test-head-of", role = role) } else { role.to_owned() }
        });
        let to = to.collect::<Vec<_>>().join(", ");
        message.text.as_ref().map_or_else(|| to.clone(), |text| format!("{to} \"{text}\""))
    }

    fn field(&self, field: &Word, value: Option<&TestValue>, whole: Span) -> Look {
        let logic = &self.procedure.plan.logic;
        let known = logic.fields.iter().position(|known| known.name == field.text);
        let plan = known.and_then(|at| logic.fields.get(at));
        let found = known.and_then(|at| self.dossier.data.get(at)).and_then(Option::as_ref);
        let said = |value: Option<&Value>| match (value, plan) {
            (Some(Value::Instant(at)), _) => self.said(*at),
            (Some(value), Some(plan)) => motcua_dsl::written(value, &plan.ty),
            _ => say!(self.lang, "test-absent"),
        };
        let now = found.zip(plan).map(|(value, plan)| self.written(value, &plan.ty));
        let rewritten = || Edit { span: whole, text: self.speller().data(&field.text, now.as_deref()) };
        let Some((value, plan)) = value.zip(plan) else {
            let expected = say!(self.lang, "test-data-absent", field = &field.text);
            return Look { edit: Some(rewritten()), ..Look::at(found.is_none(), expected, said(found)) };
        };
        let wanted = match value.typed(&plan.ty) {
            Ok(wanted) => local(wanted, &plan.ty, Some(self.calendar)),
            Err(wrong) => return Look::at(false, field.text.to_string(), wrong.message.to_string()),
        };
        let edit = match &now {
            Some(text) => Edit { span: value.span, text: text.clone() },
            None => rewritten(),
        };
        let expected = say!(self.lang, "test-data", field = &field.text, value = said(Some(&wanted)));
        Look { edit: Some(edit), ..Look::at(found == Some(&wanted), expected, said(found)) }
    }

    /// Returns a value as a test writes it: instants in the zone of the test.
    fn written(&self, value: &Value, ty: &motcua_engine::plan::Type) -> String {
        match value {
            Value::Instant(at) => {
                let (day, time) = self.calendar.local(*at);
                format!("{day} {time}")
            }
            value => motcua_dsl::written(value, ty),
        }
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
        let expected = say!(self.lang, "test-possible", commands = self.joined(&texts(commands)));
        let roles = texts(by).join(", ");
        let expected =
            if by.is_empty() { expected } else { say!(self.lang, "test-by", what = expected, roles = roles) };
        Look::at(holds, expected, self.names(&open, true))
    }

    fn only(&self, commands: &[Word]) -> Look {
        let open = self.open();
        let found: BTreeSet<&str> = open.iter().map(|possible| possible.command.as_str()).collect();
        let wanted: BTreeSet<&str> = commands.iter().map(|command| command.text.as_str()).collect();
        let span = commands.first().zip(commands.last()).map(|(a, b)| Span { end: b.span.end, ..a.span });
        let text = self.speller().listed(&found.iter().copied().collect::<Vec<_>>());
        let edit = span.filter(|_| !found.is_empty()).map(|span| Edit { span, text });
        let expected = say!(self.lang, "test-only-possible", commands = self.joined(&texts(commands)));
        Look { edit, ..Look::at(found == wanted, expected, self.names(&open, false)) }
    }

    /// Returns commands, each once, with those who may give them where that is asked for.
    fn names(&self, open: &[Possible], with_roles: bool) -> String {
        let mut all: Vec<String> = Vec::new();
        for possible in open {
            let said = if with_roles && !possible.by.is_empty() {
                say!(self.lang, "test-by", what = &possible.command, roles = possible.by.join(", "))
            } else {
                possible.command.to_string()
            };
            if !all.contains(&said) {
                all.push(said);
            }
        }
        if all.is_empty() { say!(self.lang, "test-nothing") } else { all.join("; ") }
    }
}

impl Look {
    fn at(holds: bool, expected: String, found: String) -> Self {
        Self { holds, expected, found, edit: None }
    }
}

fn texts(words: &[Word]) -> Vec<&str> {
    words.iter().map(|word| word.text.as_str()).collect()
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
