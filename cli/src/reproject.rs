//! Finds out what moves when dossiers are counted on the current versions of their calendars, and tells it.

pub mod stored;

use std::borrow::Cow;
use std::fmt::Write;
use std::num::NonZero;
use std::thread;

use motcua_engine::calendar::Calendar;
use motcua_engine::{Dossier, Event, Instant, Move, ReprojectError, Reprojection, Timed, World, reproject};
use serde_json::{Value as Json, json};

use crate::lang::Lang;
use crate::run::{Folder, Office};
use crate::{output, when};

/// What moves, and what cannot.
#[derive(Debug)]
pub struct Outcome<'a> {
    /// The dossiers that get another version, in the order in which they were opened.
    pub moved: Vec<Moved<'a>>,
    /// Those that would and cannot.
    pub refused: Vec<(Cow<'a, Dossier>, ReprojectError)>,
    /// It has been written.
    pub applied: bool,
    /// How many dossiers there are.
    all: usize,
    now: Instant,
}

/// A dossier that gets another version.
#[derive(Debug)]
pub struct Moved<'a> {
    /// The dossier before.
    pub dossier: Cow<'a, Dossier>,
    /// What becomes of it.
    pub found: Reprojection,
}

impl Moved<'_> {
    /// Returns what is to be kept of it.
    pub fn events(&self) -> (&str, &[Event]) {
        (self.dossier.id.as_str(), &self.found.events)
    }
}

impl<'a> Outcome<'a> {
    /// Returns what moves of no dossier.
    fn none(now: Instant) -> Self {
        Self { moved: Vec::new(), refused: Vec::new(), applied: false, all: 0, now }
    }

    /// Returns what moves at an instant, worked out on all cores; the order is that of the dossiers.
    pub fn of(office: &'a Office, now: Instant, reason: &str) -> Self {
        let (world, folders) = (office.world(), office.folders());
        let threads = thread::available_parallelism().map_or(1, NonZero::get);
        let part = folders.len().div_ceil(threads).max(1);
        let one = |folder: &'a Folder| {
            let dossier = &folder.dossier;
            Some((dossier, reproject(world, dossier, now, reason).transpose()?))
        };
        let mut outcome = Self { all: folders.len(), ..Self::none(now) };
        thread::scope(|scope| {
            let parts = folders.chunks(part);
            let started: Vec<_> =
                parts.map(|part| scope.spawn(move || part.iter().filter_map(one).collect::<Vec<_>>())).collect();
            for (dossier, found) in started.into_iter().flat_map(|part| part.join().unwrap_or_default()) {
                let dossier = Cow::Borrowed(dossier);
                match found {
                    Ok(found) => outcome.moved.push(Moved { dossier, found }),
                    Err(why) => outcome.refused.push((dossier, why)),
                }
            }
        });
        outcome
    }

    fn dates(&self) -> usize {
        self.moved.iter().map(|moved| moved.found.moves.len()).sum()
    }

    fn with_dates(&self) -> usize {
        self.moved.iter().filter(|moved| !moved.found.moves.is_empty()).count()
    }

    /// Returns it as one object.
    pub fn json(&self, world: &World) -> Json {
        let one = |moved: &Moved<'_>, one: &Move| {
            let calendar = zone(world, &moved.dossier);
            let at = |at: Instant| calendar.map_or_else(|| at.to_string(), |calendar| calendar.format_instant(at));
            let (kind, name) = named(world, &moved.dossier, one.what);
            let why: Vec<String> = one.why.iter().map(ToString::to_string).collect();
            let mut json = json!({
                "dossier": moved.dossier.id, "procedure": procedure(world, &moved.dossier),
                "old": at(one.old), "new": at(one.new), "suspended": one.suspended, "why": why, "changes": one.why,
            });
            if let Json::Object(json) = &mut json {
                json.insert(kind.to_owned(), name.into());
            }
            json
        };
        let moves: Vec<Json> =
            self.moved.iter().flat_map(|moved| moved.found.moves.iter().map(|found| one(moved, found))).collect();
        let refused: Vec<Json> = self
            .refused
            .iter()
            .map(|(dossier, why)| json!({ "dossier": dossier.id, "why": Lang::of_machines().reason(&why.to_string()) }))
            .collect();
        json!({
            "now": self.now, "applied": self.applied, "moves": moves, "refused": refused,
            "dossiers": self.all, "on_new_versions": self.moved.len(), "with_moved_dates": self.with_dates(),
            "moved_dates": self.dates(),
        })
    }
}

/// Returns it as lines for people; `place` is the journal or the store, in which a dossier that cannot be counted anew holds up no other.
pub fn text(outcome: &Outcome<'_>, world: &World, place: &str) -> String {
    let mut text = String::new();
    for moved in outcome.moved.iter().filter(|moved| !moved.found.moves.is_empty()) {
        let _ = writeln!(text, "{} {}", moved.dossier.id, procedure(world, &moved.dossier));
        let calendar = zone(world, &moved.dossier);
        let at =
            |at: Instant| calendar.map_or_else(|| at.to_string(), |calendar| when::local(Lang::English, calendar, at));
        for one in &moved.found.moves {
            let (_, name) = named(world, &moved.dossier, one.what);
            let how = how(one, outcome.now);
            let _ = writeln!(text, "  {name}: {} -> {}{how}", at(one.old), at(one.new));
            for change in &one.why {
                let _ = writeln!(text, "    {change}");
            }
        }
    }
    for (dossier, why) in &outcome.refused {
        let _ = writeln!(
            text,
            "{} {}\n  {}",
            dossier.id,
            procedure(world, dossier),
            Lang::current().reason(&why.to_string())
        );
    }
    if !text.is_empty() {
        text.push('\n');
    }
    let _ = writeln!(
        text,
        "{}: {} with {}, {} on another version without one, {} left alone",
        output::count(outcome.all, "dossier"),
        outcome.with_dates(),
        output::count(outcome.dates(), "moved date"),
        outcome.moved.len() - outcome.with_dates(),
        outcome.all - outcome.moved.len() - outcome.refused.len(),
    );
    let events: usize = outcome.moved.iter().map(|moved| moved.found.events.len()).sum();
    if events == 0 && outcome.refused.is_empty() {
        text.push_str("nothing to write: what is open counts on the calendars as they are now\n");
        return text;
    }
    let applied = outcome.applied && events > 0;
    let events = output::count(events, "event");
    let _ = match (outcome.refused.len(), applied) {
        (_, true) => writeln!(text, "added {events} to `{place}`"),
        (0, false) => writeln!(text, "nothing was written: --apply adds {events} to `{place}`"),
        (refused, _) => {
            writeln!(text, "nothing was written: {} cannot be counted anew", output::count(refused, "dossier"))
        }
    };
    text
}

/// Returns what a move makes of a clock besides its date.
fn how(moved: &Move, now: Instant) -> &'static str {
    match (moved.suspended, moved.old < now, moved.new < now) {
        (true, ..) => " (suspended: as if it went on now)",
        (_, false, true) => " (overdue now)",
        (_, true, false) => " (no longer overdue)",
        _ => "",
    }
}

fn zone<'a>(world: &'a World, dossier: &Dossier) -> Option<&'a Calendar> {
    world.calendar_of(dossier)
}

fn procedure<'a>(world: &'a World, dossier: &Dossier) -> &'a str {
    world.procedure(dossier.plan).map(|procedure| procedure.plan.logic.name.as_str()).unwrap_or_default()
}

/// Returns the kind and the name of what falls due.
fn named<'a>(world: &'a World, dossier: &Dossier, what: Timed) -> (&'static str, &'a str) {
    let logic = world.procedure(dossier.plan).map(|procedure| &procedure.plan.logic);
    match what {
        Timed::Clock(id) => {
            let clock = logic.and_then(|logic| logic.clocks.get(id.index()));
            ("clock", clock.map(|clock| clock.name.as_str()).unwrap_or_default())
        }
        Timed::Timer(id) => {
            let timer = logic.and_then(|logic| logic.timers.get(id.index()));
            ("timer", timer.map(|timer| timer.name.as_str()).unwrap_or_default())
        }
    }
}
