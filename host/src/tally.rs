//! Numbers of a period that add up: what was carried over and what was received is settled by its end, or in hand.

use std::collections::BTreeMap;

use motcua_engine::{Instant, Standing};
use smol_str::SmolStr;

use crate::card::Card;
use crate::error::HostError;
use crate::host::Host;
use crate::query::{Order, Query};

/// How many cards are looked at at once.
const PAGE: usize = 1024;

/// A period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// Its first instant.
    pub from: Instant,
    /// The first instant after it.
    pub to: Instant,
}

/// What a row of numbers is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum By {
    /// The unit that received it.
    Unit,
    /// The office that had got it last by the end of the period.
    Office,
    /// The procedure.
    Procedure,
}

/// A dossier as it is counted in a period: one that was in hand at some time of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counted {
    /// The dossier.
    pub dossier: SmolStr,
    /// Its card at the end of the period.
    pub card: Card,
    /// It had been received before the period began.
    pub carried: bool,
    /// How it stood at the end of the period.
    pub standing: Standing,
}

/// How many dossiers; carried and received together are the sum of the classes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// In hand when the period began.
    pub carried: u64,
    /// Received in it.
    pub received: u64,
    classes: [u64; Standing::ALL.len()],
}

/// The numbers of a period.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// A row for each group, by the names of what was asked for, in that order.
    pub rows: BTreeMap<Vec<SmolStr>, Counts>,
    /// All of them.
    pub total: Counts,
}

impl Counts {
    fn add(&mut self, counted: &Counted) {
        let which = if counted.carried { &mut self.carried } else { &mut self.received };
        *which += 1;
        let class = Standing::ALL.iter().position(|standing| *standing == counted.standing);
        if let Some(class) = class.and_then(|at| self.classes.get_mut(at)) {
            *class += 1;
        }
    }

    /// Returns how many stood so at the end of the period.
    #[must_use]
    pub fn of(&self, standing: Standing) -> u64 {
        Standing::ALL.iter().zip(self.classes).filter(|(known, _)| **known == standing).map(|(_, number)| number).sum()
    }

    /// Returns how many came to their end in the period.
    #[must_use]
    pub fn settled(&self) -> u64 {
        [Standing::Early, Standing::OnTime, Standing::Late, Standing::Ended].map(|class| self.of(class)).iter().sum()
    }

    /// Returns how many were in hand when the period ended.
    #[must_use]
    pub fn in_hand(&self) -> u64 {
        [Standing::Running, Standing::Suspended, Standing::Overdue].map(|class| self.of(class)).iter().sum()
    }
}

impl Counted {
    /// Returns what it is grouped by; nothing where no office has had it.
    #[must_use]
    pub fn key(&self, by: By) -> SmolStr {
        match by {
            By::Unit => self.card.unit.clone(),
            By::Office => self.card.office.clone().unwrap_or_default(),
            By::Procedure => self.card.procedure.clone(),
        }
    }
}

impl Host {
    /// Returns the numbers of a period, as they are known at `now`: of a period that is not over, those of so far. A correction
    /// changes the numbers of the time that it goes back to.
    ///
    /// # Errors
    /// The store failed, or what it holds cannot be read.
    pub fn tally(&self, period: Period, now: Instant, by: &[By]) -> Result<Tally, HostError> {
        let mut tally = Tally::default();
        self.counted(period, now, |counted| {
            tally.total.add(&counted);
            tally.rows.entry(by.iter().map(|by| counted.key(*by)).collect()).or_default().add(&counted);
        })?;
        Ok(tally)
    }

    /// Tells every dossier that the numbers of a period are made of, in the order in which they were received.
    ///
    /// # Errors
    /// As [`Host::tally`]; what was told stands.
    pub fn counted(&self, period: Period, now: Instant, mut tell: impl FnMut(Counted)) -> Result<(), HostError> {
        let end = period.to.min(now.plus(1));
        let query = Query {
            received_before: Some(end),
            open_at: Some(period.from),
            order: Order::Received,
            ..Query::default()
        };
        let mut after = None;
        loop {
            let page = self.store().find(&query, after, PAGE)?;
            let Some(last) = page.last() else { return Ok(()) };
            after = Some(last.bookmark(query.order));
            for found in page {
                let card = if found.card.at < end { Some(found.card) } else { self.card_before(&found.dossier, end)? };
                // One that was settled before, and again since, is of the later period.
                let Some(card) = card.filter(|card| card.settled.is_none_or(|settled| settled >= period.from)) else {
                    continue;
                };
                let (carried, standing) = (card.received < period.from, card.standing(end.plus(-1)));
                tell(Counted { dossier: found.dossier, card, carried, standing });
            }
        }
    }
}
