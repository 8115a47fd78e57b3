//! What decisions rest on: plans by hash, calendars and the organisation by name.

use std::hash::{BuildHasherDefault, Hasher};

use rustc_hash::FxHashMap;
use smol_str::{SmolStr, format_smolstr};
use unicode_normalization::{UnicodeNormalization, is_nfc};

use crate::calendar::{Calendar, CalendarError, Offset};
use crate::plan::{BUNDLE_FORMAT, Binding, Bundle, Organisation, Plan, PlanHash, Unit};
use crate::script::{Interpreter, Listener};
use crate::{Day, Instant, RoleId};

mod calendars;
mod parallel;
mod personal;
mod procedure;

pub use personal::Personal;
pub use procedure::Procedure;
pub(crate) use procedure::{Patterns, Reaction, Way};

use calendars::Calendars;

/// Everything that a decision reads besides the dossier and the command.
#[derive(Debug)]
pub struct World {
    interpreter: Interpreter,
    procedures: ByHash<PlanHash, Procedure>,
    /// Hashes by name, versions ascending.
    versions: FxHashMap<SmolStr, Vec<PlanHash>>,
    calendars: Calendars,
    organisation: Option<Organisation>,
    units: FxHashMap<SmolStr, Seat>,
    utc: Calendar,
}

/// Where a unit stands in the organisation, and what its roles resolve to.
#[derive(Debug)]
struct Seat {
    at: usize,
    desks: Vec<Desk>,
}

/// What a role resolves to in a unit.
#[derive(Debug)]
struct Desk {
    role: SmolStr,
    /// The office, as `unit.office`.
    path: SmolStr,
    head: Option<SmolStr>,
    /// Who may act for it; everybody when empty.
    officers: Vec<SmolStr>,
    /// The calendar of the office's unit.
    calendar: Option<SmolStr>,
}

/// A bundle cannot be loaded.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// It was written by a newer program.
    #[error("this bundle has format {found}, and this program reads formats up to {known}: use a newer program")]
    Format {
        /// The bundle's format.
        found: u16,
        /// The highest one that is read.
        known: u16,
    },
    /// A plan is inconsistent.
    #[error("the plan of `{procedure}` cannot be used: {why}")]
    Plan {
        /// The procedure.
        procedure: SmolStr,
        /// What is wrong.
        why: String,
    },
    /// A calendar is inconsistent.
    #[error("the calendar `{calendar}` cannot be used: {why}")]
    Calendar {
        /// The calendar.
        calendar: String,
        /// What is wrong.
        why: CalendarError,
    },
    /// Two things have one name.
    #[error("`{0}` is there twice")]
    Twice(SmolStr),
}

/// Things by a hash.
type ByHash<K, V> = std::collections::HashMap<K, V, BuildHasherDefault<FirstBytes>>;

/// Takes the first eight bytes of a hash as they are: they are uniform already.
#[derive(Debug, Default)]
struct FirstBytes(u64);

impl Hasher for FirstBytes {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        if let Some(first) = bytes.first_chunk() {
            self.0 = u64::from_le_bytes(*first);
        }
    }

    fn write_usize(&mut self, _: usize) {}
}

impl World {
    /// Returns a world that holds everything in a bundle, scripts compiled.
    ///
    /// # Errors
    /// The bundle is of a newer format, or a plan or calendar in it is inconsistent; nothing is loaded then.
    pub fn load(bundle: Bundle) -> Result<Self, LoadError> {
        Self::loaded(bundle, Interpreter::default())
    }

    /// Returns a world that decides as that of [`load`](World::load) does, more slowly: every script is asked of the interpreter,
    /// and somebody hears what it says.
    ///
    /// # Errors
    /// As [`load`](World::load).
    ///
    /// # Example: counting the guards that are asked
    /// ```
    /// use std::sync::atomic::{AtomicUsize, Ordering};
    /// use motcua_engine::{World, plan::Bundle, script::Heard};
    /// static ASKED: AtomicUsize = AtomicUsize::new(0);
    /// # let bundle: Bundle = serde_json::from_str(r#"{"format":1,"compiler":"","source":"0000000000000000000000000000000000000000000000000000000000000000","plans":[],"calendars":[],"organisations":[]}"#)?;
    /// let world = World::load_heard(bundle, |heard| {
    ///     if let Heard::Guard { .. } = heard {
    ///         ASKED.fetch_add(1, Ordering::Relaxed);
    ///     }
    /// })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn load_heard(bundle: Bundle, listener: Listener) -> Result<Self, LoadError> {
        Self::loaded(bundle, Interpreter::heard(listener))
    }

    fn loaded(bundle: Bundle, interpreter: Interpreter) -> Result<Self, LoadError> {
        if bundle.format > BUNDLE_FORMAT {
            return Err(LoadError::Format { found: bundle.format, known: BUNDLE_FORMAT });
        }
        let utc = Calendar::civil("UTC", vec![Offset { from: Instant::MIN, seconds: 0 }]);
        let mut world = Self {
            interpreter,
            procedures: ByHash::default(),
            versions: FxHashMap::default(),
            calendars: Calendars::default(),
            organisation: None,
            units: FxHashMap::default(),
            utc: utc.map_err(|why| LoadError::Calendar { calendar: "UTC".into(), why })?,
        };
        world.calendars.add_plain(&world.utc);
        for spec in bundle.calendars {
            world.calendars.add(spec)?;
        }
        for spec in bundle.former {
            world.calendars.keep(spec)?;
        }
        for organisation in bundle.organisations {
            world.add_organisation(organisation)?;
        }
        world.seat();
        for plan in bundle.plans {
            world.add_plan(plan)?;
        }
        Ok(world)
    }

    fn add_organisation(&mut self, organisation: Organisation) -> Result<(), LoadError> {
        let joined = self.organisation.get_or_insert_with(Organisation::default);
        if joined.name.is_empty() {
            joined.name = organisation.name;
        }
        for unit in organisation.units {
            let seat = Seat { at: joined.units.len(), desks: Vec::new() };
            if self.units.insert(unit.name.clone(), seat).is_some() {
                return Err(LoadError::Twice(unit.name));
            }
            joined.units.push(unit);
        }
        Ok(())
    }

    /// Resolves the roles of every unit.
    fn seat(&mut self) {
        let Some(organisation) = &self.organisation else { return };
        for unit in &organisation.units {
            let desk = |binding: &Binding| {
                let of = self.units.get(&binding.unit).and_then(|seat| organisation.units.get(seat.at));
                let of = of?;
                let office = of.offices.iter().find(|office| office.name == binding.office)?;
                Some(Desk {
                    role: binding.role.clone(),
                    path: format_smolstr!("{}.{}", binding.unit, binding.office),
                    head: office.head.clone(),
                    officers: office.officers.clone(),
                    calendar: of.calendar.clone(),
                })
            };
            let desks = unit.bindings.iter().filter_map(desk).collect();
            if let Some(seat) = self.units.get_mut(&unit.name) {
                seat.desks = desks;
            }
        }
    }

    #[inline]
    fn desk(&self, unit: &str, role: &str) -> Option<&Desk> {
        if self.units.is_empty() {
            return None;
        }
        self.units.get(&*nfc(unit))?.desks.iter().find(|desk| desk.role == role)
    }

    fn add_plan(&mut self, plan: Plan) -> Result<(), LoadError> {
        let (name, hash) = (plan.logic.name.clone(), plan.hash);
        let version = plan.logic.version;
        let procedure =
            Procedure::load(plan, &self.interpreter).map_err(|why| LoadError::Plan { procedure: name.clone(), why })?;
        let versions = self.versions.entry(name.clone()).or_default();
        let known = &self.procedures;
        let number = |hash: &PlanHash| known.get(hash).map_or(0, |procedure| procedure.plan.logic.version);
        match versions.binary_search_by_key(&version, number) {
            Ok(_) => return Err(LoadError::Twice(name)),
            Err(at) => versions.insert(at, hash),
        }
        self.procedures.insert(hash, procedure);
        Ok(())
    }

    /// Loads a plan for the dossiers that are pinned to it, and returns its hash; which versions are there by name, and so
    /// what is opened, stays what it is.
    ///
    /// # Errors
    /// The plan is inconsistent.
    pub fn keep_plan(&mut self, plan: Plan) -> Result<PlanHash, LoadError> {
        let (name, hash) = (plan.logic.name.clone(), plan.hash);
        if !self.procedures.contains_key(&hash) {
            let procedure = Procedure::load(plan, &self.interpreter);
            self.procedures.insert(hash, procedure.map_err(|why| LoadError::Plan { procedure: name, why })?);
        }
        Ok(hash)
    }

    /// Returns the procedure that a dossier was opened under.
    #[must_use]
    pub fn procedure(&self, hash: PlanHash) -> Option<&Procedure> {
        self.procedures.get(&hash)
    }

    /// Returns a version of a procedure by name: the one asked for, or the one in force on a day.
    #[must_use]
    pub fn version(&self, name: &str, version: Option<u32>, day: Day) -> Option<&Procedure> {
        let versions = self.versions.get(&*nfc(name))?.iter().rev().filter_map(|hash| self.procedure(*hash));
        let in_force = |procedure: &&Procedure| {
            let logic = &procedure.plan.logic;
            version.map_or_else(
                || logic.effective.is_none_or(|from| from <= day) && logic.until.is_none_or(|until| day <= until),
                |version| logic.version == version,
            )
        };
        versions.into_iter().find(in_force)
    }

    /// Returns all versions of a procedure by name, the lowest number first.
    pub fn versions(&self, name: &str) -> impl Iterator<Item = &Procedure> {
        self.versions.get(&*nfc(name)).into_iter().flatten().filter_map(|hash| self.procedure(*hash))
    }

    /// Returns the latest version of a procedure by name.
    #[must_use]
    pub fn latest(&self, name: &str) -> Option<&Procedure> {
        self.procedure(*self.versions.get(&*nfc(name))?.last()?)
    }

    /// Returns the names of all procedures, in alphabetical order.
    #[must_use]
    pub fn names(&self) -> Vec<SmolStr> {
        let mut names: Vec<_> = self.versions.keys().cloned().collect();
        names.sort_unstable();
        names
    }

    /// Returns a unit by name.
    #[must_use]
    pub fn unit(&self, name: &str) -> Option<&Unit> {
        self.organisation.as_ref()?.units.get(self.units.get(&*nfc(name))?.at)
    }

    /// Returns the organisation.
    #[must_use]
    pub fn organisation(&self) -> Option<&Organisation> {
        self.organisation.as_ref()
    }

    /// Returns the office that a role is bound to in a unit, as `unit.office`, and its head.
    #[must_use]
    pub fn office(&self, unit: &str, procedure: &Procedure, role: RoleId) -> Option<(&SmolStr, Option<&SmolStr>)> {
        let (name, outside) = procedure.plan.logic.roles.get(role.index())?;
        let desk = if *outside { None } else { self.desk(unit, name) };
        desk.map(|desk| (&desk.path, desk.head.as_ref()))
    }

    /// Returns the unit whose office a role is bound to in a unit; where there is no organisation, that unit itself.
    pub(crate) fn unit_of(&self, unit: &str, role: &str) -> Option<SmolStr> {
        if self.organisation.is_none() {
            return Some(SmolStr::new(unit));
        }
        let bindings = &self.unit(unit)?.bindings;
        bindings.iter().find(|binding| binding.role == role).map(|binding| binding.unit.clone())
    }

    /// Returns whether somebody may act in a role: always, unless the organisation names the officers of its office.
    #[must_use]
    pub fn may_act(&self, unit: &str, role: &str, actor: &str) -> bool {
        self.desk(unit, role).is_none_or(|desk| {
            let actor = nfc(actor);
            desk.officers.is_empty()
                || desk.head.as_deref() == Some(&*actor)
                || desk.officers.iter().any(|officer| *officer == *actor)
        })
    }

    pub(crate) fn interpreter(&self) -> &Interpreter {
        &self.interpreter
    }
}

/// Returns a name in Unicode normal form C: names of the outside are compared after it.
#[inline]
pub(crate) fn nfc(name: &str) -> std::borrow::Cow<'_, str> {
    if name.is_ascii() || is_nfc(name) { name.into() } else { name.nfc().collect::<String>().into() }
}
