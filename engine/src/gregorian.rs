//! Civil dates and day numbers: the proleptic Gregorian calendar of the years 1 to 9999.
//!
//! The algorithms are those of Cassio Neri and Lorenz Schneider, "Euclidean affine functions and their application to
//! calendar algorithms", Software: Practice and Experience 53(4), 2023 (doi:10.1002/spe.3172): years begin in March,
//! and every division is by a constant.

/// Days from 0000-03-01 to 1970-01-01.
const EPOCH: i32 = 719_468;

/// Year, month and number of the day so many days after 1970-01-01, which lies within the years 1 to 9999.
#[inline]
pub(crate) const fn to_ymd(days: i32) -> (i32, u32, u32) {
    let quarters = 4 * days.wrapping_add(EPOCH).cast_unsigned() + 3;
    let (century, of_century) = (quarters / 146_097, quarters % 146_097 / 4);
    // The year of the century is the upper half of this product, the day of the year is in the lower one.
    let product = 2_939_745 * (4 * of_century + 3) as u64;
    let of_year = (product & 0xffff_ffff) as u32 / 2_939_745 / 4;
    let year = 100 * century + (product >> 32) as u32;
    let parts = 2141 * of_year + 197_913;
    let (month, number) = (parts / 65_536, parts % 65_536 / 2141 + 1);
    // The last two months of a year that begins in March are January and February of the next.
    let next = of_year >= 306;
    ((year + next as u32).cast_signed(), if next { month - 12 } else { month }, number)
}

/// Days from 1970-01-01 to that date; nothing for one that does not exist within the years 1 to 9999.
#[inline]
pub(crate) const fn from_ymd(year: i32, month: u32, number: u32) -> Option<i32> {
    if year < 1 || year > 9999 || month < 1 || month > 12 {
        return None;
    }
    if number < 1 || number > 28 && number > days_in_month(year, month) {
        return None;
    }
    let early = month <= 2;
    let year = year.cast_unsigned() - early as u32;
    let month = if early { month + 12 } else { month };
    let century = year / 100;
    let years = 1461 * year / 4 - century + century / 4;
    let months = (979 * month - 2919) / 32;
    Some((years + months + number - 1).cast_signed() - EPOCH)
}

/// How many days a month, 1 to 12, has.
#[inline]
pub(crate) const fn days_in_month(year: i32, month: u32) -> u32 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        // 31 for odd months up to July and for even ones after it.
        _ => 30 + (month + (month >> 3)) % 2,
    }
}

#[cfg(test)]
mod tests {
    use chrono::{Datelike, NaiveDate};

    use super::{days_in_month, from_ymd, to_ymd};

    #[test]
    fn every_day_of_the_years_1_to_9999_agrees_with_chrono() {
        let epoch = NaiveDate::from_ymd_opt(1970, 1, 1).unwrap();
        let mut date = NaiveDate::from_ymd_opt(1, 1, 1).unwrap();
        while date.year() <= 9999 {
            let days = i32::try_from(date.signed_duration_since(epoch).num_days()).unwrap();
            let (year, month, number) = (date.year(), date.month(), date.day());
            assert_eq!(to_ymd(days), (year, month, number), "{days}");
            assert_eq!(from_ymd(year, month, number), Some(days), "{date}");
            date = date.succ_opt().unwrap();
        }
    }

    #[test]
    fn dates_that_do_not_exist_are_none_as_in_chrono() {
        for year in [-1, 0, 1, 4, 100, 1900, 2000, 2023, 2024, 9999, 10_000, i32::MIN, i32::MAX] {
            for month in [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 255, u32::MAX] {
                for number in (0..34).chain([u32::MAX]) {
                    let known = NaiveDate::from_ymd_opt(year, month, number).filter(|_| (1..=9999).contains(&year));
                    assert_eq!(from_ymd(year, month, number).is_some(), known.is_some(), "{year}-{month}-{number}");
                }
                if (1..=9999).contains(&year) && (1..=12).contains(&month) {
                    let first = NaiveDate::from_ymd_opt(year, month, 1).unwrap();
                    assert_eq!(days_in_month(year, month), u32::from(first.num_days_in_month()), "{first}");
                }
            }
        }
    }
}
