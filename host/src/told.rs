//! What a host tells those who watch it: spans and events of `tracing`.
//!
//! Nothing of it is personal: ids of dossiers and commands, names out of the plan, numbers. Who acted, what was brought, why, and
//! every sentence that could quote one of them stay where they are; so does the name of a command that the plan does not know.

use std::time::Duration;

use motcua_engine::Answer;
use tracing::level_filters::LevelFilter;
use tracing::{Span, debug, debug_span, info, warn};

use crate::error::HostError;
use crate::host::Host;
use crate::metrics::reason;
use crate::request::{Asked, Reply, Request};
use crate::store::{Appended, LONGEST_ID, Parcel, Transaction};

impl Request {
    /// Returns what kind of request it is.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Give(_) => "give",
            Self::Number { .. } => "number",
            Self::Correct(_) => "correct",
            Self::Tick => "tick",
            Self::Migrate { .. } => "migrate",
            Self::Reproject { .. } => "reproject",
            Self::Erase { .. } => "erase",
        }
    }

    /// Returns the id of the command, where it is one.
    pub(crate) fn command_id(&self) -> Option<&str> {
        match self {
            Self::Give(command) | Self::Number { command, .. } => id(&command.id),
            Self::Correct(correction) => id(&correction.id),
            Self::Tick | Self::Migrate { .. } | Self::Reproject { .. } | Self::Erase { .. } => None,
        }
    }
}

/// Returns an id that can be one: what is longer is refused, and is not told.
fn id(text: &str) -> Option<&str> {
    (1..=LONGEST_ID).contains(&text.len()).then_some(text)
}

/// Returns the span in which a request is decided.
pub(crate) fn deciding(asked: &Asked) -> Span {
    let (request, command) = (asked.request.kind(), asked.request.command_id());
    debug_span!("decide", request, command, dossier = id(&asked.dossier))
}

/// Returns the span in which transactions are kept.
pub(crate) fn appending(transactions: &[Transaction]) -> Span {
    let changes = transactions.iter().flat_map(|transaction| &transaction.changes);
    let events = changes.map(|change| change.records.len()).sum::<usize>();
    debug_span!("append", transactions = transactions.len(), events)
}

/// Tells what came of it.
pub(crate) fn appended(appended: Result<&[Appended], &HostError>, took: Duration) {
    let seconds = took.as_secs_f64();
    match appended {
        Ok(appended) => {
            let conflicts = appended.iter().filter(|appended| **appended == Appended::Conflict).count();
            debug!(kept = appended.len() - conflicts, conflicts, seconds, "appended");
        }
        Err(why) => warn!(reason = why.kind(), seconds, "nothing appended"),
    }
}

/// Tells of messages that were lent out.
pub(crate) fn claimed(destination: &str, parcels: &[Parcel]) {
    debug!(destination, messages = parcels.len(), "claimed");
}

/// Tells that a dossier is due and stays as it is.
pub(crate) fn stuck(dossier: &str, reason: &str) {
    warn!(dossier, reason, "not woken");
}

impl Host {
    /// Tells what a request was answered.
    pub(crate) fn tell(&self, asked: &Asked, reply: &Result<Reply, HostError>) {
        if LevelFilter::current() == LevelFilter::OFF {
            // Nobody listens.
            return;
        }
        let (request, command) = (asked.request.kind(), asked.request.command_id());
        let reply = match reply {
            Ok(reply) => reply,
            Err(why) => {
                warn!(request, command, dossier = id(&asked.dossier), reason = why.kind(), "failed");
                return;
            }
        };
        let world = self.world();
        let dossier = reply.dossier.as_deref();
        let procedure = dossier.and_then(|dossier| world.procedure(dossier.plan));
        let procedure = procedure.map(|procedure| procedure.plan.logic.name.as_str());
        let (unit, version) = (dossier.map(|dossier| dossier.unit.as_str()), dossier.map(|dossier| dossier.version));
        let dossier = dossier.map_or_else(|| id(&asked.dossier), |dossier| Some(&*dossier.id));
        let beside = reply.happened.len();
        match &reply.answer {
            Answer::Accepted(events) if events.is_empty() && beside == 0 => {
                debug!(request, command, dossier, procedure, unit, version, "nothing to do");
            }
            Answer::Accepted(events) => {
                let events = events.len();
                info!(request, command, dossier, procedure, unit, version, events, beside, "accepted");
            }
            Answer::AlreadyDone { first, .. } => {
                info!(request, command, dossier, procedure, unit, version, first, "already done");
            }
            Answer::Refused(why) => {
                info!(request, command, dossier, procedure, unit, version, reason = reason(why), "refused");
            }
        }
        for refused in &reply.not_delivered {
            let (from, event, to) = (refused.from.as_str(), refused.event, refused.to.as_str());
            warn!(from, event, to, reason = reason(&refused.why), "not taken");
        }
    }
}
