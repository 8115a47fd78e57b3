//! The UTC offsets of a zone.

use chrono::{DateTime, Offset as _, TimeZone};
use chrono_tz::Tz;
use motcua_engine::calendar::Offset;
use motcua_engine::{Day, Instant};

const DAY: i64 = 86_400;

/// Returns the offsets of a zone from the beginning of a year to the end of another: each with its exact first second.
pub(super) fn offsets(tz: Tz, first: i32, last: i32) -> Vec<Offset> {
    let begin = Day::from_ymd(first.clamp(1, 9999), 1, 1).unwrap_or(Day::MIN);
    let end = Day::from_ymd(last.clamp(1, 9999), 12, 31).unwrap_or(Day::MAX);
    let mut at = i64::from(begin.number()) * DAY;
    let end = i64::from(end.number()) * DAY;
    let mut seconds = offset(tz, at);
    let mut found = vec![Offset { from: Instant::from_unix(at), seconds }];
    while at < end {
        let next = at + DAY;
        if offset(tz, next) != seconds {
            let (mut before, mut after) = (at, next);
            while after - before > 1 {
                let middle = before + (after - before) / 2;
                if offset(tz, middle) == seconds { before = middle } else { after = middle }
            }
            seconds = offset(tz, after);
            found.push(Offset { from: Instant::from_unix(after), seconds });
        }
        at = next;
    }
    found
}

fn offset(tz: Tz, unix: i64) -> i32 {
    let utc = DateTime::from_timestamp(unix, 0).unwrap_or_default().naive_utc();
    tz.offset_from_utc_datetime(&utc).fix().local_minus_utc()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_very_second_of_a_change() {
        let rome = offsets(Tz::Europe__Rome, 2024, 2024);
        let changes: Vec<_> = rome.iter().map(|o| (o.from.to_string(), o.seconds)).collect();
        let expected = [("2024-01-01T00:00:00Z", 3600), ("2024-03-31T01:00:00Z", 7200), ("2024-10-27T01:00:00Z", 3600)];
        assert_eq!(changes, expected.map(|(from, seconds)| (from.to_owned(), seconds)));
        assert_eq!(offsets(Tz::Asia__Ho_Chi_Minh, 1980, 2100).len(), 1);
    }
}
