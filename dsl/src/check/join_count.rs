//! The numbers of a `join` do not fit its branches.
//!
//! # What
//! `join K of N` waits for none, or for more branches than there are, or `N` is not the number of branches. Or fewer than
//! all branches are waited for, and one of them takes part only sometimes.
//!
//! # Why
//! A join that waits for more branches than there are never comes; `N` is said so that a branch that is added later is
//! not forgotten here. A branch whose guard does not hold counts as done: with `join any` it ends the others the moment
//! they begin.
//!
//! # Wrong
//! ```tthc
//! procedure permit {
//!     roles { clerk  a  b }
//!     on open by clerk -> asking
//!     parallel asking {
//!         branch one by a { state asked initial { on answer -> answered }  state answered final }
//!         branch two by b { state asked initial { on answer -> answered }  state answered final }
//!         join 3 of 2 -> done
//!     }
//!     state done final
//! }
//! ```
//!
//! # Right
//! ```tthc
//! procedure permit {
//!     roles { clerk  a  b }
//!     on open by clerk -> asking
//!     parallel asking {
//!         branch one by a { state asked initial { on answer -> answered }  state answered final }
//!         branch two by b { state asked initial { on answer -> answered }  state answered final }
//!         join 1 of 2 notify a, b "No opinion is needed any more" -> done
//!     }
//!     state done final
//! }
//! ```

use crate::diagnostic::Finding;
use crate::model::Model;
use crate::sentence::say;
use crate::syntax::{Branch, Joins, Span, Trigger};

const ID: &str = "join-count";

pub(super) fn check(model: &Model<'_>, findings: &mut Vec<Finding>) {
    for procedure in model.procedures.iter().filter(|procedure| !procedure.lost) {
        for (_, state, branches) in procedure.parallels() {
            for transition in &state.transitions {
                let Trigger::Join(joins, span) = transition.trigger else { continue };
                findings.extend(counts(joins, branches).or_else(|| sometimes(joins, span, branches)));
            }
        }
    }
}

fn counts(joins: Joins, branches: &[Branch]) -> Option<Finding> {
    let Joins::Of { count, of, span } = joins else { return None };
    let there = branches.len();
    if count == 0 {
        let finding = Finding::error(ID, "a join of no branches waits for nothing", span);
        return Some(finding.help("write how many have to be done, or `join all`"));
    }
    let is = if there == 1 { "there is 1 branch".into() } else { say!("there are {there} branches", there) };
    let too_many = usize::try_from(count).map_or(true, |count| count > there);
    let message = if too_many {
        say!("this join waits for {count} branches, and {is}", count, is)
    } else if usize::try_from(of) != Ok(there) {
        say!("the join speaks of {of} branches, and {is}", of, is)
    } else {
        return None;
    };
    let help = if too_many {
        "write `join all`, or a smaller number".into()
    } else {
        say!("write `{count} of {there}`", count, there)
    };
    Some(Finding::error(ID, message, span).help(help))
}

fn sometimes(joins: Joins, span: Span, branches: &[Branch]) -> Option<Finding> {
    let all = match joins {
        Joins::All => true,
        Joins::Any => branches.len() == 1,
        Joins::Of { count, .. } => usize::try_from(count) == Ok(branches.len()),
    };
    let guard = branches.iter().filter(|_| !all).find_map(|branch| Some((branch, branch.when.as_ref()?)));
    let (branch, when) = guard?;
    let message = say!(
        "where `{branch}` takes no part it counts as done, and the join waits for one branch less",
        branch = branch.name.text
    );
    let finding = Finding::warning(ID, message, span).because(when.span, "it takes part only where this holds");
    Some(finding.help("write `join all`, or let every branch take part and end those that have nothing to do"))
}
