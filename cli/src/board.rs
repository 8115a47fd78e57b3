//! The board: what was received, where it is, what is due when, what is late, and why.

use std::borrow::Cow;
use std::fmt::Write;

use comfy_table::{Cell, Color, ColumnConstraint, ContentArrangement, Table, presets};
use motcua_engine::calendar::{Calendar, Length, TimeError, Unit};
use motcua_engine::clock::Class;
use motcua_engine::{Clock, Dossier, Instant, Place, Procedure, Status, World, in_force, plans, projected};

use crate::lang::Lang;
use crate::names::Names;
use crate::run::{Folder, Office};
use crate::{names, output, say, when};

/// How a dossier stands. Every dossier has exactly one, so the counts add up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    Late,
    StepLate,
    DueToday,
    StepDueToday,
    OnTime,
    Suspended,
    /// The limit came to its end in time, and the dossier is not settled yet.
    Kept,
    /// The same, late.
    Missed,
    NoLimit,
    SettledEarly,
    SettledOnTime,
    SettledLate,
    Settled,
}

/// In the order in which they are counted, with their names in the messages and their colours.
const STANDINGS: [(Standing, &str, Option<Color>); 13] = [
    (Standing::Late, "late", Some(Color::Red)),
    (Standing::StepLate, "step_late", Some(Color::Yellow)),
    (Standing::DueToday, "due_today", Some(Color::Yellow)),
    (Standing::StepDueToday, "step_due_today", Some(Color::Yellow)),
    (Standing::OnTime, "on_time", Some(Color::Green)),
    (Standing::Suspended, "suspended", Some(Color::Cyan)),
    (Standing::Kept, "kept", Some(Color::Green)),
    (Standing::Missed, "missed", Some(Color::Red)),
    (Standing::NoLimit, "no_limit", None),
    (Standing::SettledEarly, "settled_early", Some(Color::Green)),
    (Standing::SettledOnTime, "settled_on_time", Some(Color::Green)),
    (Standing::SettledLate, "settled_late", Some(Color::Red)),
    (Standing::Settled, "settled", None),
];

/// One dossier on the board.
struct Row<'a> {
    folder: &'a Folder,
    world: &'a World,
    procedure: &'a Procedure,
    calendar: &'a Calendar,
    now: Instant,
    lang: Lang,
}

/// Returns the board as text: the table, the notices that were sent, what was not done, and the counts.
pub fn table(office: &Office, lang: Lang) -> String {
    let now = office.clock().unwrap_or(Instant::MIN);
    let rows: Vec<Row<'_>> =
        office.folders().iter().filter_map(|folder| Row::new(folder, office.world(), now, lang)).collect();
    let mut text = String::new();
    if let Some(calendar) = office.calendar().filter(|_| office.clock().is_some()) {
        let _ = writeln!(text, "{}\n", say!(lang, "board-as-of", now = when::local(lang, calendar, now)));
    }
    if rows.is_empty() {
        let _ = writeln!(text, "{}", say!(lang, "board-empty"));
    } else {
        let _ = writeln!(text, "{}", grid(&rows, lang).trim_fmt());
    }
    notices(office, lang, &mut text);
    not_done(office, lang, &mut text);
    let _ = writeln!(text, "\n{}", counts(&rows, lang));
    let (done, not, sent) = (office.accepted(), office.not_done().len(), office.notices().len());
    let done = say!(lang, "board-accepted", n = done);
    let _ = writeln!(text, "{}", say!(lang, "board-footer", done = done, not = not, sent = sent));
    text
}

fn grid(rows: &[Row<'_>], lang: Lang) -> Table {
    let mut table = Table::new();
    table.load_preset(presets::UTF8_HORIZONTAL_ONLY).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(output::width());
    table.set_header([
        say!(lang, "board-dossier"),
        say!(lang, "board-received"),
        say!(lang, "board-where"),
        say!(lang, "board-due"),
        say!(lang, "board-status"),
        say!(lang, "board-why"),
    ]);
    let coloured = output::is_coloured();
    for row in rows {
        let standing = row.standing();
        let (_, word, colour) =
            STANDINGS.iter().find(|(known, ..)| *known == standing).copied().unwrap_or((standing, "", None));
        let status = Cell::new(say!(lang, "board-standing", standing = word));
        let status = match colour.filter(|_| coloured) {
            Some(colour) => status.fg(colour),
            None => status,
        };
        let (received, _) = row.calendar.local(row.folder.received);
        table.add_row([
            Cell::new(format!("{}\n{}", row.folder.dossier.id, row.procedure.plan.logic.name)),
            Cell::new(when::short_day(lang, received)),
            Cell::new(row.place()),
            Cell::new(row.due()),
            status,
            Cell::new(row.why()),
        ]);
    }
    for (index, column) in table.column_iter_mut().enumerate() {
        if matches!(index, 1 | 3 | 4) {
            column.set_constraint(ColumnConstraint::ContentWidth);
        }
    }
    table
}

/// Returns an empty list whose columns are as wide as they need to be.
fn list() -> Table {
    let mut list = Table::new();
    list.load_preset(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    list.set_width(output::width());
    list
}

fn notices(office: &Office, lang: Lang, text: &mut String) {
    if office.notices().is_empty() {
        return;
    }
    let mut notices: Vec<_> = office.notices().iter().collect();
    notices.sort_by_key(|notice| notice.at);
    let mut list = list();
    for notice in notices {
        let at = office
            .calendar()
            .map_or_else(|| notice.at.to_string(), |calendar| when::to_the_minute(lang, calendar, notice.at));
        let to = if notice.to.is_empty() { say!(lang, "explain-nobody") } else { notice.to.join(", ") };
        let text = if notice.withdrawn {
            say!(lang, "board-withdrawn", text = notice.text.as_str())
        } else {
            notice.text.clone()
        };
        list.add_row([at, notice.dossier.to_string(), say!(lang, "board-to", to = to), text]);
    }
    if let Some(column) = list.column_mut(0) {
        column.set_constraint(ColumnConstraint::ContentWidth);
    }
    let _ = writeln!(text, "\n{}\n{}", say!(lang, "board-notices"), list.trim_fmt());
}

fn not_done(office: &Office, lang: Lang, text: &mut String) {
    if office.not_done().is_empty() {
        return;
    }
    let mut list = list();
    for wrong in office.not_done() {
        let dossier = wrong.dossier.as_ref().map(ToString::to_string).unwrap_or_default();
        // No line asked for what one dossier has for another.
        let line = Some(wrong.line).filter(|line| *line > 0);
        let line = line.map(|line| say!(lang, "board-line", n = line.to_string())).unwrap_or_default();
        list.add_row([line, dossier, wrong.message.clone()]);
    }
    let _ = writeln!(text, "\n{}\n{}", say!(lang, "board-not-done"), list.trim_fmt());
}

fn counts(rows: &[Row<'_>], lang: Lang) -> String {
    let count = |standing| rows.iter().filter(|row| row.standing() == standing).count();
    let said: Vec<String> = STANDINGS
        .iter()
        .map(|(standing, word, _)| (count(*standing), word))
        .filter(|(number, _)| *number > 0)
        .map(|(number, word)| format!("{number} {}", say!(lang, "board-standing", standing = *word)))
        .collect();
    let sum = if said.is_empty() { String::new() } else { format!(" = {}", said.join(" + ")) };
    format!("{}{sum}", say!(lang, "board-count", n = rows.len()))
}

impl<'a> Row<'a> {
    fn new(folder: &'a Folder, world: &'a World, now: Instant, lang: Lang) -> Option<Self> {
        let procedure = world.procedure(folder.dossier.plan)?;
        let calendar = world.calendar_of(&folder.dossier)?;
        Some(Self { folder, world, procedure, calendar, now, lang })
    }

    fn dossier(&self) -> &'a Dossier {
        &self.folder.dossier
    }

    /// Returns whether a clock is one of the procedure's own, rather than that of a state.
    fn is_named(&self, clock: &Clock) -> bool {
        self.procedure.plan.logic.clocks.get(clock.id.index()).is_some_and(|plan| plan.of_state.is_none())
    }

    fn name(&self, clock: &Clock) -> &'a str {
        self.procedure.plan.logic.clocks.get(clock.id.index()).map(|plan| plan.name.as_str()).unwrap_or_default()
    }

    /// Returns the procedure's own clocks that are open.
    fn open(&self) -> impl Iterator<Item = &'a Clock> {
        self.dossier().clocks.iter().filter(|clock| clock.is_open() && self.is_named(clock))
    }

    /// Returns the open clocks of the limits of states. A term that ends in a transition is nobody's limit, unless it is a silence.
    fn steps(&self) -> impl Iterator<Item = &'a Clock> {
        let logic = &self.procedure.plan.logic;
        let state_of = |clock: &Clock| logic.graph.state(logic.clocks.get(clock.id.index())?.of_state?);
        let is_limit = move |clock: &Clock| {
            state_of(clock).is_some_and(|state| state.within == Some(clock.id))
                || logic.graph.silence(clock.id).is_some()
        };
        self.dossier().clocks.iter().filter(move |clock| clock.is_open() && is_limit(clock))
    }

    /// Returns the calendar that a clock counts on.
    fn on(&self, clock: &Clock) -> Result<Cow<'a, Calendar>, TimeError> {
        self.world.calendar_of_clock(self.dossier(), clock)
    }

    fn is_late(&self, clock: &Clock) -> bool {
        self.on(clock).and_then(|on| clock.ledger.is_overdue(&on, self.now)).unwrap_or(false)
    }

    fn is_due_today(&self, clock: &Clock) -> bool {
        let due = self.on(clock).and_then(|on| clock.ledger.due_if_resumed(&on, self.now));
        due.is_ok_and(|due| due.day == self.calendar.local(self.now).0)
    }

    fn standing(&self) -> Standing {
        let closed = self.dossier().clocks.iter().filter(|clock| self.is_named(clock));
        let verdict = closed.filter_map(|clock| match clock.status {
            Status::Closed { class, .. } => Some(class),
            Status::Open | Status::Ended { .. } => None,
        });
        let verdict = verdict.max();
        if self.dossier().outcome.is_some() {
            return match verdict {
                Some(Class::Early) => Standing::SettledEarly,
                Some(Class::OnTime) => Standing::SettledOnTime,
                Some(Class::Late) => Standing::SettledLate,
                None => Standing::Settled,
            };
        }
        let is_due_today = |clock: &Clock| !clock.is_suspended() && self.is_due_today(clock);
        if self.open().any(|clock| self.is_late(clock)) {
            Standing::Late
        } else if self.steps().any(|clock| self.is_late(clock)) {
            Standing::StepLate
        } else if self.open().any(is_due_today) {
            Standing::DueToday
        } else if self.steps().any(is_due_today) {
            Standing::StepDueToday
        } else if self.open().any(Clock::is_suspended) {
            Standing::Suspended
        } else if self.open().chain(self.steps()).next().is_some() {
            Standing::OnTime
        } else {
            match verdict {
                Some(Class::Early | Class::OnTime) => Standing::Kept,
                Some(Class::Late) => Standing::Missed,
                None => Standing::NoLimit,
            }
        }
    }

    fn place(&self) -> String {
        let unit = self.dossier().unit.clone();
        let names = Names { world: self.world, procedure: self.procedure, calendar: self.calendar, unit };
        let places: Vec<String> = names.places(self.dossier()).map(|place| one_place(&names, place)).collect();
        // Who is let go of ends in no state.
        let outcome = self.dossier().outcome.as_ref().filter(|_| places.is_empty());
        outcome.map_or_else(|| places.join("\n"), names::outcome)
    }

    /// Returns the clock that the board tells: of the open ones the procedure's own that is due first, or the state's where
    /// that one decides; of a settled dossier the one that came to its end.
    fn main_clock(&self) -> Option<&'a Clock> {
        let due = |clock: &&Clock| {
            self.on(clock).and_then(|on| clock.ledger.due(&on)).map_or(Instant::MAX, |due| due.instant)
        };
        let named = || self.dossier().clocks.iter().filter(|clock| self.is_named(clock));
        let closed = || named().filter(|clock| matches!(clock.status, Status::Closed { .. })).max_by_key(due);
        if self.dossier().outcome.is_some() {
            return closed().or_else(|| named().next());
        }
        let step = || self.steps().min_by_key(due);
        match self.standing() {
            Standing::StepLate | Standing::StepDueToday => step(),
            _ => self.open().min_by_key(due).or_else(step).or_else(closed),
        }
    }

    fn due(&self) -> String {
        let Some(clock) = self.main_clock() else { return String::new() };
        let (due, resumes) = match (clock.status, projected(self.world, self.dossier(), clock, self.now)) {
            (Status::Closed { due, .. }, _) => (due, None),
            (Status::Open, Ok(Some(projected))) => (projected.due.instant, projected.resumes),
            (Status::Ended { .. }, _) | (Status::Open, Ok(None)) => return String::new(),
            (Status::Open, Err(error)) => return error.to_string(),
        };
        let mut text = format!("{}\n{}", self.name(clock), when::local(self.lang, self.calendar, due));
        if clock.is_open() {
            let left = match resumes {
                Some(at) if at > self.now => {
                    let day = when::short_day(self.lang, self.calendar.local(at).0);
                    Ok(say!(self.lang, "board-if-resumed-on", day = day))
                }
                Some(_) => Ok(say!(self.lang, "board-if-resumed")),
                None => self.left(clock, due),
            };
            let _ = write!(text, "\n{}", left.unwrap_or_default());
        }
        if let Some(to) = clock.appointment.as_ref().and_then(|appointment| appointment.promised) {
            let day = when::short_day(self.lang, self.calendar.local(to).0);
            let _ = write!(text, "\n{}", say!(self.lang, "board-promised", day = day));
        }
        text
    }

    /// Returns how many days are left, or how many it is late, in the days that the clock counts.
    fn left(&self, clock: &Clock, due: Instant) -> Result<String, TimeError> {
        let (today, last) = (self.calendar.local(self.now).0, self.calendar.local(due).0);
        let working = match clock.ledger.term.length {
            Length::SameWorkingDay { .. } => true,
            Length::Of { unit, .. } => matches!(unit, Unit::WorkingDay | Unit::WorkingHour | Unit::WorkingMinute),
        };
        let number =
            if working { self.on(clock)?.working_days_between(today, last)? } else { i64::from(last.since(today)) };
        let lang = self.lang;
        let days = number.abs();
        let said =
            if working { say!(lang, "count-working-days", n = days) } else { say!(lang, "count-days", n = days) };
        Ok(if self.is_late(clock) {
            if last == today || days == 0 {
                say!(lang, "board-just-late")
            } else {
                say!(lang, "board-late", days = said)
            }
        } else if last == today {
            say!(lang, "board-today")
        } else {
            say!(lang, "board-left", days = said)
        })
    }

    /// Returns why it stands as it does, in one sentence.
    fn why(&self) -> String {
        let because = match self.main_clock() {
            Some(clock) => self.why_clock(clock),
            None if self.dossier().outcome.is_some() => say!(self.lang, "why-no-limit-set"),
            None => say!(self.lang, "why-no-limit-here"),
        };
        let incident = self
            .dossier()
            .rare
            .incidents
            .first()
            .map(|incident| say!(self.lang, "why-fault", fault = incident.fault.clone()));
        let refused = self.folder.refused.as_ref().map(|why| say!(self.lang, "why-refused", why = why.clone()));
        let unit = self.dossier().unit.clone();
        let names = Names { world: self.world, procedure: self.procedure, calendar: self.calendar, unit };
        let waits = names.waits(self.lang, self.dossier());
        let journal = &self.folder.journal;
        let silent = in_force(journal).into_iter().rev().find_map(|event| Some((event.number, event.silence()?)));
        let silence = silent.and_then(|(number, silence)| {
            // It is told with the names of the version that it was under.
            let (_, plan) = plans(journal).into_iter().rfind(|(first, _)| *first <= number)?;
            let names = Names { procedure: self.world.procedure(plan)?, ..names.clone() };
            Some(names.silence(self.lang, silence))
        });
        let parts: Vec<String> = [Some(because), silence, waits, incident, refused]
            .into_iter()
            .flatten()
            .filter(|part| !part.is_empty())
            .collect();
        parts.join("\n")
    }

    fn why_clock(&self, clock: &Clock) -> String {
        let lang = self.lang;
        let why = self.on(clock).and_then(|on| say::why(lang, &on, clock)).unwrap_or_else(|error| error.to_string());
        let day = |at| when::short_day(lang, self.calendar.local(at).0);
        match clock.status {
            Status::Closed { at, .. } => say!(lang, "why-ended", day = day(at), why = why),
            Status::Ended { at } => say!(lang, "why-no-verdict", clock = self.name(clock), day = day(at)),
            Status::Open if clock.is_suspended() => {
                let since = clock.ledger.suspensions.iter().find(|suspension| suspension.to.is_none());
                let since = since.map(|suspension| day(suspension.from)).unwrap_or_default();
                say!(lang, "why-suspended-since", day = since, why = why)
            }
            Status::Open => why,
        }
    }
}

fn one_place(names: &Names<'_>, place: &Place) -> String {
    let state = names.state_label(place.state);
    match names.holder(place.holder, None) {
        Some(holder) => format!("{state}\n({holder})"),
        None => state,
    }
}
