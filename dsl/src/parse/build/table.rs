//! Builds decision tables; their rows are read when the types of their columns are known.

use super::Builder;
use crate::parse::tree::{Branch, Kind};
use crate::spelling::Reads;
use crate::syntax::{Parameter, Table, TypeName};

impl<'t> Builder<'t> {
    pub(super) fn table(&mut self, branch: Branch<'t>) -> Option<Table> {
        let mut parts = branch.branches();
        let name = self.name(&mut parts)?;
        let mut parameters = Vec::new();
        while let Some(parameter) = parts.accept(Kind::parameter) {
            parameters.extend(self.parameter(parameter));
        }
        let result = self.type_name(parts.next()?)?;
        Some(Table {
            name,
            parameters,
            result,
            policy: self.name(&mut parts)?,
            body: self.rhai(parts.next()?, Reads::Table),
        })
    }

    fn parameter(&mut self, branch: Branch<'t>) -> Option<Parameter> {
        let mut parts = branch.branches();
        let mut parameter = Parameter { name: self.name(&mut parts)?, ty: None, range: None };
        for part in parts {
            match part.kind() {
                Kind::range => {
                    let mut bounds = part.branches();
                    parameter.range = bounds.next().zip(bounds.next()).map(|(a, b)| (self.word(a), self.word(b)));
                }
                Kind::one_of_here => {
                    parameter.ty = Some(TypeName::OneOf(self.names(part), self.whole(part)));
                }
                _ => parameter.ty = self.type_name(part),
            }
        }
        Some(parameter)
    }
}
