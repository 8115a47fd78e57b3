//! Due dates worked out by hand from the rules.

use super::samples::{compiled, day, plain_vietnam, rome, vietnam};
use crate::calendar::{Calendar, Length, OffKind, Term, TermError, TimeError, Unit};
use crate::clock::{Class, Edges, Ledger, Suspension, after_due, before_due};
use crate::instant::{Instant, TimeOfDay};

fn due(calendar: &Calendar, start: &str, term: &str) -> String {
    let end = term.parse::<Term>().unwrap().end(calendar, calendar.parse_instant(start).unwrap());
    end.map_or_else(|error| error.to_string(), |due| local(calendar, due.instant))
}

fn local(calendar: &Calendar, instant: Instant) -> String {
    let (day, time) = calendar.local(instant);
    format!("{day} {time}")
}

pub(super) fn ledger(calendar: &Calendar, start: &str, term: &str, suspensions: &[(&str, &str)]) -> Ledger {
    let at = |text: &str| calendar.parse_instant(text).unwrap();
    let mut ledger = Ledger::new(at(start), term.parse().unwrap());
    for (from, to) in suspensions {
        let to = (!to.is_empty()).then(|| at(to));
        ledger.suspensions.push(Suspension { from: at(from), to });
    }
    ledger
}

fn check(calendar: &Calendar, rows: &[(&str, &str, &str)]) {
    for (start, term, expected) in rows {
        assert_eq!(due(calendar, start, term), *expected, "{term} from {start}");
    }
}

#[test]
fn working_days_and_halves() {
    check(
        &compiled(vietnam()),
        &[
            ("2024-03-08T10:00", "15 working days", "2024-03-29 17:00"),
            ("2024-03-09T10:00", "1 working day", "2024-03-11 17:00"),
            ("2024-02-07T09:00", "1 working day", "2024-02-15 17:00"),
            ("2024-04-26T09:00", "1 working day", "2024-05-02 17:00"),
            ("2024-05-02T09:00", "2 working days", "2024-05-04 17:00"),
            ("2024-03-04T11:30", "0.5 working days", "2024-03-04 17:00"),
            ("2024-03-04T11:30:01", "0.5 working days", "2024-03-05 11:30"),
            ("2024-03-04T09:00", "2.5 working days", "2024-03-06 17:00"),
            ("2024-03-04T14:00", "2.5 working days", "2024-03-07 11:30"),
            ("2024-03-03T14:00", "2.5 working days", "2024-03-06 11:30"),
            ("2024-03-08T14:00", "0.5 working days", "2024-03-11 11:30"),
            ("2024-03-04T09:00", "1 working day, first day counts", "2024-03-04 17:00"),
            ("2024-03-04T17:00", "1 working day, first day counts", "2024-03-05 17:00"),
            ("2024-03-04T09:00", "1 working day, from the next day", "2024-03-05 17:00"),
            ("2024-03-04T09:00", "1 working day, at 24:00", "2024-03-05 23:59:59"),
            ("2024-03-04T09:00", "1 working day, at opening", "2024-03-05 07:30"),
            ("2024-03-04T09:00", "1 working day, at the same time of day", "2024-03-05 09:00"),
        ],
    );
}

#[test]
fn the_same_working_day() {
    let next = "same working day, after 15:00 the next";
    check(
        &compiled(vietnam()),
        &[
            ("2024-03-08T15:00", next, "2024-03-08 17:00"),
            ("2024-03-08T15:00:01", next, "2024-03-11 17:00"),
            ("2024-03-08T15:00:01", "same working day, after 15:00 the next, at opening", "2024-03-11 07:30"),
            ("2024-03-08T09:00", "same working day, after 15:00 the next, at opening", "2024-03-08 17:00"),
            ("2024-03-08T17:00", "same working day", "2024-03-08 17:00"),
            ("2024-03-08T17:00:01", "same working day", "2024-03-11 17:00"),
            ("2024-03-09T09:00", "same working day", "2024-03-11 17:00"),
        ],
    );
}

#[test]
fn hours() {
    check(
        &compiled(vietnam()),
        &[
            ("2024-03-08T16:00", "4 working hours", "2024-03-11 10:30"),
            ("2024-03-08T16:00", "5 working hours", "2024-03-11 11:30"),
            ("2024-03-08T16:00", "6 working hours", "2024-03-11 14:30"),
            ("2024-03-08T16:00", "90 working minutes", "2024-03-11 08:00"),
            ("2024-03-09T12:00", "24 hours", "2024-03-10 12:00"),
            ("2024-03-09T12:00", "30 minutes", "2024-03-09 12:30"),
        ],
    );
    check(
        &compiled(rome()),
        &[
            ("2024-03-30T12:00", "24 hours", "2024-03-31 13:00"),
            ("2024-10-26T12:00", "24 hours", "2024-10-27 11:00"),
            ("2024-03-29T17:00", "6 working hours", "2024-04-01 09:00"),
        ],
    );
}

#[test]
fn calendar_units() {
    check(
        &compiled(vietnam()),
        &[
            ("2023-12-31T09:00", "2 months", "2024-02-29 23:59:59"),
            ("2023-12-31T09:00", "2 months, next month's first day", "2024-03-01 23:59:59"),
            ("2023-12-31T09:00", "2 months, months as 30 days", "2024-02-29 23:59:59"),
            ("2024-01-31T09:00", "1 month, first day counts", "2024-02-29 23:59:59"),
            ("2024-01-15T09:00", "1 month, first day counts", "2024-02-15 23:59:59"),
            ("2024-01-15T09:00", "1 month, first day counts, no roll", "2024-02-14 23:59:59"),
            ("2024-02-29T09:00", "1 year", "2025-02-28 23:59:59"),
            ("2024-02-02T09:00", "5 days", "2024-02-07 23:59:59"),
            ("2024-02-02T09:00", "6 days", "2024-02-15 23:59:59"),
            ("2024-02-02T09:00", "6 days, no roll", "2024-02-08 23:59:59"),
            ("2024-02-02T09:00", "6 days, roll backward", "2024-02-07 23:59:59"),
            ("2024-02-07T09:00", "1 day, roll backward", "2024-02-15 23:59:59"),
            ("2024-03-04T09:00", "5 days, first day counts", "2024-03-08 23:59:59"),
            ("2024-03-04T09:00", "8 weeks, no roll, at the same time of day", "2024-04-29 09:00"),
        ],
    );
}

#[test]
fn backward_terms() {
    check(
        &compiled(vietnam()),
        &[
            ("2024-03-11T17:00", "1 working day, backward", "2024-03-08 17:00"),
            ("2024-02-15T17:00", "1 day, backward", "2024-02-07 17:00"),
            ("2024-03-11T09:00", "1 day, no roll, backward", "2024-03-10 23:59:59"),
            ("2024-03-11T09:00", "0.5 working days, backward", "2024-03-08 17:00"),
            ("2024-03-11T14:00", "0.5 working days, backward", "2024-03-11 11:30"),
            ("2024-03-11T14:00", "1.5 working days, backward", "2024-03-08 11:30"),
            ("2024-03-11T08:30", "2 working hours, backward", "2024-03-08 16:00"),
            ("2024-03-31T09:00", "1 month, no roll, backward", "2024-02-29 23:59:59"),
        ],
    );
}

/// Start, term, suspensions, their edges, due.
type Row = (&'static str, &'static str, &'static [(&'static str, &'static str)], Edges, &'static str);

const SUSPENDED: [Row; 13] = [
    // Tuesday and 3 working days, suspended on the due Friday until Saturday: held open.
    (
        "2024-03-05T09:00",
        "3 working days",
        &[("2024-03-08T10:00", "2024-03-09T10:00")],
        Edges::Default,
        "2024-03-11 11:30",
    ),
    ("2024-03-04T09:00", "5 days", &[("2024-03-05T09:00", "2024-03-06T09:00")], Edges::Default, "2024-03-11 23:59:59"),
    (
        "2024-03-04T09:00",
        "3 working days",
        &[("2024-03-05T09:00", "2024-03-05T16:00")],
        Edges::Default,
        "2024-03-07 17:00",
    ),
    (
        "2024-03-04T09:00",
        "3 working days",
        &[("2024-03-05T09:00", "2024-03-07T09:00")],
        Edges::Default,
        "2024-03-11 17:00",
    ),
    (
        "2024-03-04T09:00",
        "3 working days",
        &[("2024-03-05T09:00", "2024-03-07T09:00")],
        Edges::Both,
        "2024-03-12 17:00",
    ),
    (
        "2024-03-04T09:00",
        "3 working days",
        &[("2024-03-05T09:00", "2024-03-07T09:00")],
        Edges::Asking,
        "2024-03-11 17:00",
    ),
    // The session is kept, also when asked on the due day.
    (
        "2024-03-04T14:00",
        "1.5 working days",
        &[("2024-03-06T09:00", "2024-03-08T09:00")],
        Edges::Default,
        "2024-03-08 11:30",
    ),
    (
        "2024-03-04T09:00",
        "same working day",
        &[("2024-03-04T10:00", "2024-03-06T09:00")],
        Edges::Default,
        "2024-03-06 17:00",
    ),
    (
        "2024-03-04T09:00",
        "6 working hours",
        &[("2024-03-04T10:00", "2024-03-05T14:00")],
        Edges::Default,
        "2024-03-06 09:30",
    ),
    ("2024-03-04T09:00", "6 hours", &[("2024-03-04T10:00", "2024-03-05T14:00")], Edges::Default, "2024-03-05 19:00"),
    // Used up in the second in which it was suspended.
    (
        "2024-03-04T07:30",
        "4 working hours",
        &[("2024-03-04T11:30", "2024-03-05T08:00")],
        Edges::Default,
        "2024-03-05 11:30",
    ),
    // Over before it was suspended.
    (
        "2024-03-04T09:00",
        "1 working day",
        &[("2024-03-05T18:00", "2024-03-07T08:00")],
        Edges::Default,
        "2024-03-05 17:00",
    ),
    // A month first, then days; the last day is rolled once.
    ("2024-01-31T09:00", "1 month", &[("2024-02-05T09:00", "2024-02-07T09:00")], Edges::Default, "2024-03-04 23:59:59"),
];

#[test]
fn suspensions() {
    let calendar = compiled(plain_vietnam());
    for (start, term, spans, edges, expected) in SUSPENDED {
        let mut ledger = ledger(&calendar, start, term, spans);
        ledger.edges = edges;
        assert_eq!(
            local(&calendar, ledger.due(&calendar).unwrap().instant),
            expected,
            "{term} from {start}, {spans:?}"
        );
    }
}

#[test]
fn an_open_suspension_is_projected_and_never_overdue() {
    let calendar = compiled(plain_vietnam());
    let at = |text: &str| calendar.parse_instant(text).unwrap();
    let ledger = ledger(&calendar, "2024-03-04T09:00", "3 working days", &[("2024-03-05T09:00", "")]);
    let due = ledger.due(&calendar).unwrap();
    assert_eq!((due.day, due.resumes_unknown), (day("2024-03-07"), true));
    let later = ledger.due_if_resumed(&calendar, at("2024-03-06T10:00")).unwrap();
    assert_eq!((later.day, later.resumes_unknown), (day("2024-03-08"), true));
    assert_eq!(ledger.is_overdue(&calendar, at("2024-06-03T10:00")), Ok(false));
}

#[test]
fn extensions_in_the_same_and_in_other_units() {
    let calendar = compiled(plain_vietnam());
    // Decree 131/2021: commune 5, district 7 working days, province 12 calendar days.
    let mut mixed = ledger(&calendar, "2024-03-04T09:00", "7 working days", &[]);
    mixed.granted.push("5 working days".parse().unwrap());
    assert_eq!(mixed.due(&calendar).unwrap().day, day("2024-03-20"));
    mixed.granted.push("12 days".parse().unwrap());
    assert_eq!(local(&calendar, mixed.due(&calendar).unwrap().instant), "2024-04-01 23:59:59");
    // 10 days from Thursday end on Sunday, before they roll; working days go on from there.
    let mut unrolled = ledger(&calendar, "2024-03-07T09:00", "10 days", &[]);
    unrolled.granted.push("1 working day".parse().unwrap());
    assert_eq!(unrolled.due(&calendar).unwrap().day, day("2024-03-18"));
    let mut halves = ledger(&calendar, "2024-03-04T14:00", "0.5 working days", &[]);
    halves.granted.push("1.5 working days".parse().unwrap());
    assert_eq!(local(&calendar, halves.due(&calendar).unwrap().instant), "2024-03-06 17:00");
}

#[test]
fn classes_compare_days_or_instants() {
    let calendar = compiled(plain_vietnam());
    let class = |term: &str, end: &str| {
        let ledger = ledger(&calendar, "2024-03-04T09:00", term, &[]);
        ledger.class(&calendar, calendar.parse_instant(end).unwrap()).unwrap()
    };
    assert_eq!(class("2 working days", "2024-03-05T23:00"), Class::Early);
    assert_eq!(class("2 working days", "2024-03-06T20:00"), Class::OnTime);
    assert_eq!(class("2 working days", "2024-03-07T00:00"), Class::Late);
    assert_eq!(class("2 working hours", "2024-03-04T10:59:59"), Class::Early);
    assert_eq!(class("2 working hours", "2024-03-04T11:00"), Class::OnTime);
    assert_eq!(class("2 working hours", "2024-03-04T11:00:01"), Class::Late);
    assert_eq!(class("1.5 working days", "2024-03-05T17:00:01"), Class::Late);
}

#[test]
fn shares_and_rungs() {
    let calendar = compiled(plain_vietnam());
    let ledger = |term: &str| ledger(&calendar, "2024-03-04T14:00", term, &[]);
    let share = |term: &str, percent| local(&calendar, ledger(term).share(&calendar, percent).unwrap());
    assert_eq!(share("15 working days", 80), "2024-03-20 17:00");
    assert_eq!(share("3 working days", 50), "2024-03-06 17:00");
    assert_eq!(share("3 working days", 100), "2024-03-07 17:00");
    assert_eq!(share("2.5 working days", 80), "2024-03-06 17:00");
    assert_eq!(share("3 working days", 0), "2024-03-04 14:00");
    let mut mixed = ledger("7 working days");
    mixed.granted.push("12 days".parse().unwrap());
    assert_eq!(local(&calendar, mixed.share(&calendar, 50).unwrap()), "2024-03-18 23:59:59");

    let due = ledger("3 working days").due(&calendar).unwrap();
    let before = |length: &str| local(&calendar, before_due(&calendar, &due, length.parse().unwrap()).unwrap());
    assert_eq!(before("1 working day"), "2024-03-06 07:30");
    assert_eq!(before("4 working days"), "2024-03-01 07:30");
    assert_eq!(before("4 days"), "2024-03-01 07:30");
    assert_eq!(before("2 working hours"), "2024-03-07 15:00");
    assert_eq!(before("0.5 working days"), "2024-03-07 07:30");
    let after = |length: &str, k| local(&calendar, after_due(&calendar, &due, length.parse().unwrap(), k).unwrap());
    assert_eq!(after("1 working day", 1), "2024-03-08 17:00:01");
    assert_eq!(after("1 working day", 3), "2024-03-12 17:00:01");
    assert_eq!(after("1 day", 1), "2024-03-09 00:00");
    assert_eq!(after("1 hour", 2), "2024-03-07 19:00:01");
}

#[test]
fn a_cutoff_moves_only_starts_on_working_days() {
    let mut spec = plain_vietnam();
    spec.cutoff = TimeOfDay::from_hm(15, 0);
    let calendar = compiled(spec);
    let due = |start, term| local(&calendar, ledger(&calendar, start, term, &[]).due(&calendar).unwrap().instant);
    assert_eq!(due("2024-03-04T15:00", "1 working day"), "2024-03-05 17:00");
    assert_eq!(due("2024-03-04T15:00:01", "1 working day"), "2024-03-06 17:00");
    assert_eq!(due("2024-03-04T16:00", "1 working hour"), "2024-03-05 08:30");
    assert_eq!(due("2024-03-09T16:00", "1 working day"), "2024-03-11 17:00");
    assert_eq!(due("2024-03-09T16:00", "1 day"), "2024-03-11 23:59:59");
}

#[test]
fn years_without_coverage_are_named() {
    let calendar = compiled(vietnam());
    let uncovered = |year| format!("calendar `vn_state` does not cover the year {year}: add its days off");
    assert_eq!(due(&calendar, "2027-12-20T09:00", "30 working days"), uncovered(2028));
    assert_eq!(due(&calendar, "2027-12-20T09:00", "30 days"), uncovered(2028));
    assert_eq!(due(&calendar, "2030-01-02T09:00", "3 working hours"), uncovered(2030));
    assert_eq!(due(&calendar, "2027-12-20T09:00", "30 days, no roll"), "2028-01-19 23:59:59");
    assert_eq!(due(&calendar, "2030-01-02T09:00", "3 hours"), "2030-01-02 12:00");
    let far = ledger(&calendar, "2024-01-02T09:00", "1000000 years, no roll", &[]).due(&calendar);
    assert_eq!(far, Err(TimeError::Overflow { limit: day("9999-12-31") }));
    let projected = |start| ledger(&calendar, start, "30 days", &[]).due(&calendar).unwrap().projected_year;
    assert!(!projected("2025-11-20T09:00") && projected("2025-12-20T09:00"));
}

#[test]
fn impossible_lengths_say_why() {
    let error = |text: &str| text.parse::<Term>().unwrap_err();
    assert_eq!(error("0 days"), TermError::NotPositive("0".into()));
    assert_eq!(error("-1 working days"), TermError::NotPositive("-1".into()));
    assert_eq!(error("1000000000 days"), TermError::TooLarge("1000000000".into()));
    assert_eq!(error("10^9 days"), TermError::Shape("10^9 days".into()));
    assert_eq!(error("1.5 days"), TermError::Half(Unit::Day));
    assert_eq!(error("2.25 working days"), TermError::Fraction("2.25".into()));
    assert_eq!(error("3 workin days").to_string(), "unknown unit `workin days`: did you mean `working days`?");
    assert_eq!(error("3 days, roll").to_string(), "unknown convention `roll`: did you mean `no roll`?");
    assert_eq!(error("3 days, no roll, roll forward"), TermError::Twice("roll forward".into()));
    assert!(matches!(error("three days"), TermError::Shape(_)));
    assert!(matches!(error(""), TermError::Shape(_)));
    let calendar = compiled(vietnam());
    let zero = Term::of(Length::Of { count: 0, half: false, unit: Unit::Day });
    assert!(matches!(zero.end(&calendar, calendar.parse_instant("2024-03-04").unwrap()), Err(TimeError::Term(_))));
}

#[test]
fn a_ledger_is_small_and_reads_back() {
    assert!(size_of::<Ledger>() <= 100, "{}", size_of::<Ledger>());
    let calendar = compiled(vietnam());
    let mut told = ledger(&calendar, "2024-03-04T09:00", "15 working days", &[("2024-03-05T09:00", "")]);
    told.granted.push("5 working days".parse().unwrap());
    let json = serde_json::to_string(&told).unwrap();
    assert_eq!(
        json,
        r#"{"start":"2024-03-04T02:00:00Z","term":"15 working days","granted":["5 working days"],"suspensions":[{"from":"2024-03-05T02:00:00Z","to":null}],"edges":"default"}"#
    );
    assert_eq!(serde_json::from_str::<Ledger>(&json).unwrap(), told);
}

#[test]
fn a_closure_wins_over_a_worked_saturday() {
    let mut spec = vietnam();
    spec.off.push(super::samples::off("2024-05-04", "storm", OffKind::Closure));
    assert_eq!(due(&compiled(spec), "2024-05-02T09:00", "2 working days"), "2024-05-06 17:00");
}

#[test]
fn the_first_covered_day_needs_no_day_before_it() {
    let mut spec = plain_vietnam();
    spec.first_year = 2024;
    let calendar = compiled(spec);
    // 1 January 2024 is a Monday, and its own first day.
    let mut counted = ledger(
        &calendar,
        "2024-01-01T09:00",
        "3 working days, first day counts",
        &[("2024-01-01T10:00", "2024-01-02T10:00")],
    );
    counted.edges = Edges::Both;
    assert_eq!(counted.due(&calendar).unwrap().day, day("2024-01-05"));
}

#[test]
fn a_day_off_has_no_opening_to_end_at() {
    let calendar = compiled(vietnam());
    assert_eq!(due(&calendar, "2024-02-06T09:00", "1 day, no roll, at opening"), "2024-02-07 07:30");
    assert_eq!(due(&calendar, "2024-02-07T09:00", "1 day, no roll, at opening"), "2024-02-08 23:59:59");
}

#[test]
fn no_rung_before_the_due_date_fires_after_it() {
    let mut spec = plain_vietnam();
    spec.week[1] = vec![super::samples::session("13:30-17:00")];
    let calendar = compiled(spec);
    // 24 hours from Monday morning are over before Tuesday's only session begins.
    let due = ledger(&calendar, "2024-03-04T09:00", "24 hours", &[]).due(&calendar).unwrap();
    let before = before_due(&calendar, &due, "0.5 working days".parse().unwrap()).unwrap();
    assert_eq!(local(&calendar, before), "2024-03-04 13:30");
}
