//! A function is called with the wrong number of arguments.
//!
//! # What
//! A call gives more or fewer arguments than the function takes.
//!
//! # Why
//! It would fail on the first dossier that comes there.
//!
//! # Wrong
//! ```tthc
//! procedure permit {
//!     roles { clerk }
//!     data { a integer }
//!     script { fn double(n) { n * 2 } }
//!     on open by clerk needs a when double(data.a, 2) > 3 -> done
//!     state done final
//! }
//! ```
//!
//! # Right
//! ```tthc
//! procedure permit {
//!     roles { clerk }
//!     data { a integer }
//!     script { fn double(n) { n * 2 } }
//!     on open by clerk needs a when double(data.a) > 3 -> done
//!     state done final
//! }
//! ```

use crate::diagnostic::Finding;
use crate::model::Model;

const ID: &str = "script-call";

pub(super) fn check(model: &Model<'_>, findings: &mut Vec<Finding>) {
    for procedure in &model.procedures {
        for script in &procedure.scripts {
            for call in script.reading.iter().flat_map(|reading| &reading.calls) {
                let functions: Vec<_> = procedure.callable.iter().filter(|f| f.name == call.name).collect();
                let given = call.arguments + usize::from(call.method);
                let Some(first) = functions.first().filter(|_| functions.iter().all(|f| f.parameters != given)) else {
                    continue;
                };
                if motcua_engine::script::builtins().iter().any(|(name, _)| *name == call.name) {
                    continue;
                }
                let takes = first.parameters;
                let message = format!(
                    "`{}` takes {}, and {given} {} given",
                    call.name,
                    count(takes),
                    if given == 1 { "is" } else { "are" }
                );
                let finding = Finding::error(ID, message, script.span(&call.at));
                findings.push(finding.because(first.span, "the function").help(format!("give it {}", count(takes))));
            }
        }
    }
}

fn count(arguments: usize) -> String {
    match arguments {
        0 => "no arguments".to_owned(),
        1 => "1 argument".to_owned(),
        more => format!("{more} arguments"),
    }
}
