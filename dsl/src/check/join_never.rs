//! A join never comes.
//!
//! # What
//! Fewer branches can come to their end than the join waits for.
//!
//! # Why
//! A branch is done when it is in one of its `final` states. A dossier whose branches never are lies in the parallel until
//! something else leads out of it.
//!
//! # Wrong
//! ```tthc
//! procedure permit {
//!     roles { clerk  police }
//!     on open by clerk -> consulting
//!     parallel consulting {
//!         branch fire by police { state asked initial { on answer } }
//!         join all -> done
//!     }
//!     state done final
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
//!         join all -> done
//!     }
//!     state done final
//! }
//! ```

use super::ways::Ways;
use super::ways::witness::Witness;
use crate::diagnostic::Finding;
use crate::model::Model;
use crate::sentence::{Sentence, say};
use crate::syntax::Inside;

const ID: &str = "join-never";

pub(super) fn check(model: &Model<'_>, findings: &mut Vec<Finding>) {
    for procedure in model.procedures.iter().filter(|procedure| !procedure.lost && !procedure.missing_ways) {
        if procedure.parallels().next().is_none() {
            continue;
        }
        let (ways, witness) = (Ways::new(procedure), Witness::new(model, procedure));
        for joined in procedure.joined() {
            let (joins, branches) = (joined.waits_for, joined.branches);
            // That there are too few of them is said already.
            if joins > branches.len() {
                continue;
            }
            let endless = |inside: &Inside| !ways.is_done(procedure, *inside);
            let endless = joined.insides().zip(branches).filter(|(inside, _)| endless(inside));
            let endless: Vec<_> = endless.map(|(_, branch)| branch).collect();
            let done = branches.len() - endless.len();
            if done >= joins {
                continue;
            }
            let Some(series) = witness.when(|places| places.contains(&joined.parallel)) else { continue };
            let done = counted(done);
            let message = say!(
                "this join never comes: {done} can be done, and it waits for {joins}{series}",
                done,
                joins,
                series
            );
            let mut finding = Finding::error(ID, message, joined.word);
            for branch in endless.iter().take(3) {
                finding = finding.because(branch.name.span, "this branch never comes to a final state of its own");
            }
            findings.push(finding.help("lead each branch to an end: `state answered final`"));
        }
    }
}

fn counted(branches: usize) -> Sentence {
    match branches {
        0 => "no branch".into(),
        1 => "1 branch".into(),
        more => say!("{more} branches", more),
    }
}
