//! A transition leads into or out of a branch.
//!
//! # What
//! A transition that starts in a branch names a state outside of it, or one that starts outside names a state of a branch.
//!
//! # Why
//! The branches of a parallel begin together when it is entered, and end together when it is joined or left. What leaves
//! the whole parallel stands in the parallel itself, beside its branches, and what enters it names the parallel.
//!
//! # Wrong
//! ```tthc
//! procedure permit {
//!     roles { clerk  police }
//!     on open by clerk -> consulting
//!     parallel consulting {
//!         branch fire by police {
//!             state asked initial { on answer -> answered  on object -> refused }
//!             state answered final
//!         }
//!         join all -> done
//!     }
//!     state done final
//!     state refused final
//! }
//! ```
//!
//! # Right
//! ```tthc
//! procedure permit {
//!     roles { clerk  police }
//!     on open by clerk -> consulting
//!     parallel consulting {
//!         branch fire by police {
//!             state asked initial { on answer -> answered }
//!             state answered final
//!         }
//!         on object by police -> refused
//!         join all -> done
//!     }
//!     state done final
//!     state refused final
//! }
//! ```

use crate::diagnostic::Finding;
use crate::model::{Model, Origin, Procedure, Rule, Target};
use crate::sentence::say;
use crate::syntax::Inside;

const ID: &str = "branch-target";

pub(super) fn check(model: &Model<'_>, findings: &mut Vec<Finding>) {
    for procedure in &model.procedures {
        if procedure.parallels().next().is_none() {
            continue;
        }
        for rule in &procedure.rules {
            let Target::State(target) = rule.target else { continue };
            let Some(to) = procedure.state(target) else { continue };
            let inside = |source: usize| procedure.state(source).and_then(|state| state.inside);
            let mut from: Vec<_> = procedure.sources(rule).into_iter().map(inside).collect();
            if rule.origin == Origin::Start {
                from.push(None);
            }
            let wrong = from.into_iter().find(|inside| *inside != to.inside);
            if let Some(from) = wrong {
                findings.push(finding(procedure, rule, target, from));
            }
        }
    }
}

fn finding(procedure: &Procedure<'_>, rule: &Rule<'_>, target: usize, from: Option<Inside>) -> Finding {
    let name = |state: usize| procedure.states.word(state).map_or("", |word| word.text.as_str());
    let span = rule.transition.target.as_ref().map_or(rule.transition.span, |word| word.span);
    let out = from.filter(|inside| procedure.around(target).all(|around| around != *inside));
    if let Some((parallel, branch)) = out.and_then(|inside| procedure.branch(inside)) {
        let message =
            say!("`{target}` is outside of the branch `{branch}`", target = name(target), branch = branch.name.text);
        let finding =
            Finding::error(ID, message, span).because(branch.name.span, "the transition starts in this branch");
        return finding.help(say!(
            "write it into `parallel {parallel}` itself, beside its branches: there it leaves all of them",
            parallel = parallel.name.text
        ));
    }
    // The outermost parallel around the target that the transition does not start in.
    let around = procedure.around(target).take_while(|inside| from != Some(*inside));
    let parallel = around.last().map_or(target, |inside| inside.parallel);
    let message = say!("`{target}` is inside of a branch, which begins with its parallel alone", target = name(target));
    let finding = Finding::error(ID, message, span);
    let finding = match procedure.states.word(target) {
        Some(word) => finding.because(word.span, "the state stands here"),
        None => finding,
    };
    finding.help(say!("lead to the parallel: `-> {parallel}`", parallel = name(parallel)))
}
