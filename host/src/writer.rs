//! One thread that keeps what many ask: whatever has come in while one group was synced is the next group.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, TryRecvError, sync_channel};
use std::thread::JoinHandle;

use crate::error::HostError;
use crate::host::Host;
use crate::request::{Asked, Reply};

/// How many requests share a sync at most.
const GROUP: usize = 256;

/// How many requests may wait; whoever asks more waits with them.
const WAITING: usize = 4096;

type Answered = Result<Reply, HostError>;

/// A thread that asks a host in groups.
///
/// # Example: many clients share syncs
/// ```
/// # use std::sync::Arc;
/// # use motcua_host::{Asked, Host, HostError, Reply, Writer};
/// fn served(host: Host, asked: Vec<Asked>) -> Vec<Result<Reply, HostError>> {
///     let writer = Writer::start(Arc::new(host));
///     let tickets: Vec<_> = asked.into_iter().map(|asked| writer.ask(asked)).collect();
///     tickets.into_iter().map(|ticket| ticket.wait()).collect()
/// }
/// ```
#[derive(Debug)]
pub struct Writer {
    inlet: Option<SyncSender<(Asked, SyncSender<Answered>)>>,
    thread: Option<JoinHandle<()>>,
}

/// A reply that comes once it is kept.
#[derive(Debug)]
pub struct Ticket(Receiver<Answered>);

impl Writer {
    /// Returns a writer of a host, started.
    #[must_use]
    pub fn start(host: Arc<Host>) -> Self {
        let (inlet, outlet) = sync_channel(WAITING);
        let thread = std::thread::spawn(move || serve(&host, &outlet));
        Self { inlet: Some(inlet), thread: Some(thread) }
    }

    /// Returns a ticket for the reply. Requests of one thread are decided in the order in which it asks.
    pub fn ask(&self, asked: Asked) -> Ticket {
        let (reply, ticket) = sync_channel(1);
        if let Some(inlet) = &self.inlet {
            // Where the thread has stopped, the ticket says so.
            let _ = inlet.send((asked, reply));
        }
        Ticket(ticket)
    }
}

impl Ticket {
    /// Waits for the reply.
    ///
    /// # Errors
    /// As [`Host::ask`]; or the writer has stopped.
    pub fn wait(self) -> Result<Reply, HostError> {
        self.0.recv().unwrap_or(Err(HostError::Stopped))
    }
}

/// Waits until everything that was asked is answered.
impl Drop for Writer {
    fn drop(&mut self) {
        self.inlet = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn serve(host: &Host, outlet: &Receiver<(Asked, SyncSender<Answered>)>) {
    let mut more = true;
    while more {
        let Ok(first) = outlet.recv() else { return };
        let mut group = vec![first];
        while group.len() < GROUP {
            match outlet.try_recv() {
                Ok(next) => group.push(next),
                Err(TryRecvError::Empty) => break,
                Err(TryRecvError::Disconnected) => {
                    more = false;
                    break;
                }
            }
        }
        let (asked, replies): (Vec<_>, Vec<_>) = group.into_iter().unzip();
        for (answered, reply) in host.ask_all(&asked).into_iter().zip(replies) {
            // Who has lost interest gets nothing; it is kept all the same.
            let _ = reply.send(answered);
        }
    }
}
