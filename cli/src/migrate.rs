//! Finds out which dossiers can go over to another version of their procedure, and tells it.

use std::fmt::Write;
use std::path::Path;

use anyhow::bail;
use comfy_table::{ContentArrangement, Table, presets};
use motcua_engine::{Dossier, DueMove, Event, Instant, MigrateError, Migration, Procedure, World, fold, migrate};
use serde_json::{Value as Json, json};

use crate::lang::Lang;
use crate::names::{Names, instead};
use crate::run::{Folder, Office};
use crate::{output, say, when};

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// The procedure; all when absent.
    pub procedure: Option<&'a str>,
    /// The version to go to; the one in force by then when absent.
    pub to: Option<u32>,
    /// The dossiers that are meant; all when empty.
    pub dossiers: &'a [String],
    /// Why, as it stands in the events.
    pub reason: &'a str,
    /// When it takes effect.
    pub now: Instant,
}

/// Which dossiers go over, and which do not.
#[derive(Debug)]
pub struct Outcome<'a> {
    /// It has been written.
    pub applied: bool,
    now: Instant,
    dossiers: Vec<One<'a>>,
}

/// A dossier, and what becomes of it.
#[derive(Debug)]
struct One<'a> {
    dossier: &'a Dossier,
    from: &'a Procedure,
    to: &'a Procedure,
    verdict: Verdict,
}

/// What becomes of a dossier.
#[derive(Debug)]
enum Verdict {
    /// It goes over, and is this then.
    Moves(Box<(Migration, Dossier)>),
    /// It is there already.
    There,
    /// It has come to its end.
    Settled,
    /// It cannot go.
    Refused(MigrateError),
}

impl Verdict {
    const fn name(&self) -> &'static str {
        match self {
            Self::Moves(_) => "moves",
            Self::There => "there",
            Self::Settled => "settled",
            Self::Refused(_) => "refused",
        }
    }
}

impl<'a> Outcome<'a> {
    /// Returns what becomes of the dossiers that are meant, in the order in which they were opened.
    ///
    /// # Errors
    /// The procedure, its version or a dossier is not there.
    pub fn of(office: &'a Office, asked: &Asked<'_>) -> anyhow::Result<Self> {
        let (world, folders) = (office.world(), office.folders());
        let known = || folders.iter().map(|folder| folder.dossier.id.as_str());
        if let Some(id) = asked.dossiers.iter().find(|id| !known().any(|known| known == *id)) {
            bail!("no dossier is called `{id}`: {}", instead(id, &known().collect::<Vec<_>>()));
        }
        if let Some(name) = asked.procedure {
            versioned(world, name, asked.to)?;
        }
        let mut dossiers = Vec::new();
        for Folder { dossier, .. } in folders {
            let Some(from) = world.procedure(dossier.plan) else { continue };
            let name = &from.plan.logic.name;
            let is_meant = asked.dossiers.is_empty() || asked.dossiers.iter().any(|id| *id == dossier.id);
            if !is_meant || asked.procedure.is_some_and(|asked| asked != name) {
                continue;
            }
            let calendar = world.calendar_of(dossier).unwrap_or_else(|| world.calendar_for(&dossier.unit, from));
            let to = world.version(name, asked.to, calendar.local(asked.now).0).unwrap_or(from);
            let verdict = match migrate(world, dossier, to.plan.hash, asked.now, asked.reason) {
                Ok(None) => Verdict::There,
                Ok(Some(found)) => {
                    let after = found.events.iter().fold(dossier.clone(), |dossier, event| fold(Some(dossier), event));
                    Verdict::Moves(Box::new((found, after)))
                }
                Err(MigrateError::Settled) => Verdict::Settled,
                Err(why) => Verdict::Refused(why),
            };
            dossiers.push(One { dossier, from, to, verdict });
        }
        Ok(Self { applied: false, now: asked.now, dossiers })
    }

    /// Returns whether a dossier cannot go, so that none goes.
    pub fn is_held(&self) -> bool {
        self.count("refused") > 0
    }

    /// Returns what is to be kept of each dossier.
    pub fn events(&self) -> impl Iterator<Item = (&str, &[Event])> {
        self.dossiers.iter().filter_map(|one| match &one.verdict {
            Verdict::Moves(moved) => Some((one.dossier.id.as_str(), moved.0.events.as_slice())),
            _ => None,
        })
    }

    fn count(&self, verdict: &str) -> usize {
        self.dossiers.iter().filter(|one| one.verdict.name() == verdict).count()
    }

    /// Returns it as one object.
    pub fn json(&self, world: &World) -> Json {
        let dossiers: Vec<Json> = self.dossiers.iter().map(|one| one.json(world)).collect();
        json!({
            "now": self.now, "applied": self.applied, "dossiers": dossiers,
            "moves": self.count("moves"), "there": self.count("there"), "settled": self.count("settled"),
            "refused": self.count("refused"),
        })
    }
}

/// Says whether a procedure, and a version of it, is there.
fn versioned(world: &World, name: &str, to: Option<u32>) -> anyhow::Result<()> {
    let known: Vec<u32> = world.versions(name).map(|known| known.plan.logic.version).collect();
    if known.is_empty() {
        let names = world.names();
        let names: Vec<&str> = names.iter().map(smol_str::SmolStr::as_str).collect();
        bail!("no procedure is called `{name}`: {}", instead(name, &names));
    }
    match to.filter(|to| !known.contains(to)) {
        Some(to) => {
            let known: Vec<String> = known.iter().map(ToString::to_string).collect();
            bail!("`{name}` has no version {to}: there are {}", known.join(", "))
        }
        None => Ok(()),
    }
}

impl One<'_> {
    fn states(dossier: &Dossier, procedure: &Procedure) -> Vec<String> {
        let name = |place: &motcua_engine::Place| Some(procedure.plan.logic.graph.state(place.state)?.name.to_string());
        dossier.active.iter().filter_map(name).collect()
    }

    fn json(&self, world: &World) -> Json {
        let (from, to) = (&self.from.plan.logic, &self.to.plan.logic);
        let calendar = world.calendar_of(self.dossier);
        let at = |at: Instant| calendar.map_or_else(|| at.to_string(), |calendar| calendar.format_instant(at));
        let mut said = json!({
            "dossier": self.dossier.id, "procedure": from.name, "from": from.version, "to": to.version,
            "verdict": self.verdict.name(), "states": { "old": Self::states(self.dossier, self.from) },
        });
        match &self.verdict {
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

    fn places(world: &World, dossier: &Dossier, procedure: &Procedure) -> String {
        let calendar = world.calendar_of(dossier).unwrap_or_else(|| world.calendar_for(&dossier.unit, procedure));
        let names = Names { world, procedure, calendar, unit: dossier.unit.clone() };
        let states: Vec<String> = names.places(dossier).map(|place| names.state_label(place.state)).collect();
        states.join(", ")
    }

    /// Returns a row: where it was and is, when it was and is due, and the verdict.
    fn row(&self, world: &World, lang: Lang) -> [String; 5] {
        let (from, to) = (&self.from.plan.logic, &self.to.plan.logic);
        let old = Self::places(world, self.dossier, self.from);
        let (mut states, mut dues) = (old.clone(), String::new());
        let verdict = match &self.verdict {
            Verdict::Moves(moved) => {
                let (found, after) = &**moved;
                let new = Self::places(world, after, self.to);
                if new != old {
                    states = format!("{old}\n-> {new}");
                }
                dues = found.dues.iter().map(|due| self.due(world, due, lang)).collect::<Vec<_>>().join("\n");
                let drops = found.drops.join(", ");
                let verdict = say!(lang, "migrate-verdict", verdict = self.verdict.name());
                if drops.is_empty() {
                    verdict
                } else {
                    format!("{verdict}\n{}", say!(lang, "migrate-drops", names = drops))
                }
            }
            Verdict::Refused(why) => {
                let verdict = say!(lang, "migrate-verdict", verdict = self.verdict.name());
                format!("{verdict}: {}", lang.reason(&why.to_string()))
            }
            Verdict::There | Verdict::Settled => say!(lang, "migrate-verdict", verdict = self.verdict.name()),
        };
        let version = format!("{}\n{} -> {}", from.name, from.version, to.version);
        [self.dossier.id.to_string(), version, states, dues, verdict]
    }

    fn due(&self, world: &World, due: &DueMove, lang: Lang) -> String {
        let calendar = world.calendar_of(self.dossier);
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

/// Returns it as a table for people.
pub fn table(outcome: &Outcome<'_>, world: &World, journal: &Path, lang: Lang) -> String {
    let mut text = String::new();
    if !outcome.dossiers.is_empty() {
        let mut table = Table::new();
        table.load_preset(presets::UTF8_HORIZONTAL_ONLY).set_content_arrangement(ContentArrangement::Dynamic);
        table.set_width(output::width());
        table.set_header([
            say!(lang, "board-dossier"),
            say!(lang, "migrate-version"),
            say!(lang, "board-where"),
            say!(lang, "board-due"),
            say!(lang, "migrate-becomes"),
        ]);
        for one in &outcome.dossiers {
            table.add_row(one.row(world, lang));
        }
        let _ = writeln!(text, "{}\n", table.trim_fmt());
    }
    let (moves, there) = (outcome.count("moves"), outcome.count("there"));
    let (settled, refused) = (outcome.count("settled"), outcome.count("refused"));
    let all = outcome.dossiers.len();
    let _ = writeln!(
        text,
        "{}",
        say!(lang, "migrate-count", n = all, moves = moves, there = there, settled = settled, refused = refused)
    );
    let events: usize = outcome.events().map(|(_, events)| events.len()).sum();
    let journal = journal.display().to_string();
    let last = if refused > 0 {
        say!(lang, "migrate-held", n = refused)
    } else if events == 0 {
        say!(lang, "migrate-nothing")
    } else if outcome.applied {
        say!(lang, "migrate-written", n = events, journal = journal)
    } else {
        say!(lang, "migrate-dry", n = events, journal = journal)
    };
    let _ = writeln!(text, "{last}");
    text
}
