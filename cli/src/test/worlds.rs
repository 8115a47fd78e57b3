//! The world in which tests are played, and what it is with another calendar in the place of one.

use std::collections::BTreeMap;

use motcua_dsl::Scenario;
use motcua_dsl::syntax::{Amendment, TestStep};
use motcua_engine::calendar::CalendarSpec;
use motcua_engine::plan::Bundle;
use motcua_engine::{LoadError, World};

use super::heard;

/// The worlds of a run.
#[derive(Debug)]
pub struct Worlds {
    /// What the definitions say.
    pub own: World,
    /// The same without an organisation, for procedures that use none beside others that do.
    bare: Option<World>,
    /// By the calendar whose place is taken, and the one that takes it.
    others: BTreeMap<(String, String), World>,
}

impl Worlds {
    /// Returns the worlds that some scenarios ask for, and with `bare` also one without an organisation; where `listens`, what
    /// scripts say in them is noted.
    ///
    /// # Errors
    /// As [`World::load`].
    pub fn load(bundle: Bundle, scenarios: &[Scenario], listens: bool, bare: bool) -> Result<Self, LoadError> {
        let load = |bundle: Bundle| {
            if listens { World::load_heard(bundle, heard::listen) } else { World::load(bundle) }
        };
        let asked = |scenario: &Scenario| {
            let calendars = scenario.steps.iter().filter_map(|step| match step {
                TestStep::Amend(amend) => match &amend.what {
                    Amendment::Recount(calendar) => Some(calendar.text.to_string()),
                    _ => None,
                },
                _ => None,
            });
            calendars.map(|calendar| (scenario.clone(), calendar)).collect::<Vec<_>>()
        };
        // A procedure that uses an organisation has no test outside of its units.
        let bare =
            (bare || scenarios.iter().any(|scenario| scenario.unit.is_empty())) && !bundle.organisations.is_empty();
        let bare = bare.then(|| load(Bundle { organisations: Vec::new(), ..bundle.clone() })).transpose()?;
        let asked: Vec<(Scenario, String)> = scenarios.iter().flat_map(asked).collect();
        if asked.is_empty() {
            return Ok(Self { own: load(bundle)?, bare, others: BTreeMap::new() });
        }
        let mut own = load(bundle.clone())?;
        let mut pairs: Vec<(String, String)> = Vec::new();
        for (scenario, calendar) in asked {
            for procedure in own.versions(&scenario.procedure) {
                let place = own.calendar_for(&scenario.unit, procedure).pin().name.to_string();
                let pair = (place, calendar.clone());
                if pair.0 != pair.1 && !pairs.contains(&pair) {
                    pairs.push(pair);
                }
            }
        }
        let variant = |(place, calendar): &(String, String)| {
            let spec = bundle.calendars.iter().find(|spec| spec.name == *calendar)?;
            Some(CalendarSpec { name: place.clone(), ..spec.clone() })
        };
        let variants: Vec<((String, String), CalendarSpec)> =
            pairs.into_iter().filter_map(|pair| Some((pair.clone(), variant(&pair)?))).collect();
        let mut others = BTreeMap::new();
        for (pair, spec) in &variants {
            let mut bundle = bundle.clone();
            let before = bundle.calendars.clone();
            for calendar in &mut bundle.calendars {
                if calendar.name == pair.0 {
                    *calendar = spec.clone();
                }
            }
            let beside = variants.iter().filter(|(other, _)| other != pair).map(|(_, spec)| spec.clone());
            bundle.former.extend(before.into_iter().filter(|calendar| calendar.name == pair.0).chain(beside));
            others.insert(pair.clone(), load(bundle)?);
        }
        for (_, spec) in variants {
            own.keep_calendar(spec)?;
        }
        Ok(Self { own, bare, others })
    }

    /// Returns the world in which what is received in a unit is played; nowhere is the world without an organisation.
    pub(super) fn of(&self, unit: &str) -> &World {
        self.bare.as_ref().filter(|_| unit.is_empty()).unwrap_or(&self.own)
    }

    /// Returns the world in which a calendar has taken the place of another one.
    pub(super) fn with(&self, place: &str, calendar: &str) -> Option<&World> {
        if place == calendar {
            return Some(&self.own);
        }
        self.others.get(&(place.to_owned(), calendar.to_owned()))
    }
}
