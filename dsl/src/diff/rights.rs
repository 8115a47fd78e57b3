//! Rights over time and record: to extend, to appoint anew, to tell late, to correct; and four eyes.

use motcua_engine::RoleId;
use motcua_engine::calendar::Length;
use motcua_engine::plan::{ExtendPlan, ReappointPlan};
use smol_str::SmolStr;

use super::actions::{self, Done};
use super::change::{Change, Found, Kind, Whom};
use super::clocks::Clock;
use super::side::{Pair, Side, lacking, listed};
use crate::sentence::{Sentence, say};
use crate::syntax::{Amends, Span};

fn sorted(side: &Side<'_, '_>, by: &[RoleId]) -> Vec<SmolStr> {
    let mut names = side.roles(by);
    names.sort();
    names
}

pub(super) fn extensions(pair: &Pair<'_, '_, '_>, name: &SmolStr, old: Clock<'_>, new: Clock<'_>, found: &mut Found) {
    let spans = |clock: Clock<'_>| clock.written.extends.as_ref().map(|extends| extends.span);
    let (from, to) = (spans(old), spans(new));
    let words = |side: &Side<'_, '_>, span: Option<Span>| span.map(|span| side.words(span)).unwrap_or_default();
    let (was, is) = (words(&pair.old, from), words(&pair.new, to));
    let (kind, said) = match (&old.plan.extends, &new.plan.extends) {
        (None, None) => return,
        (None, Some(_)) => (Kind::ExtensionNew, say!("the term may be extended: `{new}`", new = is)),
        (Some(_), None) => (Kind::ExtensionGone, say!("the term may be extended no more: `{old}`", old = was)),
        (Some(before), Some(after)) => {
            let same_by = sorted(&pair.old, &before.by) == sorted(&pair.new, &after.by);
            let bare = |plan: &ExtendPlan| ExtendPlan { by: Vec::new(), ..plan.clone() };
            if bare(before) == bare(after) && same_by {
                return;
            }
            let kind = if same_by { extent(before, after) } else { Kind::ExtensionOther };
            (kind, say!("the term may be extended otherwise: `{new}`, before `{old}`", new = is, old = was))
        }
    };
    found.add(Change::new(kind, Whom::Citizen, said).of(name).at(from, to));
}

/// Returns whether more or less may be granted than before.
fn extent(old: &ExtendPlan, new: &ExtendPlan) -> Kind {
    let halves = |length: Length| match length {
        Length::Of { count, half, unit } => Some((unit, 2 * u64::from(count) + u64::from(half))),
        Length::SameWorkingDay { .. } => None,
    };
    let compared = |old: Option<Length>, new: Option<Length>| match (old, new) {
        (None, None) => Some(std::cmp::Ordering::Equal),
        // Without a total only the number of times bounds it.
        (Some(_), None) => Some(std::cmp::Ordering::Greater),
        (None, Some(_)) => Some(std::cmp::Ordering::Less),
        (Some(old), Some(new)) => {
            let ((unit, was), (other, is)) = (halves(old)?, halves(new)?);
            (unit == other).then(|| is.cmp(&was))
        }
    };
    let parts = [
        Some(new.times.cmp(&old.times)),
        compared(Some(old.at_most), Some(new.at_most)),
        compared(old.in_total, new.in_total),
        Some(new.agreement.cmp(&old.agreement)),
    ];
    let all = |side: std::cmp::Ordering| {
        parts.iter().all(|part| part.is_some_and(|part| part == side || part == std::cmp::Ordering::Equal))
    };
    if all(std::cmp::Ordering::Greater) {
        Kind::ExtensionMore
    } else if all(std::cmp::Ordering::Less) {
        Kind::ExtensionLess
    } else {
        Kind::ExtensionOther
    }
}

pub(super) fn reappointments(
    pair: &Pair<'_, '_, '_>,
    name: &SmolStr,
    old: Clock<'_>,
    new: Clock<'_>,
    found: &mut Found,
) {
    let spans = |clock: Clock<'_>| clock.written.reappoints.as_ref().map(|reappoints| reappoints.span);
    let (from, to) = (spans(old), spans(new));
    let words = |side: &Side<'_, '_>, span: Option<Span>| span.map(|span| side.words(span)).unwrap_or_default();
    let (was, is) = (words(&pair.old, from), words(&pair.new, to));
    let mut add = |kind, said: Sentence| found.add(Change::new(kind, Whom::Citizen, said).of(name).at(from, to));
    match (&old.plan.reappoints, &new.plan.reappoints) {
        (None, None) => {}
        (None, Some(_)) => add(Kind::ReappointmentNew, say!("the promised date may be moved: `{new}`", new = is)),
        (Some(_), None) => {
            add(Kind::ReappointmentGone, say!("the promised date may be moved no more: `{old}`", old = was));
        }
        (Some(before), Some(after)) => {
            let bare = |plan: &ReappointPlan| (plan.times, plan.at_latest);
            if bare(before) != bare(after) || sorted(&pair.old, &before.by) != sorted(&pair.new, &after.by) {
                let said =
                    say!("the promised date may be moved otherwise: `{new}`, before `{old}`", new = is, old = was);
                add(Kind::ReappointmentOther, said);
            }
            let (before, after) = (&before.actions, &after.actions);
            let (before, after) = (Done { actions: before, span: from }, Done { actions: after, span: to });
            actions::compare(pair, name, &"when the date is moved".into(), before, after, found);
        }
    }
}

/// Compares who may tell late, who may correct, and which commands need two people.
pub(super) fn record(pair: &Pair<'_, '_, '_>, found: &mut Found) {
    let (old, new) = (&pair.old.plan.logic, &pair.new.plan.logic);
    let tells = |side: &Side<'_, '_>| {
        let plan = side.plan.logic.backdates.as_ref()?;
        Some((plan.at_most, sorted(side, &plan.by), plan.reason))
    };
    let corrects = |side: &Side<'_, '_>| {
        let plan = side.plan.logic.corrects.as_ref()?;
        Some((plan.at_most, sorted(side, &plan.by)))
    };
    let written = |amends: &Option<Box<Amends>>| amends.as_ref().map(|amends| amends.span);
    let (before, after) = (pair.old.procedure.syntax, pair.new.procedure.syntax);
    let shown = |side: &Side<'_, '_>, span: Option<Span>| match span {
        Some(span) => say!("`{line}`", line = side.words(span)),
        None => "nothing".into(),
    };
    if tells(&pair.old) != tells(&pair.new) {
        let (from, to) = (written(&before.backdates), written(&after.backdates));
        let (is, was) = (shown(&pair.new, to), shown(&pair.old, from));
        let said = say!("of telling late is said {new}, before {old}", new = is, old = was);
        found.add(Change::new(Kind::BackdatingOther, Whom::Office, said).at(from, to));
    }
    if corrects(&pair.old) != corrects(&pair.new) {
        let (from, to) = (written(&before.corrects), written(&after.corrects));
        let (is, was) = (shown(&pair.new, to), shown(&pair.old, from));
        let said = say!("of correcting the journal is said {new}, before {old}", new = is, old = was);
        found.add(Change::new(Kind::CorrectingOther, Whom::Office, said).at(from, to));
    }
    let eyes = |side: &Side<'_, '_>, rules: &[Vec<motcua_engine::CommandId>]| -> Vec<Vec<SmolStr>> {
        let named = |rule: &Vec<motcua_engine::CommandId>| {
            let mut names: Vec<SmolStr> = rule.iter().map(|command| side.command(*command)).collect();
            names.sort();
            names
        };
        rules.iter().map(named).collect()
    };
    let (was, is) = (eyes(&pair.old, &old.four_eyes), eyes(&pair.new, &new.four_eyes));
    for rule in lacking(&was, &is, |one, other| one == other) {
        let said = say!("one person may give {commands} on one dossier now", commands = listed(rule));
        found.add(Change::new(Kind::FourEyesGone, Whom::Office, said));
    }
    for rule in lacking(&is, &was, |one, other| one == other) {
        let said = say!("{commands} of one dossier need two people now", commands = listed(rule));
        found.add(Change::new(Kind::FourEyesNew, Whom::Office, said));
    }
}
