//! What changes between two texts, as text for people and as JSON for programs.

use std::fmt::Write;

use motcua_dsl::syntax::Span;
use motcua_dsl::{By, Change, Class, Difference, Flight, Source};
use serde_json::{Map, Value as Json, json};

use crate::lang::Lang;
use crate::render::{Indexed, place};
use crate::say;

/// Two texts, what differs, and what may.
#[derive(Clone, Copy, Debug)]
pub struct Compared<'a> {
    /// The files of OLD.
    pub old: &'a [Source],
    /// The files of NEW.
    pub new: &'a [Source],
    /// What differs, procedure by procedure.
    pub found: &'a [Difference],
    /// What is meant.
    pub allowed: &'a [Class],
}

impl Compared<'_> {
    fn changes(&self) -> impl Iterator<Item = &Change> {
        self.found.iter().flat_map(|difference| &difference.changes)
    }

    fn is_refused(&self, class: Class) -> bool {
        class >= Class::Tightening && !self.allowed.contains(&class)
    }

    /// Returns whether something changes that is not allowed.
    #[must_use]
    pub fn fails(&self) -> bool {
        self.changes().any(|change| self.is_refused(change.class()))
    }
}

fn count<'c>(changes: impl Iterator<Item = &'c Change>, class: Class) -> usize {
    changes.filter(|change| change.class() == class).count()
}

/// Returns how many changes there are of each class, in words.
fn counts(changes: &[Change], lang: Lang) -> String {
    let one = |class: Class| {
        let n = count(changes.iter(), class);
        (n > 0).then(|| say!(lang, "diff-count", n = n, class = class.name()))
    };
    Class::ALL.into_iter().filter_map(one).collect::<Vec<_>>().join(", ")
}

/// Returns what changes, as text.
pub fn text(compared: &Compared<'_>, lang: Lang) -> String {
    let (old, new) = (indexed(compared.old), indexed(compared.new));
    let mut said = String::new();
    for difference in compared.found {
        let head = head(difference, lang);
        if difference.changes.is_empty() {
            let what = if difference.only_words { say!(lang, "diff-words") } else { say!(lang, "diff-nothing") };
            let _ = writeln!(said, "{head}: {what}");
            continue;
        }
        let _ = writeln!(said, "{head}: {}", counts(&difference.changes, lang));
        for class in Class::ALL {
            let mut changes = difference.changes.iter().filter(|change| change.class() == class).peekable();
            if changes.peek().is_some() {
                let _ = writeln!(said, "  {}", say!(lang, "diff-class", class = class.name()));
            }
            for change in changes {
                let _ = writeln!(said, "    {}", line(change, &old, &new, lang));
            }
        }
        flight(&difference.flight, lang, &mut said);
    }
    let refused: Vec<String> = Class::ALL
        .into_iter()
        .filter(|class| compared.is_refused(*class))
        .filter_map(|class| {
            let n = count(compared.changes(), class);
            (n > 0).then(|| say!(lang, "diff-count", n = n, class = class.name()))
        })
        .collect();
    if !refused.is_empty() {
        let _ = writeln!(said, "{}", say!(lang, "diff-refused", what = refused.join(", ")));
    }
    said
}

fn head(difference: &Difference, lang: Lang) -> String {
    let name = difference.procedure.as_str();
    match (difference.from, difference.to) {
        (Some(from), Some(to)) if from == to => say!(lang, "diff-head-same", name = name, version = from),
        (Some(from), Some(to)) => say!(lang, "diff-head", name = name, from = from, to = to),
        (from, to) => say!(lang, "diff-head-same", name = name, version = from.or(to).unwrap_or_default()),
    }
}

/// Returns a change on one line: whom it concerns, what it is about, what it is, and where it stands.
fn line(change: &Change, old: &[Indexed<'_>], new: &[Indexed<'_>], lang: Lang) -> String {
    let whom = say!(lang, "diff-whom", whom = change.whom.name());
    let names: Vec<String> = change.of.iter().map(|name| format!("`{name}`")).collect();
    let of = if names.is_empty() { String::new() } else { format!("{}: ", names.join(", ")) };
    let at = |files: &[Indexed<'_>], span: Span| {
        let (file, (line, _), _) = place(files, span);
        format!("{file}:{line}")
    };
    let place = match (change.new, change.old) {
        (Some(span), _) => at(new, span),
        (None, Some(span)) => say!(lang, "diff-before", place = at(old, span)),
        (None, None) => return format!("[{whom}] {of}{}", lang.sentence(&change.what)),
    };
    format!("[{whom}] {of}{} ({place})", lang.sentence(&change.what))
}

fn flight(flight: &Flight, lang: Lang, said: &mut String) {
    let all = flight.states.len();
    if all == 0 {
        return;
    }
    let over = flight.states.iter().filter(|journey| journey.to.is_some()).count();
    let _ = writeln!(said, "  {}", say!(lang, "diff-flight", over = over, n = all));
    let same = flight.states.iter().filter(|journey| journey.to.as_ref() == Some(&journey.state));
    let same: Vec<String> = same.map(|journey| format!("`{}`", journey.state)).collect();
    if !same.is_empty() {
        let _ = writeln!(said, "    {}", say!(lang, "diff-stay", states = same.join(", ")));
    }
    for journey in &flight.states {
        let state = journey.state.as_str();
        let told = match (&journey.to, &journey.why) {
            (Some(to), _) if *to == journey.state => continue,
            (Some(to), _) => {
                let by = journey.by.map_or("name", by);
                say!(lang, "diff-goes", state = state, to = to.as_str(), by = by)
            }
            (None, why) => {
                let why = why.as_ref().map(|why| lang.sentence(why)).unwrap_or_default();
                say!(lang, "diff-held", state = state, why = why)
            }
        };
        let _ = writeln!(said, "    {told}");
    }
    for more in &flight.besides {
        let _ = writeln!(said, "    {}", lang.sentence(more));
    }
}

/// Returns the word of the language that says where dossiers go.
fn by(by: By) -> &'static str {
    match by {
        By::Name => "name",
        By::Was => "was",
        By::Moves => "moves",
    }
}

fn indexed(sources: &[Source]) -> Vec<Indexed<'_>> {
    sources.iter().map(Indexed::new).collect()
}

/// Returns what changes, as one object.
pub fn json(compared: &Compared<'_>, lang: Lang) -> Json {
    let (old, new) = (indexed(compared.old), indexed(compared.new));
    let placed = |files: &[Indexed<'_>], sources: &[Source], span: Option<Span>| {
        let span = span?;
        let (file, from, to) = place(files, span);
        let source = sources.get(span.file as usize);
        let text = source.and_then(|source| source.text.get(span.start as usize..span.end as usize));
        Some(json!({
            "file": file, "line": from.0, "column": from.1, "end_line": to.0, "end_column": to.1,
            "text": text.unwrap_or_default(),
        }))
    };
    let change = |change: &Change| {
        let mut said = Map::new();
        said.insert("kind".into(), change.kind.id().into());
        said.insert("class".into(), change.class().name().into());
        said.insert("whom".into(), change.whom.name().into());
        said.insert("of".into(), change.of.iter().map(ToString::to_string).collect());
        said.insert("what".into(), lang.sentence(&change.what).into());
        let sides = [("old", placed(&old, compared.old, change.old)), ("new", placed(&new, compared.new, change.new))];
        said.extend(sides.into_iter().filter_map(|(key, place)| Some((key.to_owned(), place?))));
        Json::Object(said)
    };
    let difference = |difference: &Difference| {
        let mut said = Map::new();
        said.insert("procedure".into(), difference.procedure.as_str().into());
        let numbers = [("from", difference.from), ("to", difference.to)];
        said.extend(numbers.into_iter().filter_map(|(key, number)| Some((key.to_owned(), number?.into()))));
        said.extend(difference.label.as_ref().map(|label| ("label".to_owned(), label.as_str().into())));
        said.insert("only_words".into(), difference.only_words.into());
        said.insert("changes".into(), difference.changes.iter().map(change).collect());
        said.insert("flight".into(), in_flight(&difference.flight, lang));
        Json::Object(said)
    };
    let of = |class: Class| count(compared.changes(), class);
    json!({
        "procedures": compared.found.iter().map(difference).collect::<Vec<_>>(),
        "breaking": of(Class::Breaking), "tightening": of(Class::Tightening),
        "loosening": of(Class::Loosening), "compatible": of(Class::Compatible),
        "allowed": compared.allowed.iter().map(|class| class.name()).collect::<Vec<_>>(),
        "fails": compared.fails(),
    })
}

fn in_flight(flight: &Flight, lang: Lang) -> Json {
    let states = flight.states.iter().map(|journey| {
        if let (Some(to), Some(how)) = (&journey.to, journey.by) {
            return json!({ "state": journey.state, "to": to, "by": by(how) });
        }
        let why = journey.why.as_ref().map(|why| lang.sentence(why)).unwrap_or_default();
        json!({ "state": journey.state, "why": why })
    });
    let besides: Vec<String> = flight.besides.iter().map(|more| lang.sentence(more)).collect();
    json!({ "states": states.collect::<Vec<_>>(), "besides": besides })
}
