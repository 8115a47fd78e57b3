//! What a clock counts from, where that is not the event with which it begins.

use super::net::Net;
use super::subject::{Moved, Phase, Standing, Undecided};
use crate::model::Event;
use crate::syntax::{Anchor, Occurrence};

/// What a clock counts from.
#[derive(Debug)]
pub(super) struct Anchored {
    /// The events, and whether the latest occurrence of each is meant.
    pub(super) events: Vec<(Event, bool)>,
    /// All of them have to have happened: it counts from the last.
    all: bool,
}

impl Anchored {
    pub(super) fn of(net: &Net<'_, '_>, anchor: &Anchor) -> Result<Self, Undecided> {
        let event = |anchor: &Anchor| match anchor {
            Anchor::Event { which, name } => {
                let event = net.procedure.event(&name.text).map_err(|_| Undecided::Anchor)?;
                Ok((event, *which == Some(Occurrence::Latest)))
            }
            Anchor::Data(_) => Err(Undecided::Date),
            Anchor::Earlier(..) | Anchor::Later(..) => Err(Undecided::Anchor),
        };
        let (events, all) = match anchor {
            Anchor::Earlier(anchors, _) => (anchors.as_slice(), false),
            Anchor::Later(anchors, _) => (anchors.as_slice(), true),
            one => (std::slice::from_ref(one), false),
        };
        let events = events.iter().map(event).collect::<Result<Vec<_>, _>>()?;
        // The earlier of what happens again and again may be either, and either may be long past.
        let is_followed =
            if all { events.len() <= 8 } else { events.len() == 1 || events.iter().all(|(_, latest)| !latest) };
        if is_followed { Ok(Self { events, all }) } else { Err(Undecided::Anchor) }
    }

    /// Returns whether it moves when something happens again.
    pub(super) fn moves(&self) -> bool {
        self.events.iter().any(|(_, latest)| *latest)
    }

    /// Lets something happen that it may count from.
    pub(super) fn happens(
        &self,
        now: &mut Standing,
        moved: &mut Moved,
        command: Option<usize>,
        entered: Option<usize>,
    ) {
        let (mut happens, mut anew) = (false, false);
        for (i, (event, latest)) in self.events.iter().enumerate() {
            if event.is(command, entered) {
                (happens, anew) = (true, anew || *latest);
                now.seen |= if self.all { 1 << i } else { 0 };
            }
        }
        if now.phase == Phase::Ended {
            // The latest occurrence is another one now; the first stays.
            (now.phase, moved.fresh) = if anew { (Phase::Anchored, true) } else { (now.phase, false) };
            return;
        }
        let known = !self.all || now.seen.count_ones() as usize == self.events.len();
        if happens && known {
            moved.fresh = now.phase == Phase::Off || anew;
            now.phase = if now.phase == Phase::Off { Phase::Anchored } else { now.phase };
        }
    }
}
