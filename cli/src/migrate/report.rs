//! Tells which dossiers go over: a page at a time, as a table or as JSON, and the sums at the end.

use std::fmt::Write;

use clap::ValueEnum;
use comfy_table::{ContentArrangement, Table, presets};
use motcua_engine::{Dossier, DueMove, Instant, Place, Procedure, World};
use serde_json::{Value as Json, json};

use super::{One, Verdict};
use crate::lang::Lang;
use crate::names::Names;
use crate::{output, say, when};

/// How it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    Table,
    /// One object.
    Json,
}

/// What is told on standard output, and what has been counted so far.
#[derive(Debug)]
pub struct Report<'a> {
    format: Format,
    lang: Lang,
    /// The journal or the store.
    place: &'a str,
    now: Instant,
    applied: bool,
    moves: usize,
    there: usize,
    settled: usize,
    refused: usize,
    events: usize,
}

impl<'a> Report<'a> {
    /// Begins a report on a journal or a store; `applied` says that what goes over has been, or is being, written.
    ///
    /// # Errors
    /// Standard output is closed.
    pub fn begin(format: Format, place: &'a str, now: Instant, applied: bool) -> anyhow::Result<Self> {
        if format == Format::Json {
            output::print(&format!(r#"{{"applied":{applied},"dossiers":["#))?;
        }
        let (moves, there, settled, refused, events) = (0, 0, 0, 0, 0);
        Ok(Self { format, lang: Lang::current(), place, now, applied, moves, there, settled, refused, events })
    }

    fn dossiers(&self) -> usize {
        self.moves + self.there + self.settled + self.refused
    }

    /// Tells of dossiers, as one table.
    ///
    /// # Errors
    /// Standard output is closed.
    pub fn page(&mut self, world: &World, dossiers: &[One<'_>]) -> anyhow::Result<()> {
        if dossiers.is_empty() {
            return Ok(());
        }
        let mut table = Table::new();
        table.load_preset(presets::UTF8_HORIZONTAL_ONLY).set_content_arrangement(ContentArrangement::Dynamic);
        table.set_width(output::width());
        table.set_header([
            say!(self.lang, "board-dossier"),
            say!(self.lang, "migrate-version"),
            say!(self.lang, "board-where"),
            say!(self.lang, "board-due"),
            say!(self.lang, "migrate-becomes"),
        ]);
        let mut text = String::new();
        for one in dossiers {
            let (Some(from), Some(to)) = (world.procedure(one.dossier.plan), world.procedure(one.to)) else { continue };
            let shown = Shown { one, from, to, world };
            match self.format {
                Format::Table => {
                    table.add_row(shown.row(self.lang));
                }
                Format::Json => {
                    let before = if self.dossiers() == 0 { "" } else { "," };
                    let _ = write!(text, "{before}{}", shown.json());
                }
            }
            self.count(one);
        }
        if self.format == Format::Table {
            let _ = writeln!(text, "{}\n", table.trim_fmt());
        }
        output::print(&text)
    }

    fn count(&mut self, one: &One<'_>) {
        *match one.verdict {
            Verdict::Moves(_) => &mut self.moves,
            Verdict::There => &mut self.there,
            Verdict::Settled => &mut self.settled,
            Verdict::Refused(_) => &mut self.refused,
        } += 1;
        self.events += one.verdict.events().len();
    }

    /// Tells the sums, and returns whether each dossier is where it was to go. `each` says that a dossier that cannot go
    /// keeps no other from going.
    ///
    /// # Errors
    /// Standard output is closed.
    pub fn end(self, each: bool) -> anyhow::Result<bool> {
        let text = match self.format {
            Format::Json => {
                let sums = json!({
                    "moves": self.moves, "now": self.now, "refused": self.refused, "settled": self.settled,
                    "there": self.there,
                });
                format!("],{}\n", sums.to_string().trim_start_matches('{'))
            }
            Format::Table => self.sums(each),
        };
        output::print(&text)?;
        Ok(self.refused == 0)
    }

    fn sums(&self, each: bool) -> String {
        let (lang, events, refused, place) = (self.lang, self.events, self.refused, self.place);
        let (moves, there, settled) = (self.moves, self.there, self.settled);
        let n = self.dossiers();
        let mut text =
            say!(lang, "migrate-count", n = n, moves = moves, there = there, settled = settled, refused = refused);
        text.push('\n');
        let last = if refused > 0 && !each {
            say!(lang, "migrate-held", n = refused)
        } else if events == 0 {
            say!(lang, "migrate-nothing")
        } else if self.applied {
            say!(lang, "migrate-written", n = events, journal = place)
        } else {
            say!(lang, "migrate-dry", n = events, journal = place)
        };
        let _ = writeln!(text, "{last}");
        if refused > 0 && each {
            let _ = writeln!(text, "{}", say!(lang, "migrate-stays", n = refused));
        }
        text
    }
}

/// A dossier with the versions that it comes from and goes to.
struct Shown<'a> {
    one: &'a One<'a>,
    from: &'a Procedure,
    to: &'a Procedure,
    world: &'a World,
}

impl Shown<'_> {
    fn states(dossier: &Dossier, procedure: &Procedure) -> Vec<String> {
        let name = |place: &Place| Some(procedure.plan.logic.graph.state(place.state)?.name.to_string());
        dossier.active.iter().filter_map(name).collect()
    }

    fn json(&self) -> Json {
        let (dossier, verdict) = (&*self.one.dossier, &self.one.verdict);
        let (from, to) = (&self.from.plan.logic, &self.to.plan.logic);
        let calendar = self.world.calendar_of(dossier);
        let at = |at: Instant| calendar.map_or_else(|| at.to_string(), |calendar| calendar.format_instant(at));
        let mut said = json!({
            "dossier": dossier.id, "procedure": from.name, "from": from.version, "to": to.version,
            "verdict": verdict.name(), "states": { "old": Self::states(dossier, self.from) },
        });
        match verdict {
            Verdict::Moves(moved) => {
                let (found, after) = &**moved;
                let due = |due: &DueMove| json!({ "clock": due.clock, "old": at(due.old), "new": at(due.new), "suspended": due.suspended });
                let due: Vec<Json> = found.dues.iter().map(due).collect();
                let more = json!({ "due": due, "drops": found.drops, "events": found.events.len() });
                if let (Json::Object(said), Json::Object(more)) = (&mut said, more) {
                    said.extend(more);
                    let new = json!(Self::states(after, self.to));
                    if let Some(Json::Object(states)) = said.get_mut("states") {
                        states.insert("new".into(), new);
                    }
                }
            }
            Verdict::Refused(why) => {
                if let Json::Object(said) = &mut said {
                    said.insert("why".into(), Lang::of_machines().reason(&why.to_string()).into());
                }
            }
            Verdict::There | Verdict::Settled => {}
        }
        said
    }

    fn places(&self, dossier: &Dossier, procedure: &Procedure) -> String {
        let world = self.world;
        let calendar = world.calendar_of(dossier).unwrap_or_else(|| world.calendar_for(&dossier.unit, procedure));
        let names = Names { world, procedure, calendar, unit: dossier.unit.clone() };
        let states: Vec<String> = names.places(dossier).map(|place| names.state_label(place.state)).collect();
        states.join(", ")
    }

    /// Returns a row: where it was and is, when it was and is due, and the verdict.
    fn row(&self, lang: Lang) -> [String; 5] {
        let (dossier, verdict) = (&*self.one.dossier, &self.one.verdict);
        let (from, to) = (&self.from.plan.logic, &self.to.plan.logic);
        let old = self.places(dossier, self.from);
        let (mut states, mut dues) = (old.clone(), String::new());
        let becomes = say!(lang, "migrate-verdict", verdict = verdict.name());
        let becomes = match verdict {
            Verdict::Moves(moved) => {
                let (found, after) = &**moved;
                let new = self.places(after, self.to);
                if new != old {
                    states = format!("{old}\n-> {new}");
                }
                dues = found.dues.iter().map(|due| self.due(due, lang)).collect::<Vec<_>>().join("\n");
                let drops = found.drops.join(", ");
                if drops.is_empty() {
                    becomes
                } else {
                    format!("{becomes}\n{}", say!(lang, "migrate-drops", names = drops))
                }
            }
            Verdict::Refused(why) => format!("{becomes}: {}", lang.reason(&why.to_string())),
            Verdict::There | Verdict::Settled => becomes,
        };
        let version = format!("{}\n{} -> {}", from.name, from.version, to.version);
        [dossier.id.to_string(), version, states, dues, becomes]
    }

    fn due(&self, due: &DueMove, lang: Lang) -> String {
        let calendar = self.world.calendar_of(&self.one.dossier);
        let at = |at: Instant| calendar.map_or_else(|| at.to_string(), |calendar| when::local(lang, calendar, at));
        let name = due.clock.as_str();
        let said = if due.old == due.new {
            say!(lang, "migrate-keeps", name = name, due = at(due.old))
        } else {
            format!("{name}: {}\n-> {}", at(due.old), at(due.new))
        };
        if due.suspended { format!("{said}\n{}", say!(lang, "migrate-suspended")) } else { said }
    }
}
