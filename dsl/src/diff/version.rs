//! What a version says of itself: its number, when it is in force, what it counts on, and what has another name.

use motcua_engine::Day;
use motcua_engine::plan::Logic;
use smol_str::SmolStr;

use super::change::{Change, Found, Kind, Whom};
use super::names::{Hop, What};
use super::side::{Pair, Side};
use crate::sentence::{Sentence, say};
use crate::syntax::{RecordValue, Span};

fn place(side: &Side<'_, '_>) -> Span {
    let syntax = side.procedure.syntax;
    let line = syntax.record.iter().find(|line| matches!(line.value, RecordValue::Version { .. }));
    line.map_or(syntax.name.span, |line| line.key.span)
}

pub(super) fn compare(pair: &Pair<'_, '_, '_>, hop: &Hop<'_>, found: &mut Found) {
    let at = (place(&pair.old), place(&pair.new));
    let (old, new) = (&pair.old.plan.logic, &pair.new.plan.logic);
    let mut add = |kind, whom, said: Sentence| found.add(Change::new(kind, whom, said).at(at.0, at.1));
    match new.version.cmp(&old.version) {
        std::cmp::Ordering::Greater => {
            let said = say!(
                "it is version {new}, after version {old}: a dossier stays on its version until it goes over",
                new = new.version,
                old = old.version
            );
            add(Kind::VersionNew, Whom::Dossiers, said);
        }
        std::cmp::Ordering::Less => {
            let said = say!(
                "version {new} comes before version {old}: a dossier goes over to later versions alone",
                new = new.version,
                old = old.version
            );
            add(Kind::VersionLower, Whom::Dossiers, said);
        }
        std::cmp::Ordering::Equal if pair.old.plan.hash != pair.new.plan.hash => {
            let said = say!(
                "version {version} is edited and has no new number: dossiers of the old text are refused by its hash",
                version = new.version
            );
            add(Kind::VersionEdited, Whom::Dossiers, said);
        }
        std::cmp::Ordering::Equal => {}
    }
    if (old.effective, old.until) != (new.effective, new.until) {
        let said = say!("it is in force {new}, before {old}", new = period(new), old = period(old));
        add(Kind::VersionPeriod, Whom::Citizen, said);
    }
    if old.calendar != new.calendar {
        let calendar = |name: &Option<SmolStr>| match name {
            Some(name) => say!("the calendar `{name}`", name),
            None => "no calendar of its own".into(),
        };
        let said =
            say!("it counts on {new}, before on {old}", new = calendar(&new.calendar), old = calendar(&old.calendar));
        add(Kind::CalendarOther, Whom::Citizen, said);
    }
    for what in What::ALL {
        for (was, is) in hop.pairs(what).iter().filter(|(was, is)| was != is) {
            let kind: Sentence = match what {
                What::State => "state".into(),
                What::Clock => "clock".into(),
                What::Field => "field".into(),
                What::Document => "document".into(),
                What::Role => "role".into(),
            };
            let said = say!("the {kind} was called `{old}` before", kind, old = was);
            let spans = (named(&pair.old, what, was), named(&pair.new, what, is));
            found.add(Change::new(Kind::Renamed, Whom::Systems, said).of(is).at(spans.0, spans.1));
        }
    }
}

/// Returns where something is declared.
fn named(side: &Side<'_, '_>, what: What, name: &str) -> Option<Span> {
    let procedure = side.procedure;
    let names = match what {
        What::State => &procedure.states,
        What::Clock => &procedure.clocks,
        What::Field => &procedure.fields,
        What::Document => &procedure.documents,
        What::Role => &procedure.roles,
    };
    names.word(names.get(name)?).map(|word| word.span)
}

fn period(logic: &Logic) -> Sentence {
    let day = |day: Option<Day>| day.map(|day| day.to_string());
    match (day(logic.effective), day(logic.until)) {
        (None, None) => "always".into(),
        (Some(from), None) => say!("from {from} on", from),
        (None, Some(until)) => say!("up to {until}", until),
        (Some(from), Some(until)) => say!("from {from} up to {until}", from, until),
    }
}

/// Says what no other rule has said: things in another order, and else that something decides otherwise.
pub(super) fn rest(pair: &Pair<'_, '_, '_>, hop: &Hop<'_>, found: &mut Found) {
    let renamed = What::ALL.iter().any(|what| hop.pairs(*what).iter().any(|(was, is)| was != is));
    if renamed || !found.is_bare() || plain(&pair.old) == plain(&pair.new) {
        return;
    }
    let spans = (place(&pair.old), place(&pair.new));
    let ordered = |what: &What| what.names(hop.old) == what.names(hop.to);
    let in_order = What::ALL.iter().all(ordered)
        && hop.old.logic.commands == hop.to.logic.commands
        && hop.old.logic.forms == hop.to.logic.forms;
    let change = if in_order {
        let said = "something decides otherwise that none of the other lines says: read both texts";
        Change::new(Kind::OtherUnsaid, Whom::Dossiers, said)
    } else {
        let said = "the same things are written in another order: events name them by their places";
        Change::new(Kind::OrderOther, Whom::Systems, said)
    };
    found.add(change.at(spans.0, spans.1));
}

/// Returns what decides, without what a version says of itself.
fn plain(side: &Side<'_, '_>) -> Option<motcua_engine::plan::PlanHash> {
    let mut logic = side.plan.logic.clone();
    (logic.version, logic.effective, logic.until) = (0, None, None);
    crate::lower::canonical::hash(&logic)
}
