//! What a ledger says, in words: day by day, and in one sentence.

mod amount;

use std::fmt::Write as _;

use motcua_engine::calendar::{Calendar, Length, OffReason, Reason, TimeError, Unit};
use motcua_engine::clock::{Article, DayNote, DayReason, Due, Ledger};
use motcua_engine::{Clock, Day};

use crate::lang::Lang;
use crate::{say, when};

pub use amount::{amounts, duration, left, length, limit, summed, term};

/// A clock to be told day by day.
#[derive(Debug)]
pub struct Telling<'a> {
    /// In which language.
    pub lang: Lang,
    /// Its calendar.
    pub calendar: &'a Calendar,
    /// Its ledger.
    pub ledger: &'a Ledger,
    /// When it is due.
    pub due: Due,
    /// Who suspended it, for each suspension; nothing where nobody is known.
    pub suspended: Vec<String>,
    /// Who extended it, for each grant; nothing where nobody is known.
    pub granted: Vec<String>,
}

/// What has been told of who did what: it is told once.
type Known<'k> = &'k mut Vec<(bool, usize)>;

impl Telling<'_> {
    /// Returns what one day was to the term: `3rd working day`, `off: Tết`, `suspended since 5 Mar`, with the article or the
    /// announcement that it rests on.
    pub fn day(&self, note: &DayNote) -> String {
        self.one_of(note, &mut Vec::new())
    }

    fn one_of(&self, note: &DayNote, known: Known<'_>) -> String {
        let said = self.reason(note, known);
        let said = match note.granted {
            Some(grant) => self.by(say!(self.lang, "note-granted", note = said), &self.granted, (true, grant), known),
            None => said,
        };
        match note.civil_code {
            Some(code) => say!(self.lang, "in-brackets", text = said, more = article(self.lang, code)),
            None => said,
        }
    }

    /// Returns a note with who did it, the first time.
    fn by(&self, said: String, deeds: &[String], of: (bool, usize), known: Known<'_>) -> String {
        let deed = deeds.get(of.1).filter(|deed| !deed.is_empty() && !known.contains(&of));
        known.push(of);
        match deed {
            Some(deed) => say!(self.lang, "note-by", note = said, deed = deed.as_str()),
            None => said,
        }
    }

    fn reason(&self, note: &DayNote, known: Known<'_>) -> String {
        let (lang, calendar) = (self.lang, self.calendar);
        match &note.reason {
            DayReason::StartDay => say!(lang, "note-start"),
            DayReason::Counted { n } => self.nth(note, *n),
            DayReason::Swapped { n, for_day, name, basis } => {
                worked(lang, &self.nth(note, *n), *for_day, [Some(name.as_str()), basis.as_deref()])
            }
            DayReason::Time { seconds } => {
                let time = say!(lang, "note-time", time = duration(lang, *seconds));
                match calendar.worked_out_of_turn(note.date).filter(|_| self.counts_sessions(note)) {
                    Some(day) => worked(lang, &time, day.for_day, [Some(day.name.as_str()), day.basis.as_deref()]),
                    None => time,
                }
            }
            DayReason::Off { off } => self::off(lang, off),
            DayReason::Suspended { suspension } => {
                let asked = self.ledger.suspensions.get(*suspension).map(|s| calendar.local(s.from).0);
                let said = if let Some(day) = asked {
                    say!(lang, "note-suspended-since", day = when::day_and_month(lang, day))
                } else {
                    say!(lang, "note-suspended")
                };
                self.by(said, &self.suspended, (false, *suspension), known)
            }
            DayReason::RolledOver { off: Some(off) } => say!(lang, "note-rolled", off = self::off(lang, off)),
            DayReason::RolledOver { off: None } => say!(lang, "note-rolled-back"),
            DayReason::HeldOpen => say!(lang, "note-held-open"),
            DayReason::LastDay { n } => self.last(note, *n),
        }
    }

    fn last(&self, note: &DayNote, n: u32) -> String {
        let lang = self.lang;
        let time = when::clock_time(self.calendar, self.due.instant);
        // A day that the term was moved to is its last one, and none of its number.
        if n == 0 || !note.counted {
            return say!(lang, "note-last", time = time);
        }
        let worked = self.calendar.worked_out_of_turn(note.date).filter(|_| self.counts_working(note));
        let nth = match worked.and_then(|worked| worked.for_day) {
            Some(day) => say!(lang, "note-made-up", nth = self.nth(note, n), day = when::full_day(lang, day)),
            None => self.nth(note, n),
        };
        let said = say!(lang, "note-nth-last", nth = nth, time = time);
        bracketed(
            lang,
            said,
            [worked.map(|worked| worked.name.as_str()), worked.and_then(|worked| worked.basis.as_deref())],
        )
    }

    fn nth(&self, note: &DayNote, n: u32) -> String {
        if self.counts_working(note) {
            say!(self.lang, "note-nth-working", n = n)
        } else {
            say!(self.lang, "note-nth", n = n)
        }
    }

    /// Returns whether a day belongs to a length in working days.
    fn counts_working(&self, note: &DayNote) -> bool {
        matches!(self.length(note), Length::Of { unit: Unit::WorkingDay, .. } | Length::SameWorkingDay { .. })
    }

    /// Returns whether a day belongs to a length in hours or minutes of work.
    fn counts_sessions(&self, note: &DayNote) -> bool {
        matches!(self.length(note), Length::Of { unit: Unit::WorkingHour | Unit::WorkingMinute, .. })
    }

    /// Returns the length that a day belongs to.
    fn length(&self, note: &DayNote) -> Length {
        let lengths = self.ledger.lengths().unwrap_or_default();
        lengths.get(note.part).copied().unwrap_or(self.ledger.term.length)
    }
}

/// Returns what is said of a day that is worked out of turn, with its name and what it rests on.
fn worked(lang: Lang, said: &str, for_day: Option<Day>, known: [Option<&str>; 2]) -> String {
    let said = if let Some(day) = for_day {
        say!(lang, "note-swapped-for", nth = said, day = when::full_day(lang, day))
    } else {
        say!(lang, "note-swapped", nth = said)
    };
    bracketed(lang, said, known)
}

/// Returns an article of the Civil Code 2015 as it is cited.
pub fn article(lang: Lang, article: Article) -> String {
    let (number, paragraph) = article.number().split_once('.').unwrap_or((article.number(), ""));
    say!(lang, "civil-code", number = number, paragraph = paragraph)
}

/// Returns a text with what is known more of it in brackets.
fn bracketed(lang: Lang, text: String, more: [Option<&str>; 2]) -> String {
    let more: Vec<&str> = more.into_iter().flatten().filter(|more| !more.is_empty()).collect();
    if more.is_empty() { text } else { say!(lang, "in-brackets", text = text, more = more.join("; ")) }
}

fn off(lang: Lang, off: &OffReason) -> String {
    let kind = match off.kind {
        Reason::Weekend => return say!(lang, "off-weekend"),
        Reason::Holiday => say!(lang, "off-holiday"),
        Reason::Substitute => say!(lang, "off-substitute"),
        Reason::Swapped => say!(lang, "off-swapped"),
        Reason::Bridge => say!(lang, "off-bridge"),
        Reason::Closure => say!(lang, "off-closure"),
    };
    let named = if off.name.is_empty() { kind } else { say!(lang, "off-named", kind = kind, name = off.name.clone()) };
    bracketed(lang, named, [None, off.basis.as_deref()])
}

/// Returns the days of a term, a line each, those that counted with a mark; empty for none.
pub fn days(telling: &Telling<'_>, days: &[DayNote]) -> String {
    let dates: Vec<String> = days.iter().map(|note| when::full_day(telling.lang, note.date)).collect();
    let wide = dates.iter().map(|date| date.chars().count()).max().unwrap_or(0).max(16);
    let mut text = String::new();
    let mut known = Vec::new();
    for (note, date) in days.iter().zip(dates) {
        let mark = if note.counted { '·' } else { ' ' };
        let _ = writeln!(text, "{mark} {date:wide$}  {}", telling.one_of(note, &mut known));
    }
    text
}

/// Returns what makes a due date uncertain, a line each.
pub fn uncertain(lang: Lang, due: &Due) -> Vec<String> {
    let year = due.projected_year.then(|| say!(lang, "projected-year", year = due.day.year().to_string()));
    year.into_iter().chain(due.resumes_unknown.then(|| say!(lang, "projected-suspended"))).collect()
}

/// Returns why a clock is due when it is, in one sentence: `7 working days from Mon 4 Mar; 30 Apr and 1 May are off`.
///
/// # Errors
/// The calendar does not cover a year that is needed.
pub fn why(lang: Lang, calendar: &Calendar, clock: &Clock) -> Result<String, TimeError> {
    let ledger = &clock.ledger;
    let (term, day) = (term(lang, &ledger.term), when::short_day(lang, calendar.local(ledger.start).0));
    let mut parts = vec![if clock.generation > 0 {
        say!(lang, "why-anew", term = term, day = day)
    } else {
        say!(lang, "why-from", term = term, day = day)
    }];
    let granted = ledger.granted.iter().map(|granted| length(lang, *granted));
    if let Some(lengths) = granted.reduce(|first, second| say!(lang, "joined-and", first = first, second = second)) {
        parts.push(say!(lang, "why-extended", lengths = lengths));
    }
    let days = match ledger.explain(calendar) {
        Ok(days) => days,
        // A term of centuries is not told by its days.
        Err(TimeError::TooLong { .. }) => Vec::new(),
        Err(error) => return Err(error),
    };
    let suspended = days.iter().filter(|note| matches!(note.reason, DayReason::Suspended { .. })).count();
    if suspended > 0 {
        parts.push(say!(lang, "why-suspended", days = say!(lang, "count-days", n = suspended)));
    }
    let matters = |note: &&DayNote| match &note.reason {
        DayReason::Off { off } | DayReason::RolledOver { off: Some(off) } => off.kind != Reason::Weekend,
        _ => false,
    };
    let off: Vec<Day> = days.iter().filter(matters).map(|note| note.date).collect();
    if !off.is_empty() {
        parts.push(say!(lang, "why-off", count = off.len(), days = spans(lang, &off)));
    }
    let rolled = |note: &DayNote| matches!(&note.reason, DayReason::RolledOver { off: Some(off) } if off.kind == Reason::Weekend);
    if days.iter().any(rolled) {
        parts.push(say!(lang, "why-rolled"));
    }
    Ok(parts.join("; "))
}

/// Returns days as text, neighbours as one stretch: `30 Apr, 1 May`, `8 Feb to 14 Feb`.
fn spans(lang: Lang, days: &[Day]) -> String {
    let mut stretches: Vec<(Day, Day)> = Vec::new();
    for day in days {
        match stretches.last_mut() {
            Some((_, last)) if last.plus(1) == *day => *last = *day,
            _ => stretches.push((*day, *day)),
        }
    }
    let said = stretches.iter().map(|(first, last)| {
        let (from, to) = (when::day_and_month(lang, *first), when::day_and_month(lang, *last));
        match last.since(*first) {
            0 => from,
            1 => format!("{from}, {to}"),
            _ => say!(lang, "why-span", first = from, last = to),
        }
    });
    said.collect::<Vec<_>>().join(", ")
}
