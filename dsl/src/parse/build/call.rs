//! Builds calls of other procedures.

use motcua_engine::plan::Counts;

use super::Builder;
use crate::parse::tree::{Branch, Kind};
use crate::syntax::{Call, CallPlace, Passed};

impl<'t> Builder<'t> {
    pub(super) fn call(&mut self, branch: Branch<'t>) -> Option<Call> {
        let mut parts = branch.branches();
        let procedure = self.name(&mut parts)?;
        let mut call = Call {
            procedure,
            place: CallPlace::Here,
            with: Vec::new(),
            counts: None,
            basis: Vec::new(),
            span: self.whole(branch),
        };
        let mut place = None;
        for part in parts {
            match part.kind() {
                Kind::call_in => {
                    let unit = part.branches().next().and_then(|unit| match unit.kind() {
                        Kind::unit_of => self.name_in(unit).map(CallPlace::UnitOf),
                        _ => Some(CallPlace::Unit(self.word(unit))),
                    });
                    self.once(&mut place, unit, part);
                }
                Kind::call_with => {
                    let with = part.branches().filter_map(|passed| self.passed(passed)).collect();
                    self.fill(&mut call.with, with, part);
                }
                Kind::counts => {
                    let how = part.branches().next().map(|word| match self.keyword(word) {
                        "inside" => (Counts::Inside, self.span(word)),
                        _ => (Counts::Outside, self.span(word)),
                    });
                    self.once(&mut call.counts, how, part);
                }
                _ => call.basis.extend(self.text_in(part)),
            }
        }
        call.place = place.unwrap_or(call.place);
        Some(call)
    }

    fn passed(&self, branch: Branch<'t>) -> Option<Passed> {
        let mut parts = branch.branches();
        let ours = self.given(parts.next()?, Kind::passed);
        let theirs = parts.next().map_or_else(|| ours.clone(), |name| self.given(name, Kind::passed));
        Some(Passed { ours, theirs })
    }
}
