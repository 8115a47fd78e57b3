//! A function is called with the wrong number of arguments.
//!
//! # What
//! A call gives more or fewer arguments than the function takes, the author's own or a built-in one.
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

use motcua_engine::script::builtins;

use crate::diagnostic::Finding;
use crate::model::Model;
use crate::sentence::{Sentence, say};

const ID: &str = "script-call";

pub(super) fn check(model: &Model<'_>, findings: &mut Vec<Finding>) {
    for procedure in &model.procedures {
        for script in procedure.scripts.iter().chain(&procedure.fees) {
            for call in script.reading.iter().flat_map(|reading| &reading.calls) {
                let functions: Vec<_> = procedure.callable.iter().filter(|f| f.name == call.name).collect();
                let built_in = builtins().iter().find(|(name, _)| *name == call.name).map(|(_, takes)| *takes);
                let takes: Vec<usize> =
                    functions.iter().map(|f| f.parameters).chain(built_in.into_iter().flatten().copied()).collect();
                let given = call.arguments + usize::from(call.method);
                if takes.is_empty() || takes.contains(&given) {
                    continue;
                }
                let takes = count(&takes);
                let message = match given {
                    1 => say!("`{call}` takes {takes}, and 1 is given", call = call.name, takes),
                    _ => say!("`{call}` takes {takes}, and {given} are given", call = call.name, takes, given),
                };
                let finding = Finding::error(ID, message, script.span(&call.at)).help(say!("give it {takes}", takes));
                findings.push(match functions.first() {
                    Some(function) => finding.because(function.span, "the function"),
                    None => finding,
                });
            }
        }
    }
}

/// Returns numbers of arguments in words: `1 or 3 arguments`.
fn count(takes: &[usize]) -> Sentence {
    match takes {
        [0] => "no arguments".into(),
        [1] => "1 argument".into(),
        more => {
            let numbers = more.iter().map(|number| Sentence::verbatim(number.to_string()));
            let numbers = numbers.reduce(|before, next| say!("{before} or {next}", before, next));
            say!("{numbers} arguments", numbers = numbers.unwrap_or_default())
        }
    }
}
