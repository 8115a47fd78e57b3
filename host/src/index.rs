//! Makes cards of journals: of a store from before there were cards, and wherever one is not at hand.

use motcua_engine::{Effect, Event, Instant, fold};
use smol_str::SmolStr;

use crate::card::Card;
use crate::error::HostError;
use crate::host::Host;
use crate::store::{Appended, Change, Loaded, Transaction};

/// How many cards are kept with one sync.
const GROUP: usize = 256;

/// What came of making cards.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Indexed {
    /// How many cards were made.
    pub cards: usize,
    /// Dossiers of which none could be made, and why: they are not found and not counted.
    pub stuck: Vec<(SmolStr, String)>,
}

impl Host {
    /// Makes the cards that a store lacks: one that was written by a program without them. With nothing to do it writes nothing.
    ///
    /// # Errors
    /// The store failed: the cards that were made are kept.
    pub fn index(&self) -> Result<Indexed, HostError> {
        let mut indexed = Indexed::default();
        loop {
            let mut ids = self.store().uncarded(GROUP.saturating_add(indexed.stuck.len()))?;
            ids.retain(|id| indexed.stuck.iter().all(|(stuck, _)| stuck != id));
            if ids.is_empty() {
                return Ok(indexed);
            }
            self.card_all(ids, &mut indexed)?;
        }
    }

    /// Makes every card anew: after a change of the organisation, whose offices the cards name.
    ///
    /// # Errors
    /// As [`Host::index`].
    pub fn reindex(&self) -> Result<Indexed, HostError> {
        let mut indexed = Indexed::default();
        let mut after = SmolStr::default();
        loop {
            let ids = self.store().dossiers(&after, GROUP)?;
            let Some(last) = ids.last() else { return Ok(indexed) };
            after = last.clone();
            self.card_all(ids, &mut indexed)?;
        }
    }

    fn card_all(&self, ids: Vec<SmolStr>, indexed: &mut Indexed) -> Result<(), HostError> {
        let mut transactions = Vec::with_capacity(ids.len());
        for id in ids {
            match self.carded(&id) {
                Ok(change) => transactions.push(Transaction { changes: vec![change], ..Transaction::default() }),
                Err(error @ HostError::Store(_)) => return Err(error),
                Err(error) => indexed.stuck.push((id, error.to_string())),
            }
        }
        // One that another host has changed meanwhile has its card from there.
        let appended = self.store().append(&transactions)?;
        indexed.cards += appended.iter().filter(|appended| **appended != Appended::Conflict).count();
        Ok(())
    }

    /// Returns the change that gives a dossier its card, and nothing else.
    fn carded(&self, id: &SmolStr) -> Result<Change, HostError> {
        let unknown = || HostError::Unknown(id.clone());
        let Loaded::Kept(kept) = self.store().load(id, None)? else { return Err(unknown()) };
        let card = self.card_before(id, Instant::MAX)?.ok_or_else(|| HostError::NoPlan(id.clone()))?;
        Ok(Change {
            dossier: id.clone(),
            key: Some(kept.key),
            before: kept.version,
            woke_at: kept.wakes_at,
            erases: false,
            records: Vec::new(),
            head: kept.head,
            wakes_at: kept.wakes_at,
            snapshot: None,
            outgoing: Vec::new(),
            card: Some(card.into()),
            carded: None,
        })
    }

    /// Returns the card of a dossier as it stood just before an instant, by its journal.
    pub(crate) fn card_before(&self, id: &str, end: Instant) -> Result<Option<Card>, HostError> {
        let journal = self.history(id)?;
        Ok(Card::before(&self.world(), &journal, end))
    }

    /// Returns the whole journal of a dossier, every plan that it was written under loaded as far as the store has it; nothing
    /// where there is no such dossier.
    ///
    /// # Errors
    /// The store failed, or what it holds cannot be read.
    pub fn history(&self, id: &str) -> Result<Vec<Event>, HostError> {
        let journal = self.events(id, 0)?;
        for event in &journal {
            for effect in &event.effects {
                match effect {
                    Effect::Opened(_) => self.ready(&fold(None, event))?,
                    Effect::Migrated(to) => self.ready(&to.dossier)?,
                    _ => {}
                }
            }
        }
        Ok(journal)
    }
}
