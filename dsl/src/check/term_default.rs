//! A term leaves to a default what would move its last day.
//!
//! # What
//! In a procedure with `publish cited` that counts in working days elsewhere, a term in days, weeks, months or years does not say what
//! happens to a last day that is off, or that its month does not have, and in some year of the calendar that makes a difference. This is a
//! note.
//!
//! # Why
//! Where units mix, a reader cannot tell whether `30 days` ends on a Sunday or on the Monday after. The Civil Code (art. 148) has the
//! default, other laws say otherwise; what the law of this term means should stand there. The note shows a beginning for which the days
//! differ.
//!
//! # Wrong
//! ```tthc
//! use calendar office
//! calendar office {
//!     zone   "Asia/Ho_Chi_Minh"
//!     covers 2024 to 2026
//!     week   mon-fri 07:30-11:30, 13:30-17:00
//! }
//! procedure permit "Cấp giấy phép" {
//!     publish    cited
//!     authority  "UBND cấp xã"
//!     applies_to "Cá nhân"
//!     basis      "Luật A, Điều 1"
//!     way        direct "Trực tiếp tại Bộ phận Một cửa"
//!     result     permit "Giấy phép"
//!     copies     1
//!     documents { form "Đơn đề nghị" original 1 }
//!     roles { clerk }
//!     on open by clerk needs documents -> received                       basis "Luật A, Điều 1"
//!     state received by clerk within 5 working days                      basis "Luật A, Điều 1.2" {
//!         on finish when documents.complete -> done
//!         after 30 days -> done
//!     }
//!     state done final
//! }
//! ```
//!
//! # Right
//! ```tthc
//! use calendar office
//! calendar office {
//!     zone   "Asia/Ho_Chi_Minh"
//!     covers 2024 to 2026
//!     week   mon-fri 07:30-11:30, 13:30-17:00
//! }
//! procedure permit "Cấp giấy phép" {
//!     publish    cited
//!     authority  "UBND cấp xã"
//!     applies_to "Cá nhân"
//!     basis      "Luật A, Điều 1"
//!     way        direct "Trực tiếp tại Bộ phận Một cửa"
//!     result     permit "Giấy phép"
//!     copies     1
//!     documents { form "Đơn đề nghị" original 1 }
//!     roles { clerk }
//!     on open by clerk needs documents -> received                       basis "Luật A, Điều 1"
//!     state received by clerk within 5 working days                      basis "Luật A, Điều 1.2" {
//!         on finish when documents.complete -> done
//!         after 30 days, roll forward -> done
//!     }
//!     state done final
//! }
//! ```

use motcua_engine::calendar::{Calendar, MonthEnd, Roll, Term as Counted, Unit};
use motcua_engine::{Day, TimeOfDay};

use super::calendar_reach::terms;
use super::record_missing::{Level, level};
use crate::diagnostic::Finding;
use crate::model::{Model, Procedure};
use crate::sentence::say;
use crate::syntax::{Length, Term};

const ID: &str = "term-default";

/// So many days of a calendar are tried as the beginning of a term.
const DAYS: i32 = 3 * 366;

pub(super) fn check(model: &Model<'_>, findings: &mut Vec<Finding>) {
    for procedure in model.procedures.iter().filter(|procedure| !procedure.lost) {
        let (Some((Level::Cited, _)), true) = (level(procedure), mixes(procedure)) else { continue };
        let Some(calendar) = procedure.calendar.filter(|calendar| !model.is_lost(calendar.span)) else { continue };
        let unsaid: Vec<(&Term, Choice)> = terms(procedure).filter_map(|term| Some((term, choice(term)?))).collect();
        if unsaid.is_empty() {
            continue;
        }
        let Some(calendar) = model.compiled(calendar) else { continue };
        let first = calendar.spec().first_year;
        for (term, choice) in unsaid {
            let Some((day, ends, otherwise)) = differ(&calendar, first, term, &choice) else { continue };
            let message = say!(
                "from {day} this ends on {ends} by default, and on {otherwise} with `{other}`: which is meant?",
                day,
                ends,
                otherwise,
                other = choice.other
            );
            let help = say!("say it: `, {default}` or `, {other}`", default = choice.default, other = choice.other);
            findings.push(Finding::note(ID, message, term.span).help(help));
        }
    }
}

/// A convention that is not said.
struct Choice {
    default: &'static str,
    other: &'static str,
    set: fn(Counted) -> Counted,
}

fn choice(term: &Term) -> Option<Choice> {
    let Length::Of { unit, .. } = &term.length else { return None };
    let months = matches!(unit, Unit::Month | Unit::Year);
    if term.roll.is_none() && (months || matches!(unit, Unit::Day | Unit::Week)) {
        let set = |term| Counted { roll: Some(Roll::None), ..term };
        return Some(Choice { default: "roll forward", other: "no roll", set });
    }
    let set = |term| Counted { month_end: MonthEnd::NextMonthsFirstDay, ..term };
    let default = Choice { default: "month end last day", other: "month end next month's first day", set };
    (months && term.month_end.is_none()).then_some(default)
}

/// Returns whether a procedure counts in working time somewhere.
fn mixes(procedure: &Procedure<'_>) -> bool {
    terms(procedure).any(|term| match &term.length {
        Length::SameWorkingDay { .. } => true,
        Length::Of { unit, .. } | Length::Data { unit, .. } => {
            matches!(unit, Unit::WorkingDay | Unit::WorkingHour | Unit::WorkingMinute)
        }
        Length::Until(_) => false,
    })
}

/// Returns the first day from which the two choices end on different days, with both.
fn differ(calendar: &Calendar, first: i32, term: &Term, choice: &Choice) -> Option<(Day, Day, Day)> {
    let plain = crate::lower::term::term(term).ok()?;
    let other = (choice.set)(plain);
    let begins = Day::from_ymd(first, 1, 1)?;
    (0..DAYS).find_map(|ahead| {
        let day = begins.plus(ahead);
        let start = calendar.instant(day, TimeOfDay::MIDNIGHT);
        let (ends, otherwise) = (plain.end(calendar, start).ok()?.day, other.end(calendar, start).ok()?.day);
        (ends != otherwise).then_some((day, ends, otherwise))
    })
}
