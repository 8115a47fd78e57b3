//! Ledgers told day by day.

use super::samples::{compiled, day, plain_vietnam, vietnam};
use super::vectors::ledger;
use crate::calendar::Calendar;
use crate::clock::{DayReason, Ledger};

/// The words of an explanation, a day each.
fn told(calendar: &Calendar, ledger: &Ledger) -> Vec<String> {
    let words = |reason: &DayReason| match reason {
        DayReason::Off { off } | DayReason::RolledOver { off: Some(off) } if off.name.is_empty() => {
            "weekend".to_owned()
        }
        DayReason::Off { off } | DayReason::RolledOver { off: Some(off) } => off.name.clone(),
        DayReason::Counted { n } => n.to_string(),
        DayReason::LastDay { n } => format!("{n}, due"),
        DayReason::Time { seconds } => format!("{seconds} s"),
        other => format!("{other:?}"),
    };
    let notes = ledger.explain(calendar).unwrap();
    notes.iter().map(|note| format!("{} {}", &note.date.to_string()[5..], words(&note.reason))).collect()
}

#[test]
fn a_day_rolled_over_is_not_counted_when_a_suspension_moves_the_last_day_past_it() {
    let calendar = compiled(plain_vietnam());
    let spans = [("2024-03-10T10:00", "2024-03-13T10:00")];
    assert_eq!(
        told(&calendar, &ledger(&calendar, "2024-03-04T09:00", "5 days", &spans)),
        [
            "03-04 StartDay",
            "03-05 1",
            "03-06 2",
            "03-07 3",
            "03-08 4",
            "03-09 weekend",
            "03-10 weekend",
            "03-11 Suspended { suspension: 0 }",
            "03-12 Suspended { suspension: 0 }",
            "03-13 5, due",
        ]
    );
}

#[test]
fn hours_granted_on_top_are_told_on_the_day_that_they_begin() {
    let calendar = compiled(plain_vietnam());
    let mut days = ledger(&calendar, "2024-03-04T09:00", "1 working day", &[]);
    days.granted.push("4 hours".parse().unwrap());
    assert_eq!(told(&calendar, &days), ["03-04 StartDay", "03-05 1", "03-05 14400 s"]);
}

#[test]
fn a_last_day_rolled_back_into_the_length_before_is_told_there() {
    let calendar = compiled(plain_vietnam());
    let mut days = ledger(&calendar, "2024-03-06T09:00", "2 working days, roll backward", &[]);
    days.granted.push("1 day".parse().unwrap());
    assert_eq!(told(&calendar, &days), ["03-06 StartDay", "03-07 1", "03-08 2, due", "03-09 weekend"]);
}

#[test]
fn a_day_held_open_between_two_suspensions_is_not_counted() {
    let calendar = compiled(plain_vietnam());
    // The two days are used up on Wednesday; resumed on Thursday after close, and suspended again on Friday morning.
    let spans = [("2024-03-06T06:00", "2024-03-07T19:00"), ("2024-03-08T06:00", "2024-03-11T09:00")];
    let ledger = ledger(&calendar, "2024-03-04T09:00", "2 working days", &spans);
    assert_eq!(
        told(&calendar, &ledger),
        [
            "03-04 StartDay",
            "03-05 1",
            "03-06 2",
            "03-07 Suspended { suspension: 0 }",
            "03-08 HeldOpen",
            "03-09 weekend",
            "03-10 weekend",
            "03-11 2, due",
        ]
    );
    let friday = calendar.parse_instant("2024-03-08T12:00").unwrap();
    assert_eq!(ledger.meter(&calendar, friday).unwrap().read(friday).unwrap().used[0].ticks, 4);
}

#[test]
fn hours_held_open_between_two_suspensions_are_not_counted() {
    let calendar = compiled(plain_vietnam());
    // The hours are used up on Tuesday as the first begins; resumed on Thursday after close, and suspended again on Friday morning.
    let spans = [("2024-03-05T09:00", "2024-03-07T19:00"), ("2024-03-08T08:00", "2024-03-08T10:00")];
    assert_eq!(
        told(&calendar, &ledger(&calendar, "2024-03-04T09:00", "24 hours", &spans)),
        [
            "03-04 54000 s",
            "03-05 32400 s",
            "03-06 Suspended { suspension: 0 }",
            "03-07 Suspended { suspension: 0 }",
            "03-08 HeldOpen",
        ]
    );
}

#[test]
fn an_explanation_names_every_day() {
    let calendar = compiled(vietnam());
    let told = ledger(&calendar, "2024-04-26T09:00", "3 working days", &[("2024-05-02T09:00", "2024-05-03T09:00")]);
    let notes = told.explain(&calendar).unwrap();
    let text: Vec<String> = notes
        .iter()
        .map(|note| match &note.reason {
            DayReason::Off { off } if off.name.is_empty() => "weekend".to_owned(),
            DayReason::Off { off } => off.name.clone(),
            DayReason::Counted { n } => format!("{n}"),
            DayReason::Swapped { n, for_day: Some(day), .. } => format!("{n} for {day}"),
            DayReason::LastDay { n } => format!("{n}, due"),
            other => format!("{other:?}"),
        })
        .collect();
    assert_eq!(
        text,
        [
            "StartDay",
            "weekend",
            "weekend",
            "free for 4 May",
            "Reunification",
            "Labour Day",
            "1",
            "Suspended { suspension: 0 }",
            "2 for 2024-04-29",
            "weekend",
            "3, due",
        ]
    );
    assert_eq!(notes.last().unwrap().date, day("2024-05-06"));
    let rolled = ledger(&calendar, "2024-04-26T09:00", "4 days", &[]).explain(&calendar).unwrap();
    assert!(matches!(rolled[4].reason, DayReason::RolledOver { off: Some(ref off) } if off.name == "Reunification"));
    assert!(rolled[4].counted && !rolled[5].counted);
    assert_eq!(rolled[6].reason, DayReason::LastDay { n: 4 });
}
