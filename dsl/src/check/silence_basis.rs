//! Silence decides, and no law is named that lets it.
//!
//! # What
//! `no answer within …` has no `basis`.
//!
//! # Why
//! A tacit decision gives rights to people, or takes them, without anybody having decided. Only a law can say so, and who is told
//! that silence has decided may ask which (*im lặng là đồng ý*).
//!
//! # Wrong
//! ```tthc
//! procedure permit {
//!     roles { clerk  police }
//!     clock processing { limit 7 working days  runs from open until done }
//!     on open by clerk -> asked
//!     state asked by police {
//!         on answer -> done
//!         no answer within 2 working days of processing means consent -> done
//!     }
//!     state done final
//! }
//! ```
//!
//! # Right
//! ```tthc
//! procedure permit {
//!     roles { clerk  police }
//!     clock processing { limit 7 working days  runs from open until done }
//!     on open by clerk -> asked
//!     state asked by police {
//!         on answer -> done
//!         no answer within 2 working days of processing means consent -> done
//!             basis "Nghị định 217/2026/NĐ-CP, Điều 54.2.c"
//!     }
//!     state done final
//! }
//! ```

use crate::diagnostic::Finding;
use crate::model::Model;
use crate::sentence::say;
use crate::syntax::Trigger;

const ID: &str = "silence-basis";

pub(super) fn check(model: &Model<'_>, findings: &mut Vec<Finding>) {
    for rule in model.procedures.iter().filter(|procedure| !procedure.lost).flat_map(|procedure| &procedure.rules) {
        let Trigger::Silence { means, span, .. } = &rule.transition.trigger else { continue };
        if rule.transition.basis.is_empty() {
            let message = say!("silence means {means} here, and no law is named that says so", means = means.name());
            findings.push(Finding::error(ID, message, *span).help("add the article: `basis \"…\"`"));
        }
    }
}
