//! What is asked of cards: which, in what order, and from where on.

use motcua_engine::{Instant, Standing};
use smol_str::SmolStr;

use crate::card::{Card, Post};

/// Which dossiers are looked for: those for which everything holds that is named.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// The dossier of this id.
    pub dossier: Option<SmolStr>,
    /// Received by this unit.
    pub unit: Option<SmolStr>,
    /// Of this procedure.
    pub procedure: Option<SmolStr>,
    /// Applied for by somebody of this name: [`crate::name`] of what people wrote.
    pub applicant: Option<SmolStr>,
    /// One of these offices, as `unit.office`, may do something; any where none is named. With a role or a state, in one post.
    pub offices: Vec<SmolStr>,
    /// This role may do something.
    pub role: Option<SmolStr>,
    /// It is in this state.
    pub state: Option<SmolStr>,
    /// Received at this instant or later.
    pub received_from: Option<Instant>,
    /// Received before this instant.
    pub received_before: Option<Instant>,
    /// Not settled before this instant.
    pub open_at: Option<Instant>,
    /// Settled, or not.
    pub settled: Option<bool>,
    /// In hand, and due before this instant.
    pub due_before: Option<Instant>,
    /// In hand, and late at this instant.
    pub late_at: Option<Instant>,
    /// In what order.
    pub order: Order,
}

/// In what order dossiers are found; of two at one instant, the one that was opened first comes first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// As they were received.
    #[default]
    Received,
    /// As they are due; last those that are not.
    Due,
}

/// A dossier that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The store's own number of it.
    pub key: u64,
    /// Its id.
    pub dossier: SmolStr,
    /// Its card.
    pub card: Card,
}

/// Where a page ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Bookmark {
    /// When the last dossier of the page was received or is due; [`Instant::MAX`] where it is not.
    pub at: Instant,
    /// The store's number of it.
    pub key: u64,
}

impl Found {
    /// Returns the place after which the next page begins.
    #[must_use]
    pub fn bookmark(&self, order: Order) -> Bookmark {
        let at = match order {
            Order::Received => self.card.received,
            Order::Due => self.card.due.unwrap_or(Instant::MAX),
        };
        Bookmark { at, key: self.key }
    }
}

impl Query {
    /// Returns whether a dossier is one of those: the meaning that every store has to keep to.
    #[must_use]
    pub fn admits(&self, dossier: &str, card: &Card) -> bool {
        fn is(wanted: Option<&SmolStr>, found: Option<&SmolStr>) -> bool {
            wanted.is_none_or(|wanted| Some(wanted) == found)
        }
        let in_hand = card.settled.is_none();
        self.dossier.as_ref().is_none_or(|id| id == dossier)
            && is(self.unit.as_ref(), Some(&card.unit))
            && is(self.procedure.as_ref(), Some(&card.procedure))
            && is(self.applicant.as_ref(), card.applicant.as_ref())
            && (!self.asks_for_posts() || card.posts.iter().any(|post| self.admits_post(post)))
            && self.received_from.is_none_or(|from| card.received >= from)
            && self.received_before.is_none_or(|end| card.received < end)
            && self.open_at.is_none_or(|at| card.settled.is_none_or(|settled| settled >= at))
            && self.settled.is_none_or(|settled| settled != in_hand)
            && self.due_before.is_none_or(|end| in_hand && card.due.is_some_and(|due| due < end))
            && self.late_at.is_none_or(|now| in_hand && card.standing(now) == Standing::Overdue)
    }

    pub(crate) fn asks_for_posts(&self) -> bool {
        !self.offices.is_empty() || self.role.is_some() || self.state.is_some()
    }

    fn admits_post(&self, post: &Post) -> bool {
        (self.offices.is_empty() || post.office.as_ref().is_some_and(|office| self.offices.contains(office)))
            && self.role.as_ref().is_none_or(|role| post.role.as_ref() == Some(role))
            && self.state.as_ref().is_none_or(|state| post.state == *state)
    }
}
