//! Who used how much of a limit: a clock's time, divided among those who held the dossier.

use smallvec::SmallVec;
use smol_str::SmolStr;

use crate::calendar::{Calendar, TimeError};
use crate::clock::{Amount, Class, Reading};
use crate::event::{Effect, Entry, Event};
use crate::history::{Generation, Stretch};
use crate::plan::PlanHash;
use crate::world::World;
use crate::{Instant, RoleId, StateId};

/// How the time of a clock was used since its start or its latest restart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// By whom, in order; the sum of these is the whole.
    pub parts: Vec<Part>,
    /// In all.
    pub whole: Reading,
}

/// A stretch of time in which the same bodies held the dossier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Which stretches they are, by their number; several when work went on in parallel, none before there was a dossier.
    pub held: SmallVec<[usize; 1]>,
    /// Since when.
    pub from: Instant,
    /// Until when: exclusive, unless it is the last one.
    pub to: Instant,
    /// What was used and what was suspended meanwhile. A day belongs to who held the dossier when it began: the day on which
    /// one hands over is one's own, and the day on which one gets something does not count, as the law counts (Civil
    /// Code 2015, 147.2).
    pub reading: Reading,
}

/// A step that had a limit of its own, and was left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handover {
    /// The state that was left.
    pub state: StateId,
    /// Who held it.
    pub from: Option<RoleId>,
    /// The office.
    pub office: Option<SmolStr>,
    /// When it was handed over.
    pub at: Instant,
    /// When it was due.
    pub due: Instant,
    /// Whether that was in time.
    pub class: Class,
    /// To which states it went, who holds them, and the offices.
    pub to: Vec<(StateId, Option<RoleId>, Option<SmolStr>)>,
    /// The number of the event.
    pub event: u32,
    /// The plan that names the states and the roles.
    pub plan: PlanHash,
}

/// Returns the account of a clock until its end, or until `now` while it has none.
///
/// # Errors
/// The calendar does not cover the days that are needed.
pub fn account(
    stretches: &[Stretch],
    generation: &Generation,
    calendar: &Calendar,
    now: Instant,
) -> Result<Account, TimeError> {
    let start = generation.ledger.start;
    let end = generation.ended.map_or(now, |(_, at)| at).max(start);
    let meter = generation.ledger.meter(calendar, end)?;
    let mut cuts: Vec<Instant> = stretches
        .iter()
        .flat_map(|stretch| [Some(stretch.from), stretch.to])
        .flatten()
        .filter(|at| (start..end).contains(at))
        .chain([start])
        .collect();
    cuts.sort_unstable();
    cuts.dedup();
    let mut account = Account { parts: Vec::with_capacity(cuts.len()), whole: Reading::default() };
    for (index, from) in cuts.iter().enumerate() {
        let to = cuts.get(index + 1).copied().unwrap_or(end);
        let holds = |stretch: &Stretch| stretch.from <= *from && stretch.to.is_none_or(|left| left > *from);
        let held = stretches.iter().enumerate().filter(|(_, stretch)| holds(stretch)).map(|(number, _)| number);
        let read = meter.read(to)?;
        let reading = read.less(&account.whole);
        account.parts.push(Part { held: held.collect(), from: *from, to, reading });
        account.whole = read;
    }
    Ok(account)
}

/// Returns the steps with a limit of their own that a journal says were left, in order; those under a version that is not
/// loaded are left out.
#[must_use]
pub fn handovers(journal: &[Event], stretches: &[Stretch], world: &World) -> Vec<Handover> {
    let mut told = Vec::new();
    let mut plan = PlanHash::default();
    for event in crate::history::in_force(journal) {
        for effect in &event.effects {
            match effect {
                Effect::Opened(opened) => plan = opened.plan,
                Effect::Migrated(to) => plan = to.dossier.plan,
                _ => {}
            }
            let Effect::Clock(id, Entry::Closed { due, class, .. }) = effect else { continue };
            let Some(logic) = world.procedure(plan).map(|procedure| &procedure.plan.logic) else { continue };
            let Some(state) = logic.clocks.get(id.index()).and_then(|clock| clock.of_state) else { continue };
            let is_limit = logic.graph.state(state).is_some_and(|plan| plan.within == Some(*id));
            if !is_limit && logic.graph.silence(*id).is_none() {
                continue;
            }
            let held =
                stretches.iter().rfind(|held| held.plan == plan && held.state == state && held.to == Some(event.at));
            let to = event.effects.iter().filter_map(|effect| match effect {
                Effect::Entered { state, holder, office } => Some((*state, *holder, office.clone())),
                _ => None,
            });
            told.push(Handover {
                state,
                from: held.and_then(|held| held.holder),
                office: held.and_then(|held| held.office.clone()),
                at: event.at,
                due: *due,
                class: *class,
                to: to.collect(),
                event: event.number,
                plan,
            });
        }
    }
    told
}

impl Reading {
    /// Returns what has been added since an earlier reading of the same meter.
    fn less(&self, earlier: &Self) -> Self {
        let before = |index: usize| earlier.used.get(index).map_or(0, |amount| amount.ticks);
        let used = self.used.iter().enumerate();
        let used = used.map(|(index, now)| Amount { ticks: now.ticks - before(index), ..*now }).collect();
        let mut suspended = self.suspended.clone();
        for (suspension, now) in &mut suspended {
            let same = |(known, amount): &&(usize, Amount)| known == suspension && amount.tick == now.tick;
            now.ticks -= earlier.suspended.iter().find(same).map_or(0, |(_, amount)| amount.ticks);
        }
        suspended.retain(|(_, amount)| amount.ticks != 0);
        Self { used, suspended }
    }
}
