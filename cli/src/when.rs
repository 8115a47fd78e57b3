//! Instants and days as people read them.

use motcua_engine::calendar::Calendar;
use motcua_engine::{Day, Instant};

use crate::lang::Lang;
use crate::say;

/// Returns the weekday in full: `Friday`, `thứ Sáu`.
pub fn weekday(lang: Lang, day: Day) -> String {
    say!(lang, "weekday", day = day.weekday().number_from_monday())
}

/// Returns the weekday, the number and the month: `Fri 29 Mar`, `thứ Sáu 29/3`.
pub fn short_day(lang: Lang, day: Day) -> String {
    say!(lang, "day-short", weekday = short_weekday(lang, day), date = day_and_month(lang, day))
}

/// Returns the number and the month: `29 Mar`, `29/3`.
pub fn day_and_month(lang: Lang, day: Day) -> String {
    let (_, month, number) = day.ymd();
    say!(lang, "day-month", day = number, name = month_name(lang, month))
}

/// Returns weekday, number, month and year: `Fri 29 Mar 2024`, `29/3/2024, thứ Sáu`.
pub fn full_day(lang: Lang, day: Day) -> String {
    let (weekday, date) = (short_weekday(lang, day), day_and_month(lang, day));
    say!(lang, "day-full", weekday = weekday, date = date, year = day.year().to_string())
}

/// Returns the local day and time of an instant: `Fri 29 Mar 2024 17:00`. The last second of a day is its `24:00`.
pub fn local(lang: Lang, calendar: &Calendar, instant: Instant) -> String {
    let (day, _) = calendar.local(instant);
    say!(lang, "day-time", day = full_day(lang, day), time = clock_time(calendar, instant))
}

/// Returns the local day, hour and minute of an instant: what happens a second after a term is told with its end.
pub fn to_the_minute(lang: Lang, calendar: &Calendar, instant: Instant) -> String {
    let (day, time) = calendar.local(instant);
    let time = format!("{:02}:{:02}", time.seconds() / 3600, time.seconds() / 60 % 60);
    say!(lang, "day-time", day = full_day(lang, day), time = time)
}

/// Returns the local time of an instant: `17:00`, with seconds where there are some. The last second of a day is its
/// `24:00` (Civil Code 2015, 148.6).
pub fn clock_time(calendar: &Calendar, instant: Instant) -> String {
    let (day, time) = calendar.local(instant);
    if instant == calendar.end_of_day(day) { "24:00".into() } else { time.to_string() }
}

/// Returns a due instant in full, to be read by people and compared by scripts: `Friday 2024-03-29 17:00 (+07:00)`.
pub fn due(lang: Lang, calendar: &Calendar, instant: Instant) -> String {
    let (day, _) = calendar.local(instant);
    say!(
        lang,
        "due-line",
        weekday = weekday(lang, day),
        iso = day.to_string(),
        date = format!("{}/{}", day_and_month(lang, day), day.year()),
        time = clock_time(calendar, instant),
        offset = calendar.format_instant(instant).get(19..).unwrap_or_default().to_owned(),
    )
}

fn short_weekday(lang: Lang, day: Day) -> String {
    say!(lang, "weekday-short", day = day.weekday().number_from_monday())
}

/// Returns a month's name or number, from 1: `Mar`, `3`.
pub fn month_name(lang: Lang, month: u32) -> String {
    say!(lang, "month-name", month = month)
}
