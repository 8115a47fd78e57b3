//! A report as people read it.

use std::fmt::Write;

use comfy_table::presets::UTF8_HORIZONTAL_ONLY;
use comfy_table::{Cell, CellAlignment, ContentArrangement, Table};

use super::report::{Reason, Report};

/// How many deviations are listed.
const LISTED: usize = 20;

/// Returns a report as tables, with lines of at most so many columns.
pub fn table(report: &Report, width: u16) -> String {
    let Report { procedure, dossiers, events, variants, fit, unfit, .. } = report;
    let mut text = String::new();
    // Writing to a text cannot fail.
    let _ = writeln!(text, "{procedure}: {dossiers} dossiers, {events} events, {variants} variants");
    let _ = writeln!(text, "{fit} dossiers fit ({}), {unfit} do not", percent(*fit, *dossiers));
    if !report.deviations.is_empty() {
        let mut table = new(width, &["why it does not fit", "activity", "in state", "dossiers"]);
        for deviation in report.deviations.iter().take(LISTED) {
            let words = [words(deviation.reason).to_owned(), deviation.event.to_string(), deviation.state.clone()];
            table.add_row(words.into_iter().map(Cell::new).chain([number(deviation.dossiers)]));
        }
        let _ = writeln!(text, "\n{table}");
        if report.deviations.len() > LISTED {
            let _ = writeln!(text, "{} more kinds; `--format json` lists all", report.deviations.len() - LISTED);
        }
    }
    if !report.clocks.0.is_empty() {
        let head = ["clock", "early", "on time", "late", "ended", "running", "suspended", "overdue"];
        let mut table = new(width, &head);
        for (name, c) in &report.clocks.0 {
            let counts = [c.early, c.on_time, c.late, c.ended, c.running, c.suspended, c.overdue];
            table.add_row([Cell::new(name)].into_iter().chain(counts.map(number)));
        }
        let _ = writeln!(text, "\n{table}");
    }
    if !report.timers.0.is_empty() {
        let mut table = new(width, &["timer", "fired", "same day", "earlier", "later", "unrecorded"]);
        for (name, t) in &report.timers.0 {
            let counts = [t.fired, t.same_day, t.earlier, t.later, t.unrecorded];
            table.add_row([Cell::new(name)].into_iter().chain(counts.map(number)));
        }
        let _ = writeln!(text, "\n{table}");
    }
    if !report.due.0.is_empty() {
        let head = ["due as recorded", "same second", "same minute", "same day", "earlier", "later", "unrecorded"];
        let mut table = new(width, &head);
        for (name, d) in &report.due.0 {
            let counts = [d.same_second, d.same_minute, d.same_day, d.earlier, d.later, d.unrecorded];
            table.add_row([Cell::new(name)].into_iter().chain(counts.map(number)));
        }
        let _ = writeln!(text, "\n{table}");
    }
    if let Some(weak) = weakest(report) {
        let _ = writeln!(text, "\nweakest: {weak}");
    }
    text
}

/// Returns what most needs looking at: the clock with the largest share of late dossiers, else the first deviation.
fn weakest(report: &Report) -> Option<String> {
    let late = |(name, c): &(String, super::ClockCounts)| {
        let received = c.early + c.on_time + c.late + c.ended + c.running + c.suspended + c.overdue;
        let late = c.late + c.overdue;
        (late > 0).then(|| (late.saturating_mul(10_000) / received, late, received, name.clone()))
    };
    if let Some((_, late, received, name)) = report.clocks.0.iter().filter_map(late).max() {
        return Some(format!(
            "{late} of {received} dossiers ({}) are late by the clock `{name}`",
            percent(late, received)
        ));
    }
    let first = report.deviations.first()?;
    let share = percent(first.dossiers, report.dossiers);
    let dossiers = crate::output::count(usize::try_from(first.dossiers).unwrap_or(usize::MAX), "dossier");
    Some(format!("{dossiers} ({share}) at `{}` in `{}`", first.event, first.state))
}

fn words(reason: Reason) -> &'static str {
    match reason {
        Reason::NotApplicable => "not possible there",
        Reason::Guard => "a guard says no",
        Reason::NotPermitted => "the role may not",
        Reason::FourEyes => "the same person, four eyes",
        Reason::UnknownEvent => "the map does not know it",
        Reason::NotFinal => "the log ends before the end",
    }
}

fn new(width: u16, head: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_preset(UTF8_HORIZONTAL_ONLY).set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
    table.set_header(head);
    table
}

fn number(count: u64) -> Cell {
    Cell::new(count).set_alignment(CellAlignment::Right)
}

/// Returns a share with one decimal, rounded down so that 100 % means all.
fn percent(part: u64, whole: u64) -> String {
    let thousandths = u128::from(part) * 1000 / u128::from(whole.max(1));
    format!("{}.{} %", thousandths / 10, thousandths % 10)
}
