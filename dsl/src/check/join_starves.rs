//! A join can be left waiting for ever.
//!
//! # What
//! A join waits for some of the branches, and so many of them can come into a state from which they never come to their end that
//! too few are left. Nothing else leads out of the parallel.
//!
//! # Why
//! Each branch alone looks as if it could be spared. Where several are stuck at once the join never comes, and the dossier lies in
//! the parallel. The finding names the commands after which that is so, with the data that their guards ask for.
//!
//! # Wrong
//! ```tthc
//! procedure permit {
//!     roles { clerk  fire  water }
//!     on open by clerk -> asking
//!     parallel asking {
//!         branch a by fire  { state asked initial { on answer -> said  on decline -> declined }  state declined  state said final }
//!         branch b by water { state asked initial { on answer -> said  on decline -> declined }  state declined  state said final }
//!         join any notify fire, water -> done
//!     }
//!     state done final
//! }
//! ```
//!
//! # Right
//! ```tthc
//! procedure permit {
//!     roles { clerk  fire  water }
//!     on open by clerk -> asking
//!     parallel asking {
//!         branch a by fire  { state asked initial { on answer -> said  on decline -> said }  state said final }
//!         branch b by water { state asked initial { on answer -> said  on decline -> said }  state said final }
//!         join any notify fire, water -> done
//!     }
//!     state done final
//! }
//! ```

use super::ways::Ways;
use super::ways::witness::Witness;
use crate::diagnostic::Finding;
use crate::model::{Model, Procedure, RuleTrigger, Target};
use crate::sentence::say;

const ID: &str = "join-starves";

pub(super) fn check(model: &Model<'_>, findings: &mut Vec<Finding>) {
    for procedure in model.procedures.iter().filter(|procedure| !procedure.lost && !procedure.missing_ways) {
        if procedure.parallels().next().is_none() {
            continue;
        }
        let (ways, witness) = (Ways::new(procedure), Witness::new(model, procedure));
        for joined in procedure.joined() {
            let (joins, all) = (joined.waits_for, joined.branches.len());
            // Where all are waited for, the state that is stuck is a finding of its own.
            if joins == 0 || joins >= all || leaves(procedure, joined.parallel) {
                continue;
            }
            let traps: Vec<Vec<usize>> = joined.insides().map(|inside| ways.traps(procedure, inside)).collect();
            let done = joined.insides().filter(|inside| ways.is_done(procedure, *inside)).count();
            let safe = traps.iter().filter(|traps| traps.is_empty()).count();
            // That it never comes at all is said already.
            if safe >= joins || done < joins {
                continue;
            }
            let stuck = |traps: &&Vec<usize>, places: &[usize]| traps.iter().any(|trap| places.contains(trap));
            let starved = |places: &[usize]| traps.iter().filter(|traps| stuck(traps, places)).count() > all - joins;
            let Some(series) = witness.when(starved) else { continue };
            let message = say!(
                "this join waits for {joins} of {branches} branches, and {safe} can be stuck at once{starved}",
                joins,
                branches = all,
                safe = all - safe,
                starved = series
            );
            let mut finding = Finding::error(ID, message, joined.word);
            let words = traps.iter().filter_map(|traps| procedure.states.word(*traps.first()?));
            for word in words.take(3) {
                finding = finding.because(word.span, "from here this branch never comes to its end");
            }
            findings.push(finding.help("lead each branch to an end, or let something else lead out of the parallel"));
        }
    }
}

/// Returns whether anything but its join leads out of a parallel, or out of one around it.
fn leaves(procedure: &Procedure<'_>, parallel: usize) -> bool {
    let around: Vec<usize> =
        std::iter::once(parallel).chain(procedure.around(parallel).map(|inside| inside.parallel)).collect();
    procedure.rules.iter().any(|rule| {
        !matches!(rule.trigger, RuleTrigger::Join)
            && matches!(rule.target, Target::State(_))
            && procedure.sources(rule).iter().any(|source| around.contains(source))
    })
}
