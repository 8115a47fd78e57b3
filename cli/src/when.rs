//! Instants and days as people read them.

use motcua_engine::calendar::Calendar;
use motcua_engine::{Day, Instant};

const WEEKDAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Returns the weekday in full: `Friday`.
pub fn weekday(day: Day) -> &'static str {
    WEEKDAYS.get(day.weekday().num_days_from_monday() as usize).copied().unwrap_or_default()
}

/// Returns the weekday, the number and the month: `Fri 29 Mar`.
pub fn short_day(day: Day) -> String {
    format!("{} {}", weekday(day).get(..3).unwrap_or_default(), day_and_month(day))
}

/// Returns the number and the month: `29 Mar`.
pub fn day_and_month(day: Day) -> String {
    let (_, month, number) = day.ymd();
    format!("{number} {}", month_name(month))
}

/// Returns weekday, number, month and year: `Fri 29 Mar 2024`.
pub fn full_day(day: Day) -> String {
    format!("{} {}", short_day(day), day.year())
}

/// Returns the local day and time of an instant: `Fri 29 Mar 2024 17:00`. The last second of a day is its `24:00`.
pub fn local(calendar: &Calendar, instant: Instant) -> String {
    let (day, _) = calendar.local(instant);
    format!("{} {}", full_day(day), clock_time(calendar, instant))
}

/// Returns the local day, hour and minute of an instant: what happens a second after a term is told with its end.
pub fn to_the_minute(calendar: &Calendar, instant: Instant) -> String {
    let (day, time) = calendar.local(instant);
    format!("{} {:02}:{:02}", full_day(day), time.seconds() / 3600, time.seconds() / 60 % 60)
}

/// Returns the local time of an instant: `17:00`, with seconds where there are some. The last second of a day is its
/// `24:00` (Civil Code 2015, 148.6).
pub fn clock_time(calendar: &Calendar, instant: Instant) -> String {
    let (day, time) = calendar.local(instant);
    if instant == calendar.end_of_day(day) { "24:00".into() } else { time.to_string() }
}

fn month_name(month: u32) -> &'static str {
    MONTHS.get((month as usize).wrapping_sub(1)).copied().unwrap_or_default()
}
