//! A small calendar of the months that a term runs through: what every day was to the clock, to hang beside a decision.
//!
//! Each kind of day has a mark or a pattern besides its colour, so that it can be told on a grey print.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use anyhow::bail;
use motcua_engine::Day;
use motcua_engine::calendar::Reason;
use motcua_engine::clock::{DayNote, DayReason};

use crate::graph::text::{width, wrap, xml};
use crate::lang::Lang;
use crate::say::Telling;
use crate::{say, when};

/// The margin around everything, in pixels like all that follows.
const MARGIN: i32 = 28;
/// The width of a day.
const WIDE: i32 = 46;
/// The height of a day.
const HIGH: i32 = 40;
/// Between two months.
const GAP: i32 = 30;
/// From a month's title to its first week.
const HEAD: i32 = 48;
/// How many months stand side by side.
const ABREAST: usize = 3;
/// The most months that are drawn.
const MOST_MONTHS: usize = 36;

const STYLE: &str = "\
text{font-family:'Noto Sans','Segoe UI',Arial,'DejaVu Sans',sans-serif;fill:#111827}\
.cell{stroke:#d1d5db;stroke-width:1;fill:#fff}.outside{fill:#9ca3af}\
.counted{fill:#dbeafe}.weekend{fill:#f3f4f6}.off{fill:url(#motcua-off)}.suspended{fill:url(#motcua-suspended)}\
.rolled{fill:url(#motcua-rolled)}.held{fill:url(#motcua-held)}\
.due{fill:#1e3a8a;stroke:#111827;stroke-width:2}text.on-due{fill:#fff}\
.ring{fill:none;stroke:#1e3a8a;stroke-width:2}.corner{fill:#1e3a8a}.number{fill:#1e3a8a;font-weight:bold}\
.quiet{fill:#6b7280}.halo{stroke:#fff;stroke-width:3;stroke-linejoin:round;paint-order:stroke}";

const PATTERNS: &str = "<defs>\
<pattern id=\"motcua-off\" width=\"7\" height=\"7\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">\
<rect width=\"7\" height=\"7\" fill=\"#fef2f2\"/><rect width=\"2\" height=\"7\" fill=\"#f0a8a8\"/></pattern>\
<pattern id=\"motcua-suspended\" width=\"7\" height=\"7\" patternUnits=\"userSpaceOnUse\">\
<rect width=\"7\" height=\"7\" fill=\"#fffbeb\"/><circle cx=\"3.5\" cy=\"3.5\" r=\"1.5\" fill=\"#d9a441\"/></pattern>\
<pattern id=\"motcua-rolled\" width=\"7\" height=\"7\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(-45)\">\
<rect width=\"7\" height=\"7\" fill=\"#f5f3ff\"/><rect width=\"2\" height=\"7\" fill=\"#b7a6e6\"/></pattern>\
<pattern id=\"motcua-held\" width=\"7\" height=\"7\" patternUnits=\"userSpaceOnUse\">\
<rect width=\"7\" height=\"7\" fill=\"#f0fdf4\"/><rect width=\"7\" height=\"2\" fill=\"#9fcfb0\"/></pattern></defs>\n";

/// What a day was to the clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Mark {
    Start,
    Counted,
    Swapped,
    Suspended,
    Weekend,
    Off,
    SwappedOff,
    Rolled,
    Held,
    Due,
}

/// In the order of the legend.
const MARKS: [Mark; 10] = [
    Mark::Start,
    Mark::Counted,
    Mark::Swapped,
    Mark::Suspended,
    Mark::Weekend,
    Mark::Off,
    Mark::SwappedOff,
    Mark::Rolled,
    Mark::Held,
    Mark::Due,
];

/// A day of the picture: its mark, its number, and what is said of it.
#[derive(Debug)]
struct Cell {
    mark: Mark,
    number: String,
    said: String,
}

/// Returns the picture as an SVG document, the same bytes for the same term; `lines` stand below its title.
///
/// # Errors
/// The term runs through too many months to be drawn.
pub fn svg(telling: &Telling<'_>, lines: &[String], days: &[DayNote]) -> anyhow::Result<String> {
    let lang = telling.lang;
    let cells = cells(telling, days);
    let months = months(&cells);
    if months.len() > MOST_MONTHS {
        bail!("not supported: a picture of {} months; at most {MOST_MONTHS}", months.len());
    }
    let abreast = i32::try_from(months.len().clamp(1, ABREAST)).unwrap_or(1);
    let inner = abreast * (7 * WIDE + GAP) - GAP;
    let title = say!(lang, "picture-title", due = when::local(lang, telling.calendar, telling.due.instant));
    let mut body = String::new();
    let mut y = MARGIN;
    for line in wrap(&title, inner, 2, 21, true) {
        y += 26;
        let _ = writeln!(
            body,
            "<text x=\"{MARGIN}\" y=\"{}\" font-size=\"21\" font-weight=\"bold\">{}</text>",
            y - 8,
            xml(&line)
        );
    }
    for line in lines.iter().flat_map(|line| wrap(line, inner, 3, 13, false)) {
        y += 18;
        let _ = writeln!(
            body,
            "<text x=\"{MARGIN}\" y=\"{}\" font-size=\"13\" class=\"quiet\">{}</text>",
            y - 6,
            xml(&line)
        );
    }
    y += 14;
    for row in months.chunks(ABREAST) {
        let mut tallest = 0;
        for (x, month) in (0..).map(|column| MARGIN + column * (7 * WIDE + GAP)).zip(row) {
            tallest = tallest.max(draw(&mut body, lang, (x, y), *month, &cells));
        }
        y += tallest + 22;
    }
    let bottom = legend(&mut body, lang, y, inner, &cells) + MARGIN;
    let wide = inner + 2 * MARGIN;
    let said = lines.join(". ");
    Ok(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{wide}\" height=\"{bottom}\" viewBox=\"0 0 {wide} {bottom}\" role=\"img\">\n\
         <title>{}</title>\n<desc>{}</desc>\n<style>{STYLE}</style>\n{PATTERNS}\
         <rect width=\"{wide}\" height=\"{bottom}\" fill=\"#fff\"/>\n{body}</svg>\n",
        xml(&title),
        xml(&said)
    ))
}

fn cells(telling: &Telling<'_>, days: &[DayNote]) -> BTreeMap<Day, Cell> {
    let mut cells = BTreeMap::new();
    for note in days {
        let (mark, number) = match &note.reason {
            // Where a length in another unit goes on, its first day is the last one of the length before.
            DayReason::StartDay if note.part > 0 => continue,
            DayReason::StartDay | DayReason::Time { seconds: 0 } => (Mark::Start, String::new()),
            DayReason::Counted { n } => (Mark::Counted, n.to_string()),
            DayReason::Swapped { n, .. } => (Mark::Swapped, n.to_string()),
            DayReason::Time { seconds } => (Mark::Counted, format!("{}:{:02}", seconds / 3600, seconds / 60 % 60)),
            DayReason::Suspended { .. } => (Mark::Suspended, String::new()),
            DayReason::Off { off } if off.kind == Reason::Weekend => (Mark::Weekend, String::new()),
            DayReason::Off { off } if off.kind == Reason::Swapped => (Mark::SwappedOff, String::new()),
            DayReason::Off { .. } => (Mark::Off, String::new()),
            DayReason::RolledOver { .. } => (Mark::Rolled, String::new()),
            DayReason::HeldOpen => (Mark::Held, String::new()),
            DayReason::LastDay { n } if note.counted => (Mark::Due, n.to_string()),
            DayReason::LastDay { .. } => (Mark::Due, String::new()),
        };
        let mark = if note.date == telling.due.day { Mark::Due } else { mark };
        let said = format!("{}: {}", when::full_day(telling.lang, note.date), telling.day(note));
        cells.insert(note.date, Cell { mark, number, said });
    }
    cells
}

/// Returns the first days of the months from the first cell to the last.
fn months(cells: &BTreeMap<Day, Cell>) -> Vec<Day> {
    let (Some((first, _)), Some((last, _))) = (cells.first_key_value(), cells.last_key_value()) else {
        return Vec::new();
    };
    let first_of = |day: Day| Day::from_ymd(day.year(), day.ymd().1, 1);
    let mut months = Vec::new();
    let mut next = first_of(*first);
    while let Some(month) = next.filter(|month| month <= last && months.len() <= MOST_MONTHS) {
        months.push(month);
        next = month.checked_plus(31).and_then(first_of);
    }
    months
}

/// Draws a month with its top left corner at a place; returns its height.
fn draw(out: &mut String, lang: Lang, (left, top): (i32, i32), first: Day, cells: &BTreeMap<Day, Cell>) -> i32 {
    let (year, month, _) = first.ymd();
    let title = say!(lang, "month-title", name = when::month_name(lang, month), year = year.to_string());
    let _ = writeln!(
        out,
        "<text x=\"{left}\" y=\"{}\" font-size=\"15\" font-weight=\"bold\">{}</text>",
        top + 16,
        xml(&title)
    );
    for (column, weekday) in (0..7).zip(1_u32..) {
        let x = left + column * WIDE + WIDE / 2;
        let name = say!(lang, "picture-week", day = weekday);
        let _ = writeln!(
            out,
            "<text x=\"{x}\" y=\"{}\" font-size=\"11\" text-anchor=\"middle\" class=\"quiet\">{}</text>",
            top + HEAD - 7,
            xml(&name)
        );
    }
    let indent = i32::try_from(first.weekday().num_days_from_monday()).unwrap_or(0);
    let mut row = 0;
    for (at, day) in
        (indent..).zip((0..31).filter_map(|days| first.checked_plus(days)).take_while(|day| day.ymd().1 == month))
    {
        row = at / 7;
        let place = (left + at % 7 * WIDE, top + HEAD + row * HIGH);
        cell(out, place, &day.ymd().2.to_string(), cells.get(&day));
    }
    HEAD + (row + 1) * HIGH
}

fn cell(out: &mut String, (x, y): (i32, i32), day: &str, cell: Option<&Cell>) {
    let Some(Cell { mark, number, said }) = cell else {
        let _ = writeln!(out, "<text x=\"{}\" y=\"{}\" font-size=\"13\" class=\"outside\">{day}</text>", x + 6, y + 16);
        return;
    };
    let _ = write!(out, "<g transform=\"translate({x} {y})\"><title>{}</title>", xml(said));
    face(out, *mark, (WIDE, HIGH));
    let of_due = if *mark == Mark::Due { " class=\"on-due\"" } else { " class=\"halo\"" };
    let _ = write!(out, "<text x=\"6\" y=\"16\" font-size=\"13\"{of_due}>{day}</text>");
    if !number.is_empty() {
        let class = if *mark == Mark::Due { "on-due" } else { "number" };
        let weight = if *mark == Mark::Due { " font-weight=\"bold\"" } else { "" };
        let _ = write!(
            out,
            "<text x=\"{}\" y=\"{}\" font-size=\"13\" text-anchor=\"end\" class=\"{class}\"{weight}>{}</text>",
            WIDE - 5,
            HIGH - 6,
            xml(number)
        );
    }
    out.push_str("</g>\n");
}

/// Draws what makes a day's kind visible, in a box of a size.
fn face(out: &mut String, mark: Mark, (wide, high): (i32, i32)) {
    let class = match mark {
        Mark::Start => "",
        Mark::Counted | Mark::Swapped => " counted",
        Mark::Suspended => " suspended",
        Mark::Weekend => " weekend",
        Mark::Off | Mark::SwappedOff => " off",
        Mark::Rolled => " rolled",
        Mark::Held => " held",
        Mark::Due => " due",
    };
    let _ = write!(out, "<rect class=\"cell{class}\" width=\"{wide}\" height=\"{high}\"/>");
    match mark {
        Mark::Start => {
            let _ = write!(
                out,
                "<rect class=\"ring\" x=\"3\" y=\"3\" width=\"{}\" height=\"{}\" rx=\"6\"/>",
                wide - 6,
                high - 6
            );
        }
        Mark::Swapped | Mark::SwappedOff => {
            let _ = write!(out, "<path class=\"corner\" d=\"M{} 0H{wide}V12Z\"/>", wide - 12);
        }
        _ => {}
    }
}

/// Draws the legend of the marks that there are; returns where it ends.
fn legend(out: &mut String, lang: Lang, top: i32, inner: i32, cells: &BTreeMap<Day, Cell>) -> i32 {
    let (mut x, mut y) = (MARGIN, top);
    for mark in MARKS.into_iter().filter(|mark| cells.values().any(|cell| cell.mark == *mark)) {
        let text = match mark {
            Mark::Start => say!(lang, "legend-start"),
            Mark::Counted => say!(lang, "legend-counted"),
            Mark::Swapped => say!(lang, "legend-swapped"),
            Mark::Suspended => say!(lang, "legend-suspended"),
            Mark::Weekend => say!(lang, "legend-weekend"),
            Mark::Off => say!(lang, "legend-holiday"),
            Mark::SwappedOff => say!(lang, "legend-swapped-off"),
            Mark::Rolled => say!(lang, "legend-rolled"),
            Mark::Held => say!(lang, "legend-held"),
            Mark::Due => say!(lang, "legend-due"),
        };
        let step = 28 + 8 + width(&text, 12, false) + 18;
        if x > MARGIN && x + step - 18 > inner + MARGIN {
            (x, y) = (MARGIN, y + 28);
        }
        let _ = write!(out, "<g transform=\"translate({x} {y})\">");
        face(out, mark, (28, 20));
        let _ = writeln!(out, "<text x=\"36\" y=\"14\" font-size=\"12\">{}</text></g>", xml(&text));
        x += step;
    }
    y + 20
}
