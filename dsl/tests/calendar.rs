//! What the rules of a calendar give: dates that Viet Nam announced, weeks by date, calendars over others.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a helper of a test that cannot go on says so by a panic")]

use motcua_dsl::{Source, compile};
use motcua_engine::calendar::{Calendar, OffKind};
use motcua_engine::{Day, World};

const STATE: &str = r#"calendar state {
    zone "Asia/Ho_Chi_Minh"
    covers 1995 to 2100
    announced 2013 to 2026
    week mon-sat 07:30-11:30, 13:30-17:00 until 1999-10-01
    week mon-fri 07:30-11:30, 13:30-17:00 from 1999-10-02
    substitute next working day "Nghỉ bù" from 1995 basis "Điều 111.3"
    off every 01-01 "Tết Dương lịch"
    off every 04-30 "Ngày Chiến thắng"
    off every 05-01 "Quốc tế lao động"
    off every 09-02 "Quốc khánh" until 2020
    off every 09-02 to 09-03 "Quốc khánh" from 2021
    off every lunar 03-10 "Giỗ Tổ" from 2007
    off every lunar last day to 01-03 "Tết" as tet until 2012
    off every 2 days before lunar 01-01 to 01-03 "Tết" as tet from 2013
    off 2024-02-08 to 2024-02-14 "Tết Giáp Thìn" instead of tet basis "Thông báo 5015"
    off 2024-04-29 swapped "Đổi với thứ Bảy 04/5"
    worked 2024-05-04 for 2024-04-29
    off 2026-04-27 substitute "Nghỉ bù đã thông báo"
}
"#;

fn calendars(text: &str) -> Vec<Calendar> {
    let bundle = compile(&[Source { path: "c.tthc".into(), text: text.into() }]).unwrap_or_else(|f| panic!("{f:#?}"));
    let calendars = bundle.calendars.iter().map(|spec| Calendar::compile(spec.clone()).unwrap()).collect();
    World::load(bundle).unwrap();
    calendars
}

fn state() -> Calendar {
    calendars(STATE).remove(0)
}

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

/// The days off of one month that the week would work, as `dd name` of each.
fn free(calendar: &Calendar, month: &str) -> Vec<String> {
    let spec = calendar.spec();
    let of_month = spec.off.iter().filter(|off| off.date.to_string().starts_with(month));
    let worked = of_month.filter(|off| !spec.week_on(off.date).is_empty());
    worked.map(|off| format!("{} {}", &off.date.to_string()[8..], off.name)).collect()
}

#[test]
fn lunar_rules_give_the_days_that_were_announced() {
    let state = state();
    // Announced for 2023: 20 to 26 January, and 29 April to 3 May.
    assert_eq!(
        free(&state, "2023-01"),
        ["02 Nghỉ bù Tết Dương lịch", "20 Tết", "23 Tết", "24 Tết", "25 Nghỉ bù Tết", "26 Nghỉ bù Tết"]
    );
    assert_eq!(free(&state, "2023-05"), ["01 Quốc tế lao động", "02 Nghỉ bù Giỗ Tổ", "03 Nghỉ bù Ngày Chiến thắng"]);
    // 2025: 10/3 fell on Monday 7 April. 2022: 10/3 on Sunday 10 April, substituted on the 11th.
    assert_eq!(free(&state, "2025-04"), ["07 Giỗ Tổ", "30 Ngày Chiến thắng"]);
    assert_eq!(free(&state, "2022-04"), ["11 Nghỉ bù Giỗ Tổ"]);
    // The eve of Tết 2012 belongs to the rule of 2012: 22 to 25 January, of which the 22nd is a Sunday.
    assert_eq!(free(&state, "2012-01"), ["02 Nghỉ bù Tết Dương lịch", "23 Tết", "24 Tết", "25 Tết", "26 Nghỉ bù Tết"]);
    let why = state.why_off(day("2023-05-02")).unwrap();
    assert_eq!((why.name.as_str(), why.basis.as_deref()), ("Nghỉ bù Giỗ Tổ", Some("Điều 111.3")));
}

#[test]
fn an_announced_year_takes_the_place_of_the_rule_and_its_substitutes() {
    let state = state();
    let tet: Vec<_> = free(&state, "2024-02");
    assert_eq!(tet, ["08", "09", "12", "13", "14"].map(|day| format!("{day} Tết Giáp Thìn")));
    // A substitute day that was announced repays the holiday: no second one follows.
    assert_eq!(free(&state, "2026-04"), ["27 Nghỉ bù đã thông báo", "30 Ngày Chiến thắng"]);
}

#[test]
fn a_substitute_day_is_never_a_worked_saturday() {
    let text = STATE.replace("off 2026-04-27 substitute \"Nghỉ bù đã thông báo\"", "")
        + "calendar six over state { covers 2026 to 2026 off 2026-04-27 swapped worked 2026-05-09 for 2026-04-27 }";
    let mut calendars = calendars(&text);
    assert_eq!(free(&calendars[0], "2026-04"), ["27 Nghỉ bù Giỗ Tổ", "30 Ngày Chiến thắng"]);
    let six = calendars.remove(1);
    assert_eq!(six.is_working(day("2026-05-09")), Ok(true));
}

#[test]
fn weeks_hold_by_date() {
    let state = state();
    for (text, works) in [("1999-09-25", true), ("1999-10-02", false), ("2000-01-08", false), ("1996-06-01", true)] {
        assert_eq!(state.is_working(day(text)), Ok(works), "{text}");
    }
    // On a six-day week only a Sunday brings a substitute: 1 May 1999 was a Saturday.
    assert_eq!(free(&state, "1999-05"), ["01 Quốc tế lao động"]);
}

#[test]
fn years_outside_the_announced_range_are_projected() {
    let state = state();
    for (year, announced) in [(2012, false), (2013, true), (2026, true), (2027, false)] {
        assert_eq!(state.year(year).unwrap().announced, announced, "{year}");
    }
    assert!(state.is_projected(day("2012-05-05")) && !state.is_projected(day("2013-05-06")));
}

#[test]
fn a_calendar_over_another_has_its_days_and_its_own() {
    let text = STATE.to_owned()
        + r#"calendar office "Văn phòng" over state {
            covers 2024 to 2025
            week mon-fri 07:00-11:00, 13:00-16:30
            week sat 07:00-11:00
            cutoff 15:00
            off 2024-09-09 closure "Lũ"
            off 2024-05-04 closure "Bão"
            worked 2024-05-01
            off 2025-01-24 to 2025-02-02 "Tết dài" instead of tet
        }
        calendar counter over office { off 2024-12-31 closure "Kiểm kê" }"#;
    let calendars = calendars(&text);
    let [state, office, counter] = calendars.as_slice() else { panic!("three calendars") };
    assert_eq!((office.spec().first_year, office.spec().last_year), (2024, 2025));
    assert_eq!(office.spec().label.as_deref(), Some("Văn phòng"));
    assert!(office.spec().cutoff.is_some() && office.spec().zone == "Asia/Ho_Chi_Minh");
    let working = |calendar: &Calendar, text: &str| calendar.is_working(day(text)).unwrap();
    for (text, of_state, of_office) in [
        ("2024-05-01", false, true),
        ("2024-05-04", true, false),
        ("2024-09-09", true, false),
        ("2024-02-08", false, false),
        ("2024-06-15", false, true),
        ("2025-01-24", true, false),
        ("2025-01-31", false, false),
        ("2025-02-03", true, true),
        ("2024-12-31", true, true),
    ] {
        assert_eq!((working(state, text), working(office, text)), (of_state, of_office), "{text}");
    }
    assert!(!working(counter, "2024-12-31") && !working(counter, "2024-09-09") && working(counter, "2024-05-01"));
    let by_rule = office.spec().off.iter().filter(|off| off.name == "Tết" && off.date.year() == 2025);
    assert_eq!(by_rule.count(), 0);
    let hours = |text: &str| office.sessions(day(text)).unwrap()[0].from.to_string();
    assert_eq!(hours("2024-05-01"), "07:00");
}

/// What is owed and what is repaid balance, in every year and by a walk that knows nothing of queues.
#[test]
fn every_holiday_on_a_free_day_brings_one_substitute() {
    let state = state();
    let spec = state.spec();
    for year in 1996..=2099 {
        if year == 2024 || year == 2026 {
            continue;
        }
        let of_year = |off: &&motcua_engine::calendar::DayOff| off.date.year() == year;
        let owed = spec.off.iter().filter(of_year).filter(|off| off.kind == OffKind::Holiday);
        let owed = owed.filter(|off| spec.week_on(off.date).is_empty()).count();
        let repaid: Vec<_> = spec.off.iter().filter(of_year).filter(|off| off.kind == OffKind::Substitute).collect();
        assert_eq!(repaid.len(), owed, "{year}");
        for day in repaid {
            assert!(!spec.week_on(day.date).is_empty(), "{}", day.date);
        }
    }
}
