//! A dossier's card: what it is looked up and counted by. A cache of the journal, kept beside it.

use motcua_engine::plan::Type;
use motcua_engine::{
    ClockId, Dossier, Effect, Event, Instant, Outlook, Procedure, RoleId, Standing, Status, Value, World, fold,
    in_force, possible,
};
use smol_str::SmolStr;
use unicode_normalization::{UnicodeNormalization, is_nfc};

/// What a dossier is looked up and counted by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Card {
    /// The unit that received it.
    pub unit: SmolStr,
    /// The procedure.
    pub procedure: SmolStr,
    /// Who applies: the field `applicant`, else the first text that is personal; in Unicode normal form C. It is personal data
    /// and goes wherever this is kept.
    pub applicant: Option<SmolStr>,
    /// The office that got it last, as `unit.office`: one office alone, so that it is counted once.
    pub office: Option<SmolStr>,
    /// When it was received.
    pub received: Instant,
    /// When its latest event took effect.
    pub at: Instant,
    /// When the first named clock of its procedure is due, or was; nothing while it is suspended or has not started.
    pub due: Option<Instant>,
    /// How it stands by that clock. One that has none, or whose calendar does not reach as far, runs until it is settled.
    pub outlook: Outlook,
    /// When that clock came to its end; of a dossier without it, when it was settled.
    pub settled: Option<Instant>,
    /// Where it is, and who may do something there.
    pub posts: Vec<Post>,
}

/// A state that a dossier is in, with somebody who holds it or may give a command in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Post {
    /// The state.
    pub state: SmolStr,
    /// The role; none of a state that nobody holds.
    pub role: Option<SmolStr>,
    /// The office that the role is bound to, as `unit.office`.
    pub office: Option<SmolStr>,
}

impl Card {
    /// Returns the card of a dossier to which events have happened since another card of it; nothing where its procedure is
    /// not loaded, or neither says when it was received.
    #[must_use]
    pub fn next(world: &World, before: Option<&Self>, dossier: &Dossier, events: &[Event]) -> Option<Self> {
        let procedure = world.procedure(dossier.plan)?;
        let at_effect = |found: fn(&Effect) -> bool| {
            events.iter().rev().find(|event| event.effects.iter().any(found)).map(|event| event.at)
        };
        let received = at_effect(|effect| matches!(effect, Effect::Opened(_))).or(before.map(|card| card.received))?;
        let (due, outlook, closed) = by_clock(world, procedure, dossier);
        let settled = match closed {
            Closed::At(at) => Some(at),
            Closed::NotYet => None,
            Closed::NoClock => dossier.outcome.as_ref().map(|_| {
                let now = at_effect(|effect| matches!(effect, Effect::Settled(_)));
                now.or_else(|| before?.settled).unwrap_or(dossier.at)
            }),
        };
        let taken = events.iter().rev().flat_map(|event| event.effects.iter().rev());
        let office = taken.into_iter().find_map(|effect| office(world, effect));
        Some(Self {
            unit: dossier.unit.clone(),
            procedure: procedure.plan.logic.name.clone(),
            applicant: applicant(procedure, dossier),
            office: office.or_else(|| before?.office.clone()),
            received,
            at: dossier.at,
            due,
            outlook,
            settled,
            posts: posts(world, procedure, dossier),
        })
    }

    /// Returns the card of a journal as it stood just before an instant, as far as its events are in force: what a correction
    /// has changed is told as it is known now. Nothing where it had not been received.
    #[must_use]
    pub fn before(world: &World, journal: &[Event], end: Instant) -> Option<Self> {
        let (mut dossier, mut card) = (None, None);
        for event in in_force(journal).into_iter().filter(|event| event.at < end) {
            let next = fold(dossier, event);
            card = Self::next(world, card.as_ref(), &next, std::slice::from_ref(event));
            dossier = Some(next);
        }
        card
    }

    /// Returns how the dossier stands at an instant, if nothing happens to it until then.
    #[must_use]
    pub fn standing(&self, now: Instant) -> Standing {
        self.outlook.at(now)
    }
}

/// Returns the name of a person as it is looked up.
#[must_use]
pub fn name(text: &str) -> SmolStr {
    let text = text.trim();
    // Most names are in it already.
    if is_nfc(text) { text.into() } else { text.nfc().collect() }
}

/// When the clock that counts came to its end.
enum Closed {
    /// At this instant.
    At(Instant),
    /// It runs.
    NotYet,
    /// There is none, or it has not started.
    NoClock,
}

/// Returns when the clock is due that counts, how it stands, and when it came to its end.
fn by_clock(world: &World, procedure: &Procedure, dossier: &Dossier) -> (Option<Instant>, Outlook, Closed) {
    let named = procedure.plan.logic.clocks.iter().position(|plan| plan.of_state.is_none());
    let Some(clock) = named.and_then(ClockId::new).and_then(|id| dossier.clock(id)) else {
        let standing = if dossier.outcome.is_some() { Standing::Ended } else { Standing::Running };
        return (None, Outlook::Is(standing), Closed::NoClock);
    };
    let running = Outlook::Is(Standing::Running);
    match clock.status {
        Status::Closed { at, due, class } => (Some(due), Outlook::Is(class.into()), Closed::At(at)),
        Status::Ended { at } => (None, Outlook::Is(Standing::Ended), Closed::At(at)),
        Status::Open if clock.is_suspended() => (None, Outlook::Is(Standing::Suspended), Closed::NotYet),
        Status::Open => {
            let counted = world
                .calendar_of_clock(dossier, clock)
                .and_then(|calendar| Ok((clock.ledger.due(&calendar)?.instant, Outlook::of(clock, &calendar)?)));
            counted.map_or((None, running, Closed::NotYet), |(due, outlook)| (Some(due), outlook, Closed::NotYet))
        }
    }
}

/// Returns the office that holds the dossier by an effect.
fn office(world: &World, effect: &Effect) -> Option<SmolStr> {
    match effect {
        Effect::Entered { office, .. } | Effect::Held { office, .. } => office.clone(),
        Effect::Migrated(to) => to.offices.iter().flatten().next_back().cloned(),
        Effect::Rewound(to) => {
            let procedure = world.procedure(to.plan)?;
            let mut held = to.active.iter().rev().filter_map(|place| world.office(&to.unit, procedure, place.holder?));
            held.next().map(|(path, _)| path.clone())
        }
        _ => None,
    }
}

fn applicant(procedure: &Procedure, dossier: &Dossier) -> Option<SmolStr> {
    let fields = &procedure.plan.logic.fields;
    let named = fields.iter().position(|field| field.name == "applicant" && field.ty == Type::Text);
    let personal = || fields.iter().position(|field| field.personal && field.ty == Type::Text);
    match dossier.data.get(named.or_else(personal)?)? {
        Some(Value::Text(text)) => Some(name(text.as_str())),
        _ => None,
    }
}

fn posts(world: &World, procedure: &Procedure, dossier: &Dossier) -> Vec<Post> {
    let logic = &procedure.plan.logic;
    let state_name = |state| logic.graph.state(state).map(|state| state.name.clone()).unwrap_or_default();
    let post = |state: SmolStr, role: Option<RoleId>| Post {
        state,
        role: role.and_then(|role| Some(logic.roles.get(role.index())?.0.clone())),
        office: role.and_then(|role| world.office(&dossier.unit, procedure, role)).map(|(path, _)| path.clone()),
    };
    let mut posts: Vec<Post> = dossier.active.iter().map(|place| post(state_name(place.state), place.holder)).collect();
    let first = dossier.active.first().map(|place| state_name(place.state));
    // A guard may hold tomorrow: who may give the command is told whether it holds or not.
    for way in possible(world, dossier, dossier.at) {
        // What clocks take belongs to no state; it is found with the first.
        let is_state = dossier.active.iter().any(|place| state_name(place.state) == way.state);
        let Some(state) = Some(way.state).filter(|_| is_state).or_else(|| first.clone()) else { continue };
        for by in &way.by {
            let role = logic.roles.iter().position(|(name, _)| name == by).and_then(RoleId::new);
            let post = post(state.clone(), role);
            if role.is_some() && !posts.contains(&post) {
                posts.push(post);
            }
        }
    }
    posts
}
