//! The due dates of 13 steps that another office's software computed.

use std::path::Path;

use super::samples::{compiled, plain_vietnam, session};
use crate::calendar::{Length, Term, Unit};
use crate::instant::Instant;

/// The limit of each step in half working days, as that office's definitions of the two procedures state it.
const HALF_DAYS: [u32; 13] = [1, 3, 2, 2, 6, 10, 10, 10, 6, 6, 6, 2, 6];

#[test]
#[expect(clippy::disallowed_methods, reason = "the data stands beside the project and is read where it is")]
fn twelve_of_thirteen_steps_agree_and_one_keeps_its_half_day() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/epar_step_deadlines.json");
    let Ok(text) = std::fs::read_to_string(&path) else {
        eprintln!("skipped: {} is missing", path.display());
        return;
    };
    let file: serde_json::Value = serde_json::from_str(&text).unwrap();
    let mut spec = plain_vietnam();
    (spec.first_year, spec.last_year, spec.announced_until) = (2015, 2015, None);
    for sessions in spec.week.iter_mut().filter(|sessions| !sessions.is_empty()) {
        *sessions = vec![session("07:30-11:30"), session("13:30-16:00")];
    }
    let calendar = compiled(spec);
    let rows = file["rows"].as_array().unwrap();
    assert_eq!(rows.len(), HALF_DAYS.len());
    let at = |row: &serde_json::Value, field: &str| calendar.parse_instant(row[field].as_str().unwrap()).unwrap();
    let mut differ = Vec::new();
    let mut previous: Option<(&str, Instant)> = None;
    for (row, halves) in rows.iter().zip(HALF_DAYS) {
        let record = row["FK_RECORD"].as_str().unwrap();
        // The first step of a dossier began some time before it finished, on the same afternoon.
        let start = match previous {
            Some((known, finished)) if known == record => finished,
            _ => at(row, "C_FINISH_DATE").plus(-600),
        };
        let length = Length::Of { count: halves / 2, half: halves % 2 == 1, unit: Unit::WorkingDay };
        let due = Term::of(length).end(&calendar, start).unwrap().instant;
        if due != at(row, "C_STEP_DEADLINE_DATE") {
            differ.push((row["C_TASK_CODE"].as_str().unwrap(), calendar.format_instant(due)));
        }
        previous = Some((record, at(row, "C_FINISH_DATE")));
    }
    assert_eq!(differ, [("TP01::XET_DUYET", "2015-03-11T11:30:00+07:00".to_owned())]);
}
