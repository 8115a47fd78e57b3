//! The host: decides on the latest version of a dossier, and answers once it is kept.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use motcua_engine::{Dossier, EVENT_FORMAT, Event, Instant, World, fold};
use rustc_hash::FxHashSet;
use smol_str::SmolStr;

use crate::chain::Record;
use crate::definitions::Pin;
use crate::desk::{Desk, Held, MOST_HELD, read_snapshot};
use crate::error::HostError;
use crate::metrics::Metrics;
use crate::request::{Asked, Reply};
use crate::seal::{self, Salt};
use crate::store::{Definition, DefinitionKind, Kept, Lease, Loaded, Store};

/// For how many seconds what is lent out to this host is kept from others.
const LEASE: i64 = 60;

/// How many threads may decide at once. A desk is a cache, so that which one it is changes nothing.
///
/// Who asks of a dossier holds its desk until the store has answered, so that others whose dossiers have their place there wait: with
/// 8 threads and 32 desks every fifth command did, with these it is one in forty.
const DESKS: usize = 256;

/// Decides with the engine and keeps in a store.
///
/// It holds nothing that the store does not: any number of hosts may share a store, and a host may be stopped at any
/// instant. What it remembers of dossiers is asked of the store again before it decides.
#[derive(Debug)]
pub struct Host {
    world: RwLock<World>,
    store: Box<dyn Store>,
    destinations: Vec<SmolStr>,
    number: u64,
    salts: fn() -> Option<Salt>,
    desks: Box<[Mutex<Desk>; DESKS]>,
    pinned: RwLock<FxHashSet<Pin>>,
    pub(crate) counted: Metrics,
}

impl Host {
    /// The queue of what dossiers had for others that was not taken: dead letters from the start.
    pub const DOSSIERS: &'static str = "dossiers";

    /// Returns a host of a store. `destinations` are the queues that each message of a dossier is put into: one for each
    /// receiver that is delivered to by itself, such as `webhook` or `log`.
    ///
    /// # Example: a dossier that is nowhere
    /// ```
    /// # use motcua_engine::{World, plan::Bundle};
    /// # use motcua_host::{Host, Memory};
    /// # let bundle: Bundle = serde_json::from_str(r#"{"format":1,"compiler":"","source":"0000000000000000000000000000000000000000000000000000000000000000","plans":[],"calendars":[],"organisations":[]}"#)?;
    /// let host = Host::new(World::load(bundle)?, Box::new(Memory::new()), &[]);
    /// assert!(host.dossier("D1")?.is_none());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn new(world: World, store: Box<dyn Store>, destinations: &[&str]) -> Self {
        Self {
            world: RwLock::new(world),
            store,
            destinations: destinations.iter().copied().map(SmolStr::new).collect(),
            number: drawn(),
            salts: seal::drawn,
            desks: Box::new(std::array::from_fn(|_| Mutex::default())),
            pinned: RwLock::default(),
            counted: Metrics::new(),
        }
    }

    /// Returns it with other salts than those of the operating system: for tests, whose journals are the same each time. Whoever knows the
    /// salt can guess at what was erased.
    #[must_use]
    pub fn with_salts(self, salts: fn() -> Option<Salt>) -> Self {
        Self { salts, ..self }
    }

    pub(crate) fn salt(&self) -> Option<Salt> {
        (self.salts)()
    }

    /// Returns what decisions rest on.
    pub fn world(&self) -> RwLockReadGuard<'_, World> {
        self.world.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn change_world(&self) -> RwLockWriteGuard<'_, World> {
        self.world.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the definitions that the store is known to have.
    pub(crate) fn pinned(&self) -> RwLockReadGuard<'_, FxHashSet<Pin>> {
        self.pinned.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes that the store has definitions.
    pub(crate) fn note_pinned(&self, kept: &[Definition]) {
        let pins = kept.iter().filter(|kept| kept.kind != DefinitionKind::Number);
        let mut pins = pins.map(|kept| (kept.kind, kept.hash.clone())).peekable();
        if pins.peek().is_some() {
            self.pinned.write().unwrap_or_else(PoisonError::into_inner).extend(pins);
        }
    }

    /// Returns where dossiers are kept.
    pub fn store(&self) -> &dyn Store {
        &*self.store
    }

    /// Returns the queues that each message of a dossier is put into.
    pub fn destinations(&self) -> &[SmolStr] {
        &self.destinations
    }

    /// Returns what this host lends from the store at an instant.
    pub fn lease(&self, now: Instant) -> Lease {
        Lease { host: self.number, until: now.plus(LEASE) }
    }

    /// Returns the desk for a group: requests that come alone are spread by their dossiers, what comes together has a place of
    /// its own.
    pub(crate) fn desk(&self, asked: &[Asked]) -> MutexGuard<'_, Desk> {
        let [together, alone @ ..] = &*self.desks;
        let (desk, most) = match asked {
            [one] => {
                let mut hasher = DefaultHasher::new();
                one.dossier.hash(&mut hasher);
                let place = usize::try_from(hasher.finish() % alone.len() as u64).unwrap_or_default();
                (alone.get(place).unwrap_or(together), MOST_HELD / 2 / alone.len())
            }
            _ => (together, MOST_HELD / 2),
        };
        let mut desk = desk.lock().unwrap_or_else(|poisoned| {
            // What a thread that panicked has left of a group was never kept.
            let mut desk = poisoned.into_inner();
            desk.forget();
            desk
        });
        desk.bound(most);
        desk
    }

    /// Returns the reply to what is asked, once it is kept.
    ///
    /// # Errors
    /// The store failed, or what it holds cannot be read.
    pub fn ask(&self, asked: Asked) -> Result<Reply, HostError> {
        let dossier = asked.dossier.clone();
        self.ask_all(&[asked]).pop().unwrap_or(Err(HostError::Contended(dossier)))
    }

    /// Returns a dossier, its plan and calendars loaded as far as the store has them; nothing where it is not there.
    ///
    /// # Errors
    /// The store failed, or what it holds cannot be read.
    pub fn dossier(&self, id: &str) -> Result<Option<Dossier>, HostError> {
        match self.store.load(id, None)? {
            Loaded::Kept(kept) => {
                let dossier = self.folded(&SmolStr::new(id), *kept)?.dossier;
                Ok(Some(Arc::unwrap_or_clone(dossier)))
            }
            Loaded::Absent | Loaded::Same => Ok(None),
        }
    }

    /// Returns the events of a dossier after the one of a number, in order; none where there is no such dossier.
    ///
    /// # Errors
    /// The store failed, or what it holds cannot be read.
    pub fn events(&self, id: &str, after: u32) -> Result<Vec<Event>, HostError> {
        events(self.store(), id, after)
    }

    /// Returns a dossier as it was kept, ready to be decided on.
    pub(crate) fn folded(&self, id: &SmolStr, kept: Kept) -> Result<Held, HostError> {
        let snapshot = kept.snapshot.and_then(|(version, body)| {
            read_snapshot(&body).filter(|dossier| dossier.version == version && dossier.id == *id)
        });
        let (snapshot_at, first) = match &snapshot {
            Some(dossier) => (dossier.version, dossier.version),
            None => (0, 0),
        };
        let left = kept.version.saturating_sub(u32::try_from(kept.records.len()).unwrap_or(u32::MAX));
        // A snapshot that this program does not read is as good as none.
        let records = if left == first { kept.records } else { self.store.journal(id, 0)? };
        let mut dossier = snapshot;
        for (number, record) in (first + 1..=kept.version).zip(&records) {
            dossier = Some(fold(dossier, &read(id, number, record)?));
        }
        let dossier = dossier.ok_or_else(|| HostError::Unknown(id.clone()))?;
        self.ready(&dossier)?;
        let (key, head, wakes_at, card) = (Some(kept.key), kept.head, kept.wakes_at, kept.card.map(Arc::new));
        Ok(Held { key, dossier: dossier.into(), head, wakes_at, snapshot_at, card })
    }
}

/// Returns the events of a store's dossier after the one of a number, in order; none where there is no such dossier.
///
/// # Errors
/// The store failed, or what it holds cannot be read.
pub fn events(store: &dyn Store, id: &str, after: u32) -> Result<Vec<Event>, HostError> {
    let records = store.journal(id, after)?;
    (after.saturating_add(1)..).zip(&records).map(|(number, record)| read(id, number, record)).collect()
}

/// Returns the event that a record holds; without its seal, with nothing in the places of what was sealed.
pub(crate) fn read(dossier: &str, number: u32, record: &Record) -> Result<Event, HostError> {
    let unreadable = |why: String| HostError::Unreadable { dossier: dossier.into(), number, why };
    let Some(seal) = record.seal() else {
        // Nothing that is read takes a mark for a value, so that what reads well was never sealed.
        let read = parsed(dossier, number, record.event());
        return match seal::blank(record).filter(|_| read.is_err()) {
            Some(blank) => parsed(dossier, number, &blank),
            None => read,
        };
    };
    let opened =
        seal::opened(record, seal).ok_or_else(|| unreadable("what is sealed in it is not what its seal has".into()))?;
    parsed(dossier, number, &opened)
}

fn parsed(dossier: &str, number: u32, event: &[u8]) -> Result<Event, HostError> {
    let unreadable = |why: String| HostError::Unreadable { dossier: dossier.into(), number, why };
    let format = |event: &[u8]| {
        #[derive(serde::Deserialize)]
        struct Format {
            v: u16,
        }
        serde_json::from_slice::<Format>(event).map(|format| format.v)
    };
    let read: Event = serde_json::from_slice(event).map_err(|why| match format(event) {
        Ok(found) if found > EVENT_FORMAT => HostError::NewerEvent { dossier: dossier.into(), number, found },
        _ => unreadable(why.to_string()),
    })?;
    if read.format > EVENT_FORMAT {
        return Err(HostError::NewerEvent { dossier: dossier.into(), number, found: read.format });
    }
    if read.number != number {
        return Err(unreadable(format!("it says that it is number {}", read.number)));
    }
    Ok(read)
}

/// Returns a number that no other host has, but for one chance in 2^64.
fn drawn() -> u64 {
    use std::hash::{BuildHasher, RandomState};
    RandomState::new().build_hasher().finish()
}
