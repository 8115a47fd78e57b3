//! Moves a dossier to new versions of its calendars, and says which due dates move with it, and why.

use smallvec::SmallVec;
use smol_str::{SmolStr, ToSmolStr};

use super::decide::Run;
use super::{Draft, Step, fire};
use crate::calendar::{Calendar, CalendarHash, Change, NotLoaded, TimeError};
use crate::event::{Cause, Effect, Event};
use crate::plan::PlanHash;
use crate::script::Fault;
use crate::world::{Procedure, World};
use crate::{ClockId, Day, Dossier, Instant, TimerId};

/// How many changes a reason tells that nobody has given; the two versions have them all.
const MOST_CHANGES: usize = 10;

/// What a re-projection does to one dossier.
#[derive(Clone, Debug, PartialEq)]
pub struct Reprojection {
    /// The due dates that move.
    pub moves: Vec<Move>,
    /// What is to be kept: what time still owed on the old versions, then the one event that moves the pins.
    pub events: Vec<Event>,
}

/// A due date that moves.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Move {
    /// What is due.
    pub what: Timed,
    /// When it was due.
    pub old: Instant,
    /// When it is due now.
    pub new: Instant,
    /// It is a projection, as the clock is suspended.
    pub suspended: bool,
    /// What the new versions say otherwise between its start and the later of the two.
    pub why: Vec<Change>,
}

/// What falls due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Timed {
    /// A clock.
    Clock(ClockId),
    /// A named timer.
    Timer(TimerId),
}

/// Why a dossier stays on the versions that it is pinned to.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ReprojectError {
    /// Its plan is not there.
    #[error("the plan {0} that it was opened under is not loaded")]
    Plan(PlanHash),
    /// A version that it is pinned to is not there.
    #[error("{0}")]
    NotLoaded(#[from] NotLoaded),
    /// Its journal is ahead.
    #[error("its latest event took effect at {at}, after {now}: a re-projection takes effect now and not before")]
    Ahead {
        /// When its latest event took effect.
        at: Instant,
        /// When it is to be moved.
        now: Instant,
    },
    /// A new version cannot count what an old one could.
    #[error("`{what}` cannot be counted anew: {why}")]
    Uncountable {
        /// The clock.
        what: SmolStr,
        /// Why.
        why: TimeError,
    },
    /// What time owes does not come to rest.
    #[error("what is due by now does not come to rest: {0}")]
    Restless(Fault),
}

/// Returns what moves a dossier from the versions of its calendars to the current ones; nothing for one that counts on
/// them already, and for one in which nothing is counted any more.
///
/// What is due by `now` fires first, on the old versions, as before every decision. Then each clock is counted from its
/// start on the new versions. What has fired stays fired, and a limit whose end was told is not told again: should it be
/// due later now, it is no longer overdue, and its end earns what the new due date says. What has not fired fires at its
/// new instant, at the next [`tick`](crate::tick) where that has passed. An empty `reason` stands for the changes
/// themselves.
///
/// # Errors
/// The dossier's plan or a version of its calendars is not loaded, it is ahead of `now`, or a new version cannot count a
/// clock that runs: the dossier stays as it is.
///
/// # Example: what a host keeps
/// ```
/// # use motcua_engine::{fold, reproject, Dossier, Event, Instant, ReprojectError, World};
/// fn moved(world: &World, dossier: Dossier, now: Instant) -> Result<(Dossier, Vec<Event>), ReprojectError> {
///     let Some(found) = reproject(world, &dossier, now, "Bão số 5")? else { return Ok((dossier, Vec::new())) };
///     Ok((found.events.iter().fold(dossier, |dossier, event| fold(Some(dossier), event)), found.events))
/// }
/// ```
pub fn reproject(
    world: &World,
    dossier: &Dossier,
    now: Instant,
    reason: &str,
) -> Result<Option<Reprojection>, ReprojectError> {
    let procedure = world.procedure(dossier.plan).ok_or(ReprojectError::Plan(dossier.plan))?;
    let mut new = news(world, procedure, dossier);
    if is_at_rest(procedure, dossier) || new.is_empty() {
        return Ok(None);
    }
    if let Some(lacking) = world.lacks(dossier) {
        return Err(lacking.into());
    }
    if now < dossier.at {
        return Err(ReprojectError::Ahead { at: dossier.at, now });
    }
    let mut run = Run::new(world, procedure, dossier, now);
    if !fire::is_quiet(procedure, dossier, now) {
        fire::all(&mut run, now).map_err(ReprojectError::Restless)?;
        run.catch_up();
        // What has just fired may have settled the dossier, or ended the step that counted on another calendar.
        new = news(world, procedure, run.dossier());
        if is_at_rest(procedure, run.dossier()) || new.is_empty() {
            return Ok(None);
        }
    }
    let (moves, effects) = moved(run.step(now), new)?;
    let reason = if reason.is_empty() { in_words(&moves, &effects) } else { reason.into() };
    run.push(now, Cause::Reprojected { reason }, Draft { effects, ..Draft::default() });
    Ok(Some(Reprojection { moves, events: run.events }))
}

/// Whether nothing is counted any more.
pub(super) fn is_at_rest(procedure: &Procedure, dossier: &Dossier) -> bool {
    dossier.outcome.is_some() && dossier.active.iter().all(|place| procedure.is_final(place.state))
}

/// A version that something counts on, and the one that takes its place.
type News<'a> = SmallVec<[(Option<CalendarHash>, &'a Calendar); 1]>;

fn news<'a>(world: &'a World, procedure: &Procedure, dossier: &Dossier) -> News<'a> {
    let mut news = News::new();
    // A calendar that is not there takes nothing's place.
    let own = world.current_for(&dossier.unit, procedure);
    news.extend(own.filter(|own| dossier.calendar != Some(own.hash())).map(|own| (dossier.calendar, own)));
    let places = dossier.clocks.iter().filter(|clock| clock.is_open()).filter_map(|clock| clock.places.as_deref());
    for pin in places.flat_map(|places| places.first.iter().chain(places.moves.iter().map(|moved| &moved.to))) {
        if let Some(current) = world.calendar(&pin.name)
            && current.hash() != pin.hash
            && news.iter().all(|(from, _)| *from != Some(pin.hash))
        {
            news.push((Some(pin.hash), current));
        }
    }
    news
}

fn moved(step: Step<'_>, news: News<'_>) -> Result<(Vec<Move>, Vec<Effect>), ReprojectError> {
    let effect = |(from, to): (Option<CalendarHash>, &Calendar)| Effect::Calendar { from, to: Box::new(to.pin()) };
    let effects: Vec<Effect> = news.into_iter().map(effect).collect();
    let mut dossier = super::fold::unopened();
    dossier.calendar = step.dossier.calendar;
    dossier.clocks.clone_from(&step.dossier.clocks);
    for effect in &effects {
        dossier.change(effect, step.at);
    }
    let calendar = dossier.calendar.and_then(|hash| step.world.calendar_version(hash)).unwrap_or(step.calendar);
    let mut moves = Vec::new();
    for (before, after) in step.dossier.clocks.iter().zip(&dossier.clocks).filter(|(clock, _)| clock.is_open()) {
        let wrong = |why| ReprojectError::Uncountable { what: name(step, before.id), why };
        let old_on = step.counts_on(before).map_err(wrong)?;
        let new_on = step.world.counts_on(calendar, after).map_err(wrong)?;
        let suspended = before.is_suspended();
        // A suspended clock is projected as if it went on now.
        let resumed = if suspended { step.at } else { Instant::MIN };
        let due = |on: &Calendar| before.ledger.due_if_resumed(on, resumed);
        // What the old version could not count, it had told nobody.
        let Ok(old) = due(&old_on) else { continue };
        let new = due(&new_on).map_err(wrong)?;
        if old.instant != new.instant {
            let start = old_on.local(before.ledger.start).0;
            let why = new_on.changes_since(&old_on, start.min(new.day), old.day.max(new.day).max(start));
            let what = Timed::Clock(before.id);
            moves.push(Move { what, old: old.instant, new: new.instant, suspended, why });
        }
    }
    timers(step, Step { calendar, ..step }, &mut moves);
    Ok((moves, effects))
}

/// Adds the timers that have not come to their day and come to another one.
fn timers(before: Step<'_>, after: Step<'_>, moves: &mut Vec<Move>) {
    for (i, plan) in before.procedure.plan.logic.timers.iter().enumerate() {
        let (Some(id), Some((anchor, old)), Some((_, new))) = (TimerId::new(i), before.timer(plan), after.timer(plan))
        else {
            continue;
        };
        let done = before.dossier.rare.timers.iter().any(|fired| fired.timer == id && fired.anchor == anchor);
        if !done && old != new {
            let day = |at: Instant| before.calendar.local(at).0;
            let days: [Day; 3] = [day(anchor), day(old), day(new)];
            let span = days.iter().min().zip(days.iter().max());
            let why = span.map(|(from, to)| after.calendar.changes_since(before.calendar, *from, *to));
            let what = Timed::Timer(id);
            moves.push(Move { what, old, new, suspended: false, why: why.unwrap_or_default() });
        }
    }
}

fn name(step: Step<'_>, clock: ClockId) -> SmolStr {
    let plan = step.procedure.plan.logic.clocks.get(clock.index());
    plan.map(|plan| plan.name.clone()).unwrap_or_default()
}

/// The changes as a sentence; where no date moves, which calendars have another version.
fn in_words(moves: &[Move], effects: &[Effect]) -> SmolStr {
    let mut said: Vec<String> = Vec::new();
    for change in moves.iter().flat_map(|moved| &moved.why) {
        let text = change.to_string();
        if !said.contains(&text) {
            said.push(text);
        }
    }
    if said.is_empty() {
        said.extend(effects.iter().filter_map(|effect| match effect {
            Effect::Calendar { to, .. } => Some(format!("the calendar `{}` has another version", to.name)),
            _ => None,
        }));
    }
    let more = said.len().saturating_sub(MOST_CHANGES);
    said.truncate(MOST_CHANGES);
    said.extend((more > 0).then(|| format!("and {more} more days")));
    said.join("; ").to_smolstr()
}
