//! Builds organisations: units, offices, bindings.

use super::Builder;
use crate::parse::tree::{Branch, Kind};
use crate::syntax::{Binding, Office, OrgUnit};

impl<'t> Builder<'t> {
    pub(super) fn unit(&mut self, branch: Branch<'t>) -> Option<OrgUnit> {
        let mut parts = branch.branches();
        let mut unit = OrgUnit {
            name: self.name(&mut parts)?,
            label: None,
            level: None,
            calendar: None,
            offices: Vec::new(),
            bindings: Vec::new(),
            units: Vec::new(),
            span: self.whole(branch),
        };
        for part in parts {
            match part.kind() {
                Kind::text => {
                    let label = self.quoted(part);
                    self.once(&mut unit.label, Some(label), part);
                }
                Kind::unit_level => {
                    let level = self.name_in(part);
                    self.once(&mut unit.level, level, part);
                }
                Kind::unit_calendar => {
                    let calendar = self.name_in(part);
                    self.once(&mut unit.calendar, calendar, part);
                }
                _ => self.unit_member(part, &mut unit),
            }
        }
        Some(unit)
    }

    pub(super) fn unit_member(&mut self, branch: Branch<'t>, unit: &mut OrgUnit) {
        match branch.kind() {
            Kind::office => unit.offices.extend(self.office(branch)),
            Kind::accepts => self.accepts(branch, unit.span),
            Kind::bind => unit.bindings.extend(self.binding(branch)),
            _ => unit.units.extend(self.unit(branch)),
        }
    }

    fn office(&mut self, branch: Branch<'t>) -> Option<Office> {
        let mut parts = branch.branches();
        let name = self.name(&mut parts)?;
        let mut office = Office { name, label: self.label(&mut parts), head: None, officers: Vec::new() };
        parts.for_each(|part| self.office_member(part, &mut office));
        Some(office)
    }

    pub(super) fn office_member(&mut self, branch: Branch<'t>, office: &mut Office) {
        let mut parts = branch.branches();
        if branch.kind() == Kind::head {
            let head = self.name(&mut parts).map(|name| (name, self.label(&mut parts)));
            self.once(&mut office.head, head, branch);
        } else {
            office.officers.extend(self.names(branch));
        }
    }

    fn binding(&self, branch: Branch<'t>) -> Option<Binding> {
        let mut parts = branch.branches();
        let roles = self.names(parts.next()?);
        let first = self.name(&mut parts)?;
        Some(match self.name(&mut parts) {
            Some(office) => Binding { roles, unit: Some(first), office },
            None => Binding { roles, unit: None, office: first },
        })
    }
}
