//! The board: what was received, where it is, what is due when, what is late, and why.

use std::borrow::Cow;
use std::fmt::Write;

use comfy_table::{Cell, Color, ColumnConstraint, ContentArrangement, Table, presets};
use motcua_engine::calendar::{Calendar, Length, TimeError, Unit};
use motcua_engine::clock::Class;
use motcua_engine::{Clock, Dossier, Instant, Place, Procedure, Status, World};

use crate::run::{Folder, Office};
use crate::{output, say, when};

/// How a dossier stands. Every dossier has exactly one, so the counts add up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    Late,
    StepLate,
    DueToday,
    StepDueToday,
    OnTime,
    Suspended,
    NoLimit,
    SettledEarly,
    SettledOnTime,
    SettledLate,
    Settled,
}

/// In the order in which they are counted, with their words and colours.
const STANDINGS: [(Standing, &str, Option<Color>); 11] = [
    (Standing::Late, "late", Some(Color::Red)),
    (Standing::StepLate, "step late", Some(Color::Yellow)),
    (Standing::DueToday, "due today", Some(Color::Yellow)),
    (Standing::StepDueToday, "step due today", Some(Color::Yellow)),
    (Standing::OnTime, "on time", Some(Color::Green)),
    (Standing::Suspended, "suspended", Some(Color::Cyan)),
    (Standing::NoLimit, "no limit", None),
    (Standing::SettledEarly, "settled early", Some(Color::Green)),
    (Standing::SettledOnTime, "settled on time", Some(Color::Green)),
    (Standing::SettledLate, "settled late", Some(Color::Red)),
    (Standing::Settled, "settled", None),
];

/// One dossier on the board.
struct Row<'a> {
    folder: &'a Folder,
    world: &'a World,
    procedure: &'a Procedure,
    calendar: &'a Calendar,
    now: Instant,
}

/// Returns the board as text: the table, the notices that were sent, what was not done, and the counts.
pub fn table(office: &Office) -> String {
    let now = office.clock().unwrap_or(Instant::MIN);
    let rows: Vec<Row<'_>> =
        office.folders().iter().filter_map(|folder| Row::new(folder, office.world(), now)).collect();
    let mut text = String::new();
    if let Some(calendar) = office.calendar().filter(|_| office.clock().is_some()) {
        let _ = writeln!(text, "As of {}\n", when::local(calendar, now));
    }
    if rows.is_empty() {
        text.push_str("no dossier was received\n");
    } else {
        let _ = writeln!(text, "{}", grid(&rows).trim_fmt());
    }
    notices(office, &mut text);
    not_done(office, &mut text);
    let _ = writeln!(text, "\n{}", counts(&rows));
    let (done, not) = (office.accepted(), office.not_done().len());
    let _ = writeln!(
        text,
        "{} accepted, {not} not done, {} sent",
        output::count(done, "command"),
        output::count(office.notices().len(), "notice")
    );
    text
}

fn grid(rows: &[Row<'_>]) -> Table {
    let mut table = Table::new();
    table.load_preset(presets::UTF8_HORIZONTAL_ONLY).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(output::width());
    table.set_header(["dossier", "received", "where, with whom", "due", "status", "why"]);
    let coloured = output::is_coloured();
    for row in rows {
        let standing = row.standing();
        let (_, word, colour) =
            STANDINGS.iter().find(|(known, ..)| *known == standing).copied().unwrap_or((standing, "", None));
        let status = Cell::new(word);
        let status = match colour.filter(|_| coloured) {
            Some(colour) => status.fg(colour),
            None => status,
        };
        let (received, _) = row.calendar.local(row.folder.received);
        table.add_row([
            Cell::new(format!("{}\n{}", row.folder.dossier.id, row.procedure.plan.logic.name)),
            Cell::new(when::short_day(received)),
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

fn notices(office: &Office, text: &mut String) {
    if office.notices().is_empty() {
        return;
    }
    let mut notices: Vec<_> = office.notices().iter().collect();
    notices.sort_by_key(|notice| notice.at);
    let mut list = list();
    for notice in notices {
        let at = office
            .calendar()
            .map_or_else(|| notice.at.to_string(), |calendar| when::to_the_minute(calendar, notice.at));
        let to = if notice.to.is_empty() { "nobody".to_owned() } else { notice.to.join(", ") };
        list.add_row([at, notice.dossier.to_string(), format!("to {to}"), notice.text.clone()]);
    }
    if let Some(column) = list.column_mut(0) {
        column.set_constraint(ColumnConstraint::ContentWidth);
    }
    let _ = writeln!(text, "\nNotices\n{}", list.trim_fmt());
}

fn not_done(office: &Office, text: &mut String) {
    if office.not_done().is_empty() {
        return;
    }
    let mut list = list();
    for wrong in office.not_done() {
        let dossier = wrong.dossier.as_ref().map(ToString::to_string).unwrap_or_default();
        list.add_row([format!("line {}", wrong.line), dossier, wrong.message.clone()]);
    }
    let _ = writeln!(text, "\nNot done\n{}", list.trim_fmt());
}

fn counts(rows: &[Row<'_>]) -> String {
    let count = |standing| rows.iter().filter(|row| row.standing() == standing).count();
    let said: Vec<String> = STANDINGS
        .iter()
        .map(|(standing, word, _)| (count(*standing), word))
        .filter(|(number, _)| *number > 0)
        .map(|(number, word)| format!("{number} {word}"))
        .collect();
    let sum = if said.is_empty() { String::new() } else { format!(" = {}", said.join(" + ")) };
    format!("{} received{sum}", output::count(rows.len(), "dossier"))
}

impl<'a> Row<'a> {
    fn new(folder: &'a Folder, world: &'a World, now: Instant) -> Option<Self> {
        let procedure = world.procedure(folder.dossier.plan)?;
        let calendar = world.calendar_of(&folder.dossier)?;
        Some(Self { folder, world, procedure, calendar, now })
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

    /// Returns the open clocks of the limits of states; a term that ends in a transition is nobody's limit.
    fn steps(&self) -> impl Iterator<Item = &'a Clock> {
        let logic = &self.procedure.plan.logic;
        let state_of = |clock: &Clock| logic.graph.state(logic.clocks.get(clock.id.index())?.of_state?);
        let is_limit = move |clock: &Clock| state_of(clock).is_some_and(|state| state.within == Some(clock.id));
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
        if self.dossier().outcome.is_some() {
            let closed = self.dossier().clocks.iter().filter(|clock| self.is_named(clock)).filter_map(|clock| {
                match clock.status {
                    Status::Closed { class, .. } => Some(class),
                    Status::Open | Status::Ended { .. } => None,
                }
            });
            return match closed.max() {
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
            Standing::NoLimit
        }
    }

    fn place(&self) -> String {
        let places: Vec<String> = self.dossier().active.iter().map(|place| self.one_place(place)).collect();
        places.join("\n")
    }

    fn one_place(&self, place: &Place) -> String {
        let plan = &self.procedure.plan;
        let label = plan.words.states.get(place.state.index()).cloned().flatten();
        let name = || plan.logic.graph.state(place.state).map(|state| state.name.to_string());
        let state = label.or_else(name).unwrap_or_default();
        let Some(role) = place.holder else { return state };
        let office =
            self.world.office(&self.dossier().unit, self.procedure, role).map(|(path, _)| self.office_label(path));
        let label = || plan.words.roles.get(role.index()).cloned().flatten();
        let name = || plan.logic.roles.get(role.index()).map(|(name, _)| name.to_string());
        format!("{state}\n({})", office.or_else(label).or_else(name).unwrap_or_default())
    }

    /// Returns what people call an office that is named as `unit.office`.
    fn office_label(&self, path: &str) -> String {
        let Some((unit, office)) = path.rsplit_once('.') else { return path.to_owned() };
        let unit = self.world.unit(unit);
        let office = unit.and_then(|unit| unit.offices.iter().find(|known| known.name == office));
        let office = office.map(|office| office.label.clone().unwrap_or_else(|| office.name.to_string()));
        match (office, unit.and_then(|unit| unit.label.as_ref())) {
            (Some(office), Some(unit)) => format!("{office}, {unit}"),
            (Some(office), None) => office,
            (None, _) => path.to_owned(),
        }
    }

    /// Returns the clock that the board tells: of the open ones the procedure's own that is due first, or the state's where
    /// that one decides; of a settled dossier the one that came to its end.
    fn main_clock(&self) -> Option<&'a Clock> {
        let due = |clock: &&Clock| {
            self.on(clock).and_then(|on| clock.ledger.due(&on)).map_or(Instant::MAX, |due| due.instant)
        };
        if self.dossier().outcome.is_some() {
            let named = || self.dossier().clocks.iter().filter(|clock| self.is_named(clock));
            let closed = named().filter(|clock| matches!(clock.status, Status::Closed { .. }));
            return closed.max_by_key(due).or_else(|| named().next());
        }
        let step = || self.steps().min_by_key(due);
        match self.standing() {
            Standing::StepLate | Standing::StepDueToday => step(),
            _ => self.open().min_by_key(due).or_else(step),
        }
    }

    fn due(&self) -> String {
        let Some(clock) = self.main_clock() else { return String::new() };
        let due = self.on(clock).and_then(|on| clock.ledger.due_if_resumed(&on, self.now));
        let due = match (clock.status, due) {
            (Status::Closed { due, .. }, _) => due,
            (Status::Ended { .. }, _) => return String::new(),
            (Status::Open, Ok(due)) => due.instant,
            (Status::Open, Err(error)) => return error.to_string(),
        };
        let mut text = format!("{}\n{}", self.name(clock), when::local(self.calendar, due));
        if clock.is_open() {
            let left = if clock.is_suspended() { Ok("if it went on now".to_owned()) } else { self.left(clock, due) };
            let _ = write!(text, "\n{}", left.unwrap_or_default());
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
        let (days, unit) = if working {
            (self.on(clock)?.working_days_between(today, last)?, "working day")
        } else {
            (i64::from(last.since(today)), "day")
        };
        let number = output::count(usize::try_from(days.unsigned_abs()).unwrap_or(usize::MAX), unit);
        Ok(if self.is_late(clock) {
            if last == today || days == 0 { "just late".into() } else { format!("{number} late") }
        } else if last == today {
            "today".into()
        } else {
            format!("{number} left")
        })
    }

    /// Returns why it stands as it does, in one sentence.
    fn why(&self) -> String {
        let because = match self.main_clock() {
            Some(clock) => self.why_clock(clock),
            None if self.dossier().outcome.is_some() => "no limit was set".into(),
            None => "no limit is set here".into(),
        };
        let incident =
            self.dossier().incidents.first().map(|incident| format!("stopped by a fault: {}", incident.fault));
        let refused = self.folder.refused.as_ref().map(|why| format!("last refused: {why}"));
        let parts: Vec<String> =
            [Some(because), incident, refused].into_iter().flatten().filter(|part| !part.is_empty()).collect();
        parts.join("\n")
    }

    fn why_clock(&self, clock: &Clock) -> String {
        let why = self.on(clock).and_then(|on| say::why(&on, clock)).unwrap_or_else(|error| error.to_string());
        match clock.status {
            Status::Closed { at, .. } => format!("ended {}; {why}", when::short_day(self.calendar.local(at).0)),
            Status::Ended { at } => {
                let day = when::short_day(self.calendar.local(at).0);
                format!("`{}` ended {day} without a verdict", self.name(clock))
            }
            Status::Open if clock.is_suspended() => {
                let since = clock.ledger.suspensions.iter().find(|suspension| suspension.to.is_none());
                let since = since.map(|s| when::short_day(self.calendar.local(s.from).0)).unwrap_or_default();
                format!("suspended since {since}; {why}")
            }
            Status::Open => why,
        }
    }
}
