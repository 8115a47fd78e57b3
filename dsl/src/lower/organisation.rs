//! Organisations: units one after another, each with the unit that it belongs to.

use motcua_engine::plan::{Binding, Office, Organisation, Unit};

use crate::resolve::flat;
use crate::syntax;

/// Returns an organisation as data.
pub(super) fn lower(organisation: &syntax::Organisation) -> Organisation {
    let units = flat(&organisation.units).into_iter().map(|(unit, parent)| Unit {
        name: unit.name.text.clone(),
        label: unit.label.as_ref().map(|label| label.text.clone()),
        level: unit.level.as_ref().map(|level| level.text.clone()),
        calendar: unit.calendar.as_ref().map(|calendar| calendar.text.clone()),
        parent: parent.map(|parent| parent.name.text.clone()),
        offices: unit.offices.iter().map(office).collect(),
        bindings: unit.bindings.iter().flat_map(|binding| bindings(unit, binding)).collect(),
    });
    Organisation { name: organisation.name.text.clone(), units: units.collect() }
}

fn office(office: &syntax::Office) -> Office {
    Office {
        name: office.name.text.clone(),
        label: office.label.as_ref().map(|label| label.text.clone()),
        head: office.head.as_ref().map(|(head, _)| head.text.clone()),
        officers: office.officers.iter().map(|officer| officer.text.clone()).collect(),
    }
}

fn bindings<'s>(unit: &'s syntax::OrgUnit, binding: &'s syntax::Binding) -> impl Iterator<Item = Binding> + 's {
    let place = binding.unit.as_ref().unwrap_or(&unit.name);
    binding.roles.iter().map(|role| Binding {
        role: role.text.clone(),
        unit: place.text.clone(),
        office: binding.office.text.clone(),
    })
}
