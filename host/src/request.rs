//! What a host is asked, and what it replies.

use std::sync::Arc;

use motcua_engine::plan::PlanHash;
use motcua_engine::{Answer, Command, Correction, Dossier, Event, Instant, Refusal};
use smol_str::SmolStr;

/// Something that is asked of a host about one dossier.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    /// The dossier; of an opening with a number of a series, nothing.
    pub dossier: SmolStr,
    /// What is wanted.
    pub request: Request,
    /// When the host heard of it. A dossier's time never goes back: where its latest event is later, that instant counts.
    pub now: Instant,
}

/// What is wanted.
#[derive(Clone, Debug, PartialEq)]
pub enum Request {
    /// A command, `open` among them.
    Give(Command),
    /// An opening whose id is given by the host: the series, `-`, and its next number in four digits or more, without gaps. The
    /// same command again gets the same number again.
    Number {
        /// The series, such as `thuan_bac-240304`.
        series: SmolStr,
        /// The command; the dossier that it names is overwritten.
        command: Command,
    },
    /// A correction of the journal.
    Correct(Correction),
    /// What time owes by now.
    Tick,
    /// The dossier goes on under another version of its procedure.
    Migrate {
        /// The plan of that version.
        to: PlanHash,
        /// Why.
        reason: SmolStr,
    },
    /// The dossier counts on the current versions of its calendars.
    Reproject {
        /// Why; the changes of the calendars where empty.
        reason: SmolStr,
    },
    /// What a settled dossier holds of people is erased, here and wherever the store has it; the journal says that and why.
    Erase {
        /// Which order or law wants it. It stays: it names nobody.
        reason: SmolStr,
    },
}

/// What a host replies once everything that the reply says is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Reply {
    /// The engine's answer. A tick, a migration, a re-projection and an erasure are answered by the
    /// events that they led to.
    pub answer: Answer,
    /// The dossier as it is now, if there is one.
    pub dossier: Option<Arc<Dossier>>,
    /// Of [`Answer::AlreadyDone`], the events of the first answer.
    pub again: Vec<Event>,
    /// What happened to other dossiers by calls, and to this one before or after the answer's own events.
    pub happened: Vec<Happened>,
    /// What dossiers had for others that did not take it. It lies with the dead letters of [`crate::Host::DOSSIERS`].
    pub not_delivered: Vec<NotDelivered>,
}

/// Something has happened to a dossier.
#[derive(Clone, Debug, PartialEq)]
pub struct Happened {
    /// The dossier as it is now.
    pub dossier: Arc<Dossier>,
    /// What happened.
    pub events: Vec<Event>,
}

/// What one dossier had for another that did not take it.
#[derive(Clone, Debug, PartialEq)]
pub struct NotDelivered {
    /// The dossier that had it.
    pub from: SmolStr,
    /// The event that sent it.
    pub event: u32,
    /// Which of the things that this event has for other dossiers, from 0.
    pub number: u16,
    /// The dossier that it was for.
    pub to: SmolStr,
    /// Why it was not taken.
    pub why: Box<Refusal>,
}
