//! The two caps of an extension do not fit each other.
//!
//! # What
//! The cap in total is counted in another unit than the cap of one extension, it is smaller than that cap, or it is never
//! reached by as many extensions as may be granted.
//!
//! # Why
//! Extensions are added up in one unit; a cap that says nothing, or takes back what the other one grants, is mostly a slip.
//!
//! # Wrong
//! ```tthc
//! procedure permit {
//!     roles { clerk }
//!     clock processing {
//!         limit 5 working days
//!         runs from open until done
//!         extends twice by at most 10 working days, at most 20 days in total by clerk
//!     }
//!     on open by clerk -> received
//!     state received by clerk { on finish -> done }
//!     state done final
//! }
//! ```
//!
//! # Right
//! ```tthc
//! procedure permit {
//!     roles { clerk }
//!     clock processing {
//!         limit 5 working days
//!         runs from open until done
//!         extends twice by at most 10 working days, at most 15 working days in total by clerk
//!     }
//!     on open by clerk -> received
//!     state received by clerk { on finish -> done }
//!     state done final
//! }
//! ```

use motcua_engine::calendar::{Length, Unit};

use crate::diagnostic::Finding;
use crate::lower::term::length;
use crate::model::Model;
use crate::syntax::Term;

const ID: &str = "extends-total";

pub(super) fn check(model: &Model<'_>, findings: &mut Vec<Finding>) {
    for procedure in &model.procedures {
        for extends in procedure.syntax.clocks.iter().filter_map(|clock| clock.extends.as_ref()) {
            let Some(in_total) = &extends.in_total else { continue };
            let (Some((kind, each)), Some((all_kind, all))) = (counted(&extends.at_most), counted(in_total)) else {
                continue;
            };
            let each_span = extends.at_most.span;
            if kind != all_kind {
                let message = "the cap in total is counted in another unit than that of one extension";
                let finding = Finding::error(ID, message, in_total.span).because(each_span, "this is the cap of one");
                findings.push(finding.help("count both in the same unit"));
            } else if all < each {
                let message = "all extensions together may grant less than one of them";
                let finding = Finding::warning(ID, message, in_total.span).because(each_span, "this is the cap of one");
                findings.push(finding.help("write the smaller number in both places, or leave `in total` out"));
            } else if !extends.agreement && all >= each.saturating_mul(u64::from(extends.times)) {
                let message = "this cap is never passed: as many extensions as may be granted stay within it";
                let finding = Finding::note(ID, message, in_total.span).because(each_span, "this is the cap of one");
                findings.push(finding.help("leave `in total` out, or write a smaller number"));
            }
        }
    }
}

/// Returns a length as a number of one unit of its kind, months apart from days and days from working days.
pub(super) fn counted(term: &Term) -> Option<(u8, u64)> {
    let Length::Of { count, half, unit } = length(&term.length).ok()?? else { return None };
    let count = u64::from(count);
    Some(match unit {
        Unit::WorkingDay => (0, count * 2 + u64::from(half)),
        Unit::WorkingHour => (1, count * 60),
        Unit::WorkingMinute => (1, count),
        Unit::Hour => (2, count * 60),
        Unit::Minute => (2, count),
        Unit::Day => (3, count),
        Unit::Week => (3, count * 7),
        Unit::Month => (4, count),
        Unit::Year => (4, count * 12),
    })
}
