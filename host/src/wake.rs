//! Wakes what is due. Called once after a week or a thousand times within it, the same fires at the same due instants.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use motcua_engine::Instant;
use smol_str::SmolStr;

use crate::error::HostError;
use crate::host::Host;
use crate::pace::{Clock, Patience, rest};
use crate::request::{Asked, Reply, Request};
use crate::told;

/// How many dossiers are woken with one sync.
const GROUP: usize = 256;

/// How often it is asked what is due. Nothing is slept through to an instant, so no jump of a clock can be.
const EVERY: Duration = Duration::from_secs(1);

/// How often it is asked where dossiers are due that cannot be woken.
const EVERY_STUCK: Duration = Duration::from_secs(10);

/// What came of waking.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Woken {
    /// How many dossiers something happened to.
    pub dossiers: usize,
    /// How many events that were.
    pub events: usize,
    /// Dossiers that are due and stay as they are, and why: what they are pinned to is not there, or cannot be read.
    pub stuck: Vec<(SmolStr, String)>,
}

impl Host {
    /// Lets everything happen that time owes by now, and tells each reply as soon as it is kept.
    ///
    /// What another host of the same store has claimed is left to it. A dossier that cannot be woken holds up no other.
    ///
    /// # Errors
    /// The store failed: what was told is kept.
    pub fn wake(&self, now: Instant, mut told: impl FnMut(&Reply)) -> Result<Woken, HostError> {
        let mut woken = Woken::default();
        let _span = tracing::debug_span!("wake", now = now.unix()).entered();
        // Most of the time nothing is due, and a store knows that at a lower price than which dossiers are.
        if self.store().next_wake()?.is_none_or(|next| next > now) {
            self.counted.woken(&woken);
            return Ok(woken);
        }
        loop {
            // A pass goes over what is due once; what falls due on the way is for the next one, until one meets nothing.
            let (mut after, mut happened) = (None, 0);
            woken.stuck.clear();
            loop {
                let due = self.store().due(now, after.as_ref(), GROUP, self.lease(now))?;
                let Some(last) = due.last().cloned() else { break };
                let ask = |id: &SmolStr| Asked { dossier: id.clone(), request: Request::Tick, now };
                let asked: Vec<_> = due.iter().map(|due| ask(&due.dossier)).collect();
                for (due, reply) in due.iter().zip(self.ask_all(&asked)) {
                    let events = match reply {
                        Err(error @ HostError::Store(_)) => return Err(error),
                        Err(error) => {
                            told::stuck(&due.dossier, error.kind());
                            woken.stuck.push((due.dossier.clone(), error.to_string()));
                            continue;
                        }
                        Ok(reply) => {
                            let events = events(&reply);
                            if events > 0 {
                                told(&reply);
                            } else if let Some(why) = self.lacking(&reply) {
                                told::stuck(&due.dossier, "not_loaded");
                                woken.stuck.push((due.dossier.clone(), why));
                            }
                            events
                        }
                    };
                    happened += usize::from(events > 0);
                    woken.events += events;
                }
                after = Some(last);
            }
            woken.dossiers += happened;
            if happened == 0 {
                self.counted.woken(&woken);
                return Ok(woken);
            }
        }
    }

    /// Wakes what is due, second by second, until a stop is wanted, and tells where something has happened, or other dossiers are
    /// stuck than before. Where the store fails it says so and goes on.
    ///
    /// After a week's stop the first second catches up. A clock that is set forward fires what is due by then; set back, it fires
    /// nothing twice: a dossier is where its journal has it.
    pub fn keep_awake(&self, now: Clock<'_>, stop: &AtomicBool, mut told: impl FnMut(Result<&Woken, &HostError>)) {
        let (mut patience, mut stuck) = (Patience::default(), Vec::new());
        while !stop.load(Ordering::Relaxed) {
            match self.wake(now(), |_| {}) {
                Ok(woken) => {
                    patience.renew();
                    if woken.events > 0 || woken.stuck != stuck {
                        told(Ok(&woken));
                    }
                    stuck = woken.stuck;
                    rest(if stuck.is_empty() { EVERY } else { EVERY_STUCK }, stop);
                }
                Err(error) => {
                    told(Err(&error));
                    rest(Duration::from_secs(patience.wait().unsigned_abs()), stop);
                }
            }
        }
    }

    /// Says what a dossier that is due lacks.
    fn lacking(&self, reply: &Reply) -> Option<String> {
        let dossier = reply.dossier.as_deref()?;
        let world = self.world();
        match world.lacks(dossier) {
            Some(lacking) => Some(lacking.to_string()),
            None if world.procedure(dossier.plan).is_none() => Some(format!("its plan {} is not loaded", dossier.plan)),
            None => None,
        }
    }
}

fn events(reply: &Reply) -> usize {
    let own = match &reply.answer {
        motcua_engine::Answer::Accepted(events) => events.len(),
        _ => 0,
    };
    own + reply.happened.iter().map(|happened| happened.events.len()).sum::<usize>()
}
