//! A year of a calendar as an iCalendar object: a free day an entry, and a worked one an entry.

use icalendar::{Component, Event, Property};
use motcua_engine::Day;
use motcua_engine::calendar::{Calendar, OffKind, YearView};

/// Names the free day that a worked day makes up for; programs that do not know it pass it over.
pub const FOR: &str = "X-MOTCUA-FOR";

/// Returns the year as an iCalendar object. The same year gives the same bytes, whenever it is written.
pub fn year(calendar: &Calendar, view: &YearView) -> String {
    let spec = calendar.spec();
    let mut object = icalendar::Calendar::empty();
    object.append_property(("VERSION", "2.0"));
    object.append_property(("PRODID", "-//motcua//calendar//EN"));
    object.append_property(("CALSCALE", "GREGORIAN"));
    object.append_property(("X-WR-CALNAME", plain(spec.label.as_deref().unwrap_or(&spec.name)).as_str()));
    object.append_property(("X-WR-TIMEZONE", spec.zone.as_str()));
    for off in &view.off {
        let mut event = entry(&spec.name, off.date, kind_name(off.kind), &off.name);
        if let Some(basis) = calendar.why_off(off.date).and_then(|reason| reason.basis) {
            event.description(&plain(&basis));
        }
        object.push(event);
    }
    for worked in &view.worked {
        let summary = worked.for_day.map_or_else(|| "worked".to_owned(), |day| format!("worked for {day}"));
        let mut event = entry(&spec.name, worked.date, "worked", &summary);
        if let Some(day) = worked.for_day {
            event.add_property(FOR, compact(day));
        }
        if let Some(basis) = calendar.worked_out_of_turn(worked.date).and_then(|day| day.basis.as_deref()) {
            event.description(&plain(basis));
        }
        object.push(event);
    }
    // The library folds some lines one byte too late, so its lines are folded anew.
    icalendar::parser::unfold(&object.to_string()).lines().map(folded).collect()
}

/// Returns the word for what makes a day off, as the language has it.
pub fn kind_name(kind: OffKind) -> &'static str {
    match kind {
        OffKind::Holiday => "holiday",
        OffKind::Substitute => "substitute",
        OffKind::Swapped => "swapped",
        OffKind::Bridge => "bridge",
        OffKind::Closure => "closure",
    }
}

fn entry(calendar: &str, day: Day, kind: &str, summary: &str) -> Event {
    let date = |name: &str, day: Day| Property::new(name, compact(day)).add_parameter("VALUE", "DATE").done();
    let mut event = Event::with_uid(&plain(&format!("{day}-{kind}@{calendar}.motcua")));
    // The same calendar gives the same bytes, so the stamp is the day itself.
    event.add_property("DTSTAMP", format!("{}T000000Z", compact(day)));
    event.append_property(date("DTSTART", day)).append_property(date("DTEND", day.plus(1)));
    event.summary(&plain(summary)).add_multi_property("CATEGORIES", kind);
    event
}

fn compact(day: Day) -> String {
    day.to_string().replace('-', "")
}

/// Returns a text without the control characters that iCalendar does not allow; line ends stay, as `\n`.
fn plain(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    text.chars().filter(|char| *char == '\n' || !char.is_control()).collect()
}

/// Returns a line of at most 75 bytes, folded where it is longer (RFC 5545, 3.1).
fn folded(line: &str) -> String {
    const MOST: usize = 75;
    let (mut text, mut rest, mut room) = (String::new(), line, MOST);
    while rest.len() > room {
        let (head, tail) = rest.split_at(rest.floor_char_boundary(room));
        text.push_str(head);
        text.push_str("\r\n ");
        rest = tail;
        room = MOST - 1;
    }
    text + rest + "\r\n"
}
